"""The lines of a proof, written from a plan: each uses at most two houses, and only what the solution needs is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._sudoku.deduce import Conclusion, Place, plan
from guru_envs.domains.logic._sudoku.shape import Shape
from guru_envs.domains.logic._sudoku.techniques import Candidate, Found

REACH = 2  # houses that one line may use

Assumed = tuple[Candidate, ...]
Need = tuple[
    Candidate, dict[int, int]
]  # an absent candidate; the houses that show it, with the line of the digit there


class Line(NamedTuple):
    """A line of a proof.

    Attributes:
        kind: ``is`` (one candidate), ``not`` (candidates of one cell are absent), ``out`` (a digit is absent from cells) or
            ``none`` (a contradiction).
        assumed: the suppositions it holds under, outermost first.
        said: the candidates it is about.
        houses: the houses it uses, from 0.
        lines: the earlier lines it uses, from 0.
    """

    kind: str
    assumed: Assumed
    said: tuple[Candidate, ...]
    houses: tuple[int, ...]
    lines: tuple[int, ...]


class _Scope:
    """What is known under some suppositions: what is written already, and what is planned.

    Attributes:
        assumed: the suppositions, outermost first.
        chain: the scopes around this one, outermost first, and itself.
        digits: cell -> digit and the line that says so (-1: given or supposed).
        absent: candidate -> the line that says that it is absent.
        plan: the conclusions in order; only those numbered below ``limit`` may be used now.
    """

    def __init__(self, assumed: Assumed, outer: _Scope | None, conclusions: Sequence[Conclusion]) -> None:
        self.assumed, self.plan, self.limit = assumed, conclusions, len(conclusions)
        self.digits: dict[int, tuple[int, int]] = {}
        self.absent: dict[Candidate, int] = {}
        self.chain: list[_Scope] = [*(outer.chain if outer else ()), self]
        self._places: dict[int, tuple[int, int]] = {}  # cell -> digit, number of the conclusion
        self._gone: dict[Candidate, int] = {}
        for number, one in enumerate(conclusions):
            if isinstance(one, Place):
                self._places.setdefault(one.cell, (one.digit, number))
            else:
                for candidate in one.gone if isinstance(one, Found) else ((one.cell, one.digit),):
                    self._gone.setdefault(candidate, number)

    def holding(self, cell: int, digit: int) -> int | None:
        """The line that says that a cell holds a digit, by the fewest suppositions (-1: given or supposed); None if none does."""
        for scope in self.chain:
            known = scope.digits.get(cell)
            if known is not None and known[0] == digit:
                return known[1]
        return None

    def holding_other(self, cell: int, digit: int) -> int | None:
        """The same for a cell that holds another digit."""
        for scope in self.chain:
            known = scope.digits.get(cell)
            if known is not None and known[0] != digit:
                return known[1]
        return None

    def written(self, candidate: Candidate) -> int | None:
        """The line that says that a candidate is absent."""
        return next((scope.absent[candidate] for scope in self.chain if candidate in scope.absent), None)

    def cause(self, shape: Shape, cell: int, digit: int) -> int | None:
        """The first planned conclusion of this scope that makes a candidate absent."""
        numbers = [number for placed, number in (self._places.get(cell, (digit, 0)),) if placed != digit]
        if (cell, digit) in self._gone:
            numbers.append(self._gone[cell, digit])
        for house in shape.houses_of[cell]:
            for other in shape.cells_of[house]:
                if other != cell and other in self._places and self._places[other][0] == digit:
                    numbers.append(self._places[other][1])
        first = min(numbers, default=self.limit)
        return first if first < self.limit else None


class Writer:
    """Writes the lines of a plan."""

    def __init__(self, shape: Shape, givens: Sequence[int]) -> None:
        self.shape, self.lines, self._givens = shape, list[Line](), givens

    def write(self, conclusions: Sequence[Conclusion], stuck: Place | None = None) -> list[Line]:
        """All lines that the solution needs, or that a contradiction needs."""
        top = _Scope((), None, conclusions)
        for cell, digit in enumerate(self._givens):
            if digit:
                top.digits[cell] = (digit - 1, -1)
        if stuck is not None:
            self._conclude(top, "none", (), (), _rest(self.shape, stuck), (stuck.house,))
            return self.lines
        for number, one in enumerate(conclusions):
            if isinstance(one, Place):
                self._carry_out(top, number, (one.cell, one.digit))
        return self.lines

    def _carry_out(self, scope: _Scope, number: int, wanted: Candidate) -> None:
        """Write a planned conclusion, as far as a wanted candidate goes, with all that it rests on."""
        one, limit = scope.plan[number], scope.limit
        said: tuple[Candidate, ...]
        scope.limit = number
        if isinstance(one, Place):
            if scope.holding(one.cell, one.digit) is None:
                said = ((one.cell, one.digit),)
                line = self._conclude(scope, "is", said, scope.assumed, _rest(self.shape, one), (one.house,))
                scope.digits[one.cell] = (one.digit, line)
        elif isinstance(one, Found):
            by_cell = len({cell for cell, _ in one.gone}) <= len({digit for _, digit in one.gone})
            at = 0 if by_cell else 1
            said = tuple(sorted(each for each in one.gone if each[at] == wanted[at]))
            kind = "not" if by_cell else "out"
            line = self._conclude(scope, kind, said, scope.assumed, one.needs, one.houses)
            scope.absent |= dict.fromkeys(said, line)
        else:
            inner = _Scope((*scope.assumed, (one.cell, one.digit)), scope, one.inside)
            inner.digits[one.cell] = (one.digit, -1)
            said = ((one.cell, one.digit),)
            rest = _rest(self.shape, one.stuck)
            line = self._conclude(inner, "not", said, scope.assumed, rest, (one.stuck.house,))
            scope.absent[said[0]] = line
        scope.limit = limit

    def _settle(self, scope: _Scope, cell: int, digit: int) -> None:
        """Make sure that what makes a candidate absent is written."""
        if (
            scope.holding_other(cell, digit) is not None
            or self._ways(scope, cell, digit)
            or scope.written((cell, digit)) is not None
        ):
            return
        for one in scope.chain:
            number = one.cause(self.shape, cell, digit)
            if number is not None:
                self._carry_out(one, number, (cell, digit))
                return
        raise AssertionError("a conclusion rests on a candidate that is still there")

    def _conclude(
        self,
        scope: _Scope,
        kind: str,
        said: tuple[Candidate, ...],
        assumed: Assumed,
        needs: Sequence[Candidate],
        houses: Sequence[int],
    ) -> int:
        """Write a line that rests on absent candidates and on houses (-1: none); what is too much for it goes before it."""
        for cell, digit in needs:
            self._settle(scope, cell, digit)
        main = [house for house in houses if house >= 0]
        lines: dict[int, None] = {}
        left: list[Need] = []
        for cell, digit in needs:
            known = scope.holding_other(cell, digit)
            if known is not None:
                lines[known] = None
                continue
            ways = self._ways(scope, cell, digit)
            free = next((house for house in main if house in ways), None)
            written = scope.written((cell, digit))
            if free is not None:
                lines[ways[free]] = None
            elif written is not None:
                lines[written] = None
            else:
                left.append(((cell, digit), ways))
        cover = _cover(left)
        too_many = max(0, len(cover) - (REACH - len(main)))
        early = -(-too_many // REACH) * REACH  # they go in lines of their own, two houses each
        for at in range(0, min(early, len(cover)), REACH):
            group = cover[at : at + REACH]
            self._before(scope, group, [one for one in left if _first(one[1], cover) in group], lines)
        kept = cover[early:]
        for _, ways in left:
            house = _first(ways, cover)
            if house in kept:
                lines[ways[house]] = None
        lines.pop(-1, None)
        self.lines.append(Line(kind, assumed, said, tuple(sorted({*main, *kept})), tuple(sorted(lines))))
        return len(self.lines) - 1

    def _before(self, scope: _Scope, group: Sequence[int], needs: Sequence[Need], lines: dict[int, None]) -> None:
        """Write down absent candidates that a later line rests on, those of a cell or of a digit together."""
        by_cell = len({cell for (cell, _), _ in needs}) <= len({digit for (_, digit), _ in needs})
        at = 0 if by_cell else 1
        for key in sorted({candidate[at] for candidate, _ in needs}):
            part = [one for one in needs if one[0][at] == key]
            used = [(_first(ways, group), ways) for _, ways in part]
            said = tuple(sorted(candidate for candidate, _ in part))
            sources = sorted({ways[house] for house, ways in used} - {-1})
            houses = tuple(sorted({house for house, _ in used}))
            self.lines.append(Line("not" if by_cell else "out", scope.assumed, said, houses, tuple(sources)))
            number = len(self.lines) - 1
            lines[number] = None
            scope.absent |= dict.fromkeys(said, number)

    def _ways(self, scope: _Scope, cell: int, digit: int) -> dict[int, int]:
        """The houses in which the digit stands elsewhere, with the line that says so."""
        ways: dict[int, int] = {}
        for house in self.shape.houses_of[cell]:
            for other in self.shape.cells_of[house]:
                known = scope.holding(other, digit) if other != cell else None
                if known is not None:
                    ways[house] = known
                    break
        return ways


def _rest(shape: Shape, place: Place) -> list[Candidate]:
    """The candidates whose absence makes a single (or a contradiction: then the place itself is among them)."""
    if place.house < 0:
        return [(place.cell, digit) for digit in range(shape.size) if digit != place.digit]
    return [(cell, place.digit) for cell in shape.cells_of[place.house] if cell != place.cell]


def _first(ways: dict[int, int], cover: Sequence[int]) -> int:
    """The first house of a cover that shows a candidate to be absent."""
    return next(house for house in cover if house in ways)


def _cover(needs: Sequence[Need]) -> list[int]:
    """Few houses that show all candidates to be absent, the most useful first."""
    left = [ways for _, ways in needs]
    chosen: list[int] = []
    while left:
        counts: dict[int, int] = {}
        for ways in left:
            for house in ways:
                counts[house] = counts.get(house, 0) + 1
        best = max(sorted(counts), key=lambda house: counts[house])
        chosen.append(best)
        left = [ways for ways in left if best not in ways]
    return chosen


def proof(shape: Shape, givens: Sequence[int], solution: Sequence[int]) -> list[Line]:
    """The proof of the solution of a puzzle that has one; of a contradiction where the solution is all zeros."""
    return Writer(shape, givens).write(*plan(shape, givens, solution))
