"""The formulas of the laws: written as text in this package, compiled once into functions of exact numbers.

A formula has names, numbers, ``+ - * / **`` and the functions below. Values stay fractions as long as they are rational.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

Number = Fraction | float
Function = Callable[[Mapping[str, Number]], Number]


def root(value: Number) -> Number:
    """The square root; exact where it is rational."""
    if isinstance(value, Fraction) and value >= 0:
        upper, lower = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if upper * upper == value.numerator and lower * lower == value.denominator:
            return Fraction(upper, lower)
    return math.sqrt(value)


_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "sqrt": root,
    "ln": math.log,
    "log10": math.log10,
    "exp": math.exp,
    "sind": lambda angle: math.sin(math.radians(angle)),
    "cosd": lambda angle: math.cos(math.radians(angle)),
    "asind": lambda value: math.degrees(math.asin(value)),
}
PI = Fraction("3.14159265358979323846")


def power(left: Number, right: Number) -> Number:
    """A power; exact for whole exponents."""
    if isinstance(right, Fraction) and right.denominator == 1:
        return left ** int(right)
    return math.pow(left, right)


@lru_cache(maxsize=1024)
def compiled(text: str) -> Function:
    """The function that a formula of this package says, exact as long as its numbers are rational."""
    return _build(ast.parse(text, mode="eval").body, Fraction)


@lru_cache(maxsize=1024)
def quick(text: str) -> Callable[[Mapping[str, float]], float]:
    """The same in floating point, for drawing numbers: much faster, and not the last word."""
    return _build(ast.parse(text, mode="eval").body, float)  # type: ignore[return-value]


@lru_cache(maxsize=1024)
def names_in(text: str) -> tuple[str, ...]:
    """The names of a formula's variables, each once, in order."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id not in called]
    found.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in found if node.id != "pi"))


def _build(node: ast.expr, kind: type[Fraction] | type[float]) -> Function:
    match node:
        case ast.Constant(value=int() | float() as value):
            constant = kind(str(value))
            return lambda env: constant
        case ast.Name(id="pi"):
            pi = kind(PI)
            return lambda env: pi
        case ast.Name(id=name):
            return operator.itemgetter(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            function = _build(inner, kind)
            return lambda env: -function(env)
        case ast.Call(func=ast.Name(id="smaller"), args=[one, two]):
            first, second = _build(one, kind), _build(two, kind)
            return lambda env: min(first(env), second(env))
        case ast.Call(func=ast.Name(id=name), args=[inner]):
            outer, function = _FUNCTIONS[name], _build(inner, kind)
            return lambda env: outer(function(env))
        case ast.BinOp(left=one, op=sign, right=two):
            left, right = _build(one, kind), _build(two, kind)
            return _SIGNS[type(sign)](left, right)
    raise TypeError(f"no formula: {ast.dump(node)}")


_SIGNS: dict[type[ast.operator], Callable[[Function, Function], Function]] = {
    ast.Add: lambda left, right: lambda env: left(env) + right(env),
    ast.Sub: lambda left, right: lambda env: left(env) - right(env),
    ast.Mult: lambda left, right: lambda env: left(env) * right(env),
    ast.Div: lambda left, right: lambda env: left(env) / right(env),
    ast.Pow: lambda left, right: lambda env: power(left(env), right(env)),
}


def shown(text: str) -> str:
    """A formula as people write it."""
    return text.replace("**", "^").replace("pi", "π")
