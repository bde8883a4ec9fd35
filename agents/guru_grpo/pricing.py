"""The advantages of a step's rollouts, as the settings name them: of whole responses, or of each of their tokens."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from guru_grpo.advantages import estimate, generalised, process_advantages, returns_to_go, whiten
from guru_grpo.process import step_advantages
from guru_grpo.rollout import Rollout
from guru_grpo.segments import node_advantages, segment_advantages, subgroup_advantages
from guru_grpo.settings import LearnerSettings

Advantages = Sequence[float] | Sequence[Sequence[float]]  # of whole responses, or of each of their tokens


def price(
    settings: LearnerSettings,
    rollouts: Sequence[Rollout],
    penalty: torch.Tensor,
    mask: torch.Tensor,
    values: torch.Tensor | None = None,
    process: torch.Tensor | None = None,
) -> tuple[list[float] | list[list[float]], torch.Tensor | None]:
    """The advantages, and with a critic the returns it is to foretell.

    Rollouts that another policy wrote take part in the groups' means (LUFFY), but not beside an SFT loss. A KL penalty in the
    reward is an estimate of each token; with ``batch-std`` its return-to-go (REINFORCE++), otherwise its sum. With a critic they
    are generalised advantage estimates, whitened (PPO), and what steps of a response earn is paid at their last tokens. With
    implicit process rewards they are RLOO's of the rewards plus ``process_advantages`` among the policy's own responses (PRIME).

    Args:
        settings: the learner's.
        rollouts: the responses.
        penalty: of each token; shape (rollouts, longest completion).
        mask: which tokens there are; the same shape.
        values: the critic's value before each token, the same shape; None without a critic.
        process: the implicit process reward of each token, the same shape; None without a model of them.
    """
    kind = settings.advantage
    rewards = torch.tensor([one.reward for one in rollouts], dtype=torch.float64)
    keep = torch.tensor([counts(one, settings) for one in rollouts])
    # Responses that are not learnt from stand in the means of their groups, but no token of theirs is whitened with the others.
    learnt = keep & torch.tensor([one.learnt for one in rollouts])
    if values is not None:
        advantages, returns = generalised(payments(rollouts, penalty), values, mask, settings.gamma, settings.lam)
        return whiten(advantages, mask & learnt[:, None]).tolist(), returns
    if settings.kl_in == "reward" and kind == "batch-std":
        return whiten(returns_to_go(rewards, penalty, mask), mask & learnt[:, None]).tolist(), None
    if kind == "segment":
        return segment_advantages(rollouts, keep.tolist()), None
    if kind == "node":
        return node_advantages(rollouts, keep.tolist()), None
    if kind in ("steps", "steps-min"):
        return step_advantages(rollouts, keep.tolist(), least=kind == "steps-min"), None
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts]) * learnt
    if kind in ("subgroup", "subgroup-batch-std"):
        subgroups = torch.tensor(subgroup_advantages(rollouts, keep.tolist()), dtype=torch.float64)
        return (subgroups if kind == "subgroup" else whiten(subgroups, lengths)).tolist(), None
    groups = torch.tensor([one.group for one in rollouts])
    if process is not None:
        outcome = estimate("leave-one-out", rewards - penalty.sum(-1), groups, keep, lengths)
        own = learnt & ~torch.tensor([one.off_policy for one in rollouts])
        if settings.implicit_scale == "return":
            process = process / (returns_to_go(torch.zeros_like(rewards), process, mask).abs().max() + 1e-6)
        steps = process_advantages(process, groups, own, mask, settings.gamma)
        both = settings.outcome_coef * outcome[:, None] + settings.implicit_coef * steps
        return torch.where(mask, both, 0.0).tolist(), None
    eps, ddof = settings.deviation_eps, settings.deviation_ddof
    return estimate(kind, rewards - penalty.sum(-1), groups, keep, lengths, eps, ddof).tolist(), None


def counts(one: Rollout, settings: LearnerSettings) -> bool:
    """Whether a rollout is in means and has an advantage."""
    return not one.masked and not (one.off_policy and settings.off_policy == "sft")


def payments(rollouts: Sequence[Rollout], penalty: torch.Tensor) -> torch.Tensor:
    """What each token is paid: minus its penalty, what a step earned at the step's last token, and the rest at the end."""
    paid = -penalty
    for index, one in enumerate(rollouts):
        for end, reward in one.rewards:
            paid[index, max(0, end - 1)] += reward
    return paid
