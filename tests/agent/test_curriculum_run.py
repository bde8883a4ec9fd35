"""Curricula inside a run: exact stages, the refresh between them, adaptive levels, and going on in the middle of a stage."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import torch
from agent.test_learner import SETTINGS, rollouts_of, tiny_llama
from agent.test_loop import run
from guru_grpo.config import EnvironmentConfig
from guru_grpo.learner import Learner
from guru_grpo.logs import read_rows
from guru_grpo.mixture import Mixture, apportion

from guru_envs.errors import InvalidValueError, UnknownNameError
from guru_envs.mastery import Arms

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
    """With an entropy bonus, which every group learns from, and a KL penalty: weights, Adam's state and the reference are at stake."""
    learns = ["learner.entropy_coef=0.1", "learner.kl_coef=0.05", "learner.lr=2e-3"]
    refresh = [*STAGES, *learns, "curriculum.refresh=true"]
    _, text = run(run_file, *refresh, "train.steps=7")
    whole, weights = rows_of(tmp_path), (tmp_path / "run" / "model" / "model.safetensors").read_bytes()
    assert [row["level"] for row in whole] == [1, 1, 1.5, 1.5, 2, 2, 2]
    assert text.count("a new stage") == 2
    assert all(row["grad_norm"] > 0 for row in whole)
    assert [row["kl"] > 0 for row in whole if row["step"] in (2, 4, 6)] == [True] * 3
    assert all(row["kl"] == pytest.approx(0, abs=1e-9) for row in whole if row["step"] in (1, 3, 5))  # after a refresh
    run(run_file, *refresh, "train.steps=4", fresh=True)
    run(run_file, *refresh, "train.steps=7")
    assert rows_of(tmp_path) == whole
    assert (tmp_path / "run" / "model" / "model.safetensors").read_bytes() == weights


def test_a_stage_may_have_knobs_of_its_own(run_file, tmp_path):
    knobs = [
        *LEVELS,
        "curriculum.kind='stages'",
        "curriculum.stages=[[2],[2,{switches=7}]]",
        "curriculum.stage_steps=1",
    ]
    _, text = run(run_file, *knobs, "curriculum.refresh=true", "train.steps=2", "logs.samples_every=1")
    assert "there is no reference" in text
    shown = read_rows(tmp_path / "run" / "samples.jsonl")
    drawn = [[one["task_id"].split("/")[3] for one in shown if one["step"] == step] for step in (1, 2)]
    assert [sorted({*part}) for part in drawn] == [["2"], ["2", "switches=7"]]
    assert [row["level"] for row in rows_of(tmp_path)] == [2, 2]  # knobs have none


def test_adaptive_levels_fall_back_when_nothing_is_right(run_file, tmp_path):
    options = ["curriculum.kind='adaptive'", "curriculum.window=16", "train.steps=3"]
    start = LEVELS[0].replace("level=1", "level=2")
    run(run_file, start, *LEVELS[1:], *options)
    assert [row["level"] for row in rows_of(tmp_path)] == [2, 1, 1]


@pytest.mark.parametrize("kind", ["rising", "unmastered", "bandit"])
def test_levels_by_results_are_the_same_after_a_stop(run_file, tmp_path, kind):
    """The policy answers nothing right, so a rising level stays where it was; what is drawn is random, and goes on the same."""
    start = LEVELS[0].replace("level=1", "level=2")
    options = [start, *LEVELS[1:], f"curriculum.kind='{kind}'", "rollout.groups=6"]
    run(run_file, *options, "train.steps=3")
    whole = rows_of(tmp_path)
    assert all(1 <= row["level"] <= 2 for row in whole)
    assert len({row["level"] for row in whole}) > 1
    run(run_file, *options, "train.steps=1", fresh=True)
    run(run_file, *options, "train.steps=3")
    assert rows_of(tmp_path) == whole


# -- environments by what is left to learn -----------------------------------------------------------------------------


def test_groups_are_shared_by_shares_with_one_each_at_least():
    assert apportion(12, [0.5, 0.25, 0.25], 12) == [6, 3, 3]
    assert apportion(8, [1.0, 0.0, 0.0], 6) == [6, 1, 1]
    assert apportion(8, [1.0, 0.0, 0.0], 5) == [5, 2, 1]
    assert apportion(7, [1 / 3] * 3, 7) == [3, 2, 2]
    for groups in range(4, 40):
        shares = [0.4, 0.3, 0.2, 0.1]
        found = apportion(groups, shares, groups)
        assert sum(found) == groups
        if groups >= 10:  # from there on no share is below one group
            assert all(abs(have - share * groups) < 1 for have, share in zip(found, shares, strict=True))
    with pytest.raises(InvalidValueError):
        apportion(2, [1 / 3] * 3, 2)


def test_environments_share_a_step_by_what_is_left_to_learn():
    rows = [EnvironmentConfig("test/echo-v0"), EnvironmentConfig("test/switches-v0", weight=2)]

    def make() -> Mixture:
        arms = Arms([row.name for row in rows], "unmastered", weight=0.5)
        return Mixture(rows, 12, 2, "train", 5, mixing=arms)

    mixture, counts = make(), []
    for step in range(4):
        _, origin = mixture.draw(step)
        counts.append(origin.count(0))
        # The first is always right, the second never.
        right = [text if where == 0 else "" for text, where in zip(mixture.oracle(), origin, strict=True)]
        mixture.judge([text for text in right for _ in range(2)])
        if step == 1:
            saved = json.loads(json.dumps(mixture.state_dict()))
            left = mixture.mixing.shares()[0]
    assert counts[0] == 4  # a third, by the weights, while nothing is known
    assert counts[1:] == [1, 1, 1]  # the rate of the first is 1 - 1/2 to the number of its groups
    assert left == pytest.approx(0.5**5 / (1 + 0.5**5))
    other = make()
    other.load_state_dict(saved)
    assert other.draw(2)[1].count(0) == counts[2]
    assert other.task_ids[0] != mixture.task_ids[0]
    other.judge([""] * 24)
    assert other.mixing.shares()[0] > left
    mixture.close()
    other.close()


def test_a_run_mixes_by_a_bandit(run_file, tmp_path):
    both = "environments=[{id='test/switches-v0', level=1}, {id='test/echo-v0', knobs={size=20}}]"
    run(run_file, *LEVELS[1:], both, "curriculum.mixing='bandit'", "train.steps=2")
    assert len(rows_of(tmp_path)) == 2
    with pytest.raises(InvalidValueError, match="several environments"):
        run(run_file, *LEVELS, "curriculum.mixing='bandit'", fresh=True)


def test_a_refresh_copies_the_policy_and_clears_adam():
    learner = Learner(tiny_llama(), SETTINGS.__class__(**{**SETTINGS.__dict__, "kl_coef": 0.1}))
    rollouts = rollouts_of(learner.model)
    advantages = [(-1.0) ** number for number in range(len(rollouts))]
    learner.update(rollouts, advantages)
    assert learner.update(rollouts, advantages)["kl"] > 0
    learner.refresh()
    assert not learner.optimizer.state
    before = [weight.clone() for weight in learner.model.parameters()]
    gradients: list[torch.Tensor] = []
    learner.optimizer.register_step_pre_hook(
        lambda optimizer, *_: gradients.extend(weight.grad.clone() for weight in learner.model.parameters())
    )
    assert learner.update(rollouts, advantages)["kl"] == pytest.approx(0.0, abs=1e-12)
    moved = torch.cat(
        [
            (weight.detach() - old).abs().flatten()
            for weight, old in zip(learner.model.parameters(), before, strict=True)
        ]
    )
    slope = torch.cat([gradient.abs().flatten() for gradient in gradients])
    assert moved.max() <= SETTINGS.lr * (1 + 1e-6)  # Adam's first step moves no weight by more than the rate
    steep = slope > 1e-5  # a thousand times Adam's eps
    assert steep.sum() > 100
    assert (moved[steep] >= SETTINGS.lr * (1 - 1e-3)).all()  # and each that has a gradient by just that
    assert (moved[slope == 0] == 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["curriculum.kind='stages'", "curriculum.stages=[[1],[9]]"], "has 2 levels"),
        (["curriculum.kind='stages'"], "lists of levels"),
        (["curriculum.kind='stages'", "curriculum.stages=[[1],[{switch=3}]]"], "Did you mean 'switches'"),
        (["curriculum.kind='stages'", "curriculum.stages=[[1],['2']]"], "type int"),
        (["curriculum.kind='adaptive'", "curriculum.low=0.9"], "low < high"),
        (["curriculum.kind='unmastered'", "curriculum.levels=[9]"], "at least one arm"),
        (["curriculum.kind='adaptive'", "environments=[{id='test/switches-v0', knobs={switches=3}}]"], "without knobs"),
    ],
)
def test_wrong_settings_are_refused_before_a_model_is_loaded(run_file, options, words):
    with pytest.raises((InvalidValueError, UnknownNameError), match=words):
        run(run_file, *LEVELS, *options)
