"""Judging on the machines of a Ray cluster, in place of worker processes of this one.

Each actor is a ``VerifierPool`` of its machine, so the deadline and the isolation are the same; what a response runs (the code
domains) runs there too. Verdicts come in the order of the responses whatever the number of actors. A response whose actor was lost
is judged once more by another; then it gets a FAULT.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Sequence
from typing import Any

from guru_envs.errors import InvalidValueError, MissingExtraError
from guru_envs.pool import VerifierPool
from guru_envs.registry import add_rows, with_parts
from guru_envs.source import Posed, fault
from guru_envs.task import Verdict

_CHUNK = 64  # responses an actor is given at a time, at most


class _Node:
    """What runs on a machine of the cluster."""

    def __init__(self, rows: Any, workers: int, deadline: float) -> None:
        add_rows(rows)
        self._pool = VerifierPool(rows[-1], workers, deadline)

    def judge(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        """Judge some responses."""
        return self._pool.judge_many(posed, responses)


class ClusterPool(VerifierPool):
    """Actors of a Ray cluster that judge responses of one environment.

    Args:
        row: the registry row of the environment.
        workers: processes on each actor, which asks Ray for as many CPUs.
        deadline: seconds one judgement may take.
        address: of the cluster, as Ray takes it; ``auto`` finds the one this machine belongs to, ``local`` starts one here.
        actors: how many; None takes as many as the cluster's CPUs have room for.

    Raises:
        MissingExtraError: Ray is not installed.
        InvalidValueError: the cluster has no room for an actor.
    """

    def __init__(self, row: Any, workers: int, deadline: float, address: str, actors: int | None = None) -> None:
        super().__init__(row, workers, deadline)
        try:
            ray: Any = importlib.import_module("ray")
        except ImportError:
            raise MissingExtraError("judging on a Ray cluster", "ray") from None
        self._ray, self.address, self._count = ray, address, actors
        self._actors: list[Any] = []

    def __reduce__(self) -> Any:
        """A copy has actors of its own."""
        return ClusterPool, (self.row, self.size, self.deadline, self.address, self._count)

    def _start_actors(self) -> None:
        if not self._ray.is_initialized():
            self._ray.init(address=self.address)
        count = self._count or int(self._ray.cluster_resources().get("CPU", 0)) // self.size
        if count < 1:
            raise InvalidValueError(f"the Ray cluster {self.address!r} has no room for an actor of {self.size} CPUs")
        remote: Any = self._ray.remote(num_cpus=self.size, max_restarts=-1)(_Node)
        self._actors = [remote.remote(with_parts(self.row), self.size, self.deadline) for _ in range(count)]

    def judge_many(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        """Judge responses; the verdicts come in their order."""
        with self._lock:
            if not self._actors:
                self._start_actors()
            chunk = max(1, min(_CHUNK, -(-len(posed) // len(self._actors))))
            parts = [slice(start, start + chunk) for start in range(0, len(posed), chunk)]
            turns = itertools.cycle(self._actors)
            sent = [(part, next(turns).judge.remote(list(posed[part]), list(responses[part]))) for part in parts]
            found: list[Verdict] = []
            for part, answer in sent:
                found += self._verdicts(answer, posed[part], responses[part], next(turns))
            return found

    def _verdicts(self, answer: Any, posed: Sequence[Posed], responses: Sequence[str], other: Any) -> list[Verdict]:
        try:
            first: list[Verdict] = self._ray.get(answer)
            return first
        except self._ray.exceptions.RayError:
            pass
        try:
            again: list[Verdict] = self._ray.get(other.judge.remote(list(posed), list(responses)))
            return again
        except self._ray.exceptions.RayError as error:
            return [fault(f"the Ray cluster failed twice: {type(error).__name__}") for _ in posed]

    def close(self) -> None:
        """End the actors."""
        super().close()
        for actor in self._actors:
            self._ray.kill(actor)
        self._actors = []
