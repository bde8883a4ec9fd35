"""What a verdict is worth. Truth (``Verdict``) and price (``RewardRule``) are separate."""

from __future__ import annotations

import dataclasses
import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.task import Outcome, Verdict

# Attribute access on an enum is slow.
_CORRECT, _WRONG, _NO_ANSWER = Outcome.CORRECT, Outcome.WRONG, Outcome.NO_ANSWER


def _is_finite(value: numbers.Real) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


class Review(NamedTuple):
    """What the facts stated in a free-text response are worth.

    Attributes:
        facts: how many lines state a fact in the documented form.
        first_false: the number of the first one that is false, that the clues do not entail or that leads nowhere, counted from 1; 0
            when none is.
        progress: the share of the way to the solution that the facts before that one go, each of which followed when it was stated.
        gains: for each fact that settled something the character of the response at which its line ends, and by how much the
            progress rose; the false one stands last, with a rise of 0.
    """

    facts: int = 0
    first_false: int = 0
    progress: float = 0.0
    gains: tuple[tuple[int, float], ...] = ()


NOT_REVIEWED = Review()

# The reward styles of the multi-domain study (arXiv 2507.17512, section 7). Its knights and knaves have the binary ones, its
# logic puzzles the proportional ones. What cannot be read is worth what nothing right is worth. The study gives the reward of
# the form no value; 0.1 is ours.
_ZERO = {"wrong": 0.0, "no_answer": 0.0, "partial": 0.0, "format": 0.0}
REWARD_STYLES: dict[str, dict[str, float]] = {
    "binary": {"correct": 1.0, **_ZERO},
    "proportional": {"correct": 1.0, **_ZERO, "partial": 1.0},
    "binary+format": {"correct": 1.0, **_ZERO, "format": 0.1},
    "proportional+format": {"correct": 1.0, **_ZERO, "partial": 1.0, "format": 0.1},
    "binary+rescaled": {"correct": 1.0, **_ZERO, "wrong": -1.0, "no_answer": -1.0},
    "proportional+rescaled": {"correct": 1.0, **_ZERO, "wrong": -1.0, "no_answer": -1.0, "partial": 2.0},
}


def reward_style(name: str) -> dict[str, float]:
    """The reward numbers of a style; raises ``UnknownNameError`` for a name that is none."""
    if name not in REWARD_STYLES:
        raise unknown_name("reward style", name, REWARD_STYLES)
    return dict(REWARD_STYLES[name])


@dataclass(frozen=True)
class RewardRule:
    """Prices a verdict.

    Attributes:
        correct: reward of a CORRECT response.
        wrong: reward of a WRONG response with no credit.
        no_answer: reward of a response without an answer.
        partial: times the verdict's credit to the power of ``power``, added to a WRONG response.
        format: added to any response of exactly the asked form, right or wrong.
        step: times the progress of the facts that the response states (see ``Review``); needs a domain that judges lines.
        false_step: added once when a fact that the response states is false; needs a domain that judges lines.
        power: at least 1; above it the last parts of an answer are worth more than the first ones (RLVE, arXiv 2511.07317, pays the
            tenth power of the share for sorting). As credit is below 1 unless all is right, so is its power.

    A FAULT is worth 0.0 and must be masked: the environment reports it as ``truncated=True``.
    The defaults are the binary reward of GRPO as used for GURU (arXiv 2506.14965, section 2.3).
    """

    correct: float = 1.0
    wrong: float = 0.0
    no_answer: float = 0.0
    partial: float = 0.0
    format: float = 0.0
    step: float = 0.0
    false_step: float = 0.0
    power: float = 1.0

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, bool) or not isinstance(value, numbers.Real) or not _is_finite(value):
                raise InvalidValueError(f"reward {spec.name!r} is {value!r}: a finite number is expected")
            object.__setattr__(self, spec.name, float(value))  # also of NumPy's numbers, so that rewards stay plain
        if self.power < 1:
            raise InvalidValueError(f"reward 'power' is {self.power!r}: at least 1 is expected")

    @classmethod
    def from_mapping(cls, values: Mapping[str, float], where: str = "") -> RewardRule:
        """Build a rule from plain values; raises ``UnknownNameError`` for a key that is no field."""
        names = [spec.name for spec in dataclasses.fields(cls)]
        for name in values:
            if name not in names:
                raise unknown_name("reward", name, names, where)
        return cls(**values)

    @property
    def maximum(self) -> float:
        """The reward of a correct response in the asked form, with a whole proof where steps are priced."""
        return self.correct + self.format + self.step

    @property
    def prices_steps(self) -> bool:
        """Whether the facts that a response states matter."""
        return bool(self.step or self.false_step)

    def price_steps(self, review: Review) -> float:
        """What the facts of a response are worth; added to the price of its verdict unless that is a FAULT."""
        return self.step * review.progress + (self.false_step if review.first_false else 0.0)

    def price_each(self, first_false: int, gains: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """What each of these facts is worth, with the character at which its line ends; in all it is ``price_steps``."""
        priced = [(end, self.step * rise) for end, rise in gains]
        return [*priced[:-1], (priced[-1][0], self.false_step)] if first_false else priced

    def price(self, verdict: Verdict) -> float:
        """The reward of a verdict, without what its steps are worth."""
        outcome = verdict.outcome
        if outcome is _CORRECT:
            reward = self.correct
        elif outcome is _WRONG:
            reward = self.wrong + self.partial * verdict.credit**self.power
        elif outcome is _NO_ANSWER:
            reward = self.no_answer
        else:
            return 0.0
        return reward + self.format if verdict.format_ok else reward
