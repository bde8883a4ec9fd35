"""Orders in which clues hold: exact search, by narrowing down the places of each item and trying what is left."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._ordering.clues import BINARY, UNARY, Clue, allowed_places, images, sides


class _Rules(NamedTuple):
    binary: list[tuple[int, int, list[int], list[int]]]
    between: list[tuple[int, ...]]
    early: list[tuple[int, ...]]  # any_before
    late: list[tuple[int, ...]]  # any_after


def orders(size: int, clues: Sequence[Clue]) -> Iterator[list[int]]:
    """All orders that satisfy the clues, each as the place of each item; the sequence is the same everywhere."""
    full = (1 << size) - 1
    domains = [full] * size
    rules = _Rules([], [], [], [])
    for kind, items, number in clues:
        if kind in UNARY:
            domains[items[0]] &= allowed_places(kind, number, size)
        elif kind in BINARY:
            rules.binary.append((*items, *images(kind, number, size)))  # type: ignore[arg-type]
        else:
            {"between": rules.between, "any_before": rules.early, "any_after": rules.late}[kind].append(items)
    yield from _search(size, rules, domains)


def another(size: int, clues: Sequence[Clue]) -> list[int] | None:
    """An order other than the identity that satisfies the clues, or None when there is none."""
    identity = list(range(size))
    return next((found for found in orders(size, clues) if found != identity), None)


def count(size: int, clues: Sequence[Clue], most: int) -> int:
    """How many orders satisfy the clues, counted up to ``most``."""
    return sum(1 for _, _ in zip(range(most), orders(size, clues), strict=False))


def _search(size: int, rules: _Rules, domains: list[int]) -> Iterator[list[int]]:
    if not _narrow(size, rules, domains):
        return
    best, fewest = -1, size + 1
    for item, left in enumerate(domains):
        if left & (left - 1) and (places := left.bit_count()) < fewest:
            best, fewest = item, places
    if best < 0:
        yield [left.bit_length() - 1 for left in domains]
        return
    left = domains[best]
    while left:
        low = left & -left
        left ^= low
        here = domains.copy()
        here[best] = low
        yield from _search(size, rules, here)


def _narrow(size: int, rules: _Rules, domains: list[int]) -> bool:
    """Leave out places until nothing changes; False when an item has none left."""
    above, below = sides(size)
    full = (1 << size) - 1
    while True:
        before = domains.copy()
        for one, two, forward, back in rules.binary:
            domains[two] &= forward[domains[one]]
            domains[one] &= back[domains[two]]
        for middle, one, two in rules.between:
            first, last = domains[one], domains[two]
            here = domains[middle] & (above[first] & below[last] | below[first] & above[last])
            domains[middle] = here
            domains[one] &= below[here & below[last]] | above[here & above[last]]
            domains[two] &= below[here & below[first]] | above[here & above[first]]
        for subject, one, two in rules.early:
            domains[subject] &= below[domains[one] | domains[two]]
            for this, other in ((one, two), (two, one)):
                if not above[domains[subject]] & domains[other]:
                    domains[this] &= above[domains[subject]]
        for subject, one, two in rules.late:
            domains[subject] &= above[domains[one] | domains[two]]
            for this, other in ((one, two), (two, one)):
                if not below[domains[subject]] & domains[other]:
                    domains[this] &= below[domains[subject]]
        once = twice = taken = 0
        for left in domains:
            twice |= once & left
            once |= left
            if not left & (left - 1):
                if not left or taken & left:
                    return False
                taken |= left
        if once != full:
            return False
        single = once & ~twice
        for item, left in enumerate(domains):
            if left & (left - 1):
                alone = left & single
                domains[item] = left = alone or left & ~taken
                if not left or alone & (alone - 1):
                    return False
        if domains == before:
            return True


# -- small sizes: sets of orders as bit masks --------------------------------------------------------------------------

LARGEST_TABLE = 7


class Table:
    """All orders of a small size, numbered; the set of those that satisfy a clue is one integer."""

    def __init__(self, size: int) -> None:
        import itertools

        self.orders = list(itertools.permutations(range(size)))  # the identity is number 0
        self.all = (1 << len(self.orders)) - 1
        self.size = size
        self._at = [[0] * size for _ in range(size)]
        for place in range(size):
            for item in range(size):
                bits = bytearray(len(self.orders) + 7 >> 3)
                for number, order in enumerate(self.orders):
                    if order[item] == place:
                        bits[number >> 3] |= 1 << (number & 7)
                self._at[item][place] = int.from_bytes(bits, "little")
        self._sets: dict[Clue, int] = {}

    def satisfying(self, clue: Clue) -> int:
        """The orders that satisfy a clue."""
        found = self._sets.get(clue)
        if found is None:
            found = self._sets[clue] = self._compute(clue)
        return found

    def _union(self, item: int, places: int) -> int:
        found = 0
        for place, orders in enumerate(self._at[item]):
            if places >> place & 1:
                found |= orders
        return found

    def _compute(self, clue: Clue) -> int:
        kind, items, number = clue
        size = self.size
        above, below = sides(size)
        if kind in UNARY:
            return self._union(items[0], allowed_places(kind, number, size))
        if kind in BINARY:
            forward = images(kind, number, size)[0]
            return self._over(items[0], lambda bit: self._union(items[1], forward[bit]))
        one, two = items[1], items[2]
        if kind == "any_before":
            return self._over(items[0], lambda bit: self._union(one, above[bit]) | self._union(two, above[bit]))
        if kind == "any_after":
            return self._over(items[0], lambda bit: self._union(one, below[bit]) | self._union(two, below[bit]))
        return self._over(
            items[0],
            lambda bit: (
                self._union(one, below[bit]) & self._union(two, above[bit])
                | self._union(one, above[bit]) & self._union(two, below[bit])
            ),
        )

    def _over(self, item: int, rest) -> int:  # type: ignore[no-untyped-def]
        found = 0
        for place, orders in enumerate(self._at[item]):
            found |= orders & rest(1 << place)
        return found


@functools.cache
def table(size: int) -> Table:
    """The table of a size."""
    return Table(size)
