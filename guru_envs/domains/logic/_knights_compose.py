"""Sets of statements that leave one world: made greedily, checked by truth tables, and made minimal by deletion."""

from __future__ import annotations

import operator
import random
from collections.abc import Sequence
from typing import TypeAlias

from guru_envs.domains.logic._knights_draw import TRIES, Grammar, Pool, Random, Sample
from guru_envs.domains.logic._knights_statements import KNIGHT, SPY, Worlds

Spoken: TypeAlias = tuple[int, Sample, int]  # speaker, statement, the worlds it leaves (after what was said before)
Speeches: TypeAlias = dict[int, list[Spoken]]  # by speaker, in order
_NOTHING: list[Spoken] = []


def compose(
    rng: random.Random, grammar: Grammar, world: list[int], minimal: bool, depth: int
) -> list[tuple[int, Sample]] | None:
    """Statements that leave the given world only; None when this try came to nothing.

    People speak in random order, each as often as the grammar allows. When more than one world is left then, they may, in
    the same order, say something better instead of what they said last. With ``minimal``, they fall silent when one
    world is left, and statements without which it is still the only one are dropped.
    """
    rand = rng.random
    left = grammar.worlds.full
    bit = 1 << grammar.worlds.number(world)
    people = len(world)
    keys = [rand() for _ in range(people * grammar.statements)]
    turns = sorted(range(len(keys)), key=keys.__getitem__)
    if grammar.statements > 1:
        turns = [turn % people for turn in turns]
    said: Speeches = {}
    for speaker in turns:
        if minimal and left == bit:
            break
        own = said.get(speaker, _NOTHING)
        one = _speak(rand, grammar, depth, speaker, world, bit, left, own)
        if one is not None:
            said[speaker] = [*own, one]
            left &= one[2]
    if left != bit:
        left = _revise(rand, grammar, depth, list(dict.fromkeys(turns)), world, bit, left, said)
    if left != bit or (not minimal and sum(map(len, said.values())) < len(turns)):
        return None
    if not minimal:
        return [one[:2] for who in sorted(said) for one in said[who]]
    return _necessary_in_series(said, grammar, bit) if grammar.series else _necessary(said, grammar.worlds.full)


def _revise(
    rand: Random,
    grammar: Grammar,
    depth: int,
    people: list[int],
    world: list[int],
    bit: int,
    left: int,
    said: Speeches,
) -> int:
    """Let people replace their last statement where another leaves fewer worlds; the worlds left in the end."""
    for speaker in people * grammar.revisions:
        if left == bit:
            break
        own = said.get(speaker, [])[:-1]
        others = grammar.worlds.full
        for person, spoken in said.items():
            for one in own if person == speaker else spoken:
                others &= one[2]
        new = _speak(rand, grammar, depth, speaker, world, bit, others, own)
        if new is not None and (others & new[2]).bit_count() < left.bit_count():
            said[speaker] = [*own, new]
            left = others & new[2]
    return left


def _speak(
    rand: Random,
    grammar: Grammar,
    depth: int,
    speaker: int,
    world: Sequence[int],
    bit: int,
    left: int,
    own: Sequence[Spoken],
) -> Spoken | None:
    """Something that halves the worlds left, or the better of two statements.

    The kind is drawn before the truth value matters and is kept, so that it tells next to nothing about the speaker: else
    "and", which is seldom true, would come from liars mostly. A statement will do when its table, under ``mask``, is
    ``wanted``.
    """
    space, pools = grammar.worlds, grammar.pools
    untrue, free = space.untrue[speaker], space.free[speaker]
    role = world[speaker]
    if role <= KNIGHT:
        mask, wanted = bit, bit * role
    elif role == SPY or not own:
        mask = wanted = 0
    else:
        mask, wanted = bit, bit & ~own[-1][1].table
    only_self = 1 << speaker
    worlds_left = left.bit_count()
    best: Spoken | None = None
    best_size = good = 0
    for _ in range(grammar.candidates):
        pool = pools[int(rand() * len(pools))]
        sample = _deep(rand, grammar, pool, depth, mask, wanted, only_self) if depth > 1 else None
        if sample is None:
            sample = pool.find(rand, mask, wanted, only_self)
        if sample is None:
            continue
        allowed = free | (sample.table ^ untrue)
        if own:
            if any(sample.table == one.table for _, one, _ in own):
                continue  # the same again, perhaps in other words
            if grammar.series:
                allowed &= space.steady[speaker] | (own[-1][1].table ^ sample.table)
        size = (left & allowed).bit_count()
        if size == worlds_left > 1:
            continue  # says nothing new
        if best is None or size < best_size:
            best, best_size = (speaker, sample, allowed), size
        good += 1
        if good == grammar.compared or size * 2 <= worlds_left:
            break
    return best


def _deep(
    rand: Random, grammar: Grammar, pool: Pool, most: int, mask: int, wanted: int, only_self: int
) -> Sample | None:
    """A statement with operators inside each other, or None.

    A deep "and" that is true may not come in a few draws: then shallower ones are tried.
    """
    if rand() < 0.25:
        most = 1 + int(rand() * most)
    for depth in range(most, 1, -1):
        for _ in range(TRIES):
            sample = grammar.draw(rand, pool, depth)
            if sample is not None and sample.table & mask == wanted and sample.mask != only_self:
                return sample
    return None


def _necessary(said: Speeches, full: int) -> list[tuple[int, Sample]]:
    """Drop, one by one, statements without which still one world is left; each of the rest is then needed."""
    spoken = [one for several in said.values() for one in several]
    after = [full]
    for _, _, allowed in reversed(spoken):
        after.append(after[-1] & allowed)
    result = []
    before = full
    after.pop()
    for who, sample, allowed in spoken:
        without = before & after.pop()
        if without & (without - 1):
            result.append((who, sample))
            before &= allowed
    result.sort(key=_SPEAKER)
    return result


_SPEAKER = operator.itemgetter(0)


def _necessary_in_series(said: Speeches, grammar: Grammar, bit: int) -> list[tuple[int, Sample]]:
    """The same where normals alternate: without a statement, the next one follows on the one before.

    Dropping statements may then make one superfluous that was needed before, so this goes on until nothing changes.
    """
    kept = [one[:2] for who in sorted(said) for one in said[who]]
    changed = True
    while changed:
        changed = False
        for index in range(len(kept) - 1, -1, -1):
            fewer = kept[:index] + kept[index + 1 :]
            if worlds_left(grammar.worlds, fewer) == bit:
                kept, changed = fewer, True
    return kept


def some_needed(space: Worlds, said: Sequence[tuple[int, Sample]]) -> bool:
    """Whether there is a statement without which more worlds are left: only then can another in its place change which."""
    left = worlds_left(space, said)
    return any(worlds_left(space, [*said[:place], *said[place + 1 :]]) != left for place in range(len(said)))


def worlds_left(space: Worlds, spoken: Sequence[tuple[int, Sample]]) -> int:
    """The worlds in which these statements, those of a speaker in order, can be made."""
    left = space.full
    before: dict[int, int] = {}
    for who, sample in spoken:
        left &= space.free[who] | (sample.table ^ space.untrue[who])
        if who in before:
            left &= space.steady[who] | (before[who] ^ sample.table)
        before[who] = sample.table
    return left
