"""Checkpoints: complete or absent, never half; clear errors; the one before stays intact."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo import checkpoint  # noqa: E402
from guru_grpo.checkpoint import CheckpointError  # noqa: E402


def state(seed: int = 0):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(40, 30, generator=generator)
    return {
        "model": {"embed": weight, "head": weight, "half": torch.randn(5, generator=generator).bfloat16()},
        "optimiser": {
            "state": {0: {"step": torch.tensor(3.0), "exp_avg": weight * 2}, 1: {}},
            "groups": [{"betas": (0.9, 0.95)}],
        },
        "empty": torch.zeros(0, 4),
        "transposed": weight.t(),
        "flags": torch.tensor([True, False]),
        "seconds": 0.1 + 0.2,
        "name": "ein Schritt, 一步",
        "nothing": None,
        "big": 2**100,
    }


def same(one, other) -> bool:
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and one.shape == other.shape and bool((one == other).all())
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def test_round_trip_is_exact(tmp_path):
    checkpoint.save(tmp_path, 12, state())
    step, loaded = checkpoint.load_latest(tmp_path)
    assert step == 12
    assert same(loaded, state())


def test_tied_weights_are_written_once(tmp_path):
    path = checkpoint.save(tmp_path, 1, {"a": (weight := torch.zeros(1000, 100)), "b": weight})
    assert (path / "tensors.safetensors").stat().st_size < 1.1 * weight.numel() * 4


def test_only_plain_values_are_taken(tmp_path):
    with pytest.raises(TypeError, match="thing"):
        checkpoint.save(tmp_path, 1, {"thing": object()})


def test_nothing_there(tmp_path):
    assert checkpoint.load_latest(tmp_path / "none") is None


def test_the_newest_are_kept(tmp_path):
    for step in range(5):
        checkpoint.save(tmp_path, step, {"step": step}, keep=2)
    assert [path.name for path in checkpoint.found(tmp_path)] == ["step-00000003", "step-00000004"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000003", "step-00000004"]


def test_same_step_again_replaces(tmp_path):
    checkpoint.save(tmp_path, 3, {"value": 1})
    checkpoint.save(tmp_path, 3, {"value": 2})
    assert checkpoint.load_latest(tmp_path) == (3, {"value": 2})


class Killed(BaseException):
    """Stands for kill -9: nothing is written after it."""


def test_killed_while_the_same_step_is_replaced(tmp_path, monkeypatch):
    """The old checkpoint has made room and the new one is not in place yet: the old one is put back."""
    folder, other = tmp_path / "run", tmp_path / "other"
    checkpoint.save(folder, 3, state(3), keep=1)
    real = Path.rename

    def killed(self: Path, target: Path) -> Path:
        if self.name.startswith(".writing-"):
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(Killed):
            checkpoint.save(folder, 3, state(4), keep=1)
    assert checkpoint.found(folder) == []
    shutil.copytree(folder, other)

    step, loaded = checkpoint.load_latest(folder)
    assert step == 3
    assert same(loaded, state(3))
    checkpoint.save(folder, 3, state(4), keep=1)
    assert same(checkpoint.load_latest(folder)[1], state(4))
    assert [path.name for path in folder.iterdir()] == ["step-00000003"]

    checkpoint.sweep(other)
    assert [path.name for path in other.iterdir()] == ["step-00000003"]


def test_a_failure_while_the_same_step_is_replaced(tmp_path, monkeypatch):
    checkpoint.save(tmp_path, 3, state())
    real = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.startswith(".writing-"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refused)
        with pytest.raises(CheckpointError, match="step-00000003 is intact"):
            checkpoint.save(tmp_path, 3, state(4))
    assert same(checkpoint.load_latest(tmp_path)[1], state())


def test_killed_after_the_same_step_was_replaced(tmp_path):
    """The new one is in place and the old one not yet removed: the new one stays."""
    checkpoint.save(tmp_path, 3, state(4))
    shutil.copytree(tmp_path / "step-00000003", tmp_path / ".replaced-step-00000003")
    damage_cut(tmp_path / ".replaced-step-00000003")
    assert same(checkpoint.load_latest(tmp_path)[1], state(4))
    checkpoint.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000003"]


def damage_cut(path: Path) -> None:
    file = path / "tensors.safetensors"
    file.write_bytes(file.read_bytes()[:-7])


def damage_flip(path: Path) -> None:
    file = path / "tensors.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def damage_state(path: Path) -> None:
    file = path / "state.json"
    file.write_bytes(file.read_bytes().replace(b"1", b"2"))


def damage_missing(path: Path) -> None:
    (path / "state.json").unlink()


def damage_manifest(path: Path) -> None:
    (path / "manifest.json").write_text("{")


def damage_format(path: Path) -> None:
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))


DAMAGES = [damage_cut, damage_flip, damage_state, damage_missing, damage_manifest, damage_format]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_checkpoint_is_passed_over_with_a_warning(tmp_path, damage):
    checkpoint.save(tmp_path, 1, state(1))
    damage(checkpoint.save(tmp_path, 2, state(2)))
    with pytest.warns(UserWarning, match="step-00000002.*going on from step-00000001"):
        step, loaded = checkpoint.load_latest(tmp_path)
    assert step == 1
    assert same(loaded, state(1))


@pytest.mark.parametrize("damage", DAMAGES)
def test_only_damaged_checkpoints_is_an_error(tmp_path, damage):
    damage(checkpoint.save(tmp_path, 2, state()))
    with pytest.raises(CheckpointError, match="step-00000002"):
        checkpoint.load_latest(tmp_path)


def test_full_disk_leaves_the_previous_checkpoint(tmp_path):
    """A file-size limit makes the operating system refuse the write, half-way through."""
    checkpoint.save(tmp_path, 1, state())
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CheckpointError, match=r"disk is full.*step-00000001 is intact"):
            checkpoint.save(tmp_path, 2, {"big": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001"]
    assert same(checkpoint.load_latest(tmp_path)[1], state())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_no_space_at_flush(tmp_path, monkeypatch, code):
    checkpoint.save(tmp_path, 1, state())

    def fail(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CheckpointError, match="disk is full"):
        checkpoint.save(tmp_path, 2, state())
    monkeypatch.undo()
    assert checkpoint.load_latest(tmp_path)[0] == 1


def test_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="not a folder"):
        checkpoint.save(tmp_path / "file", 1, state())

    def refuse(*_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # as root every folder can be written, so it is refused here
    with pytest.raises(CheckpointError, match="not writable"):
        checkpoint.save(tmp_path / "x", 1, state())


WRITER = """
import sys, torch
from pathlib import Path
from guru_grpo import checkpoint
step = 0
while True:
    step += 1
    checkpoint.save(Path(sys.argv[1]), step, {"weights": torch.full((200_000,), float(step)), "step": step})
    print(step, flush=True)
"""


def test_killed_while_writing(tmp_path):
    """kill -9 at arbitrary moments: what is there is always complete and belongs to its step."""
    path = os.pathsep.join(sys.path)
    seen = 0
    for attempt in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        time.sleep(0.013 * attempt)
        process.kill()
        process.wait()
        process.stdout.close()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            step, loaded = checkpoint.load_latest(tmp_path)
        assert loaded["step"] == step
        assert bool((loaded["weights"] == step).all())
        seen += 1
        for old in checkpoint.found(tmp_path):
            checkpoint.load(old)
    assert seen == 4
