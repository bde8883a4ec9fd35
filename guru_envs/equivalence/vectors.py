"""Vectors written with unit vectors, as 3i - 2j, turned into their coordinates."""

from __future__ import annotations

import re

from guru_envs.equivalence.evaluate import exact, symbols_of
from guru_envs.equivalence.golds import Group, Node, Term
from guru_envs.equivalence.grammar import parse
from guru_envs.equivalence.limits import TooHardError, UnreadableError
from guru_envs.equivalence.phrases import UNIT_VECTORS

_OTHERS = re.compile(r"(?<![A-Za-z\\])[a-hl-zA-Z](?![A-Za-z])")
_BARE = re.compile(r"(?<![A-Za-z\\])([ijk])(?![A-Za-z])")
_BACK = {name: letter for letter, name in UNIT_VECTORS.items()}


def bare_marked(text: str) -> str:
    """The same for undecorated letters, for a gold that is a vector."""
    if not ("j" in text or "k" in text) or _OTHERS.search(text):
        return text
    return _BARE.sub(lambda m: f" {UNIT_VECTORS[m[1]]} ", text)


def has_units(text: str) -> bool:
    """Whether a plain text has unit vectors in it."""
    return "ϙ" in text or "ϛ" in text or "ϟ" in text


def _put(tree: Node, values: dict[str, Node]) -> Node:
    if tree.op == "sym":
        return values.get(tree.name, tree)
    return (
        Node(tree.op, tuple(_put(child, values) for child in tree.args), tree.value, tree.name) if tree.args else tree
    )


def coordinates(text: str, least: int = 2) -> Group | None:
    """The coordinates of a linear combination of unit vectors; None when it is none."""
    try:
        tree = parse(text)
    except UnreadableError:
        return None
    used = [name for name in symbols_of(tree) if name in _BACK]
    if not used or not _is_linear(tree):
        return None
    zero, one = Node("num", value=parse("0").value), Node("num", value=parse("1").value)
    count = 3 if least == 3 or UNIT_VECTORS["k"] in used else least
    items = []
    for letter in "ijk"[:count]:
        items.append(Term(_put(tree, {name: one if name == UNIT_VECTORS[letter] else zero for name in _BACK})))
    return Group("tuple", tuple(_simple(item) for item in items))


_TRANSPOSED = re.compile(r"(.+[])}]) ?\^ ?\{? ?(?:\ue003? ?T|t|\\top|⊤|\\intercal|\\mathsf T|') ?\}?", re.DOTALL)
_COLUMN = re.compile(r"\\binom ?\{([^{}]{1,60})\} ?\{([^{}]{1,60})\}")


def column(text: str) -> str | None:
    """A column written as a row with a sign of transposition, or as a binomial coefficient, as a tuple; None for any other text."""
    if match := _COLUMN.fullmatch(text):
        return f"({match[1]}, {match[2]})"
    if (match := _TRANSPOSED.fullmatch(text)) and match[1][0] in "([":
        inner = match[1][1:-1]
        return f"({inner})" if "[" not in inner and "(" not in inner else None
    return None


def _simple(term: Term) -> Term:
    try:
        value = exact(term.tree)
    except (TooHardError, ZeroDivisionError, ValueError, OverflowError):
        return term
    return term if value is None else Term(Node("num", value=value))


def _is_linear(tree: Node) -> bool:
    """Whether unit vectors are only added, and multiplied and divided by what has none."""
    if tree.op == "sym":
        return tree.name in _BACK
    if tree.op in ("add", "neg"):
        return all(_is_linear(child) for child in tree.args)
    has = [any(name in _BACK for name in symbols_of(child)) for child in tree.args]
    if tree.op == "mul" and sum(has) == 1:
        return _is_linear(tree.args[has.index(True)])
    return tree.op == "div" and has == [True, False] and _is_linear(tree.args[0])
