"""The most memory that a process holds which makes tasks of one environment and proves them, a fresh process for each.

Tasks are drawn from all levels in turn, in both languages, and half of them are solved, for some seconds of CPU time. What the
interpreter and the package take by themselves is part of it.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import time

from measuring import arguments, machine, report, row

import guru_envs
from guru_envs.domain import is_deductive

MOST = 300.0  # megabytes


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def draw(env_id: str, seconds: float) -> int:
    """Make tasks of an environment; how many."""
    levels = range(1, len(guru_envs.spec(env_id).levels) + 1)
    sources = [
        guru_envs.make_source(env_id, level=level, lang=lang)
        for lang in guru_envs.spec(env_id).languages
        for level in levels
    ]
    seeds, made, start = itertools.count(), 0, time.process_time()
    while time.process_time() - start < seconds:
        for source in sources:
            posed = source.pose_seed(next(seeds), source.setting, source.split)
            if made % 2:
                source.domain.solve(posed.task)
            made += 1
    return made


def deductive() -> list[str]:
    """The environments whose proofs are judged step by step, and ARC."""
    found = [one.id for one in guru_envs.rows() if not one.parts and one.family == "logic"]
    others = [one.id for one in guru_envs.rows() if not one.parts and one.id not in found]
    return found + [one for one in others if is_deductive(guru_envs.make_source(one).domain)]


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/memory.py --seconds 5 --only guru/sudoku-v0", seconds=20.0)
    parser.add_argument("--only", default="", help="environments whose id begins like this")
    parser.add_argument("--draw", default="", help="draw tasks of this environment in this process, and print the peak")
    options = parser.parse_args()
    if options.draw:
        print(draw(options.draw, options.seconds), peak_megabytes())
        return
    rows = []
    for env_id in deductive():
        if env_id.startswith(options.only):
            command = [sys.executable, __file__, "--draw", env_id, "--seconds", str(options.seconds)]
            made, peak = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
            figures = {"tasks": made, "peak MB": peak, "MB left": MOST - peak}
            rows.append(row(env_id, figures, ("MB left", 0)))
    report(rows, machine("numpy", "python-sat"), options.json)


if __name__ == "__main__":
    main()
