"""Drawing premises and claims: no premise follows from the others, and no few premises decide a claim."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, permutations, product
from typing import NamedTuple

from guru_envs.domains.logic._propositional.premises import (
    KINDS,
    UNITS,
    Claim,
    Premise,
    claim_table,
    label,
    literal_table,
    table,
    variables,
)

_new = tuple.__new__  # makes a named tuple in a third of the time of its own constructor
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
_TRIES = 120  # premises drawn for a puzzle


class Drawn(NamedTuple):
    """Premises and claims, and the truth table of all premises together."""

    premises: tuple[Premise, ...]
    claims: tuple[Claim, ...]
    models: int


# the assignments that a premise excludes, from the truth tables of all literals (that of -v is at -v)
_EXCLUDED: dict[str, Callable[[Sequence[int], tuple[int, ...]], int]] = {
    "fact": lambda of, some: of[-some[0]],
    "neither": lambda of, some: of[some[0]] | of[some[1]],
    "implies": lambda of, some: of[some[0]] & of[-some[1]],
    "or": lambda of, some: of[-some[0]] & of[-some[1]],
    "xor": lambda of, some: of[some[0]] ^ of[-some[1]],
    "iff": lambda of, some: of[some[0]] ^ of[some[1]],
    "and_implies": lambda of, some: of[some[0]] & of[some[1]] & of[-some[2]],
    "implies_or": lambda of, some: of[some[0]] & of[-some[1]] & of[-some[2]],
    "exactly_one": lambda of, some: ~_one(of[some[0]], of[some[1]], of[some[2]]) & of[0],
    "at_least_two": lambda of, some: _two(of[-some[0]], of[-some[1]], of[-some[2]]),
}


def _one(a: int, b: int, c: int) -> int:
    return (a ^ b ^ c) & ~(a & b & c)


def _two(a: int, b: int, c: int) -> int:
    return a & b | (a | b) & c


@functools.cache
def _tables(count: int) -> list[int]:
    """The truth tables of everything (at 0) and of all literals."""
    return [
        literal_table(count, one) if one else (1 << (1 << count)) - 1 for one in [*range(count + 1), *range(-count, 0)]
    ]


@functools.cache
def _literals(count: int, size: int) -> list[tuple[int, ...]]:
    """All choices of some literals of different propositions, in any order."""
    return [
        tuple([sign * var for sign, var in zip(signs, some, strict=True)])
        for some in permutations(range(1, count + 1), size)
        for signs in product((1, -1), repeat=size)
    ]


_KEPT = 10  # propositions up to which truth tables are kept: with 12 those of all premises take 20 MB


class _Made:
    """What each premise of a kind excludes, by the number of its literals among all choices; not kept."""

    def __init__(self, count: int, kind: str) -> None:
        self._tables, self._of, self._options = _tables(count), _EXCLUDED[kind], _literals(count, KINDS[kind][0])

    def __getitem__(self, place: int) -> int:
        return self._of(self._tables, self._options[place])


_Menu = tuple[tuple[str, Sequence[int] | _Made, list[tuple[int, ...]], int, int], ...]


@functools.lru_cache(maxsize=64)
def _excluded(count: int, kind: str) -> Sequence[int] | _Made:
    """The same, made once for few propositions."""
    if count > _KEPT:
        return _Made(count, kind)
    tables, of = _tables(count), _EXCLUDED[kind]
    return [of(tables, some) for some in _literals(count, KINDS[kind][0])]


@functools.lru_cache(maxsize=64)
def _menu(count: int, kinds: tuple[str, ...]) -> _Menu:
    """Each kind as often as it weighs, with what it excludes, all choices of its literals, their number and that of wordings."""
    found = []
    for kind in kinds:
        options = _literals(count, KINDS[kind][0])
        found += [(kind, _excluded(count, kind), options, len(options), WORDINGS.get(kind, 1))] * _WEIGHTS[kind]
    return tuple(found)


def draw_premises(
    rng: random.Random, count: int, number: int, kinds: tuple[str, ...], decided: int = 0, undecided: int = 0
) -> tuple[tuple[Premise, ...], int] | None:
    """Consistent premises in random order, none of which follows from the others, and their models; None: not found.

    At least some propositions are decided by them, and some are not: the last premise is drawn until it is so.
    """
    choices, chance, everything = _menu(count, kinds), rng.random, _tables(count)[0]
    length, left, tries = len(choices), number, _TRIES
    found: list[tuple[float, str, tuple[int, ...], int]] = []
    masks: list[int] = []
    once = twice = 0  # the assignments that some premise excludes, and those that several do
    while left > 1:
        if not tries:
            return None
        tries -= 1
        roll = chance() * length
        place = int(roll)
        kind, known, options, size, wordings = choices[place]
        roll = (roll - place) * size
        place = int(roll)
        excluded = known[place]
        after = once | excluded
        if after == once or (everything ^ after).bit_count() < left:  # each further premise must exclude a model
            continue
        several = twice | once & excluded
        for mask in masks:
            if mask | several == several:  # this premise would follow
                break
        else:
            left -= 1
            roll = (roll - place) * wordings
            found.append((roll % 1.0, kind, options[place], int(roll)))
            masks.append(excluded)
            once, twice = after, several
    before = everything ^ once
    alone = [mask & ~twice for mask in masks]  # what each premise excludes and no other does
    for _ in range(tries):
        roll = chance() * length
        place = int(roll)
        kind, known, options, size, wordings = choices[place]
        roll = (roll - place) * size
        place = int(roll)
        excluded = known[place]
        models = before & ~excluded
        if models == before or not models:
            continue
        for mask in alone:
            if mask | excluded == excluded:
                break
        else:
            if _enough(count, models, decided, undecided):
                roll = (roll - place) * wordings
                found.append((roll % 1.0, kind, options[place], int(roll)))
                found.sort()  # by what is left of the numbers drawn, in other words at random
                return tuple([_new(Premise, one[1:]) for one in found]), models
    return None


def _enough(count: int, models: int, decided: int, undecided: int) -> bool:
    """Whether at least some propositions are decided, and some are not."""
    if not decided and undecided <= 1:
        return not undecided or models & (models - 1) != 0  # two models differ in a proposition
    if decided == 1 and not undecided:
        for said in variables(count):
            part = models & said
            if not part or part == models:
                return True
        return False
    for said in variables(count):
        part = models & said
        if part and part != models:
            undecided -= 1
        else:
            decided -= 1
        if decided <= 0 and undecided <= 0:
            return True
    return decided <= 0 and undecided <= 0


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
        return (1 - int(rng.random() * 3),)
    sure = rng.randrange(claims)
    open_share = claims / (3 * (claims - 1))  # of the others, so that a third of all are open
    return tuple([0 if rng.random() < open_share and place != sure else rng.choice((1, -1)) for place in range(claims)])


def draw(
    rng: random.Random, count: int, number: int, labels: Sequence[int], depth: int, kinds: tuple[str, ...], pairs: bool
) -> Iterator[Drawn]:
    """One attempt at premises with claims; further ones yielded have the same premises and another last claim.

    Args:
        rng: the source of randomness.
        count: propositions.
        number: premises.
        labels: what the labels of the claims shall be; fixed before the first attempt, so that none gets rarer by failing.
        depth: the fewest premises that decide a claim which is decided.
        kinds: kinds of premises.
        pairs: claims may also be about whether two propositions are equivalent.
    """
    chance, undecided = rng.random, labels.count(0)
    drawn = draw_premises(rng, count, number, kinds, *((0, 0) if pairs else (len(labels) - undecided, undecided)))
    if drawn is None:
        return
    premises, models = drawn
    mentioned: list[int] = []  # the literals of all premises
    for _, literals, _ in premises:
        mentioned += literals
    if len(labels) == 1 and not pairs:
        yield from _with_one(rng, count, premises, models, mentioned, labels[0], depth)
        return
    single: list[_Topic] = []
    for var, said in enumerate(variables(count), 1):
        often = mentioned.count(var) + mentioned.count(-var)
        if often:
            part = models & said
            single.append((often, (0 if part != models else 1) if part else -1, (var,)))
    linked: list[_Topic] = []
    if pairs:
        for (one, value, some), (two, other, more) in combinations(single, 2):
            if not value and not other:
                about = some + more
                linked.append(((one + two) / 2, label(models, claim_table(count, Claim(about))), about))
    tables = [table(count, one.kind, one.literals) for one in premises] if depth > 1 else []
    claims: tuple[Claim, ...] = ()
    used: list[tuple[int, ...]] = []
    for place, wanted in enumerate(labels, 1):
        wish = 2 + int(chance() * 3)  # how often the propositions of a claim are mentioned
        first, then = (linked, single) if pairs and chance() < 0.5 else (single, linked)
        claim = None
        for topics in (first, then):
            fitting = [
                (abs(often - wish) + chance() / 4, value, about)
                for often, value, about in topics
                if (value != 0) is (wanted != 0) and about not in used
            ]
            fitting.sort()
            for _, value, about in fitting:
                if wanted and depth > 1 and decided_by_few(tables, claim_table(count, Claim(about)), depth):
                    continue
                claim = _claim(rng, about, value, wanted)
                if place < len(labels):
                    used.append(about)
                    break
                yield Drawn(premises, (*claims, claim), models)
            if claim is not None:
                break
        if claim is None:
            return
        claims = (*claims, claim)


def _with_one(
    rng: random.Random,
    count: int,
    premises: tuple[Premise, ...],
    models: int,
    mentioned: Sequence[int],
    wanted: int,
    depth: int,
) -> Iterator[Drawn]:
    """What ``draw`` yields of one claim about one proposition, in less time; ``mentioned`` are the literals of all premises."""
    chance, count_of = rng.random, mentioned.count
    wish, sure, fitting = 2 + int(chance() * 3), wanted != 0, list[tuple[float, int, int]]()
    for var, said in enumerate(variables(count), 1):
        part = models & said
        if (not part or part == models) is sure:
            often = count_of(var) + count_of(-var)
            if often:
                fitting.append((abs(often - wish) + chance() / 4, 1 if part else -1, var))
    fitting.sort()
    tables = [table(count, one.kind, one.literals) for one in premises] if depth > 1 and sure else []
    for _, value, var in fitting:
        if not tables or not decided_by_few(tables, literal_table(count, var), depth):
            yield Drawn(premises, (_claim(rng, (var,), value, wanted),), models)


_Topic = tuple[float, int, tuple[int, ...]]  # what a claim can be about: mentions, its label, one or two propositions


def _claim(rng: random.Random, about: tuple[int, ...], value: int, wanted: int) -> Claim:
    """A claim about one or two propositions with a label, where that of the propositions themselves is known."""
    if len(about) == 1:
        if not wanted:
            return Claim(about if rng.random() < 0.5 else (-about[0],))
        return Claim(about if value == wanted else (-about[0],))
    roll = int(rng.random() * 8)
    one, two = (-about[0] if roll & 1 else about[0]), (-about[1] if roll & 2 else about[1])
    if wanted and (value == wanted) is not ((one > 0) is (two > 0)):
        one = -one
    return Claim((one, two) if roll & 4 else (two, one))


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
