"""Clues of a logic grid: what they say, whether they hold, how true ones are drawn.

Items are numbered through: item ``i`` of category ``c`` is ``c * size + i``. In an ordered category item ``i`` is the one of
rank ``i``, and its ``shape`` gives the value of each rank in steps of its scale (``()``: not ordered). A solution is the
entity, 0 to size - 1, to which each item belongs.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Sequence
from itertools import accumulate, combinations
from typing import NamedTuple

KINDS = ("is", "not", "either", "neither", "pair", "compare", "difference", "apart", "different", "lists")
SCALED = ("compare", "difference", "apart")
_WEIGHTS = (1, 3, 8, 5, 8, 8, 10, 4, 6, 1)  # in the order of the kinds
Shapes = tuple[tuple[int, ...], ...]


class Clue(NamedTuple):
    """One clue.

    Attributes:
        kind: one of ``KINDS``, by which the items x, y, ... mean: ``is``: x is y; ``not``; ``either``: x is exactly one of y
            and z; ``neither``: x is not y and not z; ``pair``: of x and y one is z and the other is w; ``compare``: x has the
            lower value; ``difference``: the value of y is ``number`` above that of x; ``apart``: their values are ``number``
            apart; ``different``: no two are the same; ``lists``: x is z and y is w.
        items: the items.
        scale: for the kinds of ``SCALED`` the ordered category, else -1.
        number: for ``difference`` and ``apart`` the difference in steps of the scale, else 0.
    """

    kind: str
    items: tuple[int, ...]
    scale: int = -1
    number: int = 0


def allowed(kind: str, number: int, shape: Sequence[int]) -> list[tuple[int, int]]:
    """The ranks of x and y that a clue of one of the kinds ``SCALED`` allows."""
    ranks = range(len(shape))
    if kind == "compare":
        return [(low, high) for low in ranks for high in ranks if low < high]
    if kind == "difference":
        return [(low, high) for low in ranks for high in ranks if shape[high] - shape[low] == number]
    return [(one, two) for one in ranks for two in ranks if abs(shape[one] - shape[two]) == number]


def holds(clue: Clue, entity: Sequence[int], shapes: Shapes, size: int) -> bool:
    """Whether a clue is true when each item belongs to an entity."""
    kind, items, scale, number = clue
    of = [entity[item] for item in items]
    if kind in SCALED:
        start = scale * size
        ranks = entity[start : start + size]
        low, high = ranks.index(of[0]), ranks.index(of[1])
        if kind == "compare":
            return low < high
        gap = shapes[scale][high] - shapes[scale][low]
        return gap == number if kind == "difference" else abs(gap) == number
    if kind == "is":
        return of[0] == of[1]
    if kind == "not":
        return of[0] != of[1]
    if kind == "either":
        return (of[0] == of[1]) is not (of[0] == of[2])
    if kind == "neither":
        return of[0] not in of[1:]
    if kind == "pair":
        return of[0] != of[1] and (of[0], of[1]) in ((of[2], of[3]), (of[3], of[2]))
    if kind == "different":
        return len({*of}) == len(of)
    return of[0] == of[2] and of[1] == of[3]


def usable_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """The allowed kinds in the order of ``KINDS``."""
    return tuple(kind for kind in KINDS if kind in kinds)


class Drawer:
    """Draws clues that hold in a solution."""

    def __init__(self, size: int, shapes: Shapes, entity: Sequence[int], kinds: Sequence[str]) -> None:
        self.size, self.shapes, self.entity = size, shapes, entity
        self.categories = range(len(shapes))
        self.scales = [category for category in self.categories if shapes[category]]
        self.at = [[0] * size for _ in shapes]  # category, entity -> item
        for item, one in enumerate(entity):
            self.at[item // size][one] = item
        self._kinds = usable_kinds(kinds)
        self._steps = list(accumulate(_WEIGHTS[KINDS.index(kind)] for kind in self._kinds))

    def draw(self, rng: random.Random) -> Clue:
        """A true clue."""
        kind = self._kinds[bisect.bisect(self._steps, rng.random() * self._steps[-1])]
        if kind in SCALED:
            return self._scaled(kind, rng)
        if kind == "different":
            return self._different(rng)
        if kind == "pair":
            return self._pair(rng)
        at, (one, two) = self.at, self._pick(rng, self.size, 2)
        here, there = self._pick(rng, len(at), 2)
        if kind == "is":
            return Clue(kind, (at[here][one], at[there][one]))
        if kind == "not":
            return Clue(kind, (at[here][one], at[there][two]))
        if kind == "lists":
            return Clue(kind, (at[here][one], at[here][two], at[there][one], at[there][two]))
        other = self._other(rng, here)
        if kind == "neither":
            three = self._another(rng, one)
            while other == there and three == two:
                three, other = self._another(rng, one), self._other(rng, here)
            return Clue(kind, (at[here][one], at[there][two], at[other][three]))
        choices = (at[there][one], at[other][two])
        return Clue(kind, (at[here][one], *(choices if rng.random() < 0.5 else choices[::-1])))

    @staticmethod
    def _pick(rng: random.Random, count: int, wanted: int) -> list[int]:
        """Different numbers below count; ``rng.sample`` for few, in less time."""
        found: list[int] = []
        while len(found) < wanted:
            number = int(rng.random() * count)
            if number not in found:
                found.append(number)
        return found

    def _another(self, rng: random.Random, entity: int) -> int:
        number = int(rng.random() * (self.size - 1))
        return number + (number >= entity)

    def _other(self, rng: random.Random, category: int) -> int:
        number = int(rng.random() * (len(self.at) - 1))
        return number + (number >= category)

    def _scaled(self, kind: str, rng: random.Random) -> Clue:
        scale = self.scales[int(rng.random() * len(self.scales))]
        shape, start = self.shapes[scale], scale * self.size
        low, high = sorted(self._pick(rng, self.size, 2))
        one = self.at[self._other(rng, scale)][self.entity[start + low]]
        two = self.at[self._other(rng, scale)][self.entity[start + high]]
        number = 0 if kind == "compare" else shape[high] - shape[low]
        if kind == "apart" and rng.random() < 0.5:
            one, two = two, one
        return Clue(kind, (one, two), scale, number)

    def _pair(self, rng: random.Random) -> Clue:
        """Of two items, one is this and the other is that: the four in two to four categories, so that both ways are open."""
        one, two = self._pick(rng, self.size, 2)
        while True:
            first, second, third, fourth = (int(rng.random() * len(self.at)) for _ in range(4))
            if first not in (third, fourth) and second not in (third, fourth):
                break
        at = self.at
        right = (at[third][one], at[fourth][two])
        return Clue("pair", (at[first][one], at[second][two], *(right if rng.random() < 0.5 else right[::-1])))

    def _different(self, rng: random.Random) -> Clue:
        count = 3 if self.size < 5 or rng.random() < 0.6 else 4
        entities = self._pick(rng, self.size, count)
        while True:
            places = [int(rng.random() * len(self.at)) for _ in entities]
            if len({*places}) > 1:
                break
        return Clue("different", tuple([self.at[place][one] for place, one in zip(places, entities, strict=True)]))


def different_pairs(items: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Of items that are all different, the pairs of which that is news: those of two categories."""
    return [(one, two) for one, two in combinations(items, 2) if one // size != two // size]
