"""Measure in a fresh process (vLLM changes its process for good) how well vLLM and the learner agree; prints JSON.

Arguments: tiny | demo, and a scratch folder.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from dataclasses import replace
from typing import Any


def main(which: str, folder: str) -> None:
    import torch
    from guru_grpo.config import EngineConfig
    from guru_grpo.engine import Completion, Sampling, make_engine
    from guru_grpo.learner import Learner
    from guru_grpo.model import load_policy
    from guru_grpo.rollout import Rollout
    from guru_grpo.settings import LearnerSettings

    if which == "tiny":
        write_tiny_with_wide_heads(folder)
    model, tokenizer = load_policy(folder if which == "tiny" else "smollm2-135m-instruct")
    engine = make_engine(EngineConfig(kind="vllm", max_model_len=256, max_num_seqs=16), model, tokenizer)
    sampling = Sampling(max_new_tokens=12, temperature=0.8, n=3, seed=5)
    learner = Learner(model, LearnerSettings(lr=0.0, temperature=0.8, weight_decay=0.0))
    words = random.Random(0)
    shared = [words.randrange(200) for _ in range(40)]  # longer than a block of the prefix cache: it is really used
    prompts = [shared + [words.randrange(200) for _ in range(words.randint(1, 9))] for _ in range(4)]

    def difference(found: list[list[Completion]]) -> float:
        """Largest difference between what the engine reported and what the learner computes now."""
        rollouts = [
            Rollout(prompts[group], one.token_ids, one.logprobs, group, 0.0, False, one.finished)
            for group, completions in enumerate(found)
            for one in completions
        ]
        return learner.update(rollouts, [1.0] * len(rollouts))["mismatch_max"]  # the learning rate is 0

    first = engine.generate(prompts, sampling)
    results: dict[str, Any] = {"tied": model.config.tie_word_embeddings, "same": difference(first)}
    results["repeatable"] = tokens(first) == tokens(engine.generate(prompts, sampling))
    results["other_seed_differs"] = tokens(first) != tokens(engine.generate(prompts, replace(sampling, seed=6)))
    results["group_differs"] = len({tuple(one.token_ids) for one in first[0]}) > 1
    results["sizes"] = sorted({len(group) for group in first})
    uncertain = engine.generate(prompts, replace(sampling, likeliest=20))
    results["same_with_entropies"] = tokens(uncertain) == tokens(first)
    difference(uncertain)
    # Of all words; the engine knows the 20 likeliest and takes the rest as one.
    whole = iter(learner.by_rollout["entropy"])
    pairs = [(sum(one.entropies), next(whole)) for group in uncertain for one in group]
    results["entropy_excess"] = max(bound - full for bound, full in pairs)
    results["entropy_shares"] = [bound / full for bound, full in pairs]
    original = copy.deepcopy(dict(learner.weights()))
    for name, change in (("layers", 0.05), ("head", 0.3)):
        torch.manual_seed(1)
        with torch.no_grad():
            for weight_name, weight in model.named_parameters():
                weight.copy_(original[weight_name])
                if name == "layers" or "embed_tokens" in weight_name:
                    weight += change * weight.std(unbiased=False) * torch.randn_like(weight)
        results[f"{name}_before"] = difference(engine.generate(prompts, sampling))
        engine.load(learner.weights())
        results[f"{name}_after"] = difference(engine.generate(prompts, sampling))
    results["threads"] = torch.get_num_threads()
    print(json.dumps(results))


def tokens(found: list[list[Any]]) -> list[list[list[int]]]:
    return [[one.token_ids for one in group] for group in found]


def write_tiny_with_wide_heads(folder: str) -> None:
    """The tiny model in a shape that vLLM's attention takes: heads of 32."""
    import torch
    from guru_grpo.model import quiet_transformers, tiny_model
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    with quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(tiny_model())
        torch.manual_seed(0)
        shape = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=256,
            tie_word_embeddings=True,
            initializer_range=0.15,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.eos_token_id,
        )
        LlamaForCausalLM(shape).save_pretrained(folder)
        tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
