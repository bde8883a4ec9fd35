"""Reading an answer that a model wrote: JSON in several shapes, a table, or lines. Linear time; nothing is evaluated."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from guru_envs.domains.logic._logic_grid.puzzle import Category
from guru_envs.domains.logic._reading import Unreadable, fold

_RULE = re.compile(r"[\s|:+-]*")
_BETWEEN = re.compile(r":(?=\s)|：|->|=>|[,，、;；]")
_NUMBER = re.compile(r"[$¥]?\s*0*([0-9]{1,6}(?::[0-9]{2})?)(?:\s*[^\W\d]{1,10})?")

Rows = list[tuple[str, dict[str, str]]]  # key value (folded), then category (folded) -> value (folded)


@functools.lru_cache(maxsize=2048)
def spellings(category: Category) -> dict[str, int]:
    """The places of a category's values by the folded texts that mean them, and by the values; numbers also without their unit."""
    found: dict[str, int] = {}
    if category.scale:
        for place, text in enumerate(category.values):
            found["".join(one for one in text if one.isdigit() or one == ":")] = place
    for texts in (category.phrases, category.values):
        for place, text in enumerate(texts):
            found[fold(text)] = place
    for place, text in enumerate(category.values):
        found.setdefault(text, place)  # as written, so that the usual answer need not be folded
    return found


def place_of(category: Category, text: str) -> int | None:
    """The place of the value that a folded text means, or None."""
    known = spellings(category)
    place = known.get(text)
    if place is None and category.scale:
        match = _NUMBER.fullmatch(text)
        place = known.get(match[1]) if match else None
    return place


def read_rows(text: str, content: Any, categories: Sequence[Category]) -> Rows:
    """Read the rows of an answer from the text, or from its content as JSON if it is that.

    Raises:
        Unreadable: it is no answer (``form``), says something about the same cell twice (``twice``), or has several values in a cell
            or several grids (``several``).
    """
    names = [fold(category.name) for category in categories]
    return _from_lines(text, names, categories[0]) if content is None else _from_json(content, names, categories[0])


def _row(content: Any) -> dict[str, str]:
    if not isinstance(content, dict):
        inside = isinstance(content, list) and bool(content) and all(isinstance(one, dict) for one in content)
        raise Unreadable("several" if inside else "form")
    kinds = {*map(type, content.values())}
    if not kinds <= {str}:
        raise Unreadable("several" if kinds & {list, dict} else "form")
    row = {fold(name): fold(value) for name, value in content.items()}
    if len(row) != len(content):
        raise Unreadable("twice")
    return row


def _from_json(content: Any, names: Sequence[str], key: Category) -> Rows:
    if isinstance(content, dict) and len(content) == 1:
        name, inner = next(iter(content.items()))
        if isinstance(inner, (dict, list)) and place_of(key, fold(name)) is None:
            content = inner  # {"solution": {...}}
    if isinstance(content, dict) and {fold(name) for name in content} == {"header", "rows"}:
        header, rows = (content[next(name for name in content if fold(name) == part)] for part in ("header", "rows"))
        if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise Unreadable("form")
        return _from_table([header, *rows], names)
    if isinstance(content, dict):
        if any(
            isinstance(row, dict) and any(isinstance(one, dict) for one in row.values()) for row in content.values()
        ):
            raise Unreadable("several")
        return [(fold(name), _row(row)) for name, row in content.items()]
    found: Rows = []
    for one in content:
        row = _row(one)
        if names[0] not in row:
            raise Unreadable("form")
        found.append((row.pop(names[0]), row))
    return found


def _from_table(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Rows:
    """A header and rows; one of the columns is the key category."""
    if not rows or not all(isinstance(cell, str) for row in rows for cell in row):
        raise Unreadable("form")
    header = [fold(cell) for cell in rows[0]]
    if len(set(header)) != len(header):
        raise Unreadable("twice")
    if names[0] not in header:
        raise Unreadable("form")
    found: Rows = []
    for row in rows[1:]:
        cells = [fold(cell) for cell in row]
        if cells == header:
            raise Unreadable("several")
        if len(cells) != len(header):
            raise Unreadable("form")
        values = dict(zip(header, cells, strict=True))
        found.append((values.pop(names[0]), values))
    return found


def _from_lines(text: str, names: Sequence[str], key: Category) -> Rows:
    """A markdown table, comma-separated lines, or one line for each key value: ``value: another, another``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise Unreadable("form")
    if "|" in lines[0]:
        kept = [line for line in lines if not _RULE.fullmatch(line)]
        return _from_table([[cell.strip() for cell in line.strip("|").split("|")] for line in kept], names)
    header = _cells(lines[0])
    if names[0] in map(fold, header):
        return _from_table([header, *map(_cells, lines[1:])], names)
    rows = [list(names)]
    for line in lines:
        row = _cells(line)
        if len(row) != len(names) or place_of(key, fold(row[0])) is None:
            raise Unreadable("form")
        rows.append(row)
    return _from_table(rows, names)


def _cells(line: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(line.lstrip("-*• "))]
