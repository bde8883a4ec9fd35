"""The names that mean something in an expression: functions, constants, decorations."""

from __future__ import annotations

import re

FUNCTIONS = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "cosec": "csc", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "asin": "asin", "acos": "acos", "atan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "log": "log", "ln": "log", "lg": "lg", "exp": "exp", "sqrt": "sqrt", "abs": "abs", "floor": "floor",
    "ceil": "ceil", "tg": "tan", "ctg": "cot", "arctg": "atan", "cbrt": "cbrt", "binom": "binom", "min": "min", "max": "max",
    "gcd": "gcd", "lcm": "lcm", "factorial": "fact", "gamma": "gamma", "arcsec": "asec", "arccot": "acot", "coth": "coth",
}  # fmt: skip
CALLED = frozenset(["sqrt", "abs", "floor", "ceil", "cbrt", "min", "max", "gcd", "lcm", "fact", "gamma", "binom"])
SEVERAL = frozenset(["min", "max", "gcd", "lcm", "binom"])
CONSTANTS = {"pi": "π", "π": "π", "e": "e", "i": "i", "ⅈ": "i", "inf": "∞", "infty": "∞", "infinity": "∞", "oo": "∞"}
CLOSE = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "|": "|"}
DECORATIONS = frozenset(
    ["\\vec", "\\hat", "\\dot", "\\ddot", "\\bar", "\\tilde", "\\overline", "\\overrightarrow", "\\widehat"]
)

REALS = frozenset(
    [
        "\\mathbb {R}", "\\mathbb R", "R", "ℝ", "all real numbers", "全体实数", "所有实数", "all reals", "\\mathbb{R}",
        "any real number", "every real number", "任意实数", "任何实数", "一切实数", "all real x", "all x", "the real numbers",
        "the set of all real numbers", "the set of real numbers", "x ∈R",
    ]
)  # fmt: skip
EXCEPT = re.compile(
    r"(?:(?:x is )?(?:all|any|every) |the (?:set of )?)?(?:the )?(?:real numbers?|reals?)(?: x)?,? "
    r"(?:except(?: for)?|excluding|other than|but(?: not)?|besides|without) (.{1,200})"
    r"|(?:ℝ|R|\\mathbb ?\{? ?R ?\}?) ?- ?(?=[\ue001{])(.{1,200})",
    re.IGNORECASE,
)
EMPTY = frozenset(
    [
        "∅", "no solution", "no solutions", "none", "empty set", "the empty set", "无解", "no real solution", "空集",
        "no real solutions", "不存在", "no solution exists", "no solutions exist", "无实数解", "没有解", "没有实数解",
        "no real roots", "no such x", "no such x exists", "no roots", "无实根", "{}", "方程无解", "null set", "no values",
        "no value", "does not exist", "dne", "undefined", "no such", "the limit does not exist",
    ]
)  # fmt: skip

_ABBREVIATIONS = frozenset(
    [
        "bpm", "fps", "psi", "ppb", "mpg", "pcs", "pts", "yrs", "wks", "hrs", "rps", "gpm", "cfs", "dpi", "mbps", "gbps", "kbps",
        "kph", "lbs", "sqft", "pct", "rds", "cwt", "dwt", "mths", "mnth", "qts", "tbsp", "tsp", "kts", "msv", "kgf",
    ]
)  # fmt: skip
_VOWELS = frozenset("aeiouyAEIOUY")


def is_product(word: str, glued: bool = False) -> bool:
    """Whether letters in a row are a product of symbols and no word: abcd, nRTV.

    Args:
        word: letters.
        glued: a number stands directly before them, as in 2mgR: then a word without a vowel is a product, too.
    """
    if not 3 <= len(word) <= 6 or not word.isascii():
        return False
    letters = sorted(set(word))
    if len(letters) == len(word) and ord(letters[-1]) - ord(letters[0]) == len(word) - 1:
        return True
    mixed = not word.isupper() and not word[1:].islower()
    if not glued:
        return mixed and len(word) == 4
    return (mixed or not _VOWELS & set(word)) and word.lower() not in _ABBREVIATIONS


def is_function(word: str) -> bool:
    """Whether a word is the name of a function or constant."""
    return word.lower() in FUNCTIONS or word.lower() in CONSTANTS
