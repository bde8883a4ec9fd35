"""The marks of the grid: what follows from clues by a person's techniques.

``grid[item][category]`` is the bit mask of the items of a category with which an item may still belong; after the categories
follows the mask of those in which its partner is marked. All rules only take bits away, so what they reach in the end does not
depend on their order. Techniques:

1. a clue read with the marks of its items; the last place left in a row or column; what belongs together shares its marks;
2. two items with no possible partner in common do not belong together; who is "either ... or", or one "of the two", has no
   partner that neither of these two can have.

Suppositions are made of this in ``suppose``. ``notes.Noting`` also writes down what each mark rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._logic_grid.clues import SCALED, Clue, Shapes, allowed, different_pairs

Grid = list[list[int]]
_WATCHED = (*SCALED, "either", "pair")


class Why(NamedTuple):
    """Why a mark is made.

    Attributes:
        rule: ``clue`` (by what it says alone), ``not`` and ``is`` (by the clue, since ``one`` and ``two`` do not, do belong together),
            ``scale`` (by the clue, from the places left for ``one``), ``bound`` (by the clue, since neither ``one`` nor ``two`` can),
            ``only`` (the last place in the row of ``one``), ``row`` (its item belongs with ``one``), ``chain`` (both belong with
            ``one``), ``share`` (``one`` belongs with the item and not with the other), ``apart`` (no common partner in category
            ``one``), ``suppose``, ``refute``.
        clue: the number of the clue, or -1.
    """

    rule: str
    clue: int = -1
    one: int = -1
    two: int = -1

    @property
    def level(self) -> int:
        """The technique of the rule."""
        return 2 if self.rule in ("bound", "apart") else 1


class Contradiction(Exception):  # noqa: N818 - not an error: it is what a supposition looks for
    """An item has nothing left in a category."""


class Marks:
    """Works one puzzle.

    Attributes:
        grid: the marks.
        work: items looked at so far; a measure of time that is the same on every machine.
    """

    def __init__(self, size: int, shapes: Shapes, clues: Sequence[Clue], level: int = 2) -> None:
        self.size, self.shapes, self.clues, self.level = size, shapes, clues, level
        self.categories, self.items, self.full = len(shapes), len(shapes) * size, (1 << size) - 1
        self.grid: Grid = [
            [1 << item % size if category == item // size else self.full for category in range(self.categories)]
            + [1 << item // size]
            for item in range(self.items)
        ]
        self.work = 0
        self._waiting: dict[int, None] = {}  # in order; items to be looked at by technique 1
        self._later: dict[int, None] = {}  # the same for technique 2
        self._about: list[list[int]] = [[] for _ in range(self.items)]
        self.images = [self._image(clue) for clue in clues]
        for number, clue in enumerate(clues):
            for item in clue.items if clue.kind in _WATCHED else ():
                self._about[item].append(number)

    def _image(self, clue: Clue) -> tuple[list[int], list[int]]:
        """For each rank of x the ranks that a clue leaves for y, and the reverse."""
        after, before = [0] * self.size, [0] * self.size
        if clue.kind in SCALED:
            for low, high in allowed(clue.kind, clue.number, self.shapes[clue.scale]):
                after[low] |= 1 << high
                before[high] |= 1 << low
        return after, before

    # -- running -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Mark all that follows without suppositions; raises ``Contradiction``."""
        size = self.size
        for number, (kind, items, _, _) in enumerate(self.clues):
            why = Why("clue", number)
            if kind == "is":
                self.join(items[0], items[1], why)
            elif kind == "lists":
                self.join(items[0], items[2], why)
                self.join(items[1], items[3], why)
            elif kind in ("not", "neither"):
                for other in items[1:]:
                    self.part(items[0], other, why)
            else:
                news = {"different": (items,), "either": (items[1:],), "pair": (items[:2], items[2:])}.get(
                    kind, (items,)
                )
                for some in news:
                    for one, two in different_pairs(some, size):
                        self.part(one, two, why)
        for number, clue in enumerate(self.clues):
            if clue.kind in _WATCHED:
                self._apply(number)
        for item in range(self.items):
            self._later[item] = None
        self.run()

    def run(self) -> None:
        """Go on until nothing new follows; raises ``Contradiction``."""
        waiting, later = self._waiting, self._later
        try:
            while waiting or later:
                self.work += 1
                if waiting:
                    item = next(iter(waiting))
                    del waiting[item]
                    self._share(item)
                    for number in self._about[item]:
                        self._apply(number)
                else:
                    item = next(iter(later))
                    del later[item]
                    if self.level > 1:
                        self._compare(item)
                        for number in self._about[item]:
                            self._bound(number)
        finally:
            waiting.clear()
            later.clear()

    def suppose(self, one: int, two: int) -> None:
        """Mark what follows when two items belong together; raises ``Contradiction``. The caller restores the grid."""
        self.join(one, two, Why("suppose"))
        self.run()

    def strike(self, one: int, two: int) -> None:
        """Mark what follows when two items do not belong together, as a refuted supposition shows."""
        self.part(one, two, Why("refute"))
        self.run()

    def solved(self) -> bool:
        """Whether all is settled."""
        every = (1 << self.categories) - 1
        return all(row[-1] == every for row in self.grid[: self.size])

    # -- marking -------------------------------------------------------------------------------------------------------

    def part(self, item: int, other: int, why: Why) -> None:
        """Mark that two items do not belong together."""
        self._remove(item, other // self.size, 1 << other % self.size, why)

    def join(self, item: int, other: int, why: Why) -> None:
        """Mark that two items belong together, and clear the rest of their row and column."""
        grid, size = self.grid, self.size
        here, there = item // size, other // size
        bit, mark = 1 << item % size, 1 << other % size
        if not grid[item][there] & mark:
            self.stuck(item, there, 0, why, other)
        if grid[item][-1] >> there & 1:
            return
        self.note(True, item, other, why)
        grid[item][-1] |= 1 << there
        grid[other][-1] |= 1 << here
        self._remove(item, there, grid[item][there] & ~mark, Why("row", -1, other))
        self._remove(other, here, grid[other][here] & ~bit, Why("row", -1, item))

    def _remove(self, item: int, category: int, mask: int, why: Why) -> None:
        """Take partners away from an item, and it from theirs."""
        grid, size = self.grid, self.size
        row = grid[item]
        mask &= row[category]
        if not mask:
            return
        if mask == row[category]:
            self.stuck(item, category, mask, why)
        here, bit, start = item // size, 1 << item % size, category * size
        single = []
        rest = mask
        while rest:
            low = rest & -rest
            rest ^= low
            other = start + low.bit_length() - 1
            left = grid[other][here] & ~bit
            if not left:
                self.stuck(other, here, bit, why, item)
            self.note(False, item, other, why)
            row[category] &= ~low
            grid[other][here] = left
            if not left & (left - 1):
                single.append((other, here))
            self._waiting[other] = self._later[other] = None
        self._waiting[item] = self._later[item] = None
        if not row[category] & (row[category] - 1):
            single.append((item, category))
        for one, where in single:
            left = grid[one][where]
            twin = where * size + left.bit_length() - 1
            if not grid[one][-1] >> where & 1:
                self.join(one, twin, Why("only", -1, one))

    # -- for those who take notes --------------------------------------------------------------------------------------

    def note(self, sign: bool, item: int, other: int, why: Why) -> None:
        """Called before two items are marked as belonging together or not."""

    def stuck(self, item: int, category: int, mask: int, why: Why, other: int = -1) -> None:
        """Called when an item has nothing left in a category; raises ``Contradiction``.

        Args:
            item: the item.
            category: the category.
            mask: what is taken away now, for the reason given; 0: nothing, but it would belong with ``other``, which is out.
            why: the reason.
            other: with a mask, the item to which the reason applies instead (the taking was from its side).
        """
        raise Contradiction

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _share(self, item: int) -> None:
        """Items that belong together have the same partners in all other categories."""
        size, own, grid = self.size, item // self.size, self.grid
        row = grid[item]
        for category in range(self.categories):
            mask = row[category]
            if category == own or not row[-1] >> category & 1:
                continue
            twin = category * size + mask.bit_length() - 1
            for third in range(self.categories):
                if third in (own, category) or row[third] == grid[twin][third]:
                    continue
                for one, two in ((item, twin), (twin, item)):
                    mask = grid[one][third]
                    if grid[one][-1] >> third & 1:
                        self.join(two, third * size + mask.bit_length() - 1, Why("chain", -1, one))
                for one, two in ((item, twin), (twin, item)):
                    self._remove(two, third, self.full & ~grid[one][third], Why("share", -1, one))

    def _compare(self, item: int) -> None:
        """Two items with no possible partner in common do not belong together."""
        grid, size, own = self.grid, self.size, item // self.size
        row = grid[item]
        for third in range(self.categories):
            rest = 0 if third == own else row[third]
            while rest & (rest - 1) or (rest and rest != row[third]):
                low = rest & -rest
                rest ^= low
                other = grid[third * size + low.bit_length() - 1]
                for category in range(self.categories):
                    if category not in (own, third) and not other[category] & row[category]:
                        self._remove(item, third, low, Why("apart", -1, category))
                        break

    def _apply(self, number: int) -> None:
        """A clue read with the marks of its items."""
        kind, items, scale, _ = self.clues[number]
        if kind in SCALED:
            one, two = items
            after, before = self.images[number]
            for item, other, image in ((two, one, after), (one, two, before)):
                mask, left = self.grid[other][scale], 0
                while mask:
                    low = mask & -mask
                    mask ^= low
                    left |= image[low.bit_length() - 1]
                self._remove(item, scale, self.full & ~left, Why("scale", number, other))
        elif kind == "either":
            first, one, two = items
            for this, that in ((one, two), (two, one)):
                if not self._may(first, this):
                    self.join(first, that, Why("not", number, first, this))
                elif one // self.size != two // self.size and self._is(first, this):
                    self.part(first, that, Why("is", number, first, this))
            if one // self.size == two // self.size:
                self._limit(number, first, one, two, one // self.size)
        else:
            self._pair(number, *items)

    def _pair(self, number: int, a: int, b: int, c: int, d: int) -> None:
        """Of a and b, one is c and the other is d."""
        for one, two, three, four in ((a, b, c, d), (b, a, d, c), (a, b, d, c), (b, a, c, d)):
            if not self._may(one, three):
                self.join(one, four, Why("not", number, one, three))
                self.join(two, three, Why("not", number, one, three))
            elif self._is(one, three):
                self.join(two, four, Why("is", number, one, three))
        for first, one, two in ((a, c, d), (b, c, d), (c, a, b), (d, a, b)):
            if one // self.size == two // self.size:
                self._limit(number, first, one, two, one // self.size)

    def _may(self, one: int, two: int) -> bool:
        return bool(self.grid[one][two // self.size] >> two % self.size & 1)

    def _is(self, one: int, two: int) -> bool:
        return self._may(one, two) and bool(self.grid[one][-1] >> two // self.size & 1)

    def _bound(self, number: int) -> None:
        """Technique 2 of the clues with two possibilities."""
        kind, items, _, _ = self.clues[number]
        if kind in SCALED:
            return
        a, b, c, *d = items
        ways = [(a, b, c)] if kind == "either" else [(a, c, d[0]), (b, c, d[0]), (c, a, b), (d[0], a, b)]
        for first, one, two in ways:
            for category in range(self.categories):
                if category != first // self.size:
                    self._limit(number, first, one, two, category)

    def _limit(self, number: int, first: int, one: int, two: int, category: int) -> None:
        """The first item is one of two others: in a category it has no partner that neither of them can have."""
        left = self.grid[one][category] | self.grid[two][category]
        plain = category == one // self.size == two // self.size  # the clue says so by itself
        why = Why("clue", number) if plain else Why("bound", number, one, two)
        self._remove(first, category, self.full & ~left, why)
