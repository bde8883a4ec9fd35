"""Questions over tables: hierarchical headers, several tables, financial reports with text.

Prompt
------
One to three tables with their headings, notes, how to read them, and a question. The tables of a task have the same rows and
periods and show different measures, each with its unit and scale. Rows may stand in groups (hierarchical rows), a table with
several measures has a header of two levels (year, then measure). Cells may be unknown (``n/a``), negative (in parentheses), or
a mark such as ``[1]`` whose figure stands in the notes, in a scale of its own. What the words of the question mean
(change, percentage change, ratio, what becomes of unknown cells) is said below the tables where it matters.

Answer
------
A number in the unit, scale and precision the question asks for; a name from the table; a year; or names separated by ``|``,
in a given order or in any.

Verdict
-------
CORRECT: the number, name or list that the program of the question gives. A number may have thousands separators, its unit, a
scale word (``12.5 million`` = ``12,500 thousand`` = ``12,500,000 dollars``), accounting parentheses for negative numbers and
LaTeX signs. A bare number is in the asked unit and scale; one with its unit but no scale word may also be meant in full.
Percentages are asked for as such: ``12.5`` and ``12.5%`` are the same, ``0.125`` is not. An answer with more digits than asked for
is right when it is the exact value rounded to its own last digit; one with fewer is wrong. A written unit other than the
asked one is wrong. Names are compared without regard to case and footnote marks; lists also may be separated by commas or
lines, be numbered, or end in "and". A box, quotation marks and words such as "The answer is" do not matter.
NO_ANSWER: no number where one is asked for, or nothing. WRONG: all else. There is no partial credit.

Knobs
-----
See :class:`TablesKnobs`. ``operations`` are the families of questions: ``lookup`` (a cell), ``compare`` (two rows, or two
figures), ``rank`` (the k-th highest, the first k in order, the year of the highest), ``filter`` (list or count the rows above a
threshold), ``aggregate`` (sum, mean, spread, mean over years), ``ratio`` (one measure by another, a share of the total),
``change`` (difference and percentage change over years). ``hops`` says how often a row or a set of rows is described by
another question of these kinds instead of being named. ``effort(task)`` is the number of cells read plus twice the number of
operations, plus two for each table read after the first and for each figure read in the text.

Oracle
------
Runs the program and tells each part: the values rows are ranked or filtered by (fact ``("values", key, row, value, ...)``),
``("filter", "above"|"below", threshold, rows...)``, ``("rank", "highest"|"lowest", k, row)``, ``("order", ...)``,
``("year", "highest"|"lowest", year)``, ``("read", row, year, measure, amount)``, ``("sum"|"mean"|"spread", row, value, ..., result)``,
``("count", n)``, ``("change"|"minus"|"percent"|"share"|"rate", first, second, result)`` and last ``("answer", gold)``.
Premises are the steps whose results go in.

Known shortcuts
---------------
* Questions for a row have as many candidates as the scope has rows, questions for the year as many as there are periods (see the
  guess rates of the registry).
* In a table with totals a sum may be read instead of computed; totals over an unknown cell, or one that is moved to the text,
  are unknown.
* Of the figures in the text, half (rounded up) are needed.

Provenance
----------
The forms follow HiTab (hierarchical tables), MultiHiertt (several tables with text) and FinQA (financial reports); all names and
figures are drawn at random, none is taken from a collection.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from guru_envs.domains.tables._tables import judge
from guru_envs.domains.tables._tables.canonical import canonical
from guru_envs.domains.tables._tables.draw import TablesKnobs, draw_sheet, move_to_text, rename
from guru_envs.domains.tables._tables.model import BestYear, Problem, Program, Sheet
from guru_envs.domains.tables._tables.oracle import prove
from guru_envs.domains.tables._tables.programs import Drawer
from guru_envs.domains.tables._tables.prompt import heading, prompt
from guru_envs.domains.tables._tables.run import Run, UnfitError, asked
from guru_envs.domains.tables._tables.show import grid, shown
from guru_envs.errors import ImpossibleTaskError
from guru_envs.task import Task, Trace, Verdict
from guru_envs.working import ProofLines

__all__ = ["Tables", "TablesKnobs"]

_SHEETS, _PROGRAMS = 60, 25  # draws before the knobs count as impossible
_EDITS = 40  # cells tried for an edit


class Tables:
    """Questions over generated tables."""

    Knobs = TablesKnobs

    def generate(self, rng: random.Random, knobs: TablesKnobs) -> Task[Problem]:
        """Draw a sheet and a question that it answers in one way.

        Raises:
            ImpossibleTaskError: no question was found in many draws.
        """
        for _ in range(_SHEETS):
            sheet, topic = draw_sheet(rng, knobs)
            for _ in range(_PROGRAMS):
                try:
                    problem = _draw(rng, knobs, sheet, topic)
                except UnfitError:
                    continue
                return _task(problem)
        raise ImpossibleTaskError(f"in {_SHEETS * _PROGRAMS} draws no question was found with {knobs}")

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge a number, a name or a list of names; see the module's text."""
        return judge.verdict(task.payload, task.gold, answer)

    def solve(self, task: Task[Problem]) -> Trace:
        """Run the program of the question, step by step."""
        return prove(task.payload, task.gold)

    def working(self, task: Task[Problem]) -> ProofLines:
        """The lines of a response, judged against those of the proof."""
        return ProofLines([step.statement for step in self.solve(task).steps], task.prompt)

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A random name, year or list of names, or a random figure of the tables."""
        return judge.guess(task.payload, rng)

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """The gold answer with its number off by one step, or one name changed."""
        return judge.corrupt(task.payload, task.gold, rng)

    def render(self, task: Task[Problem]) -> str:
        """The tables as plain text, and the question."""
        sheet, lang = task.payload.sheet, task.payload.lang
        tables = [
            f"{heading(sheet, table, lang)}\n{shown(grid(sheet, table, lang), 'text')}"
            for table in range(len(sheet.tables))
        ]
        return "\n\n".join([*tables, task.prompt.rsplit("\n\n", 1)[1]])

    def twin(self, task: Task[Problem], rng: random.Random) -> Task[Problem]:
        """The same figures and question under other names, years and order of rows."""
        old = task.payload
        sheet = old.sheet
        for _ in range(20):
            sheet = rename(rng, old.sheet, old.topic)
            if sheet.items != old.sheet.items:
                break
        return _task(_answered(sheet, old.program, old))

    def edit(self, task: Task[Problem], rng: random.Random) -> Task[Problem] | None:
        """The same question after one figure that it needs was changed, with another answer."""
        old = task.payload
        run = Run(old.sheet)
        run.answer(old.program)
        cells = sorted(set(run.cells))
        for _ in range(_EDITS):
            place = rng.choice(cells)
            before = old.sheet.values[place]
            assert before is not None
            after = round(before * rng.choice((0.4, 0.6, 0.8, 1.3, 1.7, 2.6))) + rng.randint(-9, 9)
            if not after or (after < 0) is not (before < 0):
                continue
            try:
                new = _answered(replace(old.sheet, values={**old.sheet.values, place: after}), old.program, old)
            except UnfitError:
                continue
            found = _task(new)
            if found.gold != task.gold and not self.verify(task, found.gold).correct:
                return found
        return None

    def effort(self, task: Task[Problem]) -> float:
        """Cells read plus twice the operations, plus two for each further table and each figure read in the text."""
        sheet = task.payload.sheet
        run = Run(sheet)
        run.answer(task.payload.program)
        read = set(run.cells)
        tables = {table for _, _, m in read for table, shows in enumerate(sheet.tables) if m in shows}
        in_text = sum(note.place in read for note in sheet.notes)
        return float(len(read) + 2 * len(run.log) + 2 * (len(tables) - 1) + 2 * in_text)


def _draw(rng: random.Random, knobs: TablesKnobs, sheet: Sheet, topic: int) -> Problem:
    """A problem on a sheet.

    Raises:
        UnfitError: the program that was drawn does not determine an answer.
    """
    drawer = Drawer(rng, sheet, knobs.operations, knobs.convert)
    program = drawer.program(knobs.hops)
    run = Run(sheet, drawer.memory)
    value, labels, _ = run.answer(program)
    read = {table for _, _, m in run.cells for table, shows in enumerate(sheet.tables) if m in shows}
    if knobs.tables > 1 and knobs.hops and len(read) < 2:
        raise UnfitError
    ask = None
    if value is not None:
        ask = drawer.ask(program, value)
    if knobs.in_text:
        sheet = move_to_text(rng, sheet, knobs.in_text, run.cells)
    return _made(sheet, program, Problem(sheet, program, ask, knobs.lang, None, (), topic), value, labels)


def _answered(sheet: Sheet, program: Program, old: Problem) -> Problem:
    """A problem asked of another sheet.

    Raises:
        UnfitError: the answer is not determined there.
    """
    value, labels, _ = Run(sheet).answer(program)
    return _made(sheet, program, old, value, labels)


def _made(
    sheet: Sheet, program: Program, like: Problem, value: Fraction | None, labels: tuple[str | int, ...]
) -> Problem:
    pick = 0 if like.lang == "en" else 1
    exact = None
    if value is not None:
        assert like.ask is not None
        exact, _ = asked(value, like.ask)
    if isinstance(program, BestYear):
        names = tuple(str(sheet.periods[int(label)]) for label in labels)
    else:
        names = tuple(sheet.items[int(label)][0][pick] for label in labels)
    return replace(like, sheet=sheet, program=program, exact=exact, labels=names)


def _task(problem: Problem) -> Task[Problem]:
    if problem.ask is not None:
        assert problem.exact is not None
        steps = (2 * problem.exact * 10**problem.ask.places + 1) // 2
        gold = judge.gold_text(problem, int(steps), problem.ask)
    else:
        gold = "|".join(problem.labels)
    return Task(prompt(problem), gold, problem, canonical(problem))
