"""The learner: GRPO updates, and supervised steps, of a causal language model with AdamW."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from guru_envs.errors import InvalidValueError
from guru_grpo.advantages import estimate, generalised, returns_to_go, whiten
from guru_grpo.critic import Critic
from guru_grpo.head import token_logprobs
from guru_grpo.losses import clipped, kl_estimate, mismatch_weights, shaped_loss, token_loss, token_weights
from guru_grpo.packing import Pack, Tree, pack_rows
from guru_grpo.rollout import Rollout, trees
from guru_grpo.segments import tree_advantages
from guru_grpo.settings import LearnerSettings
from guru_grpo.totals import Totals

# Settings of model families that change logits behind the output layer, which the learner does not do.
_LOGIT_CHANGES = ("final_logit_softcapping", "logits_scaling", "logit_scale")


Advantages = Sequence[float] | Sequence[Sequence[float]]  # of whole responses, or of each of their tokens


class Learner:
    """Updates a model.

    Args:
        model: a causal language model of transformers with a decoder ``model`` and a head ``lm_head``.
        settings: see ``LearnerSettings``.
        longest: the token limit of a completion; used by the aggregation ``constant`` only.

    Raises:
        InvalidValueError: the model computes its logits in a way that is not supported.
    """

    def __init__(self, model: Any, settings: LearnerSettings, longest: int = 1) -> None:
        self.model, self.settings, self.longest = model, settings, longest
        odd = [name for name in _LOGIT_CHANGES if getattr(model.config, name, None) not in (None, 1.0)]
        if model.lm_head.bias is not None:
            odd.append("a bias of lm_head")
        if odd:
            raise InvalidValueError(f"models with {' and '.join(odd)} are not supported by the learner")
        model.train()
        self.optimizer = self._new_optimizer()
        self.steps = 0
        self.by_rollout: dict[str, list[float]] = {}  # of the latest update: sums over the tokens of each rollout
        self.reference = copy.deepcopy(model).eval().requires_grad_(False) if settings.kl_coef else None
        self.critic = Critic(model, settings) if settings.advantage == "critic" else None
        self._foretold: tuple[torch.Tensor, torch.Tensor] | None = None  # the critic's returns and values of this step

    def advantages(self, rollouts: Sequence[Rollout]) -> list[float] | list[list[float]]:
        """The advantages of a step's rollouts, as the settings ask for: of whole responses, or of each token.

        Rollouts that another policy wrote take part in the groups' means (LUFFY), but not beside an SFT loss. A KL penalty in the
        reward is the k1 estimate of each token; with ``batch-std`` its return-to-go (REINFORCE++), otherwise its sum. With a
        critic they are generalised advantage estimates, whitened (PPO).
        """
        settings = self.settings
        rewards = torch.tensor([one.reward for one in rollouts], dtype=torch.float64)
        groups = torch.tensor([one.group for one in rollouts])
        lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
        keep = torch.tensor(
            [not one.masked and not (one.off_policy and settings.off_policy == "sft") for one in rollouts]
        )
        penalty, mask = self._penalties(rollouts, lengths)
        if self.critic is not None:
            paid = -penalty
            paid[torch.arange(len(rollouts)), (lengths - 1).clamp(min=0)] += rewards
            values = self.critic.values(rollouts)
            advantages, returns = generalised(paid, values, mask, settings.gamma, settings.lam)
            self._foretold = returns, values
            tokens: list[list[float]] = whiten(advantages, mask & keep[:, None]).tolist()
            return tokens
        if settings.kl_in == "reward" and settings.advantage == "batch-std":
            tokens = whiten(returns_to_go(rewards, penalty, mask), mask & keep[:, None]).tolist()
            return tokens
        if settings.advantage in ("segment", "subgroup"):
            return tree_advantages(settings.advantage, rollouts, keep.tolist())
        rewards = rewards - penalty.sum(-1)
        found: list[float] = estimate(settings.advantage, rewards, groups, keep, lengths).tolist()
        return found

    def _penalties(self, rollouts: Sequence[Rollout], lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The KL penalty in the reward of each token (0 without one), and which tokens there are; (rollouts, longest)."""
        width = int(lengths.max()) if len(lengths) else 0
        mask = torch.arange(width) < lengths[:, None]
        penalty = torch.zeros(len(rollouts), width, dtype=torch.float64)
        if self.settings.kl_in == "reward" and self.reference is not None:
            members: dict[int, list[int]] = {}
            for index, one in enumerate(rollouts):
                if one.completion_ids and not one.off_policy:
                    members.setdefault(one.group, []).append(index)
                    penalty[index, : len(one.logprobs)] = torch.tensor(one.logprobs, dtype=torch.float64)
            reference = self.logprobs(self.reference, rollouts, list(members.values())).cpu().to(torch.float64)
            penalty = self.settings.kl_coef * torch.where(mask, penalty - reference, 0.0)
        return penalty, mask

    # -- GRPO ----------------------------------------------------------------------------------------------------------

    def update(self, rollouts: Sequence[Rollout], advantages: Advantages) -> dict[str, float]:
        """Learn from the rollouts of one step: ``epochs`` passes in ``minibatches`` optimiser steps each.

        Groups whose advantages are all zero have no gradient and cost nothing (unless a KL penalty, an entropy bonus or an SFT
        loss gives them one); their tokens still count in the aggregation. Masked rollouts count nowhere.

        Args:
            rollouts: the responses.
            advantages: one for each, or one for each token of each.

        Returns:
            Metrics: loss, grad_norm, clip_fraction, kl (to the reference, 0 without one), entropy (nats per token),
            mismatch_mean and mismatch_max (absolute difference between the engine's and the learner's log-probabilities
            before the first optimiser step), groups_skipped, tokens, lr.

        Raises:
            InvalidValueError: the number of advantages or of log-probabilities does not fit.
        """
        if len(advantages) != len(rollouts):
            raise InvalidValueError(f"{len(advantages)} advantages for {len(rollouts)} rollouts")
        for rollout in rollouts:
            if len(rollout.logprobs) != len(rollout.completion_ids):
                raise InvalidValueError("a rollout needs one log-probability for each completion token")
        totals = Totals(len(rollouts))
        groups: dict[int, list[int]] = {}
        for index, rollout in enumerate(rollouts):
            if not rollout.masked and rollout.completion_ids:
                groups.setdefault(rollout.group, []).append(index)
        prices = self._prices(rollouts, advantages)
        settings = self.settings
        always = bool((settings.kl_coef and settings.kl_in == "loss") or settings.entropy_coef)
        taught = settings.off_policy == "sft"
        alive = [
            members
            for members in groups.values()
            if always or any(bool(prices[one].any()) or (taught and rollouts[one].off_policy) for one in members)
        ]
        before = self._before(rollouts, alive)
        totals.skipped = len({rollout.group for rollout in rollouts}) - len(alive)
        for epoch in range(self.settings.epochs):
            for part in range(self.settings.minibatches):
                everyone = [
                    one for members in list(groups.values())[part :: self.settings.minibatches] for one in members
                ]
                chosen = [members for members in alive if members[0] in set(everyone)]
                if chosen:
                    self._optimiser_step(rollouts, prices, before, chosen, everyone, totals, first=epoch + part == 0)
        metrics = totals.metrics() | {"lr": self._lr()}
        self.by_rollout = {name: sums.tolist() for name, sums in totals.of_each.items()}
        if self.critic is not None and self._foretold is not None:
            metrics["value_loss"] = self.critic.update(rollouts, *self._foretold)
            self._foretold = None
        return metrics

    def _prices(self, rollouts: Sequence[Rollout], advantages: Advantages) -> torch.Tensor:
        """The advantage of each token; shape (rollouts, longest completion)."""
        width = max((len(rollout.completion_ids) for rollout in rollouts), default=0)
        rows = [
            [one] * width if isinstance(one, (int, float)) else list(one) + [0.0] * (width - len(one))
            for one in advantages
        ]
        return torch.tensor(rows, device=self.model.device, dtype=torch.float32)

    def _before(self, rollouts: Sequence[Rollout], alive: list[list[int]]) -> torch.Tensor:
        """The log-probabilities that ratios are taken to; shape (rollouts, longest completion).

        Those of the engine; with a mismatch correction the learner's own before the update, where that takes several steps (with
        one step they are those of the forward pass itself).
        """
        width = max(len(rollout.logprobs) for rollout in rollouts)
        rows = [rollout.logprobs + [0.0] * (width - len(rollout.logprobs)) for rollout in rollouts]
        before = torch.tensor(rows, device=self.model.device)
        if self.settings.mismatch != "none" and self.settings.epochs * self.settings.minibatches > 1:
            before = self.logprobs(self.model, rollouts, alive).to(before.dtype)
        return before

    def logprobs(self, model: Any, rollouts: Sequence[Rollout], groups: Sequence[Sequence[int]]) -> torch.Tensor:
        """Log-probabilities of the completions in some groups under a model, without gradient; 0 elsewhere.

        Returns:
            Shape (rollouts, longest completion).
        """
        width = max(len(rollout.completion_ids) for rollout in rollouts)
        found = torch.zeros(len(rollouts), width, device=self.model.device)
        with torch.no_grad():
            for row in pack_rows(trees(rollouts, groups), self.settings.micro_tokens, self.settings.pack):
                logprobs, _ = self._logprobs(model, row)
                found[row.owners.to(found.device), row.steps.to(found.device)] = logprobs.to(found.dtype)
        return found

    def _optimiser_step(
        self,
        rollouts: Sequence[Rollout],
        prices: torch.Tensor,
        before: torch.Tensor,
        chosen: list[list[int]],
        everyone: list[int],
        totals: Totals,
        first: bool,
    ) -> None:
        settings, device = self.settings, self.model.device
        lengths = torch.zeros(len(rollouts))
        for index in everyone:
            lengths[index] = len(rollouts[index].completion_ids)
        foreign = torch.tensor([rollout.off_policy for rollout in rollouts])
        fresh = torch.tensor([not rollout.off_policy and not rollout.age for rollout in rollouts], device=device)
        if settings.off_policy == "sft":  # what RL learns from are the policy's own responses
            taught = torch.where(foreign, lengths, 0.0)
            weights = token_weights(lengths - taught, settings.aggregation, self.longest)
            weights += settings.sft_coef * token_weights(taught, "token-mean")
        else:
            weights = token_weights(lengths, settings.aggregation, self.longest)
        weights, foreign = weights.to(device, torch.float32), foreign.to(device)
        engine = torch.tensor(
            [rollout.logprobs + [0.0] * (before.shape[1] - len(rollout.logprobs)) for rollout in rollouts],
            device=device,
        )
        for row in pack_rows(trees(rollouts, chosen), settings.micro_tokens, settings.pack):
            logprobs, entropy = self._logprobs(self.model, row)
            owners, steps = row.owners.to(device), row.steps.to(device)
            price, weight, sampled, off = prices[owners, steps], weights[owners], engine[owners, steps], foreign[owners]
            old = before[owners, steps]
            if settings.mismatch != "none":
                if settings.epochs * settings.minibatches == 1:
                    old = logprobs.detach()
                weight = weight * torch.where(
                    off,
                    1.0,
                    mismatch_weights(settings.mismatch, old, sampled, owners, len(rollouts), settings.mismatch_cap),
                )
            loss = token_loss(
                settings.loss,
                logprobs,
                old,
                price,
                owners,
                len(rollouts),
                settings.clip_low,
                settings.clip_high,
                settings.dual_clip or None,
            )
            if settings.off_policy == "shaped":
                loss = torch.where(off, shaped_loss(logprobs, price, settings.shaping_gamma), loss)
            elif settings.off_policy == "sft":
                loss = torch.where(off, -logprobs, loss)
            if self.reference is not None and settings.kl_in == "loss":
                with torch.no_grad():
                    reference, _ = self._logprobs(self.reference, row)
                kl = kl_estimate(logprobs, reference, settings.kl_kind)
                totals.spread(owners, kl=kl.detach())
                loss = loss + settings.kl_coef * torch.where(off, 0.0, kl)
                totals.kl += float(kl.detach().sum())
            if settings.entropy_coef:
                loss = loss - settings.entropy_coef * torch.where(off, 0.0, entropy)
            total = (loss * weight).sum()
            torch.autograd.backward(total)
            totals.loss += float(total.detach())
            gone = clipped(logprobs.detach(), old, price, settings.clip_low, settings.clip_high) & ~off
            totals.add(len(row.targets), float(entropy.detach().sum()), float(gone.sum()))
            totals.spread(owners, tokens=torch.ones_like(weight), entropy=entropy.detach(), clipped=gone)
            if first:
                apart = torch.where(fresh[owners], logprobs.detach() - sampled, 0.0)
                totals.mismatch(apart[fresh[owners]])
                totals.spread(owners, mismatch=apart.abs(), compared=fresh[owners])
        totals.grad_norms.append(self._apply())

    # -- supervised ----------------------------------------------------------------------------------------------------

    def supervised(self, examples: Sequence[tuple[list[int], list[int]]]) -> dict[str, float]:
        """One optimiser step of maximum likelihood on (prompt, completion) pairs; every completion token counts alike."""
        count = sum(len(completion) for _, completion in examples)
        if not count:
            raise InvalidValueError("the examples hold no completion token")
        found: list[Tree] = [(prompt, [(index, completion)]) for index, (prompt, completion) in enumerate(examples)]
        loss = 0.0
        for row in pack_rows(found, self.settings.micro_tokens, self.settings.pack):
            logprobs, _ = self._logprobs(self.model, row, temperature=1.0)
            total = -logprobs.sum() / count
            torch.autograd.backward(total)
            loss += float(total.detach())
        return {"loss": loss, "grad_norm": self._apply(), "tokens": float(count), "lr": self._lr()}

    # -- inside --------------------------------------------------------------------------------------------------------

    def _logprobs(self, model: Any, row: Pack, temperature: float | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-probability and entropy (without gradient) of each completion token at the sampling temperature."""
        device = model.device
        cuda = device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if cuda else contextlib.nullcontext():
            hidden = model.model(
                input_ids=row.ids.to(device),
                position_ids=row.positions.to(device),
                attention_mask=row.mask.to(device),
                use_cache=False,
            ).last_hidden_state
        # Logits only where a completion token is predicted: with a vocabulary of 50,000 they cost as much as many layers.
        hidden, weight = hidden.flatten(0, 1)[row.predictors.to(device)], model.lm_head.weight
        if cuda:
            hidden, weight = hidden.to(torch.bfloat16), weight.to(torch.bfloat16)
        return token_logprobs(hidden, weight, row.targets.to(device), temperature or self.settings.temperature)

    def _lr(self) -> float:
        """The learning rate of the latest step: it rises in a line from 0, stays, or falls in a line towards 0."""
        warm, end = self.settings.warmup_steps, self.settings.decay_steps
        rising = min(1.0, self.steps / max(1, warm))
        falling = min(1.0, max(0.0, (end + 1 - self.steps) / (end + 1 - warm))) if end else 1.0
        return float(self.settings.lr * min(rising, falling))

    def _apply(self) -> float:
        """Clip the gradient, take the optimiser step, and forget the gradient; returns its norm before clipping."""
        norm = float(torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.max_grad_norm or math.inf))
        self.steps += 1
        for group in self.optimizer.param_groups:
            group["lr"] = self._lr()
        if math.isfinite(norm):  # a step with an infinite gradient would destroy the weights
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def _new_optimizer(self) -> torch.optim.AdamW:
        settings = self.settings
        return torch.optim.AdamW(
            self.model.parameters(),
            lr=settings.lr,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            fused=True,
        )

    def refresh(self) -> None:
        """Policy refresh (arXiv 2507.17512, section 6): the reference becomes a copy of the policy, Adam starts anew.

        The learning rate's schedule goes on: the study's is constant.
        """
        self.optimizer = self._new_optimizer()
        if self.reference is not None:
            self.reference.load_state_dict(self.model.state_dict())

    @property
    def refreshed(self) -> str:
        """What a refresh does here, for the log: without a KL penalty there is no reference."""
        return "the optimizer's state is cleared" + (
            " and the policy copied to the reference"
            if self.reference is not None
            else "; there is no reference (kl_coef 0)"
        )

    def weights(self) -> Iterator[tuple[str, torch.Tensor]]:
        """The model's weights by name, for ``Engine.load``."""
        for name, weight in self.model.named_parameters():
            yield name, weight.detach()

    def state_dict(self) -> dict[str, Any]:
        """Weights, optimiser state, step counter, and the reference if there is one."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "steps": self.steps}
        if self.critic is not None:
            state["critic"] = self.critic.state_dict()
        return state | ({"reference": self.reference.state_dict()} if self.reference is not None else {})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
        if self.reference is not None:
            self.reference.load_state_dict(state["reference"])
