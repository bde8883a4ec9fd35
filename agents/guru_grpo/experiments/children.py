"""The processes that train and measure arms: begun on their shares of the machine, and ended when the experiment is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from guru_envs.errors import GuruError
from guru_grpo.experiments.machine import Share

GRACE = 5.0  # seconds between two signals to a process that is to end


@contextlib.contextmanager
def termination() -> Iterator[None]:
    """Makes SIGTERM an exit, as Ctrl-C is an exception, so that what has been begun is ended. Only the main thread can ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class ArmError(GuruError, RuntimeError):
    """The process of an arm failed; the same command tries again from where it stood."""


class Children:
    """Those that run now. Each inherits a lock, so the folder stays held if it outlives this process."""

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._guard = threading.Lock()
        self._stopped = False
        self.living: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str, what: str, share: Share, log: Path | None) -> None:
        """Run Python with these arguments to its end; what it prints goes to the standard error, or to the end of a log.

        Raises:
            ArmError: it ended with another status than 0, or everything is being stopped.
        """
        with contextlib.ExitStack() as stack:
            shown = sys.stderr
            if log:
                log.parent.mkdir(parents=True, exist_ok=True)
                shown = stack.enter_context(log.open("a", encoding="utf-8"))
            with self._guard:
                if self._stopped:
                    raise ArmError(f"the {what} was not begun, for the experiment is being stopped")
                share.bind()
                process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, *command],
                    stdout=shown,
                    stderr=shown if log else None,
                    env={**os.environ, **share.variables},
                    pass_fds=[self._lock],
                )
                self.living.append(process)
            status = process.wait()
            with self._guard:
                self.living.remove(process)
        if status:
            seen = f" (see {log})" if log else ""
            raise ArmError(f"the {what} ended with status {status}{seen}; the same command goes on from there")

    def stop(self) -> None:
        """Begin nothing more, and end what runs: by SIGINT, or by harder signals if it takes its time."""
        with self._guard:
            self._stopped = True
            living = list(self.living)
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                for process in living:
                    process.send_signal(number)
                until = time.monotonic() + GRACE
                while any(process.poll() is None for process in living) and time.monotonic() < until:
                    time.sleep(0.05)
        finally:  # a second Ctrl-C comes here at once
            for process in living:
                process.kill()
