"""Making puzzles: digits are taken out of a full grid as long as the puzzle keeps what is asked of it."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from guru_envs.domains.logic._sudoku import four
from guru_envs.domains.logic._sudoku.exact import forced, random_grid, solve
from guru_envs.domains.logic._sudoku.shape import Shape, cells, groups_of
from guru_envs.domains.logic._sudoku.techniques import HIDDEN, NAKED, SUPPOSITION, grade

_MOVES = 60  # givens moved, at most


def dig(
    shape: Shape,
    grid: Sequence[int],
    order: Sequence[Sequence[int]],
    fewest: int,
    highest: int,
    further: bool,
    minimal: bool,
) -> list[int]:
    """Take out digits, cells of a group together, in an order of groups.

    Args:
        shape: the size.
        grid: the full grid.
        order: groups of cells which are taken out together or not at all.
        fewest: givens below which nothing more is taken out.
        highest: the hardest technique that may be needed.
        further: also take out what no single fills in again, as long as the techniques (supposition: one solution) allow it.
        minimal: go on until no group can be left out without a second solution.

    Returns:
        The givens, 0 for none. Naked and hidden singles that fill in a group again right away prove that it may go.
    """
    givens = list(grid)
    marks = _Marks(shape, grid)
    count, later = len(grid), []
    for group in order:
        if count - len(group) < fewest:
            continue
        if marks.without(group, highest == NAKED):
            for cell in group:
                givens[cell] = 0
            count -= len(group)
        else:
            later.append(group)
    if not further:
        return givens
    for group in later:
        if count - len(group) >= fewest and _redundant(shape, givens, group, highest, minimal):
            for cell in group:
                givens[cell] = 0
            count -= len(group)
    return givens


def _redundant(shape: Shape, givens: list[int], group: Sequence[int], highest: int, minimal: bool) -> bool:
    """Whether a group may be left out: with one solution left, or with one that the techniques find."""
    rest = list(givens)
    for cell in group:
        rest[cell] = 0
    if minimal or highest == SUPPOSITION:
        for cell in group:
            if not forced(shape, [*rest[:cell], givens[cell], *rest[cell + 1 :]], cell):
                return False
            rest[cell] = givens[cell]
        return True
    return grade(shape, rest, highest) <= highest


class _Marks:
    """The cells of each digit, and whether a cell is filled in again by one single."""

    def __init__(self, shape: Shape, grid: Sequence[int]) -> None:
        self.shape, self.grid = shape, grid
        self.filled = shape.all
        self.of_digit = [0] * (shape.size + 1)
        for cell, digit in enumerate(grid):
            self.of_digit[digit] |= 1 << cell

    def without(self, group: Sequence[int], naked: bool) -> bool:
        """Take out a group if singles fill it in again, one cell after the other; else leave everything as it was."""
        for number, cell in enumerate(group):
            low = 1 << cell
            self.filled &= ~low
            self.of_digit[self.grid[cell]] &= ~low
            if not self._single(cell, naked):
                for put_back in group[: number + 1]:
                    self.filled |= 1 << put_back
                    self.of_digit[self.grid[put_back]] |= 1 << put_back
                return False
        return True

    def _single(self, cell: int, naked: bool) -> bool:
        shape, digit = self.shape, self.grid[cell]
        seen = shape.peers[cell]
        for other in range(1, shape.size + 1):
            if other != digit and not self.of_digit[other] & seen:
                break
        else:
            return True
        if naked:
            return False
        free = 0
        for other in cells(self.of_digit[digit]):
            free |= shape.peers[other]
        free = ~(free | self.filled)
        return any(shape.houses[house] & free == 1 << cell for house in shape.houses_of[cell])


def shuffled(rng: random.Random, count: int) -> list[int]:
    """The numbers below a count in random order: sorted by 32 random bits each, all drawn at once."""
    keys = struct.unpack(f"<{count}I", rng.getrandbits(32 * count).to_bytes(4 * count, "little"))
    return sorted(range(count), key=keys.__getitem__)


def draw_four(rng: random.Random, symmetry: str, fewest: int) -> four.Drawn:
    """A puzzle of size 4 with one solution."""
    order = shuffled(rng, len(groups_of(4, symmetry)))
    return four.dig(rng.random(), symmetry, order, fewest)


def draw(
    shape: Shape, rng: random.Random, symmetry: str, fewest: int, highest: int, minimal: bool, exact: bool
) -> tuple[list[int], tuple[int, ...]] | None:
    """One attempt at a puzzle.

    Args:
        shape: the size.
        rng: the source of randomness.
        symmetry: which cells are given together.
        fewest: the least number of givens.
        highest: the hardest technique that may be needed.
        minimal: no group of givens can be left out without a second solution.
        exact: the hardest technique must be needed.

    Returns:
        The givens and the solution; None when the puzzle is not as asked.
    """
    if shape.size == 4:
        shown, grid, _ = draw_four(rng, symmetry, fewest)
        givens = list(shown)
    else:
        groups = groups_of(shape.size, symmetry)
        order = shuffled(rng, len(groups))
        grid = random_grid(shape, rng)
        chosen = [groups[number] for number in order]
        givens = dig(shape, grid, chosen, fewest, highest, highest > HIDDEN or minimal or exact, minimal)
    if (highest > HIDDEN or minimal or exact or shape.size == 4) and (highest < SUPPOSITION or exact):
        needed = grade(shape, givens, highest)
        if needed > highest or (exact and needed < highest):
            return None
    return givens, grid


def without_solution(shape: Shape, rng: random.Random, givens: Sequence[int]) -> list[int] | None:
    """Givens with one digit changed so that nothing satisfies them, though no two given digits clash; None: none was found."""
    filled = [cell for cell, digit in enumerate(givens) if digit]
    rng.shuffle(filled)
    for cell in filled:
        rest = list(givens)
        rest[cell] = 0
        options = [
            digit for digit, mask in enumerate(shape.start(rest), 1) if mask >> cell & 1 and digit != givens[cell]
        ]
        rng.shuffle(options)
        for digit in options:
            rest[cell] = digit
            if not solve(shape, rest, 1):
                return rest
    return None


def with_several(
    shape: Shape, rng: random.Random, givens: Sequence[int], grid: Sequence[int], symmetry: str
) -> list[int] | None:
    """As many givens, in other places of the grid, until there is a second solution; None: none was found."""
    rest = list(givens)
    for _ in range(_MOVES):
        given = [group for group in groups_of(shape.size, symmetry) if rest[group[0]]]
        empty = [group for group in groups_of(shape.size, symmetry) if not rest[group[0]]]
        out = rng.choice(given)
        same = [group for group in empty if len(group) == len(out)]
        if not same:
            continue
        for cell in rng.choice(same):
            rest[cell] = grid[cell]
        for cell in out:
            rest[cell] = 0
        if len(solve(shape, rest, 2)) == 2:
            return rest
    return None
