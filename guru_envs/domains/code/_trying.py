"""Trying code out before it is handed in: its output, and what it does on the shown examples."""

from __future__ import annotations

import dataclasses
import re

from guru_envs.domains.code import _words
from guru_envs.domains.code._draw import right
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import P
from guru_envs.domains.code._problem import Problem
from guru_envs.domains.code._verdicts import LIMITS, LONGEST_CODE, ending, inputs_of, reason
from guru_envs.sandbox import Call, Program, Result, Status, default_sandbox


def defines(problem: Problem, answer: str) -> bool:
    """Whether a block of code defines what is asked, and is no call of it, output or sketch of a part."""
    name = problem.family
    if problem.task == "tests":
        pattern = rf"\bassert\s+{name}\("
    elif problem.form == "stdin":
        pattern = r"\b(?:input|stdin|open)\b"
    else:
        pattern = r"\bclass\s+Solution\b" if problem.form == "class" else rf"\bdef\s+{name}\b|^{name}\s*="
    return re.search(pattern, answer, re.MULTILINE) is not None


def try_out(problem: Problem, code: str, seconds: float = 10.0) -> tuple[str, float]:
    """Run code as it is, and on the shown examples when it defines what is asked; says what it printed and gave.

    Hidden tests have no part in it. A program that reads standard input as asked is run on the examples only.

    Args:
        problem: the problem.
        code: any text.
        seconds: how long all of it may take.

    Returns:
        The report, and the seconds used.
    """
    if len(code) > LONGEST_CODE:
        return _words.detail(problem.lang, "long"), 0.0
    family, shown = FAMILIES[problem.family], dataclasses.replace(problem, hidden=())
    report, left = [], seconds
    suits = problem.task != "tests" and defines(problem, code)
    if not (suits and problem.form == "stdin" and shown.cases):
        plain, left = _timed(code, "", left)
        report += [part for part in (plain.output.rstrip(), ending(problem.lang, plain)) if part]
    if suits:
        p = P(**problem.parameters)
        for number, (case, given) in enumerate(zip(shown.cases, inputs_of(shown, family), strict=True), 1):
            if left <= 0.0:
                report.append(_words.detail(problem.lang, "no_time"))
                break
            result, left = _timed(code, given, left)
            what = reason(shown, number - 1, result)
            if result.status is Status.OK:
                value = result.output if problem.form == "stdin" else result.value
                if right(family, p, problem.form, case, value):
                    what = _words.detail(problem.lang, "passes", n=number)
            report.append(what)
    return "\n".join(report) or _words.detail(problem.lang, "nothing"), seconds - left


def _timed(code: str, given: str | Call, left: float) -> tuple[Result, float]:
    """Run code on one input, in a process of its own, with the time that is left; what it did, and the time left after it."""
    cpu = min(LIMITS.cpu_s, left)
    limits = dataclasses.replace(LIMITS, cpu_s=cpu, wall_s=min(LIMITS.wall, left + 1.0))
    result = default_sandbox().run(Program(code, (given,)), limits)[0]
    idle = result.wall_s > 2 * result.cpu_s + 0.5  # it slept or waited
    return result, left - (result.wall_s if idle else result.cpu_s)
