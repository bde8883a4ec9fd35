"""The oracle's proof of an order: all that follows clue by clue, then suppositions that are led to a contradiction.

Where clue by clue nothing more follows, a place of an item is supposed; if that contradicts the clues, the item is not there.
Suppositions inside suppositions are made only when no single one helps. The proof is traced back from the solution, so no line
is idle. Work is bounded by counting; complete case splits cannot fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._ordering.board import Board, Contradiction, Note
from guru_envs.domains.logic._ordering.clues import Clue

_ENOUGH = 6  # single suppositions that work, collected before the shortest is taken


class Effort(NamedTuple):
    """What a proof takes: its lines, the longest chain of lines, the suppositions, and those of them inside others."""

    lines: int
    rounds: int
    suppositions: int
    nested: int

    @property
    def score(self) -> float:
        """One number: lines and rounds count 1, a supposition 5 more, a nested one another 5."""
        return self.lines + self.rounds + 5.0 * (self.suppositions + self.nested)


def proof(size: int, clues: Sequence[Clue], places: Sequence[int]) -> list[Note]:
    """The notes that the only solution rests on, in order; numbers refer to the returned list.

    Args:
        size: how many items.
        clues: clues with one solution.
        places: that solution; it only spares trying what is true.
    """
    log: list[Note] = []
    board = Board(size, clues, log)
    board.go_on()
    while not board.solved:
        limit = 1
        while not (found := _round(board, places, limit)):
            limit *= 2
        item, place = found
        _refute(board, item, place, limit)
        board.go_on()
    return _traced(log, [one for one in board.sources if one >= 0])


def effort(notes: Sequence[Note]) -> Effort:
    """What a proof takes."""
    rounds: list[int] = []
    for note in notes:
        rounds.append(1 + max((rounds[one] for one in note.notes), default=0))
    refuted = [note for note in notes if note.refuted >= 0]
    return Effort(len(notes), max(rounds, default=0), len(refuted), sum(1 for note in refuted if note.under))


def _round(board: Board, places: Sequence[int], limit: int) -> tuple[int, int] | None:
    """The supposition with the shortest way to a contradiction, with at most ``limit`` suppositions in all."""
    log, best, found = board.log, None, 0
    length = len(log)
    for item in sorted(range(board.size), key=lambda one: (board.domains[one].bit_count(), one)):
        for place in range(board.size):
            if place == places[item] or not board.domains[item] >> place & 1:
                continue
            domains, sources = board.domains.copy(), board.sources.copy()
            if _refute(board, item, place, limit):
                used = len(_traced(log, [len(log) - 1], length))
                found += 1
                if best is None or used < best[0]:
                    best = (used, item, place)
            board.domains, board.sources = domains, sources
            del log[length:]
            if best is not None and (found == _ENOUGH or limit > 1):
                return best[1:]
    return best and best[1:]


def _refute(board: Board, item: int, place: int, limit: int) -> int:
    """Lead a supposition to its contradiction and note what follows; the suppositions used, 0 when they do not suffice."""
    log = board.log
    length, used = len(log), 1
    inside = board.suppose(item, place)
    try:
        inside.go_on()
        while used < limit:
            inner = min(
                (one for one in range(board.size) if inside.domains[one] & (inside.domains[one] - 1)),
                key=lambda one: (inside.domains[one].bit_count(), one),
            )
            there = (inside.domains[inner] & -inside.domains[inner]).bit_length() - 1
            more = _refute(inside, inner, there, limit - used)
            if not more:
                break
            used += more
            inside.go_on()
    except Contradiction as stuck:
        board.narrow(item, board.full & ~(1 << place), stuck.notes, stuck.clue, place)
        return used
    del log[length:]
    return 0


def _traced(log: Sequence[Note], ends: Sequence[int], first: int = 0) -> list[Note]:
    """The notes from ``first`` on that some rest on, renumbered."""
    needed = set(ends)  # membership only
    for number in range(len(log) - 1, first - 1, -1):
        if number in needed:
            needed.update(log[number].notes)
    kept = [number for number in range(first, len(log)) if number in needed]
    place = {number: index for index, number in enumerate(kept)}
    return [
        log[number]._replace(notes=tuple([place[one] for one in log[number].notes if one >= first])) for number in kept
    ]
