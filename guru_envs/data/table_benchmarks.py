"""Public table benchmarks as uniform questions: FinQA, HiTab, MultiHiertt and TAT-QA rows.

:func:`read_questions` recognises the format of each row by its keys; :func:`judge` gives verdicts by the rules of
``guru/tables-v0``: the gold's unit and scale decide, and the prompt says in which unit and scale a number is asked for.

Several answers count in their order when they are numbers, or when the question asks for them "respectively" or by rank; the
prompt says so. ``guru_envs.data.file_questions`` makes a file of such rows a Gymnasium environment.

Sources: FinQA (Chen et al. 2021, MIT), HiTab (Cheng et al. 2022, C-UDA 1.0), MultiHiertt (Zhao et al. 2022, MIT), TAT-QA (Zhu et
al. 2021, CC BY 4.0).
"""

from __future__ import annotations

import json
import re
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
    without_lead,
)
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome, Verdict

_SCALES = {"": 1, "thousand": 1000, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question of a benchmark.

    Attributes:
        benchmark: ``finqa``, ``hitab``, ``multihiertt`` or ``tatqa``.
        id: the row's own id.
        prompt: text, table, question, and the form of the answer.
        gold: an answer that :func:`judge` finds CORRECT.
        names: the gold names or spans, when the answer is no number.
        numbers: the values that are right: as printed, and unrounded where the row tells it; each with its places after the
            point, and whether it is known without rounding.
        percent: the number is a percentage.
        scale: the scale a number is asked for in.
        ordered: several names count in their order only.
    """

    benchmark: str
    id: str
    prompt: str
    gold: str
    names: tuple[str, ...] = ()
    numbers: tuple[tuple[Fraction, int, bool], ...] = ()
    percent: bool = False
    scale: int = 1
    ordered: bool = False


def read_questions(path: Path | str) -> Iterator[TableQuestion]:
    """The questions of a JSONL file, or of a JSON file with a list of rows.

    Raises:
        InvalidValueError: a line is not JSON, or of no known format; the message names file and line.
    """
    for where, row in rows_of(path):
        try:
            yield from parse_row(row)
        except (
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
        ) as error:  # InvalidValueError is a ValueError
            raise InvalidValueError(f"{where}: {error!r}") from None


def rows_of(path: Path | str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a JSONL file, or of a JSON file with a list of rows, each with its place for messages.

    Raises:
        InvalidValueError: the file cannot be read, or a line is no JSON mapping; the message names file and line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        rows = enumerate(json.loads(text), 1) if text.lstrip()[:1] == "[" else None
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidValueError(f"{path}: {error}") from None
    if rows is not None:
        found: Iterator[tuple[str, Any]] = ((f"{path}, row {number}", row) for number, row in rows)
    else:
        lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
        found = ((f"{path}, line {number}", _loaded(line, f"{path}, line {number}")) for number, line in lines)
    for where, row in found:
        if not isinstance(row, Mapping):
            raise InvalidValueError(f"{where}: a mapping is expected, not {type(row).__name__}")
        yield where, row


def _loaded(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"{where}: {error!r}") from None


def parse_row(row: Mapping[str, Any]) -> list[TableQuestion]:
    """The questions of a row (a TAT-QA row has several).

    Raises:
        InvalidValueError: the keys fit no known format.
    """
    if {"pre_text", "table", "qa"} <= set(row):
        return [_finqa(row)]
    if {"table_raw", "question", "answer"} <= set(row):
        return [_hitab(row)]
    if {"tables", "paragraphs", "qa"} <= set(row):
        return [_multihiertt(row)]
    if {"table", "paragraphs", "questions"} <= set(row):
        return [_tatqa(row, question) for question in row["questions"]]
    raise InvalidValueError(f"a row with the keys {', '.join(sorted(map(str, row)))} is of no known table benchmark")


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def _form(names: int, percent: bool, scale: int, ordered: bool) -> str:
    if names > 1:
        return f'Answer with all of them, separated by "|", in {"the order that the question asks for" if ordered else "any order"}.'
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
    numbers: tuple[tuple[Fraction, int, bool], ...] = (), percent: bool = False, scale: int = 1, hint: str = "",
) -> TableQuestion:  # fmt: skip
    ordered = len(names) > 1 and (_ORDERED.search(question) is not None or all(map(_as_number, names)))
    text = _joined(*context, f"Question: {question} {_form(len(names), percent, scale, ordered)}{hint}")
    return TableQuestion(benchmark, id_, text, gold, names, numbers, percent, scale, ordered)


_ORDERED = re.compile(
    r"\brespectively\b|\bin (?:(?:ascending|descending|that|this|which|chronological) )?order\b"
    r"|\b(?:rank|order|sort)(?:ed)? (?:them|from|by)\b",
    re.IGNORECASE,
)


def _as_number(text: str) -> Amount | None:
    amount = read_amount(bare(text))
    return amount if amount is not None and not amount.scale and amount.unit in ("", "%", "$") else None


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


def _multihiertt(row: Mapping[str, Any]) -> TableQuestion:
    """MultiHiertt: paragraphs, tables in HTML, and an answer that is a number or a span."""
    qa = row["qa"]
    tables = [f"Table {number}.\n{html}" for number, html in enumerate(row["tables"], 1)]
    context = ("\n".join(map(str, row["paragraphs"])), *tables)
    answer, question, uid = qa["answer"], qa["question"], str(row.get("uid", ""))
    if isinstance(answer, list):
        names = tuple(str(part).strip() for part in answer)
        return _question("multihiertt", uid, context, question, "|".join(names), names)
    text = str(answer).strip()
    text = text.removesuffix(".0") if not isinstance(answer, str) or _plain_number(text) else text
    amount = _as_number(text) or read_amount(bare(text))
    if amount is None:
        return _question("multihiertt", uid, context, question, text, (text,))
    percent = amount.unit == "%"
    if not qa.get("program") or amount.scale or amount.unit not in ("", "%", "$"):
        places = len(str(amount.step.denominator)) - 1
        return _question(
            "multihiertt", uid, context, question, text, (), ((amount.value, places, True),), percent, amount.scale or 1
        )
    # the result of a program, printed with as many digits as it has
    places = next((n for n in range(2, 8) if abs(amount.value) * 10**n >= 100), 2)
    hint = f" Give at least {places} decimals, unless it has fewer; a percentage as a part of 1, or with the sign %."
    known = ((amount.value, places, False),)
    return _question("multihiertt", uid, context, question, text, (), known, percent, hint="" if percent else hint)


def _plain_number(text: str) -> bool:
    return text.removesuffix(".0").lstrip("-").isdigit()


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
    flat = bare(text)
    amount = read_amount(flat) or read_amount(without_lead(flat))
    if amount is None:
        return Verdict(Outcome.NO_ANSWER, 0.0, None, "the answer cannot be read as a number")
    if _same(question, amount):
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, 0.0, None, "that is another number")


def _names(question: TableQuestion, text: str) -> Verdict:
    right = [_part(name) for name in question.names]
    found = [_part(text)] if len(right) == 1 else _parts(question, text)
    if len(right) == 1 and found != right:
        found = [_part(without_lead(bare(text)))]
    if found == right or (not question.ordered and sorted(map(str, found)) == sorted(map(str, right))):
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, 0.0, None, "that is another answer")


def _part(text: str) -> str | Fraction:
    """The form in which equal parts of answers are equal: numbers by value, all else by name."""
    amount = _as_number(text) if len(text) < 40 else None
    return label_key(text) if amount is None else amount.value


_BULLET = re.compile(r"^\s*(?:[-*•]\s|\(?[0-9]{1,2}[.)]\s)")
_BETWEEN_NUMBERS = re.compile(r"\s*(?:\||;|\n|,\s|\band\b|、|和)\s*")


def _parts(question: TableQuestion, text: str) -> list[str | Fraction]:
    if all(map(_as_number, question.names)):
        lines = [_BULLET.sub("", line) for line in text.split("\n")] if "\n" in text else [text]
        flat = bare("|".join(lines)).strip("[]() ")
        pieces = [piece for piece in _BETWEEN_NUMBERS.split(without_lead(flat)) if piece]
        return [_part(piece) for piece in pieces]
    return [_part(piece) for piece in labels_of(text, [label_key(name) for name in question.names])]


def _same(question: TableQuestion, amount: Amount) -> bool:
    if question.percent and (amount.unit not in ("", "%") or amount.scale):
        return False
    if amount.unit == "%" and not question.percent:
        if question.benchmark == "multihiertt":
            amount = Amount(amount.value / 100, amount.step / 100, 0, "")
        elif question.benchmark != "hitab":
            return False
    full = bool(amount.unit) and amount.unit != "%"
    if full and amount.unit not in _MONEY and not _mentioned(amount.unit, question.prompt):
        return False
    return any(
        same_number(amount, value, places, not known, question.scale, full) for value, places, known in question.numbers
    )


_MONEY = frozenset(
    ("$", "us$", "usd", "dollar", "dollars", "us dollars", "€", "eur", "euro", "euros", "£", "gbp", "pounds", "¥", "yen", "cents")
)  # fmt: skip


def _mentioned(unit: str, prompt: str) -> bool:
    """Whether the words of a unit stand in the question, its tables or texts: rows do not tell a number's unit."""
    lower = prompt.lower()
    return all(word.strip(".,;:()/").removesuffix("s") in lower for word in unit.split())
