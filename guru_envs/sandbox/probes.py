"""The self-test of a worker: hostile probes that show which promises hold here, whatever the layers claim."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from guru_envs.sandbox.program import Call, Program

Held = dict[str, bool]


class Level(IntEnum):
    """How well programs are held, as measured.

    ``FULL``: no file outside the interpreter can be read or seen, nothing written, no network, no other process started,
    signalled or traced. ``KERNEL``: the same, but whether a file exists can be seen. ``CLOSED``: the same as KERNEL, and no file at
    all can be opened, so only modules loaded beforehand can be imported. ``SEATBELT``: as KERNEL by the probes, on macOS, which
    does not bound memory. ``NONE``: limits only.
    """

    NONE = 0
    SEATBELT = 1
    CLOSED = 2
    KERNEL = 3
    FULL = 4


PROMISES = {
    "read": "the content of files outside the interpreter cannot be read",
    "see": "whether such files exist cannot be seen",
    "write": "no file outside the own temporary directory can be written, made, renamed or given other rights",
    "network": "no socket of any family can be made",
    "fork": "no process can be started",
    "exec": "no other program can be executed",
    "signal": "no other process can be signalled",
    "trace": "no other process can be traced, read or given other limits",
    "namespace": "no namespace can be made, nothing mounted",
    "memory_file": "no shared memory or memory file outside the memory limit",
    "processes": "other processes cannot be listed",
}
_NOT_AT_KERNEL = {"see"}

_SOURCE = r'''
import ctypes, os, resource, signal, socket
libc = ctypes.CDLL(None, use_errno=True)

def held(action):
    """True when the action fails."""
    try:
        return action() is None
    except Exception:
        return True

def writes():
    folders = ["/", "/dev", "/dev/shm", "/var/tmp", "/home", os.path.dirname(os.__file__)]
    if os.environ.get("TMPDIR") != "/tmp":
        folders.append("/tmp")
    for path in [folder + "/guru_probe" for folder in folders]:
        if not held(lambda: os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)) or 1):
            os.unlink(path)
            return 1
        if not held(lambda: os.mkdir(path) or 1):
            os.rmdir(path)
            return 1
    if not held(lambda: os.chmod(os.__file__, os.stat(os.__file__).st_mode & 0o7777) or 1):
        return 1

def network():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            if not held(lambda: socket.socket(family, kind)):
                return 1

def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return 1

def traces():
    parent = os.getppid()
    if not held(lambda: resource.prlimit(parent or 1, resource.RLIMIT_NOFILE)):
        return 1
    return 1 if libc.ptrace(0x4206, parent or 1, 0, 0) == 0 else None  # PTRACE_SEIZE

def processes():
    return 1 if [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()] else None

def probe(path):
    return {
        "read": held(lambda: open(path).read(1)),
        "see": held(lambda: os.stat(path)),
        "write": held(writes),
        "network": held(network),
        "fork": held(fork),
        "signal": held(lambda: os.kill(os.getppid() or 1, 0) or 1) and held(lambda: os.killpg(0, 0) or 1),
        "trace": held(traces),
        "namespace": held(lambda: 1 if libc.unshare(0x10000000) == 0 else None)
        and held(lambda: 1 if libc.mount(b"none", b"/tmp", b"tmpfs", 0, 0) == 0 else None),
        "memory_file": held(lambda: os.memfd_create("probe")),
        "processes": held(processes),
    }

def imports():
    import tabnanny
    return tabnanny.__name__

def execute(path):
    os.execv(path, [path])
'''


def outside_file() -> str:
    """A file that exists and is no part of the interpreter."""
    return str(Path(__file__).parent.parent / "errors.py")


def programs(executable: str) -> tuple[Program, ...]:
    """The probes; the second answers whether other modules can be imported, the third must not vanish into ``executable``."""
    calls = (Call("probe", (outside_file(),)), Call("imports"), Call("execute", (executable,)))
    return tuple(Program(_SOURCE, (call,)) for call in calls)


def level_of(held: Held, imports: bool, by_seatbelt: bool = False) -> Level:
    """The level that the probes confirm."""
    failed = {name for name in PROMISES if not held.get(name, False)}
    if failed - _NOT_AT_KERNEL:
        return Level.NONE
    if by_seatbelt:
        return Level.SEATBELT
    if not imports:
        return Level.CLOSED
    return Level.KERNEL if failed else Level.FULL
