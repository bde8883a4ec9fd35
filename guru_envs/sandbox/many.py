"""Many programs at once: all workers of a sandbox busy, answers in the order of the questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from guru_envs.sandbox.local import default_sandbox
from guru_envs.sandbox.program import Limits, Program, Result, Sandbox

S = TypeVar("S")
T = TypeVar("T")
AcceptMany = Callable[[int, int, Result], bool]
_AHEAD = 1  # threads beyond the programs at a time, so that the next is ready when a worker gets free


def map_programs(function: Callable[[S], T], items: Iterable[S], sandbox: Sandbox | None = None) -> list[T]:
    """``[function(item) for item in items]``, in threads, for a function that runs programs in a sandbox.

    As many calls at a time as the sandbox runs programs, and one more. Deadlines of programs start when they do, so waiting for a
    worker costs no program anything. The first error (in the order of the items) is raised, and calls that have not begun
    are dropped.

    Args:
        function: called from several threads at a time; may run any number of programs.
        items: what to call it with.
        sandbox: that the function uses; default: the one of this process.
    """
    todo = list(items)
    threads = min(len(todo), (sandbox or default_sandbox()).parallel + _AHEAD)
    if threads <= 1:
        return [function(item) for item in todo]
    with ThreadPoolExecutor(threads, "sandbox") as pool:
        return list(pool.map(function, todo))


def run_many(
    programs: Iterable[Program],
    limits: Limits = Limits(),  # noqa: B008 - immutable
    accept: AcceptMany | None = None,
    *,
    sandbox: Sandbox | None = None,
) -> list[list[Result]]:
    """Run many programs, as many at a time as the sandbox can: for each, in order, one Result per input.

    Args:
        programs: what to run.
        limits: of each input of each program.
        accept: judges a Result, given the place of the program and of its input; after the first that it refuses the rest of that
            program is NOT_RUN. Called from several threads at a time.
        sandbox: where to run; default: the one of this process.

    Raises:
        SandboxError: the sandbox itself failed twice on a program.
    """
    where = sandbox or default_sandbox()

    def one(job: tuple[int, Program]) -> list[Result]:
        place, program = job
        if accept is None:
            return where.run(program, limits)
        return where.run(program, limits, lambda index, result: accept(place, index, result))

    return map_programs(one, enumerate(programs), where)
