"""Which suppositions a proof needs: those that lead to a contradiction and, together, to the solution.

Only false pairs are supposed, so the solution is asked for; what is returned is a plan that ``proof`` turns into lines, each of
which follows from the clues. Limits count work (``Marks.work``), never time, so the plan is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._logic_grid.marks import Contradiction, Grid, Marks

_CHOICE = 6  # suppositions found, of which the one that settles most is taken
_SEARCH = 60_000  # work after which the first one is taken


class Supposition(NamedTuple):
    """Two items that are supposed to belong together; contradictory once the suppositions inside, in order, are refuted."""

    pair: tuple[int, int]
    inside: tuple[Supposition, ...] = ()

    @property
    def size(self) -> int:
        """How many suppositions it takes, with those inside."""
        return 1 + sum(one.size for one in self.inside)


def plan(marks: Marks, entity: Sequence[int]) -> list[Supposition]:
    """Suppositions to refute, in order, until the marks of a puzzle give its only solution.

    Args:
        marks: the puzzle after ``start``; it is solved on return.
        entity: the solution.
    """
    chosen: list[Supposition] = []
    limit = 1
    while not marks.solved():
        one = _find(marks, entity, limit)
        if one is None:
            limit *= 2
            continue
        limit = 1
        chosen.append(one)
        marks.strike(*one.pair)
    return _tidy(marks, chosen)


def _tidy(marks: Marks, chosen: list[Supposition]) -> list[Supposition]:
    """Leave out suppositions that the others do not need."""
    kept = list(chosen)
    if len(chosen) > 1:
        for one in chosen:
            rest = [other for other in kept if other is not one]
            fresh = Marks(marks.size, marks.shapes, marks.clues)
            fresh.start()
            if all(_refuted(fresh, other) for other in rest) and fresh.solved():
                kept = rest
    return kept


def _refuted(marks: Marks, one: Supposition) -> bool:
    """Mark that a supposition is out, if it leads to its contradiction as planned."""
    first, second = one.pair
    mask = marks.grid[first][second // marks.size]
    if mask >> second % marks.size & 1 and mask & (mask - 1):
        kept = _copy(marks)
        try:
            marks.suppose(first, second)
            fine = False
            for inner in one.inside:
                if not _refuted(marks, inner):
                    break
        except Contradiction:
            fine = True
        marks.grid = kept
        if not fine:
            return False
        marks.strike(*one.pair)
    return True


def _copy(marks: Marks) -> Grid:
    return [list(row) for row in marks.grid]


def _open(marks: Marks) -> list[tuple[int, int]]:
    """The pairs still open, those with the fewest alternatives first."""
    grid, size, found = marks.grid, marks.size, []
    for one in range(marks.items):
        for category in range(one // size + 1, marks.categories):
            mask = grid[one][category]
            if mask & (mask - 1):
                for place in range(size):
                    if mask >> place & 1:
                        two = category * size + place
                        found.append((mask.bit_count() + grid[two][one // size].bit_count(), one, two))
    return [(one, two) for _, one, two in sorted(found)]


def _find(marks: Marks, entity: Sequence[int], limit: int) -> Supposition | None:
    """A supposition that can be refuted with at most ``limit`` in all: of the first few the one that settles most."""
    found: list[tuple[int, int, int, Supposition]] = []
    kept = _copy(marks)
    for number, (first, second) in enumerate(_open(marks)):
        if entity[first] == entity[second]:
            continue
        one = _refute(marks, (first, second), limit)
        marks.grid = [list(row) for row in kept]
        if one is None:
            continue
        marks.strike(*one.pair)
        found.append((one.size, sum(mask.bit_count() for row in marks.grid for mask in row[:-1]), number, one))
        marks.grid = [list(row) for row in kept]
        if len(found) == _CHOICE or limit > 1 or marks.work > _SEARCH:
            break
    return min(found)[-1] if found else None


def _refute(marks: Marks, pair: tuple[int, int], limit: int) -> Supposition | None:
    """Lead a supposition to a contradiction with at most ``limit`` suppositions in all, itself among them."""
    inside: list[Supposition] = []
    try:
        marks.suppose(*pair)
        left = limit - 1
        while left > 0 and not marks.solved():
            inner = _open(marks)[0]
            kept = _copy(marks)
            refuted = _refute(marks, inner, left)
            marks.grid = kept
            if refuted is None:
                return None
            inside.append(refuted)
            left -= refuted.size
            marks.strike(*refuted.pair)
    except Contradiction:
        return Supposition(pair, tuple(inside))
    return None
