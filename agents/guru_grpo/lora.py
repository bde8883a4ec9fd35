"""Low-rank adapters (LoRA, arXiv 2106.09685), by the library peft: the base stays as it is, rank-r updates are learnt beside it.

The engine gets merged weights, W + (alpha / r) B A, so it needs no notion of adapters; a checkpoint holds the adapters only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from guru_envs.errors import InvalidValueError, MissingExtraError
from guru_grpo.settings import LearnerSettings

_NAME = "policy"


def adapted(model: torch.nn.Module) -> bool:
    """Whether a model has adapters."""
    return any(".lora_" in name for name, _ in model.named_parameters())


def add_adapters(model: Any, settings: LearnerSettings) -> None:
    """Put adapters into a model, in place, and freeze all else. Their start is fixed: A by one seed, B zero.

    Raises:
        MissingExtraError: peft is not installed.
        InvalidValueError: no layer has one of the names in ``lora_targets``.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError:
        raise MissingExtraError("LoRA (learner.lora_rank)", "agent") from None
    config = LoraConfig(
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha or 2 * settings.lora_rank,
        target_modules=list(settings.lora_targets) or "all-linear",
        lora_dropout=0.0,
        bias="none",
    )
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(0)
        try:
            inject_adapter_in_model(config, model, _NAME)
        except ValueError as error:
            raise InvalidValueError(f"learner.lora_targets is {list(settings.lora_targets)}: {error}") from error


def merged(model: torch.nn.Module, whole: Callable[[Any], torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """The weights of a model by the names they have without adapters, adapters added in.

    Args:
        model: with or without adapters.
        whole: makes a full tensor of a sharded one.
    """
    for name, weight in model.named_parameters():
        if ".lora_" in name:
            continue
        full = whole(weight.detach())
        place, found, tail = name.partition(".base_layer.")
        if found:
            layer: Any = model.get_submodule(place)
            if tail == "weight" and _NAME in layer.lora_A:
                up, down = (whole(part[_NAME].weight.detach()).float() for part in (layer.lora_B, layer.lora_A))
                exact = torch.promote_types(full.dtype, torch.float32)
                full = (full.to(exact) + layer.scaling[_NAME] * (up @ down)).to(full.dtype)
        yield (f"{place}.{tail}" if found else name), full


def learnt(model: torch.nn.Module) -> dict[str, Any]:
    """What a checkpoint keeps of a model: its adapters where it has some, else everything."""
    if not adapted(model):
        return dict(model.state_dict())
    return {name: weight for name, weight in model.state_dict().items() if ".lora_" in name}


def put_back(model: torch.nn.Module, state: dict[str, Any]) -> None:
    """Load what ``learnt`` gave.

    Raises:
        InvalidValueError: the state is that of another kind of model.
    """
    if set(state) != set(learnt(model)):
        raise InvalidValueError("the checkpoint's weights do not fit: adapters (learner.lora_rank) on one side only?")
    model.load_state_dict(state, strict=False)
