"""Hostile programs win nothing and leave nothing; honest ones pass."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator

import pytest
from corpus_programs import HONEST, Host, attempt, limits_of, load

from guru_envs.sandbox import LocalSandbox, Program

HOSTILE = load()
LEVELS = {"none": 0, "closed": 2, "kernel": 3, "full": 4}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a level below full is said once; what it does not hold is skipped below
        with LocalSandbox(workers=1) as one:
            assert LEVELS[one.level] >= LEVELS["closed"]
            yield one


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host(tmp_path_factory.mktemp("host")).running() as one:
        yield one
        assert one.harm() == []


def test_corpus_is_large_and_complete() -> None:
    assert len(HOSTILE) >= 100
    assert len(load(HONEST)) >= 30
    assert len({entry["name"] for entry in HOSTILE}) == len(HOSTILE)
    assert all(entry["must_not"] and entry["status"] for entry in HOSTILE)


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: f"{entry['category']}-{entry['name']}")
def test_hostile_program_wins_nothing(entry: dict, sandbox: LocalSandbox, host: Host) -> None:
    if LEVELS[sandbox.level] < LEVELS[entry.get("level", "closed")]:
        pytest.skip(f"not promised at level {sandbox.level}")
    if "first" in entry:
        sandbox.run(Program(entry["first"], ("",)))
    began = time.monotonic()
    outcome = attempt(sandbox, host, entry)
    took = time.monotonic() - began
    assert entry.get("may_pass") or not outcome.passed, outcome
    assert not any("WIN" in f"{result.output}{result.value!r}" for result in outcome.results), outcome
    assert host.secret not in outcome.texts
    ran = [result for result in outcome.results if result.status != "not_run"]
    assert {result.status.value for result in ran} <= set(entry["status"]), outcome
    assert took < len(ran) * limits_of(entry).wall * 5 + 20
    assert host.harm() == []
    after = sandbox.run(Program("print(int(input()) + 1)", ("41",)))
    assert after[0].output == "42\n", "the worker does not work any more"


@pytest.mark.parametrize("entry", load(HONEST), ids=lambda entry: entry["name"])
def test_honest_program_passes(entry: dict, sandbox: LocalSandbox, host: Host) -> None:
    if LEVELS[sandbox.level] < LEVELS[entry.get("level", "closed")]:
        pytest.skip(f"not promised at level {sandbox.level}")
    outcome = attempt(sandbox, host, entry)
    assert outcome.passed, outcome
