"""A mixture of environments as one stream of groups: several vector environments, drawn from by weight.

Stratified, not multinomial: environments take turns in a fixed pattern, so with equal weights the numbers of groups of any two
differ by at most one in each step, and over a whole number of rounds each gets exactly its share. Where what is left to learn
decides, each gets its share of a step but for rounding.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_envs.curriculum import Adaptive, Curriculum, Rising, Stages
from guru_envs.errors import InvalidValueError
from guru_envs.mastery import Arms, Chosen
from guru_envs.reward import RewardRule
from guru_envs.task import TaskId
from guru_grpo.config import Config, EnvironmentConfig
from guru_grpo.randomness import derive
from guru_grpo.schedule import Schedule
from guru_grpo.task_files import TaskList, read_lines


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


def apportion(groups: int, shares: Sequence[float], most: int) -> list[int]:
    """Groups of a step by shares: one each, then one after another to whichever is furthest below its share, none above ``most``.

    Raises:
        InvalidValueError: there are fewer groups than shares, or more than ``most`` times as many.
    """
    if not len(shares) <= groups <= most * len(shares):
        raise InvalidValueError(f"{groups} groups can not be shared by {len(shares)} environments, 1 to {most} each")
    found = [1] * len(shares)
    for _ in range(groups - len(shares)):
        open_ = [index for index, have in enumerate(found) if have < most]
        found[max(open_, key=lambda index: shares[index] * groups - found[index])] += 1  # of equals the first
    return found


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
        credits: the share of the answer that is right.
        outcomes: ``correct``, ``wrong``, ``no_answer`` or ``fault``.
        answers: what was read from the response.
        details: the judge's words.
        steps: what steps of the response earned as parts of the reward, each with the character at which it ends; empty without.
    """

    rewards: list[float] = field(default_factory=list)
    faults: list[bool] = field(default_factory=list)
    correct: list[bool] = field(default_factory=list)
    format_ok: list[bool] = field(default_factory=list)
    answered: list[bool] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    credits: list[float] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    answers: list[str | None] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    steps: list[list[tuple[int, float]]] = field(default_factory=list)

    def take(self, count: int, rewards: Any, faults: Any, infos: Mapping[str, Any], rule: RewardRule) -> None:
        """Add the first ``count`` responses of a step of a vector environment, whose steps are priced by a rule."""
        self.rewards.extend(rewards[:count].tolist())
        self.faults.extend(faults[:count].tolist())
        for column, name in (
            (self.correct, "correct"),
            (self.format_ok, "format_ok"),
            (self.levels, "level"),
            (self.credits, "credit"),
            (self.outcomes, "outcome"),
            (self.answers, "answer"),
            (self.details, "detail"),
        ):
            column.extend(infos[name][:count].tolist())
        if rule.prices_steps:
            pairs = zip(infos["first_false"][:count].tolist(), infos["gains"][:count].tolist(), strict=True)
            self.steps.extend(rule.price_each(int(first), gains) for first, gains in pairs)
        else:
            self.steps.extend([] for _ in range(count))
        self.answered.extend(outcome in ("correct", "wrong") for outcome in infos["outcome"][:count])


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
    if settings.kind == "rising":
        start, seed = {row.id: row.level or 1 for row in config.environments}, derive(config.seed, "rising")
        return Rising(ladders, seed, settings.rise, settings.prompts, settings.last, start)
    easy_to_hard = {
        name: [level for level in range(1, count + 1) if not settings.levels or level in settings.levels]
        for name, count in ladders.items()
    }
    if settings.kind in ("unmastered", "bandit"):
        seed, mastered = derive(config.seed, "chosen levels"), settings.mastered
        return Chosen(easy_to_hard, settings.kind, seed, settings.memory, settings.softness, mastered)
    if settings.kind == "schedule":
        steps = settings.schedule_steps or max(1, config.train.steps)
        seed = derive(config.seed, "schedule")
        return Schedule(easy_to_hard, settings.schedule, steps, seed, settings.power, settings.width)
    if settings.kind == "stages":
        entries = [entry for stage in settings.stages for entry in stage]
        highest = max((entry for entry in entries if isinstance(entry, int)), default=0)
        for name, count in ladders.items():
            if highest > count:
                raise InvalidValueError(f"curriculum.stages has level {highest}: {name} has {count} levels")
            for knobs in (entry for entry in entries if isinstance(entry, Mapping)):
                guru_envs.make_source(name).make_setting(None, knobs)  # raises where they are not its own
        return Stages(settings.stages, settings.stage_steps, settings.refresh)
    return None


def make_mixing(config: Config) -> Arms | None:
    """What is known of each environment where what is left to learn decides how they share a step; None otherwise."""
    settings = config.curriculum
    if settings.mixing == "weights":
        return None
    names = [row.name for row in config.environments]
    return Arms(names, settings.mixing, settings.memory, settings.softness, settings.mastered)


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
        traced: ids of tasks with traces: an environment with some among them, and without a file of tasks, draws from those.
        mixing: shares a step between the environments, times their weights, so that each gets at least one group and at most twice
            an equal share; None: by their weights alone.
        drop: tasks of a list are left out once this share of a group was right; 0: never.

    Attributes:
        task_ids: of the groups of the latest draw.
        judging: by environment the seconds of its latest judging, and how many responses counted in it.

    Raises:
        InvalidValueError: a file of tasks can not be read, or does not fit its environment.
    """

    def __init__(
        self,
        rows: Sequence[EnvironmentConfig],
        groups: int,
        group_size: int,
        split: str,
        seed: int,
        curriculum: Curriculum | None = None,
        traced: Sequence[str] = (),
        mixing: Arms | None = None,
        drop: float = 0.0,
    ) -> None:
        self.rows = list(rows)
        self.curriculum, self.mixing, self._drop = curriculum, mixing, drop
        self.groups, self.group_size = groups, group_size
        self._weights = [row.weight for row in rows]
        self._most = min(groups - len(rows) + 1, -(-2 * groups // len(rows)))
        turns = range(sum(self._weights))
        most = [max(share(groups, self._weights, step)[index] for step in turns) for index in range(len(rows))]
        if mixing is not None:
            most = [self._most] * len(rows)
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
        self.task_ids: list[str] = []
        self.judging: dict[int, tuple[float, int]] = {}
        self._lists = [self._task_list(row, env, traced) for row, env in zip(self.rows, self.envs, strict=True)]
        self._taken = [0] * len(self.rows)  # how many groups of each were drawn from its list

    def _task_list(self, row: EnvironmentConfig, env: Any, traced: Sequence[str]) -> TaskList | None:
        """The fixed tasks that an environment draws from; None when it draws from its whole split."""
        names = {row.id, *guru_envs.spec(row.id).parts}
        wanted = [one["task_id"] for one in read_lines(row.tasks, "task_id")] if row.tasks else traced
        fitting = [text for text in wanted if TaskId.parse(text).env_id in names]
        if not row.tasks and not fitting:
            return None
        source, where = env.unwrapped.play.source, row.tasks or "rollout.traces"
        return TaskList(fitting, source.check, derive(self._seed, row.id, "tasks"), f"{row.name}: {where}")

    def draw(self, step: int, again: Sequence[str] = ()) -> tuple[list[str], list[int]]:
        """New tasks: one prompt a group, and for each group the number of its environment.

        Args:
            step: decides how many groups each environment gets.
            again: ids of earlier tasks; they take the place of new ones, as far as their environments have room in this step.
        """
        self._used = [count * self.group_size for count in self._shared(step)]
        self.task_ids = []
        prompts: list[str] = []
        origin: list[int] = []
        for index, (row, env) in enumerate(zip(self.rows, self.envs, strict=True)):
            seed = None if self._started else derive(self._seed, row.id, index)
            groups, room = self._used[index] // self.group_size, env.num_envs // self.group_size
            shown, infos = env.reset(seed=seed, options=self._options(index, groups, room))
            ids = infos["task_id"][:: self.group_size].tolist()
            names = {row.id, *guru_envs.spec(row.id).parts}
            old = [text for text in again if TaskId.parse(text).env_id in names and text not in ids][:groups]
            if old:
                again = [text for text in again if text not in old]
                ids[: len(old)] = old
                shown, infos = env.reset(options={"task_ids": ids})
            prompts += shown[: self._used[index] : self.group_size]
            self.task_ids += ids[:groups]
            origin += [index] * groups
        self._started = True
        return prompts, origin

    def _shared(self, step: int) -> list[int]:
        """How many groups each environment gets."""
        if self.mixing is None:
            return share(self.groups, self._weights, step)
        both = [one * weight for one, weight in zip(self.mixing.shares(), self._weights, strict=True)]
        return apportion(self.groups, [one / sum(both) for one in both], self._most)

    def _options(self, index: int, groups: int, room: int) -> dict[str, Any]:
        """The options of a reset: the next tasks of the list, or the levels of the curriculum."""
        tasks = self._lists[index]
        if tasks is None:
            return self._levels(self.rows[index], room, groups * self.group_size)
        ids, behind = tasks.after(self._taken[index], room)
        self._taken[index] = behind[groups - 1] if groups else self._taken[index]
        return {"task_ids": ids}

    def golds(self) -> list[str]:
        """The reference answer to the task of each group."""
        found: list[str] = []
        for env, used in zip(self.envs, self._used, strict=True):
            found += [one.task.gold for one in env.unwrapped.posed[: used : self.group_size]]
        return found

    def _levels(self, row: EnvironmentConfig, room: int, used: int) -> dict[str, Any]:
        """The reset options: a level for each group that the vector environment has room for, those in use first."""
        if self.curriculum is None:
            return {}
        levels = self.curriculum.levels(row.id, used // self.group_size)
        return {"level": [*levels, *[1] * (room - len(levels))]}

    def oracle(self) -> list[str]:
        """A full, maximally rewarded response to the task of each group."""
        found: list[str] = []
        for env, used in zip(self.envs, self._used, strict=True):
            found += env.call("oracle")[: used : self.group_size]
        return found

    def judge(self, responses: Sequence[str], own: Sequence[bool] | None = None) -> Judged:
        """Step all environments with the responses, group by group in the order of ``draw``.

        Args:
            responses: to judge.
            own: which of them the policy sampled in this step: those tell the curriculum, the mixing and the lists of tasks how well
                it does; None: all.
        """
        judged = Judged()
        counted = np.ones(len(responses), bool) if own is None else np.array(own, bool)
        at = 0
        for index, (env, used) in enumerate(zip(self.envs, self._used, strict=True)):
            # A vector environment has room for the largest share; the groups beyond this step's share stay unanswered.
            actions = list(responses[at : at + used]) + [""] * (env.num_envs - used)
            mine = counted[at : at + used]
            at += used
            began = time.monotonic()
            _, rewards, _, faults, infos = env.step(tuple(actions))
            self.judging[index] = time.monotonic() - began, used
            judged.take(used, rewards, faults, infos, env.unwrapped.play.rule)
            self._record(index, infos, infos["correct"][:used], mine & ~faults[:used])
        return judged

    def _record(self, index: int, infos: Mapping[str, Any], correct: Any, counts: Any) -> None:
        """Tell what chooses tasks how the groups of an environment went, by the responses that count."""
        row, tasks = self.rows[index], self._lists[index]
        for start in range(0, len(correct), self.group_size):
            sound = counts[start : start + self.group_size]
            right, samples = int(correct[start : start + self.group_size][sound].sum()), int(sound.sum())
            if self.curriculum is not None:
                self.curriculum.record(row.id, int(infos["level"][start]), right, samples)
            if self.mixing is not None:
                self.mixing.record(row.name, right, samples)
            if self._drop and tasks is not None and samples:
                change = tasks.mastered.add if right / samples >= self._drop else tasks.mastered.discard
                change(infos["task_id"][start])

    def state_dict(self) -> dict[str, Any]:
        """Where the streams of tasks and the curriculum are."""
        state: dict[str, Any] = {"started": self._started}
        state["lists"] = [None if one is None else one.fingerprint for one in self._lists]
        state["taken"] = list(self._taken)
        state["envs"] = [env.unwrapped.state_dict() for env in self.envs if self._started]
        if self._drop:
            state["mastered"] = [[] if one is None else sorted(one.mastered) for one in self._lists]
        if self.mixing is not None:
            state["mixing"] = self.mixing.state_dict()
        return state | ({} if self.curriculum is None else {"curriculum": self.curriculum.state_dict()})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the saved streams of tasks.

        Raises:
            InvalidValueError: a file of tasks has changed since.
        """
        lists = [None if one is None else one.fingerprint for one in self._lists]
        for row, now, then in zip(self.rows, lists, state["lists"], strict=True):
            if now != then:
                raise InvalidValueError(f"{row.name}: the tasks in its file are others than when the run was saved")
        self._taken = list(state["taken"])
        self._started = state["started"]
        if self.curriculum is not None:
            self.curriculum.load_state_dict(state["curriculum"])
        if self.mixing is not None:
            self.mixing.load_state_dict(state["mixing"])
        for tasks, mastered in zip(self._lists, state["mastered"] if self._drop else (), strict=False):
            if tasks is not None:
                tasks.mastered = {*mastered}
        for env, saved in zip(self.envs, state["envs"], strict=False):
            env.unwrapped.load_state_dict(saved)

    def close(self) -> None:
        """End the environments' worker processes, if there are any."""
        for env in self.envs:
            env.close()
