"""SIGKILL to a real process that samples, in the middle of a step: a clear error, and the same command ends as if nothing had been.

By default the engine is in the trainer's process, whose death ``test_resume.py`` is about. Processes of its own has vLLM with
``engine.own_process``, and a run under torchrun, whose ranks but the first only do what the first tells them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from agent.test_kills import descendants  # noqa: E402
from agent.vllm_killed import SETTINGS  # noqa: E402
from agent.vllm_sync import write_tiny_with_wide_heads  # noqa: E402
from guru_grpo import vllm_engine  # noqa: E402
from guru_grpo.config import EngineConfig  # noqa: E402
from guru_grpo.engine import make_engine  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

HERE = Path(__file__).parent
TRAIN = """
import domains_for_tests, sys, time
from pathlib import Path
from guru_grpo.cli import main
from guru_grpo.vllm_engine import VllmEngine

def send(self, weights, send=VllmEngine._send):
    def hang(name, kwargs):
        Path(sys.argv[-1]).write_text(kwargs["path"])
        time.sleep(600)

    self.llm.collective_rpc = hang
    send(self, weights)

if {hangs}:  # while the weights of the first step go to vLLM's process
    VllmEngine._send = send
main(sys.argv[1:-1])
"""
START = """
import multiprocessing, os, sys, time
from guru_grpo.vllm_extension import TRAINER, WeightSync

class Base:
    def __init__(self, number):
        pass

class Worker(Base, WeightSync):  # as vLLM mixes it in
    pass

def work(apart, ready):
    if not apart:
        del os.environ[TRAINER]
    Worker(1)
    print(os.getpid(), flush=True)
    ready.set()
    time.sleep(600)

def start(work, *arguments):
    ready = multiprocessing.Event()
    multiprocessing.Process(target=work, args=(*arguments, ready)).start()
    ready.wait()

def engine(ready):
    print(os.getpid(), flush=True)
    start(work, True)
    ready.set()
    time.sleep(600)

multiprocessing.set_start_method("fork")
os.environ[TRAINER] = str(os.getpid())
Worker(0)  # in the trainer itself
start(work, False)  # in a process that is none of vLLM's own
start(work, True)  # in the engine's process
start(engine)  # in a child of it
time.sleep(600)
"""
HOLD = """
import sys, time
from pathlib import Path
from guru_grpo import vllm_engine

vllm_engine._MEMORY = sys.argv[1]
with vllm_engine._passing(sys.argv[1]) as folder:
    Path(folder, "model.safetensors").write_bytes(bytes(1000))
    print(folder, flush=True)
    time.sleep(600)
"""


def surroundings(scratch: Path) -> dict[str, str]:
    """The environment of a program that starts vLLM."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    environment |= {"TORCHINDUCTOR_CACHE_DIR": str(scratch / "inductor")}
    if not torch.cuda.is_available():  # on a CPU nothing may need a compiler
        environment |= {"CC": "/nonexistent", "CXX": "/nonexistent"}
    return environment


def until(found: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes about in time."""
    deadline = time.monotonic() + seconds
    while not found() and time.monotonic() < deadline:
        time.sleep(0.1)
    return found()


def runs(process: int) -> bool:
    """Whether a process is there and has not ended: one that nobody waits for stays listed as a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed")
def test_the_trainer_is_killed_and_vllms_process_and_the_weights_on_their_way_go_too(tmp_path: Path) -> None:
    write_tiny_with_wide_heads(str(tmp_path / "tiny"))
    file, sending, log = tmp_path / "run.toml", tmp_path / "sending", tmp_path / "log"
    file.write_text(SETTINGS.format(model=tmp_path / "tiny", steps=1))
    arguments = ["train", "--config", str(file), "--output", str(tmp_path / "run"), str(sending)]

    def start(hangs: bool) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", TRAIN.format(hangs=hangs), *arguments]
        with log.open("a") as file:
            return subprocess.Popen(command, env=surroundings(tmp_path), stdout=file, stderr=file)

    trainer = start(hangs=True)
    assert until(lambda: sending.exists() or trainer.poll() is not None, 600)
    below = descendants(trainer.pid)
    assert any("EngineCore" in Path(f"/proc/{one}/cmdline").read_text() for one in below), log.read_text()
    trainer.kill()
    trainer.wait()
    try:
        assert until(lambda: not any(map(runs, below)), 20)
    finally:
        for one in filter(runs, below):
            os.kill(one, signal.SIGKILL)
    left = Path(sending.read_text())
    assert [one.name for one in left.iterdir()] == ["model.safetensors"]
    assert start(hangs=False).wait(600) == 0, log.read_text()
    assert not left.exists()


def test_processes_of_vllms_own_end_with_the_trainer() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", START], env=environment, stdout=subprocess.PIPE, text=True) as trainer:
        assert trainer.stdout is not None
        try:
            other, *own = (int(trainer.stdout.readline()) for _ in range(4))
            assert not until(lambda: not all(map(runs, [trainer.pid, *own])), 1.5), "not while the trainer lives"
        finally:
            trainer.kill()
    try:
        assert until(lambda: not any(map(runs, own)), 20)
        assert runs(other)
    finally:
        for one in (other, *own):
            if runs(one):
                os.kill(one, signal.SIGKILL)


def test_weights_are_removed_once_nobody_holds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm_engine, "_MEMORY", str(tmp_path))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        try:
            folder = Path(holder.stdout.readline().strip())
            vllm_engine._sweep()
            assert (folder / "model.safetensors").exists()
        finally:
            holder.kill()
    vllm_engine._sweep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed")
def test_vllms_process_is_killed_while_it_samples(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "vllm_killed.py"), str(tmp_path)]
    done = subprocess.run(command, env=surroundings(tmp_path), capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found["killed"]) == 1
    assert "vLLM failed while sampling" in found["message"]
    assert "the same command goes on from the last checkpoint" in found["message"]
    assert (found["before"], found["steps"]) == (1, 3)
    assert found["learnt"] > 0
    assert found["mismatch"] < 1e-3, "the weights reach vLLM's process"
    assert found["same"], "the run that was killed ends like the whole one, bit by bit"


def test_a_process_of_its_own_is_for_vllm_alone() -> None:
    with pytest.raises(InvalidValueError, match="own_process is for"):
        make_engine(EngineConfig(kind="transformers", own_process=True), None, None)


@pytest.mark.parametrize(("free", "in_memory"), [(64 << 20, True), (4000, False)])
def test_weights_go_through_memory_only_where_they_fit(
    free: int, in_memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers have 64 MB of it by default, less than most models; the temporary folder takes the rest."""
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    memory.mkdir()
    disk.mkdir()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(vllm_engine, "_MEMORY", str(memory))
    monkeypatch.setattr(vllm_engine.shutil, "disk_usage", lambda path: usage(64 << 20, 0, free))
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    seen: list[tuple[Path, list[str]]] = []

    def take(name: str, kwargs: dict[str, Any]) -> None:
        folder = Path(kwargs["path"])
        seen.append((folder.parent, [file.name for file in folder.iterdir()]))

    engine = object.__new__(vllm_engine.VllmEngine)
    engine.llm = SimpleNamespace(collective_rpc=take)
    engine._send([("weight", torch.zeros(1024))])
    assert seen == [(memory if in_memory else disk, ["model.safetensors"])]
    assert not list(memory.iterdir())
    assert not list(disk.iterdir())
