"""The helper process: ``python -m guru_envs.equivalence.symbolic_worker FD``. Started by ``symbolic`` only.

It imports sympy and math-verify once. For each pair it forks a child, which limits its own memory, compares, and writes one
word into a pipe; a child that passes the deadline is killed. The process ends when its parent closes the connection or dies.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import time

from guru_envs.equivalence import limits

_OUTCOMES = (b"equal", b"different", b"unread")


def _compare(gold: str, answer: str) -> bytes:
    """The verdict of math-verify on two LaTeX texts; runs in a child only."""
    from math_verify import LatexExtractionConfig, parse, verify

    config = (LatexExtractionConfig(),)
    sides = [
        parse(f"${text}$", config, fallback_mode="no_fallback", extraction_mode="first_match", parsing_timeout=None)
        for text in (gold, answer)
    ]
    if not sides[0] or not sides[1]:
        return b"unread"
    return b"equal" if verify(sides[0], sides[1], strict=True, timeout_seconds=None) else b"different"


def _limit_memory() -> None:
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    bound = used + limits.WORKER_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _child(gold: str, answer: str, pipe: int) -> None:
    """Compare and write the outcome; never returns."""
    try:
        if os.path.exists("/proc/self/statm"):
            _limit_memory()
        sys.setrecursionlimit(3000)
        outcome = _compare(gold, answer)
    except BaseException:  # whatever happens in sympy, this child says one word and ends
        outcome = b"failed"
    os.write(pipe, outcome)
    os._exit(0)


def _worked(child: int) -> float | None:
    """The processor seconds a child has used; None where the system does not say."""
    try:
        with open(f"/proc/{child}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def judge(gold: str, answer: str, deadline: float) -> str:
    """Compare in a forked child, which is killed when it has worked for so many seconds.

    Its own processor time counts, so a busy machine does not change verdicts; waiting has a limit of its own.
    """
    reading, writing = os.pipe()
    until = time.monotonic() + limits.PATIENCE
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(gold, answer, writing)
    os.close(writing)
    said = b"timeout"
    try:
        while time.monotonic() < until:
            ready, _, _ = select.select([reading], [], [], 0.05)
            if ready:
                said = os.read(reading, 64)
                break
            worked = _worked(child)
            if worked is None:
                until = min(until, time.monotonic() + deadline)
            elif worked >= deadline:
                break
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return said.decode() or "failed"


def main() -> None:
    """Serve pairs until the connection is closed."""
    logging.disable(logging.CRITICAL)
    connection = socket.socket(fileno=int(sys.argv[1]))
    _compare("\\frac{1}{2}+\\sqrt{2}", "\\sqrt{2}+0.5")  # builds the parser's tables once, for all children
    connection.sendall(b"ready\n")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), connection.makefile("rb") as lines:
        for line in lines:
            pair = json.loads(line)
            outcome = judge(str(pair["gold"]), str(pair["answer"]), float(pair["deadline"]))
            connection.sendall(json.dumps({"outcome": outcome}).encode() + b"\n")


if __name__ == "__main__":
    main()
