"""Steps that leave groups out: environments keep their shares, and what is left out is still heard of."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
from agent.test_collect import FakeWorld, config_of, groups_of
from agent.test_loop import QUICK, run
from agent.test_replay import RecallingWorld
from guru_grpo.collect import Sources, collect
from guru_grpo.config import EnvironmentConfig
from guru_grpo.logs import read_rows
from guru_grpo.mixture import Mixture
from guru_grpo.replay import Replay
from guru_grpo.rows import step_row
from guru_grpo.safety import TrainingStoppedError, check_faults, check_groups

from guru_envs.curriculum import Adaptive
from guru_envs.errors import InvalidValueError

DYNAMIC = {"groups": 12, "group_size": 4, "dynamic_sampling": 40}


class Several(FakeWorld):
    """Environments with equal shares of a step, each solved with a chance of its own."""

    def draw(self, step: int, again: Any = ()) -> tuple[list[str], list[int]]:
        super().draw(step)
        each = self.groups // len(self.chances)
        self.tasks = [place // each for place in range(self.groups)]
        self.task_ids = [f"fake/task-v0/train/1/{task}" for task in self.tasks]
        return [f"task {task}" for task in self.tasks], list(self.tasks)


def collected(world: FakeWorld, config: Any) -> Any:
    """A step of a configuration with as many environments as the world has."""
    rows = tuple(EnvironmentConfig("guru/zebra-v0", level=1 + index) for index in range(len(world.chances)))
    return collect(replace(config, environments=rows), world, world, world, 0)  # type: ignore[arg-type]


def counts(batch: Any) -> Counter[int]:
    return Counter(members[0].environment for members in groups_of(batch))


@pytest.mark.parametrize("chances", [[0.5] * 3, [0.35] * 6, [0.1] * 2])
def test_with_dynamic_sampling_each_environment_keeps_its_share(chances):
    """Equally hard environments: none gains by standing first where the surplus is cut off."""
    total: Counter[int] = Counter()
    for step in range(40):
        world = Several(chances, 12, 4)
        world.rng.seed(step)
        total += counts(collected(world, config_of(rollout=DYNAMIC)))
    each, spread = 480 / len(chances), 3.3 * (480 / len(chances)) ** 0.5
    assert sum(total.values()) == 480
    assert all(abs(total[index] - each) < spread for index in range(len(chances)))
    assert max(total.values()) - min(total.values()) < spread


def test_the_surplus_of_an_easy_environment_gives_way_to_a_hard_one():
    """The first yields a group each time, the second hardly ever: it takes what is left, and no more where there is enough."""
    batch = collected(Several([0.5, 0.0], 12, 4), config_of(rollout=DYNAMIC))
    assert counts(batch) == {0: 12}
    rare = [counts(collected(Several([0.5, 0.2], 12, 4), config_of(rollout=DYNAMIC))) for _ in range(5)]
    assert all(one[1] >= 3 for one in rare)
    full = counts(collected(Several([0.5, 0.5], 12, 16), config_of(rollout=DYNAMIC | {"group_size": 16})))
    assert full == {0: 6, 1: 6}


def test_no_environment_starves_when_the_tasks_of_another_are_few(tmp_path):
    """A file of two tasks beside an endless environment: each has its half of every step."""
    file = tmp_path / "two.jsonl"
    source = EnvironmentConfig("test/echo-v0", knobs={"size": 50})
    ids = Mixture([source], 2, 2, "train", 3)
    ids.draw(0)
    file.write_text("".join(json.dumps({"task_id": one}) + "\n" for one in ids.task_ids))
    rows = [replace(source, tasks=str(file)), EnvironmentConfig("test/switches-v0", level=1)]
    mixture = Mixture(rows, 6, 2, "train", 0)
    seen: Counter[str] = Counter()
    for step in range(4):
        _, origin = mixture.draw(step)
        assert Counter(origin) == {0: 3, 1: 3}
        seen.update(task for task, index in zip(mixture.task_ids, origin, strict=True) if index == 0)
        mixture.judge([""] * 12)
    assert sorted(seen.values()) == [6, 6]


# -- what is left out is still heard of --------------------------------------------------------------------------------


class Broken(Several):
    """The judge of the last environment never works."""

    def judge(self, texts: list[str], own: list[bool] | None = None) -> Any:
        judged = super().judge(texts, own)
        each = len(texts) // len(self.chances)
        return replace(judged, faults=[False] * (len(texts) - each) + [True] * each)


def test_a_judge_that_never_works_stops_a_run_with_dynamic_sampling_too():
    for rollout in (DYNAMIC, DYNAMIC | {"dynamic_sampling": 0}):
        batch = collected(Broken([0.5] * 6, 12, 4), config_of(rollout=rollout))
        drawn = batch.groups_drawn // 6 * 4
        assert batch.faults == {index: (drawn if index == 5 else 0, drawn) for index in range(6)}
        names = [f"part {index}" for index in range(6)]
        check_faults(batch, 1.0, 1, names)
        with pytest.raises(TrainingStoppedError, match=f"{drawn} of {drawn} responses in part 5"):
            check_faults(batch, 0.5, 1, names)


def test_the_log_tells_of_the_groups_that_were_left_out_too():
    """One environment is always solved and one never: neither has a group to learn from, and both have an accuracy."""
    batch = collected(Several([1.0, 0.0, 0.5], 12, 4), config_of(rollout=DYNAMIC))
    names = ["solved", "hopeless", "half"]
    row = step_row(1, batch, names, {"tokens": 9.0}, {}, {"step": 2.0})
    drawn = batch.groups_drawn * 4
    for name, share in (("solved", 1.0), ("hopeless", 0.0)):
        assert (row[f"correct/{name}"], row[f"groups_effective/{name}"]) == (share, 0)
        assert row[f"outcomes/correct/{name}"] + row[f"outcomes/wrong/{name}"] == drawn / 3
    assert row["correct"] == pytest.approx(sum(row[f"correct/{name}"] for name in names) / 3)
    assert sum(row[f"outcomes/{name}"] for name in ("correct", "wrong", "no_answer", "fault")) == drawn
    kept = [one.correct for one in batch.scored]
    assert row["kept/correct"] == sum(kept) / len(kept) != row["correct"]
    plain = step_row(1, collected(Several([0.5], 4, 4), config_of()), ["half"], {}, {}, {})
    assert not [name for name in plain if name.startswith("kept/")]


def failing(judge: Any) -> Any:
    """A judge that fails on every response."""

    def fails(self: Any, responses: Any, own: Any = None) -> Any:
        return replace(judge(self, responses, own), faults=[True] * len(responses))

    return fails


def test_faults_tell_the_replay_nothing_of_a_task():
    buffer = Replay(config_of(replay={"kind": "responses", "max_age": 9}).replay, 0)
    world = RecallingWorld([0.5], 4, 4)
    batch = collected(world, config_of())
    (first,) = [members for members in groups_of(batch) if sum(one.correct for one in members) in (1, 2, 3)][:1]
    buffer.keep([first], 0)
    weight = buffer.weight(first[0].task_id)
    broken = [replace(one, fault=True, rollout=replace(one.rollout, right=None, masked=True)) for one in first]
    buffer.keep([broken], 1)
    assert buffer.weight(first[0].task_id) == weight


def test_solved_tasks_leave_the_replay_though_their_groups_are_left_out():
    config = config_of(
        rollout={"groups": 4, "group_size": 4, "dynamic_sampling": 5}, replay={"kind": "responses", "max_age": 100}
    )
    world = RecallingWorld([0.5], 4, 4)
    sources = Sources(replay=Replay(config.replay, 0))
    assert sources.replay is not None
    collect(config, world, world, world, 0, sources)  # type: ignore[arg-type]
    assert len(sources.replay) == 1
    world.chances = [1.0]
    collect(config, world, world, world, 1, sources)  # type: ignore[arg-type]
    assert len(sources.replay) == 0
    assert sources.replay.tasks(2) == []


def test_replay_begins_by_the_success_on_all_tasks_drawn():
    """Half of the tasks are never solved and left out; the success on the others alone would be enough."""
    config = config_of(
        rollout={"groups": 4, "group_size": 4, "dynamic_sampling": 30},
        replay={"kind": "groups", "groups": 1, "max_age": 9, "start": 0.35},
    )
    world = FakeWorld([0.0, 0.5], 4, 4)
    sources = Sources(replay=Replay(config.replay, 0))
    assert sources.replay is not None
    batch = collect(config, world, world, world, 0, sources)  # type: ignore[arg-type]
    assert sum(one.correct for one in batch.scored) / len(batch.scored) > 0.35
    assert sources.replay.groups(1) == []


@pytest.mark.parametrize("own", [None, [False, True]])
def test_only_the_policys_own_responses_tell_how_well_it_does(own):
    """The oracle's response stands first in a group of two; the policy's own is wrong each time."""
    curriculum = Adaptive({"test/switches-v0": 2}, 0.2, 0.4, 4, {"test/switches-v0": 1})
    mixture = Mixture([EnvironmentConfig("test/switches-v0", level=1)], 1, 2, "train", 0, curriculum)
    levels = []
    for step in range(12):
        mixture.draw(step)
        levels.append(mixture.judge([mixture.oracle()[0], "nothing"], own).levels[0])
    assert max(levels) == (1 if own else 2)


# -- nothing to learn from ---------------------------------------------------------------------------------------------


def test_groups_without_signal_never_reach_the_learner():
    batch = collected(FakeWorld([0.0, 1.0], 4, 4), config_of(rollout={"dynamic_sampling": 3}))
    assert batch.groups_drawn == 12
    assert all(one.masked for one in batch.rollouts)
    assert not any(one.rollout.masked for one in collected(FakeWorld([0.0], 4, 4), config_of()).scored)


def test_a_run_can_end_when_too_few_groups_are_found():
    stop = config_of(rollout={"dynamic_sampling": 3, "exhausted": "stop"})
    hopeless = collected(FakeWorld([0.0, 1.0], 4, 4), stop)
    with pytest.raises(TrainingStoppedError, match=r"of 12 groups drawn .* only 0 can be learnt from, 4 are wanted"):
        check_groups(hopeless, stop.rollout, 1)
    check_groups(hopeless, config_of(rollout={"dynamic_sampling": 3}).rollout, 1)
    check_groups(collected(FakeWorld([0.5], 4, 4), stop), stop.rollout, 1)
    with pytest.raises(InvalidValueError, match=r"needs rollout.dynamic_sampling"):
        config_of(rollout={"exhausted": "stop"})


def test_a_judge_that_does_not_work_is_called_so_where_too_few_groups_end_a_run(run_file, monkeypatch):
    monkeypatch.setattr(Mixture, "judge", failing(Mixture.judge))
    more = ["rollout.dynamic_sampling=2", "rollout.exhausted='stop'", "evaluate.tasks=0"]
    with pytest.raises(TrainingStoppedError, match="could not be judged"):
        run(run_file, *QUICK, *more)


def test_without_a_signal_nothing_is_learnt_whatever_the_penalties(run_file, tmp_path):
    """The KL penalty and the entropy bonus have a gradient in any group; those that were left out do not get it."""
    more = ["rollout.dynamic_sampling=2", "learner.entropy_coef=0.5", "learner.kl_coef=0.5", "train.steps=2"]
    run(run_file, *QUICK, *more, "evaluate.tasks=0")
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert [(row["groups_effective"], row["tokens"], row["grad_norm"]) for row in rows] == [(0, 0, 0.0)] * 2


def test_a_group_needs_room_for_a_response_of_its_own():
    taught = {"learner": {"off_policy": "shaped"}, "replay": {"kind": "responses"}}
    with pytest.raises(InvalidValueError, match="at least 3"):
        config_of(rollout={"group_size": 2}, **taught)
    assert config_of(rollout={"group_size": 3}, **taught).rollout.group_size == 3


# -- a step ahead ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overlap", ["false", "true"])
def test_stages_begin_at_their_step_when_sampling_runs_ahead(run_file, tmp_path, overlap):
    more = ["environments=[{id='test/switches-v0', level=1}]", "curriculum.kind='stages'", "curriculum.stage_steps=2"]
    more += ["curriculum.stages=[[1], [2], [1]]", "train.steps=6", f"train.overlap={overlap}", "evaluate.tasks=0"]
    run(run_file, *QUICK, *more)
    assert [row["level"] for row in read_rows(tmp_path / "run" / "metrics.jsonl")] == [1, 1, 2, 2, 1, 1]
