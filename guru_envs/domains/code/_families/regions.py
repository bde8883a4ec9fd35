"""Regions of a grid."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class Regions(Family):
    name, theme, level = "count_regions", "grids", 5
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 3, 4) if p.what == "largest" and p.same == "equal" else (1, 2, 3, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng, diagonal=[True, False], least=[2, 3, 4, 5], what=["count", "largest"], same=["equal", "nonzero"]
        )

    def text(self, p: P) -> tuple[str, str]:
        near = "horizontally, vertically or diagonally" if p.diagonal else "horizontally or vertically"
        zh_near = "水平、垂直或对角" if p.diagonal else "水平或垂直"
        same = "equal numbers other than 0" if p.same == "equal" else "numbers other than 0"
        zh_same = "、数值相等且不为 0 的格子" if p.same == "equal" else "、数值都不为 0 的格子"
        ask, zh_ask = (
            (f"Count the regions of at least {p.least} cells.", f"求格子数不小于 {p.least} 的区域的个数。")
            if p.what == "count"
            else (
                f"Find the largest sum of the numbers of a region of at least {p.least} cells, or 0 if there is none.",
                f"求格子数不小于 {p.least} 的区域中数值之和的最大值，若没有则为 0。",
            )
        )
        return (
            f"In the rectangular grid `grid` (a list of rows), neighbouring cells ({near}) with {same} belong to the same region; regions are as large as "
            f"possible, and cells with 0 belong to none. {ask}",
            f"在矩形网格 `grid`（由各行组成的列表）中，{zh_near}相邻{zh_same}属于同一区域；区域取到最大，数值为 0 的格子不属于任何区域。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Flood each region from its first cell with a stack, and mark the cells that were visited.",
            "用栈从每个区域的第一个格子开始洪泛填充，并标记访问过的格子。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        n = p.least
        return [
            ([[0]],),
            ([[1]],),
            ([[1] * n],),
            ([[1] * (n - 1)],),
            ([[1, 0], [0, 1]],),
            ([[1, 2], [2, 1]],),
            ([[2, 2, 2], [2, 0, 2], [2, 2, 2]],),
            ([[1, 1, 0, 3, 3], [1, 0, 1, 3, 3], [0, 1, 1, 0, 3]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        rows, columns = rng.randint(2, 5), rng.randint(2, 6)
        return ([[rng.choice([0, 0, 1, 1, 2]) for _ in range(columns)] for _ in range(rows)],)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> int:
        rows, columns = len(grid), len(grid[0])
        seen: set[tuple[int, int]] = set()
        count = largest = 0
        for row in range(rows):
            for column in range(columns):
                if (grid[row][column] == 0 and m != 2) or (row, column) in seen:
                    continue
                seen.add((row, column))
                stack = [(row, column)]
                size = total = 0
                while stack:
                    i, j = stack.pop()
                    size += 1
                    total += grid[i][j]
                    for a in (-1, 0, 1):
                        for b in (-1, 0, 1):
                            near = (i + a, j + b)
                            if p.diagonal == (m == 1) and a != 0 and b != 0:
                                continue
                            if 0 <= i + a < rows and 0 <= j + b < columns and near not in seen:
                                other = grid[i + a][j + b]
                                if other == grid[row][column] if p.same == "equal" else other != 0:
                                    seen.add(near)
                                    stack.append(near)
                if size >= p.least if m != 3 else size > p.least:
                    count += 1
                    largest = max(largest, total)
                elif m == 4:
                    largest = max(largest, size)
                    count += size % 2
        return count if p.what == "count" else largest

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> int:
        label = {(r, c): r * 100 + c for r, row in enumerate(grid) for c, value in enumerate(row) if value}
        changed = True
        while changed:
            changed = False
            for (r, c), mark in list(label.items()):
                for (i, j), other in list(label.items()):
                    distance = max(abs(r - i), abs(c - j)) if p.diagonal else abs(r - i) + abs(c - j)
                    if distance == 1 and other > mark and (p.same == "nonzero" or grid[r][c] == grid[i][j]):
                        label[i, j] = label[r, c]
                        changed = True
        sums: dict[int, list[int]] = {}
        for (r, c), mark in label.items():
            sums.setdefault(mark, []).append(grid[r][c])
        large = [sum(group) for group in sums.values() if len(group) >= p.least]
        return len(large) if p.what == "count" else max(large, default=0)


FAMILIES = (Regions(),)
