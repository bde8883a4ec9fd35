"""Curricula inside a run: exact stages, the refresh between them, adaptive levels, and going on in the middle of a stage."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from agent.test_learner import SETTINGS, rollouts_of, tiny_llama
from agent.test_loop import run
from guru_grpo.learner import Learner
from guru_grpo.logs import read_rows

from guru_envs.errors import InvalidValueError

# test/switches-v0 has two levels, with five and twelve switches
LEVELS = [
    "environments=[{id='test/switches-v0', level=1}]",
    "evaluate.tasks=0",
    "warm_start.steps=0",
    "rollout.groups=4",
]
LEVELS += ["rollout.max_new_tokens=4"]
STAGES = [*LEVELS, "curriculum.kind='stages'", "curriculum.stages=[[1],[1,2],[2]]", "curriculum.stage_steps=2"]


def rows_of(folder):
    rows = read_rows(folder / "run" / "metrics.jsonl")
    return [{name: value for name, value in row.items() if not name.startswith(("seconds/", "speed/"))} for row in rows]


def test_stages_have_their_levels_and_a_run_goes_on_in_the_middle_of_one(run_file, tmp_path):
    refresh = [*STAGES, "curriculum.refresh=true"]
    _, text = run(run_file, *refresh, "train.steps=7")
    whole = rows_of(tmp_path)
    assert [row["level"] for row in whole] == [1, 1, 1.5, 1.5, 2, 2, 2]
    assert text.count("a new stage") == 2
    assert "there is no reference" in text
    run(run_file, *refresh, "train.steps=3", fresh=True)
    run(run_file, *refresh, "train.steps=7")
    assert rows_of(tmp_path) == whole


def test_adaptive_levels_fall_back_when_nothing_is_right(run_file, tmp_path):
    options = ["curriculum.kind='adaptive'", "curriculum.window=16", "train.steps=3"]
    start = LEVELS[0].replace("level=1", "level=2")
    run(run_file, start, *LEVELS[1:], *options)
    assert [row["level"] for row in rows_of(tmp_path)] == [2, 1, 1]


def test_a_refresh_copies_the_policy_and_clears_adam():
    learner = Learner(tiny_llama(), SETTINGS.__class__(**{**SETTINGS.__dict__, "kl_coef": 0.1}))
    rollouts = rollouts_of(learner.model)
    advantages = [(-1.0) ** number for number in range(len(rollouts))]
    learner.update(rollouts, advantages)
    assert learner.update(rollouts, advantages)["kl"] > 0
    learner.refresh()
    assert not learner.optimizer.state
    before = [weight.clone() for weight in learner.model.parameters()]
    assert learner.update(rollouts, advantages)["kl"] == pytest.approx(0.0, abs=1e-12)
    moved = [(weight - old).abs().max().item() for weight, old in zip(learner.model.parameters(), before, strict=True)]
    assert max(moved) <= SETTINGS.lr * (1 + 1e-6)  # Adam's first step moves no weight by more than the rate
    assert max(moved) > 0.9 * SETTINGS.lr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["curriculum.kind='stages'", "curriculum.stages=[[1],[9]]"], "has 2 levels"),
        (["curriculum.kind='stages'"], "lists of levels"),
        (["curriculum.kind='adaptive'", "curriculum.low=0.9"], "low < high"),
        (["curriculum.kind='adaptive'", "environments=[{id='test/switches-v0', knobs={switches=3}}]"], "without knobs"),
    ],
)
def test_wrong_settings_are_refused_before_a_model_is_loaded(run_file, options, words):
    with pytest.raises(InvalidValueError, match=words):
        run(run_file, *LEVELS, *options)
