"""What stops a long run before it wastes days: broken numbers, and judges that fail."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from guru_envs.errors import GuruError
from guru_grpo.collect import Batch
from guru_grpo.sampling_settings import RolloutConfig


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


def check_groups(batch: Batch, rollout: RolloutConfig, step: int) -> None:
    """Stop when dynamic sampling found too few groups that can be learnt from, if that is wanted.

    Raises:
        TrainingStoppedError: with the numbers of groups.
    """
    if rollout.exhausted == "stop" and batch.groups_kept < rollout.groups:
        raise TrainingStoppedError(
            f"step {step}: of {batch.groups_drawn} groups drawn in rollout.dynamic_sampling = {rollout.dynamic_sampling} rounds only "
            f"{batch.groups_kept} can be learnt from, {rollout.groups} are wanted; choose tasks of another level, or "
            "rollout.exhausted = 'go-on'"
        )


def check_numbers(batch: Batch, metrics: Mapping[str, float], folder: Path, step: int, largest: float) -> None:
    """Stop when a loss or a gradient is no number, or a gradient's norm is above ``largest``; the batch is saved.

    All metrics named after a loss or a norm count: the policy's, a critic's, a reward model's. The learner does not apply a
    gradient that is not finite, so the weights of the last checkpoint and those in memory are sound.

    Raises:
        TrainingStoppedError: with the metric and the file of the batch.
    """
    wrong = broken(metrics, largest)
    if wrong:
        path = folder / f"failed-step-{step}.json"
        content = {"step": step, "metrics": dict(metrics), "rollouts": [asdict(one) for one in batch.rollouts]}
        path.write_text(json.dumps(content), encoding="utf-8")
        raise TrainingStoppedError(f"step {step}: {wrong}; the batch is in {path}")


def check_supervised(
    examples: Sequence[tuple[list[int], list[int]]],
    metrics: Mapping[str, float],
    folder: Path,
    step: int,
    largest: float,
) -> None:
    """The same for a step of the warm start, of (prompt, completion) pairs.

    Raises:
        TrainingStoppedError: with the metric and the file of the examples.
    """
    wrong = broken(metrics, largest)
    if wrong:
        path = folder / f"failed-warm-start-step-{step}.json"
        path.write_text(json.dumps({"step": step, "metrics": dict(metrics), "examples": examples}), encoding="utf-8")
        raise TrainingStoppedError(f"step {step} of the warm start: {wrong}; the examples are in {path}")


def broken(metrics: Mapping[str, float], largest: float) -> str:
    """What is wrong with the losses and norms among some metrics; empty when nothing is."""
    for name, value in metrics.items():
        norm = name.endswith("grad_norm")
        if (norm or name.endswith("loss")) and not (math.isfinite(value) and (not norm or value <= largest)):
            return f"{name} is {value}" + (f" (train.max_grad_norm_seen is {largest:g})" if norm else "")
    return ""


def check_weights(state: Any, step: int, name: str = "") -> None:
    """Stop before a state with numbers that are none is written over a sound checkpoint.

    Args:
        state: nested dicts and lists with tensors.
        step: that it is the state after.
        name: where in the whole state it stands.

    Raises:
        TrainingStoppedError: with the place of the tensor.
    """
    parts = (
        state.items() if isinstance(state, Mapping) else enumerate(state) if isinstance(state, (list, tuple)) else ()
    )
    for key, part in parts:
        check_weights(part, step, f"{name}.{key}" if name else str(key))
    if hasattr(state, "isfinite") and not bool(state.isfinite().all()):
        raise TrainingStoppedError(
            f"after step {step}: {name} holds numbers that are not finite; the checkpoint before it is kept, and the same "
            "command goes on from there"
        )
