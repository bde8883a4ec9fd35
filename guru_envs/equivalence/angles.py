"""Degrees and radians: the same angle in either, where it is plain which is meant."""

from __future__ import annotations

from guru_envs.equivalence.evaluate import agree, symbols_of, value_of, walk
from guru_envs.equivalence.golds import Node, Term, Unit
from guru_envs.equivalence.grammar import DEGREE
from guru_envs.equivalence.limits import TooHardError, UnreadableError

_DEGREES, _RADIANS = (("deg", 1),), (("rad", 1),)


def _has_pi(tree: Node) -> bool:
    return any(node.op == "const" and node.name == "π" for node in walk(tree))


def _powers(unit: Unit | None) -> tuple[tuple[str, int], ...] | None:
    return unit.powers if unit is not None else None


def compared(gold: Term, answer: Term) -> bool | None:
    """Whether a number of degrees and a multiple of pi are the same angle; None when that is not the question.

    A gold in degrees needs an answer that says radians; for a gold in multiples of pi the sign of degrees says enough.
    """
    mine, theirs = _powers(gold.unit), _powers(answer.unit)
    if gold.percent or answer.percent or symbols_of(gold.tree, answer.tree):
        return None
    if mine == _DEGREES and theirs == _RADIANS and _has_pi(answer.tree):
        degrees, radians = gold.tree, answer.tree
    elif theirs == _DEGREES and mine in (None, _RADIANS) and _has_pi(gold.tree):
        degrees, radians = answer.tree, gold.tree
    else:
        return None
    try:
        return agree(value_of(Node("mul", (degrees, DEGREE))), value_of(radians))
    except (TooHardError, UnreadableError, ZeroDivisionError, ValueError, OverflowError):
        return None
