"""Whether the surface of an answer tells its verdict: a classifier on lengths, characters and forms, for ``guru/judging-v0``.

A logistic regression that sees nothing but the answer's surface (how long it is, which kinds of characters and marks it has, how
often it repeats itself, how much of it stands in the question, how much of its last line stands before that, whether it has tags)
is fitted on four fifths of the tasks and asked about the other fifth, five times over. Features are also given relative to the mean
of their source environment. Its accuracy, with a 95 % Wilson interval, should be near 0.5 wherever answers are meant to be hard.

By default the tasks of each level are told apart by hard (sources of wrong answers ``exchanged`` and ``edited``; any kind but
``formless``) and the rest; with ``--by row`` or ``--by kind`` the hard ones of all levels by their environment or kind.

Usage: python benchmarks/judging_leaks.py [--tasks 1500] [--levels 4-11] [--lang en] [--by level|row|kind]
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

import guru_envs
from guru_envs.judge.prompting import neutral

HARD_MISSES, EASY_KINDS = ("exchanged", "edited"), ("formless",)
_MARKS = ",.;:()[]{}\"'/+-*^\\$%=<>"
FOLDS, STRENGTH, STEPS = 5, 1.0, 25


class Example(NamedTuple):
    """An answer: its environment, its kind, its surface, and whether it is right."""

    row: str
    kind: str
    hard: bool
    surface: tuple[float, ...]
    right: bool


def surface(text: str, question: str) -> tuple[float, ...]:
    """What can be seen of an answer without understanding it."""
    tokens, numbers = re.findall(r"\w+", text), re.findall(r"\d+", text)
    shown = set(re.findall(r"\w+", question))
    digits = [int(one) for one in "".join(numbers) if one.isascii()]
    last = digits[-1] if digits else -1
    counts = [text.count(mark) for mark in _MARKS]
    before, _, line = text.rpartition("\n")
    said = re.findall(r"\w+", line.replace("<answer>", "").replace("</answer>", "").replace("\\boxed", ""))
    earlier = set(re.findall(r"\w+", before))
    return (
        math.log1p(len(text)),
        len(text) / (1 + len(question)),
        len(tokens),
        len(numbers),
        len(digits),
        sum(digits) / (1 + len(digits)),
        max(map(len, numbers), default=0),
        max(map(len, tokens), default=0),
        len(set(tokens)) / (1 + len(tokens)),
        sum(token in shown for token in tokens) / (1 + len(tokens)),
        sum(one.isupper() for one in text),
        text.count(" "),
        text.count("\n"),
        last == 0,
        last == 5,
        last % 2,
        text[:1].isdigit(),
        text[-1:].isdigit(),
        "<answer>" in text or "boxed" in text,
        "[removed]" in text,
        sum(one in earlier for one in said) / (1 + len(said)),
        bool(before) and " ".join(said) in " ".join(re.findall(r"\w+", before)),
        *map(math.log1p, counts),
    )


def examples(levels: Iterable[int], tasks: int, lang: str = "en", env_id: str = "guru/judging-v0") -> list[Example]:
    """The answers of the first tasks of some levels."""
    found = []
    for level in levels:
        source = guru_envs.make_source(env_id, level=level, lang=lang)
        for seed in range(tasks):
            task = source.draw(seed)
            case = task.payload
            hard = case.miss in HARD_MISSES and case.kind not in EASY_KINDS
            row = case.origin.split("/")[1]
            text = neutral(case.candidate.text)
            found.append(
                Example(row, case.kind, hard, surface(text, task.prompt.partition("### Student Answer")[0]), case.right)
            )
    return found


def accuracy(some: Sequence[Example]) -> tuple[int, int]:
    """How many of the answers are told right by a classifier that was fitted on others."""
    order = list(range(len(some)))
    random.Random(0).shuffle(order)
    values = np.array([one.surface for one in some], dtype=float)
    rows = np.array([one.row for one in some])
    truth = np.array([one.right for one in some], dtype=float)
    hits = 0
    for fold in range(FOLDS):
        test = np.array(order[fold::FOLDS])
        train = np.array([one for other in range(FOLDS) if other != fold for one in order[other::FOLDS]])
        relative = values.copy()
        for row in set(rows[train]):
            relative[rows == row] -= values[train][rows[train] == row].mean(axis=0)
        both = np.hstack([values, relative])
        scale = both[train].std(axis=0)
        both = (both - both[train].mean(axis=0)) / np.where(scale > 0, scale, 1.0)
        weights, offset = _fit(both[train], truth[train])
        hits += int((((both[test] @ weights + offset) > 0) == (truth[test] > 0.5)).sum())
    return hits, len(some)


def _fit(values: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method, with a ridge."""
    design = np.hstack([values, np.ones((len(values), 1))])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (chance - truth) + STRENGTH * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + STRENGTH * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights[:-1], float(weights[-1])


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    z, rate = 1.959964, hits / count
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return middle - half, middle + half


def _report(name: str, some: Sequence[Example]) -> None:
    if len(some) < 50:
        print(f"| {name} | {len(some)} | too few |")
        return
    hits, count = accuracy(some)
    low, high = wilson(hits, count)
    right = sum(one.right for one in some) / count
    print(f"| {name} | {count} | {right:.3f} | {hits / count:.3f} ({low:.3f} to {high:.3f}) |", flush=True)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--tasks", type=int, default=1500, help="tasks a level")
    parser.add_argument("--levels", default="4-11")
    parser.add_argument("--lang", default="en", choices=("en", "zh"))
    parser.add_argument("--by", default="level", choices=("level", "row", "kind"))
    given = parser.parse_args()
    first, _, last = given.levels.partition("-")
    levels = range(int(first), int(last or first) + 1)
    print("| answers | tasks | right | surface classifier is right |\n|---|---|---|---|")
    if given.by != "level":
        groups = defaultdict(list)
        for one in examples(levels, given.tasks, given.lang):
            if one.hard:
                groups[getattr(one, given.by)].append(one)
        for name in sorted(groups):
            _report(name, groups[name])
        return
    for level in levels:
        some = examples([level], given.tasks, given.lang)
        for name, hard in (("hard", True), ("other", False)):
            if chosen := [one for one in some if one.hard is hard]:
                _report(f"level {level}, {name}", chosen)


if __name__ == "__main__":
    main()
