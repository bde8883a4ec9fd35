"""Prompt templates to the byte, and what a policy that goes on from them has to write."""

from __future__ import annotations

import gymnasium
import pytest
from guru_grpo.dialogue import Dialogue
from guru_grpo.warm_start import target

import guru_envs
from guru_envs.prompts import TEMPLATES, template

ENGLISH = {
    "plain": "Why?",
    "r1": "The following is a conversation between a user and an assistant. The user asks a question and the assistant solves it: "
    "it first reasons between <think> and </think>, and then gives the answer.\nUser: Why?\nAssistant: <think>",
    "qwen": "<|im_start|>system\nReason step by step before you give the final answer.<|im_end|>\n"
    "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n",
    "guru": "<|im_start|>system\nThink about the problem between <think> and </think> first, then give the user the answer.<|im_end|>\n"
    "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n<think>",
}
CHINESE = {
    "plain": "Why?",
    "r1": "下面是用户与助手的对话。用户提出问题，助手解答：助手先在 <think> 和 </think> 之间推理，然后给出答案。\n"
    "用户：Why?\n助手：<think>",
    "qwen": "<|im_start|>system\n请逐步推理，然后给出最终答案。<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n",
    "guru": "<|im_start|>system\n请先在 <think> 和 </think> 之间思考问题，然后向用户给出答案。<|im_end|>\n"
    "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n<think>",
}


def test_every_template_is_here():
    assert {*TEMPLATES} == {*ENGLISH} == {*CHINESE}


@pytest.mark.parametrize("name", ENGLISH)
def test_templates_to_the_byte(name):
    for lang, expected in (("en", ENGLISH[name]), ("zh", CHINESE[name])):
        assert template(name).render("Why?", lang).encode() == expected.encode()
        assert template(name).opened is expected.endswith("<think>")


@pytest.mark.parametrize("name", ENGLISH)
def test_a_policy_goes_on_where_the_prompt_ends(name):
    """After a prompt that ends in ``<think>`` the tag is not said again, and an answer before ``</think>`` is none."""
    show = guru_envs.make_source("guru/countdown-v0", level=1, template=name, answer_format="tags").show
    closed, unclosed = "so\n</think>\n<answer>7</answer>", "so <answer>7</answer>"
    assert show.parse(closed).answer == "7"
    assert show.parse(unclosed).answer == (None if template(name).opened else "7")
    assert show.parse(f"<think>{closed}").answer == "7"


class Letters:
    """A tokenizer of characters that puts a mark before every text, as some do."""

    eos_token_id = 0

    def __call__(self, text: str, add_special_tokens: bool = True) -> dict[str, list[int]]:
        return {"input_ids": [1] * add_special_tokens + [*map(ord, text)]}


def test_the_prompts_tokens_are_those_of_the_template_and_nothing_more():
    text = template("r1").render("Why?", "en")
    ids = Dialogue(Letters(), chat=False).prompt(text)
    assert ids == [1, *map(ord, text)]
    assert "".join(map(chr, ids)).endswith("Assistant: <think>")


@pytest.mark.parametrize("answer_format", ["tags", "boxed", "json"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_an_answer_alone_earns_what_the_oracle_earns(template: str, answer_format: str) -> None:
    """What a warm start with ``form = "answer"`` imitates: without its thinking, which is closed where it was opened."""
    env = gymnasium.make("guru/countdown-v0", level=1, template=template, answer_format=answer_format)
    for seed in range(3):
        env.reset(seed=seed)
        oracle = env.unwrapped.oracle()  # type: ignore[attr-defined]
        assert len(target(oracle, "answer")) < len(oracle) / 2
        assert env.step(target(oracle, "answer"))[4]["format_ok"]
        env.reset(seed=seed)
        assert env.step(target(oracle, "answer"))[1] == 1.0
