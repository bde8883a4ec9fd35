"""Generation rates of reasoning-gym; runs in its own virtual environment."""

from __future__ import annotations

import functools
import itertools
import statistics
from importlib.metadata import version
from typing import Any

import reasoning_gym
from peer_answers import answer_all, rate


@functools.cache
def _dataset(name: str, settings: tuple[tuple[str, int], ...]) -> Any:
    return reasoning_gym.create_dataset(name, seed=1, size=10_000_000, **dict(settings))


_indices = itertools.count()


def answer(question: dict[str, Any]) -> Any:
    """Items per second of CPU time for a dataset with some settings, each item a new one; or the mean length of questions."""
    if question["ask"] == "version":
        return version("reasoning_gym")
    data = _dataset(question["dataset"], tuple(question["settings"].items()))

    if question["ask"] == "characters":
        return statistics.mean(len(data[next(_indices)]["question"]) for _ in range(question["count"]))

    def work() -> int:
        item = data[next(_indices)]
        assert item["question"]
        assert item["answer"] is not None or item["metadata"]["example_answer"]  # several answers may be right
        return 1

    return rate(work, question["seconds"])


if __name__ == "__main__":
    answer_all(answer)
