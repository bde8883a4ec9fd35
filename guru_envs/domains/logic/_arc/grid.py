"""Grids as whole numbers, four bits a cell, and the objects in them.

The first cell of a grid (top left) is the highest four bits, so a grid written in hexadecimal is its digits in reading order. A
*mask* has the lowest of a cell's four bits set for each cell that belongs to it; ``mask * 15`` covers the cells whole.

Objects are found in two ways, named by a mode:

* ``mono4``: a maximal set of cells of one colour other than 0 that hang together by sides;
* ``multi8``: a maximal set of cells of any colours other than 0 that hang together by sides or corners.

They are listed in reading order of their first cells.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

LARGEST = 30  # rows and columns of a grid, at most
COLOURS = 10
_new = tuple.__new__  # makes a named tuple in a third of the time of its own constructor
MODES = ("mono4", "multi8")


class Plane(NamedTuple):
    """What depends on the shape only: masks of a grid of ``h`` rows and ``w`` columns."""

    h: int
    w: int
    ones: int  # every cell
    full: int  # every bit
    not_first: int  # every cell but the first column's
    not_last: int
    border: int


@functools.cache
def plane(h: int, w: int) -> Plane:
    """The masks of a shape."""
    ones = int("1" * (h * w), 16)
    first, last = int(("1" + "0" * (w - 1)) * h, 16), int(("0" * (w - 1) + "1") * h, 16)
    row = int("1" * w, 16)
    return Plane(h, w, ones, ones * 15, ones ^ first, ones ^ last, first | last | row | row << 4 * w * (h - 1))


class Thing(NamedTuple):
    """An object: its cells, their number, the box around it and its colour (0 with several colours)."""

    mask: int
    size: int
    top: int
    left: int
    bottom: int
    right: int
    colour: int

    @property
    def area(self) -> int:
        """Cells of the box."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


class Grid:
    """A grid; equal grids have equal keys.

    Attributes:
        h: rows.
        w: columns.
        bits: the cells.
        text: the digits in reading order.
        occupied: the mask of the cells that are not 0.
        colours: the colours that occur, as bits.
        lines: the digits row by row; not to be changed.
        memo: what was found out about the grid.
    """

    __slots__ = ("bits", "colours", "h", "lines", "memo", "occupied", "text", "w")

    h: int
    w: int
    bits: int
    text: str
    occupied: int
    colours: int
    lines: list[str]
    memo: dict[Any, Any]

    def __init__(self, h: int, w: int, bits: int) -> None:
        self.h, self.w, self.bits, self.memo = h, w, bits, {}

    def __getattr__(self, name: str) -> Any:
        """Work out an attribute when it is first asked for; from then on it is a plain one, which is fast."""
        value: Any
        if name == "text":
            value = f"{self.bits:0{self.h * self.w}x}"
        elif name == "occupied":
            value = occupied(self.bits) & plane(self.h, self.w).ones
        elif name == "lines":
            text, w = self.text, self.w
            value = [text[start : start + w] for start in range(0, self.h * w, w)]
        elif name == "colours":
            text, value = self.text, 0
            for colour, digit in enumerate("0123456789"):
                if digit in text:
                    value |= 1 << colour
        else:
            raise AttributeError(name)
        setattr(self, name, value)
        return value

    @property
    def key(self) -> tuple[int, int, int]:
        """Identifies the grid."""
        return self.h, self.w, self.bits

    def of_colour(self, colour: int) -> int:
        """The mask of a colour."""
        ones = plane(self.h, self.w).ones
        return ones ^ (occupied(self.bits ^ ones * colour) & ones)

    def paint(self, mask: int, colour: int) -> Grid:
        """The grid with cells in a colour."""
        return Grid(self.h, self.w, self.bits & ~(mask * 15) | mask * colour)

    def objects(self, mode: str) -> list[Thing]:
        """The objects, in reading order."""
        found = self.memo.get(mode)
        if found is None:
            found = self.memo[mode] = _mono4(self) if mode == "mono4" else _multi8(self)
        return found

    def crop(self, top: int, left: int, bottom: int, right: int) -> Grid:
        """A part of the grid, both ends included."""
        text, w = self.text, self.w
        part = "".join([text[row * w + left : row * w + right + 1] for row in range(top, bottom + 1)])
        return Grid(bottom - top + 1, right - left + 1, int(part, 16))


def grid_of(lines: Sequence[str]) -> Grid:
    """The grid of rows of digits, all of one length."""
    return Grid(len(lines), len(lines[0]), int("".join(lines), 16))


def occupied(bits: int) -> int:
    """Lowest bits of all cells that are not 0, with rubbish in the other bits."""
    bits |= bits >> 1
    return bits | bits >> 2


def by_side(mask: int, at: Plane) -> int:
    """The mask and all cells with a side in common with it."""
    step = 4 * at.w
    return (
        mask | mask >> step | (mask << step & at.full) | (mask >> 4 & at.not_first) | (mask << 4 & at.not_last)
    ) & at.ones


def around(mask: int, at: Plane) -> int:
    """The mask and all cells with a side or a corner in common with it."""
    step = 4 * at.w
    wide = mask | (mask >> 4 & at.not_first) | (mask << 4 & at.not_last)
    return wide | wide >> step | (wide << step & at.full)


def flood(seed: int, within: int, at: Plane) -> int:
    """The cells of ``within`` that can be reached from those of ``seed`` in it, by sides."""
    seed &= within
    step = 4 * at.w
    not_first, not_last = at.not_first, at.not_last
    while True:
        grown = (seed | seed >> step | seed << step | (seed >> 4 & not_first) | (seed << 4 & not_last)) & within
        if grown == seed:
            return seed
        seed = grown


def components(mask: int, at: Plane, corners: bool) -> list[int]:
    """The parts of a mask that hang together, in reading order."""
    parts = []
    step = 4 * at.w
    not_first, not_last = at.not_first, at.not_last
    while mask:
        part = 1 << mask.bit_length() - 1
        while True:
            wide = part | (part >> 4 & not_first) | (part << 4 & not_last)
            beside = wide if corners else part
            grown = (wide | beside >> step | beside << step) & mask
            if grown == part:
                break
            part = grown
        parts.append(part)
        mask ^= part
    return parts


def thing(mask: int, colour: int, at: Plane) -> Thing:
    """The object of some cells."""
    w = at.w
    last = at.h * w - 1
    top = (last - (mask.bit_length() - 1 >> 2)) // w
    bottom = (last - ((mask & -mask).bit_length() - 1 >> 2)) // w
    row, height = mask >> 4 * w * (at.h - 1 - bottom), bottom - top + 1
    done = 1
    while done < height:  # all rows upon the last
        row |= row >> 4 * w * done
        done *= 2
    row &= (1 << 4 * w) - 1
    left = w - 1 - (row.bit_length() - 1 >> 2)
    right = w - 1 - ((row & -row).bit_length() - 1 >> 2)
    return _new(Thing, (mask, mask.bit_count(), top, left, bottom, right, colour))


def _mono4(grid: Grid) -> list[Thing]:
    at = plane(grid.h, grid.w)
    found: list[tuple[int, int]] = grid.memo.get("apart", [])
    if not found:
        colours = grid.colours
        for colour in range(1, COLOURS):
            if colours >> colour & 1:
                for part in components(grid.of_colour(colour), at, False):
                    found.append((part, colour))
    found.sort(reverse=True)  # the first cell in reading order is the highest bit
    return [thing(part, colour, at) for part, colour in found]


def _multi8(grid: Grid) -> list[Thing]:
    mono = grid.objects("mono4")
    if "apart" in grid.memo:
        return mono
    at = plane(grid.h, grid.w)
    parts = components(grid.occupied, at, True)
    if len(parts) == len(mono):  # each part then is one object of one colour
        return mono
    colours = [(colour, grid.of_colour(colour)) for colour in range(1, COLOURS) if grid.colours >> colour & 1]
    found = []
    for part in parts:
        there = [colour for colour, mask in colours if part & mask]
        found.append(thing(part, there[0] if len(there) == 1 else 0, at))
    return found


def shape(one: Thing, w: int) -> tuple[int, int, int]:
    """The form of an object, wherever it lies: height, width, and its rows from the box's left edge."""
    key = one.mask << 4 * one.left  # no row reaches beyond its end: the box begins at ``left``
    key >>= ((key & -key).bit_length() - 1) // (4 * w) * 4 * w
    return one.bottom - one.top + 1, one.right - one.left + 1, key


def has_hole(one: Thing, at: Plane) -> bool:
    """Whether some cell outside the object cannot reach the grid's border by sides without crossing the object."""
    if one.size < 4 or one.bottom - one.top < 2 or one.right - one.left < 2:
        return False
    free = at.ones ^ one.mask
    return flood(at.border, free, at) != free
