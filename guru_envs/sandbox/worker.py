"""A worker on the host's side: starts a zygote, hands it jobs, reads what the kernel and the program say about them."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guru_envs.sandbox import protocol
from guru_envs.sandbox.errors import SandboxError
from guru_envs.sandbox.packages import Package
from guru_envs.sandbox.program import Limits

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
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_START_SECONDS = 120.0
_GRACE = 60.0  # seconds after which a zygote that should have answered is taken for broken
_FIRST_LOOK, _LONGEST_PAUSE = 0.008, 0.05  # seconds between looks at the outputs of a program that is running
_CHUNK = 16384  # bytes read at a time from an output
_ROOM = 65536  # bytes above the output limit that a file may grow to, for the frame around a value


class WorkerError(SandboxError):
    """The worker is broken and has been ended; the program may be tried on another."""


class LayerError(SandboxError):
    """A layer of isolation does not work on this machine."""

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"{layer}: {reason}")
        self.layer, self.reason = layer, reason


@dataclass(frozen=True, slots=True)
class Setup:
    """How a zygote is started."""

    layers: frozenset[str]
    packages: tuple[Package, ...] = ()

    @property
    def closed(self) -> bool:
        """No file may be opened at all, since nothing tells harmless files from others."""
        return bool(self.layers) and not self.layers & {"namespaces", "landlock"}


@dataclass(frozen=True, slots=True)
class Report:
    """How the process of a job ended, from the kernel's account."""

    reason: int
    exit_status: int
    cpu_s: float
    wall_s: float
    stalled_s: float
    peak_kib: int


def memory_file(content: bytes = b"") -> int:
    """Descriptor of a new file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("sandbox", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    return descriptor


@dataclass(slots=True)
class Files:
    """The open files of one process of a job, on the host's side."""

    job: bytes
    descriptors: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    _read: int = 0
    _cache: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def open(self) -> None:
        """Make them: stdin, stdout, stderr, records, source, in the order of the protocol."""
        self.descriptors += [memory_file() for _ in range(protocol.SOURCE)]
        self.descriptors += [memory_file(self.job), *self.extra]

    def sent(self) -> None:
        """Close what only the program's process uses."""
        for descriptor in self.descriptors[protocol.SOURCE :]:
            os.close(descriptor)
        del self.descriptors[protocol.SOURCE :]

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
        length = max(0, end - start)
        if not length:
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

    def records(self) -> Iterator[protocol.Record]:
        """Records that were not read yet.

        Raises:
            ValueError: the program wrote something else.
        """
        size = self.length(protocol.RECORDS) - self._read
        if size <= 0:
            return
        data, place = os.pread(self.descriptors[protocol.RECORDS], size, self._read), 0
        while (found := protocol.unpack_record(data, place)) is not None:
            self._read += found[1] - place
            place = found[1]
            yield found[0]


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
        settings = {
            "control": other.fileno(),
            "layers": sorted(setup.layers),
            "closed": setup.closed,
            "packages": [(one.name, one.folder, one.paths) for one in setup.packages],
        }
        command = [sys.executable, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", _BOOT]
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*command, json.dumps(settings), str(Path(__file__).parent)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._noise,
                env=_ENVIRONMENT, cwd="/", pass_fds=[other.fileno()],
            )  # fmt: skip
        except OSError as error:
            self._control.close()
            os.close(self._noise)
            raise WorkerError(f"the sandbox's interpreter did not start: {error}") from error
        finally:
            other.close()
        self.packages = setup.packages
        self.features: dict[str, Any] = self._hello()

    def _hello(self) -> dict[str, Any]:
        self._control.settimeout(_START_SECONDS)
        try:
            text = self._control.recv(65536)
            answer: dict[str, Any] = json.loads(text)
        except (OSError, ValueError) as error:
            noise = os.pread(self._noise, 4000, 0).decode("utf-8", "replace")
            self.kill()
            raise WorkerError(f"the sandbox's interpreter did not start: {noise.strip() or error}") from error
        self._control.settimeout(None)
        if "failed" in answer:
            self.kill()
            raise LayerError(answer["failed"], answer["error"])
        return answer

    def execute(self, parts: list[Files], limits: Limits, wanted: Callable[[], bool] | None = None) -> Report:
        """Run a job, made of one process or of a judge and a player, to its end.

        Args:
            parts: the files of its processes, opened here and left open for reading.
            limits: of each process.
            wanted: asked every few milliseconds; False ends the job.

        Raises:
            WorkerError: the worker broke.
        """
        largest = max(limits.output_bytes, *(len(part.job) for part in parts)) + _ROOM
        job = protocol.JOB.pack(limits.cpu_s, limits.wall, limits.memory_mb * 2**20, largest, len(parts))
        try:
            for part in parts:
                part.open()
            sent = [descriptor for part in parts for descriptor in part.descriptors]
            socket.send_fds(self._control, [job], sent)
            for part in parts:
                part.sent()
            return self._wait(wanted, 5 * limits.wall + _GRACE)
        except (OSError, ValueError) as error:
            self.kill()
            raise WorkerError(f"the sandbox's worker broke: {error}") from error
        except BaseException:  # an interrupt, or an error of the caller's judgement: what runs is of no use any more
            self.kill()
            raise

    def _wait(self, wanted: Callable[[], bool] | None, patience: float) -> Report:
        deadline = time.monotonic() + patience
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        pause = _FIRST_LOOK
        while not poll.poll((patience if wanted is None else pause) * 1000):
            if time.monotonic() > deadline:
                raise OSError("no answer in time")
            if wanted is not None and not wanted():
                wanted = None
                if sys.platform == "linux":
                    self._control.send(b"C")
            pause = min(2 * pause, _LONGEST_PAUSE)
        data = self._control.recv(protocol.REPORT.size)
        if len(data) != protocol.REPORT.size:
            raise OSError("it ended" + self._last_words())
        return Report(*protocol.REPORT.unpack(data))

    def _last_words(self) -> str:
        text = os.pread(self._noise, 4000, 0).decode("utf-8", "replace").strip()
        return f": {text}" if text else ""

    def kill(self) -> None:
        """End the zygote and with it all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        self._control.close()  # the zygote inside its namespace sees this and ends its program
        try:
            process.wait(2.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(self._noise)

    def forget(self) -> None:
        """In a forked copy of the host: let go of a zygote that belongs to the original."""
        process, self._process = self._process, None
        if process is not None:
            self._control.close()
            os.close(self._noise)
            process.returncode = 0  # not ours to wait for

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
