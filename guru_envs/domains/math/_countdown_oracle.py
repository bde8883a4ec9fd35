"""The oracle of countdown: finds an expression from the stated problem and writes the proof down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from guru_envs.domains.math import _countdown_forms as forms
from guru_envs.domains.math._countdown_search import Search, Tree
from guru_envs.domains.math._countdown_words import TEXT
from guru_envs.task import Premise, Step, Trace

_TRIED_ONE_BY_ONE = 30  # up to so many expressions the oracle shows its tries


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: what the prompt states, and nothing else.

    Attributes:
        numbers: the given numbers in the order shown.
        target: the number to make.
        operations: allowed signs, in the order ``+-*/``.
        use: ``all`` or ``any``.
        lang: ``en`` or ``zh``.
        given: how often each number is given, by its text.
    """

    numbers: tuple[int, ...]
    target: int
    operations: str
    use: str
    lang: str
    given: dict[str, int] = field(compare=False, repr=False)


def _tried(problem: Problem) -> bool:
    if problem.use == "any" and problem.target in problem.numbers:
        return False  # nothing to try
    return forms.candidates(len(problem.numbers), problem.operations, problem.use == "all") <= _TRIED_ONE_BY_ONE


class _Hunt(NamedTuple):
    """Expressions tried in their fixed order: those that failed (with their values), and the first that is worth the target."""

    found: Sequence[forms.Form]
    worth: Sequence[tuple[int, int]]
    failed: Sequence[int]
    hit: int | None


def _hunt(problem: Problem) -> _Hunt:
    found, order = forms.ordered(len(problem.numbers), problem.operations, problem.use == "all")
    worth, target = forms.values(found, problem.numbers), problem.target
    for position, index in enumerate(order):
        upper, lower = worth[index]
        if lower and upper == target * lower:
            return _Hunt(found, worth, order[:position], index)
    return _Hunt(found, worth, order, None)


def whole_search(numbers: Sequence[int], target: int, signs: str, sizes: Sequence[int]) -> Tree | None:
    """A solution with whole intermediate results that uses one of the given counts of numbers, or None."""
    return Search(numbers, signs, fractions=False).find(target, sizes)


def _tree(problem: Problem) -> Tree | None:
    """A solution with whole intermediate results when there is one, else any; the smallest groups first."""
    count = len(problem.numbers)
    sizes = [count] if problem.use == "all" else range(1, count + 1)
    tree = whole_search(problem.numbers, problem.target, problem.operations, sizes)
    if tree is None and "/" in problem.operations:
        tree = Search(problem.numbers, problem.operations, fractions=True).find(problem.target, sizes)
    return tree


def gold_of(problem: Problem) -> str | None:
    """The expression that the proof will end in, without the proof; None when the problem has no solution."""
    if _tried(problem):
        hunt = _hunt(problem)
        return None if hunt.hit is None else forms.text(hunt.found, hunt.hit, problem.numbers)
    tree = _tree(problem)
    return None if tree is None else _written(tree)[0]


def _written(tree: Tree) -> tuple[str, str]:
    """A tree as text with the brackets that its value needs, and its topmost operation."""
    if isinstance(tree, int):
        return str(tree), ""
    sign, left, right = tree
    left_text, left_sign = _written(left)
    right_text, right_sign = _written(right)
    if sign in "*/" and left_sign in ("+", "-"):
        left_text = f"({left_text})"
    if right_sign and (sign == "/" or (sign in "-*" and right_sign in "+-")):
        right_text = f"({right_text})"
    return f"{left_text} {sign} {right_text}", sign


def _tries(problem: Problem) -> list[Step]:
    words, target = TEXT[problem.lang], problem.target
    found, worth, failed, hit = _hunt(problem)
    assert hit is not None  # a task is only made when there is a solution
    steps: dict[str, Step] = {}  # equal numbers give equal texts; each is tried once
    for index in failed:
        if worth[index][1]:
            written, value = forms.text(found, index, problem.numbers), Fraction(*worth[index])
            line = words["try"].format(expression=written, value=value, target=target)
            steps[written] = Step(line, (), ("value", written, str(value)))
    written = forms.text(found, hit, problem.numbers)
    line = words["hit"].format(expression=written, value=target)
    return [*steps.values(), Step(line, (), ("value", written, str(target)))]


def _chain(problem: Problem) -> list[Step]:
    words = TEXT[problem.lang]
    tree = _tree(problem)
    assert tree is not None  # a task is only made when there is a solution
    steps: list[Step] = []

    def work(part: Tree) -> tuple[Fraction, tuple[Premise, ...]]:
        if isinstance(part, int):
            return Fraction(part), ()
        sign, left, right = part
        one, one_from = work(left)
        two, two_from = work(right)
        result = applied(sign, one, two)
        parts: dict[str, Any] = {"left": _bracketed(one), "operation": sign, "right": _bracketed(two), "value": result}
        fact = ("eq", str(one), sign, str(two), str(result))
        steps.append(Step(words["step"].format(**parts), one_from + two_from, fact))
        return result, (Premise("step", len(steps)),)

    _, whole = work(tree)
    written = _written(tree)[0]
    if not whole:
        line = words["given"].format(target=problem.target)
    else:
        line = words[f"so {problem.use}"].format(expression=written, target=problem.target)
    return [*steps, Step(line, whole, ("value", written, str(problem.target)))]


def _bracketed(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"({number})"


def applied(sign: str, one: Fraction, two: Fraction) -> Fraction:
    """The result of an operation; a division by zero is the caller's to rule out."""
    if sign == "+":
        return one + two
    if sign == "-":
        return one - two
    return one * two if sign == "*" else one / two


def prove(problem: Problem) -> Trace:
    """The steps to an expression for the target; the last step's fact holds the expression."""
    steps = _tries(problem) if _tried(problem) else _chain(problem)
    return Trace(tuple(steps), str(steps[-1].fact[1]))
