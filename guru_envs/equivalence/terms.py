"""Reading one number or expression with what may stand around it: sign of currency, percent, scale word, unit."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from guru_envs.equivalence import limits
from guru_envs.equivalence.golds import Node, Term, Unit
from guru_envs.equivalence.grammar import parse
from guru_envs.equivalence.limits import UnreadableError
from guru_envs.equivalence.names import FUNCTIONS, is_product
from guru_envs.equivalence.tokens import number
from guru_envs.equivalence.units import is_known, is_opaque, money, read_unit
from guru_envs.equivalence.wording import DOLLAR, ROMAN
from guru_envs.equivalence.words import MONEY_SCALES, SCALE_WORDS, number_in_words

_PLAIN = re.compile(r"[+-]? ?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_POWER_OF_TEN = r"(?: ?[*x] ?10 ?\^ ?(?:\{ ?([+-]? ?[0-9]+) ?\}|\(([+-]?[0-9]+)\)|([+-]?[0-9]+)))"
_NUMERAL = re.compile(
    rf"([+-]? ?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:[eE]([+-]?[0-9]{{1,9}})(?![0-9.])|{_POWER_OF_TEN})?(?![0-9.^/*!_(])"
)
_CURRENCY = re.compile(
    rf"([+-]?) ?((?:US|HK|AU|CA|C|A|NT)?{DOLLAR}|[€£¥₹₩]|USD|EUR|GBP|CNY|RMB|JPY|INR|Rs\.?|人民币)"
    rf"(?: ?(?:USD|CAD|AUD))? ?([+-]?) ?(?=[0-9.\\(])"
)
_ABOUT = re.compile(
    r"(?:≈|~|=|about |approximately |approx\.? |around |roughly |nearly |约|大约|exactly |only |a total of "
    r"|一共|总共|共有?|等于|[是为有])+ ?",
    re.IGNORECASE,
)
_MINUS = re.compile(r"(?:minus|negative) (?=[0-9$\\a-z∞\ue000])|负(?=[0-9一二三四五六七八九十百])", re.IGNORECASE)
_PERCENT = re.compile(rf" ?(?:%|{ROMAN}? ?(?:percent|per cent|pct|percentage points?|百分点)\.?)$", re.IGNORECASE)
_HAN_PERCENT = re.compile(r"百分之 ?(?=[0-9一二三四五六七八九十百])")
_SCALE = re.compile(
    rf"(?<![A-Za-z]) ?(?:{ROMAN} ?)*({'|'.join(sorted(SCALE_WORDS, key=len, reverse=True))})(?![A-Za-z])", re.IGNORECASE
)
_UNIT_START = re.compile(rf"(?:(?<=[\s0-9)}}πi°!])|(?<=\\))({ROMAN} ?)?\(?(?:{ROMAN} ?)?(?=[^\W\d_]|°|¢|€)")
_CONTINUED = re.compile(r"(?<=[0-9]{4}) ?(?:…|\.\.\.)$")
_FUNCTION_START = re.compile(
    r"\\?(?:arc|a)?(?:sin|cos|tan|cot|sec|csc)h? ?[ ({^\\]|\\?(?:sqrt|ln|log|exp|floor|ceil|abs) ?[({_]"
)
_DEGREES_INSIDE = re.compile(r"(?<!arc)(?:sin|cos|tan|cot|sec|csc)[^a-z].*°")
_UNIT_FRACTION = re.compile(r"\\frac ?\{([^{}]*)\} ?\{((?:[^{}]|\{[0-9 ]+\})*)\}")
_NO_UNITS = frozenset([f"{ROMAN}i", f"{ROMAN}e"])
_PER = re.compile(r" ?/ ?(?=[^\W\d_])")
_SIMPLE_PRODUCT = re.compile(r"[A-Za-z]{1,3}(?:[ ^/*(){}0-9]+[A-Za-z]{0,3}){1,8}")
_LETTERS = re.compile("[A-Za-z]+")
_SIMPLE_LETTERS = re.compile(r"[^\W\d_]{1,3}")


def decimal_places(mantissa: str, exponent: int) -> tuple[int | None, int]:
    """The places after the point and the significant digits of a number as written; None for a whole number."""
    whole, point, after = mantissa.lstrip("+- ").partition(".")
    digits = len((whole + after).lstrip("0"))
    if not point and exponent == 0:
        return None, digits
    return len(after) - exponent, digits


def _numeral(text: str) -> tuple[Term, str] | None:
    """A numeral at the start of a text, and what follows it."""
    match = _NUMERAL.match(text)
    if match is None:
        return None
    mantissa = match[1].replace(" ", "")
    exponent = int(next((part for part in match.groups()[1:] if part), "0").replace(" ", ""))
    if abs(exponent) > limits.SCALE or len(mantissa) > limits.DIGITS:
        raise UnreadableError("too large a number")
    value = number(mantissa.lstrip("+-")) * Fraction(10) ** exponent
    value = -value if mantissa.startswith("-") else value
    places, digits = decimal_places(mantissa, exponent)
    return Term(Node("num", value=value), places=places, digits=digits), text[match.end() :]


def read_term(text: str) -> Term:
    """Read a whole text as a number or expression with its unit.

    Raises:
        UnreadableError: it is neither.
    """
    if _PLAIN.fullmatch(text) and len(text) < limits.DIGITS:
        found = _numeral(text)
        if found is not None:
            return found[0]
    text = _CONTINUED.sub("", text)
    if match := _ABOUT.match(text):
        text = text[match.end() :]
    unit: Unit | None = None
    negative = False
    if match := _MINUS.match(text):
        return _scaled(read_term(text[match.end() :]), Fraction(-1))
    if match := _CURRENCY.match(text):
        sign = match[2].replace("US" + DOLLAR, DOLLAR)
        unit = money(sign if sign != "Rs." else "Rs") or money(sign[:-1] + "$" if sign.endswith(DOLLAR) else "rupees")
        negative = "-" in (match[1], match[3])
        text = text[match.end() :]
    percent = False
    if match := _PERCENT.search(text):
        percent, text = True, text[: match.start()].strip()
    elif match := _HAN_PERCENT.match(text):
        percent, text = True, text[match.end() :]
    term = _bare(text.strip(), money_asked=unit is not None)
    if unit is not None:
        if term.unit is not None and term.unit.text.startswith(("per ", "/")):
            unit = Unit(term.unit.factor * unit.factor, tuple(sorted((*term.unit.powers, *unit.powers))), "money per")
        elif term.unit is not None and term.unit.powers != unit.powers:
            raise UnreadableError("two units")
        term = replace(term, unit=unit)
    if negative:
        term = _scaled(term, Fraction(-1))
    return replace(term, percent=percent)


def _scaled(term: Term, factor: Fraction) -> Term:
    """The term with its number multiplied; the places of a decimal move along."""
    places = term.places
    if term.tree.op == "num" and term.tree.value is not None:
        if abs(factor) != 1:
            zeros = len(str(abs(factor).numerator)) - 1
            places = (places or 0) - zeros
        return replace(term, tree=Node("num", value=term.tree.value * factor), places=places)
    tree = Node("neg", (term.tree,)) if factor == -1 else Node("mul", (term.tree, Node("num", value=factor)))
    return replace(term, tree=tree, spare=None)


def _bare(text: str, money_asked: bool) -> Term:
    """A number or expression with a scale word or a unit, without percent and leading currency."""
    if money_asked and "/" in text:
        text = _PER.sub(" per ", text)
    found = _numeral(text)
    if found is not None:
        term, rest = found
        rest = rest.strip()
        if not rest:
            return term
        scale = _SCALE.match(rest)
        if scale and (money_asked or scale[1].lower() not in MONEY_SCALES):
            term = _scaled(term, Fraction(SCALE_WORDS[scale[1].lower()]))
            rest = rest[scale.end() :].strip()
            if not rest:
                return term
        if with_unit := _with_unit(term, rest, text):
            return with_unit
    words = number_in_words(text)
    if words is not None:
        return Term(Node("num", value=words))
    if " " in text and text.lstrip(f" {ROMAN}")[:1].isalpha() and (told := _words_with_unit(text)):
        return told
    split = _split_unit(text)
    if split is not None:
        return split
    return Term(parse(text))


def _words_with_unit(text: str) -> Term | None:
    """A number in words with a unit after it, as five centimetres."""
    words = text.replace(ROMAN, " ").split()
    for cut in range(min(len(words) - 1, 6), 0, -1):
        value = number_in_words(" ".join(words[:cut]))
        if value is not None and (unit := read_unit(" ".join(words[cut:]))) is not None:
            return Term(Node("num", value=value), unit)
    return None


def _is_plausible(tail: str, unit: Unit) -> bool:
    """Whether letters after a number are a unit and not symbols of a product."""
    if tail.startswith(ROMAN) or not is_opaque(unit):
        return True
    return bool(re.match(r"\(?[A-Za-z]{3}|[\u4e00-\u9fff]", tail))


def _with_unit(term: Term, rest: str, whole: str) -> Term | None:
    """The term with the unit that follows its number; None when what follows is no unit."""
    if rest.replace(" ", "") in _NO_UNITS or _FUNCTION_START.match(rest):
        return None
    first = _LETTERS.match(rest)
    if (
        first
        and not is_known(first[0])
        and is_product(first[0], glued=not whole[: len(whole) - len(rest)].endswith(" "))
    ):
        return None
    if rest[0] == "(" and (said := number_in_words(rest.strip("() "))) is not None:
        if said != term.tree.value:
            raise UnreadableError("a number and another one in words")
        return term
    if rest.startswith("\\frac") and (match := _UNIT_FRACTION.fullmatch(rest)):
        rest = f"{match[1]} / {match[2]}"
        if ROMAN not in rest and not all(is_known(part) for part in re.findall("[A-Za-z]+", rest)):
            return None
    unit = read_unit(rest)
    if unit is None or not _is_plausible(rest, unit):
        return None
    if not unit.powers or unit.powers[0][0] == "unit":
        return term
    spare = None
    if _SIMPLE_LETTERS.fullmatch(rest) or (ROMAN not in rest and _SIMPLE_PRODUCT.fullmatch(rest)):
        try:
            spare = parse(whole)
        except UnreadableError:
            spare = None
    return replace(term, unit=unit, spare=spare)


def _split_unit(text: str) -> Term | None:
    """An expression that is no plain numeral, followed by a unit."""
    tries = 0
    if "°" in text and _DEGREES_INSIDE.search(text):
        return None
    for match in _UNIT_START.finditer(text):
        tail = text[match.start() :]
        if match.start() == 0 or tries >= 8 or tail.replace(" ", "") in _NO_UNITS:
            continue
        tries += 1
        words = tail.replace(ROMAN, "").strip(" ()")
        first = re.match(r"[^\W\d_]+|°", words)
        if first is None:
            continue
        if first[0] in FUNCTIONS and first[0] != "min":
            continue
        if ROMAN not in tail and is_product(first[0]) and not is_known(first[0]):
            continue
        if ROMAN not in tail and not (
            len(first[0]) > 3 or first[0] == "°" or (len(first[0]) > 1 and is_known(first[0]))
        ):
            continue
        unit = read_unit(tail)
        if unit is None or not _is_plausible(tail.strip(" ("), unit):
            continue
        try:
            head = parse(text[: match.start()])
        except UnreadableError:
            continue
        if not unit.powers or unit.powers[0][0] == "unit":
            return Term(head)
        return Term(head, unit)
    return None
