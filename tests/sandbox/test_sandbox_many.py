"""Many programs at once."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from sandbox_for_tests import PLUS_ONE

from guru_envs.sandbox import Limits, LocalSandbox, Program, Result, Status, map_programs, run_asserts, run_many
from guru_envs.sandbox.fusion import FusionSandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_results_come_in_order(sandbox: LocalSandbox) -> None:
    """The first programs take longest."""
    programs = [
        Program(f"import time\ntime.sleep({(9 - n) / 100})\nprint(int(input()) + {n})", ("1", "2")) for n in range(10)
    ]
    found = run_many(programs, sandbox=sandbox)
    assert [[result.output for result in results] for results in found] == [
        [f"{n + 1}\n", f"{n + 2}\n"] for n in range(10)
    ]
    assert run_many([], sandbox=sandbox) == []


def test_all_workers_are_busy_at_once(sandbox: LocalSandbox) -> None:
    """Of four programs, two overlap at a time: the clock that they print is the same for all processes."""
    source = "import time\nprint(time.monotonic())\ntime.sleep(0.5)\nprint(time.monotonic())"
    run_many([Program(source, ("",))] * 2, sandbox=sandbox)  # starts the workers
    results = run_many([Program(source, ("",))] * 4, Limits(wall_s=20), sandbox=sandbox)
    assert [result.status for [result] in results] == [Status.OK] * 4
    spans = [tuple(map(float, result.output.split())) for [result] in results]
    assert max(sum(begin <= time <= end for begin, end in spans) for time, _ in spans) == 2


def test_each_program_is_judged_by_its_place(sandbox: LocalSandbox) -> None:
    expected = [["2\n", "3\n", "4\n"], ["2\n", "9\n", "4\n"], ["9\n", "3\n", "4\n"]]

    def right(place: int, index: int, result: Result) -> bool:
        return result.output == expected[place][index]

    found = run_many([Program(PLUS_ONE, ("1", "2", "3"))] * 3, accept=right, sandbox=sandbox)
    ran = [sum(result.status is not Status.NOT_RUN for result in results) for results in found]
    assert ran == [3, 2, 1]


def test_any_function_that_runs_programs(sandbox: LocalSandbox) -> None:
    def judge(n: int) -> bool:
        return run_asserts(f"def f(x):\n    return x + {n % 3}", "assert f(1) == 2", sandbox=sandbox).passed

    assert map_programs(judge, range(9), sandbox) == [False, True, False] * 3


def test_the_first_error_is_raised_and_the_rest_dropped(sandbox: LocalSandbox) -> None:
    begun: list[int] = []

    def fail(n: int) -> int:
        begun.append(n)
        time.sleep(0.01)
        if n in (1, 5):
            raise KeyError(n)
        return n

    with pytest.raises(KeyError, match="1"):
        map_programs(fail, range(200), sandbox)
    assert len(begun) < 100
    assert run_many([Program(PLUS_ONE, ("1",))], sandbox=sandbox)[0][0].output == "2\n"


def test_no_more_calls_at_a_time_than_are_of_use() -> None:
    now, most, lock = 0, 0, threading.Lock()

    def count(n: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return n

    remote = FusionSandbox("http://127.0.0.1:1", parallel=5)
    assert map_programs(count, range(30), remote) == list(range(30))
    assert 1 < most <= 6
