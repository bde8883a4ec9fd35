"""The typed form of a logic grid: the bare problem (``Core``) and the problem in words (``Puzzle``)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

from guru_envs.domains.logic._credit import Credit
from guru_envs.domains.logic._logic_grid.clues import Clue, Shapes
from guru_envs.domains.logic._logic_grid.facets import FACETS
from guru_envs.domains.logic._logic_grid.scales import SCALES, value_text
from guru_envs.domains.logic._logic_grid.themes import THEMES

Solutions = Literal["one", "none", "several"]
_POOL = 10  # values in each pool


class Core(NamedTuple):
    """A problem without words.

    Attributes:
        size: items in each category.
        shapes: for each category the values of its ranks in steps, ``()`` when it has no order. The first is the key category.
        clues: in the order of the prompt.
        entity: the solution: to which entity each item belongs. Of a problem without a single one, that from which it was made.
        asked: the item known and the category asked for; None: the whole grid.
        solutions: how many there are.
        abstain: whether the prompt allows for none or several.
        credit: how grids that are right in part are credited.
    """

    size: int
    shapes: Shapes
    clues: tuple[Clue, ...]
    entity: tuple[int, ...]
    asked: tuple[int, int] | None
    solutions: Solutions
    abstain: bool
    credit: Credit = "above_chance"


class Category(NamedTuple):
    """A category as shown.

    Attributes:
        name: its name.
        values: its values, in the order of the items.
        phrases: how each of its items is called.
        is_it, is_not: the predicates of each item.
        scale: the key in ``SCALES``, or empty.
        step: for a scale the size of a step.
    """

    name: str
    values: tuple[str, ...]
    phrases: tuple[str, ...]
    is_it: tuple[str, ...]
    is_not: tuple[str, ...]
    scale: str
    step: int


class Dress(NamedTuple):
    """The story chosen for a problem, independent of language.

    Attributes:
        theme: number of the theme.
        sources: for each category the key in ``FACETS`` or ``SCALES``.
        picks: for a facet the numbers of its values in the pool, for a scale the lowest value and the size of a step.
        wordings: for each clue a number that chooses among its wordings.
    """

    theme: int
    sources: tuple[str, ...]
    picks: tuple[tuple[int, ...], ...]
    wordings: tuple[int, ...]


class Puzzle(NamedTuple):
    """A problem in words."""

    lang: str
    core: Core
    dress: Dress
    categories: tuple[Category, ...]
    right: tuple[tuple[int, ...], ...]  # for each value of the first category the places of those that belong to it


def draw_dress(core: Core, rng: random.Random) -> Dress:
    """Choose a story, its categories and their values, and the wordings."""
    number = rng.randrange(len(THEMES))
    theme = THEMES[number]
    facets = rng.sample(theme.facets, sum(1 for shape in core.shapes if not shape))
    scales = rng.sample(theme.scales, sum(1 for shape in core.shapes if shape))
    sources: list[str] = []
    picks: list[tuple[int, ...]] = []
    for shape in core.shapes:
        sources.append(scales.pop() if shape else facets.pop())
        if shape:
            scale = SCALES[sources[-1]]
            low, high, unit = scale.starts
            picks.append((rng.randrange(low, high + 1, unit), rng.choice(scale.steps)))
        else:
            picks.append(tuple(sorted(rng.sample(range(_POOL), core.size))))
    wordings = tuple(rng.randrange(1 << 16) for _ in core.clues)
    return Dress(number, tuple(sources), tuple(picks), wordings)


def put_on(core: Core, dress: Dress, lang: str) -> Puzzle:
    """The problem in words."""
    theme = THEMES[dress.theme]
    noun = theme.nouns[0 if lang == "en" else 2]
    categories = []
    for shape, source, pick in zip(core.shapes, dress.sources, dress.picks, strict=True):
        if shape:
            scale = SCALES[source]
            said, step = scale.words[lang], pick[1]
            values = [value_text(scale, lang, pick[0] + step * place) for place in shape]
        else:
            facet = FACETS[source]
            said, step = facet.words[lang], 0
            values = [facet.values[lang][one] for one in pick]
        called, is_it, is_not = (tuple(part.format(v=value, n=noun) for value in values) for part in said[1:])
        categories.append(Category(said.name, tuple(values), called, is_it, is_not, source if shape else "", step))
    right = tuple(tuple(item % core.size for item in row) for row in partners(core.entity, core.size))
    return Puzzle(lang, core, dress, tuple(categories), right)


def rearranged(core: Core, rng: random.Random) -> Core:
    """The same problem with categories, items without an order, and clues in another order."""
    size = core.size
    order = rng.sample(range(len(core.shapes)), len(core.shapes))  # new place -> old category
    new_item = [0] * len(core.entity)
    for place, category in enumerate(order):
        moved = list(range(size)) if core.shapes[category] else rng.sample(range(size), size)
        for item, there in enumerate(moved):
            new_item[category * size + item] = place * size + there
    new_category = {category: place for place, category in enumerate(order)}
    clues = [
        Clue(kind, tuple(new_item[item] for item in items), new_category.get(scale, -1), number)
        for kind, items, scale, number in core.clues
    ]
    rng.shuffle(clues)
    entity = [0] * len(core.entity)
    for item, place in enumerate(new_item):
        entity[place] = core.entity[item]
    asked = core.asked and (new_item[core.asked[0]], new_category[core.asked[1]])
    shapes = tuple(core.shapes[category] for category in order)
    return core._replace(shapes=shapes, clues=tuple(clues), entity=tuple(entity), asked=asked)


def partners(entity: Sequence[int], size: int) -> list[list[int]]:
    """For each item of the first category the items of the others that belong to it."""
    at = [[0] * size for _ in range(len(entity) // size)]
    for item, one in enumerate(entity):
        at[item // size][one] = item
    return [[at[category][one] for category in range(1, len(at))] for one in entity[:size]]
