"""Answers told in a sentence: "The probability is 1/3", "Therefore, x = 5", "in fiscal 2019", "5 (or 5.0)".

A second reading, tried only when the first is not right. All patterns take linear time.
"""

from __future__ import annotations

import re

_LONGEST = 400
_SO = re.compile(
    r"(?:therefore|thus|hence|so|then|finally|clearly|consequently|overall|altogether|in conclusion|in total|as a result)\b[,:]? ",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:the|its|their|our|my|this|that|these|each|a)\b[^.;:!?\n]{0,100}\b"
    r"(?:is|are|was|were|equals?|becomes?|will be|would be|must be|comes to|amounts to)(?: equal to| given by| about)?:? ",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not?|never|neither|nor|cannot|except|but|if|unless|or|because|less|more|least|most|than|between|false|wrong"
    r"|incorrect|instead|other|opposite|negative|inverse|reciprocal|half|twice)\b|n['’]t\b",
    re.IGNORECASE,
)
_IT = re.compile(r"(?:it|they|on|in|at) (?=[a-z])", re.IGNORECASE)
_YEAR = re.compile(
    r"(?:(?:in|during|by|for) )?(?:the )?(?:(?:fiscal|calendar|financial) )?(?:years? (?:of )?)?(?:FY ?|AD ?|A\.D\. ?)?"
    r"([12][0-9]{3})(?: ?(?:年|AD|CE|A\.D\.))?",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"([^()]{1,150}|.{1,150}[^( ]) ?\("
    r"(or|i\.e\.,?|that is,?|which is|equivalently,?|=|approximately|approx\.?|about|roughly|≈|~|\\approx) ?([^()]{1,80})\)"
)
_EXACTLY = ("or", "i.e.", "i.e.,", "that is", "that is,", "which is", "equivalently", "equivalently,", "=")


def told(text: str, words: bool) -> str | None:
    """What a sentence says is the answer; None when the text is no such sentence.

    Args:
        text: what ``unwrap`` returned.
        words: the gold is no number: "it decreases" says what happens.
    """
    if len(text) > _LONGEST or not (" " in text or text[:2].upper() == "FY" or text[-1:] == "年"):
        return None
    if year := _YEAR.fullmatch(text):
        return year[1]
    rest = text
    if so := _SO.match(rest):
        rest = rest[so.end() :]
    if (said := _IS.match(rest)) and not _DENIED.search(said[0]):
        rest = rest[said.end() :]
    elif words and (it := _IT.match(rest)):
        rest = rest[it.end() :]
    if also := _ALSO.fullmatch(rest):
        rest = f"{also[1]} {'=' if also[2] in _EXACTLY else '≈'} {also[3]}"
    return rest if rest != text and rest.strip() else None
