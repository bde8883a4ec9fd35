"""What makes two logic grids the same."""

from __future__ import annotations

from typing import Any

from guru_envs.domains.logic._logic_grid.clues import Clue, allowed
from guru_envs.domains.logic._logic_grid.puzzle import Core

_SLOTS = {  # which places of a kind mean different things; those left out mean the same in all places
    "either": (0, 1, 1),
    "neither": (0, 1, 1),
    "compare": (0, 1),
    "difference": (0, 1),
}


def canonical_text(core: Core) -> str:
    """The problem without names and without the order of clues, categories, and items that have none.

    Items are named by the rank of their entity in one ordered category (each of them in turn: the least text counts);
    categories get colours by refinement: what is said of them, in terms of the colours of the categories said with them.
    """
    return min(_text(core, scale) for scale, shape in enumerate(core.shapes) if shape)


def _text(core: Core, base: int) -> str:
    size, count = core.size, len(core.shapes)
    rank = [0] * size
    for place in range(size):
        rank[core.entity[base * size + place]] = place
    label = [rank[one] for one in core.entity]
    ranked = [
        tuple(label[category * size : category * size + size]) if shape else ()
        for category, shape in enumerate(core.shapes)
    ]
    colours = [(0, category == base, ranked[category]) for category in range(count)]
    order: list[Any] = sorted({*colours})
    numbers = [order.index(colour) for colour in colours]
    plain = [(_meaning(clue, core), clue) for clue in core.clues]
    for _ in range(3):
        said: list[list[Any]] = [[] for _ in range(count)]
        for meaning, (kind, items, scale, _) in plain:
            seen = _sorted(kind, [(numbers[item // size], label[item]) for item in items])
            for place, item in enumerate(items):
                slot = _SLOTS[kind][place] if kind in _SLOTS else 0
                own = (numbers[item // size], label[item])
                said[item // size].append((meaning, slot, own, seen, numbers[scale] if scale >= 0 else -1))
            if scale >= 0:
                said[scale].append((meaning, 9, (-1, -1), seen, -1))
        if core.asked is not None:
            said[core.asked[0] // size].append(("known", 0, (0, label[core.asked[0]]), (), 0))
            said[core.asked[1]].append(("asked", 0, (0, 0), (), 0))
        signatures = [(numbers[category], sorted(said[category])) for category in range(count)]
        ranks = sorted(signatures)
        numbers = [ranks.index(signature) for signature in signatures]
    lines = []
    for meaning, (kind, items, scale, _) in plain:
        cells = _sorted(kind, [(numbers[item // size], label[item]) for item in items])
        lines.append(f"{meaning} {numbers[scale] if scale >= 0 else '-'} {cells}")
    ordered = sorted(f"{numbers[category]}:{ranked[category]}" for category in range(count) if core.shapes[category])
    asked = "grid"
    if core.asked is not None:
        known, wanted = core.asked
        asked = f"{numbers[known // size]}.{label[known]}?{numbers[wanted]}"
    return "\n".join([f"logic-grid {size} {count} {asked} {core.solutions} {' '.join(ordered)}", *sorted(lines)])


def _meaning(clue: Clue, core: Core) -> str:
    """The kind; where values are compared, also which ranks are allowed."""
    if clue.kind in ("difference", "apart"):
        return f"{clue.kind} {allowed(clue.kind, clue.number, core.shapes[clue.scale])}"
    return clue.kind


def _sorted(kind: str, cells: list[tuple[int, int]]) -> tuple[Any, ...]:
    """The items of a clue in an order that does not depend on how it was written down."""
    if kind in ("is", "not", "different", "apart"):
        return tuple(sorted(cells))
    if kind in ("either", "neither"):
        return (cells[0], *sorted(cells[1:]))
    if kind == "pair":
        return tuple(sorted([tuple(sorted(cells[:2])), tuple(sorted(cells[2:]))]))
    if kind == "lists":
        return tuple(sorted([tuple(sorted(cells[::2])), tuple(sorted(cells[1::2]))]))
    return tuple(cells)
