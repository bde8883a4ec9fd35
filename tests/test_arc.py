"""ARC: rules, demonstrations and answers confirmed by a second implementation; the solver; the verifier; the ladder."""

from __future__ import annotations

import itertools
import json
import random
import statistics

import arc_by_hand
import arc_by_hand_rules
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.domains.logic._arc import grammar, inputs, search
from guru_envs.domains.logic._arc.choose import SELECTORS
from guru_envs.domains.logic._arc.grid import grid_of
from guru_envs.domains.logic._arc.words import rule_text
from guru_envs.domains.logic.arc import Arc, ArcKnobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.task import Outcome

ARC = Arc()
ENV = "guru/arc-v0"
LEVELS = range(1, len(guru_envs.spec(ENV).levels) + 1)


def tasks(level, count, start=0, **options):
    source = guru_envs.make_source(ENV, level=level, **options)
    return [source.draw(seed) for seed in range(start, start + count)]


def as_lists(lines):
    return [[int(cell) for cell in line] for line in lines]


def pairs_of(task):
    return [(grid_of(one), grid_of(other)) for one, other in task.payload.pairs]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_demonstrations_and_answer_follow_from_the_rule(level, lang):
    """The prompt is read and the trace's rule applied by a second implementation; every grid and fact fits."""
    for task in tasks(level, 12 if level < 9 else 8, 0 if lang == "en" else 1000, lang=lang):
        rules = arc_by_hand.check(task, ARC.solve(task))
        assert len(rules) == max(1, guru_envs.spec(ENV).levels[level - 1].get("depth", 1))
        assert 2 <= len(task.payload.pairs) <= 6
        for one, other in [*task.payload.pairs, (task.payload.test, task.payload.gold)]:
            assert one != other
            assert max(len(one), len(one[0]), len(other), len(other[0])) <= 30
        assert len({made for _, made in task.payload.pairs}) > 1


def by_hand(rule, grid):
    try:
        return arc_by_hand_rules.apply(rule, grid)
    except arc_by_hand.Undefined:
        return None


def random_grid(rng, h, w):
    style = rng.randrange(3)
    cells = [[0] * w for _ in range(h)]
    if style == 0:
        pool = [0] * rng.randint(1, 4) + [1, 2, 3][: rng.randint(1, 3)]
        return [[rng.choice(pool) for _ in range(w)] for _ in range(h)]
    for _ in range(rng.randint(1, 5)):
        top, left, colour = rng.randrange(h), rng.randrange(w), rng.randint(1, 3)
        bottom, right = min(h, top + rng.randint(1, 5)), min(w, left + rng.randint(1, 5))
        for r, c in itertools.product(range(top, bottom), range(left, right)):
            if style == 1 or r in (top, bottom - 1) or c in (left, right - 1):
                cells[r][c] = colour
    return cells


@pytest.mark.parametrize("part", range(4))
def test_every_rule_agrees_with_its_second_implementation(part):
    """On random grids of all shapes: also where a rule does not apply, and that rules of stage 3 are undone."""
    rng = random.Random(part)
    rules = grammar.table((1, 2, 3))
    for rule in (rules.second + rules.third)[part::4]:
        for _ in range(4):
            cells = random_grid(rng, rng.randint(1, 9), rng.randint(1, 9))
            grid = grid_of(["".join(map(str, row)) for row in cells])
            made, wanted = grammar.apply(rule, grid), by_hand(rule, cells)
            assert (made and as_lists(made.lines)) == wanted, (rule, cells)
            if made is not None and rule in rules.third and grid.bits:
                before = grammar.undo(rule, made)
                assert before is not None
                assert before.key == grid.key


@pytest.mark.parametrize("level", [2, 3, 5])
def test_no_other_single_rule_leads_to_another_answer(level):
    """Every single rule of the second implementation is tried: those that make all the outputs agree on the test."""
    for task in tasks(level, 8 if level < 5 else 4, 50):
        pairs = [(as_lists(one), as_lists(other)) for one, other in task.payload.pairs]
        rules = grammar.table(grammar.colours_of(pairs_of(task)))
        fitting = [
            rule for rule in rules.second + rules.third if all(by_hand(rule, one) == other for one, other in pairs)
        ]
        answers = [by_hand(rule, as_lists(task.payload.test)) for rule in fitting]
        assert fitting
        assert {json.dumps(one) for one in answers if one is not None} == {json.dumps(as_lists(task.payload.gold))}


@pytest.mark.parametrize(("level", "count"), [(1, 15), (3, 15), (5, 10), (6, 1), (7, 1)])
def test_the_search_finds_what_trying_everything_finds(level, count):
    for task in tasks(level, count, 200):
        pairs = pairs_of(task)
        colours = grammar.colours_of(pairs)
        rules = grammar.table(colours)
        depth = guru_envs.spec(ENV).levels[level - 1].get("depth", 1)
        programs = [(rule,) for rule in rules.third + rules.second]
        if depth == 2:
            programs += itertools.product(rules.second, rules.third)
            programs += itertools.product(rules.first, rules.second)
        wanted = [one for one in programs if all(search.explains(one, pair) for pair in pairs)]
        found = search.explanations(pairs, depth, colours)
        assert set(found) == set(wanted)
        assert {len(one) for one in found} == {depth}
        places = [search.tried(one, colours) for one in wanted]
        assert places == sorted(places)
        assert places[0] == programs.index(wanted[0]) + 1


def test_objects_known_from_drawing_are_those_found():
    rng, known = random.Random(0), 0
    for style, draw in inputs.STYLES.items():
        for _ in range(40):
            wish = inputs.Wish((1, 2, 3), (), 5, 2, "flip-h" if style in ("symmetric", "damaged") else "row", 2)
            grid = draw(rng, 10, 10, wish)
            known += "apart" in grid.memo
            for mode in ("mono4", "multi8"):
                assert grid.objects(mode) == grid_of(grid.lines).objects(mode), style
    assert known > 100


def test_the_grammar_is_as_large_as_documented():
    kinds = {kind.family for kind in grammar.KINDS.values()}
    assert kinds == set(grammar.FAMILIES)
    bare = set()  # rules without the colours they name
    for name, kind in grammar.KINDS.items():
        values = [domain for domain in kind.domains if domain not in ("colour", "pair")]
        bare |= {(name, *one) for one in itertools.product(*values)}
    assert len(grammar.KINDS) == 48
    assert len(bare) == 226
    assert len(SELECTORS) == 17
    rules = grammar.table((1, 2, 3))
    for lang in ("en", "zh"):
        texts = [rule_text(lang, rule) for rule in rules.second + rules.third]
        assert len(set(texts)) == len(texts), "two rules read alike"


def test_every_kind_of_rule_occurs():
    seen = set()
    for family in grammar.FAMILIES:
        knobs = {"families": (family,)}
        source = guru_envs.make_source(ENV, knobs=knobs)
        for seed in range(30):
            seen |= {step.fact[2] for step in ARC.solve(source.draw(seed)).steps if step.fact[0] == "rule"}
    assert seen == set(grammar.KINDS)


def test_effort_rises_with_the_level():
    means = [statistics.mean(ARC.effort(task) for task in tasks(level, 30)) for level in LEVELS]
    assert all(easier < harder for easier, harder in itertools.pairwise(means)), means
    assert means[-1] > 10_000 * means[0]


def test_twin_is_the_same_problem():
    rng = random.Random(0)
    for level in (1, 3, 6, 9):
        for task in tasks(level, 6):
            twin = ARC.twin(task, rng)
            assert twin.canonical == task.canonical
            assert twin.prompt != task.prompt
            mine, others = (
                [step.fact[2:4] for step in ARC.solve(one).steps if step.fact[0] == "rule"] for one in (task, twin)
            )
            assert len(mine) == len(others)
            arc_by_hand.check(twin, ARC.solve(twin))
            assert ARC.effort(twin) == pytest.approx(ARC.effort(task), rel=0.9)


def test_canonical_tells_problems_apart():
    drawn = [task for level in LEVELS for task in tasks(level, 12)]
    assert len({task.canonical for task in drawn}) == len(drawn)


def test_languages_show_the_same_grids():
    for level in (1, 5, 9):
        for one, other in zip(tasks(level, 5), tasks(level, 5, lang="zh"), strict=True):
            assert arc_by_hand.read_prompt(one.prompt) == arc_by_hand.read_prompt(other.prompt)
            assert one.gold == other.gold


def task_of(gold, test, outputs):
    pairs = [([[1, 0], [0, 0]], output) for output in outputs]
    return ARC.task_from(pairs, test, gold)


def test_credit_counts_cells_above_the_best_trivial_answer():
    gold = [[1, 2, 3, 0], [0, 0, 0, 4]]
    task = task_of(gold, [[1, 2, 0, 0], [0, 0, 0, 0]], [[[1, 2, 3, 0], [9, 9, 9, 9]]])
    # copying the test input: 6 of 8; 0 throughout: 4; the output of the example: 4
    assert ARC.verify(task, "1 2 0 0\n0 0 0 0").credit == 0
    assert ARC.verify(task, "1 2 3 0\n0 0 0 0").credit == pytest.approx(1 / 2)
    assert ARC.verify(task, "0 0 0 0\n0 0 0 0").credit == 0
    assert ARC.verify(task, "1 2 3 0\n0 0 0 4").credit == 1
    assert ARC.verify(task, "1 2 3 0").credit == 0
    flat = task_of([[5, 5]], [[1]], [[[2]]])  # one colour throughout is already right
    assert ARC.verify(flat, "5 4").credit == 0
    assert ARC.verify(flat, "5 5").outcome is Outcome.CORRECT


def test_shapes_a_model_writes():
    for level in (1, 4, 9):
        for task in tasks(level, 4):
            rows = task.payload.gold
            lists = as_lists(rows)
            for answer in (
                "\n".join(rows),
                "\r\n".join(", ".join(row) for row in rows),
                json.dumps(lists),
                json.dumps(lists, indent=2),
                json.dumps(rows),
                "\n".join(map(str, lists)),
                "[" + ",\n ".join(map(str, lists)) + "]",
            ):
                assert ARC.verify(task, answer).outcome is Outcome.CORRECT, answer


@given(st.text(max_size=60) | st.text(alphabet='[]0123456789, \n{}":|', max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict(text):
    task = task_of([[1, 2], [0, 4]], [[1, 2], [0, 0]], [[[1]]])
    verdict = ARC.verify(task, text)
    digits = "".join(one for one in text if one in "0123456789")
    assert verdict.outcome is not Outcome.FAULT
    assert verdict.outcome is not Outcome.CORRECT or digits == "1204"


@pytest.mark.parametrize("text", ["", "[" * 100_000, "0" * 1_000_000, "1 2\n" * 250_000, "\ud800", "\x00", "[[1e999]]"])
def test_hostile_texts(text):
    task = tasks(3, 1)[0]
    assert ARC.verify(task, text).outcome in (Outcome.NO_ANSWER, Outcome.WRONG)


def test_knobs_are_checked():
    with pytest.raises(UnknownNameError, match="symmetry"):
        ArcKnobs(families=("symetry",))
    with pytest.raises(ImpossibleTaskError, match="size_low"):
        ArcKnobs(size_low=9, size_high=8)
    with pytest.raises(ImpossibleTaskError, match="depth=3"):
        ArcKnobs(depth=3, families=("symmetry",))
    with pytest.raises(InvalidValueError):
        ArcKnobs(depth=4)
    for bad in ([[10]], [[]], [], [[1], [1, 2]], [[True]], [[0] * 31]):
        with pytest.raises(InvalidValueError):
            ARC.task_from([([[1]], [[2]])], [[1]], bad)
    with pytest.raises(InvalidValueError):
        ARC.task_from([], [[1]], [[1]])


def test_a_rule_outside_the_grammar_has_no_invented_proof():
    task = ARC.task_from([([[1, 2]], [[7, 7, 8]]), ([[2, 2]], [[1, 8]])], [[3, 3]], [[1, 4]])
    trace = ARC.solve(task)
    assert trace.answer == task.gold
    assert [step.fact for step in trace.steps] == [("given",)]
