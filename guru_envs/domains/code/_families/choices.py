"""Problems with many right answers: a checker decides."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers


class SomePair(Family):
    name, theme, level = "some_pair", "lists", 4
    mutants = 4
    formats = ("function", "description", "class")

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["sum", "difference", "product"]),
            "apart": rng.randint(1, 4),
            "odd": rng.random() < 0.4,
        }

    def text(self, p: P) -> tuple[str, str]:
        rule = {
            "sum": "the sum of the two numbers there is `target`",
            "difference": "the two numbers there differ by `target`",
            "product": "the product of the two numbers there is `target`",
        }[p.rule]
        zh_rule = {
            "sum": "两个数之和为 `target`",
            "difference": "两个数相差 `target`",
            "product": "两个数之积为 `target`",
        }[p.rule]
        odd = ", at least one of them odd" if p.odd else ""
        zh_odd = "，且其中至少一个是奇数" if p.odd else ""
        apart = f"at least {p.apart} positions apart" if p.apart > 1 else "different"
        zh_apart = f"相距至少 {p.apart}" if p.apart > 1 else "不同"
        return (
            f"Find two positions (from 0) of the list `values`, {apart}, such that {rule}{odd}. `target` is at least 0. The answer is a list of the two positions, the "
            "smaller one first; if several are right, any of them will do. If there are none, the answer is an empty list.",
            f"在列表 `values` 中找出两个{zh_apart}的位置（从 0 计），使其上的{zh_rule}{zh_odd}。`target` 不小于 0。答案是这两个位置的列表，小者在前；若有多个，任何一个都算正确。若不存在，答案为空列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Try the pairs that are far enough apart and take the first that fits.",
            "枚举相距足够远的位置对，取第一个符合条件的。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        gap = [9] * (p.apart - 1)
        return [
            ([], 0),
            ([5], 10),
            ([3, *gap, 5], 8),
            ([3, *gap, 5], 2),
            ([3, *gap, 5], 15),
            ([5, 3], 8),
            ([0, 0], 0),
            ([4, 4, 4, 4, 4, 4], 8),
            ([2, *gap, 6], 4),
            ([2, 5, 7, 6, 3, 1], 12),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        values = integers(rng, -4, 9, 3, 9)
        one, two = rng.sample(range(len(values)), 2)
        near = {
            "sum": values[one] + values[two],
            "difference": values[one] - values[two],
            "product": values[one] * values[two],
        }[p.rule]
        return values, abs(near) if rng.random() < 0.8 else rng.randint(0, 30)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.odd else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, values: list[int], target: int) -> list[int]:
        for i in range(len(values)):
            for j in range(i + p.apart if m != 1 else i + p.apart + 1, len(values)):
                if p.rule == "sum":
                    fits = values[i] + values[j] == target if m != 2 else values[i] + values[j] >= target
                elif p.rule == "difference":
                    fits = abs(values[i] - values[j]) == target if m != 2 else values[i] - values[j] == target
                else:
                    fits = values[i] * values[j] == target if m != 2 else abs(values[i] * values[j]) >= target
                if p.odd and m != 4:
                    fits = fits and (values[i] % 2 == 1 or values[j] % 2 == 1)
                if fits:
                    return [i, j] if m != 3 else [j, i]
        return []

    @staticmethod
    def check(p: P, args: tuple[Any, ...], value: Any) -> bool:
        right = SomePair.pairs(p, *args)
        if type(value) is not list or any(type(one) is not int for one in value):
            return False
        return value in right if right else value == []

    @staticmethod
    def pairs(p: P, values: list[int], target: int) -> list[list[int]]:
        """All right answers."""
        found = []
        for j, right in enumerate(values):
            for i, left in enumerate(values[: max(j - p.apart + 1, 0)]):
                worth = {"sum": left + right, "difference": max(left - right, right - left), "product": left * right}[
                    p.rule
                ]
                if worth == target and (not p.odd or left & 1 or right & 1):
                    found.append([i, j])
        return found

    @staticmethod
    def brute(p: P, values: list[int], target: int) -> list[int]:
        return (SomePair.pairs(p, values, target) or [[]])[-1]


class TwoTeams(Family):
    name, theme, level = "two_teams", "graphs", 6
    mutants = 4
    formats = ("function", "description", "class")

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"captain": rng.randint(1, 6), "team": rng.randint(0, 1), "friends": rng.random() < 0.5}

    def text(self, p: P) -> tuple[str, str]:
        friends = (
            " Items `[a, a]` do not occur, but an item with a > b means that a and b are friends and must be in the same team."
            if p.friends
            else ""
        )
        zh_friends = "不会出现 `[a, a]`，但 a > b 的项表示 a 与 b 是朋友，必须在同一队。" if p.friends else ""
        pairs = (
            "an item with a < b means that a and b are rivals and must not be in the same team"
            if p.friends
            else "a and b are rivals and must not be in the same team"
        )
        zh_pairs = "a < b 的项表示 a 与 b 是对手，不能在同一队" if p.friends else "表示 a 与 b 是对手，不能在同一队"
        return (
            f"The people 0 to n - 1 (`n` is at least 1) are put into the teams 0 and 1. Each item of `pairs` is a list `[a, b]`: {pairs}.{friends} Person {p.captain}, if there is one with this number, is in team {p.team}. A team may be empty. "
            "Find the list of the teams of all people in order; if several are right, any of them will do. If there is none, the answer is an empty list.",
            f"把编号 0 到 n - 1 的人（`n` 至少为 1）分入 0 队和 1 队。`pairs` 的每一项是列表 `[a, b]`：{zh_pairs}。{zh_friends}若存在编号为 {p.captain} 的人，则他在 {p.team} 队。一个队可以没有人。"
            "求依次列出每人所在队的列表；若有多个，任何一个都算正确。若不存在，答案为空列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Begin with the named person, then with anyone without a team; each pair fixes the team of its other person, and a contradiction ends the search.",
            "从指定的人开始，再从任何未分队的人开始；每一项确定另一人的队，出现矛盾则无解。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1, []),
            (5, []),
            (2, [[0, 1]]),
            (3, [[0, 1], [1, 2], [0, 2]]),
            (4, [[0, 1], [1, 2], [2, 3], [0, 3]]),
            (6, [[0, 3], [1, 3], [2, 4], [4, 5]]),
            (5, [[1, 0], [1, 2], [4, 3]]),
            (4, [[0, 1], [1, 0]]),
            (6, [[0, 5], [5, 1], [2, 3], [3, 4]]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        n = rng.randint(3, 8)
        team = [rng.randint(0, 1) for _ in range(n)]
        pairs = []
        for _ in range(rng.randint(1, n + 2)):
            a, b = sorted(rng.sample(range(n), 2))
            if team[a] != team[b] or rng.random() < 0.1:
                pairs.append([a, b])
            elif p.friends:
                pairs.append([b, a])
        return n, pairs

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.friends else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, n: int, pairs: list[list[int]]) -> list[int]:
        teams = [-1] * n
        for first in [p.captain, *range(n)] if m != 1 else range(n):
            if first >= n or teams[first] >= 0:
                continue
            teams[first] = p.team
            queue = [first]
            for person in queue:
                for a, b in pairs:
                    if person in (a, b):
                        other = a + b - person
                        same = p.friends and a > b and m != 4
                        team = teams[person] if same else 1 - teams[person]
                        if teams[other] < 0:
                            teams[other] = team
                            if m != 2:
                                queue.append(other)
                        elif teams[other] != team and m != 3:
                            return []
        return teams

    @staticmethod
    def check(p: P, args: tuple[Any, ...], value: Any) -> bool:
        n, pairs = args
        if type(value) is not list or any(type(one) is not int or one not in (0, 1) for one in value):
            return False
        if value == []:
            return not TwoTeams.brute(p, n, pairs)
        return len(value) == n and TwoTeams.fits(p, value, pairs)

    @staticmethod
    def fits(p: P, teams: list[int], pairs: list[list[int]]) -> bool:
        """Whether teams are right."""
        if p.captain < len(teams) and teams[p.captain] != p.team:
            return False
        return all((teams[a] == teams[b]) == (p.friends and a > b) for a, b in pairs)

    @staticmethod
    def brute(p: P, n: int, pairs: list[list[int]]) -> list[int]:
        for mask in range(1 << n):
            teams = [mask >> person & 1 for person in range(n)]
            if TwoTeams.fits(p, teams, pairs):
                return teams
        return []


class ReachNumber(Family):
    name, theme, level = "reach_number", "numbers", 8
    mutants = 4
    formats = ("function", "description", "class")

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        plus, minus = rng.sample(range(1, 10), 2)
        return {
            "plus": plus,
            "times": rng.choice([2, 3]),
            "minus": minus,
            "most": rng.randint(4, 5),
            "turn": rng.random() < 0.5,
        }

    def text(self, p: P) -> tuple[str, str]:
        turn = (
            "R writes its decimal digits backwards (leading zeros fall away)"
            if p.turn
            else "R replaces it by its remainder when divided by 10"
        )
        zh_turn = "R 把它的十进制数字倒着写（去掉前导零）" if p.turn else "R 把它替换为除以 10 的余数"
        return (
            f"A display shows the number `start` (at least 0). Four keys change it: A adds {p.plus}; M multiplies it by {p.times}; S subtracts {p.minus} and works only if the result is not negative; {turn}. Find a text of at most {p.most} "
            "keys, pressed one after another, that leads to the number `goal` (at least 0); if several are right, any of them will do, not only the shortest. If there is none, the answer is the text `no`.",
            f"显示器上的数为 `start`（不小于 0）。四个键可以改变它：A 加上 {p.plus}；M 乘以 {p.times}；S 减去 {p.minus}，仅当结果不为负时可用；{zh_turn}。求一个由至多 {p.most} 个键依次组成的文本，使数变为 `goal`（不小于 0）；若有多个，任何一个都算正确，不必最短。若不存在，答案为文本 `no`。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Breadth-first search over numbers, keeping for each the keys that led to it first.",
            "对数进行广度优先搜索，为每个数保存最先到达它的按键序列。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (0, 0),
            (7, 7),
            (0, p.plus),
            (1, p.times),
            (p.minus, 0),
            (0, p.minus),
            (p.minus - 1, 1999),
            (0, 100_000),
            (1, p.times**p.most),
            (1, p.times ** (p.most + 1)),
            (12, 21),
            (40, 4),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        start = number = rng.randint(0, 60)
        for _ in range(rng.randint(2, p.most)):
            number = ReachNumber.pressed(p, number, rng.choice("AMSR")) or number
        return start, number if rng.random() < 0.8 else rng.randint(0, 300)

    @staticmethod
    def pressed(p: P, number: int, key: str) -> int | None:
        """The number after a key, or None where the key does not work."""
        if key == "S":
            return number - p.minus if number >= p.minus else None
        turned = int(str(number)[::-1]) if p.turn else number % 10
        return {"A": number + p.plus, "M": number * p.times, "R": turned}.get(key)

    @staticmethod
    def solve(p: P, m: int, start: int, goal: int) -> str:
        keys = {start: ""}
        queue = [start]
        for number in queue:
            if number == goal and (m != 4 or keys[number] != ""):
                return keys[number]
            if len(keys[number]) == (p.most if m != 1 else p.most - 1):
                continue
            turned = int(str(number)[::-1]) if p.turn else number % 10
            after = {"A": number + p.plus, "M": number * p.times, "R": turned}
            if number >= p.minus or m == 3:
                after["S"] = number - p.minus if m != 3 else abs(number - p.minus)
            if m == 2:
                del after["R"]
            for key, result in after.items():
                if result not in keys:
                    keys[result] = keys[number] + key
                    queue.append(result)
        return "no"

    @staticmethod
    def check(p: P, args: tuple[Any, ...], value: Any) -> bool:
        start, goal = args
        if value == "no" and type(value) is str:
            return ReachNumber.brute(p, start, goal) == "no"
        if type(value) is not str or len(value) > p.most:
            return False
        number: int | None = start
        for key in value:
            number = None if number is None else ReachNumber.pressed(p, number, key)
        return number == goal

    @staticmethod
    def brute(p: P, start: int, goal: int) -> str:
        reached = {start: ""}
        for _ in range(p.most + 1):
            if goal in reached:
                return reached[goal]
            more = dict(reached)
            for number, keys in reached.items():
                for key in "RSMA":
                    after = ReachNumber.pressed(p, number, key)
                    if after is not None:
                        more.setdefault(after, keys + key)
            reached = more
        return "no"


FAMILIES = (SomePair(), TwoTeams(), ReachNumber())
