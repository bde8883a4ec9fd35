"""What a training run needs: memory of each GPU and machine, and seconds of a step, by arithmetic. ``guru-grpo plan`` prints it.

Nothing here was measured on GPUs. Sizes of weights, gradients, optimiser, caches and logits are exact counts; those of activations
are a count of what autograd keeps of a layer (a test compares it with what it does keep); times rest on the efficiencies in
``Machine``, which are assumptions and named so in the output.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from guru_envs.errors import InvalidValueError, unknown_name
from guru_grpo.config import Config

GB = 1e9
_OF_A_MACHINE = 8  # GPUs


@dataclass(frozen=True)
class Shape:
    """A decoder of the Llama and Qwen2 family."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    inner: int
    vocabulary: int
    tied: bool = False
    biases: bool = True  # of query, key and value

    @property
    def kv_width(self) -> int:
        """Values of a token's keys in one layer."""
        return self.width // self.heads * self.kv_heads

    @property
    def layer(self) -> int:
        """Weights of one layer."""
        attention = 2 * self.width * self.width + 2 * self.width * self.kv_width
        biases = self.width + 2 * self.kv_width if self.biases else 0
        return attention + biases + 3 * self.width * self.inner + 2 * self.width

    @property
    def outer(self) -> int:
        """Weights of embedding, output layer and last norm."""
        return (1 if self.tied else 2) * self.vocabulary * self.width + self.width

    @property
    def weights(self) -> int:
        """All weights."""
        return self.layers * self.layer + self.outer

    @property
    def critic(self) -> int:
        """What the body has, without an output layer of its own, with a head of one number."""
        return self.weights - (0 if self.tied else self.vocabulary * self.width) + self.width + 1

    def adapters(self, rank: int) -> int:
        """Weights of adapters of a rank on all linear layers but the output."""
        sides = 2 * (self.width + self.width) + 2 * (self.width + self.kv_width) + 3 * (self.width + self.inner)
        return self.layers * rank * sides

    @property
    def kept(self) -> int:
        """Bytes that autograd keeps of one token in one layer, with products in bfloat16 and nothing recomputed.

        The residual stream and the norms are float32 there, what goes into products is bfloat16. Keys and values are shared by
        several heads each. The attention's mask comes on top.
        """
        return 32 * self.width + 6 * self.kv_width + 8 * self.inner


# Sizes from the configurations of Qwen2.5 and SmolLM2.
SHAPES = {
    "135m": Shape(576, 30, 9, 3, 1536, 49152, tied=True, biases=False),
    "1.5b": Shape(1536, 28, 12, 2, 8960, 151936, tied=True),
    "7b": Shape(3584, 28, 28, 4, 18944, 152064),
    "32b": Shape(5120, 64, 40, 8, 27648, 152064),
}


@dataclass(frozen=True)
class Machine:
    """A GPU, its machine and its connections; the efficiencies are assumptions."""

    memory: float = 80e9  # bytes of a GPU
    host: float = 2e12  # bytes of a machine of 8 (DGX H100 data sheet)
    flops: float = 989e12  # dense bfloat16 operations a second (H100 SXM data sheet)
    bandwidth: float = 3.35e12  # bytes a second of its memory (the same)
    learner_share: float = 0.35  # assumed: of the operations, while learning
    engine_share: float = 0.5  # assumed: of the bandwidth, while decoding
    link: float = 200e9  # assumed: bytes a second between GPUs of a machine
    network: float = 40e9  # assumed: bytes a second a GPU gets between machines of 8
    disk: float = 2e9  # assumed: bytes a second of the disk that checkpoints go to


@dataclass(frozen=True)
class Recipe:
    """What is trained: the defaults are the reference recipe (arXiv 2506.14965)."""

    prompts: int = 512
    responses: int = 16
    prompt_tokens: int = 512  # assumed mean
    response_tokens: int = 4096  # assumed mean, half of the limit
    longest: int = 8192  # limit of a response
    prompt_limit: int = 4096
    micro_tokens: int = 16384
    recompute: bool = True
    lora_rank: int = 0
    frozen_bytes: int = 2  # of a frozen weight under adapters: 2 in bfloat16, 4 in float32
    utilization: float = 0.45  # engine.gpu_memory_utilization
    reference: bool = False  # a frozen copy of the policy, for a KL penalty and for PRIME
    companion: Literal["none", "critic", "implicit"] = (
        "none"  # learnt beside the policy: PPO's critic, PRIME's reward model
    )


def recipe_of(config: Config, response_tokens: int) -> Recipe:
    """What a configuration trains, with responses of so many tokens on average, but at most its limit.

    Raises:
        InvalidValueError: weights that learn are not float32, which all sums here count on; frozen ones under adapters may be less.
    """
    rollout, learner = config.rollout, config.learner
    if config.model.dtype != "float32" and not learner.lora_rank:
        raise InvalidValueError(
            f"model.dtype is {config.model.dtype!r}: without learner.lora_rank the plan counts weights and Adam's state in float32"
        )
    return Recipe(
        prompts=rollout.groups,
        responses=rollout.group_size,
        response_tokens=min(response_tokens, rollout.max_new_tokens),
        longest=rollout.max_new_tokens,
        prompt_limit=max(1, config.engine.max_model_len - rollout.max_new_tokens),
        micro_tokens=learner.micro_tokens,
        recompute=learner.gradient_checkpointing,
        lora_rank=learner.lora_rank,
        frozen_bytes=4 if learner.lora_rank and config.model.dtype == "float32" else 2,
        utilization=config.engine.gpu_memory_utilization,
        reference=bool(learner.kl_coef) or learner.advantage == "implicit",
        companion=learner.advantage if learner.advantage in ("critic", "implicit") else "none",
    )


@dataclass(frozen=True)
class Plan:
    """Memory of each GPU in bytes by part, what is left for keys and values, and seconds of a step by part."""

    memory: dict[str, float]
    start: float  # bytes of each GPU before the first step: while the model is sharded, or beside the engine
    host: float  # bytes of the memory of rank 0's machine: while it loads the model, or writes a checkpoint
    engine_weights: float
    cache: float
    at_once: float  # responses of mean length that fit into the cache of one engine's GPUs, per GPU
    rate: float  # tokens a second that a GPU samples
    seconds: dict[str, float]
    machine: Machine

    @property
    def total(self) -> float:
        """Bytes of each GPU."""
        return sum(self.memory.values())

    @property
    def fits(self) -> bool:
        """Whether it fits, at the start and later, with 4 GB for CUDA, communication buffers and fragments."""
        on_gpu = max(self.total, self.start) + 4e9 <= self.machine.memory
        return on_gpu and self.host <= self.machine.host and self.cache > 0


def plan(model: str, gpus: int, recipe: Recipe = Recipe(), machine: Machine = Machine(), span: int = 1) -> Plan:
    """Memory and time of a run.

    Args:
        model: a name in ``SHAPES``.
        gpus: how many, in machines of 8.
        recipe: what is trained.
        machine: what a GPU is.
        span: GPUs that hold one engine together (engine.tensor_parallel).

    Raises:
        UnknownNameError: there is no such model here.
        InvalidValueError: ``span`` does not divide ``gpus``, or vLLM can not share the model's heads between so many.
    """
    if model not in SHAPES:
        raise unknown_name("model", model, SHAPES, "the plan")
    if gpus < 1 or span < 1 or gpus % span:
        raise InvalidValueError(f"engines of {span} GPUs can not share {gpus} GPUs")
    if recipe.micro_tokens < recipe.prompt_limit + recipe.longest:
        raise InvalidValueError(
            f"micro_tokens is {recipe.micro_tokens}: a prompt of {recipe.prompt_limit} tokens with a response of {recipe.longest} "
            "makes a row of its own that is longer"
        )
    if recipe.companion == "implicit" and not recipe.reference:
        raise InvalidValueError("PRIME's reward model is one relative to a reference: there must be one")
    shape = SHAPES[model]
    if shape.heads % span or max(span, shape.kv_heads) % min(span, shape.kv_heads):
        raise InvalidValueError(
            f"engines of {span} GPUs can not share the {shape.heads} attention heads of {model}, with keys and values of "
            f"{shape.kv_heads}: vLLM wants the former divided, and the latter divided or repeated"
        )
    learnt = shape.adapters(recipe.lora_rank) if recipe.lora_rank else shape.weights
    held = (recipe.frozen_bytes if recipe.lora_rank else 4) * shape.weights
    tokens = recipe.micro_tokens
    memory = {
        "weights": (held + (4 * learnt if recipe.lora_rank else 0)) / gpus,
        "gradients": 4 * learnt / gpus,
        "Adam": 8 * learnt / gpus,
        **beside(shape, gpus, recipe),
        "gathered": _gathered(shape, gpus, bool(recipe.lora_rank)),
        "activations": _activations(shape, tokens, recipe.recompute),
        "logits": _logits(shape, tokens, recipe),
        "batch": 4.0 * (6 if recipe.reference else 4) * recipe.prompts * recipe.responses * recipe.longest,
        "engine": recipe.utilization * machine.memory,
    }
    engine_weights = 2 * shape.weights / span
    cache = memory["engine"] - engine_weights - 2e9  # of it assumed 2 GB for the engine's own activations
    context = recipe.prompt_tokens + recipe.response_tokens
    # More GPUs than heads of keys and values hold copies of them.
    per_token = shape.layers * 2 * shape.kv_width * 2 * max(1, span // shape.kv_heads)
    at_once = max(0.0, cache / (per_token * context))
    rate = _rate(shape, machine, span, at_once, per_token * context / 2)
    seconds = _seconds(shape, gpus, recipe, machine, rate)
    start = max(_sharding(shape, gpus, held, memory["weights"]), memory["weights"] + memory["engine"])
    host = max(held, _written(shape, recipe))
    return Plan(memory, start, host, engine_weights, cache, at_once, rate, seconds, machine)


def _sharding(shape: Shape, gpus: int, held: float, shards: float) -> float:
    """Bytes of a GPU when the last part of the model, the outer weights, comes from the CPU to be sharded, all of it at once."""
    return held if gpus == 1 else shards + held * shape.outer / shape.weights


def _gathered(shape: Shape, gpus: int, adapters: bool) -> float:
    """Two layers and the outer weights in bfloat16, with their gradients in float32 while they are summed.

    One GPU keeps all weights in bfloat16 beside those in float32, from the forward to the backward pass.
    """
    if gpus == 1:
        return 0.0 if adapters else 2.0 * shape.weights
    return 2 * (2 * shape.layer + shape.outer) + (0 if adapters else 4 * (shape.layer + shape.outer))


def beside(shape: Shape, gpus: int, recipe: Recipe) -> dict[str, float]:
    """Bytes of the models beside the policy, which are twins of it: weights, Adam's state of one that learns, and what stays gathered.

    A companion's gradients take the place of the policy's, which are forgotten by then. FSDP leaves the outer weights of a model that
    was asked without gradient gathered, in bfloat16. With adapters one GPU shares the frozen base between all.
    """
    found: dict[str, float] = {}
    if recipe.reference:
        found["reference"] = _twin(shape.weights, shape.outer, shape, gpus, recipe, bytes_learnt=4)
    if recipe.companion == "critic":
        outer = shape.outer - (shape.weights - shape.critic)
        found["critic"] = _twin(shape.critic, outer, shape, gpus, recipe, bytes_learnt=12)
    if recipe.companion == "implicit":
        found["reward model"] = _twin(shape.weights, shape.outer, shape, gpus, recipe, bytes_learnt=12)
    return found


def _twin(weights: int, outer: int, shape: Shape, gpus: int, recipe: Recipe, bytes_learnt: int) -> float:
    """Bytes of one of them, with so many a weight that the policy learns."""
    gathered = 0.0 if gpus == 1 else 2.0 * outer
    if not recipe.lora_rank:
        return bytes_learnt * weights / gpus + gathered
    base = 0.0 if gpus == 1 else recipe.frozen_bytes * weights / gpus
    return base + bytes_learnt * shape.adapters(recipe.lora_rank) / gpus + gathered


def _activations(shape: Shape, tokens: int, recompute: bool) -> float:
    """What autograd keeps of one row of so many tokens: of each layer the mask too, in the type of the products."""
    one = tokens * shape.kept + 2.0 * tokens * tokens
    mask = 1.0 * tokens * tokens
    return mask + (shape.layers * tokens * 4 * shape.width + one if recompute else shape.layers * one)


def _logits(shape: Shape, tokens: int, recipe: Recipe) -> float:
    """The probabilities that the output layer keeps, or those of 128 tokens, and the gradient of its weight."""
    rows = 128 if recipe.recompute else tokens
    return 4.0 * shape.vocabulary * (rows + 2 * 128) + (0 if recipe.lora_rank else 4.0 * shape.vocabulary * shape.width)


def _rate(shape: Shape, machine: Machine, span: int, at_once: float, read: float) -> float:
    """Tokens a second of a GPU: each decoding step reads its weights and the keys and values of its responses."""
    if not at_once:
        return 0.0
    seconds = (2 * shape.weights / span + at_once * read) / (machine.bandwidth * machine.engine_share)
    return at_once / seconds


def _seconds(shape: Shape, gpus: int, recipe: Recipe, machine: Machine, rate: float) -> dict[str, float]:
    responses = recipe.prompts * recipe.responses
    sampled = responses * recipe.response_tokens
    # The responses to a prompt are cut into rows, each with the prompt once.
    cut = math.ceil(recipe.responses * recipe.response_tokens / (recipe.micro_tokens - recipe.prompt_tokens))
    learnt = sampled + recipe.prompts * recipe.prompt_tokens * cut
    # A packed row has a mask of its own, so each of its tokens is multiplied with all of it, seen or not.
    row = min(recipe.micro_tokens, recipe.prompt_tokens + recipe.responses * recipe.response_tokens)
    # Forward 2, backward 4 operations a weight and token, once more forward where it is recomputed; attention likewise.
    passes = (4 if recipe.recompute else 3) - (1 if recipe.lora_rank else 0)
    # A reference is asked once; a companion is asked once, and learns.
    passes += recipe.reference + (0 if recipe.companion == "none" else passes + 1)
    work = learnt * passes * (2 * shape.weights + 4 * shape.layers * shape.width * row)
    line = machine.link if gpus <= _OF_A_MACHINE else machine.network
    return {
        "generate": sampled / gpus / rate if rate else float("inf"),
        "learn": work / gpus / (machine.flops * machine.learner_share),
        "sync": 4 * shape.weights / line,
        "checkpoint": _written(shape, recipe) / machine.disk,
    }


def _written(shape: Shape, recipe: Recipe) -> float:
    """Bytes of a checkpoint."""
    each = 12 * (1 if recipe.companion == "none" else 2) + 4 * recipe.reference
    return float(each * (shape.adapters(recipe.lora_rank) if recipe.lora_rank else shape.weights))


def rows(models: tuple[str, ...], counts: tuple[int, ...], recipe: Recipe, spans: dict[str, int]) -> list[list[str]]:
    """A table with a head: one row for each model and number of GPUs."""
    found: list[list[str]] = []
    for model in models:
        for gpus in counts:
            one = plan(model, gpus, recipe, span=min(spans.get(model, 1), gpus))
            if not found:
                more = ["GB in all", "GB at start", "host GB", "fits 80 GB", "KV GB", "responses at once", "tokens/s"]
                found.append(["model", "GPUs", *one.memory, *more, *(f"{part} s" for part in one.seconds)])
            parts = [value / GB for value in one.memory.values()]
            found.append(
                [
                    *(model, str(gpus), *(f"{value:.1f}" for value in parts), f"{one.total / GB:.0f}"),
                    *(f"{one.start / GB:.0f}", f"{one.host / GB:.0f}"),
                    *("yes" if one.fits else "no", f"{max(0.0, one.cache) / GB:.1f}", f"{one.at_once:.0f}"),
                    *(f"{one.rate:.0f}", *(f"{value:.0f}" for value in one.seconds.values())),
                ]
            )
    return found


def markdown(table: list[list[str]]) -> str:
    """A table in Markdown."""
    head, *body = table
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
