"""Verdicts per second on predicted inputs of guru/codeio-v0, against programs per second of the sandbox alone on the same programs.

The verdicts go through TaskSource.judge_many; the sandbox gets the same programs with the same arguments, one program for each answer.
Both use the same two workers and are measured in turns. ``ratio`` is by the clock, the median of the ratios of neighbouring
measurements; ``CPU ratio`` is by the CPU time of all processes (that of a program over that of a verdict), which other load on the
machine disturbs less. Half of the answers are the task's own arguments, half have one value changed. With
``group 8`` each task gets eight answers, as a group of a policy's responses does.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from measuring import arguments, machine, paired, report, row
from sandbox import cpu_now

import guru_envs
from guru_envs.domains.simulation._codeio import values
from guru_envs.domains.simulation._codeio.real import LIMITS, Real
from guru_envs.sandbox import Call, Program, default_sandbox
from guru_envs.sandbox.many import run_many

ENV = "guru/codeio-v0"
KINDS = {"families": "9,mode=input,show=code,source=families", "random": "9,mode=input,show=code,source=random"}


def measured(kind: str, group: int, count: int, repeats: int) -> dict[str, float]:
    """Verdicts a second, and programs a second of the sandbox alone."""
    source, rng = guru_envs.make_source(ENV), random.Random(kind)
    posed = [source.pose(f"{ENV}/train/{KINDS[kind]}/{seed}") for seed in range(max(1, count // group))]
    posed = [one for one in posed for _ in range(group)]
    answers = [one.task.gold if place % 2 else source.domain.corrupt(one.task, rng) for place, one in enumerate(posed)]
    responses = [f"<answer>{answer}</answer>" for answer in answers]
    programs = []
    for one, answer in zip(posed, answers, strict=True):
        problem = one.task.payload
        args = values.arguments(values.read(answer), problem.kinds, problem.names)
        if isinstance(args, str):
            args = problem.args  # in place of an answer with an argument too many, which is not run
        title = problem.program.family if isinstance(problem.program, Real) else problem.program.titles[-1]
        programs.append(Program(problem.code, (Call(title, tuple(args)),)))

    spent: dict[str, float] = {"verdicts": 0.0, "programs": 0.0}  # CPU seconds

    def timed(what: str, work: Callable[[], list[Any]]) -> float:
        before, start = cpu_now(), time.perf_counter()
        done = work()
        seconds = time.perf_counter() - start
        spent[what] += cpu_now() - before
        return len(done) / seconds

    def verdicts() -> list[Any]:
        judged = source.judge_many(posed, responses)
        assert all(one.correct for one in judged[1::2]), "the task's own arguments are right"
        return judged

    def runs() -> list[Any]:
        return run_many(programs, LIMITS, sandbox=default_sandbox())

    verdicts(), runs()
    figures = paired(lambda: timed("verdicts", verdicts), lambda: timed("programs", runs), repeats)
    return {
        "verdicts/s": figures["ours"],
        "programs/s": figures["theirs"],
        "ratio": figures["ratio"],
        "CPU ms a verdict": 1000 * spent["verdicts"] / repeats / len(posed),
        "CPU ms a program": 1000 * spent["programs"] / repeats / len(posed),
        "CPU ratio": spent["programs"] / spent["verdicts"],
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/judge_codeio.py --repeats 7 --count 400", repeats=7)
    parser.add_argument("--count", type=int, default=400, help="answers of one measurement (%(default)s)")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        for group in (1, 8):
            figures = measured(kind, group, options.count, options.repeats)
            rows.append(row(f"{kind}, group {group}", figures, ("CPU ratio", 1.0)))
    report(rows, machine() | {"workers": default_sandbox().parallel}, options.json)


if __name__ == "__main__":
    main()
