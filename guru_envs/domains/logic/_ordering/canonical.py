"""The canonical text of an ordering puzzle: the same for the same puzzle under other names, words and sequence of clues.

With one solution the items are named by their places, which is exact. Without, items are told apart by refining what the clues
say of them. A puzzle and its mirror image get the same text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from guru_envs.domains.logic._ordering.clues import Clue, mirrored, normal, renamed, role
from guru_envs.domains.logic._ordering.puzzle import Puzzle

_ROUNDS = 4


def canonical_text(puzzle: Puzzle) -> str:
    """The canonical text."""
    size, asked = puzzle.size, puzzle.asked
    if puzzle.places:
        here = [renamed(clue, puzzle.places) for clue in puzzle.clues]
        turned = range(size - 1, -1, -1)
        place = -1 if asked is None else asked.about if asked.form == "who" else puzzle.places[asked.about]
        form = "" if asked is None else asked.form
        both = [
            _listed(here) + f" {form} {place}",
            _listed([renamed(mirrored(clue, size), turned) for clue in here])
            + f" {form} {-1 if asked is None else size - 1 - place}",
        ]
    else:
        both = [
            _refined(size, puzzle.clues, "" if asked is None else asked.form, -1 if asked is None else asked.about),
            _refined(
                size,
                [mirrored(clue, size) for clue in puzzle.clues],
                "" if asked is None else asked.form,
                -1 if asked is None else size - 1 - asked.about if asked.form == "who" else asked.about,
            ),
        ]
    return f"ordering {size} {puzzle.kind}: {min(both)}"


def _listed(clues: Sequence[Clue]) -> str:
    return ";".join(sorted(f"{kind}{list(items)}{number}" for kind, items, number in map(normal, clues)))


def _refined(size: int, clues: Sequence[Clue], form: str, about: int) -> str:
    colors = ["asked" if form == "where" and item == about else "" for item in range(size)]
    normals = [normal(clue) for clue in clues]
    for _ in range(_ROUNDS):
        told: list[list[str]] = [[color] for color in colors]
        for clue in normals:
            seen = _seen(clue, colors)
            for position, item in enumerate(clue.items):
                told[item].append(f"{seen}|{role(clue.kind, position)}")
        colors = [hashlib.sha256("/".join(sorted(lines)).encode()).hexdigest()[:16] for lines in told]
    place = about if form == "who" else -1
    return ";".join([*sorted(colors), *sorted(_seen(clue, colors) for clue in normals), f"{form} {place}"])


def _seen(clue: Clue, colors: Sequence[str]) -> str:
    """A clue with colors in place of items, interchangeable ones sorted."""
    kind, items, number = clue
    roles: dict[int, list[str]] = {}
    for position, item in enumerate(items):
        roles.setdefault(role(kind, position), []).append(colors[item])
    return f"{kind}{[sorted(roles[role]) for role in sorted(roles)]}{number}"
