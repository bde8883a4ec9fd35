"""The tests of a problem: drawn so that they tell the reference from every mutant and from every blind guess."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from guru_envs.domains.code._families.family import Family, P
from guru_envs.domains.code._values import output_text, same, same_output

EASY_TO_READ = 90  # characters of the arguments of a shown example, where that can be had
MORE_DRAWS = 400  # of inputs, until every rival is told apart

# By type of value: what someone returns who knows the type only.
CONSTANTS: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, -1, 2),
    "float": (0.0, 1.0),
    "bool": (True, False),
    "str": ("", "a"),
    "list[int]": ([], [0], [1]),
    "list[str]": ([], [""], ["a"]),
    "list[list[int]]": ([], [[]], [[0]]),
    "dict[str, int]": ({}, {"a": 1}),
}


class Case(NamedTuple):
    """A test: arguments and the reference's value, which for some families is one of several right ones."""

    args: tuple[Any, ...]
    expected: Any


class UnkilledError(Exception):
    """No tests were found that tell a rival from the reference."""


def right(family: Family, p: P, form: str, case: Case, value: Any) -> bool:
    """Whether a returned value, or in the format ``stdin`` a printed text, is right."""
    if form == "stdin":
        return isinstance(value, str) and same_output(output_text(case.expected, family.gives), value, family.gives)
    if family.check is not None:
        return family.check(p, case.args, value)
    return same(case.expected, value)


def fails(family: Family, p: P, form: str, case: Case, mutant: int) -> bool:
    """Whether a mutant fails a test."""
    try:
        return not _fits(family, p, form, case, family.solve(p, mutant, *case.args))
    except Exception:
        return True


def _fits(family: Family, p: P, form: str, case: Case, value: Any) -> bool:
    if form != "stdin":
        return right(family, p, form, case, value)
    try:
        return right(family, p, form, case, output_text(value, family.gives))
    except (TypeError, AttributeError):  # a value of another type
        return False


def draw_cases(
    family: Family, values: Mapping[str, Any], rng: random.Random, form: str, shown: int, hidden: int
) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """The shown and the hidden tests.

    Every edge is a hidden test. The hidden tests alone make every mutant fail, and every program that returns a constant or its
    first argument. There may be more than ``hidden`` of them where that takes more.

    Raises:
        UnkilledError: with these parameters a mutant does the same as the reference.
    """
    p = P(**values)
    seen: set[str] = set()

    def new() -> Case | None:
        args = family.inputs(rng, p)
        if (key := repr(args)) in seen:
            return None
        seen.add(key)
        return Case(args, family.solve(p, 0, *args))

    tests: list[Case] = []
    for args in family.edges(p):
        if (key := repr(args)) not in seen:
            seen.add(key)
            tests.append(Case(args, family.solve(p, 0, *args)))
    examples: list[Case] = []
    spare: list[Case] = []
    for _ in range(shown * 6):
        if len(examples) < shown and (case := new()):
            fresh = all(case.expected != other.expected for other in examples)
            (examples if fresh and len(repr(case.args)) <= EASY_TO_READ else spare).append(case)
    while len(examples) < shown and spare:
        examples.append(spare.pop(0))
    while len(tests) < hidden and spare:
        tests.append(spare.pop())
    for _ in range(hidden * 4):
        if len(tests) < hidden and (case := new()):
            tests.append(case)

    mutants = [m for m in family.live(p) if not any(fails(family, p, form, case, m) for case in tests)]
    blind = _unkilled_guesses(family, p, form, tests, list(_guesses(family, tests)))
    for _ in range(MORE_DRAWS):
        if not mutants and not blind:
            return tuple(examples), tuple(tests)
        if (case := new()) is None:
            continue
        left = [m for m in mutants if not fails(family, p, form, case, m)]
        left_blind = _unkilled_guesses(family, p, form, [case], blind)
        if len(left) < len(mutants) or len(left_blind) < len(blind):
            mutants, blind = left, left_blind
            tests.append(case)
    raise UnkilledError(f"{family.name} {values}: mutants {mutants}, guesses {blind}")


_FIRST = object()  # stands for the program that returns its first argument


def _guesses(family: Family, tests: list[Case]) -> list[Any]:
    return [*CONSTANTS[family.gives], *[case.expected for case in tests[:3]], _FIRST]


def _unkilled_guesses(family: Family, p: P, form: str, tests: list[Case], guesses: list[Any]) -> list[Any]:
    return [
        guess
        for guess in guesses
        if all(_fits(family, p, form, case, case.args[0] if guess is _FIRST else guess) for case in tests)
    ]
