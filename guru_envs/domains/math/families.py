"""Mathematics: problems of many families, each with an answer of a declared kind and a worked solution.

Prompt
------
A question of one family, in words with formulas in plain text or in LaTeX, and a sentence that says how the answer is written.
The families are arithmetic with mixed notation, linear and polynomial equations, systems, inequalities, modular arithmetic and
number theory, combinatorics and probability, sequences and series, functions, derivatives, integrals and limits, linear algebra,
geometry with coordinates, and word problems. Word problems are told with numbers that are not needed.

Answer
------
An integer, a rational number, a tuple, a set, a union of intervals, a matrix, an expression, an equation, or digits in a base, as
the prompt says; plain text or LaTeX. Numbers are worked out: no operations are left in them, fractions are in lowest terms, and
decimals are exact.

Verdict
-------
The family declares the kind of its answers, which decides the rule: order matters for tuples and not for sets, and there is no
factor of 100. What is written in a usual form is compared exactly, in microseconds; other writings are judged by
``guru_envs.equivalence``. An answer that only repeats the question (``3*4`` for 12, an integral for its value, a derivative sign)
is WRONG, as is a fraction not in lowest terms or a polynomial that is not expanded where that is asked. NO_ANSWER: the text cannot
be read as an answer of the kind. There is no partial credit: an answer that is nearly right says nothing about the way to it.

Knobs
-----
``families`` chooses among the families; one is drawn uniformly for each task. ``difficulty``, 1 to 8, sets their sizes: number of
operations, unknowns, degree, size of the numbers. ``notation`` fixes how formulas are written.

Oracle
------
The worked solution from the numbers as stated; each line is a true statement with a fact:

* ``("eq", left, right)``: two formulas are equal, identically where they have letters;
* ``("less", left, right)``: the first number is less than the second;
* ``("holds", equation, "x=3;y=2")``: the equation holds with these values;
* ``("congruent", a, b, m)``: a and b have the same remainder modulo m;
* ``("numeral", digits, base, value)``: the digits stand for the value;
* ``("row", "a|b", factor, "c|d", "e|f")``: the first row less the factor times the second is the third;
* ``("derivative", f, g)``: g is the derivative of f with respect to x.

Formulas are in a small language: numbers (``0.25``, ``15%``), letters, ``+ - * / ^``, ``binom(n, k)``, ``exp``, ``ln``, ``sin``,
``cos``, and ``mixed(2, 1, 3)`` for two and a third. ``effort`` counts the operations of the solution: 1 for each line and each
``+`` or ``-``, 2 for ``*``, 3 for ``/`` and ``^``, 4 for a binomial coefficient, half of 1 for each further digit of a number.

Known shortcuts
---------------
Small answers can be guessed: an age, or the solution of the smallest equations, is one of few numbers; the guess rates in the
registry are bounds for a guesser that knows the form of the answer. Where the answer is a set, the number of solutions is at most
the degree. Equations can be solved by trying small whole numbers on the first levels.

Provenance
----------
All families are our own; no problem is taken from a collection. Numbers are drawn at random and refused where the answer would be
degenerate or long. ``tests/math_by_hand.py`` confirms the answers by other methods than those of the solutions.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.math._families import FAMILIES, asking, forms, judge
from guru_envs.domains.math._families.family import PICKS, Params, UnfitError, Voice, Worked, effort_of
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.task import Premise, Step, Task, Trace, Verdict
from guru_envs.working import ProofLines

_DRAWS = 2000  # attempts at fit numbers; the families need a few
_EDITS = 60


@dataclass(frozen=True)
class MathKnobs(Knobs):
    """Families, difficulty and notation."""

    families: tuple[str, ...] = knob(tuple(FAMILIES), "families of problems; one is drawn for each task")
    difficulty: int = knob(4, "size of the problems: operations, unknowns, degree, numbers", 1, 8)
    notation: Literal["mixed", "plain", "latex"] = knob("mixed", "formulas as plain text, as LaTeX, or half of each")

    def check(self) -> None:
        """Unknown families, or none."""
        for name in self.families:
            if name not in FAMILIES:
                raise unknown_name("family", name, FAMILIES, "guru/math-v0")
        if not self.families or len(set(self.families)) < len(self.families):
            raise InvalidValueError(f"knob 'families' of MathKnobs is {self.families!r}: name different families")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as stated: the family, its numbers, and how it is told."""

    family: str
    params: Params
    voice: Voice
    notation: str


class Math:
    """Mathematics of many families."""

    Knobs = MathKnobs

    def generate(self, rng: random.Random, knobs: MathKnobs) -> Task[Problem]:
        """Draw a problem.

        Raises:
            ImpossibleTaskError: no fit numbers were found.
        """
        family = FAMILIES[rng.choice(knobs.families)]
        for _ in range(_DRAWS):
            params = family.draw(rng, knobs.difficulty)
            try:
                worked = family.work(params)
            except UnfitError:
                continue
            return _assemble(
                Problem(family.name, params, _voice(rng, knobs.lang, knobs.notation), knobs.notation), worked
            )
        raise ImpossibleTaskError(f"no problem of the family {family.name!r} with difficulty {knobs.difficulty}")

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge an answer by the kind that the family declares."""
        problem = task.payload
        base = problem.params[2] if problem.family == "bases" else 0
        return judge.verify(FAMILIES[problem.family], task.gold, answer, problem.voice.lang, base)

    def solve(self, task: Task[Problem]) -> Trace:
        """Work the problem from its numbers as stated."""
        problem = task.payload
        worked = FAMILIES[problem.family].work(problem.params)
        zh = problem.voice.lang == "zh"
        steps = []
        for number, line in enumerate(worked.lines, 1):
            colon = "：" if zh else ": "
            statement = f"{line.chinese if zh else line.english}{colon}{_told(line.fact, zh)}{'。' if zh else '.'}"
            steps.append(Step(statement, (Premise("step", number - 1),) if number > 1 else (), line.fact))
        return Trace(tuple(steps), worked.answer)

    def working(self, task: Task[Problem]) -> ProofLines:
        """The lines of a response, judged against those of the proof."""
        return ProofLines([step.statement for step in self.solve(task).steps], task.prompt)

    def effort(self, task: Task[Problem]) -> float:
        """The weighted operations of the worked solution."""
        problem = task.payload
        return effort_of(FAMILIES[problem.family].work(problem.params).lines)

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A well-formed answer of the kind asked for, near the numbers of the prompt."""
        problem = task.payload
        family = FAMILIES[problem.family]
        if family.guess is not None:
            return family.guess(problem.params, rng)
        numbers = [abs(one) for one in _integers(problem.params)]
        if family.kind != "tuple":
            return str(_near(numbers, rng, family.kind == "rational"))
        count = len(problem.params) if family.form == "system" else 2
        small = 12 if family.form == "system" else max(numbers)
        return f"({', '.join(str(rng.randint(-small, small)) for _ in range(count))})"

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """The gold answer with one number changed."""
        places = list(re.finditer(r"\d+", task.gold))
        for _ in range(50 if places else 0):
            place = rng.choice(places)
            value = int(place[0]) + rng.choice((1, 2, 3, 5, 9))
            text = f"{task.gold[: place.start()]}{value}{task.gold[place.end() :]}"
            if not self.verify(task, text).correct:
                return text
        return f"{task.gold} + 1"

    def render(self, task: Task[Problem]) -> str:
        """The question under the name of its family."""
        return f"{task.payload.family}\n{'-' * len(task.payload.family)}\n{task.prompt}"

    def twin(self, task: Task[Problem], rng: random.Random) -> Task[Problem]:
        """The same numbers with other names, words and notation, and other numbers that are not needed."""
        problem = task.payload
        worked = FAMILIES[problem.family].work(problem.params)
        for _ in range(50):
            voice = _voice(rng, problem.voice.lang, problem.notation)
            found = _assemble(replace(problem, voice=voice), worked)
            if found.prompt != task.prompt:
                return found
        return task

    def edit(self, task: Task[Problem], rng: random.Random) -> Task[Problem] | None:
        """The problem with one number changed and another answer; None when no fit change was found.

        Where a single changed number hardly ever leaves a fit problem, as in a limit, one formula is changed.
        """
        problem = task.payload
        family = FAMILIES[problem.family]
        count = len(_integers(problem.params))
        for attempt in range(_EDITS):
            step = rng.choice((-1, 1)) * rng.randint(1, 3 + attempt // 2)
            try:
                if family.alter is not None and attempt % 4 == 3:
                    params = family.alter(problem.params, rng)
                else:
                    params, _ = _changed(problem.params, rng.randrange(count), step)
                worked = family.work(params)
                found = _assemble(replace(problem, params=params), worked)
            except (UnfitError, ZeroDivisionError):
                continue
            if worked.answer != task.gold and not self.verify(found, task.gold).correct:
                return found
        return None


def _voice(rng: random.Random, lang: str, notation: str) -> Voice:
    latex = rng.random() < 0.5
    if notation != "mixed":
        latex = notation == "latex"
    return Voice(lang, latex, tuple([rng.randrange(10**6) for _ in range(PICKS)]))


def _assemble(problem: Problem, worked: Worked) -> Task[Problem]:
    family, voice = FAMILIES[problem.family], problem.voice
    form = asking.form_sentence(family, voice.lang, len(problem.params))
    prompt = f"{family.ask(problem.params, voice)}\n\n{form}"
    return Task(prompt, worked.answer, problem, f"math {problem.family} {problem.params!r}")


def _integers(params: Any) -> list[int]:
    if isinstance(params, tuple):
        return [one for part in params for one in _integers(part)]
    return [params] if isinstance(params, int) else []


def _changed(params: Any, place: int, step: int) -> tuple[Any, int]:
    """The numbers with the one at a place changed, and how many places are left to go."""
    if isinstance(params, tuple):
        parts = []
        for part in params:
            part, place = _changed(part, place, step)
            parts.append(part)
        return tuple(parts), place
    if isinstance(params, int):
        return (params + step if place == 0 else params), place - 1
    return params, place


def _near(numbers: list[int], rng: random.Random, fractions: bool) -> Fraction:
    """A number made of one or two of the numbers stated."""
    one, two = Fraction(rng.choice(numbers)), Fraction(rng.choice(numbers))
    kind = rng.randrange(6 if fractions else 4)
    if kind > 3 and two:
        return one / two
    return (one + two, abs(one - two), one * two, Fraction(rng.randint(1, 30)), one, two)[kind]


def _told(fact: tuple[str | int, ...], zh: bool) -> str:
    """A fact in words."""
    kind, *rest = (str(part) for part in fact)
    if kind == "eq":
        return f"{forms.show(rest[0])} = {forms.show(rest[1])}"
    if kind == "less":
        return f"{rest[0]} < {rest[1]}"
    if kind == "congruent":
        return f"{forms.show(rest[0])} ≡ {rest[1]} (mod {rest[2]})"
    if kind == "numeral":
        return f"{rest[0]} 是 {rest[2]} 的 {rest[1]} 进制写法" if zh else f"{rest[0]} in base {rest[1]} is {rest[2]}"
    if kind == "derivative":
        return f"({forms.show(rest[0])})' = {forms.show(rest[1])}"
    if kind == "holds":
        left, _, right = rest[0].partition(" = ")
        where = rest[1].replace("=", " = ").replace(";", ", ")
        shown = f"{forms.show(left)} = {forms.show(right)}"
        return f"当 {where} 时 {shown}" if zh else f"with {where}, {shown}"
    rows = [f"({part.replace('|', ', ')})" for part in (rest[0], rest[2], rest[3])]
    factor = rest[1] if rest[1].isdigit() else f"({rest[1]})"
    return f"{rows[0]} - {factor} * {rows[1]} = {rows[2]}"
