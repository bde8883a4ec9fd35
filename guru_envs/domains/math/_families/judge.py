"""The verdict on an answer: cheap exact paths first, then the equivalence package with the kind that the family declares."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from guru_envs.domains.math._families.family import Family
from guru_envs.equivalence import Gold, equivalent, read_gold
from guru_envs.equivalence.wording import unwrap
from guru_envs.task import Outcome, Verdict

MAX_LENGTH = 2000
_DIGITS = 60  # of a number that the cheap paths read

WORDS = {
    "en": {
        "long": "the answer is too long",
        "unread": "the answer cannot be read in the form asked for",
        "open": "the answer is not worked out: operations are left in it",
        "lowest": "a fraction in the answer is not in lowest terms",
        "form": "the polynomial is not expanded and collected",
        "several": "more than one answer is given",
        "unit": "the unit is not the one asked for",
        "wrong": "the answer is readable and wrong",
    },
    "zh": {
        "long": "答案太长",
        "unread": "答案不是所要求的形式，无法读取",
        "open": "答案没有算完，还留有运算",
        "lowest": "答案中的分数不是最简分数",
        "form": "多项式没有展开并合并同类项",
        "several": "给出了不止一个答案",
        "unit": "单位不是所问的单位",
        "wrong": "答案可以读懂，但不对",
    },
}

_DRESSED = re.compile(r"\*\*.*\*\*|boxed|[Aa]nswer|ANSWER|答案|结果| is | are |[Ss]olution", re.DOTALL)
_SPACES = re.compile(r"(?<!\\)\\[,;:! ]|\\q?quad(?![a-zA-Z])|[\s~]+")
_FRACTION = re.compile(r"\\[dtc]?frac ?(?:\{(-?\d+)\}|(\d))(?:\{(\d+)\}| ?(\d))")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:/\d+)?|\d*\.\d+|\d+\.)|[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_RATIO = re.compile(r"(\d+)/(\d+)")
_NAMED = re.compile(r"[A-Za-z](?:\([A-Za-z]{1,12}\))? ?(?:=|\\in|∈) ?(?=[^=]*$)")
_OPERATION = re.compile(
    r"[*^!×÷·√∑∫]|\\(?:cdot|times|div|sqrt|d?t?binom|sum|int|prod|lim|log|ln|exp|sin|cos|det|gcd|pmod|bmod|d?frac)(?![a-zA-Z])"
    r"|[A-Za-z] ?\(|[0-9)}\]] ?\+|[0-9)}] ?-|[/)] ?\(|\) ?[/0-9]|/[^/,;]*/|\bmod\b|\d ?[A-Za-z]?\^"
)
_UNDONE = re.compile(
    r"['′∂∫∑]|\\(?:prime|int|sum|lim|partial|frac ?\{ ?d|dfrac ?\{ ?d|mathrm ?\{ ?d|Delta|det)|\bd ?/ ?d|\bD\(|[fgh] ?\(|\b(?:diff|derivative|lim|int)\b"
)
_MONOMIAL = re.compile(r"([+-]?)(\d*)\*?(?:(x)(?:\^(?:\{(\d{1,2})\}|(\d{1,2})))?)?")


def verify(family: Family, gold: str, answer: str, lang: str, base: int = 0) -> Verdict:
    """Judge an answer.

    Args:
        family: the family of the problem.
        gold: the gold answer.
        answer: any text.
        lang: the language of the reason.
        base: the base of the digits asked for, for answers of the kind ``digits``.
    """
    if answer == gold:
        return Verdict(Outcome.CORRECT, 1.0)
    words = WORDS[lang]
    if len(answer) > MAX_LENGTH:
        return Verdict(Outcome.NO_ANSWER, 0.0, None, words["long"])
    if _DRESSED.search(answer):
        answer = unwrap(answer)
    text = _flat(answer)
    if not text:
        return Verdict(Outcome.NO_ANSWER, 0.0, None, words["unread"])
    found = _PATHS[family.kind](family, gold, text, answer, base)
    if found == "":
        return Verdict(Outcome.CORRECT, 1.0)
    outcome = Outcome.NO_ANSWER if found == "unread" else Outcome.WRONG
    return Verdict(outcome, 0.0, None, words[found])


def _flat(answer: str) -> str:
    """An answer without dollar signs, spacing commands, and the many ways to write a minus sign or a fraction."""
    text = answer.strip().strip("$").strip()
    if text.isascii() and text.isalnum():
        return text
    if "\\" in text:
        text = text.removeprefix("\\(").removesuffix("\\)").removeprefix("\\[").removesuffix("\\]")
        text = text.replace("\\left", "").replace("\\right", "").replace("\\{", "{").replace("\\}", "}")
        text = text.replace("\\infty", "∞").replace("\\cup", "∪")
        text = _FRACTION.sub(_as_ratio, text)
        text = text.replace("\\lbrace", "{").replace("\\rbrace", "}")
    text = _SPACES.sub(" ", text)
    if not text.isascii():
        for sign in "−–－":
            text = text.replace(sign, "-")
        text = text.replace("，", ",").replace("（", "(").replace("）", ")").replace("。", "")
    return text.rstrip(" .").strip(" $")


def _as_ratio(match: re.Match[str]) -> str:
    r"""A fraction with a bar, apart from a digit beside it: 2\frac{1}{3} is two and a third."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    shown = f"{match[1] or match[2]}/{match[3] or match[4]}"
    return f"{' ' if before.isdigit() else ''}{shown}{' ' if after.isdigit() else ''}"


_EXACT = frozenset({"integer", "rational", "tuple", "set", "interval", "matrix"})


@lru_cache(maxsize=4096)
def _gold(kind: str, text: str) -> Gold:
    if kind == "matrix":
        text = text[2:-2].replace("], [", r" \\ ").replace(",", " &")
        text = rf"\begin{{pmatrix}} {text} \end{{pmatrix}}"
    return read_gold(text, kind, tolerance=0 if kind in _EXACT else None)


def _number(text: str) -> Fraction | None:
    """A number that is written out; None for anything else."""
    text = text.strip()
    if len(text) > _DIGITS or not _NUMBER.fullmatch(text):
        return None
    text = text.replace(",", "")
    top, slash, bottom = text.partition("/")
    if slash and not int(bottom):
        return None
    return Fraction(int(top), int(bottom)) if slash else Fraction(text)


def _lowest(text: str) -> bool:
    """Whether all fractions that are written with a bar are in lowest terms."""
    for top, bottom in _RATIO.findall(text):
        if len(top) > _DIGITS or len(bottom) > _DIGITS or math.gcd(int(top), int(bottom)) != 1 or int(bottom) == 1:
            return False
    return True


def _decided(same: bool, text: str) -> str:
    if not same:
        return "wrong"
    return "" if _lowest(text) else "lowest"


def _single(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    """An integer or a rational number."""
    bare = _NAMED.sub("", text, count=1) if "=" in text else text
    if bare.count("=") > 1:
        return "several"
    value = _number(bare)
    if value is None and family.units:
        match = re.fullmatch(r"\$?([-\d/.,]+) ?(?:\\(?:text|mathrm) ?\{)? ?([^\W\d_][^\d}]*?)\}?", bare)
        if match:
            value = _number(match[1])
            if value is not None and match[2].strip().lower() not in family.units:
                return "unit"
            bare = match[1]
    if value is not None:
        return _decided(value == Fraction(gold), bare)
    return _by_meaning(family, gold, bare, answer)


def _digits(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    match = re.fullmatch(
        r"(?:\(? ?(\d+) ?\)?)(?: ?_ ?(?:\{ ?(\d+) ?\}|(\d+)|\((\d+)\))| \(?(?:in )?base (\d+)\)?)?", text
    )
    if not match or len(match[1]) > 400:
        return "unread"
    said = match[2] or match[3] or match[4] or match[5]
    if said and (len(said) > 4 or int(said) != base):
        return "wrong"
    return "" if match[1].lstrip("0") == gold else "wrong"


def _tuple(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    bare = _NAMED.sub("", text, count=1) if text.count("=") == 1 else text
    if family.form == "point":
        bare = re.sub(r"^[A-Z]'?(?=\()", "", bare)
    elif family.form == "gcd":
        bare = re.sub(r"^\\?(?:gcd|g) ?= ?(\d+) ?, ?\\?(?:lcm|text\{lcm\}|l) ?= ?(\d+)$", r"\1, \2", bare)
    inner = bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" else bare
    if family.form in ("system", "point") and inner.count("=") > 1:
        inner = re.sub(r" ?(?:\\text ?\{ ?and ?\}|\band\b|;|和|且) ?", ", ", inner)
    if family.form in ("system", "point") and inner.count("=") == inner.count(",") + 1:
        inner = _in_order(inner)
    values = [_number(part) for part in inner.split(",")]
    if None not in values:
        wanted = [Fraction(part) for part in gold[1:-1].split(", ")]
        return _decided(values == wanted, inner)
    return _by_meaning(family, gold, bare, answer)


def _in_order(text: str) -> str:
    """Values with their names, y = 2, x = 1, as values in the order of the names; other text as it is."""
    named: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        named[name.strip()] = value.strip()
    letters = "xyzw"[: text.count(",") + 1]
    return ", ".join(named[letter] for letter in letters) if set(named) == set(letters) else text


def _set(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    bare = _NAMED.sub("", text, count=1) if text.count("=") == 1 else text
    inner = bare[1:-1] if bare[:1] == "{" and bare[-1:] == "}" else bare
    values = [_number(part) for part in inner.split(",")]
    if None not in values:
        wanted = {Fraction(part) for part in gold[1:-1].split(", ")}
        return _decided(set(values) == wanted and len(values) == len(wanted), inner)
    return _by_meaning(family, gold, bare, answer)


_SPAN = re.compile(r"([(\[])([^,()\[\]]+),([^,()\[\]]+)([)\]])")


def _spans(text: str) -> frozenset[tuple[str, Fraction | None, Fraction | None, str]] | None:
    found = set()
    for part in text.split("∪"):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        ends: list[Fraction | None] = []
        for number, infinite in ((2, "-∞"), (3, "∞")):
            if match[number].strip().lstrip("+") == infinite:
                ends.append(None)
                continue
            value = _number(match[number])
            if value is None:
                return None
            ends.append(value)
        found.add((match[1], ends[0], ends[1], match[4]))
    return frozenset(found)


def _interval(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    bare = re.sub(r"^\{ ?x ?(?:\||:|\\mid) ?(x ?∈.*)\}$", r"\1", text)
    bare = re.sub(r"\\(?:text|mathrm) ?\{ ?(or|and|或|且) ?\}", r" \1 ", bare)
    bare = re.sub(r"(?<=[)\]]) ?(?:U|or|或) ?(?=[(\[])", "∪", _NAMED.sub("", bare, count=1))
    bare = re.sub(r"\b(?:infinity|inf|oo)\b", "∞", bare)
    spans = _spans(bare)
    if spans is not None:
        return _decided(spans == _spans(gold), bare)
    return _by_meaning(family, gold, bare, answer)


def _cells(text: str) -> list[list[Fraction | None]] | None:
    if not re.fullmatch(r"\[[-\[\]0-9/., ]*\]", text):
        return None
    inner = text[1:-1].strip()
    rows = re.split(r"\] ?, ?\[", inner[1:-1]) if inner[:1] == "[" and inner[-1:] == "]" else []
    found = [[_number(cell) for cell in row.split(",")] for row in rows]
    return found if found and all(None not in row for row in found) else None


_PMATRIX = re.compile(r"\\begin ?\{([pbB]?matrix|array)\}(?:\{[lcr|]*\})?(.*)\\end ?\{\1\}")


def _matrix(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    bare = re.sub(r"^[A-Z](?:\^\{?-1\}?)? ?= ?", "", text)
    if bare[:1] in ("[", "(") and bare[-1:] in ("]", ")") and "\\begin" in bare:
        bare = bare[1:-1].strip()
    match = _PMATRIX.fullmatch(bare)
    if match:
        rows = [row for row in re.split(r"\\\\", match[2]) if row.strip()]
        bare = "[" + ", ".join("[" + row.replace("&", ",") + "]" for row in rows) + "]"
    cells = _cells(bare)
    if cells is not None:
        return _decided(cells == _cells(gold), bare)
    return _by_meaning(family, gold, bare, answer)


def _by_meaning(family: Family, gold: str, bare: str, answer: str) -> str:
    """Numbers in a form that the cheap paths do not know: they must be written out, and mean the same."""
    if _OPERATION.search(bare):
        return "open"
    judgement = equivalent(_gold(family.kind, gold), answer)
    if judgement.equal:
        return "" if _lowest(bare) else "lowest"
    return "unread" if judgement.reason.startswith("the answer c") else "wrong"


def _terms(text: str) -> dict[int, int] | None:
    """An expanded and collected polynomial in x with integer coefficients; None for anything else."""
    bare, at = text.replace(" ", "").replace("\\cdot", "*").replace("**", "^"), 0
    if not bare.isascii():
        bare = re.sub("[⁰¹²³⁴-⁹]+", lambda m: "^" + unicodedata.normalize("NFKC", m[0]), bare)
    found: dict[int, int] = {}
    while at < len(bare):
        match = _MONOMIAL.match(bare, at)
        if match is None or match.end() == at or (at and not match[1]) or not (match[2] or match[3]):
            return None
        if len(match[2]) > _DIGITS:
            return None
        power = int(match[4] or match[5] or 1) if match[3] else 0
        if power in found:
            return None
        found[power] = int(match[1] + (match[2] or "1"))
        at = match.end()
    return found or None


def _expression(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    bare = text
    if "=" in bare:
        bare = bare.partition("=")[2].strip()
        if "=" in bare:
            return "several"
    if family.form == "expanded":
        terms = _terms(bare)
        if terms is not None:
            return "" if {p: c for p, c in terms.items() if c} == _terms(gold) else "wrong"
        return "form" if "x" in bare and not re.search(r"[^-+*^(){}0-9x\s]", bare) else "unread"
    if _UNDONE.search(bare):
        return "open"
    return _told(equivalent(_gold("expression", gold), bare))


def _equation(family: Family, gold: str, text: str, answer: str, base: int) -> str:
    if text.count("=") != 1:
        return "unread" if "=" not in text else "several"
    if _UNDONE.search(text):
        return "open"
    return _told(equivalent(_gold("equation", gold), text))


def _told(judgement: object) -> str:
    if getattr(judgement, "equal", False):
        return ""
    return "unread" if str(getattr(judgement, "reason", "")).startswith("the answer c") else "wrong"


_PATHS: dict[str, Callable[[Family, str, str, str, int], str]] = {
    "integer": _single, "rational": _single, "digits": _digits, "tuple": _tuple, "set": _set, "interval": _interval,
    "matrix": _matrix, "expression": _expression, "equation": _equation,
}  # fmt: skip
