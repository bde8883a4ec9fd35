"""What the tests of the sandbox share."""

from __future__ import annotations

from guru_envs.sandbox import Call, Limits, LocalSandbox, Program, Result

LEVELS = ("none", "seatbelt", "closed", "kernel", "full")
PLUS_ONE = "print(int(input()) + 1)"


def only(sandbox: LocalSandbox, source: str, given: str | Call = "", limits: Limits = Limits()) -> Result:  # noqa: B008
    """The result of a program's only input."""
    [result] = sandbox.run(Program(source, (given,)), limits)
    return result
