"""What an experiment found: raw rows, tables with intervals, the claims that were and were not seen, and a figure."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guru_grpo.checkpoint import write_text
from guru_grpo.estimators import Z95, student
from guru_grpo.experiments import figures
from guru_grpo.experiments.cost import read_json
from guru_grpo.experiments.measure import path_of
from guru_grpo.experiments.plan import SMALLER_IS_BETTER, Claim, Plan
from guru_grpo.logs import read_rows

COLUMNS = ("reward", "correct", "format_ok", "length", "surprisal")
_SHARES = ("correct", "format_ok")
_TITLES = {"surprisal": "surprisal (nats of a sampled token, an estimate of the entropy)"}


@dataclass(frozen=True)
class Effect:
    """A claim held against the results, in one test and environment.

    Attributes:
        claim: what was claimed.
        test: name of the test.
        environment: name of the environment.
        difference: of the better arm to the worse one, as claimed: above 0 speaks for the claim.
        low: lower end of its 95 % interval.
        high: upper end.
        verdict: ``seen`` when the interval lies above 0, ``reversed`` below, ``not shown`` otherwise.
    """

    claim: Claim
    test: str
    environment: str
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """In a word."""
        return "seen" if self.low > 0 else "reversed" if self.high < 0 else "not shown"

    @property
    def interval(self) -> str:
        """The difference with its interval."""
        return f"{self.difference:+z.3f} [{self.low:+z.3f}, {self.high:+z.3f}]"

    @property
    def text(self) -> str:
        """The whole finding in a line."""
        return f"{self.verdict}: {self.claim.text} ({self.test}, {self.environment}: {self.interval})"


def rows(plan: Plan) -> list[dict[str, Any]]:
    """One row for each arm, seed, test and environment that has been measured."""
    found: list[dict[str, Any]] = []
    for arm in plan.arms:
        for test in arm.tests:
            stored = read_json(path_of(plan, arm, test))
            for row, environment in zip((stored or {}).get("rows", ()), test.config.environments, strict=False):
                settings = test.config.evaluate
                found.append(
                    {
                        "experiment": plan.name,
                        "size": plan.size,
                        "arm": arm.name,
                        "seed": arm.seed,
                        "train": list(arm.train) if arm.trains else [],
                        "test": test.name,
                        **row,
                        "template": environment.template,
                        "lang": environment.lang,
                        "temperature": settings.temperature,
                        "top_p": settings.top_p,
                        "model": arm.config.model.name if not arm.start else f"arm {arm.start}",
                    }
                )
    return found


def effects(plan: Plan, measured: Sequence[dict[str, Any]]) -> list[Effect]:
    """Every claim in each of its tests, where both arms have been measured."""
    found = []
    places = list(dict.fromkeys((row["test"], row["environment"]) for row in measured))
    for claim in plan.claims:
        for test, environment in places:
            if (claim.tests and test not in claim.tests) or (
                claim.environments and environment not in claim.environments
            ):
                continue
            better, worse = (
                _pooled(
                    [
                        row
                        for row in measured
                        if (row["arm"], row["test"], row["environment"]) == (arm, test, environment)
                    ],
                    claim.measure,
                )
                for arm in (claim.better, claim.worse)
            )
            if better is None or worse is None:
                continue
            sign = -1.0 if claim.measure in SMALLER_IS_BETTER else 1.0
            difference = sign * (better.mean - worse.mean)
            reach = _reach(better, worse)
            found.append(Effect(claim, test, environment, difference, difference - reach, difference + reach))
    return found


@dataclass(frozen=True)
class _Pool:
    """A measure of an arm over its seeds.

    Attributes:
        mean: over the seeds.
        within: standard error by the tasks, which all seeds have in common, so it does not shrink with their number.
        between: standard error by the seeds; 0 for one seed, of which nothing is known.
        seeds: how many there are.
    """

    mean: float
    within: float
    between: float
    seeds: int


def _pooled(found: Sequence[dict[str, Any]], measure: str) -> _Pool | None:
    """A measure over the seeds; None when it was not measured."""
    values = [value for row in found if (value := _value(row, measure)) is not None]
    if not values:
        return None
    spread = [(value["high"] - value["low"]) / 2 / Z95 for value in values if not isinstance(value, float)]
    means = [value if isinstance(value, float) else value["mean"] for value in values]
    mean = sum(means) / len(means)
    if len(means) > 1:
        between = math.sqrt(sum((one - mean) ** 2 for one in means) / (len(means) - 1) / len(means))
    else:  # of a run whose spread was not kept, nothing is known
        between = 0.0 if spread else math.inf
    return _Pool(mean, sum(spread) / len(spread) if spread else 0.0, between, len(means))


def _reach(*pools: _Pool) -> float:
    """Half the 95 % interval of a mean, or of the difference of two.

    By tasks and by seeds, added as squares; few seeds are counted by Student's quantile, for two arms with Welch's degrees of freedom.
    """
    tasks = Z95 * math.hypot(*(one.within for one in pools))
    between = math.hypot(*(one.between for one in pools))
    if not between or math.isinf(between):
        return tasks + between
    parts = [(one.between**4) / (one.seeds - 1) for one in pools if one.between]
    free = max(1, math.floor(between**4 / sum(parts) + 1e-9))
    return math.hypot(tasks, student(free) * between)


def _value(row: Mapping[str, Any], measure: str) -> Any:
    """An estimate of a row; a length without an interval where an earlier version measured it; None where there is none."""
    if measure == "length":
        return row.get("length_interval") or (float(row["length"]) if "length" in row else None)
    return row.get(measure)


def write(plan: Plan) -> None:
    """Write results.jsonl, results.csv, report.md and figure.png into the experiment's folder."""
    measured = rows(plan)
    write_text(plan.folder / "results.jsonl", "".join(json.dumps(row) + "\n" for row in measured))
    write_text(plan.folder / "results.csv", _csv(measured))
    write_text(plan.folder / "report.md", report(plan, measured))
    if measured:
        curves = {
            f"{arm.name}, seed {arm.seed}": read_rows(arm.folder / "metrics.jsonl") for arm in plan.arms if arm.trains
        }
        figures.draw(plan, measured, curves, plan.folder / "figure.png")


def table(plan: Plan, measured: Sequence[dict[str, Any]], column: str = "correct") -> list[list[str]]:
    """Arms down, tests and environments across; cells are means over the seeds with their 95 % interval.

    In a matrix the last column is the mean of a row, each of its cells counting once, as the studies average their benchmarks.
    """
    places = list(dict.fromkeys((row["test"], row["environment"]) for row in measured))
    several = len({test for test, _ in places}) > 1
    head = ["arm", *(f"{test}: {environment}" if several else environment for test, environment in places)]
    averaged = plan.entry.figure == "matrix" and len(places) > 1
    body = []
    for arm in dict.fromkeys(row["arm"] for row in measured):
        cells = []
        for test, environment in places:
            here = [
                row for row in measured if (row["arm"], row["test"], row["environment"]) == (arm, test, environment)
            ]
            cells.append(_interval(here, column))
        body.append([arm, *(_cell(one, column) for one in [*cells, _average(cells)][: len(places) + averaged])])
    return [[*head, "mean"] if averaged else head, *body]


_Interval = tuple[float, float, float]  # mean, low, high


def _interval(here: Sequence[dict[str, Any]], column: str) -> _Interval | None:
    """Of a cell; that of a single seed is its own."""
    pooled = _pooled(here, column)
    if pooled is None:
        return None
    own = [value for row in here if isinstance(value := _value(row, column), dict)]
    if len(own) < pooled.seeds:
        return pooled.mean, pooled.mean - _reach(pooled), pooled.mean + _reach(pooled)
    # Each side for itself, since the interval of a share is not even; then the seeds' part, beyond which a share does not go.
    seeds = student(pooled.seeds - 1) * pooled.between if pooled.between else 0.0
    below, above = (
        math.hypot(sum(abs(one[side] - one["mean"]) for one in own) / len(own), seeds) for side in ("low", "high")
    )
    low, high = (0.0, 1.0) if column in _SHARES else (-math.inf, math.inf)
    return pooled.mean, max(low, pooled.mean - below), min(high, pooled.mean + above)


def _average(cells: Sequence[_Interval | None]) -> _Interval | None:
    """The mean of a row's cells, whose errors are independent; None when one of them is missing.

    The distances to the limits are added as squares, each side for itself (Zou and Donner 2008, the method of variance estimates
    recovery), so a mean of shares stays within 0 and 1 too.
    """
    known = [one for one in cells if one is not None]
    if len(known) < len(cells):
        return None
    mean = sum(one[0] for one in known) / len(known)
    below, above = (math.hypot(*(one[side] - one[0] for one in known)) / len(known) for side in (1, 2))
    return mean, mean - below, mean + above


def _cell(found: _Interval | None, column: str) -> str:
    if found is None:
        return ""
    digits = 1 if column == "length" else 3
    if not math.isfinite(found[1]):
        return f"{found[0]:z.{digits}f}"
    mean, low, high = (f"{one:z.{digits}f}" for one in found)
    return f"{mean} [{low}, {high}]"


def report(plan: Plan, measured: Sequence[dict[str, Any]]) -> str:
    """The report as Markdown."""
    entry, total = plan.entry, sum(len(test.environments) for arm in plan.arms for test in arm.tests)
    lines = [f"# {plan.name} ({plan.size})", "", entry.question, ""]
    if entry.source:
        lines += [f"After {entry.source}.", ""]
    if entry.note:
        lines += [entry.note, ""]
    seeds = sorted({arm.seed for arm in plan.arms})
    lines += [f"{len(measured)} of {total} cells measured; seeds {', '.join(map(str, seeds))}.", ""]
    if len(seeds) == 1 and measured:
        lines += [
            "One seed: the intervals hold for the tasks and samples, not for training again with another seed.",
            "",
        ]
    guesses = {row["environment"]: row["guess_rate"] for row in measured}
    for column in COLUMNS:
        if any(_value(row, column) is not None for row in measured):
            title = _TITLES.get(column, column)
            lines += [f"## {title}", "", *markdown(table(plan, measured, column)), ""]
    if guesses:
        lines += [
            "Right by blind guesses in perfect form: " + ", ".join(f"{k} {v:.2f}" for k, v in guesses.items()) + ".",
            "",
        ]
    for title, cells in (("pass@k", _passed(measured)), ("entropy of what was learnt from", _entropy(plan))):
        if len(cells) > 1:
            lines += [f"## {title}", "", *markdown(cells), ""]
    found = effects(plan, measured)
    if found:
        head = ["claim", "test", "environment", "difference [95 %]", "verdict"]
        body = [[one.claim.text, one.test, one.environment, one.interval, one.verdict] for one in found]
        lines += ["## What was and was not seen", "", *markdown([head, *body]), ""]
    return "\n".join(lines)


def _passed(measured: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """pass@k of each row that has it for several k, with its interval where that was kept."""
    wanted = [row for row in measured if len(row["passed"]) > 1]
    ks = list(dict.fromkeys(k for row in wanted for k in row["passed"]))

    def cell(row: Mapping[str, Any], k: str) -> str:
        if kept := (row.get("passed_interval") or {}).get(k):
            return f"{kept['mean']:.2f} [{kept['low']:.2f}, {kept['high']:.2f}]"
        return f"{row['passed'][k]:.3f}" if k in row["passed"] else ""

    head = ["arm", "test", "environment", "seed", *(f"pass@{k}" for k in ks)]
    body = [
        [row["arm"], row["test"], row["environment"], str(row["seed"]), *(cell(row, k) for k in ks)] for row in wanted
    ]
    return [head, *body]


def _entropy(plan: Plan) -> list[list[str]]:
    """Nats per token in the first and the last third of the steps, where the experiment is about curves.

    Each figure is the mean over those steps of the third in which there was anything to learn from.
    """
    found = [["arm", "seed", "learnt from", "steps", "first third", "last third"]]
    for arm in plan.arms if plan.entry.figure == "curves" else ():
        rows = read_rows(arm.folder / "metrics.jsonl")
        third = math.ceil(len(rows) / 3)
        measured = [row.name for row in arm.config.environments]
        columns = {name: f"entropy/{own}" for name, own in zip(arm.train, measured, strict=True)}
        columns = {"all": "entropy", **columns} if len(columns) > 1 else dict.fromkeys(columns, "entropy")
        for name, column in columns.items():
            known = [[row[column] for row in part if column in row] for part in (rows[:third], rows[-third:])]
            if any(known):
                cells = [f"{sum(part) / len(part):.3f}" if part else "" for part in known]
                found.append([arm.name, str(arm.seed), name, f"{len(rows)}", *cells])
    return found


def markdown(cells: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown, its first row the head."""
    head, *body = cells
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]


def _csv(measured: Sequence[dict[str, Any]]) -> str:
    flat = []
    for row in measured:
        line: dict[str, Any] = {}
        parts = list(row.items())
        while parts:
            key, value = parts.pop(0)
            if isinstance(value, dict):
                parts = [(f"{key}.{inner}", number) for inner, number in value.items()] + parts
            else:
                line[key] = "+".join(value) if isinstance(value, list) else value
        flat.append(line)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for line in flat for key in line)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()
