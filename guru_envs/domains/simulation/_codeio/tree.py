"""Programs as trees.

Variables and functions are numbered through the whole program; names are given when the text is written. The kind of a value
is named as in a Python annotation: ``int``, ``float``, ``bool``, ``str``, ``list[int]``, ``list[str]``, ``dict[str, int]``,
and ``tuple[...]`` of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Expr(NamedTuple):
    """An expression.

    Attributes:
        op: ``lit``, ``var``, ``call``, ``list``, ``tuple``, ``each`` or the name of an operation of ``ops.OPS``.
        kind: the kind of its value.
        args: the parts. Of ``each`` (a comprehension): what is collected, the list or text gone through, and the condition if any.
        value: of ``lit`` the value, of ``var`` and ``each`` the number of the variable, of ``call`` that of the function.
    """

    op: str
    kind: str
    args: tuple[Expr, ...] = ()
    value: Any = None


@dataclass(slots=True)
class Assign:
    """``target = value``, or ``target += value`` and the like when there is a sign."""

    target: int
    value: Expr
    sign: str = ""
    line: int = 0


@dataclass(slots=True)
class Append:
    """``target.append(value)``."""

    target: int
    value: Expr
    line: int = 0


@dataclass(slots=True)
class SetItem:
    """``target[key] = value``, for lists and dictionaries."""

    target: int
    key: Expr
    value: Expr
    line: int = 0


@dataclass(slots=True)
class If:
    """A branch; the first statement of ``orelse`` is written as ``elif`` when it is the only one and a branch."""

    test: Expr
    body: list[Statement]
    orelse: list[Statement] = field(default_factory=list)
    line: int = 0


@dataclass(slots=True)
class ForRange:
    """``for target in range(start, stop)``."""

    target: int
    start: Expr
    stop: Expr
    body: list[Statement]
    line: int = 0


@dataclass(slots=True)
class ForEach:
    """``for target in source``, or ``for index, target in enumerate(source)`` when ``index`` is not -1."""

    target: int
    source: Expr
    body: list[Statement]
    index: int = -1
    line: int = 0


@dataclass(slots=True)
class While:
    """``while test``."""

    test: Expr
    body: list[Statement]
    line: int = 0


@dataclass(slots=True)
class Jump:
    """``break`` or ``continue``."""

    word: str
    line: int = 0


@dataclass(slots=True)
class Return:
    """``return value``."""

    value: Expr
    line: int = 0


Statement = Assign | Append | SetItem | If | ForRange | ForEach | While | Jump | Return


@dataclass(slots=True)
class Function:
    """A function; its number is its place in the program."""

    params: list[int]
    gives: str
    body: list[Statement]
    line: int = 0


@dataclass(slots=True)
class Program:
    """Functions, those called before their callers; the last one is the one that is asked about.

    Attributes:
        functions: the functions.
        kinds: the kind of each variable.
        roles: what each variable is for, which decides its name.
        firsts: the first variable of each function; its others follow.
        names: the name of each variable.
        titles: the name of each function.
    """

    functions: list[Function]
    kinds: list[str]
    roles: list[str]
    firsts: list[int]
    names: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    @property
    def main(self) -> Function:
        """The function that is asked about."""
        return self.functions[-1]


def number_lines(program: Program) -> int:
    """Number the lines as they stand in the text, from 1; the number of lines is returned."""
    line = 0
    for index, function in enumerate(program.functions):
        line += 3 if index else 1  # two empty lines between functions
        function.line = line
        line = _number(function.body, line)
    return line


def _number(body: list[Statement], line: int) -> int:
    for statement in body:
        line += 1
        statement.line = line
        if isinstance(statement, If):
            line = _number(statement.body, line)
            if statement.orelse:
                chained = len(statement.orelse) == 1 and isinstance(statement.orelse[0], If)
                line = _number(statement.orelse, line if chained else line + 1)  # ``else:`` has a line of its own
        elif isinstance(statement, (ForRange, ForEach, While)):
            line = _number(statement.body, line)
    return line
