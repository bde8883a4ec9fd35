"""What an experiment says it found: effects with their intervals, tables, the report and the figure."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import struct
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo.estimators import mean_interval, student
from guru_grpo.experiments import figures, plan, results


def _row(arm, mean, reach, seed=0, length=10.0):
    interval = {"mean": mean, "low": mean - reach, "high": mean + reach}
    return {
        "arm": arm,
        "test": "t",
        "environment": "e",
        "seed": seed,
        "correct": interval,
        "reward": interval,
        "length": length,
    }


def test_effects_are_seen_reversed_or_not_shown():
    class Fake:
        claims = (plan.Claim("a", "b", "a over b"), plan.Claim("b", "a", "b over a"), plan.Claim("a", "c", "a over c"))

    found = results.effects(Fake, [_row("a", 0.6, 0.06), _row("b", 0.4, 0.08), _row("c", 0.55, 0.08)])
    assert [one.verdict for one in found] == ["seen", "reversed", "not shown"]
    assert found[0].difference == pytest.approx(0.2)
    assert found[0].high - found[0].low == pytest.approx(2 * math.hypot(0.06, 0.08))  # independent estimates


def test_seeds_that_differ_more_than_their_tasks_widen_the_interval():
    class Fake:
        claims = (plan.Claim("a", "b", "a over b"),)

    rows = [_row("a", mean, 0.01, seed) for seed, mean in enumerate((0.2, 0.9, 0.7))] + [
        _row("b", 0.3, 0.01, seed) for seed in range(3)
    ]
    (found,) = results.effects(Fake, rows)
    assert found.difference == pytest.approx(0.3)
    # the seeds of one arm alone differ, so Student's quantile is that of 2 degrees of freedom; all seeds have the tasks in common
    spread = math.sqrt(((0.4) ** 2 + 0.3**2 + 0.1**2) / 2 / 3)
    assert found.high - found.difference == pytest.approx(math.hypot(student(2) * spread, math.hypot(0.01, 0.01)))
    assert found.verdict == "not shown"


@pytest.mark.parametrize("seeds", [2, 3, 5])
@pytest.mark.parametrize(("by_seed", "by_task"), [(0.1, 0.0), (0.0, 1.0), (0.05, 0.5)])
def test_intervals_over_several_seeds_hold(seeds, by_seed, by_task):
    """Two arms that are alike: their difference is called one in at most 5 % of the experiments, and a cell holds the truth in 95 %."""

    class Fake:
        claims = (plan.Claim("a", "b", "a over b"),)
        entry = SimpleNamespace(figure="bars")

    draw, wrong, held, many = random.Random(1), 0, 0, 400
    for _ in range(many):
        tasks = [draw.uniform(0.5 - by_task / 2, 0.5 + by_task / 2) for _ in range(48)]
        rows = []
        for arm in "ab":
            for seed in range(seeds):
                shift = draw.gauss(0, by_seed)
                share = mean_interval([[float(draw.random() < chance + shift) for _ in range(2)] for chance in tasks])
                rows.append(_row(arm, 0.5, 0.1, seed) | {"correct": vars(share)})
        (effect,) = results.effects(Fake, rows)
        wrong += effect.verdict != "not shown"
        _, low, high = results._interval(rows[:seeds], "correct")
        held += low <= 0.5 <= high
    assert wrong <= 0.07 * many  # 5 %, and twice the standard error of 400 tries
    assert held >= 0.93 * many


def test_a_share_over_several_seeds_stays_one():
    class Fake:
        claims = ()
        entry = SimpleNamespace(figure="bars")

    never = vars(mean_interval([[0.0]] * 20))
    rows = [_row("a", 0.5, 0.1, seed) | {"correct": never} for seed in range(3)]
    shown = results._interval(rows, "correct")
    assert shown == pytest.approx((0.0, 0.0, never["high"])), (
        "the tasks are the same, so three seeds know no more of them"
    )
    rows[0]["correct"] = vars(mean_interval([[1.0]] * 20))
    _, low, high = results._interval(rows, "correct")
    assert (low, high) == (0.0, 1.0)


def _spread(mean, reach):
    return {"mean": mean, "low": mean - reach, "high": mean + reach}


def test_lengths_with_an_interval_are_held_against_each_other_by_one_seed():
    class Fake:
        claims = (plan.Claim("a", "b", "a is shorter", measure="length"),)
        entry = SimpleNamespace(figure="bars")

    rows = [
        _row("a", 0.5, 0.1, length=5.0) | {"length_interval": _spread(5.0, 0.3)},
        _row("b", 0.5, 0.1, length=9.0) | {"length_interval": _spread(9.0, 0.4)},
    ]
    (one,) = results.effects(Fake, rows)
    assert (one.difference, one.verdict) == (4.0, "seen")
    assert one.difference - one.low == pytest.approx(0.5)
    assert results.table(Fake, rows, "length")[1:] == [["a", "5.0 [4.7, 5.3]"], ["b", "9.0 [8.6, 9.4]"]]
    # One that an earlier version measured has none, and is shown alone.
    rows[1] = _row("b", 0.5, 0.1, length=9.0) | {"length_interval": None}
    assert results.effects(Fake, rows)[0].verdict == "not shown"
    assert results.table(Fake, rows, "length")[1:] == [["a", "5.0 [4.7, 5.3]"], ["b", "9.0"]]


def test_less_surprisal_is_better_and_has_a_table_where_it_was_measured(tmp_path):
    fake = _fake(tmp_path, "bars")
    fake.claims = (plan.Claim("a", "b", "the entropy of a is lower", measure="surprisal"),)
    rows = [_full("a") | {"surprisal": _spread(0.25, 0.05)}, _full("b") | {"surprisal": _spread(0.5, 0.05)}]
    (one,) = results.effects(fake, rows)
    assert (one.difference, one.verdict) == (0.25, "seen")
    text = results.report(fake, rows)
    assert "## surprisal" in text
    assert "| a | 0.250 [0.200, 0.300] |" in text
    without = [{**row, "surprisal": None} for row in rows]
    assert not results.effects(fake, without)
    assert "## surprisal" not in results.report(fake, without)


def test_lengths_of_one_seed_show_nothing_for_their_spread_is_unknown():
    class Fake:
        claims = (plan.Claim("a", "b", "a is shorter", measure="length"),)

    (one,) = results.effects(Fake, [_row("a", 0.5, 0.1, length=5.0), _row("b", 0.5, 0.1, length=9.0)])
    assert (one.difference, one.verdict) == (4.0, "not shown")
    many = [
        _row(arm, 0.5, 0.1, seed, length)
        for seed in range(3)
        for arm, length in (("a", 5.0 + seed), ("b", 30.0 + seed))
    ]
    assert results.effects(Fake, many)[0].verdict == "seen"


def _full(arm, test="t", environment="e"):
    estimate = _spread(0.5, 0.1) | {"tasks": 9}
    passed = {"1": 0.5, "8": 0.75}
    return _row(arm, 0.5, 0.1) | {"test": test, "environment": environment, "format_ok": estimate, "answered": estimate,
        "guess_rate": 0.1, "passed": passed, "train": ["x", "y"]}  # fmt: skip


def test_pass_at_k_is_shown_with_its_interval_where_it_was_kept(tmp_path):
    old, new = _full("old"), _full("new")
    new["passed_interval"] = {"1": _spread(0.5, 0.125), "8": _spread(0.75, 0.125)}
    text = results.report(_fake(tmp_path, "lines"), [old, new])
    assert "| old | t | e | 0 | 0.500 | 0.750 |" in text
    assert "| new | t | e | 0 | 0.50 [0.38, 0.62] | 0.75 [0.62, 0.88] |" in text
    first, second = csv.DictReader(io.StringIO(results._csv([old, new])))
    assert (first["passed_interval.8.low"], second["passed_interval.8.low"]) == ("", "0.625")
    assert second["train"] == "x+y"


def _fake(folder, figure, arms=()):
    entry = SimpleNamespace(figure=figure, question="Why?", source="", note="", curves=("length",))
    arms = [
        SimpleNamespace(name=name, seed=0, train=train, tests=(), trains=True, folder=folder / name,
            config=SimpleNamespace(environments=[SimpleNamespace(name=f"guru/{one}") for one in train]))
        for name, train in arms
    ]  # fmt: skip
    return SimpleNamespace(name="fake", size="small", entry=entry, folder=folder, arms=arms, claims=())


def test_the_entropy_of_thirds_of_the_steps_is_reported_for_curves(tmp_path):
    arms = [("warm", ("sums",)), ("one", ("sums",)), ("two", ("sums", "tables"))]
    for name, _ in arms[1:]:
        (tmp_path / name).mkdir()
    # Steps 1 to 7: thirds of 3 steps; in step 2 there was nothing to learn from.
    one = [{"step": at, **({} if at == 2 else {"entropy": at / 10})} for at in range(1, 8)]
    two = [{"step": 1, "entropy": 0.5, "entropy/guru/sums": 0.25}, {"step": 2, "entropy": 0.125}]
    for name, rows in (("one", one), ("two", two)):
        (tmp_path / name / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    wanted = [
        "| arm | seed | learnt from | steps | first third | last third |",
        "| --- | --- | --- | --- | --- | --- |",
        "| one | 0 | sums | 7 | 0.200 | 0.600 |",
        "| two | 0 | all | 2 | 0.500 | 0.125 |",
        "| two | 0 | sums | 2 | 0.250 |  |",
    ]
    text = results.report(_fake(tmp_path, "curves", arms), [_full("one")])
    assert "\n".join(["## entropy of what was learnt from", "", *wanted]) in text
    assert "entropy" not in results.report(_fake(tmp_path, "bars", arms), [_full("one")])


def test_pass_at_k_is_drawn_with_its_interval(tmp_path):
    from matplotlib import pyplot

    kept = {"1": {"mean": 0.2, "low": 0.1, "high": 0.4}, "2": {"mean": 0.3, "low": 0.2, "high": 0.5}}
    rows = [_full("one") | {"passed": {"1": 0.2, "2": 0.3}, "passed_interval": kept}]
    rows.append(_full("old") | {"passed": {"1": 0.1, "2": 0.2}, "passed_interval": None})
    (axis,) = figures._lines(pyplot, _fake(tmp_path, "lines"), rows, {}).axes
    assert [line.get_ydata().tolist() for line in axis.lines] == [[0.2, 0.3], [0.1, 0.2]]
    (band,) = axis.collections
    corners = {(round(x, 9), round(y, 9)) for x, y in band.get_paths()[0].vertices}
    assert corners == {(1, 0.1), (1, 0.4), (2, 0.2), (2, 0.5)}


def test_a_difference_of_nothing_has_no_minus_sign():
    found = results.Effect(None, "test", "sums", -0.0001, -0.2, 0.0)
    assert found.interval == "+0.000 [-0.200, +0.000]"


def _size_of(path):
    """Width and height of a PNG in pixels, from its header."""
    return struct.unpack(">II", path.read_bytes()[16:24])


@pytest.mark.parametrize("all_of_them", [False, True])
def test_a_figure_of_many_arms_can_be_looked_at(tmp_path, all_of_them):
    """26 arms and 7 tests, as of an experiment on rewards: each arm measured in one of them, or in every one."""
    rows = [_full(f"arm {arm}", f"test {at}") for arm in range(26) for at in range(7) if all_of_them or arm % 7 == at]
    figures.draw(_fake(tmp_path, "bars"), rows, {}, tmp_path / "figure.png")
    width, height = _size_of(tmp_path / "figure.png")
    assert width < 13 * 110, "inches at 110 dots each"
    assert height < (23 if all_of_them else 8) * 110


def test_only_what_was_measured_in_a_place_is_drawn_there(tmp_path):
    from matplotlib import pyplot

    rows = [_full("untouched", "s"), _full("sums", "s"), _full("untouched", "l"), _full("logic", "l")]
    figure = figures._bars(pyplot, _fake(tmp_path, "bars"), rows, {})
    panels = {axis.get_title(): [one.get_text() for one in axis.get_yticklabels()] for axis in figure.axes}
    colours = {
        name: bar.get_facecolor()
        for axis in figure.axes
        for name, bar in zip(panels[axis.get_title()], axis.patches, strict=True)
    }
    pyplot.close(figure)
    assert panels == {"s: e": ["untouched", "sums"], "l: e": ["untouched", "logic"]}
    assert len(set(colours.values())) == 3
