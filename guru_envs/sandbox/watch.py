"""Watching a program's processes: their clocks, the host's word, the end; used by the zygote."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from typing import Any

from . import protocol
from .temporary import Temporary

_SLICE = 0.25  # longest sleep while watching, seconds
_LATE = 0.02  # waking up later than this, seconds, means that the machine is overloaded or stood still: that time does not count
_SHORTEST = 0.002
_LOOK = 0.02  # seconds to the first look at a program, and between looks at a temporary directory that the kernel does not bound
_CORES = os.cpu_count() or 1
_BUSY = 0.2  # share of the wall time on a CPU from which a program counts as busy, not waiting
_PATIENCE = 5.0  # a busy program gets this many times the wall limit
_ASK_AGAIN = 0.05  # seconds between questions how long a program has waited for a processor
_ANSWER_SECONDS = 10.0


def first_look(cpu: float, wall: float) -> float:
    """Seconds after which to look at a program for the first time: no limit can be reached before."""
    return min(_LOOK, wall, cpu / _CORES)


def watch(
    waiting: Waiting, pids: list[int], limits: tuple[float, float, float], own: Temporary | None
) -> tuple[bool, bytes]:
    """Wait for the first process, kill it at its limits, and account for it; the others end with it."""
    pid = pids[0]
    began, cpu, wall = limits
    longest = _LOOK if own is not None and not own.bounded else _SLICE
    reason, queued = protocol.END_ITSELF, 0.0
    nap = 0.0 if waiting.descriptor >= 0 else _SHORTEST
    now = time.monotonic()
    stalled = max(0.0, now - began - first_look(cpu, wall) - _LATE)
    while True:
        ended, cancelled, alive = waiting.wait(nap)
        if ended or cancelled:
            reason = protocol.END_CANCELLED if cancelled and not ended else protocol.END_ITSELF
            break
        before, now = now, time.monotonic()
        stalled += max(0.0, now - before - nap - _LATE)
        used = max(map(_cpu_of, pids))
        passed = now - began - stalled
        if used >= cpu:
            reason = protocol.END_CPU
            break
        allowed = wall * _PATIENCE if used > _BUSY * passed else wall
        left = allowed + queued - passed
        if left <= 0:
            queued = waiting.queued(pids) if passed < wall * protocol.PATIENCE else 0.0
            if passed - queued >= allowed:
                reason = protocol.END_WALL
                break
            left = max(_ASK_AGAIN, allowed + queued - passed)
        if own is not None and own.too_full():
            reason = protocol.END_FILES
            break
        nap = max(_SHORTEST, min(longest, cpu - used, left))
        now = time.monotonic()
    if reason != protocol.END_ITSELF:
        os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    ended_at = time.monotonic()
    for other in pids[1:]:
        os.kill(other, signal.SIGKILL)
        os.wait4(other, 0)
    code = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    if reason == protocol.END_ITSELF and code == -signal.SIGXCPU:
        reason = protocol.END_CPU
    return alive, protocol.REPORT.pack(reason, code, seconds, ended_at - began, stalled, usage.ru_maxrss)


def _cpu_of(pid: int) -> float:
    try:
        return time.clock_gettime(
            ~pid << 3 | 2
        )  # the clock of all threads of a process, as clock_getcpuclockid(3) makes it
    except OSError:
        return 0.0


class Waiting:
    """Wait for the end of a process or a word from the host, whichever comes first."""

    def __init__(self, control: socket.socket, poll: Any, pid: int, descriptor: int) -> None:
        self.control, self.pid = control, pid
        self.poll, self.descriptor = poll, descriptor  # of the socket and the process; of the process, if there is one

    def wait(self, seconds: float) -> tuple[bool, bool, bool]:
        """Whether the process ended, whether the host cancels, whether the host is there."""
        if self.descriptor < 0:
            seconds = min(seconds, 2 * _SHORTEST)
        ready = {descriptor for descriptor, _ in self.poll.poll(seconds * 1000)}
        if self.descriptor >= 0:
            ended = self.descriptor in ready
        else:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        if self.control.fileno() not in ready:
            return ended, False, True
        return ended, True, bool(self.control.recv(1))

    def queued(self, pids: list[int]) -> float:
        """Ask the host how long the processes have waited for a processor that others had; 0 where nobody knows."""
        if self.descriptor < 0:
            return 0.0
        own = [os.pidfd_open(pid) for pid in pids]
        try:
            socket.send_fds(self.control, [protocol.QUESTION], own)
        except OSError:
            return 0.0  # the host is gone
        finally:
            for descriptor in own:
                os.close(descriptor)
        if not select.select([self.control], [], [], _ANSWER_SECONDS)[0]:
            return 0.0
        # Looked at first: a word that cancels the job, or the end of the host, stays to be seen by `wait`, at once.
        data = self.control.recv(protocol.ANSWER.size, socket.MSG_PEEK)
        if len(data) != protocol.ANSWER.size:
            return float("inf") if data else 0.0
        return float(protocol.ANSWER.unpack(self.control.recv(protocol.ANSWER.size))[0])
