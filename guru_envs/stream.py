"""The stream of tasks of a vector environment: which task each group meets in its k-th episode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from guru_envs.columns import Array, TaskColumns
from guru_envs.errors import InvalidValueError
from guru_envs.seeding import stream_seed
from guru_envs.source import Posed, Setting, TaskSource
from guru_envs.task import TaskId

T = TypeVar("T")


class TaskStream:
    """The task of a group's k-th episode: a function of the entropy, the group and k (and of the settings).

    The task is drawn when the first member of the group gets there and kept for the others.

    Attributes:
        entropy: what the stream is made from; None before the first seed.
        settings: one for each group.
        split: ``train`` or ``test``.
        options: how tasks are shown, as in a task id.
    """

    def __init__(self, source: TaskSource[Any], groups: int) -> None:
        self.source = source
        self.entropy: int | None = None
        self.split, self.options = source.split, source.options
        self.settings: list[Setting] = [source.setting] * groups
        self._known: list[dict[int, Posed]] = [{} for _ in range(groups)]

    def restart(self, entropy: int | None) -> None:
        """Begin another stream."""
        self.entropy = entropy
        self.forget()

    def choose(self, settings: Sequence[Setting], split: str, options: str) -> None:
        """Draw from other settings or another split, or show tasks otherwise, from now on.

        Raises:
            UnknownNameError: there is no such split.
        """
        self.source.address(0, split=split)
        self.settings, self.split, self.options = list(settings), split, options
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
            posed = self.source.pose_seed(seed, self.settings[group], self.split, self.options)
            if known:
                for old in [one for one in known if one < slowest]:
                    del known[old]
            known[episode] = posed
        return posed


class Members:
    """The members of all groups: which episode each is in, and with which task.

    Attributes:
        stream: the tasks.
        episodes: the number of each member's episode; -1 before the first.
        posed: their tasks; empty before the first.
        prompts: what they are shown.
        columns: their tasks as arrays.
    """

    def __init__(self, source: TaskSource[Any], groups: int, size: int) -> None:
        self.stream = TaskStream(source, groups)
        self._count, self._size = groups * size, size
        self.forget()

    def forget(self) -> None:
        """The state before the first episode."""
        self.episodes = [-1] * self._count
        self.posed: list[Posed] = []
        self.prompts = [""] * self._count
        self.columns = TaskColumns(self._count)

    def _grouped(self, column: list[T]) -> Iterator[list[T]]:
        return (column[start : start + self._size] for start in range(0, self._count, self._size))

    def following(self) -> list[int]:
        """For each group the number after the newest episode of its members."""
        return [max(members) + 1 for members in self._grouped(self.episodes)]

    def put_all(self, episodes: Sequence[int]) -> None:
        """Put every group as a whole into an episode of its own number."""
        size = range(self._size)
        posed = [self.stream.pose(group, episode, episode) for group, episode in enumerate(episodes)]
        self.episodes = [episode for episode in episodes for _ in size]
        self.posed = [one for one in posed for _ in size]
        self.prompts = [one.prompt for one in self.posed]
        self.columns.put_all(posed, self._size)

    def put(self, start: int, stop: int, episode: int, posed: Posed) -> None:
        """Put the neighbours from start to stop (excluded) into an episode."""
        count, where = stop - start, slice(start, stop)
        self.episodes[where] = [episode] * count
        self.posed[where] = [posed] * count
        self.prompts[where] = [posed.prompt] * count
        self.columns.put(where, posed)

    def advance(self, which: Array) -> None:
        """Put the members in a mask into their next episode. Groups that move as one are handled as one."""
        size, episodes = self._size, self.episodes
        if which.all() and all(members.count(members[0]) == size for members in self._grouped(episodes)):
            self.put_all([episode + 1 for episode in episodes[::size]])  # the usual case of one turn
        else:
            for group, movers in enumerate(self._grouped(which.tolist())):
                if True in movers:
                    self._advance_group(group, movers)

    def _advance_group(self, group: int, movers: list[bool]) -> None:
        start, stop, episodes = group * self._size, (group + 1) * self._size, self.episodes
        episode = episodes[start] + 1
        if False not in movers and episodes[start:stop].count(episode - 1) == len(movers):
            self.put(start, stop, episode, self.stream.pose(group, episode, episode))
            return
        for index, moves in enumerate(movers, start):
            if moves:
                episode = episodes[index] + 1
                self.put(index, index + 1, episode, self.stream.pose(group, episode, min(episodes[start:stop])))


def check_state(
    state: Mapping[str, Any], own: Mapping[str, Any], source: TaskSource[Any], groups: int, size: int
) -> None:
    """Raise for a state that is damaged or of another vector environment than ``own``, before anything is taken over.

    Raises:
        UnknownNameError, InvalidValueError: naming the part that is damaged or differs.
    """
    if not isinstance(state, Mapping):
        raise InvalidValueError(f"the state of a vector environment is a mapping, not {type(state).__name__}")
    missing = own.keys() - state.keys()
    if missing:
        raise InvalidValueError(f"the state of a vector environment lacks {', '.join(sorted(missing))}")
    for name in ("version", "env_id", "num_envs", "group_size"):
        if state[name] != own[name]:
            raise InvalidValueError(f"the state has {name} {state[name]!r}, this vector environment {own[name]!r}")
    damaged = "the state of a vector environment is damaged"
    begun = bool(state["tasks"])
    forms = (
        ("settings", str, groups),
        ("episodes", int, size),
        ("turns", int, size),
        ("over", bool, size),
        ("tasks", str, size if begun else 0),
        ("facts", list, size),
    )
    for name, kind, length in forms:
        values = state[name]
        if not isinstance(values, (list, tuple)) or len(values) != length or set(map(type, values)) - {kind}:
            raise InvalidValueError(f"{damaged}: {name} must hold {length} values of type {kind.__name__}")
    if type(state["entropy"]) is not int and (begun or state["entropy"] is not None):
        raise InvalidValueError(f"{damaged}: entropy {state['entropy']!r} is no whole number")
    if not all(isinstance(text, str) for texts in state["facts"] for text in texts):
        raise InvalidValueError(f"{damaged}: facts must hold lists of texts")
    source.address(0, split=state["split"])
    source.presentation(state["options"])
    for text in set(state["settings"]):
        source.read_setting(text)
    for task_id in set(state["tasks"]):
        source.check(TaskId.parse(task_id))
