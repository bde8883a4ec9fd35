"""A machine that others keep busy: a program is not called slow because it had to wait for a processor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from guru_envs.sandbox import Limits, LocalSandbox, Program, Status, run_asserts
from guru_envs.sandbox.worker import queued_s

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="the system does not count waiting")
OTHERS = 9
BURN = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass"
WORK = "import time\nt = time.process_time()\nwhile time.process_time() - t < 0.12: pass\n"


@pytest.fixture
def crowded() -> Iterator[LocalSandbox]:
    """A sandbox that shares one core with others, each of which has the same right to it."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})  # inherited by what is started now
    others: list[subprocess.Popen[bytes]] = []
    try:
        with LocalSandbox(workers=1) as one:
            one.run(Program("print(1)", ("",)))
            command = [sys.executable, "-S", "-c", BURN]
            others += [subprocess.Popen(command, start_new_session=True) for _ in range(OTHERS)]
            os.sched_setaffinity(0, allowed)
            time.sleep(0.3)
            yield one
    finally:
        os.sched_setaffinity(0, allowed)
        for other in others:
            other.kill()
            other.wait()


def test_a_program_that_waits_for_a_processor_is_not_slow(crowded: LocalSandbox) -> None:
    limits = Limits(cpu_s=1.0, wall_s=0.2)
    [result] = crowded.run(Program(WORK + "print(input())", ("x",)), limits)
    assert (result.status, result.output) == (Status.OK, "x\n"), result
    assert result.wall_s > 2 * limits.wall, "the machine was not busy enough for this test"
    tested = run_asserts(WORK + "def f(x):\n    return x", "assert f(1) == 1", limits, sandbox=crowded)
    assert tested.passed, tested


def test_a_program_that_sleeps_or_spins_is_ended_all_the_same(crowded: LocalSandbox) -> None:
    began = time.monotonic()
    limits = Limits(cpu_s=0.1, wall_s=0.2)
    [asleep] = crowded.run(Program("import time\ntime.sleep(60)", ("",)), limits)
    [restless] = crowded.run(Program("import time\nwhile True: time.sleep(0.001)", ("",)), limits)
    [spinning] = crowded.run(Program("while True: pass", ("",)), limits)
    assert [one.status for one in (asleep, restless, spinning)] == [Status.TIME_LIMIT] * 3
    assert time.monotonic() - began < 30


def test_time_in_the_queue_is_that_of_the_kernel() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) as idle:
        try:
            descriptor = os.pidfd_open(idle.pid)
            assert 0 <= queued_s([descriptor]) < 60
            with pytest.raises(OSError, match="descriptor"):
                os.fstat(descriptor)
        finally:
            idle.kill()
    gone = os.pidfd_open(os.getpid())
    assert queued_s([gone]) >= 0
    assert queued_s([]) == 0
