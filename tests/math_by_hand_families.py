"""The second method of each family: an answer confirmed from the English prompt with formulas in plain text."""

from __future__ import annotations

import math
import re
from fractions import Fraction as F
from functools import cache
from itertools import pairwise, permutations

import mpmath
from math_by_hand_formulas import lift, near, slope, slopes_agree, value


def ints(text):
    return [int(one) for one in re.findall(r"-?\d+", text)]


def numbers(text):
    return [F(one) for one in re.findall(r"-?\d+(?:/\d+)?", text)]


def formula(prompt, before, after):
    return re.search(f"(?:{before})(.+?)(?:{after})", prompt)[1]


def arithmetic(prompt, gold):
    return value(formula(prompt, "Evaluate |value of |Work out ", r" exactly\.$|\.$|\?$")) == F(gold)


def modular_power(prompt, gold):
    match = re.search(r"(\d+)\^(\d+)", prompt)
    modulus = ints(prompt.replace(match[0], ""))[0]
    found = 1
    for _ in range(int(match[2])):
        found = found * int(match[1]) % modulus
    return found == int(gold)


def congruences(prompt, gold):
    pairs = [(int(a), int(m)) for a, m in re.findall(r"remainder (\d+) on division by (\d+)", prompt)]
    number, step = 0, 1
    for a, m in pairs:  # sieving
        while number % m != a:
            number += step
        step = math.lcm(step, m)
    return number == int(gold) and len(pairs) > 1


def gcd_lcm(prompt, gold):
    given = ints(prompt)
    low, top = ints(gold)
    divisor = max(k for k in range(1, min(given) + 1) if all(n % k == 0 for n in given))
    return (
        low == divisor
        and all(top % n == 0 for n in given)
        and not any(all((top // p) % n == 0 for n in given) for p in range(2, 3000) if top % p == 0)
    )


def divisor_sum(prompt, gold):
    n = ints(prompt)[-1] if "Add up" not in prompt else ints(prompt)[0]
    small = [k for k in range(1, math.isqrt(n) + 1) if n % k == 0]
    return sum({*small, *(n // k for k in small)}) == int(gold)


def bases(prompt, gold):
    number, one, two = re.findall(r"\d+", prompt)
    total = sum(int(digit) * int(one) ** place for place, digit in enumerate(reversed(number)))
    return total == sum(int(digit) * int(two) ** place for place, digit in enumerate(reversed(gold))) and gold[0] != "0"


def linear_equation(prompt, gold):
    text = formula(prompt, "for x: |for which |which x does ", r" hold\?$|\.$|$")
    left, right = text.split(" = ")
    apart = [value(left, x=F(gold) + k) - value(right, x=F(gold) + k) for k in (0, 1)]
    return apart[0] == 0 != apart[1]


def linear_system(prompt, gold):
    equations = re.findall(r"([-0-9x-z w+]+) = (-?\d+)", prompt.rpartition(": ")[2])
    values = dict(zip("xyzw", numbers(gold), strict=False))
    right = all(value(left.strip(), **values) == int(end) for left, end in equations)
    rows = [[value(left.strip(), **{k: F(int(k == one)) for k in values}) for one in values] for left, _ in equations]
    return right and len(rows) == len(values) and leibniz(rows) != 0


def leibniz(rows):
    count, total = len(rows), 0
    for order in permutations(range(count)):
        swaps = sum(order[i] > order[j] for i in range(count) for j in range(i + 1, count))
        total += (-1) ** swaps * math.prod(rows[i][order[i]] for i in range(count))
    return total


def polynomial_equation(prompt, gold):
    text = formula(prompt, "solutions of |Solve |numbers x satisfy ", r" over the real numbers\.$|\.$|\?$")
    left, right = text.split(" = ")
    roots = numbers(gold)
    # in between and beyond, the sign is as it must be, so that no root is missing: the degree is reached
    degree = max([int(one) for one in re.findall(r"x\^(\d)", left)] or [1])
    if not all(value(left, x=root) == F(right) for root in roots) or len(set(roots)) != len(roots):
        return False
    with mpmath.workdps(30):
        coefficients = fit(lambda x: value(left, x=x) - F(right), degree)
        found = mpmath.polyroots([lift(one) for one in coefficients], maxsteps=500, extraprec=400, error=False)
    return all(any(abs(one - lift(root)) < 1e-4 for root in roots) for one in found)


def fit(function, degree):
    """The coefficients of a polynomial, highest first, from its values (Newton's differences)."""
    places = list(range(degree + 1))
    table = [function(F(x)) for x in places]
    newton = []
    for k in places:
        newton.append(table[0])
        table = [(b - a) / (k + 1) for a, b in pairwise(table)]
    found = [F(0)] * (degree + 1)
    basis = [F(1)]
    for k in places:
        for i, one in enumerate(reversed(basis)):
            found[-1 - i] += newton[k] * one
        basis = [a - k * b for a, b in zip([*basis, F(0)], [F(0), *basis], strict=True)]
    return found


def inequality(prompt, gold):
    text = formula(prompt, "inequality |numbers x is ", r" over the real numbers\.$| true\?$")
    left, sign, right = re.split(r" (<=|>=|<|>) ", text)
    spans = []
    for opening, low, high, closing in re.findall(r"([(\[])([^,]+), ([^)\]]+)([)\]])", gold):
        spans.append(
            (opening == "[", -F(10**9) if "∞" in low else F(low), F(10**9) if "∞" in high else F(high), closing == "]")
        )
    ends = {end for _, low, high, _ in spans for end in (low, high) if abs(end) < 10**9}
    places = (
        {F(k, 3) for k in range(-99, 100)}
        | ends
        | {e + F(s, 1000) for e in ends for s in (-1, 1)}
        | {F(-5000), F(5000)}
    )
    for x in places:
        try:
            one, other = value(left, x=x), value(right, x=x)
        except ZeroDivisionError:
            true = False
        else:
            true = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]
        inside = any(low < x < high or (x == low and a) or (x == high and b) for a, low, high, b in spans)
        if inside != true:
            return False
    return True


def committees(prompt, gold):
    first, second, *rest = ints(prompt)
    size, (low, high) = rest[0], (rest[1], rest[-1])
    ways = {(0, 0): 1}  # people are decided on one by one
    for person in range(first + second):
        after = dict(ways)
        for (chosen, special), count in ways.items():
            key = (chosen + 1, special + (person < first))
            after[key] = after.get(key, 0) + count
        ways = after
    return sum(count for (chosen, special), count in ways.items() if chosen == size and low <= special <= high) == int(
        gold
    )


def arrangements(prompt, gold):
    tiles = {letter: int(count) for count, letter in re.findall(r"(\d+) tiles? marked ([A-Z])", prompt)}
    apart = "next to each other" in prompt
    letters = sorted(tiles)

    @cache
    def rows(left, last):
        if not any(left):
            return 1
        total = 0
        for k, count in enumerate(left):
            if count and not (apart and {letters[k], last} == {"X", "Y"}):
                total += rows((*left[:k], count - 1, *left[k + 1 :]), letters[k] if letters[k] in "XY" else "")
        return total

    return rows(tuple(tiles[letter] for letter in letters), "") == int(gold)


def bounded_sums(prompt, gold):
    if prompt.startswith("In how many"):
        total, count, cap = ints(prompt)
    else:
        count, cap, total = ints(prompt)
    ways = [1] + [0] * total
    for _ in range(count):
        ways = [sum(ways[max(0, s - cap) : s + 1]) for s in range(total + 1)]
    return ways[total] == int(gold)


def draws(prompt, gold):
    first, second = prompt.split("drawn at random" if "drawn" in prompt else "taken at random")
    have = {colour: int(n) for n, colour in re.findall(r"(\d+) ([a-z]+)", first.split("balls")[0])}
    want = {colour: int(n) for n, colour in re.findall(r"(\d+) ([a-z]+)", second)}
    assert sum(want.values()) == ints(first)[-1]
    assert list(have) == list(want)
    states = {tuple(0 for _ in have): F(1)}  # ball by ball
    for drawn in range(sum(want.values())):
        after = {}
        for state, chance in states.items():
            for k, colour in enumerate(have):
                if state[k] < want[colour]:
                    key = (*state[:k], state[k] + 1, *state[k + 1 :])
                    after[key] = after.get(key, 0) + chance * (have[colour] - state[k]) / (sum(have.values()) - drawn)
        states = after
    return states[tuple(want.values())] == F(gold)


def trials(prompt, gold):
    a, b, count, low, high = (*ints(prompt)[:4], ints(prompt)[-1])
    chances = [F(1)]
    for _ in range(count):
        padded = [F(0), *chances, F(0)]
        chances = [padded[k] * F(a, b) + padded[k + 1] * (1 - F(a, b)) for k in range(len(padded) - 1)]
    return sum(chances[low : high + 1]) == F(gold)


def arithmetic_series(prompt, gold):
    (p, one), (q, two) = ((int(a), int(b)) for a, b in re.findall(r"_(\d+) = (-?\d+)", prompt))
    count = int(re.search(r"first (\d+) terms", prompt)[1])
    terms = {p: F(one), q: F(two)}
    return sum(terms[p] + (terms[q] - terms[p]) * (k - p) / (q - p) for k in range(1, count + 1)) == F(gold)


def geometric_series(prompt, gold):
    first, ratio, count = numbers(prompt)
    return sum(first * ratio**k for k in range(int(count))) == F(gold)


def recurrence(prompt, gold):
    (one,), (two,) = (re.findall(rf"_{k} = (-?\d+)", prompt) for k in (1, 2))
    rule = re.search(r"_\(n\+2\) = (.+?) (?:for|and)", prompt)[1].rstrip(",")
    letter = rule[rule.index("_") - 1]
    rule = rule.replace(f"{letter}_(n+1)", "y").replace(f"{letter}_n", "x")
    terms = [F(one), F(two)]
    which = int(re.findall(r"_(\d+)", prompt)[-1])
    while len(terms) < which:
        terms.append(value(rule, y=terms[-1], x=terms[-2]))
    return terms[which - 1] == int(gold)


def power_sum(prompt, gold):
    low, high, term = re.search(r"k = (\d+), ..., (\d+) of \((.+)\)[.?]$", prompt).groups()
    return sum(value(term, k=k) for k in range(int(low), int(high) + 1)) == F(gold)


def functions(prompt):
    found = re.findall(r"([fgh])\(x\) = (.+?)(?=, [gh]\(x\)|[.] Write|, expand|[.] For|, solve)", prompt)
    assert [name for name, _ in found] == list("fgh"[: len(found)])
    return [text for _, text in found]


def chained(texts, x):
    for text in reversed(texts):
        x = value(text, x=x)
    return x


def composition(prompt, gold):
    texts = functions(prompt)
    return "(" not in gold and all(chained(texts, F(k, 2)) == value(gold, x=F(k, 2)) for k in range(-9, 10))


def preimage(prompt, gold):
    wanted = F(re.findall(r"\)+ = (-?\d+(?:/\d+)?)[?]?(?: for x\.)?$", prompt)[0])
    return chained(functions(prompt), F(gold)) == wanted


def derivative(prompt, gold):
    return slopes_agree(formula(prompt, r"[fgh]\(x\) = ", r" for x > 0\.$|\.$| with respect"), gold)


def tangent(prompt, gold):
    text = formula(prompt, "y = ", " at the point| where")
    place = F(re.findall(r"x = (-?\d+)", prompt)[0])
    line = gold.removeprefix("y = ")
    return value(text, x=place) == value(line, x=place) and near(
        slope(text, place), value(line, x=F(1)) - value(line, x=F(0))
    )


def integral(prompt, gold):
    text, low, high = re.search(r"integral of (.+) from x = (-?\d+) to x = (-?\d+)", prompt).groups()
    width, whole = F(int(high) - int(low)), F(0)
    weights = (41, 216, 27, 272, 27, 216, 41)  # Weddle's rule is exact up to the seventh degree
    for k, weight in enumerate(weights):
        whole += weight * value(text, x=int(low) + width * k / 6)
    return whole * width / 840 == F(gold)


def limit(prompt, gold):
    text, place = re.search(r"limit of (.+) as x approaches (-?\d+)", prompt).groups()
    return all(abs(value(text, x=int(place) + F(s, 10**15)) - F(gold)) < F(1, 10**9) for s in (-1, 1))


def extrema(prompt, gold):
    text = formula(prompt, r"[fgh]\(x\) = ", r" on the|\?$")
    low, high = map(int, re.search(r"\[(-?\d+), (-?\d+)\]", prompt).groups())
    seen = [value(text, x=low + F(high - low, 240) * k) for k in range(241)]
    least, most = numbers(gold)
    room = (max(seen) - min(seen)) / 200 + F(1, 100)
    return least <= min(seen) <= least + room and most >= max(seen) >= most - room


def rows_of(text):
    return [[F(one) for one in row.split(", ")] for row in re.findall(r"\[([^\[\]]+)\]", text)]


def determinant(prompt, gold):
    return leibniz(rows_of(prompt)) == int(gold)


def matrix_product(prompt, gold):
    parts = [rows_of(one) for one in re.findall(r"= (\[\[.+?\]\])", prompt)]
    found = rows_of(gold)
    for vector in ([F(k + 1) for k in range(len(found[0]))], [F(1, k + 2) for k in range(len(found[0]))]):
        inner = apply(parts[0], apply(parts[1], vector))
        if len(parts) == 3:
            inner = [a + b for a, b in zip(inner, apply(parts[2], vector), strict=True)]
        if inner != apply(found, vector):
            return False
    return True


def apply(rows, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows]


def matrix_inverse(prompt, gold):
    rows, found = rows_of(prompt), rows_of(gold)
    count = len(rows)
    return all(apply(rows, [row[k] for row in found]) == [F(int(i == k)) for i in range(count)] for k in range(count))
