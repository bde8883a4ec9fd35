"""Running code before answering, by policies that try everything else."""

from __future__ import annotations

import threading
import time

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import guru_envs  # noqa: F401  registers the environments
from guru_envs.errors import EpisodeOverError, InvalidValueError
from guru_envs.run_code import RunCode, RunCodeVector, requested_run
from guru_envs.sandbox import SandboxError

FAMILY = {"families": ("kth_distinct",)}
OVERHEAD = 200  # characters of an observation besides the report


def made(runs=3, seconds=10.0, shown=2000, seed=0, **options):
    env = RunCode(gymnasium.make("guru/code-v0", **FAMILY, **options), runs=runs, seconds=seconds, shown=shown)
    env.reset(seed=seed)
    return env


def run(code):
    return f"```run\n{code}\n```"


def gold_of(env):
    return env.unwrapped._posed.task.gold


def test_many_turns_change_nothing_but_the_count():
    env = made(runs=25, form="function")
    posed = env.unwrapped._posed
    infos = []
    for turn in range(25):
        seen, reward, terminated, truncated, info = env.step(run(f"print({turn})"))
        left = "No more code" if turn == 24 else f"Runs left: {24 - turn},"
        assert seen.startswith(f"{turn}\n{left}")
        assert (reward, terminated, truncated) == (0.0, False, False)
        infos.append(info)
    assert all(info == infos[0] for info in infos)
    infos[0]["outcome"] = "forged"  # what a caller does to one info is seen in no other
    assert env.unwrapped._posed is posed
    _, reward, terminated, _, info = env.step(env.unwrapped.oracle())
    assert (reward, terminated, info["outcome"]) == (1.0, True, "correct")
    with pytest.raises(EpisodeOverError):
        env.step(run("print(1)"))


@pytest.mark.parametrize("shown", [1, 60, 2000])
def test_observations_are_short_whatever_a_program_writes(shown):
    env = made(runs=6, shown=shown, form="function")
    flood = "x" * 300_000
    for code in (
        "print('x' * 10**8)",
        "import sys\nfor _ in range(10**6):\n    sys.stdout.write('y' * 1000)",
        f"import sys\nsys.stderr.write({flood!r:.90000})",
        "raise ValueError('z' * 10**6)",
        "def kth_distinct(values):\n    print('w' * 10**5)\n    return 'v' * 10**5",
        "print('\\n' * 10**5)\nprint('\\x00\\ud800', end='')",
    ):
        seen, *_ = env.step(run(code))
        assert len(seen) <= shown + OVERHEAD


def test_a_program_cannot_stay_write_to_the_examples_or_spend_more_than_it_has():
    env = made(runs=9, seconds=20.0, form="function")
    gold, before = gold_of(env), repr(env.unwrapped._posed)
    spoiled = gold.replace(
        "def kth_distinct(values):",
        "def kth_distinct(values):\n    return spoil(list(values), values)\n\ndef sound(values):",
        1,
    )
    spoiled += (
        "\n\ndef spoil(mine, values):\n    values.clear()\n    values.extend([9, 9, 9])\n    return sound(mine)\n"
    )
    assert "example 1: right\nexample 2: right" in env.step(run(spoiled))[0]
    for attack in (
        "import os\nwhile True:\n    os.fork()",
        "import subprocess\nsubprocess.run(['sleep', '60'])",
        "import sys\nsys.modules['builtins'].print = None\nimport os\nos.kill(os.getppid(), 9)",
        "open('/tmp/left_behind', 'w').write('x')\nprint(open('/tmp/left_behind').read())",
    ):
        start = time.monotonic()
        _, _, terminated, truncated, info = env.step(run(attack))
        assert (terminated, truncated, info["outcome"]) == (False, False, "")
        assert time.monotonic() - start < 60
    assert "x\n" not in env.step(run("print(open('/tmp/left_behind').read())"))[0]
    threads = "import threading, time\nfor _ in range(3):\n    threading.Thread(target=time.sleep, args=(60,)).start()"
    left = env._seconds_left
    assert "time limit" in env.step(run(threads))[0]
    assert left - 8.0 < env._seconds_left < left - 1.0  # waiting counts, up to the limit of one program
    assert repr(env.unwrapped._posed) == before
    assert env.step(env.unwrapped.oracle())[1] == 1.0


def test_sleep_uses_up_the_seconds():
    env = made(runs=9, seconds=0.3, form="function")
    seen, *_ = env.step(run("import time\nprint('a', flush=True)\ntime.sleep(30)"))
    assert seen.startswith("a\n")
    assert seen.endswith("No more code can be run: your next response is your answer.")
    _, _, terminated, _, info = env.step(run(gold_of(env)))  # no time left: an answer, without its code
    assert (terminated, info["outcome"], info["answer"]) == (True, "no_answer", None)


def test_a_solution_that_is_only_run_is_not_handed_in():
    env = made(runs=2, form="function")
    gold = gold_of(env)
    assert not env.step(run(gold))[2]
    mixed = f"```python\n{gold}\n```\nLet me test it:\n{run(gold)}\nI wait for the output."
    seen, _, terminated, _, info = env.step(mixed)
    assert (terminated, info["outcome"]) == (False, "")
    assert "example 1: right" in seen
    _, reward, terminated, _, info = env.step("It works.")
    assert (reward, terminated, info["outcome"]) == (0.0, True, "no_answer")


def test_an_experiment_beside_a_program_for_standard_input_is_run():
    env = made(form="stdin")
    assert env.step(run("print(6 * 7)"))[0].startswith("42\nRuns left")


def test_an_answer_behind_a_run_is_an_answer():
    env = made(form="function")
    gold = gold_of(env)
    assert env.step(f"{run('print(1)')}\nSo:\n```python\n{gold}\n```")[1] == 1.0


MALFORMED = (
    "",
    "\x00",
    "print('\ud800')",
    "\udcff",
    "def",
    "print(1" * 1000,
    "(" * 5000,
    "\ufeffprint(1)",
    "\x0c\x0b",
    "print(1)\r\nprint(2)",
)


def test_malformed_requests_get_a_report():
    env = made(runs=len(MALFORMED) + 1, form="function")
    for code in MALFORMED:
        seen, _, terminated, truncated, info = env.step(run(code))
        assert (terminated, truncated, info["outcome"]) == (False, False, "")
        assert seen.strip()
    seen, _, _, truncated, _ = env.step(run("x = 1\n" * 200_000))
    assert "long" in seen
    assert not truncated
    for action in (None, 7, b"```run\nx\n```", ["x"]):
        with pytest.raises(InvalidValueError):
            env.step(action)
    assert env.step(env.unwrapped.oracle())[1] == 1.0


def test_requests_are_read_in_linear_time():
    for piece in (
        "```run\n",
        "~~~run\n~~~\n",
        "<think>",
        "</think>```run\n",
        "```run\n'''\n```\n",
        "run `",
        "run\n" * 3,
    ):
        start = time.process_time()
        requested_run(piece * (300_000 // len(piece)))
        assert time.process_time() - start < 4.0


SPY = """
import gc, sys, os
def dump(what):
    print(str(what)[:100_000])
for name in ('/proc/self/fd/0', '/proc/self/fd/3', '/proc/self/cmdline', '/proc/self/environ', '/proc/self/maps'):
    try:
        dump(open(name, 'rb').read())
    except Exception as error:
        dump(error)
frame = sys._getframe()
while frame:
    dump(frame.f_locals)
    frame = frame.f_back
for thing in gc.get_objects():
    if isinstance(thing, (list, tuple, dict)) and len(thing) < 200:
        try:
            dump(thing)
        except Exception:
            pass
def kth_distinct(*given):
    dump(given)
    frame = sys._getframe()
    while frame:
        dump(frame.f_locals)
        frame = frame.f_back
"""


def test_hidden_tests_are_in_no_observation_and_no_info():
    env = made(shown=10**7, form="function")
    task = env.unwrapped._posed.task
    seen, _, _, _, info = env.step(run(SPY))
    assert "Runs left" in seen
    shown = {repr(case.args) for case in task.payload.examples}
    secrets = {repr(list(case.args[0])) for case in task.payload.hidden if repr(case.args) not in shown}
    secrets = {text for text in secrets if len(text) > 12}
    assert len(secrets) > 3
    _, _, _, _, last = env.step(f"```python\n{SPY}\n```")
    for place in (seen, str(info), str(last)):
        assert not [text for text in secrets if text in place]


def test_reset_in_the_middle_starts_anew():
    env = made(runs=2, seconds=4.0, form="function")
    env.step(run("end = 10**6\nwhile end: end -= 1"))
    assert env._seconds_left < 4.0
    with pytest.raises(KeyError):
        env.reset(options={"leve": 3})
    assert env.step(run("print(5)"))[0].startswith("5\nNo more code")  # the episode goes on
    prompt, info = env.reset(seed=1)
    assert "at most 2 times and for 4 seconds" in prompt
    assert env.step(run("print(6)"))[0].startswith("6\nRuns left: 1, seconds left: 4.0.")
    again, _ = env.reset(options={"task_id": info["task_id"]})
    assert again == prompt
    assert env.step(run("print(7)"))[0].startswith("7\nRuns left: 1")


def test_a_failing_sandbox_is_a_fault_and_no_wrong_answer(monkeypatch):
    env = made(form="function", lang="zh")

    def fail(*_):
        raise SandboxError("failed twice")

    monkeypatch.setattr(env.unwrapped.play.source.domain, "trial", fail, raising=False)
    seen, reward, terminated, truncated, info = env.step(run("print(1)"))
    assert (reward, terminated, truncated, info["outcome"], info["correct"]) == (0.0, False, True, "fault", False)
    assert "failed twice" in info["detail"]
    assert "沙箱" in seen
    with pytest.raises(EpisodeOverError):
        env.step("more")
    monkeypatch.undo()
    env.reset(seed=2)
    assert env.step(env.unwrapped.oracle())[1] == 1.0


@pytest.mark.parametrize("template", ["guru", "r1"])
def test_templates_that_open_the_thinking_part(template):
    env = made(form="function", template=template)
    gold = gold_of(env)
    answer = f"```python\n{gold}\n```"
    assert env.step(f"I try\n</think>\n{run('print(1)')}")[0].startswith("1\n")
    assert env.step(run("print(2)"))[0].startswith("2\n")  # the observation opens no thinking part
    assert env.step(f"<think>\n{run('print(3)')}\n</think>\n{answer}")[1] == 1.0
    env.reset(seed=0)
    _, _, terminated, _, info = env.step(run("print(4)"))  # all of it is thinking
    assert (terminated, info["outcome"]) == (True, "no_answer")
    env.reset(seed=0)
    env.step(f"</think>{run('print(5)')}")
    _, reward, _, _, info = env.step(answer)
    assert (reward, info["format_ok"]) == (1.0, True)


@pytest.mark.parametrize("env_id", ["guru/code-tests-v0", "guru/code-repair-v0"])
def test_the_other_rows(env_id):
    env = RunCode(gymnasium.make(env_id, **FAMILY), runs=2)
    env.reset(seed=4)  # the second of them is a program that reads standard input
    assert env.step(run("print(40 + 2)"))[0].startswith("42\n")
    assert not env.step(run(gold_of(env)))[2]
    assert env.step(env.unwrapped.oracle())[1] == 1.0


def test_a_refused_step_of_a_vector_leaves_no_step_behind():
    envs = RunCodeVector("guru/code-v0", 3, runs=2, threads=2, form="function", **FAMILY)
    envs.reset(seed=0)
    for actions in ([run("print(1)"), 7, run("print(1)")], [run("print(1)")] * 2, []):
        with pytest.raises(InvalidValueError):
            envs.step(actions)
    seen, *_ = envs.step([run(f"print({k})") for k in range(3)])
    assert [text[:15] for text in seen] == [f"{k}\nRuns left: 1,"[:15] for k in range(3)]
    envs.close()


def test_autoreset_can_be_left_to_the_caller():
    envs = RunCodeVector("guru/code-v0", 2, autoreset_mode=AutoresetMode.DISABLED, form="class", **FAMILY)
    first, _ = envs.reset(seed=[3, 3])
    golds = [env.unwrapped.oracle() for env in envs.envs]
    assert envs.step([golds[0], run("print(8)")])[2].tolist() == [True, False]
    with pytest.raises(EpisodeOverError, match="episode 0"):
        envs.step([golds[0], run("print(8)")])
    seen, _ = envs.reset(options={"reset_mask": np.array([True, False])})
    assert seen[0] not in (first[0], seen[1])
    seen, rewards, *_ = envs.step([run("print(9)"), run("print(9)")])
    assert [text.split(",")[0] for text in seen] == ["9\nRuns left: 3", "9\nRuns left: 2"]
    assert rewards.tolist() == [0.0, 0.0]
    envs.close()


def test_faults_of_a_vector_are_reset_as_any_end(monkeypatch):
    envs = RunCodeVector("guru/code-v0", 2, form="function", **FAMILY)
    envs.reset(seed=1)
    domain = envs.envs[0].unwrapped.play.source.domain
    real = type(domain).trial
    monkeypatch.setattr(
        type(domain),
        "trial",
        lambda self, task, code, left=1.0: 1 / 0 if "bad" in code else real(self, task, code, left),
    )
    seen, rewards, ends, cuts, infos = envs.step([run("bad"), run("print(1)")])
    assert (ends.tolist(), cuts.tolist(), rewards.tolist()) == ([False, False], [True, False], [0.0, 0.0])
    assert infos["final_info"]["outcome"][0] == "fault"
    assert "```run" in seen[0]
    assert seen[1].startswith("1\n")
    envs.close()


def test_closing_while_programs_run():
    envs = RunCodeVector("guru/code-v0", 3, seconds=2.0, threads=1, form="function", **FAMILY)
    envs.reset(seed=2)
    ended = []

    def step():
        try:
            ended.append(envs.step([run("import time\ntime.sleep(1.5)")] * 3))
        except BaseException as error:
            ended.append(error)

    stepping = threading.Thread(target=step)
    stepping.start()
    time.sleep(0.5)
    start = time.monotonic()
    envs.close()
    stepping.join(30)
    assert not stepping.is_alive()
    assert time.monotonic() - start < 30
    assert len(ended) == 1  # an error or a result, but no hanging thread
    env = made(form="function")  # the sandbox itself goes on
    assert env.step(run("print(3)"))[0].startswith("3\n")
    env.close()
