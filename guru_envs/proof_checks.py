"""The part of the contract that domains which judge single lines and domains with twins keep; see ``guru_envs.checks``."""

from __future__ import annotations

import functools
from typing import Any

from guru_envs import registry
from guru_envs.address import TWIN_MAKERS
from guru_envs.deduction import MAX_LINE
from guru_envs.domain import is_deductive, judges_lines
from guru_envs.env import TextEnv
from guru_envs.errors import ImpossibleTaskError
from guru_envs.mixing import MixtureSource
from guru_envs.source import Posed, TaskSource
from guru_envs.task import Outcome
from guru_envs.theory import check_proof


def check_proofs(source: TaskSource[Any], posed: list[Posed]) -> str:
    """Of a deductive domain: the clues settle the solution, each step follows from its premises and is read as its fact."""
    if not is_deductive(source.domain):
        return ""
    domain: Any = source.domain
    for lang in registry.spec(source.env_id).languages:
        for one in posed if lang == "en" else posed[:3]:
            task = one.task if lang == "en" else source.generate(f"{one.task_id}?lang={lang}")
            trace = domain.solve(task)
            if problem := check_proof(domain.theory(task), trace, functools.partial(domain.clauses, task)):
                return f"the proof of {one.task_id}: {problem}"
            for step in trace.steps:
                if domain.read_fact(task, step.statement) != step.fact:
                    return f"a line of the proof of {one.task_id} is not read as its fact: {step.statement!r}"
            for text in ("", "\0", "x" * 1000, task.prompt[:1000], "\ud800", "9" * 1000):
                if domain.read_fact(task, text) is not None:
                    return f"{text[:50]!r} is read as a fact of {one.task_id}"
    return ""


def check_steps(source: TaskSource[Any], posed: list[Posed]) -> str:
    """Of a deductive domain: in mode ``steps`` the oracle's facts earn the maximal reward in sum."""
    if not is_deductive(source.domain):
        return ""
    env = TextEnv(source.env_id, level=source.setting.level, mode="steps", max_turns=10_000)
    for one in posed[:1]:
        env.reset(options={"task_id": f"{one.task_id}?mode=steps"})
        total, over = 0.0, False
        while not over:
            _, reward, over, truncated, info = env.step(env.oracle())
            total += reward
            if truncated or (reward == 0.0 and info["outcome"] == "no_answer"):
                return f"the oracle's fact for {one.task_id} is judged {info['outcome']}: {info['detail']}"
        if not info["correct"] or abs(total - env.play.rule.correct) > 1e-6:
            return f"the oracle's facts for {one.task_id} earn {total} in sum and end {info['outcome']}"
    return ""


def check_lines(source: TaskSource[Any], posed: list[Posed]) -> str:
    """Where lines of a response are judged: those of the oracle's proof go all the way, hostile ones state nothing."""
    if not judges_lines(source.domain):
        return ""
    from guru_envs.review import MAX_FACTS, review

    for lang in registry.spec(source.env_id).languages:
        for one in posed if lang == "en" else posed[:3]:
            shown = one if lang == "en" else source.pose(f"{one.task_id}?lang={lang}")
            statements = [step.statement for step in source.domain.solve(shown.task).steps]
            found = review(source, shown, "\n".join(statements))
            # Of the longest proofs not every line is judged.
            judged = len(statements) <= MAX_FACTS and max(map(len, statements)) <= MAX_LINE
            if found.first_false or (judged and abs(found.progress - 1) > 1e-9):
                return f"the lines of the proof of {shown.task_id} are judged {found}"
            hostile = ["", "\0", "x" * 1000, "\ud800", "9" * 1000, "=" * 1000, "1 = 1"]
            if not is_deductive(source.domain):  # there a single clue may settle a small puzzle
                hostile.append(shown.task.prompt)
            for text in hostile:
                if review(source, shown, text).progress:
                    return f"{text[:50]!r} earns progress for {shown.task_id}"
    return ""


def check_twins(source: TaskSource[Any], posed: list[Posed]) -> str:
    """A reworded twin is the same problem in another text; an edited one has another answer; their oracles are right."""
    for kind, maker in TWIN_MAKERS.items():
        if not maker or not hasattr(source.domain, maker) or isinstance(source, MixtureSource):
            continue  # the parts of a mixture are checked by themselves
        for one in posed[:3]:
            try:
                other = source.pose(f"{one.task_id}?twin={kind}")
            except ImpossibleTaskError:
                continue  # the smallest levels have too few problems
            if (other.task.canonical == one.task.canonical) is not (kind == "reworded"):
                return f"the canonical form of {other.task_id} and that of the original do not fit"
            if other.prompt == one.prompt or (kind == "edited" and other.task.gold == one.task.gold):
                return f"{other.task_id} is no twin: the prompt or the answer did not change"
            if source.judge(other.task, source.demonstrate(other.task)).outcome is not Outcome.CORRECT:
                return f"the oracle's response to {other.task_id} is not correct"
    return ""
