"""Reading and writing the labels of claims, and the cases that show a claim to be undetermined. Linear time; nothing is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._propositional.words import LABELS

MAX_LENGTH = 4000  # characters of labels with cases
_FEW, _EACH = 400, 100  # characters of labels alone: at most so many, and so many more for each claim

_LABELS = {
    **dict.fromkeys(("entailed", "entails", "必真"), 1),
    **dict.fromkeys(("contradicted", "contradictory", "必假"), -1),
    **dict.fromkeys(("undetermined", "不定"), 0),
}
_LABELLED = re.compile(r"(?:(?:claim|论断)? ?[(（]?(\d{1,2})[)）]? ?[.:：=]? ?)?([a-z]+|必真|必假|不定)")
_CASES = re.compile(
    r"(.*?) ?[;；|,，] ?(?:holds|成立) ?[:：] ?(none|无|[a-z](?: ?[,，、 ] ?[a-z])*) ?[;；|,，] ?"
    r"(?:fails|不成立) ?[:：] ?(none|无|[a-z](?: ?[,，、 ] ?[a-z])*)"
)


_BETWEEN = re.compile(
    r"[,;，；、]|(?<=[dsy真假定])\s+(?=\(?[0-9]{1,2}\s?[).:：])"
)  # also before the number of the next claim
_NUMBER = re.compile(r"(?:claim |论断)?[(（]?([0-9]{1,2})[)）.:： ]")


class Judged(NamedTuple):
    """What an answer says of a claim: its label, and the cases (masks of true propositions) where it holds and fails."""

    label: int
    cases: tuple[int, int] | None = None


def read_labels(text: str, claims: int, certificate: bool) -> list[Judged] | None:
    """What is said of each claim, in order; None when the text is not exactly one label for each claim."""
    if len(text) > (MAX_LENGTH if certificate else _FEW + _EACH * claims):
        return None
    parts = _from_json(text) if text[:1] in ("[", "{") else None
    if parts is None:
        plain = " ".join(text.split(" ")).casefold()
        lines = [line.strip() for line in plain.splitlines() if line.strip()]
        parts = lines if certificate else [one.strip() for line in lines for one in _BETWEEN.split(line)]
        parts = [one.rstrip(".。 ") for one in parts if one]
    if len(parts) != claims:
        return None
    numbers = [_NUMBER.match(part) for part in parts]
    order = [int(one[1]) for one in numbers if one]
    if len(order) == claims and sorted(order) == list(range(1, claims + 1)):
        parts = [part for _, part in sorted(zip(order, parts, strict=True))]
    found: list[Judged] = []
    for number, part in enumerate(parts, 1):
        cases = _CASES.fullmatch(part) if certificate and len(part) < 300 else None
        match = _LABELLED.fullmatch(cases[1] if cases else part) if len(part) < 300 else None
        if match is None or match[2] not in _LABELS or (match[1] and int(match[1]) != number):
            return None
        found.append(Judged(_LABELS[match[2]], (_case(cases[2]), _case(cases[3])) if cases else None))
    return found


def _case(text: str) -> int:
    """The mask of the propositions whose letters are listed."""
    if text in ("none", "无"):
        return 0
    mask = 0
    for letter in re.findall("[a-z]", text):
        mask |= 1 << (ord(letter) - 97)
    return mask


def _from_json(text: str) -> list[str] | None:
    """The texts of a JSON list, or of an object with the claims' numbers in order."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, dict):
        if list(content) != [str(number) for number in range(1, len(content) + 1)]:
            return []
        content = list(content.values())
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        return []
    return [" ".join(one.split()).casefold() for one in content]


# -- writing ------------------------------------------------------------------------------------------------------------

_SAY = {
    "en": {
        "form": "this is not one label for each of the {0} claims",
        "right": "{0} of {1} claims are judged right",
        "cases": "claim {0}: two cases are asked for",
        "premise": "claim {0}: a case breaks premise {1}",
        "claim": "claim {0}: the claim does not hold in the first case and fail in the second",
    },
    "zh": {
        "form": "这不是对{0}个论断各给一个判断",
        "right": "{1}个论断中有{0}个判断正确",
        "cases": "论断{0}：需要给出两种情形",
        "premise": "论断{0}：有一种情形违反前提{1}",
        "claim": "论断{0}：论断并非在第一种情形成立而在第二种情形不成立",
    },
}
_FORM = {"en": "; holds: {}; fails: {}", "zh": "; 成立: {}; 不成立: {}"}


def say(lang: str, key: str, *values: object) -> str:
    """A reason for a verdict."""
    return _SAY[lang][key].format(*values)


def answer_text(lang: str, labels: Sequence[int], cases: Sequence[tuple[int, int] | None] | None) -> str:
    """The answer text of labels, with cases where they are asked for."""
    texts = [LABELS[lang][one] for one in labels]
    if cases is None:
        return ", ".join(texts)
    lines = []
    for number, (text, both) in enumerate(zip(texts, cases, strict=True), 1):
        tail = "" if both is None or labels[number - 1] else _FORM[lang].format(*[_letters(lang, one) for one in both])
        lines.append(f"{number}: {text}{tail}")
    return "\n".join(lines)


def _letters(lang: str, case: int) -> str:
    letters = [chr(97 + var) for var in range(case.bit_length()) if case >> var & 1]
    return ", ".join(letters) or ("none" if lang == "en" else "无")
