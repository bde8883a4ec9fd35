"""Drawing expressions that use given variables."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from guru_envs.domains.simulation._codeio.ops import ATOM, NUMBERS, OPS, TABLE, WORDS, Op
from guru_envs.domains.simulation._codeio.tree import Expr

T = TypeVar("T")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def pick(rng: random.Random, items: Sequence[T]) -> T:
    """One of the items; three times as fast as ``rng.choice``."""
    return items[int(rng.random() * len(items))]


def between(rng: random.Random, low: int, high: int) -> int:
    """A whole number, both ends included."""
    return low + int(rng.random() * (high - low + 1))


LITERALS: dict[str, Callable[[random.Random], Any]] = {
    "#k": lambda rng: between(rng, 2, 9),
    "#big": lambda rng: between(rng, 2, 15),
    "#div": lambda rng: between(rng, 3, 10),
    "#div3": lambda rng: between(rng, 3, 4),
    "#half": lambda rng: between(rng, 1, 11) / 4 + 0.25,
    "#i": lambda rng: between(rng, 0, 1),
    "#cut": lambda rng: between(rng, 1, 2),
    "#cut3": lambda rng: between(rng, 2, 4),
    "#rep": lambda rng: between(rng, 2, 3),
    "#letter": lambda rng: pick(rng, "aeioulnrst"),
    "#middle": lambda rng: pick(rng, "ghiklmnop"),
    "#vowels": lambda rng: pick(rng, ("aeiou", "aeiou", "aeiouy", "lnrst", "bcdfg")),
    "#word": lambda rng: pick(rng, ("ab", "on", "ix", "er", "s", "ing", "xy", "z", "ed", "un")),
    "#sep": lambda rng: pick(rng, ("-", "", "+", "_", ", ", "/")),
}
_LITERAL_KINDS = {"#half": "float"} | dict.fromkeys(("#letter", "#middle", "#vowels", "#word", "#sep"), "str")

_USUAL = {
    "index": (1, 3),
    "inner": (1, 2),
    "low": (1, 1),
    "high": (2, 4),
    "digit": (2, 5),
    "number": (50, 400),
    "total": (2, 20),
}
_TWICE = frozenset(op.name for op in OPS.values() if op.text.count("{0}") > 1)  # the argument stands there twice
_DIVIDES = frozenset(("even", "odd", "multiple", "no multiple"))


class _Choice(NamedTuple):
    """The operations that lead from a kind to another: operation and place of the argument, with running weights."""

    ways: tuple[tuple[Op, int], ...]
    weights: tuple[float, ...]


# these fail for empty lists and texts, so they are applied only where those are unusual
FRAGILE = frozenset(name for name in OPS if name.split()[0] in ("largest", "smallest", "at", "last", "around", "mean"))


def _choices() -> dict[tuple[str, str, int], _Choice]:
    found: dict[tuple[str, str, int], _Choice] = {}
    kinds = ("int", "float", "str", "letter", NUMBERS, WORDS, TABLE)
    for rank in (1, 2, 3):
        for have in kinds:
            for want in (*kinds, "bool"):
                ways = [
                    (op, place)
                    for op in OPS.values()
                    if op.gives == want and op.rank <= rank and op.weight
                    for place, kind in enumerate(op.takes)
                    if kind == have and (place == 0 or op.takes[0] != have)
                ]
                if ways:
                    weights = accumulate(op.weight for op, _ in ways)
                    found[have, want, rank] = _Choice(tuple(ways), tuple(weights))
    return found


_CHOICES = _choices()
# where no operation leads from a kind to another: by way of a third
_BY_WAY = {
    ("letter", "float"): "int", ("str", "float"): "int", (WORDS, "float"): "int", (TABLE, "float"): "int",
    (NUMBERS, "str"): "int", (TABLE, "str"): WORDS, (TABLE, NUMBERS): "int", ("float", "str"): "int",
}  # fmt: skip


class Helper(NamedTuple):
    """A function that may be called: its number, the kinds of its parameters and its result; ``bound`` for a recursion over an int."""

    number: int
    takes: tuple[str, ...]
    gives: str
    bound: int = 0


def read_by(node: Expr) -> list[int]:
    """The variables that an expression reads."""
    if node.op == "var":
        return [node.value]
    return [one for arg in node.args for one in read_by(arg)]


class ExprDrawer:
    """Draws expressions over the variables in scope.

    Attributes:
        kinds: the kind of each variable of the program.
        scope: the variables that may be read, in the order of their definition.
        reads: how often each variable is read.
        helpers: functions not yet called.
        barred: a variable that is being changed; read in its own change by chance, it would soon be huge.
    """

    def __init__(self, rng: random.Random, rank: int, types: frozenset[str]) -> None:
        self.rng, self.rank, self.types = rng, rank, types
        self.kinds: list[str] = []
        self.roles: list[str] = []
        self.scope: list[int] = []
        self.reads: list[int] = []
        self.helpers: list[Helper] = []
        self.barred = -1

    def new(self, kind: str, role: str) -> int:
        """A new variable, not yet in scope."""
        self.kinds.append(kind)
        self.roles.append(role)
        self.reads.append(0)
        return len(self.kinds) - 1

    def var(self, variable: int) -> Expr:
        """A reading of a variable."""
        self.reads[variable] += 1
        return Expr("var", self.kinds[variable], (), variable)

    def known(self, *kinds: str) -> list[int]:
        """The variables in scope of these kinds."""
        return [variable for variable in self.scope if self.kinds[variable] in kinds]

    def focus(self, kind: str) -> int | None:
        """A variable from which a value of a kind can be made; those not yet read are preferred."""
        kinds, rank = self.kinds, self.rank
        able = [one for one in self.scope if kinds[one] == kind or (kinds[one], kind, rank) in _CHOICES]
        fresh = [one for one in able if not self.reads[one]]
        if fresh and self.rng.random() < 0.8:
            able = fresh
        return pick(self.rng, able) if able else None

    def reach(self, kind: str, focus: int | None, depth: int = 1) -> Expr | None:
        """An expression of a kind that reads a variable; None when there is no way."""
        if focus is None:
            return None
        rng = self.rng
        have = self.kinds[focus]
        node: Expr | None = self.var(focus)
        if self.helpers and rng.random() < 0.7:
            node, have = self._helped(node, have)
        if have != kind:
            way = _BY_WAY.get((have, kind)) if (have, kind, self.rank) not in _CHOICES else None
            if way is not None:
                node, have = self.convert(node, have, way), way
            node = self.convert(node, have, kind)
        elif depth and rng.random() < 0.75:
            node = self.convert(node, kind, kind)
        if depth > 1 and rng.random() < 0.5:
            node = self.convert(node, kind, kind)
        return node

    def _helped(self, node: Expr | None, have: str) -> tuple[Expr | None, str]:
        """A call of a helper that takes the expression, where there is one."""
        for helper in self.helpers:
            if node is not None and helper.takes[0] == have:
                self.helpers.remove(helper)
                if helper.bound:
                    node = Expr("mod", "int", (node, Expr("lit", "int", (), helper.bound)))
                args = [node]
                for kind in helper.takes[1:]:
                    arg = self.fill(kind, node)
                    if arg is None:
                        return None, have
                    args.append(arg)
                return Expr("call", helper.gives, tuple(args), helper.number), helper.gives
        return node, have

    def convert(self, node: Expr | None, have: str, want: str) -> Expr | None:
        """Apply one operation; None when there is none."""
        choice = _CHOICES.get((have, want, self.rank))
        if node is None or choice is None:
            return None
        for _ in range(8):
            op, place = choice.ways[bisect(choice.weights, self.rng.random() * choice.weights[-1])]
            args: list[Expr] = []
            for spot, kind in enumerate(op.takes):
                arg = node if spot == place else self.fill(kind, node)
                if arg is None:
                    break
                args.append(arg)
            if len(args) < len(op.takes) or not self._suits(op, args):
                continue
            if want == "bool" and op.takes[-1] == "#big":
                args[-1] = Expr("lit", "int", (), between(self.rng, *self.usual(args[0])))
            return Expr(op.name, want, tuple(args))
        return None

    def _suits(self, op: Op, args: list[Expr]) -> bool:
        """Whether an operation on these arguments is likely to work, and to say something."""
        first = args[0]
        role = self.roles[first.value] if first.op == "var" else ""
        if op.name in _TWICE and first.op != "var":
            return False
        if op.name in FRAGILE:
            return role in ("param", "word")
        if op.name in _DIVIDES:
            return first.op not in ("times", "mod", "div")
        if op.name == "longer":
            return role != "pair"
        if len(args) == 3 and args[1] == args[2]:
            return False
        return not (first.op == "lit" and op.needs[0] == ATOM)  # no method of a literal

    def usual(self, node: Expr) -> tuple[int, int]:
        """Bounds between which a number often lies on either side; a comparison with 50 would seldom depend on it."""
        op, _, args, value = node
        if op == "var":
            return _USUAL.get(self.roles[value], (3, 14))
        if op in ("mod", "div", "times", "plus", "minus") and args[1].op == "lit":
            low, high = self.usual(args[0])
            amount = args[1].value
            if op == "mod":
                return 1, max(1, amount - 2)
            if op == "div":
                return max(1, low // amount), max(1, high // amount)
            if op == "times":
                return low * amount, high * amount
            return (low + amount, high + amount) if op == "plus" else (low - amount, high - amount)
        if op.startswith("len"):
            return (3, 5) if op == "len str" else (2, 4)
        if op.startswith(("count", "find", "get")):
            return 1, 1
        if op == "sum":
            return 20, 50
        return 3, 14

    def fill(self, kind: str, beside: Expr | None = None) -> Expr | None:
        """Another argument: a literal, or a variable other than the one beside it."""
        rng = self.rng
        if kind[0] == "#":
            return Expr("lit", _LITERAL_KINDS.get(kind, "int"), (), LITERALS[kind](rng))
        avoid = () if beside is None else read_by(beside)
        able = [one for one in self.scope if self.kinds[one] == kind and one not in avoid and one != self.barred]
        fresh = [one for one in able if not self.reads[one]]
        if able and (fresh or kind not in ("int", "str") or rng.random() < 0.7):
            return self.var(pick(rng, fresh or able))
        if kind == "int":
            return Expr("lit", "int", (), between(rng, 2, 9))
        if kind == "str":
            return Expr("lit", "str", (), LITERALS["#word"](rng))
        return None

    def some(self, kind: str, depth: int = 1) -> Expr | None:
        """An expression of a kind over any variable."""
        return self.reach(kind, self.focus(kind), depth)

    def condition(self, focus: int | None = None) -> Expr | None:
        """A test; of a variable, or of any."""
        rng = self.rng
        if focus is None:
            able = [one for one in self.scope if (self.kinds[one], "bool", self.rank) in _CHOICES]
            focus = pick(rng, able) if able else None
        if focus is None:
            return None
        kind = self.kinds[focus]
        if kind in (NUMBERS, WORDS, TABLE) or (kind == "int" and rng.random() < 0.25):
            number = self.reach("int", focus, 1)
            test = self.convert(number, "int", "bool")
        else:
            test = self.reach("bool", focus, 0)
        if test is not None and self.rank > 1 and rng.random() < 0.2:
            other = self.condition_other(focus)
            if other is not None and other.op != test.op:
                test = Expr(pick(rng, ("and", "or")), "bool", (test, other))
        return test

    def condition_other(self, focus: int) -> Expr | None:
        """A second test to be joined to the first."""
        able = [one for one in self.scope if self.kinds[one] in ("int", "str", "letter")]
        return self.reach("bool", pick(self.rng, able) if able else focus, 0)

    def comprehension(self, kind: str, source: int) -> Expr | None:
        """A list of a kind made of the elements of a variable."""
        element = {NUMBERS: "int", WORDS: "str", "str": "letter", TABLE: "str"}[self.kinds[source]]
        variable = self.new(element, "item" if element != "letter" else "letter")
        through = self.var(source)
        self.scope.append(variable)
        want = "int" if kind == NUMBERS else "str"
        body = self.reach(want, variable, 1)
        test = self.condition(variable) if self.rng.random() < 0.5 else None
        self.scope.pop()
        if body is None or (test is None and body.op == "var"):
            return None
        return Expr("each", kind, (body, through) if test is None else (body, through, test), variable)
