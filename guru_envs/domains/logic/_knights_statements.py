"""Statements of knights and knaves: their form, their truth in one world, and their truth tables over all worlds.

A statement is a nested tuple whose first item is its kind:

* ``("is", person, role)`` and ``("not", person, role)``: the person has, or has not, the role,
* ``("same", a, b)`` and ``("different", a, b)``: two people have the same role, or different ones,
* ``("exactly" | "at_least" | "at_most", count, role, people)``: so many of these people have the role,
* ``("and" | "or" | "xor" | "iff" | "implies", s, t)`` and ``("deny", s)``: of statements s and t.

A truth table is a Python integer with one bit for each world; ``and``, ``or`` ... are then one operation for all worlds.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

Statement: TypeAlias = tuple[Any, ...]

KNAVE, KNIGHT, SPY, NORMAL = range(4)
ATOMS = ("is", "not")
PAIRS = ("same", "different")
COUNTS = ("exactly", "at_least", "at_most")
JOINS = ("and", "or", "xor", "iff", "implies")
KINDS = ("is", "not", "and", "or", "xor", "iff", "implies", "exactly", "at_least", "at_most", "same", "different")


class Cast(NamedTuple):
    """Who is on the island: how many people, and how many of them are spies and normals; the rest may be of any mix."""

    people: int
    spies: int = 0
    normals: int = 0

    @property
    def roles(self) -> tuple[int, ...]:
        """The roles that occur."""
        return (KNAVE, KNIGHT, *((SPY,) if self.spies else ()), *((NORMAL,) if self.normals else ()))

    @property
    def plain(self) -> int:
        """How many are knights or knaves."""
        return self.people - self.spies - self.normals

    @property
    def worlds(self) -> int:
        """In how many ways the roles may be given."""
        spied = math.comb(self.people, self.spies) * math.comb(self.people - self.spies, self.normals)
        return spied << self.plain

    def fits(self, world: Sequence[int]) -> bool:
        """Whether the roles have as many spies and normals as there are."""
        return world.count(SPY) == self.spies and world.count(NORMAL) == self.normals


# -- one world ---------------------------------------------------------------------------------------------------------


def holds(statement: Statement, roles: Sequence[int]) -> bool:
    """Whether the statement is true when ``roles[person]`` are the roles."""
    kind, a, b = statement[0], statement[1], statement[-1]
    if kind == "is":
        return bool(roles[a] == b)
    if kind == "not":
        return bool(roles[a] != b)
    if kind == "same":
        return bool(roles[a] == roles[b])
    if kind == "different":
        return bool(roles[a] != roles[b])
    if kind in COUNTS:
        role = statement[2]
        number = sum([roles[person] == role for person in b])
        return bool(number == a if kind == "exactly" else number >= a if kind == "at_least" else number <= a)
    left: bool = holds(a, roles)
    if kind == "deny":
        return not left
    if kind == "and":
        return left and holds(b, roles)
    if kind == "or":
        return left or holds(b, roles)
    if kind == "implies":
        return not left or holds(b, roles)
    return (left == holds(b, roles)) is (kind == "iff")


def fitting(world: Sequence[int], before: bool | None, true: bool, speaker: int) -> bool:
    """Whether the speaker can make a statement that is ``true`` after one that was ``before`` (None: it is the first)."""
    role = world[speaker]
    if role == NORMAL:
        return before is not true
    return role == SPY or true is (role == KNIGHT)


def mentioned(statement: Statement) -> list[int]:
    """The people a statement is about, in the order of their first mention."""
    kind = statement[0]
    if kind in ATOMS:
        return [statement[1]]
    if kind in PAIRS:
        return [statement[1], statement[2]]
    if kind in COUNTS:
        return list(statement[3])
    return list(dict.fromkeys(person for part in statement[1:] for person in mentioned(part)))


# -- truth tables ------------------------------------------------------------------------------------------------------


def role_tables(people: int, roles: int) -> tuple[list[tuple[int, ...]], int]:
    """For each person and role, the worlds in which the person has the role; and the table of all worlds.

    World w gives person i the role that is digit i of w, written in the number system with base ``roles``.
    """
    size = roles**people
    full = (1 << size) - 1
    tables = []
    for person in range(people):
        width = roles**person
        unit = full // ((1 << width * roles) - 1)  # a one at the start of every period
        ones = (1 << width) - 1
        tables.append(tuple(unit * (ones << width * role) for role in range(roles)))
    return tables, full


def truth_table(statement: Statement, tables: Sequence[Sequence[int]], full: int) -> int:
    """The worlds in which the statement is true; ``tables[person][role]`` is where the person has the role."""
    kind, a, b = statement[0], statement[1], statement[-1]
    if kind == "is":
        return tables[a][b]
    if kind == "not":
        return full ^ tables[a][b]
    if kind in PAIRS:
        same = 0
        for one, other in zip(tables[a], tables[b], strict=True):
            same |= one & other
        return same if kind == "same" else full ^ same
    if kind in COUNTS:
        counts = counted([tables[person][statement[2]] for person in b], full)
        chosen = counts[a : a + 1] if kind == "exactly" else counts[a:] if kind == "at_least" else counts[: a + 1]
        return functools.reduce(int.__or__, chosen, 0)
    left = truth_table(a, tables, full)
    if kind == "deny":
        return full ^ left
    return joined(kind, left, truth_table(b, tables, full), full)


def counted(tables: Sequence[int], full: int) -> list[int]:
    """For each number, the worlds that lie in so many of the tables."""
    counts = [full] + [0] * len(tables)
    for done, table in enumerate(tables, 1):
        other = full ^ table
        for so_far in range(done, 0, -1):
            counts[so_far] = counts[so_far] & other | counts[so_far - 1] & table
        counts[0] &= other
    return counts


def joined(kind: str, left: int, right: int, full: int) -> int:
    """The table of a statement made of two with these tables."""
    return _JOIN[kind](left, right, full)


_JOIN: dict[str, Callable[[int, int, int], int]] = {
    "and": lambda left, right, full: left & right,
    "or": lambda left, right, full: left | right,
    "xor": lambda left, right, full: left ^ right,
    "iff": lambda left, right, full: full ^ left ^ right,
    "implies": lambda left, right, full: (full ^ left) | right,
}

# -- all worlds of a cast ----------------------------------------------------------------------------------------------


class Worlds:
    """Truth tables over the worlds of a cast.

    There is one block of worlds for each choice of spies and normals; inside a block, bit j of a world's number says
    whether the j-th of the others is a knight.

    Attributes:
        cast: people, spies, normals.
        full: a table with all bits set.
        tables: ``tables[person][role]``: the worlds in which the person has the role.
        untrue: for each person the worlds in which the person is no knight.
        free: for each person the worlds in which the person may say something true and something false: a
            statement with table m, made by person i, leaves the worlds ``free[i] | (m ^ untrue[i])``.
        steady: for each person the worlds in which the person is no normal.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.size = cast.worlds
        self.full = (1 << self.size) - 1
        self._starts: dict[int, int] = {}  # by the spies and normals as bits, where their block starts
        people = range(cast.people)
        width = 1 << cast.plain
        inside, block = role_tables(cast.plain, 2)
        texts = [format(table, f"0{width}b") for pair in inside for table in pair]
        none, every = "0" * width, format(block, f"0{width}b")
        parts: list[list[list[str]]] = [[[] for _ in range(4)] for _ in people]
        for spies in itertools.combinations(people, cast.spies):
            others = [person for person in people if person not in spies]
            for normals in itertools.combinations(others, cast.normals):
                key = sum(1 << person for person in spies) | sum(1 << person for person in normals) << cast.people
                self._starts[key] = len(self._starts) * width
                place = 0
                for person in people:
                    special = SPY if person in spies else NORMAL if person in normals else None
                    for role, rows in enumerate(parts[person]):
                        if special is None and role <= KNIGHT:
                            rows.append(texts[2 * place + role])
                        else:
                            rows.append(every if role == special else none)
                    place += special is None
        self.tables = [tuple([int("".join(rows[::-1]), 2) for rows in person]) for person in parts]
        self.untrue = [self.full ^ table[KNIGHT] for table in self.tables]
        self.free = [table[SPY] | table[NORMAL] for table in self.tables]
        self.steady = [self.full ^ table[NORMAL] for table in self.tables]

    def number(self, world: Sequence[int]) -> int:
        """The number of the world with these roles."""
        key = number = 0
        place = 1
        for person, role in enumerate(world):
            if role <= KNIGHT:
                number += place * role
                place += place
            else:
                key |= 1 << (person if role == SPY else person + self.cast.people)
        return number + self._starts[key]

    def world(self, number: int) -> list[int]:
        """The roles in the world with this number."""
        return [next(role for role, table in enumerate(own) if table >> number & 1) for own in self.tables]

    def plant(self, rng: random.Random) -> list[int]:
        """Random roles: chosen at random who are the spies and normals, the others knights or knaves with equal chances."""
        people, spies, normals = self.cast
        bits = rng.getrandbits(people)
        world = [bits >> person & 1 for person in range(people)]
        if spies or normals:
            chosen = sorted(range(people), key=lambda _: rng.random())
            for person in chosen[:spies]:
                world[person] = SPY
            for person in chosen[spies : spies + normals]:
                world[person] = NORMAL
        return world


worlds = functools.lru_cache(maxsize=32)(Worlds)
