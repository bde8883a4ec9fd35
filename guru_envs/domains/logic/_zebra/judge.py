"""Judging the answers to zebra puzzles."""

from __future__ import annotations

import functools
from typing import Any

from guru_envs.domains import _abstain
from guru_envs.domains.logic._credit import partial_credit
from guru_envs.domains.logic._reading import Unreadable, fold, read_json
from guru_envs.domains.logic._zebra.answer import Cells, read_grid
from guru_envs.domains.logic._zebra.clues import holds
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.domains.logic._zebra.words import Attribute, person
from guru_envs.task import Outcome, Verdict

_SAY = {
    "en": {
        "form": "this is not a grid in the asked form",
        "several": "one grid with one value in each cell is asked for",
        "twice": "a house, an attribute or a cell stands there twice",
        "extra": "there are houses or attributes that the puzzle does not have",
        "missing": "house {0} has no {1}",
        "unknown": "house {0} has an unknown {1}",
        "repeated": "two houses have the same {0}",
        "clue": "clue {0} is violated",
        "value": "this is not one of the values listed",
        "follow": "that does not follow from the clues",
    },
    "zh": {
        "form": "这不是所要求形式的表格",
        "several": "只要一个表格，每格一个取值",
        "twice": "某座房子、某个项目或某一格出现了两次",
        "extra": "出现了题目中没有的房子或项目",
        "missing": "{0}号房缺少{1}",
        "unknown": "{0}号房的{1}不在所列取值之中",
        "repeated": "有两座房子的{0}相同",
        "clue": "违反了线索{0}",
        "value": "这不是所列取值之一",
        "follow": "这不能由线索推出",
    },
}


def _say(lang: str, key: str, *values: object) -> str:
    return _SAY[lang][key].format(*values)


def verify(puzzle: Puzzle, gold: str, answer: str) -> Verdict:
    """Judge a grid, a value, or that there is no single solution where the prompt allows that."""
    if puzzle.abstain and (claimed := _abstain.read(answer)):
        if claimed == puzzle.kind:
            return Verdict(Outcome.CORRECT, 1.0)
        return Verdict(Outcome.WRONG, detail=_say(puzzle.lang, "follow"))
    if puzzle.asked is not None:
        return _verify_cell(puzzle, gold, answer)
    try:
        content = read_json(answer)
        grid = exact_grid(puzzle, content)
        if grid is not None:
            return _verdict(puzzle, grid)
        cells = read_grid(answer, content, [one.name for one in puzzle.attributes])
    except Unreadable as unreadable:
        outcome = Outcome.NO_ANSWER if unreadable.reason == "form" else Outcome.WRONG
        return Verdict(outcome, detail=_say(puzzle.lang, unreadable.reason))
    return _verify_grid(puzzle, cells)


def choices(puzzle: Puzzle) -> tuple[str, ...]:
    """The possible answers to a question for one cell."""
    if puzzle.asked is None or puzzle.asked.form == "house":
        return tuple(str(house) for house in range(1, puzzle.houses + 1))
    return puzzle.attributes[puzzle.asked.attribute].values


def _verify_cell(puzzle: Puzzle, gold: str, answer: str) -> Verdict:
    said = fold(answer[:200]).strip(" .。,'\"*`") if len(answer) <= 200 else ""
    if puzzle.kind == "one" and said in _spellings(puzzle, gold):
        return Verdict(Outcome.CORRECT, 1.0)
    known = any(said in _spellings(puzzle, value) for value in choices(puzzle))
    return Verdict(Outcome.WRONG, detail=_say(puzzle.lang, "follow" if known else "value"))


def _spellings(puzzle: Puzzle, value: str) -> tuple[str, ...]:
    """The ways to write a value asked for, folded."""
    if puzzle.asked is None or puzzle.asked.form == "house":
        return (value, f"house {value}", f"{value}号房", f"{value}号")
    return (fold(value), fold(person(puzzle.attributes[puzzle.asked.attribute], value)))


@functools.lru_cache(maxsize=1024)
def _numbers(values: tuple[str, ...]) -> dict[str, int]:
    return {value: number for number, value in enumerate(values)}


def exact_grid(puzzle: Puzzle, content: Any) -> list[int] | None:
    """The grid (the house of each item) of JSON exactly as asked for, the usual case; None leaves it to the patient way."""
    houses, grid = puzzle.houses, [-1] * len(puzzle.solution)
    try:
        rows = [content[str(house)] for house in range(1, houses + 1)]
        for number, attribute in enumerate(puzzle.attributes):
            numbers, name, start = _numbers(attribute.values), attribute.name, number * houses
            for house, row in enumerate(rows):
                grid[start + numbers[row[name]]] = house
    except (KeyError, TypeError):  # something is missing, unknown or of another kind
        return None
    whole = len(content) == houses and sum(map(len, rows)) == len(grid)
    return grid if whole and -1 not in grid else None  # -1: a value stands twice


@functools.lru_cache(maxsize=1024)
def _folded(attribute: Attribute) -> tuple[str, dict[str, int]]:
    """The name of an attribute and the numbers of its values, as they are compared with a response."""
    return fold(attribute.name), {fold(value): number for number, value in enumerate(attribute.values)}


def _verify_grid(puzzle: Puzzle, cells: Cells) -> Verdict:
    houses, lang = puzzle.houses, puzzle.lang
    columns = [_folded(attribute) for attribute in puzzle.attributes]
    names = {name for name, _ in columns}
    if max(cells, default=0) > houses or not all(names.issuperset(row) for row in cells.values()):
        return Verdict(Outcome.WRONG, detail=_say(lang, "extra"))
    grid = [-1] * len(puzzle.solution)
    problem = ""
    rows = [cells.get(house, {}) for house in range(1, houses + 1)]
    for number, (name, places) in enumerate(columns):
        start = number * houses
        for house, row in enumerate(rows):
            place = places.get(row.get(name, ""))
            if place is None:
                why = "unknown" if name in row else "missing"
                problem = problem or _say(lang, why, house + 1, puzzle.attributes[number].name)
            elif grid[start + place] >= 0:
                repeated = _say(lang, "repeated", puzzle.attributes[number].name)
                if puzzle.credit == "above_chance":
                    return Verdict(Outcome.WRONG, detail=repeated)
                problem = problem or repeated
                if puzzle.solution[start + place] == house:
                    grid[start + place] = house
            else:
                grid[start + place] = house
    return _verdict(puzzle, grid, problem)


def _verdict(puzzle: Puzzle, grid: list[int], problem: str = "") -> Verdict:
    right = sum(map(int.__eq__, grid, puzzle.solution))
    total = len(grid)
    if right == total and puzzle.kind == "one":
        return Verdict(Outcome.CORRECT, 1.0)
    if not problem:
        broken = next((number for number, clue in enumerate(puzzle.clues, 1) if not holds(clue, grid)), 0)
        problem = _say(puzzle.lang, "clue", broken) if broken else _say(puzzle.lang, "follow")
    if puzzle.kind != "one":
        return Verdict(Outcome.WRONG, detail=problem)
    return Verdict(Outcome.WRONG, partial_credit(right, total, total / puzzle.houses, puzzle.credit), detail=problem)
