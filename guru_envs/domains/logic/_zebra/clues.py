"""Clues of zebra puzzles: what they mean, and drawing true ones.

An item is a value of an attribute. Items are numbered: value v of attribute a is item ``a * houses + v``. Houses are numbered
from 0 inside the program and from 1 in texts. A grid is a list with the house of each item.

Hidden grid: by renaming values it can always be taken as the identity, value v of every attribute in house v. Puzzles are
made for that grid; the renaming is drawn at the end.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

# How often a kind is drawn when all are allowed: kinds that say little by themselves make better puzzles.
_WEIGHTS = {
    "at": 0.4,
    "not_at": 1.0,
    "same": 1.6,
    "different": 1.4,
    "next_to": 2.0,
    "immediately_left": 1.6,
    "left_of": 2.0,
    "distance": 1.6,
    "between": 2.0,
    "at_end": 0.7,
    "parity": 0.8,
    "either_or": 1.6,
}
KINDS = tuple(_WEIGHTS)
UNARY = frozenset({"at", "not_at", "at_end", "parity"})  # kinds with one item
_THREE_HOUSES = frozenset({"next_to", "distance", "between", "at_end", "parity"})  # trivial or impossible with two

Rand = Callable[[], float]


class Clue(NamedTuple):
    """A clue: its kind, the items it speaks of, and a number.

    ``at`` and ``not_at``: item, house. ``same``, ``different``, ``next_to``: two items. ``immediately_left``, ``left_of``:
    left item, right item. ``distance``: two items, difference of house numbers. ``between``: end, middle, end. ``at_end``:
    item, last house. ``parity``: item, house modulo 2. ``either_or``: the first item shares the house of the second or third.
    """

    kind: str
    items: tuple[int, ...]
    number: int = 0


def usable_kinds(kinds: Sequence[str], houses: int) -> tuple[str, ...]:
    """The kinds that say something with so many houses, in the fixed order."""
    return tuple(kind for kind in KINDS if kind in kinds and (houses > 2 or kind not in _THREE_HOUSES))


def holds(clue: Clue, grid: Sequence[int]) -> bool:
    """Whether a clue is true in a grid."""
    kind, items, number = clue
    here = grid[items[0]]
    if kind == "at":
        return here == number
    if kind == "not_at":
        return here != number
    if kind == "at_end":
        return here in (0, number)
    if kind == "parity":
        return here % 2 == number
    there = grid[items[1]]
    if kind == "between":
        beyond = grid[items[2]]
        return here < there < beyond or beyond < there < here
    if kind == "either_or":
        return here in (there, grid[items[2]])
    return related(kind, number, here, there)


def related(kind: str, number: int, here: int, there: int) -> bool:
    """Whether two houses stand in the relation of a kind with two items."""
    if kind == "same":
        return here == there
    if kind == "different":
        return here != there
    if kind == "next_to":
        return abs(here - there) == 1
    if kind == "immediately_left":
        return here + 1 == there
    if kind == "left_of":
        return here < there
    return abs(here - there) == number


@functools.cache
def allowed_houses(kind: str, number: int, houses: int) -> int:
    """For a kind with one item: the houses it allows, as a bit mask."""
    clue = Clue(kind, (0,), houses - 1 if kind == "at_end" else number)
    return sum(1 << house for house in range(houses) if holds(clue, [house]))


@functools.cache
def relation(kind: str, number: int, houses: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For a kind with two items: for each house of the first the houses of the second as a bit mask, and the reverse."""
    span = range(houses)
    forward = tuple(sum(1 << there for there in span if related(kind, number, here, there)) for here in span)
    back = tuple(sum(1 << here for here in span if related(kind, number, here, there)) for there in span)
    return forward, back


class Drawer:
    """Draws true clues about the identity grid of one size."""

    def __init__(self, houses: int, attributes: int, kinds: tuple[str, ...]) -> None:
        self.houses, self.attributes = houses, attributes
        makers: dict[str, Callable[[Rand], Clue]] = {
            "at": self._at,
            "not_at": self._not_at,
            "same": self._same,
            "different": self._different,
            "next_to": self._next_to,
            "immediately_left": lambda rand: Clue("immediately_left", self._pair(rand, 1)),
            "left_of": lambda rand: Clue("left_of", self._pair(rand, 1 + int(rand() * (houses - 1)))),
            "distance": self._distance,
            "between": self._between,
            "at_end": lambda rand: Clue("at_end", (self._item(rand, 0 if rand() < 0.5 else houses - 1),), houses - 1),
            "parity": self._parity,
            "either_or": self._either_or,
        }
        self._makers: list[tuple[float, Callable[[Rand], Clue]]] = []
        total = 0.0
        for kind in kinds:
            total += _WEIGHTS[kind]
            self._makers.append((total, makers[kind]))

    def draw(self, rng: random.Random) -> Clue:
        """One clue: first its kind by weight, then its items."""
        point = rng.random() * self._makers[-1][0]
        for limit, make in self._makers:
            if point < limit:
                return make(rng.random)
        return self._makers[-1][1](rng.random)

    def _item(self, rand: Rand, house: int) -> int:
        """The item of a random attribute in a house."""
        return int(rand() * self.attributes) * self.houses + house

    def _any(self, rand: Rand) -> tuple[int, int]:
        """A random item and its house."""
        item = int(rand() * self.houses * self.attributes)
        return item, item % self.houses

    def _pair(self, rand: Rand, gap: int) -> tuple[int, int]:
        """Items of any attributes in houses ``gap`` apart, left one first."""
        left = int(rand() * (self.houses - gap))
        return self._item(rand, left), self._item(rand, left + gap)

    def _two_attributes(self, rand: Rand) -> tuple[int, int]:
        """The first items of two different attributes."""
        first = int(rand() * self.attributes)
        second = int(rand() * (self.attributes - 1))
        return first * self.houses, (second + (second >= first)) * self.houses

    def _other_house(self, rand: Rand, house: int) -> int:
        other = int(rand() * (self.houses - 1))
        return other + (other >= house)

    def _at(self, rand: Rand) -> Clue:
        item, house = self._any(rand)
        return Clue("at", (item,), house)

    def _not_at(self, rand: Rand) -> Clue:
        item, house = self._any(rand)
        return Clue("not_at", (item,), self._other_house(rand, house))

    def _same(self, rand: Rand) -> Clue:
        first, second = self._two_attributes(rand)
        house = int(rand() * self.houses)
        return Clue("same", (first + house, second + house))

    def _different(self, rand: Rand) -> Clue:
        first, second = self._two_attributes(rand)
        house = int(rand() * self.houses)
        return Clue("different", (first + house, second + self._other_house(rand, house)))

    def _next_to(self, rand: Rand) -> Clue:
        left, right = self._pair(rand, 1)
        return Clue("next_to", (left, right) if rand() < 0.5 else (right, left))

    def _distance(self, rand: Rand) -> Clue:
        gap = 2 + int(rand() * (self.houses - 2))
        left, right = self._pair(rand, gap)
        return Clue("distance", (left, right) if rand() < 0.5 else (right, left), gap)

    def _between(self, rand: Rand) -> Clue:
        middle = 1 + int(rand() * (self.houses - 2))
        low, high = int(rand() * middle), middle + 1 + int(rand() * (self.houses - 1 - middle))
        ends = self._item(rand, low), self._item(rand, high)
        first, last = ends if rand() < 0.5 else ends[::-1]
        return Clue("between", (first, self._item(rand, middle), last))

    def _parity(self, rand: Rand) -> Clue:
        item, house = self._any(rand)
        return Clue("parity", (item,), house % 2)

    def _either_or(self, rand: Rand) -> Clue:
        first, second = self._two_attributes(rand)
        house = int(rand() * self.houses)
        pair = second + house, second + self._other_house(rand, house)
        return Clue("either_or", (first + house, *(pair if rand() < 0.5 else pair[::-1])))


@functools.cache
def drawer(houses: int, attributes: int, kinds: tuple[str, ...]) -> Drawer:
    """The drawer of a size and set of kinds."""
    return Drawer(houses, attributes, kinds)
