"""Running programs, within limits, without Python's own ``exec``.

A program is turned into closures once and can then be run many times. A run takes at most ``MAX_LINES`` lines (checked in each round of
a loop and at each call),
``MAX_WORK`` elements of comprehensions, ``MAX_DEPTH`` nested calls; numbers stay below ``MAX_INT`` and texts and lists below
``MAX_LENGTH``. Within these limits a run does what CPython does with the program's text, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guru_envs.domains.simulation._codeio.expressions import Compute, Expressions, Frame
from guru_envs.domains.simulation._codeio.limits import (
    MAX_DEPTH,
    MAX_INT,
    MAX_LENGTH,
    MAX_LINES,
    MAX_WORK,
    StopError,
    copied,
    fit,
)
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    Function,
    If,
    Jump,
    Program,
    Return,
    SetItem,
    Statement,
    While,
)

Execute = Callable[[Frame], Any]  # None, or why the block is left: _BREAK, _CONTINUE or a tuple with the result
Note = Callable[[int, str, Any], None]  # line, what happened, values

_BREAK = "break"
_CONTINUE = "continue"


class Machine:
    """A program ready to run.

    Attributes:
        lines: the numbers of the lines of the last run in the order of their execution.
        limit: most lines of a run.
        largest: most a variable may hold, in absolute value.
        branches: for each executed test of a branch its line, negative where the test failed.
    """

    def __init__(
        self, program: Program, note: Note | None = None, limit: int = MAX_LINES, largest: int = MAX_INT
    ) -> None:
        self.limit, self.largest = limit, largest
        self.size = len(program.kinds)
        self.kinds = program.kinds
        self.lines: list[int] = []
        self.branches: list[int] = []
        self._note = note
        self._work = self._depth = 0
        self._functions: list[Callable[..., Any]] = []
        self._expr = Expressions(self._functions, self._burn).of
        for index, function in enumerate(program.functions):
            self._functions.append(self._function(function, index))
        self._main = self._functions[-1]

    def run(self, args: tuple[Any, ...] | list[Any]) -> Any:
        """The result for arguments of the right kinds.

        Raises:
            StopError: a limit was reached, or the program raised an error.
        """
        self.lines.clear()
        self.branches.clear()
        self._work = self._depth = 0
        try:
            return self._main(*args)
        except (ArithmeticError, LookupError, ValueError, TypeError) as error:
            raise StopError("error") from error
        except RecursionError as error:
            raise StopError("steps") from error

    def forget(self) -> None:
        """Make the machine unusable, and free at once what refers to itself."""
        self._functions.clear()
        del self._main, self._expr

    def _burn(self, elements: int) -> None:
        self._work += elements
        if self._work > MAX_WORK:
            raise StopError("steps")

    # -- statements ----------------------------------------------------------------------------------------------------

    def _function(self, function: Function, index: int) -> Callable[..., Any]:
        body = self._block(function.body)
        params, size, note, line, lines, limit = (
            function.params,
            self.size,
            self._note,
            function.line,
            self.lines,
            self.limit,
        )

        def call(*args: Any) -> Any:
            self._depth += 1
            if self._depth > MAX_DEPTH or len(lines) > limit:
                raise StopError("steps")
            if note is not None:
                note(line, "call", (index, [copied(arg) for arg in args]))
            frame = [None] * size
            for param, arg in zip(params, args, strict=True):
                frame[param] = arg
            result = body(frame)
            self._depth -= 1
            return result[0]

        return call

    def _block(self, body: list[Statement]) -> Execute:
        parts = [_STATEMENTS[type(statement)](self, statement) for statement in body]
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2:
            one, two = parts

            def both(f: Frame) -> Any:
                left = one(f)
                return two(f) if left is None else left

            return both

        def block(f: Frame) -> Any:
            for part in parts:
                left = part(f)
                if left is not None:
                    return left
            return None

        return block

    def _noted(self, execute: Execute, line: int, target: int) -> Execute:
        """The same, with a note of the variable's value afterwards."""
        note = self._note
        if note is None:
            return execute

        def noted(f: Frame) -> None:
            execute(f)
            note(line, "set", (target, copied(f[target])))

        return noted

    def _assign(self, node: Assign) -> Execute:
        target, line, tick, largest = node.target, node.line, self.lines.append, self.largest
        value = node.value
        if node.sign:
            name = _AUGMENTED[node.sign]
            value = Expr(name, value.kind, (Expr("var", self.kinds[target], (), target), value))
        compute = self._expr(value)
        if self.kinds[target] in ("int", "float"):

            def assign(f: Frame) -> None:
                tick(line)
                result = compute(f)
                if not -largest <= result <= largest:
                    raise StopError("size")
                f[target] = result
        else:

            def assign(f: Frame) -> None:
                tick(line)
                f[target] = result = compute(f)
                if len(result) > MAX_LENGTH:
                    raise StopError("size")

        return self._noted(assign, line, target)

    def _append(self, node: Append) -> Execute:
        target, line, tick, compute = node.target, node.line, self.lines.append, self._expr(node.value)

        def append(f: Frame) -> None:
            tick(line)
            if len(f[target]) >= MAX_LENGTH:
                raise StopError("size")
            f[target].append(fit(compute(f)))

        return self._noted(append, line, target)

    def _set_item(self, node: SetItem) -> Execute:
        target, line, tick = node.target, node.line, self.lines.append
        key, compute = self._expr(node.key), self._expr(node.value)

        def set_item(f: Frame) -> None:
            tick(line)
            value = fit(compute(f))
            f[target][key(f)] = value
            if len(f[target]) > MAX_LENGTH:
                raise StopError("size")

        return self._noted(set_item, line, target)

    def _if(self, node: If) -> Execute:
        line, tick, branch, note = node.line, self.lines.append, self.branches.append, self._note
        test, body = self._expr(node.test), self._block(node.body)
        orelse = self._block(node.orelse) if node.orelse else None
        if note is None and orelse is None:

            def plain(f: Frame) -> Any:
                tick(line)
                if test(f):
                    branch(line)
                    return body(f)
                branch(-line)
                return None

            return plain

        def execute(f: Frame) -> Any:
            tick(line)
            truth = test(f)
            branch(line if truth else -line)
            if note is not None:
                note(line, "test", bool(truth))
            if truth:
                return body(f)
            return None if orelse is None else orelse(f)

        return execute

    def _while(self, node: While) -> Execute:
        line, lines, note, limit = node.line, self.lines, self._note, self.limit
        test, body = self._expr(node.test), self._block(node.body)

        def execute(f: Frame) -> Any:
            while True:
                lines.append(line)
                if len(lines) > limit:
                    raise StopError("steps")
                truth = test(f)
                if note is not None:
                    note(line, "test", bool(truth))
                if not truth:
                    return None
                left = body(f)
                if left is not None and left is not _CONTINUE:
                    return None if left is _BREAK else left

        return execute

    def _for_range(self, node: ForRange) -> Execute:
        start, stop = self._expr(node.start), self._expr(node.stop)
        return self._loop(node.target, -1, lambda f: range(start(f), stop(f)), node.body, node.line)

    def _for_each(self, node: ForEach) -> Execute:
        source = self._expr(node.source)
        return self._loop(node.target, node.index, source, node.body, node.line)

    def _loop(self, target: int, index: int, source: Compute, statements: list[Statement], line: int) -> Execute:
        lines, note, limit, body = self.lines, self._note, self.limit, self._block(statements)

        if note is None and index < 0:

            def plain(f: Frame) -> Any:
                lines.append(line)
                for item in source(f):
                    if len(lines) > limit:
                        raise StopError("steps")
                    f[target] = item
                    left = body(f)
                    if left is not None and left is not _CONTINUE:
                        return None if left is _BREAK else left
                    lines.append(line)  # the line is visited again after each round
                return None

            return plain

        def execute(f: Frame) -> Any:
            lines.append(line)
            items = source(f)
            for number, item in enumerate(items):
                if len(lines) > limit:
                    raise StopError("steps")
                f[target] = item
                if index >= 0:
                    f[index] = number
                if note is not None:
                    note(line, "item", [(index, number), (target, item)] if index >= 0 else [(target, item)])
                left = body(f)
                if left is not None and left is not _CONTINUE:
                    if left is _BREAK:
                        return None
                    return left
                lines.append(line)  # the line is visited again after each round
            if note is not None:
                note(line, "end", None)
            return None

        return execute

    def _jump(self, node: Jump) -> Execute:
        line, tick, note, word = node.line, self.lines.append, self._note, node.word

        def jump(f: Frame) -> str:
            tick(line)
            if note is not None:
                note(line, "jump", word)
            return _BREAK if word == "break" else _CONTINUE

        return jump

    def _return(self, node: Return) -> Execute:
        line, tick, note, compute = node.line, self.lines.append, self._note, self._expr(node.value)

        def execute(f: Frame) -> tuple[Any]:
            tick(line)
            result = fit(compute(f))
            if note is not None:
                note(line, "return", copied(result))
            return (result,)

        return execute


_AUGMENTED = {"+": "add", "-": "sub", "*": "mul"}  # for texts too: the same operator
_STATEMENTS: dict[type, Callable[[Machine, Any], Execute]] = {
    Assign: Machine._assign,
    Append: Machine._append,
    SetItem: Machine._set_item,
    If: Machine._if,
    ForRange: Machine._for_range,
    ForEach: Machine._for_each,
    While: Machine._while,
    Jump: Machine._jump,
    Return: Machine._return,
}
