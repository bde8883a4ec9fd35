"""The few system calls that Python does not wrap, through ctypes."""

from __future__ import annotations

import ctypes
import os

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 1, 4, 38, 24
PR_SET_NAME, PR_GET_NAME = 15, 16
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP, CLONE_THREAD = 0x20000000, 0x40000000, 0x02000000, 0x00010000

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Call a function of the C library that returns -1 with errno set when it fails.

    Raises:
        OSError: it failed.
    """
    words = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    function = getattr(_libc, name)
    function.restype = ctypes.c_long
    result = int(function(*words))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


_fork = ctypes.PyDLL(None).fork  # PyDLL: our thread keeps the interpreter's lock, in both processes
_fork.argtypes = ()


def fork() -> int:
    """``os.fork`` without what Python does in the child, which costs as much again as the fork itself.

    That work (new locks, forgotten threads, hooks of modules) is for processes with several threads, or for modules that want to
    know; with a single thread all locks are free, and the child is a copy in which everything holds as before. The one thing that
    is not the same is the kernel's number of the thread, which whoever needs it asks for anew.

    Raises:
        OSError: no process could be started.
    """
    pid: int = _fork()
    if pid < 0:
        raise OSError(ctypes.get_errno(), "fork failed")
    return pid


def syscall(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Call a system call by number; raises OSError."""
    return call("syscall", number, *arguments)


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """``prctl`` with integers; raises OSError."""
    call("prctl", option, first, second, 0, 0)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """``mount``; raises OSError."""
    call("mount", source.encode(), target.encode(), kind.encode(), flags, data.encode() or None)


def drop_capabilities() -> None:
    """Empty the bounding, ambient and all other capability sets of this process."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # beyond the last capability, or already without CAP_SETPCAP
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    empty = (ctypes.c_uint32 * 6)()
    call("capset", ctypes.addressof(header), ctypes.addressof(empty))  # kept alive by the two names above
