"""Cells and columns that change by local rules."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class Automaton(Family):
    name, theme, level = "line_of_cells", "simulations", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        rule = rng.choice([30, 54, 60, 90, 105, 106, 110, 150, 184, 22, 45, 73])
        return {
            "rule": [rule >> k & 1 for k in range(8)],
            "edge": rng.choice(["dead", "round", "alive"]),
            "rounds": rng.choice([1, 2, 3]),
        }

    def text(self, p: P) -> tuple[str, str]:
        shown = ", ".join(f"{k:03b} -> {p.rule[k]}" for k in range(7, -1, -1))
        edge = {
            "dead": "Cells beyond the ends count as 0",
            "alive": "Cells beyond the ends count as 1",
            "round": "The line is a circle: the left neighbour of the first cell is the last one, the right neighbour of the last cell the first one",
        }[p.edge]
        zh_edge = {
            "dead": "两端之外的格子视为 0",
            "alive": "两端之外的格子视为 1",
            "round": "这些格子围成一圈：第一个格子的左邻是最后一个格子，最后一个格子的右邻是第一个格子",
        }[p.edge]
        times = "1 round" if p.rounds == 1 else f"{p.rounds} rounds"
        return (
            f"A line of cells is given as a text `cells` of the characters 0 and 1. In a round all cells change at the same time: the new value of a cell follows from the old values of its left neighbour, itself and its right neighbour by the table {shown}. {edge}. "
            f"Find the line after {times}.",
            f"一行格子以由字符 0 和 1 组成的文本 `cells` 给出。每一轮所有格子同时变化：格子的新值由其左邻、自身、右邻的旧值按下表确定：{shown}。{zh_edge}。求 {p.rounds} 轮之后的一行格子。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "For each cell make a number of three bits from the old line and look it up.",
            "对每个格子，用旧的一行组成三位二进制数并查表。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [("",), ("0",), ("1",), ("10",), ("01",), ("000",), ("111",), ("0001000",), ("10110",), ("1100101",)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return ("".join(rng.choice("01") for _ in range(rng.randint(3, 14))),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 4) if p.rule[1] == p.rule[4] and p.rule[3] == p.rule[6] else (1, 2, 3, 4)

    @staticmethod
    def solve(p: P, m: int, cells: str) -> str:
        table = p.rule
        size = len(cells)
        for _ in range(p.rounds if m != 1 else p.rounds + 1):
            if p.edge == "round":
                wide = cells[-1:] + cells + cells[:1] if m != 2 else "0" + cells + "0"
            else:
                wide = "1" + cells + "1" if p.edge == ("alive" if m != 2 else "dead") else "0" + cells + "0"
            fresh = ""
            for place in range(size):
                three = wide[place : place + 3] if m != 3 else wide[place : place + 3][::-1]
                fresh += str(table[int(three, 2)])
                if m == 4:
                    wide = wide[: place + 1] + fresh[-1] + wide[place + 2 :]
            cells = fresh
        return cells

    @staticmethod
    def brute(p: P, cells: str) -> str:
        now = [int(cell) for cell in cells]
        for _ in range(p.rounds):
            last = list(now)
            for i in range(len(now)):
                outside = 1 if p.edge == "alive" else 0
                left = last[i - 1] if i or p.edge == "round" else outside
                right = last[i + 1] if i + 1 < len(last) else (last[0] if p.edge == "round" else outside)
                now[i] = p.rule[4 * left + 2 * last[i] + right]
        return "".join(map(str, now))


class LifeRounds(Family):
    name, theme, level = "cell_rounds", "grids", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, born=[2, 3], low=[1, 2], high=[3, 4], round=[True, False], rounds=[1, 2, 3])

    def text(self, p: P) -> tuple[str, str]:
        around = (
            "The grid has no border: its left and right side are joined, and its upper and lower side."
            if p.round
            else "Cells outside the grid are always dead."
        )
        zh_around = "网格没有边界：左右两侧相连，上下两侧相连。" if p.round else "网格之外的格子始终是死的。"
        times = "one round" if p.rounds == 1 else f"{p.rounds} rounds"
        return (
            "The rectangular grid `grid` (a list of rows, at least 3 x 3) holds living cells (1) and dead cells (0). In a round all cells change at the same "
            f"time: a dead cell with exactly {p.born} living cells among its 8 neighbours comes to life; a living cell with fewer than {p.low} or more than "
            f"{p.high} living neighbours dies. {around} Find the grid after {times}.",
            f"矩形网格 `grid`（由各行组成的列表，至少 3 x 3）包含活格（1）和死格（0）。每一轮所有格子同时变化：8 个相邻格中恰有 {p.born} 个活格的死格变为活格；"
            f"活的相邻格少于 {p.low} 个或多于 {p.high} 个的活格死亡。{zh_around}求 {p.rounds} 轮之后的网格。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Build a new grid from counts of living neighbours in the old one, once for each round.",
            "每一轮根据旧网格中活的相邻格数量构造新网格。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        bar = [[0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
        return [
            ([[0] * 3] * 3,),
            ([[1] * 3] * 3,),
            ([[1] * 4] * 4,),
            (bar,),
            ([[1, 0, 0, 1], [0, 0, 0, 0], [1, 0, 0, 1]],),
            ([[0, 1, 0, 0], [0, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        rows, columns = rng.randint(3, 5), rng.randint(3, 6)
        return ([[int(rng.random() < 0.4) for _ in range(columns)] for _ in range(rows)],)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> list[list[int]]:
        rows, columns = len(grid), len(grid[0])
        for _ in range(p.rounds if m != 4 else p.rounds + 1):
            fresh = []
            for row in range(rows):
                line = []
                for column in range(columns):
                    alive = 0 if m != 1 else grid[row][column]
                    for i in (row - 1, row, row + 1):
                        for j in (column - 1, column, column + 1):
                            if i == row and j == column:
                                continue
                            if p.round == (m != 2):
                                alive += grid[i % rows][j % columns]
                            elif 0 <= i < rows and 0 <= j < columns:
                                alive += grid[i][j]
                    if grid[row][column] == 1:
                        line.append(1 if p.low <= alive and (alive <= p.high if m != 3 else alive < p.high) else 0)
                    else:
                        line.append(1 if alive == p.born else 0)
                fresh.append(line)
            grid = fresh
        return grid

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> list[list[int]]:
        rows, columns = len(grid), len(grid[0])
        alive = {(r, c) for r in range(rows) for c in range(columns) if grid[r][c]}
        for _ in range(p.rounds):
            counts: dict[tuple[int, int], int] = {}
            for r, c in alive:
                for step in range(9):
                    i, j = r + step // 3 - 1, c + step % 3 - 1
                    if p.round:
                        i, j = i % rows, j % columns
                    if step != 4:
                        counts[i, j] = counts.get((i, j), 0) + 1
            alive = {
                (r, c)
                for r in range(rows)
                for c in range(columns)
                if (p.low <= counts.get((r, c), 0) <= p.high if (r, c) in alive else counts.get((r, c), 0) == p.born)
            }
        return [[int((r, c) in alive) for c in range(columns)] for r in range(rows)]


class Falling(Family):
    name, theme, level = "drop_blocks", "simulations", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "width": rng.randint(4, 8),
            "what": rng.choice(["heights", "top"]),
            "clear": rng.random() < 0.5,
            "first": rng.choice([0, 1, 2, 3]),
        }

    def text(self, p: P) -> tuple[str, str]:
        clear = (
            " When every column has a height of at least 1 after a block came to rest, all heights are reduced by the least of them."
            if p.clear
            else ""
        )
        zh_clear = "若一个方块停稳之后每列的高度都不小于 1，则所有高度都减去其中的最小值。" if p.clear else ""
        first = f", but for column 0, which has the height {p.first}" if p.first else ""
        zh_first = f"（第 0 列除外，其初始高度为 {p.first}）" if p.first else ""
        ask = (
            "the list of the heights of all columns"
            if p.what == "heights"
            else "the list with two numbers: the largest height, and the first column that has it"
        )
        zh_ask = "所有列的高度的列表" if p.what == "heights" else "含两个数的列表：最大的高度，以及具有该高度的第一列"
        return (
            f"Blocks fall from above on {p.width} columns (numbered from 0), which have the height 0 at first{first}. Each item of `blocks` is a list `[column, width, height]`: a block that covers width columns from this column on; the part of it that would lie beyond the last column is cut off. A block falls until it lies on the highest of its columns; after that all of its columns "
            f"have the height of its top.{clear} The blocks fall one after another. Find {ask} at the end.",
            f"方块从上方落到 {p.width} 列上（从 0 编号），各列初始高度为 0{zh_first}。`blocks` 的每一项是列表 `[column, width, height]`：从该列起覆盖 width 列的方块，超出最后一列的部分被切掉。方块下落直到落在其覆盖各列中最高的一列上；此后它覆盖的各列高度都等于它的顶部高度。{zh_clear}方块依次落下。求最后{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the heights; a block raises its columns to their maximum plus its own height.",
            "维护各列高度；方块把其覆盖的列提升到其中最大高度加上自身高度。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        w = p.width
        return [
            ([],),
            ([[0, w, 2]],),
            ([[w - 1, 3, 1]],),
            ([[0, 2, 1], [1, 2, 1]],),
            ([[0, 2, 3], [2, w, 1]],),
            ([[0, 1, 1], [1, w, 2], [0, 1, 4]],),
            ([[0, w, 1], [0, 1, 1], [w - 2, 2, 5]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return ([[rng.randrange(p.width), rng.randint(1, 4), rng.randint(1, 4)] for _ in range(rng.randint(2, 8))],)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.clear else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, blocks: list[list[int]]) -> list[int]:
        heights = [0] * p.width
        heights[0] = p.first
        for column, width, height in blocks:
            covered = range(column, min(column + width, p.width if m != 1 else p.width - 1))
            base = max([heights[place] for place in covered], default=0) if m != 2 else heights[column]
            for place in covered:
                heights[place] = base + height if m != 3 else heights[place] + height
            if p.clear and m != 4:
                low = min(heights)
                heights = [one - low for one in heights]
        if p.what == "heights":
            return heights
        return [max(heights), heights.index(max(heights))]

    @staticmethod
    def brute(p: P, blocks: list[list[int]]) -> list[int]:
        filled = {(0, y) for y in range(p.first)}
        for column, width, height in blocks:
            columns = [c for c in range(p.width) if column <= c < column + width]
            level = 60
            while level and not any((c, level - 1) in filled for c in columns):
                level -= 1
            filled |= {(c, y) for c in columns for y in range(level + height)}
            while p.clear and all((c, 0) in filled for c in range(p.width)):
                filled = {(c, y - 1) for c, y in filled if y}
        heights = [sum(1 for x, _ in filled if x == c) for c in range(p.width)]
        if p.what == "heights":
            return heights
        best = sorted(range(p.width), key=lambda c: (-heights[c], c))[0]
        return [heights[best], best]


FAMILIES = (
    Automaton(),
    LifeRounds(),
    Falling(),
)
