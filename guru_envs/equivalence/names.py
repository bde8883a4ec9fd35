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
CONSTANTS = {"pi": "π", "π": "π", "e": "e", "i": "i", "ⅈ": "i", "inf": "∞", "infty": "∞", "infinity": "∞", "oo": "∞"}
CLOSE = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "|": "|"}
DECORATIONS = frozenset(
    ["\\vec", "\\hat", "\\dot", "\\ddot", "\\bar", "\\tilde", "\\overline", "\\overrightarrow", "\\widehat"]
)


def is_function(word: str) -> bool:
    """Whether a word is the name of a function or constant."""
    return word.lower() in FUNCTIONS or word.lower() in CONSTANTS
