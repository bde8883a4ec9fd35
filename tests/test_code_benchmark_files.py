"""Real files of code benchmarks: their reference solutions pass, changed ones fail, recorded verdicts are ours."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import code_mutants
import pytest

from guru_envs.data.code_benchmarks import (
    CallTests,
    GoldTests,
    StdinTests,
    judge_input,
    judge_many,
    judge_output,
    parse_problem,
    read_problems,
)
from guru_envs.sandbox import Limits, map_programs

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the benchmark files are not here")
QUICK = Limits(cpu_s=1.0)


def problems_of(name, every=1):
    return list(read_problems(DATA / f"{name}.jsonl"))[::every]


def known_bad(name):
    return json.loads((DATA / "KNOWN_BAD.json").read_text())[name]


def failed(problems):
    verdicts = judge_many([(problem, problem.golds[0]) for problem in problems])
    return {problem.id: done for problem, done in zip(problems, verdicts, strict=True) if not done.correct}


def shortened(problem, most):
    """With the first inputs only: some reference solutions take seconds for all."""
    tests = dataclasses.replace(problem.tests, arguments=problem.tests.arguments[:most])
    return dataclasses.replace(problem, tests=tests)


def share_killed(problems, limits=QUICK):
    """Of one mutant of each program, another one for each."""
    jobs = []
    for number, problem in enumerate(problems):
        gold = problem.golds[0]
        changes = code_mutants.changes(gold)
        if changes:
            jobs.append((problem, code_mutants.mutant(gold, changes[number % len(changes)])))
    assert len(jobs) > 0.9 * len(problems)
    return sum(not done.correct for done in judge_many(jobs, limits)) / len(jobs)


def test_humaneval():
    problems = problems_of("humaneval")
    assert len(problems) >= 50
    assert not failed(problems)
    empty = [(problem, f"def {problem.entry}(*parts):\n    return None") for problem in problems]
    assert not any(done.correct for done in judge_many(empty))
    assert share_killed(problems) >= 0.8


def test_humaneval_bodies():
    """The completion alone, as models without a chat template write it, and one that lacks the prompt's imports."""
    rows = [json.loads(line) for line in (DATA / "humaneval.jsonl").read_text().splitlines()][::4]
    pairs = [(parse_problem(row), row["canonical_solution"]) for row in rows]
    pairs += [(one, one.golds[0][one.golds[0].rindex(f"def {one.entry}") :]) for one, _ in pairs]
    assert all(done.correct for done in judge_many(pairs))


def test_mbpp():
    problems = problems_of("mbpp")
    assert len(problems) >= 300
    assert set(failed(problems)) <= set(known_bad("mbpp"))
    assert all(problem.entry for problem in problems)
    assert share_killed(problems[::4]) >= 0.8


def test_mbppplus():
    problems = problems_of("mbppplus")
    for problem in problems:
        assert isinstance(problem.tests, GoldTests)
        assert len(problem.tests.arguments) > 30
    short = [shortened(problem, 12) for problem in problems]
    assert not failed(short)
    assert all(len(problem.tests.found) > 6 for problem in short)
    assert share_killed(short) >= 0.8


def test_types_of_inputs_are_those_of_the_assertions():
    """Where JSON has lists, the functions get the tuples and sets with which the row's own assertions call them."""
    kinds = {}
    for problem in problems_of("mbppplus"):
        kinds[problem.entry] = [[type(one) for one in call] for call in problem.tests.arguments]
    rows = [json.loads(line) for line in (DATA / "mbppplus.jsonl").read_text().splitlines()]
    tupled = [row["entry_point"] for row in rows if f"{row['entry_point']}((" in row["assertion"].replace(" ", "")]
    assert tupled
    for name in tupled:
        assert any(tuple in call for call in kinds[name]), name


def test_cruxeval():
    problems = problems_of("cruxeval", 2)
    assert len(problems) >= 100
    assert not failed(problems)
    done = map_programs(lambda one: judge_input(one, f"f({one.tests.input})").correct, problems[::2])
    done += map_programs(lambda one: judge_output(one, one.tests.output).correct, problems[::2])
    assert all(done)
    assert share_killed(problems[1::2]) >= 0.7  # one input is a weak test


@pytest.mark.parametrize(("kind", "right"), [("input", judge_input), ("output", judge_output)])
def test_recorded_verdicts_of_cruxeval(kind, right):
    """Answers of a model with the verdicts of the benchmark's own judge."""
    rows = [json.loads(line) for line in (DATA / f"cruxeval_judged_{kind}.jsonl").read_text().splitlines()]
    jobs = [
        (parse_problem(row), answer, verdict)
        for row in rows
        for answer, verdict in sorted(set(zip(row["generations"], row["scored"], strict=True)))
    ]
    assert len(jobs) > 100
    assert {verdict for *_, verdict in jobs} == {True, False}
    ours = map_programs(lambda job: right(job[0], job[1]).correct, jobs)
    assert ours == [verdict for *_, verdict in jobs]


def test_taco():
    """The file of known bad rows counts positions in a larger file, so rows are told by their reason."""
    reasons = [reason for *_, reason in known_bad("coder1_taco")]
    problems = problems_of("coder1_taco")
    assert {type(problem.tests) for problem in problems} == {StdinTests, CallTests}
    bad = failed(problems)
    for number, done in bad.items():
        message = done.error.strip().split("\n")[-1]
        assert any(message[-30:] in reason.replace("\\", "") for reason in reasons), (number, done)
    assert len(bad) <= len(reasons)
    good = [problem for problem in problems if problem.id not in bad]
    others = [(problem, other.golds[0]) for problem, other in zip(good[::5], good[1::5], strict=False)]
    assert not any(done.correct for done in judge_many(others, QUICK))
    assert share_killed(good[1::3], Limits(cpu_s=0.5)) >= 0.7
