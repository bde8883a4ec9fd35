"""Which suppositions a proof needs: those that lead to a contradiction and, together, to the solution.

Only false places are supposed, so the solution is asked for; what is returned is a plan that ``deduce`` turns into lines, each
of which follows from the clues. Limits count work (``Propagator.work``), never time, so the plan is the same everywhere. When
the search for good suppositions has used up its share, a few places are refuted by case splits as large as it takes: complete
ones cannot fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.propagate import Propagator

_CAREFUL = 60_000  # work up to which one supposition is chosen at a time, the best of all
_SEARCH = 80_000  # work after which any supposition will do
_FEW = 8  # places tried then, with ever larger case splits until one is complete
_ENOUGH = 16  # suppositions with others inside them that are collected before they are used
_TIDY = 100_000  # work that may go into leaving suppositions out again


class Supposition(NamedTuple):
    """An item in a house; contradictory once the suppositions inside, in order, have been refuted under it."""

    item: int
    house: int
    inside: tuple[Supposition, ...] = ()

    @property
    def size(self) -> int:
        """How many suppositions it takes, with those inside."""
        return 1 + sum(one.size for one in self.inside)


def is_solved(domains: Sequence[int]) -> bool:
    """Whether every item is in one house."""
    return all(domain & (domain - 1) == 0 for domain in domains)


def plan(rules: Propagator, solution: Sequence[int], level: int) -> list[Supposition] | None:
    """Suppositions to refute, in order, until the clues of a puzzle give its solution.

    Args:
        rules: the puzzle.
        solution: the house of each item in one solution.
        level: the highest technique: 1 none, 2 suppositions without others inside them, 3 any; then the solution must be the
            only one.

    Returns:
        The plan, or None when the techniques do not suffice.
    """
    domains = rules.start()
    if domains is None:
        return None
    chosen: list[Supposition] = []
    limit = 1
    while not is_solved(domains):
        if level < 2:
            return None
        found = _round(rules, domains, solution, limit)
        if not found and level < 3:
            return None
        if not found:
            limit *= 2
            continue
        if rules.work < _CAREFUL:
            found = found[:1]
        for _, _, one in found:
            if domains[one.item] >> one.house & 1:
                chosen.append(one)
                left = rules.suppose(domains, one.item, ~(1 << one.house))
                assert left is not None
                domains = left
        limit = 1
    return chosen


def plan_contradiction(rules: Propagator) -> list[Supposition]:
    """Suppositions to refute, in order, until clues that contradict each other are seen to do so."""
    domains = rules.start()
    chosen: list[Supposition] = []
    nowhere = [-1] * rules.items
    limit = 1
    while domains is not None:
        found = _round(rules, domains, nowhere, limit)
        if not found:
            limit *= 2
            continue
        for _, _, one in found[:1] if rules.work < _CAREFUL else found:
            if domains is not None and domains[one.item] >> one.house & 1:
                chosen.append(one)
                domains = rules.suppose(domains, one.item, ~(1 << one.house))
        limit = 1
    return chosen


def _round(
    rules: Propagator, domains: Sequence[int], solution: Sequence[int], limit: int
) -> list[tuple[int, int, Supposition]]:
    """The suppositions that can be refuted now with at most ``limit`` in all, best first.

    Best is what has few suppositions inside, and of these what leaves the fewest places.
    """
    open_items = [item for item in range(rules.items) if domains[item] & (domains[item] - 1)]
    places = [
        (item, house)
        for item in sorted(open_items, key=lambda item: domains[item].bit_count() / (1 + rules.failures[item]))
        for house in range(rules.houses)
        if house != solution[item] and domains[item] >> house & 1
    ]
    found: list[tuple[int, int, Supposition]] = []
    for number, (item, house) in enumerate(places):
        late = limit > 1 and rules.work >= _SEARCH
        if (limit > 1 and len(found) == _ENOUGH) or (late and (found or number >= _FEW)):
            break
        one = _refute(rules, domains, item, house, limit)
        if one is not None:
            after = rules.suppose(domains, item, ~(1 << house)) or ()
            found.append((one.size, sum(left.bit_count() for left in after), one))
    return sorted(found)


def _refute(rules: Propagator, domains: Sequence[int], item: int, house: int, limit: int) -> Supposition | None:
    """Lead a supposition to a contradiction with at most ``limit`` suppositions in all, itself among them."""
    under = rules.suppose(domains, item, 1 << house)
    inside: list[Supposition] = []
    left = limit - 1
    while under is not None:
        if left < 1:
            return None
        here: list[int] = under
        open_items = [one for one in range(rules.items) if here[one] & (here[one] - 1)]
        inner = min(open_items, key=lambda one: here[one].bit_count() / (1 + rules.failures[one]))
        place = (here[inner] & -here[inner]).bit_length() - 1
        refuted = _refute(rules, here, inner, place, left)
        if refuted is None:
            return None
        inside.append(refuted)
        left -= refuted.size
        under = rules.suppose(here, inner, ~(1 << place))
    return Supposition(item, house, tuple(inside))


def tidy(rules: Propagator, chosen: Sequence[Supposition]) -> list[Supposition]:
    """Leave out suppositions that the others do not need, as far as the work allows: large ones first."""
    start = rules.start()
    kept = list(chosen)
    limit = rules.work + _TIDY
    if start is None:
        return kept
    for one in sorted(chosen, key=lambda one: one.size, reverse=True):
        if rules.work > limit:
            break
        rest = [other for other in kept if other is not one]
        if _suffices(rules, start, rest):
            kept = rest
    return kept


def _suffices(rules: Propagator, start: Sequence[int], chosen: Sequence[Supposition]) -> bool:
    """Whether suppositions, refuted as planned, still lead to the solution, or to a contradiction."""
    domains = start
    for one in chosen:
        if domains[one.item] >> one.house & 1:
            if not _contradicts(rules, domains, one):
                return False
            left = rules.suppose(domains, one.item, ~(1 << one.house))
            if left is None:
                return True
            domains = left
    return is_solved(domains)


def _contradicts(rules: Propagator, domains: Sequence[int], one: Supposition) -> bool:
    under = rules.suppose(domains, one.item, 1 << one.house)
    for inner in one.inside:
        if under is None:
            break
        if under[inner.item] >> inner.house & 1:
            if not _contradicts(rules, under, inner):
                return False
            under = rules.suppose(under, inner.item, ~(1 << inner.house))
    return under is None
