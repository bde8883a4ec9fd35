"""A text that is the same for the same graph under other numbers: nodes told apart by refining what is around them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_ROUNDS = 3


def canonical_text(nodes: int, edges: Sequence[tuple[int, int]], goal: int, question: str) -> str:
    """The canonical text; node 0 is the given statement."""
    before: list[list[int]] = [[] for _ in range(nodes)]
    after: list[list[int]] = [[] for _ in range(nodes)]
    for one, two in edges:
        after[one].append(two)
        before[two].append(one)
    colors = [0] * nodes
    colors[0], colors[goal] = 1, 2
    for _ in range(_ROUNDS):
        seen = [
            (
                colors[node],
                tuple(sorted([colors[one] for one in before[node]])),
                tuple(sorted([colors[one] for one in after[node]])),
            )
            for node in range(nodes)
        ]
        # a color of the next round is the rank of what is seen, which does not depend on the numbers of the nodes
        ranks = {what: rank for rank, what in enumerate(sorted(set(seen)))}
        told = repr(sorted(ranks)) if _ == _ROUNDS - 1 else ""
        colors = [ranks[what] for what in seen]
    pairs = sorted([(colors[one], colors[two]) for one, two in edges])
    digest = hashlib.sha256(f"{told}{pairs}{colors[0]},{colors[goal]}".encode()).hexdigest()
    return f"graph {nodes} {len(edges)} {question}: {digest}"
