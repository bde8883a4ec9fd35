"""Programming problems: write a program that passes hidden tests.

Prompt
------
A statement, a few examples, and the form of the solution: a function to complete (with docstring and examples), a function
from its description (with assertions), a program that reads standard input, or a class ``Solution`` with one method.

Answer
------
Python code that defines what is asked; it may import the standard library. For ``task="tests"``: assertions. With the
answer format ``code`` the last complete fenced block that defines what is asked counts.

Verdict
-------
CORRECT when every test passes: the shown examples, then the hidden tests, among them the edge cases. The code runs in the
sandbox of ``guru_envs.sandbox`` (code of more than 100,000 characters is WRONG and not run); expected values never enter
it. Returned values are compared by value and type (``True`` is not ``1``, a tuple is not a list; an int will do for a
float, floats have a tolerance of 1e-6), printed output by tokens on each line. Where many answers are right, a checker
decides. Code that does not define the asked name is NO_ANSWER. The run ends at the first test that fails; with ``partial``
all tests are run, and credit is the share that passes. The reason given shows what went wrong on a shown example; of hidden
tests it gives only the kind of failure.

Knobs
-----
``task`` is what is to be done: ``write`` a program; ``repair`` a given one that is wrong for some inputs; or write
``tests``, at most 8 assertions, all of which have to hold for a right program while each of some wrong programs fails one
of them (with ``partial``, credit is the share of wrong programs found). ``easiest`` and ``hardest`` bound the difficulty of
the problem families (1 to 8); ``themes`` and ``families`` restrict them (``families`` by name, of any difficulty). ``form``
is the form of the solution. ``shown`` and ``hidden`` are the numbers of tests.

Oracle
------
How the reference solution works, its values on the shown examples, and its text: made for the parameters of this problem,
and found by the family's name and parameters, not copied from the gold answer.

Running code first
------------------
``guru_envs.run_code.RunCode`` wraps the environment (also each one of ``make_vec``) so that the policy may run code, on the shown
examples too, before it answers: a response that ends with a ```` ```run ```` block is run, and the observation is its output and
errors, cut to a limit. The runs of an episode are limited in number and in seconds; hidden tests judge the answer only.
``RunCodeVector`` does the same for many episodes at once, in groups that share a task, over all workers of the sandbox.

Known shortcuts
---------------
Programs that return a constant or their first argument fail for every task by construction, and so do tables of the shown
examples. Of tests written by the policy the arguments are checked by type only, so a test may go beyond what the statement
allows; it then still has to agree with the reference. The problems test reading and care more than invention: the families
are finite (see ``_families``), their parameters are many.

Provenance
----------
Our own families. Each has a reference solution, a slower independent solution that confirms it, and at least three mutants
of the reference; the hidden tests of every task make every mutant fail. The forms are those of HumanEval (arXiv
2107.03374), MBPP (arXiv 2108.07732), TACO (arXiv 2312.14852) and LeetCode.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import dataclasses
import random
import re
from dataclasses import dataclass
from typing import Any, Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.code import _words
from guru_envs.domains.code._draw import CONSTANTS, Case, UnkilledError, draw_cases, fails, right
from guru_envs.domains.code._families.catalogue import FAMILIES, choose
from guru_envs.domains.code._families.family import THEMES, Family, P
from guru_envs.domains.code._source import camel, program_text
from guru_envs.domains.code._suites import (
    MOST_TESTS,
    UnreadableError,
    corrupted,
    judge_suite,
    read_suite,
    small_suite,
    suite_text,
)
from guru_envs.domains.code._values import input_text, output_text
from guru_envs.errors import ImpossibleTaskError, unknown_name
from guru_envs.sandbox import Call, Limits, Program, Result, Status, default_sandbox
from guru_envs.task import Outcome, Step, Task, Trace, Verdict

LIMITS = Limits(cpu_s=2.0, memory_mb=512, output_bytes=2**20)
LONGEST_CODE = 100_000  # characters; longer code is not run
_REDRAWS = 20  # of parameters with which a mutant cannot be told from the reference
_SHOWN_ERROR = 200  # characters of an error or a value in the reason given


@dataclass(frozen=True)
class CodeKnobs(Knobs):
    """Which problems, in which form, with how many tests."""

    easiest: int = knob(1, "lowest difficulty of a family", 1, 8)
    hardest: int = knob(8, "highest difficulty of a family", 1, 8)
    themes: tuple[str, ...] = knob((), "themes of the problems; none means all")
    families: tuple[str, ...] = knob((), "names of problem families, of any difficulty; none means all")
    form: Literal["any", "function", "description", "stdin", "class"] = knob("any", "the form of the solution")
    task: Literal["write", "repair", "tests"] = knob("write", "write a program, repair a wrong one, or write tests")
    shown: int = knob(2, "tests shown as examples", 0, 6)
    hidden: int = knob(12, "hidden tests; more where the edge cases or the mutants need more", 4, 60)
    partial: bool = knob(False, "run all tests, and credit the share that passes")

    def check(self) -> None:
        """Unknown names, and restrictions that leave no family."""
        for name in self.themes:
            if name not in THEMES:
                raise unknown_name("theme", name, THEMES, "guru/code-v0")
        for name in self.families:
            if name not in FAMILIES:
                raise unknown_name("family", name, FAMILIES, "guru/code-v0")
        if self.task == "tests" and self.form not in ("any", "function"):
            raise ImpossibleTaskError(f"task='tests' asks for tests of a function: form={self.form!r} cannot be had")
        if not self.choices():
            raise ImpossibleTaskError(
                f"no family of problems has easiest={self.easiest}, hardest={self.hardest}, themes={list(self.themes)}, "
                f"families={list(self.families)}, form={self.form!r} and task={self.task!r}: widen one of them"
            )

    def choices(self) -> tuple[Family, ...]:
        """The families that fit."""
        form = "function" if self.task == "tests" else self.form
        found = choose(self.families, self.themes, self.easiest, self.hardest, form)
        return tuple(one for one in found if one.check is None) if self.task == "tests" else found


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it is shown, and its tests.

    Attributes:
        lang: language of the words.
        family: name of the family.
        form: the form of the solution.
        partial: whether all tests are run.
        examples: the tests that are shown.
        hidden: the hidden tests; used by the verifier only.
        parameters: the family's parameters; used by the verifier (for checkers) and the oracle.
        task: ``write``, ``repair`` or ``tests``.
        broken: the number of the mutant that is to be repaired, or 0.
        suite: for ``tests``, tests that kill every mutant; used by the oracle only.
    """

    lang: str
    family: str
    form: str
    partial: bool
    examples: tuple[Case, ...]
    hidden: tuple[Case, ...]
    parameters: dict[str, Any]
    task: str = "write"
    broken: int = 0
    suite: tuple[Case, ...] = ()

    @property
    def entry(self) -> str:
        """What the code has to define, with the method of a class."""
        return f"Solution.{camel(self.family)}" if self.form == "class" else self.family

    @property
    def cases(self) -> tuple[Case, ...]:
        """All tests, the shown ones first."""
        return self.examples + self.hidden


class Code:
    """The domain of programming problems."""

    Knobs = CodeKnobs

    def generate(self, rng: random.Random, knobs: CodeKnobs) -> Task[Problem]:
        """Make a problem."""
        family = rng.choice(knobs.choices())
        form: str = "function" if knobs.task == "tests" else knobs.form
        if form == "any":
            form = rng.choice(family.formats)
        for _ in range(_REDRAWS):
            values = family.parameters(rng)
            try:
                examples, hidden = draw_cases(family, values, rng, form, knobs.shown, knobs.hidden)
            except UnkilledError:
                continue
            problem = Problem(knobs.lang, family.name, form, knobs.partial, examples, hidden, values, knobs.task)
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
        problem = task.payload
        if problem.task == "tests":
            return _verify_suite(problem, answer)
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

        results = default_sandbox().run(Program(answer, _inputs(problem, family)), LIMITS, accept)
        passed = [passes(index, result) for index, result in enumerate(results)]
        if all(passed):
            return Verdict(Outcome.CORRECT, 1.0)
        credit = sum(passed) / len(passed) if problem.partial else 0.0
        failed = passed.index(False)
        return Verdict(Outcome.WRONG, credit, detail=_reason(problem, failed, results[failed]))

    def suits(self, task: Task[Problem], answer: str) -> bool:
        """Whether a block of code defines what is asked, and is no call of it, output or sketch of a part."""
        problem = task.payload
        name = problem.family
        if problem.task == "tests":
            pattern = rf"\bassert\s+{name}\("
        elif problem.form == "stdin":
            pattern = r"\b(?:input|stdin|open)\b"
        else:
            pattern = r"\bclass\s+Solution\b" if problem.form == "class" else rf"\bdef\s+{name}\b|^{name}\s*="
        return re.search(pattern, answer, re.MULTILINE) is not None

    def trial(self, task: Task[Problem], code: str, seconds: float = 10.0) -> tuple[str, float]:
        """Run code as it is, and on the shown examples when it defines what is asked; says what it printed and gave.

        Hidden tests have no part in it. A program that reads standard input is run on the examples only.

        Args:
            task: the problem.
            code: any text.
            seconds: how long all of it may take.

        Returns:
            The report, and the seconds used.
        """
        problem = task.payload
        if len(code) > LONGEST_CODE:
            return _words.detail(problem.lang, "long"), 0.0
        family, shown = FAMILIES[problem.family], dataclasses.replace(problem, hidden=())
        report, left = [], seconds
        if problem.form != "stdin" or not shown.cases:
            plain, left = _timed(code, "", left)
            report += [part for part in (plain.output.rstrip(), _ending(problem.lang, plain)) if part]
        if problem.task != "tests" and self.suits(task, code):
            p = P(**problem.parameters)
            for number, (case, given) in enumerate(zip(shown.cases, _inputs(shown, family), strict=True), 1):
                if left <= 0.0:
                    report.append(_words.detail(problem.lang, "no_time"))
                    break
                result, left = _timed(code, given, left)
                what = _reason(shown, number - 1, result)
                if result.status is Status.OK:
                    value = result.output if problem.form == "stdin" else result.value
                    if right(family, p, problem.form, case, value):
                        what = _words.detail(problem.lang, "passes", n=number)
                report.append(what)
        return "\n".join(report) or _words.detail(problem.lang, "nothing"), seconds - left

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

    def render(self, task: Task[Problem]) -> str:
        """The problem, with its form and its family."""
        problem = task.payload
        return f"{problem.family} ({FAMILIES[problem.family].theme}, {problem.form})\n\n{task.prompt}"


def _verify_suite(problem: Problem, answer: str) -> Verdict:
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


def _suite_step(problem: Problem, family: Family, p: P, case: Case) -> Step:
    """A test of the oracle's suite, and how many wrong programs it finds."""
    found = sum(fails(family, p, "function", case, mutant) for mutant in family.live(p))
    call, value = _words.call_text(family, case), repr(family.solve(p, 0, *case.args))
    said = f"A right program gives {value} for {call}; {found} of the wrong ones do not."
    if problem.lang == "zh":
        said = f"正确的程序对 {call} 给出 {value}；错误的程序中有 {found} 个不是这样。"
    return Step(said, fact=("test", call, value))


def _timed(code: str, given: str | Call, left: float) -> tuple[Result, float]:
    """Run code on one input, in a process of its own, with the time that is left; what it did, and the time left after it."""
    cpu = min(LIMITS.cpu_s, left)
    limits = dataclasses.replace(LIMITS, cpu_s=cpu, wall_s=min(LIMITS.wall, left + 1.0))
    result = default_sandbox().run(Program(code, (given,)), limits)[0]
    idle = result.wall_s > 2 * result.cpu_s + 0.5  # it slept or waited
    return result, left - (result.wall_s if idle else result.cpu_s)


def _inputs(problem: Problem, family: Family) -> tuple[str | Call, ...]:
    if problem.form == "stdin":
        kinds = [kind for _, kind in family.takes]
        return tuple(input_text(case.args, kinds) for case in problem.cases)
    return tuple(Call(problem.entry, case.args) for case in problem.cases)


def _reason(problem: Problem, failed: int, result: Result) -> str:
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


def _ending(lang: str, result: Result) -> str:
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
