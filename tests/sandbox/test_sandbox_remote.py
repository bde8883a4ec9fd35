"""Other backends behind the protocol: a SandboxFusion server (ours, for the test) and a Ray cluster (a stand-in)."""

from __future__ import annotations

import json
import sys
import threading
import types
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from guru_envs.errors import InvalidValueError, MissingExtraError
from guru_envs.sandbox import Call, Limits, LocalSandbox, Program, Result, Sandbox, SandboxError, Status
from guru_envs.sandbox import fusion as fusion_module
from guru_envs.sandbox.cluster import RaySandbox
from guru_envs.sandbox.fusion import FusionSandbox

PLUS_ONE = "print(int(input()) + 1)"


class Server(ThreadingHTTPServer):
    """Answers ``/run_code`` as SandboxFusion does; what it is asked to run goes through a local sandbox."""

    sandbox: LocalSandbox
    requests: list[dict[str, Any]]
    answers: list[tuple[int, bytes]]  # to give instead of running anything, first come first served


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request | {"path": self.path})
        code, body = self.server.answers.pop(0) if self.server.answers else (200, self.execute(request))
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body)

    def execute(self, request: dict[str, Any]) -> bytes:
        limits = Limits(cpu_s=request["run_timeout"], wall_s=request["run_timeout"])
        [result] = self.server.sandbox.run(Program(request["code"], (request["stdin"],)), limits)
        late = result.status is Status.TIME_LIMIT
        run = {
            "status": "TimeLimitExceeded" if late else "Finished",
            "execution_time": result.wall_s,
            "return_code": None if late else 0 if result.status is Status.OK else 1,
            "stdout": result.output,
            "stderr": result.error,
        }
        status = "Success" if result.status is Status.OK else "Failed"
        return json.dumps(
            {"status": status, "message": "", "compile_result": None, "run_result": run, "files": {}}
        ).encode()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with LocalSandbox(workers=1) as sandbox, Server(("127.0.0.1", 0), Handler) as one:
        one.sandbox, one.requests, one.answers = sandbox, [], []
        thread = threading.Thread(target=one.serve_forever, daemon=True)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


@pytest.fixture
def fusion(server: Server, monkeypatch: pytest.MonkeyPatch) -> FusionSandbox:
    monkeypatch.setattr(fusion_module, "_PAUSE", 0.01)
    server.requests.clear()
    server.answers.clear()
    return FusionSandbox(f"http://127.0.0.1:{server.server_port}/", slack_s=20.0)


def test_stdin_programs(fusion: FusionSandbox, server: Server) -> None:
    remote: Sandbox = fusion
    results = remote.run(Program(PLUS_ONE, ("1", "x", "3")))
    assert [(result.status, result.output) for result in results] == [
        (Status.OK, "2\n"), (Status.RUNTIME_ERROR, ""), (Status.OK, "4\n"),
    ]  # fmt: skip
    assert server.requests[0]["path"] == "/run_code"
    assert server.requests[0]["language"] == "python"
    assert server.requests[0]["code"] == PLUS_ONE


def test_stops_where_an_answer_is_not_accepted(fusion: FusionSandbox, server: Server) -> None:
    results = fusion.run(Program(PLUS_ONE, ("1", "2", "3")), accept=lambda index, result: result.output == "2\n")
    assert [result.status for result in results] == [Status.OK, Status.OK, Status.NOT_RUN]
    assert len(server.requests) == 2


@pytest.mark.parametrize("value", [3, "text", (1, [2.5, {"a": None}]), {1, 2}, b"x"])
def test_calls_return_values_with_exact_types(fusion: FusionSandbox, value: object) -> None:
    source = "print('noise')\nclass Solution:\n    def f(self, x, *, y):\n        print('more')\n        return x"
    [result] = fusion.run(Program(source, (Call("Solution.f", (value,), {"y": 1}),)))
    assert result.status is Status.OK, result
    assert result.value == value
    assert type(result.value) is type(value)
    assert result.output == "noise\nmore\n"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("def f(x", Status.COMPILE_ERROR),
        ("def f(x):\n    return 1 / 0", Status.RUNTIME_ERROR),
        ("raise SystemExit(0)", Status.RUNTIME_ERROR),
        ("def f(x):\n    return bytearray(10**10)", Status.MEMORY_LIMIT),
        ("def f(x):\n    while True: pass", Status.TIME_LIMIT),
        ("print('x' * 30000)\ndef f(x): pass", Status.OUTPUT_LIMIT),
    ],
)
def test_statuses(fusion: FusionSandbox, source: str, status: Status) -> None:
    limits = Limits(wall_s=1.0, output_bytes=20000)
    [result] = fusion.run(Program(source, (Call("f", (1,)),)), limits)
    assert result.status is status, result
    assert result.value is None


def test_no_expected_value_and_no_trust_in_what_comes_back(fusion: FusionSandbox) -> None:
    forged = "import atexit\natexit.register(lambda: print('2'))\ndef f(x):\n    print('{\"i\": \"0x2\"}')\n    raise SystemExit"
    [result] = fusion.run(Program(forged, (Call("f", (1,)),)))
    assert result.status is Status.RUNTIME_ERROR
    assert result.value is None


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"), (503, b""), (200, b"no json"), (200, b"[]"), (200, b'{"status": "SandboxError", "message": "full"}'),
        (200, b"[" * 100000), (404, b"{}"), (200, b'{"status": "Success"}'),
        (200, b'{"status": "Success", "run_result": {"status": 7}}'),
    ],
    ids=range(9),
)  # fmt: skip
def test_a_broken_server_is_an_error_and_no_verdict(
    fusion: FusionSandbox, server: Server, answer: tuple[int, bytes]
) -> None:
    server.answers[:] = [answer] * 5
    with pytest.raises(SandboxError, match="SandboxFusion"):
        fusion.run(Program(PLUS_ONE, ("1",)))


def test_a_passing_failure_is_tried_again(fusion: FusionSandbox, server: Server) -> None:
    server.answers[:] = [(503, b""), (200, b'{"status": "SandboxError", "message": "full"}')]
    assert fusion.run(Program(PLUS_ONE, ("1",)))[0].output == "2\n"


def test_nobody_answers() -> None:
    with pytest.raises(InvalidValueError, match="http"):
        FusionSandbox("file:///etc/passwd")


# -- Ray ---------------------------------------------------------------------------------------------------------------


class Actor:
    """Makes each method of an object a ``method.remote()``."""

    def __init__(self, kind: type, *args: Any) -> None:
        self._inner = kind(*args)
        self.broken = False

    def __getattr__(self, name: str) -> Any:
        def remote(*args: Any) -> Any:
            if self.broken:
                raise RuntimeError("gone")
            return getattr(self._inner, name)(*args)

        return types.SimpleNamespace(remote=remote)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made: list[Actor] = []

    def make(kind: type, *args: Any) -> Actor:
        made.append(Actor(kind, *args))
        return made[-1]

    module: Any = types.ModuleType("ray")
    module.is_initialized = lambda: True
    module.remote = lambda **options: lambda kind: types.SimpleNamespace(remote=lambda *args: make(kind, *args))
    module.get = lambda value: value
    module.kill = lambda actor: actor._inner._sandbox.close()
    module.exceptions = types.SimpleNamespace(RayError=RuntimeError)
    module.made = made
    monkeypatch.setitem(sys.modules, "ray", module)
    yield module
    for actor in made:
        actor._inner._sandbox.close()


def test_ray_runs_programs(ray: Any) -> None:
    cluster = RaySandbox(actors=2)
    remote: Sandbox = cluster
    assert [result.output for result in remote.run(Program(PLUS_ONE, ("1", "2")))] == ["2\n", "3\n"]
    assert cluster.level in ("full", "kernel", "closed")
    state = "import string\nstring.n = getattr(string, 'n', 0) + 1\nprint(string.n)"
    asked: list[tuple[int, str]] = []

    def right(index: int, result: Result) -> bool:
        asked.append((index, result.output))
        return result.output == ("1\n" if index < 3 else "9\n")

    results = remote.run(Program(state, ("",) * 5), accept=right)
    assert [result.status for result in results] == [Status.OK] * 4 + [Status.NOT_RUN]
    assert asked == [(0, "1\n"), (1, "2\n"), (1, "1\n"), (2, "3\n"), (2, "1\n"), (3, "4\n"), (3, "1\n")]
    cluster.close()


def test_ray_tries_another_machine(ray: Any) -> None:
    cluster = RaySandbox(actors=2)
    ray.made[0].broken = True
    for _ in range(3):
        assert cluster.run(Program(PLUS_ONE, ("1",)))[0].output == "2\n"
    ray.made[1].broken = True
    with pytest.raises(SandboxError, match="twice"):
        cluster.run(Program(PLUS_ONE, ("1",)))


def test_a_real_ray_of_this_machine() -> None:
    real = pytest.importorskip("ray", reason="Ray is not installed")
    real.init(num_cpus=2, include_dashboard=False)
    try:
        cluster = RaySandbox(actors=2)
        doubled = "print(int(input()) * 2)"
        for number in range(6):
            assert cluster.run(Program(doubled, (f"{number}", "21")))[1].output == "42\n"
        assert cluster.run(Program("while True: pass", ("",)), Limits(cpu_s=0.3))[0].status is Status.TIME_LIMIT
        cluster.close()
    finally:
        real.shutdown()


def test_without_ray_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"guru-envs\[ray\]"):
        RaySandbox()
