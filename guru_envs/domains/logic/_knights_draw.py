"""Random statements of knights and knaves, each with its truth table.

Flat statements (an atom, a pair, a count, or one operator between atoms) are drawn from the list of all of them, deeper
ones are put together. No statement is true, or false, in every world, and no operator is idle: a join says something else
than either of its parts and their opposites.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

from guru_envs.domains.logic._knights_statements import (
    ATOMS,
    COUNTS,
    JOINS,
    NORMAL,
    PAIRS,
    SPY,
    Cast,
    Statement,
    Worlds,
    joined,
    mentioned,
    truth_table,
    worlds,
)
from guru_envs.errors import ImpossibleTaskError

Random = Callable[[], float]

LARGEST_COUNT = 4  # people of whom a statement says how many have a role
MOST_MENTIONED = 6  # people in one statement: more could hardly be followed
MOST_IN_A_SERIES = 4  # the same where normals make several statements, which are then looked at two at a time
KEPT_BITS = 1 << 24  # truth tables of one list that are kept
TRIES = 12  # draws for one statement


class Sample:
    """A statement, its truth table, and the people it is about as bits.

    Flat statements are drawn again and again: ``kept`` holds what others made of them (their words, their mentions).
    """

    __slots__ = ("form", "kept", "mask", "table")

    def __init__(self, form: Statement, table: int, mask: int) -> None:
        self.form, self.table, self.mask = form, table, mask
        self.kept: dict[Any, Any] = {}


class Pool:
    """All flat statements of one sort; those that are always true or false, or have an idle operator, are passed over."""

    def __init__(
        self, kind: str, forms: list[Statement], make: Callable[[Statement], Sample | None], keep: bool
    ) -> None:
        self.kind, self.forms, self.make = kind, forms, make
        self.samples = [sample for form in forms if (sample := make(form)) is not None] if keep else []
        self.count = len(self.samples)
        if keep:  # in an order that means nothing, and round to the start: a few in sequence then are a random choice
            random.Random(0).shuffle(self.samples)
            self.samples += (self.samples * TRIES)[:TRIES]
        one_of_each: dict[
            int, int
        ] = {}  # equal tables as one object: what is looked at fits into the processor's cache
        for sample in self.samples:
            sample.table = one_of_each.setdefault(sample.table, sample.table)
        self.tables = [sample.table for sample in self.samples]

    def pick(self, rand: Random) -> Sample:
        """One of them at random."""
        if self.samples:
            return self.samples[int(rand() * self.count)]
        while True:
            sample = self.make(self.forms[int(rand() * len(self.forms))])
            if sample is not None:
                return sample

    def find(self, rand: Random, mask: int, wanted: int, only_self: int) -> Sample | None:
        """One whose table, under the mask, is ``wanted``, and that is not about one person only; None after some tries."""
        samples = self.samples
        if samples:
            tables = self.tables
            start = int(rand() * self.count)
            for index in range(start, start + TRIES):
                if tables[index] & mask == wanted and samples[index].mask != only_self:
                    return samples[index]
            return None
        for _ in range(TRIES):
            sample = self.pick(rand)
            if sample.table & mask == wanted and sample.mask != only_self:
                return sample
        return None


def sample_of(space: Worlds, form: Statement) -> Sample | None:
    """A statement given, unless an operator in it is idle or a part of it is true, or false, in every world."""
    parts = form[1:] if form[0] in JOINS or form[0] == "deny" else ()
    return _sample(space, form) if all(sample_of(space, part) is not None for part in parts) else None


def _sample(space: Worlds, form: Statement) -> Sample | None:
    kind, tables, full = form[0], space.tables, space.full
    table = truth_table(form, tables, full)
    if not table or table == full:
        return None
    if kind in JOINS and _is_idle(full, table, truth_table(form[1], tables, full), truth_table(form[2], tables, full)):
        return None
    return Sample(form, table, sum(1 << person for person in mentioned(form)))


def _is_idle(full: int, table: int, first: int, second: int) -> bool:
    return not table or table in (full, first, second, full ^ first, full ^ second)


class Grammar:
    """Draws statements of some kinds about the people of a cast; what does not change between draws is made once."""

    def __init__(self, cast: Cast, kinds: tuple[str, ...], statements: int) -> None:
        self.worlds = worlds(cast)
        self.cast, self.statements = cast, statements
        self.series = cast.normals > 0 and statements > 1  # normals alternate, so that statements depend on each other
        # Where many may say anything, one statement tells less: more are looked at, and improved on, before one gives up.
        hard = cast.spies + cast.normals > 1
        self.candidates, self.compared, self.revisions = (24, 12, 8) if hard else (8, 2, 2)
        self.limit = MOST_IN_A_SERIES if self.series else MOST_MENTIONED
        self._atoms = [kind for kind in ATOMS if kind in kinds] or ["is"]  # also inside and, or, ...
        self._leaves = Pool("", [form for kind in self._atoms for form in self._flat(kind)], self._make, True)
        pools = [self._pools(kind) for kind in kinds]
        if not all(pools):
            raise ImpossibleTaskError(f"of the kinds {kinds!r} some can only say what is true or false in any case")
        each = math.lcm(*map(len, pools))
        self.joins = [some[0] for some in pools if some[0].kind in JOINS]
        self.pools = [pool for some in pools for pool in some * (each // len(some))]  # kinds have equal chances

    def _flat(self, kind: str, size: int = 0) -> Iterator[Statement]:
        """All flat statements of a kind; of counts, those about so many people."""
        cast = self.cast
        people = range(cast.people)
        if kind in ATOMS:
            yield from ((kind, person, role) for person in people for role in cast.roles)
        elif kind in PAIRS:
            yield from ((kind, a, b) for a in people for b in people if a != b)
        elif kind in COUNTS:
            roles = [role for role in cast.roles if {SPY: cast.spies, NORMAL: cast.normals}.get(role, 2) > 1]
            counts = range(size + 1) if kind == "exactly" else range(1, size + (kind == "at_least"))
            some = itertools.combinations(people, size)
            yield from ((kind, count, role, chosen) for chosen in some for count in counts for role in roles)
        else:
            leaves = [leaf.form for leaf in self._leaves.samples[: self._leaves.count]]
            yield from ((kind, a, b) for a in leaves for b in leaves if a != b)

    def _make(self, form: Statement) -> Sample | None:
        return _sample(self.worlds, form)

    def _idle(self, table: int, first: int, second: int) -> bool:
        return _is_idle(self.worlds.full, table, first, second)

    def _pools(self, kind: str) -> list[Pool]:
        """The flat statements of a kind; counts in one list for each number of people."""
        pools = []
        for size in range(2, min(LARGEST_COUNT, self.cast.people) + 1) if kind in COUNTS else range(1):
            forms = list(self._flat(kind, size))
            pool = Pool(kind, forms, self._make, len(forms) * self.worlds.size <= KEPT_BITS)
            if pool.samples or len(forms) * self.worlds.size > KEPT_BITS:
                pools.append(pool)
        return pools

    def any_pool(self, rand: Random) -> Pool:
        """The flat statements of a random sort; every kind has the same chance."""
        return self.pools[int(rand() * len(self.pools))]

    def draw(self, rand: Random, pool: Pool, depth: int) -> Sample | None:
        """A random statement of the pool's kind with at most ``depth`` operators inside each other; None when this try failed."""
        if depth > 1 and self.joins:
            if pool.kind in JOINS:
                return self._join(rand, pool.kind, depth)
            if pool.kind == "not" and rand() < 0.5:
                part = self.draw(rand, self.joins[int(rand() * len(self.joins))], depth - 1)
                return part and Sample(("deny", part.form), self.worlds.full ^ part.table, part.mask)
        return pool.pick(rand)

    def _join(self, rand: Random, kind: str, depth: int) -> Sample | None:
        deeper = depth > 2 and rand() < 0.75
        left = self.draw(rand, self.joins[int(rand() * len(self.joins))] if deeper else self.any_pool(rand), depth - 1)
        right = self._leaves.pick(rand)
        if left is None:
            return None
        if rand() < (0.5 if depth == 2 else 0.25):
            right = self.draw(rand, self.any_pool(rand), depth - 1) or right
        swap = kind == "implies" and rand() < 0.5
        for _ in range(4):
            first, second = (right, left) if swap else (left, right)
            mask = left.mask | right.mask
            if mask.bit_count() <= self.limit:
                table = joined(kind, first.table, second.table, self.worlds.full)
                if not self._idle(table, first.table, second.table):
                    return Sample((kind, first.form, second.form), table, mask)
            right = self._leaves.pick(rand)
        return None


grammar = functools.lru_cache(maxsize=32)(Grammar)
