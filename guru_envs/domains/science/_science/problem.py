"""Problems about quantities: drawing them, working them out, and putting them into words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from guru_envs.domains.science._science import chemistry
from guru_envs.domains.science._science.formulas import Number, compiled, names_in
from guru_envs.domains.science._science.laws import Given, Law, Situation, situations, unit_of
from guru_envs.domains.science._science.numbers import exact, magnitude, rounded, write
from guru_envs.domains.science._science.units import Dims

STOICHIOMETRY = "stoichiometry"
_ATTEMPTS = 400
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


def environment(part: Part, earlier: Sequence[Number], digits: int = 0) -> dict[str, Number]:
    """The values of a part's quantities in SI units; with ``digits``, each step is rounded to so many figures."""
    env: dict[str, Number] = {}
    for stated in part.stated:
        env[stated.symbol] = si(stated.value, stated.unit) if stated.link is None else earlier[stated.link]
    for symbol, (number, unit) in part.situation.consts.items():
        env[symbol] = si(number, unit)
    for law in part.situation.needed(part.law.symbol):
        value = compiled(law.formula)(env)
        if digits and exact(value):
            kept, exponent = rounded(exact(value), digits)
            value = kept * Fraction(10) ** exponent
        env[law.symbol] = value
    return env


def results(parts: Sequence[Part], digits: int = 0) -> list[Number]:
    """What each part asks for, in SI units."""
    found: list[Number] = []
    for part in parts:
        found.append(environment(part, found, digits)[part.law.symbol])
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


# -- drawing -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _grid(given: Given, unit: str, figures: int) -> tuple[Fraction, int, int]:
    """The step between values of a given in a unit, and the first and last number of steps."""
    low, high = (in_unit(si(bound, given.units[0]), unit) for bound in (given.low, given.high))
    step = Fraction(10) ** (magnitude(high) - figures + 1)
    first, last = -((-low) // step), high // step
    return step, max(1, int(first)), max(1, int(last))


def draw_value(rng: random.Random, given: Given, unit: str, figures: int) -> Fraction:
    """A value in the range of a given, with at most so many figures."""
    if given.symbol == "N" and unit == "-":
        return Fraction(rng.randint(int(given.low), int(given.high)))
    step, first, last = _grid(given, unit, figures)
    return rng.randint(first, last) * step


@lru_cache(maxsize=1)
def _links() -> dict[Dims, tuple[tuple[Situation, Given], ...]]:
    """Which givens may be the result of an earlier part, by their dimensions."""
    found: dict[Dims, list[tuple[Situation, Given]]] = {}
    for family, items in situations().items():
        for situation in items if family != "conversion" else ():
            for given in situation.givens:
                unit = unit_of(given.units[0])
                if any(unit.dims) and not unit.offset:
                    found.setdefault(unit.dims, []).append((situation, given))
    return {dims: tuple(items) for dims, items in found.items()}


def draw_parts(
    rng: random.Random, families: Sequence[str], low: int, high: int, most: int, mixed: bool, figures: int
) -> tuple[Part, ...]:
    """Parts with ``low`` to ``high`` steps in all."""
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(rng, families, low, high, most, mixed, figures)
        except (RefusedError, ZeroDivisionError, ValueError, OverflowError):
            continue
    raise RefusedError


def _attempt(
    rng: random.Random, families: Sequence[str], low: int, high: int, most: int, mixed: bool, figures: int
) -> tuple[Part, ...]:
    family = families[rng.randrange(len(families))]
    if family == STOICHIOMETRY:
        situation = chemistry.stoichiometry(rng)
    else:
        choices = situations()[family]
        situation = choices[rng.randrange(len(choices))]
    parts: list[Part] = []
    total, link = 0, None
    values: list[Number] = []
    while True:
        units, last = mixed or family == "conversion", most == len(parts) + 1
        part, steps = _part(rng, situation, link, high - total, units, figures, low - total, last)
        parts.append(part)
        total += steps
        values = results(parts)
        if exact(values[-1]) <= 0:
            raise RefusedError
        env = environment(part, values[:-1])
        for need in situation.needs:
            if all(name in env for name in names_in(need)) and exact(compiled(need)(env)) <= 0:
                raise RefusedError
        if total >= low:
            break
        if len(parts) == most or family == "conversion":
            raise RefusedError
        used = [one.situation.key for one in parts]
        allowed = [
            (other, given)
            for other, given in _links().get(unit_of(part.unit).dims, ())
            if other.key not in used
            and si(given.low, given.units[0]) <= exact(values[-1]) * 2
            and exact(values[-1]) <= si(given.high, given.units[0]) * 2
        ]
        if not allowed:
            raise RefusedError
        situation, given = allowed[rng.randrange(len(allowed))]
        link = (given.symbol, len(parts) - 1)
    _well_posed(parts, values)
    return tuple(parts)


def _well_posed(parts: Sequence[Part], values: Sequence[Number]) -> None:
    """Refuse problems in which rounding the steps to five figures would change the answer by more than 0.2 %."""
    coarse, fine = exact(results(parts, 5)[-1]), exact(values[-1])
    unit = parts[-1].unit
    fine_shown, coarse_shown = in_unit(fine, unit), in_unit(coarse, unit)
    if fine_shown <= 0 or abs(fine_shown - coarse_shown) * 500 > abs(fine_shown):
        raise RefusedError


def _part(
    rng: random.Random,
    situation: Situation,
    link: tuple[str, int] | None,
    room: int,
    mixed: bool,
    figures: int,
    wanted: int,
    last: bool,
) -> tuple[Part, int]:
    laws = []
    for law in situation.laws:
        needed = situation.needed(law.symbol)
        used = {name for one in needed for name in names_in(one.formula)}
        if len(needed) <= room and (link is None or link[0] in used) and not (last and len(needed) < wanted):
            laws.append((law, len(needed)))
    if not laws:
        raise RefusedError
    law, steps = laws[rng.randrange(len(laws))]
    stated = []
    for given in situation.givens:
        unit = given.units[rng.randrange(len(given.units))] if mixed else given.units[0]
        value = draw_value(rng, given, unit, figures)
        if link is not None and given.symbol == link[0]:
            stated.append(Stated(given.symbol, Fraction(0), unit, link[1]))
        else:
            stated.append(Stated(given.symbol, value, unit))
    units = [unit for unit in law.units if unit != stated[0].unit] if situation.family == "conversion" else law.units
    unit = units[rng.randrange(len(units))] if mixed else units[0]
    return Part(situation, tuple(stated), law, unit, rng.randrange(max(1, len(situation.things)))), steps


def on_the_edge(value: Fraction, figures: int) -> bool:
    """Whether a value is so near to the middle between two rounded ones that rounding it is a matter of luck."""
    scaled = value / Fraction(10) ** (magnitude(value) - figures + 1)
    return abs(scaled - scaled // 1 - Fraction(1, 2)) < Fraction(1, 50)


def draw_factors(rng: random.Random, problem: Problem) -> tuple[Fraction, ...]:
    """Four choices: right, with one of two typical mistakes, with both. No choice stands out from the others."""
    slips = list(dict.fromkeys(slip for slip in problem.parts[-1].situation.slips)) or [Fraction(2), Fraction(10)]
    one, two = rng.sample(slips, 2) if len(slips) > 1 else (slips[0], Fraction(3))
    one, two = (slip if rng.random() < 0.5 else 1 / slip for slip in (one, two))
    if one * two == 1 or one == two:
        two *= 3
    factors = [Fraction(1), one, two, one * two]
    rng.shuffle(factors)
    return tuple(factors)


def redraw_value(rng: random.Random, part: Part, figures: int) -> Part | None:
    """The part with another value of one needed given."""
    needed = {name for law in part.situation.needed(part.law.symbol) for name in names_in(law.formula)}
    places = [i for i, one in enumerate(part.stated) if one.symbol in needed and one.link is None]
    if not places:
        return None
    place = places[rng.randrange(len(places))]
    old = part.stated[place]
    given = next(given for given in part.situation.givens if given.symbol == old.symbol)
    new = replace(old, value=draw_value(rng, given, old.unit, figures))
    return replace(part, stated=(*part.stated[:place], new, *part.stated[place + 1 :]))


def reword_part(rng: random.Random, part: Part) -> Part:
    """The same part about another thing, with givens in other units where they stay short."""
    stated = []
    for one in part.stated:
        given = next(given for given in part.situation.givens if given.symbol == one.symbol)
        unit = given.units[rng.randrange(len(given.units))]
        value = in_unit(si(one.value, one.unit), unit) if one.link is None else one.value
        digits, exponent = rounded(value, 6)
        keep = part.situation.family == "conversion" or digits * Fraction(10) ** exponent != value
        stated.append(one if keep else replace(one, value=value, unit=unit))
    return replace(part, stated=tuple(stated), thing=rng.randrange(max(1, len(part.situation.things))))


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
        used = {name for law in needed for name in names_in(law.formula)}
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
