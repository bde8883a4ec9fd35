"""Math, science and tables, level by level: tasks made and verdicts reached per second of CPU time on one core.

``tasks/s`` are new tasks drawn through TaskSource.pose: prompt, gold answer, split by content, and the checks of generation.
The verdicts go through TaskSource.judge, which finds the answer in the response: of the gold answer (``right``), of the gold
answer after "Answer:" (``dressed``; ``dressed accepted`` is the share of these that is judged CORRECT), of the gold answer made
wrong in one place (``near miss``) and of the oracle's whole response (``proof``). ``slowest ms`` is the longest of all verdicts.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from measuring import arguments, machine, median_rate, report, row

import guru_envs
from guru_envs import Outcome, Task, TaskSource

IDS = ("guru/math-v0", "guru/science-v0", "guru/tables-v0")
EASY = 3  # levels that count as easy: 500 tasks a second are wanted there
TASKS = 96  # of each level, for the verdicts
KINDS = ("right", "dressed", "near miss", "proof")


def response_of(kind: str, source: TaskSource, task: Task, rng: random.Random) -> str:
    """A response of a kind."""
    if kind == "proof":
        return source.demonstrate(task)
    answer = {"right": task.gold, "dressed": f"Answer: {task.gold}"}.get(kind)
    return source.show.respond("Let me think.", source.domain.corrupt(task, rng) if answer is None else answer)


def judging(source: TaskSource, pairs: Sequence[tuple[Task, str]]) -> Callable[[], int]:
    """Judge all pairs."""

    def work() -> int:
        for task, response in pairs:
            source.judge(task, response)
        return len(pairs)

    return work


def making(source: TaskSource, level: int) -> Callable[[], int]:
    """Draw a new task."""
    seeds, setting = itertools.count(1), source.make_setting(level, {})

    def work() -> int:
        source.pose(source.address(next(seeds), setting))
        return 1

    return work


def slowest(source: TaskSource, pairs: Sequence[tuple[Task, str]]) -> float:
    """Milliseconds of CPU time of the longest verdict."""
    longest = 0.0
    for task, response in pairs:
        start = time.process_time()
        source.judge(task, response)
        longest = max(longest, time.process_time() - start)
    return longest * 1000


def measure(env_id: str, level: int, seconds: float, repeats: int) -> dict[str, Any]:
    """One line: an environment at a level."""
    source, rng = guru_envs.make_source(env_id), random.Random(level)
    figures = {"tasks/s": median_rate(making(source, level), seconds, repeats)}
    tasks = [source.draw(seed, level) for seed in range(TASKS)]
    everything: list[tuple[Task, str]] = []
    for kind in KINDS:
        pairs = [(task, response_of(kind, source, task, rng)) for task in tasks]
        outcomes = [source.judge(task, response).outcome for task, response in pairs]
        assert Outcome.FAULT not in outcomes
        if kind == "dressed":
            figures["dressed accepted"] = outcomes.count(Outcome.CORRECT) / len(outcomes)
        else:
            assert all((one is Outcome.CORRECT) == (kind != "near miss") for one in outcomes)
        figures[f"{kind}/s"] = median_rate(judging(source, pairs), seconds, repeats)
        everything += pairs
    figures["slowest ms"] = slowest(source, everything)
    return row(f"{env_id}, level {level}", figures, ("tasks/s", 500) if level <= EASY else None)


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/answers.py --only guru/math-v0 --repeats 3", seconds=0.5)
    parser.add_argument("--only", default="", help="environments whose id begins like this")
    options = parser.parse_args()
    rows = []
    for env_id in IDS:
        if not env_id.startswith(options.only):
            continue
        for level in range(1, len(guru_envs.spec(env_id).levels) + 1):
            rows.append(measure(env_id, level, options.seconds, options.repeats))
    report(rows, machine("sympy"), options.json)


if __name__ == "__main__":
    main()
