"""Recognising the format of a row by its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from guru_envs.data.code_benchmarks import contests, functions
from guru_envs.data.code_benchmarks.leetcode import leetcode
from guru_envs.data.code_benchmarks.problem import BenchmarkProblem
from guru_envs.data.code_benchmarks.values import from_json
from guru_envs.errors import InvalidValueError

_READERS: tuple[tuple[set[str], Callable[[Mapping[str, Any]], BenchmarkProblem]], ...] = (
    ({"reward_model", "prompt"}, contests.coder1),
    ({"task_id", "entry_point", "canonical_solution", "assertion"}, functions.mbppplus),
    ({"task_id", "entry_point", "canonical_solution", "test"}, functions.humaneval),
    ({"task_id", "test_list", "code", "test"}, functions.mbppplus_listed),
    ({"task_id", "test_list", "code"}, functions.mbpp),
    ({"code", "input", "output", "id"}, functions.cruxeval),
    ({"task_id", "entry_point", "test"}, leetcode),
    ({"question_content", "public_test_cases"}, contests.livecodebench),
    ({"verification_info", "prompt"}, contests.primeintellect),
    ({"problem", "tests"}, contests.deepcoder),
    ({"question", "input_output"}, contests.taco),
)


def read_problems(path: Path | str) -> Iterator[BenchmarkProblem]:
    """The problems of a JSONL file.

    Raises:
        InvalidValueError: a line is not JSON, or of no known format; the message names file and line.
    """
    with Path(path).open(encoding="utf-8") as rows:
        for number, line in enumerate(rows, 1):
            if line.strip():
                try:
                    yield parse_problem(from_json(line))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                    raise InvalidValueError(f"{path}, line {number}: {error}") from None


def parse_problem(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Read a row of any of the formats.

    Raises:
        InvalidValueError: the keys fit no known format.
    """
    keys = set(row)
    for needed, read in _READERS:
        if needed <= keys:
            return read(row)
    raise InvalidValueError(f"a row with the keys {', '.join(sorted(map(str, keys)))} is of no known code benchmark")
