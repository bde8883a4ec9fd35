"""Problems about quantities: what they consist of, and working them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from guru_envs.domains.science._science.formulas import Number, compiled
from guru_envs.domains.science._science.laws import Law, Situation, unit_of
from guru_envs.domains.science._science.numbers import exact, magnitude, write

EXTRAS = (
    ("The laboratory is {} m above sea level.", "实验室海拔{} m。"),
    ("The room has a floor of {} m^2.", "房间的地面面积为{} m^2。"),
    ("The experiment was repeated {} times with the same result.", "该实验重复了{}次，结果相同。"),
    ("The instruments are {} years old.", "仪器已使用{}年。"),
    ("The report on it has {} pages.", "实验报告共{}页。"),
)


@dataclass(frozen=True)
class Stated:
    """A given quantity: its value in its unit, or the part (from 0) whose result it is."""

    symbol: str
    value: Fraction
    unit: str
    link: int | None = None


@dataclass(frozen=True)
class Part:
    """One situation with numbers and a question."""

    situation: Situation
    stated: tuple[Stated, ...]
    law: Law
    unit: str
    thing: int = 0


@dataclass(frozen=True)
class Problem:
    """Parts that build on each other; the question is that of the last one.

    Attributes:
        parts: the parts in order.
        bare: the question fixes the unit, so a number without one is enough.
        figures: significant figures asked for; 0: an answer within 1 % counts.
        extras: irrelevant statements: index into ``EXTRAS`` and the number.
        wording: which of several phrasings is used.
        factors: what the right value is multiplied by in each choice; empty for a free answer.
        lang: ``en`` or ``zh``.
        answer: what is asked for, in SI units.
    """

    parts: tuple[Part, ...]
    bare: bool
    figures: int
    extras: tuple[tuple[int, int], ...]
    wording: int
    factors: tuple[Fraction, ...]
    lang: str
    answer: Fraction = Fraction(0)


class RefusedError(Exception):
    """The numbers do not make a good problem; they are drawn again."""


# -- working it out ----------------------------------------------------------------------------------------------------


def environment(part: Part, earlier: Sequence[Number]) -> dict[str, Number]:
    """The values of a part's quantities in SI units."""
    env: dict[str, Number] = {}
    for stated in part.stated:
        env[stated.symbol] = si(stated.value, stated.unit) if stated.link is None else earlier[stated.link]
    for symbol, (number, unit) in part.situation.consts.items():
        env[symbol] = si(number, unit)
    for law in part.situation.needed(part.law.symbol):
        env[law.symbol] = compiled(law.formula)(env)
    return env


def results(parts: Sequence[Part]) -> list[Number]:
    """What each part asks for, in SI units."""
    found: list[Number] = []
    for part in parts:
        found.append(environment(part, found)[part.law.symbol])
    return found


@lru_cache(maxsize=4096)
def _si_cached(value: Fraction, unit: str) -> Fraction:
    one = unit_of(unit)
    return (value + one.offset) * one.factor


def si(value: Fraction, unit: str) -> Fraction:
    """A value in SI units."""
    return _si_cached(value, unit)


def in_unit(value: Number, unit: str, difference: bool = False) -> Fraction:
    """A value in SI units, in another unit."""
    one = unit_of(unit)
    return exact(value) / one.factor - (0 if difference else one.offset)


# -- what it looks like ------------------------------------------------------------------------------------------------


def on_the_edge(value: Fraction, figures: int) -> bool:
    """Whether a value is so near to the middle between two rounded ones that rounding it is a matter of luck."""
    scaled = value / Fraction(10) ** (magnitude(value) - figures + 1)
    return abs(scaled - scaled // 1 - Fraction(1, 2)) < Fraction(1, 50)


def canonical(parts: Sequence[Part]) -> str:
    """The problem without its words and units: what is stated, in SI units, and what is asked."""
    lines = []
    for part in parts:
        values = sorted(
            f"{one.symbol}={si(one.value, one.unit) if one.link is None else f'part {one.link}'}" for one in part.stated
        )
        lines.append(f"{part.situation.key} {part.law.symbol} {' '.join(values)}")
    return "science " + "; ".join(lines)


def effort(problem: Problem) -> float:
    """Steps, with a half for each unit that must be converted and a quarter for each number that is not needed."""
    total = 0.0
    for part in problem.parts:
        needed = part.situation.needed(part.law.symbol)
        used = part.situation.used(part.law.symbol)
        total += len(needed)
        for one in part.stated:
            total += 0.5 * (unit_of(one.unit).factor != 1) * (one.symbol in used) + 0.25 * (one.symbol not in used)
        total += 0.5 * (unit_of(part.unit).factor != 1)
    return total + 0.25 * len(problem.extras)


def option_texts(problem: Problem) -> list[str]:
    """The choices as texts."""
    part = problem.parts[-1]
    shown = in_unit(problem.answer, part.unit, part.law.difference)
    return [write(shown * factor, 3, pad=True) for factor in problem.factors]
