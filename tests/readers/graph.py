"""Prompts about networks of implications as somebody reads them who knows nothing else; every way is followed."""

from __future__ import annotations

import re

from readers.search import is_chinese, numbered

FORMS = [  # rules, and whether what follows is said first
    (r"If (.+), then (.+)\.", False),
    (r"Whenever (.+), (.+) as well\.", False),
    (r"From the fact that (.+) it follows that (.+)\.", False),
    (r"(.+) if (.+)\.", True),
    (r"如果(.+)，那么(.+)。", False),
    (r"只要(.+)，(.+)就成立。", False),
    (r"由(.+)可以推出(.+)。", False),
    (r"(.+)，只要(.+)。", True),
]


class Network:
    """A prompt as read. A solution is the numbers of the rules that a shortest proof uses, in order."""

    def __init__(self, prompt: str) -> None:
        self.zh = is_chinese(prompt)
        self.given = re.search(r"已知(.+?)。" if self.zh else r"It is given that (.+?)\.", prompt)[1]
        self.goal = re.search(r"要证明(.+?)。" if self.zh else r"It is to be shown that (.+?)\.", prompt)[1]
        self.whole = bool(re.search(r"^(What is the shortest proof\?|最短的证明是什么？)", prompt, re.MULTILINE))
        self.rules = [self.rule(text) for text in numbered(prompt)]

    def rule(self, text: str) -> tuple[str, str]:
        for form, reverse in FORMS:
            match = re.fullmatch(form, text)
            if match:
                return (match[2], match[1]) if reverse else (match[1], match[2])
        raise AssertionError(text)

    def ways(self, length: int, from_: str) -> list[tuple[int, ...]]:
        """All proofs with so many steps, by following every rule; statements that are too far from the goal are left out."""
        if length == 0:
            return [()] if from_ == self.goal else []
        found = []
        for number, (premise, conclusion) in enumerate(self.rules):
            if premise == from_ and self.far(conclusion) <= length - 1:
                found += [(number, *rest) for rest in self.ways(length - 1, conclusion)]
        return found

    def far(self, statement: str) -> int:
        """How many steps at least lead from a statement to the goal."""
        if not hasattr(self, "_far"):
            self._far = {self.goal: 0}
            for _ in self.rules:
                for premise, conclusion in self.rules:
                    if conclusion in self._far:
                        self._far[premise] = min(self._far.get(premise, 10**9), self._far[conclusion] + 1)
        return self._far.get(statement, 10**9)

    def solutions(self, most: int = 2) -> list[tuple[int, ...]]:
        length = self.far(self.given)
        return [] if length > len(self.rules) else self.ways(length, self.given)[:most]

    def asked(self, solution):
        return solution if self.whole else solution[0]

    def answer(self, solution) -> str:
        statements = [self.given, *[self.rules[number][1] for number in solution]]
        return ("，" if self.zh else ", ").join(statements) if self.whole else statements[1]

    def form_is(self, answer: str) -> bool:
        statement = "小.很.." if self.zh else "[A-Z][a-z]+ is [a-z]+"
        return all(re.fullmatch(statement, part) for part in re.split(", |，", answer))

    def spoilt(self, solution, rng):
        """Another first step."""
        others = [
            n for n, (one, two) in enumerate(self.rules) if one == self.given and two != self.rules[solution[0]][1]
        ]
        return (rng.choice(others), *solution[1:]) if others else solution[:1] * 2 + solution[1:]


read = Network
