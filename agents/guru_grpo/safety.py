"""What stops a long run before it wastes days: broken numbers, and judges that fail."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from guru_envs.errors import GuruError
from guru_grpo.collect import Batch


class TrainingStoppedError(GuruError, RuntimeError):
    """Training can not go on; what was wrong, and where the batch lies, stands in the message."""


def check_faults(batch: Batch, limit: float, step: int) -> None:
    """Stop when more of a step's responses could not be judged than ``limit`` allows (a share).

    Raises:
        TrainingStoppedError: with the number of faults.
    """
    faults = sum(one.fault for one in batch.scored)
    if faults > limit * len(batch.scored):
        raise TrainingStoppedError(
            f"step {step}: {faults} of {len(batch.scored)} responses could not be judged, more than train.max_fault_rate = "
            f"{limit:g} allows; the environment's judge does not work"
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
