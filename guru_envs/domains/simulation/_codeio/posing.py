"""Tasks from programs and what is asked about them."""

from __future__ import annotations

from guru_envs.domains.simulation._codeio import values
from guru_envs.domains.simulation._codeio.examine import Asked, Run
from guru_envs.domains.simulation._codeio.plan import Plan
from guru_envs.domains.simulation._codeio.problem import CodeioKnobs, Problem
from guru_envs.domains.simulation._codeio.real import Real
from guru_envs.domains.simulation._codeio.text import anonymous, marked_text, named
from guru_envs.domains.simulation._codeio.tree import Program
from guru_envs.domains.simulation._codeio.words import TEXT, numbered, question
from guru_envs.task import Task


def pose(
    program: Program, run: Run, asked: Asked | None, mode: str, planned: bool, live: int, knobs: CodeioKnobs
) -> Task[Problem]:
    """The task about a drawn program."""
    marked = marked_text(program)
    code = named(marked, program)
    lang = knobs.lang
    words = TEXT[lang]
    problem = Problem(program, code, mode, planned, run.args, run.output, asked, run.steps, live, knobs.exact, lang)
    plan = Plan(program, lang) if planned else None
    if plan is not None:
        body = f"{words['plan']}\n\n{plan.text}"
    elif mode == "step":
        body = f"{words['numbered']}\n\n```\n{numbered(code)}\n```"
    else:
        body = f"{words['code']}\n\n```python\n{code}\n```"
    place = None
    if asked is not None:
        line = asked.line if plan is None else plan.numbers[asked.line]
        place = (line, program.names[asked.variable], asked.time)
    return _posed(problem, body, program.titles[-1], place, anonymous(marked))


def pose_real(
    program: Real, run: Run, asked: Asked | None, mode: str, described: bool, live: int, knobs: CodeioKnobs
) -> Task[Problem]:
    """The task about a program of a family."""
    lang, code = knobs.lang, program.code
    words = TEXT[lang]
    problem = Problem(program, code, mode, described, run.args, run.output, asked, run.steps, live, knobs.exact, lang)
    if described:
        body = words["description"].format(program.signature) + "\n\n" + program.described()[lang == "zh"]
    elif mode == "step":
        body = f"{words['numbered']}\n\n```\n{numbered(code)}\n```"
    else:
        body = f"{words['code']}\n\n```python\n{code}\n```"
    place = None if asked is None else (asked.line, str(asked.variable), asked.time)
    return _posed(problem, body, program.family, place, code)


def _posed(
    problem: Problem, body: str, title: str, place: tuple[int, str, int] | None, canonical: str
) -> Task[Problem]:
    """The task of a problem: its text with the question, and what it is whatever its names."""
    mode, args, output, asked = problem.mode, problem.args, problem.output, problem.asked
    exact = problem.exact and mode != "input"
    end = question(problem.lang, mode, problem.planned, title, args, output, problem.names, place, exact)
    gold = values.write(args if mode == "input" else problem.value)
    given = f"{asked.line} {asked.time} {args}" if asked is not None else output if mode == "input" else args
    return Task(f"{body}\n\n{end}", gold, problem, f"codeio {mode} {given!r}\n{canonical}")
