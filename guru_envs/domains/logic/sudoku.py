"""Sudoku: fill in the grid, on 4x4, 6x6 and 9x9 cells, graded by the technique that it takes.

Prompt
------
The rules, the grid (a dot for an empty cell), how cells are named (``r2c3``), and how the houses (rows, columns, boxes) are
numbered as clues. English and Chinese say the same.

Answer
------
The rows of the full grid, digits separated by spaces. Accepted as well: digits without spaces, all in one line, frames of
bars, dashes and box-drawing characters, a markdown table (with a heading, with row numbers), a JSON list of lists or of texts.
Exactly one grid: more digits than cells are no answer.

Verdict
-------
CORRECT when every cell is right. Credit counts right cells among the empty ones, above chance: (right - e / n) / (e - e / n)
with e empty cells and n digits, at least 0; it is 0 when a given is changed. The reason given names a given that was changed,
an empty cell, or a house that holds a digit twice; never the solution.

Knobs
-----
``size``. ``technique`` is the hardest technique that may be needed, in this order: naked single, hidden single, locked
candidates, (naked or hidden) pair, triple, X-wing, XY-wing, swordfish, simple colouring, supposition (anything else); with
``exact`` it is needed: the puzzle does not yield to the easier ones. Rare ones take seconds to find, and on small grids some do
not occur. ``givens`` is a least number of givens (0: as few as the search reaches); ``minimal``: no given, with ``symmetry`` no
pair of givens, can be left out without a second solution: on 4x4 cells there are 36 such puzzles, where names of digits and the
order of lines do not count; with 6 givens there are 376, with 8 1040, with 10 788 (a test counts them).
``symmetry`` of the places of the givens: rotation by half a turn, mirror (left to right), or diagonal. ``abstain``: a third of the
tasks has no solution or several.

Oracle
------
A proof line by line; each uses at most two houses and earlier lines. The givens hold from the start. Subsets and locked
candidates are concluded directly; fish, wings, colourings and suppositions are written as a candidate that leads to a
contradiction. Facts: ``("is", row, column, digit)``; ``("not", row, column, digit, ...)``: the cell holds none of these;
``("out", digit, row, column, ...)``: the digit is in none of these cells; before any of them, for each supposition in force,
``("if", row, column, digit)``; ``("none",)``: a contradiction. Effort is the number of lines, each counted once more for each
supposition it stands under. Without a solution the proof ends in a contradiction and rests on a minimal set of givens; with
several, two different solutions ``("model", digits)`` are shown.

In the theory, the givens belong to the rules and each house is a clue: one step may look at two houses. (With the givens as
clues, anybody who has copied them would have proved everything, as they entail the whole solution.)

Known shortcuts
---------------
None is known. On 4x4 grids with many givens a guess that respects the rows is sometimes right, see the guess rates.

Provenance
----------
Our own generator: a random full grid, digits taken out in random order; the one solution of every puzzle is proved by complete
search or by singles that undo each removal. ``Sudoku.task_from`` reads puzzles in the usual form of 81 (36, 16) characters.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains._abstain import Kind, draw_kind, phrase
from guru_envs.domains._abstain import read as read_abstention
from guru_envs.domains.logic._sudoku import four, make, words
from guru_envs.domains.logic._sudoku.answer import read_grid
from guru_envs.domains.logic._sudoku.canonical import canonical_text
from guru_envs.domains.logic._sudoku.contradiction import conflict
from guru_envs.domains.logic._sudoku.edits import edits
from guru_envs.domains.logic._sudoku.exact import solve
from guru_envs.domains.logic._sudoku.judge import Puzzle, say, verdict_on
from guru_envs.domains.logic._sudoku.lines import REACH, Line, proof
from guru_envs.domains.logic._sudoku.shape import BOXES, Shape, shape
from guru_envs.domains.logic._sudoku.techniques import SUPPOSITION, TECHNIQUES, grade
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory

_DRAWS = 600  # puzzles drawn before the knobs are called impossible


@dataclass(frozen=True)
class SudokuKnobs(Knobs):
    """Size, difficulty and form of a sudoku."""

    size: int = knob(9, "cells in a row: 4, 6 or 9", 4, 9)
    technique: Literal[
        "naked_single",
        "hidden_single",
        "locked",
        "pair",
        "triple",
        "x_wing",
        "xy_wing",
        "swordfish",
        "colouring",
        "supposition",
    ] = knob("supposition", "the hardest technique that may be needed")
    exact: bool = knob(False, "the technique is needed: easier ones do not suffice")
    givens: int = knob(0, "fewest cells given; 0: as few as possible", 0, 80)
    minimal: bool = knob(False, "no given can be left out without a second solution")
    symmetry: Literal["none", "rotation", "mirror", "diagonal"] = knob("none", "symmetry of the cells given")
    abstain: bool = knob(False, "a third of the tasks has no solution or several")

    def check(self) -> None:
        """Sizes without boxes, and more givens than cells."""
        if self.size not in BOXES:
            raise InvalidValueError(f"knob 'size' of SudokuKnobs is {self.size}: allowed are 4, 6 and 9")
        if self.givens >= self.size**2:
            raise ImpossibleTaskError(f"givens={self.givens} leave no empty cell on a grid of size={self.size}")
        if self.givens and self.minimal:
            raise ImpossibleTaskError(
                f"minimal=True leaves out givens while it can: givens={self.givens} cannot be kept"
            )


class Sudoku:
    """The sudoku domain."""

    Knobs = SudokuKnobs

    def generate(self, rng: random.Random, knobs: SudokuKnobs) -> Task[Puzzle]:
        """Make a puzzle; raises ``ImpossibleTaskError`` when none was found with these knobs."""
        one = shape(knobs.size)
        highest = TECHNIQUES.index(knobs.technique)
        kind = draw_kind(rng) if knobs.abstain else "one"
        if knobs.size == 4 and kind == "one" and not knobs.exact and highest == SUPPOSITION:
            return _small_task(rng, knobs)
        for _ in range(_DRAWS):
            drawn = make.draw(one, rng, knobs.symmetry, knobs.givens, highest, knobs.minimal, knobs.exact)
            if drawn is None:
                continue
            givens, grid = drawn
            if kind == "one":
                return _task(knobs.lang, one, givens, grid, kind, knobs.abstain)
            changed = (
                make.without_solution(one, rng, givens)
                if kind == "none"
                else make.with_several(one, rng, givens, grid, knobs.symmetry)
            )
            if changed is not None:
                return _task(knobs.lang, one, changed, (), kind, knobs.abstain)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no sudoku was found with {knobs}")

    @staticmethod
    def task_from(text: str, lang: str = "en", abstain: bool = False) -> Task[Puzzle]:
        """The task of a puzzle from elsewhere.

        Args:
            text: 81, 36 or 16 characters in reading order; ``0``, ``.`` or ``_`` for an empty cell.
            lang: ``en`` or ``zh``.
            abstain: whether the prompt allows for puzzles without a single solution.

        Raises:
            InvalidValueError: it is no puzzle, is full, or (without ``abstain``) does not have exactly one solution.
        """
        size = {16: 4, 36: 6, 81: 9}.get(len(text))
        plain = text.replace(".", "0").replace("_", "0")
        if size is None or not (plain.isascii() and plain.isdigit()) or max(plain) > str(size):
            raise InvalidValueError(f"no sudoku: {text[:90]!r}")
        givens = [int(mark) for mark in plain]
        found = solve(shape(size), givens, 2)
        kind: Kind = "one" if len(found) == 1 else "several" if found else "none"
        if all(givens) or not any(givens) or (kind != "one" and not abstain):
            raise InvalidValueError(f"a sudoku with empty cells and exactly one solution is expected: {text!r}")
        return _task(lang, shape(size), givens, found[0] if kind == "one" else (), kind, abstain)

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a grid."""
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        puzzle = task.payload
        lang = puzzle.lang
        if puzzle.abstain:
            claimed = read_abstention(answer)
            if claimed is not None:
                if claimed == puzzle.kind:
                    return Verdict(Outcome.CORRECT, 1.0)
                return Verdict(Outcome.WRONG, detail=say(lang, "claim"))
        grid = read_grid(puzzle.size, answer)
        if grid is None:
            return Verdict(Outcome.NO_ANSWER, detail=say(lang, "form", puzzle.size))
        if max(grid) > puzzle.size:
            return Verdict(Outcome.WRONG, detail=say(lang, "digit", puzzle.size))
        return verdict_on(puzzle, grid)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Deduce the solution from the givens, or show that there is none, or two of several."""
        puzzle = task.payload
        one = shape(puzzle.size)
        lines, only = _lines(puzzle)
        if puzzle.kind == "several":
            steps = [words.model_step(puzzle.lang, grid) for grid in solve(one, puzzle.givens, 2)]
            return Trace(tuple(steps), phrase("several", puzzle.lang))
        steps = [words.step(puzzle.lang, puzzle.size, line, only if line.kind == "none" else ()) for line in lines]
        if puzzle.kind == "none":
            return Trace(tuple(steps), phrase("none", puzzle.lang))
        grid_found = list(puzzle.givens)
        for line in lines:
            if line.kind == "is" and not line.assumed:
                grid_found[line.said[0][0]] = line.said[0][1] + 1
        return Trace(tuple(steps), words.rows_text(puzzle.size, grid_found))

    # -- deduction -----------------------------------------------------------------------------------------------------

    def theory(self, task: Task[Puzzle]) -> Theory:
        """The givens as rules, and each house as a clue."""
        puzzle = task.payload
        size = puzzle.size
        atoms = [
            cell * size + digit for cell, given in enumerate(puzzle.givens) if not given for digit in range(1, size + 1)
        ]
        return Theory(words.rules(size, puzzle.givens), words.house_clauses(size), tuple(atoms), REACH)

    def clauses(self, task: Task[Puzzle], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says; raises ``InvalidValueError`` for another form."""
        return words.fact_clauses(task.payload.size, fact)

    def read_fact(self, task: Task[Puzzle], line: str) -> Fact | None:
        """The fact that a line of text states, if it states one."""
        return words.read_fact(task.payload.size, line)

    def fact_help(self, task: Task[Puzzle]) -> str:
        """How a fact is written."""
        return words.fact_help(task.payload.lang, task.payload.size, task.payload.givens)

    def effort(self, task: Task[Puzzle]) -> float:
        """Lines of the proof, each counted once more for each supposition it stands under."""
        lines, _ = _lines(task.payload)
        return float(sum(1 + len(line.assumed) for line in lines)) or 2.0

    def grade(self, task: Task[Puzzle]) -> str:
        """The hardest technique that a puzzle with one solution needs."""
        return TECHNIQUES[grade(shape(task.payload.size), task.payload.givens)]

    # -- relatives -----------------------------------------------------------------------------------------------------

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same puzzle with other digits, and rows, columns and boxes in another order."""
        puzzle = task.payload
        size, (high, wide) = puzzle.size, BOXES[puzzle.size]
        digits = [0, *rng.sample(range(1, size + 1), size)]
        rows, columns = _line_order(rng, size, high), _line_order(rng, size, wide)
        turned = high == wide and rng.random() < 0.5

        def moved(grid: Sequence[int]) -> list[int]:
            return [
                digits[grid[column * size + row if turned else row * size + column]]
                for row in rows
                for column in columns
            ]

        solution = moved(puzzle.solution) if puzzle.solution else ()
        return _task(puzzle.lang, shape(size), moved(puzzle.givens), solution, puzzle.kind, puzzle.abstain)

    def edit(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """A puzzle with another solution, and one given changed or moved where that can be; see ``_sudoku.edits``.

        None when none was found, or there is not one solution.
        """
        puzzle = task.payload
        if puzzle.kind != "one":
            return None
        one = shape(puzzle.size)
        skipped, last = rng.choice((0, 0, 1, 3, 9)), None  # so that different draws give different puzzles
        for givens, grid in edits(one, rng, puzzle.givens, puzzle.solution):
            other = _task(puzzle.lang, one, givens, grid, "one", puzzle.abstain)
            if other.canonical != task.canonical:
                last = other
                if not skipped:
                    break
                skipped -= 1
        return last

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Each row filled with its missing digits in random order."""
        puzzle, grid = task.payload, list(task.payload.givens)
        for start in range(0, puzzle.size**2, puzzle.size):
            row = grid[start : start + puzzle.size]
            missing = [digit for digit in range(1, puzzle.size + 1) if digit not in row]
            rng.shuffle(missing)
            for place, digit in enumerate(row, start):
                if not digit:  # contradictory givens may leave a row too few digits
                    grid[place] = missing.pop() if missing else rng.randint(1, puzzle.size)
        return words.rows_text(puzzle.size, grid)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """One empty cell with another digit; or the other claim."""
        puzzle = task.payload
        if puzzle.kind != "one":
            return phrase("none" if puzzle.kind == "several" else "several", puzzle.lang)
        grid = list(puzzle.solution)
        cell = rng.choice([cell for cell, given in enumerate(puzzle.givens) if not given])
        grid[cell] = rng.choice([digit for digit in range(1, puzzle.size + 1) if digit != grid[cell]])
        return words.rows_text(puzzle.size, grid)

    def render(self, task: Task[Puzzle]) -> str:
        """The grid with its boxes drawn."""
        puzzle = task.payload
        size, (high, wide) = puzzle.size, BOXES[puzzle.size]
        marks = [str(digit) if digit else " " for digit in puzzle.givens]
        rule = "+" + ("-" * (2 * wide + 1) + "+") * (size // wide)
        lines = [rule]
        for row in range(size):
            cells = marks[row * size : (row + 1) * size]
            boxes = [" ".join(cells[start : start + wide]) for start in range(0, size, wide)]
            lines.append("| " + " | ".join(boxes) + " |")
            if row % high == high - 1:
                lines.append(rule)
        return "\n".join(lines)


def _task(
    lang: str, one: Shape, givens: Sequence[int], solution: Sequence[int], kind: Kind, abstain: bool
) -> Task[Puzzle]:
    puzzle = Puzzle(lang, one.size, tuple(givens), tuple(solution), kind, abstain)
    gold = words.rows_text(one.size, solution) if kind == "one" else phrase(kind, lang)
    text = words.prompt(lang, one.size, givens, abstain)
    return Task(text, gold, puzzle, canonical_text(one, givens, solution, kind))


def _small_task(rng: random.Random, knobs: SudokuKnobs) -> Task[Puzzle]:
    """A task of size 4 with one solution, whatever technique finds it: what ``_task`` makes, in less time."""
    lang, abstain = knobs.lang, knobs.abstain
    givens, grid, key = make.draw_four(rng, knobs.symmetry, knobs.givens)
    puzzle = Puzzle(lang, 4, givens, grid, "one", abstain)
    return Task(words.prompt(lang, 4, givens, abstain), _rows(grid), puzzle, four.text_of(key))


@functools.lru_cache(maxsize=288)
def _rows(grid: tuple[int, ...]) -> str:
    """The text of a full grid of size 4."""
    return words.rows_text(4, grid)


def _line_order(rng: random.Random, size: int, band: int) -> list[int]:
    """Rows (or columns) in another order that keeps those of a box together."""
    order: list[int] = []
    for start in rng.sample(range(0, size, band), size // band):
        order += rng.sample(range(start, start + band), band)
    return order


def _lines(puzzle: Puzzle) -> tuple[list[Line], list[int]]:
    """The lines of the proof; for contradictory givens also the cells of those it rests on."""
    one = shape(puzzle.size)
    if puzzle.kind == "several":
        return [], []
    if puzzle.kind == "none":
        givens = conflict(puzzle.size, puzzle.givens)
        return proof(one, givens, [0] * len(givens)), [cell for cell, digit in enumerate(givens) if digit]
    return proof(one, puzzle.givens, solve(one, puzzle.givens, 1)[0]), []
