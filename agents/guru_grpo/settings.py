"""The learner's settings: a plain dataclass, so that a configuration is checked before torch is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from guru_envs.errors import InvalidValueError


def _setting(default: Any, help: str, low: float | None = None, high: float | None = None) -> Any:
    return field(default=default, metadata={"help": help, "low": low, "high": high})


@dataclass(frozen=True)
class LearnerSettings:
    """How the policy is updated: GRPO with AdamW; the defaults are GURU's (arXiv 2506.14965) but for the learning rate."""

    lr: float = _setting(1e-5, "learning rate of AdamW", 0.0, 1.0)
    betas: tuple[float, float] = _setting((0.9, 0.999), "AdamW's decay rates of the first and second moment", 0.0, 1.0)
    weight_decay: float = _setting(0.1, "AdamW's weight decay", 0.0, 1.0)
    warmup_steps: int = _setting(0, "optimiser steps over which the learning rate rises from 0", 0)
    decay_steps: int = _setting(0, "optimiser steps, the warm-up included, after which the rate is 0; 0: no decay", 0)
    max_grad_norm: float = _setting(1.0, "gradients with a larger norm are scaled down to it", 0.0)
    clip_low: float = _setting(0.2, "the probability ratio is clipped below 1 minus this", 0.0, 1.0)
    clip_high: float = _setting(0.2, "the probability ratio is clipped above 1 plus this", 0.0)
    dual_clip: float = _setting(
        0.0,
        "tokens of negative advantage lose at most this many times the advantage; above 1, or 0 for no such bound",
        0.0,
    )
    aggregation: Literal["token-mean", "sequence-mean", "constant"] = _setting(
        "token-mean", "how token losses are averaged: over all tokens, per response first, or by a constant (Dr. GRPO)"
    )
    scale_by_std: bool = _setting(True, "divide advantages by the group's standard deviation (GRPO); false: Dr. GRPO")
    kl_coef: float = _setting(0.0, "weight of the KL penalty towards the reference, the policy GRPO starts from", 0.0)
    kl_kind: Literal["k1", "k2", "k3"] = _setting("k3", "estimator of the KL penalty")
    epochs: int = _setting(1, "passes over the responses of a step", 1)
    minibatches: int = _setting(1, "optimiser steps each pass is split into", 1)
    micro_tokens: int = _setting(4096, "most tokens, padding included, in one forward and backward pass", 1)
    pack: bool = _setting(True, "compute the prompt once for all responses of a group")
    temperature: float = _setting(
        1.0, "sampling temperature of the responses; a run sets it from rollout.temperature", 0.01
    )

    def __post_init__(self) -> None:
        if 0 < self.decay_steps <= self.warmup_steps:
            raise InvalidValueError(
                f"learner.decay_steps is {self.decay_steps}: it must be above learner.warmup_steps = {self.warmup_steps}, or 0"
            )
        if 0.0 < self.dual_clip <= 1.0:
            raise InvalidValueError(f"learner.dual_clip is {self.dual_clip!r}: it must be above 1, or 0 to turn it off")
        if not all(0.0 <= beta < 1.0 for beta in self.betas):
            raise InvalidValueError(f"learner.betas is {self.betas!r}: both must be at least 0 and below 1")
