"""Programs: predict what they return, find arguments for a result, or follow them to a line.

Prompt
------
A short typed Python program (``show="code"``) or the same program as a numbered plan in words (``show="plan"``), and a question.
In the mode ``output`` the arguments are given and the result is asked; in the mode ``input`` the result is given and arguments
are asked; in the mode ``step`` the value of a variable right after a line is executed for the k-th time is asked, and the lines
are numbered.

Answer
------
A JSON value; Python literals (``'abc'``, ``(1, 2)``, ``True``, ``None``) are read too, up to 2,000 characters and 6 levels deep.
Tuples are written as lists. A value may stand in ``{"output": ...}``; a text of one word may stand without quotes. For ``input``
a list with one element for each parameter, an object with the names of the parameters as keys, either in ``{"input": ...}``, or,
for a single parameter, its value. Whole numbers are at most 10**6 in absolute value, texts have at most 40 characters, lists at
most 20 elements.

Verdict
-------
``output`` and ``step``: CORRECT when the value is equal, all the way down. ``true`` is not 1. Decimal numbers have a tolerance of
1e-6, absolute or relative; 2 and 2.0 are the same unless ``exact`` is set, and the prompt says so. ``input``: CORRECT when the
program returns the given result for the arguments: any such arguments are right. The program runs in an interpreter of our own
(``_codeio.machine``) with at most 2,000 lines, 50 nested calls, numbers up to 10**12 and lists of up to 200 elements; what runs
out of them is WRONG, with that reason. Nothing of the answer is evaluated. NO_ANSWER: the text is no value. There is no partial
credit.

Knobs
-----
See :class:`CodeioKnobs`. A level is hard by the number of executed lines (``steps_low`` to ``steps_high``) and by the number of
variables that are live at once (``live``), not by the length of the text; ``grade(task)`` gives both. ``statements``, ``loops``,
``branches`` say what is drawn; what no sample run reaches is then removed. ``mode="mixed"`` and ``show="mixed"`` draw for each task.

Oracle
------
The program carried out line by line by the interpreter, one event a step: ``line 4: total = 7``. Each step follows from the one
before it. The fact is ``("line", number, text)``. In the mode ``step`` the steps end where the value is asked. For ``input`` the
steps show that the arguments with which the problem was made give the result; how they might be found is not shown.

Known shortcuts
---------------
* Small whole numbers are likelier results than others. Results that are empty, 0, 1 or -1, or one of the arguments, are refused.
  The best constant answer is right for 1.9 % of level 1, 3.6 % of level 3 and 0.6 % of level 4 (800 tasks each).
* In the mode ``input``, results that simple arguments (empty, 0, 1, the result itself) give are refused, and so are those that
  other random arguments gave. Of 100 constant arguments the best for the types of the parameters are right for 6 % (level 5 and 8,
  chosen in hindsight); the mean one for 0.5 %. Part of a program can often be left out of account by choosing short lists.
* A result that is made of several values is often half easy: the answer must be right in all of them.

Provenance
----------
Programs are drawn by a grammar of our own. The tasks are those of CodeI/O (arXiv 2502.07316) and CRUXEval (arXiv 2401.03065), in
which one stored input counts as right; here any does.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from guru_envs.domain import Knobs, knob
from guru_envs.domains.simulation._codeio import explain, values
from guru_envs.domains.simulation._codeio.draw import draw_program
from guru_envs.domains.simulation._codeio.draw_helpers import Shape
from guru_envs.domains.simulation._codeio.examine import Asked, Run, ask_step, examine, simple_inputs
from guru_envs.domains.simulation._codeio.live import live_variables
from guru_envs.domains.simulation._codeio.machine import Machine, StopError
from guru_envs.domains.simulation._codeio.names import name_all, sample
from guru_envs.domains.simulation._codeio.plan import Plan
from guru_envs.domains.simulation._codeio.text import anonymous, literal, marked_text, named
from guru_envs.domains.simulation._codeio.tree import Program, number_lines
from guru_envs.domains.simulation._codeio.words import TEXT, numbered, question
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Premise, Step, Task, Trace, Verdict

_TYPES = ("int", "str", "list", "dict", "float")
_DRAWS = 3000  # programs drawn until the knobs count as impossible; seconds
_BARE = re.compile(r"[^\s\"'`\[\]{}(),:]{1,200}")


@dataclass(frozen=True)
class CodeioKnobs(Knobs):
    """Knobs of codeio."""

    mode: Literal["output", "input", "step", "mixed"] = knob("output", "what is asked")
    show: Literal["code", "plan", "mixed"] = knob("code", "the program as Python, or as a plan in words")
    params: int = knob(2, "parameters of the main function", 1, 4)
    statements: int = knob(8, "statements of the main function, about", 2, 30)
    loops: int = knob(1, "loops of the main function, at most", 0, 4)
    branches: int = knob(1, "branches of the main function, at most, but for those of inner loops", 0, 6)
    nesting: int = knob(1, "2: one loop holds another", 1, 2)
    helpers: int = knob(0, "other functions, called once each", 0, 2)
    recursion: int = knob(0, "depth of the calls of one more function that calls itself; 0 for no such function", 0, 12)
    operations: int = knob(1, "how much of Python is used, from 1 (arithmetic, simple texts and lists) to 3", 1, 3)
    types: tuple[str, ...] = knob(
        ("int", "str", "list"), "types: int, and any of str, list, dict, float; dict needs str"
    )
    length: int = knob(5, "most characters or elements of an argument", 3, 12)
    steps_low: int = knob(1, "fewest executed lines", 1, 500)
    steps_high: int = knob(60, "most executed lines", 3, 500)
    live: int = knob(1, "fewest variables that are live at once, at the busiest line", 1, 8)
    exact: bool = knob(False, "whether 2 and 2.0 are different answers")

    def check(self) -> None:
        """Reject combinations for which no task exists."""
        if set(self.types) - set(_TYPES) or "int" not in self.types or len(set(self.types)) < len(self.types):
            raise InvalidValueError(
                f"knob 'types' of CodeioKnobs is {self.types!r}: allowed are int and any of {', '.join(_TYPES[1:])}"
            )
        if "dict" in self.types and "str" not in self.types:
            raise ImpossibleTaskError(f"knob 'types' of CodeioKnobs is {self.types!r}: dict needs str")
        if self.steps_low > self.steps_high:
            raise ImpossibleTaskError(
                f"knob 'steps_low' of CodeioKnobs is {self.steps_low}, above 'steps_high', {self.steps_high}"
            )
        if self.nesting > 1 and not self.loops:
            raise ImpossibleTaskError("knob 'nesting' of CodeioKnobs is 2, but 'loops' is 0")


class Problem(NamedTuple):
    """A program and what is asked about it.

    Attributes:
        program: as a tree.
        code: as Python text.
        mode: ``output``, ``input`` or ``step``.
        planned: whether it is shown as a plan.
        args: arguments of the main function.
        output: the result for them.
        asked: of the mode ``step``: line, variable, which time, and value.
        steps: executed lines.
        live: variables that are live at once.
        exact: whether the type of numbers counts.
        lang: ``en`` or ``zh``.
    """

    program: Program
    code: str
    mode: str
    planned: bool
    args: list[Any]
    output: Any
    asked: Asked | None
    steps: int
    live: int
    exact: bool
    lang: str

    @property
    def value(self) -> Any:
        """The value that is asked for (mode ``input``: the value that is given)."""
        return self.output if self.asked is None else self.asked.value

    @property
    def kinds(self) -> list[str]:
        """The kinds of the parameters."""
        return [self.program.kinds[param] for param in self.program.main.params]

    @property
    def names(self) -> list[str]:
        """The names of the parameters."""
        return [self.program.names[param] for param in self.program.main.params]


class Grade(NamedTuple):
    """How hard a task is: executed lines, and variables live at once."""

    steps: int
    live: int


class Codeio:
    """Programs to be carried out in mind."""

    Knobs = CodeioKnobs

    def generate(self, rng: random.Random, knobs: CodeioKnobs) -> Task[Problem]:
        """Draw a program and a question about it.

        Raises:
            ImpossibleTaskError: thousands of draws led to no program with these knobs.
        """
        mode, show = knobs.mode, knobs.show
        if mode == "mixed":
            mode = ("output", "input", "step")[int(rng.random() * 3)]
        if show == "mixed":
            show = ("code", "plan")[int(rng.random() * 2)]
        shape = Shape(
            knobs.params, knobs.statements, knobs.loops, knobs.branches, knobs.nesting, knobs.helpers, knobs.recursion,
            knobs.operations, frozenset(knobs.types),
        )  # fmt: skip
        for _ in range(_DRAWS):
            program = draw_program(rng, shape)
            if program is None:
                continue
            number_lines(program)
            run = examine(rng, program, knobs.steps_low, knobs.steps_high, knobs.length, mode == "input")
            if run is None:
                continue
            live = live_variables(program.main)
            if live < knobs.live:
                continue
            asked = ask_step(rng, program, run.args) if mode == "step" else None
            if mode == "step" and asked is None:
                continue
            name_all(rng, program)
            return _task(program, run, asked, mode, show == "plan", live, knobs)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no program was found with {knobs}")

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge a value or arguments; see the module's text."""
        problem = task.payload
        words = TEXT[problem.lang]
        try:
            value = values.read(answer)
        except values.UnreadableError:
            if type(problem.value) is not str or problem.mode == "input" or not _BARE.fullmatch(answer):
                return Verdict(Outcome.NO_ANSWER, 0.0, None, words["unreadable"])
            value = answer
        if problem.mode == "input":
            return self._try(problem, value)
        expected = problem.value
        if type(value) is dict and list(value) == ["output"] and not (type(expected) is dict and "output" in expected):
            value = value["output"]
        if values.same(expected, value, problem.exact):
            return _RIGHT
        kind = list if type(expected) is tuple else type(expected)
        numbers = kind in (int, float) and type(value) in (int, float) and not problem.exact
        return _wrong(words["value wrong" if numbers or type(value) is kind else "type"])

    def _try(self, problem: Problem, value: Any) -> Verdict:
        """Run the program on given arguments."""
        words = TEXT[problem.lang]
        args = values.arguments(value, problem.kinds, problem.names)
        if isinstance(args, str):
            if args == "count":
                return _wrong(words["count"])
            return _wrong(words["argument"].format(args))
        machine = _READY.pop(problem.code, None) or Machine(problem.program)
        try:
            output = machine.run(args)
        except StopError as stop:
            return _wrong(words[str(stop)])
        finally:
            if len(_READY) >= _MOST_READY:
                _READY.clear()
            _READY[problem.code] = machine
        return _RIGHT if values.same(problem.output, output, exact=True) else _wrong(words["other"])

    def solve(self, task: Task[Problem]) -> Trace:
        """Carry the program out; see the module's text."""
        problem = task.payload
        program = problem.program
        happened = explain.events(program, problem.args)
        answer = task.gold
        if problem.asked is not None:
            line, _, time, _ = problem.asked
            places = [i for i, event in enumerate(happened) if event.line == line and event.what == "set"]
            happened = happened[: places[time - 1] + 1]
            answer = values.write(happened[-1].value[1])
        elif problem.mode == "output":
            answer = values.write(happened[-1].value)
        plan = Plan(program, problem.lang) if problem.planned else None
        told = explain.lines_of(program, happened, problem.lang, plan)
        steps = [
            Step(text, (Premise("step", number),) if number else (), ("line", event.line, text))
            for number, (event, text) in enumerate(zip(happened, told, strict=True))
        ]
        return Trace(tuple(steps), answer)

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A likely value of the type, or a given one; for ``input`` random or simple arguments."""
        problem = task.payload
        if problem.mode == "input":
            if rng.random() < 0.5:
                return values.write(rng.choice(simple_inputs(problem.kinds, problem.output)))
            return values.write([sample(rng, kind, 5) for kind in problem.kinds])
        return values.write(_blind(rng, problem.value, problem.args))

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """The gold answer with one value changed."""
        problem = task.payload
        if problem.mode != "input":
            return values.write(_changed(rng, problem.value))
        for _ in range(20):
            place = rng.randrange(len(problem.args))
            args = list(problem.args)
            args[place] = _changed(rng, args[place])
            answer = values.write(args)
            if self.verify(task, answer).outcome is Outcome.WRONG:
                return answer
        return values.write([*problem.args, 0])

    def render(self, task: Task[Problem]) -> str:
        """The program with numbered lines, and what is given."""
        problem = task.payload
        given = literal(problem.output) if problem.mode == "input" else ", ".join(map(literal, problem.args))
        return f"{numbered(problem.code)}\n{problem.mode}: {given}"

    def grade(self, task: Task[Problem]) -> Grade:
        """How hard a task is."""
        return Grade(task.payload.steps, task.payload.live)


_RIGHT = Verdict(Outcome.CORRECT, 1.0)
_READY: dict[str, Machine] = {}  # machines of programs that were judged, taken out while they run
_MOST_READY = 64


def _wrong(detail: str) -> Verdict:
    return Verdict(Outcome.WRONG, 0.0, None, detail)


def _task(
    program: Program, run: Run, asked: Asked | None, mode: str, planned: bool, live: int, knobs: CodeioKnobs
) -> Task[Problem]:
    marked = marked_text(program)
    code = named(marked, program)
    lang = knobs.lang
    words = TEXT[lang]
    problem = Problem(program, code, mode, planned, run.args, run.output, asked, run.steps, live, knobs.exact, lang)
    plan = Plan(program, lang) if planned else None
    if plan is not None:
        body = f"{words['plan']}\n\n{plan.text}"
    elif mode == "step":
        body = f"{words['numbered']}\n\n```\n{numbered(code)}\n```"
    else:
        body = f"{words['code']}\n\n```python\n{code}\n```"
    place = None
    if asked is not None:
        line = asked.line if plan is None else plan.numbers[asked.line]
        place = (line, program.names[asked.variable], asked.time)
    end = question(
        lang,
        mode,
        planned,
        program.titles[-1],
        run.args,
        run.output,
        problem.names,
        place,
        knobs.exact and mode != "input",
    )
    gold = values.write(run.args if mode == "input" else problem.value)
    given = (
        f"{asked.line} {asked.time} {run.args}" if asked is not None else run.output if mode == "input" else run.args
    )
    canonical = f"codeio {mode} {given!r}\n{anonymous(marked)}"
    return Task(f"{body}\n\n{end}", gold, problem, canonical)


def _blind(rng: random.Random, value: Any, args: list[Any]) -> Any:
    """What somebody might say who knows only the type of a value, and the arguments."""
    kind = type(value)
    given = [arg for arg in args if type(arg) is kind]
    if kind is tuple:
        return [_blind(rng, part, args) for part in value]
    if kind is int:
        near = [number + delta for number in given for delta in (0, 1, -1)]
        return rng.choice([*range(11), 12, 15, 20, *near, *[len(arg) for arg in args if hasattr(arg, "__len__")]])
    if kind is float:
        return rng.choice([0.0, 1.0, 2.5, 5.0, 10.0, *given])
    if kind is str:
        return rng.choice(["", "a", *given, *[arg[::-1] for arg in given], *[arg.upper() for arg in given]])
    if kind is list:
        return rng.choice([[], [0], [1, 2, 3], *given, *[sorted(arg) for arg in given], *[arg[::-1] for arg in given]])
    texts = [arg for arg in args if type(arg) is str]
    return rng.choice([{}, *[{letter: text.count(letter) for letter in text} for text in texts]])


def _changed(rng: random.Random, value: Any) -> Any:
    """A value changed in one place."""
    kind = type(value)
    if kind is int or kind is float:
        return value + rng.choice((-2, -1, 1, 2))
    if kind is str:
        return value[:-1] if value and rng.random() < 0.5 else value + rng.choice("xyz")
    if kind is dict:
        key = rng.choice(list(value)) if value else "x"
        return {**value, key: value.get(key, 0) + 1}
    if not value:
        return [1]
    place = rng.randrange(len(value))
    return [*value[:place], _changed(rng, value[place]), *value[place + 1 :]]
