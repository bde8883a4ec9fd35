"""Zebra puzzles without a single solution: made from one that has one, with as many clues of the same kinds; and certified.

What is made depends on yes-or-no answers of the solver only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._zebra.clues import Clue, drawer, holds
from guru_envs.domains.logic._zebra.encode import Encoding
from guru_envs.domains.logic._zebra.puzzle import Puzzle, Query
from guru_envs.domains.logic._zebra.unique import another_exists, is_unique
from guru_envs.theory import Reasoner, Theory

_DRAWS = 60  # clues drawn in the search for one to put in the place of another


def spoil(
    clues: Sequence[Clue], kind: Kind, rng: random.Random, houses: int, count: int, kinds: tuple[str, ...]
) -> list[Clue]:
    """Clues about the hidden grid changed so that it is no solution and there is no other, or not the only one."""
    if kind == "one":
        return list(clues)
    return (_contradictory if kind == "none" else _loose)(clues, rng, houses, count, kinds)


def _contradictory(
    clues: Sequence[Clue], rng: random.Random, houses: int, count: int, kinds: tuple[str, ...]
) -> list[Clue]:
    """One clue replaced by a false one that contradicts the rest; when none is found, a false one more."""
    for _ in range(_DRAWS):
        place = rng.randrange(len(clues))
        spoiled = list(clues)
        spoiled[place] = _false_clue(rng, houses, count, kinds)
        if spoiled[place] not in clues and is_unique(houses, count, spoiled):  # not even one: the hidden grid breaks it
            return spoiled
    spoiled = list(clues)
    spoiled.insert(rng.randrange(len(clues) + 1), _false_clue(rng, houses, count, kinds))
    return spoiled


def _false_clue(rng: random.Random, houses: int, count: int, kinds: tuple[str, ...]) -> Clue:
    """A clue about another grid that is false in the hidden one."""
    draw = drawer(houses, count, kinds).draw
    identity = [item % houses for item in range(houses * count)]
    while True:
        moved: list[int] = []
        for attribute in range(count):
            moved += [attribute * houses + value for value in rng.sample(range(houses), houses)]
        kind, items, number = draw(rng)
        clue = Clue(kind, tuple([moved[item] for item in items]), number)
        if not holds(clue, identity):
            return clue


def _loose(clues: Sequence[Clue], rng: random.Random, houses: int, count: int, kinds: tuple[str, ...]) -> list[Clue]:
    """Clues left out until they do not single out a grid, then others in their place, as long as they still do not."""
    left = list(clues)
    places: list[int] = []
    while is_unique(houses, count, left):
        places.append(rng.randrange(len(left)))
        del left[places[-1]]
    draw = drawer(houses, count, kinds).draw
    for _ in range(_DRAWS):
        if not places:
            break
        clue = draw(rng)
        fuller = [*left[: places[-1]], clue, *left[places[-1] :]]
        if clue not in clues and not is_unique(houses, count, fuller):
            left = fuller
            places.pop()
    return left


def open_query(asked: Query, houses: int, count: int, clues: Sequence[Clue], rng: random.Random) -> Query:
    """A question about the hidden grid which other solutions answer differently: the one given if it is such."""
    start = rng.randrange(houses * count)
    everything = range(houses * count)
    others = [Query("house", (start + item) % len(everything), -1) for item in everything]
    for query in (asked, *others):
        if query.form == "value":
            there = query.attribute * houses + query.known % houses
            denied = Clue("different", (query.known, there))
        else:
            item = query.known if query.form == "house" else query.attribute * houses + query.known
            denied = Clue("not_at", (item,), item % houses)
        if another_exists(houses, count, [*clues, denied]):
            return query
    raise AssertionError("puzzles with several solutions have a value that can be in several houses")


def reasoner(puzzle: Puzzle) -> Reasoner:
    """The puzzle in the solver's encoding; to be closed."""
    encoding = Encoding(puzzle.houses, len(puzzle.attributes))
    clues = tuple([tuple(map(tuple, encoding.clauses(clue))) for clue in puzzle.clues])
    atoms = tuple(range(1, encoding.items * encoding.houses + 1))
    return Reasoner(Theory(tuple(map(tuple, encoding.rules)), clues, atoms))


def conflict(puzzle: Puzzle) -> list[int]:
    """The numbers, from 0, of clues that contradict each other, none of which can be left out."""
    solver = reasoner(puzzle)
    found = [number - 1 for number in solver.conflict()]
    solver.close()
    return found


def two_solutions(puzzle: Puzzle) -> list[list[int]]:
    """Two grids in which all clues hold."""
    solver = reasoner(puzzle)
    found = solver.solutions(solver.every_clue(), solver.theory.atoms)
    solver.close()
    return [[(literal - 1) % puzzle.houses for literal in one if literal > 0] for one in found]
