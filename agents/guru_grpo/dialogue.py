"""Text to tokens and back: prompts through the chat template, responses with the end token."""

from __future__ import annotations

from typing import Any

from guru_envs.errors import InvalidValueError


class Dialogue:
    """How prompts and responses become token ids.

    Args:
        tokenizer: a transformers tokenizer.
        chat: use its chat template; otherwise the prompt is continued as it is.
        system: system message of the chat template; empty: none given (some templates then put in one of their own).
    """

    def __init__(self, tokenizer: Any, chat: bool, system: str = "") -> None:
        if chat and not getattr(tokenizer, "chat_template", None):
            raise InvalidValueError(
                "model.chat is true, but this model's tokenizer has no chat template: set it to false"
            )
        self.tokenizer, self.chat, self.system = tokenizer, chat, system

    def shown(self, text: str) -> str:
        """A prompt as the model reads it, up to where the response begins."""
        if not self.chat:
            return text
        messages = [{"role": "system", "content": self.system}] if self.system else []
        messages.append({"role": "user", "content": text})
        return str(self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))

    def prompt(self, text: str) -> list[int]:
        """The tokens of a prompt, up to where the response begins."""
        ids: list[int] = self.tokenizer(self.shown(text), add_special_tokens=not self.chat)["input_ids"]
        return ids

    def response(self, text: str) -> list[int]:
        """The tokens of a response, with the end token."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return [*ids, int(self.tokenizer.eos_token_id)]

    def text(self, ids: list[int]) -> str:
        """The text of a response's tokens, without special ones."""
        return str(self.tokenizer.decode(ids, skip_special_tokens=True))
