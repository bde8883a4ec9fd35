"""Rules that make another, mostly smaller grid: cutting out, counting, combining halves.

Each takes a grid and its parameters, and gives the new grid, or None where the rule does not apply.
"""

from __future__ import annotations

from collections import Counter

from guru_envs.domains.logic._arc.choose import alone, choose
from guru_envs.domains.logic._arc.grid import LARGEST, Grid, grid_of, plane, thing
from guru_envs.domains.logic._arc.turn import flip

OPERATIONS = ("and", "or", "xor", "nor", "without")


def crop(grid: Grid, selector: str, mode: str) -> Grid | None:
    """The box of the one object chosen, with all else erased."""
    things = choose(grid, selector, mode)
    return alone(grid, things[0]) if len(things) == 1 else None


def crop_colour(grid: Grid, colour: int) -> Grid | None:
    """The part of the grid in the box around a colour."""
    mask = grid.of_colour(colour)
    return _boxed(grid, mask) if mask else None


def trim(grid: Grid) -> Grid | None:
    """The part of the grid in the box around everything."""
    return _boxed(grid, grid.occupied) if grid.bits else None


def _boxed(grid: Grid, mask: int) -> Grid:
    one = thing(mask, 0, plane(grid.h, grid.w))
    return grid.crop(one.top, one.left, one.bottom, one.right)


def window(grid: Grid, colour: int) -> Grid | None:
    """What is inside the box around a colour, without the box's own border."""
    mask = grid.of_colour(colour)
    whole = _boxed(grid, mask) if mask else None
    if whole is None or min(whole.h, whole.w) < 3:
        return None
    return whole.crop(1, 1, whole.h - 2, whole.w - 2)


def compress(grid: Grid) -> Grid | None:
    """Leave out the rows and columns that are 0 throughout."""
    rows = [row for row in grid.lines if row.strip("0")]
    if not rows:
        return None
    columns = [column for column in map("".join, zip(*rows, strict=True)) if column.strip("0")]
    return grid_of(["".join(row) for row in zip(*columns, strict=True)])


def dedupe(grid: Grid) -> Grid:
    """Leave out rows that equal the row above, then columns that equal the column to the left."""
    turned = flip(_distinct(grid), "transpose")
    return flip(_distinct(turned), "transpose")


def _distinct(grid: Grid) -> Grid:
    rows = grid.lines
    return grid_of([row for number, row in enumerate(rows) if not number or row != rows[number - 1]])


def _halves(grid: Grid, axis: str) -> tuple[Grid, Grid] | None:
    """Left and right (upper and lower) half; between halves of an odd grid stands a line of one colour."""
    length = grid.w if axis == "columns" else grid.h
    half, odd = divmod(length, 2)
    if not half:
        return None
    if odd:
        line = grid.text[half :: grid.w] if axis == "columns" else grid.lines[half]
        if line[0] == "0" or line.strip(line[0]):
            return None
    if axis == "columns":
        return grid.crop(0, 0, grid.h - 1, half - 1), grid.crop(0, half + odd, grid.h - 1, grid.w - 1)
    return grid.crop(0, 0, half - 1, grid.w - 1), grid.crop(half + odd, 0, grid.h - 1, grid.w - 1)


def _kept_halves(grid: Grid, axis: str) -> tuple[Grid, Grid] | None:
    key = ("halves", axis)
    if key not in grid.memo:
        grid.memo[key] = _halves(grid, axis)
    return grid.memo[key]  # type: ignore[no-any-return]


def half(grid: Grid, side: str) -> Grid | None:
    """One half of the grid; a line between the halves belongs to neither."""
    parts = _kept_halves(grid, "columns" if side in ("left", "right") else "rows")
    return parts and parts[side in ("right", "lower")]


def combine(grid: Grid, axis: str, operation: str, colour: int) -> Grid | None:
    """The halves laid upon each other: a colour where the operation holds of what is not 0, else 0."""
    parts = _kept_halves(grid, axis)
    if parts is None:
        return None
    one, other = parts[0].occupied, parts[1].occupied
    if operation == "and":
        mask = one & other
    elif operation == "or":
        mask = one | other
    elif operation == "xor":
        mask = one ^ other
    elif operation == "nor":
        mask = plane(parts[0].h, parts[0].w).ones & ~(one | other)
    else:
        mask = one & ~other
    return Grid(parts[0].h, parts[0].w, mask * colour)


def overlay(grid: Grid, axis: str, above: str) -> Grid | None:
    """One half over the other: where it is 0, the other shows."""
    parts = _kept_halves(grid, axis)
    if parts is None:
        return None
    top, below = parts if above == "first" else parts[::-1]
    return Grid(top.h, top.w, below.bits & ~(top.occupied * 15) | top.bits)


def count(grid: Grid, mode: str, colour: int) -> Grid | None:
    """A row with one cell of a colour for each object."""
    number = len(grid.objects(mode))
    return grid_of([str(colour) * number]) if 0 < number <= LARGEST else None


def stairs(grid: Grid, mode: str, colour: int) -> Grid | None:
    """A square with one cell of a colour for each object, along the diagonal."""
    number = len(grid.objects(mode))
    if not 0 < number <= LARGEST:
        return None
    return grid_of(["0" * row + str(colour) + "0" * (number - 1 - row) for row in range(number)])


def tally(grid: Grid) -> Grid | None:
    """One row for each colour, from the most to the fewest objects: as many cells as objects; no two counts alike."""
    counts = Counter(one.colour for one in grid.objects("mono4"))
    order = sorted(counts.items(), key=lambda item: -item[1])
    if not order or len(set(counts.values())) < len(order) or order[0][1] > LARGEST:
        return None
    width = order[0][1]
    return grid_of([(str(colour) * number).ljust(width, "0") for colour, number in order])


def palette(grid: Grid) -> Grid | None:
    """A column of the colours, from the most to the fewest cells; no two counts alike."""
    counts = Counter(grid.text)
    del counts["0"]
    if not counts or len(set(counts.values())) < len(counts):
        return None
    return grid_of(sorted(counts, key=lambda digit: -counts[digit]))


def most(grid: Grid, order: str) -> Grid | None:
    """One cell of the colour with the most (the fewest) cells; no other has as many (few)."""
    counts = Counter(grid.text)
    del counts["0"]
    if len(counts) < 2:
        return None
    best = max(counts.values()) if order == "most" else min(counts.values())
    found = [digit for digit, number in counts.items() if number == best]
    return grid_of(found) if len(found) == 1 else None


def ranking(grid: Grid) -> Grid | None:
    """A column of the objects' colours, from the largest object to the smallest; no two sizes alike."""
    things = grid.objects("mono4")
    sizes = {one.size for one in things}
    if len(things) < 2 or len(sizes) < len(things) or len(things) > LARGEST:
        return None
    return grid_of([str(one.colour) for one in sorted(things, key=lambda one: -one.size)])
