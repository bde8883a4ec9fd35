"""Token losses, KL estimators and aggregation weights. Pure functions on flat tensors of completion tokens.

``owner`` gives for each token the index of its rollout. Aggregation is expressed as one weight per token, computed once
for the whole optimiser step; summing weighted losses over micro-batches then gives the same result however the step is
split (averaging the means of micro-batches would not).
"""

from __future__ import annotations

import math
from typing import Literal

import torch

from guru_envs.errors import unknown_name

Aggregation = Literal["token-mean", "sequence-mean", "sequence-sum", "constant"]
KLKind = Literal["k1", "k2", "k3", "k3+"]
LOSSES = ("clip", "sequence-clip", "geometric", "ratio", "reinforce", "cispo")


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
    return _surrogate(ratio, advantages, clip_low, clip_high, dual_clip)


def _surrogate(
    ratio: torch.Tensor, advantages: torch.Tensor, clip_low: float, clip_high: float, dual_clip: float | None
) -> torch.Tensor:
    loss = -torch.minimum(ratio * advantages, ratio.clamp(1 - clip_low, 1 + clip_high) * advantages)
    if dual_clip is not None:
        loss = torch.where(advantages < 0, torch.minimum(loss, -dual_clip * advantages), loss)
    return loss


def token_loss(
    kind: str,
    logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    owners: torch.Tensor,
    rollouts: int,
    clip_low: float,
    clip_high: float,
    dual_clip: float | None = None,
) -> torch.Tensor:
    """The loss of each token.

    ``clip``: see ``policy_loss``. ``sequence-clip``: the same with GSPO's ratio of whole responses. ``geometric``: -A times GMPO's
    ratio, see ``geometric_ratio``. ``ratio``: -r A, never clipped (LUFFY's on-policy part). ``reinforce``: -A log pi.
    ``cispo``: -A min(r, 1 + high) log pi with the ratio taken as a number (arXiv 2506.13585).
    Arguments as of ``policy_loss`` and ``sequence_ratio``.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind == "clip":
        return policy_loss(logprobs, old_logprobs, advantages, clip_low, clip_high, dual_clip)
    if kind == "sequence-clip":
        ratio = sequence_ratio(logprobs, old_logprobs, owners, rollouts)
        return _surrogate(ratio, advantages, clip_low, clip_high, dual_clip)
    if kind == "geometric":
        return -advantages * geometric_ratio(logprobs, old_logprobs, advantages, owners, rollouts, clip_low, clip_high)
    if kind == "reinforce":
        return -advantages * logprobs
    ratio = torch.exp((logprobs - old_logprobs).clamp(-20, 20))
    if kind == "ratio":
        return -ratio * advantages
    if kind == "cispo":
        return -advantages * ratio.detach().clamp(max=1 + clip_high) * logprobs
    raise unknown_name("loss", kind, LOSSES)


def sequence_ratio(
    logprobs: torch.Tensor, old_logprobs: torch.Tensor, owners: torch.Tensor, rollouts: int
) -> torch.Tensor:
    """GSPO's ratio (arXiv 2507.18071) for each token: exp of the mean of log pi - log pi_old over its response.

    In the backward pass every token of a response of n tokens gets 1 / n of the ratio's gradient, times n: as the paper's GSPO
    with the aggregation ``sequence-mean``, whose weights hold the 1 / n.

    Args:
        logprobs: shape (tokens,).
        old_logprobs: shape (tokens,).
        owners: the response of each token; all tokens of a response must be there; shape (tokens,).
        rollouts: how many responses there are.
    """
    return _ratio_of_means((logprobs - old_logprobs).clamp(-20, 20), owners, rollouts)


def geometric_ratio(
    logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    owners: torch.Tensor,
    rollouts: int,
    clip_low: float,
    clip_high: float,
) -> torch.Tensor:
    """GMPO's ratio (arXiv 2507.20673) for each token: the geometric mean over its response of the tokens' clipped ratios.

    The logarithm of a token's ratio is clipped, to [-low, high], on the side that the advantage pushes to. Such a token
    has no gradient, the others of its response have theirs. For the rest see ``sequence_ratio``.
    """
    difference = (logprobs - old_logprobs).clamp(-20, 20)
    near = difference.clamp(-clip_low, clip_high)
    chosen = torch.where(advantages > 0, torch.minimum(difference, near), torch.maximum(difference, near))
    return _ratio_of_means(chosen, owners, rollouts)


def _ratio_of_means(difference: torch.Tensor, owners: torch.Tensor, rollouts: int) -> torch.Tensor:
    mean = response_means(difference.detach(), owners, rollouts)
    return torch.exp(mean + difference - difference.detach())


def response_means(values: torch.Tensor, owners: torch.Tensor, rollouts: int) -> torch.Tensor:
    """For each token the mean over its response."""
    counts = torch.zeros(rollouts, device=values.device, dtype=values.dtype).index_add(
        0, owners, torch.ones_like(values)
    )
    totals = torch.zeros_like(counts).index_add(0, owners, values)
    return (totals / counts.clamp(min=1))[owners]


def shaped_loss(
    logprobs: torch.Tensor, advantages: torch.Tensor, gamma: float, old_logprobs: torch.Tensor | float = 0.0
) -> torch.Tensor:
    """LUFFY's loss of tokens that another policy wrote (arXiv 2504.14945, section 3): -A pi / (pi + gamma), never clipped.

    The other policy's probability is taken as 1, so the old log-probabilities do not matter. Against plain importance sampling
    the shaping amplifies the gradient of rare tokens, by up to 1 / gamma. With ``old_logprobs`` it is ExGRPO's loss of replayed
    tokens (arXiv 2510.02245): -A w / (w + gamma), w = pi / pi_old. Where nothing has changed since, its gradient is
    gamma / (1 + gamma)^2 of the plain one, 0.083 at 0.1.
    """
    ratio = (logprobs - old_logprobs).clamp(max=20).exp()
    return -advantages * ratio / (ratio + gamma)


def clipped(
    kind: str,
    logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    owners: torch.Tensor,
    rollouts: int,
    clip_low: float,
    clip_high: float,
) -> torch.Tensor:
    """Which tokens a loss clips: their ratio left the range on the side that the advantage pushes to.

    With ``sequence-clip`` it is the ratio of the response, with ``geometric`` the range is one of logarithms; ``cispo`` bounds its
    weight above only, whatever the sign; ``ratio`` and ``reinforce`` clip nothing. Arguments as of ``token_loss``.
    """
    difference = logprobs - old_logprobs
    if kind in ("ratio", "reinforce"):
        return torch.zeros_like(difference, dtype=torch.bool)
    if kind == "geometric":
        low, high = -clip_low, clip_high
    else:
        difference = response_means(difference, owners, rollouts) if kind == "sequence-clip" else difference
        low, high = math.log(max(1 - clip_low, 1e-9)), math.log(1 + clip_high)
    if kind == "cispo":
        return difference > high
    return ((advantages > 0) & (difference > high)) | ((advantages < 0) & (difference < low))


def kl_estimate(
    logprobs: torch.Tensor, reference: torch.Tensor, kind: KLKind = "k3", old_logprobs: torch.Tensor | None = None
) -> torch.Tensor:
    """Estimators of KL(pi || reference) at sampled tokens, x = log pi - log reference.

    k1 = x, k2 = x^2 / 2, k3 = exp(-x) + x - 1 (Schulman 2020). As a loss term the gradient of k2 is that of
    KL(pi || reference), the gradient of k3 that of KL(reference || pi), and that of k1 is zero on average. k3+ has the value of k3
    and the gradient of k2. With ``old_logprobs``, of the policy that sampled, k1 and k3 are multiplied by pi / pi_old, and both value
    and gradient are those of KL(pi || reference) on average (DeepSeek-V3.2, arXiv 2512.02556).

    As a reward, -beta times the estimate of a sampled token has no gradient of its own, and only its mean counts: that of k1 and k3 is
    KL(pi || reference), that of k2 is not. What the policy gradient of such a reward follows is the gradient of KL(pi ||
    reference) with k1 alone; with k3 that of KL(pi || reference) - KL(reference || pi), with k2 that of E[k2] - KL(pi || reference).
    """
    x = (logprobs - reference).clamp(-20, 20)
    if kind == "k1":
        found = x
    elif kind == "k2":
        found = x**2 / 2
    elif kind == "k3":
        found = torch.exp(-x) + x - 1
    elif kind == "k3+":
        found = x**2 / 2 + (torch.exp(-x) + x - 1 - x**2 / 2).detach()
    else:
        raise unknown_name("KL estimator", kind, ("k1", "k2", "k3", "k3+"))
    return found if old_logprobs is None else found * (logprobs - old_logprobs).clamp(-20, 20).exp()


def token_weights(lengths: torch.Tensor, kind: Aggregation, longest: int = 1) -> torch.Tensor:
    """The weight of each token of a rollout in the loss of the optimiser step.

    ``token-mean``: 1 / all tokens of the step (DAPO, GURU's released script). ``sequence-mean``: 1 / (own length *
    rollouts), the original GRPO. ``sequence-sum``: 1 / rollouts, the mean of the sums over responses (verl's
    seq-mean-token-sum). ``constant``: 1 / (rollouts * longest), Dr. GRPO.

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
    if kind == "sequence-sum":
        return torch.where(lengths > 0, 1 / counted, 0.0)
    if kind == "constant":
        return torch.where(lengths > 0, 1 / (counted * float(longest)), 0.0)
    raise unknown_name("aggregation", kind, ("token-mean", "sequence-mean", "sequence-sum", "constant"))
