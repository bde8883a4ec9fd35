"""Generative rewards: a model's critique, score or preference of each answer that is not right by the environment's own verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.judge import HttpJudge, ModelJudge, Scored
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
        settings: what the judge is asked.
    """

    def __init__(self, judge: ModelJudge, weight: float, settings: JudgeConfig = JudgeConfig()) -> None:  # noqa: B008 - frozen
        self.judge, self.weight, self.settings = judge, weight, settings

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
        rows = list(zip(questions, golds, answers, correct, strict=True))
        asked: dict[tuple[str, str], dict[str, None]] = {}  # by question and reference the answers, each once
        for question, gold, answer, right in rows:
            if answer and answer.strip() and gold.strip() and not right:
                asked.setdefault((question, gold), {})[answer] = None
        solved = {(question, gold) for question, gold, _, right in rows if right}
        known: dict[tuple[str, str, str], Opinion] = {}
        for (question, gold), some in asked.items():
            for answer, scored in zip(
                some, self._scored(question, gold, list(some), (question, gold) in solved), strict=True
            ):
                fault = scored.outcome is Outcome.FAULT
                known[question, gold, answer] = Opinion(scored.score, scored.critique, fault)
        return [
            Opinion(1.0, "", False) if right else known.get((question, gold, answer or ""), Opinion(0.0, "", False))
            for question, gold, answer, right in rows
        ]

    def _scored(self, question: str, gold: str, answers: list[str], solved: bool) -> list[Scored]:
        """What the judge says of different answers to a question, which other answers may have solved."""
        settings = self.settings
        if settings.ask == "ranking":
            return self.judge.ranking(question, gold, answers, settings.rounds, solved)
        if settings.ask == "rubric":
            items = [(item.text, item.weight) for item in settings.rubric]
            return [self.judge.rubric(question, gold, answer, items) for answer in answers]
        ask = self.judge.preference if settings.ask == "preference" else self.judge.score
        return [ask(question, gold, answer) for answer in answers]


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
            settings,
        )
    from guru_grpo.judge_model import LocalJudge

    local = LocalJudge(settings.model, chat=settings.chat, max_tokens=settings.max_tokens)
    return Critics(ModelJudge(local), settings.weight, settings)
