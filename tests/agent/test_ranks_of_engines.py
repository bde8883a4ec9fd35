"""Engines on several ranks (torchrun, gloo): engines that neighbours hold together, sampling ahead, and a rank that is killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

import engines_by_torchrun  # noqa: E402
from agent.test_kills import contents  # noqa: E402
from agent.test_loop import run  # noqa: E402
from agent.test_ranks import torchrun  # noqa: E402
from guru_grpo import engine as engines  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402

PROGRAM = str(Path(engines_by_torchrun.__file__))
SETTINGS = ["warm_start.steps=0", "evaluate.tasks=0", "learner.entropy_coef=0.01", "logs.samples_every=1"]


def command(what: str, run_file: Path, folder: Path, output: Path, *settings: str) -> list[str]:
    given = [part for one in (*SETTINGS, *settings) for part in ("--set", one)]
    return [PROGRAM, what, str(folder), "train", "--config", str(run_file), "--output", str(output), *given]


def test_neighbours_hold_an_engine_together(tmp_path: Path) -> None:
    """Four ranks are two engines: each answers its half, all neighbours are asked the same, rank 0 has all in order."""
    torchrun(PROGRAM, "share", str(tmp_path), processes=4)
    found = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(4)]
    assert found[0]["same"] == [True, True, True]
    assert found[0]["asked"] == found[1]["asked"] == [2, 2], "of one prompt the first engine has none"
    assert found[0]["waited"] >= 1.0, "none may be asked before the last of them has its weights"
    assert found[2]["asked"] == found[3]["asked"] == [3, 1, 2]


def plain(folder: Path) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if not name.startswith(("seconds/", "speed/"))}
        for row in read_rows(folder / "metrics.jsonl")
    ]


def test_two_ranks_sample_ahead_as_one_does(run_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's and the learner's calls come from two threads of rank 0; nothing is mixed up, and the result is one process's."""
    ahead = ["train.steps=4", "train.overlap=true", "engine.kind=vllm"]
    torchrun(*command("written", run_file, tmp_path, tmp_path / "two", *ahead))
    monkeypatch.setattr(engines, "make_engine", engines.make_engine)  # is put back
    engines_by_torchrun.write_responses()
    run(run_file, *SETTINGS, *ahead, f"output={tmp_path / 'one'}")
    one, two = plain(tmp_path / "one"), plain(tmp_path / "two")
    assert [row["staleness"] for row in two] == [0, 1, 1, 1]
    assert all(row["grad_norm"] > 0 for row in two)
    assert len({row["mismatch_mean"] for row in two}) == 4, "the log-probabilities tell which weights the engine had"
    for row, same in zip(two, one, strict=True):
        assert row == pytest.approx(same, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("span", [1, 2])
def test_two_ranks_sample_with_vllm(span: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """vLLM itself, as two engines and as one over both ranks, beside sharded weights that have moved far from those that it loaded."""
    pytest.importorskip("vllm", reason="vLLM is not installed")
    monkeypatch.setenv("VLLM_CPU_OMP_THREADS_BIND", "nobind")  # the ranks share the cores
    given = ["model.name=small-random", f"engine.tensor_parallel={span}", "engine.max_num_seqs=4", "rollout.groups=3"]
    given += ["rollout.group_size=3", "rollout.max_new_tokens=8", "train.steps=2"]
    given += [*SETTINGS, "warm_start.steps=4", "warm_start.batch=4", "warm_start.lr=1e-2", "warm_start.form=answer"]
    settings = [part for one in given for part in ("--set", one)]
    torchrun("-m", "guru_grpo", "train", "--preset", "smollm2-cpu", "--output", str(tmp_path / "run"), *settings)
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert [row["step"] for row in rows] == [1, 2]
    assert all(row["grad_norm"] > 0 for row in rows)
    assert all(row["mismatch_max"] < 1e-4 for row in rows), "every engine has the weights"
    assert rows[0]["entropy"] < 6.5, "of the untouched model it is 7.3, almost that of blind choice"


def test_a_rank_is_killed_while_it_samples(run_file: Path, tmp_path: Path) -> None:
    """Its engine dies with it: torchrun says which rank it was and ends the rest; the same command ends as if nothing had been."""
    short = ["train.steps=3", "train.checkpoint_every=1"]
    torchrun(*command("whole", run_file, tmp_path, tmp_path / "whole", *short))
    killed = command("killed", run_file, tmp_path, tmp_path / "killed", *short)
    with pytest.raises(AssertionError, match=r"Signal 9 \(SIGKILL\) received by PID") as caught:
        torchrun(*killed)
    assert "another process of the run is gone" in str(caught.value) or "(SIGTERM)" in str(caught.value)
    assert "Error: [" not in str(caught.value), "rank 0 shows no traceback"
    assert f"PID {(tmp_path / 'mark').read_text()}" in str(caught.value)
    assert len(read_rows(tmp_path / "killed" / "metrics.jsonl")) == 1
    torchrun(*killed)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
