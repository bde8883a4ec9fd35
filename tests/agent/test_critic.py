"""PPO with a critic: the value loss in closed form, and a critic that learns what responses earn."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from agent.test_learner import SETTINGS, rollouts_of, tiny_llama  # noqa: E402
from guru_grpo.critic import value_loss  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.settings import METHODS, LearnerSettings  # noqa: E402

PPO = replace(SETTINGS, advantage="critic", critic_lr=3e-3)


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
