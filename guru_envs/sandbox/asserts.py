"""Assertion tests, as HumanEval and MBPP have them, with the expected values out of the program's reach.

Two processes: a judge executes the tests, a player executes the program. Where the tests call the program, the judge asks the
player, and plain data comes back; see :mod:`guru_envs.sandbox.judge`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from guru_envs.sandbox import protocol
from guru_envs.sandbox.batch import STATUS, near_limit
from guru_envs.sandbox.local import LocalSandbox, default_sandbox
from guru_envs.sandbox.program import Limits, Result, Status
from guru_envs.sandbox.worker import Files, Report, Worker


@dataclass(frozen=True, slots=True)
class AssertResult(Result):
    """What assertion tests said about a program.

    ``passed`` is the verdict. It was reached in a process that never ran the program. ``status`` is OK when all tests
    passed, RUNTIME_ERROR for a failed assertion, and otherwise what the program's process ran into; ``cpu_s`` is the
    CPU time of the tests.

    Attributes:
        passed: every test passed.
        passed_tests: of the statements at the top level that are assertions, calls or loops.
        total_tests: how many there are; 0 when the tests never ran.
    """

    passed: bool = False
    passed_tests: int = 0
    total_tests: int = 0


def run_asserts(
    source: str,
    test_code: str,
    limits: Limits = Limits(),  # noqa: B008 - immutable
    *,
    sandbox: LocalSandbox | None = None,
    seed: int = 0,
    stop_first: bool = True,
    entry: str | None = None,
) -> AssertResult:
    """Run tests such as ``assert f(1) == 2``, or a ``check(candidate)`` function and its call, on a program.

    Tests may call functions, make objects of the program's classes, use their methods, iterate over generators and look at
    arguments that were changed. They cannot hand functions or objects of their own to the program: that test fails.

    Args:
        source: the program.
        test_code: the tests, executed statement by statement.
        limits: of the program and of the tests, each, for all tests together.
        sandbox: where to run; default: the one of this process.
        seed: of ``random`` on both sides.
        stop_first: stop at the first failing test, else count all.
        entry: the function under test, needed only where it has the name of a built-in function.

    Raises:
        SandboxError: the sandbox itself failed twice.
    """
    job = {
        "source": source,
        "tests": test_code,
        "stop": stop_first,
        "entry": entry,
        "seed": seed,
        "recursion": limits.recursion,
    }
    return (sandbox or default_sandbox()).attempt(lambda worker: _attempt(worker, job, limits), source + test_code)


def _attempt(worker: Worker, job: dict[str, Any], limits: Limits) -> AssertResult:
    judge = {key: value for key, value in job.items() if key != "source"} | {"kind": "judge"}
    player = {key: value for key, value in job.items() if key != "tests"} | {"kind": "player"}
    report = worker.execute([judge, player], limits)
    return _result(*worker.files, report, limits)


def _only_record(files: Files) -> protocol.Record | None:
    return next(iter(files.records()), None)


def _result(judge: Files, player: Files, report: Report, limits: Limits) -> AssertResult:
    """The judge's record decides; the player's only explains a failure."""
    verdict, load = _only_record(judge), _only_record(player)
    output, length = player.text(protocol.STDOUT, 0, player.length(protocol.STDOUT), limits.output_bytes)
    status, error, passed, total = Status.RUNTIME_ERROR, "", 0, 0
    if report.reason in (protocol.END_CPU, protocol.END_WALL):
        status = Status.TIME_LIMIT
        error = ("CPU" if report.reason == protocol.END_CPU else "wall clock") + " limit reached"
    elif length > limits.output_bytes or report.reason == protocol.END_FILES:
        status, error = Status.OUTPUT_LIMIT, "output limit reached"
    elif load is not None and load.status != protocol.OK:
        status, error = STATUS[load.status], load.error
    elif verdict is not None:
        counts = json.loads(verdict.value)
        passed, total = counts["passed"], counts["total"]
        status, error = STATUS[verdict.status], verdict.error
    if status is not Status.OK and not error:
        error = player.tail(protocol.STDERR, 2000) or "the program ended during the tests"
    done = status is Status.OK and verdict is not None and total > 0 and passed == total
    near = near_limit(limits, report.cpu_s, report.wall_s, length)
    return AssertResult(
        status, output, None, error, report.cpu_s, report.wall_s, None, near, done, passed, total
    )  # fmt: skip


__all__ = ["AssertResult", "run_asserts"]
