"""A sudoku as it is shown, and the verdict on a grid."""

from __future__ import annotations

from typing import NamedTuple

from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._sudoku.shape import shape
from guru_envs.task import Outcome, Verdict


class Puzzle(NamedTuple):
    """A sudoku as it is shown.

    Attributes:
        lang: language of the words.
        size: 4, 6 or 9.
        givens: the digits given in reading order, 0 for an empty cell.
        solution: the solution; empty when there is not exactly one. Used by the verifier only.
        kind: whether there is one solution, none, or several.
        abstain: whether the prompt allows to say that there is no single solution.
    """

    lang: str
    size: int
    givens: tuple[int, ...]
    solution: tuple[int, ...]
    kind: Kind
    abstain: bool


_SAY = {
    "en": {
        "form": "this is not one grid of {0} rows with {0} digits each",
        "digit": "only the digits 1 to {0} may stand in the grid",
        "given": "the given in r{0}c{1} was changed",
        "empty": "r{0}c{1} is empty",
        "row": "row {0} holds a digit twice",
        "column": "column {0} holds a digit twice",
        "box": "box {0} holds a digit twice",
        "claim": "that is not so",
    },
    "zh": {
        "form": "这不是一个{0}行、每行{0}个数字的表格",
        "digit": "格子里只能填数字1到{0}",
        "given": "r{0}c{1}的已给数字被改动了",
        "empty": "r{0}c{1}是空的",
        "row": "第{0}行有重复的数字",
        "column": "第{0}列有重复的数字",
        "box": "第{0}宫有重复的数字",
        "claim": "并非如此",
    },
}


def say(lang: str, key: str, *values: object) -> str:
    """A reason in words."""
    return _SAY[lang][key].format(*values)


def verdict_on(puzzle: Puzzle, grid: list[int]) -> Verdict:
    """The verdict on a grid of the right size with digits in range, 0 for an empty cell."""
    size, givens = puzzle.size, puzzle.givens
    if grid == list(puzzle.solution):
        return Verdict(Outcome.CORRECT, 1.0)
    for cell, given in enumerate(givens):
        if given and grid[cell] != given:
            return Verdict(Outcome.WRONG, detail=say(puzzle.lang, "given", cell // size + 1, cell % size + 1))
    credit = 0.0
    if puzzle.kind == "one":
        empty = givens.count(0)
        right = sum(map(int.__eq__, grid, puzzle.solution)) - (len(grid) - empty)
        credit = max(0.0, (right - empty / size) / (empty - empty / size))
    return Verdict(Outcome.WRONG, credit, detail=_reason(puzzle, grid))


def _reason(puzzle: Puzzle, grid: list[int]) -> str:
    size, lang = puzzle.size, puzzle.lang
    if 0 in grid:
        cell = grid.index(0)
        return say(lang, "empty", cell // size + 1, cell % size + 1)
    for house, members in enumerate(shape(size).cells_of):
        if len({grid[cell] for cell in members}) < size:
            return say(lang, ("row", "column", "box")[house // size], house % size + 1)
    return say(lang, "claim")  # a solution, but one of several
