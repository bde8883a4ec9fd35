"""How hard a level is, in numbers that can be compared: measured on its first tasks, so the same on every machine."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from guru_envs import registry
from guru_envs.checks import measure_guess_rate

TASKS = 30


class Difficulty(NamedTuple):
    """Means over a level's tasks.

    Attributes:
        level: 1-based.
        effort: the work of a solver, in the domain's own measure (``Domain.effort``); None when the domain has none.
        proof: lines of the oracle's proof.
        guess: share of blind guesses that are right, of ``GUESSES`` for each task.
        prompt: characters of the English prompt without answer instructions.
        distinct: different problems among the tasks, renamings aside.
    """

    level: int
    effort: float | None
    proof: float
    guess: float
    prompt: float
    distinct: int


GUESSES = 50


def difficulty(env_id: str, level: int, tasks: int = TASKS, guesses: int = GUESSES) -> Difficulty:
    """Measure a level on the train tasks of the seeds 0 to ``tasks - 1``; without ``guesses`` the guess rate is given as 0."""
    source = registry.make_source(env_id, level=level)
    posed = [source.pose(source.address(seed)) for seed in range(tasks)]
    domain: Any = source.domain
    grade = getattr(domain, "effort", None)
    return Difficulty(
        level,
        math.fsum(grade(one.task) for one in posed) / tasks if grade else None,
        sum(len(domain.solve(one.task).steps) for one in posed) / tasks,
        measure_guess_rate(source, posed, guesses * tasks) if guesses else 0.0,
        sum(len(one.task.prompt) for one in posed) / tasks,
        len({one.task.canonical for one in posed}),
    )


def ladder(env_id: str, tasks: int = TASKS) -> list[Difficulty]:
    """Measure every level of an environment, but for the guess rate."""
    return [difficulty(env_id, level, tasks, guesses=0) for level in range(1, len(registry.spec(env_id).levels) + 1)]
