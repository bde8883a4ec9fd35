"""Drawing a task: a program, inputs on which each of its rules shows, and as many demonstrations as determine it."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._arc.grammar import (
    COLOUR,
    KINDS,
    Program,
    Rule,
    apply,
    colours_named,
    colours_of,
    stages,
)
from guru_envs.domains.logic._arc.grid import Grid
from guru_envs.domains.logic._arc.inputs import STYLES, Wish
from guru_envs.domains.logic._arc.search import Pair, explains, explanations

_INPUTS = 12  # inputs drawn for a demonstration before another program is taken
MOST = 6  # demonstrations
_NEEDED = ("remove-colour", "keep-colour", "contact", "infect", "crop-colour", "window", "mend")
_GENERAL = ("objects", "picture")
_WEIGHTS = {(2,): 4, (3,): 1, (1, 2): 4, (1, 3): 1, (2, 3): 2, (1, 2, 3): 1}  # how often programs have these stages


class Size(NamedTuple):
    """What a task is to be like; see the domain's knobs."""

    depth: int
    families: tuple[str, ...]
    demonstrations: int
    low: int
    high: int
    objects: int
    distractors: int


@functools.lru_cache(maxsize=256)
def _choices(families: tuple[str, ...], stage: int) -> tuple[tuple[str, ...], ...]:
    """The kinds of a stage by family, families without any left out."""
    allowed = (1, 2) if stage == 2 else (stage,)
    groups = [
        tuple(name for name, kind in KINDS.items() if kind.family == family and kind.stage in allowed)
        for family in families
    ]
    return tuple(group for group in groups if group)


@functools.lru_cache(maxsize=256)
def shapes_of_programs(families: tuple[str, ...], depth: int) -> tuple[tuple[int, ...], ...]:
    """The sequences of stages that programs of a depth can have."""
    possible = {1: ((2,), (3,)), 2: ((1, 2), (1, 3), (2, 3)), 3: ((1, 2, 3),)}[depth]
    return tuple(form for form in possible if all(_choices(families, stage) for stage in form))


def _draw_rule(rng: random.Random, families: tuple[str, ...], stage: int, colours: Sequence[int]) -> Rule:
    groups = _choices(families, stage)
    group = groups[int(rng.random() * len(groups))]
    name = group[int(rng.random() * len(group))]
    kind = KINDS[name]
    if kind.domains == ("pair", "pair"):
        one, other = sorted(rng.sample([0, *colours], 2))
        return name, one, other
    values = [colours if domain == COLOUR else domain for domain in kind.domains]
    return (name, *[one[int(rng.random() * len(one))] for one in values])


def draw_program(rng: random.Random, size: Size, colours: Sequence[int]) -> Program:
    """A program of the wanted depth; families are drawn evenly for each rule."""
    forms = shapes_of_programs(size.families, size.depth)
    stage_weights = [_WEIGHTS[form] for form in forms]
    form = rng.choices(forms, stage_weights)[0] if len(forms) > 1 else forms[0]
    return tuple(_draw_rule(rng, size.families, stage, colours) for stage in form)


def _wish(program: Program, size: Size, palette: Sequence[int]) -> tuple[str, Wish, int]:
    """The style of the inputs, what is wanted of them, and the largest side from which the output fits."""
    styled = [rule for rule in program if KINDS[rule[0]].style not in _GENERAL] or list(program)
    rule = styled[-1] if len(styled) > 1 and KINDS[styled[-1][0]].stage != 3 else styled[0]
    named = next((value for value, domain in zip(rule[1:], KINDS[rule[0]].domains, strict=True) if domain == COLOUR), 0)
    detail = rule[1] if len(rule) > 1 and isinstance(rule[1], str) else ""
    needed = []
    for one in program:
        if one[0] in _NEEDED:
            needed.append(one[-1])
        elif one[0] == "swap":
            needed += [value for value in one[1:] if value]
    largest = 30
    for one in program:
        grows = KINDS[one[0]].grows
        if grows != 1:
            largest = 28 if one[0] == "frame" else 30 // grows if grows else 5
        if one[0] == "tile":
            largest = 30 // max(int(one[1][0]), int(one[1][2]))
        elif one[0] == "scale":
            largest = 30 // one[1]
    return KINDS[rule[0]].style, Wish(palette, needed, size.objects, size.distractors, detail, named), largest


class Drawn(NamedTuple):
    """A task: its program, demonstrations, and the test pair."""

    program: Program
    pairs: list[Pair]
    test: Pair


def draw_task(
    rng: random.Random, size: Size, wanted: Callable[[Sequence[Pair], Pair], bool] = lambda pairs, test: True
) -> Drawn | None:
    """Draw one; None when the program drawn does not show on the inputs, or six demonstrations do not determine it.

    ``wanted`` is asked of the demonstrations and the test pair, and again of more demonstrations.
    """
    palette = rng.sample(range(1, 10), min(9, 3 + int(rng.random() * 3)))
    program = draw_program(rng, size, palette)
    style, wish, largest = _wish(program, size, palette)
    high = min(size.high, largest)
    low = min(size.low, high)
    draw, span = STYLES[style], high - low + 1
    wishes = [wish._replace(objects=max(2, wish.objects + more)) for more in (-1, 0, 1)]
    given: dict[tuple[int, int, int], None] = {}

    def pair() -> Pair | None:
        for _ in range(_INPUTS):
            asked = wishes[int(rng.random() * 3)]
            grid = draw(rng, low + int(rng.random() * span), low + int(rng.random() * span), asked)
            found = stages(program, grid)
            shows = found and all(one.bits for one in found) and found[-1].key != grid.key
            if found and shows and grid.key not in given:
                given[grid.key] = None
                return grid, found[-1]
        return None

    pairs: list[Pair] = []
    for _ in range(size.demonstrations + 1):
        one = pair()
        if one is None:
            return None
        pairs.append(one)
    test = pairs.pop()
    if all(made.key == pairs[0][1].key for _, made in pairs):
        return None
    colours = colours_of(pairs)
    if not colours_named(program) <= set(colours) or not wanted(pairs, test):
        return None
    rivals = explanations(pairs, size.depth, colours, program)
    if any(len(rival) < size.depth for rival in rivals):
        return None
    while not _agree(rivals, program, test):
        one = pair() if len(pairs) < MOST else None
        if one is None:
            return None
        pairs.append(one)
        colours = colours_of(pairs)
        if not colours_named(program) <= set(colours):
            return None
        rivals = [rival for rival in rivals if colours_named(rival) <= set(colours) and explains(rival, one)]
    if len(pairs) > size.demonstrations and not wanted(pairs, test):
        return None
    return Drawn(program, pairs, test)


def _agree(rivals: Sequence[Program], program: Program, test: Pair) -> bool:
    """Whether all programs that apply to the test input give its output."""
    for rival in rivals:
        made = None if rival == program else _result(rival, test[0])
        if made is not None and made.key != test[1].key:
            return False
    return True


def _result(program: Program, grid: Grid) -> Grid | None:
    now: Grid | None = grid
    for rule in program:
        now = now and apply(rule, now)
    return now
