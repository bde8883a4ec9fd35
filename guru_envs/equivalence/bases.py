"""Numerals with their base written out, as 1010_2 or 4343 base 6."""

from __future__ import annotations

import re

from guru_envs.equivalence.golds import Based
from guru_envs.equivalence.wording import ROMAN

_BASED = re.compile(
    rf"(?:{ROMAN} ?)?\(?([0-9A-Za-z]+)\)? ?(?:_ ?\{{? ?\(?(?:{ROMAN} ?)*([0-9]{{1,2}}|[a-z]+) ?\)?\}}?"
    rf"|(?:{ROMAN} ?)?\(?(?:in )?base ?[- ]?\$?([0-9]{{1,2}}|[a-z]+)\)?)"
)
_BASE_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "sixteen": 16,
}  # fmt: skip


_HEX = re.compile("[0-9a-f]+")
_PREFIXED = re.compile(r"0([xbo])_?([0-9A-Fa-f]+)", re.IGNORECASE)
_SYSTEMS = {"x": 16, "b": 2, "o": 8, "binary": 2, "二": 2, "octal": 8, "八": 8, "hexadecimal": 16, "hex": 16, "十六": 16,
            "decimal": 10, "十": 10}  # fmt: skip
_SYSTEM = re.compile(
    rf"{ROMAN}? ?([0-9A-Za-z]+) ?{ROMAN}? ?\(? ?(?:in |_ ?\{{? ?{ROMAN}? ?)?"
    r"(binary|octal|hexadecimal|hex|decimal)\}?(?: notation)? ?\)?"
    r"|(?:二|八|十六|十)进制(?:数|的)? ?([0-9A-Za-z]+)|([0-9A-Za-z]+) ?\(?(?=[二八十六]{1,2}进制)(?:二|八|十六|十)进制(?:数)?\)?"
)


_HAN_BASE = re.compile("二|八|十六|十")


def read_based(text: str) -> Based | None:
    """Read a whole text as a numeral with its base; None when it is none."""
    if match := _PREFIXED.fullmatch(text.replace(ROMAN, "").strip()):
        base = _SYSTEMS[match[1].lower()]
        return Based(match[2].upper().lstrip("0") or "0", base) if all(int(c, 16) < base for c in match[2]) else None
    if (match := _SYSTEM.fullmatch(text)) and _is_numeral(digits := match[1] or match[3] or match[4]):
        system = match[2] or _HAN_BASE.search(text)[0]  # type: ignore[index]  # one of them has matched
        return Based(digits.upper().lstrip("0") or "0", _SYSTEMS[system])
    text = re.sub(rf"(?<=[0-9]) ?{ROMAN} ?(?=[A-Z])", "", text)
    match = _BASED.fullmatch(text)
    if match and _is_numeral(digits := match[1]) and (base := _base(match[2] or match[3])):
        if digits.islower() and base != 16:
            return None
        return Based(digits.upper().lstrip("0") or "0", base)
    return None


def _is_numeral(digits: str) -> bool:
    """Whether digits and letters are a numeral and no symbol with an index."""
    return digits[0].isdigit() or (len(digits) > 1 and (digits.isupper() or _HEX.fullmatch(digits) is not None))


def _base(text: str) -> int:
    base = int(text) if text.isdigit() else _BASE_WORDS.get(text, 0)
    return base if 2 <= base <= 36 else 0
