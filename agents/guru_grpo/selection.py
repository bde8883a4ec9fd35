"""Tokens of an optimiser step that are learnt from in another way than the rest, chosen over all of the step at once.

Pure functions on flat tensors of all completion tokens of the step, in the order of the rollouts. What they choose is fixed before
the step is split into micro-batches or over ranks, so the split changes nothing. The released code of Clip-Cov and KL-Cov takes its
means, shares and choices in each micro-batch instead.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import torch

from guru_grpo.losses import clipped
from guru_grpo.settings import LearnerSettings


def covariances(logprobs: torch.Tensor, advantages: torch.Tensor) -> torch.Tensor:
    """Each token's part of the covariance of log pi and A (arXiv 2505.22617): (log pi - its mean) * (A - its mean).

    To first order a step of the natural policy gradient lowers the entropy by the rate times the mean of these.

    Args:
        logprobs: shape (tokens,).
        advantages: shape (tokens,).
    """
    logprobs, advantages = logprobs.detach().to(torch.float64), advantages.to(torch.float64)
    return (logprobs - logprobs.mean()) * (advantages - advantages.mean())


def clip_cov(
    covariance: torch.Tensor, gone: torch.Tensor, share: float, band: tuple[float, float], seed: int
) -> torch.Tensor:
    """Clip-Cov (arXiv 2505.22617): which tokens lose their gradient, chosen at random among those of high covariance.

    max(1, int(share * tokens)) of those within the band, or all of them where they are fewer.

    Args:
        covariance: see ``covariances``; shape (tokens,).
        gone: tokens that the loss clips already; they are not chosen; shape (tokens,).
        share: of all tokens.
        band: the covariance is above the first and below the second.
        seed: the same seed chooses the same tokens, on any machine.

    Returns:
        Shape (tokens,), bool.
    """
    candidates = ((covariance > band[0]) & (covariance < band[1]) & ~gone).nonzero()[:, 0].tolist()
    count = min(len(candidates), max(1, int(share * len(covariance))))
    chosen = torch.zeros_like(gone)
    chosen[random.Random(seed).sample(candidates, count)] = True
    return chosen


def highest(values: torch.Tensor, share: float) -> torch.Tensor:
    """Which tokens are the max(1, int(share * tokens)) of the highest value; of equal ones the first.

    Of covariances: the tokens that KL-Cov (arXiv 2505.22617) holds. Of entropies: the forking tokens, which alone have a policy
    gradient in "Beyond the 80/20 rule" (arXiv 2506.01939).

    Args:
        values: shape (tokens,).
        share: of all tokens.

    Returns:
        Shape (tokens,), bool.
    """
    chosen = torch.zeros_like(values, dtype=torch.bool)
    order = torch.sort(values, descending=True, stable=True).indices
    chosen[order[: max(1, int(share * len(values)))]] = True
    return chosen


def select(
    settings: LearnerSettings,
    eligible: torch.Tensor,
    prices: torch.Tensor,
    before: torch.Tensor,
    survey: Callable[[], tuple[torch.Tensor, torch.Tensor]],
    moved: bool,
    seed: int,
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """The tokens of an optimiser step that have no policy gradient, and those that are held where they were.

    Covariances are of the policy's log-probabilities as they are before this optimiser step. Before the first one of an update those
    are the old ones that ratios are taken to, and cost nothing; for later ones, and for entropies, another forward pass is made.
    The tokens counted are those of groups that have a gradient; responses of another policy are not among them.

    Args:
        settings: the learner's.
        eligible: the tokens that can be chosen; bool, shape (rollouts, longest).
        prices: advantages; shape (rollouts, longest).
        before: log-probabilities that ratios are taken to; shape (rollouts, longest).
        survey: log-probabilities and entropies as they are now; shape (rollouts, longest) each.
        moved: an optimiser step was taken since ``before``.
        seed: of the random choice.

    Returns:
        ``(silenced, held)``, each of shape (rollouts, longest), or None where no setting asks for it.
    """
    forks = settings.entropy_share < 1.0
    if not (forks or settings.covariance != "none") or not bool(eligible.any()):
        return None, None
    now, entropies = survey() if forks or moved else (before, before)
    silenced = held = None
    if settings.covariance != "none":
        logprobs, old, worth = now[eligible], before[eligible], prices[eligible]
        covariance = covariances(logprobs, worth)
        if settings.covariance == "clip":
            owners, clip = eligible.nonzero()[:, 0], (settings.clip_low, settings.clip_high)
            gone = clipped(settings.loss, logprobs, old, worth, owners, len(eligible), *clip)
            silenced = _placed(
                eligible, clip_cov(covariance, gone, settings.covariance_share, settings.covariance_band, seed)
            )
        else:
            held = _placed(eligible, highest(covariance, settings.covariance_share))
    if forks:
        others = _placed(eligible, ~highest(entropies[eligible], settings.entropy_share))
        silenced = others if silenced is None else silenced | others
    return silenced, held


def _placed(eligible: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    found = torch.zeros_like(eligible)
    found[eligible] = chosen
    return found
