"""Making zebra puzzles: clues for the hidden grid, the question, and the puzzle in words.

``_human_clues`` and ``draw_query`` work on the hidden grid (see ``clues``), ``shown`` gives it names, ``assemble`` writes the task.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from guru_envs.domains import _abstain
from guru_envs.domains.logic._zebra.canonical import canonical_text, free_text
from guru_envs.domains.logic._zebra.clues import Clue, usable_kinds
from guru_envs.domains.logic._zebra.deduce import solvable
from guru_envs.domains.logic._zebra.judge import choices
from guru_envs.domains.logic._zebra.puzzle import Puzzle, Query
from guru_envs.domains.logic._zebra.unique import unique_clues
from guru_envs.domains.logic._zebra.words import TABLES, Attribute, ask_cell, ask_grid, clue_text, person, prompt
from guru_envs.errors import ImpossibleTaskError
from guru_envs.task import Task

_QUERY_DRAWS = 50  # questions drawn until one is not given away by a clue
_HUMAN_ROUNDS = 40  # times that more clues are added before a technique level is called insufficient


# -- clues -------------------------------------------------------------------------------------------------------------


def human_clues(
    clues: list[Clue], rng: random.Random, houses: int, count: int, kinds: tuple[str, ...], level: int
) -> list[Clue]:
    """Add clues until the techniques up to a level suffice, then leave out those that they do not need."""
    for _ in range(_HUMAN_ROUNDS):
        if solvable(houses, count, clues, level):
            break
        clues += [clue for clue in unique_clues(houses, count, usable_kinds(kinds, houses), rng) if clue not in clues]
    else:
        raise ImpossibleTaskError(
            f"no zebra puzzle with houses={houses}, attributes={count} and clues={list(kinds)} was found that technique={level} "
            "solves: allow more kinds or a higher technique"
        )
    kept = list(clues)
    for clue in clues:
        rest = [one for one in kept if one != clue]
        if solvable(houses, count, rest, level):
            kept = rest
    return kept


def draw_query(houses: int, count: int, clues: Sequence[Clue], rng: random.Random) -> Query:
    """A cell of the hidden grid: form, house and attributes drawn uniformly until no clue gives the answer away by itself.

    In the smallest puzzles each may be given away by some clue; then the last one drawn is asked.
    """
    placed = {clue.items[0] for clue in clues if clue.kind == "at"}  # membership only, like the next
    joined = {frozenset(clue.items) for clue in clues if clue.kind == "same"}
    for _ in range(_QUERY_DRAWS):
        form, house = rng.choice(("value", "there", "house")), rng.randrange(houses)
        known, other = (attribute * houses + house for attribute in rng.sample(range(count), 2))
        if form == "value":
            query, given = Query(form, known, other // houses), frozenset((known, other)) in joined
            given = given or (known in placed and other in placed)
        elif form == "there":
            query, given = Query(form, house, other // houses), other in placed
        else:
            query, given = Query(form, known, -1), known in placed
        if not given:
            break
    return query


# -- words -------------------------------------------------------------------------------------------------------------


def draw_names(
    rng: random.Random, lang: str, houses: int, count: int
) -> tuple[tuple[Attribute, ...], list[tuple[int, ...]]]:
    """Attributes with as many values as there are houses, in the fixed order; and the places of values drawn at random.

    Returns:
        The attributes, and for each the place in its list of a first, second, ... value, all different.
    """
    table = TABLES[lang]
    attributes: list[Attribute] = []
    places = []
    for number in rng.sample(range(len(table)), count):
        drawn = rng.sample(range(len(table[number].values)), houses)
        order = sorted(drawn)
        places.append(tuple([order.index(value) for value in drawn]))
        attributes.append(table[number]._replace(values=tuple(table[number].values[value] for value in order)))
    return tuple(attributes), places


def called(attributes: Sequence[Attribute]) -> tuple[str, ...]:
    """How the person of each item is called."""
    return tuple([person(one, value) for one in attributes for value in range(len(one.values))])


def assemble(puzzle: Puzzle) -> Task[Puzzle]:
    """The task of a puzzle."""
    lang, houses, people = puzzle.lang, puzzle.houses, puzzle.people
    texts = [
        clue_text(lang, clue, [people[item] for item in clue.items], mirrored)
        for clue, mirrored in zip(puzzle.clues, puzzle.mirrored, strict=True)
    ]
    ask = ask_grid(lang, houses, puzzle.attributes) if puzzle.asked is None else _ask(puzzle)
    if puzzle.abstain:
        ask += "\n" + _abstain.notice(lang)
    text = prompt(lang, houses, puzzle.attributes, puzzle.clues, texts, ask)
    gold = answer_text(puzzle, puzzle.solution) if puzzle.kind == "one" else _abstain.phrase(puzzle.kind, lang)
    return Task(text, gold, puzzle, _canonical(puzzle))


def _canonical(puzzle: Puzzle) -> str:
    """With one solution values are named by their house, else by what is said of them."""
    houses, count = puzzle.houses, len(puzzle.attributes)
    if puzzle.kind != "one":
        return free_text(houses, count, puzzle.clues, puzzle.asked)
    hidden = [item - item % houses + house for item, house in enumerate(puzzle.solution)]
    clues = [Clue(kind, tuple([hidden[item] for item in items]), number) for kind, items, number in puzzle.clues]
    asked = puzzle.asked
    if asked is not None and asked.form != "there":
        asked = asked._replace(known=hidden[asked.known])
    return canonical_text(houses, count, clues, asked)


def answer_text(puzzle: Puzzle, grid: Sequence[int]) -> str:
    """The answer text of a grid (the house of each item)."""
    houses = puzzle.houses
    if puzzle.asked is None:
        return grid_text(puzzle, grid)
    form, known, wanted = puzzle.asked
    place = known if form == "there" else grid[known]
    if form == "house":
        return str(place + 1)
    values = range(wanted * houses, (wanted + 1) * houses)
    found = next((item for item in values if grid[item] == place), values[0])
    return puzzle.attributes[wanted].values[found % houses]


def grid_text(puzzle: Puzzle, grid: Sequence[int]) -> str:
    """A grid as JSON."""
    houses = puzzle.houses
    rows: dict[str, dict[str, str]] = {str(house): {} for house in range(1, houses + 1)}
    for number, attribute in enumerate(puzzle.attributes):
        for value, text in enumerate(attribute.values):
            rows[str(grid[number * houses + value] + 1)][attribute.name] = text
    return json.dumps(rows, ensure_ascii=False)


def _ask(puzzle: Puzzle) -> str:
    """The question for one cell."""
    assert puzzle.asked is not None
    form, known, attribute = puzzle.asked
    name = "" if form == "house" else puzzle.attributes[attribute].name
    return ask_cell(
        puzzle.lang, form, str(known + 1) if form == "there" else puzzle.people[known], name, choices(puzzle)
    )
