"""The registry: rows of data, read from registry.yaml and from files that users add.

A row names its domain by a string which is imported only when the first task is drawn.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from guru_envs.answer import ROW_FORMATS
from guru_envs.domain import LANGUAGES, Domain, make_knobs
from guru_envs.errors import GuruError, MissingExtraError, RegistryError, unknown_name
from guru_envs.mixing import MixtureSource, check_parts
from guru_envs.reward import RewardRule
from guru_envs.source import TaskSource
from guru_envs.task import Task, TaskId, Verdict

FAMILIES = ("math", "code", "science", "logic", "simulation", "tables")
_ENV_ID = re.compile(r"[a-z0-9-]+/[a-z0-9-]+-v\d+")


@dataclass(frozen=True)
class Row:
    """One environment, as data. Every field stands under the same name in registry.yaml.

    Attributes:
        id: ``namespace/kebab-name-vN``.
        domain: where the domain class is, ``package.module:Class``; a mixture has ``parts`` instead.
        family: ``math``, ``code``, ``science``, ``logic``, ``simulation`` or ``tables``.
        summary: one line.
        levels: the ladder: knob settings, easiest first; of a mixture the level of each part.
        guess_rate: for each level, an upper bound on the probability that a blind guess is CORRECT.
        answer_format: ``tags``, ``boxed``, ``json``, ``code``, ``raw`` or, of a judging environment, ``decision``.
        reward: the numbers of the row's ``RewardRule``.
        deadline: seconds one judgement may take in a worker process; None judges in-process.
        languages: the languages of the prompts.
        suites: public benchmarks the row trains for.
        parts: of a mixture, the ids it draws from with their weights.
    """

    id: str
    family: str
    summary: str
    levels: tuple[Mapping[str, Any], ...]
    guess_rate: tuple[float, ...]
    domain: str = ""
    answer_format: str = "tags"
    reward: Mapping[str, float] = field(default_factory=dict)
    deadline: float | None = None
    languages: tuple[str, ...] = LANGUAGES
    suites: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The id without namespace and version: the name of the row's cases, golden file and docs page."""
        return self.id.split("/")[1].rpartition("-v")[0]


_ROWS: dict[str, Row] = {}


def _fail(row_id: object, problem: str) -> RegistryError:
    return RegistryError(f"registry row {row_id!r}: {problem}")


def parse_row(values: Mapping[str, Any]) -> Row:
    """Check one row and turn it into a ``Row``.

    Raises:
        RegistryError: naming the row and what is wrong; for an unknown key with the nearest known one.
    """
    row_id = values.get("id", "?") if isinstance(values, Mapping) else "?"
    if not isinstance(values, Mapping):
        raise _fail(row_id, f"a mapping is expected, not {values!r}")
    fields = {spec.name: spec for spec in dataclasses.fields(Row)}
    for key in values:
        if key not in fields:
            raise _fail(row_id, str(unknown_name("key", key, fields)))
    for name, spec in fields.items():
        needed = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
        if needed and name not in values:
            raise _fail(row_id, f"the key {name!r} is missing")
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    row = Row(**plain)  # type: ignore[arg-type]  # _check_row checks the values
    _check_row(row)
    return row


def _check_row(row: Row) -> None:
    if not isinstance(row.id, str) or not _ENV_ID.fullmatch(row.id):
        raise _fail(row.id, "the id must look like guru/zebra-v0")
    if not isinstance(row.parts, Mapping):
        raise _fail(row.id, f"parts must be a mapping of ids to weights, not {row.parts!r}")
    if bool(row.parts) is bool(row.domain):
        raise _fail(row.id, "either a domain or, for a mixture, parts must be given")
    if row.domain and not re.fullmatch(r"[\w.]+:\w+", str(row.domain)):
        raise _fail(row.id, f"domain {row.domain!r} must look like package.module:Class")
    choices = (("family", row.family, FAMILIES), ("answer_format", row.answer_format, tuple(ROW_FORMATS)))
    for name, value, allowed in choices:
        if value not in allowed:
            raise _fail(row.id, str(unknown_name(name, value, allowed)))
    if not isinstance(row.summary, str):
        raise _fail(row.id, f"summary {row.summary!r} must be a text")
    for name in ("levels", "guess_rate", "languages", "suites"):
        if not isinstance(getattr(row, name), tuple):
            raise _fail(row.id, f"{name} must be a list, not {getattr(row, name)!r}")
    for lang in row.languages:
        if lang not in LANGUAGES:
            raise _fail(row.id, str(unknown_name("language", lang, LANGUAGES)))
    if "en" not in row.languages:
        raise _fail(row.id, "languages must hold 'en', the default")
    if not all(isinstance(suite, str) for suite in row.suites):
        raise _fail(row.id, f"suites must be a list of names, not {row.suites!r}")
    if not row.levels or not all(isinstance(level, Mapping) for level in row.levels):
        raise _fail(row.id, "levels must be a list of knob settings")
    if row.parts:
        try:
            check_parts(row.id, row.parts, row.levels)
        except GuruError as error:
            raise _fail(row.id, str(error)) from None
    rates = row.guess_rate
    if len(rates) != len(row.levels) or not all(_is_number(rate) and 0 <= rate <= 1 for rate in rates):
        raise _fail(row.id, f"guess_rate must hold one number in [0, 1] for each of the {len(row.levels)} levels")
    if row.deadline is not None and not (_is_number(row.deadline) and 0 < row.deadline < math.inf):
        raise _fail(row.id, f"deadline {row.deadline!r} must be a positive number of seconds, or null")
    if not isinstance(row.reward, Mapping):
        raise _fail(row.id, f"reward must be a mapping of outcomes to numbers, not {row.reward!r}")
    try:
        RewardRule.from_mapping(row.reward, row.id)
    except GuruError as error:
        raise _fail(row.id, str(error)) from None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_rows(path: Path | str) -> list[Row]:
    """Read the rows of a registry file.

    Raises:
        RegistryError: the file is not YAML, breaks the schema or repeats an id.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader in either case
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"cannot read the registry file {path}: {error}") from None
    except yaml.YAMLError as error:
        raise RegistryError(f"{path} is not valid YAML: {error}") from None
    if isinstance(content, Mapping) and content.get("environments", ()) is None:
        content = {"environments": []}
    if (
        not isinstance(content, Mapping)
        or set(content) != {"environments"}
        or not isinstance(content["environments"], list)
    ):
        raise RegistryError(f"{path}: expected a list of rows under the one key 'environments'")
    rows = [parse_row(values) for values in content["environments"]]
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise _fail(row.id, f"the id stands twice in {path}")
        seen.add(row.id)
    return rows


def add_rows(rows: list[Row]) -> None:
    """Make rows known; a row with a known id replaces the old one."""
    for row in rows:
        _ROWS[row.id] = row
    for cache in (_domain, _plain_source, _posed):  # they may hold something of a row that is replaced
        cache.cache_clear()


def with_parts(row: Row) -> list[Row]:
    """A row and, of a mixture, the rows of its parts: all that another process must know to make its source."""
    return [one for name in row.parts for one in with_parts(spec(name))] + [row]


def mixture(
    env_id: str,
    parts: Mapping[str, float],
    levels: Sequence[Mapping[str, int]] | None = None,
    *,
    summary: str = "a mixture",
    family: str = "logic",
) -> Row:
    """The row of a mixture of registered environments; ``guru_envs.register`` makes it known to Gymnasium.

    Args:
        env_id: the id it gets, like ``my/mixture-v0``.
        parts: ids with weights.
        levels: for each level of the mixture the levels of its parts; None makes eight levels, each part's ladder spread
            evenly over them.
        summary: one line.
        family: as of any row.

    Raises:
        UnknownNameError, InvalidValueError, RegistryError: naming the part and what is wrong.
    """
    ladders = {name: len(spec(name).levels) for name in parts}
    if levels is None:
        levels = [{name: 1 + round(k * (top - 1) / 7) for name, top in ladders.items()} for k in range(8)]
    rates = []
    for setting in levels:  # a bound that holds for the tasks of every part
        bounds = [(spec(name).guess_rate, level) for name, level in setting.items()]
        rates.append(max((rate[min(max(level, 1), len(rate)) - 1] for rate, level in bounds), default=0.0))
    values = {"id": env_id, "parts": parts, "family": family, "summary": summary, "levels": list(levels)}
    languages = [lang for lang in LANGUAGES if all(lang in spec(name).languages for name in parts)]
    return parse_row(values | {"guess_rate": rates, "languages": languages})


def bundled_file() -> Path:
    """registry.yaml: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).parent / "registry.yaml"
    return inside if inside.exists() else Path(__file__).parent.parent / "registry.yaml"


def rows() -> tuple[Row, ...]:
    """All rows, in the order of the files."""
    return tuple(_ROWS.values())


def spec(env_id: str) -> Row:
    """The row of an environment.

    Raises:
        UnknownNameError: there is none; the message suggests the nearest id.
    """
    row = _ROWS.get(env_id) if isinstance(env_id, str) else None
    if row is None:
        raise unknown_name("environment id", env_id, _ROWS)
    return row


@functools.cache
def _domain(env_id: str) -> Domain[Any, Any]:
    """The domain of a row. With it comes what can be checked only now: that the ladder fits the domain's knobs."""
    row = spec(env_id)
    module, _, name = row.domain.partition(":")
    try:
        domain: Domain[Any, Any] = getattr(importlib.import_module(module), name)()
    except MissingExtraError:
        raise  # it says what to install
    except (ImportError, AttributeError, TypeError) as error:
        raise _fail(env_id, f"domain {row.domain!r} cannot be loaded: {error}") from error
    for number, level in enumerate(row.levels, 1):
        try:
            make_knobs(domain.Knobs, level)
        except GuruError as error:
            raise _fail(env_id, f"level {number}: {error}") from None
    return domain


def make_source(env_id: str, **options: Any) -> TaskSource[Any]:
    """A task source for a row. Keyword arguments are those of ``TaskSource`` (level, knobs, split, lang, ...)."""
    row = spec(env_id)
    common = {"default_format": row.answer_format, "languages": row.languages, **options}
    if not row.parts:
        return TaskSource(env_id, _domain(env_id), row.levels, **common)
    shown = {name: value for name, value in options.items() if name not in ("level", "knobs", "answer_format")}
    parts = {name: make_source(name, **shown) for name in row.parts}
    try:
        return MixtureSource(env_id, parts, row.parts, row.levels, **common)
    except GuruError as error:
        if "level" in options or "knobs" in options:
            raise
        raise _fail(env_id, str(error)) from None


@functools.lru_cache(maxsize=64)
def _plain_source(env_id: str) -> TaskSource[Any]:
    return make_source(env_id)


def source_of(task_id: TaskId | str) -> tuple[TaskSource[Any], TaskId]:
    """The source that knows a task id, and the id in parsed form."""
    address = task_id if isinstance(task_id, TaskId) else TaskId.parse(task_id)
    return _plain_source(address.env_id), address


def task(task_id: TaskId | str) -> Task[Any]:
    """The task at an address."""
    source, address = source_of(task_id)
    return source.generate(address)


@functools.lru_cache(maxsize=1024)
def _posed(address: TaskId) -> Any:
    return source_of(address)[0].pose(address)


def prompt(task_id: TaskId | str) -> str:
    """The full prompt of the task at an address."""
    text: str = _posed(source_of(task_id)[1]).prompt
    return text


def verify(task_id: TaskId | str, response: str) -> Verdict:
    """Judge a response to the task at an address, from the address alone. Recently used tasks are kept.

    Raises:
        UnknownNameError, InvalidValueError: the task id is wrong, or the response is no string. No string ever raises.
    """
    source, address = source_of(task_id)
    posed = _posed(address)
    return source.judge(posed.task, response, posed.show)


def oracle(task_id: TaskId | str) -> str:
    """A full response to the task at an address, with a proof, that earns the maximal reward."""
    source, address = source_of(task_id)
    posed = _posed(address)
    return source.demonstrate(posed.task, posed.show)


def twin(task_id: TaskId | str, kind: str = "reworded") -> TaskId:
    """The address of a task's twin: ``reworded`` is the same problem in other words, ``edited`` has one clue and the answer changed.

    Raises:
        UnknownNameError, InvalidValueError: the task id is wrong, or its domain makes no such twins.
        ImpossibleTaskError: no such twin of this task was found in its split.
    """
    source, address = source_of(task_id)
    show = source.presentation(address.options)
    options: dict[str, Any] = {"lang": show.lang, "format": show.format.name, "template": show.template.name}
    options |= {"mode": show.mode, "hints": show.hints, "twin": kind}
    other = address._replace(options=source.shown_with(**options))
    source.generate(other)
    return other
