"""``guru sandbox status``."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from guru_envs.sandbox import cli
from guru_envs.sandbox.probes import PROMISES


def test_status_as_json() -> None:
    done = CliRunner().invoke(cli.app, ["status", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["level"] in ("full", "kernel", "closed", "none")
    assert set(found["held"]) == set(PROMISES)
    assert found["ms_per_program"] > 0


def test_status_as_a_table() -> None:
    done = CliRunner().invoke(
        cli.app, ["status", "--without", "namespaces", "--without", "landlock", "--without", "seccomp"]
    )
    assert done.exit_code == 0, done.output
    assert "level none" in done.output
    assert "switched off" in done.output
    assert "allow_unsafe" in done.output


def test_status_where_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    done = CliRunner().invoke(cli.app, ["status", "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["level"] is None
