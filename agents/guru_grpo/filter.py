"""The difficulty filter: how often a model solves candidate tasks, measured before a run, and which of them are worth training on.

Pass rates are exact fractions. What was measured is written as it comes, so a filter that was stopped goes on, and ends with the
same file: the tasks and the sampling seeds are functions of the configuration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_envs.errors import InvalidValueError
from guru_envs.task import TaskId
from guru_grpo.checkpoint import write_text
from guru_grpo.config import Config, EnvironmentConfig
from guru_grpo.randomness import derive
from guru_grpo.task_files import read_lines

if TYPE_CHECKING:
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Engine

CHUNK = 16  # tasks that are measured, and written, together
_IDLE = 8  # chunks without a task that is new until a level is taken to have no more


@dataclass(frozen=True)
class Measured:
    """How a model did at one task.

    Attributes:
        task_id: its address.
        environment: name of the environment and level.
        right: responses that were right.
        samples: responses that were judged.
    """

    task_id: str
    environment: str
    right: int
    samples: int

    @property
    def rate(self) -> Fraction | None:
        """The share of right ones; None when none could be judged."""
        return Fraction(self.right, self.samples) if self.samples else None


def keeps(rate: Fraction | None, low: Fraction, high: Fraction) -> bool:
    """Whether a pass rate lies in a band, its ends included."""
    return rate is not None and low <= rate <= high


def guru_keeps(weak: Fraction | None, strong: Fraction | None, family: str) -> bool:
    """GURU's filter (arXiv 2506.14965, section 2.5) by the pass rates of a weak and a strong model.

    A task is dropped when the weak model passes at least 15 of 16, the strong one never, or the weak one more often than the
    strong one; in math also when the rates differ by at most 6/16 and the strong one's is at least 3/4, in science also when
    they differ by less than 1/2.
    """
    if weak is None or strong is None or weak >= Fraction(15, 16) or strong == 0 or weak > strong:
        return False
    if family == "math" and strong - weak <= Fraction(6, 16) and strong >= Fraction(3, 4):
        return False
    return not (family == "science" and strong - weak < Fraction(1, 2))


def settings_of(config: Config, tasks: int, samples: int) -> dict[str, Any]:
    """What the measured rates depend on."""
    return {
        "tasks": tasks,
        "samples": samples,
        "seed": config.seed,
        "model": asdict(config.model),
        "engine": config.engine.kind,
        "max_new_tokens": config.rollout.max_new_tokens,
        "temperature": config.rollout.temperature,
        "environments": [json.loads(json.dumps(asdict(row))) for row in config.environments],
    }


class Measurements:
    """The file of what was measured: a first line with the settings, then a line for each task.

    Args:
        path: the file.
        settings: see ``settings_of``.

    Raises:
        InvalidValueError: the file was made with other settings.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        lines: list[dict[str, Any]] = []
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    lines.append(json.loads(line))
                except ValueError:
                    break  # cut short by a crash
        if lines and lines[0] != {"settings": dict(settings)}:
            raise InvalidValueError(f"{path} was measured with other settings: remove it, or choose another output")
        self.known = {line["task_id"]: Measured(**line) for line in lines[1:]}
        head = json.dumps({"settings": dict(settings)}) + "\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, head + "".join(json.dumps(asdict(one)) + "\n" for one in self.known.values()))

    def add(self, found: Sequence[Measured]) -> None:
        """Write tasks; they are on the disk when this returns."""
        self.known |= {one.task_id: one for one in found}
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(one)) + "\n" for one in found)
            file.flush()
            os.fsync(file.fileno())


def measure(
    config: Config,
    engine: Engine,
    dialogue: Dialogue,
    measurements: Measurements,
    tasks: int,
    samples: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Measured]:
    """Measure so many tasks of the training split of each environment, but for those that are measured already.

    ``progress`` is told how many more tasks are done.
    """
    found: list[Measured] = []
    for row in config.environments:
        # Tasks are drawn in an environment that judges nothing, so that the draws are the same when a chunk is known already.
        drawing, judging = _vector(row, 1), _vector(row, samples)
        for number, (prompts, ids) in enumerate(_chunks(row, drawing, derive(config.seed, "filter"), tasks)):
            if any(task_id not in measurements.known for task_id in ids):
                seed = derive(config.seed, "filter", row.name, number)
                measurements.add(_measure(config, engine, dialogue, judging, row, (prompts, ids), samples, seed))
            found += [measurements.known[task_id] for task_id in ids]
            progress(len(ids))
        drawing.close()
        judging.close()
    return found


def _vector(row: EnvironmentConfig, group_size: int) -> Any:
    return gymnasium.make_vec(
        row.id,
        num_envs=CHUNK * group_size,
        group_size=group_size,
        split="train",
        autoreset_mode=AutoresetMode.DISABLED,
        **row.options(),
    )


def _chunks(row: EnvironmentConfig, env: Any, seed: int, tasks: int) -> Iterator[tuple[list[str], list[str]]]:
    """Prompts and ids of the candidates, at most ``CHUNK`` at once, no prompt twice."""
    seen: set[str] = set()
    left = tasks
    idle = 0
    listed = [one["task_id"] for one in read_lines(row.tasks, "task_id")] if row.tasks else None
    if listed is not None:
        names = {row.id, *guru_envs.spec(row.id).parts}
        listed = list(dict.fromkeys(one for one in listed if TaskId.parse(one).env_id in names))
    place = 0
    while left and idle < _IDLE:
        options: dict[str, Any] = {}
        if listed is not None:
            some = listed[place : place + CHUNK]
            if not some:
                return
            options = {"task_ids": some + [some[0]] * (CHUNK - len(some))}
        shown, infos = env.reset(seed=seed if not place else None, options=options)
        place += CHUNK
        prompts: list[str] = []
        ids: list[str] = []
        for prompt, task_id in zip(shown, infos["task_id"].tolist(), strict=True):
            if prompt not in seen and len(ids) < left:
                seen.add(prompt)
                prompts.append(prompt)
                ids.append(task_id)
        idle = 0 if ids else idle + 1
        left -= len(ids)
        if ids:
            yield prompts, ids


def _measure(
    config: Config,
    engine: Engine,
    dialogue: Dialogue,
    env: Any,
    row: EnvironmentConfig,
    chunk: tuple[list[str], list[str]],
    samples: int,
    seed: int,
) -> list[Measured]:
    from guru_grpo.engine import Sampling

    prompts, ids = chunk
    sampling = Sampling(config.rollout.max_new_tokens, config.rollout.temperature, n=samples, seed=seed)
    groups = engine.generate([dialogue.prompt(prompt) for prompt in prompts], sampling)
    env.reset(options={"task_ids": ids + [ids[0]] * (CHUNK - len(ids))})
    texts = [one.text for group in groups for one in group]
    _, _, _, faults, infos = env.step((*texts, *[""] * (env.num_envs - len(texts))))
    found = []
    for at, task_id in enumerate(ids):
        inside = slice(at * samples, (at + 1) * samples)
        sound = ~faults[inside]
        found.append(Measured(task_id, row.name, int(infos["correct"][inside][sound].sum()), int(sound.sum())))
    return found


def chosen(
    measured: Sequence[Measured], low: Fraction, high: Fraction, strong: Mapping[str, Measured] | None = None
) -> list[Measured]:
    """The tasks in the band; with a strong model's measurements those that GURU's filter keeps, too."""
    kept = [one for one in measured if keeps(one.rate, low, high)]
    if strong is None:
        return kept
    return [
        one
        for one in kept
        if one.task_id in strong
        and guru_keeps(one.rate, strong[one.task_id].rate, guru_envs.spec(TaskId.parse(one.task_id).env_id).family)
    ]


def read_measured(path: Path) -> dict[str, Measured]:
    """The measurements in a file, by task.

    Raises:
        InvalidValueError: the file can not be read, or is none of measurements.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {line["task_id"]: Measured(**line) for line in lines[1:]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidValueError(f"{path} is no file of measurements: {error}") from error
