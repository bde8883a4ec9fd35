"""Group-relative advantages. Pure functions of rewards and explicit group ids."""

from __future__ import annotations

import torch


def group_advantages(
    rewards: torch.Tensor,
    groups: torch.Tensor,
    keep: torch.Tensor | None = None,
    scale_by_std: bool = True,
    eps: float = 1e-6,
) -> torch.Tensor:
    """GRPO's advantages (DeepSeekMath, arXiv 2402.03300): (reward - group mean) / (group standard deviation + eps).

    The standard deviation is the sample one (divided by n - 1). A group of one, and a group of equal rewards, gets
    exactly 0. Without ``scale_by_std`` it is Dr. GRPO's advantage (arXiv 2503.20783).

    Args:
        rewards: shape (rollouts,).
        groups: group id of each rollout, any whole numbers, in any order; shape (rollouts,).
        keep: rollouts that count; the others (faults) are in no mean and get 0; shape (rollouts,).
        scale_by_std: divide by the standard deviation.
        eps: added to the standard deviation.

    Returns:
        Shape (rollouts,), float64.
    """
    rewards = rewards.to(torch.float64)
    kept = torch.ones_like(groups, dtype=torch.bool) if keep is None else keep.to(torch.bool)
    _, index = torch.unique(groups, return_inverse=True)
    size = int(index.max()) + 1 if len(index) else 0
    weight = kept.to(torch.float64)
    zeros = torch.zeros(size, dtype=torch.float64)
    counts = zeros.index_add(0, index, weight)
    means = zeros.index_add(0, index, rewards * weight) / counts.clamp(min=1)
    centred = (rewards - means[index]) * weight
    # Equal rewards leave rounding noise, which a division by a tiny deviation would blow up: it is set to 0 exactly.
    centred = torch.where(centred.abs() <= 1e-12 * rewards.abs().clamp(min=1.0), torch.zeros_like(centred), centred)
    if not scale_by_std:
        return centred
    variances = zeros.index_add(0, index, centred**2) / (counts - 1).clamp(min=1)
    return centred / (variances.sqrt() + eps)[index]
