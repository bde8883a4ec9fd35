"""Knights and knaves: from what people say of each other, find out who lies.

Prompt
------
The rules of the island, the people, numbered statements, and the form of the answer. A person makes one statement or
none. "Or" is inclusive and "if ..., then ..." is material; both are said in the prompt.

Answer
------
Every person's name and role: ``Ann: knight, Bob: knave`` (in Chinese ``安妮: 骑士, 鲍勃: 无赖``). Also accepted: JSON
objects, one person a line, lists, tables and bold type, sentences ("Ann is a knight and Bob is a knave", "Ann and Bob
are knights") and groups ("Knights: Ann. Knaves: Bob"). Any other word, negations among them, makes it NO_ANSWER.

Verdict
-------
CORRECT when everybody has the right role. WRONG when everybody has a role, or when people are missing, named twice or given
two roles. Partial credit is corrected for chance, max(0, (m - n/r) / (n - n/r)) for m right roles of n people and r
roles. The reason names the first statement which the answer does not fit.

Knobs
-----
people, depth (operators inside each other), kinds of statements, two or three roles (the third: one spy who may say
anything), minimal (each statement is needed; people whose statements are not needed say nothing).

Oracle
------
What follows from one statement at a time; when nothing does, the supposition with the shortest way to a contradiction.
Each step is ``("is", name, role)`` or ``("is not", name, role)``, with roles ``knight``, ``knave``, ``spy``.

Known shortcuts
---------------
Roles are drawn as independent coin flips before the statements, so that counting roles tells nothing. The kind of a
statement is drawn before its truth value matters, so that it tells little about the speaker: the best rule "who speaks
with this kind of statement is a ..." is right about 53 % of people from level 4 on (chance 50 %), and 48 % on the last
level, where always saying "knight" or "knave" is right about 46 %. With two people it is right about 75 % on level 2,
because few statements about two people leave one solution.

Provenance
----------
The puzzle is Raymond Smullyan's (What Is the Name of This Book?, 1978). Generator, verifier and prover are our own.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.logic._knights_canonical import invariant
from guru_envs.domains.logic._knights_proof import Narrator
from guru_envs.domains.logic._knights_solver import Prover
from guru_envs.domains.logic._knights_statements import (
    KINDS,
    KNAVE,
    KNIGHT,
    SPY,
    Statement,
    compose,
    grammar,
    holds,
    plant,
)
from guru_envs.domains.logic._knights_words import (
    NAMES,
    answer_text,
    prompt_text,
    read_answer,
    statement_text,
)
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict

MOST_WITH_SPY = 12  # people; the truth tables of a spy puzzle have people * 2**people bits
TRIES_PER_WORLD, WORLDS_TRIED = 30, 40


class Puzzle(NamedTuple):
    """The problem: names, the number of roles, who says what; and the solution, ``world[person]`` (1: knight)."""

    names: tuple[str, ...]
    roles: int
    said: tuple[tuple[int, Statement], ...]
    world: tuple[int, ...]
    lang: str


@dataclass(frozen=True)
class KnightsKnobs(Knobs):
    """Knobs of knights and knaves."""

    people: int = knob(3, "people on the island", 2, 16)
    depth: int = knob(1, "operators (and, or, if ...) inside each other, at most", 1, 3)
    kinds: tuple[str, ...] = knob(KINDS, f"kinds of statements, out of: {', '.join(KINDS)}")
    roles: Literal["two", "three"] = knob("two", "knights and knaves, or also one spy who may say anything")
    minimal: bool = knob(True, "every statement is needed; some people may then say nothing")

    def check(self) -> None:
        """Refuse kinds that do not exist, and combinations without a puzzle."""
        for kind in self.kinds:
            if kind not in KINDS:
                raise InvalidValueError(f"knob 'kinds' holds {kind!r}: allowed are {', '.join(KINDS)}")
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            raise InvalidValueError(f"knob 'kinds' is {self.kinds!r}: one kind or more is expected, each once")
        if set(self.kinds) <= {"is", "not"}:
            # Each person's role then follows from that of the one he speaks of. Going round a circle of such people: with
            # two roles everybody may change roles; and whoever is in the circle may as well be the spy.
            raise ImpossibleTaskError(f"kinds {self.kinds!r}: with these alone no puzzle has just one solution")
        if self.roles == "two" and self.kinds in (("same",), ("different",)):
            who = "a knight" if self.kinds == ("same",) else "a knave"
            raise ImpossibleTaskError(f"kinds {self.kinds!r} with two roles: everybody would be {who} in every puzzle")
        if self.roles == "three" and not 3 <= self.people <= MOST_WITH_SPY:
            raise ImpossibleTaskError(
                f"people is {self.people} with three roles: allowed are 3 to {MOST_WITH_SPY} people"
            )


class KnightsAndKnaves:
    """The domain of the environment guru/knights-and-knaves-v0."""

    Knobs = KnightsKnobs

    def generate(self, rng: random.Random, knobs: KnightsKnobs) -> Task[Puzzle]:
        """Make a puzzle with exactly one solution.

        Raises:
            ImpossibleTaskError: no puzzle with these knobs was found.
        """
        people, roles, lang = knobs.people, 2 if knobs.roles == "two" else 3, knobs.lang
        rules = grammar(people, roles, knobs.kinds, knobs.depth)
        minimal = knobs.minimal
        said = None
        for attempt in range(TRIES_PER_WORLD * WORLDS_TRIED):
            if attempt % TRIES_PER_WORLD == 0:
                world = plant(rng, people, roles)
            said = compose(rng, rules, world, minimal)
            if said is not None:
                break
        if said is None:
            raise ImpossibleTaskError(f"no puzzle was found for {knobs}")
        pool = NAMES[lang]
        names = tuple([pool[index] for index in rng.sample(range(len(pool)), people)])
        return Task(
            prompt=prompt_text(names, roles, said, lang),
            gold=answer_text(names, world, lang),
            payload=Puzzle(names, roles, tuple(said), tuple(world), lang),
            canonical=invariant(people, roles, said),
        )

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Compare the roles given with the solution."""
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        puzzle = task.payload
        reading = read_answer(answer, puzzle.names, puzzle.roles, puzzle.lang)
        world = reading.world
        if world is None:
            return Verdict(Outcome.WRONG if reading.contradictory else Outcome.NO_ANSWER, 0.0, detail=reading.problem)
        people = len(world)
        right = sum(map(int.__eq__, world, puzzle.world))
        if right == people:
            return Verdict(Outcome.CORRECT, 1.0)
        chance = people / puzzle.roles
        credit = max(0.0, (right - chance) / (people - chance))
        for number, (speaker, statement) in enumerate(puzzle.said, 1):
            role = world[speaker]
            if role != SPY and holds(statement, world) != role:
                return Verdict(Outcome.WRONG, credit, detail=_misfit(puzzle, world, number))
        return Verdict(Outcome.WRONG, credit)  # not reached for tasks made by generate: one world fits all

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Prove everybody's role from the statements."""
        puzzle = task.payload
        people = len(puzzle.names)
        events = Prover(people, puzzle.roles, puzzle.said).prove()
        world = [0] * people
        for event in events:
            world[event.person] = event.possible.bit_length() - 1
        steps = Narrator(puzzle.names, puzzle.roles, puzzle.lang).steps(events)
        return Trace(steps, answer_text(puzzle.names, world, puzzle.lang))

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Random roles, with exactly one spy if there are spies."""
        puzzle = task.payload
        return answer_text(puzzle.names, plant(rng, len(puzzle.names), puzzle.roles), puzzle.lang)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """The solution with another role for one person."""
        puzzle = task.payload
        world = list(puzzle.world)
        person = rng.randrange(len(world))
        world[person] = rng.choice([role for role in range(puzzle.roles) if role != world[person]])
        return answer_text(puzzle.names, world, puzzle.lang)

    def render(self, task: Task[Puzzle]) -> str:
        """The people in rows with what they say."""
        puzzle = task.payload
        width = max(len(name) for name in puzzle.names)
        words = {who: (number, what) for number, (who, what) in enumerate(puzzle.said, 1)}
        lines = []
        for person, name in enumerate(puzzle.names):
            line = f"[ ? ] {name:<{width}} "
            if person in words:
                number, what = words[person]
                line += f' {number:>2}. "{statement_text(what, person, puzzle.names, puzzle.lang)}"'
            lines.append(line.rstrip())
        return "\n".join(lines)

    def grade(self, task: Task[Puzzle]) -> dict[str, int]:
        """How hard the puzzle is for the prover: ``suppositions`` (nested ones included) and ``steps`` (all events)."""
        puzzle = task.payload
        events = Prover(len(puzzle.names), puzzle.roles, puzzle.said).prove()
        suppositions = steps = 0
        waiting: list[Any] = list(events)
        while waiting:
            event = waiting.pop()
            steps += 1
            if event.refuted is not None:
                suppositions += 1
                waiting += event.refuted.events
        return {"suppositions": suppositions, "steps": steps}


_ROLE_NAMES = {KNAVE: ("a knave", "无赖"), KNIGHT: ("a knight", "骑士")}


def _misfit(puzzle: Puzzle, world: list[int], number: int) -> str:
    speaker = puzzle.said[number - 1][0]
    name, role = puzzle.names[speaker], world[speaker]
    if puzzle.lang == "zh":
        return f"第{number}句话与答案不符：{name}是{_ROLE_NAMES[role][1]}，但这句话为{'假' if role else '真'}"
    truth = "false" if role else "true"
    return (
        f"statement {number} does not fit the answer: {name} would be {_ROLE_NAMES[role][0]}, but it would be {truth}"
    )
