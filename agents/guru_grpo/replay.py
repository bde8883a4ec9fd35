"""A replay buffer: what earlier steps sampled, learnt from again for a bounded number of steps.

Whatever is replayed keeps the log-probabilities under the policy that sampled it, so the learner's ratio corrects for what has
changed since. Nothing older than ``max_age`` steps is ever given. The buffer is plain data, and part of the checkpoint.
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from guru_grpo.randomness import derive
from guru_grpo.rollout import Rollout, Scored
from guru_grpo.sampling_settings import ReplayConfig


class Replay:
    """Keeps groups, or the successes of tasks.

    Args:
        settings: see ``ReplayConfig``.
        seed: fixes what is chosen.
    """

    def __init__(self, settings: ReplayConfig, seed: int) -> None:
        self.settings, self._seed = settings, seed
        self._groups: list[tuple[int, list[Scored]]] = []  # kind groups: the step, and the members
        self._right: dict[
            str, tuple[int, int]
        ] = {}  # kind responses: of a task's latest group the right ones, and its size
        self._successes: dict[str, list[tuple[int, Scored]]] = {}  # kind responses: by task, each with its step
        self._begun = not settings.start

    def __len__(self) -> int:
        return len(self._groups) if self.settings.kind == "groups" else len(self._successes)

    def expire(self, step: int) -> None:
        """Drop what is too old to be learnt from in a step."""
        oldest = step - self.settings.max_age
        self._groups = [one for one in self._groups if one[0] >= oldest]
        alive = {task: [one for one in found if one[0] >= oldest] for task, found in self._successes.items()}
        self._successes = {task: found for task, found in alive.items() if found}

    # -- kind groups ---------------------------------------------------------------------------------------------------

    def groups(self, step: int) -> list[list[Scored]]:
        """Groups to add to a step, chosen at random, none twice."""
        self.expire(step)
        if self.settings.kind != "groups" or not self._begun:
            return []
        rng = random.Random(derive(self._seed, "replay", step))
        chosen = rng.sample(range(len(self._groups)), min(self.settings.groups, len(self._groups)))
        return [[aged(one, step - self._groups[at][0]) for one in self._groups[at][1]] for at in sorted(chosen)]

    # -- kind responses ------------------------------------------------------------------------------------------------

    def tasks(self, step: int) -> list[str]:
        """Ids of tasks with successes to be drawn again in a step, chosen at random by how often their latest group was right.

        As in ExGRPO (arXiv 2510.02245): first how many were right, by a normal density around one half of the group, of deviation 1,
        then one of the tasks with that many.
        """
        self.expire(step)
        if self.settings.kind != "responses" or not self._begun:
            return []
        rng = random.Random(derive(self._seed, "replay", step))
        left = list(self._successes)
        chosen: list[str] = []
        while left and len(chosen) < self.settings.groups:
            alike = Counter(self._right[one] for one in left)
            task = rng.choices(left, [self.weight(one) / alike[self._right[one]] for one in left])[0]
            left.remove(task)
            chosen.append(task)
        return chosen

    def weight(self, task: str) -> float:
        """How likely a task is to be chosen together with those that were right as often, in proportion."""
        right, size = self._right[task]
        return max(math.exp(-0.5 * (right - size / 2) ** 2), 1e-6)

    def success(self, task: str, step: int) -> Scored | None:
        """The earlier success of a task that was surest, by the mean log-probability of its tokens; None without one."""
        self.expire(step)
        known = self._successes.get(task, [])
        if self.settings.kind != "responses" or not known:
            return None
        then, best = max(known, key=lambda one: sum(one[1].rollout.logprobs) / len(one[1].rollout.logprobs))
        return aged(best, step - then)

    # -- both ----------------------------------------------------------------------------------------------------------

    def keep(
        self, drawn: Sequence[Sequence[Scored]], step: int, kept: Sequence[Sequence[Scored]] | None = None
    ) -> None:
        """Take over what a step sampled itself: groups whose outcomes differ, or the successes of tasks not always solved.

        Args:
            drawn: all groups that it sampled, which tell how well it went, and which tasks are solved.
            step: that sampled them.
            kept: those of them that can be learnt from again as groups; None: all.
        """
        tried = [one for members in drawn for one in members]
        own = [one for one in tried if not (one.rollout.age or one.rollout.off_policy or one.fault)]
        if own and sum(one.rollout.right is True for one in own) / len(own) >= self.settings.start:
            self._begun = True
        for members in drawn if kept is None or self.settings.kind == "responses" else kept:
            fresh = [one for one in members if not one.rollout.age]
            if self.settings.kind == "groups" and len(fresh) == len(members) and has_signal(members):
                self._groups.append((step, list(members)))
            elif self.settings.kind == "responses" and fresh:
                self._keep_successes(fresh, step)
        self._groups = self._groups[-self.settings.capacity :]
        for task in list(self._successes)[: -self.settings.capacity]:
            del self._successes[task]

    def _keep_successes(self, fresh: Sequence[Scored], step: int) -> None:
        task = fresh[0].task_id
        own = [one for one in fresh if not one.rollout.off_policy and not one.fault]
        if not own:
            return  # faults tell nothing of the task
        good = [one for one in own if one.rollout.right and one.rollout.learnt]
        self._right[task] = len(good), len(own)
        earlier = self._successes.pop(task, [])
        if good and len(good) == len(own):
            return  # solved each time: there is nothing left to learn
        if good or earlier:
            self._successes[task] = [*earlier, *((step, one) for one in good)]

    def state_dict(self) -> dict[str, Any]:
        """The contents as plain values."""
        return {
            "begun": self._begun,
            "groups": [[step, [dataclasses.asdict(one) for one in members]] for step, members in self._groups],
            "successes": [
                [task, list(self._right[task]), [[step, dataclasses.asdict(one)] for step, one in found]]
                for task, found in self._successes.items()
            ],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over saved contents."""
        self._begun = bool(state["begun"])
        self._groups = [(step, [_read(one) for one in members]) for step, members in state["groups"]]
        self._right = {task: (right[0], right[1]) for task, right, _ in state["successes"]}
        self._successes = {task: [(step, _read(one)) for step, one in found] for task, _, found in state["successes"]}


def aged(one: Scored, age: int) -> Scored:
    """The same, sampled so many steps ago."""
    return replace(one, rollout=replace(one.rollout, age=age))


def has_signal(group: Sequence[Scored], apart: bool = False) -> bool:
    """Whether there is something to learn in a group: outcomes or a judge's scores differ, and so do rewards, one being learnt from.

    Outcomes, which are what the environment's own rule pays (right or wrong, credit, form, steps), because lengths alone would give
    every group different rewards; DAPO, whose rule is right or wrong, asks for the same. Rewards, because what steps earn may be
    taken back. Step rewards that are paid where they are earned differ within a response.

    Args:
        group: its responses.
        apart: whether those of another policy are in no mean, because an SFT loss learns them.
    """
    counted = [one for one in group if not one.fault and not one.rollout.masked]
    counted = [one for one in counted if not (apart and one.rollout.off_policy)]
    alive = [one.rollout for one in counted if one.rollout.learnt]
    judged = _differ([one.outcome for one in counted]) or _differ([one.score or 0.0 for one in counted])
    if not judged or any(one.steps for one in alive):
        return judged
    mean = sum(one.rollout.reward for one in counted) / len(counted)
    return any(_differ([one.reward, mean]) for one in alive)


def _differ(values: Sequence[float]) -> bool:
    return bool(values) and max(values) - min(values) > 1e-9


def _read(values: dict[str, Any]) -> Scored:
    pairs = {name: tuple((one, other) for one, other in values["rollout"][name]) for name in ("nodes", "steps")}
    rollout = values["rollout"] | pairs
    return Scored(**{**values, "rollout": Rollout(**rollout)})
