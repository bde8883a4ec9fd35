"""Processes of arms: ``kill -9`` of one in the middle of its training, Ctrl-C, and what outlives the command that began it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo import cli as agent  # noqa: E402
from guru_grpo.experiments import children, machine, measure, plan, run  # noqa: E402
from guru_grpo.folder import ResumeError, hold  # noqa: E402
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


class Processes:
    """Starts the processes that train, and kills the first of them with SIGKILL once its log has so many rows.

    Without a number of rows training is done here, as is all measuring: each process loads torch again.
    """

    def __init__(self, out: Path, rows: int) -> None:
        self.log, self.rows = out / "arms" / "grpo-3" / "metrics.jsonl", rows
        self.killed_at = 0
        self.printed: list[str] = []

    def begin(self, command: list[str], **_: Any) -> Any:
        if "guru_grpo.experiments.measure" in command:
            measure.main(command[3:])
            return SimpleNamespace(wait=lambda: 0)
        if not self.rows:
            agent.app(command[3:], standalone_mode=False)
            return SimpleNamespace(wait=lambda: 0)
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        deadline = time.monotonic() + 240
        while not self.killed_at and child.poll() is None:
            assert time.monotonic() < deadline
            if self.log.exists() and len(read_rows(self.log)) >= self.rows:
                child.kill()
                self.killed_at = len(read_rows(self.log))
            time.sleep(0.002)
        self.printed.append(child.communicate(timeout=240)[0])
        return child


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

    def command(out: Path, processes: Processes) -> Any:
        monkeypatch.setattr(children, "subprocess", SimpleNamespace(Popen=processes.begin))
        return CliRunner().invoke(cli.app, ["experiment", str(source), "--output", str(out)])

    whole, hit = tmp_path / "whole", tmp_path / "hit"
    assert command(whole, Processes(whole, 0)).exit_code == 0
    expected = told(whole)
    assert [row["step"] for row in expected[1]] == list(range(1, STEPS + 1))
    assert all(row["grad_norm"] > 0 for row in expected[1])

    processes = Processes(hit, BETWEEN + 2)
    stopped = command(hit, processes)
    assert stopped.exit_code != 0
    assert "ended with status -9; the same command goes on" in str(stopped.exception)
    assert BETWEEN < processes.killed_at < STEPS, "killed behind a checkpoint, before the end"
    assert not (hit / "arms" / "grpo-3" / "summary.json").exists()
    kept = (hit / "results" / "untouched-3" / "test.json").stat().st_mtime_ns

    again = command(hit, processes)
    assert again.exit_code == 0, again.output
    (after,) = processes.printed[1:]
    begun = [int(line.split()[-1]) for line in after.splitlines() if "going on from step" in line]
    assert begun
    assert BETWEEN <= begun[0] < STEPS, "it went on from a checkpoint, and did not begin anew"
    assert told(hit) == expected
    assert (hit / "results" / "untouched-3" / "test.json").stat().st_mtime_ns == kept, (
        "what was measured is not measured again"
    )


SLEEP = "import time; print('asleep', flush=True); time.sleep(60)"


@pytest.fixture
def begun(tmp_path):
    with (tmp_path / "lock").open("w") as lock:
        yield children.Children(lock.fileno())


def planned(folder: Path) -> plan.Plan:
    (folder / "tiny.toml").write_text(EXPERIMENT)
    return plan.make(str(folder / "tiny.toml"), "small", str(folder / "out"), (3, 4, 5))


def test_a_child_gets_its_share_and_prints_to_its_log(begun, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    tell = (
        "import json, os, sys; print(json.dumps([sorted(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS']]));"
        "print('and errors', file=sys.stderr)"
    )
    core, log = max(os.sched_getaffinity(0)), tmp_path / "logs" / "one.txt"
    # As in the pool: the thread that starts a child is bound with it, this one is not.
    share = machine.Share({"OMP_NUM_THREADS": "1"}, (core,))
    thread = threading.Thread(target=lambda: begun.run("-c", tell, what="telling", share=share, log=log))
    before = os.sched_getaffinity(0)
    thread.start()
    thread.join(60)
    assert os.sched_getaffinity(0) == before
    first, second = sorted(log.read_text().splitlines())
    assert json.loads(first) == [[core], "1"]
    assert second == "and errors"
    begun.run("-c", "print('again')", what="telling", share=machine.Share(), log=log)
    assert log.read_text().endswith("again\n"), "a log is gone on with"
    with pytest.raises(children.ArmError, match=r"the telling ended with status 3 \(see .*one.txt\)"):
        begun.run("-c", "raise SystemExit(3)", what="telling", share=machine.Share(), log=log)
    assert begun.living == []


@pytest.mark.parametrize(
    ("jobs", "number", "raised"),
    [(1, signal.SIGINT, KeyboardInterrupt), (2, signal.SIGINT, KeyboardInterrupt), (2, signal.SIGTERM, SystemExit)],
)
def test_an_interrupt_ends_the_children_and_begins_nothing_more(tmp_path, monkeypatch, request, jobs, number, raised):
    said: list[str] = []
    seen: list[subprocess.Popen[bytes]] = []

    class Watched(children.Children):
        def __init__(self, lock: int) -> None:
            super().__init__(lock)
            threading.Thread(target=self.interrupt, daemon=True).start()

        def interrupt(self) -> None:
            log = tmp_path / "log.txt"  # while Python begins, an interrupt would be an error like any other
            while not log.exists() or log.read_text().count("asleep") < jobs:
                time.sleep(0.01)
            seen.extend(self.living)
            os.kill(os.getpid(), number)

    def one(made, arm, source, share, to_file, begun):
        begun.run("-c", SLEEP, what="sleep", share=share, log=tmp_path / "log.txt")
        begun.run("-c", SLEEP, what="second sleep", share=share, log=tmp_path / "log.txt")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    monkeypatch.setattr(run, "Children", Watched)
    monkeypatch.setattr(run, "_one", one)
    monkeypatch.setattr(children, "GRACE", 40.0)  # on a busy machine Python takes its time to begin, and to end
    monkeypatch.setattr(machine, "shares", lambda jobs: [machine.Share()] * jobs)
    started = time.monotonic()
    usual = signal.getsignal(signal.SIGTERM)
    with pytest.raises(raised):
        run.run(planned(tmp_path), "tiny", said.append, jobs=jobs)
    assert time.monotonic() - started < 50
    assert [process.returncode for process in seen] == [-signal.SIGINT] * jobs
    assert len(said) == jobs, "six arms were waiting"
    assert signal.getsignal(signal.SIGTERM) is usual


def test_a_child_that_does_not_listen_is_killed(begun, tmp_path, monkeypatch):
    monkeypatch.setattr(children, "GRACE", 0.1)
    log = tmp_path / "log.txt"
    deaf = "import signal, time; [signal.signal(one, signal.SIG_IGN) for one in (2, 15)]; print(1, flush=True); time.sleep(60)"
    errors: list[str] = []

    def start() -> None:
        try:
            begun.run("-c", deaf, what="sleep", share=machine.Share(), log=log)
        except children.ArmError as error:
            errors.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    deadline = time.monotonic() + 60
    while not (log.exists() and log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    begun.stop()
    thread.join(60)
    assert "status -9" in errors[0]
    with pytest.raises(children.ArmError, match="was not begun"):
        begun.run("-c", SLEEP, what="sleep", share=machine.Share(), log=None)


PARENT = """
import sys
from guru_grpo.experiments import plan, run

def one(made, arm, source, share, to_file, begun):
    begun.run("-c", "import os, time; print(os.getpid(), flush=True); time.sleep(120)", what="sleep", share=share, log=None)

run._one = one
run.run(plan.make(sys.argv[1], "small", sys.argv[2]), sys.argv[1], lambda text: None)
"""


def test_what_outlives_a_killed_command_holds_the_folder(tmp_path, monkeypatch):
    made = planned(tmp_path)
    command = [sys.executable, "-c", PARENT, str(tmp_path / "tiny.toml"), str(made.folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as parent:
        child = int(parent.stderr.readline())  # what a child prints goes to the standard error
        parent.kill()
    monkeypatch.setattr(run, "missing", lambda made, arm: [])
    monkeypatch.setattr(run, "_needed", lambda made, arm: False)
    try:
        with pytest.raises(ResumeError, match="another process, or a training that outlived it, is at work on"):
            run.run(made, "tiny", lambda text: None, fresh=True)
        assert (made.folder / "experiment.json").exists(), "refused before anything is removed"
    finally:
        os.kill(child, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        try:
            with hold(made.folder, "the experiment", "taken"):
                break
        except ResumeError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    run.run(made, "tiny", lambda text: None)
