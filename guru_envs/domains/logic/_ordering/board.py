"""What is known of an order: the places left for each item, and which item comes before which; each conclusion is noted.

A note names the notes and the one clue that it follows from. Rules: a clue narrows down places; an item known to be before k
others is not in the last k places; a place that is taken is free for nobody else; a place that one item alone can take is its
own; "before" is transitive, and clues about three items turn one "before" into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._ordering.clues import BINARY, UNARY, Clue, allowed_places, images, sides


class Note(NamedTuple):
    """One conclusion.

    Attributes:
        kind: ``at``: item ``one`` is in one of the places ``two`` (bit mask); ``before``: item ``one`` is before ``two``.
        one: an item.
        two: places or an item.
        notes: numbers of the notes it follows from.
        clue: number of the clue used, or -1.
        under: the suppositions in force, outermost first, as pairs of item and place.
        refuted: the place supposed before, when the conclusion is that it leads to a contradiction; else -1.
    """

    kind: str
    one: int
    two: int
    notes: tuple[int, ...]
    clue: int
    under: tuple[tuple[int, int], ...]
    refuted: int = -1


class Contradiction(Exception):  # noqa: N818 - not an error: it is what a supposition looks for
    """Something is impossible; ``notes`` and ``clue`` show it."""

    def __init__(self, notes: Iterable[int], clue: int) -> None:
        self.notes = tuple(sorted({one for one in notes if one >= 0}))
        self.clue = clue


class Board:
    """The state of a deduction; boards under suppositions share the log of the one they come from."""

    def __init__(self, size: int, clues: Sequence[Clue], log: list[Note]) -> None:
        self.size, self.clues, self.log = size, clues, log
        self.full = (1 << size) - 1
        self.domains = [self.full] * size
        self.sources = [-1] * size  # the note about each item's places; -1: none is needed
        self.after = [0] * size  # the items known to come later
        self.prior = [0] * size  # the items known to come earlier
        self.orders: dict[tuple[int, int], int] = {}  # the note for each "before"
        self.under: tuple[tuple[int, int], ...] = ()
        self.fresh = True

    @property
    def solved(self) -> bool:
        """Whether every item has one place."""
        return all(left & (left - 1) == 0 for left in self.domains)

    def suppose(self, item: int, place: int) -> Board:
        """A copy in which an item is taken to be in a place."""
        board = Board(self.size, self.clues, self.log)
        board.domains, board.sources = self.domains.copy(), self.sources.copy()
        board.after, board.prior, board.orders = self.after.copy(), self.prior.copy(), self.orders.copy()
        board.under = (*self.under, (item, place))
        board.domains[item], board.sources[item], board.fresh = 1 << place, -1, False
        return board

    # -- noting --------------------------------------------------------------------------------------------------------

    def narrow(self, item: int, places: int, notes: Iterable[int], clue: int = -1, refuted: int = -1) -> None:
        """Leave an item only some places; raises ``Contradiction`` when none is left."""
        own = self.domains[item]
        left = own & places
        if left == own:
            return
        kept = {one for one in notes if one >= 0}
        if not left:
            raise Contradiction({*kept, self.sources[item]}, clue)
        if places & self.full != left and self.sources[item] >= 0:
            kept.add(self.sources[item])
        self.domains[item], self.sources[item] = left, len(self.log)
        self.log.append(Note("at", item, left, tuple(sorted(kept)), clue, self.under, refuted))

    def put(self, one: int, two: int, notes: Sequence[int] = (), clue: int = -1) -> None:
        """Item ``one`` comes before ``two``, with what follows by transitivity."""
        if self.after[one] >> two & 1:
            return
        if self.after[two] >> one & 1:
            raise Contradiction([*notes, self.orders[two, one]], clue)
        self.after[one] |= 1 << two
        self.prior[two] |= 1 << one
        self.orders[one, two] = here = len(self.log)
        self.log.append(Note("before", one, two, tuple(sorted(notes)), clue, self.under))
        for later in _bits(self.after[two]):
            self.put(one, later, (here, self.orders[two, later]))
        for earlier in _bits(self.prior[one]):
            self.put(earlier, two, (self.orders[earlier, one], here))

    # -- rules ---------------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Apply all rules until nothing new follows; raises ``Contradiction``."""
        if self.fresh:
            self.fresh = False
            for number, (kind, items, value) in enumerate(self.clues):
                if kind in ("before", "directly", "ahead"):
                    self.put(items[0], items[1], (), number)
                elif kind in UNARY:
                    self.narrow(items[0], allowed_places(kind, value, self.size), (), number)
        while True:
            length = len(self.log)
            self._exclude()
            for number, clue in enumerate(self.clues):
                if clue.kind in BINARY:
                    self._pair(number, clue)
                elif clue.kind not in UNARY:
                    self._triple(number, clue)
            self._count()
            if len(self.log) == length:
                return

    def _pair(self, number: int, clue: Clue) -> None:
        if clue.kind == "before":
            return  # the rules for "before" use the note about it
        one, two = clue.items
        forward, back = images(clue.kind, clue.number, self.size)
        self.narrow(two, forward[self.domains[one]], (self.sources[one],), number)
        self.narrow(one, back[self.domains[two]], (self.sources[two],), number)

    def _triple(self, number: int, clue: Clue) -> None:
        above, below = sides(self.size)
        subject, one, two = clue.items
        domains, sources = self.domains, self.sources
        if clue.kind == "between":
            for this, other in ((one, two), (two, one)):
                if (note := self.orders.get((this, subject))) is not None:
                    self.put(subject, other, (note,), number)
                if (note := self.orders.get((subject, this))) is not None:
                    self.put(other, subject, (note,), number)
            first, last = domains[one], domains[two]
            places = above[first] & below[last] | below[first] & above[last]
            self.narrow(subject, places, (sources[one], sources[two]), number)
            for this, other in ((one, two), (two, one)):
                here = domains[subject]
                places = below[here & below[domains[other]]] | above[here & above[domains[other]]]
                self.narrow(this, places, (sources[subject], sources[other]), number)
            return
        early = clue.kind == "any_before"
        far, near = (below, above) if early else (above, below)
        self.narrow(subject, far[domains[one] | domains[two]], (sources[one], sources[two]), number)
        for this, other in ((one, two), (two, one)):
            note = self.orders.get((other, subject) if early else (subject, other))
            if note is not None:  # the other is on the wrong side
                self.put(*((subject, this) if early else (this, subject)), (note,), number)
            elif not near[domains[subject]] & domains[other]:
                self.narrow(this, near[domains[subject]], (sources[subject], sources[other]), number)

    def _count(self) -> None:
        above, below = sides(self.size)
        for item in range(self.size):
            later, earlier = self.after[item], self.prior[item]
            if later:
                notes = [self.orders[item, other] for other in _bits(later)]
                self.narrow(item, self.full >> len(notes), notes)
            if earlier:
                notes = [self.orders[other, item] for other in _bits(earlier)]
                self.narrow(item, self.full & ~((1 << len(notes)) - 1), notes)
            for other in _bits(later):
                note = self.orders[item, other]
                self.narrow(other, above[self.domains[item]], (note, self.sources[item]))
                self.narrow(item, below[self.domains[other]], (note, self.sources[other]))

    def _exclude(self) -> None:
        domains, sources = self.domains, self.sources
        span = range(self.size)
        changed = True
        while changed:
            length = len(self.log)
            singles = [item for item in span if domains[item] & (domains[item] - 1) == 0]
            for item in span:
                taken = [one for one in singles if one != item and domains[one] & domains[item]]
                if taken:
                    mask = 0
                    for one in taken:
                        mask |= domains[one]
                    self.narrow(item, self.full & ~mask, [sources[one] for one in taken])
            for place in span:
                able = [item for item in span if domains[item] >> place & 1]
                if not able:
                    raise Contradiction(sources, -1)
                if len(able) == 1:
                    rest = [sources[one] for one in span if one != able[0]]
                    self.narrow(able[0], 1 << place, rest)
            changed = len(self.log) > length


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
