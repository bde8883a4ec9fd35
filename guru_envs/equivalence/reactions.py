"""Chemical equations: the same species with the same numbers on each side, in any order and notation."""

from __future__ import annotations

import re
from collections import Counter

from guru_envs.equivalence.wording import ROMAN

_ARROW = re.compile(
    r"→|⟶|⇌|⇋|↔|<?-+>|=+>?|\\(?:longrightarrow|rightleftharpoons|leftrightarrow|xrightarrow|implies)(?![a-z])"
)
_SPECIES = re.compile(r"([0-9]{0,3})((?:[A-Z][a-z]?[0-9]*|[()\[\]][0-9]*)+(?:\^?(?:[0-9]?[-+]))?)")
_STATE = re.compile(r"\((?:s|l|g|aq)\)")
_SIGNS = re.compile(rf"[{ROMAN}_{{}} *]")
_LONGEST = 400
_Side = Counter[str]


def read_reaction(text: str) -> tuple[_Side, _Side] | None:
    """The numbers of the species on both sides; None when the text is no chemical equation.

    Args:
        text: what ``plain`` returned.
    """
    if len(text) > _LONGEST or not ("+" in text or ">" in text or "→" in text or "⇌" in text):
        return None
    sides = _ARROW.split(_STATE.sub("", text))
    if len(sides) != 2:
        return None
    read = [_side(side) for side in sides]
    return (read[0], read[1]) if read[0] and read[1] else None


def _side(text: str) -> _Side:
    """The species of one side; empty when something else stands there."""
    found: _Side = Counter()
    for part in re.split(r" ?\+ |(?<=[A-Za-z0-9)}]) ?\+ ?(?=[0-9A-Z\ue003\\{])", text):
        match = _SPECIES.fullmatch(_SIGNS.sub("", part))
        if match is None:
            return Counter()
        found[match[2]] += int(match[1] or 1)
    return found
