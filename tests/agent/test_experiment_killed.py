"""``kill -9`` of an arm's process in the middle of its training: the same command goes on, and ends as if nothing had been."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo import cli as agent  # noqa: E402
from guru_grpo.experiments import measure, run  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from guru_envs import cli  # noqa: E402

STEPS, BETWEEN = 16, 4
EXPERIMENT = f"""
question = "Does it go on?"

[[arms]]
name = "untouched"
settings.train.steps = 0

[[arms]]
name = "grpo"

[small]
seeds = [3]

[small.environments]
sums = {{ id = "guru/countdown-v0", knobs = {{ numbers = 3, operations = ["+"], use = "any" }}, reward = {{ format = 0.5 }} }}

[small.settings]
model = {{ name = "tiny-random", chat = false }}
engine = {{ kind = "transformers", max_model_len = 512 }}
rollout = {{ groups = 2, group_size = 2, max_new_tokens = 4 }}
learner = {{ lr = 1e-3, entropy_coef = 0.01 }}  # so that every step changes the weights
train = {{ steps = {STEPS}, checkpoint_every = {BETWEEN} }}
evaluate = {{ tasks = 2, samples = 2, k = [1] }}
logs = {{ tensorboard = false, curves = false }}

[large.environments]
sums = {{ id = "guru/countdown-v0", level = 2 }}
"""


class Children:
    """Starts the processes that train, and kills the first of them with SIGKILL once its log has so many rows.

    Without a number of rows training is done here, as is all measuring: each process loads torch again.
    """

    def __init__(self, out: Path, rows: int) -> None:
        self.log, self.rows = out / "arms" / "grpo-3" / "metrics.jsonl", rows
        self.killed_at = 0
        self.printed: list[str] = []

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        if "guru_grpo.experiments.measure" in command:
            measure.main(command[3:])
            return subprocess.CompletedProcess(command, 0)
        if not self.rows:
            agent.app(command[3:], standalone_mode=False)
            return subprocess.CompletedProcess(command, 0)
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        deadline = time.monotonic() + 240
        while not self.killed_at and child.poll() is None:
            assert time.monotonic() < deadline
            if self.log.exists() and len(read_rows(self.log)) >= self.rows:
                child.kill()
                self.killed_at = len(read_rows(self.log))
            time.sleep(0.002)
        self.printed.append(child.communicate(timeout=240)[0])
        return subprocess.CompletedProcess(command, child.returncode)


def told(folder: Path) -> tuple[str, list[dict[str, Any]]]:
    """The results, and the log of the arm that is trained; without what took how long."""
    rows = read_rows(folder / "arms" / "grpo-3" / "metrics.jsonl")
    kept = [{key: row[key] for key in row if not key.startswith(("seconds/", "speed/"))} for row in rows]
    return (folder / "results.jsonl").read_text(), kept


def test_an_experiment_goes_on_where_an_arm_was_killed(tmp_path, monkeypatch, request):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # one thread: then floating-point sums have one order
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    request.addfinalizer(lambda: torch.set_num_threads(threads))
    source = tmp_path / "tiny.toml"
    source.write_text(EXPERIMENT)

    def command(out: Path, children: Children) -> Any:
        monkeypatch.setattr(run.subprocess, "run", children.run)
        return CliRunner().invoke(cli.app, ["experiment", str(source), "--output", str(out)])

    whole, hit = tmp_path / "whole", tmp_path / "hit"
    assert command(whole, Children(whole, 0)).exit_code == 0
    expected = told(whole)
    assert [row["step"] for row in expected[1]] == list(range(1, STEPS + 1))
    assert all(row["grad_norm"] > 0 for row in expected[1])

    children = Children(hit, BETWEEN + 2)
    stopped = command(hit, children)
    assert stopped.exit_code != 0
    assert "ended with status -9; the same command goes on" in str(stopped.exception)
    assert BETWEEN < children.killed_at < STEPS, "killed behind a checkpoint, before the end"
    assert not (hit / "arms" / "grpo-3" / "summary.json").exists()
    kept = (hit / "results" / "untouched-3" / "test.json").stat().st_mtime_ns

    again = command(hit, children)
    assert again.exit_code == 0, again.output
    (after,) = children.printed[1:]
    begun = [int(line.split()[-1]) for line in after.splitlines() if "going on from step" in line]
    assert begun
    assert BETWEEN <= begun[0] < STEPS, "it went on from a checkpoint, and did not begin anew"
    assert told(hit) == expected
    assert (hit / "results" / "untouched-3" / "test.json").stat().st_mtime_ns == kept, (
        "what was measured is not measured again"
    )
