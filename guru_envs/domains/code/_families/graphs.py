"""Graphs given as lists of edges."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


def _edges(rng: random.Random, nodes: int, count: int) -> list[list[int]]:
    """Different edges between different nodes, each written once."""
    pairs = [[a, b] for a in range(nodes) for b in range(a)]
    chosen = rng.sample(pairs, min(count, len(pairs)))
    return [pair if rng.random() < 0.5 else pair[::-1] for pair in chosen]


class Groups(Family):
    name, theme, level = "friend_groups", "graphs", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, what=["groups", "largest", "alone", "pairs"], least=[2, 3], strong=[1, 2, 3])

    def text(self, p: P) -> tuple[str, str]:
        ask = {
            "groups": f"Count the groups of at least {p.least} people.",
            "largest": f"Find the size of the largest group, or 0 if it has fewer than {p.least} people.",
            "alone": f"Count the people whose group has fewer than {p.least} people.",
            "pairs": f"Count the pairs of different people of the same group, in groups of at least {p.least} people.",
        }[p.what]
        zh_ask = {
            "groups": f"求人数不少于 {p.least} 的群的个数。",
            "largest": f"求最大的群的人数；若它少于 {p.least} 人，则为 0。",
            "alone": f"求所在群人数少于 {p.least} 的人数。",
            "pairs": f"只考虑人数不少于 {p.least} 的群，求同属一群的不同两人的对数。",
        }[p.what]
        return (
            "There are `n` people with the numbers 0 to n - 1. Each item of `meetings` is a list `[a, b]`: the people a and b met (a and b differ; a pair can meet "
            f"several times, in either order). Who met at least {p.strong} time{'s' if p.strong > 1 else ''} are friends. People connected through friends of "
            f"friends form a group; someone without friends is a group of one. {ask}",
            f"有 `n` 个人，编号 0 到 n - 1。`meetings` 的每一项是列表 `[a, b]`，表示 a 与 b 见过一次面（a 与 b 不同；同一对人可以多次见面，次序任意）。"
            f"见面至少 {p.strong} 次的两人是朋友。通过朋友的朋友相连的人组成一个群，没有朋友的人独自成群。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Count the meetings of each pair, join friends with a union-find structure, and count the members of each root.",
            "统计每对人的见面次数，用并查集合并朋友，再统计每个根的成员数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        s = p.strong
        return [
            (1, []),
            (4, []),
            (3, [[0, 1]] * s),
            (3, [[0, 1]] * max(s - 1, 1)),
            (4, [[0, 1], [1, 0]] * s),
            (6, [[0, 1], [1, 2], [3, 4]] * s),
            (5, [[3, 4], [2, 3], [1, 2], [0, 1]] * s),
            (7, [[0, 6], [6, 3], [1, 2], [4, 5], [5, 4]] * s),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(3, 8)
        meetings = []
        for pair in _edges(rng, n, rng.randint(1, n)):
            meetings += [
                pair if rng.random() < 0.6 else pair[::-1]
                for _ in range(rng.choice([1, p.strong, p.strong, p.strong + 1]))
            ]
        rng.shuffle(meetings)
        return n, meetings

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 3, 4) if p.strong == 1 else (1, 2, 3, 4)

    @staticmethod
    def solve(p: P, m: int, n: int, meetings: list[list[int]]) -> int:
        root = list(range(n))

        def find(person: int) -> int:
            while root[person] != person:
                person = root[person]
            return person

        times: dict[tuple[int, int], int] = {}
        for a, b in meetings:
            pair = (min(a, b), max(a, b)) if m != 2 else (a, b)
            times[pair] = times.get(pair, 0) + 1
        for (a, b), count in times.items():
            if count >= p.strong if m != 1 else count > p.strong:
                if m != 3:
                    root[find(a)] = find(b)
                else:
                    root[a] = find(b)
        sizes = [0] * n
        for person in range(n):
            sizes[find(person)] += 1
        large = [size for size in sizes if (size >= p.least if m != 4 else size > p.least)]
        if p.what == "groups":
            return len(large)
        if p.what == "largest":
            return max(large, default=0)
        if p.what == "alone":
            return n - sum(large)
        return sum([size * (size - 1) // 2 for size in large])

    @staticmethod
    def brute(p: P, n: int, meetings: list[list[int]]) -> int:
        friends = [
            [sum(1 for met in meetings if set(met) == {a, b}) >= p.strong or a == b for b in range(n)] for a in range(n)
        ]
        for middle in range(n):
            for a in range(n):
                for b in range(n):
                    friends[a][b] = friends[a][b] or (friends[a][middle] and friends[middle][b])
        sizes = [sum(line) for line in friends]
        if p.what == "groups":
            return sum(size >= p.least and friends[a].index(True) == a for a, size in enumerate(sizes))
        if p.what == "largest":
            return max(sizes) if max(sizes) >= p.least else 0
        if p.what == "alone":
            return sum(size < p.least for size in sizes)
        return sum(friends[a][b] and sizes[a] >= p.least for a in range(n) for b in range(a))


class Hops(Family):
    name, theme, level = "people_in_reach", "graphs", 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "steps": rng.randint(2, 4),
            "exact": rng.random() < 0.5,
            "oneway": rng.random() < 0.5,
            "goal": rng.choice(["count", "list"]),
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
        return n, _edges(rng, n, rng.randint(n - 1, n + 3)), rng.randrange(n)

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


class TaskOrder(Family):
    name, theme, level = "task_order", "graphs", 6

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"first": rng.choice(["smallest", "largest"]), "rounds": rng.choice([0, 0, 2, 3])}

    def text(self, p: P) -> tuple[str, str]:
        en_round = (
            f" A day has room for {p.rounds} tasks; a task can be done only when the tasks it needs were done on earlier days. On each day, the tasks that can be done are taken in this "
            "order until there is no room or none left; a day's tasks are listed in the order taken."
            if p.rounds
            else " One task is done at a time."
        )
        zh_round = (
            f"每天最多做 {p.rounds} 个任务；一个任务只有在它所需的任务都已在之前的日子完成时才能做。每天按上述次序选取当天可做的任务，直到名额用完或没有可做的任务；当天的任务按选取的次序列出。"
            if p.rounds
            else "每次做一个任务。"
        )
        kind, zh_kind = ("smallest", "小") if p.first == "smallest" else ("largest", "大")
        return (
            "There are `n` tasks with the numbers 0 to n - 1. Each item of `needs` is a list `[a, b]`: task a has to be done before task b. Of the tasks that can be done "
            f"next, the one with the {kind} number comes first.{en_round} Find the list of all tasks in the order in which they are done; the list is empty if not all "
            "tasks can be done.",
            f"有 `n` 个任务，编号 0 到 n - 1。`needs` 的每一项是列表 `[a, b]`，表示任务 a 必须在任务 b 之前完成。在当前可做的任务中，编号最{zh_kind}的先做。{zh_round}"
            "求所有任务按完成次序排列的列表；若不能完成全部任务，则为空列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Count for each task what it still waits for; take a ready task, and reduce the counts of those that need it.",
            "统计每个任务还在等待的任务数；取一个就绪的任务，并减少依赖它的任务的计数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1, []),
            (4, []),
            (3, [[2, 1], [1, 0]]),
            (3, [[0, 1], [1, 2], [2, 0]]),
            (4, [[3, 0], [2, 0], [1, 0]]),
            (5, [[0, 4], [4, 1], [3, 2]]),
            (5, [[1, 2], [2, 1]]),
            (6, [[5, 0], [4, 1], [3, 2], [0, 2]]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(3, 8)
        rank = rng.sample(range(n), n)
        pairs = _edges(rng, n, rng.randint(1, n + 2))
        if rng.random() < 0.85:
            pairs = [sorted(pair, key=rank.__getitem__) for pair in pairs]
        return n, pairs

    @staticmethod
    def solve(p: P, m: int, n: int, needs: list[list[int]]) -> list[int]:
        waits = [0] * n
        for _, b in needs:
            waits[b] += 1
        ready = [task for task in range(n) if waits[task] == 0]
        order: list[int] = []
        while ready:
            ready.sort(reverse=p.first == ("largest" if m != 1 else "smallest"))
            today = ready[: p.rounds] if p.rounds > 0 else ready[:1]
            if m == 2 and len(order) == 0:
                today = ready[:]
            ready = ready[len(today) :]
            for task in today:
                order.append(task)
                for a, b in needs:
                    if a == task:
                        waits[b] -= 1
                        if waits[b] == 0:
                            ready.append(b)
        return order if len(order) == n or m == 3 else []

    @staticmethod
    def brute(p: P, n: int, needs: list[list[int]]) -> list[int]:
        done: list[int] = []
        while len(done) < n:
            before = set(done)
            able = [task for task in range(n) if task not in before and all(a in before for a, b in needs if b == task)]
            if not able:
                return []
            able.sort(key=lambda task: task if p.first == "smallest" else -task)
            done += able[: p.rounds or 1]
        return done


class AnyOrder(Family):
    name, theme, level = "some_order", "graphs", 6

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"apart": rng.choice([1, 1, 2]), "backward": rng.random() < 0.5}

    formats = ("function", "description", "class")

    def text(self, p: P) -> tuple[str, str]:
        way = "a stands before b" if not p.backward else "b stands before a"
        zh_way = "a 排在 b 之前" if not p.backward else "b 排在 a 之前"
        ends = " Number 0 stands at the very front or at the very end." if p.apart == 2 else ""
        zh_ends = "编号 0 必须位于最前或最后。" if p.apart == 2 else ""
        return (
            f"Put the numbers 0 to n - 1 (`n` is at least 1) in an order in which, for each item `[a, b]` of `rules`, {way}.{ends} Find such an order as a list; "
            "if there are several, any of them is right. If there is none, the answer is an empty list.",
            f"把 0 到 n - 1 这些数（`n` 至少为 1）排成一列，使得对 `rules` 中的每一项 `[a, b]`，{zh_way}。{zh_ends}求这样的一个排列（列表）；"
            "若有多个，任何一个都算正确。若不存在，答案为空列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Take again and again a number that nothing left has to precede; where number 0 has to stand at an end, try both ends.",
            "反复取出不再有前置要求的数；若编号 0 必须在两端，则分别尝试两端。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1, []),
            (3, []),
            (2, [[0, 1]]),
            (2, [[1, 0]]),
            (3, [[0, 1], [1, 2], [2, 0]]),
            (3, [[1, 0], [0, 2]]),
            (4, [[3, 2], [2, 1], [1, 0]]),
            (4, [[1, 2], [2, 1]]),
            (5, [[0, 1], [0, 2], [3, 4]]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(3, 7)
        rank = rng.sample(range(n), n)
        pairs = _edges(rng, n, rng.randint(1, n + 1))
        if rng.random() < 0.8:
            pairs = [sorted(pair, key=rank.__getitem__) for pair in pairs]
        return n, pairs

    @staticmethod
    def solve(p: P, m: int, n: int, rules: list[list[int]]) -> list[int]:
        rules = [rule[::-1] for rule in rules] if p.backward != (m == 1) else rules
        starts = [[], [[0, b] for b in range(1, n)], [[b, 0] for b in range(1, n)]]
        for more in starts[1:] if p.apart == 2 and m != 3 else starts[:1]:
            left = list(range(n))
            order: list[int] = []
            needs = rules + more
            while left:
                free = [number for number in left if all(a not in left for a, b in needs if b == number)]
                if len(free) == 0 and m != 2:
                    break
                order.append(free[0] if free else left[0])
                left.remove(order[-1])
            if len(order) == n and (m != 3 or p.apart == 2 or n < 4):
                return order
        return []

    @staticmethod
    def check(p: P, args: tuple[Any, ...], value: Any) -> bool:
        n, rules = args
        fits = AnyOrder._fits
        if value == [] and type(value) is list:
            return not AnyOrder.brute(p, n, rules)
        plain = type(value) is list and all(type(one) is int for one in value)
        return plain and sorted(value) == list(range(n)) and fits(p, value, rules)

    @staticmethod
    def _fits(p: P, order: list[int], rules: list[list[int]]) -> bool:
        place = {number: index for index, number in enumerate(order)}
        if p.apart == 2 and 0 not in (order[0], order[-1]):
            return False
        return all((place[a] < place[b]) != p.backward for a, b in rules)

    @staticmethod
    def brute(p: P, n: int, rules: list[list[int]]) -> list[int]:
        from itertools import permutations

        return next((list(order) for order in permutations(range(n)) if AnyOrder._fits(p, list(order), rules)), [])


class Cheapest(Family):
    name, theme, level = "cheapest_route", "graphs", 7
    mutants = 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "toll": rng.randint(0, 4),
            "free": rng.choice([0, 1, 2]),
            "missing": rng.choice([-1, 0, 9999]),
            "oneway": rng.random() < 0.5,
        }

    def text(self, p: P) -> tuple[str, str]:
        way = "from a to b only" if p.oneway else "in both directions"
        zh_way = "只能从 a 到 b" if p.oneway else "可双向通行"
        toll = (
            f" Each place between the first and the last one of a route costs {p.toll} more each time it is passed."
            if p.toll
            else ""
        )
        zh_toll = f"路线中首尾之间的每个地点每经过一次另收 {p.toll}。" if p.toll else ""
        free = (
            f" With vouchers, up to {p.free} road{'s' if p.free > 1 else ''} of the route may be used free of cost{' (the tolls of places remain)' if p.toll else ''}."
            if p.free
            else ""
        )
        zh_free = (
            f"凭优惠券，路线中至多 {p.free} 条道路可以免费通行{'（地点的收费仍需支付）' if p.toll else ''}。"
            if p.free
            else ""
        )
        return (
            "There are `n` places with the numbers 0 to n - 1. Each item of `roads` is a list `[a, b, cost]`, a road between a and b that can be used "
            f"{way}.{toll}{free} Find the least cost of a route from place 0 to place n - 1, or {p.missing} if there is no route. For n = 1 the cost is 0.",
            f"有 `n` 个地点，编号 0 到 n - 1。`roads` 的每一项是列表 `[a, b, cost]`，表示 a 与 b 之间的一条道路及其费用，{zh_way}。{zh_toll}{zh_free}"
            f"求从地点 0 到地点 n - 1 的路线的最小费用；若没有路线则为 {p.missing}。n = 1 时费用为 0。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Dijkstra's search over pairs of a place and the number of vouchers used.",
            "在（地点，已用优惠券数）的状态上运行 Dijkstra 算法。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1, []),
            (2, []),
            (2, [[0, 1, 7]]),
            (2, [[1, 0, 7]]),
            (3, [[0, 1, 4], [1, 2, 4], [0, 2, 9 + p.toll]]),
            (4, [[0, 1, 5], [1, 2, 9], [2, 3, 5], [0, 3, 30]]),
            (4, [[0, 1, 1], [1, 3, 9], [0, 2, 9], [2, 3, 1]]),
            (3, [[0, 1, 3], [0, 1, 2], [1, 2, 5]]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(3, 6)
        return n, [[a, b, rng.randint(1, 9)] for a, b in _edges(rng, n, rng.randint(n - 1, n + 4))]

    def live(self, p: P) -> tuple[int, ...]:
        return tuple([1, *([2] if p.toll else []), *([3] if p.free else []), 4, 5])

    @staticmethod
    def solve(p: P, m: int, n: int, roads: list[list[int]]) -> int:
        from heapq import heappop, heappush

        near: list[list[tuple[int, int]]] = [[] for _ in range(n)]
        for a, b, cost in roads:
            near[a].append((b, cost))
            if p.oneway == (m == 1):
                near[b].append((a, cost))
        heap = [(0, 0, 0)]
        done: set[tuple[int, int]] = set()
        while heap:
            total, place, used = heappop(heap) if m != 5 else heap.pop()
            if place == n - 1:
                return total
            if (place, used) in done:
                continue
            done.add((place, used))
            toll = p.toll if place > 0 or m == 2 else 0
            for other, cost in near[place]:
                heappush(heap, (total + toll + (cost if m != 4 else 1), other, used))
                if p.free > 0 and used < (p.free if m != 3 else p.free + 1):
                    heappush(heap, (total + toll, other, used + 1))
        return p.missing

    @staticmethod
    def brute(p: P, n: int, roads: list[list[int]]) -> int:
        best: list[int] = []

        def walk(place: int, seen: list[int], costs: list[int]) -> None:
            if place == n - 1:
                paid = sorted(costs)[: max(0, len(costs) - p.free)]
                best.append(sum(paid) + p.toll * max(0, len(seen) - 2))
                return
            for a, b, cost in roads:
                for one, two in [(a, b)] if p.oneway else [(a, b), (b, a)]:
                    if one == place and two not in seen:
                        walk(two, [*seen, two], [*costs, cost])

        walk(0, [0], [])
        return min(best) if best else p.missing


FAMILIES = (Groups(), Hops(), TaskOrder(), AnyOrder(), Cheapest())
