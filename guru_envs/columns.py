"""Verdicts and infos of many episodes as columns: one array for each quantity, as vector environments give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from guru_envs.reward import RewardRule
from guru_envs.source import Posed
from guru_envs.task import Outcome, Verdict

Array = np.ndarray[Any, Any]

_WRONG, _NO_ANSWER, _FAULT = Outcome.WRONG, Outcome.NO_ANSWER, Outcome.FAULT


class VerdictColumns(NamedTuple):
    """Verdicts by field, in arrays of shape ``(episodes,)``; empty values (as before the first response) without one."""

    outcome: Array  # str objects
    correct: Array  # bool
    credit: Array  # float64
    format_ok: Array  # bool
    answer: Array  # str or None objects
    detail: Array  # str objects
    fault: Array  # bool


def no_verdicts(size: int) -> VerdictColumns:
    """The columns before the first response."""
    words = np.empty(size, dtype=object)  # holds None
    blank = np.full(size, "", dtype=object)
    flags = np.zeros(size, dtype=np.bool_)
    return VerdictColumns(blank, flags, np.zeros(size), flags.copy(), words, blank.copy(), flags.copy())


def verdict_columns(verdicts: Sequence[Verdict], where: Sequence[int], size: int) -> VerdictColumns:
    """The columns of verdicts that belong to the episodes ``where`` (indices) out of ``size``."""
    columns = no_verdicts(size)
    if verdicts:
        at: Any = slice(None) if len(verdicts) == size else where
        outcomes, credits, answers, details, formats = zip(*verdicts, strict=True)
        columns.outcome[at] = [outcome._value_ for outcome in outcomes]
        columns.credit[at] = credits
        np.equal(columns.credit, 1.0, out=columns.correct)  # full credit is what CORRECT means, see TaskSource.judge
        columns.format_ok[at] = formats
        columns.answer[at] = answers
        columns.detail[at] = details
        if _FAULT in outcomes:
            columns.fault[at] = [outcome is _FAULT for outcome in outcomes]
    return columns


def prices(rule: RewardRule, columns: VerdictColumns) -> Array:
    """``rule.price`` of each verdict, as float64; 0.0 where there is none."""
    wrong = columns.outcome == _WRONG.value
    rewards = np.where(columns.correct, rule.correct, 0.0)
    credit = columns.credit[wrong]
    if rule.power != 1:  # NumPy's own power may differ from Python's in the last digit
        credit = np.array([one**rule.power for one in credit.tolist()])
    rewards[wrong] = rule.wrong + rule.partial * credit
    if rule.no_answer:
        rewards[columns.outcome == _NO_ANSWER.value] = rule.no_answer
    if rule.format:
        rewards[columns.format_ok & ~columns.fault] += rule.format
    return rewards


class TaskColumns:
    """The part of infos that speaks of the tasks, kept up to date where tasks change."""

    def __init__(self, size: int) -> None:
        self.task_id = np.full(size, "", dtype=object)
        self.level = np.zeros(size, dtype=np.int64)
        self.split = np.full(size, "", dtype=object)

    def put_all(self, posed: Sequence[Posed], each: int) -> None:
        """Take over one task for each group of ``each`` neighbours."""
        for column, values in (
            (self.task_id, [one.task_id for one in posed]),
            (self.level, [one.level for one in posed]),
            (self.split, [one.split for one in posed]),
        ):
            column.reshape(len(posed), each)[:] = np.array(values, dtype=column.dtype)[:, None]

    def put(self, where: slice, posed: Posed) -> None:
        """Take over the task of some neighbours."""
        self.task_id[where] = posed.task_id
        self.level[where] = posed.level
        self.split[where] = posed.split


def as_infos(tasks: TaskColumns, turns: Array, judged: VerdictColumns, mask: Array) -> dict[str, Any]:
    """The entries of ``describe`` as arrays over all episodes, each with Gymnasium's mask ``_key``.

    The arrays of ``judged`` are handed out as they are, the others copied: what a user does to them changes nothing here.
    """
    return {
        "task_id": tasks.task_id.copy(),
        "_task_id": mask,
        "level": tasks.level.copy(),
        "_level": mask,
        "split": tasks.split.copy(),
        "_split": mask,
        "turn": turns.copy(),
        "_turn": mask,
        "outcome": judged.outcome,
        "_outcome": mask,
        "correct": judged.correct,
        "_correct": mask,
        "credit": judged.credit,
        "_credit": mask,
        "format_ok": judged.format_ok,
        "_format_ok": mask,
        "answer": judged.answer,
        "_answer": mask,
        "detail": judged.detail,
        "_detail": mask,
    }
