"""Sudokus read from their prompt's text alone, in both languages, and decided by a SAT solver.

Shares no code with the domain: own reading, own encoding. ``python tests/sudoku_by_hand.py --deep 1000`` checks that many tasks
of every level, each with its proof.
"""

from __future__ import annotations

import argparse
import re

from pysat.solvers import Solver

SIZES = {"en": r"this (\d) x \d sudoku.*\((\d) rows by (\d) columns\)", "zh": r"这个(\d)×\d数独.*（(\d)行(\d)列）"}
HOUSES = {"en": r"(row|column|box) (\d)", "zh": r"第(\d)(行|列|宫)"}

_RULES: dict[int, list[list[int]]] = {}  # size -> the rules, written once by the first puzzle of the size


class ByHand:
    """A prompt as read: the size, the givens, and what they and each house say as clauses."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "数独" in prompt else "en"
        self.size, high, wide = map(int, re.search(SIZES[self.lang], prompt).groups())
        rows = [line.split() for line in prompt.splitlines() if re.fullmatch(r"[\d.]( [\d.])+", line)]
        assert len(rows) == self.size
        assert all(len(row) == self.size for row in rows)
        span = range(1, self.size + 1)
        self.span = span
        self.givens = {(r, c): int(rows[r - 1][c - 1]) for r in span for c in span if rows[r - 1][c - 1] != "."}
        self.places = [(r, c) for r in span for c in span]
        self.houses = {("row", n): [(n, c) for c in span] for n in span}
        self.houses |= {("column", n): [(r, n) for r in span] for n in span}
        across = self.size // wide
        for r, c in self.places:
            self.houses.setdefault(("box", (r - 1) // high * across + (c - 1) // wide + 1), []).append((r, c))

    def literal(self, place: tuple[int, int], digit: int) -> int:
        """The variable "this cell holds this digit"."""
        assert min(*place, digit) >= 1
        assert max(*place, digit) <= self.size
        return 100 * place[0] + 10 * place[1] + digit

    def house(self, name: tuple[str, int]) -> list[list[int]]:
        """That a house holds each digit once."""
        cells = self.houses[name]
        clauses = [[self.literal(cell, digit) for cell in cells] for digit in self.span]
        for digit in self.span:
            clauses += [
                [-self.literal(one, digit), -self.literal(two, digit)] for one in cells for two in cells if one < two
            ]
        return clauses

    def cells(self) -> list[list[int]]:
        """That a cell holds exactly one digit."""
        clauses = [[self.literal(cell, digit) for digit in self.span] for cell in self.places]
        for cell in self.places:
            clauses += [[-self.literal(cell, d), -self.literal(cell, e)] for d in self.span for e in self.span if d < e]
        return clauses

    def solutions(self, limit: int = 2, leave_out: tuple[int, int] | None = None) -> list[dict[tuple[int, int], int]]:
        """Up to ``limit`` solutions, optionally without one given."""
        if self.size not in _RULES:
            _RULES[self.size] = self.cells() + [clause for name in self.houses for clause in self.house(name)]
        solver = Solver(name="minisat22", bootstrap_with=_RULES[self.size])
        for place, digit in self.givens.items():
            if place != leave_out:
                solver.add_clause([self.literal(place, digit)])
        found = []
        while len(found) < limit and solver.solve():
            true = {literal for literal in solver.get_model() if literal > 0}
            grid = {place: next(d for d in self.span if self.literal(place, d) in true) for place in self.places}
            found.append(grid)
            solver.add_clause([-self.literal(place, digit) for place, digit in grid.items()])
        solver.delete()
        return found

    def text(self, grid: dict[tuple[int, int], int]) -> str:
        """A grid in the form that is asked for."""
        return "\n".join(" ".join(str(grid[r, c]) for c in self.span) for r in self.span)

    def statement(self, text: str) -> list[list[int]]:
        """What a line of a proof says, as clauses; its source in brackets is ignored."""
        text = re.split(r" ?[(（]", text)[0].rstrip(".。")
        unless: list[int] = []
        match = re.fullmatch("If (.*), then (.*)", text) or re.fullmatch("如果(.*)，那么(.*)", text)
        if match:
            text = match[2]
            for part in re.split(" and |且", match[1]):
                r, c, d = map(int, re.fullmatch(r"r(\d)c(\d)(?: is |是)(\d)", part).groups())
                unless.append(-self.literal((r, c), d))
        if text in ("Contradiction", "矛盾"):
            return [unless]
        if match := re.fullmatch(r"r(\d)c(\d)(?: is |是)(\d)", text):
            r, c, d = map(int, match.groups())
            return [[*unless, self.literal((r, c), d)]]
        if match := re.fullmatch(r"r(\d)c(\d)(?: is not |不是)([\d, 、]+)", text):
            place = int(match[1]), int(match[2])
            return [[*unless, -self.literal(place, int(d))] for d in re.findall(r"\d", match[3])]
        match = re.fullmatch(r"(\d)(?: is not in |不在)(.+)", text)
        assert match, text
        cells = re.findall(r"r(\d)c(\d)", match[2])
        return [[*unless, -self.literal((int(r), int(c)), int(match[1]))] for r, c in cells]

    def sources(self, text: str) -> tuple[list[tuple[str, int]], list[int], list[tuple[int, int]] | None]:
        """The houses, the earlier lines and (if it names some) the only givens that a line says it follows from."""
        inside = re.search("[(（](.*)[)）]", text)[1]
        words = {"行": "row", "列": "column", "宫": "box"}
        if self.lang == "zh":
            houses = [(words[kind], int(n)) for n, kind in re.findall("第(\\d)(行|列|宫)", inside)]
        else:
            houses = [(kind, int(n)) for kind, n in re.findall(r"(row|column|box) (\d)", inside)]
        lines = [int(n) for n in re.findall(r"line (\d+)|第(\d+)条", inside) for n in n if n]
        only = re.search("givens (.*) alone|只用已给数字(.*)", inside)
        cells = [(int(r), int(c)) for r, c in re.findall(r"r(\d)c(\d)", inside)] if only else None
        return houses, lines, cells


def check_proof(puzzle: ByHand, trace) -> None:
    """Each line follows from the cells, the givens, at most two houses and the lines that its own words name."""
    solver = Solver(name="minisat22", bootstrap_with=puzzle.cells())
    only = puzzle.sources(trace.steps[-1].statement)[2]
    for place, digit in puzzle.givens.items():
        if only is None or place in only:
            solver.add_clause([puzzle.literal(place, digit)])
    top = 1000
    handles: dict[object, int] = {}
    for number, name in enumerate(puzzle.houses):
        handles[name] = top + number
        for clause in puzzle.house(name):
            solver.add_clause([*clause, -handles[name]])
    top += 100
    used: set[int] = set()
    for number, step in enumerate(trace.steps, 1):
        houses, lines, _ = puzzle.sources(step.statement)
        assert len(houses) <= 2, step.statement
        assert all(line < number for line in lines)
        assert [one.index for one in step.premises if one.kind == "step"] == lines
        order = list(puzzle.houses)
        assert [order[one.index - 1] for one in step.premises if one.kind == "clue"] == houses
        given = [handles[name] for name in houses] + [top + line for line in lines]
        for clause in puzzle.statement(step.statement):
            assert not solver.solve(assumptions=[*given, *(-one for one in clause)]), step.statement
            solver.add_clause([*clause, -top - number])
        used.update(lines)
    for number, step in enumerate(trace.steps[:-1], 1):
        assert number in used or step.fact[0] == "is", f"an idle line: {step.statement}"
    solver.delete()


def check_task(domain, task, minimal: bool) -> ByHand:
    """One solution, the gold; each given necessary if that is promised; the proof. Raises AssertionError."""
    puzzle = ByHand(task.prompt)
    found = puzzle.solutions()
    trace = domain.solve(task)
    if task.gold in ("no solution", "无解"):
        assert found == []
        check_proof(puzzle, trace)
        assert trace.steps[-1].fact == ("none",)
        only = puzzle.sources(trace.steps[-1].statement)[2]
        core = ByHand(task.prompt)
        core.givens = {place: digit for place, digit in core.givens.items() if place in only}
        assert core.solutions(1) == []
        assert all(core.solutions(1, place) for place in only), "the conflict is not minimal"
    elif task.gold in ("several solutions", "多解"):
        assert len(found) == 2
        shown = [re.search(r"\d{16,81}", step.statement)[0] for step in trace.steps]
        assert len(set(shown)) == 2
        for digits in shown:
            one = ByHand(task.prompt)
            assert all(one.givens.get(place, int(d)) == int(d) for place, d in zip(one.places, digits, strict=True))
            one.givens = {place: int(d) for place, d in zip(one.places, digits, strict=True)}
            assert len(one.solutions()) == 1
    else:
        assert len(found) == 1, f"{len(found)} solutions"
        assert puzzle.text(found[0]) == task.gold == trace.answer
        check_proof(puzzle, trace)
        said = {step.fact[1:3]: step.fact[3] for step in trace.steps if step.fact[0] == "is"}
        assert said | puzzle.givens == found[0]
        if minimal:
            assert all(len(puzzle.solutions(2, place)) == 2 for place in puzzle.givens), "a given can be left out"
    return puzzle


def main() -> None:
    """Check many tasks of every level, in both languages, with one solution and without."""
    import guru_envs
    from guru_envs.domains.logic.sudoku import Sudoku

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", type=int, default=1000, help="tasks of each level")
    count = parser.parse_args().deep
    levels = guru_envs.spec("guru/sudoku-v0").levels
    for level, knobs in enumerate(levels, 1):
        for lang in ("en", "zh"):
            for abstain in (False, True):
                source = guru_envs.make_source("guru/sudoku-v0", level=level, lang=lang, knobs={"abstain": abstain})
                for seed in range(-(-count // 4)):
                    check_task(Sudoku(), source.draw(seed), knobs.get("minimal", False))
        print(f"level {level}: {count} tasks checked", flush=True)


if __name__ == "__main__":
    main()
