"""All worlds at once: sets of worlds as bits of one Python integer.

A world gives every person a role. With two roles there are 2**n of them. With a third role, whose number of people is
stated, only the worlds with that number count: C(n, k) * 2**(n - k), one block of 2**(n - k) for each choice of the k.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from guru_envs.domains.logic._knights_grammar import FREE, KNAVE, KNIGHT

MOST_WORLDS = 2**21  # 256 KiB for one set of worlds


def world_count(people: int, free: int) -> int:
    """How many worlds there are with ``free`` people of the third role."""
    return math.comb(people, free) << (people - free)


@dataclass(frozen=True)
class Worlds:
    """The worlds of a size.

    Attributes:
        everything: the set of all of them.
        rows: for each person, the worlds in which he has each role.
        block: the number of worlds for each choice of the people of the third role.
        ranks: for each such choice its place, when there is a third role.
    """

    everything: int
    rows: tuple[tuple[int, ...], ...]
    block: int
    ranks: dict[tuple[int, ...], int]

    def only(self, roles: Sequence[int]) -> int:
        """The set that holds just the world with these roles."""
        place = step = 0
        free = []
        for person, role in enumerate(roles):
            if role == FREE:
                free.append(person)
                continue
            if role == KNIGHT:
                place += 1 << step
            step += 1
        return 1 << (place + self.ranks[tuple(free)] * self.block)

    def constraint(self, speaker: int, true: int) -> int:
        """The worlds in which a statement, true in the worlds ``true``, may be made by the speaker."""
        row = self.rows[speaker]
        if len(row) == 2:
            return self.everything ^ true ^ row[KNIGHT]
        return (row[KNIGHT] & true) | (row[KNAVE] ^ (row[KNAVE] & true)) | row[FREE]


def _stripes(size: int, step: int) -> str:
    """The worlds of one block in which the person at place ``step`` is a knight, most significant bit first."""
    half = 1 << step
    return ("1" * half + "0" * half) * (size >> (step + 1))


@functools.lru_cache(maxsize=64)
def worlds(people: int, free: int) -> Worlds:
    """All worlds with this number of people, ``free`` of whom have the third role."""
    block = 1 << (people - free)
    total = world_count(people, free)
    everything = (1 << total) - 1
    choices = list(itertools.combinations(range(people), free))
    stripes = [_stripes(block, step) for step in range(people - free)]
    zeros, ones = "0" * block, "1" * block
    rows: list[tuple[int, ...]] = []
    for person in range(people):
        knight: list[str] = []
        spy: list[str] = []
        for chosen in reversed(choices):  # the first block has the least significant bits
            is_free = person in chosen
            knight.append(zeros if is_free else stripes[person - sum(other < person for other in chosen)])
            spy.append(ones if is_free else zeros)
        knights, spies = int("".join(knight), 2), int("".join(spy), 2)
        knaves = everything ^ knights ^ spies
        rows.append((knights, knaves, spies) if free else (knights, knaves))
    return Worlds(everything, tuple(rows), block, {chosen: rank for rank, chosen in enumerate(choices)})
