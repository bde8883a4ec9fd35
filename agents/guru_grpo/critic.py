"""A critic for PPO: a model of its own that foretells, before each token of a response, what the response will earn."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import torch

from guru_grpo.packing import Pack, pack_rows
from guru_grpo.rollout import Rollout, trees
from guru_grpo.settings import LearnerSettings


def value_loss(values: torch.Tensor, old: torch.Tensor, returns: torch.Tensor, clip: float) -> torch.Tensor:
    """PPO's clipped value loss per token: max of (V - R)^2 and (clip(V, V_old - c, V_old + c) - R)^2, halved.

    Args:
        values: shape (tokens,).
        old: the values before the update; shape (tokens,).
        returns: shape (tokens,).
        clip: c; 0 turns it off.
    """
    plain = (values - returns) ** 2
    if not clip:
        return plain / 2
    near = old + (values - old).clamp(-clip, clip)
    return torch.maximum(plain, (near - returns) ** 2) / 2


class Critic:
    """The body of a copy of the policy with a head of one number, trained by AdamW; at first it foretells 0.

    Args:
        model: the policy it begins as.
        settings: ``critic_lr``, ``value_clip``, ``max_grad_norm``, ``micro_tokens`` and ``pack`` are used.
    """

    def __init__(self, model: Any, settings: LearnerSettings) -> None:
        self.settings = settings
        self.body = copy.deepcopy(model.model).train()
        first = next(self.body.parameters())
        self.head = torch.nn.Linear(model.config.hidden_size, 1, dtype=first.dtype, device=first.device)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)
        self._weights = [*self.body.parameters(), *self.head.parameters()]
        self.optimizer = torch.optim.AdamW(self._weights, lr=settings.critic_lr, weight_decay=0.0)

    def _values(self, row: Pack) -> torch.Tensor:
        device = self.head.weight.device
        hidden = self.body(
            input_ids=row.ids.to(device),
            position_ids=row.positions.to(device),
            attention_mask=row.mask.to(device),
            use_cache=False,
        ).last_hidden_state
        found: torch.Tensor = self.head(hidden.flatten(0, 1)[row.predictors.to(device)])[:, 0]
        return found

    def _packs(self, rollouts: Sequence[Rollout]) -> list[Pack]:
        groups: dict[int, list[int]] = {}
        for index, rollout in enumerate(rollouts):
            if rollout.completion_ids and not rollout.off_policy:
                groups.setdefault(rollout.group, []).append(index)
        return pack_rows(trees(rollouts, list(groups.values())), self.settings.micro_tokens, self.settings.pack)

    def values(self, rollouts: Sequence[Rollout]) -> torch.Tensor:
        """The value before each token, without gradient; shape (rollouts, longest completion), 0 where there is no token."""
        width = max(len(rollout.completion_ids) for rollout in rollouts)
        found = torch.zeros(len(rollouts), width, dtype=torch.float64)
        with torch.no_grad():
            for row in self._packs(rollouts):
                found[row.owners, row.steps] = self._values(row).cpu().to(torch.float64)
        return found

    def update(self, rollouts: Sequence[Rollout], returns: torch.Tensor, old: torch.Tensor) -> float:
        """One step towards the returns; both of shape (rollouts, longest completion). Masked rollouts do not count.

        Returns:
            The mean loss of a token.
        """
        packs = self._packs(rollouts)
        counted = torch.tensor([not rollout.masked for rollout in rollouts])
        tokens = max(1, sum(int(counted[row.owners].sum()) for row in packs))
        loss = 0.0
        for row in packs:
            values = self._values(row)
            goal, before = (part[row.owners, row.steps].to(values) for part in (returns, old))
            weight = counted[row.owners].to(values) / tokens
            total = (value_loss(values, before, goal, self.settings.value_clip) * weight).sum()
            torch.autograd.backward(total)
            loss += float(total.detach())
        norm = float(torch.nn.utils.clip_grad_norm_(self._weights, self.settings.max_grad_norm or math.inf))
        if math.isfinite(norm):
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Weights and optimiser state."""
        return {
            "body": self.body.state_dict(),
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self.body.load_state_dict(state["body"])
        self.head.load_state_dict(state["head"])
        self.optimizer.load_state_dict(state["optimizer"])
