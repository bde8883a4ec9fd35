"""All problem families by name."""

from __future__ import annotations

import functools

from guru_envs.domains.code._families import (
    dynamic,
    graphs,
    grids,
    intervals,
    lists,
    mappings,
    numbers,
    paths,
    pipelines,
    strings,
)
from guru_envs.domains.code._families.family import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for module in (numbers, pipelines, lists, strings, mappings, grids, paths, intervals, graphs, dynamic)
    for family in module.FAMILIES
}


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
