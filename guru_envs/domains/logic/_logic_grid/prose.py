"""The lines of a proof in words, and single statements read from text."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from guru_envs.domains.logic._logic_grid.proof import Line
from guru_envs.domains.logic._logic_grid.puzzle import Category, Puzzle
from guru_envs.domains.logic._logic_grid.words import value
from guru_envs.task import Premise, Step

Fact = tuple[str | int, ...]
_LONGEST = 1000  # characters of a line that may be a statement
_SOURCE = re.compile(r"\s*[(（][^()（）]*[)）][.。]?\s*\Z")
_NUMBER = re.compile(r"(?:\d+[.)、]|[-*•])\s+")

_SAY = {
    "en": {
        "is": " goes with ",
        "not": " does not go with ", "or": " or ", "comma": ", ",
        "if": "If ", "and": " and ", "then": ", then ",
        "end": ".", "open": " (", "close": ")", "clue": "clue {}", "line": "line {}", "lines": "lines {}", "between": "; ",
        "refute": "otherwise there is a contradiction: ",
        "conflict": "These clues cannot all be true: ", "solution": "A solution: ", "with": " - ", "row": "; ",
        "help": 'A statement is one line: "{a} goes with {b}." or "{a} does not go with {b}." (of several at once: "{a} does not '
        'go with {b} or {c}."), under suppositions "If {a} goes with {b}, then {d} does not go with {c}." (several joined by "and"). '
        "Values are written as they are listed.",
    },
    "zh": {
        "is": "对应", "not": "不对应", "or": "或", "comma": "、", "if": "如果", "and": "并且", "then": "，那么",
        "end": "。", "open": "（", "close": "）", "clue": "线索{}", "line": "第{}行", "lines": "第{}行", "between": "；",
        "refute": "否则矛盾：",
        "conflict": "以下线索不能同时成立：", "solution": "一个解：", "with": "－", "row": "；",
        "help": "一个论断写成一行：“{a}对应{b}。”或“{a}不对应{b}。”（一次排除几个：“{a}不对应{b}或{c}。”），在假设之下写成"
        "“如果{a}对应{b}，那么{d}不对应{c}。”（几个假设用“并且”连接）。取值按所列的写法写。",
    },
}  # fmt: skip


def steps(puzzle: Puzzle, lines: Sequence[Line]) -> tuple[Step, ...]:
    """The lines of a proof as sentences and as facts."""
    return tuple(_step(puzzle, line) for line in lines)


def _step(puzzle: Puzzle, line: Line) -> Step:
    say = _SAY[puzzle.lang]
    texts = [value(puzzle, other) for other in line.others]
    joined = say["or"].join([say["comma"].join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]
    text = value(puzzle, line.item) + say["is" if line.sign else "not"] + joined
    if line.under:
        supposed = say["and"].join(say["is"].join(value(puzzle, item) for item in pair) for pair in line.under)
        text = say["if"] + supposed + say["then"] + text
    source = [say["clue"].format(line.clue + 1)] if line.clue >= 0 else []
    if line.lines:
        numbers = say["comma"].join(str(one + 1) for one in line.lines)
        source.append(say["lines" if len(line.lines) > 1 else "line"].format(numbers))
    reason = (say["refute"] if line.rule == "refute" else "") + say["between"].join(source)
    premises = [Premise("clue", line.clue + 1)] if line.clue >= 0 else []
    premises += [Premise("step", one + 1) for one in line.lines]
    fact: list[str | int] = []
    for pair in line.under:
        fact += ["if", *(part for item in pair for part in _named(puzzle, item))]
    fact += ["is" if line.sign else "not", *_named(puzzle, line.item), *_named(puzzle, line.others[0])]
    fact += texts[1:]
    return Step(text + say["open"] + reason + say["close"] + say["end"], tuple(premises), tuple(fact))


def _named(puzzle: Puzzle, item: int) -> tuple[str, str]:
    return puzzle.categories[item // puzzle.core.size].name, value(puzzle, item)


# -- certificates that there is no single solution ---------------------------------------------------------------------


def conflict_step(puzzle: Puzzle, clues: Sequence[int]) -> Step:
    """That some clues, counted from 1, contradict each other."""
    say = _SAY[puzzle.lang]
    text = say["conflict"] + say["comma"].join(map(str, clues)) + say["end"]
    return Step(text, tuple(Premise("clue", clue) for clue in clues), ("conflict", *clues))


def solution_step(puzzle: Puzzle, rows: Sequence[Sequence[int]]) -> Step:
    """One solution: for each item of the first category it and those that belong to it."""
    say = _SAY[puzzle.lang]
    texts = [[value(puzzle, item) for item in row] for row in rows]
    text = say["solution"] + say["row"].join(say["with"].join(row) for row in texts) + say["end"]
    return Step(text, (), ("solution", *(one for row in texts for one in row)))


# -- reading -----------------------------------------------------------------------------------------------------------


def help_text(puzzle: Puzzle) -> str:
    """How a statement is written; the example joins values in the order of the lists, whatever belongs together."""
    one, two = puzzle.categories[:2]
    return _SAY[puzzle.lang]["help"].format(a=one.values[0], b=two.values[0], c=two.values[1], d=one.values[1])


@functools.lru_cache(maxsize=256)
def _items(categories: tuple[Category, ...]) -> dict[str, int]:
    """Items by their folded value or phrase."""
    found: dict[str, int] = {}
    for number, category in enumerate(categories):
        for texts in (category.phrases, category.values):
            for place, text in enumerate(texts):
                found[_fold(text)] = number * len(texts) + place
    return found


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def read(puzzle: Puzzle, line: str) -> Fact | None:
    """The statement in a line, or None."""
    if len(line) > _LONGEST:
        return None
    say = _SAY[puzzle.lang]
    text = line.strip()
    marker = _NUMBER.match(text)
    text = text[marker.end() :] if marker else text
    text = _SOURCE.sub("", text).strip().rstrip(".。").strip().strip("*` ")
    lowered = text.casefold()
    if lowered.startswith(say["conflict"].casefold()):
        numbers = re.findall(r"\d+", text[len(say["conflict"]) :])
        return ("conflict", *(int(number[:6]) for number in numbers)) if numbers else None
    if lowered.startswith(say["solution"].casefold()):
        return _read_solution(puzzle, text[len(say["solution"]) :])
    fact: list[str | int] = []
    if lowered.startswith(say["if"].casefold()):
        conditions, comma, text = text[len(say["if"]) :].partition(say["then"])
        if not comma:
            return None
        for part in conditions.split(say["and"]):
            supposed = _atom(puzzle, part)
            if supposed is None or supposed[0] != "is":
                return None
            fact += ["if", *supposed[1:]]
    stated = _atom(puzzle, text)
    return None if stated is None else (*fact, *stated)


def _atom(puzzle: Puzzle, text: str) -> Fact | None:
    """``("is", ...)`` or ``("not", ...)``."""
    say, size, items = _SAY[puzzle.lang], puzzle.core.size, _items(puzzle.categories)
    sign = "not" if say["not"] in text else "is"
    left, middle, right = text.partition(say[sign])
    item = items.get(_fold(left))
    if not middle or item is None:
        return None
    others = [items.get(_fold(part)) for part in right.replace(say["or"], say["comma"]).split(say["comma"])]
    if (sign == "is" and len(others) > 1) or len(set(others)) < len(others):
        return None
    known = [other for other in others if other is not None]
    categories = {other // size for other in known}
    if len(known) < len(others) or len(categories) != 1 or item // size in categories:
        return None
    return (sign, *_named(puzzle, item), *_named(puzzle, known[0]), *(value(puzzle, other) for other in known[1:]))


def _read_solution(puzzle: Puzzle, text: str) -> Fact | None:
    say, items = _SAY[puzzle.lang], _items(puzzle.categories)
    found: list[str | int] = ["solution"]
    for row in text.split(say["row"]):
        for part in row.split(say["with"]):
            item = items.get(_fold(part))
            if item is None:
                return None
            found.append(value(puzzle, item))
    return tuple(found)
