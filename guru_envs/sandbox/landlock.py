"""Landlock: read-only access to a few directories, files to write in one, none to the rest, no TCP, no signals out (Linux 5.13+)."""

from __future__ import annotations

import ctypes
import os
import struct

from . import kernel

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_OWN = 0b110_0001_1011_1110  # read, write, list, remove, make files and directories, move and truncate them; no links or devices
# File rights known to each version of the interface: 13 in the first, then refer, truncate, (network), ioctl on devices.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}


def version() -> int:
    """Version of the kernel's Landlock interface; 0: none."""
    try:
        return kernel.syscall(_CREATE, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict(readable: list[str], listable: list[str], writable: list[str], own: list[str]) -> int:
    """Confine this process and its children for good; returns the version in force.

    Args:
        readable: directories (with all in them) and files that may be read.
        listable: directories of which the names may be listed, at any depth.
        writable: files, such as ``/dev/null``, that may be read and written.
        own: directories in which files may be made and removed.

    Raises:
        OSError: there is no Landlock, or it refuses.
    """
    abi = version()
    if abi < 1:
        raise OSError("no Landlock")
    handled = max(rights for first, rights in _FILE_RIGHTS.items() if first <= abi)
    network = 3 if abi >= 4 else 0  # bind and connect of TCP
    scoped = 3 if abi >= 6 else 0  # abstract sockets and signals
    attributes = struct.pack("=QQQ", handled, network, scoped)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = kernel.syscall(_CREATE, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0))
        for path in listable:
            _allow(ruleset, path, _READ_DIR)
        for path in writable:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE)
        for path in own:
            _allow(ruleset, path, _OWN & handled)
        kernel.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what does not exist needs no rule
    try:
        rule = struct.pack("=Qi", rights, descriptor)
        kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.create_string_buffer(rule, len(rule)), 0)
    finally:
        os.close(descriptor)
