"""A mixture of environments as one stream of groups: several vector environments, drawn from uniformly.

Uniform means stratified, not multinomial: in each step the numbers of groups of any two environments differ by at most
one, and the remainder rotates, so that over as many steps as there are environments all get exactly the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_grpo.config import EnvironmentConfig
from guru_grpo.randomness import derive


def share(groups: int, environments: int, step: int) -> list[int]:
    """How many groups of a step each environment gets; sums to ``groups``, differs by at most one, rotates."""
    each, rest = divmod(groups, environments)
    extra = {(step * rest + position) % environments for position in range(rest)}
    return [each + (index in extra) for index in range(environments)]


@dataclass(frozen=True)
class Judged:
    """What the environments said about the responses of one step; all lists have one entry a response.

    Attributes:
        rewards: the reward; 0.0 for a fault.
        faults: the judge failed: mask the response.
        correct: the answer is right.
        format_ok: the response has exactly the form that was asked for.
        answered: an answer could be read.
    """

    rewards: list[float]
    faults: list[bool]
    correct: list[bool]
    format_ok: list[bool]
    answered: list[bool]


def check_environments(rows: Sequence[EnvironmentConfig]) -> None:
    """Find mistakes in ids, levels, knobs and rewards before a model is loaded.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the value and what is allowed.
    """
    for row in rows:
        guru_envs.spec(row.id)
        gymnasium.make_vec(row.id, num_envs=1, **row.options()).close()


class Mixture:
    """Vector environments of equal weight.

    Args:
        rows: the environments.
        groups: tasks a step, over all environments.
        group_size: responses to each task.
        split: ``train`` or ``test``.
        seed: fixes the stream of tasks.
    """

    def __init__(self, rows: Sequence[EnvironmentConfig], groups: int, group_size: int, split: str, seed: int) -> None:
        self.rows = list(rows)
        self.groups, self.group_size = groups, group_size
        most = -(-groups // len(self.rows))
        self.envs: list[Any] = [
            gymnasium.make_vec(
                row.id,
                num_envs=most * group_size,
                group_size=group_size,
                split=split,
                autoreset_mode=AutoresetMode.DISABLED,
                **row.options(),
            )
            for row in self.rows
        ]
        self._started = False
        self._seed = seed
        self._used: list[int] = []  # responses of each environment that count in this step

    def draw(self, step: int) -> tuple[list[str], list[int]]:
        """New tasks: one prompt a group, and for each group the number of its environment."""
        self._used = [count * self.group_size for count in share(self.groups, len(self.rows), step)]
        prompts: list[str] = []
        origin: list[int] = []
        for index, (row, env) in enumerate(zip(self.rows, self.envs, strict=True)):
            shown, _ = env.reset(seed=None if self._started else derive(self._seed, row.id, index))
            chosen = shown[: self._used[index] : self.group_size]
            prompts += chosen
            origin += [index] * len(chosen)
        self._started = True
        return prompts, origin

    def oracle(self) -> list[str]:
        """A full, maximally rewarded response to the task of each group."""
        found: list[str] = []
        for env, used in zip(self.envs, self._used, strict=True):
            found += env.call("oracle")[: used : self.group_size]
        return found

    def judge(self, responses: Sequence[str]) -> Judged:
        """Step all environments with the responses, group by group in the order of ``draw``."""
        judged = Judged([], [], [], [], [])
        at = 0
        for env, used in zip(self.envs, self._used, strict=True):
            # A vector environment has room for the largest share; the groups beyond this step's share stay unanswered.
            actions = list(responses[at : at + used]) + [""] * (env.num_envs - used)
            at += used
            _, rewards, _, faults, infos = env.step(tuple(actions))
            judged.rewards.extend(rewards[:used].tolist())
            judged.faults.extend(faults[:used].tolist())
            judged.correct.extend(infos["correct"][:used].tolist())
            judged.format_ok.extend(infos["format_ok"][:used].tolist())
            judged.answered.extend(outcome in ("correct", "wrong") for outcome in infos["outcome"][:used])
        return judged

    def state_dict(self) -> dict[str, Any]:
        """Where the streams of tasks are."""
        return {"started": self._started, "envs": [env.unwrapped.state_dict() for env in self.envs if self._started]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the saved streams of tasks."""
        self._started = state["started"]
        for env, saved in zip(self.envs, state["envs"], strict=False):
            env.unwrapped.load_state_dict(saved)

    def close(self) -> None:
        """End the environments' worker processes, if there are any."""
        for env in self.envs:
            env.close()
