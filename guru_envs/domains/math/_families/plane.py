"""Geometry with coordinates."""

from __future__ import annotations

import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num

NAMES = "ABCDEFGHIJ"


def _points(params: Params, voice: Voice) -> str:
    mark = "、" if voice.lang == "zh" else ", "
    return mark.join(name + voice.point(*point) for name, point in zip(NAMES, params, strict=False))


def _cross(o: Params, a: Params, b: Params) -> int:
    return int((a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]))


# ---- areas of polygons: corners in order


def _draw_area(rng: random.Random, d: int) -> Params:
    count, size = 3 + (d + 1) // 2 if d > 1 else 3, 6 + 2 * d
    corners: list[Params] = []
    for _ in range(200):
        point = (rng.randint(-size, size), rng.randint(-size, size))
        # corners around the origin, each further to the left than the last by less than half a turn
        if point != (0, 0) and all(_cross((0, 0), other, point) for other in corners):
            corners.append(point)
        if len(corners) == count:
            break
    ordered = sorted(corners, key=lambda p: (p[1] < 0 or (p[1] == 0 and p[0] < 0), _key(p)))
    return tuple(ordered)


def _key(point: Params) -> Fraction:
    x, y = point
    if y < 0 or (y == 0 and x < 0):
        x, y = -x, -y
    return Fraction(-x, abs(x) + y)


def _meet(a: Params, b: Params, c: Params, d: Params) -> bool:
    """Whether two segments have a point in common."""
    turns = [_cross(a, b, c), _cross(a, b, d), _cross(c, d, a), _cross(c, d, b)]
    if (turns[0] > 0) != (turns[1] > 0) and (turns[2] > 0) != (turns[3] > 0) and all(turns):
        return True

    def on(o: Params, e: Params, p: Params) -> bool:
        return all(min(o[k], e[k]) <= p[k] <= max(o[k], e[k]) for k in (0, 1))

    pairs = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not turn and on(*pair) for turn, pair in zip(turns, pairs, strict=True))


def _work_area(params: Params) -> Worked:
    count = len(params)
    demand(count > 2 and all(_cross(params[i - 2], params[i - 1], params[i]) for i in range(count)))
    for i in range(count):
        for j in range(i + 2, count - (i == 0)):
            demand(not _meet(params[i], params[i + 1], params[j], params[(j + 1) % count]))
    board, terms = Board(), []
    for i in range(count):
        (a, b), (c, e) = params[i], params[(i + 1) % count]
        terms.append(a * e - c * b)
        board.equal(f"Side {i + 1}", f"第 {i + 1} 边", f"{num(a)}*{num(e)} - {num(c)}*{num(b)}", terms[-1])
    total = sum(terms)
    board.equal("Add", "相加", " + ".join(map(num, terms)), total)
    board.equal("Half of it, without sign", "取绝对值的一半", f"{abs(total)}/2", Fraction(abs(total), 2))
    return board.done(Fraction(abs(total), 2))


def _ask_area(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find the area of the polygon whose corners are, in order, {p}.",
         "A polygon has the corners {p}, in this order around its border. What is its area?"),
        ("求依次以 {p} 为顶点的多边形的面积。", "多边形的顶点沿边界依次为 {p}。它的面积是多少？"),
        p=_points(params, voice),
    )  # fmt: skip


# ---- intersections of lines through two points each: four points


def _draw_crossing(rng: random.Random, d: int) -> Params:
    size = 4 + 3 * d
    return tuple([(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(4)])


def _line(board: Board, one: Params, two: Params) -> tuple[int, int, int]:
    a, b = two[1] - one[1], one[0] - two[0]
    c = a * one[0] + b * one[1]
    board.equal("Left side of a line", "直线方程右端", f"{num(a)}*{num(one[0])} + {num(b)}*{num(one[1])}", c)
    board.equal("The same at the other point", "另一点相同", f"{num(a)}*{num(two[0])} + {num(b)}*{num(two[1])}", c)
    return a, b, c


def _solve_two(board: Board, one: tuple[int, int, int], two: tuple[int, int, int]) -> tuple[Fraction, Fraction]:
    a, b, c = one
    d, e, f = two
    bottom = a * e - b * d
    demand(bottom)
    board.equal("Determinant", "系数行列式", f"{num(a)}*{num(e)} - {num(b)}*{num(d)}", bottom)
    x, y = Fraction(c * e - b * f, bottom), Fraction(a * f - c * d, bottom)
    board.equal("x", "x", f"({num(c)}*{num(e)} - {num(b)}*{num(f)})/{num(bottom)}", x)
    board.equal("y", "y", f"({num(a)}*{num(f)} - {num(c)}*{num(d)})/{num(bottom)}", y)
    return x, y


def _work_crossing(params: Params) -> Worked:
    demand(len(set(params)) == 4)
    board = Board()
    x, y = _solve_two(board, _line(board, *params[:2]), _line(board, *params[2:]))
    demand((x, y) not in params)
    tame(x, 400, 99)
    tame(y, 400, 99)
    return board.done(f"({x}, {y})")


def _ask_crossing(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Four points are given: {p}. At which point do the lines AB and CD meet?",
         "The line through A and B and the line through C and D intersect, where {p}. Find their common point."),
        ("给定四点 {p}。直线 AB 与直线 CD 交于哪一点？", "设 {p}。求过 A、B 的直线与过 C、D 的直线的交点。"),
        p=_points(params, voice),
    )  # fmt: skip


# ---- circumcentres: three points


def _draw_circle(rng: random.Random, d: int) -> Params:
    size = 4 + 4 * d
    points = [(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(3)]
    return ((0, 0), *points[1:]) if d < 3 else tuple(points)


def _work_circle(params: Params) -> Worked:
    first, *others = params
    demand(_cross(*params))
    board, lines = Board(), []
    for other in others:
        a, b = 2 * (other[0] - first[0]), 2 * (other[1] - first[1])
        text = f"{num(other[0])}^2 + {num(other[1])}^2 - {num(first[0])}^2 - {num(first[1])}^2"
        c = other[0] ** 2 + other[1] ** 2 - first[0] ** 2 - first[1] ** 2
        board.equal("Equal distances", "等距条件右端", text, c)
        lines.append((a, b, c))
    x, y = _solve_two(board, lines[0], lines[1])
    tame(x, 999, 99)
    tame(y, 999, 99)
    squares = [f"({num(x)} - {num(p[0])})^2 + ({num(y)} - {num(p[1])})^2" for p in params]
    board.equal("The distances agree", "距离相等", squares[0], squares[1])
    board.equal("The distances agree", "距离相等", squares[0], squares[2])
    return board.done(f"({x}, {y})")


def _ask_circle(params: Params, voice: Voice) -> str:
    return voice.say(
        ("Find the centre of the circle that passes through {p}.", "Which point has the same distance from {p}?"),
        ("求经过 {p} 的圆的圆心。", "哪一点到 {p} 的距离相等？"),
        p=_points(params, voice),
    )


# ---- reflections: a point and a line a x + b y = c


def _draw_mirror(rng: random.Random, d: int) -> Params:
    size = 2 + d
    a, b = (rng.choice((-1, 1)) * rng.randint(1, size) for _ in range(2))
    return rng.randint(-3 * size, 3 * size), rng.randint(-3 * size, 3 * size), a, b, rng.randint(-4 * size, 4 * size)


def _work_mirror(params: Params) -> Worked:
    x, y, a, b, c = params
    demand(a and b and a * x + b * y != c)
    board = Board()
    size, off = a * a + b * b, a * x + b * y - c
    board.equal("How far off the line", "偏离量", f"{num(a)}*{num(x)} + {num(b)}*{num(y)} - {num(c)}", off)
    board.equal("Square of the normal", "法向量的平方", f"{num(a)}^2 + {num(b)}^2", size)
    step = Fraction(2 * off, size)
    board.equal("The step", "步长", f"2*{num(off)}/{size}", step)
    one, two = tame(x - step * a, 400, 99), tame(y - step * b, 400, 99)
    board.equal("x", "x", f"{num(x)} - {num(step)}*{num(a)}", one)
    board.equal("y", "y", f"{num(y)} - {num(step)}*{num(b)}", two)
    board.equal("The midpoint lies on the line", "中点在直线上",
                f"{num(a)}*({num(x)} + {num(one)})/2 + {num(b)}*({num(y)} + {num(two)})/2", c)  # fmt: skip
    return board.done(f"({one}, {two})")


def _ask_mirror(params: Params, voice: Voice) -> str:
    x, y, a, b, c = params
    sign = "-" if b < 0 else "+"
    left = f"{'' if a == 1 else '-' if a == -1 else f'{a}*'}x {sign} {'' if abs(b) == 1 else f'{abs(b)}*'}y"
    return voice.say(
        ("The point {p} is reflected in the line {l}. Find its image.", "Find the mirror image of {p} in the line {l}."),
        ("点 {p} 关于直线 {l} 作对称，求对称点。", "求 {p} 关于直线 {l} 的对称点。"),
        p=voice.point(x, y), l=voice.relation(left, "=", str(c)),
    )  # fmt: skip


FAMILIES = (
    Family("polygon-area", "rational", _draw_area, _work_area, _ask_area),
    Family("line-intersection", "tuple", _draw_crossing, _work_crossing, _ask_crossing, "point"),
    Family("circle-centre", "tuple", _draw_circle, _work_circle, _ask_circle, "point"),
    Family("reflection", "tuple", _draw_mirror, _work_mirror, _ask_mirror, "point"),
)
