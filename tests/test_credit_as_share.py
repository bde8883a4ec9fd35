"""The knob ``credit``: the share of right parts, as the multi-domain study pays it, in the domains that have it."""

from __future__ import annotations

import random

import pytest
from partly_right import partly_right

import guru_envs
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome

KNIGHTS, GRID, ZEBRA = "guru/knights-and-knaves-v0", "guru/logic-grid-v0", "guru/zebra-v0"
SIZES = {
    KNIGHTS: {"people": 5},
    GRID: {"categories": 3, "items": 4},
    ZEBRA: {"houses": 3, "attributes": 3},
}
PARTS = {KNIGHTS: 5, GRID: 8, ZEBRA: 9}


def shared(env_id, **more):
    return guru_envs.make_source(env_id, knobs={**SIZES[env_id], "credit": "share", **more.pop("knobs", {})}, **more)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wrong", ["other", "left out"])
@pytest.mark.parametrize("env_id", SIZES)
def test_an_answer_earns_the_share_of_its_right_parts(env_id, wrong, lang):
    """Whatever stands in the other parts, and also where a value stands in two rows because of them."""
    source, parts = shared(env_id, lang=lang), PARTS[env_id]
    for seed in range(3):
        task = source.draw(seed)
        answers = partly_right(task, wrong)
        assert len(answers) == parts + 1
        for right, answer in enumerate(answers):
            verdict = source.judge(task, f"<answer>{answer}</answer>")
            assert verdict.credit == right / parts, answer
            if answer:
                assert verdict.outcome is (Outcome.CORRECT if right == parts else Outcome.WRONG)


@pytest.mark.parametrize("env_id", SIZES)
def test_the_problem_is_the_same_and_the_credit_above_chance_without_the_knob(env_id):
    source = shared(env_id)
    assert "credit=share" in str(source.address(0))
    domain, parts = source.domain, PARTS[env_id]
    chance = {KNIGHTS: 5 / 2, GRID: 8 / 4, ZEBRA: 9 / 3}[env_id]
    plain, said, share = (
        domain.generate(random.Random(4), domain.Knobs(**SIZES[env_id], **more))
        for more in ({}, {"credit": "above_chance"}, {"credit": "share"})
    )
    assert plain == said
    assert (plain.prompt, plain.gold, plain.canonical) == (share.prompt, share.gold, share.canonical)
    for right, answer in enumerate(partly_right(plain, "other" if env_id == KNIGHTS else "left out")):
        expected = max(0.0, (right - chance) / (parts - chance))
        assert domain.verify(plain, answer).credit == pytest.approx(expected)
        assert domain.verify(share, answer).credit == right / parts


@pytest.mark.parametrize("env_id", SIZES)
def test_twins_and_edits_keep_the_knob(env_id):
    source = shared(env_id)
    task, rng = source.draw(1), random.Random(0)
    parts = PARTS[env_id]
    for other in (source.domain.twin(task, rng), source.domain.edit(task, rng)):
        assert source.domain.verify(other, partly_right(other)[parts - 1]).credit == (parts - 1) / parts


def test_what_can_not_be_counted_earns_nothing():
    source = shared(KNIGHTS)
    task = source.draw(0)
    name = task.gold.partition(":")[0]
    twice = source.domain.verify(task, f"{task.gold}, {name}: knight")
    assert (twice.outcome, twice.credit) == (Outcome.WRONG, 0.0)
    assert source.domain.verify(task, "everybody is a knight").outcome is Outcome.NO_ANSWER
    for env_id in (GRID, ZEBRA):
        source = shared(env_id)
        task = source.draw(0)
        first = task.gold[1 : task.gold.index(":")]
        for answer in (task.gold[:-1] + f", {first}: {{}}}}", task.gold + task.gold, "{}"):
            verdict = source.domain.verify(task, answer)
            assert (verdict.outcome is Outcome.CORRECT, verdict.credit) == (False, 0.0), answer


@pytest.mark.parametrize("env_id", SIZES)
def test_where_there_is_no_single_solution_a_grid_earns_nothing(env_id):
    source = shared(env_id, knobs={"abstain": True})
    tasks = [task for task in map(source.draw, range(20)) if task.gold in ("no solution", "several solutions")]
    assert tasks
    for task in tasks:
        rng = random.Random(0)
        answers = [source.domain.guess(task, rng) for _ in range(8)]
        assert {source.domain.verify(task, one).credit for one in answers if one != task.gold} == {0.0}


def test_special_roles_count_as_well():
    """Of an answer whose number of spies is not that of the prompt, the right roles count; of one that leaves people out too."""
    source = shared(KNIGHTS, knobs={"spies": 1})
    task = source.draw(0)
    pairs = [pair.split(": ") for pair in task.gold.split(", ")]
    no_spy = [(name, "knight" if role == "spy" else role) for name, role in pairs]
    verdict = source.domain.verify(task, ", ".join(f"{name}: {role}" for name, role in no_spy))
    assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, 4 / 5)
    assert "spies" in verdict.detail


def test_other_words_are_refused():
    with pytest.raises(InvalidValueError, match="above_chance"):
        guru_envs.make_source(ZEBRA, knobs={"credit": "all"})
