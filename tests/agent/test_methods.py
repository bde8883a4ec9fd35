"""Advantages and losses of the methods beside GRPO, each against a closed form or an enumeration."""

from __future__ import annotations

import itertools
import math

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from guru_grpo.advantages import ADVANTAGES, estimate, generalised, leave_one_out, returns_to_go, whiten  # noqa: E402
from guru_grpo.head import token_logprobs  # noqa: E402
from guru_grpo.losses import (  # noqa: E402
    LOSSES,
    clipped,
    policy_loss,
    sequence_ratio,
    shaped_loss,
    token_loss,
)
from guru_grpo.shaping import overlong  # noqa: E402

from guru_envs.errors import GuruError  # noqa: E402

F = torch.float64
GROUPS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 2])
REWARDS = torch.tensor([1.0, 0.0, 0.0, 1.0, 3.0, 1.0, 2.0, 5.0], dtype=F)
KEEP = torch.ones(8, dtype=torch.bool)
LENGTHS = torch.tensor([3, 1, 4, 1, 5, 9, 2, 6])


def test_leave_one_out_is_the_reward_minus_the_mean_of_the_others():
    found = leave_one_out(REWARDS, GROUPS).tolist()
    expected = [1 - 1 / 3, -2 / 3, -2 / 3, 1 - 1 / 3, 3 - 1.5, 1 - 2.5, 0.0, 0.0]
    assert found == pytest.approx(expected)
    keep = KEEP.clone()
    keep[0] = False
    assert leave_one_out(REWARDS, GROUPS, keep)[:4].tolist() == pytest.approx([0.0, -0.5, -0.5, 1.0])


def test_leave_one_out_is_unbiased_and_the_group_mean_is_not():
    """By enumeration: three samples of a two-way policy with rewards 1 and 0; the true gradient of its mean is p (1 - p)."""
    p, size = 0.3, 3
    exact = p * (1 - p)
    sums = {"leave-one-out": 0.0, "group": 0.0}
    for sample in itertools.product((1, 0), repeat=size):
        chance = math.prod(p if one else 1 - p for one in sample)
        rewards, groups = torch.tensor(sample, dtype=F), torch.zeros(size, dtype=torch.long)
        scores = torch.tensor([(1 - p) if one else -p for one in sample], dtype=F)  # d log pi / d logit
        for kind in sums:
            advantages = estimate(kind, rewards, groups, torch.ones(size, dtype=torch.bool), torch.ones(size))
            sums[kind] += chance * float((advantages * scores).mean())
    assert sums["leave-one-out"] == pytest.approx(exact)
    assert sums["group"] == pytest.approx(exact * (size - 1) / size)


@pytest.mark.parametrize("kind", ["batch-std", "group-batch-std"])
def test_batch_whitening_has_unit_variance_over_tokens(kind):
    found = estimate(kind, REWARDS, GROUPS, KEEP, LENGTHS)
    weight = LENGTHS.to(F) / LENGTHS.sum()
    mean = float((found * weight).sum())
    if kind == "batch-std":
        assert mean == pytest.approx(0.0, abs=1e-9)
        assert found[7] > found[0]  # unlike in GRPO the groups keep their offset
    else:
        assert found[7] == 0.0
        assert found[:4].sum() == pytest.approx(0.0, abs=1e-9)
    assert float(((found - mean) ** 2 * weight).sum()) == pytest.approx(1.0, rel=1e-6)


def test_lite_ppo_divides_by_the_deviation_of_all_rewards():
    keep = KEEP.clone()
    keep[5] = False
    found = estimate("group-reward-std", REWARDS, GROUPS, keep, LENGTHS)
    counted = [1.0, 0.0, 0.0, 1.0, 3.0, 2.0, 5.0]
    centre = sum(counted) / 7
    deviation = math.sqrt(sum((one - centre) ** 2 for one in counted) / 6)
    centred = [0.5, -0.5, -0.5, 0.5, 0.5, 0.0, -0.5, 0.0]
    assert found.tolist() == pytest.approx([one / deviation for one in centred], rel=1e-5)
    assert estimate("group-reward-std", REWARDS[:1], GROUPS[:1], KEEP[:1], LENGTHS[:1]).tolist() == [0.0]


@pytest.mark.parametrize("kind", ADVANTAGES)
def test_equal_rewards_and_faults_have_no_advantage(kind):
    same = estimate(kind, torch.full((8,), 0.1, dtype=F), GROUPS, KEEP, LENGTHS)
    assert same.tolist() == [0.0] * 8
    keep = KEEP.clone()
    keep[[1, 4]] = False
    with_faults = estimate(kind, REWARDS, GROUPS, keep, LENGTHS)
    assert with_faults[[1, 4]].tolist() == [0.0, 0.0]
    other = REWARDS.clone()
    other[[1, 4]] = 1e6  # what a fault holds does not matter
    assert torch.equal(with_faults, estimate(kind, other, GROUPS, keep, LENGTHS))


def test_unknown_kinds_are_named():
    with pytest.raises(GuruError, match="group-std"):
        estimate("group-sdt", REWARDS, GROUPS, KEEP, LENGTHS)
    ones = torch.ones(2, dtype=F)
    with pytest.raises(GuruError, match="clip"):
        token_loss("clop", ones, ones, ones, torch.zeros(2, dtype=torch.long), 1, 0.2, 0.2)


def test_returns_to_go():
    mask = torch.tensor([[True, True, True], [True, False, False]])
    found = returns_to_go(torch.tensor([1.0, 2.0]), torch.tensor([[0.1, 0.2, 0.3], [0.5, 9.0, 9.0]]), mask)
    assert found[0].tolist() == pytest.approx([0.4, 0.5, 0.7])
    assert found[1].tolist() == pytest.approx([1.5, 0.0, 0.0])


def test_whitening_without_spread_is_zero():
    assert whiten(torch.tensor([0.3, 0.3, 9.0]), torch.tensor([1.0, 2.0, 0.0])).tolist() == [0.0] * 3


VALUES = torch.tensor([[0.5, -0.2, 0.1, 0.7]], dtype=F)
PAID = torch.tensor([[0.0, 0.3, 0.0, 1.0]], dtype=F)


def test_generalised_advantages_at_both_ends():
    mask = torch.ones(1, 4, dtype=torch.bool)
    advantages, returns = generalised(PAID, VALUES, mask, 1.0, 1.0)
    to_go = torch.tensor([[1.3, 1.3, 1.0, 1.0]], dtype=F)
    assert torch.allclose(returns, to_go)
    assert torch.allclose(advantages, to_go - VALUES)
    advantages, _ = generalised(PAID, VALUES, mask, 0.9, 0.0)
    errors = [0.9 * -0.2 - 0.5, 0.3 + 0.9 * 0.1 + 0.2, 0.9 * 0.7 - 0.1, 1.0 - 0.7]
    assert advantages[0].tolist() == pytest.approx(errors)


def test_the_true_value_leaves_advantages_of_mean_zero():
    """By enumeration: three tokens, each 1 with chance 0.3 and then paid by its place; the value is what is still to come."""
    chance, paid = 0.3, torch.tensor([0.5, -0.2, 1.0], dtype=F)
    values = torch.tensor([[chance * float(paid[at:].sum()) for at in range(3)]], dtype=F)
    for lam in (0.0, 0.6, 1.0):
        mean, spread = torch.zeros(3, dtype=F), 0.0
        for said in itertools.product((1, 0), repeat=3):
            weight = math.prod(chance if one else 1 - chance for one in said)
            rewards = (torch.tensor(said, dtype=F) * paid)[None]
            advantages, _ = generalised(rewards, values, torch.ones(1, 3, dtype=torch.bool), 1.0, lam)
            mean, spread = mean + weight * advantages[0], spread + weight * float(advantages.abs().sum())
        assert mean.tolist() == pytest.approx([0.0] * 3, abs=1e-12)
        assert spread > 0.1


def test_an_environments_words_between_turns_are_skipped():
    mask = torch.tensor([[True, True, False, False, True, True]])
    rewards = torch.zeros(1, 6, dtype=F)
    values = torch.full((1, 6), 99.0, dtype=F)
    rewards[mask], values[mask] = PAID[0], VALUES[0]
    advantages, returns = generalised(rewards, values, mask, 0.97, 0.9)
    plain, plain_returns = generalised(PAID, VALUES, torch.ones(1, 4, dtype=torch.bool), 0.97, 0.9)
    assert torch.allclose(advantages[mask], plain[0])
    assert torch.allclose(returns[mask], plain_returns[0])
    assert not advantages[~mask].any()


def slope(loss, logs):
    (found,) = torch.autograd.grad(loss.sum(), logs)
    return found


OWNERS = torch.tensor([0, 0, 0, 1, 1, 2])
OLD = torch.tensor([-1.0, -2.0, -0.5, -0.3, -1.5, -0.7], dtype=F)
PRICES = torch.tensor([1.0, 1.0, 1.0, -2.0, -2.0, 0.5], dtype=F)


def test_gspo_gives_all_tokens_of_a_response_its_ratio():
    logs = (OLD + torch.tensor([0.1, -0.3, 0.05, 0.2, 0.4, -0.1], dtype=F)).requires_grad_()
    ratio = sequence_ratio(logs, OLD, OWNERS, 3)
    means = [(0.1 - 0.3 + 0.05) / 3, 0.3, -0.1]
    assert ratio.tolist() == pytest.approx([math.exp(means[owner]) for owner in OWNERS.tolist()])
    loss = token_loss("sequence-clip", logs, OLD, PRICES, OWNERS, 3, 0.5, 0.5)
    # with the weights 1 / (n G) of sequence-mean: the paper's s_i A_i / (n G) on every token
    assert slope(loss, logs).tolist() == pytest.approx(
        [-math.exp(means[owner]) * price for owner, price in zip(OWNERS.tolist(), PRICES.tolist(), strict=True)]
    )
    one = OLD[5:].clone().add(0.1).requires_grad_()
    single = token_loss("sequence-clip", one, OLD[5:], PRICES[5:], torch.tensor([0]), 1, 0.2, 0.2)
    assert torch.allclose(single, policy_loss(one, OLD[5:], PRICES[5:]))  # one token: GRPO


def test_gspo_clips_whole_responses():
    logs = (OLD + 0.3).requires_grad_()
    loss = token_loss("sequence-clip", logs, OLD, PRICES, OWNERS, 3, 0.2, 0.2)
    assert slope(loss, logs)[[0, 1, 2, 5]].tolist() == [0.0] * 4
    assert (slope(token_loss("sequence-clip", logs, OLD, PRICES, OWNERS, 3, 0.2, 0.2), logs)[3:5] > 0).all()


DRIFT = torch.tensor([0.5, -0.7, 0.1, -0.6, 0.9, 0.45], dtype=F)


def test_gmpo_is_the_geometric_mean_of_ratios_clipped_on_one_side():
    logs = (OLD + DRIFT).requires_grad_()
    loss = token_loss("geometric", logs, OLD, PRICES, OWNERS, 3, 0.4, 0.4)
    # Good responses: logarithms above 0.4 count as 0.4; the bad one: those below -0.4 count as -0.4.
    ratios = [math.exp((0.4 - 0.7 + 0.1) / 3), math.exp((-0.4 + 0.9) / 2), math.exp(0.4)]
    expected = [-ratios[owner] * price for owner, price in zip(OWNERS.tolist(), PRICES.tolist(), strict=True)]
    assert loss.tolist() == pytest.approx(expected)
    alive = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0]
    assert slope(loss, logs).tolist() == pytest.approx([one * more for one, more in zip(expected, alive, strict=True)])
    one = (OLD[5:] + 0.1).requires_grad_()
    single = token_loss("geometric", one, OLD[5:], PRICES[5:], torch.tensor([0]), 1, 0.2, 0.2)
    assert torch.allclose(single, policy_loss(one, OLD[5:], PRICES[5:]))  # one token inside the range: GRPO


@pytest.mark.parametrize("kind", ["clip", "sequence-clip", "geometric", "ratio", "reinforce"])
def test_what_is_said_to_be_clipped_has_no_gradient_and_the_rest_has_one(kind):
    logs = (OLD + DRIFT).requires_grad_()
    found = slope(token_loss(kind, logs, OLD, PRICES, OWNERS, 3, 0.3, 0.3), logs)
    said = clipped(kind, logs.detach(), OLD, PRICES, OWNERS, 3, 0.3, 0.3)
    assert (found == 0).tolist() == said.tolist()
    assert bool(said.any()) is (kind not in ("ratio", "reinforce"))


def test_cispo_bounds_its_weight_above_only():
    logs = (OLD + DRIFT).requires_grad_()
    found = slope(token_loss("cispo", logs, OLD, PRICES, OWNERS, 3, 0.3, 0.3), logs)
    weights = [min(math.exp(one), 1.3) for one in DRIFT.tolist()]
    assert found.tolist() == pytest.approx([-one * price for one, price in zip(weights, PRICES.tolist(), strict=True)])
    assert clipped("cispo", logs.detach(), OLD, PRICES, OWNERS, 3, 0.3, 0.3).tolist() == [one == 1.3 for one in weights]


@pytest.mark.parametrize("kind", LOSSES)
def test_on_policy_all_losses_have_the_policy_gradient(kind):
    logs = OLD.clone().requires_grad_()
    loss = token_loss(kind, logs, OLD, PRICES, OWNERS, 3, 0.2, 0.2)
    assert torch.allclose(slope(loss, logs), -PRICES)


def test_ratio_and_cispo_stay_alive_where_the_clip_is_dead():
    logs = (OLD + 1.0).requires_grad_()
    for kind, factor in (("ratio", math.e), ("cispo", 1.2)):
        found = slope(token_loss(kind, logs, OLD, PRICES, OWNERS, 3, 0.2, 0.2), logs)
        assert found.tolist() == pytest.approx((-factor * PRICES).tolist())


def logit_slopes(probabilities: torch.Tensor, gamma: float) -> torch.Tensor:
    """The gradient of LUFFY's objective in the logits of tokens of these probabilities, for advantage 1."""
    logits = torch.logit(probabilities).requires_grad_()
    loss = shaped_loss(torch.nn.functional.logsigmoid(logits), torch.ones_like(probabilities), gamma)
    return -torch.autograd.grad(loss.sum(), logits)[0]


def logit_slope(probability: float, gamma: float) -> float:
    return float(logit_slopes(torch.tensor([probability], dtype=F), gamma)[0])


@pytest.mark.parametrize("probability", [1e-4, 1e-3, 0.01, 0.05, 0.1, 0.4, 0.9])
def test_luffys_gradient_is_the_papers(probability):
    gamma = 0.1
    expected = gamma / (probability + gamma) ** 2 * probability * (1 - probability)
    assert logit_slope(probability, gamma) == pytest.approx(expected)


def test_luffys_landmarks():
    grid = torch.arange(1, 20000, dtype=F) / 20000
    slopes = logit_slopes(grid, 0.1)
    best = float(grid[(slopes / (1 - grid)).argmax()])
    assert best == pytest.approx(0.1, abs=1e-4)
    assert logit_slope(0.1, 0.1) / 0.9 == pytest.approx(0.25)
    best = float(grid[slopes.argmax()])
    assert best == pytest.approx(0.1 / 1.2, abs=1e-4)
    assert logit_slope(best, 0.1) == pytest.approx(1 / 4.4, abs=1e-6)
    plain = 1e-6 * (1 - 1e-6)
    assert logit_slope(1e-6, 0.1) / plain == pytest.approx(10, rel=1e-4)
    crossover = math.sqrt(0.1) - 0.1
    assert logit_slope(crossover, 0.1) == pytest.approx(crossover * (1 - crossover))
    assert 1e6 * logit_slope(0.3, 1e6) == pytest.approx(0.3 * 0.7, rel=1e-5)  # gamma without end: importance sampling


@pytest.mark.parametrize("right", range(8))
def test_luffys_guidance_ends_when_the_policy_solves_the_task(right):
    rewards = torch.tensor([1.0] + [1.0] * right + [0.0] * (7 - right))  # the trace first, then seven own responses
    found = estimate("group", rewards, torch.zeros(8, dtype=torch.long), torch.ones(8, dtype=torch.bool), torch.ones(8))
    assert float(found[0]) == pytest.approx((7 - right) / 8)
    if right < 7:
        assert float(found[-1]) == pytest.approx(-(right + 1) / 8)


def test_the_entropys_gradient_is_that_of_its_formula():
    torch.manual_seed(1)
    hidden = torch.randn(300, 8, dtype=F, requires_grad=True)
    weight = torch.randn(40, 8, dtype=F, requires_grad=True)
    targets, one, two = torch.randint(40, (300,)), torch.randn(300, dtype=F), torch.randn(300, dtype=F)
    logs = torch.log_softmax(hidden @ weight.T / 0.7, -1)
    plain = (logs.gather(1, targets[:, None])[:, 0] * one - (logs.exp() * logs).sum(-1) * two).sum()
    expected = torch.autograd.grad(plain, (hidden, weight))
    found, entropy = token_logprobs(hidden, weight, targets, 0.7)
    for left, right in zip(
        torch.autograd.grad((found * one + entropy * two).sum(), (hidden, weight)), expected, strict=True
    ):
        assert torch.allclose(left, right, atol=1e-10)
    _, entropy = token_logprobs(hidden, weight, targets, 0.7)
    logs = torch.log_softmax(hidden @ weight.T / 0.7, -1)
    only = torch.autograd.grad((-(logs.exp() * logs).sum(-1) * two).sum(), (hidden, weight))
    for left, right in zip(torch.autograd.grad((entropy * two).sum(), (hidden, weight)), only, strict=True):
        assert torch.allclose(left, right, atol=1e-10)


def test_overlong_punishment():
    values = [overlong(length, 100, 40) for length in (10, 60, 80, 100, 130)]
    assert values == pytest.approx([0.0, 0.0, -0.5, -1.0, -1.0])
    steps = [overlong(length, 100, 40) - overlong(length + 1, 100, 40) for length in range(50, 120)]
    assert all(0.0 <= step <= 1 / 40 + 1e-12 for step in steps)
    assert overlong(100, 100, 0) == 0.0
