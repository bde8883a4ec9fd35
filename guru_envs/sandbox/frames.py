"""Plain data as JSON with exact types, for the way into the sandbox and, not trusted, out of it.

JSON has no tuples, sets, bytes, or keys that are not text, and Python's ``json`` takes subclasses for their parents without a
word. Here None, booleans, integers, floats, text and lists stand for themselves, and everything else is an object with one
key that names its type. :func:`decode` accepts nothing else, so that text written by a hostile program is at worst an error or
another answer: no class is looked up, no code is called, nothing is evaluated.

Only the standard library: the zygote imports this module too.
"""

from __future__ import annotations

import json
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 200
_PLAIN = {int, float, str, bool, type(None)}
_BIG = 2**63
_COLLISIONS = 64
_LONGEST_TEXT = 200


class FrameError(ValueError):
    """The data is not plain, or the text is not a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A returned object that is not plain data; equal to nothing but itself."""

    type_name: str
    text: str


Other = Callable[[Any], Opaque]
"""What to send in place of an object that is not plain data."""


def refuse(value: Any) -> Opaque:
    """For :func:`encode`: nothing but plain data.

    Raises:
        FrameError: always.
    """
    raise FrameError(f"{type(value).__name__} is not plain data")


def describe(value: Any) -> Opaque:
    """For :func:`encode`: the type and the start of the ``repr``."""
    try:
        text = str(repr(value))[:_LONGEST_TEXT]
    except Exception:
        text = "(repr failed)"
    return Opaque(type(value).__name__[:_LONGEST_TEXT], text)


def encode(value: Any, other: Other = describe) -> str:
    """JSON text of plain data.

    Subclasses of the built-in types become the built-in type, numpy scalars and arrays numbers and lists; ``other`` says
    what stands for an object of any other type.

    Raises:
        FrameError: deeper than MAX_DEPTH, or contains itself.
    """
    return json.dumps(_pack(value, other, 0), separators=(",", ":"))


def _pack(value: Any, other: Other, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        return value if -_BIG < value < _BIG else {"i": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"f": repr(value)}
    if depth >= MAX_DEPTH:
        raise FrameError(f"nested deeper than {MAX_DEPTH}")
    if kind is list:
        return _pack_items(value, other, depth + 1)
    if kind is tuple:
        return {"t": _pack_items(value, other, depth + 1)}
    if kind is dict:
        return {"d": [[_pack(k, other, depth + 1), _pack(v, other, depth + 1)] for k, v in value.items()]}
    return _pack_rare(value, other, depth + 1)


def _pack_items(items: Any, other: Other, depth: int) -> list[Any]:
    # A flat list of small numbers or text goes through as it is, at the speed of C.
    kinds = set(map(type, items))
    if kinds <= {str, bool, type(None)}:
        return list(items)
    if kinds <= {int, bool} and min(items) > -_BIG and max(items) < _BIG:
        return list(items)
    return [_pack(item, other, depth) for item in items]


def _pack_rare(value: Any, other: Other, depth: int) -> Any:
    kind = type(value)
    if kind is set or kind is frozenset:
        return {"s" if kind is set else "z": [_pack(item, other, depth) for item in value]}
    if kind is bytes or kind is bytearray:
        return {"b" if kind is bytes else "a": bytes(value).hex()}
    if kind is complex:
        return {"c": [repr(value.real), repr(value.imag)]}
    if kind is deque:
        return {"q": [_pack(item, other, depth) for item in value]}
    if kind is range:
        return {"r": [hex(value.start), hex(value.stop), hex(value.step)]}
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):
        return _pack(value.tolist(), other, depth)
    for parent, exact in _EXACT:
        if isinstance(value, parent):
            return _pack(exact(value), other, depth)
    opaque = other(value)
    return {"o": [opaque.type_name, opaque.text]}


# Methods of the built-in types themselves: those of a subclass may do anything.
_EXACT: tuple[tuple[type, Any], ...] = (
    (int, int.__pos__),
    (float, float.__pos__),
    (str, str.__str__),
    (list, lambda value: list(list.__iter__(value))),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
    (deque, lambda value: deque(deque.__iter__(value))),
)


def decode(text: str | bytes, other: Callable[[Opaque], Any] | None = None) -> Any:
    """The data of a frame, rebuilt with exact types; ``other`` makes something of each Opaque in it.

    Raises:
        FrameError: not a frame.
    """
    try:
        return _unpack(json.loads(text, parse_constant=_refuse), 0, other)
    except FrameError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise FrameError(f"not a frame: {type(error).__name__}") from error


def _refuse(constant: str) -> Any:
    raise FrameError(f"{constant} is not JSON")


def _unpack(value: Any, depth: int, other: Callable[[Opaque], Any] | None) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deep")
    if kind is list:
        return value if set(map(type, value)) <= _PLAIN else [_unpack(item, depth + 1, other) for item in value]
    if len(value) != 1:
        raise FrameError("an object has one key, its type")
    [(tag, content)] = value.items()
    if tag in _TEXT_TAGS:
        if type(content) is not str:
            raise FrameError("text expected")
        return _TEXT_TAGS[tag](content)
    if type(content) is not list:
        raise FrameError("list expected")
    if tag in _ITEM_TAGS:
        items = _unpack(content, depth + 1, other)
        return _ITEM_TAGS[tag](_hashable(items) if tag in "sz" else items)
    if tag == "d":
        keys = [_unpack(key, depth + 1, other) for key, _ in content]
        return dict(zip(_hashable(keys), [_unpack(item, depth + 1, other) for _, item in content], strict=True))
    if tag == "o" and len(content) == 2 and all(type(part) is str for part in content):
        opaque = Opaque(content[0][:_LONGEST_TEXT], content[1][:_LONGEST_TEXT])
        return opaque if other is None else other(opaque)
    if tag in _TEXTS_TAGS and all(type(part) is str for part in content):
        return _TEXTS_TAGS[tag](*content)
    raise FrameError("unknown type")


def _hashable(keys: list[Any]) -> list[Any]:
    """Refuse thousands of keys with one hash: a table of them would take quadratic time."""
    if len(keys) > _COLLISIONS and max(Counter(map(hash, keys)).values()) > _COLLISIONS:
        raise FrameError("keys made to collide")
    return keys


def _special(text: str) -> float:
    if text not in ("nan", "inf", "-inf"):
        raise FrameError("not a float")
    return float(text)


def _integer(text: str) -> int:
    return int(text, 16)


_TEXT_TAGS: dict[str, Any] = {"i": _integer, "f": _special, "b": bytes.fromhex, "a": bytearray.fromhex}
_ITEM_TAGS: dict[str, Any] = {"t": tuple, "s": set, "z": frozenset, "q": deque}
_TEXTS_TAGS: dict[str, Any] = {
    "c": lambda real, imag: complex(float(real[:40]), float(imag[:40])),
    "r": lambda start, stop, step: range(_integer(start), _integer(stop), _integer(step)),
}
