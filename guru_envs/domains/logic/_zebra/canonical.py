"""What makes two zebra puzzles the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guru_envs.domains.logic._zebra.clues import Clue
from guru_envs.domains.logic._zebra.puzzle import Query


def canonical_text(houses: int, count: int, clues: Sequence[Clue], asked: Query | None) -> str:
    """The puzzle without names and without the order of clues and attributes.

    Values are named by their house already (the hidden grid is the identity). Attributes get colours by refinement: what is
    said of them, in terms of the colours of the attributes said with them. Equal puzzles get equal texts.
    """
    plain = []
    for kind, items, number in clues:
        if kind in ("same", "different", "next_to", "distance") or (
            kind == "between" and items[0] % houses > items[2] % houses
        ):
            items = tuple(sorted(items, key=lambda item: item % houses)) if kind != "between" else items[::-1]
        places = tuple([(item // houses, item % houses) for item in items])
        plain.append((kind, number, places))
    colours = [0] * count
    for _ in range(3):
        said: list[list[Any]] = [[] for _ in range(count)]
        for kind, number, places in plain:
            seen = tuple([(colours[attribute], house) for attribute, house in places])
            if kind in ("same", "either_or"):
                seen = tuple(sorted(seen))
            for place, (attribute, house) in enumerate(places):
                said[attribute].append((kind, number, seen, house, -1 if kind == "same" else place))
        if asked is not None:
            if asked.form != "there":
                said[asked.known // houses].append(("known", asked.known % houses, (), 0, 0))
            if asked.form != "house":
                said[asked.attribute].append(("asked", 0, (), 0, 0))
        signatures = [(colours[attribute], sorted(said[attribute])) for attribute in range(count)]
        ranks = sorted(signatures)
        colours = [ranks.index(signature) for signature in signatures]
    lines = []
    for kind, number, places in plain:
        cells = [f"{colours[attribute]}.{house}" for attribute, house in places]
        if kind == "same":
            cells.sort()
        elif kind == "either_or":
            cells[1:] = sorted(cells[1:])
        lines.append(f"{kind} {number} {' '.join(cells)}")
    query = "grid"
    if asked is not None:
        known = (
            str(asked.known) if asked.form == "there" else f"{colours[asked.known // houses]}.{asked.known % houses}"
        )
        query = f"{asked.form} {known}" + (f" {colours[asked.attribute]}" if asked.form != "house" else "")
    return "\n".join([f"zebra {houses} {count} {query}", *sorted(lines)])


# which places of a clue play different parts
_WAYS = {"immediately_left": (0, 1), "left_of": (0, 1), "between": (0, 1, 0), "either_or": (0, 1, 1)}


def free_text(houses: int, count: int, clues: Sequence[Clue], asked: Query | None) -> str:
    """The same for puzzles without a single solution, whose values have no houses: values get colours by refinement too."""
    plain: list[tuple[str, int, tuple[int, ...], tuple[int, ...]]] = []
    for kind, items, number in clues:
        ways = _WAYS.get(kind, (0,) * len(items))
        plain.append((kind, number, items, ways))
    if asked is not None:
        known = () if asked.form == "there" else (asked.known,)
        start = asked.attribute * houses
        wanted = () if asked.form == "house" else tuple(range(start, start + houses))
        place = asked.known if asked.form == "there" else 0
        plain.append((f"asked {asked.form}", place, known + wanted, (0,) * len(known) + (1,) * len(wanted)))
    colours = [0] * (houses * count)
    for _ in range(4):
        said: list[list[Any]] = [[] for _ in colours]
        for kind, number, items, ways in plain:
            seen = sorted([(way, colours[item]) for way, item in zip(ways, items, strict=True)])
            for way, item in zip(ways, items, strict=True):
                said[item].append((kind, number, way, seen))
        own = [(colours[item], sorted(said[item])) for item in range(len(colours))]
        families = [sorted(own[start : start + houses]) for start in range(0, len(own), houses)]
        signatures = [(one, families[item // houses]) for item, one in enumerate(own)]
        ranks: list[Any] = []
        for signature in sorted(signatures):
            if not ranks or ranks[-1] != signature:
                ranks.append(signature)
        colours = [ranks.index(signature) for signature in signatures]
    lines = []
    for kind, number, items, ways in plain:
        cells = sorted([(way, colours[item]) for way, item in zip(ways, items, strict=True)])
        lines.append(f"{kind} {number} {' '.join(f'{way}.{colour}' for way, colour in cells)}")
    return "\n".join([f"zebra {houses} {count} open", *sorted(lines)])
