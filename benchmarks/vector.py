"""Judged steps per second of CPU time of the vector environment, and against GEM's SyncVectorEnv on a trivial task.

Every response is judged, right, wrong and malformed ones in equal parts for the three domains; making the responses is
not counted. ``Disabled`` counts step() alone; ``with reset`` adds the reset() that draws new tasks; ``SameStep`` draws them
within step(). With a trivial domain (one number to repeat, all responses right on both sides) the machinery is left.
"""

from __future__ import annotations

import gc
import itertools
import random
import statistics
from collections.abc import Callable
from time import process_time
from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode
from measuring import Rate, arguments, machine, paired, report, row
from peers import Peer, peer_python
from trivial import ECHO
from verdicts import FASTER

REQUIREMENTS = ("gem-llm==0.1.0",)
NUM_ENVS = 1024

Respond = Callable[[tuple[str, ...]], list[str]]


def stepping(envs: Any, respond: Respond, seconds: float, count_reset: bool) -> float:
    """Judged steps per second. In ``Disabled`` mode each step is followed by a reset, which is counted when asked for."""
    disabled = envs.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    prompts, _ = envs.reset()
    gc.collect()
    spent, steps = 0.0, 0
    while spent < seconds:
        actions = respond(prompts)
        start = process_time()
        prompts, _, ends, _, infos = envs.step(actions)
        middle = process_time()
        if disabled:
            prompts, _ = envs.reset()
        end = process_time()
        spent += (end if count_reset else middle) - start
        steps += envs.num_envs
        assert ends.all()
        assert len(infos["task_id"]) == envs.num_envs
    return steps / spent


def mixed_responses(envs: Any) -> Respond:
    """Right, wrong and malformed responses in turn, in the asked form, without reasoning."""
    rng, domain = random.Random(0), envs.play.source.domain

    def respond(prompts: tuple[str, ...]) -> list[str]:
        kinds = itertools.cycle(("right", "wrong", "malformed"))
        texts = []
        for posed, kind in zip(envs.posed, kinds, strict=False):
            answer = posed.task.gold if kind == "right" else domain.guess(posed.task, rng)
            texts.append(answer if kind == "malformed" else posed.show.respond("Let me think.", answer))
        return texts

    return respond


def repeat_number(prompts: tuple[str, ...]) -> list[str]:
    """The right response to each trivial prompt."""
    return [prompt[4:].partition("\n")[0] for prompt in prompts]


def domain_rows(repeats: int, seconds: float, least: float) -> list[dict[str, Any]]:
    """The three domains, groups of 8."""
    rows = []
    for env_id in FASTER:
        for mode, count_reset, name in (
            (AutoresetMode.DISABLED, False, "Disabled, step() alone"),
            (AutoresetMode.DISABLED, True, "Disabled, with reset()"),
            (AutoresetMode.SAME_STEP, True, "SameStep"),
        ):
            envs: Any = gymnasium.make_vec(env_id, num_envs=NUM_ENVS, group_size=8, autoreset_mode=mode)
            envs.reset(seed=0)
            respond = mixed_responses(envs)
            found = statistics.median(stepping(envs, respond, seconds, count_reset) for _ in range(repeats))
            target = None if mode is AutoresetMode.DISABLED and count_reset else ("steps/s", least)
            rows.append(row(f"{env_id}, level 1, {name}", {"steps/s": found}, target))
            envs.close()
    return rows


def our_trivial(mode: AutoresetMode, group_size: int, seconds: float) -> Rate:
    """Measures our vector environment with the trivial domain."""
    envs = gymnasium.make_vec(ECHO, num_envs=NUM_ENVS, group_size=group_size, autoreset_mode=mode)
    envs.reset(seed=0)
    return lambda: stepping(envs, repeat_number, seconds, mode is AutoresetMode.SAME_STEP)


def trivial_rows(peer: Peer, repeats: int, seconds: float) -> list[dict[str, Any]]:
    """The trivial domain in turns with GEM's; both draw a new task within the step unless the name says otherwise."""
    rows = []
    for mode, group_size, seeded in (
        (AutoresetMode.SAME_STEP, 1, False),
        (AutoresetMode.SAME_STEP, 8, False),
        (AutoresetMode.SAME_STEP, 16, False),
        (AutoresetMode.DISABLED, 1, False),
        (AutoresetMode.SAME_STEP, 1, True),
        (AutoresetMode.SAME_STEP, 8, True),
    ):
        question = {"ask": "rate", "num_envs": NUM_ENVS, "seeded": seeded, "seconds": seconds}
        figures = paired(our_trivial(mode, group_size, seconds), lambda asked=question: peer.ask(**asked), repeats)
        name = f"trivial, groups of {group_size}" + (", our step() alone" if mode is AutoresetMode.DISABLED else "")
        rows.append(row(name + (", GEM with a generator per task" if seeded else ""), figures, ("ratio", 1.0)))
    return rows


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/vector.py --seconds 0.2 --no-peer", seconds=0.4)
    parser.add_argument("--peer-python", help="an interpreter that has gem-llm; default: one is made and kept")
    parser.add_argument("--no-peer", action="store_true", help="leave the comparison with GEM out")
    options = parser.parse_args()
    about = machine("gymnasium", "numpy")
    rows = domain_rows(options.repeats, options.seconds, 20_000)
    if not options.no_peer:
        with Peer(peer_python("gem", REQUIREMENTS, options.peer_python), "peer_gem.py") as peer:
            about["gem-llm"] = peer.ask(ask="version")
            rows += trivial_rows(peer, options.repeats, options.seconds)
    report(rows, about, options.json)


if __name__ == "__main__":
    main()
