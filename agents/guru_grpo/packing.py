"""Packing: several completions behind one copy of their prompt, in batches of rows of about the same length.

A row holds trees: a prompt and its completions. A mask lets each completion see its prompt and itself only, and positions
count on from the prompt, so the result equals that of separate sequences, while prompt tokens are computed once: about half
of the work for groups of short responses. Rows are no longer than the largest tree, because attention costs the square of
a row's length, and go through the model together, because many small passes are slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

Completions = list[tuple[int, list[int]]]  # rollout index, token ids
Tree = tuple[list[int], Completions]


@dataclass(frozen=True)
class Pack:
    """A batch of rows, padded to one length.

    Attributes:
        ids: token ids; shape (rows, length).
        positions: position of each token in its own sequence; shape (rows, length).
        trees: the tree of each token in its row, -1 for padding; shape (rows, length).
        branches: the completion of each token in its tree from 1, 0 for the prompt; shape (rows, length).
        predictors: for each completion token the place, in the flattened batch, of the token that predicts it;
            shape (completion tokens,).
        targets: the completion tokens; shape (completion tokens,).
        owners: the rollout index of each completion token; shape (completion tokens,).
        steps: the index of each completion token within its completion; shape (completion tokens,).
    """

    ids: torch.Tensor
    positions: torch.Tensor
    trees: torch.Tensor
    branches: torch.Tensor
    predictors: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    steps: torch.Tensor

    def mask(self, device: torch.device | str = "cpu") -> torch.Tensor:
        """Which token (third axis) sees which (last axis); bool, shape (rows, 1, length, length), made on a device.

        Made anew each time: a long row's is hundreds of megabytes, and a step has many rows.
        """
        length, trees, branches = self.ids.shape[1], self.trees.to(device), self.branches.to(device)
        below = torch.ones(length, length, dtype=torch.bool, device=device).tril_()
        mask = below & (trees[:, :, None] == trees[:, None, :])
        mask &= (branches[:, None, :] == 0) | (branches[:, None, :] == branches[:, :, None])
        return mask[:, None]


def pack_rows(trees: Sequence[Tree], budget: int, share: bool = True) -> list[Pack]:
    """Spread trees over batches of at most ``budget`` tokens, padding included.

    A tree that is larger is split into several with a copy of the prompt each; a single sequence that is longer makes a
    batch of its own. Completions of no tokens are left out.

    Args:
        trees: the prompts with their completions.
        budget: tokens in one batch.
        share: compute a prompt once for its completions; otherwise each completion gets its own copy.
    """
    parts = [piece for tree in trees for piece in pieces(tree, budget if share else 0)]
    capacity = max(map(size, parts), default=0)
    rows: list[list[Tree]] = []
    used = capacity
    for piece in parts:
        if not share or used + size(piece) > capacity:
            rows.append([])
            used = 0
        rows[-1].append(piece)
        used += size(piece)
    rows.sort(key=_length, reverse=True)  # stable; rows of about the same length together need little padding
    batches: list[list[list[Tree]]] = []
    for row in rows:
        if not batches or (len(batches[-1]) + 1) * _length(batches[-1][0]) > budget:
            batches.append([])
        batches[-1].append(row)
    return [pack_batch(batch) for batch in batches]


def pieces(tree: Tree, budget: int) -> list[Tree]:
    """The tree in pieces of at most ``budget`` tokens, but at least one completion, each; the prompt is in all of them."""
    prompt, completions = tree
    found: list[Tree] = []
    for one in completions:
        if one[1] and (not found or size(found[-1]) + len(one[1]) > budget):
            found.append((prompt, []))
        if one[1]:
            found[-1][1].append(one)
    return found


def size(tree: Tree) -> int:
    """The tokens of a tree."""
    return len(tree[0]) + sum(len(completion) for _, completion in tree[1])


def _length(row: list[Tree]) -> int:
    return sum(map(size, row))


def pack_batch(rows: Sequence[Sequence[Tree]]) -> Pack:
    """Lay out rows of trees, padded at the end to the longest."""
    length = max(_length(list(row)) for row in rows)
    ids: list[int] = []
    positions: list[int] = []
    tree_of: list[int] = []  # counts through the batch; -1 for padding
    branch_of: list[int] = []  # 0 for the prompt
    predictors: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    steps: list[int] = []
    for number, row in enumerate(rows):
        for tree, (prompt, completions) in enumerate(row):
            ids += prompt
            positions += range(len(prompt))
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
                branch_of += [branch] * len(completion)
            tree_of += [tree] * (len(ids) - len(tree_of))
        padding = (number + 1) * length - len(ids)
        ids += [0] * padding
        positions += [0] * padding
        branch_of += [0] * padding
        tree_of += [-1] * padding
    numbers = (ids, positions, tree_of, branch_of, predictors, targets, owners, steps)
    flat = [torch.tensor(values, dtype=torch.long) for values in numbers]
    return Pack(*(values.view(len(rows), -1) for values in flat[:4]), *flat[4:])
