"""Logic grid: one solution, each clue necessary, proofs confirmed from the prompt's text; twins, edits, abstention; the ladder."""

from __future__ import annotations

import json
import random
import statistics
from itertools import combinations, pairwise

import pytest
from logic_grid_by_hand import ByHand, check

import guru_envs
from guru_envs.domains.logic._logic_grid.facets import FACETS, POOLS
from guru_envs.domains.logic._logic_grid.scales import SCALES
from guru_envs.domains.logic._logic_grid.themes import THEMES
from guru_envs.domains.logic.logic_grid import LogicGrid, LogicGridKnobs
from guru_envs.task import Outcome
from guru_envs.theory import check_proof

GRID = LogicGrid()
LEVELS = range(1, len(guru_envs.spec("guru/logic-grid-v0").levels) + 1)


def tasks(level, count, **options):
    source = guru_envs.make_source("guru/logic-grid-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


def make(seed, **knobs):
    return GRID.generate(random.Random(seed), LogicGridKnobs(**knobs))


def proof_problem(task):
    return check_proof(GRID.theory(task), GRID.solve(task), lambda fact: GRID.clauses(task, fact))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_one_solution_each_clue_necessary_each_step_entailed(level, lang):
    for task in tasks(level, 6 if level <= 6 else 2, lang=lang):
        assert check(task) == ""
        assert proof_problem(task) == ""
        trace = GRID.solve(task)
        assert trace.answer == task.gold
        for step in trace.steps:
            assert GRID.read_fact(task, step.statement) == step.fact
        used = {one.index for step in trace.steps for one in step.premises if one.kind == "step"}
        ends = {number for number, step in enumerate(trace.steps, 1) if step.fact[0] == "is"}
        assert used | ends == set(range(1, len(trace.steps) + 1)), "an idle step"
        clues = {one.index for step in trace.steps for one in step.premises if one.kind == "clue"}
        assert clues == set(range(1, len(task.payload.core.clues) + 1)), "necessary clues are used"


def facts_by_hand(puzzle, solution, fact):
    """Whether a fact is true in a solution read by hand."""
    while fact[0] == "if":
        if solution[fact[1], fact[2]] != solution[fact[3], fact[4]]:
            return True
        fact = fact[5:]
    sign, name, value, other, *values = fact
    same = [solution[name, value] == solution[other, one] for one in values]
    return same == [True] if sign == "is" else not any(same)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_facts_are_true_and_the_theory_says_what_the_prompt_says(lang):
    """All facts hold in the solution read from the prompt; on random grids, clue by clue, theory and prompt agree."""
    rng = random.Random(0)
    for seed in range(15):
        task = make(seed, categories=4, items=4, ordered=2, lang=lang)
        puzzle, theory = ByHand(task.prompt), GRID.theory(task)
        (solution,) = puzzle.solutions()
        assert all(facts_by_hand(puzzle, solution, step.fact) for step in GRID.solve(task).steps)
        for _ in range(10):
            grid = {}
            for number, (name, values) in enumerate(puzzle.values.items()):
                owners = range(4) if number == 0 else rng.sample(range(4), 4)
                grid |= {(name, value): owner for value, owner in zip(values, owners, strict=True)}
            true = set()
            for one, two in combinations(grid, 2):
                if one[0] != two[0]:
                    ((cell,),) = GRID.clauses(task, ("is", *one, *two))
                    true.add(cell if grid[one] == grid[two] else -cell)
            assert all(true & set(clause) for clause in theory.rules)
            for clue, clauses in zip(puzzle.clues, theory.clues, strict=True):
                assert puzzle.true(clue, grid) == all(true & set(clause) for clause in clauses), clue


@pytest.mark.parametrize("technique", [1, 2])
@pytest.mark.parametrize(("categories", "items"), [(3, 5), (4, 4), (5, 4)])
def test_human_style_needs_no_suppositions(categories, items, technique):
    for seed in range(5):
        task = make(seed, categories=categories, items=items, style="human", technique=technique)
        assert check(task) == ""
        assert all(step.fact[0] in ("is", "not") for step in GRID.solve(task).steps)


def test_suppositions_are_proved():
    found = 0
    for seed in range(60):
        task = make(seed, categories=3, items=5)
        if any(step.fact[0] == "if" for step in GRID.solve(task).steps):
            assert proof_problem(task) == ""
            found += 1
    assert found >= 5


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_cells(lang):
    given = 0
    for seed in range(30):
        task = make(seed, categories=4, items=4, question="cell", lang=lang)
        assert check(task) == ""
        assert GRID.verify(task, task.gold).outcome is Outcome.CORRECT
        assert GRID.verify(task, GRID.corrupt(task, random.Random(seed))).outcome is Outcome.WRONG
        known, wanted = task.payload.core.asked
        for clue in task.payload.core.clues:
            given += clue.kind == "is" and known in clue.items and any(item // 4 == wanted for item in clue.items)
    assert given == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_abstention(lang):
    """As many solutions as gold says; the certificate holds; a third of the tasks has no single solution."""
    kinds = {"one": 0, "none": 0, "several": 0}
    for seed in range(90):
        task = make(seed, categories=3, items=4, abstain=True, lang=lang)
        kind = task.payload.core.solutions
        kinds[kind] += 1
        puzzle = ByHand(task.prompt.rsplit("\n", 1)[0])
        assert {0: "none", 1: "one", 2: "several"}[len(puzzle.solutions())] == kind
        assert GRID.verify(task, task.gold).outcome is Outcome.CORRECT
        for other in ("no solution", "several solutions", "无解", "多解"):
            right = (other in ("no solution", "无解")) is (kind == "none") and kind != "one"
            assert GRID.verify(task, other).correct is right
        trace = GRID.solve(task)
        assert trace.answer == task.gold
        assert all(GRID.read_fact(task, step.statement) == step.fact for step in trace.steps)
        if kind == "none":
            clues = trace.steps[0].fact[1:]
            assert not _possible(puzzle, clues)
            assert all(_possible(puzzle, [one for one in clues if one != left_out]) for left_out in clues)
        elif kind == "several":
            one, two = (_grid_of(puzzle, step.fact[1:]) for step in trace.steps)
            assert one != two
            assert all(puzzle.true(clue, grid) for clue in puzzle.clues for grid in (one, two))
        else:
            assert proof_problem(task) == ""
        if kind != "one":
            assert GRID.verify(task, GRID.guess(task, random.Random(0))).outcome is Outcome.WRONG
    assert 45 <= kinds["one"] <= 75
    assert min(kinds.values()) >= 5


def _possible(puzzle, clues):
    return puzzle.solver().solve(assumptions=[puzzle.selectors()[clue - 1] for clue in clues])


def _grid_of(puzzle, values):
    width = len(puzzle.values)
    return {
        (name, value): row
        for row in range(puzzle.size)
        for name, value in zip(puzzle.values, values[row * width : (row + 1) * width], strict=True)
    }


def test_twins_are_the_same_problem_and_edits_another():
    edits = 0
    for seed in range(25):
        task = make(seed, categories=4, items=4, ordered=1 + seed % 2)
        twin = GRID.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert twin.prompt != task.prompt
        assert check(twin) == ""
        edit = (GRID.edit_further if seed % 3 == 2 else GRID.edit)(task, random.Random(seed))
        if edit is not None:
            edits += 1
            assert check(edit) == ""
            assert edit.gold != task.gold
            assert edit.canonical != task.canonical
            changed = [a != b for a, b in zip(task.prompt.splitlines(), edit.prompt.splitlines(), strict=True)]
            clues = [line for line, other in zip(task.prompt.splitlines(), changed, strict=True) if other]
            assert sum(line[:1].isdigit() for line in clues) == 1
    assert edits >= 15


def test_languages_are_the_same_problem():
    for seed in range(20):
        one, two = (make(seed, categories=4, items=4, lang=lang) for lang in ("en", "zh"))
        assert one.canonical == two.canonical
        ours, theirs = ByHand(one.prompt), ByHand(two.prompt)
        assert [clue[0] for clue in ours.clues] == [clue[0] for clue in theirs.clues]
        places = [[puzzle.items.index(item) for clue in puzzle.clues for item in clue[1]] for puzzle in (ours, theirs)]
        assert places[0] == places[1]
    assert len({task.canonical for task in tasks(4, 60)}) == 60


def test_effort_rises_with_the_level():
    means = [statistics.mean(map(GRID.effort, tasks(level, 30 if level < 9 else 12))) for level in LEVELS]
    assert all(easier < harder for easier, harder in pairwise(means)), means
    assert means[-1] > 8 * means[0]


def test_stories():
    """Values name their item alone; names of categories differ; each pool has ten values in both languages."""
    assert len(THEMES) >= 20
    for pool in POOLS.values():
        assert len(set(pool["en"])) == len(set(pool["zh"])) == 10
    for theme in THEMES:
        sources = [*theme.facets, *theme.scales]
        assert len(theme.facets) >= 4
        for lang in ("en", "zh"):
            names = [(FACETS.get(source) or SCALES[source]).words[lang].name for source in sources]
            assert len(set(names)) == len(names), (theme, lang)
            values = [value for facet in theme.facets for value in FACETS[facet].values[lang]]
            assert len(set(values)) == len(values), (theme, lang)


def test_facts_of_another_form():
    task = make(0, categories=3, items=4)
    one, two = list(ByHand(task.prompt).values.items())[:2]
    good = ("is", one[0], one[1][0], two[0], two[1][0])
    assert GRID.clauses(task, good)
    for fact in (
        (),
        ("is",),
        good[:-1],
        (*good, two[1][1]),
        ("if", *good),
        ("in", *good[1:]),
        ("is", 1, 2, 3, 4),
        ("is", one[0], one[1][0], one[0], one[1][1]),
        ("conflict", 1),
    ):
        with pytest.raises(guru_envs.InvalidValueError):
            GRID.clauses(task, fact)
    for line in ("", "x" * 5000, f"{one[1][0]} goes with {one[1][1]}.", "goes with", "If ", "\ud800", "(" * 900):
        assert GRID.read_fact(task, line) is None
    bare = f"3. {one[1][0].upper()}  goes with {two[1][0]}"
    assert GRID.read_fact(task, bare) == good
    assert one[1][0] in GRID.fact_help(task)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"categories": 6}, "6"),
        ({"items": 2}, "2"),
        ({"ordered": 0}, "0"),
        ({"clues": ["diffrence"]}, "difference"),
        ({"clues": []}, "at least one"),
        ({"technique": 3}, "3"),
        ({"spacing": "odd"}, "even"),
    ],
)
def test_bad_knobs(knobs, message):
    with pytest.raises(guru_envs.GuruError, match=message):
        guru_envs.make_source("guru/logic-grid-v0", knobs=knobs)


def test_clue_kinds():
    only = ("not", "compare", "different")
    for seed in range(5):
        task = make(seed, categories=3, items=4, clues=only)
        assert {clue.kind for clue in task.payload.core.clues} <= set(only)
        assert check(task) == ""
    with pytest.raises(guru_envs.ImpossibleTaskError, match="apart"):  # the mirror image always fits too
        make(0, categories=3, items=4, spacing="even", clues=("apart",))


def test_spacing_and_the_grid_drawn():
    steps = {"even": set(), "irregular": set()}
    for spacing, seen in steps.items():
        for seed in range(10):
            task = make(seed, items=5, spacing=spacing)
            puzzle = ByHand(task.prompt)
            ((_, numbers),) = puzzle.numbers.items()
            seen.add(len({high - low for low, high in pairwise(numbers)}) > 1)
            assert task.prompt in GRID.render(task)
            assert json.loads(task.gold)
    assert steps["even"] == {False}
    assert True in steps["irregular"]
