"""Inputs drawn for a rule, so that it has something to act on. A style is the kind of picture that a kind of rule asks for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from guru_envs.domains.logic._arc.grid import Grid, around, by_side, grid_of, plane
from guru_envs.domains.logic._arc.shapes import FRAMES, Shape, Stamp, dot, fitting, stamp
from guru_envs.domains.logic._arc.turn import flip

_PLACES = 6  # places tried for each object


class Wish(NamedTuple):
    """What is wanted of an input.

    Attributes:
        palette: colours to draw with.
        needed: colours that must occur in the input, because the rule names them.
        objects: about how many objects.
        distractors: stray cells besides.
        detail: the first parameter of the rule whose style it is (a side, an axis, a kind of mirror), or empty.
        named: the colour that this rule names, or 0.
    """

    palette: Sequence[int]
    needed: Sequence[int]
    objects: int
    distractors: int
    detail: str
    named: int


class _Canvas:
    """A grid being drawn; objects keep one cell apart."""

    def __init__(self, rng: random.Random, h: int, w: int) -> None:
        self.rng, self.h, self.w, self.at = rng, h, w, plane(h, w)
        self.bits = self.taken = 0
        self.parts: list[tuple[int, int]] | None = []  # mask and colour of each object, while they are all known

    def put(self, shape: Stamp, colour: int, apart: bool = True) -> int:
        """Put a shape somewhere free; its mask, or 0 when no place was found."""
        height, width, mask = shape
        w, taken, number = self.w, self.taken, self.rng.random
        rows, columns = self.h - height + 1, w - width + 1
        if rows <= 0 or columns <= 0:
            return 0
        for _ in range(_PLACES):
            there = mask << 4 * (int(number() * rows) * w + int(number() * columns))
            if not there & taken:
                self.bits |= there * colour
                if apart:
                    self.taken |= around(there, self.at)
                    if self.parts is not None:
                        self.parts.append((there, colour))
                else:
                    self.taken |= there
                    self.parts = None
                return there
        return 0

    def grid(self) -> Grid:
        """The grid as drawn; objects that are known need not be looked for again."""
        grid = Grid(self.h, self.w, self.bits)
        if self.parts is not None:
            grid.memo["apart"] = self.parts
        return grid


def _pick(rng: random.Random, items: Sequence[Stamp]) -> Stamp:
    return items[int(rng.random() * len(items))]


def _colours(rng: random.Random, wish: Wish, count: int, without: int = 0) -> list[int]:
    """Colours of some objects: those needed first, then any of the palette."""
    palette, found, number = wish.palette, wish.needed[:count], rng.random
    if without:
        palette = [one for one in palette if one != without] or [one for one in range(1, 10) if one != without]
        found = [one for one in wish.needed if one != without][:count]
    size = len(palette)
    return [*found, *[palette[int(number() * size)] for _ in range(count - len(found))]]


def _strew(canvas: _Canvas, wish: Wish) -> None:
    if wish.distractors:
        for colour in _colours(canvas.rng, wish._replace(needed=()), wish.distractors):
            canvas.put(dot(canvas.w), colour)


def _mixed(rng: random.Random, side: int, w: int, before: list[Stamp]) -> Stamp:
    roll = rng.random()
    if roll < 0.15 and before:
        return _pick(rng, before)
    kind = "poly" if roll < 0.5 else "block" if roll < 0.75 else "frame" if roll < 0.9 else "dot"
    return _pick(rng, fitting(kind, side, w))


def _objects(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    canvas = _Canvas(rng, h, w)
    side, shapes = max(2, min(6, min(h, w) // 2)), list[Stamp]()
    for colour in _colours(rng, wish, wish.objects):
        shape = _mixed(rng, side, w, shapes)
        mask = canvas.put(shape, colour)
        if mask:
            shapes.append(shape)
            if rng.random() < 0.1:  # one cell of another colour
                first = 1 << mask.bit_length() - 1
                other = wish.palette[int(rng.random() * len(wish.palette))]
                canvas.bits = canvas.bits & ~(first * 15) | first * other
                canvas.parts = None
    _strew(canvas, wish)
    return canvas.grid()


def _sizes(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """Objects of different sizes, where the shapes drawn allow it."""
    canvas, side = _Canvas(rng, h, w), max(2, min(6, min(h, w) // 2))
    seen: list[int] = []
    for colour in _colours(rng, wish, wish.objects):
        for _ in range(_PLACES):
            shape = _mixed(rng, side, w, [])
            if shape.mask.bit_count() not in seen:
                if canvas.put(shape, colour):
                    seen.append(shape.mask.bit_count())
                break
    _strew(canvas, wish)
    return canvas.grid()


def _of_kinds(*kinds: str) -> Callable[[random.Random, int, int, Wish], Grid]:
    """Objects of some kinds of shapes, in turn."""

    def draw(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
        canvas = _Canvas(rng, h, w)
        side = max(3, min(6, min(h, w) - 2))
        for number, colour in enumerate(_colours(rng, wish, wish.objects)):
            canvas.put(_pick(rng, fitting(kinds[number % len(kinds)], side, w)), colour)
        _strew(canvas, wish)
        return canvas.grid()

    return draw


def _picture(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    colours = _colours(rng, wish, max(2, len(wish.needed)))
    pool = [0] * (1 + int(rng.random() * 5)) + colours + colours[:1]
    return Grid(h, w, _filled(rng, pool, h * w))


def _filled(rng: random.Random, pool: Sequence[int], cells: int) -> int:
    """Cells in colours of a pool, each drawn by itself."""
    each = 256 // len(pool)  # of 256 bytes; the last colour has what is left
    table = b"".join([b"%d" % colour * each for colour in pool]).ljust(256, b"%d" % pool[-1])
    return int(rng.randbytes(cells).translate(table), 16)


def _any(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    return _picture(rng, h, w, wish) if h * w <= 36 or rng.random() < 0.3 else _objects(rng, h, w, wish)


def _anchor(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    canvas = _Canvas(rng, h, w)
    canvas.put(_pick(rng, fitting("block", max(2, min(h, w) // 3), w)), wish.named)
    for colour in _colours(rng, wish, wish.objects, without=wish.named):
        kind = "dot" if rng.random() < 0.5 else "poly"
        canvas.put(_pick(rng, fitting(kind, max(2, min(3, min(h, w) // 3)), w)), colour)
    return canvas.grid()


def _touching(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    canvas = _Canvas(rng, h, w)
    side = max(2, min(4, min(h, w) // 2))
    for colour in _colours(rng, wish, wish.objects, without=wish.named):
        mask = canvas.put(_pick(rng, fitting("poly" if rng.random() < 0.5 else "block", side, w)), colour)
        if mask and rng.random() < 0.5:
            rim = by_side(mask, canvas.at) ^ mask
            cells = [place for place in range(0, 4 * h * w, 4) if rim >> place & 1]
            spot = 1 << cells[int(rng.random() * len(cells))]
            if not spot & canvas.bits:
                canvas.bits |= spot * wish.named
                canvas.parts = None
                canvas.taken |= around(spot, canvas.at)
    _strew(canvas, wish)
    return canvas.grid()


def _dots(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    canvas = _Canvas(rng, h, w)
    for colour in _colours(rng, wish, wish.objects + wish.distractors):
        canvas.put(dot(w), colour)
    return canvas.grid()


def _pairs(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    rows = [["0"] * w for _ in range(h)]
    for number, colour in enumerate(_colours(rng, wish, wish.objects)):
        row, column = rng.randrange(h), rng.randrange(w)
        rows[row][column] = str(colour)
        across = wish.detail == "row" or (wish.detail == "both" and number % 2 == 0)
        if rng.random() < 0.2:
            across = not across
        if across:
            rows[row][rng.randrange(w)] = str(colour)
        else:
            rows[rng.randrange(h)][column] = str(colour)
    return grid_of(["".join(row) for row in rows])


def _symmetric(rng: random.Random, h: int, w: int, wish: Wish, dense: bool = False) -> Grid:
    """A picture equal to its mirror image."""
    if wish.detail == "transpose":
        w = h
    colours = _colours(rng, wish._replace(needed=()), 3, without=wish.named if dense else 0)
    pool = [*colours, *colours[: int(rng.random() * 3)]] + ([] if dense else [0] * (2 + int(rng.random() * 4)))
    grid = Grid(h, w, _filled(rng, pool, h * w))
    for kind in ("flip-h", "flip-v") if wish.detail == "four" else (wish.detail or "flip-h",):
        image = flip(grid, kind)
        grid = Grid(h, w, max_of(grid.text, image.text))
    return grid


def max_of(one: str, other: str) -> int:
    """Cell by cell the larger digit of two texts."""
    return int("".join(map(max, one, other)), 16)


def _partial(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """A symmetric picture with parts erased."""
    grid = _symmetric(rng, h, w, wish)
    mask = 0
    for _ in range(1 + int(rng.random() * 2)):
        mask |= _patch(rng, grid.h, grid.w, grid.w)
    return grid.paint(mask, 0)


def _damaged(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """A symmetric picture without 0, a part of it painted over."""
    grid = _symmetric(rng, h, w, wish, dense=True)
    if wish.detail == "flip-h":  # a patch that does not reach the image of itself
        patch = _patch(rng, grid.h, grid.w // 2, grid.w)
        return grid.paint(patch << 4 * (grid.w - grid.w // 2) if rng.random() < 0.5 else patch, wish.named)
    if wish.detail in ("flip-v", "rot180"):
        patch = _patch(rng, grid.h // 2, grid.w, grid.w)
        return grid.paint(patch << 4 * grid.w * (grid.h - grid.h // 2) if rng.random() < 0.5 else patch, wish.named)
    return grid.paint(_patch(rng, grid.h, grid.w, grid.w), wish.named)


def _patch(rng: random.Random, h: int, w: int, width_of_grid: int) -> int:
    """A rectangle in the last ``h`` rows and ``w`` columns."""
    height, width = 1 + int(rng.random() * max(1, h // 2)), 1 + int(rng.random() * max(1, w // 2))
    shape = Shape(height, width, ("1" * width,) * height)
    return stamp(shape, width_of_grid).mask << 4 * (
        rng.randrange(h - height + 1) * width_of_grid + rng.randrange(w - width + 1)
    )


def _bars(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """Bars of several lengths, one in each row (each column)."""
    number, length = (h, w) if wish.detail == "row" else (w, h)
    colours = _colours(rng, wish, number)
    rng.shuffle(colours)
    rows = [(str(colour) * rng.randint(0, length)).ljust(length, "0") for colour in colours]
    grid = grid_of(rows)
    return grid if wish.detail == "row" else flip(grid, "rot270")


def _cluster(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    height, width = rng.randint(2, max(2, h - 2)), rng.randint(2, max(2, w - 2))
    part = (_picture if rng.random() < 0.4 else _objects)(rng, height, width, wish)
    top, left = rng.randint(0, h - height), rng.randint(0, w - width)
    rows = ["0" * left + row + "0" * (w - left - width) for row in part.lines]
    return grid_of(["0" * w] * top + rows + ["0" * w] * (h - top - height))


def _window(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """A frame of the named colour with dots in it and around it."""
    frames = [one for one in FRAMES if one.h < h and one.w < w] or [FRAMES[0]]
    shape, canvas = stamp(frames[int(rng.random() * len(frames))], w), _Canvas(rng, h, w)
    if not canvas.put(shape, wish.named, apart=False):
        return canvas.grid()
    for colour in _colours(rng, wish._replace(needed=()), wish.objects * 2, without=wish.named):
        canvas.put(dot(w), colour, apart=False)
    return canvas.grid()


def _repeats(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """A small picture with rows and columns repeated."""
    height, width = rng.randint(2, max(2, h // 2)), rng.randint(2, max(2, w // 2))
    small = _picture(rng, height, width, wish)
    down = sorted([*range(height), *[rng.randrange(height) for _ in range(h - height)]])
    across = sorted([*range(width), *[rng.randrange(width) for _ in range(w - width)]])
    rows = small.lines
    return grid_of(["".join([rows[row][column] for column in across]) for row in down])


def _halves(rng: random.Random, h: int, w: int, wish: Wish) -> Grid:
    """Two pictures of one colour each, with a line between them or without."""
    sideways = wish.detail in ("columns", "left", "right")
    if not sideways:
        h, w = w, h
    width, line = (w - 1) // 2 or 1, rng.random() < 0.5
    one, other, between = _three(rng, wish)
    share = int(256 * (0.3 + rng.random() * 0.4))  # of the cells
    left, right = (
        rng.randbytes(h * width).translate((colour.encode() * share).ljust(256, b"0")).decode()
        for colour in (one, other)
    )
    middle = between if line else ""
    grid = grid_of([f"{left[at : at + width]}{middle}{right[at : at + width]}" for at in range(0, h * width, width)])
    return grid if sideways else flip(grid, "transpose")


def _three(rng: random.Random, wish: Wish) -> list[str]:
    colours = list(wish.palette)
    rng.shuffle(colours)
    while len(colours) < 3:
        colours.append(colours[0])
    return [str(colour) for colour in colours[:3]]


STYLES: dict[str, Callable[[random.Random, int, int, Wish], Grid]] = {
    "objects": _objects,
    "picture": _any,
    "sizes": _sizes,
    "blocks": _of_kinds("thick", "poly", "thick", "block"),
    "holes": _of_kinds("frame", "broken", "frame", "poly"),
    "anchor": _anchor,
    "touching": _touching,
    "dots": _dots,
    "pairs": _pairs,
    "symmetric": _partial,
    "damaged": _damaged,
    "bars": _bars,
    "cluster": _cluster,
    "window": _window,
    "repeats": _repeats,
    "halves": _halves,
}
