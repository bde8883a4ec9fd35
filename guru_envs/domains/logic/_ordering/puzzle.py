"""An ordering puzzle as it is shown."""

from __future__ import annotations

from typing import NamedTuple

from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._ordering.clues import Clue


class Query(NamedTuple):
    """A question for one place: ``who`` is at place ``about``, or ``where`` item ``about`` is."""

    form: str
    about: int


class Puzzle(NamedTuple):
    """All that a prompt shows, and the solution.

    Attributes:
        lang: language.
        theme: number of the theme.
        flipped: the order asked for is the theme's reverse one.
        numbers: numbers of the objects in the theme, rising; item i is the i-th of them.
        clues: in the order of the prompt.
        styles: for each clue a number that decides its wording.
        kinds: kinds of clues that an edit may use.
        abstains: the prompt allows "no solution" and "several solutions".
        kind: ``one`` solution, ``none`` or ``several``.
        places: the place of each item, from 0; empty when there is no single solution.
        asked: the question for one place; None asks for the whole order.
    """

    lang: str
    theme: int
    flipped: bool
    numbers: tuple[int, ...]
    clues: tuple[Clue, ...]
    styles: tuple[int, ...]
    kinds: tuple[str, ...]
    abstains: bool
    kind: Kind
    places: tuple[int, ...]
    asked: Query | None

    @property
    def size(self) -> int:
        """How many objects there are."""
        return len(self.numbers)
