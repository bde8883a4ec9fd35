"""A sandbox for the tests of a module that don't make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guru_envs.sandbox import LocalSandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    """Two workers at the best level that there is."""
    with LocalSandbox(workers=2) as one:
        yield one
