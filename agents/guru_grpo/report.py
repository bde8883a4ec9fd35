"""What a run says at its end, in plain words: what was learned, and what was not.

A gain counts only when it is larger than the width of the wider of the two 95 % intervals. A rise in reward alone may
be the form of the answer; so accuracy is also held against what a policy in perfect form would reach by guessing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guru_grpo.estimators import Estimate, rose
from guru_grpo.evaluate import Result

# ``alone``: a model that is measured without training.
STAGES = {"before": "untouched model", "warm": "after the warm start", "after": "after GRPO", "alone": "this model"}


@dataclass(frozen=True)
class Finding:
    """What was learned in one environment.

    Attributes:
        environment: its name.
        reward_rose: the mean test reward rose by more than the width of its 95 % interval, from the first stage to the last.
        beats_guessing: the whole interval of the last accuracy lies above the guess rate, and so above format rate times
            guess rate.
        grpo_rose: the mean test reward rose by more than the width of its interval through GRPO alone, that is since the
            warm start; None when there was none or its result is missing.
        text: the finding in words.
    """

    environment: str
    reward_rose: bool
    beats_guessing: bool
    grpo_rose: bool | None
    text: str


def findings(stages: Mapping[str, Sequence[Result]]) -> list[Finding]:
    """What was learned in each environment, from the results of the stages ``before``, ``warm`` (optional) and ``after``."""
    if "before" not in stages or "after" not in stages:
        return []
    warm = {result.environment: result for result in stages.get("warm", ())}
    last = {result.environment: result for result in stages["after"]}
    return [_finding(first, warm.get(first.environment), last[first.environment]) for first in stages["before"]]


def _finding(first: Result, warm: Result | None, last: Result) -> Finding:
    learned = rose(first.reward, last.reward)
    beats = last.correct.low > last.guess_rate
    by_grpo = rose(warm.reward, last.reward) if warm else None
    words = [f"{first.environment}: test reward {first.reward} -> {last.reward}."]
    words.append(_verdict(first, last, learned, beats))
    if warm is not None:
        words.append(_share(warm.reward, last.reward, bool(by_grpo)))
    words.append(
        f"Responses in the asked form {first.format_ok.mean:.0%} -> {last.format_ok.mean:.0%}; correct among those with an "
        f"answer {_percent(first.when_answered)} -> {_percent(last.when_answered)}."
    )
    if last.faults:
        words.append(f"{last.faults} responses could not be judged and are in no figure.")
    return Finding(first.environment, learned, beats, by_grpo, " ".join(words))


def _verdict(first: Result, last: Result, learned: bool, beats: bool) -> str:
    gain = last.reward.mean - first.reward.mean
    if not learned:
        if last.reward.high < first.reward.low:
            return f"It got worse, by {-gain:.3f}."
        return (
            f"Nothing is shown to be learned: the change of {gain:+.3f} is not larger than the width of the 95 % interval "
            f"({max(first.reward.width, last.reward.width):.3f})."
        )
    if beats:
        return (
            f"Learned: accuracy is {last.correct}, above the {last.guess_rate:.0%} that blind guessing in perfect form would "
            "reach, so it is not the form alone."
        )
    return (
        f"Only the form is shown to be learned: accuracy is {last.correct}, not clearly above the {last.guess_rate:.0%} that "
        "blind guessing in perfect form would reach."
    )


def _share(warm: Estimate, last: Estimate, by_grpo: bool) -> str:
    gain = last.mean - warm.mean
    text = f"The supervised warm start brought it to {warm}; GRPO changed it by {gain:+.3f}, "
    return text + (
        "more than its 95 % interval is wide." if by_grpo else "which is within the width of its 95 % interval."
    )


def _percent(value: float | None) -> str:
    return "(none)" if value is None else f"{value:.0%}"


def tables(stages: Mapping[str, Sequence[Result]]) -> dict[str, list[list[str]]]:
    """The figures of each environment as rows of cells, the first row being the head; by a title.

    Columns that only repeat another one are left out: accuracy where it is the reward, pass@1 where it is the only pass@k.
    """
    by_environment: dict[str, list[tuple[str, Result]]] = {}
    for stage, title in STAGES.items():
        for result in stages.get(stage, ()):
            by_environment.setdefault(result.environment, []).append((title, result))
    return {
        f"{environment} (a blind guess is right in {rows[0][1].guess_rate:.0%})": _table(rows)
        for environment, rows in by_environment.items()
    }


def _table(rows: Sequence[tuple[str, Result]]) -> list[list[str]]:
    results = [result for _, result in rows]
    columns = [["stage", *(title for title, _ in rows)], ["reward [95 %]", *(str(one.reward) for one in results)]]
    if any(one.correct != one.reward for one in results):
        columns.append(["correct [95 %]", *(str(one.correct) for one in results)])
    columns.append(["in form", *(f"{one.format_ok.mean:.0%}" for one in results)])
    columns.append(["right if answered", *(_percent(one.when_answered) for one in results)])
    for k in results[0].passed:
        if len(results[0].passed) > 1:
            columns.append([f"pass@{k}", *(f"{one.passed[k]:.3f}" for one in results)])
    return [list(row) for row in zip(*columns, strict=True)]
