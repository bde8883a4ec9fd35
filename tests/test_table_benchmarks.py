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
            right += [f"**{question.gold}**", f"\\boxed{{{question.gold}}}", f'"{question.gold}"']
            if len(question.names) > 1:
                right += ["\n".join(question.names), "\n".join(f"- {name}" for name in question.names)]
                right += ["\n".join(f"{n}. {name}" for n, name in enumerate(question.names, 1))]
                wrong += ["|".join(question.names[:-1]), f"{question.gold}|zzz"]
                wrong += (
                    ["|".join(reversed(question.names))] if question.ordered and len(set(question.names)) > 1 else []
                )
            right.append(question.gold.upper() if len(question.names) == 1 else question.gold.replace("|", " | "))
            wrong += [question.gold + " not", "the row above it"]
        else:
            value, places, known = question.numbers[0]
            if known:
                plain = written(value, places)
                right += [
                    plain,
                    plain.replace(",", ""),
                    f"${plain}$",
                    f"Final answer: {plain}.",
                    f"≈ {plain}",
                    f"`{plain}`",
                ]
                right += [plain.replace(",", "{,}"), plain.replace(",", " "), plain.replace("-", "−")]
                right += [f"({plain.lstrip('-')})"] if value < 0 else []
                right += [f"{plain}%", rf"{plain}\%"] if question.percent else []
                step = Fraction(1, 10**places)
                allowed = [float(other) for other, _, _ in question.numbers]
                wrong += [f"{plain} bananas", f"not {plain}", f"{plain} or {written(value + step, places)}"]
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


def test_several_answers_and_their_order():
    row = {"id": "h", "table_raw": {"title": "t", "texts": [["a", "b"]]}, "aggregation": ["none"]}
    men, women = 12.5, 1340.0
    (numbers,) = parse_row({**row, "question": "what are the shares of men and women?", "answer": [men, women]})
    assert "in the order that the question asks for" in numbers.prompt
    for right in (
        "12.5|1340",
        "12.5 | 1,340",
        "12.5, 1340",
        "12.5 and 1,340",
        "[12.5, 1340]",
        "12.50|1340.0",
        "12.5\n1340",
        "$12.5$|$1340$",
    ):
        assert judge(numbers, right).correct, right
    for wrong in ("1340|12.5", "12.5", "12.5|1340|1340", "12.5|134", "12.5|-1340", "1250%|1340"):
        assert not judge(numbers, wrong).correct, wrong
    names = {**row, "answer": ["north", "south and east"]}
    (free,) = parse_row({**names, "question": "which regions grew?"})
    (fixed,) = parse_row({**names, "question": "which regions grew most and least respectively?"})
    assert "in any order" in free.prompt
    for text in (
        "north|south and east",
        "North, South and East",
        "- north\n- south and east",
        "1. north 2. south and east",
    ):
        assert judge(free, text).correct, text
        assert judge(fixed, text).correct, text
    assert judge(free, "south and east|north").correct
    assert not judge(fixed, "south and east|north").correct
    for wrong in ("north", "north|south", "north|south and east|west", "north and south and east and west"):
        assert not judge(free, wrong).correct, wrong


def test_multihiertt():
    row = {"uid": "u", "paragraphs": ["p"], "tables": ["<table></table>"], "table_description": {}}

    def asked(answer, program="divide(1,2)"):
        (question,) = parse_row({**row, "qa": {"question": "how much?", "answer": answer, "program": program}})
        return question

    for gold, right, wrong in (
        (0.00512, ("0.00512", "0.512%", "0.512 percent"), ("0.01", "0.0052", "0.512", "51.2%")),
        ("1234.5678", ("1,234.57", "1234.568", "$1,234.57"), ("1234", "1235", "1,234.58", "1234.57 million")),
        (106.0, ("106", "106.0", "$106"), ("107", "106%", "10600", "-106")),
        ("14.5%", ("14.5%", "14.5"), ("0.145", "14.6%")),
        ("Net revenue", ("net revenue", "The answer is net revenue."), ("revenue", "net revenue or not")),
        (["a b", "c"], ("a b|c", "c | A B"), ("a b", "a b|c|d")),
    ):  # fmt: skip
        question = asked(gold)
        assert judge(question, question.gold).correct
        assert question.benchmark == "multihiertt"
        for text in right:
            assert judge(question, text).correct, (gold, text)
        for text in wrong:
            assert not judge(question, text).correct, (gold, text)
    assert judge(asked("$1,200", ""), "1200").correct


HOSTILE = (
    "",
    "\x00",
    "\ud800",
    "9" * 1_000_000,
    "| a " * 250_000,
    "<table>" * 150_000,
    "1," * 500_000,
    "-" * 100_000,
    "\\boxed{" * 100_000,
)


def test_hostile_answers_to_real_questions():
    (question,) = parse_row(
        {"uid": "u", "paragraphs": [], "tables": [], "qa": {"question": "?", "answer": ["1", "2"], "program": ""}}
    )
    for text in HOSTILE:
        assert not judge(question, text).correct
