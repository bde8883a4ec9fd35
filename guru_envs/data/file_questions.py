"""Questions of a user's file as a Gymnasium environment: open answers (WebInstruct-verified), and public table benchmarks.

>>> env_id = register_file("webinstruct.jsonl", judge="http://localhost:8000/v1")     # doctest: +SKIP
>>> env = gymnasium.make(env_id)                                                       # doctest: +SKIP

Rows with ``question`` and ``answer`` (and GURU's own rows of them) are open questions: the rules of ``guru_envs.judge`` answer
first, then the judge. Rows of FinQA, HiTab, MultiHiertt and TAT-QA are judged as ``guru_envs.data.table_benchmarks`` does, without a
model. Which of the two a file holds is seen by its rows. A row's question decides its split: about one in five is for tests.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from guru_envs.data import table_benchmarks
from guru_envs.data.table_benchmarks import TableQuestion
from guru_envs.domain import Knobs, knob
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.judge import HttpJudge, Judge, ModelJudge, OpenQuestion, UnavailableError, read_row
from guru_envs.task import Outcome, Step, Task, Trace, Verdict

Question = OpenQuestion | TableQuestion
_JUDGES: dict[str, ModelJudge] = {}  # judges of this process, by the names that knobs have for them


@dataclass(frozen=True)
class FileKnobs(Knobs):
    """Knobs of questions of a file."""

    file: str = knob("", "path of a JSONL file, or of a JSON file with a list of rows")
    judge: str = knob("", "for open answers: the address of an OpenAI-compatible endpoint; empty: rules only")
    model: str = knob("TIGER-Lab/general-verifier", "the judge's name at the endpoint")
    chat: bool = knob(False, "ask the judge by a chat message; general-verifier takes the raw prompt")
    timeout: float = knob(60.0, "seconds for one attempt at the endpoint", 0.001, 3600.0)
    attempts: int = knob(4, "attempts at the endpoint", 1, 100)
    cache: str = knob("", "folder in which the judge's replies are kept; empty: none")
    parallel: int = knob(16, "requests at a time when several answers are judged together", 1, 1024)


class FilePayload(NamedTuple):
    """A question of a file, and the knobs that drew it: they say which judge answers."""

    question: Question
    knobs: FileKnobs


class FileQuestions:
    """The questions of a file."""

    Knobs = FileKnobs

    def generate(self, rng: random.Random, knobs: FileKnobs) -> Task[FilePayload]:
        """One of the file's questions.

        Raises:
            InvalidValueError: the file is not there or not of a known format.
        """
        return self._drawn(rng, knobs, _tasks(knobs.file))

    def generate_in(
        self, rng: random.Random, knobs: FileKnobs, fits: Callable[[str], bool]
    ) -> Task[FilePayload] | None:
        """One of the file's questions that lie in a split.

        Raises:
            ImpossibleTaskError: none does.
        """
        tasks = [task for task in _tasks(knobs.file) if fits(task.canonical)]
        if not tasks:
            raise ImpossibleTaskError(f"no question of {knobs.file} lies in this split: use the other, or more rows")
        return self._drawn(rng, knobs, tasks)

    def _drawn(self, rng: random.Random, knobs: FileKnobs, tasks: Sequence[Task[Question]]) -> Task[FilePayload]:
        task = tasks[rng.randrange(len(tasks))]
        return Task(task.prompt, task.gold, FilePayload(task.payload, knobs), task.canonical)

    def verify(self, task: Task[FilePayload], answer: str) -> Verdict:
        """By rule, and for open answers then by the judge; FAULT when there is none or it fails."""
        question = task.payload.question
        if isinstance(question, TableQuestion):
            return table_benchmarks.judge(question, answer)
        if not answer.strip():
            return Verdict(Outcome.NO_ANSWER, 0.0, None, "the answer is empty")
        if answer.strip() == question.answer:
            return Verdict(Outcome.CORRECT, 1.0, None, "by rule")
        return _judge(task.payload.knobs).verdict(question.question, question.answer, answer)

    def verify_many(self, tasks: Sequence[Task[FilePayload]], answers: Sequence[str]) -> list[Verdict]:
        """Several verdicts, with several requests to an endpoint at a time."""
        if not tasks or isinstance(tasks[0].payload.question, TableQuestion) or _local(tasks[0].payload.knobs):
            return [self.verify(task, answer) for task, answer in zip(tasks, answers, strict=True)]
        with ThreadPoolExecutor(min(tasks[0].payload.knobs.parallel, len(tasks))) as pool:
            return list(pool.map(self.verify, tasks, answers))

    def solve(self, task: Task[FilePayload]) -> Trace:
        """The reference answer; a file has no proofs."""
        return Trace((Step(f"The reference answer is {task.gold}."),), task.gold)

    def guess(self, task: Task[FilePayload], rng: random.Random) -> str:
        """The reference answer to another question of the file."""
        tasks = _tasks(task.payload.knobs.file)
        return tasks[rng.randrange(len(tasks))].gold

    def corrupt(self, task: Task[FilePayload], rng: random.Random) -> str:
        """A wrong answer: a number that is not the gold, or words that say nothing."""
        question = task.payload.question
        if isinstance(question, TableQuestion) and question.numbers:
            value = question.numbers[0][0]
            return str(round(float(value) * 3 + rng.randint(7, 99), 2))
        return "none of these"


@lru_cache(maxsize=16)
def _read(file: str, stamp: tuple[int, int]) -> tuple[Task[Question], ...]:
    found: dict[str, Task[Question]] = {}
    for where, row in table_benchmarks.rows_of(file):
        try:
            for task in _of_row(row):
                found.setdefault(task.canonical, task)  # a question that stands twice is one task
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise InvalidValueError(f"{where}: {error}") from None
    if not found:
        raise InvalidValueError(f"{file} has no rows")
    return tuple(found.values())


def _tasks(file: str) -> tuple[Task[Question], ...]:
    """The questions of a file, read anew when it was changed."""
    try:
        status = Path(file).stat()
    except (OSError, ValueError) as error:
        raise InvalidValueError(f"file {file!r}: {error}") from None
    return _read(file, (status.st_mtime_ns, status.st_size))


def _of_row(row: Any) -> list[Task[Question]]:
    if "tables" in row or "table" in row or "table_raw" in row:
        questions = table_benchmarks.parse_row(row)
        return [Task(one.prompt, one.gold, one, f"{one.benchmark} {one.id} {one.prompt}") for one in questions]
    task = read_row(row)
    return [Task(task.prompt, task.gold, task.payload, task.canonical)]


class _Nobody:
    """No judge: what the rules do not decide is a FAULT."""

    def reply(self, prompt: str) -> str:
        raise UnavailableError("no judge is set, and the rules do not decide")


def _local(knobs: FileKnobs) -> bool:
    return not knobs.judge or knobs.judge in _JUDGES


def _judge(knobs: FileKnobs) -> ModelJudge:
    if not knobs.judge:
        return ModelJudge(_Nobody())
    named = _JUDGES.get(knobs.judge)
    return named or _endpoint(knobs.judge, knobs.model, knobs.chat, knobs.timeout, knobs.attempts, knobs.cache)


@lru_cache(maxsize=16)
def _endpoint(url: str, model: str, chat: bool, timeout: float, attempts: int, cache: str) -> ModelJudge:
    return ModelJudge(HttpJudge(url, model, chat=chat, timeout=timeout, attempts=attempts, cache=cache or None))


def register_file(
    path: Path | str, env_id: str = "my/file-v0", *, judge: Judge | str = "", answer_format: str = "boxed", **knobs: Any
) -> str:
    """Register a file's questions with Gymnasium; returns the id for ``gymnasium.make``.

    Args:
        path: a JSONL file, or a JSON file with a list of rows.
        env_id: the id it gets, like ``my/webinstruct-v0``.
        judge: for open answers, the address of an OpenAI-compatible endpoint, or a ``Judge`` such as ``LocalJudge`` (which
            then works in this process only). Without one, what the rules do not find right is a FAULT.
        answer_format: ``boxed``, ``tags`` or ``json``.
        **knobs: of :class:`FileKnobs`, for example ``model`` and ``cache``.

    Raises:
        InvalidValueError: the file cannot be read or has a row of no known format, or the address is no URL.
        RegistryError: the id is malformed.
    """
    import guru_envs

    file = str(Path(path).resolve())
    tasks = _tasks(file)
    name = judge if isinstance(judge, str) else f"the judge of {env_id}"
    level = {"file": file, "judge": name, **knobs}
    family = "tables" if isinstance(tasks[0].payload, TableQuestion) else "science"
    row = guru_envs.Row(
        id=env_id,
        family=family,
        summary=f"{len(tasks)} questions of {Path(path).name}",
        levels=(level,),
        guess_rate=(1.0,),  # not known
        domain="guru_envs.data.file_questions:FileQuestions",
        answer_format=answer_format,
        languages=("en",),
    )
    if not isinstance(judge, str):
        _JUDGES[name] = ModelJudge(judge)
    elif judge:
        HttpJudge(judge)  # an address that is none is said now
    return guru_envs.register(row)[0]
