"""Codeio: programs of the problem families; real CPython runs the programs of the prompts."""

from __future__ import annotations

import ast
import json
import pickle
import random
import statistics

import codeio_by_hand as hand
import pytest

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.simulation._codeio.limits import StopError
from guru_envs.domains.simulation._codeio.marks import BUILTINS, MODULES, Ready, live_in_tree
from guru_envs.domains.simulation._codeio.real import Real, prepared, real_events, simple_real_inputs
from guru_envs.domains.simulation.codeio import Codeio, CodeioKnobs
from guru_envs.task import Outcome

ROW = registry.spec("guru/codeio-v0")
DOMAIN = Codeio()


def draw(seed, level=9, **changed):
    knobs = make_knobs(CodeioKnobs, {**ROW.levels[level - 1], "source": "families", "show": "code", **changed})
    return DOMAIN.generate(random.Random(f"real {seed}"), knobs)


@pytest.mark.parametrize("level", [4, 8, 12])
def test_cpython_agrees(level):
    """Value, type and the value that is asked for after a line, of the text in the prompt."""
    for seed in range(40):
        task = draw(seed, level, mode="step" if seed % 2 else "output", lang="zh" if seed % 3 else "en")
        problem = task.payload
        title, args = hand.call_of(task.prompt)
        run = hand.Run(hand.program_of(task.prompt), title, args)
        assert repr(run.result) == repr(problem.output)
        low, high = ROW.levels[level - 1]["steps_low"], ROW.levels[level - 1]["steps_high"]
        assert low <= problem.steps <= high
        value = run.result
        if problem.mode == "step":
            line, variable, time = hand.asked_of(task.prompt)
            value = [after[variable] for at, after in run.after if at == line][time - 1]
        assert json.loads(task.gold) == json.loads(json.dumps(value))
        trace = DOMAIN.solve(task)
        assert trace.answer == task.gold


def test_lines_are_counted_as_they_are_executed():
    """Each line of a run in the order in which plain CPython comes to it, for programs without functions inside others."""
    for seed in range(30):
        problem = draw(seed, mode="output").payload
        if problem.code.count("def ") > 1 or " for " in problem.code.replace("    for ", ""):
            continue
        title, args = hand.call_of(draw(seed, mode="output").prompt)
        run = hand.Run(problem.code, title, args)
        assert len(run.lines) == problem.steps, problem.code


@pytest.mark.parametrize("name", FAMILIES)
def test_every_program_runs_as_its_family_says(name):
    """The marks change nothing: the marked text gives what the family's function gives, for the reference and a mutant."""
    family = FAMILIES[name]
    for variant in (0, 6, 11):
        program = prepared(name, variant)
        real, ready, live, (shortest, longest) = program.real, program.ready, program.live, program.lengths
        assert (real.mutant > 0) is (variant >= 6)
        assert 1 <= live < 20
        assert 0 < shortest <= longest
        p = registry.make_source("guru/code-v0") and type("P", (), real.parameters)
        for seed in range(5):
            args = list(family.inputs(random.Random(seed), p))
            before = repr(args)
            try:
                wanted = family.solve(p, real.mutant, *args)
            except Exception:
                with pytest.raises(StopError):
                    ready.run(args, 10**5)
                continue
            assert ready.run(args, 10**5) == wanted
            assert repr(args) == before
            told = real_events(real, args)
            assert told[0].what == "call"
            assert told[-1].what == "return"


def test_any_arguments_with_the_result_are_right_and_run_in_the_sandbox():
    seen = set()
    for seed in range(12):
        task = draw(seed, mode="input")
        problem = task.payload
        assert isinstance(problem.program, Real)
        assert DOMAIN.verify(task, task.gold).correct
        named = json.dumps(dict(zip(problem.names, json.loads(task.gold), strict=True)))
        assert DOMAIN.verify(task, named).correct
        for args in simple_real_inputs(problem.program, problem.output):
            assert not DOMAIN.verify(task, json.dumps(args)).correct
        wrong = DOMAIN.corrupt(task, random.Random(seed))
        assert DOMAIN.verify(task, wrong).outcome is Outcome.WRONG
        for answer in ("null", "[]", "[[[[[[]]]]]]", '["a"]', "[1000001]", "[true]"):
            assert DOMAIN.verify(task, answer).outcome is Outcome.WRONG
        seen.add(problem.program.family)
    assert len(seen) >= 6


def test_arguments_that_run_for_ever_are_wrong():
    task = draw(0, mode="input")
    endless = Real("last_in_circle", {}, 0, "def last_in_circle(n):\n    while n > 3:\n        n += 1\n    return n")
    problem = task.payload._replace(program=endless, output=3)
    task = type(task)(task.prompt, "[3]", problem, task.canonical)
    assert DOMAIN.verify(task, "[3]").correct
    verdict = DOMAIN.verify(task, "[4]")
    assert (verdict.outcome, "limit of steps" in verdict.detail) == (Outcome.WRONG, True)
    pairs = [task] * 4, ["[3]", "[9]", "[3]", "?"]
    assert DOMAIN.verify_many(*pairs) == [DOMAIN.verify(*pair) for pair in zip(*pairs, strict=True)]


def test_descriptions_stand_in_place_of_the_program():
    for seed in range(20):
        task = draw(seed, show="plan", mode="input" if seed % 2 else "output")
        problem = task.payload
        assert problem.program.mutant == 0
        assert FAMILIES[problem.program.family].check is None
        assert problem.program.described()[0] in task.prompt
        assert "def " not in task.prompt
        other = draw(seed, show="plan", mode="input" if seed % 2 else "output", lang="zh")
        assert problem.program.described()[1] in other.prompt
        assert (other.gold, other.canonical) == (task.gold, task.canonical)
        assert "```" in draw(seed, show="plan", mode="step").prompt  # lines are asked for, so they are shown


def test_programs_and_tasks_are_plain_data_and_many():
    tasks = [draw(seed, level=8 + seed % 5) for seed in range(150)]
    assert len({task.payload.program.family for task in tasks}) >= 30
    assert len({task.canonical for task in tasks}) >= 140
    assert any(task.payload.program.mutant for task in tasks)
    for task in tasks[::15]:
        assert pickle.loads(pickle.dumps(task)) == task
    sources = [type(registry.make_source(ROW.id, level=10).draw(seed).payload.program).__name__ for seed in range(40)]
    assert 8 <= sources.count("Real") <= 32


def test_marks_of_every_kind_of_line():
    text = (
        "def f(n):\n    a, b = n, [0] * 2\n    for i, c in enumerate('xy'):\n        b[i] += len(c)\n        if i:\n"
        "            continue\n        b.append(a)\n    while a > 1:\n        a -= 1\n        if a == 1:\n            break\n"
        "    return b"
    )
    ready = Ready(ast.parse(text))
    assert ready.run([3], 100, noted=True) == [1, 1, 3]
    told = [(line, what, value) for line, what, value in ready.happened]
    assert (2, "set", ("b", [0, 0])) in told
    assert (4, "set", ("b", [1, 0])) in told
    assert (7, "set", ("b", [1, 0, 3])) in told
    assert (3, "item", ("c", "y")) in told
    assert (10, "test", True) in told
    assert ready.steps == 1 + 3 + 2 + 2 + 1 + 1 + 2 + 2 + 2 + 1 + 1  # line by line, from line 2
    with pytest.raises(StopError, match="steps"):
        ready.run([10**6], 100)
    with pytest.raises(StopError, match="error"):
        ready.run(["a"], 100)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_program_uses_allowed_names_only(name):
    """No other builtin and no other module, even on lines that a sample does not reach."""
    for variant in (0, 6, 11):
        nodes = list(ast.walk(ast.parse(prepared(name, variant).real.code)))
        own = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        own |= {one.arg for one in nodes if isinstance(one, ast.arg)}
        own |= {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
        for one in nodes:
            if isinstance(one, ast.ImportFrom):
                assert one.module in MODULES
                own |= {part.asname or part.name for part in one.names}
            elif isinstance(one, ast.Import):
                assert {part.name for part in one.names} <= set(MODULES)
                own |= {part.asname or part.name for part in one.names}
        used = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
        assert used <= own | set(BUILTINS), name


@pytest.mark.parametrize(
    "line", ["return open('/etc/hostname')", "return eval('1')", "return __import__('os')", "import os\n    return os.getpid()",
             "return getattr(n, 'real')", "from collections.abc import Iterator\n    return 1"],
)  # fmt: skip
def test_other_names_are_refused(line):
    ready = Ready(ast.parse(f"def f(n):\n    {line}"))
    with pytest.raises(StopError, match="error"):
        ready.run([1], 100)
    with pytest.raises(ImportError, match="imports 'os'"):
        Ready(ast.parse("import os\n\n\ndef f(n):\n    return n"))


def test_effort_rises_with_the_level():
    means = []
    for level in range(1, len(ROW.levels) + 1):
        source = registry.make_source(ROW.id, level=level)
        means.append(statistics.mean(source.domain.effort(source.draw(seed)) for seed in range(40)))
    assert means == sorted(set(means)), means


def test_live_variables_of_a_text():
    assert live_in_tree(ast.parse("def f(a, b):\n    c = a + b\n    return c")) == 2
    assert (
        live_in_tree(ast.parse("def f(a):\n    t = 0\n    for x in a:\n        t += x\n    return t")) == 2
    )  # what a loop goes through is read once
    assert live_in_tree(ast.parse("def f(a, k):\n    t = 0\n    while t < 9:\n        t += k\n    return t + a")) == 3
