"""Drawing problems about quantities. Tries are worked out in floating point; the problem kept is worked out exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from guru_envs.domains.science._science import chemistry
from guru_envs.domains.science._science.formulas import names_in, quick
from guru_envs.domains.science._science.laws import Given, Law, Situation, situations, unit_of
from guru_envs.domains.science._science.numbers import magnitude, rounded
from guru_envs.domains.science._science.problem import Part, Problem, RefusedError, Stated, in_unit, si
from guru_envs.domains.science._science.units import Dims

STOICHIOMETRY = "stoichiometry"
_ATTEMPTS = 400
_Link = tuple[str, int]  # the given, and the part (from 0) whose result it is


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
def _links() -> dict[Dims, tuple[tuple[Situation, Given, float, float], ...]]:
    """Which givens may be the result of an earlier part, by their dimensions, with the range that it may have."""
    found: dict[Dims, list[tuple[Situation, Given, float, float]]] = {}
    for family, items in situations().items():
        for situation in items if family != "conversion" else ():
            for given in situation.givens:
                unit = unit_of(given.units[0])
                if any(unit.dims) and not unit.offset:
                    low, high = (float(si(bound, given.units[0])) for bound in (given.low, given.high))
                    found.setdefault(unit.dims, []).append((situation, given, low / 2, high * 2))
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
    total = 0
    link: _Link | None = None
    values: list[float] = []
    while True:
        units, last = mixed or family == "conversion", most == len(parts) + 1
        law, steps = _law(rng, situation, link, high - total, low - total, last)
        part = _part(rng, situation, law, link, units, figures)
        parts.append(part)
        total += steps
        values.append(_worked(part, values))
        if total >= low:
            break
        if len(parts) == most or family == "conversion":
            raise RefusedError
        situation, link = _next(rng, parts, values[-1])
    _well_posed(parts, values)
    return tuple(parts)


def _next(rng: random.Random, parts: Sequence[Part], value: float) -> tuple[Situation, _Link]:
    """A situation for the next part, in which a result may be given."""
    used = [one.situation.key for one in parts]
    allowed = [
        (other, given)
        for other, given, least, most in _links().get(unit_of(parts[-1].unit).dims, ())
        if least <= value <= most and other.key not in used
    ]
    if not allowed:
        raise RefusedError
    situation, given = allowed[rng.randrange(len(allowed))]
    return situation, (given.symbol, len(parts) - 1)


def _law(
    rng: random.Random, situation: Situation, link: _Link | None, room: int, wanted: int, last: bool
) -> tuple[Law, int]:
    """What a part asks for, and in how many steps."""
    laws = []
    for law in situation.laws:
        count = len(situation.needed(law.symbol))
        linked = link is None or link[0] in situation.used(law.symbol)
        if count <= room and linked and not (last and count < wanted):
            laws.append((law, count))
    if not laws:
        raise RefusedError
    return laws[rng.randrange(len(laws))]


def _part(rng: random.Random, situation: Situation, law: Law, link: _Link | None, mixed: bool, figures: int) -> Part:
    stated = []
    for given in situation.givens:
        unit = given.units[rng.randrange(len(given.units))] if mixed else given.units[0]
        if link is not None and given.symbol == link[0]:
            stated.append(Stated(given.symbol, Fraction(0), unit, link[1]))
        else:
            stated.append(Stated(given.symbol, draw_value(rng, given, unit, figures), unit))
    units = law.units
    if situation.family == "conversion":  # g/L would be kg/m^3 again, by another name
        units = tuple(unit for unit in units if unit_of(unit) != unit_of(stated[0].unit))
    unit = units[rng.randrange(len(units))] if mixed else units[0]
    return Part(situation, tuple(stated), law, unit, rng.randrange(max(1, len(situation.things))))


@lru_cache(maxsize=1024)
def _floats(unit: str) -> tuple[float, float]:
    one = unit_of(unit)
    return float(one.factor), float(one.offset)


def _start(part: Part, earlier: Sequence[float]) -> dict[str, float]:
    """What a part states, in SI units."""
    env = dict(part.situation.quick_consts)
    for one in part.stated:
        if one.link is None:
            factor, offset = _floats(one.unit)
            env[one.symbol] = (float(one.value) + offset) * factor
        else:
            env[one.symbol] = earlier[one.link]
    return env


def _run(part: Part, env: dict[str, float]) -> float:
    for law in part.situation.needed(part.law.symbol):
        env[law.symbol] = quick(law.formula)(env)
    return env[part.law.symbol]


def _run_coarsely(part: Part, env: dict[str, float]) -> float:
    """The same with each step rounded to five figures."""
    for law in part.situation.needed(part.law.symbol):
        env[law.symbol] = float(f"{quick(law.formula)(env):.4e}")
    return env[part.law.symbol]


def _worked(part: Part, earlier: Sequence[float]) -> float:
    """The result of a part; refused when it or what the situation needs is not positive."""
    env = _start(part, earlier)
    if not all(_fulfilled(need, env) for need in part.situation.needs):
        raise RefusedError
    value = _run(part, env)
    if value <= 0 or not all(_fulfilled(need, env) for need in part.situation.needs):
        raise RefusedError
    return value


def _fulfilled(need: str, env: Mapping[str, float]) -> bool:
    """Whether a need is met; one that speaks of later results is."""
    return quick(need)(env) > 0 if all(name in env for name in names_in(need)) else True


def _well_posed(parts: Sequence[Part], values: Sequence[float]) -> None:
    """Refuse problems in which rounding the steps to five figures would change the answer by more than 0.2 %."""
    coarse: list[float] = []
    for part in parts:
        coarse.append(_run_coarsely(part, _start(part, coarse)))
    factor, offset = _floats(parts[-1].unit)
    fine_shown, coarse_shown = values[-1] / factor - offset, coarse[-1] / factor - offset
    if fine_shown <= 0 or abs(fine_shown - coarse_shown) * 500 > fine_shown:
        raise RefusedError


def draw_factors(rng: random.Random, problem: Problem) -> tuple[Fraction, ...]:
    """Four choices: right, with one of two typical mistakes, with both. No choice stands out from the others."""
    slips = list(dict.fromkeys(slip for slip in problem.parts[-1].situation.slips)) or [Fraction(2), Fraction(10)]
    one, two = rng.sample(slips, 2) if len(slips) > 1 else (slips[0], Fraction(3))
    one, two = (slip if rng.random() < 0.5 else 1 / slip for slip in (one, two))
    if one == two or abs(one * two - 1) < Fraction(1, 5):
        two *= 3
    factors = [Fraction(1), one, two, one * two]
    rng.shuffle(factors)
    return tuple(factors)


def redraw_value(rng: random.Random, part: Part, figures: int) -> Part | None:
    """The part with another value of one needed given."""
    needed = part.situation.used(part.law.symbol)
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
