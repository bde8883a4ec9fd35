"""What stops a run: judges that fail, numbers that are none."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from agent.test_kills import contents  # noqa: E402
from agent.test_loop import QUICK, run  # noqa: E402
from guru_grpo.advantages import whiten  # noqa: E402
from guru_grpo.checkpoint import load_latest  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402
from guru_grpo.safety import TrainingStoppedError, broken, check_weights  # noqa: E402


def test_judges_that_fail_stop_the_run(run_file):
    hanging = ["environments=[{id='test/hanging-v0'}]", "evaluate.tasks=0"]
    run(run_file, *QUICK, *hanging)  # wrong answers are none
    with pytest.raises(TrainingStoppedError, match="could not be judged"):
        run(run_file, *QUICK, "environments=[{id='test/failing-v0'}]", "evaluate.tasks=0", fresh=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loss", math.nan),
        ("grad_norm", math.inf),
        ("grad_norm", 1e9),
        ("value_loss", math.nan),
        ("value_grad_norm", 1e9),
    ],
)
def test_broken_numbers_stop_the_run_and_the_batch_is_kept(run_file, tmp_path, monkeypatch, name, value):
    update = Learner.update
    monkeypatch.setattr(Learner, "update", lambda self, *arguments: update(self, *arguments) | {name: value})
    with pytest.raises(TrainingStoppedError, match=rf"step 1: {name} is {value}"):
        run(run_file, *QUICK, "evaluate.tasks=0")
    saved = json.loads((tmp_path / "run" / "failed-step-1.json").read_text())
    assert len(saved["rollouts"]) == 16
    assert saved["rollouts"][0]["completion_ids"]


SOUND = [
    "evaluate.tasks=0",
    "logs.samples_every=1",
    "warm_start.steps=20",
    "train.steps=4",
    "train.checkpoint_every=1",
    "learner.entropy_coef=0.01",
]


def poisoned(real: Any, part: str, value: float, step: int) -> Any:
    """``Learner.learn`` or ``supervised`` with one weight of a part of the learner that is no number from a step on."""
    calls: list[int] = []

    def learn(self: Learner, *arguments: Any) -> dict[str, float]:
        calls.append(1)
        if len(calls) == step:
            module = self.model if part == "policy" else getattr(self, part).module
            with torch.no_grad():
                next(iter(module.parameters())).view(-1)[7] = value
        return real(self, *arguments)

    return learn


@pytest.mark.parametrize(
    ("part", "value", "more"),
    [
        ("policy", math.nan, []),
        ("policy", math.inf, []),
        ("critic", math.nan, ["learner.method=ppo"]),
        ("implicit", math.nan, ["learner.method=prime", "rollout.dynamic_sampling=0"]),
    ],
)
def test_a_weight_that_is_no_number_stops_the_run_which_goes_on_from_sound_weights(
    run_file, tmp_path, monkeypatch, part, value, more
):
    torch.set_num_threads(1)
    run(run_file, *SOUND, *more, f"output={tmp_path / 'whole'}")
    with monkeypatch.context() as patch:
        patch.setattr(Learner, "learn", poisoned(Learner.learn, part, value, step=3))
        with pytest.raises(TrainingStoppedError, match=r"step 3: .*(loss|grad_norm) is (nan|inf)"):
            run(run_file, *SOUND, *more)
    folder = tmp_path / "run"
    assert len(read_rows(folder / "metrics.jsonl")) == 2
    saved = json.loads((folder / "failed-step-3.json").read_text())
    assert len(saved["rollouts"]) == 16
    assert broken(saved["metrics"], 1e6)
    step, state = load_latest(folder / "checkpoints")
    assert step == 2
    check_weights(state["learner"], step)
    run(run_file, *SOUND, *more)
    assert contents(folder) == contents(tmp_path / "whole")


def test_weights_that_are_no_numbers_are_not_saved(run_file, tmp_path, monkeypatch):
    """A weight that breaks after the update that all numbers of were sound."""
    real, calls = Learner.learn, []

    def learn(self: Learner, *arguments: Any) -> dict[str, float]:
        metrics = real(self, *arguments)
        calls.append(1)
        if len(calls) == 3:
            with torch.no_grad():
                self.model.lm_head.weight[3, 2] = math.nan
        return metrics

    monkeypatch.setattr(Learner, "learn", learn)
    with pytest.raises(TrainingStoppedError, match=r"after step 3: model\..* not finite"):
        run(run_file, *SOUND)
    step, state = load_latest(tmp_path / "run" / "checkpoints")
    assert step == 2
    check_weights(state["learner"], step)


def test_a_warm_start_that_breaks_stops_the_run(run_file, tmp_path, monkeypatch):
    monkeypatch.setattr(Learner, "supervised", poisoned(Learner.supervised, "policy", math.inf, step=5))
    with pytest.raises(TrainingStoppedError, match=r"step 5 of the warm start: loss is (nan|inf)"):
        run(run_file, *SOUND)
    saved = json.loads((tmp_path / "run" / "failed-warm-start-step-5.json").read_text())
    assert len(saved["examples"]) == 8
    assert load_latest(tmp_path / "run" / "checkpoints") is None


def test_whitening_does_not_hide_what_is_no_number():
    values, weight = torch.tensor([1.0, math.nan, 2.0]), torch.tensor([1.0, 1.0, 0.0])
    assert whiten(values, weight).isnan().any()
    assert whiten(torch.tensor([1.0, math.inf]), torch.ones(2)).isnan().any()
    assert whiten(torch.tensor([0.3, 0.3]), torch.ones(2)).tolist() == [0.0, 0.0]


SEVERAL = "environments=[{id='test/echo-v0', style='binary+format'}, {id='test/switches-v0', weight=3}]"


def test_the_kl_in_the_reward_is_logged_apart_too(run_file, tmp_path):
    """Each environment's is the mean over its own tokens, so the whole lies between them."""
    more = ["learner.method=reinforce_pp", "learner.lr=1e-2", "train.steps=2", "evaluate.tasks=0"]
    run(run_file, *QUICK, SEVERAL, *more, "learner.entropy_coef=0.001")
    row = read_rows(tmp_path / "run" / "metrics.jsonl")[1]
    parts = [row[f"kl/{part}"] for part in ("test/echo-v0 level 1", "test/switches-v0 level 1")]
    assert min(parts) < row["kl"] < max(parts)
    assert row["kl"] != 0


@pytest.mark.parametrize(
    "more", [["rollout.dynamic_sampling=3"], ["tree.kind=fixed", "tree.widths=[2, 2]", "tree.at=[2]"]]
)
def test_what_was_drawn_and_sampled_adds_up(run_file, tmp_path, more):
    """Also what was left out, and what several leaves of a tree share."""
    run(run_file, *QUICK, SEVERAL, *more, "train.steps=1", "evaluate.tasks=0")
    row = read_rows(tmp_path / "run" / "metrics.jsonl")[0]
    parts = ("test/echo-v0 level 1", "test/switches-v0 level 1")
    for what in ("groups_drawn", "tokens_sampled", "speed/tokens_per_second"):
        assert row[what] == pytest.approx(sum(row[f"{what}/{part}"] for part in parts))
        assert row[what] > 0


def test_several_environments_are_logged_apart(run_file, tmp_path):
    two = "environments=[{id='test/echo-v0'}, {id='test/switches-v0', weight=3}]"
    run(run_file, *QUICK, two, "evaluate.tasks=0", "learner.entropy_coef=0.001")  # learns from every group
    row = read_rows(tmp_path / "run" / "metrics.jsonl")[0]
    parts = ("test/echo-v0 level 1", "test/switches-v0 level 1")
    whole = [
        "reward",
        "correct",
        "credit",
        "format_ok",
        "fault_rate",
        "length",
        "entropy",
        "kl",
        "clip_fraction",
        "groups_effective",
        "mismatch_mean",
    ]
    whole += ["tokens_sampled", *(f"outcomes/{verdict}" for verdict in ("correct", "wrong", "no_answer", "fault"))]
    assert {f"{what}/{part}" for what in whole for part in parts} <= row.keys()
    assert {
        f"{what}/{part}" for what in ("groups_drawn", "seconds/judge", "speed/tokens_per_second") for part in parts
    } <= row.keys()
    assert {
        "seconds/generate",
        "seconds/judge",
        "seconds/learn",
        "seconds/sync",
        "speed/tokens_per_second",
    } <= row.keys()
    for what in ("outcomes/no_answer", "groups_effective", "groups_drawn", "tokens_sampled"):
        assert row[what] == sum(row[f"{what}/{part}"] for part in parts)
    for what in ("generate", "learn"):  # of one batch, by tokens
        shares = [row[f"seconds/{what}/{part}"] / row[f"seconds/{what}"] for part in parts]
        assert sum(shares) == pytest.approx(1.0)
        assert min(shares) > 0.0
    assert row[f"seconds/generate/{parts[0]}"] / row["seconds/generate"] == pytest.approx(
        row[f"tokens_sampled/{parts[0]}"] / row["tokens_sampled"]
    )
    for what in ("entropy", "clip_fraction", "mismatch_mean"):
        learnt = [row[f"{what}/{part}"] for part in parts]
        assert min(learnt) <= row[what] <= max(learnt)
    lengths = [row[f"length/{part}"] for part in parts]
    assert row["length"] == pytest.approx((lengths[0] + 3 * lengths[1]) / 4)
