"""Deduction by a person's techniques; the oracle's proof and the measure of difficulty.

State: for each item the houses it can still be in. Techniques, by level:

1. clue by clue: houses that a clue leaves no partner for go; a house taken by one value is free for no other; a house that
   only one value of an attribute can take is taken by it;
2. one supposition: suppose an item in a house, go on by level 1, meet a contradiction, so it is not there;
3. suppositions inside suppositions.

``suppose`` finds out which suppositions help, ``write`` notes all that follows, and here the proof is made of it: each line is
traced back to as little as it needs, lines that the end does not rest on are left out, and lines that only serve the next
one about the same item become one with it. A line says under which suppositions it holds, so suppositions need no lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import Clue
from guru_envs.domains.logic._zebra.propagate import Propagator
from guru_envs.domains.logic._zebra.suppose import plan, plan_contradiction, tidy
from guru_envs.domains.logic._zebra.unique import is_unique, solution
from guru_envs.domains.logic._zebra.write import Note, Writer

_MOST_CLUES = 2  # clues in one line
_JOINED = {
    ("clue", "clue"): "clue",
    ("taken", "taken"): "taken",
    ("clue", "taken"): "both",
    ("taken", "clue"): "both",
    ("both", "clue"): "both",
    ("both", "taken"): "both",
}


class Line(NamedTuple):
    """One line of a proof: under some suppositions an item is in one of some houses.

    Attributes:
        item: the item.
        houses: bit mask of the houses left.
        clues: 0-based numbers of the clues used.
        lines: 0-based numbers of the earlier lines used.
        why: ``clue``, ``taken`` (others have these houses), ``both``, ``only`` (no other value can be there), ``refute`` (in
            another house there would be a contradiction), ``false`` (there is one in any case; the item is then -1).
        under: the suppositions under which the line holds, outermost first, each an item and its house.
        place: for ``refute`` the house supposed.
        stuck: for the last two the contradiction: ("item", i) when item i has no house left, ("house", i) when no value of the
            attribute of item i is left for the house of that number in its attribute.
    """

    item: int
    houses: int
    clues: tuple[int, ...]
    lines: tuple[int, ...]
    why: str
    under: tuple[tuple[int, int], ...] = ()
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


def contradiction(houses: int, attributes: int, clues: Sequence[Clue]) -> list[Line]:
    """The lines that refute clues which contradict each other; the last one is the contradiction."""
    rules = Propagator(houses, attributes, clues)
    chosen = tidy(rules, plan_contradiction(rules))
    writer = Writer(houses, attributes, clues)
    stuck = writer.contradict(chosen)
    return _joined(_traced(writer, stuck))


def effort(lines: Sequence[Line]) -> Effort:
    """What a proof takes."""
    rounds: list[int] = []
    for line in lines:
        rounds.append(1 + max((rounds[one] for one in line.lines), default=0))
    refuted = [line for line in lines if line.why == "refute"]
    nested = sum(1 for line in refuted if line.under)
    level = 3 if nested else 2 if refuted else 1
    return Effort(level, max(rounds, default=0), len(lines), len(refuted), nested)


def _traced(writer: Writer, end: Note | None = None) -> list[Line]:
    """The lines that the solution, or a contradiction at the end, rests on, traced back from there."""
    log = writer.log
    ends = writer.sources if end is None else writer.reasons(end)
    needed = {number for number in ends if number >= 0}  # membership only
    found: dict[int, Line] = {}
    if end is not None:
        assert end.stuck is not None
        clues = (end.stuck.clue,) if end.stuck.clue >= 0 else ()
        found[len(log)] = Line(-1, 0, clues, writer.reasons(end), "false", stuck=_place(end.stuck))
    for number in range(len(log) - 1, -1, -1):
        note = log[number]
        if number not in needed or note.why == "suppose":
            continue
        reasons = writer.reasons(note)
        needed.update(reasons)
        clue, stuck = note.clue, ("", -1)
        if note.stuck is not None:
            clue, stuck = note.stuck.clue, _place(note.stuck)
        clues = (clue,) if clue >= 0 else ()
        lines = tuple([one for one in reasons if log[one].why != "suppose"])
        under = tuple([(log[one].item, log[one].place) for one in note.under])
        found[number] = Line(note.item, note.houses, clues, lines, note.why, under, note.place, stuck)
    return _renumber(found)


def _place(stuck: Note) -> tuple[str, int]:
    return ("house" if stuck.why == "house" else "item", stuck.item)


def _renumber(lines: dict[int, Line]) -> list[Line]:
    kept = sorted(lines)
    place = {number: index for index, number in enumerate(kept)}
    return [lines[number]._replace(lines=tuple(place[one] for one in lines[number].lines)) for number in kept]


def _joined(log: Sequence[Line]) -> list[Line]:
    """Join lines about the same item when the first only serves the second and one sentence says both."""
    lines = dict(enumerate(log))
    used = [0] * len(log)
    for line in log:
        for one in line.lines:
            used[one] += 1
    for number in range(len(log)):
        for one in log[number].lines:
            first, second = lines[one], lines[number]
            why = _JOINED.get((first.why, second.why))
            if used[one] > 1 or first.item != second.item or why is None or first.under != second.under:
                continue
            clues = _union(first.clues, second.clues)
            if len(clues) <= _MOST_CLUES:
                rest = _union(first.lines, (other for other in second.lines if other != one))
                lines[number] = second._replace(clues=clues, lines=rest, why=why)
                del lines[one]
    return _renumber(lines)


def _union(one: Iterable[int], two: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*one, *two}))
