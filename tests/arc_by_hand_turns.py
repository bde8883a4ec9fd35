"""The rules of ARC tasks that lose nothing, cell by cell; see ``arc_by_hand``."""

from __future__ import annotations

from arc_by_hand import STEP, beside, blank, cells, image, must, size


def rule_flip(grid, kind):
    return image(grid, kind)


def rule_roll(grid, side):
    h, w = size(grid)
    dr, dc = STEP[side]
    return [[grid[(r - dr) % h][(c - dc) % w] for c in range(w)] for r in range(h)]


def rule_swap(grid, one, other):
    return [[{one: other, other: one}.get(cell, cell) for cell in row] for row in grid]


def small(grid):
    must(max(size(grid)) <= 30)
    return grid


def rule_mirror(grid, side):
    if side == "four":
        return rule_mirror(rule_mirror(grid, "right"), "down")
    other = image(grid, "flip-h" if side in ("left", "right") else "flip-v")
    return small(
        {"right": lambda: beside(grid, other), "left": lambda: beside(other, grid)}.get(
            side, lambda: grid + other if side == "down" else other + grid
        )()
    )


def rule_tile(grid, times):
    down, across = map(int, times.split("x"))
    h, w = size(grid)
    return small([[grid[r % h][c % w] for c in range(w * across)] for r in range(h * down)])


def rule_scale(grid, factor):
    h, w = size(grid)
    return small([[grid[r // factor][c // factor] for c in range(w * factor)] for r in range(h * factor)])


def rule_frame(grid, colour):
    h, w = size(grid)
    made = [[colour] * (w + 2) for _ in range(h + 2)]
    for r, c in cells(grid):
        made[r + 1][c + 1] = grid[r][c]
    return small(made)


def rule_diagonal(grid):
    h, w = size(grid)
    made = blank(2 * h, 2 * w)
    for r, c in cells(grid):
        made[r][c] = made[r + h][c + w] = grid[r][c]
    return small(made)


def rule_fractal(grid):
    h, w = size(grid)
    return small([[grid[r % h][c % w] if grid[r // h][c // w] else 0 for c in range(w * w)] for r in range(h * h)])
