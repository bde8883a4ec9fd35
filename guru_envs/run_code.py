"""Turns in which the policy runs code before it answers: a wrapper for environments whose domain can try code out.

A response whose last fenced block names the language ``run`` asks for a run: the block is tried out in the sandbox, and the
observation is what it printed, how it ended and, when it defines what is asked, what it does on the examples of the prompt.
Hidden tests are not touched. Any other response is the answer and goes to the environment.

>>> import gymnasium
>>> from guru_envs.run_code import RunCode
>>> env = RunCode(gymnasium.make("guru/code-v0", level=2), runs=3)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any

import gymnasium

from guru_envs.env import TextEnv
from guru_envs.errors import InvalidValueError

_OFFER = {
    "en": (
        "Before you answer you may run code, at most {runs} times: end a response with one ```run block of Python. You are then shown "
        "its output and, if it defines what is asked, what it does on the examples. A response without such a block is your answer."
    ),
    "zh": (
        "在回答之前，你可以运行代码，最多 {runs} 次：在回复的末尾写一个 ```run 代码块（Python）。"
        "之后你会看到它的输出；若它定义了所要求的内容，还会看到它在示例上的结果。"
        "不含这种代码块的回复就是你的答案。"
    ),
}
_LEFT = {"en": "{left} runs left.", "zh": "还可以运行 {left} 次。"}


class RunCode(gymnasium.Wrapper[str, str, str, str]):
    """Let the policy run code for a limited number of turns before it answers.

    A run is a step with reward 0 that ends nothing; ``info`` stays what it was. A request beyond the allowed runs counts as
    an answer (without one).

    Args:
        env: a text environment whose domain has ``trial(task, code) -> str``, such as ``guru/code-v0``.
        runs: how many runs an episode has.
        shown: characters of a report that are shown; the middle of a longer one is left out.

    Raises:
        InvalidValueError: the environment's domain cannot try code out, or ``runs`` or ``shown`` is no positive number.
    """

    def __init__(self, env: gymnasium.Env[str, str], runs: int = 4, shown: int = 2000) -> None:
        super().__init__(env)
        text_env = env.unwrapped
        if not isinstance(text_env, TextEnv) or not hasattr(text_env.play.source.domain, "trial"):
            raise InvalidValueError(f"{env}: its domain has no way to try code out")
        for name, value in (("runs", runs), ("shown", shown)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidValueError(f"{name} {value!r}: allowed are whole numbers from 1")
        self.runs, self.shown = runs, shown
        self._text_env = text_env
        self._left = 0
        self._info: dict[str, Any] = {}

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Draw a task; the prompt says how to run code."""
        _, self._info = self.env.reset(seed=seed, options=options)
        self._left = self.runs
        posed = self._text_env._posed
        assert posed is not None
        question = f"{posed.task.prompt}\n\n{_OFFER[posed.show.lang].format(runs=self.runs)}"
        return posed.show.prompt(question), self._info

    def step(self, action: str) -> tuple[str, Any, bool, bool, dict[str, Any]]:
        """Run code, or judge an answer."""
        posed = self._text_env._posed
        code = requested_run(action) if isinstance(action, str) else None
        if code is None or self._left == 0 or posed is None or self._text_env._over:
            observation, reward, terminated, truncated, self._info = self.env.step(action)
            return observation, reward, terminated, truncated, self._info
        self._left -= 1
        report = self._text_env.play.source.domain.trial(posed.task, code)  # type: ignore[attr-defined]  # checked at the start
        left = _LEFT[posed.show.lang].format(left=self._left)
        return f"{_cut(report, self.shown)}\n{left}", 0.0, False, False, self._info


def requested_run(response: str) -> str | None:
    """The code of the ``run`` block with which a response ends, outside its thinking part; None for an answer."""
    lines = response.rpartition("</think>")[2].rstrip().replace("\r\n", "\n").split("\n")
    if lines[-1].strip() != "```":
        return None
    for place in range(len(lines) - 2, -1, -1):
        mark = lines[place].strip()
        if mark.startswith("```"):
            return "\n".join(lines[place + 1 : -1]) if mark[3:].strip().lower() == "run" else None
    return None


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n... ({len(text)} characters)\n{text[-(most - most // 2) :]}"
