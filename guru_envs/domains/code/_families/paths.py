"""Paths through grids."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class BestPath(Family):
    name, theme, level = "best_descent", "grids", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, want=["max", "min"], steps=["right-down", "fan", "side"], toll=[0, 0, 1, 2, 3])

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
        sloped = "a move to the right" if p.steps == "right-down" else "a move to the right (by one column)"
        toll = f" and {sloped} {'costs' if p.want == 'max' else 'adds'} {p.toll}" if p.toll else ""
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


FAMILIES = (BestPath(), Maze())
