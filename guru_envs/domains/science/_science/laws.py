"""Situations and the laws that hold in them, read from the tables of the ``table_*`` modules.

A table is text. Each situation begins with ``family/name`` and has the lines

* ``given SYMBOL LOW..HIGH UNIT [UNIT ...]``: a quantity that the problem states; the range is in the first unit;
* ``const SYMBOL NUMBER UNIT``: a constant, stated in the prompt;
* ``step SYMBOL UNIT [UNIT ...] = FORMULA | name | Chinese name``: what follows from the givens and earlier steps;
* ``rise ...``: the same for a difference of temperatures;
* ``need FORMULA``: must be positive, or the numbers are drawn again;
* ``slip NUMBER ...``: factors by which typical mistakes miss the answer;
* ``en TEXT`` and ``zh TEXT``, with ``{SYMBOL}`` for "SYMBOL = value"; ``{_SYMBOL}`` for the value alone;
  ``{thing}`` for the thing it is about, from ``things English:Chinese ...``.

Formulas are in SI units. The unit ``-`` is no unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache

from guru_envs.domains.science._science.formulas import names_in
from guru_envs.domains.science._science.units import Unit, read_unit


@dataclass(frozen=True)
class Given:
    """A quantity that is stated: its range in the first of its units."""

    symbol: str
    low: Fraction
    high: Fraction
    units: tuple[str, ...]


@dataclass(frozen=True)
class Law:
    """One step: a quantity, the units it may be asked in, the formula (in SI units), and what it is called."""

    symbol: str
    units: tuple[str, ...]
    formula: str
    name: str
    name_zh: str
    difference: bool = False  # of temperatures: a kelvin is then a degree Celsius


@dataclass
class Situation:
    """What a problem is about. See the module's text."""

    family: str
    name: str
    givens: list[Given] = field(default_factory=list)
    consts: dict[str, tuple[Fraction, str]] = field(default_factory=dict)
    laws: list[Law] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    slips: list[Fraction] = field(default_factory=list)
    things: list[tuple[str, str]] = field(default_factory=list)
    en: str = ""
    zh: str = ""
    _needed: dict[str, tuple[list[Law], tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> str:
        """The situation's name among all."""
        return f"{self.family}/{self.name}"

    def needed(self, symbol: str) -> list[Law]:
        """The steps that lead to a quantity, in order."""
        return self._way(symbol)[0]

    def used(self, symbol: str) -> tuple[str, ...]:
        """The names in the formulas of these steps."""
        return self._way(symbol)[1]

    def _way(self, symbol: str) -> tuple[list[Law], tuple[str, ...]]:
        found = self._needed.get(symbol)
        if found is not None:
            return found
        by_symbol = {law.symbol: law for law in self.laws}
        wanted, waiting = set(), [symbol]
        while waiting:
            one = waiting.pop()
            if one in by_symbol and one not in wanted:
                wanted.add(one)
                waiting += names_in(by_symbol[one].formula)
        laws = [law for law in self.laws if law.symbol in wanted]
        self._needed[symbol] = laws, tuple(dict.fromkeys(name for law in laws for name in names_in(law.formula)))
        return self._needed[symbol]

    @cached_property
    def quick_consts(self) -> dict[str, float]:
        """The constants in SI units, in floating point."""
        found = {}
        for symbol, (number, unit) in self.consts.items():
            one = unit_of(unit)
            found[symbol] = float((number + one.offset) * one.factor)
        return found


@lru_cache(maxsize=1024)
def unit_of(text: str) -> Unit:
    """A unit of our own tables."""
    unit = read_unit("1" if text == "-" else text)
    if unit is None:
        raise LookupError(text)
    return unit


def read_table(text: str) -> list[Situation]:
    """The situations of a table."""
    found: list[Situation] = []
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word:
            continue
        if not rest:
            family, _, name = word.partition("/")
            found.append(Situation(family, name))
        else:
            _READERS[word](found[-1], rest)
    return found


def _given(situation: Situation, rest: str) -> None:
    symbol, span, *units = rest.split()
    low, high = span.split("..")
    situation.givens.append(Given(symbol, Fraction(low), Fraction(high), tuple(units)))


def _const(situation: Situation, rest: str) -> None:
    symbol, number, unit = rest.split()
    situation.consts[symbol] = (Fraction(number), unit)


def _step(situation: Situation, rest: str, difference: bool = False) -> None:
    head, name, name_zh = (part.strip() for part in rest.split("|"))
    left, _, formula = head.partition(" = ")
    symbol, *units = left.split()
    situation.laws.append(Law(symbol, tuple(units), formula.strip(), name, name_zh, difference))


def _things(situation: Situation, rest: str) -> None:
    for pair in rest.split(","):
        english, _, chinese = pair.strip().partition(":")
        situation.things.append((english, chinese))


_READERS: dict[str, Callable[[Situation, str], None]] = {
    "given": _given,
    "const": _const,
    "step": _step,
    "rise": lambda situation, rest: _step(situation, rest, True),
    "things": _things,
    "need": lambda situation, rest: situation.needs.append(rest),
    "slip": lambda situation, rest: situation.slips.extend(map(Fraction, rest.split())),
    "en": lambda situation, rest: setattr(situation, "en", rest),
    "zh": lambda situation, rest: setattr(situation, "zh", rest),
}


@lru_cache(maxsize=1)
def situations() -> dict[str, tuple[Situation, ...]]:
    """All situations, by family."""
    from guru_envs.domains.science._science import table_chemistry, table_electricity, table_mechanics, table_waves

    found: dict[str, list[Situation]] = {}
    tables: Iterable[str] = (table_mechanics.TABLE, table_electricity.TABLE, table_waves.TABLE, table_chemistry.TABLE)
    for table in tables:
        for situation in read_table(table):
            found.setdefault(situation.family, []).append(situation)
    return {family: tuple(items) for family, items in found.items()}
