"""Knights and knaves: puzzles and proofs, checked by a reader of the prompt's text that shares no code with the domain."""

from __future__ import annotations

import itertools
import random
import statistics

import pytest
from knights_by_hand import Reader, check_proof, check_task

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.logic.knights_and_knaves import KnightsAndKnaves
from guru_envs.errors import ImpossibleTaskError

ENV = "guru/knights-and-knaves-v0"
LEVELS = range(1, len(registry.spec(ENV).levels) + 1)
DOMAIN = KnightsAndKnaves()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_prompts_have_one_solution_and_proofs_hold(level, lang):
    source = registry.make_source(ENV, level=level, lang=lang)
    knobs = registry.spec(ENV).levels[level - 1]
    for seed in range(40 if level < 11 else 12):
        task = source.draw(seed)
        reader = check_task(task, knobs.get("minimal", True), knobs.get("statements", 1))
        assert reader.counts == {role: knobs[name] for role, name in ((2, "spies"), (3, "normals")) if name in knobs}
        check_proof(task, reader, DOMAIN.solve(task))


@pytest.mark.parametrize("level", LEVELS)
def test_one_solution_in_two_hundred_more(level):
    source = registry.make_source(ENV, level=level)
    knobs = registry.spec(ENV).levels[level - 1]
    for seed in range(200):
        check_task(source.draw(1000 + seed), knobs.get("minimal", True), knobs.get("statements", 1))


KINDS = ("is", "not", "and", "or", "xor", "iff", "implies", "exactly", "at_least", "at_most", "same", "different")
PLAIN = [
    {"people": people, "depth": depth, "spies": spies, "kinds": kinds, "minimal": minimal}
    for people, depth, spies in itertools.product((2, 3, 5, 7), (1, 2, 4), (0, 1))
    for kinds in (*((kind,) for kind in KINDS), ("is", "not"), ("not", "implies"), KINDS)
    for minimal in (True, False)
    if spies <= people - 2
    and not set(kinds) <= {"is", "not"}
    and (spies or kinds not in (("same",), ("different",)))
    and (people, kinds, minimal) != (2, ("at_most",), False)  # each would say that the other is no better
]
PEOPLED = [
    {"people": people, "spies": spies, "normals": normals, "statements": statements, "depth": depth, "minimal": minimal}
    for number, (people, spies, normals) in enumerate(
        ((3, 0, 1), (4, 1, 1), (4, 0, 2), (5, 3, 0), (6, 2, 2), (7, 1, 3), (8, 2, 1), (6, 0, 0))
    )
    for (statements, depth), minimal in zip(
        ((1, 1), (2, 1), (3, 2), (2, 3), (4, 4)), itertools.cycle((number % 2 == 0, number % 2 == 1)), strict=False
    )
]


@pytest.mark.parametrize("settings", [PLAIN, PEOPLED], ids=["kinds", "roles and statements"])
def test_every_mix_of_knobs_gives_sound_puzzles(settings):
    failed = []
    for index, values in enumerate(settings):
        knobs = make_knobs(DOMAIN.Knobs, values | {"lang": ("en", "zh")[index % 2]})
        try:
            task = DOMAIN.generate(random.Random(index), knobs)
        except ImpossibleTaskError:
            failed.append(values)
            continue
        reader = check_task(task, values["minimal"], knobs.statements)
        if not values["minimal"]:
            assert len(reader.said) == values["people"] * knobs.statements
        check_proof(task, reader, DOMAIN.solve(task))
        used = {kind for _, what in task.payload.said for kind in kinds_in(what)}
        assert used <= {*knobs.kinds, "is", "deny"}
        assert max(depth_of(what) for _, what in task.payload.said) <= knobs.depth
    assert failed == []


def depth_of(statement):
    parts = [part for part in statement[1:] if isinstance(part, tuple) and part and isinstance(part[0], str)]
    return int(statement[0] not in ("is", "not")) + max(map(depth_of, parts), default=0)


def kinds_in(statement):
    yield statement[0]
    for part in statement[1:]:
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            yield from kinds_in(part)


def test_effort_of_the_prover_rises_by_level():
    means = []
    for level in LEVELS:
        source = registry.make_source(ENV, level=level)
        means.append(statistics.mean(DOMAIN.effort(source.draw(seed)) for seed in range(30 if level < 13 else 16)))
    assert all(a < b for a, b in itertools.pairwise(means)), means


@pytest.mark.parametrize("level", [1, 4, 7, 10, 12, 15])
def test_languages_show_the_same_problem(level):
    for seed in range(20 if level < 11 else 4):
        tasks = [registry.make_source(ENV, level=level, lang=lang).draw(seed) for lang in ("en", "zh")]
        readers = [Reader(task.prompt) for task in tasks]
        assert readers[0].answer(tasks[0].gold) == readers[1].answer(tasks[1].gold)
        for one, other in zip(readers[0].allowed, readers[1].allowed, strict=True):
            assert (one == other).all()
        assert tasks[0].canonical == tasks[1].canonical
        traces = [DOMAIN.solve(task) for task in tasks]
        assert [step.premises for step in traces[0].steps] == [step.premises for step in traces[1].steps]


# -- the invariant -----------------------------------------------------------------------------------------------------


def renamed(statement, new, rng):
    kind = statement[0]
    if kind in ("is", "not"):
        return (kind, new[statement[1]], statement[2])
    if kind in ("same", "different"):
        pair = [new[statement[1]], new[statement[2]]]
        rng.shuffle(pair)
        return (kind, *pair)
    if kind in ("exactly", "at_least", "at_most"):
        people = [new[one] for one in statement[3]]
        rng.shuffle(people)
        return (kind, statement[1], statement[2], tuple(people))
    parts = [renamed(part, new, rng) for part in statement[1:]]
    if kind != "implies":
        rng.shuffle(parts)
    return (kind, *parts)


@pytest.mark.parametrize("level", LEVELS)
def test_canonical_text_ignores_names_and_order_and_little_else(level):
    from guru_envs.domains.logic._knights_canonical import invariant, mentions

    source = registry.make_source(ENV, level=level)
    rng = random.Random(level)
    seen: dict[str, set] = {}
    for seed in range(40):
        task = source.draw(seed)
        puzzle = task.payload
        people = len(puzzle.names)
        new = rng.sample(range(people), people)
        said = [(new[who], renamed(what, new, rng)) for who, what in puzzle.said]
        rng.shuffle(said)
        assert invariant(puzzle.cast, [(who, mentions(what)) for who, what in said]) == task.canonical
        seen.setdefault(task.canonical, set()).add(tuple(sorted(puzzle.world)))
    assert all(len(worlds) == 1 for worlds in seen.values())  # the same problem has as many knights
    if level >= 4:
        assert len(seen) == 40
