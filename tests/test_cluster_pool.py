"""Judging on a Ray cluster: the same verdicts in the same order, with a stand-in for Ray."""

from __future__ import annotations

import copy
import sys
import types
from collections.abc import Iterator
from typing import Any

import gymnasium
import pytest
from gymnasium.vector import AutoresetMode

import guru_envs
from guru_envs.cluster_pool import ClusterPool
from guru_envs.errors import InvalidValueError, MissingExtraError


class Lost(Exception):
    """As Ray's for an actor that is gone."""


class StandIn:
    """Each call of ``judge.remote`` runs at once; a broken actor's answer raises when it is fetched."""

    def __init__(self, kind: Any, *arguments: Any) -> None:
        self.inner, self.broken, self.asked = kind(*arguments), False, 0
        self.judge = types.SimpleNamespace(remote=self._judge)

    def _judge(self, *arguments: Any) -> Any:
        self.asked += 1
        return Lost() if self.broken else self.inner.judge(*arguments)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    module: Any = types.ModuleType("ray")
    module.made, module.addresses, module.cpus, module.options = [], [], 5, []

    def make(kind: Any, *arguments: Any) -> StandIn:
        module.made.append(StandIn(kind, *arguments))
        return module.made[-1]

    def remote(**options: Any) -> Any:
        module.options.append(options)
        return lambda kind: types.SimpleNamespace(remote=lambda *arguments: make(kind, *arguments))

    def get(value: Any) -> Any:
        if isinstance(value, Lost):
            raise value
        return value

    module.is_initialized = lambda: bool(module.addresses)
    module.init = lambda address: module.addresses.append(address)
    module.cluster_resources = lambda: {"CPU": module.cpus}
    module.remote, module.get = remote, get
    module.kill = lambda actor: actor.inner._pool.close()
    module.exceptions = types.SimpleNamespace(RayError=Lost)
    monkeypatch.setitem(sys.modules, "ray", module)
    yield module
    for one in module.made:
        one.inner._pool.close()


def judged(count: int, **options: Any) -> tuple[Any, list[float], list[bool]]:
    env: Any = gymnasium.make_vec(
        "guru/countdown-v0", num_envs=count, autoreset_mode=AutoresetMode.DISABLED, level=1, **options
    )
    env.reset(seed=1)
    right = env.call("oracle")
    answers = tuple(text if index % 3 else "<answer>1</answer>" for index, text in enumerate(right))
    _, rewards, _, faults, _ = env.step(answers)
    return env, rewards.tolist(), faults.tolist()


def test_verdicts_are_those_of_this_machine(ray: Any) -> None:
    plain, expected, _ = judged(7)
    env, rewards, faults = judged(7, cluster="ray://head:10001", workers=2)
    assert rewards == expected
    assert 0 < sum(rewards) < 7
    assert not any(faults)
    assert ray.addresses == ["ray://head:10001"]
    assert len(ray.made) == 2, "five CPUs hold two actors of two"
    assert ray.options == [{"num_cpus": 2, "max_restarts": -1}]
    assert all(one.asked for one in ray.made)
    env.close()
    plain.close()


def test_a_lost_machine_is_made_up_for_and_two_are_a_fault(ray: Any) -> None:
    _, expected, _ = judged(4)
    env, _, _ = judged(4, cluster="auto")
    ray.made[0].broken = True
    env.reset(seed=1)
    answers = tuple(text if index % 3 else "<answer>1</answer>" for index, text in enumerate(env.call("oracle")))
    _, rewards, _, faults, _ = env.step(answers)
    assert rewards.tolist() == expected
    assert not faults.any()
    for one in ray.made:
        one.broken = True
    env.reset(seed=1)
    _, _, _, faults, _infos = env.step(answers)
    assert faults.all(), "never a wrong answer"
    env.close()


def test_mistakes_are_named(ray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ray.cpus = 1
    pool = ClusterPool(guru_envs.spec("guru/countdown-v0"), 2, 1.0, "auto")
    assert isinstance(copy.deepcopy(pool), ClusterPool)
    with pytest.raises(InvalidValueError, match="no room"):
        pool.judge_many([], [])
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"guru-envs\[ray\]"):
        ClusterPool(guru_envs.spec("guru/countdown-v0"), 1, 1.0, "auto")
