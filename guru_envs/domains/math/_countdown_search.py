"""Finding an expression for a target from the numbers alone.

Values of small groups of numbers are kept in tables (value -> how it was made); a large group is not tabulated but
asked for one value, by splitting it in two: the values of the smaller part are run through, and for each the larger
part is asked for what is missing. So a target is met in the middle.

Intermediate results are non-negative: whatever can be reached with ``+`` and ``-`` can be reached, up to its sign, by
non-negative results only. First whole intermediate results are tried, which are enough for every generated task, then
all fractions, exactly. The order of the search is fixed, so that the same problem always gets the same expression.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Container, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

Number: TypeAlias = int | Fraction
Tree: TypeAlias = "int | tuple[str, Tree, Tree]"  # a number, or operation, left, right
_Origin = tuple[str, int, Number, int, Number]  # operation, left group, its value, right group, its value


class Search:
    """The values that groups of numbers reach; a group is a bit mask over the sorted numbers.

    Args:
        numbers: the numbers.
        operations: signs; ``-`` comes with ``+``, ``/`` with ``*``.
        fractions: whether intermediate results may be fractions.
    """

    def __init__(self, numbers: Sequence[int], operations: Sequence[str], fractions: bool) -> None:
        self.numbers = sorted(numbers, reverse=True)
        self.plus, self.minus = "+" in operations, "-" in operations
        self.times, self.over = "*" in operations, "/" in operations
        self.fractions = fractions and self.over
        self._tables: dict[int, dict[Number, _Origin | None]] = {}
        self._known: dict[tuple[int, Number], _Origin | None] = {}
        self._table_size = 3 if len(numbers) <= 5 else 4

    # -- tables --------------------------------------------------------------------------------------------------------

    def table(self, group: int) -> dict[Number, _Origin | None]:
        """All values of a group, with the first way found to make each."""
        known = self._tables.get(group)
        if known is None:
            single = group & (group - 1) == 0
            known = {self.numbers[group.bit_length() - 1]: None} if single else self._combine(group)
            self._tables[group] = known
        return known

    def _combine(self, group: int) -> dict[Number, _Origin | None]:
        found: dict[Number, _Origin | None] = {}
        plus, minus, times, over, fractions = self.plus, self.minus, self.times, self.over, self.fractions
        for first, second in _splits(group):
            others = self.table(second)
            for one in self.table(first):
                for two in others:
                    if one >= two:
                        big, big_group, small, small_group = one, first, two, second
                    else:
                        big, big_group, small, small_group = two, second, one, first
                    if plus and (result := big + small) not in found:
                        found[result] = ("+", big_group, big, small_group, small)
                    if minus and (result := big - small) not in found:
                        found[result] = ("-", big_group, big, small_group, small)
                    if times and (result := big * small) not in found:
                        found[result] = ("*", big_group, big, small_group, small)
                    if over:
                        if small and (fractions or not big % small):
                            result = _quotient(big, small) if fractions else big // small
                            if result not in found:
                                found[result] = ("/", big_group, big, small_group, small)
                        if big and big != small and (fractions or not small):
                            result = _quotient(small, big) if fractions else 0
                            if result not in found:
                                found[result] = ("/", small_group, small, big_group, big)
        return found

    # -- one value -----------------------------------------------------------------------------------------------------

    def origin(self, group: int, goal: Number) -> _Origin | None:
        """A way to make a value from exactly the numbers of a group of at least two; None when there is none."""
        if group.bit_count() <= self._table_size:
            return self.table(group).get(goal)
        key = (group, goal)
        if key not in self._known:
            self._known[key] = self._meet(group, goal)
        return self._known[key]

    def _meet(self, group: int, goal: Number) -> _Origin | None:
        for large, small in _even_splits(group):
            tabulated = large.bit_count() <= self._table_size
            values: Container[Number] = self.table(large) if tabulated else ()
            for have in self.table(small):
                for missing, operation, small_first in self._missing(goal, have, large):
                    if missing in values if tabulated else self.origin(large, missing) is not None:
                        if small_first:
                            return (operation, small, have, large, missing)
                        return (operation, large, missing, small, have)
        return None

    def _missing(self, goal: Number, have: Number, large: int) -> list[tuple[Number, str, bool]]:
        """What the larger part must be worth: (its value, operation, whether the smaller part stands first)."""
        asked: list[tuple[Number, str, bool]] = []
        if self.plus and goal >= have:
            asked.append((goal - have, "+", False))
        if self.minus:
            asked.append((goal + have, "-", False))
            if have >= goal:
                asked.append((have - goal, "-", True))
        if self.times:
            if have and (self.fractions or not goal % have):
                asked.append((_quotient(goal, have) if self.fractions else goal // have, "*", False))
            elif not have and not goal:  # zero times anything; the plain product is something every group reaches
                asked.append((math.prod(self._members(large)), "*", False))
        if self.over and have:
            asked.append((goal * have, "/", False))
            if goal and (self.fractions or not have % goal):
                asked.append((_quotient(have, goal) if self.fractions else have // goal, "/", True))
        return asked

    def _members(self, group: int) -> list[int]:
        return [number for index, number in enumerate(self.numbers) if group >> index & 1]

    # -- trees ---------------------------------------------------------------------------------------------------------

    def tree(self, group: int, goal: Number) -> Tree:
        """The expression behind a value that is known to be reached."""
        if group & (group - 1) == 0:
            return self.numbers[group.bit_length() - 1]
        origin = self.origin(group, goal)
        assert origin is not None
        operation, left, left_value, right, right_value = origin
        return (operation, self.tree(left, left_value), self.tree(right, right_value))

    def find(self, target: int, sizes: Sequence[int]) -> Tree | None:
        """An expression for the target from groups of the given sizes, tried in that order."""
        for size in sizes:
            for chosen in combinations(range(len(self.numbers)), size):
                group = sum(1 << index for index in chosen)
                if size == 1 and target in self._members(group):
                    return target
                if size > 1 and self.origin(group, target) is not None:
                    return self.tree(group, target)
        return None


def _quotient(upper: Number, lower: Number) -> Number:
    result = Fraction(upper) / lower
    return result.numerator if result.denominator == 1 else result


@functools.cache
def _splits(group: int) -> tuple[tuple[int, int], ...]:
    """All ways to part a group in two, each once."""
    lowest = group & -group
    rest = group ^ lowest
    pairs = []
    part = rest
    while part:
        part = (part - 1) & rest
        pairs.append((part | lowest, rest ^ part))
    return tuple(pairs)


@functools.cache
def _even_splits(group: int) -> tuple[tuple[int, int], ...]:
    """The splits of a group as (larger part, smaller part), the most even ones first."""
    pairs = [pair if pair[0].bit_count() >= pair[1].bit_count() else pair[::-1] for pair in _splits(group)]
    return tuple(sorted(pairs, key=lambda pair: pair[0].bit_count()))
