"""PPO with a critic: the value loss in closed form, and a critic that learns what responses earn."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from agent.test_learner import SETTINGS, rollouts_of, tiny_llama  # noqa: E402
from guru_grpo.critic import Values, value_loss  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.packing import pack_batch  # noqa: E402
from guru_grpo.settings import METHODS, LearnerSettings  # noqa: E402

PPO = replace(SETTINGS, advantage="critic", critic_lr=3e-3)


def test_values_are_exact_where_weights_are_gathered_in_bfloat16():
    """A value near 1 in bfloat16 would be a multiple of 1/128."""
    torch.manual_seed(0)
    values = Values(tiny_llama().to(torch.bfloat16).model, LearnerSettings(precision="bfloat16"))
    torch.nn.init.normal_(values.head.weight)
    found = values(pack_batch([[([1, 2, 3], [(0, [4, 5, 6, 7])])]]))
    assert found.dtype == torch.float32
    assert not torch.equal(found, found.to(torch.bfloat16).float())


def test_the_value_loss_is_clipped_on_the_side_that_would_lessen_it():
    values = torch.tensor([0.5, 0.1, -0.5], requires_grad=True)
    old, returns = torch.zeros(3), torch.tensor([1.0, 1.0, 1.0])
    loss = value_loss(values, old, returns, 0.2)
    assert loss.tolist() == pytest.approx([0.32, 0.405, 1.125])  # 0.5 counts as 0.2 only; -0.5 is worse than -0.2
    (slope,) = torch.autograd.grad(loss.sum(), values)
    assert slope.tolist() == pytest.approx([0.0, -0.9, -1.5])
    assert value_loss(values, old, returns, 0.0).tolist() == pytest.approx([0.125, 0.405, 1.125])


def rewarded():
    """Responses to two prompts; those to the first earn 1, those to the second nothing."""
    rollouts = rollouts_of(tiny_llama(), groups=2, size=4)
    return [replace(one, reward=float(one.group == 0)) for one in rollouts]


def test_a_critic_learns_what_responses_to_a_prompt_earn():
    learner, rollouts = Learner(tiny_llama(), replace(PPO, lr=0.0, lam=1.0)), rewarded()
    assert learner.critic is not None
    assert not learner.critic.values(rollouts).any()
    first = learner.update(rollouts, learner.advantages(rollouts))["value_loss"]
    assert first == pytest.approx(
        0.5 * sum(len(r.logprobs) for r in rollouts[:4]) / sum(len(r.logprobs) for r in rollouts)
    )
    for _ in range(60):
        last = learner.update(rollouts, learner.advantages(rollouts))["value_loss"]
    assert last < 0.02 * first
    values = learner.critic.values(rollouts)
    assert values[0, 0] > 0.8
    assert values[4, 0] < 0.2


def test_ppo_raises_what_earns_more_than_foretold():
    rollouts = rollouts_of(tiny_llama(), groups=1, size=2)
    rollouts = [replace(one, reward=float(index == 0)) for index, one in enumerate(rollouts)]
    learner = Learner(tiny_llama(), replace(PPO, lr=1e-3))
    for _ in range(6):
        advantages = learner.advantages(rollouts)
        learner.update(rollouts, advantages)
    assert sum(advantages[0]) > 0 > sum(advantages[1][: len(rollouts[1].logprobs)])
    after = learner.logprobs(learner.policy, rollouts, [[0, 1]])
    assert after[0].sum() > sum(rollouts[0].logprobs)
    assert after[1].sum() < sum(rollouts[1].logprobs)


def test_a_saved_critic_goes_on_bit_by_bit():
    settings = LearnerSettings(**{**METHODS["ppo"], "lr": 1e-3, "weight_decay": 0.0})
    rollouts, learner = rewarded(), Learner(tiny_llama(), settings)
    learner.update(rollouts, learner.advantages(rollouts))
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(copy.deepcopy(learner.state_dict()))
    assert other.advantages(rollouts) == learner.advantages(rollouts)
    assert other.update(rollouts, other.advantages(rollouts)) == learner.update(rollouts, learner.advantages(rollouts))


def weights_of(learner):
    return torch.cat([weight.detach().flatten() for weight in learner.critic.module.parameters()])


def test_the_critic_takes_the_steps_of_the_policy_and_its_values_are_clipped():
    """A clip that is never reached changes nothing, one that is stops the values; with one optimiser step it can not act."""
    found = {}
    for clip in (0.0, 1e3, 0.02):
        for passes in (1, 3):
            learner = Learner(tiny_llama(), replace(PPO, lr=0.0, lam=1.0, value_clip=clip, epochs=passes))
            learner.learn(rewarded())
            found[clip, passes] = weights_of(learner)
    assert torch.equal(found[0.0, 1], found[0.02, 1])
    assert torch.equal(found[0.0, 3], found[1e3, 3])
    assert (found[0.0, 3] - found[0.0, 1]).abs().max() > 1e-3, "three steps go further than one"
    assert (found[0.0, 3] - found[0.02, 3]).abs().max() > 1e-4


def test_a_clipped_step_of_the_critic_in_closed_form():
    """The second step's gradient of the last bias: the mean of V - R over the tokens whose values have moved less than the clip."""
    clip = 0.02
    learner = Learner(tiny_llama(), replace(PPO, lr=0.0, lam=1.0, value_clip=clip))
    rollouts = rewarded()
    learner.advantages(rollouts)
    returns, old = learner._foretold
    learner.critic.update(rollouts, returns, old)
    values = learner.critic.values(rollouts)
    mask = torch.arange(values.shape[1]) < torch.tensor([len(one.completion_ids) for one in rollouts])[:, None]
    moved = ((values - old).abs() > clip) & ((values - old) * (returns - old) > 0) & mask
    assert 0 < moved.sum() < mask.sum(), "some tokens are clipped, some are not"
    slopes = torch.where(moved | ~mask, 0.0, values - returns)
    learner.critic.optimizer.step = lambda: None
    kept = []
    learner.critic.optimizer.zero_grad = lambda **_: kept.append(learner.critic.module.head.bias.grad.clone())
    learner.critic.update(rollouts, returns, old)
    assert float(kept[0]) == pytest.approx(float(slopes.sum() / mask.sum()), rel=1e-5)


def test_minibatches_of_the_critic_are_those_of_the_policy():
    rollouts = rewarded()
    learner = Learner(tiny_llama(), replace(PPO, lr=0.0, lam=1.0, minibatches=2, value_clip=0.0))
    steps = []
    step = learner.critic._step
    learner.critic._step = lambda every, chosen, *more: steps.append(chosen) or step(every, chosen, *more)
    learner.learn(rollouts)
    assert steps == [[[0, 1, 2, 3]], [[4, 5, 6, 7]]]


def test_a_critic_that_is_broken_shows():
    learner, rollouts = Learner(tiny_llama(), PPO), rewarded()
    with torch.no_grad():
        learner.critic.module.head.bias.fill_(float("nan"))
    metrics = learner.learn(rollouts)
    assert metrics["loss"] != metrics["loss"]
    assert metrics["value_loss"] != metrics["value_loss"]
