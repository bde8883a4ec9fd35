"""Lines of responses to countdown, against a search of everything."""

import itertools
import random
import time
from fractions import Fraction

import pytest

from guru_envs import registry
from guru_envs.domains.math import _countdown_working as countdown_lines
from guru_envs.domains.math.countdown import Countdown
from guru_envs.errors import ImpossibleTaskError

ARROWS = {"step": 0.5, "false_step": -0.5}


def reaches(items, target, signs, use):
    """Whether some numbers make a target, by trying everything, results below zero among it."""
    if target in items and (use == "any" or len(items) == 1):
        return True
    for one, two in itertools.permutations(range(len(items)), 2):
        rest = [item for place, item in enumerate(items) if place not in (one, two)]
        for sign in signs:
            if (sign == "/" and not items[two]) or (sign in "+*" and one > two):
                continue
            if reaches([*rest, combined(items[one], sign, items[two])], target, signs, use):
                return True
    return False


def combined(one, sign, two):
    return {"+": one + two, "-": one - two, "*": one * two, "/": one / two if two else None}[sign]


def shown(number):
    return str(number) if number.denominator == 1 else f"({number})"


@pytest.mark.parametrize(("signs", "use"), [("+-", "all"), ("+-*", "all"), ("+-*/", "all"), ("+-*/", "any")])
def test_a_step_is_right_exactly_when_a_search_of_everything_finds_a_way_on(signs, use):
    rng, seen = random.Random(5), {True: 0, False: 0}
    while sum(seen.values()) < 260:
        numbers = [rng.randint(1, 12) for _ in range(rng.choice((3, 3, 4)))]
        try:
            task = Countdown.task_from(numbers, rng.randint(1, 40), signs, use)
        except ImpossibleTaskError:
            continue
        problem = task.payload
        if problem.target in numbers:
            continue
        items = [Fraction(number) for number in numbers]
        sheet = Countdown().working(task)
        while len(items) > 1:  # a random walk, backed up by one line of each kind
            one, two = rng.sample(range(len(items)), 2)
            sign = rng.choice(signs)
            worth = combined(items[one], sign, items[two])
            if worth is None or worth < 0:
                continue
            rest = [item for place, item in enumerate(items) if place not in (one, two)]
            right = sheet.state(f"{shown(items[one])} {sign} {shown(items[two])} = {worth}.")
            expected = reaches([*rest, worth], Fraction(problem.target), signs, use)
            assert right is expected, (numbers, problem.target, items, sign, one, two)
            seen[right] += 1
            if not right:
                break
            items = [*rest, worth]
            if use == "all":
                assert sheet.progress == pytest.approx(1 - (len(items) - 1) / (len(numbers) - 1))
    assert min(seen.values()) > 40, "too few lines of one kind were tried"


def test_lines_of_countdown():
    task = Countdown.task_from([8, 13, 15, 3], 17, "+-*", "all")
    for line, right, progress in (
        ("15 - 3 = 12.", True, 1 / 3),
        ("15 − 3 = 12", True, 1 / 3),
        ("15 - 3 = 11", False, 0),
        ("  15 - 3  =  12, good", True, 1 / 3),
        ("I take 15 - 3 = 12", None, 0),
        ("15 - 4 = 11", None, 0),  # true, but there is no 4
        ("3 - 15 = -12", None, 0),  # below zero: true, and no step
        ("15 / 3 = 5", None, 0),  # not allowed
        ("15 * 13 = 195", False, 0),  # too large to come back
        ("15 - 3 + 13 - 8 = 17", True, 1),
        ("15 - 3 + 13 - 8 = 17.0", True, 1),
        ("15 * 13 * 8 * 3 = 4,680", True, 0),
        ("15 * 13 * 8 * 3 = 4,681", False, 0),
        ("15 + 3 + 13 + 8 = 39, not 17.", True, 0),
        ("15 + 3 + 13 + 8 = 38", False, 0),
        ("15 + 15 - 13 = 17", None, 0),
        ("13 - 8 + 15 = 20", True, 0),
        ("So 15 - 3 + 13 - 8 = 17, with each number used once.", True, 1),
        ("17 = 17", None, 0),
        ("9" * 5000 + " - 1 = 2", None, 0),
        ("(" * 500 + " = 1", None, 0),
        ("15 / 0 = 1", None, 0),
    ):
        lines = Countdown().working(task)
        assert (lines.state(line), lines.progress) == (right, pytest.approx(progress)), line
    lines = Countdown().working(task)
    assert lines.state("15 - 3 = 12")
    assert lines.state("15 - 3 = 12") is None
    assert lines.state("12 + 13 = 25")
    assert lines.state("25 - 8 = 17")
    assert lines.progress == 1


def test_a_rounded_result_states_nothing():
    task = Countdown.task_from([15, 4, 2, 8], 30, "+-*/", "all")
    for line, right in (
        ("15 / 8 = 1.875", False),  # right, but then 30 can't be reached
        ("15 / 8 = 1.88", None),
        ("15 / 8 = 1.9", None),
        ("15 / 8 = 1.8", False),
        ("8 / 15 = 0.533", None),
        ("8 - 4 = 4.0", True),
    ):
        assert Countdown().working(task).state(line) is right, line


def test_lines_that_ask_for_searches_are_bounded():
    task = registry.task("guru/countdown-v0/train/10/0")
    one, two, *_ = task.payload.numbers
    lines = Countdown().working(task)
    started = time.process_time()
    for number in range(3000):
        lines.state(f"{one} * {two} = {one * two}")
        lines.state(f"{one} + {task.payload.numbers[number % 8]} = {one + task.payload.numbers[number % 8]}")
    assert time.process_time() - started < 5
    assert len(lines._found) <= countdown_lines.MOST_SEARCHES + 1


@pytest.mark.parametrize("level", [3, 5, 7])
def test_steps_drawn_blindly_do_not_pay(level):
    """Lines that are true, of numbers that are left, without a look at the target; at the price of a false step of the docs."""
    rng, earned = random.Random(0), []
    source = registry.make_source("guru/countdown-v0", level=level)
    for seed in range(150):
        task = source.pose(source.address(seed)).task
        lines, items, total = source.domain.working(task), list(task.payload.numbers), 0.0
        while len(items) > 1:
            one, two = sorted(
                (items.pop(rng.randrange(len(items))), items.pop(rng.randrange(len(items)))), reverse=True
            )
            sign = rng.choice([each for each in task.payload.operations if each != "/" or (two and one % two == 0)])
            before = lines.progress
            if not lines.state(f"{one} {sign} {two} = {combined(one, sign, two)}"):
                total += ARROWS["false_step"]
                break
            total += ARROWS["step"] * (lines.progress - before)
            items.append(combined(one, sign, two))
        earned.append(total)
    assert sum(earned) / len(earned) < {3: -0.1, 5: -0.2, 7: -0.2}[level]
