"""Lists of integers."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers


class KthDistinct(Family):
    name, theme, level = "kth_distinct", "lists", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "k": rng.randint(2, 5),
            "largest": rng.random() < 0.5,
            "missing": rng.choice([-1, 0, 999, -100, 77, -8]),
        }

    def text(self, p: P) -> tuple[str, str]:
        kind, zh_kind = ("largest", "大") if p.largest else ("smallest", "小")
        return (
            f"Given a list `values` of integers, rank its distinct values from the {kind} on (the {kind} has "
            f"rank 1) and find the value of rank {p.k}. If there are fewer than {p.k} distinct values, the answer is {p.missing}.",
            f"给定整数列表 `values`，把其中不同的值从最{zh_kind}的开始排名（最{zh_kind}的排第 1），求排第 {p.k} 的值。"
            f"若不同的值少于 {p.k} 个，答案为 {p.missing}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Sort the set of the values and take the place asked for, if it exists.",
            "把去重后的值排序，若所求位置存在则取出。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([7],),
            ([4] * 6,),
            (list(range(p.k)),),
            (list(range(p.k - 1)),),
            ([2, 2, 1, 1, 0, 0, 5, 5, 9],),
            ([-3, -3, -7, 8, 8, 1],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        top = rng.choice([4, 9, 50])
        return (integers(rng, -top, top, 1, 10),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        ranked = sorted(set(values) if m != 1 else values, reverse=p.largest if m != 2 else not p.largest)
        if len(ranked) < p.k if m != 3 else len(ranked) <= p.k:
            return p.missing
        return ranked[p.k - 1]

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        left = list(values)
        for _ in range(p.k - 1):
            if left:
                top = max(left) if p.largest else min(left)
                left = [value for value in left if value != top]
        if not left:
            return p.missing
        return max(left) if p.largest else min(left)


class LongestRun(Family):
    name, theme, level = "longest_run", "lists", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["over", "rising", "parity", "close"]),
            "k": rng.randint(1, 5),
            "what": rng.choice(["length", "sum"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "over": f"all numbers are greater than {p.k}",
            "rising": f"each number exceeds the one before it by at least {p.k}",
            "parity": "odd and even numbers alternate",
            "close": f"neighbours differ by at most {p.k}",
        }[p.rule]
        zh = {
            "over": f"所有数都大于 {p.k}",
            "rising": f"每个数都比前一个数至少大 {p.k}",
            "parity": "奇数与偶数交替出现",
            "close": f"相邻两数之差的绝对值不超过 {p.k}",
        }[p.rule]
        single, zh_single = (" A single number is such a part, too.", "单个数也算这样的片段。")
        if p.rule == "over":
            single = zh_single = ""
        ask, zh_ask = ("its length", "它的长度") if p.what == "length" else ("the sum of its numbers", "其中各数之和")
        return (
            f"Given a list `values` of integers, find the longest contiguous part in which {en}; of several equally long parts take the "
            f"leftmost. The answer is {ask}; it is 0 if there is no such part.{single}",
            f"给定整数列表 `values`，找出最长的连续片段，使得其中{zh}；若有多个同样长的片段，取最左边的一个。答案是{zh_ask}；"
            f"若没有这样的片段，答案为 0。{zh_single}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the list with the length and sum of the part that ends here; start again where the rule breaks, and keep the longest.",
            "遍历列表，维护以当前位置结尾的片段的长度与和；规则被破坏时重新开始，并记录最长者。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        k = p.k
        return [
            ([],),
            ([k],),
            ([k + 1],),
            ([0, k, 2 * k],),
            ([9, 9, 1, 8, 8],),
            ([7, 8, 7, 1, 1, 6, 7, 6],),
            ([k + 1, k + 2, k, k + 3, k + 4],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        values, value = [], rng.randint(-2, 9)
        for _ in range(rng.randint(3, 14)):
            values.append(value)
            value = value + rng.choice([-1, 0, 1, p.k, p.k, p.k + 1]) if rng.random() < 0.75 else rng.randint(-2, 12)
        return (values,)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        best = best_sum = length = total = 0
        for place, value in enumerate(values):
            if p.rule == "over":
                if value > p.k if m != 1 else value >= p.k:
                    length += 1
                    total += value
                else:
                    length = total = 0
            else:
                before = values[place - 1]
                if p.rule == "rising":
                    fits = value - before >= p.k if m != 1 else value - before > p.k
                elif p.rule == "parity":
                    fits = (value - before) % 2 == 1 if m != 1 else value != before
                else:
                    fits = abs(value - before) <= p.k if m != 1 else value - before <= p.k
                if place > 0 and fits:
                    length += 1
                    total += value
                else:
                    length, total = 1, value
            if length > best if m != 2 else length > best + 1:
                best, best_sum = length, total
        if m == 3:
            best, best_sum = length, total
        return best if p.what == "length" else best_sum

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        def fits(part: list[int]) -> bool:
            pairs = list(zip(part[:-1], part[1:], strict=True))
            if p.rule == "over":
                return min(part) > p.k
            if p.rule == "rising":
                return all(one + p.k <= two for one, two in pairs)
            if p.rule == "parity":
                return all({one % 2, two % 2} == {0, 1} for one, two in pairs)
            return all(two - p.k <= one <= two + p.k for one, two in pairs)

        for size in range(len(values), 0, -1):
            for start in range(len(values) - size + 1):
                part = values[start : start + size]
                if fits(part):
                    return size if p.what == "length" else sum(part)
        return 0


class PairsApart(Family):
    name, theme, level = "count_pairs", "lists", 3

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["difference", "sum", "multiple"]),
            "k": rng.randint(3, 9),
            "near": rng.choice([0, 0, 3, 4]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "difference": f"`values[i]` and `values[j]` differ by exactly {p.k}",
            "sum": f"`values[i] + values[j]` is {p.k}",
            "multiple": f"`values[i] + values[j]` is divisible by {p.k}",
        }[p.rule]
        zh = {
            "difference": f"`values[i]` 与 `values[j]` 恰好相差 {p.k}",
            "sum": f"`values[i] + values[j]` 等于 {p.k}",
            "multiple": f"`values[i] + values[j]` 能被 {p.k} 整除",
        }[p.rule]
        near = f" and `j - i` is at most {p.near}" if p.near else ""
        zh_near = f"且 `j - i` 不超过 {p.near} " if p.near else ""
        return (
            f"Given a list `values` of integers, count the pairs of positions `i < j` for which {en}{near}.",
            f"给定整数列表 `values`，求满足{zh}{zh_near}的位置对 `i < j` 的个数。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        if p.near:
            return ("For each position test the few positions after it.", "对每个位置，检查它后面的若干个位置。")
        return (
            "Count the values seen so far; each new value adds how often its partner was seen.",
            "统计已出现的值；每个新值加上其搭档已出现的次数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        k = p.k
        return [
            ([],),
            ([k],),
            ([0, k],),
            ([k, 0],),
            ([k, k, 0, 0, 2 * k],),
            ([1, 2, 1, 2, k - 1, k - 2],),
            ([-k, 0, k, -k, k],),
            ([0, 5, 1, 1, k, 7, 8],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -3, p.k + 4, 3, 14),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        count = 0
        if p.near > 0:
            for i in range(len(values)):
                for j in range(i + 1, min(i + p.near + 1 if m != 1 else i + p.near, len(values))):
                    if p.rule == "difference":
                        fits = abs(values[i] - values[j]) == p.k if m != 2 else values[j] - values[i] == p.k
                    elif p.rule == "sum":
                        fits = values[i] + values[j] == p.k if m != 2 else abs(values[i]) + abs(values[j]) == p.k
                    else:
                        fits = (values[i] + values[j]) % p.k == 0 if m != 2 else values[i] % p.k == values[j] % p.k
                    if fits:
                        count += 1
                        if m == 3:
                            break
            return count
        seen: dict[int, int] = {}
        for value in values:
            if p.rule == "difference":
                count += seen.get(value - p.k, 0)
                if m != 2:
                    count += seen.get(value + p.k, 0)
            elif p.rule == "sum":
                count += seen.get(p.k - value, 0) if m != 2 else seen.get(value - p.k, 0)
            else:
                count += seen.get(-value % p.k, 0) if m != 2 else seen.get(value % p.k, 0)
            key = value % p.k if p.rule == "multiple" else value
            seen[key] = seen.get(key, 0) + 1 if m != 1 else 1
        return count if m != 3 else count * 2

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        count = 0
        for j in range(len(values)):
            for i in range(j):
                total = values[i] + values[j]
                gap = max(values[i], values[j]) - min(values[i], values[j])
                fits = {"difference": gap == p.k, "sum": total == p.k, "multiple": total == p.k * (total // p.k)}[
                    p.rule
                ]
                count += fits and (p.near == 0 or j - i <= p.near)
        return count


FAMILIES = (
    KthDistinct(),
    LongestRun(),
    PairsApart(),
)
