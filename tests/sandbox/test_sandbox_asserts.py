"""Assertion tests as their callers see them."""

from __future__ import annotations

import sys

import pytest

from guru_envs.sandbox import (
    Limits,
    LocalSandbox,
    Status,
    run_asserts,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_asserts_count_and_explain(sandbox: LocalSandbox) -> None:
    source = "def f(x):\n    return x + 1"
    tests = "assert f(1) == 2\nassert f(2) == 9\nassert f(3) == 4\n"
    stopped = run_asserts(source, tests, sandbox=sandbox)
    counted = run_asserts(source, tests, sandbox=sandbox, stop_first=False)
    assert (stopped.passed, stopped.passed_tests, stopped.total_tests) == (False, 1, 3)
    assert (counted.passed, counted.passed_tests, counted.total_tests) == (False, 2, 3)
    assert "assert f(2) == 9" in counted.error
    assert counted.status is Status.RUNTIME_ERROR


@pytest.mark.parametrize(
    ("source", "tests", "status"),
    [
        ("def f(x: pass", "assert f(1) == 2", Status.COMPILE_ERROR),
        ("def f(x):\n    while True: pass", "assert f(1) == 2", Status.TIME_LIMIT),
        ("def f(x):\n    return bytearray(10**10)", "assert f(1) == 2", Status.MEMORY_LIMIT),
        ("def f(x):\n    open('/etc/passwd', 'w')", "assert f(1) == 2", None),
        ("def g(x):\n    return 2", "assert f(1) == 2", Status.RUNTIME_ERROR),
        ("def f(x):\n    return 2", "assert f(1) ==", Status.COMPILE_ERROR),
        ("def f(x):\n    return 2", "", Status.OK),
        ("def f(x):\n    return x(1)", "assert f(lambda x: x) == 1", Status.RUNTIME_ERROR),
    ],
)
def test_asserts_that_do_not_pass(sandbox: LocalSandbox, source: str, tests: str, status: Status | None) -> None:
    result = run_asserts(source, tests, Limits(cpu_s=0.3), sandbox=sandbox)
    assert not result.passed
    assert status is None or result.status is status, result


def test_functions_with_names_of_built_ins(sandbox: LocalSandbox) -> None:
    source = "def sum(a, b):\n    return a + b\ndef len(x):\n    return 7\ndef f(x):\n    return x"
    assert run_asserts(source, "assert sum(1, 2) == 3", sandbox=sandbox).passed
    assert run_asserts(source, "assert f(1) == 1\nassert sum(1, 2) == 3", sandbox=sandbox, entry="sum").passed
    assert not run_asserts(source, "assert len(f([1])) == 7", sandbox=sandbox).passed
