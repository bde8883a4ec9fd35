"""Logic grids: which values go together, from clues; the kind of puzzle with a grid of crosses and ticks.

Prompt
------
A story, three to five categories with their values, at least one of them numbers with a unit in rising order, what could be
misread, numbered clues, and the question: the whole grid, or one value (``question="cell"``). Each item is called as the story
would: "the runner from Lyon", "whoever paid 12 dollars". Values are listed in a fixed order that says nothing of the
solution. English and Chinese say the same.

Answer
------
For the grid one JSON object: for each value of the first category an object with the values of the others. Accepted as well: a
list of objects, ``header`` and ``rows``, a markdown table, comma-separated lines with or without a header; rows and columns in any
order; the noun phrase instead of the value; numbers without their unit; upper and lower case and white space do not matter. For a
cell: the value.

Verdict
-------
CORRECT when every cell is right. Credit counts right cells above chance: (right - cells / items) / (cells - cells / items), at least
0; with ``credit="share"`` it is right / cells, as in the multi-domain paper. The first category counts nothing, and above
chance a value that stands in several rows counts in none of them. Answers that say something twice, several values in a cell,
several grids, and unknown rows or categories are WRONG without credit. The reason given names the first violated clue, or what is
missing; never the solution.

Knobs
-----
``categories`` and ``items`` set the size, ``ordered`` how many categories are numbers, ``spacing`` whether these are evenly spaced.
``clues`` restricts the kinds of clues. Each clue is necessary: without it there is another solution. With ``style="human"`` the
puzzle is also solved without suppositions by techniques up to ``technique``: 1: clues read one at a time with the marks of their
items, the last place in a row or column, and what belongs together shares its marks; 2: also, two items without a possible partner in
common do not belong together, and bounds from clues with two possibilities. ``question`` asks for the grid or for one cell. With
``abstain`` a third of the tasks has no solution or several.

Oracle
------
The proof marks the grid; each line names the one clue, if any, and the earlier lines it follows from. Where nothing more follows,
a pair is supposed, and lines under it say so ("If Ann goes with Lyon, then ..."), until they contradict each other. What the
solution does not rest on is left out. The solution is used only to choose what to suppose; each line follows from the clues.

A line's fact is ``("is", category, value, category, value)`` or ``("not", category, value, category, value, ...)`` (with none of
these), and before it ``("if", category, value, category, value)`` for each supposition, outermost first, all in one tuple. When
there is no single solution the certificate is ``("conflict", clue, ...)``, clues none of which could be left out, or two lines
``("solution", value, ...)``, row by row. ``effort`` weighs the lines by their technique and adds the longest chain of them.

Known shortcuts
---------------
None is known for the grid beyond its guess rate, (1/items!)^(categories-1). A cell is guessed with 1/items.

Provenance
----------
Our own generator, stories and wordings. Uniqueness and the necessity of each clue are proved by SAT for every puzzle. The task
kind is that of Logic Puzzle Baron, used by the multi-domain paper (arXiv 2507.17512), whose reward for it is
proportional to the right cells.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains import _abstain
from guru_envs.domains.logic._logic_grid import make, meaning, prose
from guru_envs.domains.logic._logic_grid.canonical import canonical_text
from guru_envs.domains.logic._logic_grid.clues import KINDS, Drawer, usable_kinds
from guru_envs.domains.logic._logic_grid.judge import answer_rows, judge_cell, judge_grid, say
from guru_envs.domains.logic._logic_grid.proof import Line, effort, proof
from guru_envs.domains.logic._logic_grid.puzzle import Core, Dress, Puzzle, draw_dress, partners, put_on, rearranged
from guru_envs.domains.logic._logic_grid.unique import solution
from guru_envs.domains.logic._logic_grid.words import prompt
from guru_envs.errors import ImpossibleTaskError, unknown_name
from guru_envs.task import Outcome, Step, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory


@dataclass(frozen=True)
class LogicGridKnobs(Knobs):
    """Size, clue kinds and style of a logic grid."""

    categories: int = knob(4, "categories of values", 3, 5)
    items: int = knob(4, "values in each category", 3, 7)
    ordered: int = knob(1, "categories that are numbers in rising order", 1, 2)
    spacing: Literal["even", "irregular", "any"] = knob("any", "differences between neighbouring numbers")
    clues: tuple[str, ...] = knob(KINDS, "kinds of clues that may be used")
    style: Literal["minimal", "human"] = knob("minimal", "any puzzle, or one solvable by stated techniques")
    technique: int = knob(1, "for style human: the highest technique needed", 1, 2)
    question: Literal["grid", "cell"] = knob("grid", "ask for the whole grid or for one value")
    abstain: bool = knob(False, "a third of the tasks has no solution or several")
    credit: Literal["above_chance", "share"] = knob(
        "above_chance", "credit of wrong grids: right cells above chance, or their share of all"
    )

    def check(self) -> None:
        """Unknown kinds, and kinds that cannot single out a solution."""
        for kind in self.clues:
            if kind not in KINDS:
                raise unknown_name("clue kind", kind, KINDS, "guru/logic-grid-v0")
        if not usable_kinds(self.clues):
            raise ImpossibleTaskError(f"clues={list(self.clues)}: allow at least one of {', '.join(KINDS)}")


class LogicGrid:
    """The logic-grid domain."""

    Knobs = LogicGridKnobs

    def generate(self, rng: random.Random, knobs: LogicGridKnobs) -> Task[Puzzle]:
        """Make a puzzle; raises ``ImpossibleTaskError`` when the allowed clues cannot fix a solution."""
        kind = _abstain.draw_kind(rng) if knobs.abstain else "one"
        shapes = make.draw_shapes(knobs.categories, knobs.ordered, knobs.items, knobs.spacing, rng)
        entity = make.draw_solution(knobs.categories, knobs.items, rng)
        drawer = Drawer(knobs.items, shapes, entity, knobs.clues)
        clues = make.draw_clues(drawer, knobs.technique if knobs.style == "human" else 3, rng)
        core = Core(knobs.items, shapes, tuple(clues), entity, None, "one", knobs.abstain, knobs.credit)
        if kind != "one":
            core = make.without_solution(core, drawer, kind, rng)
        if knobs.question == "cell":
            core = core._replace(asked=make.draw_query(core, rng))
        return _task(core, draw_dress(core, rng), knobs.lang)

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a grid or a value."""
        puzzle = task.payload
        core = puzzle.core
        claimed = _abstain.read(answer) if core.abstain else None
        if claimed is not None and claimed == core.solutions:
            return Verdict(Outcome.CORRECT, 1.0)
        if claimed is not None or core.solutions != "one":
            return Verdict(Outcome.WRONG, detail=say(puzzle.lang, "abstain"))
        return judge_grid(puzzle, answer) if core.asked is None else judge_cell(puzzle, task.gold, answer)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Deduce the solution from the clues, or certify that there is no single one."""
        puzzle, core = task.payload, task.payload.core
        if core.solutions != "one":
            return Trace(_certificate(puzzle), _abstain.phrase(core.solutions, puzzle.lang))
        lines = _proof(core)
        entity = list(range(core.size)) + [-1] * (len(core.entity) - core.size)
        for line in lines:
            if line.sign and not line.under and min(line.item, line.others[0]) < core.size:
                one, other = sorted((line.item, line.others[0]))
                entity[other] = one
        found = put_on(core._replace(entity=tuple(entity)), puzzle.dress, puzzle.lang)
        return Trace(prose.steps(puzzle, lines), _gold(found))

    def theory(self, task: Task[Puzzle]) -> Theory:
        """The puzzle as clauses."""
        return meaning.theory(task.payload)

    def clauses(self, task: Task[Puzzle], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says; raises ``InvalidValueError`` for one of another form."""
        return meaning.clauses(task.payload, fact)

    def read_fact(self, task: Task[Puzzle], line: str) -> Fact | None:
        """The fact stated in a line of text, or None."""
        return prose.read(task.payload, line)

    def fact_help(self, task: Task[Puzzle]) -> str:
        """How a fact is written."""
        return prose.help_text(task.payload)

    def effort(self, task: Task[Puzzle]) -> float:
        """How hard the puzzle is for a person; see ``_logic_grid.proof.effort``."""
        core = task.payload.core
        return effort(_proof(core)) if core.solutions == "one" else float(len(core.clues))

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same problem in another story, with categories, items and clues in another order."""
        core = rearranged(task.payload.core, rng)
        return _task(core, draw_dress(core, rng), task.payload.lang)

    def edit(self, task: Task[Puzzle], rng: random.Random, further: bool = False) -> Task[Puzzle] | None:
        """The same puzzle with one clue changed and another answer, or None when none was found."""
        puzzle = task.payload
        core = puzzle.core
        if core.solutions != "one":
            return None
        kinds = sorted({clue.kind for clue in core.clues})
        for _ in range(5):
            changed = make.edited(core, kinds, 3, rng, further)
            if changed is None:
                return None
            found = _task(changed, puzzle.dress, puzzle.lang)
            if found.gold != task.gold:
                return found
        return None

    def edit_further(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """The same with any other clue in its place."""
        return self.edit(task, rng, further=True)

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """A random arrangement, or a random value."""
        puzzle, core = task.payload, task.payload.core
        if core.asked is not None:
            return rng.choice(puzzle.categories[core.asked[1]].values)
        columns = [rng.sample(range(core.size), core.size) for _ in core.shapes[1:]]
        return _grid_text(puzzle, [list(row) for row in zip(*columns, strict=True)])

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Two values exchanged, or another value; without a single solution some grid or value."""
        puzzle, core = task.payload, task.payload.core
        if core.solutions != "one":
            return self.guess(task, rng)
        if core.asked is not None:
            return rng.choice([value for value in puzzle.categories[core.asked[1]].values if value != task.gold])
        rows = [list(row) for row in puzzle.right]
        column = rng.randrange(len(rows[0]))
        one, two = rng.sample(range(core.size), 2)
        rows[one][column], rows[two][column] = rows[two][column], rows[one][column]
        return _grid_text(puzzle, rows)

    def render(self, task: Task[Puzzle]) -> str:
        """The empty grid with the clues."""
        categories = task.payload.categories
        width = max(len(value) for one in categories for value in one.values)
        lines = []
        for rank, row in enumerate([categories[0], *categories[:1:-1]]):  # the usual staircase of squares
            squares = categories[1 : len(categories) - max(0, rank)]
            for value in row.values:
                lines.append(f"{value:>{width}} |" + "|".join(" ." * len(one.values) + " " for one in squares) + "|")
            lines.append(f"{'':>{width}} ({row.name} by {', '.join(one.name for one in squares)})")
        return "\n".join([*lines, "", task.prompt])


def _task(core: Core, dress: Dress, lang: str) -> Task[Puzzle]:
    puzzle = put_on(core, dress, lang)
    text = prompt(puzzle, _abstain.notice(lang) if core.abstain else "")
    gold = _gold(puzzle) if core.solutions == "one" else _abstain.phrase(core.solutions, lang)
    return Task(text, gold, puzzle, canonical_text(core))


def _gold(puzzle: Puzzle) -> str:
    """The answer text of the solution."""
    core = puzzle.core
    if core.asked is None:
        return _grid_text(puzzle, puzzle.right)
    known, wanted = core.asked
    return puzzle.categories[wanted].values[make.answer_item(core, known, wanted) % core.size]


def _grid_text(puzzle: Puzzle, places: Sequence[Sequence[int]]) -> str:
    return json.dumps(answer_rows(puzzle, places), ensure_ascii=False)


def _proof(core: Core) -> list[Line]:
    found = solution(core.clues, core.shapes, core.size)
    assert found is not None, "a puzzle has a solution"
    return proof(core.size, core.shapes, core.clues, found)


def _certificate(puzzle: Puzzle) -> tuple[Step, ...]:
    """Clues that contradict each other, or two solutions."""
    core = puzzle.core
    if core.solutions == "none":
        return (prose.conflict_step(puzzle, make.conflict(core)),)
    found = []
    for entity in (list(core.entity), make.second_solution(core)):
        rows = partners(entity, core.size)
        found.append(prose.solution_step(puzzle, [[item, *row] for item, row in enumerate(rows)]))
    return tuple(found)
