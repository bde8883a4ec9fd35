"""The review of a free-text solution: what its lines state is judged one by one, without a model.

What a line states, whether it is right and how far the lines go (``progress``) is the domain's to say: a deductive one by what
follows from the clues (``guru_envs.theory``), another one by its ``working``. (Process rewards: survey of RL for large reasoning
models, arXiv 2509.08827, section 3.1.)
"""

from __future__ import annotations

from typing import Any

from guru_envs.deduction import BASELESS, MAX_LINE, hint_steps, open_deduction
from guru_envs.domain import Working, is_deductive
from guru_envs.reward import Review
from guru_envs.source import Posed, TaskSource
from guru_envs.task import Task
from guru_envs.theory import Deduction

MAX_FACTS = 500  # facts of one response that are judged


class _Deduced:
    """The lines of a response to a deductive task; nothing is set up before the first fact."""

    def __init__(self, domain: Any, task: Task[Any], hints: int) -> None:
        self._domain, self._task, self._hints = domain, task, hints
        self._deduction: Deduction | None = None
        self._seen: set[Any] = set()

    @property
    def progress(self) -> float:
        """The share of the solution that is settled."""
        return self._deduction.progress if self._deduction else 0.0

    def state(self, line: str) -> bool | None:
        """Whether a fact is entailed by the clues."""
        fact = self._domain.read_fact(self._task, line)
        if fact is None or fact in self._seen:
            return None if fact is None else True
        self._seen.add(fact)
        self._deduction = self._deduction or open_deduction(self._domain, self._task, self._hints)
        status, _ = self._deduction.state(self._domain.clauses(self._task, fact))
        return status not in BASELESS

    def close(self) -> None:
        """Free the solver."""
        if self._deduction is not None:
            self._deduction.close()


def sheet(domain: Any, task: Task[Any], hints: int = 0) -> Working:
    """An empty sheet for the lines of a response, on which hints of the prompt are worth nothing.

    Args:
        domain: one that judges lines.
        task: of it.
        hints: lines of the proof that the prompt gives away.
    """
    if is_deductive(domain):
        return _Deduced(domain, task, hints)
    working: Working = domain.working(task)
    for step in hint_steps(domain, task, hints):
        working.state(step.statement)
    return working


def review(source: TaskSource[Any], posed: Posed, response: str) -> Review:
    """Check the facts that a response states line by line, the thinking part included.

    At most ``MAX_FACTS`` are judged. What comes behind a false fact earns nothing: so listing everything does not pay. What the
    hints of the prompt say earns nothing either.
    """
    facts, end = 0, -1
    gains: list[tuple[int, float]] = []
    working = sheet(source.domain, posed.task, posed.show.hints)
    try:
        start = progress = working.progress
        scale = 1 / (1 - start) if start < 1 else 0.0
        for line in response.split("\n"):
            end += 1 + len(line)
            right = working.state(line.strip()) if len(line) <= MAX_LINE else None
            if right is None:
                continue
            facts += 1
            before, progress = progress, working.progress
            if not right:
                return Review(facts, facts, (progress - start) * scale, (*gains, (end, 0.0)))
            if progress > before:
                gains.append((end, (progress - before) * scale))
            if facts >= MAX_FACTS:
                break
        return Review(facts, 0, (progress - start) * scale, tuple(gains))
    finally:
        working.close()
