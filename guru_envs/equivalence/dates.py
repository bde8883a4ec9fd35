"""Dates in several forms, as (year, month, day); what is not written is 0."""

from __future__ import annotations

import re

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBER_OF = (
    {name: i for i, name in enumerate(_MONTHS, 1)} | {name[:3]: i for i, name in enumerate(_MONTHS, 1)} | {"sept": 9}
)
_WORD = r"([A-Za-z]{3,9})\.?"
_DAY = r"([0-3]?[0-9])(?:st|nd|rd|th)?"
_YEAR = r"([12][0-9]{3})"
_FORMS = (
    (re.compile(rf"{_WORD} {_DAY},? ?{_YEAR}"), "mdy"),
    (re.compile(rf"(?:the )?{_DAY}(?: of)? {_WORD},? {_YEAR}"), "dmy"),
    (re.compile(rf"{_WORD},? (?:of )?{_YEAR}"), "my"),
    (re.compile(rf"{_WORD} {_DAY}"), "md"),
    (re.compile(rf"(?:the )?{_DAY}(?: of)? {_WORD}"), "dm"),
    (re.compile(rf"{_DAY}[-/ ]{_WORD}[-/ ]{_YEAR}"), "dmy"),
    (re.compile(rf"{_YEAR}[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])(?:T00:00(?::00)?)?"), "ymd"),
    (re.compile(rf"{_YEAR} ?年 ?([01]?[0-9]) ?月(?: ?([0-3]?[0-9]) ?[日号])?"), "ymd"),
    (re.compile(r"([01]?[0-9]) ?月 ?([0-3]?[0-9]) ?[日号]"), "md"),
    (re.compile(rf"([0-3]?[0-9])[/.-]([0-3]?[0-9])[/.-]{_YEAR}"), "??y"),
)
_SHORT_FORMS = (
    (re.compile(rf"{_YEAR}([01][0-9])([0-3][0-9])"), "ymd"),
    (re.compile(r"([0-3]?[0-9])[/.]([0-3]?[0-9])[/.]([0-9]{2})"), "??s"),
)
_WEEKDAY = re.compile(r"(?:on )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:on )?", re.IGNORECASE)
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
Date = tuple[int, int, int]


def _number(order: str, text: str | None) -> int:
    if text is None:
        return 0
    return int(text) if text.isdigit() else _NUMBER_OF.get(text.lower(), -1)


def read_dates(text: str, short: bool = False) -> tuple[Date, ...]:
    """The dates a whole text may mean; two when day and month cannot be told apart, none when it is no date.

    ``short`` allows forms that only mean a date where one is expected: 20230105 and 1/5/23.
    """
    if not 4 <= len(text) <= 40:
        return ()
    text = " ".join(text.replace("\ue003", " ").split()).strip(" .")
    text = text[_WEEKDAY.match(text).end() :]  # type: ignore[union-attr]  # it matches the empty text
    for pattern, order in (*_FORMS, *(_SHORT_FORMS if short else ())):
        if match := pattern.fullmatch(text):
            values = [_number(key, group) for key, group in zip(order, match.groups(), strict=True)]
            if order in ("??y", "??s"):
                first, second, year = values
                year += 2000 if order == "??s" else 0
                found = {(year, first, second), (year, second, first)}
            else:
                part = dict(zip(order, values, strict=True))
                found = {(part.get("y", 0), part.get("m", 0), part.get("d", 0))}
            return tuple(sorted(date for date in found if 1 <= date[1] <= 12 and 0 <= date[2] <= _DAYS[date[1]]))
    return ()
