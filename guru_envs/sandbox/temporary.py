"""The private temporary directory: the one place in which a program may write files, empty again before the next.

With namespaces it is a file system in memory with limits of its own, mounted at ``/tmp`` of the worker's own root, so it is gone
with the worker however that ends. Without them it is a directory of the host's, made by a guardian: the process that the host
started, which stays outside, waits for the worker to end, and removes it. Should the guardian be killed as well, the next
worker of the same user on this machine removes what it left.

Programs can make neither links nor devices in it, so emptying it follows nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass, field

PREFIX = "guru-sandbox-"
_OWNER_ONLY = 0o700
IN_MEMORY = "/tmp"  # noqa: S108 - of a root of our own, where nobody else is
_FILES = "files"
_stat = os.stat


@dataclass(slots=True)
class Temporary:
    """A private directory.

    Attributes:
        path: of the directory.
        most_bytes: that all files in it may hold.
        most_files: files and directories that may be in it.
        bounded: the kernel keeps it to that; otherwise whoever watches the program has to look.
    """

    path: str
    most_bytes: int
    most_files: int
    bounded: bool
    _size: int = field(init=False)

    def __post_init__(self) -> None:
        self._size = os.stat(self.path).st_size

    def dirty(self) -> bool:
        """Whether anything is in it."""
        if self.bounded:  # the size of a directory in memory follows from the number of its entries: one system call
            return os.stat(self.path).st_size != self._size
        return bool(os.listdir(self.path))

    def too_full(self) -> bool:
        """Whether more is in it than allowed, where the kernel does not see to that."""
        return not self.bounded and self.dirty() and not _within(self.path, self.most_bytes, self.most_files)

    def clean(self) -> None:
        """Empty it.

        Raises:
            OSError: something in it cannot be removed.
        """
        if self.bounded and _stat(self.path).st_size == self._size:
            return
        if self.dirty():
            descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                empty(descriptor)
            finally:
                os.close(descriptor)


def in_memory(most_bytes: int, most_files: int) -> Temporary:
    """The one at ``/tmp`` of a root of our own, mounted with :func:`options`."""
    return Temporary(IN_MEMORY, most_bytes, most_files, bounded=True)


def options(most_bytes: int, most_files: int) -> str:
    """Mount options of the file system in memory; one more entry is the directory itself."""
    return f"size={most_bytes},nr_inodes={most_files + 1},mode=777"


def name_on_disk(folder: str) -> str:
    """Of a directory that does not exist yet."""
    return os.path.join(os.path.realpath(folder), PREFIX + os.urandom(8).hex())


def on_disk(home: str, most_bytes: int, most_files: int) -> tuple[Temporary, int]:
    """A new directory inside the new directory ``home``, and the lock that says it is in use.

    Raises:
        OSError: none can be made.
    """
    with contextlib.suppress(OSError):
        _sweep(os.path.dirname(home))
    os.mkdir(home, _OWNER_ONLY)
    lock = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.chmod(home, 0o711)  # noqa: S103 - the worker may have become another user; the name of the directory is random
    path = os.path.join(home, _FILES)
    os.mkdir(path, _OWNER_ONLY)
    return Temporary(path, most_bytes, most_files, bounded=False), lock


def remove(home: str) -> None:
    """Remove a directory that :func:`on_disk` made, with all in it, as far as that is possible."""
    with contextlib.suppress(OSError):
        descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            empty(descriptor)
        finally:
            os.close(descriptor)
        os.rmdir(home)


def _sweep(folder: str) -> None:
    """Remove directories of workers whose guardian was killed: those of this user that nobody holds a lock on."""
    for name in os.listdir(folder):
        if not name.startswith(PREFIX):
            continue
        home = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                # One that was made a moment ago may not have its lock yet, but it has no directory for files either.
                if os.fstat(descriptor).st_uid == os.getuid() and _FILES in os.listdir(descriptor):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove(home)
            finally:
                os.close(descriptor)


def empty(top: int) -> None:
    """Remove all in a directory, however deep, without recursion and holding one descriptor.

    Raises:
        OSError: something cannot be removed.
    """
    here = os.dup(top)
    waiting = [_remove_files(here)]  # for each level the directories that are left in it
    try:
        while True:
            if not waiting[-1]:
                waiting.pop()
                if not waiting:
                    return
                here = _move(here, "..")
                os.rmdir(waiting[-1].pop(), dir_fd=here)
                continue
            name = waiting[-1][-1]
            try:
                here = _move(here, name)
            except PermissionError:  # it was made without the right to look into it
                os.chmod(name, _OWNER_ONLY, dir_fd=here)
                here = _move(here, name)
            waiting.append(_remove_files(here))
    finally:
        os.close(here)


def _move(here: int, name: str) -> int:
    there = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
    os.close(here)
    return there


def _remove_files(here: int) -> list[str]:
    """Remove what is no directory; the names of those."""
    folders = []
    with os.scandir(here) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if is_folder:
            folders.append(name)
        else:
            os.unlink(name, dir_fd=here)
    return folders


def _within(path: str, most_bytes: int, most_files: int) -> bool:
    """Whether no more is in a directory; a program may change it meanwhile, and what cannot be looked at counts as too much."""
    count = total = 0
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            if not os.access(folder, os.R_OK | os.X_OK):
                os.chmod(folder, _OWNER_ONLY)
            with os.scandir(folder) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if count > most_files or total > most_bytes:
                        return False
        except FileNotFoundError:
            continue
        except OSError:
            return False
    return True
