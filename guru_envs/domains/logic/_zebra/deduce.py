"""Deduction by a person's techniques; the oracle's proof and the measure of difficulty.

State: for each item the houses it can still be in. Techniques, by level:

1. clue by clue: houses that a clue leaves no partner for go; a house taken by one value is free for no other; a house that
   only one value of an attribute can take is taken by it;
2. one supposition: suppose an item in a house, go on by level 1, meet a contradiction, so it is not there;
3. suppositions inside suppositions.

``suppose`` finds out which suppositions help, ``write`` notes all that follows, and here the proof is made of it: each line is
traced back to as little as it needs, lines that the solution does not rest on are left out, and lines that only serve the next
one about the same item become one with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import Clue
from guru_envs.domains.logic._zebra.propagate import Propagator
from guru_envs.domains.logic._zebra.suppose import plan, tidy
from guru_envs.domains.logic._zebra.unique import is_unique, solution
from guru_envs.domains.logic._zebra.write import Writer

_MOST_CLUES = 3  # clues in one line
_JOINED = {
    ("clue", "clue"): "clue",
    ("taken", "taken"): "taken",
    ("clue", "taken"): "both",
    ("taken", "clue"): "both",
    ("both", "clue"): "both",
    ("both", "taken"): "both",
    ("suppose", "refute"): "at_once",
}


class Line(NamedTuple):
    """One line of a proof: under some suppositions an item is in one of some houses.

    Attributes:
        item: the item.
        houses: bit mask of the houses left.
        clues: 0-based numbers of the clues used.
        lines: 0-based numbers of the earlier lines used.
        why: ``clue``, ``taken`` (others have these houses), ``both``, ``only`` (no other value can be there), ``suppose``,
            ``refute`` (the supposition in force is contradictory), ``at_once`` (a supposition would be so at once).
        under: the suppositions in force, outermost first, as 0-based numbers of their lines; of ``suppose`` also its own.
        place: for the last three the house supposed.
        stuck: for the last two the contradiction: ("item", i) when item i has no house left, ("house", i) when no value of the
            attribute of item i is left for the house of that number in its attribute.
    """

    item: int
    houses: int
    clues: tuple[int, ...]
    lines: tuple[int, ...]
    why: str
    under: tuple[int, ...] = ()
    place: int = -1
    stuck: tuple[str, int] = ("", -1)


class Effort(NamedTuple):
    """How hard a puzzle is for a person.

    Attributes:
        level: the highest technique needed, 1 to 3.
        rounds: lines in the longest chain of lines, each resting on the one before.
        lines: lines in the whole proof.
        splits: suppositions refuted.
        nested: those of them that were inside others.
    """

    level: int
    rounds: int
    lines: int
    splits: int
    nested: int

    @property
    def score(self) -> float:
        """One number: lines and rounds count 1, a supposition 5 more, a nested one another 5."""
        return self.lines + self.rounds + 5.0 * (self.splits + self.nested)


def solvable(houses: int, attributes: int, clues: Sequence[Clue], level: int) -> bool:
    """Whether techniques up to a level solve a puzzle about the hidden grid."""
    if level > 2:  # case splits solve all that have one solution
        return is_unique(houses, attributes, clues)
    identity = [item % houses for item in range(houses * attributes)]
    return plan(Propagator(houses, attributes, clues), identity, level) is not None


def proof(houses: int, attributes: int, clues: Sequence[Clue]) -> list[Line]:
    """The lines that the solution rests on, in order; numbers refer to the returned list."""
    rules = Propagator(houses, attributes, clues)
    chosen = plan(rules, solution(houses, attributes, clues), 3)
    assert chosen is not None, "a puzzle with one solution can be solved by case splits"
    writer = Writer(houses, attributes, clues)
    writer.start()
    for one in tidy(rules, chosen):
        writer.refute(one)
    return _joined(_traced(writer))


def effort(lines: Sequence[Line]) -> Effort:
    """What a proof takes."""
    rounds: list[int] = []
    for number, line in enumerate(lines):
        rounds.append(1 + max((rounds[one] for one in (*line.lines, *line.under) if one != number), default=0))
    refuted = [line for line in lines if line.why in ("refute", "at_once")]
    nested = sum(1 for line in refuted if line.under)
    level = 3 if nested else 2 if refuted else 1
    return Effort(level, max(rounds, default=0), len(lines), len(refuted), nested)


def _traced(writer: Writer) -> list[Line]:
    """The lines that the solution rests on, traced back from the end."""
    log = writer.log
    needed = {number for number in writer.sources if number >= 0}  # membership only
    found: dict[int, Line] = {}
    for number in range(len(log) - 1, -1, -1):
        if number not in needed:
            continue
        note = log[number]
        reasons = writer.reasons(note)
        clue, stuck = note.clue, ("", -1)
        if note.stuck is not None:
            clue, stuck = note.stuck.clue, ("house" if note.stuck.why == "house" else "item", note.stuck.item)
        clues = (clue,) if clue >= 0 else ()
        found[number] = Line(note.item, note.houses, clues, reasons, note.why, note.under, note.place, stuck)
        needed.update(reasons, note.under)
    return _renumber(found)


def _renumber(lines: dict[int, Line]) -> list[Line]:
    kept = sorted(lines)
    place = {number: index for index, number in enumerate(kept)}
    return [
        lines[number]._replace(
            lines=tuple(place[one] for one in lines[number].lines),
            under=tuple(place[one] for one in lines[number].under),
        )
        for number in kept
    ]


def _joined(log: Sequence[Line]) -> list[Line]:
    """Join lines about the same item when the first only serves the second and one sentence says both.

    Suppositions that meet their contradiction at once need no line of their own either.
    """
    lines = dict(enumerate(log))
    used = [0] * len(log)
    for number, line in lines.items():
        for one in {*line.lines, *line.under} - {number}:
            used[one] += 1
    for number, line in enumerate(log):
        for one in line.lines:
            first, second = lines[one], lines[number]
            why = _JOINED.get((first.why, second.why))
            if used[one] > 1 or first.item != line.item or why is None:
                continue
            clues = _union(first.clues, second.clues)
            if why == "at_once" or (first.under == line.under and len(clues) <= _MOST_CLUES):
                rest = _union(first.lines, (other for other in second.lines if other != one))
                lines[number] = second._replace(clues=clues, lines=rest, why=why)
                del lines[one]
    return _renumber(lines)


def _union(one: Iterable[int], two: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*one, *two}))
