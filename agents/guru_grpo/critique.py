"""Generative rewards: a model's critique and score of each answer that is not right by the environment's own verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.judge import HttpJudge, ModelJudge
from guru_envs.task import Outcome
from guru_grpo.sampling_settings import JudgeConfig


class Opinion(NamedTuple):
    """What the judge thinks of a response: a score from 0 to 1, its critique, and whether it failed."""

    score: float
    critique: str
    fault: bool


class Critics:
    """Scores answers.

    Args:
        judge: asks the model.
        weight: times the score is added to the reward.
    """

    def __init__(self, judge: ModelJudge, weight: float) -> None:
        self.judge, self.weight = judge, weight

    def opinions(
        self,
        questions: Sequence[str],
        golds: Sequence[str],
        answers: Sequence[str | None],
        correct: Sequence[bool],
    ) -> list[Opinion]:
        """An opinion on each response.

        What the environment found right scores 1, a response without an answer 0, without asking the model; neither is it asked
        where there is no reference answer (the score is 0), nor twice about the same answer to the same question.
        """
        known: dict[tuple[str, str], Opinion] = {}
        found: list[Opinion] = []
        for question, gold, answer, right in zip(questions, golds, answers, correct, strict=True):
            if right or not answer or not answer.strip() or not gold.strip():
                found.append(Opinion(float(right), "", False))
                continue
            key = (question, answer)
            if key not in known:
                scored = self.judge.score(question, gold, answer)
                known[key] = Opinion(scored.score, scored.critique, scored.outcome is Outcome.FAULT)
            found.append(known[key])
        return found


def make_critics(settings: JudgeConfig) -> Critics | None:
    """The judge that the configuration names; None without one.

    Raises:
        InvalidValueError: the address is no URL.
        ModelError: the local model can not be found.
    """
    if settings.kind == "none":
        return None
    if settings.kind == "endpoint":
        return Critics(
            ModelJudge(
                HttpJudge(
                    settings.url,
                    settings.model,
                    chat=settings.chat,
                    max_tokens=settings.max_tokens,
                    timeout=settings.timeout,
                    attempts=settings.attempts,
                    cache=settings.cache or None,
                )
            ),
            settings.weight,
        )
    from guru_grpo.judge_model import LocalJudge

    local = LocalJudge(settings.model, chat=settings.chat, max_tokens=settings.max_tokens)
    return Critics(ModelJudge(local), settings.weight)
