"""Rows of public code benchmarks: their formats, and their gold solutions in the sandbox."""

from __future__ import annotations

import base64
import json
import os
import pickle
import zlib
from pathlib import Path

import pytest

from guru_envs.data.code_benchmarks import (
    AssertTests,
    CallTests,
    StdinTests,
    judge,
    parse_problem,
    read_problems,
    same_data,
    same_lines,
)
from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import Status

DATA = Path(__file__).parents[2] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the benchmark files are not here")


def known_bad(name):
    return json.loads((DATA / "KNOWN_BAD.json").read_text())[name]


@with_data
def test_gold_solutions_of_humaneval_pass_and_empty_ones_fail():
    for problem in read_problems(DATA / "humaneval.jsonl"):
        assert judge(problem, problem.golds[0]).correct, problem.id
        empty = judge(problem, f"def {problem.tests.name}(*parts):\n    return None")
        assert not empty.correct, problem.id


@with_data
def test_gold_solutions_of_mbpp_pass():
    for name, bad in (
        ("mbpp", known_bad("mbpp")),
        ("mbppplus", [one[0] for one in known_bad("mbppplus_base_assertion")]),
    ):
        problems = list(read_problems(DATA / f"{name}.jsonl"))
        failed = [problem.id for problem in problems if not judge(problem, problem.golds[0]).correct]
        assert set(failed) <= set(bad)
        assert len(problems) >= 60


@with_data
def test_gold_solutions_of_taco_pass_and_others_fail():
    """The file of known bad rows counts positions in a larger file, so rows are told by their reason."""
    reasons = [reason for *_, reason in known_bad("coder1_taco")]
    problems = list(read_problems(DATA / "coder1_taco.jsonl"))
    assert {type(problem.tests) for problem in problems} == {StdinTests, CallTests}
    failed = 0
    for problem, other in zip(problems, problems[1:] + problems[:1], strict=True):
        done = judge(problem, problem.golds[0])
        if not done.correct:
            failed += 1
            message = done.error.strip().split("\n")[-1]
            assert any(message[-30:] in reason.replace("\\", "") for reason in reasons), (problem.id, done)
        assert not judge(problem, other.golds[0]).correct, problem.id
    assert failed <= len(reasons)


# -- formats of which no file is at hand: rows as their publishers write them ----------------------------------------------

ADD = "class Solution:\n    def add(self, one: int, two: int) -> int:\n        return one + two\n"
DOUBLE = "print(2 * int(input()))"
LCB = {
    "question_id": "abc1",
    "question_content": "Print twice the number.",
    "starter_code": "",
    "public_test_cases": json.dumps([{"input": "2\n", "output": "4\n", "testtype": "stdin"}]),
    "metadata": "{}",
}
PRIVATE = [{"input": "5\n", "output": "10\n", "testtype": "stdin"}]


def packed(value):
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


ROWS = {
    "leetcode": (
        {
            "task_id": "add",
            "prompt": "from typing import *\n",
            "query": "Add two numbers.",
            "starter_code": "class Solution:\n    def add(self, one: int, two: int) -> int:\n        ",
            "entry_point": "Solution().add",
            "test": "def check(candidate):\n    assert candidate(one=1, two=2) == 3\n    assert candidate(one=-1, two=1) == 0\n",
            "completion": ADD,
        },
        AssertTests,
        ADD,
    ),
    "primeintellect": (
        {
            "problem_id": "p1",
            "prompt": "Print twice the number.",
            "gold_standard_solution": f"```python\n{DOUBLE}\n```",
            "verification_info": json.dumps(
                {"language": "python", "test_cases": [{"type": "stdin_stdout", "input": "4\n", "output": "8\n"}]}
            ),
        },
        StdinTests,
        DOUBLE,
    ),
    "taco": (
        {
            "question": "Add.",
            "starter_code": "def add(one, two):\n\t",
            "solutions": json.dumps(["def add(one, two):\n\treturn one + two"]),
            "input_output": json.dumps({"fn_name": "add", "inputs": [[1, 2], [3, 4]], "outputs": [[3], [7]]}),
        },
        CallTests,
        "add = lambda one, two: two + one",
    ),
    "livecodebench": (LCB | {"private_test_cases": packed(json.dumps(PRIVATE))}, StdinTests, DOUBLE),
}
DEEPCODER = {
    "problem": "Add.",
    "starter_code": ADD,
    "metadata": json.dumps({"func_name": "add"}),
    "tests": json.dumps(
        [
            {"input": "1\n2", "output": "3", "testtype": "functional"},
            {"input": "5\n-5", "output": "0", "testtype": "functional"},
        ]
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_format(name):
    row, kind, right = ROWS[name]
    problem = parse_problem(row)
    assert problem.benchmark == name
    assert type(problem.tests) is kind
    assert judge(problem, right).correct
    for gold in problem.golds:
        assert judge(problem, gold).correct
    for wrong in (
        "",
        "print(3)",
        right.replace("+", "-").replace("2 *", "3 *"),
        "import os\nos._exit(0)",
        "raise SystemExit",
    ):
        assert not judge(problem, wrong).correct, wrong


def test_livecodebench_calls_and_counts():
    problem = parse_problem(DEEPCODER)
    assert problem.benchmark == "livecodebench"
    assert problem.tests == CallTests("add", ((1, 2), (5, -5)), (3, 0))
    assert judge(problem, ADD).correct
    half = judge(problem, ADD.replace("one + two", "abs(one) + abs(two)"), stop_first=False)
    assert (half.passed, half.total, half.status) == (1, 2, Status.OK)


def test_private_tests_are_plain_data():
    problem = parse_problem(LCB | {"private_test_cases": json.dumps(PRIVATE)})
    assert problem.tests.inputs == ("2\n", "5\n")
    with pytest.raises(InvalidValueError, match="only text is read"):
        parse_problem(LCB | {"private_test_cases": packed(os.system)})


def test_unknown_rows_are_named(tmp_path):
    with pytest.raises(InvalidValueError, match="answer, question"):
        parse_problem({"question": "?", "answer": "!"})
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(ROWS["taco"][0]) + "\n\n{broken\n")
    with pytest.raises(InvalidValueError, match="line 3"):
        list(read_problems(file))


def test_comparison():
    assert same_lines("YES\n1 2\n", "yes\n1  2")
    assert same_lines("0.5", ".500001")
    assert not same_lines("1 2", "1\n2")
    assert not same_lines("5", "5.0")
    assert not same_lines("abc", "ABC")
    assert same_data([1, [2.0]], (1, (2,)))
    assert same_data({"1": 2}, {1: 2})
    assert same_data(1, True)  # as in Python, and in the tests of the rows
    assert not same_data("1", 1)
    assert not same_data([1], [1, 2])
    assert not same_data(1.5, 10**400)
