"""Mixtures of rows."""

from __future__ import annotations

from collections import Counter

import domains_for_tests  # noqa: F401 - registers the rows
import gymnasium
import pytest

import guru_envs
from guru_envs import checks, registry
from guru_envs.errors import InvalidValueError, RegistryError, UnknownNameError

MIXTURE = "test/mixture-v0"


def origin(task_id):
    return "/".join(task_id.split("/")[:2])


def test_tasks_come_from_the_parts_by_weight_under_their_own_addresses():
    envs = gymnasium.make_vec(MIXTURE, num_envs=600)
    prompts, infos = envs.reset(seed=0)
    counts = Counter(map(origin, infos["task_id"]))
    assert set(counts) == {"test/echo-v0", "test/switches-v0"}
    assert 400 < counts["test/echo-v0"] < 500  # 3 in 4; four standard errors are 42
    for prompt, task_id in zip(prompts[:20], infos["task_id"][:20], strict=True):
        assert registry.prompt(task_id) == prompt
    _, rewards, *_ = envs.step(envs.unwrapped.call("oracle"))
    assert (rewards == 1.0).all()


def test_a_level_draws_only_from_the_parts_it_names():
    env = gymnasium.make(MIXTURE, level=2)
    for seed in range(20):
        _, info = env.reset(seed=seed)
        assert info["task_id"].startswith("test/switches-v0/train/2/")
        assert info["level"] == 2


def test_the_address_of_a_mixture_stands_for_the_task_of_a_part():
    source = registry.make_source(MIXTURE)
    for seed in range(10):
        posed = source.pose(source.address(seed))
        assert registry.prompt(source.address(seed)) == posed.prompt == registry.prompt(posed.task_id)
        assert registry.verify(source.address(seed), registry.oracle(posed.task_id)).correct
        assert source.judge(source.draw(seed), source.demonstrate(source.draw(seed))).correct


def test_the_contract_holds():
    problems = [finding for finding in checks.check_environment(MIXTURE, tasks=4) if not finding.ok]
    assert problems == []


def test_parts_keep_their_answer_formats_unless_one_is_given():
    row = guru_envs.mixture("test/formats-v0", {"guru/countdown-v0": 1, "guru/code-v0": 1})
    guru_envs.register(row)
    assert len(row.levels) == 8
    assert row.levels[0] == {"guru/countdown-v0": 1, "guru/code-v0": 1}
    assert row.levels[-1] == {"guru/countdown-v0": 10, "guru/code-v0": 8}
    prompts = {}
    for seed in range(20):
        text, info = gymnasium.make("test/formats-v0").reset(seed=seed)
        prompts[origin(info["task_id"])] = text
    assert "```python block" in prompts["guru/code-v0"]
    assert "<answer>" in prompts["guru/countdown-v0"]
    text, info = gymnasium.make("test/formats-v0", answer_format="boxed", lang="zh").reset(seed=0)
    assert "boxed" in text
    assert info["task_id"].endswith("?format=boxed&lang=zh")


def test_verifier_workers_know_the_parts():
    envs = gymnasium.make_vec(MIXTURE, num_envs=8, workers=1)
    envs.reset(seed=0)
    _, rewards, *_ = envs.step(envs.unwrapped.call("oracle"))
    assert (rewards == 1.0).all()
    envs.close()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gymnasium.make(MIXTURE, level=3), InvalidValueError, "1 to 2"),
        (lambda: gymnasium.make(MIXTURE, houses=3), UnknownNameError, "houses"),
        (lambda: gymnasium.make(MIXTURE, mode="steps"), InvalidValueError, "test/echo-v0"),
        (lambda: registry.task("test/mixture-v0/train/size=3/1"), UnknownNameError, "size"),
        (lambda: guru_envs.mixture("a/b-v0", {"guru/countdwn-v0": 1}), UnknownNameError, "guru/countdown-v0"),
        (lambda: guru_envs.mixture("a/b-v0", {"guru/countdown-v0": 0}), RegistryError, "positive"),
        (lambda: guru_envs.mixture("a/b-v0", {"test/echo-v0": 1}, [{"guru/zebra-v0": 1}]), RegistryError, "part"),
        (
            lambda: (
                registry.add_rows([guru_envs.mixture("a/b-v0", {"test/echo-v0": 1}, [{"test/echo-v0": 9}])])
                or registry.make_source("a/b-v0")
            ),
            RegistryError,
            "1 to 2",
        ),
    ],
)
def test_errors_name_what_is_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call()
