"""What the ranks of ``test_ranks_of_engines.py`` do; started by torchrun with gloo.

    torchrun --nproc-per-node 4 engines_by_torchrun.py share FOLDER
    torchrun --nproc-per-node 2 engines_by_torchrun.py written|killed FOLDER train --config ...

``written`` puts an engine in the place of the real one whose responses are a function of the prompt, its number and the seed;
``killed`` kills rank 1 while it samples for the second time, unless FOLDER says that this has happened.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import domains_for_tests  # noqa: F401 - registers its environments
import torch
import torch.distributed as dist
from guru_grpo import engine as engines
from guru_grpo.crew import SharedEngine
from guru_grpo.engine import Completion, Sampling
from guru_grpo.ranks import end_rank, join_ranks, leave_ranks

from guru_envs.seeding import stream_seed

SPAN = 2
COUNTS = (5, 1, 4)


class WrittenEngine:
    """Answers by rote. The log-probabilities tell how often it was given weights, and which.

    Args:
        neighbours: the group of ranks that hold it together; all of them must be asked the same, as vLLM needs it.
    """

    def __init__(self, neighbours: Any = None, pause: float = 0.0) -> None:
        self.neighbours, self.pause, self.load_pause = neighbours, pause, 0.0
        self.loads, self.weight = 0, 0.0
        self.asked: list[int] = []

    def load(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        time.sleep(self.load_pause)
        self.loads += 1
        self.weight = sum(float(weight.detach().double().abs().mean()) for _, weight in weights)

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        self.asked.append(len(prompts))
        if self.neighbours is not None:
            asked = torch.tensor([len(prompts), sampling.first, sum(map(sum, prompts))])
            of_all = [torch.zeros_like(asked) for _ in range(SPAN)]
            dist.all_gather(of_all, asked, group=self.neighbours)
            assert all(bool((one == asked).all()) for one in of_all), "neighbours are asked the same"
        time.sleep(self.pause)
        return [self._group(list(prompt), sampling, index) for index, prompt in enumerate(prompts)]

    def _group(self, prompt: list[int], sampling: Sampling, index: int) -> list[Completion]:
        rng = random.Random(stream_seed(sampling.seed or 0, sampling.first + index, *prompt))
        found = []
        for _ in range(sampling.n):
            ids = [rng.randrange(100) for _ in range(rng.randint(2, 9))]
            logprobs = [-3.0 - self.loads / 10 - self.weight / 100] * len(ids)
            found.append(Completion(rng.choice(("<answer>7</answer>", "seven")), ids, logprobs, True))
        return found


def share(folder: Path) -> None:
    """Two engines of two ranks each answer lists of prompts; rank 0 writes whether all came as from one engine."""
    ranks = join_ranks()
    groups = [dist.new_group(list(range(first, first + SPAN))) for first in range(0, ranks.size, SPAN)]
    own = WrittenEngine(groups[ranks.rank // SPAN])
    together = SharedEngine(own, ranks, SPAN)
    own.load_pause = 1.0 if ranks.rank == ranks.size - 1 else 0.0
    began = time.monotonic()
    together.load([("w", torch.ones(3))])
    waited = time.monotonic() - began
    same = []
    for count in COUNTS:
        prompts = [[7, at, at] for at in range(count)]
        sampling = Sampling(8, n=3, seed=count)
        found = together.generate(prompts, sampling)
        if ranks.leads:
            one = WrittenEngine()
            one.load([("w", torch.ones(3))])
            same.append(found == one.generate(prompts, sampling))
    (folder / f"{ranks.rank}.json").write_text(json.dumps({"same": same, "asked": own.asked, "waited": waited}))
    leave_ranks()


def write_responses() -> None:
    """Let ``make_engine`` give a ``WrittenEngine``, shared by all ranks, in the place of vLLM."""

    def make(settings: Any, model: Any, tokenizer: Any, ranks: Any = None, apart: bool = False) -> Any:
        assert settings.kind == "vllm"
        sharded = {hasattr(weight, "full_tensor") for weight in model.parameters()}
        assert sharded == {ranks.size > 1}, "vLLM starts beside shards"
        own = WrittenEngine(pause=0.3)  # while the other thread learns
        return own if ranks is None or ranks.size == 1 else SharedEngine(own, ranks)

    engines.make_engine = make  # type: ignore[assignment]


def die_once(mark: Path) -> None:
    """SIGKILL for rank 1 while it samples for the second time, once."""
    from guru_grpo.transformers_engine import TransformersEngine

    if mark.exists() or os.environ.get("RANK") != "1":
        return
    generate, calls = TransformersEngine.generate, []

    def kill() -> None:
        mark.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)

    def dying(self: Any, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            threading.Timer(0.02, kill).start()
        return generate(self, *arguments)

    TransformersEngine.generate = dying  # type: ignore[method-assign]


def main(what: str, folder: Path, arguments: list[str]) -> None:
    torch.set_num_threads(1)
    if what == "share":
        share(folder)
        end_rank()
        return
    if what == "written":
        write_responses()
    elif what == "killed":
        die_once(folder / "mark")
    from guru_grpo.cli import main as command

    command(arguments)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
