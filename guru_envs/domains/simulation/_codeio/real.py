"""Realistic programs: the reference solutions of the code families, and their mutants, carried out line by line.

The text of a solution is our own (``domains.code._source``). It is run (``marks``) on arguments that the family draws. Nothing that a
policy writes is run here: arguments that it predicts go to the sandbox.
"""

from __future__ import annotations

import ast
import functools
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import P
from guru_envs.domains.code._source import function_text
from guru_envs.domains.simulation._codeio.draw_expr import between, pick
from guru_envs.domains.simulation._codeio.examine import Asked, Run, plain
from guru_envs.domains.simulation._codeio.explain import Event
from guru_envs.domains.simulation._codeio.limits import StopError
from guru_envs.domains.simulation._codeio.marks import NO_DATA, Ready, live_in_tree
from guru_envs.domains.simulation._codeio.text import literal
from guru_envs.domains.simulation._codeio.values import fits
from guru_envs.sandbox import Call, Limits, Result, Status, default_sandbox
from guru_envs.sandbox import Program as Job

LIMITS = Limits(cpu_s=1.0, memory_mb=256, output_bytes=2**16)  # of a program on predicted arguments
_DRAWS = 8  # of arguments for one program
_LONGEST = 80  # characters of a result, and of a value that is asked for
_LONGEST_ARGS = 110  # characters
_MOST_LINES = 45  # of the text


class Real(NamedTuple):
    """A program of a family.

    Attributes:
        family: its name.
        parameters: of the family.
        mutant: 0 for the reference.
        code: the text.
    """

    family: str
    parameters: dict[str, Any]
    mutant: int
    code: str

    @property
    def names(self) -> list[str]:
        """The names of the parameters of the function."""
        return [name for name, _ in FAMILIES[self.family].takes]

    @property
    def kinds(self) -> list[str]:
        """Their kinds."""
        return [kind for _, kind in FAMILIES[self.family].takes]

    @property
    def short(self) -> bool:
        """Whether the text can be read in reasonable time."""
        return self.code.count("\n") < _MOST_LINES

    @property
    def signature(self) -> str:
        """The head of the function."""
        takes = ", ".join(f"{name}: {kind}" for name, kind in FAMILIES[self.family].takes)
        return f"{self.family}({takes}) -> {FAMILIES[self.family].gives}"

    def described(self) -> tuple[str, str]:
        """What the function does, in English and Chinese."""
        return FAMILIES[self.family].text(P(**self.parameters))


VARIANTS = 12  # programs of each family: for six parameter sets the reference, for six others a mutant
_SAMPLES = 8  # runs that show how many lines a program takes, and what it gives in general


class Prepared:
    """A program of a family. It is made ready to run when that is asked for, as many are refused for their text alone.

    Attributes:
        real: the program.
        live: the most variables that are live at once.
        told: the lines that set a variable to a literal.
    """

    def __init__(self, name: str, variant: int) -> None:
        family = FAMILIES[name]
        self._rng = random.Random(f"codeio {name} {variant}")
        values = family.parameters(self._rng)
        p = P(**values)
        mutant = pick(self._rng, family.live(p)) if variant >= VARIANTS // 2 else 0
        self.real = Real(name, values, mutant, function_text(family, values, mutant))
        self._tree: ast.Module | None = ast.parse(self.real.code)
        self.live = live_in_tree(self._tree)
        self.told = {
            one.lineno for one in ast.walk(self._tree) if isinstance(one, ast.Assign) and _is_literal(one.value)
        }

    @functools.cached_property
    def ready(self) -> Ready:
        """The program ready to run."""
        tree, self._tree = self._tree, None
        assert tree is not None
        return Ready(tree)

    @functools.cached_property
    def samples(self) -> list[tuple[int, Any]]:
        """Sample runs that come to their end: the executed lines and the result of each."""
        family, p = FAMILIES[self.real.family], P(**self.real.parameters)
        found = []
        for _ in range(_SAMPLES):
            try:
                output = self.ready.run(list(family.inputs(self._rng, p)), 10_000)
                found.append((self.ready.steps, output))
            except StopError:
                pass
        return found

    @functools.cached_property
    def lengths(self) -> tuple[int, int]:
        """The executed lines of its shortest and longest sample run; zeros when none came to its end."""
        steps = [one for one, _ in self.samples]
        return min(steps, default=0), max(steps, default=0)


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(one, (ast.Name, ast.Call, ast.BinOp)) for one in ast.walk(node))


@functools.lru_cache(maxsize=2048)
def prepared(name: str, variant: int) -> Prepared:
    """A program of a family. Kept for later tasks; what it is depends on the arguments only."""
    return Prepared(name, variant)


def draw_real(rng: random.Random, described: bool, any_input: bool) -> Prepared:
    """A program of a family; when it will be described in words, the reference of one with a single right answer."""
    family = pick(rng, _DESCRIBED if described else _ANSWERABLE if any_input else _ALL)
    return prepared(family.name, between(rng, 0, VARIANTS // (2 if described else 1) - 1))


_ALL = tuple(FAMILIES.values())
_ANSWERABLE = tuple(one for one in _ALL if all(kind[:4] != "dict" for _, kind in one.takes))
_DESCRIBED = tuple(one for one in _ANSWERABLE if one.check is None)


def examine_real(rng: random.Random, drawn: Prepared, low: int, high: int, any_input: bool) -> Run | None:
    """Arguments on which a program runs for ``low`` to ``high`` lines and does not give a blind guess; None if there are none."""
    real, ready = drawn.real, drawn.ready
    family, p = FAMILIES[real.family], P(**real.parameters)
    try:
        for _ in range(_DRAWS):
            args = list(family.inputs(rng, p))
            if len(repr(args)) > _LONGEST_ARGS or not all(map(fits, real.kinds, args)):
                continue
            output = ready.run(args, high)
            if ready.steps >= low and not plain(output) and output not in args and len(repr(output)) <= _LONGEST:
                break
        else:
            return None
        steps = ready.steps
        if any(output == other for _, other in drawn.samples):
            return None
        if any_input and _is_easy(real, ready, output, high):
            return None
    except StopError:
        return None
    return Run(args, output, steps)


_SIMPLE: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, 10),
    "float": (0.0, 1.0, 10.0),
    "str": ("", "a", "abc"),
    "list[int]": ([], [0], [1, 2, 3]),
    "list[str]": ([], ["a"], ["a", "b"]),
    "list[list[int]]": ([], [[]], [[0]]),
    "dict[str, int]": ({}, {"a": 0}, {"a": 1}),
}


def simple_real_inputs(real: Real, output: Any) -> list[list[Any]]:
    """Arguments that somebody would try first: empty, small, or the output itself."""
    tried = [[_SIMPLE[kind][way] for kind in real.kinds] for way in range(3)]
    made = [_made_of(kind, output) for kind in real.kinds]
    if any(one is not None for one in made):
        for way in range(2):
            pairs = zip(made, real.kinds, strict=True)
            tried.append([_SIMPLE[kind][way] if one is None else one for one, kind in pairs])
    return tried


def _made_of(kind: str, output: Any) -> Any:
    """The result, or a list that holds it alone, where that is of a kind; None otherwise."""
    return next((one for one in (output, [output], [[output]]) if fits(kind, one)), None)


def _is_easy(real: Real, ready: Ready, output: Any, high: int) -> bool:
    for args in simple_real_inputs(real, output):
        try:
            if ready.run(args, 50 * high) == output:
                return True
        except StopError:
            pass
    return False


def run_predicted(real: Real, many: Sequence[list[Any]]) -> list[Result]:
    """What a program does on each of several arguments that a policy wrote, in the sandbox."""
    calls = tuple([Call(real.family, tuple(args)) for args in many])
    return default_sandbox().run(Job(real.code, calls), LIMITS)


def stopped(result: Result) -> str:
    """Why a run in the sandbox gave no value: ``steps``, ``size`` or ``error``; empty when it gave one."""
    if result.status is Status.OK:
        return ""
    if result.status is Status.TIME_LIMIT:
        return "steps"
    return "size" if result.status in (Status.MEMORY_LIMIT, Status.OUTPUT_LIMIT) else "error"


def real_events(real: Real, args: list[Any]) -> list[Event]:
    """What happens in a run."""
    ready = Ready(ast.parse(real.code))
    ready.run(args, 10**6, noted=True)
    assert ready.happened is not None
    return ready.happened


def ask_real_step(rng: random.Random, drawn: Prepared, run: Run) -> Asked | None:
    """A variable to ask for, at a line where it is set, as ``examine.ask_step`` does; its name in place of its number."""
    ready = drawn.ready
    ready.run(run.args, 10**6, noted=True)
    times: dict[tuple[int, Any], int] = {}
    first: dict[tuple[int, Any], Any] = {}
    able: list[Asked] = []
    for line, what, value in ready.happened or ():
        if what != "set" or line in drawn.told:
            continue
        name, now = value
        place = (line, name)
        times[place] = times.get(place, 0) + 1
        first.setdefault(place, now)
        if now is NO_DATA or not _readable(now) or len(repr(now)) > _LONGEST:
            continue
        if not plain(now) and now not in run.args:
            able.append(Asked(line, name, times[place], now))
    able = [one for one in able if times[one.line, one.variable] == 1 or one.value != first[one.line, one.variable]]
    telling = [one for one in able if type(one.value) is not int or abs(one.value) > 9]
    if telling and rng.random() < 0.8:
        able = telling
    return pick(rng, able) if able else None


def _readable(value: Any) -> bool:
    """Whether a value is made of numbers, texts, lists, tuples and dictionaries with texts as keys."""
    if type(value) is dict:
        return all(type(key) is str and _readable(one) for key, one in value.items())
    if type(value) in (list, tuple):
        return all(map(_readable, value))
    return type(value) in (int, float, str)


def told(real: Real, happened: list[Event], words: dict[str, str]) -> list[str]:
    """The events as text, one line each: ``line 4: total = 7``."""
    tests = {
        node.lineno: ast.unparse(node.test)
        for node in ast.walk(ast.parse(real.code))
        if isinstance(node, (ast.If, ast.While))
    }
    lines = []
    for line, what, value in happened:
        if what == "call":
            text = words["call"].format(f"{real.family}({', '.join(map(literal, value))})")
        elif what in ("set", "item"):
            text = f"{value[0]} = {_shown(value[1])}"
        elif what == "test":
            text = words["yes" if value else "no"].format(tests[line])
        else:
            text = words["return"].format(_shown(value))
        lines.append(words["line"].format(line) + text)
    return lines


def _shown(value: Any) -> str:
    return "..." if value is NO_DATA else literal(value)
