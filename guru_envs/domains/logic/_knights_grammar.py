"""What islanders can say: the grammar of statements, drawing one with a wanted truth value, and evaluating it.

A *shape* is a statement without names: a nested tuple whose people are numbered slots; slot 0 is the speaker, the others
are numbered as they are drawn. So shapes repeat from task to task, and what depends on the shape alone (its words, its
canonical form) is worked out once.

======================================  =================================================================
``("is", role, slot)``                   the person in the slot has the role
``("exactly", k, role, slot, ...)``      exactly k of the listed people have the role
``("at_least", k, role, slot, ...)``     at least k of them
``("at_most", k, role, slot, ...)``      at most k of them
``("same", slot, slot)``                 the two have the same role
``("different", slot, slot)``            the two have different roles
``("not", shape)``                       the shape is false
``("and" | "or" | "xor" | "iff" | "implies", shape, shape)``   the usual connectives; "or" is inclusive
======================================  =================================================================
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

KNIGHT, KNAVE, FREE = 0, 1, 2  # FREE: the third role, a spy or a normal

LEAVES = ("is", "exactly", "at_least", "at_most", "same", "different")
CONNECTIVES = ("not", "and", "or", "xor", "iff", "implies")
KINDS = LEAVES + CONNECTIVES
COMMUTATIVE = frozenset({"and", "or", "xor", "iff"})
LONGEST_LIST = 4  # people in an "exactly k of ..." statement

Shape = tuple[Any, ...]
Row = Sequence[int]  # for one person: the set of worlds (as bits) in which he has each role


def count_table(kind: str, least: int, masks: Sequence[int], everything: int) -> int:
    """The worlds in which exactly / at least / at most ``least`` of the masks hold."""
    exact = [everything]  # exact[j]: the worlds in which j of the masks seen so far hold
    for mask in masks:
        exact.append(0)
        for j in range(len(exact) - 1, 0, -1):
            moved = exact[j - 1] & mask
            exact[j - 1] ^= moved
            exact[j] |= moved
    if kind == "exactly":
        return exact[least]
    result = 0
    for part in exact[least:] if kind == "at_least" else exact[: least + 1]:
        result |= part
    return result


def table(shape: Shape, rows: Sequence[Row], everything: int) -> int:
    """The worlds in which a statement is true, as bits.

    Args:
        shape: the statement.
        rows: for each slot, the worlds in which its person has each role.
        everything: all worlds.
    """
    kind = shape[0]
    if kind == "is":
        return rows[shape[2]][shape[1]]
    if kind == "and":
        return table(shape[1], rows, everything) & table(shape[2], rows, everything)
    if kind == "or":
        return table(shape[1], rows, everything) | table(shape[2], rows, everything)
    if kind == "xor":
        return table(shape[1], rows, everything) ^ table(shape[2], rows, everything)
    if kind == "iff":
        return everything ^ table(shape[1], rows, everything) ^ table(shape[2], rows, everything)
    if kind == "implies":
        return (everything ^ table(shape[1], rows, everything)) | table(shape[2], rows, everything)
    if kind == "not":
        return everything ^ table(shape[1], rows, everything)
    if kind in ("same", "different"):
        result = 0
        for one, other in zip(rows[shape[1]], rows[shape[2]], strict=True):
            result |= one & other
        return result if kind == "same" else everything ^ result
    role = shape[2]
    return count_table(kind, shape[1], [rows[slot][role] for slot in shape[3:]], everything)


def holds(shape: Shape, roles: Sequence[int]) -> bool:
    """Whether a statement is true when the people in its slots have these roles."""
    kind = shape[0]
    if kind == "is":
        return bool(roles[shape[2]] == shape[1])
    if kind == "not":
        return not holds(shape[1], roles)
    if kind == "same":
        return roles[shape[1]] == roles[shape[2]]
    if kind == "different":
        return roles[shape[1]] != roles[shape[2]]
    if kind in CONNECTIVES:
        first, second = holds(shape[1], roles), holds(shape[2], roles)
        if kind == "and":
            return first and second
        if kind == "or":
            return first or second
        if kind == "implies":
            return second or not first
        return (first == second) is (kind == "iff")
    count = sum(roles[slot] == shape[2] for slot in shape[3:])
    if kind == "exactly":
        return bool(count == shape[1])
    return bool(count >= shape[1] if kind == "at_least" else count <= shape[1])


def parts(shape: Shape) -> list[Shape]:
    """The shape and all shapes inside it."""
    found = [shape]
    if shape[0] in CONNECTIVES:
        for child in shape[1:]:
            found += parts(child)
    return found


# What the operands of a connective may be for it to be (false, true): pairs of truth values.
_OPERANDS: dict[str, tuple[tuple[tuple[bool, bool], ...], tuple[tuple[bool, bool], ...]]] = {
    "and": (((True, False), (False, True), (False, False)), ((True, True),)),
    "or": (((False, False),), ((True, True), (True, False), (False, True))),
    "xor": (((True, True), (False, False)), ((True, False), (False, True))),
    "iff": (((True, False), (False, True)), ((True, True), (False, False))),
    "implies": (((True, False),), ((True, True), (False, True), (False, False))),
}


class Drawer:
    """Draws statements which are true or false, as wanted, in a given world.

    The form (kinds, nesting) is drawn first and does not depend on the wanted truth value, so that the form of a statement
    alone says nothing about its speaker. Nobody is named twice in a statement as long as there are enough people; then
    no part of it is always true or always false.

    Args:
        random: gives numbers in [0, 1).
        roles: the role of each person in the world.
        three: there is a third role.
        depth: the greatest nesting depth; statements without a connective have depth 1.
        kinds: the kinds allowed.
    """

    __slots__ = ("connectives", "depth", "leaves", "people", "pool", "random", "repeated", "roles", "three")

    def __init__(
        self, source: random.Random, roles: Sequence[int], three: bool, depth: int, kinds: Sequence[str]
    ) -> None:
        self.random: Callable[[], float] = source.random
        self.roles = roles
        self.three = three
        self.depth = depth
        rest = [kind for kind in LEAVES[1:] if kind in kinds]
        self.leaves = ["is"] * max(1, len(rest)) * ("is" in kinds) + rest  # half of them plain
        self.connectives = [kind for kind in CONNECTIVES if kind in kinds]
        self.people: list[int] = []
        self.pool: list[int] = []
        self.repeated = False

    def draw(self, speaker: int, value: bool) -> tuple[Shape, list[int]]:
        """A statement with this truth value, and the people in its slots."""
        self.people = [speaker]
        self.pool = list(range(len(self.roles)))
        self.repeated = False
        depth = 1 + int(self.random() * self.depth)
        shape = self._shape(value, depth, True)
        return shape, self.people

    def _shape(self, value: bool, depth: int, negation: bool) -> Shape:
        if depth == 1:
            return self._leaf(value)
        random = self.random
        if negation:
            kind = self.connectives[int(random() * len(self.connectives))]
            if kind == "not":
                return ("not", self._shape(not value, depth - 1, len(self.connectives) == 1))
        else:  # no double negation
            kind = self.connectives[1 + int(random() * (len(self.connectives) - 1))]
        choices = _OPERANDS[kind][value]
        first, second = choices[int(random() * len(choices))] if len(choices) > 1 else choices[0]
        if depth == 2:
            return (kind, self._leaf(first), self._leaf(second))
        other = 1 + int(random() * (depth - 1))
        if random() < 0.5:
            return (kind, self._shape(first, depth - 1, True), self._shape(second, other, True))
        return (kind, self._shape(first, other, True), self._shape(second, depth - 1, True))

    def _person(self) -> int:
        """A person who was not named yet, if there is one left."""
        pool = self.pool
        if not pool:
            pool = self.pool = list(range(len(self.roles)))
            self.repeated = True
        place = int(self.random() * len(pool))
        person = pool[place]
        pool[place] = pool[-1]
        pool.pop()
        return person

    def _slot(self, person: int) -> int:
        people = self.people
        if person == people[0]:
            return 0
        if self.repeated and person in people:
            return people.index(person)
        people.append(person)
        return len(people) - 1

    def _leaf(self, value: bool) -> Shape:
        random, roles = self.random, self.roles
        leaves = self.leaves
        kind = leaves[int(random() * len(leaves))]
        if kind == "is":
            person = self._person()
            role = roles[person]
            if not value:
                role = (role + 1 + int(random() * 2)) % 3 if self.three else 1 - role
            return ("is", role, self._slot(person))
        if len(self.pool) < 2:
            self.pool = list(range(len(roles)))
            self.repeated = True
        if kind in ("same", "different"):
            first = self._person()
            alike = (kind == "same") is value
            fitting = [person for person in self.pool if (roles[person] == roles[first]) is alike]
            if fitting:
                second = fitting[int(random() * len(fitting))]
                self.pool.remove(second)
                return (kind, self._slot(first), self._slot(second))
            second = self._person()  # nobody fits: say the opposite
            return ("different" if kind == "same" else "same", self._slot(first), self._slot(second))
        return self._count(kind, value)

    def _count(self, kind: str, value: bool) -> Shape:
        random = self.random
        most = min(len(self.pool), LONGEST_LIST)
        size = 2 + int(random() * (most - 1))
        people = [self._person() for _ in range(size)]
        role = int(random() * (3 if self.three else 2))
        for _ in range(3):
            count = [self.roles[person] for person in people].count(role)
            numbers = [
                number
                for number in range(kind == "at_least", size + (kind != "at_most"))
                if _compare(kind, count, number) is value
            ]
            if numbers:
                break
            role = (role + 1) % (3 if self.three else 2)  # with another role, whose count differs, there is one
        return (kind, numbers[int(random() * len(numbers))], role, *[self._slot(person) for person in people])


def _compare(kind: str, count: int, number: int) -> bool:
    if kind == "exactly":
        return count == number
    return count >= number if kind == "at_least" else count <= number
