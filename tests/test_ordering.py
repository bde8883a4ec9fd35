"""Ordering: uniqueness, necessity and proofs confirmed from the prompt's text; the verifier; twins, edits and abstention."""

from __future__ import annotations

import json
import random
import re
import statistics
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ordering_by_hand import ByHand, check

import guru_envs
from guru_envs.domains.logic._ordering import make
from guru_envs.domains.logic._ordering.clues import KINDS, usable_kinds
from guru_envs.domains.logic._ordering.search import another
from guru_envs.domains.logic.ordering import Ordering, OrderingKnobs
from guru_envs.task import Outcome
from guru_envs.theory import check_proof

ORDERING = Ordering()
LEVELS = range(1, len(guru_envs.spec("guru/ordering-v0").levels) + 1)


def tasks(level, count, **options):
    source = guru_envs.make_source("guru/ordering-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_one_order_and_each_clue_necessary(level, lang):
    for task in tasks(level, 30 if level < 6 else 6 if level < 8 else 3, lang=lang):
        check(task)


def test_small_puzzles_by_trying_every_order():
    for level in (1, 2, 3, 4):
        for task in tasks(level, 15):
            puzzle = ByHand(task.prompt)
            assert [puzzle.answer(order) for order in puzzle.every_order()] == [task.gold]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_step_follows_and_is_read_back(level, lang):
    for task in tasks(level, 8 if level < 8 else 2, lang=lang):
        trace = ORDERING.solve(task)
        assert check_proof(ORDERING.theory(task), trace, lambda fact, task=task: ORDERING.clauses(task, fact)) == ""
        for step in trace.steps:
            assert ORDERING.read_fact(task, step.statement) == step.fact
        used = {premise.index for step in trace.steps for premise in step.premises if premise.kind == "clue"}
        assert used == set(range(1, len(task.payload.clues) + 1)), "each clue is necessary, so each is used"


def test_the_theory_means_what_the_text_says():
    """The theory's clauses for each clue allow exactly the orders that the sentence allows."""
    from itertools import permutations

    for seed in range(60):
        lang = ("en", "zh")[seed % 2]
        task = ORDERING.generate(random.Random(seed), OrderingKnobs(objects=5, lang=lang))
        puzzle, theory = ByHand(task.prompt), ORDERING.theory(task)
        for (items, test), clauses in zip(puzzle.clues, theory.clues, strict=True):
            for places in permutations(range(1, 6)):
                true = {item * 5 + place for item, place in enumerate(places)}
                said = all(any((one > 0) == (abs(one) in true) for one in clause) for clause in clauses)
                assert said == test(5, *(places[item] for item in items))


def test_places_asked_for_are_right_balanced_and_not_stated():
    rng, guessed, forms = random.Random(0), 0, {"who": 0, "where": 0}
    for seed in range(160):
        lang = ("en", "zh")[seed % 2]
        knobs = OrderingKnobs(objects=5, question="position", lang=lang)
        task = ORDERING.generate(random.Random(seed), knobs)
        puzzle = ByHand(task.prompt)
        (order,) = puzzle.solutions()
        assert puzzle.answer(order) == task.gold
        form, about = task.payload.asked
        forms[form] += 1
        about = about if form == "where" else task.payload.places.index(about)
        assert not any(clue.kind == "at" and clue.items == (about,) for clue in task.payload.clues), "given away"
        assert ORDERING.verify(task, task.gold).outcome is Outcome.CORRECT
        assert ORDERING.verify(task, ORDERING.corrupt(task, rng)).outcome is Outcome.WRONG
        guessed += ORDERING.verify(task, ORDERING.guess(task, rng)).outcome is Outcome.CORRECT
    assert min(forms.values()) > 55
    assert 14 < guessed < 52
    where = ORDERING.generate(random.Random(1), OrderingKnobs(question="position"))
    for seed in range(20):
        where = ORDERING.generate(random.Random(seed), OrderingKnobs(question="position"))
        if where.payload.asked.form == "where":
            for said in (f"place {where.gold}", f"Place {where.gold}.", f"{where.gold}th", f"第{where.gold}位"):
                assert ORDERING.verify(where, said).correct


def test_the_shapes_a_model_writes():
    for seed in range(24):
        task = ORDERING.generate(random.Random(seed), OrderingKnobs(objects=4, lang=("en", "zh")[seed % 2]))
        names = task.gold.split(", " if seed % 2 == 0 else "，")
        the = [f"the {name}" for name in names] if seed % 2 == 0 else names
        for answer in (
            ", ".join(names),
            ",".join(names).upper(),
            "\n".join(names),
            " > ".join(names),
            " -> ".join(names),
            "→".join(names),
            "、".join(names),
            "; ".join(the) + ".",
            "\n".join(f"{number}. {name}" for number, name in enumerate(names, 1)),
            "\n".join(f"{number}) **{name}**" for number, name in enumerate(names, 1)),
            ", ".join(f"{number}. {name}" for number, name in enumerate(names, 1)),
            "\n".join(f"Place {number}: {name}" for number, name in enumerate(names, 1)),
            "\n".join(f"第{number}位：{name}" for number, name in enumerate(names, 1)),
            "\n".join(f"{number}. {name}" for number, name in sorted(enumerate(names, 1), key=lambda pair: -pair[0])),
            "\n".join(f"- {name}" for name in names),
            "Order: " + ", ".join(names),
            "The order is:\n" + "\n".join(names),
            json.dumps(names),
            json.dumps(names, ensure_ascii=False, indent=2),
            str(names),
            json.dumps({"order": names}),
            json.dumps({str(number): name for number, name in enumerate(names, 1)}),
            ", ".join(names[:-1]) + ", and " + names[-1],
        ):
            assert ORDERING.verify(task, answer).correct, answer


def test_cheats_and_credit():
    task = tasks(4, 1)[0]
    names = task.gold.split(", ")
    for answer in (
        ", ".join(names[::-1]),
        "\n".join([*names, *names]),
        ", ".join([*names, names[0]]),
        ", ".join(names) + ", unicorn",
        json.dumps([names, names[::-1]]),
        task.gold + "\n" + ", ".join(names[::-1]),
        "no solution",
    ):
        verdict = ORDERING.verify(task, answer)
        assert verdict.outcome is not Outcome.CORRECT, answer
        assert verdict.credit == 0, answer
    swapped = [names[1], names[0], *names[2:]]
    verdict = ORDERING.verify(task, ", ".join(swapped))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.credit == pytest.approx(1 - 2 / 15)
    assert verdict.detail.startswith("clue ")
    assert ORDERING.verify(task, ", ".join(names[:4])).credit == 0  # 6 of 15 pairs
    assert ORDERING.verify(task, ", ".join(names[:5])).credit == pytest.approx(2 * 10 / 15 - 1)
    assert ORDERING.verify(task, "1. " + names[0] + "\n3. " + names[1]).outcome is Outcome.NO_ANSWER
    rng = random.Random(0)
    mean = statistics.mean(ORDERING.verify(task, ORDERING.guess(task, rng)).credit for _ in range(1000))
    assert mean < 0.2, "what a random order earns"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_gets_a_verdict(text):
    task = tasks(2, 1)[0]
    for answer in (text, "[" + text + "]", "1. " + text, task.gold + text):
        correct = ORDERING.verify(task, answer).correct
        assert not correct or not any(character.isalnum() for character in text)
        fact = ORDERING.read_fact(task, answer)
        assert fact is None or ORDERING.clauses(task, fact)


def test_facts_of_other_forms_are_refused():
    task = tasks(2, 1)[0]
    name = task.gold.split(", ")[0]
    for fact in (
        (),
        ("at",),
        ("at", name),
        ("at", name, 9),
        ("at", name, "1"),
        ("before", name, name),
        ("at", 1, 1),
        ("if", name, 1),
    ):
        with pytest.raises(guru_envs.InvalidValueError):
            ORDERING.clauses(task, fact)
    assert ORDERING.read_fact(task, f"{name} is in place 2 or 1.") == ("at", name, 1, 2)
    for line in (
        f"{name} is in place 0",
        f"{name} is in place 99999999999999999999",
        "x is in place 1",
        f"{name} is before {name}",
    ):
        assert ORDERING.read_fact(task, line) is None
    assert ORDERING.read_fact(task, "if " * 100_000 + "then") is None


def test_twins_are_the_same_puzzle_in_other_words():
    for level in (1, 3, 5, 7):
        for seed, task in enumerate(tasks(level, 12, lang=("en", "zh")[level % 4 == 1])):
            twin = ORDERING.twin(task, random.Random(seed))
            assert twin.canonical == task.canonical
            assert twin.prompt != task.prompt
            assert twin.payload.theme != task.payload.theme
            check(twin)


def test_edits_change_one_clue_and_the_answer():
    made = 0
    for level in (2, 4, 6):
        for seed, task in enumerate(tasks(level, 10)):
            edited = ORDERING.edit(task, random.Random(seed))
            if edited is None:
                continue
            made += 1
            lines = list(zip(task.prompt.split("\n"), edited.prompt.split("\n"), strict=True))
            changed = [one for one, two in lines if one != two and re.match(r"\d+\. ", one)]
            assert len(changed) == 1
            assert edited.gold != task.gold
            check(edited)
    assert made >= 27


def test_every_test_task_of_the_first_levels_has_an_edited_twin():
    alike = 0
    for level in (1, 2, 3):
        source = guru_envs.make_source("guru/ordering-v0", level=level, split="test", twin="edited")
        for seed in range(25):
            edited = source.draw(seed)  # raises if there is none
            task = guru_envs.task(f"guru/ordering-v0/test/{level}/{seed}")
            lines = list(zip(task.prompt.split("\n"), edited.prompt.split("\n"), strict=True))
            assert len([one for one, two in lines if one != two and re.match(r"\d+\. ", one)]) == 1
            assert edited.gold != task.gold
            check(edited)
            alike += edited.canonical == task.canonical
    assert 0 < alike < 15


def test_abstention():
    kinds = {"one": 0, "none": 0, "several": 0}
    rng = random.Random(0)
    for seed in range(240):
        lang = ("en", "zh")[seed % 2]
        task = ORDERING.generate(random.Random(seed), OrderingKnobs(objects=4 + seed % 4, abstain=True, lang=lang))
        puzzle = ByHand(task.prompt)
        found = puzzle.solutions()
        kind = ("none", "one", "several")[len(found)]
        kinds[kind] += 1
        assert task.payload.kind == kind
        assert ORDERING.verify(task, task.gold).correct
        assert ORDERING.verify(task, ORDERING.corrupt(task, rng)).outcome is Outcome.WRONG
        trace = ORDERING.solve(task)
        assert trace.answer == task.gold
        if kind == "one":
            assert task.gold == puzzle.answer(found[0])
            assert not ORDERING.verify(task, "no solution").correct
            continue
        assert ORDERING.verify(task, {"none": "No solution.", "several": "several solutions"}[kind]).correct
        assert ORDERING.verify(task, {"none": "several solutions", "several": "无解"}[kind]).outcome is Outcome.WRONG
        if kind == "several":
            one, two = (step.fact[1:] for step in trace.steps)
            assert one != two
            for row in (one, two):
                places = [row.index(name) + 1 for name in puzzle.names]
                assert all(test(puzzle.size, *(places[item] for item in items)) for items, test in puzzle.clues)
        else:
            conflict = trace.steps[0].fact[1:]
            kept = [puzzle.clues[number - 1] for number in conflict]
            puzzle.clues = kept
            assert not puzzle.solutions(most=1)
            assert all(puzzle.solutions(without=number, most=1) for number in range(len(kept)))
        twin = ORDERING.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert len(ByHand(twin.prompt).solutions()) == len(found)
    assert kinds["none"] > 20
    assert kinds["several"] > 20
    assert kinds["one"] > 130


def test_canonical_ignores_names_language_and_direction():
    for seed in range(20):
        one, two = (
            ORDERING.generate(random.Random(seed), OrderingKnobs(objects=6, lang=lang)) for lang in ("en", "zh")
        )
        assert one.canonical == two.canonical
    assert len({task.canonical for task in tasks(4, 80)}) == 80


def test_effort_rises_with_the_level():
    means = [statistics.mean(ORDERING.effort(task) for task in tasks(level, 30)) for level in LEVELS]
    assert all(easier < harder for easier, harder in pairwise(means)), means


def test_tables_and_search_agree():
    for seed in range(30):
        rng = random.Random(seed)
        clues = make.unique_clues(6, KINDS, rng)
        assert another(6, clues) is None
        for number in range(len(clues)):
            rest = [*clues[:number], *clues[number + 1 :]]
            assert another(6, rest) is not None
            assert not make.is_unique(6, rest)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"objects": 13}, "13"),
        ({"objects": 2}, "2"),
        ({"clues": ["befor"]}, "before"),
        ({"objects": 3, "clues": ["far"]}, "say nothing"),
        ({"question": "all"}, "position"),
    ],
)
def test_bad_knobs(knobs, message):
    with pytest.raises(guru_envs.GuruError, match=message):
        guru_envs.make_source("guru/ordering-v0", knobs=knobs)


def test_clue_kinds_that_never_suffice():
    source = guru_envs.make_source("guru/ordering-v0", knobs={"objects": 5, "clues": ["adjacent", "distance"]})
    with pytest.raises(guru_envs.ImpossibleTaskError, match="adjacent"):
        source.draw(0)


def test_every_kind_of_clue_alone_where_it_can():
    for kind in ("before", "directly", "at", "not_at", "either", "ahead"):
        for size in (4, 8):
            kinds = usable_kinds((kind, "before"), size)
            clues = make.unique_clues(size, kinds, random.Random(1))
            assert {clue.kind for clue in clues} <= set(kinds)
