"""Tables: gold answers against pandas, the ladder, twins and edits, and hostile answers."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs.domain import make_knobs
from guru_envs.domains.tables.tables import Tables, TablesKnobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.registry import bundled_file, read_rows
from guru_envs.task import Outcome

ROW = next(row for row in read_rows(bundled_file()) if row.id == "guru/tables-v0")
LEVELS = range(1, len(ROW.levels) + 1)
DOMAIN = Tables()


def tasks(level, count, lang="en", salt=0, **changed):
    knobs = make_knobs(TablesKnobs, {**ROW.levels[level - 1], "lang": lang, **changed})
    rng = random.Random(1000 * level + salt)
    return [DOMAIN.generate(rng, knobs) for _ in range(count)]


@pytest.mark.parametrize("level", LEVELS)
def test_pandas_confirms_gold_from_the_prompt_alone(level):
    pytest.importorskip("pandas", reason="pandas is needed to confirm gold answers")
    from tables_by_hand import check

    for task in tasks(level, 15):
        assert check(task.prompt, task.gold) == "", task.prompt


@pytest.mark.parametrize("style", ["markdown", "html", "csv", "text"])
def test_formats_show_the_same_figures(style):
    pytest.importorskip("pandas", reason="pandas is needed to confirm gold answers")
    from tables_by_hand import Book, check

    for task in tasks(7, 4, format=style):
        assert check(task.prompt, task.gold) == ""
        frame, sheet = Book(task.prompt).frame, task.payload.sheet
        known = sum(value is not None for value in sheet.values.values())
        assert int(frame.notna().to_numpy().sum()) == known
        assert len(frame) == len(sheet.items)


@pytest.mark.parametrize("level", LEVELS)
def test_chinese_is_the_same_problem(level):
    for one, other in zip(tasks(level, 8), tasks(level, 8, "zh"), strict=True):
        assert one.canonical == other.canonical
        assert one.payload.exact == other.payload.exact
        numbers = [
            sorted(re.findall(r"[0-9][0-9,.]*[0-9]|[0-9]", task.prompt.rsplit("\n\n", 1)[1])) for task in (one, other)
        ]
        years = [[n for n in found if re.fullmatch("20[0-9]{2}", n)] for found in numbers]
        assert years[0] == years[1]
        assert DOMAIN.verify(other, other.gold).correct
        assert DOMAIN.solve(other).answer == other.gold


def test_effort_rises():
    means = [sum(map(DOMAIN.effort, tasks(level, 40))) / 40 for level in LEVELS]
    assert all(one < other for one, other in pairwise(means)), means


@pytest.mark.parametrize("level", LEVELS)
def test_twins_and_edits(level):
    rng = random.Random(level)
    edits = 0
    for task in tasks(level, 6, salt=1):
        twin = DOMAIN.twin(task, rng)
        assert twin.canonical == task.canonical
        assert twin.prompt != task.prompt
        edited = DOMAIN.edit(task, rng)
        if edited is not None:
            edits += 1
            assert edited.canonical != task.canonical
            assert not DOMAIN.verify(edited, task.gold).correct
            before, after = task.payload.sheet.values, edited.payload.sheet.values
            assert sum(before[place] != after[place] for place in before) == 1
    assert edits >= 3


def test_numbers_are_read_in_their_scale():
    task = next(t for t in tasks(4, 200) if t.payload.ask.unit is not None and t.payload.ask.per is None
                and t.payload.ask.scale == 1000 and not t.payload.ask.rounded)  # fmt: skip
    value, unit = task.payload.exact, task.payload.sheet.measures[task.payload.ask.unit].unit
    number = float(value)
    for right in (
        f"{number:,}",
        f"{number} thousand",
        f"{number / 1000:.9f} million",
        f"{number * 1000:.4f} {unit.en}",
    ):
        assert DOMAIN.verify(task, right).correct, right
    for wrong in (number * 1000, number / 1000, number * 100, -number, number + 1, f"{number} million", f"{number}%"):
        assert DOMAIN.verify(task, str(wrong)).outcome is Outcome.WRONG, wrong


def test_numbers_in_many_notations():
    seen = 0
    for task in tasks(4, 60, operations=("aggregate", "change")):
        ask, number = task.payload.ask, task.gold.partition(" ")[0]
        if ask.percent or ask.unit is None:
            continue
        seen += 1
        unit, whole = task.gold.partition(" ")[2], number.lstrip("-")
        apart = f"{int(whole.partition('.')[0]):,}".replace(",", " ") + "".join(whole.partition(".")[1:])
        sign = "-" if number[0] == "-" else ""
        for text in (
            f"\\boxed{{{task.gold}}}", f"`{task.gold}`", f"The answer is {task.gold}.", f"≈ {task.gold}",
            f'"{task.gold}"',
            f"x = {number}",
            f"{sign}{apart} {unit}", f"{'minus ' * bool(sign)}{whole} {unit}", f"**{task.gold}**",
        ):  # fmt: skip
            assert Tables().verify(task, text).correct, text
        wrong = f"{float(number) + 10**-ask.places:.{ask.places}f}"
        for text in (
            f"{number} or {wrong}",
            f"{number} {wrong}",
            f"{wrong} = {number} {unit}",
            f"not {number}",
            f"±{number}",
            f"1/{number}",
        ):
            assert not Tables().verify(task, text).correct, text
    assert seen > 20


def test_lists_in_many_notations():
    seen = 0
    for task in tasks(3, 80, operations=("rank", "filter")):
        names = task.payload.labels
        if len(names) < 2 or task.payload.ask is not None:
            continue
        seen += 1
        others = [name.en for name, _ in task.payload.sheet.items if name.en not in names]
        listed = [f"{n}. {name}" for n, name in enumerate(names, 1)]
        for text in (
            "\n".join(names), "\n".join(listed), " ".join(listed), "\n".join(f"- {name}" for name in names), f"[{', '.join(names)}]",
            ", ".join(names[:-1]) + " and " + names[-1], " \\mid ".join(names), "\\boxed{" + "|".join(names) + "}",
        ):  # fmt: skip
            assert Tables().verify(task, text).correct, text
            assert (
                not Tables().verify(task, f"{text}\n{others[0]}" if "\n" in text else f"{text}, {others[0]}").correct
            ), text
    assert seen > 20


def test_ratios_show_at_least_three_figures():
    for task in tasks(9, 120, operations=("ratio",), hops=0):
        if task.payload.ask.per is not None and task.payload.ask.rounded:
            assert len(task.gold.split(" ")[0].replace(".", "").strip("0")) >= 2, task.gold
            assert float(task.gold.split(" ")[0]) * 10**task.payload.ask.places >= 99


def test_a_percentage_is_no_fraction():
    task = next(t for t in tasks(4, 200) if t.payload.ask.percent and t.payload.ask.rounded)
    exact = float(task.payload.exact)
    for right in (task.gold, task.gold[:-1], f"{task.gold[:-1]} percent", f"{exact:.6f}%", f"{exact:.9f}"):
        assert DOMAIN.verify(task, right).correct, right
    for wrong in (
        f"{exact / 100:.4f}",
        f"{exact / 100:.6f}%",
        f"{exact * 100:.2f}",
        f"{exact + 0.2:.3f}%",
        f"{-exact:.3f}",
    ):
        assert not DOMAIN.verify(task, wrong).correct, wrong


HOSTILE = ["", " ", "\0", "\ud800", "9" * 1000, "9" * 10**6, "1e9", "1/0", "nan", "inf", "(" * 900, "|" * 900, "$" * 900, "\\" * 900,
           "-" * 500 + "1", "1" + "," * 400, "__import__('os')", "{" * 900, "1,2", "٣", "x|" * 400, "\\text{" * 100]  # fmt: skip


@pytest.mark.parametrize("level", [1, 2, 3, 4, 7])
def test_hostile_answers_get_a_quick_verdict(level):
    for task in tasks(level, 6, salt=2):
        for text in HOSTILE:
            start = time.process_time()
            verdict = DOMAIN.verify(task, text)
            assert time.process_time() - start < 0.2
            assert verdict.outcome in (Outcome.WRONG, Outcome.NO_ANSWER)


POOL = [task for level in (2, 3, 4) for task in tasks(level, 4, salt=3)]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(POOL), st.text(max_size=60) | st.text(alphabet="0123456789.,-()$%| thousandmilion万亿", max_size=30)
)
def test_any_text_gets_a_verdict(task, text):
    verdict = DOMAIN.verify(task, text)
    assert verdict.credit == (1.0 if verdict.correct else 0.0)
    assert bool(verdict.detail) is not verdict.correct


def test_knobs_without_tasks_are_refused():
    with pytest.raises(ImpossibleTaskError):
        TablesKnobs(tables=2, measures=1)
    with pytest.raises(ImpossibleTaskError):
        TablesKnobs(items=2, periods=2, missing=3)
    with pytest.raises(InvalidValueError):
        TablesKnobs(operations=("lookup", "divine"))
