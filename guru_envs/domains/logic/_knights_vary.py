"""Puzzles near a given one: without a single solution, twins (the same in other words), and edits (one statement differs)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from guru_envs.domains._abstain import Kind
from guru_envs.domains.logic._knights_compose import worlds_left
from guru_envs.domains.logic._knights_draw import MOST_IN_A_SERIES, MOST_MENTIONED, Grammar, Sample, grammar, sample_of
from guru_envs.domains.logic._knights_statements import ATOMS, COUNTS, JOINS, PAIRS, Cast, Statement, Worlds

Said = list[tuple[int, Sample]]

_DRAWS = 400  # statements drawn in the search for one to put in the place of another
_MOST_TRIED = 600  # changes of a statement that are tried


# -- without a single solution -----------------------------------------------------------------------------------------


def spoil(said: Said, kind: Kind, rng: random.Random, grammar: Grammar, depth: int) -> Said | None:
    """Statements of which some are replaced by others of the same speakers so that no world, or several, are left.

    As many statements as before, until in the end one is left out to get several. None when none were found.
    """
    if kind == "one":
        return said
    now = list(said)
    left = worlds_left(grammar.worlds, now)
    for _ in range(_DRAWS):
        place = rng.randrange(len(now))
        speaker = now[place][0]
        new = grammar.draw(rng.random, grammar.any_pool(rng.random), depth)
        if new is None or new.mask == 1 << speaker or any(new.form == one.form for _, one in now):
            continue
        tried = [*now[:place], (speaker, new), *now[place + 1 :]]
        after = worlds_left(grammar.worlds, tried)
        if after == 0 if kind == "none" else after.bit_count() > 1:
            return tried
        if kind == "none" and after.bit_count() <= left.bit_count():  # go on from there
            now, left = tried, after
    if kind == "several" and len(said) > 2:
        place = rng.randrange(len(said))
        fewer = said[:place] + said[place + 1 :]
        return fewer if worlds_left(grammar.worlds, fewer).bit_count() > 1 else None
    return None


def conflict(space: Worlds, said: Said, cast: Cast) -> list[int]:
    """The places of statements that contradict each other, none of which can be left out; the last ones go first.

    That a normal alternates counts for two statements made one after the other when both are kept.
    """
    kept = list(range(len(said)))
    for place in reversed(kept.copy()):
        rest = [one for one in kept if one != place]
        if not _possible(space, said, rest, cast):
            kept = rest
    return kept


def _possible(space: Worlds, said: Said, kept: Sequence[int], cast: Cast) -> bool:
    left = space.full
    before: dict[int, int] = {}
    for place, (who, sample) in enumerate(said):
        if place in kept:
            left &= space.free[who] | (sample.table ^ space.untrue[who])
            if cast.normals and before.get(who) in kept:
                left &= space.steady[who] | (said[before[who]][1].table ^ sample.table)
        before[who] = place
    return left != 0


def two_worlds(space: Worlds, said: Said) -> list[list[int]]:
    """Two worlds in which all can be said: the first and the last in the order of their numbers."""
    left = worlds_left(space, said)
    return [space.world((left & -left).bit_length() - 1), space.world(left.bit_length() - 1)]


# -- twins -------------------------------------------------------------------------------------------------------------


def renamed(statement: Statement, new: Sequence[int], rng: random.Random) -> Statement:
    """A statement about other people, its parts in another order where the order means nothing."""
    kind = statement[0]
    if kind in ATOMS:
        return (kind, new[statement[1]], statement[2])
    if kind in COUNTS:
        return (
            kind,
            statement[1],
            statement[2],
            tuple(rng.sample([new[one] for one in statement[3]], len(statement[3]))),
        )
    if kind in PAIRS:
        return (kind, *rng.sample([new[one] for one in statement[1:]], 2))
    parts = [renamed(part, new, rng) for part in statement[1:]]
    return (kind, *(parts if kind == "implies" else rng.sample(parts, len(parts))))


def twin(
    said: Sequence[tuple[int, Statement]], cast: Cast, rng: random.Random
) -> tuple[list[int], list[tuple[int, Statement]]]:
    """The same statements of other people: who becomes who, and what is said, in the order of the speakers.

    Where there are normals, the statements of a person keep their order.
    """
    new = rng.sample(range(cast.people), cast.people)
    after = [(new[who], renamed(what, new, rng)) for who, what in said]
    if not cast.normals:
        rng.shuffle(after)
    return new, sorted(after, key=lambda one: one[0])


# -- edits -------------------------------------------------------------------------------------------------------------


Changes: TypeAlias = list[tuple[int, Statement]]  # places of statements, and others for them


def edits(
    said: Said, world: Sequence[int], space: Worlds, minimal: bool, changes: Changes
) -> Iterator[tuple[Said, list[int]]]:
    """Statements of which one is exchanged, with the only world they leave, another than before; in bounded work.

    With ``minimal`` each statement is needed.
    """
    limit = MOST_IN_A_SERIES if space.cast.normals else MOST_MENTIONED
    bit = 1 << space.number(world)
    for place, form in changes[:_MOST_TRIED]:
        speaker = said[place][0]
        new = sample_of(space, form)
        if new is None or new.mask == 1 << speaker or new.mask.bit_count() > limit:
            continue
        if any(one.table == new.table for who, one in said if who == speaker):
            continue  # the same again, perhaps in other words
        edited = [*said[:place], (speaker, new), *said[place + 1 :]]
        left = worlds_left(space, edited)
        if not left or left & (left - 1) or left == bit:
            continue
        if minimal and any(
            worlds_left(space, edited[:other] + edited[other + 1 :]) == left for other in range(len(edited))
        ):
            continue
        yield edited, space.world(left.bit_length() - 1)


def near(said: Said, cast: Cast, kinds: Sequence[str], depth: int, rng: random.Random) -> Changes:
    """Small changes of one statement, in random order, which say nothing of another kind than the given ones.

    None makes a statement deeper, so ``depth`` does not matter here.
    """
    changes = [(place, form) for place, (_, one) in enumerate(said) for form in _changes(one.form, cast)]
    rng.shuffle(changes)
    return [one for one in changes if _sayable(one[1], kinds)]


def further(said: Said, cast: Cast, kinds: Sequence[str], depth: int, rng: random.Random) -> Changes:
    """Half the time two small changes of one statement, else any statements about a person whom the one replaced is about."""
    if rng.random() < 0.5:
        twice = [(place, form) for place, once in near(said, cast, kinds, depth, rng) for form in _changes(once, cast)]
        rng.shuffle(twice)
        return [one for one in twice if _sayable(one[1], kinds)]
    speakers = [who for who, _ in said]
    rules = grammar(cast, tuple(kinds), max(map(speakers.count, speakers)))
    drawn = []
    for _ in range(_MOST_TRIED):
        place = rng.randrange(len(said))
        new = rules.draw(rng.random, rules.any_pool(rng.random), depth)
        if new is not None and new.mask & said[place][1].mask:
            drawn.append((place, new.form))
    return drawn


def _sayable(statement: Statement, kinds: Sequence[str]) -> bool:
    """Whether a statement is of some kinds only; parts of others may be of the kind "is" where there are no others."""
    if statement[0] in JOINS or statement[0] == "deny":
        own = "not" if statement[0] == "deny" else statement[0]
        return own in kinds and all(_sayable(part, kinds) for part in statement[1:])
    return statement[0] in kinds or (statement[0] == "is" and not set(ATOMS) & set(kinds))


def _changes(statement: Statement, cast: Cast) -> Iterator[Statement]:
    """The statements that differ in one person, role, number or operator."""
    kind = statement[0]
    people = range(cast.people)
    if kind in ATOMS:
        _, person, role = statement
        yield from ((kind, person, other) for other in cast.roles if other != role)
        yield from ((kind, other, role) for other in people if other != person)
        yield ("not" if kind == "is" else "is", person, role)
    elif kind in PAIRS:
        _, one, two = statement
        yield ("different" if kind == "same" else "same", one, two)
        yield from ((kind, one, other) for other in people if other not in (one, two))
        yield from ((kind, other, two) for other in people if other not in (one, two))
    elif kind in COUNTS:
        _, number, role, some = statement
        yield from ((kind, other, role, some) for other in range(len(some) + 1) if other != number)
        yield from ((other, number, role, some) for other in COUNTS if other != kind)
        for place in range(len(some)):
            for other in people:
                if other not in some:
                    yield (kind, number, role, (*some[:place], other, *some[place + 1 :]))
    else:
        if kind in JOINS:
            yield from ((other, *statement[1:]) for other in JOINS if other != kind)
        for place in range(1, len(statement)):
            for part in _changes(statement[place], cast):
                yield (*statement[:place], part, *statement[place + 1 :])
