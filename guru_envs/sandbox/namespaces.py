"""Namespaces: a root directory with nothing but the interpreter, no network, no other processes (Linux, where allowed).

Root enters them directly; anybody else through a user namespace, which some containers and distributions forbid.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from . import kernel, temporary

_OTHERS = (
    kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
)  # fmt: skip
_MOUNT_POINTS = ("/proc", "/mnt", "/srv", "/opt", "/tmp")  # noqa: S108 - covered in this process's own namespace only
_PACKAGES = ("site-packages", "dist-packages")  # may hold data sets with the answers to hidden tests
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
WRITABLE_DEVICES = ("/dev/null",)


def interpreter_paths() -> tuple[list[str], list[str]]:
    """What Python needs to import its standard library, and directories inside that are to be hidden.

    Shared libraries are those of the directories from which this process has loaded some.
    """
    library = os.path.realpath(sysconfig.get_path("stdlib"))
    found = [library, *(os.path.realpath(entry) for entry in sys.path if os.path.isdir(entry))]
    try:
        mapped = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        mapped = []
    for line in mapped:
        path = line.partition("/")[2]
        if ".so" in path and "/" in path:
            found.append(os.path.dirname(os.path.realpath("/" + path)))
    found.append("/usr/share/zoneinfo")
    paths: list[str] = []
    for path in sorted(set(found), key=len):
        inside = any(path == kept or path.startswith(kept + "/") for kept in paths)
        if os.path.isdir(path) and not inside and os.path.basename(path) not in _PACKAGES:
            paths.append(path)
    hidden = [os.path.join(path, name) for path in sorted(set(found)) for name in _PACKAGES]
    return paths, [path for path in hidden if os.path.isdir(path)]


def without_packages(paths: list[str], hidden: list[str]) -> list[str]:
    """The same files, as a list of files and directories that leaves out the hidden directories."""
    allowed: list[str] = []
    for path in paths:
        if path in hidden:
            continue
        if any(one.startswith(path + "/") for one in hidden):
            allowed += without_packages([os.path.join(path, name) for name in sorted(os.listdir(path))], hidden)
        else:
            allowed.append(path)
    return allowed


def enter(as_root: bool) -> None:
    """Move this process into new namespaces; its next child is process 1 of the new process namespace.

    Raises:
        OSError: not allowed here.
    """
    user, group = os.getuid(), os.getgid()
    kernel.call("unshare", _OTHERS | (0 if as_root else kernel.CLONE_NEWUSER))
    if not as_root:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def build_root(paths: list[str], hidden: list[str], packages: list[str], room: tuple[int, int] | None) -> None:
    """Replace the file system by an empty one with read-only views of the interpreter and three devices.

    Args:
        paths: directories to show.
        hidden: directories inside them that are to be empty,
        packages: but for these, which may also lie elsewhere.
        room: bytes and files of the temporary directory, the only one that can be written to; None: there is none.

    Raises:
        OSError: not allowed here.
    """
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    shown = [*paths, *packages]
    root = next(
        point for point in _MOUNT_POINTS if os.path.isdir(point) and not any(p.startswith(point) for p in shown)
    )
    private = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("tmpfs", root, "tmpfs", private, "size=1m,mode=755")
    for path in paths:
        _show(path, root)
    for path in hidden:
        kernel.mount("tmpfs", root + path, "tmpfs", private, "size=64k,mode=755")
    for path in packages:
        _show(path, root)
    for path in hidden:
        kernel.mount("none", root + path, "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | private)
    os.makedirs(root + "/dev", exist_ok=True)
    for device in DEVICES:
        if os.path.exists(device):
            Path(root + device).touch()
            kernel.mount(device, root + device, "", kernel.MS_BIND)
    os.makedirs(root + temporary.IN_MEMORY, exist_ok=True)
    if room is not None:
        kernel.mount("tmpfs", root + temporary.IN_MEMORY, "tmpfs", private, temporary.options(*room))
    os.chdir(root)
    kernel.call("pivot_root", b".", b".")  # the old root now lies on top of the new one; take it off
    kernel.call("umount2", b".", kernel.MNT_DETACH)
    os.chdir("/")
    kernel.mount(
        "none", "/", "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    )


def _show(path: str, root: str) -> None:
    os.makedirs(root + path, exist_ok=True)
    kernel.mount(path, root + path, "", kernel.MS_BIND | kernel.MS_REC)
    _read_only(root + path)


def _read_only(target: str) -> None:
    flags = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID
    try:
        kernel.mount("none", target, "", flags | kernel.MS_NODEV)
    except OSError:
        # Inside a user namespace the flags that the mount already has may not be taken off.
        locked = {os.ST_NOEXEC: kernel.MS_NOEXEC, os.ST_NOATIME: 1024, os.ST_NODIRATIME: 2048, os.ST_RELATIME: 1 << 21}
        have = os.statvfs(target).f_flag
        kept = sum(flag for bit, flag in locked.items() if have & bit)
        kernel.mount("none", target, "", flags | kernel.MS_NODEV | kept)
