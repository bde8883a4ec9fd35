"""Task ids and registry rows."""

from __future__ import annotations

import domains_for_tests  # noqa: F401 - registers its environments
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.registry import parse_row

ECHO = "test/echo-v0"


@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from(["train", "test"]),
    st.sampled_from(["1", "2", "size=77", "2,loud=true", "words=a+b"]),
)
@settings(max_examples=60, deadline=None)
def test_addresses_round_trip(seed, split, setting):
    task_id = guru_envs.TaskId(ECHO, split, setting, seed, "")
    assert guru_envs.TaskId.parse(str(task_id)) == task_id
    assert guru_envs.verify(str(task_id), guru_envs.oracle(str(task_id))).correct


def test_an_empty_split_is_a_clear_error():
    source = guru_envs.make_source("test/constant-v0")
    outcomes = []
    for split in ("train", "test"):
        try:
            outcomes.append(source.draw(0, split=split).gold)
        except guru_envs.ImpossibleTaskError as error:
            outcomes.append(str(error))
    assert sorted(map(len, outcomes))[0] == 3
    assert any("so few different problems" in outcome for outcome in outcomes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"familly": "logic"}, "family"),
        ({"family": "logics"}, "logic"),
        ({"id": "Guru/x"}, "guru/zebra-v0"),
        ({"guess_rate": [0.1]}, "each of the 2 levels"),
        ({"deadline": -1}, "deadline"),
        ({"reward": {"corect": 1}}, "correct"),
        ({"languages": ["fr"]}, "zh"),
        ({"domain": "nowhere"}, "package.module:Class"),
        ({"levels": []}, "levels"),
    ],
)
def test_registry_rows_are_checked(change, words):
    row = {
        "id": "a/b-v0",
        "domain": "a:B",
        "family": "logic",
        "summary": "",
        "levels": [{}, {"x": 1}],
        "guess_rate": [0.1, 0.1],
    }
    parse_row(row)
    with pytest.raises(guru_envs.RegistryError, match=words):
        parse_row(row | change)


def test_a_level_of_thousands_of_digits_is_an_error_of_ours():
    with pytest.raises(guru_envs.InvalidValueError, match="allowed are 1 to"):
        guru_envs.task(f"guru/countdown-v0/train/{'9' * 5000}/1")
