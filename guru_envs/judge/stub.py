"""A judge without a model, for tests and for trying things out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guru_envs.judge.rules import UnavailableError


class StubJudge:
    """Replies with given texts in turn, or with what a function of the prompt returns.

    Args:
        replies: texts, used one after another; or a function of the prompt.
    """

    def __init__(self, replies: Sequence[str] | Callable[[str], str]) -> None:
        self._replies = replies
        self.prompts: list[str] = []

    def reply(self, prompt: str) -> str:
        """The next reply.

        Raises:
            UnavailableError: the texts are used up.
        """
        self.prompts.append(prompt)
        if callable(self._replies):
            return self._replies(prompt)
        if len(self.prompts) > len(self._replies):
            raise UnavailableError("the stub has no more replies")
        return self._replies[len(self.prompts) - 1]
