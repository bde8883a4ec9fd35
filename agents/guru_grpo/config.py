"""The configuration of a run: frozen dataclasses, read from one TOML file, with overrides from the command line.

Every key is checked: an unknown one is an error that suggests the nearest, a value of the wrong type or out of range
is an error that names the key, the value and what is allowed. This module needs nothing but the standard library and
guru_envs, so mistakes are found before torch is loaded.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.reward import reward_style
from guru_grpo.build import build
from guru_grpo.combinations import check_combinations
from guru_grpo.methods import method_of, said_by, without_method
from guru_grpo.sampling_settings import (
    CurriculumConfig,
    JudgeConfig,
    ReplayConfig,
    RolloutConfig,
    ShapingConfig,
    TreeConfig,
    setting,
)
from guru_grpo.settings import DUAL_CLIPPED, METHODS, LearnerSettings


@dataclass(frozen=True)
class EnvironmentConfig:
    """One environment of the mixture."""

    id: str
    level: int | None = setting(None, "level, 1 is the easiest; leave out when knobs are given", 1)
    knobs: Mapping[str, Any] = setting({}, "explicit knobs instead of a level")
    weight: int = setting(1, "how many turns it gets in a round of all environments", 1, 1000)
    lang: Literal["en", "zh"] = setting("en", "language of the prompts")
    template: str = setting("plain", "prompt template; the others are for base models without a chat template")
    answer_format: str | None = setting(None, "answer format instead of the row's own")
    style: str = setting("", "reward style by name: binary, proportional+format, ...; empty: shaping.style")
    reward: Mapping[str, float] = setting({}, "reward numbers that replace the row's own, and those of the style")
    shaping: Mapping[str, Any] = setting(
        {}, "settings of [shaping], but for its style, that stand above the run's here"
    )
    overlong_factor: float | None = setting(
        None, "instead of rollout.overlong_factor; 0: its length is not punished", 0.0
    )
    judge_weight: float | None = setting(None, "instead of judge.weight; 0: the model judge is not asked here", 0.0)
    workers: int | None = setting(None, "processes that judge; of a cluster, processes of each actor", 0, 1024)
    cluster: str | None = setting(None, "address of a Ray cluster whose machines judge: auto, local or a URL")
    tasks: str = setting(
        "",
        "file of task ids to draw from, JSONL with task_id, instead of the whole training split; see guru-grpo filter",
    )

    def __post_init__(self) -> None:
        if self.style:
            reward_style(self.style)

    def options(self) -> dict[str, Any]:
        """The keyword arguments for ``gymnasium.make_vec``."""
        given: dict[str, Any] = {"lang": self.lang, "template": self.template, **self.knobs}
        for name in ("level", "answer_format", "cluster", "workers"):
            if getattr(self, name) is not None:
                given[name] = getattr(self, name)
        if self.numbers:
            given["reward"] = self.numbers
        return given

    @property
    def numbers(self) -> dict[str, float]:
        """The reward numbers that replace the row's own."""
        return {**(reward_style(self.style) if self.style else {}), **self.reward}

    @property
    def name(self) -> str:
        """Short name for logs and summaries, for example ``guru/zebra-v0 level 3``."""
        wording = "".join(f" {part}" for part in (self.lang, self.template) if part not in ("en", "plain"))
        if self.knobs:
            return f"{self.id} " + ",".join(f"{knob}={value}" for knob, value in self.knobs.items()) + wording
        return f"{self.id} level {self.level if self.level is not None else 1}{wording}"


@dataclass(frozen=True)
class ModelConfig:
    """The policy."""

    name: str = setting("smollm2-135m-instruct", "a built-in name, a folder, or a name on the Hugging Face hub")
    dtype: Literal["float32", "bfloat16", "float16"] = setting("float32", "data type of the trained weights")
    chat: bool = setting(True, "put prompts through the tokenizer's chat template")
    system: str = setting("", "system message of the chat template; empty: none")


@dataclass(frozen=True)
class EngineConfig:
    """What generates the responses."""

    kind: Literal["vllm", "transformers"] = setting("vllm", "vllm is faster; transformers needs no vLLM")
    dtype: Literal["model", "float32", "bfloat16", "float16"] = setting(
        "model", "data type of the engine's copy of the weights; model: that of the trained weights"
    )
    max_model_len: int = setting(1024, "longest prompt plus response, tokens", 16)
    max_num_seqs: int = setting(64, "sequences generated at the same time", 1)
    tensor_parallel: int = setting(
        1,
        "processes that hold one engine together (vllm, several GPUs); more engines than one sample a share of the prompts each",
        1,
    )
    own_process: bool = setting(
        False,
        "run vLLM in a process of its own: its death is an error, not the end of the trainer; weights go there through files",
    )
    gpu_memory_utilization: float = setting(0.5, "share of GPU memory for the engine (CUDA only)", 0.01, 1.0)


@dataclass(frozen=True)
class WarmStartConfig:
    """A short supervised start on responses to tasks of the training split: the oracle's, or those of ``rollout.traces``."""

    steps: int = setting(0, "optimiser steps; 0: no warm start", 0)
    batch: int = setting(16, "responses a step", 1)
    lr: float = setting(2e-5, "learning rate", 0.0, 1.0)
    form: Literal["full", "answer", "document"] = setting(
        "full", "learn the full response, only its final answer, or prompt and full response as one text"
    )


@dataclass(frozen=True)
class TrainConfig:
    """How long to train, and how often to save."""

    steps: int = setting(100, "training steps", 0)
    max_minutes: float | None = setting(
        None, "minutes for the whole command; training ends early enough for the evaluation after it", 0.0
    )
    checkpoint_every: int = setting(10, "steps between checkpoints", 1)
    keep: int = setting(2, "checkpoints kept", 1)
    overlap: bool = setting(
        False, "sample the next step's responses while this one is learnt; they are one update older"
    )
    max_fault_rate: float = setting(
        0.5, "share of a step's responses that may fail to be judged; more stop the run", 0.0, 1.0
    )
    max_grad_norm_seen: float = setting(1e6, "norm of a gradient, before clipping, above which the run stops", 0.0)


@dataclass(frozen=True)
class EvaluateConfig:
    """The evaluation on the test split, before and after."""

    tasks: int = setting(64, "tasks of each environment; 0: no evaluation", 0)
    samples: int = setting(4, "responses to each task", 1)
    temperature: float = setting(1.0, "sampling temperature", 0.0, 10.0)
    top_p: float = setting(1.0, "sample from the likeliest tokens that together have this probability", 0.01, 1.0)
    k: tuple[int, ...] = setting((1, 4), "pass@k is reported for these k, each at most `samples`")
    seed: int = setting(1, "draws the tasks; the same seed gives the same tasks", 0)


@dataclass(frozen=True)
class LogConfig:
    """What is written beside metrics.jsonl."""

    tensorboard: bool = setting(True, "write TensorBoard events")
    curves: bool = setting(True, "draw curves.png")
    samples_every: int = setting(10, "steps between two samples of rollouts in samples.jsonl; 0: none", 0)
    samples: int = setting(8, "groups, at most, in each of them", 1)


@dataclass(frozen=True)
class Config:
    """A whole run."""

    environments: tuple[EnvironmentConfig, ...]
    output: str = setting("runs/guru-grpo", "folder of the run: checkpoints, logs, results")
    seed: int = setting(0, "fixes every random choice of the run", 0)
    model: ModelConfig = field(default_factory=ModelConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    rollout: RolloutConfig = field(default_factory=RolloutConfig)
    tree: TreeConfig = field(default_factory=TreeConfig)
    replay: ReplayConfig = field(default_factory=ReplayConfig)
    shaping: ShapingConfig = field(default_factory=ShapingConfig)
    judge: JudgeConfig = field(default_factory=JudgeConfig)
    learner: LearnerSettings = field(default_factory=LearnerSettings)
    warm_start: WarmStartConfig = field(default_factory=WarmStartConfig)
    curriculum: CurriculumConfig = field(default_factory=CurriculumConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    evaluate: EvaluateConfig = field(default_factory=EvaluateConfig)
    logs: LogConfig = field(default_factory=LogConfig)

    def __post_init__(self) -> None:
        if self.shaping.style:  # so that every environment's options tell its rewards
            styled = [
                row if row.style else dataclasses.replace(row, style=self.shaping.style) for row in self.environments
            ]
            object.__setattr__(self, "environments", tuple(styled))
        check_combinations(self)

    def shaping_of(self, index: int) -> ShapingConfig:
        """The shaping of an environment: the run's, with what its row says above it.

        Raises:
            UnknownNameError: the row has a key that is none of shaping's.
            InvalidValueError: a value is not allowed, or the row has the style among them, which is a setting of its own.
        """
        row, where = self.environments[index], f"environments.{index}.shaping"
        if "style" in row.shaping:
            raise InvalidValueError(f"{where}.style: an environment's reward style is environments.{index}.style")
        return build(ShapingConfig, {**dataclasses.asdict(self.shaping), **row.shaping}, where)


# Settings that may differ when a run is resumed: they change how long it goes on and what is written, not its course.
RESUMABLE = frozenset(
    {
        f"train.{name}"
        for name in ("steps", "max_minutes", "checkpoint_every", "keep", "max_fault_rate", "max_grad_norm_seen")
    }
    | {"output"}
)


def flat(config: Config) -> dict[str, Any]:
    """All settings by dotted name, as JSON values."""
    found: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict) and (value or prefix == ""):
            for key, part in value.items():
                walk(f"{prefix}.{key}" if prefix else key, part)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for position, part in enumerate(value):
                walk(f"{prefix}.{position}", part)
        else:
            found[prefix] = value

    walk("", json.loads(json.dumps(dataclasses.asdict(config))))
    return found


def course(config: Config) -> dict[str, Any]:
    """The settings that decide the course of a run; a checkpoint can only be resumed with the same ones."""
    return {key: value for key, value in flat(config).items() if key not in RESUMABLE and not key.startswith("logs.")}


def digest(values: Mapping[str, Any]) -> str:
    """A short fingerprint of settings."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def presets() -> list[str]:
    """Names of the presets in the package."""
    folder = resources.files("guru_grpo") / "presets"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def first_comment(preset: str) -> str:
    """What a preset is for: the comment in its first line."""
    text = (resources.files("guru_grpo") / "presets" / f"{preset}.toml").read_text(encoding="utf-8")
    return text.partition("\n")[0].removeprefix("#").strip()


def load(source: str, overrides: Sequence[str] = ()) -> Config:
    """Read a configuration.

    Args:
        source: the name of a preset, or the path of a TOML file (or of a ``config.json`` of an earlier run).
        overrides: ``key=value`` with a dotted key, for example ``learner.lr=1e-5`` or ``environments.0.level=2``; the
            value is TOML, and text that is no TOML value is taken as a string. Another ``learner.method`` than the source's
            takes the place of what the source says only as its own method does.

    Raises:
        UnknownNameError: a preset or key that does not exist.
        InvalidValueError: a file that can not be read, or a value that is not allowed.
    """
    values = _read(source)
    changed = _overridden(values, overrides)
    if method_of(changed) != method_of(values):
        changed = _overridden(without_method(values), overrides)
    return from_values(changed)


def from_values(values: dict[str, Any]) -> Config:
    """Build a configuration from plain values, those of its method included.

    Raises:
        UnknownNameError: a key that does not exist.
        InvalidValueError: a value that is not allowed.
    """
    _apply_method(values)
    return build(Config, values, "")


def _apply_method(values: dict[str, Any]) -> None:
    """Put the settings of ``learner.method`` beneath those that are given; the name itself is kept."""
    learner, rollout = values.get("learner", {}), values.get("rollout", {})
    if not isinstance(learner, Mapping) or not isinstance(rollout, Mapping):
        return  # what is wrong is said where values are built
    method = method_of(values)
    if method not in METHODS:
        raise unknown_name("learner.method", method, METHODS, "the agent")
    said = said_by(method, rollout)
    own, settings = said["learner"], said["learner"] | dict(learner)
    if settings.get("loss") not in (None, *DUAL_CLIPPED) and settings.get("dual_clip") == own.get("dual_clip"):
        settings["dual_clip"] = 0.0  # the method's own one goes with the method's own loss
    values["learner"] = settings
    needed = said["rollout"]
    if rollout.get("dynamic_sampling", 1) == 0:  # switched off, and a band with it
        needed.pop("band", None)
    if needed:
        values["rollout"] = needed | dict(rollout)


def _read(source: str) -> dict[str, Any]:
    path = Path(source)
    if path.suffix not in (".toml", ".json"):
        if source not in presets():
            raise unknown_name("preset", source, presets(), "the agent (a path must end in .toml or .json)")
        text = (resources.files("guru_grpo") / "presets" / f"{source}.toml").read_text(encoding="utf-8")
    else:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidValueError(f"can not read the configuration {source!r}: {error}") from error
    try:
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise InvalidValueError(f"the configuration {source!r} is not valid: {error}") from error
    if not isinstance(values, dict):
        raise InvalidValueError(f"the configuration {source!r} is not a table of settings")
    return values


def _overridden(values: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """A copy of the values with the overrides."""
    changed = copy.deepcopy(dict(values))
    for text in overrides:
        _override(changed, text)
    return changed


def _override(values: dict[str, Any], text: str) -> None:
    key, found, raw = text.partition("=")
    if not found or not key.strip():
        raise InvalidValueError(f"override {text!r} is not of the form key=value")
    try:
        value: Any = tomllib.loads(f"value = {raw}")["value"]
    except tomllib.TOMLDecodeError:
        value = raw.strip()
    place: Any = values
    *parents, last = key.strip().split(".")
    for part in parents:
        place = _enter(place, part, key)
    if isinstance(place, list):
        place[_position(place, last, key)] = value
    else:
        place[last] = value


def _enter(place: Any, part: str, key: str) -> Any:
    inner = place[_position(place, part, key)] if isinstance(place, list) else place.setdefault(part, {})
    if not isinstance(inner, (dict, list)):
        raise InvalidValueError(f"override of {key!r}: {part!r} is a value, not a table")
    return inner


def _position(place: list[Any], part: str, key: str) -> int:
    if not part.isdecimal() or int(part) >= len(place):
        raise InvalidValueError(f"override of {key!r}: {part!r} is no position in a list of {len(place)}")
    return int(part)
