"""Brackets: which belong together, and splitting a text outside of them."""

from __future__ import annotations

from guru_envs.equivalence.wording import CLOSE_SET, OPEN_SET

OPENERS, CLOSERS = "([{⟨⌊⌈" + OPEN_SET, ")]}⟩⌋⌉" + CLOSE_SET


def split_top(text: str, separators: str) -> list[str]:
    """Split at separator characters outside of all brackets."""
    if not any(char in text for char in separators):
        return [text]
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in OPENERS:
            depth += 1
        elif char in CLOSERS:
            depth -= 1
        elif depth == 0 and char in separators:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def wraps(text: str) -> bool:
    """Whether the first bracket is closed by the last character."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in OPENERS) - (char in CLOSERS)
        if depth == 0:
            return at == len(text) - 1
    return False
