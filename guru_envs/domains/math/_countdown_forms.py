"""All essentially different expressions over a few numbers, each exactly once.

Two expressions are the same when one becomes the other by commuting, associating, and multiplying out the signs of
sums and the exponents of products: ``a + b - c = b - (c - a)``, ``a * b / c = a / (c / b)``. So an expression is a
number, a sum (terms added, terms subtracted, at least one added; no term is itself a sum) or a product (factors on
top, factors below, at least one on top; no factor is itself a product). For 1 to 5 numbers and all four operations
there are 1, 6, 68, 1260, 32632 of them. Signs inside products are not moved: ``(a - b) * (c - d)`` and ``(b - a) * (d
- c)`` are two.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

MOST_NUMBERS = 5  # more than this many numbers are not enumerated: six have 1,085,952 expressions


class Form(NamedTuple):
    """One expression as ``left operation right``; both sides are indices of earlier forms, -1 for a number.

    Attributes:
        operation: a sign, or an empty string for a number.
        left: everything but the last term or factor.
        right: the last term or factor.
        group: bit mask of the places of the numbers used.
        last: first place of the last part added to the sum (or of the product's last factor on top).
        last_inverse: the same for the last part subtracted (divided by), -1 when there is none.
    """

    operation: str
    left: int
    right: int
    group: int
    last: int
    last_inverse: int

    @property
    def family(self) -> str:
        """``+`` for sums, ``*`` for products, an empty string for numbers."""
        return {"+": "+", "-": "+", "*": "*", "/": "*"}.get(self.operation, "")


@functools.cache
def forms(numbers: int, operations: str) -> tuple[tuple[Form, ...], tuple[int, ...]]:
    """All forms over places 0 to numbers - 1, smaller groups first, and which of them use all places.

    The forms that use all places are in the order in which a person would try them: few products first.

    Args:
        numbers: 1 to ``MOST_NUMBERS``.
        operations: signs in the order ``+-*/``.
    """
    found: list[Form] = []
    by_group: dict[int, list[int]] = {}
    for group in sorted(range(1, 1 << numbers), key=lambda mask: (mask.bit_count(), mask)):
        here = by_group[group] = []
        lowest = (group & -group).bit_length() - 1
        if group.bit_count() == 1:
            here.append(len(found))
            found.append(Form("", -1, lowest, group, lowest, -1))
            continue
        right_group = group
        while right_group := (right_group - 1) & group:
            first = (right_group & -right_group).bit_length() - 1
            for left in by_group[group ^ right_group]:
                for operation in operations:
                    last, inverse = _extend(found[left], operation, first)
                    if last < 0:
                        continue
                    for right in by_group[right_group]:
                        if found[right].family != ("+" if operation in "+-" else "*"):
                            here.append(len(found))
                            found.append(Form(operation, left, right, group, last, inverse))
    whole = sorted(by_group[(1 << numbers) - 1], key=lambda index: _effort(found, index))
    return tuple(found), tuple(whole)


@functools.cache
def ordered(numbers: int, operations: str, use_all: bool) -> tuple[tuple[Form, ...], tuple[int, ...]]:
    """All forms, and those to try, in the order in which a person would try them: few numbers first, then few products."""
    found, whole = forms(numbers, operations)
    if use_all:
        return found, whole
    compound = [index for index, form in enumerate(found) if form.operation]
    return found, tuple(sorted(compound, key=lambda index: (found[index].group.bit_count(), *_effort(found, index))))


def _extend(left: Form, operation: str, first: int) -> tuple[int, int]:
    """The places of the last parts after one more part is put behind a form; (-1, -1) when the order forbids it."""
    same_family = left.family == ("+" if operation in "+-" else "*")
    last = left.last if same_family else (left.group & -left.group).bit_length() - 1
    inverse = left.last_inverse if same_family else -1
    if operation in "+*":  # parts on top stand first, in the order of their first places
        return (first, -1) if inverse < 0 and first > last else (-1, -1)
    return (last, first) if first > inverse else (-1, -1)


def _effort(found: Sequence[Form], index: int) -> tuple[int, ...]:
    """How hard a person finds a form to think of: operations beyond + and -, then subtractions, then the order made."""
    signs: list[str] = []
    waiting = [index]
    while waiting:
        form = found[waiting.pop()]
        if form.operation:
            signs.append(form.operation)
            waiting += (form.left, form.right)
    return (signs.count("/"), signs.count("*"), signs.count("-"), index)


def text(found: Sequence[Form], index: int, numbers: Sequence[int]) -> str:
    """A form written with numbers in its places."""
    form = found[index]
    if not form.operation:
        return str(numbers[form.right])
    left, right = text(found, form.left, numbers), text(found, form.right, numbers)
    if form.family == "*":
        left = f"({left})" if found[form.left].family == "+" else left
        right = f"({right})" if found[form.right].family == "+" else right
    return f"{left} {form.operation} {right}"


def values(found: Sequence[Form], numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The exact value of each form as numerator and denominator, not reduced; denominator 0 for a division by zero."""
    results: list[tuple[int, int]] = []
    append = results.append
    for operation, left, right, _, _, _ in found:
        if not operation:
            append((numbers[right], 1))
            continue
        upper, over = results[left]
        lower, below = results[right]
        if operation == "+":
            append((upper * below + lower * over, over * below))
        elif operation == "-":
            append((upper * below - lower * over, over * below))
        elif operation == "*":
            append((upper * lower, over * below))
        else:
            append((upper * below, over * lower) if below else (0, 0))
    return results


def solutions(numbers: Sequence[int], target: int, operations: str, use_all: bool) -> list[str]:
    """All essentially different expressions for the target; equal numbers are not told apart."""
    found, whole = forms(len(numbers), operations)
    worth = values(found, numbers)
    asked = whole if use_all else range(len(found))
    hits = [index for index in asked if worth[index][1] and worth[index][0] == target * worth[index][1]]
    if len(set(numbers)) == len(numbers):
        return [text(found, index, numbers) for index in hits]
    return list(dict.fromkeys(_sorted_text(found, index, numbers) for index in hits))


def _sorted_text(found: Sequence[Form], index: int, numbers: Sequence[int]) -> str:
    """A form with terms and factors in the order of their texts: one text for forms that differ in equal numbers."""
    form = found[index]
    if not form.operation:
        return str(numbers[form.right])
    family = form.family
    normal: list[str] = []
    inverse: list[str] = []
    at = index
    while found[at].family == family:
        (normal if found[at].operation == family else inverse).append(_part(found, found[at].right, family, numbers))
        at = found[at].left
    normal.append(_part(found, at, family, numbers))
    sign = " - " if family == "+" else " / "
    return sign.join([f" {family} ".join(sorted(normal)), *sorted(inverse)])


def _part(found: Sequence[Form], index: int, family: str, numbers: Sequence[int]) -> str:
    inner = _sorted_text(found, index, numbers)
    return f"({inner})" if family == "*" and found[index].family == "+" else inner


@functools.cache
def candidates(numbers: int, operations: str, use_all: bool) -> int:
    """How many essentially different expressions there are over different numbers: what a blind search goes through."""
    if not use_all:
        return sum(math.comb(numbers, size) * candidates(size, operations, True) for size in range(1, numbers + 1))
    sums, products = _count(numbers, operations)
    return sums[numbers] + products[numbers] + (numbers == 1)


def _count(numbers: int, operations: str) -> tuple[list[int], list[int]]:
    """How many sums and products there are over 1, 2, ... numbers (index 0 is unused)."""
    sums, products = [0] * (numbers + 1), [0] * (numbers + 1)
    for size in range(2, numbers + 1):
        for mine, others, plain, inverse in ((sums, products, "+", "-"), (products, sums, "*", "/")):
            if plain not in operations:
                continue
            parts = _partitions(size, [1 if k == 1 else others[k] for k in range(size)])
            # every part may be inverted, but not all of them
            mine[size] = sum(ways * (2**count - 1 if inverse in operations else 1) for count, ways in parts.items())
    return sums, products


def _partitions(size: int, ways: Sequence[int]) -> dict[int, int]:
    """Partitions of a set into two or more parts, a part of k elements counted ways[k] times, by the number of parts."""
    table: list[dict[int, int]] = [{0: 1}]
    for total in range(1, size + 1):
        row: dict[int, int] = {}
        for part in range(1, min(total, size - 1) + 1):  # the part that holds the first element
            for count, rest in table[total - part].items():
                row[count + 1] = row.get(count + 1, 0) + math.comb(total - 1, part - 1) * ways[part] * rest
        table.append(row)
    return {count: number for count, number in table[size].items() if number}
