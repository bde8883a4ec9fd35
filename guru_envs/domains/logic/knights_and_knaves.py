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
from all worlds gets on average, (s^2 + t^2 + (n - s - t)^2 / 2) / n with s spies and t normals. The reason names the first
statement which the answer does not fit.

Knobs
-----
people; spies and normals, how many there are; statements of each person; depth (operators inside each other); kinds of
statements; minimal (each statement is needed; people whose statements are not needed say nothing). No statement is true,
or false, whatever the roles, nobody speaks of himself only or says the same thing twice, and no operator is idle. A
statement is needed when without it (normals then alternate over those that remain) the solution is not the only one any
more. A statement is about at most six people; where normals make several statements, at most four.

Oracle
------
What follows from one statement at a time, from two that a normal would have made by turns, or from the number of spies or
normals; when nothing does, the supposition with the shortest way to a contradiction. Each step is ``("is", name, role)``
or ``("is not", name, role, ...)``, with roles ``knight``, ``knave``, ``spy``, ``normal``.

Known shortcuts
---------------
Roles are drawn as independent coin flips before the statements, so that counting roles tells nothing. The kind of a
statement is drawn before its truth value matters, so that it tells little about the speaker: the best rule "whose first
statement is of this kind is a ..." is right about 53 % of people on levels 4 to 7 (always saying "knight": 50 %), and
about 4 points above the best constant role on levels 8 to 12. With two people it is right about 64 % on level 2, because
few statements about two people leave one solution.

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
from dataclasses import dataclass
from typing import Any, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.logic._knights_answers import read_answer
from guru_envs.domains.logic._knights_canonical import invariant, mentions_in
from guru_envs.domains.logic._knights_compose import compose
from guru_envs.domains.logic._knights_draw import grammar
from guru_envs.domains.logic._knights_proof import Narrator
from guru_envs.domains.logic._knights_solver import Prover
from guru_envs.domains.logic._knights_statements import ATOMS, KINDS, NORMAL, Cast, Statement, fitting, holds, worlds
from guru_envs.domains.logic._knights_words import NAMES, ROLE_WORDS, answer_text, prompt_text, statement_text
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict

MOST_WORLDS = 1 << 19  # a truth table has so many bits
TRIES_PER_WORLD, WORLDS_TRIED = 30, 40


class Puzzle(NamedTuple):
    """The problem: names, how many spies and normals, who says what; and the solution, ``world[person]`` (1: knight)."""

    names: tuple[str, ...]
    cast: Cast
    said: tuple[tuple[int, Statement], ...]
    world: tuple[int, ...]
    lang: str


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
        """Make a puzzle with exactly one solution.

        Raises:
            ImpossibleTaskError: no puzzle with these knobs was found.
        """
        cast, lang, minimal = knobs.cast(), knobs.lang, knobs.minimal
        rules = grammar(cast, knobs.kinds, knobs.statements)
        said = None
        for attempt in range(TRIES_PER_WORLD * WORLDS_TRIED):
            if attempt % TRIES_PER_WORLD == 0:
                world = rules.worlds.plant(rng)
                depth = knobs.depth - attempt // TRIES_PER_WORLD % knobs.depth  # simpler words where deep ones failed
            said = compose(rng, rules, world, minimal, depth)
            if said is not None:
                break
        if said is None:
            raise ImpossibleTaskError(
                f"no puzzle with one solution was found in {TRIES_PER_WORLD * WORLDS_TRIED} tries for {knobs}: allow "
                "more kinds of statements, more of them for each person, more people, or fewer spies and normals"
            )
        names = _names(rng, lang, cast.people)
        return Task(
            prompt=prompt_text(names, cast, said, lang),
            gold=answer_text(names, world, lang),
            payload=Puzzle(names, cast, tuple([(who, one.form) for who, one in said]), tuple(world), lang),
            canonical=invariant(cast, [(who, mentions_in(one)) for who, one in said]),
        )

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Compare the roles given with the solution."""
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        puzzle = task.payload
        reading = read_answer(answer, puzzle.names, puzzle.cast, puzzle.lang)
        world = reading.world
        if world is None:
            return Verdict(Outcome.WRONG if reading.contradictory else Outcome.NO_ANSWER, 0.0, detail=reading.problem)
        people = len(world)
        right = sum(map(int.__eq__, world, puzzle.world))
        if right == people:
            return Verdict(Outcome.CORRECT, 1.0)
        return Verdict(Outcome.WRONG, partial_credit(right, puzzle.cast), detail=_misfit(puzzle, world))

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Prove everybody's role from the statements."""
        puzzle = task.payload
        events = Prover(puzzle.cast, puzzle.said).prove()
        world = [0] * puzzle.cast.people
        for event in events:
            world[event.person] = event.possible.bit_length() - 1
        steps = Narrator(puzzle.names, puzzle.cast, puzzle.lang).steps(events)
        return Trace(steps, answer_text(puzzle.names, world, puzzle.lang))

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Random roles, with as many spies and normals as there are."""
        puzzle = task.payload
        return answer_text(puzzle.names, worlds(puzzle.cast).plant(rng), puzzle.lang)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """The solution with another role for one person."""
        puzzle = task.payload
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
        puzzle = task.payload
        events = Prover(puzzle.cast, puzzle.said).prove()
        suppositions = steps = 0
        waiting: list[Any] = list(events)
        while waiting:
            event = waiting.pop()
            steps += 1
            if event.refuted is not None:
                suppositions += 1
                waiting += event.refuted.events
        return {"suppositions": suppositions, "steps": steps}


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


def partial_credit(right: int, cast: Cast) -> float:
    """The share of right roles above what any well-formed answer gets on average, were all worlds equally likely."""
    chance = (cast.spies**2 + cast.normals**2 + cast.plain**2 / 2) / cast.people
    return max(0.0, (right - chance) / (cast.people - chance))


def _misfit(puzzle: Puzzle, world: list[int]) -> str:
    """The first statement that cannot have been made if these were the roles."""
    before: dict[int, bool] = {}
    for number, (speaker, statement) in enumerate(puzzle.said, 1):
        true = holds(statement, world)
        if not fitting(world, before.get(speaker), true, speaker):
            name, role = puzzle.names[speaker], ROLE_WORDS[puzzle.lang][world[speaker]]
            by_turns = world[speaker] == NORMAL
            if puzzle.lang == "zh":
                value = f"{'真' if true else '假'}{'，和前一句一样' if by_turns else ''}"
                return f"第{number}句话与答案不符：{name}是{role}，但这句话为{value}"
            value = f"{'true' if true else 'false'}{' like the one before' if by_turns else ''}"
            return f"statement {number} does not fit the answer: {name} would be a {role}, but it would be {value}"
        before[speaker] = true
    return ""  # not reached for tasks made by generate: one world fits all
