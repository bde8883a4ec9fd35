"""What is run and what comes back: programs, limits, results, and the protocol that every backend has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from guru_envs.errors import InvalidValueError

Isolation = Literal["program", "test"]


class Status(StrEnum):
    """What happened in the process. Whether the answer is right is for the caller to decide, in its own process."""

    OK = "ok"
    """The input was handled to the end: exit code 0, or the call returned."""
    RUNTIME_ERROR = "runtime_error"
    """An exception, an exit code other than 0, a signal, or a call that never returned its value."""
    COMPILE_ERROR = "compile_error"
    """The source is not a Python program."""
    TIME_LIMIT = "time_limit"
    """CPU seconds, or wall seconds of a program that sleeps or waits."""
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    """More output, or a larger returned value, than allowed."""
    BLOCKED = "blocked"
    """Ended by an operation that the sandbox refuses: a file, the network, another process."""
    NOT_RUN = "not_run"
    """After the input at which the run was stopped."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input of a program may use.

    Attributes:
        cpu_s: CPU seconds of all threads; the limit that matters.
        wall_s: seconds by the clock, for programs that sleep or wait; None: ``2 * cpu_s + 2``. A program that is busy on an
            overloaded machine is given more, up to five times.
        memory_mb: mebibytes over the empty interpreter, thread stacks included.
        output_bytes: of stdout, of stderr, and of a returned value, each.
        recursion: recursion limit of the interpreter before the program starts; None: Python's own, 1000. A program may
            raise it.
    """

    cpu_s: float = 4.0
    wall_s: float | None = None
    memory_mb: int = 512
    output_bytes: int = 4 * 2**20
    recursion: int | None = None

    def __post_init__(self) -> None:
        for name in ("cpu_s", "wall_s", "memory_mb", "output_bytes", "recursion"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int | float) and 0 < value < 2**40):
                raise InvalidValueError(f"{name} must be a positive number, not {value!r}")

    @property
    def wall(self) -> float:
        """Wall seconds, with the default filled in."""
        return 2 * self.cpu_s + 2 if self.wall_s is None else self.wall_s


@dataclass(frozen=True, slots=True)
class Call:
    """A function call: ``entry`` is ``"f"``, or ``"Solution.method"`` for a method of a new ``Solution()``."""

    entry: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = self.entry.split(".")
        if len(parts) > 2 or not all(part.isidentifier() for part in parts):
            raise InvalidValueError(f"entry must be a function or Class.method, not {self.entry!r}")


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its inputs. Expected values have no place here: they never enter the sandbox.

    Attributes:
        source: Python text.
        inputs: one per test; text is the standard input of the program run as a script, a Call is a function call on it.
        isolation: ``"program"`` runs the inputs in one process with new globals for each, and repeats in a new process
            the first input that fails or is not accepted, so an honest program never fails because of an earlier input.
            ``"test"`` gives each input a new process.
        seed: of ``random`` (and ``numpy.random`` when loaded), set before each input.
    """

    source: str
    inputs: tuple[str | Call, ...]
    isolation: Isolation = "program"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What one input did.

    Attributes:
        status: how it ended.
        output: standard output, also what was written before a limit was reached; undecodable bytes replaced.
        value: what a Call returned, rebuilt from plain data with exact types; :class:`~guru_envs.sandbox.frames.Opaque`
            for anything that is not plain data.
        error: the end of the traceback or of standard error.
        cpu_s: CPU seconds; for an input that shared its process, as that process reported it.
        wall_s: seconds by the clock.
        exit_code: of the script or process; negative: the signal; None: not known.
        near_limit: within 20 % of a limit, so another machine may say otherwise.
    """

    status: Status
    output: str = ""
    value: Any = None
    error: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    exit_code: int | None = None
    near_limit: bool = False


Accept = Callable[[int, Result], bool]


class Sandbox(Protocol):
    """Anything that runs programs: this machine, a server, a cluster."""

    @property
    def parallel(self) -> int:
        """Programs that it runs at a time."""
        ...

    def run(self, program: Program, limits: Limits = Limits(), accept: Accept | None = None) -> list[Result]:
        """One Result per input, in order.

        Args:
            program: what to run.
            limits: for each input.
            accept: judges each Result in the calling process; after the first that it refuses the rest is NOT_RUN.

        Raises:
            SandboxError: the sandbox itself failed twice.
        """
        ...
