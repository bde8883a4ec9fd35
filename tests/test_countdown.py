"""Countdown's tasks, ladder, oracle and knobs against an independent reading of the prompts."""

from __future__ import annotations

import dataclasses
import json
import random
import re
import statistics
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from countdown_by_hand import all_trees, brute_force, combine, exact, is_solution, read_prompt

from guru_envs.domain import make_knobs
from guru_envs.domains.math import _countdown_forms as forms
from guru_envs.domains.math.countdown import Countdown, CountdownKnobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.registry import bundled_file, read_rows
from guru_envs.task import Outcome

ROW = next(row for row in read_rows(bundled_file()) if row.id == "guru/countdown-v0")
LEVELS = range(1, len(ROW.levels) + 1)
DATA = Path(__file__).parents[2] / "shared" / "data"
GAME = Countdown()


def tasks(level, count, lang="en", salt=0):
    knobs = make_knobs(CountdownKnobs, {**ROW.levels[level - 1], "lang": lang})
    rng = random.Random(1000 * level + salt)
    return [GAME.generate(rng, knobs) for _ in range(count)]


# -- tasks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_gold_solves_the_prompt(level, lang):
    knobs = ROW.levels[level - 1]
    for task in tasks(level, 200, lang):
        numbers, target, signs, use_all = read_prompt(task.prompt)
        assert is_solution(task.prompt, task.gold), task
        assert GAME.verify(task, task.gold).outcome is Outcome.CORRECT
        assert len(numbers) == knobs["numbers"]
        assert all(knobs["low"] <= n <= knobs["high"] for n in numbers)
        assert knobs["target_low"] <= target <= knobs["target_high"]
        assert (numbers, target, signs) == (list(task.payload.numbers), target, task.payload.operations)
        assert use_all == (task.payload.use == "all")
        assert target not in numbers


@pytest.mark.parametrize(("level", "count"), [(1, 40), (2, 25), (3, 30), (4, 25), (5, 4), (6, 2)])
def test_solvable_and_solutions_counted(level, count):
    for lang in ("en", "zh"):
        for task in tasks(level, count, lang, salt=7):
            found = brute_force(*read_prompt(task.prompt))
            assert found
            assert GAME.grade(task).solutions == len(found)
            assert GAME.grade(task).min_operations == len(task.payload.numbers) - 1


def test_equal_numbers_are_not_told_apart():
    for numbers, target in (([3, 3, 8, 8], 24), ([6, 6, 6, 6], 24), ([2, 2, 10, 10], 24), ([5, 5, 5], 5)):
        for use in ("all", "any"):
            task = GAME.task_from(numbers, target, use=use)
            grade = GAME.grade(task)
            found = brute_force(*read_prompt(task.prompt))
            assert grade.solutions == len({form for form, _ in found})
            assert grade.min_operations == min(size for _, size in found) - 1
            assert is_solution(task.prompt, task.gold)


@pytest.mark.parametrize("signs", ["+", "*", "+-", "*/", "+*", "+-*", "+*/", "+-*/"])
def test_forms_are_all_expressions(signs):
    numbers = [2, 3, 5, 7]
    for size in (1, 2, 3, 4) if len(signs) < 4 else (1, 2, 3):
        assert forms.candidates(size, signs, True) == len(forms.forms(size, signs)[1])
        found, whole = forms.forms(size, signs)
        worth = forms.values(found, numbers)
        texts = [forms.text(found, index, numbers) for index in whole]
        assert len(set(texts)) == len(texts)
        for index, text in zip(whole, texts, strict=True):
            expected, used = exact(text)
            assert sorted(used) == numbers[:size]
            upper, lower = worth[index]
            assert (None if lower == 0 else Fraction(upper, lower)) == expected
        valid = sum(1 for index in whole if worth[index][1])
        assert valid == len(all_trees(numbers[:size], signs))


def test_min_operations_rules_out_shorter_solutions():
    knobs = CountdownKnobs(numbers=4, low=1, high=30, target_low=1, target_high=60, use="any", min_operations=3)
    rng = random.Random(3)
    for _ in range(6):
        task = GAME.generate(rng, knobs)
        sizes = [size for _, size in brute_force(*read_prompt(task.prompt))]
        assert min(sizes) == 4 == GAME.grade(task).min_operations + 1


def test_max_solutions_bounds_the_count():
    knobs = CountdownKnobs(numbers=4, low=1, high=13, target_low=24, target_high=24, max_solutions=2)
    rng = random.Random(4)
    for index in range(12):
        task = GAME.generate(rng, knobs)
        assert 1 <= GAME.grade(task).solutions <= 2
        assert index or len(brute_force(*read_prompt(task.prompt))) <= 2


def test_ladder_gets_harder():
    grades = [[GAME.grade(task) for task in tasks(level, 25)] for level in LEVELS if level <= 7]
    candidates = [
        forms.candidates(knobs.numbers, knobs.signs, knobs.use == "all")
        for knobs in (make_knobs(CountdownKnobs, level) for level in ROW.levels)
    ]
    assert candidates == sorted(set(candidates))
    tries = [statistics.median(grade.candidates / grade.solutions for grade in level) for level in grades]
    assert tries == sorted(set(tries)), tries


def test_guess_rates_fall_and_stay_under_their_bounds():
    rates = []
    for level in LEVELS[:7]:
        rng = random.Random(level)
        some = tasks(level, 150 if level < 7 else 60)
        right = sum(GAME.verify(task, GAME.guess(task, rng)).correct for task in some for _ in range(40))
        rates.append(right / (40 * len(some)))
    assert all(rate < bound for rate, bound in zip(rates, ROW.guess_rate, strict=False)), rates
    assert rates == sorted(rates, reverse=True), rates


@pytest.mark.parametrize("level", LEVELS)
def test_guesses_are_expressions_of_the_numbers(level):
    rng = random.Random(level)
    for task in tasks(level, 10):
        guess = GAME.guess(task, rng)
        worth, used = exact(guess)
        assert not Counter(used) - Counter(task.payload.numbers)
        assert GAME.verify(task, guess).outcome is (Outcome.CORRECT if worth == task.payload.target else Outcome.WRONG)


@pytest.mark.parametrize("level", LEVELS)
def test_corrupted_gold_is_an_expression_that_is_no_solution(level):
    rng = random.Random(level)
    for task in [*tasks(level, 10), GAME.task_from([2, 2], 4, "+*"), GAME.task_from([1, 2], 3, "+")]:
        for _ in range(5):
            wrong = GAME.corrupt(task, rng)
            assert not is_solution(task.prompt, wrong)
            assert GAME.verify(task, wrong).outcome is Outcome.WRONG


# -- the oracle --------------------------------------------------------------------------------------------------------


def check_trace(task, trace):
    """Each try is what it says; each equation uses given numbers and earlier results, each once, up to the target."""
    numbers, target, _, use_all = read_prompt(task.prompt)
    assert trace.answer == task.gold
    free = Counter(Fraction(number) for number in numbers)
    results = {}
    for index, step in enumerate(trace.steps, 1):
        kind = step.fact[0]
        if kind == "value":
            worth, used = exact(step.fact[1])
            assert worth == Fraction(step.fact[2])
            assert Counter(used) == Counter(numbers) if use_all else not Counter(used) - Counter(numbers)
            assert (worth == target) == (index == len(trace.steps))
            assert step.statement.count(step.fact[1]) == 1
            assert f"= {step.fact[2]}" in step.statement
            continue
        _, left, sign, right, result = step.fact
        left, right, result = Fraction(left), Fraction(right), Fraction(result)
        assert combine(left, right, sign) == result
        premises = Counter(results.pop(premise.index) for premise in step.premises)  # each earlier result used once
        for operand in (left, right):
            if premises[operand]:
                premises[operand] -= 1
            else:
                free[operand] -= 1
        assert not +premises
        results[index] = result
        shown = [str(part) if part.denominator == 1 else f"({part})" for part in (left, right)]
        assert step.statement.startswith(f"{shown[0]} {sign} {shown[1]} = {result}")
    assert min(free.values()) >= 0
    last = trace.steps[-1]
    assert last.fact == ("value", task.gold, str(target))
    if results:
        assert [premise.index for premise in last.premises] == list(results)
        assert list(results.values()) == [target]
        assert not use_all or not +free


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_step_of_the_proof_holds(level, lang):
    for task in tasks(level, 20, lang, salt=1):
        check_trace(task, GAME.solve(task))


def test_oracle_reads_only_what_is_stated():
    for level in LEVELS:
        for task in tasks(level, 3, salt=2):
            blank = dataclasses.replace(task, gold="")
            assert GAME.solve(blank).answer == task.gold
            again = GAME.task_from(*read_prompt(task.prompt)[:3], use=task.payload.use)
            assert again == task


def test_easy_proofs_are_short():
    lengths = [len(GAME.solve(task).steps) for task in tasks(1, 200)]
    assert max(lengths) <= 7
    assert statistics.mean(lengths) <= 4


@pytest.mark.parametrize("count", [3, 4])
def test_tries_with_some_of_the_numbers_go_from_few_to_many(count):
    rng, knobs = random.Random(count), CountdownKnobs(numbers=count, operations=("+",), use="any")
    for task in (GAME.generate(rng, knobs) for _ in range(40)):
        trace = GAME.solve(task)
        check_trace(task, trace)
        sizes = [step.fact[1].count("+") for step in trace.steps]
        assert sizes == sorted(sizes)
        assert len({step.fact[1] for step in trace.steps}) == len(sizes)


def test_a_given_number_needs_no_tries():
    task = GAME.task_from((3, 8, 5), 8, ("+",), use="any")
    assert [step.statement for step in GAME.solve(task).steps] == ["The number 8 is given."]
    assert GAME.solve(task).answer == task.gold == "8"


# -- languages and canonical form --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_languages_show_the_same_problem(level):
    for english, chinese in zip(tasks(level, 8), tasks(level, 8, "zh"), strict=True):
        assert read_prompt(english.prompt) == read_prompt(chinese.prompt)
        assert (english.gold, english.canonical) == (chinese.gold, chinese.canonical)
        assert not re.search(r"[一-鿿]", english.prompt)
        assert not re.search(r"[A-Za-z]", chinese.prompt)


def test_canonical_forgets_order_and_keeps_the_problem():
    base = GAME.task_from([3, 5, 12, 7], 13)
    assert GAME.task_from([12, 7, 3, 5], 13, lang="zh").canonical == base.canonical
    others = [
        GAME.task_from([3, 5, 12, 7], 14),
        GAME.task_from([3, 5, 12, 8], 14),
        GAME.task_from([3, 5, 12, 7], 13, "+-*"),
        GAME.task_from([3, 5, 12, 7], 13, use="any"),
        GAME.task_from([3, 5, 1, 2, 7], 13),
    ]
    assert len({task.canonical for task in [base, *others]}) == 6


def test_same_stream_same_bytes():
    assert tasks(6, 5) == tasks(6, 5)
    assert tasks(6, 5) != tasks(6, 5, salt=1)


# -- knobs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"numbers": 9}, InvalidValueError, "3 to 8"),
        ({"numbers": 2}, InvalidValueError, "3 to 8"),
        ({"numbers": "4"}, InvalidValueError, "int"),
        ({"number": 4}, UnknownNameError, "Did you mean 'numbers'"),
        ({"use": "some"}, InvalidValueError, "'all', 'any'"),
        ({"operations": ("+", "^")}, InvalidValueError, "+ - * /"),
        ({"operations": ()}, InvalidValueError, "+ - * /"),
        ({"operations": ("+", "+")}, InvalidValueError, "different"),
        ({"operations": ("-", "*")}, InvalidValueError, "only with '+'"),
        ({"operations": ("+", "/")}, InvalidValueError, "only with '*'"),
        ({"low": 20, "high": 10}, ImpossibleTaskError, "above 'high'"),
        ({"target_low": 200}, ImpossibleTaskError, "above 'target_high'"),
        ({"numbers": 3, "min_operations": 3}, ImpossibleTaskError, "at most 2"),
        ({"numbers": 6, "max_solutions": 3}, InvalidValueError, "at most 5"),
        ({"high": 5, "operations": ("+",), "target_low": 50}, ImpossibleTaskError, "at most 20"),
        ({"low": 50, "operations": ("+",), "target_high": 100}, ImpossibleTaskError, "at least 200"),
        ({"low": 5, "operations": ("*",), "target_high": 100}, ImpossibleTaskError, "at least 625"),
    ],
)
def test_wrong_knobs(values, error, words):
    with pytest.raises(error, match=re.escape(words)):
        make_knobs(CountdownKnobs, values)


def test_knobs_without_a_task_end():
    knobs = CountdownKnobs(numbers=4, low=7, high=7, operations=("+", "*"), target_low=15, target_high=20)
    with pytest.raises(ImpossibleTaskError, match="no countdown problem"):
        GAME.generate(random.Random(0), knobs)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (([1, 1, 1], 100), ImpossibleTaskError),
        (([], 1), InvalidValueError),
        (([0, 1], 1), InvalidValueError),
        (([1] * 9, 9), InvalidValueError),
        (([1, 2], -1), InvalidValueError),
        (([1, 2], 3, "+^"), InvalidValueError),
        (([1, 2], 3, "-"), InvalidValueError),
        (([1, 2], 3, "+", "some"), InvalidValueError),
    ],
)
def test_task_from_refuses(arguments, error):
    with pytest.raises(error):
        GAME.task_from(*arguments)


def test_render_shows_the_problem_without_the_answer():
    for task in tasks(4, 10):
        drawn = GAME.render(task)
        assert [int(number) for number in re.findall(r"\d+", drawn)] == [*task.payload.numbers, task.payload.target]


# -- real data ---------------------------------------------------------------------------------------------------------


def real_rows(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_game_of_24():
    rows = real_rows("game24.jsonl")
    assert len(rows) == 100
    for row in rows:
        task = GAME.task_from([int(number) for number in row["Puzzles"].split()], 24)
        assert is_solution(task.prompt, task.gold)
        check_trace(task, GAME.solve(task))
        assert GAME.verify(task, task.gold).correct


def test_published_countdown_rows():
    rows = real_rows("countdown_leey_test.jsonl")
    assert len(rows) == 200
    for row in rows:
        task = GAME.task_from(row["nums"], row["target"])
        assert is_solution(task.prompt, task.gold)
        check_trace(task, GAME.solve(task))
        assert GAME.verify(task, task.gold).correct


def test_effort_rises_with_the_level():
    """The candidates are counted one by one elsewhere in this file."""
    means = [statistics.mean(GAME.effort(task) for task in tasks(level, 30)) for level in LEVELS]
    assert means == sorted(set(means)), means
    for level in range(1, 8):
        task = tasks(level, 1)[0]
        assert 2 ** GAME.effort(task) == pytest.approx(GAME.grade(task).candidates)
