"""Types that JSON lacks, learnt from the literals with which assertions call a function."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guru_envs.data.code_benchmarks.values import parsed


@dataclass(frozen=True, slots=True)
class _Shape:
    """What becomes of a JSON value: ``kind`` of a list, of its items (each, or all alike), of a text or an object's keys."""

    kind: type | None = None
    each: tuple[_Shape, ...] = ()
    items: _Shape | None = None
    empty: type | None = None


def typed(name: str, assertion: str, base: Sequence[Any], inputs: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """Arguments of the calls ``inputs``, with the types of the calls of ``name`` in ``assertion``, whose JSON form is ``base``."""
    calls = _calls(name, assertion)
    pairs = [(plain, args) for plain, args in zip(base, calls, strict=False) if args is not None and _fits(plain, args)]
    if len(calls) != len(base) or not pairs:
        return tuple(tuple(one) for one in inputs)
    width = max(len(args) for _, args in pairs)
    shapes = [
        _learn([(plain[place], args[place]) for plain, args in pairs if place < len(args)]) for place in range(width)
    ]
    shapes += [_Shape()] * max((len(one) - width for one in inputs), default=0)
    return tuple(tuple(_apply(shape, value) for shape, value in zip(shapes, one, strict=False)) for one in inputs)


def _calls(name: str, assertion: str) -> list[list[Any] | None]:
    """The arguments of each call of a function, in order; None where they are no literals."""
    tree = parsed(assertion)
    if tree is None:
        return []
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    return [_literals(call) for call in calls]


def _literals(call: ast.Call) -> list[Any] | None:
    try:
        return [ast.literal_eval(argument) for argument in call.args]
    except (ValueError, TypeError, RecursionError):
        return None


def _fits(plain: Any, value: Any) -> bool:
    """Whether a JSON value may stand for a value."""
    if isinstance(value, (list, tuple)):
        return isinstance(plain, list) and len(plain) == len(value) and all(map(_fits, plain, value))
    if isinstance(value, (set, frozenset)):
        return isinstance(plain, list) and len(plain) == len(value)
    if isinstance(value, dict):
        return (
            plain == []
            if not value and isinstance(plain, list)
            else isinstance(plain, dict) and len(plain) == len(value)
        )
    return isinstance(value, complex) or bool(plain == value)


def _learn(pairs: list[tuple[Any, Any]]) -> _Shape:
    """The shape that explains all pairs of JSON value and value."""
    listed = [(plain, value) for plain, value in pairs if isinstance(plain, list)]
    if listed:
        kinds = {type(value) for _, value in listed}
        kind = next((one for one in (set, tuple) if one in kinds), list)
        if kinds == {list, tuple}:  # told apart by nothing but chance
            kind = type(listed[0][1])
        rows = [(plain, list(value)) for plain, value in listed if isinstance(value, (list, tuple))]
        inner = [pair for plain, value in rows for pair in zip(plain, value, strict=True)]
        width = len(rows[0][1]) if rows else 0
        same_width = width and all(len(value) == width for _, value in rows)
        if same_width and {list, tuple} <= {type(value) for plain, value in inner if isinstance(plain, list)}:
            each = tuple(_learn([(plain[place], value[place]) for plain, value in rows]) for place in range(width))
            return _Shape(kind, each, _learn(inner))
        return _Shape(kind, (), _learn(inner) if inner else None, dict if dict in kinds else None)
    objects = [(plain, value) for plain, value in pairs if isinstance(plain, dict) and isinstance(value, dict)]
    if objects:
        numbers = all(isinstance(key, int) for _, value in objects for key in value) and any(
            value for _, value in objects
        )
        inner = [pair for plain, value in objects for pair in zip(plain.values(), value.values(), strict=True)]
        return _Shape(int if numbers else None, (), _learn(inner) if inner else None)
    return _Shape(complex if any(isinstance(value, complex) for _, value in pairs) else None)


def _apply(shape: _Shape, value: Any) -> Any:
    if isinstance(value, list):
        if not value and shape.empty:
            return shape.empty()
        shapes = shape.each if len(shape.each) == len(value) else [shape.items or _Shape()] * len(value)
        made = map(_apply, shapes, value)
        return shape.kind(made) if shape.kind in (set, tuple) else list(made)
    if isinstance(value, dict):
        inner = shape.items or _Shape()
        return {int(key) if shape.kind is int else key: _apply(inner, one) for key, one in value.items()}
    return complex(value) if shape.kind is complex and isinstance(value, (str, int, float)) else value
