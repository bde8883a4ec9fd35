"""Removing what is never carried out."""

from __future__ import annotations

from collections.abc import Iterator

from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    If,
    Jump,
    Program,
    Return,
    SetItem,
    Statement,
    While,
)


def statements(body: list[Statement]) -> Iterator[Statement]:
    """All statements of a block, those inside others included, in the order of the text."""
    for statement in body:
        yield statement
        if isinstance(statement, (If, ForRange, ForEach, While)):
            yield from statements(statement.body)
        if isinstance(statement, If):
            yield from statements(statement.orelse)


def all_statements(program: Program) -> list[Statement]:
    """All statements of a program in the order of the text."""
    return [statement for function in program.functions for statement in statements(function.body)]


def prune(program: Program, lines: set[int], branches: set[int]) -> bool:
    """Remove the lines that no run has reached, and the tests that always came out the same.

    The program does the same as before in these runs. Returns whether each function is still there and each variable is read.

    Args:
        program: is changed; its lines must be numbered again afterwards.
        lines: the lines that were executed.
        branches: the tests that came out true, and negative those that came out false.
    """
    for function in program.functions:
        function.body = _kept(function.body, lines, branches)
        if not function.body or not isinstance(function.body[-1], Return):
            return False
    for statement in all_statements(program):
        if isinstance(statement, (ForRange, ForEach, While)) and isinstance(statement.body[-1], Jump):
            return False  # the rest of the loop is gone
    return all_read(program)


def _kept(body: list[Statement], lines: set[int], branches: set[int]) -> list[Statement]:
    kept: list[Statement] = []
    for statement in body:
        if statement.line not in lines:
            continue
        if isinstance(statement, If):
            inner, other = _kept(statement.body, lines, branches), _kept(statement.orelse, lines, branches)
            if -statement.line not in branches:
                kept += inner
            elif statement.line not in branches:
                kept += other
            else:
                statement.body, statement.orelse = inner, other
                kept.append(statement)
        else:
            if isinstance(statement, (ForRange, ForEach, While)):
                statement.body = _kept(statement.body, lines, branches)
                if not statement.body:
                    continue
            kept.append(statement)
        if kept and isinstance(kept[-1], (Return, Jump)):
            break
    return kept


def all_read(program: Program) -> bool:
    """Whether each variable and function is used, other than to change itself."""
    read: set[int] = set()
    called: set[int] = set()
    for number, function in enumerate(program.functions):
        calls: set[int] = set()
        for statement in statements(function.body):
            own = statement.target if isinstance(statement, (Assign, Append, SetItem)) else -1
            for node in parts(statement):
                _collect(node, own, read, calls)
        called |= calls - {number}
    set_by = {param for function in program.functions for param in function.params}
    for statement in all_statements(program):
        if isinstance(statement, (Assign, Append, SetItem, ForRange, ForEach)):
            set_by.add(statement.target)
        if isinstance(statement, ForEach) and statement.index >= 0:
            set_by.add(statement.index)
    return set_by <= read and len(called) == len(program.functions) - 1


def parts(statement: Statement) -> tuple[Expr, ...]:
    """The expressions of a statement itself."""
    if isinstance(statement, SetItem):
        return statement.key, statement.value
    if isinstance(statement, (Assign, Append, Return)):
        return (statement.value,)
    if isinstance(statement, (If, While)):
        return (statement.test,)
    if isinstance(statement, ForRange):
        return statement.start, statement.stop
    return (statement.source,) if isinstance(statement, ForEach) else ()


def _collect(node: Expr, own: int, read: set[int], called: set[int]) -> None:
    if node.op == "var":
        if node.value != own:
            read.add(node.value)
    elif node.op == "call":
        called.add(node.value)
    for arg in node.args:
        _collect(arg, own, read, called)
