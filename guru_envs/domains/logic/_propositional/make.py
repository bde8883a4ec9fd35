"""Drawing premises and claims: no premise follows from the others, and no few premises decide a claim."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from guru_envs.domains.logic._propositional.premises import (
    KINDS,
    UNITS,
    Claim,
    Premise,
    claim_table,
    label,
    table,
    variables,
)

WORDINGS = {"implies": 3, "or": 3, "xor": 2, "iff": 2}
_WEIGHTS = {
    "fact": 2,
    "neither": 1,
    "implies": 6,
    "or": 4,
    "xor": 2,
    "iff": 2,
    "and_implies": 3,
    "implies_or": 3,
    "exactly_one": 1,
    "at_least_two": 2,
}
_NEGATED = 0.6  # how often an edit tries to negate a literal before it replaces a premise
_REPLACED = 200  # premises tried in place of another one
_TRIES = 60  # premises drawn for a puzzle


class Drawn(NamedTuple):
    """Premises and claims with the label of each claim."""

    premises: tuple[Premise, ...]
    claims: tuple[Claim, ...]
    labels: tuple[int, ...]


Option = tuple[tuple[int, ...], int]  # literals and their truth table


@functools.cache
def _options(count: int, kind: str) -> list[Option | None]:
    """All choices of literals for a premise of a kind; each is worked out when it is drawn first."""
    return [None] * (math.perm(count, KINDS[kind][0]) << KINDS[kind][0])


def _option(count: int, kind: str, number: int) -> Option:
    """A choice of literals by its number."""
    size = KINDS[kind][0]
    number, signs = divmod(number, 1 << size)
    left, literals = list(range(1, count + 1)), list[int]()
    for place in range(size):
        number, which = divmod(number, count - place)
        literals.append(left.pop(which) * (1 if signs >> place & 1 else -1))
    chosen = tuple(literals)
    return chosen, table(count, kind, chosen)


@functools.lru_cache(maxsize=64)
def _menu(count: int, kinds: tuple[str, ...]) -> tuple[tuple[str, list[Option | None], int, int], ...]:
    """Each kind as often as it weighs, with its options, their number, and the number of its wordings."""
    found = [(kind, _options(count, kind), WORDINGS.get(kind, 1)) for kind in kinds]
    return tuple(
        (kind, options, len(options), wordings) for kind, options, wordings in found for _ in range(_WEIGHTS[kind])
    )


def draw_premises(
    rng: random.Random, count: int, number: int, kinds: tuple[str, ...]
) -> tuple[list[Premise], list[int]] | None:
    """Consistent premises, none of which follows from the others, and their truth tables; None: not found."""
    menu, chance = _menu(count, kinds), rng.random
    length, found, tables = len(menu), list[Premise](), list[int]()
    models = (1 << (1 << count)) - 1
    for _ in range(_TRIES):
        kind, options, size, wordings = menu[int(chance() * length)]
        which = int(chance() * size)
        option = options[which]
        if option is None:
            option = options[which] = _option(count, kind, which)
        literals, said = option
        left = models & said
        if left == models or left.bit_count() < number - len(found):  # each further premise must exclude a model
            continue
        found.append(Premise(kind, literals, int(chance() * wordings) if wordings > 1 else 0))
        tables.append(said)
        models = left
        if len(found) == number:
            idle = redundant(count, tables)
            if not idle:
                return found, tables
            for one in reversed(idle):
                del found[one], tables[one]
            if models.bit_count() <= number - len(found):
                return None
    return None


def redundant(count: int, tables: Sequence[int]) -> list[int]:
    """The truth tables that follow from the others, each without those listed before it; without all of them none does."""
    rest = everything = (1 << (1 << count)) - 1
    after = []
    for one in reversed(tables):
        after.append(rest)
        rest &= one
    before, found = everything, list[int]()
    for number, one in enumerate(tables):
        others = before & after.pop()
        if others & one == others:
            found.append(number)
        else:
            before &= one
    return found


def decided_by_few(tables: Sequence[int], claim: int, fewer: int) -> bool:
    """Whether fewer than a number of the premises decide a claim."""
    for size in range(1, fewer):
        for some in combinations(tables, size):
            models = some[0]
            for one in some[1:]:
                models &= one
            if not models & claim or not models & ~claim:
                return True
    return False


def draw_names(rng: random.Random, count: int, of: int) -> tuple[int, ...]:
    """Different numbers below a limit, in random order."""
    numbers, chance = list(range(of)), rng.random
    for place in range(count):
        other = place + int(chance() * (of - place))
        numbers[place], numbers[other] = numbers[other], numbers[place]
    return tuple(numbers[:count])


def draw_labels(rng: random.Random, claims: int) -> tuple[int, ...]:
    """Labels of claims: each is 1, -1 or 0 with the same probability, and of several claims at least one is decided."""
    if claims == 1:
        return (rng.choice((1, -1, 0)),)
    sure = rng.randrange(claims)
    open_share = claims / (3 * (claims - 1))  # of the others, so that a third of all are open
    return tuple([0 if rng.random() < open_share and place != sure else rng.choice((1, -1)) for place in range(claims)])


def draw(
    rng: random.Random, count: int, number: int, labels: Sequence[int], depth: int, kinds: tuple[str, ...], pairs: bool
) -> Drawn | None:
    """One attempt at premises with claims.

    Args:
        rng: the source of randomness.
        count: propositions.
        number: premises.
        labels: what the labels of the claims shall be; fixed before the first attempt, so that none gets rarer by failing.
        depth: the fewest premises that decide a claim which is decided.
        kinds: kinds of premises.
        pairs: claims may also be about whether two propositions are equivalent.

    Returns:
        None when the premises do not have such claims.
    """
    claims = len(labels)
    chance = rng.random
    double = [pairs and chance() < 0.5 for _ in range(claims)]
    wishes = [2 + int(chance() * 3) for _ in range(claims)]  # how often the propositions of a claim are mentioned
    flips = [(chance() < 0.5, chance() < 0.5) for _ in range(claims)]
    drawn = draw_premises(rng, count, number, kinds)
    if drawn is None:
        return None
    premises, tables = drawn
    models = tables[0]
    for said in tables[1:]:
        models &= said
    mentions = [0] * (count + 1)
    for one in premises:
        for literal in one.literals:
            mentions[abs(literal)] += 1
    single: dict[tuple[int, ...], int] = {
        (var,): label(models, said) for var, said in enumerate(variables(count), 1) if mentions[var]
    }
    linked: dict[tuple[int, ...], int] = {}
    if pairs:
        for some in combinations([var for (var,), value in single.items() if not value], 2):
            linked[some] = label(models, claim_table(count, Claim(some)))
    used: set[tuple[int, ...]] = set()  # membership only
    found: list[Claim] = []
    for place, wanted in enumerate(labels):
        kinds_of = [linked, single] if double[place] else [single, linked]
        chosen: tuple[int, ...] | None = None
        for values in kinds_of:
            fitting = [one for one, value in values.items() if bool(value) is bool(wanted) and one not in used]
            rng.shuffle(fitting)
            fitting.sort(key=lambda one: abs(sum([mentions[var] for var in one]) / len(one) - wishes[place]))
            for option in fitting:
                if not wanted or not decided_by_few(tables, claim_table(count, Claim(option)), depth):
                    chosen = option
                    break
            if chosen is not None:
                break
        if chosen is None:
            return None
        used.add(chosen)
        signs = [-1 if flip else 1 for flip in flips[place]]
        literals = tuple(sign * var for sign, var in zip(signs, chosen, strict=False))
        if wanted and label(models, claim_table(count, Claim(literals))) != wanted:
            literals = (-literals[0], *literals[1:])
        if len(literals) == 2 and rng.random() < 0.5:
            literals = literals[::-1]
        found.append(Claim(literals))
    rng.shuffle(premises)
    return Drawn(tuple(premises), tuple(found), tuple(labels))


def edits(rng: random.Random, count: int, premises: Sequence[Premise]) -> Iterator[tuple[Premise, ...]]:
    """Consistent premises, none of which follows from the others, with one premise changed: a literal negated, or else another one.

    Each kind of change comes in random order; the number of attempts is bounded.
    """
    places = [(number, part) for number, one in enumerate(premises) for part in range(len(one.literals))]
    rng.shuffle(places)
    if rng.random() < _NEGATED:
        for number, part in places:
            one = premises[number]
            literals = tuple(-lit if place == part else lit for place, lit in enumerate(one.literals))
            yield from _changed(count, premises, number, one._replace(literals=literals))
    kinds = [kind for kind in KINDS if kind not in UNITS]
    for _ in range(_REPLACED):
        number, kind = rng.randrange(len(premises)), rng.choice(kinds)
        size = KINDS[kind][0]
        about = [abs(literal) for literal in premises[number].literals]
        others = [var for var in range(1, count + 1) if var not in about]
        about = (rng.sample(about, len(about)) + rng.sample(others, len(others)))[:size]
        literals = tuple(var if rng.random() < 0.5 else -var for var in about)
        yield from _changed(count, premises, number, Premise(kind, literals, rng.randrange(WORDINGS.get(kind, 1))))


def _changed(count: int, premises: Sequence[Premise], number: int, one: Premise) -> Iterator[tuple[Premise, ...]]:
    """The premises with one replaced, if they are fine."""
    changed = (*premises[:number], one, *premises[number + 1 :])
    tables = [table(count, each.kind, each.literals) for each in changed]
    models = tables[0]
    for said in tables[1:]:
        models &= said
    if models and not redundant(count, tables):
        yield changed
