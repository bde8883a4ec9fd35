"""Science: quantities with units, from one law to chains of them; equations, crosses, dimensions, formulas.

Prompt
------
A situation in words with quantities as ``symbol = value unit``, the constants to use, and one question. Harder problems
have several numbered parts, in which a quantity of a later part is the result of an earlier one. The families: motion,
forces, energy, fluids, gravitation, electricity, circuits, heat, gas, optics, waves, radioactivity, dilution, ph,
stoichiometry, conversion, balancing (chemical equations), genetics (crosses), dimensions (units in base units), formula
(solving a law for one of its letters).

Answer
------
A number with a unit, or without one where the question fixes the unit; a choice by letter or content; a balanced
equation; a probability; a product of powers of units; an expression. The prompt says which.

Verdict
-------
A quantity is converted exactly into the unit asked for. It is CORRECT within 1 % of the exact value, or, where
significant figures are asked for, when it rounds to the same figures (trailing zeros need not be written). A wrong unit, a
unit of another dimension, and a missing unit where the question does not fix it are WRONG. Text that is no number with a
unit is NO_ANSWER. Units are read in symbols, words, Chinese and LaTeX; a decimal point is a point. Names of units that are
not in the table are asked of pint when it is installed (the extra ``science``), one word at a time.
Chemical equations must have the same substances on each side and the smallest whole coefficients. Formulas are compared by
meaning. Credit is 0 unless CORRECT.

Knobs
-----
See :class:`ScienceKnobs`.

Oracle
------
One step for each law, with the formula, the values that go in (in the units in which they were stated or found) and the
result, computed from what the prompt states.

Known shortcuts
---------------
A choice can be guessed at one in four. The four choices are the right value, the value with one of two typical mistakes, and
with both, so that none stands out. Probabilities of crosses with one gene are often 1/2.

Provenance
----------
Textbook laws; all situations are written for this package and all numbers drawn at random.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.science._science import problem as quantities
from guru_envs.domains.science._science import special
from guru_envs.domains.science._science.chemistry import read_equation
from guru_envs.domains.science._science.laws import unit_of
from guru_envs.domains.science._science.numbers import Reading, magnitude, read_quantity, tidy, with_unit, write
from guru_envs.domains.science._science.problem import Problem, RefusedError, in_unit, results
from guru_envs.domains.science._science.special import Question
from guru_envs.domains.science._science.units import NO_DIMS, read_unit
from guru_envs.domains.science._science.wording import LETTERS, prompt, proof
from guru_envs.equivalence import equivalent, read_gold
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.task import Outcome, Step, Task, Trace, Verdict

LAWS = (
    "motion", "forces", "energy", "fluids", "gravitation", "electricity", "circuits", "heat", "gas", "optics", "waves",
    "radioactivity", "dilution", "ph", "stoichiometry", "conversion",
)  # fmt: skip
FAMILIES = LAWS + special.FAMILIES
Payload = Problem | Question
_DRAWS = 200
_RIGHT = Verdict(Outcome.CORRECT, 1.0)
_LETTER = re.compile(r"(?:option |choice |answer:? |选项?)?\(?([A-Da-d])[).．、]?")
_LETTER_AND_MORE = re.compile(r"\(?([A-D])(?:\)|[.:、]| -) ?(.+)")
_EXPRESSION = re.compile(r"(?:[A-Za-z0-9\s+*/^(){}.·×⋅−√²³½-]|\\[dt]?frac|\\sqrt|\\cdot|\\times|\\left|\\right|\\[,; ])+")
_WORDS = {
    "unreadable": ("the answer is not a number with a unit", "答案不是带单位的数"),
    "value": ("the value is wrong", "数值不对"),
    "unit": ("the unit has the wrong dimension", "单位的量纲不对"),
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


@dataclass(frozen=True)
class ScienceKnobs(Knobs):
    """Knobs of science."""

    families: tuple[str, ...] = knob((), "families drawn from; empty for all of them")
    steps_low: int = knob(1, "fewest steps of the solution", 1, 12)
    steps_high: int = knob(2, "most steps of the solution", 1, 16)
    parts: int = knob(1, "most parts that build on each other", 1, 5)
    mixed_units: bool = knob(False, "givens and answers in other units than those of the formulas too")
    figures: int = knob(2, "digits of the given numbers", 1, 4)
    extras: int = knob(0, "irrelevant statements with numbers", 0, 3)
    form: Literal["mixed", "number", "choice"] = knob(
        "mixed", "how quantities are asked for; mixed: a fifth are choices"
    )
    precision: Literal["mixed", "percent", "figures"] = knob(
        "percent", "percent: within 1 %; figures: to 3 significant figures; mixed: either"
    )

    def check(self) -> None:
        """Reject unknown families and an empty range."""
        for name in self.families:
            if name not in FAMILIES:
                raise unknown_name("family", name, FAMILIES, "ScienceKnobs")
        if self.steps_low > self.steps_high:
            raise ImpossibleTaskError(
                f"knob 'steps_low' of ScienceKnobs is {self.steps_low}, above 'steps_high', {self.steps_high}"
            )
        if len(set(self.families)) < len(self.families):
            raise InvalidValueError(f"knob 'families' of ScienceKnobs is {self.families!r}: each family once")


class Science:
    """Problems of physics, chemistry and biology with quantities."""

    Knobs = ScienceKnobs

    def generate(self, rng: random.Random, knobs: ScienceKnobs) -> Task[Payload]:
        """Draw a problem.

        Raises:
            ImpossibleTaskError: the families have no problem of so many steps.
        """
        families = knobs.families or FAMILIES
        for _ in range(_DRAWS):
            family = families[rng.randrange(len(families))]
            if family in special.FAMILIES:
                size = rng.randint(knobs.steps_low, knobs.steps_high)
                question = Question(family, special.DRAW[family](rng, size), rng.randrange(2), knobs.lang)
                return _asked(question)
            if family == "conversion" and knobs.steps_low > 1 and knobs.families != ("conversion",):
                continue
            try:
                return self._draw(rng, knobs, family)
            except RefusedError:
                continue
        raise ImpossibleTaskError(f"in {_DRAWS} draws no science problem was found with {knobs}")

    def _draw(self, rng: random.Random, knobs: ScienceKnobs, family: str) -> Task[Payload]:
        parts = quantities.draw_parts(
            rng, (family,), knobs.steps_low, knobs.steps_high, knobs.parts, knobs.mixed_units, knobs.figures
        )
        figures = 3 if knobs.precision == "figures" or (knobs.precision == "mixed" and rng.random() < 0.5) else 0
        extras = tuple((index, rng.randint(3, 40)) for index in rng.sample(range(len(quantities.EXTRAS)), knobs.extras))
        problem = Problem(parts, rng.random() < 0.5, figures, extras, rng.randrange(3), (), knobs.lang)
        choose = knobs.form == "choice" or (knobs.form == "mixed" and rng.random() < 0.2)
        if choose and parts[-1].situation.slips:
            problem = replace(problem, factors=quantities.draw_factors(rng, problem), figures=0)
        return _posed(problem)

    def verify(self, task: Task[Payload], answer: str) -> Verdict:
        """Judge an answer; see the module's text."""
        problem = task.payload
        if isinstance(problem, Question):
            return _VERIFY[problem.family](task, problem, answer)
        if problem.factors:
            return _verify_choice(task, problem, answer)
        reading = read_quantity(answer)
        if reading is None:
            return _no_answer("unreadable", problem.lang)
        wrong = _compare(problem, problem.answer, reading)
        return _wrong(wrong, problem.lang) if wrong else _RIGHT

    def solve(self, task: Task[Payload]) -> Trace:
        """Work the problem out step by step."""
        problem = task.payload
        if isinstance(problem, Question):
            worked = special.WORK[problem.family](problem)
            return Trace(tuple(Step(text, (), ("text", i)) for i, text in enumerate(worked.steps, 1)), worked.gold)
        return Trace(tuple(proof(problem)), _gold(problem, results(problem.parts)[-1]))

    def guess(self, task: Task[Payload], rng: random.Random) -> str:
        """A random answer of the right form."""
        problem = task.payload
        if isinstance(problem, Question):
            return _guess_special(problem, rng)
        if problem.factors:
            return LETTERS[rng.randrange(4)]
        unit = problem.parts[-1].unit
        number = Fraction(rng.randint(10, 999)) * Fraction(10) ** rng.randint(-3, 3)
        return with_unit(write(number, 3), unit)

    def corrupt(self, task: Task[Payload], rng: random.Random) -> str:
        """The gold answer with another value or another unit."""
        problem = task.payload
        if isinstance(problem, Question):
            return _corrupt_special(task, problem, rng)
        if problem.factors:
            return rng.choice([letter for letter in LETTERS if letter != task.gold])
        unit = problem.parts[-1].unit
        value = in_unit(problem.answer, unit, problem.parts[-1].law.difference)
        if rng.random() < 0.3:
            return f"{write(value, 6)} {'lm' if unit == '-' else 'mol^3'}"
        return with_unit(write(value * rng.choice((Fraction(11, 10), Fraction(1, 2), 2, 10, -1)), 6), unit)

    def twin(self, task: Task[Payload], rng: random.Random) -> Task[Payload]:
        """The same problem about another thing, in other units and words."""
        old = task.payload
        for _ in range(50):
            if isinstance(old, Question):
                made = _asked(replace(old, wording=1 - old.wording))
            else:
                parts = tuple(quantities.reword_part(rng, part) for part in old.parts)
                extras = tuple((index, rng.randint(3, 40)) for index, _ in old.extras)
                made = _posed(
                    replace(old, parts=parts, extras=extras, wording=rng.randrange(3), bare=rng.random() < 0.5), False
                )
            if made.prompt != task.prompt and made.canonical == task.canonical:
                break
        return made

    def edit(self, task: Task[Payload], rng: random.Random) -> Task[Payload] | None:
        """The problem with one given changed, and so with another answer."""
        old = task.payload
        if isinstance(old, Question):
            for _ in range(20):
                made = _asked(replace(old, data=special.DRAW[old.family](rng, 3)))
                if made.gold != task.gold:
                    return made
            return None
        for _ in range(30):
            place = rng.randrange(len(old.parts))
            part = quantities.redraw_value(rng, old.parts[place], 3)
            if part is None:
                continue
            parts = (*old.parts[:place], part, *old.parts[place + 1 :])
            try:
                value = results(parts)[-1]
                if quantities.exact(value) <= 0 or in_unit(value, parts[-1].unit) <= 0:
                    continue
                factors = old.factors
                if factors:  # the right letter changes too
                    factors = (*factors[1:], factors[0])
                made = _posed(replace(old, parts=parts, factors=factors))
            except (RefusedError, ZeroDivisionError, ValueError, OverflowError):
                continue
            if not self.verify(made, task.gold).correct and not self.verify(task, made.gold).correct:
                return made
        return None

    def effort(self, task: Task[Payload]) -> float:
        """Steps of the solution, with parts of a step for unit conversions and numbers that are not needed."""
        if isinstance(task.payload, Question):
            return special.WORK[task.payload.family](task.payload).effort
        return quantities.effort(task.payload)

    def render(self, task: Task[Payload]) -> str:
        """The problem in a frame's width."""
        return task.prompt


# -- making tasks ------------------------------------------------------------------------------------------------------


def _asked(question: Question) -> Task[Payload]:
    worked = special.WORK[question.family](question)
    return Task(worked.prompt, worked.gold, question, worked.canonical)


def _posed(problem: Problem, careful: bool = True) -> Task[Payload]:
    problem = replace(problem, answer=quantities.exact(results(problem.parts)[-1]))
    if problem.figures and careful:
        part = problem.parts[-1]
        shown = in_unit(problem.answer, part.unit, part.law.difference)
        if not shown or quantities.on_the_edge(shown, problem.figures):
            raise RefusedError
    return Task(prompt(problem), _gold(problem, problem.answer), problem, quantities.canonical(problem.parts))


def _gold(problem: Problem, answer: quantities.Number) -> str:
    """The gold answer, from the value in SI units."""
    if problem.factors:
        return LETTERS[problem.factors.index(Fraction(1))]
    part = problem.parts[-1]
    value = in_unit(answer, part.unit, part.law.difference)
    number = write(value, 3, pad=True) if problem.figures else write(value, 6)
    return with_unit(number, part.unit)


# -- verdicts ----------------------------------------------------------------------------------------------------------


def _wrong(reason: str, lang: str) -> Verdict:
    return Verdict(Outcome.WRONG, 0.0, None, _WORDS[reason][lang == "zh"])


def _no_answer(reason: str, lang: str) -> Verdict:
    return Verdict(Outcome.NO_ANSWER, 0.0, None, _WORDS[reason][lang == "zh"])


def _compare(problem: Problem, value: Fraction, reading: Reading) -> str:
    """What is wrong with an answer, empty when it is right."""
    part = problem.parts[-1]
    asked = unit_of(part.unit)
    unit = reading.unit
    if not reading.written:
        if not problem.bare and part.unit != "-":
            return "missing"
        unit = asked
    if unit is None:
        return "unknown"
    if unit.dims != asked.dims:
        return "unit"
    if part.law.difference:
        mine, gold = reading.value * unit.factor / asked.factor, value / asked.factor
    else:
        mine = (reading.value + unit.offset) * unit.factor / asked.factor - asked.offset
        gold = value / asked.factor - asked.offset
    if problem.figures:
        half = Fraction(10) ** (magnitude(gold) - problem.figures + 1) / 2
        return "" if abs(mine - gold) <= half * Fraction(1_000_001, 1_000_000) else "value"
    return "" if abs(mine - gold) * 100 <= abs(gold) else "value"


def _verify_choice(task: Task[Payload], problem: Problem, answer: str) -> Verdict:
    if len(answer) > 200:
        return _no_answer("no choice", problem.lang)
    flat = tidy(answer)
    match = _LETTER.fullmatch(flat)
    if match is not None:
        return _RIGHT if match[1].upper() == task.gold else _wrong("choice", problem.lang)
    both = _LETTER_AND_MORE.fullmatch(flat)
    reading = read_quantity(both[2] if both else flat)
    if reading is None:
        return _no_answer("no choice", problem.lang)
    if both is not None and both[1] != task.gold:
        return _wrong("choice", problem.lang)
    reason = _compare(replace(problem, bare=True), problem.answer, reading)
    return _wrong(reason, problem.lang) if reason else _RIGHT


def _verify_balancing(task: Task[Payload], question: Question, answer: str) -> Verdict:
    read, gold = read_equation(tidy(answer[:500])), read_equation(task.gold)
    if read is None or gold is None or len(answer) > 500:
        return _no_answer("no equation", question.lang)
    if read == gold:
        return _RIGHT
    same = all(mine.keys() == right.keys() for mine, right in zip(read, gold, strict=True))
    return _wrong("unbalanced" if same else "species", question.lang)


def _verify_genetics(task: Task[Payload], question: Question, answer: str) -> Verdict:
    reading = read_quantity(answer)
    if reading is None:
        return _no_answer("unreadable", question.lang)
    value = reading.value
    if reading.written:
        if reading.unit is None or reading.unit.dims != NO_DIMS:
            return _wrong("unknown", question.lang)
        value *= reading.unit.factor
    gold = special.chance(question)
    return _RIGHT if abs(value - gold) * 1000 <= gold else _wrong("value", question.lang)


def _verify_dimensions(task: Task[Payload], question: Question, answer: str) -> Verdict:
    text = tidy(answer) if len(answer) <= 200 else ""
    unit = read_unit(text) if text else None
    if unit is None:
        return _no_answer("no unit", question.lang)
    if re.search(r"[NJWVΩFTHC]|Pa|Hz|Wb", text.replace("Celsius", "C")):
        return _wrong("no unit", question.lang)
    right = unit.dims == special.dims_of(question) and unit.factor == 1 and not unit.offset
    return _RIGHT if right else _wrong("unit", question.lang)


def _verify_formula(task: Task[Payload], question: Question, answer: str) -> Verdict:
    if len(answer) > 300:
        return _no_answer("formula", question.lang)
    kept = str(question.data[1])
    text = tidy(answer)
    if text.partition("=")[0].strip() == kept:
        text = text.partition("=")[2].strip()
    letters = [letter for letter, _ in special.solved(question.data)[1]]
    if _EXPRESSION.fullmatch(text) is None or not any(letter in text for letter in letters):
        return _no_answer("formula", question.lang)
    if re.search(rf"(?<![A-Za-z\\]){kept}(?![A-Za-z])", text):
        return _wrong("formula", question.lang)
    return _RIGHT if equivalent(read_gold(task.gold, "expression"), text).equal else _wrong("formula", question.lang)


_VERIFY = {
    "balancing": _verify_balancing, "genetics": _verify_genetics, "dimensions": _verify_dimensions, "formula": _verify_formula,
}  # fmt: skip


# -- guesses and wrong answers -----------------------------------------------------------------------------------------


def _guess_special(question: Question, rng: random.Random) -> str:
    if question.family == "balancing":
        left, right = question.data
        terms = [" + ".join(f"{rng.randint(1, 4)} {name}" for name in side) for side in (left, right)]  # type: ignore[attr-defined]
        return " -> ".join(terms)
    if question.family == "genetics":
        return f"{rng.choice((1, 1, 3, 9))}/{rng.choice((2, 4, 8, 16))}"
    if question.family == "dimensions":
        return "·".join(f"{name}^{rng.randint(-4, 4)}" for name in ("kg", "m", "s", "A"))
    letters = [letter for letter, _ in special.solved(question.data)[1]]
    return "*".join(f"{letter}^({rng.choice((1, -1, 2, -2))})" for letter in letters)


def _corrupt_special(task: Task[Payload], question: Question, rng: random.Random) -> str:
    gold = task.gold
    if question.family == "balancing":
        return re.sub(r"^(\d*) ?", lambda match: f"{int(match[1] or 1) + rng.randint(1, 3)} ", gold)
    if question.family == "genetics":
        return str(Fraction(gold) * rng.choice((Fraction(1, 2), Fraction(3, 2), Fraction(1, 3))))
    if question.family == "dimensions":
        return gold + "·cd" if rng.random() < 0.5 else gold + "·m·s^13".replace("13", str(rng.randint(4, 9)))
    return f"{rng.randint(2, 9)}*{gold}"
