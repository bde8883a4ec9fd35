"""Intervals and sets as regions of the real line."""

from __future__ import annotations

from guru_envs.equivalence.golds import Group, Region, Span, Term, Value


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
    if isinstance(value, Group) and value.form == "set" and all(isinstance(item, Term) for item in value.items):
        return Region(tuple(Span(item, item, True, True) for item in value.items if isinstance(item, Term)))
    return None
