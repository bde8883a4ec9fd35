"""Mixtures: one environment whose tasks come from several rows, with weights.

A task of a mixture is a task of one of its parts, under the part's own address and answer format: ``info["task_id"]`` names the
part, so results can be told apart by domain, and verifying by address needs no mixture. Which part a seed stands for is a
function of the mixture's address alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guru_envs.domain import Knobs, is_deductive, judges_lines
from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.prompts import Presentation
from guru_envs.seeding import stream_seed
from guru_envs.source import Posed, Setting, TaskSource
from guru_envs.task import Task, TaskId, Trace, Verdict


@dataclass(frozen=True, slots=True)
class MixedTask(Task[Any]):
    """A task that remembers the part it comes from.

    Attributes:
        origin: the id of the part.
    """

    origin: str = ""


def _mixed(task: Task[Any], origin: str) -> MixedTask:
    return MixedTask(task.prompt, task.gold, task.payload, task.canonical, origin)


class MixedDomain:
    """The functions of a domain, each done by the part that the task comes from."""

    Knobs = Knobs

    def __init__(self, parts: Mapping[str, TaskSource[Any]]) -> None:
        self.parts = parts

    def _part(self, task: Task[Any]) -> Any:
        origin = task.origin if isinstance(task, MixedTask) else ""
        if origin not in self.parts:
            raise InvalidValueError(f"a task of {', '.join(self.parts)} is expected, not one of {origin!r}")
        return self.parts[origin].domain

    def generate(self, rng: random.Random, knobs: Any) -> Task[Any]:
        """A mixture draws by address only."""
        raise NotImplementedError("tasks of a mixture are drawn by MixtureSource")

    def verify(self, task: Task[Any], answer: str) -> Verdict:
        """Judge by the part."""
        verdict: Verdict = self._part(task).verify(task, answer)
        return verdict

    def verify_many(self, tasks: Sequence[Task[Any]], answers: Sequence[str]) -> list[Verdict]:
        """Judge by the parts, the answers of each together where it can."""
        verdicts: dict[int, Verdict] = {}
        for name, source in self.parts.items():
            places = [place for place, task in enumerate(tasks) if getattr(task, "origin", "") == name]
            many = getattr(source.domain, "verify_many", None)
            if many and places:
                found = many([tasks[place] for place in places], [answers[place] for place in places])
                verdicts |= dict(zip(places, found, strict=True))
        return [
            verdicts[place] if place in verdicts else self.verify(task, answer)
            for place, (task, answer) in enumerate(zip(tasks, answers, strict=True))
        ]

    def solve(self, task: Task[Any]) -> Trace:
        """Prove by the part."""
        trace: Trace = self._part(task).solve(task)
        return trace

    def guess(self, task: Task[Any], rng: random.Random) -> str:
        """Guess by the part."""
        return str(self._part(task).guess(task, rng))

    def corrupt(self, task: Task[Any], rng: random.Random) -> str:
        """Corrupt by the part."""
        return str(self._part(task).corrupt(task, rng))

    def render(self, task: Task[Any]) -> str:
        """Draw by the part."""
        render = getattr(self._part(task), "render", None)
        return render(task) if render else task.prompt

    def suits(self, task: Task[Any], answer: str) -> bool:
        """Whether a block of code is meant as the answer, by the part."""
        suits = getattr(self._part(task), "suits", None)
        return suits is None or bool(suits(task, answer))

    def twin(self, task: Task[Any], rng: random.Random) -> Task[Any]:
        """The parts make twins themselves, under their own addresses."""
        raise NotImplementedError("twins of a mixture's tasks are made by its parts")

    edit = twin


class MixedStepwiseDomain(MixedDomain):
    """A mixture whose parts all judge the lines of a response, and are not all deductive."""

    def working(self, task: Task[Any]) -> Any:
        """The sheet of the part."""
        from guru_envs.review import sheet  # with a SAT solver, which most uses do not need

        return sheet(self._part(task), task)


class MixedDeductiveDomain(MixedDomain):
    """A mixture whose parts are all deductive."""

    def theory(self, task: Task[Any]) -> Any:
        """The theory of the part."""
        return self._part(task).theory(task)

    def clauses(self, task: Task[Any], fact: Any) -> Any:
        """The clauses of the part."""
        return self._part(task).clauses(task, fact)

    def read_fact(self, task: Task[Any], line: str) -> Any:
        """Read by the part."""
        return self._part(task).read_fact(task, line)

    def fact_help(self, task: Task[Any]) -> str:
        """The help of the part."""
        return str(self._part(task).fact_help(task))


class MixtureSource(TaskSource[Any]):
    """A task source whose tasks come from other sources.

    Args:
        env_id: the id of the mixture.
        parts: by their ids, the sources drawn from.
        weights: how often each is drawn, in proportion; positive.
        ladder: for each level of the mixture the level of each part; a part left out is not drawn on that level.
        level: the level drawn from by default.
        knobs: a mixture has none; only an empty mapping is allowed.
        options: split and presentation as of ``TaskSource``; they hold for the parts too, which keep their own answer formats
            unless one is given.

    Raises:
        UnknownNameError, InvalidValueError: naming the mixture or the part, the value and what is allowed.
    """

    def __init__(
        self,
        env_id: str,
        parts: Mapping[str, TaskSource[Any]],
        weights: Mapping[str, float],
        ladder: Sequence[Mapping[str, int]],
        *,
        level: int | None = None,
        knobs: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        check_parts(env_id, weights, ladder)
        self.parts, self.weights = dict(parts), dict(weights)
        for number, setting in enumerate(ladder, 1):
            for name, one in setting.items():
                try:
                    self.parts[name].make_setting(one, {})
                except InvalidValueError as error:
                    raise InvalidValueError(f"level {number} of {env_id}: {error}") from None
        domains = [one.domain for one in parts.values()]
        kind = MixedStepwiseDomain if all(map(judges_lines, domains)) else MixedDomain
        domain = (MixedDeductiveDomain if all(map(is_deductive, domains)) else kind)(self.parts)
        self._own_format = options.get("answer_format") is not None
        super().__init__(env_id, domain, ladder, level=level, knobs=knobs, **options)

    def make_setting(self, level: int | None, knobs: Mapping[str, Any]) -> Setting:
        """Check a level and name it; a mixture has no knobs."""
        if knobs:
            raise unknown_name("knob", next(iter(knobs)), (), self.env_id)
        number = self._check_level(1 if level is None else level)
        return Setting(str(number), number, ())

    def _part_of(self, address: TaskId) -> tuple[TaskSource[Any], TaskId]:
        """The part that an address of this mixture, or of a part, stands for, and the task's address there."""
        if address.env_id in self.parts:
            return self.parts[address.env_id], address
        if address.env_id != self.env_id:
            raise InvalidValueError(
                f"task id {str(address)!r} is for {address.env_id!r}, but this environment is {self.env_id!r}"
            )
        levels = self.ladder[self.read_setting(address.setting).level - 1]
        place = stream_seed("mixture", *address[:4]) / 2**63 * sum(self.weights[name] for name in levels)
        for name in levels:
            place -= self.weights[name]
            if place < 0:
                break
        part, show = self.parts[name], self.presentation(address.options)
        changes: dict[str, Any] = {"lang": show.lang, "template": show.template.name}
        changes |= {"mode": show.mode, "hints": show.hints, "twin": show.twin}
        if self._own_format or show.format.name != self.default_format:
            changes["format"] = show.format.name
        setting = part.make_setting(levels[name], {})
        return part, part.address(address.seed, setting, self._check_split(address.split), part.shown_with(**changes))

    def check(self, address: TaskId) -> None:
        """Raise what ``pose`` would raise for an address, without drawing the task."""
        part, there = self._part_of(address)
        part.check(there)

    def generate(self, task_id: TaskId | str) -> Task[Any]:
        """The task at an address of the mixture or of one of its parts."""
        part, address = self._part_of(task_id if isinstance(task_id, TaskId) else TaskId.parse(task_id))
        return _mixed(part.generate(address), part.env_id)

    def pose(self, task_id: TaskId | str) -> Posed:
        """The task at an address of the mixture or of one of its parts, ready to be shown, with its address in the part."""
        part, address = self._part_of(task_id if isinstance(task_id, TaskId) else TaskId.parse(task_id))
        posed = part.pose(address)
        return posed._replace(task=_mixed(posed.task, part.env_id))

    def pose_seed(self, seed: int, setting: Setting, split: str, options: str | None = None) -> Posed:
        """The same as ``pose(address(seed, setting, split, options))``."""
        return self.pose(self.address(seed, setting, split, options))

    def _shown(self, task: Task[Any], show: Presentation | None) -> Presentation:
        """The presentation of a task drawn without one: that of its part."""
        if show is not None or self._own_format or not isinstance(task, MixedTask):
            return show or self.show
        part = self.parts[task.origin]
        return part.presentation(part.shown_with(lang=self.show.lang, template=self.show.template.name))


def check_parts(env_id: str, weights: Mapping[str, Any], ladder: Sequence[Mapping[str, Any]]) -> None:
    """Check weights and levels as they stand in a row.

    Raises:
        UnknownNameError, InvalidValueError: naming the mixture, the part and what is allowed.
    """
    for name, weight in weights.items():
        if not isinstance(weight, (int, float)) or isinstance(weight, bool) or not 0 < weight < math.inf:
            raise InvalidValueError(f"the weight of {name!r} in {env_id} is {weight!r}: a positive number is expected")
    for number, setting in enumerate(ladder, 1):
        if not setting:
            raise InvalidValueError(f"level {number} of {env_id} draws from no part")
        for name in setting:
            if name not in weights:
                raise unknown_name("part", name, weights, f"level {number} of {env_id}")
