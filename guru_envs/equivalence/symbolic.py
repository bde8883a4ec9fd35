"""What our own parser does not know is compared by math-verify and sympy, in processes that can be killed.

A helper process imports sympy once and then forks a child for every pair; the child has a memory limit and is killed when the
deadline passes, counted from its own start. So a bomb costs one child, never the caller, and no signals or alarms are used:
it works from any thread and under asyncio. The messages are JSON lines. Pairs that run out of time or memory are judged
"not equal", with the reason that they could not be compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
import weakref
from importlib.util import find_spec

from guru_envs.equivalence import limits
from guru_envs.equivalence.golds import Judgement
from guru_envs.errors import GuruError, MissingExtraError

START_LIMIT = 60.0  # seconds a helper process may take to import sympy
SIZE = max(2, min(4, os.cpu_count() or 2))  # helper processes at most, so pairs compared at the same time
_SLACK = 2.0  # seconds after that when a helper that does not answer is given up
_HOSTILE = re.compile(
    r"[0-9]{60}|\^\s*\{?\s*[0-9]{5}|[0-9]{5}\s*!|!\s*!|\^[^+\-]{0,12}\^[^+\-]{0,12}\^|[eE][+-]?[0-9]{4}"
)
_LOOP = re.compile(r"\\(?:sum|prod|int|lim)(?![a-z])")
_LOOPS = 3  # sums, products, integrals and limits of one text
_LONG_LOOP = re.compile(r"\\(?:sum|prod)[^^]{0,40}\^\s*\{?\s*(?:[0-9]{5}|[0-9]+\s*\^|[0-9]+\s*!)")
# What sympy would read as something else: vectors as numbers, several formulas as one, words as products.
_NOT_SCALAR = re.compile(r"\\(?:boldsymbol|vec|mathbf|bm|hat|nabla|bf)\b|begin\s*\{array|\$|;")


class WorkerError(GuruError, RuntimeError):
    """The helper process could not be started."""


class _Helper:
    """A process that imports sympy and forks a child for each pair."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        path = os.pathsep.join(part or os.getcwd() for part in sys.path)
        self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "guru_envs.equivalence.symbolic_worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self.ready = False
        self.buffer = b""

    def line(self, seconds: float) -> bytes | None:
        """The next line it sends; None when there is none in time, or it died."""
        until = time.monotonic() + seconds
        while b"\n" not in self.buffer:
            left = until - time.monotonic()
            try:
                if left <= 0 or not _readable(self.socket, left):
                    return None
                part = self.socket.recv(65536)
            except OSError:
                return None
            if not part:
                return None
            self.buffer += part
        found, _, self.buffer = self.buffer.partition(b"\n")
        return found

    def kill(self) -> None:
        """End the process and reap it."""
        with contextlib.suppress(OSError):
            self.socket.close()
        self.process.kill()
        self.process.wait()


def _readable(connection: socket.socket, seconds: float) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class _Helpers:
    """The helper processes of this interpreter; they start with the first pair."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.idle: list[_Helper] = []
        self.all: list[_Helper] = []
        self.lock = threading.Lock()
        self.places = threading.Semaphore(SIZE)
        self.finalizer = weakref.finalize(self, _kill_all, self.all, self.owner)

    def compare(self, gold: str, answer: str) -> Judgement:
        """Hand a pair to an idle helper and wait for its verdict."""
        with self.places:
            helper = self._take()
            kept = False
            try:
                message = json.dumps({"gold": gold, "answer": answer, "deadline": limits.DEADLINE}) + "\n"
                try:
                    helper.socket.sendall(message.encode())
                except OSError:
                    return Judgement(False, "the comparing process died", "worker died")
                reply = helper.line(limits.PATIENCE + _SLACK)
                if reply is None:
                    return Judgement(False, "the answer could not be compared in time", "worker timeout")
                kept = True
                return _judgement(json.loads(reply))
            finally:
                self._give_back(helper, kept)

    def _take(self) -> _Helper:
        with self.lock:
            helper = self.idle.pop() if self.idle else None
            if helper is None:
                helper = _Helper()
                self.all.append(helper)
        if not helper.ready:
            if helper.line(START_LIMIT) != b"ready":
                self._give_back(helper, False)
                raise WorkerError("the process that compares by sympy could not be started; see its error output above")
            helper.ready = True
        return helper

    def _give_back(self, helper: _Helper, alive: bool) -> None:
        with self.lock:
            if alive:
                self.idle.append(helper)
            elif helper in self.all:
                self.all.remove(helper)
                helper.kill()

    def warm_up(self) -> None:
        """Start one helper now."""
        helper = self._take()
        self._give_back(helper, True)


def _kill_all(helpers: list[_Helper], owner: int) -> None:
    if os.getpid() == owner:  # a forked copy must not kill its parent's processes
        for helper in helpers:
            helper.kill()
        helpers.clear()


_helpers: _Helpers | None = None
_making = threading.Lock()


def _current() -> _Helpers:
    """The helpers of this process; a forked child starts its own."""
    global _helpers
    with _making:
        if _helpers is None or _helpers.owner != os.getpid():
            _helpers = _Helpers()
        return _helpers


def _after_fork() -> None:
    global _helpers, _making
    _helpers, _making = None, threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def available() -> bool:
    """Whether math-verify is installed."""
    return find_spec("math_verify") is not None


def require() -> None:
    """Check that math-verify is installed.

    Raises:
        MissingExtraError: it is not; the message names the extra.
    """
    if not available():
        raise MissingExtraError("comparing answers by sympy", "math")


def warm_up() -> None:
    """Start a helper process now, so that the first pair that needs one does not wait for sympy's import.

    Raises:
        MissingExtraError: math-verify is not installed.
    """
    require()
    _current().warm_up()


def _is_hopeless(text: str) -> bool:
    """Whether sympy would only run into its deadline, or read something else."""
    if len(_LOOP.findall(text)) > _LOOPS or _depth(text) > limits.NESTING:
        return True
    return any(pattern.search(text) for pattern in (_HOSTILE, _NOT_SCALAR, _LONG_LOOP))


def _depth(text: str) -> int:
    """How deep braces are nested."""
    depth = deepest = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


def compare(gold: str, answer: str) -> Judgement:
    """Compare two LaTeX texts by math-verify."""
    if any(_is_hopeless(text) for text in (gold, answer)):
        return Judgement(False, "the answer could not be compared within the limits", "limit")
    if not available():
        return Judgement(False, "the answer could not be compared without the extra 'math'", "worker missing")
    return _current().compare(gold, answer)


def _judgement(reply: dict[str, object]) -> Judgement:
    outcome = reply.get("outcome")
    if outcome == "equal":
        return Judgement(True, "equal by sympy", "sympy")
    if outcome == "different":
        return Judgement(False, "not equal by sympy", "sympy")
    if outcome == "timeout":
        return Judgement(False, "the answer could not be compared in time", "worker timeout")
    if outcome == "unread":
        return Judgement(False, "the answer cannot be read", "sympy")
    return Judgement(False, "the answer could not be compared", "worker died")
