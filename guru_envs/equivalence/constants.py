"""Constants that go by several names: that of integration, and the imaginary unit."""

from __future__ import annotations

from guru_envs.equivalence.evaluate import symbols_of, walk
from guru_envs.equivalence.golds import Node

_NAMES = frozenset(["C", "c", "K", "k", "C_1", "c_1", "C_0", "c_0", "const", "constant", "Const"])
_GOLD = frozenset(["C", "c", "const", "constant"])


def _addends(tree: Node) -> list[Node]:
    return [part for child in tree.args for part in _addends(child)] if tree.op == "add" else [tree]


def renamed(gold: Node, answer: Node) -> Node:
    """The answer with its additive constant named as the gold's, where both have one."""
    mine, theirs = symbols_of(gold), symbols_of(answer)
    extra = set(theirs) - set(mine)
    missing = set(mine) - set(theirs)
    if len(extra) != 1 or len(missing) != 1 or len(mine) < 2:
        return answer
    one, other = missing.pop(), extra.pop()
    if one not in _GOLD or other not in _NAMES | {"A"}:
        return answer
    added = all(
        any(part.op == "sym" and part.name == name for part in _addends(tree))
        for tree, name in ((gold, one), (answer, other))
    )
    return put(answer, other, one) if added or _has_exponential(gold) else answer


def _has_exponential(tree: Node) -> bool:
    """Whether e to some power is in it, as in solutions of differential equations."""
    base = Node("const", name="e")
    return any(node.op == "exp" or (node.op == "pow" and node.args[0] == base) for node in walk(tree))


def imaginary(gold: Node, answer: Node) -> Node:
    """The answer with j or I as the imaginary unit, where the gold is a number with it and the answer has no other symbol."""
    names = symbols_of(answer)
    if len(names) != 1 or names[0] not in ("j", "I") or symbols_of(gold) or gold.op != "add":
        return answer
    if not any(node.op == "const" and node.name == "i" for node in walk(gold)):
        return answer
    return put(answer, names[0], "i")


def put(tree: Node, old: str, new: str) -> Node:
    """The tree with a symbol called otherwise; ``i`` is the imaginary unit."""
    if tree.op == "sym":
        return Node("const" if new == "i" else "sym", name=new) if tree.name == old else tree
    return Node(tree.op, tuple(put(child, old, new) for child in tree.args), tree.value, tree.name)
