"""Consistency and memorisation: what becomes of a policy's answers when only the names change, or only one clue.

A policy that reasons does as well on a reworded twin of a task as on the task itself, and on a twin with one clue edited, whose
answer is another. One that remembers does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guru_envs import registry
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.evals.estimators import Estimate, mean_interval
from guru_envs.task import Outcome, TaskId, Verdict

KINDS = ("reworded", "edited")


def with_twins(task_ids: Iterable[str]) -> list[str]:
    """Each task id, followed by those of its twins; tasks of which no twin was found in the split are left out.

    Raises:
        InvalidValueError: a domain makes no twins.
    """
    ids = []
    for task_id in task_ids:
        try:
            ids += [task_id, *(str(registry.twin(task_id, kind)) for kind in KINDS)]
        except ImpossibleTaskError:
            continue
    return ids


def original(task_id: str) -> tuple[str, str]:
    """The id of the task that a twin was made from, and the kind of the twin (empty for the task itself)."""
    head, _, options = task_id.partition("?")
    pairs = options.split("&") if options else []
    kind = next((pair.partition("=")[2] for pair in pairs if pair.startswith("twin=")), "")
    rest = "&".join(pair for pair in pairs if not pair.startswith("twin="))
    return (f"{head}?{rest}" if rest else head), kind


def twin_summary(judged: Iterable[tuple[str, Verdict]]) -> list[dict[str, Any]]:
    """One row per environment and setting, over the tasks whose twins were all judged without a fault.

    Returns:
        Rows with ``correct``, ``reworded`` and ``edited`` (share correct of each kind), ``consistency`` (of the samples right on
        the task, the share expected right on the reworded twin too) and ``memorisation_gap`` (share correct on the task minus
        that on the edited twin), each but the ids with ``_low`` and ``_high``, the ends of its 95 % interval.
    """
    tasks: dict[str, dict[str, list[float]]] = {}
    faulty: set[str] = set()
    for task_id, verdict in judged:
        base, kind = original(task_id)
        if verdict.outcome is Outcome.FAULT:
            faulty.add(base)
        tasks.setdefault(base, {}).setdefault(kind, []).append(float(verdict.correct))
    groups: dict[tuple[str, str], list[dict[str, float]]] = {}
    for base, samples in tasks.items():
        if base not in faulty and len(samples) == 1 + len(KINDS):
            address = TaskId.parse(base)
            means = {kind: sum(values) / len(values) for kind, values in samples.items()}
            groups.setdefault((address.env_id, address.setting), []).append(means)
    if not groups:
        raise InvalidValueError("no task was judged together with its twins")
    return [_row(env_id, setting, means) for (env_id, setting), means in groups.items()]


def _row(env_id: str, setting: str, means: Sequence[dict[str, float]]) -> dict[str, Any]:
    row: dict[str, Any] = {"env_id": env_id, "setting": setting, "tasks": len(means)}
    estimates = {
        "correct": mean_interval([[one[""]] for one in means]),
        "reworded": mean_interval([[one["reworded"]] for one in means]),
        "edited": mean_interval([[one["edited"]] for one in means]),
        "memorisation_gap": mean_interval([[one[""] - one["edited"]] for one in means], -1.0, 1.0),
    }
    solved = [one for one in means if one[""] > 0]
    if solved:  # the share expected: a right sample of the task, drawn with a sample of its twin
        weight = sum(one[""] for one in solved) / len(solved)
        mean = sum(one[""] * one["reworded"] for one in solved) / len(solved) / weight
        spread = mean_interval([[one["reworded"]] for one in solved])
        estimates["consistency"] = Estimate(mean, min(mean, spread.low), max(mean, spread.high), len(solved))
    for name, estimate in estimates.items():
        row |= {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return row
