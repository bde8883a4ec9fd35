"""The loop on a tiny model: it learns, masks faults, keeps to its time, and explains what goes wrong."""

from __future__ import annotations

import errno
import io
import json
import warnings
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
from guru_grpo import checkpoint, config, loop
from guru_grpo.checkpoint import CheckpointError
from guru_grpo.crew import Crew
from guru_grpo.folder import ResumeError, RunFolder
from guru_grpo.logs import Display, read_rows
from guru_grpo.mixture import Mixture, share
from guru_grpo.report import findings
from rich.console import Console

QUICK = ["warm_start.steps=0", "train.steps=3", "rollout.max_new_tokens=6", "evaluate.samples=2", "evaluate.k=[1]"]


def run(file: Path, *overrides: str, fresh: bool = False):
    text = io.StringIO()
    with Display(Console(file=text, width=200)) as display:
        stages = loop.train(config.load(str(file), overrides), display, fresh)
    return stages, text.getvalue()


def test_the_learner_gets_the_temperature_and_the_limit_of_sampling(run_file, tmp_path, monkeypatch):
    """With another temperature ratios would be off; with another limit the aggregation ``constant``, which Adam hides."""
    seen, new = [], Crew.new_learner

    def look(crew, settings, longest):
        seen.append((settings.temperature, longest))
        new(crew, settings, longest)

    monkeypatch.setattr(Crew, "new_learner", look)
    given = [*QUICK, "train.steps=2", "rollout.temperature=0.5", "evaluate.tasks=0", "learner.entropy_coef=0.01"]
    run(run_file, *given)
    assert seen == [(0.5, 6)]
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert [row["mismatch_max"] < 1e-4 for row in rows] == [True, True]


def test_learns_form_by_imitation_and_more_of_it_by_grpo(run_file, tmp_path):
    more = ["environments.0.knobs={size=1000}", "evaluate.tasks=30", "evaluate.samples=2", "evaluate.k=[2]"]
    more += ["warm_start.steps=80", "train.steps=40", "learner.lr=2e-3", "rollout.groups=8", "logs.curves=true"]
    stages, text = run(run_file, *more)
    first, warm, last = (stages[name][0] for name in ("before", "warm", "after"))
    assert first.format_ok.mean == 0.0
    assert warm.format_ok.mean > 0.0
    assert last.format_ok.mean > max(0.8, warm.format_ok.mean)
    assert last.reward.mean > 0.4
    assert findings(stages)[0].reward_rose
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert [row["step"] for row in rows] == list(range(1, 41))
    learnt = [row for row in rows if row["tokens"]]
    assert len(learnt) > 10
    assert all(row["mismatch_max"] < 1e-3 for row in learnt)
    assert (tmp_path / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "step   40" in text
    assert (tmp_path / "run" / "model" / "model.safetensors").exists()


def test_a_complete_run_is_not_repeated_but_goes_on_with_more_steps(run_file, tmp_path):
    first, _ = run(run_file, *QUICK)
    stamp = (tmp_path / "run" / "summary.json").stat().st_mtime_ns
    again, text = run(run_file, *QUICK)
    assert again == first
    assert "complete" in text
    assert (tmp_path / "run" / "summary.json").stat().st_mtime_ns == stamp
    run(run_file, *QUICK, "train.steps=5")
    assert [row["step"] for row in read_rows(tmp_path / "run" / "metrics.jsonl")] == [1, 2, 3, 4, 5]
    assert json.loads((tmp_path / "run" / "evaluations" / "after.json").read_text())["step"] == 5
    run(run_file, *QUICK, "learner.lr=0.5", fresh=True)
    assert len(read_rows(tmp_path / "run" / "metrics.jsonl")) == 3


def test_tensorboard_and_no_evaluation(run_file, tmp_path):
    stages, _ = run(run_file, *QUICK, "evaluate.tasks=0", "logs.tensorboard=true")
    assert stages == {}
    assert list((tmp_path / "run" / "tensorboard").glob("events*"))


def test_other_settings_in_the_same_folder_are_refused(run_file):
    run(run_file, *QUICK)
    with pytest.raises(ResumeError, match=r"learner\.lr: 0\.001 -> 0\.5"):
        run(run_file, *QUICK, "learner.lr=0.5")


def test_two_processes_in_one_folder_are_refused(run_file, tmp_path):
    with RunFolder(tmp_path / "run").claim(fresh=False), pytest.raises(ResumeError, match="another process"):
        run(run_file, *QUICK)


def test_faults_are_masked(run_file, tmp_path, monkeypatch):
    """Responses that the judge fails on have no part in any mean and no gradient."""
    real = Mixture.judge

    def broken(self, responses, *more):
        judged = real(self, responses, *more)
        judged.rewards[:] = [0.0, 1.0] * (len(responses) // 2)
        judged.faults[:] = [True] * len(responses)
        return judged

    monkeypatch.setattr(Mixture, "judge", broken)
    run(run_file, *QUICK, "train.max_fault_rate=1.0")
    for row in read_rows(tmp_path / "run" / "metrics.jsonl"):
        assert row["faults"] == 16
        assert row["reward"] == 0.0
        assert row["grad_norm"] == 0.0


def test_time_budget_ends_training_but_not_the_evaluation(run_file, tmp_path):
    stages, text = run(run_file, *QUICK, "train.max_minutes=0.0001", "train.steps=1000")
    assert stages["after"]
    assert read_rows(tmp_path / "run" / "metrics.jsonl") == []
    assert "time budget ends training after 0 of 1000 steps" in text


def test_clock():
    clock = loop.Clock(2.0)
    assert clock.fits(100)
    clock.evaluation, clock.saving = 50.0, 20.0
    assert clock.fits(45)
    assert not clock.fits(55)
    clock.earlier = 60.0
    assert not clock.fits(0)
    assert loop.Clock(None).fits(1e9)


def test_damaged_checkpoint_falls_back_and_ends_the_same(run_file, tmp_path):
    run(run_file, *QUICK, "train.checkpoint_every=1", "train.keep=5")
    whole = (tmp_path / "run" / "model" / "model.safetensors").read_bytes()
    for path in checkpoint.found(tmp_path / "run" / "checkpoints")[2:]:
        with (path / "tensors.safetensors").open("r+b") as file:
            file.seek(5000)
            file.write(b"damaged!")
    (tmp_path / "run" / "summary.json").unlink()
    with pytest.warns(UserWarning, match=r"damaged.*going on from step-00000001"):
        run(run_file, *QUICK, "train.checkpoint_every=1", "train.keep=5")
    assert [row["step"] for row in read_rows(tmp_path / "run" / "metrics.jsonl")] == [1, 2, 3]
    assert (tmp_path / "run" / "model" / "model.safetensors").read_bytes() == whole


def test_only_damaged_checkpoints(run_file, tmp_path):
    run(run_file, *QUICK)
    (tmp_path / "run" / "summary.json").unlink()
    for path in checkpoint.found(tmp_path / "run" / "checkpoints"):
        (path / "state.json").write_text("{}")
    with pytest.raises(CheckpointError, match=r"no checkpoint .* can be read"):
        run(run_file, *QUICK)


def test_full_disk_in_the_middle_of_a_run(run_file, tmp_path, monkeypatch):
    """The disk fills up at the second checkpoint; with space again the same command ends as if nothing had happened."""
    other = tmp_path / "other"
    run(run_file, *QUICK, f"output={other}", "train.checkpoint_every=1")
    real, calls = checkpoint._write_tensors, []

    def full(*given):
        calls.append(1)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*given)

    monkeypatch.setattr(checkpoint, "_write_tensors", full)
    with pytest.raises(CheckpointError, match=r"disk is full.*step-00000001 is intact"):
        run(run_file, *QUICK, "train.checkpoint_every=1")
    monkeypatch.undo()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        run(run_file, *QUICK, "train.checkpoint_every=1")
    for name in ("model/model.safetensors", "evaluations/after.json"):
        one, two = (folder / name for folder in (tmp_path / "run", other))
        if name.endswith("json"):
            assert json.loads(one.read_text())["results"] == json.loads(two.read_text())["results"]
        else:
            assert one.read_bytes() == two.read_bytes()


def test_output_that_is_no_folder(run_file, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match=r"can not write the run to .*not a folder"):
        run(run_file, *QUICK, f"output={tmp_path / 'file' / 'run'}")


def test_unwritable_output(run_file, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # as root every folder can be written, so it is refused here
    with pytest.raises(CheckpointError, match="not writable"):
        run(run_file, *QUICK)


@pytest.mark.parametrize(("groups", "environments"), [(8, 3), (7, 7), (5, 2), (64, 6)])
def test_mixture_is_uniform(groups, environments):
    totals = [0] * environments
    for step in range(environments):
        counts = share(groups, [1] * environments, step)
        assert sum(counts) == groups
        assert max(counts) - min(counts) <= 1
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
    assert len(set(totals)) == 1


@pytest.mark.parametrize(("groups", "weights"), [(8, [2, 1, 1]), (5, [10, 1]), (64, [3, 2, 2, 1, 1, 1])])
def test_mixture_follows_weights_evenly(groups, weights):
    totals, turns = [0] * len(weights), sum(weights)
    for step in range(turns):
        counts = share(groups, weights, step)
        assert sum(counts) == groups
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        expected = [groups * (step + 1) * weight / turns for weight in weights]
        assert all(abs(total - wanted) < 2 for total, wanted in zip(totals, expected, strict=True))
    assert totals == [groups * weight for weight in weights]


def test_mixture_gives_each_response_to_its_own_environment_and_resumes():
    rows = [
        config.EnvironmentConfig("test/echo-v0", knobs={"size": 50}),
        config.EnvironmentConfig("test/echo-v0", level=2),
    ]
    mixture = Mixture(rows, groups=3, group_size=2, split="train", seed=5)
    for step in range(3):
        prompts, origin = mixture.draw(step)
        assert len(prompts) == len(origin) == 3
        assert all((int(prompt.split()[1]) < 50) == (where == 0) for prompt, where in zip(prompts, origin, strict=True))
        right = [text for text in mixture.oracle() for _ in range(2)]
        right[1] = "nothing"
        judged = mixture.judge(right)
        assert judged.correct == [True, False, True, True, True, True]
        assert judged.answered == [True, False, True, True, True, True]
        assert judged.rewards[:2] == [1.0, 0.0]
        if step == 1:
            saved = json.loads(json.dumps(mixture.state_dict()))
    other = Mixture(rows, groups=3, group_size=2, split="train", seed=99)
    other.load_state_dict(saved)
    assert other.draw(2) == (prompts, origin)
    mixture.close()
    other.close()


def test_torn_last_line_of_the_log_is_dropped(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n{"step": 3, "rew')
    assert [row["step"] for row in read_rows(path)] == [1, 2]
