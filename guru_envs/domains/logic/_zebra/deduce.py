"""Deduction by a person's techniques; the oracle's proof and the measure of difficulty.

State: for each item the houses it can still be in. Techniques, by level:

1. clue by clue: houses that a clue leaves no partner for go; a house taken by one value is free for no other; a house that
   only one value of an attribute can take is taken by it;
2. one supposition: suppose an item in a house, go on by level 1, meet a contradiction, so it is not there;
3. suppositions inside suppositions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import UNARY, Clue, allowed_houses, relation


class Line(NamedTuple):
    """One conclusion: an item is in one of some houses.

    Attributes:
        item: the item.
        houses: bit mask of the houses left.
        clues: 0-based numbers of the clues used.
        lines: 0-based numbers of the earlier lines used.
        why: ``clue``, ``taken`` (others have these houses), ``only`` (no other value can be there), ``suppose``.
        supposed: for ``suppose`` the house that was refuted, else -1.
        stuck: for ``suppose`` the item or house where the contradiction showed: ("item", i) or ("house", h).
    """

    item: int
    houses: int
    clues: tuple[int, ...]
    lines: tuple[int, ...]
    why: str
    supposed: int = -1
    stuck: tuple[str, int] = ("", -1)


class Effort(NamedTuple):
    """How hard a puzzle is for a person.

    Attributes:
        level: the highest technique needed, 1 to 3.
        lines: conclusions in the whole proof.
        splits: suppositions refuted.
        nested: suppositions refuted inside others.
    """

    level: int
    lines: int
    splits: int
    nested: int

    @property
    def score(self) -> float:
        """One number: a conclusion counts 1, a supposition 10 more, a nested one 30 more."""
        return self.lines + 10.0 * self.splits + 30.0 * self.nested


class _Contradiction(Exception):  # noqa: N818 - not an error: it is what a supposition looks for
    def __init__(self, stuck: tuple[str, int], sources: Sequence[int]) -> None:
        self.stuck, self.sources = stuck, sources


class Deducer:
    """Works one puzzle. ``run`` returns whether it was solved; ``log`` then holds the conclusions."""

    def __init__(self, houses: int, attributes: int, clues: Sequence[Clue]) -> None:
        self.houses, self.items, self.clues = houses, houses * attributes, clues
        self.full = (1 << houses) - 1
        self.domains = [self.full] * self.items
        self.deps = [0] * self.items  # bit c: clue c; bit (clues + l): line l. What each domain rests on
        self.log: list[Line] = []
        self.level, self.splits, self.nested = 1, 0, 0
        self._recording = True
        self._about: list[list[int]] = [[] for _ in range(self.items)]
        for number, clue in enumerate(clues):
            for item in clue.items:
                self._about[item].append(number)

    def run(self, level: int = 3) -> bool:
        """Deduce with techniques up to a level until all is known or nothing more follows."""
        self._propagate(range(len(self.clues)), range(self.items))
        while not self.solved():
            if level < 2 or not self._suppose(level):
                return False
        return True

    def solved(self) -> bool:
        """Whether every item is in one house."""
        return all(domain & (domain - 1) == 0 for domain in self.domains)

    def effort(self) -> Effort:
        """What it took."""
        return Effort(self.level, len(self.log), self.splits, self.nested)

    # -- level 1 -------------------------------------------------------------------------------------------------------

    def _propagate(self, clues: Sequence[int], items: Sequence[int]) -> None:
        waiting = list(clues)
        queued = set(waiting)  # membership only
        changed = list(items)
        while waiting or changed:
            if waiting:
                number = waiting.pop(0)
                queued.discard(number)
                touched = self._apply(number)
            else:
                touched = self._exclude(changed.pop(0))
            for item in touched:
                if item not in changed:
                    changed.append(item)
                for number in self._about[item]:
                    if number not in queued:
                        queued.add(number)
                        waiting.append(number)

    def _narrow(self, item: int, houses: int, clue: int, sources: Sequence[int], why: str) -> list[int]:
        """Intersect a domain; record the conclusion; raise when nothing is left."""
        left = self.domains[item] & houses
        if left == self.domains[item]:
            return []
        rests = 0
        for source in (item, *sources):
            rests |= self.deps[source]
        if clue >= 0:
            rests |= 1 << clue
        if not left:
            self.deps[item] = rests
            raise _Contradiction(("item", item), (item,))
        self.domains[item] = left
        self.deps[item] = self._record(Line(item, left, *self._split(rests), why)) if self._recording else rests
        return [item]

    def _record(self, line: Line) -> int:
        self.log.append(line)
        return 1 << (len(self.clues) + len(self.log) - 1)

    def _split(self, rests: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        count = len(self.clues)
        bits = [bit for bit in range(rests.bit_length()) if rests >> bit & 1]
        return tuple(bit for bit in bits if bit < count), tuple(bit - count for bit in bits if bit >= count)

    def _apply(self, number: int) -> list[int]:
        kind, items, value = self.clues[number]
        domains, first = self.domains, items[0]
        if kind in UNARY:
            return self._narrow(first, allowed_houses(kind, value, self.houses), number, (), "clue")
        if kind == "between":
            return self._between(number, items)
        if kind == "either_or":
            _, one, two = items
            touched = self._narrow(first, domains[one] | domains[two], number, (one, two), "clue")
            for this, other in ((one, two), (two, one)):
                if not domains[first] & domains[other]:
                    touched += self._narrow(this, domains[first], number, (first, other), "clue")
            return touched
        forward, back = relation(kind, value, self.houses)
        second = items[1]
        touched = self._narrow(second, _image(domains[first], forward), number, (first,), "clue")
        return touched + self._narrow(first, _image(domains[second], back), number, (second,), "clue")

    def _between(self, number: int, items: tuple[int, ...]) -> list[int]:
        one, middle, two = items
        ones = middles = twos = 0
        for low in _bits(self.domains[one]):
            for high in _bits(self.domains[two]):
                start, end = min(low, high), max(low, high)
                here = self.domains[middle] & (((1 << end) - 1) & ~((2 << start) - 1))
                if here:
                    ones, twos, middles = ones | 1 << low, twos | 1 << high, middles | here
        touched: list[int] = []
        for item, houses, others in (
            (one, ones, (middle, two)),
            (middle, middles, (one, two)),
            (two, twos, (one, middle)),
        ):
            touched += self._narrow(item, houses, number, others, "clue")
        return touched

    def _exclude(self, item: int) -> list[int]:
        """A house holds one value of each attribute, and each value is in one house."""
        domains, start = self.domains, item - item % self.houses
        family = range(start, start + self.houses)
        touched: list[int] = []
        if domains[item] & (domains[item] - 1) == 0:
            for other in family:
                if other != item:
                    touched += self._narrow(other, self.full & ~domains[item], -1, (item,), "taken")
        once = twice = 0
        for other in family:
            twice |= once & domains[other]
            once |= domains[other]
        if once != self.full:
            missing = _bits(self.full & ~once)[0]
            raise _Contradiction(("house", missing), tuple(family))
        for other in family:
            alone = domains[other] & ~twice
            if alone and domains[other] != alone:
                rest = tuple(one for one in family if one != other)
                touched += self._narrow(other, alone, -1, rest, "only")
        return touched

    # -- suppositions --------------------------------------------------------------------------------------------------

    def _suppose(self, level: int) -> bool:
        """Refute one supposition at the main line, by the simplest technique that can."""
        for depth in range(1, level if level < 3 else self.items + 1):
            found = self._refutable(depth)
            if found is None:
                continue
            item, house, rests, stuck, inner = found
            self.level = max(self.level, 2 if depth == 1 else 3)
            self.splits += 1
            self.nested += inner
            left = self.domains[item] & ~(1 << house)
            clues, lines = self._split(rests | self.deps[item])
            self.domains[item] = left
            self.deps[item] = self._record(Line(item, left, clues, lines, "suppose", house, stuck))
            self._propagate(self._about[item], [item])
            return True
        return False

    def _refutable(self, depth: int) -> tuple[int, int, int, tuple[str, int], int] | None:
        """An item and house whose supposition leads to a contradiction with ``depth - 1`` suppositions inside it."""
        open_items = [item for item in range(self.items) if self.domains[item] & (self.domains[item] - 1)]
        open_items.sort(key=lambda item: (self.domains[item].bit_count(), item))
        for item in open_items:
            for house in _bits(self.domains[item]):
                outcome = self._try(item, house, depth)
                if outcome is not None:
                    return (item, house, *outcome)
        return None

    def _try(self, item: int, house: int, depth: int) -> tuple[int, tuple[str, int], int] | None:
        domains, deps, recording = list(self.domains), list(self.deps), self._recording
        self._recording = False
        inner = 0
        try:
            self.domains[item] = 1 << house
            self._propagate(self._about[item], [item])
            while depth > 1:
                found = self._refutable(depth - 1)
                if found is None:
                    break
                other, place, rests, _, deeper = found
                inner += 1 + deeper
                self.deps[other] |= rests
                self.domains[other] &= ~(1 << place)
                if not self.domains[other]:
                    raise _Contradiction(("item", other), (other,))
                self._propagate(self._about[other], [other])
        except _Contradiction as contradiction:
            rests = 0
            for source in contradiction.sources:
                rests |= self.deps[source]
            return rests, contradiction.stuck, inner
        finally:
            self.domains, self.deps, self._recording = domains, deps, recording
        return None


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _image(domain: int, table: Sequence[int]) -> int:
    houses = 0
    for house, partners in enumerate(table):
        if domain >> house & 1:
            houses |= partners
    return houses


def solvable(houses: int, attributes: int, clues: Sequence[Clue], level: int) -> bool:
    """Whether techniques up to a level solve a puzzle."""
    return Deducer(houses, attributes, clues).run(level)


def proof(houses: int, attributes: int, clues: Sequence[Clue]) -> list[Line]:
    """The conclusions needed for the solution, in order; lines refer to the returned list."""
    deducer = Deducer(houses, attributes, clues)
    deducer.run()
    log, needed = deducer.log, set()
    waiting = [_last(log, item) for item in range(deducer.items)]
    while waiting:
        number = waiting.pop()
        if number >= 0 and number not in needed:
            needed.add(number)
            waiting += log[number].lines
    kept = sorted(needed)
    place = {number: index for index, number in enumerate(kept)}
    return [log[number]._replace(lines=tuple(place[one] for one in log[number].lines)) for number in kept]


def _last(log: Sequence[Line], item: int) -> int:
    return max((number for number, line in enumerate(log) if line.item == item), default=-1)
