"""The process that runs one program: confines itself for good, runs each input, writes down what happened.

Everything here shares the process with the program, which may read and change all of it. That is harmless: nothing that the
program is not to know is in this process, and what it writes, by us or by itself, is only an answer.
"""

from __future__ import annotations

import atexit
import errno
import marshal
import os
import resource
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from . import frames, kernel, protocol, seccomp, state
from .state import FILE_NAME

_EXIT_BROKEN = (
    71  # the program took away what the harness needs, such as a descriptor; the host tries again in a new process
)
_REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EROFS}
_FULL = {errno.EFBIG, errno.ENOSPC}


class Confinement(NamedTuple):
    """What all programs of a zygote have in common."""

    filter: seccomp.ReadyFilter | None
    tie: bool
    """Ask the kernel to end it with the zygote, which a process namespace does anyway."""
    single: bool = False
    """Let the user's limit on processes keep it from starting any, where nothing else does and threads do not count."""


# Names of this module, since this code runs once in each process, so that the interpreter never adapts it: looked up in other modules,
# each would cost the pages of the module, the name and the function.
_close_range, _getpid, _exit, _set_limit = os.closerange, os.getpid, os._exit, resource.setrlimit
_MEMORY, _LARGEST, _CPU = resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU
_FIRST_UNUSED = protocol.PEER


def start(
    place: int,
    peer: int,
    confinement: Confinement,
    limits: tuple[int, int, int],
    runners: Mapping[str, Callable[[Any], None]],
) -> None:
    """Take over a process that was just forked; never returns.

    Args:
        place: which of the zygote's sets of files is its own, 0 or 1.
        peer: socket to the other process of the job, or -1.
        confinement: of all programs.
        limits: bytes of memory, bytes of the largest file, CPU seconds.
        runners: what to do with a job of each kind.
    """
    try:
        if place:
            for number in range(protocol.FILES):
                os.dup2(place * protocol.FILES + number, number)
        if peer >= 0:
            os.dup2(peer, protocol.PEER)
        _close_range(_FIRST_UNUSED + (peer >= 0), 256)
        memory, largest, cpu = limits
        _set_limit(_MEMORY, (memory, memory))
        _set_limit(_LARGEST, (largest, largest))
        _set_limit(_CPU, (cpu, cpu))
        ready, tie, single = confinement
        if single:
            resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        if tie:
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if ready is not None:
            ready.install(_getpid())
        job = read_job()
        runners[job["kind"]](job)
    except BaseException:
        _exit(_EXIT_BROKEN)
    _exit(0)


def read_job() -> Any:
    """What the host wants; it is trusted, and the only one who has written to the file so far."""
    size = os.lseek(protocol.STDIN, 0, os.SEEK_END)
    data = os.pread(protocol.STDIN, size, 0)
    while len(data) < size:
        data += os.pread(protocol.STDIN, size - len(data), len(data))
    job = marshal.loads(data)  # noqa: S302 - from the host into the sandbox; nothing ever comes back this way
    if "scripts" not in job or not job["scripts"]:  # a script's first input takes its place before the script runs
        os.ftruncate(protocol.STDIN, 0)
        os.lseek(protocol.STDIN, 0, os.SEEK_SET)
    return job


def write_all(descriptor: int, data: bytes) -> None:
    """``os.write`` until all is written."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def compile_source(source: str) -> types.CodeType:
    """Compile a program; raises what ``compile`` raises. A byte order mark is skipped, as Python does in files."""
    return compile(source.removeprefix("\ufeff"), FILE_NAME, "exec", dont_inherit=True)


def new_module(name: str) -> types.ModuleType:
    """An empty module in which a program is executed, in its place among the imported modules."""
    module = types.ModuleType(name)
    module.__file__ = FILE_NAME
    sys.modules[name] = module
    return module


def describe(error: BaseException, source: str, name: str = FILE_NAME) -> tuple[int, str]:
    """Status of an exception, and its traceback without the frames of this harness."""
    if isinstance(error, MemoryError):
        status = protocol.MEMORY_LIMIT
    elif isinstance(error, OSError) and error.errno in _FULL:
        status = protocol.OUTPUT_LIMIT
    elif isinstance(error, OSError) and error.errno in _REFUSED:
        status = protocol.BLOCKED
    else:
        status = protocol.RUNTIME_ERROR
    try:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != name:
            trace = trace.tb_next
        import linecache

        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        return status, "".join(traceback.format_exception(type(error), error, trace))
    except BaseException as second:
        return status, f"{type(error).__name__} (no traceback: {type(second).__name__})"


_active = threading._active  # type: ignore[attr-defined]
_run_exit_functions = atexit._run_exitfuncs
_pack = protocol.RECORD.pack
_Module = types.ModuleType
_FINE = protocol.OK, 0, ""
_compile, _seek, _write, _truncate, _END, _STDIN = (
    compile,
    os.lseek,
    os.pwrite,
    os.ftruncate,
    os.SEEK_END,
    protocol.STDIN,
)
_cpu_clock, _wall_clock = time.process_time, time.monotonic


def _nothing() -> None:
    pass


def _raising(error: BaseException) -> Callable[[], None]:
    """Something that raises an exception again, with the traceback that it has."""

    def again() -> None:
        raise error

    return again


class _Inputs:
    """Runs the inputs of a program one after the other."""

    def __init__(self, job: Any) -> None:
        self.source: str = job["source"]
        self.inputs: list[Any] = job["inputs"]
        self.scripts: bool = job["scripts"]
        self.first: int = job["first"]
        self.seed: int = job["seed"]
        self.changed: int = job["changed"]
        self.recursion: int | None = job["recursion"]
        self.cap: int = job["output"]

    def run(self) -> None:
        """All inputs, or none when the source is not a program."""
        try:
            code = _compile(self.source, FILE_NAME, "exec", 0, True)
        except BaseException as error:
            status, text = describe(error, self.source)
            if not isinstance(error, MemoryError):
                status = protocol.COMPILE_ERROR
            write_record(self.first, status, None, (0.0, 0.0), "", text)
            return
        if self.changed or self.seed or self.recursion:
            state.start(self.seed, self.recursion, self.source)
        if self.scripts:
            self._run_scripts(code)
        else:
            self._run_any(code)

    def _run_any(self, code: types.CodeType) -> None:
        for place, given in enumerate(self.inputs):
            began, began_wall = time.process_time(), time.monotonic()
            if place:
                state.reset(self.changed, self.seed, self.recursion)
            if isinstance(given, str):
                state.set_input(given.encode("utf-8", "surrogatepass"))
                names = new_module("__main__").__dict__
                status, exit_code, error = self._finish(lambda code=code, names=names: exec(code, names), names)  # type: ignore[misc]  # noqa: S102 - what this process is for
                value = ""
            else:
                status, exit_code, value, error = self._call(code, given)  # type: ignore[assignment]
            times = time.process_time() - began, time.monotonic() - began_wall
            write_record(self.first + place, status, exit_code, times, value, error)

    def _run_scripts(self, code: types.CodeType) -> None:
        """The same for scripts, in one piece: each function that a new process is the first to call costs it some pages."""
        lseek, write, modules = _seek, _write, sys.modules
        inp, out, err = sys.stdin, sys.stdout, sys.stderr
        began, began_wall = _cpu_clock(), _wall_clock()
        index, done = self.first, True
        for text in self.inputs:
            if index != self.first:
                try:
                    if self.changed or not done:
                        raise ValueError
                    inp.seek(0, _END)  # makes it forget what it has read
                    inp.seek(0)
                except (OSError, ValueError):
                    state.reset(self.changed, self.seed, self.recursion)
                    inp, out, err = sys.stdin, sys.stdout, sys.stderr
            data = text.encode("utf-8", "surrogatepass")
            if write(_STDIN, data, 0) != len(data):
                state.set_input(data)
            if lseek(_STDIN, 0, _END) != len(data):
                _truncate(_STDIN, len(data))
            lseek(_STDIN, 0, 0)
            module = modules["__main__"] = _Module("__main__")
            names = module.__dict__
            names["__file__"] = FILE_NAME
            try:
                exec(code, names)  # noqa: S102 - what this process is for
                done = len(_active) == 1 and sys.stdin is inp and sys.stdout is out and sys.stderr is err
                if done:
                    _run_exit_functions()
                    try:
                        out.flush()
                        err.flush()
                    except ValueError:  # closed, which is allowed
                        done = False
                    else:
                        names.clear()
            except BaseException as error:
                done = False
                status, exit_code, problem = self._finish(_raising(error), names)
            else:
                status, exit_code, problem = _FINE if done else self._finish(_nothing, names)
            ended, ended_wall = _cpu_clock(), _wall_clock()
            times = ended - began, ended_wall - began_wall
            began, began_wall = ended, ended_wall
            write_record(index, status, exit_code, times, "", problem)
            index += 1

    def _finish(self, first: Callable[[], object], names: dict[str, Any]) -> tuple[int, int, str]:
        """Run a script's last steps: what the interpreter does at its end; dropping the globals flushes files left open."""
        status, exit_code, error = self._guard(first)
        for step in (_end_threads, _run_exit_functions, state.flush, names.clear):
            later_status, later_code, later_error = self._guard(step)
            if later_status != protocol.OK and status == protocol.OK:
                status, exit_code, error = later_status, later_code, later_error
        return status, exit_code, error

    def _call(self, code: types.CodeType, given: Any) -> tuple[int, int | None, str, str]:
        box: list[str] = []
        module = new_module("solution")

        def call() -> None:
            exec(code, module.__dict__)  # noqa: S102 - what this process is for
            target: Any = module.__dict__
            for part in given["entry"].split("."):
                target = target[part] if isinstance(target, dict) else getattr(target(), part)
            args, kwargs = frames.decode(given["args"]), frames.decode(given["kwargs"])
            box.append(frames.encode(target(*args, **kwargs)))

        status, exit_code, error = self._guard(call)
        self._guard(state.flush)
        if status == protocol.OK and not box:  # the call ended the program by sys.exit(0)
            return protocol.RUNTIME_ERROR, exit_code, "", "SystemExit before the call returned"
        if box and len(box[0]) > self.cap:
            return protocol.OUTPUT_LIMIT, None, "", "the returned value is too large"
        return status, exit_code if status else None, box[0] if box else "", error

    def _guard(self, action: Callable[[], object]) -> tuple[int, int, str]:
        """Status, exit code and traceback of an action of the program."""
        try:
            action()
        except SystemExit as leave:
            number = leave.code
            if number is None or number == 0:
                return protocol.OK, 0, ""
            if isinstance(number, int):
                return protocol.RUNTIME_ERROR, int(number) & 0xFF, f"exit code {int(number) & 0xFF}"
            return protocol.RUNTIME_ERROR, 1, str(number)
        except BaseException as error:
            status, text = describe(error, self.source)
            return status, 1, text
        return protocol.OK, 0, ""


def write_record(
    index: int, status: int, exit_code: int | None, times: tuple[float, float], value: str, error: str
) -> None:
    """Tell the host what an input did."""
    try:
        ends = _seek(protocol.STDOUT, 0, os.SEEK_CUR), _seek(protocol.STDERR, 0, os.SEEK_CUR)
    except OSError:
        ends = _position(protocol.STDOUT), _position(protocol.STDERR)
    if value or error or exit_code is None:
        record = protocol.pack_record(index, status, exit_code, times, ends, value.encode(), error)
    else:
        record = _pack(protocol.RECORD_MARK, index, status, exit_code, *times, *ends, 0, 0)
    try:
        written = os.write(protocol.RECORDS, record)
        if written != len(record):
            write_all(protocol.RECORDS, record[written:])
    except OSError:  # the program closed what it does not know of; the host can still see how the process ends
        os._exit(status and (exit_code or 1))


def _position(descriptor: int) -> int:
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return protocol.CLOSED


_REHEARSAL = "import sys\nprint(sum(map(int, input().split())), *sorted(sys.stdin.read()))\n"
_REHEARSALS = 12  # the interpreter specialises code after 8 runs or so


def rehearse(confinement: Confinement) -> None:
    """In the zygote: go through the motions with a program of our own.

    Python adapts code while it runs, by writing into it. Done once here, no program's process pays for that, in time and in pages
    of memory that it would have to copy; and the modules that describe an error are imported.
    """
    for source in [_REHEARSAL] * _REHEARSALS + ["1 / 0"]:
        job: dict[str, Any] = {"kind": "inputs", "source": source, "inputs": ["1 2\nx\n"] * 2}
        job |= {"first": 0, "seed": 0, "changed": 0, "scripts": True, "recursion": None, "output": 1000}
        os.lseek(protocol.STDIN, 0, os.SEEK_SET)
        write_all(protocol.STDIN, marshal.dumps(job))
        run_inputs(read_job())
        if confinement.filter is not None:
            confinement.filter.rehearse()
    del sys.modules["__main__"]
    state.seed_all(0)
    state.renew_streams()


def run_inputs(job: Any) -> None:
    """Run the inputs of a program one after the other."""
    _Inputs(job).run()


def _end_threads() -> None:
    """Wait for the threads that a script left running, as the interpreter does at its end."""
    if len(_active) == 1:
        return
    executors: Any = sys.modules.get("concurrent.futures.thread")
    if executors is not None:
        executors._python_exit()
        executors._shutdown = False
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
