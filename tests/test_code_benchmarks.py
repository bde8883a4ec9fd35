"""Rows of public code benchmarks: their formats, the comparison of outputs, and the code in a response."""

from __future__ import annotations

import base64
import json
import os
import pickle
import zlib

import pytest

from guru_envs.data.code_benchmarks import (
    AssertTests,
    CallTests,
    StdinTests,
    extract,
    judge,
    judge_many,
    judge_response,
    parse_problem,
    read_problems,
    same_data,
    same_lines,
)
from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import Status

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
    assert same_lines("\n\n1\n", "1")  # blank lines around the output do not count, those in it do
    assert not same_lines("1\n\n2", "1\n2")
    assert same_lines("a  b\r\n", "a b")
    assert same_lines("1e-3 2.", "0.001 2.0")
    assert not same_lines("1.5", "1_.5")
    assert not same_lines("1.5", "nan")
    assert not same_lines("no", "none")
    assert not same_data([1, 2], {1, 2})


ASK = parse_problem(ROWS["taco"][0])
GOOD = "def add(one, two):\n    return one + two"


@pytest.mark.parametrize(
    "response",
    [
        f"```python\n{GOOD}\n```",
        f"```py\n{GOOD}\n```\nIt prints\n```\n3\n```",
        f"```\n{GOOD}\n```\nCall it:\n```python\nprint(add(1, 2))\n```",
        f"```python\n{GOOD}\n```\n```python repl\n>>> add(1, 2)\n3\n```",
        f"```python\ndef add(one, two):\n    return 0\n```\nNo:\n```python\n{GOOD}\n```",
        f"<think>```python\ndef add(one, two):\n    return 0\n```</think>\n```python\n{GOOD}\n```",
        f"```python\n{GOOD}\n```\n```python\ndef add(one, two):\n    return",  # the last block was cut off
        f"1. Code:\n\n   ```python\n{GOOD}\n   ```",
        f"```python\nfrom math import *\n\n{GOOD}\n```\n```text\ndefine add(one, two)\n```",
        f"~~~\nx\n~~~\n```Python\r\n{GOOD}\r\n```",
        GOOD,
        "- so\n\n  ```python\n  def add(one, two):\n\n      return one + two\n  ```",
        f'```python\n{GOOD}\n\nNOTE = """\n```\nadd(1, 2)\n```\n"""\n```',
        f"```python\nNOTE = '''It's\n```python\ndef add(one, two): ...\n```\n'''\n{GOOD}\n```\nDone.",
        f'```python\nbad = """\n```\nAgain:\n```python\n{GOOD}\n```',  # quotes never closed: fences count
        f'```python\n# it\'s """ a mark\n{GOOD}\n```\n```\n3\n```',
    ],
)
def test_code_of_a_response(response):
    assert judge_response(ASK, response).correct


@pytest.mark.parametrize(
    "response", ["", "The sum is one + two.", "```python\n```", f"```python\n{GOOD}", f"So: {GOOD}"]
)
def test_responses_without_code(response):
    assert extract(ASK, response).answer is None
    done = judge_response(ASK, response)
    assert (done.correct, done.status) == (False, Status.NOT_RUN)


def test_one_block_must_do():
    """Blocks are not put together: a helper in an earlier one is not there."""
    apart = "```python\ndef plus(one, two):\n    return one + two\n```\n```python\ndef add(one, two):\n    return plus(one, two)\n```"
    assert "def add" in extract(ASK, apart).answer
    assert not judge_response(ASK, apart).correct


def test_many_at_once():
    pairs = [(ASK, GOOD), (ASK, "def add(one, two):\n    return 3"), (ASK, GOOD)] * 3
    assert [done.correct for done in judge_many(pairs)] == [True, False, True] * 3


def test_private_tests_are_one_text_of_any_protocol():
    for protocol in range(6):
        data = pickle.dumps(json.dumps(PRIVATE), protocol)
        row = LCB | {"private_test_cases": base64.b64encode(zlib.compress(data)).decode()}
        assert parse_problem(row).tests.inputs == ("2\n", "5\n")
    for broken in (packed(["[]", "[]"]), packed(b"[]"), base64.b64encode(zlib.compress(b"x")).decode(), "no base"):
        with pytest.raises(InvalidValueError, match="private test cases"):
            parse_problem(LCB | {"private_test_cases": broken})
