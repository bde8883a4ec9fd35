"""A text that is the same for the same graph under other numbers: nodes told apart by refining what is around them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_ROUNDS = 3
_PRIME = 2**31 - 1
_OWN, _FORWARD, _BACK = 1_640_531_527, 1_013_904_223, 747_796_405


def canonical_text(nodes: int, edges: Sequence[tuple[int, int]], goal: int, question: str) -> str:
    """The canonical text; node 0 is the given statement.

    Each node's color is mixed, round by round, from its own and the sums over its neighbours'. Sums do not depend on the sequence,
    so colors do not depend on the numbers of the nodes.
    """
    colors = [1] * nodes
    colors[0], colors[goal] = 2, 3
    for _ in range(_ROUNDS):
        mixed = [(color * color + color * _OWN + 12_345) % _PRIME for color in colors]
        forward, back = [0] * nodes, [0] * nodes
        for one, two in edges:
            forward[one] += mixed[two]
            back[two] += mixed[one]
        colors = [
            (color * _OWN + ahead * _FORWARD + behind * _BACK) % _PRIME
            for color, ahead, behind in zip(mixed, forward, back, strict=True)
        ]
    told = f"{sorted(colors)} {colors[0]} {colors[goal]}"
    return f"graph {nodes} {len(edges)} {question}: {hashlib.sha256(told.encode()).hexdigest()}"
