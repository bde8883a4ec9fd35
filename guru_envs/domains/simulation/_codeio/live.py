"""How many values must be kept in mind."""

from __future__ import annotations

from guru_envs.domains.simulation._codeio.prune import parts, statements
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    Function,
    If,
    SetItem,
    Statement,
    While,
)


def live_variables(function: Function) -> int:
    """The most variables of a function that are live at once: set before a line, and read at it or later.

    A variable that lives before a loop and is read in it lives to the loop's end.
    """
    spans = {param: [function.line, function.line] for param in function.params}
    _walk(function.body, spans)
    if not spans:
        return 0
    last = max(end for _, end in spans.values())
    return max(
        sum([start < line <= end for start, end in spans.values()]) for line in range(function.line + 1, last + 1)
    ) if last > function.line else 0  # fmt: skip


def _walk(body: list[Statement], spans: dict[int, list[int]]) -> None:
    for statement in body:
        for node in parts(statement):
            _read(node, statement.line, spans)
        if isinstance(statement, (Append, SetItem)) or (isinstance(statement, Assign) and statement.sign):
            spans[statement.target][1] = statement.line
        if isinstance(statement, (Assign, ForRange, ForEach)):
            spans.setdefault(statement.target, [statement.line, statement.line])
        if isinstance(statement, ForEach) and statement.index >= 0:
            spans.setdefault(statement.index, [statement.line, statement.line])
        if isinstance(statement, (ForRange, ForEach, While)):
            before = set(spans)
            _walk(statement.body, spans)
            end = max(one.line for one in statements([statement]))
            for variable in before:
                if spans[variable][1] > statement.line or (
                    isinstance(statement, While) and spans[variable][1] == statement.line
                ):
                    spans[variable][1] = end
        if isinstance(statement, If):
            _walk(statement.body, spans)
            _walk(statement.orelse, spans)


def _read(node: Expr, line: int, spans: dict[int, list[int]]) -> None:
    if node.op == "var" and node.value in spans:  # variables of comprehensions are not counted
        spans[node.value][1] = max(line, spans[node.value][1])
    for arg in node.args:
        _read(arg, line, spans)
