"""The oracle of countdown: finds an expression from the stated problem and writes the proof down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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
    count = len(problem.numbers)
    return problem.use == "all" and forms.candidates(count, problem.operations, True) <= _TRIED_ONE_BY_ONE


def _first_hit(problem: Problem) -> tuple[list[tuple[str, Fraction]], str | None]:
    """Try the expressions in their fixed order: the tries that failed, and the first that makes the target."""
    found, whole = forms.forms(len(problem.numbers), problem.operations)
    worth = forms.values(found, problem.numbers)
    failed: list[tuple[str, Fraction]] = []
    for index in whole:
        upper, lower = worth[index]
        written = forms.text(found, index, problem.numbers)
        if lower and upper == problem.target * lower:
            return failed, written
        if lower:
            failed.append((written, Fraction(upper, lower)))
    return failed, None


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
        found, whole = forms.forms(len(problem.numbers), problem.operations)
        worth = forms.values(found, problem.numbers)
        for index in whole:
            if worth[index][1] and worth[index][0] == problem.target * worth[index][1]:
                return forms.text(found, index, problem.numbers)
        return None
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
    failed, hit = _first_hit(problem)
    assert hit is not None  # a task is only made when there is a solution
    steps: dict[str, Step] = {}  # equal numbers give equal texts; each is tried once
    for written, worth in failed:
        line = words["try"].format(expression=written, value=worth, target=target)
        steps[written] = Step(line, (), ("value", written, str(worth)))
    line = words["hit"].format(expression=hit, value=target)
    return [*steps.values(), Step(line, (), ("value", hit, str(target)))]


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
        result = _apply(sign, one, two)
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


def _apply(sign: str, one: Fraction, two: Fraction) -> Fraction:
    if sign == "+":
        return one + two
    if sign == "-":
        return one - two
    return one * two if sign == "*" else one / two


def prove(problem: Problem) -> Trace:
    """The steps to an expression for the target; the last step's fact holds the expression."""
    steps = _tries(problem) if _tried(problem) else _chain(problem)
    return Trace(tuple(steps), str(steps[-1].fact[1]))
