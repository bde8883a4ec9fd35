"""Kill vLLM's process in the middle of a step, in a fresh process (vLLM changes its process for good); prints JSON.

Argument: a scratch folder.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

STEPS = 3
SETTINGS = """
[[environments]]
id = "test/echo-v0"
[model]
name = "{model}"
chat = false
[engine]
kind = "vllm"
own_process = true
max_model_len = 256
[rollout]
groups = 2
group_size = 4
max_new_tokens = 200
[learner]
lr = 1e-3
entropy_coef = 0.01
[train]
steps = {steps}
checkpoint_every = 1
[evaluate]
tasks = 0
[logs]
curves = false
tensorboard = false
"""


def main(folder: Path) -> None:
    import domains_for_tests  # noqa: F401 - registers its environments
    import torch
    from agent.test_kills import descendants
    from guru_grpo import engine as engines
    from guru_grpo import loop
    from guru_grpo.config import load
    from guru_grpo.logs import Display, read_rows
    from guru_grpo.vllm_engine import VllmEngine
    from rich.console import Console
    from vllm_sync import write_tiny_with_wide_heads

    torch.set_num_threads(1)
    write_tiny_with_wide_heads(str(folder / "tiny"))
    file = folder / "run.toml"
    file.write_text(SETTINGS.format(model=folder / "tiny", steps=STEPS))
    make, generate = engines.make_engine, VllmEngine.generate
    alive: list[Any] = []
    killed: list[int] = []

    def spared(settings: Any, model: Any, *more: Any) -> Any:
        """The engine of the whole run serves the one that is killed too: to start one takes ten seconds."""
        if alive:
            alive[0].load(model.named_parameters())
            return alive.pop()
        alive.append(make(settings, model, *more))
        return alive[0]

    def train(name: str) -> dict[str, Any]:
        display = Display(Console(file=io.StringIO()))
        with display:
            loop.train(load(str(file), [f"output={folder / name}"]), display)
        rows = [
            {key: value for key, value in row.items() if not key.startswith(("seconds/", "speed/"))}
            for row in read_rows(folder / name / "metrics.jsonl")
        ]
        return {"rows": rows, "weights": (folder / name / "model" / "model.safetensors").read_bytes()}

    def kill() -> None:
        for process in descendants(os.getpid()):
            if "EngineCore" in Path(f"/proc/{process}/cmdline").read_text():
                os.kill(process, signal.SIGKILL)
                killed.append(process)

    calls: list[int] = []

    def dying(self: Any, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            threading.Timer(0.1, kill).start()
        return generate(self, *arguments)

    engines.make_engine = spared  # type: ignore[assignment]
    whole = train("whole")
    VllmEngine.generate = dying  # type: ignore[method-assign]
    message = ""
    try:
        train("killed")
    except engines.EngineError as error:
        message = str(error)
    VllmEngine.generate = generate  # type: ignore[method-assign]
    before = len(read_rows(folder / "killed" / "metrics.jsonl"))
    same = train("killed") == whole
    mismatch = max(row["mismatch_max"] for row in whole["rows"])
    learnt = min(row["grad_norm"] for row in whole["rows"])
    found = {"killed": killed, "message": message, "before": before, "same": same}
    print(json.dumps(found | {"mismatch": mismatch, "learnt": learnt, "steps": len(whole["rows"])}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
