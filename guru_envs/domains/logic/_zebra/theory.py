"""What the clues and the statements of a zebra puzzle mean, as clauses: the independent side that proofs are judged by.

Written from the sentences of the prompt alone: nothing here is shared with the generator, the solver or the oracle.
Variable ``item * houses + house`` (house from 1) says that an item is in a house. A clue forbids combinations of houses of its
items: one clause for each.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import combinations, product

from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.errors import InvalidValueError
from guru_envs.theory import FALSE, POSSIBLE, Clause, Fact, Theory

REACH = 2  # clues in one line of a proof

# Whether a clue is true, given the house numbers (from 1) of its items, the number it names and how many houses there are.
# ``at``, ``not_at`` and ``parity`` name houses from 0.
_MEANING: dict[str, Callable[..., bool]] = {
    "at": lambda n, last, a: a == n + 1,
    "not_at": lambda n, last, a: a != n + 1,
    "at_end": lambda n, last, a: a in (1, last),
    "parity": lambda n, last, a: a % 2 != n,
    "same": lambda n, last, a, b: a == b,
    "different": lambda n, last, a, b: a != b,
    "next_to": lambda n, last, a, b: a - b in (1, -1),
    "immediately_left": lambda n, last, a, b: b - a == 1,
    "left_of": lambda n, last, a, b: b > a,
    "distance": lambda n, last, a, b: a - b in (n, -n),
    "between": lambda n, last, a, b, c: min(a, c) < b < max(a, c),
    "either_or": lambda n, last, a, b, c: a in {b, c},
}


def theory(puzzle: Puzzle) -> Theory:
    """A puzzle as clauses."""
    houses = puzzle.houses
    clues = []
    for kind, items, number in puzzle.clues:
        starts = [item * houses for item in items]
        clues.append(
            tuple(
                tuple([-(start + house) for start, house in zip(starts, combination, strict=True)])
                for combination in _forbidden(kind, number, houses, len(items))
            )
        )
    rules = _rules(houses, len(puzzle.attributes))
    return Theory(rules, tuple(clues), tuple(range(1, len(puzzle.people) * houses + 1)), REACH)


@functools.lru_cache(maxsize=1024)
def _forbidden(kind: str, number: int, houses: int, items: int) -> tuple[tuple[int, ...], ...]:
    """The combinations of houses, from 1, in which a clue is false."""
    true = _MEANING[kind]
    numbers = range(1, houses + 1)
    return tuple(some for some in product(numbers, repeat=items) if not true(number, houses, *some))


@functools.lru_cache(maxsize=64)
def _rules(houses: int, attributes: int) -> tuple[Clause, ...]:
    """Each value is in one house, and no two values of an attribute are in the same."""
    numbers = range(1, houses + 1)
    clauses: list[Clause] = []
    for attribute in range(attributes):
        values = range(attribute * houses, (attribute + 1) * houses)
        for value in values:
            clauses.append(tuple(value * houses + house for house in numbers))
            clauses += [(-(value * houses + one), -(value * houses + two)) for one, two in combinations(numbers, 2)]
        for house in numbers:
            clauses.append(tuple(value * houses + house for value in values))
            clauses += [(-(one * houses + house), -(two * houses + house)) for one, two in combinations(values, 2)]
    return tuple(clauses)


def clauses(puzzle: Puzzle, fact: Fact) -> tuple[Clause, ...]:
    """What a fact says.

    Raises:
        InvalidValueError: it has another form than the facts of this domain.
    """
    if fact == FALSE:
        return ((),)
    if fact[:1] == (POSSIBLE,):
        places = [fact[start : start + 3] for start in range(1, len(fact), 3)]
        return tuple((_variable(puzzle, fact, *place),) for place in map(_triple(fact), places))
    rest, unless = fact, list[int]()
    while rest[:1] == ("if",):
        unless.append(-_variable(puzzle, fact, *_triple(fact)(rest[1:4])))
        rest = rest[4:]
    if rest[:1] != ("in",) or len(rest) < 4:
        raise _malformed(fact)
    attribute, value = rest[1:3]
    return ((*unless, *(_variable(puzzle, fact, attribute, value, house) for house in rest[3:])),)


def _triple(fact: Fact) -> Callable[[Fact], Fact]:
    def checked(place: Fact) -> Fact:
        if len(place) != 3:
            raise _malformed(fact)
        return place

    return checked


def _variable(puzzle: Puzzle, fact: Fact, attribute: str | int, value: str | int, house: str | int) -> int:
    for number, one in enumerate(puzzle.attributes):
        if one.name == attribute and value in one.values:
            if type(house) is not int or not 1 <= house <= puzzle.houses:
                break
            return (number * puzzle.houses + one.values.index(str(value))) * puzzle.houses + house
    raise _malformed(fact)


def _malformed(fact: Fact) -> InvalidValueError:
    return InvalidValueError(
        f"{fact!r} is no fact of guru/zebra-v0: it is ('in', ATTRIBUTE, VALUE, HOUSE, ...) with ('if', ATTRIBUTE, VALUE, HOUSE) "
        "before it for each supposition, ('false',), or ('possible', ATTRIBUTE, VALUE, HOUSE, ...), with houses from 1"
    )
