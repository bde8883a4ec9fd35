"""What an update counts while it goes over its rows, and the metrics that come of it."""

from __future__ import annotations

import torch

from guru_grpo.mismatch import ratio_sums
from guru_grpo.objective import Terms
from guru_grpo.ranks import ALONE, Ranks
from guru_grpo.shares import worst


class Totals:
    """Sums over the rows of an update.

    Args:
        rollouts: how many there are.

    Attributes:
        of_each: by name the sums over the tokens of each rollout.
    """

    def __init__(self, rollouts: int = 0) -> None:
        self.tokens = self.skipped = self.compared = 0
        self.loss = self.kl = self.entropy = self.clipped = self.silenced = self.difference = self.largest = 0.0
        self.ratios = [0.0, 0.0, 0.0]  # see ``ratio_sums``
        self.grad_norms: list[float] = []
        names = ("tokens", "entropy", "clipped", "kl", "mismatch", "compared")
        self.of_each = {name: torch.zeros(rollouts, dtype=torch.float64) for name in names}

    def add(self, terms: Terms, entropy: torch.Tensor) -> None:
        """Count the tokens of a row: their loss, KL and entropy, and how many were clipped or silenced."""
        self.tokens += len(entropy)
        self.loss += float(terms.total.detach())
        self.kl += float(terms.kl.sum())
        self.entropy += float(entropy.sum())
        self.clipped += float(terms.clipped.sum())
        self.silenced += float(terms.silenced.sum())

    def spread(self, owners: torch.Tensor, **values: torch.Tensor) -> None:
        """Add values of tokens to the sums of the rollouts that own them."""
        for name, of_tokens in values.items():
            self.of_each[name].index_add_(0, owners.cpu(), of_tokens.detach().cpu().to(torch.float64))

    def mismatch(self, difference: torch.Tensor) -> None:
        """Count differences between the engine's and the learner's log-probabilities."""
        self.compared += difference.numel()
        self.difference += float(difference.abs().sum())
        self.largest = max(self.largest, float(difference.abs().max()) if difference.numel() else 0.0)
        self.ratios = [so_far + float(one) for so_far, one in zip(self.ratios, ratio_sums(difference), strict=True)]

    def metrics(self, ranks: Ranks = ALONE) -> dict[str, float]:
        """The metrics over the rows of all ranks; ``of_each`` holds the sums over all ranks from then on.

        Means over tokens are left out where no token was learnt from: nothing was measured, which is not 0.
        """
        sums = [self.tokens, self.compared, self.loss, self.kl, self.entropy]
        sums += [self.clipped, self.silenced, self.difference]
        tokens, compared, loss, kl, entropy, gone, silenced, difference, excess, weight, squares = ranks.sum(
            *sums, *self.ratios
        )
        for values in self.of_each.values():
            ranks.summed(values)
        found = {
            "loss": loss,
            "grad_norm": worst(self.grad_norms),
            "groups_skipped": float(self.skipped),
            "tokens": tokens,
        }
        if tokens:
            found |= {
                "clip_fraction": gone / tokens,
                "silenced_fraction": silenced / tokens,
                "kl": kl / tokens,
                "entropy": entropy / tokens,
            }
        if compared:
            found |= {"mismatch_mean": difference / compared, "mismatch_max": ranks.max(self.largest)}
            found |= {"mismatch_kl": excess / compared, "mismatch_ess": weight**2 / (compared * squares)}
        return found
