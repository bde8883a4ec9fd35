"""Drawing programs: the grammar of questions."""

from __future__ import annotations

import random
from fractions import Fraction

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
    Pair,
    Per,
    Program,
    Ranked,
    Rate,
    Scope,
    Share,
    Sheet,
    Where,
    Within,
    Year,
)  # fmt: skip
from guru_envs.domains.tables._tables.run import Run, UnfitError
from guru_envs.domains.tables._tables.topics import SCALES


class Drawer:
    """Draws programs for one sheet; what turns out not to determine an answer raises ``UnfitError``."""

    def __init__(self, rng: random.Random, sheet: Sheet, operations: tuple[str, ...], convert: bool) -> None:
        self.rng, self.sheet, self.operations, self.convert = rng, sheet, operations, convert
        self.count = len(sheet.items)
        self.periods = len(sheet.periods)
        self.used: set[int] = set()
        self.memory: dict[tuple[int, Key], Fraction] = {}
        self.filtered: dict[Where, list[int]] = {}  # the rows of the filters drawn so far

    # -- parts ---------------------------------------------------------------------------------------------------------

    def measure(self, positive: bool = False) -> int:
        """A measure, rather one that was not used yet: questions over several tables shall need them."""
        all_of = [m for m, kind in enumerate(self.sheet.measures) if not (positive and kind.signed)]
        fresh = [m for m in all_of if m not in self.used] or all_of
        if not fresh:
            raise UnfitError
        found = self.rng.choice(fresh)
        self.used.add(found)
        return found

    def period(self) -> int:
        return self.rng.randrange(self.periods)

    def span(self) -> tuple[int, int]:
        first, last = sorted(self.rng.sample(range(self.periods), 2))
        return first, last

    def two_measures(self) -> tuple[int, int]:
        """Two measures that are never negative and have different names for their units."""
        plain = [m for m, kind in enumerate(self.sheet.measures) if not kind.signed]
        if len(plain) < 2:
            raise UnfitError
        one, other = self.rng.sample(plain, 2)
        if self.sheet.measures[one].unit == self.sheet.measures[other].unit:
            raise UnfitError
        self.used |= {one, other}
        return one, other

    def key(self) -> Key:
        """What to rank or filter by."""
        kinds = ["level"] * 2
        if "change" in self.operations:
            kinds += ["change", "percent"]
        if "ratio" in self.operations and len(self.sheet.measures) > 1:
            kinds.append("per")
        kind = self.rng.choice(kinds)
        if kind == "level":
            return Level(self.measure(), self.period())
        if kind == "per":
            one, other = self.two_measures()
            return Per(one, other, self.period())
        return Change(self.measure(positive=kind == "percent"), *self.span(), kind == "percent")

    def scope(self, hops: int) -> Scope:
        """Rows: all, a group, or filtered."""
        if hops:
            return self.where(hops - 1)
        if len(self.sheet.groups) > 1 and self.rng.random() < 0.6:
            return Within(self.rng.randrange(len(self.sheet.groups)))
        return All()

    def where(self, hops: int) -> Where:
        """Filtered rows, with a threshold that lies clearly between two rows."""
        scope, key = self.scope(hops), self.key()
        run = Run(self.sheet, self.memory)
        rows = self.filtered[scope] if isinstance(scope, Where) else run.scope(scope)[0]
        known = [(value, row) for row in rows if (value := run.key(row, key)) is not None]
        values = sorted({value for value, _ in known})
        if len(values) < 3:
            raise UnfitError
        above = self.rng.random() < 0.5
        cut = self.rng.randrange(len(values) - 1)
        limit = values[cut]
        threshold = between(Fraction(values[cut]), Fraction(values[cut + 1]))
        if not isinstance(key, Per) and not (isinstance(key, Change) and key.percent):
            threshold /= 10 ** self.sheet.measures[key.measure].places
        where = Where(scope, key, above, threshold)
        self.filtered[where] = [row for value, row in known if (value > limit) is above]
        return where

    def entity(self, hops: int) -> Entity:
        """A row: by name, or by rank."""
        if not hops:
            return Item(self.rng.randrange(self.count))
        return self.best(hops - 1)

    def best(self, hops: int) -> Best:
        scope = self.scope(hops)
        rank = self.rng.choice((1, 1, 1, 2, 2, 3)) if self.count > 3 else self.rng.choice((1, 1, 2))
        return Best(scope, self.key(), rank, self.rng.random() < 0.5)

    # -- families ------------------------------------------------------------------------------------------------------

    def program(self, hops: int) -> Program:
        """A program of one of the families with so many described rows."""
        return {
            "lookup": self._lookup, "compare": self._compare, "rank": self._rank, "filter": self._filter,
            "aggregate": self._aggregate, "ratio": self._ratio, "change": self._change,
        }[self.rng.choice(self.operations)](hops)  # fmt: skip

    def _lookup(self, hops: int) -> Program:
        return Cell(self.entity(hops), Year(self.period()), self.measure())

    def _compare(self, hops: int) -> Program:
        one, other = self.rng.sample(range(self.count), 2)
        kind = self.rng.random()
        if not hops and kind < 0.5:
            return Best(Pair(one, other), self.key(), 1, self.rng.random() < 0.5)
        measure, period = self.measure(), self.period()
        entity = self.entity(hops)
        if hops or kind < 0.75:  # a described row in a described year would be hard to read
            return Minus(Cell(entity, Year(period), measure), Cell(Item(other), Year(period), measure))
        best = BestYear(other, self.measure(), self.rng.random() < 0.5)
        return Minus(Cell(entity, best, measure), Cell(Item(other), Year(period), measure))

    def _rank(self, hops: int) -> Program:
        kind = self.rng.random()
        if not hops and kind < 0.3 and self.periods > 2:
            return BestYear(self.rng.randrange(self.count), self.measure(), self.rng.random() < 0.5)
        if kind < 0.6 or self.count < 4:
            return self.best(hops)
        return Ranked(self.scope(hops), self.key(), self.rng.choice((2, 3)), self.rng.random() < 0.5)

    def _filter(self, hops: int) -> Program:
        where = self.where(max(hops - 1, 0))
        return Count(where) if self.rng.random() < 0.4 else Listed(where)

    def _aggregate(self, hops: int) -> Program:
        if self.rng.random() < 0.3 and self.periods > 2:
            first, last = self.span()
            return Mean(self.entity(hops), self.measure(), first, last)
        how = self.rng.choice(("sum", "mean", "sum", "mean", "spread"))
        return Aggregate(how, self.scope(hops), self.measure(), self.period())  # type: ignore[arg-type]

    def _ratio(self, hops: int) -> Program:
        if self.rng.random() < 0.5 and len(self.sheet.measures) > 1:
            top, bottom = self.two_measures()
            return Rate(self._whole(hops), top, bottom, self.period())
        measure, period = self.measure(positive=True), self.period()
        part: Cell | Aggregate = Cell(self.entity(hops), Year(period), measure)
        if hops and self.rng.random() < 0.5:
            part = Aggregate("sum", self.scope(hops), measure, period)
        return Share(part, Aggregate("sum", All(), measure, period))

    def _change(self, hops: int) -> Program:
        percent = self.rng.random() < 0.6
        return Moved(self._whole(hops), self.measure(positive=percent), *self.span(), percent)

    def _whole(self, hops: int) -> Entity | Scope:
        return self.entity(hops) if self.rng.random() < 0.65 else self.scope(hops)

    # -- the unit of the answer ----------------------------------------------------------------------------------------

    def ask(self, program: Program, value: Fraction) -> Ask:
        """In which unit, scale and precision a number is asked for."""
        if isinstance(program, Count):
            return Ask()
        if isinstance(program, Share) or (isinstance(program, Moved) and program.percent):
            return _precise(Ask(percent=True), value, self.rng.choice((1, 1, 2)))
        if isinstance(program, Rate):
            digits = 2 if value >= 1 else next((n for n in range(4, 9) if value * 10**n >= 100), 0)
            if not digits:  # too small for a readable number
                raise UnfitError
            return _precise(Ask(program.top, program.bottom), value, digits)
        inner = program.one if isinstance(program, Minus) else program
        assert isinstance(inner, Cell | Aggregate | Mean | Moved)
        kind = self.sheet.measures[inner.measure]
        scale, places = kind.scale, kind.places
        if self.convert:
            scale = self.rng.choice(
                [s for s in SCALES if abs(value) / s >= 1 and s <= 1000 * kind.scale] or [kind.scale]
            )
        if scale > kind.scale:
            return _precise(Ask(inner.measure, scale=scale), value, self.rng.choice((1, 2, 3)))
        return _precise(
            Ask(inner.measure, scale=scale), value, places + 1 if isinstance(inner, Mean | Aggregate) else places
        )


def _precise(ask: Ask, value: Fraction, places: int) -> Ask:
    """Asks for the exact value where it has at most so many digits, else for the rounded one."""
    exact = value / ask.scale
    for digits in range(places + 1):
        if (exact * 10**digits).denominator == 1:
            return ask._replace(places=digits, rounded=False)
    return ask._replace(places=places, rounded=True)


def between(low: Fraction, high: Fraction) -> Fraction:
    """The number with the fewest digits strictly between two numbers."""
    below = low.denominator * high.denominator
    one, other = low.numerator * high.denominator, high.numerator * low.denominator
    step = 10 ** max(0, len(str(max(abs(one), abs(other)) // below)))  # in steps of this size only 0 can lie between
    while step:
        found = (one // (step * below) + 1) * step
        if one < found * below < other:
            return Fraction(found)
        step //= 10
    digits = 1
    while True:
        digits *= 10
        found = one * digits // below + 1
        if one * digits < found * below < other * digits:
            return Fraction(found, digits)
