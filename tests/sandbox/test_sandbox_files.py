"""The private temporary directory of programs: what may be written, how much, and that nothing of it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import Limits, LocalSandbox, Program, Result, Status, run_asserts, temporary

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
LAYERS = {"full": (), "kernel": ("namespaces",)}
WRITES = "open('note', 'w').write(input())\nprint(open('note').read())"


@pytest.fixture(scope="module", params=LAYERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[LocalSandbox]:
    """A sandbox of a level, with room for 2 MiB in 20 files."""
    with (
        warnings.catch_warnings(),
        LocalSandbox(without=LAYERS[request.param], temporary_mb=2, temporary_files=20) as one,
    ):
        warnings.simplefilter("ignore")
        if one.level != request.param:
            pytest.skip(f"this machine offers {one.level} instead")
        yield one


def only(sandbox: LocalSandbox, source: str, limits: Limits = Limits()) -> Result:  # noqa: B008
    return sandbox.run(Program(textwrap.dedent(source), ("1",)), limits)[0]


def test_files_can_be_written(sandbox: LocalSandbox) -> None:
    result = only(sandbox, WRITES)
    assert (result.status, result.output) == (Status.OK, "1\n"), result


def test_nothing_is_left_for_the_next_input_or_program(sandbox: LocalSandbox) -> None:
    source = "import os\nprint(os.listdir('.'))\nos.makedirs('a/b')\nopen('a/b/c', 'w').write('x')\nos.chdir('a')"
    for _ in range(2):
        together = sandbox.run(Program(source, ("", "")))
        apart = sandbox.run(Program(source, ("", ""), isolation="test"))
        assert [result.output for result in together + apart] == ["[]\n"] * 4


@pytest.mark.parametrize(
    "body",
    [
        "open(f'f{i}', 'wb').write(b'x' * 100_000)",
        "open(f'f{i}', 'wb')",
        "os.mkdir('d'); os.chdir('d')",
        "os.mkdir(f'd{i}', 0o300); open(f'd{i}/x', 'w').write('x')",
        "time.sleep(0.01); open('one', 'ab').write(b'x' * 100_000)",
    ],
    ids=["bytes", "files", "depth", "hidden", "one"],
)
def test_bytes_and_files_have_a_limit(sandbox: LocalSandbox, body: str) -> None:
    result = only(sandbox, f"import os, time\ni = 0\nwhile True:\n    i += 1\n    {body}", Limits(cpu_s=20, wall_s=20))
    assert result.status is Status.OUTPUT_LIMIT, result
    assert result.cpu_s < 10
    assert only(sandbox, "import os\nprint(os.listdir('.'))").output == "[]\n"


def test_a_file_is_no_longer_than_the_output_may_be(sandbox: LocalSandbox) -> None:
    result = only(sandbox, "open('x', 'wb').write(b'x' * 200_000)", Limits(output_bytes=1000))
    assert result.status is Status.OUTPUT_LIMIT


def test_programs_within_the_limits_are_left_alone(sandbox: LocalSandbox) -> None:
    source = """
        import os, time
        for i in range(9):
            open(f"f{i}", "wb").write(b"x" * 100_000)
            os.mkdir(f"d{i}", 0 if i % 2 else 0o300)
            time.sleep(0.02)
        print(len(os.listdir(".")))
    """
    assert only(sandbox, source).output == "18\n"


def test_tests_may_look_at_files(sandbox: LocalSandbox) -> None:
    source = "def save(text):\n    with open('note', 'w') as file:\n        file.write(text)"
    assert run_asserts(source, "save('a')\nassert open('note').read() == 'a'", sandbox=sandbox).passed
    assert not run_asserts(source, "import os\nassert os.path.exists('note')", sandbox=sandbox).passed


def test_without_room_nothing_is_written() -> None:
    with LocalSandbox(temporary_mb=0) as one:
        assert only(one, WRITES).status is Status.BLOCKED
        assert only(one, "import os\nos.mkdir('/tmp/x')").status is Status.BLOCKED


@pytest.mark.parametrize("change", [{"temporary_mb": -1}, {"temporary_files": 0}])
def test_bad_rooms(change: dict) -> None:
    with pytest.raises(InvalidValueError, match="temporary"):
        LocalSandbox(**change)


# -- on disk -----------------------------------------------------------------------------------------------------------


def host(folder: Path) -> subprocess.Popen[str]:
    """A process whose sandbox keeps its directories in ``folder`` and runs a program that writes and waits."""
    source = """
        import json, os, warnings
        from guru_envs.sandbox import Limits, LocalSandbox, Program
        warnings.simplefilter("ignore")
        sandbox = LocalSandbox(without=("namespaces",))
        print(sandbox.level, flush=True)
        program = "import os, time; os.makedirs('a/b'); open('a/b/c', 'w').write('x'); time.sleep(60)"
        sandbox.run(Program(program, ("",)), Limits(wall_s=60))
    """
    command = [sys.executable, "-c", textwrap.dedent(source)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(folder)})


def wait_for(what: str, folder: Path, wanted: bool) -> None:
    deadline = time.monotonic() + 20
    while any(folder.glob(what)) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert any(folder.glob(what)) == wanted, list(folder.rglob("*"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_directories_go_with_the_sandbox(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with warnings.catch_warnings(), LocalSandbox(without=("namespaces",)) as one:
        warnings.simplefilter("ignore")
        if one.level != "kernel":
            pytest.skip(f"this machine offers {one.level} instead")
        assert only(one, WRITES).output == "1\n"
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []


def guardians(folder: Path) -> list[int]:
    """Processes that hold the lock on a directory in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                names = [os.readlink(one) for one in (entry / "fd").iterdir()]
            except OSError:
                continue
            if any(name.startswith(f"{folder}/{temporary.PREFIX}") for name in names):
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize("also_guardian", [False, True], ids=["host", "host and guardian"])
def test_directories_go_after_kill_9(folder: Path, also_guardian: bool) -> None:
    with host(folder) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "kernel\n":
            process.kill()
            pytest.skip("this machine offers another level")
        wait_for("*/files/a/b/c", folder, True)
        if also_guardian:
            for pid in guardians(folder):
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait()
    if also_guardian:
        wait_for("*/files/a/b/c", folder, True)
        with host(folder) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "kernel\n"
            assert len(list(folder.iterdir())) == 1, "the next worker sweeps"
            other.kill()
            other.wait()
    wait_for("*", folder, False)


def test_emptying_follows_nothing_and_reaches_all(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    top = tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(kept)
    for number in range(30):
        (top / f"d{number}" / "e" / "f").mkdir(parents=True)
        (top / f"d{number}" / "e" / "file").write_text(json.dumps(number))
    here = os.open(top, os.O_RDONLY)
    deep = os.dup(here)
    for _ in range(1100):
        os.mkdir("deep", dir_fd=deep)
        below = os.open("deep", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = below
    os.close(deep)
    temporary.empty(here)
    os.close(here)
    assert list(top.iterdir()) == []
    assert (kept / "file").read_text() == "x"
