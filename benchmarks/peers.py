"""Other projects, each in a virtual environment of its own, as processes that measure when they are asked to.

A peer program reads one JSON object a line and answers with one JSON value a line. It is idle while we measure ourselves.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from measuring import ROOT


def peer_python(name: str, requirements: Sequence[str], given: str | None = None, without: Sequence[str] = ()) -> str:
    """The interpreter of a peer's virtual environment, which is made under ``.cache/peers`` when it is missing.

    Packages in ``without`` are removed after the installation.
    """
    if given:
        return given
    folder = ROOT / ".cache" / "peers" / name
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists() or done.read_text() != " ".join(requirements):
        print(f"installing {' '.join(requirements)} into {folder.relative_to(ROOT)} (once) ...", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *requirements], check=True)
        if without:
            subprocess.run([str(python), "-m", "pip", "uninstall", "-q", "-y", *without], check=True)
        done.write_text(" ".join(requirements))
    return str(python)


class Peer:
    """A running peer program.

    Args:
        python: its interpreter.
        program: a file beside this one.
        environment: its environment variables; None for ours.
    """

    def __init__(self, python: str, program: str, environment: dict[str, str] | None = None) -> None:
        path = Path(__file__).parent / program
        self.process = subprocess.Popen(
            [python, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, **question: Any) -> Any:
        """Send a question and wait for the answer.

        Raises:
            RuntimeError: the program ended; its own error output says why.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer program ended with status {self.process.wait()}")
        return json.loads(line)

    def __enter__(self) -> Peer:
        """Nothing to do: the process is running."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
