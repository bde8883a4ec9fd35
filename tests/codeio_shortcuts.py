"""What ways round the reasoning pay in guru/codeio-v0, for each level, both kinds of programs, all modes and both shows.

    python tests/codeio_shortcuts.py --count 40

Shortcuts without a look at the program: constants, the arguments given back, a literal of the program, the commonest answer of other
tasks; for ``input`` empty, small and extreme arguments, the result as an argument, and the arguments that were right most often in
other tasks with the same types. ``common`` is learnt from one half of the tasks and tried on the other.

The first table is by kind of program, mode and show over all levels; the second is of each level as it is posed, next to the row's
``guess_rate``.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.simulation._codeio.limits import MAX_INT, MAX_LINES, StopError
from guru_envs.domains.simulation._codeio.machine import Machine
from guru_envs.domains.simulation._codeio.marks import Ready
from guru_envs.domains.simulation._codeio.real import Real
from guru_envs.domains.simulation._codeio.values import arguments, fits
from guru_envs.domains.simulation.codeio import Codeio, CodeioKnobs
from guru_envs.errors import ImpossibleTaskError

ROW = registry.spec("guru/codeio-v0")
DOMAIN = Codeio()
CONSTANTS = (0, 1, -1, 2, 10, "", "a", [], {}, True, False)
SIMPLE: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, 10, 10**6, -(10**6)),
    "float": (0.0, 1.0, 10.0, 1e6, -1e6),
    "str": ("", "a", "abc", "a" * 40, "zZ9 " * 10),
    "list[int]": ([], [0], [1, 2, 3], [10**6] * 20, [-(10**6)] * 20),
    "list[str]": ([], ["a"], ["a", "b"], ["a" * 40] * 20, [""] * 20),
    "list[list[int]]": ([], [[]], [[0]], [[1] * 20] * 20, [[0, 1], [1, 0]]),
}
NAMES = ("empty", "small", "usual", "large", "extreme")


class Runner:
    """A program of a task, run on arguments of our own; a program of a family within this process, as they are no policy's."""

    def __init__(self, problem: Any) -> None:
        self._real = isinstance(problem.program, Real)
        program = problem.program
        self._run = Ready(ast.parse(program.code)) if self._real else Machine(program, None, MAX_LINES, MAX_INT)

    def gives(self, args: list[Any], output: Any) -> bool:
        """Whether the program returns the output for the arguments."""
        try:
            found = self._run.run(args, 50_000) if self._real else self._run.run(args)
        except (StopError, MemoryError):
            return False
        return type(found) is type(output) and bool(found == output)


def attempts(problem: Any, rng: random.Random) -> Iterator[tuple[str, list[Any]]]:
    """Arguments that need no reading of the program, by the name of the shortcut."""
    for place, name in enumerate(NAMES):
        yield name, [SIMPLE[kind][place] for kind in problem.kinds]
    parts = problem.output if type(problem.output) is tuple else (problem.output,)
    for part in (problem.output, *parts):
        turned = part[::-1] if type(part) in (str, list) else part
        for name, value in (("echo", part), ("echo", [part]), ("echo reversed", turned)):
            able = [number for number, kind in enumerate(problem.kinds) if fits(kind, value)]
            for number in able:
                args = [SIMPLE[kind][1] for kind in problem.kinds]
                args[number] = value
                yield name, args
    guess = json.loads(DOMAIN.guess(_Holder(problem), rng))
    found = arguments(guess, problem.kinds, problem.names)
    if type(found) is list:
        yield "guess", found


class _Holder:
    """What ``guess`` needs of a task."""

    def __init__(self, problem: Any) -> None:
        self.payload = problem


def literals(code: str) -> list[Any]:
    """The literals of a program, in the order of the text."""
    return [
        node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant) and node.value is not None
    ]


def tried(task: Any, rng: random.Random) -> dict[str, bool]:
    """For each shortcut whether it is right for a task, any of its ways at a time."""
    problem = task.payload
    won: dict[str, bool] = {}
    if problem.mode == "input":
        runner = Runner(problem)
        for name, args in attempts(problem, rng):
            won[name] = won.get(name, False) or runner.gives(args, problem.output)
        return won

    def right(value: Any) -> bool:
        return DOMAIN.verify(task, json.dumps(value)).correct

    for value in CONSTANTS:
        won[f"always {json.dumps(value)}"] = right(value)
    won["an argument"] = any(map(right, problem.args))
    found = literals(problem.code)
    won["a literal"] = bool(found) and right(rng.choice(found))
    won["guess"] = DOMAIN.verify(task, DOMAIN.guess(task, rng)).correct
    return won


def common(tasks: list[Any]) -> float:
    """The share of every second task that is solved by what was right most often among the others with the same types."""
    known: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    def key(problem: Any) -> tuple[str, ...]:
        return tuple(problem.kinds) if problem.mode == "input" else (type(problem.value).__name__,)

    for task in tasks[::2]:
        known[key(task.payload)][task.gold] += 1
    wins = 0
    for task in tasks[1::2]:
        best = known[key(task.payload)].most_common(1)
        if best and task.payload.mode == "input":
            wins += Runner(task.payload).gives(json.loads(best[0][0]), task.payload.output)
        elif best:
            wins += DOMAIN.verify(task, best[0][0]).correct
    return wins / max(1, len(tasks[1::2]))


def drawn(level: int, count: int, **changed: str) -> list[Any]:
    """Tasks of a level; none where there are no programs of that length."""
    knobs = make_knobs(CodeioKnobs, {**ROW.levels[level - 1], **changed})
    try:
        return [DOMAIN.generate(random.Random(f"{level} {changed} {seed}"), knobs) for seed in range(count)]
    except ImpossibleTaskError:
        return []


def shares(tasks: list[Any]) -> dict[str, float]:
    """The share of tasks for which each shortcut is right."""
    rng, won, times = random.Random(0), Counter(), Counter()
    for task in tasks:
        for name, right in tried(task, rng).items():
            won[name] += right
        times[task.payload.mode == "input"] += 1
    of = {name: times[name in (*NAMES, "echo", "echo reversed")] for name in won}
    of["guess"] = len(tasks)
    return {name: won[name] / max(1, of[name]) for name in won} | {"common": common(tasks)}


def line(name: str, tasks: list[Any], bound: float | None = None) -> tuple[str, float]:
    """One row of a table: the shortcuts that are right at all, the best first; and the best share."""
    found = sorted(shares(tasks).items(), key=lambda one: -one[1])
    told = ", ".join(f"{one} {100 * share:.1f} %" for one, share in found[:5] if share) or "none is ever right"
    limit = "" if bound is None else f" | {100 * bound:.0f} %"
    return f"| {name} | {len(tasks)}{limit} | {told} |", found[0][1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40, help="tasks of each cell (%(default)s)")
    parser.add_argument("--posed", type=int, default=400, help="tasks of each level as posed (%(default)s)")
    count, posed = vars(parser.parse_args()).values()
    levels = range(1, len(ROW.levels) + 1)
    print("| programs, mode, show | tasks | shortcuts |\n|---|---|---|")
    for source in ("random", "families"):
        for mode, show in (
            ("output", "code"),
            ("output", "plan"),
            ("input", "code"),
            ("input", "plan"),
            ("step", "code"),
        ):
            tasks = [one for level in levels for one in drawn(level, count, source=source, mode=mode, show=show)]
            print(line(f"{source}, {mode}, {show}", tasks)[0], flush=True)
    print("\n| level | tasks | guess rate of the row | shortcuts |\n|---|---|---|---|")
    for level in levels if posed else ():
        print(line(str(level), drawn(level, posed), ROW.guess_rate[level - 1])[0], flush=True)


if __name__ == "__main__":
    main()
