"""Measuring twins and levels, against values known in closed form."""

from __future__ import annotations

import json

import domains_for_tests  # noqa: F401 - registers the rows
import pytest
from typer.testing import CliRunner

from guru_envs import Outcome, Verdict, registry
from guru_envs.checks import check_deep
from guru_envs.cli import app
from guru_envs.difficulty import difficulty
from guru_envs.errors import InvalidValueError
from guru_envs.evals.twins import original, twin_summary, with_twins

SWITCHES = "test/switches-v0"
RIGHT, WRONG = Verdict(Outcome.CORRECT, 1.0), Verdict(Outcome.WRONG)


def test_twins_of_task_ids_and_back():
    ids = with_twins([f"{SWITCHES}/train/2/5?format=boxed"])
    assert ids == [
        f"{SWITCHES}/train/2/5?format=boxed",
        f"{SWITCHES}/train/2/5?format=boxed&twin=reworded",
        f"{SWITCHES}/train/2/5?format=boxed&twin=edited",
    ]
    assert [original(one) for one in ids] == [(ids[0], ""), (ids[0], "reworded"), (ids[0], "edited")]
    assert original(f"{SWITCHES}/train/2/5?twin=edited") == (f"{SWITCHES}/train/2/5", "edited")
    assert len({registry.prompt(one) for one in ids}) == 3


def test_tasks_without_a_twin_in_the_split_are_left_out():
    ids = [
        f"{SWITCHES}/test/1/{seed}" for seed in range(40)
    ]  # five edits of a task: often none of them is a test problem
    found = with_twins(ids)
    kept = found[::3]
    assert 0 < len(kept) < 40
    assert set(kept) <= set(ids)


def test_consistency_and_memorisation_gap():
    base = [f"{SWITCHES}/train/2/{seed}" for seed in range(4)]
    judged = []
    for task_id, (own, reworded, edited) in zip(
        base, [(RIGHT, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (RIGHT, WRONG, WRONG), (WRONG, WRONG, WRONG)], strict=True
    ):
        judged += list(zip(with_twins([task_id]), (own, reworded, edited), strict=True))
    (row,) = twin_summary(judged)
    assert (row["tasks"], row["correct"], row["reworded"], row["edited"]) == (4, 0.75, 0.5, 0.25)
    assert row["consistency"] == pytest.approx(2 / 3)
    assert row["memorisation_gap"] == pytest.approx(0.5)
    assert row["memorisation_gap_low"] < 0.5 < row["memorisation_gap_high"]


def test_consistency_weighs_tasks_by_their_right_samples():
    one, two = (with_twins([f"{SWITCHES}/train/2/{seed}"]) for seed in (1, 2))
    judged = [(one[0], RIGHT), (one[0], RIGHT), (one[1], RIGHT), (one[1], RIGHT), (one[2], WRONG)]
    judged += [(two[0], RIGHT), (two[0], WRONG), (two[1], WRONG), (two[1], WRONG), (two[2], WRONG)]
    (row,) = twin_summary(judged)
    assert row["consistency"] == pytest.approx(2 / 3)  # two of the three right samples


def test_faults_leave_the_task_out():
    judged = list(zip(with_twins([f"{SWITCHES}/train/2/1"]), (RIGHT, Verdict(Outcome.FAULT), RIGHT), strict=True))
    with pytest.raises(InvalidValueError, match="no task"):
        twin_summary(judged)


def test_the_command_measures_twins():
    done = CliRunner().invoke(
        app,
        ["eval", SWITCHES, "--policy", "oracle", "--twins", "-l", "2", "--split", "train", "--tasks", "3", "--json"],
    )
    rows = json.loads(done.stdout)
    assert [(row["setting"], row["tasks"], row["consistency"]) for row in rows] == [("2", 3, 1.0)]
    assert all(row["memorisation_gap"] == 0.0 for row in rows)


def test_difficulty_of_levels():
    easy, hard = difficulty(SWITCHES, 1, 10), difficulty(SWITCHES, 2, 10)
    assert (easy.proof, hard.proof) == (5, 12)
    assert easy.effort is None
    assert easy.guess == pytest.approx(1 / 32, abs=0.035)  # 500 guesses: four standard errors
    assert hard.prompt > easy.prompt


def test_deep_checks_of_proofs():
    assert [one for one in check_deep(SWITCHES, 1, 150) if not one.ok] == []
    done = CliRunner().invoke(app, ["check", SWITCHES, "--deep", "--tasks", "120"])
    assert "16 of 16 checks passed" in done.stdout
    assert (
        "2 levels: gold of 240 tasks, trace of 240 tasks, wrong answers of 240 tasks, proof of 240 tasks" in done.stdout
    )
    done = CliRunner().invoke(app, ["check", "guru/countdown-v0", "--deep", "--tasks", "2", "--json"])
    (row,) = json.loads(done.stdout)["environments"]
    assert row == {
        "env_id": "guru/countdown-v0",
        "levels": 10,
        "tasks": {"gold": 20, "trace": 20, "wrong answers": 20},  # no proof, as single steps are not judged there
    }
