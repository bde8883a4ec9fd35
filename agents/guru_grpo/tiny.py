"""Random language models, made on the spot: one of ten thousand weights to try commands with, one of a million to raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import guru_envs

TINY_MODEL, SMALL_MODEL = "tiny-random", "small-random"

_END = "<end>"
_CHAT = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
# What the small model's vocabulary is made from: this many tasks of each row's first level, with the oracle's responses.
_ROWS = ("countdown", "math", "code", "science", "logic-mixture", "codeio", "tables")
_TASKS = 40
_WORDS = 1500


def write_tiny_model(folder: Path) -> None:
    """Write a two-layer Llama with a tokenizer of single bytes, as a Hugging Face model folder. Always the same weights."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {letter: index for index, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    vocabulary[_END] = len(vocabulary)
    plain = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    plain.decoder = decoders.ByteLevel()
    _write(folder, plain, hidden_size=32, intermediate_size=64, num_hidden_layers=2, heads=(2, 1))


def write_small_model(folder: Path) -> None:
    """Write a four-layer Llama whose tokenizer is byte-pair encoding of the environments' own texts, digits one by one.

    It has learnt nothing, but two processor cores can teach it: its tokens are a fifth of those of single bytes, and its output
    layer is small. Always the same weights, as long as the environments' texts are.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    plain = Tokenizer(models.BPE())
    digits = pre_tokenizers.Digits(individual_digits=True)
    plain.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    plain.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    plain.train_from_iterator(
        _texts(), trainers.BpeTrainer(vocab_size=_WORDS, initial_alphabet=letters, show_progress=False)
    )
    plain.add_special_tokens([_END])
    _write(folder, plain, hidden_size=128, intermediate_size=384, num_hidden_layers=4, heads=(4, 4))


def _texts() -> list[str]:
    found = []
    for name in _ROWS:
        source = guru_envs.make_source(f"guru/{name}-v0", level=1)
        for task in (source.draw(seed) for seed in range(_TASKS)):
            found += [source.prompt(task), source.demonstrate(task)]
    return found


def _write(folder: Path, plain: Any, heads: tuple[int, int], **shape: int) -> None:
    """Write a Llama of that shape; ``heads``: of queries, and of keys and values."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token=_END, pad_token=_END)
    tokenizer.chat_template = _CHAT
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        num_attention_heads=heads[0],
        num_key_value_heads=heads[1],
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **shape,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
