"""What every engine offers: sample completions of token-id prompts, and take new weights without a restart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from guru_envs.errors import unknown_name

if TYPE_CHECKING:
    import torch


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
    """

    max_new_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    n: int = 1
    seed: int | None = None
    likeliest: int = 0


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


def make_engine(settings: Any, model: Any, tokenizer: Any) -> Engine:
    """Start the engine that the settings (``EngineConfig``) name, holding the weights of a model.

    Raises:
        UnknownNameError: there is no engine of that kind.
        MissingExtraError: its package is not installed.
    """
    if settings.kind == "vllm":
        from guru_grpo.vllm_engine import VllmEngine

        return VllmEngine(settings, model, tokenizer)
    if settings.kind == "transformers":
        from guru_grpo.transformers_engine import TransformersEngine

        return TransformersEngine(settings, model, tokenizer)
    raise unknown_name("engine", settings.kind, ("vllm", "transformers"))
