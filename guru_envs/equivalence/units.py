"""A small table of units: enough to tell whether two written units are the same, or convert into each other.

No tolerance and no formulas: a unit is a factor times powers of base units. A word that is not in the table is a base unit
of its own, so "5 carbon atoms" and "5 oxygen atoms" differ. Temperatures in degrees Celsius and Fahrenheit are units of
their own, because converting them is no multiplication; degrees of an angle are not converted to radians unasked.
"""

from __future__ import annotations

import re
from fractions import Fraction

from guru_envs.equivalence.golds import Unit
from guru_envs.equivalence.wording import ROMAN

F = Fraction
_PREFIXES = {
    "k": F(1000), "M": F(10**6), "G": F(10**9), "T": F(10**12), "m": F(1, 1000), "μ": F(1, 10**6), "u": F(1, 10**6),
    "n": F(1, 10**9), "p": F(1, 10**12), "f": F(1, 10**15), "c": F(1, 100), "d": F(1, 10), "h": F(100), "P": F(10**15),
}  # fmt: skip
_LONG_PREFIXES = {
    "kilo": F(1000), "mega": F(10**6), "giga": F(10**9), "milli": F(1, 1000), "micro": F(1, 10**6), "nano": F(1, 10**9),
    "centi": F(1, 100), "deci": F(1, 10), "pico": F(1, 10**12), "hecto": F(100),
}  # fmt: skip
_Powers = dict[str, int]
_SI: dict[str, tuple[Fraction, _Powers]] = {
    "m": (F(1), {"m": 1}), "g": (F(1, 1000), {"kg": 1}), "s": (F(1), {"s": 1}), "A": (F(1), {"A": 1}),
    "K": (F(1), {"K": 1}), "mol": (F(1), {"mol": 1}), "cd": (F(1), {"cd": 1}), "rad": (F(1), {"rad": 1}),
    "N": (F(1), {"kg": 1, "m": 1, "s": -2}), "J": (F(1), {"kg": 1, "m": 2, "s": -2}),
    "W": (F(1), {"kg": 1, "m": 2, "s": -3}), "Pa": (F(1), {"kg": 1, "m": -1, "s": -2}), "Hz": (F(1), {"s": -1}),
    "V": (F(1), {"kg": 1, "m": 2, "s": -3, "A": -1}), "C": (F(1), {"A": 1, "s": 1}),
    "Ω": (F(1), {"kg": 1, "m": 2, "s": -3, "A": -2}), "ohm": (F(1), {"kg": 1, "m": 2, "s": -3, "A": -2}),
    "F": (F(1), {"kg": -1, "m": -2, "s": 4, "A": 2}), "T": (F(1), {"kg": 1, "s": -2, "A": -1}),
    "H": (F(1), {"kg": 1, "m": 2, "s": -2, "A": -2}), "Wb": (F(1), {"kg": 1, "m": 2, "s": -2, "A": -1}),
    "S": (F(1), {"kg": -1, "m": -2, "s": 3, "A": 2}), "L": (F(1, 1000), {"m": 3}), "l": (F(1, 1000), {"m": 3}),
    "eV": (F("1.602176634e-19"), {"kg": 1, "m": 2, "s": -2}), "cal": (F("4.184"), {"kg": 1, "m": 2, "s": -2}),
    "M": (F(1000), {"mol": 1, "m": -3}), "bar": (F(100000), {"kg": 1, "m": -1, "s": -2}), "B": (F(1), {"byte": 1}),
    "Wh": (F(3600), {"kg": 1, "m": 2, "s": -2}), "equiv": (F(1), {"equiv": 1}), "dB": (F(1), {"dB": 1}),
}  # fmt: skip
_OTHERS: dict[str, tuple[Fraction, _Powers]] = {
    "min": (F(60), {"s": 1}), "h": (F(3600), {"s": 1}), "hr": (F(3600), {"s": 1}), "d": (F(86400), {"s": 1}),
    "atm": (F(101325), {"kg": 1, "m": -1, "s": -2}), "amu": (F(1), {"u": 1}), "Da": (F(1), {"u": 1}),
    "Å": (F(1, 10**10), {"m": 1}), "°C": (F(1), {"°C": 1}), "°F": (F(1), {"°F": 1}), "°": (F(1), {"deg": 1}),
    "deg": (F(1), {"deg": 1}), "ft": (F("0.3048"), {"m": 1}), "in": (F("0.0254"), {"m": 1}), "mi": (F("1609.344"), {"m": 1}),
    "yd": (F("0.9144"), {"m": 1}), "lb": (F("0.45359237"), {"kg": 1}), "oz": (F("0.45359237") / 16, {"kg": 1}),
    "mph": (F("0.44704"), {"m": 1, "s": -1}), "kph": (F(1000, 3600), {"m": 1, "s": -1}),
    "kmph": (F(1000, 3600), {"m": 1, "s": -1}), "t": (F(1000), {"kg": 1}),
    "mmHg": (F("133.322"), {"kg": 1, "m": -1, "s": -2}), "torr": (F("133.322"), {"kg": 1, "m": -1, "s": -2}),
    "ppm": (F(1), {"ppm": 1}), "rpm": (F(1), {"rpm": 1}), "cc": (F(1, 10**6), {"m": 3}), "sec": (F(1), {"s": 1}),
}  # fmt: skip
_WORDS = {
    "meter": "m", "metre": "m", "gram": "g", "second": "s", "secs": "s", "ampere": "A", "amp": "A", "kelvin": "K",
    "mole": "mol", "mols": "mol", "radian": "rad", "rads": "rad", "newton": "N", "joule": "J", "watt": "W", "pascal": "Pa",
    "hertz": "Hz", "volt": "V", "coulomb": "C", "ohm": "Ω", "farad": "F", "tesla": "T", "henry": "H", "liter": "L",
    "litre": "L", "calorie": "cal", "minute": "min", "mins": "min", "hour": "h", "hrs": "h", "day": "d", "foot": "ft",
    "feet": "ft", "inch": "in", "inches": "in", "mile": "mi", "yard": "yd", "pound": "lb", "lbs": "lb", "ounce": "oz",
    "degree": "deg", "electronvolt": "eV", "tonne": "t", "byte": "B", "molar": "M", "centimetre": "cm", "micron": "μm", "degs": "deg",
    "米": "m", "千米": "km", "公里": "km", "厘米": "cm", "毫米": "mm", "分米": "dm", "克": "g", "千克": "kg", "公斤": "kg",
    "秒": "s", "分钟": "min", "小时": "h", "天": "d", "度": "deg", "升": "L", "毫升": "mL", "牛": "N", "牛顿": "N",
    "焦耳": "J", "焦": "J", "瓦": "W", "伏": "V", "安": "A", "欧": "Ω", "摩尔": "mol", "弧度": "rad",
    "摄氏度": "°C", "华氏度": "°F", "吨": "t",
    "公分": "cm", "英寸": "in", "英尺": "ft", "英里": "mi", "磅": "lb",
    "平方米": "m2", "平方厘米": "cm2", "立方米": "m3", "立方厘米": "cm3", "平方千米": "km2", "角度": "deg",
}  # fmt: skip
CURRENCIES = {
    "$": "USD", "\ue000": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₩": "KRW", "usd": "USD", "eur": "EUR",
    "gbp": "GBP", "cny": "CNY", "rmb": "CNY", "jpy": "JPY", "inr": "INR", "dollar": "USD", "dollars": "USD", "euro": "EUR",
    "euros": "EUR", "yuan": "CNY", "元": "CNY", "块": "CNY", "人民币": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP",
    "日元": "JPY", "rupees": "INR", "yen": "JPY", "us$": "USD", "hk$": "HKD", "c$": "CAD", "a$": "AUD", "bucks": "USD",
    "rs": "INR", "won": "KRW", "角": "CNY", "cad": "CAD", "aud": "AUD", "chf": "CHF", "hkd": "HKD",
}  # fmt: skip
_CENTS = {"cent": "USD", "cents": "USD", "¢": "USD", "pence": "GBP", "分": "CNY"}
_NUMERAL_WORDS = frozenset(
    ["and", "or", "to", "is", "if", "for", "when", "where", "not", "with", "than", "but", "plus", "minus"]
)
_ATOM = re.compile(
    r"(°\s*[CF](?![A-Za-z])|[^\W\d_]+|°|€|£|¥|₹|¢|\ue000)\s*(?:\^?\s*\{?\s*(-?\s?[0-9])\s*\}?)?(?:\s*\.(?=\s|$))?"
)
_CELSIUS = re.compile(
    r"(?:degrees? |° ?)(celsius|fahrenheit|c(?![a-z])|f(?![a-z]))|(?<![A-Za-z])(celsius|fahrenheit)(?![A-Za-z])",
    re.IGNORECASE,
)
_APART = re.compile(
    r"(?<![A-Za-z])([kMGmnp]) (?=Ω)|(?<![A-Za-z])(μ) (?=[A-Za-z])"
)  # prefixes set apart from their units
_LONGEST = 60


def _lookup(word: str) -> tuple[Fraction, _Powers] | None:
    """The unit a symbol or word stands for."""
    if word in _OTHERS:
        return _OTHERS[word]
    if word in _SI:
        return _SI[word]
    if len(word) > 1 and word[0] in _PREFIXES and word[1:] in _SI and word[1:] not in ("rad", "M", "B"):
        factor, powers = _SI[word[1:]]
        return _PREFIXES[word[0]] * factor, powers
    if len(word) == 2 and word[1] == "M" and word[0] in "mμunp":  # millimolar
        return _PREFIXES[word[0]] * _SI["M"][0], _SI["M"][1]
    lower = word.lower()
    for form in (lower, lower.removesuffix("s")):
        if form in _WORDS:
            return _short(_WORDS[form])
        for prefix, factor in _LONG_PREFIXES.items():
            if form.startswith(prefix) and form[len(prefix) :] in _WORDS:
                found = _lookup(_WORDS[form[len(prefix) :]])
                return (factor * found[0], found[1]) if found else None
    return (
        {"kg": _lookup("kg"), "km": _lookup("km"), "cm": _lookup("cm"), "ml": _lookup("mL")}.get(lower)
        if lower != word
        else None
    )


def _short(symbol: str) -> tuple[Fraction, _Powers] | None:
    if symbol[-1] in "23":
        found = _lookup(symbol[:-1])
        power = int(symbol[-1])
        return (found[0] ** power, {n: p * power for n, p in found[1].items()}) if found else None
    return _lookup(symbol)


def is_known(text: str) -> bool:
    """Whether the whole text is one unit of the table."""
    return _lookup(text) is not None


def money(text: str) -> Unit | None:
    """The unit of a currency sign, code or name."""
    word = text.strip().lower()
    if word in CURRENCIES:
        return Unit(F(1), ((CURRENCIES[word], 1),), text)
    return Unit(F(1, 100), ((_CENTS[word], 1),), text) if word in _CENTS else None


def read_unit(text: str) -> Unit | None:
    r"""Read a whole text as a unit such as ``kJ / mol``, ``m \cdot s^{-1}``, ``square feet`` or ``carbon atoms``.

    Returns:
        None when it is no plausible unit: prose, digits, too long.
    """
    text = text.replace(ROMAN, " ").strip()
    while len(text) > 2 and text[0] == "(" and text[-1] == ")" and ")" not in text[1:-1]:
        text = text[1:-1].strip()
    if not text.isascii():
        text = _APART.sub(lambda m: m[1] or m[2], text.replace("每", " per "))
    text = _CELSIUS.sub(lambda m: "°" + (m[1] or m[2])[0].upper(), text.replace("{", "").replace("}", ""))
    if not text or len(text) > _LONGEST:
        return None
    if found := money(text):
        return found
    text = text.replace("lectron volt", "lectronvolt").replace("lectron-volt", "lectronvolt")
    factor, at, sign, words, opaque = F(1), 0, 1, 0, False
    pending = 1  # from "square" and "cubic"
    total: _Powers = {}
    last: tuple[Fraction, _Powers] | None = None
    while at < len(text):
        char = text[at]
        if char in " *·()":
            at += 1
            continue
        if char == "/":
            sign, at = -1, at + 1
            continue
        match = _ATOM.match(text, at)
        if match is None:
            return None
        at, word = match.end(), match[1].replace(" ", "")
        words += 1
        if words > 6 or word.lower() in _NUMERAL_WORDS:
            return None
        if word in ("per", "每"):
            sign = -1
            continue
        if word.lower() in ("square", "sq", "cubic", "cu"):
            pending = 2 if word.lower().startswith("s") else 3
            continue
        power = int((match[2] or "1").replace(" ", "")) * pending
        if word.lower() in ("squared", "cubed"):
            if last is None:
                return None
            for name, exponent in last[1].items():
                total[name] = total.get(name, 0) + exponent * (1 if word.lower() == "squared" else 2)
            factor *= last[0] ** (1 if word.lower() == "squared" else 2)
            continue
        found_unit = _lookup(word) or _currency(word)
        if found_unit is None:
            opaque = opaque or _stem(word) != "unit"
            found_unit = F(1), {_stem(word): 1}
        pending = 1
        factor *= found_unit[0] ** (sign * power)
        last = found_unit[0] ** (sign * power), {name: n * power * sign for name, n in found_unit[1].items()}
        for name, exponent in last[1].items():
            total[name] = total.get(name, 0) + exponent
    if opaque and (words > 4 or any(char in text for char in "^")):
        return None
    kept = tuple(sorted((name, power) for name, power in total.items() if power))
    return Unit(factor, kept, text) if words else None


def _currency(word: str) -> tuple[Fraction, _Powers] | None:
    found = money(word)
    return (found.factor, dict(found.powers)) if found else None


def _stem(word: str) -> str:
    """A word without its plural ending."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def is_opaque(unit: Unit) -> bool:
    """Whether the unit has words that are not in the table."""
    return any(name not in _BASES and name != "unit" for name, _ in unit.powers)


_BASES = frozenset(
    ["m", "kg", "s", "A", "K", "mol", "cd", "rad", "deg", "u", "°C", "°F", "byte", "equiv", "dB", "ppm", "rpm"]
) | set(CURRENCIES.values())


def ratio(gold: Unit, answer: Unit) -> Fraction | None:
    """What to multiply the answer's number by to have it in the gold's unit; None when they are of different kinds."""
    return answer.factor / gold.factor if gold.powers == answer.powers else None
