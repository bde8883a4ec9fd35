"""Reading an answer as a grid, and what a wrong grid is worth."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from guru_envs.domains.logic._arc.grid import LARGEST

MAX_LENGTH = 30_000  # characters; the largest grid as JSON with each number on a line of its own has about half of it
Lines = tuple[str, ...]

_DIGITS = frozenset("0123456789")
_BLANKS = str.maketrans("", "", " \t\r,|;")
_SPACES = str.maketrans("", "", " \t\r\n")
_ROW = re.compile(r"[\s\[(]*([0-9][0-9\s,]*)[\s\])]*,?\s*", re.ASCII)


class UnreadableError(Exception):
    """The text is no grid; the argument is a key of ``words.SAY``."""


def read(text: str) -> Lines:
    """The rows of a grid.

    Rows of digits, one to a line, with spaces, commas or nothing between them, each row in brackets or not; or JSON: a list of
    lists of whole numbers, a list of texts of digits, or an object with only such a list in it.

    Raises:
        UnreadableError: it is none, or its rows differ in length.
    """
    if len(text) > MAX_LENGTH:
        raise UnreadableError("form")
    lines = (_plain(text) or _json(text)) if text[:1] in ("[", "{") else None
    if lines is None:
        lines = tuple([_row(line) for line in text.split("\n") if line and not line.isspace()])
    if not lines or len(lines) > LARGEST or not 0 < len(lines[0]) <= LARGEST:
        raise UnreadableError("form")
    width = len(lines[0])
    for line in lines:
        if len(line) != width:
            raise UnreadableError("ragged")
    return lines


def _row(line: str) -> str:
    row = line.translate(_BLANKS)
    if row.isdigit() and row.isascii():
        return row
    match = _ROW.fullmatch(line)
    if match is None:
        raise UnreadableError("form")
    return match[1].translate(_BLANKS)


def _plain(text: str) -> Lines | None:
    """A JSON list of lists of digits, the usual case, in a third of the time; None for anything else."""
    text = text.translate(_SPACES)
    if not text.startswith("[[") or not text.endswith("]]"):
        return None
    rows = []
    for row in text[2:-2].split("],["):
        digits = row[::2]
        if row[1::2].strip(",") or not digits.isdigit() or not digits.isascii() or len(row) % 2 == 0:
            return None
        rows.append(digits)
    return tuple(rows)


def _json(text: str) -> Lines | None:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if not isinstance(value, list):
        raise UnreadableError("form")
    rows = []
    for row in value:
        if isinstance(row, list):
            cells = "".join([str(cell) if type(cell) is int and 0 <= cell <= 9 else "?" for cell in row])
        elif isinstance(row, str):
            cells = row.translate(_BLANKS)
        else:
            raise UnreadableError("form")
        if not _DIGITS.issuperset(cells) or not cells:
            raise UnreadableError("form")
        rows.append(cells)
    return tuple(rows)


def alike(one: str, other: str) -> int:
    """How many cells of two grids of one shape are equal."""
    differ = int(one, 16) ^ int(other, 16)
    differ |= differ >> 1
    differ |= differ >> 2
    ones = int("1" * len(one), 16)
    return len(one) - (differ & ones).bit_count()


@functools.lru_cache(maxsize=8192)
def baseline(test: Lines, gold: Lines, outputs: tuple[Lines, ...]) -> int:
    """The most cells right by copying the test input, by one colour throughout, or by copying a demonstration's output."""
    text = "".join(gold)
    best = max(text.count(digit) for digit in "0123456789")
    for copied in (test, *outputs):
        if len(copied) == len(gold) and len(copied[0]) == len(gold[0]):
            best = max(best, alike("".join(copied), text))
    return best
