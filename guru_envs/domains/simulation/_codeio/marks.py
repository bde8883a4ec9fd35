"""Running trusted Python text line by line.

The text is given marks that report each line and each value, and compiled. The marks are put in here, not taken from the interpreter's
tracing, so the same lines are counted by every version of Python: each statement when it begins, the head of a loop once for each
round and once at its end.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from guru_envs.domains.simulation._codeio.explain import Event
from guru_envs.domains.simulation._codeio.limits import StopError

_CHANGERS = frozenset(
    ("append", "add", "pop", "popleft", "appendleft", "extend", "remove", "insert", "sort", "update", "setdefault")
)

MODULES = ("collections", "heapq")
BUILTINS = (
    "abs", "all", "bool", "chr", "dict", "enumerate", "int", "len", "list", "map", "max", "min", "ord", "range", "reversed", "set",
    "sorted", "str", "sum", "tuple", "zip",
)  # fmt: skip


def _import(name: str, *rest: Any) -> Any:
    if name not in MODULES:
        raise ImportError(f"a program of a family imports {name!r}: allowed are {', '.join(MODULES)}")
    return builtins.__import__(name, *rest)


_BUILTINS = {name: getattr(builtins, name) for name in BUILTINS} | {"__import__": _import}


class _Marks(ast.NodeTransformer):
    """Put in calls that report lines and values."""

    def __init__(self) -> None:
        self.line = 0

    def _call(self, name: str, *args: ast.expr) -> ast.Call:
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def _tick(self, node: ast.stmt) -> ast.stmt:
        return ast.Expr(self._call("_tick", ast.Constant(node.lineno)))

    def _set(self, line: int, names: Iterable[str], mark: str = "_set") -> list[ast.stmt]:
        return [
            ast.Expr(self._call(mark, ast.Constant(line), ast.Constant(name), ast.Name(name, ast.Load())))
            for name in dict.fromkeys(names)
        ]

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Statements with marks."""
        done: list[ast.stmt] = []
        for statement in body:
            done += self._statement(statement)
        return done

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        line = ast.Constant(node.lineno)
        if isinstance(node, ast.While):
            test = node.test if isinstance(node.test, ast.Constant) else self._call("_test", line, node.test)
            node.test, node.body = ast.BoolOp(ast.And(), [self._call("_tick", line), test]), self.block(node.body)
            return [node]
        if isinstance(node, ast.For):
            node.iter = self._call("_rounds", line, node.iter)
            names = [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)]
            node.body = self._set(node.lineno, (name for name in names if name != "_"), "_item") + self.block(node.body)
            return [node]
        head = [self._tick(node)]
        if isinstance(node, ast.If):
            node.test = self._call("_test", line, node.test)
            node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        elif isinstance(node, ast.FunctionDef):
            node.body = self.block(node.body)
        elif isinstance(node, ast.Return):
            node.value = self._call("_give", line, node.value or ast.Constant(None))
        else:
            return [*head, node, *self._set(node.lineno, _changed(node))]
        return [*head, node]


def _changed(node: ast.stmt) -> Iterator[str]:
    """The variables that a simple statement changes."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    elif isinstance(node, ast.Delete):
        targets = [part for part in node.targets if isinstance(part, ast.Subscript)]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and function.attr in _CHANGERS:
            targets = [function.value]
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            while isinstance(part, (ast.Subscript, ast.Starred)):
                part = part.value
            if isinstance(part, ast.Name) and part.id != "_":
                yield part.id


class Ready:
    """A program that can be run; its tree is changed.

    Attributes:
        steps: executed lines of the last run.
        happened: what happened in it, if it was noted.
    """

    def __init__(self, tree: ast.Module) -> None:
        marks = _Marks()
        functions = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
        for function in functions:
            function.body = marks.block(function.body)
            for part in ast.walk(function):
                if isinstance(part, ast.FunctionDef):
                    part.returns = None
                    for arg in part.args.args:
                        arg.annotation = None
        self._first = functions[-1].lineno
        self._name = functions[-1].name
        self._names: dict[str, Any] = {
            "__builtins__": _BUILTINS,
            "_tick": self._tick, "_test": self._test, "_set": self._set, "_give": self._give, "_rounds": self._rounds,
            "_item": self._item,
        }  # fmt: skip
        self.steps, self._most = 0, 0
        self.happened: list[Event] | None = None
        ready = compile(ast.fix_missing_locations(tree), "<family>", "exec")
        # The text is that of a family of this package (``domains.code``), never a policy's, and it sees nothing but pure functions.
        exec(ready, self._names)  # noqa: S102
        self._function: Callable[..., Any] = self._names[self._name]

    def run(self, args: list[Any], most: int, noted: bool = False) -> Any:
        """The result for arguments that the family has drawn; ``steps`` and, if ``noted``, ``happened`` say how.

        Raises:
            StopError: more than ``most`` lines, or an error.
        """
        self.steps, self._most = 0, most
        self.happened = [Event(self._first, "call", args)] if noted else None
        try:
            return self._function(*args)
        except StopError:
            raise
        except Exception as error:
            raise StopError("error") from error

    def _tick(self, line: int) -> bool:
        self.steps += 1
        if self.steps > self._most:
            raise StopError("steps")
        return True

    def _test(self, line: int, value: Any) -> Any:
        if self.happened is not None:
            self.happened.append(Event(line, "test", bool(value)))
        return value

    def _set(self, line: int, name: str, value: Any) -> None:
        if self.happened is not None:
            self.happened.append(Event(line, "set", (name, _kept(value))))

    def _item(self, line: int, name: str, value: Any) -> None:
        if self.happened is not None:
            self.happened.append(Event(line, "item", (name, _kept(value))))

    def _give(self, line: int, value: Any) -> Any:
        if self.happened is not None:
            self.happened.append(Event(line, "return", _kept(value)))
        return value

    def _rounds(self, line: int, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._tick(line)
            yield item
        self._tick(line)


NO_DATA = object


def _kept(value: Any) -> Any:
    """A copy of plain data; the class ``object`` for anything else."""
    kind = type(value)
    if kind in (int, float, bool, str) or value is None:
        return value
    if kind in (list, tuple):
        parts = [_kept(part) for part in value]
        return NO_DATA if any(part is NO_DATA for part in parts) else kind(parts)
    if kind is dict and all(type(key) in (int, str) for key in value):
        table = {key: _kept(one) for key, one in value.items()}
        return NO_DATA if any(one is NO_DATA for one in table.values()) else table
    return NO_DATA


def live_in_tree(tree: ast.Module) -> int:
    """The most variables of the main function that are live at once: set before a line, and read at it or later."""
    function = [part for part in tree.body if isinstance(part, ast.FunctionDef)][-1]
    spans: dict[str, list[int]] = {arg.arg: [function.lineno, function.lineno] for arg in function.args.args}
    names = sorted(
        (one for one in ast.walk(function) if isinstance(one, ast.Name)), key=lambda one: (one.lineno, one.col_offset)
    )
    for name in names:
        if isinstance(name.ctx, ast.Store):
            spans.setdefault(name.id, [name.lineno, name.lineno])
        elif name.id in spans:
            spans[name.id][1] = name.lineno
    for loop in ast.walk(function):
        if isinstance(loop, (ast.For, ast.While)):
            end = loop.end_lineno or loop.lineno
            for span in spans.values():
                if span[0] < loop.lineno < span[1] <= end:
                    span[1] = end
    last = max(end for _, end in spans.values())
    return max(
        (sum(start < line <= end for start, end in spans.values()) for line in range(function.lineno + 1, last + 1)),
        default=0,
    )
