"""Ways of saying the same thing, rewritten before a text is read: lists by lines, words for signs, notations of countries.

Everything here turns one notation into another that the parser reads; nothing decides a verdict. All patterns take linear time.
"""

from __future__ import annotations

import re

_BULLET = re.compile(r"\s*(?:[-*•]|\(?[0-9]{1,2}[.)])\s+(?=\S)")
_BOXES = re.compile(r"\\boxed ?\{[^{}]*\}")
_BETWEEN = re.compile(r"[\s,;$]*(?:and|or|和|或)?[\s,;$]*")
_BOLD = re.compile(r"(?<![\w)\]}*])\*\*(?! )([^*\n]{1,200}?)(?<! )\*\*(?![\w(\[{*])")
_LINES = 60
_NAMED_LINE = re.compile(r"\s*\$?[A-Za-z](?:_\{?\w\}?)? ?= ?[^=\n]{1,80}")


def gathered(text: str) -> str:
    """A list by lines, or in several boxes or bold parts, as one list with commas."""
    if "\n" in text and len(lines := [line for line in text.splitlines() if line.strip()]) > 1:
        if len(lines) <= _LINES and all(_NAMED_LINE.fullmatch(line) for line in lines):
            return ", ".join(line.strip(" ,;.") for line in lines)
        marks = [_BULLET.match(line) for line in lines[:_LINES]]
        if len(lines) <= _LINES and all(marks):
            text = ", ".join(line[mark.end() :].strip(" ,;.") for line, mark in zip(lines, marks, strict=True) if mark)
    if text.count("\\boxed") > 1:
        boxes = _BOXES.findall(text)
        between = _BOXES.split(text)
        if len(boxes) == text.count("\\boxed") and all(_BETWEEN.fullmatch(part) for part in between):
            text = ", ".join(box[box.index("{") + 1 : -1] for box in boxes)
    return _BOLD.sub(r"\1", text) if text.count("**") > 1 else text


_OVERLINE = re.compile(r"(?<=[0-9.])\\(?:bar|dot|overline|overbar) ?(?:\{ ?([0-9]{1,40}) ?\}|([0-9]))")
_DOTTED = re.compile(r"(?<=[0-9.])\\dot ?\{? ?([0-9])\}? ?([0-9]*) ?\\dot ?\{? ?([0-9])\}?")
_PERIOD = re.compile(r"(?<![0-9A-Za-z.])([0-9]+\.[0-9]*)\(([0-9]{1,40})\)(?![0-9.])")
_AND_SO_ON = re.compile(r"(?<![0-9.])([0-9]+\.[0-9]{0,30}?)([0-9]|[0-9]{2,6}?)\2\2+ ?(?:…|\.\.\.)")
_LONG_PERIOD = re.compile(r"(?<![0-9.])([0-9]+\.[0-9]{0,30}?)([0-9]{4,9})\2 ?(?:…|\.\.\.)")


def _repeating(text: str) -> str:
    r"""Repeating decimals as ``0.1\overline{6}``: with bars, dots, parentheses, or written out with an ellipsis."""
    if "\\" in text:
        text = _DOTTED.sub(r"\\overline{\1\2\3}", text)
        text = _OVERLINE.sub(lambda m: f"\\overline{{{m[1] or m[2]}}}", text)
    if ")" in text:
        text = _PERIOD.sub(r"\1\\overline{\2}", text)
    if "…" in text or "..." in text:
        text = _LONG_PERIOD.sub(r"\1\\overline{\2}", _AND_SO_ON.sub(r"\1\\overline{\2}", text))
    return text


_APOSTROPHES = re.compile(r"(?<![\w'.])([1-9][0-9]{0,2}(?:'[0-9]{3})+)(?![\w'])")
_UNDERSCORES = re.compile(r"(?<![\w.])([1-9][0-9]{0,2}(?:_[0-9]{3})+)(?!\w)")
_POINTS = re.compile(r"(?<![\w.,])([1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})(?:,([0-9]+))?(?![\w.,])")
_UNION = re.compile(r"(?<=[)\]}]) ?\b[Uu]\b ?(?=[(\[{\ue001])|(?<=[)\]}])U(?=[(\[{\ue001])")
_INFINITY = re.compile(
    r"(?<![A-Za-z\\])(?:positive )?(?:inf(?:inity)?|oo)(?![A-Za-z])|正?无穷大?(?![\u4e00-\u9fff])", re.IGNORECASE
)
_ROOT = re.compile(r"(?:the )?(?:positive )?square root of (?=[0-9a-z(])", re.IGNORECASE)
_NAUGHT = re.compile(r"(?<=[0-9}])\^ ?(?:\{ ?\ue003? ?o ?\}|o(?![A-Za-z]))")
_MATRIX_OF = re.compile(r"\\([pb]?)matrix ?\{(.*)\}", re.DOTALL)
_ROWS_OF_ARRAYS = re.compile(r"\[ ?\[[-+0-9./e ]+\](?:[ ,]*\[[-+0-9./e ]+\])* ?\]")
_RATIO = re.compile(r"(?<=[0-9]) ?比 ?(?=[0-9])")
_OF_SET = re.compile(r"(?<![A-Za-z])(max|min|gcd|lcm) ?[\ue001{]([^\ue001\ue002{}]*,[^\ue001\ue002{}]*)[\ue002}]")
_PER_TIME = re.compile(r"每(小时|分钟|秒钟?|天) ?(-?[0-9.]+) ?([^\W\d_]+)")
_LONE_SIGN = re.compile(r"\{ ?([-+]) ?\}(?= ?[0-9])")
_FACTORIAL = re.compile(r"(?<![\w.])([0-9]{1,4}) ?(?:factorial(?![a-z])|的阶乘)")
_CHOOSE = re.compile(r"(?<![\w.])([0-9]{1,4}|[a-z]) choose ([0-9]{1,4}|[a-z])(?!\w)")
_SUPER_SUB = re.compile(
    r"(?<![A-Za-z0-9_^])([CA]) ?(?:_ ?\{? ?([0-9]{1,4}) ?\}? ?\^ ?\{? ?([0-9]{1,4}) ?\}?"
    r"|\^ ?\{? ?([0-9]{1,4}) ?\}? ?_ ?\{? ?([0-9]{1,4}) ?\}?)(?![0-9A-Za-z])"
)
_PRE_SUB = re.compile(
    r"(?<![A-Za-z0-9])(?:\{ ?\} ?)?[_^] ?\{? ?([0-9]{1,4}) ?\}? ?\ue003? ?C ?_ ?\{? ?([0-9]{1,4}) ?\}?(?![0-9A-Za-z])"
)


def _chosen(match: re.Match[str]) -> str:
    """Combinations and arrangements as Chinese and French books write them; an index below the exponent is no such thing."""
    n, k = int(match[2] or match[5]), int(match[3] or match[4])
    if n < 3 or k > n:
        return match[0]
    return f"\\binom{{{n}}}{{{k}}}" if match[1] == "C" else f"({n}!/({n - k})!)"


_COMPARISONS = {
    "at least": "≥", "at most": "≤", "no less than": "≥", "no more than": "≤", "greater than or equal to": "≥",
    "less than or equal to": "≤", "greater than": ">", "less than": "<", "more than": ">", "strictly greater than": ">",
    "strictly less than": "<", "not equal to": "≠",
}  # fmt: skip
_COMPARED = re.compile(
    r"(?<=[A-Za-z]) (?:is|must be|can be|should be) (?:any (?:real )?number )?("
    + "|".join(sorted(_COMPARISONS, key=len, reverse=True))
    + ") (?=[-0-9.\\\\√(])",
    re.IGNORECASE,
)


_MATLAB = re.compile(r"\[((?: ?-?[0-9.]+(?:/[0-9]+)?)+(?: ?;(?: ?-?[0-9.]+(?:/[0-9]+)?)+)+) ?;? ?\]")
_ANGLES = re.compile(r"(?:^|(?<== )|(?<==))<([^<>=]{1,200},[^<>=]{1,200})>$")
_MAPSTO = re.compile(r"(?:([a-zA-Z]) ?: ?)?\(?([a-z])\)? ?\\mapsto (.{1,400})")


def settled(text: str) -> str:
    """The plain text with other notations turned into the parser's own."""
    if "." in text or "\\" in text:
        text = _repeating(text)
        if text.count(".") > 1:
            text = _POINTS.sub(lambda m: m[1].replace(".", "") + (f".{m[2]}" if m[2] else ""), text)
    if "'" in text:
        text = _APOSTROPHES.sub(lambda m: m[1].replace("'", ""), text)
    if "_" in text or "^" in text:
        text = _UNDERSCORES.sub(lambda m: m[1].replace("_", ""), text)
        text = _NAUGHT.sub("°", text)
        if "C" in text or "A" in text:
            text = _PRE_SUB.sub(r"\\binom{\1}{\2}", _SUPER_SUB.sub(_chosen, text))
    if "{" in text:
        text = _LONE_SIGN.sub(r"\1", text)
    if "U" in text or "u" in text:
        text = _UNION.sub("∪", text)
    if "oo" in text or "无穷" in text or "nf" in text.lower():
        text = _INFINITY.sub("∞", text)
    if " is " in text or " be " in text:
        text = _COMPARED.sub(lambda m: f" {_COMPARISONS[m[1].lower()]} ", text)
    if "root of" in text:
        text = _ROOT.sub("√", text)
    if "actorial" in text or "阶乘" in text:
        text = _FACTORIAL.sub(r"\1!", text)
    if " choose " in text:
        text = _CHOOSE.sub(r"\\binom{\1}{\2}", text)
    if ("\ue001" in text or "{" in text) and ("max" in text or "min" in text or "gcd" in text or "lcm" in text):
        text = _OF_SET.sub(r"\1(\2)", text)
    if "matrix" in text and "\\begin" not in text and (match := _MATRIX_OF.fullmatch(text.strip())):
        text = f"\\begin{{{match[1]}matrix}}{match[2]}\\end{{{match[1]}matrix}}"
    if text[:1] == "[" and "," not in text and _ROWS_OF_ARRAYS.fullmatch(text):
        text = re.sub(r"(?<=[0-9.])\.? +(?=[-+0-9.])", ", ", text).replace("] [", "], [")
    if ";" in text and (match := _MATLAB.fullmatch(text)):
        text = "[" + ", ".join(f"[{', '.join(row.split())}]" for row in match[1].split(";")) + "]"
    if text[-1:] == ">" and (match := _ANGLES.search(text)):
        text = f"{text[: match.start()]}⟨{match[1]}⟩"
    if "mapsto" in text and (match := _MAPSTO.fullmatch(text)):
        text = f"{match[1] or 'f'}({match[2]}) = {match[3]}"
    if not text.isascii():
        if "每" in text:
            text = _PER_TIME.sub(r"\2 \3/\1", text)
        if "比" in text:
            text = _RATIO.sub(":", text)
        text = text.replace("根号", "√").replace("正负", "±").replace("∶", ":").replace("且", " and ")
    return text


_INDIAN = re.compile(r"-?[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_EUROPEAN = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]{1,6}")
_BINOMIAL = re.compile(r"\ue003? ?(?:C|nCr|binom|comb|Comb|binomial) ?\(([^(),]{1,40}),([^(),]{1,40})\)(?: ?=.*)?")


_N = r"\{? ?([0-9a-z+ -]{1,12}?) ?\}?"
_LETTER_CHOICE = re.compile(
    rf"C ?_ ?{_N} ?\^ ?{_N}|(?:\{{ ?\}} ?)?_ ?{_N} ?\ue003? ?C ?_ ?{_N}|\(? ?([0-9a-z+ -]{{1,12}}) choose ([0-9a-z+ -]{{1,12}}) ?\)?"
)
_SCALED = re.compile(r"([-+]?[0-9][0-9.]*) ?(bn|mn|mln|bln|tn|trn)\.?")
_SCALES = {"bn": "billion", "mn": "million", "mln": "million", "bln": "billion", "tn": "trillion", "trn": "trillion"}


_ALL_THAT = re.compile(
    r"(?:all|any|every)(?: real)?(?: numbers?| values? of [a-z]| [a-z])?(?: such that| that are| with)?(?: [a-z](?= ?[<>≤≥]))?"
    r" ?(?=[<>≤≥]|at |great|less|more)"
)


def bounded(text: str, name: str) -> str | None:
    """What words such as "at least 3" say of a symbol, for a gold that is an inequality."""
    name = name or "x"
    text = _ALL_THAT.sub("", text)
    if text[:1] in "<>≤≥" and text:
        return f"{name} {text}"
    match = _COMPARED.match(f"{name} is {text}", len(name))
    return f"{name} {_COMPARISONS[match[1].lower()]} {match.string[match.end() :]}" if match else None


def as_number(text: str, symbols: bool = False) -> str | None:
    """Another reading of a text as one number, for a gold that is one: Indian and European separators, 3 bn, C(10, 3)."""
    if _INDIAN.fullmatch(text):
        return text.replace(",", "")
    if _EUROPEAN.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if not symbols and (scaled := _SCALED.fullmatch(text)):
        return f"{scaled[1]} {_SCALES[scaled[2]]}"
    if match := _LETTER_CHOICE.fullmatch(text):
        n, k = [part for part in match.groups() if part]
        return f"\\binom{{{n}}}{{{k}}}"
    match = _BINOMIAL.fullmatch(text)
    return f"\\binom{{{match[1]}}}{{{match[2]}}}" if match else None


_DECORATED = re.compile(
    r"\\(?:vec|hat|widehat|mathbf|boldsymbol|bm|overrightarrow|overline|bf) ?"
    r"(?:\{ ?\\?([ijk])(?:math)? ?\}|\\([ij])math|([ijk])(?![A-Za-z]))"
)
UNIT_VECTORS = {"i": "ϙ", "j": "ϛ", "k": "ϟ"}  # letters that nobody uses for numbers


def marked(text: str) -> str:
    """The text with decorated i, j and k as symbols of their own."""
    if "\\" not in text or not any(letter in text for letter in "ijk"):
        return text
    found = _DECORATED.findall(text)
    if not any("j" in group or "k" in group or "i" in group for group in found):
        return text
    return _DECORATED.sub(lambda m: f" {UNIT_VECTORS[m[1] or m[2] or m[3]]} ", text)
