"""PRIME's reward model (arXiv 2502.01456): it learns only whether responses are right, and so comes to reward their tokens.

It is a language model phi that begins as the policy. With the reference, which stays as it was then, beta x (log phi - log
reference) of a whole response is taken as the logit of its being right. That is a sum over tokens, and each term is the reward of
its token: how much the token changed what is to be expected (arXiv 2412.01981).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from guru_grpo.companion import Companion
from guru_grpo.lora import learnt, put_back
from guru_grpo.packing import Pack
from guru_grpo.policy import Policy, twin
from guru_grpo.ranks import ALONE, Ranks
from guru_grpo.rollout import Rollout, own_groups, trees
from guru_grpo.settings import LearnerSettings
from guru_grpo.shares import IDLE, shared_rows, surveyed


def outcome_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each response: -log sigma(logit) where it is right, -log sigma(-logit) where it is not."""
    return -torch.nn.functional.logsigmoid(torch.where(right, logits, -logits))


def judgement(logits: torch.Tensor, right: torch.Tensor, groups: torch.Tensor) -> dict[str, float]:
    """How well logits tell right responses from wrong ones.

    Returns:
        ``implicit_loss``, the mean cross-entropy; ``implicit_accuracy``, the share on whose side of 0 the logit is; where there
        are any, ``implicit_order``: of the pairs of a right and a wrong response in one group, the share in which the right one's
        logit is higher. Ties count half.
    """
    signs = torch.sign(torch.where(right, logits, -logits))
    pairs = right[:, None] & ~right[None, :] & (groups[:, None] == groups[None, :])
    found = {
        "implicit_loss": float(outcome_loss(logits, right).mean()),
        "implicit_accuracy": float((signs + 1).mean() / 2),
    }
    if bool(pairs.any()):
        found["implicit_order"] = float((torch.sign(logits[:, None] - logits[None, :])[pairs] + 1).mean() / 2)
    return found


class ImplicitReward(Companion):
    """A reward model trained by AdamW on the outcomes of the rollouts.

    Only responses that the policy wrote and that count are scored, and of these it learns from those that were judged. Models are
    asked at temperature 1, whatever the responses were sampled at.

    Args:
        model: the policy it begins as; with adapters it learns adapters too.
        reference: the frozen policy of the same moment.
        settings: ``implicit_lr``, ``implicit_beta``, ``implicit_update``, and those of ``Companion``.
        ranks: the processes of the run.
    """

    def __init__(self, model: Any, reference: Any, settings: LearnerSettings, ranks: Ranks = ALONE) -> None:
        module = twin(model, lambda other: Policy(other, settings), settings, ranks)
        super().__init__(module, settings.implicit_lr, settings, ranks)
        self.reference = reference
        self._metrics: dict[str, float] = {}

    def rewards(self, rollouts: Sequence[Rollout]) -> torch.Tensor:
        """Score the tokens of a step's rollouts, and take a step on their outcomes, in the order that the settings say.

        Returns:
            The reward of each token; shape (rollouts, longest completion), float64, 0 where nothing is scored.
        """
        groups = own_groups(rollouts)
        reference = self._logprobs(self.reference, rollouts, groups)
        own = [one for members in groups for one in members]
        judged = [one for one in own if rollouts[one].right is not None]
        if not judged:
            return self._scores(self._logprobs(self.module, rollouts, groups), reference)
        right = torch.tensor([bool(one.right) for one in rollouts])
        logprobs, norm = self._learn(rollouts, groups, reference, judged, right)
        before = self._scores(logprobs, reference)
        of_group = torch.tensor([rollouts[one].group for one in judged])
        self._metrics = judgement(before[judged].sum(-1), right[judged], of_group) | {"implicit_grad_norm": norm}
        if self.settings.implicit_update == "after":
            return before
        return self._scores(self._logprobs(self.module, rollouts, groups), reference)

    def told(self) -> dict[str, float]:
        """How well the model told right from wrong in the latest step before it learnt from it; see ``judgement``. Once only."""
        found, self._metrics = self._metrics, {}
        return found

    def _scores(self, logprobs: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return self.settings.implicit_beta * (logprobs - reference)

    def _logprobs(self, model: Any, rollouts: Sequence[Rollout], groups: Sequence[Sequence[int]]) -> torch.Tensor:
        def ask(row: Pack) -> tuple[torch.Tensor]:
            return (model(row, 1.0)[0],)

        return surveyed(ask, trees(rollouts, groups), self.settings, self.ranks, _empty(rollouts)[None])[0]

    def _learn(
        self,
        rollouts: Sequence[Rollout],
        groups: Sequence[Sequence[int]],
        reference: torch.Tensor,
        judged: Sequence[int],
        right: torch.Tensor,
    ) -> tuple[torch.Tensor, float]:
        """One optimiser step on the mean cross-entropy of the judged responses.

        Returns:
            The log-probabilities from before it, and the norm of the gradient.
        """
        found, weights = _empty(rollouts), torch.zeros(len(rollouts), dtype=torch.float64)
        weights[list(judged)] = self.ranks.size / len(judged)  # the sharded gradient is the mean over ranks
        for row in shared_rows(trees(rollouts, groups), self.settings, self.ranks):
            logprobs, _ = self.module(row or IDLE, 1.0)
            if row is None:
                torch.autograd.backward(logprobs.sum() * 0.0)
                continue
            found[row.owners, row.steps] = logprobs.detach().cpu().to(found)
            members, places = torch.unique(row.owners, return_inverse=True)  # a response is never split over rows
            scores = self._scores(logprobs, reference[row.owners, row.steps].to(logprobs))
            logits = torch.zeros(len(members)).to(scores).index_add(0, places.to(scores.device), scores)
            losses = outcome_loss(logits, right[members].to(logits.device)) * weights[members].to(logits)
            torch.autograd.backward(losses.sum())
        norm = self.apply()
        return self.ranks.summed(found), norm

    def restart(self, model: Any) -> None:
        """Begin again as a copy of a policy, with Adam's state cleared."""
        put_back(self.module.model, learnt(model))
        self.optimizer = self._new_optimizer()

    def state_dict(self) -> dict[str, Any]:
        """Weights and optimiser state; the reference is the learner's."""
        return {"model": learnt(self.module.model), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        put_back(self.module.model, state["model"])
        self.optimizer.load_state_dict(state["optimizer"])


def _empty(rollouts: Sequence[Rollout]) -> torch.Tensor:
    return torch.zeros(len(rollouts), max(len(one.completion_ids) for one in rollouts), dtype=torch.float64)
