"""Check tasks from their prompt's text alone: a reader of its own for each domain, which knows the task's words only.

``python tests/readers/check.py --tasks 200 [--levels 1-6] [--knobs abstain=true] [--options twin=edited] [--json] [ENV_ID ...]``
checks so many tasks of each level in each language, prints what was checked and ends with status 1 when something was found.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from readers.search import notices

import guru_envs
from guru_envs import registry
from guru_envs.errors import ImpossibleTaskError

READERS = {
    "guru/zebra-v0": "zebra",
    "guru/knights-and-knaves-v0": "knights",
    "guru/ordering-v0": "ordering",
    "guru/logic-grid-v0": "logic_grid",
    "guru/sudoku-v0": "sudoku",
    "guru/propositional-v0": "propositional",
    "guru/graph-v0": "graph",
    "guru/countdown-v0": "countdown",
    "guru/arc-v0": "arc",
}
LANGUAGES = ("en", "zh")
SAID = {"one": "with one solution", "none": "without a solution", "several": "with several solutions"}


def response(prompt: str, answer: str) -> str:
    """An answer put where the prompt says."""
    tags = re.search(r"between (<\w+>) and (</\w+>)|(<\w+>) 和 (</\w+>) 之间", prompt).groups()
    opening, closing = (tag for tag in tags if tag)
    return f"{opening}{answer}{closing}"


def judge(task_id: str, prompt: str, answer: str) -> str:
    """The outcome of an answer; it must have the form that is asked for."""
    verdict = registry.verify(task_id, response(prompt, answer))
    assert verdict.format_ok, (task_id, answer)
    return str(verdict.outcome)


def read(prompt: str, env_id: str):
    """A prompt as the reader of its domain reads it."""
    return importlib.import_module(f"readers.{READERS[env_id]}").read(prompt)


def check_one(task_id: str, seed: int, done: Counter) -> object:
    """Check one task in one language; what is asked for, free of language."""
    source, address = registry.source_of(task_id)
    posed = source.pose(task_id)
    reading = read(posed.prompt, address.env_id)
    found, instead = reading.solutions(2), notices(posed.prompt)
    if hasattr(reading, "same_as"):
        reading.same_as(posed.task)
    if not found and not instead and hasattr(reading, "partial") and reading.partial():
        done["read, not solved"] += 1
        return reading.asked(None)
    if len(found) == 1:
        kind, right, asked = "one", reading.answer(found[0]), reading.asked(found[0])
        assert reading.form_is(right), (task_id, right)
        wrong = [reading.answer(reading.spoilt(found[0], random.Random(seed))), *(instead or ())]
    else:
        assert instead, f"{task_id} has {len(found)} solutions:\n{posed.prompt}"
        kind = asked = ("none", "several")[bool(found)]
        right, wrong = instead[bool(found)], [instead[not found], *[reading.answer(one) for one in found]]
    assert judge(task_id, posed.prompt, right) == "correct", f"{task_id}: {right}\n{posed.prompt}"
    for answer in wrong:
        assert judge(task_id, posed.prompt, answer) == "wrong", f"{task_id}: {answer}\n{posed.prompt}"
    done[SAID[kind]] += 1
    done["false answers"] += len(wrong)
    return asked


def check(env_id: str, setting: str, seed: int, done: Counter, options: str = "") -> None:
    """Check one task in both languages: they ask for the same. ``options`` is at most one, such as ``twin=edited``."""
    asked = []
    for lang in LANGUAGES:
        shown = "&".join(one for one in ("" if lang == "en" else f"lang={lang}", options) if one)
        task_id = f"{env_id}/train/{setting}/{seed}" + f"?{shown}" * bool(shown)
        asked.append(check_one(task_id, seed, done))
    assert asked[0] == asked[1], f"{env_id}/train/{setting}/{seed}: {asked[0]} in English, {asked[1]} in Chinese"


def run(env_id: str, setting: str, tasks: int, options: str, show) -> dict[str, object]:
    """Check many tasks of a level; what was done and what was found."""
    done: Counter = Counter()
    problems = []
    start = time.process_time()
    for seed in range(tasks):
        try:
            check(env_id, setting, seed, done, options)
        except ImpossibleTaskError:  # a twin that does not exist
            done["impossible"] += 1
        except Exception as error:  # a reader that cannot read has found something too
            problems.append(f"{env_id}/train/{setting}/{seed} {options}: {type(error).__name__}: {error}")
        show(seed + 1)
    seconds = round(time.process_time() - start, 1)
    return {
        "env_id": env_id,
        "setting": setting,
        "options": options,
        **done,
        "seconds": seconds,
        "problems": problems,
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("env_ids", nargs="*", default=list(READERS), metavar="ENV_ID")
    parser.add_argument("--tasks", type=int, default=100, help="tasks of each level")
    parser.add_argument("--levels", default="", help="such as 1-6; all when left out")
    parser.add_argument("--knobs", default="", help="changed knobs, such as abstain=true")
    parser.add_argument("--options", default="", help="how tasks are shown, such as twin=edited")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    rows = []
    for env_id in given.env_ids:
        low, _, high = (given.levels or f"1-{len(guru_envs.spec(env_id).levels)}").partition("-")
        for level in range(int(low), int(high or low) + 1):
            setting = f"{level},{given.knobs}" if given.knobs else str(level)

            def show(number: int, what: str = f"{env_id} level {setting}") -> None:
                if sys.stderr.isatty():
                    end = "\n" * (number == given.tasks)
                    print(f"\r{what}: {number} of {given.tasks} tasks", end=end, file=sys.stderr)

            row = run(env_id, setting, given.tasks, given.options, show)
            rows.append(row)
            if not given.json:
                counts = [f"{count} {what}" for what, count in row.items() if isinstance(count, int | float)]
                print(
                    f"{env_id} level {setting} {given.options}: {', '.join(counts)}, {len(row['problems'])} problems",
                    flush=True,
                )
                for problem in row["problems"][:3]:
                    print(f"  {problem}")
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    return int(any(row["problems"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
