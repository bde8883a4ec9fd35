"""Questions with open answers, in rows as those of WebInstruct-verified: question, answer, answer_type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from guru_envs.errors import InvalidValueError
from guru_envs.judge.rules import ModelJudge
from guru_envs.task import Task, Verdict


class OpenQuestion(NamedTuple):
    """A question with a reference answer and the kind of the answer (``Float``, ``Expression``, ``String``, ...)."""

    question: str
    answer: str
    answer_type: str


OpenTask = Task[OpenQuestion]


def read_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[OpenTask]:
    """Tasks of rows with ``question``, ``answer`` and, if known, ``answer_type``, or of rows in GURU's form.

    Raises:
        InvalidValueError: a row without question or answer, with its number.
    """
    for number, row in enumerate(rows, 1):
        try:
            yield read_row(row)
        except InvalidValueError as error:
            raise InvalidValueError(f"row {number}: {error}") from None


def read_row(row: Mapping[str, Any]) -> OpenTask:
    """The task of one row.

    Raises:
        InvalidValueError: the row has no question or no answer.
    """
    question, answer, kind = row.get("question"), row.get("answer"), row.get("answer_type")
    extra, reward = row.get("extra_info"), row.get("reward_model")
    if isinstance(extra, Mapping) and isinstance(reward, Mapping):
        question, answer, kind = extra.get("question"), reward.get("ground_truth"), extra.get("answer_type")
    if not isinstance(question, str) or not isinstance(answer, str) or not question.strip() or not answer.strip():
        raise InvalidValueError("a question and an answer are expected as text")
    payload = OpenQuestion(question.strip(), answer.strip(), str(kind or ""))
    return Task(payload.question, payload.answer, payload, f"webinstruct {' '.join(question.lower().split())}")


def verify(judge: ModelJudge, task: OpenTask, answer: str) -> Verdict:
    """Judge an extracted answer to such a task."""
    return judge.verdict(task.payload.question, task.payload.answer, answer)
