"""Curricula against policies whose success rates are known."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections import Counter

import pytest

from guru_envs.curriculum import Adaptive, Rising, Stages
from guru_envs.errors import InvalidValueError, UnknownNameError

ENV = "guru/zebra-v0"


def play(curriculum, skill, rounds, rng, env_id=ENV):
    """A policy that solves level l with probability 1 / (1 + exp(l - skill)); returns the success rate of each round."""
    rates = []
    for _ in range(rounds):
        right = total = 0
        for level in curriculum.levels(env_id, 8):
            correct = sum(rng.random() < 1 / (1 + math.exp(level - skill)) for _ in range(8))
            curriculum.record(env_id, level, correct, 8)
            right, total = right + correct, total + 8
        rates.append(right / total)
    return rates


@pytest.mark.parametrize("skill", [1.5, 4.0, 7.5])
def test_adaptive_levels_keep_the_success_rate_in_the_band(skill):
    curriculum = Adaptive({ENV: 11})
    rates = play(curriculum, skill, 200, random.Random(0))
    settled = rates[20:]
    assert 0.3 <= sum(settled) / len(settled) <= 0.7
    assert abs(curriculum.level(ENV) - skill) <= 2


def test_adaptive_levels_follow_a_policy_that_learns_and_stop_at_the_ends():
    curriculum, rng = Adaptive({ENV: 11, "other": 3}), random.Random(1)
    visited = []
    for skill in range(16):
        play(curriculum, skill, 10, rng)
        visited.append(curriculum.level(ENV))
    assert visited[0] == 1
    assert visited[-1] == 11
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(visited))
    assert curriculum.level("other") == 1
    play(curriculum, -9, 30, rng)
    assert curriculum.level(ENV) == 1


def test_results_of_another_level_do_not_count():
    curriculum = Adaptive({ENV: 11}, window=8, start=3)
    curriculum.record(ENV, 2, 8, 8)
    assert curriculum.level(ENV) == 3
    curriculum.record(ENV, 3, 8, 8)
    assert curriculum.level(ENV) == 4


def test_rehearsal_draws_a_share_from_the_levels_below():
    curriculum = Adaptive({ENV: 11}, start=4, rehearsal=0.25)
    levels = curriculum.levels(ENV, 100)
    assert levels.count(4) == 75
    assert {level: levels.count(level) for level in (1, 2, 3)} == {1: 9, 2: 8, 3: 8}


def test_a_restored_curriculum_goes_on_the_same_way():
    one = Adaptive({ENV: 11}, rehearsal=0.1)
    play(one, 4, 13, random.Random(2))
    other = Adaptive({ENV: 11}, rehearsal=0.1)
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    assert play(one, 4, 30, random.Random(3)) == play(other, 4, 30, random.Random(3))
    assert one.state_dict() == other.state_dict()
    with pytest.raises(InvalidValueError, match="other"):
        Adaptive({"other": 3}).load_state_dict(one.state_dict())


def test_stages_have_exact_lengths_and_ask_for_a_refresh_between_them():
    curriculum = Stages([[3], [4], [5, 6]], steps=5, refresh=True)
    seen, refreshed = [], []
    for step in range(20):
        seen.append(curriculum.levels(ENV, 4))
        if curriculum.advance():
            refreshed.append(step + 1)
    assert [levels[0] for levels in seen[:10]] == [3] * 5 + [4] * 5
    assert all(sorted(levels) == [5, 5, 6, 6] for levels in seen[10:])
    assert refreshed == [5, 10]
    assert not any(Stages([[1], [2]], steps=1).advance() for _ in range(3))


def test_stages_go_on_from_a_saved_state():
    one = Stages([[1, 2, 3], [4]], steps=3)
    one.levels(ENV, 2)
    one.advance()
    other = Stages([[1, 2, 3], [4]], steps=3)
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    for _ in range(4):
        assert one.levels(ENV, 4) == other.levels(ENV, 4)
        assert one.advance() == other.advance()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Adaptive({ENV: 11}, low=0.7, high=0.3),
        lambda: Adaptive({ENV: 11}, window=0),
        lambda: Adaptive({ENV: 11}, start=12),
        lambda: Adaptive({ENV: 11}, rehearsal=1.0),
        lambda: Adaptive({ENV: 11}).record(ENV, 1, 3, 2),
        lambda: Rising({ENV: 11}, rise=0.0),
        lambda: Rising({ENV: 11}, prompts=0),
        lambda: Rising({ENV: 11}, last=True),
        lambda: Rising({ENV: 11}, start=12),
        lambda: Rising({ENV: 11}).record(ENV, 1, 3, 2),
        lambda: Stages([], 5),
        lambda: Stages([[1], []], 5),
        lambda: Stages([[0]], 5),
        lambda: Stages([[1]], 0),
    ],
)
def test_impossible_numbers_are_refused(make):
    with pytest.raises(InvalidValueError):
        make()


def test_an_unknown_environment_is_named():
    with pytest.raises(UnknownNameError, match="zebra"):
        Adaptive({ENV: 11}).levels("guru/zebr-v0", 1)
    with pytest.raises(UnknownNameError, match="zebra"):
        Rising({ENV: 11}).levels("guru/zebr-v0", 1)


# -- levels that only rise ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "level"), [(71, 5), (72, 6), (80, 6)])
def test_the_upper_level_rises_from_nine_in_ten_of_its_own_tasks_on(right, level):
    """Eight prompts of ten responses: 71 of 80 is .8875, 72 is exactly .9."""
    curriculum = Rising({ENV: 11}, start=5)
    for prompt in range(8):
        assert curriculum.level(ENV) == 5
        for lower in (1, 2, 3, 4, 4, 4):
            curriculum.record(ENV, lower, 10, 10)  # results at lower levels never count
        curriculum.record(ENV, 5, min(10, right - 10 * prompt) if right > 10 * prompt else 0, 10)
    assert curriculum.level(ENV) == level


def test_counting_begins_anew_after_eight_prompts_either_way():
    curriculum = Rising({ENV: 11})
    for correct in [0] + [10] * 14:  # seven of the first eight are right: .875; then seven more, and one is missing
        curriculum.record(ENV, 1, correct, 10)
    assert curriculum.level(ENV) == 1
    curriculum.record(ENV, 1, 0, 0)  # every judge failed: no prompt was answered
    assert curriculum.level(ENV) == 1
    curriculum.record(ENV, 1, 10, 10)
    assert curriculum.level(ENV) == 2
    for _ in range(7):
        curriculum.record(ENV, 2, 10, 10)
    assert curriculum.level(ENV) == 2


def test_levels_are_drawn_alike_from_the_last_four():
    counts = Counter(Rising({ENV: 11}, start=7).levels(ENV, 4000))
    assert sorted(counts) == [4, 5, 6, 7]
    assert sum((some - 1000) ** 2 / 1000 for some in counts.values()) < 16.3  # chi-square, 1 in 1000
    assert set(Rising({ENV: 11}, start=2).levels(ENV, 50)) == {1, 2}
    assert set(Rising({ENV: 11}).levels(ENV, 9)) == {1}
    assert set(Rising({ENV: 11}, start=7, last=1).levels(ENV, 9)) == {7}
    assert Rising({ENV: 11}, 1, start=7).levels(ENV, 40) != Rising({ENV: 11}, 2, start=7).levels(ENV, 40)


def test_levels_never_fall_and_end_at_the_last_one():
    curriculum, rng, visited = Rising({ENV: 6, "other": 3}), random.Random(4), []
    for skill in [*range(13), -9, -9]:
        play(curriculum, skill, 12, rng)
        visited.append(curriculum.level(ENV))
    assert visited == sorted(visited)
    assert (visited[0], visited[-1], curriculum.level("other")) == (1, 6, 1)
    assert not curriculum.advance()


def test_a_restored_rising_curriculum_draws_and_rises_the_same_way():
    one = Rising({ENV: 11, "other": 3}, seed=7)
    play(one, 5, 13, random.Random(2))
    other = Rising({ENV: 11, "other": 3}, seed=7)
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    drawn = [[each.levels(ENV, 3) + each.levels(ENV, 5) for _ in range(5)] for each in (one, other)]
    assert drawn[0] == drawn[1]
    assert play(one, 9, 30, random.Random(3)) == play(other, 9, 30, random.Random(3))
    assert one.state_dict() == other.state_dict()
    assert one.level(ENV) > 3
    with pytest.raises(InvalidValueError, match="other"):
        Rising({ENV: 11}).load_state_dict(one.state_dict())
