"""Texts with places and fields."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick


class QuotedFields(Family):
    name, theme, level = "split_fields", "parsers", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, sep=[",", ";", "|", "/"], quote=["'", "*", "#"], empty=[True, False], trim=[True, False])

    def text(self, p: P) -> tuple[str, str]:
        empty = "Empty fields are kept." if p.empty else "Empty fields are left out."
        zh_empty = "空字段保留。" if p.empty else "空字段去掉。"
        trim = (
            " Spaces at the beginning and end of a field are removed (also if they were between quotes)."
            if p.trim
            else " Spaces are kept as they are."
        )
        zh_trim = "字段首尾的空格被去掉（即使位于引号之间）。" if p.trim else "空格原样保留。"
        return (
            f"A line `line` is cut into fields at each {p.sep} that is not between quotes. The sign {p.quote} begins or ends a quoted part and belongs to no field; two {p.quote} directly one after the other within a quoted part stand for "
            f"one {p.quote} of the field and do not end the part. A quoted part that is not ended reaches to the end of the line.{trim} {empty} Find the number of fields, and append the fields: the answer is the list of texts that begins with "
            "the number of fields.",
            f"把一行文本 `line` 在不处于引号之间的每个 {p.sep} 处切分为字段。符号 {p.quote} 开始或结束一个引用部分，本身不属于任何字段；引用部分之内连续的两个 {p.quote} 表示字段中的一个 {p.quote}，且不结束该部分。"
            f"未结束的引用部分延伸到行尾。{zh_trim}{zh_empty}答案是一个文本列表：第一项为字段个数，其后依次为各字段。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the line with a flag for being between quotes, and look one character ahead at a quote.",
            "逐字符扫描，用标志记录是否处于引号之间，遇到引号时向前看一个字符。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        s, q = p.sep, p.quote
        return [
            ("",),
            ("ab",),
            (s,),
            (f"a{s}b",),
            (f"{q}a{s}b{q}{s}c",),
            (f"{q}a{q}{q}b{q}",),
            (f"{q}a{s}b",),
            (f" a {s} b ",),
            (f"{q}{q}{s}x",),
            (f"a{q}{s}{q}b{s}c",),
            (f"{q}{q}{q}{q}",),
            (f"{q} {q}{s}b",),
        ]

    formats = ("function", "description", "class")

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, "ab " + p.sep * 2 + p.quote * 2, 3, 14),)

    @staticmethod
    def solve(p: P, m: int, line: str) -> list[str]:
        fields = [""]
        quoted = False
        place = 0
        while place < len(line):
            character = line[place]
            if character == p.quote:
                if quoted and line[place + 1 : place + 2] == p.quote and m != 1:
                    fields[-1] += p.quote
                    place += 1
                else:
                    quoted = not quoted
            elif character == p.sep and (not quoted or m == 2):
                fields.append("")
            else:
                fields[-1] += character
            place += 1
        if p.trim != (m == 3):
            fields = [field.strip(" ") for field in fields]
        if p.empty == (m == 4):
            fields = [field for field in fields if field != ""]
        return [str(len(fields)), *fields]

    @staticmethod
    def brute(p: P, line: str) -> list[str]:
        # The pieces at even places lie outside quotes, if doubled quotes in a quoted part are hidden first.
        hidden, inside, i = [], False, 0
        while i < len(line):
            if inside and line.startswith(p.quote * 2, i):
                hidden.append("\0")
                i += 2
                continue
            inside = inside != (line[i] == p.quote)
            hidden.append(line[i])
            i += 1
        pieces = "".join(hidden).split(p.quote)
        joined = "".join(piece.replace(p.sep, "\1") if k % 2 == 0 else piece for k, piece in enumerate(pieces))
        fields = joined.replace("\0", p.quote).split("\1")
        fields = [field.strip(" ") if p.trim else field for field in fields]
        fields = [field for field in fields if field or p.empty]
        return [f"{len(fields)}", *fields]


class Template(Family):
    name, theme, level = "fill_template", "parsers", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        left, right = rng.choice([("<", ">"), ("[", "]"), ("{", "}"), ("(", ")")])
        return {
            "left": left,
            "right": right,
            "missing": rng.choice(["keep", "empty", "?"]),
            "upper": rng.choice(["!", "^", "+"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        a, b = p.left, p.right
        missing = {
            "keep": "the place stays as it is",
            "empty": "it is replaced by nothing",
            "?": "it is replaced by ?",
        }[p.missing]
        zh_missing = {"keep": "该占位保持原样", "empty": "替换为空", "?": "替换为 ?"}[p.missing]
        return (
            f"In the text `template`, each {a}name{b} is a place to be filled, where name is one or more lower-case letters. It is replaced by the number that the table `numbers` gives for name. {a}{p.upper}name{b} is replaced by twice that "
            f"number. If the table does not hold the name, {missing}. Everything else stays, also brackets that do not enclose such a name. Find the resulting text.",
            f"在文本 `template` 中，每个 {a}name{b} 是一个占位，其中 name 是一个或多个小写字母，它被替换为表 `numbers` 中 name 对应的数。{a}{p.upper}name{b} 被替换为该数的两倍。若表中没有该名字，{zh_missing}。"
            "其余内容保持不变，包括没有括住此类名字的括号。求得到的文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "At each opening bracket look for the next closing one; if a name stands between them, replace it, else copy the bracket.",
            "遇到左括号时寻找下一个右括号；若其间是名字则替换，否则照抄该括号。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        a, b, u = p.left, p.right, p.upper
        table = {"x": 5, "ab": -3}
        return [
            ("", {}),
            ("plain", table),
            (f"{a}x{b}", table),
            (f"{a}{u}x{b}", table),
            (f"{a}y{b}", table),
            (f"{a}{b}", table),
            (f"{a}{a}x{b}{b}", table),
            (f"{a}x", table),
            (f"x{b}{a}ab{b}", table),
            (f"{a}x {b}{a}{u}ab{b}", table),
            (f"{a}{u}{b}{a}{u}{u}x{b}", table),
            (f"{a}{u}y{b}", table),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        names = ["x", "y", "ab", "xy"]
        parts = []
        for _ in range(rng.randint(2, 5)):
            name = rng.choice([*names, *names, "X", ""])
            parts += [
                rng.choice(["", "x", " ", p.left, p.right]),
                f"{p.left}{rng.choice(['', '', p.upper])}{name}{p.right}",
            ]
        return "".join(parts), {name: rng.randint(-9, 20) for name in rng.sample(names, rng.randint(1, 3))}

    @staticmethod
    def solve(p: P, m: int, template: str, numbers: dict[str, int]) -> str:
        result = ""
        place = 0
        while place < len(template):
            end = template.find(p.right, place)
            start = place + 1
            twice = template[start : start + 1] == p.upper
            if twice:
                start += 1
            name = template[start:end] if end > 0 else ""
            if (
                template[place] == p.left
                and name != ""
                and all(letter in "abcdefghijklmnopqrstuvwxyz" for letter in name)
            ):
                if name in numbers:
                    result += str(numbers[name] * (2 if twice and m != 1 else 1))
                elif p.missing == "keep":
                    result += template[place : end + 1] if m != 2 else name
                elif p.missing == "?":
                    result += "?" if m != 2 else "0"
                elif m == 2:
                    result += "0"
                place = end + 1
            else:
                result += template[place] if m != 3 or template[place] != p.right else ""
                place += 1
            if m == 4 and result.endswith("0"):
                result = result[:-1]
        return result

    @staticmethod
    def brute(p: P, template: str, numbers: dict[str, int]) -> str:
        import re

        pattern = re.compile(re.escape(p.left) + f"({re.escape(p.upper)}?)([a-z]+)" + re.escape(p.right))

        def filled(match: re.Match[str]) -> str:
            if match[2] in numbers:
                return str(numbers[match[2]] + (numbers[match[2]] if match[1] else 0))
            return {"keep": match[0], "empty": "", "?": "?"}[p.missing]

        return pattern.sub(filled, template)


FAMILIES = (
    QuotedFields(),
    Template(),
)
