"""A text for a whole puzzle of knights and knaves that does not depend on names and order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._knights_draw import Sample
from guru_envs.domains.logic._knights_statements import ATOMS, COUNTS, JOINS, KINDS, PAIRS, Cast, Statement

_PRIME = (1 << 29) - 3  # sums of two such numbers are one digit of Python's integers, the fast case
_CODES = {kind: number * 7919 for number, kind in enumerate((*KINDS, "deny"), 1)}


class Mentions(NamedTuple):
    """Who is mentioned in a statement and how.

    Attributes:
        links: for each mention the person and a number for the way; it is the same for both sides of and, or, xor, iff.
        deep: the statement, if operators stand inside an operator: then the mentions do not tell what belongs together.
    """

    links: tuple[tuple[int, int], ...]
    deep: Statement | None


def mentions(statement: Statement) -> Mentions:
    """The mentions in a statement."""
    found: list[tuple[int, int]] = []
    waiting = [(statement, 1)]
    while waiting:
        part, path = waiting.pop()
        code = path * 31 + _CODES[part[0]]
        if part[0] in JOINS or part[0] == "deny":
            waiting += [(one, code + side * (part[0] == "implies")) for side, one in enumerate(part[1:])]
        else:
            found += _flat(part, code)
    deep = statement[0] == "deny" or (statement[0] in JOINS and any(part[0] not in ATOMS for part in statement[1:]))
    return Mentions(tuple(found), statement if deep else None)


def mentions_in(sample: Sample) -> Mentions:
    """The mentions in a drawn statement, kept with it."""
    kept: Mentions | None = sample.kept.get("mentions")
    if kept is None:
        kept = sample.kept["mentions"] = mentions(sample.form)
    return kept


def _flat(statement: Statement, code: int) -> list[tuple[int, int]]:
    if statement[0] in ATOMS:
        return [(statement[1], _scattered(code + statement[2]))]
    if statement[0] in PAIRS:
        way = _scattered(code)
        return [(statement[1], way), (statement[2], way)]
    way = _scattered(code + statement[1] * 5 + statement[2])
    return [(person, way) for person in statement[3]]


def _scattered(code: int) -> int:
    return (code * 0x9E3779B97F4A7C15 + 0x632BE5AB) % _PRIME


def _value(statement: Statement, colours: Sequence[int]) -> int:
    """A number for a deep statement with colours in place of names."""
    kind = statement[0]
    total = _CODES[kind]
    if kind in ATOMS or kind in PAIRS or kind in COUNTS:
        for person, way in _flat(statement, total):
            mixed = colours[person] + way
            total += mixed * mixed
    else:
        for side, part in enumerate(statement[1:]):
            mixed = _value(part, colours) + (total * side if kind == "implies" else _CODES[kind])
            total += mixed * mixed
    return total % _PRIME


def invariant(cast: Cast, said: Sequence[tuple[int, Mentions]]) -> str:
    """A text that stays the same when people are renamed and statements, or the sides of and, or, iff, change places.

    Two rounds of colour refinement on the graph of who mentions whom and how; then the colours in order.
    """
    colours = [1] * cast.people
    for speaker, (links, _) in said:
        own = 0
        for person, way in links:
            if person == speaker:
                own += way * 7
            else:
                own += way
                colours[person] += way * 3
        own %= _PRIME
        colours[speaker] += own * own
    colours = [colour % _PRIME for colour in colours]
    new = [colour * 31 for colour in colours]
    for speaker, (links, deep) in said:
        spoken = colours[speaker]
        own = 0 if deep is None else _value(deep, colours)
        for person, way in links:
            mixed = colours[person] + way
            own += mixed * mixed
            mixed = spoken + way
            new[person] += mixed * mixed * 3
        own %= _PRIME
        new[speaker] += own * own
    final = [colour % _PRIME for colour in new]
    final.sort()
    return f"{cast.people} {cast.spies} {cast.normals}: {' '.join(map(str, final))}"
