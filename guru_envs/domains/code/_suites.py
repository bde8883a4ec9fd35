"""Test suites as answers: reading assertions, judging them by the mutants they kill, and making a small suite that kills all."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from guru_envs.domains.code._draw import CONSTANTS, Case, fails
from guru_envs.domains.code._families.family import Family, P
from guru_envs.domains.code._source import function_text
from guru_envs.domains.code._values import same
from guru_envs.sandbox import Call, Limits, Program, Result, Sandbox, Status

MOST_TESTS = 8
LONGEST_SUITE = 20_000  # characters; a longer text is not parsed


class UnreadableError(ValueError):
    """The text is no suite. ``reason`` names a message, ``line`` where."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


class SuiteVerdict(NamedTuple):
    """What a suite does: the first test (from 1) that a right program fails, or 0; and how many wrong programs it finds."""

    false_test: int
    killed: int
    mutants: int


def read_suite(family: Family, text: str) -> list[Case]:
    """The tests of a suite: assertions ``f(...) == ...`` with literals, in this order or the other, also in functions.

    Nothing is evaluated.

    Raises:
        UnreadableError: something else stands there, or there are no tests, or too many.
    """
    if len(text) > LONGEST_SUITE:
        raise UnreadableError("suite_long")
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadableError("compile_error") from None
    statements: list[ast.stmt] = []
    for statement in body:
        statements += statement.body if isinstance(statement, ast.FunctionDef) else [statement]
    cases = [_case(family, one) for one in statements if not isinstance(one, (ast.Import, ast.ImportFrom, ast.Expr))]
    if not cases:
        raise UnreadableError("suite_empty")
    if len(cases) > MOST_TESTS:
        raise UnreadableError("suite_many")
    return cases


def _case(family: Family, statement: ast.stmt) -> Case:
    line = statement.lineno
    test = statement.test if isinstance(statement, ast.Assert) else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        raise UnreadableError("suite_form", line)
    call, value = test.left, test.comparators[0]
    if isinstance(value, ast.Call):
        call, value = value, call
    named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == family.name
    if not named or not isinstance(call, ast.Call):
        raise UnreadableError("suite_form", line)
    takes = family.takes
    by_name: dict[str, ast.expr] = dict(zip([name for name, _ in takes], call.args, strict=False))
    by_name.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg})
    if len(call.args) + len(call.keywords) != len(takes) or set(by_name) != {name for name, _ in takes}:
        raise UnreadableError("suite_types", line)
    try:
        args = tuple(ast.literal_eval(by_name[name]) for name, _ in takes)
        expected = ast.literal_eval(value)
    except (ValueError, TypeError, RecursionError, MemoryError):
        raise UnreadableError("suite_form", line) from None
    if not all(_fits(value, kind) for value, (_, kind) in zip(args, takes, strict=True)):
        raise UnreadableError("suite_types", line)
    return Case(args, expected)


def _fits(value: Any, kind: str) -> bool:
    """Whether a literal is of a type, named as in annotations."""
    if kind.startswith("list["):
        return type(value) is list and all(_fits(item, kind[5:-1]) for item in value)
    if kind == "dict[str, int]":
        return type(value) is dict and all(type(key) is str and type(one) is int for key, one in value.items())
    return type(value).__name__ == kind


def judge_suite(
    family: Family,
    parameters: dict[str, Any],
    cases: Sequence[Case],
    shown: Sequence[Case],
    limits: Limits,
    sandbox: Sandbox,
) -> SuiteVerdict:
    """Run the reference and every mutant on the tests, in the sandbox: the arguments are the answer's.

    Tests with the arguments of a shown example have to hold, and kill nothing.
    """
    mutants = family.live(P(**parameters))
    known = {repr(case.args) for case in shown}
    own = [case for case in cases if repr(case.args) not in known]

    def passing(mutant: int, tests: Sequence[Case]) -> int:
        """How many tests pass before the first that fails."""

        def accept(index: int, result: Result) -> bool:
            return result.status is Status.OK and same(tests[index].expected, result.value)

        program = Program(
            function_text(family, parameters, mutant), tuple(Call(family.name, case.args) for case in tests)
        )
        holds = [accept(*pair) for pair in enumerate(sandbox.run(program, limits, accept))]
        return holds.index(False) if False in holds else len(tests)

    passed = passing(0, cases)
    if passed < len(cases):
        return SuiteVerdict(passed + 1, 0, len(mutants))
    killed = sum(passing(mutant, own) < len(own) for mutant in mutants) if own else 0
    return SuiteVerdict(0, killed, len(mutants))


def small_suite(family: Family, parameters: dict[str, Any], cases: Sequence[Case]) -> tuple[Case, ...]:
    """A few of the tests that together kill every mutant: always the one that kills most, of several the shortest."""
    p = P(**parameters)
    kills = [{m for m in family.live(p) if fails(family, p, "function", case, m)} for case in cases]
    left = set(family.live(p))
    chosen: list[int] = []
    while left:
        best = max(range(len(cases)), key=lambda place: (len(kills[place] & left), -len(repr(cases[place])), -place))
        chosen.append(best)
        left -= kills[best]
    return tuple(cases[place] for place in chosen)


def suite_text(family: Family, cases: Sequence[Case]) -> str:
    """The tests as assertions."""
    return "\n".join(f"assert {family.name}({', '.join(map(repr, case.args))}) == {case.expected!r}" for case in cases)


def corrupted(family: Family, cases: Sequence[Case], rng: random.Random) -> str:
    """A suite with one wrong expected value."""
    place = rng.randrange(len(cases))
    wrong = [value for value in CONSTANTS[family.gives] if not same(cases[place].expected, value)]
    changed = [*cases[:place], Case(cases[place].args, rng.choice(wrong)), *cases[place + 1 :]]
    return suite_text(family, changed)
