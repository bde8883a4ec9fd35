"""Turns in which the policy runs code before it answers, for environments whose domain can try code out.

A response whose last fenced block names the language ``run``, with no answer behind it, asks for a run: the block is tried out in
the sandbox, and the observation is what it printed, how it ended and, when it defines what is asked, what it does on the
examples of the prompt. Hidden tests are not touched. Any other response is the answer and goes to the environment.
The runs of an episode are limited
in number and in seconds.

:class:`RunCode` wraps one environment, also inside ``make_vec``; :class:`RunCodeVector` steps many episodes at once and keeps all
workers of the sandbox busy.

>>> import gymnasium
>>> from guru_envs.run_code import RunCode, RunCodeVector
>>> env = RunCode(gymnasium.make("guru/code-v0", level=2), runs=3, seconds=5.0)  # doctest: +SKIP
>>> envs = gymnasium.make_vec("guru/code-v0", 8, "sync", wrappers=[RunCode], level=2)  # doctest: +SKIP
>>> envs = RunCodeVector("guru/code-v0", num_envs=8, group_size=4, level=2)  # doctest: +SKIP
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from guru_envs.answer import after_thinking
from guru_envs.env import TextEnv
from guru_envs.episode import verdict_info
from guru_envs.errors import EpisodeOverError, InvalidValueError
from guru_envs.fences import blocks_of
from guru_envs.source import Posed, fault

_OFFER = {
    "en": (
        "Before you answer you may run code, at most {runs} times and for {seconds:g} seconds in all: end a response with one ```run "
        "block of Python. You are then shown its output and, if it defines what is asked, what it does on the examples. "
        "A response without such a block is your answer."
    ),
    "zh": (
        "在回答之前，你可以运行代码，最多 {runs} 次，总共不超过 {seconds:g} 秒：在回复的末尾写一个 ```run 代码块（Python）。"
        "之后你会看到它的输出；若它定义了所要求的内容，还会看到它在示例上的结果。"
        "不含这种代码块的回复就是你的答案。"
    ),
}
_LEFT = {"en": "Runs left: {runs}, seconds left: {seconds:.1f}.", "zh": "还可以运行 {runs} 次，共 {seconds:.1f} 秒。"}
_NONE_LEFT = {
    "en": "No more code can be run: your next response is your answer.",
    "zh": "不能再运行代码：你的下一个回复就是你的答案。",
}

_FAILED = {"en": "The code could not be run: the sandbox failed.", "zh": "代码无法运行：沙箱出错。"}
_LEAST = 0.05  # seconds; with less left nothing can be run

Step = tuple[str, Any, bool, bool, dict[str, Any]]


class RunCode(gymnasium.Wrapper[str, str, str, str]):
    """Let the policy run code for a limited number of turns and seconds before it answers.

    A run is a step with reward 0 that ends nothing; ``info`` stays what it was. When no run or no time is left, a request counts as
    an answer (without one). Should the sandbox itself fail, the episode is truncated and ``info["outcome"]`` is ``fault``.

    Args:
        env: a text environment whose domain has ``trial(task, code, seconds) -> (report, seconds used)``, such as ``guru/code-v0``.
        runs: how many runs an episode has.
        seconds: how long the runs of an episode may take together: CPU time, or for code that sleeps or waits time by the clock. Time
            in which the policy thinks, or a run waits for a free worker, does not count.
        shown: characters of a report that are shown; the middle of a longer one is left out.

    Raises:
        InvalidValueError: the environment's domain cannot try code out, or a number is not positive.
    """

    def __init__(self, env: gymnasium.Env[str, str], runs: int = 4, seconds: float = 10.0, shown: int = 2000) -> None:
        super().__init__(env)
        text_env = env.unwrapped
        if not isinstance(text_env, TextEnv) or not hasattr(text_env.play.source.domain, "trial"):
            raise InvalidValueError(f"{env}: its domain has no way to try code out")
        for name, value in (("runs", runs), ("shown", shown)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidValueError(f"{name} {value!r}: allowed are whole numbers from 1")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < 1e6:
            raise InvalidValueError(f"seconds {seconds!r}: a positive number is expected")
        self.runs, self.seconds, self.shown = runs, float(seconds), shown
        self._text_env = text_env
        self._left, self._seconds_left = 0, 0.0
        self._info: dict[str, Any] = {}

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Draw a task; the prompt says how to run code."""
        prompt, info = self.env.reset(seed=seed, options=options)
        self._info = dict(info)
        self._left, self._seconds_left = self.runs, self.seconds
        posed = self._posed()
        question = posed.task.prompt
        offer = _OFFER[posed.show.lang].format(runs=self.runs, seconds=self.seconds)
        return prompt.replace(question, f"{question}\n\n{offer}", 1), info

    def step(self, action: str) -> Step:
        """Run code, or judge an answer."""
        code = self._requested(action) if isinstance(action, str) and not self._text_env._over else None
        if code is None or not self._left or self._seconds_left <= 0.0:
            return self._answered(action)
        self._left -= 1
        posed, domain = self._posed(), self._text_env.play.source.domain
        lang = posed.show.lang
        try:
            report, used = domain.trial(posed.task, code, self._seconds_left)  # type: ignore[attr-defined]  # checked at the start
        except Exception as error:  # the sandbox failed, not the policy
            self._text_env._over = True
            self._info = self._info | verdict_info(fault(f"{type(error).__name__}: {error}"))
            return _FAILED[lang], 0.0, False, True, dict(self._info)
        self._seconds_left -= used
        if self._seconds_left < _LEAST:
            self._seconds_left = 0.0
        left = _NONE_LEFT[lang]
        if self._left and self._seconds_left > 0.0:
            left = _LEFT[lang].format(runs=self._left, seconds=self._seconds_left)
        return f"{_cut(report, self.shown)}\n{left}", 0.0, False, False, dict(self._info)

    def _answered(self, action: str) -> Step:
        """The environment's own step. Only the first response continues a prompt that ended inside a thinking part."""
        later = self._left < self.runs and isinstance(action, str) and "think>" not in action
        if later and self._posed().show.template.opened:
            action = f"</think>\n{action}"
        observation, reward, terminated, truncated, self._info = self.env.step(action)
        return observation, reward, terminated, truncated, dict(self._info)

    def _requested(self, action: str) -> str | None:
        show = self._posed().show
        opened = show.template.opened and self._left == self.runs
        return requested_run(action, opened, lambda text: bool(show.format.find(text)[0]))

    def _posed(self) -> Posed:
        posed = self._text_env._posed
        assert posed is not None
        return posed


class RunCodeVector(SyncVectorEnv):
    """Many episodes of :class:`RunCode` at once; runs and judgements of one step go through the sandbox's workers in parallel.

    Each ``group_size`` neighbours meet the same tasks: the k-th task of a group is a function of the seed, the group and k. What
    ``step`` returns does not depend on the number of threads.

    Args:
        env_id: a registered id whose domain can try code out.
        num_envs: number of episodes at once.
        group_size: neighbours that share their tasks; divides ``num_envs``.
        runs, seconds, shown: see :class:`RunCode`.
        threads: steps that wait for the sandbox at the same time; None takes one for each core.
        autoreset_mode: see ``gymnasium.vector.AutoresetMode``.
        options: of the environment, see ``guru_envs.episode.make_play``.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the value and what is allowed.
    """

    def __init__(
        self,
        env_id: str,
        num_envs: int = 1,
        group_size: int = 1,
        *,
        runs: int = 4,
        seconds: float = 10.0,
        shown: int = 2000,
        threads: int | None = None,
        autoreset_mode: AutoresetMode = AutoresetMode.SAME_STEP,
        **options: Any,
    ) -> None:
        for name, value in (("num_envs", num_envs), ("group_size", group_size), ("threads", threads or 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidValueError(f"{name} {value!r} for {env_id}: allowed are whole numbers from 1")
        if num_envs % group_size:
            raise InvalidValueError(f"group_size {group_size} does not divide num_envs {num_envs}")
        self.group_size = group_size
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)
        make = functools.partial(
            _make_ahead, self._pool, env_id, {"runs": runs, "seconds": seconds, "shown": shown}, options
        )
        super().__init__([make] * num_envs, autoreset_mode=autoreset_mode)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Draw new tasks. One seed is for all groups, which still meet different tasks; a list has one for each episode."""
        if isinstance(seed, int):
            seed = [seed * self.num_envs + index // self.group_size for index in range(self.num_envs)]
        elif seed is None and self.group_size > 1 and self.envs[0].unwrapped._np_random is None:
            raise InvalidValueError("groups share their tasks by a seed: give one at the first reset()")
        return super().reset(seed=seed, options=options)

    def step(self, actions: Sequence[str]) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Run code or judge an answer, for each episode."""
        if len(actions) != self.num_envs:
            raise InvalidValueError(f"{len(actions)} actions for {self.num_envs} episodes")
        starting = self._autoreset_envs if self.autoreset_mode is AutoresetMode.NEXT_STEP else [False] * self.num_envs
        for index, (env, action, starts) in enumerate(zip(self.envs, actions, starting, strict=True)):
            assert isinstance(env, _Ahead)
            if not starts and not isinstance(action, str):
                raise InvalidValueError(f"action {index} is a string, not {type(action).__name__}")
            if not starts and env.over:
                raise EpisodeOverError(f"episode {index} has ended: reset it first")
        for env, action, starts in zip(self.envs, actions, starting, strict=True):
            assert isinstance(env, _Ahead)
            if not starts:
                env.start(action)
        return super().step(actions)

    def close_extras(self, **kwargs: Any) -> None:
        """End the threads and the environments."""
        self._pool.shutdown(cancel_futures=True)
        super().close_extras(**kwargs)


class _Ahead(gymnasium.Wrapper[str, str, str, str]):
    """A step may be started ahead, in a thread; ``step`` then waits for it."""

    def __init__(self, env: gymnasium.Env[str, str], pool: ThreadPoolExecutor) -> None:
        super().__init__(env)
        self._threads = pool
        self._started: Future[Step] | None = None

    @property
    def over(self) -> bool:
        """Whether no episode is running."""
        env = self.env.unwrapped
        return isinstance(env, TextEnv) and env._over

    def start(self, action: str) -> None:
        """Begin a step."""
        self._started = self._threads.submit(self.env.step, action)

    def step(self, action: str) -> Step:
        """The result of the step that was started, or of one done now."""
        if self._started is None:
            return self.env.step(action)
        started, self._started = self._started, None
        return started.result()


def _make_ahead(
    pool: ThreadPoolExecutor, env_id: str, limits: dict[str, Any], options: dict[str, Any]
) -> gymnasium.Env[str, str]:
    return _Ahead(RunCode(gymnasium.make(env_id, **options), **limits), pool)


def requested_run(
    response: str, opened: bool = False, answers: Callable[[str], bool] = lambda text: False
) -> str | None:
    """The code of the ``run`` block that is the last block of a response, outside its thinking part; None for an answer.

    Args:
        response: any text.
        opened: the prompt ended inside an opened thinking part.
        answers: whether the text behind the block holds an answer; prose there does not matter.
    """
    if "run" not in response.lower():
        return None
    outside, _ = after_thinking(response, opened)
    blocks = blocks_of(outside or "")
    if not blocks or blocks[-1].language != "run" or answers(blocks[-1].after):
        return None
    return blocks[-1].code


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n... ({len(text)} characters)\n{text[-(most - most // 2) :]}"
