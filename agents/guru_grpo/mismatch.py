"""What an engine that does not sample exactly from the learner's policy does to a loss: weights, and tokens left out.

Pure functions on flat tensors of completion tokens; all tokens of a response must be there, and ``owners`` gives for each
the index of its response. None has a gradient. Leaving a token out changes no denominator: it counts in the aggregation.
"""

from __future__ import annotations

import torch

from guru_envs.errors import unknown_name
from guru_grpo.losses import response_means

MISMATCH = ("none", "token", "sequence", "mask", "token-mask", "sequence-mask")


def mismatch_weights(
    kind: str,
    logprobs: torch.Tensor,
    engine: torch.Tensor,
    owners: torch.Tensor,
    rollouts: int,
    cap: float,
) -> torch.Tensor:
    """Weights that correct for the difference between the policy before the update and what the engine sampled from.

    ``token``: min(pi / pi_engine, cap) of each token (truncated importance sampling). ``sequence``: min of the product over the
    response and the cap. ``mask``: 1 within [1 / cap, cap], else 0, by token. ``token-mask`` and ``sequence-mask``: the ratio
    itself within [1 / cap, cap], else 0, of each token (IcePop, arXiv 2510.18855) or of the product over the response, all of
    which is dropped with it (TRL's mode of that name, whose range has no lower end by default). ``none``: 1.

    Args:
        kind: see above.
        logprobs: of the policy before the update, by the learner; shape (tokens,).
        engine: of the same, by the engine; shape (tokens,).
        owners: the response of each token; shape (tokens,).
        rollouts: how many responses there are.
        cap: at least 1.

    Returns:
        Shape (tokens,), without gradient.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind not in MISMATCH:
        raise unknown_name("mismatch correction", kind, MISMATCH)
    difference = (logprobs - engine).detach().clamp(-20, 20)
    if kind == "none":
        return torch.ones_like(difference)
    if kind in ("sequence", "sequence-mask"):
        totals = torch.zeros(rollouts, device=difference.device, dtype=difference.dtype).index_add(
            0, owners, difference
        )
        difference = totals.clamp(-20, 20)[owners]
    ratio = difference.exp()
    if kind in ("token", "sequence"):
        return ratio.clamp(max=cap)
    within = (ratio <= cap) & (ratio >= 1 / cap)
    return within.to(ratio.dtype) if kind == "mask" else torch.where(within, ratio, 0.0)


def ratio_sums(difference: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What the ratios r = pi / pi_engine of sampled tokens say of how far the engine is from the policy, as sums over tokens.

    The mean of r - 1 - log r estimates KL(pi_engine || pi), without bias and never below 0. (sum r)^2 / (n sum r^2) is the effective
    sample size of n tokens, as a share of n: 1 where all ratios are equal, 1 / n where one outweighs the rest.

    Args:
        difference: log pi - log pi_engine; shape (tokens,).

    Returns:
        The sums of r - 1 - log r, of r and of r^2, float64.
    """
    difference = difference.detach().to(torch.float64).clamp(-20, 20)
    ratio = difference.exp()
    return (torch.expm1(difference) - difference).sum(), ratio.sum(), (ratio**2).sum()


def drifted(
    logprobs: torch.Tensor,
    engine: torch.Tensor,
    advantages: torch.Tensor,
    owners: torch.Tensor,
    rollouts: int,
    most: float,
) -> torch.Tensor:
    """Off-policy sequence masking (DeepSeek-V3.2, arXiv 2512.02556): which tokens of responses that drifted away push them further.

    Those of negative advantage in a response over which the mean of log pi_engine - log pi is above ``most``. Good responses stay,
    however unlikely they have become: to learn from them is to come back to them.

    Args:
        logprobs: of the policy as it is now; shape (tokens,).
        engine: of the policy that sampled, by the engine; shape (tokens,).
        advantages: shape (tokens,).
        owners: the response of each token; shape (tokens,).
        rollouts: how many responses there are.
        most: nats per token.
    """
    return (advantages < 0) & (response_means((engine - logprobs).detach(), owners, rollouts) > most)


def shifted(
    logprobs: torch.Tensor, engine: torch.Tensor, advantages: torch.Tensor, up: float, down: float
) -> torch.Tensor:
    """DPPO's mask (arXiv 2602.04879, binary total variation; signs as in prime-rl): which tokens have gone far enough.

    pi - pi_engine of the sampled token is above ``up`` where the advantage is positive, or below -``down`` where it is not. Unlike
    a clip of the ratio this leaves rare tokens room: from 0.001 to 0.01 is a ratio of 10 and a shift of 0.009.

    Args:
        logprobs: of the policy as it is now; shape (tokens,).
        engine: of the policy that sampled, by the engine; shape (tokens,).
        advantages: shape (tokens,).
        up: largest rise of a probability.
        down: largest fall.
    """
    shift = logprobs.detach().exp() - engine.exp()
    return torch.where(advantages > 0, shift > up, shift < -down)
