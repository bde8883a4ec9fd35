"""Judging: worker processes with deadlines, faults, and answers verified together."""

from __future__ import annotations

import copy
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import domains_for_tests
import gymnasium

import guru_envs
from guru_envs import registry
from guru_envs.pool import VerifierPool

HANGING = "test/hanging-v0"


def test_pool_faults_do_not_touch_the_others():
    envs = gymnasium.make_vec(HANGING, num_envs=6, autoreset_mode="Disabled").unwrapped
    prompts, _ = envs.reset(seed=0)
    answers = [prompts[0].split()[1], "hang", "die", "raise", "lie", prompts[5].split()[1]]
    _, _, terminated, faults, infos = envs.step([f"<answer>{answer}</answer>" for answer in answers])
    assert infos["outcome"].tolist() == ["correct", "fault", "fault", "fault", "fault", "correct"]
    assert faults.tolist() == [False, True, True, True, True, False]
    assert terminated.tolist() == [True, False, False, False, False, True]
    assert [detail.split(":")[0] for detail in infos["detail"][1:4]] == [
        "the deadline of 1 s passed",
        "the judging process died",
        "ValueError",
    ]
    envs.reset()
    assert envs.step(["x"] * 6)[4]["outcome"].tolist() == ["no_answer"] * 6
    envs.close()


def test_deadline_counts_from_execution_and_threads_share_a_pool():
    row = guru_envs.spec(HANGING)
    source = guru_envs.make_source(HANGING)
    posed = [source.pose(source.address(seed)) for seed in range(300)]
    pool = VerifierPool(row, 1, 1.0)
    found: list[list[str]] = []

    def work():
        found.append(
            [str(one.outcome) for one in pool.judge_many(posed, [f"<answer>{one.task.gold}</answer>" for one in posed])]
        )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["correct"] * 300] * 3
    assert copy.deepcopy(pool).judge_many(posed[:1], ["<answer>hang</answer>"])[0].outcome == "fault"
    pool.close()


def test_no_orphan_after_the_parent_is_killed():
    program = (
        "import domains_for_tests, guru_envs, sys; from guru_envs.pool import VerifierPool\n"
        "s = guru_envs.make_source('test/hanging-v0'); p = s.pose(s.address(0)); "
        "pool = VerifierPool(guru_envs.spec(s.env_id), 1, 600.0)\n"
        "pool.judge_many([p], ['x']); print(pool._workers[0].process.pid, flush=True)\n"
        "pool.judge_many([p], ['<answer>hang</answer>'])"
    )
    root = Path(__file__).parent
    path = os.pathsep.join([str(root.parent), str(root)])
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 15
    while Path(f"/proc/{worker}").exists() and time.monotonic() < limit:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


def test_answers_are_verified_together_where_the_domain_can():
    source = registry.make_source("test/together-v0")
    posed = [source.pose(source.address(seed)) for seed in range(4)]
    golds = [one.show.format.wrap(one.task.gold) for one in posed]
    before = domains_for_tests.Together.calls
    verdicts = source.judge_many(posed, [golds[0], "nothing", golds[2], golds[0]])
    assert domains_for_tests.Together.calls == before + 1
    assert [one.outcome for one in verdicts] == ["correct", "no_answer", "correct", "wrong"]
    assert verdicts[2].answer == posed[2].task.gold
    for word, expected in (("raise", ["fault"] * 2), ("stop", ["correct", "fault"])):
        found = source.judge_many(posed[:2], [golds[0], f"<answer>{word}</answer>"])
        assert [one.outcome for one in found] == expected
