"""Whole numbers: digits, divisors, remainders, sequences."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick

_ZH_PARITY = {"odd": "奇数", "even": "偶数"}


class CountDigit(Family):
    name, theme, level = "count_digit", "numbers", 1

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"digit": rng.randint(0, 6), "base": rng.choice([10, 10, 8, 12]), "extra": rng.choice([0, 0, 1, 2, 5])}

    def text(self, p: P) -> tuple[str, str]:
        more = f", and add {p.extra} to the count" if p.extra else ""
        zh_more = f"，再把结果加上 {p.extra}" if p.extra else ""
        return (
            f"Given an integer `number`, count how often the digit {p.digit} occurs when its absolute value is written in base "
            f"{p.base} without leading zeros{more}. Zero is written as a single 0.",
            f"给定整数 `number`，求其绝对值写成 {p.base} 进制（无前导零）后数字 {p.digit} 出现的次数{zh_more}。零写作单个 0。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            f"Split off the last digit with remainder and division by {p.base} until nothing is left; zero is one digit.",
            f"反复对 {p.base} 取余和整除，逐位取出数字，直到为零；零本身是一位数字。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        full = p.digit * p.base * p.base + p.digit * p.base + p.digit
        return [(0,), (p.digit,), (-p.digit,), (p.base,), (p.base * p.base,), (full,), (-full,), (p.base - 1,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        number = 0
        for _ in range(rng.randint(1, 9)):
            number = number * p.base + (p.digit if rng.random() < 0.3 else rng.randrange(p.base))
        return (rng.choice([-1, 1, 1]) * number,)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        number = abs(number) if m != 1 else max(number, 0)
        count = p.extra
        while True:
            if number % p.base == p.digit if m != 3 else number % p.base >= p.digit:
                count += 1
            number //= p.base
            if number == 0 or (m == 2 and count > p.extra):
                return count

    @staticmethod
    def brute(p: P, number: int) -> int:
        digits, rest = [], abs(number)
        power = 1
        while power * p.base <= rest:
            power *= p.base
        while power:
            digits.append(rest // power)
            rest, power = rest % power, power // p.base
        return digits.count(p.digit) + p.extra


class SumMultiples(Family):
    name, theme, level = "sum_of_multiples", "numbers", 1

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        one, two = sorted(rng.sample([3, 4, 5, 6, 7, 9, 10, 11], 2))
        return {"one": one, "two": two, "rule": rng.choice(["either", "one", "both"])}

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "either": f"divisible by {p.one} or by {p.two} (or by both)",
            "one": f"divisible by {p.one} or by {p.two}, but not by both",
            "both": f"divisible by {p.one} and not divisible by {p.two}",
        }[p.rule]
        zh = {
            "either": f"能被 {p.one} 或 {p.two} 整除（包括同时被两者整除）",
            "one": f"能被 {p.one} 或 {p.two} 整除、但不能同时被两者整除",
            "both": f"能被 {p.one} 整除且不能被 {p.two} 整除",
        }[p.rule]
        return (
            f"Given integers `low` and `high`, find the sum of all integers from `low` to `high`, both included, that are {en}. "
            "If `low` is greater than `high` there are none and the sum is 0.",
            f"给定整数 `low` 和 `high`，求从 `low` 到 `high`（含两端）中所有{zh}的整数之和。若 `low` 大于 `high`，则没有这样的数，和为 0。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the numbers of the range, test the two remainders, and add those that fit.",
            "逐个检查区间中的数，判断两个余数，把符合条件的数相加。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        both = p.one * p.two
        return [(5, 4), (0, 0), (both, both), (p.one, p.one), (p.two, p.two), (-both, -1), (1, p.one), (-p.one, p.two)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        low = rng.randint(-40, 60)
        return low, low + rng.randint(0, 120)

    @staticmethod
    def solve(p: P, m: int, low: int, high: int) -> int:
        total = 0
        for number in range(low, high + 1 if m != 1 else high):
            first = number % p.one == 0
            second = number % p.two == 0
            if p.rule == "either":
                fits = first or second if m != 2 else first != second
            elif p.rule == "one":
                fits = first != second if m != 2 else first or second
            else:
                fits = first and not second if m != 2 else first
            if fits:
                total += number if m != 3 else abs(number)
        return total

    @staticmethod
    def brute(p: P, low: int, high: int) -> int:
        span = set(range(low, high + 1))
        first = {n for n in span if n == p.one * round(n / p.one)}
        second = {n for n in span if n == p.two * round(n / p.two)}
        return sum({"either": first | second, "one": first ^ second, "both": first - second}[p.rule])


class AlternatingDigits(Family):
    name, theme, level = "digit_balance", "numbers", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "plus": rng.choice(["odd", "even"]),
            "weight": rng.randint(2, 9),
            "zero": rng.choice([-5, -3, -2, -1, 1, 3, 5, 8]),
        }

    def text(self, p: P) -> tuple[str, str]:
        minus = "even" if p.plus == "odd" else "odd"
        return (
            f"Given a non-negative integer `number`, look at its decimal digits. Every {p.plus} digit other than 0 counts {p.weight} "
            f"times its value, every {minus} digit other than 0 counts minus its value, and every digit 0 counts {p.zero}. "
            "Find the sum over all digits. (The number 0 has one digit.)",
            f"给定非负整数 `number`，考察它的十进制各位数字：每个不为 0 的{_ZH_PARITY[p.plus]}数字计为其值的 {p.weight} 倍，"
            f"每个不为 0 的{_ZH_PARITY[minus]}数字计为其值的相反数，每个数字 0 计为 {p.zero}。求各位计数之和。（数 0 只有一位数字。）",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the digits of the decimal text and add what each counts.",
            "遍历十进制文本的每一位数字，累加它的计数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(0,), (1,), (2,), (10,), (1002,), (13579,), (2468,), (9999999,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (rng.randrange(10 ** rng.randint(1, 10)),)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        total = 0
        for digit in map(int, str(number)):
            if digit == 0 and m != 1:
                total += p.zero if m != 2 else 1 - p.zero
            elif digit % 2 == (1 if p.plus == "odd" else 0):
                total += p.weight * digit
            else:
                total -= digit if m != 3 else p.weight * digit
        return total

    @staticmethod
    def brute(p: P, number: int) -> int:
        text = str(number)
        total = p.zero * text.count("0")
        for digit in range(1, 10):
            odd = "13579".find(str(digit)) >= 0
            worth = p.weight * digit if odd == (p.plus == "odd") else -digit
            total += worth * text.count(str(digit))
        return total


class StepsDown(Family):
    name, theme, level = "steps_to_end", "numbers", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"divisor": rng.randint(2, 7), "minus": rng.randint(1, 4), "end": rng.randint(3, 20)}

    def text(self, p: P) -> tuple[str, str]:
        return (
            f"Start with a positive integer `number`. While it is greater than {p.end}, do one step: if it is divisible by {p.divisor}, "
            f"divide it by {p.divisor}; otherwise subtract {p.minus}. Find how many steps are done.",
            f"从正整数 `number` 开始，只要它大于 {p.end} 就执行一步：若它能被 {p.divisor} 整除，则除以 {p.divisor}；"
            f"否则减去 {p.minus}。求总共执行的步数。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return ("Do the steps as told in a loop and count them.", "在循环中按规则逐步执行并计数。")

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(1,), (p.end,), (p.end + 1,), (p.end * p.divisor,), (p.end * p.divisor + p.divisor,), (p.divisor**6,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (rng.randint(p.end, 3000),)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        steps = 0
        while number > p.end if m != 1 else number >= p.end:
            if number % p.divisor == 0:
                number //= p.divisor
                if m == 3:
                    steps += 1
            else:
                number -= p.minus if m != 2 else p.minus + 1
            steps += 1
        return steps

    @staticmethod
    def brute(p: P, number: int) -> int:
        steps = [0] * (number + 1)
        for one in range(p.end + 1, number + 1):
            quotient, rest = divmod(one, p.divisor)
            steps[one] = 1 + (steps[quotient] if rest == 0 else steps[max(one - p.minus, 0)])
        return steps[number]


class DigitPowers(Family):
    name, theme, level = "digit_power_cycle", "numbers", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, power=[2, 3], plus=[0, 1, 2, 3, 5], base=[10, 10, 8, 6])

    def text(self, p: P) -> tuple[str, str]:
        word, zh_word = {2: ("squares", "平方"), 3: ("cubes", "立方")}[p.power]
        plus = f", and add {p.plus} to this sum" if p.plus else ""
        zh_plus = f"，再把这个和加上 {p.plus}" if p.plus else ""
        return (
            f"A sequence starts with the positive integer `number`; for each following term, take the sum of the {word} of the "
            f"base-{p.base} digits of the term before it{plus}. Sooner or later a term occurs for the second time. "
            "Find how many different terms the sequence has.",
            f"一个数列以正整数 `number` 开头，此后每一项由前一项得到：取前一项的 {p.base} 进制各位数字的{zh_word}之和{zh_plus}。"
            "数列迟早会出现重复的项。求数列中不同的项的个数。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Follow the sequence and keep the terms seen in a set; stop at the first repeated term.",
            "沿数列前进，用集合记录出现过的项，遇到第一个重复项时停止。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(1,), (2,), (p.base,), (p.base - 1,), (p.base**4 - 1,), (7,), (100,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (rng.randint(1, 10 ** rng.randint(1, 5)),)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        seen: set[int] = set()
        while number not in seen:
            seen.add(number)
            total = p.plus
            while number > 0 if m != 1 else number >= p.base:
                total += (number % p.base) ** (p.power if m != 2 else 5 - p.power)
                number //= p.base
            number = total
        return len(seen) if m != 3 else len(seen) - 1

    @staticmethod
    def brute(p: P, number: int) -> int:
        terms = [number]
        while len(set(terms)) == len(terms):
            digits: list[int] = []
            rest = terms[-1]
            while rest:
                rest, digit = divmod(rest, p.base)
                digits.append(digit)
            terms.append(sum(digit**p.power for digit in digits) + p.plus)
        return len(terms) - 1


FAMILIES = (
    CountDigit(),
    SumMultiples(),
    AlternatingDigits(),
    StepsDown(),
    DigitPowers(),
)
