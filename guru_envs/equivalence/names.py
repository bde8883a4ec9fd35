"""The names that mean something in an expression: functions, constants, decorations."""

from __future__ import annotations

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
EMPTY = frozenset(
    [
        "∅", "no solution", "no solutions", "none", "empty set", "the empty set", "无解", "no real solution", "空集",
        "no real solutions", "不存在", "no solution exists", "no solutions exist", "无实数解", "没有解", "没有实数解",
        "no real roots", "no such x", "no such x exists", "no roots", "无实根", "{}", "方程无解", "null set", "no values",
        "no value", "does not exist", "dne", "undefined", "no such", "the limit does not exist",
    ]
)  # fmt: skip


def is_function(word: str) -> bool:
    """Whether a word is the name of a function or constant."""
    return word.lower() in FUNCTIONS or word.lower() in CONSTANTS
