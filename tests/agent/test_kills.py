"""What dies in a run: the trainer at any moment, verifier workers, the engine. The run recovers, or goes on where it stood."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from agent.test_loop import run  # noqa: E402
from guru_grpo.config import EnvironmentConfig  # noqa: E402
from guru_grpo.engine import EngineError  # noqa: E402
from guru_grpo.logs import RunLog, read_rows  # noqa: E402
from guru_grpo.mixture import Mixture  # noqa: E402
from guru_grpo.samples import SampleLog, read_samples  # noqa: E402
from guru_grpo.transformers_engine import TransformersEngine  # noqa: E402
from guru_grpo.vllm_engine import VllmEngine  # noqa: E402

import guru_envs  # noqa: E402

# -- the trainer -------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for kill -9: nothing of the program catches it, and nothing is written after it."""


PLACES: list[tuple[type, str]] = [
    (RunLog, "write"),
    (SampleLog, "write"),
    (Mixture, "draw"),
    (Mixture, "judge"),
    (TransformersEngine, "generate"),
    (TransformersEngine, "load"),
]
MORE = ["train.steps=5", "train.checkpoint_every=1", "evaluate.tasks=0", "logs.samples_every=1"]


def contents(folder: Path) -> dict[str, Any]:
    """All that a run leaves behind but times."""
    rows = [
        {name: value for name, value in row.items() if not name.startswith(("seconds/", "speed/"))}
        for row in read_rows(folder / "metrics.jsonl")
    ]
    weights = (folder / "model" / "model.safetensors").read_bytes()
    return {"rows": rows, "samples": read_samples(folder), "weights": weights}


def task_rows(path: Path, count: int = 6) -> str:
    rows = []
    for seed in range(count):
        task = f"test/echo-v0/train/size=20/{seed}"
        rows.append({"task_id": task, "response": f"<answer>{guru_envs.task(task).gold}</answer>"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


METHODS = {
    "replayed groups, trees, tasks from a file": [
        "replay.kind=groups",
        "tree.kind=fixed",
        "tree.widths=[2, 2]",
        "tree.at=[3]",
        "learner.advantage=segment",
        "environments.0.tasks={file}",
    ],
    "traces from a file, replayed responses, dynamic sampling": [
        "rollout.traces={file}",
        "learner.method=luffy",
        "replay.kind=responses",
        "rollout.dynamic_sampling=2",
    ],
    "entropy, brevity, a curriculum": [
        "tree.kind=entropy",
        "tree.widths=[1, 2, 2]",
        "tree.gap=1",
        "learner.advantage=subgroup",
        "shaping.brevity=relative",
        "shaping.repetition=0.2",
        "environments=[{{id='test/echo-v0', style='proportional+rescaled'}}]",
        "curriculum.kind=adaptive",
        "curriculum.window=8",
    ],
}


@pytest.mark.parametrize("name", METHODS)
def test_a_run_that_was_killed_anywhere_ends_as_the_uninterrupted_one(run_file, tmp_path, monkeypatch, name):
    file = task_rows(tmp_path / "traces.jsonl")
    settings = [*MORE, *(one.format(file=file) for one in METHODS[name])]
    torch.set_num_threads(1)
    run(run_file, *settings, f"output={tmp_path / 'whole'}")
    expected = contents(tmp_path / "whole")
    assert len(expected["rows"]) == 5
    assert any(row["grad_norm"] > 0 for row in expected["rows"]), expected["rows"][0]
    if "replay" in name:
        assert "responses" in name or any(row["replayed_share"] > 0 for row in expected["rows"])
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for place, method in rng.sample(PLACES, 3):
        with monkeypatch.context() as patch:
            _kill_at(patch, place, method, rng.randint(1, 4), after=rng.random() < 0.5)
            with contextlib.suppress(Killed):
                run(run_file, *settings, f"output={tmp_path / 'killed'}")
    run(run_file, *settings, f"output={tmp_path / 'killed'}")
    assert contents(tmp_path / "killed") == expected


def _kill_at(patch: pytest.MonkeyPatch, place: type, method: str, call: int, after: bool) -> None:
    real, calls = getattr(place, method), []

    def dying(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == call and not after:
            raise Killed
        result = real(*arguments, **more)
        if len(calls) == call:
            raise Killed
        return result

    patch.setattr(place, method, dying)


# -- verifier workers --------------------------------------------------------------------------------------------------


def descendants(of: int) -> list[int]:
    """The processes below one."""
    found: list[int] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (folder / "stat").read_text()
                if int(stat.rpartition(")")[2].split()[1]) == of:
                    found += [int(folder.name), *descendants(int(folder.name))]
    return found


@contextlib.contextmanager
def killer(seed: int, pause: float, most: int = 3) -> Iterator[list[int]]:
    """Kills a process below this one now and then, so many in all; gives the list of those that were killed."""
    rng, killed, done = random.Random(seed), [], threading.Event()  # type: ignore[var-annotated]
    before = set(descendants(os.getpid()))

    def work() -> None:
        while len(killed) < most and not done.wait(rng.uniform(0.2, 1.0) * pause):
            mine = sorted({*descendants(os.getpid())} - before)
            if mine:
                victim = rng.choice(mine)
                with contextlib.suppress(OSError):
                    os.kill(victim, signal.SIGKILL)
                    killed.append(victim)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


def test_a_run_goes_on_when_verifier_workers_are_killed(run_file, tmp_path):
    """A response whose worker died is a fault, which is masked; the worker is replaced."""
    more = ["environments=[{id='test/hanging-v0'}]", "train.max_fault_rate=1.0", "evaluate.tasks=0"]
    steps = 0
    with killer(1, 0.2) as killed:
        while len(killed) < 2 and steps < 60:  # workers start with the first response that gives an answer
            steps += 6
            run(run_file, *more, f"train.steps={steps}")
    assert killed
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert [row["step"] for row in rows] == list(range(1, steps + 1))
    assert sum(row["faults"] for row in rows) <= len(killed)
    for row in rows:
        assert sum(row[f"outcomes/{verdict}"] for verdict in ("correct", "wrong", "no_answer", "fault")) == 16
        assert row["outcomes/fault"] == row["faults"]
    assert sum(row["outcomes/wrong"] for row in rows) > len(rows), "responses reach the workers"


@pytest.mark.parametrize("name", ["guru/code-v0", "guru/math-v0"])
def test_the_sandbox_and_workers_that_compare_answers_are_killed(name):
    """Right answers stay right, or are faults; none is called wrong because a process died."""
    rows = [EnvironmentConfig(name, level=1, workers=2)]
    mixture = Mixture(rows, groups=3, group_size=2, split="train", seed=0)
    with killer(2, 0.3) as killed:
        until = time.monotonic() + 240
        while len(killed) < 2 and time.monotonic() < until:
            mixture.draw(0)
            judged = mixture.judge([text for text in mixture.oracle() for _ in range(2)])
            assert {*judged.outcomes} <= {"correct", "fault"}
    assert len(killed) >= 2
    mixture.draw(0)
    judged = mixture.judge([text for text in mixture.oracle() for _ in range(2)])
    assert judged.outcomes == ["correct"] * 6
    mixture.close()


# -- the engine --------------------------------------------------------------------------------------------------------


def test_an_engine_that_dies_is_named_and_the_run_goes_on_afterwards(run_file, tmp_path, monkeypatch):
    settings = [*MORE, "replay.kind=groups"]
    torch.set_num_threads(1)
    run(run_file, *settings, f"output={tmp_path / 'whole'}")
    real, calls = TransformersEngine.generate, []

    def dying(self: Any, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise EngineError("vLLM failed while sampling")
        return real(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(TransformersEngine, "generate", dying)
        with pytest.raises(EngineError, match="while sampling"):
            run(run_file, *settings)
    assert 0 < len(read_rows(tmp_path / "run" / "metrics.jsonl")) < 5
    run(run_file, *settings)
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


def test_vllms_failures_say_what_to_do():
    class Dead:
        def generate(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("EngineCore encountered an issue")

        def collective_rpc(self, *_: Any, **__: Any) -> Any:
            raise BrokenPipeError("gone")

    engine = VllmEngine.__new__(VllmEngine)
    engine.llm, engine._params, engine.end_ids, engine._processes = Dead(), dict, set(), []
    from guru_grpo.engine import Sampling

    with pytest.raises(EngineError, match=r"while sampling \(RuntimeError: EngineCore .* from the last checkpoint"):
        engine.generate([[1]], Sampling(4, seed=0))
    with pytest.raises(EngineError, match="while taking new weights"):
        engine.load([])
