"""TextVectorEnv: many episodes of one environment at once, in groups that share a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from guru_envs.columns import Array, VerdictColumns, as_infos, no_verdicts, prices, verdict_columns
from guru_envs.episode import (
    RENDER_MODES,
    REVIEW_KEYS,
    check_options,
    chosen_setting,
    draw,
    feedbacks,
    make_play,
    whole_number,
)
from guru_envs.errors import EpisodeOverError, InvalidValueError, unknown_name
from guru_envs.judging import Judged, Judging, check_mode
from guru_envs.reward import NOT_REVIEWED
from guru_envs.source import Posed
from guru_envs.spaces import Unicode
from guru_envs.stream import Members, check_state
from guru_envs.task import Verdict

_RESET_OPTIONS = ("task_ids", "level", "knobs", "split", "hints", "reset_mask")
_STATE_VERSION = 1

Batch = tuple[tuple[str, ...], Array, Array, Array, dict[str, Any]]


class TextVectorEnv(gymnasium.vector.VectorEnv[tuple[str, ...], tuple[str, ...], Array]):
    """``num_envs`` episodes at once; each ``group_size`` neighbours share their task, different groups do not.

    The task of a group's k-th episode is a function of the seed, the group and k alone: it does not depend on the number of
    verifier workers, on the order in which members finish, or on whether the run was interrupted.

    Observations and actions are tuples of strings; rewards float64, terminations and truncations bool, each of shape
    ``(num_envs,)``. ``infos`` maps the keys of ``INFO_KEYS`` to arrays of shape ``(num_envs,)``, each with a mask ``_key``.

    Args:
        env_id: a registered id.
        num_envs: number of episodes at once.
        group_size: neighbours that share a task; divides ``num_envs``.
        autoreset_mode: what happens when an episode ends. ``SameStep`` (default): the same step returns the next prompt, the
            end is in ``infos["final_obs"]`` and ``infos["final_info"]``. ``NextStep``: the next step ignores the action and
            returns the next prompt. ``Disabled``: call ``reset()``, or ``reset(options={"reset_mask": mask})`` for some.
        render_mode: ``ansi`` makes ``render()`` return a tuple of drawings.
        options: see ``guru_envs.episode.make_play``.
    """

    def __init__(
        self,
        env_id: str,
        num_envs: int = 1,
        group_size: int = 1,
        autoreset_mode: str | AutoresetMode = AutoresetMode.SAME_STEP,
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        num_envs = whole_number("num_envs", num_envs, 1, env_id)
        group_size = whole_number("group_size", group_size, 1, env_id)
        if num_envs % group_size:
            raise InvalidValueError(f"group_size {group_size} does not divide num_envs {num_envs}")
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise InvalidValueError(
                f"render_mode {render_mode!r} for {env_id}: allowed are {', '.join(RENDER_MODES)}, None"
            )
        self.autoreset_mode = _autoreset_mode(autoreset_mode)
        self.metadata = {"render_modes": list(RENDER_MODES), "render_fps": 1, "autoreset_mode": self.autoreset_mode}
        self.render_mode = render_mode
        self.play = make_play(env_id, ("num_envs", "group_size", "autoreset_mode", "render_mode"), **options)
        self.num_envs, self.group_size = num_envs, group_size
        self.single_observation_space, self.single_action_space = Unicode(), Unicode()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._groups = num_envs // group_size
        self._members = Members(self.play.source, self._groups, group_size)
        self._judging = Judging(self.play)
        self._forget_episodes()

    def _forget_episodes(self) -> None:
        """The state before the first reset. Lists hold what Python reads one by one, arrays what is handled as a whole."""
        size = self.num_envs
        self._members.forget()
        self._turns = np.zeros(size, dtype=np.int64)
        self._over = np.ones(size, dtype=np.bool_)
        self._responses: Sequence[str] = [""] * size
        self._verdicts: list[Verdict | None] = [None] * size
        self._reviews = [NOT_REVIEWED] * size
        self._judging.forget(range(size))

    @property
    def posed(self) -> tuple[Posed, ...]:
        """The tasks as shown, one for each episode; gold answers included, so not for the policy's eyes."""
        return tuple(self._members.posed)

    # -- Gymnasium -----------------------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Draw new tasks.

        Args:
            seed: starts the stream of tasks anew; None continues it.
            options: ``level`` (one, or one per group, each possibly a mapping of knobs), ``knobs``, ``split``, ``hints``, or
                ``task_ids`` (one per group); they hold until the next ``reset``, also for automatic resets (an id once only).
                ``reset_mask``: a boolean array, without other options; the other episodes go on.
        """
        chosen = check_options(self.play.source.env_id, options, _RESET_OPTIONS)
        if chosen.get("reset_mask") is not None:
            return self._reset_some(seed, chosen)
        self._seed_stream(seed)
        self._choose(chosen)
        following = self._members.following()
        if chosen.get("task_ids") is not None:
            self._pin(chosen["task_ids"], following)
        self._members.put_all(following)  # lines the members of each group up again
        self._start(np.ones(self.num_envs, dtype=np.bool_))
        return tuple(self._members.prompts), self._infos(no_verdicts(self.num_envs))

    def _reset_some(self, seed: int | None, chosen: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
        mask = np.asarray(chosen["reset_mask"])
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_:
            raise InvalidValueError(f"reset_mask must be a boolean array of shape ({self.num_envs},)")
        if len(chosen) > 1:
            raise InvalidValueError(
                f"reset options for {self.play.source.env_id}: reset_mask leaves no room for others"
            )
        if not self._members.posed:
            if mask.all():
                return self.reset(seed=seed)
            raise InvalidValueError("the first reset() must reset all episodes: leave reset_mask out")
        self._seed_stream(seed)
        self._advance(mask)
        return tuple(self._members.prompts), self._infos(self._columns(self._verdicts))

    def step(self, actions: Sequence[str]) -> Batch:
        """Judge one response per episode.

        Raises:
            EpisodeOverError: no episode is running, or (``Disabled``) some have ended.
            InvalidValueError: not ``num_envs`` strings.
        """
        self._check_actions(actions)
        resetting: Array | None = None  # the episodes that start now and ignore their action
        if self.autoreset_mode is AutoresetMode.NEXT_STEP and self._over.any():
            resetting = self._over.copy()
            which = np.flatnonzero(~resetting)
        else:
            which = np.arange(self.num_envs)
        judged = self._judge(actions, which)
        columns, max_turns = self._columns(self._verdicts), self.play.max_turns
        observations = feedbacks(self._members.posed, self._verdicts, self._turns.tolist(), max_turns)
        ends = ((self._turns >= max_turns) | columns.correct) & ~columns.fault
        if resetting is not None:
            ends &= ~resetting
            self._advance(resetting)
            for index in np.flatnonzero(resetting).tolist():
                observations[index] = self._members.prompts[index]
        rewards = self._rewards(ends, columns, which, judged)
        self._over = ends | columns.fault
        if self.autoreset_mode is AutoresetMode.SAME_STEP and self._over.any():
            shown, infos = self._autoreset(observations, columns)
        else:
            shown, infos = tuple(observations), self._infos(columns)
        return shown, rewards, ends, columns.fault, infos

    def _judge(self, actions: Sequence[str], which: Array) -> Judged:
        """Judge the responses of the episodes that are running; the other actions are ignored."""
        if len(which) == self.num_envs:
            judged = self._judging.judge(range(self.num_envs), self._members.posed, actions)
            self._responses, self._verdicts = actions, list(judged.verdicts)
            self._turns += 1
        else:
            running = which.tolist()
            judged = self._judging.judge(
                running, [self._members.posed[i] for i in running], [actions[i] for i in running]
            )
            responses, self._verdicts = [""] * self.num_envs, [None] * self.num_envs
            for index, verdict in zip(running, judged.verdicts, strict=True):
                responses[index], self._verdicts[index] = actions[index], verdict
            self._responses = responses
            self._turns[which] += 1
        return judged

    def _rewards(self, ends: Array, columns: VerdictColumns, which: Array, judged: Judged) -> Array:
        """The rewards of a step; keeps the reviews for the infos."""
        if judged.earned is not None:
            rewards = np.zeros(self.num_envs)
            rewards[which] = judged.earned
            return rewards
        rewards = prices(self.play.rule, columns)
        if judged.reviews is not None:
            for index, one in zip(which.tolist(), judged.reviews, strict=True):
                self._reviews[index] = one
            rewards[which] += [self.play.rule.price_steps(one) for one in judged.reviews]
        return np.where(ends, rewards, 0.0)

    def _autoreset(self, observations: list[str], columns: VerdictColumns) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Start the next episode where one ended; the ends go to final_obs and final_info."""
        over, all_over = self._over.copy(), bool(self._over.all())
        final_obs = np.array(observations, dtype=object)
        final = {
            "final_obs": final_obs,
            "_final_obs": over,
            "final_info": self._infos(columns, over),
            "_final_info": over.copy(),
        }
        self._advance(over)
        if all_over:
            return tuple(self._members.prompts), self._infos(no_verdicts(self.num_envs)) | final
        final_obs[~over] = None
        shown = [
            new if gone else old
            for new, old, gone in zip(self._members.prompts, observations, over.tolist(), strict=True)
        ]
        return tuple(shown), self._infos(self._columns(self._verdicts)) | final

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """``call("oracle")``: a full, maximally rewarded response for each episode; ``call("render")``: the drawings."""
        methods: dict[str, Callable[[], tuple[Any, ...]]] = {"oracle": self._oracles, "render": self._drawings}
        if name not in methods:
            raise unknown_name("method", name, methods, self.play.source.env_id)
        return methods[name]()

    def render(self) -> tuple[str, ...] | None:
        """The drawing of each episode's task, in ``ansi`` mode."""
        if not self._members.posed:
            return None
        if self.render_mode == "human":
            print("\n\n".join(self._drawings()), flush=True)
            return None
        return self._drawings() if self.render_mode == "ansi" else None

    def close_extras(self, **kwargs: Any) -> None:
        """End the verifier workers, if there are any."""
        if self.play.pool:
            self.play.pool.close()

    # -- saving --------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on with the same stream of tasks, as JSON-able values."""
        return {
            "version": _STATE_VERSION,
            "env_id": self.play.source.env_id,
            "num_envs": self.num_envs,
            "group_size": self.group_size,
            "entropy": self._members.stream.entropy,
            "split": self._members.stream.split,
            "options": self._members.stream.options,
            "settings": [setting.text for setting in self._members.stream.settings],
            "episodes": list(self._members.episodes),
            "turns": self._turns.tolist(),
            "over": self._over.tolist(),
            "tasks": [one.task_id for one in self._members.posed],
            "facts": [self._judging.facts(index) for index in range(self.num_envs)],
            "np_random": self.np_random.bit_generator.state,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> tuple[str, ...]:
        """Continue from a saved state; returns the current prompts.

        Raises:
            InvalidValueError: the state is damaged or of an environment with another id, size or grouping.
        """
        check_state(state, self.state_dict(), self.play.source, self._groups, self.num_envs)
        settings = [self.play.source.read_setting(text) for text in state["settings"]]
        try:
            self.np_random.bit_generator.state = state["np_random"]  # all of it or nothing
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidValueError(f"the state of a vector environment is damaged: np_random: {error}") from None
        stream = self._members.stream
        stream.restart(state["entropy"])
        stream.choose(settings, state["split"], state["options"])
        self._forget_episodes()
        for index, task_id in enumerate(state["tasks"]):  # none when the state is of before the first reset
            group, episode = index // self.group_size, state["episodes"][index]
            posed = stream.find(group, episode) or check_mode(self.play, stream.pin(group, episode, task_id))
            self._members.put(index, index + 1, episode, posed)
            self._judging.restore(index, posed, state["facts"][index])
        self._members.episodes = list(state["episodes"])
        self._turns, self._over = np.array(state["turns"], dtype=np.int64), np.array(state["over"], dtype=np.bool_)
        return tuple(self._members.prompts[: len(self._members.posed)])

    # -- inside --------------------------------------------------------------------------------------------------------

    def _seed_stream(self, seed: int | None) -> None:
        if seed is not None:
            if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
                raise InvalidValueError(f"seed {seed!r}: a vector environment takes one whole number, or None")
            super().reset(seed=int(seed))
        if seed is not None or self._members.stream.entropy is None:
            self._members.stream.restart(int(self.np_random.integers(1 << 62)))
            self._members.episodes = [-1] * self.num_envs

    def _choose(self, chosen: Mapping[str, Any]) -> None:
        """Take over the options of a reset: settings per group and the split."""
        source, level = self.play.source, chosen.get("level")
        if chosen.get("task_ids") is not None and len(chosen) > 1:
            raise InvalidValueError(f"reset options for {source.env_id}: task_ids leave no room for other options")
        if isinstance(level, (list, tuple, np.ndarray)):
            if len(level) != self._groups:
                raise InvalidValueError(
                    f"level holds {len(level)} values: expected one, or one for each of {self._groups} groups"
                )
            known = {
                name: chosen_setting(source, {**chosen, "level": one})
                for name, one in {repr(one): one for one in level}.items()
            }
            settings = [known[repr(one)] for one in level]
        else:
            settings = [chosen_setting(source, chosen)] * self._groups
        hints = chosen.get("hints")
        shown = source.options if hints is None else source.shown_with(hints=hints)
        self._members.stream.choose(settings, chosen.get("split") or source.split, shown)

    def _pin(self, task_ids: Sequence[str], episodes: Sequence[int]) -> None:
        if not isinstance(task_ids, (list, tuple, np.ndarray)) or len(task_ids) != self._groups:
            raise InvalidValueError(f"task_ids must hold one id for each of the {self._groups} groups")
        for group, (episode, task_id) in enumerate(zip(episodes, task_ids, strict=True)):
            check_mode(self.play, self._members.stream.pin(group, episode, task_id))

    def _advance(self, which: Array) -> None:
        """Start the next episode of the members in a mask."""
        self._members.advance(which)
        self._start(which)

    def _start(self, which: Array) -> None:
        """Forget the last episodes of the members in a mask."""
        self._turns[which], self._over[which] = 0, False
        if self.play.rule.prices_steps:
            self._reviews = [NOT_REVIEWED if over else one for over, one in zip(which, self._reviews, strict=True)]
        self._judging.forget(np.flatnonzero(which).tolist())
        if which.all():
            self._responses, self._verdicts = [""] * self.num_envs, [None] * self.num_envs
        else:
            moving = which.tolist()
            self._responses = ["" if moved else one for moved, one in zip(moving, self._responses, strict=True)]
            self._verdicts = [None if moved else one for moved, one in zip(moving, self._verdicts, strict=True)]

    def _check_actions(self, actions: Sequence[str]) -> None:
        if len(self._members.posed) != self.num_envs:
            raise EpisodeOverError("step() needs running episodes: call reset() first")
        if isinstance(actions, str) or not isinstance(actions, Sized) or len(actions) != self.num_envs:
            raise InvalidValueError(f"expected {self.num_envs} actions, one string for each episode")
        if set(map(type, actions)) != {str}:
            for action in actions:
                if not isinstance(action, str):
                    raise InvalidValueError(f"an action is a string, not {type(action).__name__}")
        if self.autoreset_mode is AutoresetMode.DISABLED and self._over.any():
            ended = np.flatnonzero(self._over)
            raise EpisodeOverError(
                f"{len(ended)} of {self.num_envs} episodes have ended (first: {ended[0]}): call reset(), "
                'or reset(options={"reset_mask": mask})'
            )

    def _columns(self, verdicts: Sequence[Verdict | None]) -> VerdictColumns:
        where = [index for index, one in enumerate(verdicts) if one is not None]
        return verdict_columns([one for one in verdicts if one is not None], where, self.num_envs)

    def _infos(self, columns: VerdictColumns, mask: Array | None = None) -> dict[str, Any]:
        mask = np.ones(self.num_envs, dtype=np.bool_) if mask is None else mask
        infos = as_infos(self._members.columns, self._turns, columns, mask)
        for name in REVIEW_KEYS if self.play.rule.prices_steps else ():
            column: Array = np.zeros(self.num_envs, dtype=object if name == "gains" else np.float64)
            for index, one in enumerate(self._reviews):  # one by one: NumPy would make a table of tuples
                column[index] = getattr(one, name)
            infos |= {name: column, f"_{name}": mask}
        return infos

    def _oracles(self) -> tuple[str, ...]:
        if self.play.source.show.mode == "steps":
            return tuple(self._judging.oracle(index, one) for index, one in enumerate(self._members.posed))
        different = {one.task_id: one for one in self._members.posed}
        known = {task_id: self.play.source.demonstrate(one.task, one.show) for task_id, one in different.items()}
        return tuple(known[one.task_id] for one in self._members.posed)

    def _drawings(self) -> tuple[str, ...]:
        return tuple(
            draw(self.play.source.domain, posed, response, verdict)
            for posed, response, verdict in zip(self._members.posed, self._responses, self._verdicts, strict=True)
        )


def _autoreset_mode(mode: str | AutoresetMode) -> AutoresetMode:
    if isinstance(mode, AutoresetMode):
        return mode
    named = {name: one for one in AutoresetMode for name in (one.value, one.name)}
    if not isinstance(mode, str) or mode not in named:
        raise unknown_name("autoreset_mode", mode, [one.value for one in AutoresetMode])
    return named[mode]
