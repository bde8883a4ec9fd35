"""The 288 full grids of size 4, all at once: a set of grids is a mask of 288 bits, so uniqueness is one conjunction."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import permutations

from guru_envs.domains.logic._sudoku.exact import solve
from guru_envs.domains.logic._sudoku.shape import shape


@functools.cache
def grids() -> tuple[tuple[int, ...], ...]:
    """All full grids, in increasing order."""
    return tuple(sorted(solve(shape(4), [0] * 16, 1000)))


@functools.cache
def _agreeing() -> tuple[tuple[int, ...], ...]:
    """For each cell and digit the mask of the grids with that digit there."""
    return tuple(
        tuple(sum(1 << number for number, grid in enumerate(grids()) if grid[cell] == digit) for digit in range(5))
        for cell in range(16)
    )


def dig(grid: Sequence[int], groups: Sequence[Sequence[int]], fewest: int) -> list[int]:
    """Leave out groups of givens, in order, as long as the grid stays the only one; none goes below the fewest givens."""
    agreeing = _agreeing()
    masks = []
    for group in groups:
        mask = -1
        for cell in group:
            mask &= agreeing[cell][grid[cell]]
        masks.append(mask)
    after = [-1]  # what all later groups leave
    for mask in reversed(masks):
        after.append(after[-1] & mask)
    after.reverse()
    givens, kept, count = list(grid), -1, 16
    for number, group in enumerate(groups):
        left = kept & after[number + 1]
        if count - len(group) >= fewest and left > 0 and not left & (left - 1):
            for cell in group:
                givens[cell] = 0
            count -= len(group)
        else:
            kept &= masks[number]
    return givens


@functools.cache
def _symmetries() -> tuple[tuple[int, ...], ...]:
    """The 128 rearrangements of the cells that keep all houses: cell -> cell."""
    lines = [order for order in permutations(range(4)) if order[0] // 2 == order[1] // 2]
    found = [
        tuple(rows[cell // 4] * 4 + columns[cell % 4] for cell in range(16)) for rows in lines for columns in lines
    ]
    return tuple(found + [tuple(one % 4 * 4 + one // 4 for one in moved) for moved in found])


def _relabelled(grid: Sequence[int]) -> tuple[int, ...]:
    names: dict[int, int] = {}
    return tuple([names.setdefault(digit, len(names)) for digit in grid])


@functools.cache
def _halves(moves: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the cells of each half of a mask move, for all 256 halves."""
    tables = []
    for first in (0, 8):
        table = [0]
        for half in range(1, 256):
            low = half & -half
            table.append(table[half ^ low] | 1 << moves[first + low.bit_length() - 1])
        tables.append(tuple(table))
    return tables[0], tables[1]


@functools.cache
def _to_least(grid: tuple[int, ...]) -> tuple[int, tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]]:
    """The class of a grid, and how each rearrangement into the least grid of the class moves the two halves of a mask."""
    forms: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for moves in _symmetries():
        moved = [0] * 16
        for cell, digit in enumerate(grid):
            moved[moves[cell]] = digit
        forms.append((_relabelled(moved), moves))
    least = min(form for form, _ in forms)
    tables = tuple(_halves(moves) for form, moves in forms if form == least)
    return sum(digit * 4**place for place, digit in enumerate(least)), tables


def canonical_text(grid: tuple[int, ...], givens: Sequence[int]) -> str:
    """The same text exactly for puzzles that rearranging rows, columns and digits makes equal."""
    mask = sum(1 << cell for cell, digit in enumerate(givens) if digit)
    kind, tables = _to_least(grid)
    low, high = mask & 255, mask >> 8
    return f"sudoku 4 {kind} {min([one[low] | two[high] for one, two in tables])}"
