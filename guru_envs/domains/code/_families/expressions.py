"""Reading nested notations: postfix, repetition, formulas, expressions."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P


class Postfix(Family):
    name, theme, level = "run_postfix", "parsers", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        kinds = rng.sample(["add", "minus", "max", "min", "gap", "times", "last"], 3)
        return {"kinds": kinds, "signs": rng.sample("@#$%&~", 3), "empty": rng.choice([0, -1, 1])}

    _WORDS = {
        "add": ("a + b", "a + b"),
        "minus": ("a - b", "a - b"),
        "max": ("the larger of a and b", "a 与 b 中较大者"),
        "min": ("the smaller of a and b", "a 与 b 中较小者"),
        "gap": ("the absolute difference of a and b", "a 与 b 之差的绝对值"),
        "times": ("a times b", "a 乘以 b"),
        "last": ("2 * a + b", "2 * a + b"),
    }

    def text(self, p: P) -> tuple[str, str]:
        listed = "; ".join(f"{sign} gives {self._WORDS[kind][0]}" for sign, kind in zip(p.signs, p.kinds, strict=True))
        zh_listed = "；".join(
            f"{sign} 得到 {self._WORDS[kind][1]}" for sign, kind in zip(p.signs, p.kinds, strict=True)
        )
        return (
            "The text `program` consists of words with single spaces between them (it may be empty): whole numbers and signs. Go through the words from left to right: a number is put on a stack; a sign takes the top number b "
            f"and the number a below it from the stack and puts one number on it: {listed}. A sign that finds fewer than two numbers does nothing. Find the number on top of the stack at the end, or {p.empty} if the "
            "stack is empty.",
            "文本 `program` 由以单个空格分隔的词组成（可以为空）：整数和符号。从左到右处理：遇到数则压入栈；遇到符号则从栈中取出栈顶的数 b 和其下的数 a，再压入一个数："
            f"{zh_listed}。若栈中不足两个数，则该符号不起作用。求最后栈顶的数；若栈为空，则为 {p.empty}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return ("Keep the numbers in a list as a stack and work off the words.", "用列表作为栈，逐词处理。")

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        x, y, z = list(p.signs)
        return [
            ("",),
            ("7",),
            (x,),
            (f"3 {y}",),
            (f"5 3 {x}",),
            (f"5 3 {y}",),
            (f"5 3 {z}",),
            (f"2 9 {x} -4 {y}",),
            (f"1 2 3 {x} {y} {z}",),
            (f"-6 -2 {z} {z} 3 {x}",),
            ("4 8 15",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        words = [str(rng.randint(-9, 9)) for _ in range(rng.randint(2, 5))]
        for _ in range(rng.randint(1, 5)):
            words.insert(rng.randint(1, len(words)), rng.choice(p.signs))
        return (" ".join(words),)

    def live(self, p: P) -> tuple[int, ...]:
        ordered = bool(set(p.kinds) & {"minus", "last"})
        return (1, 3, *([2] if ordered else []), *([4] if set(p.kinds) - {"add", "minus", "last"} else []))

    @staticmethod
    def solve(p: P, m: int, program: str) -> int:
        kinds = dict(zip(p.signs, p.kinds, strict=True))
        stack: list[int] = []
        for word in program.split():
            if word not in kinds:
                stack.append(int(word))
            elif len(stack) >= 2:
                b = stack.pop()
                a = stack.pop()
                if m == 2:
                    a, b = b, a
                kind = kinds[word]
                if kind == "add":
                    stack.append(a + b)
                elif kind == "minus":
                    stack.append(a - b)
                elif kind == "max":
                    stack.append(max(a, b) if m != 4 else a)
                elif kind == "min":
                    stack.append(min(a, b) if m != 4 else b)
                elif kind == "gap":
                    stack.append(abs(a - b) if m != 4 else b - a)
                elif kind == "times":
                    stack.append(a * b if m != 4 else a * abs(b))
                else:
                    stack.append(2 * a + b)
            elif m == 1:
                stack = []
        if len(stack) == 0:
            return p.empty
        return stack[-1] if m != 3 else stack[0]

    @staticmethod
    def brute(p: P, program: str) -> int:
        words: list[Any] = [int(word) if word not in p.signs else word for word in program.split()]
        while True:
            place = next((i for i, word in enumerate(words) if isinstance(word, str)), None)
            if place is None:
                return words[-1] if words else p.empty
            if place < 2:
                del words[place]
                continue
            a, b, sign = words[place - 2 : place + 1]
            kind = p.kinds[p.signs.index(sign)]
            ordered = sorted((a, b))
            made = {
                "add": a + b,
                "minus": a - b,
                "max": ordered[1],
                "min": ordered[0],
                "gap": ordered[1] - ordered[0],
                "times": a * b,
                "last": a + a + b,
            }
            words[place - 2 : place + 1] = [made[kind]]


class Expression(Family):
    name, theme, level = "odd_arithmetic", "parsers", 8
    mutants = 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        strong = rng.sample(["+", "-", "*"], rng.choice([1, 2]))
        return {
            "strong": "".join(sorted(strong)),
            "right": rng.choice([True, False]),
            "sign": rng.choice(["~", "#", "@"]),
            "wrap": rng.choice([0, 0, 97, 1000]),
        }

    def text(self, p: P) -> tuple[str, str]:
        weak = "".join(sign for sign in "+-*" if sign not in p.strong)
        side, zh_side = ("right to left", "从右到左") if p.right else ("left to right", "从左到右")
        wrap = (
            f" After every operation ({p.sign} is one, too) the result is replaced by its remainder (0 to {p.wrap - 1}) when divided by {p.wrap}."
            if p.wrap
            else ""
        )
        zh_wrap = f"每次运算（{p.sign} 也算）后，结果取它除以 {p.wrap} 的余数（0 到 {p.wrap - 1}）。" if p.wrap else ""
        return (
            f"The text `expression` is written with whole numbers (digits only), the signs + - * and parentheses, without spaces, and {p.sign} in front of a number or a parenthesis (also several times), which stands for the number or the "
            f"value of the parenthesis plus 1, and binds strongest. Unlike usual, {' and '.join(p.strong)} bind{'s' if len(p.strong) == 1 else ''} more strongly than {' and '.join(weak)}; signs of the same strength are worked out from {side}.{wrap} Find the value.",
            f"文本 `expression` 由整数（仅数字）、符号 + - * 与括号组成，无空格；数或括号之前可以有 {p.sign}（可以多个），表示该数或括号的值加 1，它的优先级最高。与通常不同，{'、'.join(p.strong)} 的优先级高于 {'、'.join(weak)}；"
            f"同级符号{zh_side}计算。{zh_wrap}求它的值。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Recursive descent: a value is a marked number or parenthesis; strong chains are made of values, weak chains of strong ones; each chain is folded from its side.",
            "递归下降：值是带标记的数或括号；强级链由值组成，弱级链由强级链组成；每条链按规定方向合并。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        s = p.sign
        return [
            ("7",),
            (f"{s}7",),
            (f"{s}{s}(4)",),
            ("10-4-3",),
            ("2+3*4",),
            ("2*3+4",),
            ("9-2*3",),
            ("9*2-3",),
            ("8-3+2",),
            ("8+3-2",),
            ("(8-3)-(2-9)",),
            (f"2*{s}(3+4)*2-1-1",),
            ("50*50",),
            ("2*3-4+5*6-7",),
            ("((1))",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        def make(depth: int) -> str:
            text = ""
            for k in range(rng.randint(2, 4) if depth else 1):
                text += rng.choice("+-*") if k else ""
                text += p.sign * rng.choice([0, 0, 0, 1, 2])
                text += f"({make(depth - 1)})" if depth > 0 and rng.random() < 0.35 else str(rng.randint(0, 12))
            return text

        return (make(2),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4, 5) if p.wrap else (1, 2, 3, 4)

    @staticmethod
    def solve(p: P, m: int, expression: str) -> int:
        def fold(numbers: list[int], signs: list[str]) -> int:
            while signs:
                if p.right == (m != 1):
                    right, left, sign = numbers.pop(), numbers.pop(), signs.pop()
                else:
                    left, right, sign = numbers.pop(0), numbers.pop(0), signs.pop(0)
                if sign == "+":
                    result = left + right
                elif sign == "-":
                    result = left - right if m != 4 else right - left
                else:
                    result = left * right
                if p.wrap > 0 and m != 5:
                    result %= p.wrap
                numbers.insert(len(numbers) if p.right == (m != 1) else 0, result)
            return numbers[0]

        def chain(place: int, strong: bool) -> tuple[int, int]:
            numbers = []
            signs: list[str] = []
            while True:
                number, place = value(place) if strong else chain(place, True)
                numbers.append(number)
                here = expression[place : place + 1]
                if here in ("", ")") or (strong and (here in p.strong) != (m != 2)):
                    return fold(numbers, signs), place
                signs.append(here)
                place += 1

        def value(place: int) -> tuple[int, int]:
            if expression[place] == p.sign:
                number, place = value(place + 1)
                return (number + 1 if p.wrap == 0 or m == 5 else (number + 1) % p.wrap) if m != 3 else number, place
            if expression[place] == "(":
                number, place = chain(place + 1, False)
                return number, place + 1
            end = place
            while end < len(expression) and expression[end].isdigit():
                end += 1
            return int(expression[place:end]), end

        return chain(0, False)[0]

    @staticmethod
    def brute(p: P, expression: str) -> int:
        import re

        def wrapped(number: int) -> int:
            return number % p.wrap if p.wrap else number

        def flat(text: str) -> int:
            """Without parentheses; numbers may be negative, written with a leading n."""
            text = text.replace(p.sign, "s")
            while match := re.search(r"s(n?\d+)", text):
                number = wrapped(int(match[1].replace("n", "-")) + 1)
                text = text[: match.start()] + str(number).replace("-", "n") + text[match.end() :]
            for level in (p.strong, "".join(sign for sign in "+-*" if sign not in p.strong)):
                pattern = re.compile(r"(n?\d+)([" + re.escape(level) + r"])(n?\d+)")
                while found := list(re.finditer(r"(?=(?<!\d)(?<!n)(n?\d+)([" + re.escape(level) + r"])(n?\d+))", text)):
                    start = (found[-1] if p.right else found[0]).start()
                    match = pattern.match(text, start)
                    assert match
                    a, b = int(match[1].replace("n", "-")), int(match[3].replace("n", "-"))
                    number = wrapped({"+": a + b, "-": a - b, "*": a * b}[match[2]])
                    text = text[:start] + str(number).replace("-", "n") + text[match.end() :]
            return int(text.replace("n", "-"))

        while match := re.search(r"\(([^()]*)\)", expression):
            inner = expression[: match.start()] + str(flat(match[1])).replace("-", "n") + expression[match.end() :]
            expression = inner
        return flat(expression)


FAMILIES = (Postfix(), Expression())
