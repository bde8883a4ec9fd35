"""The gate for responses in one language, and levels drawn by probabilities that move from easy to hard."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
from agent.test_collect import FakeWorld, collected, config_of
from agent.test_loop import QUICK, run
from guru_grpo import collect as module
from guru_grpo.critique import Opinion
from guru_grpo.language import written_in
from guru_grpo.logs import read_rows
from guru_grpo.replay import Replay
from guru_grpo.schedule import SCHEDULES, Schedule, probabilities
from guru_grpo.shaping import cosine_brevity

from guru_envs.curriculum import Adaptive
from guru_envs.errors import InvalidValueError, UnknownNameError


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("所以甲是骑士，乙是无赖。", ["zh"]),
        ("So Alice is a knight and Bob is a knave.", ["en"]),
        ("由方程 $x + y = 3$ 和 \\(\\frac{alpha}{beta} = gamma\\) 可知答案。", ["zh"]),
        ("解：\n```python\nprint(sum(values) for values in the_list_of_numbers)\n```\n完成。", ["zh"]),
        ("设 `some long name in code` 为数。\n<answer>Alice is a knight, Bob is a knave</answer>", ["zh"]),
        ("The value is $甲乙丙丁戊己庚辛$.", ["en"]),
        ("", []),
        ("😀🎉 123 + 456", []),
        ("$x^2 + alpha beta$ \\boxed{ab}", []),
        ("I think 我 am right about this one.", ["en"]),
        ("我们使用 Python 计算结果。", ["zh"]),
        ("\ud800 未完 <answer>", ["zh"]),
    ],
)
def test_languages(text, languages):
    assert [language for language in ("en", "zh") if written_in(text, language)] == languages


def test_marks_without_end_take_linear_time():
    began = time.process_time()
    for mark in ("$", "`", "```", "<answer>", "\\[", "\\(", "\\a{", "<"):
        written_in(mark * 200_000, "zh")
    assert time.process_time() - began < 4


@pytest.fixture
def alternating(monkeypatch):
    """Every second response is in the wanted language: its words are made so behind the engine's back."""
    turns = itertools.cycle([False, True])
    monkeypatch.setattr(module, "written_in", lambda text, language: next(turns))


@pytest.mark.usefixtures("alternating")
def test_right_responses_in_another_language_earn_nothing():
    batch = collected(FakeWorld([1.0], 2, 4), config_of(rollout={"groups": 2}, shaping={"language": "zh"}))
    assert [one.rollout.reward for one in batch.scored] == [0.0, 1.0] * 4
    assert [one.outcome for one in batch.scored] == [0.0, 1.0] * 4
    assert all(one.correct for one in batch.scored)  # the truth of the answer is another matter
    assert [one.rollout.right for one in batch.scored] == [False, True] * 4  # what a reward model learns
    assert batch.without_signal == 0


@pytest.mark.usefixtures("alternating")
def test_band_and_replay_take_another_language_for_wrong(monkeypatch):
    """All answers are right, every second one in the other language: half of a group is right."""
    rollout = {"groups": 2, "dynamic_sampling": 1, "band": [0.2, 0.8]}
    config = config_of(rollout=rollout, shaping={"language": "zh"}, replay={"kind": "responses", "max_age": 9})
    world, buffer = FakeWorld([1.0], 2, 4), Replay(config.replay, 0)
    batch = module.collect(config, world, world, world, 0, module.Sources(replay=buffer))
    assert (batch.groups_kept, batch.without_signal) == (2, 0)
    assert buffer.success(batch.scored[0].task_id, 1).outcome == 1.0
    monkeypatch.setattr(module, "written_in", lambda text, language: False)
    other = Replay(config.replay, 0)
    module.collect(config, world, world, world, 0, module.Sources(replay=other))
    assert len(other) == 0


def test_nothing_is_paid_for_another_language_and_what_is_taken_stays(monkeypatch):
    """Neither partial credit, nor the judge's score, nor brevity; a price below 0 is not lifted to 0."""

    class Generous(FakeWorld):
        def judge(self, texts, own=None):
            judged = super().judge(texts, own)
            return replace(judged, rewards=[0.8 if one == "wrong" else 1.0 for one in texts])

    class Praise:
        weight = 0.5

        def opinions(self, questions, golds, answers, correct):
            return [Opinion(1.0, "", False)] * len(answers)

    short = config_of(
        rollout={"groups": 2}, shaping={"language": "zh", "brevity": "cosine"}, learner={"advantage": "group"}
    )
    for written, rewards in ((False, [0.0]), (True, [0.8 + 0.5, 1.5 + 0.2 * cosine_brevity(3, 10, True, True)])):
        monkeypatch.setattr(module, "written_in", lambda text, language, found=written: found)
        world = Generous([0.5], 2, 4)
        batch = module.collect(short, world, world, world, 0, module.Sources(critics=Praise()))
        assert sorted({one.rollout.reward for one in batch.scored}) == pytest.approx(rewards)
        assert {one.rollout.right for one in batch.scored} == ({True, False} if written else {False})
    monkeypatch.setattr(module, "written_in", lambda text, language: False)

    class Strict(FakeWorld):
        def judge(self, texts, own=None):
            return replace(super().judge(texts, own), rewards=[-1.0] * len(texts))

    batch = collected(Strict([0.0], 2, 4), config_of(rollout={"groups": 2}, shaping={"language": "zh"}))
    assert {one.rollout.reward for one in batch.scored} == {-1.0}


# -- schedules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SCHEDULES)
@pytest.mark.parametrize("levels", [1, 2, 5, 11])
def test_probabilities_sum_to_one_keep_their_floor_and_move_from_easy_to_hard(kind, levels):
    floor, modes = 2 / (levels * (levels + 1)), []
    for part in range(21):
        found = probabilities(kind, levels, part / 20)
        assert sum(found) == pytest.approx(1.0)
        assert min(found) >= floor - 1e-12
        modes.append(max(range(levels), key=found.__getitem__))
    assert (modes[0], modes[-1]) == (0, levels - 1)
    assert modes == sorted(modes)


def test_probabilities_in_closed_form():
    assert probabilities("cosine", 3, 0.0) == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert probabilities("cosine", 3, 0.5) == pytest.approx([1 / 3] * 3)
    assert probabilities("cosine", 3, 1.0) == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    # The middle of the bell is at sqrt(1/4) * 2 = 1, its sides fall to exp(-2) at a deviation of 1/2.
    side = 0.1353352832366127
    bell = [side / (1 + 2 * side), 1 / (1 + 2 * side), side / (1 + 2 * side)]
    assert probabilities("gaussian", 3, 0.25) == pytest.approx([1 / 6 + 0.5 * one for one in bell])
    with pytest.raises(UnknownNameError, match="gaussian"):
        probabilities("gausian", 3, 0.0)


def test_levels_are_drawn_by_the_probabilities_and_a_saved_schedule_goes_on():
    schedule = Schedule({"a": [2, 4, 7]}, "cosine", 10, seed=3)
    counts = Counter(schedule.levels("a", 6000))
    expected = {2: 3000, 4: 2000, 7: 1000}
    assert sum((counts[level] - some) ** 2 / some for level, some in expected.items()) < 13.8  # chi-square, 1 in 1000
    for _ in range(5):
        schedule.advance()
    other = Schedule({"a": [2, 4, 7]}, "cosine", 10, seed=3)
    other.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    for _ in range(7):
        assert other.levels("a", 9) == schedule.levels("a", 9)
        assert (other.advance(), schedule.advance()) == (False, False)
    late = Counter(schedule.levels("a", 6000))
    assert late[7] > late[4] > late[2] > 800
    with pytest.raises(UnknownNameError):
        schedule.levels("b", 1)
    with pytest.raises(InvalidValueError):
        Schedule({"a": []}, "cosine", 10, 0)


def test_a_run_by_schedule_resumes(run_file, tmp_path):
    options = [
        *QUICK,
        "environments=[{id='test/switches-v0', level=1}]",
        "evaluate.tasks=0",
        "rollout.max_new_tokens=3",
    ]
    options += ["curriculum.kind=schedule", "curriculum.schedule_steps=4", "curriculum.width=0.2", "rollout.groups=8"]
    run(run_file, *options, "train.steps=2", f"output={tmp_path / 'other'}")
    run(run_file, *options, "train.steps=4", f"output={tmp_path / 'other'}")
    run(run_file, *options, "train.steps=4")
    one, other = ([row["level"] for row in read_rows(tmp_path / name / "metrics.jsonl")] for name in ("run", "other"))
    assert one == other
    assert one[-1] > one[0]
    with pytest.raises(InvalidValueError, match="one level"):
        run(run_file, *options, "curriculum.levels=[9]", fresh=True)


@pytest.mark.parametrize(("right", "level"), [(29, 2), (30, 3), (70, 3), (71, 4)])
def test_adaptive_levels_move_beyond_the_ends_of_their_band_only(right, level):
    curriculum = Adaptive({"a": 9}, low=0.3, high=0.7, window=100, start=3)
    for part in range(100):
        assert curriculum.level("a") == 3
        curriculum.record("a", 2, 1, 1)  # results of another level do not count
        curriculum.record("a", 3, int(part < right), 1)
    assert curriculum.level("a") == level
