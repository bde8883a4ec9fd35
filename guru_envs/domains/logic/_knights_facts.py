"""Reading the facts that a person or a model writes about knights and knaves, one a line. Linear time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guru_envs.domains.logic._knights_answers import read_answer
from guru_envs.domains.logic._knights_proof import FALSE_TEXT, POSSIBLE_TEXT
from guru_envs.domains.logic._knights_words import ROLE_WORDS
from guru_envs.domains.logic._reading import without_source
from guru_envs.theory import FALSE, POSSIBLE, Fact

if TYPE_CHECKING:
    from guru_envs.domains.logic.knights_and_knaves import Puzzle

_LONGEST = 1000  # characters
_MARK = re.compile(r"(?:[-•]|\d{1,3}[.)])\s+")  # of a list
_HELP = {
    "en": (
        "Write one fact in a line, in this form: {one} is a {first}. {more}What holds only under suppositions says them: If {two} "
        "is a {second} and {one} is a {first}, then {one} is a {first}. In brackets before the full stop you may say where it "
        "comes from, for example (statement 1 is true). This is an example of the form only."
    ),
    "zh": (
        "每行写一个事实，形式如下：{one}是{first}。{more}只在假设下成立的事实要写明假设：若{two}是{second}、{one}是{first}，则{one}是"
        "{first}。句号前可以用括号注明来源，例如（第1句话为真）。这里只是形式的例子。"
    ),
}
_MORE = {
    "en": "Also: is not a {first}, or: is neither a {first} nor a {second}. ",
    "zh": "也可以写：{one}不是{first}，或者：{one}不是{first}也不是{second}。",
}


def fact_help(puzzle: Puzzle) -> str:
    """How a fact is written, with an example that tells nothing: the first two people and the first two roles."""
    lang = puzzle.lang
    first, second = (ROLE_WORDS[lang][role] for role in (1, 0))
    values = {"one": puzzle.names[0], "two": puzzle.names[1], "first": first, "second": second}
    more = _MORE[lang].format(**values) if len(puzzle.cast.roles) > 2 else ""
    return _HELP[lang].format(more=more, **values)


def read_fact(puzzle: Puzzle, line: str) -> Fact | None:
    """The fact that a line states; None when it states none in the documented form."""
    if len(line) > _LONGEST:
        return None
    text = " ".join(_MARK.sub("", line.strip().replace("*", ""), count=1).split()).lower()
    if puzzle.abstain:
        for start in POSSIBLE_TEXT[puzzle.lang]:
            if text.startswith(start.lower()):
                return _solution(puzzle, text[len(start) :])
    bare = without_source(text)
    if not bare:
        return None
    if puzzle.abstain and bare == FALSE_TEXT[puzzle.lang].lower():
        return FALSE
    return _read_zh(puzzle, bare.replace(" ", "")) if puzzle.lang == "zh" else _read_en(puzzle, bare)


def _solution(puzzle: Puzzle, text: str) -> Fact | None:
    world = read_answer(text.strip(" :：.。"), puzzle.names, puzzle.cast, puzzle.lang).world
    if world is None:
        return None
    fact: Fact = (POSSIBLE,)
    for name, role in zip(puzzle.names, world, strict=True):
        fact = (*fact, name, ROLE_WORDS["en"][role])
    return fact


def _read_en(puzzle: Puzzle, text: str) -> Fact | None:
    conditions = ""
    if text.startswith("if "):
        conditions, _, text = text[3:].partition(", ")
        text = text.removeprefix("then ")
        if not text:
            return None
    name, sep, what = text.partition(" is ")
    if not sep:
        return None
    positive, words = True, what.split(" or ")
    if what.startswith("neither "):
        positive, words = False, what.removeprefix("neither ").split(" nor ")
    elif what.startswith("not "):
        positive, words = False, what.removeprefix("not ").split(" or ")
    roles = [word.removeprefix("a ").removeprefix("either a ") for word in words]
    supposed = [condition.partition(" is a ")[::2] for condition in conditions.split(" and ")] if conditions else []
    return _fact(puzzle, supposed, name, roles, positive)


def _read_zh(puzzle: Puzzle, text: str) -> Fact | None:
    conditions = ""
    if text.startswith(("若", "如果")):
        conditions, _, text = text.removeprefix("如果").removeprefix("若").replace(",", "，").partition("，")
        text = text.removeprefix("则").removeprefix("那么")
        if not text:
            return None
    name, sep, what = text.partition("是")
    if not sep:
        return None
    positive = not name.endswith("不")
    roles = what.split("或" if positive else "也不是")
    roles = [role.removeprefix("是").removeprefix("一名") for role in roles]
    supposed = [condition.partition("是")[::2] for condition in conditions.split("、")] if conditions else []
    return _fact(puzzle, supposed, name.removesuffix("不"), roles, positive)


def _fact(puzzle: Puzzle, supposed: list[tuple[str, str]], name: str, roles: list[str], positive: bool) -> Fact | None:
    """A fact in its one form: the one role that is left, or those that are not."""
    names = {one.lower(): one for one in puzzle.names}
    known = {ROLE_WORDS[puzzle.lang][role]: role for role in puzzle.cast.roles}
    fact: list[str | int] = []
    for who, role in supposed:
        if who not in names or role not in known:
            return None
        fact += ["if", names[who], ROLE_WORDS["en"][known[role]]]
    if name not in names or not all(role in known for role in roles):
        return None
    said = [known[role] for role in roles]
    left = [role for role in puzzle.cast.roles if (role in said) is positive]
    if not left:
        return None
    if len(left) == 1:
        return (*fact, "is", names[name], ROLE_WORDS["en"][left[0]])
    excluded = [ROLE_WORDS["en"][role] for role in puzzle.cast.roles if role not in left]
    return (*fact, "is not", names[name], *excluded) if excluded else None
