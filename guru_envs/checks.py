"""The contract as executable checks. Used by the tests, by ``guru check``, and by authors of their own domains.

``check_level`` and ``check_environment`` yield one ``Finding`` per check. A check never stops the others: what raises is a
finding too. The checks know nothing of particular domains; that each step of a proof follows from its premises is confirmed
by independent checkers in the tests, written from the prompt's text alone.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import hashlib
import io
import json
import math
import os
import random
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium

from guru_envs import registry
from guru_envs.domain import is_deductive
from guru_envs.env import TextEnv
from guru_envs.episode import INFO_KEYS
from guru_envs.prompts import TEMPLATES
from guru_envs.proof_checks import check_lines, check_proofs, check_steps, check_twins
from guru_envs.seeding import split_of
from guru_envs.source import Posed, TaskSource
from guru_envs.task import SPLITS, Outcome

GOLDEN_TASKS = 8  # tasks per level and split behind each golden hash
_CLOSING = {"tags": "</answer>", "boxed": "}", "json": "}", "code": "```"}  # what ends an answer, by format
SLOWEST_JUDGEMENT = (
    2.0  # seconds of processor time for any hostile response of up to 1 MB, when the row declares no deadline
)


PER_ENVIRONMENT, PER_LEVEL = 3, 12  # checks, besides that of the golden file
DEEP_BATCH = 100  # tasks behind each finding of check_deep
WRONG_ANSWERS = 5  # for each task


class Finding(NamedTuple):
    """The result of one check: what was checked, on which level (0: the whole environment), and the problem if any.

    ``tasks`` is on how many tasks, where all of them are checked in the same way.
    """

    env_id: str
    level: int
    check: str
    problem: str
    tasks: int = 0

    @property
    def ok(self) -> bool:
        """Whether the check passed."""
        return not self.problem


def check_environment(env_id: str, tasks: int = 10, golden: Path | None = None) -> Iterator[Finding]:
    """Run all checks of an environment.

    Args:
        env_id: a registered id.
        tasks: tasks per level.
        golden: the golden file to compare with, if there is one.
    """
    row = registry.spec(env_id)
    yield _run(env_id, 0, "gymnasium", lambda: _gymnasium(env_id))
    yield _run(env_id, 0, "vector", lambda: _vector(env_id))
    yield _run(env_id, 0, "fresh process", lambda: _fresh_process(env_id))
    if golden is not None:
        yield _run(env_id, 0, "golden file", lambda: _golden(env_id, golden))
    for level in range(1, len(row.levels) + 1):
        yield from check_level(env_id, level, tasks)


def check_level(env_id: str, level: int, tasks: int = 10) -> Iterator[Finding]:
    """Run the checks of one level on ``tasks`` tasks."""
    source = registry.make_source(env_id, level=level)
    posed = [source.pose(source.address(seed)) for seed in range(tasks)]
    checks: tuple[tuple[str, Callable[[TaskSource[Any], list[Posed]], str]], ...] = (
        ("deterministic", _deterministic),
        ("splits", _splits),
        ("languages", _languages),
        ("oracle", _oracle),
        ("trace", _trace),
        ("proof", check_proofs),
        ("steps", check_steps),
        ("lines", check_lines),
        ("twins", check_twins),
        ("wrong answers", _wrong_answers),
        ("hostile responses", _hostile),
        ("guess rate", _guess_rate),
    )
    for name, check in checks:
        yield _run(env_id, level, name, functools.partial(check, source, posed))


def deep_checks(env_id: str) -> dict[str, Callable[[TaskSource[Any], list[Posed]], str]]:
    """What :func:`check_deep` checks of an environment, by name; proofs only where single steps can be judged."""
    checks = {"gold": _gold, "trace": _trace, "wrong answers": _wrong_answers}
    return checks | ({"proof": check_proofs} if is_deductive(registry.make_source(env_id).domain) else {})


def check_deep(env_id: str, level: int, tasks: int) -> Iterator[Finding]:
    """Check that gold answers are right and proved on many tasks of a level; findings for each ``DEEP_BATCH``.

    Of each task: the gold answer is judged right; the oracle's trace ends in it; it is judged wrong when it is changed
    in one place (``WRONG_ANSWERS`` times); and each step of the proof follows from its premises, by clauses that share no
    code with the solver.
    """
    source, checks = registry.make_source(env_id, level=level), deep_checks(env_id)
    for start in range(0, tasks, DEEP_BATCH):
        posed = [source.pose(source.address(seed)) for seed in range(start, min(start + DEEP_BATCH, tasks))]
        for name, check in checks.items():
            yield _run(env_id, level, name, functools.partial(check, source, posed), len(posed))


def _run(env_id: str, level: int, name: str, check: Callable[[], str], tasks: int = 0) -> Finding:
    try:
        return Finding(env_id, level, name, check(), tasks)
    except Exception as error:  # a check that raises has found something
        return Finding(env_id, level, name, f"{type(error).__name__}: {error}", tasks)


# -- the whole environment ---------------------------------------------------------------------------------------------


def _gymnasium(env_id: str) -> str:
    """``check_env`` without a warning; the spec is JSON-able; the environment can be pickled; rendering; info keys."""
    from gymnasium.utils.env_checker import check_env

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # check_env tries the mode "human" too
        warnings.simplefilter("error")
        check_env(gymnasium.make(env_id, render_mode="ansi").unwrapped)
    env = gymnasium.make(env_id, render_mode="ansi")
    _, info = env.reset(seed=0)
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))  # type: ignore[union-attr]
    if again.reset(seed=0)[0] != env.reset(seed=0)[0]:
        return "the spec, written as JSON and read again, gives another task"
    if copy.deepcopy(env.unwrapped).reset(seed=0)[1] != info:
        return "the copied environment gives another task"
    ForkingPickler.dumps(env.unwrapped)  # what process pools and AsyncVectorEnv need; raises if it cannot be sent
    if not env.render():
        return "render() shows nothing"
    _, _, terminated, truncated, end = env.step("nonsense")
    if not (tuple(info) == tuple(end) == INFO_KEYS):
        return f"info has the keys {list(info)} at the start and {list(end)} at the end"
    if not terminated or truncated:
        return "a single-turn episode did not terminate"
    return ""


def _vector(env_id: str) -> str:
    """Groups share tasks, the oracle is right, and the stream goes on from a saved state."""
    envs = gymnasium.make_vec(env_id, num_envs=8, group_size=2)
    prompts, infos = envs.reset(seed=0)
    if any(prompts[i] != prompts[i + 1] for i in range(0, 8, 2)) or len(set(infos["task_id"])) != 4:
        return "tasks are not shared within a group and different between groups"
    unwrapped: Any = envs.unwrapped
    saved = json.loads(json.dumps(unwrapped.state_dict()))
    following, rewards, *_, infos = envs.step(unwrapped.call("oracle"))
    if not infos["final_info"]["correct"].all():
        return f"the oracle's responses are not all correct: rewards {rewards.tolist()}"
    resumed: Any = gymnasium.make_vec(env_id, num_envs=8, group_size=2).unwrapped
    if resumed.load_state_dict(saved) != prompts or resumed.step([""] * 8)[0] != following:
        return "a vector environment resumed from a saved state goes on with other tasks"
    return ""


def fingerprint(env_id: str) -> dict[str, str]:
    """A hash for each level over the bytes of its first tasks, in both splits and all languages of the row."""
    row = registry.spec(env_id)
    hashes: dict[str, str] = {}
    for level in range(1, len(row.levels) + 1):
        digest = hashlib.sha256()
        for lang in row.languages:
            source = registry.make_source(env_id, level=level, lang=lang)
            for split in SPLITS:
                for seed in range(GOLDEN_TASKS if split == "train" else 2):
                    task = source.draw(seed, split=split)
                    digest.update("\0".join((task.prompt, task.gold, task.canonical)).encode() + b"\0")
        hashes[str(level)] = digest.hexdigest()
    return hashes


def _fresh_process(env_id: str) -> str:
    """The same bytes in another process under another hash seed."""
    program = (
        "import sys, json, guru_envs; from guru_envs import registry; "
        "registry.add_rows([registry.parse_row(row) for row in json.loads(sys.argv[1])]); "
        "s = registry.make_source(sys.argv[2]); "
        "print(json.dumps([s.draw(i, level).prompt for level in range(1, len(s.ladder) + 1) for i in range(2)]))"
    )
    rows = json.dumps([dataclasses.asdict(row) for row in registry.with_parts(registry.spec(env_id))])
    path = os.pathsep.join(part or os.getcwd() for part in sys.path)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, rows, env_id],
        env=os.environ | {"PYTHONHASHSEED": "4242", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"a fresh process failed: {done.stderr[-300:]}"
    source = registry.make_source(env_id)
    here = [source.draw(seed, level).prompt for level in range(1, len(source.ladder) + 1) for seed in range(2)]
    return "" if json.loads(done.stdout) == here else "another process with another hash seed gives other tasks"


def _golden(env_id: str, golden: Path) -> str:
    if not golden.exists():
        return f"there is no golden file {golden.name}; write it with: guru freeze {env_id}"
    kept = json.loads(golden.read_text(encoding="utf-8"))
    now = fingerprint(env_id)
    changed = [level for level in now if kept["levels"].get(level) != now[level]]
    if kept["env_id"] != env_id or changed or len(kept["levels"]) != len(now):
        return f"tasks of levels {', '.join(changed) or '?'} changed: that needs a new version of the id"
    return ""


# -- one level ---------------------------------------------------------------------------------------------------------


def _deterministic(source: TaskSource[Any], posed: list[Posed]) -> str:
    again = registry.make_source(source.env_id)
    for one in posed:
        if again.pose(one.task_id).prompt != one.prompt or again.generate(one.task_id) != one.task:
            return f"{one.task_id} gives other bytes in a new source"
    if len(posed) >= 5 and len({one.prompt for one in posed}) < 2:
        return "all seeds give the same task"
    return ""


def _splits(source: TaskSource[Any], posed: list[Posed]) -> str:
    if wrong := [one.task_id for one in posed if split_of(one.task.canonical) != "train"]:
        return f"{wrong[0]} is a test problem"
    tests = [source.draw(seed, split="test") for seed in range(max(2, len(posed) // 3))]
    if {one.task.canonical for one in posed} & {task.canonical for task in tests}:
        return "train and test share a problem"
    if {one.task.prompt for one in posed} & {task.prompt for task in tests}:
        return "train and test share a prompt"
    return ""


def _languages(source: TaskSource[Any], posed: list[Posed]) -> str:
    for lang in registry.spec(source.env_id).languages:
        for one in posed[:3]:
            other, address = registry.source_of(one.task_id if lang == "en" else f"{one.task_id}?lang={lang}")
            task = other.generate(address)
            if task.canonical != one.task.canonical:
                return f"{one.task_id} is another problem in {lang!r}"
            if not registry.verify(address, registry.oracle(address)).correct:
                return f"the oracle of {one.task_id} is not correct in {lang!r}"
            if (lang == "en") == any("\u4e00" <= character <= "\u9fff" for character in task.prompt):
                return f"the prompt of {one.task_id} is not in {lang!r}"
    return ""


def _oracle(source: TaskSource[Any], posed: list[Posed]) -> str:
    """The gold answer and the oracle's response are right under every template, with the maximal reward."""
    for name in TEMPLATES:
        env = TextEnv(source.env_id, level=source.setting.level, template=name)
        for one in posed if name == "plain" else posed[:2]:
            options = {"task_id": one.task_id if name == "plain" else f"{one.task_id}?template={name}"}
            env.reset(options=options)
            _, reward, terminated, truncated, info = env.step(env.oracle())
            if not info["correct"] or not info["format_ok"] or not terminated or truncated:
                return f"the oracle's response to {options['task_id']} is judged {info['outcome']}: {info['detail']}"
            if reward != env.play.rule.maximum:
                return f"the oracle's response to {options['task_id']} earns {reward}, not {env.play.rule.maximum}"
    return _gold(source, posed)


def _gold(source: TaskSource[Any], posed: list[Posed]) -> str:
    for one in posed:
        if source.domain.verify(one.task, one.task.gold).outcome is not Outcome.CORRECT:
            return f"the gold answer of {one.task_id} is not judged correct"
    return ""


def _trace(source: TaskSource[Any], posed: list[Posed]) -> str:
    for one in posed:
        trace = source.domain.solve(one.task)
        if trace.answer != one.task.gold:
            return f"the trace of {one.task_id} ends in another answer than gold"
        for number, step in enumerate(trace.steps, 1):
            if not step.statement.strip():
                return f"step {number} of the trace of {one.task_id} says nothing"
            if any(premise.kind == "step" and not 1 <= premise.index < number for premise in step.premises):
                return f"step {number} of the trace of {one.task_id} rests on a later step"
    return ""


def _wrong_answers(source: TaskSource[Any], posed: list[Posed]) -> str:
    """The gold answer changed in one place is WRONG, without full credit; the reason does not hold the gold answer."""
    rng = random.Random(0)
    for one in posed:
        for _ in range(WRONG_ANSWERS):
            answer = source.domain.corrupt(one.task, rng)
            verdict = source.domain.verify(one.task, answer)
            if verdict.outcome is not Outcome.WRONG or verdict.credit >= 1.0:
                return f"{answer[:200]!r} for {one.task_id} is judged {verdict.outcome}"
            if len(one.task.gold) > 3 and one.task.gold in verdict.detail:
                return f"the reason given for {one.task_id} reveals the answer"
    return ""


def hostile_responses(source: TaskSource[Any], one: Posed, other: Posed) -> Iterator[tuple[str, str]]:
    """Responses that must never be CORRECT, each with a name."""
    rng = random.Random(one.task_id)
    wrap, gold = one.show.format.wrap, one.task.gold
    wrong = wrap(source.domain.corrupt(one.task, rng))
    right = wrap(gold)
    guesses = [source.domain.guess(one.task, rng) for _ in range(8)]
    listed = [guess for guess in guesses if guess != gold] + [gold]
    yield "empty", ""
    yield "white space", " \n\t\u3000"
    yield "1 MB of text", "the answer is " * 75_000
    yield "1 MB of brackets", "{[(" * 350_000
    yield "1 MB in the answer", wrap("9" * 1_000_000)
    yield "1 MB of opened tags", "<answer>" * 130_000
    if closing := _CLOSING.get(one.show.format.name):
        yield "not closed", right.removesuffix(closing)
    yield "prompt echoed", one.prompt
    yield "every candidate, one block", "<answer>" + "\n".join(listed) + "</answer>"
    if one.show.format.one_answer:
        yield "every candidate, many blocks", "\n".join(map(wrap, listed))
        yield "wrong, then right", f"{wrong}\n{right}"
    yield "right, then wrong", f"{right}\n{wrong}"
    yield "inside the thinking part", f"<think>{right}</think> I am not sure."
    yield "inside unclosed thinking", f"<think>Let me see. {right}"
    yield "NUL and emoji", "<answer>\x00\x01🧩🤖\ufffe</answer>"
    yield "lone surrogates", "<answer>\ud800\udfff</answer>"
    yield "digits of other scripts", "<answer>" + "".join(chr(0x661 + i) for i in range(5)) + "</answer>"
    yield "code", "<answer>__import__('os').system('true')</answer>"
    if sorted(other.task.gold.split()) != sorted(gold.split()) and other.task.canonical != one.task.canonical:
        yield "gold of another task", wrap(other.task.gold)


def _hostile(source: TaskSource[Any], posed: list[Posed]) -> str:
    few = posed[:3]
    for one, other in zip(few, [*few[1:], few[0]], strict=True):
        for name, response in hostile_responses(source, one, other):
            start, clock = time.process_time(), time.perf_counter()
            verdict = source.judge(one.task, response, one.show)
            # Processor time of this process, as a busy machine is not the verifier's fault; a tenth of the clock, as waiting is.
            seconds = max(time.process_time() - start, (time.perf_counter() - clock) / 10)
            if verdict.outcome in (Outcome.CORRECT, Outcome.FAULT):
                return f"{name!r} for {one.task_id} is judged {verdict.outcome}: {verdict.detail}"
            if seconds > (registry.spec(source.env_id).deadline or SLOWEST_JUDGEMENT):
                return f"{name!r} for {one.task_id} took {seconds:.1f} s to judge"
    return ""


def measure_guess_rate(source: TaskSource[Any], posed: list[Posed], guesses: int) -> float:
    """The share of blind guesses that are CORRECT."""
    rng = random.Random(1)
    verify, guess = source.domain.verify, source.domain.guess
    right = 0
    for index in range(guesses):
        task = posed[index % len(posed)].task
        right += verify(task, guess(task, rng)).outcome is Outcome.CORRECT
    return right / guesses


def _guess_rate(source: TaskSource[Any], posed: list[Posed]) -> str:
    """Blind guesses are right at most as often as the row says (tolerance: four standard errors of the bound)."""
    bound = registry.spec(source.env_id).guess_rate[source.setting.level - 1]
    guesses = 500
    rate = measure_guess_rate(source, posed, guesses)
    limit = bound + 4 * math.sqrt(bound * (1 - bound) / guesses) + 1 / guesses
    return "" if rate <= limit else f"blind guesses are right at a rate of {rate:.4f}; the row states at most {bound}"
