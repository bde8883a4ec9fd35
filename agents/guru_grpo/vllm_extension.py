"""What runs inside vLLM's worker: taking new weights, and ending with the trainer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable
from typing import Any

TRAINER = "GURU_GRPO_TRAINER"  # the number of the process that vLLM works for, where vLLM has processes of its own
_GLANCE = 0.5  # seconds between two looks at whether it lives


def end_with_trainer() -> None:
    """In a worker of vLLM's: end its processes when the trainer is gone, which vLLM 0.32 does not notice.

    A worker may be the engine's process itself or a child of it, in which nothing of ours runs. The kernel could tell
    (``PR_SET_PDEATHSIG``), but only a process itself can ask for that, and it is told of the end of a thread already.
    """
    trainer, starter = os.environ.get(TRAINER), multiprocessing.parent_process()
    if trainer is None or starter is None or starter.pid is None or not os.path.exists("/proc/self/stat"):
        return
    engine = os.getpid() if starter.pid == int(trainer) else starter.pid
    threading.Thread(target=_outlive, args=(int(trainer), engine), name="trainer", daemon=True).start()


def _outlive(trainer: int, engine: int) -> None:
    """Wait until the engine's process is no longer the trainer's child; then kill it and this one, which have nothing to finish.

    When the trainer dies its children get another parent: nobody can be taken for it, not even if it died before this began.
    """
    while _parent(engine) == trainer:
        time.sleep(_GLANCE)
    if os.getppid() == engine:  # otherwise it is gone, and its number may be another's
        os.kill(engine, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _parent(process: int) -> int | None:
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


class WeightSync:
    """Mixed into vLLM's worker by ``worker_extension_cls``; works in-process, across processes and through its server."""

    reload_weights: Any
    model_runner: Any

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Called in the worker's process before a model is loaded; vLLM's classes call no ``__init__`` of what is mixed in."""
        end_with_trainer()
        return super().__new__(cls)

    def sync_weights(self, weights: Iterable[tuple[str, Any]] | None = None, path: str | None = None) -> None:
        """Load weights from an iterator (same process) or from a folder (any process).

        On a CPU in float32, vLLM 0.32 keeps a packed copy of each linear layer. Reloading repacks the layers that receive
        weights; an output layer tied to the embedding receives none, would stay stale without a word, and is repacked here.
        """
        from vllm.platforms import current_platform

        if path is not None:
            self.reload_weights(weights_path=path)
        else:
            self.reload_weights(weights_iterator=weights)
        if not current_platform.is_cpu():
            return
        model = self.model_runner.get_model()
        head = getattr(model, "lm_head", None)
        embedding = getattr(getattr(model, "model", None), "embed_tokens", None)
        if head is None or embedding is None or head is embedding:
            return
        if head.weight.data_ptr() == embedding.weight.data_ptr():
            head.quant_method.process_weights_after_loading(head)
