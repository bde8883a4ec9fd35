"""Expressions of programs as closures: each takes the frame of variables and gives a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guru_envs.domains.simulation._codeio.limits import fit
from guru_envs.domains.simulation._codeio.ops import OPS
from guru_envs.domains.simulation._codeio.tree import Expr

Frame = list[Any]
Compute = Callable[[Frame], Any]

_SHORT = ("and", "or")  # the second part is computed only where it matters


class Expressions:
    """Turns expressions into closures.

    Args:
        functions: the program's functions by number; looked up when they are called.
        burn: told how many elements a comprehension goes through, and stops a run that goes through too many.
    """

    def __init__(self, functions: list[Callable[..., Any]], burn: Callable[[int], None]) -> None:
        self._functions, self._burn = functions, burn

    def of(self, node: Expr) -> Compute:
        """The closure of an expression."""
        op, _, args, value = node
        if op == "var":
            return lambda f: f[value]
        if op == "lit":
            if type(value) is list:
                return lambda f: value[:]
            if type(value) is dict:
                return lambda f: dict(value)
            return lambda f: value
        if op in OPS and op not in _SHORT:
            return self._operation(OPS[op].run, args)
        if op == "each":
            return self._each(node)
        parts = [self.of(arg) for arg in args]
        if op == "call":
            return self._call(value, parts)
        if op == "list":
            return lambda f: [part(f) for part in parts]
        if op == "tuple":
            return lambda f: tuple([part(f) for part in parts])
        one, two = parts
        return (lambda f: one(f) and two(f)) if op == "and" else (lambda f: one(f) or two(f))

    def _operation(self, run: Callable[..., Any], args: tuple[Expr, ...]) -> Compute:
        """An operation; arguments that are variables or literals are read without a call."""
        first = args[0]
        slot = first.value
        if len(args) == 1:
            if first.op == "var":
                return lambda f: run(f[slot])
            one = self.of(first)
            return lambda f: run(one(f))
        if len(args) > 2:
            parts = [self.of(arg) for arg in args]
            return lambda f: run(*[part(f) for part in parts])
        second = args[1]
        other = second.value
        if second.op == "lit":
            if first.op == "var":
                return lambda f: run(f[slot], other)
            one = self.of(first)
            return lambda f: run(one(f), other)
        if second.op == "var":
            if first.op == "var":
                return lambda f: run(f[slot], f[other])
            one = self.of(first)
            return lambda f: run(one(f), f[other])
        two = self.of(second)
        if first.op == "var":
            return lambda f: run(f[slot], two(f))
        one = self.of(first)
        return lambda f: run(one(f), two(f))

    def _call(self, index: int, parts: list[Compute]) -> Compute:
        functions = self._functions
        if len(parts) == 1:
            only = parts[0]
            return lambda f: functions[index](only(f))
        return lambda f: functions[index](*[part(f) for part in parts])

    def _each(self, node: Expr) -> Compute:
        slot, burn = node.value, self._burn
        body, source = self.of(node.args[0]), self.of(node.args[1])
        test = self.of(node.args[2]) if len(node.args) > 2 else None

        def each(f: Frame) -> list[Any]:
            items = source(f)
            burn(len(items))
            found = []
            for item in items:
                f[slot] = item
                if test is None or test(f):
                    found.append(fit(body(f)))
            return found

        return each
