"""A random language model of some ten thousand weights, made on the spot: for tests, and for trying commands in seconds."""

from __future__ import annotations

from pathlib import Path

TINY_MODEL = "tiny-random"


def write_tiny_model(folder: Path) -> None:
    """Write a two-layer Llama with a tokenizer of single bytes, as a Hugging Face model folder. Always the same weights."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {letter: index for index, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    end = "<end>"
    vocabulary[end] = len(vocabulary)
    plain = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token=end, pad_token=end)
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
    shape = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=vocabulary[end],
        pad_token_id=vocabulary[end],
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(shape)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
