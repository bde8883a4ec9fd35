"""Settings that contradict each other, or that do nothing, are refused before a model is loaded, and named."""

from __future__ import annotations

import dataclasses
import json

import pytest
from guru_grpo import config
from guru_grpo.combinations import USES

from guru_envs.errors import InvalidValueError

FIXED = ["tree.kind=fixed", "tree.widths=[2, 2]"]
STEPS = "environments.0.reward={step=0.5}"
REFUSED = {
    "engines over several GPUs beside the learner": (
        ["train.overlap=true", "engine.tensor_parallel=2"],
        ["train.overlap", "engine.tensor_parallel is 2", "allowed is 1"],
    ),
    "sampled one update before": (
        ["learner.method=rloo", "train.overlap=true"],
        ["train.overlap", "'reinforce'", "mismatch"],
    ),
    "a second pass": (
        ["learner.method=rloo", "learner.epochs=2"],
        ["learner.epochs is 2", "'reinforce'", "allowed is 1"],
    ),
    "a second pass, corrected for the engine": (
        ["learner.loss=reinforce", "learner.epochs=3", "learner.mismatch=token"],
        ["learner.epochs is 3", "'reinforce'"],
    ),
    "steps that are paid nowhere": (
        [STEPS, "shaping.potential=true"],
        ["shaping.potential", "'group-std'", "'steps-min'"],
    ),
    "steps of one environment that are paid nowhere": (
        [STEPS, "environments.0.shaping={potential=true}", "learner.method=prime"],
        ["shaping.potential", "'implicit'"],
    ),
    "steps and a discount": (
        [STEPS, "shaping.potential=true", "learner.advantage=critic", "learner.gamma=0.9"],
        ["shaping.potential", "learner.gamma must be 1, not 0.9"],
    ),
    "a branching behind the end": ([*FIXED, "tree.at=[8]"], ["tree.at is (8,)", "rollout.max_new_tokens = 8"]),
    "advantages of trees": (
        ["learner.advantage=subgroup"],
        ["learner.advantage is 'subgroup'", "tree.kind", "'entropy'"],
    ),
    "more parts than groups": (
        ["learner.minibatches=9"],
        ["learner.minibatches is 9", "rollout.groups = "],
    ),
    "responses without room for a prompt": (
        ["rollout.max_new_tokens=4096"],
        ["rollout.max_new_tokens is 4096", "engine.max_model_len = "],
    ),
    "wrong as good as right": (
        ["environments.0.reward={wrong=1.0, no_answer=-1.0}"],
        ["correct = 1", "wrong = 1", "no_answer = -1", "must be above both"],
    ),
    "silence as good as right": (
        ["environments.0.reward={correct=0.5}", "environments.0.style=binary", "environments.0.reward.no_answer=0.75"],
        ["correct = 0.5", "wrong = 0", "no_answer = 0.75"],
    ),
}
IDLE = [
    ("curriculum.stages", "[[1], [2]]", "curriculum.kind = 'stages'"),
    ("curriculum.refresh", "true", "curriculum.kind = 'stages'"),
    ("curriculum.levels", "[1, 2]", "'unmastered'"),
    ("tree.at", "[2, 4]", "tree.kind = 'fixed'"),
    ("tree.threshold", "0.5", "tree.kind = 'entropy'"),
    ("tree.gap", "2", "tree.kind = 'entropy'"),
    ("tree.widths", "[4]", "tree.kind is 'none'"),
    ("replay.groups", "1", "replay.kind is 'none'"),
    ("replay.capacity", "8", "replay.kind is 'none'"),
    ("replay.max_age", "2", "replay.kind is 'none'"),
    ("replay.start", "0.3", "replay.kind is 'none'"),
    ("learner.replay_loss", "'shaped'", "replay.kind is 'none'"),
    ("judge.weight", "0.25", "judge.kind is 'none'"),
    ("judge.ask", "'ranking'", "judge.kind is 'none'"),
    ("judge.url", "'http://localhost/v1'", "judge.kind is 'none'"),
    ("rollout.traces_each", "2", "rollout.traces"),
    ("rollout.overlong_factor", "0.25", "rollout.overlong_buffer is 0"),
    ("learner.kl_in", "'reward'", "learner.kl_coef is 0"),
    ("learner.kl_kind", "'k2'", "learner.kl_coef is 0"),
    ("learner.kl_ratio", "true", "learner.kl_coef is 0"),
    ("learner.lora_alpha", "8.0", "learner.lora_rank is 0"),
    ("learner.lora_targets", "['q_proj']", "learner.lora_rank is 0"),
    ("learner.temperature", "0.5", "rollout.temperature"),
    ("learner.seed", "3", "its own seed"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_what_contradicts_itself_is_refused(name):
    overrides, words = REFUSED[name]
    with pytest.raises(InvalidValueError) as caught:
        config.load("tiny-cpu", overrides)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    "overrides",
    [
        ["learner.method=rloo", "learner.minibatches=2"],
        ["learner.method=rloo", "train.overlap=true", "learner.mismatch=token"],
        ["learner.epochs=2", "train.overlap=true"],
        [STEPS, "shaping.potential=true", "learner.advantage=critic"],
        [STEPS, "shaping.potential=true", "learner.advantage=steps-min"],
        [*FIXED, "tree.at=[7]", "learner.advantage=segment"],
        ["tree.kind=entropy", "tree.widths=[2, 2]", "tree.gap=2", "tree.threshold=0.5"],
        ["learner.method=luffy", "rollout.traces=given.jsonl", "rollout.traces_each=2", "learner.shaping_gamma=0.2"],
        ["replay.kind=groups", "replay.groups=1", "learner.replay_loss=shaped", "learner.shaping_gamma=0.2"],
        ["learner.method=ppo", "learner.kl_coef=0.0"],  # where the penalty would stand is the method's word
        ["learner.method=clip_cov", "learner.loss=ratio"],  # and so are clips
        ["learner.method=cispo", "learner.clip_high=0.3"],
        ["learner.method=rloo", "learner.clip_high=0.3", "learner.sft_coef=0.5", "learner.shaping_gamma=0.2"],
        ["curriculum.kind=unmastered", "curriculum.levels=[1, 2]"],
        ["learner.kl_coef=0.1", "learner.kl_kind=k2"],
        ["learner.lora_rank=2", "learner.lora_alpha=8.0"],
    ],
)
def test_what_goes_together_is_taken_and_loads_again(overrides, tmp_path):
    found = config.load("tiny-cpu", overrides)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(dataclasses.asdict(found)))
    assert config.load(str(path)) == found


@pytest.mark.parametrize(("name", "value", "words"), IDLE)
def test_a_setting_that_does_nothing_is_refused(name, value, words):
    default = config.flat(config.load("tiny-cpu"))[name]
    with pytest.raises(InvalidValueError) as caught:
        config.load("tiny-cpu", [f"{name}={value}"])
    for part in (f"{name} is ", words, "allowed here is "):
        assert part in str(caught.value)
    config.load("tiny-cpu", [f"{name}={json.dumps(default)}"])  # the default says nothing


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        ([*FIXED, "tree.at=[2]", "tree.gap=2"], "tree.gap"),
        (["tree.kind=entropy", "tree.widths=[2, 2]", "tree.at=[2]"], "tree.at"),
        (["curriculum.kind=adaptive", "curriculum.levels=[1]"], "curriculum.levels"),
        (["learner.method=luffy", "rollout.traces_each=2"], "rollout.traces_each"),  # the oracle has one response
    ],
)
def test_so_is_one_of_another_kind(overrides, name):
    with pytest.raises(InvalidValueError, match=f"{name} is .* does nothing"):
        config.load("tiny-cpu", overrides)


def test_the_table_names_settings_that_exist():
    known = config.flat(config.load("tiny-cpu"))
    tables = {name.partition(".")[0] for name in known}
    for names, _, _ in USES:
        assert all(name in known or name in tables for name in names.split())


def test_a_table_can_be_left_out_as_a_whole():
    found = config.load("multi-domain-curriculum", ["curriculum={}"])
    assert (found.curriculum.kind, found.curriculum.stages) == ("none", ())
