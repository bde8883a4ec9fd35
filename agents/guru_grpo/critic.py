"""A critic for PPO: a model of its own that foretells, before each token of a response, what the response will earn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from guru_grpo.companion import Companion
from guru_grpo.lora import learnt, put_back
from guru_grpo.packing import Pack
from guru_grpo.policy import states, twin
from guru_grpo.ranks import ALONE, Ranks
from guru_grpo.rollout import Rollout, own_groups, trees
from guru_grpo.settings import LearnerSettings
from guru_grpo.shares import IDLE, shared_rows, surveyed, worst


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


class Values(torch.nn.Module):
    """The body of a language model with a head of one number, which is 0 at first."""

    def __init__(self, body: Any, settings: LearnerSettings) -> None:
        super().__init__()
        self.body, self.settings = body, settings
        first = next(body.parameters())
        self.head = torch.nn.Linear(body.config.hidden_size, 1, dtype=first.dtype, device=first.device)

    def forward(self, row: Pack) -> torch.Tensor:
        """The value before each completion token."""
        at = states(self.body, row, self.settings)
        # Sharded weights may be gathered in bfloat16, whose steps are too coarse for values.
        exact = torch.promote_types(self.head.weight.dtype, torch.float32)
        found = torch.nn.functional.linear(at.to(exact), self.head.weight.to(exact), self.head.bias.to(exact))
        return found[:, 0]


class Critic(Companion):
    """A value model that begins as the body of a copy of the policy, trained by AdamW; at first it foretells 0.

    Args:
        model: the policy it begins as; with adapters the critic learns adapters too.
        settings: ``critic_lr``, ``value_clip``, and those of ``Companion``.
        ranks: the processes of the run.
    """

    def __init__(self, model: Any, settings: LearnerSettings, ranks: Ranks = ALONE) -> None:
        module = twin(model, lambda other: Values(other.model, settings), settings, ranks)
        super().__init__(module, settings.critic_lr, settings, ranks)
        torch.nn.init.zeros_(self.module.head.weight)
        torch.nn.init.zeros_(self.module.head.bias)

    def values(self, rollouts: Sequence[Rollout]) -> torch.Tensor:
        """The value before each token, without gradient; shape (rollouts, longest completion), 0 where there is no token."""
        width = max(len(rollout.completion_ids) for rollout in rollouts)
        empty = torch.zeros(1, len(rollouts), width, dtype=torch.float64)
        found = trees(rollouts, own_groups(rollouts))
        return surveyed(lambda row: (self.module(row),), found, self.settings, self.ranks, empty)[0]

    def update(self, rollouts: Sequence[Rollout], returns: torch.Tensor, old: torch.Tensor) -> dict[str, float]:
        """Learn the returns as the policy learns: ``epochs`` passes in ``minibatches`` optimiser steps each.

        Both are of shape (rollouts, longest completion). Masked rollouts do not count. From the second optimiser step on the
        values have moved away from the old ones, and ``value_clip`` acts.

        Returns:
            ``value_loss``, the mean loss of a token over all passes, and ``value_grad_norm``, the largest one.
        """
        groups = own_groups(rollouts)
        tokens, loss = 0, 0.0
        norms: list[float] = []
        for _ in range(self.settings.epochs):
            for part in range(self.settings.minibatches):
                chosen = groups[part :: self.settings.minibatches]
                count = sum(len(rollouts[one].completion_ids) for members in chosen for one in members)
                if count:
                    step_loss, norm = self._step(rollouts, chosen, count, returns, old)
                    tokens, loss = tokens + count, loss + count * step_loss
                    norms.append(norm)
        return {"value_loss": loss / max(1, tokens), "value_grad_norm": worst(norms)}

    def _step(
        self,
        rollouts: Sequence[Rollout],
        chosen: Sequence[Sequence[int]],
        count: int,
        returns: torch.Tensor,
        old: torch.Tensor,
    ) -> tuple[float, float]:
        """One optimiser step on some groups, of ``count`` tokens; the mean loss of a token, and the gradient's norm."""
        loss = 0.0
        for row in shared_rows(trees(rollouts, chosen), self.settings, self.ranks):
            values = self.module(row or IDLE)
            if row is None:
                torch.autograd.backward(values.sum() * 0.0)
                continue
            goal, before = (part[row.owners, row.steps].to(values) for part in (returns, old))
            total = value_loss(values, before, goal, self.settings.value_clip).sum() / count
            torch.autograd.backward(total * self.ranks.size)
            loss += float(total.detach())
        norm = self.apply()
        return self.ranks.sum(loss)[0], norm

    def state_dict(self) -> dict[str, Any]:
        """Weights and optimiser state."""
        return {
            "body": learnt(self.module.body),
            "head": self.module.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        put_back(self.module.body, state["body"])
        self.module.head.load_state_dict(state["head"])
        self.optimizer.load_state_dict(state["optimizer"])
