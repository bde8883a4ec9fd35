"""Small domains with known behaviour, and the rows that register them. Used by the tests of the machinery."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import guru_envs
from guru_envs import Outcome, Step, Task, Trace, Verdict
from guru_envs.domain import Knobs, knob

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


class Constant(Echo):
    """One problem only: its split other than the one it falls into is empty."""

    def generate(self, rng: random.Random, knobs: EchoKnobs) -> Task[Any]:
        return Task("Say one", "one", None, "one")


guru_envs.register_rows(str(REGISTRY))
