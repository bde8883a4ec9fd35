"""The tests of one arm, in a process of its own: the model is loaded once, and each result is a file as soon as it is there."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from guru_grpo.checkpoint import write_text
from guru_grpo.experiments.plan import Arm, Plan, Test


def path_of(plan: Plan, arm: Arm, test: Test) -> Path:
    """Where the result of a test stands."""
    return plan.folder / "results" / f"{arm.name}-{arm.seed}" / f"{_safe(test.name)}.json"


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_.=," else "_" for letter in name)


def missing(plan: Plan, arm: Arm) -> list[Test]:
    """The tests of an arm without a result."""
    return [test for test in arm.tests if not path_of(plan, arm, test).exists()]


def measure(plan: Plan, arm: Arm) -> None:
    """Make the results that are missing."""
    todo = missing(plan, arm)
    if not todo:
        return
    from guru_grpo.folder import RunFolder, versions
    from guru_grpo.logs import Display
    from guru_grpo.loop import Clock, measure_with, set_up

    with Display(Console(stderr=True)) as display:
        first = replace(todo[0].config, model=replace(todo[0].config.model, name=arm.model))
        run = set_up(first, RunFolder(arm.folder), display, Clock(None))
        for test in todo:
            results = measure_with(run, test.config, f"{arm.name}, {test.name}")
            rows: list[dict[str, Any]] = [
                {**result.plain(), "environment": name, "measured": result.environment}
                for name, result in zip(test.environments, results, strict=True)
            ]
            place = path_of(plan, arm, test)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_text(place, json.dumps({"rows": rows, "versions": versions()}, indent=2) + "\n")


def main(arguments: Sequence[str]) -> None:
    """The process: ``SOURCE SIZE FOLDER ARM SEED``."""
    from guru_grpo.experiments.plan import make

    source, size, output, name, seed = arguments
    plan = make(source, size, output, (int(seed),))
    measure(plan, next(arm for arm in plan.arms if arm.name == name))


if __name__ == "__main__":
    main(sys.argv[1:])
