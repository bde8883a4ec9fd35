"""What a method by name says in plain values of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guru_grpo.sampling_settings import RolloutConfig
from guru_grpo.settings import METHODS, LearnerSettings, rollout_of


def method_of(values: Mapping[str, Any]) -> Any:
    """The name of the method that values ask for."""
    learner = values.get("learner", {})
    return learner.get("method", LearnerSettings.method) if isinstance(learner, Mapping) else None


def said_by(method: str, rollout: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a method sets, by table of the configuration."""
    room = rollout.get("max_new_tokens", RolloutConfig.max_new_tokens)
    needed = rollout_of(method, room if isinstance(room, int) and room > 0 else 0)
    return {"learner": dict(METHODS[method]), "rollout": needed}


def without_method(values: dict[str, Any]) -> dict[str, Any]:
    """The values without those that only say what their method does (a saved ``config.json`` says all).

    Left out is what some method sets and what has here the value that the values' own method gives it, or the default.
    """
    method, rollout = method_of(values), values.get("rollout", {})
    if method not in METHODS or not isinstance(rollout, Mapping):
        return values  # what is wrong is said where values are built
    own, others, kept = said_by(method, rollout), [said_by(name, rollout) for name in METHODS], dict(values)
    for table, kind in (("learner", LearnerSettings), ("rollout", RolloutConfig)):
        usual = {key: getattr(kind, key) for said in others for key in said[table]} | own[table]
        kept[table] = {
            key: value
            for key, value in values.get(table, {}).items()
            if key not in usual or usual[key] != (tuple(value) if isinstance(value, list) else value)
        }
    return kept
