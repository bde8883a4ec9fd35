"""Arms chosen by what is left to learn, against closed forms."""

from __future__ import annotations

import json
import math
import random
from collections import Counter

import pytest

from guru_envs.errors import InvalidValueError, UnknownNameError
from guru_envs.mastery import KINDS, Arms, Chosen, signal

ENV = "guru/zebra-v0"


def test_arms_come_in_proportion_to_what_is_not_mastered():
    arms = Arms(["a", "b", "c"], "unmastered", weight=0.5)
    assert arms.shares() == pytest.approx([1 / 3] * 3)
    arms.record("a", 8, 8)  # rate 1/2
    arms.record("b", 4, 8)
    arms.record("b", 4, 8)  # rate 1/4, then 3/8
    assert arms.shares() == pytest.approx([one / (0.5 + 0.625 + 1) for one in (0.5, 0.625, 1)])
    arms.record("c", 0, 0)  # every judge failed
    assert arms.state_dict() == {"a": 0.5, "b": 0.375, "c": 0.0}


def test_a_moving_average_forgets():
    arms = Arms(["a", "b"], "unmastered", weight=0.25)
    for _ in range(3):
        arms.record("a", 8, 8)
    rate = 1 - 0.75**3
    assert arms.state_dict()["a"] == pytest.approx(rate)
    assert arms.shares() == pytest.approx([(1 - rate) / (2 - rate), 1 / (2 - rate)])


def test_mastered_arms_are_left_out_until_all_are():
    arms = Arms(["a", "b"], "unmastered", weight=0.5, mastered=0.75)
    for _ in range(2):
        arms.record("a", 8, 8)
    assert arms.shares() == [0.0, 1.0]
    for _ in range(2):
        arms.record("b", 8, 8)
    assert arms.shares() == [0.5, 0.5]
    arms.record("a", 0, 8)  # forgotten
    assert arms.shares() == [1.0, 0.0]


@pytest.mark.parametrize("correct", range(9))
def test_the_signal_is_the_mean_absolute_advantage(correct):
    torch = pytest.importorskip("torch", reason="needs the extra agent")
    from guru_grpo.advantages import group_advantages

    rewards = torch.tensor([1.0] * correct + [0.0] * (8 - correct))
    advantages = group_advantages(rewards, torch.zeros(8, dtype=torch.int64), eps=0.0)
    assert signal(correct, 8) == pytest.approx(0.0 if correct in (0, 8) else float(advantages.abs().mean()))


def test_signals_by_hand():
    assert signal(4, 8) == pytest.approx(math.sqrt(7 / 8))
    assert signal(0, 8) == signal(8, 8) == signal(1, 1) == signal(0, 0) == 0.0
    assert signal(2, 8) == pytest.approx(signal(6, 8))


def test_a_bandit_is_a_softmax_of_moving_averages():
    arms = Arms(["a", "b"], "bandit", weight=0.5, temperature=0.25)
    assert arms.shares() == [0.5, 0.5]
    arms.record("a", 4, 8)
    arms.record("b", 8, 8)  # solved each time: nothing to learn
    height = math.exp(0.5 * math.sqrt(7 / 8) / 0.25)
    assert arms.shares() == pytest.approx([height / (height + 1), 1 / (height + 1)])
    sharp = Arms(["a", "b"], "bandit", temperature=1e-3)
    sharp.record("a", 4, 8)
    assert sharp.shares() == pytest.approx([1.0, 0.0])  # and no overflow


def test_a_bandit_follows_the_frontier_of_a_policy_that_learns():
    """Level l is solved with probability 1 / (1 + exp(3 (l - skill))): the arm with most to learn is the one next to the skill."""
    curriculum, rng = Chosen({ENV: range(1, 8)}, "bandit", 3, temperature=0.1), random.Random(0)
    for skill in (2.5, 5.5):
        drawn: Counter[int] = Counter()
        for step in range(120):
            for level in curriculum.levels(ENV, 8):
                chance = 1 / (1 + math.exp(3 * (level - skill)))
                curriculum.record(ENV, level, sum(rng.random() < chance for _ in range(8)), 8)
                drawn[level] += step >= 60
        near = sum(drawn[level] for level in (int(skill), int(skill) + 1))
        assert near > 0.7 * drawn.total()


@pytest.mark.parametrize("kind", KINDS)
def test_levels_are_drawn_by_the_shares_and_a_saved_curriculum_goes_on(kind):
    def make() -> Chosen:
        return Chosen({ENV: [2, 4, 7], "other": [1]}, kind, seed=5)

    one, other = make(), make()
    for level, correct in ((2, 8), (2, 6), (4, 4)):
        one.record(ENV, level, correct, 8)
    one.record(ENV, 3, 8, 8)  # a level that is not drawn from
    shares, counts = one.arms[ENV].shares(), Counter(one.levels(ENV, 3000))
    expected = {level: 3000 * share for level, share in zip((2, 4, 7), shares, strict=True)}
    assert sum((counts[level] - some) ** 2 / some for level, some in expected.items()) < 13.8  # chi-square, 1 in 1000
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    assert other.levels(ENV, 9) + other.levels(ENV, 5) == one.levels(ENV, 14)
    assert other.levels("other", 3) == [1, 1, 1]
    assert not one.advance()
    with pytest.raises(InvalidValueError, match="other"):
        Chosen({ENV: [2, 4, 7]}, kind).load_state_dict(one.state_dict())
    with pytest.raises(InvalidValueError, match="arms"):
        Chosen({ENV: [2, 4], "other": [1]}, kind).load_state_dict(one.state_dict())


@pytest.mark.parametrize(
    "make",
    [
        lambda: Arms([], "bandit"),
        lambda: Arms(["a"], "bandit", weight=1.0),
        lambda: Arms(["a"], "bandit", temperature=0.0),
        lambda: Arms(["a"], "unmastered", mastered=0.0),
        lambda: Arms(["a"], "bandit").record("a", 3, 2),
    ],
)
def test_impossible_numbers_are_refused(make):
    with pytest.raises(InvalidValueError):
        make()


def test_unknown_names_are_named():
    with pytest.raises(UnknownNameError, match="bandit"):
        Arms(["a"], "bandits")
    with pytest.raises(UnknownNameError, match="unmastered"):
        Arms(["unmastered"], "bandit").record("mastered", 1, 1)
    with pytest.raises(UnknownNameError, match="zebra"):
        Chosen({ENV: [1]}, "bandit").levels("guru/zebr-v0", 1)
