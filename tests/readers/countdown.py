"""Countdown prompts as somebody reads them who knows nothing else; all ways to calculate are tried, with exact fractions."""

from __future__ import annotations

import re
from fractions import Fraction

MOST = 4  # numbers for which all ways are tried; with more it takes minutes, and the problem is only read


class Numbers:
    """A prompt as read. The one solution is an expression, the first found."""

    def __init__(self, prompt: str) -> None:
        english = re.match(
            r"Make (\d+) from the numbers ([^.]+)\. Use each listed number (.+?), with the operations? (.+?) and parentheses only\.",
            prompt,
        )
        chinese = re.match(r"用数字 ([^得]+) 得到 (\d+)。列出的每个数字(.+?)，只能使用(.+?)和括号。", prompt)
        target, numbers, use, signs = english.groups() if english else (chinese[2], chinese[1], chinese[3], chinese[4])
        self.target, self.numbers = int(target), tuple(map(int, re.findall(r"\d+", numbers)))
        self.all = "exactly once" in use or "恰好使用一次" in use
        assert self.all or "at most once" in use or "最多使用一次，不必全部用完" in use
        self.signs = "".join(sign for sign in "+-*/" if sign in signs)
        negative = "negative" in prompt or "负数" in prompt
        assert negative is ("-" in self.signs)
        assert ("fractions" in prompt or "分数" in prompt) is ("/" in self.signs)

    def ways(self, held: list[tuple[Fraction, str]], seen: set) -> str | None:
        """An expression for the target from some values with their expressions."""
        key = tuple(sorted(value for value, _ in held))
        if key in seen:
            return None
        seen.add(key)
        for value, text in held if not self.all or len(held) == 1 else ():
            if value == self.target and text not in map(str, self.numbers):
                return text
        for i, (a, one) in enumerate(held):
            for j, (b, two) in enumerate(held):
                if i == j:
                    continue
                rest = [pair for place, pair in enumerate(held) if place not in (i, j)]
                for sign in self.signs:
                    if (sign in "+*" and i > j) or (sign == "/" and b == 0):
                        continue
                    value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else a}[sign]
                    found = self.ways([*rest, (value, f"({one} {sign} {two})")], seen)
                    if found:
                        return found
        return None

    def solutions(self, most: int = 2) -> list[str]:
        if len(self.numbers) > MOST:
            return []
        found = self.ways([(Fraction(number), str(number)) for number in self.numbers], set())
        return [found] if found else []

    def partial(self) -> bool:
        """Whether the numbers are too many to try all ways."""
        return len(self.numbers) > MOST

    def asked(self, solution):
        """The problem itself, as there may be many solutions."""
        return self.numbers, self.target, self.signs, self.all

    def answer(self, solution: str) -> str:
        return solution.removeprefix("(").removesuffix(")") if solution.count("(") == 1 else solution

    def form_is(self, answer: str) -> bool:
        return re.fullmatch(r"[\d+*/() -]+", answer) is not None

    def spoilt(self, solution: str, rng) -> str:
        """One more, one number replaced, or a sign that makes another value."""
        place = rng.choice(list(re.finditer(r"\d+", solution)))
        return f"{solution[: place.start()]}{int(place[0]) + 1}{solution[place.end() :]}"


read = Numbers
