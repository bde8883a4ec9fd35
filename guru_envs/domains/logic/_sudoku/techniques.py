"""What can be concluded from the candidates of a sudoku, technique by technique.

The state is the mask of the possible cells of each digit. Each finder returns the candidates it removes; those that a proof
writes line by line come with the houses and the absent candidates they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from guru_envs.domains.logic._sudoku.exact import propagate
from guru_envs.domains.logic._sudoku.shape import Shape, cells

TECHNIQUES = (
    "naked_single",
    "hidden_single",
    "locked",
    "pair",
    "triple",
    "x_wing",
    "xy_wing",
    "swordfish",
    "colouring",
    "supposition",
)
NAKED, HIDDEN, LOCKED, PAIR, TRIPLE, X_WING, XY_WING, SWORDFISH, COLOURING, SUPPOSITION = range(10)

Candidate = tuple[int, int]  # cell, digit; both from 0


class Found(NamedTuple):
    """Candidates that a technique removes.

    Attributes:
        technique: its number.
        gone: the candidates removed.
        houses: one or two houses that the conclusion needs; empty when it is to be proved by supposing a candidate.
        needs: the absent candidates that the conclusion rests on.
    """

    technique: int
    gone: tuple[Candidate, ...]
    houses: tuple[int, ...] = ()
    needs: tuple[Candidate, ...] = ()


def _of_digit(mask: int, digit: int) -> tuple[Candidate, ...]:
    return tuple([(cell, digit) for cell in cells(mask)])


def _locked(shape: Shape, places: Sequence[int]) -> Iterator[Found]:
    for digit, mask in enumerate(places):
        for box, line in shape.crossings:
            in_box, in_line = mask & shape.houses[box], mask & shape.houses[line]
            both = in_box & in_line
            if both and (in_box == both) != (in_line == both):
                inside, outside = (box, line) if in_box == both else (line, box)
                yield Found(
                    LOCKED,
                    _of_digit(mask & shape.houses[outside] & ~both, digit),
                    (box, line),
                    _of_digit(shape.houses[inside] & ~shape.houses[outside], digit),
                )


def _subsets(shape: Shape, places: Sequence[int], count: int) -> Iterator[Found]:
    """Naked, then hidden subsets of a number of cells."""
    size, technique = shape.size, PAIR if count == 2 else TRIPLE
    for number, house in enumerate(shape.houses):
        members = shape.cells_of[number]
        options = {cell: [digit for digit in range(size) if places[digit] >> cell & 1] for cell in members}
        few = [cell for cell in members if 1 < len(options[cell]) <= count]
        for chosen in combinations(few, count):
            digits = sorted({digit for cell in chosen for digit in options[cell]})
            if len(digits) != count:
                continue
            rest = house & ~sum(1 << cell for cell in chosen)
            gone = [one for digit in digits for one in _of_digit(places[digit] & rest, digit)]
            if gone:
                needs = [(cell, digit) for cell in chosen for digit in range(size) if digit not in digits]
                yield Found(technique, tuple(gone), (number,), tuple(needs))
        rare = [digit for digit in range(size) if 1 < (places[digit] & house).bit_count() <= count]
        for some in combinations(rare, count):
            spots = 0
            for digit in some:
                spots |= places[digit] & house
            if spots.bit_count() != count:
                continue
            gone = [(cell, digit) for cell in cells(spots) for digit in options[cell] if digit not in some]
            if gone:
                needs = [one for digit in some for one in _of_digit(house & ~spots, digit)]
                yield Found(technique, tuple(gone), (number,), tuple(needs))


def _fish(shape: Shape, places: Sequence[int], count: int) -> Iterator[Found]:
    """X-wings and swordfish: ``count`` lines whose places of a digit lie in ``count`` crossing lines."""
    size, technique = shape.size, X_WING if count == 2 else SWORDFISH
    for digit, mask in enumerate(places):
        for base, cover in ((0, size), (size, 0)):
            lines = [line for line in range(base, base + size) if 1 < (mask & shape.houses[line]).bit_count() <= count]
            for chosen in combinations(lines, count):
                here = 0
                for line in chosen:
                    here |= mask & shape.houses[line]
                crossing = [line for line in range(cover, cover + size) if here & shape.houses[line]]
                if len(crossing) != count:
                    continue
                there = 0
                for line in crossing:
                    there |= mask & shape.houses[line]
                if there & ~here:
                    yield Found(technique, _of_digit(there & ~here, digit))


def _xy_wing(shape: Shape, places: Sequence[int]) -> Iterator[Found]:
    once = twice = more = 0
    for mask in places:
        more |= twice & mask
        twice |= once & mask
        once |= mask
    two = twice & ~more
    pair = {cell: tuple([digit for digit, mask in enumerate(places) if mask >> cell & 1]) for cell in cells(two)}
    for pivot, (x, y) in pair.items():
        near = list(cells(two & shape.peers[pivot]))
        for one in near:
            if x not in pair[one] or y in pair[one]:
                continue
            z = pair[one][0] if pair[one][1] == x else pair[one][1]
            for other in near:
                if sorted(pair[other]) == sorted((y, z)):
                    gone = places[z] & shape.peers[one] & shape.peers[other]
                    if gone:
                        yield Found(XY_WING, _of_digit(gone, z))


def _colouring(shape: Shape, places: Sequence[int]) -> Iterator[Found]:
    """Chains of houses with two places for a digit: one colour is right, the other wrong."""
    for digit, mask in enumerate(places):
        links: dict[int, list[int]] = {}
        for house in shape.houses:
            here = mask & house
            if here.bit_count() == 2:
                one, two = cells(here)
                links.setdefault(one, []).append(two)
                links.setdefault(two, []).append(one)
        seen: set[int] = set()  # membership only
        for start in links:
            if start in seen:
                continue
            colours = [0, 0]
            queue = [(start, 0)]
            while queue:
                cell, colour = queue.pop()
                if cell in seen:
                    continue
                seen.add(cell)
                colours[colour] |= 1 << cell
                queue += [(other, 1 - colour) for other in links[cell]]
            sees = [0, 0]
            for colour in (0, 1):
                for cell in cells(colours[colour]):
                    sees[colour] |= shape.peers[cell]
            for colour in (0, 1):
                if colours[colour] & sees[colour]:  # two of a colour in one house: that colour is wrong
                    yield Found(COLOURING, _of_digit(colours[colour], digit))
            gone = mask & sees[0] & sees[1] & ~(colours[0] | colours[1])
            if gone:
                yield Found(COLOURING, _of_digit(gone, digit))


_FINDERS: tuple[tuple[int, Callable[[Shape, Sequence[int]], Iterator[Found]]], ...] = (
    (LOCKED, _locked),
    (PAIR, lambda shape, places: _subsets(shape, places, 2)),
    (TRIPLE, lambda shape, places: _subsets(shape, places, 3)),
    (X_WING, lambda shape, places: _fish(shape, places, 2)),
    (XY_WING, _xy_wing),
    (SWORDFISH, lambda shape, places: _fish(shape, places, 3)),
    (COLOURING, _colouring),
)


def find(shape: Shape, places: Sequence[int], highest: int) -> list[Found]:
    """What the easiest technique that concludes anything concludes, techniques from locked candidates up to the highest."""
    for technique, finder in _FINDERS:
        if technique > highest:
            break
        found = list(finder(shape, places))
        if found:
            return found
    return []


def remove(places: list[int], gone: Sequence[Candidate]) -> None:
    """Remove candidates."""
    for cell, digit in gone:
        places[digit] &= ~(1 << cell)


def naked_only(shape: Shape, places: list[int]) -> bool:
    """Whether naked singles alone fill the grid."""
    everything, done = shape.all, 0
    while True:
        once = twice = 0
        for mask in places:
            twice |= once & mask
            once |= mask
        singles = once & ~(twice | done)
        if not singles:
            return done == everything
        done |= singles
        for digit in range(shape.size):
            for cell in cells(singles & places[digit]):
                places[digit] &= shape.clear[cell]


def grade(shape: Shape, givens: Sequence[int], highest: int = SUPPOSITION) -> int:
    """The hardest technique that a puzzle with one solution needs; ``highest + 1`` when those do not suffice."""
    if naked_only(shape, shape.start(list(givens))):
        return NAKED
    places = shape.start(list(givens))
    hardest = HIDDEN
    while True:
        propagate(shape, places)
        if sum(mask.bit_count() for mask in places) == shape.size * shape.size:
            return hardest
        found = find(shape, places, highest)
        if not found:
            return min(SUPPOSITION, highest + 1)
        for one in found:
            hardest = max(hardest, one.technique)
            remove(places, one.gone)
