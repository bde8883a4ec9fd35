"""Nested values as JSON plus tensors: for checkpoints, and between the processes of a run. No pickle.

``split`` and ``join`` take nested dicts, lists, tuples, plain values and tensors. ``pack`` and ``unpack`` turn the dataclasses of a
training step into these, lists of them by column, because a step can hold millions of token ids.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_TENSOR, _TUPLE, _PAIRS = "__tensor__", "__tuple__", "__pairs__"
_ROWS, _RAGGED, _ONE = "__rows__", "__ragged__", "__one__"


def split(value: Any, tensors: dict[str, torch.Tensor], name: str = "", seen: dict[Any, str] | None = None) -> Any:
    """The JSON part of a value; tensors go to ``tensors``, one that occurs twice (tied weights) only once.

    Raises:
        TypeError: something that is neither plain nor a tensor.
    """
    import torch

    seen = {} if seen is None else seen
    if isinstance(value, torch.Tensor):
        value = value.detach()
        key = (value.data_ptr(), value.dtype, value.shape, value.stride(), value.device)
        if value.numel() == 0 or key not in seen:
            seen[key] = name
            tensors[name] = value
        return {_TENSOR: seen[key]}
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("__") for key in value):
            return {key: split(part, tensors, f"{name}.{key}" if name else key, seen) for key, part in value.items()}
        return {_PAIRS: [[key, split(part, tensors, f"{name}.{key}", seen)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        parts = [split(part, tensors, f"{name}.{at}", seen) for at, part in enumerate(value)]
        return {_TUPLE: parts} if isinstance(value, tuple) else parts
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"neither a checkpoint nor a message can hold {name!r} of type {type(value).__name__}")


def join(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """The value that ``split`` took apart."""
    if isinstance(value, dict):
        if _TENSOR in value:
            return tensors[value[_TENSOR]]
        if _TUPLE in value:
            return tuple(join(part, tensors) for part in value[_TUPLE])
        if _PAIRS in value:
            return {key: join(part, tensors) for key, part in value[_PAIRS]}
        return {key: join(part, tensors) for key, part in value.items()}
    if isinstance(value, list):
        return [join(part, tensors) for part in value]
    return value


# ------------------------------------------------------------------------------------------------ dataclasses


def _types() -> dict[str, Any]:
    from guru_grpo.collect import Batch
    from guru_grpo.engine import Completion, Sampling
    from guru_grpo.rollout import Rollout, Scored
    from guru_grpo.settings import LearnerSettings

    return {kind.__name__: kind for kind in (Batch, Scored, Rollout, Completion, Sampling, LearnerSettings)}


def pack(value: Any) -> Any:
    """The dataclasses of a training step as something that ``split`` takes; the rest as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {_ONE: [type(value).__name__, [pack(part) for part in _values(value)]]}
    if isinstance(value, list) and value:
        first = type(value[0])
        if dataclasses.is_dataclass(first) and all(type(one) is first for one in value):
            columns = zip(*(_values(one) for one in value), strict=True)
            return {_ROWS: [first.__name__, [pack(list(column)) for column in columns]]}
        if all(isinstance(one, list) for one in value):
            numbers = [number for one in value for number in one]
            kinds = {type(number) for number in numbers}
            if kinds in ({int}, {float}):
                import torch

                flat = torch.tensor(numbers, dtype=torch.int64 if kinds == {int} else torch.float64)
                return {_RAGGED: [[len(one) for one in value], flat]}
        return [pack(part) for part in value]
    if isinstance(value, tuple):
        return tuple(pack(part) for part in value)
    if isinstance(value, dict):
        return {key: pack(part) for key, part in value.items()}
    return value


def _values(value: Any) -> list[Any]:
    return [getattr(value, spec.name) for spec in dataclasses.fields(value)]


def unpack(value: Any) -> Any:
    """What ``pack`` was given."""
    if isinstance(value, dict):
        if _ONE in value:
            name, parts = value[_ONE]
            return _types()[name](*(unpack(part) for part in parts))
        if _ROWS in value:
            name, columns = value[_ROWS]
            kind = _types()[name]
            return [kind(*row) for row in zip(*(unpack(column) for column in columns), strict=True)]
        if _RAGGED in value:
            lengths, flat = value[_RAGGED]
            numbers = flat.tolist()
            return [numbers[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]
        return {key: unpack(part) for key, part in value.items()}
    if isinstance(value, list):
        return [unpack(part) for part in value]
    if isinstance(value, tuple):
        return tuple(unpack(part) for part in value)
    return value


# ------------------------------------------------------------------------------------------------ between processes

Move = Callable[[Any], None]  # fills a tensor here from where it has values, or takes it there


def _give(value: Any, move: Move) -> None:
    import torch

    tensors: dict[str, torch.Tensor] = {}
    plan = split(pack(value), tensors)
    found = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    shapes = {name: [str(tensor.dtype), list(tensor.shape)] for name, tensor in found.items()}
    text = torch.frombuffer(bytearray(json.dumps([plan, shapes]).encode()), dtype=torch.uint8)
    move(torch.tensor([len(text)]))
    move(text)
    for tensor in found.values():
        if tensor.numel():
            move(tensor)


def _take(move: Move) -> Any:
    import torch

    size = torch.zeros(1, dtype=torch.int64)
    move(size)
    text = torch.empty(int(size), dtype=torch.uint8)
    move(text)
    plan, shapes = json.loads(bytes(text.numpy()).decode())
    found = {}
    for name, (kind, shape) in shapes.items():
        found[name] = torch.empty(shape, dtype=getattr(torch, kind.removeprefix("torch.")))
        if found[name].numel():
            move(found[name])
    return unpack(join(plan, found))


def broadcast(value: Any, group: Any = None) -> Any:
    """The value that rank 0 has, on all ranks."""
    import torch.distributed as dist

    def move(tensor: torch.Tensor) -> None:
        dist.broadcast(tensor, src=0, group=group)

    if dist.get_rank() == 0:
        _give(value, move)
        return value
    return _take(move)


def send(value: Any, to: int, group: Any = None) -> None:
    """Hand a value to another rank, which calls ``receive``."""
    import torch.distributed as dist

    _give(value, lambda tensor: dist.send(tensor, to, group=group))


def receive(source: int, group: Any = None) -> Any:
    """The value that another rank sends."""
    import torch.distributed as dist

    def move(tensor: torch.Tensor) -> None:
        dist.recv(tensor, source, group=group)

    return _take(move)
