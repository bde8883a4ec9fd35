"""What every engine offers: sample completions of token-id prompts, and take new weights without a restart."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from guru_envs.errors import GuruError, InvalidValueError, unknown_name

if TYPE_CHECKING:
    import torch

    from guru_grpo.ranks import Ranks


class EngineError(GuruError, RuntimeError):
    """The engine failed, or a process of it has died. The run goes on from its last checkpoint when it is started again."""


@dataclass(frozen=True)
class Completion:
    """One sampled completion.

    Attributes:
        text: the decoded tokens, without special ones.
        token_ids: the sampled tokens, with the end token if it was sampled.
        logprobs: natural log-probability of each token under the sampling distribution (temperature included).
        finished: it ended with an end token, not at the token limit.
        entropies: where ``Sampling.likeliest`` asks for them, the entropy in nats of what each token was drawn from.
    """

    text: str
    token_ids: list[int]
    logprobs: list[float]
    finished: bool
    entropies: tuple[float, ...] = ()


@dataclass(frozen=True)
class Sampling:
    """How to sample: at most ``max_new_tokens``, ``n`` completions of each prompt; temperature 0 is greedy.

    With ``likeliest`` completions come with entropies, computed from so many of the likeliest tokens and the rest as one more.
    ``first`` is the number of the first prompt in the whole, where these are a share: seeds go by it.
    """

    max_new_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    n: int = 1
    seed: int | None = None
    likeliest: int = 0
    first: int = 0

    def of_share(self, first: int) -> Sampling:
        """The same for a share of the prompts that begins at number ``first``."""
        return replace(self, first=self.first + first)


def entropy_of(logprobs: Sequence[float]) -> float:
    """The entropy, in nats, of a distribution of which these log-probabilities are known; the rest counts as one outcome."""
    known = [math.exp(one) for one in logprobs if one > -math.inf]
    rest = 1.0 - sum(known)
    return -sum(p * math.log(p) for p in [*known, rest] if p > 1e-12)


class Engine(Protocol):
    """Generates."""

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        """``sampling.n`` completions of each prompt."""
        ...

    def load(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Take new weights, named as in the transformers model; nothing computed with the old ones is kept."""
        ...


def make_engine(settings: Any, model: Any, tokenizer: Any, ranks: Ranks | None = None, apart: bool = False) -> Engine:
    """Start the engine that the settings (``EngineConfig``) name, holding the weights of a model.

    With several ranks each has one (or ``settings.tensor_parallel`` neighbours have one together), and generates for its share.

    Args:
        settings: an ``EngineConfig``.
        model: the policy; on the CPU or sharded where there are several ranks, but whole for ``settings.kind`` transformers.
        tokenizer: its tokenizer.
        ranks: the processes of the run.
        apart: the engine needs weights of its own, because those of the model will be sharded, or change while it generates.

    Raises:
        UnknownNameError: there is no engine of that kind.
        MissingExtraError: its package is not installed.
        InvalidValueError: ``tensor_parallel`` or ``own_process`` does not fit the number of processes.
    """
    if settings.kind not in ("vllm", "transformers"):
        raise unknown_name("engine", settings.kind, ("vllm", "transformers"))
    span, processes = settings.tensor_parallel, 1 if ranks is None else ranks.size
    if processes % span:
        raise InvalidValueError(
            f"engine.tensor_parallel is {span}: it must divide the number of processes, {processes}"
        )
    if settings.own_process and (processes > 1 or settings.kind != "vllm"):
        raise InvalidValueError("engine.own_process is for engine.kind = vllm and one process")
    engine: Engine
    if settings.kind == "vllm":
        from guru_grpo.vllm_engine import VllmEngine

        engine = VllmEngine(settings, model, tokenizer, processes)
    else:
        from guru_grpo.transformers_engine import TransformersEngine

        if span > 1:
            raise InvalidValueError("engine.tensor_parallel is for engine.kind = vllm")
        own = copy.deepcopy(model) if apart else model
        engine = TransformersEngine(settings, own if ranks is None else own.to(ranks.device), tokenizer)
    if ranks is None or processes == 1:
        return engine
    from guru_grpo.crew import SharedEngine

    return SharedEngine(engine, ranks, span)
