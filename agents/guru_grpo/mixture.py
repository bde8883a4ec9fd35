"""A mixture of environments as one stream of groups: several vector environments, drawn from by weight.

Stratified, not multinomial: environments take turns in a fixed pattern, so with equal weights the numbers of groups of any two
differ by at most one in each step, and over a whole number of rounds each gets exactly its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_envs.curriculum import Adaptive, Curriculum, Stages
from guru_envs.errors import InvalidValueError
from guru_grpo.config import Config, EnvironmentConfig
from guru_grpo.randomness import derive


def pattern(weights: Sequence[int]) -> list[int]:
    """The order in which environments take their turns: in one round each comes as often as its weight says, evenly spread."""
    total, credit = sum(weights), [0] * len(weights)
    order = []
    for _ in range(total):
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        first = max(range(len(weights)), key=lambda index: credit[index])  # of equals the first
        credit[first] -= total
        order.append(first)
    return order


def share(groups: int, weights: Sequence[int], step: int) -> list[int]:
    """How many groups of a step each environment gets: ``groups`` turns of the pattern, going on from step to step."""
    order = pattern(weights)
    rounds, rest = divmod(groups, len(order))
    start = step * groups % len(order)
    more = [order[(start + turn) % len(order)] for turn in range(rest)]
    return [rounds * weight + more.count(index) for index, weight in enumerate(weights)]


@dataclass(frozen=True)
class Judged:
    """What the environments said about the responses of one step; all lists have one entry a response.

    Attributes:
        rewards: the reward; 0.0 for a fault.
        faults: the judge failed: mask the response.
        correct: the answer is right.
        format_ok: the response has exactly the form that was asked for.
        answered: an answer could be read.
        levels: the level of the task.
    """

    rewards: list[float]
    faults: list[bool]
    correct: list[bool]
    format_ok: list[bool]
    answered: list[bool]
    levels: list[int]


def make_curriculum(config: Config) -> Curriculum | None:
    """The curriculum of a run; None when each environment keeps to its level.

    Raises:
        InvalidValueError: a level that an environment does not have, or an impossible setting.
    """
    settings = config.curriculum
    ladders = {row.id: len(guru_envs.spec(row.id).levels) for row in config.environments}
    if settings.kind == "adaptive":
        start = {row.id: row.level or 1 for row in config.environments}
        return Adaptive(ladders, settings.low, settings.high, settings.window, start, settings.rehearsal)
    if settings.kind == "stages":
        highest = max((level for stage in settings.stages for level in stage), default=0)
        for name, count in ladders.items():
            if highest > count:
                raise InvalidValueError(f"curriculum.stages has level {highest}: {name} has {count} levels")
        return Stages(settings.stages, settings.stage_steps, settings.refresh)
    return None


def check_environments(rows: Sequence[EnvironmentConfig]) -> None:
    """Find mistakes in ids, levels, knobs and rewards before a model is loaded.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the value and what is allowed.
    """
    for row in rows:
        guru_envs.spec(row.id)
        gymnasium.make_vec(row.id, num_envs=1, **row.options()).close()


class Mixture:
    """Vector environments with weights.

    Args:
        rows: the environments.
        groups: tasks a step, over all environments.
        group_size: responses to each task.
        split: ``train`` or ``test``.
        seed: fixes the stream of tasks.
        curriculum: chooses the level of each group and learns from the results; None leaves the environments' own levels.
    """

    def __init__(
        self,
        rows: Sequence[EnvironmentConfig],
        groups: int,
        group_size: int,
        split: str,
        seed: int,
        curriculum: Curriculum | None = None,
    ) -> None:
        self.rows = list(rows)
        self.curriculum = curriculum
        self.groups, self.group_size = groups, group_size
        self._weights = [row.weight for row in rows]
        turns = sum(self._weights)
        most = [max(share(groups, self._weights, step)[index] for step in range(turns)) for index in range(len(rows))]
        self.envs: list[Any] = [
            gymnasium.make_vec(
                row.id,
                num_envs=room * group_size,
                group_size=group_size,
                split=split,
                autoreset_mode=AutoresetMode.DISABLED,
                **row.options(),
            )
            for row, room in zip(self.rows, most, strict=True)
        ]
        self._started = False
        self._seed = seed
        self._used: list[int] = []  # responses of each environment that count in this step

    def draw(self, step: int) -> tuple[list[str], list[int]]:
        """New tasks: one prompt a group, and for each group the number of its environment."""
        self._used = [count * self.group_size for count in share(self.groups, self._weights, step)]
        prompts: list[str] = []
        origin: list[int] = []
        for index, (row, env) in enumerate(zip(self.rows, self.envs, strict=True)):
            seed = None if self._started else derive(self._seed, row.id, index)
            shown, _ = env.reset(
                seed=seed, options=self._levels(row, env.num_envs // self.group_size, self._used[index])
            )
            chosen = shown[: self._used[index] : self.group_size]
            prompts += chosen
            origin += [index] * len(chosen)
        self._started = True
        return prompts, origin

    def _levels(self, row: EnvironmentConfig, room: int, used: int) -> dict[str, Any]:
        """The reset options: a level for each group that the vector environment has room for, those in use first."""
        if self.curriculum is None:
            return {}
        levels = self.curriculum.levels(row.id, used // self.group_size)
        return {"level": levels + [1] * (room - len(levels))}

    def oracle(self) -> list[str]:
        """A full, maximally rewarded response to the task of each group."""
        found: list[str] = []
        for env, used in zip(self.envs, self._used, strict=True):
            found += env.call("oracle")[: used : self.group_size]
        return found

    def judge(self, responses: Sequence[str]) -> Judged:
        """Step all environments with the responses, group by group in the order of ``draw``."""
        judged = Judged([], [], [], [], [], [])
        at = 0
        for row, env, used in zip(self.rows, self.envs, self._used, strict=True):
            # A vector environment has room for the largest share; the groups beyond this step's share stay unanswered.
            actions = list(responses[at : at + used]) + [""] * (env.num_envs - used)
            at += used
            _, rewards, _, faults, infos = env.step(tuple(actions))
            judged.rewards.extend(rewards[:used].tolist())
            judged.faults.extend(faults[:used].tolist())
            judged.correct.extend(infos["correct"][:used].tolist())
            judged.format_ok.extend(infos["format_ok"][:used].tolist())
            judged.answered.extend(outcome in ("correct", "wrong") for outcome in infos["outcome"][:used])
            judged.levels.extend(infos["level"][:used].tolist())
            if self.curriculum is not None:
                self._record(row, infos["level"][:used], infos["correct"][:used], faults[:used])
        return judged

    def _record(self, row: EnvironmentConfig, levels: Any, correct: Any, faults: Any) -> None:
        assert self.curriculum is not None
        for start in range(0, len(levels), self.group_size):
            sound = ~faults[start : start + self.group_size]
            right = int(correct[start : start + self.group_size][sound].sum())
            self.curriculum.record(row.id, int(levels[start]), right, int(sound.sum()))

    def state_dict(self) -> dict[str, Any]:
        """Where the streams of tasks and the curriculum are."""
        state: dict[str, Any] = {"started": self._started}
        state["envs"] = [env.unwrapped.state_dict() for env in self.envs if self._started]
        return state | ({} if self.curriculum is None else {"curriculum": self.curriculum.state_dict()})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the saved streams of tasks."""
        self._started = state["started"]
        if self.curriculum is not None:
            self.curriculum.load_state_dict(state["curriculum"])
        for env, saved in zip(self.envs, state["envs"], strict=False):
            env.unwrapped.load_state_dict(saved)

    def close(self) -> None:
        """End the environments' worker processes, if there are any."""
        for env in self.envs:
            env.close()
