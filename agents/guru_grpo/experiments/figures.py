"""The figure of an experiment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from guru_grpo.experiments.plan import Plan

_ACROSS = 3  # panels of bars beside each other, at most


def draw(
    plan: Plan, measured: Sequence[Mapping[str, Any]], curves: Mapping[str, Sequence[Mapping[str, Any]]], path: Path
) -> None:
    """Draw it as a PNG: bars, a matrix, pass@k over k, or columns of metrics.jsonl over the steps, as the experiment says."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kind = plan.entry.figure
    figure = {"bars": _bars, "matrix": _matrix, "lines": _lines, "curves": _curves}[kind](
        pyplot, plan, measured, curves
    )
    figure.suptitle(plan.entry.question, fontsize=9)
    temporary = path.with_name(f".{path.name}.writing")
    figure.savefig(temporary, format="png", dpi=110)
    temporary.replace(path)
    pyplot.close(figure)


def _cells(
    measured: Sequence[Mapping[str, Any]],
) -> tuple[list[str], list[tuple[str, str]], dict[tuple[str, str, str], list[Any]]]:
    arms = list(dict.fromkeys(row["arm"] for row in measured))
    places = list(dict.fromkeys((row["test"], row["environment"]) for row in measured))
    found: dict[tuple[str, str, str], list[Any]] = {}
    for row in measured:
        found.setdefault((row["arm"], row["test"], row["environment"]), []).append(row["correct"])
    return arms, places, found


def _mean(cells: Sequence[Any], key: str = "mean") -> float:
    return sum(cell[key] for cell in cells) / len(cells) if cells else math.nan


def _bars(pyplot: Any, plan: Plan, measured: Sequence[Mapping[str, Any]], curves: Any) -> Any:
    """A panel for each test and environment, a bar for each arm measured there; an arm has one colour in all of them."""
    arms, places, found = _cells(measured)
    several = len({test for test, _ in places}) > 1
    here = [[arm for arm in arms if (arm, *place) in found] for place in places]
    across = min(_ACROSS, len(places))
    heights = [0.7 + 0.24 * max(map(len, here[start : start + across])) for start in range(0, len(places), across)]
    figure, axes = pyplot.subplots(
        len(heights),
        across,
        figsize=(max(7, 4.2 * across), 0.8 + sum(heights)),
        height_ratios=heights,
        constrained_layout=True,
        squeeze=False,
        sharex=True,
    )
    for axis, place, shown in zip_longest(axes.flat, places, here):
        if place is None:
            axis.axis("off")
            continue
        for at, arm in enumerate(shown):
            cells = found[arm, *place]
            mean = _mean(cells)
            reach = [[abs(_mean(cells, end) - mean)] for end in ("low", "high")]
            axis.barh(at, mean, 0.8, xerr=reach, capsize=2, color=f"C{arms.index(arm) % 10}")
        test, name = place
        axis.set_yticks(range(len(shown)), shown, fontsize=7)
        axis.set_title(f"{test}: {name}" if several and test != name else name, fontsize=8)
        axis.set(xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6))
        axis.tick_params(axis="x", labelsize=7, labelbottom=True)
    figure.supxlabel("share correct, 95 % interval", fontsize=8)
    return figure


def _matrix(pyplot: Any, plan: Plan, measured: Sequence[Mapping[str, Any]], curves: Any) -> Any:
    """Colours are scaled within each column, as in GURU's figure 3; the numbers are the shares themselves."""
    arms, places, found = _cells(measured)
    values = [[_mean(found.get((arm, *place), [])) for place in places] for arm in arms]
    columns = list(zip(*values, strict=True))
    scaled = [[scale(value, columns[at]) for at, value in enumerate(line)] for line in values]
    figure, axis = pyplot.subplots(figsize=(1.6 + 1.1 * len(places), 1.4 + 0.4 * len(arms)), constrained_layout=True)
    axis.imshow(scaled, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            dark = scaled[row][column] < 0.5
            axis.text(
                column, row, f"{value:.2f}", ha="center", va="center", fontsize=8, color="white" if dark else "black"
            )
    several = len({test for test, _ in places}) > 1
    axis.set_xticks(range(len(places)), [f"{test}\n{name}" if several else name for test, name in places], fontsize=7)
    axis.set_yticks(range(len(arms)), arms, fontsize=8)
    axis.set(xlabel="tested on", ylabel="trained on")
    return figure


def scale(value: float, column: Sequence[float]) -> float:
    """Where a value lies between the smallest and the largest of its column; 0 where all are alike."""
    known = [one for one in column if not math.isnan(one)]
    if math.isnan(value) or not known or max(known) == min(known):
        return 0.0
    return (value - min(known)) / (max(known) - min(known))


def _lines(pyplot: Any, plan: Plan, measured: Sequence[Mapping[str, Any]], curves: Any) -> Any:
    """pass@k over k with its interval, a panel for each environment, a line for each arm and test."""
    environments = list(dict.fromkeys(row["environment"] for row in measured))
    figure, axes = pyplot.subplots(
        1, len(environments), figsize=(5 * len(environments), 4), constrained_layout=True, squeeze=False
    )
    for axis, environment in zip(axes[0], environments, strict=True):
        for row in measured:
            if row["environment"] == environment:
                ks = sorted(map(int, row["passed"]))
                means, label = [row["passed"][str(k)] for k in ks], f"{row['arm']}, {row['test']}"
                (line,) = axis.plot(ks, means, marker="o", markersize=3, label=label)
                kept = row.get("passed_interval") or {}
                if all(str(k) in kept for k in ks):  # the 95 % intervals, as a band
                    ends = ([kept[str(k)][end] for k in ks] for end in ("low", "high"))
                    axis.fill_between(ks, *ends, color=line.get_color(), alpha=0.08, linewidth=0)
        axis.set(title=environment, xlabel="k", ylabel="pass@k", xscale="log", ylim=(0, 1))
        axis.legend(fontsize=6)
    return figure


def _curves(pyplot: Any, plan: Plan, measured: Any, curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> Any:
    """Columns of metrics.jsonl over the training steps; a column stands for itself and for its parts by environment."""
    wanted = plan.entry.curves
    figure, axes = pyplot.subplots(
        1, len(wanted), figsize=(5 * len(wanted), 4.6), constrained_layout=True, squeeze=False
    )
    for axis, column in zip(axes[0], wanted, strict=True):
        for name, rows in curves.items():
            keys = sorted({key for row in rows for key in row if key.startswith(f"{column}/")}) or [column]
            for key in keys:
                points = [(row["step"], row[key]) for row in rows if isinstance(row.get(key), (int, float))]
                label = f"{name}{key.removeprefix(column).replace('/', ': ', 1)}"
                axis.plot(*(zip(*points, strict=True) if points else ((), ())), label=label)
        axis.set(title=column, xlabel="training step")
    lines = {label: line for axis in axes[0] for line, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    figure.legend(lines.values(), lines, loc="outside lower center", ncols=3, fontsize=6)
    return figure
