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

    def levels(self, env_id: str, groups: int) -> Sequence[int | Mapping[str, Any]]:
        """The level of each of the next groups of an environment, or knobs instead of one."""
        ...

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task (its level, 0 for knobs): how many there were, and how many were right."""
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


def _check_whole(**numbers: object) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InvalidValueError(f"{name} {number!r} of a curriculum: allowed are whole numbers from 1")


class Climber:
    """What curricula that move by results have in common: for each environment a level, and counts.

    Args:
        ladders: by environment id, the number of its levels.
        start: the first level of each, one for all or by environment.
        counts: names of what is counted.

    Raises:
        InvalidValueError: an environment does not have its first level.
    """

    def __init__(self, ladders: Mapping[str, int], start: int | Mapping[str, int], counts: Sequence[str]) -> None:
        self.ladders = dict(ladders)
        self._level = {name: start if isinstance(start, int) else start.get(name, 1) for name in ladders}
        for name, level in self._level.items():
            if not 1 <= level <= ladders[name]:
                raise InvalidValueError(f"start {level!r} of a curriculum for {name}: allowed are 1 to {ladders[name]}")
        self._counts = {count: dict.fromkeys(ladders, 0) for count in counts}

    def level(self, env_id: str) -> int:
        """The present level."""
        if env_id not in self.ladders:
            raise unknown_name("environment", env_id, self.ladders, "the curriculum")
        return self._level[env_id]

    def record(self, env_id: str, level: int, correct: int, samples: int) -> None:
        """Take note of the responses to one task; those at another level than the present one do not count.

        Raises:
            UnknownNameError, InvalidValueError: an environment that is not in the curriculum, or impossible numbers.
        """
        if not 0 <= correct <= samples:
            raise InvalidValueError(f"{correct} right of {samples} responses for {env_id}: that is not possible")
        if level == self.level(env_id) and samples:
            self._counts["correct"][env_id] += correct
            self._counts["samples"][env_id] += samples
            self._counted(env_id)

    def _counted(self, env_id: str) -> None:
        """Move the level if that is due."""
        raise NotImplementedError

    def _move(self, env_id: str, step: int) -> None:
        """Go so many levels up, as far as there are some, and count anew."""
        self._level[env_id] = min(max(self._level[env_id] + step, 1), self.ladders[env_id])
        for count, values in self._counts.items():
            if count != "drawn":
                values[env_id] = 0

    def _rate(self, env_id: str) -> float:
        return self._counts["correct"][env_id] / self._counts["samples"][env_id]

    def advance(self) -> bool:
        """Never asks for a refresh."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """The levels, what has been counted at them, and how many levels were drawn."""
        return {"level": dict(self._level), **{count: dict(values) for count, values in self._counts.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state.

        Raises:
            InvalidValueError: the state is of other environments.
        """
        for part, values in state.items():
            if values.keys() != self.ladders.keys():
                raise InvalidValueError(
                    f"the state of the curriculum has {part} of {sorted(values)}, not of {sorted(self.ladders)}"
                )
        self._level = dict(state["level"])
        self._counts = {count: dict(state[count]) for count in self._counts}


class Adaptive(Climber):
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
        _check_whole(window=window)
        if not 0 <= rehearsal < 1:
            raise InvalidValueError(
                f"rehearsal {rehearsal!r} of a curriculum: allowed is 0 up to, but not including, 1"
            )
        super().__init__(ladders, start, ("correct", "samples", "drawn"))
        self.low, self.high, self.window, self.rehearsal = low, high, window, rehearsal

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        top = self.level(env_id)
        chosen = []
        for _ in range(groups):
            number = self._counts["drawn"][env_id]
            self._counts["drawn"][env_id] += 1
            before, after = int(number * self.rehearsal), int((number + 1) * self.rehearsal)
            chosen.append(1 + before % (top - 1) if after > before and top > 1 else top)
        return chosen

    def _counted(self, env_id: str) -> None:
        if self._counts["samples"][env_id] >= self.window:
            rate = self._rate(env_id)
            self._move(env_id, (rate > self.high) - (rate < self.low))


def _is_entry(entry: object) -> bool:
    """Whether this can be a level, or knobs in its place."""
    if isinstance(entry, Mapping):
        return bool(entry)
    return isinstance(entry, int) and not isinstance(entry, bool) and entry >= 1


class Stages:
    """Easy to hard in fixed stages, each some training steps on some levels, as in the multi-domain study.

    The study (arXiv 2507.17512, section 6) trains knights and knaves from 3 to 8 people, 175 steps each, with or without a
    refresh between the stages: the reference becomes a copy of the policy, and the optimizer's state is cleared.

    Args:
        levels: for each stage the levels that groups get in turn; for what is not among an environment's levels, its knobs.
        steps: training steps of each stage; the last one goes on for ever.
        refresh: ask for a refresh where a stage begins, the first one excepted.

    Raises:
        InvalidValueError: naming the value and what is allowed.
    """

    def __init__(self, levels: Sequence[Sequence[int | Mapping[str, Any]]], steps: int, refresh: bool = False) -> None:
        if not levels or not all(levels) or not all(_is_entry(entry) for stage in levels for entry in stage):
            raise InvalidValueError(
                f"stages {levels!r} of a curriculum: lists of levels from 1, or knobs, are expected"
            )
        _check_whole(steps=steps)
        self._levels, self._steps, self._refresh = [list(stage) for stage in levels], steps, refresh
        self.step = 0
        self._drawn = 0

    @property
    def stage(self) -> int:
        """The number of the present stage, from 0."""
        return min(self.step // self._steps, len(self._levels) - 1)

    def levels(self, env_id: str, groups: int) -> list[int | Mapping[str, Any]]:
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


class Rising(Climber):
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
        _check_whole(prompts=prompts, last=last)
        super().__init__(ladders, start, ("answered", "correct", "samples", "drawn"))
        self.rise, self.prompts, self.last, self._seed = rise, prompts, last, seed

    def levels(self, env_id: str, groups: int) -> list[int]:
        """The level of each of the next groups."""
        top = self.level(env_id)
        first = self._counts["drawn"][env_id]
        self._counts["drawn"][env_id] += groups
        low = max(1, top - self.last + 1)
        return [random.Random(f"{self._seed} {env_id} {first + n}").randint(low, top) for n in range(groups)]

    def _counted(self, env_id: str) -> None:
        self._counts["answered"][env_id] += 1
        if self._counts["answered"][env_id] >= self.prompts:
            self._move(env_id, int(self._rate(env_id) >= self.rise))
