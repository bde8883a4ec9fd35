"""Rules that lose nothing: the whole grid is turned, moved, repeated, enlarged, framed or given other colours.

Each has an inverse (``undo``): the grid it was made from, or None when there is none.
"""

from __future__ import annotations

from collections.abc import Callable

from guru_envs.domains.logic._arc.grid import LARGEST, Grid, grid_of

FLIPS = ("flip-h", "flip-v", "rot180", "transpose", "rot90", "rot270", "antitranspose")
_INVERSE = {"rot90": "rot270", "rot270": "rot90"}
TILINGS = ("1x2", "2x1", "2x2", "1x3", "3x1", "3x3")
MIRRORS = ("right", "left", "down", "up", "four")
_CODES = {"right": "flip-h", "left": "flip-h", "down": "flip-v", "up": "flip-v"}


def flip(grid: Grid, kind: str) -> Grid:
    """Mirror or turn (``rot90``: a quarter clockwise); ``same`` is the grid itself. What was made is kept."""
    found: Grid | None = grid.memo.get(kind)
    if found is None:
        found = grid.memo[kind] = _flip(grid, kind)
    return found


def _flip(grid: Grid, kind: str) -> Grid:
    text, h, w = grid.text, grid.h, grid.w
    if kind == "same":
        return grid
    if kind == "flip-h":
        return Grid(h, w, int("".join([text[start : start + w][::-1] for start in range(0, h * w, w)]), 16))
    if kind == "flip-v":
        return Grid(h, w, int("".join([text[start : start + w] for start in range((h - 1) * w, -1, -w)]), 16))
    if kind == "rot180":
        return Grid(h, w, int(text[::-1], 16))
    if kind == "transpose":
        return Grid(w, h, int("".join([text[column::w] for column in range(w)]), 16))
    if kind == "rot90":
        return Grid(w, h, int("".join([text[column::w][::-1] for column in range(w)]), 16))
    if kind == "rot270":
        return Grid(w, h, int("".join([text[column::w] for column in range(w - 1, -1, -1)]), 16))
    return Grid(w, h, int("".join([text[column::w][::-1] for column in range(w - 1, -1, -1)]), 16))


def unflip(grid: Grid, kind: str) -> Grid:
    """The inverse of :func:`flip`."""
    return flip(grid, _INVERSE.get(kind, kind))


def roll(grid: Grid, side: str) -> Grid:
    """Everything moves one cell to a side; what leaves the grid comes in on the other."""
    rows = grid.lines
    if side in ("up", "down"):
        return grid_of(rows[1:] + rows[:1] if side == "up" else rows[-1:] + rows[:-1])
    return grid_of([row[1:] + row[0] if side == "left" else row[-1] + row[:-1] for row in rows])


def unroll(grid: Grid, side: str) -> Grid:
    """The inverse of :func:`roll`."""
    return roll(grid, {"up": "down", "down": "up", "left": "right", "right": "left"}[side])


def swap(grid: Grid, one: int, other: int) -> Grid:
    """Exchange two colours; 0 is a colour too. Its own inverse."""
    changed = (grid.of_colour(one) | grid.of_colour(other)) * (one ^ other)
    return Grid(grid.h, grid.w, grid.bits ^ changed)


def tile(grid: Grid, times: str) -> Grid | None:
    """Repeat the grid in rows and columns."""
    down, across = int(times[0]), int(times[2])
    if grid.h * down > LARGEST or grid.w * across > LARGEST:
        return None
    return grid_of([row * across for row in grid.lines] * down)


def untile(grid: Grid, times: str) -> Grid | None:
    """The inverse of :func:`tile`."""
    down, across = int(times[0]), int(times[2])
    return _part(grid, down, across, lambda part: tile(part, times))


def _part(grid: Grid, down: int, across: int, again: Callable[[Grid], Grid | None]) -> Grid | None:
    """The top left part of a grid cut into equal parts, if the whole is made from it again."""
    if grid.h % down or grid.w % across:
        return None
    part = grid.crop(0, 0, grid.h // down - 1, grid.w // across - 1)
    made = again(part)
    return part if made is not None and made.bits == grid.bits else None


def scale(grid: Grid, factor: int) -> Grid | None:
    """Each cell becomes a square."""
    if max(grid.h, grid.w) * factor > LARGEST:
        return None
    return grid_of([row for line in grid.lines for row in ["".join([cell * factor for cell in line])] * factor])


def unscale(grid: Grid, factor: int) -> Grid | None:
    """The inverse of :func:`scale`."""
    if grid.h % factor or grid.w % factor:
        return None
    small = grid_of([row[::factor] for row in grid.lines[::factor]])
    made = scale(small, factor)
    return small if made is not None and made.bits == grid.bits else None


def mirror(grid: Grid, side: str) -> Grid | None:
    """Put the mirror image beside the grid; ``four``: to the right, then of both below."""
    if side == "four":
        half = mirror(grid, "right")
        return half and mirror(half, "down")
    image = flip(grid, _CODES[side]).lines
    rows = grid.lines
    if side in ("right", "left"):
        if grid.w * 2 > LARGEST:
            return None
        pairs = zip(rows, image, strict=True) if side == "right" else zip(image, rows, strict=True)
        return grid_of([one + other for one, other in pairs])
    if grid.h * 2 > LARGEST:
        return None
    return grid_of(rows + image if side == "down" else image + rows)


def unmirror(grid: Grid, side: str) -> Grid | None:
    """The inverse of :func:`mirror`."""
    down, across = 1 + (side in ("down", "up", "four")), 1 + (side in ("right", "left", "four"))
    if grid.h % down or grid.w % across:
        return None
    top = grid.h // 2 if side == "up" else 0
    left = grid.w // 2 if side == "left" else 0
    part = grid.crop(top, left, top + grid.h // down - 1, left + grid.w // across - 1)
    made = mirror(part, side)
    return part if made is not None and made.bits == grid.bits else None


def frame(grid: Grid, colour: int) -> Grid | None:
    """Put a border, one cell wide, around the grid."""
    if max(grid.h, grid.w) + 2 > LARGEST:
        return None
    cell = str(colour)
    edge = cell * (grid.w + 2)
    return grid_of([edge, *[cell + row + cell for row in grid.lines], edge])


def unframe(grid: Grid, colour: int) -> Grid | None:
    """The inverse of :func:`frame`."""
    if min(grid.h, grid.w) < 3:
        return None
    part = grid.crop(1, 1, grid.h - 2, grid.w - 2)
    made = frame(part, colour)
    return part if made is not None and made.bits == grid.bits else None


def fractal(grid: Grid) -> Grid | None:
    """Each cell that is not 0 becomes a copy of the whole grid, each 0 as much empty space."""
    if grid.h**2 > LARGEST or grid.w**2 > LARGEST:
        return None
    rows, empty = grid.lines, "0" * grid.w
    return grid_of(["".join([row if cell != "0" else empty for cell in line]) for line in rows for row in rows])


def unfractal(grid: Grid) -> Grid | None:
    """The inverse of :func:`fractal`: a part that is not empty."""
    down, across = round(grid.h**0.5), round(grid.w**0.5)
    if down**2 != grid.h or across**2 != grid.w or not grid.bits:
        return None
    rows = grid.lines
    for top in range(0, grid.h, down):
        for left in range(0, grid.w, across):
            part = grid_of([row[left : left + across] for row in rows[top : top + down]])
            if part.bits:
                made = fractal(part)
                return part if made is not None and made.bits == grid.bits else None
    return None


def diagonal(grid: Grid) -> Grid | None:
    """The grid twice, one above left and one below right, the rest empty."""
    if max(grid.h, grid.w) * 2 > LARGEST:
        return None
    empty = "0" * grid.w
    return grid_of([row + empty for row in grid.lines] + [empty + row for row in grid.lines])


def undiagonal(grid: Grid) -> Grid | None:
    """The inverse of :func:`diagonal`."""
    return _part(grid, 2, 2, diagonal)
