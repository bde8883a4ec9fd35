"""Evaluation and report: fixed tasks, sound figures, honest words."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
from guru_grpo import report
from guru_grpo.config import EnvironmentConfig, EvaluateConfig
from guru_grpo.engine import Completion
from guru_grpo.estimators import Estimate, mean_interval, spread_interval, student
from guru_grpo.evaluate import (
    Result,
    _passed,
    evaluate,
    fixed_tasks,
    guess_rate,
    reward_range,
)

import guru_envs

ECHO = EnvironmentConfig("test/echo-v0", level=1)


class Letters:
    """A dialogue whose tokens are characters."""

    def prompt(self, text):
        return [ord(letter) for letter in text]


class Parrot:
    """An engine that repeats the number in every second sample of a task; the others are as ``wrong`` says."""

    def __init__(self, wrong):
        self.wrong, self.seen = wrong, []

    def generate(self, prompts, sampling):
        self.seen.append((tuple(map(tuple, prompts)), sampling))
        found = []
        for prompt in prompts:
            number = "".join(map(chr, prompt)).split()[1]
            texts = [f"<answer>{number}</answer>" if sample % 2 else self.wrong for sample in range(sampling.n)]
            found.append([Completion(text, [1] * len(text), [0.0] * len(text), bool(text)) for text in texts])
        return found


SETTINGS = EvaluateConfig(tasks=40, samples=4, k=(1, 2, 4))


def test_figures():
    moved = []
    (result,) = evaluate([ECHO], SETTINGS, Parrot(""), Letters(), 9, moved.append)
    assert sum(moved) == 160
    assert (result.tasks, result.samples, result.faults) == (40, 4, 0)
    assert result.correct.mean == 0.5
    assert result.reward.mean == 0.5
    assert result.format_ok.mean == 0.5
    assert result.when_answered == 1.0
    assert result.passed == {"1": 0.5, "2": pytest.approx(5 / 6), "4": 1.0}
    assert result.cut == 0.5
    assert result.guess_rate == 0.001
    assert Result.read(result.plain()) == result
    assert Result.read(json.loads(json.dumps(result.plain()))) == result


def test_length_and_pass_at_k_have_intervals():
    (result,) = evaluate([ECHO], SETTINGS, Parrot("wrong"), Letters(), 9)
    length, passed = result.length_interval, result.passed_interval
    assert length.mean == pytest.approx(result.length)
    assert length.low < length.mean < length.high
    assert length.tasks == 40
    assert {k: one.mean for k, one in passed.items()} == result.passed
    assert passed["1"] == result.correct, "pass@1 is the share of correct responses"
    # Each task has one right answer of two: the spread is unknown, and each task counts once.
    once = mean_interval([[5 / 6]] * 40)
    assert (passed["2"].low, passed["2"].high) == pytest.approx((once.low, once.high))
    assert passed["4"] == mean_interval([[1.0]] * 40)
    assert passed["4"].low < 1.0


class Hesitating(Parrot):
    """Its first sample of a task has 2 tokens of 1 nat and its second 1 token of 4, which the task's number makes larger."""

    def generate(self, prompts, sampling):
        found = []
        for prompt, group in zip(prompts, super().generate(prompts, sampling), strict=True):
            more = int("".join(map(chr, prompt)).split()[1]) % 3
            nats = [[-1.0 - more, -1.0 - more], [-4.0 - more]]
            found.append([replace(one, logprobs=nats[at]) for at, one in enumerate(group)])
        return found


def test_surprisal_is_the_mean_nats_of_a_tasks_tokens_with_students_interval():
    twice = replace(SETTINGS, samples=2, k=(1,))
    numbers = [int(guru_envs.prompt(task_id).split()[1]) for task_id in fixed_tasks(ECHO, 40, twice.seed)]
    (result,) = evaluate([ECHO], twice, Hesitating("wrong"), Letters(), 9)
    # a token counts once, however the samples of a task share them: (1 + 1 + 4) / 3 = 2
    assert result.surprisal == spread_interval([2.0 + number % 3 for number in numbers])
    assert result.surprisal.low < result.surprisal.mean < result.surprisal.high
    assert Result.read(json.loads(json.dumps(result.plain()))) == result


def test_surprisal_is_not_that_of_greedy_decoding_nor_of_no_tokens():
    greedy = replace(SETTINGS, temperature=0.0, samples=1, k=(1,))
    (result,) = evaluate([ECHO], greedy, Parrot("wrong"), Letters(), 9)
    assert result.surprisal is None
    (result,) = evaluate([ECHO], replace(SETTINGS, samples=1, k=(1,)), Parrot(""), Letters(), 9)
    assert result.surprisal is None


def test_results_of_earlier_versions_have_no_such_intervals():
    (result,) = evaluate([ECHO], SETTINGS, Parrot(""), Letters(), 9)
    values = result.plain()
    del values["length_interval"], values["passed_interval"], values["surprisal"]
    assert Result.read(values) == replace(result, length_interval=None, passed_interval=None, surprisal=None)


def test_intervals_of_pass_at_k_hold():
    """Tasks of different difficulty, 24 tasks with 16 samples: the interval covers the truth about as often as it says."""
    draw = random.Random(7)
    for k in (2, 8):
        chances = [draw.betavariate(0.3, 0.9) for _ in range(4000)]
        truth = sum(1 - (1 - chance) ** k for chance in chances) / len(chances)
        held = 0
        for _ in range(400):
            right = [sum(draw.random() < chance for _ in range(16)) for chance in draw.choices(chances, k=24)]
            found = _passed(right, 16, k)
            held += found.low <= truth <= found.high
        assert held >= 0.93 * 400


def test_students_interval():
    # Quantiles of Student's distribution as tables give them.
    for free, quantile in ((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (10, 2.228), (30, 2.042), (120, 1.980)):
        assert student(free) == pytest.approx(quantile, rel=0.01 if free < 5 else 5e-4)
    found = spread_interval([10.0, 12.0, 14.0, 16.0, 18.0])
    assert (found.mean, found.tasks) == (14.0, 5)
    assert found.high - found.mean == pytest.approx(2.776 * math.sqrt(10 / 5), rel=0.01)
    assert spread_interval([10.0]) is None


def test_well_formed_but_wrong():
    (result,) = evaluate([ECHO], SETTINGS, Parrot("<answer>x</answer>"), Letters(), 9)
    assert result.format_ok.mean == 1.0
    assert result.correct.mean == 0.5
    assert result.when_answered == 0.5


def test_same_tasks_and_seeds_every_time_all_from_the_test_split():
    one, two = Parrot(""), Parrot("")
    evaluate([ECHO], SETTINGS, one, Letters(), 9)
    evaluate([ECHO], SETTINGS, two, Letters(), 9)
    assert one.seen == two.seen
    ids = fixed_tasks(ECHO, 40, seed=1)
    assert len(set(ids)) == 40
    assert all("/test/" in task_id for task_id in ids)
    assert ids != fixed_tasks(ECHO, 40, seed=2)


def test_a_small_level_gives_fewer_tasks_rather_than_the_same_again():
    row = EnvironmentConfig("test/echo-v0", knobs={"size": 40})
    ids = fixed_tasks(row, 40, seed=1)
    assert 2 <= len(ids) < 20
    (result,) = evaluate([row], SETTINGS, Parrot(""), Letters(), 9)
    assert result.tasks == len(ids)


def test_faults_are_in_no_figure():
    row = EnvironmentConfig("test/hanging-v0", level=1)
    (result,) = evaluate([row], replace(SETTINGS, tasks=3), Parrot("<answer>raise</answer>"), Letters(), 9)
    assert result.faults == 6
    assert result.correct.mean == 1.0
    assert result.when_answered == 1.0


def test_reward_range_and_guess_rate():
    assert reward_range(ECHO) == (0.0, 1.0)
    shaped = EnvironmentConfig("test/echo-v0", reward={"wrong": -1.0, "partial": 0.5, "format": 0.25})
    assert reward_range(shaped) == (-1.0, 1.25)
    assert guess_rate(ECHO, fixed_tasks(ECHO, 5, seed=1)) == 0.001


def test_guess_rate_of_explicit_knobs_is_measured():
    row = EnvironmentConfig("guru/countdown-v0", knobs={"numbers": 3, "low": 1, "high": 9})
    rate = guess_rate(row, fixed_tasks(row, 40, seed=1))
    assert 0.0 < rate < 0.3
    assert rate == guess_rate(row, fixed_tasks(row, 40, seed=1))


def result(correct: float, form: float, guess: float = 0.25) -> Result:
    def estimate(share: float) -> Estimate:
        return mean_interval([[1.0]] * round(100 * share) + [[0.0]] * round(100 - 100 * share))

    return Result(
        "env", 100, 1, estimate(correct), estimate(correct), estimate(form), estimate(form), correct / form if form else None,
        {"1": correct}, guess, 9.0, 0.0, 0,
    )  # fmt: skip


def words(first: Result, last: Result, warm: Result | None = None):
    stages = {"before": [first], "after": [last]} | ({"warm": [warm]} if warm else {})
    (finding,) = report.findings(stages)
    return finding


def test_nothing_learned_is_said():
    finding = words(result(0.2, 0.8), result(0.3, 0.9))
    assert not finding.reward_rose
    assert "Nothing is shown to be learned" in finding.text


def test_form_only_is_said():
    finding = words(result(0.0, 0.0), result(0.26, 1.0))
    assert finding.reward_rose
    assert finding.beats_guessing is False
    assert "Only the form" in finding.text


def test_learned_is_said_and_what_grpo_added():
    finding = words(result(0.0, 0.0), result(0.8, 1.0), warm=result(0.3, 0.9))
    assert finding.reward_rose
    assert finding.beats_guessing
    assert finding.grpo_rose
    assert "Learned: accuracy is 0.800" in finding.text
    assert "GRPO changed it by +0.500, more than" in finding.text
    assert words(result(0.0, 0.0), result(0.8, 1.0), warm=result(0.78, 1.0)).grpo_rose is False


def test_worse_is_said():
    assert "got worse" in words(result(0.8, 1.0), result(0.2, 1.0)).text


def test_no_findings_without_both_evaluations():
    assert report.findings({"before": [result(0.5, 0.5)]}) == []


def test_tables_leave_out_what_repeats():
    ((title, rows),) = report.tables({"before": [result(0.5, 0.5)], "after": [result(0.75, 1.0)]}).items()
    assert "a blind guess is right in" in title
    assert [row[0] for row in rows] == ["stage", "untouched model", "after GRPO"]
    assert rows[0] == ["stage", "reward [95 %]", "in form", "right if answered"]
    other = replace(result(0.5, 0.5), correct=result(0.25, 0.5).correct)
    assert "correct [95 %]" in next(iter(report.tables({"before": [other]}).values()))[0]
