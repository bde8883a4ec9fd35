"""What stops a run: judges that fail, numbers that are none."""

from __future__ import annotations

import json
import math

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from agent.test_loop import QUICK, run
from guru_grpo.learner import Learner
from guru_grpo.logs import read_rows
from guru_grpo.safety import TrainingStoppedError


def test_judges_that_fail_stop_the_run(run_file):
    hanging = ["environments=[{id='test/hanging-v0'}]", "evaluate.tasks=0"]
    run(run_file, *QUICK, *hanging)  # wrong answers are none
    with pytest.raises(TrainingStoppedError, match="could not be judged"):
        run(run_file, *QUICK, "environments=[{id='test/failing-v0'}]", "evaluate.tasks=0", fresh=True)


@pytest.mark.parametrize(("name", "value"), [("loss", math.nan), ("grad_norm", math.inf), ("grad_norm", 1e9)])
def test_broken_numbers_stop_the_run_and_the_batch_is_kept(run_file, tmp_path, monkeypatch, name, value):
    update = Learner.update
    monkeypatch.setattr(Learner, "update", lambda self, *arguments: update(self, *arguments) | {name: value})
    with pytest.raises(TrainingStoppedError, match=rf"step 1: {name} is {value}"):
        run(run_file, *QUICK, "evaluate.tasks=0")
    saved = json.loads((tmp_path / "run" / "failed-step-1.json").read_text())
    assert len(saved["rollouts"]) == 16
    assert saved["rollouts"][0]["completion_ids"]


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
        "seconds/generate",
        "seconds/judge",
        "seconds/learn",
        "seconds/sync",
        "speed/tokens_per_second",
    } <= row.keys()
    for what in ("outcomes/no_answer", "groups_effective", "tokens_sampled"):
        assert row[what] == sum(row[f"{what}/{part}"] for part in parts)
    for what in ("entropy", "clip_fraction", "mismatch_mean"):
        learnt = [row[f"{what}/{part}"] for part in parts]
        assert min(learnt) <= row[what] <= max(learnt)
    lengths = [row[f"length/{part}"] for part in parts]
    assert row["length"] == pytest.approx((lengths[0] + 3 * lengths[1]) / 4)
