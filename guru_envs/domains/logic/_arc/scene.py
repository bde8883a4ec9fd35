"""Rules that keep the shape of the grid: removing, moving, recolouring, drawing and filling.

Each takes a grid and its parameters, and gives the new grid, or None where the rule does not apply.
"""

from __future__ import annotations

import re

from guru_envs.domains.logic._arc.choose import chosen_mask
from guru_envs.domains.logic._arc.grid import Grid, around, by_side, components, flood, grid_of, plane, thing
from guru_envs.domains.logic._arc.turn import FLIPS, flip

# -- removing ----------------------------------------------------------------------------------------------------------


def remove(grid: Grid, selector: str, mode: str) -> Grid | None:
    """Erase the chosen objects."""
    mask = chosen_mask(grid, selector, mode)
    return Grid(grid.h, grid.w, grid.bits & ~(mask * 15)) if mask else None


def keep(grid: Grid, selector: str, mode: str) -> Grid | None:
    """Erase all but the chosen objects."""
    mask = chosen_mask(grid, selector, mode)
    return Grid(grid.h, grid.w, grid.bits & mask * 15) if mask else None


def remove_colour(grid: Grid, colour: int) -> Grid | None:
    """Erase a colour."""
    mask = grid.of_colour(colour)
    return Grid(grid.h, grid.w, grid.bits & ~(mask * 15)) if mask and mask != grid.occupied else None


def keep_colour(grid: Grid, colour: int) -> Grid | None:
    """Erase all other colours."""
    mask = grid.of_colour(colour)
    return Grid(grid.h, grid.w, grid.bits & mask * 15) if mask and mask != grid.occupied else None


def _inner(grid: Grid) -> int:
    """Cells whose four neighbours exist and have their colour."""
    at = plane(grid.h, grid.w)
    bits, step = grid.bits, 4 * grid.w
    found = grid.occupied & ~at.border
    for there in (bits >> step, bits << step, bits >> 4, bits << 4):
        x = (bits ^ there) & at.full
        x |= x >> 1
        found &= ~(x | x >> 2)
    return found


def hollow(grid: Grid) -> Grid | None:
    """Erase the cells whose four neighbours have their colour."""
    mask = _inner(grid)
    return Grid(grid.h, grid.w, grid.bits & ~(mask * 15)) if mask else None


def core(grid: Grid) -> Grid | None:
    """Erase all but the cells whose four neighbours have their colour."""
    mask = _inner(grid)
    return Grid(grid.h, grid.w, grid.bits & mask * 15) if mask else None


# -- moving ------------------------------------------------------------------------------------------------------------


def fall(grid: Grid, side: str) -> Grid:
    """Each cell falls by itself."""
    if side in ("left", "right"):
        rows = [row.replace("0", "") for row in grid.lines]
        return grid_of([row.ljust(grid.w, "0") if side == "left" else row.rjust(grid.w, "0") for row in rows])
    text, w = grid.text, grid.w
    columns = [text[column::w].replace("0", "") for column in range(w)]
    columns = [one.ljust(grid.h, "0") if side == "up" else one.rjust(grid.h, "0") for one in columns]
    return grid_of(["".join(row) for row in zip(*columns, strict=True)])


def _moved(mask: int, side: str, w: int) -> int:
    """A mask one cell further; nothing of it may lie at that side of the grid."""
    if side == "down":
        return mask >> 4 * w
    if side == "up":
        return mask << 4 * w
    return mask >> 4 if side == "right" else mask << 4


def _edge(grid: Grid, side: str) -> int:
    at = plane(grid.h, grid.w)
    row = (1 << 4 * grid.w) - 1 & at.ones
    if side == "down":
        return row
    if side == "up":
        return row << 4 * grid.w * (grid.h - 1)
    return at.ones & ~(at.not_last if side == "right" else at.not_first)


_FAR = {
    "down": lambda one: -one.bottom,
    "up": lambda one: one.top,
    "right": lambda one: -one.right,
    "left": lambda one: one.left,
}


def drop(grid: Grid, side: str) -> Grid:
    """Each group of touching cells falls as a whole, those nearest to that side first, until nothing can move."""
    edge, w = _edge(grid, side), grid.w
    groups = sorted(grid.objects("multi8"), key=_FAR[side])
    masks = [one.mask for one in groups]
    steps = [0] * len(masks)
    taken = grid.occupied
    while True:
        still = True
        for number, mask in enumerate(masks):
            others = taken ^ mask
            while not mask & edge and not (after := _moved(mask, side, w)) & others:
                mask = after
                steps[number] += 1
                still = False
            masks[number], taken = mask, others | mask
        if still:
            break
    size = {"down": -4 * w, "up": 4 * w, "right": -4, "left": 4}[side]
    bits = 0
    for one, count in zip(groups, steps, strict=True):
        part, by = grid.bits & one.mask * 15, size * count
        bits |= part << by if by > 0 else part >> -by
    return Grid(grid.h, w, bits)


def contact(grid: Grid, colour: int) -> Grid | None:
    """Each other group in the rows or columns of the one object of a colour moves straight to it until it is stopped."""
    anchor = [one for one in grid.objects("mono4") if one.colour == colour]
    if len(anchor) != 1:
        return None
    goal, at = anchor[0], plane(grid.h, grid.w)
    moving = []
    for mask in components(grid.occupied ^ goal.mask, at, True):
        one = _box(mask, grid)
        if one[0] <= goal.bottom and one[2] >= goal.top:
            gap = goal.left - one[3] if one[3] < goal.left else one[1] - goal.right
            moving.append((gap, mask, "right" if one[3] < goal.left else "left"))
        elif one[1] <= goal.right and one[3] >= goal.left:
            gap = goal.top - one[2] if one[2] < goal.top else one[0] - goal.bottom
            moving.append((gap, mask, "down" if one[2] < goal.top else "up"))
    if not moving or any(gap <= 0 for gap, *_ in moving):
        return None
    moving.sort(key=lambda item: item[0])  # equal ones stay in reading order
    taken, bits = grid.occupied, grid.bits
    for _, mask, side in moving:
        edge, part = _edge(grid, side), bits & mask * 15
        others = taken ^ mask
        bits ^= part
        while not mask & edge and not (after := _moved(mask, side, grid.w)) & others:
            mask, part = after, _moved(part, side, grid.w)
        taken, bits = others | mask, bits | part
    return Grid(grid.h, grid.w, bits)


def _box(mask: int, grid: Grid) -> tuple[int, int, int, int]:
    return thing(mask, 0, plane(grid.h, grid.w))[2:6]


# -- recolouring -------------------------------------------------------------------------------------------------------


def recolour(grid: Grid, selector: str, mode: str, colour: int) -> Grid | None:
    """Give the chosen objects a colour."""
    mask = chosen_mask(grid, selector, mode)
    return grid.paint(mask, colour) if mask else None


def repaint(grid: Grid, colour: int) -> Grid:
    """Give every cell that is not 0 one colour."""
    return Grid(grid.h, grid.w, grid.occupied * colour)


def inner(grid: Grid, colour: int) -> Grid | None:
    """Give a colour to the cells whose four neighbours have their colour."""
    mask = _inner(grid)
    return grid.paint(mask, colour) if mask else None


def infect(grid: Grid, colour: int) -> Grid | None:
    """Objects that have a side in common with a cell of a colour take it on."""
    near = by_side(grid.of_colour(colour), plane(grid.h, grid.w))
    mask = 0
    for one in grid.objects("mono4"):
        if one.colour != colour and one.mask & near:
            mask |= one.mask
    return grid.paint(mask, colour) if mask else None


def lead(grid: Grid) -> Grid | None:
    """Everything takes on the colour of the one largest object."""
    things = grid.objects("mono4")
    largest = max((one.size for one in things), default=0)
    first = [one for one in things if one.size == largest]
    return repaint(grid, first[0].colour) if len(first) == 1 and len(things) > 1 else None


# -- filling and drawing -----------------------------------------------------------------------------------------------


def fill(grid: Grid, colour: int) -> Grid | None:
    """Fill the cells of colour 0 from which no way by sides leads to the border through 0."""
    at = plane(grid.h, grid.w)
    free = at.ones ^ grid.occupied
    mask = free ^ flood(at.border, free, at)
    return grid.paint(mask, colour) if mask else None


def boxes(grid: Grid, colour: int) -> Grid | None:
    """Fill the cells of colour 0 in the box around each group."""
    at, w = plane(grid.h, grid.w), grid.w
    mask = 0
    for one in grid.objects("multi8"):
        if one.size < one.area:
            row = int("1" * (one.right - one.left + 1), 16) << 4 * (w - 1 - one.right)
            for line in range(one.top, one.bottom + 1):
                mask |= row << 4 * w * (grid.h - 1 - line)
    mask &= at.ones ^ grid.occupied
    return grid.paint(mask, colour) if mask else None


def outline(grid: Grid, colour: int) -> Grid | None:
    """Colour the cells of colour 0 with a side or a corner in common with a cell that is not 0."""
    mask = around(grid.occupied, plane(grid.h, grid.w)) ^ grid.occupied
    return grid.paint(mask, colour) if mask else None


def grow(grid: Grid) -> Grid | None:
    """Cells of colour 0 take on the colour beside them, if all neighbours by side that are not 0 have one colour."""
    at = plane(grid.h, grid.w)
    once = twice = 0
    masks = []
    for colour in range(1, 10):
        if grid.colours >> colour & 1:
            near = by_side(grid.of_colour(colour), at) & ~grid.occupied
            masks.append((near, colour))
            twice |= once & near
            once |= near
    bits = grid.bits
    for near, colour in masks:
        bits |= (near & ~twice) * colour
    return Grid(grid.h, grid.w, bits) if once & ~twice else None


_GAP = re.compile(r"([1-9])(0+)(?=\1)")


def _bridge(row: str) -> str:
    return _GAP.sub(lambda found: found[1] * len(found[0]), row)


def connect(grid: Grid, axis: str) -> Grid:
    """Join cells of one colour in a row (a column) with only 0 between by lines of it; vertical lines over horizontal."""
    across = grid_of([_bridge(row) for row in grid.lines]) if axis != "column" else grid
    if axis == "row":
        return across
    down = flip(grid_of([_bridge(row) for row in flip(grid, "transpose").lines]), "transpose")
    return _over(down, across)


def _over(top: Grid, below: Grid) -> Grid:
    return Grid(top.h, top.w, below.bits & ~(top.occupied * 15) | top.bits)


_RIGHT = re.compile(r"([1-9])(0+)")


def ray(grid: Grid, side: str) -> Grid:
    """From each cell that is not 0 a line of its colour runs over 0 to that side until something is in the way."""
    found: Grid | None = grid.memo.get(("ray", side))
    if found is None:
        found = grid.memo["ray", side] = _ray(grid, side)
    return found


def _ray(grid: Grid, side: str) -> Grid:
    turned = {"right": "same", "left": "flip-h", "down": "transpose", "up": "antitranspose"}[side]
    rows = flip(grid, turned).lines
    return flip(
        grid_of([_RIGHT.sub(lambda found: found[1] * len(found[0]), row) for row in rows]),
        turned,
    )


def beam(grid: Grid, axis: str) -> Grid:
    """Lines both ways: first right, then left (first down, then up); ``cross``: rows first, the columns over them."""
    if axis == "row":
        return ray(ray(grid, "right"), "left")
    if axis == "column":
        return ray(ray(grid, "down"), "up")
    return _over(beam(grid, "column"), beam(grid, "row"))


# -- symmetry ----------------------------------------------------------------------------------------------------------


def complete(grid: Grid, kind: str) -> Grid | None:
    """Give cells of colour 0 the colour of their mirror image; ``four``: left-right, then top-bottom."""
    if kind == "four":
        half = complete(grid, "flip-h")
        return half and complete(half, "flip-v")
    if kind == "transpose" and grid.h != grid.w:
        return None
    return _over(grid, flip(grid, kind))


def mend(grid: Grid, kind: str, colour: int) -> Grid | None:
    """Give the cells of a colour the colour of their mirror image."""
    if kind == "transpose" and grid.h != grid.w:
        return None
    image, mask = flip(grid, kind), grid.of_colour(colour)
    if not mask or mask & image.of_colour(colour):
        return None
    return Grid(grid.h, grid.w, grid.bits & ~(mask * 15) | image.bits & mask * 15)


def sort_lines(grid: Grid, axis: str, order: str) -> Grid:
    """Sort rows (columns) by how many of their cells are not 0; equal ones keep their order."""
    turned = grid if axis == "row" else flip(grid, "transpose")
    sign = 1 if order == "rising" else -1
    rows = sorted(turned.lines, key=lambda row: sign * (len(row) - row.count("0")))
    return grid_of(rows) if axis == "row" else flip(grid_of(rows), "transpose")


assert set(FLIPS) >= {"flip-h", "flip-v", "rot180", "transpose"}
