"""What an experiment says it found: effects with their intervals, tables, the report and the figure."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo.estimators import Z95
from guru_grpo.experiments import plan, results


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
    spread = math.sqrt(((0.4) ** 2 + 0.3**2 + 0.1**2) / 2 / 3)
    assert found.high - found.difference == pytest.approx(Z95 * math.hypot(spread, 0.01 / Z95 / math.sqrt(3)))
    assert found.verdict == "not shown"


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
