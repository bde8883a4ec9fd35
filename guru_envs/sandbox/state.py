"""What programs find, and share with the interpreter: streams, seeds, arguments, names; set up once, put back between inputs."""

from __future__ import annotations

import builtins
import contextlib
import decimal
import gc
import io
import os
import sys
import threading
from typing import Any

from . import protocol
from .seeded import random
from .temporary import Temporary

FILE_NAME = "solution.py"
_open = open  # the real one; programs get one that knows the names of the standard streams
_open_low = os.open
_stack_size = threading.stack_size
_LARGEST_STACK = 128 * 2**20
_recursion_limit = 1000
_temporary: Temporary | None = None
_DEVICE_FILES = {
    "/dev/stdin": 0,
    "/dev/stdout": 1,
    "/dev/stderr": 2,
    "/dev/fd/0": 0,
    "/dev/fd/1": 1,
    "/proc/self/fd/0": 0,
}


def prepare(own: Temporary | None) -> None:
    """In the zygote: what each program finds, in its own directory if there is one."""
    global _recursion_limit, _temporary

    def open(file: Any, *args: Any, **kwargs: Any) -> Any:
        """``open``, also for the names of the standard streams, which do not exist in here."""
        return _open(_own_stream(file), *args, **kwargs)

    def open_low(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        """``os.open``, with the same names."""
        found = _own_stream(path)
        return found if found is not path else _open_low(path, flags, *args, **kwargs)

    def stack_size(size: int = 0) -> int:
        """``threading.stack_size``; a huge stack is not needed for deep recursion, and would count as memory."""
        return _stack_size(min(size, _LARGEST_STACK))

    def quit(code: Any = None) -> None:
        """What ``site`` would have added."""
        raise SystemExit(code)

    for name, value in (("open", open), ("exit", quit), ("quit", quit)):
        setattr(builtins, name, value)
    io.open, os.open = open, open_low
    threading.stack_size = stack_size
    _recursion_limit = sys.getrecursionlimit()
    seed_all(0)
    _streams[:] = map(_open_stream, range(3))
    renew_streams()
    sys.argv[:] = [FILE_NAME]
    sys.path[:] = [entry for entry in sys.path if os.path.isdir(entry)]
    os.environ.clear()
    os.environ.update({"PATH": "/usr/bin:/bin", "HOME": "/", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"})
    _temporary = own
    if own is not None:
        os.environ.update({"HOME": own.path, "TMPDIR": own.path})
        os.chdir(own.path)


def _own_stream(file: Any) -> Any:
    """A new descriptor where ``file`` names one of the standard streams, else ``file``."""
    name = file if type(file) is str else os.fspath(file) if isinstance(file, os.PathLike) else ""
    return os.dup(_DEVICE_FILES[name]) if name in _DEVICE_FILES else file


_STREAMS = ("stdin", "stdout", "stderr")
_streams: list[Any] = []


def _open_stream(number: int) -> Any:
    return _open(number, "w" if number else "r", encoding="utf-8", errors="surrogateescape", closefd=False)


def renew_streams() -> None:
    """Put the standard streams back, empty; new ones only where the program closed or detached them, which is slower."""
    stdin, stdout, stderr = _streams
    try:
        stdin.seek(0, os.SEEK_END)  # makes it forget what it has read
        stdin.seek(0)
        usable = not (stdout.closed or stderr.closed)
    except (OSError, ValueError):
        usable = False
    if not usable:
        _streams[:] = map(_usable, range(3))
        stdin, stdout, stderr = _streams
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[misc]


def _usable(number: int) -> Any:
    """A stream if it can still be used, else a new one."""
    try:
        usable = not _streams[number].closed
        if number == protocol.STDIN:
            _streams[number].seek(0, os.SEEK_END)
            _streams[number].seek(0)
    except (OSError, ValueError):
        usable = False
    return _streams[number] if usable else _open_stream(number)


def seed_all(seed: int) -> None:
    """Seed the generators that programs use."""
    random.seed(seed)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(seed % 2**32)


def start(seed: int, recursion: int | None, source: str) -> None:
    """What the first input finds; the rest was made in the zygote."""
    if seed:
        seed_all(seed)
    if recursion:
        sys.setrecursionlimit(recursion)
    if "native_id" in source:  # the kernel's number of the thread, which a fork of the C library's leaves as it was
        main: Any = threading.main_thread()
        main._set_native_id()


def _put_back_files(own: Temporary) -> None:
    with contextlib.suppress(OSError):
        if own.dirty():
            os.chdir(own.path)
            own.clean()


def reset(changed: int, seed: int, recursion: int | None) -> None:
    """Put back what an earlier input may have changed without meaning harm: what the bits of :mod:`protocol` name."""
    if changed:
        if changed & protocol.RECURSION:
            sys.setrecursionlimit(recursion or _recursion_limit)
        if changed & protocol.INT_DIGITS:
            sys.set_int_max_str_digits(sys.int_info.default_max_str_digits)
        if changed & protocol.ARGUMENTS:
            sys.argv = [FILE_NAME]
        if changed & protocol.DECIMAL:
            decimal.setcontext(decimal.DefaultContext.copy())
        if changed & protocol.STACK_SIZE:
            _stack_size(0)
        if changed & protocol.GC:
            gc.enable()
        if changed & protocol.RANDOM:
            seed_all(seed)
        if changed & protocol.TEMPORARY and _temporary is not None:
            _put_back_files(_temporary)
    renew_streams()


def flush() -> None:
    """Write out what was printed."""
    for stream in (*_streams[1:], sys.stdout, sys.stderr):  # ours, and the program's if it has put its own in the place
        if stream is not None and not getattr(stream, "closed", False):
            stream.flush()


def set_input(data: bytes) -> None:
    """Make this the content of the file that is standard input."""
    written = os.pwrite(protocol.STDIN, data, 0)
    while written < len(data):
        written += os.pwrite(protocol.STDIN, data[written:], written)
    if os.lseek(protocol.STDIN, 0, os.SEEK_END) != len(data):
        os.ftruncate(protocol.STDIN, len(data))
    os.lseek(protocol.STDIN, 0, os.SEEK_SET)
