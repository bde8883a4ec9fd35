"""The corpus of hostile and honest programs, and the host that they are let loose on."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from guru_envs.sandbox import Call, Limits, LocalSandbox, Program, Result, run_asserts

FOLDER = Path(__file__).parent / "corpus"
HONEST, PERSISTING = "honest", "persisting"


def load(*categories: str) -> list[dict[str, Any]]:
    """Programs of some categories; of all hostile ones when none is named."""
    names = categories or tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != HONEST))
    entries = []
    for name in names:
        for entry in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
            entries.append({"kind": "stdin", "category": name, **entry})
    return entries


@dataclass
class Host:
    """What hostile programs try to read, write, reach or end."""

    folder: Path
    secret: str = field(default_factory=lambda: "SANDBOXSECRET" + secrets.token_hex(16))
    reached: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[Host]:
        """Set the targets up, and take them down."""
        secret_file = self.folder / "secret.txt"
        secret_file.write_text(self.secret)
        writable = self.folder / "writable"
        writable.mkdir()
        for path in (self.folder, writable, secret_file):
            path.chmod(0o777)
        target = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
        sockets = [socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
        sockets[0].bind(("127.0.0.1", 0))
        sockets[1].bind(sockets[0].getsockname())
        abstract = "guru" + secrets.token_hex(8)
        for name in (str(self.folder / "socket"), "\0" + abstract):
            sockets.append(socket.socket(socket.AF_UNIX))
            sockets[-1].bind(name)
        for one in sockets:
            if one.type == socket.SOCK_STREAM:
                one.listen()
            threading.Thread(target=self._serve, args=(one,), daemon=True).start()
        self.writable, self.target = writable, target
        self.values = {
            "@SECRET@": str(secret_file),
            "@FOLDER@": str(writable),
            "@PID@": str(target.pid),
            "@HOST@": str(os.getpid()),
            "@PORT@": str(sockets[0].getsockname()[1]),
            "@SOCKET@": str(self.folder / "socket"),
            "@ABSTRACT@": abstract,
        }
        try:
            yield self
        finally:
            target.kill()
            target.wait()
            for one in sockets:
                one.close()

    def _serve(self, one: socket.socket) -> None:
        try:
            if one.type == socket.SOCK_STREAM:
                one.accept()[0].close()
            else:
                one.recv(10)
            self.reached.append(str(one))
        except OSError:
            pass

    def harm(self) -> list[str]:
        """Side effects that must not be."""
        found = [f"a connection to {one}" for one in self.reached]
        found += [f"the file {path.name}" for path in self.writable.iterdir()]
        if self.target.poll() is not None:
            found.append("a process was ended")
        state = Path(f"/proc/{self.target.pid}/stat")
        if state.exists() and state.read_text().split(") ")[1][0] == "T":
            found.append("a process was stopped")
        for place in ("/tmp", "/var/tmp", "/dev/shm", "/", "/run"):
            found += [str(path) for path in Path(place).glob("guru_corpus_marker*")]
        return found

    def source(self, entry: dict[str, Any], key: str = "source") -> str:
        """Source of a program, with this host's values in it."""
        if f"{key}_code" in entry:
            return str(eval(entry[f"{key}_code"], {"__builtins__": {}}))  # a literal expression of our own corpus
        text = str(entry[key])
        for name, value in self.values.items():
            text = text.replace(name, value)
        return text


@dataclass
class Outcome:
    """What a program of the corpus achieved."""

    results: list[Result]
    passed: bool

    @property
    def texts(self) -> str:
        """All that came back."""
        return "\n".join(f"{one.output}\n{one.error}\n{one.value!r}" for one in self.results)


def limits_of(entry: dict[str, Any]) -> Limits:
    """Limits of a program."""
    return Limits(**{"cpu_s": 4.0, **entry.get("limits", {})})


def inputs_of(entry: dict[str, Any]) -> tuple[tuple[str | Call, ...], list[Any]]:
    """Inputs and expected answers of a program."""
    if entry["kind"] == "call":
        return (Call(entry.get("entry", "f"), (1,)),), [2]
    if "inputs_code" in entry:
        text = eval(entry["inputs_code"], {"__builtins__": {"map": map, "str": str, "range": range}})
        return (text,), entry["expected"]
    return tuple(entry.get("inputs", ["1\n"])), entry.get("expected", ["2\n"])


def attempt(sandbox: LocalSandbox, host: Host, entry: dict[str, Any]) -> Outcome:
    """Run a program as a judge would: expected answers stay here."""
    source, limits = host.source(entry), limits_of(entry)
    if entry["kind"] == "asserts":
        result = run_asserts(source, entry.get("tests", "assert f(1) == 2\n"), limits, sandbox=sandbox)
        return Outcome([result], result.passed)
    inputs, expected = inputs_of(entry)

    def right(index: int, result: Result) -> bool:
        answer = result.value if entry["kind"] == "call" else result.output
        same = type(answer) is type(expected[index]) and answer == expected[index]
        return result.status == "ok" and same

    results = sandbox.run(Program(source, inputs), limits, accept=right)
    return Outcome(results, all(right(index, result) for index, result in enumerate(results)))
