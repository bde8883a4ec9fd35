"""What a run may use, and what happens when it wants more."""

from __future__ import annotations

from typing import Any

MAX_LINES = 2000
MAX_WORK = 20_000
MAX_DEPTH = 50
MAX_INT = 10**12
MAX_LENGTH = 200


class StopError(Exception):
    """The run ended without a result: ``steps``, ``size`` or ``error``."""


def copied(value: Any) -> Any:
    """A value that later changes of the program leave alone."""
    return value.copy() if type(value) in (list, dict) else value


def fit(value: Any) -> Any:
    """The value, when it is within the limits of size.

    Raises:
        StopError: it is not.
    """
    kind = type(value)
    if kind is int or kind is float:
        if not -MAX_INT <= value <= MAX_INT:  # nor is what is no number
            raise StopError("size")
    elif kind is tuple:
        for part in value:
            fit(part)
    elif kind is not bool and len(value) > MAX_LENGTH:
        raise StopError("size")
    return value
