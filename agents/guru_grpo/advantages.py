"""Advantages. Pure functions of rewards and explicit group ids."""

from __future__ import annotations

import torch

from guru_envs.errors import unknown_name

ADVANTAGES = ("group-std", "group", "leave-one-out", "group-batch-std", "group-reward-std", "batch-std")


def group_advantages(
    rewards: torch.Tensor,
    groups: torch.Tensor,
    keep: torch.Tensor | None = None,
    scale_by_std: bool = True,
    eps: float = 1e-6,
    ddof: int = 1,
) -> torch.Tensor:
    """GRPO's advantages (DeepSeekMath, arXiv 2402.03300): (reward - group mean) / (group standard deviation + eps).

    The standard deviation is the sample one (divided by n - 1) with ``ddof`` 1, the population's (n) with 0. A group of one, and a
    group of equal rewards, gets exactly 0. Without ``scale_by_std`` it is Dr. GRPO's advantage (arXiv 2503.20783).

    Args:
        rewards: shape (rollouts,).
        groups: group id of each rollout, any whole numbers, in any order; shape (rollouts,).
        keep: rollouts that count; the others (faults) are in no mean and get 0; shape (rollouts,).
        scale_by_std: divide by the standard deviation.
        eps: added to the standard deviation.
        ddof: the variance's divisor is the number of rewards less this.

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
    variances = zeros.index_add(0, index, centred**2) / (counts - ddof).clamp(min=1)
    deviations = variances.sqrt() + eps
    return centred / torch.where(deviations > 0, deviations, 1.0)[index]


def leave_one_out(rewards: torch.Tensor, groups: torch.Tensor, keep: torch.Tensor | None = None) -> torch.Tensor:
    """RLOO's advantages (arXiv 2402.14740): reward minus the mean of the group's others; 0 in a group of one.

    Unlike the reward minus the mean of all, whose gradient is (n - 1) / n of the true one, this is unbiased.
    """
    kept = torch.ones_like(groups, dtype=torch.bool) if keep is None else keep.to(torch.bool)
    _, index = torch.unique(groups, return_inverse=True)
    size = int(index.max()) + 1 if len(index) else 0
    counts = torch.zeros(size, dtype=torch.float64).index_add(0, index, kept.to(torch.float64))[index]
    return group_advantages(rewards, groups, keep, scale_by_std=False) * counts / (counts - 1).clamp(min=1)


def whiten(values: torch.Tensor, weight: torch.Tensor, centre: bool = True, eps: float = 1e-8) -> torch.Tensor:
    """Values divided by their standard deviation over everything of positive weight, and 0 where the weight is 0.

    Args:
        values: any shape.
        weight: how much each counts, at least 0; the same shape.
        centre: subtract the mean first.
        eps: added to the standard deviation.

    Where a value that counts is no number, or not finite, none of those that count is one: it can not be taken for equal values.
    """
    values, weight = values.to(torch.float64), weight.to(torch.float64)
    total = weight.sum().clamp(min=1e-300)
    mean = (values * weight).sum() / total
    deviation = ((values - mean) ** 2 * weight).sum().div(total).sqrt()
    kept = torch.where(weight > 0, values - (mean if centre else 0.0), 0.0)
    equal = bool(deviation <= 1e-12 * mean.abs().clamp(min=1.0))  # false for what is no number
    return torch.zeros_like(kept) if equal else kept / (deviation + eps)


def estimate(
    kind: str,
    rewards: torch.Tensor,
    groups: torch.Tensor,
    keep: torch.Tensor,
    lengths: torch.Tensor,
    eps: float = 1e-6,
    ddof: int = 1,
) -> torch.Tensor:
    """The advantages of whole responses.

    ``group-std``: GRPO. ``group``: Dr. GRPO, LUFFY. ``leave-one-out``: RLOO. ``group-batch-std``: reward minus group mean, divided
    by the standard deviation over the batch (REINFORCE++ with baseline, arXiv 2501.03262). ``group-reward-std``: the same, divided by
    the standard deviation of the rewards themselves, each response counting once (Lite PPO, arXiv 2508.08221). ``batch-std``:
    whitened over the batch (REINFORCE++ without a KL penalty in the reward; with one see ``returns_to_go``). In a batch each token
    counts once, but for Lite PPO.

    Args:
        kind: one of ``ADVANTAGES``.
        rewards: shape (rollouts,).
        groups: shape (rollouts,).
        keep: shape (rollouts,).
        lengths: tokens of each response; shape (rollouts,).
        eps: added to the deviation, of ``group-std`` and ``group-reward-std``.
        ddof: of the same deviations; see ``group_advantages``.

    Returns:
        Shape (rollouts,), float64.

    Raises:
        UnknownNameError: there is no such kind.
    """
    weight = lengths.to(torch.float64) * keep
    if kind == "group-std":
        return group_advantages(rewards, groups, keep, eps=eps, ddof=ddof)
    if kind == "group":
        return group_advantages(rewards, groups, keep, scale_by_std=False)
    if kind == "leave-one-out":
        return leave_one_out(rewards, groups, keep)
    if kind == "group-batch-std":
        return whiten(group_advantages(rewards, groups, keep, scale_by_std=False), weight, centre=False)
    if kind == "group-reward-std":
        centred, counted = group_advantages(rewards, groups, keep, scale_by_std=False), rewards.to(torch.float64)[keep]
        return centred / (counted.std(correction=ddof) + eps) if bool((counted != counted[:1]).any()) else centred
    if kind == "batch-std":
        return whiten(rewards, weight)
    raise unknown_name("advantage", kind, ADVANTAGES)


def returns_to_go(rewards: torch.Tensor, penalties: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """REINFORCE++'s returns (arXiv 2501.03262): the reward at the end minus all penalties from a token on, not discounted.

    Args:
        rewards: of whole responses; shape (rollouts,).
        penalties: of each token, for example a coefficient times the k1 estimate of the KL; shape (rollouts, tokens).
        mask: which tokens there are; shape (rollouts, tokens).

    Returns:
        Shape (rollouts, tokens); 0 where there is no token.
    """
    paid = torch.where(mask, penalties.to(torch.float64), 0.0)
    later = paid.flip(-1).cumsum(-1).flip(-1)
    return torch.where(mask, rewards.to(torch.float64)[:, None] - later, 0.0)


def generalised(
    rewards: torch.Tensor, values: torch.Tensor, mask: torch.Tensor, gamma: float = 1.0, lam: float = 0.95
) -> tuple[torch.Tensor, torch.Tensor]:
    """Generalised advantage estimation (arXiv 1506.02438) over the tokens of each response.

    Tokens outside the mask (padding, an environment's words between two turns) are skipped: the value that follows a token is
    that of the next token that the policy chose, and 0 behind the last one.

    Args:
        rewards: of each token; shape (rollouts, tokens).
        values: the critic's value before each token; shape (rollouts, tokens).
        mask: the tokens that the policy chose; shape (rollouts, tokens).
        gamma: discount of the next token.
        lam: weight of longer estimates: 0 is one-step temporal difference, 1 the return minus the value.

    Returns:
        ``(advantages, returns)``, each of shape (rollouts, tokens), float64, 0 outside the mask; returns are advantages + values.
    """
    rewards, values = rewards.to(torch.float64), values.to(torch.float64)
    advantages = torch.zeros_like(values)
    following = torch.zeros(len(values), dtype=torch.float64)
    running = torch.zeros(len(values), dtype=torch.float64)
    for token in range(values.shape[1] - 1, -1, -1):
        here = mask[:, token]
        error = rewards[:, token] + gamma * following - values[:, token]
        running = torch.where(here, error + gamma * lam * running, running)
        following = torch.where(here, values[:, token], following)
        advantages[:, token] = torch.where(here, running, 0.0)
    return advantages, torch.where(mask, advantages + values, 0.0)


def process_advantages(
    rewards: torch.Tensor, groups: torch.Tensor, keep: torch.Tensor, mask: torch.Tensor, gamma: float = 1.0
) -> torch.Tensor:
    """PRIME's advantages of process rewards (arXiv 2502.01456, section 3): leave-one-out, then discounted returns.

    A_t of response i is the sum over s >= t of gamma^(s - t) (r_s - b_i), where b_i is the mean over the other responses of its group
    of the mean reward of their tokens. A response that is alone has no baseline, and gets 0.

    Args:
        rewards: of each token; shape (rollouts, tokens).
        groups: shape (rollouts,).
        keep: rollouts that count; the others are in no mean and get 0; shape (rollouts,).
        mask: which tokens there are; shape (rollouts, tokens).
        gamma: discount of the next token.

    Returns:
        Shape (rollouts, tokens), float64; 0 where there is no token.
    """
    kept = keep & mask.any(-1)
    here, weight = mask & kept[:, None], kept.to(torch.float64)
    rewards = torch.where(here, rewards.to(torch.float64), 0.0)
    means = rewards.sum(-1) / here.sum(-1).clamp(min=1)
    _, index = torch.unique(groups, return_inverse=True)
    zeros = torch.zeros(int(index.max()) + 1 if len(index) else 0, dtype=torch.float64)
    others = zeros.index_add(0, index, weight)[index] - weight
    baselines = (zeros.index_add(0, index, means)[index] - means) / others.clamp(min=1)
    here = here & (others > 0)[:, None]
    centred = torch.where(here, rewards - baselines[:, None], 0.0)
    return generalised(centred, torch.zeros_like(centred), here, gamma, lam=1.0)[0]
