"""Judge an answer to a task of another environment: is it correct? For training the model behind ``guru_envs.judge``.

The truth is what the other environment's own verifier says of that very answer, so a judge is trained and measured without any
label made by people or by another model (a "meta-reward": the correctness of a verdict).

Prompt
------
What a model judge is asked, in the wording of ``guru_envs.judge``: a question, on the lower levels the reference answer, and a
student's answer between marks. With a reference answer the English prompt is byte for byte what ``ModelJudge`` asks about the
same three texts. Without one the judge has to find out by itself whether the answer is right; it is told that an answer has to
stand between the tags or in the box that the question asks for, and may be written in another way. The student's answer is isolated
as by the judge: at most 2,000 characters, and all that looks like a mark, a role or a verdict is replaced by "[removed]".

Answer
------
A critique may come first. The last line is ``Final Decision: Yes`` or ``Final Decision: No``, read by the same function as a
judge's reply (answer format ``decision``). Under another answer format the answer is ``Yes`` or ``No``.

Verdict
-------
CORRECT when the decision is what the source's verifier said; NO_ANSWER when it is neither yes nor no. Each answer was put to that
verifier twice, as given and as it is shown after its isolation, and is used only when the two verdicts agree.

Of each task a right and a wrong answer are made, by the same steps, and a coin decides which is shown; so half of the answers
are right, in each environment and of each kind. Kinds of answers:

* ``plain``: the gold answer, or a wrong one;
* ``rewritten``: the same in other words: other order, numbers, units, signs, spaces, as far as the source's verifier sees the same;
* ``worked``: a whole response with the end of a proof, which ends in the answer given; the question says how to answer;
* ``injected``: a whole response with a text beside the answer that wants to decide for the judge;
* ``formless``: a right answer between the marks asked for (tags, box), or without them (which is wrong); without a reference
  answer only, because with one only the equivalence of the two is asked for.

Sources of wrong answers (``misses``), from far to near: ``guess``, a blind guess; ``corrupt``, the gold answer changed in one
place; ``exchanged``, the gold answer with two numbers, items or values exchanged; ``edited``, the right answer to the same task with
one clue changed (and the reasoning for it in ``worked``). What can't be had of a task is replaced by the next one down: ``edited`` by
``exchanged`` by ``corrupt``, and any kind by ``plain``. An ``edited`` answer that has other words than the right one, or some more
often, is used only where nothing can be exchanged: the words that changed clues favour would tell wrong answers.

Knobs
-----
``rows`` are the environments, ``standing`` how hard their tasks are (1: the first level of each, 8: the last, evenly between),
``reference`` whether the reference answer is shown, ``kinds`` and ``misses`` what is drawn from. On the ladder wrong answers get
nearer and kinds harder; from level 6 on there is no reference answer; then the tasks get harder.

A task belongs to the split of the problem it asks about, so no problem of the test split of another environment is met in training.
The family is ``logic``: like ``guru/logic-mixture-v0`` the row spans others, and what is asked is whether something follows from a
text. The six domains of GURU stay as they are: no preset of them draws from this row.

Oracle
------
With a reference answer: where the student's answer first differs from it and what the source's verifier says of the answer.
Without one: before that the source's own proof of its answer, step by step.

Known shortcuts
---------------
A constant decision is right half of the time. ``guess`` misses are often of another size than the gold answer, ``formless``
answers are told by their form, and a ``plain`` answer is right when it equals the reference; these are on the lowest levels, and
``formless`` also for training a sense of form. On the hard kinds (``plain``, ``rewritten``, ``worked``, ``injected`` with
``exchanged`` or ``edited`` misses) ``benchmarks/judging_leaks.py`` fits a classifier on lengths, characters and forms.
Some shortcuts are left without a reference: an expression with ``exchanged`` numbers may leave the whole numbers,
a grid may hold a digit twice in a column, and ``corrupt`` may leave the allowed values.

Provenance
----------
The tasks are those of the environments named in ``rows``. The English wording with a reference answer is that of
General-Reasoner's verifier as ``guru_envs.judge`` uses it; all else is our own.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from guru_envs import registry
from guru_envs.answer import read_decision
from guru_envs.domain import Knobs, knob
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, unknown_name
from guru_envs.judge.arguing import argue
from guru_envs.judge.candidates import KINDS, MISSES, WHOLE, Candidate, is_right, make_pair
from guru_envs.judge.prompting import MAX_TEXT, VERIFY, VERIFY_ALONE, VERIFY_ALONE_ZH, VERIFY_ZH, ask
from guru_envs.seeding import stream_seed
from guru_envs.source import Posed, TaskSource
from guru_envs.task import SPLITS, Outcome, Task, TaskId, Trace, Verdict

_NAMES = "zebra knights-and-knaves ordering sudoku graph propositional logic-grid countdown math codeio tables science"
ROWS = tuple(f"guru/{name}-v0" for name in _NAMES.split())
STANDINGS = 8
_SHRINK = 6  # a Chinese question has more than a sixth of the characters of the English one
_DRAWS = 50  # tasks of a row until one can be shown
_WORDS = {"yes": True, "no": False}
_FORMS = {("en", True): VERIFY, ("en", False): VERIFY_ALONE, ("zh", True): VERIFY_ZH, ("zh", False): VERIFY_ALONE_ZH}
_DETAILS = {
    "en": ("the decision is not right", "the decision is neither Yes nor No"),
    "zh": ("判断不正确", "判断既不是 Yes 也不是 No"),
}


@dataclass(frozen=True)
class JudgingKnobs(Knobs):
    """Whose tasks, how hard they are, and what is shown of them."""

    rows: tuple[str, ...] = knob(ROWS, "environments whose answers are judged; one is drawn for each task")
    standing: int = knob(1, "how hard their tasks are: 1 is the first level of each, 8 the last", 1, STANDINGS)
    reference: bool = knob(True, "show the reference answer")
    kinds: tuple[str, ...] = knob(("plain",), f"kinds of answers, out of {', '.join(KINDS)}; one is drawn")
    misses: tuple[str, ...] = knob(("corrupt",), f"sources of wrong answers, out of {', '.join(MISSES)}; one is drawn")

    def check(self) -> None:
        """The names must be known, and a form can't be judged where only equivalence is asked for."""
        for name, given, allowed in (("kind", self.kinds, KINDS), ("miss", self.misses, MISSES)):
            if not given:
                raise InvalidValueError(f"JudgingKnobs: at least one {name} is needed out of {', '.join(allowed)}")
            for one in given:
                if one not in allowed:
                    raise unknown_name(name, one, allowed, "JudgingKnobs")
        if self.reference and "formless" in self.kinds:
            raise InvalidValueError("JudgingKnobs: kind 'formless' needs reference=False")
        if not self.rows:
            raise InvalidValueError("JudgingKnobs: at least one environment is needed in rows")
        for row_id in self.rows:
            row = registry.spec(row_id)
            if row.parts or row.answer_format in ("decision", "code") or row.deadline is not None:
                raise InvalidValueError(
                    f"JudgingKnobs: answers of {row_id!r} can't be judged: no mixture, no program that has to be run, "
                    "and no other judging environment is allowed in rows"
                )


class Case(NamedTuple):
    """An answer to be judged.

    Attributes:
        origin: the task id of the question, in its own environment.
        kind: the kind of answer.
        miss: where the wrong answer of the pair comes from.
        candidate: the answer.
        reference: the reference answer is shown.
        right: what the source's verifier says.
        lang: the language.
    """

    origin: str
    kind: str
    miss: str
    candidate: Candidate
    reference: bool
    right: bool
    lang: str


def level_of(row_id: str, standing: int) -> int:
    """The level of a row at a standing: the ladders are spread evenly over the standings."""
    return 1 + round((standing - 1) * (len(registry.spec(row_id).levels) - 1) / (STANDINGS - 1))


def _posed(task_id: TaskId | str) -> tuple[TaskSource[Any], Posed]:
    source, address = registry.source_of(task_id)
    return source, source.pose(address)


def _task(posed: Posed, case: Case) -> Task[Case]:
    """The judging task about an answer to a question."""
    question = posed.prompt if case.kind in WHOLE else posed.task.prompt
    prompt = ask(_FORMS[case.lang, case.reference], question, posed.task.gold, case.candidate.text)
    return Task(prompt, "Yes" if case.right else "No", case, posed.task.canonical)


def _make(task_id: TaskId, kind: str, miss: str, reference: bool, right: bool, rng: random.Random) -> Task[Case] | None:
    """A judging task about a question, None when no pair of answers to it can be shown."""
    source, posed = _posed(task_id)
    pair = None if _too_long(posed) else make_pair(source, posed, kind, miss, rng)
    if pair is None:
        return None
    chosen = pair.right if right else pair.wrong
    return _task(posed, Case(str(task_id), pair.kind, pair.miss, chosen, reference, right, posed.show.lang))


def _too_long(posed: Posed) -> bool:
    """Whether a question is cut for a judge; by the English question, so that both languages have the same tasks."""
    if posed.show.lang == "zh" and len(posed.prompt) * _SHRINK > MAX_TEXT:
        posed = _posed(posed.task_id.replace("?lang=zh&", "?").replace("?lang=zh", ""))[1]
    return max(len(posed.prompt), len(posed.task.gold)) > MAX_TEXT


class Judging:
    """Answers of other environments, judged by the policy."""

    Knobs = JudgingKnobs

    def generate(self, rng: random.Random, knobs: JudgingKnobs) -> Task[Case]:
        """A task about a problem of either split."""
        wanted = "test" if rng.random() < 0.2 else "train"
        task = self._generate(rng, knobs, (wanted,), lambda _: True)
        assert task is not None  # every text fits
        return task

    def generate_in(self, rng: random.Random, knobs: JudgingKnobs, fits: Callable[[str], bool]) -> Task[Case] | None:
        """A task about a problem whose canonical text fits; each environment draws in one split and the other."""
        return self._generate(rng, knobs, SPLITS, fits)

    def _generate(
        self, rng: random.Random, knobs: JudgingKnobs, splits: tuple[str, ...], fits: Callable[[str], bool]
    ) -> Task[Case] | None:
        """All that is drawn here is drawn in the same way in every language."""
        row_id, kind, miss = rng.choice(knobs.rows), rng.choice(knobs.kinds), rng.choice(knobs.misses)
        right, seed = rng.random() < 0.5, rng.getrandbits(62)
        options = "" if knobs.lang == "en" else f"lang={knobs.lang}"
        setting = str(level_of(row_id, knobs.standing))
        for turn in range(_DRAWS):
            place = stream_seed("judging", seed, turn)
            for split in splits:
                address = TaskId(row_id, split, setting, place, options)
                source = registry.source_of(address)[0]
                if not fits(source.generate(address).canonical):
                    continue
                task = _make(address, kind, miss, knobs.reference, right, random.Random(place))
                if task is not None:
                    return task
        if not _fit_any(row_id, setting, seed, fits):
            return None
        raise ImpossibleTaskError(
            f"no answer of {row_id} at level {setting} can be shown to a judge: choose a lower standing or other rows"
        )

    def verify(self, task: Task[Case], answer: str) -> Verdict:
        """Compare the decision with that of the source's verifier."""
        decided = _WORDS.get(answer.lower()) if len(answer) < 4 and answer.isascii() else None
        if decided is None and "\n" not in answer:
            decided = read_decision(answer)
        if decided is None:
            return Verdict(Outcome.NO_ANSWER, 0.0, None, _DETAILS[task.payload.lang][1])
        if decided is task.payload.right:
            return Verdict(Outcome.CORRECT, 1.0)
        return Verdict(Outcome.WRONG, 0.0, None, _DETAILS[task.payload.lang][0])

    def solve(self, task: Task[Case]) -> Trace:
        """Prove the decision: by the source's own proof, the first difference, and what its verifier says."""
        case = task.payload
        source, posed = _posed(case.origin)
        return Trace(argue(source, posed, case.candidate, case.reference), task.gold)

    def guess(self, task: Task[Case], rng: random.Random) -> str:
        """Yes or No."""
        return rng.choice(("Yes", "No"))

    def corrupt(self, task: Task[Case], rng: random.Random) -> str:
        """The other decision."""
        return "No" if task.payload.right else "Yes"

    def twin(self, task: Task[Case], rng: random.Random) -> Task[Case]:
        """The question in other words, with an answer of the same kind and truth."""
        case = task.payload
        source, posed = _posed(case.origin)
        if not hasattr(source.domain, "twin"):
            raise ImpossibleTaskError(f"{source.env_id} makes no reworded twins")
        address = registry.source_of(case.origin)[1]._replace(
            options=source.shown_with(lang=case.lang, twin="reworded")
        )
        made = _make(address, case.kind, case.miss, case.reference, case.right, rng)
        if made is None:
            raise ImpossibleTaskError(f"no answer to the reworded {posed.task_id} can be shown to a judge")
        return made

    def edit(self, task: Task[Case], rng: random.Random) -> Task[Case]:
        """The question with one clue changed: an answer that was right is wrong there; after a wrong one comes a right one."""
        case = task.payload
        source, _ = _posed(case.origin)
        if not hasattr(source.domain, "edit"):
            raise ImpossibleTaskError(f"{source.env_id} makes no edited twins")
        address = registry.source_of(case.origin)[1]._replace(options=source.shown_with(lang=case.lang, twin="edited"))
        posed = source.pose(address)
        made: Task[Case] | None = None
        if posed.task.canonical == task.canonical or _too_long(posed):
            pass
        elif not case.right:
            made = _make(address, case.kind, case.miss, case.reference, True, rng)
        elif is_right(source, posed, case.candidate) is False:
            made = _task(posed, case._replace(origin=str(address), right=False))
        if made is None:
            raise ImpossibleTaskError(f"no answer to the edited {case.origin} has the other verdict")
        return made

    def render(self, task: Task[Case]) -> str:
        """The question as its own environment draws it, and the answer."""
        case = task.payload
        source, posed = _posed(case.origin)
        drawn = getattr(source.domain, "render", lambda one: one.prompt)(posed.task)
        return f"{posed.task_id}\n\n{drawn}\n\n{case.kind}:\n{case.candidate.text}"


def _fit_any(row_id: str, setting: str, seed: int, fits: Callable[[str], bool]) -> bool:
    """Whether a problem of a row fits at all, for telling an answer that can't be shown from a text that nothing fits."""
    addresses = (TaskId(row_id, split, setting, stream_seed("judging", seed, 0)) for split in SPLITS)
    return any(fits(registry.task(address).canonical) for address in addresses)
