"""Running a program on a sheet, with a record of what was read and done.

Numbers are exact. A measure's figures are in steps of its last displayed digit; :func:`worth` converts them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from guru_envs.domains.tables._tables.model import (
    Aggregate,
    All,
    Ask,
    Best,
    BestYear,
    Cell,
    Change,
    Count,
    Entity,
    Item,
    Key,
    Level,
    Listed,
    Mean,
    Minus,
    Moved,
    Number,
    Pair,
    Per,
    Program,
    Ranked,
    Rate,
    Scope,
    Sheet,
    When,
    Where,
    Within,
    Year,
)  # fmt: skip


class UnfitError(Exception):
    """The sheet does not determine the answer: a tie, an unknown figure, a division by what is not positive."""


class Record(NamedTuple):
    """One thing that was done: its kind, what it was done with, and the result.

    Attributes:
        kind: ``key`` (values of rows), ``filter``, ``best``, ``year``, ``read``, or an operation on numbers.
        node: the part of the program.
        inputs: rows, periods or numbers that went in.
        result: a number, a row, a period, or rows.
        uses: the records (from 0) that it rests on.
    """

    kind: str
    node: Any
    inputs: tuple[Any, ...]
    result: Any
    uses: tuple[int, ...] = ()


def worth(sheet: Sheet, measure: int) -> Fraction:
    """What one step of a measure is worth in its unit without scale."""
    kind = sheet.measures[measure]
    return _worth(kind.scale, kind.places)


@lru_cache(maxsize=64)
def _worth(scale: int, places: int) -> Fraction:
    return Fraction(scale, 10**places)


class Run:
    """One execution. Every method returns its result and the number of the record that established it (-1: none)."""

    def __init__(self, sheet: Sheet, memory: dict[tuple[int, Key], Fraction] | None = None) -> None:
        self.sheet = sheet
        self.memory = {} if memory is None else memory  # ratios of rows; may be shared by runs on one sheet
        self.log: list[Record] = []
        self.cells: list[tuple[int, int, int]] = []

    def _add(self, kind: str, node: Any, inputs: tuple[Any, ...], result: Any, uses: tuple[int, ...] = ()) -> int:
        self.log.append(Record(kind, node, inputs, result, tuple(use for use in uses if use >= 0)))
        return len(self.log) - 1

    def figure(self, item: int, period: int, measure: int) -> int:
        """A figure that must be known."""
        found = self.sheet.values[item, period, measure]
        if found is None:
            raise UnfitError
        self.cells.append((item, period, measure))
        return found

    def key(self, item: int, key: Key) -> Fraction | int | None:
        """The key of a row in its displayed unit (levels and changes in steps); None when a figure is unknown."""
        values = self.sheet.values
        if isinstance(key, Level):
            found = values[item, key.period, key.measure]
            if found is not None:
                self.cells.append((item, key.period, key.measure))
            return found
        if isinstance(key, Change):
            places = ((item, key.first, key.measure), (item, key.last, key.measure))
        else:
            places = ((item, key.period, key.top), (item, key.period, key.bottom))
        one, other = values[places[0]], values[places[1]]
        if one is None or other is None:
            return None
        self.cells += places
        if isinstance(key, Change) and not key.percent:
            return other - one
        ratio = self.memory.get((item, key))
        if ratio is None:
            if one <= 0 or (other <= 0 and not isinstance(key, Change)):
                raise UnfitError
            if isinstance(key, Change):
                ratio = Fraction(100 * (other - one), one)
            else:
                ratio = one * worth(self.sheet, key.top) / (other * worth(self.sheet, key.bottom))
            self.memory[item, key] = ratio
        return ratio

    def scope(self, scope: Scope) -> tuple[list[int], int]:
        """The rows of a scope."""
        items = self.sheet.items
        if isinstance(scope, All):
            return list(range(len(items))), -1
        if isinstance(scope, Within):
            return [i for i, (_, group) in enumerate(items) if group == scope.group], -1
        if isinstance(scope, Pair):
            return [scope.one, scope.other], -1
        rows, use = self.scope(scope.scope)
        keys, read = self._keys(scope, rows, scope.key, use)
        threshold = scope.threshold
        if not isinstance(scope.key, Per) and not (isinstance(scope.key, Change) and scope.key.percent):
            threshold = threshold * 10 ** self.sheet.measures[scope.key.measure].places
        if isinstance(threshold, Fraction) and threshold.denominator == 1:
            threshold = threshold.numerator  # type: ignore[assignment]  # whole numbers are compared much faster
        if any(value == threshold for _, value in keys):
            raise UnfitError
        kept = [row for row, value in keys if (value > threshold) is scope.above]
        if not kept or len(kept) == len(keys):
            raise UnfitError
        return kept, self._add("filter", scope, tuple(keys), tuple(kept), (read,))

    def _keys(self, node: Any, rows: list[int], key: Key, use: int) -> tuple[list[tuple[int, Fraction | int]], int]:
        found = [(row, self.key(row, key)) for row in rows]
        known = [(row, value) for row, value in found if value is not None]
        if len(known) < 2:
            raise UnfitError
        return known, self._add("key", node, tuple(found), tuple(known), (use,))

    def ranking(self, node: Best | Ranked, count: int) -> tuple[list[int], int]:
        """The first rows by key, highest or lowest first; a tie among them or with the next is unfit."""
        rows, use = self.scope(node.scope)
        keys, read = self._keys(node, rows, node.key, use)
        keys.sort(key=lambda pair: pair[1], reverse=node.high)
        if len(keys) <= count - (isinstance(node, Best) and len(keys) > 1):
            raise UnfitError
        if any(one[1] == other[1] for one, other in pairwise(keys[: count + 1])):
            raise UnfitError
        return [row for row, _ in keys[:count]], read

    def entity(self, entity: Entity) -> tuple[int, int]:
        """The row an expression names."""
        if isinstance(entity, Item):
            return entity.item, -1
        rows, read = self.ranking(entity, entity.rank)
        return rows[-1], self._add("best", entity, (), rows[-1], (read,))

    def when(self, when: When) -> tuple[int, int]:
        """The period an expression names."""
        if isinstance(when, Year):
            return when.period, -1
        found = [(p, self.figure(when.item, p, when.measure)) for p in range(len(self.sheet.periods))]
        read = self._add("key", when, tuple(found), tuple(found))
        order = sorted(found, key=lambda pair: pair[1], reverse=when.high)
        if len(order) < 2 or order[0][1] == order[1][1]:
            raise UnfitError
        return order[0][0], self._add("year", when, (), order[0][0], (read,))

    # -- numbers: all in the unit without scale, or in percent ---------------------------------------------------------

    def cell(self, cell: Cell) -> tuple[Fraction, int]:
        """A figure."""
        item, one = self.entity(cell.entity)
        period, other = self.when(cell.when)
        value = self.figure(item, period, cell.measure) * worth(self.sheet, cell.measure)
        return value, self._add("read", cell, (item, period, cell.measure), value, (one, other))

    def rows_of(self, scope: Scope, measures: tuple[tuple[int, int], ...]) -> tuple[list[int], int]:
        """The rows of a scope for which all of the figures (period, measure) are known."""
        rows, use = self.scope(scope)
        known = [row for row in rows if all(self.sheet.values[row, p, m] is not None for p, m in measures)]
        if len(known) < 2 and not isinstance(scope, Where):
            raise UnfitError
        if not known or (len(known) < len(rows) and len(measures) > 1):
            raise UnfitError
        return known, use

    def aggregate(self, node: Aggregate) -> tuple[Fraction, int]:
        """A sum, mean or spread."""
        rows, use = self.rows_of(node.scope, ((node.period, node.measure),))
        if len(rows) < 2 and node.how != "sum":
            raise UnfitError
        step = worth(self.sheet, node.measure)
        figures = [self.figure(row, node.period, node.measure) for row in rows]
        total = max(figures) - min(figures) if node.how == "spread" else sum(figures)
        value = total * step / (len(figures) if node.how == "mean" else 1)
        inputs = tuple(zip(rows, figures, strict=True))
        return value, self._add(node.how, node, inputs, value, (use,))

    def total(self, what: Entity | Scope, measure: int, period: int) -> tuple[Fraction, int]:
        """The figure of a row, or the sum over rows."""
        if isinstance(what, Item | Best):
            return self.cell(Cell(what, Year(period), measure))
        return self.aggregate(Aggregate("sum", what, measure, period))

    def both(self, what: Entity | Scope, one: tuple[int, int], other: tuple[int, int]) -> list[tuple[Fraction, int]]:
        """Two figures (period, measure) of the same rows."""
        if isinstance(what, Item | Best):
            item, use = self.entity(what)
            found = []
            for period, measure in (one, other):
                value = self.figure(item, period, measure) * worth(self.sheet, measure)
                record = self._add("read", Cell(what, Year(period), measure), (item, period, measure), value, (use,))
                found.append((value, record))
            return found
        rows, use = self.rows_of(what, (one, other))
        found = []
        for period, measure in (one, other):
            figures = [self.figure(row, period, measure) for row in rows]
            value = sum(figures) * worth(self.sheet, measure)
            node = Aggregate("sum", what, measure, period)
            record = self._add("sum", node, tuple(zip(rows, figures, strict=True)), value, (use,))
            found.append((value, record))
        return found

    def number(self, node: Number) -> tuple[Fraction, int]:
        """The value of a number expression."""
        if isinstance(node, Cell):
            return self.cell(node)
        if isinstance(node, Aggregate):
            return self.aggregate(node)
        if isinstance(node, Count):
            rows, use = self.scope(node.scope)
            return Fraction(len(rows)), self._add("count", node, tuple(rows), Fraction(len(rows)), (use,))
        if isinstance(node, Mean):
            item, use = self.entity(node.entity)
            span = range(node.first, node.last + 1)
            figures = tuple((p, self.figure(item, p, node.measure)) for p in span)
            value = sum(figure for _, figure in figures) * worth(self.sheet, node.measure) / len(figures)
            return value, self._add("years", node, (item, *figures), value, (use,))
        if isinstance(node, Moved):
            (one, a), (other, b) = self.both(node.entity, (node.first, node.measure), (node.last, node.measure))
            return self._result("percent" if node.percent else "change", node, (other, b), (one, a))
        if isinstance(node, Rate):
            top, bottom = self.both(node.entity, (node.period, node.top), (node.period, node.bottom))
            return self._result("rate", node, top, bottom)
        pair = (node.one, node.other) if isinstance(node, Minus) else (node.part, node.whole)
        first, second = (self.cell(one) if isinstance(one, Cell) else self.aggregate(one) for one in pair)
        return self._result("minus" if isinstance(node, Minus) else "share", node, first, second)

    def _result(
        self, kind: str, node: Any, one: tuple[Fraction, int], other: tuple[Fraction, int]
    ) -> tuple[Fraction, int]:
        (a, use_a), (b, use_b) = one, other
        if kind in ("change", "minus"):
            value = a - b
        elif b <= 0 or a <= 0:
            raise UnfitError
        else:
            value = a / b if kind == "rate" else (a - b) / b * 100 if kind == "percent" else a / b * 100
        if not value:
            raise UnfitError
        return value, self._add(kind, node, (a, b), value, (use_a, use_b))

    def answer(self, program: Program) -> tuple[Fraction | None, tuple[str | int, ...], int]:
        """The exact number, or the rows (or the period) that answer."""
        if isinstance(program, Item | Best):
            row, use = self.entity(program)
            return None, (row,), use
        if isinstance(program, BestYear):
            period, use = self.when(program)
            return None, (period,), use
        if isinstance(program, Listed):
            rows, use = self.scope(program.scope)
            return None, tuple(rows), use
        if isinstance(program, Ranked):
            rows, read = self.ranking(program, program.count)
            return None, tuple(rows), self._add("rank", program, (), tuple(rows), (read,))
        value, use = self.number(program)
        return value, (), use


def asked(value: Fraction, ask: Ask) -> tuple[Fraction, int]:
    """The value in the asked scale, and the rounded number in steps of the last asked digit.

    Raises:
        UnfitError: the value lies in the middle of two roundings, or is not exact where no rounding is asked for.
    """
    exact = value / ask.scale
    steps = exact * 10**ask.places
    whole = (2 * steps + 1) // 2
    if (steps.denominator == 1) is ask.rounded or ((2 * steps + 1).denominator == 1 and ask.rounded):
        raise UnfitError
    return exact, int(whole)
