"""Small domains with known behaviour, and the rows that register them. Used by the tests of the machinery."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import guru_envs
from guru_envs import Outcome, Step, Task, Trace, Verdict
from guru_envs.domain import Knobs, knob
from guru_envs.task import Premise
from guru_envs.theory import Clause, Fact, Theory

REGISTRY = Path(__file__).parent / "registry_for_tests.yaml"


@dataclass(frozen=True)
class EchoKnobs(Knobs):
    size: int = knob(1_000_000, "the number to repeat is below this", 2, 10**9)
    loud: bool = knob(False, "upper case")
    words: tuple[str, ...] = knob((), "words to add")


class Echo:
    """Say the number in the prompt. The cheapest possible domain."""

    Knobs = EchoKnobs

    def generate(self, rng: random.Random, knobs: EchoKnobs) -> Task[Any]:
        number = str(rng.randrange(knobs.size))
        return Task("请说 " + number if knobs.lang == "zh" else "Say " + number, number, None, number)

    def verify(self, task: Task[Any], answer: str) -> Verdict:
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        return Verdict(Outcome.WRONG, 0.5 if answer.isdigit() else 0.0, detail="another number was asked for")

    def solve(self, task: Task[Any]) -> Trace:
        return Trace((Step("The number is in the prompt."),), task.gold)

    def guess(self, task: Task[Any], rng: random.Random) -> str:
        return str(rng.randrange(1_000_000))

    def corrupt(self, task: Task[Any], rng: random.Random) -> str:
        return str(int(task.gold) + rng.randrange(1, 9))


class Hanging(Echo):
    """A verifier that hangs on one answer, dies on another and fails on a third."""

    def verify(self, task: Task[Any], answer: str) -> Verdict:
        if answer == "hang":
            while True:
                time.sleep(0.01)
        if answer == "die":
            import os

            os._exit(7)
        if answer == "raise":
            raise ValueError("a bug in the verifier")
        if answer == "lie":
            return Verdict(Outcome.WRONG, 1.0)
        return super().verify(task, answer)


class Failing(Echo):
    """A verifier that always fails; the form asked for is the whole response, so every response reaches it."""

    def verify(self, task: Task[Any], answer: str) -> Verdict:
        raise ValueError("a bug in the verifier")


class Together(Echo):
    """Verifies several answers in one call, which it counts; fails when one of them says so."""

    calls = 0

    def verify_many(self, tasks: list[Task[Any]], answers: list[str]) -> list[Verdict]:
        type(self).calls += 1
        if "raise" in answers:
            raise ValueError("a bug in the verifier")
        some = answers[: answers.index("stop")] if "stop" in answers else answers
        return [self.verify(task, answer) for task, answer in zip(tasks, some, strict=False)]


class Constant(Echo):
    """One problem only: its split other than the one it falls into is empty."""

    def generate(self, rng: random.Random, knobs: EchoKnobs) -> Task[Any]:
        return Task("Say one", "one", None, "one")


@dataclass(frozen=True)
class SwitchesKnobs(Knobs):
    switches: int = knob(5, "switches in the row", 2, 50)


class Switches(Echo):
    """A row of switches: one is known, and of each two neighbours whether they are alike. Single facts can be judged."""

    Knobs = SwitchesKnobs

    def generate(self, rng: random.Random, knobs: SwitchesKnobs) -> Task[Any]:
        switches = [rng.random() < 0.5 for _ in range(knobs.switches)]
        return self.make(switches, "Switch")

    def make(self, switches: list[bool], word: str) -> Task[Any]:
        lines = [f"1. {word} 1 is {self.say(switches[0])}."]
        for number, (one, two) in enumerate(itertools.pairwise(switches), 2):
            lines.append(f"{number}. {word}es {number - 1} and {number} are {'alike' if one == two else 'different'}.")
        gold = " ".join(map(self.say, switches))
        return Task("\n".join(lines), gold, tuple(switches), gold)

    def say(self, on: bool) -> str:
        return "on" if on else "off"

    def verify(self, task: Task[Any], answer: str) -> Verdict:
        return Verdict(Outcome.CORRECT, 1.0) if answer == task.gold else Verdict(Outcome.WRONG)

    def solve(self, task: Task[Any]) -> Trace:
        steps = [
            Step(
                f"Switch {number} is {self.say(on)}.",
                (Premise("clue", number), *((Premise("step", number - 1),) if number > 1 else ())),
                (self.say(on), number),
            )
            for number, on in enumerate(task.payload, 1)
        ]
        return Trace(tuple(steps), task.gold)

    def guess(self, task: Task[Any], rng: random.Random) -> str:
        return " ".join(rng.choice(("on", "off")) for _ in task.payload)

    def corrupt(self, task: Task[Any], rng: random.Random) -> str:
        switches = list(task.payload)
        place = rng.randrange(len(switches))
        switches[place] = not switches[place]
        return " ".join(map(self.say, switches))

    def theory(self, task: Task[Any]) -> Theory:
        on = task.payload
        clues = [((1 if on[0] else -1,),)]
        for one in range(1, len(on)):
            sign = 1 if on[one - 1] == on[one] else -1
            clues.append(((-one, sign * (one + 1)), (one, -sign * (one + 1))))
        return Theory((), tuple(clues), tuple(range(1, len(on) + 1)))

    def clauses(self, task: Task[Any], fact: Fact) -> tuple[Clause, ...]:
        return ((fact[1] if fact[0] == "on" else -fact[1],),)

    def read_fact(self, task: Task[Any], line: str) -> Fact | None:
        words = line.strip(" .").split()
        if len(words) != 4 or words[0] != "Switch" or words[2] != "is" or words[3] not in ("on", "off"):
            return None
        if not words[1].isdecimal() or not 1 <= int(words[1][:4]) <= len(task.payload):
            return None
        return words[3], int(words[1][:4])

    def fact_help(self, task: Task[Any]) -> str:
        return 'A fact is written like "Switch 1 is on."'

    def twin(self, task: Task[Any], rng: random.Random) -> Task[Any]:
        other = self.make(list(task.payload), "Lamp switch")
        return Task(other.prompt, other.gold, other.payload, task.canonical)

    def edit(self, task: Task[Any], rng: random.Random) -> Task[Any] | None:
        place = rng.randrange(len(task.payload))
        return self.make([on != (number >= place) for number, on in enumerate(task.payload)], "Switch")


guru_envs.register_rows(str(REGISTRY))
