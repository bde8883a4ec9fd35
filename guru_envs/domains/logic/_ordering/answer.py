"""Reading an order that a model wrote: names separated by commas, lines, ``>`` or arrows, numbered lists, JSON. Linear time."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from guru_envs.domains.logic._ordering.puzzle import Puzzle
from guru_envs.domains.logic._ordering.words import names

MAX_LENGTH = 2000  # characters; the longest order needs about 200
# "->", "=>" or one of these marks, or in "a, b and c" the last "and" of a line; begins with one set, which is searched for fast
_SEPARATORS = re.compile(r"[-= ,，、;；\n\r>→⟶⇒|](?:(?<=[,，、;；\n\r>→⟶⇒|])|(?<=[-=])>|(?<= )and (?!.*(?:,| and )))")
_NUMBERED = re.compile(r"(?:place |no\.? ?|#|\(|第)?([0-9]{1,2})(?:[.):：）、位]+ ?| [-–—:] ?| (?=[^\s0-9]))")
_COLON = re.compile("[:：]")
_BEFORE_NUMBERS = frozenset("0123456789pn#(第")  # what may stand first in a match of the above
_JUNK = " \t.。!！\"'“”‘’`*·•\u3000"


class Unreadable(Exception):  # noqa: N818 - an outcome, not a failure of ours
    """The text is no order."""


def fold(text: str) -> str:
    """Ignore case, white space around and between words, quotes and full stops."""
    return " ".join(text.split()).casefold().strip(_JUNK)


@functools.lru_cache(maxsize=8192)
def spellings(lang: str, theme: int, numbers: tuple[int, ...]) -> dict[str, int]:
    """The ways to write each object, folded."""
    found: dict[str, int] = {}
    for item, name in enumerate(names(lang, theme, numbers)):
        found[fold(name)] = item
        if lang == "en":
            found[f"the {fold(name)}"] = item
    return found


def read_order(puzzle: Puzzle, text: str) -> list[int]:
    """The items in the order given; -1 stands for an unknown name.

    Raises:
        Unreadable: this is no list of names.
    """
    if len(text) > MAX_LENGTH:
        raise Unreadable
    known = spellings(puzzle.lang, puzzle.theme, puzzle.numbers)
    pieces = [known.get(piece, -2) for piece in text.casefold().split(", ")]  # the usual case
    if -2 not in pieces and len(pieces) > 1:
        return pieces
    parts: Iterable[tuple[int, str]] | None = _json_parts(text) if text[:1] in ("[", "{") else None
    if parts is None:
        parts = _parts(text)
    found: list[tuple[int, int]] = []
    for number, piece in parts:
        one = _piece(known, number, piece)
        if found and (one[0] > 0) is not (found[0][0] > 0):  # numbers before some names and not before others
            raise Unreadable
        found.append(one)
    if not any(item >= 0 for _, item in found):
        raise Unreadable
    return _arranged(found)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """What stands between separators, made as far as it is asked for."""
    start, first = 0, True
    for end, after in chain((match.span() for match in _SEPARATORS.finditer(text)), ((len(text), 0),)):
        piece = text[start:end]
        start = after
        if not piece.strip(_JUNK + "-"):
            continue
        if first and ("：" in piece or ":" in piece) and not _NUMBERED.match(fold(piece)):
            piece = _COLON.split(piece)[-1]  # "Order: ..."
            if not piece.strip(_JUNK):
                piece = ""
        first = False
        if piece:
            yield 0, piece


def _json_parts(text: str) -> list[tuple[int, str]] | None:
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        if text[0] == "[" and text[-1] == "]":  # a list with single quotes, or none
            inner = text[1:-1]
            return None if "[" in inner else [(0, piece) for piece in inner.split(",")]
        raise Unreadable from None
    if isinstance(content, dict) and len(content) == 1 and isinstance(next(iter(content.values())), list):
        content = next(iter(content.values()))
    if isinstance(content, dict):
        if not all(re.fullmatch(r"[0-9]{1,2}", key) for key in content):
            raise Unreadable
        content = [f"{key}. {value}" for key, value in content.items() if isinstance(value, str)]
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        raise Unreadable
    return [(0, one) for one in content]


def _piece(known: dict[str, int], number: int, piece: str) -> tuple[int, int]:
    """The number before a name, 0 for none, and the item, -1 for an unknown one."""
    item = known.get(piece.strip().casefold())  # the usual case
    if item is not None:
        return number, item
    said = fold(piece).lstrip("-– ")
    match = _NUMBERED.match(said) if said[:1] in _BEFORE_NUMBERS else None
    if match is not None:
        number, said = int(match[1]), said[match.end() :].strip(_JUNK)
    if said.startswith("and "):
        said = said[4:]
    return number, known.get(said, -1)


def _arranged(found: Sequence[tuple[int, int]]) -> list[int]:
    numbers = [number for number, _ in found]
    if any(numbers):
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            raise Unreadable
        found = sorted(found)
    return [item for _, item in found]
