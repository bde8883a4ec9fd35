"""What responses earn in a run: the study's styles, steps of a proof, length and repetition, a model's critique."""

from __future__ import annotations

import functools
import math

import gymnasium
import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from agent.test_collect import FakeWorld, config_of  # noqa: E402
from agent.test_loop import QUICK, run  # noqa: E402
from guru_grpo import config  # noqa: E402
from guru_grpo.advantages import group_advantages  # noqa: E402
from guru_grpo.collect import Sources, collect  # noqa: E402
from guru_grpo.config import EnvironmentConfig  # noqa: E402
from guru_grpo.critique import Critics  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402
from guru_grpo.mixture import Mixture  # noqa: E402
from guru_grpo.shaping import cosine_brevity, relative_brevity, repetition  # noqa: E402
from hypothesis import assume, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from partly_right import partly_right  # noqa: E402

import guru_envs  # noqa: E402
from guru_envs import Outcome, RewardRule, Verdict  # noqa: E402
from guru_envs.columns import prices as column_prices  # noqa: E402
from guru_envs.columns import verdict_columns  # noqa: E402
from guru_envs.errors import InvalidValueError, UnknownNameError  # noqa: E402
from guru_envs.judge import ModelJudge, StubJudge  # noqa: E402
from guru_envs.reward import REWARD_STYLES, Review, reward_style  # noqa: E402


@functools.cache
def verdicts(env_id: str = "guru/knights-and-knaves-v0", **sizes: int) -> tuple[Verdict, ...]:
    """The verdicts on answers to a task of which 0, 1, ... all parts are right, in the form that is asked for."""
    source = guru_envs.make_source(env_id, knobs={**(sizes or {"people": 5}), "credit": "share"})
    task = source.draw(0)
    return tuple(source.judge(task, f"<think>\n</think>\n<answer>{one}</answer>") for one in partly_right(task))


def price(style: str, verdict: Verdict) -> float:
    return RewardRule(**reward_style(style)).price(verdict)


@pytest.mark.parametrize(
    ("env_id", "sizes"),
    [
        ("guru/knights-and-knaves-v0", {"people": 5}),
        ("guru/logic-grid-v0", {"categories": 3, "items": 4}),
        ("guru/zebra-v0", {"houses": 3, "attributes": 3}),
    ],
)
def test_the_studys_table(env_id, sizes):
    """R1 to R4 of the real verdicts, for both of its kinds of puzzles."""
    found = verdicts(env_id, **sizes)
    parts = len(found) - 1
    assert parts >= 5
    for right, verdict in enumerate(found):
        all_right, unformed = float(right == parts), verdict._replace(format_ok=False)
        assert verdict.format_ok
        assert price("binary", verdict) == all_right
        assert price("proportional", verdict) == right / parts
        assert price("binary+format", verdict) == pytest.approx(all_right + 0.1)
        assert price("binary+format", unformed) == all_right
        assert price("proportional+format", verdict) == pytest.approx(right / parts + 0.1)
        assert price("proportional+format", unformed) == right / parts
        assert price("binary+rescaled", verdict) == (1.0 if right == parts else -1.0)
        assert price("proportional+rescaled", verdict) == pytest.approx(2 * (right / parts - 0.5))


def test_what_cannot_be_read_is_worth_what_nothing_right_is_worth():
    unread = Verdict(Outcome.NO_ANSWER, 0.0, None, "", False)
    for style in REWARD_STYLES:
        assert RewardRule(**reward_style(style)).price(unread) == price(style, verdicts()[0]._replace(format_ok=False))
    with pytest.raises(UnknownNameError, match="binary"):
        reward_style("binry")


@pytest.mark.parametrize("base", ["binary", "proportional"])
def test_rescaling_changes_no_advantage_that_is_divided_by_the_deviation(base):
    """It is an affine map of its base; without the division advantages are exactly twice as large."""
    parts = [0, 1, 5, 5, 2, 3, 0, 5]
    plain, scaled = (
        torch.tensor([price(style, verdicts()[one]) for one in parts]) for style in (base, f"{base}+rescaled")
    )
    groups = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    normal = [group_advantages(one, groups, eps=0.0) for one in (plain, scaled)]
    assert torch.allclose(*normal)
    centred = [group_advantages(one, groups, scale_by_std=False) for one in (plain, scaled)]
    assert torch.allclose(2 * centred[0], centred[1])


@pytest.mark.parametrize("power", [1, 2, 10])
def test_partial_credit_to_a_power(power):
    """As RLVE pays for sorting: the share of right positions to the tenth power, 1 exactly when all are right."""
    rule = RewardRule(partial=1.0, power=power)
    prices = [rule.price(Verdict(Outcome.CORRECT if right == 5 else Outcome.WRONG, right / 5)) for right in range(6)]
    assert prices == pytest.approx([(right / 5) ** power for right in range(6)])
    assert prices == sorted(prices)
    assert [price == 1.0 for price in prices] == [False] * 5 + [True]
    assert rule.price(Verdict(Outcome.WRONG, math.nextafter(1.0, 0.0))) < 1.0
    # The prices of a vector environment are the rule's, to the last digit.
    priced = RewardRule(wrong=-0.25, partial=0.7, no_answer=-1.0, format=0.1, power=power)
    verdicts = [Verdict(Outcome.WRONG, part / 97, "", "", part % 2 == 0) for part in range(97)]
    verdicts += [Verdict(Outcome.CORRECT, 1.0), Verdict(Outcome.NO_ANSWER), Verdict(Outcome.FAULT)]
    columns = verdict_columns(verdicts, range(100), 100)
    assert column_prices(priced, columns).tolist() == [priced.price(one) for one in verdicts]


def test_powers_below_one_are_refused():
    for power in (0.5, 0, -1, math.nan):
        with pytest.raises(InvalidValueError, match="power"):
            RewardRule(power=power)


def test_styles_in_environments_and_in_runs():
    env = gymnasium.make("guru/zebra-v0", level=1, reward="proportional+rescaled")
    env.reset(seed=0)
    assert env.step("nothing")[1] == -1.0
    both = ["environments=[{id='guru/zebra-v0', style='binary', reward={wrong=-0.5}}, {id='guru/countdown-v0'}]"]
    found = config.load("tiny-cpu", [*both, "shaping.style=proportional+format"])
    assert found.environments[0].numbers == {**reward_style("binary"), "wrong": -0.5}
    assert found.environments[1].numbers == reward_style("proportional+format")
    with pytest.raises(UnknownNameError, match="reward style"):
        config.load("tiny-cpu", ["shaping.style=proportion"])


def test_steps_of_a_proof_are_rewarded_in_a_run():
    """Two facts of five that follow, none, and a false one: each response of a group gets its own progress."""
    row = EnvironmentConfig("test/switches-v0", level=1, reward={"step": 0.5, "false_step": -0.2})
    mixture = Mixture([row], groups=1, group_size=4, split="train", seed=0)
    mixture.draw(0)
    (full,) = mixture.oracle()
    facts = [line for line in full.splitlines() if line.startswith("Switch")]
    assert len(facts) == 5
    false = facts[1].replace(" on.", " off.") if " on." in facts[1] else facts[1].replace(" off.", " on.")
    judged = mixture.judge(["\n".join(facts[:3]), "no facts", "\n".join([facts[0], false, *facts[1:]]), full])
    # The first switch is given away by its clue, so four facts are progress.
    assert judged.rewards == pytest.approx([0.5 * 2 / 4, 0.0, -0.2, 1.5])
    padded = "\n".join([*facts[:3], *facts[:3] * 20])
    mixture.draw(1)
    (other,) = mixture.oracle()
    lines = [line for line in other.splitlines() if line.startswith("Switch")]
    padded = "\n".join([*lines[:3], *lines[:3] * 20])
    assert mixture.judge([padded, "", "", ""]).rewards[0] == pytest.approx(0.25)  # saying it again earns nothing


def test_a_run_with_step_rewards(run_file, tmp_path):
    row = "environments=[{id='test/switches-v0', reward={step=0.5, false_step=-0.1}}]"
    run(run_file, *QUICK, row, "evaluate.tasks=2")
    assert len(read_rows(tmp_path / "run" / "metrics.jsonl")) == 3


# -- length and repetition ---------------------------------------------------------------------------------------------


def test_relative_brevity_by_hand():
    right, whole = [True, True, False, False, True], [True, True, True, True, False]
    assert relative_brevity([10, 30, 10, 30, 10], right, whole) == [0.5, -0.5, 0.0, -0.5, 0.0]
    assert relative_brevity([20, 10, 30], [True] * 3, [True] * 3) == [0.0, 0.5, -0.5]
    assert relative_brevity([5, 5], [True, False], [True, True]) == [0.0, 0.0]
    assert relative_brevity([], [], []) == []


def test_cosine_brevity_by_hand():
    assert cosine_brevity(0, 100, True, True) == 1.0
    assert cosine_brevity(50, 100, True, True) == pytest.approx(0.5)
    assert cosine_brevity(100, 100, True, True) == pytest.approx(0.0)
    assert cosine_brevity(25, 100, True, True) == pytest.approx((1 + math.sqrt(0.5)) / 2)
    assert cosine_brevity(1, 100, False, True) == cosine_brevity(1, 100, True, False) == 0.0


def test_repetition_by_hand():
    assert repetition([1, 2, 3, 4], 2) == 0.0
    assert repetition([1, 2, 1, 2, 1], 2) == pytest.approx(2 / 4 - 1)
    assert repetition([7] * 11, 2) == pytest.approx(-0.9)
    assert repetition([1], 4) == 0.0


lengths = st.lists(
    st.tuples(st.integers(1, 10), st.booleans(), st.sampled_from([[1] * 9, [1, 2, 3], [4, 4, 4, 4, 5, 6]])),
    min_size=2,
    max_size=6,
)


@settings(deadline=None, max_examples=80)
@given(
    lengths,
    st.sampled_from(["relative", "cosine"]),
    *[st.floats(0, most) for most in (0.6, 0.4, 0.4)],
    st.fixed_dictionaries(
        {"format": st.floats(-0.2, 0.3), "step": st.floats(0, 0.3), "false_step": st.floats(-0.3, 0)}
    ),
    st.data(),
)
def test_every_right_response_stands_above_every_wrong_one(members, kind, weight, repeated, overlong, prices, data):
    """Of all configurations that are not refused, whatever form the responses have and whatever steps they state."""
    from guru_grpo.earnings import length_rewards
    from guru_grpo.replies import Reply

    try:
        given_ = config_of(
            environments=[{"id": "guru/zebra-v0", "reward": prices}],
            shaping={"brevity": kind, "brevity_weight": weight, "repetition": repeated, "ngram": 1},
            rollout={"overlong_buffer": 5, "overlong_factor": overlong},
        )
    except InvalidValueError:
        assume(False)
    rule = RewardRule(**prices)
    replies = [Reply("", tokens[:1] * length, [], length < 10) for length, _, tokens in members]
    right = [one for _, one, _ in members]
    earned = []
    for good in right:
        form, slip = data.draw(st.booleans()), data.draw(st.booleans())
        verdict = Verdict(Outcome.CORRECT if good else Outcome.WRONG, float(good), "", "", form)
        review = Review(1, int(slip), data.draw(st.floats(0, 1)))
        earned.append(rule.price(verdict) + rule.price_steps(review))
    rewards = [one + more for one, more in zip(earned, length_rewards(given_, 0, replies, right), strict=True)]
    good, bad = ([one for one, flag in zip(rewards, right, strict=True) if flag is wanted] for wanted in (True, False))
    assert not good or not bad or min(good) > max(bad)


def test_shaping_that_could_turn_right_and_wrong_around_is_refused():
    with pytest.raises(InvalidValueError, match="below a wrong one"):
        config_of(shaping={"brevity": "relative", "brevity_weight": 1.2, "repetition": 0.5})
    long = {"overlong_buffer": 4, "overlong_factor": 0.6}
    assert config_of(rollout=long, shaping={"repetition": 0.3}).shaping.most == 0.3
    with pytest.raises(InvalidValueError, match=r"could lose 1\.1"):
        config_of(rollout=long, shaping={"repetition": 0.5})
    formed = [{"id": "guru/zebra-v0", "style": "binary+format"}]  # right but unformed, against wrong in the asked form
    with pytest.raises(InvalidValueError, match=r"less than 0\.9"):
        config_of(shaping={"repetition": 0.95}, environments=formed)
    assert config_of(shaping={"repetition": 0.85}, environments=formed).shaping.most == 0.85
    apart = [
        {"id": "guru/zebra-v0", "style": "binary+rescaled"}
    ]  # right and wrong are 2 apart: DAPO's own weight is allowed
    assert (
        config_of(rollout=long | {"overlong_factor": 1.0}, environments=apart).environments[0].numbers["wrong"] == -1.0
    )


# -- an environment of its own mind ------------------------------------------------------------------------------------


class TwoWorlds(FakeWorld):
    """Four groups: each of two tasks in each of two environments."""

    def draw(self, step, again=()):
        super().draw(step, again)
        self.tasks = [0, 0, 1, 1]
        self.task_ids = [f"fake/task-v0/train/1/{task}" for task in self.tasks]
        return [f"task {task}" for task in self.tasks], [0, 1, 0, 1]


def two_rows(second, **more):
    return config_of(environments=[{"id": "guru/zebra-v0"}, {"id": "guru/countdown-v0", **second}], **more)


def rewards_of(config_, judge=None):
    """The rewards of both environments' responses of 10 tokens, the most there may be; task 0 is never solved, task 1 always."""
    world = TwoWorlds([0.0, 1.0], 4, 4, length=10)
    critics = Critics(ModelJudge(judge), config_.judge.weight) if judge else None
    batch = collect(config_, world, world, world, 0, Sources(critics=critics))
    found = {(one.environment, one.correct): set() for one in batch.scored}
    for one in batch.scored:
        found[one.environment, one.correct].add((round(one.rollout.reward, 6), one.score))
    assert len(found) == 4
    return found


def test_an_environment_has_shaping_and_a_price_on_length_of_its_own():
    long = {"overlong_buffer": 4, "overlong_factor": 0.25}
    row = {"shaping": {"repetition": 0.5, "ngram": 1}, "overlong_factor": 0.0}
    found = rewards_of(two_rows(row, rollout=long))
    assert found[0, True] == {(0.75, None)}, "the run's"
    assert found[1, True] == {(0.55, None)}, "its own: one token ten times"
    config_ = two_rows(row, shaping={"ngram": 2})
    assert (config_.shaping_of(0).ngram, config_.shaping_of(1).ngram, config_.shaping_of(1).repetition) == (2, 1, 0.5)


def test_a_model_judge_is_asked_in_some_environments_only():
    judge = StubJudge(lambda prompt: "Final Score: 4")
    only = two_rows({"judge_weight": 0.0}, judge={"kind": "local", "weight": 0.25})
    found = rewards_of(only, judge)
    assert (found[0, False], found[0, True]) == ({(0.1, 0.4)}, {(1.25, 1.0)})
    assert (found[1, False], found[1, True]) == ({(0.0, None)}, {(1.0, None)})
    assert len(judge.prompts) == 1
    more = two_rows({"judge_weight": 0.5}, judge={"kind": "local", "weight": 0.25})
    assert rewards_of(more, StubJudge(lambda prompt: "Final Score: 4"))[1, False] == {(0.2, 0.4)}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"shaping": {"style": "binary"}}, r"environments.1.shaping.style: .* environments.1.style"),
        ({"shaping": {"repetitions": 0.1}}, r"environments.1.shaping.repetitions.*environments.1.shaping.repetition"),
        ({"shaping": {"repetition": -1.0}}, r"environments.1.shaping.repetition is -1.0: allowed is at least 0"),
        ({"shaping": {"repetition": 1.5}}, r"countdown-v0 level 1 could lose 1.5"),
        ({"judge_weight": 0.5}, r"environments.1.judge_weight is 0.5, but judge.kind is 'none'"),
        ({"overlong_factor": 0.5}, r"environments.1.overlong_factor is 0.5, but rollout.overlong_buffer is 0"),
    ],
)
def test_settings_of_an_environment_are_checked(row, words):
    with pytest.raises((InvalidValueError, UnknownNameError), match=words):
        two_rows(row)


# -- a model's critique ------------------------------------------------------------------------------------------------


def test_a_judges_score_is_added_and_its_failure_masks():
    world = FakeWorld([0.5, 0.5], 4, 4)
    judge = StubJudge(lambda prompt: "The number is wrong.\nFinal Score: 4" if "task 0" in prompt else "no score")
    config_ = config_of(judge={"kind": "local", "weight": 0.25})
    batch = collect(config_, world, world, world, 0, Sources(critics=Critics(ModelJudge(judge), 0.25)))  # type: ignore[arg-type]
    seen = set()
    for one in batch.scored:
        if one.correct:
            assert (one.score, one.rollout.reward) == (1.0, 1.25)
        elif one.prompt == "task 0":
            assert (one.score, one.detail) == (0.4, "The number is wrong.")
            assert one.rollout.reward == pytest.approx(0.1)
            assert one.outcome == 0.0
        else:
            assert (one.fault, one.rollout.masked, one.verdict) == (True, True, "fault")
        assert one.rollout.right is (None if one.fault else one.correct)
        seen.add((one.correct, one.prompt))
    assert len(seen) == 4
    assert len(judge.prompts) == 2  # the same wrong answer to the same question is judged once in a round


def test_what_needs_no_judge_is_not_asked_for():
    judge = StubJudge([])
    critics = Critics(ModelJudge(judge), 1.0)
    found = critics.opinions(
        ["q"] * 4, ["gold", "gold", "", "gold"], ["x", None, "x", "  "], [True, False, False, False]
    )
    assert [one.score for one in found] == [1.0, 0.0, 0.0, 0.0]
    assert judge.prompts == []
