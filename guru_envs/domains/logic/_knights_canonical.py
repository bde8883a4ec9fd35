"""A text for a whole puzzle of knights and knaves that does not depend on names and order."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._knights_statements import KINDS, Statement

_PRIME = (1 << 61) - 1
_CODES = {kind: number * 7919 for number, kind in enumerate((*KINDS, "deny"), 1)}


def _links(statement: Statement, speaker: int, path: int, out: list[tuple[int, int, int]]) -> None:
    """Add (speaker, person, way of mentioning) for each mention; the way is the same for both sides of and, or, iff."""
    kind = statement[0]
    code = path * 31 + _CODES[kind]
    if kind in ("is", "not"):
        out.append((speaker, statement[1], code + statement[2]))
    elif kind in ("same", "different"):
        out.append((speaker, statement[1], code))
        out.append((speaker, statement[2], code))
    elif kind == "exactly":
        code += statement[1] * 3 + statement[2]
        for person in statement[3]:
            out.append((speaker, person, code))
    else:
        _links(statement[1], speaker, code, out)
        if kind != "deny":
            _links(statement[2], speaker, code + (kind == "implies"), out)


def _written(statement: Statement, colour: list[str]) -> str:
    kind = statement[0]
    if kind in ("is", "not"):
        return f"{kind}{statement[2]}{colour[statement[1]]}"
    if kind in ("same", "different"):
        a, b = colour[statement[1]], colour[statement[2]]
        return f"{kind}({a}{b})" if a < b else f"{kind}({b}{a})"
    if kind == "exactly":
        return f"exactly{statement[1]}.{statement[2]}({''.join(sorted([colour[one] for one in statement[3]]))})"
    if kind == "deny":
        return f"deny({_written(statement[1], colour)})"
    first, second = _written(statement[1], colour), _written(statement[2], colour)
    if first > second and kind != "implies":
        first, second = second, first
    return f"{kind}({first},{second})"


def invariant(people: int, roles: int, said: Sequence[tuple[int, Statement]]) -> str:
    """A text that stays the same when people are renamed and statements, or the sides of and, or, iff, change places.

    Colour refinement on the graph of who mentions whom and how, then the statements with colours in place of names.
    """
    links: list[tuple[int, int, int]] = []
    for speaker, statement in said:
        _links(statement, speaker, 1, links)
    colours = [1] * people
    for _ in range(2):
        new = [colour * 31 for colour in colours]
        for speaker, person, way in links:
            if speaker == person:
                mixed = colours[speaker] + way * 1_000_003 + 17
                new[speaker] += mixed * mixed % _PRIME
            else:
                mixed = colours[person] + way * 7_368_787
                new[speaker] += mixed * mixed % _PRIME
                mixed = colours[speaker] + way * 15_485_863
                new[person] += mixed * mixed % _PRIME
        colours = [colour % _PRIME for colour in new]
    rank = {colour: f"p{index}" for index, colour in enumerate(sorted(set(colours)))}
    colour = [rank[one] for one in colours]
    return f"{people} {roles}: " + "; ".join(sorted([f"{colour[who]} {_written(what, colour)}" for who, what in said]))
