"""The value of an expression: exactly as a fraction, or to many digits at chosen points.

Two expressions are compared at several points; the points are fixed, so a verdict never varies. Every operation is
checked against the limits before it is carried out.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from guru_envs.equivalence import limits
from guru_envs.equivalence.golds import Node
from guru_envs.equivalence.limits import TooHardError, UnreadableError

Env = Mapping[str, Fraction]
_NO_SYMBOLS: Env = {}
_local = threading.local()
_WHOLE = frozenset(["fact", "binom", "gcd", "lcm"])  # what is meant for whole numbers


def symbols_of(*trees: Node) -> tuple[str, ...]:
    """The names of the symbols, in alphabetical order."""
    return tuple(sorted({node.name for node in walk(*trees) if node.op == "sym"}))


def walk(*trees: Node) -> list[Node]:
    """All nodes."""
    nodes, at = list(trees), 0
    while at < len(nodes):
        nodes.extend(nodes[at].args)
        at += 1
    return nodes


def _check(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > limits.BITS:
        raise TooHardError("a number with too many digits")
    return value


def _root(value: int, index: int) -> int | None:
    """The exact root, or None."""
    if index == 2:
        root = math.isqrt(value)
        return root if root * root == value else None
    if index > 64 or value.bit_length() > 2000:
        return None
    low, high = 0, 1 << (value.bit_length() // index + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**index < value else (low, middle)
    return low if low**index == value else None


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """The power, when it is rational and real."""
    if exponent.denominator == 1:
        count = exponent.numerator
        if count < 0 and base == 0:
            raise ZeroDivisionError
        bits = max(base.numerator.bit_length(), base.denominator.bit_length(), 1)
        if abs(base) not in (0, 1) and bits * abs(count) > limits.BITS:
            raise TooHardError("too large a power")
        if abs(base) in (0, 1):
            return base if count % 2 else base * base
        return _check(base**count)
    if base < 0 or exponent.denominator > 64:
        return None
    if base == 0:
        return Fraction(0) if exponent > 0 else None
    top, bottom = _root(base.numerator, exponent.denominator), _root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    return power(Fraction(top, bottom), Fraction(exponent.numerator))


def exact(tree: Node, env: Env = _NO_SYMBOLS) -> Fraction | None:
    """The value as a fraction; None when it is irrational, infinite or depends on a symbol without a value.

    Raises:
        TooHardError: a limit would be passed.
        ZeroDivisionError: it is undefined.
    """
    op = tree.op
    if op == "num":
        return tree.value
    if op == "sym":
        return env.get(tree.name)
    if op == "const":
        return None
    values = [exact(child, env) for child in tree.args]
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    return _exact_operation(op, known)


def _exact_operation(op: str, values: list[Fraction]) -> Fraction | None:
    first, second = values[0], values[-1]
    match op:
        case "add":
            return _check(first + second)
        case "neg":
            return -first
        case "mul":
            return _check(first * second)
        case "div":
            return _check(first / second)
        case "pow":
            return power(first, second)
        case "sqrt":
            return power(first, Fraction(1, 2)) if first >= 0 else None
        case "cbrt":
            return power(first, Fraction(1, 3)) if first >= 0 else _negated(power(-first, Fraction(1, 3)))
        case "root":
            return power(first, 1 / second) if first >= 0 and second != 0 else None
        case "abs":
            return abs(first)
        case "floor":
            return Fraction(math.floor(first))
        case "ceil":
            return Fraction(math.ceil(first))
        case "min" | "max":
            return min(values) if op == "min" else max(values)
        case "gcd" | "lcm":
            whole = [value.numerator if value.denominator == 1 else 0 for value in values]
            return _check(Fraction(math.gcd(*whole) if op == "gcd" else math.lcm(*whole))) if all(whole) else None
        case "gamma" if first.denominator == 1 and first > 0:
            return Fraction(math.factorial(_count(first - 1)))
        case "fact":
            return Fraction(math.factorial(_count(first)))
        case "binom":
            return _binomial(first, second)
    return None


def _negated(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def _count(value: Fraction) -> int:
    if value.denominator != 1 or value < 0:
        raise ZeroDivisionError
    if value > limits.FACTORIAL:
        raise TooHardError("too large a factorial")
    return value.numerator


def _binomial(n: Fraction, k: Fraction) -> Fraction:
    if n.denominator != 1 or k.denominator != 1 or n < 0:
        raise ZeroDivisionError
    if n > limits.FACTORIAL * 10 or (min(k, n - k) > limits.FACTORIAL):
        raise TooHardError("too large a binomial")
    return Fraction(math.comb(int(n), int(k)) if k >= 0 else 0)


def context() -> Any:
    """This thread's mpmath context, at the precision of the limits."""
    found = getattr(_local, "context", None)
    if found is None:
        from mpmath.ctx_mp import MPContext

        found = _local.context = MPContext()
        found.dps = limits.PRECISION + 20
    return found


def value_of(tree: Node, env: Env = _NO_SYMBOLS) -> Any:
    """The value as a fraction when it is one, else as a multi-digit complex number.

    Raises:
        TooHardError: a limit would be passed.
        ZeroDivisionError, ValueError: it is undefined here.
        UnreadableError: it has a symbol without a value.
    """
    found = exact(tree, env)
    return found if found is not None else _numeric(tree, env, context())


def _lift(value: Any, mp: Any) -> Any:
    if isinstance(value, Fraction):
        return mp.mpf(value.numerator) / value.denominator
    return value


def _numeric(tree: Node, env: Env, mp: Any) -> Any:
    op = tree.op
    if op == "num":
        return tree.value
    if op == "sym":
        if tree.name not in env:
            raise UnreadableError(f"the symbol {tree.name}")
        return env[tree.name]
    if op == "const":
        if tree.name == "∞":
            raise ZeroDivisionError
        return {"π": mp.pi, "e": mp.e, "i": mp.j}[tree.name] + mp.zero
    values = [_numeric(child, env, mp) for child in tree.args]
    if all(isinstance(value, Fraction) for value in values):
        found = _exact_operation(op, values)
        if found is not None:
            return found
    return _float_operation(op, [_lift(value, mp) for value in values], mp)


def _bounded(value: Any, limit: float) -> Any:
    if abs(value.real) > limit or abs(value.imag) > limit:
        raise TooHardError("too large an argument")
    return value


def _float_operation(op: str, values: list[Any], mp: Any) -> Any:
    first, second = values[0], values[-1]
    match op:
        case "add":
            return first + second
        case "neg":
            return -first
        case "mul":
            return first * second
        case "div":
            return first / second
        case "pow":
            if first == 0:
                return mp.zero if second.real > 0 else 1 / mp.zero
            _bounded(second * mp.log(first), limits.MAGNITUDE)
            return first**second
        case "sqrt":
            return mp.sqrt(first)
        case "cbrt":
            return -mp.cbrt(-first) if first.imag == 0 and first.real < 0 else mp.cbrt(first)
        case "root":
            _bounded(1 / second, limits.MAGNITUDE)
            odd_root = first.imag == 0 and first.real < 0 and second.imag == 0 and second.real % 2 == 1
            return -((-first) ** (1 / second)) if odd_root else first ** (1 / second)
        case "exp":
            return mp.exp(_bounded(first, limits.MAGNITUDE))
        case "log":
            return mp.log(first)
        case "abs":
            return abs(first)
        case "floor" | "ceil":
            _bounded(first, 1e30)
            return (mp.floor if op == "floor" else mp.ceil)(first.real)
        case "min" | "max":
            if any(value.imag for value in values):
                raise ValueError("complex numbers have no order")
            return (min if op == "min" else max)([value.real for value in values]) + mp.zero
        case "fact" | "gamma" | "binom":
            return _gamma(op, first, second, mp)
    return _circular(op, first, mp)


def _gamma(op: str, first: Any, second: Any, mp: Any) -> Any:
    _bounded(first, limits.FACTORIAL)
    if op == "gamma":
        return mp.gamma(first)
    if op == "fact":
        return mp.gamma(first + 1)
    _bounded(second, limits.FACTORIAL)
    return mp.gamma(first + 1) / (mp.gamma(second + 1) * mp.gamma(first - second + 1))


def _circular(op: str, first: Any, mp: Any) -> Any:
    """Trigonometric and hyperbolic functions and their inverses."""
    _bounded(first, limits.MAGNITUDE)
    reciprocal = {"sec": mp.cos, "csc": mp.sin, "cot": mp.tan, "coth": mp.tanh}
    if op in reciprocal:
        return 1 / reciprocal[op](first)
    inverse = {"asec": mp.acos, "acot": mp.atan}
    if op in inverse:
        return inverse[op](1 / first)
    direct = {
        "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos, "atan": mp.atan,
        "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    }  # fmt: skip
    if op not in direct:
        raise UnreadableError(f"the function {op}")
    return direct[op](first)


def agree(left: Any, right: Any) -> bool:
    """Whether two values are the same number, as far as can be seen."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    mp = context()
    left, right = _lift(left, mp), _lift(right, mp)
    size = max(abs(left), abs(right))
    if left == 0 or right == 0:
        return bool(size < mp.mpf(10) ** -45)  # what is left when terms cancel
    return bool(abs(left - right) <= size * mp.mpf(10) ** -limits.AGREEMENT)


_COUNTS = frozenset("nmkijNMKpqr")  # letters that stand for whole numbers where a number is rounded
_SPREAD = (Fraction(137, 100), Fraction(271, 119), Fraction(61, 29), Fraction(313, 101), Fraction(83, 47))
_ODDS = (3, 7, 4, 11, 6, 13, 5, 17, 9, 2, 10, 19, 8, 23, 1, 29)


_WIDE = (5, 37, 211, 1009)  # where numbers are rounded, small points do not tell expressions apart


def _points(names: tuple[str, ...], whole: bool, signed: bool, rounded: bool) -> list[dict[str, Fraction]]:
    """Points at which expressions are compared."""
    points: list[dict[str, Fraction]] = []
    if whole:
        for round_ in range(14 if names else 1):
            points.append({name: Fraction(_ODDS[(round_ + 5 * i) % len(_ODDS)]) for i, name in enumerate(names)})
    else:
        for round_ in range(4 if names else 1):
            spread = {n: _SPREAD[(round_ + i) % 5] + Fraction(3 * i + round_, 7 + i) for i, n in enumerate(names)}
            points.append(spread)
        if signed and names:
            points += [{n: -v if i % 2 == 0 else v for i, (n, v) in enumerate(p.items())} for p in points]
            points += [{n: -v for n, v in p.items()} for p in points[:2]]
    if rounded and names:
        points += [
            {n: v * factor + (i if whole else 0) for i, (n, v) in enumerate(p.items())}
            for p in points[:4]
            for factor in _WIDE
        ]
        if not whole:
            points += [{n: -v for n, v in p.items()} for p in points[:6]]
    return points


def _is_whole(nodes: list[Node]) -> bool:
    """Whether the expression is meant for whole numbers only: it has factorials, or a power of a negative number."""
    rounded = any(node.op in ("floor", "ceil") for node in nodes)
    if rounded and all(node.name in _COUNTS for node in nodes if node.op == "sym"):
        return True
    for node in nodes:
        if node.op in _WHOLE:
            return True
        if node.op == "pow" and node.args[0].op == "neg" and any(part.op == "sym" for part in walk(node.args[1])):
            return True
    return False


def same_function(left: Node, right: Node, proportional: bool = False) -> bool | None:
    """Whether two expressions have the same value at all points; None when that could not be found out.

    Args:
        left: an expression.
        right: another.
        proportional: a constant factor other than 0 between them does not count.
    """
    if left == right:
        return True
    names = symbols_of(left, right)
    if len(names) > limits.SYMBOLS:
        return None
    nodes = walk(left, right)
    whole = _is_whole(nodes)
    seen, factor = 0, None
    rounded = any(node.op in ("floor", "ceil") for node in nodes)
    for env in _points(names, whole, any(node.op in ("abs", "min", "max") for node in nodes) or proportional, rounded):
        try:
            one, other = value_of(left, env), value_of(right, env)
            if proportional:
                if factor is None:
                    if agree(one, Fraction(0)) or agree(other, Fraction(0)):
                        continue
                    factor = (
                        one / other if type(one) is type(other) else _lift(one, context()) / _lift(other, context())
                    )
                other = (
                    factor * other
                    if type(factor) is type(other)
                    else _lift(factor, context()) * _lift(other, context())
                )
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        except (TooHardError, UnreadableError):
            return None
        if not agree(one, other):
            return False
        seen += 1
    return True if seen >= (1 if not names else 2) else None
