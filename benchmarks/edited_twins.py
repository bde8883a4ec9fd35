"""The share of the tasks of the test split that have an edited twin in it, level by level.

An edited twin differs in one clue, by as little as possible, and must itself belong to the split: a fifth of the neighbours of a
puzzle do. Where none is found, the last resort is a neighbour that is the same up to names; their share is printed too.
"""

from __future__ import annotations

import sys
from typing import Any

from measuring import arguments, report

import guru_envs
from guru_envs.errors import ImpossibleTaskError


def twin_of(task_id: str) -> str:
    """What edited twin of a task is found: ``other``, ``alike`` (the same up to names) or ``none``."""
    try:
        twin = guru_envs.task(f"{task_id}?twin=edited")
    except ImpossibleTaskError:
        return "none"
    return "alike" if twin.canonical == guru_envs.task(task_id).canonical else "other"


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
        same: dict[str, Any] = {"name": f"{row.id}: alike"}
        for level in options.levels or range(1, len(row.levels) + 1):
            if level > len(row.levels):
                continue
            ids = [f"{row.id}/test/{level}/{seed}" for seed in range(options.tasks)]
            twins = list(map(twin_of, ids))
            line[str(level)] = 1 - twins.count("none") / options.tasks
            same[str(level)] = twins.count("alike") / options.tasks
            print(row.id, level, line[str(level)], same[str(level)], file=sys.stderr, flush=True)  # as it goes
        found += [line, same]
    report(found, {"tasks": options.tasks}, options.json)


if __name__ == "__main__":
    main()
