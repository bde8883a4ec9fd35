"""Exact process rewards of deductive domains: the mode in which a puzzle is deduced fact by fact.

No model judges: whether a fact follows is decided by ``guru_envs.theory`` from what the clues say. The review of a free-text
solution (``guru_envs.review``) shares the measure, ``progress``: the share of the solution that the facts stated so far settle
beyond what single clues give away. It rises from 0 to 1, so the rewards of an episode's steps sum to the reward of the whole
solution; restated clues, known facts and facts that do not follow yet earn nothing. (Process rewards: survey of RL for large
reasoning models, arXiv 2509.08827, section 3.1.)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

from guru_envs.domain import is_deductive
from guru_envs.reward import RewardRule
from guru_envs.source import Posed, TaskSource, fault
from guru_envs.task import Outcome, Step, Task, Verdict
from guru_envs.theory import Deduction, Status

MARGIN = 1.5  # of the price of a baseless fact, over that at which stating facts blindly breaks even
MAX_LINE = 4000  # characters of a line that may state a fact
_REASONS: dict[str, dict[Status, str]] = {
    "en": {
        Status.ENTAILED: "that follows",
        Status.KNOWN: "that is established already",
        Status.CONTRADICTED: "that is false",
        Status.OPEN: "that does not follow yet",
        Status.UNSUPPORTED: "that does not follow from the clues",
    },
    "zh": {
        Status.ENTAILED: "可以推出",
        Status.KNOWN: "这已经确立",
        Status.CONTRADICTED: "这是错误的",
        Status.OPEN: "这还不能推出",
        Status.UNSUPPORTED: "由线索不能推出这一点",
    },
}
BASELESS = (Status.CONTRADICTED, Status.UNSUPPORTED)
_UNREADABLE = {"en": "this states no fact in the form described", "zh": "没有按所述形式陈述事实"}
_PROGRESS = {"en": "; {settled:.0%} of the solution is settled", "zh": "；解答已确定 {settled:.0%}"}


def hint_steps(domain: Any, task: Task[Any], count: int) -> tuple[Step, ...]:
    """The first ``count`` steps of the oracle's proof, but never so many that nothing is left to find."""
    steps: tuple[Step, ...] = domain.solve(task).steps if count else ()
    steps = steps[: max(0, min(count, len(steps) - 1))]
    while steps and is_deductive(domain):
        deduction = Deduction(domain.theory(task), [one for step in steps for one in domain.clauses(task, step.fact)])
        left = deduction.open_atoms
        deduction.close()
        if left:
            break
        steps = steps[:-1]
    return steps


def open_deduction(domain: Any, task: Task[Any], hints: int) -> Deduction:
    """A deduction at its start: the rules, what single clues give away, and the hints of the prompt."""
    facts = [clause for step in hint_steps(domain, task, hints) for clause in domain.clauses(task, step.fact)]
    return Deduction(domain.theory(task), facts)


@functools.lru_cache(maxsize=1024)
def fair_price(arrangements: int, turns: int) -> float:
    """What a baseless fact must cost, as a multiple of ``correct``, so that facts stated without reading the clues do not pay.

    Such a policy asks, in effect, which of so many equally likely arrangements is the solution, with at most ``turns`` yes/no
    questions, and pays for each "no". At most ``comb(turns, n)`` of them can be told apart by n times "no", so there is a least
    number of "no" to be expected, whatever it asks: a half for two arrangements, almost 1 for as many as there are turns, almost
    2 for the square of that, and so on. At its inverse the policy breaks even; the price is half as much again, because the
    solutions of a level are not quite equally likely.
    """
    arrangements = left = max(2, min(arrangements, 2**turns))
    false = number = 0
    while left:
        found = min(left, math.comb(turns, number))
        false += number * found
        left, number = left - found, number + 1
    return MARGIN * arrangements / false


class StepsEpisode:
    """One episode of mode ``steps``: what has been said and established.

    Attributes:
        facts: the texts of the facts established, in order; stating them again in a new episode restores this one.
    """

    def __init__(self, source: TaskSource[Any], posed: Posed, facts: Sequence[str] = ()) -> None:
        self._source, self._posed = source, posed
        self._deduction: Deduction | None = None  # made when it is first needed
        self._proof: list[Step] | None = None  # the oracle's steps that may not be established yet
        self._arrangements = 0  # of the deduction, once they are counted
        self.facts = list(facts)

    def __getstate__(self) -> dict[str, Any]:
        """Without the solver: it is made again from the facts when it is needed."""
        return self.__dict__ | {"_deduction": None, "_proof": None}

    def _ready(self) -> Deduction:
        if self._deduction is None:
            self._deduction = open_deduction(self._source.domain, self._posed.task, self._posed.show.hints)
            domain: Any = self._source.domain
            for text in self.facts:
                fact = domain.read_fact(self._posed.task, text[:MAX_LINE].strip())
                self._deduction.state(domain.clauses(self._posed.task, fact))
        return self._deduction

    def close(self) -> None:
        """Free what the deduction holds."""
        if self._deduction is not None:
            self._deduction.close()
            self._deduction = None

    def _state(self, text: str) -> tuple[Status | None, float]:
        deduction = self._ready()
        domain: Any = self._source.domain
        fact = domain.read_fact(self._posed.task, text[:MAX_LINE].strip())
        if fact is None:
            return None, 0.0
        status, gain = deduction.state(domain.clauses(self._posed.task, fact))
        if status is Status.ENTAILED:
            self.facts.append(text)
        return status, gain

    def _price(self, deduction: Deduction, rule: RewardRule, fair_for: int | None) -> float:
        if fair_for is None:
            return rule.wrong
        self._arrangements = self._arrangements or deduction.arrangements()
        return -rule.correct * fair_price(self._arrangements, fair_for)

    def respond(self, response: str, rule: RewardRule, fair_for: int | None = None) -> tuple[Verdict, float]:
        """Judge the fact of a response.

        Args:
            response: the text.
            rule: what it is worth.
            fair_for: turns of an episode; with them a baseless fact costs the :func:`fair_price` of the puzzle, not ``wrong``.

        Returns:
            The verdict, CORRECT when the puzzle is solved now and with the progress as its credit, and the reward: ``correct``
            times the rise of the progress, the price of a baseless fact for one that is false or that the clues do not entail,
            ``no_answer`` for a response without one, and ``format`` with the last. A failing judge gives a FAULT.
        """
        show = self._posed.show
        text, format_ok, detail = show.parse(response)
        try:
            if text is None:
                return Verdict(Outcome.NO_ANSWER, 0.0, None, detail, False), rule.no_answer
            status, gain = self._state(text)
            if status is None or self._deduction is None:
                return Verdict(Outcome.NO_ANSWER, 0.0, text, _UNREADABLE[show.lang], format_ok), rule.no_answer
            progress = self._deduction.progress
        except (Exception, SystemExit) as error:  # a bug must not look like a wrong fact
            return fault(f"{type(error).__name__}: {error}"), 0.0
        if not self._deduction.open_atoms:
            return Verdict(Outcome.CORRECT, 1.0, text, "", format_ok), rule.correct * gain + rule.format * format_ok
        reason = _REASONS[show.lang][status] + _PROGRESS[show.lang].format(settled=progress)
        baseless = status in BASELESS
        reward = self._price(self._deduction, rule, fair_for) if baseless else rule.correct * gain
        return Verdict(Outcome.WRONG, progress, text, reason, format_ok), reward

    def oracle(self) -> str:
        """A response with the first fact of the oracle's proof that is not established yet."""
        deduction = self._ready()
        domain: Any = self._source.domain
        if self._proof is None:
            self._proof = list(domain.solve(self._posed.task).steps)
        while len(self._proof) > 1:
            said = domain.clauses(self._posed.task, self._proof[0].fact)
            if deduction.judge(said) is not Status.KNOWN or deduction.says_more(said):
                break
            del self._proof[0]
        return self._posed.show.respond("", self._proof[0].statement)
