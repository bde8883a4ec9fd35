"""Statements of knights and knaves: their form, their truth tables, random ones, and sets of them with one solution.

A statement is a nested tuple whose first item is its kind:

* ``("is", person, role)`` and ``("not", person, role)``: the person has, or has not, the role,
* ``("same", a, b)`` and ``("different", a, b)``: two people have the same role, or different ones,
* ``("exactly", count, role, people)``: so many of these people have the role,
* ``("and" | "or" | "iff" | "implies", s, t)`` and ``("deny", s)``: of statements s and t.

A truth table is a Python integer with one bit for each world; ``and``, ``or`` ... are then one operation for all worlds.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Statement: TypeAlias = tuple[Any, ...]

KNAVE, KNIGHT, SPY = 0, 1, 2
KINDS = ("is", "not", "and", "or", "iff", "implies", "exactly", "same", "different")
BINARY = ("and", "or", "iff", "implies")

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
    """The worlds in which the statement is true; ``tables[person][role]`` as from :func:`role_tables`."""
    kind, a, b = statement[0], statement[1], statement[-1]
    if kind == "is":
        return tables[a][b]
    if kind == "not":
        return full ^ tables[a][b]
    if kind in ("same", "different"):
        same = 0
        for one, other in zip(tables[a], tables[b], strict=True):
            same |= one & other
        return same if kind == "same" else full ^ same
    if kind == "exactly":
        return exactly([tables[person][statement[2]] for person in b], a, full)
    left = truth_table(a, tables, full)
    if kind == "deny":
        return full ^ left
    return _JOIN[kind](left, truth_table(b, tables, full), full)


def exactly(tables: Sequence[int], count: int, full: int) -> int:
    """The worlds that lie in exactly ``count`` of the tables."""
    counts = [full] + [0] * len(tables)
    for done, table in enumerate(tables, 1):
        other = full ^ table
        for so_far in range(done, 0, -1):
            counts[so_far] = counts[so_far] & other | counts[so_far - 1] & table
        counts[0] &= other
    return counts[count]


_JOIN: dict[str, Callable[[int, int, int], int]] = {
    "and": lambda left, right, full: left & right,
    "or": lambda left, right, full: left | right,
    "iff": lambda left, right, full: full ^ left ^ right,
    "implies": lambda left, right, full: (full ^ left) | right,
}


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
    if kind == "exactly":
        role = statement[2]
        return bool(sum([roles[person] == role for person in b]) == a)
    left: bool = holds(a, roles)
    if kind == "deny":
        return not left
    if kind == "and":
        return left and holds(b, roles)
    if kind == "or":
        return left or holds(b, roles)
    if kind == "implies":
        return not left or holds(b, roles)
    return left == holds(b, roles)


def mentioned(statement: Statement) -> list[int]:
    """The people a statement is about, in the order of their first mention."""
    kind = statement[0]
    if kind in ("is", "not"):
        return [statement[1]]
    if kind in ("same", "different"):
        return [statement[1], statement[2]]
    if kind == "exactly":
        return list(statement[3])
    return list(dict.fromkeys(person for part in statement[1:] for person in mentioned(part)))


# -- random statements -------------------------------------------------------------------------------------------------


class Worlds:
    """Truth tables of one number of people: in worlds as bits, who has which role.

    With three roles there is one block of 2^people worlds for each possible spy; in the block of spy s, bit s of the
    world's number is 0.

    Attributes:
        people, roles: their numbers; two or three roles.
        possible: the worlds with exactly one spy (three roles), or all worlds.
        full: a table with all bits set.
        tables: ``tables[person][role]``.
        untrue: for each person the worlds in which the person does not say something true just because true: a
            statement with table m, made by person i, leaves the worlds ``free[i] | (m ^ untrue[i])``.
        free: for each person the worlds in which the person may say anything.
    """

    def __init__(self, people: int, roles: int) -> None:
        self.people, self.roles = people, roles
        bits, block = role_tables(people, 2)
        size = 1 << people
        if roles == 2:
            self.full = self.possible = block
            self.tables: list[tuple[int, ...]] = bits
        else:
            self.full = (1 << size * people) - 1
            self.possible = sum(bits[spy][KNAVE] << size * spy for spy in range(people))
            self.tables = []
            for person in range(people):
                knight = sum(bits[person][KNIGHT] << size * spy for spy in range(people) if spy != person)
                spied = block << size * person
                knight &= self.possible
                self.tables.append((self.possible & ~knight & ~spied, knight, spied & self.possible))
        self.untrue = [self.full ^ table[KNIGHT] for table in self.tables]
        self.free = [table[SPY] if roles == 3 else 0 for table in self.tables]

    def number(self, world: Sequence[int]) -> int:
        """The number of the world with these roles."""
        number = sum(1 << person for person, role in enumerate(world) if role == KNIGHT)
        return number + (world.index(SPY) << self.people) if self.roles == 3 else number


worlds = functools.lru_cache(maxsize=64)(Worlds)

Sample: TypeAlias = tuple[Statement, int]  # a statement and its truth table


class Grammar:
    """Draws statements; everything that does not change between draws is made once."""

    def __init__(self, people: int, roles: int, kinds: tuple[str, ...], depth: int) -> None:
        self.worlds = space = worlds(people, roles)
        self.kinds, self.depth = kinds, depth
        atoms = [kind for kind in ("is", "not") if kind in kinds] or ["is"]  # also inside and, or, ...
        self.leaves: list[list[Sample]] = []  # by kind of atom
        for kind in atoms:
            forms = [(kind, person, role) for person in range(people) for role in range(roles)]
            self.leaves.append([(form, truth_table(form, space.tables, space.full)) for form in forms])
        self.pairs: dict[str, list[Sample]] = {}
        for pair in ("same", "different"):
            couples = [(pair, a, b) for a in range(people) for b in range(people) if a != b]
            self.pairs[pair] = [(form, truth_table(form, space.tables, space.full)) for form in couples]
        self.mixed = [leaf for kind in self.leaves for leaf in kind]

    def draw(self, rand: Callable[[], float], kind: str, depth: int) -> Sample:
        """A random statement of a kind with at most ``depth`` operators inside each other."""
        kinds = self.kinds
        if kind == "is":
            leaves = self.leaves[0]
            return leaves[int(rand() * len(leaves))]
        if kind == "not":
            if depth > 1 and rand() < 0.5:
                part, table = self.draw(rand, kinds[int(rand() * len(kinds))], depth - 1)
                if len(part) == 3 and part[0] in BINARY:
                    return ("deny", part), self.worlds.full ^ table
                return part, table
            leaves = self.leaves[-1]
            return leaves[int(rand() * len(leaves))]
        if kind in self.pairs:
            pairs = self.pairs[kind]
            return pairs[int(rand() * len(pairs))]
        if kind == "exactly":
            return self._exactly(rand)
        mixed = self.mixed
        count = len(mixed)
        if depth == 1:
            left, first = mixed[int(rand() * count)]
            right, second = mixed[int(rand() * count)]
            while left[1] == right[1]:
                right, second = mixed[int(rand() * count)]
        else:
            left, first = self.draw(rand, kinds[int(rand() * len(kinds))], depth - 1)
            if rand() < 0.5:
                right, second = self.draw(rand, kinds[int(rand() * len(kinds))], depth - 1)
            else:
                right, second = mixed[int(rand() * count)]
            while right == left:
                right, second = mixed[int(rand() * count)]
        if kind == "and":
            return (kind, left, right), first & second
        if kind == "or":
            return (kind, left, right), first | second
        if kind == "iff":
            return (kind, left, right), self.worlds.full ^ first ^ second
        return (kind, left, right), (self.worlds.full ^ first) | second

    def _exactly(self, rand: Callable[[], float]) -> Sample:
        space = self.worlds
        size = 2 + int(rand() * min(3, space.people - 1))
        chosen: list[int] = []
        while len(chosen) < size:
            person = int(rand() * space.people)
            if person not in chosen:
                chosen.append(person)
        count = int(rand() * (size + 1))
        role = int(rand() * 2)  # "exactly 2 of them are the spy" would be odd
        table = exactly([space.tables[person][role] for person in chosen], count, space.full)
        return ("exactly", count, role, tuple(sorted(chosen))), table


grammar = functools.lru_cache(maxsize=64)(Grammar)

REVISIONS = 2  # how often everybody may say something else

# -- whole puzzles -----------------------------------------------------------------------------------------------------


def plant(rng: random.Random, people: int, roles: int) -> list[int]:
    """Random roles: each person a knight or a knave with equal chances; with three roles one of them is the spy."""
    bits = rng.getrandbits(people)
    world = [bits >> person & 1 for person in range(people)]
    if roles == 3:
        world[int(rng.random() * people)] = SPY
    return world


def compose(
    rng: random.Random, grammar: Grammar, world: list[int], minimal: bool
) -> list[tuple[int, Statement]] | None:
    """Statements, one a person at most, that leave the given world only; None when this try came to nothing.

    People speak in random order. When everybody has spoken and more than one world is left, they may, in the same order,
    say something better instead. With ``minimal``, they fall silent when one world is left, and statements that follow
    from the others are dropped.
    """
    space = grammar.worlds
    possible = left = space.possible
    bit = 1 << space.number(world)
    order = list(range(space.people))
    rng.shuffle(order)
    said: dict[int, Sample] = {}  # by speaker: the statement, and the worlds it leaves
    for speaker in order:
        if minimal and not left & (left - 1):
            break
        one = _speak(rng.random, grammar, speaker, world, bit, left)
        if one is not None:
            said[speaker] = one
            left &= one[1]
    for speaker in order * REVISIONS:
        if not left & (left - 1):
            break
        others = possible
        for person, (_, table) in said.items():
            if person != speaker:
                others &= table
        one = _speak(rng.random, grammar, speaker, world, bit, others)
        if one is not None and (others & one[1]).bit_count() < left.bit_count():
            said[speaker] = one
            left = others & one[1]
    if left & (left - 1) or (not minimal and len(said) < space.people):
        return None
    return _necessary(said, possible) if minimal else sorted([(who, what) for who, (what, _) in said.items()])


def _speak(
    rand: Callable[[], float], grammar: Grammar, speaker: int, world: Sequence[int], bit: int, left: int
) -> Sample | None:
    """Something that halves the worlds left, or the better of two statements, with the worlds in which it can be made."""
    role, untrue, free = world[speaker], grammar.worlds.untrue[speaker], grammar.worlds.free[speaker]
    worlds_left = left.bit_count()
    best: Sample | None = None
    best_size = good = 0
    for _ in range(8):
        one = _candidate(rand, grammar, speaker, role, bit)
        if one is None:
            continue
        allowed = free | (one[1] ^ untrue)
        size = (left & allowed).bit_count()
        if size == worlds_left > 1:
            continue  # says nothing new
        if best is None or size < best_size:
            best, best_size = (one[0], allowed), size
        good += 1
        if good == 2 or size * 2 <= worlds_left:
            break
    return best


def _candidate(rand: Callable[[], float], grammar: Grammar, speaker: int, role: int, bit: int) -> Sample | None:
    """A statement which the speaker can make in the planted world (the one with this bit), or None after some tries.

    The kind is drawn before the truth value matters and is kept, so that it tells next to nothing about the speaker: else
    "and", which is seldom true, would come from liars mostly.
    """
    kind = grammar.kinds[int(rand() * len(grammar.kinds))]
    most = grammar.depth
    if most > 1 and rand() < 0.25:
        most = 1 + int(rand() * most)
    possible = grammar.worlds.possible
    for depth in range(most, 0, -1):  # a deep "and" that is true may not come in 12 draws; a flat one does
        for _ in range(12):
            statement, table = grammar.draw(rand, kind, depth)
            if role != SPY and bool(table & bit) != role:
                continue
            true = table & possible
            if true and true != possible and mentioned(statement) != [speaker]:  # nobody speaks of himself only
                return statement, table
    return None


def _necessary(said: dict[int, Sample], possible: int) -> list[tuple[int, Statement]]:
    """Drop, one by one, statements without which still one world is left; each of the rest is then needed."""
    after = [possible]
    for _, table in reversed(said.values()):
        after.append(after[-1] & table)
    result = []
    before = possible
    for index, (speaker, (statement, table)) in enumerate(said.items(), 1):
        without = before & after[len(said) - index]
        if without & (without - 1):
            result.append((speaker, statement))
            before &= table
    result.sort()
    return result
