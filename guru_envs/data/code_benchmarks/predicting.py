"""CRUXEval: what a call returns, or a call that returns it. Answers are texts of Python expressions, read in the sandbox."""

from __future__ import annotations

import re
from typing import Any

from guru_envs.data.code_benchmarks.problem import BenchmarkProblem, Judged, RunTest
from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import Call, Limits, Opaque, Program, Result, Sandbox, Status, default_sandbox

LONGEST_ANSWER = 20_000  # characters; a longer answer is not read
_LIMITS = Limits(cpu_s=2.0)
_RECORD = """
def f(*args, **kwargs):
    return args, kwargs
"""
# Where arguments are functions, they stay where they were written: the program gets its name back before it is called.
_KEEP = "\n_program = f\n"
_RUN = """
def run():
    global f
    args, kwargs = answer()
    f = _program
    return f(*args, **kwargs)
"""
_READ = "\ndef answer():\n    return (\n{}\n)\n"
_CALL = re.compile(r"\s*f\s*\(")


def judge_output(problem: BenchmarkProblem, answer: str, *, sandbox: Sandbox | None = None) -> Judged:
    """Whether an answer is the value that the call returns. The program is not there when the answer is read.

    The value is the row's; equality is Python's, of plain data, as in the benchmark's own judge.
    """
    tests, where = _run_test(problem), sandbox or default_sandbox()
    expected, given = _value(tests.output, where), _value(answer, where)
    if expected is None:
        raise InvalidValueError(f"{problem.id}: the row's output cannot be read")
    return _verdict(given, given is not None and _same(expected.value, given.value))


def judge_input(problem: BenchmarkProblem, answer: str, *, sandbox: Sandbox | None = None) -> Judged:
    """Whether an answer is a call ``f(...)``, or its arguments, that returns the row's output: any such call is right.

    Arguments are plain data, read in a process where ``f`` does nothing; then the row's program is called with them.
    """
    tests, where = _run_test(problem), sandbox or default_sandbox()
    program = _calling(tests, tests.code, answer, where)
    if program is None:
        return Judged(0, 1, Status.RUNTIME_ERROR, "no call that can be read")
    return _judge_call(tests, program, _LIMITS, where)


def judge_run(tests: RunTest, source: str, limits: Limits, sandbox: Sandbox) -> Judged:
    """Whether a program returns the row's output for the row's input."""
    program = _calling(tests, source, tests.input, sandbox)
    if program is None:
        raise InvalidValueError("the row's input cannot be read")
    return _judge_call(tests, program, limits, sandbox)


def answer_of(text: str) -> str:
    """An answer without what models put around it: tags, a fence, ``assert``, and the side of ``==`` that was given."""
    tagged = re.findall(r"\[ANSWER\](.*?)(?:\[/ANSWER\]|$)|<answer>(.*?)</answer>", text, re.DOTALL)
    if tagged:
        text = tagged[-1][0] or tagged[-1][1]
    fence = re.search(r"```(?:python)?[ \t]*\n(.*?)```", text, re.DOTALL)
    text = (fence[1] if fence else text).strip()
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = text.strip("`").strip()
    return text.removeprefix("assert ").strip()


def _run_test(problem: BenchmarkProblem) -> RunTest:
    if not isinstance(problem.tests, RunTest):
        raise InvalidValueError(f"{problem.benchmark} asks for programs, not for what a program does")
    return problem.tests


def _judge_call(tests: RunTest, program: Program, limits: Limits, sandbox: Sandbox) -> Judged:
    result = sandbox.run(program, limits)[0]
    expected = _value(tests.output, sandbox)
    if expected is None:
        raise InvalidValueError("the row's output cannot be read")
    return _verdict(result, _same(expected.value, result.value))


def _verdict(result: Result | None, same: bool) -> Judged:
    if result is None:
        return Judged(0, 1, Status.RUNTIME_ERROR, "no value that can be read")
    if result.status is not Status.OK:
        return Judged(0, 1, result.status, result.error)
    return Judged(int(same), 1)


def _same(expected: Any, value: Any) -> bool:
    return not isinstance(value, Opaque) and bool(expected == value)


def _value(text: str, sandbox: Sandbox) -> Result | None:
    """The value of an expression."""
    if not text.strip() or len(text) > LONGEST_ANSWER:
        return None
    result = sandbox.run(Program(_READ.format(text), (Call("answer"),)), _LIMITS)[0]
    return result if result.status is Status.OK else None


def _calling(tests: RunTest, source: str, text: str, sandbox: Sandbox) -> Program | None:
    """A program that makes the call that a text writes, as ``f(...)`` or as arguments alone; None where it writes none.

    Functions are arguments only where the row's own input has some.
    """
    if len(text) > LONGEST_ANSWER:
        return None
    read = _READ.format(text if _CALL.match(text) else f"f({text}\n)")
    result = sandbox.run(Program(_RECORD + read, (Call("answer"),)), _LIMITS)[0]
    value = result.value
    if result.status is not Status.OK or not isinstance(value, tuple) or len(value) != 2:
        return None
    args, kwargs = value
    if not (isinstance(args, tuple) and isinstance(kwargs, dict) and all(isinstance(key, str) for key in kwargs)):
        return None
    if not _has_opaque(value):
        return Program(source, (Call("f", args, kwargs),))
    if text == tests.input or _takes_functions(tests, sandbox):
        return Program(source + _KEEP + _RECORD + read + _RUN, (Call("run"),))
    return None


def _takes_functions(tests: RunTest, sandbox: Sandbox) -> bool:
    program = _calling(tests, tests.code, tests.input, sandbox)
    return program is not None and program.inputs == (Call("run"),)


def _has_opaque(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_opaque(one) for both in value.items() for one in both)
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_has_opaque, value))
    return isinstance(value, Opaque)
