"""Answers in words: yes and no, numbers in words, and plain text."""

from __future__ import annotations

import re
from fractions import Fraction

from guru_envs.equivalence.wording import ROMAN

_YES = frozenset(
    [
        "yes",
        "true",
        "correct",
        "right",
        "y",
        "是",
        "是的",
        "对",
        "对的",
        "正确",
        "真",
        "成立",
        "可以",
        "能",
        "t",
        "yeah",
        "yep",
        "affirmative",
        "√",
        "✓",
        "会",
        "有",
    ]
)
_NO = frozenset(
    [
        "no",
        "false",
        "incorrect",
        "wrong",
        "n",
        "否",
        "不",
        "不是",
        "错",
        "错误",
        "不对",
        "不正确",
        "假",
        "不成立",
        "不可以",
        "不能",
        "f",
        "nope",
        "negative",
        "×",
        "✗",
        "不会",
        "没有",
    ]
)
_FIRST_WORD = re.compile(r"([^\W\d_]+|[√✓×✗])(?:(?:[,.;:!]|\s[-–—])\s.*)?[.!]?", re.DOTALL)
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_ONES = {word: i for i, word in enumerate(_SMALL)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8}
MONEY_SCALES = frozenset(["bn", "mn", "mm", "k", "m", "b"])  # scale words only beside a sign of currency
SCALE_WORDS = {
    "thousand": 10**3, "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9, "trillion": 10**12,
    "thousands": 10**3, "hundred": 100, "万": 10**4, "亿": 10**8, "千": 1000, "百万": 10**6, "千万": 10**7, "十亿": 10**9,
    "百": 100, "十万": 10**5, "bn": 10**9, "mn": 10**6, "mm": 10**6, "k": 10**3, "m": 10**6, "b": 10**9, "萬": 10**4,
}  # fmt: skip
_ARTICLE = re.compile(r"^(?:the|a|an) (?=.)")
_HALF_DAY = re.compile(r"(?:(?<=[0-9])| ?\b)([ap])\.? ?m\b\.?")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_INNER_CAPITAL = re.compile("[a-z][A-Z]")
_RANGE = re.compile(r"(?<=[0-9]) to (?=[0-9])")
_EDGES = " \t\n.,;:!?'\"()[]{}"


def yes_or_no(text: str) -> bool | None:
    """True for yes, False for no, None for neither; a text may go on after the first word and a comma."""
    match = _FIRST_WORD.fullmatch(text.replace(ROMAN, "").strip(" \"'*"))
    word = match[1].lower() if match else ""
    if word in _YES:
        return True
    return False if word in _NO else None


def plain_words(text: str) -> str:
    """A text in the form in which it is compared: no case, no quotes, no outer punctuation, no article, single spaces."""
    text = (
        text.replace(ROMAN, " ").replace("\\", " ").replace("`", "'").replace("…", "...").replace("$", " ").casefold()
    )
    text = " ".join(text.split())
    if "'" in text or '"' in text:
        text = text.replace('"', "").replace("''", "")
    text = text.strip(_EDGES) or text
    text = _ARTICLE.sub("", text)
    text = _HALF_DAY.sub(r" \1m", text)
    text = _RANGE.sub("-", text)
    return re.sub(r" ?([-,/:;()]) ?", r"\1", text)


def are_words(text: str) -> bool:
    """Whether letters are words and no product of symbols, whose case matters."""
    return not text.isascii() or (_VOWEL.search(text) is not None and _INNER_CAPITAL.search(text) is None)


def number_in_words(text: str) -> Fraction | None:
    """The number that English or Chinese words say, such as "twenty-one", "one half" or 二十一."""
    text = text.replace(ROMAN, " ").strip().lower()
    if not text or len(text) > 80:
        return None
    if "分之" in text:
        bottom, _, top = text.partition("分之")
        parts = [number_in_words(part) for part in (top, bottom) if "分之" not in part]
        return parts[0] / parts[1] if len(parts) == 2 and parts[0] is not None and parts[1] else None
    if all(char in _HAN or char in _HAN_TENS or char in _HAN_SCALES for char in text):
        return _han(text)
    words = [word for word in re.split(r"[ -]+", text) if word != "and"]
    last = words[-1].removesuffix("s") if words else ""
    if last in _PARTS and len(words) == 2 and words[0] in _ONES | {"a": 1}:
        return Fraction(_ONES.get(words[0], 1), _PARTS[last])
    total = current = 0
    for word in words:
        if word in _ONES or word in _TENS:
            value = _ONES.get(word, _TENS.get(word, 0))
            if current % 100 and not (current % 100 >= 20 and current % 10 == 0 and value < 10):
                return None
            current += value
        elif word in _SCALES and word != "hundred":
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            return None
    return Fraction(total + current)


def _han(text: str) -> Fraction | None:
    """A Chinese numeral such as 二十一 or 三百万; None for digits in a row, which are read elsewhere."""
    if not any(char in _HAN_TENS or char in _HAN_SCALES for char in text):
        return Fraction(_HAN[text]) if len(text) == 1 else None
    total, part, digit, unit = 0, 0, -1, 1
    for char in text:
        if char in _HAN:
            digit, unit = _HAN[char], unit if _HAN[char] else 1
            continue
        if char in _HAN_TENS:
            unit = _HAN_TENS[char]
            part += (1 if digit < 0 else digit) * unit
        else:
            unit = _HAN_SCALES[char]
            total, part = (total + part + max(digit, 0 if part or total else 1)) * unit, 0
        digit = -1
    last = max(digit, 0) * (unit // 10 if unit > 10 else 1)  # 一百五 is 150, 一百零五 is 105
    return Fraction(total + part + last)
