"""The houses of a sudoku of each size, as bit masks over the cells (bit ``row * size + column``)."""

from __future__ import annotations

import functools
from collections.abc import Iterator

BOXES = {4: (2, 2), 6: (2, 3), 9: (3, 3)}  # size -> rows and columns of a box


class Shape:
    """What all puzzles of a size share. Houses are numbered rows first, then columns, then boxes, all from 0.

    Attributes:
        size: digits, and cells in a house.
        box: rows and columns of a box.
        all: all cells.
        houses: the cells of each house.
        houses_of: the three houses of each cell.
        peers: the other cells in the houses of each cell.
        clear: all cells but the peers of each cell.
        shared: cell, other cell -> the houses that hold both.
    """

    def __init__(self, size: int) -> None:
        self.size, self.box = size, BOXES[size]
        high, wide = self.box
        count = size * size
        self.all = (1 << count) - 1
        members: list[list[int]] = [[] for _ in range(3 * size)]
        self.houses_of: list[tuple[int, int, int]] = []
        for cell in range(count):
            row, column = divmod(cell, size)
            box = row // high * high + column // wide
            self.houses_of.append((row, size + column, 2 * size + box))
            for house in self.houses_of[-1]:
                members[house].append(cell)
        self.cells_of = [tuple(cells) for cells in members]
        self.houses = [sum(1 << cell for cell in cells) for cells in members]
        self.peers = [
            (self.houses[a] | self.houses[b] | self.houses[c]) & ~(1 << cell)
            for cell, (a, b, c) in enumerate(self.houses_of)
        ]
        self.clear = [self.all & ~peers for peers in self.peers]
        self.shared = [
            [
                tuple(house for house in self.houses_of[one] if house in self.houses_of[two]) if one != two else ()
                for two in range(count)
            ]
            for one in range(count)
        ]
        self.crossings = [  # box and line with several cells in common
            (box, line)
            for box in range(2 * size, 3 * size)
            for line in range(2 * size)
            if (self.houses[box] & self.houses[line]).bit_count() > 1
        ]

    def start(self, givens: tuple[int, ...] | list[int]) -> list[int]:
        """The places of each digit that the givens leave (0: no given); contradictory givens leave some digit or cell none."""
        places = [self.all] * self.size
        taken = 0
        for cell, digit in enumerate(givens):
            if digit:
                places[digit - 1] &= self.clear[cell]
                taken |= 1 << cell
        for cell, digit in enumerate(givens):
            if digit:
                keep = places[digit - 1] & (1 << cell)
                for other in range(self.size):
                    places[other] &= ~(1 << cell)
                places[digit - 1] |= keep
        return places


@functools.cache
def shape(size: int) -> Shape:
    """The shape of a size."""
    return Shape(size)


@functools.cache
def groups_of(size: int, symmetry: str) -> tuple[tuple[int, ...], ...]:
    """The cells that are given together: each by itself, or with its image under a symmetry of the grid."""
    groups = []
    for cell in range(size * size):
        row, column = divmod(cell, size)
        image = {
            "none": cell,
            "rotation": size * size - 1 - cell,
            "mirror": row * size + size - 1 - column,
            "diagonal": column * size + row,
        }[symmetry]
        if cell <= image:
            groups.append((cell, image) if cell < image else (cell,))
    return tuple(groups)


def cells(mask: int) -> Iterator[int]:
    """The cells of a mask, in reading order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
