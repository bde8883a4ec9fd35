"""The loss of the tokens of a row: the terms that the settings name, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from guru_grpo.controllers import Coefficients
from guru_grpo.losses import clipped, kl_estimate, shaped_loss, token_loss, token_weights
from guru_grpo.mismatch import drifted, mismatch_weights, shifted
from guru_grpo.packing import Pack
from guru_grpo.rollout import Rollout
from guru_grpo.settings import LearnerSettings


@dataclass(frozen=True)
class Step:
    """What is known of the responses of an optimiser step before it.

    Attributes:
        prices: the advantage of each token; shape (rollouts, longest), as all but the next three.
        weights: of the tokens of each rollout, by the aggregation; shape (rollouts,).
        foreign: another policy wrote it; shape (rollouts,).
        aged: it is replayed; shape (rollouts,).
        before: log-probabilities that ratios are taken to.
        engine: log-probabilities by the engine.
        reference: log-probabilities by the reference; None without a KL penalty in the loss.
        silenced: tokens without policy gradient; None: none. See ``guru_grpo.selection``.
        held: tokens that KL-Cov holds where they were; None: none.
    """

    prices: torch.Tensor
    weights: torch.Tensor
    foreign: torch.Tensor
    aged: torch.Tensor
    before: torch.Tensor
    engine: torch.Tensor
    reference: torch.Tensor | None
    silenced: torch.Tensor | None = None
    held: torch.Tensor | None = None


def known(
    settings: LearnerSettings,
    rollouts: Sequence[Rollout],
    everyone: Sequence[int],
    longest: int,
    prices: torch.Tensor,
    before: torch.Tensor,
    reference: torch.Tensor | None,
) -> Step:
    """What is known of an optimiser step before it, but for the tokens that are chosen.

    Args:
        settings: the learner's.
        rollouts: all of the update.
        everyone: which of them count in the aggregation of this optimiser step.
        longest: the token limit of a completion, for the aggregation ``constant``.
        prices: see ``Step``.
        before: see ``Step``.
        reference: see ``Step``.
    """
    device = before.device
    lengths = torch.zeros(len(rollouts))
    for index in everyone:
        lengths[index] = len(rollouts[index].completion_ids)
    foreign = torch.tensor([rollout.off_policy for rollout in rollouts])
    if settings.off_policy == "sft":  # what RL learns from are the policy's own responses
        taught = torch.where(foreign, lengths, 0.0)
        weights = token_weights(lengths - taught, settings.aggregation, longest)
        weights += settings.sft_coef * token_weights(taught, "token-mean")
    else:
        weights = token_weights(lengths, settings.aggregation, longest)
    aged = torch.tensor([bool(rollout.age) for rollout in rollouts], device=device)
    rows = [rollout.logprobs + [0.0] * (before.shape[1] - len(rollout.logprobs)) for rollout in rollouts]
    engine = torch.tensor(rows, device=device)
    return Step(prices, weights.to(device, torch.float32), foreign.to(device), aged, before, engine, reference)


@dataclass(frozen=True)
class Terms:
    """What comes of the tokens of a row.

    Attributes:
        total: their part of the loss of the optimiser step; a number.
        kl: to the reference, without gradient; shape (tokens,).
        clipped: which of them the loss clips; bool, shape (tokens,).
        silenced: which of them have no policy gradient for another reason; bool, shape (tokens,).
        apart: log pi - log pi_engine; shape (tokens,).
    """

    total: torch.Tensor
    kl: torch.Tensor
    clipped: torch.Tensor
    silenced: torch.Tensor
    apart: torch.Tensor


def objective(
    settings: LearnerSettings,
    coefficients: Coefficients,
    step: Step,
    row: Pack,
    logprobs: torch.Tensor,
    entropy: torch.Tensor,
) -> Terms:
    """The loss of a row's tokens.

    Args:
        settings: the learner's.
        coefficients: weights of the KL penalty and of the entropy bonus.
        step: what is known before the forward pass.
        row: the tokens.
        logprobs: of the policy that is trained; shape (tokens,).
        entropy: of the same; shape (tokens,).
    """
    owners, places = row.owners.to(logprobs.device), row.steps.to(logprobs.device)
    rollouts, clip = len(step.weights), (settings.clip_low, settings.clip_high)
    worth, sampled, old = step.prices[owners, places], step.engine[owners, places], step.before[owners, places]
    off, weight = step.foreign[owners], step.weights[owners]
    shaped = step.aged[owners] if settings.replay_loss == "shaped" else torch.zeros_like(off)
    if settings.mismatch != "none":
        if settings.epochs * settings.minibatches == 1:
            old = logprobs.detach()
        corrected = mismatch_weights(settings.mismatch, old, sampled, owners, rollouts, settings.mismatch_cap)
        weight = weight * torch.where(off | shaped, 1.0, corrected)
    loss = token_loss(settings.loss, logprobs, old, worth, owners, rollouts, *clip, settings.dual_clip or None)
    if settings.off_policy == "shaped":
        loss = torch.where(off, shaped_loss(logprobs, worth, settings.shaping_gamma), loss)
    elif settings.off_policy == "sft":
        loss = torch.where(off, -logprobs, loss)
    if settings.replay_loss == "shaped":
        loss = torch.where(shaped, shaped_loss(logprobs, worth, settings.shaping_gamma, sampled), loss)
    silenced = torch.zeros_like(off)
    if settings.mismatch_drift:
        silenced |= drifted(logprobs, sampled, worth, owners, rollouts, settings.mismatch_drift)
    if settings.mismatch_shift:
        silenced |= shifted(logprobs, sampled, worth, settings.mismatch_shift, settings.mismatch_shift)
    silenced &= ~(off | shaped)
    if step.silenced is not None:
        silenced |= step.silenced[owners, places]
    loss = torch.where(silenced, 0.0, loss)
    if step.held is not None:
        loss = loss + settings.covariance_coef * torch.where(step.held[owners, places], (logprobs - old).abs(), 0.0)
    if settings.mismatch_square:
        loss = loss + settings.mismatch_square * torch.where(off | shaped, 0.0, (logprobs - sampled) ** 2)
    kl = torch.zeros_like(logprobs)
    if step.reference is not None:
        reference = step.reference[owners, places].to(logprobs.dtype)
        kl = kl_estimate(logprobs, reference, settings.kl_estimator, old if settings.kl_ratio else None)
        loss = loss + coefficients.kl * torch.where(off, 0.0, kl)
    if coefficients.entropy:
        loss = loss - coefficients.entropy * torch.where(off, 0.0, entropy)
    gone = clipped(settings.loss, logprobs.detach(), old, worth, owners, rollouts, *clip) & ~(off | shaped)
    return Terms((loss * weight).sum(), kl.detach(), gone, silenced, logprobs.detach() - sampled)
