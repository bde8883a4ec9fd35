"""Parts of the machine for arms that run at the same time: each gets cores and GPUs of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from guru_envs.errors import InvalidValueError


@dataclass(frozen=True)
class Share:
    """What a job gets of the machine.

    Attributes:
        variables: of its environment; they replace the user's own, which are for the whole machine.
        cores: that it is bound to; none: as the parent.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    cores: tuple[int, ...] = ()

    def bind(self) -> None:
        """Bind this thread, and the processes that it starts from now on, where the system can (Linux)."""
        if self.cores and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, self.cores)


def shares(jobs: int) -> list[Share]:
    """A share of this machine for each of so many jobs; one job is left as it is.

    Raises:
        InvalidValueError: there are fewer GPUs than jobs, or fewer cores where there are no GPUs.
    """
    if jobs == 1:
        return [Share()]
    return divide(jobs, _cores(), _gpus(os.environ))


def divide(jobs: int, cores: Sequence[int], gpus: Sequence[str]) -> list[Share]:
    """Cores and GPUs dealt out in turn.

    Each job is bound to its cores, with as many threads. vLLM for CPUs binds its threads by itself where it runs in a process of
    its own (``engine.own_process``), so it is told the cores too.
    """
    kind, there = ("GPUs", len(gpus)) if gpus else ("processor cores", len(cores))
    if not 1 <= jobs <= there:
        raise InvalidValueError(f"jobs is {jobs}: allowed are 1 to {there}, the {kind} here")
    found = []
    for job in range(jobs):
        mine = tuple(cores[job::jobs]) or (cores[job % len(cores)],)
        part = {"OMP_NUM_THREADS": str(len(mine))}
        if gpus:
            part["CUDA_VISIBLE_DEVICES"] = ",".join(gpus[job::jobs])
        else:
            part["VLLM_CPU_OMP_THREADS_BIND"] = ",".join(map(str, mine))
        found.append(Share(part, mine))
    return found


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _gpus(environ: Mapping[str, str]) -> list[str]:
    """Names of the GPUs that PyTorch sees; as for CUDA, the list ends before the first entry that names none."""
    import torch

    there = torch.cuda.device_count()
    if "CUDA_VISIBLE_DEVICES" not in environ:
        return [str(number) for number in range(there)]
    given = [one.strip() for one in environ["CUDA_VISIBLE_DEVICES"].split(",")]
    return list(takewhile(_names_gpu, given))[:there]


def _names_gpu(text: str) -> bool:
    return text.isdecimal() or text.startswith(("GPU-", "MIG-"))
