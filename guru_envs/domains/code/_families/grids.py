"""Grids of small integers: neighbours, spirals, walks."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick


def _grid(rng: random.Random, low: int, high: int, most: int = 5) -> list[list[int]]:
    rows, columns = rng.randint(1, most), rng.randint(1, most)
    return [[rng.randint(low, high) for _ in range(columns)] for _ in range(rows)]


class Peaks(Family):
    name, theme, level = "count_peaks", "grids", 3
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, diagonal=[True, False], by=[1, 1, 2, 3, 4], kind=["peak", "pit"], border=[True, False])

    def text(self, p: P) -> tuple[str, str]:
        near = (
            "up to 8 neighbours, the diagonal ones included"
            if p.diagonal
            else "up to 4 neighbours above, below, left and right"
        )
        zh_near = "上下左右以及对角方向至多 8 个" if p.diagonal else "上下左右至多 4 个"
        kind, zh_kind = ("greater", "大") if p.kind == "peak" else ("less", "小")
        border = (
            " A cell without neighbours fits."
            if p.border
            else " Cells at the border of the grid do not count as such cells."
        )
        zh_border = "没有相邻格的格子视为满足。" if p.border else "位于网格边界上的格子不计入。"
        return (
            f"Given a rectangular grid `grid` (a list of rows), count the cells whose number is {kind} by at least {p.by} than the number of every "
            f"one of its neighbours ({near}).{border}",
            f"给定矩形网格 `grid`（由各行组成的列表），统计满足以下条件的格子数：其数值比每个相邻格（{zh_near}）的数值都{zh_kind}至少 {p.by}。"
            f"{zh_border}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "For each cell compare with all neighbours that lie in the grid.",
            "对每个格子，与网格内的所有相邻格比较。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        centre = [[0, 0, 0], [0, 9, 0], [0, 0, 0]] if p.kind == "peak" else [[9, 9, 9], [9, 0, 9], [9, 9, 9]]
        corner = [[5, 5, 5], [5, 5 + (p.by if p.kind == "peak" else -p.by), 5], [5, 5, 5]]
        diagonal = [[5, 5, 9], [5, 7 if p.kind == "peak" else 2, 5], [0, 5, 5]]
        return [
            ([[1]],),
            ([[1, 5, 1, 9]],),
            ([[3], [3]],),
            (centre,),
            (corner,),
            (diagonal,),
            ([[0, 9, 0, 9], [9, 0, 9, 0], [0, 9, 0, 9]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_grid(rng, 0, 9, 6),)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> int:
        rows, columns = len(grid), len(grid[0])
        count = 0
        for row in range(rows) if p.border != (m == 1) else range(1, rows - 1):
            for column in range(columns) if p.border != (m == 1) else range(1, columns - 1):
                fits = True
                for i in range(max(row - 1, 0), min(row + 2, rows) if m != 4 else row + 1):
                    for j in range(max(column - 1, 0), min(column + 2, columns)):
                        if (i != row or j != column) and (p.diagonal != (m == 2) or i == row or j == column):
                            gap = grid[row][column] - grid[i][j] if p.kind == "peak" else grid[i][j] - grid[row][column]
                            if gap < p.by if m != 3 else gap <= p.by:
                                fits = False
                if fits:
                    count += 1
        return count

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> int:
        cells = {(r, c): value for r, row in enumerate(grid) for c, value in enumerate(row)}
        steps = [(-1, 0), (1, 0), (0, -1), (0, 1)]
        if p.diagonal:
            steps += [(-1, -1), (-1, 1), (1, -1), (1, 1)]
        sign = 1 if p.kind == "peak" else -1
        total = 0
        for (r, c), value in cells.items():
            inside = 0 < r < len(grid) - 1 and 0 < c < len(grid[0]) - 1
            around = [cells[r + a, c + b] for a, b in steps if (r + a, c + b) in cells]
            total += (inside or p.border) and all(sign * (value - other) >= p.by for other in around)
        return total


class Spiral(Family):
    name, theme, level = "read_spiral", "grids", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng,
            corner=["top left", "top right", "bottom left", "bottom right"],
            turn=["clockwise", "counterclockwise"],
            every=[1, 1, 2, 3, 4],
        )

    def text(self, p: P) -> tuple[str, str]:
        corner = {"top left": "左上角", "top right": "右上角", "bottom left": "左下角", "bottom right": "右下角"}[
            p.corner
        ]
        turn = "顺时针" if p.turn == "clockwise" else "逆时针"
        every = (
            f" Write down the first number that is read, leave out the next {p.every - 1}, write down the next one, and so on."
            if p.every > 1
            else ""
        )
        zh_every = f"写下读到的第一个数，略去随后的 {p.every - 1} 个，再写下下一个数，依此类推。" if p.every > 1 else ""
        return (
            f"Read the rectangular grid `grid` (a list of rows) in a spiral: begin at the {p.corner} corner, go round along the border {p.turn}, and on "
            f"inwards, until every cell was read once.{every} Find the list of the numbers in this order.",
            f"按螺旋方式读取矩形网格 `grid`（由各行组成的列表）：从{corner}开始，沿边界{turn}绕行，再逐层向内，直到每个格子都恰好读取一次。{zh_every}"
            "求按此顺序得到的数的列表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Mirror the grid so that the walk starts at the top left and goes clockwise; then take off the first row and turn the rest, again and again.",
            "先将网格镜像，使其从左上角开始顺时针行走；然后反复取出第一行并旋转剩余部分。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([[1]],),
            ([[1, 2, 3]],),
            ([[1], [2], [3]],),
            ([[1, 2], [3, 4]],),
            ([[1, 2, 3], [4, 5, 6]],),
            ([[1, 2], [3, 4], [5, 6]],),
            ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_grid(rng, 0, 99, 5),)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> list[int]:
        if p.corner in ("top right", "bottom right"):
            grid = [row[::-1] for row in grid]
        if p.corner in ("bottom left", "bottom right") and m != 1:
            grid = grid[::-1]
        if m == 1 and p.corner in ("top left", "top right"):
            grid = grid[::-1]
        if (p.turn == "clockwise") != (
            (p.corner in ("top left", "bottom right")) if m != 2 else (p.corner in ("top right", "bottom left"))
        ):
            grid = [list(column) for column in zip(*grid, strict=True)]
        order: list[int] = []
        while len(grid) > (0 if m != 3 else 1):
            order += grid[0]
            grid = [list(column) for column in zip(*grid[1:], strict=True)][::-1]
        return order[:: p.every] if p.every > 1 else order

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> list[int]:
        left = {(r, c) for r in range(len(grid)) for c in range(len(grid[0]))}
        row = 0 if "top" in p.corner else len(grid) - 1
        column = 0 if "left" in p.corner else len(grid[0]) - 1
        ring = [(0, 1), (1, 0), (0, -1), (-1, 0)]  # clockwise: right, down, left, up
        starts = {"top left": 0, "top right": 1, "bottom right": 2, "bottom left": 3}
        facing = starts[p.corner]
        step = 1
        if p.turn != "clockwise":
            facing, step = (facing + 1) % 4, -1
        order = []
        while True:
            order.append(grid[row][column])
            left.discard((row, column))
            if not left:
                return order[:: p.every]
            while (row + ring[facing][0], column + ring[facing][1]) not in left:
                facing = (facing + step) % 4
            row, column = row + ring[facing][0], column + ring[facing][1]


class Robot(Family):
    name, theme, level = "robot_walk", "grids", 3
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "size": rng.randint(4, 8),
            "edge": rng.choice(["stop", "round"]),
            "what": rng.choice(["cells", "end"]),
            "jump": rng.choice([2, 3]),
        }

    def text(self, p: P) -> tuple[str, str]:
        edge = (
            "a step that would leave the field is not done"
            if p.edge == "stop"
            else "who leaves the field at one side comes in again at the opposite side"
        )
        zh_edge = "会走出场地的一步不执行" if p.edge == "stop" else "从一侧走出场地会从对侧重新进入"
        ask = (
            "Find how many different cells it has stood on, the first one included."
            if p.what == "cells"
            else f"Find its last position, as `row * {p.size} + column`."
        )
        zh_ask = (
            "求它站过的不同格子的个数（包括起始格）。"
            if p.what == "cells"
            else f"求它最后的位置，用 `行 * {p.size} + 列` 表示。"
        )
        return (
            f"A robot stands on a field of {p.size} x {p.size} cells, in row 0 and column 0 (rows count downwards, columns to the right), and looks "
            f"to the right. The text `commands` is done letter by letter: L turns it left by 90 degrees, R turns it right by 90 degrees, F takes one "
            f"step forward, J takes {p.jump} steps forward, one after another. At the edge: {edge}. {ask}",
            f"一个机器人站在 {p.size} x {p.size} 的场地上，位于第 0 行第 0 列（行号向下增加，列号向右增加），面朝右。逐个执行文本 `commands` 中的字母："
            f"L 左转 90 度，R 右转 90 度，F 前进一步，J 逐步前进 {p.jump} 步。在边缘处：{zh_edge}。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep position and direction; a turn swaps the direction's parts with a sign, a step is checked at the edge.",
            "记录位置和方向；转向时交换方向分量并变号，每一步检查边缘。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ("",),
            ("F",),
            ("J",),
            ("LF",),
            ("RF",),
            ("F" * p.size,),
            ("LLF",),
            ("RJJJ",),
            ("FRFRFRF",),
            ("J" * p.size + "RJLF",),
            ("LJRJ",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, "LRFFFJ", 4, 16),)

    def live(self, p: P) -> tuple[int, ...]:
        if p.what == "end":
            return (1, 2, 3)
        return (2, 3, 4) if p.edge == "round" else (1, 2, 3, 4)  # round a torus, left and right are alike

    @staticmethod
    def solve(p: P, m: int, commands: str) -> int:
        row = column = 0
        down, right = 0, 1
        seen = {(0, 0)} if m != 4 else set()
        for command in commands:
            if command == "L" if m != 1 else command == "R":
                down, right = -right, down
            elif command == "R" if m != 1 else command == "L":
                down, right = right, -down
            else:
                for _ in range(1 if command == "F" else p.jump if m != 2 else p.jump - 1):
                    if p.edge == "round":
                        row, column = (row + down) % p.size, (column + right) % (p.size if m != 3 else p.size + 1)
                    elif 0 <= row + down < p.size and 0 <= column + right < (p.size if m != 3 else p.size - 1):
                        row, column = row + down, column + right
                    seen.add((row, column))
        return len(seen) if p.what == "cells" else row * p.size + column

    @staticmethod
    def brute(p: P, commands: str) -> int:
        ways = ["right", "down", "left", "up"]
        way, place = "right", 0
        visited = [0]
        for command in commands.replace("J", "F" * p.jump):
            if command in "LR":
                way = ways[(ways.index(way) + (1 if command == "R" else 3)) % 4]
                continue
            row, column = divmod(place, p.size)
            on_edge = {"right": column == p.size - 1, "left": column == 0, "down": row == p.size - 1, "up": row == 0}[
                way
            ]
            if on_edge and p.edge == "round":
                place += {
                    "right": 1 - p.size,
                    "left": p.size - 1,
                    "down": p.size - p.size**2,
                    "up": p.size**2 - p.size,
                }[way]
            elif not on_edge:
                place += {"right": 1, "left": -1, "down": p.size, "up": -p.size}[way]
            visited.append(place)
        return len(set(visited)) if p.what == "cells" else place


FAMILIES = (
    Peaks(),
    Spiral(),
    Robot(),
)
