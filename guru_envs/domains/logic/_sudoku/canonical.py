"""What makes two sudokus the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

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
    digest = hashlib.sha256()
    for _ in range(_ROUNDS):
        sets: list[list[int]] = [[] for _ in range(4 * size + 1)]
        for colour, parts in zip(colours, filled, strict=True):
            for part in parts:
                sets[part].append(colour)
        seen = [bytes(sorted(one)) + b"\xff" for one in sets]  # colours are less than 81
        signatures: list[bytes] = []
        for colour, (row, column, box, digit) in zip(colours, filled, strict=True):
            one, two = seen[row], seen[column]
            if square and one > two:
                one, two = two, one
            signatures.append(b"".join((bytes((colour,)), one, two, seen[box], seen[digit])))
        ranked = sorted(signatures)
        first: dict[bytes, int] = {}
        for number, signature in enumerate(ranked):
            first.setdefault(signature, number)
        colours = [first[signature] for signature in signatures]
        digest.update(b"".join(ranked))
    return f"sudoku {size} {kind} {digest.hexdigest()[:32]}"
