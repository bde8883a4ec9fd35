"""Contiguous parts of lists, and what follows a number."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers


class BestWindow(Family):
    name, theme, level = "best_window", "lists", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        least = rng.randint(1, 3)
        return {
            "least": least,
            "most": least + rng.randint(0, 3),
            "want": rng.choice(["max", "min"]),
            "missing": rng.choice([0, -999, 1000]),
        }

    def text(self, p: P) -> tuple[str, str]:
        kind, zh_kind = ("largest", "最大") if p.want == "max" else ("smallest", "最小")
        span = f"at least {p.least} and at most {p.most} numbers"
        if p.least == p.most:
            span = f"exactly {p.least} number{'s' if p.least > 1 else ''}"
        zh_span = f"恰好 {p.least}" if p.least == p.most else f"至少 {p.least}、至多 {p.most}"
        return (
            f"Given a list `values` of integers, find the {kind} sum of a contiguous part with {span}. If the list has no such "
            f"part, the answer is {p.missing}.",
            f"给定整数列表 `values`，求由{zh_span} 个数组成的连续片段的{zh_kind}和。若列表中没有这样的片段，答案为 {p.missing}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "With prefix sums every allowed part is one subtraction; take the best.",
            "利用前缀和，每个允许的片段只需一次减法；取最优值。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        n = p.least
        return [
            ([],),
            ([4] * n,),
            ([-4] * n,),
            ([1] * (n - 1),),
            ([-1] * (p.most + 2),),
            ([2] * (p.most + 2),),
            ([5, -9, 7, 7, -1, 3, 8],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -9, 9, max(1, p.least - 1), 11),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        prefix = [0]
        for value in values:
            prefix.append(prefix[-1] + value)
        sums = []
        for start in range(len(values)):
            for size in range(p.least, p.most + 1 if m != 1 else p.most):
                if start + size <= len(values) if m != 2 else start + size < len(values):
                    sums.append(prefix[start + size] - prefix[start])
        if m == 1 and p.least == p.most:
            sums = [prefix[place] for place in range(p.least, len(prefix))]
        if len(sums) == 0:
            return p.missing
        return (
            (max(sums) if m != 3 else max([*sums, 0]))
            if p.want == "max"
            else (min(sums) if m != 3 else min([*sums, 0]))
        )

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        best: int | None = None
        for start in range(len(values)):
            total = 0
            for place in range(start, min(start + p.most, len(values))):
                total += values[place]
                if place - start + 1 >= p.least and (best is None or (total > best) == (p.want == "max")):
                    best = total
        return p.missing if best is None else best


class NextGreater(Family):
    name, theme, level = "next_in_line", "lists", 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "circular": rng.random() < 0.5,
            "greater": rng.random() < 0.5,
            "by": rng.randint(0, 3),
            "missing": rng.choice([-1, 0, 99]),
            "what": rng.choice(["value", "distance"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        by = f" by more than {p.by}" if p.by else ""
        kind, zh_kind = ("greater", "大") if p.greater else ("smaller", "小")
        zh_by = f"多于 {p.by} " if p.by else ""
        circle = (
            " The list is circular: after the last number comes the first one again, up to the number itself."
            if p.circular
            else ""
        )
        zh_circle = "列表是环形的：最后一个数之后又是第一个数，一直到该数自身为止。" if p.circular else ""
        what = "its value" if p.what == "value" else "how many positions further it is"
        zh_what = "它的值" if p.what == "value" else "它在往后多少个位置"
        return (
            f"Given a list `values` of integers, find for every number the first number after it that is {kind} than it{by}, and replace it "
            f"by {what}; where there is none, by {p.missing}.{circle} Find the resulting list.",
            f"给定整数列表 `values`，对每个数，找出它后面第一个比它{zh_kind}{zh_by}的数，并把它替换为{zh_what}；若没有这样的数，则替换为 {p.missing}。"
            f"{zh_circle}求得到的列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Walk on from each position, round the circle where there is one, until a number fits.",
            "从每个位置向后走（环形时绕回开头），直到遇到符合条件的数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([3],),
            ([1, 2, 3, 4],),
            ([4, 3, 2, 1],),
            ([2, 2, 2],),
            ([1, 1 + p.by, 2 + p.by, 1],),
            ([9, 0, 9 - p.by, 0, 8 - p.by],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, 0, 12, 2, 10),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> list[int]:
        size = len(values)
        result = []
        for place, value in enumerate(values):
            found = p.missing
            for step in range(
                1, (size if m != 1 else size - 1) if p.circular else (size - place if m != 1 else size - place - 1)
            ):
                other = values[(place + step) % size]
                gap = other - value if p.greater else value - other
                if gap > p.by if m != 2 else gap >= p.by:
                    found = other if p.what == "value" else step
                    if m != 3:
                        break
            result.append(found)
        return result

    @staticmethod
    def brute(p: P, values: list[int]) -> list[int]:
        result: list[int] = []
        for place, value in enumerate(values):
            behind = values[place + 1 :] + (values[:place] if p.circular else [])
            fits = [
                n for n, other in enumerate(behind) if (other > value + p.by if p.greater else other < value - p.by)
            ]
            if fits:
                result.append(behind[fits[0]] if p.what == "value" else fits[0] + 1)
            else:
                result.append(p.missing)
        return result


FAMILIES = (
    BestWindow(),
    NextGreater(),
)
