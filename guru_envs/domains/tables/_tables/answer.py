"""Reading answers: numbers with scale and unit, names, and lists of names. Nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

MAX_LENGTH = 1000
_SCALES = {
    "thousand": 1000, "thousands": 1000, "k": 1000, "million": 10**6, "millions": 10**6, "mn": 10**6, "mm": 10**6,
    "m": 10**6, "mio": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12,
    "hundred": 100,
}  # fmt: skip
_ZH_SCALES = {
    "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10,
    "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<minus>[-−–+]?)\s?(?P<sign>us\$|usd|eur|[$€£¥])?\s?(?P<inner>[-−–]?)(?P<open>\(?)\s?"
    r"(?P<sum>[$€£¥])?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+|(?=\.[0-9]))"
    r"(?:\.(?P<part>[0-9]+))?\s?(?P<close>\)?)(?P<rest>[^0-9]{0,80})"
)
_WRAPPED = re.compile(r"\\(?:text|mathrm|textbf|mathbf)\s?\{([^{}]{0,1000})\}")
_ZH_SCALE = re.compile("[百千万亿十]{1,2}")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_SPACES = re.compile(r"\s+")
_BOXED = re.compile(r"\\boxed\s?\{(.*)\}", re.DOTALL)
_LEAD = re.compile(
    r"(?:the )?(?:final )?answer(?: is| ?[:=]) ?|答案[是为：:] ?|[≈=~] ?|(?:approximately|approx\.?|about|roughly|约) ?|\$?[a-z] ?= ?",
    re.IGNORECASE,
)
_MINUS = ("minus ", "negative ", "负")
_QUOTES = "\"'`“”‘’「」 "
_MARK = re.compile(r"\s*\[[a-z0-9]\]$")
_PERCENT = frozenset(("%", "percent", "per cent", "pct", "％"))
_WIDE = str.maketrans("０１２３４５６７８９．，％（）＄｜", "0123456789.,%()$|")
_LIST = re.compile(r"[,;、，；]")


class Amount(NamedTuple):
    """A number as written.

    Attributes:
        value: the number, without scale.
        step: what one step of its last digit is worth.
        scale: the scale written after it, 0 for none.
        unit: what else is written, in lower case; ``"%"`` for percent.
    """

    value: Fraction
    step: Fraction
    scale: int
    unit: str


def bare(text: str) -> str:
    """The text without mark-up: full-width signs, LaTeX signs, a box, math delimiters, a final full stop, extra spaces."""
    if not text.isascii():
        text = text.translate(_WIDE)
    if "\\" in text:
        match = _BOXED.fullmatch(text.strip(" $\n"))
        text = _WRAPPED.sub(r"\1", match[1] if match else text)
        for sign in ("\\(", "\\)", "\\,", "\\!"):
            text = text.replace(sign, "")
        text = text.replace("\\mid", "|").replace("\\approx", "≈").replace("\\", "")
    text = text.replace("{,}", ",").replace("**", "")
    text = _SPACES.sub(" ", text).strip()
    if len(text) > 2 and text[0] == text[-1] == "$":
        text = text[1:-1].strip()
    if text[-1:] in (".", "。"):
        text = text[:-1].rstrip()
    if text[:1] in _QUOTES and text[-1:] in _QUOTES:
        text = text.strip(_QUOTES)
    return text


def without_lead(text: str) -> str:
    """The text without words before the answer, such as "The answer is"."""
    for _ in range(3):
        match = _LEAD.match(text)
        if match is None:
            break
        text = text[match.end() :].strip()
    return text


def read_amount(text: str) -> Amount | None:
    """A number with scale and unit; None for any other text. ``text`` is :func:`bare`."""
    if _PLAIN.fullmatch(text):
        part = text.partition(".")[2]
        return Amount(Fraction(text), Fraction(1, 10 ** len(part)), 0, "")
    lower = text.lower()
    negative, percent = False, False
    if lower[:1] == "(" and lower[-1:] == ")" and lower.count("(") == 1:
        lower, negative = lower[1:-1].strip(), True
    for word in _MINUS:
        if lower.startswith(word):
            lower = "-" + lower.removeprefix(word)
    if lower.startswith("百分之"):
        lower, percent = lower[3:], True
    match = _NUMBER.fullmatch(lower)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [match["minus"] in "-−–" and match["minus"] != "", match["inner"] != "", match["open"] != "", negative]
    if sum(signs) > 1:
        return None
    part = match["part"] or ""
    digits = int(match["whole"].replace(",", "").replace(" ", "") + part)
    value = Fraction(-digits if any(signs) else digits, 10 ** len(part))
    scale, unit = _rest(match["rest"].strip().replace("−", "-").replace("–", "-"))
    if match["sign"] or match["sum"]:
        if (match["sign"] and match["sum"]) or (unit and unit not in ("us dollars", "usd", "dollars", "eur", "euros")):
            return None
        unit = match["sign"] or match["sum"]
    if percent:
        if unit or scale:
            return None
        unit = "%"
    return Amount(value, Fraction(1, 10 ** len(part)), scale, unit)


def _rest(text: str) -> tuple[int, str]:
    """Scale and unit of what follows a number."""
    text = text.strip("() ")
    if not text:
        return 0, ""
    if text in _PERCENT:
        return 0, "%"
    word, _, unit = text.partition(" ")
    if word in _SCALES:
        return _SCALES[word], unit.removeprefix("of ").strip()
    match = _ZH_SCALE.match(text)
    if match and match[0] in _ZH_SCALES:
        return _ZH_SCALES[match[0]], text[match.end() :].strip()
    return 0, text


def same_number(amount: Amount, exact: Fraction, places: int, rounded: bool, scale: int, full: bool) -> bool:
    """Whether an amount is the asked number.

    The number is ``exact`` in the asked scale, to be given with so many places (``rounded``) or exactly. A more precise answer
    is right when it is the exact number correctly rounded to its own last digit.

    Args:
        amount: what was written.
        exact: the number asked for, before rounding, in the asked scale.
        places: digits after the point asked for.
        rounded: whether the number was to be rounded.
        scale: the asked scale: 1, 1000, ...
        full: an amount without a scale may be meant in full instead of in the asked scale (it carries its unit).
    """
    scales = [amount.scale] if amount.scale else [scale, 1] if full and scale != 1 else [scale]
    grid = 10**places
    goal = Fraction((2 * exact * grid + 1) // 2, grid) if rounded else exact
    for own in scales:
        value = amount.value if own == scale else amount.value * own / scale
        if value == goal:
            return True
        step = amount.step if own == scale else amount.step * own / scale
        if rounded and step * grid < 1 and abs(value - exact) * 2 <= step:
            return True
    return False


def label_key(text: str) -> str:
    """The form in which equal names are equal."""
    text = _MARK.sub("", bare(text).strip(_QUOTES))
    return _SPACES.sub(" ", text).strip().casefold().removeprefix("the ")


_BULLET = re.compile(r"(?:[-*•] |\(?[0-9]{1,2}[.)] )\s?")
_NUMBERED = re.compile(r"\s\(?[0-9]{1,2}[.)] ")


def labels_of(text: str, known: Iterable[str]) -> list[str]:
    """The names of a list: separated by ``|``, by lines, or by commas and semicolons when no known name has any.

    Lines and numbered names may have their bullets and numbers; the last two names may be joined by "and".
    """
    names = set(known)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and "|" not in text:
        return [label_key(_BULLET.sub("", line.strip(), count=1)) for line in lines]
    text = without_lead(bare(text)).removeprefix("- ").removeprefix("* ")
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    if "|" in text:
        parts = text.strip("| ").split("|")
    elif _BULLET.match(text):
        parts = _NUMBERED.split(" " + text)[1:] or [text]
        parts = [part.rstrip(",;， ") for part in parts]
    elif any(_LIST.search(name) for name in names):
        parts = [text]
    else:
        parts = _LIST.split(text)
    keys = [label_key(part) for part in parts]
    if keys and keys[-1] not in names:
        for word in (" and ", "和", "与"):  # a name may hold the word too
            for place in _places(keys[-1], word):
                one, other = keys[-1][:place].strip(), keys[-1][place + len(word) :].strip()
                if other in names and (one in names or (not one and len(keys) > 1)):
                    return [*keys[:-1], *([one] if one else []), other]
        if len(keys) > 1 and keys[-1].removeprefix("and ") in names:
            keys[-1] = keys[-1].removeprefix("and ")
    return keys


def _places(text: str, word: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(word), text)]
