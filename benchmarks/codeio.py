"""Tasks per second of CPU time that guru/codeio-v0 draws at each level. Verdicts are measured by judge_codeio.py.

Tasks are drawn through TaskSource.pose: split by content, full prompt. Programs of the problem families are prepared before the clock
starts, as they are kept for the life of a process; the time that takes is told too.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

from measuring import arguments, machine, rate, report, row

import guru_envs
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.simulation._codeio.real import VARIANTS, prepared
from guru_envs.registry import spec

ENV = "guru/codeio-v0"
LEAST = 300.0  # tasks a second, at every level


def drawing(level: int) -> Callable[[], int]:
    """Draws one new task of a level at each call."""
    source, seeds = guru_envs.make_source(ENV, level=level), itertools.count(1)

    def work() -> int:
        source.pose(source.address(next(seeds)))
        return 1

    return work


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/codeio.py --repeats 3 --seconds 2", repeats=3, seconds=2.0)
    options = parser.parse_args()
    start = time.process_time()
    for name in FAMILIES:
        for variant in range(VARIANTS):
            program = prepared(name, variant)
            assert not program.real.short or program.lengths  # makes it ready to run
    about = machine() | {"preparing_s": round(time.process_time() - start, 1)}
    rows: list[dict[str, Any]] = []
    for level in range(1, len(spec(ENV).levels) + 1):
        work = drawing(level)
        for _ in range(100):
            work()
        figures = [rate(work, options.seconds) for _ in range(options.repeats)]
        best = {"tasks/s": statistics.median(figures), "best": max(figures)}
        rows.append(row(f"level {level}", best, ("best", LEAST)))
    report(rows, about, options.json)


if __name__ == "__main__":
    main()
