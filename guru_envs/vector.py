"""TextVectorEnv: many episodes of one environment at once, in groups that share a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from guru_envs.episode import (
    INFO_KEYS,
    NO_VERDICT,
    RENDER_MODES,
    check_options,
    chosen_setting,
    draw,
    feedback,
    make_play,
    verdict_info,
)
from guru_envs.errors import EpisodeOverError, InvalidValueError, unknown_name
from guru_envs.seeding import stream_seed
from guru_envs.source import Posed, Setting
from guru_envs.spaces import Unicode
from guru_envs.task import Outcome, TaskId, Verdict

_RESET_OPTIONS = ("task_ids", "level", "knobs", "split", "reset_mask")
_DTYPES: dict[str, Any] = {
    "level": np.int64,
    "turn": np.int64,
    "correct": np.bool_,
    "credit": np.float64,
    "format_ok": np.bool_,
}
_STATE_VERSION = 1
_CORRECT, _FAULT = Outcome.CORRECT, Outcome.FAULT  # attribute access on an enum is slow

Batch = tuple[tuple[str, ...], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], dict[str, Any]]


class TextVectorEnv(gymnasium.vector.VectorEnv[tuple[str, ...], tuple[str, ...], np.ndarray[Any, Any]]):
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
        for name, value in (("num_envs", num_envs), ("group_size", group_size)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidValueError(f"{name} {value!r} for {env_id}: allowed are whole numbers from 1")
        if num_envs % group_size:
            raise InvalidValueError(f"group_size {group_size} does not divide num_envs {num_envs}")
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise InvalidValueError(
                f"render_mode {render_mode!r} for {env_id}: allowed are {', '.join(RENDER_MODES)}, None"
            )
        self.autoreset_mode = _autoreset_mode(autoreset_mode)
        self.metadata = {"render_modes": list(RENDER_MODES), "render_fps": 1, "autoreset_mode": self.autoreset_mode}
        self.render_mode = render_mode
        self.play = make_play(env_id, **options)
        self.num_envs, self.group_size = num_envs, group_size
        self.single_observation_space, self.single_action_space = Unicode(), Unicode()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._groups = num_envs // group_size
        self._entropy: int | None = None
        self._settings: list[Setting] = [self.play.source.setting] * self._groups
        self._split = self.play.source.split
        self._episodes = [-1] * num_envs
        self._tasks: list[dict[int, Posed]] = [{} for _ in range(self._groups)]
        self._posed: list[Posed] = []
        self._turns = [0] * num_envs
        self._over = [True] * num_envs
        self._said: list[tuple[str, Verdict | None]] = [("", None)] * num_envs

    # -- Gymnasium -----------------------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Draw new tasks.

        Args:
            seed: starts the stream of tasks anew; None continues it.
            options: ``level`` (one, or one per group), ``knobs``, ``split``, or ``task_ids`` (one per group); they hold
                until the next ``reset``, also for automatic resets (a task id for the first episode only).
                ``reset_mask``: a boolean array; the other episodes go on.
        """
        chosen = check_options(self.play.source.env_id, options, _RESET_OPTIONS)
        mask = chosen.get("reset_mask")
        self._seed_stream(seed)
        if mask is None:
            self._choose(chosen)
        which = self._masked(mask)
        for index in which:
            self._episodes[index] += 1
        if mask is None:  # a full reset lines the members of each group up again
            for start in range(0, self.num_envs, self.group_size):
                members = slice(start, start + self.group_size)
                self._episodes[members] = [max(self._episodes[members])] * self.group_size
            if chosen.get("task_ids") is not None:
                self._pin(chosen["task_ids"])
        if len(self._posed) != self.num_envs and len(which) != self.num_envs:
            raise InvalidValueError("the first reset() must reset all episodes: leave reset_mask out")
        posed = {index: self._task_of(index) for index in which}
        self._posed = [posed.get(index) or self._posed[index] for index in range(self.num_envs)]
        for index in which:
            self._turns[index], self._over[index], self._said[index] = 0, False, ("", None)
        observations = tuple(one.prompt for one in self._posed)
        return observations, self._infos([None] * self.num_envs if mask is None else self._verdicts())

    def step(self, actions: Sequence[str]) -> Batch:
        """Judge one response per episode.

        Raises:
            EpisodeOverError: no episode is running, or (``Disabled``) some have ended.
            InvalidValueError: not ``num_envs`` strings.
        """
        self._check_actions(actions)
        posed, turns, max_turns = self._posed, self._turns, self.play.max_turns
        resetting: list[int] = []
        acting: Sequence[int] = range(self.num_envs)
        if self.autoreset_mode is AutoresetMode.NEXT_STEP and True in self._over:
            resetting = [index for index, over in enumerate(self._over) if over]
            acting = [index for index, over in enumerate(self._over) if not over]
            posed, actions = [posed[index] for index in acting], [actions[index] for index in acting]
        judged = self.play.judge(posed, actions)

        observations = [""] * self.num_envs
        rewards, ends, faults = [0.0] * self.num_envs, [False] * self.num_envs, [False] * self.num_envs
        verdicts: list[Verdict | None] = [None] * self.num_envs
        price, over = self.play.rule.price, self._over
        for index, one, verdict in zip(acting, posed, judged, strict=True):
            turn = turns[index] = turns[index] + 1
            observations[index] = feedback(one, verdict, turn, max_turns)
            outcome = verdict.outcome
            if outcome is _FAULT:
                faults[index] = over[index] = True
            elif outcome is _CORRECT or turn >= max_turns:
                rewards[index] = price(verdict)
                ends[index] = over[index] = True
        if resetting:
            for index, verdict in zip(acting, judged, strict=True):
                verdicts[index] = verdict
            self._advance(resetting, observations)
        else:
            verdicts = list(judged)
        self._said = list(zip(self._responses(actions, acting), verdicts, strict=True))
        if self.autoreset_mode is AutoresetMode.SAME_STEP and True in over:
            infos = self._autoreset(observations, verdicts)
        else:
            infos = self._infos(verdicts)
        return tuple(observations), np.array(rewards), np.array(ends), np.array(faults), infos

    def _responses(self, actions: Sequence[str], acting: Sequence[int]) -> Sequence[str]:
        if len(actions) == self.num_envs:
            return actions
        said = dict(zip(acting, actions, strict=True))
        return [said.get(index, "") for index in range(self.num_envs)]

    def _autoreset(self, observations: list[str], verdicts: list[Verdict | None]) -> dict[str, Any]:
        """Start the next episode where one ended; the ends go to final_obs and final_info."""
        ended = [index for index, over in enumerate(self._over) if over]
        over = np.zeros(self.num_envs, dtype=np.bool_)
        over[ended] = True
        final_obs = np.empty(self.num_envs, dtype=object)
        final_obs[:] = observations
        final_obs[~over] = None
        final_info = self._infos(verdicts, over)
        self._advance(ended, observations)
        left: list[Verdict | None] = [None] * self.num_envs
        if len(ended) < self.num_envs:
            left = [None if gone else verdict for gone, verdict in zip(over.tolist(), verdicts, strict=True)]
        return self._infos(left) | {
            "final_obs": final_obs,
            "_final_obs": over,
            "final_info": final_info,
            "_final_info": over.copy(),
        }

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """``call("oracle")``: a full, maximally rewarded response for each episode; ``call("render")``: the drawings."""
        methods: dict[str, Callable[[], tuple[Any, ...]]] = {"oracle": self._oracles, "render": self._drawings}
        if name not in methods:
            raise unknown_name("method", name, methods, self.play.source.env_id)
        return methods[name]()

    def render(self) -> tuple[str, ...] | None:
        """The drawing of each episode's task, in ``ansi`` mode."""
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
            "entropy": self._entropy,
            "split": self._split,
            "settings": [setting.text for setting in self._settings],
            "episodes": list(self._episodes),
            "turns": list(self._turns),
            "over": list(self._over),
            "tasks": [one.task_id for one in self._posed],
            "np_random": self.np_random.bit_generator.state,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> tuple[str, ...]:
        """Continue from a saved state; returns the current prompts.

        Raises:
            InvalidValueError: the state is damaged or of an environment with another id, size or grouping.
        """
        own = {
            "version": _STATE_VERSION,
            "env_id": self.play.source.env_id,
            "num_envs": self.num_envs,
            "group_size": self.group_size,
        }
        missing = self.state_dict().keys() - state.keys()
        if missing:
            raise InvalidValueError(f"the state of a vector environment lacks {', '.join(sorted(missing))}")
        for name, value in own.items():
            if state[name] != value:
                raise InvalidValueError(f"the state has {name} {state[name]!r}, this vector environment {value!r}")
        self.np_random.bit_generator.state = state["np_random"]
        self._entropy, self._split = state["entropy"], state["split"]
        self._settings = [self.play.source.read_setting(text) for text in state["settings"]]
        self._episodes, self._turns, self._over = list(state["episodes"]), list(state["turns"]), list(state["over"])
        self._said = [("", None)] * self.num_envs
        self._tasks = [{} for _ in range(self._groups)]
        self._posed = []
        for index, task_id in enumerate(state["tasks"]):
            group, episode = self._tasks[index // self.group_size], self._episodes[index]
            if episode not in group:
                group[episode] = self.play.source.pose(task_id)
            self._posed.append(group[episode])
        return tuple(one.prompt for one in self._posed)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _seed_stream(self, seed: int | None) -> None:
        if seed is not None:
            if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
                raise InvalidValueError(f"seed {seed!r}: a vector environment takes one whole number, or None")
            super().reset(seed=int(seed))
        if seed is not None or self._entropy is None:
            self._entropy = int(self.np_random.integers(1 << 62))
            self._episodes = [-1] * self.num_envs
            self._tasks = [{} for _ in range(self._groups)]

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
            settings = {one: chosen_setting(source, {**chosen, "level": one}) for one in map(int, level)}
            self._settings = [settings[int(one)] for one in level]
        else:
            self._settings = [chosen_setting(source, chosen)] * self._groups
        self._split = chosen.get("split") or source.split
        source.address(0, split=self._split)  # raises for an unknown split
        for tasks in self._tasks:
            tasks.clear()

    def _pin(self, task_ids: Sequence[str]) -> None:
        if isinstance(task_ids, str) or len(task_ids) != self._groups:
            raise InvalidValueError(f"task_ids must hold one id for each of the {self._groups} groups")
        for group, task_id in enumerate(task_ids):
            self._tasks[group][self._episodes[group * self.group_size]] = self.play.source.pose(TaskId.parse(task_id))

    def _masked(self, mask: Any) -> list[int]:
        if mask is None:
            return list(range(self.num_envs))
        flags = np.asarray(mask)
        if flags.shape != (self.num_envs,) or flags.dtype != np.bool_:
            raise InvalidValueError(f"reset_mask must be a boolean array of shape ({self.num_envs},)")
        return [int(index) for index in np.flatnonzero(flags)]

    def _task_of(self, index: int) -> Posed:
        """The task of an episode: drawn by the first member of the group that gets there, kept for the others."""
        group, episode = index // self.group_size, self._episodes[index]
        tasks = self._tasks[group]
        posed = tasks.get(episode)
        if posed is None:
            seed = stream_seed(self._entropy or 0, group, episode)
            posed = self.play.source.pose(self.play.source.address(seed, self._settings[group], self._split))
            if len(tasks) > 1:
                slowest = min(self._episodes[group * self.group_size : (group + 1) * self.group_size])
                for old in [one for one in tasks if one < slowest]:
                    del tasks[old]
            tasks[episode] = posed
        return posed

    def _advance(self, which: list[int], observations: list[str]) -> None:
        """Start the next episode of some members, and put its prompt where their observation was."""
        for index in which:
            self._episodes[index] += 1
            posed = self._posed[index] = self._task_of(index)
            observations[index] = posed.prompt
            self._turns[index], self._over[index] = 0, False

    def _check_actions(self, actions: Sequence[str]) -> None:
        if len(self._posed) != self.num_envs:
            raise EpisodeOverError("step() needs running episodes: call reset() first")
        if isinstance(actions, str) or len(actions) != self.num_envs:
            raise InvalidValueError(f"expected {self.num_envs} actions, one string for each episode")
        for action in actions:
            if not isinstance(action, str):
                raise InvalidValueError(f"an action is a string, not {type(action).__name__}")
        if self.autoreset_mode is AutoresetMode.DISABLED and True in self._over:
            ended = [index for index, over in enumerate(self._over) if over]
            raise EpisodeOverError(
                f"{len(ended)} of {self.num_envs} episodes have ended (first: {ended[0]}): call reset(), "
                'or reset(options={"reset_mask": mask})'
            )

    def _verdicts(self) -> list[Verdict | None]:
        return [verdict for _, verdict in self._said]

    def _infos(self, verdicts: list[Verdict | None], mask: Any = None) -> dict[str, Any]:
        """The entries of ``describe`` as arrays over all episodes, with Gymnasium's ``_key`` masks."""
        ids, _, _, _, levels, splits = zip(*self._posed, strict=True)
        heads = (ids, levels, splits, self._turns)
        if all(verdict is None for verdict in verdicts):
            tails: Sequence[Sequence[Any]] = [[value] * self.num_envs for value in NO_VERDICT.values()]
        elif None in verdicts:
            tails = list(zip(*[verdict_info(verdict).values() for verdict in verdicts], strict=True))
        else:
            outcomes, credits, answers, details, formats = zip(*verdicts, strict=True)
            tails = (
                [outcome._value_ for outcome in outcomes],
                [outcome is _CORRECT for outcome in outcomes],
                credits,
                formats,
                answers,
                details,
            )
        mask = np.ones(self.num_envs, dtype=np.bool_) if mask is None else mask
        infos: dict[str, Any] = {}
        for key, column in zip(INFO_KEYS, (*heads, *tails), strict=True):
            if key in _DTYPES:
                infos[key] = np.array(column, dtype=_DTYPES[key])
            else:
                infos[key] = values = np.empty(self.num_envs, dtype=object)
                values[:] = column
            infos["_" + key] = mask
        return infos

    def _oracles(self) -> tuple[str, ...]:
        known: dict[str, str] = {}
        for one in self._posed:
            if one.task_id not in known:
                known[one.task_id] = self.play.source.demonstrate(one.task, one.show)
        return tuple(known[one.task_id] for one in self._posed)

    def _drawings(self) -> tuple[str, ...]:
        return tuple(
            draw(self.play.source.domain, posed, *said) for posed, said in zip(self._posed, self._said, strict=True)
        )


def _autoreset_mode(mode: str | AutoresetMode) -> AutoresetMode:
    if isinstance(mode, AutoresetMode):
        return mode
    named = {name: one for one in AutoresetMode for name in (one.value, one.name)}
    if mode not in named:
        raise unknown_name("autoreset_mode", mode, [one.value for one in AutoresetMode])
    return named[mode]
