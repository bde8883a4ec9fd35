"""Seccomp filters: one for the zygote and all it forks, one more for the process that runs a program.

The first decides by allow-list; calls that it does not know fail with ENOSYS and dangerous ones with EPERM, never with a kill, so
libraries that only try something go on. The second takes away what the zygote needs and a program must not have (new processes,
signals to others, passing descriptors). It is short, since it is installed for each program.
"""

from __future__ import annotations

import ctypes
import errno
import struct
import sys

from . import kernel
from .syscalls import ALLOWED, CONDITIONAL, DENIED, FILES, NUMBERS, SUPERVISOR, architecture

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_SET_MODE_FILTER = 1

EPERM = _ERRNO | errno.EPERM
EACCES = _ERRNO | errno.EACCES
ENOSYS = _ERRNO | errno.ENOSYS

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant

NEW_NAMESPACES = (
    kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET | kernel.CLONE_NEWCGROUP
)  # fmt: skip
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032)  # dup, flags, locks, pipe size; not F_SETOWN, leases or seals
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # isatty, window size, FIONREAD, FIONBIO, close-on-exec


def _argument(index: int, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index + (4 if high else 0))


def _return(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


def _one_of(index: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    """Allow when the low word of an argument is one of some values."""
    tests = [(_JEQ, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [_argument(index), *tests, _return(otherwise), _return(_ALLOW)]


def _no_bits(index: int, bits: int, otherwise: int) -> list[Instruction]:
    """Allow when an argument has none of some bits."""
    return [_argument(index), (_JSET, 0, 1, bits), _return(otherwise), _return(_ALLOW)]


def _with_bits(index: int, bits: int, otherwise: int) -> list[Instruction]:
    """Allow when an argument has one of some bits."""
    return [_argument(index), (_JSET, 0, 1, bits), _return(_ALLOW), _return(otherwise)]


_STREAM_PAIR: list[Instruction] = [
    _argument(0), (_JEQ, 1, 0, 1), _return(EPERM),  # AF_UNIX
    _argument(1), (0x54, 0, 0, 0xF), (_JEQ, 1, 0, 1), _return(EPERM), _return(_ALLOW),  # SOCK_STREAM
]  # fmt: skip
_NO_ADDRESS: list[Instruction] = [
    _argument(4), (_JEQ, 1, 0, 0), _return(EPERM), _argument(4, high=True), (_JEQ, 1, 0, 0), _return(EPERM), _return(_ALLOW),
]  # fmt: skip


def _prologue(audit_arch: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, audit_arch), _return(EPERM), (_LOAD, 0, 0, 0)]


def _block(number: int, body: list[Instruction]) -> list[Instruction]:
    """Run ``body`` (which returns on every path) for one system call."""
    return [(_JEQ, 0, len(body), number), *body]


def zygote_filter(may_open: bool, may_write: bool) -> bytes:
    """The filter of the zygote.

    Args:
        may_open: files; not on kernels without Landlock, where nothing tells one file from another.
        may_write: make and remove files, where something else confines that to a directory.
    """
    arch = architecture()
    assert arch is not None
    conditional: dict[str, list[Instruction]] = {
        "clone": _no_bits(0, NEW_NAMESPACES, EPERM),
        "fcntl": _one_of(1, _FCNTL, EPERM),
        "ioctl": _one_of(1, _IOCTL, EPERM),
        "socketpair": _STREAM_PAIR,
        "sendto": _NO_ADDRESS,
        "kill": [_return(_ALLOW)],
        "tgkill": [_return(_ALLOW)],
        "prlimit64": [_return(_ALLOW)],
        "prctl": [_return(_ALLOW)],
        "open": [_return(_ALLOW if may_open else EACCES)],
        "openat": [_return(_ALLOW if may_open else EACCES)],
    }
    program = _prologue(arch[0])
    for name, body in conditional.items():
        if name in CONDITIONAL:
            program += _block(CONDITIONAL[name], body)
    actions = dict.fromkeys([*ALLOWED.values(), *SUPERVISOR.values()], _ALLOW) | dict.fromkeys(DENIED.values(), EPERM)
    actions |= dict.fromkeys(FILES.values(), _ALLOW if may_write else EPERM)
    program += _ranges(actions)
    return _assemble(program)


def _ranges(actions: dict[int, int]) -> list[Instruction]:
    """Numbers to actions, from the largest down, one comparison for each run of numbers with one action."""
    highest = max(actions)
    runs: list[tuple[int, int]] = []  # first number, action
    for number in range(highest + 1):
        action = actions.get(number, ENOSYS)
        if not runs or runs[-1][1] != action:
            runs.append((number, action))
    program: list[Instruction] = [(_JGE, 0, 1, highest + 1), _return(ENOSYS)]
    for first, action in reversed(runs):
        program += [(_JGE, 0, 1, first), _return(action)]
    return [*program, _return(ENOSYS)]


_OWN_PID = 0x7FFFFFF1  # stands for the pid until the process that it belongs to exists


def program_filter() -> bytes:
    """The filter of the process that runs a program, with places for its pid, which :class:`ReadyFilter` fills in."""
    arch = architecture()
    assert arch is not None
    own: list[Instruction] = _one_of(0, (_OWN_PID,), EPERM)
    bodies: dict[str, list[Instruction]] = {
        "clone": _with_bits(0, kernel.CLONE_THREAD, EPERM),
        "kill": own,
        "tgkill": own,
        "prlimit64": _one_of(0, (0, _OWN_PID), EPERM),
        "prctl": _one_of(0, (kernel.PR_SET_NAME, kernel.PR_GET_NAME), EPERM),
    }
    program = _prologue(arch[0])
    for name, body in bodies.items():
        program += _block(NUMBERS[name], body)
    program += [(_JEQ, len(SUPERVISOR) - place, 0, number) for place, number in enumerate(SUPERVISOR.values())]
    program += [_return(_ALLOW), _return(EPERM)]
    return _assemble(program)


def _assemble(program: list[Instruction]) -> bytes:
    assert sys.byteorder == "little"
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


class ReadyFilter:
    """A filter laid out in memory, so that installing it takes a single call in the process that was just forked."""

    def __init__(self, code: bytes) -> None:
        self._code = ctypes.create_string_buffer(code, len(code))
        header = struct.pack("=HxxxxxxQ", len(code) // 8, ctypes.addressof(self._code))
        self._header = ctypes.create_string_buffer(header, len(header))
        mark = struct.pack("=I", _OWN_PID)
        words = memoryview(self._code).cast("B").cast("I")
        self._words = words
        self._places = [place for place in range(1, len(words), 2) if words[place : place + 1].tobytes() == mark]
        # A library of its own, since the types of arguments belong to the function; they are made once, not in each process.
        self._syscall = ctypes.PyDLL(None).syscall
        self._arguments = tuple(
            ctypes.c_long(word) for word in (NUMBERS["seccomp"], _SET_MODE_FILTER, 0, ctypes.addressof(self._header))
        )

    def install(self, pid: int = 0) -> None:
        """Install it on this process, whose pid it is, for good.

        Raises:
            OSError: the kernel has no seccomp filters, or refuses.
        """
        words = self._words
        for place in self._places:
            words[place] = pid
        if self._syscall(*self._arguments) != 0:
            raise OSError("seccomp: the kernel does not take the filter")

    def rehearse(self) -> None:
        """All of it but the system call, so that the interpreter has adapted this code when it counts."""
        real, self._arguments = self._arguments, (ctypes.c_long(NUMBERS["sched_yield"]),)
        self.install()
        self._arguments = real
