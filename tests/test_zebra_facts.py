"""Zebra: its clauses against the prompt's text, proofs by the generic judge, and facts as text."""

from __future__ import annotations

import dataclasses
import functools
import random
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zebra_by_hand import ByHand

import guru_envs
from guru_envs.domains.logic.zebra import Zebra
from guru_envs.errors import InvalidValueError
from guru_envs.task import Trace
from guru_envs.theory import Deduction, check_proof

ZEBRA = Zebra()
LEVELS = range(1, len(guru_envs.spec("guru/zebra-v0").levels) + 1)
LANGS = ("en", "zh")


@functools.cache
def tasks(level, count, **options):
    source = guru_envs.make_source("guru/zebra-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


def variables(puzzle):
    """The number of each (item, house) as the domain documents it."""
    houses = range(1, puzzle.houses + 1)
    return {(item, house): index * puzzle.houses + house for index, item in enumerate(puzzle.items) for house in houses}


def wrong_with(task, trace=None):
    return check_proof(ZEBRA.theory(task), trace or ZEBRA.solve(task), lambda fact: ZEBRA.clauses(task, fact))


# -- clauses and proofs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_each_clue_means_what_its_sentence_says(level, lang):
    for task in tasks(level, 12 if level < 8 else 4 if level < 10 else 2, lang=lang):
        puzzle, theory = ByHand(task.prompt), ZEBRA.theory(task)
        number = variables(puzzle)
        assert theory.atoms == tuple(number.values())
        assert len(theory.clues) == len(puzzle.clues)
        for clauses, clue in zip(theory.clues, puzzle.clues, strict=True):
            items, places = puzzle.true_places(clue)
            for houses in product(range(1, puzzle.houses + 1), repeat=len(items)):
                here = {number[place] for place in zip(items, houses, strict=True)}
                fits = all(any((abs(one) in here) is (one > 0) for one in clause) for clause in clauses)
                assert fits == (houses in places), clue


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_line_is_proved_and_can_be_read(level, lang):
    for task in tasks(level, 12 if level < 8 else 4 if level < 10 else 1, lang=lang):
        assert wrong_with(task) == ""
        for step in ZEBRA.solve(task).steps:
            assert ZEBRA.read_fact(task, step.statement) == step.fact
            opening = step.statement.index(" (" if lang == "en" else "（")
            assert ZEBRA.read_fact(task, step.statement[:opening]) == step.fact, "the source need not be said"


def test_a_false_line_or_a_missing_premise_is_refused():
    rng = random.Random(0)
    for task in tasks(6, 6):
        steps = list(ZEBRA.solve(task).steps)
        place = rng.choice([number for number, step in enumerate(steps) if step.premises and len(step.fact) < 8])
        step = steps[place]
        kept = len(step.fact) - len([part for part in step.fact if isinstance(part, int)])
        others = [house for house in range(1, 6) if house not in step.fact[kept:]]
        if step.fact[0] == "in" and others:
            false = dataclasses.replace(step, fact=(*step.fact[:kept], *others))
            assert f"step {place + 1} does not follow" in wrong_with(task, Trace((*steps[:place], false), task.gold))
        bare = dataclasses.replace(step, premises=())
        assert f"step {place + 1} does not follow" in wrong_with(task, Trace((*steps[:place], bare), task.gold))
        assert (
            wrong_with(task, Trace(tuple(steps[: len(steps) // 2]), task.gold))
            == "the steps do not settle the solution"
        )


@pytest.mark.parametrize("level", [1, 4, 7])
def test_the_oracle_deduces_all(level):
    for task in tasks(level, 4):
        deduction = Deduction(ZEBRA.theory(task))
        gained = sum(deduction.state(ZEBRA.clauses(task, step.fact))[1] for step in ZEBRA.solve(task).steps)
        assert gained == pytest.approx(1.0)
        assert deduction.progress == 1.0
        deduction.close()


@pytest.mark.parametrize(
    "fact",
    [
        (),
        ("in",),
        ("in", "name", "Nobody", 1),
        ("in", "shoe", "x", 1),
        ("in", "NAME", "VALUE"),
        ("in", "NAME", "VALUE", 0),
        ("in", "NAME", "VALUE", 9),
        ("in", "NAME", "VALUE", "1"),
        ("in", "NAME", "VALUE", True),
        ("at", "NAME", "VALUE", 1),
        ("if", "NAME", "VALUE", 1),
        ("if", "NAME", "VALUE", "in", "NAME", "VALUE", 1),
        ("false", 1),
        ("possible", "NAME", "VALUE"),
        ("possible", "NAME", "VALUE", 1, "NAME"),
        (1, 2, 3),
    ],
)
def test_other_facts_are_refused(fact):
    task = tasks(4, 1)[0]
    first = task.payload.attributes[0]
    fact = tuple({"NAME": first.name, "VALUE": first.values[0]}.get(part, part) for part in fact)
    with pytest.raises(InvalidValueError, match="no fact of guru/zebra-v0"):
        ZEBRA.clauses(task, fact)


# -- facts as text -----------------------------------------------------------------------------------------------------


def people(task):
    """Three people of a task as they are called, with attribute and value."""
    puzzle = task.payload
    items = [0, puzzle.houses, 2 * puzzle.houses]
    return [
        (
            puzzle.people[item],
            puzzle.attributes[item // puzzle.houses].name,
            puzzle.attributes[item // puzzle.houses].values[0],
        )
        for item in items
    ]


def test_ways_to_write_a_fact():
    task = tasks(4, 1)[0]
    (one, *first), (two, *second), (three, *third) = people(task)
    for line, fact in {
        f"{one} lives in house 2": ("in", *first, 2),
        f"- {one.upper()} LIVES IN HOUSE 2.": ("in", *first, 2),
        f"12. {one} lives  in house 2 (clue 3).": ("in", *first, 2),
        f"**{one}** lives in house 4, 2, or 3": ("in", *first, 2, 3, 4),
        f"{first[1]} lives in house 1 or 1": ("in", *first, 1),
        f"{one} does not live in house 3.": ("in", *first, 1, 2, 4),
        f"{one} doesn't live in house 3 or 1": ("in", *first, 2, 4),
        f"{one} cannot live in house 1, 2, 3 (clues 1 and 2).": ("in", *first, 4),
        f"{one} is in house 1": ("in", *first, 1),
        f"With {two} in house 1, {one} lives in house 2": ("if", *second, 1, "in", *first, 2),
        f"If {two} lives in house 1 and {three} is in house 4, then {one} does not live in house 1 (clue 1).": (
            *("if", *second, 1, "if", *third, 4),
            *("in", *first, 2, 3, 4),
        ),
    }.items():
        assert ZEBRA.read_fact(task, line) == fact, line
        assert ZEBRA.clauses(task, fact)
    zh = tasks(4, 1, lang="zh")[0]
    (one, *first), (two, *second), (three, *third) = people(zh)
    for line, fact in {
        f"{one}住在2号房": ("in", *first, 2),
        f"3. {one} 住在 2、3 或 4 号房（线索 3）。": ("in", *first, 2, 3, 4),
        f"{one}住在2,3号房(线索3)": ("in", *first, 2, 3),
        f"{one}不住在2号房。": ("in", *first, 1, 3, 4),
        f"若{two}住1号房、{three}住在4号房，则{one}不住在1或2号房。": (
            *("if", *second, 1, "if", *third, 4),
            *("in", *first, 3, 4),
        ),
        f"如果{two}住在1号房，那么{one}住在2号房": ("if", *second, 1, "in", *first, 2),
    }.items():
        assert ZEBRA.read_fact(zh, line) == fact, line


@pytest.mark.parametrize("lang", LANGS)
def test_other_lines_state_no_fact(lang):
    task = tasks(4, 1, lang=lang)[0]
    one, two = (called for called, *_ in people(task)[:2])
    lines = {
        "en": [
            f"{one} lives in house 5",
            f"{one} lives in house 0",
            f"{one} lives in house 12",
            f"{one} lives in house",
            f"{one} lives in house 1 and 2",
            f"{one} does not live in house 1, 2, 3 or 4",
            f"{one} lives in house 1, so {two} lives in house 2",
            f"{one} lives in house 1 (clue 1), and more",
            f"{one} lives in house 1. {two} lives in house 2.",
            f"Perhaps {one} lives in house 1",
            f"Suppose {one} lives in house 1",
            f"If {one} lives in house 1",
            f"If {one} lives in house 7, then {two} lives in house 1",
            f"If Zorro lives in house 1, then {two} lives in house 1",
            "Zorro lives in house 1",
            "lives in house 1",
            "The clues contradict each other.",
            f"One solution is {task.gold}",
        ],
        "zh": [
            f"{one}住在5号房",
            f"{one}住在号房",
            f"{one}不住在1、2、3或4号房",
            f"{one}住在1号房，{two}住在2号房",
            f"也许{one}住在1号房",
            f"若{one}住1号房",
            f"若{one}住9号房，则{two}住在1号房",
            "佐罗住在1号房",
            "住在1号房",
            "这些线索互相矛盾。",
            f"一个解是{task.gold}",
        ],
    }[lang]
    for line in ["", ".", "(", "()", "（", "x" * 5000, "\x00\ud800", f"{one}\n", *lines]:
        assert ZEBRA.read_fact(task, line) is None, line


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["With", "in house", "2", ",", "lives", "(", ")", ".", "and", "号房", "若", "\ud800", " "])
    )
)
def test_any_line_gets_an_answer(words):
    for lang in LANGS:
        task = tasks(2, 1, lang=lang)[0]
        name = task.payload.people[0]
        fact = ZEBRA.read_fact(task, name + " ".join(words))
        assert fact is None or ZEBRA.clauses(task, fact)


def test_lines_are_read_in_linear_time():
    task = tasks(6, 1)[0]
    for piece in ("in house 1, ", "with Alice in house 1 and ", "(", "* ", "if ", "1. ", "号房、"):
        for abstain in (task, dataclasses.replace(task, payload=dataclasses.replace(task.payload, abstain=True))):
            start = time.process_time()
            for length in (3900, 1_000_000):
                assert ZEBRA.read_fact(abstain, piece * (length // len(piece))) is None
            assert time.process_time() - start < 0.2


@pytest.mark.parametrize("lang", LANGS)
def test_the_help_shows_a_form_that_is_read_and_tells_nothing(lang):
    for task in tasks(3, 5, lang=lang) + tasks(1, 5, lang=lang):
        text = ZEBRA.fact_help(task)
        form, supposed = ("in this form: ", "says them: ") if lang == "en" else ("形式如下：", "写明假设：")
        stop = ". " if lang == "en" else "。"
        for start in (form, supposed):
            line = text.split(start)[1].split(stop)[0]
            assert ZEBRA.read_fact(task, line) is not None, line
        moved = dataclasses.replace(task.payload, solution=task.payload.solution[::-1], clues=())
        assert ZEBRA.fact_help(dataclasses.replace(task, payload=moved, gold="")) == text
