"""ARC rules a second time, written plainly on lists of lists from their descriptions; shares no code with the domain.

``check(task, trace)`` reads the grids from the prompt (English or Chinese), the rule from the facts of the trace, and confirms
that the rule makes each example's output, that each step changes something, and that it makes the answer from the test input.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter

SIDES = [(0, 1), (1, 0), (0, -1), (-1, 0)]
CORNERS = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
STEP = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


class Undefined(Exception):
    """The rule does not apply to the grid."""


# -- reading the prompt --------------------------------------------------------------------------------------------

HEAD = re.compile(
    r"(Input|Output|输入|输出)\s*[(（](\d+) ?(?:rows|行)[,，] ?(\d+) ?(?:columns|列)[)）][:：]\n((?:[0-9 ]+\n)+)"
)


def read_prompt(prompt):
    """The example pairs and the test input, as lists of lists."""
    grids = []
    for kind, rows, columns, body in HEAD.findall(prompt):
        grid = [[int(cell) for cell in line.split(" ")] for line in body.strip("\n").split("\n")]
        assert len(grid) == int(rows)
        assert {len(row) for row in grid} == {int(columns)}
        grids.append((kind in ("Input", "输入"), grid))
    assert [given for given, _ in grids] == [True, False] * (len(grids) // 2) + [True]
    pairs = [(grids[i][1], grids[i + 1][1]) for i in range(0, len(grids) - 1, 2)]
    return pairs, grids[-1][1]


# -- objects -------------------------------------------------------------------------------------------------------


def size(grid):
    return len(grid), len(grid[0])


def cells(grid):
    return [(r, c) for r in range(len(grid)) for c in range(len(grid[0]))]


def parts(wanted, alike, corners):
    """Connected sets of cells: depth first from each cell in reading order."""
    left, found = set(wanted), []
    for start in sorted(wanted):
        if start not in left:
            continue
        left.remove(start)
        stack, part = [start], [start]
        while stack:
            r, c = stack.pop()
            for dr, dc in SIDES + (CORNERS if corners else []):
                there = (r + dr, c + dc)
                if there in left and alike((r, c), there):
                    left.remove(there)
                    stack.append(there)
                    part.append(there)
        found.append(sorted(part))
    return found


def objects(grid, mode):
    filled = [(r, c) for r, c in cells(grid) if grid[r][c]]
    if mode == "mono4":
        return parts(filled, lambda a, b: grid[a[0]][a[1]] == grid[b[0]][b[1]], corners=False)
    return parts(filled, lambda a, b: True, corners=True)


def box(part):
    rows, columns = [r for r, _ in part], [c for _, c in part]
    return min(rows), min(columns), max(rows), max(columns)


def outside(grid, walls):
    """The cells that can be reached from the border by sides without entering walls."""
    h, w = size(grid)
    free = [cell for cell in cells(grid) if cell not in walls]
    found = set()
    for part in parts(free, lambda a, b: True, corners=False):
        if any(r in (0, h - 1) or c in (0, w - 1) for r, c in part):
            found |= set(part)
    return found


def holed(grid, part):
    walls = set(part)
    return len(outside(grid, walls)) < len(cells(grid)) - len(walls)


def form(part):
    top, left, *_ = box(part)
    return sorted((r - top, c - left) for r, c in part)


def mirrored(grid, part):
    _, left, _, right = box(part)
    colours = {(r, c): grid[r][c] for r, c in part}
    return all(colours.get((r, left + right - c)) == colour for (r, c), colour in colours.items())


def only_best(found, value):
    best = max(map(value, found))
    return [part for part in found if value(part) == best] if [*map(value, found)].count(best) == 1 else []


def hue(grid, part):
    """The colour of an object, None when it has several."""
    colours = {grid[r][c] for r, c in part}
    return colours.pop() if len(colours) == 1 else None


def selected(grid, selector, mode):
    found = objects(grid, mode)
    h, w = size(grid)
    at_edge = lambda part: any(r in (0, h - 1) or c in (0, w - 1) for r, c in part)  # noqa: E731
    full = lambda part: len(part) == (box(part)[2] - box(part)[0] + 1) * (box(part)[3] - box(part)[1] + 1)  # noqa: E731
    forms = [form(part) for part in found]
    hues = [hue(grid, part) for part in found]
    if len(found) < 2:
        raise Undefined
    tests = {
        "edge": at_edge,
        "inside": lambda part: not at_edge(part),
        "holed": lambda part: holed(grid, part),
        "closed": lambda part: not holed(grid, part),
        "block": full,
        "ragged": lambda part: not full(part),
        "dot": lambda part: len(part) == 1,
        "mirrored": lambda part: mirrored(grid, part),
        "twins": lambda part: forms.count(form(part)) > 1,
        "odd": lambda part: forms.count(form(part)) == 1,
        "own-colour": lambda part: hue(grid, part) is not None and hues.count(hue(grid, part)) == 1,
    }
    firsts = {
        "largest": len,
        "smallest": lambda part: -len(part),
        "topmost": lambda part: -box(part)[0],
        "bottommost": lambda part: box(part)[2],
        "leftmost": lambda part: -box(part)[1],
        "rightmost": lambda part: box(part)[3],
    }
    chosen = (
        [part for part in found if tests[selector](part)] if selector in tests else only_best(found, firsts[selector])
    )
    if not 0 < len(chosen) < len(found):
        raise Undefined
    return chosen


# -- small things --------------------------------------------------------------------------------------------------


def blank(h, w):
    return [[0] * w for _ in range(h)]


def painted(grid, wanted, colour):
    wanted = set(wanted)
    return [[colour if (r, c) in wanted else grid[r][c] for c in range(len(grid[0]))] for r in range(len(grid))]


def cut(grid, top, left, bottom, right):
    return [row[left : right + 1] for row in grid[top : bottom + 1]]


def where(grid, colour):
    return [(r, c) for r, c in cells(grid) if grid[r][c] == colour]


def filled(grid):
    return [(r, c) for r, c in cells(grid) if grid[r][c]]


def must(condition):
    if not condition:
        raise Undefined


def columns(grid):
    return [list(column) for column in zip(*grid, strict=True)]


def image(grid, kind):
    """The grid whose cell (r, c) is looked up in the old one."""
    h, w = size(grid)
    look = {
        "flip-h": lambda r, c: grid[r][w - 1 - c],
        "flip-v": lambda r, c: grid[h - 1 - r][c],
        "rot180": lambda r, c: grid[h - 1 - r][w - 1 - c],
        "transpose": lambda r, c: grid[c][r],
        "rot90": lambda r, c: grid[h - 1 - c][r],
        "rot270": lambda r, c: grid[c][w - 1 - r],
        "antitranspose": lambda r, c: grid[h - 1 - c][w - 1 - r],
    }[kind]
    rows, cols = (h, w) if kind in ("flip-h", "flip-v", "rot180") else (w, h)
    return [[look(r, c) for c in range(cols)] for r in range(rows)]


def over(top, below):
    return [[one or other for one, other in zip(a, b, strict=True)] for a, b in zip(top, below, strict=True)]


def beside(one, other):
    return [a + b for a, b in zip(one, other, strict=True)]


def halves_of(grid, axis):
    if axis == "rows":
        one, other = halves_of(columns(grid), "columns")
        return columns(one), columns(other)
    w = len(grid[0])
    if w % 2:
        line = {row[w // 2] for row in grid}
        must(w > 1 and len(line) == 1 and line != {0})
    return [row[: w // 2] for row in grid], [row[w - w // 2 :] for row in grid]


def check(task, trace):
    """Confirm the trace and the gold of a task; the program (a list of rules)."""
    from arc_by_hand_rules import apply

    pairs, test = read_prompt(task.prompt)
    rules = [step.fact[2:] for step in trace.steps if step.fact[0] == "rule"]
    assert rules
    for given, made in pairs:
        grid = given
        for rule in rules:
            after = apply(rule, grid)
            assert after != grid, "a step changes nothing"
            grid = after
        assert grid == made, (rules, given, made, grid)
    grid = test
    shown = [step.fact for step in trace.steps if step.fact[0] == "grid"]
    assert len(shown) == len(rules)
    for rule, (_, number, h, w, digits) in zip(rules, shown, strict=True):
        grid = apply(rule, grid)
        assert size(grid) == (h, w)
        assert "".join(str(cell) for row in grid for cell in row) == digits
        assert rules[number - 1] == rule
    assert "\n".join(" ".join(map(str, row)) for row in grid) == task.gold == trace.answer
    assert [step.fact[1] for step in trace.steps if step.fact[0] == "demonstration"] == [*range(1, len(pairs) + 1)]
    return rules


def main():
    """Check many tasks of every level in both languages, and rules on random grids; also what little a blind policy gets."""
    import guru_envs
    from guru_envs.domains.logic.arc import Arc

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", type=int, default=1000, help="tasks of each level")
    count = parser.parse_args().deep
    arc = Arc()
    for level in range(1, len(guru_envs.spec("guru/arc-v0").levels) + 1):
        kinds, blind = Counter(), Counter()
        for lang in ("en", "zh"):
            source = guru_envs.make_source("guru/arc-v0", level=level, lang=lang)
            for seed in range(-(-count // 2)):
                task = source.draw(seed + (10**6 if lang == "zh" else 0))
                kinds.update(rule[0] for rule in check(task, arc.solve(task)))
                _, outputs = zip(*task.payload.pairs, strict=True)
                blind["copy the first output"] += outputs[0] == task.payload.gold
                blind["copy the last output"] += outputs[-1] == task.payload.gold
                for kind in ("flip-h", "flip-v", "rot180", "transpose", "rot90", "rot270", "antitranspose"):
                    made = image([list(row) for row in task.payload.test], kind)
                    blind[kind] += tuple(map("".join, made)) == task.payload.gold
        best, often = max(blind.items(), key=lambda item: item[1])
        total = 2 * -(-count // 2)
        print(
            f"level {level}: {total} tasks checked, {len(kinds)} kinds; best blind: {best}, {often / total:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
