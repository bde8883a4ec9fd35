"""Puzzles near a given one: twins, which are the same in other words, and edits, which differ in one clue and the solution."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence

from guru_envs.domains.logic._zebra.abstain import reasoner
from guru_envs.domains.logic._zebra.clues import UNARY, Clue, usable_kinds
from guru_envs.domains.logic._zebra.deduce import solvable
from guru_envs.domains.logic._zebra.encode import Encoding
from guru_envs.domains.logic._zebra.make import called, draw_names
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.domains.logic._zebra.words import defined_by
from guru_envs.theory import Reasoner

_MOST_TRIED = 400  # changes of a clue that are tried
_BOTH_WAYS = frozenset({"same", "different", "next_to", "distance"})  # say the same with the items exchanged
_PAIRS = ("same", "different", "next_to", "immediately_left", "left_of", "distance")


def twin(puzzle: Puzzle, rng: random.Random) -> Puzzle:
    """The same puzzle with other attributes and values, clues in another order, and other wording where there is a choice."""
    houses, count = puzzle.houses, len(puzzle.attributes)
    attributes, places = draw_names(rng, puzzle.lang, houses, count)
    order = rng.sample(range(count), count)
    new = [
        order[item // houses] * houses + places[order[item // houses]][item % houses] for item in range(houses * count)
    ]
    solution = [0] * len(new)
    for item, house in enumerate(puzzle.solution):
        solution[new[item]] = house
    clues = []
    for kind, items, number in rng.sample(puzzle.clues, len(puzzle.clues)):
        renamed = [new[item] for item in items]
        if rng.random() < 0.5:
            renamed = _exchanged(kind, renamed)
        clues.append(Clue(kind, tuple(renamed), number))
    asked = puzzle.asked
    if asked is not None:
        known = asked.known if asked.form == "there" else new[asked.known]
        asked = asked._replace(known=known, attribute=-1 if asked.form == "house" else order[asked.attribute])
    return dataclasses.replace(
        puzzle,
        attributes=attributes,
        clues=tuple(clues),
        people=called(attributes),
        asked=asked,
        solution=tuple(solution),
        mirrored=tuple([rng.random() < 0.5 for _ in clues]),
    )


def _exchanged(kind: str, items: list[int]) -> list[int]:
    if kind in _BOTH_WAYS or kind == "between":
        return items[::-1]
    return [items[0], items[2], items[1]] if kind == "either_or" else items


def edits(
    puzzle: Puzzle, rng: random.Random, changes_of: Callable[[Puzzle, random.Random], list[tuple[int, Clue]]]
) -> Iterator[Puzzle]:
    """Puzzles with one solution, another one, that differ in one clue and keep to the style; in bounded work.

    ``changes_of`` gives places of clues and other clues for them. A puzzle without a single solution has no edits.
    """
    if puzzle.kind != "one":
        return
    encoding = Encoding(puzzle.houses, len(puzzle.attributes))
    solver = reasoner(puzzle)
    try:
        for place, clue in changes_of(puzzle, rng)[:_MOST_TRIED]:
            others = [number for number in range(1, len(puzzle.clues) + 1) if number != place + 1]
            new = solver.learn(map(tuple, encoding.clauses(clue)))
            grid = _only_grid(solver, others, new, puzzle)
            if grid is None:
                continue
            clues = (*puzzle.clues[:place], clue, *puzzle.clues[place + 1 :])
            if not puzzle.technique or _human(puzzle, clues, grid):
                yield dataclasses.replace(puzzle, clues=clues, solution=tuple(grid))
    finally:
        solver.close()


def _only_grid(solver: Reasoner, others: Sequence[int], new: int, puzzle: Puzzle) -> list[int] | None:
    """The only grid in which the other clues and the new one hold, each of them being needed unless the style is human."""
    given = [*solver.assuming(others), new]
    model = solver.model(given)
    if model is None:
        return None
    cells = [literal for literal in model[: len(puzzle.people) * puzzle.houses] if literal > 0]
    grid = [(literal - 1) % puzzle.houses for literal in cells]
    another = solver.learn([tuple(-cell for cell in cells)])
    if grid == list(puzzle.solution) or solver.possible([*given, another]):
        return None
    if not puzzle.technique:
        for number in range(len(given)):
            if not solver.possible([*given[:number], *given[number + 1 :], another]):
                return None
    return grid


def _human(puzzle: Puzzle, clues: Sequence[Clue], grid: Sequence[int]) -> bool:
    """Whether the techniques of the puzzle solve it, and would not if a clue were left out."""
    houses, count = puzzle.houses, len(puzzle.attributes)
    hidden = [
        Clue(kind, tuple([item - item % houses + grid[item] for item in items]), number)
        for kind, items, number in clues
    ]
    return solvable(houses, count, hidden, puzzle.technique) and not any(
        solvable(houses, count, hidden[:place] + hidden[place + 1 :], puzzle.technique) for place in range(len(hidden))
    )


def near(puzzle: Puzzle, rng: random.Random) -> list[tuple[int, Clue]]:
    """Small changes of one clue, in random order: the place of the clue and the new one."""
    changes = [(place, clue) for place, old in enumerate(puzzle.clues) for clue in _changes(puzzle, old)]
    rng.shuffle(changes)
    return changes


def further(puzzle: Puzzle, rng: random.Random) -> list[tuple[int, Clue]]:
    """Half the time two small changes of one clue, else any clues which share a value with the one that they replace."""
    if rng.random() < 0.5:
        once = near(puzzle, rng)
        twice = [(place, clue) for place, other in once for clue in _changes(puzzle, other)]
        rng.shuffle(twice)
    else:
        kinds = _explained(puzzle, puzzle.kinds)
        places = [rng.randrange(len(puzzle.clues)) for _ in range(_MOST_TRIED)]
        drawn = [(place, _other_clue(puzzle, puzzle.clues[place].items, rng.choice(kinds), rng)) for place in places]
        twice = [(place, clue) for place, clue in drawn if clue is not None]
    return [one for one in dict.fromkeys(twice) if one[1] != puzzle.clues[one[0]]]


def _explained(puzzle: Puzzle, kinds: Sequence[str]) -> list[str]:
    """Those of some kinds whose words the prompt explains, or which need no explanation."""
    used = {defined_by(clue.kind) for clue in puzzle.clues}  # membership only
    return [kind for kind in usable_kinds(kinds, puzzle.houses) if defined_by(kind) in ("", *used)]


def _other_clue(puzzle: Puzzle, old: Sequence[int], kind: str, rng: random.Random) -> Clue | None:
    """A random clue of a kind about one value of another clue, and others; None when they do not go together."""
    houses, count = puzzle.houses, len(puzzle.attributes)
    size = 1 if kind in UNARY else 3 if kind in ("between", "either_or") else 2
    items = [rng.choice(old), *(rng.randrange(houses * count) for _ in range(size - 1))]
    rng.shuffle(items)
    attributes = [item // houses for item in items]
    if kind == "either_or":
        items[2] = attributes[1] * houses + items[2] % houses
    if len(set(items)) < size or (kind in ("same", "different", "either_or") and attributes[0] == attributes[1]):
        return None
    numbers = {"at": (0, houses - 1), "not_at": (0, houses - 1), "parity": (0, 1), "distance": (2, houses - 1)}
    low, high = numbers.get(kind, (0, 0))
    return Clue(kind, tuple(items), houses - 1 if kind == "at_end" else rng.randint(low, high))


def _changes(puzzle: Puzzle, clue: Clue) -> Iterator[Clue]:
    """The clues that differ little from one: another number, another relation, the items exchanged, or another value."""
    kind, items, number = clue
    houses = puzzle.houses
    numbers: range | tuple[int, ...] = {"at": range(houses), "not_at": range(houses), "parity": range(2)}.get(kind, ())
    if kind == "distance":
        numbers = range(2, houses)
    for another in numbers:
        if another != number:
            yield Clue(kind, items, another)
    if kind in ("immediately_left", "left_of"):
        yield Clue(kind, items[::-1], number)
    usable = _explained(puzzle, puzzle.kinds)
    apart = items[0] // houses != items[-1] // houses
    others = [*_PAIRS[:-1]] if kind in _PAIRS else {"at": ["not_at"], "not_at": ["at"]}.get(kind, [])
    for other in others:
        if other != kind and other in usable and (apart or other not in ("same", "different")):
            yield Clue(other, items, number if kind in UNARY else 0)
    for place, item in enumerate(items):
        start = item - item % houses
        for value in range(start, start + houses):
            if value not in items:
                yield Clue(kind, (*items[:place], value, *items[place + 1 :]), number)
