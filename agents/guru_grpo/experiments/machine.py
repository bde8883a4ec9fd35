"""Parts of the machine for arms that run at the same time: each gets cores and GPUs of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from guru_envs.errors import InvalidValueError


def shares(jobs: int) -> list[dict[str, str]]:
    """The variables of the environment that give each of so many jobs its part of this machine; nothing for one job.

    Raises:
        InvalidValueError: there are fewer GPUs than jobs, or fewer cores where there are no GPUs.
    """
    if jobs == 1:
        return [{}]
    return divide(jobs, _cores(), _gpus(os.environ))


def divide(jobs: int, cores: Sequence[int], gpus: Sequence[str]) -> list[dict[str, str]]:
    """Cores and GPUs dealt out in turn; without GPUs vLLM's threads are bound, or all jobs' would stay on the first cores."""
    kind, there = ("GPUs", len(gpus)) if gpus else ("processor cores", len(cores))
    if not 1 <= jobs <= there:
        raise InvalidValueError(f"jobs is {jobs}: allowed are 1 to {there}, the {kind} here")
    found = []
    for job in range(jobs):
        mine = cores[job::jobs] or [cores[job % len(cores)]]
        part = {"OMP_NUM_THREADS": str(len(mine))}
        if gpus:
            part["CUDA_VISIBLE_DEVICES"] = ",".join(gpus[job::jobs])
        else:
            part["VLLM_CPU_OMP_THREADS_BIND"] = ",".join(map(str, mine))
        found.append(part)
    return found


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _gpus(environ: Mapping[str, str]) -> list[str]:
    if "CUDA_VISIBLE_DEVICES" in environ:
        return [one.strip() for one in environ["CUDA_VISIBLE_DEVICES"].split(",") if one.strip()]
    import torch

    return [str(number) for number in range(torch.cuda.device_count())]
