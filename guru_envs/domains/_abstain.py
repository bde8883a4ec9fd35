"""Puzzles that have no solution, or several: what the prompt says of them, and how the answers are read.

A domain with the knob ``abstain`` draws with :func:`draw_kind` what a task shall be, appends :func:`notice` to its prompt, and
asks :func:`read` before it reads an answer in its own form.
"""

from __future__ import annotations

import random
from typing import Literal

Kind = Literal["one", "none", "several"]

SHARE = 1 / 3  # of the tasks have no single solution; half of those have none
_PHRASES: dict[str, dict[Kind, str]] = {
    "en": {"none": "no solution", "several": "several solutions"},
    "zh": {"none": "无解", "several": "多解"},
}
_SPELLINGS: dict[str, Kind] = {
    **dict.fromkeys(("no solution", "no solutions", "there is no solution", "contradiction", "无解", "没有解"), "none"),
    **dict.fromkeys(
        ("several solutions", "multiple solutions", "more than one solution", "多解", "有多个解"), "several"
    ),
}
_LONGEST = 60  # characters of an answer that may be one of these
_NOTICE = {
    "en": "The clues may contradict each other, or they may not be enough to single out one solution. If nothing satisfies all "
    'clues, answer "no solution"; if more than one solution satisfies all clues, answer "several solutions".',
    "zh": "线索可能互相矛盾，也可能不足以确定唯一的解。如果没有任何解满足全部线索，请回答“无解”；如果有不止一个解满足全部线索，"
    "请回答“多解”。",
}


def draw_kind(rng: random.Random) -> Kind:
    """What a task of a domain with ``abstain=True`` shall be."""
    number = rng.random()
    return "none" if number < SHARE / 2 else "several" if number < SHARE else "one"


def notice(lang: str) -> str:
    """The sentences of the prompt that allow such answers."""
    return _NOTICE[lang]


def phrase(kind: Kind, lang: str) -> str:
    """The answer text for a puzzle without a single solution."""
    return _PHRASES[lang][kind]


def read(answer: str) -> Kind | None:
    """The kind that an answer claims, in either language; None when it claims neither."""
    if len(answer) > _LONGEST:
        return None
    return _SPELLINGS.get(" ".join(answer.lower().split()).strip(" .。!！\"'“”"))
