"""Log-probabilities of given tokens from hidden states, without keeping more than one matrix of vocabulary size.

Written as one autograd step because on a CPU the vocabulary makes elementwise passes over (tokens, vocabulary) expensive:
PyTorch's own log_softmax, gather and entropy make about a dozen of them, and keep several for the backward pass; here the
probabilities are kept once and turned into the gradient in place.
"""

from __future__ import annotations

from typing import Any

import torch

_ROWS = 128  # tokens whose logits are worked on at a time


def _log_probs(hidden: torch.Tensor, weight: torch.Tensor, temperature: float) -> torch.Tensor:
    logits = (hidden @ weight.T).to(torch.promote_types(hidden.dtype, torch.float32))
    if temperature != 1.0:
        logits /= temperature
    return torch.log_softmax(logits, -1)


def _slope(
    probs: torch.Tensor,
    targets: torch.Tensor,
    entropies: torch.Tensor,
    grad_logprobs: torch.Tensor | None,
    grad_entropies: torch.Tensor | None,
    temperature: float,
) -> torch.Tensor:
    """The gradient with respect to the logits; the probabilities' memory is used for it."""
    extra = None
    if grad_entropies is not None:
        # dH / d logits = -p (log p + H)
        extra = torch.where(probs > 0, probs.log(), 0.0).add_(entropies[:, None]).mul_(probs)
        extra *= -(grad_entropies / temperature)[:, None]
    # d log p(target) / d logits = onehot(target) - p.
    slope = probs
    if grad_logprobs is None:
        slope.zero_()
    else:
        scale = (grad_logprobs / temperature)[:, None]
        slope *= -scale
        slope.scatter_add_(1, targets[:, None], scale)
    if extra is not None:
        slope += extra
    return slope


class _TokenLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, temperature: float, recompute: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        exact = torch.promote_types(hidden.dtype, torch.float32)
        logprobs = torch.empty(len(targets), dtype=exact, device=hidden.device)
        entropies = torch.empty_like(logprobs)
        kept = 0 if recompute or not any(ctx.needs_input_grad) else len(targets)
        probs = torch.empty(kept, len(weight), dtype=exact, device=hidden.device)
        for start in range(0, len(targets), _ROWS):
            part = slice(start, start + _ROWS)
            logs = _log_probs(hidden[part], weight, temperature)
            logprobs[part] = logs.gather(1, targets[part, None])[:, 0]
            chances = torch.exp(logs, out=probs[part]) if kept else torch.exp(logs)
            # A token that was made impossible has p = 0 and log p = -inf; it adds nothing.
            logs.clamp_(min=torch.finfo(exact).min)
            entropies[part] = -torch.bmm(chances[:, None], logs[:, :, None])[:, 0, 0]
        ctx.save_for_backward(hidden, weight, targets)
        ctx.probs, ctx.temperature, ctx.entropies = probs if kept else None, temperature, entropies
        ctx.set_materialize_grads(False)
        return logprobs, entropies

    @staticmethod
    def backward(
        ctx: Any, grad_logprobs: torch.Tensor | None, grad_entropies: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor | None, None, None, None]:
        hidden, weight, targets = ctx.saved_tensors
        learnt = ctx.needs_input_grad[1]  # under adapters the output layer is frozen
        if ctx.probs is not None:
            # The buffer is not needed again: it becomes the gradient.
            slope = _slope(ctx.probs, targets, ctx.entropies, grad_logprobs, grad_entropies, ctx.temperature)
            ctx.probs = None
            slope = slope.to(hidden.dtype)
            return slope @ weight, slope.T @ hidden if learnt else None, None, None, None
        grad_hidden = torch.empty_like(hidden)
        grad_weight = torch.zeros(weight.shape, dtype=ctx.entropies.dtype, device=weight.device) if learnt else None
        for start in range(0, len(targets), _ROWS):
            part = slice(start, start + _ROWS)
            of_logprobs = None if grad_logprobs is None else grad_logprobs[part]
            of_entropies = None if grad_entropies is None else grad_entropies[part]
            probs = _log_probs(hidden[part], weight, ctx.temperature).exp_()
            slope = _slope(probs, targets[part], ctx.entropies[part], of_logprobs, of_entropies, ctx.temperature)
            slope = slope.to(hidden.dtype)
            grad_hidden[part] = slope @ weight
            if grad_weight is not None:
                grad_weight += slope.T @ hidden[part]
        return grad_hidden, None if grad_weight is None else grad_weight.to(weight.dtype), None, None, None


def token_logprobs(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    targets: torch.Tensor,
    temperature: float = 1.0,
    recompute: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probability of each target, and the entropy of the distribution it comes from.

    Its gradient can be taken once. Memory: tokens * vocabulary * 4 bytes until then; with ``recompute`` only that of 128 tokens,
    for one more product with the output layer in the backward pass.

    Args:
        hidden: what predicts each target; shape (tokens, width). float32 or wider is exact; otherwise products are
            computed in that type, and the softmax in float32.
        weight: the output layer, same type; shape (vocabulary, width).
        targets: token ids; shape (tokens,).
        temperature: divides the logits.
        recompute: do not keep the probabilities for the backward pass.

    Returns:
        ``(logprobs, entropies)`` in nats, each of shape (tokens,).
    """
    logprobs, entropies = _TokenLogprobs.apply(hidden, weight, targets, temperature, recompute)  # type: ignore[no-untyped-call]
    return logprobs, entropies
