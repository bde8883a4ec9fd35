"""Process rewards: what the steps of a response earn, and advantages of their tokens. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from guru_grpo.rollout import Rollout


def place_steps(
    gains: Sequence[tuple[int, float]], total: float, length: int, text_of: Callable[[int], str]
) -> tuple[tuple[int, float], ...]:
    """Steps given by characters as steps given by tokens, with what is left of the reward at the end.

    Args:
        gains: for each step the character of the response at which it ends, and what it earned, in order.
        total: what the response earned in all.
        length: its tokens.
        text_of: the text of its first so many tokens.

    Returns:
        For each step that earned something, or cost something, the number of tokens up to its end, and the reward; they sum to
        ``total``. Empty without steps.
    """
    found: dict[int, float] = {}
    for end, reward in gains:
        low, high = 1, length  # the fewest tokens whose text holds the step
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if len(text_of(middle)) >= end else (middle + 1, high)
        found[low] = found.get(low, 0.0) + reward
    if not found:
        return ()
    rest = total - sum(found.values())
    return *((end, reward) for end, reward in found.items() if reward and end < length), (
        length,
        rest + found.get(length, 0.0),
    )


def step_advantages(rollouts: Sequence[Rollout], keep: Sequence[bool], least: bool = False) -> list[list[float]]:
    """Process supervision of GRPO (DeepSeekMath, arXiv 2402.03300, section 4.1.3).

    All step rewards of a group are standardised together; the advantage of a token is the sum of those of the steps that end with it
    or after it. With ``least`` it is the least of them (PURE, arXiv 2504.15275), so that a bad step is not made up for
    by many good ones. A response whose steps earned nothing is one step; a step that earned nothing is none.

    Args:
        rollouts: the responses.
        keep: which of them count.
        least: see above.

    Returns:
        For each rollout the advantage of each of its tokens.
    """
    pooled: dict[int, list[float]] = {}
    for one, counts in zip(rollouts, keep, strict=True):
        if counts:
            pooled.setdefault(one.group, []).extend(reward for _, reward in one.rewards)
    scales = {group: _scale(rewards) for group, rewards in pooled.items()}
    found = []
    for one, counts in zip(rollouts, keep, strict=True):
        tokens = [0.0] * len(one.completion_ids)
        if counts and one.completion_ids:
            mean, deviation = scales[one.group]
            steps = [((reward - mean) / deviation if deviation else 0.0, end) for end, reward in one.rewards]
            later: float | None = None
            for (value, end), start in zip(
                reversed(steps), [*(end for _, end in reversed(steps[:-1])), 0], strict=True
            ):
                later = value if later is None else min(later, value) if least else later + value
                tokens[start:end] = [later] * (end - start)
        found.append(tokens)
    return found


def _scale(rewards: Sequence[float]) -> tuple[float, float]:
    """Mean and sample deviation, the latter 0 exactly where all are equal."""
    values = torch.tensor(rewards, dtype=torch.float64)
    equal = len(rewards) < 2 or max(rewards) - min(rewards) <= 1e-12 * max(1.0, max(map(abs, rewards)))
    return float(values.mean()), 0.0 if equal else float(values.std()) + 1e-6
