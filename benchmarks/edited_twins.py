"""The share of the tasks of the test split that have an edited twin in it, level by level.

An edited twin differs in one clue, by as little as possible, and must itself belong to the split. Easy puzzles have few such
neighbours, a fifth of which are in the test split, so some tasks have none.
"""

from __future__ import annotations

import sys
from typing import Any

from measuring import arguments, report

import guru_envs
from guru_envs.errors import ImpossibleTaskError


def has_twin(task_id: str) -> bool:
    """Whether an edited twin of a task is found."""
    try:
        guru_envs.task(f"{task_id}?twin=edited")
    except ImpossibleTaskError:
        return False
    return True


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/edited_twins.py --tasks 40")
    parser.add_argument("--tasks", type=int, default=40, help="tasks of each level (default %(default)s)")
    parser.add_argument("--levels", type=int, nargs="*", help="levels; none takes all")
    parser.add_argument("--only", default="", help="environments whose id contains this")
    options = parser.parse_args()
    found = list[dict[str, Any]]()
    for row in guru_envs.rows():
        if row.parts or options.only not in row.id or not hasattr(guru_envs.make_source(row.id).domain, "edit"):
            continue
        line: dict[str, Any] = {"name": row.id}
        for level in options.levels or range(1, len(row.levels) + 1):
            if level > len(row.levels):
                continue
            ids = [f"{row.id}/test/{level}/{seed}" for seed in range(options.tasks)]
            line[str(level)] = sum(map(has_twin, ids)) / options.tasks
            print(row.id, level, line[str(level)], file=sys.stderr, flush=True)  # as it goes
        found.append(line)
    report(found, {"tasks": options.tasks}, options.json)


if __name__ == "__main__":
    main()
