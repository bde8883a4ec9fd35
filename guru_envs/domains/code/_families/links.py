"""Walks along links and roads."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers
from guru_envs.domains.code._families.graphs import draw_edges


class Chains(Family):
    name, theme, level = "follow_links", "mappings", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "what": rng.choice(["length", "cycle", "end"]),
            "start": rng.choice([0, 1]),
            "shift": rng.randint(0, 6),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "length": "how many different positions are visited",
            "cycle": "how many positions are visited again and again",
            "end": "the smallest position that is visited again and again",
        }[p.what]
        zh = {
            "length": "共访问了多少个不同的位置",
            "cycle": "有多少个位置会被反复访问",
            "end": "被反复访问的位置中编号最小的一个",
        }[p.what]
        first = "position 0" if p.start == 0 else "the last position"
        goal = (
            f"`links[position] + {p.shift}` (from the last position one goes on counting with the first)"
            if p.shift
            else "`links[position]`"
        )
        zh_goal = (
            f"`links[position] + {p.shift}`（超过最后一个位置时从第一个位置继续数）" if p.shift else "`links[position]`"
        )
        zh_first = "位置 0 " if p.start == 0 else "最后一个位置"
        return (
            "Every number in the list `links` is a valid position of the list, counted from 0. "
            f"Start at {first} and always go on to the position {goal}, without end. Find {en}.",
            f"列表 `links` 中的每个数都是该列表的一个合法位置（从 0 计）。从{zh_first}出发，不断前往位置 {zh_goal}，永不停止。求{zh}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Note the order of the visits; the first repeated position begins the cycle.",
            "记录访问顺序；第一个重复访问的位置就是环的起点。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([0],),
            ([1, 0],),
            ([0, 0],),
            ([1, 1],),
            ([1, 2, 3, 1],),
            ([3, 0, 1, 2],),
            ([1, 2, 3, 4, 4],),
            ([2, 0, 3, 2, 1],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        size = rng.randint(3, 10)
        return (integers(rng, 0, size - 1, size, size),)

    @staticmethod
    def solve(p: P, m: int, links: list[int]) -> int:
        order: list[int] = []
        position = 0 if p.start == (0 if m != 1 else 1) else len(links) - 1
        while position not in order:
            order.append(position)
            position = links[position] if p.shift == 0 else (links[position] + p.shift) % len(links)
        cycle = order[order.index(position) if m != 2 else 0 :]
        if m == 3:
            cycle = order[order.index(position) + 1 :]
        if p.what == "length":
            return len(order) if m < 2 else (len(cycle) if m == 3 else len(order) - 1)
        return len(cycle) if p.what == "cycle" else min(cycle)

    @staticmethod
    def brute(p: P, links: list[int]) -> int:
        start = 0 if p.start == 0 else len(links) - 1
        position, walk = start, []
        for _ in range(3 * len(links)):
            walk.append(position)
            position = (list(range(len(links))) * 2)[links[walk[-1]] + p.shift % len(links)]
        again = set(walk[len(links) :])
        return {"length": len(set(walk)), "cycle": len(again), "end": min(again)}[p.what]


class Hops(Family):
    name, theme, level = "people_in_reach", "graphs", 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "steps": rng.randint(2, 4),
            "exact": rng.random() < 0.5,
            "oneway": rng.random() < 0.5,
            "goal": rng.choice(["count", "list", "list"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        way = "from a to b only" if p.oneway else "in both directions"
        zh_way = "只能从 a 到 b" if p.oneway else "可双向通行"
        rule = f"exactly {p.steps} steps" if p.exact else f"at most {p.steps} steps"
        zh_rule = f"恰好为 {p.steps} 步" if p.exact else f"不超过 {p.steps} 步"
        ask, zh_ask = (
            ("Find the list of these places in increasing order.", "求这些地点的列表，从小到大排列。")
            if p.goal == "list"
            else (
                "Find the list with two numbers: how many such places there are, and the largest of them (-1 if there is none).",
                "求含两个数的列表：这样的地点的个数，以及其中编号最大者（若没有则为 -1）。",
            )
        )
        return (
            f"There are `n` places with the numbers 0 to n - 1. Each item of `roads` is a list `[a, b]`, a road between a and b that can be used {way}. One step uses one "
            f"road. Consider the places other than `start` whose shortest way from `start` takes {rule}. {ask}",
            f"有 `n` 个地点，编号 0 到 n - 1。`roads` 的每一项是列表 `[a, b]`，表示 a 与 b 之间的一条道路，{zh_way}。走一条道路为一步。"
            f"考虑除 `start` 之外、从 `start` 出发的最短路程{zh_rule}的地点。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Breadth-first search gives every place its least number of steps; then pick those that fit.",
            "广度优先搜索求出每个地点的最少步数，再选出符合条件者。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        line = [[i, i + 1] for i in range(7)]
        return [
            (1, [], 0),
            (3, [], 1),
            (8, line, 0),
            (8, line, 7),
            (8, line, 3),
            (4, [[0, 1], [1, 2], [2, 3], [3, 0]], 0),
            (5, [[1, 0], [2, 1], [3, 2], [4, 3]], 0),
            (4, [[0, 1], [0, 2], [0, 3]], 0),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(4, 10)
        return n, draw_edges(rng, n, rng.randint(n - 1, n + 3)), rng.randrange(n)

    @staticmethod
    def solve(p: P, m: int, n: int, roads: list[list[int]], start: int) -> list[int]:
        near: list[list[int]] = [[] for _ in range(n)]
        for a, b in roads:
            near[a].append(b)
            if p.oneway == (m == 1):
                near[b].append(a)
        steps = {start: 0}
        queue = [start]
        for place in queue if m != 3 else queue[:]:
            for other in near[place]:
                if other not in steps:
                    steps[other] = steps[place] + 1
                    queue.append(other)
        if p.exact:
            found = sorted(
                [place for place in steps if (steps[place] == p.steps if m != 2 else steps[place] == p.steps - 1)]
            )
        else:
            found = sorted([place for place in steps if 0 < steps[place] <= (p.steps if m != 2 else p.steps - 1)])
        return found if p.goal == "list" else [len(found), max(found, default=-1)]

    @staticmethod
    def brute(p: P, n: int, roads: list[list[int]], start: int) -> list[int]:
        reach = [{start}]
        for _ in range(p.steps):
            more = set(reach[-1])
            for a, b in roads:
                if a in reach[-1]:
                    more.add(b)
                if b in reach[-1] and not p.oneway:
                    more.add(a)
            reach.append(more)
        found = sorted(reach[-1] - reach[-2]) if p.exact else sorted(reach[-1] - {start})
        return found if p.goal == "list" else [len(found), found[-1] if found else -1]


FAMILIES = (
    Chains(),
    Hops(),
)
