"""Shapes to put into grids: small polyominoes, rectangles, frames, and frames with something inside."""

from __future__ import annotations

import functools
from typing import NamedTuple


class Shape(NamedTuple):
    """Rows of cells: height, width and, from the top, each row as text of 0 and 1."""

    h: int
    w: int
    rows: tuple[str, ...]


def _polyominoes(most: int) -> list[Shape]:
    """All fixed polyominoes of 2 to ``most`` cells, in a fixed order."""
    layers: list[list[tuple[tuple[int, int], ...]]] = [[((0, 0),)]]
    for _ in range(most - 1):
        seen: dict[tuple[tuple[int, int], ...], None] = {}
        for cells in layers[-1]:
            for row, column in cells:
                for cell in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                    if cell not in cells:
                        grown = [*cells, cell]
                        top, left = min(one for one, _ in grown), min(one for _, one in grown)
                        seen[tuple(sorted((one - top, other - left) for one, other in grown))] = None
        layers.append(sorted(seen))
    return [_shape(cells) for layer in layers[1:] for cells in layer]


def _shape(cells: tuple[tuple[int, int], ...]) -> Shape:
    h, w = max(one for one, _ in cells) + 1, max(one for _, one in cells) + 1
    return Shape(
        h, w, tuple("".join("1" if (row, column) in cells else "0" for column in range(w)) for row in range(h))
    )


def _frame(h: int, w: int) -> Shape:
    edge, middle = "1" * w, "1" + "0" * (w - 2) + "1"
    return Shape(h, w, (edge, *[middle] * (h - 2), edge))


DOT = Shape(1, 1, ("1",))
POLYOMINOES = tuple(_polyominoes(5))
BLOCKS = tuple(Shape(h, w, ("1" * w,) * h) for h in range(1, 6) for w in range(1, 6) if h * w > 1)
THICK = tuple(one for one in BLOCKS if min(one.h, one.w) >= 3)
FRAMES = tuple(_frame(h, w) for h in range(3, 7) for w in range(3, 7))
BROKEN = tuple(  # frames with a gap in the upper edge: nothing is enclosed
    Shape(one.h, one.w, ("1" * (one.w - 2) + "01", *one.rows[1:])) for one in FRAMES
)


class Stamp(NamedTuple):
    """A shape ready for grids of one width: height, width, and its mask in the bottom right corner."""

    h: int
    w: int
    mask: int


def stamp(shape: Shape, w: int) -> Stamp:
    """A shape as a stamp for grids ``w`` columns wide."""
    mask = 0
    for row in shape.rows:
        mask = mask << 4 * w | int(row, 16)
    return Stamp(shape.h, shape.w, mask)


_KINDS = {"poly": POLYOMINOES, "block": BLOCKS, "thick": THICK, "frame": FRAMES, "broken": BROKEN, "dot": (DOT,)}


@functools.cache
def fitting(kind: str, side: int, w: int) -> tuple[Stamp, ...]:
    """The shapes of a kind that are at most ``side`` cells high and wide; a dot where there is none."""
    return tuple(stamp(one, w) for one in _KINDS[kind] if max(one.h, one.w) <= side) or (stamp(DOT, w),)


@functools.cache
def dot(w: int) -> Stamp:
    """A single cell."""
    return stamp(DOT, w)
