"""Answers told in a sentence: "The probability is 1/3", "Therefore, x = 5", "in fiscal 2019", "5 (or 5.0)".

A second reading, tried only when the first is not right. All patterns take linear time.
"""

from __future__ import annotations

import re

from guru_envs.equivalence.golds import Kind

_LONGEST = 400
_SO = re.compile(
    r"(?:therefore|thus|hence|so|then|finally|clearly|consequently|overall|altogether|in conclusion|in total|as a result)\b[,:]? ",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:the|its|their|his|her|our|my|this|that|these|each|a)\b[^.;:!?\n]{0,100}\b"
    r"(?:is|are|was|were|equals?|becomes?|will be|would be|must be|comes to|amounts to)(?: equal to| given by| about)?:? ",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not?|never|neither|nor|cannot|except|but|if|unless|or|because|less|more|least|most|than|between|false|wrong"
    r"|incorrect|instead|whether|depends?|suppose|assum\w+|nearly|almost|other|opposite|negative|inverse|reciprocal|half|twice)\b|n['’]t\b|\b(?:is|are|was|were)\b.*\b(?:and|while)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"(?:it|they|on|in|at) (?=[a-z])", re.IGNORECASE)
_IN = re.compile(r"(?:in|during|by) (?=[12][0-9]{3}\b)", re.IGNORECASE)
_YEAR = re.compile(
    r"(?:(?:in|during|by|for) )?(?:the )?(?:(?:fiscal|calendar|financial) )?(?:years? (?:of )?)?(?:FY ?|AD ?|A\.D\. ?)?"
    r"([12][0-9]{3})(?: ?(?:年|AD|CE|A\.D\.))?",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"([^()]{1,150}|.{1,150}[^( ]) ?\((?:or|i\.e\.,?|that is,?|which is|equivalently,?|=|or equivalently)? ?([^()]{1,80})\)"
    r"|(.{1,150}?),? (?:or|i\.e\.,?|which is|or equivalently,?) (.{1,80})"
)
_ABOUT = re.compile(
    r"([^()]{1,150}|.{1,150}[^( ]) ?\((?:approximately|approx\.?|about|roughly|≈|~|\\approx) ?([^()]{1,80})\)"
)
_GIVEN = re.compile(
    r"[ ,;]*(?:\\q?quad ?|\\[,; ] ?)*(?:\\text ?\{ ?)?(?:[ ,(]|(?<=[ {]))"
    r"(?:(?:for|where|with|since|because)\b(?:[^=,;]|, ?[a-z](?![a-z])){0,120}"
    r"|\(?[a-zA-Z](?:_\w)?(?:, ?[a-z])? ?(?:\\in|∈|\\geq?|≥|\\leq?|≤|>|<) ?[^,()=]{1,60}\)?)\)?\}?\)?$"
)
_CHANGED = re.compile(
    r"(?:an? )?(?:(increase|rise|growth|gain)|(decrease|decline|drop|fall|reduction|loss))d? "
    r"(?:of|by) ([-$]?[0-9][^ ]* ?(?:%|percent)?)"
    r"|(?:an? )?([-$]?[0-9][^ ]* ?(?:%|percent)?) (?:(increase|rise|growth|gain)|(decrease|decline|drop|fall|reduction|loss))",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:[A-Z][a-z'’]{0,20}|he|she|they|we|you|it)(?: [a-z'’]{1,20}){1,5} (?=\\?[-$£€]?[0-9])")


_CASES = re.compile(r"\b(?:otherwise|else|but|even|odd|not|only|and|or|if|for\b.*\bfor)\b")
_WORDS = (Kind.TEXT, Kind.CHOICE, Kind.YES_NO, Kind.DATE)
_NO_CONDITION = (*_WORDS, Kind.INTERVAL)  # there a condition is a part of the answer


def told(text: str, kind: Kind) -> list[tuple[str, ...]]:
    """What a sentence may say is the answer, each as texts that must all be right; none when the text is no such sentence.

    Args:
        text: what ``unwrap`` returned.
        kind: of the gold; where it is words, "it decreases" says what happens.
    """
    if len(text) > _LONGEST or not (" " in text or "(" in text or text[:2].upper() == "FY" or text[-1:] == "年"):
        return []
    if year := _YEAR.fullmatch(text):
        return [(year[1],)]
    rest = text
    if so := _SO.match(rest):
        rest = rest[so.end() :]
    if (said := _IS.match(rest)) and not _DENIED.search(said[0]):
        rest = rest[said.end() :]
    elif (who := (_IT if kind in _WORDS else _WHO).match(rest)) and not _DENIED.search(who[0]):
        rest = rest[who.end() :]
    elif in_years := _IN.match(rest):
        rest = rest[in_years.end() :]
    found: list[tuple[str, ...]] = [] if rest == text else [(rest,)]
    if also := _ALSO.fullmatch(rest):
        found.append((also[1] or also[3], also[2] or also[4]))
    if about := _ABOUT.fullmatch(rest):
        found.append((f"{about[1]} ≈ {about[2]}",))
    if kind not in _NO_CONDITION and (given := _GIVEN.search(rest)) and given.start() and not _CASES.search(given[0]):
        found.append((rest[: given.start()],))
    if changed := _CHANGED.fullmatch(rest):
        found.append((("-" if changed[2] or changed[6] else "") + (changed[3] or changed[4]),))
    return found
