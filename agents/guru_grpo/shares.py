"""A rank's share of the rows of a batch, and the norm of a gradient that lies on all ranks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import torch

from guru_grpo.packing import Pack, Tree, pack_batch, pack_rows, pieces, size
from guru_grpo.ranks import Ranks
from guru_grpo.settings import LearnerSettings

IDLE = pack_batch([[([0], [(0, [0])])]])  # what a rank without work computes while others need the layers it holds


def shared_rows(found: Sequence[Tree], settings: LearnerSettings, ranks: Ranks) -> Iterator[Pack | None]:
    """This rank's rows out of trees that all ranks know; None where it has none while another still has one.

    Trees are cut into pieces of at most ``micro_tokens`` first, so shares differ by less than a piece.
    """
    budget = settings.micro_tokens if settings.pack else 0
    parts = found if ranks.size == 1 else [piece for tree in found for piece in pieces(tree, budget)]
    return ranks.even(pack_rows(ranks.share(parts, size), settings.micro_tokens, settings.pack))


def surveyed(
    ask: Callable[[Pack], Sequence[torch.Tensor]],
    found: Sequence[Tree],
    settings: LearnerSettings,
    ranks: Ranks,
    into: torch.Tensor,
) -> torch.Tensor:
    """Ask a model about the completion tokens of trees, without gradient, each rank its share.

    Args:
        ask: what the model says of the completion tokens of a row: one tensor for each quantity.
        found: the trees.
        settings: how they are packed.
        ranks: the processes of the run.
        into: zeros, which are filled where there are tokens; shape (quantities, rollouts, longest completion).

    Returns:
        ``into``, the same on all ranks.
    """
    with torch.no_grad():
        for row in shared_rows(found, settings, ranks):
            quantities = ask(row or IDLE)
            if row is not None:
                at = row.owners.to(into.device), row.steps.to(into.device)
                for values, of_tokens in zip(into, quantities, strict=True):
                    values[at] = of_tokens.to(into)
    return ranks.summed(into)


def worst(norms: Sequence[float]) -> float:
    """The largest norm; one that is no number is larger than all. 0 without any."""
    return max(norms, key=lambda norm: (math.isnan(norm), norm), default=0.0)


def clip_gradient(weights: Sequence[torch.nn.Parameter], most: float, ranks: Ranks) -> float:
    """Scale the gradient down to a norm of at most ``most`` (0: leave it); its norm before, over all ranks."""
    return float(ranks.whole(torch.nn.utils.clip_grad_norm_(weights, most or math.inf)))
