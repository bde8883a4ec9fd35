"""The parts of a task id as text: how knobs and options are written, read and checked."""

from __future__ import annotations

import operator
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from guru_envs.answer import FORMATS
from guru_envs.domain import is_deductive
from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.prompts import MODES, TEMPLATES

MAX_DIGITS = 18  # of a longer number in a task id enough is read to refuse it
MAX_HINTS = 10_000
TWIN_MAKERS = {"": "", "reworded": "twin", "edited": "edit"}  # the option twin: the domain's function that makes one
OPTIONS: dict[str, Any] = {  # how a task is shown, with defaults, in alphabetical order as in a task id
    "format": "",  # the row's
    "hints": 0,
    "lang": "en",
    "mode": "answer",
    "template": "plain",
    "twin": "",
}
_CHOICES: dict[str, tuple[str, Iterable[str]]] = {
    "format": ("answer format", FORMATS),
    "template": ("template", TEMPLATES),
    "mode": ("mode", MODES),
    "twin": ("twin", TWIN_MAKERS),
}


def knob_text(value: Any) -> str:
    """A knob as it stands in a task id; what is no letter, digit or one of ``_.-~`` is percent-encoded."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "+".join(map(knob_text, value))
    return quote(value, safe="", errors="surrogatepass") if isinstance(value, str) else str(value)


def knob_value(text: str, kind: Any) -> Any:
    """Read a knob from a task id; what cannot be read comes back as text, for the knob's own check to refuse."""
    if typing.get_origin(kind) is tuple:
        return tuple(knob_value(part, str) for part in text.split("+")) if text else ()
    if kind is bool:
        return {"true": True, "false": False}.get(text, text)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    if isinstance(kind, types.UnionType):  # a type or None
        return (
            None
            if text == "None"
            else knob_value(text, next(one for one in typing.get_args(kind) if one is not types.NoneType))
        )
    return unquote(text, errors="surrogatepass")


def whole(value: Any) -> int | None:
    """A whole number, also one of NumPy, as an int; None for anything else."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def read_options(env_id: str, default_format: str, text: str) -> dict[str, Any]:
    """The options that a part of a task id gives, with the defaults of the others; values are not checked.

    Raises:
        UnknownNameError: there is no such option.
    """
    given = dict(pair.partition("=")[::2] for pair in text.split("&")) if text else {}
    for name in given:
        if name not in OPTIONS:
            raise unknown_name("option", name, OPTIONS, f"task ids of {env_id}")
    values: dict[str, Any] = {**OPTIONS, "format": default_format, **given}
    hints = str(values["hints"])
    values["hints"] = int(hints[:MAX_DIGITS]) if hints.isascii() and hints.isdigit() else hints
    return values


def options_text(
    env_id: str, domain: object, languages: Sequence[str], default_format: str, values: Mapping[str, Any]
) -> str:
    """Options checked and written as in a task id: in alphabetical order, defaults left out.

    Raises:
        UnknownNameError, InvalidValueError: a value that is not allowed, or that the domain does not offer.
    """
    if values["lang"] not in languages:
        raise InvalidValueError(f"lang {values['lang']!r} for {env_id}: allowed are {', '.join(languages)}")
    for name, (word, choices) in _CHOICES.items():
        if name == "format" and values[name] == default_format:
            continue  # one of its own, perhaps, that no other row can be shown in
        if not isinstance(values[name], str) or values[name] not in choices:
            raise unknown_name(word, values[name], [choice for choice in choices if choice], env_id)
    hints = whole(values["hints"])
    if hints is None or not 0 <= hints <= MAX_HINTS:
        raise InvalidValueError(
            f"hints {values['hints']!r} for {env_id}: allowed are whole numbers from 0 to {MAX_HINTS}"
        )
    if values["mode"] == "steps" and not is_deductive(domain):
        raise InvalidValueError(f"mode 'steps' for {env_id}: its domain does not judge single statements")
    if values["twin"] and not hasattr(domain, TWIN_MAKERS[values["twin"]]):
        raise InvalidValueError(f"twin {values['twin']!r} for {env_id}: its domain makes no such twins")
    defaults = {**OPTIONS, "format": default_format}
    named = ((name, hints if name == "hints" else values[name], defaults[name]) for name in OPTIONS)
    return "&".join(f"{name}={value}" for name, value, default in named if value != default)
