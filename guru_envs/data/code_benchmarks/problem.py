"""What a row of a benchmark becomes: a statement, tests of one of five forms, and reference solutions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from guru_envs.sandbox import Status

Likeness = Literal["equal", "set", "given"]


@dataclass(frozen=True, slots=True)
class StdinTests:
    """Standard inputs and the outputs expected for them."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallTests:
    """Arguments of a function, or of a method of ``class Solution``, and the values expected for them (as from JSON)."""

    name: str
    arguments: tuple[tuple[Any, ...], ...]
    expected: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AssertTests:
    """Test code that calls the solution. ``name``: the function under test, where the row tells it."""

    code: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class GoldTests:
    """Arguments of a function; what is expected is what a reference solution returns, found in the sandbox at the first use.

    Attributes:
        name: of the function.
        arguments: of each call.
        gold: the reference solution. A call at which it fails is no test.
        tolerance: absolute, where a float is expected; 0: 1e-6.
        likeness: ``equal``; ``set``: the same elements in any order and number; ``given``: both None, or neither.
        found: what the reference returned, kept here.
    """

    name: str
    arguments: tuple[tuple[Any, ...], ...]
    gold: str
    tolerance: float = 0.0
    likeness: Likeness = "equal"
    found: list[Any] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RunTest:
    """A program with function ``f``, the text of the arguments of one call of it, and the text of what it returns."""

    code: str
    input: str
    output: str


Tests = StdinTests | CallTests | AssertTests | GoldTests | RunTest


@dataclass(frozen=True, slots=True)
class BenchmarkProblem:
    """One problem of a benchmark.

    Attributes:
        benchmark: ``humaneval``, ``humanevalplus``, ``mbpp``, ``mbppplus``, ``cruxeval``, ``leetcode``, ``taco``,
            ``primeintellect`` or ``livecodebench``.
        id: the row's own id, as text; empty when it has none.
        question: the statement as a model is shown it.
        starter: code to begin from; may be empty.
        tests: the tests, in one of five forms.
        golds: the row's reference solutions, complete programs.
        preamble: code that stands before a solution when it is run, such as imports that the statement takes for granted.
        epilogue: code that stands behind it, such as what carries linked lists to the tests and back.
        entry: the function or class that a solution defines; empty for a program that reads standard input.
    """

    benchmark: str
    id: str
    question: str
    starter: str
    tests: Tests
    golds: tuple[str, ...] = ()
    preamble: str = ""
    epilogue: str = ""
    entry: str = ""

    def program(self, code: str) -> str:
        """A solution with what stands before and behind it.

        Code that does not define the function asked for, and whose first line is indented, goes on where the starter ends.
        """
        if self.benchmark.startswith("humaneval") and _is_continuation(code) and not defines(self, code):
            code = f"{self.starter.rstrip()}\n{code}"
        parts = [part for part in (self.preamble, code, self.epilogue) if part.strip()]
        if len(parts) == 1:
            return parts[0]
        # A program may begin with these imports, and must not have them anywhere else.
        future = _FUTURE.findall(code)
        return "\n".join([*future, *(_FUTURE.sub("", part) if future else part for part in parts)])


@dataclass(frozen=True, slots=True)
class Judged:
    """What the tests say of a solution: how many passed of how many, and how the first failure ended (OK: a wrong answer)."""

    passed: int
    total: int
    status: Status = Status.OK
    error: str = ""

    @property
    def correct(self) -> bool:
        """All tests passed."""
        return self.total > 0 and self.passed == self.total


_FUTURE = re.compile(r"^from __future__ import [^\n]*$", re.MULTILINE)


def _is_continuation(code: str) -> bool:
    first = next((line for line in code.split("\n") if line.strip()), "")
    return first[:1] in (" ", "\t")


def defines(problem: BenchmarkProblem, code: str) -> bool:
    """Whether code defines what a problem asks for, and is no call of it, no output and no sketch of a part.

    For a program that reads standard input: it reads some, or where nothing is to be read, it prints.
    """
    if problem.entry:
        names = re.escape(problem.entry)
        if problem.entry == "Solution" and isinstance(problem.tests, CallTests):
            names += "|" + re.escape(problem.tests.name)
        return (
            re.search(rf"^(?:(?:async +)?def|class) +(?:{names})\b|^(?:{names}) *[:=]", code, re.MULTILINE) is not None
        )
    if isinstance(problem.tests, StdinTests) and any(map(str.strip, problem.tests.inputs)):
        return re.search(r"\b(?:input|stdin|open|fileinput|read)\b", code) is not None
    return re.search(r"\bprint\b|\bwrite\b|^(?:def|class) ", code, re.MULTILINE) is not None
