"""Other ways of writing an answer. None of them knows a domain: whether one still says the same, the domain's verifier decides."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

Rewriting = Callable[[str, random.Random], "str | None"]

MAX_LENGTH = 1500  # characters of an answer that is rewritten
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?\d{1,12}\.\d{1,12}")
_FRACTION = re.compile(r"([+-]?\d{1,9})\s*/\s*([1-9]\d{0,8})")
_QUANTITY = re.compile(r"([+-]?\d{1,12}(?:\.\d{1,12})?) ([^\d\s].{0,40})")
_SUM = re.compile(r"(?<![*/\w.] )(?<![\w.(-])(\d{1,9}) ([+*]) (\d{1,9})(?! ?[*/\w.])")
_WORD = re.compile(r"\w+")
_COMMA = re.compile(r", |，")
_VALUE = re.compile(r"[^:：]+(?:: |：).+")
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))


def rewrite_json(text: str, rng: random.Random) -> str | None:
    """JSON with its keys in another order, indented or without spaces."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, (dict, list)) or not value:
        return None
    rank = {key: rng.random() for key in sorted(_keys(value))}  # keys that two answers share get the same places
    indent, marks = rng.choice(((1, None), (2, None), (None, (",", ":")), (None, None)))
    return json.dumps(_ranked(value, rank), ensure_ascii=False, indent=indent, separators=marks)


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _ranked(value: object, rank: dict[str, float]) -> object:
    if isinstance(value, dict):
        return {key: _ranked(value[key], rank) for key in sorted(value, key=rank.__getitem__)}
    return [_ranked(one, rank) for one in value] if isinstance(value, list) else value


def _parts(text: str, between: re.Pattern[str]) -> list[str]:
    """The parts of a text; the whole text where it would be cut inside brackets or quotes."""
    parts = between.split(text)
    for part in parts:
        if part.count('"') % 2 or any(part.count(one) != part.count(other) for one, other in _BRACKETS):
            return [text]
    return parts


def rewrite_order(text: str, rng: random.Random) -> str | None:
    """Parts between commas in another order; right where each part says what it is about."""
    parts = _parts(text, _COMMA)
    places = list(range(len(parts)))
    rng.shuffle(places)
    return ", ".join(parts[place] for place in places) if len(parts) > 1 and "\n" not in text else None


def rewrite_separators(text: str, rng: random.Random) -> str | None:
    """Parts on lines of their own, numbered, or with other marks between them."""
    parts = _parts(text, _COMMA)
    if len(parts) < 2 or text[:1] in "([{" or "\n" in text:
        return None
    style = rng.randrange(4)
    if style == 0:
        return "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))
    return ("\n", "; ", ",")[style - 1].join(parts)


def rewrite_grid(text: str, rng: random.Random) -> str | None:
    """Rows of digits as a JSON list of lists, without spaces, or with bars."""
    rows = [line.split() for line in text.split("\n")]
    if len(rows) < 2 or not all(cell.isdecimal() for row in rows for cell in row):
        return None
    style = rng.randrange(3)
    if style == 0:
        return json.dumps([[int(cell) for cell in row] for row in rows])
    return "\n".join(("" if style == 1 else ", ").join(row) for row in rows)


def rewrite_case(text: str, rng: random.Random) -> str | None:
    """Capitals or small letters throughout."""
    return rng.choice((str.upper, str.lower, str.capitalize))(text)


def rewrite_number(text: str, rng: random.Random) -> str | None:
    """A number with separators, as a fraction or decimal, or in scientific notation."""
    style = rng.randrange(3)
    if _WHOLE.fullmatch(text):
        value = int(text)
        return (f"{value:,}" if abs(value) > 999 else f"{value}.0", f"{value}.0", f"${value}$")[style]
    if _DECIMAL.fullmatch(text):
        exact = Fraction(text)
        return (f"{text}0", f"{exact.numerator}/{exact.denominator}", f"{Decimal(text):e}")[style]
    match = _FRACTION.fullmatch(text)
    if match is None:
        return None
    top, bottom = int(match[1]), int(match[2])
    sign = "-" if top < 0 else ""
    return (f"{sign}\\frac{{{abs(top)}}}{{{bottom}}}", f"{sign}\\dfrac{{{abs(top)}}}{{{bottom}}}", f"{top} / {bottom}")[
        style
    ]


def rewrite_quantity(text: str, rng: random.Random) -> str | None:
    """A number with a unit: in scientific notation, or in a thousandth or a thousandfold of the unit."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number, unit = Decimal(match[1]), match[2]
    style = rng.randrange(4)
    if style == 0:
        return f"{(number * 1000).normalize():f} m{unit}"
    if style == 1:
        return f"{(number / 1000).normalize():f} k{unit}"
    return f"{number:e} {unit}" if style == 2 else f"{number}{unit}"


def rewrite_expression(text: str, rng: random.Random) -> str | None:
    """An expression with two of its numbers exchanged around + or *, or in brackets it does not need."""
    found = list(_SUM.finditer(text))
    if not found:
        return None
    one = rng.choice(found)
    new = f"{one[3]} {one[2]} {one[1]}" if rng.random() < 0.7 else f"({one[0]})"
    return text[: one.start()] + new + text[one.end() :]


def rewrite_signs(text: str, rng: random.Random) -> str | None:
    """An expression with other signs for times and divided by."""
    return text.replace(" * ", rng.choice((" × ", " · ", "*"))).replace(" / ", rng.choice((" ÷ ", "/")))


REWRITINGS: tuple[Rewriting, ...] = (
    rewrite_json,
    rewrite_order,
    rewrite_separators,
    rewrite_grid,
    rewrite_case,
    rewrite_number,
    rewrite_quantity,
    rewrite_expression,
    rewrite_signs,
)


def exchange(text: str, rng: random.Random) -> str | None:
    """The same parts with two of a kind exchanged; None without two that differ.

    In a table these are two values under one name, in a list "name: value" two values, between bars two whole items; else two
    numbers if there are any, else two items between commas, and words only where signs join them.
    """
    if text.startswith("{"):
        return _exchange_values(text, rng)
    for between in ("\n", ", |，"):
        parts = _parts(text, re.compile(between))
        if all(map(_VALUE.fullmatch, parts)) and (len(parts) > 1 or between != "\n"):
            return _exchange_parts(re.split(rf"((?:^|{between})[^:：]+?(?:: |：))", text), rng)
    if "|" in text:
        return _exchange_parts(re.split(r"(\|)", text), rng)
    if not re.search(r"\d", text) and (len(_parts(text, _COMMA)) > 1 or re.fullmatch(r"[\w ]+", text)):
        return _exchange_parts(re.split(f"({_COMMA.pattern})", text), rng)
    for pattern in (re.compile(r"\d+"), _WORD):
        found = list(pattern.finditer(text))
        if len({one[0] for one in found}) > 1:
            first = rng.choice(found)
            second = rng.choice([one for one in found if one[0] != first[0]])
            left, right = sorted((first, second), key=re.Match.start)
            return text[: left.start()] + right[0] + text[left.end() : right.start()] + left[0] + text[right.end() :]
    return None


def _exchange_parts(pieces: list[str], rng: random.Random) -> str | None:
    """A text with two differing ones of its parts exchanged: of every other piece, what is between them stays."""
    places = [place for place in range(0, len(pieces), 2) if pieces[place]]
    if len({pieces[place] for place in places}) < 2:
        return None
    first = rng.choice(places)
    second = rng.choice([place for place in places if pieces[place] != pieces[first]])
    pieces[first], pieces[second] = pieces[second], pieces[first]
    return "".join(pieces)


def _exchange_values(text: str, rng: random.Random) -> str | None:
    """A JSON object of objects with two values exchanged that have the same name; its keys stay where they are."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not table or not all(isinstance(row, dict) and row for row in table.values()):
        return None
    name = rng.choice(list(next(iter(table.values()))))
    rows = [row for row in table.values() if name in row]
    first = rng.choice(rows) if rows else {}
    others = [row for row in rows if row[name] != first[name]]
    if not others:
        return None
    second = rng.choice(others)
    first[name], second[name] = second[name], first[name]
    return json.dumps(table, ensure_ascii=False)
