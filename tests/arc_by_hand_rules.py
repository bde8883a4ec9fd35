"""The rules of ARC tasks, cell by cell; see ``arc_by_hand``."""

from __future__ import annotations

from collections import Counter

import arc_by_hand_turns
from arc_by_hand import (
    CORNERS,
    SIDES,
    STEP,
    blank,
    box,
    cells,
    columns,
    cut,
    filled,
    halves_of,
    image,
    must,
    objects,
    outside,
    over,
    painted,
    parts,
    selected,
    size,
    where,
)


def apply(rule, grid):
    """The grid a rule makes; raises ``Undefined`` where it does not apply."""
    name, *values = rule
    name = "rule_" + name.replace("-", "_")
    return (globals().get(name) or getattr(arc_by_hand_turns, name))([list(row) for row in grid], *values)


def cells_of(found):
    return [cell for part in found for cell in part]


def rule_remove(grid, selector, mode):
    return painted(grid, cells_of(selected(grid, selector, mode)), 0)


def rule_keep(grid, selector, mode):
    kept = set(cells_of(selected(grid, selector, mode)))
    return painted(grid, [cell for cell in cells(grid) if cell not in kept], 0)


def rule_remove_colour(grid, colour):
    must(0 < len(where(grid, colour)) < len(filled(grid)))
    return painted(grid, where(grid, colour), 0)


def rule_keep_colour(grid, colour):
    must(0 < len(where(grid, colour)) < len(filled(grid)))
    return [[cell if cell == colour else 0 for cell in row] for row in grid]


def interior(grid):
    h, w = size(grid)
    found = []
    for r, c in filled(grid):
        near = [(r + dr, c + dc) for dr, dc in SIDES]
        if all(0 <= a < h and 0 <= b < w and grid[a][b] == grid[r][c] for a, b in near):
            found.append((r, c))
    must(found)
    return found


def rule_hollow(grid):
    return painted(grid, interior(grid), 0)


def rule_core(grid):
    kept = interior(grid)
    return painted(grid, [cell for cell in cells(grid) if cell not in kept], 0)


def rule_inner(grid, colour):
    return painted(grid, interior(grid), colour)


def rule_fall(grid, side):
    """Cells move one place at a time while the place is empty."""
    h, w = size(grid)
    dr, dc = STEP[side]
    moved = True
    while moved:
        moved = False
        for r, c in filled(grid):
            a, b = r + dr, c + dc
            if 0 <= a < h and 0 <= b < w and not grid[a][b]:
                grid[a][b], grid[r][c] = grid[r][c], 0
                moved = True
    return grid


def slide(grid, part, side, once=False):
    """Move the cells of a part until something is in the way; how far it went."""
    h, w = size(grid)
    dr, dc = STEP[side]
    colours = [grid[r][c] for r, c in part]
    for r, c in part:
        grid[r][c] = 0
    now, count = part, 0
    while True:
        after = [(r + dr, c + dc) for r, c in now]
        if not all(0 <= r < h and 0 <= c < w and not grid[r][c] for r, c in after):
            break
        now, count = after, count + 1
    for (r, c), colour in zip(now, colours, strict=True):
        grid[r][c] = colour
    return now, count


def rule_drop(grid, side):
    reach = {
        "down": lambda part: -box(part)[2],
        "up": lambda part: box(part)[0],
        "right": lambda part: -box(part)[3],
        "left": lambda part: box(part)[1],
    }[side]
    found = sorted(objects(grid, "multi8"), key=reach)
    while True:
        steps = 0
        for number, part in enumerate(found):
            found[number], count = slide(grid, part, side)
            steps += count
        if not steps:
            return grid


def rule_contact(grid, colour):
    anchors = [part for part in objects(grid, "mono4") if grid[part[0][0]][part[0][1]] == colour]
    must(len(anchors) == 1)
    top, left, bottom, right = box(anchors[0])
    rest = [cell for cell in filled(grid) if cell not in anchors[0]]
    moves = []
    for part in parts(rest, lambda a, b: True, corners=True):
        t, lf, b, rt = box(part)
        if not (b < top or t > bottom):
            moves.append((left - rt, part, "right") if rt < left else (lf - right, part, "left"))
        elif not (rt < left or lf > right):
            moves.append((top - b, part, "down") if b < top else (t - bottom, part, "up"))
    must(moves and min(gap for gap, *_ in moves) > 0)
    for _, part, side in sorted(moves, key=lambda move: move[0]):
        slide(grid, part, side)
    return grid


def rule_recolour(grid, selector, mode, colour):
    return painted(grid, cells_of(selected(grid, selector, mode)), colour)


def rule_repaint(grid, colour):
    return [[colour if cell else 0 for cell in row] for row in grid]


def rule_lead(grid):
    found = objects(grid, "mono4")
    longest = max(map(len, found), default=0)
    first = [part for part in found if len(part) == longest]
    must(len(found) > 1 and len(first) == 1)
    r, c = first[0][0]
    return rule_repaint(grid, grid[r][c])


def rule_infect(grid, colour):
    source = set(where(grid, colour))
    found = []
    for part in objects(grid, "mono4"):
        r, c = part[0]
        if grid[r][c] != colour and any((r + dr, c + dc) in source for r, c in part for dr, dc in SIDES):
            found.append(part)
    must(found)
    return painted(grid, cells_of(found), colour)


def rule_fill(grid, colour):
    open_cells = outside(grid, set(filled(grid)))
    closed = [(r, c) for r, c in cells(grid) if not grid[r][c] and (r, c) not in open_cells]
    must(closed)
    return painted(grid, closed, colour)


def rule_boxes(grid, colour):
    wanted = set()
    for part in objects(grid, "multi8"):
        top, left, bottom, right = box(part)
        wanted |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if not grid[r][c]}
    must(wanted)
    return painted(grid, wanted, colour)


def rule_outline(grid, colour):
    full = set(filled(grid))
    wanted = [
        (r, c) for r, c in cells(grid) if not grid[r][c] and any((r + a, c + b) in full for a, b in SIDES + CORNERS)
    ]
    must(wanted)
    return painted(grid, wanted, colour)


def rule_grow(grid):
    h, w = size(grid)
    made = [row[:] for row in grid]
    for r, c in where(grid, 0):
        near = {grid[r + a][c + b] for a, b in SIDES if 0 <= r + a < h and 0 <= c + b < w} - {0}
        if len(near) == 1:
            made[r][c] = near.pop()
    must(made != grid)
    return made


def bridged(row):
    made = row[:]
    for start in range(len(row)):
        for end in range(start + 1, len(row)):
            if row[start] and row[start] == row[end] and not any(row[start + 1 : end]):
                made[start:end] = [row[start]] * (end - start)
    return made


def rule_connect(grid, axis):
    across = [bridged(row) for row in grid] if axis != "column" else grid
    if axis == "row":
        return across
    return over(columns([bridged(column) for column in columns(grid)]), across)


def rule_ray(grid, side):
    h, w = size(grid)
    dr, dc = STEP[side]
    made = [row[:] for row in grid]
    for r, c in filled(grid):
        a, b = r + dr, c + dc
        while 0 <= a < h and 0 <= b < w and not grid[a][b]:
            made[a][b] = grid[r][c]
            a, b = a + dr, b + dc
    return made


def rule_beam(grid, axis):
    if axis == "row":
        return rule_ray(rule_ray(grid, "right"), "left")
    if axis == "column":
        return rule_ray(rule_ray(grid, "down"), "up")
    return over(rule_beam(grid, "column"), rule_beam(grid, "row"))


def rule_complete(grid, kind):
    if kind == "four":
        return rule_complete(rule_complete(grid, "flip-h"), "flip-v")
    must(kind != "transpose" or size(grid)[0] == size(grid)[1])
    return over(grid, image(grid, kind))


def rule_mend(grid, kind, colour):
    must(kind != "transpose" or size(grid)[0] == size(grid)[1])
    other = image(grid, kind)
    spots = where(grid, colour)
    must(spots and not any(other[r][c] == colour for r, c in spots))
    return [
        [other[r][c] if grid[r][c] == colour else grid[r][c] for c in range(len(grid[0]))] for r in range(len(grid))
    ]


def rule_sort(grid, axis, order):
    lines = grid if axis == "row" else columns(grid)
    numbers = sorted({sum(map(bool, line)) for line in lines}, reverse=order == "falling")
    made = [line for number in numbers for line in lines if sum(map(bool, line)) == number]
    return made if axis == "row" else columns(made)


def rule_crop(grid, selector, mode):
    found = selected(grid, selector, mode)
    must(len(found) == 1)
    bare = painted(grid, [cell for cell in cells(grid) if cell not in found[0]], 0)
    return cut(bare, *box(found[0]))


def rule_crop_colour(grid, colour):
    must(where(grid, colour))
    return cut(grid, *box(where(grid, colour)))


def rule_trim(grid):
    must(filled(grid))
    return cut(grid, *box(filled(grid)))


def rule_window(grid, colour):
    must(where(grid, colour))
    top, left, bottom, right = box(where(grid, colour))
    must(bottom - top >= 2 and right - left >= 2)
    return cut(grid, top + 1, left + 1, bottom - 1, right - 1)


def rule_compress(grid):
    must(filled(grid))
    rows = [row for row in grid if any(row)]
    return columns([column for column in columns(rows) if any(column)])


def rule_dedupe(grid):
    for _ in range(2):
        grid = columns([row for number, row in enumerate(grid) if number == 0 or grid[number - 1] != row])
    return grid


def rule_half(grid, side):
    one, other = halves_of(grid, "columns" if side in ("left", "right") else "rows")
    must(one and one[0])
    return one if side in ("left", "upper") else other


def rule_combine(grid, axis, operation, colour):
    one, other = halves_of(grid, axis)
    must(one and one[0])
    test = {
        "and": lambda a, b: a and b,
        "or": lambda a, b: a or b,
        "xor": lambda a, b: (a and not b) or (b and not a),
        "nor": lambda a, b: not a and not b,
        "without": lambda a, b: a and not b,
    }[operation]
    return [[colour if test(a, b) else 0 for a, b in zip(x, y, strict=True)] for x, y in zip(one, other, strict=True)]


def rule_overlay(grid, axis, above):
    one, other = halves_of(grid, axis)
    must(one and one[0])
    return over(one, other) if above == "first" else over(other, one)


def rule_count(grid, mode, colour):
    number = len(objects(grid, mode))
    must(0 < number <= 30)
    return [[colour] * number]


def rule_stairs(grid, mode, colour):
    number = len(objects(grid, mode))
    must(0 < number <= 30)
    made = blank(number, number)
    for place in range(number):
        made[place][place] = colour
    return made


def by_count(counts):
    """Keys from the largest count to the smallest; all counts must differ."""
    must(counts and len(set(counts.values())) == len(counts))
    return sorted(counts, key=counts.get, reverse=True)


def rule_tally(grid):
    counts = Counter(grid[part[0][0]][part[0][1]] for part in objects(grid, "mono4"))
    order = by_count(counts)
    width = counts[order[0]]
    must(width <= 30)
    return [[colour if place < counts[colour] else 0 for place in range(width)] for colour in order]


def rule_palette(grid):
    return [[colour] for colour in by_count(Counter(grid[r][c] for r, c in filled(grid)))]


def rule_most(grid, order):
    counts = Counter(grid[r][c] for r, c in filled(grid))
    must(len(counts) > 1)
    best = max(counts.values()) if order == "most" else min(counts.values())
    found = [colour for colour, number in counts.items() if number == best]
    must(len(found) == 1)
    return [found]


def rule_ranking(grid):
    found = objects(grid, "mono4")
    must(2 <= len(found) <= 30 and len({len(part) for part in found}) == len(found))
    ordered = sorted(found, key=len, reverse=True)
    return [[grid[part[0][0]][part[0][1]]] for part in ordered]
