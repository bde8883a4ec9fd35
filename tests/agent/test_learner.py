"""The learner on a tiny random model: equal results however the work is laid out, and exact closed forms."""

from __future__ import annotations

import copy
import math
import random
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from guru_grpo.head import token_logprobs  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

SETTINGS = LearnerSettings(lr=1e-3, weight_decay=0.0, max_grad_norm=1e9)


@pytest.fixture
def model() -> Any:
    return tiny_llama()


def tiny_llama(tied: bool = True) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    shape = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=tied,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(shape).double()


def logprobs_of(model: Any, prompt: list[int], completion: list[int], temperature: float = 1.0) -> torch.Tensor:
    """The plain way: one sequence, no packing, transformers' own logits."""
    logits = model(input_ids=torch.tensor([prompt + completion])).logits[0] / temperature
    logs = torch.log_softmax(logits, -1)
    places = range(len(prompt) - 1, len(prompt) + len(completion) - 1)
    return torch.stack([logs[place, token] for place, token in zip(places, completion, strict=True)])


def rollouts_of(model: Any, groups: int = 3, size: int = 4, temperature: float = 1.0) -> list[Rollout]:
    rng = random.Random(0)
    found = []
    for group in range(groups):
        prompt = [rng.randrange(50) for _ in range(rng.randint(3, 9))]
        for _ in range(size):
            completion = [rng.randrange(50) for _ in range(rng.randint(1, 12))]
            with torch.no_grad():
                logprobs = logprobs_of(model, prompt, completion, temperature).tolist()
            found.append(Rollout(prompt, completion, logprobs, group, 0.0, False, True))
    return found


ADVANTAGES = [1.0, -0.5, 0.3, -0.8, 2.0, -1.0, -0.5, -0.5, 0.1, 0.2, -0.4, 0.1]


def gradient_of(
    model: Any, settings: LearnerSettings, rollouts: list[Rollout], advantages: list[float]
) -> tuple[torch.Tensor, dict[str, float]]:
    """The gradient of an update of a copy of the model, read before the optimiser step."""
    learner = Learner(copy.deepcopy(model), settings)
    seen: list[torch.Tensor] = []

    def look(optimizer: Any, *_: Any) -> None:
        seen.append(torch.cat([w.grad.flatten() for group in optimizer.param_groups for w in group["params"]]))

    learner.optimizer.register_step_pre_hook(look)
    metrics = learner.update(rollouts, advantages)
    (gradient,) = seen
    return gradient, metrics


def plain_gradient(
    model: Any, rollouts: list[Rollout], advantages: list[float], temperature: float = 1.0
) -> torch.Tensor:
    """On-policy token-mean GRPO written out: - sum A log pi / tokens; equal to the surrogate's gradient where r = 1."""
    model = copy.deepcopy(model)
    loss = sum(
        -advantage * logprobs_of(model, one.prompt_ids, one.completion_ids, temperature).sum()
        for one, advantage in zip(rollouts, advantages, strict=True)
    ) / sum(len(one.completion_ids) for one in rollouts)
    loss.backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters()])


@pytest.mark.parametrize("pack", [True, False])
@pytest.mark.parametrize("micro_tokens", [1, 30, 100, 4096])
def test_the_gradient_is_that_of_plain_sequences_however_it_is_laid_out(
    model: Any, pack: bool, micro_tokens: int
) -> None:
    rollouts = rollouts_of(model)
    settings = replace(SETTINGS, pack=pack, micro_tokens=micro_tokens)
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    expected = plain_gradient(model, rollouts, ADVANTAGES)
    # The sampler's log-probabilities go through float32, so r is 1 up to 1e-7.
    assert (gradient - expected).abs().max() < 1e-6 * expected.abs().max()
    assert metrics["mismatch_max"] < 1e-6
    assert metrics["tokens"] == sum(len(one.completion_ids) for one in rollouts)
    assert metrics["clip_fraction"] == 0.0


def test_an_untied_head_learns_too() -> None:
    model = tiny_llama(tied=False)
    rollouts = rollouts_of(model)
    gradient, _ = gradient_of(model, SETTINGS, rollouts, ADVANTAGES)
    expected = plain_gradient(model, rollouts, ADVANTAGES)
    assert (gradient - expected).abs().max() < 1e-6 * expected.abs().max()


def test_temperature_divides_the_logits(model: Any) -> None:
    rollouts = rollouts_of(model, temperature=0.7)
    gradient, metrics = gradient_of(model, replace(SETTINGS, temperature=0.7), rollouts, ADVANTAGES)
    expected = plain_gradient(model, rollouts, ADVANTAGES, temperature=0.7)
    assert (gradient - expected).abs().max() < 1e-6 * expected.abs().max()
    assert metrics["mismatch_max"] < 1e-6
    assert gradient_of(model, SETTINGS, rollouts, ADVANTAGES)[1]["mismatch_max"] > 0.05


@pytest.mark.parametrize(
    ("aggregation", "loss"),
    [
        ("token-mean", "clip"),
        ("sequence-mean", "clip"),
        ("constant", "clip"),
        ("sequence-mean", "sequence-clip"),
        ("sequence-mean", "geometric"),
    ],
)
def test_off_policy_gradients_do_not_depend_on_the_layout(model: Any, aggregation: Any, loss: Any) -> None:
    rng = random.Random(1)
    rollouts = [
        replace(one, logprobs=[lp + rng.uniform(-0.5, 0.5) for lp in one.logprobs]) for one in rollouts_of(model)
    ]
    settings = replace(SETTINGS, aggregation=aggregation, loss=loss)
    gradient, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    other, same = gradient_of(model, replace(settings, pack=False, micro_tokens=25), rollouts, ADVANTAGES)
    assert (gradient - other).abs().max() < 1e-6 * gradient.abs().max()
    assert same == pytest.approx(metrics, rel=1e-5)
    assert 0.0 < metrics["clip_fraction"] < 1.0
    assert metrics["mismatch_max"] == pytest.approx(0.5, abs=0.05)


def test_groups_without_signal_cost_nothing_and_still_count(model: Any) -> None:
    rollouts = rollouts_of(model)
    advantages = [0.0] * 4 + ADVANTAGES[4:]
    gradient, metrics = gradient_of(model, SETTINGS, rollouts, advantages)
    assert metrics["groups_skipped"] == 1.0
    assert metrics["tokens"] == sum(len(one.completion_ids) for one in rollouts[4:])
    expected = plain_gradient(model, rollouts, advantages)
    assert (gradient - expected).abs().max() < 1e-6 * expected.abs().max()
    learner = Learner(model, SETTINGS)
    before = {name: weight.clone() for name, weight in learner.weights()}
    nothing = learner.update(rollouts, [0.0] * len(rollouts))
    assert (nothing["groups_skipped"], nothing["tokens"], nothing["grad_norm"]) == (3.0, 0.0, 0.0)
    unknown = {"entropy", "kl", "clip_fraction", "mismatch_mean", "mismatch_max"}
    assert unknown <= metrics.keys(), "known from the tokens that were learnt from"
    assert not unknown & nothing.keys(), "nothing was measured, which is not 0"
    assert all(torch.equal(before[name], weight) for name, weight in learner.weights())


@pytest.mark.parametrize("flag", ["masked", "unlearnt"])
def test_what_is_not_learnt_from_counts_nowhere(model: Any, flag: str) -> None:
    rollouts = rollouts_of(model)
    masked = [replace(one, **{flag: index in (2, 7)}) for index, one in enumerate(rollouts)]
    gradient, _ = gradient_of(model, SETTINGS, masked, ADVANTAGES)
    kept = [index for index in range(12) if index not in (2, 7)]
    expected = plain_gradient(model, [rollouts[i] for i in kept], [ADVANTAGES[i] for i in kept])
    assert (gradient - expected).abs().max() < 1e-6 * expected.abs().max()


def test_the_update_raises_good_and_lowers_bad_responses(model: Any) -> None:
    rollouts = rollouts_of(model, groups=1, size=2)
    learner = Learner(model, replace(SETTINGS, lr=1e-3))
    for _ in range(5):
        learner.update(rollouts, [1.0, -1.0])
    with torch.no_grad():
        good, bad = (logprobs_of(model, one.prompt_ids, one.completion_ids).mean().item() for one in rollouts)
    assert good > sum(rollouts[0].logprobs) / len(rollouts[0].logprobs) + 0.01
    assert bad < sum(rollouts[1].logprobs) / len(rollouts[1].logprobs) - 0.01


def test_minibatches_and_epochs_take_their_optimiser_steps(model: Any) -> None:
    learner = Learner(model, replace(SETTINGS, minibatches=3, epochs=2))
    learner.update(rollouts_of(model), ADVANTAGES)
    assert learner.steps == 6


def test_the_kl_penalty_starts_at_zero_and_grows(model: Any) -> None:
    rollouts = rollouts_of(model)
    learner = Learner(model, replace(SETTINGS, kl_coef=0.1, lr=1e-2))
    first, later = learner.update(rollouts, ADVANTAGES), learner.update(rollouts, ADVANTAGES)
    assert first["kl"] == pytest.approx(0.0, abs=1e-12)
    assert later["kl"] > 1e-4
    assert learner.update(rollouts, [0.0] * 12)["groups_skipped"] == 0.0, "with a penalty every group has a gradient"


def test_entropy_of_a_uniform_policy_is_log_of_the_vocabulary(model: Any) -> None:
    with torch.no_grad():
        model.lm_head.weight.zero_()
    rollouts = rollouts_of(model)
    assert Learner(model, SETTINGS).update(rollouts, ADVANTAGES)["entropy"] == pytest.approx(math.log(50))


def test_head_equals_log_softmax_in_value_and_gradient() -> None:
    torch.manual_seed(0)
    hidden = torch.randn(300, 8, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(40, 8, dtype=torch.float64, requires_grad=True)
    targets, slope = torch.randint(40, (300,)), torch.randn(300, dtype=torch.float64)
    logs = torch.log_softmax(hidden @ weight.T / 1.3, -1)
    plain = logs.gather(1, targets[:, None])[:, 0]
    expected = torch.autograd.grad((plain * slope).sum(), (hidden, weight))
    found, entropy = token_logprobs(hidden, weight, targets, 1.3)
    assert torch.allclose(found, plain, atol=1e-12)
    assert torch.allclose(entropy, -(logs.exp() * logs).sum(-1), atol=1e-12)
    for one, other in zip(torch.autograd.grad((found * slope).sum(), (hidden, weight)), expected, strict=True):
        assert torch.allclose(one, other, atol=1e-12)


def test_head_in_16_bit_is_close_to_float32() -> None:
    torch.manual_seed(0)
    hidden, weight, targets = torch.randn(64, 16), torch.randn(40, 16), torch.randint(40, (64,))
    found, _ = token_logprobs(hidden.bfloat16(), weight.bfloat16(), targets)
    exact, _ = token_logprobs(hidden.bfloat16().float(), weight.bfloat16().float(), targets)
    assert found.dtype == torch.float32
    assert (found - exact).abs().max() < 0.1


def test_warm_up_and_gradient_clipping(model: Any) -> None:
    rollouts = rollouts_of(model)
    learner = Learner(model, replace(SETTINGS, lr=4e-3, warmup_steps=4, max_grad_norm=1e-3))
    rates = [learner.update(rollouts, ADVANTAGES)["lr"] for _ in range(6)]
    assert rates == pytest.approx([1e-3, 2e-3, 3e-3, 4e-3, 4e-3, 4e-3])
    clipped: list[float] = []
    learner.optimizer.register_step_pre_hook(
        lambda optimizer, *_: clipped.append(
            math.sqrt(sum(float((w.grad**2).sum()) for group in optimizer.param_groups for w in group["params"]))
        )
    )
    assert learner.update(rollouts, ADVANTAGES)["grad_norm"] > 0.01
    assert clipped == [pytest.approx(1e-3, rel=1e-3)]


def test_the_rate_decays_to_zero(model: Any) -> None:
    rollouts = rollouts_of(model)
    learner = Learner(model, replace(SETTINGS, lr=3e-3, warmup_steps=2, decay_steps=4))
    rates = [learner.update(rollouts, ADVANTAGES)["lr"] for _ in range(6)]
    assert rates == pytest.approx([1.5e-3, 3e-3, 2e-3, 1e-3, 0.0, 0.0])
    with pytest.raises(InvalidValueError, match="decay_steps is 2"):
        replace(SETTINGS, warmup_steps=2, decay_steps=2)


def test_a_supervised_step_is_maximum_likelihood(model: Any) -> None:
    rollouts = rollouts_of(model)
    examples = [(one.prompt_ids, one.completion_ids) for one in rollouts]
    learner = Learner(model, replace(SETTINGS, lr=1e-2))
    first = learner.supervised(examples)
    tokens = sum(len(one.completion_ids) for one in rollouts)
    assert first["loss"] == pytest.approx(-sum(sum(one.logprobs) for one in rollouts) / tokens)
    losses = [learner.supervised(examples)["loss"] for _ in range(10)]
    assert losses[-1] < 0.8 * first["loss"]
    with pytest.raises(InvalidValueError, match="no completion token"):
        learner.supervised([([1], [])])


def test_a_saved_learner_goes_on_bit_by_bit(model: Any) -> None:
    rollouts = rollouts_of(model)
    settings = replace(SETTINGS, kl_coef=0.1)
    learner = Learner(model, settings)
    learner.update(rollouts, ADVANTAGES)
    state = copy.deepcopy(learner.state_dict())
    other = Learner(tiny_llama(), settings)
    other.load_state_dict(state)
    assert other.update(rollouts, ADVANTAGES) == learner.update(rollouts, ADVANTAGES)
    for (name, weight), (_, same) in zip(learner.weights(), other.weights(), strict=True):
        assert torch.equal(weight, same), name


def test_what_does_not_fit_is_refused(model: Any) -> None:
    rollouts = rollouts_of(model)
    learner = Learner(model, SETTINGS)
    with pytest.raises(InvalidValueError, match="11 advantages for 12 rollouts"):
        learner.update(rollouts, ADVANTAGES[1:])
    with pytest.raises(InvalidValueError, match="one log-probability for each"):
        learner.update([replace(rollouts[0], logprobs=[]), *rollouts[1:]], ADVANTAGES)
    model.config.final_logit_softcapping = 30.0
    with pytest.raises(InvalidValueError, match="final_logit_softcapping"):
        Learner(model, SETTINGS)
    with pytest.raises(InvalidValueError, match="dual_clip"):
        LearnerSettings(dual_clip=0.5)
