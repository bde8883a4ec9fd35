"""The processes that compare by sympy: killed, forked, used by many threads; and the second list of hostile answers."""

import asyncio
import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from equivalence_fresh_bombs import BOMBS as FRESH
from equivalence_more_bombs import BOMBS as MORE

from guru_envs.equivalence import Judgement, equivalent, limits, read_gold, symbolic, warm_up
from guru_envs.errors import InvalidValueError

BOMBS = {**MORE, **{f"fresh: {name}": text for name, text in FRESH.items()}}
needs_sympy = pytest.mark.skipif(not symbolic.available(), reason="math-verify is not installed")
GOLDS = (
    "42",
    "5 cm",
    "[1,2)",
    "\\begin{pmatrix}1\\\\2\\end{pmatrix}",
    "B",
    "January 1, 2018",
    "2 \\pmod 7",
    "\\text{east}",
)
SUM = ("21", "\\sum_{k=1}^{6} k")
EQUAL = {("fresh: spaces", "5 cm")}
CHEAP = 0.5  # seconds of this process's own work for one verdict


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_this_process_little(name, monkeypatch):
    handed = []
    monkeypatch.setattr(
        symbolic, "compare", lambda gold, answer: handed.append(answer) or Judgement(False, "", "worker")
    )
    for text in (BOMBS[name], BOMBS[name][:7_900], BOMBS[name][:590]):
        for gold in GOLDS[len(text) % 4 :: 4]:
            before = time.thread_time()
            assert not equivalent(gold, text).equal or (name, gold) in EQUAL, gold
            assert time.thread_time() - before < CHEAP, (gold, len(text))
        before = time.thread_time()
        try:
            gold = read_gold(text)
        except InvalidValueError:
            continue
        assert equivalent(gold, text).equal
        assert time.thread_time() - before < CHEAP
    assert all(len(text) <= 600 for text in handed)


@needs_sympy
def test_what_of_them_reaches_sympy_is_stopped(monkeypatch):
    monkeypatch.setattr(limits, "DEADLINE", 0.2)
    warm_up()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: equivalent("42", text[:590]), BOMBS.values()))
    assert not any(one.equal for one in found)
    stopped = sum(one.path.startswith("worker") for one in found)
    assert stopped + sum(one.path == "sympy" for one in found) > 20  # a quick machine answers more of them in time
    assert stopped > 3
    assert equivalent(*SUM).equal


@needs_sympy
def test_a_killed_helper_is_replaced():
    assert equivalent(*SUM).equal
    for helper in list(symbolic._current().all):
        os.kill(helper.process.pid, signal.SIGKILL)
    found = [equivalent(*SUM) for _ in range(symbolic.SIZE + 1)]
    assert found[-1].equal
    assert all(one.equal or one.path.startswith("worker") for one in found)
    assert not children("Z")


@needs_sympy
def test_threads_share_few_helpers():
    start = threading.Barrier(8)

    def judge(k):
        start.wait()
        return equivalent(str(21 + k % 2), SUM[1]).equal

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(judge, range(8))) == [True, False] * 4
    assert len(symbolic._current().all) <= symbolic.SIZE

    async def judge_all():
        return await asyncio.gather(*(asyncio.to_thread(equivalent, *SUM) for _ in range(6)))

    assert all(found.equal for found in asyncio.run(judge_all()))
    assert not children("Z")


@needs_sympy
def test_forked_processes_have_helpers_of_their_own():
    assert equivalent(*SUM).equal
    mine = {helper.process.pid for helper in symbolic._current().all}
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        report = {"equal": False, "shared": True, "helpers": []}
        try:
            report["equal"] = equivalent(*SUM).equal
            report["helpers"] = [helper.process.pid for helper in symbolic._current().all]
            report["shared"] = bool(mine & set(report["helpers"]))
        finally:
            os.write(writing, json.dumps(report).encode())
            os._exit(0)  # without the interpreter's clean-up, as a worker of a data loader may end
    os.close(writing)
    with os.fdopen(reading) as pipe:
        report = json.loads(pipe.read())
    os.waitpid(child, 0)
    assert report["equal"]
    assert not report["shared"]
    assert all(helper.process.poll() is None for helper in symbolic._current().all)  # the child ended none of ours
    assert equivalent(*SUM).equal
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() and state(pid) != "Z" for pid in report["helpers"]):
        assert time.monotonic() < until, "a helper has outlived its process"
        time.sleep(0.05)


def state(pid):
    """The state letter of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def children(letter):
    """The children of this process that are in a state."""
    tasks = Path("/proc/self/task").glob("*/children")
    return [pid for task in tasks for pid in task.read_text().split() if state(pid) == letter]
