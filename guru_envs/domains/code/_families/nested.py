"""Notations with nested parts."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class Repeats(Family):
    name, theme, level = "expand_repeats", "parsers", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        left, right = rng.choice([("(", ")"), ("[", "]"), ("{", "}"), ("<", ">")])
        return {
            "left": left,
            "right": right,
            "front": rng.random() < 0.5,
            "mirror": rng.choice(["", "!", "^"]),
            "what": rng.choice(["text", "text", "last"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        a, b = p.left, p.right
        sample = f"x3{a}ab{b}" if p.front else f"x{a}ab{b}3"
        where = "directly before the bracket" if p.front else "directly after the bracket"
        zh_where = "紧邻左括号之前" if p.front else "紧邻右括号之后"
        mirror = (
            f" A {p.mirror} directly {'after' if p.front else 'before'} that digit means that each repetition is written backwards."
            if p.mirror
            else ""
        )
        zh_mirror = (
            f"该数字紧邻的{'后' if p.front else '前'}面若有 {p.mirror}，表示每次重复都倒着写。" if p.mirror else ""
        )
        ask, zh_ask = (
            ("Find the unpacked text.", "求展开后的文本。")
            if p.what == "text"
            else (
                "Find the last three letters of the unpacked text (all of them if it has fewer).",
                "求展开后文本的最后三个字母（不足三个时取全部）。",
            )
        )
        return (
            f"A packed text `packed` holds lower-case letters and repeated parts: a part in brackets {a}{b} is repeated as often as the digit {where} says (0 to 9); parts can be nested. {sample} stands for xababab.{mirror} {ask}",
            f"压缩文本 `packed` 包含小写字母和重复部分：括号 {a}{b} 中的部分按{zh_where}的一位数字（0 到 9）所示次数重复，可以嵌套。{sample} 表示 xababab。{zh_mirror}{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the text of each open bracket on a stack; a closing bracket repeats the top one and adds it to the one below.",
            "用栈保存每个未闭合括号的文本；遇到右括号时重复栈顶文本并接到下一层。",
        )

    def _part(self, p: P, inner: str, count: int, mirrored: bool) -> str:
        mark = p.mirror if mirrored else ""
        return f"{count}{mark}{p.left}{inner}{p.right}" if p.front else f"{p.left}{inner}{p.right}{mark}{count}"

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ("",),
            ("abc",),
            (self._part(p, "ab", 3, False),),
            (self._part(p, "ab", 1, True),),
            (self._part(p, "ab", 0, False) + "z",),
            ("x" + self._part(p, "a" + self._part(p, "bc", 2, True) + "d", 2, False),),
            (self._part(p, self._part(p, "ab", 2, False) + "c", 2, True),),
            (self._part(p, "", 5, False),),
            (self._part(p, "a", 9, False) + self._part(p, "bcd", 2, True),),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        def make(depth: int) -> str:
            text = ""
            for _ in range(rng.randint(1, 3)):
                if depth and rng.random() < 0.6:
                    text += self._part(p, make(depth - 1), rng.choice([0, 1, 2, 2, 3]), rng.random() < 0.4)
                else:
                    text += rng.choice(["a", "bc", "xyz", "d"])
            return text

        return (make(2),)

    @staticmethod
    def solve(p: P, m: int, packed: str) -> str:
        stack = [""]
        marks: list[tuple[int, bool]] = []
        place = 0
        while place < len(packed):
            character = packed[place]
            place += 1
            if p.front and character.isdigit():
                mirrored = p.mirror != "" and packed[place] == p.mirror
                place += 2 if mirrored else 1
                marks.append((int(character), mirrored))
                stack.append("")
            elif character == p.left:
                stack.append("")
            elif character == p.right:
                part = stack.pop()
                if p.front:
                    count, mirrored = marks.pop()
                else:
                    mirrored = p.mirror != "" and packed[place] == p.mirror
                    count = int(packed[place + 1 if mirrored else place])
                    place += 2 if mirrored else 1
                if mirrored and m != 1:
                    part = part[::-1]
                if m == 3:
                    count = max(count, 1)
                stack[-1] += part * (count if m != 2 else count + 1)
            else:
                stack[-1] = stack[-1] + character if m != 4 or len(stack) < 3 else character
        return stack[0] if p.what == "text" else stack[0][-3:]

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.mirror else (2, 3, 4)

    @staticmethod
    def brute(p: P, packed: str) -> str:
        import re

        part = re.escape(p.left) + "([a-z]*)" + re.escape(p.right)
        mark = f"({re.escape(p.mirror)}?)" if p.mirror else "()"
        pattern = re.compile(f"([0-9]){mark}{part}" if p.front else f"{part}{mark}([0-9])")
        while match := pattern.search(packed):
            count, mirror, inner = match.groups() if p.front else match.groups()[::-1]
            new = (inner[::-1] if mirror else inner) * int(count)
            packed = packed[: match.start()] + new + packed[match.end() :]
        return packed if p.what == "text" else packed[-3:]


class Atoms(Family):
    name, theme, level = "count_atoms", "parsers", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, least=[1, 1, 2, 3, 4], dot=["*", ".", "+", "-", "/"], charge=["", "'", "~"])

    def text(self, p: P) -> tuple[str, str]:
        least = f" Leave out elements with fewer than {p.least} atoms." if p.least > 1 else ""
        zh_least = f"去掉原子数少于 {p.least} 的元素。" if p.least > 1 else ""
        charge = f" Signs {p.charge} in the formula mean nothing and are passed over." if p.charge else ""
        zh_charge = f"化学式中的符号 {p.charge} 没有意义，予以忽略。" if p.charge else ""
        return (
            "A chemical formula `formula` consists of elements (one upper-case letter, possibly followed by one lower-case letter) and groups in parentheses; a number after an element or a group says how often it is there "
            f"(nothing means 1). Several such formulas may be joined by {p.dot}, each with a number in front that multiplies all of it (nothing means 1). For example 2H2O{p.dot}Ca(OH)2 has 6 H, 4 O and 1 Ca.{charge} Find the table of "
            f"the number of atoms of each element.{least}",
            f"化学式 `formula` 由元素（一个大写字母，其后可跟一个小写字母）和括号中的基团组成；元素或基团之后的数表示其个数（省略表示 1）。多个这样的式子可以用 {p.dot} 连接，每个式子前可有一个系数，乘以整个式子（省略表示 1）。"
            f"例如 2H2O{p.dot}Ca(OH)2 含 6 个 H、4 个 O、1 个 Ca。{zh_charge}求各元素原子数的表。{zh_least}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Read each joined formula from the right with a stack of factors: a number is kept, a closing parenthesis multiplies, an element takes the product.",
            "从右向左读取每个式子，用栈保存倍数：记下数字，遇右括号相乘，遇元素时乘以当前倍数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        q = p.charge
        return [
            ("H",),
            ("Ca",),
            ("H12",),
            (f"CO{q}2",),
            ("(H)3",),
            ("2H",),
            ("12CaH2",),
            ("((CO2)2H)3",),
            (f"2H2O{p.dot}Ca(OH)2",),
            (f"CH3(CH2)10CH3{p.dot}3H2{q}",),
            ("H2CaH2",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        def make(depth: int) -> str:
            text = ""
            for _ in range(rng.randint(1, 3)):
                inner = (
                    f"({make(depth - 1)})"
                    if depth and rng.random() < 0.4
                    else rng.choice(["H", "C", "O", "Ca", "Cl", "N"])
                )
                text += (
                    inner + rng.choice(["", "", "2", "3", "10"]) + (rng.choice(["", p.charge]) if depth == 2 else "")
                )
            return text

        return (p.dot.join(rng.choice(["", "", "2", "3"]) + make(2) for _ in range(rng.randint(1, 2))),)

    @staticmethod
    def solve(p: P, m: int, formula: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        if p.charge != "":
            formula = formula.replace(p.charge, "")
        for part in formula.split(p.dot):
            start = 0
            while start < len(part) and part[start].isdigit():
                start += 1
            factors = [int(part[:start] or "1") if m != 1 else 1]
            number = name = ""
            for character in reversed(part[start:]):
                if character.isdigit():
                    number = character + number if m != 2 else character
                elif character == ")":
                    factors.append(factors[-1] * int(number or "1") if m != 3 else int(number or "1"))
                    number = ""
                elif character == "(":
                    factors.pop()
                elif character.islower():
                    name = character
                else:
                    element = character + name if m != 4 else character
                    counts[element] = counts.get(element, 0) + factors[-1] * int(number or "1")
                    number = name = ""
        if p.least > 1:
            counts = {element: count for element, count in counts.items() if count >= p.least}
        return counts

    @staticmethod
    def brute(p: P, formula: str) -> dict[str, int]:
        import re

        atoms: list[str] = []
        for part in formula.replace(p.charge, "").split(p.dot) if p.charge else formula.split(p.dot):
            match = re.match(r"(\d*)(.*)", part)
            assert match
            body = match[2]
            body = re.sub(r"([A-Z][a-z]?)(\d+)", lambda one: one[1] * int(one[2]), body)
            while "(" in body:
                body = re.sub(r"\(([A-Za-z]*)\)(\d*)", lambda one: one[1] * int(one[2] or 1), body, count=1)
            atoms += re.findall("[A-Z][a-z]?", body) * int(match[1] or 1)
        return {element: atoms.count(element) for element in atoms if atoms.count(element) >= p.least}


FAMILIES = (
    Repeats(),
    Atoms(),
)
