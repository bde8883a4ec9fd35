"""Dynamic programs over two texts, over parts of a list, and over grids."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers, letters


class Merging(Family):
    name, theme, level = "merge_piles", "dynamic", 8
    mutants = 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "cost": rng.choice(["sum", "larger", "gap"]),
            "want": rng.choice(["least", "largest"]),
            "tax": rng.choice([0, 1, 2, 3]),
            "circle": rng.random() < 0.3,
        }

    def text(self, p: P) -> tuple[str, str]:
        cost = {
            "sum": "the sum of the two sizes",
            "larger": "the size of the larger one",
            "gap": "the difference of the two sizes",
        }[p.cost]
        zh_cost = {"sum": "两堆大小之和", "larger": "较大一堆的大小", "gap": "两堆大小之差（绝对值）"}[p.cost]
        tax = f" plus {p.tax}" if p.tax else ""
        zh_tax = f"再加 {p.tax}" if p.tax else ""
        circle = "circle, so that the last and the first one are neighbours, too" if p.circle else "row"
        zh_circle = "围成一圈（最后一堆与第一堆也相邻）" if p.circle else "排成一行"
        want, zh_want = ("least", "最小") if p.want == "least" else ("largest", "最大")
        return (
            f"Piles with the sizes `piles` stand in a {circle}. Two neighbouring piles can be merged into one pile in their place, whose size is the sum of both; this costs {cost}{tax}. Merge until one pile is left. Find the {want} possible total cost (0 for fewer than two piles).",
            f"大小为 `piles` 的若干堆{zh_circle}。相邻的两堆可以在原处合并为一堆，其大小为两者之和，花费为{zh_cost}{zh_tax}。不断合并直到只剩一堆。求总花费的{zh_want}可能值（不足两堆时为 0）。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        circle = " For a circle the list is written twice and all rotations are tried." if p.circle else ""
        zh_circle = "环形时把列表写两遍并尝试所有起点。" if p.circle else ""
        return (
            f"The last merge of a part joins two shorter parts; fill a table by growing length.{circle}",
            f"一段的最后一次合并连接两个更短的段；按长度递增填表。{zh_circle}",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([5],),
            ([3, 4],),
            ([1, 1, 1],),
            ([9, 1, 1],),
            ([1, 9, 1],),
            ([4, 1, 1, 4],),
            ([1, 2, 3, 4, 5],),
            ([7, 1, 6, 2, 5],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, 1, 12, 3, 6),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 4, *([3] if p.tax else []), *([5] if p.circle else []))

    @staticmethod
    def solve(p: P, m: int, piles: list[int]) -> int:
        size = len(piles)
        if size < 2:
            return 0
        row = piles + piles if p.circle else piles
        best: dict[tuple[int, int], int] = {}
        for length in range(1, size + 1):
            for start in range(len(row) - length + 1):
                if length == 1:
                    best[start, start + 1] = 0
                    continue
                end = start + length
                ways = []
                for middle in range(start + 1, end if m != 2 else start + 2):
                    left, right = sum(row[start:middle]), sum(row[middle:end])
                    if p.cost == "sum":
                        cost = left + right if m != 4 else max(left, right)
                    elif p.cost == "larger":
                        cost = max(left, right) if m != 4 else left + right
                    else:
                        cost = abs(left - right) if m != 4 else left + right
                    ways.append(best[start, middle] + best[middle, end] + cost + (p.tax if m != 3 else 0))
                best[start, end] = min(ways) if p.want == ("least" if m != 1 else "largest") else max(ways)
        starts = range(size) if p.circle and m != 5 else range(1)
        totals = [best[start, start + size] for start in starts]
        return min(totals) if p.want == "least" else max(totals)

    @staticmethod
    def brute(p: P, piles: list[int]) -> int:
        from functools import cache

        @cache
        def total(row: tuple[int, ...]) -> int:
            if len(row) < 2:
                return 0
            results = []
            for i in range(len(row) if p.circle and len(row) > 2 else len(row) - 1):
                j = (i + 1) % len(row)
                cost = {"sum": row[i] + row[j], "larger": max(row[i], row[j]), "gap": abs(row[i] - row[j])}[p.cost]
                rest = (*row[:i], row[i] + row[j], *row[i + 2 :]) if j else (*row[1:-1], row[i] + row[j])
                results.append(cost + p.tax + total(rest))
            return min(results) if p.want == "least" else max(results)

        return total(tuple(piles))


class Turns(Family):
    name, theme, level = "paths_with_turns", "dynamic", 8
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        first, last = rng.choice(["", "right", "down"]), rng.choice(["", "right", "down"])
        exact = rng.random() < 0.5
        straight = rng.choice([0, 2, 3])
        last = "" if exact else last  # both ends fix whether the number of turns is even
        return {"most": rng.randint(3, 4), "exact": exact, "straight": straight, "first": first, "last": last}

    def text(self, p: P) -> tuple[str, str]:
        rule = f"exactly {p.most}" if p.exact else f"at most {p.most}"
        zh_rule = f"恰好 {p.most} " if p.exact else f"至多 {p.most} "
        ways = [("first", p.first, "第一步"), ("last", p.last, "最后一步")]
        ends = "".join(
            f" The {which} step goes {'to the right' if way == 'right' else 'down'}." for which, way, _ in ways if way
        )
        zh_ends = "".join(f"{which}必须向{'右' if way == 'right' else '下'}走。" for _, way, which in ways if way)
        straight = f" No more than {p.straight} steps in a row may go in the same direction." if p.straight else ""
        zh_straight = f"沿同一方向连续走的步数不得超过 {p.straight}。" if p.straight else ""
        return (
            f"In the rectangular grid `grid` (a list of rows), cells with 0 are free and cells with 1 are blocked. A path goes from the top left cell to the bottom right cell over free cells, one cell to the right or down at each step. A turn is a change of direction between two steps. Count the paths with {rule} "
            f"turn{'s' if p.most > 1 else ''}.{straight}{ends} If the first or the last cell is blocked there are none; in a grid of one free cell there is one path, without turns.",
            f"在矩形网格 `grid`（由各行组成的列表）中，0 表示空格，1 表示障碍。路径从左上角经空格到右下角，每步向右或向下走一格。两步之间方向改变称为一次转弯。求转弯{zh_rule}次的路径数。{zh_straight}{zh_ends}"
            "若首格或末格是障碍，则没有路径；只有一个空格的网格中有一条没有转弯的路径。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Count paths by cell, last direction, turns so far and steps in a row in that direction.",
            "按格子、最后方向、已转弯次数以及同向连续步数统计路径数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        free3 = [[0] * 3 for _ in range(3)]
        return [
            ([[0]],),
            ([[1]],),
            ([[0, 0]],),
            ([[0, 0, 0, 0, 0]],),
            ([[0, 1]],),
            (free3,),
            ([[0] * 4 for _ in range(4)],),
            ([[0, 0, 0], [0, 1, 0], [0, 0, 0]],),
            ([[0] * 5 for _ in range(3)],),
            ([[0, 0, 1], [1, 0, 0], [1, 1, 0]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        rows, columns = rng.randint(2, 5), rng.randint(2, 5)
        grid = [[int(rng.random() < 0.15) for _ in range(columns)] for _ in range(rows)]
        grid[0][0] = grid[-1][-1] = 0
        return (grid,)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.straight else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> int:
        rows, columns = len(grid), len(grid[0])
        counts: dict[tuple[int, int], dict[tuple[int, int, int], int]] = {}
        for row in range(rows):
            for column in range(columns):
                here: dict[tuple[int, int, int], int] = {}
                if row == 0 and column == 0:
                    here[-1, 0, 0] = 1
                if p.first != "" and row + column == 1 and p.first == ("right" if row == 1 else "down"):
                    counts[row, column] = {}
                    continue
                for way, before in ((0, (row, column - 1)), (1, (row - 1, column))):
                    for (last, turns, length), number in counts.get(before, {}).items():
                        state = (way, turns + (1 if last == 1 - way else 0), length + 1 if last == way else 1)
                        if p.straight == 0 or (state[2] <= p.straight if m != 4 else state[2] < p.straight):
                            here[state] = here.get(state, 0) + (number if m != 2 else 1)
                counts[row, column] = here if grid[row][column] == 0 or m == 3 else {}
        total = 0
        for (last, turns, _), number in counts[rows - 1, columns - 1].items():
            if (p.last == "right" and last == 1) or (p.last == "down" and last == 0):
                continue
            fits = (
                (turns == p.most if m != 1 else turns <= p.most)
                if p.exact
                else turns <= p.most
                if m != 1
                else turns < p.most
            )
            if fits:
                total += number
        return total

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> int:
        from itertools import combinations

        rows, columns = len(grid), len(grid[0])
        total = 0
        for downs in combinations(range(rows + columns - 2), rows - 1):
            way = "".join("D" if step in downs else "R" for step in range(rows + columns - 2))
            row = column = 0
            free = grid[0][0] == 0
            for letter in way:
                row, column = row + (letter == "D"), column + (letter == "R")
                free = free and grid[row][column] == 0
            turns = way.count("DR") + way.count("RD")
            long = p.straight and ("D" * (p.straight + 1) in way or "R" * (p.straight + 1) in way)
            asked = way == "" or (
                {"right": "R", "down": "D"}.get(p.first, way[0]),
                {"right": "R", "down": "D"}.get(p.last, way[-1]),
            ) == (way[0], way[-1])
            total += asked and free and not long and (turns == p.most if p.exact else turns <= p.most)
        return int(total)


class Cuts(Family):
    name, theme, level = "cut_text", "dynamic", 8
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        rule = rng.choice(["palindrome", "distinct", "ends"])
        longest = rng.choice([3, 4] if rule == "distinct" else [4, 5, 9])
        single, other = rng.choice([(2, 3), (3, 4), (3, 5), (4, 7), (5, 6)])
        return {"rule": rule, "longest": longest, "single": single, "other": other}

    def text(self, p: P) -> tuple[str, str]:
        rule = {
            "palindrome": "reads the same forwards and backwards",
            "distinct": "holds no letter twice",
            "ends": "begins and ends with the same letter",
        }[p.rule]
        zh_rule = {"palindrome": "正读与反读相同", "distinct": "没有重复的字母", "ends": "首尾字母相同"}[p.rule]
        return (
            f"Cut the text `text` of lower-case letters into parts such that every part {rule} and has at most {p.longest} letters. A part of one letter costs {p.single}, a longer one {p.other}. Find the list with two numbers: the least possible total cost, and the least number of parts with which this cost "
            "is possible. For the empty text both are 0.",
            f"把由小写字母组成的文本 `text` 切成若干段，使每段{zh_rule}且长度不超过 {p.longest}。长度为 1 的段花费 {p.single}，更长的段花费 {p.other}。求含两个数的列表：最小的总花费，以及达到该花费的最少段数。空文本时两者均为 0。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "The best pair (cost, parts) for the first n letters follows from the last part; pairs are compared as they are.",
            "前 n 个字母的最优（花费，段数）由最后一段递推得到，直接比较这样的二元组。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ("",),
            ("a",),
            ("aa",),
            ("ab",),
            ("aba",),
            ("abba",),
            ("aaaaaaaa",),
            ("abcdefab",),
            ("abcdcba",),
            ("aabbaacc",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, "abcdef" if p.rule == "distinct" else "aabbc", 3, 11),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.single != p.other else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, text: str) -> list[int]:
        best = [(0, 0)]
        for end in range(1, len(text) + 1):
            ways = []
            for start in range(max(end - (p.longest if m != 1 else p.longest - 1), 0), end):
                part = text[start:end]
                if p.rule == "palindrome":
                    fits = part == part[::-1] if m != 2 else part[0] == part[-1]
                elif p.rule == "distinct":
                    fits = len(set(part)) == len(part) if m != 2 else part[0] not in part[1:]
                else:
                    fits = part[0] == part[-1] if m != 2 else part == part[::-1]
                if fits:
                    cost, parts = best[start]
                    worth = p.single if (len(part) == 1) != (m == 4) else p.other
                    ways.append((cost + worth, parts + 1))
            best.append(min(ways) if m != 3 else ways[0])
        return list(best[-1])

    @staticmethod
    def brute(p: P, text: str) -> list[int]:
        results = []

        def cut(rest: str, cost: int, parts: int) -> None:
            if not rest:
                results.append([cost, parts])
            for size in range(1, min(len(rest), p.longest) + 1):
                part = rest[:size]
                counts = [part.count(letter) for letter in part]
                good = {
                    "palindrome": list(part) == list(reversed(part)),
                    "distinct": max(counts) == 1,
                    "ends": part.endswith(part[0]),
                }[p.rule]
                if good:
                    cut(rest[size:], cost + (p.single if size == 1 else p.other), parts + 1)

        cut(text, 0, 0)
        results.sort()
        return results[0]


FAMILIES = (Merging(), Turns(), Cuts())
