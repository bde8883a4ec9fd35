"""Countdown's parser and verdicts, against Python's own grammar and hand-written answers."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from countdown_by_hand import exact, is_solution
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs.domain import make_knobs
from guru_envs.domains.math._countdown_parse import parse, value
from guru_envs.domains.math.countdown import Countdown, CountdownKnobs
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


# -- the parser and the verdict ----------------------------------------------------------------------------------------

DIGITS = st.integers(0, 99).map(str)
EXPRESSIONS = st.recursive(
    DIGITS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", " - ", " / "]), inner).map("".join),
        inner.map("({})".format),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_value_is_the_exact_value(expression):
    parsed = parse(expression)
    worth = value(parsed.postfix)
    expected, used = exact(expression)
    assert [int(number) for number in parsed.numbers] == used
    assert (None if worth is None else Fraction(*worth)) == expected


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from([*"123456+-*/() ", "**", "//", " - ", "12"]), max_size=14).map("".join))
def test_accepts_exactly_the_grammar(text):
    try:
        exact(text)
        expected = True
    except (SyntaxError, ValueError):
        expected = False
    assert (parse(text) is not None) == expected


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="0123456789+-*/()=$\\{} fractimesdv×÷．１２", max_size=80))
def test_any_text_gets_a_verdict(text):
    task = FIVE
    verdict = GAME.verify(task, text)
    assert verdict.outcome in (Outcome.WRONG, Outcome.NO_ANSWER, Outcome.CORRECT)
    assert verdict.credit == (1.0 if verdict.correct else 0.0)
    assert bool(verdict.detail) is not verdict.correct
    assert len(verdict.detail) < 140


FIVE = GAME.task_from([12, 5, 9], 8)
THIRD = GAME.task_from([3, 3, 8, 8], 24)
ANY = GAME.task_from([1, 2, 3, 4, 24], 26, use="any")
SIGNED = GAME.task_from([12, 5, 9], 8, "+-")


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (FIVE, "12+5-9"),
        (FIVE, "(12 + (5)) - 9 = 8"),
        (FIVE, "12 − 9 + 5"),
        (FIVE, "（12＋5）－9＝8"),
        (FIVE, "$12 + 5 - 9$"),
        (FIVE, "\\(\\left(12 + 5\\right) - 9 = 8\\)"),
        (FIVE, "12 +\n5 - 9"),
        (THIRD, "8/(3-8/3)"),
        (THIRD, "8 ÷ (3 − 8 ÷ 3)"),
        (THIRD, "\\frac{8}{3 - \\frac{8}{3}} = 24"),
        (THIRD, "\\dfrac { 8 } { 3 - 8 \\div 3 }"),
        (ANY, "24 + 2"),
        (ANY, "24 \\times 1 + 2"),
        (ANY, "24 · 1 + 2"),
        (ANY, "24 \\cdot 1 + 4 - 2"),
        (ANY, "24 + 3 - 1"),
    ],
)
def test_right(task, answer):
    assert GAME.verify(task, answer).outcome is Outcome.CORRECT


WRONG = [
    (FIVE, "12 + 5 + 9", "the expression is worth 26"),
    (FIVE, "12 / 5 / 9", "the expression is worth 4/15"),
    (FIVE, "5 - 12 - 9", "the expression is worth -16"),
    (FIVE, "8", "the number 8 is not among the given numbers"),
    (FIVE, "12 + 5 - 9 + 8 - 8", "the number 8 is not among the given numbers"),
    (FIVE, "12 + 5 - 5 + 5 - 9", "the number 5 is used more often than it is given"),
    (FIVE, "12 - 5", "not every given number is used: a 9 is missing"),
    (FIVE, "125 - 9", "the number 125 is not among the given numbers"),
    (FIVE, "012 + 5 - 9", "the number 012 is not among the given numbers"),
    (FIVE, "12 + 5 - 9 = 9", "the equation ends in 9, which is not the number to make"),
    (FIVE, "12 + 5 + 9 = 8", "the expression is worth 26"),
    (FIVE, "9" * 500, "a number in the expression is not among the given numbers"),
    (FIVE, "12 + 5 - 9 = " + "8" * 100, "the equation ends in ..., which is not the number to make"),
    (THIRD, "8/(3-3)/8", "the expression divides by zero"),
    (THIRD, "3 / (8 - 8) * 3", "the expression divides by zero"),
    (SIGNED, "12 * 5 - 9", "the operation * is not allowed"),
    (ANY, "26", "the number 26 is not among the given numbers"),
]


@pytest.mark.parametrize(("task", "answer", "detail"), WRONG)
def test_wrong_with_the_true_reason(task, answer, detail):
    assert GAME.verify(task, answer) == (Outcome.WRONG, 0.0, None, detail, False)


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "",
            " ",
            "=",
            "= 8",
            "8 =",
            "8 = 12 + 5 - 9",
            "12 + 5 - 9 = 8 = 8",
            "12 + 5 = 17 - 9",
            "-9 + 12 + 5",
            "+12 + 5 - 9",
        ),
        *(
            "12 + -5",
            "12 - -5 - 9",
            "2**3",
            "12 // 5",
            "12 ^ 5",
            "12.0 + 5 - 9",
            "12 + 5 - 9 = 8.0",
            "1 2 + 5 - 9",
            "12 5 9",
        ),
        *(
            "(12)(5) - 9",
            "12(5) - 9",
            "12 + 5 - 9%",
            "12 + 5 - 9 or so",
            "The answer is 12 + 5 - 9",
            "12 + 5 - 9.",
            "1_2 + 5 - 9",
        ),
        *(
            "(12 + 5 - 9",
            "12 + 5) - 9",
            "()",
            "12 + () 5",
            "[12 + 5] - 9",
            "１２ + 5 - 9",
            "١٢ + 5 - 9",
            "12 + 5 - 9\x00",
            "😀",
        ),
        *(
            "\udc80",
            "\\frac{12}{5",
            "\\frac{12}",
            "\\frac12",
            "\\frac{12}{5}{9}",
            "\\sqrt{12}",
            "\\times",
            "\\timesx",
            "{12} + 5 - 9",
        ),
        *(
            "0x8",
            "8e0",
            "12+5-9;",
            "12+5-9#",
            "__import__('os')",
            "9**9**9**9",
            "12 + 5 - 9, 12 - 9 + 5",
            "(" * 300,
            "12 + " * 150,
        ),
        *("1" * 1_000_000, "(" * 1_000_000, "$" * 1_000_000, " " * 1_000_000, "\\frac{" * 100, "x" * 700),
    ],
    ids=lambda answer: ascii(answer[:24]),
)
def test_no_expression(answer):
    verdict = GAME.verify(FIVE, answer)
    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.detail


def test_details_are_in_the_language_of_the_task():
    task = GAME.task_from([12, 5, 9], 8, lang="zh")
    details = [GAME.verify(task, answer).detail for _, answer, _ in WRONG[:13]] + [GAME.verify(task, "x").detail]
    assert all(re.search(r"[一-鿿]", detail) for detail in details)


@pytest.mark.parametrize("level", LEVELS)
def test_changed_gold_is_judged_by_its_value(level):
    rng = random.Random(level)
    for task in tasks(level, 10, salt=5):
        for _ in range(10):
            place = rng.randrange(len(task.gold))
            changed = task.gold[:place] + rng.choice("0123456789+-*/() ") + task.gold[place + 1 :]
            try:
                expected = is_solution(task.prompt, changed)
            except (SyntaxError, ValueError):
                expected = False
            assert GAME.verify(task, changed).correct == expected, (task, changed)
