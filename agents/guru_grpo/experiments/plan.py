"""What an experiment consists of: arms (runs that differ in a few settings) and tests (evaluations of each arm's model).

An experiment is one TOML file. What all runs share stands in ``settings``; ``small`` and ``large`` hold what differs between a
laptop's processor and a GPU: environments by name, settings, seeds, and further arms or tests. Arms and tests refer to the
environments by those names. Everything is checked here, before a model is loaded.
"""

from __future__ import annotations

import copy
import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from guru_envs.errors import InvalidValueError, unknown_name
from guru_grpo import config as configuration
from guru_grpo.build import build
from guru_grpo.config import Config

SIZES = ("small", "large")
# What a test may set: the rest of the configuration is the arm's.
TESTABLE = ("evaluate", "rollout", "model")
# What a claim may be about; of the length in tokens and of the surprisal in nats per token, less is better.
SMALLER_IS_BETTER = ("length", "surprisal")
MEASURES = ("correct", "reward", "format_ok", *SMALLER_IS_BETTER)


@dataclass(frozen=True)
class ArmEntry:
    """An arm as the file gives it."""

    name: str
    train: tuple[str, ...] = ()  # names of environments; none: all
    start: str = ""  # the arm whose trained model it begins with; empty: the model of the settings
    tests: tuple[str, ...] = ()  # names of tests; none: all
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TestEntry:
    """A test as the file gives it."""

    name: str
    on: tuple[str, ...] = ()  # names of environments; none: all
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """An effect that other work reports, or that is expected: one arm does better than another in some tests."""

    better: str
    worse: str
    text: str
    tests: tuple[str, ...] = ()  # names of tests; none: all
    environments: tuple[str, ...] = ()  # names of environments; none: all
    measure: str = "correct"  # one of MEASURES


@dataclass(frozen=True)
class SizeEntry:
    """What belongs to one size."""

    environments: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)
    arms: tuple[ArmEntry, ...] = ()
    tests: tuple[TestEntry, ...] = ()
    claims: tuple[Claim, ...] = ()
    tokens_per_second: float = 100.0  # sampled and learned from; where no finished arm tells the real rate
    assumed_on: str = "2 processor cores"


@dataclass(frozen=True)
class Entry:
    """The file."""

    question: str
    small: SizeEntry
    large: SizeEntry
    source: str = ""
    figure: Literal["bars", "matrix", "lines", "curves"] = "bars"
    curves: tuple[str, ...] = ("length", "entropy")  # for figure = curves: columns of metrics.jsonl
    note: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    arms: tuple[ArmEntry, ...] = ()
    tests: tuple[TestEntry, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Test:
    """One evaluation of an arm's model: the environments by name, and a configuration to measure them with."""

    name: str
    environments: tuple[str, ...]
    config: Config


@dataclass(frozen=True)
class Arm:
    """One run with one seed.

    Attributes:
        name: of the arm.
        seed: of the run.
        train: names of the environments trained on.
        start: name of the arm whose model it begins with, or empty.
        config: of the training run; its output is the run's folder.
        tests: what is measured afterwards.
    """

    name: str
    seed: int
    train: tuple[str, ...]
    start: str
    config: Config
    tests: tuple[Test, ...]

    @property
    def trains(self) -> bool:
        """Whether there is anything to train; otherwise the model it starts with is measured."""
        return bool(self.config.train.steps or self.config.warm_start.steps)

    @property
    def folder(self) -> Path:
        """Folder of the run."""
        return Path(self.config.output)

    @property
    def model(self) -> str:
        """The model that its tests measure."""
        return str(self.folder / "model") if self.trains else self.config.model.name


@dataclass(frozen=True)
class Plan:
    """An experiment of one size, ready to run."""

    name: str
    size: str
    entry: Entry
    folder: Path
    arms: tuple[Arm, ...]
    claims: tuple[Claim, ...]

    @property
    def part(self) -> SizeEntry:
        """What belongs to this size."""
        return self.entry.small if self.size == "small" else self.entry.large


def names() -> list[str]:
    """Names of the experiments in the package."""
    folder = resources.files("guru_grpo.experiments") / "library"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read(source: str) -> Entry:
    """Read an experiment: a name from the package, or the path of a TOML file.

    Raises:
        UnknownNameError: there is no experiment of that name, or a key that does not exist.
        InvalidValueError: a file that can not be read, or a value that is not allowed.
    """
    if source.endswith(".toml"):
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidValueError(f"can not read the experiment {source!r}: {error}") from error
    elif source in names():
        text = (resources.files("guru_grpo.experiments") / "library" / f"{source}.toml").read_text(encoding="utf-8")
    else:
        raise unknown_name("experiment", source, names(), "the agent (a path must end in .toml)")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidValueError(f"the experiment {source!r} is not valid TOML: {error}") from error
    return build(Entry, values, "")


def make(source: str, size: str, output: str | None = None, seeds: tuple[int, ...] = ()) -> Plan:
    """Plan an experiment: every run and test of it with its whole configuration.

    Args:
        source: a name from the package, or the path of a TOML file.
        size: ``small`` or ``large``.
        output: the experiment's folder; by default ``runs/experiments/NAME-SIZE``.
        seeds: instead of the file's.

    Raises:
        UnknownNameError: a name that does not exist.
        InvalidValueError: a value that is not allowed.
    """
    if size not in SIZES:
        raise unknown_name("size", size, SIZES)
    entry = read(source)
    part = entry.small if size == "small" else entry.large
    name = Path(source).stem
    folder = Path(output or f"runs/experiments/{name}-{size}")
    arms, tests = [*entry.arms, *part.arms], [*entry.tests, *part.tests] or [TestEntry("test")]
    for kind, found in (("arm", arms), ("test", tests)):
        twice = sorted({one.name for one in found if [other.name for other in found].count(one.name) > 1})
        if twice:
            raise InvalidValueError(f"experiment {name!r}: the {kind} {twice[0]!r} is given twice")
    planned: list[Arm] = []
    for seed in seeds or part.seeds:
        for arm in arms:
            planned.append(_arm(entry, part, arm, tests, seed, folder, [one.name for one in planned]))
    claims = (*entry.claims, *part.claims)
    for claim in claims:
        for text in (claim.better, claim.worse):
            _known("arm", text, [one.name for one in arms])
        for text in claim.tests:
            _known("test", text, [one.name for one in tests])
        for text in claim.environments:
            _known("environment", text, part.environments)
        if claim.measure not in MEASURES:
            raise unknown_name("measure of a claim", claim.measure, MEASURES)
    return Plan(name, size, entry, folder, tuple(planned), claims)


def _arm(
    entry: Entry, part: SizeEntry, arm: ArmEntry, tests: list[TestEntry], seed: int, folder: Path, earlier: list[str]
) -> Arm:
    values = _merged(_merged(entry.settings, part.settings), arm.settings)
    train = arm.train or tuple(part.environments)
    values["environments"] = [_environment(part, name) for name in train]
    values["output"], values["seed"] = str(folder / "arms" / f"{arm.name}-{seed}"), seed
    if arm.start:
        _known("arm (those before it)", arm.start, earlier)
        values.setdefault("model", {})["name"] = str(folder / "arms" / f"{arm.start}-{seed}" / "model")
    config = configuration.from_values(copy.deepcopy(values))
    for wanted in arm.tests:
        _known("test", wanted, [test.name for test in tests])
    measured = [_test(values, part, test) for test in tests if not arm.tests or test.name in arm.tests]
    # The tests say what the experiment wants to know; the run's own evaluations would measure it twice.
    config = dataclasses.replace(config, evaluate=dataclasses.replace(config.evaluate, tasks=0))
    return Arm(arm.name, seed, train, arm.start, config, tuple(measured))


def _test(arm: Mapping[str, Any], part: SizeEntry, test: TestEntry) -> Test:
    for key in test.settings:
        if key not in TESTABLE:
            raise unknown_name("setting of a test", key, TESTABLE)
    on = test.on or tuple(part.environments)
    values = _merged(arm, test.settings) | {"environments": [_environment(part, name) for name in on]}
    # Settings that only matter in training, and may not fit the environments of the test.
    values.pop("curriculum", None)
    values["rollout"] = {**values.get("rollout", {}), "groups": max(len(on), 1), "overlong_buffer": 0}
    return Test(test.name, on, configuration.from_values(values))


def _environment(part: SizeEntry, name: str) -> dict[str, Any]:
    _known("environment", name, part.environments)
    return copy.deepcopy(dict(part.environments[name]))


def _known(kind: str, name: str, allowed: Any) -> None:
    if name not in allowed:
        raise unknown_name(kind, name, list(allowed), "the experiment")


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two trees of settings as one, ``above`` first."""
    found = copy.deepcopy(dict(below))
    for key, value in above.items():
        inner = found.get(key)
        found[key] = (
            _merged(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else copy.deepcopy(value)
        )
    return found
