"""Paths through grids and graphs."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick
from guru_envs.domains.code._families.graphs import draw_edges


class BestPath(Family):
    name, theme, level = "best_descent", "grids", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, want=["max", "min"], steps=["right-down", "fan", "side"], toll=[0, 0, 1, 2, 3, 4, 5])

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "right-down": "starts in the top left cell, moves right or down by one cell at a time, and ends in the bottom right cell",
            "fan": "starts in any cell of the first row and moves one row down at a time, straight or to the left or right by one column, to the last row",
            "side": "starts in any cell of the first row and moves one row down at a time, to the left or right by one column (never straight), to the last row",
        }[p.steps]
        zh = {
            "right-down": "从左上角的格子出发，每次向右或向下移动一格，到右下角的格子结束",
            "fan": "从第一行的任意格子出发，每次下移一行，列不变或左移或右移一列，到最后一行结束",
            "side": "从第一行的任意格子出发，每次下移一行并且左移或右移一列（不能直下），到最后一行结束",
        }[p.steps]
        sloped = "move to the right" if p.steps == "right-down" else "move to the right (by one column)"
        toll = f", {'minus' if p.want == 'max' else 'plus'} {p.toll} for each {sloped}" if p.toll else ""
        zh_toll = f"，且每次向右移动{'扣除' if p.want == 'max' else '增加'} {p.toll}" if p.toll else ""
        kind, zh_kind = ("largest", "最大") if p.want == "max" else ("smallest", "最小")
        return (
            f"A path through the rectangular grid `grid` (a list of rows, at least two columns) {en}. Its value is the sum of the numbers of its cells{toll}. "
            f"Find the {kind} value of a path.",
            f"在矩形网格 `grid`（由各行组成的列表，至少两列）中，一条路径{zh}。它的值为所经过格子的数之和{zh_toll}。求路径的{zh_kind}值。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the cells row by row; the best value of a cell follows from the best values of the cells before it.",
            "逐行处理格子；每格的最优值由其前驱格的最优值得到。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([[4, 7]],),
            ([[1, 2], [3, 4]],),
            ([[9, 1], [1, 9]],),
            ([[0, 0, 0], [0, 0, 0], [0, 0, 0]],),
            ([[5, -9, 5], [-9, 5, -9], [5, -9, 5]],),
            ([[1, 9, 1], [9, 1, 9]],),
            ([[-1, -2, -3], [-3, -2, -1]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        rows, columns = rng.randint(2, 5), rng.randint(2, 5)
        return ([[rng.randint(-5, 9) for _ in range(columns)] for _ in range(rows)],)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.toll else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> int:
        toll = -p.toll if p.want == ("max" if m != 4 else "min") else p.toll
        best: list[list[int]] = []
        for row, numbers in enumerate(grid):
            line: list[int] = []
            for column, number in enumerate(numbers):
                before = []
                if p.steps == "right-down":
                    if row > 0:
                        before.append(best[row - 1][column])
                    if column > 0 if m != 2 else column > 1 or (column == 1 and row == 0):
                        before.append(line[column - 1] + toll)
                elif row > 0:
                    if p.steps == "fan" if m != 2 else p.steps == "side":
                        before.append(best[row - 1][column])
                    if column > 0:
                        before.append(best[row - 1][column - 1] + toll)
                    if column + 1 < len(numbers):
                        before.append(best[row - 1][column + 1])
                if len(before) == 0:
                    line.append(number)
                elif p.want == "max" if m != 3 else p.want == "min":
                    line.append(number + max(before))
                else:
                    line.append(number + min(before))
            best.append(line)
        if p.steps == "right-down":
            return best[-1][-1] if m != 1 else max(best[-1])
        return (max(best[-1]) if p.want == "max" else min(best[-1])) if m != 1 else best[-1][-1]

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> int:
        values: list[int] = []
        sign = -1 if p.want == "max" else 1

        def walk(row: int, column: int, total: int) -> None:
            if not (0 <= row < len(grid) and 0 <= column < len(grid[0])):
                return
            total += grid[row][column]
            if p.steps == "right-down":
                if row == len(grid) - 1 and column == len(grid[0]) - 1:
                    values.append(total)
                walk(row + 1, column, total)
                walk(row, column + 1, total + sign * p.toll)
                return
            if row == len(grid) - 1:
                values.append(total)
            if p.steps == "fan":
                walk(row + 1, column, total)
            walk(row + 1, column - 1, total)
            walk(row + 1, column + 1, total + sign * p.toll)

        for column in range(1 if p.steps == "right-down" else len(grid[0])):
            walk(0, column, 0)
        return max(values) if p.want == "max" else min(values)


class Maze(Family):
    name, theme, level = "maze_distance", "grids", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, climb=[1, 2, 3], drop=[2, 3, 9], diagonal=[True, False, False], missing=[-1, 0, 99])

    def text(self, p: P) -> tuple[str, str]:
        near = (
            "to one of up to 8 neighbours (diagonals included)" if p.diagonal else "up, down, left or right by one cell"
        )
        zh_near = "移动到 8 个相邻格之一（含对角）" if p.diagonal else "向上、下、左或右移动一格"
        return (
            "The rectangular grid `heights` (a list of rows) gives the height of every cell. One step goes "
            f"{near}; it may go up by at most {p.climb} and down by at most {p.drop}. Find the least number of steps from the top left cell to the bottom "
            f"right cell; if it cannot be reached the answer is {p.missing}.",
            f"矩形网格 `heights`（由各行组成的列表）给出每个格子的高度。一步可以{zh_near}，每步至多上升 {p.climb}、至多下降 {p.drop}。"
            f"求从左上角到右下角的最少步数；若无法到达，答案为 {p.missing}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Breadth-first search from the start; the first time the goal is taken from the queue its distance is least.",
            "从起点进行广度优先搜索；目标首次出队时的距离即为最小。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        up, down = p.climb, p.drop
        return [
            ([[5]],),
            ([[0, up]],),
            ([[0, up + 1]],),
            ([[down, 0]],),
            ([[down + 1, 0]],),
            ([[0, 9, 0], [0, 9, 0], [0, 0, 0]],),
            ([[0, 9], [9, 0]],),
            ([[0, 0, 0], [9, 9, 0], [0, 0, 0], [0, 9, 9], [0, 0, 0]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        rows, columns = rng.randint(2, 5), rng.randint(2, 5)
        return ([[rng.randint(0, p.climb + 2) for _ in range(columns)] for _ in range(rows)],)

    @staticmethod
    def solve(p: P, m: int, heights: list[list[int]]) -> int:
        from collections import deque

        rows, columns = len(heights), len(heights[0])
        distance = {(0, 0): 0 if m != 4 else 1}
        queue = deque([(0, 0)])
        while queue:
            row, column = queue.popleft()
            if (row, column) == (rows - 1, columns - 1):
                return distance[row, column]
            for a in (-1, 0, 1):
                for b in (-1, 0, 1):
                    i, j = row + a, column + b
                    if p.diagonal == (m == 1) and a != 0 and b != 0:
                        continue
                    if 0 <= i < rows and 0 <= j < columns and (i, j) not in distance:
                        rise = heights[i][j] - heights[row][column]
                        if (rise <= p.climb if m != 2 else rise < p.climb) and (
                            -rise <= p.drop if m != 3 else -rise <= p.climb
                        ):
                            distance[i, j] = distance[row, column] + 1
                            queue.append((i, j))
        return p.missing

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.climb != p.drop else (1, 2, 4)

    @staticmethod
    def brute(p: P, heights: list[list[int]]) -> int:
        cells = [(r, c) for r in range(len(heights)) for c in range(len(heights[0]))]
        reached, steps = {cells[0]}, 0
        while cells[-1] not in reached:
            more = set(reached)
            for r, c in reached:
                for i, j in cells:
                    apart = max(abs(r - i), abs(c - j)) if p.diagonal else abs(r - i) + abs(c - j)
                    if apart == 1 and heights[r][c] - p.drop <= heights[i][j] <= heights[r][c] + p.climb:
                        more.add((i, j))
            if more == reached:
                return p.missing
            reached, steps = more, steps + 1
        return steps


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
        return n, [[a, b, rng.randint(1, 9)] for a, b in draw_edges(rng, n, rng.randint(n - 1, n + 4))]

    def live(self, p: P) -> tuple[int, ...]:
        return (1, *([2] if p.toll else []), *([3] if p.free else []), 4, 5)

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


FAMILIES = (
    BestPath(),
    Maze(),
    Cheapest(),
)
