"""Steps per second of GEM's SyncVectorEnv with a trivial environment; runs in its own virtual environment."""

from __future__ import annotations

import random
from importlib.metadata import version
from time import process_time
from typing import Any

from gem.core import Env
from gem.vector.sync_vector_env import SyncVectorEnv
from peer_answers import answer_all


class Echo(Env):
    """``Say N``, as in trivial.py, the cheapest way: all numbers come from one global stream."""

    def reset(self, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Draw the number."""
        super().reset(seed)
        self.number = str(random.randrange(1_000_000))
        return "Say " + self.number, {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Compare."""
        return "", float(action == self.number), True, False, {}


class SeededEcho(Echo):
    """The same with tasks that can be made again one by one, as ours can: a generator of its own for each task."""

    def reset(self, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Draw the number from a fresh generator."""
        self.number = str(random.Random(random.getrandbits(62)).randrange(1_000_000))
        return "Say " + self.number, {}


def answer(question: dict[str, Any]) -> Any:
    """Judged steps per second of CPU time, automatic resets included."""
    if question["ask"] == "version":
        return version("gem_llm")
    size = question["num_envs"]
    kind = SeededEcho if question["seeded"] else Echo
    envs = SyncVectorEnv(["echo"] * size, [kind] * size)
    prompts, _ = envs.reset(seed=0)
    spent, steps = 0.0, 0
    while spent < question["seconds"]:
        actions = [prompt[4:] for prompt in prompts]
        start = process_time()
        prompts, rewards, *_ = envs.step(actions)
        spent += process_time() - start
        steps += size
        assert rewards.all()
    return steps / spent


if __name__ == "__main__":
    answer_all(answer)
