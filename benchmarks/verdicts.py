"""Verdicts per second of CPU time on one core, through TaskSource.judge: extraction, verification and the fault boundary.

Kinds of response: ``right`` and ``wrong`` are a short line and an answer in the asked form (wrong: a blind guess),
``corrupt`` is the right answer made wrong in one place, ``malformed`` lacks the form, ``broken`` has the form around the first
half of an answer, ``echo`` has it around the whole prompt, ``nothing`` is an empty response, ``proof`` is the oracle's whole
response. Tasks are those of the easiest, the middle and the hardest level in equal parts.
"""

from __future__ import annotations

import random

from measuring import arguments, machine, median_rate, report, row

import guru_envs
from guru_envs import Outcome, Task, TaskSource

# 20,000/s are wanted of these, 10,000/s of the others
FASTER = ("guru/zebra-v0", "guru/knights-and-knaves-v0", "guru/countdown-v0")
KINDS = ("right", "wrong", "corrupt", "malformed", "broken", "echo", "nothing", "proof")
TASKS = 64  # of each level


def response_of(kind: str, source: TaskSource, task: Task, rng: random.Random) -> str:
    """A response of a kind."""
    if kind == "proof":
        return source.demonstrate(task)
    if kind == "nothing":
        return ""
    guess = source.domain.guess(task, rng)
    if kind == "malformed":
        return f"I think it is {guess}."
    half = guess[: len(guess) // 2].strip() or "?"
    corrupt = source.domain.corrupt(task, rng) if kind == "corrupt" else ""
    answer = {"right": task.gold, "wrong": guess, "broken": half, "corrupt": corrupt, "echo": task.prompt}[kind]
    return source.show.respond("Let me think.", answer)


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/verdicts.py --repeats 3 --only guru/sudoku-v0", seconds=0.5)
    parser.add_argument("--only", default="", help="environments whose id begins like this, or a family")
    options = parser.parse_args()
    rows = []
    for env_id, family in ((one.id, one.family) for one in guru_envs.rows() if not one.parts):
        if not env_id.startswith(options.only) and family != options.only:
            continue
        source, rng = guru_envs.make_source(env_id), random.Random(0)
        if hasattr(source.domain, "verify_many"):
            continue  # judged by running programs: see sandbox.py
        top = len(guru_envs.spec(env_id).levels)
        tasks = [source.draw(seed, level) for level in (1, (1 + top) // 2, top) for seed in range(TASKS)]
        for kind in KINDS:
            pairs = [(task, response_of(kind, source, task, rng)) for task in tasks]

            def work(pairs: list[tuple[Task, str]] = pairs, source: TaskSource = source) -> int:
                for task, response in pairs:
                    source.judge(task, response)
                return len(pairs)

            outcomes = {source.judge(task, response).outcome for task, response in pairs}
            assert Outcome.FAULT not in outcomes
            assert (outcomes == {Outcome.CORRECT}) == (kind in ("right", "proof"))
            found = median_rate(work, options.seconds, options.repeats)
            rows.append(
                row(f"{env_id}, {kind}", {"verdicts/s": found}, ("verdicts/s", 20_000 if env_id in FASTER else 10_000))
            )
    report(rows, machine("numpy"), options.json)


if __name__ == "__main__":
    main()
