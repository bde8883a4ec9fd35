"""The process that runs assertion tests: it knows the expected values, and never executes a line of the program.

The names of the program that the tests use are stand-ins here, whose calls are made by the player, in another process. What
comes back is plain data, rebuilt with exact built-in types, or a stand-in; so ``==`` in a test is Python's own, on values that
carry no code of the program. A program can only answer.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import json
import sys
import time
import types
from collections.abc import Iterator
from typing import Any

from . import child, frames, protocol, state
from .wire import GoneError, Wire

FILE_NAME = "tests.py"
_ENDS = (StopIteration, StopAsyncIteration)


class ProgramError(Exception):
    """An exception of the program that is not one of Python's own."""


class _Remote:
    """What the judge knows of the player."""

    def __init__(self) -> None:
        self._wire = Wire()
        self._stands: dict[str, Stand] = {}
        self.error_of_program: tuple[BaseException, int, str] | None = None

    def ask(self, verb: str, target: Any, *rest: Any) -> list[Any]:
        """A value, and the arguments of a call when it changed them; raises what the program raised."""
        self._wire.send([verb, target, *rest], _number)
        answer = self._wire.receive(self._stand)
        if len(answer) == 3 and answer[0] == "value":
            return answer[1:]
        if len(answer) == 5 and answer[0] == "error" and all(type(answer[place]) is str for place in (1, 2, 4)):
            kind = getattr(builtins, answer[1], None)
            # The end of an iteration would end a loop of the tests without a word, such as one over map(candidate, inputs).
            known = isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, _ENDS)
            try:
                error = kind(answer[2]) if known and kind is not None else ProgramError(f"{answer[1]}: {answer[2]}")
            except TypeError:  # such as UnicodeDecodeError, which wants more than a text
                error = ProgramError(f"{answer[1]}: {answer[2]}")
            status = answer[3] if type(answer[3]) is int and 0 < answer[3] <= protocol.OUTPUT_LIMIT else 1
            self.error_of_program = (error, status, answer[4])
            raise error
        raise GoneError("the program broke the channel to its tests")

    def _stand(self, opaque: frames.Opaque) -> Any:
        if opaque.type_name == "module":
            if opaque.text.partition(".")[0] not in sys.stdlib_module_names:
                raise frames.FrameError("not a module of the standard library")
            return importlib.import_module(opaque.text)
        if opaque.text not in self._stands:
            self._stands[opaque.text] = Stand(self, opaque)
        return self._stands[opaque.text]


class Stand:
    """Stands for an object in the player; equal to nothing but itself."""

    _guru_remote: _Remote
    _guru_opaque: frames.Opaque

    def __init__(self, remote: _Remote, opaque: frames.Opaque) -> None:
        object.__setattr__(self, "_guru_remote", remote)
        object.__setattr__(self, "_guru_opaque", opaque)

    def __setattr__(self, name: str, value: Any) -> None:
        self._guru_remote.ask("set", self, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Have the player call it."""
        value, changed = self._guru_remote.ask("call", self, list(args), kwargs)
        if type(changed) is list and len(changed) == len(args):
            for mine, theirs in zip(args, changed, strict=True):
                _take_over(mine, theirs)
        return value

    def __getattr__(self, name: str) -> Any:
        return self._guru_remote.ask("attribute", self, name)[0]

    def __getitem__(self, key: Any) -> Any:
        return self._guru_remote.ask("item", self, key)[0]

    def __iter__(self) -> Iterator[Any]:
        items = self._guru_remote.ask("items", self)[0]
        return iter(items if type(items) is list else [])

    def __len__(self) -> int:
        length = self._guru_remote.ask("length", self)[0]
        return length if type(length) is int else 0

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        text = self._guru_remote.ask("text", self)[0]
        return text if type(text) is str else ""


def _number(value: Any) -> frames.Opaque:
    if isinstance(value, Stand):
        return value._guru_opaque
    return frames.refuse(value)


def _take_over(mine: Any, theirs: Any) -> None:
    """Do to an argument what the call did to its copy."""
    if type(mine) is not type(theirs):
        return
    if type(mine) is list:
        mine[:] = theirs
    elif type(mine) in (dict, set):
        mine.clear()
        mine.update(theirs)


def _names_of_program(tree: ast.Module, entry: str | None) -> list[str]:
    """Names that the tests use without making them, in order.

    Python's own names keep their meaning, or a program could define its own ``len`` and ``sorted`` for the tests to use;
    except ``entry``, and, when the tests use no other name of the program, the function that they call first.
    """
    used = {node.id: None for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    made = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    made |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    names = [name for name in used if name not in made and not hasattr(builtins, name)]
    if entry is None and not names:
        entry = _builtin_entry(tree)
    return names if entry is None or entry in names else [*names, entry]


def _builtin_entry(tree: ast.Module) -> str | None:
    """The name that the first call of the tests calls, when it is a built-in's: some programs define their own ``sum``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    if not calls:
        return None
    first = min(calls, key=lambda node: (node.lineno, node.col_offset))
    assert isinstance(first.func, ast.Name)
    return first.func.id if hasattr(builtins, first.func.id) else None


class _Judge:
    def __init__(self, job: Any) -> None:
        self._tree = ast.parse(job["tests"], FILE_NAME)
        self._source: str = job["tests"]
        self._stop: bool = job["stop"]
        self._entry: str | None = job["entry"]
        self._remote = _Remote()
        self.total = sum(_is_test(statement) for statement in self._tree.body)
        self.passed = 0
        self.status, self.error = protocol.OK, ""

    def run(self) -> None:
        """Run the tests, statement by statement."""
        space: dict[str, Any] = {"__name__": "tests"}
        for name in _names_of_program(self._tree, self._entry):
            try:
                space[name] = self._remote.ask("name", name)[0]
            except KeyError:
                continue  # the statement that uses it fails
        for statement in self._tree.body:
            code = compile(ast.Module([statement], []), FILE_NAME, "exec", dont_inherit=True)
            try:
                self._execute(code, space)
            except BaseException as error:
                if self.status == protocol.OK:
                    self.status, self.error = self._explain(error)
                if self._stop or not _is_test(statement) or isinstance(error, GoneError):
                    return
            else:
                self.passed += _is_test(statement)

    @staticmethod
    def _execute(code: types.CodeType, space: dict[str, Any]) -> None:
        exec(code, space)  # noqa: S102 - the tests of a data set, confined like a program

    def _explain(self, error: BaseException) -> tuple[int, str]:
        last = self._remote.error_of_program
        if last is not None and last[0] is error:
            return last[1], last[2]
        if isinstance(error, GoneError):
            return protocol.RUNTIME_ERROR, str(error)
        return protocol.RUNTIME_ERROR, child.describe(error, self._source, FILE_NAME)[1]


def _is_test(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return isinstance(statement, ast.Assert | ast.Expr | ast.For | ast.While | ast.With | ast.Try)


def run(job: Any) -> None:
    """Judge, and tell the host."""
    began, began_wall = time.process_time(), time.monotonic()
    state.start(job["seed"], job["recursion"], job["tests"])
    verdict: dict[str, Any] = {"passed": 0, "total": 0}
    try:
        judge = _Judge(job)
    except (SyntaxError, ValueError) as error:
        status, text = protocol.COMPILE_ERROR, f"the tests are no Python program: {error}"
    else:
        try:
            judge.run()
        except GoneError as error:
            judge.status, judge.error = protocol.RUNTIME_ERROR, str(error)
        status, text = judge.status, judge.error
        verdict = {"passed": judge.passed, "total": judge.total}
    times = time.process_time() - began, time.monotonic() - began_wall
    child.write_record(0, status, None, times, json.dumps(verdict), text)
