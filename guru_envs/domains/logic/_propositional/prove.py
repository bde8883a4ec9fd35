"""Proofs: each line follows from one premise and earlier lines, under suppositions that are led to a contradiction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._propositional.premises import Claim, Premise, claim_table, label, literal_table, table


class Line(NamedTuple):
    """A line: under the suppositions, the literal holds; from one premise (from 0) and earlier lines (from 0)."""

    assumed: tuple[int, ...]
    literal: int
    premise: int
    lines: tuple[int, ...]


class _Known(NamedTuple):
    """Why a literal is known: the suppositions it rests on, and its line (-1: it is one of them)."""

    rests: tuple[int, ...]
    line: int


class _Stuck(NamedTuple):
    """A contradiction: the suppositions it rests on, the premise that fails, and the lines used."""

    rests: tuple[int, ...]
    premise: int
    lines: tuple[int, ...]


def core(count: int, premises: Sequence[Premise], claim: Claim, wanted: int) -> list[int]:
    """Premises that decide a claim, none of them idle; the last ones are left out first."""
    said = claim_table(count, claim)
    kept = list(range(len(premises)))
    for number in reversed(range(len(premises))):
        rest = [one for one in kept if one != number]
        models = (1 << (1 << count)) - 1
        for one in rest:
            models &= table(count, premises[one].kind, premises[one].literals)
        if label(models, said) == wanted:
            kept = rest
    return kept


class Prover:
    """Writes the lines that prove claims."""

    def __init__(self, count: int, premises: Sequence[Premise]) -> None:
        self.count, self.premises = count, premises
        self.lines: list[Line] = []

    def prove(self, claim: Claim, wanted: int) -> list[int]:
        """Add the lines that prove a claim which is decided; returns those that say it."""
        used = core(self.count, self.premises, claim, wanted)
        if len(claim.literals) == 1:
            return [self._goal(used, (), claim.literals[0] * wanted)]
        one, two = claim.literals[0], claim.literals[1] * wanted
        return [self._goal(used, (one,), two), self._goal(used, (-one,), -two)]

    def _goal(self, used: Sequence[int], given: tuple[int, ...], goal: int) -> int:
        for number, line in enumerate(self.lines):
            if line.literal == goal and set(line.assumed) <= set(given):
                return number
        assumed = (*given, -goal)
        stuck = self._refute(used, {literal: _Known((literal,), -1) for literal in assumed})
        rests = tuple(one for one in stuck.rests if one != -goal)
        return self._write(Line(rests, goal, stuck.premise, stuck.lines))

    def _write(self, line: Line) -> int:
        self.lines.append(line)
        return len(self.lines) - 1

    def _refute(self, used: Sequence[int], known: dict[int, _Known]) -> _Stuck:
        """Lead what is known to a contradiction."""
        while True:
            stuck = self._propagate(used, known, self.lines)
            if stuck is not None:
                return stuck
            literal = self._choose(used, known)
            inner = self._refute(used, known | {literal: _Known((literal,), -1)})
            if literal not in inner.rests:
                return inner
            rests = tuple(one for one in inner.rests if one != literal)
            line = self._write(Line(rests, -literal, inner.premise, inner.lines))
            known[-literal] = _Known(rests, line)

    def _choose(self, used: Sequence[int], known: dict[int, _Known]) -> int:
        """A supposition that meets a contradiction at once, if there is one; else one that settles the most."""
        best, most = 0, -1
        mentioned = sorted({abs(literal) for one in used for literal in self.premises[one].literals})
        for var in mentioned:
            if var in known or -var in known:
                continue
            for literal in (var, -var):
                trial = known | {literal: _Known((literal,), -1)}
                if self._propagate(used, trial, []) is not None:
                    return literal
                if len(trial) > most:
                    best, most = literal, len(trial)
        return best

    def _propagate(self, used: Sequence[int], known: dict[int, _Known], lines: list[Line]) -> _Stuck | None:
        """Everything that one premise at a time gives; ``known`` and ``lines`` grow."""
        changed = True
        while changed:
            changed = False
            for number in used:
                one = self.premises[number]
                said = table(self.count, one.kind, one.literals)
                have = [lit for var in map(abs, one.literals) for lit in (var, -var) if lit in known]
                why = self._needed(said, have)
                if why is not None:
                    return _Stuck(_rests(known, why), number, _lines(known, why))
                for var in map(abs, one.literals):
                    if var in known or -var in known:
                        continue
                    for literal in (var, -var):
                        why = self._needed(said & literal_table(self.count, -literal), have)
                        if why is not None:
                            rests = _rests(known, why)
                            lines.append(Line(rests, literal, number, _lines(known, why)))
                            known[literal] = _Known(rests, len(lines) - 1)
                            changed = True
                            break
        return None

    def _needed(self, said: int, have: Sequence[int]) -> list[int] | None:
        """Few of the known literals that a formula contradicts; None when it does not contradict them."""
        cubes = [literal_table(self.count, literal) for literal in have]
        left = said
        for cube in cubes:
            left &= cube
        if left:
            return None
        kept = list(have)
        for literal in have:
            left = said
            for other in kept:
                if other != literal:
                    left &= literal_table(self.count, other)
            if not left:
                kept.remove(literal)
        return kept


def _rests(known: dict[int, _Known], why: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({one for literal in why for one in known[literal].rests}, key=lambda one: (abs(one), one)))


def _lines(known: dict[int, _Known], why: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({known[literal].line for literal in why} - {-1}))


def needed(lines: Sequence[Line], ends: Sequence[int]) -> list[Line]:
    """The lines that the last ones rest on, numbered anew."""
    wanted = set(ends)
    for number in range(len(lines) - 1, -1, -1):
        if number in wanted:
            wanted.update(lines[number].lines)
    order = {old: new for new, old in enumerate(sorted(wanted))}
    return [lines[old]._replace(lines=tuple(order[one] for one in lines[old].lines)) for old in order]
