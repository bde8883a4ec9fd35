"""The protocol of judges, and the rules that answer before one."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from guru_envs.equivalence import equivalent, read_gold
from guru_envs.errors import GuruError
from guru_envs.judge.prompting import DECIDE, SCORE, ask, read_decision, read_score
from guru_envs.task import Outcome, Verdict


class UnavailableError(GuruError, RuntimeError):
    """A judge gave no reply: not reached, refused, too slow, or it replied with something else than text."""


class Judge(Protocol):
    """Something that replies to a prompt."""

    def reply(self, prompt: str) -> str:
        """The reply.

        Raises:
            UnavailableError: there is none.
        """
        ...


class Scored(NamedTuple):
    """A generative reward: the outcome, the score from 0 to 1 (0 for a FAULT), and the critique."""

    outcome: Outcome
    score: float
    critique: str


class ModelJudge:
    """Judges open answers: the rules first, the model only on their "no".

    Args:
        judge: the model.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.asked = 0  # answers the model had to decide

    def verdict(self, question: str, reference: str, answer: str) -> Verdict:
        """CORRECT, WRONG, NO_ANSWER for an empty answer, or FAULT when the model gave no decision.

        Raises:
            InvalidValueError: the reference answer is empty.
        """
        if not answer.strip():
            return Verdict(Outcome.NO_ANSWER, 0.0, None, "the answer is empty")
        if equivalent(read_gold(reference, question=question), answer).equal:
            return Verdict(Outcome.CORRECT, 1.0, None, "by rule")
        self.asked += 1
        try:
            reply = self.judge.reply(ask(DECIDE, question, reference, answer))
        except UnavailableError as error:
            return Verdict(Outcome.FAULT, 0.0, None, f"the judge is unavailable: {error}"[:500])
        decision = read_decision(reply)
        if decision is None:
            return Verdict(Outcome.FAULT, 0.0, None, "the judge's last line is no decision")
        return (
            Verdict(Outcome.CORRECT, 1.0, None, "by model")
            if decision
            else Verdict(Outcome.WRONG, 0.0, None, "by model")
        )

    def score(self, question: str, reference: str, answer: str) -> Scored:
        """The generative reward: a critique and a score. An answer that the rules find right scores 1 without the model.

        Raises:
            InvalidValueError: the reference answer is empty.
        """
        if not answer.strip():
            return Scored(Outcome.NO_ANSWER, 0.0, "")
        if equivalent(read_gold(reference, question=question), answer).equal:
            return Scored(Outcome.CORRECT, 1.0, "")
        self.asked += 1
        try:
            reply = self.judge.reply(ask(SCORE, question, reference, answer))
        except UnavailableError as error:
            return Scored(Outcome.FAULT, 0.0, str(error)[:500])
        score = read_score(reply)
        if score is None:
            return Scored(Outcome.FAULT, 0.0, "the judge's last line is no score")
        critique = reply.rstrip().rpartition("\n")[0]
        return Scored(Outcome.CORRECT if score == 1.0 else Outcome.WRONG, score, critique)
