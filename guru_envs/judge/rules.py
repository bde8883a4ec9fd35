"""The protocol of judges, and the rules that answer before one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from guru_envs.equivalence import equivalent, read_gold
from guru_envs.errors import GuruError, InvalidValueError
from guru_envs.judge.prompting import CRITERION, DECIDE, LEAD, SCORE, ask, read_decision, read_score
from guru_envs.judge.ranking import win_rates
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


@runtime_checkable
class SoftJudge(Protocol):
    """A judge that also tells how sure it is."""

    def preference(self, prompt: str, lead: str) -> float:
        """P(Yes) / (P(Yes) + P(No)) for the word that follows ``lead`` after the prompt.

        Raises:
            UnavailableError: it can not be told.
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
        known = _by_rule(question, reference, answer)
        if known is not None:
            return known
        self.asked += 1
        try:
            reply = self.judge.reply(ask(SCORE, question, reference, answer))
        except UnavailableError as error:
            return _failed(error)
        score = read_score(reply)
        if score is None:
            return Scored(Outcome.FAULT, 0.0, "the judge's last line is no score")
        critique = reply.rstrip().rpartition("\n")[0]
        return Scored(Outcome.CORRECT if score == 1.0 else Outcome.WRONG, score, critique)

    def preference(self, question: str, reference: str, answer: str) -> Scored:
        """The soft reward: how likely the decision is Yes rather than No, without a critique.

        Raises:
            InvalidValueError: the reference answer is empty, or the judge can not tell how sure it is.
        """
        known = _by_rule(question, reference, answer)
        if known is not None:
            return known
        if not isinstance(self.judge, SoftJudge):
            raise InvalidValueError(f"{type(self.judge).__name__} has no preference: take HttpJudge or LocalJudge")
        self.asked += 1
        try:
            share = self.judge.preference(ask(DECIDE, question, reference, answer), LEAD)
        except UnavailableError as error:
            return _failed(error)
        if not 0.0 <= share <= 1.0:  # not a number is neither
            return Scored(Outcome.FAULT, 0.0, f"the judge's preference is {share}")
        return Scored(Outcome.WRONG, share, "")

    def rubric(self, question: str, reference: str, answer: str, items: Sequence[tuple[str, float]]) -> Scored:
        """The mean of yes (1) and no (0) to each item, by weight; each is asked about by itself, and none may fail.

        Args:
            question: what was asked.
            reference: the right answer.
            answer: what is judged.
            items: what the answer should meet, each with a weight of at least 0, and not all 0.

        Raises:
            InvalidValueError: the reference answer is empty, or the weights are impossible.
        """
        total = sum(weight for _, weight in items)
        if not total > 0 or any(weight < 0 for _, weight in items):
            raise InvalidValueError(
                f"a rubric with the weights {[weight for _, weight in items]!r}: at least 0, not all 0"
            )
        known = _by_rule(question, reference, answer)
        if known is not None:
            return known
        self.asked += 1
        met, critique = 0.0, []
        for item, weight in items:
            try:
                decision = read_decision(self.judge.reply(ask(CRITERION, question, reference, answer, item=item)))
            except UnavailableError as error:
                return _failed(error)
            if decision is None:
                return Scored(Outcome.FAULT, 0.0, "the judge's last line is no decision")
            met += weight * decision
            critique.append(f"{'yes' if decision else 'no'}: {item}")
        return Scored(Outcome.WRONG, min(1.0, met / total), "\n".join(critique))

    def ranking(
        self, question: str, reference: str, answers: Sequence[str], rounds: int = 2, beaten: bool = False
    ) -> list[Scored]:
        """The share of comparisons that each of several answers to one question wins; see ``guru_envs.judge.ranking``.

        Args:
            question: what was asked.
            reference: the right answer.
            answers: what to compare; equal ones are one. What the rules find right scores 1, and wins without being compared.
            rounds: bounds the comparisons.
            beaten: some other answer is right.

        Raises:
            InvalidValueError: the reference answer is empty.
        """
        found = {answer: _by_rule(question, reference, answer) for answer in answers}
        rest = [answer for answer, known in found.items() if known is None]
        self.asked += len(rest)
        above = beaten or any(known is not None and known.score for known in found.values())
        for answer, rate in zip(rest, win_rates(self._replied, question, reference, rest, rounds, above), strict=True):
            fault = rate is None
            words = "no comparison could be read" if fault else ""
            found[answer] = Scored(Outcome.FAULT if fault else Outcome.WRONG, rate or 0.0, words)
        return [known for known in map(found.get, answers) if known is not None]

    def _replied(self, prompt: str) -> str | None:
        try:
            return self.judge.reply(prompt)
        except UnavailableError:
            return None


def _by_rule(question: str, reference: str, answer: str) -> Scored | None:
    """What needs no model: the empty answer, and one that is equal to the reference."""
    if not answer.strip():
        return Scored(Outcome.NO_ANSWER, 0.0, "")
    equal = equivalent(read_gold(reference, question=question), answer).equal
    return Scored(Outcome.CORRECT, 1.0, "") if equal else None


def _failed(error: UnavailableError) -> Scored:
    return Scored(Outcome.FAULT, 0.0, str(error)[:500])
