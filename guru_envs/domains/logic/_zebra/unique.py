"""Sets of clues that fix the hidden grid: uniqueness by SAT, minimal sets by deletion.

The hidden grid is always the identity (see ``clues.py``), so one incremental solver per size serves all puzzles: each
clue stands behind an assumption literal, and one clause asks for a grid other than the identity. A set of clues is unique
when that is unsatisfiable.

The outcome depends on yes-or-no answers only, never on which counterexample the solver found, so another version of the
solver gives the same puzzles. Two devices make it fast without changing it. A fixed family of grids near the identity (two
values exchanged, two houses exchanged in two attributes or all, three values rotated) rules out most sets without the
solver. And grids the solver did find certify that other clues of the same puzzle are needed.
"""

from __future__ import annotations

import functools
import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pysat.solvers import Solver

from guru_envs.domains.logic._zebra.clues import Clue, allowed_houses, drawer, holds, relation
from guru_envs.errors import ImpossibleTaskError

_MOST_DRAWS = 6000  # clues drawn for one puzzle before the kinds are called insufficient
_MOST_LOADED = 20_000  # clues in one solver before it is made anew; bounds memory
_UNARY = frozenset({"at", "not_at", "at_end", "parity"})


class _Size:
    """What all puzzles of a size share."""

    def __init__(self, houses: int, attributes: int) -> None:
        self.houses, self.attributes = houses, attributes
        self.items = houses * attributes
        self.identity = [item % houses for item in range(self.items)]
        self.alternatives = _near_grids(houses, attributes)
        moved: dict[int, list[int]] = defaultdict(list)
        for number, grid in enumerate(self.alternatives):
            for item, (house, home) in enumerate(zip(grid, self.identity, strict=True)):
                if house != home:
                    moved[item].append(number)
        self._moved = moved
        self._kills: dict[Clue, int] = {}
        self._solver: Any = None
        self._literals: dict[Clue, int] = {}

    def kills(self, clue: Clue) -> int:
        """Which of the near grids a clue rules out, as a bit mask."""
        mask = self._kills.get(clue)
        if mask is None:
            mask = 0
            for item in clue.items:
                for number in self._moved[item]:
                    if not holds(clue, self.alternatives[number]):
                        mask |= 1 << number
            if len(self._kills) > _MOST_LOADED:
                self._kills.clear()
            self._kills[clue] = mask
        return mask

    # -- the solver ----------------------------------------------------------------------------------------------------

    def counterexample(self, clues: Sequence[Clue]) -> list[int] | None:
        """A grid other than the identity in which all clues hold, or None when there is none."""
        if self._solver is None or len(self._literals) > _MOST_LOADED:
            self._start()
        assumptions = [self._literal(clue) for clue in clues]
        if not self._solver.solve(assumptions=assumptions):
            return None
        houses = self.houses
        true = [literal - 1 for literal in self._solver.get_model()[: self.items * houses] if literal > 0]
        return [number % houses for number in true]

    def _start(self) -> None:
        if self._solver is not None:
            self._solver.delete()
        self._solver = Solver(name="minisat22")
        self._literals = {}
        self._next = self.items * self.houses
        houses = self.houses
        for attribute in range(self.attributes):
            values = range(attribute * houses, (attribute + 1) * houses)
            for index in range(houses):
                rows = [[self._cell(item, index) for item in values]]
                rows.append([self._cell(attribute * houses + index, house) for house in range(houses)])
                for row in rows:
                    self._solver.add_clause(row)
                    for one, two in combinations(row, 2):
                        self._solver.add_clause([-one, -two])
        self._solver.add_clause([-self._cell(item, home) for item, home in enumerate(self.identity)])

    def _cell(self, item: int, house: int) -> int:
        return item * self.houses + house + 1

    def _literal(self, clue: Clue) -> int:
        literal = self._literals.get(clue)
        if literal is None:
            self._next += 1
            literal = self._literals[clue] = self._next
            for clause in self._clauses(clue):
                self._solver.add_clause([-literal, *clause])
        return literal

    def _clauses(self, clue: Clue) -> list[list[int]]:
        kind, items, number = clue
        span, cell = range(self.houses), self._cell
        if kind in _UNARY:
            allowed = allowed_houses(kind, number, self.houses)
            return [[-cell(items[0], house)] for house in span if not allowed >> house & 1]
        if kind == "either_or":
            return [[-cell(items[0], house), cell(items[1], house), cell(items[2], house)] for house in span]
        if kind == "between":
            return [
                [
                    -cell(items[0], low),
                    -cell(items[2], high),
                    *(cell(items[1], h) for h in range(min(low, high) + 1, max(low, high))),
                ]
                for low in span
                for high in span
            ]
        forward, back = relation(kind, number, self.houses)
        clauses = []
        for (one, two), table in ((items, forward), (items[::-1], back)):
            clauses += [[-cell(one, h), *(cell(two, g) for g in span if table[h] >> g & 1)] for h in span]
        return clauses


@functools.cache
def _size(houses: int, attributes: int) -> _Size:
    return _Size(houses, attributes)


def _near_grids(houses: int, attributes: int) -> list[list[int]]:
    """Grids that differ little from the identity."""
    grids = []
    home = [item % houses for item in range(houses * attributes)]

    def changed(which: Sequence[int], moves: dict[int, int]) -> list[int]:
        grid = list(home)
        for attribute in which:
            for value, house in moves.items():
                grid[attribute * houses + value] = house
        return grid

    span = range(attributes)
    groups = [(one,) for one in span] + list(combinations(span, 2)) + ([tuple(span)] if attributes > 2 else [])
    for one, two in combinations(range(houses), 2):
        grids += [changed(group, {one: two, two: one}) for group in groups]
    for one, two, three in combinations(range(houses), 3):
        for attribute in span:
            grids.append(changed((attribute,), {one: two, two: three, three: one}))
            grids.append(changed((attribute,), {one: three, three: two, two: one}))
    return grids


def unique_clues(houses: int, attributes: int, kinds: tuple[str, ...], rng: random.Random) -> list[Clue]:
    """Clues of the given kinds that fix the identity grid; few of them are redundant.

    Raises:
        ImpossibleTaskError: the kinds do not suffice.
    """
    size, draw = _size(houses, attributes), drawer(houses, attributes, kinds).draw
    live = (1 << len(size.alternatives)) - 1
    chosen: list[Clue] = []
    known: set[Clue] = set()  # membership only; never iterated
    spare = 0
    for _ in range(_MOST_DRAWS):
        clue = draw(rng)
        if clue in known:
            continue
        known.add(clue)
        if live:
            killed = size.kills(clue) & live
            if not killed:
                continue
            live ^= killed
        else:
            spare += 1  # the near grids are gone, but another is left: more clues, then ask again
        chosen.append(clue)
        if not live and spare % 3 == 0 and size.counterexample(chosen) is None:
            return chosen
    raise ImpossibleTaskError(
        f"no unique zebra puzzle with houses={houses}, attributes={attributes} was found from the clue kinds {', '.join(kinds)}: "
        "allow more kinds (same, next_to, immediately_left and left_of always suffice)"
    )


def minimal_clues(houses: int, attributes: int, clues: Sequence[Clue]) -> list[Clue]:
    """Delete clues in order while the rest fixes the identity grid; each one left is necessary."""
    size = _size(houses, attributes)
    kept = list(clues)
    witnesses: list[list[int]] = []
    for clue in clues:
        rest = [one for one in kept if one is not clue]
        alone = size.kills(clue)
        for one in rest:
            alone &= ~size.kills(one)
            if not alone:
                break
        if alone or any(all(holds(one, grid) for one in rest) for grid in witnesses):
            continue
        grid = size.counterexample(rest)
        if grid is None:
            kept = rest
        else:
            witnesses.append(grid)
    return kept


def is_unique(houses: int, attributes: int, clues: Sequence[Clue]) -> bool:
    """Whether the identity is the only grid in which all clues hold."""
    return _size(houses, attributes).counterexample(clues) is None
