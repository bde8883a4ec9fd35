"""Prompt templates: how a question is put to the policy. Separate from domains, so any row runs under any template.

``plain`` is the question and the answer instruction, for engines that apply a chat template of their own. The others are
whole prompts, ready to be continued: ``r1`` (the dialogue form of DeepSeek-R1-Zero, arXiv 2501.12948), ``qwen`` (the chat
markup of Qwen2.5) and ``guru`` (Qwen markup that asks for a thinking part and opens it, as the GURU recipe does, arXiv
2506.14965). The wording is our own. Template mismatch between training and test is studied in arXiv 2507.17512,
table 11; every template therefore exists under every format and language.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guru_envs.answer import AnswerFormat, Extraction
from guru_envs.errors import unknown_name

_R1 = {
    "en": (
        "The following is a conversation between a user and an assistant. The user asks a question and the assistant solves "
        "it: it first reasons between <think> and </think>, and then gives the answer.\n"
        "User: {question}\nAssistant: <think>"
    ),
    "zh": (
        "下面是用户与助手的对话。用户提出问题，助手解答：助手先在 <think> 和 </think> 之间推理，然后给出答案。\n"
        "用户：{question}\n助手：<think>"
    ),
}
_CHAT = "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
MODES = ("answer", "steps")
_HINTS = {
    "en": "It is known that the following lines are part of a correct solution:",
    "zh": "已知下列各行是正确解答的一部分：",
}
_STEPS = {
    "en": "Do not answer this question at once. State one fact in each response, one that follows from the clues and from the facts "
    'established so far; you are told what became of it. {help} Here "final answer" means this one fact: {instruction}',
    "zh": "不要立即回答这个问题。每次回复只陈述一个事实，它应能由线索和已经确立的事实推出；之后会告诉你结果如何。{help}"
    "下面所说的“答案”指的就是这一个事实：{instruction}",
}
_QWEN_SYSTEM = {"en": "Reason step by step before you give the final answer.", "zh": "请逐步推理，然后给出最终答案。"}
_GURU_SYSTEM = {
    "en": "Think about the problem between <think> and </think> first, then give the user the answer.",
    "zh": "请先在 <think> 和 </think> 之间思考问题，然后向用户给出答案。",
}


@dataclass(frozen=True)
class Template:
    """A prompt template.

    Attributes:
        name: the name users give.
        text: by language, the prompt with one ``{question}``.
        thinks: a thinking part is asked for.
        opened: the prompt ends inside the opened thinking part.
    """

    name: str
    text: dict[str, str]
    thinks: bool = False
    opened: bool = False

    def render(self, question: str, lang: str) -> str:
        """The whole prompt."""
        head, _, tail = self.text[lang].partition("{question}")
        return head + question + tail

    def respond(self, reasoning: str, answer: str) -> str:
        """A response in the asked form, from reasoning and an answer that is already wrapped."""
        if not self.thinks:
            return f"{reasoning}\n{answer}" if reasoning else answer
        return f"{'' if self.opened else '<think>'}\n{reasoning}\n</think>\n{answer}"


def _chat(system: dict[str, str], ending: str = "") -> dict[str, str]:
    return {lang: _CHAT.replace("{system}", text) + ending for lang, text in system.items()}


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("plain", {"en": "{question}", "zh": "{question}"}),
        Template("r1", _R1, thinks=True, opened=True),
        Template("qwen", _chat(_QWEN_SYSTEM)),
        Template("guru", _chat(_GURU_SYSTEM, "<think>"), thinks=True, opened=True),
    )
}


def template(name: str) -> Template:
    """The template of a name; raises ``UnknownNameError`` when there is none."""
    if not isinstance(name, str) or name not in TEMPLATES:
        raise unknown_name("template", name, TEMPLATES)
    return TEMPLATES[name]


@dataclass(frozen=True)
class Presentation:
    """How tasks are shown and responses are read: a template, an answer format and a language.

    Attributes:
        template: how the question is put.
        format: how the answer is asked for and read.
        lang: the language.
        mode: ``answer``, or ``steps``: one fact in each response.
        hints: lines of the oracle's proof that the prompt gives away.
        twin: which twin of the task is shown, empty for the task itself.
    """

    template: Template
    format: AnswerFormat
    lang: str
    mode: str = "answer"
    hints: int = 0
    twin: str = ""

    @functools.cached_property
    def plain(self) -> bool:
        """Whether the prompt is the question and the answer instruction only."""
        return self.mode == "answer" and not self.hints

    @functools.cached_property
    def _around(self) -> tuple[str, str]:
        """What stands before and after the question in a plain prompt."""
        head, _, tail = self.template.text[self.lang].partition("{question}")
        return head, f"{self.format.joint}{self.format.instruction}{tail}"

    def prompt(self, question: str) -> str:
        """The full prompt for a question."""
        head, tail = self._around
        return f"{head}{question}{tail}"

    def extended_prompt(self, question: str, hints: Sequence[str], fact_help: str) -> str:
        """The full prompt with lines of a proof given away; with the help of mode ``steps`` it asks for one fact."""
        parts = [question]
        if hints:
            parts.append("\n".join([_HINTS[self.lang], *(f"{number}. {line}" for number, line in enumerate(hints, 1))]))
        if self.mode == "steps":
            parts.append(_STEPS[self.lang].format(help=fact_help, instruction=self.format.instruction))
        else:
            parts.append(self.format.instruction)
        return self.template.render("\n\n".join(parts), self.lang)

    def parse(self, response: str, suits: Callable[[str], bool] | None = None) -> Extraction:
        """Find the answer of a response; ``suits`` prefers some of several blocks of code."""
        return self.format.parse(response, self.template.opened, self.template.thinks, suits)

    def respond(self, reasoning: str, answer: str) -> str:
        """A full response that gives the answer in the asked form.

        The reasoning is left out where it would be read as an answer: outside a thinking part there is no place for any under
        ``raw``, and none that holds JSON under ``json``.
        """
        wrapped = self.format.wrap(answer)
        response = self.template.respond(reasoning, wrapped)
        if self.parse(response).answer == answer:
            return response
        return self.template.respond("", wrapped)
