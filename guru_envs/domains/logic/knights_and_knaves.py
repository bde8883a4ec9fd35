"""Knights and knaves: from what people say of each other, find out who lies.

Prompt
------
The rules of the island, the people, numbered statements, and the form of the answer. Knights make only true statements,
knaves only false ones. On higher levels there are, in numbers which the prompt gives, spies, who may say anything, and
normals, whose statements are true and false by turns in the order of their numbers (the first may be either; a single
statement may therefore be anything). "Or" is inclusive and "if ..., then ..." is material; both are said in the prompt.

Answer
------
Every person's name and role: ``Ann: knight, Bob: knave`` (in Chinese ``安妮: 骑士, 鲍勃: 无赖``). Also accepted: JSON
objects, one person a line, lists, tables and bold type, sentences ("Ann is a knight and Bob is a knave", "Ann and Bob
are knights") and groups ("Knights: Ann. Knaves: Bob"). Any other word, negations among them, makes it NO_ANSWER.

Verdict
-------
CORRECT when everybody has the right role. WRONG when everybody has a role, or when people are missing, named twice or given
two roles, or the numbers of spies and normals are not those of the prompt (the last four without credit). Partial credit is
corrected for chance: max(0, (m - c) / (n - c)) for m right roles of n people, where c is what an answer taken at random
from all worlds gets on average, (s^2 + t^2 + (n - s - t)^2 / 2) / n with s spies and t normals; with ``credit="share"`` it is
m / n, also where people are missing or the numbers are not those of the prompt. The reason names the first statement which the
answer does not fit.

Knobs
-----
people; spies and normals, how many there are; statements of each person; depth (operators inside each other); kinds of
statements; minimal (each statement is needed; people whose statements are not needed say nothing). No statement is true,
or false, whatever the roles, nobody speaks of himself only or says the same thing twice, and no operator is idle. A
statement is needed when without it (normals then alternate over those that remain) the solution is not the only one any
more. Without ``minimal``, puzzles in which no statement is needed are drawn only if five tries gave no other. A
statement is about at most six people; where normals make several statements, at most four.

With ``abstain``, a sixth of the puzzles have no solution and a sixth have several; the prompt says that this may be, and asks to
say so. They are made from puzzles with one solution by replacing statements with others of the same people; only when that does not
give several solutions is a statement left out.

Oracle
------
What follows from one statement at a time, from two that a normal would have made by turns, or from the number of spies or
normals; when nothing does, the supposition with the shortest way to a contradiction. A line under suppositions says them ("If
Ann is a spy, then ..."), so that each line holds in any case and can be read alone. That there is no solution is proved in the same way
from statements that contradict each other and of which none can be left out; that there are several, by two.

A line's fact is ``("is", name, role)`` or ``("is not", name, role, ...)``, with roles ``knight``, ``knave``, ``spy``,
``normal``, and with ``("if", name, role)`` before it for each supposition, outermost first, all in one tuple; ``("false",)`` is the
contradiction, ``("possible", name, role, name, role, ...)`` one of two solutions. A fact is read from a line in the oracle's
words, the source in brackets or not: "Bob is neither a knave nor a spy (statement 2 is true)."

Effort counts the lines and the suppositions.

Known shortcuts
---------------
Roles are drawn as independent coin flips before the statements, so that counting roles tells nothing. The kind of a
statement is drawn before its truth value matters, so that it tells little about the speaker: the best rule "whose first
statement is of this kind is a ..." is right about 53 % of people on levels 4 to 7 (always saying "knight": 50 %), and
about 4 points above the best constant role on levels 8 to 12. With two people it is right about 55 % on level 1 and 57 %
on level 2, because few statements about two people leave one solution; a test holds it below 65 %.

Provenance
----------
The puzzle is Raymond Smullyan's (What Is the Name of This Book?, 1978), and so are spies and normals; that the statements
of a normal alternate is our way to make precise that he sometimes lies. Generator, verifier and prover are our own.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains import _abstain
from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic import _knights_facts as facts
from guru_envs.domains.logic import _knights_theory as meaning
from guru_envs.domains.logic import _knights_vary as vary
from guru_envs.domains.logic._credit import Credit, partial_credit
from guru_envs.domains.logic._knights_answers import chance, misfit, read_answer
from guru_envs.domains.logic._knights_canonical import invariant, mentions_in
from guru_envs.domains.logic._knights_compose import compose, some_needed
from guru_envs.domains.logic._knights_draw import Sample, grammar
from guru_envs.domains.logic._knights_proof import Narrator
from guru_envs.domains.logic._knights_solver import Event, Prover
from guru_envs.domains.logic._knights_statements import (
    ATOMS,
    KINDS,
    Cast,
    Statement,
    mentioned,
    truth_table,
    worlds,
)
from guru_envs.domains.logic._knights_words import NAMES, answer_text, prompt_text, statement_text
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory

MOST_WORLDS = 1 << 19  # a truth table has so many bits
TRIES_PER_WORLD, WORLDS_TRIED = 30, 40
IDLE_AT_MOST = 5  # puzzles passed over, where not each statement must be needed, because none was
_HOW_MANY = {"one": "one solution", "none": "no solution", "several": "several solutions"}
_FOLLOW = {"en": "that does not follow from what is said", "zh": "这不能由他们的话推出"}


class Puzzle(NamedTuple):
    """The problem: names, how many spies and normals, who says what; and the solution, ``world[person]`` (1: knight).

    ``minimal``: each statement is needed; ``abstain``: the prompt allows that there is no solution, or several; ``kind``: how
    many there are. Without a single one, ``world`` is of no meaning. ``kinds``, ``depth``: of the statements allowed;
    ``credit``: how answers that are right in part are credited.
    """

    names: tuple[str, ...]
    cast: Cast
    said: tuple[tuple[int, Statement], ...]
    world: tuple[int, ...]
    lang: str
    minimal: bool = True
    abstain: bool = False
    kind: Kind = "one"
    kinds: tuple[str, ...] = KINDS
    depth: int = 1
    credit: Credit = "above_chance"


@dataclass(frozen=True)
class KnightsKnobs(Knobs):
    """Knobs of knights and knaves."""

    people: int = knob(3, "people on the island", 2, 16)
    spies: int = knob(0, "how many of them are spies, who may say anything", 0, 6)
    normals: int = knob(0, "how many of them are normals, whose statements are true and false by turns", 0, 6)
    statements: int = knob(1, "statements of a person; at most so many when minimal, just so many when not", 1, 4)
    depth: int = knob(1, "operators (and, or, if ...) inside each other, at most", 1, 4)
    kinds: tuple[str, ...] = knob(KINDS, f"kinds of statements, out of: {', '.join(KINDS)}")
    minimal: bool = knob(True, "every statement is needed; some people may then say nothing")
    abstain: bool = knob(False, "a third of the puzzles have no solution, or several, and the answer is to say so")
    credit: Literal["above_chance", "share"] = knob(
        "above_chance", "credit of wrong answers: right roles above chance, or their share of all"
    )

    def cast(self) -> Cast:
        """The people and how many of them are what."""
        return Cast(self.people, self.spies, self.normals)

    def check(self) -> None:
        """Refuse kinds that do not exist, and combinations without a puzzle."""
        for kind in self.kinds:
            if kind not in KINDS:
                raise InvalidValueError(f"knob 'kinds' holds {kind!r}: allowed are {', '.join(KINDS)}")
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            raise InvalidValueError(f"knob 'kinds' is {self.kinds!r}: one kind or more is expected, each once")
        special = self.spies + self.normals
        if special > self.people - 2:
            raise ImpossibleTaskError(
                f"spies={self.spies} and normals={self.normals} of people={self.people}: at least two people must be "
                "knights or knaves, for with fewer too little that is said can be relied upon"
            )
        if self.cast().worlds > MOST_WORLDS:
            raise ImpossibleTaskError(
                f"people={self.people}, spies={self.spies} and normals={self.normals}: the roles can be given in "
                f"{self.cast().worlds} ways; at most {MOST_WORLDS} can be searched: take fewer people or special roles"
            )
        if set(self.kinds) <= set(ATOMS) and (not special or self.statements == 1):
            # Each person's role then follows from that of the one he speaks of. Going round a circle of such people: with
            # two roles everybody may change roles; and whoever is in the circle may as well be the spy.
            raise ImpossibleTaskError(f"kinds {self.kinds!r}: with these alone no puzzle has just one solution")
        if not special and self.kinds in (("same",), ("different",)):
            who = "a knight" if self.kinds == ("same",) else "a knave"
            raise ImpossibleTaskError(f"kinds {self.kinds!r} with two roles: everybody would be {who} in every puzzle")


class KnightsAndKnaves:
    """The domain of the environment guru/knights-and-knaves-v0."""

    Knobs = KnightsKnobs

    def generate(self, rng: random.Random, knobs: KnightsKnobs) -> Task[Puzzle]:
        """Make a puzzle with exactly one solution, or, with ``abstain``, without.

        Raises:
            ImpossibleTaskError: no puzzle with these knobs was found.
        """
        cast, lang, minimal = knobs.cast(), knobs.lang, knobs.minimal
        kind: Kind = _abstain.draw_kind(rng) if knobs.abstain else "one"
        rules = grammar(cast, knobs.kinds, knobs.statements)
        said, idle = None, 0
        for attempt in range(TRIES_PER_WORLD * WORLDS_TRIED):
            if attempt % TRIES_PER_WORLD == 0:
                world = rules.worlds.plant(rng)
                depth = knobs.depth - attempt // TRIES_PER_WORLD % knobs.depth  # simpler words where deep ones failed
            said = compose(rng, rules, world, minimal, depth)
            if said is not None and not minimal and idle < IDLE_AT_MOST and not some_needed(rules.worlds, said):
                said, idle = None, idle + 1
            if said is not None:
                said = vary.spoil(said, kind, rng, rules, depth)
            if said is not None:
                break
        if said is None:
            raise ImpossibleTaskError(
                f"no puzzle with {_HOW_MANY[kind]} was found in {TRIES_PER_WORLD * WORLDS_TRIED} tries for {knobs}: allow "
                "more kinds of statements, more of them for each person, more people, or fewer spies and normals"
            )
        names = _names(rng, lang, cast.people)
        forms = tuple([(who, one.form) for who, one in said])
        rest = knobs.abstain, kind, knobs.kinds, knobs.depth, knobs.credit
        return _task(Puzzle(names, cast, forms, tuple(world), lang, minimal, *rest), said)

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Compare the roles given with the solution."""
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        puzzle = task.payload
        if puzzle.abstain and (claimed := _abstain.read(answer)):
            if claimed == puzzle.kind:
                return Verdict(Outcome.CORRECT, 1.0)
            return Verdict(Outcome.WRONG, detail=_FOLLOW[puzzle.lang])
        reading = read_answer(answer, puzzle.names, puzzle.cast, puzzle.lang)
        world = reading.world
        if world is None:
            if not reading.contradictory:
                return Verdict(Outcome.NO_ANSWER, detail=reading.problem)
            shared = puzzle.credit == "share" and puzzle.kind == "one"
            right = sum(map(int.__eq__, reading.given, puzzle.world)) if shared else 0
            return Verdict(Outcome.WRONG, right / len(puzzle.world), detail=reading.problem)
        if puzzle.kind != "one":
            return Verdict(
                Outcome.WRONG, detail=misfit(puzzle.names, puzzle.said, world, puzzle.lang) or _FOLLOW[puzzle.lang]
            )
        people = len(world)
        right = sum(map(int.__eq__, world, puzzle.world))
        if right == people:
            return Verdict(Outcome.CORRECT, 1.0)
        credit = partial_credit(right, people, chance(puzzle.cast), puzzle.credit)
        return Verdict(Outcome.WRONG, credit, detail=misfit(puzzle.names, puzzle.said, world, puzzle.lang))

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Prove everybody's role from the statements, or that they contradict each other; or find two solutions."""
        puzzle = task.payload
        narrator = Narrator(puzzle.names, puzzle.cast, puzzle.lang)
        if puzzle.kind == "several":
            space = worlds(puzzle.cast)
            found = vary.two_worlds(space, _samples(puzzle))
            return Trace(narrator.solutions(found), _abstain.phrase("several", puzzle.lang))
        events, conflict = _events(puzzle)
        if conflict is not None:
            return Trace(narrator.steps(events, conflict), _abstain.phrase("none", puzzle.lang))
        world = [0] * puzzle.cast.people
        for event in events:
            world[event.person] = event.possible.bit_length() - 1
        return Trace(narrator.steps(events), answer_text(puzzle.names, world, puzzle.lang))

    def theory(self, task: Task[Puzzle]) -> Theory:
        """The puzzle as clauses: variable person * (number of roles) + role + 1, both counted from 0."""
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
        """The same puzzle with other names for other people, and statements in another order and wording."""
        puzzle = task.payload
        new, said = vary.twin(puzzle.said, puzzle.cast, rng)
        world = [0] * len(new)
        for person, role in zip(new, puzzle.world, strict=True):
            world[person] = role
        names = _names(rng, puzzle.lang, puzzle.cast.people)
        other = puzzle._replace(names=names, said=tuple(said), world=tuple(world))
        return _task(other, _samples(other))

    def edit(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """Another puzzle, with another answer, made by changing one statement; None when no such change was found."""
        return _edited(task, rng, vary.near)

    def edit_further(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """The same with a change of the statement that is twice as large, or another in its place."""
        return _edited(task, rng, vary.further)

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Random roles, with as many spies and normals as there are; as often as there is no solution or several, that."""
        puzzle = task.payload
        kind: Kind = _abstain.draw_kind(rng) if puzzle.abstain else "one"
        if kind != "one":
            return _abstain.phrase(kind, puzzle.lang)
        return answer_text(puzzle.names, worlds(puzzle.cast).plant(rng), puzzle.lang)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """The solution with another role for one person; another kind where there is no single solution."""
        puzzle = task.payload
        if puzzle.kind != "one":
            return _abstain.phrase("several" if puzzle.kind == "none" else "none", puzzle.lang)
        world = list(puzzle.world)
        person = rng.randrange(len(world))
        world[person] = rng.choice([role for role in puzzle.cast.roles if role != world[person]])
        return answer_text(puzzle.names, world, puzzle.lang)

    def render(self, task: Task[Puzzle]) -> str:
        """The people in rows with what they say."""
        puzzle = task.payload
        width = max(len(name) for name in puzzle.names)
        lines = []
        for person, name in enumerate(puzzle.names):
            said = [
                f'{number:>2}. "{statement_text(what, person, puzzle.names, puzzle.lang)}"'
                for number, (who, what) in enumerate(puzzle.said, 1)
                if who == person
            ]
            lines.append(f"[ ? ] {name:<{width}}  {said[0] if said else ''}".rstrip())
            lines += [" " * (width + 8) + text for text in said[1:]]
        return "\n".join(lines)

    def grade(self, task: Task[Puzzle]) -> dict[str, int]:
        """How hard the puzzle is for the prover: ``suppositions`` (nested ones included) and ``steps`` (all events)."""
        events, _ = _events(task.payload)
        suppositions = steps = 0
        waiting: list[Any] = list(events)
        while waiting:
            event = waiting.pop()
            steps += 1
            if event.refuted is not None:
                suppositions += 1
                waiting += event.refuted.events
        return {"suppositions": suppositions, "steps": steps}

    def effort(self, task: Task[Puzzle]) -> float:
        """The steps of the proof and its suppositions; for several solutions the roles that two of them give."""
        if task.payload.kind == "several":
            return 2.0 * task.payload.cast.people
        return float(sum(self.grade(task).values()))


def _events(puzzle: Puzzle) -> tuple[list[Event], Event | None]:
    """The events that settle everybody's role; or those that lead to a contradiction, and that."""
    if puzzle.kind != "none":
        return Prover(puzzle.cast, puzzle.said).prove(), None
    kept = vary.conflict(worlds(puzzle.cast), _samples(puzzle), puzzle.cast)
    return Prover(puzzle.cast, puzzle.said, kept).contradict()


def _edited(task: Task[Puzzle], rng: random.Random, changes: Callable[..., vary.Changes]) -> Task[Puzzle] | None:
    """The first other puzzle that some changes of a statement make."""
    puzzle = task.payload
    if puzzle.kind != "one":
        return None
    said = _samples(puzzle)
    other = changes(said, puzzle.cast, puzzle.kinds, puzzle.depth, rng)
    for new, world in vary.edits(said, puzzle.world, worlds(puzzle.cast), puzzle.minimal, other):
        edited = _task(puzzle._replace(said=tuple([(who, one.form) for who, one in new]), world=tuple(world)), new)
        if edited.canonical != task.canonical:
            return edited
    return None


def _samples(puzzle: Puzzle) -> list[tuple[int, Sample]]:
    """The statements with their truth tables."""
    space = worlds(puzzle.cast)
    return [
        (who, Sample(form, truth_table(form, space.tables, space.full), sum(1 << one for one in mentioned(form))))
        for who, form in puzzle.said
    ]


def _task(puzzle: Puzzle, said: list[tuple[int, Sample]]) -> Task[Puzzle]:
    """The task of a puzzle, whose statements are given with their tables."""
    names, cast, lang = puzzle.names, puzzle.cast, puzzle.lang
    one = puzzle.kind == "one"
    return Task(
        prompt=prompt_text(names, cast, said, lang, puzzle.abstain),
        gold=answer_text(names, puzzle.world, lang) if one else _abstain.phrase(puzzle.kind, lang),
        payload=puzzle,
        canonical=invariant(cast, [(who, mentions_in(what)) for who, what in said]),
    )


def _names(rng: random.Random, lang: str, people: int) -> tuple[str, ...]:
    """Different names at random; numbers are drawn in the same way for each language."""
    pool = NAMES[lang]
    size = len(pool)
    chosen: list[int] = []
    while len(chosen) < people:
        index = int(rng.random() * size)
        if index not in chosen:
            chosen.append(index)
    return tuple([pool[index] for index in chosen])
