"""The second method for geometry and word problems; see ``math_by_hand``."""

from __future__ import annotations

import math
import re
from fractions import Fraction as F

from math_by_hand_families import ints, numbers
from math_by_hand_formulas import value


def points(prompt):
    return [(F(x), F(y)) for x, y in re.findall(r"\((-?[\d/]+), (-?[\d/]+)\)", prompt)]


def polygon_area(prompt, gold):
    """By Pick's theorem, counting lattice points."""
    corners = points(prompt)
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    border = sum(math.gcd(int(b[0] - a[0]), int(b[1] - a[1])) for a, b in sides)
    inside = sum(
        1
        for x in range(int(min(c[0] for c in corners)), int(max(c[0] for c in corners)) + 1)
        for y in range(int(min(c[1] for c in corners)), int(max(c[1] for c in corners)) + 1)
        if strictly_inside(F(x), F(y), sides)
    )
    return F(gold) == inside + F(border, 2) - 1


def strictly_inside(x, y, sides):
    crossings = 0
    for (a, b), (c, d) in sides:
        turn = (c - a) * (y - b) - (d - b) * (x - a)
        if turn == 0 and min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d):
            return False
        if (b <= y) != (d <= y) and ((turn > 0) == (d > b)):
            crossings += 1
    return crossings % 2 == 1


def on_line(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) == (b[1] - a[1]) * (p[0] - a[0])


def line_intersection(prompt, gold):
    a, b, c, d = points(prompt)
    p = tuple(numbers(gold))
    return on_line(a, b, p) and on_line(c, d, p) and not (on_line(a, b, c) and on_line(a, b, d))


def circle_centre(prompt, gold):
    x, y = numbers(gold)
    return len({(x - a) ** 2 + (y - b) ** 2 for a, b in points(prompt)}) == 1


def reflection(prompt, gold):
    ((x, y),) = points(prompt)
    u, v = numbers(gold)
    left, right = re.search(r"line (.+) = (-?\d+)", prompt).groups()
    normal = (value(left, x=1, y=0), value(left, x=0, y=1))
    middle = value(left, x=(x + u) / 2, y=(y + v) / 2)
    return middle == F(right) and (u - x) * normal[1] == (v - y) * normal[0] and (u, v) != (x, y)


def shopping(prompt, gold):
    costs = sum(int(n) * int(price) for n, price in re.findall(r"(\d+) [a-z]+ at (\d+) dollars", prompt))
    off = re.search(r"(\d+)% is taken off", prompt)
    paid = int(re.search(r"(?:pays with|hands over|there from) (\d+) dollars", prompt)[1])
    return paid == F(gold) + costs * (1 - F(int(off[1]) if off else 0, 100))


def travel(prompt, gold):
    one, two = (int(speed) for speed in re.findall(r"(\d+) km/h", prompt))
    way = int(re.search(r"(\d+) km (?:apart|away)", prompt)[1])
    late = re.search(r"(\d+) minutes later", prompt)
    time = F(gold)
    return one * (time + F(int(late[1]) if late else 0, 60)) == way - two * time > 0


def pipes(prompt, gold):
    listed = re.search(r"(?:would take|fill it in) ([\d, and]+) hours", prompt)[1]
    drain = re.search(r"in (\d+) hours\. (?:The|With)", prompt) if "drain" in prompt else None
    filled = sum(F(gold) / one for one in ints(listed)) - (F(gold) / int(drain[1]) if drain else 0)
    return filled == 1


def mixture(prompt, gold):
    parts = [(int(a), F(int(p), 100)) for a, p in re.findall(r"(\d+) litres of a (\d+)% acid", prompt)]
    wanted = F(int(re.search(r"(?:whole a|mixture to) (\d+)%", prompt)[1]), 100)
    pure = "pure acid" in prompt
    acid = sum(a * p for a, p in parts) + (F(gold) if pure else 0)
    return acid == wanted * (sum(a for a, _ in parts) + F(gold)) and F(gold) > 0


def ages(prompt, gold):
    total = int(re.search(r"(?:together|add up to) (\d+) years", prompt)[1])
    years = int(re.search(r"In (\d+) years?", prompt)[1])
    factor = int(re.search(r"be (\d+) times", prompt)[1])
    later = re.search(r"be (\d+) years? from today", prompt)
    fits = [elder for elder in range(total + 1) if elder + years == factor * (total - elder + years)]
    return [one + (int(later[1]) if later else 0) for one in fits] == [int(gold)]
