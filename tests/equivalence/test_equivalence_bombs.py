"""No text hangs, fills memory or raises: in one thread, in many, and under asyncio."""

import asyncio
import os
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from equivalence_bombs import BOMBS

from guru_envs.equivalence import equivalent, limits, read_gold, symbolic, warm_up
from guru_envs.errors import InvalidValueError

pytestmark = pytest.mark.skipif(not symbolic.available(), reason="math-verify is not installed")
LIMIT = 2.0  # seconds of processor time of one verdict, in all processes
SHORT = 0.15  # the deadline of the helper processes where many bombs are tried; the limit moves along
CHEAP = 0.5  # seconds of this process's own work for one verdict
GOLDS = [read_gold(text) for text in ("42", "5 cm", "(1,2)")]
EQUAL = {("bold digits", "42"), ("Devanagari digits", "42")}


def helpers_time():
    """Processor seconds of the processes that compare by sympy, with what they forked."""
    total = 0.0
    for helper in symbolic._current().all:
        fields = Path(f"/proc/{helper.process.pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def judge_timed(gold, answer, mode="strict"):
    """The judgement and the processor time it took, here and in the helper process."""
    before, others = time.thread_time(), helpers_time()
    found = equivalent(gold, answer, mode)
    return found, time.thread_time() - before, helpers_time() - others


def test_there_are_enough():
    assert len(BOMBS) >= 60


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_a_verdict_in_time(name, monkeypatch):
    within = LIMIT - limits.DEADLINE + SHORT
    monkeypatch.setattr(limits, "DEADLINE", SHORT)
    warm_up()
    slow = []
    cuts = {BOMBS[name]: GOLDS[:1]} | {BOMBS[name][:7_900]: GOLDS[:2]} | {BOMBS[name][:590]: GOLDS[1:]}
    for text, golds in cuts.items():
        for gold in golds:
            for mode in ("strict", "guru")[: 1 + (gold is golds[0])]:
                found, worked, elsewhere = judge_timed(gold, text, mode)
                assert not found.equal or (name, gold.text) in EQUAL, (gold.text, mode, found)
                if worked > CHEAP or worked + elsewhere > within:
                    slow.append((gold.text, len(text), mode, worked, elsewhere, found.path))
            if found.path.startswith("worker"):
                break  # one wait for a deadline is enough
    assert not slow


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_as_gold_is_read_or_refused_in_time(name, monkeypatch):
    monkeypatch.setattr(limits, "DEADLINE", SHORT)
    for text in {BOMBS[name], BOMBS[name][:7_900]}:
        before = time.thread_time()
        try:
            gold = read_gold(text)
        except InvalidValueError:
            continue
        assert equivalent(gold, text).equal
        assert not equivalent(gold, "41.5").equal
        assert time.thread_time() - before < 4 * CHEAP


HARD = [
    "\\sum_{n=1}^{10^{12}} \\frac{1}{n^2}",
    "\\prod_{k=1}^{10^9} k",
    "\\int_0^1 \\sin(\\cos(\\tan(x^{x^x}))) dx",
    "9^{9^{9^{9}}}",
    "(" * 9000,
]


def test_the_deadline_as_it_is():
    warm_up()
    found, worked, elsewhere = judge_timed(GOLDS[0], HARD[2])
    assert found.path == "worker timeout"
    assert worked + elsewhere <= LIMIT
    assert elsewhere >= limits.DEADLINE / 2


def test_bombs_from_many_threads(monkeypatch):
    monkeypatch.setattr(limits, "DEADLINE", SHORT)
    warm_up()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: equivalent("42", text), HARD))
    assert not any(one.equal for one in found)
    monkeypatch.undo()
    assert equivalent("42", "\\sum_{k=1}^{6} 2k").equal  # and the next answer is judged as ever


def test_bombs_under_asyncio(monkeypatch):
    monkeypatch.setattr(limits, "DEADLINE", SHORT)

    async def judge_all():
        return await asyncio.gather(*(asyncio.to_thread(equivalent, "42", text) for text in HARD[-3:]))

    assert not any(one.equal for one in asyncio.run(judge_all()))


def test_memory_stays_bounded():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in BOMBS.values():
        if len(text) > 10_000:
            equivalent("42", text)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
