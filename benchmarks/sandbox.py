"""Programs per second of the sandbox, against a Python subprocess for each test and against a forked runner like LiveCodeBench's.

Each program reads ten inputs from stdin; five kinds of short program. All three give the same verdicts. They are measured in turns,
each several times, and the best of each counts, so that the ratios survive other load on the machine; seconds are by the clock,
since work is spread over processes, and CPU milliseconds of all processes for one program stand beside them. ``over the floor`` is
the CPU time of one program beyond a bare fork, exit and wait of the same warm interpreter plus the program's own CPU time, once with
Python's ``os.fork`` and once with the C library's fork, which costs half as much and is what the sandbox uses.

With ``--load N`` it runs N programs instead, 5 % of them hostile, and shows that throughput and memory stay flat and that nothing is
left: no process, no file, no descriptor.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from measuring import ROOT, arguments, machine, report, row
from sandbox_peers import Work

from guru_envs.sandbox import Call, Limits, LocalSandbox, Program, Result, Status

TESTS = 10
SOURCES = {
    "add": "a, b = map(int, input().split())\nprint(a + b)\n",
    "count": "from collections import Counter\nc = Counter(input().split())\nprint(*sorted(c.items())[0])\n",
    "sort": "import sys\nprint(*sorted(map(int, sys.stdin.read().split())))\n",
    "power": "def f(n):\n    return 1 if n == 0 else 3 * f(n - 1) % 1009\nprint(f(sum(map(int, input().split()))))\n",
    "heap": "import heapq\nh = list(map(int, input().split()))\nheapq.heapify(h)\nprint(heapq.heappop(h), len(h))\n",
}
HOSTILE = (
    "import os\nos.fork()\n",
    "open('/etc/passwd').read()\n",
    "import socket\nsocket.create_connection(('127.0.0.1', 80))\n",
    "x = bytearray(10**10)\n",
    "import os\nos._exit(0)\n",
    "import sys\nsys.exit(0)\n",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "import os\nos.closerange(0, 100)\n",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    "print('x' * 10**7)\n",
    "while True:\n    pass\n",
    "import os\nos.write(3, os.urandom(5000))\n",
)


def answer(kind: str, numbers: list[int]) -> str:
    """The expected output, worked out here."""
    if kind == "add":
        return str(numbers[0] + numbers[1])
    if kind == "count":
        texts = [str(number) for number in numbers]
        return f"{min(texts)} {texts.count(min(texts))}"
    if kind == "sort":
        return " ".join(map(str, sorted(numbers)))
    if kind == "power":
        return str(pow(3, sum(numbers), 1009))
    return f"{min(numbers)} {len(numbers) - 1}"


def works(count: int) -> list[Work]:
    """Programs with inputs and expected outputs."""
    rng = random.Random(0)
    made = []
    for place in range(count):
        kind = list(SOURCES)[place % len(SOURCES)]
        lists = [[rng.randrange(50) for _ in range(2 if kind == "add" else 8)] for _ in range(TESTS)]
        inputs = [" ".join(map(str, numbers)) + "\n" for numbers in lists]
        made.append((SOURCES[kind], inputs, [answer(kind, numbers) + "\n" for numbers in lists]))
    return made


def run_one(sandbox: LocalSandbox, work: Work) -> tuple[bool, float]:
    """Verdict on a program, compared here, and seconds it took."""
    source, inputs, expected = work
    began = time.perf_counter()

    def right(index: int, result: Result) -> bool:
        return result.status is Status.OK and result.output.split() == expected[index].split()

    results = sandbox.run(Program(source, tuple(inputs)), accept=right)
    return all(right(*pair) for pair in enumerate(results)), time.perf_counter() - began


def cpu_now() -> float:
    """CPU seconds of this process, of the workers that it has now, and of all programs that these have run."""
    ticks = 0
    for pid in descendants(os.getpid()):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def ours(workers: int, todo: list[Work]) -> dict[str, Any]:
    """Run all with so many workers; starting them is not counted."""
    with LocalSandbox(workers) as sandbox, ThreadPoolExecutor(workers) as threads:
        list(threads.map(lambda work: run_one(sandbox, work), todo[: 4 * workers]))
        before, began = cpu_now(), time.perf_counter()
        done = list(threads.map(lambda work: run_one(sandbox, work), todo))
        seconds = time.perf_counter() - began
        cpu = cpu_now() - before
    assert all(right for right, _ in done), "a right program was judged wrong"
    times = sorted(seconds for _, seconds in done)
    return {
        "programs/s": len(todo) / seconds,
        "p50 ms": statistics.median(times) * 1000,
        "p99 ms": times[int(len(times) * 0.99)] * 1000,
        "CPU ms": cpu / len(todo) * 1000,
    }


class Peers:
    """The other schemes, in a process of their own without our imports."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("sandbox_peers.py"))
        self._process = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, scheme: str, workers: int, todo: list[Work]) -> dict[str, Any]:
        """Programs per second of a scheme."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([scheme, workers, todo]) + "\n")
        self._process.stdin.flush()
        seconds, cpu, passed = json.loads(self._process.stdout.readline())
        assert passed == len(todo), f"{scheme} judged a right program wrong"
        return {"programs/s": len(todo) / seconds, "CPU ms": cpu / len(todo) * 1000}

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


FLOOR = """
import gc, importlib, io, json, os, sys, time, types
package = types.ModuleType('sandbox')
package.__path__ = [sys.argv[1]]
sys.modules['sandbox'] = package
from sandbox import child, kernel, zygote
for name in zygote._PRELOADED.split():
    importlib.import_module(name)
gc.collect()
gc.freeze()
rounds, works = int(sys.argv[2]), json.loads(sys.stdin.read())
def cpu():
    return sum(os.times()[:4])
def bare(fork):
    before = cpu()
    for _ in range(rounds):
        pid = fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    return (cpu() - before) / rounds
forks = [bare(kernel.fork), bare(os.fork)]
real, before = sys.stdout, time.process_time()
for source, inputs, _ in works:
    code = compile(source, 'x', 'exec')
    for given in inputs:
        sys.stdin, sys.stdout = io.StringIO(given), io.StringIO()
        exec(code, {'__name__': '__main__'})
sys.stdout = real
print(json.dumps([*forks, (time.process_time() - before) / len(works)]))
"""


def floor(todo: list[Work], rounds: int) -> dict[str, float]:
    """CPU milliseconds of a bare fork of the warm interpreter, by the C library and by Python, and of the programs themselves."""
    command = [sys.executable, "-s", "-S", "-P", "-c", FLOOR, str(ROOT / "guru_envs" / "sandbox"), str(rounds)]
    done = subprocess.run(command, input=json.dumps(todo), capture_output=True, text=True, check=True)
    bare, python, own = json.loads(done.stdout)
    return {"fork ms": bare * 1000, "os.fork ms": python * 1000, "own ms": own * 1000, "CPU ms": (bare + own) * 1000}


def compare(options: Any) -> list[dict[str, Any]]:
    """The table."""
    todo = works(options.programs)
    workers = options.workers
    peers = Peers()
    rounds: list[dict[str, dict[str, Any]]] = []
    for _ in range(options.repeats):
        found: dict[str, dict[str, Any]] = {"sandbox": ours(workers, todo), "floor": floor(todo, options.programs)}
        found["forked"] = peers.run("forked", workers, todo[: max(5, options.programs // 5)])
        found["subprocess"] = peers.run("subprocess", workers, todo[: max(5, options.programs // 20)])
        found["one worker"] = ours(1, todo)
        rounds.append(found)
    peers.close()

    def best(scheme: str, figure: str) -> float:
        return (max if figure == "programs/s" else min)(found[scheme][figure] for found in rounds)

    rows = []
    for name, scheme in (
        (f"sandbox, {workers} workers", "sandbox"),
        ("sandbox, 1 worker", "one worker"),
        (f"subprocess for each test, {workers} workers", "subprocess"),
        (f"forked runner, {workers} workers", "forked"),
        ("floor: fork, exit, wait + program", "floor"),
    ):
        rows.append(row(name, {figure: best(scheme, figure) for figure in rounds[0][scheme]}))
    speed = "programs/s"
    over_subprocess = best("sandbox", speed) / best("subprocess", speed)
    over_forked = best("sandbox", speed) / best("forked", speed)
    # Of one worker: the floor is that of one process too, and two share what the cores share.
    beyond_program = best("one worker", "CPU ms") - best("floor", "own ms")
    tail = statistics.median(found["one worker"]["p99 ms"] / found["one worker"]["p50 ms"] for found in rounds)
    scaling = best("sandbox", speed) / best("one worker", speed)
    rows.append(row("times a subprocess for each test", {"ratio": over_subprocess}, ("ratio", 15)))
    rows.append(row("times the forked runner", {"ratio": over_forked}, ("ratio", 3)))
    for name, fork in (("os.fork", "os.fork ms"), ("the C library's fork", "fork ms")):
        over = beyond_program - best("floor", fork)
        rows.append({"name": f"CPU ms over the floor by {name}", "ratio": over, "target": "<= 3", "met": over <= 3})
    rows.append({"name": "p99 over p50, 1 worker", "ratio": tail, "target": "< 5", "met": tail < 5})
    rows.append({"name": f"{workers} workers over 1", "ratio": scaling})
    return rows


def leftovers(folder: str) -> dict[str, int]:
    """What a leak would make more of: our processes (zombies too), open descriptors, temporary files."""
    family = descendants(os.getpid())
    return {
        "processes": len(family),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "temporary files": sum(len(files) + len(folders) for _, folders, files in os.walk(folder)),
    }


def load(options: Any) -> list[dict[str, Any]]:
    """Many programs, 5 % hostile, in ten slices."""
    rng = random.Random(1)
    good = works(200)
    rows: list[dict[str, Any]] = []
    folder = tempfile.mkdtemp()
    tempfile.tempdir = folder
    before = leftovers(folder)
    limits = Limits(cpu_s=0.2, wall_s=2.0, output_bytes=2**20)
    with LocalSandbox(options.workers) as sandbox, ThreadPoolExecutor(options.workers) as threads:

        def one(place: int) -> bool:
            if place % 20 == 0:
                program = Program(HOSTILE[place // 20 % len(HOSTILE)], ("1\n", Call("f", (place,))))
                results = sandbox.run(program, limits, accept=lambda index, result: result.output == "2\n")
                return not any(result.output == "2\n" for result in results)
            return run_one(sandbox, good[rng.randrange(len(good))])[0]

        size = max(1, options.load // 10)
        for start in range(0, options.load, size):
            began = time.perf_counter()
            right = sum(threads.map(one, range(start, start + size)))
            seconds = time.perf_counter() - began
            rows.append(
                {
                    "name": f"programs {start + 1} to {start + size}",
                    "programs/s": size / seconds,
                    "right": right,
                    "wrong": size - right,
                    "host MiB": rss(os.getpid()),
                    "zygotes MiB": sum(map(rss, descendants(os.getpid()))),
                    **leftovers(folder),
                }
            )
    after = leftovers(folder)
    os.rmdir(folder)
    rows.append({"name": "after the end, more than before", **{key: after[key] - before[key] for key in after}})
    return rows


def rss(pid: int) -> float:
    """Mebibytes of memory that a process has for itself and shares."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
    except (OSError, IndexError):
        return 0.0


def descendants(pid: int) -> list[int]:
    """Children of a process and theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/sandbox.py --repeats 3; ... --load 100000", repeats=6)
    parser.add_argument("--programs", type=int, default=200, help="programs of one measurement (default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="workers of each scheme (default %(default)s)")
    parser.add_argument("--load", type=int, default=0, metavar="N", help="run N programs, 5 %% hostile, instead")
    options = parser.parse_args()
    with LocalSandbox(1, allow_unsafe=True) as sandbox:
        level = sandbox.level
    rows = load(options) if options.load else compare(options)
    report(rows, {**machine(), "level": level}, options.json)


if __name__ == "__main__":
    main()
