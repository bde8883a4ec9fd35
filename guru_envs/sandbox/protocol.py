"""The words that the host, the zygote and the program's process exchange.

Host to zygote (trusted): a fixed :data:`JOB`; the program and its inputs lie in the file that is to be its standard input. Zygote to
host (trusted): a :data:`REPORT` of how the process ended, from the kernel's own account. Program to host (not trusted): records in a
memory file, each a :data:`RECORD` head followed by two texts. Whatever a program writes there is only its answer to an input that
it was given; expected values are compared in the host.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

JOB = struct.Struct("=ddQQB")
"""CPU seconds, wall seconds, memory in bytes, largest file in bytes, number of processes (2: a judge and a program)."""
REPORT = struct.Struct("=BidddQ")
"""Reason (END_...), exit status (negative: signal), CPU seconds, wall seconds, seconds the machine stood still, peak KiB."""
RECORD = struct.Struct("=4sIBiddQQII")
"""RECORD_MARK, input, status, exit code, CPU s, wall s, end of its stdout, end of its stderr, lengths of value and error."""
RECORD_MARK = b"GURU"
QUESTION = b"Q"
"""Zygote to host, with descriptors of the processes: how long have they waited for a processor? Only the host can see that."""
ANSWER = struct.Struct("=d")
"""Host to zygote: seconds; 0 where the system does not say."""
CANCEL = b"C"
PATIENCE = 20.0
"""However busy the machine is, a program gets at most this many times its wall seconds."""

END_ITSELF, END_CPU, END_WALL, END_CANCELLED, END_FILES = 0, 1, 2, 3, 4
OK, RUNTIME_ERROR, COMPILE_ERROR, MEMORY_LIMIT, BLOCKED, OUTPUT_LIMIT = range(6)
NO_EXIT_CODE = -(2**31)
CLOSED = 2**64 - 1
"""In place of an end: the program closed the stream, so all that is in its file counts."""
LONGEST_ERROR = 4000
"""Characters of a traceback that are kept, at its end."""

# Descriptors of a program's process. The job comes in the file that becomes its standard input. The files belong to the worker and are
# emptied between programs; those of a player (in assertion tests) follow those of its judge in the zygote.
STDIN, STDOUT, STDERR, RECORDS = range(4)
FILES = 4
PEER = FILES
"""Socket between a judge and a player."""
CONTROL = 2 * FILES
"""The zygote's own socket to the host."""


# What is put back between two inputs of a program, if its source has one of the words in it. A program that hides what it changes
# leaves it to its own next input; should that fail, it is run again in a new process.
PUT_BACK = (
    ("recursion",), ("int_max",), ("argv",), ("decimal",), ("stack_size",), ("gc",), ("random",),
    ("open", "os", "file", "path", "temp", "save", "shutil", "sql", "shelve", "dbm", "log", "mmap", "__"), ("native_id",),
)  # fmt: skip
RECURSION, INT_DIGITS, ARGUMENTS, DECIMAL, STACK_SIZE, GC, RANDOM, TEMPORARY, THREAD = (
    1 << place for place in range(9)
)


def to_put_back(source: str) -> int:
    """Which of these a program may need."""
    bits = 0
    for place, words in enumerate(PUT_BACK):
        for word in words:
            if word in source:
                bits |= 1 << place
                break
    return bits


class Record(NamedTuple):
    """What a program's process says about one input; to be believed by nobody."""

    place: int
    status: int
    exit_code: int | None
    cpu_s: float
    wall_s: float
    stdout_end: int
    stderr_end: int
    value: bytes
    error: str


def pack_record(
    index: int,
    status: int,
    exit_code: int | None,
    times: tuple[float, float],
    ends: tuple[int, int],
    value: bytes,
    error: str,
) -> bytes:
    """Bytes of a record; ``times`` are CPU and wall seconds, ``ends`` the places in stdout and stderr."""
    text = error[-LONGEST_ERROR:].encode("utf-8", "replace")
    code = NO_EXIT_CODE if exit_code is None else exit_code
    return RECORD.pack(RECORD_MARK, index, status, code, *times, *ends, len(value), len(text)) + value + text


def unpack_record(data: bytes, start: int) -> tuple[Record, int] | None:
    """The record at ``start`` and where it ends; None when it is not there completely.

    Raises:
        ValueError: these bytes are no record.
    """
    if len(data) - start < RECORD.size:
        return None
    mark, index, status, code, cpu, wall, out, err, value_length, error_length = RECORD.unpack_from(data, start)
    times = 0 <= cpu < 1e9 and 0 <= wall < 1e9
    if mark != RECORD_MARK or status > OUTPUT_LIMIT or error_length > 4 * LONGEST_ERROR or not times:
        raise ValueError("not a record")
    if not value_length and not error_length:
        kept = None if code == NO_EXIT_CODE else code
        return Record(index, status, kept, cpu, wall, out, err, b"", ""), start + RECORD.size
    value_end = start + RECORD.size + value_length
    end = value_end + error_length
    if len(data) < end:
        return None
    value = data[start + RECORD.size : value_end]
    error = data[value_end:end].decode("utf-8", "replace") if error_length else ""
    return Record(index, status, None if code == NO_EXIT_CODE else code, cpu, wall, out, err, value, error), end
