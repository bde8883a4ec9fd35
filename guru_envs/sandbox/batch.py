"""Some inputs of a program in one process: the job that is sent, and the Results that its files and its end amount to."""

from __future__ import annotations

import signal
from typing import Any

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import frames, protocol
from guru_envs.sandbox.program import Accept, Call, Limits, Program, Result, Status
from guru_envs.sandbox.worker import Files, Report, Worker

STATUS = {
    protocol.OK: Status.OK,
    protocol.RUNTIME_ERROR: Status.RUNTIME_ERROR,
    protocol.COMPILE_ERROR: Status.COMPILE_ERROR,
    protocol.MEMORY_LIMIT: Status.MEMORY_LIMIT,
    protocol.BLOCKED: Status.BLOCKED,
    protocol.OUTPUT_LIMIT: Status.OUTPUT_LIMIT,
}
_NEAR = 0.8
_LONGEST_TAIL = 2000  # bytes of standard error that are kept when there is no traceback


def near_limit(limits: Limits, cpu: float, wall: float, length: int) -> bool:
    """Whether another run may reach a limit that this one did not, or the other way round."""
    return cpu >= _NEAR * limits.cpu_s or wall >= _NEAR * limits.wall or length >= _NEAR * limits.output_bytes


def make_job(program: Program, limits: Limits, first: int, count: int) -> dict[str, Any]:
    """What a program's process is told.

    Raises:
        InvalidValueError: an argument of a Call is not plain data.
    """
    inputs = program.inputs[first : first + count]
    return {
        "kind": "inputs",
        "source": str(program.source).removeprefix("\ufeff"),  # a byte order mark, which Python skips in files as well
        "inputs": [_encode_input(given) for given in inputs],
        "scripts": all(isinstance(given, str) for given in inputs),
        "first": first,
        "seed": program.seed,
        "changed": protocol.to_put_back(program.source),
        "recursion": limits.recursion,
        "output": limits.output_bytes,
    }


def _encode_input(given: str | Call) -> Any:
    if isinstance(given, str):
        return str(given)
    try:
        args, kwargs = frames.encode(tuple(given.args), frames.refuse), frames.encode(dict(given.kwargs), frames.refuse)
    except frames.FrameError as error:
        raise InvalidValueError(f"an argument of {given.entry} cannot be sent to the sandbox: {error}") from error
    return {"entry": given.entry, "args": args, "kwargs": kwargs}


class Batch:
    """Runs ``count`` inputs from ``first`` on in one process, until one fails or is not accepted.

    After :meth:`run`, ``refused`` says that the last Result is such a one.
    """

    def __init__(self, program: Program, limits: Limits, first: int, count: int, accept: Accept | None = None) -> None:
        self._program, self._limits, self._accept = program, limits, accept
        self._first, self._count = first, count
        self._near = _NEAR * limits.cpu_s, _NEAR * limits.wall, _NEAR * limits.output_bytes
        self._results: list[Result]
        self._records: list[protocol.Record]  # read, but not yet taken for results
        self._ends: tuple[int, int]  # of standard output and standard error so far
        self._forged: bool
        self.refused = False

    def run(self, worker: Worker) -> list[Result]:
        """Results of the inputs up to the first that fails.

        Raises:
            WorkerError: the worker broke; nothing is known.
            InvalidValueError: an argument of a Call is not plain data.
        """
        self._results, self._records, self._ends, self._forged, self.refused = [], [], (0, 0), False, False
        files = worker.files[0]
        watched = self._accept is not None and self._count > 1
        job = make_job(self._program, self._limits, self._first, self._count)
        report = worker.execute([job], self._limits, (lambda: self._read(files)) if watched else None)
        self._read(files, report)
        if len(self._results) < self._count and not self.refused:
            self._add(self._ending(files, report))
        return self._results

    def _read(self, files: Files, report: Report | None = None) -> bool:
        """Take in new records; False when there is no use in running on.

        The record of the last input waits for the process to end, since a program could write one and run on.
        """
        self._records += files.records()
        self._forged |= files.forged
        ended = report is not None and report.reason == protocol.END_ITSELF and report.exit_status == 0
        for taken, record in enumerate(self._records):
            done = len(self._results)
            if self.refused or done >= self._count or (done == self._count - 1 and not ended):
                del self._records[:taken]
                break
            if record.place != self._first + done:
                self._forged = True
                break
            self._add(self._result(files, record, report if self._count == 1 else None))
        else:
            self._records.clear()
        return not self.refused and not self._forged

    def _add(self, result: Result) -> None:
        index = self._first + len(self._results)
        self._results.append(result)
        if self._accept is not None:
            self.refused = not self._accept(index, result)
        else:
            self.refused = result.status is not Status.OK

    def _result(self, files: Files, record: protocol.Record, report: Report | None) -> Result:
        """The Result of an input of which the process gave an account."""
        limits = self._limits
        cap = limits.output_bytes
        start, quiet = self._ends
        if (
            record.status == protocol.OK
            and not (record.value or record.error or report)
            and record.stderr_end == quiet
            and start <= record.stdout_end < start + cap
            and isinstance(self._program.inputs[record.place], str)
        ):  # as nearly always; the same as below, in fewer steps
            cpu, wall = min(record.cpu_s, limits.cpu_s), record.wall_s
            output, length = files.text(protocol.STDOUT, start, record.stdout_end, cap)
            self._ends = record.stdout_end, quiet
            near = cpu >= self._near[0] or wall >= self._near[1] or length >= self._near[2]
            return Result(Status.OK, output, None, "", cpu, wall, record.exit_code, near)
        stdout_end = files.length(protocol.STDOUT) if record.stdout_end == protocol.CLOSED else record.stdout_end
        stderr_end = files.length(protocol.STDERR) if record.stderr_end == protocol.CLOSED else record.stderr_end
        output, length = files.text(protocol.STDOUT, self._ends[0], stdout_end, cap)
        noise, noise_length = files.text(protocol.STDERR, self._ends[1], stderr_end, cap)
        self._ends = max(self._ends[0], stdout_end), max(self._ends[1], stderr_end)
        status, value, error = STATUS[record.status], None, record.error or noise[-_LONGEST_TAIL:]
        if length > cap or noise_length > cap or len(record.value) > cap:
            status = Status.OUTPUT_LIMIT
        elif record.value and status is Status.OK:
            try:
                value = frames.decode(record.value)
            except frames.FrameError as problem:
                status, error = Status.RUNTIME_ERROR, f"no plain value came back: {problem}"
        elif status is Status.OK and isinstance(self._program.inputs[record.place], Call):
            status, error = Status.RUNTIME_ERROR, "no value came back"
        cpu, wall = (report.cpu_s, report.wall_s) if report else (min(record.cpu_s, limits.cpu_s), record.wall_s)
        near = near_limit(limits, cpu, wall, max(length, len(record.value)))
        return Result(status, output, value, error[-protocol.LONGEST_ERROR :], cpu, wall, record.exit_code, near)

    def _ending(self, files: Files, report: Report) -> Result:
        """The Result of the input during which the process ended."""
        cap = self._limits.output_bytes
        output, length = files.text(protocol.STDOUT, self._ends[0], files.length(protocol.STDOUT), cap)
        noise_length = files.length(protocol.STDERR) - self._ends[1]
        error = files.tail(protocol.STDERR, _LONGEST_TAIL)
        status, code = Status.RUNTIME_ERROR, report.exit_status
        if report.reason in (protocol.END_CPU, protocol.END_WALL):
            status = Status.TIME_LIMIT
            error = ("CPU" if report.reason == protocol.END_CPU else "wall clock") + " limit reached"
        elif report.reason == protocol.END_FILES:
            status, error = Status.OUTPUT_LIMIT, "limit of temporary files reached"
        elif length > cap or noise_length > cap or code == -signal.SIGXFSZ:
            status, error = Status.OUTPUT_LIMIT, "output limit reached"
        elif self._forged:
            error = "the program broke the channel to the sandbox"
        elif code == -signal.SIGSYS:
            status = Status.BLOCKED
        elif code in (-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS):
            if report.peak_kib > _NEAR * self._limits.memory_mb * 1024:
                status, error = Status.MEMORY_LIMIT, error or "memory limit reached"
            else:
                error = error or f"ended by {signal.Signals(-code).name}"
        elif code == 0 and isinstance(self._program.inputs[self._first + len(self._results)], str):
            status = Status.OK  # os._exit(0), which is a way to end a script
        near = near_limit(self._limits, report.cpu_s, report.wall_s, length)
        return Result(status, output, None, error, report.cpu_s, report.wall_s, code, near)
