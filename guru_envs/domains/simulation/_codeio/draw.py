"""Drawing programs: parameters, then blocks (assignments, branches, loops), then a result that uses all that was computed."""

from __future__ import annotations

import random

from guru_envs.domains.simulation._codeio.draw_blocks import BlockDrawer
from guru_envs.domains.simulation._codeio.draw_expr import Helper, between, pick
from guru_envs.domains.simulation._codeio.draw_helpers import ELEMENT, DeadEndError, Shape, must
from guru_envs.domains.simulation._codeio.ops import NUMBERS, WORDS
from guru_envs.domains.simulation._codeio.tree import (
    Expr,
    Function,
    Program,
    Return,
    Statement,
)


class Drawer(BlockDrawer):
    """Draws one program."""

    def program(self) -> Program:
        """A program.

        Raises:
            DeadEndError: this drawing led to none.
        """
        shape = self.shape
        waiting: list[Helper] = []
        for number in range(shape.helpers + (1 if shape.recursion else 0)):
            self.scope, self.locals, self.helpers = [], [], []
            self.firsts.append(len(self.kinds))
            waiting.append(self.recursive() if number == shape.helpers else self.helper())
        self.helpers = waiting
        self.scope, self.locals = [], []
        self.firsts.append(len(self.kinds))
        self.functions.append(self._main())
        if self.helpers or not all(self.reads):
            raise DeadEndError
        return Program(self.functions, self.kinds, self.roles, self.firsts)

    def _params(self) -> list[int]:
        rng, shape = self.rng, self.shape
        able = ["int", "int"]
        for name, kinds in (("str", ["str"]), ("list", [NUMBERS, NUMBERS]), ("float", ["float"])):
            if name in shape.types:
                able += kinds
        if "list" in shape.types and "str" in shape.types:
            able.append(WORDS)
        params: list[int] = []
        for number in range(shape.params):
            many = [kind for kind in able if kind in ELEMENT]
            kind = pick(rng, many) if number == 0 and shape.loops and many and rng.random() < 0.75 else pick(rng, able)
            if kind == "float" and "float" in [self.kinds[one] for one in params]:
                kind = "int"
            params.append(self.new(kind, "param"))
        for helper in self.helpers:  # somebody must be able to call each helper
            kinds = [self.kinds[one] for one in params]
            if helper.takes[0] not in kinds and helper.takes[0] != "int":
                params[-1] = len(self.kinds) - 1
                self.kinds[params[-1]] = helper.takes[0]
        rng.shuffle(params)
        return params

    def _main(self) -> Function:
        rng, shape = self.rng, self.shape
        params = self._params()
        self.scope += params
        self.left = shape.statements - 1
        body: list[Statement] = []
        units = ["loop"] * shape.loops
        inside = 0
        for _ in range(shape.branches):
            if shape.loops and rng.random() < 0.7:
                inside += 1
            else:
                units.append("branch")
        rng.shuffle(units)
        tests = [0] * max(1, shape.loops)
        for _ in range(inside):
            tests[int(rng.random() * len(tests))] += 1
        nested = shape.nesting > 1
        for unit in units:
            if rng.random() < 0.35 and self.left > 4:
                self.assign(body)
            if unit == "branch":
                self.branch_outside(body)
            else:
                self.loop(body, tests.pop(), nested)
                nested = False
        for _ in range(self.left):
            if not self.left:
                break
            self.assign(body)
        while self.helpers:
            self.assign(body)
        self._join_up(body)
        result = self._result()
        body.append(Return(result))
        return Function(params, result.kind, body)

    # -- results -------------------------------------------------------------------------------------------------------

    def _join_up(self, body: list[Statement]) -> None:
        """Put values together until three or less are not yet used."""
        while len(unread := [one for one in self.scope if not self.reads[one]]) > 3:
            parts = [must(self.reach("int", one, 0)) for one in unread[:2]]
            self.define(body, Expr(pick(self.rng, ("add", "sub")), "int", (parts[0], parts[1])), "value")

    def _result(self) -> Expr:
        """What is returned: all that was computed and not yet used."""
        rng = self.rng
        unread = [one for one in self.scope if not self.reads[one]]
        if not unread:
            unread = self.locals[-1:]
        if not unread or len(unread) > 3:
            raise DeadEndError
        if len(unread) == 1:
            only = unread[0]
            kind = self.kinds[only]
            if only in self.locals and rng.random() < 0.6:
                return self._rounded(self.var(only))
            return self._rounded(must(self.convert(self.var(only), kind, kind)))
        kinds = [self.kinds[one] for one in unread]
        if len(unread) == 2 and kinds == ["int", "int"] and rng.random() < 0.6:
            one, two = [self.var(variable) for variable in unread]
            name = pick(rng, ("add", "sub", "sub", "mul", "add"))
            if rng.random() < 0.5:
                one = Expr("times", "int", (one, Expr("lit", "int", (), between(rng, 2, 9))))
            return Expr(name, "int", (one, two))
        if sorted(kinds) == ["int", "str"] and rng.random() < 0.6:
            text, number = sorted(unread, key=lambda one: self.kinds[one] != "str")
            return Expr("join", "str", (self.var(text), Expr("text", "str", (self.var(number),))))
        parts = tuple([self._rounded(self._changed(one)) for one in unread])
        if set(kinds) == {"int"} and rng.random() < 0.5:
            return Expr("list", NUMBERS, parts)
        return Expr("tuple", f"tuple[{', '.join(part.kind for part in parts)}]", parts)

    def _changed(self, variable: int) -> Expr:
        """A variable as it is returned: not a parameter as it came in."""
        kind = self.kinds[variable]
        if variable in self.locals:
            return self.var(variable)
        return must(self.convert(self.var(variable), kind, kind))

    def _rounded(self, node: Expr) -> Expr:
        return Expr("round", "float", (node,)) if node.kind == "float" else node


def draw_program(rng: random.Random, shape: Shape) -> Program | None:
    """A program of a shape; None when the drawing led to none."""
    try:
        return Drawer(rng, shape).program()
    except DeadEndError:
        return None
