"""``kill -9`` at any moment, the same command again: the result is that of a run which was never stopped."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo.logs import read_rows

# What an update carries from step to step, or chooses at random, has to be the same after a kill.
MORE = (
    "learner.covariance='clip'",
    "learner.covariance_share=0.02",
    "learner.covariance_band=[0.01, 9.0]",
    "learner.kl_coef=0.01",
    "learner.kl_target=0.001",
    "learner.kl_horizon=100",
    "learner.entropy_target=1.0",
    "learner.temperature_target=1.0",
    "learner.advantage='implicit'",
    "learner.implicit_lr=1e-3",
)
PROGRAM = "import domains_for_tests; from guru_grpo.cli import main; main()"


def start(file: Path, output: Path) -> subprocess.Popen[str]:
    """The command in a process of its own. One thread: then floating-point sums have one order."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROGRAM, "train", "--config", str(file), "--output", str(output)]
    command += [part for setting in MORE for part in ("--set", setting)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_when(process: subprocess.Popen[str], ready: Any, delay: float) -> bool:
    """Kill once something is there; False when the process ended before."""
    deadline = time.monotonic() + 240
    while not ready():
        if process.poll() is not None:
            process.communicate()
            return False
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(delay)
    process.kill()
    process.communicate()
    return True


def result(output: Path) -> dict[str, Any]:
    rows = [
        {name: value for name, value in row.items() if not name.startswith(("seconds/", "speed/"))}
        for row in read_rows(output / "metrics.jsonl")
    ]
    stages = {
        stage: json.loads((output / "evaluations" / f"{stage}.json").read_text())["results"]
        for stage in ("before", "warm", "after")
    }
    return {"rows": rows, "stages": stages, "weights": (output / "model" / "model.safetensors").read_bytes()}


def test_killed_runs_end_like_an_uninterrupted_one(run_file, tmp_path):
    whole = start(run_file, tmp_path / "whole")
    printed, _ = whole.communicate(timeout=300)
    assert whole.returncode == 0, printed
    expected = result(tmp_path / "whole")
    assert len(expected["rows"]) == 6
    assert any(row["grad_norm"] > 0 for row in expected["rows"]), "a run that learns nothing would prove nothing"
    assert any(row["silenced_fraction"] > 0 for row in expected["rows"]), "Clip-Cov has chosen"
    assert len({row["kl_coef"] for row in expected["rows"]}) == 6
    assert len({row["implicit_loss"] for row in expected["rows"]}) == 6, "the reward model learns"
    assert len({row["temperature"] for row in expected["rows"]}) == 6
    assert all(row["mismatch_max"] < 1e-4 for row in expected["rows"]), "engine and learner are at the same temperature"
    assert len({row["entropy_coef"] for row in expected["rows"]}) > 1

    seed = random.randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    rng = random.Random(seed)
    early, late = rng.randint(1, 3), rng.randint(4, 6)
    output = tmp_path / "killed"
    moments = [
        lambda: (output / "evaluations" / "before.json").exists(),  # in the warm start
        lambda: len(read_rows(output / "metrics.jsonl")) >= early,
        lambda: len(read_rows(output / "metrics.jsonl")) >= late,  # perhaps in the evaluation after it
    ]
    kills = 0
    for moment in moments:
        kills += kill_when(start(run_file, output), moment, rng.uniform(0, 0.15))
    last = start(run_file, output)
    printed, _ = last.communicate(timeout=300)
    assert last.returncode == 0, printed
    assert kills >= 2
    got = result(output)
    assert got["rows"] == expected["rows"]
    assert got["stages"] == expected["stages"]
    assert got["weights"] == expected["weights"], "the final weights are equal bit by bit"
