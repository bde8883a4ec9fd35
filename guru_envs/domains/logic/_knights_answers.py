"""Reading answers to knights and knaves: the form that the prompt asks for, and forms that mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._knights_statements import NORMAL, Cast, Statement, fitting, holds
from guru_envs.domains.logic._knights_words import NAMES, PLURALS, ROLE_WORDS


class Reading(NamedTuple):
    """What an answer says: a role for each person, or why there is none."""

    world: list[int] | None
    problem: str = ""
    contradictory: bool = False  # it is an answer, but gives somebody two roles, or nobody's role to somebody
    given: Sequence[int] = ()  # the roles of an answer without a world, at most one each; -1 where there is none


LONGEST = 20_000  # characters; sixteen people need a few hundred
_ROLE_OF = {word: role for words in ROLE_WORDS.values() for role, word in enumerate(words)}
_PLURAL_OF = {word: role for role, word in enumerate(PLURALS)}
_FILLERS = (
    "is are a an the and so therefore thus hence answer final solution role roles name names person be must both all"
)
_FILL_EN = frozenset(_FILLERS.split())
_FILL_ZH = (
    "是",
    "为",
    "一",
    "个",
    "名",
    "位",
    "和",
    "与",
    "而",
    "且",
    "所以",
    "因此",
    "最终",
    "答案",
    "身份",
    "角色",
    "名字",
)
_ALL_ZH = ("都", "均")
_MARKER = re.compile(r"^[ \t]*(?:[-*•+]|\d{1,2}[.)、])[ \t]*", re.MULTILINE)
_TOKEN = re.compile(
    r"[A-Za-z]+|"
    + "|".join(sorted((*NAMES["zh"], *ROLE_WORDS["zh"], *_FILL_ZH, *_ALL_ZH), key=len, reverse=True))
    + r"|[:：]|[\s,;.|=>*_#()\[\]{}\"'`，。；、→—–\-]+|."
)
_SEPARATORS = frozenset(" \t\r\n,;.|=>*_#()[]{}\"'`，。；、→—–-\u3000\xa0")
_ZH_SET, _ALL_SET = frozenset(_FILL_ZH), frozenset(_ALL_ZH)
_PROBLEMS = {
    "en": {
        "empty": "the answer is empty",
        "long": "the answer is too long",
        "word": "the answer holds something other than names and roles",
        "form": "the answer does not pair names with roles",
        "twice": "the answer names a person more than once, or gives a person two roles",
        "missing": "the answer does not give everybody's role",
        "counts": "the answer does not name as many spies and normals as there are",
    },
    "zh": {
        "empty": "答案为空",
        "long": "答案太长",
        "word": "答案中有名字和身份以外的内容",
        "form": "答案没有把名字和身份对应起来",
        "twice": "答案中有人出现了不止一次，或有两个身份",
        "missing": "答案没有给出每个人的身份",
        "counts": "答案中间谍或普通人的人数与题目不符",
    },
}


def read_answer(answer: str, names: Sequence[str], cast: Cast, lang: str) -> Reading:
    """Read an answer in the form asked for, or in one of the forms that mean the same."""
    role_of = {ROLE_WORDS[lang][role]: role for role in cast.roles}
    position = {name: index for index, name in enumerate(names)}
    world = [-1] * len(names)
    parts = answer.split(", ")
    if len(parts) == len(names):
        for part in parts:
            name, _, role = part.partition(": ")
            index = position.get(name, -1)
            if index < 0 or role not in role_of or world[index] >= 0:
                break
            world[index] = role_of[role]
        else:
            return _complete(world, cast, lang)
    return _read_freely(answer, position, cast, lang)


def _complete(world: list[int], cast: Cast, lang: str) -> Reading:
    if -1 in world:
        return Reading(None, _PROBLEMS[lang]["missing"], True, world)
    if not cast.fits(world):
        return Reading(None, _PROBLEMS[lang]["counts"], True, world)
    return Reading(world)


def _tokens(answer: str, position: dict[str, int], roles: Sequence[int]) -> list[tuple[str, int]] | None:
    """The answer as ("name", person), ("role", role), ("roles", role), ("all", 0), (":", 0); None for other words."""
    by_name = {name.lower(): person for name, person in position.items()}
    tokens: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(_MARKER.sub("", answer)):
        word = match.group().lower()
        if word in by_name:
            tokens.append(("name", by_name[word]))
        elif word in _ROLE_OF and _ROLE_OF[word] in roles:
            tokens.append(("role", _ROLE_OF[word]))
        elif word in _PLURAL_OF and _PLURAL_OF[word] in roles:
            tokens.append(("roles", _PLURAL_OF[word]))
        elif word in (":", "："):
            tokens.append((":", 0))
        elif word in _ALL_SET:
            tokens.append(("all", 0))
        elif word not in _FILL_EN and word not in _ZH_SET and not set(word) <= _SEPARATORS:
            return None
    return tokens


def _read_freely(answer: str, position: dict[str, int], cast: Cast, lang: str) -> Reading:
    problems = _PROBLEMS[lang]
    if len(answer) > LONGEST:
        return Reading(None, problems["long"])
    tokens = _tokens(answer, position, cast.roles)
    if tokens is None:
        return Reading(None, problems["word"])
    while tokens and tokens[0][0] == ":":  # after "Answer"
        del tokens[0]
    if not tokens:
        return Reading(None, problems["empty"])
    pairs = _grouped(tokens) if tokens[0][0] in ("role", "roles") else _paired(tokens)
    if pairs is None:
        kinds = [kind for kind, _ in tokens if kind in ("name", "role")]
        twice = kinds[:1] == ["name"] and "role role" in " ".join(kinds)
        return Reading(None, problems["twice" if twice else "form"], twice)
    world = [-1] * len(position)
    for person, role in pairs:
        if world[person] >= 0:
            return Reading(None, problems["twice"], True)
        world[person] = role
    return _complete(world, cast, lang)


def _paired(tokens: list[tuple[str, int]]) -> list[tuple[int, int]] | None:
    """Read "Ann: knight, Bob: knave" and "Ann and Bob are knights": names, then their role."""
    pairs: list[tuple[int, int]] = []
    waiting: list[int] = []
    every = False
    for kind, value in tokens:
        if kind == "name":
            waiting.append(value)
        elif kind == "all":
            every = True
        elif kind in ("role", "roles"):
            several = kind == "roles" or every
            if not waiting or (len(waiting) > 1) != several:
                return None
            pairs += [(person, value) for person in waiting]
            waiting, every = [], False
    return None if waiting or every else pairs


def _grouped(tokens: list[tuple[str, int]]) -> list[tuple[int, int]] | None:
    """Read "Knights: Ann, Bob. Knaves: Carl": roles, each with a colon, and the people who have it."""
    pairs: list[tuple[int, int]] = []
    role, members = -1, 1
    for index, (kind, value) in enumerate(tokens):
        if kind in ("role", "roles"):
            if tokens[index + 1 : index + 2] != [(":", 0)] or not members:
                return None
            role, members = value, 0
        elif kind == "name":
            pairs.append((value, role))
            members += 1
        elif kind == "all" or tokens[index - 1][0] not in ("role", "roles"):
            return None
    return pairs if members else None


def chance(cast: Cast) -> float:
    """How many roles any well-formed answer has right on average, were all worlds equally likely."""
    return (cast.spies**2 + cast.normals**2 + cast.plain**2 / 2) / cast.people


def misfit(names: Sequence[str], said: Sequence[tuple[int, Statement]], world: Sequence[int], lang: str) -> str:
    """The first statement that cannot have been made if these were the roles."""
    before: dict[int, bool] = {}
    for number, (speaker, statement) in enumerate(said, 1):
        true = holds(statement, world)
        if not fitting(world, before.get(speaker), true, speaker):
            name, role = names[speaker], ROLE_WORDS[lang][world[speaker]]
            by_turns = world[speaker] == NORMAL
            if lang == "zh":
                value = f"{'真' if true else '假'}{'，和前一句一样' if by_turns else ''}"
                return f"第{number}句话与答案不符：{name}是{role}，但这句话为{value}"
            value = f"{'true' if true else 'false'}{' like the one before' if by_turns else ''}"
            return f"statement {number} does not fit the answer: {name} would be a {role}, but it would be {value}"
        before[speaker] = true
    return ""  # not reached for tasks made by generate: one world fits all
