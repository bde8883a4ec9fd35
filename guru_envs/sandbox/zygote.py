"""The warm interpreter of a worker: locks itself in, then forks one process for each program and watches it.

Started by the host as a fresh process with an empty environment; it never sees a program, an input or an output: those go through
memory files from the host straight to the forked process. So nothing of one program is left in the memory from which the next is
forked. It ends when the host closes its socket, and as process 1 of its namespace takes everything with it.

Runs under a package name without ``guru_envs``, so only the standard library and its neighbours can be imported.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import child, judge, kernel, landlock, namespaces, player, protocol, seccomp, state, warm
from . import temporary as temporaries
from .temporary import Temporary
from .watch import Waiting, first_look, watch

_PRELOADED = """
abc array base64 bisect calendar cmath collections contextlib copy dataclasses datetime decimal enum fractions functools
hashlib heapq inspect io itertools json math numbers operator os queue random re resource statistics string struct sys
textwrap threading time timeit traceback types typing unicodedata encodings.latin_1 encodings.ascii encodings.idna
"""
_PRELOADED_WHEN_CLOSED = """
argparse ast asyncio bz2 colorsys concurrent.futures.thread configparser csv difflib dis fileinput fnmatch getpass gzip
hmac html keyword locale logging lzma mmap optparse pathlib pickle platform pprint secrets select selectors shlex shutil
socket sqlite3 ssl stat subprocess tempfile tokenize unittest urllib.parse uuid warnings weakref xml.etree.ElementTree
zlib zoneinfo
"""
_NOISE = protocol.CONTROL + 1  # where messages about a failing start go
# Names of this module: each that is looked up in another costs the zygote a page that a fork has just made read-only.
_clock, _wait4 = time.monotonic, os.wait4


def _no_pidfd(pid: int) -> int:
    raise OSError(errno.ENOSYS, "no descriptors of processes on this system")


_pidfd_open: Callable[[int], int] = getattr(os, "pidfd_open", _no_pidfd)
_PAIR = 2
_PRIVATE_UID = 0x67750000
_STACK = 120 * 2**20  # of the main thread, bytes; the kernel leaves 128 MiB for it below the top of the address space
_MOST_PROCESSES = 128  # threads, really: a program cannot start processes
_MOST_FILES = 64


_RUNNERS = {"inputs": child.run_inputs, "judge": judge.run, "player": player.run}


@dataclass(slots=True)
class Layers:
    """What is in force; sent to the host, which believes only what its own probes confirm."""

    namespaces: bool = False
    landlock: int = 0
    seccomp: bool = False
    private_user: bool = False
    base_memory: int = 0
    temporary: str = ""
    at: str = ""
    """The layer that is being put on, for the message when it fails."""


def main() -> None:
    """Lock in, say so, serve jobs until the host goes away."""
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=_take_descriptors(settings["files"], settings["control"]))
    os.setsid()
    names = _PRELOADED + (_PRELOADED_WHEN_CLOSED if settings["closed"] else "")
    for name in names.split():
        importlib.import_module(name)
    _import_packages(settings["packages"])
    layers = Layers()
    sys.stderr = open(_NOISE, "w", closefd=False)  # noqa: SIM115 - for as long as the process lives
    try:
        own = _confine(set(settings["layers"]), layers, settings, control)
    except (OSError, AttributeError, AssertionError) as error:
        control.sendall(json.dumps({"failed": layers.at, "error": f"{type(error).__name__}: {error}"}).encode())
        os._exit(1)
    state.prepare(own)
    server = _Server(control, layers, own)
    # The files belong to the host from here on.
    control.sendall(json.dumps({name: getattr(layers, name) for name in Layers.__slots__}).encode())
    while server.serve():
        pass
    os._exit(0)


def _import_packages(packages: list[Any]) -> None:
    """Import packages with only their own folder in reach; their names stay known, the folder does not."""
    before = list(sys.path)
    for name, folder, _ in packages:
        sys.path.append(folder)
        for part in ("", ".random", ".fft", ".linalg", ".polynomial", ".ma"):  # those of numpy that are loaded late
            with contextlib.suppress(ImportError):
                importlib.import_module(name + part)
    sys.path[:] = before


def _take_descriptors(files: list[int], control: int) -> int:
    """Give the files of programs, and the socket, the numbers of the protocol; close all others but standard error."""
    wanted = [*files, control]
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100) for descriptor in wanted]
    noise = fcntl.fcntl(2, fcntl.F_DUPFD, 100)
    for number, descriptor in enumerate(high):
        os.dup2(descriptor, number, inheritable=False)
    os.dup2(noise, _NOISE, inheritable=False)
    os.closerange(_NOISE + 1, 65536)
    return protocol.CONTROL


def _confine(wanted: set[str], layers: Layers, settings: dict[str, Any], control: socket.socket) -> Temporary | None:
    """Put the layers on; the temporary directory of programs, if they have one."""
    closed, packages, room = settings["closed"], settings["packages"], settings["room"]
    own: Temporary | None = None
    layers.base_memory = _virtual_memory()  # while /proc is still there
    _set_common_limits()
    paths, hidden = namespaces.interpreter_paths()
    package_paths = [path for _, _, own in packages for path in own]
    paths = [path for path in paths if path not in package_paths]
    if "namespaces" in wanted:
        layers.at = "namespaces"
        _enter_namespaces(control)
        namespaces.build_root(paths, hidden, package_paths, room)
        own = temporaries.in_memory(*room) if room else None
        layers.namespaces = True
    elif room and not closed:
        own = _make_temporary(settings["home"], room, control)
    if os.getuid() == 0:
        layers.private_user = _leave_root(paths[0], own)
    # Processes are counted for each user, and since Linux 5.14 for each user namespace; otherwise all of the user's would count.
    if layers.private_user or (layers.namespaces and _linux() >= (5, 14)):
        resource.setrlimit(resource.RLIMIT_NPROC, (_MOST_PROCESSES, _MOST_PROCESSES))
    if own is not None:
        layers.temporary = own.path
    if sys.platform != "linux":
        return own
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if "landlock" in wanted:
        layers.at = "landlock"
        files = namespaces.without_packages(paths, [path for path in hidden if os.path.isdir(path)])
        writable = [own.path] if own else []
        readable = [*files, *package_paths, *namespaces.DEVICES]
        layers.landlock = landlock.restrict(readable, paths, list(namespaces.WRITABLE_DEVICES), writable)
    if "seccomp" in wanted:
        layers.at = "seccomp"
        seccomp.ReadyFilter(seccomp.zygote_filter(may_open=not closed, may_write=own is not None)).install()
        layers.seccomp = True
    return own


def _make_temporary(home: str, room: tuple[int, int], control: socket.socket) -> Temporary | None:
    """A temporary directory on the host, with a guardian that removes it: this process; its child goes on."""
    try:
        own, lock = temporaries.on_disk(home, *room)
    except OSError:
        return None
    first = os.fork()
    if first:
        control.close()
        os.waitpid(first, 0)
        temporaries.remove(os.path.dirname(own.path))
        os._exit(0)
    os.close(lock)
    return own


def _enter_namespaces(control: socket.socket) -> None:
    namespaces.enter(as_root=os.getuid() == 0)
    first = os.fork()
    if first:
        control.close()
        os.waitpid(first, 0)
        os._exit(0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave_root(library: str, own: Temporary | None) -> bool:
    """Become a user that owns nothing, unless the interpreter can then no longer be read."""
    private = _PRIVATE_UID + os.getpid() % 65536
    probe = os.path.join(library, "os.py")
    try:
        os.setgroups([])
        os.setresgid(private, private, private)
        os.seteuid(private)
        readable = os.access(probe, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
        os.seteuid(0)
        if readable:
            if own is not None and not own.bounded:
                os.chown(own.path, private, private)
            os.setresuid(private, private, private)
        return readable
    except OSError:
        return False


def _set_common_limits() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (_STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard), hard))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    # A shell starts what it puts into the background with SIGINT ignored; programs are to find the same wherever they run.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _linux() -> tuple[int, ...]:
    numbers = os.uname().release.split("-")[0].split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdigit())


def _virtual_memory() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 64 * 2**20


# -- jobs ------------------------------------------------------------------------------------------------------------


class _Server:
    """Takes jobs from the host, one at a time."""

    def __init__(self, control: socket.socket, layers: Layers, own: Temporary | None) -> None:
        self._control, self._temporary = control, own
        self._base_memory = layers.base_memory
        self._confinement = child.Confinement(
            filter=seccomp.ReadyFilter(seccomp.program_filter()) if layers.seccomp else None,
            tie=sys.platform == "linux" and not layers.namespaces,
            single=sys.platform == "darwin",
        )
        # A package may have started threads; then Python's own fork is needed, which is slower.
        alone = sys.platform == "linux" and threading.active_count() == 1
        self._fork = kernel.fork if alone else os.fork
        self._poll: Any = select.poll()
        self._poll.register(control, select.POLLIN)
        warm.settle_imports()
        child.rehearse(self._confinement)
        gc.collect()
        self._filled = warm.fill_holes()
        child.rehearse(self._confinement)
        self._filled += warm.begin_pools()
        gc.freeze()

    def serve(self) -> bool:
        """Run one job; False when the host is gone."""
        data = self._control.recv(protocol.JOB.size)
        if len(data) < protocol.JOB.size:
            return bool(data)  # nothing: the host is gone; one byte: it cancelled a job that had just ended
        cpu, wall, memory, largest, processes = protocol.JOB.unpack(data)
        limits = (self._base_memory + memory, largest, int(cpu) + 2)  # CPU: behind the watch, which is exact
        began = _clock()
        ends = socket.socketpair() if processes == _PAIR else ()
        pids = []
        for place in range(processes):
            pid = self._fork()
            if pid == 0:
                child.start(place, ends[place].fileno() if ends else -1, self._confinement, limits, _RUNNERS)
            pids.append(pid)
        for end in ends:
            end.close()
        alive = True
        try:
            descriptor = _pidfd_open(pids[0])
            self._poll.register(descriptor, select.POLLIN)
        except OSError:
            descriptor = -1  # before Linux 5.3, macOS: look every few milliseconds
        nap = first_look(cpu, wall)
        ready: Any = self._poll.poll(nap * 1000) if descriptor >= 0 else ()
        if len(ready) == processes == 1 and ready[0][0] == descriptor:  # the shortest way, which most programs go
            _, status, usage = _wait4(pids[0], 0)
            code = os.waitstatus_to_exitcode(status) if status else 0
            reason = protocol.END_CPU if code == -signal.SIGXCPU else protocol.END_ITSELF
            report = protocol.REPORT.pack(
                reason, code, usage.ru_utime + usage.ru_stime, _clock() - began, 0.0, usage.ru_maxrss
            )
        else:
            waiting = Waiting(self._control, self._poll, pids[0], descriptor)
            alive, report = watch(waiting, pids, (began, cpu, wall), self._temporary)
        if descriptor >= 0:
            self._poll.unregister(descriptor)
            os.close(descriptor)
        self._control.sendall(report)
        if self._temporary is not None:
            self._temporary.clean()  # an error ends this worker, which has done its work
        return alive
