"""Every benchmark starts: what it imports from the package and its neighbours is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"
# what runs in a peer's own environment, or is read by another benchmark
PARTS = {"measuring", "peers", "sandbox_corpus", "sandbox_peers", "trivial", "arc_solver"}
NAMES = sorted(
    path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("peer_") and path.stem not in PARTS
)


@pytest.mark.parametrize("name", NAMES)
def test_help(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), "--help"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "usage" in done.stdout.lower()
