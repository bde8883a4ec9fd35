"""All programs of the grammar that explain some demonstrations, and how many a plain search tries before it finds one.

The search runs forward from one demonstration's input through stages 1 and 2, and backward from its output through stage 3, whose
rules lose nothing; where both meet there is a program. Of a pair of grids it is known which changes lead from one to the
other (same cells empty, same shape ...), so most rules are not tried. What is found is confirmed on all demonstrations.

A program explains a demonstration when each of its rules applies, changes something, and the last grid is the output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guru_envs.domains.logic._arc.grammar import KINDS, Program, Rule, Table, stages, table, undo
from guru_envs.domains.logic._arc.grid import MODES, Grid, plane

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

    def changes(self, grid: Grid) -> dict[tuple[str, int], None]:
        """The changes that can lead from a grid to one of these, with the colour that a rule would have to name."""
        found: dict[tuple[str, int], None] = {}
        for made in self.grids:
            h, w, goal, mask = made.h, made.w, made.bits, made.occupied
            if h == grid.h and w == grid.w:
                _same_shape(grid, made, found)
            elif h <= grid.h and w <= grid.w:
                _smaller(grid, made, found)
            if mask.bit_length() == 4 * h * w - 3:  # the first cell is not 0
                first = goal >> 4 * w * (h - 1)
                if first == plane(1, w).ones * (first & 15):  # the first row has one colour
                    found["other", 0] = None
                    if h == 1:
                        found["row", goal & 15] = None
                        if w == 1:
                            found["cell", 0] = None
                if w == 1:
                    found["column", 0] = None
                if h == w == mask.bit_count():
                    found["square", goal & 15] = None
        return found


def _same_shape(grid: Grid, made: Grid, found: dict[tuple[str, int], None]) -> None:
    bits, full, goal, mask = grid.bits, grid.occupied, made.bits, made.occupied
    differ = bits ^ goal
    differ |= differ >> 1
    differ = (differ | differ >> 2) & plane(grid.h, grid.w).ones
    if not differ:
        return
    place = differ.bit_length() - 1
    new, old = goal >> place & 15, bits >> place & 15
    if goal & differ * 15 != differ * new:
        new = 0  # not one colour
    if mask == full:
        found["recolour", 0] = found["recolour", new] = None
    elif not differ & mask:
        found["remove", 0] = found["cut", 0] = None
    elif not differ & full:
        found["add", 0] = found["add", new] = None
    if mask.bit_count() == full.bit_count() and _as_many(grid, made):
        found["move", 0] = None
    if bits & differ * 15 == differ * old:
        found["mend", old] = None


def _as_many(grid: Grid, made: Grid) -> bool:
    """Whether two grids have as many cells of each colour."""
    one, other = grid.text, made.text
    return [*map(one.count, "123456789")] == [*map(other.count, "123456789")]


def _smaller(grid: Grid, made: Grid, found: dict[tuple[str, int], None]) -> None:
    h, w, goal, mask = made.h, made.w, made.bits, made.occupied
    found["smaller", 0] = None
    for mode in MODES:
        for one in grid.objects(mode):
            if one.bottom - one.top + 1 == h and one.right - one.left + 1 == w:
                found["cut", 0] = None
    if (h == grid.h and w == grid.w // 2) or (w == grid.w and h == grid.h // 2):
        colour = goal >> mask.bit_length() - 1 & 15 if mask else 0
        found["half", 0] = None
        for named in range(1, 10) if not mask else (colour,) if goal == mask * colour else ():
            found["half", named] = None


def explanations(
    pairs: Sequence[Pair], depth: int, colours: tuple[int, ...], known: Program | None = None
) -> list[Program]:
    """All programs of at most ``depth`` rules, naming only these colours, that explain all pairs; ``known`` is one that does."""
    rules = table(colours)
    given, made = min(pairs, key=lambda pair: pair[0].h * pair[0].w)
    others = [pair for pair in pairs if pair[0] is not given]
    found = list(_single(given, made, others, rules) if depth < 2 else _from_one(given, made, depth, rules))
    return [one for one in found if one == known or all(explains(one, pair) for pair in others)]


def explains(program: Program, pair: Pair) -> bool:
    """Whether a program makes the output of a pair from its input, each rule changing something."""
    made = stages(program, pair[0])
    return made is not None and made[-1].key == pair[1].key


def _single(given: Grid, made: Grid, others: Sequence[Pair], rules: Table) -> Iterable[Program]:
    """The single rules that explain one pair, of those whose change is seen in another as well."""
    if given.key == made.key:
        return
    for rule in _shown(given, made, rules):
        yield (rule,)
    changes = list(_Goals(made, ()).changes(given))
    for one, other in others[:1]:  # more are hardly worth it
        seen = _Goals(other, ()).changes(one)
        changes = [change for change in changes if change in seen]
    for change in changes:
        for rule in rules.by_change.get(change, ()):
            grid = KINDS[rule[0]].apply(given, *rule[1:])
            if grid is not None and grid.bits == made.bits and grid.h == made.h and grid.w == made.w:
                yield (rule,)


def _from_one(given: Grid, made: Grid, depth: int, rules: Table) -> Iterable[Program]:
    if given.key == made.key:
        return
    plain = _Goals(made, ())
    goals = _Goals(made, rules.third)
    for tail in goals.tails.get(given.key, ()):
        if tail:
            yield tail
    for rule, grid in _second(given, goals, rules):
        for tail in goals.tails.get(grid.key, ()):
            yield (rule, *tail)
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


def _shown(given: Grid, made: Grid, rules: Table) -> Iterable[Rule]:
    """The rules of stage 3 that make one grid from another."""
    area, goal = given.h * given.w, made.h * made.w
    changes: list[tuple[str, int]] = []
    if goal > area:
        changes = [("larger", 0)]
    elif goal == area:
        if given.occupied.bit_count() == made.occupied.bit_count() and _as_many(given, made):
            changes.append(("turn", 0))
        if given.h == made.h:
            changes.append(("swap", 0))
    for change in changes:
        for rule in rules.by_change.get(change, ()):
            grid = KINDS[rule[0]].apply(given, *rule[1:])
            if grid is not None and grid.bits == made.bits and grid.h == made.h and grid.w == made.w:
                yield rule


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
