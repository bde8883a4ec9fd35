"""Networks of implications read from their prompt's text alone, in both languages, and searched level by level.

Shares no code with the domain.

``python tests/graph_by_hand.py [TASKS]`` checks many tasks of each level: one shortest proof, equal to gold; and how often simple
rules pick the right first step.
"""

from __future__ import annotations

import re
import sys
from collections import Counter

FORMS = {
    "en": (
        (r"If (.+), then (.+)", False),
        (r"Whenever (.+), (.+) as well", False),
        (r"From the fact that (.+) it follows that (.+)", False),
        (r"(.+) if (.+)", True),
    ),
    "zh": (
        (r"如果(.+)，那么(.+)", False),
        (r"只要(.+)，(.+)就成立", False),
        (r"由(.+)可以推出(.+)", False),
        (r"(.+)，只要(.+)", True),
    ),
}
STATEMENT = {"en": r"[A-Z][a-z]+ is [a-z]+", "zh": r"小\w很\w\w"}


class ByHand:
    """A prompt as read: the given statement, rules as pairs of statements, the goal."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "已知" in prompt else "en"
        head, rules, question = prompt.split("\n\n")
        given, goal = (
            (r"已知(.+?)。", r"要证明(.+?)。") if self.lang == "zh" else (r"given that (.+?)\.", r"shown that (.+?)\.")
        )
        self.given, self.goal = re.search(given, head)[1], re.search(goal, question)[1]
        self.whole = "What is the shortest proof" in question or "最短的证明是什么" in question
        self.rules = [self.read(text) for text in re.findall(r"^\d+\. (.+)$", rules, re.MULTILINE)]

    def read(self, text: str) -> tuple[str, str]:
        for form, backwards in FORMS[self.lang]:
            match = re.fullmatch(form, text.rstrip(".。"))
            if match:
                assert all(re.fullmatch(STATEMENT[self.lang], part) for part in match.groups()), text
                return match.groups()[::-1] if backwards else match.groups()
        raise AssertionError(text)

    def proofs(self) -> list[list[str]]:
        """All shortest proofs, found by writing down all ways of a length until one ends in the goal; at most 40."""
        assert len(set(self.rules)) == len(self.rules)
        layer, known = {self.given: [[self.given]]}, {self.given}
        while layer:
            if self.goal in layer:
                return layer[self.goal]
            following: dict[str, list[list[str]]] = {}
            for premise, conclusion in self.rules:
                if premise in layer and conclusion not in known:
                    ways = [[*way, conclusion] for way in layer[premise]]
                    following[conclusion] = (following.get(conclusion, []) + ways)[:40]
            known |= set(following)
            layer = following
        return []

    def answer(self, proof: list[str]) -> str:
        """What the question asks for."""
        return ("，" if self.lang == "zh" else ", ").join(proof) if self.whole else proof[1]

    def first_steps(self) -> list[str]:
        return [conclusion for premise, conclusion in self.rules if premise == self.given]

    def picks(self) -> dict[str, str]:
        """The first step that each of some simple rules picks."""
        options = self.first_steps()
        about = Counter(statement for rule in self.rules for statement in rule)
        out, into = Counter(rule[0] for rule in self.rules), Counter(rule[1] for rule in self.rules)
        place: dict[str, int] = {}
        last: dict[str, int] = {}
        for number, rule in enumerate(self.rules):
            for statement in rule:
                place.setdefault(statement, number)
                last[statement] = number
        words = set(self.goal.split() if self.lang == "en" else self.goal)

        def shared(statement: str) -> int:
            return len(words & set(statement.split() if self.lang == "en" else statement))

        reach = {one: self.reach(one, 2) for one in options}
        return {
            "most rules about it": max(options, key=lambda one: about[one]),
            "fewest rules about it": min(options, key=lambda one: about[one]),
            "most rules from it": max(options, key=lambda one: out[one]),
            "fewest rules from it": min(options, key=lambda one: out[one]),
            "most rules to it": max(options, key=lambda one: into[one]),
            "fewest rules to it": min(options, key=lambda one: into[one]),
            "stated first": options[0],
            "stated last": options[-1],
            "mentioned first": min(options, key=lambda one: place[one]),
            "mentioned last": max(options, key=lambda one: last[one]),
            "longest text": max(options, key=len),
            "shortest text": min(options, key=len),
            "first in the alphabet": min(options),
            "words of the goal": max(options, key=shared),
            "no words of the goal": min(options, key=shared),
            "most within two steps": max(options, key=lambda one: reach[one]),
        }

    def reach(self, start: str, steps: int) -> int:
        known = {start}
        for _ in range(steps):
            known |= {conclusion for premise, conclusion in self.rules if premise in known}
        return len(known)


def check(task) -> ByHand:
    """One shortest proof, equal to gold."""
    puzzle = ByHand(task.prompt)
    found = puzzle.proofs()
    assert len(found) == 1, (task.prompt, found)
    assert puzzle.answer(found[0]) == task.gold, task.prompt
    return puzzle


def main() -> None:
    """Check many tasks of each level, in both languages."""
    import guru_envs

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for level in range(1, len(guru_envs.spec("guru/graph-v0").levels) + 1):
        right: Counter[str] = Counter()
        for lang in ("en", "zh"):
            source = guru_envs.make_source("guru/graph-v0", level=level, lang=lang)
            for seed in range(count):
                puzzle = check(source.draw(seed if lang == "en" else seed + count))
                step = puzzle.proofs()[0][1]
                for name, pick in puzzle.picks().items():
                    right[name] += pick == step
        ((best, often),) = right.most_common(1)
        chance = 1 / len(puzzle.first_steps())
        print(
            f"level {level}: {2 * count} tasks checked; chance {chance:.3f}, best rule: {best}, {often / 2 / count:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
