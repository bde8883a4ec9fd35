"""Public table benchmarks as uniform questions: FinQA, HiTab and TAT-QA rows.

:func:`read_questions` recognises the format of each row by its keys; :func:`judge` gives verdicts by the rules of
``guru/tables-v0``: the gold's unit and scale decide, and the prompt says in which unit and scale a number is asked for.

Sources: FinQA (Chen et al. 2021, MIT), HiTab (Cheng et al. 2022, C-UDA 1.0), TAT-QA (Zhu et al. 2021, CC BY 4.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from guru_envs.domains.tables._tables.answer import (
    MAX_LENGTH,
    Amount,
    bare,
    label_key,
    labels_of,
    read_amount,
    same_number,
)
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome, Verdict

_SCALES = {"": 1, "thousand": 1000, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question of a benchmark.

    Attributes:
        benchmark: ``finqa``, ``hitab`` or ``tatqa``.
        id: the row's own id.
        prompt: text, table, question, and the form of the answer.
        gold: an answer that :func:`judge` finds CORRECT.
        names: the gold names or spans, when the answer is no number.
        numbers: the values that are right: as printed, and unrounded where the row tells it; each with its places after the
            point, and whether it is known without rounding.
        percent: the number is a percentage.
        scale: the scale a number is asked for in.
    """

    benchmark: str
    id: str
    prompt: str
    gold: str
    names: tuple[str, ...] = ()
    numbers: tuple[tuple[Fraction, int, bool], ...] = ()
    percent: bool = False
    scale: int = 1


def read_questions(path: Path | str) -> Iterator[TableQuestion]:
    """The questions of a JSONL file.

    Raises:
        InvalidValueError: a line is not JSON, or of no known format; the message names file and line.
    """
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield from parse_row(json.loads(line))
                except (ValueError, KeyError, TypeError) as error:  # InvalidValueError is a ValueError
                    raise InvalidValueError(f"{path}, line {number}: {error!r}") from None


def parse_row(row: Mapping[str, Any]) -> list[TableQuestion]:
    """The questions of a row (a TAT-QA row has several).

    Raises:
        InvalidValueError: the keys fit no known format.
    """
    if {"pre_text", "table", "qa"} <= set(row):
        return [_finqa(row)]
    if {"table_raw", "question", "answer"} <= set(row):
        return [_hitab(row)]
    if {"table", "paragraphs", "questions"} <= set(row):
        return [_tatqa(row, question) for question in row["questions"]]
    raise InvalidValueError(f"a row with the keys {', '.join(sorted(map(str, row)))} is of no known table benchmark")


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def _form(names: int, percent: bool, scale: int) -> str:
    if names > 1:
        return 'Answer with all of them, separated by "|".'
    if names:
        return "Answer with the words of the table or the text."
    if percent:
        return "Answer with a number, as a percentage."
    word = next(word for word, factor in _SCALES.items() if factor == scale)
    return f"Answer with a number, in {word}s." if word else "Answer with a number."


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _exactly(value: float | int | str) -> tuple[Fraction, int, bool]:
    text = str(value)
    return Fraction(text), _places(text), True


def _question(
    benchmark: str, id_: str, context: Sequence[str], question: str, gold: str, names: tuple[str, ...] = (),
    numbers: tuple[tuple[Fraction, int, bool], ...] = (), percent: bool = False, scale: int = 1,
) -> TableQuestion:  # fmt: skip
    form = _form(len(names), percent, scale)
    return TableQuestion(
        benchmark, id_, _joined(*context, f"Question: {question} {form}"), gold, names, numbers, percent, scale
    )


def _finqa(row: Mapping[str, Any]) -> TableQuestion:
    """FinQA: ``answer`` is as printed, ``exe_ans`` what the program gives (a fraction where a percentage is printed)."""
    qa = row["qa"]
    context = ("\n".join(row["pre_text"]), _markdown(row["table"]), "\n".join(row["post_text"]))
    done, question = qa["exe_ans"], qa["question"]
    if done in ("yes", "no"):
        return _question("finqa", row["id"], context, question, done, (done,))
    printed = read_amount(bare(str(qa["answer"])))
    percent = printed is not None and printed.unit == "%"
    unrounded = Fraction(str(done)) * (100 if percent and "const_100)" not in _last_step(qa["program"]) else 1)
    if printed is None or printed.scale:
        return _question("finqa", row["id"], context, question, str(done), (), ((unrounded, 2, False),), percent)
    places = (
        _places(str(printed.value.limit_denominator(1)))
        if printed.step == 1
        else len(str(printed.step.denominator)) - 1
    )
    numbers = ((printed.value, places, True), (unrounded, max(places, 1), False))
    return _question("finqa", row["id"], context, question, str(qa["answer"]), (), numbers, percent)


def _last_step(program: str) -> str:
    step = program.split("), ")[-1]
    return step if step.startswith("multiply") else ""


def _hitab(row: Mapping[str, Any]) -> TableQuestion:
    table = row["table_raw"]
    context = (str(table["title"]), _markdown(table["texts"]))
    answers, question = row["answer"], row["question"]
    if len(answers) == 1 and not isinstance(answers[0], str):
        text = str(answers[0]).removesuffix(".0")
        return _question("hitab", row["id"], context, question, text, (), (_exactly(text),))
    names = tuple(str(answer).removesuffix(".0") if not isinstance(answer, str) else answer for answer in answers)
    return _question("hitab", row["id"], context, question, "|".join(names), names)


def _tatqa(row: Mapping[str, Any], question: Mapping[str, Any]) -> TableQuestion:
    context = (*(part["text"] for part in row["paragraphs"]), _markdown(row["table"]["table"]))
    answer, scale = question["answer"], question["scale"]
    percent, factor = scale == "percent", _SCALES.get(scale, 1)
    texts = [str(part) for part in answer] if isinstance(answer, list) else [str(answer)]
    amount = read_amount(bare(texts[0])) if len(texts) == 1 else None
    if amount is None or question["answer_type"] == "multi-span":
        return _question("tatqa", question["uid"], context, question["question"], "|".join(texts), tuple(texts))
    percent = percent or amount.unit == "%"
    places = len(str(amount.step.denominator)) - 1
    value = amount.value * (amount.scale or factor) / factor
    shown = texts[0].strip()
    return _question(
        "tatqa", question["uid"], context, question["question"], shown, (), ((value, places, True),), percent, factor
    )


def judge(question: TableQuestion, answer: str) -> Verdict:
    """Judge an extracted answer: any text gets a verdict; nothing is evaluated."""
    text = answer.strip()
    if text and text == question.gold:
        return Verdict(Outcome.CORRECT, 1.0)
    if not text or len(text) > max(MAX_LENGTH, 4 * len(question.gold)):
        return Verdict(Outcome.NO_ANSWER, 0.0, None, "there is no answer, or it is too long")
    if question.names:
        return _names(question, text)
    amount = read_amount(bare(text))
    if amount is None:
        return Verdict(Outcome.NO_ANSWER, 0.0, None, "the answer cannot be read as a number")
    if _same(question, amount):
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, 0.0, None, "that is another number")


def _names(question: TableQuestion, text: str) -> Verdict:
    right = sorted(label_key(name) for name in question.names)
    found = [label_key(text)] if len(right) == 1 else sorted(labels_of(text, question.names))
    if found == right:
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, 0.0, None, "that is another answer")


def _same(question: TableQuestion, amount: Amount) -> bool:
    if question.percent and (amount.unit not in ("", "%") or amount.scale):
        return False
    if amount.unit == "%" and not question.percent and question.benchmark != "hitab":
        return False
    full = bool(amount.unit) and amount.unit != "%"
    return any(
        same_number(amount, value, places, not known, question.scale, full) for value, places, known in question.numbers
    )
