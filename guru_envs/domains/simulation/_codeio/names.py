"""Names and sample values that people would write."""

from __future__ import annotations

import random

from guru_envs.domains.simulation._codeio.draw_expr import LETTERS, between, pick
from guru_envs.domains.simulation._codeio.ops import NUMBERS, TABLE, WORDS
from guru_envs.domains.simulation._codeio.tree import Program

_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("param", "int"): ("n", "k", "limit", "size", "start", "amount", "step", "seed", "level", "bonus", "width"),
    ("param", "str"): ("text", "word", "s", "name", "phrase", "line", "title", "message"),
    ("param", "float"): ("rate", "price", "weight", "ratio", "cost"),
    ("param", NUMBERS): ("numbers", "values", "nums", "data", "scores", "items", "prices", "readings"),
    ("param", WORDS): ("words", "names", "tokens", "labels", "lines", "tags"),
    ("total", "int"): ("total", "count", "score", "result", "balance", "points", "acc", "checksum"),
    ("total", "str"): ("output", "built", "joined", "code", "letters_out", "summary"),
    ("total", NUMBERS): ("collected", "results", "kept", "picked", "history", "found"),
    ("total", TABLE): ("counts", "table", "tally", "freq", "groups", "seen"),
    ("total", "float"): ("amount_due", "average", "sum_total", "charge", "mass"),
    ("value", "int"): ("value", "diff", "shift", "key", "offset", "mark", "gap", "change", "base", "extra"),
    ("value", "str"): ("label", "prefix", "piece", "part", "tail", "alias", "stem"),
    ("value", NUMBERS): ("parts", "row", "sequence", "series", "ordered", "chosen"),
    ("value", WORDS): ("pieces", "chunks", "terms", "entries", "fields", "keys"),
    ("value", "float"): ("share", "mean", "scaled", "factor", "quota"),
    ("item", "int"): ("x", "num", "item", "v", "number", "entry"),
    ("item", "str"): ("w", "part", "entry", "token"),
    ("word", "str"): ("word", "w", "name", "token", "term"),
    ("letter", "letter"): ("ch", "c", "letter", "char"),
    ("index", "int"): ("i", "idx", "pos", "t"),
    ("inner", "int"): ("j", "m", "r"),
    ("low", "int"): ("left", "lo", "first"),
    ("high", "int"): ("right", "hi", "last"),
    ("pair", "int"): ("pair_value", "both", "edge"),
    ("pair", "str"): ("ends", "outer", "both"),
    ("digit", "int"): ("digit", "d", "remainder"),
    ("number", "int"): ("rest", "remaining", "current", "left_over"),
}
_TITLES = (
    "process", "transform", "compute", "evaluate", "analyze", "summarize", "solve", "build_result", "run_round",
    "calculate_score", "merge_values", "encode", "scan", "combine", "simulate", "collect", "score_items", "update_state",
)  # fmt: skip
_HELPERS = (
    "helper",
    "adjust",
    "measure",
    "convert",
    "rate",
    "shift_value",
    "reduce_step",
    "weigh",
    "inspect",
    "unfold",
)
SAMPLES = (
    "apple", "river", "stone", "candle", "window", "garden", "silver", "planet", "mirror", "basket", "yellow", "tiger",
    "letter", "banana", "coffee", "signal", "rocket", "violin", "anchor", "forest", "puzzle", "summer", "ticket",
    "island", "kettle", "lemon", "marble", "needle", "orange", "pepper", "quartz", "ribbon", "saddle", "tunnel",
    "umbrella", "velvet", "walnut", "zebra", "cat", "sun", "tree", "ant", "bell", "cloud", "drum", "eel", "fog", "gate",
)  # fmt: skip


def name_all(rng: random.Random, program: Program) -> None:
    """Give names to variables and functions: natural ones, no name twice within a function."""
    titles = [pick(rng, _TITLES)]
    while len(titles) < len(program.functions):
        title = pick(rng, _HELPERS)
        if title not in titles:
            titles.insert(0, title)
    program.titles = titles
    names: list[str] = []
    taken = set(titles)
    for index, (role, kind) in enumerate(zip(program.roles, program.kinds, strict=True)):
        if index in program.firsts:
            taken = set(titles)
        pool = _NAMES[role, kind]
        start = int(rng.random() * len(pool))
        free = [name for name in pool[start:] + pool[:start] if name not in taken]
        name = free[0] if free else next(f"{pool[start]}{i}" for i in range(2, 99) if f"{pool[start]}{i}" not in taken)
        taken.add(name)
        names.append(name)
    program.names = names


def sample(rng: random.Random, kind: str, length: int) -> int | float | str | list[int] | list[str]:
    """A value for a parameter; texts and lists of numbers have up to ``length`` parts."""
    if kind == "int":
        return between(rng, 1, 25) if rng.random() < 0.85 else between(rng, -12, 60)
    if kind == "float":
        return between(rng, 2, 50) / 4
    if kind == "str":
        return _word(rng, length)
    if kind == NUMBERS:
        low = pick(rng, (0, 1, -9))
        return [between(rng, low, 20) for _ in range(between(rng, min(3, length), length))]
    return [_word(rng, 6) for _ in range(between(rng, 2, max(2, min(4, length - 1))))]


def _word(rng: random.Random, length: int) -> str:
    if length > 3 and rng.random() < 0.5:
        return pick(rng, SAMPLES)[:length]
    return "".join(
        [pick(rng, LETTERS[: 6 + 10 * (rng.random() < 0.5)]) for _ in range(between(rng, 3, max(3, length)))]
    )
