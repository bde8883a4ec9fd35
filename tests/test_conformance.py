"""Every row of the registry keeps the contract, on every level."""

from __future__ import annotations

from pathlib import Path

import pytest

from guru_envs import checks
from guru_envs.registry import bundled_file, read_rows

HERE = Path(__file__).parent
ROWS = read_rows(bundled_file())
LEVELS = [(row.id, level) for row in ROWS for level in range(1, len(row.levels) + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_environment(row):
    golden = HERE / "golden" / f"{row.name}.json"
    findings = [finding for finding in checks.check_environment(row.id, 0, golden) if finding.level == 0]
    assert {finding.check for finding in findings} == {"gymnasium", "vector", "fresh process", "golden file"}
    assert [finding for finding in findings if not finding.ok] == []


@pytest.mark.parametrize(("env_id", "level"), LEVELS)
def test_level(env_id, level):
    findings = list(checks.check_level(env_id, level, tasks=6))
    assert len(findings) == checks.PER_LEVEL
    assert [finding for finding in findings if not finding.ok] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_ladder_is_long_enough_and_documented(row):
    assert len(row.levels) >= 8
    assert len({str(sorted(level.items())) for level in row.levels}) == len(row.levels)
    assert (HERE.parent / "docs" / "environments" / f"{row.name}.md").exists(), "write it with: guru docs"
