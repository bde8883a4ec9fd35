"""Collecting a step's rollouts: dynamic sampling, traces of the oracle, overlong responses; and how they are learnt from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")

from agent.test_learner import ADVANTAGES, SETTINGS, gradient_of, plain_gradient, rollouts_of, tiny_llama  # noqa: E402
from guru_grpo.collect import collect, has_signal  # noqa: E402
from guru_grpo.config import Config, build  # noqa: E402
from guru_grpo.engine import Completion  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.mixture import Judged  # noqa: E402
from guru_grpo.pricing import price  # noqa: E402
from guru_grpo.settings import METHODS, LearnerSettings  # noqa: E402

from guru_envs.errors import InvalidValueError, UnknownNameError  # noqa: E402


class FakeWorld:
    """Tasks that a policy solves with known probabilities; it is engine, dialogue and mixture at once."""

    def __init__(self, chances: list[float], groups: int, size: int, length: int = 3) -> None:
        self.chances, self.groups, self.size, self.length = chances, groups, size, length
        self.rng = random.Random(0)
        self.drawn: list[int] = []
        self.asked: list[int] = []
        self.judging: dict[int, tuple[float, int]] = {}

    def draw(self, step: int, again: Sequence[str] = ()) -> tuple[list[str], list[int]]:
        self.tasks = [self.rng.randrange(len(self.chances)) for _ in range(self.groups)]
        self.drawn += self.tasks
        self.task_ids = [f"fake/task-v0/train/1/{task}" for task in self.tasks]
        return [f"task {task}" for task in self.tasks], [0] * self.groups

    def shown(self, text: str) -> str:
        return text

    def prompt(self, text: str) -> list[int]:
        return [int(text.split()[1])]

    def response(self, text: str) -> list[int]:
        return [7] * (20 if text == "long trace" else 4)

    def oracle(self) -> list[str]:
        return ["long trace" if task == 0 else "trace" for task in self.tasks]

    def generate(self, prompts: list[list[int]], sampling: Any) -> list[list[Completion]]:
        self.asked.append(sampling.n)
        return [
            [
                Completion(
                    "right" if self.rng.random() < self.chances[prompt[0]] else "wrong", ids, [0.0] * len(ids), done
                )
                for ids, done in [([1] * self.length, self.length < sampling.max_new_tokens)] * sampling.n
            ]
            for prompt in prompts
        ]

    def judge(self, texts: list[str], own: list[bool] | None = None) -> Judged:
        assert len(texts) == self.groups * self.size
        right, many = [text != "wrong" for text in texts], len(texts)
        rewards = [float(one) for one in right]
        outcomes = ["correct" if one else "wrong" for one in right]
        return Judged(
            rewards, [False] * many, right, right, right, [1] * many, rewards, outcomes, list(texts), [""] * many
        )

    def golds(self) -> list[str]:
        return ["right"] * self.groups


def config_of(**changes: Any) -> Config:
    values: dict[str, Any] = {"environments": [{"id": "guru/zebra-v0"}]}
    values["rollout"] = {"groups": 4, "group_size": 4, "max_new_tokens": 10, **changes.pop("rollout", {})}
    return build(Config, values | changes, "")


def collected(world: FakeWorld, config: Config) -> Any:
    return collect(config, world, world, world, 0)  # type: ignore[arg-type]


def groups_of(batch: Any) -> list[list[Any]]:
    groups: dict[int, list[Any]] = {}
    for one in batch.scored:
        groups.setdefault(one.rollout.group, []).append(one)
    return list(groups.values())


def test_dynamic_sampling_fills_a_step_with_groups_that_have_a_signal():
    world = FakeWorld([0.0, 1.0, 0.5], 4, 4)
    batch = collected(world, config_of(rollout={"dynamic_sampling": 50}))
    groups = groups_of(batch)
    assert [len(members) for members in groups] == [4] * 4
    assert all(has_signal(members) for members in groups)
    assert sorted({one.rollout.group for one in batch.scored}) == [0, 1, 2, 3]
    assert {one.rollout.prompt_ids[0] for one in batch.scored} == {2}
    assert batch.groups_drawn == len(world.drawn) > 4
    assert batch.without_signal == 0
    again = collected(FakeWorld([0.0, 1.0, 0.5], 4, 4), config_of(rollout={"dynamic_sampling": 50}))
    assert again == batch


def test_a_group_whose_rewards_are_alike_where_it_is_learnt_from_has_no_signal():
    """Outcomes alone would keep it: what was cut off is masked, and what steps earned can be taken back."""
    group = groups_of(collected(FakeWorld([1.0], 4, 4), config_of()))[0]

    def changed(at: int, outcome: float, **rollout: Any) -> list[Any]:
        one = replace(group[at], outcome=outcome, rollout=replace(group[at].rollout, **rollout))
        return [*group[:at], one, *group[at + 1 :]]

    assert not has_signal(group)
    assert has_signal(changed(0, 0.0, reward=0.0))
    assert not has_signal(changed(0, 0.0, reward=0.0, masked=True))
    assert not has_signal(changed(0, 0.0))  # the reward is that of the others
    assert has_signal(changed(0, 0.0, steps=((1, 0.5), (2, 0.5))))  # but it is paid elsewhere
    assert not has_signal(changed(0, 1.0, reward=0.9))  # lengths alone are no signal
    # A rule that prices form or steps tells wrong responses apart, and that is a signal: the outcome is what the rule pays.
    wrong = [replace(one, outcome=0.0, correct=False, rollout=replace(one.rollout, reward=0.0)) for one in group]
    assert not has_signal(wrong)
    assert has_signal([replace(wrong[0], outcome=-0.1, rollout=replace(wrong[0].rollout, reward=-0.1)), *wrong[1:]])
    assert not has_signal([])


def test_a_trace_for_an_sft_loss_is_no_signal_and_no_trace_is_in_the_band():
    settings = {"group_size": 5, "groups": 4, "dynamic_sampling": 3}
    apart = collected(FakeWorld([0.0, 0.0], 4, 5), config_of(rollout=settings, learner={"off_policy": "sft"}))
    assert apart.groups_drawn == 12, "all of the policy's own are wrong, however right the trace beside them"
    assert all(one.masked for one in apart.rollouts)
    assert apart.without_signal == 4
    loose = {**settings, "dynamic_sampling": 0}
    plain = collected(FakeWorld([0.0, 0.0], 4, 5), config_of(rollout=loose, learner={"off_policy": "sft"}))
    assert plain.without_signal == 4
    assert not any(one.masked for one in plain.rollouts), "the SFT loss has them all"
    shaped = collected(FakeWorld([0.0, 0.0], 4, 5), config_of(rollout=settings, learner={"off_policy": "shaped"}))
    assert shaped.without_signal < 4, "in LUFFY's means a trace is one of the group"
    band = {**settings, "band": [0.2, 0.2]}  # the trace alone would be a fifth
    shaped = collected(FakeWorld([0.0, 0.0], 4, 5), config_of(rollout=band, learner={"off_policy": "shaped"}))
    assert all(one.masked for one in shaped.rollouts)


def test_answers_that_only_a_model_judge_tells_apart_are_a_signal():
    group = groups_of(collected(FakeWorld([0.0], 4, 4), config_of()))[0]
    scored = [replace(one, score=at / 8, rollout=replace(one.rollout, reward=at / 16)) for at, one in enumerate(group)]
    assert has_signal(scored)
    unpaid = [replace(one, rollout=replace(one.rollout, reward=0.0)) for one in scored]
    assert not has_signal(unpaid), "a judge of weight 0"


def test_groups_outside_of_the_band_are_left_out():
    """PRIME's filter: of ten responses two to eight are right; the ends are inside."""
    world = FakeWorld([0.5, 0.1, 0.9], 6, 10)
    wanted = {"group_size": 10, "groups": 6, "dynamic_sampling": 60}
    rights = [
        sum(one.correct for one in group)
        for group in groups_of(collected(world, config_of(rollout=wanted | {"band": [0.2, 0.8]})))
    ]
    assert len(rights) == 6
    assert all(2 <= right <= 8 for right in rights)
    plain = groups_of(collected(FakeWorld([0.5, 0.1, 0.9], 6, 10), config_of(rollout=wanted)))
    assert any(sum(one.correct for one in group) in (1, 9) for group in plain)
    exact = FakeWorld([0.5], 6, 10)
    only = groups_of(collected(exact, config_of(rollout=wanted | {"band": [0.7, 0.7]})))
    assert [sum(one.correct for one in group) for group in only] == [7] * 6


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"band": [0.8, 0.2], "dynamic_sampling": 2}, "in order"),
        ({"band": [0.0, 1.5], "dynamic_sampling": 2}, "in order"),
        ({"band": [0.2, 0.8]}, "needs rollout.dynamic_sampling"),
    ],
)
def test_impossible_bands_are_refused(changes, words):
    with pytest.raises(InvalidValueError, match=words):
        config_of(rollout=changes)


def test_dynamic_sampling_is_bounded_and_keeps_what_it_found():
    world = FakeWorld([0.0, 1.0], 4, 4)
    batch = collected(world, config_of(rollout={"dynamic_sampling": 3}))
    assert batch.groups_drawn == 12
    assert batch.without_signal == 4  # nothing better was found
    few = collected(FakeWorld([0.0] * 9 + [0.5], 4, 4), config_of(rollout={"dynamic_sampling": 3}))
    assert 0 < len(groups_of(few)) < 4
    assert few.without_signal == 0


def test_without_it_all_groups_of_one_round_are_kept():
    batch = collected(FakeWorld([0.0], 4, 4), config_of())
    assert (batch.groups_drawn, batch.without_signal, len(batch.scored)) == (4, 4, 16)


def test_the_oracles_response_takes_the_first_place_of_a_group():
    world = FakeWorld([0.0, 0.0], 4, 4)
    batch = collected(world, config_of(learner={"off_policy": "shaped"}))
    assert sorted(world.asked) == [3, 4]  # the policy fills the place of a trace that is too long
    for members in groups_of(batch):
        long = members[0].rollout.prompt_ids == [0]
        assert [one.rollout.off_policy for one in members] == ([False] * 4 if long else [True, False, False, False])
        if not long:
            assert members[0].correct
            assert members[0].rollout.completion_ids == [7] * 4
    assert batch.traces_dropped == world.tasks.count(0) > 0  # longer than the limit: left out, never cut


def test_overlong_responses_are_punished_or_left_out():
    world = FakeWorld([1.0], 4, 4, length=10)
    punished = collected(world, config_of(rollout={"overlong_buffer": 4, "overlong_factor": 0.5}))
    assert {(one.outcome, one.rollout.reward) for one in punished.scored} == {(1.0, 0.5)}
    masked = collected(FakeWorld([1.0], 4, 4, length=10), config_of(rollout={"mask_cut": True}))
    assert not any(one.rollout.learnt or one.rollout.masked or one.fault for one in masked.scored)


def test_overlong_filtering_takes_the_loss_and_leaves_the_baseline():
    """One of eight is right and finished, the others were cut off: it learns from being the better one."""
    group = groups_of(collected(FakeWorld([0.0], 1, 8), config_of(rollout={"groups": 1, "group_size": 8})))[0]
    right = replace(group[0], outcome=1.0, rollout=replace(group[0].rollout, reward=1.0))
    cut = [replace(one, rollout=replace(one.rollout, unlearnt=True)) for one in group[1:]]
    assert has_signal([right, *cut])
    rollouts = [one.rollout for one in (right, *cut)]
    none = torch.zeros(8, 3)
    found, _ = price(LearnerSettings(advantage="group"), rollouts, none, none == 0)
    assert found == pytest.approx([7 / 8] + [-1 / 8] * 7)
    # Nothing is learnt where the only one that differs was cut off and the rest stand at the mean of what is left.
    late = replace(right, rollout=replace(right.rollout, unlearnt=True))
    assert has_signal([late, *group[1:]]), "the others are below the mean"
    assert not has_signal([late, *cut])
    # Tokens that are not learnt from are in no deviation over tokens.
    whitened, _ = price(LearnerSettings(advantage="batch-std"), [right.rollout, *rollouts], torch.zeros(9, 3), None)
    assert whitened[:2] == pytest.approx([0.0, 0.0]), "both that are learnt from earned the same"


def test_methods_set_what_they_need_and_give_way_to_settings():
    from guru_grpo.config import load

    preset = "tiny-cpu"
    assert load(preset, ["learner.method='gspo'"]).learner.loss == "sequence-clip"
    assert load(preset, ["learner.method='dapo'", "learner.clip_high=0.3"]).learner.clip_high == 0.3
    assert load(preset, ["learner.method='luffy'"]).learner.off_policy == "shaped"
    with pytest.raises(UnknownNameError, match="dr_grpo"):
        load(preset, ["learner.method='drgrpo'"])
    with pytest.raises(InvalidValueError, match="batch-std"):
        load(preset, ["learner.kl_in='reward'", "learner.kl_coef=0.1"])
    for values in METHODS.values():
        LearnerSettings(**values)


def test_one_line_sets_what_a_method_needs_of_the_rollout_too():
    from guru_grpo.config import load

    dapo = load(
        "tiny-cpu", ["learner.method='dapo'", "rollout.max_new_tokens=20480", "engine.max_model_len=24576"]
    ).rollout
    assert (dapo.dynamic_sampling, dapo.overlong_buffer) == (10, 4096)
    assert load("tiny-cpu", ["learner.method='dapo'", "rollout.overlong_buffer=2"]).rollout.overlong_buffer == 2
    prime = load("tiny-cpu", ["learner.method='prime'", "rollout.dynamic_sampling=4"])
    assert (prime.learner.advantage, prime.rollout.dynamic_sampling, prime.rollout.band) == ("implicit", 4, (0.2, 0.8))
    off = load("tiny-cpu", ["learner.method='prime'", "rollout.dynamic_sampling=0"]).rollout
    assert (off.dynamic_sampling, off.band) == (0, (0.0, 1.0))
    with pytest.raises(InvalidValueError, match="max_new_tokens is '64'"):
        load("tiny-cpu", ["learner.method='dapo'", "rollout.max_new_tokens='64'"])


# -- learning ----------------------------------------------------------------------------------------------------------


def with_trace(model: Any) -> list[Any]:
    """Rollouts of which the first of each group was written by another policy."""
    return [replace(one, off_policy=index % 4 == 0) for index, one in enumerate(rollouts_of(model))]


def test_without_traces_luffy_is_on_policy_learning_bit_for_bit():
    model = tiny_llama()
    rollouts = rollouts_of(model)
    luffy = replace(SETTINGS, off_policy="shaped", loss="ratio")
    one, _ = gradient_of(model, luffy, rollouts, ADVANTAGES)
    other, _ = gradient_of(model, replace(SETTINGS, loss="ratio"), rollouts, ADVANTAGES)
    assert torch.equal(one, other)


def test_the_off_policy_part_does_not_depend_on_recorded_log_probabilities():
    model = tiny_llama()
    rollouts = with_trace(model)
    settings = replace(SETTINGS, off_policy="shaped", loss="ratio")
    one, metrics = gradient_of(model, settings, rollouts, ADVANTAGES)
    changed = [replace(r, logprobs=[-9.0] * len(r.logprobs)) if r.off_policy else r for r in rollouts]
    other, _ = gradient_of(model, settings, changed, ADVANTAGES)
    assert torch.equal(one, other)
    assert metrics["mismatch_max"] < 1e-6
    plain, _ = gradient_of(model, replace(SETTINGS, loss="ratio"), rollouts, ADVANTAGES)
    assert not torch.allclose(one, plain)


def test_an_sft_loss_stands_beside_rl_on_the_own_responses():
    model = tiny_llama()
    rollouts = with_trace(model)
    settings = replace(SETTINGS, off_policy="sft", sft_coef=0.3)
    own = [index for index, one in enumerate(rollouts) if not one.off_policy]
    taught = [index for index, one in enumerate(rollouts) if one.off_policy]
    rl = plain_gradient(model, [rollouts[i] for i in own], [ADVANTAGES[i] for i in own])
    sft = plain_gradient(model, [rollouts[i] for i in taught], [1.0] * len(taught))  # - sum log pi / tokens
    found, _ = gradient_of(model, settings, rollouts, ADVANTAGES)
    expected = rl + 0.3 * sft
    assert (found - expected).abs().max() < 1e-6 * expected.abs().max()
    without, _ = gradient_of(model, replace(settings, sft_coef=0.0), rollouts, ADVANTAGES)
    assert (without - rl).abs().max() < 1e-6 * rl.abs().max()


def test_traces_are_in_the_baseline_of_luffy_and_not_in_that_of_rl_with_sft():
    model = tiny_llama()
    rollouts = [replace(one, reward=float(one.off_policy)) for one in with_trace(model)]
    luffy = Learner(model, replace(SETTINGS, advantage="group", off_policy="shaped")).advantages(rollouts)
    assert luffy[:4] == pytest.approx([0.75, -0.25, -0.25, -0.25])
    sft = Learner(model, replace(SETTINGS, advantage="group", off_policy="sft")).advantages(rollouts)
    assert sft == [0.0] * 12


def test_kl_in_the_reward_is_charged_from_each_token_on():
    model = tiny_llama()
    settings = replace(SETTINGS, advantage="leave-one-out", kl_in="reward", kl_coef=0.1)
    learner = Learner(model, settings)
    rollouts = [replace(one, reward=1.0) for one in rollouts_of(model)]
    assert learner.advantages(rollouts) == pytest.approx([0.0] * 12, abs=1e-6)  # the reference is the policy
    shifted = [
        replace(one, logprobs=[lp + 0.5 for lp in one.logprobs]) if n == 0 else one for n, one in enumerate(rollouts)
    ]
    charged = 0.1 * 0.5 * len(rollouts[0].logprobs)
    found = learner.advantages(shifted)
    assert found[:4] == pytest.approx([-charged, charged / 3, charged / 3, charged / 3], abs=1e-5)
    tokens = Learner(model, replace(settings, advantage="batch-std")).advantages(shifted)
    assert [len(row) for row in tokens] == [max(len(one.logprobs) for one in rollouts)] * 12
    first = tokens[0][: len(rollouts[0].logprobs)]
    assert first == sorted(first)  # the nearer the end, the less is still to be charged
    assert learner.update(shifted, tokens)["grad_norm"] > 0.0  # advantages of each token


def test_an_entropy_bonus_raises_the_entropy():
    model = tiny_llama()
    learner = Learner(model, replace(SETTINGS, entropy_coef=1.0, lr=1e-3))
    rollouts = rollouts_of(model)
    values = [learner.update(rollouts, [0.0] * 12)["entropy"] for _ in range(4)]
    assert values == sorted(values)
    assert values[-1] > values[0] + 0.01


def test_mismatch_weights_scale_the_gradient_and_are_one_without_mismatch():
    model = tiny_llama()
    rollouts = rollouts_of(model)
    plain, _ = gradient_of(model, SETTINGS, rollouts, ADVANTAGES)
    same, _ = gradient_of(model, replace(SETTINGS, mismatch="token"), rollouts, ADVANTAGES)
    assert (plain - same).abs().max() < 1e-6 * plain.abs().max()
    off = [replace(one, logprobs=[lp - 0.2 for lp in one.logprobs]) for one in rollouts]  # the engine was less sure
    found, _ = gradient_of(model, replace(SETTINGS, mismatch="token", mismatch_cap=1.1), off, ADVANTAGES)
    assert (found - 1.1 * plain).abs().max() < 1e-6 * plain.abs().max()
    twice = Learner(model, replace(SETTINGS, mismatch="token", minibatches=3, lr=0.0))
    assert twice.update(off, ADVANTAGES)["clip_fraction"] == 0.0  # ratios are to the learner's own policy
