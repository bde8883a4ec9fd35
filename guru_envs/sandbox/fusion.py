"""A SandboxFusion server as a sandbox: each input is one request to its ``/run_code``.

What the server protects is its own affair: the program runs in a container of the server's, at the isolation that it was set up
with. What is kept here is the verdict: no expected value is ever sent, and what comes back, value of a Call included, is only
text, decoded strictly.
"""

from __future__ import annotations

import http.client
import inspect
import json
import secrets
import time
import urllib.error
import urllib.request
from typing import Any

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import frames
from guru_envs.sandbox.errors import SandboxError
from guru_envs.sandbox.program import Accept, Call, Limits, Program, Result, Status

_TRIES = 3
_PAUSE = 0.5  # seconds before the second try, doubled for each more
_SLACK = 30.0  # seconds beyond a program's own wall time for the server's queue and the network
_LONGEST_ERROR = 4000
_MOST_BYTES = 64 * 2**20  # of a reply
_ROOM = 100_000  # bytes of a reply beyond the outputs

_CALL = """
import json, sys, types
frames = types.ModuleType("frames")
sys.modules["frames"] = frames
exec(compile({frames!r}, "frames.py", "exec"), frames.__dict__)
solution = types.ModuleType("solution")
sys.modules["solution"] = solution
try:
    code = compile({source!r}.removeprefix(chr(0xFEFF)), "solution.py", "exec")
except (SyntaxError, ValueError) as error:
    import traceback
    sys.exit("".join(traceback.format_exception_only(error)))
exec(code, solution.__dict__)
target = solution.__dict__
for part in {entry!r}.split("."):
    target = target[part] if isinstance(target, dict) else getattr(target(), part)
value = target(*frames.decode({args!r}), **frames.decode({kwargs!r}))
sys.stdout.write("\\n" + {mark!r} + frames.encode(value) + "\\n")
"""
_SEEDED = "import random\nrandom.seed({seed})\ndel random\n"


class FusionSandbox:
    """Runs programs on a SandboxFusion server. Thread-safe; the server queues.

    Args:
        url: of the server, such as ``http://host:8080``.
        headers: added to each request, such as an authorisation.
        slack_s: how long to wait for an answer beyond the wall limit of the program.
        parallel: requests at a time when many programs are run.

    Raises:
        InvalidValueError: the URL is not http or https.
    """

    level = "remote"

    def __init__(
        self, url: str, headers: dict[str, str] | None = None, slack_s: float = _SLACK, parallel: int = 16
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise InvalidValueError(f"the URL of a SandboxFusion server starts with http:// or https://, not {url!r}")
        self._url = url.rstrip("/") + "/run_code"
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._slack_s = slack_s
        self.parallel = parallel

    def run(self, program: Program, limits: Limits = Limits(), accept: Accept | None = None) -> list[Result]:  # noqa: B008
        """One Result per input, in order; see :class:`~guru_envs.sandbox.program.Sandbox`.

        Raises:
            SandboxError: the server does not answer, or says that it failed.
        """
        results: list[Result] = []
        for index, given in enumerate(program.inputs):
            result = self._run_one(program, given, limits)
            results.append(result)
            if accept is not None and not accept(index, result):
                results += [Result(Status.NOT_RUN)] * (len(program.inputs) - len(results))
                break
        return results

    def _run_one(self, program: Program, given: str | Call, limits: Limits) -> Result:
        mark = secrets.token_hex(16)
        source = (
            _SEEDED.format(seed=program.seed) + _call_source(program.source, given, mark)
            if isinstance(given, Call)
            else ""
        )
        request = {
            "code": source or program.source,
            "language": "python",
            "stdin": "" if isinstance(given, Call) else given,
            "run_timeout": limits.wall,
            "memory_limit_MB": limits.memory_mb,
        }
        answer = self._ask(json.dumps(request).encode(), limits)
        return _result(answer, limits, mark if isinstance(given, Call) else None)

    def _ask(self, body: bytes, limits: Limits) -> dict[str, Any]:
        problem = ""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE * 2 ** (attempt - 1))
            try:
                request = urllib.request.Request(self._url, body, self._headers)  # noqa: S310 - http or https, checked
                with urllib.request.urlopen(request, timeout=limits.wall + self._slack_s) as reply:  # noqa: S310
                    text = reply.read(min(_MOST_BYTES, 12 * limits.output_bytes + _ROOM) + 1)
                answer = json.loads(text)
            except urllib.error.HTTPError as error:
                problem = f"HTTP {error.code}"
                if error.code not in (408, 429) and error.code < 500:
                    break
                continue
            except (OSError, ValueError, http.client.HTTPException, RecursionError) as error:
                problem = f"{type(error).__name__}: {error}"
                continue
            if isinstance(answer, dict) and answer.get("status") in ("Success", "Failed"):
                return answer
            problem = str(answer.get("message") if isinstance(answer, dict) else answer)[:200]
        raise SandboxError(f"the SandboxFusion server at {self._url} failed: {problem}")


def _call_source(source: str, call: Call, mark: str) -> str:
    try:
        args = frames.encode(tuple(call.args), frames.refuse)
        kwargs = frames.encode(dict(call.kwargs), frames.refuse)
    except frames.FrameError as error:
        raise InvalidValueError(f"an argument of {call.entry} cannot be sent to the sandbox: {error}") from error
    return _CALL.format(
        frames=inspect.getsource(frames), source=source, entry=call.entry, args=args, kwargs=kwargs, mark=mark
    )


def _result(answer: dict[str, Any], limits: Limits, mark: str | None) -> Result:
    run = answer.get("run_result")
    if not isinstance(run, dict):
        raise SandboxError("the SandboxFusion server sent no result of a run")
    output, noise = _text(run.get("stdout")), _text(run.get("stderr"))
    seconds = run.get("execution_time")
    wall = float(seconds) if isinstance(seconds, int | float) and seconds >= 0 else 0.0
    code = run.get("return_code") if isinstance(run.get("return_code"), int) else None
    value: Any = None
    if run.get("status") == "TimeLimitExceeded":
        status = Status.TIME_LIMIT
    elif run.get("status") != "Finished":
        raise SandboxError(f"the SandboxFusion server says {run.get('status')!r}")
    elif code != 0:
        status = _failure(noise)
    else:
        status = Status.OK
    if mark is not None and status is Status.OK:
        status, output, value, noise = _value(output, mark, noise)
    if len(output.encode("utf-8", "replace")) > limits.output_bytes:
        status, output, value = Status.OUTPUT_LIMIT, output[: limits.output_bytes], None
    near = wall >= 0.8 * limits.wall
    return Result(status, output, value, noise[-_LONGEST_ERROR:], wall, wall, code, near)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _failure(noise: str) -> Status:
    last = noise.rstrip().rpartition("\n")[2]
    if last.startswith("MemoryError"):
        return Status.MEMORY_LIMIT
    if last.startswith(("SyntaxError", "IndentationError", "TabError")) and not noise.lstrip().startswith("Traceback"):
        return Status.COMPILE_ERROR
    if last.startswith("PermissionError"):
        return Status.BLOCKED
    return Status.RUNTIME_ERROR


def _value(output: str, mark: str, noise: str) -> tuple[Status, str, Any, str]:
    """Find the value of a call in the last line; a program that writes one itself only gives another answer."""
    before, found, line = output.rpartition("\n" + mark)
    if not found:
        return Status.RUNTIME_ERROR, output, None, noise or "no value came back"
    try:
        return Status.OK, before, frames.decode(line.strip()), noise
    except frames.FrameError as error:
        return Status.RUNTIME_ERROR, before, None, f"no plain value came back: {error}"
