"""Levels: what fewer layers hold, and what is refused."""

from __future__ import annotations

import sys

import pytest
from sandbox_for_tests import LEVELS, PLUS_ONE, only

from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import (
    LocalSandbox,
    Program,
    SandboxUnavailableError,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.mark.parametrize(
    ("without", "level"),
    [(("namespaces",), "kernel"), (("namespaces", "landlock"), "closed")],
    ids=["kernel", "closed"],
)
def test_fewer_layers_hold_less(without: tuple[str, ...], level: str) -> None:
    with LocalSandbox(without=without) as one:
        with pytest.warns(UserWarning, match="level"):
            assert one.level in LEVELS
        if LEVELS.index(one.level) < LEVELS.index(level):
            pytest.skip(f"this machine offers {one.level} only")
        assert one.level == level
        assert only(one, PLUS_ONE, "1").output == "2\n"
        held = one.features["held"]
        assert isinstance(held, dict)
        assert [name for name, holds in held.items() if not holds] in ([], ["see"])


def test_strict_refuses_to_run_below_a_level() -> None:
    with (
        LocalSandbox(without=("namespaces",), strict="full") as one,
        pytest.raises(SandboxUnavailableError, match="full"),
    ):
        one.run(Program(PLUS_ONE, ("1",)))


def test_no_layers_are_refused_unless_asked_for() -> None:
    layers = ("namespaces", "landlock", "seccomp")
    with LocalSandbox(without=layers) as one, pytest.raises(SandboxUnavailableError, match="no isolation"):
        one.run(Program(PLUS_ONE, ("1",)))
    with LocalSandbox(without=layers, allow_unsafe=True) as one:
        with pytest.warns(UserWarning, match="level none"):
            assert one.level == "none"
        assert only(one, PLUS_ONE, "1").output == "2\n"
        # The probes bite: what the layers hold elsewhere is not held here.
        held = one.features["held"]
        assert isinstance(held, dict)
        assert not any(held[name] for name in ("read", "see", "fork", "network", "memory_file"))
        read = only(one, f"print(len(open({__file__!r}).read()))")
        assert int(read.output) > 1000


@pytest.mark.parametrize("arguments", [{"workers": 0}, {"strict": "most"}, {"without": ("doors",)}])
def test_bad_arguments(arguments: dict) -> None:
    with pytest.raises(InvalidValueError):
        LocalSandbox(**arguments)
