"""Multiple choice: an answer by letter, or by the content of its option."""

from __future__ import annotations

import re

from guru_envs.equivalence.wording import ROMAN

_LETTER = re.compile(
    r"(?:(?:option|choice|answer|选项|选|\(|\[) ?)* ?:? ?([A-Za-z])[)\]]?"
    r"(?: is (?:the )?(?:correct|right)(?: \w{5,7})?\.?|(?:[.:),\-]| ?=| -)+ ?(.+)|[.) ]*)?",
    re.IGNORECASE | re.DOTALL,
)


def read_letter(text: str, count: int = 26) -> tuple[int, str] | None:
    """The number of the choice a text names, and what it says of its content; None when it names no letter."""
    text = text.replace(ROMAN, " ").strip(" *{}")
    match = _LETTER.fullmatch(text)
    if match is None:
        return None
    index = ord(match[1].upper()) - 65
    return (index, (match[2] or "").strip()) if index < count else None
