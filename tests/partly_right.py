"""Answers to puzzles, made from the right one, of which so many parts are right."""

from __future__ import annotations

import json
from typing import Any, Literal

from guru_envs.task import Task


def partly_right(task: Task[Any], wrong: Literal["other", "left out"] = "other") -> list[str]:
    """Answers with 0, 1, ... all parts right: people of knights and knaves, cells of a JSON grid.

    Parts that are not right have the other role or the value of the next row, or are left out.
    """
    return _grids(json.loads(task.gold), wrong) if task.gold[0] == "{" else _roles(task.gold, wrong)


def _roles(gold: str, wrong: str) -> list[str]:
    pairs = [pair.split(": ") for pair in gold.split(", ")]
    other = {"knight": "knave", "knave": "knight", "骑士": "无赖", "无赖": "骑士"}
    found = []
    for right in range(len(pairs) + 1):
        rest = [] if wrong == "left out" else [(name, other[role]) for name, role in pairs[right:]]
        found.append(", ".join(f"{name}: {role}" for name, role in [*pairs[:right], *rest]))
    return found


def _grids(gold: dict[str, dict[str, str]], wrong: str) -> list[str]:
    rows = list(gold)
    following = dict(zip(rows, [*rows[1:], rows[0]], strict=True))
    cells = [(row, name) for name in gold[rows[0]] for row in rows]
    found = []
    for right in range(len(cells) + 1):
        grid = {row: dict(values) for row, values in gold.items()}
        for row, name in cells[right:]:
            if wrong == "left out":
                del grid[row][name]
            else:
                grid[row][name] = gold[following[row]][name]
        found.append(json.dumps(grid, ensure_ascii=False))
    return found
