"""Zebra puzzles as clauses for a SAT solver."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from guru_envs.domains.logic._zebra.clues import UNARY, Clue, allowed_houses, relation


class Encoding:
    """One literal for each item and house.

    Attributes:
        rules: the clauses without which it is no grid.
    """

    def __init__(self, houses: int, attributes: int) -> None:
        self.houses, self.items = houses, houses * attributes
        self.rules = self._standing()

    def grid(self, model: Sequence[int]) -> list[int]:
        """The house of each item in a model."""
        houses = self.houses
        return [(literal - 1) % houses for literal in model[: self.items * houses] if literal > 0]

    def _standing(self) -> list[list[int]]:
        """Each value of an attribute in one house, each house with one value."""
        houses = self.houses
        clauses = []
        for start in range(0, self.items, houses):
            rows = [[self.cell(item, house) for house in range(houses)] for item in range(start, start + houses)]
            for row in rows + [list(column) for column in zip(*rows, strict=True)]:
                clauses += [row, *([-one, -two] for one, two in combinations(row, 2))]
        return clauses

    def cell(self, item: int, house: int) -> int:
        """The literal of an item in a house."""
        return item * self.houses + house + 1

    def clauses(self, clue: Clue) -> list[list[int]]:
        """What a clue says."""
        kind, items, number = clue
        span, cell = range(self.houses), self.cell
        if kind in UNARY:
            allowed = allowed_houses(kind, number, self.houses)
            return [[-cell(items[0], house)] for house in span if not allowed >> house & 1]
        if kind == "either_or":
            return [[-cell(items[0], house), cell(items[1], house), cell(items[2], house)] for house in span]
        if kind == "between":
            return [
                [
                    -cell(items[0], low),
                    -cell(items[2], high),
                    *(cell(items[1], h) for h in range(min(low, high) + 1, max(low, high))),
                ]
                for low in span
                for high in span
            ]
        forward, back = relation(kind, number, self.houses)
        clauses = []
        for (one, two), table in ((items, forward), (items[::-1], back)):
            clauses += [[-cell(one, h), *(cell(two, g) for g in span if table[h] >> g & 1)] for h in span]
        return clauses
