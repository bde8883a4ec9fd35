"""Narrowing domains fast: what the techniques of level 1 can do, without saying how.

A domain is the bit mask of the houses an item can still be in. What is deduced does not depend on the order (each rule only
takes houses away, so all orders end in the same state), which lets ``deduce`` find the lines of a proof in another order.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from guru_envs.domains.logic._zebra.clues import UNARY, Clue, allowed_houses, relation


@functools.cache
def images(kind: str, number: int, houses: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For a kind with two items: for each domain of the first the houses left for the second, and the reverse."""
    found = []
    for table in relation(kind, number, houses):
        image = [0]
        for house in range(houses):
            image += [before | table[house] for before in image]
        found.append(tuple(image))
    return found[0], found[1]


@functools.cache
def sides(houses: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For each domain the houses right of its first house, and those left of its last."""
    full = (1 << houses) - 1
    above, below = [0], [0]
    for mask in range(1, full + 1):
        above.append(full & ~((mask & -mask) * 2 - 1))
        below.append((1 << mask.bit_length() - 1) - 1)
    return tuple(above), tuple(below)


class Propagator:
    """The clues of one puzzle, made ready.

    Attributes:
        failures: for each item how often the clues speak of it, and how often it was in the middle of a contradiction.
        work: items looked at so far; a measure of time that is the same on every machine.
    """

    def __init__(self, houses: int, attributes: int, clues: Sequence[Clue]) -> None:
        self.houses, self.items, self.full = houses, houses * attributes, (1 << houses) - 1
        self.work = 0
        self.failures = [0] * self.items
        self._links: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in range(self.items)]
        self._betweens: list[list[tuple[int, ...]]] = [[] for _ in range(self.items)]
        self._choices: list[list[tuple[int, ...]]] = [[] for _ in range(self.items)]
        self._start = [self.full] * self.items
        for kind, items, number in clues:
            for item in items:
                self.failures[item] += 1
            if kind in UNARY:
                self._start[items[0]] &= allowed_houses(kind, number, houses)
            elif kind in ("between", "either_or"):
                for item in {*items}:
                    (self._betweens if kind == "between" else self._choices)[item].append(items)
            else:
                forward, back = images(kind, number, houses)
                self._links[items[0]].append((items[1], forward))
                self._links[items[1]].append((items[0], back))

    def start(self) -> list[int] | None:
        """The domains after all of level 1, or None when that is a contradiction."""
        domains = list(self._start)
        return domains if self.narrow(domains, range(self.items)) else None

    def suppose(self, domains: Sequence[int], item: int, houses: int) -> list[int] | None:
        """The domains after an item is restricted to some houses, or None when that is a contradiction."""
        after = list(domains)
        after[item] &= houses
        return after if after[item] and self.narrow(after, (item,)) else None

    def narrow(self, domains: list[int], changed: Iterable[int]) -> bool:
        """Narrow the domains in place, given the items whose domains have changed; False is a contradiction."""
        waiting = list(changed)
        stuck = self._narrow(domains, waiting)
        self.work += len(waiting)
        if stuck >= 0:
            self.failures[stuck] += 1
        return stuck < 0

    def _narrow(self, domains: list[int], waiting: list[int]) -> int:
        """The same for items to be looked at; returns the item where a contradiction shows, or -1."""
        houses, full = self.houses, self.full
        queued = bytearray(self.items)
        for item in waiting:
            queued[item] = 1
        for item in waiting:  # grows while it is walked through
            queued[item] = 0
            domain = domains[item]
            first = item - item % houses
            family = range(first, first + houses)
            if not domain & (domain - 1):
                for other in family:
                    if domains[other] & domain and other != item:
                        domains[other] ^= domain
                        if not domains[other]:
                            return other
                        if not queued[other]:
                            queued[other] = 1
                            waiting.append(other)
            once = twice = 0
            for here in domains[first : first + houses]:
                twice |= once & here
                once |= here
            if once != full:
                return item
            lonely = once & ~twice
            if lonely:
                for other in family:
                    here = domains[other]
                    alone = here & lonely
                    if alone & (alone - 1):
                        return other
                    if alone and here != alone:
                        domains[other] = alone
                        if not queued[other]:
                            queued[other] = 1
                            waiting.append(other)
            domain = domains[item]
            for other, image in self._links[item]:
                here = domains[other]
                left = here & image[domain]
                if left != here:
                    if not left:
                        return other
                    domains[other] = left
                    if not queued[other]:
                        queued[other] = 1
                        waiting.append(other)
            if self._betweens[item] or self._choices[item]:
                for other in self._three(domains, item):
                    if not domains[other]:
                        return other
                    if not queued[other]:
                        queued[other] = 1
                        waiting.append(other)
        return -1

    def _three(self, domains: list[int], item: int) -> list[int]:
        """Apply the clues with three items that speak of an item; returns the items narrowed."""
        above, below = sides(self.houses)
        touched = []
        for one, middle, two in self._betweens[item]:
            a, b, c = domains[one], domains[middle], domains[two]
            left_b = b & (above[a] & below[c] | below[a] & above[c])
            left_a = a & (below[b & below[c]] | above[b & above[c]])
            left_c = c & (below[b & below[a]] | above[b & above[a]])
            for other, before, left in ((one, a, left_a), (middle, b, left_b), (two, c, left_c)):
                if before != left:
                    domains[other] = left
                    touched.append(other)
        for first, one, two in self._choices[item]:
            a, b, c = domains[first], domains[one], domains[two]
            left_a = a & (b | c)
            left_b = b if a & c else b & a
            left_c = c if a & b else c & a
            for other, before, left in ((first, a, left_a), (one, b, left_b), (two, c, left_c)):
                if before != left:
                    domains[other] = left
                    touched.append(other)
        return touched
