"""Corrections for an engine that samples from something else than the learner's policy, each against its formula."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from agent.test_learner import ADVANTAGES, SETTINGS, gradient_of, logprobs_of, rollouts_of, tiny_llama  # noqa: E402
from agent.test_learner_terms import close, written_out  # noqa: E402
from guru_grpo.controllers import Coefficients  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.mismatch import MISMATCH, drifted, mismatch_weights, ratio_sums, shifted  # noqa: E402
from guru_grpo.objective import known, objective  # noqa: E402
from guru_grpo.packing import pack_rows  # noqa: E402
from guru_grpo.rollout import Rollout, trees  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402

from guru_envs.errors import GuruError  # noqa: E402

F = torch.float64


def test_the_weight_is_of_the_policy_before_the_update():
    """Truncated importance sampling corrects for the engine, pi_old / pi_engine; pi / pi_old is the ratio's part."""
    settings = LearnerSettings(mismatch="token", mismatch_cap=10.0, minibatches=2, loss="ratio")
    rollouts = [Rollout([1], [3, 4], [-1.0, -2.0], 0, 1.0, False, True)]
    before = torch.tensor([[-0.8, -2.1]])  # the learner's, before the update
    step = known(settings, rollouts, range(1), 2, torch.ones(1, 2), before, None)
    (row,) = pack_rows(trees(rollouts, [[0]]), 64)
    now = torch.tensor([-0.3, -2.6], dtype=F, requires_grad=True)  # it has moved since
    total = objective(settings, Coefficients(settings), step, row, now, torch.zeros_like(now)).total
    (slope,) = torch.autograd.grad(total, now)
    expected = [
        -math.exp(log - old) * math.exp(old - engine) / 2
        for log, old, engine in ((-0.3, -0.8, -1.0), (-2.6, -2.1, -2.0))
    ]
    # With pi / pi_engine for the weight the first would be exp(0.5) times that.
    assert slope.tolist() == pytest.approx(expected, rel=1e-5)


def test_mismatch_weights():
    train = torch.tensor([0.0, -1.0, -1.0], dtype=F, requires_grad=True)
    engine = torch.tensor([-2.0, -1.0, -0.5], dtype=F)
    owners = torch.tensor([0, 1, 1])
    token = mismatch_weights("token", train, engine, owners, 2, 2.0)
    assert token.tolist() == pytest.approx([2.0, 1.0, math.exp(-0.5)])
    assert not token.requires_grad
    assert mismatch_weights("sequence", train, engine, owners, 2, 2.0).tolist() == pytest.approx(
        [2.0, math.exp(-0.5), math.exp(-0.5)]
    )
    assert mismatch_weights("mask", train, engine, owners, 2, 2.0).tolist() == [0.0, 1.0, 1.0]
    assert mismatch_weights("mask", engine, train, owners, 2, 2.0).tolist() == [0.0, 1.0, 1.0]  # outside below
    assert mismatch_weights("mask", train, engine, owners, 2, 8.0).tolist() == [1.0] * 3
    same = torch.tensor([-3.0, -0.1, -1.0], dtype=F)
    assert all(mismatch_weights(kind, same, same, owners, 2, 2.0).tolist() == [1.0] * 3 for kind in MISMATCH)
    assert mismatch_weights("none", train, engine, owners, 2, 2.0).tolist() == [1.0] * 3


def test_mismatch_weights_without_a_cap_make_the_engines_mean_the_policys():
    torch.manual_seed(0)
    policy, engine = torch.randn(5, dtype=F).softmax(0), torch.randn(5, dtype=F).softmax(0)
    f = torch.randn(5, dtype=F)
    weights = mismatch_weights("token", policy.log(), engine.log(), torch.arange(5), 5, 1e9)
    assert float((engine * weights * f).sum()) == pytest.approx(float((policy * f).sum()))


def test_masks_keep_the_ratio_within_the_range_and_drop_the_rest():
    train = torch.tensor([0.0, -1.0, -1.0, -0.2, -0.4], dtype=F)
    engine = torch.tensor([-2.0, -1.0, -0.5, -1.0, -0.1], dtype=F)  # log ratios 2, 0, -0.5; and 0.8, -0.3
    owners = torch.tensor([0, 1, 1, 2, 2])
    token = mismatch_weights("token-mask", train, engine, owners, 3, 2.0)
    assert token.tolist() == pytest.approx([0.0, 1.0, math.exp(-0.5), 0.0, math.exp(-0.3)])
    whole = mismatch_weights("sequence-mask", train, engine, owners, 3, 2.0)
    assert whole.tolist() == pytest.approx([0.0, math.exp(-0.5), math.exp(-0.5), math.exp(0.5), math.exp(0.5)])
    narrow = mismatch_weights("sequence-mask", train, engine, owners, 3, 1.6)  # exp(-0.5) is below 1 / 1.6
    assert narrow.tolist() == [0.0] * 5
    assert mismatch_weights("sequence-mask", train, engine, owners, 3, 1e3).tolist() == pytest.approx(
        mismatch_weights("sequence", train, engine, owners, 3, 1e3).tolist()
    )


@pytest.mark.parametrize("kind", ["token-mask", "sequence-mask"])
def test_masked_weights_make_the_engines_mean_the_policys_on_what_is_kept(kind: str):
    """By enumeration of two tokens from a vocabulary of three: sum of engine * weight * f is that of pi * f where it is kept."""
    policy, engine = torch.tensor([0.5, 0.3, 0.2], dtype=F), torch.tensor([0.2, 0.35, 0.45], dtype=F)
    pairs = torch.cartesian_prod(torch.arange(3), torch.arange(3)).flatten()  # nine responses of two tokens
    owners = torch.arange(9).repeat_interleave(2)
    weights = mismatch_weights(kind, policy.log()[pairs], engine.log()[pairs], owners, 9, 1.5)
    ratio = (policy / engine)[pairs].view(9, 2)
    ratio = ratio if kind == "token-mask" else ratio.prod(1, keepdim=True).expand(9, 2)
    kept = (ratio <= 1.5) & (ratio >= 1 / 1.5)
    assert 0 < int(kept.sum()) < 18
    f = torch.arange(18, dtype=F).view(9, 2) ** 2
    chance = engine[pairs].view(9, 2).prod(1, keepdim=True)
    assert float((chance * weights.view(9, 2) * f).sum()) == pytest.approx(float((chance * ratio * f)[kept].sum()))


def test_an_unknown_kind_is_refused():
    ones = torch.ones(2, dtype=F)
    with pytest.raises(GuruError, match="sequence"):
        mismatch_weights("sequnce", ones, ones, torch.zeros(2, dtype=torch.long), 1, 2.0)


def test_drifted_are_bad_responses_that_the_policy_has_left():
    engine = torch.tensor([-1.0, -1.0, -1.0, -1.0, -2.0, -2.0], dtype=F)
    now = torch.tensor([-1.5, -1.1, -1.5, -1.1, -1.0, -1.0], dtype=F)  # means of engine - now: 0.3, 0.3, -1
    owners, prices = torch.tensor([0, 0, 1, 1, 2, 2]), torch.tensor([-1.0, -1.0, 1.0, -1.0, -1.0, -1.0], dtype=F)
    assert drifted(now, engine, prices, owners, 3, 0.29).tolist() == [True, True, False, True, False, False]
    assert not drifted(now, engine, prices, owners, 3, 0.31).any()


def test_shifted_are_tokens_that_went_far_the_way_their_advantage_pushes():
    engine = torch.tensor([0.5, 0.5, 0.5, 0.5, 0.001, 0.9], dtype=F).log()
    now = torch.tensor([0.75, 0.75, 0.25, 0.25, 0.1, 0.6], dtype=F).log()
    prices = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, 0.0], dtype=F)
    # up with a good one, down with a bad one; a ratio of 100 is a small shift; no advantage counts as bad
    assert shifted(now, engine, prices, 0.2, 0.2).tolist() == [True, False, False, True, False, True]
    assert shifted(now, engine, prices, 0.3, 0.2).tolist() == [False, False, False, True, False, True]
    assert not shifted(now, engine, prices, 0.3, 0.31).any()


def strayed(model: Any) -> list[Any]:
    """Responses that the engine found likelier (even ones) or less likely than the learner does."""
    return [
        replace(one, logprobs=[lp + (0.6 if at % 2 else -0.6) for lp in one.logprobs])
        for at, one in enumerate(rollouts_of(model))
    ]


@pytest.mark.parametrize("pack", [True, False])
def test_what_is_left_out_has_no_gradient_and_counts_in_the_mean(pack: bool):
    """- (tokens that stay) A r log pi / all tokens, of responses (drift) and of tokens (shift), and the square beside them."""
    model = tiny_llama()
    rollouts = strayed(model)
    tokens = sum(len(one.completion_ids) for one in rollouts)
    kept = [advantage > 0 or at % 2 == 0 for at, advantage in enumerate(ADVANTAGES)]
    assert 0 < sum(kept) < 12
    settings = replace(SETTINGS, loss="ratio", pack=pack)

    def of_responses(other: Any) -> torch.Tensor:
        found = []
        for one, advantage, stays in zip(rollouts, ADVANTAGES, kept, strict=True):
            apart = logprobs_of(other, one.prompt_ids, one.completion_ids) - torch.tensor(one.logprobs)
            found.append((-advantage * stays * apart.exp() + 0.1 * apart**2).sum() / tokens)
        return sum(found)  # type: ignore[return-value]

    gradient, metrics = gradient_of(
        model, replace(settings, mismatch_drift=0.5, mismatch_square=0.1), rollouts, ADVANTAGES
    )
    assert close(gradient, written_out(model, of_responses))
    dropped = sum(len(one.completion_ids) for one, stays in zip(rollouts, kept, strict=True) if not stays)
    assert metrics["silenced_fraction"] == pytest.approx(dropped / tokens)

    def of_tokens(other: Any) -> torch.Tensor:
        found = []
        for one, advantage in zip(rollouts, ADVANTAGES, strict=True):
            logs, old = logprobs_of(other, one.prompt_ids, one.completion_ids), torch.tensor(one.logprobs)
            shift = (logs.exp() - old.exp()).detach() * (1 if advantage > 0 else -1)
            left.append(int((shift > 0.02).sum()))
            found.append((-advantage * (shift <= 0.02) * (logs - old).exp()).sum() / tokens)
        return sum(found)  # type: ignore[return-value]

    left: list[int] = []
    gradient, metrics = gradient_of(model, replace(settings, mismatch_shift=0.02), rollouts, ADVANTAGES)
    assert close(gradient, written_out(model, of_tokens))
    assert 0.0 < metrics["silenced_fraction"] == pytest.approx(sum(left) / tokens)


def test_what_another_policy_wrote_or_shaped_replay_is_not_left_out():
    model = tiny_llama()
    settings = replace(SETTINGS, mismatch_drift=0.5, mismatch_shift=0.001, mismatch_square=0.1)
    foreign = [replace(one, off_policy=True) for one in strayed(model)]
    plain, _ = gradient_of(model, replace(SETTINGS, off_policy="shaped"), foreign, ADVANTAGES)
    found, metrics = gradient_of(model, replace(settings, off_policy="shaped"), foreign, ADVANTAGES)
    assert torch.equal(plain, found)
    assert metrics["silenced_fraction"] == 0.0
    aged = [replace(one, age=1) for one in strayed(model)]
    plain, _ = gradient_of(model, replace(SETTINGS, replay_loss="shaped"), aged, ADVANTAGES)
    found, _ = gradient_of(model, replace(settings, replay_loss="shaped"), aged, ADVANTAGES)
    assert torch.equal(plain, found)


def test_divergence_and_effective_sample_size_of_the_ratios():
    """By enumeration: the engine samples, so means over its distribution are exact."""
    torch.manual_seed(1)
    policy, engine = torch.randn(6, dtype=F).log_softmax(0), torch.randn(6, dtype=F).log_softmax(0)
    counts = (engine.exp() * 10**6).round().to(torch.long)
    drawn = (policy - engine).repeat_interleave(counts)
    excess, weight, squares = (float(one) for one in ratio_sums(drawn))
    assert excess / len(drawn) == pytest.approx(float((engine.exp() * (engine - policy)).sum()), abs=1e-4)
    # sum pi = 1, so the share is 1 / (1 + chi^2(pi || engine))
    chi = float((policy.exp() ** 2 / engine.exp()).sum()) - 1
    assert weight**2 / (len(drawn) * squares) == pytest.approx(1 / (1 + chi), rel=1e-4)
    assert [float(one) for one in ratio_sums(torch.zeros(5))] == [0.0, 5.0, 5.0]
    one = torch.tensor([20.0, -20.0, -20.0, -20.0])
    _, weight, squares = ratio_sums(one)
    assert float(weight**2 / (4 * squares)) == pytest.approx(1 / 4)


def test_the_log_says_how_far_the_engine_is():
    model = tiny_llama()
    rollouts = rollouts_of(model)
    shift = math.log(1.25)  # every token has 1.25 times the probability that the engine gave it
    moved = [replace(one, logprobs=[value - shift for value in one.logprobs]) for one in rollouts]
    metrics = Learner(model, replace(SETTINGS, lr=0.0)).update(moved, ADVANTAGES)
    assert metrics["mismatch_kl"] == pytest.approx(0.25 - shift, rel=1e-4)
    assert metrics["mismatch_ess"] == pytest.approx(1.0)
    uneven = [replace(one, logprobs=[*one.logprobs[:-1], one.logprobs[-1] - shift]) for one in rollouts]
    metrics = Learner(tiny_llama(), replace(SETTINGS, lr=0.0)).update(uneven, ADVANTAGES)
    count = sum(len(one.logprobs) for one in rollouts)
    share = 12 / count
    mean, square = 1 + 0.25 * share, 1 + (1.25**2 - 1) * share
    assert metrics["mismatch_ess"] == pytest.approx(mean**2 / square, rel=1e-4)
    assert metrics["mismatch_kl"] == pytest.approx((0.25 - shift) * share, rel=1e-4)
