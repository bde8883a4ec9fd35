"""Mode ``guru``: the verdicts of the reference implementation's rules, with their known mistakes.

This follows what is documented of those rules; nothing of the answer is evaluated by Python, also where the reference did.
``math_verdict`` is its rule for mathematics, ``table_verdict`` the one for tables.
"""

from __future__ import annotations

import re

from guru_envs.equivalence import limits
from guru_envs.equivalence.evaluate import exact, same_function, value_of, walk
from guru_envs.equivalence.golds import Judgement, Node
from guru_envs.equivalence.grammar import parse
from guru_envs.equivalence.limits import TooHardError, UnreadableError
from guru_envs.equivalence.wording import plain, unbox

_UNITS = [
    "degree",
    "cm",
    "centimeter",
    "meter",
    "mile",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "foot",
    "feet",
    "inch",
    "yard",
    "liter",
    "gram",
    "kilogram",
    "dollar",
    "cent",
    "unit",
    "point",
]
_UNIT = re.compile(rf"\b(?:{'|'.join(_UNITS)})(?:e?s)?(?: ?\^ ?[0-9]+)?\b ?")
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf)\{([^{}]*)\}")
_MIXED = re.compile(r"([0-9]) +(?=[0-9]+/[0-9])")
_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?")
_SHORT_FRAC = re.compile(r"\\frac(?:([0-9])([0-9])|\{([^{}]*)\}([0-9])|([0-9])\{([^{}]*)\})")
_SLASH = re.compile(r"(-?[0-9]+)/([0-9]+)")
_BASE = re.compile(r"_\{?[0-9]+\}?")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def _frac(match: re.Match[str]) -> str:
    top, bottom = (part for part in match.groups() if part is not None)
    return f"\\frac{{{top}}}{{{bottom}}}"


def _after_thinking(text: str) -> str:
    return text.rpartition("</think>")[2].strip()[: limits.TEXT_LENGTH]


def normal_form(text: str) -> str:
    """The normalisation for MATH answers: same LaTeX for the same writing, units and spaces gone."""
    text = text.replace("\n", "").replace("\\!", "").replace("\\\\", "\\")
    text = text.replace("tfrac", "frac").replace("dfrac", "frac").replace("\\left", "").replace("\\right", "")
    text = text.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "")
    text = text.partition("\\text{ ")[0] if "\\text{ " in text else text
    text = text.replace("\\%", "").replace("%", "")
    text = text.replace(" .", " 0.").replace("{.", "{0.")
    text = "0" + text if text.startswith(".") else text
    sides = text.split("=")
    text = sides[1] if len(sides) == 2 and len(sides[0]) <= 2 else text
    text = re.sub(r"\\sqrt(?: )?([0-9A-Za-z])", r"\\sqrt{\1}", text).replace(" ", "")
    text = _SHORT_FRAC.sub(_frac, text)
    text = "\\frac{1}{2}" if text == "0.5" else text
    match = _SLASH.fullmatch(text)
    return f"\\frac{{{match[1]}}}{{{match[2]}}}" if match else text


def lenient_form(text: str) -> str:
    """The lenient normalisation: plain words, no units, no separators, lower case."""
    text = _TEXT.sub(r"\1", text).replace("\\%", "%").replace("\\$", "$").replace("$", "").replace("%", "")
    text = text.replace(" or ", " , ").replace(" and ", " , ")
    for word, zeros in (("million", "6"), ("billion", "9"), ("trillion", "12")):
        text = text.replace(word, f"*10^{zeros}")
    text = _UNIT.sub("", text).replace("^{\\circ}", "").replace("^\\circ", "").replace("degrees", "")
    text = _BASE.sub("", text) if re.fullmatch(r" *[0-9]+ *_\{?[0-9]+\}? *", text) else text
    text = text.strip().strip("{}") if text.strip().startswith("{") else text.strip()
    text = re.sub(r"(?<=[0-9]),(?:\\!)?(?=[0-9]{3}(?![0-9]))", "", text)
    text = re.sub(r"\\[dtc]?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", text)
    text = (
        text.replace("\\pi", "pi")
        .replace("\\cdot", "*")
        .replace("\\times", "*")
        .replace("\\left", "")
        .replace("\\right", "")
    )
    text = _MIXED.sub(r"\1+", text).replace(" ", "").lower()
    return str(int(float(text))) if _WHOLE.fullmatch(text) and len(text) < 16 else text


def _elements(text: str) -> list[str]:
    """The elements of a tuple or interval without brackets inside; anything else is one element."""
    text = text.strip()
    if len(text) > 2 and text[0] in "([" and text[-1] in ")]" and not any(mark in text[1:-1] for mark in "()[]"):
        return [part.strip() for part in text[1:-1].split(",")]
    return [text]


def _simple(text: str) -> bool:
    letters = {char for char in re.sub("sqrt|frac|pi", "", text) if char.isalpha()}
    return len(letters) <= 2 and "^{" not in text and "^(" not in text


def _tree(text: str) -> Node | None:
    try:
        return parse(plain(text))
    except (UnreadableError, RecursionError):
        return None


def _is_fraction(tree: Node) -> bool:
    return tree.op == "div" and all(part.op in ("num", "neg") for part in tree.args)


def _same_element(gold: str, answer: str) -> bool:
    """Equal by algebra, where the expressions are simple; fractions must be reduced, whole numbers written as such."""
    if gold == answer:
        return True
    if not _simple(gold) or not _simple(answer):
        return False
    one, other = _tree(gold), _tree(answer)
    if one is None or other is None:
        return False
    if any(node.name == "π" for node in walk(one, other)):
        return False  # the reference raises on every such comparison
    if _is_fraction(one) and _is_fraction(other):
        return False  # two fractions must be written alike
    whole = _WHOLE.fullmatch(gold) is not None
    if whole != (_WHOLE.fullmatch(answer) is not None) and whole:
        return False
    return same_function(one, other) is True


def _float(text: str) -> float | None:
    text = text.replace(",", "").strip().removesuffix("%").removesuffix("\\")
    return float(text) if _FLOAT.fullmatch(text) else None


def _near(gold: float, answer: float, tolerance: float) -> bool:
    return any(abs(answer - one) <= tolerance * abs(one) for one in (gold / 100, gold, gold * 100))


def _numbers(gold: str, answer: str) -> bool:
    """Equal as floating-point numbers, up to a factor of 100 either way; lists element by element."""
    one, other = _float(gold), _float(answer)
    if one is not None and other is not None:
        return _near(one, other, 1e-4)
    left, right = _elements(gold), _elements(answer)
    if len(left) == len(right) > 1 and (gold[:1], gold[-1:]) == (answer[:1], answer[-1:]):
        return all(_numbers(a, b) or normal_form(a) == normal_form(b) for a, b in zip(left, right, strict=True))
    return False


def math_verdict(gold: str, answer: str) -> Judgement:
    """The reference's rule for mathematics."""
    answer = unbox(_after_thinking(answer)).rpartition("\\boxed{")[2].strip()  # an unclosed box passes, too
    gold = unbox(gold.strip()[: limits.TEXT_LENGTH])
    if normal_form(gold) == normal_form(answer):
        return Judgement(True, "the same normal form", "guru: text")
    one, other = lenient_form(gold), lenient_form(answer)
    if one == other and one:
        return Judgement(True, "the same lenient form", "guru: text")
    if max(len(gold), len(answer)) > limits.MATH_LENGTH:
        return Judgement(False, "too long", "guru: length")
    left, right = _elements(one), _elements(other)
    same_ends = len(left) == 1 or (one[:1], one[-1:]) == (other[:1], other[-1:])
    if len(left) == len(right) and same_ends and all(map(_same_element, left, right)):
        return Judgement(True, "equal by algebra", "guru: algebra")
    if _numbers(gold.strip("$ "), answer.strip("$ ")):
        return Judgement(True, "equal as numbers, up to a factor of 100", "guru: number")
    return Judgement(False, "not equal by the reference's rules", "guru")


def table_verdict(gold: str, answer: str) -> Judgement:
    """The reference's rule for tables, without its evaluation of the answer by Python."""
    answer, gold = unbox(_after_thinking(answer)).lower().strip(), gold.lower().strip()
    left, right = [gold], [answer]
    if "|" in gold:
        left, right = (sorted(part.strip() for part in text.split("|")) for text in (gold, answer))
    same = len(left) == len(right) and all(map(_same_cell, left, right))
    return Judgement(
        same, "equal by the reference's rule" if same else "not equal by the reference's rule", "guru: table"
    )


def _cell_number(text: str) -> float | None:
    text = text.replace(",", "").replace("$", "").replace("\\", "").replace("%", "/100").replace(":", "/")
    try:
        tree = parse(plain(text))
        found = exact(tree)
        return float(found) if found is not None else float(value_of(tree).real)
    except (UnreadableError, TooHardError, ZeroDivisionError, ValueError, OverflowError, RecursionError):
        return None


def _same_cell(gold: str, answer: str) -> bool:
    one, other = _cell_number(gold), _cell_number(answer)
    if one is not None and other is not None:
        return _near(one, other, 1e-3)
    return normal_form(gold) == normal_form(answer)
