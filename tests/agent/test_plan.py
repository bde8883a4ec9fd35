"""The arithmetic of memory and time: exact counts are exact, and what autograd keeps is what is counted."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from guru_grpo import config
from guru_grpo.plan import SHAPES, Machine, Recipe, Shape, beside, plan, recipe_of, rows

from guru_envs.errors import InvalidValueError, UnknownNameError


def test_published_sizes() -> None:
    """Parameters as the model cards give them: 134.5 million, 1.54, 7.61 and 32.5 to 32.8 billion."""
    assert SHAPES["135m"].weights == 134_515_008
    assert SHAPES["1.5b"].weights == 1_543_714_304
    assert SHAPES["7b"].weights == 7_615_616_512
    assert SHAPES["32b"].weights == 32_763_876_352


SMALL = (64, 3, 4, 2, 96, 100)


def small(tied: bool) -> Any:
    """The configuration of a real model of that shape."""
    transformers = pytest.importorskip("transformers", reason="the agent's extra is not installed")
    return transformers.Qwen2Config(
        vocab_size=100,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=tied,
    )


@pytest.mark.parametrize("tied", [True, False])
def test_weights_and_adapters_are_those_of_a_real_model(tied: bool) -> None:
    torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
    transformers = pytest.importorskip("transformers", reason="the agent's extra is not installed")
    shape = Shape(*SMALL, tied)
    config = small(tied)
    with torch.device("meta"):
        model = transformers.Qwen2ForCausalLM(config)
    assert sum(weight.numel() for weight in model.parameters()) == shape.weights
    linear = [one.weight for name, one in model.named_modules() if name.endswith("_proj")]
    assert sum(8 * (weight.shape[0] + weight.shape[1]) for weight in linear) == shape.adapters(8)


@pytest.mark.parametrize(("width", "inner", "kv_heads"), [(128, 256, 1), (64, 512, 2)])
def test_autograd_keeps_what_is_counted(width: int, inner: int, kv_heads: int) -> None:
    """By the difference between 3 and 2 layers, and between 128 and 64 tokens, so that nothing else counts."""
    pytest.importorskip("torch", reason="the agent's extra is not installed")
    kept = {
        (layers, tokens, recompute): kept_bytes(width, inner, kv_heads, layers, tokens, recompute)
        for layers in (2, 3)
        for tokens in (64, 128)
        for recompute in (False, True)
    }

    def more(recompute: bool) -> int:
        return kept[3, 128, recompute] - kept[2, 128, recompute] - kept[3, 64, recompute] + kept[2, 64, recompute]

    expected = 64 * Shape(width, 2, width // 16, kv_heads, inner, 64).kept + 2 * (128**2 - 64**2)
    assert more(False) == pytest.approx(expected, rel=0.02)
    assert more(True) == 64 * 4 * width


def kept_bytes(width: int, inner: int, kv_heads: int, layers: int, tokens: int, recompute: bool) -> int:
    """Bytes of the tensors, other than weights and masks, that autograd keeps of one row."""
    import torch
    from guru_grpo.packing import pack_batch
    from guru_grpo.policy import Policy, recompute_layers
    from guru_grpo.settings import LearnerSettings
    from transformers import LlamaConfig, LlamaForCausalLM

    shape = LlamaConfig(
        vocab_size=64,
        hidden_size=width,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=width // 16,
        num_key_value_heads=kv_heads,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(shape).train()
    if recompute:
        recompute_layers(model)
    weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    seen: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        place = tensor.untyped_storage().data_ptr()
        if place not in weights and tensor.dtype != torch.bool:
            seen[place] = tensor  # held, so that its place is not used again
        return tensor

    row = pack_batch([[([1, 2], [(0, [1] * (tokens - 2))])]])
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        Policy(model, LearnerSettings(precision="bfloat16", gradient_checkpointing=recompute))(row, 1.0)
    return sum(tensor.untyped_storage().nbytes() for tensor in seen.values())


def test_sharding_divides_what_it_should() -> None:
    one, many = plan("7b", 8), plan("7b", 64)
    for part in ("weights", "gradients", "Adam"):
        assert many.memory[part] == pytest.approx(one.memory[part] / 8)
    assert sum(one.memory[part] for part in ("weights", "gradients", "Adam")) == SHAPES["7b"].weights * 16 / 8
    for part in ("activations", "logits", "engine"):
        assert many.memory[part] == one.memory[part]
    assert many.seconds["learn"] == pytest.approx(one.seconds["learn"] / 8)


def test_recomputation_and_adapters_take_less() -> None:
    plain = plan("7b", 8, Recipe(recompute=False))
    assert plan("7b", 8).memory["activations"] < plain.memory["activations"] / 5
    assert plan("7b", 8).seconds["learn"] == pytest.approx(plain.seconds["learn"] * 4 / 3)
    adapters = plan("7b", 8, Recipe(lora_rank=32))
    assert adapters.memory["Adam"] < plain.memory["Adam"] / 50
    assert not plan("32b", 8, span=8).fits


@pytest.mark.parametrize("tied", [True, False])
def test_the_models_beside_the_policy_are_those_of_the_learner(tied: bool) -> None:
    """In one process: the bytes of the reference's weights, and of the critic's or reward model's with Adam's state."""
    torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
    transformers = pytest.importorskip("transformers", reason="the agent's extra is not installed")
    from guru_grpo.learner import Learner
    from guru_grpo.settings import LearnerSettings

    shape = Shape(*SMALL, tied)
    config = small(tied)

    def held(module: Any) -> int:
        return sum(weight.nbytes for weight in module.parameters())

    for advantage, coefficient, name in (("critic", 0.1, "critic"), ("implicit", 0.0, "reward model")):
        settings = LearnerSettings(
            advantage=advantage, kl_coef=coefficient, kl_in="loss" if advantage == "implicit" else "reward"
        )
        learner = Learner(transformers.Qwen2ForCausalLM(config), settings)
        companion = learner.critic or learner.implicit
        assert companion is not None
        for weight in companion.module.parameters():
            weight.grad = torch.zeros_like(weight)
        companion.apply()
        assert all(weight.grad is None for weight in companion.module.parameters())
        state = sum(
            one[part].nbytes for one in companion.optimizer.state.values() for part in ("exp_avg", "exp_avg_sq")
        )
        counted = beside(shape, 1, Recipe(reference=True, companion=advantage))
        assert counted == {"reference": held(learner.reference), name: held(companion.module) + state}
    plain = Learner(transformers.Qwen2ForCausalLM(config), LearnerSettings())
    assert plain.reference is plain.critic is plain.implicit is None
    assert beside(shape, 1, Recipe()) == {}


def test_adapters_share_the_base_in_one_process_only() -> None:
    shape, recipe = SHAPES["7b"], Recipe(lora_rank=32, reference=True, companion="implicit")
    adapters = shape.adapters(32)
    assert beside(shape, 1, recipe) == {"reference": 4 * adapters, "reward model": 12 * adapters}
    many = beside(shape, 8, recipe)
    assert many["reference"] == pytest.approx((2 * shape.weights + 4 * adapters) / 8 + 2 * shape.outer)
    assert many["reward model"] - many["reference"] == pytest.approx(adapters)


def test_a_reference_and_a_critic_are_in_the_sum() -> None:
    """The curriculum's preset has a KL penalty: 7B does not fit on eight GPUs with its reference."""
    recipe = recipe_of(config.load("multi-domain-curriculum"), 4096)
    assert (recipe.reference, recipe.companion) == (True, "none")
    one = plan("7b", 8, recipe)
    assert not one.fits
    assert plan("7b", 8, replace(recipe, reference=False)).fits
    assert one.memory["reference"] == 4 * SHAPES["7b"].weights / 8 + 2 * SHAPES["7b"].outer
    ppo, prime = (recipe_of(config.load("guru", [f"learner.method={name}"]), 4096) for name in ("ppo", "prime"))
    assert (ppo.companion, prime.companion, prime.reference) == ("critic", "implicit", True)
    assert plan("7b", 8, ppo).total > plan("7b", 8).total + 12 * 7e9 / 8
    plain = plan("7b", 8).seconds
    more = plan("7b", 8, prime).seconds
    assert more["learn"] / plain["learn"] == pytest.approx(
        (4 + 1 + 5) / 4
    )  # the reference forward, the other forward and learnt
    assert more["checkpoint"] / plain["checkpoint"] == pytest.approx((12 + 4 + 12) / 12)
    with pytest.raises(InvalidValueError, match="reference"):
        plan("7b", 8, Recipe(companion="implicit"))


def test_options_count_beside_a_preset(capsys: pytest.CaptureFixture[str]) -> None:
    from guru_grpo.cli import main

    def said(text: str) -> str:
        with pytest.raises(SystemExit):
            main(["plan", "--model", "7b", "--gpus", "8", *text.split()])
        both = capsys.readouterr()
        return both.out + both.err

    alone = said("--preset multi-domain-curriculum")
    options = [
        *(
            "--prompts 8",
            "--responses 2",
            "--response-tokens 100",
            "--micro-tokens 8192",
            "--no-recompute",
            "--lora-rank 32",
        ),
        *("--utilization 0.1", "--no-reference", "--companion critic", "--tensor-parallel 2"),
    ]
    assert len({alone, *(said(f"--preset multi-domain-curriculum {one}") for one in options)}) == 1 + len(options)
    for one in [one for one in options[:-3] if "lora" not in one]:
        assert said(f"--preset guru {one}") == said(one)
    # the preset's weights are float32, and stay so under adapters
    assert said("--preset guru --lora-rank 32") != said("--lora-rank 32")
    assert "no response is longer than 4096" in said("--preset multi-domain-curriculum --response-tokens 5000")


def test_the_type_of_the_weights_counts() -> None:
    """What learns is float32; the base of adapters has the configuration's type."""
    with pytest.raises(InvalidValueError, match=r"model.dtype is 'bfloat16'"):
        recipe_of(config.load("guru", ["model.dtype=bfloat16"]), 4096)
    two, four = (
        plan("7b", 8, recipe_of(config.load("guru", ["learner.lora_rank=16", f"model.dtype={dtype}"]), 4096)).memory
        for dtype in ("bfloat16", "float32")
    )
    assert four["weights"] - two["weights"] == 2 * SHAPES["7b"].weights / 8
    assert {part for part in two if two[part] != four[part]} == {"weights"}


def test_the_start_is_counted() -> None:
    """Rank 0 loads the model on the CPU; it goes to the GPUs as shards, the outer weights whole for a moment."""
    shape, recipe = SHAPES["32b"], Recipe(micro_tokens=12288, utilization=0.35)
    many = plan("32b", 64, recipe, span=8)
    assert many.fits
    assert many.start == 4 * shape.weights / 64 + 0.35 * 80e9 < many.total
    assert plan("32b", 64, replace(recipe, utilization=0.01), span=8).start == 4 * (shape.weights / 64 + shape.outer)
    assert many.host == 12 * shape.weights, "the checkpoint"
    assert not plan("32b", 64, recipe, Machine(host=3e11), span=8).fits, "it has 393 GB"
    assert plan("32b", 64, replace(recipe, lora_rank=32), span=8).host == 2 * shape.weights, "the base is loaded"
    one = plan("7b", 1, Recipe(utilization=0.1))
    assert one.start == 4 * SHAPES["7b"].weights + 8e9
    assert one.host == 12 * SHAPES["7b"].weights, "the checkpoint"


def test_heads_are_shared_as_vllm_shares_them() -> None:
    """28 query heads and 4 of keys and values do for 1, 2, 4 and 28 GPUs; 28 GPUs hold the keys and values 7 times."""
    for span in (8, 14, 7):
        with pytest.raises(InvalidValueError, match=f"engines of {span} GPUs can not share the 28 attention heads"):
            plan("7b", 56, span=span)
    recipe = Recipe(prompt_tokens=100, response_tokens=900)
    for model, span, copies in (("7b", 4, 1), ("7b", 28, 7), ("1.5b", 4, 2), ("32b", 8, 1)):
        shape, found = SHAPES[model], plan(model, 56, recipe, span=span)
        per_token = 2 * 2 * shape.layers * shape.kv_width
        assert found.at_once == pytest.approx(found.cache / (copies * per_token * 1000)), (model, span)


def test_attention_is_that_of_whole_rows() -> None:
    """Rows have masks of their own, so that nothing of them is left out; shorter than ``micro_tokens`` if a group is."""
    shape, machine = SHAPES["7b"], Machine()
    for responses, tokens, row in ((2, 2 * 4096 + 512, 8704), (16, 16 * 4096 + 5 * 512, 16384)):
        work = 512 * tokens * 4 * (2 * shape.weights + 4 * shape.layers * shape.width * row)
        expected = work / 8 / (machine.flops * machine.learner_share)
        assert plan("7b", 8, Recipe(responses=responses)).seconds["learn"] == pytest.approx(expected)


def test_the_rate_is_the_roofline() -> None:
    """Without keys and values to read, all responses share one reading of the weights."""
    machine = Machine(engine_share=1.0)
    one = plan("7b", 8, Recipe(response_tokens=1, prompt_tokens=1), machine)
    assert one.rate < one.at_once * machine.bandwidth / (2 * SHAPES["7b"].weights)


def test_mistakes_are_named() -> None:
    with pytest.raises(UnknownNameError):
        plan("8b", 8)
    with pytest.raises(InvalidValueError, match="engines of 3"):
        plan("7b", 8, span=3)
    with pytest.raises(InvalidValueError, match="micro_tokens"):
        plan("7b", 8, Recipe(micro_tokens=4096))
    assert len(rows(("7b", "32b"), (8, 16), Recipe(), {"32b": 4})) == 5


def test_the_command_needs_no_torch() -> None:
    program = "import sys; sys.modules['torch'] = None; from guru_grpo.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "plan", "--model", "7b", "--gpus", "8"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0].startswith("| model | GPUs | weights |")
    assert len(done.stdout.splitlines()) == 3


def test_the_tables_of_the_document_are_what_the_commands_print(capsys: pytest.CaptureFixture[str]) -> None:
    from guru_grpo.cli import main

    text = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    found = re.findall(r"^`guru-grpo (plan [^`]*)`.*?<!-- plan -->\n(.*?)<!-- end -->", text, re.DOTALL | re.MULTILINE)
    assert len(found) == 6
    for command, table in found:
        with pytest.raises(SystemExit) as ended:
            main(command.split())
        assert not ended.value.code
        assert capsys.readouterr().out == table, command
