"""What the clues of an ordering puzzle mean, as clauses. Shares nothing with the solver: written from the words' meaning alone.

The variable ``item * size + place + 1`` says that an item is in a place (both from 0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, permutations

from guru_envs.domains.logic._ordering.puzzle import Puzzle
from guru_envs.errors import InvalidValueError
from guru_envs.theory import Clause, Fact, Theory

_TRUE: dict[str, Callable[..., bool]] = {  # of the number, the last place, and the places of the items
    "before": lambda n, last, a, b: a < b,
    "directly": lambda n, last, a, b: a + 1 == b,
    "ahead": lambda n, last, a, b: a + n == b,
    "adjacent": lambda n, last, a, b: abs(a - b) == 1,
    "not_adjacent": lambda n, last, a, b: abs(a - b) != 1,
    "distance": lambda n, last, a, b: abs(a - b) == n,
    "far": lambda n, last, a, b: abs(a - b) > n,
    "between": lambda n, last, m, a, b: min(a, b) < m < max(a, b),
    "any_before": lambda n, last, s, a, b: s < a or s < b,
    "any_after": lambda n, last, s, a, b: s > a or s > b,
    "at": lambda n, last, a: a == n,
    "not_at": lambda n, last, a: a != n,
    "end": lambda n, last, a: a == 0 or a == last,
    "not_end": lambda n, last, a: 0 < a < last,
    "either": lambda n, last, a: (n >> a) % 2 == 1,
}


def theory(puzzle: Puzzle) -> Theory:
    """The puzzle as clauses; one step of a proof uses at most one clue."""
    size = puzzle.size
    rules: list[Clause] = []
    for one in range(size):
        rows = ([_at(size, one, place) for place in range(size)], [_at(size, item, one) for item in range(size)])
        for row in rows:
            rules.append(tuple(row))
            rules += [(-first, -second) for first, second in combinations(row, 2)]
    clues = []
    for kind, items, number in puzzle.clues:
        test = _TRUE[kind]
        clues.append(
            tuple(
                tuple(-_at(size, item, place) for item, place in zip(items, places, strict=True))
                for places in permutations(range(size), len(items))
                if not test(number, size - 1, *places)
            )
        )
    return Theory(tuple(rules), tuple(clues), tuple(range(1, size * size + 1)), reach=1)


def clauses(names: Sequence[str], fact: Fact) -> tuple[Clause, ...]:
    """What a fact says.

    Args:
        names: the names of the items.
        fact: ``("at", name, place, ...)`` or ``("before", name, name)``, with ``("if", name, place)`` before it for each
            supposition; places are counted from 1.

    Raises:
        InvalidValueError: a fact of another form.
    """
    size, rest, under = len(names), list(fact), []
    try:
        while rest[0] == "if":
            under.append(-_at(size, _item(names, rest[1]), _place(size, rest[2])))
            rest = rest[3:]
        if rest[0] == "at" and len(rest) > 2:
            item = _item(names, rest[1])
            return ((*under, *(_at(size, item, _place(size, place)) for place in rest[2:])),)
        if rest[0] == "before" and len(rest) == 3 and rest[1] != rest[2]:
            one, two = _item(names, rest[1]), _item(names, rest[2])
            pairs = [(first, second) for first in range(size) for second in range(first)]
            return tuple((*under, -_at(size, one, first), -_at(size, two, second)) for first, second in pairs)
    except (IndexError, TypeError, ValueError):
        pass
    raise InvalidValueError(f"{fact!r} is no fact of an ordering puzzle")


def _at(size: int, item: int, place: int) -> int:
    return item * size + place + 1


def _item(names: Sequence[str], name: str | int) -> int:
    return names.index(name)


def _place(size: int, place: str | int) -> int:
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= size:
        raise ValueError
    return place - 1
