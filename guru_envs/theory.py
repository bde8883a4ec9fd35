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

from guru_envs.knowledge import Clause as Clause
from guru_envs.knowledge import Knowledge
from guru_envs.task import Trace

Fact = tuple[str | int, ...]

FALSE: Fact = ("false",)  # the contradiction; what it says is the empty clause, ``((),)``
POSSIBLE = "possible"  # begins a fact that names a whole solution; what it says are single literals, one for each atom at least

_SOLVER = "minisat22"  # small problems, many questions: the one with the least cost per call
_COUNTED = 256  # arrangements of the atoms that are counted one by one


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

    Attributes:
        start: the literals of atoms that were settled at the start.
        left: the atoms that are not settled.
    """

    def __init__(self, theory: Theory, given: Sequence[Clause] = ()) -> None:
        parts = itertools.chain(theory.rules, *theory.clues)
        top = max(max((abs(literal) for clause in parts for literal in clause), default=0), *theory.atoms, 0)
        self._theory, self._top, self._atoms = theory, top, frozenset(theory.atoms)
        self._rules = Knowledge(theory.rules, top)
        self._known = Knowledge(theory.rules, top, theory.clues)  # what follows from this is known
        self._outright = Knowledge(theory.rules, top)  # with the literals stated as such: what progress rests on
        self._alone: dict[int, list[int] | None] = {}  # what a literal settles by itself; None: it cannot be
        self._all = Knowledge(itertools.chain(theory.rules, *theory.clues), top)
        solution = self._all.model([])
        self._sound = solution is not None
        self._begin()
        self._known.prefer([*(solution or ()), *self._known.groups])  # so that few clues are false where a statement is
        for one in given:
            self._all.hold([one])
            self._establish([one])
        self.start = self._outright.settled([], theory.atoms)
        self.left = self._left(theory.atoms)
        self._total = len(self.left)

    def _begin(self) -> None:
        """Establish what single clues say of an atom by themselves, unless that solves the puzzle."""
        atoms = self._theory.atoms
        free = dict.fromkeys(self._rules.settled([], atoms))
        for one in (self._rules, self._known, self._outright):
            one.hold([(literal,) for literal in free])
        rest = [atom for atom in atoms if atom not in free and -atom not in free]
        alone = dict.fromkeys(literal for guard in self._known.groups for literal in self._known.settled([guard], rest))
        if self._rules.model(list(alone)) is not None and len(self._rules.settled(list(alone), rest)) < len(rest):
            units = [(literal,) for literal in alone]
            self._known.hold(units)
            self._outright.hold(units)

    def _left(self, atoms: Sequence[int]) -> list[int]:
        """Which of some atoms are not settled."""
        if not self._sound:
            return list(atoms) if self._known.model([]) is not None else []
        fixed = {abs(literal) for literal in self._outright.settled([], atoms)}
        return [atom for atom in atoms if atom not in fixed]

    def _by_itself(self, clauses: Sequence[Clause]) -> list[int]:
        """The atoms, as literals, that a statement settles outright: with the rules only."""
        if len(clauses) != 1 or not clauses[0]:
            return self._rules.settled([], self._theory.atoms, clauses)
        both: list[int] | None = None  # of "A or B" what A and B have in common
        for literal in clauses[0]:
            if literal not in self._alone:
                found = self._rules.settled([literal], self._theory.atoms)
                self._alone[literal] = None if not found and self._rules.entails((-literal,)) else found
            alone = self._alone[literal]
            if alone is not None:  # otherwise the rules exclude it
                both = alone if both is None else [one for one in both if one in alone]
            if both == []:
                break
        return both or []

    def _establish(self, clauses: Sequence[Clause]) -> None:
        literals = [(literal,) for literal in self._by_itself(clauses)]
        self._known.hold([*clauses, *literals])
        self._outright.hold(literals)

    def close(self) -> None:
        """Free the solvers."""
        for one in (self._rules, self._known, self._outright, self._all):
            one.close()

    @property
    def open_atoms(self) -> int:
        """How many atoms of the solution are not settled."""
        return len(self.left)

    @property
    def progress(self) -> float:
        """The share of the atoms open at the start which is settled now."""
        return 1.0 if not self._total else 1.0 - len(self.left) / self._total

    def arrangements(self) -> int:
        """How many ways to fill in the open atoms the rules and ``start`` leave: counted up to 256, a cautious guess beyond.

        The guess goes through the atoms of the solution, first those that are true, and counts those that the ones before leave
        undecided: n such decisions leave 2 ** n arrangements where they are independent; 2 ** (3 n / 4) is taken.
        """
        free = Knowledge([*self._theory.rules, *((literal,) for literal in self.start)], self._top)
        solution = self._all.model([]) or frozenset()  # of the atoms there is but one
        decisions = 0
        for literal in sorted(
            (one for one in solution if abs(one) in self._atoms), key=lambda one: (one < 0, abs(one))
        ):
            if not free.entails((literal,)):
                decisions += 1
                free.hold([(literal,)])
        free.close()
        counted = 0
        free = Knowledge([*self._theory.rules, *((literal,) for literal in self.start)], self._top)
        open_atoms = self._atoms.difference(map(abs, self.start))
        while counted < _COUNTED and (found := free.model([])) is not None:
            free.hold([tuple(-one for one in found if abs(one) in open_atoms)])
            counted += 1
        free.close()
        return counted if counted < _COUNTED else max(counted, 2 ** (3 * decisions // 4))

    def judge(self, clauses: Sequence[Clause]) -> Status:
        """What is true of a statement now."""
        news = [clause for clause in clauses if not self._known.entails(clause)]
        if not news:
            return Status.KNOWN
        if self._sound and not self._all.allows(news):
            return Status.CONTRADICTED
        if not all(map(self._all.entails, news)):
            return Status.UNSUPPORTED
        return Status.ENTAILED if self._within_reach(news) else Status.OPEN

    def _within_reach(self, clauses: Sequence[Clause]) -> bool:
        """Whether as many clues as one step may use are enough, with what is known, for clauses that follow from all clues."""
        known, reach = self._known, min(self._theory.reach, len(self._theory.clues))
        used: set[int] = set()
        for clause in clauses:
            known.model([*known.groups, *(-one for one in clause)])
            used |= set(known.core()).intersection(known.groups)
        if len(used) <= reach:
            return True
        some = list(itertools.combinations(known.groups, reach))
        for model in known.refuting(clauses):  # the clues that hold where a statement is false are not enough for it
            some = [guards for guards in some if not model.issuperset(guards)]
        while some:
            for clause in clauses:
                found = known.model([*some[-1], *(-one for one in clause)])
                if found is not None:
                    some = [guards for guards in some if not found.issuperset(guards)]
                    break
            else:
                return True
        return False

    def says_more(self, clauses: Sequence[Clause]) -> bool:
        """Whether a statement by itself gives the value of an atom that is open, be it known by way of conditions or not."""
        return not set(map(abs, self._by_itself(clauses))).isdisjoint(self.left)

    def state(self, clauses: Sequence[Clause]) -> tuple[Status, float]:
        """Judge a statement and, when it is entailed, establish it.

        Returns:
            What is true of it, and how much ``progress`` rose.
        """
        status = self.judge(clauses)
        if status is not Status.ENTAILED and not (status is Status.KNOWN and self.says_more(clauses)):
            return status, 0.0
        before = len(self.left)
        self._establish(clauses)
        self.left = self._left(self.left)
        gained = before - len(self.left)
        if gained:  # also where it followed from conditions that were established before: now it is said
            status = Status.ENTAILED
        return status, gained / self._total if self._total else 0.0
