"""The local sandbox on the machines of a Ray cluster, behind the same protocol."""

from __future__ import annotations

import importlib
import threading
from typing import Any

from guru_envs.errors import InvalidValueError, MissingExtraError
from guru_envs.sandbox.errors import SandboxError
from guru_envs.sandbox.local import LocalSandbox, Strict
from guru_envs.sandbox.program import Accept, Limits, Program, Result, Status


class _Node:
    """What runs on a machine of the cluster."""

    def __init__(self, workers: int, strict: Strict | None) -> None:
        self._sandbox = LocalSandbox(workers=workers, strict=strict)

    def level(self) -> str:
        """Level of this machine."""
        return self._sandbox.level

    def run(self, program: Program, limits: Limits) -> list[Result]:
        """All inputs."""
        return self._sandbox.run(program, limits)


class RaySandbox:
    """Runs programs on actors of a Ray cluster, in turns; each is a LocalSandbox of its machine. Thread-safe.

    Answers are judged here, after a program's run, and an answer that is not accepted after others in the same process is worked
    out again in a process of its own, as the local sandbox does.

    Args:
        actors: how many; Ray places them.
        workers: programs at a time on each actor, which asks Ray for as many CPUs.
        strict: refuse machines below a level.
        options: more options for the actors, such as ``resources``.

    Raises:
        MissingExtraError: Ray is not installed.
    """

    def __init__(
        self, actors: int = 1, workers: int = 1, strict: Strict | None = None, options: dict[str, Any] | None = None
    ) -> None:
        try:
            ray: Any = importlib.import_module("ray")
        except ImportError:
            raise MissingExtraError("the Ray sandbox", "ray") from None
        if actors < 1 or workers < 1:
            raise InvalidValueError("actors and workers must be at least 1")
        self._ray = ray
        if not ray.is_initialized():
            ray.init()
        settings = {"num_cpus": workers, "max_concurrency": workers, "max_restarts": -1, **(options or {})}
        remote: Any = ray.remote(**settings)(_Node)
        self._actors = [remote.remote(workers, strict) for _ in range(actors)]
        self.parallel = actors * workers
        self._next = 0
        self._lock = threading.Lock()

    @property
    def level(self) -> str:
        """The lowest level of all machines."""
        order = ("none", "seatbelt", "closed", "kernel", "full")
        found: list[str] = self._ray.get([actor.level.remote() for actor in self._actors])
        return min(found, key=order.index)

    def run(self, program: Program, limits: Limits = Limits(), accept: Accept | None = None) -> list[Result]:  # noqa: B008
        """One Result per input, in order; see :class:`~guru_envs.sandbox.program.Sandbox`.

        Raises:
            SandboxError: two machines failed.
        """
        results = self._run(program, limits)
        if accept is None:
            return results
        for index, result in enumerate(results):
            if accept(index, result):
                continue
            alone = Program(program.source, (program.inputs[index],), program.isolation, program.seed)
            again = self._run(alone, limits)[0] if index and program.isolation == "program" else result
            results[index] = again
            if again is result or not accept(index, again):
                return results[: index + 1] + [Result(Status.NOT_RUN)] * (len(results) - index - 1)
        return results

    def _run(self, program: Program, limits: Limits) -> list[Result]:
        problem: Exception | None = None
        for _ in range(2):
            with self._lock:
                actor = self._actors[self._next % len(self._actors)]
                self._next += 1
            try:
                found: list[Result] = self._ray.get(actor.run.remote(program, limits))
            except self._ray.exceptions.RayError as error:
                problem = error
                continue
            return found
        raise SandboxError(f"the Ray cluster failed twice: {problem}")

    def close(self) -> None:
        """End the actors."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._actors = []
