"""Whole policies small enough for exact sums: what LUFFY, dynamic sampling and the entropy do to a policy that learns."""

from __future__ import annotations

import itertools
import math

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from agent.test_collect import FakeWorld, collected, config_of  # noqa: E402
from guru_grpo.advantages import estimate  # noqa: E402
from guru_grpo.head import token_logprobs  # noqa: E402
from guru_grpo.losses import shaped_loss, token_loss  # noqa: E402

F = torch.float64
EIGHT = torch.zeros(8, dtype=torch.long)
ALL = torch.ones(8, dtype=torch.bool)


def steps_to_learn(method: str, seed: int, most: int = 1500) -> int | None:
    """Responses of two tokens, right if both are, which at first is so with probability 5e-5; steps until 0.9, None if never.

    Each token is right by a logit of its own. Eight responses a step, or seven and the right one as the trace of another policy;
    Adam at 0.05.
    """
    random = torch.Generator().manual_seed(seed)
    logits = torch.full((2,), math.log(5e-5**0.5 / (1 - 5e-5**0.5)), dtype=F, requires_grad=True)
    adam = torch.optim.Adam([logits], 0.05)
    owners = torch.arange(8).repeat_interleave(2)
    draws = torch.rand(most, 8, 2, generator=random)
    first = 0
    if (
        method == "on-policy"
    ):  # before the first right response there is no gradient, and Adam has nothing to go on with
        lucky = (draws < torch.sigmoid(logits.detach())).all(-1).any(-1).nonzero()
        first = int(lucky[0]) if len(lucky) else most
    for step in range(first, most):
        chances = torch.sigmoid(logits.detach())
        if float(chances.prod()) > 0.9:
            return step
        good = draws[step] < chances
        if method != "on-policy":
            good[0] = True
        right = good.all(-1)
        said = torch.where(
            good, torch.nn.functional.logsigmoid(logits), torch.nn.functional.logsigmoid(-logits)
        ).flatten()
        prices = estimate("group", right.to(F), EIGHT, ALL, torch.full((8,), 2))[owners]
        loss = token_loss("ratio", said, said.detach(), prices, owners, 8, 0.2, 0.2)
        if method == "luffy":
            loss = torch.cat([shaped_loss(said[:2], prices[:2], 0.1), loss[2:]])
        elif method == "mixed":  # importance sampling with the other policy's probability taken as 1
            loss = torch.cat([-prices[:2] * said[:2].exp(), loss[2:]])
        adam.zero_grad()
        (loss.sum() / 8).backward()
        adam.step()
    return None


def test_luffy_learns_where_the_policys_own_reward_is_zero():
    """The published ablation in miniature: nothing is learnt without traces, and the shaping of their loss helps."""
    assert [steps_to_learn("on-policy", seed) for seed in range(3)] == [None] * 3
    for seed in range(2):
        mixed, luffy = steps_to_learn("mixed", seed), steps_to_learn("luffy", seed)
        assert mixed is not None
        assert luffy is not None
        assert 110 <= luffy <= 150
        assert 140 <= mixed <= 230
        assert luffy < mixed


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dynamic_sampling_scales_the_gradient_of_a_task_and_keeps_its_direction(p):
    """By enumeration: the gradient over kept groups is that over all groups, divided by the chance to be kept."""
    size, whole, kept, chance = 4, 0.0, 0.0, 0.0
    for said in itertools.product((1, 0), repeat=size):
        weight = math.prod(p if one else 1 - p for one in said)
        rewards = torch.tensor(said, dtype=F)
        prices = estimate("leave-one-out", rewards, EIGHT[:size], ALL[:size], torch.ones(size))
        slope = float((prices * (rewards - p)).mean())  # d log pi / d logit
        whole += weight * slope
        if 0 < sum(said) < size:
            kept, chance = kept + weight * slope, chance + weight
    assert whole == pytest.approx(p * (1 - p))
    assert chance == pytest.approx(1 - p**size - (1 - p) ** size)
    assert kept / chance == pytest.approx(whole / chance)
    assert whole != 0


def test_groups_are_kept_as_often_as_the_closed_form_says():
    p, size = 0.3, 4
    world = FakeWorld([p], 200, size)
    batch = collected(world, config_of(rollout={"groups": 200, "group_size": size, "dynamic_sampling": 1}))
    keep = 1 - p**size - (1 - p) ** size
    deviation = math.sqrt(keep * (1 - keep) / 200)
    assert len(batch.groups) / 200 == pytest.approx(keep, abs=3.5 * deviation)
    assert batch.without_signal == 0


def test_the_entropy_falls_by_the_covariance_of_log_probability_and_advantage():
    """First order (arXiv 2505.22617): a step of the exact policy gradient changes H by - rate Cov_pi(log pi, pi A)."""
    torch.manual_seed(4)
    logits, rewards, rate = torch.randn(1, 6, dtype=F, requires_grad=True), torch.randn(6, dtype=F), 1e-5
    eye = torch.eye(6, dtype=F)
    pi = logits.detach().softmax(-1)[0]
    prices = rewards - (pi * rewards).sum()
    logs, entropies = token_logprobs(logits.expand(6, 6), eye, torch.arange(6), 1.0)
    loss = token_loss("clip", logs, logs.detach(), prices, torch.arange(6), 6, 0.2, 0.2)
    (slope,) = torch.autograd.grad((pi * loss).sum(), logits)
    _, after = token_logprobs((logits - rate * slope).detach(), eye, torch.zeros(1, dtype=torch.long), 1.0)
    weighted = pi * prices
    log_pi = pi.log()
    covariance = (pi * log_pi * weighted).sum() - (pi * log_pi).sum() * (pi * weighted).sum()
    assert float(after[0] - entropies[0].detach()) == pytest.approx(-rate * float(covariance), rel=1e-3)
    assert abs(float(covariance)) > 1e-4
