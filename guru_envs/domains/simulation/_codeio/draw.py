"""Drawing programs: parameters, then blocks (assignments, branches, loops), then a result that uses all that was computed."""

from __future__ import annotations

import random
from typing import NamedTuple

from guru_envs.domains.simulation._codeio.draw_expr import ExprDrawer, Helper, between, pick
from guru_envs.domains.simulation._codeio.ops import NUMBERS, TABLE, WORDS
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    Function,
    If,
    Jump,
    Program,
    Return,
    SetItem,
    Statement,
    While,
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


class Drawer(ExprDrawer):
    """Draws one program."""

    def __init__(self, rng: random.Random, shape: Shape) -> None:
        super().__init__(rng, shape.operations, shape.types)
        self.shape = shape
        self.functions: list[Function] = []
        self.firsts: list[int] = []
        self.locals: list[int] = []  # variables of the function that it may change
        self.left = 0  # statements that may still be drawn

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
            waiting.append(self._recursive() if number == shape.helpers else self._helper())
        self.helpers = waiting
        self.scope, self.locals = [], []
        self.firsts.append(len(self.kinds))
        self.functions.append(self._main())
        if self.helpers or not all(self.reads):
            raise DeadEndError
        return Program(self.functions, self.kinds, self.roles, self.firsts)

    # -- functions -----------------------------------------------------------------------------------------------------

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
                self._assign(body)
            if unit == "branch":
                self._branch_outside(body)
            else:
                self._loop(body, tests.pop(), nested)
                nested = False
        for _ in range(self.left):
            if not self.left:
                break
            self._assign(body)
        while self.helpers:
            self._assign(body)
        result = self._result()
        body.append(Return(result))
        return Function(params, result.kind, body)

    def _helper(self) -> Helper:
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
            body.append(If(test, [Return(must(self.reach(gives, params[-1] if gives == "int" else params[0], 1)))]))
        body.append(Return(must(self.reach(gives, self.focus(gives), 2))))
        if any(not self.reads[one] for one in params):
            raise DeadEndError
        self.functions.append(Function(params, gives, body))
        return Helper(len(self.functions) - 1, tuple(self.kinds[one] for one in params), gives)

    def _recursive(self) -> Helper:
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

    # -- statements ----------------------------------------------------------------------------------------------------

    def _define(self, body: list[Statement], value: Expr, role: str) -> int:
        variable = self.new(value.kind, role)
        body.append(Assign(variable, value))
        self.scope.append(variable)
        self.locals.append(variable)
        self.left -= 1
        return variable

    def _assign(self, body: list[Statement]) -> None:
        """A new variable, or a change of one."""
        rng = self.rng
        changeable = [one for one in self.locals if self.kinds[one] in ("int", "str")]
        if changeable and rng.random() < 0.3:
            target = pick(rng, changeable)
            value = must(self.reach(self.kinds[target], target, 2))
            if value.op != "var" and value.op != "itself":
                body.append(Assign(target, value))
                self.reads[target] = 0
                self.left -= 1
                return
        kinds = ["int", "int"]
        if "str" in self.types:
            kinds.append("str")
        if "list" in self.types:
            kinds += [NUMBERS, WORDS] if "str" in self.types else [NUMBERS]
        if "float" in self.types:
            kinds.append("float")
        kind = pick(rng, kinds)
        value_or_none = None
        if kind in (NUMBERS, WORDS):
            sources = [one for one in self.scope if self.kinds[one] in ELEMENT]
            if sources and self.rank > 1 and rng.random() < 0.6:
                value_or_none = self.comprehension(kind, pick(rng, sources))
        if value_or_none is None:
            value_or_none = self.some(kind, 2)
        if value_or_none is None or value_or_none.op in ("var", "itself"):
            value_or_none = self.some("int", 2)
        value = must(value_or_none)
        if value.op in ("var", "itself"):
            raise DeadEndError
        self._define(body, value, "value")

    def _gather(self, body: list[Statement], avoid: int) -> list[int]:
        """The variables that a loop changes: one or two, defined before it where need be."""
        rng = self.rng
        count = 2 if self.left > 5 and rng.random() < 0.5 else 1
        able = [one for one in self.locals if one != avoid and self.kinds[one] in ("int", "str")]
        chosen: list[int] = []
        for _ in range(count):
            free = [one for one in able if one not in chosen]
            if free and rng.random() < 0.4:
                chosen.append(pick(rng, free))
                continue
            kinds = ["int", "int"]
            if "str" in self.types:
                kinds.append("str")
            if "list" in self.types:
                kinds.append(NUMBERS)
            if "dict" in self.types and "str" in self.types:
                kinds += [TABLE]
            if "float" in self.types:
                kinds.append("float")
            chosen.append(self._define(body, self._start(pick(rng, kinds)), "total"))
        return chosen

    def _start(self, kind: str) -> Expr:
        rng = self.rng
        given = [one for one in self.scope if self.roles[one] == "param" and self.kinds[one] != "float"]
        if kind == "int" and given and rng.random() < 0.15:
            return must(self.reach("int", pick(rng, [one for one in given if not self.reads[one]] or given), 0))
        first = {
            "int": pick(rng, (0, 0, 0, 1, 2, 5, 10)), "str": "", NUMBERS: [], TABLE: {}, "float": 0.0,
        }[kind]  # fmt: skip
        return Expr("lit", kind, (), first)

    def _update(self, target: int, focus: int) -> Statement:
        """A change of a variable that reads another."""
        rng, kind = self.rng, self.kinds[target]
        before = self.reads[target]
        me = Expr("var", kind, (), target)
        statement: Statement
        if kind == NUMBERS:
            statement = Append(target, must(self.reach("int", focus, 1)))
        elif kind == WORDS:
            statement = Append(target, must(self.reach("str", focus, 1)))
        elif kind == TABLE:
            key = must(self.reach("str", focus, 0))
            amount = ONE if rng.random() < 0.6 else must(self.reach("int", focus, 1))
            statement = SetItem(target, key, Expr("add", "int", (Expr("get", "int", (me, key)), amount)))
        elif kind == "str":
            part = must(self.reach("str", focus, 1))
            statement = Assign(target, part, "+")
            if rng.random() < 0.3:
                statement = Assign(target, Expr("join", "str", (part, me)))
        else:
            part = must(self.reach(kind, focus, 1))
            chance = rng.random()
            if kind == "float" or chance < 0.55:
                statement = Assign(target, part, "-" if chance < 0.15 else "+")
            elif chance < 0.7:
                more = Expr("times", "int", (me, Expr("lit", "int", (), between(rng, 2, 3))))
                statement = Assign(target, Expr(pick(rng, ("add", "sub")), "int", (more, part)))
            elif chance < 0.8:
                statement = Assign(target, Expr(pick(rng, ("max", "min")), "int", (me, part)))
            elif chance < 0.9:
                statement = Assign(target, Expr("sub", "int", (part, me)))
            else:
                more = Expr("times", "int", (me, Expr("lit", "int", (), between(rng, 2, 5))))
                modulus = Expr("lit", "int", (), between(rng, 11, 99))
                statement = Assign(target, Expr("mod", "int", (Expr("add", "int", (more, part)), modulus)))
        self.reads[target] = before  # reading oneself does not make a variable useful
        self.left -= 1
        return statement

    def _branch(self, targets: list[int], focus: int) -> If:
        """A branch that changes variables."""
        rng = self.rng
        test = must(self.condition(focus))
        self.left -= 1
        branch = If(test, [self._update(pick(rng, targets), focus)])
        chance = rng.random()
        if chance < 0.2 and self.left > 4:
            other = must(self.condition(focus))
            inner = If(other, [self._update(pick(rng, targets), focus)])
            if rng.random() < 0.6:
                inner.orelse = [self._update(pick(rng, targets), focus)]
            branch.orelse = [inner]
        elif chance < 0.65:
            branch.orelse = [self._update(pick(rng, targets), focus)]
        if branch.orelse == branch.body:
            branch.orelse = []
        return branch

    def _branch_outside(self, body: list[Statement]) -> None:
        rng = self.rng
        targets = [one for one in self.locals if self.kinds[one] in ("int", "str")]
        if not targets:
            self._define(body, must(self.some("int", 2)), "value")
            targets = [self.locals[-1]]
        target = pick(rng, targets)
        others = [one for one in self.scope if one != target and self.kinds[one] != "float"]
        fresh = [one for one in others if not self.reads[one]]
        focus = pick(rng, fresh or others) if others else target
        branch = self._branch([target], focus)
        body.append(branch)
        self.reads[target] = 0

    # -- loops ---------------------------------------------------------------------------------------------------------

    def _loop(self, body: list[Statement], branches: int, nested: bool) -> None:
        """A loop with what it needs before it."""
        rng = self.rng
        many = [one for one in self.scope if self.kinds[one] in ELEMENT and self.kinds[one] != TABLE]
        fresh = [one for one in many if not self.reads[one]]
        chance = rng.random()
        if self.rank > 1 and chance < 0.25:
            self._while(body, branches)
        elif many and chance < 0.85:
            source = pick(rng, fresh or many)
            targets = self._gather(body, source)
            through = self.var(source)
            if self.rank > 1 and rng.random() < 0.2 and self.kinds[source] != "str":
                through = self.convert(through, through.kind, through.kind) or through
            element = ELEMENT[self.kinds[source]]
            item = self.new(element, {"int": "item", "str": "word", "letter": "letter"}[element])
            index = self.new("int", "index") if self.rank > 1 and rng.random() < 0.3 else -1
            inner = self._inside([item, *([index] if index >= 0 else [])], targets, branches, nested)
            if index >= 0 and not self.reads[index]:
                raise DeadEndError
            body.append(ForEach(item, through, inner, index))
            self._leave(targets)
        else:
            self._range(body, branches, nested)
        self.left -= 1

    def _range(self, body: list[Statement], branches: int, nested: bool) -> None:
        rng = self.rng
        numbers = [one for one in self.scope if self.kinds[one] == "int"]
        targets = self._gather(body, -1)
        count: Expr = Expr("lit", "int", (), between(rng, 3, 7))
        able = [one for one in numbers if one not in targets]
        if able and rng.random() < 0.8:
            source = self.var(pick(rng, [one for one in able if not self.reads[one]] or able))
            count = Expr("mod", "int", (source, Expr("lit", "int", (), between(rng, 4, 8))))
            count = Expr("plus", "int", (count, Expr("lit", "int", (), between(rng, 2, 3))))
        start = pick(rng, (ZERO, ZERO, ONE))
        item = self.new("int", "index")
        inner = self._inside([item], targets, branches, nested)
        body.append(ForRange(item, start, count, inner))
        self._leave(targets)

    def _leave(self, targets: list[int]) -> None:
        for target in targets:
            self.reads[target] = 0

    def _inside(
        self, items: list[int], targets: list[int], branches: int, nested: bool, jump: bool = True
    ) -> list[Statement]:
        """The body of a loop over items; every target is changed. In some loops a jump would skip what ends them."""
        rng = self.rng
        outer, mine = len(self.scope), len(self.locals)
        self.scope += items
        body: list[Statement] = []
        focus = items[0]
        if jump and branches and self.rank > 1 and rng.random() < 0.2:
            body.append(If(must(self.condition(focus)), [Jump("continue" if rng.random() < 0.6 else "break")]))
            branches -= 1
            self.left -= 2
        if self.left > 4 and rng.random() < 0.3:
            kind = self.kinds[focus] if self.kinds[focus] == "int" else pick(rng, ("int", "str"))
            value = must(self.reach(kind, focus, 2))
            if value.op not in ("var", "itself"):
                items = [self._define(body, value, "value"), *items]
        waiting = list(targets)
        if nested:
            self._nested(body, waiting.pop(), focus)
        for _ in range(branches):
            target = waiting.pop() if waiting else pick(rng, targets)
            body.append(self._branch([target], pick(rng, items)))
        for target in waiting:
            body.append(self._update(target, pick(rng, items)))
        if len(items) > 1 and not self.reads[items[0]]:
            body.append(self._update(pick(rng, targets), items[0]))
        del self.scope[outer:], self.locals[mine:]
        if not all(self.reads[one] for one in items):
            raise DeadEndError
        return body

    def _nested(self, body: list[Statement], target: int, focus: int) -> None:
        """A loop inside a loop: over the word at hand, or over a few numbers."""
        rng = self.rng
        if self.kinds[focus] == "str":
            item = self.new("letter", "letter")
            source = self.var(focus)
            inner = self._inside([item], [target], 1 if rng.random() < 0.6 else 0, False)
            body.append(ForEach(item, source, inner))
        else:
            item = self.new("int", "inner")
            stop = Expr("lit", "int", (), between(rng, 2, 3))
            if self.kinds[focus] == "int" and rng.random() < 0.5:
                size = Expr("lit", "int", (), 3)
                stop = Expr("plus", "int", (Expr("mod", "int", (self.var(focus), size)), ONE))
            self.scope.append(item)
            change = self._update(target, item)
            other = self._update(target, focus)
            self.scope.pop()
            test = must(self.condition(item)) if rng.random() < 0.4 else None
            inner = [change, other] if test is None else [If(test, [change], [other])]
            body.append(ForRange(item, pick(rng, (ZERO, ONE)) if stop.op != "lit" else ZERO, stop, inner))
        self.left -= 2

    def _while(self, body: list[Statement], branches: int) -> None:
        """A loop that uses up a number, or closes in on a list from both ends."""
        rng = self.rng
        lists = self.known(NUMBERS, "str")
        if lists and rng.random() < 0.4:
            source = pick(rng, [one for one in lists if not self.reads[one]] or lists)
            kind = self.kinds[source]
            targets = self._gather(body, source)
            low = self._define(body, ZERO, "low")
            end = Expr("sub", "int", (Expr(f"len {kind}", "int", (self.var(source),)), ONE))
            high = self._define(body, end, "high")
            test = Expr("< int", "bool", (self.var(low), self.var(high)))
            element = "int" if kind == NUMBERS else "str"
            at = [Expr(f"at {kind}", element, (self.var(source), self.var(one))) for one in (low, high)]
            inner: list[Statement] = []
            value = Expr(
                pick(rng, ("sub", "add", "max", "mul")) if element == "int" else "join", element, (at[0], at[1])
            )
            pair = self._define(inner, value, "pair")
            inner += self._inside([pair], targets, branches, False, False)
            inner.append(Assign(low, ONE, "+"))
            inner.append(Assign(high, ONE, "-"))
            self.locals[-3:] = []
            self.scope[-3:] = []
            body.append(While(test, inner))
        else:
            value = must(self.some("int", 1))
            if value.op == "lit":
                raise DeadEndError
            targets = self._gather(body, -1)
            factor = Expr("lit", "int", (), between(rng, 11, 60))
            start = Expr(
                "add",
                "int",
                (
                    Expr("times", "int", (Expr("abs", "int", (value,)), factor)),
                    Expr("lit", "int", (), between(rng, 100, 400)),
                ),
            )
            number = self._define(body, start, "number")
            divisor = Expr("lit", "int", (), pick(rng, (2, 3, 4, 5, 10, 10, 10)))
            test = Expr("> k", "bool", (self.var(number), ZERO))
            inner = []
            digit = self._define(inner, Expr("mod", "int", (self.var(number), divisor)), "digit")
            self.scope.pop()
            self.locals.pop()
            self.locals.remove(number)
            inner += self._inside([digit], targets, branches, False, False)
            inner.append(Assign(number, Expr("div", "int", (Expr("var", "int", (), number), divisor))))
            self.scope.remove(number)
            body.append(While(test, inner))
        self._leave(targets)

    # -- results -------------------------------------------------------------------------------------------------------

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
