"""Turning LaTeX and plain text into one plain form, the same for golds and answers.

``unwrap`` takes off what surrounds an answer (dollar signs, boxes, "Final answer:", a final period). ``plain`` rewrites
commands to the characters they stand for, so that the parser sees one notation. Both take linear time for any text.
"""

from __future__ import annotations

import re
import unicodedata

from guru_envs.equivalence import limits
from guru_envs.equivalence.phrases import gathered, marked, settled

DOLLAR = "\ue000"  # the currency sign, after the dollar signs of math mode are gone
OPEN_SET, CLOSE_SET = "\ue001", "\ue002"  # \{ and \}
ROMAN = "\ue003"  # stands before text that was set upright: a unit or words, no symbols
LEFT_CEIL, RIGHT_CEIL, LEFT_FLOOR, RIGHT_FLOOR = "⌈", "⌉", "⌊", "⌋"

_COMMANDS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "±", "mp": "±", "le": "≤", "leq": "≤", "leqslant": "≤",
    "geqslant": "≥", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "lt": "<", "gt": ">", "infty": "∞", "cup": "∪",
    "cap": "∩", "in": "∈", "circ": "°", "degree": "°", "approx": "≈", "sim": "~", "to": "→", "rightarrow": "→",
    "lfloor": LEFT_FLOOR, "rfloor": RIGHT_FLOOR, "lceil": LEFT_CEIL, "rceil": RIGHT_CEIL, "emptyset": "∅",
    "varnothing": "∅", "colon": ":", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "prime": "'", "setminus": "∖",
    "backslash": "∖", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "lbrace": OPEN_SET, "rbrace": CLOSE_SET,
    "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "neg": "¬", "Omega": "Ω", "mu": "μ", "AA": "Å",
    "dots": "…", "ldots": "…", "cdots": "…", "cong": "≅", "equiv": "≡", "lang": "⟨", "rang": "⟩", "langle": "⟨",
    "rangle": "⟩", "percent": "%", "%": "%", "{": OPEN_SET, "}": CLOSE_SET, "$": DOLLAR, "#": "#", "&": "&", "_": "_",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "varrho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "hbar": "ħ", "ell": "ℓ", "dagger": "†", "euro": "€", "pounds": "£", "yen": "¥",
    "imath": "i", "jmath": "j", "bigcup": "∪", "bigcap": "∩", "textdollar": DOLLAR,
    "textbackslash": "∖", "textdegree": "°", "Re": "ℜ", "Im": "ℑ",
}  # fmt: skip
_SPACES = frozenset([",", ":", ";", " ", ">", "quad", "qquad", "enspace", "thinspace", "space", "hfill", "\n", "\t"])
_NOTHING = frozenset(
    [
        "!",
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "boldmath",
        "rm",
        "bf",
        "it",
        "tt",
        "mathstrut",
        "strut",
        "nonumber",
        "/",
        "-",
    ]
)
_UPRIGHT = frozenset(
    [
        "text",
        "mathrm",
        "textrm",
        "mbox",
        "textnormal",
        "operatorname",
        "textup",
        "hbox",
        "textsf",
        "ce",
        "mathsf",
        "textbf",
        "textit",
        "emph",
    ]
)
_STYLES = frozenset(["mathbf", "boldsymbol", "bm", "mathit", "mathcal", "mathscr", "underline", "boxed", "fbox", "pmb"])
_FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"])
_CHARACTERS = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "×": "*", "⋅": "*", "·": "*", "∙": "*", "•": "*",
        "÷": "/", "∕": "/", "⁄": "/", "⩽": "≤", "⩾": "≥", "＝": "=", "，": ",", "、": ",", "；": ";", "：": ":", "。": ".",
        "（": "(", "）": ")", "【": "[", "】": "]", "％": "%", "＄": "$", "￥": "¥", "º": "°", "˚": "°", "’": "'", "‘": "'",
        "“": '"', "”": '"', "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "\u3000": " ",
        "µ": "μ", "Ω": "Ω", "Å": "Å", "\u2061": "", "\u2062": "*", "\u200e": "", "\u200f": "", "′": "'", "ϕ": "φ", "ϵ": "ε",
        DOLLAR: "", OPEN_SET: "", CLOSE_SET: "", ROMAN: "",
    }
)  # fmt: skip
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣʸ"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_SUPERSCRIPT = re.compile(f"[{_RAISED}]+")
_SUBSCRIPT = re.compile(f"[{_LOWERED}]+")
_VULGAR = re.compile("[¼½¾⅐-⅞]")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|[^A-Za-z])|[^\\]+|\\\Z", re.DOTALL)
_LEADING = re.compile(
    r"(?:(?:so|thus|hence|therefore|and)\b,? ?)?"
    r"(?:(?:the|my|our) )?(?:(?:final|correct|right|best|complete|numerical) )?"
    r"(?:answer|result|solution|option|choice)(?: choice| option)?"
    r"(?: is| are| ?:| ?=| would be| equals)+(?: ?:)? ?"
    r"|(?:i|we) (?:get|obtain|find|have|got)\b:? ?"
    r"|(?:故|所以|因此|因而|则)?,?(?:最终|正确|本题)?的?(?:答案|结果)(?:选项)?(?:应?[是为选]|:|=)+ ?|#### ?"
    r"|(?:故|所以|因此)?(?:本题)?选择?[:为]? ?(?=\(?[A-Ja-j]\b)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:it|this|that|which|x|there) (?:is|are) |the (?:equation|statement|point|line|curve|system|inequality|function|ratio)"
    r"(?: of the line| of the tangent(?: line)?)? (?:is|has) |(?:the )?(?:point|ratio)(?: of)? (?=\(?[0-9-])"
    r"|(?:equal to|equals|option|choice|选项?) ?:? ?",
    re.IGNORECASE,
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SPACED = re.compile(r"[0-9]\. [0-9]|[0-9] [0-9] [0-9]|1 0\^|[0-9] [0-9] ?\\%|[0-9] [0-9]\. ")
_NEGATIVE_SPACE = re.compile(r"\\! *")
_TEXT_LEAD = re.compile(r"\\(?:text|mathrm|mbox|textbf) ?\{([^{}]{1,60})\}")
_BOLD_LEAD = re.compile(r"(?:\*\*|__|#{1,4} )([^*_#\n]{1,60}?)(?:\*\*|__|\n) ?[:：]? *\n*(?=.)", re.DOTALL)
_PRIMES = re.compile(r"\^ ?(?:\{ ?('+) ?(?:' ?)*\}|(?='))")
_CHOOSE = re.compile(r"\{([^{}\\]{1,60})\\(choose|over) ([^{}]{1,60})\}")
_VECTORS = re.compile(r"\\(?:boldsymbol|vec|mathbf|bm)\b ?\{? ?[A-Za-z] ?\}? ?\\times")
_SPACED_WORDS = re.compile(r"(\\(?:mathrm|operatorname|text|mathbf|bf) ?\{)([^{}]*)\}")
_SINGLE_LETTERS = re.compile(r"(?<=[A-Za-z])(?<![A-Za-z\\]{2}) (?=[A-Za-z](?![A-Za-z]))")
_THOUSANDS = re.compile(r"(?<![0-9.,_^A-Za-z])([1-9][0-9]{0,2}(?:,[0-9]{3})+)(?![0-9]|,[0-9])")
_SPACE_THOUSANDS = re.compile(r"(?<![0-9.,_^A-Za-z/])(?<![0-9.,}] )([1-9][0-9]{0,2}(?: [0-9]{3})+)(?![0-9]| [0-9])")


def normal_characters(text: str) -> str:
    """One character for each of the many look-alikes; superscripts and vulgar fractions written out."""
    if text.isascii():
        return text
    text = _SUPERSCRIPT.sub(lambda m: "^{" + unicodedata.normalize("NFKC", m[0]).replace("−", "-") + "}", text)
    text = _SUBSCRIPT.sub(lambda m: "_{" + unicodedata.normalize("NFKC", m[0]) + "}", text)
    text = _VULGAR.sub(lambda m: " " + unicodedata.normalize("NFKC", m[0]).replace("⁄", "/") + " ", text)
    return unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)


def close_of(text: str, start: int) -> int:
    """The index of the brace that closes the one at ``start``; -1 when there is none."""
    depth, at = 0, start
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def unbox(text: str) -> str:
    """The content of the last complete box that is not inside another, or the text itself."""
    found, at = None, 0
    while match := _BOX.search(text, at):
        end = close_of(text, match.end() - 1)
        if end < 0:
            break
        found, at = text[match.end() : end], end + 1
    return text if found is None else found


def unwrap(text: str) -> str:
    """Take off, from outside in, what is not part of the answer."""
    text = normal_characters(text)[: limits.TEXT_LENGTH].strip()  # some characters stand for eighteen
    if "\n" in text or "**" in text or text.count("boxed") > 1:
        text = gathered(text).strip()
    if "\\\\%" in text:
        text = text.replace("\\\\%", "\\%")
    for _ in range(6):
        before = text
        if "boxed" in text or "\\fbox" in text:
            text = unbox(text).strip()
        for left, right in (
            ("\\(", "\\)"),
            ("\\[", "\\]"),
            ("**", "**"),
            ("`", "`"),
            ('"', '"'),
            ("<answer>", "</answer>"),
        ):
            if text.startswith(left) and text.endswith(right) and len(text) > len(left + right):
                inner = text[len(left) : -len(right)]
                if left not in inner and (right not in inner or left == right):
                    text = inner.strip()
        text = _strip_dollars(text)
        if (match := _BOLD_LEAD.match(text)) and _LEADING.fullmatch(f"{match[1].strip(' :：')}: "):
            text = text[match.end() :].strip() or text
        if (match := _TEXT_LEAD.match(text)) and _LEADING.fullmatch(match[1]):
            text = text[match.end() :].strip() or text
        if match := _LEADING.match(text) or _CALLED.match(text):
            text = text[match.end() :].strip() or text
        if text.endswith((".", "。", ";", ",")) and not text.endswith(("...", "\\,", "\\;", "\\.")) and len(text) > 1:
            text = text[:-1].rstrip()
        while text.endswith((" \\", "\\ ", "\\\\")):
            text = text[:-2].rstrip()
        if text == before:
            break
    return text


def _strip_dollars(text: str) -> str:
    if len(text) > 4 and text.startswith("$$") and text.endswith("$$") and "$$" not in text[2:-2]:
        return text[2:-2].strip()
    if len(text) > 2 and text[0] == "$" and text[-1] == "$" and text[-2] not in "\\$" and "$" not in text[1:-1]:
        return text[1:-1].strip()
    return text


_MONEY_SIGN = re.compile(r"\$ ?-?[0-9.]")


def _dollars(text: str) -> str:
    """Unescaped dollar signs: currency when each stands before a number and they do not come in pairs, else math mode."""
    if "$" not in text:
        return text
    text = text.replace("\\$", DOLLAR)
    signs = text.count("$")
    if signs and len(_MONEY_SIGN.findall(text)) == signs and not text.endswith("$"):
        return text.replace("$", DOLLAR)
    return text.replace("$", " ")


def _join_spaced(text: str) -> str:
    r"""Undo the spacing of scanned formulas: ``1. 4 8 \times1 0^{-1 3} \mathrm{m o l}``."""
    text = re.sub(r"(?<=[0-9.]) (?=[0-9])|(?<=[0-9]) (?=\.[ 0-9])", "", text)
    return _SPACED_WORDS.sub(lambda m: m[1] + _SINGLE_LETTERS.sub("", m[2]) + "}", text)


def plain(text: str) -> str:
    """The text in the one notation that the parser reads."""
    text = _dollars(text)
    if "\\" in text:
        text = marked(text)
        if "\\times" in text and _VECTORS.search(text):
            text = text.replace("\\times", "\\cross ")
        if _SPACED.search(text):
            text = _join_spaced(text)
        text = _commands(text)
    else:
        text = text.replace("{,}", ",")
    text = " ".join(text.split())
    if "=" in text:
        text = text.replace(">=", "≥").replace("<=", "≤").replace("!=", "≠")
    if "\\choose" in text or "\\over " in text:
        text = _CHOOSE.sub(_in_front, text)
    text = _THOUSANDS.sub(_at_top, text) if "," in text else text
    text = _SPACE_THOUSANDS.sub(lambda m: m[1].replace(" ", ""), text) if " " in text else text
    return text if text.isascii() and text.isalnum() and "nf" not in text else settled(text)


def _in_front(match: re.Match[str]) -> str:
    return f"\\{'binom' if match[2] == 'choose' else 'frac'} {{{match[1]}}}{{{match[3]}}}"


def _at_top(match: re.Match[str]) -> str:
    """Thousands separators are removed outside of brackets only: (1,200) is a pair."""
    before = match.string[: match.start()]
    depth = sum(before.count(c) for c in "([" + OPEN_SET) - sum(before.count(c) for c in ")]" + CLOSE_SET)
    return match[1] if depth > 0 else match[1].replace(",", "")


def _commands(text: str) -> str:
    """Replace commands by characters; what has no character stays a command."""
    text = _NEGATIVE_SPACE.sub("", text.replace("{,}", ",")).replace("~", " ").replace("\\^", "^")
    out: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] != "\\":
            out.append(token)
            continue
        name = token[1:].rstrip("*")
        if name in _COMMANDS:
            out.append(_COMMANDS[name] + ("" if name in "{}$%" else " "))
        elif name in _SPACES:
            out.append(" ")
        elif name in _FRACTIONS:
            out.append("\\frac ")
        elif name in _UPRIGHT:
            out.append(" " + ROMAN)
        elif name in _STYLES or name in _NOTHING:
            out.append(" " if name.isalpha() else "")
        else:
            out.append(token + (" " if token[-1].isalpha() else ""))
    joined = "".join(out)
    if "'" in joined:
        joined = _PRIMES.sub(r"\1", joined)
    return (
        _upright(joined)
        if ROMAN in joined
        else joined.replace("^ °", "°").replace("^°", "°").replace("^{° }", "°").replace("^{ ° }", "°")
    )


_UPRIGHT_TEXT = re.compile(ROMAN + r"\s*(?:\{([^{}]*)\}|(?=.))")


def _upright(text: str) -> str:
    """Take the braces off upright text; its words are marked as such."""
    text = _UPRIGHT_TEXT.sub(lambda m: (" " + ROMAN + m[1] + " ") if m[1] is not None else " ", text)
    text = text.replace("^ °", "°").replace("^°", "°").replace("^{° }", "°").replace("^{ ° }", "°")
    return text.replace(" ^", "^")


def key_of(text: str) -> str:
    """A form in which texts that differ only in spacing and in LaTeX for the same characters are equal."""
    text = plain(text).replace(ROMAN, "")
    if "{cases" in text:
        text = re.sub(r", ?&", "&", text)
    text = re.sub(r"\{ ?([A-Za-z0-9]) ?\}", r"\1", text) if "{" in text else text
    return re.sub(r"(?<![0-9A-Za-z,]) | (?![0-9A-Za-z])|(?<=[^0-9]) (?=[^0-9A-Za-z])", "", text)
