"""What goes wrong in the sandbox itself; never a verdict on a program."""

from __future__ import annotations

from guru_envs.errors import GuruError


class SandboxError(GuruError):
    """The sandbox failed, twice, on a program: nothing is known about the program."""


class SandboxUnavailableError(SandboxError):
    """The machine does not offer the isolation that was asked for."""
