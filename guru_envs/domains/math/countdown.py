r"""Countdown: reach a target from given numbers with the four operations.

Prompt
------
"Make 8 from the numbers 12, 5 and 9. Use each listed number exactly once, with the operations + and - and parentheses
only. ..." The rules that apply are stated: whether all numbers must be used, which operations are allowed, that digits
may not be joined, that a minus sign stands between two terms, and that intermediate results may be negative or
fractions.

Answer
------
One expression: numbers, ``+ - * /`` and round parentheses, at the end optionally ``= target``. The signs ``× ÷ · −``,
full-width signs and LaTeX (``\times \div \cdot \frac{a}{b} \left( \right)``, ``$...$``) are read too. There is no
unary minus, power, ``//``, decimal point, percent sign or implied multiplication, and at most 600 characters are read.

Verdict
-------
CORRECT: the expression is worth the target exactly (rational arithmetic), each number is used at most as often as
given (``use="all"``: exactly as often), only allowed operations are used, and a right side, when written, is the
target. NO_ANSWER: the text is no expression. WRONG: all else. Credit is 0 unless CORRECT: coming close to the target
says nothing about being near a solution, and paying for it, or for using the right numbers, can be earned without
reasoning. The detail names the first of these that fails: unreadable, numbers, operations, right side, division by
zero, value.

Knobs
-----
See :class:`CountdownKnobs`. ``-`` is allowed only with ``+`` and ``/`` only with ``*``, since ``a - (b - c)`` adds and
``a / (b / c)`` multiplies. Every generated problem has a solution whose intermediate results are positive whole
numbers, and its target is not among the numbers. A level is hard by the number of essentially different expressions
(``grade(task).candidates``, known for all sizes) and by how few of them are solutions (``grade(task).solutions``,
counted exactly for up to 5 numbers, None for more). ``effort(task)`` is the base-2 logarithm of the candidates. The
least number of operations is ``numbers - 1`` with ``use="all"``; with ``use="any"`` the knob ``min_operations`` rules
out shorter solutions, and ``grade(task).min_operations`` is exact.

Oracle
------
Works from the numbers and the target alone; the construction is forgotten. Where at most 30 expressions exist they are
tried in a fixed order, those of few numbers first, and each try is a step with the fact ``("value", expression,
value)``. Otherwise the target is met in the middle (``_countdown_search``); the steps are ``a op b = c`` with the fact
``("eq", a, op, b, c)``, each operand being a given number or the result of the earlier step named as premise, and the
last step is the whole expression with the fact ``("value", expression, target)``. Values are texts of exact rationals
(``8/3``).

Lines that are judged
---------------------
``15 - 3 = 12`` of two numbers that are left: false when the result is wrong or the target can't be reached any more from the numbers
left, which is found out by a search of all ways; and a whole expression with its value. See ``_countdown_working``.

Known shortcuts
---------------
* With + and - over few numbers, a random expression is often right (see the guess rates in the registry), and a fixed
  rule more often: on level 1, adding the two largest numbers and subtracting the smallest is right on about 35 % of the problems.
* With ``use="any"`` and many numbers, most targets have many solutions; ``max_solutions`` and ``min_operations`` help.
* The plain sum or product of all numbers would be right often, so most draws with such a target are refused; on level
  1, where 7 expressions exist, the plain sum is still right on about one problem in ten.
* Division occurs seldom in solutions: whole-number solutions always exist.

Provenance
----------
The game is from the French television programme "Des chiffres et des lettres" (1965) and its British form "Countdown";
problems are drawn at random, none is taken from a collection.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.math import _countdown_forms as forms
from guru_envs.domains.math._countdown_make import draw
from guru_envs.domains.math._countdown_oracle import Problem, gold_of, prove, whole_search
from guru_envs.domains.math._countdown_parse import MAX_LENGTH, parse, value
from guru_envs.domains.math._countdown_search import Search
from guru_envs.domains.math._countdown_words import TEXT, prompt
from guru_envs.domains.math._countdown_working import Lines
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict

SIGNS = "+-*/"
_PLAIN_REFUSED = 0.7  # share of the draws refused whose target is the plain sum or product of all numbers
_DRAWS = 20_000  # attempts to hit the target range before the knobs count as impossible; a fraction of a second


@dataclass(frozen=True)
class CountdownKnobs(Knobs):
    """Knobs of countdown."""

    numbers: int = knob(4, "how many numbers are given", 3, 8)
    low: int = knob(1, "smallest number that may be given", 1, 10_000)
    high: int = knob(100, "largest number that may be given", 1, 10_000)
    target_low: int = knob(10, "smallest target", 0, 1_000_000)
    target_high: int = knob(100, "largest target", 0, 1_000_000)
    operations: tuple[str, ...] = knob(("+", "-", "*", "/"), "allowed operations; - needs +, / needs *")
    use: Literal["all", "any"] = knob("all", "whether all numbers must be used")
    min_operations: int = knob(1, "no solution has fewer operations; with use=all it is numbers - 1 anyway", 1, 3)
    max_solutions: int = knob(
        0, "most essentially different solutions, 0 for any number; at most 5 numbers", 0, 100_000
    )

    def check(self) -> None:
        """Reject combinations for which no task exists or which the search does not cover."""
        signs = self.signs
        if not signs or set(self.operations) - set(SIGNS) or len(set(self.operations)) < len(self.operations):
            raise InvalidValueError(
                f"knob 'operations' of CountdownKnobs is {self.operations!r}: allowed are different signs out of + - * /"
            )
        for sign, needs in (("-", "+"), ("/", "*")):
            if sign in signs and needs not in signs:
                raise InvalidValueError(
                    f"knob 'operations' of CountdownKnobs is {self.operations!r}: {sign!r} is allowed only with {needs!r}"
                )
        for name in ("low", "target_low"):
            top = name.replace("low", "high")
            if getattr(self, name) > getattr(self, top):
                raise ImpossibleTaskError(
                    f"knob {name!r} of CountdownKnobs is {getattr(self, name)}, above {top!r}, {getattr(self, top)}"
                )
        if self.min_operations > self.numbers - 1:
            raise ImpossibleTaskError(
                f"knob 'min_operations' of CountdownKnobs is {self.min_operations}: {self.numbers} numbers have at most "
                f"{self.numbers - 1} operations"
            )
        if self.max_solutions and self.numbers > forms.MOST_NUMBERS:
            raise InvalidValueError(
                f"knob 'max_solutions' of CountdownKnobs is {self.max_solutions}: solutions are counted for at most "
                f"{forms.MOST_NUMBERS} numbers, but 'numbers' is {self.numbers}"
            )
        self._check_reach()

    def _check_reach(self) -> None:
        largest = self.numbers * self.high if "*" not in self.operations else max(self.high, 2) ** self.numbers
        smallest = 0
        if self.use == "all" and self.signs == "+":
            smallest = self.numbers * self.low
        elif self.use == "all" and self.signs == "*":
            smallest = self.low**self.numbers
        if self.target_low > largest or self.target_high < smallest:
            raise ImpossibleTaskError(
                f"no target from {self.target_low} to {self.target_high} can be made of {self.numbers} numbers from "
                f"{self.low} to {self.high} with {', '.join(self.operations)}: reachable is at least {smallest} and at "
                f"most {largest}"
            )

    @property
    def signs(self) -> str:
        """The allowed operations as text, in the order ``+-*/``."""
        return "".join(sign for sign in SIGNS if sign in self.operations)


class Grade(NamedTuple):
    """How hard a problem is.

    Attributes:
        candidates: essentially different expressions over as many different numbers.
        solutions: how many of them make the target, equal numbers not told apart; None for more than 5 numbers.
        min_operations: the fewest operations of a solution.
    """

    candidates: int
    solutions: int | None
    min_operations: int


class Countdown:
    """The game of reaching a target from given numbers."""

    Knobs = CountdownKnobs

    def generate(self, rng: random.Random, knobs: CountdownKnobs) -> Task[Problem]:
        """Draw a solvable problem.

        Raises:
            ImpossibleTaskError: the target range was not met in thousands of draws.
        """
        signs, fewest = knobs.signs, knobs.min_operations
        for _ in range(_DRAWS):
            used = knobs.numbers if knobs.use == "all" else rng.randint(fewest + 1, knobs.numbers)
            drawn = draw(rng, knobs.numbers, used, knobs.low, knobs.high, signs)
            if drawn is None or not knobs.target_low <= drawn[1] <= knobs.target_high:
                continue
            numbers, target = drawn
            if target in numbers:
                continue
            # the plain sum and the plain product are rarer than they would be, so that always saying them pays little
            if target in (sum(numbers), math.prod(numbers)) and len(signs) > 1 and rng.random() < _PLAIN_REFUSED:
                continue
            # up to three numbers (that many min_operations allows) reach no more whole targets by way of fractions
            if knobs.use == "any" and whole_search(numbers, target, signs, range(2, fewest + 1)) is not None:
                continue
            if knobs.max_solutions:
                found = forms.solutions(numbers, target, signs, knobs.use == "all")
                if len(found) > knobs.max_solutions:
                    continue
            return self.task_from(numbers, target, signs, knobs.use, knobs.lang)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no countdown problem was found with {knobs}")

    @staticmethod
    def task_from(
        numbers: Sequence[int], target: int, operations: Sequence[str] = SIGNS, use: str = "all", lang: str = "en"
    ) -> Task[Problem]:
        """The task of given numbers and a target, for example from a public data set.

        Args:
            numbers: 1 to 8 positive whole numbers.
            target: a whole number, 0 or more.
            operations: allowed signs; ``-`` comes with ``+``, ``/`` with ``*``.
            use: ``all`` or ``any``.
            lang: ``en`` or ``zh``.

        Raises:
            ImpossibleTaskError: the numbers do not make the target.
            InvalidValueError: the numbers, the target, the operations or the use are not of that kind.
        """
        signs = "".join(sign for sign in SIGNS if sign in operations)
        if not 1 <= len(numbers) <= 8 or min(numbers) < 1 or target < 0 or use not in ("all", "any"):
            raise InvalidValueError(f"no countdown problem: numbers {numbers!r}, target {target!r}, use {use!r}")
        if not signs or len(signs) < len(operations) or _lacks_partner(signs):
            raise InvalidValueError(f"operations {operations!r}: allowed are signs of + - * /; - needs +, / needs *")
        given: dict[str, int] = {}
        for number in numbers:
            given[str(number)] = given.get(str(number), 0) + 1
        problem = Problem(tuple(numbers), target, signs, use, lang, given)
        gold = gold_of(problem)
        if gold is None:
            raise ImpossibleTaskError(f"{target} cannot be made of {list(numbers)} with {signs} ({use} numbers used)")
        canonical = f"countdown {','.join(map(str, sorted(numbers)))} {target} {signs} {use}"
        return Task(prompt(numbers, target, signs, use, lang), gold, problem, canonical)

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge an expression; see the module's text for what is read and in which order it is checked."""
        problem = task.payload
        words = TEXT[problem.lang]
        if len(answer) > MAX_LENGTH:
            return Verdict(Outcome.NO_ANSWER, 0.0, None, words["too long"])
        parsed = parse(answer)
        if parsed is None:
            return Verdict(Outcome.NO_ANSWER, 0.0, None, words["unreadable"])
        left = dict(problem.given)
        for number in parsed.numbers:
            count = left.get(number)
            if not count:
                if count == 0:
                    return _wrong(words["too often"].format(number))
                return _wrong(words["not given"].format(number) if len(number) <= 12 else words["not given long"])
            left[number] = count - 1
        if problem.use == "all" and len(parsed.numbers) < len(problem.numbers):
            missing = next(number for number, count in left.items() if count)
            return _wrong(words["unused"].format(missing))
        for sign in parsed.postfix:
            if sign in SIGNS and sign not in problem.operations:
                return _wrong(words["operation not allowed"].format(sign))
        if parsed.claim and parsed.claim != str(problem.target):
            claim = parsed.claim if len(parsed.claim) <= 12 else "..."
            return _wrong(words["claim"].format(claim))
        worth = value(parsed.postfix)
        if worth is None:
            return _wrong(words["divides by zero"])
        if worth[0] != problem.target * worth[1]:
            return _wrong(words["worth"].format(Fraction(*worth)))
        return Verdict(Outcome.CORRECT, 1.0)

    def solve(self, task: Task[Problem]) -> Trace:
        """Find an expression from the numbers and the target; the steps are explained in the module's text."""
        return prove(task.payload)

    def working(self, task: Task[Problem]) -> Lines:
        """The lines of a response, judged one by one."""
        return Lines(task.payload)

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A random expression with all the numbers (``use="any"``: with some of them, at least two)."""
        problem = task.payload
        items = [str(number) for number in problem.numbers]
        rng.shuffle(items)
        if problem.use == "any":
            items = items[: rng.randint(min(2, len(items)), len(items))]
        whole = len(items)
        while len(items) > 1:
            one = items.pop(rng.randrange(len(items)))
            two = items.pop(rng.randrange(len(items)))
            items.append(f"({one} {rng.choice(problem.operations)} {two})")
        return items[0][1:-1] if whole > 1 else items[0]

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """The gold expression with one sign changed; when that changes no value, with a number that is not given."""
        tokens = task.gold.split(" ")
        places = [place for place, token in enumerate(tokens) if token in SIGNS]
        rng.shuffle(places)
        for place in places:
            for sign in rng.sample(task.payload.operations, len(task.payload.operations)):
                changed = " ".join([*tokens[:place], sign, *tokens[place + 1 :]])
                if not self.verify(task, changed).correct:
                    return changed
        place = rng.choice([place for place in range(len(tokens)) if place not in places])
        other = str(max(task.payload.numbers) + 1)
        return " ".join([*tokens[:place], re.sub("[0-9]+", other, tokens[place]), *tokens[place + 1 :]])

    def render(self, task: Task[Problem]) -> str:
        """The numbers as cards, and the target."""
        cards = [f" {number} " for number in task.payload.numbers]
        top = " ".join("┌" + "─" * len(card) + "┐" for card in cards)
        middle = " ".join(f"│{card}│" for card in cards)
        bottom = " ".join("└" + "─" * len(card) + "┘" for card in cards)
        signs = " ".join(task.payload.operations)
        return f"{top}\n{middle}   {signs}   →   {task.payload.target}\n{bottom}"

    def grade(self, task: Task[Problem]) -> Grade:
        """How hard a task is; exact, and slow for more than 5 numbers with ``use="any"``: up to seconds."""
        problem = task.payload
        count, use_all = len(problem.numbers), problem.use == "all"
        solutions = None
        if count <= forms.MOST_NUMBERS:
            solutions = len(forms.solutions(problem.numbers, problem.target, problem.operations, use_all))
        fewest = count
        if not use_all:
            search = Search(problem.numbers, problem.operations, fractions=True)
            fewest = next(size for size in range(1, count + 1) if search.find(problem.target, [size]) is not None)
        return Grade(forms.candidates(count, problem.operations, use_all), solutions, fewest - 1)

    def effort(self, task: Task[Problem]) -> float:
        """The base-2 logarithm of the number of essentially different expressions: what a blind search goes through."""
        problem = task.payload
        return math.log2(forms.candidates(len(problem.numbers), problem.operations, problem.use == "all"))


def _lacks_partner(signs: str) -> bool:
    return ("-" in signs and "+" not in signs) or ("/" in signs and "*" not in signs)


def _wrong(detail: str) -> Verdict:
    return Verdict(Outcome.WRONG, 0.0, None, detail)
