"""A task source: the one place where a domain, its levels, addresses, splits and answer formats meet."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from guru_envs.address import MAX_DIGITS, TWIN_MAKERS, knob_text, knob_value, options_text, read_options, whole
from guru_envs.answer import Extraction, answer_format
from guru_envs.domain import LANGUAGES, Domain, Knobs, knob_fields, knob_types, make_knobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.prompts import Presentation, template
from guru_envs.seeding import InSplit, split_of, task_rng
from guru_envs.task import SPLITS, Outcome, Task, TaskId, Verdict

P = TypeVar("P")

_CORRECT = Outcome.CORRECT  # attribute access on an enum is slow
_new = tuple.__new__  # makes a named tuple in a third of the time of its own constructor
MAX_ATTEMPTS = 1000  # draws until a task has the wanted split; at one problem in five the chance to fail is 1e-97
_TWIN_DRAWS = 150  # attempts, of each maker, at a twin that lies in the wanted split
_WIDER_EDITS = ("edit_further", "edit_alike")  # of a domain that has them, after its ``edit``
MAX_KEPT = 1000  # different settings of one source whose knobs are kept


class Setting(NamedTuple):
    """How hard the tasks are: the text in a task id, the level (0 without one) and the knobs changed on top of it."""

    text: str
    level: int
    changed: tuple[tuple[str, Any], ...]


class Posed(NamedTuple):
    """A task as an environment shows it: with its address, its presentation and the full prompt."""

    task_id: str
    task: Task[Any]
    show: Presentation
    prompt: str
    level: int
    split: str


class _Resolved(NamedTuple):
    """What the constant parts of an address stand for."""

    knobs: Knobs
    show: Presentation
    level: int
    head: str  # of the task id, before the seed
    tail: str  # of the task id, after the seed


class TaskSource(Generic[P]):
    """Gives a domain addresses, levels, a presentation and one fault boundary.

    Args:
        env_id: for example ``guru/zebra-v0``.
        domain: the three functions.
        ladder: knob settings, easiest first; level 1 is the first.
        level: the level drawn from by default; None with explicit knobs only.
        knobs: knobs changed on top of the level, or on top of the domain's defaults when there is no level.
        split: ``train`` or ``test``, the default split.
        lang: ``en`` or ``zh``.
        answer_format: ``tags``, ``boxed``, ``json`` or ``code``; None takes ``default_format``.
        template: ``plain``, ``r1``, ``qwen`` or ``guru``.
        mode: ``answer``, or ``steps`` to have one statement deduced at a time (see ``guru_envs.deduction``).
        hints: lines of the oracle's proof that the prompt gives away.
        twin: show another task of the same structure: ``reworded`` (other names, order and words, the same problem) or
            ``edited`` (one clue is another, and so is the answer); empty for the task itself.
        default_format: the row's answer format, left out of task ids.
        languages: the languages the domain speaks.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: with the id, the value and what is allowed.
    """

    def __init__(
        self,
        env_id: str,
        domain: Domain[P, Any],
        ladder: Sequence[Mapping[str, Any]],
        *,
        level: int | None = None,
        knobs: Mapping[str, Any] | None = None,
        split: str = "train",
        lang: str = "en",
        answer_format: str | None = None,
        template: str = "plain",
        mode: str = "answer",
        hints: int = 0,
        twin: str = "",
        default_format: str = "tags",
        languages: Sequence[str] = LANGUAGES,
    ) -> None:
        self.env_id, self.domain, self.ladder, self.default_format = env_id, domain, tuple(ladder), default_format
        self.languages = languages
        self._generate_in: Callable[..., Task[P] | None] | None = getattr(domain, "generate_in", None)
        self._presentations: dict[str, Presentation] = {}
        self._resolved: dict[tuple[str, str, str], _Resolved] = {}
        self.split = self._check_split(split)
        self.options = self._options_text(
            {
                "lang": lang,
                "format": default_format if answer_format is None else answer_format,
                "template": template,
                "mode": mode,
                "hints": hints,
                "twin": twin,
            }
        )
        self.show = self.presentation(self.options)
        self.setting = self.make_setting(level, {} if knobs is None else knobs)

    # -- addresses -----------------------------------------------------------------------------------------------------

    def make_setting(self, level: int | None, knobs: Mapping[str, Any]) -> Setting:
        """Check a level (with neither level nor knobs: the first) and knobs, and name them as they stand in a task id."""
        if not isinstance(knobs, Mapping):
            raise InvalidValueError(f"knobs {knobs!r} for {self.env_id}: a mapping of knob names to values is expected")
        if level is not None or not knobs:
            level = self._check_level(1 if level is None else level)
        kinds = knob_types(self.domain.Knobs)
        for name in knobs:
            if name not in kinds or name in self.domain.Knobs.NOT_KNOBS:
                raise unknown_name("knob", name, knob_fields(self.domain.Knobs), self.env_id)
        made = self._knobs(Setting("", level or 0, tuple(knobs.items())), self.show.lang)  # raises for wrong values
        changed = []
        for name in sorted(knobs):
            value = getattr(made, name)
            changed.append((name, float(value) if kinds[name] is float else value))
            if knob_value(knob_text(changed[-1][1]), kinds[name]) != value:
                raise InvalidValueError(f"knob {name!r} for {self.env_id}: {value!r} cannot be written in a task id")
        parts = [str(level)] if level is not None else []
        text = ",".join(parts + [f"{name}={knob_text(value)}" for name, value in changed])
        return Setting(text, level or 0, tuple(changed))

    def address(
        self, seed: int, setting: Setting | None = None, split: str | None = None, options: str | None = None
    ) -> TaskId:
        """The id of the task that :meth:`draw` makes from the same arguments; ``options`` as :meth:`shown_with` gives."""
        split = self.split if split is None else self._check_split(split)
        shown = self.options if options is None else options
        return TaskId(self.env_id, split, (setting or self.setting).text, self._check_seed(seed), shown)

    def _resolve(self, address: TaskId) -> _Resolved:
        """Check the constant parts of an address; what they stand for is kept, since streams of tasks share them.

        Raises:
            UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the part that is wrong.
        """
        key = (address.split, address.setting, address.options)
        resolved = self._resolved.get(key)
        if resolved is None or address.env_id != self.env_id:
            if address.env_id != self.env_id:
                raise InvalidValueError(
                    f"task id {str(address)!r} is for {address.env_id!r}, but this environment is {self.env_id!r}"
                )
            self._check_split(address.split)
            show = self.presentation(address.options)
            setting = self.read_setting(address.setting)
            if setting.text != address.setting:
                raise InvalidValueError(f"task id {str(address)!r}: write the setting as {setting.text!r}")
            if len(self._resolved) >= MAX_KEPT:
                self._resolved.clear()
            head = str(address._replace(seed=0, options="")).removesuffix("0")
            tail = f"?{address.options}" if address.options else ""
            knobs = self._knobs(setting, show.lang)
            if show.mode == "steps" and getattr(knobs, "abstain", False):
                raise InvalidValueError(
                    f"mode 'steps' for {self.env_id}: with abstain=True a task may have no solution to deduce"
                )
            resolved = self._resolved[key] = _Resolved(knobs, show, setting.level, head, tail)
        return resolved

    def check(self, address: TaskId) -> None:
        """Raise what ``pose`` would raise for an address, without drawing the task."""
        self._check_seed(address.seed)
        self._resolve(address)

    def read_setting(self, text: str) -> Setting:
        """The setting that a part of a task id stands for."""
        level: int | None = None
        knobs: dict[str, Any] = {}
        kinds = knob_types(self.domain.Knobs)
        for index, part in enumerate(text.split(",")):
            name, equals, value = part.partition("=")
            if not equals and index == 0 and part.isascii() and part.isdigit():
                level = int(part[:MAX_DIGITS])  # of a longer number enough to be refused
            elif not equals or name in knobs:
                raise InvalidValueError(f"setting {text!r} for {self.env_id}: expected a level and/or knob=value pairs")
            else:
                knobs[name] = knob_value(value, kinds.get(name, str))
        return self.make_setting(level, knobs)

    def presentation(self, options: str) -> Presentation:
        """How a task with these options (as in a task id) is shown."""
        if options not in self._presentations:
            values = read_options(self.env_id, self.default_format, options)
            if self._options_text(values) != options:
                raise InvalidValueError(
                    f"options {options!r} of a task id of {self.env_id}: write {self._options_text(values)!r}"
                )
            lang = values["lang"]
            self._presentations[options] = Presentation(
                template(values["template"]),
                answer_format(values["format"], lang),
                lang,
                values["mode"],
                values["hints"],
                values["twin"],
            )
        return self._presentations[options]

    def shown_with(self, **changes: Any) -> str:
        """The options, as in a task id, of this source's presentation with some of them changed."""
        show = self.show
        values = {"lang": show.lang, "format": show.format.name, "template": show.template.name}
        return self._options_text(values | {"mode": show.mode, "hints": show.hints, "twin": show.twin} | changes)

    def _options_text(self, values: Mapping[str, Any]) -> str:
        return options_text(self.env_id, self.domain, self.languages, self.default_format, values)

    def _check_split(self, split: str) -> str:
        if split not in SPLITS:
            raise unknown_name("split", split, SPLITS, self.env_id)
        return split

    def _check_level(self, level: Any) -> int:
        number = whole(level)
        if number is None or not 1 <= number <= len(self.ladder):
            raise InvalidValueError(f"level {level!r} for {self.env_id}: allowed are 1 to {len(self.ladder)}")
        return number

    def _check_seed(self, seed: Any) -> int:
        number = seed if type(seed) is int else whole(seed)
        if number is None or not 0 <= number < 2**63:
            raise InvalidValueError(f"seed {seed!r} for {self.env_id}: allowed are whole numbers from 0 to 2**63 - 1")
        return number

    def _knobs(self, setting: Setting, lang: str) -> Knobs:
        values = dict(self.ladder[setting.level - 1]) if setting.level else {}
        values.update(setting.changed)
        knobs: Knobs = make_knobs(self.domain.Knobs, values | {"lang": lang}, self.env_id)
        return knobs

    # -- tasks ---------------------------------------------------------------------------------------------------------

    def draw(self, seed: int, level: int | None = None, split: str | None = None) -> Task[P]:
        """The task of a seed, at this source's setting or at a level, of its split or another.

        Raises:
            ImpossibleTaskError: the knobs leave no task in the split.
        """
        setting = None if level is None else self.make_setting(level, {})
        return self.generate(self.address(seed, setting, split))

    def generate(self, task_id: TaskId | str) -> Task[P]:
        """The task at an address; the same bytes wherever it is asked for."""
        address = task_id if isinstance(task_id, TaskId) else TaskId.parse(task_id)
        seed = self._check_seed(address.seed)
        return self._generate(seed, address.split, address.setting, self._resolve(address))

    def pose(self, task_id: TaskId | str) -> Posed:
        """The task at an address, ready to be shown."""
        address = task_id if isinstance(task_id, TaskId) else TaskId.parse(task_id)
        seed = self._check_seed(address.seed)
        return self._pose(seed, address.split, address.setting, self._resolve(address))

    def pose_seed(self, seed: int, setting: Setting, split: str, options: str | None = None) -> Posed:
        """The same as ``pose(address(seed, setting, split, options))``, in less time; for streams of tasks."""
        resolved = self._resolved.get((split, setting.text, self.options if options is None else options))
        if resolved is None:
            resolved = self._resolve(self.address(seed, setting, split, options))
        return self._pose(seed, split, setting.text, resolved)

    def _pose(self, seed: int, split: str, setting: str, resolved: _Resolved) -> Posed:
        _, show, level, head, tail = resolved
        task = self._generate(seed, split, setting, resolved)
        text = show.prompt(task.prompt) if show.plain else self._extended_prompt(task, show)
        return _new(Posed, (f"{head}{seed}{tail}", task, show, text, level, split))

    def _extended_prompt(self, task: Task[P], show: Presentation) -> str:
        """The prompt with hints, or that asks for one statement at a time."""
        from guru_envs.deduction import hint_steps  # with a SAT solver, which most prompts do not need

        steps = hint_steps(self.domain, task, show.hints)
        help = self.domain.fact_help(task) if show.mode == "steps" else ""  # type: ignore[attr-defined]  # checked with the options
        return show.extended_prompt(task.prompt, [step.statement for step in steps], help)

    def _generate(self, seed: int, split: str, setting: str, resolved: _Resolved) -> Task[P]:
        """Draw until the split, which the problem's content decides, is the wanted one."""
        env_id, knobs, make_in = self.env_id, resolved.knobs, self._generate_in
        fits = InSplit(split)
        for attempt in range(MAX_ATTEMPTS):
            rng = task_rng(env_id, split, setting, seed, attempt)
            task: Task[P] | None = self.domain.generate(rng, knobs) if make_in is None else make_in(rng, knobs, fits)
            if task is not None and (task.canonical == fits.fitted or fits(task.canonical)):
                return self._twin(task, seed, split, setting, resolved.show.twin) if resolved.show.twin else task
        raise ImpossibleTaskError(
            f"no {split} task was found for {env_id} with {setting!r} in {MAX_ATTEMPTS} draws: so few different problems "
            "have these knobs that none falls into the split; choose larger knobs or the other split"
        )

    def _twin(self, task: Task[P], seed: int, split: str, setting: str, kind: str) -> Task[P]:
        """A task of the same structure, in the same split."""
        makers = [getattr(self.domain, TWIN_MAKERS[kind])]
        if kind == "edited":  # the puzzles next to this one may all belong to the other split
            makers += [getattr(self.domain, name) for name in _WIDER_EDITS if hasattr(self.domain, name)]
        for attempt in range(len(makers) * _TWIN_DRAWS):
            rng = task_rng(f"{self.env_id} {kind}", split, setting, seed, attempt)
            other: Task[P] | None = makers[attempt // _TWIN_DRAWS](task, rng)
            if other is not None and split_of(other.canonical) == split:
                return other
        raise ImpossibleTaskError(
            f"no {kind} twin was found for {self.env_id} with {setting!r} and seed {seed} in {len(makers) * _TWIN_DRAWS} draws"
        )

    def prompt(self, task: Task[P], show: Presentation | None = None) -> str:
        """The full prompt: question, answer instruction, template."""
        show = self._shown(task, show)
        return show.prompt(task.prompt) if show.plain else self._extended_prompt(task, show)

    def _shown(self, task: Task[P], show: Presentation | None) -> Presentation:
        return show or self.show

    def judge(self, task: Task[P], response: str, show: Presentation | None = None) -> Verdict:
        """Judge a response: extract, then verify. Never raises for any text: a failing judge is a FAULT.

        Raises:
            InvalidValueError: the response is not a string.
        """
        if not isinstance(response, str):
            raise InvalidValueError(f"a response is a string, not {type(response).__name__}")
        return self._judge([(task, self._shown(task, show))], [response])[0]

    def judge_many(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        """Judge one response to each task."""
        return self._judge([(one.task, one.show) for one in posed], responses)

    def _judge(self, shown: Sequence[tuple[Task[P], Presentation]], responses: Sequence[str]) -> list[Verdict]:
        many, verify = getattr(self.domain, "verify_many", None), self.domain.verify
        suits = getattr(self.domain, "suits", None)
        verdicts: list[Verdict] = []
        waiting: list[tuple[int, Task[P], Extraction]] = []  # to be judged together
        for (task, show), response in zip(shown, responses, strict=True):
            try:
                prefer = None if suits is None else functools.partial(suits, task)
                answer, format_ok, detail = found = show.parse(response, prefer)
                if answer is None:
                    verdicts.append(Verdict(Outcome.NO_ANSWER, 0.0, None, detail, False))
                elif many is None:
                    verdicts.append(_checked(verify(task, answer), answer, format_ok))
                else:
                    waiting.append((len(verdicts), task, found))
                    verdicts.append(_UNJUDGED)
            except (Exception, SystemExit) as error:
                # The one fault boundary: a bug in a verifier must not look like a wrong answer.
                verdicts.append(fault(f"{type(error).__name__}: {error}"))
        if many is not None and waiting:
            self._judge_together(many, waiting, verdicts)
        return verdicts

    def _judge_together(
        self, many: Callable[..., Any], waiting: list[tuple[int, Task[P], Extraction]], verdicts: list[Verdict]
    ) -> None:
        """Put the verdicts of answers that are verified in one call where they belong."""
        try:
            judged = many([task for _, task, _ in waiting], [found.answer for _, _, found in waiting])
            for (place, _, found), verdict in zip(waiting, judged, strict=True):
                verdicts[place] = _checked(verdict, found.answer, found.format_ok)
        except (Exception, SystemExit) as error:
            for place, _, _ in waiting:
                if verdicts[place] is _UNJUDGED:
                    verdicts[place] = fault(f"{type(error).__name__}: {error}")

    def demonstrate(self, task: Task[P], show: Presentation | None = None) -> str:
        """The oracle's proof and answer as a full response; it earns the maximal reward."""
        trace = self.domain.solve(task)
        return self._shown(task, show).respond("\n".join(step.statement for step in trace.steps), trace.answer)


def _checked(verdict: Verdict, answer: str | None, format_ok: bool) -> Verdict:
    """The verdict of a domain with the answer and its form filled in; raises when it contradicts itself."""
    outcome, credit, _, detail, _ = verdict
    if (credit == 1.0) is not (outcome is _CORRECT) or not 0.0 <= credit <= 1.0:
        raise InvalidValueError(f"credit {credit!r} does not fit outcome {outcome!r}")
    if type(outcome) is not Outcome or type(detail) is not str:
        raise InvalidValueError(f"the verifier returned outcome {outcome!r} with detail {detail!r}")
    return _new(Verdict, (outcome, credit, answer, detail, format_ok))


def fault(reason: str) -> Verdict:
    """The verdict of a judge that failed."""
    return Verdict(Outcome.FAULT, 0.0, None, reason[:500], False)


_UNJUDGED = fault("the verifier gave fewer verdicts than answers")
