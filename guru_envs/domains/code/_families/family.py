"""What a problem family is.

A family writes its reference solution once, as a plain function ``solve(p, m, *args)``: ``p`` holds the parameters, ``m`` is 0
for the reference and 1, 2, ... for its mutants. Where a mutant differs the function says so: ``x > k if m != 1 else x >= k``.
Generation calls the function; ``guru_envs.domains.code._source`` makes program text of the same function with ``p`` and ``m``
replaced by their values. So function and text cannot drift apart, and no text is ever executed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

P = SimpleNamespace  # the parameters of a problem; plain data: numbers, texts, booleans, lists, tuples, dictionaries

FORMATS = ("function", "description", "stdin", "class")
THEMES = (
    "numbers",
    "lists",
    "strings",
    "mappings",
    "grids",
    "intervals",
    "graphs",
    "dynamic",
    "parsers",
    "simulations",
)


class Family:
    """One family of problems. Subclasses are stateless; one instance serves all tasks.

    Attributes:
        name: the function's name in the problems; unique.
        theme: one of ``THEMES``.
        level: difficulty, 1 to 8.
        mutants: how many mutants ``solve`` knows, at least 3.
        formats: in which formats its problems can be put.
        solve: ``solve(p, m, *args)``, the reference (m = 0) and its mutants. Leaves its arguments as they are. A tuple among
            the parameters that is looped over directly is unrolled in the text, so its loop may not use break or continue.
        brute: ``brute(p, *args)``: another, slower way to the same value, independent of ``solve``.
    """

    name: ClassVar[str]
    theme: ClassVar[str]
    level: ClassVar[int]
    mutants: ClassVar[int] = 3
    formats: ClassVar[tuple[str, ...]] = FORMATS
    solve: ClassVar[Callable[..., Any]]
    brute: ClassVar[Callable[..., Any]]
    check: ClassVar[Callable[..., bool] | None] = None  # check(p, args, value) when many values are right

    @property
    def takes(self) -> list[tuple[str, str]]:
        """Names and types of the arguments."""
        notes = self.solve.__annotations__
        return [(name, notes[name]) for name in notes if name not in ("p", "m", "return")]

    @property
    def gives(self) -> str:
        """The type of the value."""
        return str(self.solve.__annotations__["return"])

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        """Draw the parameters of a problem."""
        raise NotImplementedError

    def text(self, p: P) -> tuple[str, str]:
        """The statement in English and in Chinese, without the form of input and output."""
        raise NotImplementedError

    def idea(self, p: P) -> tuple[str, str]:
        """How the reference works, in English and in Chinese."""
        raise NotImplementedError

    def live(self, p: P) -> tuple[int, ...]:
        """The mutants that differ from the reference with these parameters; at least 3."""
        return tuple(range(1, self.mutants + 1))

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        """Arguments at the edge of what is allowed; every one becomes a test."""
        raise NotImplementedError

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        """Draw arguments."""
        raise NotImplementedError

    def canonical(self, values: dict[str, Any]) -> str:
        """The problem as a text, whatever its format, language and tests: parameters the statement has no use for are no part."""
        return f"code {self.name}: {self.text(P(**values))[0]}"


def integers(rng: random.Random, low: int, high: int, shortest: int, longest: int) -> list[int]:
    """A list of random length with numbers from ``low`` to ``high``."""
    return [rng.randint(low, high) for _ in range(rng.randint(shortest, longest))]


def letters(rng: random.Random, alphabet: str, shortest: int, longest: int) -> str:
    """A text of random length over an alphabet."""
    return "".join([rng.choice(alphabet) for _ in range(rng.randint(shortest, longest))])


def pick(rng: random.Random, **choices: Any) -> dict[str, Any]:
    """One value of each list of choices."""
    return {name: rng.choice(values) for name, values in choices.items()}
