"""The tables of experiments against numbers that were published: averages recompute, and columns are scaled within themselves.

arXiv 2507.17512, tables 4 to 12 (Qwen2.5-7B, base): seven benchmarks, three of math, two of code, two of puzzles. Only cells that
are known to us stand here; the studies' other averages can not be recomputed without theirs.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo.estimators import Z95
from guru_grpo.experiments import figures, plan, results

UNTRAINED = {
    "MATH500": 56.40,
    "CountDown": 1.05,
    "AIME24": 10.00,
    "HumanEval": 70.12,
    "MBPP": 64.80,
    "KK": 17.86,
    "Zebra": 0.27,
}
DOMAINS = {"math": ("MATH500", "CountDown", "AIME24"), "code": ("HumanEval", "MBPP"), "puzzle": ("KK", "Zebra")}
ALL_THREE = {"math": 49.75, "code": 73.63, "puzzle": 49.73}  # trained on math, puzzles and code: means of the domains
MATRIX = SimpleNamespace(entry=SimpleNamespace(figure="matrix"), claims=())


def row(arm, environment, percent, reach=0.0, seed=0):
    share = {"mean": percent / 100, "low": (percent - reach) / 100, "high": (percent + reach) / 100}
    return {"arm": arm, "test": "t", "environment": environment, "seed": seed, "correct": share, "length": percent}


def percent_of(cell):
    return 100 * float(cell.partition(" ")[0])


def test_the_average_of_seven_benchmarks_recomputes():
    rows = [row("untrained", name, value) for name, value in UNTRAINED.items()]
    rows += [row("all", name, ALL_THREE[domain]) for domain, names in DOMAINS.items() for name in names]
    head, untrained, trained = results.table(MATRIX, rows)
    assert head == ["arm", *UNTRAINED, "mean"]
    assert percent_of(untrained[-1]) == pytest.approx(31.50, abs=0.05)  # cells show a tenth of a percent
    assert percent_of(trained[-1]) == pytest.approx(56.57, abs=0.05)
    # It is the mean of the benchmarks; that of the three domains is another number.
    by_domain = results.table(MATRIX, [row("all", name, value) for name, value in ALL_THREE.items()])
    assert percent_of(by_domain[1][-1]) == pytest.approx(57.70, abs=0.05)


def test_the_margins_of_the_large_runs_recompute():
    """arXiv 2506.14965, table 3: averages of 17 benchmarks, and the margins that its abstract gives them."""
    rows = [row("guru", "7B", 43.29), row("other", "7B", 35.42), row("guru", "32B", 54.24), row("other", "32B", 47.53)]
    claims = SimpleNamespace(claims=(plan.Claim("guru", "other", "guru is better"),))
    margins = {one.environment: round(100 * one.difference, 1) for one in results.effects(claims, rows)}
    assert margins == {"7B": 7.9, "32B": 6.7}


def test_the_interval_of_an_average_is_that_of_independent_cells():
    rows = [row("a", "x", 50.0, 3.0), row("a", "y", 70.0, 4.0), row("b", "x", 10.0)]
    _, whole, partial = results.table(MATRIX, rows)
    assert whole[-1] == "0.600 [0.575, 0.625]"  # half of the root of 3 squared + 4 squared
    assert partial[-2:] == ["", ""]  # without a cell there is no average
    assert results.table(MATRIX, rows, "length")[1][-1] == "60.0"
    several = [row("a", name, 50.0 + 2 * seed, 0.1, seed) for name in "xy" for seed in range(3)]
    spread = Z95 * math.sqrt(4 / 3) / math.sqrt(2)
    assert results.table(MATRIX, several)[1][-1] == f"0.520 [{0.52 - spread / 100:.3f}, {0.52 + spread / 100:.3f}]"


def test_an_average_of_shares_is_a_share():
    never = {"mean": 0.0, "low": 0.0, "high": 0.06}
    rows = [row("a", name, 0.0) | {"correct": never} for name in "xyzw"]
    assert results.table(MATRIX, rows)[1][-1] == "0.000 [0.000, 0.030]"


def test_only_a_matrix_of_several_columns_has_averages():
    bars = SimpleNamespace(entry=SimpleNamespace(figure="bars"), claims=())
    rows = [row("a", "x", 50.0), row("a", "y", 70.0)]
    assert results.table(bars, rows)[0] == ["arm", "x", "y"]
    assert results.table(MATRIX, rows[:1])[0] == ["arm", "x"]


def test_columns_are_scaled_within_themselves():
    """As in GURU's figure 3: the best of a column is 1, the worst 0, and a column that is constant 0 throughout, not NaN."""
    column = [31.50, 45.11, 50.72, 35.78, 48.36, 50.89, 48.92, 56.57]  # the study's averages by what was trained on
    scaled = [figures.scale(value, column) for value in column]
    assert (scaled[0], scaled[-1]) == (0.0, 1.0)
    assert scaled[1] == pytest.approx((45.11 - 31.50) / (56.57 - 31.50))
    assert [sorted(column).index(value) for value in column] == [sorted(scaled).index(value) for value in scaled]
    assert [figures.scale(value, [0.0] * 3) for value in (0.0, 0.0, math.nan)] == [0.0] * 3
    assert figures.scale(math.nan, column) == 0.0
