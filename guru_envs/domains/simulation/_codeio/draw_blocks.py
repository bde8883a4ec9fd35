"""Drawing statements: assignments, branches and loops."""

from __future__ import annotations

from guru_envs.domains.simulation._codeio.draw_expr import between, pick
from guru_envs.domains.simulation._codeio.draw_helpers import ELEMENT, ONE, ZERO, DeadEndError, HelperDrawer, must
from guru_envs.domains.simulation._codeio.ops import NUMBERS, TABLE, WORDS
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    If,
    Jump,
    SetItem,
    Statement,
    While,
)


class BlockDrawer(HelperDrawer):
    """Draws the statements of the main function."""

    # -- statements ----------------------------------------------------------------------------------------------------

    def define(self, body: list[Statement], value: Expr, role: str) -> int:
        variable = self.new(value.kind, role)
        body.append(Assign(variable, value))
        self.scope.append(variable)
        self.locals.append(variable)
        self.left -= 1
        return variable

    def assign(self, body: list[Statement]) -> None:
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
        self.define(body, value, "value")

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
            chosen.append(self.define(body, self._start(pick(rng, kinds)), "total"))
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
        before, self.barred = self.reads[target], target
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
        self.barred = -1
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

    def branch_outside(self, body: list[Statement]) -> None:
        rng = self.rng
        targets = [one for one in self.locals if self.kinds[one] in ("int", "str")]
        if not targets:
            self.define(body, must(self.some("int", 2)), "value")
            targets = [self.locals[-1]]
        target = pick(rng, targets)
        others = [one for one in self.scope if one != target and self.kinds[one] != "float"]
        fresh = [one for one in others if not self.reads[one]]
        focus = pick(rng, fresh or others) if others else target
        branch = self._branch([target], focus)
        body.append(branch)
        self.reads[target] = 0

    # -- loops ---------------------------------------------------------------------------------------------------------

    def loop(self, body: list[Statement], branches: int, nested: bool) -> None:
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
                items = [self.define(body, value, "value"), *items]
        waiting = list(targets)
        if nested:
            self._nested(body, waiting.pop(), focus)
        for _ in range(branches):
            target = waiting.pop() if waiting else pick(rng, targets)
            body.append(self._branch([target], pick(rng, items)))
        for target in waiting:
            body.append(self._update(target, pick(rng, items)))
        for item in items:
            if not self.reads[item]:
                body.append(self._update(pick(rng, targets), item))
        del self.scope[outer:], self.locals[mine:]
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
            low = self.define(body, ZERO, "low")
            end = Expr("sub", "int", (Expr(f"len {kind}", "int", (self.var(source),)), ONE))
            high = self.define(body, end, "high")
            test = Expr("< int", "bool", (self.var(low), self.var(high)))
            element = "int" if kind == NUMBERS else "str"
            at = [Expr(f"at {kind}", element, (self.var(source), self.var(one))) for one in (low, high)]
            inner: list[Statement] = []
            value = Expr(
                pick(rng, ("sub", "add", "max", "mul")) if element == "int" else "join", element, (at[0], at[1])
            )
            pair = self.define(inner, value, "pair")
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
            number = self.define(body, start, "number")
            divisor = Expr("lit", "int", (), pick(rng, (2, 3, 4, 5, 10, 10, 10)))
            test = Expr("> k", "bool", (self.var(number), ZERO))
            inner = []
            digit = self.define(inner, Expr("mod", "int", (self.var(number), divisor)), "digit")
            self.scope.pop()
            self.locals.pop()
            self.locals.remove(number)
            inner += self._inside([digit], targets, branches, False, False)
            inner.append(Assign(number, Expr("div", "int", (Expr("var", "int", (), number), divisor))))
            self.scope.remove(number)
            body.append(While(test, inner))
        self._leave(targets)
