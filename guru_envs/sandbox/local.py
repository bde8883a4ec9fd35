"""The sandbox on this machine: a pool of workers, and what a program's processes mean as results."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Collection, Iterator
from types import TracebackType
from typing import Literal, TypeVar

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import probes
from guru_envs.sandbox.batch import Batch
from guru_envs.sandbox.errors import SandboxError, SandboxUnavailableError
from guru_envs.sandbox.packages import Package, find
from guru_envs.sandbox.probes import Held, Level
from guru_envs.sandbox.program import Accept, Limits, Program, Result, Status
from guru_envs.sandbox.worker import LayerError, Setup, Worker, WorkerError

LAYERS = ("seatbelt",) if sys.platform == "darwin" else ("namespaces", "landlock", "seccomp")
Strict = Literal["full", "kernel"]
_TRIES = 2
T = TypeVar("T")
_PROBE_LIMITS = Limits(cpu_s=10.0, wall_s=60.0)


class LocalSandbox:
    """Runs programs on this machine, one process for each, at the best isolation that the machine offers.

    Thread-safe: ``run`` waits for a free worker, and deadlines start when the program does. Safe after ``fork``: the child
    starts workers of its own. Workers start when they are first needed and are ended by :meth:`close`, by the end of this
    process, and by its death in any other way.

    Args:
        workers: programs that run at the same time; more than the cores brings nothing.
        strict: refuse to run below a level, ``"full"`` or ``"kernel"``.
        allow_unsafe: run at level NONE, which protects only against accidents.
        packages: that programs may import, where they are installed; all others are hidden. Programs that name one of them get
            workers of their own, which have imported it.
        without: layers (of LAYERS) not to use, to see what the others do.
        temporary_mb: mebibytes that the temporary directory of a program may hold; 0: there is none.
        temporary_files: files and directories that may be in it.

    Raises:
        InvalidValueError: an argument is out of range.
    """

    def __init__(
        self,
        workers: int = 1,
        strict: Strict | None = None,
        allow_unsafe: bool = False,
        *,
        packages: Collection[str] = ("numpy", "sortedcontainers"),
        without: Collection[str] = (),
        temporary_mb: int = 64,
        temporary_files: int = 1000,
    ) -> None:
        if not isinstance(workers, int) or workers < 1:
            raise InvalidValueError(f"workers must be at least 1, not {workers!r}")
        if strict not in (None, "full", "kernel"):
            raise InvalidValueError(f"strict must be full, kernel or None, not {strict!r}")
        if unknown := set(without) - set(LAYERS):
            raise InvalidValueError(f"unknown layers {sorted(unknown)}; there are {', '.join(LAYERS)}")
        if temporary_mb < 0 or temporary_files < 1:
            raise InvalidValueError("temporary_mb must not be negative, temporary_files at least 1")
        self.workers = workers
        self.strict = strict
        self.allow_unsafe = allow_unsafe
        self._packages = tuple(found for name in packages if (found := find(name)) is not None)
        self._layers = frozenset(LAYERS) - set(without)
        self._missing: dict[str, str] = dict.fromkeys(without, "switched off")
        self._level: Level | None = None
        self._held: Held = {}
        self._room = (temporary_mb * 2**20, temporary_files) if temporary_mb else None
        self._closed = False
        self._reset()
        _sandboxes.add(self)

    def _reset(self) -> None:
        self._free = threading.Semaphore(self.workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []  # the one used last at the end
        self._busy: set[Worker] = set()

    # -- what is in force ------------------------------------------------------------------------------------------

    @property
    def level(self) -> str:
        """``full``, ``kernel``, ``closed``, ``seatbelt`` or ``none``, as the probes found it; starts a worker if there is none."""
        return self._measured().name.lower()

    @property
    def parallel(self) -> int:
        """Programs that run at the same time."""
        return self.workers

    @property
    def features(self) -> dict[str, object]:
        """Layers in force, promises that hold (see :data:`~guru_envs.sandbox.probes.PROMISES`), and layers that are missing."""
        self._measured()
        return {"layers": sorted(self._layers), "held": dict(self._held), "missing": dict(self._missing)}

    def _measured(self) -> Level:
        if self._level is None:
            with self._lend():
                pass
        assert self._level is not None
        return self._level

    # -- workers ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lend(self, source: str = "") -> Iterator[Worker]:
        packages = tuple(one for one in self._packages if one.name in source) and self._packages
        self._free.acquire()
        try:
            worker = self._take_idle(packages) or self._start(packages)
            with self._lock:
                self._busy.add(worker)
            try:
                yield worker
            finally:
                with self._lock:
                    self._busy.discard(worker)
                    # Without isolation a program may leave processes behind that hold on to the worker's files.
                    keep = worker.alive and not self._closed and self._level is not Level.NONE
                    if keep:
                        self._idle.append(worker)
                if not keep:
                    worker.kill()
        finally:
            self._free.release()

    def _take_idle(self, packages: tuple[Package, ...]) -> Worker | None:
        while True:
            with self._lock:
                if self._closed:
                    raise SandboxError("the sandbox is closed")
                fitting = [worker for worker in self._idle if worker.packages == packages]
                if not fitting:
                    return None
                worker = fitting[-1]
                self._idle.remove(worker)
            if worker.ready:
                return worker
            worker.kill()  # somebody ended its process while it was idle

    def _start(self, packages: tuple[Package, ...]) -> Worker:
        while True:
            try:
                worker = Worker(Setup(self._layers, packages, self._room))
            except LayerError as error:
                if error.layer not in self._layers:
                    raise
                with self._lock:
                    self._layers -= {error.layer}
                    self._missing[error.layer] = error.reason
                continue
            try:
                self._examine(worker)
            except BaseException:
                worker.kill()
                raise
            return worker

    def _examine(self, worker: Worker) -> None:
        """Measure the level of a new worker, and refuse it when it is too low."""
        held: Held = {}
        first, second, third = (
            Batch(program, _PROBE_LIMITS, 0, 1).run(worker) for program in probes.programs(_executable())
        )
        if first and first[0].status is Status.OK and isinstance(first[0].value, dict):
            held = {name: first[0].value.get(name) is True for name in probes.PROMISES}
        held["exec"] = bool(third) and third[0].status in (Status.BLOCKED, Status.RUNTIME_ERROR)
        imports = bool(second) and second[0].status is Status.OK
        level = probes.level_of(held, imports, by_seatbelt="seatbelt" in self._layers)
        if not worker.alive:
            raise WorkerError("the sandbox's worker did not survive its self-test")
        self._judge_level(level, held)

    def _judge_level(self, level: Level, held: Held) -> None:
        first = self._level is None
        self._level, self._held = level, held
        lost = [probes.PROMISES[name] for name in probes.PROMISES if not held.get(name)]
        missing = "; ".join(f"{name}: {reason}" for name, reason in self._missing.items())
        if self.strict is not None and level < Level[self.strict.upper()]:
            raise SandboxUnavailableError(
                f"this machine offers level {level.name.lower()}, below {self.strict} (not held: {', '.join(lost)}; {missing})"
            )
        if level is Level.NONE and not self.allow_unsafe:
            raise SandboxUnavailableError(
                f"no isolation on this machine ({missing}); allow_unsafe=True runs programs with limits only"
            )
        if first and level < Level.FULL:
            warnings.warn(f"sandbox level {level.name.lower()}: not held: {', '.join(lost) or 'imports'}", stacklevel=6)

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, program: Program, limits: Limits = Limits(), accept: Accept | None = None) -> list[Result]:  # noqa: B008
        """One Result per input, in order; see :class:`~guru_envs.sandbox.program.Sandbox`.

        An input that fails, or is not accepted, after others in the same process is run again in a process of its own, so
        ``accept`` may be asked twice about an input; the second answer counts.

        Raises:
            SandboxError: the sandbox itself failed twice, or is closed.
            InvalidValueError: an argument of a Call is not plain data.
        """
        results: list[Result] = []
        total = len(program.inputs)
        while len(results) < total:
            count = 1 if program.isolation == "test" else total - len(results)
            batch = Batch(program, limits, len(results), count, accept)
            found = self.attempt(batch.run, program.source)
            if batch.refused and len(found) > 1:
                results += found[:-1]  # the last again, in a new process
                continue
            results += found
            if found[-1].status is Status.COMPILE_ERROR and accept is None:
                results += [found[-1]] * (total - len(results))
            if batch.refused and accept is not None:
                results += [Result(Status.NOT_RUN)] * (total - len(results))
        return results

    def attempt(self, job: Callable[[Worker], T], source: str = "") -> T:
        """Do something with a free worker that has the packages which ``source`` names; once more when the first breaks.

        Raises:
            SandboxError: the second broke as well, or the sandbox is closed.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._lend(source) as worker:
                    return job(worker)
            except WorkerError:
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    # -- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End all workers; programs that are running end with a SandboxError. May be called more than once."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        for worker in getattr(self, "_idle", ()):
            worker.kill()

    def _after_fork(self) -> None:
        for worker in [*self._idle, *self._busy]:
            worker.forget()
        self._reset()


def _executable() -> str:
    return next((path for path in ("/bin/true", "/usr/bin/true") if os.path.exists(path)), "/bin/sh")


_sandboxes: weakref.WeakSet[LocalSandbox] = weakref.WeakSet()
_default: LocalSandbox | None = None
_default_lock = threading.Lock()


def default_sandbox() -> LocalSandbox:
    """The sandbox of this process, with a worker for each core it may use; made at the first call, new in a forked child."""
    global _default
    with _default_lock:
        if _default is None or _default._closed:
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            _default = LocalSandbox(workers=cores)
        return _default


def _after_fork_in_child() -> None:
    global _default_lock
    _default_lock = threading.Lock()
    for sandbox in list(_sandboxes):
        sandbox._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
