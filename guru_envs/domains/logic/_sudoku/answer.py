"""Reading a grid that a model wrote: rows of digits, a drawing, a table, or JSON. Linear time; nothing is evaluated."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_LENGTH = 10_000  # characters; a drawn grid has about 1,000

_DRAWN = re.compile(r"[\s|,;:+*=\-─-╿]+")  # what only separates or frames digits
_BLANK = str.maketrans({".": "0", "_": "0", "?": "0", "·": "0"})
_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")


def read_grid(size: int, text: str) -> list[int] | None:
    """The digits of a grid in reading order, 0 for a blank; None when the text is not exactly one grid."""
    if len(text) > MAX_LENGTH:
        return None
    if text[:1] in ("[", "{"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            return None if text[:1] == "{" else _digits(size, text.replace("[", " ").replace("]", " "))
        return _from_json(size, content)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > size and "|" in lines[0] and _RULE.fullmatch(lines[1]):
        table = _from_table(size, [lines[0], *lines[2:]])
        if table is not None:
            return table
    return _digits(size, text)


def _digits(size: int, text: str) -> list[int] | None:
    plain = _DRAWN.sub("", text).translate(_BLANK)
    if len(plain) != size * size or not (plain.isascii() and plain.isdigit()):
        return None
    return [int(digit) for digit in plain]


def _from_json(size: int, content: Any) -> list[int] | None:
    if isinstance(content, dict):
        if len(content) != 1:
            return None
        content = next(iter(content.values()))
    if isinstance(content, str):
        return _digits(size, content)
    if not isinstance(content, list) or len(content) != size:
        return None
    grid: list[int] = []
    for row in content:
        cells = _row(size, row)
        if cells is None:
            return None
        grid += cells
    return grid


def _row(size: int, row: Any) -> list[int] | None:
    if isinstance(row, str):
        plain = _DRAWN.sub("", row).translate(_BLANK)
        return [int(digit) for digit in plain] if len(plain) == size and plain.isascii() and plain.isdigit() else None
    if not isinstance(row, list) or len(row) != size:
        return None
    found = []
    for cell in row:
        if isinstance(cell, bool) or not isinstance(cell, (int, str)) or len(str(cell)[:3].strip()) > 1:
            return None
        mark = str(cell).strip().translate(_BLANK) or "0"
        if not (mark.isascii() and mark.isdigit()):
            return None
        found.append(int(mark))
    return found


def _from_table(size: int, lines: list[str]) -> list[int] | None:
    """A markdown table: the first line may be a heading, the first column may number the rows."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if not _RULE.fullmatch(line)
    ]
    if len(rows) == size + 1:
        rows = rows[1:]
    if len(rows) != size:
        return None
    if all(len(row) == size + 1 for row in rows):
        rows = [row[1:] for row in rows]
    return _from_json(size, rows)
