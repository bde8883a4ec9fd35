"""Weights of the KL penalty and of the entropy bonus, and a temperature, that follow what is measured: their recursions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from agent.test_learner import ADVANTAGES, SETTINGS, gradient_of, rollouts_of, tiny_llama  # noqa: E402
from agent.test_learner_terms import close  # noqa: E402
from guru_grpo import checkpoint  # noqa: E402
from guru_grpo.config import load  # noqa: E402
from guru_grpo.controllers import Coefficients, next_entropy_coef, next_kl_coef, next_temperature  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402


@pytest.mark.parametrize(
    ("kl", "factor"),
    [(0.05, 1.0), (0.055, 1.0 + 0.1 * 0.02), (0.5, 1.0 + 0.2 * 0.02), (0.0, 1.0 - 0.2 * 0.02), (-1.0, 0.996)],
)
def test_the_kl_controller_is_proportional_within_a_fifth(kl: float, factor: float):
    assert next_kl_coef(0.3, kl, 0.05, 200, 10_000) == pytest.approx(0.3 * factor)


def test_the_kl_weight_stays_positive_and_finds_its_target():
    assert next_kl_coef(0.3, 0.0, 0.05, 10**9, 10) == pytest.approx(0.24)  # more responses than the horizon
    coef = 5.0
    for _ in range(300):  # where the KL is 0.1 / coef, the weight that holds it at 0.05 is 2
        coef = next_kl_coef(coef, 0.1 / coef, 0.05, 64, 640)
    assert coef == pytest.approx(2.0, rel=1e-6)


def test_the_entropy_weight_steps_up_at_or_below_the_target_and_down_above():
    seen, coef = [], 0.01
    for entropy in (0.1, 0.2, 0.21, 0.3, 0.3, 0.3, 0.3):
        coef = next_entropy_coef(coef, entropy, 0.2, 0.005, 0.018)
        seen.append(coef)
    assert seen == pytest.approx([0.015, 0.018, 0.013, 0.008, 0.003, 0.0, 0.0])


def test_the_bonus_applies_only_while_the_entropy_is_at_or_below_the_target():
    found = Coefficients(replace(SETTINGS, entropy_coef=0.01, entropy_target=0.2))
    applied = []
    for entropy in (0.1, 0.2, 0.3, 0.4, 0.1):
        applied.append(found.follow(0.0, entropy, 8)["entropy_coef"])
    # nothing is measured before the first; then weights 0.015 and 0.02; above the target none; 0.01 is what is left
    assert applied == pytest.approx([0.0, 0.015, 0.02, 0.0, 0.0])
    assert found.entropy == pytest.approx(0.015)
    fixed = Coefficients(replace(SETTINGS, entropy_coef=0.01, kl_coef=0.1))
    assert fixed.follow(9.0, 9.0, 8) == {}
    assert (fixed.entropy, fixed.kl) == (0.01, 0.1)


def test_the_temperature_finds_where_the_entropy_is_the_target():
    """Of a fixed policy, by its entropy at each temperature; the end is the temperature that bisection finds."""
    logits = torch.tensor([2.0, 1.0, 0.5, -1.0, -3.0], dtype=torch.float64)

    def entropy(temperature: float) -> float:
        logs = (logits / temperature).log_softmax(0)
        return float(-(logs.exp() * logs).sum())

    low, high = 0.05, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if entropy(middle) < 0.3 else (low, middle)
    for temperature in (1.5, 0.25):
        seen = [temperature]
        for _ in range(300):
            seen.append(next_temperature(seen[-1], entropy(seen[-1]), 0.3, 0.1, (0.1, 2.0)))
        assert seen[-1] == pytest.approx(low, rel=1e-6)
        assert seen == sorted(seen, reverse=seen[0] > seen[-1])  # it does not swing
        assert abs(seen[1] / seen[0] - 1) == pytest.approx(0.02)  # far away: a fifth of the rate
    assert next_temperature(1.99, 0.01, 0.3, 1.0, (0.2, 2.0)) == 2.0
    assert next_temperature(0.21, 9.0, 0.3, 1.0, (0.2, 2.0)) == 0.2


def test_an_update_is_at_the_temperature_that_the_responses_were_sampled_at():
    model = tiny_llama()
    settings = replace(SETTINGS, temperature=0.7, temperature_target=0.1, temperature_rate=0.5, lr=0.0)
    learner = Learner(model, settings)
    for temperature in (0.7, 0.63, 0.567):
        assert learner.temperature == pytest.approx(temperature)
        found = learner.update(rollouts_of(model, temperature=temperature), ADVANTAGES)
        assert found["temperature"] == pytest.approx(temperature)
        assert found["mismatch_max"] < 1e-6
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(learner.state_dict())
    assert other.temperature == learner.temperature == pytest.approx(0.5103)


def test_an_update_takes_the_weights_that_follow():
    """Two steps: the metrics are the recursion's, and the second gradient is that of a fixed weight of that size."""
    model = tiny_llama()
    rollouts = rollouts_of(model)
    moving = {"kl_coef": 0.2, "kl_target": 1e-3, "kl_horizon": 30, "entropy_target": 9.0, "entropy_delta": 0.03}
    learner = Learner(model, replace(SETTINGS, lr=1e-2, **moving))  # type: ignore[arg-type]
    first = learner.update(rollouts, ADVANTAGES)
    assert (first["kl_coef"], first["entropy_coef"]) == (0.2, 0.0)
    assert first["kl"] == pytest.approx(0.0, abs=1e-9)
    before, kept = [value.clone() for _, value in learner.weights()], learner.reference.model
    assert (learner.coefficients.kl, learner.coefficients.entropy) == pytest.approx((0.2 * (1 - 0.2 * 0.4), 0.03))
    seen: list[Any] = []
    learner.optimizer.register_step_pre_hook(
        lambda optimizer, *_: seen.append(
            torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]])
        )
    )
    second = learner.update(rollouts, ADVANTAGES)
    assert (second["kl_coef"], second["entropy_coef"]) == pytest.approx((0.184, 0.03))
    assert second["kl"] > 0.0012
    assert learner.coefficients.kl == pytest.approx(0.184 * (1 + 0.2 * 0.4))
    fixed = Learner(tiny_llama(), replace(SETTINGS, kl_coef=0.184, entropy_coef=0.03))
    with torch.no_grad():
        for (_, mine), value in zip(fixed.weights(), before, strict=True):
            mine.copy_(value)
    fixed.reference.model.load_state_dict(kept.state_dict())
    fixed.optimizer.register_step_pre_hook(
        lambda optimizer, *_: seen.append(
            torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]])
        )
    )
    fixed.update(rollouts, ADVANTAGES)
    assert close(seen[0], seen[1])


def test_the_kl_in_the_reward_is_steered_too():
    """What is measured is the mean k1 of the tokens that count; the next penalty has the next weight."""
    model = tiny_llama()
    rollouts = [
        replace(one, logprobs=[lp + 0.25 for lp in one.logprobs], reward=float(at % 2), masked=at == 3)
        for at, one in enumerate(rollouts_of(model))
    ]
    settings = replace(SETTINGS, advantage="group", kl_in="reward", kl_coef=0.1, kl_target=0.2, kl_horizon=100, lr=0.0)
    learner = Learner(model, settings)
    found = learner.learn(rollouts)
    assert found["kl"] == pytest.approx(0.25, abs=1e-5)
    assert found["kl_coef"] == 0.1
    assert learner.coefficients.kl == pytest.approx(0.1 * (1 + 0.2 * 11 / 100))
    lengths = torch.tensor([float(len(one.completion_ids)) for one in rollouts[4:8]])
    weight = learner.coefficients.kl
    earned = torch.tensor([one.reward for one in rollouts[4:8]]) - weight * 0.25 * lengths
    assert learner.advantages(rollouts)[4:8] == pytest.approx((earned - earned.mean()).tolist(), abs=1e-5)


def test_the_weights_go_on_from_a_checkpoint_bit_by_bit(tmp_path: Path):
    model = tiny_llama()
    rollouts = rollouts_of(model)
    settings = replace(
        SETTINGS, kl_coef=0.2, kl_target=0.01, kl_horizon=100, entropy_target=9.0, entropy_delta=0.003, lr=1e-2
    )
    learner = Learner(model, settings)
    for _ in range(2):
        learner.update(rollouts, ADVANTAGES)
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(checkpoint.load(checkpoint.save(tmp_path, 2, {"learner": learner.state_dict()}))["learner"])
    for _ in range(2):
        assert other.update(rollouts, ADVANTAGES) == learner.update(rollouts, ADVANTAGES)
    assert other.coefficients.state_dict() == learner.coefficients.state_dict()
    for (name, weight), (_, same) in zip(learner.weights(), other.weights(), strict=True):
        assert torch.equal(weight, same), name


def test_with_a_target_every_group_is_measured():
    """Groups without an advantage too: otherwise the entropy that is steered by would be that of some tasks only."""
    model = tiny_llama()
    rollouts = rollouts_of(model)
    _, metrics = gradient_of(model, replace(SETTINGS, entropy_target=0.2), rollouts, [0.0] * 8 + ADVANTAGES[8:])
    assert metrics["groups_skipped"] == 0.0
    assert metrics["tokens"] == sum(len(one.completion_ids) for one in rollouts)


def test_a_target_without_a_start_is_refused():
    with pytest.raises(InvalidValueError, match="kl_target"):
        replace(SETTINGS, kl_target=0.1)
    with pytest.raises(InvalidValueError, match="temperature_range"):
        replace(SETTINGS, temperature_range=(1.0, 1.0))
    with pytest.raises(InvalidValueError, match="overlap"):
        load("tiny-cpu", ["learner.temperature_target=0.3", "train.overlap=true"])
