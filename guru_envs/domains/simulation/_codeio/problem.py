"""What a task is asked for with, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.simulation._codeio.examine import Asked
from guru_envs.domains.simulation._codeio.real import Real
from guru_envs.domains.simulation._codeio.tree import Program
from guru_envs.errors import ImpossibleTaskError, InvalidValueError

_TYPES = ("int", "str", "list", "dict", "float")


@dataclass(frozen=True)
class CodeioKnobs(Knobs):
    """Knobs of codeio."""

    mode: Literal["output", "input", "step", "mixed"] = knob("output", "what is asked")
    source: Literal["random", "families", "mixed"] = knob(
        "random", "programs drawn by a grammar, solutions of the problem families of guru/code-v0, or half of each"
    )
    show: Literal["code", "plan", "mixed"] = knob("code", "the program as Python, or as a plan in words")
    params: int = knob(2, "parameters of the main function", 1, 4)
    statements: int = knob(8, "statements of the main function, about", 2, 30)
    loops: int = knob(1, "loops of the main function, at most", 0, 4)
    branches: int = knob(1, "branches of the main function, at most, but for those of inner loops", 0, 6)
    nesting: int = knob(1, "2: one loop holds another", 1, 2)
    helpers: int = knob(0, "other functions, called once each", 0, 2)
    recursion: int = knob(0, "depth of the calls of one more function that calls itself; 0 for no such function", 0, 12)
    operations: int = knob(1, "how much of Python is used, from 1 (arithmetic, simple texts and lists) to 3", 1, 3)
    types: tuple[str, ...] = knob(
        ("int", "str", "list"), "types: int, and any of str, list, dict, float; dict needs str"
    )
    length: int = knob(5, "most characters or elements of an argument", 3, 12)
    steps_low: int = knob(1, "fewest executed lines", 1, 500)
    steps_high: int = knob(60, "most executed lines", 3, 500)
    live: int = knob(1, "fewest variables that are live at once, at the busiest line", 1, 8)
    exact: bool = knob(False, "whether 2 and 2.0 are different answers")

    def check(self) -> None:
        """Reject combinations for which no task exists."""
        if set(self.types) - set(_TYPES) or "int" not in self.types or len(set(self.types)) < len(self.types):
            raise InvalidValueError(
                f"knob 'types' of CodeioKnobs is {self.types!r}: allowed are int and any of {', '.join(_TYPES[1:])}"
            )
        if "dict" in self.types and "str" not in self.types:
            raise ImpossibleTaskError(f"knob 'types' of CodeioKnobs is {self.types!r}: dict needs str")
        if self.steps_low > self.steps_high:
            raise ImpossibleTaskError(
                f"knob 'steps_low' of CodeioKnobs is {self.steps_low}, above 'steps_high', {self.steps_high}"
            )
        if self.nesting > 1 and not self.loops:
            raise ImpossibleTaskError("knob 'nesting' of CodeioKnobs is 2, but 'loops' is 0")


class Problem(NamedTuple):
    """A program and what is asked about it.

    Attributes:
        program: as a tree.
        code: as Python text.
        mode: ``output``, ``input`` or ``step``.
        planned: whether it is shown as a plan.
        args: arguments of the main function.
        output: the result for them.
        asked: of the mode ``step``: line, variable, which time, and value.
        steps: executed lines.
        live: variables that are live at once.
        exact: whether the type of numbers counts.
        lang: ``en`` or ``zh``.
    """

    program: Program | Real
    code: str
    mode: str
    planned: bool
    args: list[Any]
    output: Any
    asked: Asked | None
    steps: int
    live: int
    exact: bool
    lang: str

    @property
    def value(self) -> Any:
        """The value that is asked for (mode ``input``: the value that is given)."""
        return self.output if self.asked is None else self.asked.value

    @property
    def kinds(self) -> list[str]:
        """The kinds of the parameters."""
        program = self.program
        return program.kinds if isinstance(program, Real) else [program.kinds[one] for one in program.main.params]

    @property
    def names(self) -> list[str]:
        """The names of the parameters."""
        program = self.program
        return program.names if isinstance(program, Real) else [program.names[one] for one in program.main.params]


class Grade(NamedTuple):
    """How hard a task is: executed lines, and variables live at once."""

    steps: int
    live: int
