"""Atomic checkpoints: everything a run needs to go on as if it had never stopped.

A checkpoint is a folder ``step-00000010`` with three files: ``tensors.safetensors`` (every tensor, in the safetensors
format), ``state.json`` (everything else; tensors are referred to by name) and ``manifest.json`` (size and SHA-256 of both).
No pickle anywhere, so reading a checkpoint can not run code.

It is written to a hidden folder beside its place, every file and the folder are flushed to the disk, and only then is it
renamed: after ``kill -9`` or a power cut a checkpoint is there completely or not at all, and the ones before it are not
touched. Old ones are removed only once the new one is in place; one of the same step, which has to make room for it, is
put back when the new one did not come.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from guru_envs.errors import GuruError
from guru_grpo.wire import join, split

if TYPE_CHECKING:
    import torch

FORMAT = 1  # raised when older checkpoints can no longer be read
_PREFIX = "step-"
_WRITING, _REPLACED, _REMOVED = ".writing-", ".replaced-", ".removed-"  # a folder on its way in or out
_TENSORS, _STATE, _MANIFEST = "tensors.safetensors", "state.json", "manifest.json"


class CheckpointError(GuruError, RuntimeError):
    """A checkpoint can not be written, or none can be read."""


def save(folder: Path, step: int, state: dict[str, Any], keep: int = 2) -> Path:
    """Write a checkpoint and remove all but the newest ``keep``.

    Args:
        folder: where the checkpoints of the run are; made when missing.
        step: training steps done.
        state: nested dicts, lists and tuples of numbers, strings, booleans, None and tensors.
        keep: how many checkpoints stay, at least 1.

    Raises:
        CheckpointError: the disk is full or the folder is not writable; earlier checkpoints are intact.
    """
    final = folder / f"{_PREFIX}{step:08d}"
    temporary = folder / f"{_WRITING}{final.name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        temporary.mkdir()
        _write(temporary, state)
        if final.exists():  # the same step again, for example after a resume: replace it
            final.rename(folder / f"{_REPLACED}{final.name}")
        temporary.rename(final)
        _flush_folder(folder)
        for old in found(folder)[:-keep]:
            old.rename(folder / f"{_REMOVED}{old.name}")
        sweep(folder)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        with contextlib.suppress(OSError):
            restore(folder)
        raise CheckpointError(explain(error, f"the checkpoint of step {step}", folder)) from error
    return final


def explain(error: OSError, what: str, folder: Path) -> str:
    """A message for a failed write: what happened, where, and which checkpoint is left."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        cause = "the disk is full (or a size limit is reached)"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        cause = "the folder is not writable"
    elif error.errno in (errno.ENOTDIR, errno.EEXIST):
        cause = "the path is not a folder"
    else:
        cause = "writing failed"
    left = found(folder) if folder.is_dir() else []
    intact = f" The checkpoint {left[-1].name} is intact: the same command goes on from it." if left else ""
    return f"can not write {what} to {folder}: {cause} ({error.strerror or error}).{intact}"


def found(folder: Path) -> list[Path]:
    """The checkpoints of a run, oldest first; whether they are intact is only known after reading."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.startswith(_PREFIX) and path.is_dir())


def restore(folder: Path) -> None:
    """Put back a checkpoint that an interrupted ``save`` had moved away for a new one of the same step."""
    for path in list(folder.glob(f"{_REPLACED}{_PREFIX}*")):
        final = folder / path.name.removeprefix(_REPLACED)
        if not final.exists():
            path.rename(final)


def sweep(folder: Path) -> None:
    """Undo what an interrupted ``save`` left behind."""
    restore(folder)
    for path in folder.iterdir():
        if path.name.startswith((_WRITING, _REPLACED, _REMOVED)):
            shutil.rmtree(path, ignore_errors=True)


def load_latest(folder: Path) -> tuple[int, dict[str, Any]] | None:
    """Read the newest intact checkpoint: the number of steps done and the state; None when there is none at all.

    A damaged checkpoint is passed over with a warning. Not for a folder in which a process is saving: it would be taken for one
    that was interrupted.

    Raises:
        CheckpointError: there are checkpoints, but none that can be read.
    """
    problems: list[str] = []
    restore(folder)
    for path in reversed(found(folder)):
        try:
            state = load(path)
        except CheckpointError as error:
            problems.append(str(error))
            continue
        for problem in problems:
            warnings.warn(f"{problem}; going on from {path.name} instead", stacklevel=2)
        return int(path.name.removeprefix(_PREFIX)), state
    if problems:
        raise CheckpointError(f"no checkpoint in {folder} can be read: " + "; ".join(problems))
    return None


def load(path: Path) -> dict[str, Any]:
    """Read one checkpoint folder.

    Raises:
        CheckpointError: a file is missing, cut short or changed, or comes from another format.
    """
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise CheckpointError(f"checkpoint {path} has format {manifest['format']}, this version reads {FORMAT}")
        for name in (_TENSORS, _STATE):
            _confirm(path / name, manifest["files"][name])
        tensors = _read_tensors(path / _TENSORS)
        state = join(json.loads((path / _STATE).read_text(encoding="utf-8")), tensors)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"checkpoint {path} is damaged ({type(error).__name__}: {error})") from error
    assert isinstance(state, dict)
    return state


def write_text(path: Path, text: str) -> None:
    """Replace a small file in one step, flushed to the disk."""
    temporary = path.with_name(f".{path.name}.writing")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _flush_folder(path.parent)


# ------------------------------------------------------------------------------------------------ writing


def _write(folder: Path, state: dict[str, Any]) -> None:
    tensors: dict[str, torch.Tensor] = {}
    text = json.dumps(split(state, tensors))
    files = {}
    with (folder / _TENSORS).open("wb") as file:
        files[_TENSORS] = _write_tensors(file, tensors)
    with (folder / _STATE).open("wb") as file:
        files[_STATE] = _write_blocks(file, iter([memoryview(text.encode())]))
    with (folder / _MANIFEST).open("wb") as file:
        _write_blocks(file, iter([memoryview(json.dumps({"format": FORMAT, "files": files}).encode())]))
    _flush_folder(folder)


def _write_tensors(file: BinaryIO, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Write tensors in the safetensors format, one at a time, so that no second copy of the weights is in memory."""
    import torch

    names = {torch.float64: "F64", torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16"}
    names |= {torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8", torch.bool: "BOOL"}
    header: dict[str, Any] = {}
    at = 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)

    def blocks() -> Iterator[memoryview]:
        yield memoryview(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            if tensor.numel():
                plain = tensor.to("cpu").contiguous().reshape(-1).view(torch.uint8)
                yield plain.numpy().data

    return _write_blocks(file, blocks())


def _write_blocks(file: BinaryIO, blocks: Iterator[memoryview]) -> dict[str, Any]:
    hasher, size = hashlib.sha256(), 0
    for block in blocks:
        hasher.update(block)
        file.write(block)
        size += block.nbytes
    file.flush()
    os.fsync(file.fileno())
    return {"bytes": size, "sha256": hasher.hexdigest()}


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------------------------------------ reading


def _confirm(path: Path, expected: dict[str, Any]) -> None:
    size = path.stat().st_size
    if size != expected["bytes"]:
        raise ValueError(f"{path.name} has {size} bytes, {expected['bytes']} were written")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected["sha256"]:
            raise ValueError(f"{path.name} has changed since it was written")


def _read_tensors(path: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(path)
