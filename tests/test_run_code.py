"""Running code before answering."""

from __future__ import annotations

import gymnasium
import pytest

import guru_envs  # noqa: F401  registers the environments
from guru_envs.errors import InvalidValueError
from guru_envs.run_code import RunCode, requested_run


def made(runs=3, **options):
    env = RunCode(gymnasium.make("guru/code-v0", families=("kth_distinct",), **options), runs=runs)
    prompt, info = env.reset(seed=0)
    return env, prompt, info


def test_runs_show_output_and_examples_and_only_the_answer_is_judged():
    env, prompt, info = made(form="function")
    assert "```run" in prompt
    assert "at most 3 times" in prompt
    gold = env.unwrapped._posed.task.gold
    seen, reward, terminated, truncated, after = env.step(f"Let me see.\n```run\n{gold}\nprint('hello', 6 * 7)\n```")
    assert seen == "hello 42\nexample 1: right\nexample 2: right\n2 runs left."
    assert (reward, terminated, truncated, after) == (0.0, False, False, info)
    seen, *_ = env.step("```run\ndef kth_distinct(values):\n    return 31415\n```")
    assert "example 1: the answer is wrong (got 31415)" in seen
    seen, *_ = env.step("```run\nprint(1 / 0)\n```")
    assert seen == "the program failed with an error (ZeroDivisionError: division by zero)\n0 runs left."
    _, reward, terminated, _, info = env.step(env.unwrapped.oracle())
    assert (reward, terminated, info["correct"], info["turn"]) == (1.0, True, True, 1)


def test_a_run_too_many_is_an_answer_without_code():
    env, *_ = made(runs=1)
    assert not env.step("```run\nprint(1)\n```")[2]
    _, reward, terminated, _, info = env.step("```run\nprint(1)\n```")
    assert (reward, terminated, info["correct"]) == (0.0, True, False)


def test_programs_that_read_standard_input_run_on_the_examples():
    env, *_ = made(form="stdin")
    gold = env.unwrapped._posed.task.gold
    assert env.step(f"```run\n{gold}\n```")[0] == "example 1: right\nexample 2: right\n2 runs left."
    assert "example 1: the answer is wrong (got x)" in env.step("```run\ninput()\nprint('x')\n```")[0]


def test_reports_are_cut_and_hidden_tests_stay_hidden():
    env, *_ = made(form="function", lang="zh")
    seen, *_ = env.step("```run\nfor number in range(9000):\n    print(number)\n```")
    assert len(seen) < 2200
    assert "还可以运行 2 次" in seen
    task = env.unwrapped._posed.task
    spy = "def kth_distinct(values):\n    print('SPY', values)\n    raise ValueError(repr(values))"
    report = task and env.unwrapped.play.source.domain.trial(task, spy)
    for case in task.payload.hidden:
        assert f"ValueError: {case.args[0]!r}" not in report


def test_what_counts_as_a_request():
    assert requested_run("```run\nx\n```") == "x"
    assert requested_run("a\n```python\ny\n```\n``` RUN \nx\nz\n```  \n") == "x\nz"
    for answer in (
        "",
        "```python\nx\n```",
        "```run\nx\n```\n```python\ny\n```",
        "```run\nx",
        "<think>```run\nx\n```</think>no",
    ):
        assert requested_run(answer) is None


def test_other_environments_and_bad_numbers_are_refused():
    with pytest.raises(InvalidValueError, match="try code out"):
        RunCode(gymnasium.make("guru/countdown-v0"))
    with pytest.raises(InvalidValueError, match="runs 0"):
        RunCode(gymnasium.make("guru/code-v0"), runs=0)
