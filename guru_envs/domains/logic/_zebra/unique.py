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
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pysat.solvers import Solver

from guru_envs.domains.logic._zebra.clues import UNARY, Clue, allowed_houses, drawer, holds, relation
from guru_envs.domains.logic._zebra.encode import Encoding
from guru_envs.errors import ImpossibleTaskError

_MOST_DRAWS = 6000  # clues drawn for one puzzle before the kinds are called insufficient
_MOST_LOADED = 300  # clues in one solver before it is made anew: it decides the literals of all of them each time
_MOST_KEPT = 20_000  # clues whose rulings are kept; bounds memory


class _Size:
    """What all puzzles of a size share."""

    def __init__(self, houses: int, attributes: int) -> None:
        self.houses, self.attributes = houses, attributes
        self.items = houses * attributes
        self.identity = [item % houses for item in range(self.items)]
        alternatives = _near_grids(houses, attributes)
        self.all_near = (1 << len(alternatives)) - 1
        self._where = [[0] * houses for _ in range(self.items)]  # item, house -> the near grids with the item there
        for number, grid in enumerate(alternatives):
            for item, house in enumerate(grid):
                self._where[item][house] |= 1 << number
        self._kills: dict[Clue, int] = {}
        self._solver: Any = None
        self._literals: dict[Clue, int] = {}
        self._encoding = Encoding(houses, attributes)
        another = [-self._encoding.cell(item, home) for item, home in enumerate(self.identity)]
        self._rules = [*self._encoding.rules, another]

    def kills(self, clue: Clue) -> int:
        """Which of the near grids a clue rules out, as a bit mask."""
        mask = self._kills.get(clue)
        if mask is None:
            if len(self._kills) >= _MOST_KEPT:
                self._kills.clear()
            mask = self._kills[clue] = self.all_near & ~self._fitting(clue)
        return mask

    def _fitting(self, clue: Clue) -> int:
        """The near grids in which a clue holds."""
        kind, items, number = clue
        span, first = range(self.houses), self._where[items[0]]
        fitting = 0
        if kind in UNARY:
            allowed = allowed_houses(kind, number, self.houses)
            for house in span:
                if allowed >> house & 1:
                    fitting |= first[house]
        elif kind == "either_or":
            second, third = self._where[items[1]], self._where[items[2]]
            for house in span:
                fitting |= first[house] & (second[house] | third[house])
        elif kind == "between":
            middle, last = self._where[items[1]], self._where[items[2]]
            for house in span[1:-1]:
                below, above = _union(first[:house]), _union(first[house + 1 :])
                fitting |= middle[house] & (below & _union(last[house + 1 :]) | above & _union(last[:house]))
        else:
            second, forward = self._where[items[1]], relation(kind, number, self.houses)[0]
            for house in span:
                fitting |= first[house] & _union([second[there] for there in span if forward[house] >> there & 1])
        return fitting

    # -- the solver ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Called once for each puzzle, before its first literal: makes the solver, anew when it holds many clues."""
        if self._solver is None or len(self._literals) >= _MOST_LOADED:
            self._start()

    def literal(self, clue: Clue) -> int:
        """The literal that, assumed, makes a clue hold."""
        literal = self._literals.get(clue)
        if literal is None:
            self._next += 1
            literal = self._literals[clue] = self._next
            for clause in self._encoding.clauses(clue):
                self._solver.add_clause([-literal, *clause])
        return literal

    def counterexample(self, literals: Sequence[int]) -> list[int] | None:
        """A grid other than the identity in which the clues of some literals hold, or None when there is none."""
        if not self._solver.solve(assumptions=literals):
            return None
        return self._encoding.grid(self._solver.get_model())

    def _start(self) -> None:
        if self._solver is not None:
            self._solver.delete()
        self._literals = {}
        self._next = self.items * self.houses
        self._solver = Solver(name="minisat22", bootstrap_with=self._rules)


@functools.cache
def _size(houses: int, attributes: int) -> _Size:
    return _Size(houses, attributes)


def _union(masks: Sequence[int]) -> int:
    return functools.reduce(int.__or__, masks, 0)


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
    size.open()
    live = size.all_near
    chosen: list[Clue] = []
    known: set[Clue] = set()  # membership only; never iterated
    spare = 0
    other: list[int] | None = None  # a grid that the first ``seen`` clues leave
    seen = 0
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
        if live or spare % 3:
            continue
        if other is not None and all(holds(one, other) for one in chosen[seen:]):
            continue
        other, seen = size.counterexample([size.literal(one) for one in chosen]), len(chosen)
        if other is None:
            return chosen
    raise ImpossibleTaskError(
        f"no unique zebra puzzle with houses={houses}, attributes={attributes} was found from the clue kinds {', '.join(kinds)}: "
        "allow more kinds (same, next_to, immediately_left and left_of always suffice)"
    )


def minimal_clues(houses: int, attributes: int, clues: Sequence[Clue]) -> list[Clue]:
    """Delete clues in order while the rest fixes the identity grid; each one left is necessary.

    A clue is necessary when some grid breaks it alone: one near the identity, one that the solver finds, or one made from
    that by an exchange of two values. What is proved necessary once stays so when other clues are deleted.
    """
    size = _size(houses, attributes)
    size.open()
    literals = [size.literal(clue) for clue in clues]
    later = [0]  # what the clues from a place on rule out, from the end
    for clue in reversed(clues):
        later.append(later[-1] | size.kills(clue))
    needed = [False] * len(clues)
    kept: list[int] = []
    earlier = 0
    about: list[list[int]] = [[] for _ in range(size.items)]  # the clues not deleted that speak of an item
    for place, clue in enumerate(clues):
        for item in clue.items:
            about[item].append(place)
    for place, clue in enumerate(clues):
        kills = size.kills(clue)
        if not needed[place] and not kills & ~(earlier | later[-2 - place]):
            grid = size.counterexample([literals[one] for one in kept] + literals[place + 1 :])
            if grid is None:
                for item in clue.items:
                    about[item].remove(place)
                continue
            needed[place] = True
            _spread(clues, about, needed, grid, place, houses)
        kept.append(place)
        earlier |= kills
    return [clues[place] for place in kept]


def _spread(
    clues: Sequence[Clue], about: Sequence[list[int]], needed: list[bool], grid: list[int], broken: int, houses: int
) -> None:
    """From a grid that breaks one clue alone to grids that break another alone, by exchanges of two values."""
    waiting = [(grid, broken)]
    while waiting:
        grid, broken = waiting.pop()
        for item in clues[broken].items:
            start = item - item % houses
            for other in range(start, start + houses):
                if other == item:
                    continue
                grid[item], grid[other] = grid[other], grid[item]
                if holds(clues[broken], grid):
                    alone = -1
                    for place in about[item] + about[other]:
                        if place != alone and not holds(clues[place], grid):
                            if alone >= 0:
                                break
                            alone = place
                    else:
                        if alone >= 0 and not needed[alone]:
                            needed[alone] = True
                            waiting.append((list(grid), alone))
                grid[item], grid[other] = grid[other], grid[item]


def another_exists(houses: int, attributes: int, clues: Sequence[Clue]) -> bool:
    """Whether all clues hold in a grid other than the identity."""
    size = _size(houses, attributes)
    size.open()
    return size.counterexample([size.literal(clue) for clue in clues]) is not None


def is_unique(houses: int, attributes: int, clues: Sequence[Clue]) -> bool:
    """Whether there is no grid but the identity in which all clues hold."""
    return not another_exists(houses, attributes, clues)


def solution(houses: int, attributes: int, clues: Sequence[Clue]) -> list[int]:
    """The house of each item in the only grid in which the clues of a puzzle hold.

    Raises:
        ValueError: the clues contradict each other.
    """
    encoding = Encoding(houses, attributes)
    clauses = [clause for clue in clues for clause in encoding.clauses(clue)]
    with Solver(name="minisat22", bootstrap_with=[*encoding.rules, *clauses]) as solver:
        if not solver.solve():
            raise ValueError("the clues contradict each other")
        return encoding.grid(solver.get_model())
