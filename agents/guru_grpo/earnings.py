"""What a response earns beside the environment's reward: for its length, its repetitions, by a model's opinion, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guru_grpo import shaping
from guru_grpo.process import place_steps
from guru_grpo.replies import Reply

if TYPE_CHECKING:
    from guru_grpo.config import Config
    from guru_grpo.critique import Critics, Opinion
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.mixture import Judged


def steps_by_token(
    dialogue: Dialogue, reply: Reply, gains: Sequence[tuple[int, float]], reward: float
) -> tuple[tuple[int, float], ...]:
    """What the steps of a response earned, by its tokens."""
    ids = reply.token_ids
    return place_steps(gains, reward, len(ids), lambda count: dialogue.text(ids[:count]))


def judge_weights(config: Config, critics: Critics | None) -> list[float]:
    """By environment what the model judge's score counts; 0 without a judge."""
    if critics is None:
        return [0.0] * len(config.environments)
    return [critics.weight if row.judge_weight is None else row.judge_weight for row in config.environments]


def opinions_on(
    critics: Critics | None, golds: Sequence[str], prompts: Sequence[str], judged: Judged, asked: Sequence[bool]
) -> list[Opinion | None]:
    """The model judge's opinion on each response; None where it is not asked.

    Args:
        critics: the judge; None: there is none.
        golds: of each group the reference answer.
        prompts: of each group.
        judged: what the environments said of each response.
        asked: of each group whether the judge is to be asked.
    """
    found: list[Opinion | None] = [None] * len(judged.answers)
    if critics is None:
        return found
    size = len(found) // len(prompts)
    places = [at for at in range(len(found)) if asked[at // size]]
    opinions = critics.opinions(
        [prompts[at // size] for at in places],
        [golds[at // size] for at in places],
        [judged.answers[at] for at in places],
        [judged.correct[at] for at in places],
    )
    for at, opinion in zip(places, opinions, strict=True):
        found[at] = opinion
    return found


def length_rewards(config: Config, environment: int, replies: Sequence[Reply], right: Sequence[bool]) -> list[float]:
    """What the replies of a group earn for their lengths and repetitions, in the environment with that number."""
    rollout, settings, row = config.rollout, config.shaping_of(environment), config.environments[environment]
    factor = rollout.overlong_factor if row.overlong_factor is None else row.overlong_factor
    lengths = [len(one.token_ids) for one in replies]
    extra = [0.0] * len(replies)
    if settings.brevity == "relative":
        extra = shaping.relative_brevity(lengths, right, [one.finished for one in replies])
    elif settings.brevity == "cosine":
        extra = [
            shaping.cosine_brevity(length, rollout.max_new_tokens, good, one.finished)
            for length, good, one in zip(lengths, right, replies, strict=True)
        ]
    found = []
    for value, length, one in zip(extra, lengths, replies, strict=True):
        total = settings.brevity_weight * value
        if not one.off_policy:
            total += factor * shaping.overlong(length, rollout.max_new_tokens, rollout.overlong_buffer)
        if settings.repetition:
            total += settings.repetition * shaping.repetition(one.token_ids, settings.ngram)
        found.append(total)
    return found
