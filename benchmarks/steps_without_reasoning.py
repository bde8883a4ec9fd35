"""What mode ``steps`` pays to policies that state facts without reasoning, and how fast facts are judged.

The policies know the rules of the puzzle's kind and every feedback, and state clauses, so they can say more than sentences allow:

* ``so``: every part of the solution in turn is claimed to be so, in rounds; what feedback and rules settle is not asked again;
* ``not so``: the same, but each is first claimed not to be so;
* ``clues``: what each clue says is stated clause by clause ("if A, then not B"), in rounds, and then ``not so`` is played;
* ``exclude``: of at most 200 possible arrangements one after the other is claimed not to be the solution.

``best stop`` is the highest mean reward of any policy that stops after a fixed number of turns (0 when it should not begin), and
``price`` the mean of what a baseless fact costs. ``even`` is the constant price at which the best of the policies breaks even.
``facts/s`` is of the oracle's facts, through ``env.step``, after ``reset``, which takes ``reset ms``; both in CPU time.
"""

from __future__ import annotations

import contextlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from measuring import arguments, machine, report

import guru_envs
from guru_envs.deduction import BASELESS, fair_price
from guru_envs.domain import is_deductive
from guru_envs.env import TextEnv
from guru_envs.knowledge import Clause, Knowledge
from guru_envs.theory import Deduction, Status, Theory

TURNS = 200  # of an episode, as by default
Ask = Callable[[Clause], Status]


class Blind:
    """What a policy that does not read the clues knows: the rules, what it was told, and which literals it may speak of."""

    def __init__(self, theory: Theory, deduction: Deduction, candidates: list[int]) -> None:
        top = max(abs(one) for part in (theory.rules, *theory.clues) for clause in part for one in clause)
        rules = [*theory.rules, *((one,) for one in deduction.start)]
        self.theory, self.candidates = theory, candidates
        self.knows = Knowledge(rules, max(top, *theory.atoms))

    def told(self, clause: Clause, status: Status) -> None:
        """Take note of a feedback."""
        if status is Status.CONTRADICTED:
            self.knows.hold([(-one,) for one in clause])
        elif status is not Status.UNSUPPORTED and len(clause) == 1:  # to go on from conditions would be reasoning
            self.knows.hold([clause])


def rounds(blind: Blind, ask: Ask, clauses: list[Clause]) -> None:
    """State clauses in rounds, as long as one brings something; what is refuted is turned round."""
    got = True
    while got and clauses:
        again, got = list[Clause](), False
        for clause in clauses:
            if blind.knows.entails(tuple(-one for one in clause[:1])) and len(clause) == 1:
                clause = (-clause[0],)  # it is known to be false
            status = ask(clause)
            blind.told(clause, status)
            got |= status in (Status.ENTAILED, Status.CONTRADICTED)
            if status is Status.OPEN:
                again.append(clause)
            elif status is Status.CONTRADICTED and len(clause) == 1:
                again.append((-clause[0],))
        clauses = again


def so(blind: Blind, ask: Ask) -> None:
    """Claim everything to be so."""
    rounds(blind, ask, [(one,) for one in blind.candidates])


def not_so(blind: Blind, ask: Ask) -> None:
    """Claim everything not to be so."""
    rounds(blind, ask, [(-one,) for one in blind.candidates])


def clues(blind: Blind, ask: Ask) -> None:
    """Say in clauses what the clues say, then go on without reasoning."""
    rounds(blind, ask, [clause for clue in blind.theory.clues for clause in clue if len(clause) > 1][: TURNS // 2])
    not_so(blind, ask)


def exclude(blind: Blind, ask: Ask) -> None:
    """Claim of one arrangement after the other that it is not the solution; the last one left is then stated."""
    found, left = Knowledge(blind.theory.rules, max(blind.theory.atoms)), list[tuple[int, ...]]()
    atoms = sorted(blind.theory.atoms)
    found.hold([(one,) for one in atoms if blind.knows.entails((one,))])
    found.hold([(-one,) for one in atoms if blind.knows.entails((-one,))])
    while len(left) <= TURNS and (model := found.model([])) is not None:
        left.append(tuple(one if one in model else -one for one in atoms))
        found.hold([tuple(-one for one in left[-1])])
    found.close()
    if len(left) > TURNS:
        return
    for place, one in enumerate(left):
        if place < len(left) - 1 and ask(tuple(-part for part in one)) is not Status.CONTRADICTED:
            continue
        rounds(blind, ask, [(part,) for part in one])
        return


POLICIES = {"so": so, "not so": not_so, "clues": clues, "exclude": exclude}


class EpisodeOverError(Exception):
    """The episode has ended."""


def play(
    theory: Theory, candidates: list[int], policy: Callable[[Blind, Ask], None]
) -> tuple[list[float], list[bool], float]:
    """The progress and the baseless facts of an episode turn by turn, and the price of a baseless one."""
    deduction = Deduction(theory)
    gains, false = list[float](), list[bool]()

    def ask(clause: Clause) -> Status:
        status, gain = deduction.state([clause])
        gains.append(gain)
        false.append(status in BASELESS)
        if len(gains) >= TURNS or not deduction.left:
            raise EpisodeOverError
        return status

    blind = Blind(theory, deduction, candidates)
    with contextlib.suppress(EpisodeOverError):
        policy(blind, ask)
    price = fair_price(deduction.arrangements(), TURNS)
    blind.knows.close()
    deduction.close()
    return gains, false, price


def sayable(env_id: str, task: Any, theory: Theory) -> list[int]:
    """The variables that facts may name: those of the solution, and in some domains others."""
    if env_id.startswith("guru/graph"):
        return list(range(1, len(task.payload.labels) + 1))
    if env_id.startswith("guru/propositional"):
        return sorted({*theory.atoms, *range(1, len(task.payload.names) + 1)})
    return list(theory.atoms)


def speed(env_id: str, level: int, tasks: int) -> tuple[float, float]:
    """Judged facts of the oracle per second, and milliseconds of a reset."""
    env = TextEnv(env_id, level=level, mode="steps", max_turns=10_000)
    facts, spent, resets = 0, 0.0, 0.0
    for seed in range(tasks):
        start = time.process_time()
        _, info = env.reset(seed=seed)
        env.step("<answer>nothing</answer>")
        resets += time.process_time() - start
        over, task = False, guru_envs.task(info["task_id"])
        steps = env.play.source.domain.solve(task).steps
        start = time.process_time()
        for step in steps:
            if not over:
                over = env.step(f"<answer>{step.statement}</answer>")[2]
                facts += 1
        spent += time.process_time() - start
        assert over
    return facts / spent, 1000 * resets / tasks


def best_stop(episodes: list[list[float]]) -> float:
    """The highest mean of the rewards up to a turn."""
    best = 0.0
    for turns in range(1, max(map(len, episodes), default=0) + 1):
        best = max(best, statistics.fmean(sum(rewards[:turns]) for rewards in episodes))
    return best


def lines(env_id: str, levels: list[int], tasks: int) -> Iterator[dict[str, Any]]:
    """The figures of an environment, level by level."""
    for level in levels:
        source = guru_envs.make_source(env_id, level=level)
        drawn = [source.draw(seed, level) for seed in range(tasks)]
        line: dict[str, Any] = {"name": f"{env_id}, level {level}"}
        evens, stops, prices = [0.0], [0.0], []
        for name, policy in POLICIES.items():
            rewards = []
            total = wrong = 0.0
            for seed, task in enumerate(drawn):
                theory = source.domain.theory(task)
                candidates = sayable(env_id, task, theory)
                random.Random(seed).shuffle(candidates)
                gains, false, price = play(theory, candidates, policy)
                prices.append(price)
                total, wrong = total + sum(gains), wrong + sum(false)
                rewards.append([-price if bad else gain for gain, bad in zip(gains, false, strict=True)])
            line[name] = statistics.fmean(map(sum, rewards))
            evens.append(total / wrong if wrong else 0.0)
            stops.append(best_stop(rewards))
        line |= {"best stop": max(stops), "price": statistics.fmean(prices), "even": max(evens)}
        line["facts/s"], line["reset ms"] = speed(env_id, level, min(tasks, 3))
        yield line


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/steps_without_reasoning.py --tasks 20 --levels 1 2 3")
    parser.add_argument("--tasks", type=int, default=20, help="tasks of each level (default %(default)s)")
    parser.add_argument("--levels", type=int, nargs="*", help="levels; none takes 1, 2, 3, the middle and the hardest")
    parser.add_argument("--only", default="", help="environments whose id contains this")
    options = parser.parse_args()
    found = []
    for row in guru_envs.rows():
        if row.parts or options.only not in row.id or not is_deductive(guru_envs.make_source(row.id).domain):
            continue
        top = len(row.levels)
        wanted = [one for one in options.levels or sorted({1, 2, 3, (1 + top) // 2, top}) if one <= top]
        for line in lines(row.id, wanted, options.tasks):
            print(line, file=sys.stderr, flush=True)  # as it goes
            found.append(line)
    report(found, machine("python-sat"), options.json)


if __name__ == "__main__":
    main()
