"""A worker on the host's side: starts a zygote, hands it jobs, reads what the kernel and the program say about them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import marshal
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guru_envs.sandbox import protocol, seatbelt
from guru_envs.sandbox.errors import SandboxError
from guru_envs.sandbox.packages import Package
from guru_envs.sandbox.program import Limits
from guru_envs.sandbox.temporary import name_on_disk

_BOOT = (
    "import sys, types\n"
    "package = types.ModuleType('sandbox')\n"
    "package.__path__ = [sys.argv[2]]\n"
    "sys.modules['sandbox'] = package\n"
    "from sandbox.zygote import main\n"
    "main()\n"
)
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "LD_BIND_NOW": "1",  # once in the worker, not in each program's process
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_START_SECONDS = 120.0
_GRACE = 60.0  # seconds after which a zygote that should have answered is taken for broken
_FIRST_LOOK, _LONGEST_PAUSE = 0.008, 0.05  # seconds between looks at the outputs of a program that is running
_MARSHAL_VERSION = 4
_CHUNK = 16384  # bytes read at a time from an output
_ROOM = 65536  # bytes above the output limit that a file may grow to, for the frame around a value


class WorkerError(SandboxError):
    """The worker is broken and has been ended; the program may be tried on another."""


class LayerError(SandboxError):
    """A layer of isolation does not work on this machine."""

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"{layer}: {reason}")
        self.layer, self.reason = layer, reason


@contextlib.contextmanager
def _as_broken_worker() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkerError(f"the sandbox's worker broke: {error}") from error


@dataclass(frozen=True, slots=True)
class Setup:
    """How a zygote is started."""

    layers: frozenset[str]
    packages: tuple[Package, ...] = ()
    room: tuple[int, int] | None = None
    """Bytes and files of the programs' temporary directory."""

    @property
    def closed(self) -> bool:
        """No file may be opened at all, since nothing tells harmless files from others."""
        return bool(self.layers) and not self.layers & {"namespaces", "landlock", "seatbelt"}


@dataclass(frozen=True, slots=True)
class Report:
    """How the process of a job ended, from the kernel's account."""

    reason: int
    exit_status: int
    cpu_s: float
    wall_s: float
    stalled_s: float
    peak_kib: int


def memory_file() -> int:
    """Descriptor of a new file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("sandbox", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Files:
    """The files of a program's process, on the host's side: its job and standard input, its outputs, its records.

    They are used for one program after the other. A program shares the open files themselves, so all that it can change of them is
    put back: length, position and flags (sealing is off, and a filter keeps it from owners, leases and locks that last).
    """

    def __init__(self) -> None:
        self.descriptors = [memory_file() for _ in range(protocol.FILES)]
        self.forged = False
        self._read = 0
        self._cache: dict[int, tuple[int, bytes]] = {}

    def begin(self, job: bytes) -> None:
        """Empty them, and write a job."""
        self._read, self.forged = 0, False
        self._cache.clear()
        truncate, seek, control = os.ftruncate, os.lseek, fcntl.fcntl
        for descriptor in self.descriptors:
            truncate(descriptor, 0)
            seek(descriptor, 0, os.SEEK_SET)
            control(descriptor, fcntl.F_SETFL, 0)
        view = memoryview(job)
        while view:
            view = view[os.write(self.descriptors[protocol.STDIN], view) :]

    def close(self) -> None:
        """Close all."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors.clear()

    def length(self, which: int) -> int:
        """Size of a file in bytes; the program may change it at any time."""
        return os.fstat(self.descriptors[which]).st_size

    def text(self, which: int, start: int, end: int, most: int) -> tuple[str, int]:
        """Text between two places of a file, at most ``most`` bytes of it, and how many bytes it claims to have there."""
        length = end - start
        if length <= 0:
            return "", 0
        wanted = min(length, most)
        first, data = self._cache.get(which, (0, b""))
        if start < first or start + wanted > first + len(data):
            first, data = start, os.pread(self.descriptors[which], max(wanted, _CHUNK), start)
            self._cache[which] = first, data
        return data[start - first : start - first + wanted].decode("utf-8", "replace"), length

    def tail(self, which: int, most: int) -> str:
        """The end of a file."""
        return os.pread(self.descriptors[which], most, max(0, self.length(which) - most)).decode("utf-8", "replace")

    def records(self) -> list[protocol.Record]:
        """Records that were not read yet, and that are there completely; ``forged`` says that something else follows them."""
        size = self.length(protocol.RECORDS) - self._read
        if size <= 0:
            return []
        data, place, found = os.pread(self.descriptors[protocol.RECORDS], size, self._read), 0, []
        try:
            while (one := protocol.unpack_record(data, place)) is not None:
                found.append(one[0])
                place = one[1]
        except ValueError:
            self.forged = True
        self._read += place
        return found


def queued_s(processes: list[int]) -> float:
    """Seconds that processes (pidfds, which are closed) were ready to run while others ran: of the thread that waited longest."""
    longest = 0.0
    for descriptor in processes:
        try:
            fields = Path(f"/proc/self/fdinfo/{descriptor}").read_text().split()
            threads = Path("/proc", fields[fields.index("Pid:") + 1], "task")
            for thread in threads.iterdir():
                longest = max(longest, int((thread / "schedstat").read_text().split()[1]) / 1e9)
        except (OSError, ValueError, IndexError):
            pass  # it has ended, or the system does not count this
        finally:
            os.close(descriptor)
    return longest


class Worker:
    """One zygote. Not for several threads at a time."""

    def __init__(self, setup: Setup) -> None:
        """Start the zygote and wait for it.

        Raises:
            LayerError: a layer of the setup is not available.
            WorkerError: it did not start.
        """
        kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
        self._control, other = socket.socketpair(socket.AF_UNIX, kind)
        self._noise = memory_file()
        self.files = Files(), Files()
        inherited = [descriptor for files in self.files for descriptor in files.descriptors]
        home = name_on_disk(tempfile.gettempdir())
        settings = {
            "control": other.fileno(),
            "files": inherited,
            "layers": sorted(setup.layers),
            "closed": setup.closed,
            "room": setup.room,
            "home": home,
            "packages": [(one.name, one.folder, one.paths) for one in setup.packages],
        }
        command = [sys.executable, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", _BOOT]
        if "seatbelt" in setup.layers:
            paths = [path for one in setup.packages for path in one.paths]
            command = [*seatbelt.command(paths, home if setup.room else ""), *command]
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*command, json.dumps(settings), str(Path(__file__).parent)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._noise,
                env=_ENVIRONMENT, cwd="/", pass_fds=[other.fileno(), *inherited],
            )  # fmt: skip
        except OSError as error:
            self._process = None
            self._close()
            if "seatbelt" in setup.layers:
                raise LayerError("seatbelt", str(error)) from error
            raise WorkerError(f"the sandbox's interpreter did not start: {error}") from error
        finally:
            other.close()
        self.packages = setup.packages
        self.features: dict[str, Any] = self._hello("seatbelt" in setup.layers)

    def _hello(self, belted: bool) -> dict[str, Any]:
        self._control.settimeout(_START_SECONDS)
        try:
            text = self._control.recv(65536)
            answer: dict[str, Any] = json.loads(text)
        except (OSError, ValueError) as error:
            noise = os.pread(self._noise, 4000, 0).decode("utf-8", "replace")
            self.kill()
            if belted:
                raise LayerError("seatbelt", noise.strip() or str(error)) from error
            raise WorkerError(f"the sandbox's interpreter did not start: {noise.strip() or error}") from error
        self._control.settimeout(None)
        if "failed" in answer:
            self.kill()
            raise LayerError(answer["failed"], answer["error"])
        return answer

    def execute(self, jobs: list[dict[str, Any]], limits: Limits, wanted: Callable[[], bool] | None = None) -> Report:
        """Run a program, or a judge and a player, to its end; what they did is then in ``files``, until the next job.

        Args:
            jobs: what to tell each process.
            limits: of each process.
            wanted: asked every few milliseconds; False ends the job.

        Raises:
            WorkerError: the worker broke.
        """
        texts = [marshal.dumps(job, _MARSHAL_VERSION) for job in jobs]
        largest = max(limits.output_bytes, *map(len, texts)) + _ROOM
        job = protocol.JOB.pack(limits.cpu_s, limits.wall, limits.memory_mb * 2**20, largest, len(jobs))
        try:
            with _as_broken_worker():
                for files, text in zip(self.files, texts, strict=False):
                    files.begin(text)
                self._control.sendall(job)
            return self._wait(wanted, protocol.PATIENCE * limits.wall + _GRACE)
        except (
            BaseException
        ):  # also an interrupt, or an error of the caller's judgement: what runs is of no use any more
            self.kill()
            raise

    def _wait(self, wanted: Callable[[], bool] | None, patience: float) -> Report:
        deadline = time.monotonic() + patience
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        pause = _FIRST_LOOK
        while True:
            if poll.poll((patience if wanted is None else pause) * 1000):
                with _as_broken_worker():
                    data, descriptors, _, _ = socket.recv_fds(self._control, protocol.REPORT.size, len(self.files))
                    if data != protocol.QUESTION:
                        break
                    self._control.send(protocol.ANSWER.pack(queued_s(descriptors)))
                continue
            if time.monotonic() > deadline:
                raise WorkerError("the sandbox's worker does not answer")
            if wanted is not None and not wanted():
                wanted = None
                with _as_broken_worker():
                    if sys.platform == "linux":
                        self._control.send(protocol.CANCEL)
            pause = min(2 * pause, _LONGEST_PAUSE)
        if len(data) != protocol.REPORT.size:
            raise WorkerError("the sandbox's worker ended" + self._last_words())
        return Report(*protocol.REPORT.unpack(data))

    def _last_words(self) -> str:
        text = os.pread(self._noise, 4000, 0).decode("utf-8", "replace").strip()
        return f": {text}" if text else ""

    def kill(self) -> None:
        """End the zygote and with it all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        self._close()  # the zygote inside its namespace sees this and ends its program
        try:
            process.wait(2.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def forget(self) -> None:
        """In a forked copy of the host: let go of a zygote that belongs to the original."""
        process, self._process = self._process, None
        if process is not None:
            self._close()
            process.returncode = 0  # not ours to wait for

    def _close(self) -> None:
        self._control.close()
        os.close(self._noise)
        for files in self.files:
            files.close()

    @property
    def alive(self) -> bool:
        """Whether it was not ended by us."""
        return self._process is not None

    @property
    def ready(self) -> bool:
        """Whether it waits for a job: an idle zygote says nothing, so anything to read is the end of its socket."""
        if not self.alive:
            return False
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        return not poll.poll(0)
