"""Tables as markdown, HTML, CSV or plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.tables._tables.model import Sheet
from guru_envs.domains.tables._tables.topics import SCALES, Measure

UNKNOWN = "n/a"
FORMATS = ("markdown", "html", "csv", "text")
_TOTAL = {"en": "Total", "zh": "合计"}
_ALL = {"en": "All", "zh": "全部"}


class Grid(NamedTuple):
    """A table as text cells: ``top`` has one list per header line; body rows begin with group (where there are groups) and row.

    Attributes:
        corner: the header of the first columns.
        top: header lines above the figures; an upper one has "" where the cell to its left goes on.
        rows: group ("" where that above goes on), label, figures.
        grouped: whether there is a column of groups.
    """

    corner: tuple[str, ...]
    top: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    grouped: bool


def number(steps: int, places: int) -> str:
    """A figure as it stands in a table: thousands separators, negative numbers in parentheses."""
    text = f"{abs(steps) / 10**places:,.{places}f}" if places else f"{abs(steps):,}"  # far below 2**53: exact
    return f"({text})" if steps < 0 else text


def unit_of(measure: Measure, lang: str) -> str:
    """The scale and unit of a measure's figures, such as "thousand dollars"."""
    scale = SCALES[measure.scale]
    if lang == "zh":
        return f"{scale.zh}{measure.unit.zh}"
    return f"{scale.en} {measure.unit.en}".strip()


def named(sheet: Sheet, measure: int, lang: str) -> str:
    """A measure with its unit, as in a header."""
    kind = sheet.measures[measure]
    if lang == "zh":
        return f"{kind.name.zh}（{unit_of(kind, lang)}）"
    return f"{kind.name.en} ({unit_of(kind, lang)})"


def grid(sheet: Sheet, table: int, lang: str) -> Grid:
    """The cells of a table."""
    pick = 0 if lang == "en" else 1
    measures = sheet.tables[table]
    periods = [str(year) if lang == "en" else f"{year}年" for year in sheet.periods]
    if len(measures) > 1:
        head = tuple(text for year in periods for text in (year, *[""] * (len(measures) - 1)))
        names = tuple(named(sheet, m, lang) for _ in periods for m in measures)
        top: tuple[tuple[str, ...], ...] = (head, names)
    else:
        top = (tuple(periods),)
    grouped = len(sheet.groups) > 1
    marks = {item: chr(97 + mark) for item, mark in sheet.marks}
    notes = {note.place: f"[{number}]" for number, note in enumerate(sheet.notes, 1)}
    noted = {item for item, _, _ in notes}
    columns = [(p, m) for p in range(len(sheet.periods)) for m in measures]
    places, values = [sheet.measures[m].places for _, m in columns], sheet.values
    rows: list[tuple[str, ...]] = []
    order, total = sheet.orders[table], _TOTAL[lang]
    groups = list(dict.fromkeys(sheet.items[item][1] for item in order))
    for group in groups:
        members = [item for item in order if sheet.items[item][1] == group]
        for at, item in enumerate(members):
            label = sheet.items[item][0][pick] + (f" [{marks[item]}]" if item in marks else "")
            figures = [values[item, p, m] for p, m in columns]
            cells = [
                UNKNOWN if value is None else number(value, digits)
                for value, digits in zip(figures, places, strict=True)
            ]
            if item in noted:
                cells = [notes.get((item, p, m), cell) for (p, m), cell in zip(columns, cells, strict=True)]
            lead = (sheet.groups[group][pick] if at == 0 else "",) if grouped else ()
            rows.append((*lead, label, *cells))
        if sheet.totals and grouped:
            rows.append(("", _label_of_total(sheet, group, lang), *_totals(sheet, members, columns)))
    if sheet.totals:
        rows.append((*[_ALL[lang]][: int(grouped)], total, *_totals(sheet, order, columns)))
    corner = ("", sheet.noun[pick].capitalize()) if grouped else (sheet.noun[pick].capitalize(),)
    return Grid(corner, top, tuple(rows), grouped)


def _label_of_total(sheet: Sheet, group: int, lang: str) -> str:
    name = sheet.groups[group]
    return f"Total {name.en}" if lang == "en" else f"{name.zh}合计"


def _totals(sheet: Sheet, items: Sequence[int], columns: Sequence[tuple[int, int]]) -> list[str]:
    """Sums; unknown where a figure is unknown, and where one stands in the text (so that it cannot be had by subtraction)."""
    hidden = {note.place for note in sheet.notes}
    watched = {(p, m) for _, p, m in hidden}
    values, found = sheet.values, []
    for p, m in columns:
        figures = [values[item, p, m] for item in items]
        unknown = None in figures or ((p, m) in watched and any((item, p, m) in hidden for item in items))
        found.append(UNKNOWN if unknown else number(sum(figures), sheet.measures[m].places))  # type: ignore[arg-type]
    return found


# -- formats -----------------------------------------------------------------------------------------------------------


def shown(table: Grid, style: str) -> str:
    """A table in one of the formats."""
    return {"markdown": _markdown, "html": _html, "csv": _csv, "text": _text}[style](table)


def _lines(table: Grid) -> list[tuple[str, ...]]:
    blank = ("",) * len(table.corner)
    heads = [(*blank, *line) for line in table.top[:-1]] + [(*table.corner, *table.top[-1])]
    return [*heads, *table.rows]


def _markdown(table: Grid) -> str:
    lines = _lines(table)
    out = ["| " + " | ".join(line) + " |" for line in lines]
    left = len(table.corner)
    out.insert(1, "|" + "---|" * left + "---:|" * (len(lines[0]) - left))
    return "\n".join(out)


def _csv(table: Grid) -> str:
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in _lines(table))


def _html(table: Grid) -> str:
    out = ["<table>", "<thead>"]
    depth = len(table.top)
    for at, line in enumerate(table.top):
        cells = ""
        if at == 0:
            span = f' rowspan="{depth}"' if depth > 1 else ""
            cells = "".join(f"<th{span}>{text}</th>" for text in table.corner)
        column = 0
        while column < len(line):
            end = column + 1
            while at + 1 < depth and end < len(line) and not line[end]:
                end += 1
            span = f' colspan="{end - column}"' if end - column > 1 else ""
            cells += f"<th{span}>{line[column]}</th>"
            column = end
        out.append(f"<tr>{cells}</tr>")
    out += ["</thead>", "<tbody>"]
    for at, row in enumerate(table.rows):
        cells, body = "", row
        if table.grouped:
            body = row[1:]
            if row[0]:
                end = at + 1
                while end < len(table.rows) and not table.rows[end][0] and end < len(table.rows):
                    end += 1
                cells = f'<th rowspan="{end - at}">{row[0]}</th>'
        cells += f"<th>{body[0]}</th>" + "".join(f"<td>{text}</td>" for text in body[1:])
        out.append(f"<tr>{cells}</tr>")
    return "\n".join([*out, "</tbody>", "</table>"])


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _text(table: Grid) -> str:
    """Columns of equal width; the rows of a group are indented below its name, totals are not."""
    skip = int(table.grouped)
    lines: list[tuple[str, ...]] = []
    for line in _lines(table)[: len(table.top)]:
        lines.append(line[skip:])
    for row in table.rows:
        total = row[skip].startswith("Total") or row[skip].endswith("合计")
        if table.grouped and row[0] and not total:
            lines.append((row[0], *[""] * (len(row) - 2)))
        lines.append((("" if total or not table.grouped else "  ") + row[skip], *row[skip + 1 :]))
    sizes = [[_width(cell) for cell in line] for line in lines]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    out = []
    for line, own in zip(lines, sizes, strict=True):
        first = line[0] + " " * (widths[0] - own[0])
        rest = [" " * (width - size) + cell for cell, width, size in zip(line[1:], widths[1:], own[1:], strict=True)]
        out.append("  ".join([first, *rest]).rstrip())
    return "\n".join(out)
