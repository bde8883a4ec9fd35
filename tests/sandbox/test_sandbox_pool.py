"""The workers: threads, asyncio, forks, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sandbox_for_tests import LEVELS, PLUS_ONE, only

from guru_envs.sandbox import (
    Limits,
    LocalSandbox,
    Program,
    Result,
    SandboxError,
    Status,
    default_sandbox,
    run_asserts,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_many_threads_share_the_workers(sandbox: LocalSandbox) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: only(sandbox, PLUS_ONE, str(n)).output, range(60)))
    assert found == [f"{n + 1}\n" for n in range(60)]


def test_programs_run_from_asyncio(sandbox: LocalSandbox) -> None:
    async def everything() -> list[str]:
        waiting = [asyncio.to_thread(only, sandbox, PLUS_ONE, str(n)) for n in range(20)]
        return [result.output for result in await asyncio.gather(*waiting)]

    assert asyncio.run(everything()) == [f"{n + 1}\n" for n in range(20)]


def test_a_waiting_program_keeps_its_time(sandbox: LocalSandbox) -> None:
    """Deadlines start when the program does: with one worker, each of three sleepers gets its wall time."""
    with LocalSandbox(workers=1) as one, ThreadPoolExecutor(3) as threads:
        source = "import time\ntime.sleep(0.3)\nprint(1)"
        results = list(threads.map(lambda _: only(one, source, "", Limits(wall_s=1.0)), range(3)))
    assert [result.status for result in results] == [Status.OK] * 3


def test_no_descriptors_or_processes_are_left() -> None:
    others = set(zygotes(os.getpid()))
    with LocalSandbox(workers=1) as one:
        only(one, PLUS_ONE, "1")
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(30):
            only(one, PLUS_ONE, "1")
            only(one, "import os\nos.abort()")
            run_asserts("f = 1", "assert f == 1", sandbox=one)
        assert len(os.listdir("/proc/self/fd")) == before
        mine = set(zygotes(os.getpid())) - others
        assert mine
    assert not any(alive(pid) for pid in mine)


def zygotes(pid: int) -> list[int]:
    """Descendants of a process whose command line shows that they are ours."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
            except OSError:
                continue
            if b"sandbox.zygote" in text and parent == pid:
                found += [int(entry.name), *zygotes(int(entry.name))]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_a_killed_worker_is_replaced_once() -> None:
    with LocalSandbox(workers=1) as one:
        assert only(one, PLUS_ONE, "1").output == "2\n"
        for pid in zygotes(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert only(one, PLUS_ONE, "2").output == "3\n"


def test_a_sandbox_that_fails_twice_says_so() -> None:
    """Killing whatever starts, for as long as one program is tried."""
    with LocalSandbox(workers=1) as one:
        assert one.level in LEVELS
        done = threading.Event()

        def slay() -> None:
            while not done.is_set():
                for pid in zygotes(os.getpid()):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                time.sleep(0.02)

        slayer = threading.Thread(target=slay)
        slayer.start()
        try:
            with pytest.raises(SandboxError):
                only(one, "import time\ntime.sleep(3)")
        finally:
            done.set()
            slayer.join()
        assert only(one, PLUS_ONE, "1").output == "2\n"


def test_an_error_of_the_callers_judgement_frees_the_worker(sandbox: LocalSandbox) -> None:
    def broken(index: int, result: Result) -> bool:
        raise KeyError("mine")

    def bad_value(index: int, result: Result) -> bool:
        raise ValueError("mine")

    for _ in range(3):
        with pytest.raises(KeyError, match="mine"):
            sandbox.run(Program(PLUS_ONE, ("1", "2")), accept=broken)
    slow = "import time\nprint(int(input()) + 1, flush=True)\ntime.sleep(0.1)"
    for source in (PLUS_ONE, slow):
        with pytest.raises(ValueError, match="mine"):
            sandbox.run(Program(source, ("1", "2", "3")), accept=bad_value)
    assert only(sandbox, PLUS_ONE, "1").output == "2\n"


def test_closed() -> None:
    one = LocalSandbox()
    one.close()
    with pytest.raises(SandboxError, match="closed"):
        only(one, PLUS_ONE, "1")
    one.close()


def script(source: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(source)], stdout=subprocess.PIPE, text=True)


def test_forked_children_get_workers_of_their_own() -> None:
    with script("""
        import os
        from guru_envs.sandbox import Program, default_sandbox
        program = Program("print(int(input()) + 1)", ("1",))
        assert default_sandbox().run(program)[0].output == "2\\n"
        pid = os.fork()
        for _ in range(5):
            assert default_sandbox().run(program)[0].output == "2\\n"
        if pid == 0:
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        print("both")
    """) as process:
        assert process.communicate(timeout=60)[0] == "both\n"


def test_nothing_survives_the_death_of_the_host() -> None:
    with script("""
        import os, threading
        from guru_envs.sandbox import Limits, Program, default_sandbox
        program = Program("import time\\ntime.sleep(60)", ("",))
        for _ in range(2):
            threading.Thread(target=default_sandbox().run, args=(program, Limits(wall_s=60))).start()
        import time
        time.sleep(1.5)
        print("running", flush=True)
        time.sleep(60)
    """) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        family = zygotes(process.pid)
        assert len(family) >= 2
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while any(map(alive, family)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, family))


def test_default_sandbox_is_one() -> None:
    assert default_sandbox() is default_sandbox()
