"""Steps done one after another on a list."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers

_STEPS = {
    "add": ("add {k} to every number", "把每个数加上 {k}"),
    "times": ("multiply every number by {k}", "把每个数乘以 {k}"),
    "over": ("keep only the numbers greater than {k}", "只保留大于 {k} 的数"),
    "class": ("keep only the numbers not divisible by {k}", "只保留不能被 {k} 整除的数"),
    "turn": ("reverse the order", "把顺序反转"),
    "sort": ("sort in increasing order", "按从小到大排序"),
    "unique": ("of equal numbers keep only the first", "相等的数只保留第一个"),
    "every": (
        "cut the list from its start into groups of {k} numbers (the last one may be smaller) and keep the first number of each",
        "从头开始每 {k} 个数为一组（最后一组可不满），只保留每组的第一个数",
    ),
    "deltas": (
        "replace the list by the differences of neighbours (right minus left)",
        "把列表替换为相邻两数之差（右减左）",
    ),
    "sums": (
        "replace every number by the sum of all numbers up to and including it",
        "把每个数替换为从开头到它（含）的所有数之和",
    ),
}


def _draw_step(rng: random.Random, kinds: list[str]) -> tuple[str, int]:
    kind = rng.choice(kinds)
    low, high = {"add": (1, 9), "times": (2, 4), "over": (-3, 8), "class": (2, 4), "every": (2, 3)}.get(kind, (0, 0))
    return kind, rng.randint(low, high)


class ShortPipeline(Family):
    name, theme, level = "transform_list", "lists", 1
    length = (2, 2)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        steps: list[tuple[str, int]] = []
        kinds = list(_STEPS)
        for _ in range(rng.randint(*self.length)):
            steps.append(_draw_step(rng, [kind for kind in kinds if not steps or kind != steps[-1][0]]))
        if all(kind in ("turn", "sort", "unique") for kind, _ in steps):
            steps.append(_draw_step(rng, ["add", "times", "over"]))
        return {"steps": tuple(steps), "first": steps[0][0], "last": steps[-1][0]}

    def text(self, p: P) -> tuple[str, str]:
        en = "; ".join(f"({n}) {_STEPS[kind][0].format(k=k)}" for n, (kind, k) in enumerate(p.steps, 1))
        zh = "；".join(f"（{n}）{_STEPS[kind][1].format(k=k)}" for n, (kind, k) in enumerate(p.steps, 1))
        return (
            f"Given a list `values` of integers, do these steps one after another, each on the result of the one before: {en}. "
            "Find the resulting list.",
            f"给定整数列表 `values`，依次执行以下步骤，每一步都作用于上一步的结果：{zh}。求最终得到的列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Each step is one line that makes a new list from the one before.",
            "每一步用一行代码由上一个列表生成新列表。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [([],), ([0],), ([5, 5, 5],), ([3, 1, 2, 3, 1],), ([9, 8, 7, 6, 5, 4],), ([-4, -2, 0, 2, 4, 6, 12],)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -9, 12, 2, 9),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> list[int]:
        if m == 1:
            values = values[1:]
        for kind, k in p.steps:
            if kind == "add":
                values = [value + k for value in values]
            elif kind == "times":
                values = [value * k for value in values]
            elif kind == "over":
                values = [value for value in values if value > k]
            elif kind == "class":
                values = [value for value in values if value % k != 0]
            elif kind == "turn":
                values = values[::-1]
            elif kind == "sort":
                values = sorted(values)
            elif kind == "unique":
                values = list(dict.fromkeys(values))
            elif kind == "every":
                values = values[::k]
            elif kind == "deltas":
                values = [right - left for left, right in zip(values, values[1:], strict=False)]
            elif kind == "sums":
                values = [sum(values[: place + 1]) for place in range(len(values))]
        if m == 2:
            values = values[:-1]
        if m == 3:
            values = values[::-1]
        return values

    @staticmethod
    def brute(p: P, values: list[int]) -> list[int]:
        now = list(values)
        for kind, k in p.steps:
            made: list[int] = []
            for place, value in enumerate(now):
                before = now[place - 1] if place else 0
                if kind in ("add", "times"):
                    made.append(value + k if kind == "add" else value * k)
                elif (kind == "over" and value - k > 0) or (kind == "class" and abs(value) % k):
                    made.append(value)
                elif kind == "turn":
                    made.insert(0, value)
                elif kind == "sort":
                    made.insert(sum(other <= value for other in made), value)
                elif (kind == "unique" and value not in made) or (kind == "every" and place % k == 0):
                    made.append(value)
                elif kind == "deltas" and place:
                    made.append(value - before)
                elif kind == "sums":
                    made.append(value + (made[-1] if made else 0))
            now = made
        return now


class LongPipeline(ShortPipeline):
    name, level = "long_transform", 3
    length = (4, 6)


FAMILIES = (ShortPipeline(), LongPipeline())
