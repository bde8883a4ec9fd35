"""Mathematics: natural ways of writing right answers, problems that differ, sensible stories, and edits."""

from __future__ import annotations

import random

import pytest
from math_ways import ways

from guru_envs.domains.math._families import FAMILIES
from guru_envs.domains.math.families import Math, MathKnobs

MATH = Math()


def make(family, difficulty, seed, lang="en"):
    return MATH.generate(random.Random(seed), MathKnobs(families=(family,), difficulty=difficulty, lang=lang))


@pytest.mark.parametrize("family", FAMILIES)
def test_natural_ways_of_writing_are_right(family):
    judged = []
    for difficulty in (1, 4, 8):
        for seed, lang in ((8, "en"), (15, "zh")):
            task = make(family, difficulty, seed, lang)
            base = task.payload.params[2] if family == "bases" else 0
            judged += [(task.gold, way, MATH.verify(task, way)) for way in ways(FAMILIES[family], task.gold, base)]
    assert len(judged) > 80
    assert not [(gold, way, found.detail) for gold, way, found in judged if not found.correct]


@pytest.mark.parametrize("family", FAMILIES)
def test_problems_differ_and_no_answer_is_frequent(family):
    """On the easiest level, where there are fewest problems."""
    tasks = [make(family, 1, seed) for seed in range(60)]
    assert len({task.canonical for task in tasks}) >= 30
    golds = [task.gold for task in tasks]
    assert max(map(golds.count, golds)) <= 15


def test_nearly_every_task_has_an_edited_one():
    tasks = [make(family, difficulty, seed) for family in FAMILIES for difficulty in (1, 5, 8) for seed in (1, 2)]
    found = [MATH.edit(task, random.Random(k)) for k, task in enumerate(tasks)]
    edited = [(task, other) for task, other in zip(tasks, found, strict=True) if other is not None]
    assert len(edited) >= 0.95 * len(tasks)
    assert all(task.gold != other.gold and task.canonical != other.canonical for task, other in edited)
    assert all(MATH.solve(other).answer == other.gold for _, other in edited)
    assert not any(MATH.verify(other, task.gold).correct for task, other in edited)


def test_grown_ups_are_grown_up():
    for seed in range(80):
        task = make("ages", 1 + seed % 8, seed)
        total, years, factor, later = task.payload.params
        child = (total + 2 * years) // (factor + 1) - years
        assert total - child >= 25 > child > 1
        assert int(task.gold) == total - child + later
