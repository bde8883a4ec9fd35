"""The words every part of the package shares: task, task id, outcome, verdict, trace.

This module imports the standard library only (and the error tree), so that anything may import it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, NamedTuple, TypeVar

from guru_envs.errors import InvalidValueError

P = TypeVar("P")

Split = Literal["train", "test"]
SPLITS: tuple[str, ...] = ("train", "test")


@dataclass(frozen=True, slots=True)
class Task(Generic[P]):
    """One problem.

    Attributes:
        prompt: the problem as shown, without answer instructions.
        gold: an answer text that the domain's verifier judges CORRECT.
        payload: the problem in the domain's own typed form.
        canonical: the problem with renamings and the order of its parts removed. Tasks which are the same problem in
            other words have the same canonical text; its hash decides the split, so train and test share no problem.
    """

    prompt: str
    gold: str
    payload: P
    canonical: str


class Outcome(StrEnum):
    """What is true of a response."""

    CORRECT = "correct"
    WRONG = "wrong"
    NO_ANSWER = "no_answer"
    FAULT = "fault"  # the judge failed, not the response; trainers mask it


class Verdict(NamedTuple):
    """The judgement of one response. What it is worth is decided elsewhere (``RewardRule``).

    A named tuple, because a vector environment makes hundreds of thousands of them a second. That credit is 1.0 exactly
    when the outcome is CORRECT is enforced where all verdicts pass, in ``TaskSource.judge``.

    Attributes:
        outcome: what is true.
        credit: partial credit in [0, 1], above chance unless a knob says otherwise; 1.0 exactly when the outcome is CORRECT.
        answer: the answer as extracted from the response, or None.
        detail: a short, truthful reason that never reveals the answer. Empty when there is nothing to say.
        format_ok: the response has exactly the form that was asked for. Independent of the outcome.
    """

    outcome: Outcome
    credit: float = 0.0
    answer: str | None = None
    detail: str = ""
    format_ok: bool = False

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is Outcome.CORRECT


class Premise(NamedTuple):
    """What a step follows from: a clue of the prompt or an earlier step, both counted from 1."""

    kind: Literal["clue", "step"]
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a proof.

    Attributes:
        statement: the line as text, in the task's language.
        premises: the clues and earlier steps it follows from (with the domain's standing rules).
        fact: the same statement for programs; its form is documented by the domain.
    """

    statement: str
    premises: tuple[Premise, ...] = ()
    fact: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A proof: steps in order, then the answer they establish (the task's gold)."""

    steps: tuple[Step, ...]
    answer: str


_TASK_ID = re.compile(
    r"(?P<env_id>[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+-v[0-9]+)/(?P<split>[a-z]+)/(?P<setting>[^/?]+)"
    r"/(?P<seed>0|[1-9][0-9]{0,18})"  # one way of writing each seed
    r"(?:\?(?P<options>[^/?]*))?"
)


class TaskId(NamedTuple):
    """The address of a task: everything needed to make the same bytes again, on any machine.

    Attributes:
        env_id: for example ``guru/zebra-v0``.
        split: ``train`` or ``test``.
        setting: a level (``"3"``), explicit knobs (``"attributes=5,houses=6"``), or a level with some knobs changed
            (``"3,houses=6"``). Knobs are in alphabetical order; what is no letter, digit or one of ``_.-~`` in their
            values is percent-encoded.
        seed: 0 to 2**63 - 1.
        options: how the task is shown, ``&``-separated ``key=value`` pairs in alphabetical order, defaults left out;
            for example ``"lang=zh"``.
    """

    env_id: str
    split: str
    setting: str
    seed: int
    options: str = ""

    def __str__(self) -> str:
        tail = f"?{self.options}" if self.options else ""
        return f"{self.env_id}/{self.split}/{self.setting}/{self.seed}{tail}"

    @classmethod
    def parse(cls, text: str) -> TaskId:
        """Read the form that ``str()`` writes.

        Raises:
            InvalidValueError: the text is not a task id.
        """
        match = _TASK_ID.fullmatch(text) if isinstance(text, str) else None
        if match is None or int(match["seed"]) >= 2**63:
            raise InvalidValueError(
                f"malformed task id {text!r}: expected ENV_ID/SPLIT/LEVEL-OR-KNOBS/SEED[?OPTIONS] with a seed of 0 to "
                "2**63 - 1, for example guru/zebra-v0/train/3/17 or guru/zebra-v0/test/attributes=3,houses=4/5?lang=zh"
            )
        return cls(match["env_id"], match["split"], match["setting"], int(match["seed"]), match["options"] or "")
