"""What a line of a calculation or of a table's reading says: of what, and which value. In linear time, nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

FEWEST_DIGITS = 3  # significant digits that a rounded value needs to count as stated
_EXACT = 10**5  # from here on a whole number in a proof may have been rounded: proofs show six digits
_SLIP = Fraction(1, 100)  # so far off a value may be by rounding on the way
_NUMBER = re.compile(
    r"(?P<whole>[-−]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,30}))(?:\.(?P<decimals>[0-9]{1,30})|/(?P<under>[0-9]{1,30}))?"
    r"(?:\s?[×*]\s?10\^\(?(?P<power>[-−]?[0-9]{1,2})\)?)?(?P<unit>.{0,60})"
)
_NO_UNIT = re.compile(r"^[0-9.,/*^()\\]|[+=]|(?<!\^)[-−]")  # then it is an expression
_LABEL = re.compile(r"^(.{1,300}?)(?::\s+|：\s*)(?=\S)")
_LAST = re.compile(r"(?<![0-9.,/-])[0-9]{1,30}(?:[./][0-9]{1,30})?[^0-9]{0,60}$")
_RANKING = re.compile(r"from|从", re.IGNORECASE)
_ITEM = re.compile(r"(?P<name>.{1,120}?)[ :：]?(?P<value>[-−]?[0-9][0-9.,]{0,40}\s?%?|n/a)")
_WITH = re.compile(r" with (?=\w+ = )|，其中")
_SEVERAL = re.compile(r"[,，]\s|，|\bso\b")  # between two signs of equality: two statements
_POINTING = re.compile(r"that\b|rounded, that\b|四舍五入后", re.IGNORECASE)  # to whatever was said before


class Number(NamedTuple):
    """A number as written.

    Attributes:
        value: what it is.
        step: the value of its last digit that is no zero at the end of a whole number; 0 for a fraction.
        digits: its significant digits.
        unit: what stands behind it.
        whole: a whole number or a fraction, which a proof states exactly.
    """

    value: Fraction
    step: Fraction
    digits: int
    unit: str
    whole: bool


class Said(NamedTuple):
    """What a line says of something.

    Attributes:
        subject: the words up to the value, in one spelling.
        value: the value.
        text: the value in one spelling.
        read: the value may be read off somewhere: it is no calculation's.
    """

    subject: str
    value: Number | str
    text: str
    read: bool = False


def read_number(text: str) -> Number | None:
    """A number with what stands behind it, None for other text."""
    match = _NUMBER.fullmatch(text)
    if match is None or _NO_UNIT.search(match["unit"].strip()):
        return None
    whole, decimals = match["whole"].replace("−", "-").replace(",", ""), match["decimals"] or ""
    scale, unit = Fraction(10) ** int((match["power"] or "0").replace("−", "-")), squeezed(match["unit"])
    if match["under"]:
        under = int(match["under"])
        return Number(Fraction(int(whole), under) * scale, Fraction(0), 99, unit, True) if under else None
    digits = (whole.lstrip("-") + decimals).lstrip("0")
    if decimals:
        step = Fraction(1, 10 ** len(decimals))
    else:  # zeros at the end may be there for the size alone
        step, digits = Fraction(10) ** (len(digits) - len(digits.rstrip("0"))), digits.rstrip("0")
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    return Number(value * scale, step * scale, len(digits), unit, not decimals and not match["power"])


def agree(wanted: Number | str, got: Number | str, read: bool = False) -> bool | None:
    """Whether a value is the wanted one; None when that can't be told.

    That is so of texts that differ, of other units, of a number rounded too far, and of one a little off a rounded one, unless both
    were ``read`` off somewhere.
    """
    if isinstance(wanted, str) or isinstance(got, str):
        return True if wanted == got else None
    if wanted.unit != got.unit:
        return None
    exact = wanted.whole and abs(wanted.value) < _EXACT
    apart, shown = (
        abs(wanted.value - got.value),
        Fraction(0) if exact else wanted.step if not wanted.whole else Fraction(1),
    )
    if not apart:
        return True
    if apart * 2 <= max(shown, got.step):
        return None if exact or got.digits < FEWEST_DIGITS else True
    return None if not (wanted.whole or read) and apart <= abs(wanted.value) * _SLIP else False


def read_line(line: str) -> list[Said]:
    """What a line says, at least one thing.

    Such as ``Volume: 17 + 16 = 33.``, ``The price of A is 3.`` and, three things, ``Prices: A 3, B 4; 3 + 4 = 7.``
    Labels before a calculation, the order of the terms of a sum and of names do not count.
    """
    found: list[Said] = []
    for part in re.split(r"[;；]\s*", line.strip().rstrip("。.")):
        found += _read_part(part)
    return found


def _read_part(part: str) -> Iterator[Said]:
    behind = _WITH.search(part)
    if behind and "=" in part[: behind.start()]:
        part = part[: behind.start()]
    label = _LABEL.match(part)
    body = part[label.end() :] if label else part
    sides = re.split(r"[=≈≡]", body)
    if len(sides) > 2 and any(map(_SEVERAL.search, sides[1:-1])):
        yield Said(squeezed(part), "", "")
    elif len(sides) > 1:
        yield _equation(sides[0], sides[-1])
    elif label:
        yield from _read_list(squeezed(label[1]), body)
    else:
        yield _read_sentence(part)


def _equation(left: str, right: str) -> Said:
    subject, (value, mod, modulus) = squeezed(left), right.partition("(mod")
    terms = subject.split("+")
    if len(terms) > 2 and all(read_number(term.strip("()")) for term in terms):
        subject = "+".join(sorted(terms))
    said, by = _said(subject + mod + squeezed(modulus), value), read_number(modulus.strip(" )"))
    if mod and by and by.value and isinstance(said.value, Number):
        return said._replace(value=said.value._replace(value=said.value.value % by.value))
    return said


def _read_list(label: str, body: str) -> Iterator[Said]:
    """Behind a label one number, names with their numbers, or names alone, whose order counts in a ranking only."""
    items = [item.strip() for item in re.split(r", |，|、", body)]
    pairs = [_ITEM.fullmatch(item) for item in items]
    if len(items) == 1 and read_number(body):
        yield _said(label, body, read=True)
    elif all(pairs):
        yield from (_said(f"{label}:{squeezed(pair['name'])}", pair["value"], read=True) for pair in pairs if pair)
    else:
        names = ",".join(map(squeezed, items if _RANKING.match(label) else sorted(items)))
        yield Said(label, names, names)


def _read_sentence(part: str) -> Said:
    """What stands behind the last "is", or the last number."""
    for word in (" is ", "是", "为"):
        subject, found, value = part.rpartition(word)
        number = read_number(value.strip())
        if found and _POINTING.match(part):
            return Said(squeezed(subject), squeezed(value), squeezed(value))
        if found and (number or not any(map(str.isdigit, value))):
            return _said(squeezed(subject), value, read=number is not None)
    last = None if _POINTING.match(part) else _LAST.search(part)
    return _said(squeezed(part[: last.start()]), last[0]) if last else Said(squeezed(part), "", "")


def _said(subject: str, value: str, read: bool = False) -> Said:
    text = squeezed(value)
    return Said(subject, read_number(value.strip()) or text, text, read)


def squeezed(text: str) -> str:
    """Without spaces, and with one sign each for times and minus."""
    return "".join(text.split()).translate(str.maketrans("×·−", "**-"))
