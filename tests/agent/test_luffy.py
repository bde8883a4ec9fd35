"""LUFFY and RL with an SFT loss in the learner: an update's gradient against the paper's objective written out in float64.

In the log-probabilities of tokens the two agree to 1e-12 (sizes are such that advantages and 1 / (responses * longest) are exact in
the float32 that the learner keeps them in); in a model's weights to 1e-6, since Llama's norms round to float32 inside.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from agent.test_learner import logprobs_of, tiny_llama  # noqa: E402
from guru_grpo.controllers import Coefficients  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.objective import known, objective  # noqa: E402
from guru_grpo.packing import pack_rows  # noqa: E402
from guru_grpo.rollout import Rollout, trees  # noqa: E402
from guru_grpo.settings import METHODS, LearnerSettings  # noqa: E402

LONGEST = 16
TRACED = [(1, 3), (1, 3), (0, 4), (0, 4)]  # traces and own responses of each prompt
REWARDS = [1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0]  # the trace of the second prompt is wrong
LUFFY_PRICES = [0.5, 0.5, -0.5, -0.5, -0.5, 0.5, 0.5, -0.5, 0.75, -0.25, -0.25, -0.25, 0.25, 0.25, 0.25, -0.75]


def settings_of(method: str, **changes: Any) -> LearnerSettings:
    return LearnerSettings(**METHODS[method] | {"lr": 0.0, "weight_decay": 0.0, "max_grad_norm": 1e9} | changes)


def mixed(model: Any, shape: Sequence[tuple[int, int]], rewards: Sequence[float], long: int = 9) -> list[Rollout]:
    """Responses of all prompts, traces first; the policy has moved on since it sampled its own."""
    rng, found = random.Random(5), []
    for group, (traces, own) in enumerate(shape):
        prompt = [rng.randrange(50) for _ in range(rng.randint(2, 6))]
        for place in range(traces + own):
            taught = place < traces
            ids = [rng.randrange(50) for _ in range(4 if taught else rng.randint(1, long))]
            with torch.no_grad():
                now = logprobs_of(model, prompt, ids)
            then = torch.tensor([rng.uniform(-0.6, 0.6) for _ in ids], dtype=torch.float64)
            old = (now - then).float().double()  # what an engine reports is float32
            known = [0.0] * len(ids) if taught else old.tolist()
            found.append(Rollout(prompt, ids, known, group, float(rewards[len(found)]), False, True, taught))
    return found


def gradients(model: Any, settings: LearnerSettings, rollouts: list[Rollout]) -> list[torch.Tensor]:
    """Those of the optimiser steps of one update, advantages included."""
    learner, seen = Learner(copy.deepcopy(model), settings, LONGEST), []

    def look(optimizer: Any, *_: Any) -> None:
        seen.append(torch.cat([one.grad.flatten() for group in optimizer.param_groups for one in group["params"]]))

    learner.optimizer.register_step_pre_hook(look)
    learner.learn(rollouts)
    return seen


def by_hand(
    model: Any, rollouts: Sequence[Rollout], loss_of: Callable[[int, Rollout, torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """The gradient of a sum of losses, each a function of a response's log-probabilities; one plain sequence at a time."""
    model = copy.deepcopy(model)
    parts = [
        loss_of(at, one, logprobs_of(model, one.prompt_ids, one.completion_ids)) for at, one in enumerate(rollouts)
    ]
    torch.stack(parts).sum().backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters()])


def luffy(prices: Sequence[float], gamma: float, clip: bool, count: int) -> Any:
    """LUFFY's objective (arXiv 2504.14945, section 3) with its sign turned: sum / (responses * longest).

    Of a trace f(pi) A, f(x) = x / (x + gamma), since its own policy's probability is taken as 1; of an own response r A, or the
    clipped r A.
    """

    def loss_of(at: int, one: Rollout, logs: torch.Tensor) -> torch.Tensor:
        if one.off_policy:
            gains = logs.exp() / (logs.exp() + gamma) * prices[at]
        else:
            ratio = (logs - torch.tensor(one.logprobs, dtype=torch.float64)).exp()
            gains = ratio * prices[at]
            if clip:
                gains = torch.minimum(gains, ratio.clamp(0.8, 1.2) * prices[at])
        return -gains.sum() / (count * LONGEST)

    return loss_of


def same(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found - expected).abs().max() < 1e-6 * expected.abs().max())


@pytest.mark.parametrize("loss", ["ratio", "clip"])
def test_luffys_gradient_is_the_papers_objective_written_out(loss: str) -> None:
    """The baseline is over traces and own responses, nothing is divided by a deviation, and no token of a trace is clipped."""
    model = tiny_llama()
    rollouts = mixed(model, TRACED, REWARDS)
    settings = settings_of("luffy", loss=loss)
    assert Learner(model, settings, LONGEST).advantages(rollouts) == LUFFY_PRICES
    (found,) = gradients(model, settings, rollouts)
    assert same(found, by_hand(model, rollouts, luffy(LUFFY_PRICES, 0.1, loss == "clip", 16)))
    other = luffy(LUFFY_PRICES, 0.11, loss == "clip", 16)
    assert not same(found, by_hand(model, rollouts, other)), "the comparison tells these apart"


@pytest.mark.parametrize(("loss", "gamma"), [("ratio", 0.1), ("clip", 0.1), ("ratio", 0.5)])
def test_the_slope_of_each_token_is_the_closed_form(loss: str, gamma: float) -> None:
    """In log pi: of a token of a trace - A gamma pi / (pi + gamma)^2, whatever pi is; of an own one - A r, 0 where it is clipped."""
    rng, settings = random.Random(2), settings_of("luffy", loss=loss, shaping_gamma=gamma)
    rollouts = []
    for at, reward in enumerate([1, 0, 1, 0, 0, 1, 1, 0]):  # in each of the two groups of four the first is a trace
        ids = [3] * rng.randint(1, 6)
        old = [0.0] * len(ids) if at % 4 == 0 else [-rng.randint(1, 64) / 32 for _ in ids]
        rollouts.append(Rollout([1], ids, old, at // 4, float(reward), False, True, at % 4 == 0))
    prices = [0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, -0.5]
    width = max(len(one.completion_ids) for one in rollouts)
    held = torch.tensor(prices)[:, None].expand(8, width)
    before = torch.tensor([one.logprobs + [0.0] * (width - len(one.logprobs)) for one in rollouts])
    step = known(settings, rollouts, range(8), LONGEST, held, before, None)
    (row,) = pack_rows(trees(rollouts, [[0, 1, 2, 3], [4, 5, 6, 7]]), 4096)
    owners, places = row.owners.tolist(), row.steps.tolist()
    logs = [
        -rng.uniform(0.1, 9.0) if owner % 4 == 0 else rollouts[owner].logprobs[place] + rng.uniform(-0.5, 0.5)
        for owner, place in zip(owners, places, strict=True)
    ]
    leaf = torch.tensor(logs, dtype=torch.float64, requires_grad=True)
    terms = objective(settings, Coefficients(settings), step, row, leaf, torch.zeros_like(leaf))
    (found,) = torch.autograd.grad(terms.total, leaf)
    expected, dead = [], []
    for owner, place, log in zip(owners, places, logs, strict=True):
        pi, ratio = math.exp(log), math.exp(log - rollouts[owner].logprobs[place])
        clip = loss == "clip" and (ratio > 1.2 if prices[owner] > 0 else ratio < 0.8)
        own = 0.0 if clip else ratio
        slope = gamma * pi / (pi + gamma) ** 2 if owner % 4 == 0 else own
        expected.append(-prices[owner] * slope / (8 * LONGEST))
        dead.append(clip and owner % 4 != 0)
    assert found.tolist() == pytest.approx(expected, rel=1e-12)
    assert terms.clipped.tolist() == dead
    assert any(dead) is (loss == "clip")


def test_the_methods_own_values_are_the_papers() -> None:
    found = settings_of("luffy")
    assert (found.advantage, found.aggregation, found.loss, found.off_policy) == (
        "group",
        "constant",
        "ratio",
        "shaped",
    )
    assert (found.shaping_gamma, found.kl_coef, found.sft_coef) == (0.1, 0.0, 1.0)


def test_each_minibatch_of_luffy_is_divided_by_its_own_responses() -> None:
    model = tiny_llama()
    rollouts = mixed(model, TRACED, REWARDS)
    steps = gradients(model, settings_of("luffy", minibatches=2), rollouts)
    for part, found in enumerate(steps):
        whole = luffy(LUFFY_PRICES, 0.1, False, 8)

        def loss_of(at: int, one: Rollout, logs: torch.Tensor, part: int = part, whole: Any = whole) -> torch.Tensor:
            return whole(at, one, logs) * float(one.group % 2 == part)  # type: ignore[no-any-return]

        assert same(found, by_hand(model, rollouts, loss_of))
    assert len(steps) == 2


def test_a_step_of_luffy_moves_the_weights_against_that_gradient() -> None:
    """Adam's first step is lr * g / (|g| + eps): each weight moves by lr, down the gradient."""
    model = tiny_llama()
    rollouts = mixed(model, TRACED, REWARDS)
    expected = by_hand(model, rollouts, luffy(LUFFY_PRICES, 0.1, False, 16))
    learner = Learner(copy.deepcopy(model), settings_of("luffy", lr=1e-4), LONGEST)
    learner.learn(rollouts)
    before = torch.cat([weight.detach().flatten() for weight in model.parameters()])
    after = torch.cat([weight.detach().flatten() for weight in learner.model.parameters()])
    step = -1e-4 * expected / (expected.abs() + 1e-8)
    assert (after - before - step).abs().max() < 1e-4 * 1e-4


def test_without_traces_luffy_is_on_policy_learning_bit_for_bit() -> None:
    model = tiny_llama()
    rollouts = mixed(model, [(0, 4)] * 4, REWARDS)
    (found,) = gradients(model, settings_of("luffy"), rollouts)
    (plain,) = gradients(model, settings_of("luffy", off_policy="none"), rollouts)
    assert torch.equal(found, plain)


@pytest.mark.parametrize("method", ["luffy", "rl_sft"])
def test_a_prompt_without_a_trace_is_learnt_from_as_without_traces_anywhere(method: str) -> None:
    """The first prompts' responses are all right, so only their being there counts, in the aggregation."""
    model = tiny_llama()
    rewards = [1] * 8 + REWARDS[8:]
    rollouts = mixed(model, TRACED, rewards)
    (found,) = gradients(model, settings_of(method, sft_coef=0.0), rollouts)
    counted = rollouts if method == "luffy" else [one for one in rollouts if not one.off_policy]
    (plain,) = gradients(
        model, settings_of(method, off_policy="none"), [replace(one, off_policy=False) for one in counted]
    )
    assert same(found, plain)
    if method == "luffy":  # beside an SFT loss the traces go through the model, too, and sums have another order
        assert torch.equal(found, plain)


# -- RL with an SFT loss -----------------------------------------------------------------------------------------------

TAUGHT = [(1, 4), (1, 4)]  # eight own responses; two traces of four tokens
TAUGHT_REWARDS = [1, 1, 0, 0, 0, 1, 1, 1, 1, 0]
OWN_PRICES = [9.0, 0.75, -0.25, -0.25, -0.25, 9.0, 0.25, 0.25, 0.25, -0.75]  # 9: of traces, which have none


def with_sft(coefficient: float) -> Any:
    """LUFFY's baseline: the clipped objective of the own responses, and the mean negative log-likelihood of the traces."""

    def loss_of(at: int, one: Rollout, logs: torch.Tensor) -> torch.Tensor:
        if one.off_policy:
            return -coefficient * logs.sum() / 8
        ratio = (logs - torch.tensor(one.logprobs, dtype=torch.float64)).exp()
        gains = torch.minimum(ratio * OWN_PRICES[at], ratio.clamp(0.8, 1.2) * OWN_PRICES[at])
        return -gains.sum() / (8 * LONGEST)

    return loss_of


@pytest.mark.parametrize("coefficient", [1.0, 0.25, 0.0])
def test_rl_with_an_sft_loss_is_written_out(coefficient: float) -> None:
    model = tiny_llama()
    rollouts = mixed(model, TAUGHT, TAUGHT_REWARDS)
    settings = settings_of("rl_sft", sft_coef=coefficient)
    prices = Learner(model, settings, LONGEST).advantages(rollouts)
    expected = [0.0 if one.off_policy else price for one, price in zip(rollouts, OWN_PRICES, strict=True)]
    assert prices == expected, "traces are in no baseline and have no advantage"
    (found,) = gradients(model, settings, rollouts)
    assert same(found, by_hand(model, rollouts, with_sft(coefficient)))
    bad = [replace(one, reward=-5.0) if one.off_policy else one for one in rollouts]
    assert torch.equal(found, gradients(model, settings, bad)[0]), "what a trace earned does not matter"


def test_rl_without_weight_of_its_sft_loss_is_on_policy_learning() -> None:
    model = tiny_llama()
    rollouts = mixed(model, TAUGHT, TAUGHT_REWARDS)
    (found,) = gradients(model, settings_of("rl_sft", sft_coef=0.0), rollouts)
    own = [one for one in rollouts if not one.off_policy]
    (plain,) = gradients(model, settings_of("rl_sft", off_policy="none"), own)
    assert same(found, plain)
    (alone,) = gradients(model, settings_of("rl_sft"), own)  # no prompt has a trace
    assert torch.equal(alone, plain)
