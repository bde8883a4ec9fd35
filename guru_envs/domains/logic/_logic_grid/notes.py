"""Writing down what each mark rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._logic_grid.clues import Clue, Shapes
from guru_envs.domains.logic._logic_grid.marks import Contradiction, Grid, Marks, Why
from guru_envs.domains.logic._logic_grid.suppose import Supposition

_ASSUMED = -2  # in place of a note's number: it is supposed
Pair = tuple[int, int]


class Note(NamedTuple):
    """One mark: under suppositions two items belong together or do not.

    Attributes:
        sign: whether they do.
        pair: the items.
        rule: see ``marks.Why``.
        clue: 0-based number of the clue used, or -1.
        reasons: 0-based numbers of the notes used, ascending.
        under: the suppositions in force, outermost first.
    """

    sign: bool
    pair: Pair
    rule: str
    clue: int
    reasons: tuple[int, ...]
    under: tuple[Pair, ...]


class _Stuck(Contradiction):
    def __init__(self, reasons: tuple[int, ...], clue: int) -> None:
        self.reasons, self.clue = reasons, clue


class Noting(Marks):
    """The same rules, noted down in ``log``."""

    def __init__(self, size: int, shapes: Shapes, clues: Sequence[Clue]) -> None:
        super().__init__(size, shapes, clues)
        self.log: list[Note] = []
        self._under: tuple[Pair, ...] = ()
        self._together: dict[Pair, int] = {}  # the note on it, by pairs both ways
        self._apart: dict[Pair, int] = {}

    def refute(self, one: Supposition) -> None:
        """Lead a supposition to its contradiction and mark what follows from that; nothing when it is out already."""
        first, second = one.pair
        mask = self.grid[first][second // self.size]
        if not mask >> second % self.size & 1:
            return
        if mask & (mask - 1) == 0:  # known by now: what is inside contradicts the suppositions in force
            for inner in one.inside:
                self.refute(inner)
            return
        kept: tuple[Grid, dict[Pair, int], dict[Pair, int], tuple[Pair, ...]]
        kept = ([list(row) for row in self.grid], dict(self._together), dict(self._apart), self._under)
        self._under = (*self._under, one.pair)
        stuck: _Stuck | None = None
        try:
            self.suppose(*one.pair)
            for inner in one.inside:
                self.refute(inner)
        except _Stuck as contradiction:
            stuck = contradiction
        assert stuck is not None, "a planned supposition meets no contradiction"
        self.grid, self._together, self._apart, self._under = kept
        self._number(False, first, second, len(self.log))
        self.log.append(Note(False, one.pair, "refute", stuck.clue, stuck.reasons, self._under))
        self.strike(first, second)

    # -- what the rules call -------------------------------------------------------------------------------------------

    def note(self, sign: bool, item: int, other: int, why: Why) -> None:
        """Write a mark down, unless it is the rest of a row, which goes without saying."""
        if why.rule == "refute":
            return
        if why.rule == "row":
            self._number(sign, item, other, self._together[item, why.one])
        elif why.rule == "suppose":
            self._number(sign, item, other, _ASSUMED)
        else:
            reasons = _tidy(self._reasons(item, other, why))
            self._number(sign, item, other, len(self.log))
            self.log.append(Note(sign, (item, other), why.rule, why.clue, reasons, self._under))

    def stuck(self, item: int, category: int, mask: int, why: Why, other: int = -1) -> None:
        """Collect what a contradiction rests on."""
        members = range(category * self.size, (category + 1) * self.size)
        if mask and other < 0:
            found = [
                one for member in members if mask >> member % self.size & 1 for one in self._reasons(item, member, why)
            ]
            found += [self._apart[item, member] for member in members if not mask >> member % self.size & 1]
        elif mask:
            found = self._reasons(other, item, why)
            found += [self._apart[item, member] for member in members if member != other]
        else:
            found = [*self._reasons(item, other, why), self._apart[item, other]]
        raise _Stuck(_tidy(found), why.clue)

    def _number(self, sign: bool, item: int, other: int, number: int) -> None:
        table = self._together if sign else self._apart
        table[item, other] = table[other, item] = number

    def _reasons(self, item: int, other: int, why: Why) -> list[int]:
        """The notes from which a mark follows, with the rule and the clue."""
        rule, number, one, two = why
        size = self.size
        if rule in ("clue", "suppose", "refute"):
            return []
        if rule == "row":
            return [self._together[item, one]]
        if rule == "not":
            return [self._apart[one, two]]
        if rule == "is":
            return [self._together[one, two]]
        if rule == "chain":
            return [self._together[item, one], self._together[one, other]]
        if rule == "share":
            return [self._together[item, one], self._apart[one, other]]
        category = other // size
        if rule == "only":
            start = category * size
            return [self._apart[one, member] for member in range(start, start + size) if member != other]
        bit = 1 << other % size
        if rule == "bound":
            return [*self._excluded(one, category, bit), *self._excluded(two, category, bit)]
        if rule == "scale":
            clue = self.clues[number]
            after, before = self.images[number]
            image = before if one == clue.items[0] else after
            return self._excluded(one, clue.scale, image[other % size])
        assert rule == "apart"
        return self._no_common(item, other, one)

    def _excluded(self, item: int, category: int, mask: int) -> list[int]:
        """Why an item belongs with none of some items of a category."""
        if not mask or item // self.size == category:
            return []
        start = category * self.size
        for member in range(start, start + self.size):
            if (item, member) in self._together:
                return [self._together[item, member]]
        return [self._apart[item, start + place] for place in range(self.size) if mask >> place & 1]

    def _no_common(self, item: int, other: int, category: int) -> list[int]:
        """Why two items have no partner in common in a category."""
        members = range(category * self.size, (category + 1) * self.size)
        for one, two in ((item, other), (other, item)):
            for member in members:
                if (one, member) in self._together and (two, member) in self._apart:
                    return [self._together[one, member], self._apart[two, member]]
        return [
            min(table for one in (item, other) if (table := self._apart.get((one, member))) is not None)
            for member in members
        ]


def _tidy(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({number for number in numbers if number >= 0}))
