"""Packing: several completions behind one copy of their prompt, several prompts in one row.

A row holds trees: a prompt and its completions. A mask lets each completion see its prompt and itself only, and positions
count on from the prompt, so the result equals that of separate sequences, while prompt tokens are computed once: about half
of the work for groups of short responses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

Completions = list[tuple[int, list[int]]]  # rollout index, token ids
Tree = tuple[list[int], Completions]


@dataclass(frozen=True)
class Pack:
    """One row.

    Attributes:
        ids: token ids; shape (tokens,).
        positions: position of each token in its own sequence; shape (tokens,).
        mask: which token (row) sees which (column); bool, shape (tokens, tokens).
        predictors: for each completion token the place of the token that predicts it; shape (completion tokens,).
        targets: the completion tokens; shape (completion tokens,).
        owners: the rollout index of each completion token; shape (completion tokens,).
        steps: the index of each completion token within its completion; shape (completion tokens,).
    """

    ids: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    predictors: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    steps: torch.Tensor


def pack_row(trees: Sequence[Tree]) -> Pack:
    """Lay out trees in one row."""
    ids: list[int] = []
    positions: list[int] = []
    tree_of: list[int] = []
    branch_of: list[int] = []  # 0 for the prompt
    predictors: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    steps: list[int] = []
    for tree, (prompt, completions) in enumerate(trees):
        ids += prompt
        positions += range(len(prompt))
        tree_of += [tree] * len(prompt)
        branch_of += [0] * len(prompt)
        last_of_prompt = len(ids) - 1
        for branch, (owner, completion) in enumerate(completions, 1):
            start = len(ids)
            predictors += [last_of_prompt, *range(start, start + len(completion) - 1)]
            targets += completion
            owners += [owner] * len(completion)
            steps += range(len(completion))
            ids += completion
            positions += range(len(prompt), len(prompt) + len(completion))
            tree_of += [tree] * len(completion)
            branch_of += [branch] * len(completion)
    trees_, branches = torch.tensor(tree_of), torch.tensor(branch_of)
    mask = torch.ones(len(ids), len(ids), dtype=torch.bool).tril_()
    mask &= trees_[:, None] == trees_[None, :]
    mask &= (branches[None, :] == 0) | (branches[None, :] == branches[:, None])
    numbers = (ids, positions, predictors, targets, owners, steps)
    flat = [torch.tensor(values, dtype=torch.long) for values in numbers]
    return Pack(flat[0], flat[1], mask, flat[2], flat[3], flat[4], flat[5])


def pack_rows(trees: Sequence[Tree], budget: int, share: bool = True) -> list[Pack]:
    """Spread trees over rows of at most ``budget`` tokens; a single sequence that is longer gets a row of its own.

    Completions of no tokens are left out. Without ``share`` each completion gets its own copy of the prompt.
    """
    rows: list[list[Tree]] = []
    used = budget + 1
    for prompt, completions in trees:
        tree: Completions | None = None
        for one in completions:
            if not one[1]:
                continue
            cost = len(one[1]) + (0 if tree is not None and share else len(prompt))
            if used + cost > budget:
                rows.append([])
                used, tree = 0, None
                cost = len(prompt) + len(one[1])
            if tree is None or not share:
                tree = []
                rows[-1].append((prompt, tree))
            tree.append(one)
            used += cost
    return [pack_row(row) for row in rows]
