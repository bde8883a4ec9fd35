"""Exported rows: distinct, addressed, written whole or not at all."""

from __future__ import annotations

import errno
import json
import os

import domains_for_tests  # noqa: F401 - registers the test environments
import pytest

import guru_envs
from guru_envs.data import export


def test_rows_are_distinct_and_reproducible():
    rows = list(export.task_rows("test/echo-v0", 30, levels=[1], seed=3))
    assert len({row["prompt"] for row in rows}) == 30
    assert rows == list(export.task_rows("test/echo-v0", 30, levels=[1], seed=3))
    assert not {row["task_id"] for row in rows} & {
        row["task_id"] for row in export.task_rows("test/echo-v0", 30, seed=4)
    }


def test_too_few_problems_is_an_error_that_says_how_many():
    with pytest.raises(guru_envs.InvalidValueError, match=r"only 1 of 2 different problems of test/constant-v0"):
        list(export.task_rows("test/constant-v0", 2))


def test_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "tasks.jsonl"
    path.write_text("before")
    monkeypatch.setattr(export.os, "fsync", full)
    with pytest.raises(export.OutputError, match="No space left"):
        export.write_rows(export.task_rows("test/echo-v0", 3), path, "jsonl")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", ["parquet", "hf"])
def test_datasets_round_trip(tmp_path, form):
    datasets = pytest.importorskip("datasets", reason="needs the extra data")
    path = tmp_path / f"tasks.{form}"
    rows = list(export.task_rows("test/echo-v0", 5, answers=True, lang="zh"))
    assert export.write_rows(rows, path, form) == 5
    if form == "parquet":
        back = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    else:
        back = datasets.load_from_disk(str(path))
    assert [json.dumps(row) for row in back] == [json.dumps(row) for row in rows]
    assert all(guru_envs.verify(row["task_id"], row["response"]).correct for row in back)


@pytest.mark.parametrize("form", ["jsonl", "parquet", "hf"])
def test_a_device_or_pipe_is_never_replaced(tmp_path, form):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(export.OutputError, match="it exists and is no"):
        export.write_rows([{"task_id": "x"}], pipe, form)
    assert pipe.is_fifo()


def test_a_file_may_be_read_by_those_whom_the_umask_lets(tmp_path):
    before = os.umask(0o027)
    try:
        export.write_rows([{"task_id": "x"}], tmp_path / "tasks.jsonl", "jsonl")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "tasks.jsonl").stat().st_mode & 0o777 == 0o640
