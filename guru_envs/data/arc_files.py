"""Real ARC-AGI tasks from the user's files, with the prompt and the verifier of ``guru/arc-v0``.

Read are: a JSON file of one task (``{"train": [{"input": ..., "output": ...}, ...], "test": [...]}``), a folder of such files, a JSON
file of many tasks by id (with a second file of outputs where the tests have none), and JSONL, one task a line with its ``id``.
A task with several test inputs becomes several tasks, since each has one answer.

>>> for one in read_tasks("ARC-AGI/data/training"):           # doctest: +SKIP
...     verdict = Arc().verify(one.task, answer_of(one.task.prompt))
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from guru_envs.domains.logic.arc import Arc, Puzzle
from guru_envs.errors import InvalidValueError
from guru_envs.task import Task


class RealTask(NamedTuple):
    """One question of a data set.

    Attributes:
        id: the task's id in the data set: its file name or key.
        number: which of its test inputs, from 1.
        task: the question; ``Arc().verify(task, answer)`` judges an answer.
    """

    id: str
    number: int
    task: Task[Puzzle]


def read_tasks(path: Path | str, solutions: Path | str | None = None, lang: str = "en") -> Iterator[RealTask]:
    """The tasks of a file or a folder, in the order of the file or of the names.

    Args:
        path: a folder of ``.json`` files, a ``.json`` file or a ``.jsonl`` file.
        solutions: a JSON file of outputs by task id, for tests without one.
        lang: ``en`` or ``zh``.

    Raises:
        InvalidValueError: something is not in the format; the message names the place.
    """
    outputs = {} if solutions is None else _load(Path(solutions))
    for where, name, row in _rows(Path(path)):
        try:
            yield from parse_task(name, row, outputs.get(name), lang)
        except InvalidValueError as error:
            raise InvalidValueError(f"{where}: {error}") from None


def parse_task(
    name: str, row: Mapping[str, Any], outputs: Sequence[Any] | None = None, lang: str = "en"
) -> list[RealTask]:
    """The questions of one task.

    Args:
        name: its id.
        row: a mapping with ``train`` and ``test``.
        outputs: the output of each test input, where the row has none.
        lang: ``en`` or ``zh``.

    Raises:
        InvalidValueError: the row is no ARC task, or a test has no output.
    """
    try:
        pairs = [(pair["input"], pair["output"]) for pair in row["train"]]
        tests = [pair["input"] for pair in row["test"]]
        golds = outputs if outputs is not None else [pair["output"] for pair in row["test"]]
        if len(golds) != len(tests):
            raise InvalidValueError(f"task {name!r} has {len(tests)} test inputs and {len(golds)} outputs")
        made = [Arc.task_from(pairs, test, gold, lang) for test, gold in zip(tests, golds, strict=True)]
    except (KeyError, TypeError, IndexError) as error:
        raise InvalidValueError(
            f"task {name!r} is not in the ARC format ({type(error).__name__}: {error}); expected are 'train' and 'test', "
            "lists of pairs with 'input' and 'output'; outputs of tests may be in a file of their own (solutions=...)"
        ) from None
    return [RealTask(name, number, task) for number, task in enumerate(made, 1)]


def _rows(path: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Where each task stands, its id, and its content."""
    if path.is_dir():
        files = sorted(path.glob("*.json"))
        if not files:
            raise InvalidValueError(f"{path}: the folder holds no .json file")
        for file in files:
            yield from _rows(file)
    elif path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    where = f"{path}, line {number}"
                    row = _mapping(where, _parse(where, line))
                    yield where, str(row.get("id", number)), row
    else:
        content = _load(path)
        if "train" in content and "test" in content:
            yield str(path), path.stem, content
        else:
            for name, row in content.items():
                yield str(path), name, _mapping(f"{path}, task {name!r}", row)


def _load(path: Path) -> Mapping[str, Any]:
    return _mapping(str(path), _parse(str(path), path.read_text(encoding="utf-8")))


def _parse(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"{where}: not JSON ({error})") from None


def _mapping(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValueError(f"{where}: a JSON object is expected, not a {type(value).__name__}")
    return value
