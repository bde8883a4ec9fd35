"""What makes a fork of the zygote cheap: its process pays, in time, for each page of memory that it is the first to write to."""

from __future__ import annotations

import sys
from collections.abc import Callable

_SMALLEST, _LARGEST, _STEP = 48, 512, 16  # sizes of the interpreter's blocks, bytes
_HEADER = 33  # of a bytes object
_RUN = 8  # so many blocks side by side come from memory that was not in use before
_MOST = 2**18  # bytes to take for one size
_POOL, _POOL_HEAD = 2**14, 48  # where the interpreter keeps blocks of one size


def settle_imports() -> None:
    """Say of each loaded module that it is complete: each import statement asks, and an answer that is missing is an exception."""
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and not hasattr(spec, "_initializing"):
            spec._initializing = False


def fill_holes() -> list[bytes]:
    """Take the free blocks that lie between used ones, so that the next objects come side by side, on few pages.

    Returns:
        what takes them, to be kept.
    """
    return _fill(lambda run, place: run >= _RUN)


def begin_pools() -> list[bytes]:
    """Take what is left of the pools in use, so that the head of each, which every object changes, is on the page of the next ones.

    Returns:
        what takes it, to be kept.
    """
    return _fill(lambda run, place: place % _POOL == _POOL_HEAD)


def _fill(enough: Callable[[int, int], bool]) -> list[bytes]:
    """Make blocks of each size until so many came side by side, or the last came to the right place."""
    taken: list[bytes] = []
    for size in range(_SMALLEST, _LARGEST + 1, _STEP):
        place = run = total = 0
        while total < _MOST and not (total and enough(run, place)):
            before = place
            taken.append(bytes(size - _HEADER))
            place = id(taken[-1])
            run = run + 1 if place == before + size else 0
            total += size
    return taken
