r"""Reading an arithmetic expression that a model wrote. Python evaluates nothing: tokens, two stacks, whole numbers.

Grammar: numbers, ``+ - * /`` between two terms, round parentheses, and at the very end optionally ``= number``. Written
also as ``× ÷ · − –``, full-width signs, and LaTeX (``\times \div \cdot \frac{a}{b} \left( \right)``, ``$...$``).
There is no unary minus, no power, no ``//``, no decimal point, no percent sign and no implied multiplication.

Time is linear in the length; what is longer than ``MAX_LENGTH`` is not read at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 600  # characters; eight numbers with many brackets need far fewer

_PLAIN = re.compile(r"[0-9+\-*/() ]+")
_TOKEN = re.compile(r"[0-9]+|[-+*/()=]")
_CHECKED = re.compile(r"(?:[0-9]+|[-+*/()=]|\s)*+")
_SIGNS = str.maketrans("×✕⋅·∙÷∕−–－＋＊／（）＝", "***" + "**//---+*/()=")
_LATEX = re.compile(r"\\(?:left|right|times|cdot|div|displaystyle|quad|[dt]?frac|[,;:! ()\[\]])")
_LATEX_SIGN = {"\\times": "*", "\\cdot": "*", "\\div": "/"}
_LATEX_NAME_RUNS_ON = re.compile(r"\\(?:left|right|times|cdot|div|displaystyle|quad|[dt]?frac)[A-Za-z]")
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}  # what binds tighter has the higher rank


class Parsed(NamedTuple):
    """An expression in postfix order, with what stands behind the equals sign.

    Attributes:
        postfix: numbers (as written) and operation signs.
        numbers: the numbers as written, in order.
        claim: the number behind ``=``, or an empty string.
    """

    postfix: list[str]
    numbers: list[str]
    claim: str


def _without_latex(text: str) -> str | None:
    """Write LaTeX and typographic signs as plain signs; None when braces do not belong to a fraction."""
    text = text.strip()
    for start, end in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if text.startswith(start) and text.endswith(end) and len(text) > len(start) + len(end):
            text = text[len(start) : -len(end)]
            break
    text = text.translate(_SIGNS)
    if "\\" not in text:
        return text
    if _LATEX_NAME_RUNS_ON.search(text):
        return None
    out: list[str] = []
    braces: list[str] = []  # for each open brace of a fraction: "top" or "bottom"
    position = 0
    expected = ""  # the part of a fraction that must open next
    while position < len(text):
        mark = text[position]
        if expected and not mark.isspace() and mark != "{":
            return None
        if mark == "\\":
            command = _LATEX.match(text, position)
            if command is None or command[0] in ("\\(", "\\)", "\\[", "\\]"):
                return None
            if command[0].endswith("frac"):
                expected = "top"
                out.append("(")
            else:
                out.append(_LATEX_SIGN.get(command[0], " "))
            position = command.end()
            continue
        if mark == "{":
            if not expected:
                return None
            braces.append(expected)
            expected = ""
            out.append("(")
        elif mark == "}":
            if not braces:
                return None
            part = braces.pop()
            out.append(")/" if part == "top" else "))")
            expected = "bottom" if part == "top" else ""
        else:
            out.append(mark)
        position += 1
    return None if braces or expected else "".join(out)


def parse(text: str) -> Parsed | None:
    """Read an expression; None when the text is not one."""
    if len(text) > MAX_LENGTH:
        return None
    if _PLAIN.fullmatch(text) is None:
        plain = _without_latex(text)
        if plain is None or _CHECKED.fullmatch(plain) is None:
            return None
        text = plain
    tokens: list[str] = _TOKEN.findall(text)
    claim = ""
    if "=" in tokens:
        if len(tokens) < 3 or tokens[-2] != "=" or not tokens[-1].isdigit():
            return None
        claim = tokens[-1]
        tokens = tokens[:-2]
    return _postfix(tokens, claim)


def _postfix(tokens: list[str], claim: str) -> Parsed | None:
    """Two stacks (Dijkstra's shunting yard); None when an operand or a bracket is missing or too many."""
    postfix: list[str] = []
    numbers: list[str] = []
    waiting: list[str] = []
    operand_next = True
    for token in tokens:
        rank = _RANK.get(token)
        if rank is not None:
            if operand_next:
                return None
            while waiting and waiting[-1] != "(" and _RANK[waiting[-1]] >= rank:
                postfix.append(waiting.pop())
            waiting.append(token)
            operand_next = True
        elif token == "(":
            if not operand_next:
                return None
            waiting.append(token)
        elif token == ")":
            if operand_next:
                return None
            while waiting and waiting[-1] != "(":
                postfix.append(waiting.pop())
            if not waiting:
                return None
            waiting.pop()
        elif token == "=" or not operand_next:
            return None
        else:
            postfix.append(token)
            numbers.append(token)
            operand_next = False
    if operand_next:
        return None
    while waiting:
        token = waiting.pop()
        if token == "(":
            return None
        postfix.append(token)
    return Parsed(postfix, numbers, claim)


def value(postfix: list[str]) -> tuple[int, int] | None:
    """The exact value as numerator and denominator, not reduced; None for a division by zero.

    The caller bounds how many numbers there are and how large they are.
    """
    stack: list[tuple[int, int]] = []
    for token in postfix:
        if token not in _RANK:
            stack.append((int(token), 1))
            continue
        lower, below = stack.pop()
        upper, over = stack.pop()
        if token == "+":
            stack.append((upper * below + lower * over, over * below))
        elif token == "-":
            stack.append((upper * below - lower * over, over * below))
        elif token == "*":
            stack.append((upper * lower, over * below))
        elif lower == 0:
            return None
        else:
            stack.append((upper * below, over * lower))
    return stack[0]
