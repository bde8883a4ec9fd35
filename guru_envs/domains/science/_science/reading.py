"""Reading numbers with units from answers. Nothing is evaluated."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from guru_envs.domains.science._science.units import Unit, read_unit

MAX_LENGTH = 200  # characters of an answer that are read
_MAX_EXPONENT = 60


class Reading(NamedTuple):
    """A number and, when one was written, its unit.

    Attributes:
        value: the number.
        unit: its unit; None when none was written, or none that is known.
        written: something stands after the number, be it a unit or not.
        other: what the unit also may mean: ``ms^-1`` is one by milliseconds, and a careless metre by second.
    """

    value: Fraction
    unit: Unit | None
    written: bool
    other: Unit | None = None


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER_OF_TEN = re.compile("10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})")
_WRAPPED = (
    re.compile(r"\\boxed ?\{(.*)\}"), re.compile(r"\$\$?(.*?)\$?\$"), re.compile(r"\\\((.*)\\\)"),
    re.compile(r"\\\[(.*)\\\]"), re.compile(r"\*\*(.*)\*\*"), re.compile(r"`(.*)`"),
)  # fmt: skip
_SIGNS = "$*`\\。."  # one of them begins or ends a text that has something around it
_LEAD = re.compile(
    r"(?:(?:the )?(?:final )?answer(?: is|:| ?=) ?|答案[是为：:]? ?)?"
    r"(?:\\?[A-Za-z][A-Za-z]{0,5}(?:_?\{?[0-9A-Za-z]{1,3}\}?)? ?[=≈≃] ?|[=≈~] ?|(?:about|approximately|approx\.?|约) ?)*",
    re.IGNORECASE,
)
_MANTISSA = (
    r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,40})?|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:\.[0-9]{1,40})?"
    r"|[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}"
)
_NUMBER = re.compile(
    rf"(?P<sign>[+-])? ?(?:\\[dt]?frac ?(?:\{{(?P<upper>[0-9]{{1,30}})\}}\{{(?P<lower>[0-9]{{1,30}})\}}"
    r"|(?P<up>[0-9])(?P<low>[0-9])(?![0-9]))"
    rf"|(?P<ten>10 ?(?:\^|\*\*) ?\{{? ?\(?(?P<only>[+-]?[0-9]{{1,3}})\)? ?\}}?)"
    rf"|(?P<mantissa>{_MANTISSA})"
    r"(?:[eE](?P<e>[+-]?[0-9]{1,3})(?![0-9])"
    r"| ?(?:×|\*|·|⋅|x|\\times|\\cdot) ?10 ?(?:\^|\*\*)? ?"
    r"(?:\{ ?(?P<braced>[+-]?[0-9]{1,3}) ?\}|\(?(?P<plain>[+-]?[0-9]{1,3})\)?)"
    r"| ?[/⁄] ?(?P<below>[0-9]{1,30}))?)"
)
_AGAIN = re.compile(r" *[=≈] *| +(?:or|i\.e\.) +| *或 *|[ ,]*[(（](?=[^()（）]*[0-9]) *[=≈]? *")
_LATEX = (
    ("\\left", ""), ("\\right", ""), ("\\,", " "), ("\\ ", " "), ("\\;", " "), ("\\:", " "), ("\\!", ""), ("{,}", ","),
    ("\\%", "%"), ("\\approx", "≈"), ("\\simeq", "≈"), ("\\sim", "≈"), ("\\quad", " "), ("~", " "),
)  # fmt: skip
_SHORT_SPEED = re.compile(r"ms(?:\^\{?-([12])\}?|-([12]))")
_METRE_PER = {"1": read_unit("m/s"), "2": read_unit("m/s^2")}
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xA0: 0x20, 0x202F: 0x20, 0x2009: 0x20}
_FULL_WIDTH |= {ord("−"): ord("-"), ord("–"): ord("-")}


def tidy(text: str) -> str:
    """An answer without what is put around it: dollars, a box, bold type, a full stop."""
    flat = text.strip()
    if flat and flat[0] not in _SIGNS and flat[-1] not in _SIGNS:
        return flat
    for _ in range(4):
        for pattern in _WRAPPED:
            match = pattern.fullmatch(flat)
            if match is not None:
                flat = match[1].strip()
                break
        else:
            break
    flat = flat.removesuffix("。").strip()
    return flat[:-1].strip() if flat.endswith(".") and not flat.endswith("..") else flat


def read_quantities(text: str) -> list[Reading]:
    """The quantity that an answer says, or all of them where it says the same one again: ``3/4 = 75 %``, ``5 m (500 cm)``.

    Empty when it says no number, or more than that.
    """
    if len(text) > MAX_LENGTH:
        return []
    flat = _plain(tidy(text))
    one = _read(flat)
    if one is None or not one.written or one.unit is not None or one.other is not None:
        return [] if one is None else [one]
    pieces = _AGAIN.split(flat)
    if not 2 <= len(pieces) <= 4:
        return [one]
    if not pieces[0].strip(" \\") or (pieces[0].strip(" \\").isalpha() and len(pieces) > 2):
        del pieces[0]
    found = [
        _read(piece.strip().rstrip(")）").strip() if piece.count("(") < piece.count(")") else piece.strip())
        for piece in pieces
    ]
    return [one] if None in found else [piece for piece in found if piece is not None]


def _plain(flat: str) -> str:
    """A text in fewer signs: no full-width ones, one kind of minus and space, no spacing of LaTeX."""
    if not flat.isascii():
        flat = flat.translate(_FULL_WIDTH)
        flat = _POWER_OF_TEN.sub(lambda run: "10^" + run[1].translate(_SUPERSCRIPTS), flat)
    if "\\" in flat or "{,}" in flat or "~" in flat:
        for old, new in _LATEX:
            flat = flat.replace(old, new)
    return flat


def _read(flat: str) -> Reading | None:
    match = _NUMBER.match(flat)
    if match is None:
        lead = _LEAD.match(flat)
        match = _NUMBER.match(flat, lead.end()) if lead else None
    if match is None:
        return None
    value = _value(match)
    if value is None:
        return None
    rest = flat[match.end() :].strip()
    if not rest:
        return Reading(value, None, False)
    short = _SHORT_SPEED.fullmatch(rest.replace("⁻¹", "^-1").replace("⁻²", "^-2")) if rest[:2] == "ms" else None
    return Reading(value, read_unit(rest), True, _METRE_PER[short[1] or short[2]] if short else None)


def _value(match: re.Match[str]) -> Fraction | None:
    upper = match["upper"] or match["up"]
    if upper:
        lower = int(match["lower"] or match["low"])
        return Fraction(-int(upper) if match["sign"] == "-" else int(upper), lower) if lower else None
    if match["ten"]:
        if abs(int(match["only"])) > _MAX_EXPONENT:
            return None
        value = Fraction(10) ** int(match["only"])
    else:
        whole, _, part = match["mantissa"].replace(",", "").replace(" ", "").partition(".")
        exponent = int(match["e"] or match["braced"] or match["plain"] or 0)
        if abs(exponent) > _MAX_EXPONENT:
            return None
        exponent -= len(part)
        digits = int(whole + part)
        value = Fraction(digits * 10**exponent) if exponent >= 0 else Fraction(digits, 10**-exponent)
        if match["below"]:
            if not int(match["below"]):
                return None
            value /= int(match["below"])
    return -value if match["sign"] == "-" else value
