"""Seatbelt, the sandbox of macOS: a profile for ``sandbox-exec``, under which the zygote and all that it forks run.

Written from Apple's profiles and their users' notes, and never run on a Mac by us: the probes of every new worker say what
it holds there. Rules are read from the top, and the last one that matches decides.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable

PROGRAM = "/usr/bin/sandbox-exec"
_HIDDEN = ("site-packages", "dist-packages")
_READABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_WRITABLE_DEVICES = ("/dev/null",)
_SYSTEM = (
    "/usr/lib",
    "/System/Library",
    "/System/Volumes/Preboot/Cryptexes",
    "/usr/share/zoneinfo",
    "/private/var/db/timezone",
)


def profile(
    readable: Iterable[str], hidden: Iterable[str], packages: Iterable[str], executables: Iterable[str], own: str
) -> str:
    """The text of a profile.

    Args:
        readable: directories that may be read.
        hidden: directories inside them that may not.
        packages: directories inside those that may be read again.
        executables: the interpreter, which ``sandbox-exec`` has to start.
        own: directory in which files may be written, or nothing.
    """
    shown = [*readable, *packages, *executables, *([own] if own else [])]
    rules = [
        "(version 1)",
        "(deny default)",
        '(import "system.sb")',
        _rule("allow process-exec", "literal", executables),
        "(allow process-fork)",  # of the zygote; a program's own limit on processes is 1
        "(allow signal (target self) (target children))",
        "(allow sysctl-read)",
        _rule("allow file-read-metadata", "literal", _ancestors(shown)),
        _rule("allow file-read*", "subpath", [*_SYSTEM, *readable]),
        _rule("allow file-read*", "literal", executables),
        _rule("deny file-read*", "subpath", hidden),
        _rule("allow file-read*", "subpath", packages),
        "(deny file-write*)",
        _rule("allow file-read*", "literal", _READABLE_DEVICES),
        _rule("allow file-write-data", "literal", _WRITABLE_DEVICES),
        _rule("allow file-read* file-write*", "subpath", [own] if own else []),
        "(deny file-link file-write-mode file-write-owner file-write-times file-write-xattr)",
        "(deny network*)",
        "(deny mach-lookup mach-register)",
        "(deny ipc-posix* ipc-sysv*)",
        "(deny process-info* (target others))",
    ]
    return "\n".join(rule for rule in rules if rule) + "\n"


def _rule(what: str, kind: str, paths: Iterable[str]) -> str:
    filters = " ".join(f"({kind} {_quote(path)})" for path in dict.fromkeys(paths))
    return f"({what} {filters})" if filters else ""


def _quote(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ancestors(paths: Iterable[str]) -> list[str]:
    found: dict[str, None] = {"/": None}
    for path in paths:
        while (path := os.path.dirname(path)) not in ("", "/"):
            found[path] = None
    return list(found)


def command(packages: Iterable[str], home: str) -> list[str]:
    """What comes before the command line of the interpreter that runs this.

    Args:
        packages: directories of packages that programs may import.
        home: of the temporary directory, which need not exist yet; or nothing.
    """
    executables = [sys.executable, os.path.realpath(sys.executable)]
    library = os.path.realpath(sysconfig.get_path("stdlib"))
    base = os.path.realpath(sys.base_prefix)
    shared = os.path.join(base, "lib")
    readable = [library, os.path.realpath(sysconfig.get_path("platstdlib")), shared, os.path.dirname(__file__)]
    if os.path.exists(
        os.path.join(base, "Python")
    ):  # a framework build: its library, and the program behind the program
        executables.append(os.path.join(base, "Resources", "Python.app", "Contents", "MacOS", "Python"))
        readable += [os.path.join(base, "Resources")]
        executables.append(os.path.join(base, "Python"))
    hidden = [os.path.join(path, name) for path in (library, shared) for name in _HIDDEN]
    own = os.path.join(os.path.realpath(os.path.dirname(home)), os.path.basename(home)) if home else ""
    text = profile(readable, hidden, [os.path.realpath(path) for path in packages], executables, own)
    return [PROGRAM, "-p", text]
