"""Clip-Cov, KL-Cov and forking tokens: what they choose by enumeration, and the gradient it makes written out."""

from __future__ import annotations

import copy
import math
import random
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from agent.test_learner import ADVANTAGES, SETTINGS, gradient_of, logprobs_of, rollouts_of, tiny_llama  # noqa: E402
from agent.test_learner_terms import close, every_logprob, written_out  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.losses import clipped  # noqa: E402
from guru_grpo.randomness import derive  # noqa: E402
from guru_grpo.selection import clip_cov, covariances, highest, select  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

F = torch.float64


def entropy_of(logits: torch.Tensor) -> float:
    logs = logits.log_softmax(0)
    return float(-(logs.exp() * logs).sum())


def test_the_mean_of_the_parts_is_the_covariance_and_the_fall_of_the_entropy():
    """Ten tokens drawn in the policy's own proportions; a step of the natural policy gradient adds rate * A to the logits."""
    chances, worth = torch.tensor([0.5, 0.3, 0.2], dtype=F), torch.tensor([1.0, -0.5, 0.25], dtype=F)
    tokens = torch.tensor([0] * 5 + [1] * 3 + [2] * 2)
    parts = covariances(chances.log()[tokens], worth[tokens])
    expected = float((chances * chances.log() * worth).sum()) - float((chances * chances.log()).sum()) * float(
        (chances * worth).sum()
    )
    assert float(parts.mean()) == pytest.approx(expected)
    assert float(parts[0]) == pytest.approx(
        (math.log(0.5) - float((chances * chances.log()).sum())) * (1.0 - float((chances * worth).sum()))
    )
    rate = 1e-6
    assert (entropy_of(chances.log() + rate * worth) - entropy_of(chances.log())) / rate == pytest.approx(
        -expected, rel=1e-4
    )


@pytest.mark.parametrize(("share", "count"), [(1e-9, 1), (0.2, 1), (0.49, 2), (0.5, 3), (1.0, 3)])
def test_clip_cov_chooses_within_the_band_and_no_more_than_the_share(share: float, count: int):
    covariance = torch.tensor([0.9, 1.0, 1.1, 4.9, 5.0, 2.0], dtype=F)
    gone = torch.tensor([False, False, False, False, False, False])
    chosen = clip_cov(covariance, gone, share, (1.0, 5.0), 3)
    assert int(chosen.sum()) == count  # max(1, int(share * 6)), of three candidates
    assert not chosen[[0, 1, 4]].any()
    gone[[2, 3]] = True
    assert clip_cov(covariance, gone, 1.0, (1.0, 5.0), 3).tolist() == [False] * 5 + [True]
    gone[5] = True
    assert not clip_cov(covariance, gone, 1.0, (1.0, 5.0), 3).any()


def test_clip_cov_chooses_evenly_and_the_same_for_the_same_seed():
    covariance, gone = torch.full((4,), 2.0, dtype=F), torch.tensor([False, False, True, False])
    counts = sum(clip_cov(covariance, gone, 0.25, (1.0, 5.0), seed).long() for seed in range(900))
    assert counts[2] == 0
    assert all(abs(int(one) - 300) < 75 for one in counts[[0, 1, 3]])  # five standard deviations
    again = [clip_cov(covariance, gone, 0.5, (1.0, 5.0), seed).tolist() for seed in (8, 8)]
    assert again[0] == again[1]


def test_the_highest_are_counted_and_of_equal_ones_the_first():
    values = torch.tensor([0.5, 2.0, -1.0, 2.0, 2.0, 1.0])
    for share, expected in [
        (1e-9, [1]),
        (1 / 3, [1, 3]),
        (0.5, [1, 3, 4]),
        (0.84, [0, 1, 3, 4, 5]),
        (1.0, [0, 1, 2, 3, 4, 5]),
    ]:
        assert highest(values, share).nonzero()[:, 0].tolist() == expected


def test_nothing_is_looked_at_without_need():
    eligible, here = torch.ones(2, 3, dtype=torch.bool), torch.zeros(2, 3)

    def never() -> Any:
        raise AssertionError("a forward pass for nothing")

    assert select(SETTINGS, eligible, here, here, never, True, 0) == (None, None)
    first = select(replace(SETTINGS, covariance="kl"), eligible, here, here, never, False, 0)
    assert first[0] is None
    assert int(first[1].sum()) == 1  # the old log-probabilities are those of now
    assert select(replace(SETTINGS, covariance="kl"), ~eligible, here, here, never, True, 0) == (None, None)


def test_after_the_first_optimiser_step_what_the_clip_silenced_is_not_chosen():
    """By enumeration over seeds: three tokens in the band, one of them with a ratio beyond the clip."""
    prices = torch.tensor([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]])
    before = torch.tensor([[-1.0, -1.0, -1.0], [-3.0, -3.0, -3.0]])
    now = before + torch.tensor([[0.5, 0.1, 0.0], [0.0, 0.0, 0.0]])  # a ratio of 1.65
    settings = replace(SETTINGS, covariance="clip", covariance_band=(0.5, 5.0), covariance_share=0.1)
    eligible = torch.tensor([[True, True, True], [True, False, True]])
    worth = prices[eligible]
    assert (covariances(now[eligible], worth) > 0.5).all()
    seen = set()
    for seed in range(60):
        silenced, held = select(settings, eligible, prices, before, lambda: (now, now), True, seed)
        assert held is None
        assert int(silenced.sum()) == 1
        seen.add(tuple(silenced.nonzero()[0].tolist()))
    assert seen == {(0, 1), (0, 2), (1, 0), (1, 2)}
    assert clipped(
        "clip", now[eligible], before[eligible], worth, torch.tensor([0, 0, 0, 1, 1]), 2, 0.2, 0.2
    ).tolist() == [True, False, False, False, False]


# -- in the learner ----------------------------------------------------------------------------------------------------


def flat(rollouts: list[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """The old log-probabilities and advantages of all tokens."""
    old = torch.tensor([lp for one in rollouts for lp in one.logprobs])
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
    return old, torch.tensor(ADVANTAGES).repeat_interleave(lengths)


def terms_of(rollouts: list[Any], worth: torch.Tensor, stays: torch.Tensor) -> Any:
    """The policy gradient of the tokens that stay, over all tokens."""

    def terms(other: Any) -> torch.Tensor:
        logs = torch.cat([logprobs_of(other, one.prompt_ids, one.completion_ids) for one in rollouts])
        return -(worth * stays * logs).sum() / len(logs)

    return terms


LAYOUTS = [{}, {"pack": False, "micro_tokens": 25}, {"micro_tokens": 40}]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_clip_cov_takes_the_gradient_of_its_tokens(layout: Any):
    model = tiny_llama()
    rollouts = rollouts_of(model)
    old, worth = flat(rollouts)
    settings = replace(SETTINGS, covariance="clip", covariance_share=0.2, covariance_band=(0.2, 5.0), seed=4, **layout)
    chosen = clip_cov(
        covariances(old, worth), torch.zeros_like(worth, dtype=torch.bool), 0.2, (0.2, 5.0), derive(4, "selection", 0)
    )
    assert int(chosen.sum()) == int(0.2 * len(old))
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    assert close(gradient, written_out(model, terms_of(rollouts, worth, ~chosen)))
    assert metrics["silenced_fraction"] == pytest.approx(int(chosen.sum()) / len(old))
    other, _ = gradient_of(model, replace(settings, seed=5), rollouts, ADVANTAGES)
    assert not close(other, gradient)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_kl_cov_pulls_its_tokens_back(layout: Any):
    """The unclipped ratio, and 0.7 * abs(log pi - log pi_old) of the tokens of the highest covariance."""
    model, rng = tiny_llama(), random.Random(3)
    rollouts = [
        replace(one, logprobs=[lp + rng.uniform(-0.5, 0.5) for lp in one.logprobs]) for one in rollouts_of(model)
    ]
    old, worth = flat(rollouts)
    held = highest(covariances(old, worth), 0.2)
    assert int(held.sum()) == int(0.2 * len(old))

    def terms(other: Any) -> torch.Tensor:
        logs = torch.cat([logprobs_of(other, one.prompt_ids, one.completion_ids) for one in rollouts])
        return (-worth * (logs - old).exp() + 0.7 * held * (logs - old).abs()).sum() / len(logs)

    settings = replace(SETTINGS, loss="ratio", covariance="kl", covariance_share=0.2, covariance_coef=0.7, **layout)
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    assert close(gradient, written_out(model, terms))
    assert metrics["silenced_fraction"] == 0.0


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("aggregation", ["token-mean", "sequence-mean"])
def test_only_forking_tokens_have_a_gradient_and_all_count_in_the_mean(layout: Any, aggregation: Any):
    model = tiny_llama()
    rollouts = rollouts_of(model)
    _, worth = flat(rollouts)
    with torch.no_grad():
        every = torch.cat([every_logprob(model, one) for one in rollouts])
    forks = highest(-(every.exp() * every).sum(-1).float(), 0.3)
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
    share = torch.ones_like(worth) if aggregation == "token-mean" else lengths.sum() / (12 * lengths)
    weight = worth * (share if aggregation == "token-mean" else share.repeat_interleave(lengths))
    settings = replace(SETTINGS, entropy_share=0.3, aggregation=aggregation, **layout)
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    assert close(gradient, written_out(model, terms_of(rollouts, weight, forks)))
    assert metrics["silenced_fraction"] == pytest.approx(1 - int(0.3 * len(worth)) / len(worth))


def test_penalties_and_what_another_policy_wrote_are_on_all_tokens():
    """Forking tokens take the policy gradient only: here all of the rest is an entropy bonus, and an oracle's response."""
    model = tiny_llama()
    rollouts = [replace(one, off_policy=at % 4 == 0) for at, one in enumerate(rollouts_of(model))]
    own = [0.0 if one.off_policy is False else value for one, value in zip(rollouts, ADVANTAGES, strict=True)]
    settings = replace(SETTINGS, off_policy="shaped", entropy_coef=0.1)
    plain, _ = gradient_of(model, settings, rollouts, own)
    found, metrics = gradient_of(model, replace(settings, entropy_share=0.2), rollouts, own)
    assert torch.equal(plain, found)
    tokens = [sum(len(one.completion_ids) for one in rollouts if one.off_policy is kind) for kind in (True, False)]
    assert metrics["silenced_fraction"] == pytest.approx((tokens[1] - int(0.2 * tokens[1])) / sum(tokens))


def test_replayed_responses_with_a_loss_of_their_own_are_neither_chosen_nor_clipped():
    """ExGRPO's shaping of replayed tokens has no clip: they are not counted as clipped, and nothing silences them."""
    model = tiny_llama()
    far = [replace(one, age=2, logprobs=[value - 1.0 for value in one.logprobs]) for one in rollouts_of(model)]
    settings = replace(SETTINGS, replay_loss="shaped")
    plain, metrics = gradient_of(model, settings, far, ADVANTAGES)
    assert metrics["clip_fraction"] == 0.0
    _, counted = gradient_of(model, SETTINGS, far, ADVANTAGES)
    assert counted["clip_fraction"] > 0.2, "with the plain loss they are"
    forks = replace(settings, entropy_share=0.2)
    band = replace(settings, covariance="clip", covariance_share=0.5, covariance_band=(0.0, 99.0))
    for chosen in (forks, band):
        found, metrics = gradient_of(model, chosen, far, ADVANTAGES)
        assert torch.equal(plain, found)
        assert metrics["silenced_fraction"] == 0.0
        _, metrics = gradient_of(model, replace(chosen, replay_loss="same"), far, ADVANTAGES)
        assert metrics["silenced_fraction"] > 0.1


def test_the_choice_goes_on_from_a_checkpoint_and_is_new_in_every_step():
    model = tiny_llama()
    rollouts = rollouts_of(model)
    settings = replace(
        SETTINGS, covariance="clip", covariance_share=0.05, covariance_band=(0.0, 9.0), entropy_share=0.8, minibatches=2
    )
    learner = Learner(model, settings)
    learner.update(rollouts, ADVANTAGES)
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(copy.deepcopy(learner.state_dict()))
    assert other.update(rollouts, ADVANTAGES) == learner.update(rollouts, ADVANTAGES)
    for (name, weight), (_, same) in zip(learner.weights(), other.weights(), strict=True):
        assert torch.equal(weight, same), name
    covariance, gone = torch.full((50,), 2.0), torch.zeros(50, dtype=torch.bool)
    chosen = [clip_cov(covariance, gone, 0.1, (1.0, 5.0), derive(0, "selection", step)) for step in range(5)]
    assert len({tuple(one.tolist()) for one in chosen}) == 5


def test_a_band_that_holds_nothing_is_refused():
    with pytest.raises(InvalidValueError, match="covariance_band"):
        replace(SETTINGS, covariance_band=(5.0, 1.0))
