"""Choosing arguments for a program, and rejecting programs that are trivial."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from guru_envs.domains.simulation._codeio.draw_expr import pick
from guru_envs.domains.simulation._codeio.limits import StopError
from guru_envs.domains.simulation._codeio.machine import Machine
from guru_envs.domains.simulation._codeio.names import sample
from guru_envs.domains.simulation._codeio.prune import all_statements, prune
from guru_envs.domains.simulation._codeio.tree import Assign, Expr, If, Program, Return, number_lines

LARGEST = 99_999  # of a variable, while tasks are made
_TRIES = 3  # draws of arguments for one program
_CHANGES = 4  # draws of another value for one parameter until the result changes
_OTHERS = 3  # further draws that show what the program does in general
_MORE = 6  # at most so many, while they show new lines
_LONGEST_OUTPUT = 80  # characters


class Asked(NamedTuple):
    """The value of a variable after a line is executed for the k-th time."""

    line: int
    variable: int
    time: int
    value: Any


class Run(NamedTuple):
    """Arguments with their result and the number of executed lines."""

    args: list[Any]
    output: Any
    steps: int


def examine(
    rng: random.Random, program: Program, low: int, high: int, length: int, any_input: bool, tied: int = 0
) -> Run | None:
    """Arguments on which the program runs for ``low`` to ``high`` lines and does something; None to reject the program.

    Lines that no sample run reaches and tests that always come out the same are removed from the program. It is rejected when
    little is left of it, when a parameter does not change the result, when results repeat, when the result is what a blind guess
    would say, or when it fails on a sample.

    Args:
        rng: where the arguments come from.
        program: with numbered lines.
        low: fewest executed lines.
        high: most executed lines.
        length: most characters or elements of an argument.
        any_input: the task will be to find arguments, so simple ones must not do.
        tied: how many parameters that did not matter have already been made part of the result.
    """
    kinds = [program.kinds[param] for param in program.main.params]
    machine = Machine(program, limit=3 * high, largest=LARGEST)
    try:
        for _ in range(_TRIES):
            args = [sample(rng, kind, length) for kind in kinds]
            output = machine.run(args)
            happened = machine.lines.copy()
            steps = len(happened)
            if low <= steps <= high:
                break
        else:
            return None
        if plain(output) or output in args or len(repr(output)) > _LONGEST_OUTPUT:
            return None
        lines, branches = set(machine.lines), set(machine.branches)
        found: list[Any] = []
        for place, kind in enumerate(kinds):
            for _ in range(_CHANGES):
                changed = machine.run([*args[:place], sample(rng, kind, length), *args[place + 1 :]])
                lines.update(machine.lines)
                branches.update(machine.branches)
                if changed != output:
                    break
            else:
                if tied > 1:
                    return None
                tie(program, program.main.params[place])
                return examine(rng, program, low, high, length, any_input, tied + 1)
        wanted, tests = _count(program)
        covered = False
        for number in range(_MORE):
            covered = len(lines) == wanted and len(branches) == 2 * tests
            if covered and number >= _OTHERS:
                break
            found.append(machine.run([sample(rng, kind, length) for kind in kinds]))
            lines.update(machine.lines)
            branches.update(machine.branches)
        if output in found or any(found.count(one) > 2 for one in found):
            return None
        if not covered:
            if not prune(program, lines, branches):
                return None
            kept = {statement.line for statement in all_statements(program)}
            steps = sum([line in kept for line in happened])
            if not low <= steps <= high:
                return None
            number_lines(program)
        if any_input and _is_easy(program, kinds, output):
            return None
    except StopError:
        return None
    finally:
        machine.forget()
    return Run(args, output, steps)


_MEASURES = {"int": "", "float": "whole", "str": "len str", "list[int]": "sum", "list[str]": "len list[str]"}


def tie(program: Program, param: int) -> None:
    """Make a parameter matter: put it, or a measure of it, into the result."""
    end = program.main.body[-1]
    assert isinstance(end, Return)
    kind = program.kinds[param]
    number = Expr("var", kind, (), param)
    if _MEASURES[kind]:
        number = Expr(_MEASURES[kind], "int", (number,))
    value = end.value
    if value.kind == "int":
        end.value = Expr("add", "int", (value, number))
    elif value.kind == "str":
        end.value = Expr("join", "str", (value, Expr("text", "str", (number,))))
    elif value.kind == "list[int]":
        end.value = Expr("extend", "list[int]", (value, number))
    else:
        parts = list(value.args) if value.op == "tuple" else [value]
        places = [place for place, part in enumerate(parts) if part.kind == "int"]
        if len(parts) < 3 or not places:
            parts.append(number)
        else:
            parts[places[0]] = Expr("add", "int", (parts[places[0]], number))
        end.value = Expr("tuple", f"tuple[{', '.join(part.kind for part in parts)}]", tuple(parts))
        program.main.gives = end.value.kind


def _is_easy(program: Program, kinds: list[str], output: Any) -> bool:
    """Whether simple arguments give the result, within the limits of the verifier."""
    machine = Machine(program)
    for guess in simple_inputs(kinds, output):
        try:
            if bool(machine.run(guess) == output):
                return True
        except StopError:
            pass
    return False


def _count(program: Program) -> tuple[int, int]:
    """The numbers of executable lines and of branches."""
    found = all_statements(program)
    return len(found), sum([type(statement) is If for statement in found])


def plain(value: Any) -> bool:
    """Whether a value is what somebody would say who knows nothing: empty, 0, 1, -1, or made of such."""
    if type(value) in (int, float):
        return bool(-2 < value < 2)
    if type(value) in (tuple, list) and value:
        return all(map(plain, value))
    return len(value) < (1 if type(value) is dict else 2)


_SIMPLE: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, 10),
    "float": (0.0, 1.0, 10.0),
    "str": ("", "a", "abc"),
    "list[int]": ([], [0], [1, 2, 3]),
    "list[str]": ([], ["a"], ["a", "b"]),
}


def simple_inputs(kinds: list[str], output: Any) -> list[list[Any]]:
    """Arguments that somebody would try first: empty, small, or made of the output itself."""
    tried = [[_SIMPLE[kind][way] for kind in kinds] for way in range(3)]
    parts = output if type(output) is tuple else (output,)
    for part in parts:
        name = {int: "int", float: "float", str: "str", list: "list[int]"}.get(type(part), "")
        if type(part) is list and part and type(part[0]) is str:
            name = "list[str]"
        if name in kinds:
            tried += [[part if kind == name else _SIMPLE[kind][way] for kind in kinds] for way in range(2)]
        elif name == "int" and "list[int]" in kinds:
            tried.append([[part] if kind == "list[int]" else _SIMPLE[kind][0] for kind in kinds])
    return tried


def ask_step(rng: random.Random, program: Program, args: list[Any]) -> Asked | None:
    """A variable of the main function to ask for, at a line where it is set; None where there is none worth asking for.

    Where a line is executed several times, not the first time and not the value of the first time; never where the line itself
    says the value. Small numbers, which are easily guessed, are chosen seldom.
    """
    told = {
        one.line
        for one in all_statements(program)
        if isinstance(one, Assign) and one.value.op == "lit" and not one.sign
    }
    found: list[Asked] = []
    first: dict[int, Any] = {}
    times: dict[int, int] = {}

    def note(line: int, what: str, value: Any) -> None:
        if what == "set" and line > program.main.line and line not in told:
            times[line] = times.get(line, 0) + 1
            first.setdefault(line, value[1])
            found.append(Asked(line, value[0], times[line], value[1]))

    machine = Machine(program, note)
    machine.run(args)
    machine.forget()
    able = [
        one
        for one in found
        if not plain(one.value)
        and one.value not in args
        and (times[one.line] == 1 or (one.time > 1 and one.value != first[one.line]))
    ]
    telling = [one for one in able if type(one.value) is not int or abs(one.value) > 9]
    if telling and rng.random() < 0.8:
        able = telling
    return pick(rng, able) if able else None
