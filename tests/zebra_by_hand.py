"""Zebra puzzles read from their prompt's text alone, in both languages, and decided by a SAT solver.

Shares no code with the domain: own tables of sentences, own encoding.
"""

from __future__ import annotations

import re
from itertools import combinations

from pysat.solvers import Solver

SENTENCES = {
    "en": [
        ("at", r"(.+) lives in house (\d)\."),
        ("not_at", r"(.+) does not live in house (\d)\."),
        ("next", r"(.+) lives next to (.+)\."),
        ("directly_left", r"(.+) lives directly to the left of (.+)\."),
        ("directly_right", r"(.+) lives directly to the right of (.+)\."),
        ("left", r"(.+) lives somewhere to the left of (.+)\."),
        ("right", r"(.+) lives somewhere to the right of (.+)\."),
        ("apart", r"(.+) lives exactly (\d) houses away from (.+)\."),
        ("between", r"(.+) lives somewhere between (.+) and (.+)\."),
        ("end", r"(.+) lives in one of the two end houses\."),
        ("odd", r"(.+) lives in a house with an odd number\."),
        ("even", r"(.+) lives in a house with an even number\."),
        ("either", r"(.+) is either (.+) or (.+)\."),
        ("differ", r"(.+) is not (.+)\."),
        ("same", r"(.+) is (.+)\."),
    ],
    "zh": [
        ("not_at", r"(.+)不住在(\d)号房。"),
        ("at", r"(.+)住在(\d)号房。"),
        ("next", r"(.+)住在(.+)的隔壁。"),
        ("directly_left", r"(.+)住在(.+)左边紧邻的房子里。"),
        ("directly_right", r"(.+)住在(.+)右边紧邻的房子里。"),
        ("left", r"(.+)住在(.+)左边的某处。"),
        ("right", r"(.+)住在(.+)右边的某处。"),
        ("apart", r"(.+)与(.+)的门牌号正好相差(\d)。"),
        ("between", r"(.+)住在(.+)与(.+)之间的某处。"),
        ("end", r"(.+)住在两端的房子之一。"),
        ("odd", r"(.+)住在单数号房。"),
        ("even", r"(.+)住在双数号房。"),
        ("differ", r"(.+)不是(.+)。"),
        ("same", r"(.+)就是(.+)。"),
        ("either", r"(.+)是(.+)或者(.+)。"),
    ],
}


class ByHand:
    """A prompt as read: houses, attributes with values, clues over (attribute, value)."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "线索" in prompt else "en"
        pattern = r"有(\d)座房子" if self.lang == "zh" else r"There are (\d) houses"
        self.houses = int(re.search(pattern, prompt)[1])
        colon, comma = ("：", "、") if self.lang == "zh" else (": ", ", ")
        self.values: dict[str, list[str]] = {}
        for name, values in re.findall(rf"^- ([^{colon[0]}]+){colon}(.+)$", prompt, re.MULTILINE):
            self.values[name] = values.split(comma)
        assert all(len(values) == self.houses for values in self.values.values())
        self.items = [(name, value) for name, values in self.values.items() for value in values]
        self.clues = [self.read(text) for text in re.findall(r"^\d+\. (.+)$", prompt, re.MULTILINE)]

    def item(self, phrase: str) -> tuple[str, str]:
        """Whom a phrase means: the one value that it ends with, begins with or holds as a word."""
        phrase = phrase.strip()
        bare = phrase[4:] if phrase.lower().startswith("the ") else phrase
        if self.lang == "en":
            words = bare.split()
            found = [item for item in self.items if item[1] in words]
        else:
            found = [item for item in self.items if item[1] in phrase]
            longest = max((len(value) for _, value in found), default=0)
            found = [item for item in found if len(item[1]) == longest]
        assert len(found) == 1, (phrase, found)
        return found[0]

    def read(self, text: str) -> tuple:
        kind, match = next(
            (kind, match) for kind, pattern in SENTENCES[self.lang] if (match := re.fullmatch(pattern, text))
        )
        parts = [part if part.isdigit() else self.item(part) for part in match.groups()]
        numbers = [int(part) for part in parts if isinstance(part, str)]
        return (kind, [part for part in parts if not isinstance(part, str)], numbers)

    # -- truth ---------------------------------------------------------------------------------------------------------

    def true_places(self, clue: tuple):
        """All combinations of houses (from 1) of the clue's items in which it is true."""
        kind, items, numbers = clue
        span = range(1, self.houses + 1)
        tests = {
            "at": lambda a: a == numbers[0],
            "not_at": lambda a: a != numbers[0],
            "end": lambda a: a in (1, self.houses),
            "odd": lambda a: a % 2 == 1,
            "even": lambda a: a % 2 == 0,
            "next": lambda a, b: abs(a - b) == 1,
            "directly_left": lambda a, b: b - a == 1,
            "directly_right": lambda a, b: a - b == 1,
            "left": lambda a, b: a < b,
            "right": lambda a, b: a > b,
            "apart": lambda a, b: abs(a - b) == numbers[0],
            "same": lambda a, b: a == b,
            "differ": lambda a, b: a != b,
            "between": lambda a, b, c: b < a < c or c < a < b,
            "either": lambda a, b, c: a in (b, c),
        }
        test = tests[kind]
        if len(items) == 1:
            return items, {(a,) for a in span if test(a)}
        if len(items) == 2:
            return items, {(a, b) for a in span for b in span if test(a, b)}
        return items, {(a, b, c) for a in span for b in span for c in span if test(a, b, c)}

    # -- SAT -----------------------------------------------------------------------------------------------------------

    def solver(self) -> Solver:
        """The standing rules, and each clue behind its selector literal ``self.selector(n)``."""
        self.number = {
            (item, house): index * self.houses + house
            for index, item in enumerate(self.items)
            for house in range(1, self.houses + 1)
        }
        solver = Solver(name="cadical153")
        span = range(1, self.houses + 1)
        for values in self.values.items():
            members = [(values[0], value) for value in values[1]]
            rows = [[self.number[item, house] for house in span] for item in members]
            rows += [[self.number[item, house] for item in members] for house in span]
            for row in rows:
                solver.add_clause(row)
                for one, two in combinations(row, 2):
                    solver.add_clause([-one, -two])
        for index, clue in enumerate(self.clues):
            items, places = self.true_places(clue)
            grids = [()]
            for _ in items:
                grids = [(*grid, house) for grid in grids for house in span]
            for grid in grids:
                if grid not in places:
                    cells = [-self.number[item, house] for item, house in zip(items, grid, strict=True)]
                    solver.add_clause([-self.selector(index + 1), *cells])
        return solver

    def selector(self, clue: int) -> int:
        return len(self.items) * self.houses + clue

    def grid_of(self, model: list[int]) -> dict[tuple[str, str], int]:
        true = {literal for literal in model if literal > 0}
        return {item: house for (item, house), literal in self.number.items() if literal in true}
