"""Packages beside the standard library that programs may import, such as numpy."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """Where an installed package is.

    Attributes:
        name: of the package.
        folder: the directory of packages that it lies in; nothing else in there is shown to programs.
        paths: its own directories: the package, and the shared libraries that wheels put beside it.
    """

    name: str
    folder: str
    paths: tuple[str, ...]


def find(name: str) -> Package | None:
    """An installed package, or None; nothing is imported."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    path = os.path.realpath(next(iter(spec.submodule_search_locations)))
    beside = path + ".libs"
    return Package(name, os.path.dirname(path), (path, beside) if os.path.isdir(beside) else (path,))
