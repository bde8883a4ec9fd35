"""Sequences and series."""

from __future__ import annotations

import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num, poly, show

# ---- arithmetic sequences: (p, value of term p, q, value of term q, terms to add)


def _draw_arithmetic(rng: random.Random, d: int) -> Params:
    step = Fraction(rng.choice((-1, 1)) * rng.randint(2, 6 + d), rng.choice((1, 1, 2)) if d > 4 else 1)
    first = rng.randint(-20 * d, 30 * d)
    p = rng.randint(2, 3 + d)
    q = p + 2 * rng.randint(1, 2 + d)
    start = first + (p - 1) * step
    return p, int(start), q, int(start + (q - p) * step), rng.randint(10 * d, 20 * d + 10)


def _work_arithmetic(params: Params) -> Worked:
    p, one, q, two, count = params
    demand(1 < p < q and one != two and q < count)
    board = Board()
    step = tame(Fraction(two - one, q - p), 999, 12)
    board.equal("The step", "公差", f"({num(two)} - {num(one)})/({q} - {p})", step)
    first = one - (p - 1) * step
    board.equal("The first term", "首项", f"{num(one)} - ({p} - 1)*{num(step)}", first)
    last = first + (count - 1) * step
    board.equal("The last term", "末项", f"{num(first)} + ({count} - 1)*{num(step)}", last)
    total = tame(count * (first + last) / 2, 999_999, 30)
    board.equal("The sum", "求和", f"{count}*({num(first)} + {num(last)})/2", total)
    return board.done(total)


def _ask_arithmetic(params: Params, voice: Voice) -> str:
    p, one, q, two, count = params
    a = voice.pick(1, ("a", "b", "u", "t"))
    first, second = (voice.either(f"{a}_{k} = {v}", f"{a}_{{{k}}} = {v}") for k, v in ((p, one), (q, two)))
    return voice.say(
        ("In an arithmetic sequence, {x} and {y}, where the first term is {f}. Find the sum of the first {n} terms.",
         "An arithmetic sequence begins with {f} and has {x} and {y}. What do its first {n} terms add up to?"),
        ("等差数列首项为 {f}，且 {x}，{y}。求前 {n} 项的和。", "已知以 {f} 为首项的等差数列中 {x}，{y}。它的前 {n} 项之和是多少？"),
        x=first, y=second, n=count, f=voice.either(f"{a}_1", f"{a}_1"),
    )  # fmt: skip


# ---- geometric series: (first term, ratio a / b, terms)


def _draw_geometric(rng: random.Random, d: int) -> Params:
    bottom = rng.choice((1, 1, 2, 3)) if d > 2 else 1
    top = rng.choice([k for k in (-5, -4, -3, -2, 2, 3, 4, 5) if k % bottom or bottom == 1])
    count = 3 + d // 2 + rng.randint(0, 1)
    return rng.randint(1, 4 + d) * bottom ** rng.randint(0, min(3, count - 1)), top, bottom, count


def _work_geometric(params: Params) -> Worked:
    first, top, bottom, count = params
    demand(first and bottom > 0 and count > 2 and Fraction(top, bottom).denominator == bottom)
    ratio = Fraction(top, bottom)
    demand(ratio not in (0, 1, -1))
    board = Board()
    power = ratio**count
    board.equal("The power", "幂", f"{num(ratio)}^{count}", power)
    total = first * (1 - power) / (1 - ratio)
    tame(total, 9_999_999, 10_000)
    board.equal("The sum", "求和", f"{num(first)}*(1 - {num(power)})/(1 - {num(ratio)})", total)
    return board.done(total)


def _ask_geometric(params: Params, voice: Voice) -> str:
    first, top, bottom, count = params
    return voice.say(
        ("A geometric sequence has first term {a} and common ratio {r}. Find the sum of its first {n} terms.",
         "The first term of a sequence is {a}, and each further term is the one before times {r}. What is the sum of the first {n} terms?"),
        ("等比数列首项为 {a}，公比为 {r}。求前 {n} 项的和。", "数列第一项为 {a}，以后每一项都是前一项乘以 {r}。前 {n} 项之和是多少？"),
        a=voice.formula(str(first)), r=voice.formula(str(Fraction(top, bottom))), n=count,
    )  # fmt: skip


# ---- recurrences: (p, q, r, first, second, which term): a(n+2) = p a(n+1) + q a(n) + r


def _draw_recurrence(rng: random.Random, d: int) -> Params:
    size = 2 + d // 3
    values = [rng.choice((-1, 1)) * rng.randint(1, size) for _ in range(2)]
    extra = rng.choice((-1, 1)) * rng.randint(1, 9) if d > 2 else 0
    return values[0], values[1], extra, rng.randint(-5, 9), rng.randint(-5, 9), 4 + d


def _work_recurrence(params: Params) -> Worked:
    p, q, r, one, two, which = params
    demand(p and q and which > 4 and (one or two))
    board, terms = Board(), [one, two]
    for place in range(3, which + 1):
        value = p * terms[-1] + q * terms[-2] + r
        text = f"{num(p)}*{num(terms[-1])} + {num(q)}*{num(terms[-2])}" + (f" + {num(r)}" if r else "")
        board.equal(f"Term {place}", f"第 {place} 项", text, value)
        terms.append(value)
    demand(abs(terms[-1]) < 10**8 and terms[-1] not in terms[:-1])
    return board.done(terms[-1])


def _ask_recurrence(params: Params, voice: Voice) -> str:
    p, q, r, one, two, which = params
    a = voice.pick(1, ("a", "b", "u", "x"))
    rule = ""
    for value, term in ((p, f"{a}_{{n+1}}"), (q, f"{a}_n"), (r, "")):
        if value:
            size = "" if abs(value) == 1 and term else str(abs(value))
            sign = ("-" if value < 0 else "") if not rule else (" - " if value < 0 else " + ")
            rule += sign + size + term
    rule = f"{a}_{{n+2}} = {rule}"
    shown = voice.either(rule.replace("{", "(").replace("}", ")"), rule)
    return voice.say(
        ("A sequence is given by {s}, {t} and {e} for every n ≥ 1. Find {w}.",
         "Let {s} and {t}, and let {e} for all n ≥ 1. What is {w}?"),
        ("数列满足 {s}，{t}，且对每个 n ≥ 1 有 {e}。求 {w}。", "设 {s}，{t}，且对一切 n ≥ 1 有 {e}。{w} 等于多少？"),
        s=voice.either(f"{a}_1 = {one}", f"{a}_1 = {one}"), t=voice.either(f"{a}_2 = {two}", f"{a}_2 = {two}"),
        e=shown, w=voice.either(f"{a}_{which}", f"{a}_{{{which}}}"),
    )  # fmt: skip


# ---- sums of a polynomial over consecutive integers: (coefficients, from, to)


def _draw_power_sum(rng: random.Random, d: int) -> Params:
    degree = 1 if d < 3 else 2 if d < 6 else 3
    coefficients = [rng.randint(1, 3 + d // 2), *(rng.randint(-9, 9) for _ in range(degree))]
    low = 1 if d < 5 else rng.randint(2, 3 * d)
    return tuple(coefficients), low, low + rng.randint(5 + 3 * d, 10 + 5 * d)


def _formula(power: int, n: int) -> tuple[str, Fraction]:
    if power == 0:
        return str(n), Fraction(n)
    if power == 1:
        return f"{n}*({n} + 1)/2", Fraction(n * (n + 1), 2)
    if power == 2:
        return f"{n}*({n} + 1)*(2*{n} + 1)/6", Fraction(n * (n + 1) * (2 * n + 1), 6)
    return f"({n}*({n} + 1)/2)^2", Fraction(n * (n + 1), 2) ** 2


def _work_power_sum(params: Params) -> Worked:
    coefficients, low, high = params
    demand(coefficients[0] and 1 <= low < high - 4 and high < 200)
    board, total, text = Board(), Fraction(0), ""
    for place, factor in enumerate(coefficients):
        power = len(coefficients) - 1 - place
        if not factor:
            continue
        formula, value = _formula(power, high)
        board.equal(f"Sum of k^{power} up to {high}", f"k^{power} 求和至 {high}", formula, value)
        if low > 1:
            formula, less = _formula(power, low - 1)
            board.equal(f"Sum of k^{power} up to {low - 1}", f"k^{power} 求和至 {low - 1}", formula, less)
            board.equal("Subtract", "相减", f"{value} - {less}", value - less)
            value -= less
        total += factor * value
        text += f" + {num(factor)}*{value}"
    board.equal("Together", "合计", text[3:], total)
    demand(abs(total) > 50)
    return board.done(total)


def _ask_power_sum(params: Params, voice: Voice) -> str:
    coefficients, low, high = params
    term = poly(coefficients, "k")
    latex = f"\\sum_{{k={low}}}^{{{high}}} \\left({show(term, True)}\\right)"
    plain = f"the sum over k = {low}, ..., {high} of ({show(term)})"
    if voice.lang == "zh":
        plain = f"({show(term)}) 对 k = {low}, ..., {high} 求和"
    return voice.say(
        ("Compute {e}.", "Find the value of {e}."), ("计算 {e}。", "求 {e} 的值。"), e=voice.either(plain, latex)
    )


FAMILIES = (
    Family("arithmetic-series", "rational", _draw_arithmetic, _work_arithmetic, _ask_arithmetic),
    Family("geometric-series", "rational", _draw_geometric, _work_geometric, _ask_geometric),
    Family("recurrence", "integer", _draw_recurrence, _work_recurrence, _ask_recurrence),
    Family("power-sum", "integer", _draw_power_sum, _work_power_sum, _ask_power_sum),
)
