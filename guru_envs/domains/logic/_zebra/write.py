"""Noting down all that follows from the clues of a puzzle, one conclusion after another, and what each rests on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import UNARY, Clue, allowed_houses
from guru_envs.domains.logic._zebra.propagate import images, sides
from guru_envs.domains.logic._zebra.suppose import Supposition


class Note(NamedTuple):
    """One conclusion.

    Attributes:
        item: whose houses were narrowed down.
        houses: bit mask of those left; 0 in a contradiction.
        why: ``clue``, ``taken``, ``only``, ``suppose``, ``refute``; ``house`` is the contradiction that nothing is left for a
            house, with the item of that number in the attribute; ``false`` is a contradiction without suppositions.
        own: the note in which the item's houses stood before, -1 for none.
        others: the other items that mattered.
        sources: the notes in which their houses stood.
        clue: the number of the clue, or -1.
        under: the notes of the suppositions in force, outermost first; of ``suppose`` also its own.
        place: the house for ``only``, ``suppose`` and ``refute``.
        stuck: for ``refute`` and ``false`` the contradiction.
    """

    item: int
    houses: int
    why: str
    own: int
    others: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    clue: int = -1
    under: tuple[int, ...] = ()
    place: int = -1
    stuck: Note | None = None


class _Contradiction(Exception):  # noqa: N818 - not an error: it is what a supposition looks for
    def __init__(self, note: Note) -> None:
        self.note = note


class Writer:
    """Works one puzzle; ``log`` has the conclusions, ``sources`` the last one about each item (-1: none)."""

    def __init__(self, houses: int, attributes: int, clues: Sequence[Clue]) -> None:
        self.houses, self.items, self.clues = houses, houses * attributes, clues
        self.full = (1 << houses) - 1
        self.domains = [self.full] * self.items
        self.sources = [-1] * self.items
        self.under: tuple[int, ...] = ()
        self.log: list[Note] = []
        self._about: list[list[int]] = [[] for _ in range(self.items)]
        for number, clue in enumerate(clues):
            for item in clue.items:
                self._about[item].append(number)

    def start(self) -> None:
        """Note what follows from the clues without suppositions."""
        self._go_on(range(len(self.clues)), range(self.items))

    def refute(self, one: Supposition) -> None:
        """Lead a supposition to its contradiction, then note what follows from that; nothing when it is out already."""
        item, bit = one.item, 1 << one.house
        if not self.domains[item] & bit:
            return
        if self.domains[item] == bit:  # known by now: what is inside contradicts the suppositions in force
            for inner in one.inside:
                self.refute(inner)
            return
        domains, sources, under = list(self.domains), list(self.sources), self.under
        self.under = (*under, len(self.log))
        self._add(Note(item, bit, "suppose", sources[item], under=self.under, place=one.house))
        stuck: Note | None = None
        try:
            self._go_on(self._about[item], [item])
            for inner in one.inside:
                self.refute(inner)
        except _Contradiction as contradiction:
            stuck = contradiction.note
        assert stuck is not None, "a planned supposition meets no contradiction"
        opening = self.under[-1]
        self.domains, self.sources, self.under = domains, sources, under
        left = domains[item] & ~bit
        self._add(Note(item, left, "refute", sources[item], (), (opening,), under=under, place=one.house, stuck=stuck))
        self._go_on(self._about[item], [item])

    def contradict(self, chosen: Sequence[Supposition]) -> Note:
        """Start, lead suppositions to their contradictions, and return the note of the one met without any."""
        try:
            self.start()
            for one in chosen:
                self.refute(one)
        except _Contradiction as contradiction:
            return Note(-1, 0, "false", -1, stuck=contradiction.note)
        raise AssertionError("the planned suppositions lead to no contradiction")

    # -- what a conclusion rests on ------------------------------------------------------------------------------------

    def reasons(self, note: Note) -> tuple[int, ...]:
        """The notes that a conclusion rests on: of those about each item the earliest that suffices."""
        if note.why == "suppose":
            return ()
        if note.stuck is None:
            chosen = self._weakest(note)
        elif note.why == "false":
            chosen = self._weakest(note.stuck)
        else:
            left = note.houses | 1 << note.place
            own = next(one for one in self._versions(note.own) if self._domain(one) & ~left == 0)
            chosen = [own, *note.sources, *self._weakest(note.stuck)]
        return tuple(sorted({one for one in chosen if one >= 0}))

    def _weakest(self, note: Note) -> list[int]:
        domains = {item: self._domain(one) for item, one in zip(note.others, note.sources, strict=True)}
        chosen = dict(zip(note.others, note.sources, strict=True))
        if note.why != "house":
            domains[note.item], chosen[note.item] = self._domain(note.own), note.own
        for item in (note.item, *note.others):
            for one in self._versions(chosen[item]):
                domains[item] = self._domain(one)
                if self._follows(note, domains):
                    chosen[item] = one
                    break
        return list(chosen.values())

    def _domain(self, number: int) -> int:
        return self.full if number < 0 else self.log[number].houses

    def _versions(self, number: int) -> list[int]:
        """The notes about an item up to one of them, earliest first."""
        found = [number]
        while found[-1] >= 0:
            found.append(self.log[found[-1]].own)
        return found[::-1]

    def _follows(self, note: Note, domains: Mapping[int, int]) -> bool:
        """Whether a conclusion follows from what is known of the items it names."""
        if note.why == "house":
            return not any(domains[other] >> note.item % self.houses & 1 for other in note.others)
        return domains[note.item] & self._allowed(note, domains) & ~note.houses == 0

    def _allowed(self, note: Note, domains: Mapping[int, int]) -> int:
        """The houses that a rule leaves for an item."""
        if note.why == "taken":
            taken = domains[note.others[0]]
            return self.full if taken & (taken - 1) else self.full & ~taken
        if note.why == "only":
            free = any(domains[other] >> note.place & 1 for other in note.others)
            return self.full if free else 1 << note.place
        return self._partners(note.clue, note.item, domains)

    def _partners(self, number: int, item: int, domains: Mapping[int, int] | Sequence[int]) -> int:
        """The houses that a clue leaves for one of its items, given those of the others."""
        kind, items, value = self.clues[number]
        if kind in UNARY:
            return allowed_houses(kind, value, self.houses)
        if kind == "between":
            return self._between(items, item, domains)
        if kind == "either_or":
            first, one, two = items
            if item == first:
                return domains[one] | domains[two]
            return self.full if domains[first] & domains[two if item == one else one] else domains[first]
        forward, back = images(kind, value, self.houses)
        return forward[domains[items[0]]] if item == items[1] else back[domains[items[1]]]

    def _between(self, items: tuple[int, ...], item: int, domains: Mapping[int, int] | Sequence[int]) -> int:
        one, middle, two = items
        above, below = sides(self.houses)
        if item == middle:
            return above[domains[one]] & below[domains[two]] | below[domains[one]] & above[domains[two]]
        here, other = domains[middle], domains[two if item == one else one]
        return below[here & below[other]] | above[here & above[other]]

    # -- level 1 -------------------------------------------------------------------------------------------------------

    def _go_on(self, clues: Iterable[int], items: Iterable[int]) -> None:
        """Apply the rules of level 1 until nothing new follows."""
        waiting, changed = deque(clues), deque(items)
        while waiting or changed:
            touched = self._apply(waiting.popleft()) if waiting else self._exclude(changed.popleft())
            for item in touched:
                if item not in changed:
                    changed.append(item)
                waiting += [number for number in self._about[item] if number not in waiting]

    def _add(self, note: Note) -> None:
        self.domains[note.item] = note.houses
        self.sources[note.item] = len(self.log)
        self.log.append(note)

    def _narrow(self, item: int, houses: int, why: str, others: Sequence[int], clue: int = -1, place: int = -1) -> bool:
        """Intersect a domain and note it when that says something; raise when nothing is left."""
        left = self.domains[item] & houses
        if left == self.domains[item]:
            return False
        sources = tuple([self.sources[other] for other in others])
        note = Note(item, left, why, self.sources[item], tuple(others), sources, clue, self.under, place)
        if not left:
            raise _Contradiction(note)
        self._add(note)
        return True

    def _apply(self, number: int) -> list[int]:
        touched = []
        for item in self.clues[number].items:
            left = self._partners(number, item, self.domains)
            others = [other for other in self.clues[number].items if other != item]
            if self._narrow(item, left, "clue", others, number):
                touched.append(item)
        return touched

    def _exclude(self, item: int) -> list[int]:
        """A house holds one value of each attribute, and each value is in one house."""
        domains, start = self.domains, item - item % self.houses
        family = range(start, start + self.houses)
        touched: list[int] = []
        here = domains[item]
        if here & (here - 1) == 0:
            touched += [one for one in family if one != item and self._narrow(one, self.full & ~here, "taken", [item])]
        once = twice = 0
        for other in family:
            twice |= once & domains[other]
            once |= domains[other]
        if once != self.full:
            missing = (~once & (once + 1)).bit_length() - 1
            sources = tuple([self.sources[one] for one in family])
            raise _Contradiction(Note(start + missing, 0, "house", -1, tuple(family), sources))
        for other in family:
            alone = domains[other] & ~twice
            alone &= -alone  # of two such houses the first; the second then has nobody
            if alone and domains[other] != alone:
                rest = [one for one in family if one != other]
                if self._narrow(other, alone, "only", rest, place=alone.bit_length() - 1):
                    touched.append(other)
        return touched
