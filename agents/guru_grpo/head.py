"""Log-probabilities of given tokens from hidden states, without keeping more than one matrix of vocabulary size.

Written as one autograd step because on a CPU the vocabulary makes elementwise passes over (tokens, vocabulary) expensive:
PyTorch's own log_softmax, gather and entropy make about a dozen of them, and keep several for the backward pass; here the
probabilities are kept once and turned into the gradient in place.
"""

from __future__ import annotations

from typing import Any

import torch

_ROWS = 128  # tokens whose logits are worked on at a time


class _TokenLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, temperature: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        exact = torch.promote_types(hidden.dtype, torch.float32)
        logprobs = torch.empty(len(targets), dtype=exact, device=hidden.device)
        entropies = torch.empty_like(logprobs)
        probs = torch.empty(len(targets), len(weight), dtype=exact, device=hidden.device)
        for start in range(0, len(targets), _ROWS):
            part = slice(start, start + _ROWS)
            logits = (hidden[part] @ weight.T).to(exact)
            if temperature != 1.0:
                logits /= temperature
            logs = torch.log_softmax(logits, -1)
            logprobs[part] = logs.gather(1, targets[part, None])[:, 0]
            torch.exp(logs, out=probs[part])
            # A token that was made impossible has p = 0 and log p = -inf; it adds nothing.
            logs.clamp_(min=torch.finfo(exact).min)
            entropies[part] = -torch.bmm(probs[part, None], logs[:, :, None])[:, 0, 0]
        ctx.save_for_backward(hidden, weight, targets)
        ctx.probs, ctx.temperature, ctx.entropies = probs, temperature, entropies
        ctx.set_materialize_grads(False)
        return logprobs, entropies

    @staticmethod
    def backward(
        ctx: Any, grad_logprobs: torch.Tensor | None, grad_entropies: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        hidden, weight, targets = ctx.saved_tensors
        probs = ctx.probs
        ctx.probs = None
        extra = None
        if grad_entropies is not None:
            # dH / d logits = -p (log p + H)
            extra = torch.where(probs > 0, probs.log(), 0.0).add_(ctx.entropies[:, None]).mul_(probs)
            extra *= -(grad_entropies / ctx.temperature)[:, None]
        # d log p(target) / d logits = onehot(target) - p. The buffer is not needed again: it becomes the gradient.
        slope = probs
        if grad_logprobs is None:
            slope.zero_()
        else:
            scale = (grad_logprobs / ctx.temperature)[:, None]
            slope *= -scale
            slope.scatter_add_(1, targets[:, None], scale)
        if extra is not None:
            slope += extra
        slope = slope.to(hidden.dtype)
        return slope @ weight, slope.T @ hidden, None, None


def token_logprobs(
    hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, temperature: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probability of each target, and the entropy of the distribution it comes from.

    Its gradient can be taken once. Memory: tokens * vocabulary * 4 bytes until then.

    Args:
        hidden: what predicts each target; shape (tokens, width). float32 or wider is exact; otherwise products are
            computed in that type, and the softmax in float32.
        weight: the output layer, same type; shape (vocabulary, width).
        targets: token ids; shape (tokens,).
        temperature: divides the logits.

    Returns:
        ``(logprobs, entropies)`` in nats, each of shape (tokens,).
    """
    logprobs, entropies = _TokenLogprobs.apply(hidden, weight, targets, temperature)  # type: ignore[no-untyped-call]
    return logprobs, entropies
