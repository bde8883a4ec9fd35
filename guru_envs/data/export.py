"""Writing tasks as rows: JSONL, parquet or a Hugging Face dataset.

A row carries the prompt and the task id, from which any trainer can verify a response (``guru_envs.verify``); no answer is in
the file. On request the gold answer and the oracle's response are added, for supervised training.
"""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from guru_envs import registry
from guru_envs.errors import GuruError, InvalidValueError, MissingExtraError, unknown_name
from guru_envs.seeding import stream_seed

FILE_FORMATS = ("jsonl", "parquet", "hf")
MAX_REPEATS = 1000  # draws in a row that give problems seen before: then there are hardly more


class OutputError(GuruError, OSError):
    """A file cannot be written."""


def task_rows(
    env_id: str,
    count: int,
    *,
    levels: Sequence[int] = (),
    split: str = "train",
    seed: int = 0,
    lang: str = "en",
    template: str = "plain",
    answers: bool = False,
    unique: bool = True,
) -> Iterator[dict[str, Any]]:
    """Rows of ``count`` tasks, levels in turn.

    Args:
        env_id: a registered id.
        count: number of rows.
        levels: the levels to draw from; none draws from all.
        split: ``train`` or ``test``.
        seed: starts the stream; other seeds give other tasks.
        lang: ``en`` or ``zh``.
        template: the prompt template.
        answers: add ``gold`` and ``response`` (the oracle's proof and answer).
        unique: leave out problems that came before, also in other words.

    Raises:
        InvalidValueError: ``count`` different problems were not found: ``MAX_REPEATS`` draws in a row gave known ones.
    """
    check_count(count)
    ladder = range(1, len(registry.spec(env_id).levels) + 1)
    sources = [
        registry.make_source(env_id, level=level, split=split, lang=lang, template=template)
        for level in levels or ladder
    ]
    seen: set[str] = set()
    made = repeats = 0
    for draw in itertools.count():
        source = sources[made % len(sources)]
        posed = source.pose(source.address(stream_seed(seed, draw)))
        if unique and posed.task.canonical in seen:
            repeats += 1
            if repeats >= MAX_REPEATS:
                break
            continue
        seen.add(posed.task.canonical)
        repeats = 0
        row: dict[str, Any] = {
            "task_id": posed.task_id,
            "prompt": posed.prompt,
            "level": posed.level,
            "split": posed.split,
        }
        if answers:
            row |= {"gold": posed.task.gold, "response": source.demonstrate(posed.task)}
        yield row
        made += 1
        if made == count:
            return
    raise InvalidValueError(
        f"only {made} of {count} different problems of {env_id} were found at levels {list(levels or ladder)}: ask for fewer, "
        "for harder levels, or allow repeats"
    )


def check_count(count: int) -> None:
    """Raise ``InvalidValueError`` for a number of rows that is not positive."""
    if isinstance(count, bool) or count < 1:
        raise InvalidValueError(f"count {count!r}: allowed are whole numbers from 1")


def write_rows(rows: Iterable[dict[str, Any]], path: Path, form: str) -> int:
    """Write rows to a file (``jsonl``, ``parquet``) or folder (``hf``); nothing half-written is left behind.

    Raises:
        UnknownNameError: no such form.
        MissingExtraError: parquet and hf need the extra ``data``.
        OutputError: the place cannot be written, or the disk is full.
    """
    if form not in FILE_FORMATS:
        raise unknown_name("format", form, FILE_FORMATS)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file() and (form != "hf" or not path.is_dir()):
            raise OutputError(
                f"cannot write {path}: it exists and is no {'folder' if form == 'hf' else 'regular file'}"
            )
        if form == "jsonl":
            return _write_jsonl(rows, path)
        return _write_dataset(rows, path, form)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def _write_jsonl(rows: Iterable[dict[str, Any]], path: Path) -> int:
    count = 0
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())  # mkstemp makes it readable by its owner only
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def _umask() -> int:
    mask = os.umask(0o077)  # there is no way to read it only
    os.umask(mask)
    return mask


def _write_dataset(rows: Iterable[dict[str, Any]], path: Path, form: str) -> int:
    try:
        import datasets
    except ImportError:
        raise MissingExtraError(f"writing {form}", "data") from None
    table = datasets.Dataset.from_list(list(rows))
    if form == "parquet":
        part = path.with_name(f".{path.name}.part")
        try:
            table.to_parquet(str(part))
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    else:
        table.save_to_disk(str(path))
    return len(table)
