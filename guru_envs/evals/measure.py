"""Measuring any policy: from prompts to responses to verdicts to an estimate."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from guru_envs import registry
from guru_envs.errors import GuruError, InvalidValueError, did_you_mean
from guru_envs.evals.estimators import mean_interval, pass_at_k
from guru_envs.seeding import stream_seed
from guru_envs.task import Outcome, Verdict

Policy = Callable[[str], str]
BUILT_IN = ("oracle", "guess", "silent")


class PolicyError(GuruError, ValueError):
    """A policy cannot be loaded."""


def load_policy(name: str) -> Policy | None:
    """``package.module:function`` from prompt to response; None for a built-in policy.

    Raises:
        PolicyError: the function cannot be imported.
    """
    if name in BUILT_IN:
        return None
    module, colon, function = name.partition(":")
    try:
        if not colon:
            raise ImportError("no colon in the name")
        policy: Policy = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise PolicyError(
            f"policy {name!r} cannot be loaded ({error}): allowed are {', '.join(BUILT_IN)}, or package.module:function."
            f"{did_you_mean(name, BUILT_IN)}"
        ) from None
    return policy


def eval_tasks(env_id: str, levels: Sequence[int], tasks: int, split: str, seed: int, **options: Any) -> list[str]:
    """The ids of ``tasks`` tasks of each level."""
    ladder = range(1, len(registry.spec(env_id).levels) + 1)
    ids = []
    for level in levels or ladder:
        source = registry.make_source(env_id, level=level, split=split, **options)
        ids += [str(source.address(stream_seed("eval", seed, level, index))) for index in range(tasks)]
    return ids


def run_policy(task_ids: Iterable[str], policy: str, samples: int = 1) -> Iterator[tuple[str, Verdict]]:
    """Judge a policy on tasks; yields the task id and the verdict of each sample."""
    function = load_policy(policy)
    for task_id in task_ids:
        source, address = registry.source_of(task_id)
        posed = source.pose(address)
        for sample in range(samples):
            if function is not None:
                response = function(posed.prompt)
            elif policy == "oracle":
                response = source.demonstrate(posed.task, posed.show)
            elif policy == "guess":
                rng = random.Random(stream_seed(task_id, sample))
                response = posed.show.respond("", source.domain.guess(posed.task, rng))
            else:
                response = ""
            yield task_id, source.judge(posed.task, response, posed.show)


def read_responses(path: Path) -> Iterator[tuple[str, Verdict]]:
    """Judge recorded responses: JSONL rows with ``task_id`` and ``response``.

    Raises:
        InvalidValueError: a line is not such a row; the message names the line.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                task_id, response = row["task_id"], row["response"]
                if not isinstance(task_id, str) or not isinstance(response, str):
                    raise TypeError
            except (ValueError, KeyError, TypeError):
                raise InvalidValueError(f"{path}:{number}: expected a JSON object with task_id and response") from None
            yield task_id, registry.verify(task_id, response)


def check_samples(samples: int, ks: Sequence[int]) -> None:
    """Refuse a pass@k for which there are too few samples.

    Raises:
        InvalidValueError: naming k and the number of samples.
    """
    for k in ks:
        if k > samples:
            raise InvalidValueError(f"pass@{k} needs at least {k} samples of each task, not {samples}")


def summarise(judged: Iterable[tuple[str, Verdict]], ks: Sequence[int] = (1,)) -> list[dict[str, Any]]:
    """One row per environment and setting: mean correctness with 95 % interval, pass@k, format, credit, faults.

    Faults are counted apart and are in no mean; pass@k is over the tasks with at least k samples.
    """
    groups: dict[tuple[str, str], dict[str, list[Verdict]]] = {}
    for task_id, verdict in judged:
        address = registry.source_of(task_id)[1]
        groups.setdefault((address.env_id, address.setting), {}).setdefault(task_id, []).append(verdict)
    rows = []
    for (env_id, setting), by_task in groups.items():
        sound = [
            kept for verdicts in by_task.values() if (kept := [v for v in verdicts if v.outcome is not Outcome.FAULT])
        ]
        row: dict[str, Any] = {"env_id": env_id, "setting": setting, "tasks": len(by_task)}
        row["samples"] = sum(map(len, sound))
        row["faults"] = sum(map(len, by_task.values())) - row["samples"]
        if sound:
            estimate = mean_interval([[float(v.correct) for v in verdicts] for verdicts in sound])
            row |= {"correct": estimate.mean, "low": estimate.low, "high": estimate.high}
            for k in ks:
                enough = [verdicts for verdicts in sound if len(verdicts) >= k]
                if enough:
                    values = [pass_at_k(len(verdicts), sum(v.correct for v in verdicts), k) for verdicts in enough]
                    row[f"pass@{k}"] = sum(values) / len(values)
            flat = [v for verdicts in sound for v in verdicts]
            row["format_ok"] = sum(v.format_ok for v in flat) / len(flat)
            row["credit"] = sum(v.credit for v in flat) / len(flat)
        rows.append(row)
    return rows
