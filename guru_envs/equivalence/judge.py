"""``read_gold`` and ``equivalent``: the two functions of this package."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from guru_envs.equivalence import choices, limits, symbolic
from guru_envs.equivalence.clock import read_clock, same_time
from guru_envs.equivalence.compare import Comparison
from guru_envs.equivalence.dates import read_dates
from guru_envs.equivalence.evaluate import symbols_of
from guru_envs.equivalence.golds import (
    Based,
    Equation,
    Gold,
    Group,
    Judgement,
    Kind,
    Matrix,
    Named,
    Ratio,
    Region,
    Residue,
    Span,
    Term,
    Value,
    Words,
)  # fmt: skip
from guru_envs.equivalence.phrases import as_number, bounded
from guru_envs.equivalence.reactions import read_reaction
from guru_envs.equivalence.reference import math_verdict
from guru_envs.equivalence.sentences import told
from guru_envs.equivalence.structure import read_plain
from guru_envs.equivalence.units import CURRENCIES
from guru_envs.equivalence.vectors import bare_marked, column, coordinates, has_units
from guru_envs.equivalence.wording import ROMAN, key_of, plain, unwrap
from guru_envs.equivalence.words import are_words, plain_words, yes_or_no
from guru_envs.errors import InvalidValueError, unknown_name

MODES = ("strict", "guru")
_ALTERNATIVES = re.compile(r" OR |\\text ?\{ ?OR ?\}")
_ASKS_PERCENT = re.compile(r"percent|per cent|%|百分", re.IGNORECASE)
_PROSE = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}(?:[ ,]+[^\W\d_]+){2,}")
_LETTERS_ONLY = re.compile(r"[^\W\d_]{3,}(?:[ ,-]+[^\W\d_]{2,})*")
_ONE_LETTER = re.compile(r"[A-J]|(?:\\text(?:bf|rm)? ?\{ ?|\\mathrm ?\{ ?)?\([A-J]\) ?\}?")
_HALF_DAY = re.compile(rf" ?{ROMAN}? ?[ap]\.? ?m\.?$", re.IGNORECASE)
_CHEMICAL = re.compile(r"(?=[^0-9]*[A-Z][^0-9]*[0-9A-Z])(?:[A-Z][a-z]?[0-9]*|[()][0-9]*)+")
_FORMULA_SIGNS = re.compile(rf"[{ROMAN}_{{}} ]")
_ACCOUNTING = re.compile(r"(-?[$€£¥]? ?)\( ?([$€£¥]? ?[0-9.,]+ ?%?) ?\)(%?)")
_CURRENCY_NAMES = frozenset(CURRENCIES.values())


def read_gold(
    text: str,
    kind: Kind | str | None = None,
    *,
    question: str = "",
    options: Sequence[str] = (),
    tolerance: float | Fraction | None = None,
    relative: float | Fraction | None = None,
    unit_required: bool = False,
    accounting: bool = False,
) -> Gold:
    """Read a gold answer once, to compare it with many answers.

    Args:
        text: the gold answer as a benchmark gives it, in LaTeX or plain text.
        kind: what it is; inferred when not given.
        question: the question; used only to see whether it asks for a percentage.
        options: the contents of the choices A, B, ...; the gold is then the letter or the content of one of them.
        tolerance: how far a number may be off.
        relative: how far a number may be off, as a part of the gold.
        unit_required: an answer without the gold's unit is wrong.
        accounting: numbers in parentheses are negative, as in financial tables.

    Raises:
        UnknownNameError: there is no such kind.
        InvalidValueError: the text cannot be of that kind (a fault of the data, not of an answer).
    """
    if not isinstance(text, str):
        raise InvalidValueError(f"a gold answer must be text, not {type(text).__name__}")
    if kind is not None and kind not in set(Kind):
        raise unknown_name("kind of gold answer", kind, [str(one) for one in Kind])
    wanted = Kind(kind) if kind is not None else None
    gold = _read_cached(text, wanted, tuple(options), accounting)
    asked = bool(question) and _ASKS_PERCENT.search(question[:5000]) is not None
    limits_given = [None if bound is None else Fraction(str(bound)) for bound in (tolerance, relative)]
    return replace(
        gold, tolerance=limits_given[0], relative=limits_given[1], percent_asked=asked, unit_required=unit_required
    )


@lru_cache(maxsize=2048)
def _read_cached(text: str, wanted: Kind | None, options: tuple[str, ...], accounting: bool) -> Gold:
    if not text.strip():
        raise InvalidValueError("an empty gold answer")
    if len(text) > limits.TEXT_LENGTH:
        return Gold(Kind.TEXT, text, (), text)
    bare = unwrap(_negative(text) if accounting else text)
    if not bare.strip():
        raise InvalidValueError("an empty gold answer")
    parts = [part for part in _ALTERNATIVES.split(bare) if part.strip()]
    flat = [plain(unwrap(part)) for part in parts]
    readings: tuple[Value, ...] = tuple(read_plain(part) for part in flat)
    if wanted is Kind.LIST and "|" in bare and "\\" not in bare:
        readings = (Group("list", tuple(read_plain(plain(unwrap(part))) for part in bare.split("|") if part.strip())),)
    found = wanted or _infer(bare, readings[0], options)
    readings = tuple(_as_kind(reading, found, part) for reading, part in zip(readings, flat, strict=False))
    time = read_clock(flat[0]) if len(flat) == 1 and ("m" in bare.lower() or "午" in bare or "上" in bare) else None
    clock = time is not None and time[1] is not None
    return Gold(found, text, readings, key_of(bare), options=options, accounting=accounting, clock=clock)


def _infer(text: str, value: Value, options: tuple[str, ...]) -> Kind:
    """The kind of a gold answer from what it looks like."""
    if options:
        return Kind.CHOICE
    if yes_or_no(text) is not None and (len(text.strip(" !.,")) > 1 or not text.isascii()):
        return Kind.YES_NO
    if read_dates(plain(text)):
        return Kind.DATE
    if _ONE_LETTER.fullmatch(text):
        return Kind.CHOICE
    return _kind_of(value)


def _kind_of(value: Value) -> Kind:
    match value:
        case Term():
            return _kind_of_term(value)
        case Group():
            return {"set": Kind.SET, "tuple": Kind.TUPLE, "list": Kind.LIST}[value.form]
        case Span() | Region():
            return Kind.INTERVAL
        case Matrix():
            return Kind.MATRIX
        case Named():
            return Kind.EQUATION
        case Equation():
            return Kind.EQUATION
        case Based():
            return Kind.INTEGER
        case Residue():
            return Kind.INTEGER
        case Ratio():
            return Kind.RATIONAL
    return Kind.TEXT


def _kind_of_term(term: Term) -> Kind:
    if term.percent:
        return Kind.PERCENT
    if term.unit is not None:
        money = len(term.unit.powers) == 1 and term.unit.powers[0][0] in _CURRENCY_NAMES
        return Kind.CURRENCY if money else Kind.QUANTITY
    tree = term.tree.args[0] if term.tree.op == "neg" else term.tree
    if tree.op == "num":
        if term.places is not None:
            return Kind.REAL
        return Kind.INTEGER if tree.value is not None and tree.value.denominator == 1 else Kind.RATIONAL
    if tree.op == "div" and all(part.op == "num" for part in tree.args):
        return Kind.RATIONAL
    return Kind.EXPRESSION if symbols_of(tree) or tree.op != "num" else Kind.REAL


_MISFITS: dict[Kind, tuple[type, ...]] = {
    Kind.MATRIX: (Matrix, Named), Kind.EQUATION: (Named, Equation, Region), Kind.INTEGER: (Term, Based, Named, Residue),
    Kind.RATIONAL: (Term, Ratio, Named), Kind.REAL: (Term, Named), Kind.INTERVAL: (Span, Region, Group, Named, Equation),
}  # fmt: skip


def _as_kind(value: Value, kind: Kind, text: str) -> Value:
    """The reading that the wanted kind asks for.

    Raises:
        InvalidValueError: the text has no such reading.
    """
    if kind in (Kind.TEXT, Kind.CHOICE, Kind.YES_NO):
        return Words(text)
    if kind is Kind.DATE and not read_dates(text):
        raise InvalidValueError(f"the gold answer is no date: {text[:60]!r}")
    if (
        kind in _MISFITS
        and not isinstance(value, _MISFITS[kind])
        and not (isinstance(value, Words) and value.mathematical)
    ):
        raise InvalidValueError(f"the gold answer cannot be read as {kind}: {text[:60]!r}")
    if kind in (Kind.SET, Kind.LIST, Kind.TUPLE):
        if isinstance(value, Group):
            return replace(value, form=str(kind))
        if isinstance(value, Span) and value.low is not None and value.high is not None:
            return Group(str(kind), (value.low, value.high))
        if kind is not Kind.TUPLE and isinstance(value, Term | Words | Based):
            return Group(str(kind), (value,))
    if kind is Kind.PERCENT and isinstance(value, Term) and not value.percent:
        return replace(value, percent=True)
    return value


def _negative(text: str) -> str:
    """A number in parentheses, as accountants write negative numbers, with a sign instead."""
    match = _ACCOUNTING.fullmatch(text.strip().removeprefix("\\$").removeprefix("$"))
    return f"-{match[2]}{match[3]}" if match else text


def equivalent(gold: Gold | str, answer: str, mode: str = "strict") -> Judgement:
    """Judge whether an answer means the same as the gold answer.

    Args:
        gold: what ``read_gold`` returned, or its text.
        answer: any text; it is never evaluated, and no text raises anything.
        mode: ``"strict"`` judges by meaning; ``"guru"`` gives the verdicts of the reference implementation's math rule.

    Raises:
        UnknownNameError: there is no such mode.
        InvalidValueError: the gold answer is empty.
    """
    if mode not in MODES:
        raise unknown_name("mode", mode, MODES)
    if isinstance(gold, str):
        gold = read_gold(gold)
    if mode == "guru":
        return math_verdict(gold.text, answer)
    text = answer.strip()
    if text and text == gold.text.strip():
        return Judgement(True, "the same text", "exact text")
    if len(text) > limits.TEXT_LENGTH:
        return Judgement(False, "the answer is too long", "length")
    bare = unwrap(_negative(text) if gold.accounting else text)
    if not bare:
        return Judgement(False, "the answer is empty", "empty")
    if (timely := same_time(plain(gold.text), plain(bare)) if gold.clock else None) is not None:
        return Judgement(timely, "the same time" if timely else "another time", "time")
    by_kind = _BY_KIND.get(gold.kind, _mathematics)
    judged = by_kind(gold, bare)
    if not judged.equal:
        for said in told(bare, gold.kind):
            if all(by_kind(gold, unwrap(part)).equal for part in said):
                return Judgement(True, "what the sentence says is equal", judged.path)
    return judged


def _mathematics(gold: Gold, bare: str) -> Judgement:
    """The rule for all kinds that have a structure."""
    flat = plain(bare)
    reading = read_plain(flat)
    path = gold.kind.value
    if isinstance(mine := gold.readings[0], Term) and (number := as_number(flat, bool(symbols_of(mine.tree)))):
        reading = read_plain(number)
    elif isinstance(mine, Region | Span) and (bound := bounded(flat, mine.name if isinstance(mine, Region) else "x")):
        reading = read_plain(bound)
    elif isinstance(gold.readings[0], Matrix) and (row := column(flat)):
        reading = read_plain(row)
    elif isinstance(mine := gold.readings[0], Group) and ("j" in flat or "k" in flat or has_units(flat)):
        reading = coordinates(bare_marked(flat), len(mine.items)) or reading
    if isinstance(gold.readings[0], Ratio):
        reading = read_plain(_HALF_DAY.sub("", flat) if ":" in flat else flat.replace(ROMAN, "").replace(" to ", ":"))
    if gold.kind is Kind.LIST and "|" in bare:
        reading = Group("list", tuple(read_plain(plain(unwrap(part))) for part in bare.split("|") if part.strip()))
    comparison = Comparison(gold)
    for mine in gold.readings:
        try:
            if comparison.same(mine, reading):
                return Judgement(True, f"equal as {path}", path)
        except RecursionError:
            comparison.hard = True
    if key_of(bare) == gold.key:
        return Judgement(True, "the same text but for spacing", "exact text")
    if (reaction := read_reaction(plain(gold.text))) and reaction == read_reaction(flat):
        return Judgement(True, "the same reaction", "text")
    if _CHEMICAL.fullmatch(formula := _FORMULA_SIGNS.sub("", flat)) and formula == _FORMULA_SIGNS.sub(
        "", plain(gold.text)
    ):
        return Judgement(True, "the same formula", "text")
    if _LETTERS_ONLY.fullmatch(flat) and are_words(flat) and plain_words(flat) == plain_words(plain(unwrap(gold.text))):
        return Judgement(True, "the same words", "text")
    unknown = any(isinstance(one, Words) and one.mathematical for one in (*gold.readings, reading))
    if unknown and not _PROSE.search(flat):
        return _by_sympy(gold, bare)
    if comparison.hard:
        return Judgement(False, "the answer could not be compared within the limits", "limit")
    if isinstance(reading, Words):
        return Judgement(False, f"the answer cannot be read as {path}", path)
    return Judgement(False, f"not equal as {path}", path)


def _by_sympy(gold: Gold, bare: str) -> Judgement:
    if max(len(bare), len(gold.text)) > limits.WORKER_TEXT:
        return Judgement(False, "the answer could not be compared within the limits", "limit")
    return symbolic.compare(unwrap(gold.text), bare)


def _text(gold: Gold, bare: str) -> Judgement:
    flat = plain(bare)
    if not gold.readings:  # too long to be read
        same = bare == gold.text.strip()
        return Judgement(same, "the same text" if same else "other words", "text")
    for mine in gold.readings:
        assert isinstance(mine, Words)
        if plain_words(mine.text) == plain_words(flat):
            return Judgement(True, "the same words", "text")
    if key_of(bare) == gold.key:
        return Judgement(True, "the same text but for spacing", "exact text")
    if (reaction := read_reaction(plain(unwrap(gold.text)))) and reaction == read_reaction(flat):
        return Judgement(True, "the same reaction", "text")
    mine = read_plain(plain(unwrap(gold.text)))
    prose = _PROSE.search(mine.text) if isinstance(mine, Words) else None
    if isinstance(mine, Words) and mine.mathematical and not prose and not _PROSE.search(flat):
        return _by_sympy(gold, bare)
    return Judgement(False, "other words", "text")


def _yes_no(gold: Gold, bare: str) -> Judgement:
    mine, theirs = yes_or_no(unwrap(gold.text)), yes_or_no(plain(bare))
    if mine is None:
        return _text(gold, bare)
    if theirs is None:
        return Judgement(False, "neither yes nor no", "yes_no")
    return Judgement(mine is theirs, "the same" if mine is theirs else "the opposite", "yes_no")


def _date(gold: Gold, bare: str) -> Judgement:
    mine, theirs = read_dates(plain(unwrap(gold.text))), read_dates(plain(bare), short=True)
    if not theirs:
        return Judgement(False, "no date", "date")
    same = bool(set(mine) & set(theirs))
    return Judgement(same, "the same date" if same else "another date", "date")


def _choice(gold: Gold, bare: str) -> Judgement:
    """By letter, or by content when the options are known."""
    count = len(gold.options) or 26
    right = _right_option(gold, count)
    flat = plain(bare)
    named = choices.read_letter(flat, count)
    contents = _matching(gold.options, bare)
    if contents and not (named and not named[1]):
        return Judgement(right in contents, "by content", "choice")
    if named is None:
        return Judgement(False, "no choice was named", "choice")
    index, said = named
    if said and (other := choices.read_letter(said, count)) and not other[1] and other[0] != index:
        return Judgement(False, "several choices were named", "choice")
    if said and gold.options:
        others = _matching(gold.options, said)
        if others and index not in others:
            return Judgement(False, "the letter and the content name different choices", "choice")
    return Judgement(index == right, "by letter", "choice")


@lru_cache(maxsize=512)
def _right_option(gold: Gold, count: int) -> int:
    by_content = [i for i, option in enumerate(gold.options) if option.strip() == gold.text.strip()]
    named = choices.read_letter(plain(unwrap(gold.text)), count)
    if named is not None and not named[1] and not by_content:
        return named[0]
    found = by_content or _matching(gold.options, gold.text)
    if not found:
        raise InvalidValueError("the gold answer is none of the options")
    return found[0]


def _matching(options: Sequence[str], answer: str) -> list[int]:
    """The options an answer says; one with the same text goes before those that mean the same."""
    bare = unwrap(answer)
    key, flat = key_of(bare), plain(bare)
    words = plain_words(flat)
    forms = [(*_forms_of(option), i) for i, option in enumerate(options) if option.strip()]
    same = [i for one, said, i in forms if one == key or said == words]
    if same:
        return same
    right = read_plain(flat)
    return [i for i, option in enumerate(options) if _same_content(option, right)]


@lru_cache(maxsize=4096)
def _forms_of(option: str) -> tuple[str, str]:
    """The texts by which an option is recognised."""
    bare = unwrap(option)
    return key_of(bare), plain_words(plain(bare))


def _same_content(option: str, right: Value) -> bool:
    """Whether what an answer was read as means the same as an option, where the option is mathematics."""
    try:
        mine = _read_cached(option, None, (), False)
    except InvalidValueError:
        return False
    if mine.kind in (Kind.TEXT, Kind.CHOICE, Kind.YES_NO, Kind.DATE):
        return False
    return Comparison(mine, ordered=True).same(mine.readings[0], right)


_BY_KIND: dict[Kind, Callable[[Gold, str], Judgement]] = {
    Kind.TEXT: _text, Kind.YES_NO: _yes_no, Kind.DATE: _date, Kind.CHOICE: _choice,
}  # fmt: skip
