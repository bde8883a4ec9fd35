"""Graphs given as lists of edges."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


def draw_edges(rng: random.Random, nodes: int, count: int) -> list[list[int]]:
    """Different edges between different nodes, each written once."""
    pairs = [[a, b] for a in range(nodes) for b in range(a)]
    chosen = rng.sample(pairs, min(count, len(pairs)))
    return [pair if rng.random() < 0.5 else pair[::-1] for pair in chosen]


class Groups(Family):
    name, theme, level = "friend_groups", "graphs", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, what=["groups", "largest", "alone", "pairs"], least=[2, 3, 4], strong=[1, 2, 3])

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
        for pair in draw_edges(rng, n, rng.randint(1, n)):
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


class TaskOrder(Family):
    name, theme, level = "task_order", "graphs", 6

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "first": rng.choice(["smallest", "largest"]),
            "rounds": rng.choice([0, 0, 2, 3, 4, 5]),
            "late": rng.choice([0, 2, 3, 4]),
        }

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
        late = (
            f", but tasks whose number is divisible by {p.late} come after all others that can be done"
            if p.late
            else ""
        )
        zh_late = f"，但编号能被 {p.late} 整除的任务排在当前其他所有可做的任务之后" if p.late else ""
        return (
            "There are `n` tasks with the numbers 0 to n - 1. Each item of `needs` is a list `[a, b]`: task a has to be done before task b. Of the tasks that can be done "
            f"next, the one with the {kind} number comes first{late}.{en_round} Find the list of all tasks in the order in which they are done; the list is empty if not all "
            "tasks can be done.",
            f"有 `n` 个任务，编号 0 到 n - 1。`needs` 的每一项是列表 `[a, b]`，表示任务 a 必须在任务 b 之前完成。在当前可做的任务中，编号最{zh_kind}的先做{zh_late}。{zh_round}"
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
        pairs = draw_edges(rng, n, rng.randint(1, n + 2))
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
            if p.late > 0:
                ready.sort(key=lambda task: task % p.late == 0)
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
            able.sort(key=lambda task: (bool(p.late) and task % p.late == 0, task if p.first == "smallest" else -task))
            done += able[: p.rounds or 1]
        return done


class AnyOrder(Family):
    name, theme, level = "some_order", "graphs", 6
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.end else (1, 2, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "end": rng.choice(["", "front", "back", "front or back"]),
            "backward": rng.random() < 0.5,
            "extra": rng.sample(range(1, 5), 2),
        }

    formats = ("function", "description", "class")

    def text(self, p: P) -> tuple[str, str]:
        way = "a stands before b" if not p.backward else "b stands before a"
        zh_way = "a 排在 b 之前" if not p.backward else "b 排在 a 之前"
        place = {
            "front": "at the very front",
            "back": "at the very end",
            "front or back": "at the very front or at the very end",
        }.get(p.end, "")
        zh_place = {"front": "最前", "back": "最后", "front or back": "最前或最后"}.get(p.end, "")
        ends = f" Number 0 stands {place}." if p.end else ""
        zh_ends = f"编号 0 必须位于{zh_place}。" if p.end else ""
        one, two = p.extra
        return (
            f"Put the numbers 0 to n - 1 (`n` is at least 1) in an order in which, for each item `[a, b]` of `rules`, {way}. As far as both are among the numbers, {one} stands before {two}.{ends} Find such an order as a list; "
            "if there are several, any of them is right. If there is none, the answer is an empty list.",
            f"把 0 到 n - 1 这些数（`n` 至少为 1）排成一列，使得对 `rules` 中的每一项 `[a, b]`，{zh_way}。若 {one} 和 {two} 都在这些数中，则 {one} 必须排在 {two} 之前。{zh_ends}求这样的一个排列（列表）；"
            "若有多个，任何一个都算正确。若不存在，答案为空列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Take again and again a number that nothing left has to precede; a fixed end is a rule with every other number.",
            "反复取出不再有前置要求的数；位于端点的要求等同于与其余每个数的一条规则。",
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
        pairs = draw_edges(rng, n, rng.randint(1, n + 1))
        if rng.random() < 0.8:
            pairs = [sorted(pair, key=rank.__getitem__) for pair in pairs]
        return n, pairs

    @staticmethod
    def solve(p: P, m: int, n: int, rules: list[list[int]]) -> list[int]:
        rules = [rule[::-1] for rule in rules] if p.backward != (m == 1) else rules
        if max(p.extra) < n:
            rules = [*rules, p.extra]
        front = [[0, b] for b in range(1, n)]
        back = [[b, 0] for b in range(1, n)]
        tries: list[list[list[int]]] = [[]] if p.end == "" else []
        if p.end in ("front", "front or back"):
            tries.append(front if m != 3 else [])
        if p.end in ("back", "front or back") and (m != 3 or p.end == "back"):
            tries.append(back if m != 3 else [])
        for more in tries:
            left = list(range(n))
            order: list[int] = []
            needs = rules + more
            while left:
                free = [number for number in left if all(a not in left for a, b in needs if b == number)]
                if len(free) == 0 and m != 2:
                    break
                order.append(free[0] if free else left[0])
                left.remove(order[-1])
            if len(order) == n if m != 4 else len(order) > 0:
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
        if p.end and 0 not in {"front": order[:1], "back": order[-1:], "front or back": [order[0], order[-1]]}[p.end]:
            return False
        one, two = p.extra
        if max(p.extra) < len(order) and place[two] < place[one]:
            return False
        return all((place[a] < place[b]) != p.backward for a, b in rules)

    @staticmethod
    def brute(p: P, n: int, rules: list[list[int]]) -> list[int]:
        from itertools import permutations

        return next((list(order) for order in permutations(range(n)) if AnyOrder._fits(p, list(order), rules)), [])


FAMILIES = (
    Groups(),
    TaskOrder(),
    AnyOrder(),
)
