"""Verdicts: programs run on the tests of a problem, suites run on right and wrong programs, and the reasons given."""

from __future__ import annotations

import re
from typing import Any

from guru_envs.domains.code import _words
from guru_envs.domains.code._draw import right
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import Family, P
from guru_envs.domains.code._problem import Problem
from guru_envs.domains.code._suites import MOST_TESTS, UnreadableError, judge_suite, read_suite
from guru_envs.domains.code._values import input_text
from guru_envs.sandbox import Call, Limits, Program, Result, Status, default_sandbox
from guru_envs.task import Outcome, Verdict

LIMITS = Limits(cpu_s=2.0, memory_mb=512, output_bytes=2**20)
LONGEST_CODE = 100_000  # characters; longer code is not run
_SHOWN_ERROR = 200  # characters of an error or a value in the reason given


def judge_program(problem: Problem, answer: str) -> Verdict:
    """Run a program on all tests of a problem."""
    name = "Solution" if problem.form == "class" else problem.family
    if not answer.strip():
        return Verdict(Outcome.NO_ANSWER, detail=_words.detail(problem.lang, "empty"))
    if problem.form != "stdin" and not re.search(rf"\b{name}\b", answer):
        return Verdict(Outcome.NO_ANSWER, detail=_words.detail(problem.lang, "missing", name=name))
    if len(answer) > LONGEST_CODE:
        return Verdict(Outcome.WRONG, detail=_words.detail(problem.lang, "long"))
    family, p, cases = FAMILIES[problem.family], P(**problem.parameters), problem.cases

    def passes(index: int, result: Result) -> bool:
        if result.status is not Status.OK:
            return False
        value = result.output if problem.form == "stdin" else result.value
        return right(family, p, problem.form, cases[index], value)

    def accept(index: int, result: Result) -> bool:
        return passes(index, result) or (problem.partial and result.status is not Status.COMPILE_ERROR)

    results = default_sandbox().run(Program(answer, inputs_of(problem, family)), LIMITS, accept)
    passed = [passes(index, result) for index, result in enumerate(results)]
    if all(passed):
        return Verdict(Outcome.CORRECT, 1.0)
    credit = sum(passed) / len(passed) if problem.partial else 0.0
    failed = passed.index(False)
    return Verdict(Outcome.WRONG, credit, detail=reason(problem, failed, results[failed]))


def judge_tests(problem: Problem, answer: str) -> Verdict:
    """Run a suite on a right program and on wrong ones."""
    family = FAMILIES[problem.family]
    try:
        cases = read_suite(family, answer)
    except UnreadableError as unreadable:
        outcome = Outcome.WRONG if unreadable.reason in ("suite_many", "suite_long") else Outcome.NO_ANSWER
        return Verdict(
            outcome, detail=_words.detail(problem.lang, unreadable.reason, n=unreadable.line, most=MOST_TESTS)
        )
    done = judge_suite(family, problem.parameters, cases, problem.examples, LIMITS, default_sandbox())
    if done.false_test:
        return Verdict(Outcome.WRONG, detail=_words.detail(problem.lang, "suite_false", n=done.false_test))
    if done.killed == done.mutants:
        return Verdict(Outcome.CORRECT, 1.0)
    left = done.mutants - done.killed
    credit = done.killed / done.mutants if problem.partial else 0.0
    return Verdict(Outcome.WRONG, credit, detail=_words.detail(problem.lang, "suite_weak", n=left, all=done.mutants))


def inputs_of(problem: Problem, family: Family) -> tuple[str | Call, ...]:
    """What the tests give to a program."""
    if problem.form == "stdin":
        kinds = [kind for _, kind in family.takes]
        return tuple(input_text(case.args, kinds) for case in problem.cases)
    return tuple(Call(problem.entry, case.args) for case in problem.cases)


def reason(problem: Problem, failed: int, result: Result) -> str:
    """What went wrong first. Of a hidden test only the kind of failure is told: a program could print what it was given."""
    lang = problem.lang
    what = _words.detail(lang, result.status.value)
    if result.status is Status.COMPILE_ERROR:
        return what + _shown(lang, "error", _last_line(result.error))
    if failed >= len(problem.examples):
        return _words.detail(lang, "hidden", what=what)
    if result.status is Status.OK:
        value = result.output.strip() if problem.form == "stdin" else _value_text(result.value)
        what += _shown(lang, "got", value)
    elif result.status is Status.RUNTIME_ERROR:
        what += _shown(lang, "error", _last_line(result.error))
    return _words.detail(lang, "example", n=failed + 1, what=what)


def ending(lang: str, result: Result) -> str:
    """How a run ended, with the last line of an error; empty when it ended well."""
    if result.status is Status.OK:
        return ""
    return _words.detail(lang, result.status.value) + _shown(lang, "error", _last_line(result.error))


def _value_text(value: Any) -> str:
    try:
        return repr(value)
    except ValueError:  # an integer of thousands of digits
        return type(value).__name__


def _last_line(error: str) -> str:
    return next((line.strip() for line in reversed(error.split("\n")) if line.strip()), "")


def _shown(lang: str, key: str, text: str) -> str:
    if not text:
        return ""
    cut = text if len(text) <= _SHOWN_ERROR else text[:_SHOWN_ERROR] + "..."
    return _words.detail(lang, key, **{"error" if key == "error" else "value": cut})
