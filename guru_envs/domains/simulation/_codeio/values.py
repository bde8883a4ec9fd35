"""Values in answers: reading, writing, comparing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

MAX_LENGTH = 2000  # characters of an answer
MAX_DEPTH = 6
MAX_DIGITS = 40
TOLERANCE = 1e-6  # absolute and relative, for floats

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[-+]?[0-9]+(?P<real>\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})?)
      | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<word>true|false|null|True|False|None)\b
      | (?P<mark>[][(){},:])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_CLOSING = {"[": "]", "(": ")", "{": "}"}


class UnreadableError(ValueError):
    """A text is no value."""


def read(text: str) -> Any:
    """The value that a text stands for, written as JSON or as a Python literal; tuples become lists.

    Raises:
        UnreadableError: the text is too long or no value.
    """
    if len(text) > MAX_LENGTH:
        raise UnreadableError
    tokens: list[tuple[str, Any]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise UnreadableError
        position = match.end()
        tokens.append(_token(match))
    value, used = _value(tokens, 0, 0)
    if used != len(tokens):
        raise UnreadableError
    return value


def _token(match: re.Match[str]) -> tuple[str, Any]:
    """A mark, or ``value`` with the value."""
    kind = match.lastgroup
    if kind == "number" or kind == "real":
        text = match["number"]
        if len(text) > MAX_DIGITS:
            raise UnreadableError
        return "value", float(text) if match["real"] else int(text)
    if kind == "string":
        body = match["string"][1:-1]
        return "value", _ESCAPE.sub(_unescape, body) if "\\" in body else body
    if kind == "word":
        return "value", _WORDS[match["word"]]
    return match["mark"], None


def _unescape(match: re.Match[str]) -> str:
    mark = match[1]
    return chr(int(mark[1:], 16)) if len(mark) > 1 else _ESCAPED.get(mark, mark)


def _value(tokens: Sequence[tuple[str, Any]], at: int, depth: int) -> tuple[Any, int]:
    """The value that starts at a token, and the place behind it."""
    if at >= len(tokens):
        raise UnreadableError
    mark, value = tokens[at]
    if mark == "value":
        return value, at + 1
    if depth == MAX_DEPTH:
        raise UnreadableError
    if mark == "{":
        return _mapping(tokens, at + 1, depth)
    if mark not in _CLOSING:
        raise UnreadableError
    items: list[Any] = []
    closing = _CLOSING[mark]
    at += 1
    comma = True
    while at < len(tokens):
        if tokens[at][0] == closing:
            grouped = mark == "(" and len(items) == 1 and not comma  # brackets around one value, no tuple
            return (items[0] if grouped else items), at + 1
        if not comma:
            raise UnreadableError
        item, at = _value(tokens, at, depth + 1)
        items.append(item)
        comma = at < len(tokens) and tokens[at][0] == ","
        at += comma
    raise UnreadableError


def _mapping(tokens: Sequence[tuple[str, Any]], at: int, depth: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    comma = True
    while at < len(tokens):
        if tokens[at][0] == "}":
            return found, at + 1
        if not comma:
            raise UnreadableError
        key, at = _value(tokens, at, depth + 1)
        if isinstance(key, (list, dict)) or at >= len(tokens) or tokens[at][0] != ":" or key in found:
            raise UnreadableError
        found[key], at = _value(tokens, at + 1, depth + 1)
        comma = at < len(tokens) and tokens[at][0] == ","
        at += comma
    raise UnreadableError


def write(value: Any) -> str:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def same(expected: Any, value: Any, exact: bool = False) -> bool:
    """Whether a value is the expected one, all the way down. Truth values are no numbers; tuples are written as lists.

    Args:
        expected: of a program.
        value: as read.
        exact: whether whole and decimal numbers of the same worth are different.
    """
    kind = type(expected)
    if kind is bool or kind is str or expected is None:
        return type(value) is kind and bool(value == expected)
    if kind is int or kind is float:
        if type(value) not in (int, float) or (exact and type(value) is not kind):
            return False
        if kind is int:
            return bool(value == expected)
        return value == expected or math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if kind is list or kind is tuple:
        if type(value) is not list and type(value) is not tuple:
            return False
        return len(value) == len(expected) and all(
            same(one, two, exact) for one, two in zip(expected, value, strict=True)
        )
    if type(value) is not dict or len(value) != len(expected):
        return False
    return all(key in value and same(one, value[key], exact) for key, one in expected.items())


MOST_INT = 10**6
MOST_TEXT = 40
MOST_ITEMS = 20


def fits(kind: str, value: Any) -> bool:
    """Whether a value can be an argument of a kind: of its type, and not too large."""
    if kind == "int":
        return type(value) is int and -MOST_INT <= value <= MOST_INT
    if kind == "float":
        return type(value) in (int, float) and -MOST_INT <= value <= MOST_INT
    if kind == "str":
        return type(value) is str and len(value) <= MOST_TEXT and not any("\ud800" <= one <= "\udfff" for one in value)
    if kind == "dict[str, int]":
        parts = type(value) is dict and all(fits("str", key) and fits("int", one) for key, one in value.items())
        return parts and len(value) <= MOST_ITEMS
    return type(value) is list and len(value) <= MOST_ITEMS and all(fits(kind[5:-1], one) for one in value)


def arguments(value: Any, kinds: Sequence[str], names: Sequence[str]) -> list[Any] | str:
    """The arguments that an answer stands for, or what is wrong with it: ``count`` or the name of a parameter.

    Read are a list with one element for each parameter, an object with the parameters' names as keys, either of them under the
    key ``input``, and for a single parameter its value.
    """
    if type(value) is dict and list(value) == ["input"] and "input" not in names:
        value = value["input"]
    if type(value) is dict:
        if set(value) != set(names):
            return "count"
        value = [value[name] for name in names]
    if (
        len(kinds) == 1
        and fits(kinds[0], value)
        and not (type(value) is list and len(value) == 1 and fits(kinds[0], value[0]))
    ):
        value = [value]
    if type(value) is not list or len(value) != len(kinds):
        return "count"
    for kind, name, one in zip(kinds, names, value, strict=True):
        if not fits(kind, one):
            return name
    return [float(one) if kind == "float" else one for kind, one in zip(kinds, value, strict=True)]
