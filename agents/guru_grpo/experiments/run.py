"""Running an experiment: each arm is trained and measured in processes of its own, and what is done is not done again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from typing import Any

from guru_envs.errors import GuruError
from guru_grpo import config as configuration
from guru_grpo.checkpoint import write_text
from guru_grpo.config import Config
from guru_grpo.experiments import machine, results
from guru_grpo.experiments.children import ArmError, Children, termination
from guru_grpo.experiments.cost import read_json
from guru_grpo.experiments.measure import missing
from guru_grpo.experiments.plan import Arm, Plan
from guru_grpo.folder import hold

SETTINGS = "experiment.json"
_WRITTEN = ("arms", "plans", "results", "logs", SETTINGS, "results.jsonl", "results.csv", "report.md", "figure.png")


def run(
    plan: Plan,
    source: str,
    say: Callable[[str], None],
    keep_models: bool = False,
    jobs: int = 1,
    fresh: bool = False,
) -> None:
    """Train and measure what is missing, then write the results.

    Args:
        plan: from ``plan.make``.
        source: the name or path it was made from.
        say: told what is done next.
        keep_models: leave the arms' models in their folders; otherwise each is removed when nothing needs it any more.
        jobs: arms that run at the same time, each on its share of the processor cores and GPUs. What more than one print goes
            to ``logs`` in the folder.
        fresh: remove what an earlier experiment left in the folder first.

    Raises:
        ArmError: a process ended with an error; arms that ran at the same time have come to their ends.
        InvalidValueError: more jobs than GPUs, or than cores where there are no GPUs.
        ResumeError: another process, or a training that outlived it, is at work in the folder.
        GuruError: the folder holds an experiment with other settings.
    """
    shares = machine.shares(jobs)
    taken = f"another process, or a training that outlived it, is at work on the experiment in {plan.folder}"
    with hold(plan.folder, "the experiment", taken) as lock:
        if fresh:
            _remove(plan)
        _claim(plan)
        children = Children(lock.fileno())
        with termination(), ThreadPoolExecutor(jobs) as pool:
            try:
                failed = _run(plan, source, say, keep_models, shares, pool, children)
            except BaseException:  # Ctrl-C and SIGTERM too: the pool would wait for the processes to their ends
                children.stop()
                raise
        results.write(plan)
    if failed:
        raise failed


def _run(
    plan: Plan,
    source: str,
    say: Callable[[str], None],
    keep_models: bool,
    shares: Sequence[machine.Share],
    pool: ThreadPoolExecutor,
    children: Children,
) -> ArmError | None:
    """Begin arm after arm as places get free; what failed first, when the last has ended."""
    waiting = [arm for arm in plan.arms if missing(plan, arm) or _needed(plan, arm)]
    running: dict[Future[None], tuple[Arm, int]] = {}
    failed: ArmError | None = None
    jobs = len(shares)
    while running or (waiting and not failed):
        while len(running) < jobs and not failed and (arm := _ready(waiting, [one for one, _ in running.values()])):
            waiting.remove(arm)
            slot = min({*range(jobs)} - {taken for _, taken in running.values()})
            say(f"arm {plan.arms.index(arm) + 1} of {len(plan.arms)}: {arm.name}, seed {arm.seed}")
            running[pool.submit(_one, plan, arm, source, shares[slot], jobs > 1, children)] = (arm, slot)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            del running[future]
            try:
                future.result()
            except ArmError as error:
                failed = failed or error
        results.write(plan)
        if not keep_models:
            _tidy(plan)
    return failed


def _ready(waiting: Sequence[Arm], running: Sequence[Arm]) -> Arm | None:
    """The first arm that waits for no other."""
    ahead = {(arm.name, arm.seed) for arm in (*waiting, *running)}
    return next((arm for arm in waiting if (arm.start, arm.seed) not in ahead), None)


def _one(plan: Plan, arm: Arm, source: str, share: machine.Share, to_file: bool, children: Children) -> None:
    """Train and measure an arm in processes of its own, on this share of the machine."""
    log = plan.folder / "logs" / f"{arm.name}-{arm.seed}.txt" if to_file else None
    if arm.trains and not trained(arm):
        # A run that is complete but whose model has been removed is made again; one in the middle goes on.
        again = ["--fresh"] if (arm.folder / "summary.json").exists() else []
        command = ["-m", "guru_grpo", "train", "--config", str(_config_file(plan, arm)), *again]
        children.run(*command, what=f"training of {arm.name}", share=share, log=log)
    shutil.rmtree(arm.folder / "checkpoints", ignore_errors=True)
    if missing(plan, arm):
        place = [source, plan.size, str(plan.folder), arm.name, str(arm.seed)]
        command = ["-m", "guru_grpo.experiments.measure", *place]
        children.run(*command, what=f"measuring of {arm.name}", share=share, log=log)


def trained(arm: Arm) -> bool:
    """Whether an arm's run has reached its goal and its model is there."""
    summary = read_json(arm.folder / "summary.json")
    return bool(summary) and summary["goal"]["steps"] == arm.config.train.steps and Path(arm.model).exists()


def _needed(plan: Plan, arm: Arm) -> bool:
    """Whether a later arm that is not done begins with this one's model, which is not there."""
    later = [one for one in plan.arms if one.start == arm.name and one.seed == arm.seed]
    return arm.trains and not Path(arm.model).exists() and any(_open(plan, one) for one in later)


def _open(plan: Plan, arm: Arm) -> bool:
    return bool(missing(plan, arm)) or _needed(plan, arm)


def _tidy(plan: Plan) -> None:
    """Remove the models that neither a test nor a later arm needs."""
    for arm in plan.arms:
        later = [one for one in plan.arms if one.start == arm.name and one.seed == arm.seed]
        if arm.trains and not missing(plan, arm) and not any(_open(plan, one) for one in later):
            shutil.rmtree(arm.folder / "model", ignore_errors=True)


def _config_file(plan: Plan, arm: Arm) -> Path:
    path = plan.folder / "plans" / f"{arm.name}-{arm.seed}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(asdict(arm.config), indent=2) + "\n")
    return path


def _remove(plan: Plan) -> None:
    """Remove what an experiment writes; the lock stays, and so does what is not ours."""
    for name in _WRITTEN:
        path = plan.folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _claim(plan: Plan) -> None:
    """Keep the plan beside its results; refuse a folder with another one."""
    path = plan.folder / SETTINGS
    now = json.loads(json.dumps({"name": plan.name, "size": plan.size, "entry": asdict(plan.entry)}))
    digests = {arm.name: _digest(arm) for arm in plan.arms}
    earlier = read_json(path)
    if earlier is not None:
        # A folder of before there were digests has none: then nothing more than the plan can be compared.
        before = earlier.pop("digests", digests)
        if earlier != now:
            raise GuruError(
                f"{plan.folder} holds an experiment with other settings: choose another --output, or --fresh"
            )
        for name, digest in digests.items():
            if before.get(name) != digest:
                raise GuruError(
                    f"{plan.folder} was begun by a version of this package in which the same file gave the arm {name!r} other"
                    " settings: choose another --output, or --fresh"
                )
    write_text(path, json.dumps({**now, "digests": digests}, indent=2) + "\n")


def _digest(arm: Arm) -> str:
    """A fingerprint of all settings of an arm and of its tests: a file leaves most of them to the package."""

    def resolved(config: Config) -> dict[str, Any]:
        # Without what the command line decides: the seed, and the folder in which the model it begins with lies.
        apart = {"seed", *(["model.name"] if arm.start else [])}
        return {key: value for key, value in configuration.course(config).items() if key not in apart}

    tests: Mapping[str, Any] = {test.name: resolved(test.config) for test in arm.tests}
    return configuration.digest({"training": resolved(arm.config), "start": arm.start, "tests": tests})
