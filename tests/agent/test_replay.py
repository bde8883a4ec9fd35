"""The replay buffer: what it keeps, for how long, how it chooses, and that the ratio corrects for what has changed."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from agent.test_collect import FakeWorld, collected, config_of, groups_of  # noqa: E402
from agent.test_learner import ADVANTAGES, SETTINGS, gradient_of, rollouts_of, tiny_llama  # noqa: E402
from guru_grpo.collect import Sources, collect  # noqa: E402
from guru_grpo.losses import token_loss  # noqa: E402
from guru_grpo.replay import Replay  # noqa: E402
from guru_grpo.rollout import Rollout, Scored  # noqa: E402
from guru_grpo.sampling_settings import ReplayConfig  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402


def group(outcomes: list[float], task: str = "a/b-v0/train/1/0", sure: float = -1.0) -> list[Scored]:
    return [
        Scored(
            Rollout(
                [1], [2, 3], [sure - at, sure - at], 0, outcome, False, True, False, 0, ((0, 2),), (), outcome == 1.0
            ),
            outcome, False, outcome == 1.0, True, True, 1, 0, task, "prompt", f"text {at}",
        )
        for at, outcome in enumerate(outcomes)
    ]  # fmt: skip


def replay(kind: str = "groups", seed: int = 0, **values: Any) -> Replay:
    return Replay(ReplayConfig(kind=kind, **values), seed)  # type: ignore[arg-type]


def test_groups_are_dropped_when_they_are_too_old_and_those_without_signal_never_come_in():
    buffer = replay(max_age=2, groups=9)
    buffer.keep([group([1.0, 0.0]), group([1.0, 1.0]), group([0.0, 0.0])], step=0)
    assert len(buffer) == 1
    for step in (1, 2):
        (members,) = buffer.groups(step)
        assert [one.rollout.age for one in members] == [step, step]
        assert [one.rollout.logprobs for one in members] == [[-1.0, -1.0], [-2.0, -2.0]]
        buffer.keep([members], step)  # what is replayed does not come in again
        assert len(buffer) == 1
    assert buffer.groups(3) == []
    assert len(buffer) == 0


def test_capacity_keeps_the_newest():
    buffer = replay(capacity=3, groups=9, max_age=99)
    for step in range(6):
        buffer.keep([group([1.0, 0.0])], step)
    assert len(buffer) == 3
    assert sorted(members[0].rollout.age for members in buffer.groups(6)) == [1, 2, 3]
    tasks = replay("responses", capacity=2, groups=9, max_age=99)
    tasks.keep([group([1.0, 0.0], f"a/b-v0/train/1/{number}") for number in range(4)], 0)
    assert sorted(tasks.tasks(1)) == ["a/b-v0/train/1/2", "a/b-v0/train/1/3"]


def test_a_saved_buffer_goes_on_the_same():
    for kind in ("groups", "responses"):
        buffer = replay(kind, groups=2, max_age=9)
        for step in range(5):
            buffer.keep([group([1.0, 0.0], f"a/b-v0/train/1/{step}")], step)
        state = json.loads(json.dumps(buffer.state_dict()))
        other = replay(kind, groups=2, max_age=9)
        other.load_state_dict(state)
        for step in (5, 6, 7):
            assert other.groups(step) == buffer.groups(step)
            assert other.tasks(step) == buffer.tasks(step)
            for task in buffer.tasks(step):
                assert other.success(task, step) == buffer.success(task, step) is not None
        assert other.state_dict() == buffer.state_dict()


def test_tasks_that_were_always_solved_or_never_are_not_drawn_again():
    buffer = replay("responses", groups=9)
    easy, hard, middle = (f"a/b-v0/train/1/{number}" for number in range(3))
    buffer.keep([group([1.0, 1.0], easy), group([0.0, 0.0], hard), group([1.0, 0.0], middle)], 0)
    assert buffer.tasks(1) == [middle]
    assert buffer.success(hard, 1) is None
    buffer.keep([group([1.0, 1.0], middle)], 1)
    assert buffer.tasks(2) == []


def test_the_surest_success_is_taken():
    buffer = replay("responses")
    buffer.keep([group([1.0, 1.0, 0.0], sure=-2.0)], 0)
    buffer.keep([group([0.0, 1.0, 0.0], sure=-0.5)], 1)
    found = buffer.success("a/b-v0/train/1/0", 2)
    assert found is not None
    assert (found.rollout.age, found.rollout.logprobs[0]) == (1, -1.5)
    buffer.keep([group([0.0, 1.0, 0.0], sure=-0.5)], 2)  # of two that are as sure the older
    tied = buffer.success("a/b-v0/train/1/0", 3)
    assert tied is not None
    assert (tied.rollout.age, tied.rollout.logprobs[0]) == (2, -1.5)


def test_tasks_are_drawn_by_their_weight():
    counts: Counter[str] = Counter()
    buffer = replay("responses", groups=1, max_age=10**6)
    tasks = {0: 1, 1: 1, 2: 2, 3: 3, 4: 1}  # how many were right: of three tasks one
    buffer.keep([group([1.0] * right + [0.0] * (4 - right), f"a/b-v0/train/1/{n}") for n, right in tasks.items()], 0)
    draws = 2000
    for step in range(draws):
        counts.update(buffer.tasks(step))
    weights = {task: buffer.weight(task) / (3 if tasks[int(task[-1])] == 1 else 1) for task in counts}
    assert weights["a/b-v0/train/1/1"] / weights["a/b-v0/train/1/2"] == pytest.approx(math.exp(-0.5) / 3)
    expected = {task: draws * weight / sum(weights.values()) for task, weight in weights.items()}
    assert sum((counts[task] - expected[task]) ** 2 / expected[task] for task in counts) < 18.5  # chi-square, 1 in 1000


def test_replay_begins_after_a_step_that_went_well_enough():
    for kind in ("groups", "responses"):
        buffer = replay(kind, start=0.5, max_age=9)
        buffer.keep([group([1.0, 0.0, 0.0])], 0)
        assert len(buffer) == 1
        assert buffer.groups(1) == buffer.tasks(1) == []
        buffer.keep([group([1.0, 1.0, 0.0], "a/b-v0/train/1/1"), group([1.0, 0.0, 0.0], "a/b-v0/train/1/2")], 1)
        other = replay(kind, start=0.5, max_age=9)
        other.load_state_dict(json.loads(json.dumps(buffer.state_dict())))
        buffer.keep([group([0.0, 0.0, 0.0], "a/b-v0/train/1/3")], 2)  # it does not end again
        for one in (buffer, other):
            assert len(one.groups(2)) + len(one.tasks(2)) == 2


# -- in a step ---------------------------------------------------------------------------------------------------------


class RecallingWorld(FakeWorld):
    """Draws earlier tasks again where that is asked for."""

    def draw(self, step: int, again: Any = ()) -> tuple[list[str], list[int]]:
        prompts, origin = super().draw(step)
        for place, task in enumerate(again[: self.groups]):
            self.tasks[place] = int(task.rsplit("/", 1)[1])
            self.task_ids[place] = task
            prompts[place] = f"task {self.tasks[place]}"
        return prompts, origin


def test_replayed_groups_come_on_top_of_a_step_and_are_counted():
    from guru_grpo.rows import step_row

    world = RecallingWorld([0.5], 4, 4)
    config = config_of(replay={"kind": "groups", "groups": 2})
    sources = Sources(replay=Replay(config.replay, 0))
    first = collect(config, world, world, world, 0, sources)  # type: ignore[arg-type]
    assert len(groups_of(first)) == 4
    second = collect(config, world, world, world, 1, sources)  # type: ignore[arg-type]
    groups = groups_of(second)
    assert [members[0].rollout.age for members in groups] == [0, 0, 0, 0, 1, 1]
    assert all(len({one.rollout.age for one in members}) == 1 for members in groups)
    row = step_row(2, second, ["one"], {}, {}, {})
    assert (row["replayed_share"], row["replayed_age"]) == (pytest.approx(8 / 24), 1.0)
    assert row["correct"] == sum(one.correct for one in second.scored[:16]) / 16  # of this step's own responses
    logprobs = [value for one in second.scored[:16] for value in one.rollout.logprobs]
    assert row["surprisal"] == pytest.approx(-sum(logprobs) / len(logprobs))


def test_an_earlier_success_joins_a_new_group_of_its_task():
    world = RecallingWorld([0.5], 4, 4)
    config = config_of(replay={"kind": "responses", "groups": 1})
    sources = Sources(replay=Replay(config.replay, 0))
    collect(config, world, world, world, 0, sources)  # type: ignore[arg-type]
    second = groups_of(collect(config, world, world, world, 1, sources))  # type: ignore[arg-type]
    ages = [[one.rollout.age for one in members] for members in second]
    assert ages == [[1, 0, 0, 0], [0] * 4, [0] * 4, [0] * 4]
    assert second[0][0].correct
    assert sorted(world.asked[-2:]) == [3, 4]


def test_without_replay_nothing_changes():
    one = collected(FakeWorld([0.5], 4, 4), config_of())
    config = config_of(replay={"kind": "groups"})
    world = FakeWorld([0.5], 4, 4)
    other = collect(config, world, world, world, 0, Sources(replay=Replay(config.replay, 0)))  # type: ignore[arg-type]
    assert one == other


# -- learning ----------------------------------------------------------------------------------------------------------


def test_what_the_policy_has_not_moved_from_is_learnt_as_if_it_were_new():
    model = tiny_llama()
    rollouts = rollouts_of(model)
    fresh, metrics = gradient_of(model, SETTINGS, rollouts, ADVANTAGES)
    old, stale = gradient_of(model, SETTINGS, [replace(one, age=3) for one in rollouts], ADVANTAGES)
    assert torch.equal(fresh, old)
    assert metrics["mismatch_mean"] > 0.0
    assert not {"mismatch_mean", "mismatch_max"} & stale.keys()  # the engine has nothing to do with old ones


def test_the_ratio_makes_old_responses_unbiased():
    """Over all words that an old policy says, the gradient weighted by the ratio is that of the new policy's reward."""
    torch.manual_seed(0)
    old, new = torch.randn(5, dtype=torch.float64), torch.randn(5, dtype=torch.float64).requires_grad_()
    rewards = torch.tensor([0.0, 1.0, 0.5, 0.0, 2.0], dtype=torch.float64)
    (expected,) = torch.autograd.grad((new.softmax(0) * rewards).sum(), new)
    loss = token_loss("ratio", new.log_softmax(0), old.log_softmax(0), rewards, torch.arange(5), 5, 0.2, 0.2)
    (found,) = torch.autograd.grad(-(old.softmax(0) * loss).sum(), new)
    assert torch.allclose(found, expected, atol=1e-12)
    loss = token_loss("reinforce", new.log_softmax(0), old.log_softmax(0), rewards, torch.arange(5), 5, 0.2, 0.2)
    (biased,) = torch.autograd.grad(-(old.softmax(0) * loss).sum(), new)
    assert not torch.allclose(biased, expected, atol=1e-3)


def test_replay_needs_a_ratio():
    with pytest.raises(InvalidValueError, match="no ratio"):
        config_of(replay={"kind": "groups"}, learner={"loss": "reinforce"})
    config_of(replay={"kind": "groups"}, learner={"loss": "reinforce", "mismatch": "token"})
