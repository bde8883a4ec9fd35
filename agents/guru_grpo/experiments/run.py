"""Running an experiment: each arm is trained and measured in processes of its own, and what is done is not done again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path

from guru_envs.errors import GuruError
from guru_grpo.checkpoint import write_text
from guru_grpo.experiments import machine, results
from guru_grpo.experiments.cost import read_json
from guru_grpo.experiments.measure import missing
from guru_grpo.experiments.plan import Arm, Plan

SETTINGS = "experiment.json"


class ArmError(GuruError, RuntimeError):
    """The process of an arm failed; the same command tries again from where it stood."""


def run(plan: Plan, source: str, say: Callable[[str], None], keep_models: bool = False, jobs: int = 1) -> None:
    """Train and measure what is missing, then write the results.

    Args:
        plan: from ``plan.make``.
        source: the name or path it was made from.
        say: told what is done next.
        keep_models: leave the arms' models in their folders; otherwise each is removed when nothing needs it any more.
        jobs: arms that run at the same time, each on its share of the processor cores and GPUs. What more than one print goes
            to ``logs`` in the folder.

    Raises:
        ArmError: a process ended with an error; arms that ran at the same time have come to their ends.
        InvalidValueError: more jobs than GPUs, or than cores where there are no GPUs.
        GuruError: the folder holds an experiment with other settings.
    """
    shares = machine.shares(jobs)
    _claim(plan)
    waiting = [arm for arm in plan.arms if missing(plan, arm) or _needed(plan, arm)]
    running: dict[Future[None], tuple[Arm, int]] = {}
    failed: ArmError | None = None
    with ThreadPoolExecutor(jobs) as pool:
        while running or (waiting and not failed):
            while len(running) < jobs and not failed and (arm := _ready(waiting, [one for one, _ in running.values()])):
                waiting.remove(arm)
                slot = min({*range(jobs)} - {taken for _, taken in running.values()})
                say(f"arm {plan.arms.index(arm) + 1} of {len(plan.arms)}: {arm.name}, seed {arm.seed}")
                running[pool.submit(_one, plan, arm, source, shares[slot], jobs > 1)] = (arm, slot)
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
    results.write(plan)
    if failed:
        raise failed


def _ready(waiting: Sequence[Arm], running: Sequence[Arm]) -> Arm | None:
    """The first arm that waits for no other."""
    ahead = {(arm.name, arm.seed) for arm in (*waiting, *running)}
    return next((arm for arm in waiting if (arm.start, arm.seed) not in ahead), None)


def _one(plan: Plan, arm: Arm, source: str, share: Mapping[str, str], to_file: bool) -> None:
    """Train and measure an arm in processes of its own, which get these variables of the environment."""
    log = plan.folder / "logs" / f"{arm.name}-{arm.seed}.txt" if to_file else None
    if arm.trains and not trained(arm):
        # A run that is complete but whose model has been removed is made again; one in the middle goes on.
        again = ["--fresh"] if (arm.folder / "summary.json").exists() else []
        command = ["-m", "guru_grpo", "train", "--config", str(_config_file(plan, arm)), *again]
        _child(*command, what=f"training of {arm.name}", share=share, log=log)
    shutil.rmtree(arm.folder / "checkpoints", ignore_errors=True)
    if missing(plan, arm):
        place = [source, plan.size, str(plan.folder), arm.name, str(arm.seed)]
        command = ["-m", "guru_grpo.experiments.measure", *place]
        _child(*command, what=f"measuring of {arm.name}", share=share, log=log)


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


def _child(*command: str, what: str, share: Mapping[str, str], log: Path | None) -> None:
    environ = {**os.environ, **share}
    with contextlib.ExitStack() as stack:
        shown = sys.stderr
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            shown = stack.enter_context(log.open("a", encoding="utf-8"))
        errors = shown if log else None
        done = subprocess.run([sys.executable, *command], check=False, stdout=shown, stderr=errors, env=environ)  # noqa: S603 - our own module
    if done.returncode:
        seen = f" (see {log})" if log else ""
        raise ArmError(f"the {what} ended with status {done.returncode}{seen}; the same command goes on from there")


def _claim(plan: Plan) -> None:
    """Keep the plan beside its results; refuse a folder with another one."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    path = plan.folder / SETTINGS
    now = json.loads(json.dumps({"name": plan.name, "size": plan.size, "entry": asdict(plan.entry)}))
    earlier = read_json(path)
    if earlier is not None and earlier != now:
        raise GuruError(f"{plan.folder} holds an experiment with other settings: choose another --output, or --fresh")
    write_text(path, json.dumps(now, indent=2) + "\n")
