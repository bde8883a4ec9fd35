"""A puzzle as propositional clauses, and what follows from them: the judge of proofs and of single statements.

A deductive domain writes down what its clues mean (``theory``) and what a statement says (``clauses``), apart from its solver.
Everything else is decided here, by a SAT solver, and exactly: whether a step of a proof follows from the premises it names,
and whether a statement follows from what is established (``Deduction``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from pysat.solvers import Solver

from guru_envs.task import Trace

Clause = tuple[int, ...]
Fact = tuple[str | int, ...]

FALSE: Fact = ("false",)  # the contradiction; what it says is the empty clause, ``((),)``
POSSIBLE = "possible"  # begins a fact that names a whole solution; what it says are single literals, one for each atom at least

_SOLVER = "minisat22"  # small problems, many questions: the one with the least cost per call


class Theory(NamedTuple):
    """A puzzle as clauses over the variables 1, 2, ...; a clause is a tuple of literals, ``-v`` is "not v".

    Attributes:
        rules: what holds in every puzzle of the size.
        clues: for each numbered clue of the prompt, what it says. Auxiliary variables are allowed.
        atoms: the variables whose truth values make up the solution.
        reach: how many clues one step of a proof may use, besides what is established.
    """

    rules: tuple[Clause, ...]
    clues: tuple[tuple[Clause, ...], ...]
    atoms: tuple[int, ...]
    reach: int = 1


class Status(StrEnum):
    """What is true of a statement, given what is established."""

    ENTAILED = "entailed"  # follows from what is established and at most ``reach`` clues
    KNOWN = "known"  # follows from what is established alone, so it says nothing new
    CONTRADICTED = "contradicted"  # false: the clues exclude it
    OPEN = "open"  # all clues together entail it, but it takes more than one step
    UNSUPPORTED = "unsupported"  # neither excluded nor entailed by all clues together


class Reasoner:
    """Answers whether clauses follow from the rules, some of the clues and some of the facts of a theory."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        parts = itertools.chain(theory.rules, *theory.clues)
        self._fresh = max(max((abs(literal) for clause in parts for literal in clause), default=0), *theory.atoms, 0)
        self._solver = Solver(name=_SOLVER, bootstrap_with=theory.rules)
        self._clues = [self._guard(clauses) for clauses in theory.clues]
        self._numbers = {guard: number for number, guard in enumerate(self._clues, 1)}

    def close(self) -> None:
        """Free the solver."""
        self._solver.delete()

    def _guard(self, clauses: Iterable[Clause]) -> int:
        """Add clauses that hold while the literal returned is assumed."""
        self._fresh += 1
        for clause in clauses:
            self._solver.add_clause([*clause, -self._fresh])
        return self._fresh

    def learn(self, clauses: Iterable[Clause]) -> int:
        """Write a fact down; the handle returned stands for it in ``assuming``."""
        return self._guard(clauses)

    def assuming(self, clues: Iterable[int], facts: Iterable[int] = ()) -> list[int]:
        """The assumptions for clues, counted from 1, and facts by their handles."""
        return [self._clues[number - 1] for number in clues] + list(facts)

    def every_clue(self) -> list[int]:
        """The assumptions for all clues."""
        return list(self._clues)

    def possible(self, given: Sequence[int]) -> bool:
        """Whether something satisfies the rules and the assumptions."""
        return bool(self._solver.solve(assumptions=list(given)))

    def follows(self, given: Sequence[int], clauses: Iterable[Clause]) -> bool:
        """Whether the rules and the assumptions leave no way for a clause to be false."""
        return all(not self._solver.solve(assumptions=[*given, *(-one for one in clause)]) for clause in clauses)

    def clues_used(self, given: Sequence[int], clauses: Iterable[Clause]) -> list[int]:
        """Clues among the assumptions that are enough for the clauses, which must follow; not always the fewest."""
        used: dict[int, None] = {}
        for clause in clauses:
            self._solver.solve(assumptions=[*given, *(-one for one in clause)])
            used |= dict.fromkeys(self._numbers[one] for one in self._solver.get_core() or () if one in self._numbers)
        return sorted(used)

    def settled(self, given: Sequence[int], atoms: Iterable[int]) -> list[int]:
        """The atoms, as literals, that have one value in all that satisfies the assumptions; none if nothing does."""
        if not self._solver.solve(assumptions=list(given)):
            return []
        true = set(self._solver.get_model())
        left = {atom: atom if atom in true else -atom for atom in atoms}
        fixed: list[int] = []
        self._solver.set_phases([-literal for literal in left.values()])  # each model then rules out many at once
        while left:
            _, literal = left.popitem()
            if not self._solver.solve(assumptions=[*given, -literal]):
                fixed.append(literal)
                continue
            true = set(self._solver.get_model())
            left = {one: kept for one, kept in left.items() if kept in true}
        return sorted(fixed, key=abs)

    def model(self, given: Sequence[int]) -> list[int] | None:
        """The literals of something that satisfies the assumptions; which one depends on the solver."""
        return list(self._solver.get_model()) if self._solver.solve(assumptions=list(given)) else None

    def solutions(self, given: Sequence[int], atoms: Sequence[int]) -> list[list[int]]:
        """At most two solutions, as literals of the atoms; they do not depend on the solver, only on the order of the atoms.

        The first has the atoms true that come first, the second has them false; both are the same when there is but one.
        """
        found = [self._extreme(given, atoms, sign) for sign in (1, -1)]
        return [one for number, one in enumerate(found) if one and one not in found[:number]]

    def _extreme(self, given: Sequence[int], atoms: Sequence[int], sign: int) -> list[int]:
        model = self.model(given)
        if model is None:
            return []
        true = set(model)  # membership only
        fixed: list[int] = []
        for atom in atoms:
            wanted = sign * atom
            if wanted not in true:
                model = self.model([*given, *fixed, wanted])
                if model is None:
                    wanted = -wanted
                else:
                    true = set(model)
            fixed.append(wanted)
        return fixed

    def conflict(self) -> list[int]:
        """A smallest-by-inclusion set of clues that cannot hold together, the last ones left out first; empty: they can."""
        kept = list(range(1, len(self._clues) + 1))
        if self.possible(self.assuming(kept)):
            return []
        for number in reversed(kept.copy()):
            rest = [one for one in kept if one != number]
            if not self.possible(self.assuming(rest)):
                kept = rest
        return kept


def check_proof(theory: Theory, trace: Trace, clauses: Callable[[Fact], tuple[Clause, ...]]) -> str:
    """The first thing wrong with a proof, or an empty text.

    Each step must follow from the rules, the clues and the earlier steps that it names, and use at most ``theory.reach`` clues.
    Together they must settle all atoms; or the last one is ``FALSE``, which proves that there is no solution. That there are
    several is proved by two steps with ``POSSIBLE``, each of which names another solution.

    Args:
        theory: the puzzle.
        trace: the proof.
        clauses: what a fact says.
    """
    reasoner = Reasoner(theory)
    try:
        if any(step.fact[:1] == (POSSIBLE,) for step in trace.steps):
            return _check_solutions(reasoner, trace, clauses)
        handles: list[int] = []
        for number, step in enumerate(trace.steps, 1):
            if not step.fact:
                return f"step {number} has no fact: {step.statement!r}"
            clues = [premise.index for premise in step.premises if premise.kind == "clue"]
            steps = [premise.index for premise in step.premises if premise.kind == "step"]
            if not all(1 <= clue <= len(theory.clues) for clue in clues) or not all(1 <= one < number for one in steps):
                return f"step {number} names premises that there are not: {step.premises}"
            if len(set(clues)) > theory.reach:
                return f"step {number} uses {len(set(clues))} clues, {theory.reach} are allowed"
            said = clauses(step.fact)
            if not reasoner.follows(reasoner.assuming(clues, [handles[one - 1] for one in steps]), said):
                return f"step {number} does not follow from its premises: {step.statement!r}"
            handles.append(reasoner.learn(said))
        if trace.steps and trace.steps[-1].fact == FALSE:
            return "" if () in said else "the contradiction says something else"
        if not reasoner.possible([*reasoner.every_clue(), *handles]):
            return "the clues contradict each other"
        if len(reasoner.settled(handles, theory.atoms)) < len(theory.atoms):
            return "the steps do not settle the solution"
        return ""
    finally:
        reasoner.close()


def _check_solutions(reasoner: Reasoner, trace: Trace, clauses: Callable[[Fact], tuple[Clause, ...]]) -> str:
    """The first thing wrong with two solutions, or an empty text."""
    theory, found = reasoner.theory, list[list[int]]()
    for number, step in enumerate(trace.steps, 1):
        said = clauses(step.fact) if step.fact[:1] == (POSSIBLE,) else ()
        if not said or not all(len(clause) == 1 for clause in said):
            return f"step {number} does not name a solution: {step.statement!r}"
        named = [literal for clause in said for literal in clause]
        if not reasoner.possible([*reasoner.every_clue(), *named]):
            return f"step {number} names what the clues exclude: {step.statement!r}"
        found.append(reasoner.settled(named, theory.atoms))
        if len(found[-1]) < len(theory.atoms):
            return f"step {number} leaves some of the solution open: {step.statement!r}"
    if len(found) != 2 or found[0] == found[1]:
        return "two different solutions are expected"
    return ""


class Deduction:
    """What has been established of one puzzle, statement by statement; ``given`` is established from the start.

    At the start the rules hold, and what a single clue says of an atom by itself, so that restating a clue is never worth
    anything (unless that solves the whole puzzle: then only the rules hold). ``progress`` is the share of the atoms open at
    the start that are settled: by what single established statements say of them outright, with the rules. What follows from
    conditions ("if A, then B") only together is not settled until it is stated, or writing all clues as conditions would have
    the SAT solver do the reasoning. It is 0 at the start, 1 exactly when the puzzle is solved. Clues that contradict each other
    exclude everything, so of them no statement is called contradicted, and the progress is 0 until the contradiction is
    established, then 1.
    """

    def __init__(self, theory: Theory, given: Sequence[Clause] = ()) -> None:
        self._reasoner = Reasoner(theory)
        self._theory = theory
        self._known: list[int] = []  # what follows from these is known
        self._outright: list[int] = []  # the literals among it that were stated as such: what progress rests on
        self._sound = self._reasoner.possible(self._reasoner.every_clue())
        alone = [
            literal
            for number in range(1, len(theory.clues) + 1)
            for literal in self._reasoner.settled(self._reasoner.assuming([number]), theory.atoms)
        ]
        free = self._reasoner.learn((literal,) for literal in dict.fromkeys(alone))
        solves = len(self._reasoner.settled([free], theory.atoms)) == len(theory.atoms)
        if self._reasoner.possible([free]) and not solves:
            self._known.append(free)
            self._outright.append(free)
        for one in given:
            self._establish([one])
        self._open = self._left(theory.atoms)
        self._total = len(self._open)

    def _left(self, atoms: Sequence[int]) -> list[int]:
        """Which of some atoms are not settled."""
        if not self._sound:
            return list(atoms) if self._reasoner.possible(self._known) else []
        fixed = {abs(literal) for literal in self._reasoner.settled(self._outright, atoms)}
        return [atom for atom in atoms if atom not in fixed]

    def _establish(self, clauses: Sequence[Clause]) -> None:
        handle = self._reasoner.learn(clauses)
        self._known.append(handle)
        literals = self._reasoner.settled([handle], self._theory.atoms)
        if literals:
            self._outright.append(self._reasoner.learn((literal,) for literal in literals))

    def close(self) -> None:
        """Free the solver."""
        self._reasoner.close()

    @property
    def open_atoms(self) -> int:
        """How many atoms of the solution are not settled."""
        return len(self._open)

    @property
    def progress(self) -> float:
        """The share of the atoms open at the start which is settled now."""
        return 1.0 if not self._total else 1.0 - len(self._open) / self._total

    def judge(self, clauses: Sequence[Clause]) -> Status:
        """What is true of a statement now."""
        reasoner, known = self._reasoner, self._known
        if reasoner.follows(known, clauses):
            return Status.KNOWN
        said = reasoner.learn(clauses)
        everything = [*reasoner.every_clue(), *known]
        if self._sound and not reasoner.possible([*everything, said]):
            return Status.CONTRADICTED
        if not reasoner.follows(everything, clauses):
            return Status.UNSUPPORTED
        return Status.ENTAILED if self._within_reach(clauses) else Status.OPEN

    def _within_reach(self, clauses: Sequence[Clause]) -> bool:
        reasoner, known, reach = self._reasoner, self._known, self._theory.reach
        if len(reasoner.clues_used([*known, *reasoner.every_clue()], clauses)) <= reach:
            return True
        numbers = range(1, len(self._theory.clues) + 1)
        return any(
            reasoner.follows(reasoner.assuming(some, known), clauses)
            for some in itertools.combinations(numbers, min(reach, len(numbers)))
        )

    def says_more(self, clauses: Sequence[Clause]) -> bool:
        """Whether a statement by itself gives the value of an atom that is open, be it known by way of conditions or not."""
        return bool(self._reasoner.settled([self._reasoner.learn(clauses)], self._open))

    def state(self, clauses: Sequence[Clause]) -> tuple[Status, float]:
        """Judge a statement and, when it is entailed, establish it.

        Returns:
            What is true of it, and how much ``progress`` rose.
        """
        status = self.judge(clauses)
        if status is not Status.ENTAILED and not (status is Status.KNOWN and self.says_more(clauses)):
            return status, 0.0
        before = len(self._open)
        self._establish(clauses)
        self._open = self._left(self._open)
        gained = before - len(self._open)
        if gained:  # also where it followed from conditions that were established before: now it is said
            status = Status.ENTAILED
        return status, gained / self._total if self._total else 0.0
