"""Each term of the learner's loss against the same gradient written out, on a tiny model."""

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
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.losses import LOSSES, clipped, kl_estimate, token_loss  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.settings import DUAL_CLIPPED  # noqa: E402


def written_out(model: Any, terms: Any) -> torch.Tensor:
    """The gradient of a sum over rollouts, computed one sequence at a time."""
    model = copy.deepcopy(model)
    terms(model).backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters()])


def close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found - expected).abs().max() < 1e-6 * expected.abs().max())


@pytest.mark.parametrize("aggregation", ["token-mean", "sequence-mean", "sequence-sum", "constant"])
def test_on_policy_gradients_of_the_aggregations(aggregation: Any) -> None:
    """- A / (sum of lengths), - A / (G length), - A / G, - A / (G L): what each token's log-probability is multiplied by."""
    model = tiny_llama()
    rollouts = rollouts_of(model)
    lengths = [len(one.completion_ids) for one in rollouts]
    shares = {
        "token-mean": [1 / sum(lengths)] * 12,
        "sequence-mean": [1 / (12 * length) for length in lengths],
        "sequence-sum": [1 / 12] * 12,
        "constant": [1 / (12 * 20)] * 12,
    }[aggregation]

    def terms(other: Any) -> torch.Tensor:
        return sum(
            -advantage * share * logprobs_of(other, one.prompt_ids, one.completion_ids).sum()
            for one, advantage, share in zip(rollouts, ADVANTAGES, shares, strict=True)
        )

    learner = Learner(copy.deepcopy(model), replace(SETTINGS, aggregation=aggregation, lr=0.0), longest=20)
    seen: list[torch.Tensor] = []
    learner.optimizer.register_step_pre_hook(
        lambda optimizer, *_: seen.append(
            torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]])
        )
    )
    learner.update(rollouts, ADVANTAGES)
    assert close(seen[0], written_out(model, terms))
    twice = [*rollouts, *(replace(one, group=one.group + 3) for one in rollouts)]
    learner.update(twice, ADVANTAGES * 2)
    assert close(seen[1], seen[0])  # the batch twice has the same gradient


@pytest.mark.parametrize(("kind", "ratio"), [("k1", False), ("k2", False), ("k3", False), ("k3+", False), ("k3", True)])
def test_the_kl_penalty_adds_its_gradient(kind: Any, ratio: bool) -> None:
    model = tiny_llama()
    rollouts = rollouts_of(model, groups=2, size=3)
    tokens = sum(len(one.completion_ids) for one in rollouts)
    settings = replace(SETTINGS, kl_coef=0.3, kl_kind=kind, kl_ratio=ratio, lr=0.0)
    learner = Learner(copy.deepcopy(model), settings)
    with torch.no_grad():
        for weight in learner.reference.model.parameters():
            weight += 0.05 * torch.randn(weight.shape, dtype=weight.dtype, generator=torch.Generator().manual_seed(5))
    reference = copy.deepcopy(learner.reference.model)
    seen: list[torch.Tensor] = []
    learner.optimizer.register_step_pre_hook(
        lambda optimizer, *_: seen.append(
            torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]])
        )
    )
    metrics = learner.update(rollouts, [0.0] * 6)

    def penalty(other: Any) -> torch.Tensor:
        found = []
        for one in rollouts:
            with torch.no_grad():
                known = logprobs_of(reference, one.prompt_ids, one.completion_ids)
            logs, old = logprobs_of(other, one.prompt_ids, one.completion_ids), torch.tensor(one.logprobs)
            found.append(kl_estimate(logs, known, kind, old if ratio else None).sum())
        return sum(found) / tokens  # type: ignore[return-value]

    assert close(seen[0], 0.3 * written_out(model, penalty))
    with torch.no_grad():
        assert metrics["kl"] == pytest.approx(float(penalty(model)), rel=1e-5, abs=1e-6)
    learner.refresh()
    assert learner.update(rollouts, [0.0] * 6)["kl"] == pytest.approx(0.0, abs=1e-6)  # one side goes through float32


def test_reinforce_pp_whitens_returns_over_the_tokens_that_count() -> None:
    """With a KL penalty in the reward: mean 0 and variance 1 over real tokens, and prompts keep their offset."""
    rollouts = [replace(one, reward=float(one.group)) for one in rollouts_of(tiny_llama())]
    rollouts = [replace(one, logprobs=[lp + 0.1 for lp in one.logprobs]) for one in rollouts]
    rollouts[5] = replace(rollouts[5], masked=True, reward=1e6)
    learner = Learner(tiny_llama(), replace(SETTINGS, advantage="batch-std", kl_in="reward", kl_coef=0.1))
    found = learner.advantages(rollouts)
    real = torch.tensor(
        [value for at, one in enumerate(rollouts) for value in found[at][: len(one.completion_ids)] if at != 5],  # type: ignore[index]
        dtype=torch.float64,
    )
    assert float(real.mean()) == pytest.approx(0.0, abs=1e-9)
    assert float(real.var(correction=0)) == pytest.approx(1.0, abs=1e-6)
    assert not any(found[5])  # type: ignore[arg-type]
    assert all(not any(row[len(one.completion_ids) :]) for one, row in zip(rollouts, found, strict=True))  # type: ignore[arg-type, index]
    last = [row[len(one.completion_ids) - 1] for one, row in zip(rollouts, found, strict=True)]  # type: ignore[index]
    assert max(last[:4]) < min(last[6:8]) < min(last[8:])
    # token by token: the whitened reward minus what is still to be charged
    charged = [[one.reward - 0.01 * left for left in range(len(one.logprobs), 0, -1)] for one in rollouts]
    kept = torch.tensor([value for at, row in enumerate(charged) for value in row if at != 5], dtype=torch.float64)
    assert torch.allclose(real, (kept - kept.mean()) / kept.std(correction=0), atol=1e-4)


def test_replayed_responses_are_learnt_by_the_shaped_ratio() -> None:
    """ExGRPO: - A w / (w + 0.1) for what is replayed, the loss of the method for the rest, whatever the mismatch weights."""
    model = tiny_llama()
    rollouts = [
        replace(one, age=at % 2, logprobs=[lp - 0.4 * (at % 2) for lp in one.logprobs])
        for at, one in enumerate(rollouts_of(model))
    ]
    tokens = sum(len(one.completion_ids) for one in rollouts)

    def terms(other: Any) -> torch.Tensor:
        found = []
        for one, advantage in zip(rollouts, ADVANTAGES, strict=True):
            logs = logprobs_of(other, one.prompt_ids, one.completion_ids)
            ratio = (logs - torch.tensor(one.logprobs)).exp()
            found.append(-advantage * (ratio / (ratio + 0.1) if one.age else logs).sum() / tokens)
        return sum(found)  # type: ignore[return-value]

    expected = written_out(model, terms)
    for more in ({}, {"mismatch": "token"}, {"loss": "reinforce"}):
        found, _ = gradient_of(model, replace(SETTINGS, replay_loss="shaped", **more), rollouts, ADVANTAGES)  # type: ignore[arg-type]
        assert close(found, expected), more
    fresh = [replace(one, age=0) for one in rollouts]
    plain, _ = gradient_of(model, SETTINGS, fresh, ADVANTAGES)
    same, _ = gradient_of(model, replace(SETTINGS, replay_loss="shaped"), fresh, ADVANTAGES)
    assert torch.equal(plain, same)  # nothing is replayed


def test_shaped_replay_of_an_unchanged_policy_is_the_plain_gradient_made_smaller() -> None:
    model = tiny_llama()
    rollouts = rollouts_of(model)
    plain, _ = gradient_of(model, SETTINGS, rollouts, ADVANTAGES)
    old = [replace(one, age=2) for one in rollouts]
    shaped, _ = gradient_of(model, replace(SETTINGS, replay_loss="shaped"), old, ADVANTAGES)
    assert close(shaped, 0.1 / 1.1**2 * plain)


def every_logprob(model: Any, one: Rollout) -> torch.Tensor:
    """Of the whole vocabulary at each token of a response."""
    logits = model(input_ids=torch.tensor([one.prompt_ids + one.completion_ids])).logits[0]
    return torch.log_softmax(logits[len(one.prompt_ids) - 1 : -1], -1)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_setting_of_the_loss_reaches_it(loss: Any) -> None:
    """Ratios far from 1, of whole responses too, unequal clips, a dual clip that acts, an entropy bonus: as one batch, written out."""
    model, rng = tiny_llama(), random.Random(7)
    apart = (0.5, -0.8, -0.5, 0.2, -0.7, 0.4)  # of responses, for those whose ratio is one of means
    rollouts = [
        replace(one, logprobs=[lp + shift + rng.uniform(-0.9, 0.9) for lp in one.logprobs])
        for one, shift in zip(rollouts_of(model, groups=2, size=3), apart, strict=True)
    ]
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
    owners = torch.arange(6).repeat_interleave(lengths)
    targets = torch.tensor([token for one in rollouts for token in one.completion_ids])
    old = torch.tensor([lp for one in rollouts for lp in one.logprobs], dtype=torch.float32)
    prices = torch.tensor(ADVANTAGES)[owners]

    def terms(other: Any, dual: float | None = 1.5) -> torch.Tensor:
        every = torch.cat([every_logprob(other, one) for one in rollouts])
        logs = every.gather(1, targets[:, None])[:, 0]
        said = clipped(loss, logs.detach(), old, prices, owners, 6, 0.1, 0.3)
        shares.append(float(said.double().mean()))
        found = token_loss(loss, logs, old, prices, owners, 6, 0.1, 0.3, dual).sum()
        return (found + 0.2 * (every.exp() * every).sum()) / lengths.sum()

    shares: list[float] = []
    expected = written_out(model, terms)
    settings = replace(SETTINGS, loss=loss, clip_low=0.1, clip_high=0.3, dual_clip=1.5, entropy_coef=0.2)
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES[:6])
    assert close(gradient, expected)
    assert metrics["clip_fraction"] == pytest.approx(shares[0])
    unbounded = written_out(model, lambda other: terms(other, None))
    assert close(unbounded, expected) is (loss not in DUAL_CLIPPED), "it acts where a loss has one"


@pytest.mark.parametrize("kind", ["auto", "k1", "k2", "k3"])
def test_the_reward_of_each_token_is_charged_with_the_estimator_that_is_named(kind: Any) -> None:
    model = tiny_llama()
    rollouts = [replace(one, logprobs=[value + 0.3 for value in one.logprobs]) for one in rollouts_of(model)]
    settings = replace(SETTINGS, advantage="leave-one-out", kl_in="reward", kl_coef=0.1, kl_kind=kind)
    learner = Learner(model, settings)
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
    penalty, mask = learner._penalties(rollouts, lengths)
    each = {"auto": 0.3, "k1": 0.3, "k2": 0.3**2 / 2, "k3": math.exp(-0.3) + 0.3 - 1}[kind]
    assert penalty[mask].tolist() == pytest.approx([0.1 * each] * int(lengths.sum()), rel=1e-4)
    assert not penalty[~mask].any()
    rewards = [replace(one, reward=float(at % 2)) for at, one in enumerate(rollouts)]
    found = learner.advantages(rewards)
    whole = [one.reward - 0.1 * each * int(length) for one, length in zip(rewards, lengths, strict=True)]
    expected = [own - (sum(whole[at // 4 * 4 : at // 4 * 4 + 4]) - own) / 3 for at, own in enumerate(whole)]
    assert found == pytest.approx(expected, abs=1e-5)
