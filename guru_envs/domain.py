"""The protocol a domain implements, and the base class of its knobs.

A domain is three pure functions over one typed problem: generate, verify, solve. It knows nothing of Gymnasium, of
levels, of splits or of how responses are written: a ``TaskSource`` adds those.
"""

from __future__ import annotations

import dataclasses
import random
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from guru_envs.errors import GuruError, InvalidValueError, did_you_mean, unknown_name
from guru_envs.task import Task, Trace, Verdict

if typing.TYPE_CHECKING:
    from guru_envs.theory import Clause, Fact, Theory

P = TypeVar("P")
K = TypeVar("K", bound="Knobs")

LANGUAGES: tuple[str, ...] = ("en", "zh")


def knob(default: Any, help: str, low: float | None = None, high: float | None = None) -> Any:
    """Declare a knob: its default, what it does (with its unit) and, for numbers, its range (both ends included)."""
    return field(default=default, metadata={"help": help, "low": low, "high": high})


@dataclass(frozen=True)
class Knobs:
    """Base class of every domain's knobs.

    A knob is a dataclass field made with :func:`knob`; its type is ``bool``, ``int``, ``float``, ``str``, a ``Literal``
    of strings, or a ``tuple`` of strings. Subclasses check conditions between knobs in :meth:`check`.
    """

    lang: Literal["en", "zh"] = knob("en", "language of the prompt; not part of the problem")

    NOT_KNOBS: ClassVar[frozenset[str]] = frozenset({"lang"})  # given as an option, not in the setting of a task id

    def __post_init__(self) -> None:
        for name, kind in knob_types(type(self)).items():
            spec = type(self).__dataclass_fields__[name]
            _check_value(type(self), name, getattr(self, name), kind, spec.metadata)
        self.check()

    def check(self) -> None:
        """Raise ``ImpossibleTaskError`` or ``InvalidValueError`` for combinations that no task can satisfy."""


_TYPES: dict[Any, dict[str, Any]] = {}


def knob_types(knobs: type[Knobs]) -> dict[str, Any]:
    """The types of the knobs of a class by name, the language among them."""
    if knobs not in _TYPES:
        hints = typing.get_type_hints(knobs)
        _TYPES[knobs] = {spec.name: hints[spec.name] for spec in dataclasses.fields(knobs)}
    return _TYPES[knobs]


def knob_fields(knobs: type[Knobs]) -> dict[str, dataclasses.Field[Any]]:
    """The knobs of a class by name, without the language."""
    return {spec.name: spec for spec in dataclasses.fields(knobs) if spec.name not in knobs.NOT_KNOBS}


def _check_value(owner: type, name: str, value: object, kind: Any, meta: Mapping[str, Any]) -> None:
    where = f"knob {name!r} of {owner.__qualname__}"
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            allowed = typing.get_args(kind)
            raise InvalidValueError(
                f"{where} is {value!r}: allowed are {', '.join(map(repr, allowed))}.{did_you_mean(value, allowed)}"
            )
        return
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, tuple) or not all(isinstance(part, str) for part in value):
            raise InvalidValueError(f"{where} is {value!r}: a tuple of strings is expected")
        return
    if isinstance(kind, types.UnionType):
        if value is None and type(None) in typing.get_args(kind):
            return
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    wrong_type = not isinstance(value, kind if kind is not float else (int, float))
    if wrong_type or (isinstance(value, bool) and kind is not bool):
        raise InvalidValueError(f"{where} is {value!r}: a value of type {kind.__name__} is expected")
    low, high = meta.get("low"), meta.get("high")
    if isinstance(value, (int, float)) and (
        (low is not None and value < low) or (high is not None and value > high) or value != value
    ):
        raise InvalidValueError(f"{where} is {value!r}: allowed is {low} to {high}")


def make_knobs(knobs: type[K], values: Mapping[str, Any], where: str = "") -> K:
    """Build knobs from plain values; lists become tuples. Errors begin with ``where``, for example an environment id.

    Raises:
        UnknownNameError: a key that is no knob.
        InvalidValueError: a value of the wrong type or out of range.
        ImpossibleTaskError: a combination for which no task exists.
    """
    allowed = [*knob_fields(knobs), *knobs.NOT_KNOBS]
    for name in values:
        if name not in allowed:
            raise unknown_name("knob", name, allowed, where or knobs.__qualname__)
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    try:
        return knobs(**plain)
    except GuruError as error:
        if not where or where in str(error):
            raise
        raise type(error)(f"{where}: {error}") from None


class Domain(Protocol[P, K]):
    """Three pure functions over one typed problem.

    With them come two that probe the verifier: ``guess`` and ``corrupt``. A domain may also define, besides the functions of
    ``Deductive``:

    * ``generate_in(rng, knobs, fits) -> Task | None``: as ``generate``, but a problem whose canonical text ``fits``, in less time
      than by drawing tasks until one does; None when this draw gave none;
    * ``render(task) -> str``: the problem as a person would draw it;
    * ``suits(task, answer) -> bool``: whether a block of code is meant as the answer, for responses with several blocks;
    * ``verify_many(tasks, answers) -> list[Verdict]``: the verdicts of several answers at once;
    * ``twin(task, rng) -> Task``: the same problem (equal canonical form) with other names, order and words;
    * ``edit(task, rng) -> Task | None``: a valid task that differs in one clue and has another answer, if one was found;
    * ``edit_further(task, rng) -> Task | None``: the same with a larger change of the clue, for when ``edit`` finds none in a split;
    * ``edit_alike(task, rng) -> Task | None``: the same, but with the canonical form of the task (another clue and answer, the
      same structure), for when ``edit_further`` finds none either;
    * ``effort(task) -> float``: the work a solver has, in the domain's own measure.
    """

    Knobs: type[K]

    def generate(self, rng: random.Random, knobs: K) -> Task[P]:
        """Make a task. The same rng state and knobs give the same bytes; ``lang`` changes words, not the problem.

        Raises:
            ImpossibleTaskError: no task with these knobs exists.
        """
        ...

    def verify(self, task: Task[P], answer: str) -> Verdict:
        """Judge an extracted answer: any text gets a verdict, in time linear in its length; nothing is evaluated."""
        ...

    def solve(self, task: Task[P]) -> Trace:
        """Prove the gold answer from what the prompt states, step by step."""
        ...

    def guess(self, task: Task[P], rng: random.Random) -> str:
        """A blind guess: a well-formed answer by someone who knows the form of answers and does no reasoning."""
        ...

    def corrupt(self, task: Task[P], rng: random.Random) -> str:
        """The gold answer made wrong in one place: well-formed, and always judged WRONG."""
        ...


class Deductive(Protocol[P]):
    """What a domain adds so that single statements can be judged: each step of a proof, each fact that a policy states.

    ``theory`` and ``clauses`` share no code with the domain's solver, so they are an independent check of it.
    """

    def theory(self, task: Task[P]) -> Theory:
        """What the rules and each clue say, as clauses."""
        ...

    def clauses(self, task: Task[P], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says, as clauses over the theory's variables.

        Raises:
            InvalidValueError: the fact has none of the documented forms.
        """
        ...

    def read_fact(self, task: Task[P], line: str) -> Fact | None:
        """The fact that one line of text states in the documented form, None for any other text, in linear time.

        The statement of each step of the oracle is such a line, and is read as the step's fact.
        """
        ...

    def fact_help(self, task: Task[P]) -> str:
        """How a fact is written, in the task's language, with an example that says nothing of the solution."""
        ...


class Working(Protocol):
    """The lines that a response has written, judged one after the other in linear time; see ``Stepwise``."""

    @property
    def progress(self) -> float:
        """The share of the way to the answer that the lines so far go, 0 to 1; it never falls."""
        ...

    def state(self, line: str) -> bool | None:
        """Judge the next line: whether it is true and leads on, or None when it states nothing in a documented form."""
        ...

    def close(self) -> None:
        """Free what is held."""
        ...


class Stepwise(Protocol[P]):
    """What a domain that is not ``Deductive`` adds so that the lines of a response can be judged."""

    def working(self, task: Task[P]) -> Working:
        """An empty sheet for a task; the lines of the oracle's proof in order make its progress 1."""
        ...


def judges_lines(domain: object) -> bool:
    """Whether single lines of a response can be judged: the domain is :class:`Deductive` or :class:`Stepwise`."""
    return is_deductive(domain) or hasattr(domain, "working")


def is_deductive(domain: object) -> bool:
    """Whether a domain is :class:`Deductive` too."""
    return all(hasattr(domain, name) for name in ("theory", "clauses", "read_fact", "fact_help"))
