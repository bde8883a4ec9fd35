"""Programs: predict what they return, find arguments for a result, or follow them to a line.

Prompt
------
A short typed Python program (``show="code"``) or the same program as a numbered plan in words (``show="plan"``; a program of a
family is described by what it does, but for the mode ``step``), and a question.
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
out of them is WRONG, with that reason. A program of a family runs in the sandbox of ``guru_envs.sandbox`` instead, with at most a
second of CPU time; runs of the same program are judged together, in one process. Nothing of the answer is evaluated. NO_ANSWER:
the text is no value. There is no partial credit.

Knobs
-----
``source`` says where programs come from: ``random`` ones are drawn by a grammar; ``families`` are the solutions of the problem families
of ``guru/code-v0``, twelve of each: for six parameter sets the reference, for six others a mutant, so that the function's name does
not tell all; ``mixed`` takes half of each. Families have programs of their own kind, so ``params``, ``statements``, ``loops``,
``branches``, ``nesting``, ``helpers``, ``recursion``, ``operations``, ``types`` and ``length`` say nothing about them. See
:class:`CodeioKnobs`. A level is hard by the number of executed lines (``steps_low`` to ``steps_high``) and by the number of variables
that are live at once (``live``), not by the length of the text; ``grade(task)`` gives both, and
``effort(task)`` their product (twice it for ``input``).
``statements``, ``loops``, ``branches`` say what is drawn; what no sample run reaches is then removed.
``mode="mixed"`` and ``show="mixed"`` draw for each task.

Oracle
------
The program carried out line by line by the interpreter, one event a step: ``line 4: total = 7``. Each step follows from the one
before it. The fact is ``("line", number, text)``. In the mode ``step`` the steps end where the value is asked. For ``input`` the
steps show that the arguments with which the problem was made give the result; how they might be found is not shown.

Lines that are judged
---------------------
Those of the oracle's form, ``line 4: total = 7``, in the order in which they happen; see ``_codeio.working``. For ``input`` they are
judged from the line on that calls the program with the arguments with which the problem was made.

Known shortcuts
---------------
* Small whole numbers are likelier results than others. Results that are empty, 0, 1 or -1, or one of the arguments, are refused, and
  so are results that other random arguments gave; in the mode ``step`` no line is asked about that itself says the value. For
  ``input``, results that simple arguments (empty, 0, 1, the result itself) give are refused.
* Measured by ``python tests/codeio_shortcuts.py --count 25 --posed 250`` over all levels, 300 tasks for each kind of program, mode
  and show, are constants, an argument given back, a literal of the program, the commonest answer of other tasks of the type,
  random guesses, and for ``input`` empty, small, large and extreme arguments, the result or its reversal as an argument, and the
  commonest arguments of other tasks. The best pays 1.7 % for ``output`` (2.0 % for families), 0.7 % for described ``output`` (3.3 %),
  1.3 % for ``input`` (2.0 %), 1.7 % for described ``input`` (1.3 %), 2.3 % for ``step`` (2.0 %). At the levels as posed (250 tasks
  each) the best pays from 0.4 % (level 6) to 3.2 % (level 2, 4 of 125 tasks).
* Part of a program can often be left out of account by choosing short lists.
* A result that is made of several values is often half easy: the answer must be right in all of them.

Provenance
----------
Programs are drawn by a grammar of our own, or solutions of our own problem families. The tasks are those of CodeI/O (arXiv
2502.07316) and CRUXEval (arXiv 2401.03065), in which one stored input counts as right; here any does.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from guru_envs.domains.simulation._codeio import explain, real, values
from guru_envs.domains.simulation._codeio.draw import draw_program
from guru_envs.domains.simulation._codeio.draw_helpers import Shape
from guru_envs.domains.simulation._codeio.examine import ask_step, examine, simple_inputs
from guru_envs.domains.simulation._codeio.guesses import blind, changed
from guru_envs.domains.simulation._codeio.limits import StopError
from guru_envs.domains.simulation._codeio.live import live_variables
from guru_envs.domains.simulation._codeio.machine import Machine
from guru_envs.domains.simulation._codeio.names import name_all, sample
from guru_envs.domains.simulation._codeio.plan import Plan
from guru_envs.domains.simulation._codeio.posing import pose, pose_real
from guru_envs.domains.simulation._codeio.problem import CodeioKnobs, Grade, Problem
from guru_envs.domains.simulation._codeio.text import literal
from guru_envs.domains.simulation._codeio.tree import Program, number_lines
from guru_envs.domains.simulation._codeio.words import TEXT, numbered
from guru_envs.domains.simulation._codeio.working import Lines
from guru_envs.errors import ImpossibleTaskError
from guru_envs.sandbox import Result
from guru_envs.sandbox.many import map_programs
from guru_envs.task import Outcome, Premise, Step, Task, Trace, Verdict

_DRAWS = 3000  # programs drawn until the knobs count as impossible; seconds
_BARE = re.compile(r"[^\s\"'`\[\]{}(),:]{1,200}")


class _Run(NamedTuple):
    """A program of a family that has to be run on arguments that a policy wrote."""

    program: real.Real
    args: list[Any]


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
        if knobs.source == "families" or (knobs.source == "mixed" and rng.random() < 0.5):
            return self._real(rng, knobs, mode, show == "plan" and mode != "step")
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
            return pose(program, run, asked, mode, show == "plan", live, knobs)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no program was found with {knobs}")

    def _real(self, rng: random.Random, knobs: CodeioKnobs, mode: str, described: bool) -> Task[Problem]:
        """A task about a program of a family."""
        for _ in range(_DRAWS):
            drawn = real.draw_real(rng, described, mode == "input")
            program, live = drawn.real, drawn.live
            if live < knobs.live or not program.short:
                continue
            shortest, longest = drawn.lengths
            if longest < knobs.steps_low or shortest > knobs.steps_high:
                continue
            run = real.examine_real(rng, drawn, knobs.steps_low, knobs.steps_high, mode == "input")
            if run is None:
                continue
            asked = real.ask_real_step(rng, drawn, run) if mode == "step" else None
            if mode == "step" and asked is None:
                continue
            return pose_real(program, run, asked, mode, described, live, knobs)
        raise ImpossibleTaskError(f"in {_DRAWS} draws no program was found with {knobs}")

    def verify(self, task: Task[Problem], answer: str) -> Verdict:
        """Judge a value or arguments; see the module's text."""
        found = self._read(task.payload, answer)
        return (
            found
            if isinstance(found, Verdict)
            else _ran(task.payload, real.run_predicted(found.program, [found.args])[0])
        )

    def verify_many(self, tasks: Sequence[Task[Problem]], answers: Sequence[str]) -> list[Verdict]:
        """``verify`` for many answers; those that need the sandbox occupy all its workers, a process for each program."""
        verdicts: list[Verdict | _Run] = [
            self._read(task.payload, answer) for task, answer in zip(tasks, answers, strict=True)
        ]
        many: dict[str, list[list[int]]] = {}  # for each program the places of its runs, in groups
        for place, one in enumerate(verdicts):
            if isinstance(one, _Run):
                runs = many.setdefault(one.program.code, [[]])
                if len(runs[-1]) == _TOGETHER:
                    runs.append([])
                runs[-1].append(place)

        def run(places: list[int]) -> list[Result]:
            runs = [one for one in map(verdicts.__getitem__, places) if isinstance(one, _Run)]
            return real.run_predicted(runs[0].program, [one.args for one in runs])

        together = [places for groups in many.values() for places in groups]
        judged = {
            place: _ran(tasks[place].payload, result)
            for places, results in zip(together, map_programs(run, together) if together else [], strict=True)
            for place, result in zip(places, results, strict=True)
        }
        return [judged[place] if isinstance(one, _Run) else one for place, one in enumerate(verdicts)]

    def _read(self, problem: Problem, answer: str) -> Verdict | _Run:
        """The verdict, or the run in the sandbox that it depends on."""
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

    def _try(self, problem: Problem, value: Any) -> Verdict | _Run:
        """Run a drawn program on given arguments; for one of a family, what to run."""
        words = TEXT[problem.lang]
        args = values.arguments(value, problem.kinds, problem.names)
        if isinstance(args, str):
            if args == "count":
                return _wrong(words["count"])
            return _wrong(words["argument"].format(args))
        if isinstance(problem.program, real.Real):
            return _Run(problem.program, args)
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
        happened = _events(problem.program, problem.args)
        asked = _asked(problem, happened)
        answer = task.gold
        if problem.asked is not None:
            answer = values.write(happened[asked - 1].value[1])
        elif problem.mode == "output":
            answer = values.write(happened[-1].value)
        steps = [
            Step(text, (Premise("step", number),) if number else (), ("line", event.line, text))
            for number, (event, text) in enumerate(zip(happened[:asked], _told(problem, happened[:asked]), strict=True))
        ]
        return Trace(tuple(steps), answer)

    def working(self, task: Task[Problem]) -> Lines:
        """The lines of a response, judged one by one."""
        problem = task.payload
        happened = _events(problem.program, problem.args)
        told = _told(problem, happened)
        watched = not isinstance(problem.program, real.Real)
        return Lines(told, _asked(problem, happened), problem.mode != "input", problem.lang, watched)

    def guess(self, task: Task[Problem], rng: random.Random) -> str:
        """A likely value of the type, or a given one; for ``input`` random or simple arguments."""
        problem = task.payload
        if problem.mode == "input":
            if isinstance(problem.program, real.Real):
                return values.write(rng.choice(real.simple_real_inputs(problem.program, problem.output)))
            if rng.random() < 0.5:
                return values.write(rng.choice(simple_inputs(problem.kinds, problem.output)))
            return values.write([sample(rng, kind, 5) for kind in problem.kinds])
        return values.write(blind(rng, problem.value, problem.args))

    def corrupt(self, task: Task[Problem], rng: random.Random) -> str:
        """The gold answer with one value changed."""
        problem = task.payload
        if problem.mode != "input":
            return values.write(changed(rng, problem.value))
        for _ in range(20):
            place = rng.randrange(len(problem.args))
            args = list(problem.args)
            args[place] = changed(rng, args[place])
            answer = values.write(args)
            if self.verify(task, answer).outcome is Outcome.WRONG:
                return answer
        return values.write([*problem.args, 0])

    def render(self, task: Task[Problem]) -> str:
        """The program with numbered lines, and what is given."""
        problem = task.payload
        given = literal(problem.output) if problem.mode == "input" else ", ".join(map(literal, problem.args))
        return f"{numbered(problem.code)}\n{problem.mode}: {given}"

    def effort(self, task: Task[Problem]) -> float:
        """Executed lines times the most variables that are live at once; twice as much for ``input``.

        Arguments are found by following the lines backwards, and then checked forwards.
        """
        problem = task.payload
        return float(problem.steps * problem.live * (2 if problem.mode == "input" else 1))

    def grade(self, task: Task[Problem]) -> Grade:
        """How hard a task is."""
        return Grade(task.payload.steps, task.payload.live)


_RIGHT = Verdict(Outcome.CORRECT, 1.0)
_TOGETHER = 8  # runs of one program in one process of the sandbox
_READY: dict[str, Machine] = {}  # machines of programs that were judged, taken out while they run
_MOST_READY = 64


def _wrong(detail: str) -> Verdict:
    return Verdict(Outcome.WRONG, 0.0, None, detail)


def _ran(problem: Problem, result: Result) -> Verdict:
    """The verdict on a run in the sandbox."""
    words = TEXT[problem.lang]
    if why := real.stopped(result):
        return _wrong(words[why])
    return _RIGHT if values.same(problem.output, result.value, exact=True) else _wrong(words["other"])


def _events(program: Program | real.Real, args: list[Any]) -> list[explain.Event]:
    if isinstance(program, real.Real):
        return real.real_events(program, args)
    return explain.events(program, args)


def _asked(problem: Problem, happened: Sequence[explain.Event]) -> int:
    """So many events lead to what is asked."""
    if problem.asked is None:
        return len(happened)
    line, variable, time, _ = problem.asked
    places = [
        i for i, event in enumerate(happened)
        if event.line == line and event.what == "set" and event.value[0] == variable
    ]  # fmt: skip
    return places[time - 1] + 1


def _told(problem: Problem, happened: list[explain.Event]) -> list[str]:
    """The events as lines of text."""
    program = problem.program
    if isinstance(program, real.Real):
        return real.told(program, happened, TEXT[problem.lang])
    return explain.lines_of(program, happened, problem.lang, Plan(program, problem.lang) if problem.planned else None)
