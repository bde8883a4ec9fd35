"""Running code before answering."""

from __future__ import annotations

import gymnasium
import pytest
from gymnasium.vector import AutoresetMode

import guru_envs  # noqa: F401  registers the environments
from guru_envs.errors import InvalidValueError
from guru_envs.run_code import RunCode, RunCodeVector, requested_run


def made(runs=3, seconds=10.0, **options):
    env = RunCode(gymnasium.make("guru/code-v0", families=("kth_distinct",), **options), runs=runs, seconds=seconds)
    prompt, info = env.reset(seed=0)
    return env, prompt, info


def test_runs_show_output_and_examples_and_only_the_answer_is_judged():
    env, prompt, info = made(form="function")
    assert "```run" in prompt
    assert "at most 3 times" in prompt
    gold = env.unwrapped._posed.task.gold
    seen, reward, terminated, truncated, after = env.step(f"Let me see.\n```run\n{gold}\nprint('hello', 6 * 7)\n```")
    assert seen == "hello 42\nexample 1: right\nexample 2: right\nRuns left: 2, seconds left: 10.0."
    assert (reward, terminated, truncated, after) == (0.0, False, False, info)
    seen, *_ = env.step("```run\ndef kth_distinct(values):\n    return 31415\n```")
    assert "example 1: the answer is wrong (got 31415)" in seen
    seen, *_ = env.step("```run\nprint(1 / 0)\n```")
    assert seen.startswith(
        "the program failed with an error (ZeroDivisionError: division by zero)\nNo more code can be run: "
    )
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
    assert env.step(f"```run\n{gold}\n```")[0].startswith("example 1: right\nexample 2: right\nRuns left: 2, ")
    assert "example 1: the answer is wrong (got x)" in env.step("```run\ninput()\nprint('x')\n```")[0]


def test_reports_are_cut_and_hidden_tests_stay_hidden():
    env, *_ = made(form="function", lang="zh")
    seen, *_ = env.step("```run\nfor number in range(9000):\n    print(number)\n```")
    assert len(seen) < 2200
    assert "还可以运行 2 次" in seen
    task = env.unwrapped._posed.task
    spy = "def kth_distinct(values):\n    print('SPY', values)\n    raise ValueError(repr(values))"
    report, _ = env.unwrapped.play.source.domain.trial(task, spy)
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
    for seconds in (0, -1.0, float("nan"), True, "3"):
        with pytest.raises(InvalidValueError, match="seconds"):
            RunCode(gymnasium.make("guru/code-v0"), seconds=seconds)
    with pytest.raises(InvalidValueError, match="does not divide"):
        RunCodeVector("guru/code-v0", 4, 3)
    with pytest.raises(InvalidValueError, match="threads"):
        RunCodeVector("guru/code-v0", 4, threads=-1)


def test_seconds_are_limited_too():
    env, prompt, _ = made(seconds=0.4, form="function")
    assert "for 0.4 seconds in all" in prompt
    seen, *_ = env.step("```run\nprint('so far', flush=True)\nwhile True: pass\n```")
    assert (
        seen
        == "so far\nthe time limit was reached (CPU limit reached)\nNo more code can be run: your next response is your answer."
    )
    _, reward, terminated, _, info = env.step("```run\nprint(1)\n```")  # no time left: an answer without code
    assert (reward, terminated, info["correct"]) == (0.0, True, False)
    env.reset(seed=1)
    assert "9.9" not in env.step("```run\nimport time\ntime.sleep(9)\n```")[0]
    assert env.step(env.unwrapped.oracle())[1] == 1.0  # judging takes no time from the runs


def test_time_runs_out_between_examples():
    env, *_ = made(form="stdin")
    task = env.unwrapped._posed.task
    slow = "import time\ninput()\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
    report, used = env.unwrapped.play.source.domain.trial(task, slow, 0.2)
    assert report == "example 1: the time limit was reached\nno time is left for the other examples"
    assert 0.2 <= used < 0.6


def oracles(envs):
    return [env.unwrapped.oracle() for env in envs.envs]


def test_many_episodes_in_step():
    envs = gymnasium.make_vec(
        "guru/code-v0", 3, "sync", wrappers=[RunCode], families=("kth_distinct",), form="function"
    )
    prompts, _ = envs.reset(seed=3)
    assert all("```run" in prompt for prompt in prompts)
    golds = oracles(envs)
    seen, rewards, ends, _, _ = envs.step(["```run\nprint('one')\n```", golds[1], "```run\nprint('three')\n```"])
    assert seen[0].startswith("one\nRuns left: 3, ")
    assert rewards.tolist() == [0.0, 1.0, 0.0]
    assert ends.tolist() == [False, True, False]
    envs.close()


def test_vector_of_groups():
    envs = RunCodeVector("guru/code-v0", 4, 2, runs=1, families=("kth_distinct",), form="function", threads=2)
    with pytest.raises(InvalidValueError, match="seed"):
        envs.reset()
    prompts, _infos = envs.reset(seed=5)
    assert prompts[0] == prompts[1] != prompts[2] == prompts[3]
    golds = oracles(envs)
    run = "```run\nprint({})\n```".format
    seen, rewards, ends, _, after = envs.step([run(11), golds[1], run("'x' * 10**6"), "no code"])
    assert seen[0].startswith("11\nNo more code can be run")
    assert len(seen[2]) < 2200
    assert rewards.tolist() == [0.0, 1.0, 0.0, 0.0]
    assert ends.tolist() == [False, True, False, True]
    assert after["final_info"]["outcome"][[1, 3]].tolist() == ["correct", "no_answer"]
    assert after["turn"].tolist() == [0, 0, 0, 0]
    assert seen[1] not in prompts  # the next prompts
    assert seen[3] not in prompts
    seen, rewards, ends, _, after = envs.step([golds[0], oracles(envs)[1], golds[2], oracles(envs)[3]])
    assert rewards.tolist() == [1.0] * 4
    assert seen[0] != seen[1]  # episode 1 of the first member, 2 of the second
    again, _ = envs.reset(seed=5)
    assert again == prompts
    envs.close()


def test_next_step_mode_starts_no_step_of_an_ended_episode():
    envs = RunCodeVector(
        "guru/code-v0", 2, autoreset_mode=AutoresetMode.NEXT_STEP, families=("kth_distinct",), form="class"
    )
    envs.reset(seed=1)
    golds = oracles(envs)
    assert envs.step([golds[0], "```run\nprint(7)\n```"])[2].tolist() == [True, False]
    seen, rewards, ends, _, infos = envs.step(["ignored", golds[1]])
    assert "```run" in seen[0]
    assert (rewards.tolist(), ends.tolist(), infos["turn"].tolist()) == ([0.0, 1.0], [False, True], [0, 1])
    envs.close()
