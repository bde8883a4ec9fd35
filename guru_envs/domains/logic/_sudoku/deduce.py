"""Solving a sudoku as a person would: a plan of conclusions in order, each with what it rests on.

Deduced from the givens. What no other technique reaches is supposed and led to a contradiction by singles; where singles do not
meet one, by suppositions inside it, so every puzzle with one solution is solved. All limits count work, never time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._sudoku.exact import branch
from guru_envs.domains.logic._sudoku.shape import Shape, cells
from guru_envs.domains.logic._sudoku.techniques import (
    HIDDEN,
    NAKED,
    SUPPOSITION,
    Found,
    find,
    remove,
)


class Place(NamedTuple):
    """A digit in a cell: the only digit left there (house -1) or the only place left in a house."""

    cell: int
    digit: int
    house: int


class Refute(NamedTuple):
    """A candidate that leads to a contradiction.

    Attributes:
        technique: the technique that names the pattern.
        cell, digit: the candidate.
        inside: what follows from it, in order.
        stuck: the cell without a digit (house -1), or the house without a place for a digit.
    """

    technique: int
    cell: int
    digit: int
    inside: tuple[Conclusion, ...]
    stuck: Place

    @property
    def length(self) -> int:
        """How many conclusions it takes, with those inside."""
        return 1 + sum(one.length if isinstance(one, Refute) else 1 for one in self.inside)


Conclusion = Place | Found | Refute

_TRIED = 12  # suppositions compared before the best that was refuted is taken


def fill_singles(shape: Shape, places: list[int], done: int, plan: list[Conclusion]) -> tuple[int, Place | None]:
    """Fill in singles in place, naked ones first, and note them in the plan.

    Args:
        shape: the size.
        places: the possible cells of each digit.
        done: cells whose digit is settled and gone from their peers.
        plan: where the conclusions are written.

    Returns:
        The cells done, and what is left without a place, if anything is.
    """
    while True:
        once = twice = 0
        for mask in places:
            twice |= once & mask
            once |= mask
        if once != shape.all:
            return done, Place(next(cells(shape.all & ~once)), -1, -1)
        singles = once & ~(twice | done)
        if singles:
            for digit in range(shape.size):
                for cell in cells(singles & places[digit]):
                    if places[digit] >> cell & 1:
                        plan.append(Place(cell, digit, -1))
                        places[digit] &= shape.clear[cell]
                        done |= 1 << cell
            continue
        place = _hidden(shape, places, done)
        if place is None:
            return done, None
        if place.cell < 0:
            return done, place
        plan.append(place)
        low = 1 << place.cell
        for digit in range(shape.size):
            places[digit] &= ~low
        places[place.digit] = (places[place.digit] | low) & shape.clear[place.cell]
        done |= low


def _hidden(shape: Shape, places: Sequence[int], done: int) -> Place | None:
    """A digit with one place left in a house, boxes first; with cell -1 a digit without any."""
    size = shape.size
    for house in (*range(2 * size, 3 * size), *range(2 * size)):
        mask = shape.houses[house]
        for digit, places_of in enumerate(places):
            here = places_of & mask
            if not here & (here - 1) and not here & done:
                return Place(here.bit_length() - 1, digit, house)
    return None


def start(shape: Shape, givens: Sequence[int]) -> tuple[list[int], int]:
    """The candidates after the givens, and the cells given."""
    done = sum(1 << cell for cell, digit in enumerate(givens) if digit)
    return shape.start(list(givens)), done


def plan(shape: Shape, givens: Sequence[int], solution: Sequence[int]) -> tuple[list[Conclusion], Place | None]:
    """Conclusions which solve a puzzle that has one solution, or lead to a contradiction where it has none.

    Args:
        shape: the size.
        givens: the digits given, 0 for none.
        solution: the solution, found by search (zeros if there is none); it only says which candidates are worth supposing.

    Returns:
        The conclusions, and for contradictory givens what is left without a place.
    """
    places, done = start(shape, givens)
    made: list[Conclusion] = []
    while True:
        done, stuck = fill_singles(shape, places, done, made)
        if stuck is not None or done == shape.all:
            return made, stuck
        found = find(shape, places, SUPPOSITION - 1)
        for one in found:
            if one.houses:
                made.append(one)
            else:
                for cell, digit in one.gone:
                    if places[digit] >> cell & 1:
                        made.append(refute(shape, places, done, cell, digit, one.technique))
            remove(places, one.gone)
        if not found:
            best = _suppose(shape, places, done, solution)
            made.append(best)
            remove(places, [(best.cell, best.digit)])


def _suppose(shape: Shape, places: Sequence[int], done: int, solution: Sequence[int]) -> Refute:
    """The shortest refutation of a false candidate, among the first that singles refute; else one with suppositions inside."""
    counts = [[digit for digit in range(shape.size) if places[digit] >> cell & 1] for cell in range(len(solution))]
    order = sorted(
        (len(options), cell, digit)
        for cell, options in enumerate(counts)
        if len(options) > 1
        for digit in options
        if digit + 1 != solution[cell]
    )
    found: list[Refute] = []
    for _, cell, digit in order:
        one = _by_singles(shape, places, done, cell, digit)
        if one is not None:
            found.append(one)
            if len(found) == _TRIED:
                break
    if found:
        return min(found, key=lambda one: (one.length, one.cell, one.digit))
    _, cell, digit = order[0]
    return refute(shape, places, done, cell, digit, SUPPOSITION)


def _assume(
    shape: Shape, places: Sequence[int], done: int, cell: int, digit: int, inside: list[Conclusion]
) -> tuple[list[int], int, Place | None]:
    """What follows by singles when a candidate is supposed."""
    low = 1 << cell
    under = [mask & ~low for mask in places]
    under[digit] = (under[digit] | low) & shape.clear[cell]
    under_done, stuck = fill_singles(shape, under, done | low, inside)
    return under, under_done, stuck


def _by_singles(shape: Shape, places: Sequence[int], done: int, cell: int, digit: int) -> Refute | None:
    inside: list[Conclusion] = []
    _, _, stuck = _assume(shape, places, done, cell, digit, inside)
    return None if stuck is None else Refute(SUPPOSITION, cell, digit, tuple(inside), stuck)


def refute(shape: Shape, places: Sequence[int], done: int, cell: int, digit: int, technique: int) -> Refute:
    """Lead a false candidate to a contradiction, with suppositions inside where singles do not meet one."""
    inside: list[Conclusion] = []
    under, under_done, stuck = _assume(shape, places, done, cell, digit, inside)
    while stuck is None:
        low = branch(under)
        inner = low.bit_length() - 1
        if inner < 0:
            raise AssertionError("the candidate is not false")
        chosen = next(number for number, mask in enumerate(under) if mask & low)
        inside.append(refute(shape, under, under_done, inner, chosen, SUPPOSITION))
        under[chosen] &= ~low
        under_done, stuck = fill_singles(shape, under, under_done, inside)
    return Refute(technique, cell, digit, tuple(inside), stuck)


def technique_of(one: Conclusion) -> int:
    """The technique of a conclusion."""
    if isinstance(one, Place):
        return NAKED if one.house < 0 else HIDDEN
    return one.technique
