"""All problem families by name."""

from __future__ import annotations

import functools

from guru_envs.domains.code._families import (
    automata,
    choices,
    divisors,
    dynamic,
    editing,
    expressions,
    fields,
    first_steps,
    games,
    graphs,
    grids,
    intervals,
    links,
    lists,
    machines,
    mappings,
    nested,
    numbers,
    parsers,
    paths,
    pipelines,
    regions,
    scheduling,
    simulations,
    strings,
    substrings,
    tables,
    two_texts,
    windows,
)
from guru_envs.domains.code._families.family import Family

_MODULES = (
    first_steps,
    numbers,
    divisors,
    pipelines,
    lists,
    windows,
    strings,
    substrings,
    mappings,
    links,
    grids,
    regions,
    automata,
    paths,
    intervals,
    scheduling,
    graphs,
    dynamic,
    tables,
    two_texts,
    games,
    parsers,
    fields,
    nested,
    expressions,
    simulations,
    editing,
    machines,
    choices,
)
FAMILIES: dict[str, Family] = {family.name: family for module in _MODULES for family in module.FAMILIES}


@functools.cache
def choose(
    names: tuple[str, ...], themes: tuple[str, ...], easiest: int, hardest: int, form: str
) -> tuple[Family, ...]:
    """The families that fit; empty names and themes mean all."""
    return tuple(
        family
        for family in FAMILIES.values()
        if (not names or family.name in names)
        and (not themes or family.theme in themes)
        and (bool(names) or easiest <= family.level <= hardest)
        and (form == "any" or form in family.formats)
    )
