"""Timing for the benchmarks: CPU time, medians over repeats, and pairs measured in turns so that ratios survive noise."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agents")]  # so that a checkout works without being installed

Rate = Callable[[], float]  # measures once: work done per second of CPU time


def rate(work: Callable[[], int], seconds: float) -> float:
    """Repeat ``work``, which returns how much it did, for some seconds of CPU time; the work done per second."""
    gc.collect()
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds or not done:
        done += work()
    return done / spent


def median_rate(work: Callable[[], int], seconds: float, repeats: int) -> float:
    """The median of several rates, after one unmeasured call."""
    work()
    return statistics.median(rate(work, seconds) for _ in range(repeats))


def paired(ours: Rate, theirs: Rate, repeats: int) -> dict[str, float]:
    """Measure two rates in turns (ours, theirs, ours, theirs ...).

    Returns:
        The median of each, and ``ratio``: the median of the ratios of neighbouring measurements.
    """
    pairs = [(ours(), theirs()) for _ in range(repeats)]
    return {
        "ours": statistics.median(our for our, _ in pairs),
        "theirs": statistics.median(their for _, their in pairs),
        "ratio": statistics.median(our / their for our, their in pairs),
    }


def machine(*packages: str) -> dict[str, Any]:
    """What the figures were measured on: processors, Python and the versions of packages."""
    found: dict[str, Any] = {"cores": os.cpu_count(), "python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def arguments(description: str | None, example: str, repeats: int = 5, seconds: float = 1.0) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks share."""
    parser = argparse.ArgumentParser(
        description=description, epilog=f"example: {example}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repeats", type=int, default=repeats, help="measurements of each figure (default %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=seconds, help="CPU seconds of one measurement (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    return parser


def row(name: str, figures: Mapping[str, float], target: tuple[str, float] | None = None) -> dict[str, Any]:
    """One line of a report; a target names the figure it is about and the least value that meets it."""
    line: dict[str, Any] = {"name": name, **figures}
    if target:
        line |= {"target": f"{target[0]} >= {target[1]:,g}", "met": figures[target[0]] >= target[1]}
    return line


def report(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], as_json: bool) -> None:
    """Print the lines, as a table or as JSON."""
    if as_json:
        print(json.dumps({"machine": dict(about), "rows": list(rows)}, indent=1))
        return
    print(text_of(about))
    print(table(rows))


def text_of(about: Mapping[str, Any]) -> str:
    """``machine()`` in one line."""
    return ", ".join(f"{name} {value}" for name, value in about.items())


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The lines as a markdown table."""
    columns = list(dict.fromkeys(key for line in rows for key in line))
    cells = [columns] + [[_cell(line.get(key, "")) for key in columns] for line in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)
