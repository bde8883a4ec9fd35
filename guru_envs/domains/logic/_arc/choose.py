"""Which objects of a grid a rule is about: the selectors.

A selector takes the objects of a grid in one mode and gives those it chooses. ``largest`` and the like choose nothing when two
objects share the first place.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from guru_envs.domains.logic._arc.grid import Grid, Thing, has_hole, plane, shape


def _extreme(attribute: str, sign: int) -> Callable[[Grid, list[Thing]], list[Thing]]:
    value = attrgetter(attribute)

    def chosen(grid: Grid, things: list[Thing]) -> list[Thing]:
        values = [sign * value(one) for one in things]
        best = max(values, default=0)
        return [things[values.index(best)]] if values.count(best) == 1 else []

    return chosen


def _at_edge(grid: Grid, things: list[Thing]) -> list[Thing]:
    border = plane(grid.h, grid.w).border
    return [one for one in things if one.mask & border]


def _inside(grid: Grid, things: list[Thing]) -> list[Thing]:
    border = plane(grid.h, grid.w).border
    return [one for one in things if not one.mask & border]


def _holed(grid: Grid, things: list[Thing]) -> list[Thing]:
    at = plane(grid.h, grid.w)
    return [one for one in things if has_hole(one, at)]


def _closed(grid: Grid, things: list[Thing]) -> list[Thing]:
    at = plane(grid.h, grid.w)
    return [one for one in things if not has_hole(one, at)]


def _block(grid: Grid, things: list[Thing]) -> list[Thing]:
    return [one for one in things if one.size == one.area]


def _ragged(grid: Grid, things: list[Thing]) -> list[Thing]:
    return [one for one in things if one.size != one.area]


def _dot(grid: Grid, things: list[Thing]) -> list[Thing]:
    return [one for one in things if one.size == 1]


def _mirrored(grid: Grid, things: list[Thing]) -> list[Thing]:
    return [one for one in things if _reads_alike(grid, one)]


def _reads_alike(grid: Grid, one: Thing) -> bool:
    if one.left == one.right:
        return True
    rows = alone(grid, one).lines
    return all(row == row[::-1] for row in rows)


def _twins(grid: Grid, things: list[Thing]) -> list[Thing]:
    shapes = [shape(one, grid.w) for one in things]
    return [one for one, form in zip(things, shapes, strict=True) if shapes.count(form) > 1]


def _odd(grid: Grid, things: list[Thing]) -> list[Thing]:
    shapes = [shape(one, grid.w) for one in things]
    return [one for one, form in zip(things, shapes, strict=True) if shapes.count(form) == 1]


def _own_colour(grid: Grid, things: list[Thing]) -> list[Thing]:
    colours = [one.colour for one in things]
    return [one for one in things if one.colour and colours.count(one.colour) == 1]


SELECTORS: dict[str, Callable[[Grid, list[Thing]], list[Thing]]] = {
    "largest": _extreme("size", 1),
    "smallest": _extreme("size", -1),
    "topmost": _extreme("top", -1),
    "bottommost": _extreme("bottom", 1),
    "leftmost": _extreme("left", -1),
    "rightmost": _extreme("right", 1),
    "edge": _at_edge,
    "inside": _inside,
    "holed": _holed,
    "closed": _closed,
    "block": _block,
    "ragged": _ragged,
    "dot": _dot,
    "mirrored": _mirrored,
    "twins": _twins,
    "odd": _odd,
    "own-colour": _own_colour,
}


def choose(grid: Grid, selector: str, mode: str) -> list[Thing]:
    """The objects that a selector chooses; none unless it leaves some out."""
    things = grid.objects(mode)
    key = (selector, id(things))  # where both modes find the same objects they share the list, and what is chosen
    found = grid.memo.get(key)
    if found is None:
        found = SELECTORS[selector](grid, things) if len(things) > 1 else []
        grid.memo[key] = found = found if len(found) < len(things) else []
    return found


def chosen_mask(grid: Grid, selector: str, mode: str) -> int:
    """The cells of the chosen objects; 0 for none."""
    key = (mode, selector)
    found: int | None = grid.memo.get(key)
    if found is None:
        found = 0
        for one in choose(grid, selector, mode):
            found |= one.mask
        grid.memo[key] = found
    return found


def alone(grid: Grid, one: Thing) -> Grid:
    """The box of an object with all else erased."""
    return Grid(grid.h, grid.w, grid.bits & one.mask * 15).crop(one.top, one.left, one.bottom, one.right)
