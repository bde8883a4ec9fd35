"""What the statements on the island and the facts of a proof mean, as clauses: the independent side that proofs are judged by.

Written from the sentences of the prompt alone: nothing here is shared with the generator, the solver or the oracle. With r roles,
variable ``person * r + role + 1`` says that a person has a role (people and the island's roles, in the order knave, knight, spy,
normal, counted from 0). Auxiliary variables say that a statement, or a part of one, is true.
"""

from __future__ import annotations

import functools
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from guru_envs.errors import InvalidValueError
from guru_envs.theory import FALSE, POSSIBLE, Clause, Fact, Theory

if TYPE_CHECKING:
    from guru_envs.domains.logic.knights_and_knaves import Puzzle

REACH = 2  # statements in one line of a proof
ROLES = ("knave", "knight", "spy", "normal")


def present(spies: int, normals: int) -> tuple[str, ...]:
    """The roles on the island."""
    return ("knave", "knight", *(("spy",) if spies else ()), *(("normal",) if normals else ()))


class _Writer:
    """Writes what the statements say; ``true`` has the variable of each whole statement."""

    def __init__(self, people: int, roles: tuple[str, ...], statements: int) -> None:
        self.roles = roles
        self.true = [people * len(roles) + number for number in range(1, statements + 1)]
        self._fresh = people * len(roles) + statements
        self.clauses: list[Clause] = []

    def role(self, person: int, role: int) -> int:
        """The variable of a person's role; roles by their place in ``ROLES``."""
        return person * len(self.roles) + self.roles.index(ROLES[role]) + 1

    def said(self, statement: tuple[Any, ...], variable: int = 0) -> int:
        """A literal that is true exactly when the statement is: ``variable``, if one is given."""
        kind = statement[0]
        if kind == "is":
            parts, meaning = [self.role(*statement[1:])], [True]
        elif kind == "not":
            parts, meaning = [self.role(*statement[1:])], [False]
        elif kind == "deny":
            parts, meaning = [self.said(statement[1])], [False]
        elif kind in ("same", "different"):
            return self._pair(statement, variable or self._new())
        elif kind in ("exactly", "at_least", "at_most"):
            return self._count(statement, variable or self._new())
        else:
            return self._join(kind, [self.said(part) for part in statement[1:]], variable or self._new())
        literal = parts[0] if meaning[0] else -parts[0]
        if variable:
            self.clauses += [(-variable, literal), (variable, -literal)]
        return variable or literal

    def _new(self) -> int:
        self._fresh += 1
        return self._fresh

    def _pair(self, statement: tuple[Any, ...], variable: int) -> int:
        alike = variable if statement[0] == "same" else -variable
        for role in map(ROLES.index, self.roles):
            one, other = self.role(statement[1], role), self.role(statement[2], role)
            self.clauses += [(-alike, -one, other), (alike, -one, -other)]
        return variable

    def _count(self, statement: tuple[Any, ...], variable: int) -> int:
        kind, wanted, role, people = statement
        having = [self.role(person, role) for person in people]
        for values in product((False, True), repeat=len(having)):
            number = sum(values)
            true = {"exactly": number == wanted, "at_least": number >= wanted, "at_most": number <= wanted}[kind]
            unless = [-one if value else one for one, value in zip(having, values, strict=True)]
            self.clauses.append((*unless, variable if true else -variable))
        return variable

    def _join(self, kind: str, parts: list[int], variable: int) -> int:
        for left, right in product((False, True), repeat=2):
            true = {
                "and": left and right,
                "or": left or right,
                "xor": left != right,
                "iff": left == right,
                "implies": right or not left,
            }[kind]
            unless = [-one if value else one for one, value in zip(parts, (left, right), strict=True)]
            self.clauses.append((*unless, variable if true else -variable))
        return variable


def theory(puzzle: Puzzle) -> Theory:
    """A puzzle as clauses."""
    people, spies, normals = puzzle.cast
    roles = present(spies, normals)
    writer = _Writer(people, roles, len(puzzle.said))
    clues = []
    before: dict[int, int] = {}
    for number, (speaker, statement) in enumerate(puzzle.said):
        writer.clauses = []
        true = writer.said(statement, writer.true[number])
        writer.clauses += [(-writer.role(speaker, 1), true), (-writer.role(speaker, 0), -true)]
        if normals and speaker in before:  # a normal's statements are true and false by turns
            normal, last = -writer.role(speaker, 3), writer.true[before[speaker]]
            writer.clauses += [(normal, true, last), (normal, -true, -last)]
        before[speaker] = number
        clues.append(tuple(writer.clauses))
    return Theory(_rules(people, spies, normals), tuple(clues), tuple(range(1, people * len(roles) + 1)), REACH)


@functools.lru_cache(maxsize=64)
def _rules(people: int, spies: int, normals: int) -> tuple[Clause, ...]:
    """Everybody has one role; there are exactly so many spies and so many normals."""
    roles = present(spies, normals)
    clauses: list[Clause] = []
    for person in range(people):
        own = [person * len(roles) + place + 1 for place in range(len(roles))]
        clauses.append(tuple(own))
        clauses += [(-one, -other) for one, other in combinations(own, 2)]
    for role, number in (("spy", spies), ("normal", normals)):
        if number:
            having = [person * len(roles) + roles.index(role) + 1 for person in range(people)]
            clauses += [tuple(-one for one in some) for some in combinations(having, number + 1)]
            clauses += list(combinations(having, people - number + 1))
    return tuple(clauses)


def clauses(puzzle: Puzzle, fact: Fact) -> tuple[Clause, ...]:
    """What a fact says.

    Raises:
        InvalidValueError: it has another form than the facts of this domain.
    """
    if fact == FALSE:
        return ((),)
    if fact[:1] == (POSSIBLE,) and len(fact) % 2:
        return tuple((_variable(puzzle, fact, *fact[at : at + 2]),) for at in range(1, len(fact), 2))
    rest, unless = fact, list[int]()
    while rest[:1] == ("if",) and len(rest) > 3:
        unless.append(-_variable(puzzle, fact, *rest[1:3]))
        rest = rest[3:]
    if rest[:1] == ("is",) and len(rest) == 3:
        return ((*unless, _variable(puzzle, fact, *rest[1:])),)
    if rest[:1] == ("is not",) and len(rest) > 2:
        return tuple((*unless, -_variable(puzzle, fact, rest[1], role)) for role in rest[2:])
    raise _malformed(fact)


def _variable(puzzle: Puzzle, fact: Fact, name: str | int, role: str | int) -> int:
    roles = present(puzzle.cast.spies, puzzle.cast.normals)
    if name not in puzzle.names or role not in roles:
        raise _malformed(fact)
    return puzzle.names.index(str(name)) * len(roles) + roles.index(str(role)) + 1


def _malformed(fact: Fact) -> InvalidValueError:
    return InvalidValueError(
        f"{fact!r} is no fact of guru/knights-and-knaves-v0: it is ('is', NAME, ROLE) or ('is not', NAME, ROLE, ...) with "
        "('if', NAME, ROLE) before it for each supposition, ('false',), or ('possible', NAME, ROLE, NAME, ROLE, ...), with "
        "English words for the roles"
    )
