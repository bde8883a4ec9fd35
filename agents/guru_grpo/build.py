"""Dataclasses built from plain values, with every key, type and range checked.

A field's metadata holds ``help`` and, for numbers, ``low`` and ``high``.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from guru_envs.errors import InvalidValueError, unknown_name

T = TypeVar("T")


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def build(kind: type[T], values: Any, where: str) -> T:
    """Build a dataclass from plain values, checking every key, type and range; ``where`` is the dotted name so far."""
    if not isinstance(values, Mapping):
        raise InvalidValueError(f"{where or 'the configuration'} is {values!r}: a table of settings is expected")
    specs = {spec.name: spec for spec in dataclasses.fields(typing.cast(Any, kind))}
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in specs:
            raise unknown_name("setting", f"{where}.{name}" if where else name, _dotted(specs, where))
        dotted = f"{where}.{name}" if where else name
        given[name] = _convert(value, _hints(typing.cast(Any, kind))[name], dotted, specs[name].metadata)
    for name, spec in specs.items():
        if name not in given and spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise InvalidValueError(f"{where}.{name} is missing" if where else f"{name} is missing")
    return kind(**given)


def _dotted(specs: Mapping[str, Any], where: str) -> list[str]:
    return [f"{where}.{name}" if where else name for name in specs]


def _convert(value: Any, kind: Any, where: str, meta: Mapping[str, Any]) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, types.UnionType) or origin is typing.Union:
        if value is None and type(None) in arguments:
            return None
        parts = [part for part in arguments if part is not type(None)]
        tables = [part for part in parts if typing.get_origin(part) is not None and isinstance(value, Mapping)]
        return _convert(value, (tables or parts)[0], where, meta)
    if origin is Literal:
        if value not in arguments:
            raise InvalidValueError(f"{where} is {value!r}: allowed are {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise InvalidValueError(f"{where} is {value!r}: a list is expected")
        if arguments[-1] is not Ellipsis and len(value) != len(arguments):
            raise InvalidValueError(f"{where} is {value!r}: a list of {len(arguments)} values is expected")
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_convert(part, kinds[at], f"{where}.{at}", meta) for at, part in enumerate(value))
    if dataclasses.is_dataclass(kind):
        return build(typing.cast(type[Any], kind), value, where)
    if origin is not None:  # a mapping of free keys: knobs, rewards; the environment checks them
        if not isinstance(value, Mapping):
            raise InvalidValueError(f"{where} is {value!r}: a table is expected")
        return dict(value)
    return _scalar(value, kind, where, meta)


def _scalar(value: Any, kind: type, where: str, meta: Mapping[str, Any]) -> Any:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    right = number if kind is float else (number and isinstance(value, int)) if kind is int else isinstance(value, kind)
    if not right:
        raise InvalidValueError(f"{where} is {value!r}: a value of type {kind.__name__} is expected")
    low, high = meta.get("low"), meta.get("high")
    if number and (value != value or (low is not None and value < low) or (high is not None and value > high)):
        limits = f"at least {low}" if high is None else f"{low} to {high}"
        raise InvalidValueError(f"{where} is {value!r}: allowed is {limits}")
    return float(value) if kind is float else value
