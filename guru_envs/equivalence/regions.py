"""Intervals and sets as regions of the real line."""

from __future__ import annotations

from itertools import pairwise

from guru_envs.equivalence.evaluate import symbols_of, value_of
from guru_envs.equivalence.golds import Group, Region, Span, Term, Value
from guru_envs.equivalence.limits import UnreadableError


def as_region(value: Value) -> Region | None:
    """An interval, a pair in round brackets, or a set of numbers, as a region; None for anything else."""
    if isinstance(value, Region):
        return value
    if isinstance(value, Span):
        return Region((value,))
    if isinstance(value, Group) and value.form == "tuple" and len(value.items) == 2:
        low, high = value.items
        if isinstance(low, Term) and isinstance(high, Term):
            return Region((Span(low, high),))
    if (
        isinstance(value, Group)
        and value.form in ("list", "set")
        and value.items
        and not any(isinstance(i, Term) for i in value.items)
    ):
        parts = [as_region(item) for item in value.items]
        if all(part is not None for part in parts):
            return Region(tuple(span for part in parts if part is not None for span in part.spans))
    if isinstance(value, Group) and value.form == "set" and all(isinstance(item, Term) for item in value.items):
        return Region(tuple(Span(item, item, True, True) for item in value.items if isinstance(item, Term)))
    return None


def reals_without(points: Value) -> Region:
    """The real numbers but for the elements of a set.

    Raises:
        UnreadableError: they are no numbers.
    """
    if not (isinstance(points, Group) and points.form == "set" and points.items):
        raise UnreadableError("the real numbers without what is no set")
    terms = [item for item in points.items if isinstance(item, Term) and not symbols_of(item.tree)]
    if len(terms) < len(points.items):
        raise UnreadableError("the real numbers without what is no number")
    values = [value_of(term.tree) for term in terms]
    order = sorted(range(len(terms)), key=lambda k: float(values[k].real))
    ends = [None, *(terms[k] for k in order), None]
    return Region(tuple(Span(low, high) for low, high in pairwise(ends)))
