"""Sudoku prompts as somebody reads them who knows nothing else."""

from __future__ import annotations

import itertools
import re

from readers.search import Rule, all_different, backtrack


class Sudoku:
    """A prompt as read. A solution is the digits in reading order."""

    def __init__(self, prompt: str) -> None:
        head = prompt.split("\n\n")[0]
        size, high, wide = re.search(r"(\d) ?[x×] ?\d.*?(\d) ?(?:rows by|行)\s*(\d)", head).groups()
        self.size, self.high, self.wide = int(size), int(high), int(wide)
        assert self.high * self.wide == self.size
        self.rows = [line.split(" ") for line in prompt.split("\n\n")[1].split("\n")]
        assert [len(row) for row in self.rows] == [self.size] * self.size
        self.cells = list(itertools.product(range(self.size), repeat=2))

    def solutions(self, most: int = 2) -> list[tuple[int, ...]]:
        span = range(self.size)
        houses = [[(r, c) for c in span] for r in span] + [[(r, c) for r in span] for c in span]
        boxes: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for r, c in self.cells:
            boxes.setdefault((r // self.high, c // self.wide), []).append((r, c))
        rules = {rule.names: rule for house in [*houses, *boxes.values()] for rule in all_different(house)}
        given = [
            Rule((cell,), lambda d, text=self.rows[cell[0]][cell[1]]: text in (".", str(d))) for cell in self.cells
        ]
        domains = {cell: list(range(1, self.size + 1)) for cell in self.cells}
        found = itertools.islice(backtrack(domains, [*rules.values(), *given]), most)
        return [tuple(one[cell] for cell in self.cells) for one in found]

    def asked(self, solution):
        return solution

    def answer(self, solution: tuple[int, ...]) -> str:
        rows = [solution[start : start + self.size] for start in range(0, len(solution), self.size)]
        return "\n".join(" ".join(map(str, row)) for row in rows)

    def form_is(self, answer: str) -> bool:
        return re.fullmatch(r"(\d( \d)*\n?)+", answer) is not None

    def spoilt(self, solution: tuple[int, ...], rng) -> tuple[int, ...]:
        """Two digits exchange all their places: every house still holds each digit, but a given is changed or it is another grid."""
        one, two = rng.sample(range(1, self.size + 1), 2)
        return tuple({one: two, two: one}.get(digit, digit) for digit in solution)


read = Sudoku
