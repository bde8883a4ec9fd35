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

    The program does the same as before in these runs, and executes the lines that are left as often. Returns whether each
    function is still there and each variable is read.

    Args:
        program: is changed; its lines must be numbered again afterwards.
        lines: the lines that were executed.
        branches: the tests that came out true, and negative those that came out false.
    """
    for function in program.functions:
        function.body = _kept(function.body, lines, branches)
    _drop_uncalled(program)
    if any(not function.body or not isinstance(function.body[-1], Return) for function in program.functions):
        return False
    for _ in range(4):
        unread = _unread(program)
        if any(param in unread for function in program.functions for param in function.params):
            return False
        for function in program.functions:
            function.body = _without(function.body, unread)
        if not unread:
            break
        _drop_uncalled(program)
    for statement in all_statements(program):
        if isinstance(statement, (If, ForRange, ForEach, While)) and not statement.body:
            return False  # only the other way of a branch is left
        if isinstance(statement, (ForRange, ForEach, While)) and isinstance(statement.body[-1], Jump):
            return False  # the rest of the loop is gone
    return not _unread(program)


def _without(body: list[Statement], unread: set[int]) -> list[Statement]:
    """A block without the changes of some variables, and without loops and branches that do nothing else."""
    kept: list[Statement] = []
    for statement in body:
        if isinstance(statement, (Assign, Append, SetItem)) and statement.target in unread:
            continue
        if isinstance(statement, (If, ForRange, ForEach, While)):
            statement.body = _without(statement.body, unread)
            if isinstance(statement, If):
                statement.orelse = _without(statement.orelse, unread)
            if not statement.body and not (isinstance(statement, If) and statement.orelse):
                continue
        kept.append(statement)
    return kept


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


def _unread(program: Program) -> set[int]:
    """Variables that are set and never read, other than to change themselves; those of loops do not count."""
    read: set[int] = set()
    found = {param for function in program.functions for param in function.params}
    for statement in all_statements(program):
        own = -1
        if isinstance(statement, (Assign, Append, SetItem)):
            own = statement.target
            found.add(own)
        for node in parts(statement):
            _collect(node, own, read, set())
    return found - read


def _drop_uncalled(program: Program) -> None:
    """Remove the functions that no other function calls any more; those after them get other numbers."""
    called = {len(program.functions) - 1}
    for number, function in enumerate(program.functions):
        calls: set[int] = set()
        for statement in statements(function.body):
            for node in parts(statement):
                _collect(node, -1, set(), calls)
        called |= calls - {number}
    if len(called) == len(program.functions):
        return
    kept = sorted(called)
    numbers = {old: new for new, old in enumerate(kept)}
    program.functions = [program.functions[number] for number in kept]
    program.firsts = [program.firsts[number] for number in kept]
    for statement in all_statements(program):
        for name in ("value", "test", "key", "source", "start", "stop"):
            if hasattr(statement, name):
                setattr(statement, name, _renumbered(getattr(statement, name), numbers))


def _renumbered(node: Expr, numbers: dict[int, int]) -> Expr:
    """An expression with other numbers of functions."""
    if not node.args:
        return node
    args = tuple([_renumbered(arg, numbers) for arg in node.args])
    return node._replace(args=args, value=numbers[node.value] if node.op == "call" else node.value)


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
