"""What makes two sudokus the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from guru_envs.domains.logic._sudoku import four
from guru_envs.domains.logic._sudoku.shape import Shape

_ROUNDS = 3


def canonical_text(shape: Shape, givens: Sequence[int], grid: Sequence[int], kind: str) -> str:
    """The puzzle without the names of digits and the order of lines; where boxes are square, rows and columns are alike.

    For size 4 the text is the same exactly for equivalent puzzles. Otherwise givens get colours by refinement, from the
    colours of the givens in the same row, column, box and of the same digit.
    """
    size = shape.size
    if size == 4 and kind == "one":
        return four.canonical_text(tuple(grid), givens)
    filled = [
        (row, column, box, 3 * size + digit)
        for digit, (row, column, box) in zip(givens, shape.houses_of, strict=True)
        if digit
    ]
    square = shape.box[0] == shape.box[1]
    colours = [0] * len(filled)
    history: list[Any] = []
    for _ in range(_ROUNDS):
        sets: list[list[int]] = [[] for _ in range(4 * size + 1)]
        for colour, parts in zip(colours, filled, strict=True):
            for part in parts:
                sets[part].append(colour)
        texts = [tuple(sorted(one)) for one in sets]
        signatures: list[Any] = []
        for colour, (row, column, box, digit) in zip(colours, filled, strict=True):
            lines = (texts[row], texts[column])
            if square and lines[0] > lines[1]:
                lines = (lines[1], lines[0])
            signatures.append((colour, lines, texts[box], texts[digit]))
        ranked = sorted(signatures)
        first: dict[Any, int] = {}
        for number, one in enumerate(ranked):
            first.setdefault(one, number)
        colours = [first[one] for one in signatures]
        history.append(ranked)
    digest = hashlib.sha256(repr(history).encode()).hexdigest()[:32]
    return f"sudoku {size} {kind} {digest}"
