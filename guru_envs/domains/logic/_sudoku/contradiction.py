"""The givens that a contradiction rests on.

A few givens leave so many ways to fill a grid that a plain search may look for a solution for minutes; a SAT solver shows at once that
there is none. Only its verdicts are used, never its models, so the result does not depend on the solver.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

from pysat.solvers import Solver

from guru_envs.domains.logic._sudoku.shape import shape


@functools.cache
def _rules(size: int) -> list[list[int]]:
    """Each cell holds one digit, and each house each digit once; the atom of a cell and a digit is ``cell * size + digit``."""
    digits = range(1, size + 1)
    exactly_one = [[cell * size + digit for digit in digits] for cell in range(size * size)]
    exactly_one += [[cell * size + digit for cell in house] for house in shape(size).cells_of for digit in digits]
    never_two = [[-one, -other] for atoms in exactly_one for one, other in itertools.combinations(atoms, 2)]
    return exactly_one + never_two


def conflict(size: int, givens: Sequence[int]) -> list[int]:
    """Contradictory givens without those that the contradiction does not need; the last ones are left out first."""
    kept = {cell: cell * size + digit for cell, digit in enumerate(givens) if digit}
    with Solver(name="minisat22", bootstrap_with=_rules(size)) as solver:
        for cell in sorted(kept, reverse=True):
            rest = {other: atom for other, atom in kept.items() if other != cell}
            if not solver.solve(assumptions=[*rest.values()]):
                kept = rest
    return [digit if cell in kept else 0 for cell, digit in enumerate(givens)]
