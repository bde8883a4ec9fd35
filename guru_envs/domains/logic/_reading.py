"""What readers of written grids share: one way to compare texts, and JSON read strictly. Linear time; nothing is evaluated."""

from __future__ import annotations

import functools
import json
from typing import Any

MAX_LENGTH = 20_000  # characters; the largest grid needs about 2,000


class Unreadable(Exception):  # noqa: N818 - an outcome, not a failure of ours
    """The text is no answer; ``reason`` says why in one of a few words: ``form``, ``twice`` or ``several``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def fold(text: str) -> str:
    """Ignore case and white space around and between words."""
    return fold_short(text) if len(text) <= 40 else " ".join(text.split()).casefold()


@functools.lru_cache(maxsize=4096)  # the same few names and values stand in every answer
def fold_short(text: str) -> str:
    """The same for a text of at most 40 characters, remembered."""
    return " ".join(text.split()).casefold()


def read_json(text: str) -> Any:
    """The content of a JSON object or array, numbers as text; None when the text is neither.

    Raises:
        Unreadable: it is too long or bad JSON (``form``), says something twice (``twice``), or is one JSON after another
            (``several``).
    """
    if len(text) > MAX_LENGTH:
        raise Unreadable("form")
    if text[:1] not in ("{", "["):
        return None
    try:
        content, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        raise Unreadable("form") from None
    rest = text[end:].lstrip(" \t\r\n,;")
    if rest:
        raise Unreadable("several" if rest[0] in "{[" else "form")
    return content


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("twice")
    return found


def _refuse(_: str) -> Any:
    raise Unreadable("form")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_refuse, parse_float=str, parse_int=str)


def without_source(text: str) -> str | None:
    """The text of a fact without the full stop and what stands in brackets before it; None when more follows."""
    text = text.rstrip(" .。")
    start = min((place for bracket in "(（" if (place := text.find(bracket)) >= 0), default=-1)
    if start < 0:
        return text
    return text[:start].rstrip(" .。") if text[-1] in ")）" else None
