"""Zebra puzzles: who lives in which house, from clues.

Prompt
------
A row of houses, attributes with their values, the exact meaning of each relation used, numbered clues, and the question: the
whole grid, or one cell (``question="cell"``): the value that goes with another value or with a house, or the house of a value.
Values are listed in a fixed order that says nothing of the solution. English and Chinese say the same.

Answer
------
For the grid one JSON object, house number to attribute to value. Accepted as well: a list of objects (with or without a house
key), ``header`` and ``rows``, a markdown table, comma-separated lines; upper and lower case, and white space, do not matter. For a
cell: the value or the house number.

Verdict
-------
CORRECT when every cell is right. Houses are matched by number and attributes by name. Credit counts right cells above chance:
(right - cells / houses) / (cells - cells / houses), at least 0; with ``credit="share"`` it is right / cells. House numbers count
nothing. A grid that names a house, an attribute or a cell twice, a list of values in a cell, several grids in the answer, unknown
attributes, and additional houses are WRONG without credit; so is a grid that gives two houses the same value, but with the share
its cells count. The reason given names the first violated clue, or what is missing; never the solution.

Knobs
-----
``houses`` and ``attributes`` set the size. ``clues`` restricts the kinds of clues. With ``style="minimal"`` each clue is
necessary: without it there is another solution. With ``style="human"`` the puzzle can be solved by techniques up to ``technique``
(1: clue by clue and elimination; 2: one supposition at a time; 3: suppositions inside suppositions), and no clue can be left out
without losing that. ``question`` asks for the grid or for one cell; form, house and attribute are drawn uniformly among those
that no clue gives away by itself.

With ``abstain``, a sixth of the puzzles have no solution and a sixth have several; the prompt says that this may be, and asks to
say so. They are made from puzzles with one solution: a clue is replaced by a false one that contradicts the rest, or clues are
left out and others put in their place, so that the number and the kinds of clues tell little. A cell that is asked for then
is not the same in all solutions.

Oracle
------
The proof narrows down the houses of a value, line by line; each line names the at most two clues and the earlier lines it
follows from. Where clue by clue nothing more follows, a place is supposed; what follows under suppositions says them ("With
Alice in house 3, ..."), up to the contradiction met, so that each line holds in any case and can be read alone. Each line rests
on as little as it needs, and what the solution does not rest on is left out. The proof is deduced from the clues alone, in
bounded work: when no small case split is found, complete ones are written out.

That there is no solution is proved in the same way from clues which contradict each other and of which none can be left out.
That there are several is shown by two, which do not depend on the solver used.

A line's fact is ``("in", attribute, value, house, ...)``: the value is in one of these houses. Under suppositions,
``("if", attribute, value, house)`` stands before it for each, outermost first, all in one tuple. ``("false",)`` is the
contradiction, ``("possible", attribute, value, house, ...)`` one of two solutions. A fact is read from a line in the oracle's
words, the source in brackets or not: "The dog owner lives in house 2 or 3 (clue 4).", "does not live in house 1".

Effort counts 1 for each line and each line of the longest chain, 5 for each supposition and 5 more inside another one.

Known shortcuts
---------------
None is known for the grid beyond its guess rate, (1/houses!)^attributes. A cell is guessed with 1/houses. No ``at`` or
``same`` clue states the cell asked for, but in the smallest puzzles a clue and an elimination can be enough.

Provenance
----------
Our own generator. By renaming, the hidden grid is the identity, which makes one incremental SAT solver per size enough
(``_zebra.unique``). Uniqueness and the necessity of each clue are proved for every puzzle. The task kind is that of ZebraLogic
(arXiv 2502.01100) and of the zebra rows of GURU (arXiv 2506.14965); unlike there, given house numbers earn nothing.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains import _abstain
from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._zebra import abstain, facts, judge, make, prose, vary
from guru_envs.domains.logic._zebra import theory as meaning
from guru_envs.domains.logic._zebra.clues import KINDS, Clue, usable_kinds
from guru_envs.domains.logic._zebra.deduce import Effort, Line, contradiction, effort, proof
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.domains.logic._zebra.unique import minimal_clues, unique_clues
from guru_envs.errors import ImpossibleTaskError, unknown_name
from guru_envs.task import Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory


@dataclass(frozen=True)
class ZebraKnobs(Knobs):
    """Size, clue kinds and style of a zebra puzzle."""

    houses: int = knob(4, "houses in the row", 2, 9)
    attributes: int = knob(4, "attributes of each person", 2, 9)
    clues: tuple[str, ...] = knob(KINDS, "kinds of clues that may be used")
    style: Literal["minimal", "human"] = knob("minimal", "each clue necessary, or solvable by stated techniques")
    technique: int = knob(1, "for style human: the highest technique needed", 1, 3)
    question: Literal["grid", "cell"] = knob("grid", "ask for the whole grid or for one value")
    abstain: bool = knob(False, "a third of the puzzles have no solution, or several, and the answer is to say so")
    credit: Literal["above_chance", "share"] = knob(
        "above_chance", "credit of wrong grids: right cells above chance, or their share of all"
    )

    def check(self) -> None:
        """Unknown kinds, and kinds that say nothing with so few houses."""
        for kind in self.clues:
            if kind not in KINDS:
                raise unknown_name("clue kind", kind, KINDS, "guru/zebra-v0")
        if not usable_kinds(self.clues, self.houses):
            raise ImpossibleTaskError(
                f"clues={list(self.clues)} say nothing with houses={self.houses}: allow at least one of "
                f"{', '.join(usable_kinds(KINDS, self.houses))}"
            )


class Zebra:
    """The zebra domain."""

    Knobs = ZebraKnobs

    def generate(self, rng: random.Random, knobs: ZebraKnobs) -> Task[Puzzle]:
        """Make a puzzle; raises ``ImpossibleTaskError`` when the allowed clues cannot fix a grid."""
        houses, count = knobs.houses, knobs.attributes
        kinds = usable_kinds(knobs.clues, houses)
        kind: Kind = _abstain.draw_kind(rng) if knobs.abstain else "one"
        hidden = unique_clues(houses, count, kinds, rng)
        rng.shuffle(hidden)
        if knobs.style == "minimal":
            hidden = minimal_clues(houses, count, hidden)
        else:
            hidden = make.human_clues(hidden, rng, houses, count, knobs.clues, knobs.technique)
        hidden = abstain.spoil(hidden, kind, rng, houses, count, kinds)
        rng.shuffle(hidden)
        mirrored = tuple([rng.random() < 0.5 for _ in hidden])
        asked = make.draw_query(houses, count, hidden, rng) if knobs.question == "cell" else None
        if asked is not None and kind == "several":
            asked = abstain.open_query(asked, houses, count, hidden, rng)

        attributes, places = make.draw_names(rng, knobs.lang, houses, count)
        shown = [number * houses + place for number, own in enumerate(places) for place in own]  # hidden -> shown item
        solution = [0] * len(shown)
        for item, place in enumerate(shown):
            solution[place] = item % houses
        if asked is not None and asked.form != "there":
            asked = asked._replace(known=shown[asked.known])
        puzzle = Puzzle(
            knobs.lang,
            houses,
            attributes,
            tuple([Clue(kind, tuple([shown[item] for item in items]), number) for kind, items, number in hidden]),
            make.called(attributes),
            asked,
            tuple(solution),
            mirrored,
            knobs.technique if knobs.style == "human" else 0,
            knobs.abstain,
            kind,
            kinds,
            knobs.credit,
        )
        return make.assemble(puzzle)

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a grid or a value."""
        return judge.verify(task.payload, task.gold, answer)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Deduce the solution from the clues, or that there is none; or find two."""
        puzzle = task.payload
        if puzzle.kind == "several":
            grids = abstain.two_solutions(puzzle)
            steps = prose.solution_steps(puzzle, grids, [make.grid_text(puzzle, grid) for grid in grids])
            return Trace(steps, _abstain.phrase("several", puzzle.lang))
        lines = _proof(puzzle)
        if puzzle.kind == "none":
            return Trace(prose.steps(puzzle, lines), _abstain.phrase("none", puzzle.lang))
        domains = [(1 << puzzle.houses) - 1] * len(puzzle.solution)
        for line in lines:
            if not line.under:
                domains[line.item] = line.houses
        answer = make.answer_text(puzzle, [domain.bit_length() - 1 for domain in domains])
        return Trace(prose.steps(puzzle, lines), answer)

    def grade(self, task: Task[Puzzle]) -> Effort:
        """The techniques, conclusions and suppositions that the puzzle takes."""
        return effort(_proof(task.payload))

    def effort(self, task: Task[Puzzle]) -> float:
        """The lines of the proof and of its longest chain, 5 for each supposition and 5 more for one inside another.

        Two solutions count as many lines as they have values.
        """
        puzzle = task.payload
        return float(2 * len(puzzle.people)) if puzzle.kind == "several" else self.grade(task).score

    def theory(self, task: Task[Puzzle]) -> Theory:
        """The puzzle as clauses: variable (place of a value among all values, from 0) * houses + house."""
        return meaning.theory(task.payload)

    def clauses(self, task: Task[Puzzle], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says."""
        return meaning.clauses(task.payload, fact)

    def read_fact(self, task: Task[Puzzle], line: str) -> Fact | None:
        """The fact that a line states in the form of the oracle's lines, with or without the source in brackets."""
        return facts.read_fact(task.payload, line)

    def fact_help(self, task: Task[Puzzle]) -> str:
        """How facts are written."""
        return facts.fact_help(task.payload)

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same puzzle with other names, other wording, and its clues in another order."""
        return make.assemble(vary.twin(task.payload, rng))

    def edit(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """Another puzzle, with another answer, made by changing one clue; None when no such change was found."""
        return _edited(task, vary.edits(task.payload, rng, vary.near))

    def edit_further(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """The same with a change of the clue that is twice as large, or any clue in its place that shares a value with it."""
        return _edited(task, vary.edits(task.payload, rng, vary.further))

    def edit_alike(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """One clue changed a little so that the answer is another, but the puzzle is the same up to names."""
        return _edited(task, vary.edits(task.payload, rng, vary.near), alike=True)

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """A random arrangement, or a random value; as often as there is none or several, that."""
        puzzle = task.payload
        kind: Kind = _abstain.draw_kind(rng) if puzzle.abstain else "one"
        if kind != "one":
            return _abstain.phrase(kind, puzzle.lang)
        if puzzle.asked is not None:
            return rng.choice(judge.choices(puzzle))
        grid: list[int] = []
        for _ in puzzle.attributes:
            grid += rng.sample(range(puzzle.houses), puzzle.houses)
        return make.answer_text(puzzle, grid)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Two values exchanged, or another value; another kind where there is no single solution."""
        puzzle, houses = task.payload, task.payload.houses
        if puzzle.kind != "one":
            return _abstain.phrase("several" if puzzle.kind == "none" else "none", puzzle.lang)
        if puzzle.asked is not None:
            return rng.choice([value for value in judge.choices(puzzle) if value != task.gold])
        grid = list(puzzle.solution)
        start = rng.randrange(len(puzzle.attributes)) * houses
        one, two = rng.sample(range(start, start + houses), 2)
        grid[one], grid[two] = grid[two], grid[one]
        return make.answer_text(puzzle, grid)

    def render(self, task: Task[Puzzle]) -> str:
        """The empty grid with the clues."""
        puzzle = task.payload
        names = [one.name for one in puzzle.attributes]
        width = max(map(len, names))
        rule = "+" + "-" * (width + 2) + "+" + "----------+" * puzzle.houses
        head = f"| {'':<{width}} |" + "".join(f" {house:^8} |" for house in range(1, puzzle.houses + 1))
        rows = [f"| {name:<{width}} |" + "          |" * puzzle.houses for name in names]
        return "\n".join([rule, head, rule, *rows, rule, "", task.prompt])


def _edited(task: Task[Puzzle], found: Iterable[Puzzle], alike: bool = False) -> Task[Puzzle] | None:
    """The first of some puzzles that has another answer, and is the same up to names or not."""
    for puzzle in found:
        edited = make.assemble(puzzle)
        if edited.gold != task.gold and (edited.canonical == task.canonical) is alike:
            return edited
    return None


def _proof(puzzle: Puzzle) -> list[Line]:
    """The lines that lead to the solution, or to a contradiction of as few clues as it takes."""
    houses, count = puzzle.houses, len(puzzle.attributes)
    if puzzle.kind != "none":
        return proof(houses, count, puzzle.clues)
    used = abstain.conflict(puzzle)
    lines = contradiction(houses, count, [puzzle.clues[number] for number in used])
    return [line._replace(clues=tuple([used[clue] for clue in line.clues])) for line in lines]
