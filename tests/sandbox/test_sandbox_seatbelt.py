"""The profile for macOS, which cannot be run here: its text, read by a small interpreter, and the command that is built."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import pytest

from guru_envs.sandbox import Level, LocalSandbox, probes, seatbelt
from guru_envs.sandbox.packages import Package
from guru_envs.sandbox.worker import LayerError, Setup, Worker

TEXT = seatbelt.profile(
    readable=["/opt/py/lib", '/opt/odd "name"\\x'],
    hidden=["/opt/py/lib/site-packages"],
    packages=["/opt/py/lib/site-packages/numpy"],
    executables=["/opt/py/bin/python3"],
    own="/private/tmp/guru-sandbox-1",
)
Rule = list[Any]


def read(text: str) -> list[Rule]:
    """The rules of a profile as nested lists; strings are tuples of one."""
    stack: list[list[Any]] = [[]]
    for token in re.finditer(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+', text):
        word = token.group()
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append((re.sub(r"\\(.)", r"\1", word[1:-1]),) if word[0] == '"' else word)
    assert len(stack) == 1, "unbalanced"
    return stack[0]


def allows(operation: str, path: str = "", target: str = "") -> bool:
    """What the last matching rule says."""
    verdict = None
    for action, *rest in read(TEXT):
        names = [one for one in rest if isinstance(one, str)]
        filters = [one for one in rest if isinstance(one, list)]
        if action not in ("allow", "deny") or not any(matches(name, operation) for name in names):
            continue
        if not filters or any(filtered(one, path, target) for one in filters):
            verdict = action == "allow"
    assert verdict is not None
    return verdict


def matches(name: str, operation: str) -> bool:
    return name in ("default", operation) or (name.endswith("*") and operation.startswith(name[:-1]))


def filtered(one: list[Any], path: str, target: str) -> bool:
    kind, value = one
    if kind == "target":
        return bool(value == target)
    name = value[0]
    return path == name or (kind == "subpath" and path.startswith(name + "/"))


@pytest.mark.parametrize(
    ("path", "may_read", "may_write"),
    [
        ("/opt/py/lib/os.py", True, False),
        ("/opt/py/library", False, False),
        ('/opt/odd "name"\\x/a', True, False),
        ("/opt/py/lib/site-packages/guru_envs/task.py", False, False),
        ("/opt/py/lib/site-packages/numpy/core.py", True, False),
        ("/opt/py/bin/python3", True, False),
        ("/Users/me/secret", False, False),
        ("/etc/passwd", False, False),
        ("/private/tmp/other", False, False),
        ("/private/tmp/guru-sandbox-1/files/a", True, True),
        ("/private/tmp/guru-sandbox-12/files/a", False, False),
        ("/usr/lib/libSystem.B.dylib", True, False),
    ],
)
def test_files(path: str, may_read: bool, may_write: bool) -> None:
    assert allows("file-read-data", path) is may_read
    assert allows("file-write-create", path) is may_write
    assert allows("file-write-data", path) is may_write
    assert not allows("file-write-mode", path)
    assert not allows("file-link", path)


def test_the_rest() -> None:
    assert allows("file-write-data", "/dev/null")
    assert not allows("file-write-create", "/dev/null")
    assert allows("process-exec", "/opt/py/bin/python3")
    assert not allows("process-exec", "/bin/sh")
    assert allows("signal", target="self")
    assert allows("signal", target="children")
    assert not allows("signal", target="others")
    for operation in ("network-outbound", "network-bind", "mach-lookup", "ipc-posix-shm-write-create", "system-socket"):
        assert not allows(operation, "/x"), operation
    assert allows("file-read-metadata", "/opt/py")
    assert not allows("file-read-metadata", "/Users")


def test_nothing_is_written_without_a_directory() -> None:
    text = seatbelt.profile(["/a"], [], [], ["/b"], "")
    assert "guru-sandbox" not in text
    assert [rule for rule in read(text) if rule[0] == "allow" and "file-write*" in rule] == []


def test_command_of_this_interpreter() -> None:
    program, option, text = seatbelt.command(["/somewhere/numpy"], "/nowhere/guru-sandbox-2")
    assert (program, option) == ("/usr/bin/sandbox-exec", "-p")
    words = {path for rule in read(text) for one in rule if isinstance(one, list) for path in one[1]}
    assert {
        os.path.realpath(sys.executable),
        os.path.dirname(os.path.realpath(os.__file__)),
        "/somewhere/numpy",
    } <= words
    assert "/nowhere/guru-sandbox-2" in words
    assert os.path.dirname(os.path.dirname(seatbelt.__file__)) not in re.findall(r'subpath "([^"]*)"', text)


def test_the_worker_is_started_under_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """With a stand-in for sandbox-exec that shows how it was called and starts the rest."""
    stand_in = tmp_path / "sandbox-exec"
    stand_in.write_text(f'#!/bin/sh\nprintf "%s" "$2" > {tmp_path}/profile\nshift 2\nexec "$@"\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(seatbelt, "PROGRAM", str(stand_in))
    setup = Setup(frozenset({"seatbelt"}), (Package("p", "/x", ("/x/p",)),), (2**20, 10))
    assert not setup.closed
    worker = Worker(setup)
    try:
        assert worker.features["temporary"]
    finally:
        worker.kill()
    text = (tmp_path / "profile").read_text()
    assert '"/x/p"' in text
    assert os.path.dirname(worker.features["temporary"]) in text


@pytest.mark.parametrize(
    "script", [None, "#!/bin/sh\necho 'profile refused' >&2\nexit 65\n"], ids=["absent", "refuses"]
)
def test_without_it_the_level_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, script: str | None) -> None:
    stand_in = tmp_path / "sandbox-exec"
    if script:
        stand_in.write_text(script)
        stand_in.chmod(0o755)
    monkeypatch.setattr(seatbelt, "PROGRAM", str(stand_in))
    with pytest.raises(LayerError, match="profile refused" if script else "No such file") as caught:
        Worker(Setup(frozenset({"seatbelt"})))
    assert caught.value.layer == "seatbelt"


def test_level() -> None:
    held = dict.fromkeys(probes.PROMISES, True)
    assert probes.level_of(held, True, by_seatbelt=True) is Level.SEATBELT
    assert probes.level_of(held | {"network": False}, True, by_seatbelt=True) is Level.NONE
    assert Level.NONE < Level.SEATBELT < Level.KERNEL
    assert LocalSandbox(strict="kernel").strict == "kernel"
