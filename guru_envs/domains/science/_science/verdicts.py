"""Verdicts on answers, blind guesses and spoilt answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from guru_envs.domains.science._science import special
from guru_envs.domains.science._science.chemistry import read_equation
from guru_envs.domains.science._science.laws import unit_of
from guru_envs.domains.science._science.numbers import magnitude
from guru_envs.domains.science._science.problem import Problem
from guru_envs.domains.science._science.reading import Reading, read_quantities, tidy
from guru_envs.domains.science._science.special import Question
from guru_envs.domains.science._science.units import NO_DIMS, read_unit
from guru_envs.equivalence import equivalent, read_gold
from guru_envs.task import Outcome, Task, Verdict

CONVERSION = "conversion"
Payload = Problem | Question
RIGHT = Verdict(Outcome.CORRECT, 1.0)
_LETTER = re.compile(r"(?:option |choice |answer:? |选项?)?\(?([A-Da-d])[).．、]?")
_LETTER_AND_MORE = re.compile(r"\(?([A-D])(?:\)|[.:、]| -) ?(.+)")
_EXPRESSION = re.compile(
    r"(?:[A-Za-z0-9\s+*/^(){}.·×⋅−√²³½-]|\\[dt]?frac|\\sqrt|\\cdot|\\times|\\left|\\right|\\[,; ])+"
)
_WORDS = {
    "unreadable": ("the answer is not a number with a unit", "答案不是带单位的数"),
    "value": ("the value is wrong", "数值不对"),
    "unit": ("the unit has the wrong dimension", "单位的量纲不对"),
    "asked": ("the unit is not the one asked for", "单位不是所要求的单位"),
    "unknown": ("what stands after the number is no known unit", "数字后面不是已知的单位"),
    "missing": ("the unit is missing", "缺少单位"),
    "choice": ("another choice", "选项不对"),
    "no choice": ("no choice was named", "没有指明选项"),
    "no equation": ("the answer is not a chemical equation", "答案不是化学方程式"),
    "species": ("the substances are not those of the reaction", "物质与反应不符"),
    "unbalanced": ("the coefficients are not the smallest that balance the equation", "系数不是配平方程式的最小整数"),
    "no unit": ("the answer is not a product of powers of units", "答案不是单位的幂的乘积"),
    "formula": ("another formula", "表达式不对"),
}


def wrong(reason: str, lang: str) -> Verdict:
    """The verdict WRONG with its reason."""
    return Verdict(Outcome.WRONG, 0.0, None, _WORDS[reason][lang == "zh"])


def no_answer(reason: str, lang: str) -> Verdict:
    """The verdict NO_ANSWER with its reason."""
    return Verdict(Outcome.NO_ANSWER, 0.0, None, _WORDS[reason][lang == "zh"])


def compare(problem: Problem, value: Fraction, readings: list[Reading]) -> str:
    """What is wrong with an answer, empty when it is right; said twice, it must be right each time."""
    return next((reason for reading in readings if (reason := _compare(problem, value, reading))), "")


def _compare(problem: Problem, value: Fraction, reading: Reading) -> str:
    part = problem.parts[-1]
    asked, unit = unit_of(part.unit), reading.unit
    if not reading.written:
        if not problem.bare and part.unit != "-":
            return "missing"
        unit = asked
    if unit is None:
        return "unknown"
    if unit.dims != asked.dims:
        if reading.other is None or reading.other.dims != asked.dims:
            return "unit"
        unit = reading.other
    if part.situation.family == CONVERSION and (unit.factor, unit.offset) != (asked.factor, asked.offset):
        return "asked"
    shift = part.law.difference or not unit.offset
    if problem.figures:
        gold = value / unit.factor if shift else value / unit.factor - unit.offset
        if not gold:
            return "" if not reading.value else "value"
        half = Fraction(10) ** (magnitude(gold) - problem.figures + 1) / 2
        return "" if abs(reading.value - gold) <= half * Fraction(1_000_001, 1_000_000) else "value"
    if part.law.difference or not (unit.offset or asked.offset):
        mine, gold = reading.value * unit.factor, value
    else:
        mine, gold = (
            (reading.value + unit.offset) * unit.factor - asked.offset * asked.factor,
            value - asked.offset * asked.factor,
        )
    return "" if abs(mine - gold) * 100 <= abs(gold) else "value"


def verify_choice(task: Task[Payload], problem: Problem, answer: str) -> Verdict:
    """Judge a choice, by its letter or its content."""
    if len(answer) > 200:
        return no_answer("no choice", problem.lang)
    flat = tidy(answer)
    match = _LETTER.fullmatch(flat)
    if match is not None:
        return RIGHT if match[1].upper() == task.gold else wrong("choice", problem.lang)
    both = _LETTER_AND_MORE.fullmatch(flat)
    readings = read_quantities(both[2] if both else flat)
    if not readings:
        return no_answer("no choice", problem.lang)
    if both is not None and both[1] != task.gold:
        return wrong("choice", problem.lang)
    reason = compare(replace(problem, bare=True), problem.answer, readings)
    return wrong(reason, problem.lang) if reason else RIGHT


def _verify_balancing(task: Task[Payload], question: Question, answer: str) -> Verdict:
    read, gold = read_equation(tidy(answer[:500])), read_equation(task.gold)
    if read is None or gold is None or len(answer) > 500:
        return no_answer("no equation", question.lang)
    if read == gold:
        return RIGHT
    same = all(mine.keys() == right.keys() for mine, right in zip(read, gold, strict=True))
    return wrong("unbalanced" if same else "species", question.lang)


_OUT_OF = re.compile(r"^ *([0-9]{1,6}) (?:out of|in) ([0-9]{1,6}) *\.?$")


def _verify_genetics(task: Task[Payload], question: Question, answer: str) -> Verdict:
    readings = read_quantities(_OUT_OF.sub(r"\1/\2", answer) if len(answer) <= 200 else answer)
    if not readings:
        return no_answer("unreadable", question.lang)
    gold = special.chance(question)
    for index, reading in enumerate(readings):
        value = reading.value
        if reading.written:
            if reading.unit is None or reading.unit.dims != NO_DIMS:
                return wrong("unknown", question.lang)
            value *= reading.unit.factor
        if abs(value - gold) * (200 if not index else 50) > gold:  # said again, it may be rounded more
            return wrong("value", question.lang)
    return RIGHT


def _verify_dimensions(task: Task[Payload], question: Question, answer: str) -> Verdict:
    text = tidy(answer) if len(answer) <= 200 else ""
    unit = read_unit(text) if text else None
    if unit is None:
        return no_answer("no unit", question.lang)
    if re.search(r"[NJWVΩFTHC]|Pa|Hz|Wb", text.replace("Celsius", "C")):
        return wrong("no unit", question.lang)
    right = unit.dims == special.dims_of(question) and unit.factor == 1 and not unit.offset
    return RIGHT if right else wrong("unit", question.lang)


def _verify_formula(task: Task[Payload], question: Question, answer: str) -> Verdict:
    if len(answer) > 300:
        return no_answer("formula", question.lang)
    kept = str(question.data[1])
    text = tidy(answer)
    if "=" in text and text.partition("=")[0].strip() == kept:
        text = text.partition("=")[2].strip()
    if re.search(rf"(?<![A-Za-z\\]){kept}(?![A-Za-z])", text):
        return wrong("formula", question.lang)
    letters = [letter for letter, _ in special.solved(question.data)[1]]
    if _EXPRESSION.fullmatch(text) is None or not any(letter in text for letter in letters):
        return no_answer("formula", question.lang)
    return RIGHT if equivalent(read_gold(task.gold, "expression"), text).equal else wrong("formula", question.lang)


VERIFY_SPECIAL: dict[str, Callable[[Task[Payload], Question, str], Verdict]] = {
    "balancing": _verify_balancing, "genetics": _verify_genetics, "dimensions": _verify_dimensions, "formula": _verify_formula,
}  # fmt: skip


# -- guesses and wrong answers -----------------------------------------------------------------------------------------


def guess_special(question: Question, rng: random.Random) -> str:
    """A blind guess at a question that asks for no quantity."""
    if question.family == "balancing":
        left, right = question.data
        terms = [" + ".join(f"{rng.randint(1, 4)} {name}" for name in side) for side in (left, right)]
        return " -> ".join(terms)
    if question.family == "genetics":
        return f"{rng.choice((1, 1, 3, 9))}/{rng.choice((2, 4, 8, 16))}"
    if question.family == "dimensions":
        return "·".join(f"{name}^{rng.randint(-4, 4)}" for name in ("kg", "m", "s", "A"))
    letters = [letter for letter, _ in special.solved(question.data)[1]]
    return "*".join(f"{letter}^({rng.choice((1, -1, 2, -2))})" for letter in letters)


def corrupt_special(task: Task[Payload], question: Question, rng: random.Random) -> str:
    """The gold answer of such a question, made wrong."""
    gold = task.gold
    if question.family == "balancing":
        return re.sub(r"^(\d*) ?", lambda match: f"{int(match[1] or 1) + rng.randint(1, 3)} ", gold)
    if question.family == "genetics":
        return str(Fraction(gold) * rng.choice((Fraction(1, 2), Fraction(3, 2), Fraction(1, 3))))
    if question.family == "dimensions":
        return gold + "·cd" if rng.random() < 0.5 else gold + "·m·s^13".replace("13", str(rng.randint(4, 9)))
    return f"{rng.randint(2, 9)}*{gold}"
