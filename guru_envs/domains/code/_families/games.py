"""Games and fair division."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers


class Board(Family):
    name, theme, level = "board_game", "simulations", 4
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        size = rng.randint(12, 30)
        return {
            "size": size,
            "over": rng.choice(["stay", "bounce", "win"]),
            "again": rng.choice([0, 6]),
            "what": rng.choice(["place", "throws"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        over = {
            "stay": "the piece does not move",
            "bounce": f"the piece goes on to field {p.size} and the rest of the way back",
            "win": f"the piece stops on field {p.size}",
        }[p.over]
        zh_over = {
            "stay": "棋子不动",
            "bounce": f"棋子走到第 {p.size} 格后把剩余步数往回走",
            "win": f"棋子停在第 {p.size} 格",
        }[p.over]
        again = f" A throw of {p.again} counts double." if p.again else ""
        zh_again = f"掷出 {p.again} 按两倍计算。" if p.again else ""
        ask = "the field of the piece at the end" if p.what == "place" else "the number of throws that were used"
        zh_ask = "棋子最后所在的格" if p.what == "place" else "用掉的掷骰次数"
        return (
            f"A piece stands on field 0 of a board with the fields 0 to {p.size}. The list `throws` gives the throws of a die one after another; the piece moves forward by each. If a throw leads beyond field {p.size}, {over}.{again} When a move ends on a "
            "field a that stands in an item `[a, b]` of the list `links` (each a occurs once), the piece goes on to field b at once; a link at field b is not used then. "
            f"The game ends when the piece stands on field {p.size} after a move; throws after that are not used. Find {ask}.",
            f"棋子位于棋盘第 0 格，棋盘有第 0 到第 {p.size} 格。列表 `throws` 依次给出掷骰的点数，棋子按点数前进。若某次前进会超出第 {p.size} 格，则{zh_over}。{zh_again}若一次移动结束时所在的格 a 出现在列表 `links` 的某项 `[a, b]` 中（每个 a 只出现一次），"
            f"棋子立即移到格 b；此时不再使用格 b 上的连线。移动后棋子位于第 {p.size} 格时游戏结束，其后的点数不再使用。求{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return ("Play throw by throw; look up links in a dictionary.", "逐次掷骰模拟，用字典查询连线。")

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        n = p.size
        big = [6] * (n // 6 + 3)
        return [
            ([], []),
            ([3], []),
            ([3], [[3, 1]]),
            ([3, 2], [[3, 5], [5, 1]]),
            ([n], []),
            ([n - 1, 3, 1], []),
            ([n - 2, 5, 2, 4], [[n - 3, 2]]),
            (big, []),
            ([5, 5], [[5, n]]),
            ([6, 1], [[6, 2]]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        starts = rng.sample(range(1, p.size), rng.randint(0, 6))
        links = [[a, rng.choice([b for b in range(p.size + 1) if b != a])] for a in starts]
        return [rng.randint(1, 6) for _ in range(rng.randint(2, 12))], links

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.again else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, throws: list[int], links: list[list[int]]) -> int:
        to = {link[0]: link[1] for link in links} if m != 1 else {b: a for a, b in links}
        place = used = 0
        for throw in throws:
            used += 1
            if p.again > 0 and throw == p.again and m != 4:
                throw *= 2
            goal = place + throw
            if goal > p.size:
                if p.over == "stay" if m != 2 else p.over == "win":
                    goal = place
                    if p.over == "stay":
                        continue
                elif p.over == "bounce":
                    goal = 2 * p.size - goal if m != 2 else p.size
                else:
                    goal = p.size
            place = to.get(goal, goal)
            if m == 3:
                place = to.get(place, place)
            if place == p.size:
                break
        return place if p.what == "place" else used

    @staticmethod
    def brute(p: P, throws: list[int], links: list[list[int]]) -> int:
        place, used = 0, 0
        for throw in throws:
            if place == p.size:
                break
            used += 1
            way, at = 1, place
            for _ in range(throw + (throw if throw == p.again else 0)):
                if at == p.size and way == 1:
                    if p.over == "win":
                        break
                    if p.over == "stay":
                        at = -1
                        break
                    way = -1
                at += way
            if at < 0:
                continue  # it did not move, so no link is used
            place = next((b for a, b in links if a == at), at)
        return place if p.what == "place" else used


class Split(Family):
    name, theme, level = "fair_split", "dynamic", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "head": rng.randint(0, 9),
            "what": rng.choice(["difference", "smaller"]),
            "drop": rng.choice([0, 1]),
        }

    def text(self, p: P) -> tuple[str, str]:
        head = f" Ann gets {p.head} more points before the items are divided." if p.head else ""
        zh_head = f"分配之前，甲先得到 {p.head} 分。" if p.head else ""
        drop = " One item may be left over (or none)." if p.drop else " All items are given away."
        zh_drop = "可以留下至多一件不分。" if p.drop else "所有物品都要分完。"
        ask, zh_ask = (
            ("Find the least possible difference between the points of the two", "求两人得分之差（绝对值）的最小可能值")
            if p.what == "difference"
            else (
                "Find the largest possible number of points of the one who gets less (or as much)",
                "求得分较少者（或相等时）得分的最大可能值",
            )
        )
        return (
            f"Ann and Bob divide items; the list `points` (numbers of at least 0) says how many points each is worth. Each item given away goes to one of them.{head}{drop} {ask}.",
            f"甲和乙分配物品，列表 `points`（均为不小于 0 的数）给出每件物品的分值，每件分出的物品归其中一人。{zh_head}{zh_drop}{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Collect all reachable pairs of points of the two, item by item, in a set; then take the best pair.",
            "逐件物品地用集合收集两人可能的得分组合，最后取最优者。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([4],),
            ([0],),
            ([5, 5],),
            ([1, 9],),
            ([3, 3, 3],),
            ([2, 3, 5, p.head],),
            ([8, 7, 6, 5, 4],),
            ([1, 1, 1, 20],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, 0, 20, 2, 7),)

    @staticmethod
    def solve(p: P, m: int, points: list[int]) -> int:
        states = {(p.head if m != 1 else p.head + 1, 0, 0)}
        for item in points if m != 4 else points[:-1]:
            fresh = set()
            for one, two, left in states:
                fresh.add((one + item, two, left))
                fresh.add((one, two + item, left))
                if p.drop == (1 if m != 2 else 0) and left == 0:
                    fresh.add((one, two, 1))
            states = fresh if m != 3 else set(sorted(fresh)[:4])
        if p.what == "difference":
            return min([abs(one - two) for one, two, _ in states])
        return max([min(one, two) for one, two, _ in states])

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 3, 4) if p.what == "smaller" else (1, 2, 3, 4)  # to leave something over helps nobody

    @staticmethod
    def brute(p: P, points: list[int]) -> int:
        best: list[int] = []
        rests = [points] + ([points[:i] + points[i + 1 :] for i in range(len(points))] if p.drop else [])
        for rest in rests:
            for mask in range(1 << len(rest)):
                ann = p.head + sum(value for i, value in enumerate(rest) if mask >> i & 1)
                bob = p.head + sum(rest) - ann
                best.append(abs(ann - bob) if p.what == "difference" else min(ann, bob))
        return min(best) if p.what == "difference" else max(best)


class Stones(Family):
    name, theme, level = "stone_game", "dynamic", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        moves = sorted(rng.sample([1, 2, 3, 4, 5, 6], 3))
        last, half = rng.choice([("wins", True), ("wins", False), ("loses", False)])
        return {"moves": moves, "last": last, "half": half}

    def text(self, p: P) -> tuple[str, str]:
        sizes = ", ".join(map(str, p.moves))
        zh_sizes = "、".join(map(str, p.moves))
        half = " Instead, a player may take half of an even number of stones." if p.half else ""
        zh_half = "另外，若石子数为正偶数，也可以取走其中的一半。" if p.half else ""
        return (
            f"Two players take stones from a heap in turn; a move takes {sizes} stones, as far as there are that many.{half} A player who cannot move "
            f"{'loses' if p.last == 'wins' else 'wins'}. Both play perfectly. For each number of the list `heaps` find out whether the player who moves first wins with "
            "that many stones, and find the list of the numbers with which the first player wins, in the order of `heaps`.",
            f"两名玩家轮流从一堆石子中取石子，每次取 {zh_sizes} 个（不得多于剩余个数）。{zh_half}轮到而无法取石子的玩家{'输' if p.last == 'wins' else '赢'}。双方都采取最优策略。"
            "对列表 `heaps` 中的每个数，判断石子数为该数时先手是否获胜，求先手获胜的那些数组成的列表，次序与 `heaps` 相同。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "From 0 stones up, a heap is won if some move leads to a heap that is lost.",
            "从 0 个石子起递推：若某一步能到达必败局面，则该局面必胜。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([0],),
            ([1, 2, 3],),
            (list(range(12)),),
            ([p.moves[0], p.moves[-1]],),
            (list(range(12, 26)),),
            ([6, 0, 6],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, 0, 30, 3, 9),)

    @staticmethod
    def solve(p: P, m: int, heaps: list[int]) -> list[int]:
        wins = [p.last == ("loses" if m != 1 else "wins")]
        for stones in range(1, max(heaps, default=0) + 1):
            after = [
                stones - move
                for move in (p.moves if m != 3 else p.moves[1:])
                if (move <= stones if m != 2 else move < stones)
            ]
            if p.half and stones % 2 == 0:
                after.append(stones // 2)
            if len(after) == 0:
                wins.append(p.last == "loses")
            else:
                wins.append(not all(wins[rest] for rest in after) if m != 4 else any(wins[rest] for rest in after))
        return [stones for stones in heaps if wins[stones]]

    @staticmethod
    def brute(p: P, heaps: list[int]) -> list[int]:
        known: dict[int, bool] = {}

        def first_wins(stones: int) -> bool:
            if stones not in known:
                rests = {stones - move for move in p.moves if stones >= move}
                if p.half and stones and not stones & 1:
                    rests.add(stones >> 1)
                if rests:
                    known[stones] = any(not first_wins(rest) for rest in rests)
                else:
                    known[stones] = p.last != "wins"
            return known[stones]

        return list(filter(first_wins, heaps))


FAMILIES = (
    Board(),
    Split(),
    Stones(),
)
