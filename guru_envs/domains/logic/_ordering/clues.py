"""What the clues of ordering puzzles mean. Items and places are counted from 0; sets of places are bit masks."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Clue(NamedTuple):
    """A statement about the places of some items.

    Attributes:
        kind: one of ``KINDS``.
        items: the items it names; of ``between`` the middle one first, of ``any_before`` and ``any_after`` the subject first.
        number: a place, a distance, or for ``either`` the bit mask of two places; 0 where the kind has none.
    """

    kind: str
    items: tuple[int, ...]
    number: int = 0


UNARY = ("at", "not_at", "end", "not_end", "either")
BINARY = ("before", "directly", "ahead", "adjacent", "not_adjacent", "distance", "far")
TERNARY = ("between", "any_before", "any_after")
KINDS = (*BINARY, *TERNARY, *UNARY)
# the least size; with 3 items "ahead" would be the whole solution
_SMALLEST = {"not_adjacent": 3, "distance": 3, "ahead": 4, "not_end": 3, "either": 3, "between": 3, "far": 4}
_SMALLEST |= {"any_before": 3, "any_after": 3}
_SYMMETRIC = {"adjacent": 0, "not_adjacent": 0, "distance": 0, "far": 0, "between": 1, "any_before": 1, "any_after": 1}
_MIRRORED = {"any_before": "any_after", "any_after": "any_before"}


def usable_kinds(kinds: Sequence[str], size: int) -> tuple[str, ...]:
    """The kinds that say something about a row of this size."""
    return tuple(kind for kind in KINDS if kind in kinds and size >= _SMALLEST.get(kind, 2))


def holds(clue: Clue, place: Sequence[int]) -> bool:
    """Whether a clue is true when item i is at ``place[i]``."""
    kind, items, number = clue
    one = place[items[0]]
    if kind in UNARY:
        return bool(allowed_places(kind, number, len(place)) >> one & 1)
    two = place[items[1]]
    if kind in BINARY:
        return _RELATIONS[kind](two - one, number)
    three = place[items[2]]
    if kind == "between":
        return two < one < three or three < one < two
    return one < max(two, three) if kind == "any_before" else one > min(two, three)


_RELATIONS: dict[str, Callable[[int, int], bool]] = {  # of the place of the second item less that of the first
    "before": lambda step, number: step > 0,
    "directly": lambda step, number: step == 1,
    "ahead": lambda step, number: step == number,
    "adjacent": lambda step, number: step in (1, -1),
    "not_adjacent": lambda step, number: step not in (1, -1),
    "distance": lambda step, number: step in (number, -number),
    "far": lambda step, number: abs(step) > number,
}


@functools.cache
def allowed_places(kind: str, number: int, size: int) -> int:
    """The places that a clue about one item leaves it."""
    full, ends = (1 << size) - 1, 1 | 1 << (size - 1)
    if kind == "either":
        return number
    return {"at": 1 << number, "not_at": full & ~(1 << number), "end": ends, "not_end": full & ~ends}[kind]


@functools.cache
def images(kind: str, number: int, size: int) -> tuple[list[int], list[int]]:
    """For each set of places of one item of a clue about two, the places left for the other: of the second, of the first."""
    related, span = _RELATIONS[kind], range(size)
    forward = [sum(1 << q for q in span if q != p and related(q - p, number)) for p in span]
    back = [sum(1 << p for p in span if q != p and related(q - p, number)) for q in span]
    return _unions(forward), _unions(back)


def _unions(single: Sequence[int]) -> list[int]:
    found = [0] * (1 << len(single))
    for mask in range(1, len(found)):
        low = mask & -mask
        found[mask] = found[mask ^ low] | single[low.bit_length() - 1]
    return found


@functools.cache
def sides(size: int) -> tuple[list[int], list[int]]:
    """For each set of places those above its least and those below its greatest."""
    return images("before", 0, size)


def draw(kind: str, size: int, rng: random.Random) -> Clue:
    """A random clue of a kind that is true when item i is at place i."""
    span = range(size)
    if kind in ("before", "adjacent", "directly"):
        one, two = sorted(rng.sample(span, 2))
        return Clue(kind, (one, two)) if kind == "before" else Clue(kind, (min(one, size - 2), min(one, size - 2) + 1))
    if kind in ("distance", "ahead", "not_adjacent", "far"):
        number = rng.randint(2, size - 2) if kind == "far" else 0
        step = rng.randint(number + 1 if number else 2, size - 1)
        one = rng.randrange(size - step)
        return Clue(kind, (one, one + step), step if kind in ("distance", "ahead") else number)
    if kind in TERNARY:
        low, middle, high = sorted(rng.sample(span, 3))
        if kind == "between":
            return Clue(kind, (middle, low, high))
        subject, others = (low, (middle, high)) if rng.random() < 0.5 else (middle, (low, high))
        if kind == "any_after":
            subject, others = (high, (low, middle)) if subject == low else (middle, (low, high))
        return Clue(kind, (subject, *others))
    if kind == "end":
        return Clue(kind, (rng.choice((0, size - 1)),))
    if kind == "not_end":
        return Clue(kind, (rng.randrange(1, size - 1),))
    one, other = rng.sample(span, 2)
    return Clue(kind, (one,), {"at": one, "not_at": other, "either": 1 << one | 1 << other}[kind])


def every(kind: str, size: int) -> list[Clue]:
    """All clues of a kind that are true when item i is at place i."""
    span = range(size)
    if kind in UNARY:
        numbers = {"end": [0], "not_end": [0], "either": [1 << p | 1 << q for p in span for q in range(p)]}.get(
            kind, span
        )
        found = [Clue(kind, (one,), number) for one in span for number in numbers]
    elif kind in BINARY:
        numbers = {"ahead": range(2, size), "distance": range(2, size), "far": range(2, size - 1)}.get(kind, [0])
        found = [Clue(kind, (one, two), number) for one in span for two in span if one != two for number in numbers]
    else:
        triples = [(a, b, c) for a in span for b in span for c in range(b + 1, size) if a not in (b, c)]
        found = [Clue(kind, items) for items in triples]
    return [clue for clue in found if holds(clue, span)]


def renamed(clue: Clue, names: Sequence[int]) -> Clue:
    """The clue about other items: i becomes ``names[i]``."""
    return clue._replace(items=tuple([names[item] for item in clue.items]))


def normal(clue: Clue) -> Clue:
    """The clue with interchangeable items in order."""
    first = _SYMMETRIC.get(clue.kind)
    if first is None:
        return clue
    return clue._replace(items=(*clue.items[:first], *sorted(clue.items[first:])))


def role(kind: str, position: int) -> int:
    """What an item is for a clue, by its position: interchangeable items have the same role."""
    return min(position, _SYMMETRIC.get(kind, position))


def swaps(kind: str) -> bool:
    """Whether the last two items of a clue may change places without changing what it says."""
    return kind in _SYMMETRIC


def mirrored(clue: Clue, size: int) -> Clue:
    """The clue about the reversed row, the items keeping their names."""
    kind, items, number = clue
    if kind in ("before", "directly", "ahead"):
        return Clue(kind, items[::-1], number)
    if kind in ("at", "not_at"):
        return Clue(kind, items, size - 1 - number)
    if kind == "either":
        return Clue(kind, items, sum(1 << (size - 1 - place) for place in range(size) if number >> place & 1))
    return Clue(_MIRRORED.get(kind, kind), items, number)
