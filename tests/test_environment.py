"""The environment: Gymnasium's contract, options, turns, rendering, and errors that say what is allowed."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import domains_for_tests  # noqa: F401 - registers its environments
import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import guru_envs
from guru_envs.env import TextEnv
from guru_envs.spaces import Unicode

ECHO = "test/echo-v0"


def right(prompts):
    return tuple(f"<answer>{prompt.split()[1]}</answer>" for prompt in prompts)


# -- environment -------------------------------------------------------------------------------------------------------


def test_check_env_without_a_warning(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(ECHO).unwrapped)


def test_make_with_the_module_in_the_id():
    program = (
        "import gymnasium; print(gymnasium.make('guru_envs:guru/countdown-v0', level=2).reset(seed=1)[1]['task_id'])"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("guru/countdown-v0/train/2/")


def test_import_is_light():
    program = "import sys, guru_envs; print(sorted({'torch', 'vllm', 'transformers', 'sympy', 'pysat', 'typer'} & set(sys.modules)))"
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_gymnasium_wrappers():
    env = gymnasium.wrappers.TransformReward(
        gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.wrappers.TimeLimit(gymnasium.make(ECHO), 3)),
        lambda reward: 2 * reward,
    )
    prompt, _ = env.reset(seed=0)
    _, reward, terminated, _, info = env.step(right([prompt])[0])
    assert (reward, terminated, info["episode"]["r"]) == (2.0, True, 1.0)


def test_reset_options():
    env = TextEnv(ECHO, level=2)
    _, info = env.reset(options={"task_id": "test/echo-v0/test/1/5?lang=zh&template=r1"})
    assert info["task_id"] == "test/echo-v0/test/1/5?lang=zh&template=r1"
    assert (info["level"], info["split"]) == (1, "test")
    assert env.reset(seed=3, options={"level": 1})[1]["task_id"] != env.reset(seed=3)[1]["task_id"]
    assert env.reset(seed=3)[0] == env.reset(seed=3)[0]
    assert env.reset(options={"knobs": {"size": 5}})[1]["task_id"].startswith("test/echo-v0/train/size=5/")
    assert int(env.reset(options={"knobs": {"size": 5}})[0].split()[1]) < 5


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"levle": 1}, guru_envs.UnknownNameError, "level"),
        ({"level": 9}, guru_envs.InvalidValueError, "1 to 2"),
        ({"level": "1"}, guru_envs.InvalidValueError, "1 to 2"),
        ({"split": "tset"}, guru_envs.UnknownNameError, "test"),
        ({"knobs": {"siez": 3}}, guru_envs.UnknownNameError, "size"),
        ({"knobs": {"size": 1}}, guru_envs.InvalidValueError, "2 to 1000000000"),
        ({"knobs": {"size": "x"}}, guru_envs.InvalidValueError, "int"),
        ({"task_id": "test/echo-v0/train/x"}, guru_envs.InvalidValueError, "malformed"),
        ({"task_id": "test/hanging-v0/train/1/1"}, guru_envs.InvalidValueError, "test/hanging-v0"),
        ({"task_id": "test/echo-v0/train/7/1"}, guru_envs.InvalidValueError, "1 to 2"),
        ({"task_id": "test/echo-v0/train/1/1?lagn=zh"}, guru_envs.UnknownNameError, "lang"),
        ({"task_id": "test/echo-v0/train/1/1", "level": 1}, guru_envs.InvalidValueError, "task_id"),
    ],
)
def test_bad_reset_options(options, error, words):
    with pytest.raises(error, match=words):
        TextEnv(ECHO).reset(options=options)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"levl": 1}, "level"),
        ({"lang": "fr"}, "zh"),
        ({"template": "gru"}, "guru"),
        ({"answer_format": "tag"}, "tags"),
        ({"max_turns": 0}, "from 1"),
        ({"reward": {"corect": 1}}, "correct"),
        ({"reward": {"correct": float("nan")}}, "finite"),
        ({"loud": 1}, "bool"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(guru_envs.GuruError, match=words):
        gymnasium.make(ECHO, **arguments)


def test_order_of_calls_and_type_of_actions():
    env = TextEnv(ECHO)
    with pytest.raises(guru_envs.EpisodeOverError):
        env.step("x")
    env.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="string"):
        env.step(5)
    env.step("x")
    with pytest.raises(guru_envs.EpisodeOverError):
        env.step("x")


def test_turns_feedback_and_price():
    env = TextEnv(ECHO, max_turns=3, reward={"partial": 0.2, "format": 0.1})
    prompt, info = env.reset(seed=0)
    gold = prompt.split()[1]
    first = env.step("no tags")
    assert first[1:4] == (0.0, False, False)
    assert "2 left" in first[0]
    second = env.step("<answer>1</answer>")
    assert second[4]["outcome"] == "wrong"
    assert gold not in first[0] + second[0]
    last = env.step(f"<answer>{gold}</answer>")
    assert last[1:4] == (pytest.approx(1.1), True, False)
    assert set(info) == set(first[4]) == set(last[4])
    env.reset(seed=0)
    for _ in range(3):
        end = env.step("<answer>1</answer>")
    assert end[1:4] == (pytest.approx(0.2), True, False) or end[1] == pytest.approx(0.1 + 0.2 * 0.5)


def test_rendering():
    env = gymnasium.make(ECHO, render_mode="ansi")
    env.reset(seed=0)
    env.step("so \ud800 <answer>1</answer>")
    assert "Verdict: wrong" in env.render()


def test_unicode_space():
    space = Unicode(5)
    assert all(one in space for one in ("", "ü🧩\x00", "\ud800"))
    assert "x" * 6 not in space
    assert 5 not in space
    assert space == Unicode(5) == pickle.loads(pickle.dumps(space))
    assert all(len(space.sample()) <= 5 for _ in range(50))


# -- groups ------------------------------------------------------------------------------------------------------------


# -- pool --------------------------------------------------------------------------------------------------------------


# -- addresses ---------------------------------------------------------------------------------------------------------


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style": "humn"}, "guru/zebra-v0: knob 'style' .*'humn'.*'minimal', 'human'.* Did you mean 'human'"),
        ({"houses": 99}, "guru/zebra-v0: knob 'houses' .*99.* 2 to 9"),
        ({"template": "r2"}, "'r2' for guru/zebra-v0. Did you mean 'r1'"),
        ({"answer_format": "tag"}, "'tag' for guru/zebra-v0. Did you mean 'tags'"),
        ({"answer_format": []}, "answer format \\[\\] for guru/zebra-v0"),
        ({"reward": 0}, "reward 0 for guru/zebra-v0"),
        ({"reward": {"correct": 10**400}}, "'correct' is 10+: a finite number"),
        ({"deadline": "x"}, "deadline 'x' for guru/zebra-v0"),
        ({"deadline": 0}, "deadline 0 for guru/zebra-v0"),
        ({"max_turns": 1.0}, "max_turns 1.0 for guru/zebra-v0"),
    ],
)
def test_wrong_options_are_named_with_what_is_allowed(options, said):
    with pytest.raises(guru_envs.GuruError, match=said):
        gymnasium.make("guru/zebra-v0", **options)


def test_numbers_of_numpy_count_as_whole_numbers():
    envs = gymnasium.make_vec(ECHO, num_envs=np.int64(4), group_size=np.int32(2), max_turns=np.int8(2))
    prompts, _ = envs.reset(seed=0, options={"level": np.array([1, 1])})
    assert len(prompts) == 4
    assert json.dumps(envs.state_dict())
