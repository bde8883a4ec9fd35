"""The 288 full grids of size 4, all at once: a set of grids is a mask of 288 bits, so uniqueness is one conjunction."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Sequence
from itertools import permutations

from guru_envs.domains.logic._sudoku.exact import solve
from guru_envs.domains.logic._sudoku.shape import groups_of, shape


@functools.cache
def grids() -> tuple[tuple[int, ...], ...]:
    """All full grids, in increasing order."""
    return tuple(sorted(solve(shape(4), [0] * 16, 1000)))


Drawn = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, ...], int]]


def dig(which: float, symmetry: str, order: Sequence[int], fewest: int) -> Drawn:
    """Leave out groups of givens, in an order, as long as the grid stays the only one; none goes below the fewest givens.

    Args:
        which: a number from 0 to 1 that chooses the grid.
        symmetry: which cells are given together.
        order: numbers of groups.
        fewest: the least number of givens.

    Returns:
        The givens, 0 for none, the grid, and the key by which ``text_of`` knows the puzzle.
    """
    every = grids()
    grid, least, unique, bits, groups = _ready(int(which * len(every)), symmetry)
    mask, count = 65535, 16
    for number in order:
        group = groups[number]
        if unique[mask ^ group]:
            size = group.bit_count()
            if count - size >= fewest:
                mask ^= group
                count -= size
                if count <= fewest:
                    break
    return tuple([digit if bit & mask else 0 for digit, bit in zip(grid, bits, strict=True)]), grid, (least, mask)


@functools.cache
def _ready(
    number: int, symmetry: str
) -> tuple[tuple[int, ...], tuple[int, ...], bytes, tuple[int, ...], tuple[int, ...]]:
    """A grid, the least of its class, the masks that leave it the only one, its cells and groups of cells as bits of them."""
    grid = grids()[number]
    least, bits, _ = _to_least(grid)
    return (
        grid,
        least,
        unique(least),
        bits,
        tuple(sum(bits[cell] for cell in group) for group in groups_of(4, symmetry)),
    )


@functools.cache
def unique(least: tuple[int, ...]) -> bytes:
    """For each mask of givens of the least grid of a class, whether it is the only grid with them (1) or not (0)."""
    several = 0  # masks of givens that another grid has as well: the cells where it agrees, and all subsets of them
    for grid in grids():
        agreeing = sum(1 << cell for cell in range(16) if grid[cell] == least[cell] + 1)
        if agreeing != 65535:
            several |= 1 << agreeing
    for bit in range(16):
        with_bit = sum(1 << mask for mask in range(1 << bit, 2 << bit))  # masks below 2 << bit that have the bit
        for doubled in range(bit + 1, 16):
            with_bit |= with_bit << (1 << doubled)
        several |= (several & with_bit) >> (1 << bit)
    return bytes(not several >> mask & 1 for mask in range(65536))


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
def _to_least(
    grid: tuple[int, ...],
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]]:
    """The least grid of the class, where each cell moves, as a bit, and all ways to move the two halves of a mask there."""
    forms: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for moves in _symmetries():
        moved = [0] * 16
        for cell, digit in enumerate(grid):
            moved[moves[cell]] = digit
        forms.append((_relabelled(moved), moves))
    least = min(form for form, _ in forms)
    ways = [moves for form, moves in forms if form == least]
    return least, tuple(1 << cell for cell in ways[0]), tuple(map(_halves, ways))


def canonical_text(grid: tuple[int, ...], givens: Sequence[int]) -> str:
    """The same text exactly for puzzles that rearranging rows, columns and digits makes equal."""
    least, bits, _ = _to_least(grid)
    return text_of((least, sum([bit for bit, digit in zip(bits, givens, strict=True) if digit])))


@functools.cache
def _known(least: tuple[int, ...]) -> tuple[str, array[int]]:
    """The beginning of the texts of a class of grids, and for each mask of givens the least one equal to it (0: not known)."""
    return f"sudoku 4 {sum(digit * 4**place for place, digit in enumerate(least))} ", array("H", bytes(2 << 16))


def text_of(key: tuple[tuple[int, ...], int]) -> str:
    """The canonical text of a puzzle, by the least grid of its class and the mask of the givens there."""
    least, mask = key
    head, known = _known(least)
    found = known[mask]
    if not found:
        low, high = mask & 255, mask >> 8
        same = [one[low] | two[high] for one, two in _to_least(least)[2]]
        found = min(same)
        for other in same:
            known[other] = found
    return f"{head}{found}"
