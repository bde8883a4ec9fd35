"""Reading the facts that a person or a model writes, one a line, in the form of the oracle's lines. Linear time."""

from __future__ import annotations

import functools
import re

from guru_envs.domains.logic._reading import Unreadable, fold, read_json, without_source
from guru_envs.domains.logic._zebra.judge import exact_grid
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.domains.logic._zebra.words import Attribute, person
from guru_envs.theory import FALSE, POSSIBLE, Fact

_LONGEST = 4000  # characters; two solutions of the largest size need half of it, all other lines a tenth
_MARK = re.compile(r"(?:[-•]|\d{1,3}[.)])\s+")  # of a list
_HOUSES = {
    "en": re.compile(r"s? ([1-9](?:, [1-9]){0,8}(?:,? or [1-9])?)"),
    "zh": re.compile(r"([1-9](?:[、,，][1-9]){0,8}(?:或[1-9])?)"),
}
_POSSIBLE = {"en": ("one solution is ", "another solution is "), "zh": ("一个解是", "另一个解是")}
_FALSE = {"en": "the clues contradict each other", "zh": "这些线索互相矛盾"}
_ENDS = (" lives", " live", " is", " must live", " must be")
_NOT_ENDS = (
    " does not live",
    " doesn't live",
    " is not",
    " isn't",
    " cannot live",
    " cannot be",
    " can't live",
    " can't be",
)

_HELP = {
    "en": (
        "Write one fact in a line, in this form: {Who} lives in house 1. Several houses may be left (lives in house 1 or 2), and "
        '"does not live in house 1" is a fact too. What holds only under suppositions says them: With {who} in house 1 and '
        "{other} in house 2, {third} lives in house 1 or 2. In brackets before the full stop you may say where it comes "
        "from, for example (clue 1). People are called as in the clues; this is an example of the form only."
    ),
    "zh": (
        "每行写一个事实，形式如下：{Who}住在1号房。可以写几座可能的房子（住在1或2号房），也可以写“不住在1号房”。只在假设下成立的事实"
        "要写明假设：若{who}住1号房、{other}住2号房，则{third}住在1或2号房。句号前可以用括号注明来源，例如（线索1）。"
        "人的称呼与线索中相同；这里只是形式的例子。"
    ),
}


def fact_help(puzzle: Puzzle) -> str:
    """How a fact is written, with an example that tells nothing: the first value of each list, in house 1."""
    who, other = puzzle.people[0], puzzle.people[puzzle.houses]
    third = puzzle.people[2 * puzzle.houses if len(puzzle.attributes) > 2 else 1]
    text = _HELP[puzzle.lang].replace("{Who}", who[0].upper() + who[1:])
    return text.replace("{who}", who).replace("{other}", other).replace("{third}", third)


def read_fact(puzzle: Puzzle, line: str) -> Fact | None:
    """The fact that a line states; None when it states none in the documented form."""
    if len(line) > _LONGEST:
        return None
    line = line.strip()
    if puzzle.abstain and (found := _read_end(puzzle, line)):
        return found
    if puzzle.lang == "en":
        if "in house" not in line.lower():
            return None
        text = _MARK.sub("", fold(line.replace("*", "")), count=1)
    else:
        if "号房" not in line:
            return None
        text = "".join(_MARK.sub("", line.replace("*", ""), count=1).split()).replace("(", "（").replace(")", "）")
    bare = without_source(text)
    if bare is None:
        return None
    return _read_en(puzzle, bare) if puzzle.lang == "en" else _read_zh(puzzle, bare)


def _read_end(puzzle: Puzzle, line: str) -> Fact | None:
    """A contradiction, or a whole solution."""
    bare = without_source(line)
    if bare is not None and fold(bare) == _FALSE[puzzle.lang]:
        return FALSE
    for start in _POSSIBLE[puzzle.lang]:
        if line[: len(start)].lower() == start:
            try:
                grid = exact_grid(puzzle, read_json(line[len(start) :].lstrip(" :：").rstrip(" .。")))
            except Unreadable:
                return None
            if grid is None:
                return None
            fact: list[str | int] = [POSSIBLE]
            for item, house in enumerate(grid):
                attribute = puzzle.attributes[item // puzzle.houses]
                fact += [attribute.name, attribute.values[item % puzzle.houses], house + 1]
            return tuple(fact)
    return None


def _read_en(puzzle: Puzzle, text: str) -> Fact | None:
    fact: list[str | int] = []
    if text.startswith(("with ", "if ")):
        conditions, comma, text = text.partition(" ")[2].partition(", ")
        for condition in conditions.split(" and "):
            who, sep, house = condition.rpartition(" in house ")
            who = who.removesuffix(" lives").removesuffix(" is")
            if not sep or not comma or not _suppose(puzzle, fact, who, house):
                return None
        text = text.removeprefix("then ")
    who, sep, houses = text.rpartition(" in house")
    listed = _HOUSES["en"].fullmatch(houses) if sep else None
    if listed is None:
        return None
    for ends, positive in ((_NOT_ENDS, False), (_ENDS, True)):
        for end in ends:
            if who.endswith(end):
                return _conclude(puzzle, fact, who.removesuffix(end), listed[1], positive)
    return None


def _read_zh(puzzle: Puzzle, text: str) -> Fact | None:
    fact: list[str | int] = []
    if text.startswith(("若", "如果")):
        conditions, comma, text = text.removeprefix("如果").removeprefix("若").replace(",", "，").partition("，")
        for condition in conditions.split("、"):
            who, sep, house = condition.removesuffix("号房").rpartition("住")
            if not sep or not comma or not _suppose(puzzle, fact, who, house.removeprefix("在")):
                return None
        text = text.removeprefix("则").removeprefix("那么")
    if not text.endswith("号房"):
        return None
    who, sep, houses = text.removesuffix("号房").rpartition("住在")
    listed = _HOUSES["zh"].fullmatch(houses) if sep else None
    if listed is None:
        return None
    return _conclude(puzzle, fact, who.removesuffix("不"), listed[1], not who.endswith("不"))


def _suppose(puzzle: Puzzle, fact: list[str | int], who: str, house: str) -> bool:
    """Add a supposition to a fact; False when it is none."""
    item = _people(puzzle.lang, puzzle.attributes).get(who)
    if item is None or house not in tuple("123456789"[: puzzle.houses]):
        return False
    fact += ["if", *item, int(house)]
    return True


def _conclude(puzzle: Puzzle, fact: list[str | int], who: str, listed: str, positive: bool) -> Fact | None:
    item = _people(puzzle.lang, puzzle.attributes).get(who)
    named = [int(character) for character in listed if character in "123456789"]
    if item is None or max(named) > puzzle.houses:
        return None
    houses = [house for house in range(1, puzzle.houses + 1) if (house in named) is positive]
    return (*fact, "in", *item, *houses) if houses else None


@functools.lru_cache(maxsize=256)
def _people(lang: str, attributes: tuple[Attribute, ...]) -> dict[str, tuple[str, str]]:
    """Attribute and value by what a person is called, with and without "the", or by the value where it is the only one."""
    found: dict[str, tuple[str, str]] = {}
    values = [value for one in attributes for value in one.values]
    for one in attributes:
        for value in one.values:
            called = fold(person(one, value))
            found[called] = found[called.removeprefix("the ")] = (one.name, value)
            if values.count(value) == 1:
                found.setdefault(fold(value), (one.name, value))
    return found
