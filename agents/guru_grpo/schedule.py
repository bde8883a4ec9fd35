"""Levels drawn from probabilities that move from easy to hard over a run (E2H Reasoner, arXiv 2506.06632)."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from guru_envs.errors import InvalidValueError, unknown_name
from guru_grpo.randomness import derive

SCHEDULES = ("cosine", "gaussian")


def probabilities(kind: str, levels: int, progress: float, power: float = 0.5, width: float = 0.5) -> list[float]:
    """How likely each level is, from the easiest on.

    ``cosine`` goes from probabilities in proportion to K, ..., 1 over to 1, ..., K, for K levels. ``gaussian`` is a bell whose middle
    goes from the first level to the last as progress ** power, on top of a floor. In both no level is ever less likely than
    about 2 / (K (K + 1)).

    Args:
        kind: one of ``SCHEDULES``.
        levels: how many there are.
        progress: the share of the schedule that is over, from 0 to 1.
        power: gaussian: below 1 hard levels come sooner.
        width: gaussian: the bell's deviation, in levels.

    Raises:
        UnknownNameError: there is no such kind.
    """
    floor = 2 / (levels * (levels + 1))
    if kind == "cosine":
        easy = 0.5 * (1 + math.cos(math.pi * progress))
        return [floor * (easy * (levels - at) + (1 - easy) * (at + 1)) for at in range(levels)]
    if kind == "gaussian":
        middle = progress**power * (levels - 1)
        bell = [math.exp(-((at - middle) ** 2) / (2 * width**2)) for at in range(levels)]
        return [floor + (1 - levels * floor) * one / sum(bell) for one in bell]
    raise unknown_name("schedule", kind, SCHEDULES)


class Schedule:
    """A curriculum whose levels are drawn at random, the harder the later.

    Args:
        ladders: by environment id the levels to draw from, from easy to hard.
        kind: one of ``SCHEDULES``.
        steps: training steps until the last probabilities are reached, which then stay.
        seed: fixes what is drawn.
        power, width: as of ``probabilities``.

    Raises:
        InvalidValueError, UnknownNameError: no levels, or no such kind.
    """

    def __init__(
        self,
        ladders: Mapping[str, Sequence[int]],
        kind: str,
        steps: int,
        seed: int,
        power: float = 0.5,
        width: float = 0.5,
    ) -> None:
        if steps < 1 or not all(ladders.values()):
            raise InvalidValueError("a schedule of levels needs at least one step, and one level of each environment")
        probabilities(kind, 1, 0.0)  # raises for a kind that does not exist
        self.ladders = {name: list(levels) for name, levels in ladders.items()}
        self.kind, self.steps, self.power, self.width, self._seed = kind, steps, power, width, seed
        self.step = self._drawn = 0

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        if env_id not in self.ladders:
            raise unknown_name("environment", env_id, self.ladders, "the curriculum")
        ladder, progress = self.ladders[env_id], min(1.0, self.step / self.steps)
        rng = random.Random(derive(self._seed, "schedule", env_id, self._drawn))
        self._drawn += 1
        return rng.choices(ladder, probabilities(self.kind, len(ladder), progress, self.power, self.width), k=groups)

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Results change nothing here."""

    def advance(self) -> bool:
        """End a training step; never asks for a refresh."""
        self.step += 1
        return False

    def state_dict(self) -> dict[str, Any]:
        """The step, and how often was drawn."""
        return {"step": self.step, "drawn": self._drawn}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.step, self._drawn = int(state["step"]), int(state["drawn"])
