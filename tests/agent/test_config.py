"""The configuration: every key, type and range is checked, and mistakes are explained."""

from __future__ import annotations

import dataclasses
import json

import pytest
from guru_grpo import config

from guru_envs.errors import InvalidValueError, UnknownNameError

SMALL = """
output = "runs/x"
[[environments]]
id = "guru/countdown-v0"
level = 2
[learner]
lr = 2e-5
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(SMALL)
    return str(path)


@pytest.mark.parametrize("name", config.presets())
def test_presets_are_valid_and_say_what_they_are_for(name):
    loaded = config.load(name)
    assert loaded.environments
    assert len(config.first_comment(name)) > 20


def test_values_defaults_and_overrides(file):
    loaded = config.load(
        file, ["learner.betas=[0.9, 0.95]", "environments.0.level=3", "model.name=some/model", "seed=7"]
    )
    assert loaded.learner.lr == 2e-5
    assert loaded.learner.betas == (0.9, 0.95)
    assert loaded.environments[0].level == 3
    assert loaded.model.name == "some/model"
    assert loaded.seed == 7
    assert loaded.rollout.group_size == 8


def test_environment_list_can_be_replaced_on_the_command_line(file):
    loaded = config.load(file, ['environments=[{id="guru/zebra-v0", knobs={houses=2}}, {id="guru/countdown-v0"}]'])
    assert [row.id for row in loaded.environments] == ["guru/zebra-v0", "guru/countdown-v0"]
    assert loaded.environments[0].options() == {"lang": "en", "template": "plain", "houses": 2}


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("learner.lrr=1", ["learner.lrr", "Did you mean 'learner.lr'"]),
        ("leaner.lr=1", ["'leaner'", "Did you mean 'learner'"]),
        ("environments.0.levle=1", ["environments.0.levle", "environments.0.level"]),
        ("rollout.group_sizes=4", ["Did you mean 'rollout.group_size'"]),
    ],
)
def test_unknown_key_gets_a_suggestion(file, override, words):
    with pytest.raises(UnknownNameError) as caught:
        config.load(file, [override])
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("learner.lr=fast", ["learner.lr", "'fast'", "float"]),
        ("learner.lr=true", ["learner.lr", "True"]),
        ("learner.lr=-1.0", ["learner.lr", "-1.0", "0.0 to 1.0"]),
        ("learner.lr=nan", ["learner.lr", "nan"]),
        ("learner.betas=[0.9]", ["learner.betas", "2 values"]),
        ("learner.betas=[0.9, 1.0]", ["learner.betas", "below 1"]),
        ("train.steps=1.5", ["train.steps", "int"]),
        ("rollout.group_size=1", ["rollout.group_size", "at least 2"]),
        ("engine.kind=vlm", ["engine.kind", "'vllm', 'transformers'"]),
        ("evaluate.k=[1, 9]", ["evaluate.k", "9"]),
        ("environments=[]", ["environments is empty"]),
        ("environments.0=3", ["environments.0", "table"]),
        ("environments.4.level=3", ["no position"]),
        ("environments.0.knobs={numbers=3}", ["a level or knobs, not both"]),
        ("output.x=3", ["output"]),
        ("learner", ["key=value"]),
        ("model=3", ["model is 3", "table"]),
    ],
)
def test_wrong_value_is_named(file, override, words):
    with pytest.raises(InvalidValueError) as caught:
        config.load(file, [override])
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InvalidValueError, match=r"missing\.toml"):
        config.load(str(tmp_path / "missing.toml"))
    broken = tmp_path / "broken.toml"
    broken.write_text("a = = 3")
    with pytest.raises(InvalidValueError, match=r"broken\.toml"):
        config.load(str(broken))
    broken.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidValueError, match=r"broken\.toml"):
        config.load(str(broken))
    with pytest.raises(UnknownNameError, match="tiny-cpu"):
        config.load("tiny-cpuu")
    empty = tmp_path / "empty.toml"
    empty.write_text("seed = 1")
    with pytest.raises(InvalidValueError, match="environments is missing"):
        config.load(str(empty))


def test_same_environment_twice_and_too_few_groups(file):
    with pytest.raises(InvalidValueError, match="twice"):
        config.load(file, ['environments=[{id="a/b-v0", level=1}, {id="a/b-v0", level=1}]'])
    with pytest.raises(InvalidValueError, match=r"rollout.groups is 1"):
        config.load(file, ['environments=[{id="a/b-v0", level=1}, {id="a/b-v0", level=2}]', "rollout.groups=1"])


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["learner.temperature_target=0.3", "replay.kind=groups"], ["learner.temperature_target", "replay.kind"]),
        (["learner.temperature_target=0.3", "replay.kind=responses"], ["learner.temperature_target", "replay.kind"]),
        (["learner.method=luffy", "learner.advantage=critic"], ["learner.off_policy", "learner.advantage", "critic"]),
        (["learner.method=reinforce_pp", "learner.kl_ratio=true"], ["learner.kl_in", "kl_ratio"]),
        (["learner.method=reinforce_pp", "learner.kl_kind=k3+"], ["learner.kl_in", "k3+"]),
        (["learner.kl_kind=k2", "learner.kl_ratio=true"], ["learner.kl_ratio", "k2"]),
        (["learner.deviation_ddof=2"], ["learner.deviation_ddof", "0 to 1"]),
    ],
)
def test_settings_that_do_not_go_together_are_named(file, overrides, words):
    with pytest.raises(InvalidValueError) as caught:
        config.load(file, overrides)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_the_estimator_of_the_kl_penalty_goes_by_its_place(file):
    found = {
        method: config.load(file, [f"learner.method={method}"]).learner for method in ("grpo", "reinforce_pp", "ppo")
    }
    assert {method: one.kl_estimator for method, one in found.items()} == {
        "grpo": "k3",
        "reinforce_pp": "k1",
        "ppo": "k1",
    }
    assert config.load(file, ["learner.method=ppo", "learner.kl_kind=k3"]).learner.kl_estimator == "k3"


def test_json_round_trip(file, tmp_path):
    loaded = config.load(
        file, ['environments.0={id="guru/zebra-v0", knobs={houses=2, kinds=["at", "same"]}, reward={partial=0.2}}']
    )
    path = tmp_path / "config.json"
    path.write_text(json.dumps(dataclasses.asdict(loaded)))
    again = config.load(str(path))
    assert config.flat(again) == config.flat(loaded)
    assert again.learner == loaded.learner


def test_course_leaves_out_how_long_and_where(file):
    one = config.load(file)
    other = config.load(file, ["train.steps=7", "output=elsewhere", "train.max_minutes=3", "logs.curves=false"])
    changed = config.load(file, ["learner.lr=1e-4"])
    assert config.course(one) == config.course(other)
    assert config.course(one) != config.course(changed)
