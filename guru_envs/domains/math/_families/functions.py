"""Functions: composition and preimages."""

from __future__ import annotations

import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num, poly, times

NAMES = "fgh"

# ---- composition: polynomials, the outermost first


def _draw_composition(rng: random.Random, d: int) -> Params:
    degrees = ((1, 1), (2, 1), (1, 2), (2, 2), (1, 2, 1), (3, 2), (2, 2, 1), (3, 2, 1))[d - 1]
    found = []
    for degree in degrees:
        top = rng.choice((-1, 1)) * rng.randint(1, 3)
        found.append((top, *(rng.randint(-6, 6) for _ in range(degree))))
    return tuple(found)


def _work_composition(params: Params) -> Worked:
    demand(2 <= len(params) <= 3 and all(one[0] and len(one) > 1 and any(one[1:]) for one in params))
    board = Board()
    inner: list[int | Fraction] = list(params[-1])
    for outer in reversed(params[:-1]):
        text = poly(inner)
        total: list[int | Fraction] = [outer[0]]
        for value in outer[1:]:
            total = times(total, inner)
            total[-1] += value
        board.equal("Substitute and expand", "代入并展开", poly(outer, f"({text})"), poly(total))
        inner = total
    demand(all(-100_000 < one < 100_000 for one in inner) and poly(inner) not in map(poly, params))
    return board.done(poly(inner))


def _ask_composition(params: Params, voice: Voice) -> str:
    names = NAMES[: len(params)]
    mark = "，" if voice.lang == "zh" else ", "
    given = mark.join(voice.relation(f"{name}(x)", "=", poly(one)) for name, one in zip(names, params, strict=True))
    nested = "x"
    for name in reversed(names):
        nested = f"{name}({nested})"
    return voice.say(
        ("Let {g}. Write {n} as an expanded polynomial in x.", "Given {g}, expand {n} as a polynomial in x."),
        ("设 {g}。把 {n} 写成关于 x 的展开多项式。", "已知 {g}，将 {n} 展开为关于 x 的多项式。"),
        g=given,
        n=voice.formula(nested),
    )


def _guess_composition(params: Params, rng: random.Random) -> str:
    degree = 1
    for one in params:
        degree *= len(one) - 1
    return poly([rng.choice((-1, 1)) * rng.randint(1, 9) for _ in range(degree + 1)])


# ---- preimages: quotients (a, b, c, d) meaning (a x + b) / (c x + d), the outermost first, and the value


def _draw_preimage(rng: random.Random, d: int) -> Params:
    chain = []
    for _ in range(1 + (d > 3) + (d > 6)):
        a, b = rng.choice((-1, 1)) * rng.randint(1, 3 + d), rng.randint(-9, 9)
        linear = d == 1 or rng.random() < 0.2
        chain.append((a, b, 0, rng.randint(1, 4)) if linear else (a, b, rng.randint(1, 4), rng.randint(-7, 7)))
    value: Fraction | None = Fraction(rng.randint(-9, 9))
    for one in reversed(chain):
        value = _apply(one, value) if value is not None else None
    if value is None or value.denominator > 12:
        return tuple(chain), rng.randint(-6, 6), 1
    return tuple(chain), value.numerator, value.denominator


def _apply(one: Params, x: Fraction) -> Fraction | None:
    a, b, c, d = one
    return (a * x + b) / (c * x + d) if c * x + d else None


def _text(one: Params, x: str = "x") -> str:
    a, b, c, d = one
    top = poly((a, b), x)
    return top if (c, d) == (0, 1) else f"({top})/({poly((c, d), x)})" if c else f"({top})/{d}"


def _work_preimage(params: Params) -> Worked:
    chain, top, bottom = params
    demand(bottom > 0)
    value, board = Fraction(top, bottom), Board()
    demand(value.denominator == bottom)
    for one in chain:
        a, b, c, d = one
        demand(a * d - b * c and (c > 0 or (c == 0 and d > 0)) and a - c * value)
        before = (d * value - b) / (a - c * value)
        tame(before, 300, 60)
        board.equal(
            "Undo the outermost function",
            "逐层求逆",
            f"({d}*{num(value)} - {num(b)})/({num(a)} - {c}*{num(value)})",
            before,
        )
        demand(_apply(one, before) == value)
        board.equal("Check", "验算", _text(one, num(before)), value)
        value = before
    return board.done(value)


def _ask_preimage(params: Params, voice: Voice) -> str:
    chain, top, bottom = params
    names = NAMES[: len(chain)]
    mark = "，" if voice.lang == "zh" else ", "
    given = mark.join(voice.relation(f"{name}(x)", "=", _text(one)) for name, one in zip(names, chain, strict=True))
    nested = "x"
    for name in reversed(names):
        nested = f"{name}({nested})"
    return voice.say(
        ("Let {g}. For which x is {e}?", "Given {g}, solve {e} for x."),
        ("设 {g}。x 取何值时 {e}？", "已知 {g}，求满足 {e} 的 x。"),
        g=given,
        e=voice.relation(nested, "=", str(Fraction(top, bottom))),
    )


FAMILIES = (
    Family(
        "composition",
        "expression",
        _draw_composition,
        _work_composition,
        _ask_composition,
        "expanded",
        _guess_composition,
    ),
    Family("preimage", "rational", _draw_preimage, _work_preimage, _ask_preimage),
)
