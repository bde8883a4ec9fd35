"""A zebra puzzle as it is shown, and the question for one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import Clue
from guru_envs.domains.logic._zebra.words import Attribute


class Query(NamedTuple):
    """A question for one cell.

    Attributes:
        form: ``value`` (of another attribute, of the person with an item), ``there`` (of an attribute, in a house) or
            ``house`` (of an item).
        known: the item, or for ``there`` the house, from 0.
        attribute: the attribute asked for; -1 for ``house``.
    """

    form: str
    known: int
    attribute: int


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A zebra puzzle as it is shown.

    Attributes:
        lang: language of the words.
        houses: number of houses.
        attributes: the attributes, with their values in the order shown.
        clues: the clues; item ``a * houses + v`` is shown value v of attribute a.
        people: how the person of each item is called.
        asked: the cell asked for; None for the grid.
        solution: the house of each item, from 0; used by the verifier only.
    """

    lang: str
    houses: int
    attributes: tuple[Attribute, ...]
    clues: tuple[Clue, ...]
    people: tuple[str, ...]
    asked: Query | None
    solution: tuple[int, ...]
