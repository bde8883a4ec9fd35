"""SIGKILL to a real process that samples, in the middle of a step: a clear error, and the same command ends as if nothing had been.

By default the engine is in the trainer's process, whose death ``test_resume.py`` is about. Processes of its own has vLLM with
``engine.own_process``, and a run under torchrun, whose ranks but the first only do what the first tells them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from guru_grpo import vllm_engine  # noqa: E402
from guru_grpo.config import EngineConfig  # noqa: E402
from guru_grpo.engine import make_engine  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

HERE = Path(__file__).parent


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed")
def test_vllms_process_is_killed_while_it_samples(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    environment |= {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "inductor")}
    if not torch.cuda.is_available():  # on a CPU nothing may need a compiler
        environment |= {"CC": "/nonexistent", "CXX": "/nonexistent"}
    command = [sys.executable, str(HERE / "vllm_killed.py"), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
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
