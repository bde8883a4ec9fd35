"""guru_envs: Gymnasium for verifiable text reasoning.

>>> import gymnasium, guru_envs
>>> env = gymnasium.make("guru/countdown-v0", level=1)
>>> prompt, info = env.reset(seed=0)
>>> _, reward, terminated, truncated, info = env.step(env.unwrapped.oracle())
>>> reward
1.0
"""

from __future__ import annotations

import gymnasium as _gymnasium

from guru_envs.errors import (
    EpisodeOverError,
    GuruError,
    ImpossibleTaskError,
    InvalidValueError,
    MissingExtraError,
    RegistryError,
    UnknownNameError,
)
from guru_envs.registry import (
    Row,
    add_rows,
    bundled_file,
    make_source,
    mixture,
    oracle,
    prompt,
    read_rows,
    rows,
    spec,
    task,
    twin,
    verify,
)
from guru_envs.reward import RewardRule
from guru_envs.source import TaskSource
from guru_envs.task import Outcome, Premise, Step, Task, TaskId, Trace, Verdict

__version__ = "0.1.0"

__all__ = [
    "EpisodeOverError",
    "GuruError",
    "ImpossibleTaskError",
    "InvalidValueError",
    "MissingExtraError",
    "Outcome",
    "Premise",
    "RegistryError",
    "RewardRule",
    "Row",
    "Step",
    "Task",
    "TaskId",
    "TaskSource",
    "Trace",
    "UnknownNameError",
    "Verdict",
    "bundled_file",
    "make_source",
    "mixture",
    "oracle",
    "prompt",
    "register",
    "register_rows",
    "rows",
    "spec",
    "task",
    "twin",
    "verify",
]


def register_rows(path: str) -> list[str]:
    """Register the environments of a registry file with Gymnasium; returns their ids.

    Raises:
        RegistryError: the file breaks the schema; nothing is registered then.
    """
    return register(*read_rows(path))


def register(*rows: Row) -> list[str]:
    """Register rows, of mixtures for example, with Gymnasium; returns their ids."""
    add_rows(list(rows))
    for row in rows:
        _gymnasium.register(
            id=row.id,
            entry_point="guru_envs.env:TextEnv",
            vector_entry_point="guru_envs.vector:TextVectorEnv",
            kwargs={"env_id": row.id},
        )
    return [row.id for row in rows]


register_rows(str(bundled_file()))
