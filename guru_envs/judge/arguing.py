"""Why an answer is right or wrong, step by step: the source's proof, the first difference, and its verifier's verdict."""

from __future__ import annotations

import re
from typing import Any

from guru_envs.judge.candidates import Candidate, judged
from guru_envs.source import Posed, TaskSource
from guru_envs.task import Outcome, Premise, Step

_TOKEN = re.compile(r"\w+|[^\w\s]")
_MAX = 300  # characters of an answer that are quoted

_SAY = {
    "en": {
        "known": "The right answer: {0}",
        "reference": "The ground truth answer: {0}",
        "missing": "The student's text holds no answer in the form that the question asks for, or one that can't be read.",
        "given": "The student's answer: {0}",
        "same": "The two are the same, sign by sign.",
        "differs": 'They first differ at part {0}: "{1}" there, "{2}" in the student\'s answer.',
        "right": "Both say the same, or the student's answer meets all that the question asks for.",
        "wrong": "So the student's answer does not meet what the question asks for.",
        "reason": "The reason: {0}.",
        "nothing": "nothing",
    },
    "zh": {
        "known": "正确答案：{0}",
        "reference": "标准答案：{0}",
        "missing": "学生的文本中没有按问题要求的格式给出的答案，或者答案无法读取。",
        "given": "学生的答案：{0}",
        "same": "两者逐字相同。",
        "differs": "两者从第 {0} 个部分开始不同：这里是“{1}”，学生的答案中是“{2}”。",
        "right": "两者的意思相同，或者学生的答案满足问题的全部要求。",
        "wrong": "因此学生的答案不满足问题的要求。",
        "reason": "原因：{0}。",
        "nothing": "无",
    },
}


def argue(source: TaskSource[Any], posed: Posed, candidate: Candidate, reference: bool) -> tuple[Step, ...]:
    """The steps to the decision; with a reference answer the question is not solved again."""
    say, gold = _SAY[posed.show.lang], posed.task.gold
    steps = [] if reference else list(source.domain.solve(posed.task).steps)
    verdict = judged(source, posed, candidate.response)
    proved = (Premise("step", len(steps)),) if steps else ()
    steps.append(Step(say["reference" if reference else "known"].format(_short(gold)), proved))
    known = len(steps)
    if verdict.outcome is Outcome.NO_ANSWER or verdict.answer is None:
        return (*steps, Step(say["missing"]))
    steps.append(Step(say["given"].format(_short(verdict.answer))))
    both = (Premise("step", known), Premise("step", known + 1))
    place = first_difference(gold, verdict.answer)
    if place is None:
        steps.append(Step(say["same"], both))
    else:
        parts = [(_TOKEN.findall(text) + [say["nothing"]] * (place + 1))[place] for text in (gold, verdict.answer)]
        steps.append(Step(say["differs"].format(place + 1, *map(_short, parts)), both))
    if verdict.correct:
        steps.append(Step(say["right"], both))
        return tuple(steps)
    reason = say["reason"].format(verdict.detail.rstrip(".。")) if verdict.detail else ""
    steps.append(Step(f"{say['wrong']} {reason}".strip(), both))
    return tuple(steps)


def first_difference(one: str, other: str) -> int | None:
    """The number, from 0, of the first word or sign in which two texts differ; None when there is none."""
    left, right = _TOKEN.findall(one), _TOKEN.findall(other)
    for place, (first, second) in enumerate(zip(left, right, strict=False)):
        if first != second:
            return place
    return None if len(left) == len(right) else min(len(left), len(right))


def _short(text: str) -> str:
    line = " / ".join(text.split("\n"))
    return line if len(line) <= _MAX else f"{line[:_MAX]} ..."
