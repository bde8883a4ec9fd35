"""What saves memory leaves the result as it is: adapters, recomputation, bfloat16 products with float32 weights."""

from __future__ import annotations

import copy
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from guru_grpo.checkpoint import load, save  # noqa: E402
from guru_grpo.head import token_logprobs  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.transformers_engine import TransformersEngine  # noqa: E402
from test_learner import ADVANTAGES, SETTINGS, gradient_of, logprobs_of, rollouts_of, tiny_llama  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

LORA = replace(SETTINGS, lora_rank=2, lr=1e-2)


def taught(model: Any, settings: Any = LORA, steps: int = 3) -> Learner:
    pytest.importorskip("peft", reason="peft is not installed")
    learner = Learner(copy.deepcopy(model), settings)
    for _ in range(steps):
        learner.update(rollouts_of(model), ADVANTAGES)
    return learner


def test_adapters_learn_a_low_rank_update_and_leave_the_base_alone() -> None:
    model = tiny_llama()
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    learner = taught(model)
    after = dict(learner.weights())
    assert set(after) == set(before), "the engine gets the names it knows"
    changed = {name: after[name] - weight for name, weight in before.items() if not torch.equal(after[name], weight)}
    assert sorted(changed) == sorted(name for name in before if "proj" in name), "every linear layer but the output"
    for name, update in changed.items():
        singular = torch.linalg.svdvals(update)
        assert singular[1] > 1e-9, f"{name}: rank 2 is used"
        assert (singular[2:] < 1e-6 * singular[0]).all(), f"{name}: no more than rank 2"
    for name, weight in learner.model.named_parameters():
        if ".lora_" not in name:
            assert not weight.requires_grad
            assert torch.equal(weight, before[name.replace(".base_layer", "")])


def test_merged_weights_compute_what_the_adapters_compute() -> None:
    model = tiny_llama()
    learner = taught(model)
    rollouts = rollouts_of(model)
    with_adapters = learner.logprobs(learner.policy, rollouts, [[0, 1, 2, 3]])
    plain = copy.deepcopy(model)
    plain.load_state_dict(dict(learner.weights()), strict=False)
    for index in range(4):
        expected = logprobs_of(plain, rollouts[index].prompt_ids, rollouts[index].completion_ids)
        found = with_adapters[index, : len(expected)]
        assert (found - expected).abs().max() < 1e-5  # the product B A is taken in float32
        before = logprobs_of(model, rollouts[index].prompt_ids, rollouts[index].completion_ids)
        assert (found - before).abs().max() > 1e-3, "the adapters do something"


def test_an_engine_apart_takes_merged_weights(tmp_path: Path) -> None:
    model = tiny_llama()
    engine_model = copy.deepcopy(model)
    learner = taught(model)

    class Ends:
        eos_token_id = 1

    engine = TransformersEngine(type("Settings", (), {"max_num_seqs": 4}), engine_model, Ends())
    learner.hand_over(engine)
    for name, weight in learner.weights():
        assert torch.equal(dict(engine_model.named_parameters())[name], weight)


def test_a_checkpoint_of_adapters_is_small_and_goes_on_bit_for_bit(tmp_path: Path) -> None:
    model = tiny_llama()
    learner = taught(model, replace(LORA, kl_coef=0.1))
    path = save(tmp_path, 3, {"learner": learner.state_dict()})
    state = load(path)["learner"]
    assert all(".lora_" in name for part in ("model", "reference") for name in state[part])
    whole = sum(weight.numel() for weight in model.parameters())
    assert sum(weight.numel() for weight in state["model"].values()) < whole / 4
    other = Learner(tiny_llama(), replace(LORA, kl_coef=0.1))
    other.load_state_dict(state)
    rollouts = rollouts_of(model)
    assert learner.update(rollouts, ADVANTAGES) == other.update(rollouts, ADVANTAGES)
    for (name, one), (_, two) in zip(learner.weights(), other.weights(), strict=True):
        assert torch.equal(one, two), name


def test_a_checkpoint_of_adapters_is_not_one_of_all_weights() -> None:
    learner = taught(tiny_llama())
    full = Learner(tiny_llama(), SETTINGS)
    with pytest.raises(InvalidValueError, match="lora_rank"):
        full.load_state_dict(learner.state_dict())
    with pytest.raises(InvalidValueError, match="lora_rank"):
        learner.load_state_dict(full.state_dict())


def test_the_reference_is_the_policy_that_training_started_from() -> None:
    """After a warm start of the same adapters, not the base."""
    model = tiny_llama()
    warm = taught(model)
    learner = Learner(warm.policy, replace(LORA, kl_coef=0.1))
    rollouts = rollouts_of(model)
    groups = [[0, 1, 2, 3]]
    assert torch.equal(
        learner.logprobs(learner.reference, rollouts, groups), learner.logprobs(learner.policy, rollouts, groups)
    )
    first = learner.update(rollouts, ADVANTAGES)
    second = learner.update(rollouts, ADVANTAGES)
    assert abs(first["kl"]) < 1e-9 < second["kl"]


def test_unknown_targets_are_an_error() -> None:
    pytest.importorskip("peft", reason="peft is not installed")
    with pytest.raises(InvalidValueError, match="lora_targets"):
        Learner(tiny_llama(), replace(LORA, lora_targets=("nothing_proj",)))
    only = Learner(tiny_llama(), replace(LORA, lora_targets=("q_proj",)))
    assert all("q_proj" in name for name in only.state_dict()["model"])


@pytest.mark.parametrize("changes", [{}, {"entropy_coef": 0.1, "kl_coef": 0.05}])
def test_recomputation_has_the_same_gradient(changes: dict[str, float]) -> None:
    model = tiny_llama()
    settings = replace(SETTINGS, **changes)
    expected, metrics = gradient_of(model, settings, rollouts_of(model), ADVANTAGES)
    found, again = gradient_of(model, replace(settings, gradient_checkpointing=True), rollouts_of(model), ADVANTAGES)
    assert (found - expected).abs().max() < 1e-12 * expected.abs().max()
    assert again["loss"] == pytest.approx(metrics["loss"], rel=1e-12)


def test_the_output_layer_computed_again_has_the_same_gradients() -> None:
    torch.manual_seed(0)
    hidden = torch.randn(300, 16, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(70, 16, dtype=torch.float64, requires_grad=True)
    targets = torch.randint(0, 70, (300,))
    mix = torch.randn(2, 300, dtype=torch.float64)
    found = []
    for recompute in (False, True):
        logprobs, entropies = token_logprobs(hidden, weight, targets, 0.7, recompute)
        loss = (mix[0] * logprobs + mix[1] * entropies).sum()
        found.append((loss, *torch.autograd.grad(loss, (hidden, weight))))
    for kept, again in zip(*found, strict=True):
        assert (kept - again).abs().max() < 1e-12 * kept.abs().max()


@pytest.mark.parametrize("recompute", [False, True])
def test_a_frozen_output_layer_costs_no_gradient(recompute: bool) -> None:
    """Under adapters; a gradient of 152,000 x 5,120 numbers in float32 would be 3.1 GB."""
    torch.manual_seed(0)
    weight, targets = torch.randn(70, 16), torch.randint(0, 70, (300,))
    found = []
    for learnt in (True, False):
        hidden, layer = torch.randn(300, 16, generator=torch.Generator().manual_seed(1)), weight.clone()
        hidden.requires_grad_()
        layer.requires_grad_(learnt)
        logprobs, _ = token_logprobs(hidden, layer, targets, 0.7, recompute)
        # What the function itself gives for the layer, before autograd would drop it.
        given = logprobs.grad_fn.apply(torch.ones(300), torch.ones(300))  # type: ignore[union-attr]
        found.append(given)
    (of_hidden, of_weight, *_), (same, nothing, *_) = found
    assert of_weight.abs().max() > 1
    assert nothing is None
    assert torch.equal(of_hidden, same)


def larger_llama() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    shape = LlamaConfig(
        vocab_size=8192,
        hidden_size=64,
        intermediate_size=256,
        num_hidden_layers=8,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(shape)


def peak_of(learner: Learner) -> float:
    """MB that a supervised step of 2,000 tokens takes at most, above what was there before."""
    examples = [([1, 2, 3], [(7 * index + place) % 8192 for place in range(500)]) for index in range(4)]
    status = Path("/proc/self/status")

    def kilobytes(field: str) -> int:
        found = re.search(rf"^{field}:\s+(\d+)", status.read_text(), re.MULTILINE)
        assert found
        return int(found.group(1))

    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before = kilobytes("VmRSS")
    learner.supervised(examples)
    return (kilobytes("VmHWM") - before) / 1024


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="peaks are read from /proc")
def test_recomputation_takes_less_memory() -> None:
    model = larger_llama()
    settings = replace(SETTINGS, lr=0.0)
    peaks = {}
    for recompute in (True, False):
        learner = Learner(copy.deepcopy(model), replace(settings, gradient_checkpointing=recompute))
        learner.supervised([([1], [2, 3])])  # the optimiser's state is there from now on
        peaks[recompute] = peak_of(learner)
    print(peaks)
    assert peaks[True] < 0.6 * peaks[False], peaks


def test_bfloat16_products_come_close_and_keep_the_weights_in_float32() -> None:
    model = tiny_llama().float()
    rollouts = rollouts_of(model)
    exact, _ = gradient_of(model, SETTINGS, rollouts, ADVANTAGES)
    low, metrics = gradient_of(model, replace(SETTINGS, precision="bfloat16"), rollouts, ADVANTAGES)
    assert low.dtype == torch.float32
    assert not torch.equal(low, exact)
    assert torch.nn.functional.cosine_similarity(low, exact, dim=0) > 0.995
    assert 0.97 < low.norm() / exact.norm() < 1.03
    assert 0 < metrics["mismatch_mean"] < 0.05, "the engine's log-probabilities are float32's"
    learner = Learner(copy.deepcopy(model), replace(SETTINGS, precision="bfloat16", lr=1e-6))
    before = [weight.clone() for weight in learner.model.parameters()]
    learner.update(rollouts, ADVANTAGES)
    moved = [(weight - old).abs().max() for weight, old in zip(learner.model.parameters(), before, strict=True)]
    assert all(weight.dtype == torch.float32 for weight in learner.model.parameters())
    assert min(moved) > 0, "an update of 1e-6 is not rounded away"


def test_a_run_with_adapters_writes_a_plain_model_and_resumes(run_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed")
    import domains_for_tests  # noqa: F401
    from guru_grpo.cli import main
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    def run(output: Path, steps: int) -> dict[str, Any]:
        given = ["warm_start.steps=30", "evaluate.tasks=0", "learner.lora_rank=4", f"train.steps={steps}"]
        arguments = ["train", "--config", str(run_file), "--output", str(output), "--quiet"]
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *(part for one in given for part in ("--set", one))])
        assert not ended.value.code
        return load_file(output / "model" / "model.safetensors")

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    whole = run(tmp_path / "whole", 4)
    run(tmp_path / "parts", 2)
    parts = run(tmp_path / "parts", 4)
    torch.set_num_threads(threads)
    assert set(whole) == set(parts)
    assert not any("lora" in name or "base_layer" in name for name in whole)
    assert all(torch.equal(weight, parts[name]) for name, weight in whole.items())
    model, problems = AutoModelForCausalLM.from_pretrained(tmp_path / "whole" / "model", output_loading_info=True)
    assert not any(problems.values()), problems
    assert model.config.tie_word_embeddings
