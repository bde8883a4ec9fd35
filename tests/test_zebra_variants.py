"""Zebra: twins, edits, and puzzles without a single solution, confirmed from the prompt's text."""

from __future__ import annotations

import functools
import json
import random
from collections import Counter

import pytest
from zebra_by_hand import ByHand

import guru_envs
from guru_envs.domains.logic.zebra import Zebra, ZebraKnobs
from guru_envs.task import Outcome
from guru_envs.theory import FALSE, Reasoner, check_proof

ZEBRA = Zebra()
LEVELS = range(1, len(guru_envs.spec("guru/zebra-v0").levels) + 1)
LANGS = ("en", "zh")


@functools.cache
def tasks(level, count, **options):
    source = guru_envs.make_source("guru/zebra-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


def wrong_with(task):
    return check_proof(ZEBRA.theory(task), ZEBRA.solve(task), lambda fact: ZEBRA.clauses(task, fact))


# -- twins and edits ---------------------------------------------------------------------------------------------------


def grids(puzzle):
    """Up to two grids that the prompt's text allows."""
    solver = puzzle.solver()
    everything = [puzzle.selector(number) for number in range(1, len(puzzle.clues) + 1)]
    found = []
    while len(found) < 2 and solver.solve(assumptions=everything):
        found.append(puzzle.grid_of(solver.get_model()))
        solver.add_clause([-puzzle.number[place] for place in found[-1].items()])
    return found, solver, everything


def grid_in(task):
    return {(name, value): int(house) for house, row in json.loads(task.gold).items() for name, value in row.items()}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_twins_are_the_same_puzzle_in_other_words(level, lang):
    for seed, task in enumerate(tasks(level, 15 if level < 8 else 4, lang=lang)):
        twin = ZEBRA.twin(task, random.Random(seed))
        assert twin == ZEBRA.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert twin.prompt != task.prompt
        puzzle = ByHand(twin.prompt)
        assert grids(puzzle)[0] == [grid_in(twin)]
        before = ByHand(task.prompt)
        sizes = [Counter(len(one.true_places(clue)[1]) for clue in one.clues) for one in (puzzle, before)]
        assert sizes[0] == sizes[1]
        assert ZEBRA.verify(twin, twin.gold).correct


def test_twins_of_questions_for_a_cell():
    for seed in range(20):
        task = ZEBRA.generate(random.Random(seed), ZebraKnobs(question="cell"))
        twin = ZEBRA.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert ZEBRA.solve(twin).answer == twin.gold
        assert ZEBRA.twin(twin, random.Random(1)).canonical == task.canonical


@pytest.mark.parametrize(
    "knobs",
    [
        *(
            {"houses": houses, "attributes": attributes}
            for houses, attributes in ((2, 4), (3, 3), (4, 4), (5, 5), (6, 6))
        ),
        {"question": "cell"},
        {"style": "human", "technique": 2},
        {"lang": "zh"},
    ],
)
def test_an_edit_changes_one_clue_and_the_answer(knobs):
    made = Counter()
    for seed in range(10):
        task = ZEBRA.generate(random.Random(seed), ZebraKnobs(**knobs))
        change = (ZEBRA.edit, ZEBRA.edit, ZEBRA.edit, ZEBRA.edit_further, ZEBRA.edit_alike)[seed % 5]
        edited = change(task, random.Random(seed))
        if edited is None:
            continue
        made[change] += 1
        assert edited == change(task, random.Random(seed))
        assert edited.gold != task.gold
        puzzle, before = ByHand(edited.prompt), ByHand(task.prompt)
        assert puzzle.values == before.values
        assert sum(new != old for new, old in zip(puzzle.clues, before.clues, strict=True)) == 1
        found, solver, everything = grids(puzzle)
        assert len(found) == 1
        if "style" not in knobs:
            for left_out in everything:
                assert solver.solve(assumptions=[one for one in everything if one != left_out]), "a clue is redundant"
        else:
            assert ZEBRA.grade(edited).level <= 2
        if "question" not in knobs:
            assert found[0] == grid_in(edited)
        assert (edited.canonical == task.canonical) is (change == ZEBRA.edit_alike)
        assert wrong_with(edited) == ""
        assert ZEBRA.solve(edited).answer == edited.gold
    assert made[ZEBRA.edit] + made[ZEBRA.edit_further] >= 6


def test_every_test_task_of_the_first_levels_has_an_edited_twin():
    for level in (1, 2, 3):
        source = guru_envs.make_source("guru/zebra-v0", level=level, split="test", twin="edited")
        for seed in range(12):
            edited = source.draw(seed)  # raises if there is none
            task = guru_envs.task(f"guru/zebra-v0/test/{level}/{seed}")
            puzzle, before = ByHand(edited.prompt), ByHand(task.prompt)
            assert sum(new != old for new, old in zip(puzzle.clues, before.clues, strict=True)) == 1
            assert grids(puzzle)[0] == [grid_in(edited)] != [grid_in(task)]


@pytest.mark.parametrize("kinds", [("at", "same"), ("not_at", "different", "left_of"), ("same", "left_of", "between")])
def test_edits_keep_to_the_kinds_of_clues(kinds):
    made = 0
    for seed in range(8):
        task = ZEBRA.generate(random.Random(seed), ZebraKnobs(houses=3, attributes=3, clues=kinds))
        for change in (ZEBRA.edit, ZEBRA.edit_further, ZEBRA.edit_alike):
            edited = change(task, random.Random(seed))
            made += edited is not None
            assert edited is None or {clue.kind for clue in edited.payload.clues} <= set(kinds)
    assert made >= 8


# -- without a single solution -----------------------------------------------------------------------------------------

SIZES = [(2, 2), (3, 3), (4, 3), (4, 4), (5, 4), (5, 5), (6, 5)]
OTHER = {"none": "several", "several": "none"}
PHRASES = {"en": {"none": "no solution", "several": "several solutions"}, "zh": {"none": "无解", "several": "多解"}}


def used_clues(trace):
    return sorted({premise.index for step in trace.steps for premise in step.premises if premise.kind == "clue"})


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_how_many_solutions_there_are_and_the_proof_of_it(size, lang):
    kinds = Counter()
    for seed in range(30 if size < (5,) else 10):
        task = ZEBRA.generate(
            random.Random(seed), ZebraKnobs(houses=size[0], attributes=size[1], abstain=True, lang=lang)
        )
        kind = task.payload.kind
        kinds[kind] += 1
        found, solver, everything = grids(ByHand(task.prompt))
        assert len(found) == {"none": 0, "one": 1, "several": 2}[kind]
        trace = ZEBRA.solve(task)
        assert trace.answer == task.gold
        assert wrong_with(task) == ""
        for step in trace.steps:
            assert ZEBRA.read_fact(task, step.statement) == step.fact
        if kind == "one":
            assert found[0] == grid_in(task)
            assert all(ZEBRA.verify(task, phrase).outcome is Outcome.WRONG for phrase in PHRASES[lang].values())
            continue
        assert task.gold == PHRASES[lang][kind]
        for phrase in (*(words[kind] for words in PHRASES.values()), f" {task.gold.upper()}. "):
            assert ZEBRA.verify(task, phrase).correct
        assert ZEBRA.verify(task, PHRASES[lang][OTHER[kind]]).outcome is Outcome.WRONG
        if kind == "none":
            assert trace.steps[-1].fact == FALSE
            conflict = [everything[number - 1] for number in used_clues(trace)]
            assert not solver.solve(assumptions=conflict)
            for left_out in conflict:
                assert solver.solve(assumptions=[one for one in conflict if one != left_out]), (
                    "the conflict is too large"
                )
        else:
            check_two(task, trace)
    assert kinds["none"] >= 1
    assert kinds["several"] >= 1


def check_two(task, trace):
    """Two grids that are different and fit all clues, by the prompt's text alone."""
    puzzle = ByHand(task.prompt)
    solutions = []
    for step in trace.steps:
        parts = step.fact[1:]
        grid = {(parts[at], parts[at + 1]): parts[at + 2] for at in range(0, len(parts), 3)}
        assert set(grid) == set(puzzle.items)
        for clue in puzzle.clues:
            items, places = puzzle.true_places(clue)
            assert tuple(grid[item] for item in items) in places
        for name, values in puzzle.values.items():
            assert sorted(grid[name, value] for value in values) == list(range(1, puzzle.houses + 1))
        solutions.append(grid)
    assert len(solutions) == 2
    assert solutions[0] != solutions[1]
    for grid in solutions:
        rows = {
            str(house): {name: value for (name, value), at in grid.items() if at == house} for house in range(1, 10)
        }
        answer = json.dumps({house: row for house, row in rows.items() if row})
        verdict = ZEBRA.verify(task, answer)
        assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, 0.0)


def test_a_third_has_no_single_solution_and_the_clues_do_not_tell_by_their_number():
    rng = random.Random(7)
    counted = {"one": [], "none": [], "several": []}
    for _ in range(600):
        task = ZEBRA.generate(rng, ZebraKnobs(houses=4, attributes=3, abstain=True))
        counted[task.payload.kind].append(len(task.payload.clues))
    assert 70 <= len(counted["none"]) <= 130
    assert 70 <= len(counted["several"]) <= 130
    means = {kind: sum(numbers) / len(numbers) for kind, numbers in counted.items()}
    assert max(means.values()) - min(means.values()) < 0.6, means


def test_a_cell_asked_for_is_not_the_same_in_all_solutions():
    seen = Counter()
    for seed in range(60):
        task = ZEBRA.generate(random.Random(seed), ZebraKnobs(houses=4, attributes=3, question="cell", abstain=True))
        kind = task.payload.kind
        seen[kind] += 1
        assert wrong_with(task) == ""
        twin = ZEBRA.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert twin.payload.kind == kind
        rng = random.Random(seed)
        assert ZEBRA.verify(task, ZEBRA.corrupt(task, rng)).outcome is Outcome.WRONG
        if kind == "several":
            asked, grid = task.payload.asked, task.payload.solution
            place = asked.known if asked.form == "there" else grid[asked.known]
            wanted = range(asked.attribute * 4, asked.attribute * 4 + 4)
            theory = ZEBRA.theory(task)
            same = asked.known if asked.form == "house" else next(item for item in wanted if grid[item] == place)
            clauses = [(-(same * 4 + place + 1),)]
            if asked.form == "value":
                clauses = [(-(same * 4 + house), -(asked.known * 4 + house)) for house in range(1, 5)]
            reasoner = Reasoner(theory._replace(clues=(*theory.clues, tuple(clauses))))
            assert reasoner.possible(reasoner.every_clue()), "all solutions give the same answer to the question"
            reasoner.close()
    assert min(seen.values()) >= 5


def test_the_prompt_allows_it_only_where_it_may_be():
    plain, open_one = (ZEBRA.generate(random.Random(3), ZebraKnobs(abstain=abstain)) for abstain in (False, True))
    assert "no solution" not in plain.prompt
    assert '"no solution"' in open_one.prompt
    assert ZEBRA.verify(plain, "no solution").outcome is Outcome.NO_ANSWER
    assert "无解" in ZEBRA.generate(random.Random(3), ZebraKnobs(abstain=True, lang="zh")).prompt


def test_languages_and_twins_of_puzzles_without_a_single_solution():
    different = set()
    for seed in range(40):
        one, two = (ZEBRA.generate(random.Random(seed), ZebraKnobs(abstain=True, lang=lang)) for lang in LANGS)
        assert one.canonical == two.canonical
        assert one.payload.kind == two.payload.kind
        different.add(one.canonical)
        assert ZEBRA.twin(one, random.Random(seed)).canonical == one.canonical
        assert ZEBRA.edit(one, random.Random(seed)) is None or one.payload.kind == "one"
    assert len(different) == 40


def test_guesses_follow_the_shares():
    task = ZEBRA.generate(random.Random(0), ZebraKnobs(abstain=True))
    rng = random.Random(0)
    guesses = Counter(ZEBRA.guess(task, rng)[:3] for _ in range(600))
    assert 70 <= guesses["no "] <= 130
    assert 70 <= guesses["sev"] <= 130
