"""One step ahead: the batch that waits, its age, and a run that is stopped and goes on."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

import domains_for_tests  # noqa: E402, F401
from guru_grpo.cli import main  # noqa: E402
from guru_grpo.overlap import Batches  # noqa: E402


def rows_of(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [{name: row[name] for name in row if not name.startswith(("seconds/", "speed/"))} for row in rows]


def run(file: Path, output: Path, *settings: str) -> list[dict[str, Any]]:
    given = ["warm_start.steps=20", "evaluate.tasks=0", "learner.entropy_coef=0.01", *settings]
    arguments = ["train", "--config", str(file), "--output", str(output), "--quiet"]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, *(part for one in given for part in ("--set", one))])
    assert not ended.value.code
    return rows_of(output)


def test_a_step_ahead_is_one_update_old_and_resumes(run_file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import guru_grpo.loop as loop

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    sequential = run(run_file, tmp_path / "sequential", "train.steps=4")
    ahead = run(run_file, tmp_path / "ahead", "train.steps=4", "train.overlap=true", "train.checkpoint_every=1")
    assert [row["staleness"] for row in sequential] == [0, 0, 0, 0]
    assert [row["staleness"] for row in ahead] == [0, 1, 1, 1]
    same = [name for name in sequential[0] if sequential[0][name] == ahead[0][name]]
    assert set(same) == set(sequential[0]), "the first step is the same"
    assert ahead[1:] != sequential[1:]
    assert any(row["grad_norm"] > 0 for row in ahead)
    assert max(row["mismatch_max"] for row in sequential) < 1e-4

    saves: list[int] = []
    save = loop._save

    def stop(*arguments: Any, **more: Any) -> None:
        save(*arguments, **more)
        saves.append(arguments[0].step)
        if saves == [0, 1, 2]:
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "_save", stop)
    settings = ("train.steps=4", "train.overlap=true", "train.checkpoint_every=1")
    with pytest.raises((KeyboardInterrupt, AssertionError)):
        run(run_file, tmp_path / "stopped", *settings)
    monkeypatch.setattr(loop, "_save", save)
    assert len(rows_of(tmp_path / "stopped")) == 2
    resumed = run(run_file, tmp_path / "stopped", *settings)
    torch.set_num_threads(threads)
    assert resumed == ahead
    weights = [(tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("ahead", "stopped")]
    assert weights[0] == weights[1]


def test_what_stops_a_run_is_found_before_the_batch_is_saved(run_file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """A judge that fails once stops the run; once it is mended, the same command goes on, with a batch drawn anew."""
    from dataclasses import replace

    from guru_grpo.mixture import Mixture

    judge, calls = Mixture.judge, [0]

    def fails_once(self: Any, responses: Any, own: Any = None) -> Any:
        calls[0] += 1
        judged = judge(self, responses, own)
        return replace(judged, faults=[True] * len(responses)) if calls[0] == 3 else judged

    settings = ("train.steps=4", "train.overlap=true", "train.checkpoint_every=1")
    expected = run(run_file, tmp_path / "whole", *settings)
    monkeypatch.setattr(Mixture, "judge", fails_once)
    with pytest.raises(AssertionError):
        run(run_file, tmp_path / "stopped", *settings)
    assert calls[0] == 3
    assert run(run_file, tmp_path / "stopped", *settings) == expected


def test_with_samples_ahead_the_time_of_a_step_is_that_of_the_clock(
    run_file: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    import guru_grpo.loop as loop
    from guru_grpo.learner import Learner

    collect, learn = loop.collect, Learner.learn

    def slow(function: Any) -> Any:
        def run_slowly(*arguments: Any, **more: Any) -> Any:
            time.sleep(0.5)
            return function(*arguments, **more)

        return run_slowly

    monkeypatch.setattr(loop, "collect", slow(collect))
    monkeypatch.setattr(Learner, "learn", slow(learn))
    run(run_file, tmp_path / "ahead", "train.steps=3", "train.overlap=true")
    rows = [json.loads(line) for line in (tmp_path / "ahead" / "metrics.jsonl").read_text().splitlines()]
    first, second, last = rows
    assert first["seconds/step"] > 1.0, "the first batch is waited for"
    assert second["seconds/step"] >= second["seconds/learn"] + second["seconds/wait"] + second["seconds/sync"] >= 0.5
    assert last["speed/tokens_per_second"] == pytest.approx(last["tokens_sampled"] / last["seconds/step"])
    assert "speed/other_share" in first
    assert "speed/other_share" not in second


def test_at_most_one_batch_waits_and_errors_are_raised_where_they_count() -> None:
    running: list[str] = []

    def sample(step: int) -> Any:
        running.append(threading.current_thread().name)
        if step == 2:
            raise ValueError("the engine broke")
        return f"batch {step}"

    batches = Batches(sample, ahead=True)
    assert batches.take(0) == ("batch 0", 0)
    batches.start(1, version=0)
    batches.wait()
    assert batches.take(1) == ("batch 1", 1)
    batches.start(2, version=1)
    with pytest.raises(ValueError, match="the engine broke"):
        batches.wait()
    assert running[0] == threading.current_thread().name != running[1]
    plain = Batches(sample)
    plain.start(1, version=0)
    plain.wait()
    assert plain.state_dict() is None
