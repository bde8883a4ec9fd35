"""Group advantages against their closed forms."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from guru_grpo.advantages import estimate, group_advantages  # noqa: E402
from guru_grpo.pricing import price  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402


def advantages(rewards: list[float], groups: list[int], **options: object) -> list[float]:
    keep = options.pop("keep", None)
    kept = None if keep is None else torch.tensor(keep)
    return group_advantages(torch.tensor(rewards), torch.tensor(groups), keep=kept, **options).tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "right"), [(8, 1), (8, 3), (8, 7), (2, 1), (16, 5)])
def test_right_and_wrong_answers_have_the_binary_closed_form(size: int, right: int) -> None:
    found = advantages([1.0] * right + [0.0] * (size - right), [5] * size, eps=0.0)
    p, bessel = right / size, math.sqrt((size - 1) / size)
    assert found[:right] == pytest.approx([bessel * math.sqrt((1 - p) / p)] * right, abs=1e-12)
    assert found[right:] == pytest.approx([-bessel * math.sqrt(p / (1 - p))] * (size - right), abs=1e-12)


def test_each_group_has_mean_0_and_sample_variance_1() -> None:
    generator = torch.Generator().manual_seed(0)
    rewards = torch.rand(24, generator=generator)
    groups = torch.arange(24) % 3  # interleaved: group ids are explicit, never inferred from order
    found = group_advantages(rewards, groups, eps=0.0)
    for group in range(3):
        own = found[groups == group]
        assert own.sum().item() == pytest.approx(0, abs=1e-9)
        assert (own**2).sum().item() == pytest.approx(len(own) - 1, abs=1e-9)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1 / 3, 1e9])
def test_equal_rewards_and_groups_of_one_get_exactly_zero(value: float) -> None:
    assert advantages([value] * 7, [0] * 6 + [1]) == [0.0] * 7
    assert advantages([value] * 7, [0] * 6 + [1], scale_by_std=False) == [0.0] * 7


def test_shift_and_scale_change_nothing() -> None:
    rewards, groups = [0.0, 0.2, 1.0, 0.2, 0.0, 1.0], [0, 0, 0, 1, 1, 1]
    plain = advantages(rewards, groups, eps=0.0)
    assert advantages([2 * reward - 1 for reward in rewards], groups, eps=0.0) == pytest.approx(plain, abs=1e-6)
    # without the deviation, scale matters and shift does not
    centred = advantages(rewards, groups, scale_by_std=False)
    assert advantages([2 * r - 1 for r in rewards], groups, scale_by_std=False) == pytest.approx(
        [2 * c for c in centred], abs=1e-6
    )


def test_order_and_other_groups_do_not_matter() -> None:
    rewards, groups = [0.0, 1.0, 0.5, 0.3, 0.9, 0.9], [7, -2, 7, -2, 7, -2]
    plain = advantages(rewards, groups)
    order = [3, 0, 5, 1, 4, 2]
    assert advantages([rewards[i] for i in order], [groups[i] for i in order]) == pytest.approx(
        [plain[i] for i in order]
    )
    own = [i for i, group in enumerate(groups) if group == 7]
    assert advantages([rewards[i] for i in own], [7] * len(own)) == pytest.approx([plain[i] for i in own])


def test_faults_are_in_no_mean() -> None:
    found = advantages([1.0, 0.0, 99.0, 0.0], [0] * 4, keep=[True, True, False, True])
    assert found[2] == 0.0
    assert [found[0], found[1], found[3]] == pytest.approx(advantages([1.0, 0.0, 0.0], [0] * 3))
    assert advantages([1.0, 0.0], [0, 0], keep=[False, False]) == [0.0, 0.0]
    assert advantages([], []) == []


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_squares_of_a_group_sum_to_its_size_less_ddof(ddof: int) -> None:
    rewards = torch.rand(24, generator=torch.Generator().manual_seed(0))
    groups = torch.arange(24) % 3
    for found in (
        group_advantages(rewards, groups, eps=0.0, ddof=ddof),
        estimate("group-std", rewards, groups, torch.ones(24, dtype=torch.bool), torch.ones(24), 0.0, ddof),
    ):
        for group in range(3):
            assert (found[groups == group] ** 2).sum().item() == pytest.approx(8 - ddof, abs=1e-9)


def test_eps_stands_beside_the_deviation() -> None:
    rewards = [1.0, 0.0, 0.0, 1.0]  # population deviation 1 / 2, sample deviation 1 / sqrt(3)
    assert advantages(rewards, [0] * 4, eps=0.5, ddof=0) == pytest.approx([0.5, -0.5, -0.5, 0.5])
    assert advantages(rewards, [0] * 4, eps=0.5)[0] == pytest.approx(0.5 / (3**-0.5 + 0.5))
    assert advantages([1.0] * 4, [0] * 4, eps=0.0, ddof=0) == [0.0] * 4


def test_the_settings_of_the_deviation_reach_the_advantages() -> None:
    rollouts = [Rollout([1], [2], [-0.5], 0, reward, False, True) for reward in (1.0, 0.0, 0.0, 1.0)]
    penalty, mask = torch.zeros(4, 1, dtype=torch.float64), torch.ones(4, 1, dtype=torch.bool)
    for advantage in ("group-std", "group-reward-std"):
        settings = LearnerSettings(advantage=advantage, deviation_ddof=0, deviation_eps=0.5)  # type: ignore[arg-type]
        assert price(settings, rollouts, penalty, mask)[0] == pytest.approx([0.5, -0.5, -0.5, 0.5])
