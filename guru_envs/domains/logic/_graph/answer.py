"""Reading statements that a model wrote: one, or several in order. Linear time; nothing is evaluated."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from guru_envs.domains.logic._graph.words import PEOPLE, STATEMENT, WORDS, Puzzle

MAX_LENGTH = 4000  # characters; the longest proof needs about 400
_SEPARATORS = re.compile(r"->|=>|[,，、;；\n\r>→⇒⟶|]|。|\.(?=\s|$)")
_NUMBER = re.compile(r"\(?(?:step |line |第)?[0-9]{1,2}(?:步|行)?[.):：）]? ?")
_LEADS = ("then ", "and ", "so ", "hence ", "therefore ", "thus ", "therefore", "所以", "因此", "那么", "则")
_JUNK = " \t.。!！\"'“”‘’`*·•-–\u3000"


def fold(text: str) -> str:
    """Ignore case, white space around and between words, quotes and full stops."""
    return " ".join(text.split()).casefold().strip(_JUNK)


@functools.lru_cache(maxsize=2)
def _labels(lang: str) -> dict[str, tuple[int, int]]:
    return {
        STATEMENT[lang].format(person, word).casefold(): (first, second)
        for first, person in enumerate(PEOPLE[lang])
        for second, word in enumerate(WORDS[lang])
    }


def label(lang: str, text: str) -> tuple[int, int] | None:
    """The person and the word of a statement, or None."""
    table = _labels(lang)
    found = table.get(text)
    if found is not None or len(text) > 200:
        return found
    text = _NUMBER.sub("", fold(text), count=1) if text[:1] in "0123456789(sSlL第 *-" else fold(text)
    for lead in _LEADS:
        text = text.removeprefix(lead)
    text = text.strip(_JUNK + ",，:：")
    return table.get(text)


def statements(puzzle: Puzzle, text: str) -> list[tuple[int, int] | None]:
    """The statements in the order given, None for each that is none."""
    if len(text) > MAX_LENGTH:
        return []
    parts: list[str] | None = None
    if text[:1] == "[":
        try:
            content: Any = json.loads(text)
        except (ValueError, RecursionError):
            content = text[1:-1].split(",") if text[-1] == "]" and "[" not in text[1:] else None
        if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
            return []
        parts = content
    if parts is None:
        parts = _SEPARATORS.split(text)
        if parts and re.search("[:：]", parts[0]) and not _NUMBER.match(fold(parts[0])):
            parts[0] = re.split("[:：]", parts[0])[-1]  # "Proof: ..."
    return [label(puzzle.lang, part.strip().casefold()) for part in parts if part.strip(_JUNK + "0123456789()）")]
