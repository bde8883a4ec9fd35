"""Other ways to run programs on tests, in the manner of their authors but written anew: for benchmarks/sandbox.py.

``forked``: what LiveCodeBench and its descendants do. A pool of processes; each program gets a ``multiprocessing.Manager`` for its
results and a forked process, which disables a list of functions, sets an alarm, and executes the program once for each test with
stdin and stdout replaced, comparing there. ``subprocess``: a new Python for each test.

Run as a script it imports nothing but the standard library, so that a fork is as cheap as it can be.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

Work = tuple[str, list[str], list[str]]  # source, inputs, expected outputs
LIMIT = 4


def _guard() -> None:
    """Disable what a program could do by accident, as the harnesses do."""
    import builtins
    import shutil

    for module, names in (
        (builtins, "exit quit"),
        (os, "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate unlink"),
        (os, "replace fchmod fchown chmod chown chroot getcwd chdir"),
        (shutil, "rmtree move chown"),
        (subprocess, "Popen"),
    ):  # fmt: skip
        for name in names.split():
            setattr(module, name, None)


def _tests(work: Work, results: Any) -> None:
    source, inputs, expected = work
    _guard()
    stdout = sys.stdout
    code = compile(source, "<program>", "exec")
    for given, right in zip(inputs, expected, strict=True):
        signal.alarm(LIMIT)
        sys.stdin, sys.stdout = io.StringIO(given), io.StringIO()
        try:
            exec(code, {"__name__": "__main__"})  # noqa: S102 - the scheme that is measured; our own programs
            results.append(sys.stdout.getvalue().split() == right.split())
        except Exception:
            results.append(False)
        finally:
            sys.stdout = stdout
            signal.alarm(0)


def forked_once(work: Work) -> bool:
    """One program with a manager and a forked process."""
    with multiprocessing.Manager() as manager:
        results = manager.list()
        process = multiprocessing.Process(target=_tests, args=(work, results))
        process.start()
        process.join(timeout=(LIMIT + 1) * len(work[1]) + 5)
        if process.is_alive():
            process.kill()
        return len(results) == len(work[1]) and all(results)


def subprocess_once(work: Work) -> bool:
    """One program with a new Python for each test."""
    source, inputs, expected = work
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(source)
        file.flush()
        for given, right in zip(inputs, expected, strict=True):
            done = subprocess.run([sys.executable, file.name], input=given, text=True, capture_output=True, timeout=60)
            if done.stdout.split() != right.split():
                return False
    return True


def main() -> None:
    """Serve lines of ``[scheme, workers, works]``; answer seconds by the clock, CPU seconds, programs that passed."""
    multiprocessing.set_start_method("fork")
    for line in sys.stdin:
        scheme, workers, works = json.loads(line)
        before = os.times()
        began = time.perf_counter()
        if scheme == "forked":
            with ProcessPoolExecutor(workers) as processes:
                passed = sum(processes.map(forked_once, works))
        else:
            with ThreadPoolExecutor(workers) as threads:
                passed = sum(threads.map(subprocess_once, works))
        seconds = time.perf_counter() - began
        cpu = sum(os.times()[:4]) - sum(before[:4])
        print(json.dumps([seconds, cpu, passed]), flush=True)


if __name__ == "__main__":
    main()
