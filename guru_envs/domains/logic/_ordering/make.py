"""Sets of clues that fix one order, each clue necessary. The hidden order is always the identity: item i is at place i.

Clues are drawn until no other order satisfies all, each new one ruling out an order that the others allow; then those that the
others make superfluous are left out. For small sizes the orders are counted as sets (``search.Table``), for larger ones each
question is a search; orders found once answer later questions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from guru_envs.domains.logic._ordering.clues import Clue, draw, every, holds, normal, renamed
from guru_envs.domains.logic._ordering.search import LARGEST_TABLE, another, orders, table
from guru_envs.errors import ImpossibleTaskError

_TRIES = 60  # draws of a clue that rules a given order out before all are listed


def unique_clues(size: int, kinds: Sequence[str], rng: random.Random) -> list[Clue]:
    """A random set of clues satisfied by the identity alone, none superfluous."""
    return _small(size, kinds, rng) if size <= LARGEST_TABLE else _large(size, kinds, rng)


def is_unique(size: int, clues: Sequence[Clue]) -> bool:
    """Whether the identity is the only order that satisfies clues which it satisfies."""
    if size > LARGEST_TABLE:
        return another(size, clues) is None
    kept = table(size).all
    for clue in clues:
        kept &= table(size).satisfying(clue)
    return kept == 1


def is_minimal(size: int, clues: Sequence[Clue]) -> bool:
    """Whether each clue of a unique set is necessary."""
    return not any(is_unique(size, [one for one in clues if one is not clue]) for clue in clues)


def _new_clue(size: int, kinds: Sequence[str], order: Sequence[int], rng: random.Random) -> Clue:
    """A random clue that an order other than the identity violates."""
    for _ in range(_TRIES):
        clue = draw(kinds[int(rng.random() * len(kinds))], size, rng)
        if not holds(clue, order):
            return clue
    fitting = [clue for kind in kinds for clue in every(kind, size) if not holds(clue, order)]
    if not fitting:
        raise ImpossibleTaskError(
            f"clues of the kinds {', '.join(kinds)} cannot fix an order of {size} objects: allow more kinds"
        )
    return rng.choice(fitting)


def _small(size: int, kinds: Sequence[str], rng: random.Random) -> list[Clue]:
    known = table(size)
    clues: list[Clue] = []
    left = known.all
    while left != 1:
        others = left & ~1
        # one of the orders left: the first from a random number on
        start = int(rng.random() * len(known.orders))
        upper = others >> start
        number = start + (upper & -upper).bit_length() - 1 if upper else (others & -others).bit_length() - 1
        clue = _new_clue(size, kinds, known.orders[number], rng)
        clues.append(clue)
        left &= known.satisfying(clue)
    # leave out from the front, the least specific first: what the clues behind say together with those kept before
    behind = [known.all]
    for clue in reversed(clues):
        behind.append(behind[-1] & known.satisfying(clue))
    kept, before = [], known.all
    for number, clue in enumerate(clues):
        if before & behind[len(clues) - 1 - number] != 1:
            kept.append(clue)
            before &= known.satisfying(clue)
    return kept


def _large(size: int, kinds: Sequence[str], rng: random.Random) -> list[Clue]:
    clues: list[Clue] = []
    pool: list[list[int]] = []
    identity = list(range(size))
    for number in range(3 * size):
        order = identity.copy()
        if number < size:
            rng.shuffle(order)
        else:
            one, two = rng.sample(identity, 2)
            order[one], order[two] = two, one
        if order != identity:
            pool.append(order)
    found: list[int] | None
    for found in pool:
        if all(holds(clue, found) for clue in clues):
            clues.append(_new_clue(size, kinds, found, rng))
    while (found := another(size, clues)) is not None:
        pool.append(found)
        clues.append(_new_clue(size, kinds, found, rng))
    # which clues each order of the pool violates; one violated clue alone is necessary
    broken = [sum(1 << number for number, clue in enumerate(clues) if not holds(clue, order)) for order in pool]
    kept = (1 << len(clues)) - 1
    for number in range(len(clues)):
        bit = 1 << number
        if any(one & kept == bit for one in broken):
            continue
        rest = [clue for other, clue in enumerate(clues) if kept >> other & 1 and other != number]
        found = another(size, rest)
        if found is None:
            kept ^= bit
        else:
            broken.append(sum(1 << other for other, clue in enumerate(clues) if not holds(clue, found)))
    return [clue for number, clue in enumerate(clues) if kept >> number & 1]


# -- one clue changed --------------------------------------------------------------------------------------------------

_OTHERS = 12  # other orders tried for each clue left out
_EDITS = 400  # clues tried


def changed(
    size: int, clues: Sequence[Clue], kinds: Sequence[str], rng: random.Random
) -> tuple[int, Clue, list[int]] | None:
    """One clue exchanged so that another order is the only one, and each clue necessary.

    Returns:
        The number of the clue, the new one (about the same items), and the place of each item; None when none was found.
    """
    identity = list(range(size))
    free: list[tuple[list[Clue], list[list[int]]]] = []  # for each clue the others, and what they allow
    for number in range(len(clues)):
        rest = [clue for other, clue in enumerate(clues) if other != number]
        found = [order for order, _ in zip(orders(size, rest), range(_OTHERS), strict=False) if order != identity]
        free.append((rest, found))
    for _ in range(_EDITS):
        number = rng.randrange(len(clues))
        rest, found = free[number]
        order = rng.choice(found)
        there = [renamed(clue, order) for clue in rest]
        same = clues[number].kind in kinds and rng.random() < 0.5
        new = draw(clues[number].kind if same else rng.choice(kinds), size, rng)
        if is_unique(size, [*there, new]) and is_minimal(size, [*there, new]):
            back = [0] * size
            for item, place in enumerate(order):
                back[place] = item
            return number, renamed(new, back), order
    return None


# -- no solution, or several -------------------------------------------------------------------------------------------


def without_solution(size: int, clues: Sequence[Clue], kinds: Sequence[str], rng: random.Random) -> list[Clue]:
    """The clues with one exchanged so that no order satisfies all."""
    for _ in range(200):
        number = rng.randrange(len(clues))
        order = rng.sample(range(size), size)
        new = draw(rng.choice(kinds), size, rng)
        new = renamed(new, order)
        rest = [*clues[:number], new, *clues[number + 1 :]]
        if normal(new) not in map(normal, clues) and next(orders(size, rest), None) is None:
            return rest
    raise ImpossibleTaskError(f"no contradictory clues of the kinds {', '.join(kinds)} were found for {size} objects")


def with_several(size: int, clues: Sequence[Clue], kinds: Sequence[str], rng: random.Random) -> list[Clue]:
    """The clues with one exchanged so that several orders satisfy all."""
    for attempt in range(200):
        number = rng.randrange(len(clues))
        new = draw(rng.choice(kinds), size, rng)
        rest = [*clues[:number], new, *clues[number + 1 :]]
        if normal(new) not in map(normal, clues) and another(size, rest) is not None:
            return rest
        if attempt > 100:  # few kinds: leave one out
            return [*clues[:number], *clues[number + 1 :]]
    raise ImpossibleTaskError(f"no ambiguous clues of the kinds {', '.join(kinds)} were found for {size} objects")
