"""Clauses that hold, more and more of them: the memory of a deduction. It remembers models, so most questions need no search."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence

from pysat.solvers import Solver

_SOLVER = (
    "minisat-gh"  # small problems, many questions; unlike minisat22 it keeps to the phases asked for when called again
)
_KEPT = 512  # models remembered
_LATEST = 24  # models looked at where each costs some work

Clause = tuple[int, ...]
Model = frozenset[int]  # the literals that are true


class Knowledge:
    """Clauses that hold, and groups of clauses that may be assumed. What it answers does not depend on the models it meets.

    Args:
        clauses: what holds.
        top: the largest variable that anything will speak of, at least 1.
        groups: what may be assumed, by the literals in the attribute ``groups``.
    """

    def __init__(self, clauses: Iterable[Clause], top: int, groups: Sequence[Sequence[Clause]] = ()) -> None:
        self._solver = Solver(name=_SOLVER, bootstrap_with=clauses)
        self._solver.add_clause([top, -top])  # so that models name all variables
        self._top = top
        self._models: list[Model] = []  # the latest one last
        self._bits: list[int] = []  # of each, bit v says that variable v is true
        self.groups = [self._group(some) for some in groups]

    def close(self) -> None:
        """Free the solver."""
        self._solver.delete()

    def _group(self, clauses: Iterable[Clause]) -> int:
        """Add clauses that hold while the literal returned is assumed."""
        self._top += 1
        for clause in clauses:
            self._solver.add_clause([*clause, -self._top])
        return self._top

    def prefer(self, literals: Iterable[int]) -> None:
        """Look for models with these literals first."""
        self._solver.set_phases(list(literals))

    def hold(self, clauses: Sequence[Clause]) -> None:
        """These clauses hold from now on."""
        for clause in clauses:
            self._solver.add_clause(list(clause))
        kept = [number for number, model in enumerate(self._models) if _satisfies(model, clauses)]
        self._models = [self._models[number] for number in kept]
        self._bits = [self._bits[number] for number in kept]

    def model(self, given: Sequence[int]) -> Model | None:
        """Something that satisfies the clauses and the assumptions."""
        if not self._solver.solve(assumptions=given):
            return None
        found = self._solver.get_model()
        if len(self._models) >= _KEPT:
            del self._models[0], self._bits[0]
        self._models.append(frozenset(found))
        self._bits.append(functools.reduce(operator.or_, [1 << one for one in found if one > 0], 0))
        return self._models[-1]

    def core(self) -> list[int]:
        """The assumptions that the last question without a model came down to."""
        return self._solver.get_core() or []

    def entails(self, clause: Clause) -> bool:
        """Whether a clause follows from what holds."""
        return not any(model.isdisjoint(clause) for model in self._models) and self.model([-x for x in clause]) is None

    def allows(self, clauses: Sequence[Clause]) -> bool:
        """Whether something satisfies these clauses too."""
        if any(_satisfies(model, clauses) for model in self._models):
            return True
        with_them = self._group(clauses)
        found = self.model([with_them])
        self._solver.add_clause([-with_them])  # no longer needed
        return found is not None

    def refuting(self, clauses: Sequence[Clause]) -> list[Model]:
        """The latest models in which one of the clauses is false."""
        return [model for model in self._models[-_LATEST:] if not _satisfies(model, clauses)]

    def settled(self, given: Sequence[int], atoms: Sequence[int], clauses: Sequence[Clause] = ()) -> list[int]:
        """The atoms, as literals, that have one value in all that satisfies the assumptions and these clauses.

        None if nothing does.
        """
        said = [*given, *(clause[0] for clause in clauses if len(clause) == 1)]
        if longer := [clause for clause in clauses if len(clause) != 1]:
            said.append(self._group(longer))
        fixed = self._settled(said, longer, atoms)
        if longer:
            self._solver.add_clause([-self._top])  # no longer needed
        return fixed

    def _settled(self, given: Sequence[int], clauses: Sequence[Clause], atoms: Sequence[int]) -> list[int]:
        wanted = given[:-1] if clauses else given  # models from before do not know of the last one
        known = [
            bits
            for model, bits in zip(self._models, self._bits, strict=True)
            if model.issuperset(wanted) and _satisfies(model, clauses)
        ]
        if not known:
            if self.model(given) is None:
                return []
            known = self._bits[-1:]
        always, ever = functools.reduce(operator.and_, known), functools.reduce(operator.or_, known)
        plain = set(self._solver.propagate(assumptions=given)[1])  # membership only
        left = [one if always >> one & 1 else -one for one in atoms if always >> one & 1 or not ever >> one & 1]
        fixed = [literal for literal in left if literal in plain]
        left = [literal for literal in left if literal not in plain]
        self.prefer([-one for one in atoms])
        self.prefer([-one for one in left])  # each model then rules out many at once
        while left:
            literal = left.pop()
            found = self.model([*given, -literal])
            if found is None:
                fixed.append(literal)
                continue
            self.prefer(
                [-abs(one) for one in [literal, *left] if one not in found]
            )  # and the next one rules out others
            left = [one for one in left if one in found]
        return sorted(fixed, key=abs)


def _satisfies(model: Model, clauses: Iterable[Clause]) -> bool:
    return not any(map(model.isdisjoint, clauses))
