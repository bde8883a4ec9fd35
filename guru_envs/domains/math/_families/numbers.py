"""Arithmetic and number theory."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num

# ---- arithmetic: a tree (sign, left, right) over leaves ("int", a), ("dec", a, places), ("frac", a, b), ("pct", a),
# ("mix", whole, a, b), ("pow", a, exponent)


def _leaf(rng: random.Random, d: int) -> Params:
    kind = rng.choice(("int", "dec", "frac", "pct", "mix", "pow")[: min(6, 1 + d)])
    if kind == "int":
        return "int", rng.randint(2, 20 + 10 * d)
    if kind == "dec":
        places = rng.choice((1, 1, 2))
        return "dec", rng.randint(1, 10**places * 6), places
    if kind == "pct":
        return "pct", rng.choice((5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 120))
    if kind == "pow":
        return "pow", rng.randint(2, 6), rng.randint(2, 3)
    b = rng.randint(2, 6 + d // 2)
    a = rng.choice([a for a in range(1, b) if math.gcd(a, b) == 1])
    return ("frac", a, b) if kind == "frac" else ("mix", rng.randint(1, 5), a, b)


def _tree(rng: random.Random, d: int, size: int) -> Params:
    if size == 0:
        return _leaf(rng, d)
    left = rng.randint(0, size - 1)
    sign = rng.choice("+-*/" if size < 4 else "+-*/+-")
    return sign, _tree(rng, d, left), _tree(rng, d, size - 1 - left)


def _draw_arithmetic(rng: random.Random, d: int) -> Params:
    return (_tree(rng, d, d + 1),)


def _leaf_text(leaf: Params) -> str:
    kind, *args = leaf
    if kind == "dec":
        demand(1 <= args[1] <= 3 and args[0] % 10 and args[0] > 0)
        digits = str(args[0]).rjust(args[1] + 1, "0")
        return f"{digits[: -args[1]]}.{digits[-args[1] :]}"
    demand(all(part >= 1 for part in args))
    if kind == "pct":
        return f"{args[0]}%"
    if kind == "pow":
        demand(2 <= args[1] <= 6)
        return f"{args[0]}^{args[1]}"
    if kind in ("frac", "mix"):
        demand(args[-2] < args[-1] and math.gcd(*args[-2:]) == 1)
        return f"({args[0]}/{args[1]})" if kind == "frac" else f"mixed({args[0]}, {args[1]}, {args[2]})"
    return str(args[0])


def _leaf_value(leaf: Params) -> Fraction:
    kind, *args = leaf
    if kind == "dec":
        return Fraction(args[0], 10 ** args[1])
    if kind == "pct":
        return Fraction(args[0], 100)
    if kind == "pow":
        return Fraction(args[0] ** args[1])
    if kind == "mix":
        return Fraction(args[0]) + Fraction(args[1], args[2])
    return Fraction(*args)


def _tree_text(tree: Params) -> str:
    if tree[0] not in "+-*/":
        return _leaf_text(tree)
    sign, left, right = tree
    one, two = _tree_text(left), _tree_text(right)
    if sign in "*/" and left[0] in "+-":
        one = f"({one})"
    if (sign in "*/-" and right[0] in "+-") or (sign in "*/" and right[0] in "*/"):
        two = f"({two})"
    return f"{one} {sign} {two}"


def _compute(tree: Params, board: Board) -> Fraction:
    if tree[0] not in "+-*/":
        value = _leaf_value(tree)
        if tree[0] in ("dec", "pct", "mix", "pow"):
            board.equal("Rewrite", "改写", _leaf_text(tree), value)
        return value
    sign, left, right = tree
    one, two = _compute(left, board), _compute(right, board)
    demand(sign != "/" or two)
    value = {"+": one + two, "-": one - two, "*": one * two, "/": one / two if two else one}[sign]
    tame(value, 99_999, 999)
    board.equal("Compute", "计算", f"{num(one)} {sign} {num(two)}", value)
    return value


def _work_arithmetic(params: Params) -> Worked:
    board = Board()
    _tree_text(params[0])
    return board.done(_compute(params[0], board))


def _ask_arithmetic(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Evaluate {e}.", "What is the value of {e}?", "Work out {e} exactly."),
        ("计算 {e}。", "{e} 的值是多少？", "求 {e} 的精确值。"),
        e=voice.formula(_tree_text(params[0])),
    )


# ---- powers modulo m


def _draw_power(rng: random.Random, d: int) -> Params:
    return rng.randint(2, 9 + 12 * d), rng.randint(2 + 2**d, 6 + 3 * 2**d), rng.randint(31 + 10 * d, 61 + 40 * d)


def _work_power(params: Params) -> Worked:
    base, exponent, modulus = params
    demand(base >= 2 and exponent >= 2 and modulus >= 20 and base % modulus > 1)
    demand(base**2 > modulus and exponent < 5000)
    board = Board()
    square, power, found = base % modulus, 1, 1
    rest = exponent
    if square != base:
        board.note("Reduce the base", "化简底数", "congruent", base, square, modulus)
    while rest:
        if rest & 1:
            if found != 1:
                board.note(f"Multiply up to the power {power}", f"乘到幂次 {power}", "congruent",
                           f"{found}*{square}", found * square % modulus, modulus)  # fmt: skip
            found = found * square % modulus
        rest >>= 1
        if rest:
            board.note("Square", "平方", "congruent", f"{square}^2", square**2 % modulus, modulus)
            square, power = square**2 % modulus, power * 2
    board.note("So", "所以", "congruent", f"{base}^{exponent}", found, modulus)
    demand(found > 1 and found != base)
    return board.done(found)


def _ask_power(params: Params, voice: Voice) -> str:
    base, exponent, modulus = params
    return voice.say(
        ("Find the remainder when {e} is divided by {m}.", "What remainder does {e} leave on division by {m}?"),
        ("求 {e} 除以 {m} 的余数。", "{e} 被 {m} 除，余数是多少？"),
        e=voice.formula(f"{base}^{exponent}"),
        m=modulus,
    )


def _guess_power(params: Params, rng: random.Random) -> str:
    return str(rng.randrange(params[2]))


# ---- systems of congruences: ((remainder, modulus), ...)


def _draw_congruences(rng: random.Random, d: int) -> Params:
    moduli = sorted(rng.sample(range(3 + d // 2, 14 + 4 * d), 2 + (d > 2) + (d > 5)))
    return tuple([(rng.randrange(modulus), modulus) for modulus in moduli])


def _work_congruences(params: Params) -> Worked:
    demand(all(0 <= a < m and m > 2 for a, m in params))
    demand(all(math.gcd(params[i][1], params[j][1]) == 1 for i in range(len(params)) for j in range(i)))
    board = Board()
    value, step = params[0]
    for remainder, modulus in params[1:]:
        inverse = pow(step, -1, modulus)
        board.note("An inverse", "逆元", "congruent", f"{step}*{inverse}", 1, modulus)
        factor = (remainder - value) * inverse % modulus
        board.note("The factor", "系数", "congruent", f"({num(remainder)} - {value})*{inverse}", factor, modulus)
        board.equal("Combine", "合并", f"{value} + {step}*{factor}", value + step * factor)
        value, step = value + step * factor, step * modulus
    for remainder, modulus in params:
        board.note("Check", "验算", "congruent", value, remainder, modulus)
    demand(value > max(m for _, m in params))
    return board.done(value)


def _ask_congruences(params: Params, voice: Voice) -> str:
    each = [f"remainder {a} on division by {m}" for a, m in params]
    en = ", ".join(each[:-1]) + " and " + each[-1]
    zh = "、".join(f"除以 {m} 余 {a}" for a, m in params)
    return voice.say(
        ("Find the smallest non-negative integer that leaves {en}.",
         "A number of marbles leaves {en}. What is the smallest possible number of marbles?"),
        ("求最小的非负整数，使它{zh}。", "一堆弹珠的个数{zh}。弹珠最少有多少颗？"),
        en=en, zh=zh,
    )  # fmt: skip


def _guess_congruences(params: Params, rng: random.Random) -> str:
    return str(rng.randrange(math.prod(m for _, m in params)))


# ---- gcd and lcm


def _draw_gcd(rng: random.Random, d: int) -> Params:
    common = rng.randint(3, 8 + 8 * d)
    return tuple([common * rng.randint(5, 20 + 4 * d * d) for _ in range(2 + (d > 4) + (d > 6))])


def _work_gcd(params: Params) -> Worked:
    demand(min(params) > 1 and len(set(params)) == len(params))
    board = Board()
    low, top = params[0], params[0]
    for value in params[1:]:
        for start, other, is_lcm in ((low, value, False), (top, value, True)):
            if is_lcm and len(params) == 2:
                continue
            a, b = max(start, other), min(start, other)
            while b:
                board.equal("Divide", "带余除法", str(a), f"{a // b}*{b} + {a % b}")
                a, b = b, a % b
        low, shared = math.gcd(low, value), math.gcd(top, value)
        board.equal("Least common multiple", "最小公倍数", f"{top}*{value}/{shared}", top * value // shared)
        top = top * value // shared
    demand(low > 1 and low not in params and top not in params)
    return board.done(f"({low}, {top})")


def _ask_gcd(params: Params, voice: Voice) -> str:
    listed = ("、" if voice.lang == "zh" else ", ").join(map(str, params[:-1]))
    return voice.say(
        ("Find the greatest common divisor and the least common multiple of {n} and {last}.",
         "What are the greatest common divisor g and the least common multiple l of {n} and {last}?"),
        ("求 {n} 与 {last} 的最大公约数和最小公倍数。", "{n} 与 {last} 的最大公约数 g 和最小公倍数 l 各是多少？"),
        n=listed, last=params[-1],
    )  # fmt: skip


# ---- sum of divisors


def _draw_divisors(rng: random.Random, d: int) -> Params:
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23)
    value = 1
    for _ in range(2 + d // 2):
        value *= rng.choice(primes[: 3 + d // 2]) ** rng.randint(1, 1 + (d > 3))
    return (value * rng.choice(primes),)


def _work_divisors(params: Params) -> Worked:
    (value,) = params
    demand(20 < value < 5_000_000)
    board, rest, factors, prime = Board(), value, [], 2
    while rest > 1:
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        if count:
            demand(prime < 100)
            factors.append((prime, count))
        prime += 1
        demand(prime < 101 or rest == 1)
    demand(len(factors) > 1)
    board.equal("Factorise", "分解质因数", str(value), "*".join(f"{p}^{k}" if k > 1 else str(p) for p, k in factors))
    sums = []
    for p, k in factors:
        sums.append((p ** (k + 1) - 1) // (p - 1))
        board.equal("Geometric sum", "等比求和", f"({p}^{k + 1} - 1)/({p} - 1)", sums[-1])
    total = math.prod(sums)
    board.equal("Multiply", "相乘", "*".join(map(str, sums)), total)
    return board.done(total)


def _alter_divisors(params: Params, rng: random.Random) -> Params:
    """The number with one prime factor exchanged for another."""
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23)
    old = rng.choice([prime for prime in primes if params[0] % prime == 0] or [1])
    return (params[0] // old * rng.choice(primes),)


def _ask_divisors(params: Params, voice: Voice) -> str:
    return voice.say(
        ("What is the sum of all positive divisors of {n}, including 1 and {n}?",
         "Add up all the positive integers that divide {n}, with 1 and {n} themselves. What is the total?"),
        ("{n} 的所有正约数（包括 1 和 {n}）之和是多少？", "把能整除 {n} 的所有正整数（含 1 和 {n} 本身）相加，总和是多少？"),
        n=params[0],
    )  # fmt: skip


# ---- other bases


def _draw_bases(rng: random.Random, d: int) -> Params:
    one, two = rng.sample(range(2, 10), 2)
    value = rng.randint(4 ** (2 + d), 3 * 4 ** (2 + d))
    return numeral(value, one), one, two


def numeral(value: int, base: int) -> str:
    """The digits of a natural number in a base up to 10."""
    digits = ""
    while value:
        value, digit = divmod(value, base)
        digits = str(digit) + digits
    return digits or "0"


def _work_bases(params: Params) -> Worked:
    digits, one, two = params
    demand(2 <= one <= 9 and 2 <= two <= 9 and one != two and all(int(digit) < one for digit in digits))
    board, value = Board(), 0
    for digit in digits:
        if value:
            board.equal("Next digit", "下一位", f"{value}*{one} + {digit}", value * one + int(digit))
        value = value * one + int(digit)
    rest = value
    while rest >= two:
        board.equal("Divide", "除以底数", str(rest), f"{rest // two}*{two} + {rest % two}")
        rest //= two
    answer = numeral(value, two)
    board.note("So", "所以", "numeral", answer, two, value)
    return board.done(answer)


def _ask_bases(params: Params, voice: Voice) -> str:
    digits, one, two = params
    return voice.say(
        ("The number {n} is written in base {a}. Write it in base {b}.",
         "Convert {n} from base {a} to base {b}."),
        ("数 {n} 是 {a} 进制写法。请写成 {b} 进制。", "把 {a} 进制数 {n} 化为 {b} 进制数。"),
        n=digits, a=one, b=two,
    )  # fmt: skip


def _guess_bases(params: Params, rng: random.Random) -> str:
    value = int(params[0], params[1])
    return numeral(rng.randint(value // 2, value * 2), params[2])


FAMILIES = (
    Family("arithmetic", "rational", _draw_arithmetic, _work_arithmetic, _ask_arithmetic),
    Family("modular-power", "integer", _draw_power, _work_power, _ask_power, guess=_guess_power),
    Family("congruences", "integer", _draw_congruences, _work_congruences, _ask_congruences, guess=_guess_congruences),
    Family("gcd-lcm", "tuple", _draw_gcd, _work_gcd, _ask_gcd, "gcd"),
    Family("divisor-sum", "integer", _draw_divisors, _work_divisors, _ask_divisors, alter=_alter_divisors),
    Family("bases", "digits", _draw_bases, _work_bases, _ask_bases, guess=_guess_bases),
)
