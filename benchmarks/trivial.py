"""The cheapest domain there can be, so that what is measured is the machinery: repeat the number in the prompt."""

from __future__ import annotations

import random
from pathlib import Path
from typing import ClassVar

import guru_envs
from guru_envs import Outcome, Step, Task, Trace, Verdict
from guru_envs.domain import Knobs

RIGHT, WRONG = Verdict(Outcome.CORRECT, 1.0), Verdict(Outcome.WRONG)


class Echo:
    """The prompt is ``Say N``, the answer N."""

    Knobs: ClassVar[type[Knobs]] = Knobs

    def generate(self, rng: random.Random, knobs: Knobs) -> Task[None]:
        """Draw the number."""
        number = str(rng.randrange(1_000_000))
        return Task("Say " + number, number, None, number)

    def verify(self, task: Task[None], answer: str) -> Verdict:
        """Compare."""
        return RIGHT if answer == task.gold else WRONG

    def solve(self, task: Task[None]) -> Trace:
        """There is nothing to prove."""
        return Trace((Step("The number is in the prompt."),), task.gold)

    def guess(self, task: Task[None], rng: random.Random) -> str:
        """Some number."""
        return str(rng.randrange(1_000_000))


ECHO = guru_envs.register_rows(str(Path(__file__).parent / "trivial.yaml"))[0]
