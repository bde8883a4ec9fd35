"""Facts of ordering proofs as sentences, and read back from them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guru_envs.domains.logic._ordering.answer import fold, spellings
from guru_envs.domains.logic._ordering.board import Note
from guru_envs.domains.logic._ordering.puzzle import Puzzle
from guru_envs.domains.logic._ordering.words import called, listed, names
from guru_envs.task import Premise, Step
from guru_envs.theory import Fact

_SAY = {
    "en": {
        "at": "{who} is in place {places}",
        "before": "{who} is before {other}",
        "if": "if {conditions}, then {fact}",
        "and": " and ",
        "end": ".",
    },
    "zh": {
        "at": "{who}在第{places}位",
        "before": "{who}在{other}之前",
        "if": "如果{conditions}，那么{fact}",
        "and": "且",
        "end": "。",
    },
}
_WHY = {
    "en": {
        "clue": "clue {}",
        "line": "line {}",
        "lines": "lines {}",
        "refuted": "{who} in place {place} leads to a contradiction",
        "open": " (",
        "close": ")",
        "joint": ", ",
    },
    "zh": {
        "clue": "线索{}",
        "line": "第{}行",
        "lines": "第{}行",
        "refuted": "{who}若在第{place}位则矛盾",
        "open": "（",
        "close": "）",
        "joint": "，",
    },
}
_HELP = {
    "en": 'A fact says in which places an object can still be, or that one is before another: "{0} is in place {1} or {2}.", '
    '"{0} is before {3}." A fact that holds under a supposition begins with it: "If {3} is in place {2}, then {0} is in '
    'place {1}." (Only examples of the form.)',
    "zh": "一个事实说明某个对象还可能在哪些位置，或者谁在谁之前：“{0}在第{1}或{2}位。”“{0}在{3}之前。”"
    "在假设之下成立的事实以假设开头：“如果{3}在第{2}位，那么{0}在第{1}位。”（仅为形式示例。）",
}
_LONGEST = 400  # characters of a line
_SOURCE = re.compile(r"[(（][^()（）]*[)）]\s*[.。]?\s*$")
_LEAD = re.compile(r"(?:[-*•]\s*|\d{1,3}[.):、]\s*)")
_IF = {
    "en": re.compile(r"if (.+?),? then (.+)"),
    "zh": re.compile(r"如果(.+?)，?那么(.+)"),
}
_AT = {
    "en": re.compile(r"(.+?) is in (?:one of )?(?:the )?places? ([0-9][0-9 ,or]*)"),
    "zh": re.compile(r"(.+?)在第([0-9][0-9、，或第位]*)位?"),
}
_BEFORE = {"en": re.compile(r"(.+?) (?:is|comes) before (.+)"), "zh": re.compile(r"(.+?)(?:排)?在(.+?)之前")}


def step(puzzle: Puzzle, notes: Sequence[Note], number: int) -> Step:
    """A note as a sentence with its source, and as a fact."""
    note, lang = notes[number], puzzle.lang
    objects = names(lang, puzzle.theme, puzzle.numbers)
    fact: list[str | int] = []
    for item, place in note.under:
        fact += ["if", objects[item], place + 1]
    if note.kind == "at":
        fact += ["at", objects[note.one], *(place + 1 for place in range(puzzle.size) if note.two >> place & 1)]
    else:
        fact += ["before", objects[note.one], objects[note.two]]
    why, parts = _WHY[lang], []
    if note.refuted >= 0:
        who = called(lang, puzzle.theme, objects[note.one])
        parts.append(why["refuted"].format(who=who, place=note.refuted + 1))
    if note.clue >= 0:
        parts.append(why["clue"].format(note.clue + 1))
    if note.notes:
        numbers = listed(lang, [str(one + 1) for one in note.notes])
        parts.append(why["lines" if len(note.notes) > 1 else "line"].format(numbers))
    source = why["open"] + why["joint"].join(parts) + why["close"] if parts else ""
    text = say(puzzle, tuple(fact)) + source + _SAY[lang]["end"]
    premises = [Premise("clue", note.clue + 1)] if note.clue >= 0 else []
    premises += [Premise("step", one + 1) for one in note.notes]
    return Step(text[0].upper() + text[1:], tuple(premises), tuple(fact))


def say(puzzle: Puzzle, fact: Fact) -> str:
    """A fact in words, without capital letter and full stop."""
    words, lang, rest = _SAY[puzzle.lang], puzzle.lang, list(fact)

    def who(name: str | int) -> str:
        return called(lang, puzzle.theme, str(name))

    conditions = []
    while rest[0] == "if":
        conditions.append(words["at"].format(who=who(rest[1]), places=rest[2]))
        rest = rest[3:]
    if rest[0] == "at":
        text = words["at"].format(who=who(rest[1]), places=listed(lang, [str(place) for place in rest[2:]], "or"))
    else:
        text = words["before"].format(who=who(rest[1]), other=who(rest[2]))
    return words["if"].format(conditions=words["and"].join(conditions), fact=text) if conditions else text


def read(puzzle: Puzzle, line: str) -> Fact | None:
    """The fact that a line states, or None."""
    if len(line) > _LONGEST:
        return None
    text = _SOURCE.sub("", line.strip())
    text = fold(_LEAD.sub("", text, count=1) if _LEAD.match(text) else text).rstrip(",，")
    found: list[str | int] = []
    if (match := _IF[puzzle.lang].fullmatch(text)) is not None:
        for condition in match[1].split(_SAY[puzzle.lang]["and"]):
            one = _read_at(puzzle, condition)
            if one is None or len(one) != 3:
                return None
            found += ["if", *one[1:]]
        text = match[2].strip()
    fact = _read_at(puzzle, text) or _read_before(puzzle, text)
    return None if fact is None else (*found, *fact)


def _name(puzzle: Puzzle, text: str) -> str | None:
    item = spellings(puzzle.lang, puzzle.theme, puzzle.numbers).get(fold(text))
    return None if item is None else names(puzzle.lang, puzzle.theme, puzzle.numbers)[item]


def _read_at(puzzle: Puzzle, text: str) -> Fact | None:
    match = _AT[puzzle.lang].fullmatch(text)
    name = _name(puzzle, match[1]) if match else None
    if match is None or name is None:
        return None
    digits = re.findall(r"[0-9]+", match[2])
    if any(len(one) > 2 for one in digits):
        return None
    places = sorted({int(one) for one in digits})
    return ("at", name, *places) if places[0] >= 1 and places[-1] <= puzzle.size else None


def _read_before(puzzle: Puzzle, text: str) -> Fact | None:
    match = _BEFORE[puzzle.lang].fullmatch(text)
    if match is None:
        return None
    one, two = _name(puzzle, match[1]), _name(puzzle, match[2])
    return None if one is None or two is None or one == two else ("before", one, two)


def fact_help(puzzle: Puzzle) -> str:
    """How a fact is written."""
    objects = names(puzzle.lang, puzzle.theme, puzzle.numbers)
    one, two = (called(puzzle.lang, puzzle.theme, name) for name in objects[:2])
    return _HELP[puzzle.lang].format(one, 1, 2, two)
