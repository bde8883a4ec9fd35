"""Reading a grid that a model wrote: JSON in several shapes, or a table. Linear time; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from guru_envs.domains.logic._reading import Unreadable, fold, fold_short

_HOUSE = re.compile(r"(?:house|no\.?|第)?\s*#?\s*([1-9])\s*(?:号房?|座)?", re.IGNORECASE)
_HOUSE_KEYS = frozenset({"house", "position", "number", "房子", "房号", "门牌号", "房屋", "编号"})
_RULE = re.compile(r"[\s|:+-]*")

Cells = dict[int, dict[str, str]]  # house (from 1) -> attribute (folded) -> value (folded)


def read_grid(text: str, content: Any, attributes: Sequence[str]) -> Cells:
    """Read a grid from the text, or from its content as JSON if it is that.

    Raises:
        Unreadable: it is no grid (``form``), says something about the same cell or house twice (``twice``), or has several
            values in a cell or several grids (``several``).
    """
    return _from_table(text) if content is None else _from_json(content, attributes)


def _house(text: Any) -> int:
    if isinstance(text, str) and len(text) == 1 and text in "123456789":  # the usual case
        return int(text)
    match = _HOUSE.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 40 else None
    if match is None:
        raise Unreadable("form")
    return int(match[1])


def _is_grid(content: Any) -> bool:
    """Whether something has rows inside, as one of several grids would."""
    rows = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return bool(rows) and all(isinstance(row, dict) for row in rows)


def _row(content: Any) -> dict[str, str]:
    if not isinstance(content, dict):
        raise Unreadable("several" if _is_grid(content) else "form")
    kinds = {*map(type, content.values())}
    if not kinds <= {str}:
        raise Unreadable("several" if kinds & {list, dict} else "form")
    longest = max(map(len, (*content, *content.values())), default=0)
    folded = fold_short if longest <= 40 else fold  # a call less for each cell
    row = {folded(name): folded(value) for name, value in content.items()}
    if len(row) != len(content):
        raise Unreadable("twice")
    return row


def _collect(rows: Sequence[tuple[int, dict[str, str]]]) -> Cells:
    cells: Cells = {}
    for house, row in rows:
        if house in cells:
            raise Unreadable("twice")
        cells[house] = row
    return cells


def _from_json(content: Any, attributes: Sequence[str]) -> Cells:
    if isinstance(content, dict) and len(content) == 2 and {fold(key) for key in content} == {"header", "rows"}:
        header, rows = (content[next(key for key in content if fold(key) == name)] for name in ("header", "rows"))
        if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise Unreadable("form")
        return _from_rows([header, *rows])
    if (
        isinstance(content, dict)
        and len(content) == 1
        and isinstance(inner := next(iter(content.values())), (dict, list))
    ):
        key = next(iter(content))
        if not (isinstance(key, str) and _HOUSE.fullmatch(key.strip())):
            content = inner  # {"solution": {...}}
    if isinstance(content, dict):
        if len(content) > 1 and all(map(_is_grid, content.values())):
            raise Unreadable("several")
        return _collect([(_house(key), _row(row)) for key, row in content.items()])
    rows = []
    for number, item in enumerate(content, 1):
        row = _row(item)
        named = [key for key in row if key in _HOUSE_KEYS and key not in map(fold, attributes)]
        if len(named) > 1:
            raise Unreadable("twice")
        rows.append((_house(row.pop(named[0])) if named else number, row))
    return _collect(rows)


def _from_rows(rows: Sequence[Sequence[Any]]) -> Cells:
    """A header and rows, the first column being the house."""
    if not rows or not rows[0] or not all(isinstance(cell, str) for row in rows for cell in row):
        raise Unreadable("form")
    header = [fold(cell) for cell in rows[0]]
    if len(set(header)) != len(header):
        raise Unreadable("twice")
    found = []
    for row in rows[1:]:
        if [fold(cell) for cell in row] == header:
            raise Unreadable("several")
        if len(row) != len(header):
            raise Unreadable("form")
        found.append((_house(row[0]), {key: fold(cell) for key, cell in zip(header[1:], row[1:], strict=True)}))
    return _collect(found)


def _from_table(text: str) -> Cells:
    """A markdown table, or comma-separated lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise Unreadable("form")
    if "|" in lines[0]:
        kept = [line for line in lines if not _RULE.fullmatch(line)]
        return _from_rows([[cell.strip() for cell in line.strip("|").split("|")] for line in kept])
    return _from_rows([[cell.strip() for cell in line.split(",")] for line in lines])
