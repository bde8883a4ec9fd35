"""Reading small notations: durations, roman-like numerals, versions, quoted fields, templates."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick


class Duration(Family):
    name, theme, level = "read_duration", "parsers", 3
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        names = rng.sample("hmsdtkwp", 3)
        return {
            "big": names[0],
            "mid": names[1],
            "low": names[2],
            "per_big": rng.choice([5, 8, 12, 24]),
            "per_mid": rng.choice([6, 10, 60]),
        }

    def text(self, p: P) -> tuple[str, str]:
        sample = f"2{p.big}3{p.low}"
        worth = 2 * p.per_big * p.per_mid + 3
        return (
            f"A text `text` gives an amount in units: one {p.big} is {p.per_big} {p.mid}, one {p.mid} is {p.per_mid} {p.low}. It consists of parts, each a non-negative number "
            f"directly followed by a unit, without spaces; units can come in any order and several times, and a minus sign in front of a part subtracts that part. For example {sample} "
            f"means {worth}, and -{sample} means {worth - 4 * p.per_big * p.per_mid}. An empty text means 0. Find the total in {p.low}.",
            f"文本 `text` 以若干单位给出一个量：1 {p.big} 等于 {p.per_big} {p.mid}，1 {p.mid} 等于 {p.per_mid} {p.low}。文本由若干部分组成，每部分是一个非负整数紧跟一个单位，无空格；"
            f"单位可以任意次序、多次出现；某部分前的负号表示减去该部分。例如 {sample} 表示 {worth}，-{sample} 表示 {worth - 4 * p.per_big * p.per_mid}。空文本表示 0。求以 {p.low} 为单位的总量。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Collect digits; at a unit add the number times the unit's worth with its sign, and start anew.",
            "累积数字；遇到单位时按符号加上数值乘以单位大小，然后重新开始。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ("",),
            (f"1{p.big}",),
            (f"1{p.mid}",),
            (f"1{p.low}",),
            (f"0{p.big}",),
            (f"-4{p.mid}",),
            (f"12{p.big}-12{p.big}",),
            (f"3{p.low}2{p.mid}1{p.big}",),
            (f"-10{p.low}5{p.mid}",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        units = p.big + p.mid + p.low
        return (
            "".join(
                rng.choice(["", "", "-"]) + str(rng.randint(0, 120)) + rng.choice(units)
                for _ in range(rng.randint(1, 5))
            ),
        )

    @staticmethod
    def solve(p: P, m: int, text: str) -> int:
        worth = {p.big: p.per_big * p.per_mid if m != 1 else p.per_big, p.mid: p.per_mid, p.low: 1}
        total = number = 0
        sign = 1
        for character in text:
            if character == "-":
                sign = -1
            elif character in worth:
                total += sign * number * worth[character]
                number = 0
                if m != 2:
                    sign = 1
            else:
                number = number * 10 + int(character) if m != 3 else int(character)
        return total if m != 4 else abs(total)

    @staticmethod
    def brute(p: P, text: str) -> int:
        import re

        total = 0
        for sign, number, unit in re.findall(r"(-?)([0-9]+)([a-z])", text):
            low = int(number)
            if unit in (p.big, p.mid):
                low *= p.per_mid
            if unit == p.big:
                low *= p.per_big
            total = total - low if sign else total + low
        return total


class Numerals(Family):
    name, theme, level = "read_numeral", "parsers", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        signs = "".join(rng.sample("abcdefghjk", 4))
        base = rng.choice([2, 3, 5])
        return {
            "signs": signs,
            "worths": [1, base, base * rng.choice([2, 4]), 10 * base],
            "rule": rng.choice(["before", "last", "double"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        listed = ", ".join(f"{sign} is {worth}" for sign, worth in zip(p.signs, p.worths, strict=True))
        zh_listed = "，".join(f"{sign} 表示 {worth}" for sign, worth in zip(p.signs, p.worths, strict=True))
        en = {
            "before": "A letter that stands directly before a letter of larger value is subtracted, every other one is added.",
            "last": "A letter after which (anywhere later) a letter of larger value stands is subtracted, every other one is added.",
            "double": "All letters are added, and a letter that is the same as the one directly before it counts twice its value.",
        }[p.rule]
        zh = {
            "before": "若一个字母紧邻其后的字母值更大，则减去它的值，其余字母都相加。",
            "last": "若一个字母之后（任意更后的位置）存在值更大的字母，则减去它的值，其余字母都相加。",
            "double": "所有字母的值相加，与紧邻的前一个字母相同的字母按其值的两倍计算。",
        }[p.rule]
        return (
            f"In a system of numerals the letters have values: {listed}. {en} Given a numeral `numeral` of these letters (it may be empty), find its value.",
            f"某种计数法中字母的值为：{zh_listed}。{zh}给定由这些字母组成的数 `numeral`（可以为空），求它的值。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the letters, from the right where later letters matter, and add or subtract their values.",
            "遍历字母（若与后面的字母有关则从右向左），加上或减去它们的值。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        a, b, c, d = p.signs
        return [
            ("",),
            (a,),
            (d,),
            (a + b,),
            (b + a,),
            (a + a + b,),
            (a + b + a + c,),
            (d + c + b + a,),
            (a + b + c + d,),
            (a * 4,),
            (d + d + a + d,),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, p.signs, 2, 8),)

    @staticmethod
    def solve(p: P, m: int, numeral: str) -> int:
        worth = dict(zip(p.signs, p.worths, strict=True))
        total = 0
        if p.rule == "double":
            before = ""
            for letter in numeral:
                total += worth[letter] * (2 if m != 1 else 3) if letter == before else worth[letter]
                before = letter if m != 2 or letter != before else ""
            return total if m != 3 or len(numeral) == 0 else total - worth[numeral[-1]]
        largest = 0
        for letter in reversed(numeral):
            number = worth[letter]
            if number < largest if m != 1 else number <= largest:
                total -= number if m != 3 else 0
            else:
                total += number
            largest = number if (p.rule == "before" if m != 2 else p.rule == "last") else max(largest, number)
        return total

    @staticmethod
    def brute(p: P, numeral: str) -> int:
        total = 0
        numbers = [p.worths[p.signs.index(letter)] for letter in numeral]
        for i, number in enumerate(numbers):
            behind = numbers[i + 1 :] if p.rule == "last" else numbers[i + 1 : i + 2]
            if p.rule == "double":
                total += number * (1 + (i > 0 and numbers[i - 1] == number))
            else:
                total += -number if any(other > number for other in behind) else number
        return total


class Versions(Family):
    name, theme, level = "newest_version", "parsers", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng,
            sep=[".", "-", ":"],
            beta=["older", "newer", "skip"],
            mark=["b", "x", "rc"],
            want=["newest", "oldest"],
            parts=[1, 2, 3],
        )

    def text(self, p: P) -> tuple[str, str]:
        beta = {
            "older": f"A version that ends in {p.mark} is older than the same version without it",
            "newer": f"A version that ends in {p.mark} is newer than the same version without it",
            "skip": f"Versions that end in {p.mark} are not considered",
        }[p.beta]
        zh_beta = {
            "older": f"以 {p.mark} 结尾的版本比去掉它的同一版本旧",
            "newer": f"以 {p.mark} 结尾的版本比去掉它的同一版本新",
            "skip": f"不考虑以 {p.mark} 结尾的版本",
        }[p.beta]
        same = (
            f"Only the first {p.parts} numbers of a version (and such an ending) count"
            if p.parts > 1
            else "Only the first number of a version (and such an ending) counts"
        )
        zh_same = f"只比较版本的前 {p.parts} 个数（以及上述结尾）"
        want, zh_want = ("newest", "最新") if p.want == "newest" else ("oldest", "最旧")
        sample = p.sep.join("271"[:2])
        return (
            f"Each text of the list `versions` is a version: one to four whole numbers with {p.sep} between them, possibly followed by {p.mark}, for example {sample} or {sample}{p.mark}. Versions are "
            f"compared number by number from the left, as numbers; missing numbers count as 0. {same}. {beta}. Find the {want} version as it stands in the list, the first one of equal versions; if there "
            "is none, the empty text.",
            f"列表 `versions` 中的每个文本是一个版本号：一到四个整数，以 {p.sep} 分隔，末尾可能带有 {p.mark}，例如 {sample} 或 {sample}{p.mark}。版本从左到右逐个按数值比较，缺少的数视为 0。"
            f"{zh_same}。{zh_beta}。求{zh_want}的版本（按列表中的原文；相等时取最前面的一个）；若没有，则为空文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Turn each version into a list of numbers of fixed length with a mark for the ending, and compare these lists.",
            "把每个版本转换为固定长度的数列并附上结尾标记，再比较这些数列。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        s, b = p.sep, p.mark
        return [
            ([],),
            ([f"1{b}"],),
            ([f"2{s}10", f"2{s}9"],),
            ([f"1{s}0", "1"],),
            (["1", f"1{b}"],),
            ([f"1{b}", "1"],),
            ([f"1{s}2{s}3{s}4", f"1{s}2{s}3{s}5"],),
            (["10", "9", f"9{s}9"],),
            ([f"3{s}1", f"3{s}2{b}", f"3{s}1{s}1"],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        def version() -> str:
            return p.sep.join(
                str(rng.choice([1, 2, 9, 10, 11][: 5 if k else 2])) for k in range(rng.randint(1, 4))
            ) + rng.choice(["", "", p.mark])

        return ([version() for _ in range(rng.randint(2, 6))],)

    @staticmethod
    def solve(p: P, m: int, versions: list[str]) -> str:
        best = ""
        best_key: list[int] = []
        for version in versions:
            marked = version.endswith(p.mark)
            if p.beta == "skip" and marked:
                continue
            plain = version[: -len(p.mark)] if marked else version
            key = [int(part) for part in plain.split(p.sep)]
            if m != 1:
                key = ([*key, 0, 0, 0])[: p.parts]
            if p.beta == "older":
                key.append(0 if marked != (m == 2) else 1)
            elif p.beta == "newer":
                key.append(1 if marked != (m == 2) else 0)
            elif m == 2:
                key[0] = key[0] % 10
            if best == "" or (key > best_key if p.want == ("newest" if m != 3 else "oldest") else key < best_key):
                best, best_key = version, key
        return best

    @staticmethod
    def brute(p: P, versions: list[str]) -> str:
        def before(one: str, other: str) -> bool:
            """Whether one is older."""
            left, right = one.replace(p.mark, "").split(p.sep), other.replace(p.mark, "").split(p.sep)
            for k in range(p.parts):
                a = int(left[k]) if k < len(left) else 0
                b = int(right[k]) if k < len(right) else 0
                if a != b:
                    return a < b
            marks = (p.mark in one, p.mark in other)
            return marks == ((True, False) if p.beta == "older" else (False, True))

        able = [version for version in versions if p.beta != "skip" or p.mark not in version]
        for one in able:
            if not any(before(one, other) if p.want == "newest" else before(other, one) for other in able):
                return one
        return ""


FAMILIES = (
    Duration(),
    Numerals(),
    Versions(),
)
