"""Drawing sheets: names, figures, what is unknown, and what stands in the text."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.tables._tables.model import Note, Place, Sheet
from guru_envs.domains.tables._tables.show import FORMATS
from guru_envs.domains.tables._tables.topics import SCALES, TOPICS, Topic
from guru_envs.errors import ImpossibleTaskError, InvalidValueError

FAMILIES = ("lookup", "compare", "rank", "filter", "aggregate", "ratio", "change")


@dataclass(frozen=True)
class TablesKnobs(Knobs):
    """Knobs of tables."""

    tables: int = knob(1, "number of tables; they share their rows and periods and show different measures", 1, 3)
    groups: int = knob(1, "groups of rows; from 2 on the rows are hierarchical", 1, 3)
    items: int = knob(4, "rows in each group", 2, 5)
    periods: int = knob(3, "periods (years)", 2, 6)
    measures: int = knob(1, "measures over all tables; a table with several has headers of two levels", 1, 4)
    operations: tuple[str, ...] = knob(FAMILIES, "families of questions to draw from")
    hops: int = knob(0, "rows of the question that are described (ranked or filtered) instead of named", 0, 3)
    missing: int = knob(0, "unknown cells", 0, 6)
    in_text: int = knob(0, "cells whose figure stands in the text below the tables, in a scale of its own", 0, 6)
    footnotes: int = knob(0, "footnotes on rows that say nothing of the figures", 0, 3)
    totals: bool = knob(False, "whether the tables have rows of totals")
    negative: bool = knob(False, "whether a measure may be negative; such figures stand in parentheses")
    convert: bool = knob(False, "whether numbers are asked for in another scale than the table's")
    format: Literal["any", "markdown", "html", "csv", "text"] = knob(
        "any", "format of the tables; any: drawn for each table"
    )

    def check(self) -> None:
        """Reject combinations that no table has, and unknown families."""
        if (
            not self.operations
            or set(self.operations) - set(FAMILIES)
            or len(set(self.operations)) < len(self.operations)
        ):
            raise InvalidValueError(
                f"knob 'operations' of TablesKnobs is {self.operations!r}: allowed are different names out of {', '.join(FAMILIES)}"
            )
        if self.tables > self.measures:
            raise ImpossibleTaskError(
                f"knob 'tables' of TablesKnobs is {self.tables}: each table shows another measure, but 'measures' is {self.measures}"
            )
        if self.groups * self.items < 3 and self.hops:
            raise ImpossibleTaskError(
                "knob 'hops' of TablesKnobs: rows can be told apart by rank only among at least 3 rows"
            )
        if (self.missing + self.in_text) * 3 > self.groups * self.items * self.periods * self.measures:
            raise ImpossibleTaskError(
                f"knobs 'missing' and 'in_text' of TablesKnobs are {self.missing} and {self.in_text}: at most a third of all "
                f"{self.groups * self.items * self.periods * self.measures} cells"
            )


def draw_sheet(rng: random.Random, knobs: TablesKnobs) -> tuple[Sheet, int]:
    """A sheet, and the number of its topic."""
    wanted = [
        number for number, topic in enumerate(TOPICS)
        if len(topic.groups) >= knobs.groups
        and (knobs.negative or sum(not m.signed for m in topic.measures) >= knobs.measures)
    ]  # fmt: skip
    number = rng.choice(wanted)
    topic = TOPICS[number]
    title = rng.choice(topic.titles)
    groups = rng.sample(topic.groups, knobs.groups)
    items = [(name, g) for g, (_, names) in enumerate(groups) for name in rng.sample(names, knobs.items)]
    allowed = [m for m in topic.measures if knobs.negative or not m.signed]
    measures = rng.sample(allowed, knobs.measures)
    if knobs.negative and not any(m.signed for m in measures):
        measures[rng.randrange(len(measures))] = next(m for m in allowed if m.signed)
    start = rng.randint(2004, 2025 - knobs.periods)
    values: dict[Place, int | None] = {}
    random = rng.random
    for m, kind in enumerate(measures):
        signed, least, most = kind.signed, kind.low / 2, kind.high * 2.0
        for item in range(len(items)):
            base = kind.low * (kind.high / kind.low) ** random()
            sign = -1 if signed and random() < 0.35 else 1
            for p in range(knobs.periods):
                if signed and random() < 0.2:
                    sign = -sign
                base *= 0.7 + 0.7 * random()
                base = least if base < least else most if base > most else base
                values[item, p, m] = sign * (round(base) or 1)
    places = list(values)
    for place in rng.sample(places, knobs.missing):
        values[place] = None
    tables: list[tuple[int, ...]] = [(m,) for m in range(knobs.tables)]
    for m in range(knobs.tables, knobs.measures):
        where = rng.randrange(knobs.tables)
        tables[where] = (*tables[where], m)
    orders = tuple(_order(rng, knobs.groups, knobs.items) for _ in tables)
    marked = rng.sample(range(len(items)), min(knobs.footnotes, len(items)))
    marks = tuple((item, mark) for mark, item in enumerate(marked))
    styles = tuple(rng.choice(FORMATS) if knobs.format == "any" else knobs.format for _ in tables)
    sheet = Sheet(
        title, topic.noun, topic.plural, tuple(name for name, _ in groups), tuple(items),
        tuple(range(start, start + knobs.periods)), tuple(measures), tuple(tables), orders, knobs.totals, values,
        (), marks, styles,
    )  # fmt: skip
    return sheet, number


def move_to_text(rng: random.Random, sheet: Sheet, count: int, used: list[Place]) -> Sheet:
    """The sheet with some figures in the text below the tables, half of them (rounded up) figures that are ``used``."""
    read = sorted(set(used))
    chosen = rng.sample(read, min(len(read), (count + 1) // 2))
    others = [place for place, value in sheet.values.items() if value is not None and place not in chosen]
    chosen += rng.sample(others, count - len(chosen))
    notes = []
    for place in sorted(chosen):
        own = sheet.measures[place[2]].scale
        scales = [scale for scale in SCALES if scale != own and scale <= 1000 * own]
        notes.append(Note(place, own if rng.random() < 0.4 else rng.choice(scales)))
    return replace(sheet, notes=tuple(notes))


def _order(rng: random.Random, groups: int, items: int) -> tuple[int, ...]:
    """The rows, group by group, in random order."""
    return tuple(g * items + i for g in rng.sample(range(groups), groups) for i in rng.sample(range(items), items))


def rename(rng: random.Random, sheet: Sheet, number: int) -> Sheet:
    """The same figures under other names, in another order."""
    topic: Topic = TOPICS[number]
    size = len(sheet.items) // len(sheet.groups)
    groups = rng.sample(topic.groups, len(sheet.groups))
    items = tuple((name, g) for g, (_, names) in enumerate(groups) for name in rng.sample(names, size))
    start = rng.randint(2004, 2025 - len(sheet.periods))
    return replace(
        sheet,
        title=rng.choice(topic.titles),
        groups=tuple(name for name, _ in groups),
        items=items,
        periods=tuple(range(start, start + len(sheet.periods))),
        orders=tuple(_order(rng, len(groups), size) for _ in sheet.tables),
    )
