"""Lines of a response judged against the oracle's proof, for domains whose proofs state values.

A proof is a list of things worth stating: what a calculation gives, what a table says, what an intermediate quantity is. A line of a
response speaks of one of them when it has the proof's words up to the value; then the values are compared. Other lines
are no facts: they earn nothing and cost nothing, so another way to the answer is not held against a response, nor paid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

FEWEST_DIGITS = 3  # significant digits that a rounded value needs to count as stated
_NUMBER = re.compile(
    r"(?P<whole>[-−]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,30}))(?:\.(?P<decimals>[0-9]{1,30})|/(?P<under>[0-9]{1,30}))?"
    r"(?:\s?[×*]\s?10\^\(?(?P<power>[-−]?[0-9]{1,2})\)?)?(?P<unit>.{0,60})"
)
_NO_UNIT = re.compile(r"^[0-9.,/*^()\\]|[+=]|(?<!\^)[-−]")  # then it is an expression
_LABEL = re.compile(r"^(.{1,300}?)(?::\s+|：\s*)(?=\S)")
_LAST = re.compile(r"(?<![0-9.,])[0-9]{1,30}(?:\.[0-9]{1,30})?[^0-9]{0,60}$")
_RANKING = re.compile(r"from|从", re.IGNORECASE)
_ITEM = re.compile(r"(?P<name>.{1,120}?)[ :：]?(?P<value>[-−]?[0-9][0-9.,]{0,40}\s?%?|n/a)")


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
    """What a line says of something: the words up to the value in one spelling, and the value."""

    subject: str
    value: Number | str


def read_number(text: str) -> Number | None:
    """A number with what stands behind it, None for other text; in linear time."""
    match = _NUMBER.fullmatch(text)
    if match is None or _NO_UNIT.search(match["unit"].strip()):
        return None
    whole, decimals = match["whole"].replace("−", "-").replace(",", ""), match["decimals"] or ""
    if match["under"]:
        under = int(match["under"])
        return Number(Fraction(int(whole), under), Fraction(0), 99, _squeezed(match["unit"]), True) if under else None
    scale = Fraction(10) ** int((match["power"] or "0").replace("−", "-"))
    digits = (whole.lstrip("-") + decimals).lstrip("0")
    if not decimals:  # zeros at the end may be there for the size alone
        step, digits = Fraction(10) ** (len(digits) - len(digits.rstrip("0"))), digits.rstrip("0")
    else:
        step = Fraction(1, 10 ** len(decimals))
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    exact = not decimals and not match["power"]
    return Number(value * scale, step * scale, len(digits), _squeezed(match["unit"]), exact)


def agree(wanted: Number | str, got: Number | str) -> bool | None:
    """Whether a value is the wanted one: None when that can't be told, of texts or other units, or of a number rounded too far."""
    if isinstance(wanted, str) or isinstance(got, str):
        return True if wanted == got else None
    if wanted.unit != got.unit:
        return None
    if wanted.value == got.value:
        return True
    if abs(wanted.value - got.value) * 2 > max(Fraction(0) if wanted.whole else wanted.step, got.step):
        return False
    return None if wanted.whole or got.digits < FEWEST_DIGITS else True


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
    part = re.split(r" with (?=\w+ = )|，其中", part)[0]
    label = _LABEL.match(part)
    body = part[label.end() :] if label else part
    sides = re.split(r"[=≈≡]", body)
    if len(sides) > 1:
        subject, (value, mod, modulus) = _squeezed(sides[0]), sides[-1].partition("(mod")
        terms = subject.split("+")
        if len(terms) > 2 and all(read_number(term.strip("()")) for term in terms):
            subject = "+".join(sorted(terms))
        yield Said(subject + mod + _squeezed(modulus), _value(value))
    elif label:
        yield from _read_list(_squeezed(label[1]), body)
    else:
        yield _read_sentence(part)


def _read_list(label: str, body: str) -> Iterator[Said]:
    """Behind a label one number, names with their numbers, or names alone, whose order counts in a ranking only."""
    items = [item.strip() for item in re.split(r", |，|、", body)]
    pairs = [_ITEM.fullmatch(item) for item in items]
    if len(items) == 1 and read_number(body):
        yield Said(label, _value(body))
    elif all(pairs):
        yield from (Said(f"{label}:{_squeezed(pair['name'])}", _value(pair["value"])) for pair in pairs if pair)
    else:
        names = items if _RANKING.match(label) else sorted(items)
        yield Said(label, ",".join(map(_squeezed, names)))


def _read_sentence(part: str) -> Said:
    """What stands behind the last "is", or the last number."""
    for word in (" is ", "是", "为"):
        subject, found, value = part.rpartition(word)
        if found and (read_number(value.strip()) or not any(map(str.isdigit, value))):
            return Said(_squeezed(subject), _value(value))
    last = _LAST.search(part)
    return Said(_squeezed(part[: last.start()]), _value(last[0])) if last else Said(_squeezed(part), "")


def _value(text: str) -> Number | str:
    return read_number(text.strip()) or _squeezed(text)


def _squeezed(text: str) -> str:
    """Without spaces, and with one sign each for times and minus."""
    return "".join(text.split()).translate(str.maketrans("×·−", "**-"))


class ProofLines:
    """A sheet on which the lines of a proof are ticked off.

    Args:
        statements: the proof's lines.
    """

    def __init__(self, statements: Sequence[str]) -> None:
        self._wanted: dict[str, list[Number | str]] = {}
        for statement in statements:
            for said in read_line(statement):
                number = read_number(said.subject)
                if number is None or number != said.value:  # "30 = 30" says nothing
                    self._wanted.setdefault(said.subject, []).append(said.value)
        self._stated: set[str] = set()
        self._guessed: set[str] = set()  # whose value is words, and was said in others: listing all words must not pay

    @property
    def progress(self) -> float:
        """The share of the proof's subjects of which the right value was stated, 0 to 1."""
        return len(self._stated) / len(self._wanted) if self._wanted else 0.0

    def state(self, line: str) -> bool | None:
        """Judge a line: False when a value that it states is not the proof's, None when it speaks of nothing in the proof."""
        found: bool | None = None
        right: set[str] = set()
        for said in read_line(line):
            wanted = self._wanted.get(said.subject, ())
            verdicts = [agree(value, said.value) for value in wanted]
            if said.subject in self._guessed:
                continue
            if True in verdicts:
                right.add(said.subject)
                found = True
            elif verdicts and None not in verdicts:
                return False
            elif wanted and all(isinstance(value, str) for value in wanted):
                self._guessed.add(said.subject)
        self._stated |= right
        return found

    def close(self) -> None:
        """Nothing is held."""
