"""The stream of tasks of a vector environment: which task each group meets in its k-th episode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guru_envs.seeding import stream_seed
from guru_envs.source import Posed, Setting, TaskSource
from guru_envs.task import TaskId


class TaskStream:
    """The task of a group's k-th episode: a function of the entropy, the group and k (and of the settings).

    The task is drawn when the first member of the group gets there and kept for the others.

    Attributes:
        entropy: what the stream is made from; None before the first seed.
        settings: one for each group.
        split: ``train`` or ``test``.
    """

    def __init__(self, source: TaskSource[Any], groups: int) -> None:
        self.source = source
        self.entropy: int | None = None
        self.split = source.split
        self.settings: list[Setting] = [source.setting] * groups
        self._known: list[dict[int, Posed]] = [{} for _ in range(groups)]

    def restart(self, entropy: int | None) -> None:
        """Begin another stream."""
        self.entropy = entropy
        self.forget()

    def choose(self, settings: Sequence[Setting], split: str) -> None:
        """Draw from other settings or another split from now on.

        Raises:
            UnknownNameError: there is no such split.
        """
        self.source.address(0, split=split)
        self.settings, self.split = list(settings), split
        self.forget()

    def forget(self) -> None:
        """Drop the tasks that are kept; they would be drawn again under the present settings."""
        for known in self._known:
            known.clear()

    def pin(self, group: int, episode: int, task_id: str) -> Posed:
        """Make the task with this id the one of an episode."""
        posed = self._known[group][episode] = self.source.pose(TaskId.parse(task_id))
        return posed

    def find(self, group: int, episode: int) -> Posed | None:
        """The task of an episode, if it is kept."""
        return self._known[group].get(episode)

    def pose(self, group: int, episode: int, slowest: int) -> Posed:
        """The task of an episode.

        Args:
            group: from 0.
            episode: from 0.
            slowest: the least episode that any member of the group is in; what came before it is dropped.
        """
        known = self._known[group]
        posed = known.get(episode)
        if posed is None:
            seed = stream_seed(self.entropy or 0, group, episode)
            posed = self.source.pose_seed(seed, self.settings[group], self.split)
            if known:
                for old in [one for one in known if one < slowest]:
                    del known[old]
            known[episode] = posed
        return posed
