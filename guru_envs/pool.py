"""Judging in worker processes with a deadline, for domains whose verifier may hang.

Each worker is a persistent interpreter that judges one response at a time. A response is handed only to a worker that is
idle and ready, so the deadline counts from the start of execution; time spent in the queue never counts. A worker that
passes the deadline or dies is killed and replaced, and its response gets a FAULT. No signals or alarms are involved, so the
pool works from any thread.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from guru_envs.errors import GuruError, InvalidValueError
from guru_envs.registry import with_parts
from guru_envs.source import Posed, fault
from guru_envs.task import Verdict

START_LIMIT = 60.0  # seconds a new worker may take to import its domain
START_TRIES = 4  # starts in a row that may fail, since somebody may have killed a worker while it started


class PoolError(GuruError, RuntimeError):
    """A worker could not be started."""


class _Worker:
    """One interpreter and the connection to it."""

    def __init__(self, registry_row: Any) -> None:
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(part or os.getcwd() for part in sys.path)
        self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "guru_envs.pool_worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        with contextlib.suppress(OSError):  # a dead worker is noticed when its connection is read
            self.connection.send(with_parts(registry_row))
        self.ready = False
        self.job: int | None = None
        self.until = time.monotonic() + START_LIMIT

    def kill(self) -> None:
        """End the process and reap it."""
        with contextlib.suppress(OSError):
            self.connection.close()
        self.process.kill()
        self.process.wait()


def _kill_all(workers: list[_Worker], owner: int) -> None:
    if os.getpid() == owner:  # a forked copy of the pool must not kill its parent's workers
        for worker in workers:
            worker.kill()
        workers.clear()


class VerifierPool:
    """Persistent worker processes that judge responses of one environment.

    Args:
        row: the registry row of the environment; sent to the workers, so rows added at run time work too.
        workers: number of processes; they start with the first judgement.
        deadline: seconds one judgement may take, counted from the start of its execution.
    """

    def __init__(self, row: Any, workers: int, deadline: float) -> None:
        if workers < 1 or not deadline > 0:
            raise InvalidValueError(f"a pool needs workers >= 1 and a deadline > 0, not {workers!r} and {deadline!r}")
        self.row, self.size, self.deadline = row, workers, deadline
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, _kill_all, self._workers, self._owner)

    def __reduce__(self) -> Any:
        """A copy, or a pickled pool, is a pool of the same kind with workers of its own."""
        return VerifierPool, (self.row, self.size, self.deadline)

    def judge_many(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        """Judge responses; the verdicts come in their order, whatever the number of workers.

        Raises:
            PoolError: workers cannot be started.
        """
        with self._lock:
            if os.getpid() != self._owner:  # we are in a forked child: the workers belong to the parent
                self._workers, self._owner = [], os.getpid()
                self._finalizer = weakref.finalize(self, _kill_all, self._workers, self._owner)
            return self._run(posed, responses)

    def _run(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        verdicts: list[Verdict | None] = [None] * len(posed)
        queue = deque(range(len(posed)))
        left = len(posed)
        while left:
            while len(self._workers) < min(self.size, left):
                self._workers.append(_Worker(self.row))
            for worker in self._workers:
                if worker.ready and worker.job is None and queue:
                    self._start(worker, queue.popleft(), posed, responses)
            waiting = [worker for worker in self._workers if worker.job is not None or not worker.ready]
            pause = max(0.0, min(worker.until for worker in waiting) - time.monotonic())
            readable = set(wait([worker.connection for worker in waiting], pause))
            for worker in waiting:
                if worker.connection in readable:
                    left -= self._receive(worker, verdicts)
                elif time.monotonic() >= worker.until:
                    left -= self._give_up(worker, verdicts, f"the deadline of {self.deadline:g} s passed")
        return [verdict for verdict in verdicts if verdict is not None]

    def _start(self, worker: _Worker, job: int, posed: Sequence[Posed], responses: Sequence[str]) -> None:
        worker.job, worker.until = job, time.monotonic() + self.deadline
        with contextlib.suppress(OSError):  # a dead worker is noticed when its connection is read
            worker.connection.send((posed[job].task, posed[job].show, responses[job]))

    def _receive(self, worker: _Worker, verdicts: list[Verdict | None]) -> int:
        """Take a worker's message; returns how many responses are settled by it."""
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            return self._give_up(worker, verdicts, "the judging process died")
        if not worker.ready:
            worker.ready, self._failed_starts = True, 0
            return 0
        assert worker.job is not None
        verdicts[worker.job], worker.job = message, None
        return 1

    def _give_up(self, worker: _Worker, verdicts: list[Verdict | None], reason: str) -> int:
        """Kill a worker; the response it held, if any, is settled as a FAULT."""
        worker.kill()
        self._workers.remove(worker)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts < START_TRIES:
                return 0  # another one is started
            self._failed_starts = 0
            raise PoolError(f"a verifier worker for {self.row.id} could not be started; see its error output above")
        if worker.job is None:
            return 0
        verdicts[worker.job] = fault(reason)
        return 1

    def close(self) -> None:
        """Kill the workers. The pool may be used again afterwards."""
        with self._lock:
            if os.getpid() == self._owner:
                _kill_all(self._workers, self._owner)
