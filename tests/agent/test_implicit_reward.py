"""PRIME: rewards of tokens from a model that learns outcomes only, and advantages from them."""

from __future__ import annotations

import copy
import itertools
import math
import random
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from agent.test_learner import SETTINGS, logprobs_of, rollouts_of, tiny_llama  # noqa: E402
from guru_grpo.advantages import leave_one_out, process_advantages  # noqa: E402
from guru_grpo.implicit_reward import ImplicitReward, judgement, outcome_loss  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.pricing import price  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.settings import METHODS, LearnerSettings  # noqa: E402

F = torch.float64
PRIME = replace(SETTINGS, advantage="implicit", implicit_lr=1e-3)
BETA = PRIME.implicit_beta


def judged(**changes: Any) -> list[Rollout]:
    """Three groups of four; every third response is right."""
    found = rollouts_of(tiny_llama())
    return [replace(one, reward=float(at % 3 == 0), right=at % 3 == 0, **changes) for at, one in enumerate(found)]


def moved(learner: Learner) -> Any:
    """The reward model of a learner with its weights changed at random, so that it is no longer the reference."""
    assert learner.implicit is not None
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in learner.implicit.module.parameters():
            weight += 0.02 * torch.randn(weight.shape, generator=generator, dtype=weight.dtype)
    return learner.implicit


def still(**changes: Any) -> Learner:
    return Learner(tiny_llama(), replace(PRIME, **{"implicit_lr": 0.0, "lr": 0.0, **changes}))


# -- rewards of tokens -------------------------------------------------------------------------------------------------


def test_a_responses_rewards_sum_to_beta_times_its_log_ratio():
    learner, rollouts = still(), judged()
    phi = moved(learner)
    found = phi.rewards(rollouts)
    assert found.dtype == F
    for row, one in zip(found, rollouts, strict=True):
        with torch.no_grad():
            ratios = [
                logprobs_of(part, one.prompt_ids, one.completion_ids) for part in (phi.module.model, learner.model)
            ]
        expected = BETA * (ratios[0] - ratios[1])
        assert (row[: len(expected)] - expected).abs().max() < 1e-7  # norms are in float32
        assert float(row.sum()) == pytest.approx(BETA * float(ratios[0].sum() - ratios[1].sum()), abs=1e-7)
        assert not row[len(expected) :].any()
    assert found.abs().max() > 1e-3


def test_rewards_up_to_a_token_are_what_the_response_is_expected_to_score():
    """By enumeration of all last tokens: beta log E_reference[exp(score / beta)] after a prefix is the sum of rewards so far."""
    learner = still()
    phi = moved(learner)
    prompt, first = [3, 1, 4], [15, 9]
    rollouts = [Rollout(prompt, [*first, last], [0.0] * 3, 0, 0.0, False, True) for last in range(50)]
    found = phi.rewards(rollouts)
    with torch.no_grad():
        chances = torch.stack([logprobs_of(learner.model, prompt, [*first, last])[-1] for last in range(50)]).exp()
    assert float(chances.sum()) == pytest.approx(1.0, abs=1e-12)
    expected = BETA * math.log(float((chances * torch.exp(found.sum(-1) / BETA)).sum()))
    assert float(found[0, :2].sum()) == pytest.approx(expected, abs=1e-7)
    assert abs(expected) > 1e-4


def test_a_copy_of_the_reference_rewards_nothing_and_the_advantages_are_rloos():
    learner, rollouts = still(), judged()
    assert learner.implicit is not None
    assert not learner.implicit.rewards(rollouts).any()
    found = learner.advantages(rollouts)
    rewards, groups = torch.tensor([one.reward for one in rollouts]), torch.tensor([one.group for one in rollouts])
    for row, one, expected in zip(found, rollouts, leave_one_out(rewards, groups).tolist(), strict=True):
        assert row[: len(one.completion_ids)] == [expected] * len(one.completion_ids)
        assert not any(row[len(one.completion_ids) :])


def test_a_kl_penalty_in_the_reward_is_part_of_the_outcome():
    changes = {"kl_in": "reward", "kl_coef": 0.3, "lr": 0.0}
    rollouts = [replace(one, logprobs=[value + 0.1 for value in one.logprobs]) for one in judged()]
    plain = Learner(tiny_llama(), replace(SETTINGS, advantage="leave-one-out", **changes)).advantages(rollouts)
    found = still(**changes).advantages(rollouts)
    assert [row[0] for row in found] == pytest.approx(plain, abs=1e-9)
    assert plain[0] != pytest.approx(2 / 3, abs=1e-3)


def test_rewards_do_not_depend_on_what_else_is_in_the_batch():
    learner, rollouts = still(), judged()
    phi = moved(learner)
    whole = phi.rewards(rollouts)
    longer = replace(rollouts[4], completion_ids=rollouts[4].completion_ids * 16)
    other = phi.rewards([rollouts[7], longer, rollouts[2]])
    assert other.shape[1] == len(longer.completion_ids)
    for row, at in ((0, 7), (2, 2)):
        length = len(rollouts[at].completion_ids)
        assert (other[row, :length] - whole[at, :length]).abs().max() < 1e-7
        assert not other[row, length:].any()


def test_what_is_masked_or_written_by_another_policy_is_not_scored_and_counts_nowhere():
    learner, rollouts = still(off_policy="shaped"), judged()
    rollouts[1] = replace(rollouts[1], masked=True, right=None)
    rollouts[2] = replace(rollouts[2], off_policy=True, right=True, reward=1.0)
    phi = moved(learner)
    found = phi.rewards(rollouts)
    assert not found[1:3].any()
    assert found[0].any()
    prices = torch.tensor(learner.advantages(rollouts), dtype=F)
    assert not prices[1].any()
    length = len(rollouts[2].completion_ids)
    assert prices[2, :length].tolist() == pytest.approx([1.0 - 0.5 * (1.0 + 1.0)] * length)  # its outcome's part alone
    steps = price_of(found, rollouts) - price_of(torch.zeros_like(found), rollouts)
    own = [0, 3]
    means = {at: found[at, : len(rollouts[at].completion_ids)].mean() for at in own}
    last = len(rollouts[0].completion_ids) - 1
    assert float(steps[0, last]) == pytest.approx(float(found[0, last] - means[3]))


def price_of(process: torch.Tensor, rollouts: list[Rollout], **changes: Any) -> torch.Tensor:
    settings = replace(PRIME, off_policy="shaped", **changes)
    lengths = torch.tensor([len(one.completion_ids) for one in rollouts])
    mask = torch.arange(process.shape[1]) < lengths[:, None]
    prices, returns = price(settings, rollouts, torch.zeros_like(process), mask, None, process)
    assert returns is None
    return torch.tensor(prices, dtype=F)


# -- advantages --------------------------------------------------------------------------------------------------------

REWARDS = torch.tensor([[0.1, 0.2, 0.6], [0.4, 0.0, 9.0], [-0.2, 9.0, 9.0], [0.3, 0.1, 9.0]], dtype=F)
MASK = torch.tensor([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 0]], dtype=torch.bool)
GROUPS, KEEP = torch.tensor([5, 5, 5, 2]), torch.ones(4, dtype=torch.bool)


def test_process_advantages_by_hand():
    found = process_advantages(REWARDS, GROUPS, KEEP, MASK)
    # Means of the tokens: 0.3, 0.2, -0.2. Baselines: (0.2 - 0.2) / 2 = 0, (0.3 - 0.2) / 2 = 0.05, (0.3 + 0.2) / 2 = 0.25.
    assert found[0].tolist() == pytest.approx([0.9, 0.8, 0.6])
    assert found[1].tolist() == pytest.approx([0.35 - 0.05, -0.05, 0.0])
    assert found[2].tolist() == pytest.approx([-0.45, 0.0, 0.0])
    assert found[3].tolist() == [0.0, 0.0, 0.0]  # alone in its group
    discounted = process_advantages(REWARDS, GROUPS, KEEP, MASK, gamma=0.5)
    assert discounted[0].tolist() == pytest.approx([0.1 + 0.1 + 0.15, 0.2 + 0.3, 0.6])
    assert discounted[1].tolist() == pytest.approx([0.35 - 0.025, -0.05, 0.0])


def test_process_advantages_leave_out_what_does_not_count():
    keep = torch.tensor([True, False, True, True])
    found = process_advantages(REWARDS, GROUPS, keep, MASK)
    assert found[0].tolist() == pytest.approx([0.9 + 3 * 0.2, 0.8 + 2 * 0.2, 0.6 + 0.2])
    assert found[1].tolist() == [0.0, 0.0, 0.0]
    assert found[2].tolist() == pytest.approx([-0.2 - 0.3, 0.0, 0.0])
    wider = torch.cat([REWARDS, torch.full((4, 2), 7.0, dtype=F)], 1)
    mask = torch.cat([MASK, torch.zeros(4, 2, dtype=torch.bool)], 1)
    assert torch.equal(process_advantages(wider, GROUPS, keep, mask)[:, :3], found)
    assert process_advantages(REWARDS[:0], GROUPS[:0], KEEP[:0], MASK[:0]).shape == (0, 3)


def test_both_sources_are_added_with_their_weights():
    rollouts = [
        Rollout([1], [2] * int(mask.sum()), [0.0] * int(mask.sum()), int(group), reward, False, True)
        for mask, group, reward in zip(MASK, GROUPS, (1.0, 0.0, 0.0, 1.0), strict=True)
    ]
    steps = process_advantages(REWARDS, GROUPS, KEEP, MASK)
    outcome = torch.tensor([1.0, -0.5, -0.5, 0.0], dtype=F)[:, None] * MASK
    assert torch.allclose(price_of(REWARDS, rollouts), outcome + steps)
    assert torch.allclose(price_of(REWARDS, rollouts, outcome_coef=3.0, implicit_coef=0.0), 3 * outcome)
    assert torch.allclose(price_of(REWARDS, rollouts, outcome_coef=0.0, implicit_coef=2.0), 2 * steps)
    scaled = price_of(REWARDS, rollouts, outcome_coef=0.0, implicit_scale="return")
    assert torch.allclose(scaled, steps / (0.9 + 1e-6))  # the largest return is that of the first token of all


def test_the_expected_gradient_of_process_advantages_is_that_of_the_return():
    """By enumeration of two responses of one token each, drawn alike: the baseline of the other does not bias."""
    p, earns = 0.3, {1: 0.7, 0: -0.2}
    exact = p * (1 - p) * (earns[1] - earns[0])
    total = 0.0
    for sample in itertools.product((1, 0), repeat=2):
        rewards = torch.tensor([[earns[one]] for one in sample], dtype=F)
        ones = torch.ones(2, dtype=torch.bool)
        found = process_advantages(rewards, torch.zeros(2, dtype=torch.long), ones, ones[:, None])[:, 0]
        slopes = torch.tensor([(1 - p) if one else -p for one in sample], dtype=F)  # d log pi / d logit
        total += math.prod(p if one else 1 - p for one in sample) * float((found * slopes).mean())
    assert total == pytest.approx(exact)


# -- learning from outcomes --------------------------------------------------------------------------------------------


def test_the_loss_is_cross_entropy_with_its_gradient():
    logits = torch.tensor([0.3, -2.0, 0.0, 40.0, -800.0], dtype=F, requires_grad=True)
    right = torch.tensor([True, True, False, False, True])
    loss = outcome_loss(logits, right)
    expected = [-math.log(1 / (1 + math.exp(-0.3))), math.log(1 + math.exp(2.0)), math.log(2.0), 40.0, 800.0]
    assert loss.tolist() == pytest.approx(expected, rel=1e-12)
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    assert torch.allclose(slope, torch.sigmoid(logits.detach()) - right.to(F), atol=1e-15)
    assert torch.autograd.gradcheck(lambda part: outcome_loss(part, right), logits)


def test_judgement_by_hand():
    logits, right = torch.tensor([1.0, 0.0, -1.0, 2.0], dtype=F), torch.tensor([True, False, True, False])
    found = judgement(logits, right, torch.tensor([0, 0, 0, 1]))
    assert found["implicit_accuracy"] == pytest.approx((1 + 0.5 + 0 + 0) / 4)
    assert found["implicit_order"] == pytest.approx((1 + 0) / 2)  # the last one has no partner
    assert found["implicit_loss"] == pytest.approx(float(outcome_loss(logits, right).mean()))
    assert "implicit_order" not in judgement(logits, torch.ones(4, dtype=torch.bool), torch.zeros(4))


def gradient_of(rollouts: list[Rollout], **changes: Any) -> torch.Tensor:
    phi = moved(still(**changes))
    seen: list[torch.Tensor] = []

    def look(optimizer: Any, *_: Any) -> None:
        seen.append(torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]]))

    phi.optimizer.register_step_pre_hook(look)
    phi.rewards(rollouts)
    (gradient,) = seen
    return gradient


@pytest.mark.parametrize("pack", [True, False])
@pytest.mark.parametrize("micro_tokens", [1, 30, 4096])
def test_the_gradient_is_that_of_plain_sequences_however_it_is_laid_out(pack: bool, micro_tokens: int):
    """One is masked, one not judged, one of another policy: they have no part in it."""
    rollouts = judged()
    rollouts[1] = replace(rollouts[1], masked=True)
    rollouts[3] = replace(rollouts[3], right=None)
    rollouts[8] = replace(rollouts[8], off_policy=True)
    learner = still()
    phi = moved(learner).module.model
    losses = []
    for at in (0, 2, 4, 5, 6, 7, 9, 10, 11):
        one = rollouts[at]
        with torch.no_grad():
            reference = logprobs_of(learner.model, one.prompt_ids, one.completion_ids).sum()
        ratio = logprobs_of(phi, one.prompt_ids, one.completion_ids).sum() - reference
        chance = torch.sigmoid(BETA * ratio)
        losses.append(-torch.log(chance if one.right else 1 - chance))
    (sum(losses) / len(losses)).backward()
    expected = torch.cat([weight.grad.flatten() for weight in phi.parameters()])
    found = gradient_of(rollouts, pack=pack, micro_tokens=micro_tokens)
    assert (found - expected).abs().max() < 1e-6 * expected.abs().max()  # norms are in float32


def test_without_a_label_nothing_is_learnt():
    learner = Learner(tiny_llama(), PRIME)
    before = [weight.clone() for weight in learner.implicit.module.parameters()]
    rollouts = [replace(one, right=None) for one in judged()]
    metrics = learner.learn(rollouts)
    assert not any(name.startswith("implicit") for name in metrics)
    assert all(map(torch.equal, before, learner.implicit.module.parameters()))
    assert not learner.implicit.optimizer.state
    masked = [replace(one, masked=True) for one in judged()]
    assert learner.learn(masked)["tokens"] == 0.0
    assert all(map(torch.equal, before, learner.implicit.module.parameters()))


def test_it_scores_before_or_after_it_learns():
    rollouts = judged()
    first = Learner(tiny_llama(), replace(PRIME, implicit_update="after"))
    assert not first.implicit.rewards(rollouts).any(), "scored as a copy of the reference"
    later = first.implicit.rewards(rollouts)
    second = Learner(tiny_llama(), PRIME)
    assert torch.equal(second.implicit.rewards(rollouts), later)
    assert later.any()


def test_an_update_reports_how_well_the_model_knew_before_it():
    learner, rollouts = Learner(tiny_llama(), PRIME), judged()
    first = learner.learn(rollouts)
    assert first["implicit_loss"] == pytest.approx(math.log(2.0), abs=1e-12)
    assert first["implicit_accuracy"] == first["implicit_order"] == 0.5
    assert first["kl"] == 0.0  # the reference is there, but no penalty
    for _ in range(15):
        last = learner.learn(rollouts)
    assert last["implicit_accuracy"] == last["implicit_order"] == 1.0
    assert last["implicit_loss"] < math.log(2.0)
    assert "implicit_loss" not in learner.update(rollouts, [0.0] * 12)


DECIDES = 2  # the place of the token that decides


def uniform() -> Any:
    """A model of four tokens to which all are equally likely at first."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 4, "num_key_value_heads": 2}
    shape = LlamaConfig(vocab_size=4, num_hidden_layers=2, tie_word_embeddings=False, initializer_range=0.3, **sizes)
    model = LlamaForCausalLM(shape).double()
    torch.nn.init.zeros_(model.lm_head.weight)
    return model


def deciding(rng: random.Random, groups: int) -> list[Rollout]:
    """Responses that such a model samples, right where the third token is even."""
    found = []
    for group in range(groups):
        for _ in range(8):
            tokens = [rng.randrange(4) for _ in range(5)]
            right = tokens[DECIDES] % 2 == 0
            one = Rollout([1, 2, 3], tokens, [math.log(0.25)] * 5, group, float(right), False, True, right=right)
            found.append(one)
    return found


def test_it_comes_to_reward_the_token_that_decides():
    """Not it alone: nothing keeps the model from making tokens behind it unlikely too once a response is known to be wrong."""
    rng = random.Random(0)
    learner = Learner(uniform(), replace(PRIME, lr=0.0, implicit_lr=3e-3, implicit_beta=0.5))
    for _ in range(60):
        metrics = learner.learn(deciding(rng, 4))
    assert metrics["implicit_accuracy"] > 0.95
    fresh = deciding(random.Random(1), 4)
    found = learner.implicit.rewards(fresh)
    right, groups = torch.tensor([one.right for one in fresh]), torch.tensor([one.group for one in fresh])
    assert float(found[right, DECIDES].mean()) > 0.1
    assert float(found[~right, DECIDES].mean()) < -1.0
    everything = torch.ones_like(found, dtype=torch.bool)
    steps = process_advantages(found, groups, everything[:, 0], everything)
    rewards, advantages = (part[right].mean(0) - part[~right].mean(0) for part in (found, steps))
    for token in range(5):
        if token != DECIDES:
            assert abs(rewards[token]) < (0.05 if token < DECIDES else 0.5 * rewards[DECIDES]), token
        assert (advantages[token] > 2.0) == (token <= DECIDES), "unlike RLOO's they fall once it is decided"


# -- a model like the others of a run ----------------------------------------------------------------------------------


@pytest.mark.parametrize("adapters", [0, 2])
def test_a_saved_reward_model_goes_on_bit_by_bit(adapters: int):
    if adapters:
        pytest.importorskip("peft", reason="peft is not installed")
    settings = LearnerSettings(**{**METHODS["prime"], "lr": 1e-3, "implicit_lr": 1e-3, "lora_rank": adapters})
    rollouts, learner = judged(), Learner(tiny_llama(), settings)
    learner.learn(rollouts)
    state = copy.deepcopy(learner.state_dict())
    assert all((".lora_" in name) == bool(adapters) for name in state["implicit"]["model"] if "proj" in name)
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(state)
    assert other.learn(rollouts) == learner.learn(rollouts)
    assert torch.equal(other.implicit.rewards(rollouts), learner.implicit.rewards(rollouts))


def test_a_refresh_makes_it_a_copy_of_the_new_reference():
    learner, rollouts = Learner(tiny_llama(), PRIME), judged()
    learner.learn(rollouts)
    learner.learn(rollouts)
    learner.refresh()
    assert not learner.implicit.optimizer.state
    learner.implicit.settings = replace(PRIME, implicit_update="after")
    assert not learner.implicit.rewards(rollouts).any()


def test_the_reference_is_shared_with_the_kl_penalty():
    learner = Learner(tiny_llama(), replace(PRIME, kl_coef=0.1))
    assert isinstance(learner.implicit, ImplicitReward)
    assert learner.implicit.reference is learner.reference
    rollouts = judged()
    assert learner.learn(rollouts)["kl"] == pytest.approx(0.0, abs=1e-9)
    assert learner.learn(rollouts)["kl"] > 0.0
