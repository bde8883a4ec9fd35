"""What a verdict is worth. Truth (``Verdict``) and price (``RewardRule``) are separate."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.task import Outcome, Verdict

# Attribute access on an enum is slow.
_CORRECT, _WRONG, _NO_ANSWER = Outcome.CORRECT, Outcome.WRONG, Outcome.NO_ANSWER


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


@dataclass(frozen=True)
class RewardRule:
    """Prices a verdict.

    Attributes:
        correct: reward of a CORRECT response.
        wrong: reward of a WRONG response with no credit.
        no_answer: reward of a response without an answer.
        partial: times the verdict's credit, added to a WRONG response.
        format: added to any response of exactly the asked form, right or wrong.

    A FAULT is worth 0.0 and must be masked: the environment reports it as ``truncated=True``.
    The defaults are the binary reward of GRPO as used for GURU (arXiv 2506.14965, section 2.3).
    """

    correct: float = 1.0
    wrong: float = 0.0
    no_answer: float = 0.0
    partial: float = 0.0
    format: float = 0.0

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
                raise InvalidValueError(f"reward {spec.name!r} is {value!r}: a finite number is expected")

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
        """The reward of a correct response in the asked form."""
        return self.correct + self.format

    def price(self, verdict: Verdict) -> float:
        """The reward of a verdict."""
        outcome = verdict.outcome
        if outcome is _CORRECT:
            reward = self.correct
        elif outcome is _WRONG:
            reward = self.wrong + self.partial * verdict.credit
        elif outcome is _NO_ANSWER:
            reward = self.no_answer
        else:
            return 0.0
        return reward + self.format if verdict.format_ok else reward
