"""Small dynamic programs over numbers and lists."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers, pick


class Stairs(Family):
    name, theme, level = "climb_stairs", "dynamic", 4
    mutants = 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        steps = sorted(rng.sample([1, 2, 3, 4, 5], rng.choice([2, 3])))
        return {"steps": steps, "broken": rng.choice([0, 3, 4, 5]), "twice": rng.random() < 0.5}

    def text(self, p: P) -> tuple[str, str]:
        sizes = " or ".join(map(str, p.steps))
        zh_sizes = "、".join(map(str, p.steps))
        broken = (
            f" Steps whose number (counted from 1) is divisible by {p.broken} are broken and must not be stepped on, unless it is the last step."
            if p.broken
            else ""
        )
        zh_broken = f"编号（从 1 数起）能被 {p.broken} 整除的台阶是坏的，不能踩，除非它是最后一级。" if p.broken else ""
        twice = f" The largest stride, {p.steps[-1]}, must not be taken twice in a row." if p.twice else ""
        zh_twice = f"最大的步幅 {p.steps[-1]} 不能连续使用两次。" if p.twice else ""
        return (
            f"A staircase has `n` steps (n may be 0). Someone climbs it with strides of {sizes} steps, in any order, and ends exactly on the last step."
            f"{broken}{twice} Find in how many ways this is possible; ways are different if the sequences of strides differ. For n = 0 there is one way.",
            f"一段楼梯有 `n` 级台阶（n 可以为 0）。某人每次跨 {zh_sizes} 级（任意次序），恰好到达最后一级。{zh_broken}{zh_twice}"
            "求不同的走法数；步幅序列不同即为不同的走法。n = 0 时有一种走法。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Count the ways to each step by the last stride, from the bottom up.",
            "自下而上，按最后一步的步幅统计到达每一级的方法数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(0,), (1,), (p.steps[0],), (p.steps[-1],), (2 * p.steps[-1],), (p.broken + 6,), (12,), (15,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (rng.randint(2, 30),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, *([2] if p.broken else []), *([3] if p.twice else []), 4, 5)

    @staticmethod
    def solve(p: P, m: int, n: int) -> int:
        strides = p.steps
        free = [1 if m != 1 else 0]
        largest = [0]
        for step in range(1, n + 1):
            short = long = 0
            if p.broken == 0 or step % p.broken != 0 or (step == n and m != 2):
                for stride in strides if m != 5 else strides[1:]:
                    if stride <= step if m != 4 else stride < step:
                        if p.twice and stride == strides[-1] and m != 3:
                            long += free[step - stride]
                        else:
                            short += free[step - stride] + largest[step - stride]
            free.append(short)
            largest.append(long)
        return free[n] + largest[n]

    @staticmethod
    def brute(p: P, n: int) -> int:
        from functools import cache

        @cache
        def ways(place: int, last: int) -> int:
            if place == n:
                return 1
            if place > n or (place and p.broken and place % p.broken == 0):
                return 0
            top = max(p.steps)
            return sum(ways(place + stride, stride) for stride in p.steps if not (p.twice and stride == last == top))

        return ways(0, 0)


class Coins(Family):
    name, theme, level = "pay_coins", "dynamic", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "most": rng.choice([1, 2, 3, 4]),
            "what": rng.choice(["ways", "fewest", "most"]),
            "missing": rng.choice([-1, 0, 99]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "ways": "Find in how many ways the amount can be paid exactly; ways are different if the number of coins of some kind differs.",
            "fewest": f"Find the least number of coins that pay the amount exactly, or {p.missing} if it cannot be paid.",
            "most": f"Find the largest number of coins that pay the amount exactly, or {p.missing} if it cannot be paid.",
        }[p.what]
        zh = {
            "ways": "求恰好付清该金额的方法数；某种硬币的个数不同即为不同的方法。",
            "fewest": f"求恰好付清该金额所需的最少硬币数；若无法付清则为 {p.missing}。",
            "most": f"求恰好付清该金额所用的最多硬币数；若无法付清则为 {p.missing}。",
        }[p.what]
        return (
            f"`coins` lists the values of different kinds of coins (different positive numbers); of each kind at most {p.most} can be used. An amount `amount` of at "
            f"least 0 is to be paid. {en}",
            f"`coins` 列出不同种类硬币的面值（互不相同的正数），每种硬币至多使用 {p.most} 个。要支付不小于 0 的金额 `amount`。{zh}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Work in one kind of coin after another, and keep a value for every amount up to the asked one.",
            "逐种加入硬币，并为不超过所求金额的每个金额维护一个值。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([], 0),
            ([], 3),
            ([5], 0),
            ([2], 2 * p.most),
            ([2], 2 * p.most + 2),
            ([3], 4),
            ([1, 2, 5], 8),
            ([2, 3, 7, 4], 9),
            ([1, 5, 6, 9], 10),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return rng.sample([1, 2, 3, 4, 5, 6, 7, 9, 10], rng.randint(2, 4)), rng.randint(1, 24)

    @staticmethod
    def solve(p: P, m: int, coins: list[int], amount: int) -> int:
        table: list[int] = [0] * (amount + 1)
        counts: list[set[int]] = [set() for _ in range(amount + 1)]
        if p.what == "ways":
            table[0] = 1
        else:
            counts[0].add(0)
        for coin in coins if m != 3 else coins[:-1]:
            for total in range(amount, 0, -1) if m != 2 else range(1, amount + 1):
                for used in range(1, p.most + 1 if m != 1 else p.most):
                    if coin * used <= total if m != 4 else coin * used < total:
                        if p.what == "ways":
                            table[total] += table[total - coin * used]
                        else:
                            counts[total] |= {count + used for count in counts[total - coin * used]}
        if p.what == "ways":
            return table[amount]
        if p.what == "fewest":
            return min(counts[amount], default=p.missing)
        return max(counts[amount], default=p.missing)

    @staticmethod
    def brute(p: P, coins: list[int], amount: int) -> int:
        from itertools import product

        paid = []
        for counts in product(range(p.most + 1), repeat=len(coins)):
            if sum(count * coin for count, coin in zip(counts, coins, strict=True)) == amount:
                paid.append(sum(counts))
        if p.what == "ways":
            return len(paid)
        if not paid:
            return p.missing
        return min(paid) if p.what == "fewest" else max(paid)


class Apart(Family):
    name, theme, level = "best_choice_apart", "dynamic", 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"gap": rng.randint(2, 4), "fee": rng.choice([0, 1, 2, 3, 4, 5]), "circle": rng.random() < 0.4}

    def text(self, p: P) -> tuple[str, str]:
        circle = (
            " The list is circular: after its last position comes the first one again, so that distances are also measured round this way."
            if p.circle
            else ""
        )
        zh_circle = "列表是环形的：最后一个位置之后又是第一个位置，距离也要沿这个方向计算。" if p.circle else ""
        fee = f" Each chosen number costs {p.fee}." if p.fee else ""
        zh_fee = f"每选一个数要扣除 {p.fee}。" if p.fee else ""
        return (
            f"Choose some numbers (possibly none) of the list `values` such that the positions of any two chosen numbers are at least {p.gap} apart.{circle}{fee} "
            "Find the largest sum of chosen numbers that is possible" + (" after these costs." if p.fee else "."),
            f"从列表 `values` 中选择若干个数（可以不选），使任意两个被选数的位置至少相距 {p.gap}。{zh_circle}{zh_fee}求{'扣除后' if p.fee else ''}被选数之和的最大值。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        if p.circle:
            return (
                "For a straight list best[i] follows from best[i - 1] and best[i - gap]. In a circle, either none of the last gap - 1 numbers is chosen, or one of them "
                "is and its near numbers fall away; take the best case.",
                "直线列表中 best[i] 由 best[i-1] 与 best[i-gap] 得到。环形时，或最后 gap-1 个数都不选，或选其中之一并去掉其附近的数；取最优情形。",
            )
        return (
            "best[i] of the first i numbers is the larger of best[i - 1] and the number plus best[i - gap].",
            "前 i 个数的 best[i] 为 best[i-1] 与该数加 best[i-gap] 中的较大者。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([5],),
            ([-5],),
            ([p.fee],),
            ([4, 4],),
            ([9] * p.gap,),
            ([9] * (p.gap + 1),),
            ([9] * (2 * p.gap),),
            ([8, 1, 1, 1, 1, 8],),
            ([5, 9, 5, 9, 5, 9, 5],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -2, 12, 3, 10),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        def straight(part: list[int]) -> int:
            best = [0]
            for number in part:
                before = best[max(len(best) - p.gap, 0) if m != 1 else max(len(best) - p.gap + 1, 0)]
                best.append(max(best[-1], before + number - (p.fee if m != 2 else -1)))
            return best[-1] if m != 3 else best[max(len(best) - 2, 0)]

        if p.circle:
            size = len(values)
            best = straight(values[: max(size - p.gap + 1, 0)])
            for last in range(max(size - p.gap + 1, 0), size):
                start = last + p.gap - size
                rest = straight(values[start : max(last - p.gap + 1, start)])
                best = max(best, values[last] - p.fee + rest)
            return best
        return straight(values)

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        size = len(values)
        best = 0
        for mask in range(1 << size):
            chosen = [i for i in range(size) if mask >> i & 1]
            gaps = [b - a for a, b in zip(chosen, chosen[1:], strict=False)]
            if p.circle and len(chosen) > 1:
                gaps.append(chosen[0] + size - chosen[-1])
            if all(gap >= p.gap for gap in gaps):
                best = max(best, sum(values[i] - p.fee for i in chosen))
        return best


class Rising(Family):
    name, theme, level = "longest_chain", "dynamic", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, low=[0, 1, 2], width=[2, 3, 9], near=[0, 0, 3, 4], what=["length", "sum"])

    def text(self, p: P) -> tuple[str, str]:
        near = f" and stands at most {p.near} positions further in the list" if p.near else ""
        zh_near = f"，且在列表中的位置至多靠后 {p.near}" if p.near else ""
        ask, zh_ask = (
            ("the largest number of numbers in a chain", "链中数的个数的最大值")
            if p.what == "length"
            else ("the largest sum of the numbers of a chain", "链中各数之和的最大值")
        )
        high = p.low + p.width
        return (
            "A chain is made by choosing numbers of the list `values` from left to right (skipping some is allowed; at least one is chosen) such that each chosen number exceeds the one "
            f"chosen before it by at least {p.low} and at most {high}{near}. Find {ask}; it is 0 for the empty list.",
            f"从列表 `values` 中从左到右选取若干个数（可以跳过一些，至少选一个）组成一条链，使每个被选的数比前一个被选的数大至少 {p.low}、至多 {high}{zh_near}。求{zh_ask}；空列表时为 0。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "The best chain that ends at a number extends the best chain of an allowed number before it.",
            "以某数结尾的最优链由其前面允许的数的最优链延长而成。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        a, b = p.low, p.low + p.width
        return [
            ([],),
            ([7],),
            ([-3],),
            ([1, 1 + a],),
            ([1, 1 + b],),
            ([1, 2 + b],),
            ([9, 5, 1],),
            ([1, 20, 20, 20, 1 + b],),
            ([4, 4, 4, 4],),
            ([-5, -4, -3, 9],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -4, 12, 4, 11),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.near else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        best: list[int] = []
        for place, value in enumerate(values):
            top = 0 if p.what == "length" else None
            start = max(place - (p.near if m != 4 else p.near - 1), 0) if p.near > 0 else 0
            for other in range(start, place):
                rise = value - values[other]
                if (p.low <= rise if m != 1 else p.low < rise) and (
                    rise <= p.low + p.width if m != 2 else rise < p.low + p.width
                ):
                    top = best[other] if top is None else max(top, best[other])
            own = 1 if p.what == "length" else value
            best.append(own if top is None else max(own + top, own))
        if m == 3:
            return best[-1] if best else 0
        return max(best, default=0)

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        results = []

        def grow(chain: list[int]) -> None:
            results.append(len(chain) if p.what == "length" else sum(values[i] for i in chain))
            for after in range(chain[-1] + 1, len(values)):
                if 0 <= values[after] - values[chain[-1]] - p.low <= p.width and (
                    not p.near or after - chain[-1] <= p.near
                ):
                    grow([*chain, after])

        for first in range(len(values)):
            grow([first])
        return max(results, default=0)


FAMILIES = (
    Stairs(),
    Coins(),
    Apart(),
    Rising(),
)
