"""What runs inside vLLM's worker: taking new weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class WeightSync:
    """Mixed into vLLM's worker by ``worker_extension_cls``; works in-process, across processes and through its server."""

    reload_weights: Any
    model_runner: Any

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
