"""The corpus of hostile and honest programs at each level that this machine offers: what is held, and what is not.

Run it after changing a layer. The test suite runs the corpus at the best level only.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from measuring import ROOT, arguments, machine, report

sys.path.insert(0, str(ROOT / "tests" / "sandbox"))

from corpus_programs import HONEST, Host, attempt, load

from guru_envs.sandbox import LocalSandbox, Program

LEVELS = {"none": 0, "closed": 2, "kernel": 3, "full": 4}
WITHOUT: tuple[tuple[str, ...], ...] = ((), ("landlock",), ("namespaces",), ("namespaces", "landlock"))


def won(sandbox: LocalSandbox, host: Host, entry: dict[str, Any]) -> list[str]:
    """What a hostile program achieved, or how it ended where it should not have."""
    if "first" in entry:
        sandbox.run(Program(entry["first"], ("",)))
    outcome = attempt(sandbox, host, entry)
    found = list(host.harm())
    if outcome.passed and not entry.get("may_pass"):
        found.append("passed")
    if any("WIN" in f"{result.output}{result.value!r}" for result in outcome.results):
        found.append("won")
    if host.secret in outcome.texts:
        found.append("saw the secret")
    ended = {result.status.value for result in outcome.results} - {"not_run"}
    return found + sorted(ended - set(entry["status"]))


def measure(without: tuple[str, ...]) -> dict[str, Any]:
    """One row."""
    with tempfile.TemporaryDirectory() as folder, LocalSandbox(1, without=without) as sandbox:
        Path(folder).chmod(0o755)
        with Host(Path(folder)).running() as host:
            level = LEVELS[sandbox.level]
            hostile = [entry for entry in load() if level >= LEVELS[entry.get("level", "closed")]]
            honest = [entry for entry in load(HONEST) if level >= LEVELS[entry.get("level", "closed")]]
            lost = {entry["name"]: found for entry in hostile if (found := won(sandbox, host, entry))}
            broken = [entry["name"] for entry in honest if not attempt(sandbox, host, entry).passed]
    return {
        "name": "without " + ", ".join(without) if without else "all layers",
        "level": sandbox.level,
        "hostile": len(hostile),
        "not held": len(lost),
        "honest": len(honest),
        "broken": len(broken),
        "which": "; ".join([f"{name}: {', '.join(found)}" for name, found in lost.items()] + broken),
    }


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, "python benchmarks/sandbox_corpus.py", repeats=1).parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each level says what it does not hold
        rows = [measure(without) for without in WITHOUT]
    report(rows, machine(), options.json)


if __name__ == "__main__":
    main()
