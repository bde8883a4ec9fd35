"""The puzzle as clauses, from the public meaning of its clues; apart from the solver and the oracle.

A variable for each two items of different categories: they belong together.
"""

from __future__ import annotations

from itertools import combinations, product

from guru_envs.domains.logic._logic_grid.puzzle import Puzzle
from guru_envs.errors import InvalidValueError
from guru_envs.theory import Clause, Fact, Theory


class Names:
    """The variables of a puzzle."""

    def __init__(self, puzzle: Puzzle) -> None:
        self.size, self.count = puzzle.core.size, len(puzzle.categories)
        self._start: dict[tuple[int, int], int] = {}
        for number, (one, two) in enumerate(combinations(range(self.count), 2)):
            self._start[one, two] = number * self.size**2 + 1

    def of(self, one: int, two: int) -> int:
        """The variable of two items (category * size + place)."""
        (here, i), (there, j) = sorted((divmod(one, self.size), divmod(two, self.size)))
        return self._start[here, there] + i * self.size + j

    def members(self, category: int) -> range:
        """The items of a category."""
        return range(category * self.size, (category + 1) * self.size)


def theory(puzzle: Puzzle) -> Theory:
    """The clauses of the size, and of each clue."""
    names = Names(puzzle)
    atoms = [
        names.of(one, two)
        for category in range(1, names.count)
        for one in names.members(0)
        for two in names.members(category)
    ]
    clues = tuple(tuple(_clue(puzzle, names, number)) for number in range(len(puzzle.core.clues)))
    return Theory(tuple(_rules(names)), clues, tuple(sorted(atoms)), 1)


def _rules(names: Names) -> list[Clause]:
    found: list[Clause] = []
    for one, two in combinations(range(names.count), 2):
        for here, there in ((one, two), (two, one)):
            for item in names.members(here):
                row = tuple(names.of(item, other) for other in names.members(there))
                found += [row, *((-a, -b) for a, b in combinations(row, 2))]
    for one, two, three in combinations(range(names.count), 3):
        for a, b, c in product(names.members(one), names.members(two), names.members(three)):
            ab, bc, ac = names.of(a, b), names.of(b, c), names.of(a, c)
            found += [(-ab, -bc, ac), (-ab, -ac, bc), (-bc, -ac, ab)]
    return found


def _clue(puzzle: Puzzle, names: Names, number: int) -> list[Clause]:
    kind, items, scale, steps = puzzle.core.clues[number]
    together = names.of
    if kind in ("compare", "difference", "apart"):
        first, step = puzzle.dress.picks[scale]
        values = [first + step * place for place in puzzle.core.shapes[scale]]
        ranks = list(zip(names.members(scale), values, strict=True))
        return [
            (-together(items[0], one), -together(items[1], two))
            for one, x in ranks
            for two, y in ranks
            if not (y > x if kind == "compare" else (y - x if kind == "difference" else abs(y - x)) == steps * step)
        ]
    if kind == "either":
        yes, no = together(items[0], items[1]), together(items[0], items[2])
        return [(yes, no), (-yes, -no)]
    if kind in ("is", "lists"):
        half = len(items) // 2
        return [(together(one, two),) for one, two in zip(items[:half], items[half:], strict=True)]
    if kind in ("not", "neither"):
        return [(-together(items[0], other),) for other in items[1:]]
    apart = [(-together(one, two),) for one, two in combinations(items, 2) if one // names.size != two // names.size]
    if kind == "different":
        return [*apart]
    one, two, three, four = items
    straight, crossed = (together(one, three), together(two, four)), (together(one, four), together(two, three))
    clauses: list[Clause] = [(a, b) for a in straight for b in crossed]
    for a, b in ((one, two), (three, four)):
        if a // names.size != b // names.size:
            clauses.append((-together(a, b),))
    return clauses


def clauses(puzzle: Puzzle, fact: Fact) -> tuple[Clause, ...]:
    """What a statement says.

    Raises:
        InvalidValueError: it has another form.
    """
    names = Names(puzzle)
    items = {
        (category.name, text): number * names.size + place
        for number, category in enumerate(puzzle.categories)
        for place, text in enumerate(category.values)
    }
    try:
        rest, supposed = fact, []
        while rest[0] == "if":
            supposed.append(-names.of(items[rest[1], rest[2]], items[rest[3], rest[4]]))  # type: ignore[index]
            rest = rest[5:]
        sign, one, value, two, *others = rest
        if sign not in ("is", "not") or not others or (sign == "is" and len(others) > 1):
            raise KeyError(sign)
        cells = [names.of(items[one, value], items[two, other]) for other in others]  # type: ignore[index]
    except (KeyError, IndexError, ValueError, TypeError):
        raise InvalidValueError(f"{fact!r} is no statement about this logic grid") from None
    return tuple((*supposed, cell if sign == "is" else -cell) for cell in cells)
