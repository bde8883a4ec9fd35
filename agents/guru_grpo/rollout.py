"""A response to learn from, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rollout:
    """One response to learn from.

    Attributes:
        prompt_ids: the prompt's tokens.
        completion_ids: the sampled tokens, with the end token.
        logprobs: their log-probabilities under the policy that sampled them.
        group: which rollouts share a prompt.
        reward: what it earned.
        masked: it does not count (the judge failed).
        finished: it ended by itself.
        off_policy: another policy wrote it (the oracle): its log-probabilities do not count.
        age: how many steps ago it was sampled; 0 is this step.
        nodes: where the response is one leaf of a tree: for each of its segments the number of the segment's node within the
            group, and the token at which it ends. Empty: the whole response is one segment of its own.
        steps: where steps of the response earn something of their own: the tokens up to the end of each, and its reward; the last
            is the end of the response with all the rest, so they sum to ``reward``. Empty: nothing but the whole earns.
        right: the judge found it right; None: nobody knows.
        unlearnt: its reward is in the means of its group, but its tokens are not learnt from (cut off at the limit).
    """

    prompt_ids: list[int]
    completion_ids: list[int]
    logprobs: list[float]
    group: int
    reward: float
    masked: bool
    finished: bool
    off_policy: bool = False
    age: int = 0
    nodes: tuple[tuple[int, int], ...] = ()
    steps: tuple[tuple[int, float], ...] = ()
    right: bool | None = None
    unlearnt: bool = False

    @property
    def learnt(self) -> bool:
        """Whether its tokens are learnt from, as far as its advantage has anything to say."""
        return bool(self.completion_ids) and not self.masked and not self.unlearnt

    @property
    def rewards(self) -> tuple[tuple[int, float], ...]:
        """``steps``; the whole response as one without them."""
        return self.steps or ((len(self.completion_ids), self.reward),)


@dataclass(frozen=True)
class Scored:
    """A rollout with what the environment said of it.

    Attributes:
        rollout: what the learner gets.
        outcome: the reward before any shaping.
        fault: the judge failed.
        correct: the answer is right.
        format_ok: it has the form that was asked for.
        answered: an answer could be read.
        level: of the task.
        environment: the number of the environment in the configuration.
        task_id: the address of the task.
        prompt: what the policy was shown.
        text: what it replied.
        verdict: ``correct``, ``wrong``, ``no_answer`` or ``fault``.
        credit: the share of the answer that is right.
        detail: the judge's words, or a model judge's critique.
        score: a model judge's score; None without one.
    """

    rollout: Rollout
    outcome: float
    fault: bool
    correct: bool
    format_ok: bool
    answered: bool
    level: int
    environment: int
    task_id: str = ""
    prompt: str = ""
    text: str = ""
    verdict: str = ""
    credit: float = 0.0
    detail: str = ""
    score: float | None = None


def own_groups(rollouts: Sequence[Rollout]) -> list[list[int]]:
    """The indices of the rollouts that the policy wrote and that count, by group; without those of no tokens."""
    found: dict[int, list[int]] = {}
    for index, one in enumerate(rollouts):
        if one.learnt and not one.off_policy:
            found.setdefault(one.group, []).append(index)
    return list(found.values())


def trees(
    rollouts: Sequence[Rollout], groups: Sequence[Sequence[int]]
) -> list[tuple[list[int], list[tuple[int, list[int]]]]]:
    """The prompts of groups with the completions of their members, each with its index, as ``pack_rows`` takes them."""
    return [
        (rollouts[members[0]].prompt_ids, [(one, rollouts[one].completion_ids) for one in members])
        for members in groups
    ]
