"""ARC prompts as somebody reads them who knows nothing else: the grids, and a few plain rules that may explain them.

Not all rules: a task that none of them explains is read and not solved.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

Grid = tuple[tuple[int, ...], ...]
SIZE = r"[(（](\d+) ?(?:rows, |行，)(\d+) ?(?:columns|列)[)）](?::|：)\n((?:\d(?: \d)*\n)+)"


def turn(grid: Grid) -> Grid:
    return tuple(zip(*grid[::-1], strict=True))


def mirrored(grid: Grid) -> Grid:
    return tuple(row[::-1] for row in grid)


def beside(one: Grid, two: Grid) -> Grid:
    return tuple(a + b for a, b in zip(one, two, strict=True))


def fallen(grid: Grid) -> Grid:
    """The cells that are not 0 fall to the right."""
    return tuple(tuple([0] * row.count(0) + [cell for cell in row if cell]) for row in grid)


def rolled(grid: Grid) -> Grid:
    return tuple(row[-1:] + row[:-1] for row in grid)


def without_empty(grid: Grid) -> Grid:
    return tuple(row for row in grid if any(row))


def without_repeats(grid: Grid) -> Grid:
    return tuple(row for row, _ in itertools.groupby(grid))


def trimmed(grid: Grid) -> Grid:
    """The box around what is not 0."""
    for _ in range(4):
        while grid and not any(grid[0]):
            grid = grid[1:]
        grid = turn(grid) if grid else grid
    return grid


def both_ways(change: Callable[[Grid], Grid]) -> Callable[[Grid], Grid]:
    """A change of rows, then of columns."""
    return lambda grid: turn(turn(turn(change(turn(change(grid))))))


def plain_rules() -> Iterator[Callable[[Grid], Grid]]:
    """Rules without parameters that are learnt, each in four directions and mirrored."""
    for turns in range(4):

        def turned(grid: Grid, times: int = turns) -> Grid:
            for _ in range(times):
                grid = turn(grid)
            return grid

        def back(grid: Grid, times: int = turns) -> Grid:
            return turned(grid, (4 - times) % 4)

        yield turned
        yield lambda grid, t=turned: mirrored(t(grid))
        changes = (fallen, rolled, lambda g: beside(g, mirrored(g)), lambda g: tuple(row[: len(row) // 2] for row in g))
        for change in changes:
            yield lambda grid, t=turned, b=back, c=change: b(c(t(grid)))
    yield both_ways(without_empty)
    yield both_ways(without_repeats)
    yield without_repeats
    yield trimmed
    yield four
    for high, wide in itertools.product(range(1, 5), repeat=2):
        yield lambda grid, h=high, w=wide: tuple(row * w for row in grid) * h
        if high == wide:
            yield lambda grid, k=high: tuple(tuple(c for c in row for _ in range(k)) for row in grid for _ in range(k))
    for colour in range(10):
        yield lambda grid, k=colour: framed(grid, k)


def four(grid: Grid) -> Grid:
    """The grid, its mirror image beside it, and both upside down below."""
    upper = beside(grid, mirrored(grid))
    return upper + upper[::-1]


def framed(grid: Grid, colour: int) -> Grid:
    edge = ((colour,) * (len(grid[0]) + 2),)
    return edge + tuple((colour, *row, colour) for row in grid) + edge


def recoloured(pairs: list[tuple[Grid, Grid]], test: Grid) -> Grid | None:
    """Each colour always becomes one colour, learnt from the examples."""
    table: dict[int, int] = {}
    for one, two in pairs:
        if (len(one), len(one[0])) != (len(two), len(two[0])):
            return None
        for a, b in zip(itertools.chain(*one), itertools.chain(*two), strict=True):
            if table.setdefault(a, b) != b:
                return None
    if set(itertools.chain(*test)) - set(table):
        return None
    return tuple(tuple(table[cell] for cell in row) for row in test)


class Examples:
    """A prompt as read. A solution is the output grid of the test."""

    def __init__(self, prompt: str) -> None:
        found = re.findall(rf"^(Input|Output|输入|输出) ?{SIZE}", prompt, re.MULTILINE)
        self.grids = []
        for _, rows, columns, body in found:
            grid = tuple(tuple(map(int, line.split(" "))) for line in body.rstrip("\n").split("\n"))
            assert (len(grid), {len(row) for row in grid}) == (int(rows), {int(columns)})
            self.grids.append(grid)
        kinds = [{"输入": "Input", "输出": "Output"}.get(kind, kind) for kind, *_ in found]
        assert kinds == ["Input", "Output"] * (len(kinds) // 2) + ["Input"]
        heads = re.findall(r"^(?:Example|示例) (\d+)$", prompt, re.MULTILINE)
        assert heads == [str(n) for n in range(1, len(kinds) // 2 + 1)]
        self.pairs, self.test = list(zip(self.grids[:-1:2], self.grids[1::2], strict=True)), self.grids[-1]

    def solutions(self, most: int = 2) -> list[Grid]:
        found = {}
        for rule in plain_rules():
            try:
                if all(rule(one) == two for one, two in self.pairs):
                    found[rule(self.test)] = True
            except (ValueError, IndexError):
                continue
        learnt = recoloured(self.pairs, self.test)
        if learnt:
            found[learnt] = True
        return list(found)[:most]

    def partial(self) -> bool:
        """Whether a task may be read and not solved."""
        return True

    def same_as(self, task) -> None:
        """The grids that were read are those of the task, and only the test's output is left out."""
        rows = [grid for pair in task.payload.pairs for grid in pair]
        given = [tuple(tuple(map(int, row)) for row in grid) for grid in (*rows, task.payload.test)]
        assert given == self.grids

    def asked(self, solution: Grid | None):
        """The grids in the prompt and the answer."""
        return self.grids, solution

    def answer(self, solution: Grid) -> str:
        return "\n".join(" ".join(map(str, row)) for row in solution)

    def form_is(self, answer: str) -> bool:
        return re.fullmatch(r"(\d( \d)*\n?)+", answer) is not None

    def spoilt(self, solution: Grid, rng) -> Grid:
        """One cell has another colour."""
        r, c = rng.randrange(len(solution)), rng.randrange(len(solution[0]))
        row = list(solution[r])
        row[c] = (row[c] + rng.randrange(1, 10)) % 10
        return (*solution[:r], tuple(row), *solution[r + 1 :])


read = Examples
