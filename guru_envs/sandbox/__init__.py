r"""Running untrusted Python programs: what they did, decided by nothing that they can touch.

>>> from guru_envs.sandbox import Call, Limits, Program, default_sandbox
>>> default_sandbox().run(Program("print(int(input()) + 1)", ("41",)))[0].output  # doctest: +SKIP
'42\n'

Other places to run, behind the same protocol: ``guru_envs.sandbox.fusion.FusionSandbox`` (a server by URL) and
``guru_envs.sandbox.cluster.RaySandbox`` (a Ray cluster).
"""

from guru_envs.sandbox.asserts import AssertResult, run_asserts
from guru_envs.sandbox.errors import SandboxError, SandboxUnavailableError
from guru_envs.sandbox.frames import Opaque
from guru_envs.sandbox.local import LocalSandbox, default_sandbox
from guru_envs.sandbox.many import map_programs, run_many
from guru_envs.sandbox.probes import Level
from guru_envs.sandbox.program import Accept, Call, Limits, Program, Result, Sandbox, Status

__all__ = [
    "Accept",
    "AssertResult",
    "Call",
    "Level",
    "Limits",
    "LocalSandbox",
    "Opaque",
    "Program",
    "Result",
    "Sandbox",
    "SandboxError",
    "SandboxUnavailableError",
    "Status",
    "default_sandbox",
    "map_programs",
    "run_asserts",
    "run_many",
]
