"""Token losses, KL estimators and aggregation weights. Pure functions on flat tensors of completion tokens.

``owner`` gives for each token the index of its rollout. Aggregation is expressed as one weight per token, computed once
for the whole optimiser step; summing weighted losses over micro-batches then gives the same result however the step is
split (averaging the means of micro-batches would not).
"""

from __future__ import annotations

from typing import Literal

import torch

from guru_envs.errors import unknown_name

Aggregation = Literal["token-mean", "sequence-mean", "constant"]
KLKind = Literal["k1", "k2", "k3"]


def policy_loss(
    logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    dual_clip: float | None = None,
) -> torch.Tensor:
    """The clipped surrogate of PPO and GRPO, per token: -min(r A, clip(r, 1 - low, 1 + high) A), r = pi / pi_old.

    With ``dual_clip`` c > 1, tokens of negative advantage lose at most -c A (arXiv 1912.09729).

    Args:
        logprobs: of the policy that is trained; shape (tokens,).
        old_logprobs: of the policy that sampled; shape (tokens,).
        advantages: per token; shape (tokens,).
        clip_low: the ratio is clipped below 1 minus this.
        clip_high: the ratio is clipped above 1 plus this.
        dual_clip: see above; None turns it off.
    """
    ratio = torch.exp((logprobs - old_logprobs).clamp(-20, 20))
    loss = -torch.minimum(ratio * advantages, ratio.clamp(1 - clip_low, 1 + clip_high) * advantages)
    if dual_clip is not None:
        loss = torch.where(advantages < 0, torch.minimum(loss, -dual_clip * advantages), loss)
    return loss


def clipped(
    logprobs: torch.Tensor, old_logprobs: torch.Tensor, advantages: torch.Tensor, clip_low: float, clip_high: float
) -> torch.Tensor:
    """Which tokens have no gradient because the ratio left the clip range on the side that the advantage pushes to."""
    ratio = torch.exp(logprobs - old_logprobs)
    return ((advantages > 0) & (ratio > 1 + clip_high)) | ((advantages < 0) & (ratio < 1 - clip_low))


def kl_estimate(logprobs: torch.Tensor, reference: torch.Tensor, kind: KLKind = "k3") -> torch.Tensor:
    """Estimators of KL(pi || reference) at sampled tokens, x = log pi - log reference.

    k1 = x, k2 = x^2 / 2, k3 = exp(-x) + x - 1 (Schulman 2020). As a loss term the gradient of k2 is that of
    KL(pi || reference), the gradient of k3 that of KL(reference || pi), and that of k1 is zero on average.
    """
    x = (logprobs - reference).clamp(-20, 20)
    if kind == "k1":
        return x
    if kind == "k2":
        return x**2 / 2
    if kind == "k3":
        return torch.exp(-x) + x - 1
    raise unknown_name("KL estimator", kind, ("k1", "k2", "k3"))


def token_weights(lengths: torch.Tensor, kind: Aggregation, longest: int = 1) -> torch.Tensor:
    """The weight of each token of a rollout in the loss of the optimiser step.

    ``token-mean``: 1 / all tokens of the step (DAPO, GURU's released script). ``sequence-mean``: 1 / (own length *
    rollouts), the original GRPO. ``constant``: 1 / (rollouts * longest), Dr. GRPO.

    Args:
        lengths: completion tokens of each rollout of the optimiser step; 0 for one that does not count; (rollouts,).
        kind: the aggregation.
        longest: the token limit of a completion, for ``constant``.

    Returns:
        The weight of every token of each rollout, shape (rollouts,), float64.
    """
    lengths = lengths.to(torch.float64)
    counted = (lengths > 0).sum().clamp(min=1).to(torch.float64)
    if kind == "token-mean":
        return torch.where(lengths > 0, 1 / lengths.sum().clamp(min=1), 0.0)
    if kind == "sequence-mean":
        return torch.where(lengths > 0, 1 / (lengths.clamp(min=1) * counted), 0.0)
    if kind == "constant":
        return torch.where(lengths > 0, 1 / (counted * float(longest)), 0.0)
    raise unknown_name("aggregation", kind, ("token-mean", "sequence-mean", "constant"))
