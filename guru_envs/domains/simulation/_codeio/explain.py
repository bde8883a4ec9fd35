"""The oracle: a program carried out line by line."""

from __future__ import annotations

from typing import Any, NamedTuple

from guru_envs.domains.simulation._codeio.machine import Machine
from guru_envs.domains.simulation._codeio.plan import Plan
from guru_envs.domains.simulation._codeio.prune import all_statements
from guru_envs.domains.simulation._codeio.text import literal, shown
from guru_envs.domains.simulation._codeio.tree import If, Program, While
from guru_envs.domains.simulation._codeio.words import TEXT, call_text


class Event(NamedTuple):
    """Something that happened in a run: a line, what, and a value; as the machine notes it."""

    line: int
    what: str
    value: Any


def events(program: Program, args: list[Any]) -> list[Event]:
    """What happens in a run."""
    found: list[Event] = []
    Machine(program, lambda line, what, value: found.append(Event(line, what, value))).run(args)
    return found


def lines_of(program: Program, happened: list[Event], lang: str, plan: Plan | None) -> list[str]:
    """The events as text, one line each: ``line 4: total = 7``.

    Args:
        program: the program.
        happened: what happened.
        lang: ``en`` or ``zh``.
        plan: the plan, when the program is shown as one; its steps are named in place of lines.
    """
    words = TEXT[lang]
    tests = {}
    for statement in all_statements(program):
        if isinstance(statement, (If, While)):
            test = statement.test
            tests[statement.line] = shown(test, program) if plan is None else plan.words(test)
    told = []
    for line, what, value in happened:
        head = words["line"].format(line) if plan is None else words["step at"].format(plan.numbers[line])
        if what == "set":
            text = f"{program.names[value[0]]} = {literal(value[1])}"
        elif what == "item":
            text = ", ".join([f"{program.names[variable]} = {literal(one)}" for variable, one in value])
        elif what == "test":
            text = words["yes" if value else "no"].format(tests[line])
        elif what == "call":
            text = words["call"].format(call_text(program.titles[value[0]], value[1]))
        elif what == "return":
            text = words["return"].format(literal(value))
        else:
            text = words[value if what == "jump" else "end"]
        told.append(head + text)
    return told
