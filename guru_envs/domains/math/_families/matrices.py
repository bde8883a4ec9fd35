"""Linear algebra."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num


def _matrix(rng: random.Random, rows: int, columns: int, size: int) -> Params:
    return tuple([tuple([rng.randint(-size, size) for _ in range(columns)]) for _ in range(rows)])


def _texts(rows: Sequence[Sequence[int | Fraction]]) -> str:
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"


# ---- determinants


def _draw_determinant(rng: random.Random, d: int) -> Params:
    return _matrix(
        rng, (2, 3, 3, 3, 4, 4, 4, 5)[d - 1], (2, 3, 3, 3, 4, 4, 4, 5)[d - 1], (9, 3, 7, 12, 3, 6, 12, 6)[d - 1]
    )


def _work_determinant(params: Params) -> Worked:
    board, count = Board(), len(params)
    if count == 2:
        (a, b), (c, d) = params
        found = Fraction(a * d - b * c)
        board.equal("Determinant", "行列式", f"{num(a)}*{num(d)} - {num(b)}*{num(c)}", found)
    else:
        rows = [[Fraction(one) for one in row] for row in params]
        sign = 1
        for column in range(count):
            pivot = next((k for k in range(column, count) if rows[k][column]), None)
            demand(pivot is not None)
            assert pivot is not None
            if pivot != column:
                rows[column], rows[pivot], sign = rows[pivot], rows[column], -sign
            for k in range(column + 1, count):
                if rows[k][column]:
                    factor = rows[k][column] / rows[column][column]
                    after = [a - factor * b for a, b in zip(rows[k], rows[column], strict=True)]
                    board.note("Subtract a multiple of a row", "减去某行的倍数", "row", "|".join(map(str, rows[k])), str(factor),
                               "|".join(map(str, rows[column])), "|".join(map(str, after)))  # fmt: skip
                    rows[k] = after
        found = Fraction(sign)
        for k in range(count):
            found *= rows[k][k]
        text = "*".join(num(rows[k][k]) for k in range(count))
        board.equal(
            "Multiply the diagonal, with the sign of the exchanges",
            "对角线相乘，并计入换行的符号",
            f"({sign})*{text}",
            found,
        )
    demand(found and abs(found) < 1_000_000)
    return board.done(found)


def _ask_determinant(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find the determinant of the matrix {m}.", "What is the determinant of {m}?"),
        ("求矩阵 {m} 的行列式。", "{m} 的行列式等于多少？"),
        m=voice.matrix(params),
    )


# ---- products: (A, B, C) meaning A B + C, or A B without C


def _draw_product(rng: random.Random, d: int) -> Params:
    a, b, c = ((2, 2, 1), (2, 2, 2), (2, 2, 2), (2, 3, 2), (3, 2, 3), (3, 3, 3), (3, 3, 3), (4, 4, 4))[d - 1]
    size = 4 + d
    parts = (_matrix(rng, a, b, size), _matrix(rng, b, c, size))
    return (*parts, _matrix(rng, a, c, 3 * size)) if d in (3, 4, 7, 8) else parts


def _work_product(params: Params) -> Worked:
    one, two, *extra = params
    board = Board()
    found: list[list[int]] = []
    demand(len({len(row) for row in (*one, *two)}) <= 2 and len(one[0]) == len(two))
    for i, row in enumerate(one):
        found.append([])
        for j in range(len(two[0])):
            text = " + ".join(f"{num(a)}*{num(two[k][j])}" for k, a in enumerate(row))
            value = sum(a * two[k][j] for k, a in enumerate(row))
            if extra:
                text, value = f"{text} + {num(extra[0][i][j])}", value + extra[0][i][j]
            board.equal(f"Row {i + 1}, column {j + 1}", f"第 {i + 1} 行第 {j + 1} 列", text, value)
            found[-1].append(value)
    demand(any(any(row) for row in found))
    return board.done(_texts(found))


def _ask_product(params: Params, voice: Voice) -> str:
    names = "ABC"[: len(params)]
    mark = "，" if voice.lang == "zh" else ", "
    given = mark.join(f"{voice.either(n, n)} = {voice.matrix(m)}" for n, m in zip(names, params, strict=True))
    what = "A*B + C" if len(params) == 3 else "A*B"
    return voice.say(
        ("Let {g}. Compute the matrix {w}.", "Given {g}, find {w}."),
        ("设 {g}。计算矩阵 {w}。", "已知 {g}，求 {w}。"),
        g=given, w=voice.formula(what),
    )  # fmt: skip


def _guess_product(params: Params, rng: random.Random) -> str:
    return _texts([[rng.randint(-30, 30) for _ in params[1][0]] for _ in params[0]])


# ---- inverses


def _draw_inverse(rng: random.Random, d: int) -> Params:
    return _matrix(rng, 2 + (d > 4), 2 + (d > 4), (4, 6, 9, 14, 2, 3, 4, 5)[d - 1])


def _work_inverse(params: Params) -> Worked:
    count, board = len(params), Board()
    rows = [
        [*(Fraction(one) for one in row), *(Fraction(int(i == k)) for i in range(count))]
        for k, row in enumerate(params)
    ]
    for column in range(count):
        pivot = next((k for k in range(column, count) if rows[k][column]), None)
        demand(pivot is not None)
        assert pivot is not None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = rows[column][column]
        if top != 1:
            after = [one / top for one in rows[column]]
            shown = "|".join(map(str, rows[column]))
            board.note("Scale a row", "某行乘以常数", "row", shown, str(1 - 1 / top), shown, "|".join(map(str, after)))
            rows[column] = after
        for k in range(count):
            factor = rows[k][column]
            if k != column and factor:
                after = [a - factor * b for a, b in zip(rows[k], rows[column], strict=True)]
                board.note("Subtract a multiple of a row", "减去某行的倍数", "row", "|".join(map(str, rows[k])), str(factor),
                           "|".join(map(str, rows[column])), "|".join(map(str, after)))  # fmt: skip
                rows[k] = after
    found = [[tame(one, 999, 400) for one in row[count:]] for row in rows]
    demand(found != [list(row) for row in params])
    return board.done(_texts(found))


def _ask_inverse(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find the inverse of the matrix {m}.", "What is the inverse matrix of {m}?"),
        ("求矩阵 {m} 的逆矩阵。", "{m} 的逆矩阵是什么？"),
        m=voice.matrix(params),
    )


def _guess_inverse(params: Params, rng: random.Random) -> str:
    bottom = rng.randint(1, 20)
    return _texts([[Fraction(rng.choice((-1, 1)) * one, bottom) for one in row] for row in params])


FAMILIES = (
    Family("determinant", "integer", _draw_determinant, _work_determinant, _ask_determinant),
    Family("matrix-product", "matrix", _draw_product, _work_product, _ask_product, guess=_guess_product),
    Family("matrix-inverse", "matrix", _draw_inverse, _work_inverse, _ask_inverse, guess=_guess_inverse),
)
