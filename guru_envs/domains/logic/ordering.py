"""Put objects in order, from relative clues.

Prompt
------
Objects of one kind (birds on a wire, people by age, runners by arrival, gemstones by price ...), the order asked for with its
direction ("from the oldest to the youngest: place 1 is the oldest"), the meaning of the words used, numbered clues, and the
question: the whole order, or one place (``question="position"``): which object is in a place, or in which place an object is.
The objects are listed in a fixed order that says nothing of the solution. Each kind of clue has several wordings. English and
Chinese say the same.

Answer
------
For the order all names, first place first, separated by commas. Read as well: one name per line, ``>`` or arrows between the
names, numbered lists, a JSON list of names, a JSON object place to name, "Order: ..." in front, "the" before names, any case. For
a place: the name or the number.

Verdict
-------
CORRECT when the order is right. NO_ANSWER: no name of the puzzle was found. All else is WRONG. Credit is Kendall's tau, at least
0: of all pairs of objects, the right ones less the wrong ones, as a share; a pair with a missing object counts as wrong. A random
order has tau 0 on average. An order with an unknown or repeated name earns nothing. The reason given names the first violated
clue or what is missing.

Knobs
-----
``objects`` sets the size, ``clues`` restricts the kinds of clues: ``before``, ``directly``, ``ahead`` (an exact distance, in one
direction), ``adjacent``, ``not_adjacent``, ``distance``, ``far`` (more than k places apart), ``between``, ``any_before`` and
``any_after`` (of at least one of two), ``at``, ``not_at``, ``end``, ``not_end``, ``either`` (of two places). The order is the only
one that fits the clues, and each clue is necessary; both are proved for every task, by counting all orders (up to 7 objects) or by
exhaustive search. With ``abstain=True`` a third of the tasks has no solution or several; the answer then says so. In these,
one clue of a proper puzzle was exchanged, so their number of clues says nothing.

Oracle
------
A proof line by line from the clues alone. Facts: ``("at", name, place, ...)``, the object is in one of these places (from 1), and
``("before", name, name)``; ``("if", name, place)`` stands before a fact for each supposition it holds under, outermost first. In
words: "The crow is in place 2 or 3.", "The crow is before the owl.", "If the crow is in place 2, then the owl is in place 4."
A line rests on at most one clue; places are supposed only where clue by clue nothing follows. What the solution does not rest on
is left out. For tasks without a single solution the proof shows a smallest-by-inclusion set of clues that contradict each other
(``("conflict", clue, ...)``), or two orders that satisfy all clues (``("order", name, ...)`` each).

``effort`` counts the lines and the longest chain of lines, 5 for each supposition and 5 more for one inside another.

Known shortcuts
---------------
None is known for the order beyond its guess rate, 1/objects!. A place is guessed with 1/objects; no clue states by itself what is
asked for, but in the smallest puzzles a clue and an elimination can be enough.

Provenance
----------
Our own generator: the hidden order is the identity, so sets of clues are drawn, decided and compared without names. The task kind
is that of the ordering rows of GURU (arXiv 2506.14965); unlike there, every clue is necessary, every category's words fit it, and
an answer over several lines or in other case counts.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains import _abstain
from guru_envs.domains.logic._ordering import deduce, make, prose
from guru_envs.domains.logic._ordering import theory as meaning
from guru_envs.domains.logic._ordering.answer import Unreadable, fold, read_order, spellings
from guru_envs.domains.logic._ordering.canonical import canonical_text
from guru_envs.domains.logic._ordering.clues import KINDS, Clue, holds, renamed, usable_kinds
from guru_envs.domains.logic._ordering.puzzle import Puzzle, Query
from guru_envs.domains.logic._ordering.search import orders
from guru_envs.domains.logic._ordering.themes import THEMES
from guru_envs.domains.logic._ordering.words import STYLES, VERDICTS, listed, names, prompt
from guru_envs.errors import ImpossibleTaskError, unknown_name
from guru_envs.task import Outcome, Premise, Step, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory

_QUERY_DRAWS = 50  # questions drawn until one is not given away by a clue
_EDIT_ROUNDS = 6  # edits made until one has another answer and is another problem


@dataclass(frozen=True)
class OrderingKnobs(Knobs):
    """Size and clue kinds of an ordering puzzle."""

    objects: int = knob(5, "objects to put in order", 3, 12)
    clues: tuple[str, ...] = knob(KINDS, "kinds of clues that may be used")
    question: Literal["order", "position"] = knob("order", "ask for the whole order or for one place")
    abstain: bool = knob(False, "a third of the tasks has no solution or several, and the right answer says so")

    def check(self) -> None:
        """Unknown kinds, and kinds that say nothing with so few objects."""
        for kind in self.clues:
            if kind not in KINDS:
                raise unknown_name("clue kind", kind, KINDS, "guru/ordering-v0")
        if not usable_kinds(self.clues, self.objects):
            raise ImpossibleTaskError(
                f"clues={list(self.clues)} say nothing with objects={self.objects}: allow at least one of "
                f"{', '.join(usable_kinds(KINDS, self.objects))}"
            )


class Ordering:
    """The ordering domain."""

    Knobs = OrderingKnobs

    def generate(self, rng: random.Random, knobs: OrderingKnobs) -> Task[Puzzle]:
        """Make a puzzle; raises ``ImpossibleTaskError`` when the allowed clues cannot fix an order."""
        size, kinds = knobs.objects, usable_kinds(knobs.clues, knobs.objects)
        kind = _abstain.draw_kind(rng) if knobs.abstain else "one"
        hidden = make.unique_clues(size, kinds, rng)
        if kind == "none":
            hidden = make.without_solution(size, hidden, kinds, rng)
        elif kind == "several":
            hidden = make.with_several(size, hidden, kinds, rng)
        asked = _draw_query(size, hidden, rng) if knobs.question == "position" else None
        return _present(knobs.lang, size, hidden, kinds, knobs.abstain, kind, asked, rng)

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same puzzle about other objects, with the clues in another order and in other words."""
        puzzle = task.payload
        back = puzzle.places or tuple(range(puzzle.size))
        hidden = [renamed(clue, back) for clue in puzzle.clues]
        asked = puzzle.asked and (
            Query("where", back[puzzle.asked.about]) if puzzle.asked.form == "where" else puzzle.asked
        )
        args = (puzzle.lang, puzzle.size, hidden, puzzle.kinds, puzzle.abstains, puzzle.kind, asked)
        return _present(*args, rng, avoid=puzzle.theme)

    def edit(self, task: Task[Puzzle], rng: random.Random, alike: bool = False) -> Task[Puzzle] | None:
        """One clue exchanged so that another order is the only one; None when none was found, or there was no order."""
        puzzle = task.payload
        if puzzle.kind != "one":
            return None
        hidden = [renamed(clue, puzzle.places) for clue in puzzle.clues]
        shown = [puzzle.places.index(place) for place in range(puzzle.size)]
        for _ in range(_EDIT_ROUNDS):
            found = make.changed(puzzle.size, hidden, puzzle.kinds, rng)
            if found is None:
                return None
            number, clue, order = found
            clues = (*puzzle.clues[:number], renamed(clue, shown), *puzzle.clues[number + 1 :])
            styles = (*puzzle.styles[:number], rng.randrange(STYLES), *puzzle.styles[number + 1 :])
            places = tuple([order[place] for place in puzzle.places])
            edited = _task(puzzle._replace(clues=clues, styles=styles, places=places))
            if edited.gold != task.gold and (edited.canonical == task.canonical) is alike:
                return edited
        return None

    def edit_alike(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """The same where the puzzle stays what it was up to names, or becomes its mirror image."""
        return self.edit(task, rng, alike=True)

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge an order, a name or a place."""
        puzzle = task.payload
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        if puzzle.abstains:
            claimed = _abstain.read(answer)
            if claimed is not None:
                right = claimed == puzzle.kind
                detail = "" if right else VERDICTS[puzzle.lang]["claim"]
                return Verdict(Outcome.CORRECT, 1.0) if right else Verdict(Outcome.WRONG, detail=detail)
        if puzzle.asked is not None:
            return _verify_place(puzzle, task.gold, answer)
        try:
            order = read_order(puzzle, answer)
        except Unreadable:
            return Verdict(Outcome.NO_ANSWER, detail=VERDICTS[puzzle.lang]["form"])
        return _verify_order(puzzle, order)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Deduce the order from the clues, or show why there is none or more than one."""
        puzzle = task.payload
        found = [order for order, _ in zip(orders(puzzle.size, puzzle.clues), range(2), strict=False)]
        if len(found) != 1:
            return _certificate(puzzle, found)
        notes = deduce.proof(puzzle.size, puzzle.clues, found[0])
        steps = tuple(prose.step(puzzle, notes, number) for number in range(len(notes)))
        places = [0] * puzzle.size
        for note in notes:
            if note.kind == "at" and not note.under:
                places[note.one] = note.two.bit_length() - 1
        return Trace(steps, _answer(puzzle, places))

    def effort(self, task: Task[Puzzle]) -> float:
        """Lines of the proof, its longest chain of lines, and the suppositions it takes."""
        puzzle = task.payload
        if puzzle.kind != "one":
            return float(len(puzzle.clues))
        return deduce.effort(deduce.proof(puzzle.size, puzzle.clues, puzzle.places)).score

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """A random order, name or place; where it is allowed, as often as it is true, that there is none or several."""
        puzzle = task.payload
        if puzzle.abstains and (kind := _abstain.draw_kind(rng)) != "one":
            return _abstain.phrase(kind, puzzle.lang)
        if puzzle.asked is not None:
            return rng.choice(_choices(puzzle))
        return _answer(puzzle, rng.sample(range(puzzle.size), puzzle.size))

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Two objects exchanged, another name or place, or an order where there is no single one."""
        puzzle = task.payload
        if puzzle.asked is not None:
            return rng.choice([one for one in _choices(puzzle) if one != task.gold])
        if puzzle.kind != "one":
            return _answer(puzzle, rng.sample(range(puzzle.size), puzzle.size))
        places = list(puzzle.places)
        one, two = rng.sample(range(puzzle.size), 2)
        places[one], places[two] = places[two], places[one]
        return _answer(puzzle, places)

    def render(self, task: Task[Puzzle]) -> str:
        """The empty places with the prompt."""
        puzzle = task.payload
        cells = "+" + "----+" * puzzle.size
        numbers = "|" + "".join(f"{place:^4}|" for place in range(1, puzzle.size + 1))
        return "\n".join([cells, numbers, "|" + "    |" * puzzle.size, cells, "", task.prompt])

    # -- deduction -----------------------------------------------------------------------------------------------------

    def theory(self, task: Task[Puzzle]) -> Theory:
        """The puzzle as clauses."""
        return meaning.theory(task.payload)

    def clauses(self, task: Task[Puzzle], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says; raises ``InvalidValueError`` for a fact of another form."""
        return meaning.clauses(_names(task.payload), fact)

    def read_fact(self, task: Task[Puzzle], line: str) -> Fact | None:
        """The fact that a line of text states, or None."""
        return prose.read(task.payload, line)

    def fact_help(self, task: Task[Puzzle]) -> str:
        """How a fact is written."""
        return prose.fact_help(task.payload)


# -- making ------------------------------------------------------------------------------------------------------------


def _present(
    lang: str,
    size: int,
    hidden: Sequence[Clue],
    kinds: tuple[str, ...],
    abstains: bool,
    kind: _abstain.Kind,
    asked: Query | None,
    rng: random.Random,
    avoid: int = -1,
) -> Task[Puzzle]:
    """A puzzle about the identity, shown with random names, words and sequence."""
    theme = rng.choice([one for one in range(len(THEMES["en"])) if one != avoid])
    flipped = rng.random() < 0.5
    numbers = tuple(sorted(rng.sample(range(len(THEMES["en"][theme].names)), size)))
    shown = rng.sample(range(size), size)  # hidden item -> shown item
    clues = [renamed(clue, shown) for clue in hidden]
    rng.shuffle(clues)
    styles = tuple([rng.randrange(STYLES) for _ in clues])
    places = tuple([shown.index(item) for item in range(size)]) if kind == "one" else ()
    if asked is not None and asked.form == "where":
        asked = Query("where", shown[asked.about])
    return _task(Puzzle(lang, theme, flipped, numbers, tuple(clues), styles, kinds, abstains, kind, places, asked))


def _task(puzzle: Puzzle) -> Task[Puzzle]:
    gold = _answer(puzzle, puzzle.places) if puzzle.kind == "one" else _abstain.phrase(puzzle.kind, puzzle.lang)
    return Task(prompt(puzzle), gold, puzzle, canonical_text(puzzle))


def _draw_query(size: int, clues: Sequence[Clue], rng: random.Random) -> Query:
    """A place or item drawn uniformly until no clue states the answer by itself, if that can be."""
    given = {clue.items[0] for clue in clues if clue.kind == "at"}  # membership only
    for _ in range(_QUERY_DRAWS):
        query = Query(rng.choice(("who", "where")), rng.randrange(size))
        if query.about not in given:
            break
    return query


def _names(puzzle: Puzzle) -> tuple[str, ...]:
    return names(puzzle.lang, puzzle.theme, puzzle.numbers)


def _answer(puzzle: Puzzle, places: Sequence[int]) -> str:
    """The answer text of an order, given as the place of each item."""
    objects = _names(puzzle)
    if puzzle.asked is not None:
        form, about = puzzle.asked
        return objects[places.index(about)] if form == "who" else str(places[about] + 1)
    row = [""] * puzzle.size
    for item, place in enumerate(places):
        row[place] = objects[item]
    return ("，" if puzzle.lang == "zh" else ", ").join(row)


def _choices(puzzle: Puzzle) -> tuple[str, ...]:
    """The possible answers to a question for one place."""
    if puzzle.asked is not None and puzzle.asked.form == "where":
        return tuple(str(place) for place in range(1, puzzle.size + 1))
    return _names(puzzle)


# -- judging -----------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"(?:in )?(?:place |no\.? ?|#|第)? ?([0-9]{1,2})(?:st|nd|rd|th)?(?: place)? ?位?")


def _verify_place(puzzle: Puzzle, gold: str, answer: str) -> Verdict:
    said = fold(answer) if len(answer) <= 200 else ""
    assert puzzle.asked is not None
    known: str | None
    if puzzle.asked.form == "where":
        match = _PLACE.fullmatch(said)
        known = str(int(match[1])) if match and 1 <= int(match[1]) <= puzzle.size else None
    else:
        item = spellings(puzzle.lang, puzzle.theme, puzzle.numbers).get(said)
        known = None if item is None else _names(puzzle)[item]
    if known is not None and known == gold:
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, detail=VERDICTS[puzzle.lang]["value" if known is None else "place"])


@functools.lru_cache(maxsize=64)
def _pairs(size: int) -> int:
    return size * (size - 1) // 2


def _verify_order(puzzle: Puzzle, order: Sequence[int]) -> Verdict:
    say, size = VERDICTS[puzzle.lang], puzzle.size
    if -1 in order:
        return Verdict(Outcome.WRONG, detail=say["unknown"])
    if len(set(order)) < len(order):
        return Verdict(Outcome.WRONG, detail=say["repeated"])
    if puzzle.kind != "one":
        return Verdict(Outcome.WRONG, detail=say["one"])
    places = puzzle.places
    row = [places[item] for item in order]
    right = sum(one < two for number, one in enumerate(row) for two in row[number + 1 :])
    if len(row) == size and right == _pairs(size):
        return Verdict(Outcome.CORRECT, 1.0)
    credit = max(0.0, 2 * right / _pairs(size) - 1)
    if len(row) < size:
        return Verdict(Outcome.WRONG, credit, detail=say["missing"])
    said = [0] * size
    for place, item in enumerate(order):
        said[item] = place
    broken = next((number for number, clue in enumerate(puzzle.clues, 1) if not holds(clue, said)), 0)
    return Verdict(Outcome.WRONG, credit, detail=say["clue"].format(broken))


# -- without a single solution -----------------------------------------------------------------------------------------


def _certificate(puzzle: Puzzle, found: Sequence[Sequence[int]]) -> Trace:
    """Two orders that satisfy the clues, or a smallest-by-inclusion set of clues that contradict each other."""
    say, lang = VERDICTS[puzzle.lang], puzzle.lang
    if found:
        steps = []
        whole = puzzle._replace(asked=None)
        for places in found:
            row = _answer(whole, places)
            text = say["order"].format(row)
            everything = tuple(Premise("clue", number) for number in range(1, len(puzzle.clues) + 1))
            in_order = sorted(range(puzzle.size), key=lambda item: places[item])
            steps.append(Step(text, everything, ("order", *(_names(puzzle)[item] for item in in_order))))
        return Trace(tuple(steps), _abstain.phrase("several", lang))
    kept = list(range(len(puzzle.clues)))
    for number in reversed(kept.copy()):
        rest = [one for one in kept if one != number]
        if next(orders(puzzle.size, [puzzle.clues[one] for one in rest]), None) is None:
            kept = rest
    numbers = [number + 1 for number in kept]
    which = say["clues" if len(kept) > 1 else "alone"].format(listed(lang, [str(number) for number in numbers]))
    premises = tuple(Premise("clue", number) for number in numbers)
    step = Step(say["conflict"].format(which), premises, ("conflict", *numbers))
    return Trace((step,), _abstain.phrase("none", lang))
