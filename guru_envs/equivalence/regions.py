"""Intervals and sets as regions of the real line."""

from __future__ import annotations

import math
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
    """The real numbers but for the elements of a set, or but for intervals.

    Raises:
        UnreadableError: they are no numbers.
    """
    region = as_region(points)
    if region is None or not region.spans:
        raise UnreadableError("the real numbers without what is no set of numbers")
    if any(end is not None and symbols_of(end.tree) for span in region.spans for end in (span.low, span.high)):
        raise UnreadableError("the real numbers without what is no number")
    order = sorted(region.spans, key=lambda span: (_place(span.low, -math.inf), _place(span.high, math.inf)))
    places = [place for span in order for place in (_place(span.low, -math.inf), _place(span.high, math.inf))]
    if any(one > other for one, other in pairwise(places)):
        raise UnreadableError("the real numbers without intervals that overlap")
    left: list[Span] = [] if order[0].low is None else [Span(None, order[0].low, False, not order[0].low_closed)]
    for span, after in pairwise(order):
        left.append(Span(span.high, after.low, not span.high_closed, not after.low_closed))
    if order[-1].high is not None:
        left.append(Span(order[-1].high, None, not order[-1].high_closed, False))
    return Region(tuple(left))


def _place(end: Term | None, infinite: float) -> float:
    return infinite if end is None else float(value_of(end.tree).real)
