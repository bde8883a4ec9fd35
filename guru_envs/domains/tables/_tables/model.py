"""A problem in typed form: the figures, how they are shown, and the program that answers the question."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from guru_envs.domains.tables._tables.topics import Measure, Name

Place = tuple[int, int, int]  # item, period, measure: all counted from 0


# -- programs ----------------------------------------------------------------------------------------------------------


class Level(NamedTuple):
    """What a row is ranked or filtered by: a measure in a period."""

    measure: int
    period: int


class Change(NamedTuple):
    """... the figure of the later period minus that of the earlier one; ``percent``: as a percentage of the earlier one."""

    measure: int
    first: int
    last: int
    percent: bool


class Per(NamedTuple):
    """... one measure divided by another in a period, both in their units without scale."""

    top: int
    bottom: int
    period: int


Key = Level | Change | Per


class All(NamedTuple):
    """All rows that are no totals."""

    everything: Literal[True] = True


class Within(NamedTuple):
    """The rows of a group."""

    group: int


class Pair(NamedTuple):
    """Two rows."""

    one: int
    other: int


class Where(NamedTuple):
    """The rows of ``scope`` whose key is above (or below) a threshold, in the key's displayed unit."""

    scope: Scope
    key: Key
    above: bool
    threshold: Fraction


Scope = All | Within | Pair | Where


class Item(NamedTuple):
    """One row, by its name."""

    item: int


class Best(NamedTuple):
    """The row of ``scope`` whose key is the ``rank``-th highest (or lowest)."""

    scope: Scope
    key: Key
    rank: int
    high: bool


Entity = Item | Best


class Year(NamedTuple):
    """One period, by its name."""

    period: int


class BestYear(NamedTuple):
    """The period in which the measure of a row is highest (or lowest)."""

    item: int
    measure: int
    high: bool


When = Year | BestYear


class Cell(NamedTuple):
    """A figure."""

    entity: Entity
    when: When
    measure: int


class Aggregate(NamedTuple):
    """The sum, the mean, or the spread (highest minus lowest) of a measure over several rows."""

    how: Literal["sum", "mean", "spread"]
    scope: Scope
    measure: int
    period: int


class Mean(NamedTuple):
    """The mean of a row's figures over successive periods, both ends included."""

    entity: Entity
    measure: int
    first: int
    last: int


class Count(NamedTuple):
    """How many rows."""

    scope: Where


class Minus(NamedTuple):
    """The first minus the second, of one measure."""

    one: Cell | Aggregate
    other: Cell | Aggregate


class Moved(NamedTuple):
    """The change of a figure or of an aggregate between two periods; ``percent``: as a percentage of the earlier value."""

    entity: Entity | Scope
    measure: int
    first: int
    last: int
    percent: bool


class Share(NamedTuple):
    """The first as a percentage of the second."""

    part: Cell | Aggregate
    whole: Cell | Aggregate


class Rate(NamedTuple):
    """A row's (or several rows' total) measure divided by that of another measure in the same period."""

    entity: Entity | Scope
    top: int
    bottom: int
    period: int


Number = Cell | Aggregate | Mean | Count | Minus | Moved | Share | Rate


class Listed(NamedTuple):
    """All rows that pass a filter, in any order."""

    scope: Where


class Ranked(NamedTuple):
    """The ``count`` rows with the highest (or lowest) key, in that order."""

    scope: Scope
    key: Key
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    high: bool


Program = Number | Entity | BestYear | Listed | Ranked


# -- the problem -------------------------------------------------------------------------------------------------------


class Ask(NamedTuple):
    """In which unit a number is asked for.

    Attributes:
        unit: a measure; its unit is asked for. None: a percentage or a count.
        per: with ``unit``, a second measure: the unit is "unit per unit".
        percent: a percentage.
        scale: 1, 1000 or 10**6.
        places: digits after the point.
        rounded: the exact value has more digits.
    """

    unit: int | None = None
    per: int | None = None
    percent: bool = False
    scale: int = 1
    places: int = 0
    rounded: bool = False


class Note(NamedTuple):
    """A figure that stands in the text below the tables: the cell has a mark. ``scale`` is the text's own."""

    place: Place
    scale: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables over the same rows and periods.

    Attributes:
        title: what the tables are of.
        noun: what a row is; ``plural`` in English.
        groups: names of the groups of rows.
        items: the rows: name and group.
        periods: years, ascending, without gaps.
        measures: all measures.
        tables: for each table, the measures it shows.
        orders: for each table, the rows in the order in which it shows them, by group.
        totals: whether the tables have rows of totals.
        values: figures in steps of the last displayed digit; None is unknown.
        notes: figures that stand in the text.
        marks: rows with a footnote that says nothing of the figures: the row and which of the stock of footnotes.
        styles: format of each table.
    """

    title: Name
    noun: Name
    plural: str
    groups: tuple[Name, ...]
    items: tuple[tuple[Name, int], ...]
    periods: tuple[int, ...]
    measures: tuple[Measure, ...]
    tables: tuple[tuple[int, ...], ...]
    orders: tuple[tuple[int, ...], ...]
    totals: bool
    values: dict[Place, int | None]
    notes: tuple[Note, ...]
    marks: tuple[tuple[int, int], ...]
    styles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A sheet with a question. ``exact`` is the value of a number before rounding, in the asked unit and scale."""

    sheet: Sheet
    program: Program
    ask: Ask | None
    lang: str
    exact: Fraction | None
    labels: tuple[str, ...]
    topic: int
