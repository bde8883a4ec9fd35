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
(right - cells / houses) / (cells - cells / houses), at least 0; house numbers count nothing. A grid that names a house, an
attribute or a cell twice, a list of values in a cell, several grids in the answer, unknown attributes, and additional houses are
WRONG without credit. The reason given names the first violated clue, or what is missing; never the solution.

Knobs
-----
``houses`` and ``attributes`` set the size. ``clues`` restricts the kinds of clues. With ``style="minimal"`` each clue is
necessary: without it there is another solution. With ``style="human"`` the puzzle can be solved by techniques up to ``technique``
(1: clue by clue and elimination; 2: one supposition at a time; 3: suppositions inside suppositions), and no clue can be left out
without losing that. ``question`` asks for the grid or for one cell; form, house and attribute are drawn uniformly among those
that no clue gives away by itself.

Oracle
------
The proof narrows down the houses of a value, line by line; each line names the clues and earlier lines it follows from. Where
clue by clue nothing more follows, a place is supposed; the lines under the supposition are indented, up to the contradiction
they meet. Each line rests on as little as it needs, and what the solution does not rest on is left out. The proof is deduced
from the clues alone, in bounded work: when no small case split is found, complete ones are written out.

A line's fact is ``("in", attribute, value, house, ...)``: the value is in one of these houses. Under suppositions,
``("if", attribute, value, house)`` stands before it for each, outermost first, all in one tuple. A line that opens a
supposition says what it supposes, so it holds in any case.

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

import functools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.logic._zebra.answer import Cells, Unreadable, fold, read_grid, read_json
from guru_envs.domains.logic._zebra.canonical import canonical_text
from guru_envs.domains.logic._zebra.clues import KINDS, Clue, holds, usable_kinds
from guru_envs.domains.logic._zebra.deduce import Effort, Line, effort, proof, solvable
from guru_envs.domains.logic._zebra.prose import step
from guru_envs.domains.logic._zebra.puzzle import Puzzle, Query
from guru_envs.domains.logic._zebra.unique import minimal_clues, unique_clues
from guru_envs.domains.logic._zebra.words import TABLES, Attribute, ask_cell, ask_grid, clue_text, person, prompt
from guru_envs.errors import ImpossibleTaskError, unknown_name
from guru_envs.task import Outcome, Task, Trace, Verdict

_QUERY_DRAWS = 50  # questions drawn until one is not given away by a clue
_HUMAN_ROUNDS = 40  # times that more clues are added before a technique level is called insufficient


@dataclass(frozen=True)
class ZebraKnobs(Knobs):
    """Size, clue kinds and style of a zebra puzzle."""

    houses: int = knob(4, "houses in the row", 2, 9)
    attributes: int = knob(4, "attributes of each person", 2, 9)
    clues: tuple[str, ...] = knob(KINDS, "kinds of clues that may be used")
    style: Literal["minimal", "human"] = knob("minimal", "each clue necessary, or solvable by stated techniques")
    technique: int = knob(1, "for style human: the highest technique needed", 1, 3)
    question: Literal["grid", "cell"] = knob("grid", "ask for the whole grid or for one value")

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
        hidden = unique_clues(houses, count, usable_kinds(knobs.clues, houses), rng)
        rng.shuffle(hidden)
        hidden = minimal_clues(houses, count, hidden) if knobs.style == "minimal" else _human_clues(hidden, rng, knobs)
        rng.shuffle(hidden)
        mirrored = [rng.random() < 0.5 for _ in hidden]
        asked = _draw_query(houses, count, hidden, rng) if knobs.question == "cell" else None

        table = TABLES[knobs.lang]
        attributes: list[Attribute] = []
        shown: list[int] = []  # hidden item -> shown item
        for position, number in enumerate(rng.sample(range(len(table)), count)):
            drawn = rng.sample(range(len(table[number].values)), houses)
            order = sorted(drawn)
            shown += [position * houses + order.index(value) for value in drawn]
            attributes.append(table[number]._replace(values=tuple(table[number].values[value] for value in order)))
        solution = [0] * len(shown)
        for item, place in enumerate(shown):
            solution[place] = item % houses
        clues = tuple(Clue(kind, tuple([shown[item] for item in items]), number) for kind, items, number in hidden)
        people = tuple(person(one, value) for one in attributes for value in range(houses))
        texts = [
            clue_text(knobs.lang, clue, [people[item] for item in clue.items], mirrored[n])
            for n, clue in enumerate(clues)
        ]
        puzzle = Puzzle(
            knobs.lang,
            houses,
            tuple(attributes),
            clues,
            people,
            asked if asked is None or asked.form == "there" else asked._replace(known=shown[asked.known]),
            tuple(solution),
        )
        ask = ask_grid(knobs.lang, houses, attributes) if asked is None else _ask(puzzle)
        text = prompt(knobs.lang, houses, attributes, clues, texts, ask)
        return Task(text, _answer(puzzle, solution), puzzle, canonical_text(houses, count, hidden, asked))

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a grid or a value."""
        puzzle = task.payload
        if puzzle.asked is not None:
            return _verify_cell(puzzle, task.gold, answer)
        try:
            content = read_json(answer)
            grid = _exact_grid(puzzle, content)
            if grid is not None:
                return _verdict(puzzle, grid)
            cells = read_grid(answer, content, [one.name for one in puzzle.attributes])
        except Unreadable as unreadable:
            outcome = Outcome.NO_ANSWER if unreadable.reason == "form" else Outcome.WRONG
            return Verdict(outcome, detail=_say(puzzle.lang, unreadable.reason))
        return _verify_grid(puzzle, cells)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Deduce the solution from the clues."""
        puzzle = task.payload
        lines = _proof(puzzle)
        domains = [(1 << puzzle.houses) - 1] * len(puzzle.solution)
        for line in lines:
            if not line.under:
                domains[line.item] = line.houses
        answer = _answer(puzzle, [domain.bit_length() - 1 for domain in domains])
        return Trace(tuple(step(puzzle, lines, line) for line in lines), answer)

    def grade(self, task: Task[Puzzle]) -> Effort:
        """The techniques, conclusions and suppositions that the puzzle takes."""
        return effort(_proof(task.payload))

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """A random arrangement, or a random value."""
        puzzle = task.payload
        if puzzle.asked is not None:
            return rng.choice(_choices(puzzle))
        grid: list[int] = []
        for _ in puzzle.attributes:
            grid += rng.sample(range(puzzle.houses), puzzle.houses)
        return _answer(puzzle, grid)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Two values exchanged, or another value."""
        puzzle, houses = task.payload, task.payload.houses
        if puzzle.asked is not None:
            return rng.choice([value for value in _choices(puzzle) if value != task.gold])
        grid = list(puzzle.solution)
        start = rng.randrange(len(puzzle.attributes)) * houses
        one, two = rng.sample(range(start, start + houses), 2)
        grid[one], grid[two] = grid[two], grid[one]
        return _answer(puzzle, grid)

    def render(self, task: Task[Puzzle]) -> str:
        """The empty grid with the clues."""
        puzzle = task.payload
        names = [one.name for one in puzzle.attributes]
        width = max(map(len, names))
        rule = "+" + "-" * (width + 2) + "+" + "----------+" * puzzle.houses
        head = f"| {'':<{width}} |" + "".join(f" {house:^8} |" for house in range(1, puzzle.houses + 1))
        rows = [f"| {name:<{width}} |" + "          |" * puzzle.houses for name in names]
        return "\n".join([rule, head, rule, *rows, rule, "", task.prompt])


# -- making ------------------------------------------------------------------------------------------------------------


def _human_clues(clues: list[Clue], rng: random.Random, knobs: ZebraKnobs) -> list[Clue]:
    """Add clues until the techniques suffice, then leave out those that they do not need."""
    houses, count, level = knobs.houses, knobs.attributes, knobs.technique
    for _ in range(_HUMAN_ROUNDS):
        if solvable(houses, count, clues, level):
            break
        clues += [
            clue for clue in unique_clues(houses, count, usable_kinds(knobs.clues, houses), rng) if clue not in clues
        ]
    else:
        raise ImpossibleTaskError(
            f"no zebra puzzle with houses={houses}, attributes={count} and clues={list(knobs.clues)} was found that technique={level} "
            "solves: allow more kinds or a higher technique"
        )
    kept = list(clues)
    for clue in clues:
        rest = [one for one in kept if one != clue]
        if solvable(houses, count, rest, level):
            kept = rest
    return kept


def _draw_query(houses: int, count: int, clues: Sequence[Clue], rng: random.Random) -> Query:
    """A cell of the hidden grid: form, house and attributes drawn uniformly until no clue gives the answer away by itself.

    In the smallest puzzles each may be given away by some clue; then the last one drawn is asked.
    """
    placed = {clue.items[0] for clue in clues if clue.kind == "at"}  # membership only, like the next
    joined = {frozenset(clue.items) for clue in clues if clue.kind == "same"}
    for _ in range(_QUERY_DRAWS):
        form, house = rng.choice(("value", "there", "house")), rng.randrange(houses)
        known, other = (attribute * houses + house for attribute in rng.sample(range(count), 2))
        if form == "value":
            query, given = Query(form, known, other // houses), frozenset((known, other)) in joined
            given = given or (known in placed and other in placed)
        elif form == "there":
            query, given = Query(form, house, other // houses), other in placed
        else:
            query, given = Query(form, known, -1), known in placed
        if not given:
            break
    return query


def _answer(puzzle: Puzzle, grid: Sequence[int]) -> str:
    """The answer text of a grid (the house of each item)."""
    houses = puzzle.houses
    if puzzle.asked is not None:
        form, known, wanted = puzzle.asked
        place = known if form == "there" else grid[known]
        if form == "house":
            return str(place + 1)
        values = range(wanted * houses, (wanted + 1) * houses)
        found = next((item for item in values if grid[item] == place), values[0])
        return puzzle.attributes[wanted].values[found % houses]
    rows: dict[str, dict[str, str]] = {str(house): {} for house in range(1, houses + 1)}
    for number, attribute in enumerate(puzzle.attributes):
        for value, text in enumerate(attribute.values):
            rows[str(grid[number * houses + value] + 1)][attribute.name] = text
    return json.dumps(rows, ensure_ascii=False)


def _choices(puzzle: Puzzle) -> tuple[str, ...]:
    """The possible answers to a question for one cell."""
    if puzzle.asked is None or puzzle.asked.form == "house":
        return tuple(str(house) for house in range(1, puzzle.houses + 1))
    return puzzle.attributes[puzzle.asked.attribute].values


def _ask(puzzle: Puzzle) -> str:
    """The question for one cell."""
    assert puzzle.asked is not None
    form, known, attribute = puzzle.asked
    name = "" if form == "house" else puzzle.attributes[attribute].name
    return ask_cell(
        puzzle.lang, form, str(known + 1) if form == "there" else puzzle.people[known], name, _choices(puzzle)
    )


def _proof(puzzle: Puzzle) -> list[Line]:
    return proof(puzzle.houses, len(puzzle.attributes), puzzle.clues)


# -- judging -----------------------------------------------------------------------------------------------------------

_SAY = {
    "en": {
        "form": "this is not a grid in the asked form",
        "several": "one grid with one value in each cell is asked for",
        "twice": "a house, an attribute or a cell stands there twice",
        "extra": "there are houses or attributes that the puzzle does not have",
        "missing": "house {0} has no {1}",
        "unknown": "house {0} has an unknown {1}",
        "repeated": "two houses have the same {0}",
        "clue": "clue {0} is violated",
        "value": "this is not one of the values listed",
        "cell": "that does not follow from the clues",
    },
    "zh": {
        "form": "这不是所要求形式的表格",
        "several": "只要一个表格，每格一个取值",
        "twice": "某座房子、某个项目或某一格出现了两次",
        "extra": "出现了题目中没有的房子或项目",
        "missing": "{0}号房缺少{1}",
        "unknown": "{0}号房的{1}不在所列取值之中",
        "repeated": "有两座房子的{0}相同",
        "clue": "违反了线索{0}",
        "value": "这不是所列取值之一",
        "cell": "这不能由线索推出",
    },
}


def _say(lang: str, key: str, *values: object) -> str:
    return _SAY[lang][key].format(*values)


def _verify_cell(puzzle: Puzzle, gold: str, answer: str) -> Verdict:
    said = fold(answer[:200]).strip(" .。,'\"*`") if len(answer) <= 200 else ""
    if said in _spellings(puzzle, gold):
        return Verdict(Outcome.CORRECT, 1.0)
    known = any(said in _spellings(puzzle, value) for value in _choices(puzzle))
    return Verdict(Outcome.WRONG, detail=_say(puzzle.lang, "cell" if known else "value"))


def _spellings(puzzle: Puzzle, value: str) -> tuple[str, ...]:
    """The ways to write a value asked for, folded."""
    if puzzle.asked is None or puzzle.asked.form == "house":
        return (value, f"house {value}", f"{value}号房", f"{value}号")
    return (fold(value), fold(person(puzzle.attributes[puzzle.asked.attribute], value)))


@functools.lru_cache(maxsize=1024)
def _numbers(values: tuple[str, ...]) -> dict[str, int]:
    return {value: number for number, value in enumerate(values)}


def _exact_grid(puzzle: Puzzle, content: Any) -> list[int] | None:
    """The grid (the house of each item) of JSON exactly as asked for, the usual case; None leaves it to the patient way."""
    houses, grid = puzzle.houses, [-1] * len(puzzle.solution)
    try:
        rows = [content[str(house)] for house in range(1, houses + 1)]
        for number, attribute in enumerate(puzzle.attributes):
            numbers, name, start = _numbers(attribute.values), attribute.name, number * houses
            for house, row in enumerate(rows):
                grid[start + numbers[row[name]]] = house
    except (KeyError, TypeError):  # something is missing, unknown or of another kind
        return None
    whole = len(content) == houses and sum(map(len, rows)) == len(grid)
    return grid if whole and -1 not in grid else None  # -1: a value stands twice


@functools.lru_cache(maxsize=1024)
def _folded(attribute: Attribute) -> tuple[str, dict[str, int]]:
    """The name of an attribute and the numbers of its values, as they are compared with a response."""
    return fold(attribute.name), {fold(value): number for number, value in enumerate(attribute.values)}


def _verify_grid(puzzle: Puzzle, cells: Cells) -> Verdict:
    houses, lang = puzzle.houses, puzzle.lang
    columns = [_folded(attribute) for attribute in puzzle.attributes]
    names = {name for name, _ in columns}
    if max(cells, default=0) > houses or not all(names.issuperset(row) for row in cells.values()):
        return Verdict(Outcome.WRONG, detail=_say(lang, "extra"))
    grid = [-1] * len(puzzle.solution)
    problem = ""
    rows = [cells.get(house, {}) for house in range(1, houses + 1)]
    for number, (name, places) in enumerate(columns):
        start = number * houses
        for house, row in enumerate(rows):
            place = places.get(row.get(name, ""))
            if place is None:
                why = "unknown" if name in row else "missing"
                problem = problem or _say(lang, why, house + 1, puzzle.attributes[number].name)
            elif grid[start + place] >= 0:
                return Verdict(Outcome.WRONG, detail=_say(lang, "repeated", puzzle.attributes[number].name))
            else:
                grid[start + place] = house
    return _verdict(puzzle, grid, problem)


def _verdict(puzzle: Puzzle, grid: list[int], problem: str = "") -> Verdict:
    right = sum(map(int.__eq__, grid, puzzle.solution))
    total = len(grid)
    if right == total:
        return Verdict(Outcome.CORRECT, 1.0)
    if not problem:
        broken = next((number for number, clue in enumerate(puzzle.clues, 1) if not holds(clue, grid)), 0)
        problem = _say(puzzle.lang, "clue", broken)
    chance = total / puzzle.houses
    return Verdict(Outcome.WRONG, max(0.0, (right - chance) / (total - chance)), detail=problem)
