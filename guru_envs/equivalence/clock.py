"""Times of day, and quantities told in several units: 3:45 p.m., 2 hours 30 minutes, 5 ft 3 in."""

from __future__ import annotations

import re
from fractions import Fraction

from guru_envs.equivalence.golds import Node, Term, Unit
from guru_envs.equivalence.units import read_unit
from guru_envs.equivalence.wording import ROMAN

_CLOCK = re.compile(
    r"(?:at )?(早上|上午|中午|下午|晚上|凌晨)? ?([01]?[0-9]|2[0-4])"
    r"(?: ?[点时](?:整|钟)?(?![0-9 ])| ?[:.点时] ?([0-5][0-9])(?: ?分)?(?:[:.]([0-5][0-9]))?)?"
    r" ?(?:(a|p)\.? ?m\.?|(?:o'clock)?(?: ?in the (morning|afternoon|evening))|o'clock|h)?",
    re.IGNORECASE,
)
_HALVES = {"早上": 0, "上午": 0, "凌晨": 0, "下午": 1, "晚上": 1, "中午": 1, "morning": 0, "afternoon": 1, "evening": 1}
_PART = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) *(\"|''|'|°|[^\W\d_]+\.?)[ ,]*(?:and )?[ ,]*")
_SHORT = {"'": "ft", '"': "in", "''": "in", "m": "min", "mins": "min", "s": "s", "h": "h"}
_ANGLES = {"°": Fraction(1), "'": Fraction(1, 60), '"': Fraction(1, 3600), "''": Fraction(1, 3600)}
_FEET = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(''|\"|')")
_LONGEST = 60


def read_clock(text: str) -> tuple[int, int | None] | None:
    """A time of day: seconds since midnight, or since midnight or noon with None where the half of the day is not said.

    Returns:
        The seconds in the half of the day and which half, 0 or 1; None when the text is no time.
    """
    text = " ".join(text.replace(ROMAN, " ").split()).strip(" .")
    if len(text) > _LONGEST or not (match := _CLOCK.fullmatch(text)):
        return None
    hours, minutes, seconds = int(match[2]), int(match[3] or 0), int(match[4] or 0)
    half: int | None = None
    if match[5]:
        half = int(match[5].lower() == "p")
    elif match[1] or match[6]:
        half = _HALVES[match[1] or match[6].lower()]
    if match[3] is None and half is None:
        return None
    if half is None and (hours > 12 or hours == 0 or (match[2][0] == "0" and len(match[2]) == 2)):
        half = int(hours % 24 >= 12)
    return (hours % 12) * 3600 + minutes * 60 + seconds, half


def same_time(gold: str, answer: str) -> bool | None:
    """Whether two texts are the same time of day; None when the gold says no half of the day, or either is no time."""
    one, other = read_clock(gold), read_clock(answer)
    if one is None or one[1] is None:
        return None
    return other is not None and one[0] == other[0] and other[1] in (None, one[1])


_CONVENTIONAL = re.compile(r"h|d|week|year|min|f(?:ee|oo)?t\b|pounds?|lbs?|°|小时|天|分")


def read_compound(text: str) -> Term | None:
    """Several numbers with units of one dimension, each smaller than the one before, as one quantity in the first unit.

    With "and" between them two lengths or weights of the metric system are two quantities.
    """
    if len(text) > _LONGEST or not any(char.isdigit() for char in text):
        return None
    text = text.replace(ROMAN, " ")
    if match := _FEET.fullmatch(text):
        unit = read_unit("in" if match[2] != "'" else "ft")
        return Term(Node("num", value=Fraction(match[1])), unit)
    text = text.replace("°", "° ") if "°" in text else text
    if (" and " in text or "," in text) and not _CONVENTIONAL.match(text.lstrip("-0123456789. ")):
        return None
    parts: list[tuple[Fraction, str]] = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None or len(parts) > 3:
            return None
        parts.append((Fraction(match[1]), match[2].rstrip(".")))
        at = match.end()
    if len(parts) < 2 or any(number < 0 for number, _ in parts[1:]):
        return None
    if parts[0][1] == "°":
        sizes = [_ANGLES.get(word, Fraction(0)) for _, word in parts]
        if not all(sizes) or sorted(set(sizes), reverse=True) != sizes:
            return None
        size = sum((number * _ANGLES[word] for number, word in parts), Fraction(0))
        return Term(Node("num", value=size), read_unit("°"))
    timed = any(word.lower().startswith(("h", "小时", "时")) for _, word in parts)
    units: list[Unit] = []
    for _, word in parts:
        short = _SHORT.get(word, word) if timed or not word.isalpha() else word
        found = read_unit("h" if short == "时" else "min" if short == "分" else short)
        if found is None or not found.powers:
            return None
        units.append(found)
    first = units[0]
    factors = [unit.factor for unit in units]
    if any(unit.powers != first.powers for unit in units) or sorted(set(factors), reverse=True) != factors:
        return None
    total = sum((number * unit.factor for (number, _), unit in zip(parts, units, strict=True)), Fraction(0))
    sign = -1 if parts[0][0] < 0 else 1
    if sign < 0:
        total = 2 * parts[0][0] * first.factor - total
    return Term(Node("num", value=total / first.factor), first)
