"""Sampling with transformers alone: slower than vLLM, but runs wherever PyTorch runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from guru_envs.seeding import stream_seed
from guru_grpo.engine import Completion, Sampling, entropy_of


class TransformersEngine:
    """Samples from a model in this process; ``load`` has nothing to do when it is the model that is trained.

    Prompts are padded on the left and sampled in batches of ``settings.max_num_seqs`` sequences.
    """

    def __init__(self, settings: Any, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer, self.batch = model, tokenizer, settings.max_num_seqs
        self.end_ids = end_token_ids(model, tokenizer)

    def load(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Copy weights into the model; a weight that already is the model's own is skipped."""
        own = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, weight in weights:
                if own[name].data_ptr() != weight.data_ptr():
                    own[name].copy_(weight)

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        """``sampling.n`` completions of each prompt. The same seed gives the same completions."""
        generator = torch.Generator(self.model.device)
        if sampling.seed is not None:
            generator.manual_seed(stream_seed(sampling.seed, sampling.first) if sampling.first else sampling.seed)
        else:
            generator.seed()
        jobs = [(index, prompt) for index, prompt in enumerate(prompts) for _ in range(sampling.n)]
        found: list[list[Completion]] = [[] for _ in prompts]
        training = self.model.training
        self.model.eval()
        for start in range(0, len(jobs), self.batch):
            chunk = jobs[start : start + self.batch]
            completions = self._sample([list(prompt) for _, prompt in chunk], sampling, generator)
            for (index, _), one in zip(chunk, completions, strict=True):
                found[index].append(one)
        self.model.train(training)
        return found

    @torch.inference_mode()
    def _sample(self, prompts: list[list[int]], sampling: Sampling, generator: torch.Generator) -> list[Completion]:
        device, longest = self.model.device, max(map(len, prompts))
        ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts], device=device)
        seen = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts], device=device)
        positions = (seen.cumsum(1) - 1).clamp(min=0)
        cache: Any = None
        ends = torch.tensor(sorted(self.end_ids), device=device)
        alive = torch.ones(len(prompts), dtype=torch.bool, device=device)
        tokens: list[torch.Tensor] = []
        logprobs: list[torch.Tensor] = []
        uncertain: list[list[float]] = []
        for _ in range(sampling.max_new_tokens):
            out = self.model(
                input_ids=ids,
                attention_mask=seen,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            cache = out.past_key_values
            logits = out.logits[:, -1].float()
            picked, logprob = _pick(logits, sampling, generator)
            if sampling.likeliest:
                top = torch.log_softmax(logits / (sampling.temperature or 1.0), -1).topk(sampling.likeliest).values
                uncertain.append([entropy_of(row) for row in top.tolist()])
            tokens.append(torch.where(alive, picked, -1))
            logprobs.append(logprob)
            alive = alive & ~torch.isin(picked, ends)
            if not alive.any():
                break
            ids, positions = picked[:, None], positions[:, -1:] + 1
            seen = torch.cat([seen, torch.ones_like(ids)], 1)
        rows = torch.stack(tokens, 1).tolist()
        values = torch.stack(logprobs, 1).tolist()
        entropies = list(zip(*uncertain, strict=True)) or [()] * len(rows)
        return [self._completion(*each) for each in zip(rows, values, entropies, strict=True)]

    def _completion(self, row: list[int], logprobs: list[float], entropies: tuple[float, ...]) -> Completion:
        token_ids = [token for token in row if token >= 0]
        text = self.tokenizer.decode(token_ids, skip_special_tokens=True)
        count = len(token_ids)
        finished = bool(token_ids) and token_ids[-1] in self.end_ids
        return Completion(text, token_ids, logprobs[:count], finished, entropies[:count])


def _pick(logits: torch.Tensor, sampling: Sampling, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Sample one token per row, with its log-probability under the distribution it was drawn from."""
    if sampling.temperature == 0:
        logs = torch.log_softmax(logits, -1)
        picked = logs.argmax(-1)
        return picked, logs.gather(1, picked[:, None])[:, 0]
    logs = torch.log_softmax(logits / sampling.temperature, -1)
    if sampling.top_p < 1:
        ordered, order = logs.sort(-1, descending=True)
        outside = ordered.exp().cumsum(-1) - ordered.exp() >= sampling.top_p
        logs = logs.masked_fill(outside.gather(1, order.argsort(-1)), float("-inf"))
        logs = torch.log_softmax(logs, -1)
    picked = torch.multinomial(logs.exp(), 1, generator=generator)[:, 0]
    return picked, logs.gather(1, picked[:, None])[:, 0]


def end_token_ids(model: Any, tokenizer: Any) -> set[int]:
    """All tokens that end a response: the tokenizer's and those of the model's generation settings."""
    ends = {tokenizer.eos_token_id}
    configured = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ends |= set(configured) if isinstance(configured, (list, tuple)) else {configured}
    return {end for end in ends if end is not None}
