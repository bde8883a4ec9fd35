"""Sudoku: what the verifier and the reader of facts make of any text."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.domains.logic.sudoku import Sudoku
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome

SUDOKU = Sudoku()


def tasks(level, count, **options):
    source = guru_envs.make_source("guru/sudoku-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


def shapes(task):
    size = task.payload.size
    rows = [line.split() for line in task.gold.splitlines()]
    wide = {4: 2, 6: 3, 9: 3}[size]
    yield task.gold.replace(" ", "")
    yield task.gold.replace(" ", "").replace("\n", "")
    yield task.gold.replace("\n", " / ").replace("/", "\n")
    yield task.gold.replace(" ", ", ")
    yield "\n".join(" | ".join(row) for row in rows)
    bars = [" | ".join(" ".join(row[at : at + wide]) for at in range(0, size, wide)) for row in rows]
    yield "\n------+-------+------\n".join(bars)
    yield "┌───┬───┐\n" + "\n├───┼───┤\n".join("│ " + line.replace("|", "│") + " │" for line in bars) + "\n└───┴───┘"
    yield "╔═══╦═══╗\n" + "\n".join("║ " + line + " ║" for line in bars) + "\n╚═══╩═══╝"
    yield json.dumps([[int(digit) for digit in row] for row in rows])
    yield json.dumps(rows, indent=1)
    yield json.dumps(["".join(row) for row in rows])
    yield json.dumps({"solution": rows})
    yield json.dumps({"grid": "".join(map("".join, rows))})
    yield "\n".join(json.dumps([int(digit) for digit in row]) for row in rows)
    table = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|" + "---|" * size
    yield "\n".join([table[0], rule, *table[1:]])
    yield "\n".join(["| " + " | ".join(f"c{n}" for n in range(1, size + 1)) + " |", rule, *table])
    numbered = [f"| r{n} {line}" for n, line in enumerate(table, 1)]
    yield "\n".join(["| | " + " | ".join(f"c{n}" for n in range(1, size + 1)) + " |", rule + "---|", *numbered])


def test_the_shapes_a_model_writes():
    for level in (2, 5, 9):
        for task in tasks(level, 2):
            for answer in shapes(task):
                assert SUDOKU.verify(task, answer).outcome is Outcome.CORRECT, answer
                broken = answer.replace("1", "2")
                assert SUDOKU.verify(task, broken).outcome is not Outcome.CORRECT, broken


def test_credit_counts_empty_cells_above_chance():
    task = tasks(5, 1)[0]
    puzzle = task.payload
    empty = [cell for cell, digit in enumerate(puzzle.givens) if not digit]

    def judge(grid):
        return SUDOKU.verify(task, "".join(map(str, grid)))

    blank = judge(puzzle.givens)
    assert (blank.outcome, blank.credit) == (Outcome.WRONG, 0.0)
    grid = list(puzzle.solution)
    grid[empty[0]] = 0
    verdict = judge(grid)
    chance = len(empty) / 6
    assert verdict.credit == pytest.approx((len(empty) - 1 - chance) / (len(empty) - chance))
    assert verdict.detail == f"r{empty[0] // 6 + 1}c{empty[0] % 6 + 1} is empty"
    grid = list(puzzle.solution)
    place = next(cell for cell, digit in enumerate(puzzle.givens) if digit)
    grid[place] = grid[place] % 6 + 1
    verdict = judge(grid)
    assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, 0.0)
    assert "given" in verdict.detail
    rng = random.Random(0)
    guesses = [SUDOKU.verify(task, SUDOKU.guess(task, rng)).credit for _ in range(300)]
    assert sum(guesses) / len(guesses) < 0.2


def test_cheats():
    task = tasks(3, 1)[0]
    rows = [line.split() for line in task.gold.splitlines()]
    other = SUDOKU.corrupt(task, random.Random(0))
    every = "\n".join(" ".join("1234" for _ in row) for row in rows)
    for answer in (
        task.gold + "\n" + task.gold,
        task.gold + "\n" + other,
        other + "\n\n" + task.gold,
        "no solution",
        every,
        json.dumps([[[1, 2, 3, 4]] * 4] * 4),
        json.dumps([rows, rows]),
        json.dumps({"a": rows, "b": rows}),
        json.dumps([[True if digit == "1" else int(digit) for digit in row] for row in rows]),
        json.dumps([[float(digit) for digit in row] for row in rows]),
        task.gold.replace("1", "①"),
        task.gold.replace("1", "１"),
        task.gold + " 5",
        "[" * 5000,
        "[" * 9_000 + "]" * 900,
        "9" * 20_000,
        '{"x": 1e999}',
        "null",
        "",
        "\0" * 16,
        "\ud800" * 16,
    ):
        assert SUDOKU.verify(task, answer).outcome is not Outcome.CORRECT, answer[:60]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_gets_a_verdict(text):
    task = tasks(2, 1)[0]
    for answer in (text, "[" + text, '["' + text + '"]', "|" + text + "\n|---|\n" + text, "1 2 3 4\n" + text):
        assert SUDOKU.verify(task, answer).outcome in (Outcome.WRONG, Outcome.NO_ANSWER)
    for line in (text, "r1c1 is " + text, "If r1c1 is 1, then " + text, "1 is not in " + text):
        fact = SUDOKU.read_fact(task, line)
        assert fact is None or SUDOKU.clauses(task, fact)


def test_long_texts_take_little_time():
    task = tasks(9, 1)[0]
    started = time.process_time()
    for text in ("1 " * 500_000, "[" * 1_000_000, "|" * 1_000_000, "r1c1 is not 1" + ", 2" * 300_000, "If " * 300_000):
        assert SUDOKU.verify(task, text).outcome is Outcome.NO_ANSWER
        assert SUDOKU.read_fact(task, text) is None
    for text in ("1," * 4_900, "|\n" * 4_000 + "-", "[1]" * 3_300, "r1c1 is 1 and " * 70):
        assert SUDOKU.verify(task, text).outcome is Outcome.NO_ANSWER
        assert SUDOKU.read_fact(task, "If " + text + ", then r1c1 is 1") is None or len(text) < 1000
    assert time.process_time() - started < 2


def test_facts():
    task = tasks(9, 1)[0]
    read = lambda line: SUDOKU.read_fact(task, line)  # noqa: E731
    assert read("r1c2 is 5") == read("R1C2 = 5.") == read("r1c2是5。") == ("is", 1, 2, 5)
    assert read("r1c2 is not 5, 7 or 9 (row 1)") == read("r1c2不是5、7、9") == ("not", 1, 2, 5, 7, 9)
    assert read("5 is not in r1c2 and r1c3") == read("5不在r1c2、r1c3") == ("out", 5, 1, 2, 1, 3)
    assert read("If r1c1 is 2 and r3c3 is 4, then r1c2 is 5") == ("if", 1, 1, 2, "if", 3, 3, 4, "is", 1, 2, 5)
    assert read("Contradiction") == read("矛盾。") == ("none",)
    for line in ("", "r1c2", "r0c1 is 1", "r1c1 is 0", "r1c1 is 10", "perhaps r1c1 is 1", "If r1c1, then r1c1 is 1"):
        assert read(line) is None
    small = tasks(1, 1)[0]
    assert SUDOKU.read_fact(small, "r1c1 is 5") is None
    for fact in (
        (),
        ("is",),
        ("is", 1, 1),
        ("is", 0, 1, 1),
        ("is", 1, 1, 10),
        ("not", 1, 1),
        ("out", 1, 2),
        ("x", 1, 1, 1),
    ):
        with pytest.raises(InvalidValueError):
            SUDOKU.clauses(task, fact)
    for one in (task, small):
        for part in SUDOKU.fact_help(one).split('"')[1::2]:
            assert part == "and" or SUDOKU.read_fact(one, part) is not None, part


def test_fact_help_repeats_givens_only():
    """Everything in the examples follows from one given and the rules."""
    for lang in ("en", "zh"):
        for task in tasks(4, 5, lang=lang):
            text = SUDOKU.fact_help(task).replace("“", '"').replace("”", '"')
            parts = [SUDOKU.read_fact(task, part) for part in text.split('"')[1::2]]
            facts = [fact for fact in parts if fact is not None]
            assert len(facts) == 5
            row, column, digit = next(fact for fact in facts if fact[0] == "is")[1:]
            assert task.payload.givens[(row - 1) * 6 + column - 1] == digit


def test_render_draws_the_grid():
    task = tasks(9, 1)[0]
    drawn = SUDOKU.render(task)
    digits = [mark for mark in drawn if mark.isdigit()]
    assert digits == [str(digit) for digit in task.payload.givens if digit]
    assert len(drawn.splitlines()) == 13
