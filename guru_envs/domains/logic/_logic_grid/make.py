"""Making problems: a hidden solution, clues that single it out, and problems without a single solution."""

from __future__ import annotations

import random
from collections.abc import Sequence

from guru_envs.domains.logic._logic_grid.canonical import canonical_text
from guru_envs.domains.logic._logic_grid.clues import Clue, Drawer, Shapes, holds
from guru_envs.domains.logic._logic_grid.proof import solvable
from guru_envs.domains.logic._logic_grid.puzzle import Core, Solutions
from guru_envs.domains.logic._logic_grid.unique import minimal_clues, of_size, unique_clues
from guru_envs.errors import ImpossibleTaskError

_ROUNDS = 300  # puzzles drawn until the techniques suffice
_CHANGES = 60  # other clues tried in place of one
_QUERIES = 50  # questions drawn until one is not given away by a clue


def draw_shapes(categories: int, ordered: int, size: int, spacing: str, rng: random.Random) -> Shapes:
    """Which categories are ordered, and the steps between their values."""
    places = set(rng.sample(range(categories), ordered))  # membership only
    shapes: list[tuple[int, ...]] = []
    for category in range(categories):
        shape: list[int] = []
        even = spacing == "even" or (spacing == "any" and rng.random() < 0.5)
        for _ in range(size if category in places else 0):
            gap = 1 if even else rng.choice((1, 1, 2, 3))
            shape.append(shape[-1] + gap if shape else 0)
        shapes.append(tuple(shape))
    return tuple(shapes)


def draw_solution(categories: int, size: int, rng: random.Random) -> tuple[int, ...]:
    """The entity of each item."""
    return tuple(entity for _ in range(categories) for entity in rng.sample(range(size), size))


def draw_clues(drawer: Drawer, technique: int, rng: random.Random) -> list[Clue]:
    """Clues with one solution, each necessary; solvable by the techniques up to a level (3: any).

    Raises:
        ImpossibleTaskError: none were found.
    """
    for _ in range(_ROUNDS):
        clues = unique_clues(drawer, rng)
        rng.shuffle(clues)
        clues.sort(
            key=lambda clue: clue.kind != "lists"
        )  # left out first: it says so much that others had nothing to do
        clues = minimal_clues(clues, drawer.entity, drawer.shapes, drawer.size)
        if technique > 2 or solvable(drawer.size, drawer.shapes, clues, technique):
            rng.shuffle(clues)
            return clues
    raise ImpossibleTaskError(
        f"no logic grid with categories={len(drawer.shapes)} and items={drawer.size} that technique={technique} solves was found in "
        f"{_ROUNDS} draws: allow more kinds of clues or a higher technique"
    )


def draw_query(core: Core, rng: random.Random) -> tuple[int, int]:
    """An item and a category, drawn until no clue states the answer; in the smallest puzzles the last one drawn is asked."""
    stated = set()  # membership only
    for kind, items, _, _ in core.clues:
        if kind == "is":
            stated.add(frozenset(items))
        elif kind == "lists":
            stated |= {frozenset(items[::2]), frozenset(items[1::2])}
    for _ in range(_QUERIES):
        known, wanted = rng.randrange(len(core.entity)), rng.randrange(len(core.shapes))
        if known // core.size == wanted:
            continue
        if frozenset((known, answer_item(core, known, wanted))) not in stated:
            return known, wanted
    return known, wanted if wanted != known // core.size else (wanted + 1) % len(core.shapes)


def answer_item(core: Core, known: int, wanted: int) -> int:
    """The item of a category that belongs with an item."""
    start = wanted * core.size
    return start + core.entity[start : start + core.size].index(core.entity[known])


def without_solution(core: Core, drawer: Drawer, kind: Solutions, rng: random.Random) -> Core:
    """The problem with one clue exchanged, so that it has none or several solutions."""
    shared = of_size(len(core.shapes), core.size)
    shared.open()
    for _ in range(_CHANGES):
        place = rng.randrange(len(core.clues))
        clue = _false_clue(drawer, rng) if kind == "none" else drawer.draw(rng)
        if clue in core.clues:
            continue
        clues = (*core.clues[:place], clue, *core.clues[place + 1 :])
        assumed = [shared.literal(one, core.shapes) for one in clues]
        if kind == "several":
            assumed.append(shared.another(core.entity))
        if shared.possible(assumed) is (kind == "several"):
            return core._replace(clues=clues, solutions=kind)
    if kind == "several":  # a clue left out: each is necessary
        return core._replace(clues=core.clues[:-1], solutions=kind)
    place = rng.randrange(len(core.clues) + 1)  # a false one added
    clues = (*core.clues[:place], _false_clue(drawer, rng), *core.clues[place:])
    return core._replace(clues=clues, solutions=kind)


def _false_clue(drawer: Drawer, rng: random.Random) -> Clue:
    """A clue that does not hold: a true one with two of its items exchanged for others of their categories."""
    while True:
        clue = drawer.draw(rng)
        items = list(clue.items)
        place = rng.randrange(len(items))
        start = items[place] - items[place] % drawer.size
        items[place] = start + rng.randrange(drawer.size)
        changed = clue._replace(items=tuple(items))
        if len({*items}) == len(items) and not holds(changed, drawer.entity, drawer.shapes, drawer.size):
            return changed


def edited(core: Core, kinds: Sequence[str], technique: int, rng: random.Random, further: bool = False) -> Core | None:
    """The problem with one clue changed as little as possible: one solution again, another one, each clue necessary.

    With ``further`` any other clue may take its place.
    """
    shared = of_size(len(core.shapes), core.size)
    shared.open()
    drawer = Drawer(core.size, core.shapes, core.entity, kinds)
    before = canonical_text(core)
    for attempt in range(4 * _CHANGES):
        place = rng.randrange(len(core.clues))
        clue = (
            _changed(core.clues[place], core.size, rng)
            if attempt < 2 * _CHANGES and not further
            else _false_clue(drawer, rng)
        )
        if clue is None or clue in core.clues or holds(clue, core.entity, core.shapes, core.size):
            continue
        clues = (*core.clues[:place], clue, *core.clues[place + 1 :])
        literals = [shared.literal(one, core.shapes) for one in clues]
        entity = shared.model(literals)
        if entity is None or shared.possible([*literals, other := shared.another(entity)]):
            continue
        if not all(shared.possible([*literals[:one], *literals[one + 1 :], other]) for one in range(len(clues))):
            continue
        if technique > 2 or solvable(core.size, core.shapes, clues, technique):
            found = core._replace(clues=clues, entity=tuple(entity))
            if canonical_text(found) != before:  # an item that no other clue names was exchanged for another such
                return found
    return None


def _changed(clue: Clue, size: int, rng: random.Random) -> Clue | None:
    """A clue with the roles exchanged, or with another item of the same category in one place."""
    if clue.kind in ("compare", "difference") and rng.random() < 0.5:
        return clue._replace(items=clue.items[::-1])
    items = list(clue.items)
    place = rng.randrange(len(items))
    items[place] += rng.randrange(size) - items[place] % size
    return clue._replace(items=tuple(items)) if len({*items}) == len(items) else None


def second_solution(core: Core) -> list[int]:
    """Another solution than the one the problem was made from: the one whose pairs come first."""
    shared = of_size(len(core.shapes), core.size)
    shared.open()
    size = core.size
    assumed = [shared.literal(clue, core.shapes) for clue in core.clues]
    assumed.append(shared.another(core.entity))
    entity = list(range(size)) + [0] * (len(core.entity) - size)
    for item in range(size, len(core.entity)):
        for one in range(size):
            if shared.possible([*assumed, shared.cell(one, item)]):
                assumed.append(shared.cell(one, item))
                entity[item] = one
                break
    return entity


def conflict(core: Core) -> list[int]:
    """Clues, counted from 1, that contradict each other, none of them dispensable; the last ones are left out first."""
    shared = of_size(len(core.shapes), core.size)
    shared.open()
    kept = list(range(len(core.clues)))
    literals = [shared.literal(clue, core.shapes) for clue in core.clues]
    for number in reversed(range(len(core.clues))):
        rest = [one for one in kept if one != number]
        if not shared.possible([literals[one] for one in rest]):
            kept = rest
    return [number + 1 for number in kept]
