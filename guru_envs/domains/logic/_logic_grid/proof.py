"""The oracle's proof and the measure of difficulty.

``suppose`` finds out which suppositions help, ``notes`` writes down all that follows, and here the proof is made of it: each line
is traced back to what it needs, lines that the solution does not rest on are left out, and marks made alike are put in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._logic_grid.clues import Clue, Shapes
from guru_envs.domains.logic._logic_grid.marks import Marks
from guru_envs.domains.logic._logic_grid.notes import Note, Noting, Pair
from guru_envs.domains.logic._logic_grid.suppose import plan

_HARDER = {"only": 1.0, "clue": 1.0, "chain": 1.0, "share": 1.0, "bound": 3.0, "apart": 3.0, "refute": 8.0}
_PLAIN = 1.5  # the weight of a clue read with marks


class Line(NamedTuple):
    """One line of a proof.

    Attributes:
        sign: whether ``item`` belongs with the only one of ``others`` (else: with none of them).
        item: an item.
        others: items of another category.
        rule: see ``marks.Why``.
        clue: 0-based number of the clue used, or -1.
        lines: 0-based numbers of the earlier lines used.
        under: the suppositions under which it holds, outermost first.
    """

    sign: bool
    item: int
    others: tuple[int, ...]
    rule: str
    clue: int
    lines: tuple[int, ...]
    under: tuple[Pair, ...]


def proof(size: int, shapes: Shapes, clues: Sequence[Clue], entity: Sequence[int]) -> list[Line]:
    """The lines that the solution of a puzzle rests on, in order; the solution tells what to suppose and what to show."""
    marks = Marks(size, shapes, clues)
    marks.start()
    writer = Noting(size, shapes, clues)
    writer.start()
    for one in plan(marks, entity):
        writer.refute(one)
    assert writer.solved(), "the planned suppositions do not lead to the solution"
    wanted = [
        number
        for number, note in enumerate(writer.log)
        if note.sign and not note.under and min(note.pair) < size  # of the first category
    ]
    return _grouped(writer.log, _needed(writer.log, wanted), size)


def solvable(size: int, shapes: Shapes, clues: Sequence[Clue], level: int) -> bool:
    """Whether the techniques up to a level solve a puzzle without suppositions."""
    marks = Marks(size, shapes, clues, level)
    marks.start()
    return marks.solved()


def effort(lines: Sequence[Line]) -> float:
    """How hard a puzzle is for a person: the lines of its proof weighted by their rule, and the longest chain of lines.

    A line counts 1, read from a clue with other marks 1.5, by technique 2 3, a refuted supposition 8; a line under suppositions
    counts half more for each of them. The longest chain of lines, each resting on the one before, counts 1 for each line.
    """
    rounds: list[int] = []
    total = 0.0
    for line in lines:
        rounds.append(1 + max((rounds[one] for one in line.lines), default=0))
        total += _HARDER.get(line.rule, _PLAIN) * (1 + len(line.under) / 2)
    return total + max(rounds, default=0)


def _needed(log: Sequence[Note], wanted: Sequence[int]) -> list[int]:
    """The notes that some notes rest on, and these, in order."""
    needed = set(wanted)
    for number in range(len(log) - 1, -1, -1):
        if number in needed:
            needed.update(log[number].reasons)
    return sorted(needed)


def _grouped(log: Sequence[Note], kept: Sequence[int], size: int) -> list[Line]:
    """One line for each note, or for neighbours that exclude several items of a category for one item alike."""
    lines: list[Line] = []
    place: dict[int, int] = {}  # note -> line
    for number in kept:
        sign, pair, rule, clue, reasons, under = log[number]
        rests = tuple(sorted({place[one] for one in reasons}))
        last = lines[-1] if lines else None
        if last and not sign and not last.sign and (rule, clue, under) == (last.rule, last.clue, last.under):
            for item, other in (pair, pair[::-1]):
                base = last.item
                if len(last.others) == 1 and last.others[0] == item and last.item // size == other // size:
                    base, last = item, last._replace(item=item, others=(last.item,))
                alike = base == item and other // size == last.others[0] // size
                if alike and len(lines) - 1 not in rests and rule != "refute":
                    others = tuple(sorted((*last.others, other)))
                    lines[-1] = last._replace(others=others, lines=tuple(sorted({*last.lines, *rests})))
                    place[number] = len(lines) - 1
                    break
        if number not in place:
            place[number] = len(lines)
            lines.append(Line(sign, pair[0], pair[1:], rule, clue, rests, under))
    return lines
