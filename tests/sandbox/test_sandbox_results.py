"""What comes back: values, statuses, limits, and the state between inputs."""

from __future__ import annotations

import math
import sys
import textwrap
import time
from collections import Counter, OrderedDict, deque

import pytest
from sandbox_for_tests import PLUS_ONE, only

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import (
    Call,
    Limits,
    LocalSandbox,
    Opaque,
    Program,
    Result,
    Status,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_stdin_program(sandbox: LocalSandbox) -> None:
    results = sandbox.run(Program(PLUS_ONE, ("1", "2\n", "x", "4")))
    assert [result.status for result in results] == [Status.OK, Status.OK, Status.RUNTIME_ERROR, Status.OK]
    assert [result.output for result in results] == ["2\n", "3\n", "", "5\n"]
    assert "ValueError: invalid literal" in results[2].error
    assert 'File "solution.py", line 1' in results[2].error
    assert "sandbox" not in results[2].error
    assert (results[0].exit_code, results[2].exit_code) == (0, 1)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -1, 10**30, -(2**63), 2**64, 1.5, -0.0, math.inf, "text", "\ud800 \0 é", b"\0\xff", bytearray(b"x"),
        [], [1, "a", None], [1.5, [2, [3]]], (), (1,), ((1, 2), [3]), {}, {"a": 1}, {1: "x", (1, 2): [3], None: {}, b"k": 0.5},
        {1, 2}, frozenset({"a"}), 1 + 2j, deque([1, 2]), range(1, 9, 2), [True, 1], 10**6000,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_come_back_with_exact_types(sandbox: LocalSandbox, value: object) -> None:
    result = only(sandbox, "def f(x):\n    return x", Call("f", (value,)))
    assert result.status is Status.OK, result
    assert repr(result.value) == repr(value) if not isinstance(value, int) else result.value == value
    assert type(result.value) is type(value)


def test_subclasses_come_back_as_built_in_types(sandbox: LocalSandbox) -> None:
    source = textwrap.dedent("""
        import enum
        from collections import Counter, OrderedDict, defaultdict, namedtuple
        class Colour(enum.IntEnum):
            RED = 3
        class Text(str):
            def __str__(self): return "other"
        def f():
            d = defaultdict(list); d[1].append(2)
            return [Counter("aab"), OrderedDict(a=1), d, namedtuple("P", "x y")(1, 2), Colour.RED, Text("t"), {1: 2}.keys()]
    """)
    value = only(sandbox, source, Call("f")).value
    assert value[:6] == [Counter("aab"), OrderedDict(a=1), {1: [2]}, (1, 2), 3, "t"]
    assert [type(item) for item in value[:6]] == [dict, dict, dict, tuple, int, str]
    assert isinstance(value[6], Opaque)
    assert value[6].type_name == "dict_keys"


def test_nan_comes_back(sandbox: LocalSandbox) -> None:
    assert math.isnan(only(sandbox, "def f():\n    return float('nan')", Call("f")).value)


def test_arguments_must_be_plain(sandbox: LocalSandbox) -> None:
    with pytest.raises(InvalidValueError, match="cannot be sent"):
        only(sandbox, "def f(x):\n    return x", Call("f", (object(),)))
    assert only(sandbox, "def f(x):\n    return x", Call("f", (1,))).value == 1


def test_methods_and_keywords(sandbox: LocalSandbox) -> None:
    source = "class Solution:\n    def go(self, a, *, b):\n        return a - b"
    assert only(sandbox, source, Call("Solution.go", (5,), {"b": 2})).value == 3
    missing = only(sandbox, source, Call("Solution.stop"))
    assert missing.status is Status.RUNTIME_ERROR
    assert "stop" in missing.error


@pytest.mark.parametrize("entry", ["", "a.b.c", "f()", "a b", "1"])
def test_bad_entries(entry: str) -> None:
    with pytest.raises(InvalidValueError, match="entry"):
        Call(entry)


def test_prints_of_a_call_are_kept_apart_from_its_value(sandbox: LocalSandbox) -> None:
    result = only(sandbox, "def f():\n    print('hello')\n    return 1", Call("f"))
    assert (result.output, result.value) == ("hello\n", 1)


def test_compile_error_is_said_of_every_input(sandbox: LocalSandbox) -> None:
    results = sandbox.run(Program("def f(:", ("1", "2", "3")))
    assert [result.status for result in results] == [Status.COMPILE_ERROR] * 3
    assert "SyntaxError" in results[0].error


@pytest.mark.parametrize(
    ("source", "limits", "status"),
    [
        ("while True: pass", Limits(cpu_s=0.2), Status.TIME_LIMIT),
        ("import time\ntime.sleep(9)", Limits(wall_s=0.2), Status.TIME_LIMIT),
        ("x = bytearray(10**9)", Limits(), Status.MEMORY_LIMIT),
        ("print('x' * 10**6)", Limits(output_bytes=1000), Status.OUTPUT_LIMIT),
        ("import os\nos.fork()", Limits(), Status.BLOCKED),
        ("1 / 0", Limits(), Status.RUNTIME_ERROR),
        ("raise SystemExit(3)", Limits(), Status.RUNTIME_ERROR),
    ],
)
def test_each_limit_has_its_status(sandbox: LocalSandbox, source: str, limits: Limits, status: Status) -> None:
    result = only(sandbox, source, "", limits)
    assert result.status is status, result
    after = only(sandbox, PLUS_ONE, "1")
    assert after.output == "2\n"


def test_output_before_a_limit_is_kept(sandbox: LocalSandbox) -> None:
    result = only(sandbox, "print('first', flush=True)\nwhile True: pass", "", Limits(cpu_s=0.2))
    assert (result.status, result.output) == (Status.TIME_LIMIT, "first\n")
    assert result.near_limit
    assert 0.2 <= result.cpu_s < 1.0
    flood = only(sandbox, "while True: print('x' * 99)", "", Limits(output_bytes=1000))
    assert flood.output.startswith("xxx")
    assert len(flood.output) == 1000


@pytest.mark.parametrize(
    "change", [{"cpu_s": 0}, {"cpu_s": -1}, {"memory_mb": 0}, {"wall_s": "x"}, {"output_bytes": math.nan}]
)
def test_bad_limits(change: dict) -> None:
    with pytest.raises(InvalidValueError):
        Limits(**change)


def test_recursion_limit(sandbox: LocalSandbox) -> None:
    source = "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nprint(f(2000))"
    assert only(sandbox, source).status is Status.RUNTIME_ERROR
    assert only(sandbox, source, "", Limits(recursion=10000)).output == "2000\n"


# -- several inputs ----------------------------------------------------------------------------------------------------


def test_accept_stops_at_the_first_wrong_answer(sandbox: LocalSandbox) -> None:
    expected = ["2\n", "3\n", "9\n", "5\n"]
    asked: list[int] = []

    def right(index: int, result: Result) -> bool:
        asked.append(index)
        return result.output == expected[index]

    results = sandbox.run(Program(PLUS_ONE, ("1", "2", "3", "4")), accept=right)
    assert [result.status for result in results] == [Status.OK] * 3 + [Status.NOT_RUN]
    assert [result.output for result in results[:3]] == ["2\n", "3\n", "4\n"]
    assert asked == [0, 1, 2, 2]  # the third is tried again in a process of its own, and still wrong


def test_a_long_program_is_ended_at_its_first_wrong_answer(sandbox: LocalSandbox) -> None:
    source = "import time\nprint(input(), flush=True)\nfor _ in range(10**5): time.sleep(0.001)"
    began = time.monotonic()
    quick = "print(0)"
    results = sandbox.run(Program(quick, ("1",) * 50), accept=lambda index, result: False)
    assert [result.status for result in results] == [Status.OK] + [Status.NOT_RUN] * 49
    results = sandbox.run(Program(source, ("1", "2")), Limits(wall_s=0.3), accept=lambda index, result: False)
    assert [result.status for result in results] == [Status.TIME_LIMIT, Status.NOT_RUN]
    assert time.monotonic() - began < 20


def test_each_input_has_its_own_limit(sandbox: LocalSandbox) -> None:
    source = "import time\nt = time.process_time()\nwhile time.process_time() - t < 0.12: pass\nprint(input())"
    results = sandbox.run(Program(source, tuple("abcdef")), Limits(cpu_s=0.3))
    assert [(result.status, result.output) for result in results] == [(Status.OK, letter + "\n") for letter in "abcdef"]


def test_a_slow_input_does_not_hide_the_others(sandbox: LocalSandbox) -> None:
    source = "n = int(input())\nwhile n == 2: pass\nprint(n)"
    results = sandbox.run(Program(source, ("1", "2", "3")), Limits(cpu_s=0.2))
    assert [result.status for result in results] == [Status.OK, Status.TIME_LIMIT, Status.OK]
    assert results[2].output == "3\n"


def test_outputs_of_inputs_have_limits_of_their_own(sandbox: LocalSandbox) -> None:
    results = sandbox.run(Program("print('x' * 40000)", ("",) * 5), Limits(output_bytes=50000))
    assert [len(result.output) for result in results] == [40001] * 5


def test_state_between_inputs(sandbox: LocalSandbox) -> None:
    source = "import string\nstring.left = getattr(string, 'left', 0) + 1\nprint(string.left)"
    together = sandbox.run(Program(source, ("",) * 3))
    apart = sandbox.run(Program(source, ("",) * 3, isolation="test"))
    judged = sandbox.run(Program(source, ("",) * 3), accept=lambda index, result: result.output == "1\n")
    assert [result.output for result in together] == ["1\n", "2\n", "3\n"]
    assert [result.output for result in apart] == ["1\n"] * 3
    assert [result.output for result in judged] == ["1\n"] * 3


def test_a_program_that_leaves_by_os_exit(sandbox: LocalSandbox) -> None:
    source = "import os\nprint(int(input()) + 1, flush=True)\nos._exit(0)"
    results = sandbox.run(Program(source, ("1", "2", "3")))
    assert [(result.status, result.output) for result in results] == [(Status.OK, f"{n}\n") for n in (2, 3, 4)]


def test_no_inputs(sandbox: LocalSandbox) -> None:
    assert sandbox.run(Program(PLUS_ONE, ())) == []


def test_runs_are_reproducible(sandbox: LocalSandbox) -> None:
    source = "import random\nprint(random.random(), hash('x'), list({'a', 'b', 'c', 'd'}))"
    first = sandbox.run(Program(source, ("", ""), seed=5))
    second = sandbox.run(Program(source, ("", ""), seed=5))
    other = sandbox.run(Program(source, ("",), seed=6))
    assert first[0].output == first[1].output == second[0].output
    assert first[0].output.split()[0] != other[0].output.split()[0]
