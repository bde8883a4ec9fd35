"""Reading inequalities: of one symbol as a region of the real line, others as they are."""

from __future__ import annotations

import re

from guru_envs.equivalence.golds import Equation, Node, Region, Span, Value
from guru_envs.equivalence.grammar import parse
from guru_envs.equivalence.limits import UnreadableError
from guru_envs.equivalence.terms import read_term

RELATION = re.compile(r"[<>≤≥≠]")


def _symbol(text: str) -> str:
    """The name of the single symbol a text consists of; empty when it is something else."""
    tree = parse(text)
    return tree.name if tree.op == "sym" else ""


def read_relation(text: str) -> Value:
    """Inequalities of one symbol as regions, other inequalities as such.

    Raises:
        UnreadableError: it is neither.
    """
    signs = RELATION.findall(text)
    sides = [side.strip() for side in RELATION.split(text)]
    if signs == ["≠"] and sides[1].startswith("±") and (name := _symbol(sides[0])):
        first, last = read_term("-" + sides[1][1:]), read_term(sides[1][1:])
        return Region((Span(None, first), Span(first, last), Span(last, None)), name)
    if "≠" in signs and len(signs) == 1 and (name := _symbol(sides[0])):
        end = read_term(sides[1])
        return Region((Span(None, end), Span(end, None)), name)
    if "≠" in signs and len(signs) == 1:
        return Equation(parse(sides[0]), parse(sides[1]), "≠")
    if len(signs) == 1:
        name = _symbol(sides[0])
        other = sides[1]
        upward = signs[0] in ">≥"
        if not name:
            name, other, upward = _symbol(sides[1]), sides[0], not upward
        if name:
            end, closed = read_term(other), signs[0] in "≤≥"
            infinite = end.tree == Node("const", name="∞") or (end.tree.op == "neg" and end.tree.args[0].op == "const")
            bound = None if infinite else end
            span = (
                Span(bound, None, closed and not infinite)
                if upward
                else Span(None, bound, False, closed and not infinite)
            )
            return Region((span,), name)
        left, right = parse(sides[0]), parse(sides[1])
        return (
            Equation(right, left, {">": "<", "≥": "≤"}[signs[0]])
            if signs[0] in ">≥"
            else Equation(left, right, signs[0])
        )
    if len(signs) == 2 and (name := _symbol(sides[1])):
        if set(signs) <= set(">≥"):
            sides, signs = sides[::-1], signs[::-1]
        elif not set(signs) <= set("<≤"):
            raise UnreadableError("mixed inequalities")
        low, high = (None if "∞" in side else read_term(side) for side in (sides[0], sides[2]))
        return Region((Span(low, high, signs[0] in "≤≥", signs[1] in "≤≥"),), name)
    raise UnreadableError("several inequalities")


def contradicts(left: str, right: str) -> bool:
    """Whether a number with a unit is said to equal another number with a unit, and does not."""
    try:
        terms = [read_term(left), read_term(right)]
    except UnreadableError:
        return False
    (one, unit), (other, other_unit) = ((term.tree.value, term.unit) for term in terms)
    if one is None or other is None or unit is None or other_unit is None:
        return False
    near = abs(one * unit.factor - other * other_unit.factor) * 5000 <= abs(one * unit.factor)
    return unit.powers != other_unit.powers or not near
