"""All programs of the grammar that explain some demonstrations, and how many a plain search tries before it finds one.

The search runs forward from one demonstration's input through stages 1 and 2, and backward from its output through stage 3, whose
rules lose nothing; where both meet there is a program. Of a pair of grids it is known which changes lead from one to the
other (same cells empty, same shape ...), so most rules are not tried. What is found is confirmed on all demonstrations.

A program explains a demonstration when each of its rules applies, changes something, and the last grid is the output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guru_envs.domains.logic._arc.grammar import KINDS, Program, Rule, Table, stages, table, undo
from guru_envs.domains.logic._arc.grid import Grid, occupied, plane

Pair = tuple[Grid, Grid]
Key = tuple[int, int, int]


class _Goals:
    """Grids from which rules of stage 3 (or none) make the output."""

    def __init__(self, made: Grid, rules: Sequence[Rule]) -> None:
        self.tails: dict[Key, list[Program]] = {made.key: [()]}
        self.grids = [made]
        for rule in rules:
            before = undo(rule, made)
            if before is not None and before.key != made.key:
                if before.key not in self.tails:
                    self.tails[before.key] = []
                    self.grids.append(before)
                self.tails[before.key].append((rule,))
        self.forms = [(one.h, one.w, one.bits, one.occupied) for one in self.grids]

    def changes(self, grid: Grid) -> list[str]:
        """The changes that can lead from a grid to one of these."""
        remove = recolour = add = move = same = smaller = False
        h, w, bits, full = grid.h, grid.w, grid.bits, grid.occupied
        number = full.bit_count()
        ones = plane(h, w).ones
        for height, width, goal, mask in self.forms:
            if height == h and width == w:
                same = True
                if mask == full:
                    recolour = True
                else:
                    differ = occupied(bits ^ goal) & ones
                    if not differ & mask:
                        remove = True
                    elif not differ & full:
                        add = True
                if mask.bit_count() == number:
                    move = True
            elif height <= h and width <= w:
                smaller = True
        found = ["other"]
        for name, can in (
            ("remove", remove),
            ("recolour", recolour),
            ("add", add),
            ("move", move),
            ("same", same),
            ("smaller", smaller or same),
        ):
            if can:
                found.append(name)
        return found


def explanations(pairs: Sequence[Pair], depth: int, colours: tuple[int, ...]) -> list[Program]:
    """All programs of at most ``depth`` rules, naming only these colours, that explain all pairs."""
    rules = table(colours)
    given, made = min(pairs, key=lambda pair: pair[0].h * pair[0].w)
    found = list(_from_one(given, made, depth, rules))
    others = [pair for pair in pairs if pair[0] is not given]
    return [program for program in found if all(explains(program, pair) for pair in others)]


def explains(program: Program, pair: Pair) -> bool:
    """Whether a program makes the output of a pair from its input, each rule changing something."""
    made = stages(program, pair[0])
    return made is not None and made[-1].key == pair[1].key


def _from_one(given: Grid, made: Grid, depth: int, rules: Table) -> Iterable[Program]:
    plain = _Goals(made, ())
    goals = _Goals(made, rules.third)
    for tail in goals.tails.get(given.key, ()):
        if tail:
            yield tail
    after = goals if depth >= 2 else plain
    for rule, grid in _second(given, after, rules):
        for tail in after.tails.get(grid.key, ()):
            yield (rule, *tail)
    if depth < 2:
        return
    after = goals if depth >= 3 else plain
    reached: dict[Key, tuple[Grid, list[Rule]]] = {}
    for rule in rules.first:
        first = KINDS[rule[0]].apply(given, *rule[1:])
        if first is not None and first.bits != given.bits:
            if first.key in reached:
                reached[first.key][1].append(rule)
            else:
                reached[first.key] = first, [rule]
    for grid, heads in reached.values():
        for rule, second in _second(grid, after, rules):
            for tail in after.tails[second.key]:
                for head in heads:
                    yield (head, rule, *tail)


def _second(grid: Grid, goals: _Goals, rules: Table) -> Iterable[tuple[Rule, Grid]]:
    """The rules of stage 1 or 2 that lead from a grid to one of the goals."""
    tails, key = goals.tails, grid.key
    for change in goals.changes(grid):
        for rule in rules.by_change.get(change, ()):
            made = KINDS[rule[0]].apply(grid, *rule[1:])
            if made is not None:
                reached = (made.h, made.w, made.bits)
                if reached in tails and reached != key:
                    yield rule, made


def tried(program: Program, colours: tuple[int, ...]) -> int:
    """How many programs a plain search tries up to this one: by number of rules, then in the table's order."""
    rules = table(colours)
    one, two, three = len(rules.first), len(rules.second), len(rules.third)
    places = []
    for number, rule in enumerate(program):
        stage = KINDS[rule[0]].stage
        if stage == 3:
            places.append(rules.third.index(rule))
        elif number == 0 and len(program) > 1 and KINDS[program[1][0]].stage != 3:
            places.append(rules.first.index(rule))
        else:
            places.append(rules.second.index(rule))
    last = KINDS[program[-1][0]].stage == 3
    if len(program) == 1:
        return places[0] + 1 if last else three + places[0] + 1
    single = two + three
    if len(program) == 2:  # first those that end in stage 3
        return single + (places[0] * three + places[1] if last else two * three + places[0] * two + places[1]) + 1
    return single + two * three + one * two + (places[0] * two + places[1]) * three + places[2] + 1
