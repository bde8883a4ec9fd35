"""Inequalities with an absolute value or a square, such as ``|x - 1| <= 3``, as regions of the real line.

A gold of that form may be answered by its solution. The other way round the inequality is no solution of itself: of answers only the
bare ``|x| < 2`` stands for an interval.
"""

from __future__ import annotations

from fractions import Fraction

from guru_envs.equivalence.evaluate import symbols_of, value_of, walk
from guru_envs.equivalence.golds import Equation, Node, Region, Span, Term
from guru_envs.equivalence.limits import TooHardError, UnreadableError

_Line = tuple[Node, Node]  # a and b of ax + b
_ZERO, _ONE, _TWO = (Node("num", value=Fraction(n)) for n in range(3))
_ATOM = "\u0001"  # stands for the absolute value while the inequality is solved for it


def solved(inequality: Equation) -> Region | None:
    """The region of an inequality of one symbol with one absolute value or square; None when it is none, or has no two ends."""
    names = symbols_of(inequality.left, inequality.right)
    if inequality.relation not in ("<", "≤") or len(names) != 1:
        return None
    atoms = {node for node in walk(inequality.left, inequality.right) if _is_atom(node)}
    if len(atoms) != 1:
        return None
    atom = atoms.pop()
    try:
        inner = _line(atom.args[0], names[0])
        outer = _line(Node("add", (inequality.left, Node("neg", (inequality.right,)))), _ATOM, atom)
        if inner is None or outer is None or _sign(inner[0]) == 0 or _sign(outer[0]) == 0:
            return None
        bound = Node("div", (Node("neg", (outer[1],)), outer[0]))
        if _sign(bound) <= 0:
            return None
        if atom.op == "pow":
            bound = Node("sqrt", (bound,))
        ends = [_end(inner, side) for side in (Node("neg", (bound,)), bound)]
        low, high = ends if _sign(inner[0]) > 0 else ends[::-1]
        closed = inequality.relation == "≤"
        if _sign(outer[0]) > 0:
            return Region((Span(low, high, closed, closed),), names[0])
        return Region((Span(None, low, False, closed), Span(high, None, closed, False)), names[0])
    except (TooHardError, UnreadableError, ZeroDivisionError, ValueError, OverflowError):
        return None


def bare(inequality: Equation) -> Region | None:
    """The region of ``|x| < 2`` and the like, where nothing is left to be solved; None for any other inequality."""
    sides = (inequality.left, inequality.right)
    if not any(side.op == "abs" and side.args[0].op == "sym" for side in sides):
        return None
    return solved(inequality) if any(not symbols_of(side) for side in sides) else None


def _is_atom(node: Node) -> bool:
    square = node.op == "pow" and node.args[1] == _TWO
    return (node.op == "abs" or square) and bool(symbols_of(node))


def _end(line: _Line, value: Node) -> Term:
    """Where a line has a value."""
    return Term(Node("div", (Node("add", (value, Node("neg", (line[1],)))), line[0])))


def _sign(tree: Node) -> int:
    value = value_of(tree)
    if not isinstance(value, Fraction) and value.imag:
        raise UnreadableError("no real number")
    real = value if isinstance(value, Fraction) else value.real
    return (real > 0) - (real < 0)


def _line(tree: Node, name: str, atom: Node | None = None) -> _Line | None:
    """The tree as ``a * name + b`` without the name in a and b; None when it is no such thing. ``atom`` is read as the name."""
    if tree == atom or (tree.op == "sym" and tree.name == name):
        return _ONE, _ZERO
    if not symbols_of(tree):
        return _ZERO, tree
    parts = [_line(child, name, atom) for child in tree.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not known:
        return None
    if tree.op == "neg":
        return Node("neg", (known[0][0],)), Node("neg", (known[0][1],))
    if tree.op == "add":
        return Node("add", (known[0][0], known[1][0])), Node("add", (known[0][1], known[1][1]))
    if tree.op in ("mul", "div") and not symbols_of(tree.args[1]):
        factor = tree.args[1]
        return Node(tree.op, (known[0][0], factor)), Node(tree.op, (known[0][1], factor))
    if tree.op == "mul" and not symbols_of(tree.args[0]):
        return Node("mul", (tree.args[0], known[1][0])), Node("mul", (tree.args[0], known[1][1]))
    return None
