"""The exception tree of guru_envs.

Every error the package raises on purpose derives from :class:`GuruError`, so one ``except`` catches them all::

    GuruError
    ├── UnknownNameError   (also KeyError)    an id, knob, option, format or template that does not exist
    ├── InvalidValueError  (also ValueError)  a known name with a value outside what is allowed
    ├── ImpossibleTaskError (also ValueError) knobs that are each allowed, but for which no task exists
    ├── RegistryError      (also ValueError)  registry.yaml breaks its schema
    ├── MissingExtraError  (also ImportError) an optional dependency is not installed
    └── EpisodeOverError   (also RuntimeError) ``step`` was called before ``reset`` or after the end

Text written by a model never raises any of these: it always gets a verdict.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GuruError(Exception):
    """Base class of all errors raised by guru_envs."""

    def __str__(self) -> str:
        # KeyError.__str__ would show the repr of the message; people read these messages in terminals.
        return str(self.args[0]) if self.args else ""


class UnknownNameError(GuruError, KeyError):
    """A name that does not exist; the message lists what does and suggests the nearest."""


class InvalidValueError(GuruError, ValueError):
    """A value of the wrong type or outside the allowed range."""


class ImpossibleTaskError(GuruError, ValueError):
    """The knobs are valid one by one, but no task satisfies all of them."""


class RegistryError(GuruError, ValueError):
    """A row of registry.yaml breaks the schema."""


class MissingExtraError(GuruError, ImportError):
    """An optional dependency is missing; the message names the extra that installs it."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs packages that are not installed; run: pip install 'guru-envs[{extra}]'")


class EpisodeOverError(GuruError, RuntimeError):
    """``step`` was called without a running episode."""


_LISTED_AT_MOST = 40
_COMPARED_AT_MOST = 200  # characters of a wrong name; no right one is longer


def unknown_name(kind: str, name: object, allowed: Iterable[str], where: str = "") -> UnknownNameError:
    """Build the error for an unknown name, with the nearest allowed name as a suggestion.

    Args:
        kind: what the name stands for, for example ``"knob"``.
        name: the name that was given.
        allowed: the names that exist, in the order in which they are to be listed.
        where: what the name was looked up in, for example an environment id; may be empty.
    """
    names = list(allowed)
    listed = ", ".join(names[:_LISTED_AT_MOST]) + (", ..." if len(names) > _LISTED_AT_MOST else "")
    place = f" for {where}" if where else ""
    return UnknownNameError(f"unknown {kind} {name!r}{place}.{did_you_mean(name, names)} Allowed: {listed or '(none)'}")


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """The suggestion of the nearest allowed name, as a sentence after a space; empty when none is near."""
    near = difflib.get_close_matches(str(name)[:_COMPARED_AT_MOST], list(allowed), n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""
