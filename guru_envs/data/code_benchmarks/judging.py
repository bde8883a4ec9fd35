"""Running solutions on the tests of a problem."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any

from guru_envs.answer import Code, Extraction
from guru_envs.data.code_benchmarks.comparing import same_as_gold, same_data, same_lines
from guru_envs.data.code_benchmarks.predicting import judge_run
from guru_envs.data.code_benchmarks.problem import (
    AssertTests,
    BenchmarkProblem,
    CallTests,
    GoldTests,
    Judged,
    RunTest,
    StdinTests,
    defines,
)
from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import (
    Call,
    Limits,
    LocalSandbox,
    Opaque,
    Program,
    Result,
    Sandbox,
    Status,
    default_sandbox,
    map_programs,
    run_asserts,
)

Checker = Callable[[str, str, str], bool]
"""Whether an output is right, from input, expected output and output: for problems with many right answers."""

_PLAIN = Limits()


def judge(
    problem: BenchmarkProblem,
    code: str,
    limits: Limits = _PLAIN,
    *,
    sandbox: Sandbox | None = None,
    stop_first: bool = True,
    checker: Checker | None = None,
) -> Judged:
    """Run a solution on a problem's tests.

    Args:
        problem: the problem.
        code: the solution, any text.
        limits: of each test (of all assertions together).
        sandbox: where to run; default: the one of this process. Assertions need a local one.
        stop_first: stop at the first failing test, else count all.
        checker: judges what a program printed; default: the tokens of each line are those expected.

    Raises:
        SandboxError: the sandbox itself failed.
        InvalidValueError: assertion tests with a sandbox that is not local.
    """
    source, tests = problem.program(code), problem.tests
    if isinstance(tests, AssertTests):
        if not isinstance(sandbox, LocalSandbox | None):
            raise InvalidValueError("assertion tests run in a local sandbox only")
        done = run_asserts(source, tests.code, limits, sandbox=sandbox, stop_first=stop_first, entry=tests.name)
        status = Status.OK if done.passed else done.status
        return Judged(done.passed_tests, max(done.total_tests, 1), status, done.error)
    where = sandbox or default_sandbox()
    if isinstance(tests, RunTest):
        return judge_run(tests, source, limits, where)
    inputs, readings = _plan(problem, tests, code, limits, where, checker)

    def passes(index: int, result: Result) -> bool:
        return result.status is Status.OK and any(reading(index, result) for reading in readings)

    results = where.run(Program(source, inputs), limits, lambda index, result: passes(index, result) or not stop_first)
    marks = [
        [result.status is Status.OK and reading(index, result) for index, result in enumerate(results)]
        for reading in readings
    ]
    passed = max(marks, key=sum)
    if all(passed):
        return Judged(len(passed), len(passed))
    failed = results[passed.index(False)]
    return Judged(sum(passed), len(passed), failed.status, failed.error)


Reading = Callable[[int, Result], bool]


def _plan(
    problem: BenchmarkProblem,
    tests: StdinTests | CallTests | GoldTests,
    code: str,
    limits: Limits,
    where: Sandbox,
    checker: Checker | None,
) -> tuple[tuple[str | Call, ...], list[Reading]]:
    """What the program is given, and what makes a result right; one of several readings of the expected values must fit all."""
    if isinstance(tests, StdinTests):
        right = checker or (lambda _, expected, output: same_lines(expected, output))
        return tests.inputs, [lambda index, result: right(tests.inputs[index], tests.outputs[index], result.output)]
    entry = _entry(problem, tests.name, code)
    if isinstance(tests, GoldTests):
        kept = expected_of_gold(tests, limits, where)
        return tuple(Call(entry, tests.arguments[place]) for place, _ in kept), [
            lambda index, result: same_as_gold(kept[index][1], result.value, tests.likeness, tests.tolerance)
        ]
    expected = tests.expected
    readings: list[Reading] = [lambda index, result: same_data(expected[index], result.value)]
    if all(isinstance(one, list) and len(one) == 1 for one in expected):  # some rows put each value into a list
        readings.append(lambda index, result: same_data(expected[index][0], result.value))
    return tuple(Call(entry, arguments) for arguments in tests.arguments), readings


def _entry(problem: BenchmarkProblem, name: str, code: str) -> str:
    """The function, or the method of Solution where the statement asks for that or the code has no such function."""
    has_class = re.search(r"^class Solution\b", code, re.MULTILINE) is not None
    has_function = re.search(rf"^(?:def {re.escape(name)}\b|{re.escape(name)} *=)", code, re.MULTILINE) is not None
    return f"Solution.{name}" if has_class and (problem.entry == "Solution" or not has_function) else name


def expected_of_gold(tests: GoldTests, limits: Limits, sandbox: Sandbox) -> list[tuple[int, Any]]:
    """The calls that the reference solution answers within a quarter of the time, by their place, with its values.

    Raises:
        InvalidValueError: it answers none.
    """
    if not tests.found:
        program = Program(tests.gold, tuple(Call(tests.name, arguments) for arguments in tests.arguments))
        results = sandbox.run(program, dataclasses.replace(limits, cpu_s=limits.cpu_s / 4), lambda index, result: True)
        tests.found[:] = [
            (place, result.value)
            for place, result in enumerate(results)
            if result.status is Status.OK and (tests.likeness == "given" or not isinstance(result.value, Opaque))
        ]
    if not tests.found:
        raise InvalidValueError(f"the reference solution of {tests.name} answers none of its inputs")
    return list(tests.found)


def extract(problem: BenchmarkProblem, response: str) -> Extraction:
    """The code of a response: of its complete fenced blocks the last that defines what the problem asks for.

    A response without a fence holds no code, unless all of it is code that begins with a definition or an import.
    """
    found = Code().parse(response, suits=lambda block: defines(problem, block))
    if found.answer is None and re.match(r"\s*(?:def|class|import|from|@)\b", response) and defines(problem, response):
        return Extraction(response.strip("\n"), False, found.detail)
    return found


def judge_response(
    problem: BenchmarkProblem, response: str, limits: Limits = _PLAIN, *, sandbox: Sandbox | None = None
) -> Judged:
    """Judge the code in a response; one without code passes none of one."""
    code = extract(problem, response).answer
    return Judged(0, 1, Status.NOT_RUN, "no code") if code is None else judge(problem, code, limits, sandbox=sandbox)


def judge_many(
    pairs: Iterable[tuple[BenchmarkProblem, str]], limits: Limits = _PLAIN, *, sandbox: Sandbox | None = None
) -> list[Judged]:
    """Judge many solutions, as many at a time as the sandbox runs programs; verdicts in the order of the pairs."""
    return map_programs(lambda pair: judge(pair[0], pair[1], limits, sandbox=sandbox), pairs, sandbox)
