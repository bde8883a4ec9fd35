"""Seconds of ``import guru_envs`` in fresh processes, beside a bare ``import gymnasium``."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from measuring import ROOT, arguments, machine, report

PROGRAM = "import resource; start = resource.getrusage(0); import {}; end = resource.getrusage(0); " + (
    "print(end.ru_utime - start.ru_utime + end.ru_stime - start.ru_stime)"
)


def seconds_of(module: str) -> float:
    """CPU seconds that importing a module takes in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, "python benchmarks/import_time.py --json", repeats=10).parse_args()
    modules = ("guru_envs", "gymnasium")
    for module in modules:
        seconds_of(module)  # fills the file cache and writes the .pyc files
    pairs = [[seconds_of(module) for module in modules] for _ in range(options.repeats)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    rows = [
        {"name": "import guru_envs", "seconds": ours, "target": "seconds < 0.5", "met": ours < 0.5},
        {"name": "import gymnasium", "seconds": bare},
    ]
    report(rows, machine("gymnasium", "numpy"), options.json)


if __name__ == "__main__":
    main()
