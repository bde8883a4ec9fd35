"""A zebra puzzle as it is shown, and the question for one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._credit import Credit
from guru_envs.domains.logic._zebra.clues import KINDS, Clue
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
        solution: the house of each item, from 0; used by the verifier only. Without a single solution: the grid from which
            the clues were drawn.
        mirrored: for each clue whether it says "right" with the items exchanged, where there is a choice.
        technique: the highest technique that a puzzle of style ``human`` takes; 0 for other styles.
        abstain: whether the prompt allows that there is no solution, or several.
        kind: how many solutions there are.
        kinds: the kinds of clues that may be used.
        credit: how grids that are right in part are credited.
    """

    lang: str
    houses: int
    attributes: tuple[Attribute, ...]
    clues: tuple[Clue, ...]
    people: tuple[str, ...]
    asked: Query | None
    solution: tuple[int, ...]
    mirrored: tuple[bool, ...] = ()
    technique: int = 0
    abstain: bool = False
    kind: Kind = "one"
    kinds: tuple[str, ...] = KINDS
    credit: Credit = "above_chance"
