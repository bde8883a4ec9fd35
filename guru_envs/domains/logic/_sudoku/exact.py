"""All solutions of a sudoku, by complete search; and random full grids.

The state is, for each digit, the mask of the cells where it may stand. One pass over the digits finds all cells with a
single candidate at once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from guru_envs.domains.logic._sudoku.shape import Shape, cells


def propagate(shape: Shape, places: list[int]) -> bool:
    """Fill in naked and hidden singles, in place, until nothing follows; False when something is left without a place."""
    everything, clear, houses = shape.all, shape.clear, shape.houses
    done = 0
    while True:
        once = twice = 0
        for mask in places:
            twice |= once & mask
            once |= mask
        if once != everything:
            return False
        singles = everything & ~(twice | done)
        if singles:
            done |= singles
            for digit, mask in enumerate(places):
                found = singles & mask
                while found:
                    low = found & -found
                    found ^= low
                    if not mask & low:
                        return False
                    mask &= clear[low.bit_length() - 1]
                places[digit] = mask
            continue
        if done == everything:
            return True
        hidden = 0
        for digit, mask in enumerate(places):
            if not mask & ~done:
                continue
            for house in houses:
                here = mask & house
                if not here & (here - 1):
                    if not here:
                        return False
                    if not here & (done | hidden):
                        hidden |= here
                        for other in range(len(places)):
                            if other != digit:
                                places[other] &= ~here
        if not hidden:
            return True


def branch(places: Sequence[int]) -> int:
    """The first cell with the fewest candidates, more than one (few are told apart from two only); as a mask, 0 if none."""
    once = twice = more = 0
    for mask in places:
        more |= twice & mask
        twice |= once & mask
        once |= mask
    two = twice & ~more
    return two & -two if two else more & -more


def solutions(shape: Shape, places: list[int], limit: int) -> list[list[int]]:
    """Up to ``limit`` solutions, each as the mask of every digit. The argument is used up."""
    if not propagate(shape, places):
        return []
    cell = branch(places)
    if not cell:
        return [places]
    found: list[list[int]] = []
    for digit, mask in enumerate(places):
        if mask & cell:
            found += solutions(
                shape,
                [one if number == digit else one & ~cell for number, one in enumerate(places)],
                limit - len(found),
            )
            if len(found) >= limit:
                break
    return found


def grid_of(shape: Shape, places: Sequence[int]) -> tuple[int, ...]:
    """A solution as digits in reading order."""
    grid = [0] * (shape.size * shape.size)
    for digit, mask in enumerate(places, 1):
        for cell in cells(mask):
            grid[cell] = digit
    return tuple(grid)


def solve(shape: Shape, givens: Sequence[int], limit: int = 2) -> list[tuple[int, ...]]:
    """Up to ``limit`` solutions of the givens, as digits in reading order."""
    return [grid_of(shape, one) for one in solutions(shape, shape.start(list(givens)), limit)]


def forced(shape: Shape, givens: Sequence[int], cell: int) -> bool:
    """Whether the givens without the one in a cell still leave that cell no other digit."""
    rest = list(givens)
    rest[cell] = 0
    places = shape.start(rest)
    places[givens[cell] - 1] &= ~(1 << cell)
    return not solutions(shape, places, 1)


def random_grid(shape: Shape, rng: random.Random) -> tuple[int, ...]:
    """A full grid by a random search; the boxes on the diagonal, which share no house, are drawn first where they are square."""
    size, (high, wide) = shape.size, shape.box
    begun = [0] * (size * size)
    begun[:size] = rng.sample(range(1, size + 1), size)
    if high == wide:
        for corner in range(high, size, high):
            digits = rng.sample(range(1, size + 1), size)
            for number, digit in enumerate(digits):
                begun[(corner + number // wide) * size + corner + number % wide] = digit
        begun[high:size] = [0] * (size - high)
        rest = [digit for digit in range(1, size + 1) if digit not in begun[:high]]
        rng.shuffle(rest)
        for number, digit in enumerate(rest):
            begun[(1 + number // wide) * size + number % wide] = digit
    while True:
        found = _complete(shape, shape.start(begun), 0, rng)
        if found is not None:
            return grid_of(shape, found)


def _complete(shape: Shape, places: list[int], done: int, rng: random.Random) -> list[int] | None:
    """Fill in naked singles and try the digits of a cell with few, in random order. Few dead ends follow on so empty a grid."""
    everything, clear = shape.all, shape.clear
    while True:
        once = twice = more = 0
        for mask in places:
            more |= twice & mask
            twice |= once & mask
            once |= mask
        if once != everything:
            return None
        singles = everything & ~(twice | done)
        if not singles:
            break
        done |= singles
        for digit in range(shape.size):
            for cell in cells(singles & places[digit]):
                if not places[digit] >> cell & 1:
                    return None
                places[digit] &= clear[cell]
    two = twice & ~more
    chosen = two & -two if two else more & -more
    if not chosen:
        return places
    digits = [digit for digit, mask in enumerate(places) if mask & chosen]
    rng.shuffle(digits)
    for one in digits:
        found = _complete(shape, [m if digit == one else m & ~chosen for digit, m in enumerate(places)], done, rng)
        if found is not None:
            return found
    return None
