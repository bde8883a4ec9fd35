"""Verdicts of answers, blind guesses, and gold answers made wrong."""

from __future__ import annotations

import random
from fractions import Fraction

from guru_envs.domains.tables._tables import answer as reading
from guru_envs.domains.tables._tables.model import (
    Ask,
    Best,
    BestYear,
    Count,
    Item,
    Listed,
    Pair,
    Problem,
    Ranked,
    Sheet,
)
from guru_envs.domains.tables._tables.run import worth
from guru_envs.domains.tables._tables.words import Wording, decimal
from guru_envs.task import Outcome, Verdict

_DETAILS = {
    "en": {
        "long": "the answer is too long",
        "unreadable": "the answer cannot be read as a number",
        "unit": "the unit is another than the one asked for",
        "number": "that is another number",
        "label": "the answer is no name from the table",
        "other": "that is another name",
        "list": "that is another list",
        "order": "the names are right, their order is not",
        "twice": "a name is listed twice",
        "empty": "there is no answer",
    },
    "zh": {
        "long": "答案太长",
        "unreadable": "答案不是可读的数字",
        "unit": "单位与要求的不同",
        "number": "数字不对",
        "label": "答案不是表中的名称",
        "other": "名称不对",
        "list": "列表不对",
        "order": "名称正确，但顺序不对",
        "twice": "有名称重复",
        "empty": "没有答案",
    },
}


def _no(problem: Problem, why: str, outcome: Outcome = Outcome.WRONG) -> Verdict:
    return Verdict(outcome, 0.0, None, _DETAILS[problem.lang][why])


def verdict(problem: Problem, gold: str, text: str) -> Verdict:
    """Judge an answer."""
    if text == gold:
        return Verdict(Outcome.CORRECT, 1.0)
    if len(text) > reading.MAX_LENGTH:
        return _no(problem, "long", Outcome.NO_ANSWER)
    if problem.ask is not None:
        return _number(problem, problem.ask, text)
    known = known_labels(problem)
    if isinstance(problem.program, Listed | Ranked):
        return _list(problem, known, text)
    key = reading.label_key(text)
    if key not in known:
        key = reading.label_key(reading.without_lead(reading.bare(text)))
    if problem.lang == "zh" and isinstance(problem.program, BestYear):
        key = key.removesuffix("年")
    if not key:
        return _no(problem, "empty", Outcome.NO_ANSWER)
    if key == reading.label_key(problem.labels[0]):
        return Verdict(Outcome.CORRECT, 1.0)
    return _no(problem, "other" if key in known else "label")


def known_labels(problem: Problem) -> dict[str, str]:
    """The names that an answer may hold, by the form in which they are compared."""
    sheet = problem.sheet
    if isinstance(problem.program, BestYear):
        return {str(year): str(year) for year in sheet.periods}
    pick = 0 if problem.lang == "en" else 1
    names = [name[pick] for name, _ in sheet.items]
    return {reading.label_key(name): name for name in names}


def _list(problem: Problem, known: dict[str, str], text: str) -> Verdict:
    keys = reading.labels_of(text, known)
    if not any(keys):
        return _no(problem, "empty", Outcome.NO_ANSWER)
    if any(key not in known for key in keys):
        return _no(problem, "label")
    if len(set(keys)) < len(keys):
        return _no(problem, "twice")
    right = [reading.label_key(name) for name in problem.labels]
    if keys == right or (isinstance(problem.program, Listed) and sorted(keys) == sorted(right)):
        return Verdict(Outcome.CORRECT, 1.0)
    return _no(problem, "order" if sorted(keys) == sorted(right) else "list")


def _number(problem: Problem, ask: Ask, text: str) -> Verdict:
    flat = reading.bare(text)
    amount = reading.read_amount(flat)
    if amount is None and (shorter := reading.without_lead(flat)) != flat:
        amount = reading.read_amount(shorter)
    if amount is None:
        return _no(problem, "unreadable", Outcome.NO_ANSWER)
    if not _fits(problem.sheet, ask, amount.unit) or (amount.scale and ask.unit is None):
        return _no(problem, "unit")
    assert problem.exact is not None
    if reading.same_number(amount, problem.exact, ask.places, ask.rounded, ask.scale, bool(amount.unit)):
        return Verdict(Outcome.CORRECT, 1.0)
    return _no(problem, "number")


def _fits(sheet: Sheet, ask: Ask, unit: str) -> bool:
    """Whether a written unit is the asked one; none is needed."""
    if not unit:
        return True
    if ask.percent:
        return unit == "%"
    if ask.unit is None:
        noun = sheet.noun
        return unit in (noun.en, sheet.plural, noun.zh, "个", f"个{noun.zh}", "种", f"种{noun.zh}")
    own = sheet.measures[ask.unit].unit
    if ask.per is None:
        return unit in own.forms
    other = sheet.measures[ask.per].unit
    if unit in own.forms:
        return True
    for sign in (" per ", "/", "每", " / "):
        one, found, rest = unit.partition(sign)
        if found:
            return one.strip() in own.forms and rest.strip() in (*other.forms, other.one, other.en, other.zh)
    return False


def gold_text(problem: Problem, steps: int, ask: Ask) -> str:
    """The gold answer of a number: with scale and unit."""
    number = decimal(Fraction(steps, 10**ask.places), ask.places)
    unit = Wording(problem.sheet, problem.lang).unit(ask)
    if not unit:
        return number
    return f"{number}{unit}" if ask.percent or problem.lang == "zh" else f"{number} {unit}"


def guess(problem: Problem, rng: random.Random) -> str:
    """A random name or year, a random list of names, or a random figure of the tables in the asked unit."""
    program, sheet = problem.program, problem.sheet
    names = list(known_labels(problem).values())
    if isinstance(program, Best) and isinstance(program.scope, Pair):
        pick = 0 if problem.lang == "en" else 1
        return sheet.items[rng.choice(program.scope)][0][pick]
    if isinstance(program, Best | Item | BestYear):
        return rng.choice(names)
    if isinstance(program, Ranked):
        return "|".join(rng.sample(names, program.count))
    if isinstance(program, Listed):
        return "|".join(rng.sample(names, rng.randint(1, len(names) - 1)))
    ask = problem.ask
    assert ask is not None
    if isinstance(program, Count):
        return str(rng.randint(1, len(names) - 1))
    if ask.percent:
        return f"{decimal(Fraction(rng.randint(-500, 1000), 10), 1)}%"
    known = [(place, value) for place, value in sheet.values.items() if value is not None]
    alike = [pair for pair in known if pair[0][2] == ask.unit] or known
    (_, _, measure), value = rng.choice(alike)
    return decimal(value * worth(sheet, measure) / ask.scale)


def corrupt(problem: Problem, gold: str, rng: random.Random) -> str:
    """The gold answer with its number changed by a step, or with one name changed."""
    if problem.ask is not None:
        assert problem.exact is not None
        ask = problem.ask
        steps = (2 * problem.exact * 10**ask.places + 1) // 2
        return gold_text(problem, int(steps) + rng.choice((-1, 1)), ask)
    names, labels = list(known_labels(problem).values()), list(problem.labels)
    if isinstance(problem.program, Ranked) and rng.random() < 0.5:
        return "|".join(labels[1:] + labels[:1])
    others = [name for name in names if name not in labels]
    if not others:
        return "|".join(labels[:-1])
    labels[rng.randrange(len(labels))] = rng.choice(others)
    return "|".join(labels)
