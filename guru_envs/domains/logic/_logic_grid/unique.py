"""Sets of clues with one solution: uniqueness by incremental SAT, minimal sets by deletion.

One solver serves all puzzles of a size. Its variables say of two items of different categories that they belong together; each
clue stands behind an assumption literal, as does "not the known solution". The outcome depends on yes-or-no answers only,
never on which model the solver found: models only certify, in advance, answers that the solver would give.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pysat.solvers import Solver

from guru_envs.domains.logic._logic_grid.clues import SCALED, Clue, Drawer, Shapes, allowed, different_pairs, holds
from guru_envs.errors import ImpossibleTaskError

_MOST_DRAWS = 3000
_MOST_LOADED = 1200  # clues in a solver before it is made anew
Literals = list[list[int]]


class Size:
    """Everything that puzzles of one size share."""

    def __init__(self, categories: int, size: int) -> None:
        self.categories, self.size, self.items = categories, size, categories * size
        self._cells = [[0] * self.items for _ in range(self.items)]
        number = 0
        for one, two in combinations(range(self.items), 2):
            if one // size != two // size:
                number += 1
                self._cells[one][two] = self._cells[two][one] = number
        self._count = number
        self._rules = self._standing()
        self._solver: Any = None
        self._loaded: dict[tuple[Clue, tuple[int, ...]], int] = {}
        self._next = 0

    def _standing(self) -> Literals:
        size, cells = self.size, self._cells
        rows = [range(category * size, category * size + size) for category in range(self.categories)]
        clauses: Literals = []
        for here, there in combinations(rows, 2):
            table = [[cells[one][two] for two in there] for one in here]
            for row in table + [list(column) for column in zip(*table, strict=True)]:
                clauses += [row, *([-one, -two] for one, two in combinations(row, 2))]
        for here, there, third in combinations(rows, 3):
            for one in here:
                for two in there:
                    for three in third:
                        a, b, c = cells[one][two], cells[two][three], cells[one][three]
                        clauses += [[-a, -b, c], [-a, -c, b], [-b, -c, a]]
        return clauses

    def open(self) -> None:
        """Called once for each puzzle, before its first literal: makes the solver, anew when it holds many clues."""
        if self._solver is None or len(self._loaded) >= _MOST_LOADED:
            if self._solver is not None:
                self._solver.delete()
            self._loaded, self._next = {}, self._count
            self._solver = Solver(name="minisat22", bootstrap_with=self._rules)

    def _guarded(self, clauses: Literals) -> int:
        self._next += 1
        for clause in clauses:
            self._solver.add_clause([-self._next, *clause])
        return self._next

    def literal(self, clue: Clue, shapes: Shapes) -> int:
        """The literal that, assumed, makes a clue hold."""
        key = (clue, shapes[clue.scale] if clue.scale >= 0 else ())
        literal = self._loaded.get(key)
        if literal is None:
            literal = self._loaded[key] = self._guarded(self._clauses(clue, shapes))
        return literal

    def another(self, entity: Sequence[int]) -> int:
        """The literal that, assumed, excludes a solution."""
        true = [-self._cells[0 + one][two] for one, two in self._partners(entity)]
        return self._guarded([true])

    def _partners(self, entity: Sequence[int]) -> list[tuple[int, int]]:
        """The items of the first category with those that belong to them."""
        first = {one: item for item, one in enumerate(entity[: self.size])}
        return [(first[entity[item]], item) for item in range(self.size, self.items)]

    def possible(self, assumed: Sequence[int]) -> bool:
        """Whether something satisfies the assumed literals."""
        return bool(self._solver.solve(assumptions=assumed))

    def model(self, assumed: Sequence[int]) -> list[int] | None:
        """The entity of each item in something that satisfies the assumed literals; which one is the solver's choice."""
        if not self._solver.solve(assumptions=assumed):
            return None
        true, size = self._solver.get_model(), self.size
        entity = list(range(size)) + [0] * (self.items - size)
        for one in range(size):
            row = self._cells[one]
            for two in range(size, self.items):
                if true[row[two] - 1] > 0:
                    entity[two] = one
        return entity

    def cell(self, one: int, two: int) -> int:
        """The literal that two items belong together."""
        return self._cells[one][two]

    def _clauses(self, clue: Clue, shapes: Shapes) -> Literals:
        kind, items, scale, number = clue
        cells, size = self._cells, self.size
        if kind in SCALED:
            first, second = cells[items[0]], cells[items[1]]
            start, fine = scale * size, set(allowed(kind, number, shapes[scale]))
            after = [[high for low, high in sorted(fine) if low == rank] for rank in range(size)]
            before = [[low for low, high in sorted(fine) if high == rank] for rank in range(size)]
            return [[-first[start + rank], *(second[start + one] for one in after[rank])] for rank in range(size)] + [
                [-second[start + rank], *(first[start + one] for one in before[rank])] for rank in range(size)
            ]
        if kind in ("not", "neither"):
            return [[-cells[items[0]][other]] for other in items[1:]]
        if kind == "different":
            return [[-cells[one][two]] for one, two in different_pairs(items, size)]
        if kind == "is":
            return [[cells[items[0]][items[1]]]]
        if kind == "either":
            one, two = cells[items[0]][items[1]], cells[items[0]][items[2]]
            return [[one, two], [-one, -two]]
        a, b, c, d = items
        if kind == "lists":
            return [[cells[a][c]], [cells[b][d]]]
        apart = [[-cells[one][two]] for one, two in ((a, b), (c, d)) if one // size != two // size]
        ac, bd, ad, bc = cells[a][c], cells[b][d], cells[a][d], cells[b][c]
        return [*apart, [ac, ad], [ac, bc], [bd, ad], [bd, bc]]


@functools.cache
def of_size(categories: int, size: int) -> Size:
    """What puzzles of a size share."""
    return Size(categories, size)


def unique_clues(drawer: Drawer, rng: random.Random, before: Sequence[Clue] = ()) -> list[Clue]:
    """Clues, after those given, that leave no solution but the drawer's.

    Raises:
        ImpossibleTaskError: the kinds do not suffice.
    """
    categories, size, shapes = len(drawer.shapes), drawer.size, drawer.shapes
    shared = of_size(categories, size)
    shared.open()
    other = shared.another(drawer.entity)
    chosen = list(before)
    literals = [shared.literal(clue, shapes) for clue in chosen]
    known = set(chosen)  # membership only
    ask = len(chosen) + 3 * size * (categories - 1) // 4
    found: list[int] | None = None
    seen = 0
    for _ in range(_MOST_DRAWS):
        clue = drawer.draw(rng)
        if clue in known:
            continue
        known.add(clue)
        chosen.append(clue)
        literals.append(shared.literal(clue, shapes))
        if len(chosen) < ask:
            continue
        ask += 2
        if found is not None and all(holds(one, found, shapes, size) for one in chosen[seen:]):
            continue
        found, seen = shared.model([other, *literals]), len(chosen)
        if found is None:
            return chosen
    kinds = sorted({clue.kind for clue in chosen})
    raise ImpossibleTaskError(
        f"no logic grid with categories={categories}, items={size} and one solution was found from the clue kinds "
        f"{', '.join(kinds)}: allow more kinds"
    )


def minimal_clues(clues: Sequence[Clue], entity: Sequence[int], shapes: Shapes, size: int) -> list[Clue]:
    """Delete clues in order while the rest leaves no other solution; each one left is necessary."""
    shared = of_size(len(shapes), size)
    other = shared.another(entity)
    literals = [shared.literal(clue, shapes) for clue in clues]
    needed = [False] * len(clues)
    kept: list[int] = []  # places
    for place in range(len(clues)):
        if not needed[place]:
            left = [*(literals[one] for one in kept), *literals[place + 1 :]]
            found = shared.model([other, *left])
            if found is None:
                continue
            _certify(clues, kept, place, found, needed, shapes, size)
        kept.append(place)
    return [clues[place] for place in kept]


def _certify(
    clues: Sequence[Clue],
    kept: Sequence[int],
    place: int,
    found: list[int],
    needed: list[bool],
    shapes: Shapes,
    size: int,
) -> None:
    """From a grid that breaks one clue alone, by exchanging two items of a category, to grids that break another alone."""
    left = [*kept, *range(place, len(clues))]
    waiting = [(found, place)]
    while waiting:
        grid, broken = waiting.pop()
        for item in clues[broken].items:
            start = item - item % size
            for other in range(start, start + size):
                if other == item:
                    continue
                grid[item], grid[other] = grid[other], grid[item]
                if holds(clues[broken], grid, shapes, size):
                    alone = -1
                    for one in left:
                        if not holds(clues[one], grid, shapes, size):
                            if alone >= 0:
                                alone = -1
                                break
                            alone = one
                    if alone >= 0 and not needed[alone]:
                        needed[alone] = True
                        waiting.append((list(grid), alone))
                grid[item], grid[other] = grid[other], grid[item]


def is_unique(clues: Sequence[Clue], entity: Sequence[int], shapes: Shapes, size: int) -> bool:
    """Whether clues that hold in a solution hold in no other."""
    shared = of_size(len(shapes), size)
    shared.open()
    return not shared.possible([shared.another(entity), *(shared.literal(clue, shapes) for clue in clues)])


def solution(clues: Sequence[Clue], shapes: Shapes, size: int) -> list[int] | None:
    """The entity (the number of the item in the first category) of each item where the clues leave one solution, else None."""
    shared = of_size(len(shapes), size)
    shared.open()
    return shared.model([shared.literal(clue, shapes) for clue in clues])
