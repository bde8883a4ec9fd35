"""Values in rows: JSON with numbers of any length, lists of lines, private test cases, and literals in test code."""

from __future__ import annotations

import ast
import base64
import json
import pickletools  # lists the instructions of a pickle; nothing is loaded
import re
import warnings
import zlib
from typing import Any

from guru_envs.errors import InvalidValueError

_DIGITS = 4000  # Python turns at most 4300 at a time into a number
_MOST_DIGITS = 1_000_000
_LARGEST = 2**30  # bytes of unpacked private test cases


def _integer(text: str) -> int:
    if len(text) <= _DIGITS:
        return int(text)
    digits = text.lstrip("-")
    if len(digits) > _MOST_DIGITS:
        raise InvalidValueError(f"an integer of {len(digits)} digits")
    value = 0
    for start in range(0, len(digits), _DIGITS):
        part = digits[start : start + _DIGITS]
        value = value * 10 ** len(part) + int(part)
    return -value if text[0] == "-" else value


def from_json(value: Any) -> Any:
    """A value that may be given as JSON text."""
    return json.loads(value, parse_int=_integer) if isinstance(value, str) else value


def lenient(text: Any) -> Any:
    """A value given as JSON text; what is no JSON is text itself."""
    try:
        return from_json(text)
    except (ValueError, RecursionError):
        return text


def lines(value: Any) -> str:
    """Input or output as one text; some rows hold a list of lines."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def arguments(value: Any) -> tuple[Any, ...]:
    """Arguments of a call: a list, or lines of JSON."""
    if isinstance(value, str):
        return tuple(lenient(line) for line in value.split("\n") if line.strip())
    return tuple(value) if isinstance(value, list) else (value,)


def solutions(value: Any) -> tuple[str, ...]:
    """Reference solutions, without the fences some data sets put around them."""
    try:
        listed = from_json(value) if value else []
    except ValueError:
        listed = [value]
    listed = [listed] if isinstance(listed, str) else listed
    fenced = (re.search(r"```(?:python3?)?[ \t]*\r?\n(.*?)```", text, re.DOTALL) for text in listed)
    return tuple(match[1] if match else text for match, text in zip(fenced, listed, strict=True) if text.strip())


def private_cases(text: str) -> list[Any]:
    """LiveCodeBench's private test cases: JSON, or JSON text that was pickled, compressed and written in base 64.

    Raises:
        InvalidValueError: anything but one pickled text.
    """
    try:
        return list(from_json(text))
    except ValueError:
        pass
    try:
        packed = base64.b64decode(text, validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, _LARGEST)
        if unpacking.unconsumed_tail:
            raise InvalidValueError("private test cases of more than a gibibyte")
    except (ValueError, zlib.error) as error:
        raise InvalidValueError(f"private test cases are neither JSON nor packed JSON: {error}") from None
    return list(from_json(pickled_text(data)))


def parsed(code: str) -> ast.Module | None:
    """The tree of a row's code, None where it is no Python; its warnings (such as unknown escapes) are not ours to show."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_TEXT = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
_BESIDE = {"PROTO", "FRAME", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "STOP"}


def pickled_text(data: bytes) -> str:
    """The text that a pickle holds, read from its instructions.

    Nothing is unpickled: the instructions are listed, and a pickle whose instructions do anything but put one text on the
    stack is refused. (Loading a pickle may import modules and call functions.)

    Raises:
        InvalidValueError: it is no pickle, or holds anything else.
    """
    found: list[str] = []
    try:
        for instruction, argument, _ in pickletools.genops(data):
            if instruction.name in _TEXT:
                found.append(str(argument))
            elif instruction.name not in _BESIDE:
                raise InvalidValueError(f"private test cases do {instruction.name} {argument or ''}: only text is read")
    except InvalidValueError:
        raise
    except Exception as error:  # what a broken pickle raises is not documented
        raise InvalidValueError(f"private test cases are no pickle: {error}") from None
    if len(found) != 1:
        raise InvalidValueError(f"private test cases hold {len(found)} texts")
    return found[0]
