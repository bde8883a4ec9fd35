"""Drawing functions that the main function calls."""

from __future__ import annotations

import random
from typing import NamedTuple

from guru_envs.domains.simulation._codeio.draw_expr import ExprDrawer, Helper, between, pick
from guru_envs.domains.simulation._codeio.ops import NUMBERS, TABLE, WORDS
from guru_envs.domains.simulation._codeio.tree import (
    Expr,
    Function,
    If,
    Return,
    Statement,
)

ELEMENT = {NUMBERS: "int", WORDS: "str", "str": "letter", TABLE: "str"}
ZERO, ONE = Expr("lit", "int", (), 0), Expr("lit", "int", (), 1)


class DeadEndError(Exception):
    """The drawing led to no program; another is drawn."""


class Shape(NamedTuple):
    """What a program is made of; the fields are those of the domain's knobs."""

    params: int
    statements: int
    loops: int
    branches: int
    nesting: int
    helpers: int
    recursion: int
    operations: int
    types: frozenset[str]


def must(node: Expr | None) -> Expr:
    """The expression.

    Raises:
        DeadEndError: there is none.
    """
    if node is None:
        raise DeadEndError
    return node


class HelperDrawer(ExprDrawer):
    """Draws helper functions.

    Attributes:
        shape: what the program is made of.
        functions: those drawn so far.
        firsts: the first variable of each function.
        locals: variables of the function that it may change.
        left: statements that may still be drawn.
    """

    def __init__(self, rng: random.Random, shape: Shape) -> None:
        super().__init__(rng, shape.operations, shape.types)
        self.shape = shape
        self.functions: list[Function] = []
        self.firsts: list[int] = []
        self.locals: list[int] = []  # variables of the function that it may change
        self.left = 0  # statements that may still be drawn

    def helper(self) -> Helper:
        """A short function, with or without a branch."""
        rng, shape = self.rng, self.shape
        kind = pick(
            rng,
            ["int", "int", *(["str"] if "str" in shape.types else []), *([NUMBERS] if "list" in shape.types else [])],
        )
        params = [self.new(kind, "param")]
        if rng.random() < 0.4:
            params.append(self.new("int", "param"))
        self.scope += params
        gives = "str" if kind == "str" and rng.random() < 0.6 else "int"
        body: list[Statement] = []
        if rng.random() < 0.6:
            test = must(self.condition(params[0]))
            body.append(If(test, [Return(self._of_all(gives, params, 1))]))
        body.append(Return(self._of_all(gives, params, 2)))
        self.functions.append(Function(params, gives, body))
        return Helper(len(self.functions) - 1, tuple(self.kinds[one] for one in params), gives)

    def _of_all(self, gives: str, params: list[int], depth: int) -> Expr:
        """A value that each of the parameters has a part in."""
        for param in params:
            self.reads[param] = 0
        value = must(self.reach(gives, pick(self.rng, params) if gives == "int" else params[0], depth))
        for param in params:
            if not self.reads[param]:
                name = "join" if gives == "str" else pick(self.rng, ("add", "sub"))
                value = Expr(name, gives, (value, must(self.reach(gives, param, 0))))
        return value

    def recursive(self) -> Helper:
        """A function that calls itself on something smaller."""
        rng, shape = self.rng, self.shape
        index = len(self.functions)
        kind = pick(
            rng,
            ["int", "int", *(["str"] if "str" in shape.types else []), *([NUMBERS] if "list" in shape.types else [])],
        )
        param = self.new(kind, "param")
        self.scope.append(param)
        me = self.var(param)
        bound = 0
        if kind == "int":
            base = Expr("lit", "int", (), between(rng, 0, 3))
            bound = between(rng, 3, shape.recursion) + 1 if shape.recursion > 3 else shape.recursion + 1
            less = Expr("minus", "int", (me, Expr("lit", "int", (), pick(rng, (1, 1, 2)))))
            test = Expr("<= k", "bool", (me, ONE))
            again = Expr("call", "int", (less,), index)
            own = must(self.reach("int", param, 1))
            joined = Expr(pick(rng, ("add", "add", "sub")), "int", pick(rng, ((own, again), (again, own))))
            if rng.random() < 0.3:
                twice = Expr("times", "int", (again, Expr("lit", "int", (), between(rng, 2, 3))))
                joined = Expr(pick(rng, ("add", "sub")), "int", (twice, own))
            body: list[Statement] = [If(test, [Return(base)]), Return(joined)]
            gives = "int"
        else:
            empty = Expr("lit", "str", (), "") if kind == "str" else ZERO
            gives = pick(rng, ("str", "int")) if kind == "str" else "int"
            least = Expr("same", "bool", (Expr(f"len {kind}", "int", (me,)), ZERO))
            rest = Expr(f"drop {kind}", kind, (me, ONE))
            again = Expr("call", gives, (rest,), index)
            first = Expr(f"at {kind}", "str" if kind == "str" else "int", (me, ZERO))
            if gives == "str":
                parts = pick(rng, ((again, first), (first, again), (Expr("reverse str", "str", (again,)), first)))
                joined = Expr("join", "str", parts)
            else:
                empty = ZERO
                measure = Expr("len str", "int", (me,)) if kind == "str" else first
                joined = Expr(pick(rng, ("add", "sub")), "int", (measure, again))
            body = [If(least, [Return(empty)])]
            if rng.random() < 0.6:
                test = must(self.convert(Expr(f"len {kind}", "int", (me,)) if kind == "str" else first, "int", "bool"))
                skipped = (
                    Expr("plus", "int", (again, Expr("lit", "int", (), between(rng, 1, 9))))
                    if gives == "int"
                    else again
                )
                body.append(If(test, [Return(skipped)]))
            body.append(Return(joined))
        self.functions.append(Function([param], gives, body))
        return Helper(index, (kind,), gives, bound)
