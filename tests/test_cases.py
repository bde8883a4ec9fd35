"""The case files: real-looking responses with the outcome a person decided on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

import guru_envs
from guru_envs.registry import bundled_file, read_rows

HERE = Path(__file__).parent
KINDS = {"right", "equivalent", "wrong", "malformed", "cheat"}
FILES = {
    row.name: yaml.safe_load((HERE / "cases" / f"{row.name}.yaml").read_text())
    for row in read_rows(bundled_file())
    if not row.parts  # the tasks of a mixture are those of its parts
}
CASES = [(name, case) for name, content in FILES.items() for case in content["cases"]]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_case(name, case):
    assert case["task"].startswith(FILES[name]["env"])
    verdict = guru_envs.verify(case["task"], case["response"])
    assert verdict.outcome == case["outcome"], verdict
    assert (verdict.outcome == "correct") == (case["kind"] in ("right", "equivalent"))


@pytest.mark.parametrize("name", FILES)
def test_file_is_rich_enough(name):
    kinds = Counter(case["kind"] for case in FILES[name]["cases"])
    assert set(kinds) == KINDS
    assert sum(kinds.values()) >= 25
    assert kinds["cheat"] >= 10
    names = [case["name"] for case in FILES[name]["cases"]]
    assert len(set(names)) == len(names)
