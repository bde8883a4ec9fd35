"""Sudoku: one solution, necessity of the givens and proofs confirmed from the prompt's text; techniques; relatives; the ladder."""

from __future__ import annotations

import functools
import json
import random
import statistics
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from sudoku_by_hand import ByHand, check_proof, check_task

import guru_envs
from guru_envs.domains.logic._sudoku import four, techniques
from guru_envs.domains.logic._sudoku.canonical import canonical_text
from guru_envs.domains.logic._sudoku.exact import solve
from guru_envs.domains.logic._sudoku.shape import shape
from guru_envs.domains.logic.sudoku import Sudoku, SudokuKnobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.theory import check_proof as check_by_theory

SUDOKU = Sudoku()
ROW = guru_envs.spec("guru/sudoku-v0")
LEVELS = range(1, len(ROW.levels) + 1)
DATA = Path(__file__).parents[2] / "shared" / "data" / "sudoku_diabolical_sample.jsonl"


@functools.cache
def task_of(level, seed, lang):
    return guru_envs.make_source("guru/sudoku-v0", level=level, lang=lang).draw(seed)


def tasks(level, count, lang="en"):
    return [task_of(level, seed, lang) for seed in range(count)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_one_solution_necessary_givens_each_line_entailed(level, lang):
    minimal = ROW.levels[level - 1].get("minimal", False)
    for number, task in enumerate(tasks(level, 10 if level <= 6 else 4 if level <= 8 else 2, lang=lang)):
        check_task(SUDOKU, task, minimal and number < 2)


@pytest.mark.parametrize("level", LEVELS)
def test_the_theory_confirms_the_proof_and_lines_are_read_back(level):
    for lang in ("en", "zh"):
        for task in tasks(level, 2, lang=lang):
            trace = SUDOKU.solve(task)
            theory = SUDOKU.theory(task)
            assert check_by_theory(theory, trace, lambda fact, task=task: SUDOKU.clauses(task, fact)) == ""
            assert len(theory.clues) == 3 * task.payload.size
            for step in trace.steps:
                assert SUDOKU.read_fact(task, step.statement) == step.fact
                alone = step.statement.split(" (")[0].split("（")[0]
                assert SUDOKU.read_fact(task, alone) == step.fact


@pytest.mark.parametrize("size", [4, 6, 9])
def test_abstention_shows_a_conflict_or_two_solutions(size):
    golds = set()
    for lang in ("en", "zh"):
        for seed in range(20 if size < 9 else 6):
            task = SUDOKU.generate(random.Random(seed), SudokuKnobs(size=size, abstain=True, lang=lang))
            check_task(SUDOKU, task, False)
            golds.add(task.gold if task.payload.kind != "one" else "one")
            assert SUDOKU.verify(task, task.gold).correct
            for claim in ("no solution", "several solutions", "无解", "多解"):
                right = {"none": ("no solution", "无解"), "several": ("several solutions", "多解")}
                assert SUDOKU.verify(task, claim).correct is (claim in right.get(task.payload.kind, ()))
    assert golds == {"one", "no solution", "several solutions", "无解", "多解"}


def test_a_conflict_is_found_where_a_search_by_trying_takes_minutes():
    task = guru_envs.task("guru/sudoku-v0/train/abstain=true/2918347817772836800")
    assert task.gold == "no solution"
    check_task(SUDOKU, task, False)


def test_without_abstain_a_claim_is_no_answer():
    task = tasks(3, 1)[0]
    assert SUDOKU.verify(task, "no solution").outcome == "no_answer"


def test_abstention_leaves_the_number_of_givens_alone():
    for seed in range(40):
        task = SUDOKU.generate(random.Random(seed), SudokuKnobs(size=6, givens=14, abstain=True))
        assert len(ByHand(task.prompt).givens) == 14


@pytest.mark.parametrize(("size", "technique"), [(6, "naked_single"), (6, "hidden_single"), (9, "locked"), (9, "pair")])
def test_the_technique_is_needed_and_enough(size, technique):
    wanted = techniques.TECHNIQUES.index(technique)
    for seed in range(2):
        task = SUDOKU.generate(random.Random(seed), SudokuKnobs(size=size, technique=technique, exact=True))
        givens = task.payload.givens
        assert SUDOKU.grade(task) == technique
        for highest in range(techniques.HIDDEN, techniques.SUPPOSITION):
            solved = techniques.grade(shape(size), givens, highest) <= highest
            assert solved is (highest >= wanted)


KNOWN = {  # one position for each technique, solved as far as singles go: what it must remove
    "locked": "017903600000080000900000507072010430000402070064370250701000065000030000005601720",
    "x_wing": "100000569492056108056109240009640801064010000218035604040500016905061402621000005",
}


def test_known_examples_of_techniques():
    """Published positions whose next step is the technique named."""
    for name, text in KNOWN.items():
        givens = [int(mark) for mark in text]
        assert len(solve(shape(9), givens)) == 1
        number = techniques.TECHNIQUES.index(name)
        found = techniques.find(shape(9), shape(9).start(givens), number)
        assert any(one.technique <= number for one in found)


def test_no_technique_removes_a_true_candidate():
    """On many positions every removal is checked against the solution found by search."""
    wanted = {techniques.LOCKED, techniques.PAIR, techniques.TRIPLE, techniques.XY_WING, techniques.COLOURING}
    seen = set()
    rng = random.Random(5)
    for number in range(200):
        if number >= 20 and wanted <= seen:
            break
        task = SUDOKU.generate(rng, SudokuKnobs(minimal=True))
        givens, solution = task.payload.givens, task.payload.solution
        one = shape(9)
        places = one.start(list(givens))
        while True:
            techniques.propagate(one, places)
            found = techniques.find(one, places, techniques.COLOURING)
            for removal in found:
                seen.add(removal.technique)
                assert all(solution[cell] != digit + 1 for cell, digit in removal.gone)
                techniques.remove(places, removal.gone)
            if not found:
                break
    assert wanted <= seen


@pytest.mark.parametrize("symmetry", ["rotation", "mirror", "diagonal"])
def test_symmetry_of_the_givens(symmetry):
    image = {
        "rotation": lambda r, c, n: (n + 1 - r, n + 1 - c),
        "mirror": lambda r, c, n: (r, n + 1 - c),
        "diagonal": lambda r, c, n: (c, r),
    }[symmetry]
    for size in (4, 6, 9):
        task = SUDOKU.generate(random.Random(size), SudokuKnobs(size=size, symmetry=symmetry, minimal=True))
        puzzle = ByHand(task.prompt)
        assert len(puzzle.solutions()) == 1
        assert {image(*place, size) for place in puzzle.givens} == set(puzzle.givens)


def test_twins_are_the_same_puzzle_and_edits_are_not():
    edits = single = 0
    for level in (2, 3, 5, 6, 9):
        for task in tasks(level, 4):
            rng = random.Random(1)
            twin = SUDOKU.twin(task, rng)
            assert twin.canonical == task.canonical
            assert twin.prompt != task.prompt
            check_task(SUDOKU, twin, False)
            edit = SUDOKU.edit(task, rng)
            if edit is None:
                continue
            edits += 1
            check_task(SUDOKU, edit, False)
            assert edit.gold != task.gold
            assert edit.canonical != task.canonical
            before, after = ByHand(task.prompt).givens, ByHand(edit.prompt).givens
            assert len(before) == len(after)
            if len(before.items() - after.items()) == 1:
                single += 1
            else:  # digits exchanged in the same places
                assert set(before) == set(after)
    assert edits >= 12
    assert single >= 10


def test_size_four_is_known_completely():
    """288 grids in 2 classes, and a canonical text that tells classes of puzzles apart exactly."""
    assert len(four.grids()) == 288
    classes = {four.canonical_text(grid, grid) for grid in four.grids()}
    assert len(classes) == 2
    task = tasks(3, 1)[0]
    texts = {SUDOKU.twin(task, random.Random(seed)).canonical for seed in range(50)}
    assert texts == {task.canonical}


def test_how_many_puzzles_of_size_four_there_are():
    """Those with one solution, where rearrangements do not count, by the number of givens; and the minimal ones."""
    counts, minimal = Counter(), 0
    for least in sorted({four.dig(number / 288, "none", (), 16)[2][0] for number in range(288)}):
        unique = four.unique(least)
        puzzles = {four.text_of((least, mask)): mask for mask in range(1 << 16) if unique[mask]}
        counts.update(mask.bit_count() for mask in puzzles.values())
        minimal += sum(
            not any(mask >> bit & 1 and unique[mask ^ 1 << bit] for bit in range(16)) for mask in puzzles.values()
        )
    assert (counts[6], counts[8], counts[10], minimal) == (376, 1040, 788, 36)


def test_canonical_ignores_language_and_tells_puzzles_apart():
    for level in (2, 5, 8):
        one, two = (tasks(level, 8, lang=lang) for lang in ("en", "zh"))
        assert [task.canonical for task in one] == [task.canonical for task in two]
        assert [task.gold for task in one] == [task.gold for task in two]
    assert len({task.canonical for task in tasks(7, 40)}) == 40
    givens = [0] * 81
    givens[0], givens[1] = 1, 2
    other = [0] * 81
    other[0], other[1] = 1, 1
    assert canonical_text(shape(9), givens, (), "one") != canonical_text(shape(9), other, (), "one")


def test_effort_rises_with_the_level():
    means = [statistics.mean(map(SUDOKU.effort, tasks(level, 30 if level <= 8 else 14))) for level in LEVELS]
    assert all(easier < harder for easier, harder in pairwise(means)), means
    assert means[-1] > 15 * means[0]


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not there")
def test_hard_puzzles_from_elsewhere_are_solved_and_proved():
    lines = [json.loads(line)["puzzle"] for line in DATA.read_text().splitlines()]
    assert len(lines) == 100
    for number, text in enumerate(lines):
        task = Sudoku.task_from(text, "zh" if number % 2 else "en")
        trace = SUDOKU.solve(task)
        assert trace.answer == task.gold
        assert SUDOKU.verify(task, trace.answer).correct
        puzzle = ByHand(task.prompt)
        (grid,) = puzzle.solutions()
        assert puzzle.text(grid) == task.gold
        if number % 10 == 0:
            check_proof(puzzle, trace)


def test_knobs_that_make_no_sense():
    for wrong in ({"size": 5}, {"size": 16}, {"technique": "luck"}, {"givens": 99}):
        with pytest.raises(InvalidValueError):
            SudokuKnobs(**wrong)
    for impossible in ({"size": 4, "givens": 16}, {"minimal": True, "givens": 30}):
        with pytest.raises(ImpossibleTaskError):
            SudokuKnobs(**impossible)
    with pytest.raises(ImpossibleTaskError):
        SUDOKU.generate(random.Random(0), SudokuKnobs(size=4, technique="swordfish", exact=True))
    for text in ("", "0" * 81, "1" * 81, "12" + "0" * 79, "x" * 81, "5" * 16):
        with pytest.raises(InvalidValueError):
            Sudoku.task_from(text)
