"""The row of a training step in metrics.jsonl: rewards and rates over all environments, and for each of them.

Everything but what stands under ``seconds/`` and ``speed/`` is a function of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guru_grpo.rollout import Scored

if TYPE_CHECKING:
    from guru_grpo.collect import Batch

OUTCOMES = ("correct", "wrong", "no_answer", "fault")


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    found = [float(value) for value in values]
    return sum(found) / len(found) if found else 0.0


def judged_means(scored: Sequence[Scored]) -> dict[str, float]:
    """Means over responses: those over judged ones first, then over all.

    ``surprisal`` is minus the mean log-probability of the tokens sampled, which estimates the entropy per token over all
    responses; the learner's ``entropy`` is exact, but of the tokens it learns from only.
    """
    kept = [one for one in scored if not one.fault]
    found = {
        "reward": mean(one.outcome for one in kept),
        "correct": mean(one.correct for one in kept),
        "credit": mean(one.credit for one in kept),
        "format_ok": mean(one.format_ok for one in kept),
        "answered": mean(one.answered for one in kept),
        "length": mean(len(one.rollout.completion_ids) for one in scored),
        "cut": mean(not one.rollout.finished for one in scored),
    }
    levels = [one.level for one in kept if one.level]  # knobs have none
    if levels:
        found["level"] = mean(levels)
    logprobs = [value for one in scored for value in one.rollout.logprobs]
    if logprobs:
        found["surprisal"] = -mean(logprobs)
    scores = [one.score for one in kept if one.score is not None]
    return found | ({"score": mean(scores)} if scores else {})


def figures(scored: Sequence[Scored]) -> dict[str, float]:
    """``judged_means``, and the counts of outcomes."""
    return judged_means(scored) | {f"outcomes/{name}": sum(one.verdict == name for one in scored) for name in OUTCOMES}


def step_row(
    step: int,
    batch: Batch,
    names: Sequence[str],
    metrics: Mapping[str, float],
    by_rollout: Mapping[str, Sequence[float]],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """What is logged for a step.

    Rewards, rates and outcomes are of the policy's own responses of this step, those of groups that dynamic sampling left out
    with them; under ``kept/`` they are of the groups that are learnt from, where some were left out. What was replayed, or written by
    another policy, is counted apart. With several environments each has its own.

    Args:
        step: its number.
        batch: its rollouts.
        names: of the environments.
        metrics: the learner's.
        by_rollout: the learner's sums over the tokens of each rollout (``Learner.by_rollout``); may be empty.
        seconds: what the parts of the step took, and the whole as ``step``; batches sampled ahead took their time beside it.
    """
    own = [one for one in batch.scored if not one.rollout.off_policy and not one.rollout.age]
    faults, judged = (sum(part) for part in zip(*batch.faults.values(), strict=True)) if batch.faults else (0, 0)
    kept = judged_means(own) if batch.groups_drawn > len(batch.groups) else {}
    replayed = [one.rollout.age for one in batch.scored if one.rollout.age]
    parts: dict[str, float] = {}
    for index, name in enumerate(names if len(names) > 1 else ()):
        parts |= {f"{key}/{name}": value for key, value in _environment(batch, index, by_rollout).items()}
    every = {**batch.seconds, **seconds}
    return {
        "step": step,
        **batch.overall,
        **{f"kept/{name}": kept[name] for name in ("reward", "correct") if kept},
        "faults": faults,
        "fault_rate": faults / judged if judged else 0.0,
        "groups_without_signal": batch.without_signal,
        "groups_effective": len(batch.groups) - batch.without_signal,
        "groups_drawn": batch.groups_drawn,
        "traces_dropped": batch.traces_dropped,
        "traces_used": sum(one.rollout.off_policy for one in batch.scored),
        "replayed_share": len(replayed) / len(batch.scored) if batch.scored else 0.0,
        "replayed_age": mean(replayed),
        "tokens_sampled": batch.sampled,
        "tokens_prefilled": batch.prefilled,
        **parts,
        **metrics,
        **{f"seconds/{name}": value for name, value in every.items()},
        **_speeds(batch, names, metrics, by_rollout, every),
    }


# means over tokens: the name, what is summed, and the tokens that it is summed over
_BY_TOKEN = (
    ("entropy", "entropy", "tokens"),
    ("kl", "kl", "kl_tokens"),
    ("clip_fraction", "clipped", "tokens"),
    ("mismatch_mean", "mismatch", "compared"),
)


def _environment(batch: Batch, index: int, by_rollout: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The figures of one environment; none when no task of it was drawn in the step."""
    places = [at for at, one in enumerate(batch.scored) if one.environment == index]
    faults, judged = batch.faults.get(index, (0, 0))
    found: dict[str, float] = {"faults": faults, "fault_rate": faults / judged} if judged else {}
    if index in batch.drawn:
        groups = [members for members in batch.groups if members[0].environment == index]
        found["groups_drawn"], found["tokens_sampled"] = batch.drawn[index]
        found |= {**batch.figures[index], "groups_effective": sum(map(batch.has_signal, groups))}
    if by_rollout:
        sums = {name: sum(values[at] for at in places) for name, values in by_rollout.items()}
        for name, key, counted in _BY_TOKEN:
            if sums[counted]:
                found[name] = sums[key] / sums[counted]
    return found


def _speeds(
    batch: Batch,
    names: Sequence[str],
    metrics: Mapping[str, float],
    by_rollout: Mapping[str, Sequence[float]],
    seconds: Mapping[str, float],
) -> dict[str, float]:
    """Tokens a second where they are sampled and learnt, the share of the time outside of both, milliseconds a verdict.

    The share is known where both have their turns: with samples ahead they go on at the same time. Environments are sampled and
    learnt in the same batches, so of that time each has its share of the tokens.
    """
    total = seconds.get("step", 0.0)
    pairs = {"generate": float(batch.sampled), "learn": metrics.get("tokens", 0.0)}
    found = {
        f"speed/{name}_tokens_per_second": tokens / seconds[name]
        for name, tokens in pairs.items()
        if seconds.get(name, 0.0) > 0
    }
    if total > 0:
        found["speed/tokens_per_second"] = batch.sampled / total
        if not metrics.get("staleness"):
            found["speed/other_share"] = 1.0 - sum(seconds.get(name, 0.0) for name in pairs) / total
    learnt: dict[int, float] = {}
    for one, tokens in zip(batch.scored, by_rollout.get("tokens", ()), strict=False):
        learnt[one.environment] = learnt.get(one.environment, 0.0) + tokens
    for index, name in enumerate(names):
        spent = batch.judging.get(index)
        if spent is not None and spent[1]:
            label = f"/{name}" if len(names) > 1 else ""
            found[f"speed/judge_milliseconds{label}"] = 1000 * spent[0] / spent[1]
        if len(names) > 1:
            found[f"seconds/judge/{name}"] = spent[0] if spent else 0.0
            own = {"generate": batch.drawn.get(index, (0, 0))[1], "learn": learnt.get(index, 0.0)}
            for part, tokens in own.items():
                whole = pairs[part]
                found[f"seconds/{part}/{name}"] = seconds.get(part, 0.0) * tokens / whole if whole else 0.0
            if total > 0:
                found[f"speed/tokens_per_second/{name}"] = batch.drawn.get(index, (0, 0))[1] / total
    return found
