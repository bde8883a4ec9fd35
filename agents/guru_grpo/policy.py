"""The forward pass of the policy: log-probabilities of completion tokens, at the places where they are predicted only."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import torch

from guru_envs.errors import InvalidValueError
from guru_grpo.head import token_logprobs
from guru_grpo.lora import adapted, add_adapters
from guru_grpo.packing import Pack
from guru_grpo.ranks import Ranks
from guru_grpo.settings import LearnerSettings
from guru_grpo.wire import broadcast

# Settings of model families that change logits behind the output layer, which the learner does not do.
_LOGIT_CHANGES = ("final_logit_softcapping", "logits_scaling", "logit_scale")


def autocast(settings: LearnerSettings, device: torch.device) -> Any:
    """The context in which models compute: bfloat16 with float32 weights, or as the weights are."""
    if not computes_in_bfloat16(settings, device):
        return contextlib.nullcontext()
    return torch.autocast(device.type, torch.bfloat16)


def computes_in_bfloat16(settings: LearnerSettings, device: torch.device) -> bool:
    """Whether matrix products are taken in bfloat16; by default on GPUs only."""
    return settings.precision == "bfloat16" or (settings.precision == "auto" and device.type == "cuda")


def states(body: Any, row: Pack, settings: LearnerSettings) -> torch.Tensor:
    """The last hidden states at the places from which completion tokens are predicted; shape (completion tokens, width).

    There only: with a vocabulary of 50,000 the logits of the other places would cost as much as many layers.
    """
    device = body.device
    with autocast(settings, device):
        hidden: torch.Tensor = body(
            input_ids=row.ids.to(device),
            position_ids=row.positions.to(device),
            attention_mask=row.mask(device),
            use_cache=False,
        ).last_hidden_state
    return hidden.flatten(0, 1)[row.predictors.to(device)]


def recompute_layers(model: Any) -> None:
    """Keep only what goes into each layer for the backward pass, and compute the layer again there."""
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})


class Policy(torch.nn.Module):
    """A causal language model whose forward pass takes packed rows.

    Args:
        model: a causal language model of transformers with a decoder ``model`` and a head ``lm_head``.
        settings: ``precision`` and ``gradient_checkpointing`` are used.

    Raises:
        InvalidValueError: the model computes its logits in a way that is not supported.
    """

    def __init__(self, model: Any, settings: LearnerSettings) -> None:
        super().__init__()
        odd = [name for name in _LOGIT_CHANGES if getattr(model.config, name, None) not in (None, 1.0)]
        if model.lm_head.bias is not None:
            odd.append("a bias of lm_head")
        if odd:
            raise InvalidValueError(f"models with {' and '.join(odd)} are not supported by the learner")
        self.model, self.settings = model, settings

    def forward(self, row: Pack, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-probability and entropy of each completion token at a temperature."""
        device = self.model.device
        hidden, weight = states(self.model.model, row, self.settings), self.model.lm_head.weight
        if computes_in_bfloat16(self.settings, device):
            hidden, weight = hidden.to(torch.bfloat16), weight.to(torch.bfloat16)
        else:
            hidden = hidden.to(weight.dtype)
        return token_logprobs(
            hidden, weight, row.targets.to(device), temperature, recompute=self.settings.gradient_checkpointing
        )


def make_policy(model: Any, settings: LearnerSettings, ranks: Ranks) -> Any:
    """The policy of a model, with adapters where the settings ask for them, sharded over the ranks; all in place, and once.

    Args:
        model: a causal language model, or the ``Policy`` that was made of it. Of several ranks only rank 0 needs its weights: the
            others may have it on the device ``meta``, and get their shards of rank 0's.
        settings: those of the learner.
        ranks: the processes of the run.

    Raises:
        InvalidValueError: the model computes its logits in a way that is not supported.
        MissingExtraError: adapters are asked for, and peft is not installed.
    """
    policy: Any = model if isinstance(model, Policy) else Policy(model, settings)
    if settings.lora_rank and not adapted(policy.model):
        add_adapters(policy.model, settings)
    if settings.gradient_checkpointing:
        recompute_layers(policy.model)
    bare = ranks.size > 1 and ranks.max(any(weight.is_meta for weight in policy.parameters()))
    loaded = {name: weight.detach() for name, weight in policy.named_parameters()} if bare and ranks.leads else {}
    shard(policy, policy.model, settings, ranks)
    if bare:
        _fill(policy, loaded, ranks)
    return policy


def _fill(root: torch.nn.Module, loaded: dict[str, torch.Tensor], ranks: Ranks) -> None:
    """Give all ranks their shards of the weights that rank 0 has loaded, one weight at a time, and its buffers."""
    if not ranks.leads:
        root.to_empty(device=ranks.device)
    with torch.no_grad():
        for name, weight in root.named_parameters():
            weight.copy_(ranks.spread(loaded.get(name)))
        for buffer in root.buffers():  # no state holds the frequencies of rotary positions
            buffer.copy_(broadcast(buffer.cpu() if ranks.leads else None))


def shard(root: torch.nn.Module, model: Any, settings: LearnerSettings, ranks: Ranks) -> None:
    """Shard a model over the ranks, in place, layer by layer; ``root`` is the module around it that is called."""
    # The ranks know where it will compute; now it may be on the CPU, or nowhere.
    low = torch.bfloat16 if computes_in_bfloat16(settings, ranks.device) else None
    ranks.shard(root, list(model.model.layers), low)


def twin(
    model: Any, wrap: Callable[[Any], torch.nn.Module], settings: LearnerSettings, ranks: Ranks
) -> torch.nn.Module:
    """A copy of a model inside a module of its own, sharded as the model is. One process shares frozen weights between the two.

    Args:
        model: the original.
        wrap: makes the module that is called out of the copy.
        settings: those of the learner.
        ranks: the processes of the run.
    """
    if ranks.size == 1:
        frozen = {id(weight): weight for weight in model.parameters() if not weight.requires_grad}
        return wrap(copy.deepcopy(model, frozen))
    with torch.device("meta"):
        other = type(model)(model.config).to(model.dtype)
        if adapted(model):
            add_adapters(other, settings)
    if settings.gradient_checkpointing:
        recompute_layers(other)
    root = wrap(other)
    shard(root, other, settings, ranks)
    root.to_empty(device=model.device)
    with torch.no_grad():
        for name, value in model.named_parameters():
            mine = other.get_parameter(name)
            if not mine.is_meta:  # what the wrapped copy does not use stays without weights
                mine.copy_(value)
        # Not in the type of the weights: frequencies of rotary positions are float32 in bfloat16 models too.
        for name, value in model.named_buffers():
            place, _, last = name.rpartition(".")
            setattr(other.get_submodule(place), last, value.clone())
    return root
