"""Reference solutions of real benchmarks pass their tests in the sandbox, and wrong ones do not."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from guru_envs.sandbox import Call, LocalSandbox, Program, run_asserts

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the samples of real benchmarks are not here")


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def known_bad(name: str) -> list:
    return json.loads((DATA / "KNOWN_BAD.json").read_text())[name]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox(workers=1) as one:
        yield one


def test_humaneval(sandbox: LocalSandbox) -> None:
    for row in rows("humaneval"):
        tests = f"{row['test']}\ncheck({row['entry_point']})\n"
        right = run_asserts(row["prompt"] + row["canonical_solution"], tests, sandbox=sandbox)
        assert right.passed, (row["task_id"], right)
        wrong = run_asserts(row["prompt"] + "    return None\n", tests, sandbox=sandbox)
        assert not wrong.passed, row["task_id"]


def test_mbpp(sandbox: LocalSandbox) -> None:
    for row in rows("mbpp"):
        tests = "\n".join(row["test_list"])
        source = row["test_setup_code"] + "\n" + row["code"]
        right = run_asserts(source, tests, sandbox=sandbox)
        assert right.passed, (row["task_id"], right)
        assert right.total_tests == len(row["test_list"])


def test_cruxeval_outputs(sandbox: LocalSandbox) -> None:
    for row in rows("cruxeval"):
        source = f"{row['code']}\n\ndef answer():\n    return f({row['input']})\n"
        [result] = sandbox.run(Program(source, (Call("answer"),)))
        expected = ast.literal_eval(row["output"])
        assert result.status == "ok", (row["id"], result)
        assert result.value == expected, (row["id"], result)
        assert type(result.value) is type(expected), (row["id"], result)
