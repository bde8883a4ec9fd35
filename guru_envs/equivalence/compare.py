"""Comparing what the gold says with what the answer says. The gold's form decides which forms of answer are allowed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from guru_envs.equivalence import angles, constants, inequalities, limits, units
from guru_envs.equivalence.evaluate import agree, same_function, symbols_of, value_of
from guru_envs.equivalence.golds import (
    Based,
    Equation,
    Gold,
    Group,
    Matrix,
    Named,
    Node,
    Ratio,
    Region,
    Residue,
    Span,
    Term,
    Value,
    Words,
)  # fmt: skip
from guru_envs.equivalence.limits import TooHardError, UnreadableError
from guru_envs.equivalence.naming import differ, with_argument_of
from guru_envs.equivalence.regions import as_region
from guru_envs.equivalence.words import plain_words

GOLD_DIGITS = 3  # a gold decimal with so many significant digits may be answered with more of them
ANSWER_DIGITS = 4  # a decimal answer with so many digits may stand for a number that has no short decimal
ANSWER_PLACES = 4  # ... or with so many places after the point and two significant digits
_KILO = Node("sym", name="k")
_LETTER_SCALES = {"k": 1000, "K": 1000, "M": 10**6, "B": 10**9, "bn": 10**9, "mn": 10**6}  # 2.5M for 2.5 million
PAIRS = 3_000  # comparisons of elements that one judgement may take


class Comparison:
    """One judgement: the gold's rules and how much has been compared so far."""

    def __init__(self, gold: Gold, ordered: bool = False) -> None:
        self.gold = gold
        self.ordered = ordered
        self.pairs = 0
        self.hard = False

    def same(self, gold: Value, answer: Value) -> bool:
        """Whether two values mean the same. ``hard`` is set when that could not be found out somewhere."""
        self.pairs += 1
        if self.pairs > PAIRS:
            self.hard = True
            return False
        if isinstance(gold, Named):
            return self._named(gold, answer)
        if isinstance(gold, Residue):
            return self._residue(gold, answer)
        if isinstance(answer, Residue):
            return self.same(gold, answer.item)
        if isinstance(gold, Equation):
            both = answer.equation if isinstance(answer, Named) else answer
            if isinstance(both, Equation):
                return self._equation(gold, both)
            region = inequalities.solved(gold)
            return region is not None and self._region(region, answer)
        if isinstance(answer, Named):
            return self.same(gold, answer.item)
        if isinstance(gold, Term):
            return self._single(gold, answer)
        if isinstance(gold, Group):
            return self._group(gold, answer)
        if isinstance(gold, Span | Region):
            return self._region(gold, answer)
        if isinstance(gold, Matrix):
            return self._matrix(gold, answer)
        if isinstance(gold, Based):
            return gold == answer
        if isinstance(gold, Ratio):
            return self._ratio(gold, answer)
        return isinstance(answer, Words) and plain_words(gold.text) == plain_words(answer.text)

    def _named(self, gold: Named, answer: Value) -> bool:
        if isinstance(answer, Named):
            if gold.equation and answer.equation and gold.name != answer.name:
                several = len(symbols_of(gold.equation.left, gold.equation.right)) > 1
                if several and self._equation(gold.equation, answer.equation):
                    return True
            if differ(gold.name, answer.name):
                return False
            answer = with_argument_of(gold, answer)
            if self.same(gold.item, answer.item):
                return True
            return bool(gold.equation and answer.equation and self._equation(gold.equation, answer.equation))
        if isinstance(answer, Equation):
            return gold.equation is not None and self._equation(gold.equation, answer)
        return self.same(gold.item, answer)

    def _equation(self, gold: Equation, answer: Equation) -> bool:
        if gold.relation != answer.relation:
            return False
        left = Node("add", (gold.left, Node("neg", (gold.right,))))
        right = Node("add", (answer.left, Node("neg", (answer.right,))))
        if symbols_of(left) != symbols_of(right):
            return False
        return self._settled(same_function(left, right, proportional=gold.relation in "=≠"))

    def _settled(self, found: bool | None) -> bool:
        self.hard |= found is None
        return bool(found)

    def _single(self, gold: Term, answer: Value) -> bool:
        """A number or an expression."""
        if isinstance(answer, Term):
            return self.same_term(gold, answer)
        if isinstance(answer, Group) and answer.form == "set" and len(answer.items) == 1:
            return self.same(gold, answer.items[0])
        if isinstance(answer, Ratio) and len(answer.items) == 2 and gold.tree.op == "div":
            top, bottom = answer.items
            if isinstance(top, Term) and isinstance(bottom, Term):
                return self._settled(same_function(gold.tree, Node("div", (top.tree, bottom.tree))))
        return False

    def same_term(self, gold: Term, answer: Term) -> bool:
        """Compare two numbers or expressions with their units."""
        factor = Fraction(1)
        angle = angles.compared(gold, answer)
        if angle is not None:
            return angle
        if gold.unit is not None and answer.unit is not None:
            found = units.ratio(gold.unit, answer.unit)
            if found is None:
                return self._spare(gold, answer)
            factor = found
        elif gold.unit is not None:
            if gold.spare is not None and symbols_of(answer.tree):
                return self._spare(gold, answer)
            letter = gold.unit.text.strip()
            ambiguous = gold.spare is not None and len(letter) == 1 and gold.places is None and not letter.isupper()
            if self.gold.unit_required or ambiguous:
                return self._spare(gold, answer)
        elif gold.percent and answer.unit is not None and not answer.percent:
            return False
        elif answer.unit is not None and answer.spare is not None and symbols_of(gold.tree):
            return self._spare(gold, answer)
        if answer.percent and not gold.percent and not (self.gold.percent_asked and answer.percent):
            factor /= 100
        if self._close(gold, answer, factor):
            return True
        if answer.tree.op == "mul" and answer.tree.args[1] == _KILO and not symbols_of(gold.tree, answer.tree.args[0]):
            return self._close(
                gold, Term(answer.tree.args[0], places=answer.places, digits=answer.digits), Fraction(1000)
            )
        if gold.unit is None and answer.unit is not None and answer.unit.text in _LETTER_SCALES and not gold.percent:
            return self._close(gold, answer, Fraction(_LETTER_SCALES[answer.unit.text]))
        if answer.unit is None and gold.unit is not None and gold.unit.text in ("M", "K") and gold.places is not None:
            return self._close(gold, answer, Fraction(1, _LETTER_SCALES[gold.unit.text]))
        if gold.percent and not answer.percent and answer.unit is None:
            return self._close(gold, answer, factor * 100)
        return False

    def _spare(self, gold: Term, answer: Term) -> bool:
        """Compare with letters read as symbols instead of a unit."""
        if gold.spare is None and answer.spare is None:
            return False
        return self._settled(same_function(gold.spare or gold.tree, answer.spare or answer.tree))

    def _close(self, gold: Term, answer: Term, factor: Fraction) -> bool:
        """Whether the answer's number, times a factor, is the gold's."""
        left, right = gold.tree, answer.tree
        if left.op == "num" and right.op == "num":
            one, other = left.value, right.value
        else:
            if symbols_of(left, right):
                right = constants.imaginary(left, constants.renamed(left, right))
                tree = right if factor == 1 else Node("mul", (right, Node("num", value=factor)))
                return self._settled(same_function(left, tree))
            try:
                one, other = value_of(left), value_of(right)
            except (ZeroDivisionError, ValueError, OverflowError):
                return left == right
            except (TooHardError, UnreadableError):
                if left == right:
                    return True
                self.hard = True
                return False
        assert one is not None
        assert other is not None
        other = (
            other
            * (factor if isinstance(other, Fraction) else factor.numerator)
            / (1 if isinstance(other, Fraction) else factor.denominator)
        )
        return agree(one, other) or self._within(gold, answer, one, other, factor)

    def _within(self, gold: Term, answer: Term, one: Any, other: Any, factor: Fraction) -> bool:
        """Whether two different numbers are as near as the gold allows."""
        near, mine = other, one  # in one type
        if not (isinstance(one, Fraction) and isinstance(other, Fraction)):
            if one.imag or other.imag:
                return False
            if isinstance(other, Fraction):
                near = _as(one, other)
            elif isinstance(one, Fraction):
                mine = _as(other, one)
        distance, size = abs(mine - near), abs(mine)
        rules = self.gold
        if rules.tolerance is not None or rules.relative is not None:
            allowed = distance <= _as(distance, rules.tolerance or Fraction(0))
            return bool(allowed or distance <= size * _as(distance, rules.relative or Fraction(0)))
        exact_answer = isinstance(other, Fraction) and other.denominator == 1 and answer.places is None
        shifted = 2 * (gold.percent and factor == 100)  # 0.142857 for 14.3%
        if gold.places is not None and gold.digits >= GOLD_DIGITS and not exact_answer and (factor == 1 or shifted):
            finer = answer.places is None or answer.places - shifted > gold.places
            if finer and distance <= _as(distance, _half_of(gold.places)):
                return True
        if gold.places is None and answer.places is not None:
            whole = isinstance(one, Fraction) and one.denominator == 1
            fine = answer.digits >= ANSWER_DIGITS or (answer.places >= ANSWER_PLACES and answer.digits >= 2)
            if whole:
                return answer.digits >= 15 and bool(distance * 10**13 <= size)
            if not fine:
                return False
            if answer.digits >= 15:  # as floating-point arithmetic prints it
                return bool(distance * 10**14 <= size)
            if isinstance(one, Fraction) and (one / factor * Fraction(10) ** max(answer.places, 0)).denominator == 1:
                return False  # it could have been written exactly with these places
            cut = answer.digits >= 6 and bool(abs(near) < size)  # cut off instead of rounded
            return bool(distance <= _as(distance, _half_of(answer.places) * factor * (2 if cut else 1)))
        return False

    def _group(self, gold: Group, answer: Value) -> bool:
        if gold.form == "tuple":
            return self._tuple(gold.items, answer)
        items: Sequence[Value]
        if isinstance(answer, Group):
            if answer.form == "tuple" and gold.form == "set":
                return False
            items = answer.items
            if answer.form == "tuple":
                return self._in_order(gold.items, items)
        elif isinstance(answer, Span) and answer.low_closed and answer.high_closed and gold.form == "list":
            items = [end for end in (answer.low, answer.high) if end is not None]
        elif isinstance(answer, Words) or not gold.items:
            return False
        else:
            items = [answer]
        if self.ordered or _repeats_words(gold.items):
            return self._in_order(gold.items, items)
        return self._unordered(gold.items, items, repeats=gold.form == "list")

    def _unordered(self, gold: Sequence[Value], answer: Sequence[Value], repeats: bool) -> bool:
        """Compare without regard to order; a set forgets repetitions, a list does not."""
        if repeats and len(gold) != len(answer):
            return False
        left = list(range(len(gold)))
        for i, item in enumerate(answer):
            near = [k for k in (i, *left) if k in left] if i in left else left
            found = next((k for k in near if self.same(gold[k], item)), None)
            if found is None:
                if repeats or not any(self.same(one, item) for one in gold):
                    return False
            else:
                left.remove(found)
        return not left or (not repeats and all(any(self.same(gold[k], item) for item in answer) for k in left))

    def _in_order(self, gold: Sequence[Value], answer: Sequence[Value]) -> bool:
        return len(gold) == len(answer) and all(self.same(one, other) for one, other in zip(gold, answer, strict=True))

    def _tuple(self, gold: Sequence[Value], answer: Value) -> bool:
        if isinstance(answer, Group):
            named = all(isinstance(item, Named) for item in answer.items)
            return (answer.form != "set" or named) and self._in_order(gold, _by_name(answer.items))
        if isinstance(answer, Span) and not answer.low_closed and not answer.high_closed and answer.low and answer.high:
            return self._in_order(gold, (answer.low, answer.high))
        if isinstance(answer, Region):
            return len(gold) == 2 and self._region(Group("tuple", tuple(gold)), answer)
        if isinstance(answer, Matrix) and (len(answer.rows) == 1 or len(answer.rows[0]) == 1):
            return self._in_order(gold, [cell for row in answer.rows for cell in row])
        return False

    def _region(self, gold: Value, answer: Value) -> bool:
        if isinstance(answer, Equation):
            answer = inequalities.bare(answer) or answer
        one, other = as_region(gold), as_region(answer)
        if one is None or other is None or len(one.spans) != len(other.spans):
            return False
        if one.name and other.name and one.name != other.name:
            return False
        left = list(one.spans)
        for span in other.spans:
            found = next((k for k, mine in enumerate(left) if self._span(mine, span)), None)
            if found is None:
                return False
            del left[found]
        return True

    def _span(self, gold: Span, answer: Span) -> bool:
        for mine, theirs, closed, theirs_closed in (
            (gold.low, answer.low, gold.low_closed, answer.low_closed),
            (gold.high, answer.high, gold.high_closed, answer.high_closed),
        ):
            if (mine is None) != (theirs is None):
                return False
            if (
                mine is not None
                and theirs is not None
                and (closed != theirs_closed or not self.same_term(mine, theirs))
            ):
                return False
        return True

    def _matrix(self, gold: Matrix, answer: Value) -> bool:
        if isinstance(answer, Group) and (len(gold.rows) == 1 or len(gold.rows[0]) == 1):
            return answer.form != "set" and self._in_order([cell for row in gold.rows for cell in row], answer.items)
        if isinstance(answer, Span) and answer.low and answer.high and answer.low_closed == answer.high_closed:
            return self._matrix(gold, Group("tuple", (answer.low, answer.high)))
        if isinstance(answer, Group) and answer.form == "tuple":
            rows = [item.items for item in answer.items if isinstance(item, Group) and item.form == "tuple"]
            if len(rows) == len(answer.items) == len(gold.rows):
                return all(self._in_order(mine, theirs) for mine, theirs in zip(gold.rows, rows, strict=True))
        if not isinstance(answer, Matrix) or len(answer.rows) != len(gold.rows):
            return False
        return all(self._in_order(mine, theirs) for mine, theirs in zip(gold.rows, answer.rows, strict=True))

    def _residue(self, gold: Residue, answer: Value) -> bool:
        if not isinstance(answer, Residue):
            return self.same(gold.item, answer.item if isinstance(answer, Named) else answer)
        if answer.modulus != gold.modulus:
            return False
        one, other = (_whole(item) for item in (gold.item, answer.item))
        if one is not None and other is not None:
            return (one - other) % gold.modulus == 0
        return self.same(gold.item, answer.item)

    def _ratio(self, gold: Ratio, answer: Value) -> bool:
        items = answer.items if isinstance(answer, Ratio) else ()
        if isinstance(answer, Term) and answer.tree.op == "div":
            items = tuple(Term(part) for part in answer.tree.args)
        if len(items) != len(gold.items):
            return False
        if self._in_order(gold.items, items):
            return True
        if any(isinstance(item, Term) and item.tree.value is not None and item.tree.value >= 10 for item in gold.items):
            return False  # this may be a time of day
        first, other = gold.items[0], items[0]
        for mine, theirs in zip(gold.items[1:], items[1:], strict=True):
            if not all(isinstance(part, Term) for part in (first, other, mine, theirs)):
                return False
            pairs = ((first, theirs), (other, mine))
            cross = [Node("mul", (a.tree, b.tree)) for a, b in pairs if isinstance(a, Term) and isinstance(b, Term)]
            if not self._settled(same_function(cross[0], cross[1])):
                return False
        return True


def _whole(value: Value) -> int | None:
    """The whole number a value is."""
    value = value.item if isinstance(value, Named) else value
    tree = value.tree if isinstance(value, Term) and value.unit is None and not value.percent else None
    sign = -1 if tree is not None and tree.op == "neg" else 1
    number = tree.args[0].value if tree is not None and tree.op == "neg" else tree.value if tree is not None else None
    return sign * number.numerator if number is not None and number.denominator == 1 else None


_ROW = "xyzw"  # the order of coordinates


def _by_name(items: Sequence[Value]) -> Sequence[Value]:
    """Values with the names of coordinates, or with letters that follow each other, in the order of the names."""
    named = {item.name: item for item in items if isinstance(item, Named) and len(item.name) == 1}
    if not named or len(named) < len(items):
        return items
    if set(named) <= set(_ROW):
        return [named[name] for name in _ROW if name in named]
    names = sorted(named)
    return [named[name] for name in names] if ord(names[-1]) - ord(names[0]) == len(names) - 1 else items


def _repeats_words(items: Sequence[Value]) -> bool:
    """Whether the same word stands in a list twice: then the places matter."""
    words = [plain_words(item.text) for item in items if isinstance(item, Words)]
    return len(set(words)) < len(words)


def _as(like: Any, value: Fraction) -> Any:
    """A bound in the type of what it is compared with."""
    return value if isinstance(like, Fraction) else like.__class__(value.numerator) / value.denominator


def _half_of(places: int) -> Fraction:
    return Fraction(1, 2) * Fraction(10) ** -max(min(places, limits.SCALE), -limits.SCALE)
