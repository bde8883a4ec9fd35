"""Real rows of FinQA, HiTab and TAT-QA: every gold answer is right as a model writes it, near misses are wrong."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from guru_envs.data.table_benchmarks import judge, parse_row, read_questions
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome

DATA = Path(__file__).parents[2] / "shared" / "data"
FILES = {"finqa": "finqa_test142.jsonl", "hitab": "hitab_test.jsonl", "tatqa": "tatqa_dev.jsonl"}


def written(value, places):
    sign, size = "-" if value < 0 else "", abs(value)
    steps = int(size * 10**places)
    return f"{sign}{steps // 10**places:,}" + (f".{steps % 10**places:0{places}d}" if places else "")


@pytest.mark.parametrize("name", FILES)
def test_gold_is_right_and_near_misses_are_wrong(name):
    path = DATA / FILES[name]
    if not path.exists():
        pytest.skip(f"{FILES[name]} is not there")
    failures, count = [], 0
    for question in read_questions(path):
        right, wrong = [question.gold, f" {question.gold} "], []
        if question.names:
            right.append(question.gold.upper() if len(question.names) == 1 else question.gold.replace("|", " | "))
            wrong = [question.gold + " not", "the row above it"]
        else:
            value, places, known = question.numbers[0]
            if known:
                plain = written(value, places)
                right += [plain, plain.replace(",", ""), f"${plain}$"]
                right += [f"{plain}%", rf"{plain}\%"] if question.percent else []
                step = Fraction(1, 10**places)
                allowed = [float(other) for other, _, _ in question.numbers]
                near = [value + 10 * step, value - 10 * step, value * 100, value / 100, value * 1000, -value]
                wrong += [
                    written(v, places + 5)
                    for v in near
                    if v != value and all(abs(v - Fraction(a)) > step for a in allowed)
                ]
        for text in right:
            count += 1
            if not judge(question, text).correct:
                failures.append((question.id, "right", text, question.gold))
        for text in wrong:
            count += 1
            if judge(question, text).outcome is Outcome.CORRECT:
                failures.append((question.id, "wrong", text, question.gold))
    assert count > 200
    assert len(failures) <= 0.005 * count, failures[:20]


def test_rows_of_each_format():
    finqa = {
        "pre_text": ["before ."], "post_text": ["after ."], "table": [["", "2019"], ["sales", "5"]], "id": "x",
        "qa": {"question": "what share?", "answer": "14%", "exe_ans": 0.14464, "program": "divide(8.1, 56.0)"},
    }  # fmt: skip
    (question,) = parse_row(finqa)
    assert "| sales | 5 |" in question.prompt
    assert "as a percentage" in question.prompt
    for right in ("14%", "14", "14.5%", "14.46", "14.464 percent"):
        assert judge(question, right).correct, right
    for wrong in ("0.14", "0.14464", "15%", "14.4", "14.47", "-14%", "14 million", "$14"):
        assert judge(question, wrong).outcome is Outcome.WRONG, wrong
    tatqa = {
        "table": {"table": [["", "2019"], ["Sales", "$1,496.5"]]}, "paragraphs": [{"text": "In millions."}],
        "questions": [{"uid": "y", "question": "Sales?", "answer": ["$1,496.5"], "scale": "million", "answer_type": "span"}],
    }  # fmt: skip
    (question,) = parse_row(tatqa)
    for right in ("1,496.5", "$1,496.5 million", "$1,496,500,000", "1.4965 billion dollars", "1,496,500 thousand"):
        assert judge(question, right).correct, right
    for wrong in ("1,496,500,000", "1,496.5 thousand", "1,496.5 billion", "14.965", "1,496.5%"):
        assert judge(question, wrong).outcome is Outcome.WRONG, wrong
    with pytest.raises(InvalidValueError):
        parse_row({"question": "?"})
