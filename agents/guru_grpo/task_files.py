"""Files of tasks and of responses to them: JSON lines with a ``task_id`` each."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from guru_envs.errors import InvalidValueError
from guru_envs.task import TaskId
from guru_grpo.randomness import derive

_THINK = "<think>"


def read_lines(path: str | Path, key: str) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines, each of which has a text ``task_id`` and a text under ``key``; empty lines are left out.

    Raises:
        InvalidValueError: the file can not be read, or a line is none of that form; with its number.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"can not read {str(path)!r}: {error}") from error
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidValueError(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("task_id", key)):
            raise InvalidValueError(
                f"{path}, line {number}: an object with the texts {'task_id'!r} and {key!r} is expected"
            )
        rows.append(row)
    return rows


def continuation(prompt: str, response: str) -> str:
    """A response as it goes on from a prompt: where that already ends in ``<think>``, the response does not open it again.

    So is the line break behind it left out when the prompt has it. Traces of models that think begin with ``<think>`` whatever they
    were asked with, while the policy's own responses go on behind the prompt's (LUFFY, arXiv 2504.14945).
    """
    asked, said = prompt.rstrip(), response.lstrip()
    if not asked.endswith(_THINK) or not said.startswith(_THINK):
        return response
    rest = said.removeprefix(_THINK)
    return rest if asked == prompt else rest.lstrip()


class Traces:
    """Responses of another policy by task id.

    Args:
        rows: objects with ``task_id`` and ``response``; the same task may come several times.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self._by_task: dict[str, list[str]] = {}
        for row in rows:
            known = self._by_task.setdefault(row["task_id"], [])
            if row["response"] not in known:
                known.append(row["response"])

    @classmethod
    def read(cls, path: str | Path) -> Traces:
        """The traces in a file of JSON lines."""
        return cls(read_lines(path, "response"))

    @property
    def task_ids(self) -> list[str]:
        """The tasks that have traces, in the order of the file."""
        return list(self._by_task)

    @property
    def fingerprint(self) -> str:
        """The same for the same responses to the same tasks."""
        return hashlib.sha256(json.dumps(self._by_task, sort_keys=True).encode()).hexdigest()[:16]

    def kept(self, wanted: Callable[[str, str], bool]) -> tuple[Traces, int]:
        """Those that are wanted, asked by task id and response, and how many were not; tasks without any left are unknown to them."""
        rows = [{"task_id": task, "response": one} for task, some in self._by_task.items() for one in some]
        chosen = [row for row in rows if wanted(row["task_id"], row["response"])]
        return Traces(chosen), len(rows) - len(chosen)

    def choose(self, task_id: str, most: int, seed: int) -> list[str]:
        """At most so many different traces of a task, chosen at random when there are more; none for an unknown task."""
        known = self._by_task.get(task_id, [])
        if len(known) <= most:
            return list(known)
        return random.Random(derive(seed, "traces", task_id)).sample(known, most)


class TaskList:
    """A fixed list of tasks of one environment, gone through in a new order each time.

    Args:
        task_ids: their ids; doubles are left out.
        check: raises for an id that the environment does not know.
        seed: fixes the orders.
        where: what the list is called in messages.

    Raises:
        InvalidValueError: the list is empty, or holds a task of the test split.
    """

    def __init__(self, task_ids: Sequence[str], check: Callable[[TaskId], object], seed: int, where: str) -> None:
        self.task_ids, self._seed = list(dict.fromkeys(task_ids)), seed
        if not self.task_ids:
            raise InvalidValueError(f"{where}: it holds no task of this environment")
        for text in self.task_ids:
            address = TaskId.parse(text)
            check(address)
            if address.split != "train":
                raise InvalidValueError(f"{where}: {text!r} is no task of the training split")
        self.fingerprint = hashlib.sha256("\n".join(self.task_ids).encode()).hexdigest()[:16]
        self._order: tuple[int, list[int]] = (-1, [])
        self.mastered: set[str] = set()

    def after(self, place: int, count: int) -> tuple[list[str], list[int]]:
        """So many tasks from a place on, without those that are mastered unless all are, and the place behind each."""
        left_out: set[str] = self.mastered if len(self.mastered) < len(self.task_ids) else set()
        found: list[str] = []
        behind: list[int] = []
        while len(found) < count:
            task, place = self.at(place), place + 1
            if task not in left_out:
                found.append(task)
                behind.append(place)
        return found, behind

    def at(self, place: int) -> str:
        """The task at a place in the endless stream of orders, from 0."""
        turn, rest = divmod(place, len(self.task_ids))
        if self._order[0] != turn:
            order = list(range(len(self.task_ids)))
            random.Random(derive(self._seed, "order of tasks", turn)).shuffle(order)
            self._order = turn, order
        return self.task_ids[self._order[1][rest]]
