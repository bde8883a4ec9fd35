"""Steps of TRL's GRPOTrainer, one for each question; runs in its own virtual environment.

The first question holds the settings. Settings as in TRL's documentation for a small model, but: no gradient
checkpointing (memory is plentiful, and it would cost time), float32, AdamW without decay and a constant learning rate. With
``vllm`` it generates with vLLM in its process, as TRL's documentation says (``use_vllm``, mode ``colocate``). TRL leaves the data
type to vLLM, which takes bfloat16 for a float32 model, and a processor without instructions for it is slower then. So there is a
second way, ``float32``, which TRL does not offer: the settings that our own engine has. In both ways the weights are handed over as
our engine does it: TRL calls the model's ``load_weights``, which raises on a processor (AttributeError: 'Parameter' object has no
attribute 'weight_loader'), since vLLM 0.32 has replaced the weights by packed ones there.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

# Our engine's settings in place of TRL's; None takes one of TRL's away.
FLOAT32 = {
    "dtype": "float32",
    "enforce_eager": True,
    "block_size": 32,
    "enable_chunked_prefill": False,
    "enable_prefix_caching": True,
    "max_num_batched_tokens": None,
}


def digits(text: str) -> float:
    """The reward on both sides: the share of digits in a response."""
    return sum(character.isdigit() for character in text) / max(1, len(text))


def colocated(own: dict[str, Any]) -> None:
    """Let TRL's vLLM take weights as ours does, with settings on top of TRL's; for this process."""
    sys.path.append(str(Path(__file__).resolve().parent.parent / "agents"))
    import trl.generation.vllm_generation as generation

    made = generation.LLM

    def engine(**given: Any) -> Any:
        left_out = [name for name, value in own.items() if value is None]
        settings = {name: value for name, value in (given | own).items() if name not in left_out}
        return made(**settings, worker_extension_cls="guru_grpo.vllm_extension.WeightSync")

    def sync(self: Any) -> None:
        self.llm.collective_rpc("sync_weights", args=(self._iter_named_params(),))
        self.llm.reset_prefix_cache()

    generation.LLM, generation.VLLMGeneration.sync_weights = engine, sync


def train(settings: dict[str, Any], replies: Any) -> None:
    """Train; before each step a question is awaited, after it the answer is written."""
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    step: dict[str, float] = {}

    def reward(completions: list[Any], completion_ids: list[list[int]], **_: Any) -> list[float]:
        step["generate"] = perf_counter() - step["began"]
        step["tokens"] = float(sum(map(len, completion_ids)))
        return [digits(one[0]["content"]) for one in completions]

    class Turns(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            sys.stdin.readline()
            step.update(began=perf_counter(), cpu=process_time())

        def on_step_end(self, *_: Any, **__: Any) -> None:
            seconds, cpu = perf_counter() - step["began"], process_time() - step["cpu"]
            answer = {"seconds": seconds, "cpu": cpu, "generate": step["generate"], "tokens": step["tokens"]}
            answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            replies.write(json.dumps(answer) + "\n")
            replies.flush()

    engine: dict[str, Any] = {}
    if settings["vllm"]:
        for name, value in (("VLLM_CPU_KVCACHE_SPACE", "1"), ("VLLM_ENABLE_V1_MULTIPROCESSING", "0")):
            os.environ.setdefault(name, value)
        if settings["vllm"] == "float32":
            os.environ.setdefault("TORCH_COMPILE_DISABLE", "1")
        colocated(FLOAT32 if settings["vllm"] == "float32" else {})
        engine = {"use_vllm": True, "vllm_mode": "colocate", "vllm_max_model_length": 512}
    half = len(settings["prompts"]) // settings["steps"] * settings["responses"] // 2
    arguments = GRPOConfig(
        output_dir=tempfile.mkdtemp(),
        per_device_train_batch_size=half,
        gradient_accumulation_steps=2,
        num_generations=settings["responses"],
        max_completion_length=settings["new_tokens"],
        learning_rate=settings["lr"],
        lr_scheduler_type="constant",
        weight_decay=0.0,
        beta=0.0,
        max_steps=settings["steps"],
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        model_init_kwargs={"dtype": "float32"},
        logging_steps=1000,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        **engine,
    )
    prompts = [
        [{"role": "system", "content": settings["system"]}, {"role": "user", "content": text}]
        for text in settings["prompts"]
    ]
    trainer = GRPOTrainer(
        model=settings["model"],
        reward_funcs=reward,
        args=arguments,
        train_dataset=Dataset.from_dict({"prompt": prompts}),
        callbacks=[Turns()],
    )
    replies.write("true\n")
    replies.flush()
    trainer.train()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    train(json.loads(sys.stdin.readline()), answers)
