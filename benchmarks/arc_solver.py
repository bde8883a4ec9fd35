"""How many real ARC tasks the grammar of guru/arc-v0 explains and solves, by its enumerating solver.

A task counts as explained when a program of at most three rules makes all outputs of its examples, and as solved when the first
such program, shortest first, makes the outputs of all its test inputs as well.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections import Counter
from typing import Any

from measuring import ROOT  # noqa: F401 - makes a checkout importable

from guru_envs.data.arc_files import RealTask, read_tasks
from guru_envs.domains.logic.arc import Arc


def measure(questions: list[RealTask]) -> dict[str, Any]:
    """Counts of one data set."""
    counts: Counter[str] = Counter()
    names, slowest = [], 0.0
    for name, group in itertools.groupby(questions, key=lambda one: one.id):
        start = time.process_time()
        made = [(one.task, Arc().predict(one.task)) for one in group]
        slowest = max(slowest, time.process_time() - start)
        counts["tasks"] += 1
        counts["explained"] += all(found is not None for _, found in made)
        if all(found is not None and found[1] == task.payload.gold for task, found in made):
            counts["solved"] += 1
            depth = max(len(found[0]) for _, found in made if found)
            counts[f"solved with {depth} rules"] += 1
            names.append(name)
    return {**counts, "slowest task, CPU s": round(slowest, 2), "solved tasks": names}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="example: python benchmarks/arc_solver.py rows.jsonl")
    parser.add_argument(
        "path", nargs="+", help="JSONL, JSON, or a folder of JSON files, as guru_envs.data.arc_files reads"
    )
    for path in parser.parse_args().path:
        print(json.dumps({"path": path, **measure(list(read_tasks(path)))}))


if __name__ == "__main__":
    main()
