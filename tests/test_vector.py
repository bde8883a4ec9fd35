"""The vector environment: groups, resets, saved states, and errors that say what is allowed."""

from __future__ import annotations

import json

import domains_for_tests  # noqa: F401 - registers its environments
import gymnasium
import numpy as np
import pytest

import guru_envs

ECHO = "test/echo-v0"


def right(prompts):
    return tuple(f"<answer>{prompt.split()[1]}</answer>" for prompt in prompts)


def test_gymnasium_vector_environments():
    sync = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make(ECHO)] * 3)
    prompts, _ = sync.reset(seed=0)
    assert sync.step(right(prompts))[1].tolist() == [1.0] * 3
    apart = gymnasium.vector.AsyncVectorEnv([lambda: gymnasium.make(ECHO)] * 2, shared_memory=False)
    prompts, _ = apart.reset(seed=0)
    assert apart.step(right(prompts))[1].tolist() == [1.0] * 2
    apart.close()
    with pytest.raises(ValueError, match="shared_memory"):
        gymnasium.vector.AsyncVectorEnv([lambda: gymnasium.make(ECHO)] * 2)


def vector(**options):
    return gymnasium.make_vec(ECHO, num_envs=6, group_size=3, **options).unwrapped


def test_same_step_groups():
    envs = vector()
    prompts, _ = envs.reset(seed=0)
    assert prompts[0] == prompts[1] == prompts[2] != prompts[3] == prompts[4] == prompts[5]
    responses = (*right(prompts[:1]), *["no"] * 5)
    following, rewards, terminated, faults, infos = envs.step(responses)
    assert rewards.tolist() == [1, 0, 0, 0, 0, 0]
    assert terminated.all()
    assert not faults.any()
    assert infos["final_info"]["outcome"].tolist() == ["correct"] + ["no_answer"] * 5
    assert infos["final_obs"][0] == "Correct."
    assert following[0] == following[2] != prompts[0]
    assert infos["outcome"].tolist() == [""] * 6


def test_next_step_and_disabled():
    envs = vector(autoreset_mode="NextStep")
    prompts, _ = envs.reset(seed=0)
    observations, _, terminated, _, _ = envs.step(right(prompts))
    assert set(observations) == {"Correct."}
    fresh, rewards, terminated, _, _ = envs.step(["ignored"] * 6)
    assert not rewards.any()
    assert not terminated.any()
    assert fresh[0] != prompts[0]
    envs = vector(autoreset_mode="Disabled")
    prompts, _ = envs.reset(seed=0)
    envs.step(right(prompts))
    with pytest.raises(guru_envs.EpisodeOverError, match="6 of 6"):
        envs.step(["x"] * 6)
    mask = np.array([True] * 3 + [False] * 3)
    again, _ = envs.reset(options={"reset_mask": mask})
    assert again[:3] == fresh[:3]
    assert again[3:] == prompts[3:]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_stream_is_independent_of_workers_and_of_saving(workers):
    def stream(envs, steps, prompts):
        seen = []
        for step in range(steps):
            responses = [one if (index + step) % 2 else "no" for index, one in enumerate(right(prompts))]
            _, rewards, terminated, _, infos = envs.step(responses)
            seen.append((tuple(infos["task_id"]), rewards.tolist(), terminated.tolist()))
            prompts = [guru_envs.prompt(task_id) for task_id in infos["task_id"]]
        return seen

    options = {"max_turns": 2, "workers": workers or None, "deadline": 30.0 if workers else None}
    reference = vector(max_turns=2)
    expected = stream(reference, 6, reference.reset(seed=7)[0])
    envs = vector(**options)
    prompts, _ = envs.reset(seed=7)
    start = stream(envs, 4, prompts)
    saved = json.loads(json.dumps(envs.state_dict()))
    envs.close()
    resumed = vector(**options)
    assert start + stream(resumed, 2, resumed.load_state_dict(saved)) == expected
    resumed.close()


def test_vector_bad_input():
    with pytest.raises(guru_envs.InvalidValueError, match="does not divide"):
        gymnasium.make_vec(ECHO, num_envs=6, group_size=4)
    with pytest.raises(guru_envs.UnknownNameError, match="SameStep"):
        vector(autoreset_mode="SameStpe")
    envs = vector()
    with pytest.raises(guru_envs.EpisodeOverError):
        envs.step(["x"] * 6)
    envs.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="6 actions"):
        envs.step(["x"] * 5)
    with pytest.raises(guru_envs.InvalidValueError, match="lacks"):
        envs.load_state_dict({"version": 1})
    with pytest.raises(guru_envs.InvalidValueError, match="num_envs"):
        envs.load_state_dict(gymnasium.make_vec(ECHO, num_envs=2).unwrapped.state_dict())


def test_levels_and_task_ids_per_group():
    envs = vector()
    _, infos = envs.reset(options={"level": [1, 2]})
    assert infos["level"].tolist() == [1, 1, 1, 2, 2, 2]
    ids = ["test/echo-v0/test/1/3", "test/echo-v0/test/2/4"]
    _, infos = envs.reset(options={"task_ids": ids})
    assert infos["task_id"].tolist() == [ids[0]] * 3 + [ids[1]] * 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"group_sise": 2}, "'group_sise' for test/echo-v0. Did you mean 'group_size'"),
        ({"autoreset_mode": []}, "unknown autoreset_mode"),
        ({"group_size": 0}, "group_size 0 for test/echo-v0"),
    ],
)
def test_wrong_options_of_a_vector_environment_are_named(options, said):
    with pytest.raises(guru_envs.GuruError, match=said):
        gymnasium.make_vec(ECHO, num_envs=4, **options)


@pytest.mark.parametrize("level", [["x", 1], [[], 1], [1, 1.7], [True, 1]], ids=str)
def test_levels_per_group_are_whole_numbers(level):
    envs = gymnasium.make_vec("guru/countdown-v0", num_envs=2)
    with pytest.raises(guru_envs.InvalidValueError, match="for guru/countdown-v0: allowed are 1 to"):
        envs.reset(seed=0, options={"level": level})


def test_nothing_is_drawn_before_the_first_reset():
    assert gymnasium.make_vec(ECHO, num_envs=2, render_mode="ansi").render() is None


@pytest.mark.parametrize("actions", [None, 5, iter("ab"), "ab", ["a"]])
def test_actions_that_are_no_row_of_strings(actions):
    envs = gymnasium.make_vec(ECHO, num_envs=2)
    envs.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="expected 2 actions"):
        envs.step(actions)


@pytest.mark.parametrize(
    "damage",
    [
        {"episodes": [1]},
        {"episodes": ["x"] * 4},
        {"turns": [0]},
        {"over": ["a"] * 4},
        {"settings": ["1"]},
        {"settings": ["zz", "1"]},
        {"settings": None},
        {"split": "tset"},
        {"tasks": ["a"] * 4},
        {"tasks": ["guru/zebra-v0/train/1/1"] * 4},
        {"tasks": None},
        {"np_random": {"bit_generator": "PCG64"}},
        {"np_random": 5},
        {"entropy": "x"},
        {"entropy": None},
        {"version": 0},
    ],
    ids=str,
)
def test_a_damaged_state_is_refused_and_changes_nothing(damage):
    envs = gymnasium.make_vec(ECHO, num_envs=4, group_size=2)
    envs.reset(seed=1)
    damaged = json.loads(json.dumps(envs.state_dict())) | damage
    envs.reset(seed=2)
    before = envs.state_dict()
    with pytest.raises(guru_envs.GuruError):
        envs.load_state_dict(damaged)
    assert envs.state_dict() == before


@pytest.mark.parametrize("state", [None, 5, [], "x"])
def test_a_state_is_a_mapping(state):
    with pytest.raises(guru_envs.InvalidValueError, match="is a mapping"):
        gymnasium.make_vec(ECHO, num_envs=4).load_state_dict(state)
