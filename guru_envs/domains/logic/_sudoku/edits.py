"""Puzzles that differ little from a given one and have another solution."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from guru_envs.domains.logic._sudoku.exact import solve
from guru_envs.domains.logic._sudoku.shape import Shape, cells

_TRIED = 120  # puzzles solved of each kind, at most
_SMALL = 0.5  # how often exchanges of few givens are preferred
_WEIGHTS = (6, 3, 1)  # how often each kind comes first: changed digits, moved givens, exchanged digits

Edited = tuple[list[int], tuple[int, ...]]


def edits(shape: Shape, rng: random.Random, givens: Sequence[int], grid: Sequence[int]) -> Iterator[Edited]:
    """Puzzles with one solution, another one, in bounded work: one given changed or moved, or two digits exchanged.

    The last kind is for puzzles with many givens, where no single one can be changed.
    """
    kinds = (_changed, _moved, _exchanged)
    first = rng.choices(range(3), _WEIGHTS)[0]
    for kind in (kinds[first], *(one for one in kinds if one is not kinds[first])):
        yield from kind(shape, rng, givens, grid)


def _filled(rng: random.Random, givens: Sequence[int]) -> list[int]:
    filled = [cell for cell, digit in enumerate(givens) if digit]
    rng.shuffle(filled)
    return filled


def _changed(shape: Shape, rng: random.Random, givens: Sequence[int], grid: Sequence[int]) -> Iterator[Edited]:
    """One given has another digit."""
    work = 0
    for cell in _filled(rng, givens):
        rest = list(givens)
        rest[cell] = 0
        for digit, mask in enumerate(shape.start(rest), 1):
            if digit != givens[cell] and mask >> cell & 1 and work < _TRIED:
                rest[cell] = digit
                work += 1
                found = solve(shape, rest, 2)
                if len(found) == 1:
                    yield list(rest), found[0]


def _moved(shape: Shape, rng: random.Random, givens: Sequence[int], grid: Sequence[int]) -> Iterator[Edited]:
    """One given stands elsewhere, with the digit of another solution."""
    work = 0
    for cell in _filled(rng, givens):
        rest = list(givens)
        rest[cell] = 0
        if work >= _TRIED:
            return
        work += 1
        other = next((one for one in solve(shape, rest, 2) if one != tuple(grid)), None)
        if other is None:
            continue
        for place, digit in enumerate(other):
            if digit != grid[place] and place != cell and work < _TRIED:
                work += 1
                moved = [*rest[:place], digit, *rest[place + 1 :]]
                if len(solve(shape, moved, 2)) == 1:
                    yield moved, other


def _exchanged(shape: Shape, rng: random.Random, givens: Sequence[int], grid: Sequence[int]) -> Iterator[Edited]:
    """Two digits change places in a group of cells that shares its houses: few givens first, or in random order; then twice."""
    near = _neighbours(shape, grid)
    rng.shuffle(near)
    if rng.random() < _SMALL:
        near.sort(key=lambda other: sum(given not in (0, digit) for given, digit in zip(givens, other, strict=True)))
    for other in itertools.chain(near[:_TRIED], itertools.islice(_walk(shape, rng, grid), _TRIED)):
        changed = [digit if given else 0 for digit, given in zip(other, givens, strict=True)]
        if changed != list(givens) and len(solve(shape, changed, 2)) == 1:
            yield changed, other


def _walk(shape: Shape, rng: random.Random, grid: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Grids further and further away."""
    here = tuple(grid)
    while near := _neighbours(shape, here):
        here = rng.choice(near)
        yield here


def _neighbours(shape: Shape, grid: Sequence[int]) -> list[tuple[int, ...]]:
    """The full grids in which two digits have changed places in some, not all, of their cells."""
    found = []
    for one, two in itertools.combinations(range(1, shape.size + 1), 2):
        left = sum(1 << cell for cell, digit in enumerate(grid) if digit in (one, two))
        while left:
            group, grown = 0, left & -left
            while grown != group:
                group = grown
                for cell in cells(group):
                    grown |= left & shape.peers[cell]
            left &= ~group
            if group.bit_count() < 2 * shape.size:
                other = list(grid)
                for cell in cells(group):
                    other[cell] = one + two - grid[cell]
                found.append(tuple(other))
    return found
