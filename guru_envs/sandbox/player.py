"""The process that runs a program for a judge: makes the calls that it is asked for, and sends back plain data.

What is not plain data (objects of the program's classes, generators, functions) stays here; the judge gets a number for it.
"""

from __future__ import annotations

import itertools
import time
import types
from typing import Any

from . import child, frames, protocol, state
from .wire import GoneError, Wire

_MOST_ITEMS = 100_000


class _Player:
    def __init__(self, job: Any) -> None:
        self._source: str = job["source"]
        self._wire = Wire()
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._module = child.new_module("solution")

    def load(self) -> tuple[int, str]:
        """Execute the program."""
        try:
            code = child.compile_source(self._source)
        except BaseException as error:
            status, text = child.describe(error, self._source)
            return (status if isinstance(error, MemoryError) else protocol.COMPILE_ERROR), text
        try:
            exec(code, self._module.__dict__)  # noqa: S102 - what this process is for
        except BaseException as error:
            return child.describe(error, self._source)
        return protocol.OK, ""

    def serve(self) -> None:
        """Answer until the judge is done."""
        while True:
            request = self._wire.receive(self._resolve)
            try:
                answer = ["value", *self._answer(*request)]
                self._wire.send(answer, self._keep)
            except GoneError:
                raise
            except BaseException as error:
                status, text = child.describe(error, self._source)
                self._wire.send(
                    ["error", type(error).__name__, str(error)[:1000], status, text[-3000:]], frames.describe
                )

    def _answer(self, verb: str, target: Any, *rest: Any) -> list[Any]:
        if verb == "name":
            return [self._module.__dict__[target], None]
        if verb == "call":
            args, kwargs = rest
            before = frames.encode(args, self._keep)
            value = target(*args, **kwargs)
            changed = frames.encode(args, self._keep) != before
            return [value, args if changed else None]
        if verb == "attribute":
            return [getattr(target, rest[0]), None]
        if verb == "set":
            setattr(target, rest[0], rest[1])
            return [None, None]
        if verb == "items":
            return [list(itertools.islice(target, _MOST_ITEMS)), None]
        if verb == "item":
            return [target[rest[0]], None]
        if verb == "length":
            return [len(target), None]
        return [str(target), None]

    def _keep(self, value: Any) -> frames.Opaque:
        if isinstance(value, types.ModuleType):
            return frames.Opaque("module", value.__name__)
        number = self._numbers.setdefault(id(value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)  # kept for good, so its id stays its own
        return frames.Opaque(type(value).__name__, str(number))

    def _resolve(self, opaque: frames.Opaque) -> Any:
        return self._objects[int(opaque.text)]


def run(job: Any) -> None:
    """Load the program, tell the host and the judge how that went, and serve the judge."""
    began, began_wall = time.process_time(), time.monotonic()
    state.start(job["seed"], job["recursion"], job["source"])
    player = _Player(job)
    status, text = player.load()
    times = time.process_time() - began, time.monotonic() - began_wall
    child.write_record(0, status, None, times, "", text)
    if status == protocol.OK:
        try:
            player.serve()
        except GoneError:
            state.flush()
