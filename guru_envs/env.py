"""TextEnv: a task source as a standard Gymnasium environment."""

from __future__ import annotations

from typing import Any

import gymnasium

from guru_envs.episode import RENDER_MODES, check_options, chosen_setting, describe, draw, feedback, is_over, make_play
from guru_envs.errors import EpisodeOverError, InvalidValueError
from guru_envs.judging import Judging, check_mode
from guru_envs.reward import NOT_REVIEWED
from guru_envs.source import Posed
from guru_envs.spaces import Unicode
from guru_envs.task import TaskId, Verdict

_RESET_OPTIONS = ("task_id", "level", "knobs", "split", "hints")


class TextEnv(gymnasium.Env[str, str]):
    """One reasoning problem per episode: the observation is the prompt, the action is the response.

    ``reset(seed=..., options={...})`` draws a task. Options: ``level``, ``knobs`` (a mapping), ``split``, ``hints``, or a
    ``task_id`` that names the task itself; they hold for this episode. ``info`` has the same keys on every call
    (``INFO_KEYS``); the gold answer is never in it.

    ``step(response)`` judges it. An episode ends with a correct answer or after ``max_turns`` responses
    (``terminated=True``). When the judge itself fails, ``truncated=True`` and ``info["outcome"] == "fault"``: mask it. The
    observation after a step is short feedback that never reveals the answer. Any string is a valid action.

    With ``mode="steps"`` each response states one fact; a step's reward is ``correct`` times the share of the solution that the
    fact settles, a false one costs (``wrong``, or without it a fair price), and the episode ends when the puzzle is solved.

    Args:
        env_id: a registered id, for example ``guru/zebra-v0``.
        render_mode: ``ansi`` (``render()`` returns text) or ``human`` (it is printed after each reset and step).
        options: see ``guru_envs.episode.make_play``: level, split, lang, template, answer_format, max_turns, reward,
            workers, deadline, and any knob of the domain.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the id, the value and what is allowed.
    """

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 1}

    def __init__(self, env_id: str, *, render_mode: str | None = None, **options: Any) -> None:
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise InvalidValueError(
                f"render_mode {render_mode!r} for {env_id}: allowed are {', '.join(RENDER_MODES)}, None"
            )
        self.render_mode = render_mode
        self.play = make_play(env_id, **options)
        self.observation_space = Unicode()
        self.action_space = Unicode()
        self._judging = Judging(self.play)
        self._posed: Posed | None = None
        self._over = True
        self._turn = 0
        self._said: tuple[str, Verdict | None] = ("", None)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Draw a task and return its prompt."""
        super().reset(seed=seed)
        source = self.play.source
        chosen = check_options(source.env_id, options, _RESET_OPTIONS)
        if chosen.get("task_id") is not None:
            if len(chosen) > 1:
                raise InvalidValueError(
                    f"reset options for {source.env_id}: a task_id leaves no room for other options"
                )
            address = TaskId.parse(chosen["task_id"])
        else:
            task_seed = int(self.np_random.integers(1 << 62))
            shown = None if chosen.get("hints") is None else source.shown_with(hints=chosen["hints"])
            address = source.address(task_seed, chosen_setting(source, chosen), chosen.get("split"), shown)
        self._posed = check_mode(self.play, source.pose(address))
        self._judging.forget([0])
        self._over, self._turn, self._said = False, 0, ("", None)
        self._show_to_human()
        return self._posed.prompt, describe(self._posed, 0, None, self.play.rule, NOT_REVIEWED)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Judge a response.

        Raises:
            EpisodeOverError: there is no running episode.
            InvalidValueError: the action is not a string.
        """
        if self._posed is None or self._over:
            raise EpisodeOverError("step() needs a running episode: call reset() first")
        if not isinstance(action, str):
            raise InvalidValueError(f"an action is a string, not {type(action).__name__}")
        play = self.play
        verdicts, earned, reviews = self._judging.judge([0], [self._posed], [action])
        verdict, review = verdicts[0], reviews[0] if reviews else NOT_REVIEWED
        self._turn += 1
        terminated, truncated = is_over(verdict, self._turn, play.max_turns)
        self._over = terminated or truncated
        reward = play.rule.price(verdict) + play.rule.price_steps(review) if self._over else 0.0
        if earned is not None:
            reward = earned[0]
        self._said = (action, verdict)
        self._show_to_human()
        observation = feedback(self._posed, verdict, self._turn, play.max_turns)
        info = describe(self._posed, self._turn, verdict, play.rule, review)
        return observation, reward, terminated, truncated, info

    def oracle(self) -> str:
        """A full response to the current task, with a proof, that earns the maximal reward; in mode ``steps`` the next fact."""
        if self._posed is None:
            raise EpisodeOverError("oracle() needs a task: call reset() first")
        return self._judging.oracle(0, self._posed)

    def render(self) -> str | None:
        """The puzzle as a person would draw it, and the last response with its verdict."""
        if self.render_mode is None or self._posed is None:
            return None
        text = draw(self.play.source.domain, self._posed, *self._said)
        if self.render_mode == "human":
            print(text, flush=True)
            return None
        return text

    def _show_to_human(self) -> None:
        if self.render_mode == "human":
            self.render()

    def close(self) -> None:
        """End the verifier workers, if there are any."""
        self._judging.forget([0])
        if self.play.pool:
            self.play.pool.close()
