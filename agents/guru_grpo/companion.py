"""A network that is trained beside the policy, by an optimiser of its own: PPO's critic, PRIME's reward model."""

from __future__ import annotations

import math
from typing import Any

import torch

from guru_grpo.ranks import ALONE, Ranks
from guru_grpo.settings import LearnerSettings
from guru_grpo.shares import clip_gradient


class Companion:
    """A module with AdamW, without weight decay.

    Args:
        module: what is trained, made by ``twin``.
        lr: the learning rate.
        settings: ``max_grad_norm``, ``micro_tokens`` and ``pack`` are used.
        ranks: the processes of the run.
    """

    def __init__(self, module: torch.nn.Module, lr: float, settings: LearnerSettings, ranks: Ranks = ALONE) -> None:
        self.module: Any = module
        self.settings, self.ranks, self._lr = settings, ranks, lr
        self.module.train()
        self._weights = [weight for weight in self.module.parameters() if weight.requires_grad]
        self.optimizer = self._new_optimizer()

    def _new_optimizer(self) -> torch.optim.AdamW:
        return torch.optim.AdamW(self._weights, lr=self._lr, weight_decay=0.0)

    def apply(self) -> float:
        """Clip the gradient, take a step if it is finite, and forget it; returns its norm before clipping."""
        norm = clip_gradient(self._weights, self.settings.max_grad_norm, self.ranks)
        if math.isfinite(norm):
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm
