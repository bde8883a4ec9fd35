"""Derivatives, integrals and limits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from guru_envs.domains.math._families.algebra import rational_roots
from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import at_value, num, plain, poly, show, times, value_at


def slope(coefficients: Sequence[int | Fraction]) -> list[int | Fraction]:
    """The derivative of a polynomial."""
    top = len(coefficients) - 1
    return [one * (top - place) for place, one in enumerate(coefficients[:-1])] or [0]


# ---- derivatives: terms (c, n, inner) meaning c * x^n * inner, where inner is ("one",), ("exp", k), ("sin", k), ("cos", k),
# ("ln", k) for ln(k x), or ("pow", a, b, m) for (a x + b)^m


def _draw_derivative(rng: random.Random, d: int) -> Params:
    if d == 1:
        return tuple(
            [(rng.choice((-1, 1)) * rng.randint(1, 9), n, ("one",)) for n in sorted(rng.sample(range(1, 6), 2))[::-1]]
        )
    terms: list[Params] = []
    for _ in range(1 + d // 3):
        kind = rng.choice(("exp", "sin", "cos", "ln", "pow"))
        power = rng.randint(0, 1) if d < 4 else rng.randint(1, 3)
        factor = rng.choice((-1, 1)) * rng.randint(1, 5)
        inner: Params = (kind, rng.randint(2, 5))
        if kind == "pow":
            inner = ("pow", rng.randint(2, 5), rng.choice((-1, 1)) * rng.randint(1, 5), rng.randint(2, 3 + d // 2))
        terms.append((factor, power, inner))
    if d % 2 == 0:
        terms.append((rng.randint(2, 9), rng.randint(2, 5), ("one",)))
    return tuple(terms)


def _inner(inner: Params) -> tuple[str, str]:
    """An inner function and its derivative, as text."""
    kind = inner[0]
    if kind == "one":
        return "1", "0"
    k = inner[1]
    demand(1 <= k <= 20)
    if kind == "pow":
        a, b, m = inner[1:]
        demand(b and 2 <= m <= 9)
        body = f"({poly((a, b))})"
        return f"{body}^{m}", f"{m * a}*{body}" + (f"^{m - 1}" if m > 2 else "")
    arg = f"{k}*x" if k > 1 else "x"
    factor = f"{k}*" if k > 1 else ""
    if kind == "exp":
        return f"exp({arg})", f"{factor}exp({arg})"
    if kind == "ln":
        return f"ln({arg})", "1/x"
    if kind == "sin":
        return f"sin({arg})", f"{factor}cos({arg})"
    return f"cos({arg})", f"-{k}*sin({arg})" if k > 1 else f"-sin({arg})"


def _mono(c: int, n: int) -> str:
    return poly([c, *([0] * n)])


def _term_text(term: Params) -> str:
    c, n, inner = term
    demand(c and 0 <= n <= 9)
    if inner[0] == "one":
        demand(n)
        return _mono(c, n)
    if n == 0 and abs(c) == 1:
        return ("-" if c < 0 else "") + _inner(inner)[0]
    return f"{_mono(c, n)}*{_inner(inner)[0]}"


def _joined(parts: Sequence[str]) -> str:
    text = ""
    for part in parts:
        if not text:
            text = part
        else:
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _term_slope(term: Params) -> str:
    c, n, inner = term
    if inner[0] == "one":
        return _mono(c * n, n - 1)
    body, change = _inner(inner)
    parts = []
    if n:
        parts.append(f"{_mono(c * n, n - 1)}*{body}" if c * n != 1 or n > 1 else body)
    if inner[0] == "ln":
        parts.append(_mono(c, n - 1) if n else f"{c}/x" if c > 0 else f"-{-c}/x")
    else:
        factor, rest = (c, change[1:]) if not change.startswith("-") else (-c, change[1:])
        rest = change.removeprefix("-")
        head, _, tail = rest.partition("*")
        if head.isdigit() and tail:
            factor, rest = factor * int(head), tail
        lead = _mono(factor, n)
        parts.append(f"{lead}*{rest}" if lead not in ("1", "-1") else lead.replace("1", "") + rest)
    return _joined(parts)


def _work_derivative(params: Params) -> Worked:
    board, parts = Board(), []
    keys = [(n, inner) for _, n, inner in params]
    demand(len(set(keys)) == len(keys) and [inner[0] for _, inner in keys].count("one") <= 2)
    for term in params:
        text = _term_text(term)
        parts.append(_term_slope(term))
        board.note("Differentiate", "求导", "derivative", text, parts[-1])
    whole = _joined([_term_text(term) for term in params])
    answer = _joined(parts)
    board.note("Together", "合计", "derivative", whole, answer)
    return board.done(answer)


def _ask_derivative(params: Params, voice: Voice) -> str:
    whole = _joined([_term_text(term) for term in params])
    name = voice.pick(1, "fgh")
    domain = ""
    if any(inner[0] == "ln" for _, _, inner in params):
        domain = "（x > 0）" if voice.lang == "zh" else " for x > 0"
    return voice.say(
        ("Find the derivative of {e}{d}.", "Differentiate {e} with respect to x{d}."),
        ("求 {e} 的导数{d}。", "对 x 求导{d}：{e}。"),
        e=voice.relation(f"{name}(x)", "=", whole), d=domain,
    )  # fmt: skip


def _guess_derivative(params: Params, rng: random.Random) -> str:
    return _joined(
        [_term_text((rng.choice((-1, 1)) * rng.randint(1, 20), max(1, term[1] - 1), ("one",))) for term in params]
    )


# ---- tangents: (coefficients, place)


def _draw_tangent(rng: random.Random, d: int) -> Params:
    degree = 2 + (d > 2) + (d > 4) + (d > 6)
    rest = [rng.randint(-9, 9) for _ in range(degree)]
    coefficients = (rng.choice((-1, 1)) * rng.randint(1, 2 + d), *rest)
    return coefficients, rng.choice((-1, 1)) * rng.randint(1, 1 + (d + 1) // 2)


def _work_tangent(params: Params) -> Worked:
    coefficients, place = params
    demand(coefficients[0] and any(coefficients[1:-1]))
    board = Board()
    value = value_at(coefficients, place)
    change = slope(coefficients)
    board.note("Differentiate", "求导", "derivative", poly(coefficients), poly(change))
    board.equal("The point", "切点", at_value(coefficients, place), value)
    rise = value_at(change, place)
    board.equal("The slope", "斜率", at_value(change, place), rise)
    rest = value - rise * place
    demand(rise and rest and max(abs(rise), abs(rest)) < 10_000)
    board.equal("The constant", "截距", f"{num(value)} - {num(rise)}*{num(place)}", rest)
    return board.done(f"y = {poly((rise, rest))}")


def _ask_tangent(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find the tangent line to the curve {e} at the point with {p}.",
         "What is the equation of the line that touches the graph of {e} where {p}?"),
        ("求曲线 {e} 在 {p} 处的切线方程。", "曲线 {e} 上横坐标满足 {p} 的点处的切线方程是什么？"),
        e=voice.relation("y", "=", poly(params[0])), p=voice.relation("x", "=", str(params[1])),
    )  # fmt: skip


def _guess_tangent(params: Params, rng: random.Random) -> str:
    return f"y = {poly((rng.choice((-1, 1)) * rng.randint(1, 20), rng.choice((-1, 1)) * rng.randint(1, 20)))}"


# ---- definite integrals of polynomials: (coefficients, from, to, m): the m-th power of the polynomial


def _draw_integral(rng: random.Random, d: int) -> Params:
    power = 1 + (d > 4) + (d > 7)
    degree = (1, 2, 3, 4, 1, 2, 2, 1)[d - 1] + (d == 7)
    low = rng.randint(-3, 2)
    coefficients = (rng.choice((-1, 1)) * rng.randint(1, 5), *(rng.randint(-6, 6) for _ in range(degree)))
    return coefficients, low, low + rng.randint(1, 3 + d // 3), power


def _work_integral(params: Params) -> Worked:
    coefficients, low, high, power = params
    demand(coefficients[0] and low < high and 1 <= power <= 3 and any(coefficients[1:]))
    board = Board()
    whole: list[int | Fraction] = [1]
    for _ in range(power):
        whole = times(whole, coefficients)
    if power > 1:
        board.equal("Expand", "展开", f"({poly(coefficients)})^{power}", poly(whole))
    degree = len(whole)
    area = [Fraction(one) / (degree - place) for place, one in enumerate(whole)] + [Fraction(0)]
    board.note("An antiderivative", "一个原函数", "derivative", poly(area), poly(whole))
    ends = []
    for end in (high, low):
        ends.append(value_at(area, end))
        board.equal(f"At {end}", f"在 {end} 处", at_value(area, end), ends[-1])
    found = tame(ends[0] - ends[1], 999_999, 999)
    board.equal("Subtract", "相减", f"{num(ends[0])} - {num(ends[1])}", found)
    return board.done(found)


def _ask_integral(params: Params, voice: Voice) -> str:
    coefficients, low, high, power = params
    inner = poly(coefficients) if power == 1 else f"({poly(coefficients)})^{power}"
    latex = show(inner, True) if power > 1 else f"\\left({show(inner, True)}\\right)"
    words = f"the integral of {show(inner)} from x = {low} to x = {high}"
    if voice.lang == "zh":
        words = f"{show(inner)} 从 x = {low} 到 x = {high} 的定积分"
    return voice.say(
        ("Compute {e}.", "What is the value of {e}?"), ("计算 {e}。", "{e} 等于多少？"),
        e=voice.either(words, f"\\int_{{{low}}}^{{{high}}} {latex} \\, dx"),
    )  # fmt: skip


# ---- limits of quotients of polynomials: (numerator, denominator, place), both zero there


def _draw_limit(rng: random.Random, d: int) -> Params:
    place = rng.choice((-1, 1)) * rng.randint(1, 3 + d // 2)
    count = 1 + (d > 5)
    sides = []
    for extra in (1 + (d + 1) // 3, d // 3):
        side: list[int | Fraction] = [rng.choice((1, 1, 2, 3))]
        for _ in range(count):
            side = times(side, (1, -place))
        for _ in range(min(extra, 2)):
            side = times(side, (rng.choice((1, 1, 2)), rng.randint(-4 - d, 4 + d)))
        sides.append(tuple(map(int, side)))
    return sides[0], sides[1], place


def _work_limit(params: Params) -> Worked:
    top, bottom, place = params
    demand(top[0] and bottom[0] and max(map(abs, (*top, *bottom))) < 10_000)
    demand(value_at(top, place) == 0 == value_at(bottom, place))
    board = Board()
    upper: list[Fraction] = [Fraction(one) for one in top]
    lower: list[Fraction] = [Fraction(one) for one in bottom]
    while value_at(lower, place) == 0:
        demand(value_at(upper, place) == 0 and len(lower) > 1)
        for side in (upper, lower):
            before, after = poly(side), [side[0]]
            for one in side[1:-1]:
                after.append(one + after[-1] * place)
            side[:] = after
            board.equal("Take out the common factor", "提取公因式", before, f"({poly((1, -place))})*({poly(side)})")
    one, two = value_at(upper, place), value_at(lower, place)
    found = tame(one / two, 999, 99)
    demand(found)
    board.equal("Put in the place", "代入", f"({at_value(upper, place)})/({at_value(lower, place)})", found)
    return board.done(found)


def _alter_limit(params: Params, rng: random.Random) -> Params:
    """The numerator with its other factors changed: something is added to it that is zero at the place, too."""
    top, bottom, place = params
    count = 0
    rest: Sequence[int | Fraction] = bottom
    while value_at(rest, place) == 0:
        after = [rest[0]]
        for one in rest[1:-1]:
            after.append(one + after[-1] * place)
        rest, count = after, count + 1
    added: list[int | Fraction] = [rng.choice((-3, -2, -1, 1, 2, 3))]
    for _ in range(count):
        added = times(added, (1, -place))
    padded = [0] * (len(top) - len(added)) + [int(one) for one in added]
    return tuple([a + b for a, b in zip(top, padded, strict=True)]), bottom, place


def _ask_limit(params: Params, voice: Voice) -> str:
    top, bottom, place = params
    text = f"({poly(top)})/({poly(bottom)})"
    words = f"the limit of {show(text)} as x approaches {place}"
    if voice.lang == "zh":
        words = f"当 x 趋于 {place} 时 {show(text)} 的极限"
    return voice.say(
        ("Find {e}.", "Determine {e}."), ("求 {e}。", "求出 {e}。"),
        e=voice.either(words, f"\\lim_{{x \\to {place}}} {show(text, True)}"),
    )  # fmt: skip


# ---- extrema on a closed interval: (coefficients, from, to)


def _draw_extrema(rng: random.Random, d: int) -> Params:
    count = 1 + (d > 1) + (d > 6)
    change: list[int | Fraction] = [count + 1]
    for _ in range(count):
        change = times(change, (1, rng.randint(-2 - d // 2, 2 + d // 2)))
    scale = 2 if count > 1 else 1
    change = [one * scale * rng.choice((1,)) for one in change]
    sign = rng.choice((-1, 1))
    degree = len(change)
    area = [Fraction(one) * sign / (degree - place) for place, one in enumerate(change)]
    if any(one.denominator > 1 for one in area):
        area = [one * 6 for one in area]
    low = rng.randint(-4 - d // 2, 0)
    return (*map(int, area), rng.randint(-20, 20)), low, low + rng.randint(3, 6 + d // 2)


def _work_extrema(params: Params) -> Worked:
    coefficients, low, high = params
    demand(coefficients[0] and low < high and max(map(abs, coefficients)) < 1000)
    board = Board()
    change = slope(coefficients)
    board.note("Differentiate", "求导", "derivative", poly(coefficients), poly(change))
    places = {Fraction(low), Fraction(high)}
    for root, _ in rational_roots([int(one) for one in change]):
        board.equal("The derivative is zero", "导数为零", at_value(change, root), 0)
        if low < root < high:
            places.add(root)
    demand(len(places) > 2)
    values = []
    for place in sorted(places):
        values.append(tame(value_at(coefficients, place), 9999, 99))
        board.equal(f"At {place}", f"在 {place} 处", at_value(coefficients, place), values[-1])
    values.sort()
    for one, two in pairwise(values):
        if one < two:
            board.note("Compare", "比较", "less", str(one), str(two))
    return board.done(f"({plain(values[0])}, {plain(values[-1])})")


def _ask_extrema(params: Params, voice: Voice) -> str:
    coefficients, low, high = params
    name = voice.pick(1, "fgh")
    span = voice.either(f"[{low}, {high}]", f"[{low}, {high}]")
    return voice.say(
        ("Find the minimum m and the maximum M of {e} on the interval {i}.",
         "On the closed interval {i}, what are the smallest value m and the largest value M of {e}?"),
        ("求 {e} 在区间 {i} 上的最小值 m 和最大值 M。", "在闭区间 {i} 上，{e} 的最小值 m 与最大值 M 各是多少？"),
        e=voice.relation(f"{name}(x)", "=", poly(coefficients)), i=span,
    )  # fmt: skip


FAMILIES = (
    Family("derivative", "expression", _draw_derivative, _work_derivative, _ask_derivative, guess=_guess_derivative),
    Family("tangent", "equation", _draw_tangent, _work_tangent, _ask_tangent, guess=_guess_tangent),
    Family("integral", "rational", _draw_integral, _work_integral, _ask_integral),
    Family("limit", "rational", _draw_limit, _work_limit, _ask_limit, alter=_alter_limit),
    Family("extrema", "tuple", _draw_extrema, _work_extrema, _ask_extrema, "extrema"),
)
