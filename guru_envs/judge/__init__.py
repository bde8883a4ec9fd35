"""Answers judged by a language model, behind rules that answer first.

For open text answers, where no rule can say "the same". ``ModelJudge`` asks a ``Judge`` only when the rules do not already
find the answer right; whatever goes wrong with the model is a FAULT, never a wrong answer.
"""

from guru_envs.judge.http import HttpJudge
from guru_envs.judge.prompting import MAX_ANSWER, isolate, read_decision, read_score
from guru_envs.judge.rules import Judge, ModelJudge, Scored, SoftJudge, UnavailableError
from guru_envs.judge.stub import StubJudge
from guru_envs.judge.webinstruct import OpenQuestion, OpenTask, read_row, read_rows, verify

__all__ = [
    "MAX_ANSWER",
    "HttpJudge",
    "Judge",
    "ModelJudge",
    "OpenQuestion",
    "OpenTask",
    "Scored",
    "SoftJudge",
    "StubJudge",
    "UnavailableError",
    "isolate",
    "read_decision",
    "read_row",
    "read_rows",
    "read_score",
    "verify",
]
