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
significant figures are asked for, when it rounds to the same figures (trailing zeros need not be written). A wrong
unit, a unit of another dimension, and a missing unit where the question does not fix it are WRONG. Figures are counted
in the unit of the answer. A quantity said again (``5 m = 500 cm``, ``3/4 (75 %)``) must be right each time. A
conversion is CORRECT only in the unit asked for. Text that is no number with a unit is NO_ANSWER. Units are read in
symbols, words, Chinese and LaTeX; a decimal point is a point. Names of units that are not in the table are unknown,
unless ``_science.units.use_pint()`` was called (the extra ``science``): pint is then asked, one word at a time. It is
not asked by itself, since verdicts would then depend on what is installed.
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
with both, so that none stands out; ratios, angles and temperatures are not asked as choices, since wrong ones would often be
impossible. Probabilities of crosses with one gene are often 1/2.

Provenance
----------
Textbook laws; all situations are written for this package and all numbers drawn at random.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.science._science import drawing, special
from guru_envs.domains.science._science import problem as quantities
from guru_envs.domains.science._science.formulas import Number
from guru_envs.domains.science._science.laws import unit_of
from guru_envs.domains.science._science.numbers import exact, with_unit, write
from guru_envs.domains.science._science.problem import Problem, RefusedError, in_unit, results
from guru_envs.domains.science._science.reading import read_quantities
from guru_envs.domains.science._science.special import Question
from guru_envs.domains.science._science.verdicts import (
    CONVERSION,
    RIGHT,
    VERIFY_SPECIAL,
    Payload,
    compare,
    corrupt_special,
    guess_special,
    no_answer,
    verify_choice,
    wrong,
)  # fmt: skip
from guru_envs.domains.science._science.wording import LETTERS, prompt, proof
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.task import Step, Task, Trace, Verdict
from guru_envs.working import ProofLines

LAWS = (
    "motion", "forces", "energy", "fluids", "gravitation", "electricity", "circuits", "heat", "gas", "optics", "waves",
    "radioactivity", "dilution", "ph", "stoichiometry", "conversion",
)  # fmt: skip
FAMILIES = LAWS + special.FAMILIES
_DRAWS = 200
_NO_CHOICE = (
    "-",
    "deg",
    "°C",
)  # ratios, angles and temperatures: wrong ones are often impossible, as an efficiency of 1.5


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
        "mixed", "how quantities are asked for; mixed: a fifth are choices, where typical mistakes give possible values"
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
        parts = drawing.draw_parts(
            rng, (family,), knobs.steps_low, knobs.steps_high, knobs.parts, knobs.mixed_units, knobs.figures
        )
        figures = 3 if knobs.precision == "figures" or (knobs.precision == "mixed" and rng.random() < 0.5) else 0
        extras = tuple((index, rng.randint(3, 40)) for index in rng.sample(range(len(quantities.EXTRAS)), knobs.extras))
        unit = parts[-1].unit
        bare = rng.random() < 0.5 or family == CONVERSION or bool(unit_of(unit).offset)
        problem = Problem(parts, bare, figures, extras, rng.randrange(3), (), knobs.lang)
        choose = knobs.form == "choice" or (knobs.form == "mixed" and rng.random() < 0.2)
        possible = bool(parts[-1].situation.slips) and unit not in _NO_CHOICE
        if knobs.form == "choice" and not possible:
            raise RefusedError
        if choose and possible:
            problem = replace(problem, factors=drawing.draw_factors(rng, problem), figures=0)
        return _posed(problem)

    def verify(self, task: Task[Payload], answer: str) -> Verdict:
        """Judge an answer; see the module's text."""
        problem = task.payload
        if isinstance(problem, Question):
            return VERIFY_SPECIAL[problem.family](task, problem, answer)
        if problem.factors:
            return verify_choice(task, problem, answer)
        readings = read_quantities(answer)
        if not readings:
            return no_answer("unreadable", problem.lang)
        reason = compare(problem, problem.answer, readings)
        return wrong(reason, problem.lang) if reason else RIGHT

    def solve(self, task: Task[Payload]) -> Trace:
        """Work the problem out step by step."""
        problem = task.payload
        if isinstance(problem, Question):
            worked = special.WORK[problem.family](problem)
            return Trace(tuple(Step(text, (), ("text", i)) for i, text in enumerate(worked.steps, 1)), worked.gold)
        return Trace(tuple(proof(problem)), _gold(problem, results(problem.parts)[-1]))

    def working(self, task: Task[Payload]) -> ProofLines:
        """The lines of a response, judged against those of the proof."""
        return ProofLines([step.statement for step in self.solve(task).steps], task.prompt)

    def guess(self, task: Task[Payload], rng: random.Random) -> str:
        """A random answer of the right form."""
        problem = task.payload
        if isinstance(problem, Question):
            return guess_special(problem, rng)
        if problem.factors:
            return LETTERS[rng.randrange(4)]
        unit = problem.parts[-1].unit
        number = Fraction(rng.randint(10, 999)) * Fraction(10) ** rng.randint(-3, 3)
        return with_unit(write(number, 3), unit)

    def corrupt(self, task: Task[Payload], rng: random.Random) -> str:
        """The gold answer with another value or another unit."""
        problem = task.payload
        if isinstance(problem, Question):
            return corrupt_special(task, problem, rng)
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
                parts = tuple(drawing.reword_part(rng, part) for part in old.parts)
                extras = tuple((index, rng.randint(3, 40)) for index, _ in old.extras)
                bare = rng.random() < 0.5 or (
                    old.bare and (parts[-1].situation.family == CONVERSION or bool(unit_of(parts[-1].unit).offset))
                )
                made = _posed(replace(old, parts=parts, extras=extras, wording=rng.randrange(3), bare=bare), False)
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
            part = drawing.redraw_value(rng, old.parts[place], 3)
            if part is None:
                continue
            parts = (*old.parts[:place], part, *old.parts[place + 1 :])
            try:
                value = results(parts)[-1]
                if exact(value) <= 0 or in_unit(value, parts[-1].unit) <= 0:
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
    problem = replace(problem, answer=exact(results(problem.parts)[-1]))
    if problem.figures and careful:
        part = problem.parts[-1]
        shown = in_unit(problem.answer, part.unit, part.law.difference)
        if not shown or quantities.on_the_edge(shown, problem.figures):
            raise RefusedError
    return Task(prompt(problem), _gold(problem, problem.answer), problem, quantities.canonical(problem.parts))


def _gold(problem: Problem, answer: Number) -> str:
    """The gold answer, from the value in SI units."""
    if problem.factors:
        return LETTERS[problem.factors.index(Fraction(1))]
    part = problem.parts[-1]
    value = in_unit(answer, part.unit, part.law.difference)
    number = write(value, 3, pad=True) if problem.figures else write(value, 6)
    return with_unit(number, part.unit)
