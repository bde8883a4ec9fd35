"""The lines of a countdown response: whether each is right, and whether the target can still be reached after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from guru_envs.domains.math._countdown_oracle import Problem, applied
from guru_envs.domains.math._countdown_parse import MAX_LENGTH, parse, value
from guru_envs.domains.math._countdown_search import Search
from guru_envs.domains.math._countdown_words import TEXT

MOST_FRACTIONS = 6
MOST_SEARCHES = 60  # for the lines of one response; each takes some milliseconds
_OPERAND = r"(?:[0-9]{1,12}|\([0-9]{1,12}/[1-9][0-9]{0,11}\))"
_STEP = re.compile(rf"({_OPERAND}) ([-+*/]) ({_OPERAND})")
_LINE = re.compile(
    r"(?:So |所以 ?)?(?P<left>[0-9+\-*/() ]{3,600}) = (?P<minus>-?)(?:(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,18})"
    r"(?:/(?P<under>[0-9]{1,18})|\.(?P<decimals>[0-9]{1,18}))?)(?:[.,](?![0-9]).{0,200}|[。，].{0,200})?"
)
_SIGNS = str.maketrans("×✕⋅·÷−–（）＝", "****/--()=")


def fewest(items: Sequence[int | Fraction], problem: Problem) -> int | None:
    """The fewest operations that make the target of some numbers (with ``use="all"`` of all), None when none is found.

    Then there is none, unless fractions might do it with more than ``MOST_FRACTIONS`` numbers, which takes seconds to find out.
    Intermediate results below zero are left out: what is reached by way of them is reached without them too.
    """
    sizes = [len(items)] if problem.use == "all" else range(1, len(items) + 1)
    whole = [int(item) for item in items if item == int(item)]
    for size in sizes:
        searches = []
        if len(whole) == len(items):
            searches.append(Search(whole, problem.operations, fractions=False))
        if "/" in problem.operations and size <= MOST_FRACTIONS:
            searches.append(Search(list(items), problem.operations, fractions=True))  # type: ignore[arg-type]
        if any(search.find(problem.target, [size]) is not None for search in searches):
            return size - 1
    return None


class Lines:
    """What a response has worked out: the numbers that are left, and how far it is to the target.

    Two kinds of lines state something: ``15 - 3 = 12`` of two numbers that are left, which stand for their result from
    then on, and ``(15 - 3) + 5 = 17`` with any of the given numbers, which is a try. A wrong result is false, and so is a result after
    which the target can't be reached any more; a try that is worth the target goes all the way, another one goes nowhere.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._items: list[Fraction] = [Fraction(number) for number in problem.numbers]
        self._found: dict[tuple[Fraction, ...], int | None] = {}
        self._whole: int | None = None  # operations from the start to the target; found when the first step is stated
        self.progress = 0.0

    def state(self, line: str) -> bool | None:
        """Judge a line; see the class."""
        if self._problem.use == "any" and self._problem.target in self._problem.numbers:
            return self._given(line)
        match = _LINE.fullmatch(" ".join(line.translate(_SIGNS).split())) if len(line) <= MAX_LENGTH else None
        if match is None:
            return None
        if match["under"] and not int(match["under"]):
            return None
        decimals = match["decimals"] or ""
        right = Fraction(int(match["minus"] + match["whole"].replace(",", "") + decimals), 10 ** len(decimals))
        right /= int(match["under"] or 1)
        step = _STEP.fullmatch(match["left"].strip())
        if step is not None:
            return self._step(_fraction(step[1]), step[2], _fraction(step[3]), right, len(decimals))
        return self._try(match["left"], right, len(decimals))

    def _given(self, line: str) -> bool | None:
        """A problem of which nothing has to be worked out."""
        if line != TEXT[self._problem.lang]["given"].format(target=self._problem.target):
            return None
        self._reach(1.0)
        return True

    def _step(self, one: Fraction | None, sign: str, two: Fraction | None, right: Fraction, places: int) -> bool | None:
        if one is None or two is None or (sign == "/" and not two):
            return None
        worth = applied(sign, one, two)
        if worth != right:
            return _rounded(worth, right, places)
        rest = list(self._items)
        for number in (one, two):
            if number not in rest:
                return None
            rest.remove(number)
        if (
            sign not in self._problem.operations
            or right < 0
            or (right.denominator > 1 and "/" not in self._problem.operations)
        ):
            return None
        if self._whole is None:
            found = self._fewest(self._items)
            self._whole = len(self._items) - 1 if found is None else found
        if len(self._found) >= MOST_SEARCHES:
            return None
        left = self._fewest([*rest, right])
        if left is None:
            return None if "/" in self._problem.operations and len(self._items) > MOST_FRACTIONS + 1 else False
        self._items = [*rest, right]
        self._reach(1 - left / self._whole)
        return True

    def _try(self, left: str, right: Fraction, places: int) -> bool | None:
        parsed = parse(left)
        if parsed is None:
            return None
        given = dict(self._problem.given)
        for number in parsed.numbers:
            if not given.get(number):
                return None
            given[number] -= 1
        worth = value(parsed.postfix)
        if worth is None:
            return None
        if Fraction(*worth) != right:
            return _rounded(Fraction(*worth), right, places)
        signs = {one for one in parsed.postfix if one in "+-*/"}
        complete = self._problem.use == "any" or not any(given.values())
        if right == self._problem.target and complete and signs <= set(self._problem.operations):
            self._reach(1.0)
        return True

    def _fewest(self, items: list[Fraction]) -> int | None:
        key = tuple(sorted(items))
        if key not in self._found:
            self._found[key] = fewest(items, self._problem)
        return self._found[key]

    def _reach(self, progress: float) -> None:
        self.progress = max(self.progress, progress)

    def close(self) -> None:
        """Nothing is held."""


def _rounded(worth: Fraction, right: Fraction, places: int) -> bool | None:
    """Of a result that is another number: a rounded one states nothing, any other one is false."""
    return None if places and abs(worth - right) * 2 * 10**places <= 1 else False


def _fraction(text: str) -> Fraction | None:
    upper, _, lower = text.strip("()").partition("/")
    return None if lower and not int(lower) else Fraction(int(upper), int(lower or 1))
