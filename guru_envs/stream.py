"""The stream of tasks of a vector environment: which task each group meets in its k-th episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guru_envs.errors import InvalidValueError
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


def check_state(state: Mapping[str, Any], source: TaskSource[Any], groups: int, size: int) -> None:
    """Raise for the damaged state of a vector environment, before anything of it is taken over.

    Raises:
        UnknownNameError, InvalidValueError: naming the part that is damaged.
    """
    damaged = "the state of a vector environment is damaged"
    begun = bool(state["tasks"])
    forms = (
        ("settings", str, groups),
        ("episodes", int, size),
        ("turns", int, size),
        ("over", bool, size),
        ("tasks", str, size if begun else 0),
    )
    for name, kind, length in forms:
        values = state[name]
        if not isinstance(values, (list, tuple)) or len(values) != length or set(map(type, values)) - {kind}:
            raise InvalidValueError(f"{damaged}: {name} must hold {length} values of type {kind.__name__}")
    if type(state["entropy"]) is not int and (begun or state["entropy"] is not None):
        raise InvalidValueError(f"{damaged}: entropy {state['entropy']!r} is no whole number")
    source.address(0, split=state["split"])
    for text in set(state["settings"]):
        source.read_setting(text)
    for task_id in set(state["tasks"]):
        source.check(TaskId.parse(task_id))
