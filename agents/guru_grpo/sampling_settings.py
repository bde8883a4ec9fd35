"""The tables of the configuration about what is sampled, and what a response earns beside the environment's own reward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from guru_envs.errors import InvalidValueError


def setting(default: Any, help: str, low: float | None = None, high: float | None = None) -> Any:
    """Declare a setting: its default, what it does (with its unit) and, for numbers, its range (ends included)."""
    meta = {"help": help, "low": low, "high": high}
    if isinstance(default, (list, dict)):
        kind = type(default)
        return field(default_factory=lambda: kind(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class RolloutConfig:
    """What is sampled for each training step."""

    groups: int = setting(8, "tasks a step", 1)
    group_size: int = setting(8, "responses to each task", 2)
    max_new_tokens: int = setting(64, "longest response, tokens", 1)
    temperature: float = setting(1.0, "sampling temperature", 0.01, 10.0)
    dynamic_sampling: int = setting(
        0,
        "rounds of sampling at most to fill a step with groups whose outcomes differ; 0 takes all groups of one round",
        0,
    )
    exhausted: Literal["go-on", "stop"] = setting(
        "go-on",
        "when these rounds find too few groups: go-on learns from those, or from nothing where there are none; stop ends the run",
    )
    band: tuple[float, float] = setting(
        (0.0, 1.0),
        "dynamic sampling keeps groups whose share of right responses is from the first to the second, ends included",
    )
    drop_mastered: float = setting(
        0.0,
        "a task from a file of tasks is not drawn again once this share of a group was right, until all are so; 0: all are drawn",
        0.0,
        1.0,
    )
    overlong_buffer: int = setting(0, "tokens before max_new_tokens over which a punishment rises to 1; 0: none", 0)
    overlong_factor: float = setting(0.5, "weight of that punishment; below 1 so that right and long beats wrong", 0.0)
    mask_cut: bool = setting(
        False, "no loss on responses that were cut off at the limit; their rewards stay in the means of their groups"
    )
    traces: str = setting(
        "",
        "file of a stronger model's responses, JSONL of task_id and response, for learner.off_policy and warm_start; empty: the "
        "oracle's",
    )
    traces_each: int = setting(1, "responses of a group, at most, that another policy wrote (learner.off_policy)", 1)

    def __post_init__(self) -> None:
        if self.overlong_buffer > self.max_new_tokens:
            raise InvalidValueError(
                f"rollout.overlong_buffer is {self.overlong_buffer}: allowed is 0 to rollout.max_new_tokens"
            )
        if not 0 <= self.band[0] <= self.band[1] <= 1:
            raise InvalidValueError(
                f"rollout.band is {list(self.band)!r}: two shares from 0 to 1 are expected, in order"
            )
        if self.band != (0.0, 1.0) and not self.dynamic_sampling:
            raise InvalidValueError(
                "rollout.band needs rollout.dynamic_sampling: other groups take the place of those left out"
            )
        if self.exhausted == "stop" and not self.dynamic_sampling:
            raise InvalidValueError("rollout.exhausted needs rollout.dynamic_sampling: without it no group is left out")
        if self.traces_each >= self.group_size:
            raise InvalidValueError(
                f"rollout.traces_each is {self.traces_each}: at least one response of rollout.group_size = "
                f"{self.group_size} must be the policy's own"
            )


@dataclass(frozen=True)
class TreeConfig:
    """Responses to a task that share beginnings: after each branching point a response goes on in several ways."""

    kind: Literal["none", "fixed", "entropy"] = setting(
        "none", "none: each response by itself; fixed: branch after so many tokens; entropy: before uncertain tokens"
    )
    widths: tuple[int, ...] = setting(
        (2, 2, 2), "responses begun, and then ways to go on at each branching; their product is rollout.group_size"
    )
    at: tuple[int, ...] = setting(
        (), "fixed: the number of tokens before each branching, rising, all below rollout.max_new_tokens"
    )
    threshold: float = setting(1.0, "entropy: branch before the first token whose entropy, in nats, is above this", 0.0)
    gap: int = setting(8, "entropy: tokens, at least, between two branchings", 1)

    def __post_init__(self) -> None:
        if any(width < 1 for width in self.widths) or not self.widths:
            raise InvalidValueError(f"tree.widths is {self.widths!r}: whole numbers from 1 are expected")
        if self.kind == "fixed" and (
            len(self.at) != len(self.widths) - 1 or list(self.at) != sorted({*self.at}) or min(self.at, default=1) < 1
        ):
            raise InvalidValueError(
                f"tree.at is {self.at!r}: {len(self.widths) - 1} rising numbers from 1 are expected, one for each branching"
            )

    @property
    def leaves(self) -> int:
        """How many responses a tree has."""
        return math.prod(self.widths)


@dataclass(frozen=True)
class ReplayConfig:
    """Responses of earlier steps that are learnt from once more, by the ratio to the policy that sampled them."""

    kind: Literal["none", "groups", "responses"] = setting(
        "none",
        "groups: whole groups with a signal are added to a step; responses: earlier successes join a new group of their task",
    )
    groups: int = setting(2, "groups a step that replay gives or takes part in, at most", 1)
    capacity: int = setting(256, "groups (responses: tasks) kept; the oldest give way", 1)
    max_age: int = setting(4, "steps after which what was sampled is dropped", 1)
    start: float = setting(0.0, "replay begins after a step with this share of right responses", 0.0, 1.0)


@dataclass(frozen=True)
class ShapingConfig:
    """What a response earns beside the environment's reward."""

    style: str = setting(
        "",
        "reward style of all environments that have none of their own: binary, proportional+format, ...; empty: the rows'",
    )
    brevity: Literal["none", "relative", "cosine"] = setting(
        "none",
        "relative: by length within the group (Kimi k1.5); cosine: from long to short, for right ones (2502.03373)",
    )
    brevity_weight: float = setting(0.2, "most that brevity adds or takes", 0.0)
    repetition: float = setting(0.0, "most that repeated n-grams take", 0.0)
    ngram: int = setting(4, "tokens of such an n-gram", 1)
    language: Literal["", "en", "zh"] = setting(
        "", "responses that are not mostly in this language earn nothing, right or not; empty: any language"
    )
    potential: bool = setting(
        False,
        "what steps earn (reward.step) is taken back at the end: it says where, not how much, a response earns "
        "(learner.advantage = steps, steps-min or critic)",
    )

    @property
    def most(self) -> float:
        """What a right response can lose."""
        return (self.brevity_weight / 2 if self.brevity == "relative" else 0.0) + self.repetition


@dataclass(frozen=True)
class RubricItem:
    """One question of a rubric, to be answered by yes or no."""

    text: str
    weight: float = setting(1.0, "what a yes counts, beside the other items", 0.0)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidValueError("judge.rubric: an item has no text")


@dataclass(frozen=True)
class JudgeConfig:
    """A model's opinion on each answer that is not right by rule, as an added reward."""

    kind: Literal["none", "endpoint", "local"] = setting(
        "none", "endpoint: an OpenAI-compatible server; local: a model in this process"
    )
    ask: Literal["score", "preference", "rubric", "ranking"] = setting(
        "score",
        "score: a critique and a score; preference: P(Yes) / (P(Yes) + P(No)); rubric: yes or no to each item; ranking: share of "
        "comparisons with a group's other answers that are won",
    )
    rubric: tuple[RubricItem, ...] = setting((), "rubric: the items, tables of text and weight")
    rounds: int = setting(
        2, "ranking: comparisons a round and answer; all pairs are compared when there are no more", 1
    )
    weight: float = setting(0.5, "times the score from 0 to 1, added to the reward", 0.0)
    url: str = setting("http://localhost:8000/v1", "endpoint: its address")
    model: str = setting("TIGER-Lab/general-verifier", "the judge's name")
    chat: bool = setting(False, "put the question into a chat message; general-verifier takes it raw")
    max_tokens: int = setting(2048, "longest critique, tokens", 1)
    timeout: float = setting(60.0, "endpoint: seconds for one attempt", 0.01)
    attempts: int = setting(4, "endpoint: attempts, with growing pauses between them", 1)
    cache: str = setting("", "endpoint: folder in which replies are kept; empty: none")

    def __post_init__(self) -> None:
        if self.ask == "rubric" and not sum(item.weight for item in self.rubric) > 0:
            raise InvalidValueError("judge.rubric has no item of positive weight, and judge.ask is 'rubric'")
        if self.rubric and self.ask != "rubric":
            raise InvalidValueError(f"judge.rubric is given, but judge.ask is {self.ask!r}")
        if self.ask == "preference" and self.kind == "endpoint" and self.chat:
            raise InvalidValueError(
                "judge.ask 'preference' reads the word after a given beginning: judge.chat must be false"
            )


@dataclass(frozen=True)
class CurriculumConfig:
    """Which levels are trained on. The evaluation keeps to the levels of ``environments``."""

    kind: Literal["none", "adaptive", "rising", "stages", "schedule", "unmastered", "bandit"] = setting(
        "none",
        "none: the level of each environment; adaptive: keep the success rate in a band; rising: one of the last few levels up to "
        "one that only rises; stages: easy to hard; schedule: drawn with probabilities that move from easy to hard; unmastered, "
        "bandit: drawn by what is left to learn at each",
    )
    mixing: Literal["weights", "unmastered", "bandit"] = setting(
        "weights",
        "how environments share a step: by their weights alone, or by these times what is left to learn in each; see "
        "guru_envs.mastery",
    )
    low: float = setting(0.3, "adaptive: below this share of right responses the level falls", 0.0, 1.0)
    high: float = setting(0.7, "adaptive: above it the level rises", 0.0, 1.0)
    window: int = setting(64, "adaptive: responses that are judged together", 1)
    rehearsal: float = setting(0.0, "adaptive: share of the groups drawn from the levels below", 0.0, 0.99)
    rise: float = setting(
        0.9, "rising: the share of right responses to its tasks at which the upper level rises", 0.01, 1.0
    )
    prompts: int = setting(8, "rising: tasks of the upper level that are judged together", 1)
    last: int = setting(4, "rising: levels that are drawn from, the upper one included", 1)
    memory: float = setting(0.2, "unmastered, bandit: weight of the latest group in moving averages", 0.001, 0.999)
    softness: float = setting(0.3, "bandit: temperature of the softmax over mean absolute advantages", 0.001, 100.0)
    mastered: float = setting(
        1.0, "unmastered: what reaches this rate is left out, until all do; 1: nothing is", 0.01, 1.0
    )
    stages: tuple[tuple[int | Mapping[str, Any], ...], ...] = setting(
        (), "stages: for each the levels that groups get in turn, or tables of knobs"
    )
    stage_steps: int = setting(175, "stages: training steps of each", 1)
    refresh: bool = setting(
        False, "stages: between two, copy the policy to the reference and clear the optimizer's state"
    )
    schedule: Literal["cosine", "gaussian"] = setting("gaussian", "schedule: its form; see guru_grpo.schedule")
    schedule_steps: int = setting(0, "schedule: training steps until its end; 0: train.steps", 0)
    levels: tuple[int, ...] = setting(
        (), "schedule, unmastered, bandit: the levels to draw from; none: all of an environment"
    )
    power: float = setting(0.5, "schedule, gaussian: below 1 hard levels come sooner", 0.01, 10.0)
    width: float = setting(0.5, "schedule, gaussian: deviation of the bell, in levels", 0.01, 100.0)
