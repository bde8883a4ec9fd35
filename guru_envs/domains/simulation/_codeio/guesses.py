"""Answers without thought: what somebody would say who knows the type only, and values that are nearly right."""

from __future__ import annotations

import random
from typing import Any


def blind(rng: random.Random, value: Any, args: list[Any]) -> Any:
    """What somebody might say who knows only the type of a value, and the arguments."""
    kind = type(value)
    given = [arg for arg in args if type(arg) is kind]
    if kind is tuple:
        return [blind(rng, part, args) for part in value]
    if kind is int:
        near = [number + delta for number in given for delta in (0, 1, -1)]
        return rng.choice([*range(11), 12, 15, 20, *near, *[len(arg) for arg in args if hasattr(arg, "__len__")]])
    if kind is float:
        return rng.choice([0.0, 1.0, 2.5, 5.0, 10.0, *given])
    if kind is str:
        return rng.choice(["", "a", *given, *[arg[::-1] for arg in given], *[arg.upper() for arg in given]])
    if kind is list:
        return rng.choice([[], [0], [1, 2, 3], *given, *[sorted(arg) for arg in given], *[arg[::-1] for arg in given]])
    texts = [arg for arg in args if type(arg) is str]
    return rng.choice([{}, *[{letter: text.count(letter) for letter in text} for text in texts]])


def changed(rng: random.Random, value: Any) -> Any:
    """A value changed in one place."""
    kind = type(value)
    if kind is int or kind is float:
        return value + rng.choice((-2, -1, 1, 2))
    if kind is str:
        return value[:-1] if value and rng.random() < 0.5 else value + rng.choice("xyz")
    if kind is dict:
        key = rng.choice(list(value)) if value else "x"
        return {**value, key: value.get(key, 0) + 1}
    if not value:
        return [1]
    place = rng.randrange(len(value))
    return [*value[:place], changed(rng, value[place]), *value[place + 1 :]]
