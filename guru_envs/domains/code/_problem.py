"""What a problem is asked with, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains.code._draw import Case
from guru_envs.domains.code._families.catalogue import FAMILIES, choose
from guru_envs.domains.code._families.family import THEMES, Family
from guru_envs.domains.code._source import camel
from guru_envs.errors import ImpossibleTaskError, unknown_name


@dataclass(frozen=True)
class CodeKnobs(Knobs):
    """Which problems, in which form, with how many tests."""

    easiest: int = knob(1, "lowest difficulty of a family", 1, 8)
    hardest: int = knob(8, "highest difficulty of a family", 1, 8)
    themes: tuple[str, ...] = knob((), "themes of the problems; none means all")
    families: tuple[str, ...] = knob((), "names of problem families, of any difficulty; none means all")
    form: Literal["any", "function", "description", "stdin", "class"] = knob("any", "the form of the solution")
    shown: int = knob(2, "tests shown as examples", 0, 6)
    hidden: int = knob(12, "hidden tests; more where the edge cases or the mutants need more", 4, 60)
    partial: bool = knob(False, "run all tests, and credit the share that passes")

    TASK: ClassVar[str] = "write"

    def check(self) -> None:
        """Unknown names, and restrictions that leave no family."""
        for name in self.themes:
            if name not in THEMES:
                raise unknown_name("theme", name, THEMES, type(self).__qualname__)
        for name in self.families:
            if name not in FAMILIES:
                raise unknown_name("family", name, FAMILIES, type(self).__qualname__)
        if not self.choices():
            raise ImpossibleTaskError(
                f"no family of problems has easiest={self.easiest}, hardest={self.hardest}, themes={list(self.themes)}, "
                f"families={list(self.families)} and form={self.form!r}: widen one of them"
            )

    def choices(self) -> tuple[Family, ...]:
        """The families that fit."""
        return choose(self.families, self.themes, self.easiest, self.hardest, self.form)


@dataclass(frozen=True)
class RepairKnobs(CodeKnobs):
    """Which problems a wrong program is shown for, in which form, with how many tests."""

    TASK: ClassVar[str] = "repair"


@dataclass(frozen=True)
class SuiteKnobs(CodeKnobs):
    """Which problems tests are asked for."""

    form: Literal["any", "function"] = knob("function", "tests are asked for a function")
    partial: bool = knob(False, "credit the share of wrong programs that the tests find")

    TASK: ClassVar[str] = "tests"

    def choices(self) -> tuple[Family, ...]:
        """The families that fit: of those with one right answer."""
        found = choose(self.families, self.themes, self.easiest, self.hardest, "function")
        return tuple(one for one in found if one.check is None)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it is shown, and its tests.

    Attributes:
        lang: language of the words.
        family: name of the family.
        form: the form of the solution.
        partial: whether all tests are run.
        examples: the tests that are shown.
        hidden: the hidden tests; used by the verifier only.
        parameters: the family's parameters; used by the verifier (for checkers) and the oracle.
        task: ``write``, ``repair`` or ``tests``.
        broken: the number of the mutant that is to be repaired, or 0.
        suite: for ``tests``, tests that kill every mutant; used by the oracle only.
    """

    lang: str
    family: str
    form: str
    partial: bool
    examples: tuple[Case, ...]
    hidden: tuple[Case, ...]
    parameters: dict[str, Any]
    task: str = "write"
    broken: int = 0
    suite: tuple[Case, ...] = ()

    @property
    def entry(self) -> str:
        """What the code has to define, with the method of a class."""
        return f"Solution.{camel(self.family)}" if self.form == "class" else self.family

    @property
    def cases(self) -> tuple[Case, ...]:
        """All tests, the shown ones first."""
        return self.examples + self.hidden
