"""Plain backtracking over small domains, the same by trying everything, and what all readers share.

A reader is a module with a function ``read(prompt)`` which takes the prompt's text and nothing else. What it returns has

* ``solutions(most)``: up to so many solutions, as tuples that do not depend on the language (places in the lists of the prompt),
* ``answer(solution)``: the answer text in the form that the prompt asks for,
* ``spoilt(solution, rng)``: another well-formed solution, which must be false when there is one solution,
* ``clues``, where clues single out the solution: one item for each.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """A test of the values of some variables, in their order."""

    names: tuple[Hashable, ...]
    test: Callable[..., bool]


def all_different(names) -> list[Rule]:
    """No two of some variables have the same value."""
    return [Rule(pair, lambda a, b: a != b) for pair in itertools.combinations(names, 2)]


def everything(domains: dict[Any, list[Any]], rules: list[Rule]) -> Iterator[dict[Any, Any]]:
    """All solutions, by trying every assignment."""
    for values in itertools.product(*domains.values()):
        chosen = dict(zip(domains, values, strict=True))
        if all(rule.test(*[chosen[name] for name in rule.names]) for rule in rules):
            yield chosen


def backtrack(domains: dict[Any, list[Any]], rules: list[Rule]) -> Iterator[dict[Any, Any]]:
    """All solutions: assign the variable with fewest values left, strike out what a rule with one open variable forbids."""
    about: dict[Any, list[Rule]] = {name: [] for name in domains}
    for rule in rules:
        for name in set(rule.names):
            about[name].append(rule)

    def strike(name, chosen, left) -> dict[Any, list[Any]] | None:
        """The values left after a choice; None when a variable has none or a rule is broken."""
        left = dict(left)
        for rule in about[name]:
            open_ones = {one for one in rule.names if one not in chosen}
            if len(open_ones) > 1:
                continue
            if not open_ones:
                if not rule.test(*[chosen[one] for one in rule.names]):
                    return None
                continue
            (other,) = open_ones
            kept = [
                value
                for value in left[other]
                if rule.test(*[value if one == other else chosen[one] for one in rule.names])
            ]
            if not kept:
                return None
            left[other] = kept
        return left

    def go(chosen, left) -> Iterator[dict[Any, Any]]:
        if not left:
            yield dict(chosen)
            return
        name = min(left, key=lambda one: len(left[one]))
        rest = {one: values for one, values in left.items() if one != name}
        for value in left[name]:
            chosen[name] = value
            narrowed = strike(name, chosen, rest)
            if narrowed is not None:
                yield from go(chosen, narrowed)
            del chosen[name]

    # rules about one variable first
    start = {}
    for name, values in domains.items():
        alone = [rule for rule in about[name] if set(rule.names) == {name}]
        start[name] = [v for v in values if all(rule.test(*[v] * len(rule.names)) for rule in alone)]
    if all(start.values()):
        yield from go({}, start)


def idle_clues(reading) -> list[int]:
    """The numbers of the clues without which the solution is the only one still."""
    found = []
    for number in range(1, len(reading.clues) + 1):
        fewer = copy.copy(reading)
        fewer.clues = reading.clues[: number - 1] + reading.clues[number:]
        if len(fewer.solutions(2)) < 2:
            found.append(number)
    return found


def notices(prompt: str) -> tuple[str, str] | None:
    """What to answer when there is no solution and when there are several; None when the prompt speaks of one only."""
    english = re.search(r'answer "([^"]+)"; if .*several.*answer "([^"]+)"', prompt)
    english = english or re.search(r'answer "([^"]+)"; if more than one .*answer "([^"]+)"', prompt)
    english = english or re.search(r'answer "([^"]+)"; if several .*answer "([^"]+)"', prompt, re.DOTALL)
    chinese = re.search(r"请回答“([^”]+)”；如果有(?:不止一个|多种|几个).*请回答“([^”]+)”", prompt)
    found = english or chinese
    return (found[1], found[2]) if found else None


def is_chinese(prompt: str) -> bool:
    """Whether a prompt is in Chinese."""
    return bool(re.search("[\u4e00-\u9fff]", prompt[:40]))


def numbered(prompt: str) -> list[str]:
    """The texts of the lines that begin with a number and a full stop; the numbers count from 1."""
    lines = re.findall(r"^(\d+)\. (.+)$", prompt, re.MULTILINE)
    assert [int(number) for number, _ in lines] == list(range(1, len(lines) + 1)), prompt
    return [text for _, text in lines]


def lists(prompt: str) -> dict[str, list[str]]:
    """The listed values: of each line "- name: one, two" the name and the values."""
    found = re.findall(r"^- (.+?)(?:: |：)(.+)$", prompt, re.MULTILINE)
    return {name: re.split(", |、", values) for name, values in found}


def first_match(table, text: str):
    """The key and the parts of the first sentence form that a text has."""
    for key, form in table:
        match = re.fullmatch(form, text)
        if match:
            return key, match.groups()
    raise AssertionError(f"no known sentence: {text}")
