"""Repair of a wrong program, and tests as answers."""

from __future__ import annotations

import ast
import random
import re
import statistics

import pytest

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._problem import RepairKnobs, SuiteKnobs
from guru_envs.domains.code._source import function_text, program_text
from guru_envs.domains.code.code import Code
from guru_envs.domains.code.code_repair import CodeRepair
from guru_envs.domains.code.code_tests import CodeTests
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome

REPAIR, SUITES = CodeRepair(), CodeTests()


def repair(seed=0, **knobs):
    return REPAIR.generate(random.Random(seed), RepairKnobs(**knobs))


def suite(seed=0, **knobs):
    return SUITES.generate(random.Random(seed), SuiteKnobs(**knobs))


def test_effort_rises_with_the_level():
    """In the mean over the families of a level. The effort counts what stands in the program that is right, in whatever form."""
    parts = {}
    for name, family in FAMILIES.items():
        texts = [function_text(family, family.parameters(random.Random(f"{name} {seed}"))) for seed in range(6)]
        parts[name] = statistics.mean(
            sum(isinstance(one, (ast.stmt, ast.expr)) for one in everything(t)) for t in texts
        )
    for domain, env_id in ((Code(), "guru/code-v0"), (REPAIR, "guru/code-repair-v0"), (SUITES, "guru/code-tests-v0")):
        levels = [make_knobs(domain.Knobs, level) for level in registry.spec(env_id).levels]
        means = [statistics.mean(parts[family.name] for family in knobs.choices()) for knobs in levels]
        assert means == sorted(set(means)), means
        assert means[-1] > 3 * means[0]
        for seed in range(5):
            task = domain.generate(random.Random(seed), levels[seed])
            right = function_text(FAMILIES[task.payload.family], task.payload.parameters)
            assert domain.effort(task) == sum(isinstance(one, (ast.stmt, ast.expr)) for one in everything(right))


def everything(text):
    return ast.walk(ast.parse(text))


def test_repair_shows_a_wrong_program_of_the_same_problem():
    for seed in range(30):
        task = repair(seed)
        problem = task.payload
        family = FAMILIES[problem.family]
        broken = re.search(r"```python\n(.*)\n```$", task.prompt, re.DOTALL)[1]
        assert broken == program_text(problem.form, family, problem.parameters, problem.broken)
        assert REPAIR.verify(task, broken).outcome is Outcome.WRONG
        assert REPAIR.verify(task, task.gold).correct
        assert task.gold != broken
        trace = REPAIR.solve(task)
        assert trace.answer == task.gold
        failing = next(step for step in trace.steps if step.fact[0] == "fails")
        assert failing.fact[2] in failing.statement
        changes = [step for step in trace.steps if step.fact[0] == "change"]
        assert changes
        for step in changes:  # only lines of the right program stand in the changes
            assert set(filter(None, step.fact[2].split("\n"))) <= set(task.gold.split("\n"))
            assert step.fact[1] <= broken.count("\n") + 2
        assert task.canonical == family.canonical(problem.parameters)


def test_a_suite_is_judged_by_the_mutants_it_kills():
    for seed in range(20):
        task = suite(seed, partial=True)
        assert SUITES.verify(task, task.gold).correct
        assert SUITES.solve(task).answer == task.gold
        lines = task.gold.split("\n")
        if len(lines) > 1:
            weak = SUITES.verify(task, lines[0])
            assert weak.outcome is Outcome.WRONG
            assert 0 < weak.credit < 1
        assert SUITES.verify(task, SUITES.corrupt(task, random.Random(seed))).outcome is Outcome.WRONG
        known = [line for line in task.prompt.split("\n") if line.startswith("assert ")]
        assert len(known) == 2
        copied = SUITES.verify(task, "\n".join(known))
        assert (copied.outcome, copied.credit) == (Outcome.WRONG, 0.0)
        assert SUITES.verify(task, "\n".join([*known, task.gold])).correct
        in_function = "def test_all():\n" + "\n".join("    " + line for line in lines)
        assert SUITES.verify(task, in_function).correct
        turned = [line.removeprefix("assert ").split(" == ") for line in lines]
        assert SUITES.verify(task, "\n".join(f"assert {value} == {call}" for call, value in turned)).correct


def test_suites_of_other_forms_are_told_why():
    task = suite(families=("kth_distinct",), hidden=20)
    said = {
        "": (Outcome.NO_ANSWER, "there are no tests"),
        "import math": (Outcome.NO_ANSWER, "there are no tests"),
        "assert kth_distinct([1, 2)": (Outcome.NO_ANSWER, "the code does not compile"),
        "x = 3": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert kth_distinct([1, 2]) > 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert kth_distinct(list(range(9))) == 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert 1 == 1": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert kth_distinct([1]) == kth_distinct([1])": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "print(kth_distinct([1]))": (Outcome.NO_ANSWER, "there are no tests"),
        "assert other([1]) == 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "\nassert kth_distinct('ab') == 0": (
            Outcome.NO_ANSWER,
            "line 2 calls the function with arguments of other types",
        ),
        "assert kth_distinct([True]) == 0": (
            Outcome.NO_ANSWER,
            "line 1 calls the function with arguments of other types",
        ),
        "assert kth_distinct() == 0": (Outcome.NO_ANSWER, "line 1 calls the function with arguments of other types"),
        "assert kth_distinct([1]) == 5551": (Outcome.WRONG, "test 1 does not hold for a right function"),
        "\n".join(["assert kth_distinct([1]) == 0"] * 9): (Outcome.WRONG, "there are more than 8 tests"),
        "#" * 30_000: (Outcome.WRONG, "the tests are too long"),
        "-" * 15_000 + "1": (Outcome.NO_ANSWER, "the code does not compile"),
        "(" * 15_000: (Outcome.NO_ANSWER, "the code does not compile"),
    }
    for text, (outcome, detail) in said.items():
        verdict = SUITES.verify(task, text)
        assert (verdict.outcome, verdict.detail) == (outcome, detail), text[:80]
    with pytest.raises(InvalidValueError, match="stdin"):
        SuiteKnobs(form="stdin")
    with pytest.raises(ImpossibleTaskError):
        SuiteKnobs(families=("some_order",))


@pytest.mark.parametrize("name", ["guru/code-repair-v0", "guru/code-tests-v0"])
def test_rows_pose_what_they_say_also_without_a_level(name):
    """The same problems as in writing, so that the splits of the rows are disjoint too."""
    row = registry.spec(name)
    assert len(row.levels) == 8
    source = registry.make_source(name, knobs={"families": ("kth_distinct",)})
    task = source.draw(1)
    assert task.payload.task == name[10:-3]
    assert task.canonical.startswith("code kth_distinct: ")
    for level in (1, 8):
        task = registry.make_source(name, level=level, lang="zh").draw(0)
        assert source.domain.verify(task, task.gold).correct
        assert source.domain.verify(task, source.domain.corrupt(task, random.Random(0))).outcome is Outcome.WRONG
