"""Curricula: which level to train on next. Plain numbers in and out, so any training loop can use them.

    curriculum = Adaptive({"guru/zebra-v0": 11}, low=0.3, high=0.7)
    prompts, _ = envs.reset(options={"level": curriculum.levels("guru/zebra-v0", groups)})
    ...
    curriculum.record("guru/zebra-v0", level, correct, samples)     # for each group

All kinds have ``levels``, ``record``, ``advance``, ``state_dict`` and ``load_state_dict``. Those that draw levels by what is left
to learn at each are in ``guru_envs.mastery``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from guru_envs.errors import InvalidValueError, unknown_name


class Curriculum(Protocol):
    """Chooses levels and learns from results."""

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups of an environment."""
        ...

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task: how many there were, and how many were right."""
        ...

    def advance(self) -> bool:
        """End a training step. True when a new stage begins and the policy is to be refreshed: reference and optimizer."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on, as JSON-able values."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        ...


class Adaptive:
    """Keeps the success rate of each environment in a band by moving along its ladder.

    After every ``window`` responses at the present level the rate of those is looked at: above ``high`` the level rises by one,
    below ``low`` it falls by one. Results at other levels do not count, so late ones of an earlier level do no harm. Groups
    without a mixed outcome teach a group-relative method nothing, hence the band.

    Args:
        ladders: by environment id, the number of its levels.
        low: the lower end of the band, a share of right responses.
        high: its upper end.
        window: responses that are judged together; at 64 the standard error of a rate is at most 0.063.
        start: the first level of each, one for all or by environment.
        rehearsal: the share of the groups that are drawn from the levels below, in turn.

    Raises:
        InvalidValueError: naming the value and what is allowed.
    """

    def __init__(
        self,
        ladders: Mapping[str, int],
        low: float = 0.3,
        high: float = 0.7,
        window: int = 64,
        start: int | Mapping[str, int] = 1,
        rehearsal: float = 0.0,
    ) -> None:
        if not 0 <= low < high <= 1:
            raise InvalidValueError(
                f"the band of a curriculum is {low!r} to {high!r}: 0 <= low < high <= 1 is expected"
            )
        if isinstance(window, bool) or not isinstance(window, int) or window < 1:
            raise InvalidValueError(f"window {window!r} of a curriculum: allowed are whole numbers from 1")
        if not 0 <= rehearsal < 1:
            raise InvalidValueError(
                f"rehearsal {rehearsal!r} of a curriculum: allowed is 0 up to, but not including, 1"
            )
        self.ladders, self.low, self.high, self.window, self.rehearsal = dict(ladders), low, high, window, rehearsal
        self._level = first_levels(ladders, start)
        self._correct = dict.fromkeys(ladders, 0)
        self._samples = dict.fromkeys(ladders, 0)
        self._drawn = dict.fromkeys(ladders, 0)

    def _known(self, env_id: str) -> str:
        if env_id not in self.ladders:
            raise unknown_name("environment", env_id, self.ladders, "the curriculum")
        return env_id

    def level(self, env_id: str) -> int:
        """The present level."""
        return self._level[self._known(env_id)]

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        top = self.level(env_id)
        chosen = []
        for _ in range(groups):
            number = self._drawn[env_id]
            self._drawn[env_id] += 1
            before, after = int(number * self.rehearsal), int((number + 1) * self.rehearsal)
            chosen.append(1 + before % (top - 1) if after > before and top > 1 else top)
        return chosen

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task; moves the level when a window is full.

        Raises:
            UnknownNameError, InvalidValueError: an environment that is not in the curriculum, or impossible numbers.
        """
        if not 0 <= correct <= samples:
            raise InvalidValueError(f"{correct} right of {samples} responses for {env_id}: that is not possible")
        if level != self.level(env_id):
            return
        self._correct[env_id] += correct
        self._samples[env_id] += samples
        if self._samples[env_id] < self.window:
            return
        rate = self._correct[env_id] / self._samples[env_id]
        step = (rate > self.high) - (rate < self.low)
        self._level[env_id] = min(max(level + step, 1), self.ladders[env_id])
        self._correct[env_id] = self._samples[env_id] = 0

    def advance(self) -> bool:
        """Never asks for a refresh."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """The levels and the open windows."""
        parts = {"level": self._level, "correct": self._correct, "samples": self._samples, "drawn": self._drawn}
        return {name: dict(values) for name, values in parts.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state.

        Raises:
            InvalidValueError: the state is of other environments.
        """
        check_names(state, self.ladders)
        self._level, self._correct = dict(state["level"]), dict(state["correct"])
        self._samples, self._drawn = dict(state["samples"]), dict(state["drawn"])


class Stages:
    """Easy to hard in fixed stages, each some training steps on some levels, as in the multi-domain study.

    The study (arXiv 2507.17512, section 6) trains knights and knaves from 3 to 8 people, 175 steps each, with or without a
    refresh between the stages: the reference becomes a copy of the policy, and the optimizer's state is cleared.

    Args:
        levels: for each stage the levels that groups get in turn.
        steps: training steps of each stage; the last one goes on for ever.
        refresh: ask for a refresh where a stage begins, the first one excepted.

    Raises:
        InvalidValueError: naming the value and what is allowed.
    """

    def __init__(self, levels: Sequence[Sequence[int]], steps: int, refresh: bool = False) -> None:
        if not levels or not all(levels) or any(level < 1 for stage in levels for level in stage):
            raise InvalidValueError(f"stages {levels!r} of a curriculum: lists of levels from 1 are expected")
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise InvalidValueError(f"steps {steps!r} of a stage: allowed are whole numbers from 1")
        self._levels, self._steps, self._refresh = [list(stage) for stage in levels], steps, refresh
        self.step = 0
        self._drawn = 0

    @property
    def stage(self) -> int:
        """The number of the present stage, from 0."""
        return min(self.step // self._steps, len(self._levels) - 1)

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The levels of the stage in turn."""
        stage = self._levels[self.stage]
        chosen = [stage[(self._drawn + number) % len(stage)] for number in range(groups)]
        self._drawn += groups
        return chosen

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Results change nothing here."""

    def advance(self) -> bool:
        """End a training step; true where a new stage begins, if a refresh is wanted."""
        before = self.stage
        self.step += 1
        return self._refresh and self.stage > before

    def state_dict(self) -> dict[str, Any]:
        """The step."""
        return {"step": self.step, "drawn": self._drawn}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.step, self._drawn = int(state["step"]), int(state["drawn"])


class Rising:
    """Levels that only rise: adaptive difficulty as in RLVE (arXiv 2511.07317).

    Each environment has an upper level; groups get a level drawn alike from the last ``last`` levels up to it. When ``prompts`` tasks
    of the upper level have been answered, the upper level rises by one if the share of right responses to those was at least
    ``rise``, and counting begins anew either way. Results at lower levels do not count, and no level ever falls.

    Args:
        ladders: by environment id, the number of its levels.
        seed: fixes what is drawn; a level is a function of the seed, the environment and how many were drawn before it.
        rise: the share of right responses at which the upper level rises, itself included.
        prompts: tasks of the upper level that are judged together.
        last: levels that are drawn from, the upper one included.
        start: the first upper level of each, one for all or by environment.

    Raises:
        InvalidValueError: naming the value and what is allowed.
    """

    def __init__(
        self,
        ladders: Mapping[str, int],
        seed: int = 0,
        rise: float = 0.9,
        prompts: int = 8,
        last: int = 4,
        start: int | Mapping[str, int] = 1,
    ) -> None:
        if not 0 < rise <= 1:
            raise InvalidValueError(f"rise {rise!r} of a curriculum: allowed is above 0 to 1")
        for name, number in (("prompts", prompts), ("last", last)):
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise InvalidValueError(f"{name} {number!r} of a curriculum: allowed are whole numbers from 1")
        self.ladders, self.rise, self.prompts, self.last, self._seed = dict(ladders), rise, prompts, last, seed
        self._level = first_levels(ladders, start)
        self._answered = dict.fromkeys(ladders, 0)
        self._correct = dict.fromkeys(ladders, 0)
        self._samples = dict.fromkeys(ladders, 0)
        self._drawn = dict.fromkeys(ladders, 0)

    def level(self, env_id: str) -> int:
        """The upper level."""
        if env_id not in self.ladders:
            raise unknown_name("environment", env_id, self.ladders, "the curriculum")
        return self._level[env_id]

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        top = self.level(env_id)
        start = self._drawn[env_id]
        self._drawn[env_id] += groups
        low = max(1, top - self.last + 1)
        return [random.Random(f"{self._seed} {env_id} {start + n}").randint(low, top) for n in range(groups)]

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task.

        Raises:
            UnknownNameError, InvalidValueError: an environment that is not in the curriculum, or impossible numbers.
        """
        if not 0 <= correct <= samples:
            raise InvalidValueError(f"{correct} right of {samples} responses for {env_id}: that is not possible")
        if level != self.level(env_id) or not samples:
            return
        self._answered[env_id] += 1
        self._correct[env_id] += correct
        self._samples[env_id] += samples
        if self._answered[env_id] < self.prompts:
            return
        if self._correct[env_id] / self._samples[env_id] >= self.rise:
            self._level[env_id] = min(level + 1, self.ladders[env_id])
        self._answered[env_id] = self._correct[env_id] = self._samples[env_id] = 0

    def advance(self) -> bool:
        """Never asks for a refresh."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """The upper levels, what has been counted, and how many levels were drawn."""
        parts = {
            "level": self._level,
            "answered": self._answered,
            "correct": self._correct,
            "samples": self._samples,
            "drawn": self._drawn,
        }
        return {name: dict(values) for name, values in parts.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state.

        Raises:
            InvalidValueError: the state is of other environments.
        """
        check_names(state, self.ladders)
        self._level, self._answered, self._drawn = dict(state["level"]), dict(state["answered"]), dict(state["drawn"])
        self._correct, self._samples = dict(state["correct"]), dict(state["samples"])


def first_levels(ladders: Mapping[str, int], start: int | Mapping[str, int]) -> dict[str, int]:
    """The first level of each environment; raises ``InvalidValueError`` for one that it does not have."""
    levels = {name: start if isinstance(start, int) else start.get(name, 1) for name in ladders}
    for name, level in levels.items():
        if not 1 <= level <= ladders[name]:
            raise InvalidValueError(f"start {level!r} of a curriculum for {name}: allowed are 1 to {ladders[name]}")
    return levels


def check_names(state: Mapping[str, Mapping[str, Any]], names: Mapping[str, Any]) -> None:
    """Raise ``InvalidValueError`` for the state of a curriculum of other environments."""
    for part, values in state.items():
        if values.keys() != names.keys():
            raise InvalidValueError(
                f"the state of the curriculum has {part} of {sorted(values)}, not of {sorted(names)}"
            )
