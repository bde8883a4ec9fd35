"""What stops a long run before it wastes days: broken numbers, and judges that fail."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from guru_envs.errors import GuruError
from guru_grpo.collect import Batch


class TrainingStoppedError(GuruError, RuntimeError):
    """Training can not go on; what was wrong, and where the batch lies, stands in the message."""


def check_faults(batch: Batch, limit: float, step: int, names: Sequence[str]) -> None:
    """Stop when more of the responses of a step in one environment could not be judged than ``limit`` allows (a share).

    All groups drawn count, those too that dynamic sampling left out: a judge that always fails has no group to learn from.

    Args:
        batch: of the step.
        limit: ``train.max_fault_rate``.
        step: its number.
        names: of the environments.

    Raises:
        TrainingStoppedError: with the environment and the number of faults.
    """
    for index, (faults, count) in sorted(batch.faults.items()):
        if faults > limit * count:
            raise TrainingStoppedError(
                f"step {step}: {faults} of {count} responses in {names[index]} could not be judged, more than "
                f"train.max_fault_rate = {limit:g} allows; the environment's judge does not work"
            )


def check_numbers(batch: Batch, metrics: Mapping[str, float], folder: Path, step: int, largest: float) -> None:
    """Stop when the loss or the gradient is no number, or the gradient's norm is above ``largest``; the batch is saved.

    The learner does not apply a gradient that is not finite, so the weights of the last checkpoint and those in memory are sound.

    Raises:
        TrainingStoppedError: with the metric and the file of the batch.
    """
    for name in ("loss", "grad_norm"):
        value = metrics[name]
        if math.isfinite(value) and (name == "loss" or value <= largest):
            continue
        path = folder / f"failed-step-{step}.json"
        content = {"step": step, "metrics": dict(metrics), "rollouts": [asdict(one) for one in batch.rollouts]}
        path.write_text(json.dumps(content), encoding="utf-8")
        allowed = "" if name == "loss" else f" (train.max_grad_norm_seen is {largest:g})"
        raise TrainingStoppedError(f"step {step}: {name} is {value}{allowed}; the batch is in {path}")
