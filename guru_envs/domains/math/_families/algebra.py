"""Equations, systems and inequalities."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import at_value, linear, num, poly, times, value_at

LETTERS = ("x", "y", "z", "w")

# ---- linear equations: two sides of terms (c, k, a, b), which mean c*(a*x + b)/k


def _nonzero(rng: random.Random, size: int) -> int:
    return rng.choice((-1, 1)) * rng.randint(1, size)


def _draw_linear(rng: random.Random, d: int) -> Params:
    sides = []
    for count in (1 + d // 2, 1 + (d - 1) // 2):
        terms = []
        for _ in range(count):
            factor = _nonzero(rng, 3 + d) if d > 1 else 1
            terms.append((factor, rng.choice((1, 2, 3, 4, 5)) if d > 4 else 1, _nonzero(rng, 9), _nonzero(rng, 12 + d)))
        sides.append(tuple(terms))
    if d == 1:
        sides[1] = ((1, 1, 0, rng.randint(-40, 60)),)
    return tuple(sides)


def _side(terms: Params) -> str:
    text = ""
    for c, k, a, b in terms:
        inner = poly((a, b))
        size = abs(c)
        body = inner if (size == 1 and k == 1 and not text and c > 0) else f"({inner})"
        body = body if size == 1 else f"{size}*{body}"
        body = body if k == 1 else f"{body}/{k}"
        text += (("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")) + body
    return text


def _work_linear(params: Params) -> Worked:
    board, sums = Board(), []
    for terms in params:
        demand(all(c and k > 0 and b is not None for c, k, a, b in terms))
        top = sum((Fraction(c * a, k) for c, k, a, _ in terms), Fraction(0))
        rest = sum((Fraction(c * b, k) for c, k, _, b in terms), Fraction(0))
        tame(top, 999, 60)
        tame(rest, 999, 60)
        sums.append((top, rest))
        if len(terms) > 1 or terms[0][0] != 1 or terms[0][1] != 1:
            board.equal("Expand and collect", "展开并合并", _side(terms), poly((top, rest)))
    (a, b), (c, e) = sums
    demand(a != c)
    value = tame((e - b) / (a - c), 200, 40)
    demand(value.denominator == 1 or len(params[0]) > 1)
    if c:
        board.equal("Collect x", "移项：x 的系数", f"{num(a)} - {num(c)}", a - c)
    board.equal("Collect the numbers", "移项：常数", f"{num(e)} - {num(b)}", e - b)
    if a - c != 1:
        board.equal("Divide", "相除", f"{num(e - b)}/{num(a - c)}", value)
    board.note("Check", "验算", "holds", f"{_side(params[0])} = {_side(params[1])}", f"x={value}")
    return board.done(value)


def _ask_linear(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Solve for x: {e}", "Find the number x for which {e}.", "For which x does {e} hold?"),
        ("解方程：{e}", "求使 {e} 成立的数 x。", "x 取何值时 {e} 成立？"),
        e=voice.relation(_side(params[0]), "=", _side(params[1])),
    )


# ---- linear systems: rows of coefficients with the right side


def _draw_system(rng: random.Random, d: int) -> Params:
    count = 2 + (d > 3) + (d > 6)
    size = 2 + d
    values = [rng.randint(-4 - d, 4 + d) for _ in range(count)]
    rows = []
    for _ in range(count):
        row = [_nonzero(rng, size) if rng.random() < 0.85 or count == 2 else 0 for _ in range(count)]
        rows.append((*row, sum(a * v for a, v in zip(row, values, strict=True))))
    return tuple(rows)


def _row_text(row: Sequence[Fraction | int]) -> str:
    return "|".join(map(str, row))


def _work_system(params: Params) -> Worked:
    count, board = len(params), Board()
    demand(all(any(row[:-1]) for row in params) and any(row[-1] for row in params))
    rows: list[list[Fraction]] = [[Fraction(part) for part in row] for row in params]
    for column in range(count):
        pivot = next((k for k in range(column, count) if rows[k][column]), None)
        demand(pivot is not None)
        assert pivot is not None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for k in range(column + 1, count):
            if not rows[k][column]:
                continue
            factor = rows[k][column] / rows[column][column]
            after = [a - factor * b for a, b in zip(rows[k], rows[column], strict=True)]
            board.note(f"Eliminate {LETTERS[column]}", f"消去 {LETTERS[column]}", "row", _row_text(rows[k]), str(factor),
                       _row_text(rows[column]), _row_text(after))  # fmt: skip
            rows[k] = after
    values: list[Fraction] = [Fraction(0)] * count
    for column in reversed(range(count)):
        known = [f" - {num(rows[column][j])}*{num(values[j])}" for j in range(column + 1, count) if rows[column][j]]
        rest = rows[column][-1] - sum(rows[column][j] * values[j] for j in range(column + 1, count))
        values[column] = tame(rest / rows[column][column], 200, 1)
        text = f"({num(rows[column][-1])}{''.join(known)})/{num(rows[column][column])}"
        board.equal(f"Solve for {LETTERS[column]}", f"解出 {LETTERS[column]}", text, values[column])
    where = ";".join(f"{letter}={value}" for letter, value in zip(LETTERS, values, strict=False))
    for row in params:
        board.note("Check", "验算", "holds", f"{linear(row[:-1], LETTERS[:count])} = {num(row[-1])}", where)
    return board.done(f"({', '.join(map(str, values))})")


def _alter_system(params: Params, rng: random.Random) -> Params:
    """One right side moved so that the solution stays whole: by the determinant, or by a part of it."""
    count, place = len(params), rng.randrange(len(params))
    sides = [[row[j] for j in range(count)] for row in params]
    whole = _determinant(sides)
    parts = [_determinant([row[:j] + row[j + 1 :] for k, row in enumerate(sides) if k != place]) for j in range(count)]
    demand(whole and any(parts))
    step = whole // math.gcd(whole, *parts) * rng.choice((-2, -1, 1, 2))
    return tuple([(*row[:-1], row[-1] + step) if k == place else row for k, row in enumerate(params)])


def _determinant(rows: list[list[int]]) -> int:
    if not rows:
        return 1
    rest = [[row[:j] + row[j + 1 :] for row in rows[1:]] for j in range(len(rows))]
    return sum((-1) ** j * rows[0][j] * _determinant(rest[j]) for j in range(len(rows)) if rows[0][j])


def _ask_system(params: Params, voice: Voice) -> str:
    letters = LETTERS[: len(params)]
    mark = "；" if voice.lang == "zh" else "; "
    equations = mark.join(voice.relation(linear(row[:-1], letters), "=", str(row[-1])) for row in params)
    return voice.say(
        ("Solve the system of equations: {e}.", "Find the numbers {v} that satisfy all of these: {e}."),
        ("解方程组：{e}。", "求同时满足以下各式的数 {v}：{e}。"),
        e=equations,
        v=", ".join(letters),
    )


# ---- polynomial equations: coefficients, highest power first, and the right side


def _draw_polynomial(rng: random.Random, d: int) -> Params:
    count = (2, 2, 2, 3, 3, 4, 4, 5)[d - 1]
    found: list[int | Fraction] = [1]
    for place in range(count):
        bottom = rng.randint(2, 4) if place == 0 and d % 2 == 0 else 1
        found = times(found, (bottom, rng.randint(-5 - d, 5 + d)))
    right = rng.randint(-9, 9) if d > 2 else 0
    found[-1] += right
    return tuple(map(int, found)), right


def rational_roots(coefficients: Sequence[int]) -> list[tuple[Fraction, list[Fraction]]]:
    """The roots of a polynomial, as often as they occur; with each, what is left of the polynomial after it.

    Raises:
        UnfitError: not all of its roots are rational.
    """
    rest = [Fraction(one) for one in coefficients]
    found: list[tuple[Fraction, list[Fraction]]] = []
    while len(rest) > 1:
        root = _one_root(rest)
        quotient = [rest[0]]
        for one in rest[1:-1]:
            quotient.append(one + quotient[-1] * root)
        rest = quotient
        found.append((root, rest))
    return found


def _one_root(rest: Sequence[Fraction]) -> Fraction:
    if len(rest) == 2:
        return -rest[1] / rest[0]
    if not rest[-1]:
        return Fraction(0)
    scale = math.lcm(*(one.denominator for one in rest))
    whole = [int(one * scale) for one in rest]
    shared = math.gcd(*whole)
    whole = [one // shared for one in whole]
    if len(rest) == 3:
        a, b, c = whole
        inside = b * b - 4 * a * c
        root = math.isqrt(max(inside, 0))
        demand(inside >= 0 and root * root == inside)
        return min(Fraction(-b - root, 2 * a), Fraction(-b + root, 2 * a))
    last, first = abs(whole[-1]), abs(whole[0])
    demand(last <= 100_000 and first <= 64)
    for top in range(1, min(last, 60) + 1):
        if last % top:
            continue
        for bottom in range(1, first + 1):
            if first % bottom or math.gcd(top, bottom) > 1:
                continue
            for candidate in (Fraction(top, bottom), Fraction(-top, bottom)):
                if not value_at(whole, candidate):
                    return candidate
    demand(False)
    raise AssertionError


def _factor_lines(board: Board, coefficients: Sequence[int]) -> list[Fraction]:
    roots: list[Fraction] = []
    done = ""
    for root, left in rational_roots(coefficients):
        board.equal("A root", "一个根", at_value(coefficients, root), 0)
        done += f"({poly((1, -root))})*"
        rest = f"{done}({poly(left)})" if left != [1] else done[:-1]
        board.equal("Divide it out", "除去因式", poly(coefficients), rest)
        roots.append(root)
    return roots


def _work_polynomial(params: Params) -> Worked:
    left, right = params
    demand(left[0] > 0 and max(map(abs, left)) <= 9999)
    board = Board()
    moved = (*left[:-1], left[-1] - right)
    if right:
        board.equal("Move all to one side", "移项", f"{poly(left)} - {num(right)}", poly(moved))
    roots = sorted(set(_factor_lines(board, moved)))
    demand(len(roots) > 1)
    return board.done("{" + ", ".join(map(str, roots)) + "}")


def _alter_polynomial(params: Params, rng: random.Random) -> Params:
    """The left side with one of its solutions moved."""
    left, right = params
    found = rational_roots((*left[:-1], left[-1] - right))
    root, moved = rng.choice(found)[0], [Fraction(left[0])]
    others = [one for one, _ in found]
    others.remove(root)
    for one in (*others, root + rng.choice((-3, -2, -1, 1, 2, 3))):
        moved = times(moved, (1, -one))  # type: ignore[assignment]
    demand(all(Fraction(one).denominator == 1 for one in moved))
    return (*map(int, moved[:-1]), int(moved[-1]) + right), right


def _ask_polynomial(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find all real solutions of {e}.", "Solve {e} over the real numbers.", "Which real numbers x satisfy {e}?"),
        ("求 {e} 的所有实数解。", "在实数范围内解 {e}。", "哪些实数 x 满足 {e}？"),
        e=voice.relation(poly(params[0]), "=", str(params[1])),
    )


def _guess_polynomial(params: Params, rng: random.Random) -> str:
    count = min(len(params[0]) - 1, 5)
    return "{" + ", ".join(map(str, sorted(rng.sample(range(-9, 10), count)))) + "}"


# ---- inequalities: numerator, denominator, sign, right side


def _draw_inequality(rng: random.Random, d: int) -> Params:
    sign = rng.choice(("<", "<=", ">", ">="))
    if d <= 2:
        a, c = _nonzero(rng, 9), _nonzero(rng, 9) if d == 2 else 0
        return (a, rng.randint(-40, 40)), (1,), sign, (c, rng.randint(-40, 40))
    top: list[int | Fraction] = [rng.choice((1, 1, -1, 2))]
    bottom: list[int | Fraction] = [1]
    for _ in range((2, 2, 3, 2, 3, 3)[d - 3]):
        top = times(top, (1, rng.randint(-4 - d, 4 + d)))
    for _ in range((0, 0, 0, 1, 1, 2)[d - 3]):
        bottom = times(bottom, (1, rng.randint(-4 - d, 4 + d)))
    right = rng.randint(-12, 12) if d == 4 or d == 5 else 0
    top[-1] += right
    return tuple(map(int, top)), tuple(map(int, bottom)), sign, (right,)


def _quotient(top: Sequence[int], bottom: Sequence[int]) -> str:
    return poly(top) if tuple(bottom) == (1,) else f"({poly(top)})/({poly(bottom)})"


def _work_inequality(params: Params) -> Worked:
    top, bottom, sign, right = params
    demand(top[0] and bottom[0] == 1 and max(map(abs, (*top, *bottom))) <= 9999)
    demand(len(right) == 1 or len(top) == 2)
    padded = (0,) * (len(top) - len(right)) + tuple(right)
    demand(tuple(bottom) == (1,) or not any(right))
    moved = tuple([a - b for a, b in zip(top, padded, strict=True)])
    demand(moved[0])
    board = Board()
    if any(right):
        board.equal("Move all to one side", "移项", f"{poly(top)} - ({poly(right)})", poly(moved))
    zeros = _factor_lines(board, moved)
    poles = _factor_lines(board, bottom) if len(bottom) > 1 else []
    places = sorted(zeros + poles)
    demand(len(set(places)) == len(places))
    for place in places:
        tame(place, 99, 9)
    spans: list[list[str]] = []
    whole = _quotient(moved, bottom)
    for number in range(len(places) + 1):
        low = places[number - 1] if number else None
        high = places[number] if number < len(places) else None
        sample = _between(low, high)
        value = value_at(moved, sample) / value_at(bottom, sample)
        pair = (str(value), "0") if value < 0 else ("0", str(value))
        board.equal(f"At {sample}", f"取 {sample}", whole.replace("x", num(sample)), value)
        board.note("Its sign", "符号", "less", *pair)
        if (value < 0) == (sign[0] == "<"):
            left = "(-∞" if low is None else f"{'[' if sign[1:] and low in zeros else '('}{low}"
            spans.append([left, "∞)" if high is None else f"{high}{']' if sign[1:] and high in zeros else ')'}"])
    demand(spans)
    return board.done(" ∪ ".join(f"{left}, {end}" for left, end in spans))


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is None:
        assert high is not None
        return Fraction(math.ceil(high) - 1)
    if high is None:
        return Fraction(math.floor(low) + 1)
    whole = math.floor(low) + 1
    return Fraction(whole) if whole < high else (low + high) / 2


def _alter_inequality(params: Params, rng: random.Random) -> Params:
    """The numerator with one of its zeros moved, or the sign turned round."""
    top, bottom, sign, right = params
    if len(right) > 1 or any(right):
        return top, bottom, sign.translate(str.maketrans("<>", "><")), right
    (changed, _) = _alter_polynomial((tuple(top), 0), rng)
    return changed, bottom, sign, right


def _ask_inequality(params: Params, voice: Voice) -> str:
    top, bottom, sign, right = params
    return voice.say(
        ("Solve the inequality {e} over the real numbers.", "For which real numbers x is {e} true?"),
        ("在实数范围内解不等式 {e}。", "哪些实数 x 使 {e} 成立？"),
        e=voice.relation(_quotient(top, bottom), sign, poly(right)),
    )


def _guess_inequality(params: Params, rng: random.Random) -> str:
    ends = sorted(rng.sample(range(-9, 10), len(params[0]) + len(params[1]) - 2))
    left, right = ("[", "]") if params[2][1:] else ("(", ")")
    if len(ends) == 1:
        return rng.choice((f"(-∞, {ends[0]}{right}", f"{left}{ends[0]}, ∞)"))
    if rng.random() < 0.5:
        return f"{left}{ends[0]}, {ends[1]}{right}"
    return f"(-∞, {ends[0]}{right} ∪ {left}{ends[1]}, ∞)"


FAMILIES = (
    Family("linear-equation", "rational", _draw_linear, _work_linear, _ask_linear),
    Family("linear-system", "tuple", _draw_system, _work_system, _ask_system, "system", alter=_alter_system),
    Family(
        "polynomial-equation",
        "set",
        _draw_polynomial,
        _work_polynomial,
        _ask_polynomial,
        guess=_guess_polynomial,
        alter=_alter_polynomial,
    ),
    Family(
        "inequality",
        "interval",
        _draw_inequality,
        _work_inequality,
        _ask_inequality,
        guess=_guess_inequality,
        alter=_alter_inequality,
    ),
)
