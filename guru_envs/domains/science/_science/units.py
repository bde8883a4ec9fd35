"""Units with exact factors, and a reader of written units.

A unit is a factor, an offset (of temperatures) and the powers of eight base units: m, kg, s, A, K, mol, cd and the degree
of an angle. Names are looked up in one table; after :func:`use_pint`, a name that is
not in it is asked of pint.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from guru_envs.errors import MissingExtraError

BASES = ("m", "kg", "s", "A", "K", "mol", "cd", "deg")
Dims = tuple[int, ...]
NO_DIMS: Dims = (0,) * len(BASES)
MAX_LENGTH = 160  # characters of a written unit that are read
MAX_POWER = 12


class Unit(NamedTuple):
    """value in SI = (written value + offset) * factor."""

    factor: Fraction
    dims: Dims = NO_DIMS
    offset: Fraction = Fraction(0)


ONE = Unit(Fraction(1))


def _dims(**powers: int) -> Dims:
    return tuple(powers.get(base, 0) for base in BASES)


_E, _J = _dims(kg=1, m=1, s=-2), _dims(kg=1, m=2, s=-2)
_V, _W = _dims(kg=1, m=2, s=-3, A=-1), _dims(kg=1, m=2, s=-3)
_PA, _OHM = _dims(kg=1, m=-1, s=-2), _dims(kg=1, m=2, s=-3, A=-2)
_RADIAN = Fraction("57.2957795130823208767981548141051703")

# Units that take prefixes: symbol, names (English without s, Chinese), factor, dimensions.
_PREFIXED: tuple[tuple[str, str, str, Dims], ...] = (
    ("m", "meter metre 米", "1", _dims(m=1)),
    ("g", "gram gramme 克", "0.001", _dims(kg=1)),
    ("s", "second sec 秒", "1", _dims(s=1)),
    ("A", "ampere amp 安培 安", "1", _dims(A=1)),
    ("K", "kelvin 开尔文 开", "1", _dims(K=1)),
    ("mol", "mole 摩尔 摩", "1", _dims(mol=1)),
    ("cd", "candela", "1", _dims(cd=1)),
    ("N", "newton 牛顿 牛", "1", _E),
    ("J", "joule 焦耳 焦", "1", _J),
    ("W", "watt 瓦特 瓦", "1", _W),
    ("Wh", "watthour 瓦时 瓦特小时", "3600", _J),
    ("Pa", "pascal 帕斯卡 帕", "1", _PA),
    ("Hz", "hertz 赫兹 赫", "1", _dims(s=-1)),
    ("Bq", "becquerel 贝克勒尔 贝克", "1", _dims(s=-1)),
    ("V", "volt 伏特 伏", "1", _V),
    ("C", "coulomb 库仑 库", "1", _dims(A=1, s=1)),
    ("Ω", "ohm Ohm 欧姆 欧", "1", _OHM),
    ("F", "farad 法拉 法", "1", _dims(kg=-1, m=-2, s=4, A=2)),
    ("T", "tesla 特斯拉 特", "1", _dims(kg=1, s=-2, A=-1)),
    ("H", "henry 亨利 亨", "1", (*_OHM[:2], -2, *_OHM[3:])),
    ("Wb", "weber 韦伯", "1", _dims(kg=1, m=2, s=-2, A=-1)),
    ("S", "siemens 西门子", "1", _dims(kg=-1, m=-2, s=3, A=2)),
    ("L", "l liter litre 升", "0.001", _dims(m=3)),
    ("M", "molar", "1000", _dims(mol=1, m=-3)),
    ("eV", "electronvolt 电子伏特 电子伏", "1.602176634e-19", _J),
    ("cal", "calorie 卡路里 卡", "4.184", _J),
    ("bar", "bar 巴", "100000", _PA),
)  # fmt: skip
_PREFIXES = {
    "": "1", "k": "1e3", "M": "1e6", "G": "1e9", "T": "1e12", "h": "1e2", "d": "1e-1", "c": "1e-2", "m": "1e-3",
    "μ": "1e-6", "u": "1e-6", "n": "1e-9", "p": "1e-12", "f": "1e-15",
}  # fmt: skip
_LONG_PREFIXES = {
    "": "1", "kilo": "1e3", "mega": "1e6", "giga": "1e9", "tera": "1e12", "hecto": "1e2", "deci": "1e-1", "centi": "1e-2",
    "milli": "1e-3", "micro": "1e-6", "nano": "1e-9", "pico": "1e-12",
}  # fmt: skip
_CHINESE_PREFIXES = {
    "": "1", "千": "1e3", "兆": "1e6", "分": "1e-1", "厘": "1e-2", "毫": "1e-3", "微": "1e-6", "纳": "1e-9", "皮": "1e-12",
}  # fmt: skip
_PLAIN: tuple[tuple[str, str, Dims], ...] = (
    ("min minute minutes mins 分钟", "60", _dims(s=1)), ("h hr hrs hour hours 小时 时", "3600", _dims(s=1)),
    ("d day days 天 日", "86400", _dims(s=1)), ("yr year years a 年", "31557600", _dims(s=1)), ("secs", "1", _dims(s=1)),
    ("t tonne tonnes ton_metric 吨", "1000", _dims(kg=1)), ("公斤", "1", _dims(kg=1)), ("公里", "1000", _dims(m=1)),
    ("atm atmosphere atmospheres 大气压 标准大气压", "101325", _PA), ("mmHg torr Torr", "133.322", _PA),
    ("km/h kph kmh", "1", _dims(m=1, s=-1)), ("mph", "0.44704", _dims(m=1, s=-1)),
    ("mi mile miles 英里", "1609.344", _dims(m=1)), ("ft foot feet 英尺", "0.3048", _dims(m=1)),
    ("in inch inches 英寸", "0.0254", _dims(m=1)), ("yd yard yards 码", "0.9144", _dims(m=1)),
    ("lb lbs pound pounds 磅", "0.45359237", _dims(kg=1)), ("oz ounce ounces 盎司", "0.028349523125", _dims(kg=1)),
    ("° deg degree degrees 度", "1", _dims(deg=1)), ("cc", "1e-6", _dims(m=3)), ("Å angstrom", "1e-10", _dims(m=1)),
    ("D dpt diopter diopters dioptre dioptres 屈光度", "1", _dims(m=-1)), ("hectare hectares ha 公顷", "10000", _dims(m=2)),
    ("u amu Da", "1.66053906660e-27", _dims(kg=1)), ("dozen", "12", NO_DIMS), ("Ci", "3.7e10", _dims(s=-1)),
    ("% percent", "0.01", NO_DIMS), ("Nm", "1", _J), ("Ws", "1", _J), ("As", "1", _dims(A=1, s=1)),
    ("Ns", "1", _dims(kg=1, m=1, s=-1)), ("Vs", "1", _dims(kg=1, m=2, s=-2, A=-1)), ("micron microns", "1e-6", _dims(m=1)),
)  # fmt: skip


def _table() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for symbol, names, factor, dims in _PREFIXED:
        for prefix, times in _PREFIXES.items():
            unit = Unit(Fraction(times) * Fraction(factor), dims)
            table[prefix + symbol] = unit
            if prefix == "k":
                table.setdefault("K" + symbol, unit)  # a common slip of the pen; it can mean nothing else
            if symbol == "Ω" and prefix:
                table[prefix + "ohm"] = table[prefix + "ohms"] = table[prefix + "Ohm"] = unit
            if symbol == "L":
                table[prefix + "l"] = unit
        for name in names.split():
            prefixes = _LONG_PREFIXES if name.isascii() else _CHINESE_PREFIXES
            if len(name) > 1 or not name.isascii():
                for prefix, times in prefixes.items():
                    unit = Unit(Fraction(times) * Fraction(factor), dims)
                    table.setdefault(prefix + name, unit)
                    if name.isascii():
                        table.setdefault(prefix + name + "s", unit)
                        table.setdefault((prefix + name).capitalize(), unit)
    for names, factor, dims in _PLAIN:
        for name in names.split():
            table[name] = Unit(Fraction(factor), dims)
    table["km/h"] = table["kph"] = table["kmh"] = Unit(Fraction(5, 18), _dims(m=1, s=-1))
    table["rad"] = table["radian"] = table["radians"] = table["弧度"] = Unit(_RADIAN, _dims(deg=1))
    celsius = Unit(Fraction(1), _dims(K=1), Fraction("273.15"))
    for name in ("°C", "degC", "celsius", "Celsius", "摄氏度"):
        table[name] = celsius
    for name in ("°F", "degF", "fahrenheit", "Fahrenheit", "华氏度"):
        table[name] = Unit(Fraction(5, 9), _dims(K=1), Fraction("459.67"))
    for name in ("kilohm", "kilohms", "megohm", "megohms"):
        table[name] = Unit(Fraction(1000 if name[0] == "k" else 10**6), _OHM)
    table["1"] = ONE
    return table


_UNITS = _table()
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPER_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_FRACTION = re.compile(r"\\[dt]?frac ?\{([^{}]*)\}\{([^{}]*)\}")
_TYPE = re.compile(r"\\(?:text|mathrm|mathsf|rm|operatorname|unit|si|left|right)\b ?")
_POWER = re.compile(r"\^ ?\{ ?([+-]?[0-9]{1,2}) ?\}")
_GROUP = re.compile(r"\{([^{}]*)\}")
_PER = re.compile(r" +per +| *每 *")
_WORD_POWERS = (
    (re.compile(r"\bsquare (\w+)"), r"\1^2"), (re.compile(r"\bcubic (\w+)"), r"\1^3"),
    (re.compile(r"(\w+) squared\b"), r"\1^2"), (re.compile(r"(\w+) cubed\b"), r"\1^3"),
    (re.compile(r"平方([^\W\d_]+)"), r"\1^2"), (re.compile(r"立方([^\W\d_]+)"), r"\1^3"),
    (re.compile(r"\b[dD]eg(?:rees?)?\.? (Celsius|Fahrenheit)\b"), r"\1"), (re.compile(r"\b[dD]eg(?:rees?)?\.? ([CF])\b"), r"°\1"),
    (re.compile(r"° +(?=[CF]\b)"), "°"), (re.compile(r"([wW]att)[- ](hours?)\b"), r"\1hour"),
    (re.compile(r"([eE]lectron)[- ]([vV]olts?)\b"), "eV"),
    (re.compile(r"^ *(?:per +|每 *|/ *)"), "1/"), (re.compile(r"μ +(?=[A-Za-zΩ])"), "μ"),
)  # fmt: skip
_TOKEN = re.compile(r"([^\W\d_]+|°[CF]?|%|Å|1(?![0-9]))(?:\^\(([+-]?[0-9]{1,2})\)|\^?([+-]?[0-9]{1,2}))?|([*/()])")


def read_unit(text: str) -> Unit | None:
    """The unit that a text says, None if it says none. An empty text is the unit 1."""
    return _read(text) if len(text) <= MAX_LENGTH else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Unit | None:
    direct = _UNITS.get(text)
    if direct is not None:
        return direct
    flat = _SUPER_RUN.sub(lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text)
    flat = flat.replace("\\Omega", "Ω").replace("\\mu", "μ").replace("^\\circ", "°").replace("^{\\circ}", "°")
    if "\\" in flat or "{" in flat:
        flat = _without_latex(flat)
    flat = flat.replace("µ", "μ").replace("Ω", "Ω").replace("℃", "°C").replace("−", "-").replace("²", "^2")
    flat = flat.replace("\\cdot", "*").replace("\\times", "*").replace("·", "*").replace("⋅", "*").replace("×", "*")
    flat = flat.replace("℉", "°F").replace("**", "^").replace("∙", "*").replace("•", "*")
    for pattern, replacement in _WORD_POWERS:
        flat = pattern.sub(replacement, flat)
    flat = _PER.sub("/", flat.strip())
    return _product(flat)


def _without_latex(flat: str) -> str:
    """The text without commands: fractions as a slash, spaces for spaces, no braces and types."""
    flat = flat.replace("\\cdot", "*").replace("\\times", "*")
    for space in ("\\,", "\\;", "\\:", "\\ ", "~"):
        flat = flat.replace(space, " ")
    flat = _TYPE.sub("", flat).replace("\\!", "")
    flat = _POWER.sub(r"^\1", flat)
    for _ in range(2):  # a group of type inside of a fraction
        flat = _GROUP.sub(r"\1", flat) if "frac" not in flat else _FRACTION.sub(r"\1/\2", flat)
    return flat.replace("{", "").replace("}", "")


def _product(flat: str) -> Unit | None:
    """Read ``a*b/c^2``; all that stands after a slash is below the line, as in J/kg·K."""
    factor, dims = Fraction(1), list(NO_DIMS)
    sign, place, depth, parts = 1, 0, 0, 0
    expects = False
    single: Unit | None = None
    while place < len(flat):
        if flat[place] == " ":
            place += 1
            continue
        token = _TOKEN.match(flat, place)
        if token is None:
            return None
        place = token.end()
        if token[4] == "/":
            if expects or depth:
                return None
            sign, expects = -1, True
        elif token[4] == "*":
            if expects or parts == 0:
                return None
            expects = True
        elif token[4] == "(":
            if depth:
                return None
            depth = 1
        elif token[4] == ")":
            if not depth or expects:
                return None
            depth = 0
        else:
            power = int(token[2] or token[3] or 1) * sign
            unit = _named(token[1])
            if unit is None or abs(power) > MAX_POWER:
                return None
            single = unit if power == 1 and parts == 0 else None
            factor *= unit.factor**power
            for index, exponent in enumerate(unit.dims):
                dims[index] += exponent * power
            parts, expects = parts + 1, False
    if expects or depth:
        return None
    if single is not None:
        return single
    return Unit(factor, tuple(dims))


def _named(name: str) -> Unit | None:
    return _UNITS.get(name) or (_UNITS.get(name.lower()) if len(name) > 3 else None) or _by_pint(name)


_PINT_NAME = re.compile(r"[A-Za-z][A-Za-z_]{2,24}")


@lru_cache(maxsize=1024)
def _by_pint(name: str) -> Unit | None:
    """An unusual unit, by its name alone: nothing longer than a word is handed to pint."""
    if _pint is None or _PINT_NAME.fullmatch(name) is None:
        return None
    registry = _pint
    if name not in registry:
        return None
    try:
        one = registry.Quantity(Fraction(1), name).to_root_units()
        powers = {str(base): Fraction(power) for base, power in one.unit_items()}
    except Exception:  # pint has no common class of errors; what it cannot convert is no unit for us
        return None
    names = {"meter": "m", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol", "candela": "cd"}
    dims = dict.fromkeys(BASES, 0)
    factor = Fraction(one.magnitude)
    for base, power in powers.items():
        if power.denominator != 1:
            return None
        if base == "gram":
            dims["kg"], factor = int(power), factor / 1000 ** int(power)
        elif base in names:
            dims[names[base]] = int(power)
        else:
            return None
    return Unit(factor, tuple(dims.values()))


_pint: Any = None


def use_pint() -> None:
    """From now on, ask pint about units that are not in the table; it takes seconds to load.

    Not done by itself: verdicts would depend on what is installed.

    Raises:
        MissingExtraError: pint is not installed.
    """
    global _pint
    try:
        import pint
    except ImportError:
        raise MissingExtraError("asking pint about units", "science") from None
    _pint = pint.UnitRegistry(non_int_type=Fraction)
    _read.cache_clear()
    _by_pint.cache_clear()
