"""A judge in this process: a transformers model that replies greedily to the raw prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guru_envs.judge import UnavailableError
from guru_grpo.model import load_policy


class LocalJudge:
    """A causal language model as a judge.

    Args:
        name: as for ``load_policy``; ``TIGER-Lab/general-verifier`` is the documented choice.
        chat: put the prompt into the model's chat template; general-verifier takes it raw.
        max_tokens: longest reply, in tokens.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
        max_prompt: longest prompt, in tokens; a longer one gets no reply.
    """

    def __init__(
        self,
        name: str = "TIGER-Lab/general-verifier",
        *,
        chat: bool = False,
        max_tokens: int = 2048,
        dtype: str = "float32",
        max_prompt: int = 8192,
    ) -> None:
        self._model, self._tokenizer = load_policy(name, dtype)
        self._chat, self._max_tokens, self._max_prompt = chat, max_tokens, max_prompt

    def reply(self, prompt: str) -> str:
        """The reply.

        Raises:
            UnavailableError: the prompt is too long, or the device fails.
        """
        import torch

        encoded = self._encode(prompt)
        length = encoded["input_ids"].shape[1]
        try:
            with torch.no_grad():
                out = self._model.generate(
                    **encoded,
                    max_new_tokens=self._max_tokens,
                    do_sample=False,
                    use_cache=True,
                    pad_token_id=self._tokenizer.eos_token_id,
                )
        except RuntimeError as error:  # out of memory is one
            raise UnavailableError(str(error)[:300]) from error
        return str(self._tokenizer.decode(out[0, length:], skip_special_tokens=True))

    def preference(self, prompt: str, lead: str = "Final Decision:") -> float:
        """The soft reward: P(Yes) / (P(Yes) + P(No)) for the word that follows ``lead``.

        Raises:
            UnavailableError: the prompt is too long, or the device fails.
        """
        import torch

        encoded = self._encode(prompt, lead)
        try:
            with torch.no_grad():
                logits = self._model(**encoded, logits_to_keep=1).logits[0, -1].float()
        except RuntimeError as error:
            raise UnavailableError(str(error)[:300]) from error
        yes, no = (self._tokenizer.encode(word, add_special_tokens=False)[0] for word in (" Yes", " No"))
        return float(torch.sigmoid(logits[yes] - logits[no]))

    def preferences(self, prefix: str, prompts: Sequence[str]) -> list[float]:
        """log(P(Yes) / P(No)) after each of several raw texts with the same beginning, which is read once.

        Args:
            prefix: how each text begins, such as worked examples.
            prompts: how each goes on, up to the place where Yes or No stands.

        Raises:
            UnavailableError: the texts are too long, or the device fails.
        """
        import torch

        yes, no = (self._tokenizer.encode(word, add_special_tokens=False)[0] for word in (" Yes", " No"))
        found = []
        try:
            with torch.no_grad():
                head = self._tokenizer(prefix, return_tensors="pt")["input_ids"].to(self._model.device)
                memory = self._model(input_ids=head, use_cache=True, logits_to_keep=1).past_key_values
                for prompt in prompts:
                    ids = self._tokenizer(prompt, return_tensors="pt", add_special_tokens=False)["input_ids"]
                    if head.shape[1] + ids.shape[1] > self._max_prompt:
                        raise UnavailableError(f"the prompt has more than {self._max_prompt} tokens")
                    out = self._model(
                        input_ids=ids.to(self._model.device), past_key_values=memory, use_cache=True, logits_to_keep=1
                    )
                    memory.crop(-ids.shape[1])  # the beginning stays
                    logits = out.logits[0, -1].float()
                    found.append(float(logits[yes] - logits[no]))
        except RuntimeError as error:
            if isinstance(error, UnavailableError):
                raise
            raise UnavailableError(str(error)[:300]) from error
        return found

    def _encode(self, prompt: str, lead: str = "") -> Any:
        text: Any = prompt
        if self._chat:
            text = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
            )
        encoded = self._tokenizer(text + lead, return_tensors="pt", add_special_tokens=not self._chat)
        length = encoded["input_ids"].shape[1]
        if length > self._max_prompt:
            raise UnavailableError(f"the prompt has {length} tokens, more than {self._max_prompt}")
        return encoded.to(self._model.device)
