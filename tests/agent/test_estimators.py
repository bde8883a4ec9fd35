"""Estimators against closed forms and by simulation."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from guru_grpo.estimators import Estimate, apart, mean_interval, pass_at_k, rose

from guru_envs.errors import InvalidValueError


def test_pass_at_k_is_the_closed_form():
    for n in range(1, 14):
        for c in range(n + 1):
            for k in range(1, n + 1):
                exact = 1 - Fraction(math.comb(n - c, k), math.comb(n, k))
                assert pass_at_k(n, c, k) == pytest.approx(float(exact), abs=1e-12)


def test_pass_at_k_is_unbiased_and_the_plug_in_is_not():
    p, n = 0.3, 8
    for k in (1, 3, 8):
        weights = [math.comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
        mean = sum(weight * pass_at_k(n, c, k) for c, weight in enumerate(weights))
        assert mean == pytest.approx(1 - (1 - p) ** k, abs=1e-12)
        plug_in = sum(weight * (1 - (1 - c / n) ** k) for c, weight in enumerate(weights))
        assert k == 1 or plug_in < mean - 0.005


def test_pass_at_k_grows_with_k_and_takes_large_n():
    values = [pass_at_k(10_000, 3, k) for k in (1, 10, 100, 1000, 9_999)]
    assert values == sorted(values)
    assert values[0] == pytest.approx(3e-4)
    assert values[-1] == 1.0


@pytest.mark.parametrize(("n", "c", "k"), [(4, 2, 5), (4, 2, 0), (4, 5, 1), (4, -1, 1), (0, 0, 1)])
def test_pass_at_k_refuses_nonsense(n, c, k):
    with pytest.raises(InvalidValueError):
        pass_at_k(n, c, k)


def test_one_sample_a_task_is_wilsons_interval():
    estimate = mean_interval([[1.0]] * 30 + [[0.0]] * 70)
    z, p, n = 1.959964, 0.3, 100
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (estimate.low, estimate.high) == pytest.approx((centre - half, centre + half), abs=2e-3)


def test_all_wrong_is_not_certainty():
    estimate = mean_interval([[0.0] * 4] * 60)
    assert estimate.low == 0.0
    assert 0.05 < estimate.high < 0.07


def test_samples_of_one_task_do_not_count_as_tasks():
    """Tasks that are always right or always wrong: four samples of each tell no more than one."""
    alike = mean_interval([[1.0] * 4] * 20 + [[0.0] * 4] * 20)
    single = mean_interval([[1.0]] * 20 + [[0.0]] * 20)
    assert alike.width == pytest.approx(single.width, rel=0.02)
    mixed = mean_interval([[1.0, 0.0, 1.0, 0.0]] * 39 + [[1.0, 1.0, 0.0, 1.0]])
    assert mixed.width < 0.8 * single.width


@pytest.mark.parametrize("spread", [0.0, 0.15, 0.45])
@pytest.mark.parametrize("mean", [0.1, 0.5])
def test_coverage(spread, mean):
    """The 95 % interval holds the true mean in at least 92 % of 1,000 simulated evaluations."""
    rng = random.Random(f"{spread} {mean}")
    low, high = max(0.0, mean - spread), min(1.0, mean + spread)
    truth = (low + high) / 2
    hits = 0
    for _ in range(1000):
        rates = [rng.choice((low, high)) for _ in range(60)]
        estimate = mean_interval([[float(rng.random() < rate) for _ in range(4)] for rate in rates])
        hits += estimate.low <= truth <= estimate.high
    assert 920 <= hits <= 995


def test_range_is_respected():
    estimate = mean_interval([[-1.0, 1.0], [1.0, 1.0]], -1.0, 1.0)
    assert estimate.mean == 0.5
    assert -1.0 <= estimate.low < 0.5 < estimate.high <= 1.0
    with pytest.raises(InvalidValueError):
        mean_interval([[1.2]])
    with pytest.raises(InvalidValueError):
        mean_interval([[], []])


def test_rose_and_apart():
    one, two = Estimate(0.2, 0.15, 0.25, 60), Estimate(0.31, 0.26, 0.36, 60)
    assert rose(one, two)
    assert not rose(two, one)
    assert not rose(one, Estimate(0.30, 0.25, 0.35, 60))
    assert apart(one, two)
    assert not apart(one, Estimate(0.27, 0.22, 0.32, 60))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_interval_holds_the_mean_to_the_last_bit(share):
    for tasks in range(1, 300):
        found = mean_interval([[share]] * tasks)
        assert found.low <= found.mean == share <= found.high
