"""Language models that are tables, the next character from the last one alone: for tests in which a model has to say something."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from guru_grpo.tiny import write_tiny_model
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM


def write_table(folder: Path, follows: Mapping[str, str], begin: str = "#", sure: float = 16.0) -> str:
    """Write a model folder; its chat template puts ``begin`` behind the prompt, and that is where a reply starts from.

    Args:
        folder: is made.
        follows: for a character those that may follow it, all equally likely; the empty text is the end.
        begin: the character before the reply.
        sure: how much likelier these are than all others, as a difference of logits.

    Returns:
        The folder's name.
    """
    write_tiny_model(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}" + begin
    tokenizer.save_pretrained(folder)
    end, size, width = tokenizer.eos_token_id, len(tokenizer), 260
    shape = LlamaConfig(
        vocab_size=size,
        hidden_size=width,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=4096,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=end,
    )
    model = LlamaForCausalLM(shape)
    with torch.no_grad():
        for weight in model.model.layers.parameters():
            if weight.dim() == 2:
                weight.zero_()  # what a token says of the next one is all there is
        model.model.embed_tokens.weight.copy_(torch.eye(size, width))
        model.lm_head.weight.zero_()
        for character, nexts in follows.items():
            (row,) = tokenizer(character, add_special_tokens=False)["input_ids"]
            for one in nexts or [""]:
                column = tokenizer(one, add_special_tokens=False)["input_ids"][0] if one else end
                model.lm_head.weight[column, row] = sure / width**0.5  # the norm makes a 1 of the table to that root
    model.save_pretrained(folder)
    return str(folder)


def chain(text: str, begin: str = "#") -> dict[str, str]:
    """The table of a text in which no character occurs twice."""
    assert len({*text}) == len(text)
    return dict(zip([begin, *text], [*text, ""], strict=True))
