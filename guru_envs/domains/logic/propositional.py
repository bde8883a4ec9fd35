"""Propositional logic: do claims follow from premises in words, are they refuted, or neither.

Prompt
------
Numbered premises in natural words, the exact meaning of the words that could be misread, numbered claims, and the question. All
premises are true; nothing else is known. English and Chinese say the same.

Answer
------
One of the words entailed, contradicted, undetermined for each claim, in order, separated by commas (or by line breaks, numbered
or not, or as a JSON list). With ``certificate`` one line for each claim; an undetermined one is followed by two cases which
satisfy all premises, ``holds: a, c; fails: b``: the letters of the propositions that are true in them.

Verdict
-------
CORRECT when all claims are right; with ``certificate`` an undetermined claim is right only with two cases that are checked: both
satisfy all premises, the claim holds in the first and fails in the second (any such cases will do). Credit counts right claims
above chance: (right - k / 3) / (k - k / 3), at least 0. The reason given says how many are right, or which case breaks a premise.

Knobs
-----
``atoms``: propositions. ``premises``: their number; none follows from the others. ``claims``: their number; each label is
drawn first, so the three are equally frequent on every level; of several claims at least one is decided. ``depth``: no claim
that is decided can be decided by fewer premises. ``facts``: premises may state a proposition outright. ``pairs``: claims
may also say that two propositions are both true or both false. ``certificate``: undetermined claims need two cases.

Oracle
------
For a decided claim the proof uses a set of premises none of which is idle. Each line follows from one premise and earlier lines:
``("is", literal)`` or, under suppositions, ``("if", literal, ..., "then", literal)``, literals in the words of the puzzle. A
claim about two propositions is proved by two such lines. For an undetermined claim the two cases are shown:
``("case", claim, "holds" or "fails", proposition, ...)``; no clause says that, so step by step only the claims that are decided
are worth anything (with ``claims=1`` and an undetermined one, nothing).

Effort is the number of lines of the
proofs, each counted once more for each supposition, and for each undetermined claim the number of premises.

Known shortcuts
---------------
The labels are equally likely, and claims are chosen so that their propositions are mentioned about equally often whatever the
label is. A claim about a proposition that the premises mention more often in that form than in the other is entailed a little
more often than it is contradicted; the tests bound what such rules gain.

Provenance
----------
Our own generator; labels by complete truth tables. The task kind is that of RuleTaker and of reasoning-gym's propositional
logic, with a third label, several claims, and certificates.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.logic._propositional import make, words
from guru_envs.domains.logic._propositional.answer import Judged, answer_text, read_labels, say
from guru_envs.domains.logic._propositional.canonical import canonical_text
from guru_envs.domains.logic._propositional.premises import (
    KINDS,
    UNITS,
    Claim,
    Premise,
    claim_table,
    clauses,
    label,
    table,
)
from guru_envs.domains.logic._propositional.prove import Line, Prover, needed
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory

_DRAWS = 4000  # attempts before the knobs are called impossible
_REFUSED = 20  # puzzles drawn until one fits
_KINDS = {True: tuple(KINDS), False: tuple(kind for kind in KINDS if kind not in UNITS)}  # by whether facts are allowed
_REWORDED = 20  # twins drawn until one has another text


@dataclass(frozen=True)
class PropositionalKnobs(Knobs):
    """Size and form of a propositional puzzle."""

    atoms: int = knob(6, "propositions", 3, 12)
    premises: int = knob(7, "premises, none of which follows from the others", 2, 24)
    claims: int = knob(3, "claims to judge", 1, 8)
    depth: int = knob(2, "fewest premises that decide a claim which is decided", 1, 4)
    facts: bool = knob(False, "premises may state a proposition outright")
    pairs: bool = knob(False, "claims may be about the equivalence of two propositions")
    certificate: bool = knob(False, "for an undetermined claim, two cases are asked for")

    def check(self) -> None:
        """More claims than there are propositions to ask for."""
        if self.claims > self.atoms:
            raise ImpossibleTaskError(
                f"claims={self.claims} are about different propositions: atoms={self.atoms} is less"
            )
        if self.depth > self.premises:
            raise ImpossibleTaskError(f"depth={self.depth} needs as many premises: premises={self.premises} is less")


class Problem(NamedTuple):
    """A puzzle as it is shown.

    Attributes:
        lang: language of the words.
        names: which propositions of ``words.ATOMS`` are used.
        premises: the premises in the order shown.
        claims: the claims.
        certificate: whether undetermined claims need cases.
        labels: of the claims; used by the verifier only.
        models: the truth table of all premises together; used by the verifier only.
    """

    lang: str
    names: tuple[int, ...]
    premises: tuple[Premise, ...]
    claims: tuple[Claim, ...]
    certificate: bool
    labels: tuple[int, ...]
    models: int


class Propositional:
    """The propositional domain."""

    Knobs = PropositionalKnobs

    def generate(self, rng: random.Random, knobs: PropositionalKnobs) -> Task[Problem]:
        """Draw a puzzle; raises ``ImpossibleTaskError`` when none was found with these knobs."""
        found = self.generate_in(rng, knobs, bool)
        assert found is not None, "no canonical text is empty"
        return found

    def generate_in(
        self, rng: random.Random, knobs: PropositionalKnobs, fits: Callable[[str], bool]
    ) -> Task[Problem] | None:
        """As ``generate``, but a puzzle whose canonical text fits; where it does not, another last claim is tried."""
        count, form, refused = knobs.atoms, " certificate" if knobs.certificate else "", 0
        labels = make.draw_labels(rng, knobs.claims)
        for _ in range(_DRAWS):
            for drawn in make.draw(rng, count, knobs.premises, labels, knobs.depth, _KINDS[knobs.facts], knobs.pairs):
                text = canonical_text(count, drawn.premises, drawn.claims) + form
                if fits(text):
                    names = make.draw_names(rng, count, len(words.ATOMS))
                    return _made(knobs.lang, names, *drawn, knobs.certificate, labels, text)
                refused += 1
            if refused > _REFUSED:
                return None
        raise ImpossibleTaskError(f"in {_DRAWS} draws no propositional puzzle was found with {knobs}")

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge the labels of the claims, and the cases."""
        problem = task.payload
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        judged = read_labels(answer, len(problem.claims), problem.certificate)
        if judged is None:
            return Verdict(Outcome.NO_ANSWER, detail=say(problem.lang, "form", len(problem.claims)))
        right = 0
        reason = ""
        for number, one in enumerate(judged):
            if one.label == problem.labels[number]:
                wrong = _check_cases(problem, number, one) if problem.certificate and not one.label else ""
                right += not wrong
                reason = reason or wrong
        total = len(problem.claims)
        if right == total:
            return Verdict(Outcome.CORRECT, 1.0)
        credit = max(0.0, (right - total / 3) / (total - total / 3))
        return Verdict(Outcome.WRONG, credit, detail=reason or say(problem.lang, "right", right, total))

    def solve(self, task: Task[Problem]) -> Trace:
        """Prove what is decided; show cases for the rest."""
        problem = task.payload
        count, lang, names = len(problem.names), problem.lang, problem.names
        models = _models(count, problem.premises)
        labels = [label(models, claim_table(count, one)) for one in problem.claims]
        lines, ends = _lines(count, problem.premises, problem.claims, labels)
        steps = [words.step(lang, names, line) for line in lines]
        for number, (claim, value) in enumerate(zip(problem.claims, labels, strict=True), 1):
            if value and len(claim.literals) > 1:  # a claim of one literal is a line by itself
                steps.append(words.claim_step(lang, number, value, ends[number - 1]))
        cases: list[tuple[int, int] | None] = []
        for number, (claim, value) in enumerate(zip(problem.claims, labels, strict=True), 1):
            cases.append(None)
            if not value:
                said = claim_table(count, claim)
                both = (_lowest(models & said), _lowest(models & ~said))
                cases[-1] = both
                for holds, case in zip((True, False), both, strict=True):
                    steps.append(words.case_step(lang, names, number, holds, case))
        return Trace(tuple(steps), answer_text(lang, labels, cases if problem.certificate else None))

    # -- deduction -----------------------------------------------------------------------------------------------------

    def theory(self, task: Task[Problem]) -> Theory:
        """The premises as clues; to be settled is whether each claim that is decided holds."""
        problem = task.payload
        count, rules, atoms = len(problem.names), list[Clause](), dict[int, None]()
        for number, (claim, value) in enumerate(zip(problem.claims, problem.labels, strict=True), 1):
            if len(claim.literals) == 1:
                atom = abs(claim.literals[0])
            else:
                atom, (a, b) = count + number, claim.literals
                rules += [(-atom, -a, b), (-atom, a, -b), (atom, a, b), (atom, -a, -b)]
            if value:
                atoms[atom] = None
        clues = tuple(clauses(one.kind, one.literals) for one in problem.premises)
        return Theory(tuple(rules), clues, tuple(atoms), 1)

    def clauses(self, task: Task[Problem], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says; raises ``InvalidValueError`` for another form."""
        parts = [str(one) for one in fact[1:] if one != "then"]
        if fact[:1] == ("case",) and len(fact) > 2 and isinstance(fact[1], int) and fact[2] in ("holds", "fails"):
            return ()
        claim = fact[1] if len(fact) == 3 and fact[0] == "claim" and fact[2] in ("entailed", "contradicted") else 0
        if isinstance(claim, int) and 1 <= claim <= len(task.payload.claims):
            said = task.payload.claims[claim - 1].literals
            atom = said[0] if len(said) == 1 else len(task.payload.names) + claim
            return ((atom if fact[2] == "entailed" else -atom,),)
        literals = (words.literal_of(task.payload.names, part) for part in parts)
        found = tuple(one for one in literals if one is not None)
        if parts and len(found) == len(parts):
            if fact[0] == "is" and len(fact) == 2:
                return (found,)
            if fact[0] == "if" and len(fact) > 3 and fact[-2] == "then" and fact.count("then") == 1:
                return ((*(-one for one in found[:-1]), found[-1]),)
        raise InvalidValueError(f"{str(fact)[:200]!r} is no fact about this puzzle")

    def read_fact(self, task: Task[Problem], line: str) -> Fact | None:
        """The fact that a line of text states, if it states one."""
        fact = words.read_fact(task.payload.lang, task.payload.names, line)
        about = fact is not None and fact[0] in ("claim", "case")
        return None if fact is None or (about and int(fact[1]) > len(task.payload.claims)) else fact

    def fact_help(self, task: Task[Problem]) -> str:
        """How a fact is written."""
        return words.fact_help(task.payload.lang, task.payload.names)

    def effort(self, task: Task[Problem]) -> float:
        """Lines of the proofs, each counted once more for each supposition, and the premises for each undetermined claim."""
        problem = task.payload
        lines, _ = _lines(len(problem.names), problem.premises, problem.claims, problem.labels)
        return float(sum(1 + len(line.assumed) for line in lines) + problem.labels.count(0) * len(problem.premises))

    # -- relatives -----------------------------------------------------------------------------------------------------

    def twin(self, task: Task[Problem], rng: random.Random) -> Task[Problem]:
        """The same puzzle with other propositions, other wordings and another order of premises and claims."""
        problem = task.payload
        for _ in range(_REWORDED):
            count = len(problem.names)
            order = [0, *rng.sample(range(1, count + 1), count)]
            names = tuple(rng.sample(range(len(words.ATOMS)), count))
            premises = [
                Premise(
                    one.kind,
                    tuple(order[abs(lit)] * (1 if lit > 0 else -1) for lit in one.literals),
                    rng.randrange(make.WORDINGS.get(one.kind, 1)),
                )
                for one in problem.premises
            ]
            claims = [
                Claim(tuple(order[abs(lit)] * (1 if lit > 0 else -1) for lit in one.literals)) for one in problem.claims
            ]
            rng.shuffle(premises)
            rng.shuffle(claims)
            found = _task(problem.lang, names, premises, claims, problem.certificate)
            if found.prompt != task.prompt:
                break
        return found

    def edit(self, task: Task[Problem], rng: random.Random) -> Task[Problem] | None:
        """The puzzle with one premise changed, most often one literal negated, and other labels; None when none was found."""
        problem = task.payload
        for premises in make.edits(rng, len(problem.names), problem.premises):
            other = _task(problem.lang, problem.names, premises, problem.claims, problem.certificate)
            if other.payload.labels != problem.labels and other.canonical != task.canonical:
                return other
        return None

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """Random labels, and random cases where they are asked for."""
        problem = task.payload
        labels = [rng.choice((1, -1, 0)) for _ in problem.claims]
        limit = 1 << len(problem.names)
        cases = [(rng.randrange(limit), rng.randrange(limit)) for _ in labels]
        return answer_text(problem.lang, labels, cases if problem.certificate else None)

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """One label wrong."""
        problem = task.payload
        labels = list(problem.labels)
        wrong = rng.randrange(len(labels))
        labels[wrong] = rng.choice([one for one in (1, -1, 0) if one != labels[wrong]])
        limit = 1 << len(problem.names)
        cases = [(rng.randrange(limit), rng.randrange(limit)) for _ in labels]
        return answer_text(problem.lang, labels, cases if problem.certificate else None)

    def render(self, task: Task[Problem]) -> str:
        """The puzzle as text."""
        return task.prompt


def _models(count: int, premises: Sequence[Premise]) -> int:
    models = (1 << (1 << count)) - 1
    for one in premises:
        models &= table(count, one.kind, one.literals)
    return models


def _lowest(models: int) -> int:
    """The first assignment of a truth table."""
    return (models & -models).bit_length() - 1


def _task(
    lang: str, names: tuple[int, ...], premises: Sequence[Premise], claims: Sequence[Claim], certificate: bool
) -> Task[Problem]:
    count = len(names)
    models = _models(count, premises)
    labels = tuple([label(models, claim_table(count, claim)) for claim in claims])
    text = canonical_text(count, premises, claims) + (" certificate" if certificate else "")
    return _made(lang, names, tuple(premises), tuple(claims), models, certificate, labels, text)


def _made(
    lang: str,
    names: tuple[int, ...],
    premises: tuple[Premise, ...],
    claims: tuple[Claim, ...],
    models: int,
    certificate: bool,
    labels: tuple[int, ...],
    canonical: str,
) -> Task[Problem]:
    """The task, where everything about it is known."""
    problem = Problem(lang, names, premises, claims, certificate, labels, models)
    text = words.prompt(lang, names, premises, claims, certificate)
    if not certificate:
        return Task(text, answer_text(lang, labels, None), problem, canonical)
    cases: list[tuple[int, int] | None] = []
    for claim, value in zip(claims, labels, strict=True):
        said = claim_table(len(names), claim)
        cases.append(None if value else (_lowest(models & said), _lowest(models & ~said)))
    return Task(text, answer_text(lang, labels, cases), problem, canonical)


def _lines(
    count: int, premises: Sequence[Premise], claims: Sequence[Claim], labels: Sequence[int]
) -> tuple[list[Line], list[list[int]]]:
    """The proofs of the claims that are decided, with nothing idle, and for each claim the lines (from 0) that decide it."""
    prover = Prover(count, premises)
    ends = [prover.prove(claim, value) if value else list[int]() for claim, value in zip(claims, labels, strict=True)]
    lines = needed(prover.lines, [end for some in ends for end in some])
    place = {line[:2]: number for number, line in enumerate(lines)}  # by suppositions and literal
    return lines, [[place[prover.lines[end][:2]] for end in some] for some in ends]


# -- answers -----------------------------------------------------------------------------------------------------------


def _check_cases(problem: Problem, number: int, judged: Judged) -> str:
    """What is wrong with the cases given for an undetermined claim; empty: nothing."""
    if judged.cases is None:
        return say(problem.lang, "cases", number + 1)
    count = len(problem.names)
    for case in judged.cases:
        if case >> count:
            return say(problem.lang, "cases", number + 1)
        if not problem.models >> case & 1:
            broken = next(
                place
                for place, one in enumerate(problem.premises, 1)
                if not table(count, one.kind, one.literals) >> case & 1
            )
            return say(problem.lang, "premise", number + 1, broken)
    said = claim_table(count, problem.claims[number])
    if said >> judged.cases[0] & 1 and not said >> judged.cases[1] & 1:
        return ""
    return say(problem.lang, "claim", number + 1)
