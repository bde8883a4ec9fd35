"""The grammar: which rules exist, with which parameters, and how they are put together.

A rule is a tuple of its kind's name and its parameters. A program is one to three rules in a row, typed by stage: rules of stage
1 clear up or move, rules of stage 2 are those and all that recolour, draw, cut out, count and combine, rules of stage 3 show the
result another way and lose nothing. A program takes at most one rule of each stage, in order. So it is inverted stage by stage
from behind, which makes it possible to try all of them.

Colours that a rule names must occur in every demonstration (``colours_of``): no other could be known from them.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from guru_envs.domains.logic._arc import extract, scene, turn
from guru_envs.domains.logic._arc.choose import SELECTORS
from guru_envs.domains.logic._arc.grid import MODES, Grid

Rule = tuple[Any, ...]  # a kind's name and its parameters, texts and numbers
Program = tuple[Rule, ...]
COLOUR = "colour"  # the domain of a parameter that is a colour from 1 to 9

FAMILIES = (
    "symmetry",
    "repeat",
    "recolour",
    "select",
    "crop",
    "gravity",
    "lines",
    "fill",
    "count",
    "halves",
    "sort",
    "mirror",
)


class Kind(NamedTuple):
    """A kind of rule.

    Attributes:
        stage: 1, 2 or 3; kinds of stage 1 may also stand second.
        family: one of ``FAMILIES``.
        change: what the output has in common with the input, so that most rules need not be tried. The shape stays with ``remove``
            (some cells become 0), ``recolour`` (the same cells are 0), ``add`` (what is not 0 stays), ``move`` (as many cells are 0)
            and ``mend`` (one colour is replaced). Another shape: ``cut`` (smaller, or the same with ``remove``), ``smaller``,
            ``half``, ``row``, ``column``, ``square``, ``cell``, ``other``. For stage 3: ``turn`` (as many cells of each kind),
            ``swap`` (the same shape) and ``larger``.
        style: the kind of input on which the rule shows.
        apply: the function; its first argument is a grid.
        domains: the values of each parameter.
        undo: for stage 3 the inverse.
        grows: by which factor the larger side of the grid grows, at most; 0: to its square.
    """

    stage: int
    family: str
    change: str
    style: str
    apply: Callable[..., Grid | None]
    domains: tuple[Any, ...] = ()
    undo: Callable[..., Grid | None] | None = None
    grows: int = 1


_SIDES = ("left", "right", "up", "down")
_NAMES = tuple(SELECTORS)
_SINGLE = (
    "largest",
    "smallest",
    "topmost",
    "bottommost",
    "leftmost",
    "rightmost",
    "own-colour",
    "odd",
    "mirrored",
    "holed",
)
_AXES, _HALVES = ("row", "column"), ("columns", "rows")
_FLIPS, _PAIR = turn.FLIPS, (0, *range(1, 10))

KINDS: dict[str, Kind] = {
    # stage 3 stands first: the order is the one in which a person (and the effort's solver) would try
    "flip": Kind(3, "symmetry", "turn", "picture", turn.flip, (_FLIPS,), turn.unflip),
    "roll": Kind(3, "symmetry", "turn", "picture", turn.roll, (_SIDES,), turn.unroll),
    "swap": Kind(3, "recolour", "swap", "picture", turn.swap, ("pair", "pair"), turn.swap),
    "mirror": Kind(3, "repeat", "larger", "picture", turn.mirror, (turn.MIRRORS,), turn.unmirror, 2),
    "tile": Kind(3, "repeat", "larger", "picture", turn.tile, (turn.TILINGS,), turn.untile, 3),
    "scale": Kind(3, "repeat", "larger", "picture", turn.scale, ((2, 3),), turn.unscale, 3),
    "frame": Kind(3, "repeat", "larger", "picture", turn.frame, (COLOUR,), turn.unframe, 2),
    "diagonal": Kind(3, "repeat", "larger", "picture", turn.diagonal, (), turn.undiagonal, 2),
    "fractal": Kind(3, "repeat", "larger", "picture", turn.fractal, (), turn.unfractal, 0),
    # stage 1
    "remove": Kind(1, "select", "remove", "objects", scene.remove, (_NAMES, MODES)),
    "keep": Kind(1, "select", "remove", "objects", scene.keep, (_NAMES, MODES)),
    "remove-colour": Kind(1, "select", "remove", "objects", scene.remove_colour, (COLOUR,)),
    "keep-colour": Kind(1, "select", "remove", "objects", scene.keep_colour, (COLOUR,)),
    "hollow": Kind(1, "fill", "remove", "blocks", scene.hollow),
    "core": Kind(1, "fill", "remove", "blocks", scene.core),
    "fall": Kind(1, "gravity", "move", "objects", scene.fall, (_SIDES,)),
    "drop": Kind(1, "gravity", "move", "objects", scene.drop, (_SIDES,)),
    "contact": Kind(1, "gravity", "move", "anchor", scene.contact, (COLOUR,)),
    # stage 2
    "recolour": Kind(2, "recolour", "recolour", "objects", scene.recolour, (_NAMES, MODES, COLOUR)),
    "repaint": Kind(2, "recolour", "recolour", "objects", scene.repaint, (COLOUR,)),
    "lead": Kind(2, "recolour", "recolour", "sizes", scene.lead),
    "infect": Kind(2, "recolour", "recolour", "touching", scene.infect, (COLOUR,)),
    "inner": Kind(2, "fill", "recolour", "blocks", scene.inner, (COLOUR,)),
    "fill": Kind(2, "fill", "add", "holes", scene.fill, (COLOUR,)),
    "boxes": Kind(2, "fill", "add", "objects", scene.boxes, (COLOUR,)),
    "outline": Kind(2, "fill", "add", "objects", scene.outline, (COLOUR,)),
    "grow": Kind(2, "fill", "add", "objects", scene.grow),
    "connect": Kind(2, "lines", "add", "pairs", scene.connect, (("row", "column", "both"),)),
    "ray": Kind(2, "lines", "add", "dots", scene.ray, (_SIDES,)),
    "beam": Kind(2, "lines", "add", "dots", scene.beam, (("row", "column", "cross"),)),
    "complete": Kind(
        2, "mirror", "add", "symmetric", scene.complete, (("flip-h", "flip-v", "rot180", "transpose", "four"),)
    ),
    "mend": Kind(2, "mirror", "mend", "damaged", scene.mend, (("flip-h", "flip-v", "rot180", "transpose"), COLOUR)),
    "sort": Kind(2, "sort", "move", "bars", scene.sort_lines, (_AXES, ("rising", "falling"))),
    "crop": Kind(2, "crop", "cut", "objects", extract.crop, (_SINGLE, MODES)),
    "crop-colour": Kind(2, "crop", "smaller", "objects", extract.crop_colour, (COLOUR,)),
    "trim": Kind(2, "crop", "smaller", "cluster", extract.trim),
    "window": Kind(2, "crop", "smaller", "window", extract.window, (COLOUR,)),
    "compress": Kind(2, "crop", "smaller", "cluster", extract.compress),
    "dedupe": Kind(2, "crop", "smaller", "repeats", extract.dedupe),
    "half": Kind(2, "halves", "half", "halves", extract.half, (("left", "right", "upper", "lower"),)),
    "combine": Kind(2, "halves", "half", "halves", extract.combine, (_HALVES, extract.OPERATIONS, COLOUR)),
    "overlay": Kind(2, "halves", "half", "halves", extract.overlay, (_HALVES, ("first", "second"))),
    "count": Kind(2, "count", "row", "objects", extract.count, (MODES, COLOUR)),
    "stairs": Kind(2, "count", "square", "objects", extract.stairs, (MODES, COLOUR)),
    "tally": Kind(2, "count", "other", "objects", extract.tally),
    "palette": Kind(2, "count", "column", "objects", extract.palette),
    "most": Kind(2, "count", "cell", "objects", extract.most, (("most", "fewest"),)),
    "ranking": Kind(2, "sort", "column", "sizes", extract.ranking),
}

# changes from which the colour is seen that a rule of them names; ``search`` tries no other
_SHOWS_COLOUR = frozenset({"recolour", "add", "mend", "half", "row", "square"})


Changes = dict[tuple[str, int], tuple[Rule, ...]]  # a change, and the colour named where that is seen, else 0


class Table:
    """All rules that name only some colours: by stage, in order, and by the change they make, in no particular order."""

    def __init__(self, colours: tuple[int, ...]) -> None:
        self.colours = colours
        self.by_change: Changes = dict(_naming(0))
        for colour in colours:
            for key, rules in _naming(colour).items():
                self.by_change[key] = self.by_change.get(key, ()) + rules
        self.by_change["swap", 0] = tuple(("swap", *pair) for pair in values_of(KINDS["swap"], colours))

    @functools.cached_property
    def first(self) -> tuple[Rule, ...]:
        """The rules of stage 1."""
        return self._of_stage(1)

    @functools.cached_property
    def second(self) -> tuple[Rule, ...]:
        """The rules that may stand second: those of stage 1, then those of stage 2."""
        return self.first + self._of_stage(2)

    @functools.cached_property
    def third(self) -> tuple[Rule, ...]:
        """The rules of stage 3."""
        return self._of_stage(3)

    def _of_stage(self, stage: int) -> tuple[Rule, ...]:
        kinds = [(name, kind) for name, kind in KINDS.items() if kind.stage == stage]
        return tuple((name, *values) for name, kind in kinds for values in values_of(kind, self.colours))


@functools.cache
def _naming(colour: int) -> Changes:
    """The rules that name one colour (0: none), by change; without exchanges, which name two."""
    found: dict[tuple[str, int], list[Rule]] = {}
    for name, kind in KINDS.items():
        if kind.change != "swap" and (COLOUR in kind.domains) == (colour > 0):
            key = kind.change, colour if kind.change in _SHOWS_COLOUR else 0
            found.setdefault(key, []).extend((name, *values) for values in values_of(kind, (colour,)))
    return {key: tuple(rules) for key, rules in found.items()}


@functools.lru_cache(maxsize=1024)
def table(colours: tuple[int, ...]) -> Table:
    """The rules that can be written with some colours."""
    return Table(colours)


def values_of(kind: Kind, colours: tuple[int, ...]) -> Iterable[tuple[Any, ...]]:
    """All parameters of a kind; the two colours of an exchange stand in rising order."""
    if kind.domains == ("pair", "pair"):
        return itertools.combinations((0, *colours), 2)
    return itertools.product(*[colours if domain == COLOUR else domain for domain in kind.domains])


def colours_of(pairs: Iterable[tuple[Grid, Grid]]) -> tuple[int, ...]:
    """The colours other than 0 that occur in each pair, in its input or its output."""
    found = "123456789"
    for given, made in pairs:
        one, other = given.text, made.text
        found = "".join([digit for digit in found if digit in one or digit in other])
    return tuple(map(int, found))


def apply(rule: Rule, grid: Grid) -> Grid | None:
    """The grid that a rule makes, or None where it does not apply."""
    return KINDS[rule[0]].apply(grid, *rule[1:])


def undo(rule: Rule, grid: Grid) -> Grid | None:
    """The grid from which a rule of stage 3 makes this one, or None."""
    back = KINDS[rule[0]].undo
    assert back is not None
    return back(grid, *rule[1:])


def stages(program: Program, grid: Grid) -> list[Grid] | None:
    """The grid after each rule; None where one does not apply, or changes nothing."""
    found = []
    for rule in program:
        made = KINDS[rule[0]].apply(grid, *rule[1:])
        if made is None or (made.bits == grid.bits and made.h == grid.h and made.w == grid.w):
            return None
        found.append(made)
        grid = made
    return found


def colours_named(program: Program) -> set[int]:
    """The colours other than 0 that a program names; only for membership and comparison."""
    return {
        value
        for rule in program
        for value, domain in zip(rule[1:], KINDS[rule[0]].domains, strict=True)
        if domain in (COLOUR, "pair") and value
    }
