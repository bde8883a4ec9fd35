"""Grids in the ARC format: find the rule from a few examples and apply it to another grid.

Prompt
------
Two to six pairs of an input and an output grid, each as rows of digits with its shape, and the test input. Digits are colours, 0 is
the empty background. The rule is not stated. English and Chinese say the same.

Answer
------
The output grid of the test: rows of digits, one to a line, with or without spaces or commas between; or JSON, a list of
lists of numbers (or of texts of digits).

Verdict
-------
CORRECT when shape and every cell are right. Credit is 0 for a wrong shape; else the share of right cells above the best trivial
answer: ``(right - trivial) / (cells - trivial)``, at least 0, where ``trivial`` is the most cells that are right by copying the
test input, by giving one colour throughout, or by copying the output of an example. The text is read in linear time; more than
30,000 characters, or what is no grid of at most 30 x 30 digits, is no answer.

Knobs
-----
``depth`` is the number of rules in a row. ``families`` names the families rules are taken from (for each rule a family is
drawn, then a kind, then its parameters). ``demonstrations`` pairs are shown, and more, up to 6, where so many do not
determine the answer. Sides of inputs are ``size_low`` to ``size_high`` (less where the rule would make grids larger than
30 x 30 from them); ``objects`` is about how many objects are drawn, ``distractors`` how many stray cells besides.

Rules
-----
48 kinds of rules in 12 families; with their variants (which objects, which side, which symmetry ...) 226 transformations, besides the
colours they name. Objects are found exactly, in two modes: ``mono4``, cells of one colour joined by sides, and ``multi8``, cells of
any colours joined by sides or corners. A program has at most one rule of each stage, in order: stage 1 erases or moves; stage 2
is that, or recolours, draws, fills, cuts out, counts, combines halves or sorts; stage 3 turns, moves round, exchanges
colours, repeats, enlarges or frames the whole. A colour that a rule names occurs in every demonstration, and each rule of a
program changes something in each demonstration.

The demonstrations determine the answer: all programs of at most ``depth`` rules are enumerated (about a million for three
rules and three colours; what cannot lead from one grid to the other is not tried), and every one which explains all
demonstrations and applies to the test input gives the same output. No program of fewer rules explains them.

Oracle
------
The rule is searched for in the demonstrations alone. The proof names it step by step, says for each demonstration what happens to
which object, and shows the test input after each step. Facts: ``("rule", step, name, parameter, ...)``,
``("demonstration", number)``: the rule makes its output, ``("grid", step, rows, columns, digits)``: the test input after a step.

Effort
------
``effort``: how many programs a plain search tries, shorter ones first and else in the grammar's order, until one explains the
demonstrations, times the mean number of cells of a demonstration's input.

Real tasks
----------
``guru_envs.data.arc_files.read_tasks(path)`` reads ARC-AGI tasks from files of yours and gives them this prompt and this verifier. As a
measure of how much of ARC the grammar covers, ``python benchmarks/arc_solver.py FILE ...`` runs the enumerating solver on real
tasks: of 120 tasks of ARC-AGI-1's training set it explains 28, and all 28 rightly (22 by one rule, 5 by two, 1 by three); of 40
tasks of the evaluation set it explains 3, all 3 rightly. A task without an explanation has no proof: its trace says so.

Known shortcuts
---------------
None is known that is right often. On level 1 one fixed way to turn the test input is right on about 6 % of the tasks; where
outputs are tiny (one cell of the most frequent colour ...) copying the output of an example can be right, on at most about 5 %
of the tasks of a level (``python tests/arc_by_hand.py --deep 150`` prints the best such policy per level). A policy that knows the
grammar can search as the oracle does.

Provenance
----------
Our own grammar and generator, in the format of ARC (arXiv 1911.01547); no task of ARC is used.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from guru_envs.domain import Knobs, knob
from guru_envs.domains.logic._arc.answer import UnreadableError, alike, baseline, read
from guru_envs.domains.logic._arc.grammar import FAMILIES, Program, apply, colours_of, table
from guru_envs.domains.logic._arc.grid import LARGEST, Grid, grid_of
from guru_envs.domains.logic._arc.make import MOST, Size, draw_task, shapes_of_programs
from guru_envs.domains.logic._arc.prose import no_rule, steps_of
from guru_envs.domains.logic._arc.search import explanations, tried
from guru_envs.domains.logic._arc.turn import FLIPS, flip
from guru_envs.domains.logic._arc.words import SAY, Lines, prompt, spaced
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.task import Outcome, Task, Trace, Verdict

_DRAWS = 2000  # programs drawn before the knobs count as impossible
_DEEPEST = 3


@dataclass(frozen=True)
class ArcKnobs(Knobs):
    """Knobs of ARC tasks."""

    depth: int = knob(1, "rules in a row", 1, _DEEPEST)
    families: tuple[str, ...] = knob(FAMILIES, "families of rules that may be used")
    demonstrations: int = knob(3, "pairs shown; more, up to 6, where so many do not determine the rule", 2, MOST)
    size_low: int = knob(6, "smallest number of rows and columns of an input", 3, LARGEST)
    size_high: int = knob(10, "largest number of rows and columns of an input", 3, LARGEST)
    objects: int = knob(4, "about how many objects are drawn", 2, 20)
    distractors: int = knob(0, "stray cells drawn besides", 0, 20)

    def check(self) -> None:
        """Unknown families, sizes the wrong way round, families that make no program of this depth."""
        for family in self.families:
            if family not in FAMILIES:
                raise unknown_name("family", family, FAMILIES, "guru/arc-v0")
        if self.size_low > self.size_high:
            raise ImpossibleTaskError(
                f"knob 'size_low' of ArcKnobs is {self.size_low}, above 'size_high', {self.size_high}"
            )
        if not shapes_of_programs(self.families, self.depth):
            raise ImpossibleTaskError(
                f"no program of depth={self.depth} has only rules of families={list(self.families)}: allow more families"
            )


@dataclass(frozen=True, slots=True)
class Puzzle:
    """An ARC task.

    Attributes:
        lang: language of the prompt.
        pairs: the demonstrations, input and output, each as rows of digits.
        test: the test input.
        gold: its output.
    """

    lang: str
    pairs: tuple[tuple[Lines, Lines], ...]
    test: Lines
    gold: Lines


class Arc:
    """The ARC domain."""

    Knobs = ArcKnobs

    def generate(self, rng: random.Random, knobs: ArcKnobs) -> Task[Puzzle]:
        """Draw a task whose demonstrations determine the answer.

        Raises:
            ImpossibleTaskError: none was found in thousands of draws.
        """
        return self.generate_in(rng, knobs, bool)

    def generate_in(self, rng: random.Random, knobs: ArcKnobs, fits: Callable[[str], bool]) -> Task[Puzzle]:
        """As ``generate``, but a task whose canonical text fits, which is asked before the rule is searched for."""
        size = Size(
            knobs.depth,
            knobs.families,
            knobs.demonstrations,
            knobs.size_low,
            knobs.size_high,
            knobs.objects,
            knobs.distractors,
        )
        text = ""

        def wanted(pairs: Sequence[tuple[Grid, Grid]], test: tuple[Grid, Grid]) -> bool:
            nonlocal text
            text = _canonical(pairs, test)
            return fits(text)

        for _ in range(_DRAWS):
            drawn = draw_task(rng, size, wanted)
            if drawn is not None:
                pairs = tuple([(tuple(given.lines), tuple(made.lines)) for given, made in drawn.pairs])
                return _task(knobs.lang, pairs, tuple(drawn.test[0].lines), tuple(drawn.test[1].lines), text)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no ARC task was found with {knobs}")

    @staticmethod
    def task_from(
        pairs: Iterable[tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]]],
        test: Sequence[Sequence[int]],
        output: Sequence[Sequence[int]],
        lang: str = "en",
    ) -> Task[Puzzle]:
        """The task of given grids, for example from a public data set.

        Args:
            pairs: inputs and outputs of the demonstrations, as rows of colours from 0 to 9.
            test: the test input.
            output: its output.
            lang: ``en`` or ``zh``.

        Raises:
            InvalidValueError: a grid is no grid of at most 30 x 30 colours, or there is no demonstration.
        """
        shown = tuple((_lines(given), _lines(made)) for given, made in pairs)
        if not shown or lang not in SAY:
            raise InvalidValueError(f"an ARC task with {len(shown)} demonstrations in the language {lang!r}")
        return _task(lang, shown, _lines(test), _lines(output))

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a grid; see the module's text for what is read."""
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        puzzle = task.payload
        say = SAY[puzzle.lang]
        try:
            lines = read(answer)
        except UnreadableError as unreadable:
            return Verdict(Outcome.NO_ANSWER, 0.0, None, say[unreadable.args[0]])
        gold = puzzle.gold
        if lines == gold:
            return Verdict(Outcome.CORRECT, 1.0)
        if len(lines) != len(gold) or len(lines[0]) != len(gold[0]):
            return Verdict(Outcome.WRONG, 0.0, None, say["shape"].format(len(lines), len(lines[0])))
        trivial = baseline(puzzle.test, gold, tuple([made for _, made in puzzle.pairs]))
        right = alike("".join(lines), "".join(gold))
        cells = len(gold) * len(gold[0])
        credit = max(0.0, (right - trivial) / (cells - trivial)) if trivial < cells else 0.0
        return Verdict(Outcome.WRONG, credit, None, say["cells"])

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Find the rule in the demonstrations and apply it; see the module's text."""
        puzzle, found = task.payload, self.predict(task)
        if found is None or found[1] != puzzle.gold:  # possible only for tasks made elsewhere
            return Trace(no_rule(puzzle.lang), task.gold)
        steps = steps_of(puzzle.lang, found[0], _grids(puzzle), grid_of(puzzle.test))
        *_, columns, digits = steps[-1].fact
        assert isinstance(digits, str)
        assert isinstance(columns, int)
        answer = spaced([digits[start : start + columns] for start in range(0, len(digits), columns)])
        return Trace(steps, answer)

    def predict(self, task: Task[Puzzle]) -> tuple[Program, Lines] | None:
        """The first program of a plain search that explains the demonstrations and applies to the test input, and its output.

        The gold answer is not looked at. None when no program of the grammar does.
        """
        pairs, test = _grids(task.payload), grid_of(task.payload.test)
        colours = colours_of(pairs)
        for depth in range(1, _DEEPEST + 1):
            for program in sorted(explanations(pairs, depth, colours), key=lambda one: tried(one, colours)):
                made = _made(program, test)
                if made is not None:
                    return program, made
        return None

    def effort(self, task: Task[Puzzle]) -> float:
        """Programs that a plain search tries until one explains the demonstrations, times mean cells of their inputs.

        A rule that is not of the grammar takes as much as all of its programs.
        """
        puzzle = task.payload
        pairs = _grids(puzzle)
        colours = colours_of(pairs)
        cells = sum(given.h * given.w for given, _ in pairs) / len(pairs)
        for depth in range(1, _DEEPEST + 1):
            found = explanations(pairs, depth, colours)
            if found:
                return cells * min(tried(program, colours) for program in found)
        return cells * count_programs(colours)

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same task with other colours (0 stays) and the demonstrations in another order."""
        puzzle = task.payload
        colours = rng.sample("123456789", 9)
        table = str.maketrans("123456789", "".join(colours))
        pairs = [
            (tuple([row.translate(table) for row in given]), tuple([row.translate(table) for row in made]))
            for given, made in puzzle.pairs
        ]
        rng.shuffle(pairs)
        test, gold = ([row.translate(table) for row in one] for one in (puzzle.test, puzzle.gold))
        return _task(puzzle.lang, tuple(pairs), tuple(test), tuple(gold))

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """The test input turned in some way, as it is, or the output of an example."""
        puzzle = task.payload
        roll = rng.randrange(len(FLIPS) + 3)
        if roll < len(FLIPS):
            return spaced(flip(grid_of(puzzle.test), FLIPS[roll]).lines)
        return spaced(puzzle.test if roll == len(FLIPS) else rng.choice(puzzle.pairs)[1])

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """The gold answer with one cell in another colour."""
        rows = list(task.payload.gold)
        row, column = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
        other = rng.choice([digit for digit in "0123456789" if digit != rows[row][column]])
        rows[row] = rows[row][:column] + other + rows[row][column + 1 :]
        return spaced(rows)

    def render(self, task: Task[Puzzle]) -> str:
        """The grids side by side, with dots for 0."""
        puzzle = task.payload
        parts = []
        for number, (given, made) in enumerate(puzzle.pairs, 1):
            parts.append(f"{number}\n" + _beside(given, made))
        return "\n\n".join([*parts, "?\n" + _beside(puzzle.test, ())])


def count_programs(colours: tuple[int, ...]) -> int:
    """How many programs of up to three rules there are with some colours."""
    rules = table(colours)
    one, two, three = len(rules.first), len(rules.second), len(rules.third)
    return two + three + two * three + one * two + one * two * three


def _made(program: Program, test: Grid) -> Lines | None:
    grid: Grid | None = test
    for rule in program:
        grid = grid and apply(rule, grid)
    return None if grid is None else tuple(grid.lines)


def _grids(puzzle: Puzzle) -> list[tuple[Grid, Grid]]:
    return [(grid_of(given), grid_of(made)) for given, made in puzzle.pairs]


def _lines(rows: Sequence[Sequence[int]]) -> Lines:
    lines = tuple("".join(map(str, row)) for row in rows)
    proper = all(type(cell) is int and 0 <= cell <= 9 for row in rows for cell in row)
    if (
        not proper
        or not 0 < len(lines) <= LARGEST
        or len(set(map(len, lines))) != 1
        or not 0 < len(lines[0]) <= LARGEST
    ):
        raise InvalidValueError(
            "a grid is expected: 1 to 30 rows of 1 to 30 whole numbers from 0 to 9, all rows as long"
        )
    return lines


def _task(
    lang: str, pairs: tuple[tuple[Lines, Lines], ...], test: Lines, gold: Lines, canonical: str = ""
) -> Task[Puzzle]:
    if not canonical:
        canonical = _canonical(
            [(grid_of(given), grid_of(made)) for given, made in pairs], (grid_of(test), grid_of(gold))
        )
    return Task(prompt(lang, pairs, test), spaced(gold), Puzzle(lang, pairs, test, gold), canonical)


def _canonical(pairs: Sequence[tuple[Grid, Grid]], test: tuple[Grid, Grid]) -> str:
    """The pairs, each with its colours numbered by first occurrence, in sorted order, and the test pair."""
    shown = sorted([_renamed(given, made) for given, made in pairs])
    return " ".join(["arc", *shown, _renamed(*test)])


def _renamed(given: Grid, made: Grid) -> str:
    text = given.text + made.text
    order = sorted([(place, digit) for digit in "123456789" if (place := text.find(digit)) >= 0])
    names = str.maketrans("".join([digit for _, digit in order]), "123456789"[: len(order)])
    return f"{given.h}x{given.w}>{made.h}x{made.w}:{text.translate(names)}"


def _beside(given: Lines, made: Sequence[str]) -> str:
    rows = []
    for number in range(max(len(given), len(made))):
        left = given[number] if number < len(given) else " " * len(given[0])
        right = made[number] if number < len(made) else ""
        rows.append(f"  {left.replace('0', '.')}   {right.replace('0', '.')}".rstrip())
    return "\n".join(rows)
