"""The processes of a run (torchrun's ranks): who has which share of the work, sums over all, sharded weights.

With one process everything here is trivial. With several, every rank holds a shard of the weights, gradients and optimiser state
(torch's FSDP2), knows the whole batch, and computes its share of it; collectives are therefore called by all ranks in the same
order.
"""

from __future__ import annotations

import atexit
import datetime
import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import torch
import torch.distributed as dist

T = TypeVar("T")

_GONE = ("Connection closed by peer", "Connection reset by peer", "Broken pipe")  # gloo's words
_PATIENCE = datetime.timedelta(hours=4)  # while one rank loads, judges or writes, the others wait for what it announces
_TOGETHER = datetime.timedelta(hours=1)  # for what all ranks do at the same time


class Ranks:
    """The processes of a run.

    Attributes:
        rank: the number of this one, from 0.
        size: how many there are.
        announcements: the group in which rank 0 says what is to be done; None for one process.
    """

    def __init__(self, rank: int = 0, size: int = 1, mesh: Any = None) -> None:
        self.rank, self.size, self._mesh = rank, size, mesh
        self.announcements = self.group()

    @property
    def leads(self) -> bool:
        """Whether this process draws tasks, judges and writes: rank 0."""
        return self.rank == 0

    @property
    def device(self) -> torch.device:
        """Where this process computes; of a GPU the kind alone, the number is that of ``bind``."""
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def group(self) -> Any:
        """A group of all ranks for messages of its own, on the CPU; None for one process. Made by all ranks in the same order."""
        return dist.new_group(backend="gloo", timeout=_PATIENCE) if self.size > 1 else None

    def meet(self) -> None:
        """Wait until all ranks are here; called by the thread that learns, for as long as one may take to load a model."""
        if self.size > 1:
            dist.barrier(group=self.announcements)

    def bind(self) -> None:
        """Let the thread that calls this use this process's GPU."""
        if torch.cuda.is_available() and "LOCAL_RANK" in os.environ:
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))

    # -- shares --------------------------------------------------------------------------------------------------------

    def share(self, items: Sequence[T], cost: Callable[[T], int]) -> list[T]:
        """This rank's share of items that all ranks know, balanced by cost: the largest first, each to whom has least."""
        if self.size == 1:
            return list(items)
        loads = [0] * self.size
        mine: list[int] = []
        for index in sorted(range(len(items)), key=lambda index: -cost(items[index])):
            least = min(range(self.size), key=lambda rank: loads[rank])
            loads[least] += cost(items[index])
            if least == self.rank:
                mine.append(index)
        return [items[index] for index in sorted(mine)]

    def even(self, rows: Sequence[T]) -> Iterator[T | None]:
        """The rows, and None as often as another rank has more: sharded layers are gathered by all ranks together.

        How many that is must be known before the first row: a rank that asked after its last one would wait here for
        another that waits for it in the layers of its next row.
        """
        most = int(self.max(len(rows)))
        yield from rows
        for _ in range(len(rows), most):
            yield None

    # -- sums ----------------------------------------------------------------------------------------------------------

    def sum(self, *numbers: float) -> list[float]:
        """The sums of some numbers over all ranks."""
        if self.size == 1:
            return [float(number) for number in numbers]
        total = torch.tensor(numbers, dtype=torch.float64)
        dist.all_reduce(total)
        sums: list[float] = total.tolist()
        return sums

    def max(self, number: float) -> float:
        """The largest of a number over all ranks."""
        if self.size == 1:
            return float(number)
        largest = torch.tensor([number], dtype=torch.float64)
        dist.all_reduce(largest, op=dist.ReduceOp.MAX)
        return float(largest)

    def summed(self, tensor: torch.Tensor) -> torch.Tensor:
        """The sum of a tensor over all ranks, in its place."""
        if self.size > 1:
            dist.all_reduce(tensor)
        return tensor

    # -- sharded weights -----------------------------------------------------------------------------------------------

    def shard(self, root: torch.nn.Module, layers: Sequence[torch.nn.Module], low: torch.dtype | None) -> None:
        """Shard a model over all ranks, in place: each layer on its own, the rest with the root; twice does nothing.

        A model on the CPU goes to the GPUs meanwhile, a layer at a time (``fully_shard`` moves what it shards), so none of
        them ever holds more than its shards and one part.

        Args:
            root: the module whose forward pass is called.
            layers: parts of it that are gathered one at a time.
            low: the type in which weights are gathered and computed with; gradients are summed in float32. None: their own.
        """
        if self.size == 1:
            return
        from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard

        policy = MixedPrecisionPolicy(param_dtype=low, reduce_dtype=torch.float32 if low else None)
        for module in (*layers, root):
            if not isinstance(module, FSDPModule):
                fully_shard(module, mesh=self._mesh, mp_policy=policy)

    def whole(self, tensor: Any) -> torch.Tensor:
        """The full tensor of a shard; by all ranks together."""
        full: torch.Tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
        return full

    def gathered(self, state: Any) -> Any:
        """A nested state with full tensors in the memory of the CPU on rank 0, and None in their place elsewhere."""
        if self.size == 1:
            return state
        seen: dict[int, Any] = {}

        def walk(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: walk(part) for key, part in value.items()}
            if isinstance(value, (list, tuple)):
                return type(value)(walk(part) for part in value)
            if not isinstance(value, torch.Tensor):
                return value
            local = value.to_local() if hasattr(value, "to_local") else value
            place = local.data_ptr()
            if place not in seen or not local.numel():  # tied weights are one tensor
                full = self.whole(value.detach())
                seen[place] = full.cpu() if self.leads else None
            return seen[place]

        return walk(state)

    def spread(self, state: Any) -> Any:
        """A nested state that rank 0 has, given to all ranks, tensor by tensor: those with dimensions as shards."""
        if self.size == 1:
            return state
        from torch.distributed.tensor import Shard, distribute_tensor

        from guru_grpo.wire import broadcast, join, split

        tensors: dict[str, torch.Tensor] = {}
        plan = split(state, tensors) if self.leads else None
        shapes = {name: [str(one.dtype), list(one.shape)] for name, one in tensors.items()}
        plan, shapes = broadcast([plan, shapes])
        found: dict[str, Any] = {}
        for name, (kind, shape) in shapes.items():
            here = (
                tensors[name] if self.leads else torch.empty(shape, dtype=getattr(torch, kind.removeprefix("torch.")))
            )
            if shape:
                found[name] = distribute_tensor(here.to(self._mesh.device_type), self._mesh, [Shard(0)])
            else:
                dist.broadcast(here, src=0)
                found[name] = here
        return join(plan, found)


ALONE = Ranks()


def follows() -> bool:
    """Whether torchrun started this process as another rank than 0."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and int(os.environ.get("RANK", "0")) > 0


@functools.cache
def join_ranks() -> Ranks:
    """The processes that torchrun started, or this one alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return ALONE
    from torch.distributed.device_mesh import init_device_mesh

    cuda = torch.cuda.is_available()
    ALONE.bind()
    if not dist.is_initialized():
        dist.init_process_group("cpu:gloo,cuda:nccl" if cuda else "gloo", timeout=_TOGETHER)
    mesh = init_device_mesh("cuda" if cuda else "cpu", (size,))
    return Ranks(dist.get_rank(), size, mesh)


def leave_ranks() -> None:
    """End the group of processes, if there is one; by all ranks together. Where vLLM is at work it ends the group itself."""
    if dist.is_initialized():
        dist.barrier()
        if "vllm" not in sys.modules:
            dist.destroy_process_group()
        join_ranks.cache_clear()


def lost(error: RuntimeError) -> bool:
    """Whether an error of torch says that another rank can not be reached any more."""
    return isinstance(error, dist.DistError) or any(words in str(error) for words in _GONE)


def end_rank(status: object = 0) -> None:
    """End a process that torchrun started, once all is written; does nothing in a process of its own.

    torch's caches keep a mesh, and with it gloo's threads, after the group is ended. Such a thread aborts the process when it wants
    the interpreter's lock while the interpreter is taken down (pytorch issues 179291 and 190489), so it is not taken down.

    Args:
        status: the code of a SystemExit: None, a number, or a text, which means 1.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))
