"""The learner: GRPO updates, and supervised steps, of a causal language model with AdamW, on one process or several."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from guru_envs.errors import InvalidValueError
from guru_grpo.controllers import Coefficients
from guru_grpo.critic import Critic
from guru_grpo.implicit_reward import ImplicitReward
from guru_grpo.lora import learnt, merged, put_back
from guru_grpo.losses import kl_estimate
from guru_grpo.objective import Step, known, objective
from guru_grpo.packing import Tree
from guru_grpo.policy import Policy, make_policy, twin
from guru_grpo.pricing import Advantages, price
from guru_grpo.randomness import derive
from guru_grpo.ranks import ALONE, Ranks
from guru_grpo.rollout import Rollout, own_groups, trees
from guru_grpo.selection import select
from guru_grpo.settings import LearnerSettings
from guru_grpo.shares import IDLE, clip_gradient, shared_rows, surveyed
from guru_grpo.totals import Totals

if TYPE_CHECKING:
    from guru_grpo.engine import Engine


class Learner:
    """Updates a model.

    With several ranks each holds a shard of the weights and computes its share of the rows; every method is then called by all
    ranks, in the same order, with the same rollouts. The result is that of one process, up to the order of sums.

    Args:
        model: a causal language model of transformers with a decoder ``model`` and a head ``lm_head``; or the ``Policy`` made of
            it by another learner, which this one goes on with.
        settings: see ``LearnerSettings``.
        longest: the token limit of a completion; used by the aggregation ``constant`` only.
        ranks: the processes of the run.

    Raises:
        InvalidValueError: the model computes its logits in a way that is not supported.
        MissingExtraError: adapters are asked for, and peft is not installed.
    """

    def __init__(self, model: Any, settings: LearnerSettings, longest: int = 1, ranks: Ranks = ALONE) -> None:
        self.settings, self.longest, self.ranks = settings, longest, ranks
        self.policy = make_policy(model, settings, ranks)
        self.model = self.policy.model
        self.model.train()
        self._weights = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.optimizer = self._new_optimizer()
        self.steps = 0
        self.coefficients = Coefficients(settings)
        self.by_rollout: dict[str, list[float]] = {}  # of the latest update: sums over the tokens of each rollout
        self.reference: Any = None
        if settings.kl_coef or settings.advantage == "implicit":
            self.reference = twin(self.model, lambda other: Policy(other, settings), settings, ranks)
            self.reference.eval().requires_grad_(False)
        self.critic = Critic(self.model, settings, ranks) if settings.advantage == "critic" else None
        self.implicit: ImplicitReward | None = None
        if settings.advantage == "implicit":
            self.implicit = ImplicitReward(self.model, self.reference, settings, ranks)
        self._charged: tuple[torch.Tensor, torch.Tensor] | None = None  # KL in the rewards, and tokens, by rollout
        self._foretold: tuple[torch.Tensor, torch.Tensor] | None = None  # the critic's returns and values of this step

    @property
    def temperature(self) -> float:
        """The temperature that the responses of the next update are to be sampled at."""
        return self.coefficients.temperature

    def learn(self, rollouts: Sequence[Rollout]) -> dict[str, float]:
        """One step: the advantages of the rollouts, and the update by them; see ``update``."""
        return self.update(rollouts, self.advantages(rollouts))

    def advantages(self, rollouts: Sequence[Rollout]) -> list[float] | list[list[float]]:
        """The advantages of a step's rollouts: of whole responses, or of each token; see ``price``.

        An implicit reward model learns from the rollouts here, since they are priced with what it has learnt.
        """
        lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
        penalty, mask = self._penalties(rollouts, lengths)
        values = self.critic.values(rollouts) if self.critic is not None else None
        process = self.implicit.rewards(rollouts) if self.implicit is not None else None
        found, returns = price(self.settings, rollouts, penalty, mask, values, process)
        if values is not None and returns is not None:
            self._foretold = returns, values
        return found

    def _penalties(self, rollouts: Sequence[Rollout], lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The KL penalty in the reward of each token (0 without one), and which tokens there are; (rollouts, longest)."""
        width = int(lengths.max()) if len(lengths) else 0
        mask = torch.arange(width) < lengths[:, None]
        penalty = torch.zeros(len(rollouts), width, dtype=torch.float64)
        if self.settings.kl_in == "reward" and self.settings.kl_coef:
            groups = own_groups(rollouts)
            own = [one for members in groups for one in members]
            for one in own:
                penalty[one, : lengths[one]] = torch.tensor(rollouts[one].logprobs, dtype=torch.float64)
            reference = self.logprobs(self.reference, rollouts, groups).cpu().to(torch.float64)
            estimate = kl_estimate(penalty, reference, self.settings.kl_estimator)
            penalty = torch.where(mask, estimate, 0.0)
            charged = torch.zeros(len(rollouts)).index_fill(0, torch.tensor(own, dtype=torch.long), 1.0)
            self._charged = penalty.sum(1) * charged, lengths * charged
            penalty *= self.coefficients.kl
        return penalty, mask

    # -- GRPO ----------------------------------------------------------------------------------------------------------

    def update(self, rollouts: Sequence[Rollout], advantages: Advantages) -> dict[str, float]:
        """Learn from the rollouts of one step: ``epochs`` passes in ``minibatches`` optimiser steps each.

        Groups whose advantages are all zero have no gradient and cost nothing (unless a KL penalty, an entropy bonus or an SFT
        loss gives them one); their tokens still count in the aggregation. Masked rollouts, and those that are not to be learnt
        from, count nowhere.

        Args:
            rollouts: the responses.
            advantages: one for each, or one for each token of each.

        Returns:
            Metrics: loss, grad_norm, clip_fraction, silenced_fraction (tokens without policy gradient for another reason than
            the clip), kl (to the reference, 0 without one), entropy (nats per token),
            mismatch_mean and mismatch_max (absolute difference between the engine's and the learner's log-probabilities
            before the first optimiser step), mismatch_kl and mismatch_ess of the same (``ratio_sums``), groups_skipped, tokens, lr;
            kl_coef, entropy_coef and temperature where they have a target; value_loss and value_grad_norm of a critic; what a reward
            model knew (``judgement``). Means over tokens are missing where there is none to learn from.

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
            if rollout.learnt:
                groups.setdefault(rollout.group, []).append(index)
        prices = self._prices(rollouts, advantages)
        settings = self.settings
        every = settings.entropy_coef or settings.entropy_target or settings.temperature_target
        always = bool((settings.kl_coef and settings.kl_in == "loss") or every)
        taught = settings.off_policy == "sft"
        alive = [
            members
            for members in groups.values()
            if always or any(bool(prices[one].any()) or (taught and rollouts[one].off_policy) for one in members)
        ]
        before, reference = self._before(rollouts, alive), None
        if settings.kl_coef and settings.kl_in == "loss":
            reference = self.logprobs(self.reference, rollouts, alive)
        totals.skipped = len({rollout.group for rollout in rollouts}) - len(alive)
        for epoch in range(self.settings.epochs):
            for part in range(self.settings.minibatches):
                everyone = [
                    one for members in list(groups.values())[part :: self.settings.minibatches] for one in members
                ]
                chosen = [members for members in alive if members[0] in set(everyone)]
                if chosen:
                    first = epoch + part == 0
                    self._optimiser_step(rollouts, prices, before, reference, chosen, everyone, totals, first)
        metrics = totals.metrics(self.ranks) | {"lr": self._lr()}
        of_each = totals.of_each | {"kl_tokens": totals.of_each["tokens"]}
        if self._charged is not None:
            of_each["kl"], of_each["kl_tokens"] = self._charged
            metrics["kl"], self._charged = float(self._charged[0].sum() / self._charged[1].sum().clamp(min=1)), None
        if metrics["tokens"]:
            own = sum(not rollouts[one].off_policy for members in groups.values() for one in members)
            metrics |= self.coefficients.follow(metrics["kl"], metrics["entropy"], own)
        self.by_rollout = {name: sums.tolist() for name, sums in of_each.items()}
        if self.critic is not None and self._foretold is not None:
            metrics |= self.critic.update(rollouts, *self._foretold)
            self._foretold = None
        if self.implicit is not None:
            metrics |= self.implicit.told()
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
            before = self.logprobs(self.policy, rollouts, alive).to(before.dtype)
        return before

    def logprobs(self, policy: Any, rollouts: Sequence[Rollout], groups: Sequence[Sequence[int]]) -> torch.Tensor:
        """Log-probabilities of the completions in some groups under a policy, without gradient; 0 elsewhere.

        Returns:
            Shape (rollouts, longest completion).
        """
        return self._survey(policy, rollouts, groups)[0]

    def _survey(
        self, policy: Any, rollouts: Sequence[Rollout], groups: Sequence[Sequence[int]]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As ``logprobs``, and the entropies beside them."""
        width = max(len(rollout.completion_ids) for rollout in rollouts)
        empty = torch.zeros(2, len(rollouts), width, device=self.model.device)
        found = trees(rollouts, groups)
        logprobs, entropies = surveyed(
            lambda row: policy(row, self.temperature), found, self.settings, self.ranks, empty
        )
        return logprobs, entropies

    def _optimiser_step(
        self,
        rollouts: Sequence[Rollout],
        prices: torch.Tensor,
        before: torch.Tensor,
        reference: torch.Tensor | None,
        chosen: list[list[int]],
        everyone: list[int],
        totals: Totals,
        first: bool,
    ) -> None:
        step = known(self.settings, rollouts, everyone, self.longest, prices, before, reference)
        silenced, held = self._selected(step, rollouts, chosen, moved=not first)
        step = replace(step, silenced=silenced, held=held)
        fresh = ~(step.foreign | step.aged)
        for row in shared_rows(trees(rollouts, chosen), self.settings, self.ranks):
            logprobs, entropy = self.policy(row or IDLE, self.temperature)
            if row is None:
                torch.autograd.backward(logprobs.sum() * 0.0)
                continue
            terms = objective(self.settings, self.coefficients, step, row, logprobs, entropy)
            torch.autograd.backward(terms.total * self.ranks.size)  # the sharded gradient is the mean over ranks
            entropy = entropy.detach()
            totals.add(terms, entropy)
            totals.spread(
                row.owners, tokens=torch.ones_like(entropy), entropy=entropy, clipped=terms.clipped, kl=terms.kl
            )
            if first:
                own = fresh[row.owners.to(fresh.device)]
                totals.mismatch(terms.apart[own])
                totals.spread(row.owners, mismatch=torch.where(own, terms.apart.abs(), 0.0), compared=own)
        totals.grad_norms.append(self._apply())

    def _selected(
        self, step: Step, rollouts: Sequence[Rollout], chosen: list[list[int]], moved: bool
    ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """The tokens without policy gradient, and those that are held; see ``select``."""
        lengths = torch.zeros(len(rollouts))
        shaped = self.settings.replay_loss == "shaped"
        for index in (one for members in chosen for one in members):
            if not (rollouts[index].off_policy or (shaped and rollouts[index].age)):
                lengths[index] = len(rollouts[index].completion_ids)
        eligible = torch.arange(step.prices.shape[1]) < lengths[:, None]
        return select(
            self.settings,
            eligible.to(self.model.device),
            step.prices,
            step.before,
            lambda: self._survey(self.policy, rollouts, chosen),
            moved,
            derive(self.settings.seed, "selection", self.steps),
        )

    # -- supervised ----------------------------------------------------------------------------------------------------

    def supervised(self, examples: Sequence[tuple[list[int], list[int]]]) -> dict[str, float]:
        """One optimiser step of maximum likelihood on (prompt, completion) pairs; every completion token counts alike."""
        count = sum(len(completion) for _, completion in examples)
        if not count:
            raise InvalidValueError("the examples hold no completion token")
        found: list[Tree] = [(prompt, [(index, completion)]) for index, (prompt, completion) in enumerate(examples)]
        loss = 0.0
        for row in shared_rows(found, self.settings, self.ranks):
            logprobs, _ = self.policy(row or IDLE, 1.0)
            total = -logprobs.sum() / count if row is not None else logprobs.sum() * 0.0
            torch.autograd.backward(total * self.ranks.size)
            loss += float(total.detach())
        return {"loss": self.ranks.sum(loss)[0], "grad_norm": self._apply(), "tokens": float(count), "lr": self._lr()}

    # -- inside --------------------------------------------------------------------------------------------------------

    def _lr(self) -> float:
        """The learning rate of the latest step: it rises in a line from 0, stays, or falls in a line towards 0."""
        warm, end = self.settings.warmup_steps, self.settings.decay_steps
        rising = min(1.0, self.steps / max(1, warm))
        falling = min(1.0, max(0.0, (end + 1 - self.steps) / (end + 1 - warm))) if end else 1.0
        return float(self.settings.lr * min(rising, falling))

    def _apply(self) -> float:
        """Clip the gradient, take the optimiser step, and forget the gradient; returns its norm before clipping."""
        norm = clip_gradient(self._weights, self.settings.max_grad_norm, self.ranks)
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
            self._weights,
            lr=settings.lr,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            fused=True,
        )

    def refresh(self) -> None:
        """Policy refresh (arXiv 2507.17512, section 6): the reference becomes a copy of the policy, Adam starts anew.

        The learning rate's schedule goes on: the study's is constant. An implicit reward model, which is one relative to the
        reference, starts anew as another copy.
        """
        self.optimizer = self._new_optimizer()
        if self.reference is not None:
            put_back(self.reference.model, learnt(self.model))
        if self.implicit is not None:
            self.implicit.restart(self.model)

    @property
    def refreshed(self) -> str:
        """What a refresh does here, for the log: without a KL penalty there is no reference."""
        return "the optimizer's state is cleared" + (
            " and the policy copied to the reference"
            if self.reference is not None
            else "; there is no reference (kl_coef 0)"
        )

    def weights(self) -> Iterator[tuple[str, torch.Tensor]]:
        """The model's full weights by name, adapters merged in, one at a time."""
        yield from merged(self.model, self.ranks.whole)

    def hand_over(self, engine: Engine) -> None:
        """Give the engine the weights as they are now."""
        engine.load(self.weights())

    def model_state(self) -> dict[str, torch.Tensor]:
        """All of ``weights`` in the memory of rank 0's CPU, to write the trained model; empty on other ranks."""
        found = ((name, weight.cpu()) for name, weight in self.weights())
        kept = {}
        for name, weight in found:
            if self.ranks.leads:
                kept[name] = weight
        return kept

    def state_dict(self) -> dict[str, Any]:
        """Weights (with LoRA the adapters), optimiser state, step counter, and those of reference, critic and reward model if any.

        Full tensors on rank 0, however many ranks there are, so another number of them can go on from it.
        """
        state = {"model": learnt(self.model), "optimizer": self.optimizer.state_dict(), "steps": self.steps}
        state["coefficients"] = self.coefficients.state_dict()
        if self.critic is not None:
            state["critic"] = self.critic.state_dict()
        if self.implicit is not None:
            state["implicit"] = self.implicit.state_dict()
        if self.reference is not None:
            state["reference"] = learnt(self.reference.model)
        found: dict[str, Any] = self.ranks.gathered(state)
        return found

    def load_state_dict(self, state: dict[str, Any] | None) -> None:
        """Go on from a saved state; only rank 0 needs it."""
        state = self.ranks.spread(state)
        assert state is not None
        put_back(self.model, state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        if "coefficients" in state:  # checkpoints of runs before there were any have none
            self.coefficients.load_state_dict(state["coefficients"])
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
        if self.implicit is not None:
            self.implicit.load_state_dict(state["implicit"])
        if self.reference is not None:
            put_back(self.reference.model, state["reference"])
