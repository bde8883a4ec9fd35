"""The verdict on an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guru_envs.domains.logic._credit import partial_credit
from guru_envs.domains.logic._logic_grid.answer import Rows, place_of, read_rows, spellings
from guru_envs.domains.logic._logic_grid.clues import holds
from guru_envs.domains.logic._logic_grid.puzzle import Puzzle
from guru_envs.domains.logic._reading import Unreadable, fold, read_json
from guru_envs.task import Outcome, Verdict

_SAY = {
    "en": {
        "form": "this is not an answer in the asked form",
        "several": "one answer with one value in each place is asked for",
        "twice": "the same thing stands there twice",
        "extra": "there are rows or categories that the puzzle does not have",
        "missing": "{0} has no {1}",
        "unknown": "{0} has an unknown {1}",
        "repeated": "two rows have the same {0}",
        "clue": "clue {0} is violated",
        "value": "this is not one of the values listed",
        "cell": "that does not follow from the clues",
        "abstain": "whether there is exactly one solution was not judged rightly",
    },
    "zh": {
        "form": "这不是所要求形式的答案",
        "several": "只要一个答案，每处一个取值",
        "twice": "同一内容出现了两次",
        "extra": "出现了题目中没有的行或项目",
        "missing": "{0}缺少{1}",
        "unknown": "{0}的{1}不在所列取值之中",
        "repeated": "有两行的{0}相同",
        "clue": "违反了线索{0}",
        "value": "这不是所列取值之一",
        "cell": "这不能由线索推出",
        "abstain": "对是否恰有一个解的判断不对",
    },
}


def say(lang: str, key: str, *values: object) -> str:
    """A reason in words."""
    return _SAY[lang][key].format(*values)


def judge_grid(puzzle: Puzzle, answer: str) -> Verdict:
    """Judge an answer to the question for the whole grid."""
    try:
        content = read_json(answer)
        found = _exact(puzzle, content)
        problem = ""
        if found is None:
            found, problem = _places(puzzle, read_rows(answer, content, puzzle.categories))
    except Unreadable as unreadable:
        outcome = Outcome.NO_ANSWER if unreadable.reason == "form" else Outcome.WRONG
        return Verdict(outcome, detail=say(puzzle.lang, unreadable.reason))
    return Verdict(Outcome.WRONG, detail=problem) if found is None else _verdict(puzzle, found, problem)


def judge_cell(puzzle: Puzzle, gold: str, answer: str) -> Verdict:
    """Judge an answer to the question for one value."""
    assert puzzle.core.asked is not None
    category = puzzle.categories[puzzle.core.asked[1]]
    said = fold(answer).strip(" .。,'\"*`“”") if len(answer) <= 200 else ""
    place = place_of(category, said)
    if place is None:
        return Verdict(Outcome.WRONG, detail=say(puzzle.lang, "value"))
    if category.values[place] == gold:
        return Verdict(Outcome.CORRECT, 1.0)
    return Verdict(Outcome.WRONG, detail=say(puzzle.lang, "cell"))


Places = Sequence[
    Sequence[int]
]  # for each value of the first category the places of its values, -1 where there is none


def _exact(puzzle: Puzzle, content: Any) -> Places | None:
    """JSON exactly as asked for, the usual case; None leaves it to the patient way."""
    key, *others = puzzle.categories
    found = []
    tables = [(one.name, spellings(one)) for one in others]
    try:
        for value in key.values:
            row = content[value]
            places = []
            for name, table in tables:
                place = table.get(row[name])
                places.append(table[fold(row[name])] if place is None else place)
            found.append(tuple(places))
            if len(row) != len(tables):
                return None
    except (KeyError, TypeError, AttributeError):  # something is missing, unknown or of another kind
        return None
    return tuple(found) if len(content) == len(key.values) else None


def _places(puzzle: Puzzle, rows: Rows) -> tuple[Places | None, str]:
    """What an answer says, and what is wrong with it; None instead of the places when it says more than can be true."""
    lang, size = puzzle.lang, puzzle.core.size
    key, *others = puzzle.categories
    names = [fold(one.name) for one in others]
    table: list[dict[str, str] | None] = [None] * size
    for value, row in rows:
        row = {
            name: text
            for name, text in row.items()
            if name != fold(key.name) or place_of(key, text) != place_of(key, value)
        }
        place = place_of(key, value)
        if place is None or not set(names).issuperset(row):
            return None, say(lang, "extra")
        if table[place] is not None:
            return None, say(lang, "twice")
        table[place] = row
    problem = ""
    found: list[tuple[int, ...]] = []
    for place, named in enumerate(table):
        places = []
        for name, category in zip(names, others, strict=True):
            text = (named or {}).get(name)
            there = None if text is None else place_of(category, text)
            if there is None and not problem:
                problem = say(lang, "missing" if text is None else "unknown", key.values[place], category.name)
            places.append(-1 if there is None else there)
        found.append(tuple(places))
    return tuple(found), problem


def _verdict(puzzle: Puzzle, found: Places, problem: str) -> Verdict:
    """The verdict on cells: above chance, a value that stands in several rows counts in none of them."""
    core, size = puzzle.core, puzzle.core.size
    gold = puzzle.right
    if found == gold:
        return Verdict(Outcome.CORRECT, 1.0)
    right, strict = 0, core.credit == "above_chance"
    columns = zip(puzzle.categories[1:], zip(*found, strict=True), zip(*gold, strict=True), strict=True)
    for category, column, wanted in columns:
        repeated = len({*column}) < size
        for said, place in zip(column, wanted, strict=True):
            if said == place and not (strict and repeated and column.count(said) > 1):
                right += 1
        if repeated and not problem:
            problem = say(puzzle.lang, "repeated", category.name)
    if not problem:
        entity = list(range(size)) + [0] * (len(core.entity) - size)
        for one, row in enumerate(found):
            for where, place in enumerate(row, 1):
                entity[where * size + place] = one
        broken = (n for n, clue in enumerate(core.clues, 1) if not holds(clue, entity, core.shapes, size))
        problem = say(puzzle.lang, "clue", next(broken, 0))
    total = size * (len(core.shapes) - 1)
    return Verdict(Outcome.WRONG, partial_credit(right, total, total / size, core.credit), detail=problem)


def answer_rows(puzzle: Puzzle, places: Sequence[Sequence[int]]) -> dict[str, dict[str, str]]:
    """An answer in the asked form."""
    key, *others = puzzle.categories
    return {
        value: {one.name: one.values[place] for one, place in zip(others, row, strict=True)}
        for value, row in zip(key.values, places, strict=True)
    }
