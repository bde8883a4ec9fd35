"""What the rows of programming problems share: making problems, judging answers, showing solutions.

The rows differ in what is to be done: write a program, repair one, or write tests for one.
"""

from __future__ import annotations

import dataclasses
import difflib
import random
from collections.abc import Sequence

from guru_envs.domains.code import _words
from guru_envs.domains.code._draw import CONSTANTS, Case, UnkilledError, draw_cases, fails
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import Family, P
from guru_envs.domains.code._problem import CodeKnobs, Problem
from guru_envs.domains.code._source import function_text, parts_of, program_text
from guru_envs.domains.code._suites import MOST_TESTS, corrupted, small_suite, suite_text
from guru_envs.domains.code._trying import defines, try_out
from guru_envs.domains.code._values import output_text
from guru_envs.domains.code._verdicts import judge_program, judge_tests
from guru_envs.errors import ImpossibleTaskError
from guru_envs.sandbox.many import map_programs
from guru_envs.task import Step, Task, Trace, Verdict

_REDRAWS = 20  # of parameters with which a mutant cannot be told from the reference


class Programs:
    """A domain of programming problems."""

    Knobs: type[CodeKnobs] = CodeKnobs

    def generate(self, rng: random.Random, knobs: CodeKnobs) -> Task[Problem]:
        """Make a problem."""
        family = rng.choice(knobs.choices())
        form: str = "function" if knobs.TASK == "tests" else knobs.form
        if form == "any":
            form = rng.choice(family.formats)
        for _ in range(_REDRAWS):
            values = family.parameters(rng)
            try:
                examples, hidden = draw_cases(family, values, rng, form, knobs.shown, knobs.hidden)
            except UnkilledError:
                continue
            problem = Problem(knobs.lang, family.name, form, knobs.partial, examples, hidden, values, knobs.TASK)
            return self._task(problem, family, rng)
        raise ImpossibleTaskError(f"no tests were found for {family.name} in {_REDRAWS} draws of its parameters")

    def _task(self, problem: Problem, family: Family, rng: random.Random) -> Task[Problem]:
        """The task of a problem. What is to be done is no part of the problem's identity."""
        lang, form, values = problem.lang, problem.form, problem.parameters
        p, canonical = P(**values), family.canonical(problem.parameters)
        statement = family.text(p)[lang == "zh"]
        if problem.task == "tests":
            suite = small_suite(family, values, problem.hidden)
            text = _words.suite_prompt(family, statement, problem.examples, lang, len(family.live(p)), MOST_TESTS)
            return Task(text, suite_text(family, suite), dataclasses.replace(problem, suite=suite), canonical)
        text = _words.prompt(family, form, statement, problem.examples, lang)
        if problem.task == "repair":
            problem = dataclasses.replace(problem, broken=rng.choice(family.live(p)))
            text = _words.repair_prompt(text, program_text(form, family, values, problem.broken), lang)
        return Task(text, program_text(form, family, values), problem, canonical)

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Run the code on the tests, or the tests on right and wrong code."""
        judge = judge_tests if task.payload.task == "tests" else judge_program
        return judge(task.payload, answer)

    def verify_many(self, tasks: Sequence[Task[Problem]], answers: Sequence[str]) -> list[Verdict]:
        """``verify`` for many answers, with all workers of the sandbox busy."""
        return map_programs(lambda pair: self.verify(*pair), zip(tasks, answers, strict=True))

    def suits(self, task: Task[Problem], answer: str) -> bool:
        """Whether a block of code defines what is asked, and is no call of it, output or sketch of a part."""
        return defines(task.payload, answer)

    def trial(self, task: Task[Problem], code: str, seconds: float = 10.0) -> tuple[str, float]:
        """Run code as it is, and on the shown examples when it defines what is asked; a report, and the seconds used."""
        return try_out(task.payload, code, seconds)

    def solve(self, task: Task[Problem]) -> Trace:
        """Say how the reference works, and follow it on the examples."""
        problem = task.payload
        family, p = FAMILIES[problem.family], P(**problem.parameters)
        steps = [Step(family.idea(p)[problem.lang == "zh"], fact=("idea", problem.family))]
        for number, case in enumerate(problem.examples, 1):
            value = repr(family.solve(p, 0, *case.args))
            call = _words.call_text(family, case)
            said = (
                f"示例 {number}：{call} 得到 {value}。"
                if problem.lang == "zh"
                else f"Example {number}: {call} gives {value}."
            )
            steps.append(Step(said, fact=("example", number, value)))
        if problem.task == "repair":
            steps += _repair_steps(problem, family, p)
        if problem.task == "tests":
            for case in problem.suite:
                steps.append(_suite_step(problem, family, p, case))
            return Trace(tuple(steps), suite_text(family, problem.suite))
        return Trace(tuple(steps), program_text(problem.form, family, problem.parameters))

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A program of the right form that returns a constant or its first argument."""
        problem = task.payload
        family = FAMILIES[problem.family]
        constants = CONSTANTS[family.gives]
        first = family.takes[0][0]
        if problem.task == "tests":
            return suite_text(family, [Case(rng.choice(problem.hidden).args, rng.choice(constants))])
        choice = rng.randrange(len(constants) + 1)
        if problem.form == "stdin":
            return (
                f"print({output_text(constants[choice], family.gives)!r})"
                if choice < len(constants)
                else "print(input())"
            )
        value = repr(constants[choice]) if choice < len(constants) else first
        if problem.form == "class":
            return f"class Solution:\n    def {_words.signature(family, method=True)}:\n        return {value}"
        return f"def {_words.signature(family)}:\n    return {value}"

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """A mutant of the reference (for a repair, the program as it is, or another mutant); a suite with a wrong test."""
        problem = task.payload
        family = FAMILIES[problem.family]
        if problem.task == "tests":
            return corrupted(family, problem.suite, rng)
        return program_text(problem.form, family, problem.parameters, rng.choice(family.live(P(**problem.parameters))))

    def effort(self, task: Task[Problem]) -> float:
        """How many statements and expressions the reference has, as a function."""
        problem = task.payload
        return float(parts_of(function_text(FAMILIES[problem.family], problem.parameters)))

    def render(self, task: Task[Problem]) -> str:
        """The problem, with its form and its family."""
        problem = task.payload
        return f"{problem.family} ({FAMILIES[problem.family].theme}, {problem.form})\n\n{task.prompt}"


def _repair_steps(problem: Problem, family: Family, p: P) -> list[Step]:
    """A test that the given program fails, and the lines to change."""
    failing = [case for case in problem.cases if fails(family, p, problem.form, case, problem.broken)]
    case = min(failing, key=lambda one: len(repr(one)))
    try:
        given = repr(family.solve(p, problem.broken, *case.args))
    except Exception:
        given = ""
    call, value, zh = _words.call_text(family, case), repr(case.expected), problem.lang == "zh"
    if zh:
        said = f"{call} 应得到 {value}，所给程序却{'得到 ' + given if given else '运行出错'}。"
    else:
        said = (
            f"{call} should give {value}, but the given program {'gives ' + given if given else 'fails with an error'}."
        )
    steps = [Step(said, fact=("fails", call, value))]
    wrong = program_text(problem.form, family, problem.parameters, problem.broken).split("\n")
    right = program_text(problem.form, family, problem.parameters).split("\n")
    for what, start, stop, low, high in difflib.SequenceMatcher(None, wrong, right, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        old = "; ".join(f"`{line.strip()}`" for line in wrong[start:stop])
        new = "; ".join(f"`{line.strip()}`" for line in right[low:high])
        if zh:
            said = (
                f"第 {start + 1} 行"
                + (f"{old} 改为 {new}" if old and new else f"之前插入 {new}" if new else f"{old} 删去")
                + "。"
            )
        else:
            said = f"Line {start + 1}: " + (
                f"{old} becomes {new}." if old and new else f"insert {new} before it." if new else f"remove {old}."
            )
        steps.append(Step(said, fact=("change", start + 1, "\n".join(right[low:high]))))
    return steps


def _suite_step(problem: Problem, family: Family, p: P, case: Case) -> Step:
    """A test of the oracle's suite, and how many wrong programs it finds."""
    found = sum(fails(family, p, "function", case, mutant) for mutant in family.live(p))
    call, value = _words.call_text(family, case), repr(family.solve(p, 0, *case.args))
    said = f"A right program gives {value} for {call}; {found} of the wrong ones do not."
    if problem.lang == "zh":
        said = f"正确的程序对 {call} 给出 {value}；错误的程序中有 {found} 个不是这样。"
    return Step(said, fact=("test", call, value))
