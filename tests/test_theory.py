"""The judge of proofs and statements, on theories small enough to see through."""

from __future__ import annotations

from itertools import product

import pytest

from guru_envs.task import Premise, Step, Trace
from guru_envs.theory import FALSE, POSSIBLE, Deduction, Reasoner, Status, Theory, check_proof

# Three lamps; exactly one is lit. Clue 1: not the first. Clue 2: not both the second and the fourth; clue 3: the fourth (no
# atom, but something a clue may speak of) is lit exactly when the third is not.
LAMPS = Theory(
    rules=((1, 2, 3), (-1, -2), (-1, -3), (-2, -3)),
    clues=(((-1,),), ((-2, -4),), ((4, 3), (-4, -3))),
    atoms=(1, 2, 3),
    reach=2,
)
STRICT = LAMPS._replace(reach=1)


def clauses(fact):
    """("lit", 3), ("dark", 1, 2), the contradiction, or ("possible", literal, ...)."""
    if fact == FALSE:
        return ((),)
    kind, *lamps = fact
    if kind == "lit":
        return (tuple(lamps),)
    return tuple((-lamp,) if kind == "dark" else (lamp,) for lamp in lamps)


def step(fact, *premises):
    return Step(" ".join(map(str, fact)), tuple(Premise(kind, index) for kind, index in premises), fact)


C1, C2, C3 = (("clue", number) for number in (1, 2, 3))
S1, S2 = (("step", number) for number in (1, 2))
DARK_1 = step(("dark", 1), C1)
DARK_2 = step(("dark", 2), C2, C3)
LIT_3 = step(("lit", 3), S1, S2)


def checked(theory, *steps):
    return check_proof(theory, Trace(steps, "3"), clauses)


def test_a_right_proof_is_accepted():
    assert checked(LAMPS, DARK_1, DARK_2, LIT_3) == ""
    assert checked(LAMPS, DARK_1, DARK_2) == "", "the rules settle the third lamp"


@pytest.mark.parametrize(
    ("theory", "steps", "message"),
    [
        (LAMPS, (step((), C1),), "has no fact"),
        (LAMPS, (step(("dark", 1), ("clue", 4)),), "premises that there are not"),
        (LAMPS, (step(("dark", 1), ("clue", 0)),), "premises that there are not"),
        (LAMPS, (step(("dark", 1), S1),), "premises that there are not"),
        (LAMPS, (step(("dark", 1), ("step", 0)),), "premises that there are not"),
        (LAMPS, (step(("dark", 1)),), "step 1 does not follow"),
        (LAMPS, (step(("dark", 1), C2),), "step 1 does not follow"),
        (LAMPS, (DARK_1, step(("dark", 2), C2)), "step 2 does not follow"),
        (LAMPS, (DARK_1, DARK_2, step(("lit", 3), S2)), "step 3 does not follow"),
        (LAMPS, (DARK_1, step(("lit", 1), C1)), "step 2 does not follow"),
        (LAMPS, (DARK_1, DARK_2, step(FALSE, C1, C2)), "step 3 does not follow"),
        (LAMPS, (DARK_1,), "do not settle"),
        (LAMPS, (), "do not settle"),
        (STRICT, (DARK_1, DARK_2, LIT_3), "step 2 uses 2 clues, 1 are allowed"),
    ],
)
def test_a_wrong_proof_is_refused(theory, steps, message):
    assert message in checked(theory, *steps)


def test_a_premise_named_twice_counts_once():
    assert checked(STRICT, step(("dark", 1), C1, C1), step(("lit", 2, 3), S1)).startswith("the steps do not settle")


CONTRADICTORY = LAMPS._replace(clues=(((-1,),), ((-2,),), ((-3,),)))


def test_a_contradiction_is_proved_by_a_step_that_says_so():
    steps = (DARK_1, step(("dark", 2), C2), step(FALSE, S1, S2, C3))
    assert checked(CONTRADICTORY, *steps) == ""
    assert checked(CONTRADICTORY, *steps[:2], step(FALSE, S1, S2)).startswith("step 3 does not follow")
    assert checked(CONTRADICTORY, *steps[:2], step(("lit", 3), S1, S2)) == "the clues contradict each other"
    said = check_proof(CONTRADICTORY, Trace((step(FALSE),), ""), lambda fact: ())
    assert said == "the contradiction says something else"


def solution(*literals):
    return step((POSSIBLE, *literals))


OPEN = LAMPS._replace(clues=LAMPS.clues[:1])


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((solution(2), solution(3)), ""),
        ((solution(2), solution(2)), "two different"),
        ((solution(2), solution(2, -1, -3)), "two different"),
        ((solution(2),), "two different"),
        ((solution(2), solution(3), solution(2)), "two different"),
        ((solution(2), solution(1)), "step 2 names what the clues exclude"),
        ((solution(2, 3), solution(3)), "step 1 names what the clues exclude"),
        ((solution(-1), solution(3)), "step 1 leaves some of the solution open"),
        ((solution(2), DARK_1), "step 2 does not name a solution"),
        ((solution(), solution(3)), "step 1 does not name a solution"),
    ],
)
def test_several_solutions_are_proved_by_two(steps, message):
    assert (message in checked(OPEN, *steps)) if message else checked(OPEN, *steps) == ""


def test_what_follows_is_what_the_table_of_all_cases_says():
    """Every choice of clues, and every clause over the lamps, against all 16 cases."""
    reasoner = Reasoner(LAMPS)
    cases = [dict(enumerate(case, 1)) for case in product((False, True), repeat=4)]

    def true(clause, case):
        return any(case[abs(literal)] is (literal > 0) for literal in clause)

    for chosen in product((False, True), repeat=3):
        numbers = [number for number, yes in enumerate(chosen, 1) if yes]
        given = [*LAMPS.rules, *(clause for number in numbers for clause in LAMPS.clues[number - 1])]
        left = [case for case in cases if all(true(clause, case) for clause in given)]
        assumptions = reasoner.assuming(numbers)
        assert reasoner.possible(assumptions) == bool(left)
        for signs in product((-1, 0, 1), repeat=3):
            clause = tuple(sign * lamp for lamp, sign in enumerate(signs, 1) if sign)
            assert reasoner.follows(assumptions, [clause]) == all(true(clause, case) for case in left)
        settled = [atom if left[0][atom] else -atom for atom in LAMPS.atoms if len({case[atom] for case in left}) == 1]
        assert reasoner.settled(assumptions, LAMPS.atoms) == settled
        lit = sorted({tuple(case[atom] for atom in LAMPS.atoms) for case in left})
        extremes = [tuple(literal > 0 for literal in one) for one in reasoner.solutions(assumptions, LAMPS.atoms)]
        assert extremes == list(dict.fromkeys([lit[-1], lit[0]]))
    reasoner.close()


def test_facts_learned_hold_only_where_they_are_assumed():
    reasoner = Reasoner(LAMPS)
    dark = reasoner.learn([(-2,)])
    assert not reasoner.follows(reasoner.assuming([1]), [(3,)])
    assert reasoner.follows(reasoner.assuming([1], [dark]), [(3,)])
    assert not reasoner.follows([], [(-2,)])
    assert set(reasoner.model([dark])) & {1, 3}
    never = reasoner.learn([()])
    assert reasoner.model([never]) is None
    assert reasoner.possible([])
    reasoner.close()


def test_clues_that_conflict():
    reasoner = Reasoner(CONTRADICTORY._replace(clues=(((2, 3),), *CONTRADICTORY.clues)))
    assert reasoner.conflict() == [1, 3, 4]
    reasoner.close()
    fine = Reasoner(LAMPS)
    assert fine.conflict() == []
    fine.close()


def test_a_deduction_from_start_to_end():
    deduction = Deduction(LAMPS)
    assert (deduction.progress, deduction.open_atoms) == (0.0, 2)
    assert deduction.state([(-1,)]) == (Status.KNOWN, 0.0), "what a clue says by itself is there from the start"
    assert deduction.state([(2, 3)]) == (Status.KNOWN, 0.0)
    assert deduction.state([(2,)]) == (Status.CONTRADICTED, 0.0)
    assert deduction.state([()]) == (Status.CONTRADICTED, 0.0)
    assert deduction.state([(-2, -4)]) == (Status.ENTAILED, 0.0), "a clue in other words settles nothing"
    assert deduction.judge([(3,)]) is Status.ENTAILED
    assert deduction.progress == 0.0, "judging establishes nothing"
    assert deduction.state([(3,)]) == (Status.ENTAILED, 1.0)
    assert (deduction.progress, deduction.open_atoms) == (1.0, 0)
    assert deduction.state([(-2,)]) == (Status.KNOWN, 0.0)
    deduction.close()


def test_more_clues_than_allowed_are_not_derivable_yet():
    deduction = Deduction(STRICT)
    assert deduction.state([(3,)]) == (Status.OPEN, 0.0)
    assert deduction.state([(-4, -2)])[0] is Status.ENTAILED
    assert deduction.state([(3,)]) == (Status.ENTAILED, 1.0), "with clue 2 established clue 3 is enough"
    deduction.close()


def test_a_clue_that_solves_the_puzzle_is_worth_stating():
    deduction = Deduction(LAMPS._replace(clues=(((3,),),)))
    assert deduction.open_atoms == 3
    assert deduction.state([(3,)]) == (Status.ENTAILED, 1.0)
    deduction.close()


def test_facts_given_at_the_start_are_known():
    deduction = Deduction(LAMPS, [(-2,)])
    assert deduction.judge([(3,)]) is Status.KNOWN
    assert (deduction.open_atoms, deduction.progress) == (0, 1.0)
    deduction.close()


def test_a_contradiction_is_deduced_step_by_step():
    deduction = Deduction(CONTRADICTORY._replace(clues=(((-1, -4),), ((4,),), ((-2,),), ((-3,),)), reach=1))
    assert (deduction.progress, deduction.open_atoms) == (0.0, 3)
    assert deduction.state([()]) == (Status.OPEN, 0.0), "that takes four clues"
    for said in ([(-3,)], [(-2,)], [(4,)]):
        assert deduction.state(said) == (Status.ENTAILED, 0.0)
    assert deduction.judge([(1,)]) is Status.KNOWN
    assert deduction.judge([(-1,)]) is Status.ENTAILED
    assert deduction.state([()]) == (Status.ENTAILED, 1.0)
    assert (deduction.progress, deduction.open_atoms) == (1.0, 0)
    deduction.close()


def test_clues_that_each_contradict_another_by_themselves():
    deduction = Deduction(LAMPS._replace(clues=(((1,),), ((2,),)), reach=1))
    assert deduction.judge([(3,)]) is Status.OPEN
    assert deduction.state([(1,)])[0] is Status.ENTAILED
    assert deduction.state([()]) == (Status.ENTAILED, 1.0)
    assert deduction.open_atoms == 0
    deduction.close()
