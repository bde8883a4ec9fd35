"""What the ranks of ``test_ranks.py`` do; started by torchrun with gloo, one thread each.

    torchrun --nproc-per-node 2 ranks_by_torchrun.py FOLDER

Rank 0 writes what it finds to FOLDER as safetensors and JSON. Without torchrun the same is computed in one process.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from guru_grpo.learner import Learner
from guru_grpo.policy import Policy, make_policy, twin
from guru_grpo.ranks import Ranks, end_rank, join_ranks, leave_ranks
from guru_grpo.rollout import own_groups, trees
from guru_grpo.shares import shared_rows
from guru_grpo.wire import broadcast, receive, send
from safetensors.torch import save_file
from test_learner import ADVANTAGES, SETTINGS, rollouts_of, tiny_llama

# max_grad_norm is below the norm that occurs, so that clipping over ranks counts.
BASE = replace(SETTINGS, lr=1e-2, max_grad_norm=0.05, micro_tokens=40)
CASES = {
    "token-mean": BASE,
    "sequence-mean, several steps": replace(BASE, aggregation="sequence-mean", minibatches=2, epochs=2),
    "constant, unshared prompts": replace(BASE, aggregation="constant", pack=False),
    "kl and entropy": replace(BASE, kl_coef=0.1, entropy_coef=0.01),
    "whole responses": replace(BASE, loss="sequence-clip", clip_low=3e-4, clip_high=4e-4),
    "mismatch": replace(BASE, mismatch="sequence", minibatches=2),
    "chosen tokens, weights that follow": replace(
        BASE,
        covariance="clip",
        covariance_share=0.1,
        covariance_band=(0.1, 9.0),
        entropy_share=0.5,
        minibatches=2,
        kl_coef=0.1,
        kl_target=0.01,
        kl_horizon=50,
        entropy_target=9.0,
    ),
    "held tokens": replace(BASE, covariance="kl", covariance_share=0.1, loss="ratio", epochs=2),
    "recomputed": replace(BASE, gradient_checkpointing=True),
    "reinforce_pp": replace(BASE, advantage="batch-std", kl_in="reward", kl_coef=0.1),
    "ppo": replace(BASE, advantage="critic", kl_in="reward", kl_coef=0.1, minibatches=2, epochs=2, value_clip=0.01),
    "prime": replace(BASE, advantage="implicit", implicit_lr=1e-2, implicit_coef=5.0),
    "few rows": replace(BASE, micro_tokens=4096),
}
if importlib.util.find_spec("peft") is not None:
    CASES["adapters"] = replace(BASE, lora_rank=2, kl_coef=0.1)
    CASES["adapters of a critic"] = replace(BASE, lora_rank=2, advantage="critic", gradient_checkpointing=True)
    CASES["adapters of a reward model"] = replace(
        BASE, lora_rank=2, advantage="implicit", implicit_lr=1e-2, kl_coef=0.1
    )
LOW = replace(BASE, precision="bfloat16")  # the default on GPUs
# One group only, so that one rank has more rows than the other, or all of them.
UNEVEN = {
    "a rank without rows": replace(BASE, micro_tokens=4096),
    "a rank with a row less": replace(BASE, kl_coef=0.1, minibatches=1, epochs=2),
    "a rank without rows for the critic": replace(CASES["ppo"], micro_tokens=4096, minibatches=1),
    "a rank without rows for the reward model": replace(CASES["prime"], micro_tokens=4096),
}
CASES |= UNEVEN


def rollouts(model: Any) -> list[Any]:
    """Groups of very different lengths, with rewards; the second is masked in part, one response of the third not judged."""
    found = rollouts_of(model)
    for index in range(4, 8):
        found[index] = replace(found[index], completion_ids=found[index].completion_ids * 3)
        found[index] = replace(found[index], logprobs=found[index].logprobs * 3)
    return [
        replace(one, reward=float(index % 3 == 0), masked=index == 5, right=None if index == 9 else index % 3 == 0)
        for index, one in enumerate(found)
    ]


def differ(batch: list[Any], settings: Any, ranks: Ranks) -> bool:
    """Whether the ranks have different numbers of rows."""
    rows = len([row for row in shared_rows(trees(batch, own_groups(batch)), settings, ranks) if row is not None])
    return ranks.max(rows) + ranks.max(-rows) > 0


def trained(settings: Any, ranks: Ranks, count: int = 12, tied: bool = True) -> tuple[dict[str, Any], Any]:
    """The weights and metrics after three steps on so many rollouts, with a save and a load after the second."""
    exact = torch.float32 if settings.precision == "bfloat16" else torch.float64
    model = tiny_llama(tied).to(exact)
    learner = Learner(model, settings, longest=36, ranks=ranks)
    batch = rollouts(tiny_llama(tied))[:count]
    assert differ(batch, settings, ranks) == (ranks.size > 1 and count < 12)
    beside = [part.module for part in (learner.critic, learner.implicit) if part is not None]
    layers = [layer for module in beside for layer in module.modules() if hasattr(layer, "gradient_checkpointing")]
    assert bool(layers) == bool(beside)
    assert all(layer.gradient_checkpointing == settings.gradient_checkpointing for layer in layers)
    metrics = []
    for step in range(3):
        # Every kind of advantage comes from the rewards, but where they are given.
        metrics.append(
            learner.learn(batch) if settings.advantage != "group-std" else learner.update(batch, ADVANTAGES[:count])
        )
        if step == 1:
            state = learner.state_dict()
            with torch.device("cpu" if ranks.leads else "meta"):  # the other ranks need no weights of their own
                other = tiny_llama(tied).to(exact)
            learner = Learner(other, settings, longest=36, ranks=ranks)
            begun = learner.model_state()
            for key, weight in tiny_llama(tied).to(exact).named_parameters() if ranks.leads else ():
                assert torch.equal(begun[key], weight), key
            learner.load_state_dict(state if ranks.leads else None)
    metrics.append(learner.supervised([([1, 2], [3, 4, 5]), ([6], [7]), ([8, 9], [1, 2])][: 3 if count == 12 else 1]))
    return learner.model_state(), metrics


def copies(ranks: Ranks) -> None:
    """A copy of a model in bfloat16 has its exact frequencies of rotary positions, which are float32."""
    model = tiny_llama().float()
    exact = {name: buffer.clone() for name, buffer in model.named_buffers()}
    assert exact
    model.to(torch.bfloat16)
    for name, buffer in exact.items():
        place, _, last = name.rpartition(".")
        setattr(model.get_submodule(place), last, buffer.clone())
    policy = make_policy(model, LOW, ranks)
    other = twin(policy.model, lambda found: Policy(found, LOW), LOW, ranks)
    for name, buffer in other.model.named_buffers():
        assert buffer.dtype == torch.float32
        assert torch.equal(buffer, exact[name]), name
    for name, weight in other.model.named_parameters():
        assert torch.equal(ranks.whole(weight), ranks.whole(policy.model.get_parameter(name))), name


def count_of(name: str) -> int:
    """How many rollouts a case has."""
    return 4 if name in UNEVEN else 12


def messages(ranks: Ranks) -> None:
    """Nested values arrive as they were."""
    value = {"a": [[1, 2], [], [3]], "b": [[0.1, 2e-300], [float("inf")]], "c": ["é\0", None, True], "d": (1, [2.5])}
    assert broadcast(value if ranks.leads else None) == value
    found = rollouts(tiny_llama())
    assert broadcast(found if ranks.leads else None) == found
    if ranks.leads:
        send([found, value], 1)
    elif ranks.rank == 1:
        assert receive(0) == [found, value]


def main(folder: Path) -> None:
    """All cases."""
    torch.set_num_threads(1)
    ranks = join_ranks()
    if ranks.size > 1:
        messages(ranks)
    copies(ranks)
    for number, (name, settings) in enumerate([*CASES.items(), ("bfloat16", LOW)]):
        weights, metrics = trained(settings, ranks, count_of(name))
        if ranks.leads:
            save_file({key: value.contiguous() for key, value in weights.items()}, folder / f"{number}.safetensors")
            (folder / f"{number}.json").write_text(json.dumps({"name": name, "metrics": metrics}))
    leave_ranks()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    end_rank()
